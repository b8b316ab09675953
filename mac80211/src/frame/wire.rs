//! How fixed fields stand in frames: little-endian, one behind the other, without gaps.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use softnet_sk_buff::MacAddr;

use crate::Malformed;

/// A value that always takes the same number of bytes.
pub trait Field: Copy {
    /// Bytes.
    const LEN: usize;

    /// Takes it from the front of `from`; `None` if that is too short.
    fn take(from: &mut &[u8]) -> Option<Self>;

    /// Puts it to the front of `to`, which then begins behind it. Does nothing if there is no room.
    fn put(&self, to: &mut &mut [u8]);

    /// Appends its bytes.
    fn append(&self, out: &mut Vec<u8>) {
        let end = out.len();
        out.resize(end + Self::LEN, 0);
        if let Some(mut room) = out.get_mut(end..) {
            self.put(&mut room);
        }
    }
}

impl<const N: usize> Field for [u8; N] {
    const LEN: usize = N;

    #[inline]
    fn take(from: &mut &[u8]) -> Option<Self> {
        let (bytes, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(*bytes)
    }

    #[inline]
    fn put(&self, to: &mut &mut [u8]) {
        if let Some((bytes, rest)) = core::mem::take(to).split_first_chunk_mut() {
            *bytes = *self;
            *to = rest;
        }
    }
}

/// [`Field`] for what is a number or an array inside.
macro_rules! field_as {
    ($($type:ty, $bytes:ty, $from:expr, $to:expr;)+) => { $(
        impl $crate::frame::Field for $type {
            const LEN: usize = <$bytes as $crate::frame::Field>::LEN;

            #[inline]
            fn take(from: &mut &[u8]) -> Option<Self> {
                <$bytes as $crate::frame::Field>::take(from).map($from)
            }

            #[inline]
            fn put(&self, to: &mut &mut [u8]) {
                $crate::frame::Field::put(&$to(*self), to);
            }
        }
    )+ };
}

field_as! {
    u8, [u8; 1], Self::from_le_bytes, Self::to_le_bytes;
    u16, [u8; 2], Self::from_le_bytes, Self::to_le_bytes;
    u32, [u8; 4], Self::from_le_bytes, Self::to_le_bytes;
    u64, [u8; 8], Self::from_le_bytes, Self::to_le_bytes;
    MacAddr, [u8; 6], MacAddr, MacAddr::octets;
}

/// A field of flags and small numbers: an integer whose bits have names. All bits are kept.
macro_rules! bits {
    ($(#[$meta:meta])* $name:ident($int:ty) {
        $($(#[doc = $doc:literal])+ $get:ident $with:ident $at:literal $(+ $width:literal $as:ty)?;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub struct $name(pub $int);

        impl $name {
            $(bits!(@field $int, [$($doc)+] $get $with $at $($width $as)?);)*
        }

        $crate::frame::wire::field_as! { $name, $int, Self, |value: Self| value.0; }
    };
    (@field $int:ty, [$($doc:literal)+] $get:ident $with:ident $at:literal) => {
        $(#[doc = $doc])+
        #[must_use]
        pub const fn $get(self) -> bool {
            self.0 >> $at & 1 != 0
        }

        #[doc = concat!("The same with [`", stringify!($get), "`](Self::", stringify!($get), ") as given.")]
        #[must_use]
        pub const fn $with(self, on: bool) -> Self {
            Self(self.0 & !(1 << $at) | (on as $int) << $at)
        }
    };
    (@field $int:ty, [$($doc:literal)+] $get:ident $with:ident $at:literal $width:literal $as:ty) => {
        $(#[doc = $doc])+
        #[must_use]
        pub const fn $get(self) -> $as {
            (self.0 >> $at & ((1 << $width) - 1)) as $as
        }

        #[doc = concat!("The same with [`", stringify!($get), "`](Self::", stringify!($get), ") as given; bits beyond the field's are cut off.")]
        #[must_use]
        pub const fn $with(self, value: $as) -> Self {
            let mask = ((1 << $width) - 1) << $at;
            Self(self.0 & !mask | (value as $int) << $at & mask)
        }
    };
}

/// A code that is a number with names. Unknown ones are kept, and print as numbers.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident($int:ty) {
        $($(#[doc = $doc:literal])+ $code:ident = $number:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[doc = $doc])+ pub const $code: Self = Self($number);)+

            /// Its name among the constants here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$code => Some(stringify!($code)),)+
                    _ => None,
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($name), "({})"), self.0),
                }
            }
        }

        $crate::frame::wire::field_as! { $name, $int, Self, |value: Self| value.0; }
    };
}

/// A struct of [`Field`]s, the way that a frame has them; the last member may be all that follows.
///
/// Its length is checked once, so that reading it is a handful of loads.
macro_rules! layout {
    (
        $(#[$meta:meta])*
        $name:ident $what:literal {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl $name {
            /// Bytes.
            pub const LEN: usize = 0 $(+ <$type as $crate::frame::Field>::LEN)*;

            /// Reads it from the front of `bytes`, and gives what follows.
            ///
            /// # Errors
            /// [`Malformed::Truncated`](crate::Malformed::Truncated).
            #[inline]
            pub fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), $crate::Malformed> {
                let mut rest = bytes;
                let parsed = <Self as $crate::frame::Field>::take(&mut rest);
                Ok((parsed.ok_or($crate::Malformed::Truncated($what))?, rest))
            }

            /// Its bytes.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; Self::LEN] {
                let mut bytes = [0; Self::LEN];
                $crate::frame::Field::put(self, &mut bytes.as_mut_slice());
                bytes
            }

            /// Appends its bytes.
            pub fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.extend_from_slice(&self.to_bytes());
            }
        }

        impl $crate::frame::Field for $name {
            const LEN: usize = Self::LEN;

            #[inline]
            fn take(from: &mut &[u8]) -> Option<Self> {
                let (fixed, rest) = from.split_first_chunk::<{ Self::LEN }>()?;
                *from = rest;
                let mut fixed = fixed.as_slice();
                Some(Self { $($field: $crate::frame::Field::take(&mut fixed)?,)* })
            }

            #[inline]
            fn put(&self, to: &mut &mut [u8]) {
                $($crate::frame::Field::put(&self.$field, to);)*
            }
        }
    };
    (
        $(#[$meta:meta])*
        $name:ident<'a> $what:literal {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)*
        } then {
            $(#[doc = $rest_doc:literal])+ $rest:ident
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name<'a> {
            $($(#[doc = $doc])+ pub $field: $type,)*
            $(#[doc = $rest_doc])+ pub $rest: &'a [u8],
        }

        impl<'a> $name<'a> {
            /// Bytes before the last member.
            pub const FIXED_LEN: usize = 0 $(+ <$type as $crate::frame::Field>::LEN)*;

            /// Reads it; the last member takes what is left.
            ///
            /// # Errors
            /// [`Malformed::Truncated`](crate::Malformed::Truncated).
            #[inline]
            pub fn parse(bytes: &'a [u8]) -> Result<Self, $crate::Malformed> {
                Self::read(bytes).ok_or($crate::Malformed::Truncated($what))
            }

            #[inline]
            fn read(bytes: &'a [u8]) -> Option<Self> {
                let (fixed, rest) = bytes.split_first_chunk::<{ 0 $(+ <$type as $crate::frame::Field>::LEN)* }>()?;
                #[allow(unused_mut)]
                let mut fixed = fixed.as_slice();
                $(let $field = $crate::frame::Field::take(&mut fixed)?;)*
                let _ = fixed;
                Some(Self { $($field,)* $rest: rest })
            }

            /// Appends its bytes.
            pub fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let mut fixed = [0; 0 $(+ <$type as $crate::frame::Field>::LEN)*];
                #[allow(unused_mut)]
                let mut to = fixed.as_mut_slice();
                $($crate::frame::Field::put(&self.$field, &mut to);)*
                let _ = to;
                out.extend_from_slice(&fixed);
                out.extend_from_slice(self.$rest);
            }
        }
    };
}

pub(crate) use {bits, codes, field_as, layout};

/// Values of one length, one behind the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Records<'a, T> {
    bytes: &'a [u8],
    of: PhantomData<T>,
}

impl<'a, T: Field> Records<'a, T> {
    /// Those in `bytes`.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] where the last is not all there.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len().checked_rem(T::LEN) == Some(0) {
            return Ok(Self { bytes, of: PhantomData });
        }
        Err(Malformed::Truncated("a list of fixed fields"))
    }

    /// As many as are whole at the front of `bytes`, and what follows them.
    #[must_use]
    pub fn whole(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let partial = bytes.len().checked_rem(T::LEN).unwrap_or(0);
        let (bytes, rest) = bytes.split_at(bytes.len() - partial);
        (Self { bytes, of: PhantomData }, rest)
    }

    /// The first `count` in `bytes`, and what follows them; `None` if there are fewer.
    #[must_use]
    pub fn first(bytes: &'a [u8], count: usize) -> Option<(Self, &'a [u8])> {
        let (bytes, rest) = bytes.split_at_checked(count.checked_mul(T::LEN)?)?;
        Some((Self { bytes, of: PhantomData }, rest))
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len().checked_div(T::LEN).unwrap_or(0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Their bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// One after another.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let mut rest = self.bytes;
        core::iter::from_fn(move || T::take(&mut rest))
    }
}

impl<T: Field + fmt::Debug> fmt::Debug for Records<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
