//! Shorthand for elements that are fields one after another, and for words of bits.

/// An element: its fields in order, then whatever follows, kept.
macro_rules! element {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a> {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Bytes behind those that are known.
            pub tail: &'a [u8],
        }

        impl<'a> $crate::element::Wire<'a> for $name<'a> {
            #[inline]
            fn read(from: &mut &'a [u8]) -> Option<Self> {
                $(let $field = $crate::element::Wire::read(from)?;)*
                Some(Self { $($field,)* tail: core::mem::take(from) })
            }

            fn write(
                &self,
                out: &mut dyn $crate::element::Sink,
            ) -> Result<(), $crate::element::BuildError> {
                $($crate::element::Wire::write(&self.$field, out)?;)*
                out.put(self.tail)
            }
        }

        body! { $name: $id $(, prefix $prefix)?, $what }
    };
}

/// An element whose last field takes all that is left, so that nothing can follow it.
macro_rules! whole {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a> {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl<'a> $crate::element::Wire<'a> for $name<'a> {
            #[inline]
            fn read(from: &mut &'a [u8]) -> Option<Self> {
                $(let $field = $crate::element::Wire::read(from)?;)*
                Some(Self { $($field,)* })
            }

            fn write(
                &self,
                out: &mut dyn $crate::element::Sink,
            ) -> Result<(), $crate::element::BuildError> {
                $($crate::element::Wire::write(&self.$field, out)?;)*
                Ok(())
            }
        }

        body! { $name: $id $(, prefix $prefix)?, $what }
    };
}

/// What an element is and how errors call it, for one whose bytes are read by hand.
macro_rules! body {
    ($name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal) => {
        impl<'a> $crate::element::Body<'a> for $name<'a> {
            const ID: $crate::element::Id = $id;
            $(const PREFIX: &'static [u8] = $prefix;)?
            const NAME: &'static str = $what;
        }
    };
}

/// A record of fixed size inside of an element: its fields in order.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::element::Wire<'_> for $name {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                $(let $field = $crate::element::Wire::read(from)?;)*
                Some(Self { $($field,)* })
            }

            fn write(
                &self,
                out: &mut dyn $crate::element::Sink,
            ) -> Result<(), $crate::element::BuildError> {
                $($crate::element::Wire::write(&self.$field, out)?;)*
                Ok(())
            }
        }

        impl $crate::element::Record for $name {
            const SIZE: usize = 0 $(+ <$type as $crate::element::Record>::SIZE)*;
        }
    };
}

/// A word of bits, with a reader and a setter for each flag or field. What is not named is kept.
///
/// `reader, setter: bit;` or `reader, setter: lowest bit, width;`, the latter as the word's own type or
/// `as` another.
macro_rules! bits {
    (
        $(#[$meta:meta])*
        pub struct $name:ident($word:ty) {
            $($(#[$field_meta:meta])* $get:ident, $with:ident: $at:literal $(, $width:literal)?;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $word);

        impl $name {
            $(bits!(@ $word, $(#[$field_meta])* $get, $with: $at $(, $width)?);)*
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("bits", &format_args!("{:#x}", self.0))
                    $(.field(stringify!($get), &self.$get()))*
                    .finish()
            }
        }

        impl $crate::element::Wire<'_> for $name {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                $crate::element::Wire::read(from).map(Self)
            }

            fn write(
                &self,
                out: &mut dyn $crate::element::Sink,
            ) -> Result<(), $crate::element::BuildError> {
                $crate::element::Wire::write(&self.0, out)
            }
        }

        impl $crate::element::Record for $name {
            const SIZE: usize = <$word as $crate::element::Record>::SIZE;
        }
    };
    (@ $word:ty, $(#[$meta:meta])* $get:ident, $with:ident: $at:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> bool {
            self.0 >> $at & 1 == 1
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given.")]
        #[must_use]
        pub const fn $with(self, on: bool) -> Self {
            Self(self.0 & !(1 << $at) | (on as $word) << $at)
        }
    };
    (@ $word:ty, $(#[$meta:meta])* $get:ident, $with:ident: $at:literal, $width:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> $word {
            self.0 >> $at & (((1 as $word) << $width) - 1)
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given; higher bits are cut off.")]
        #[must_use]
        pub const fn $with(self, value: $word) -> Self {
            let mask = ((1 as $word) << $width) - 1;
            Self(self.0 & !(mask << $at) | (value & mask) << $at)
        }
    };
}

/// A field of up to 16 bytes of bits, read as one number, lowest byte first.
macro_rules! wide_bits {
    (
        $(#[$meta:meta])*
        pub struct $name:ident([u8; $len:literal]) {
            $($(#[$field_meta:meta])* $get:ident, $with:ident: $at:literal $(, $width:literal)?;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            const fn get(self, at: u32, width: u32) -> u16 {
                let mut word = 0_u128;
                let mut n = 0;
                while n < $len {
                    word |= (self.0[n] as u128) << (8 * n);
                    n += 1;
                }
                (word >> at) as u16 & (((1_u32 << width) - 1) as u16)
            }

            const fn with(self, at: u32, width: u32, value: u16) -> Self {
                let mask = ((1_u128 << width) - 1) << at;
                let value = ((value as u128) << at) & mask;
                let mut out = self.0;
                let mut n = 0;
                while n < $len {
                    out[n] = out[n] & !((mask >> (8 * n)) as u8) | (value >> (8 * n)) as u8;
                    n += 1;
                }
                Self(out)
            }

            $(wide_bits!(@ $(#[$field_meta])* $get, $with: $at $(, $width)?);)*
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("bytes", &format_args!("{:02x?}", self.0))
                    $(.field(stringify!($get), &self.$get()))*
                    .finish()
            }
        }

        impl $crate::element::Wire<'_> for $name {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                $crate::element::Wire::read(from).map(Self)
            }

            fn write(
                &self,
                out: &mut dyn $crate::element::Sink,
            ) -> Result<(), $crate::element::BuildError> {
                out.put(&self.0)
            }
        }

        impl $crate::element::Record for $name {
            const SIZE: usize = $len;
        }
    };
    (@ $(#[$meta:meta])* $get:ident, $with:ident: $at:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> bool {
            self.get($at, 1) == 1
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given.")]
        #[must_use]
        pub const fn $with(self, on: bool) -> Self {
            self.with($at, 1, on as u16)
        }
    };
    (@ $(#[$meta:meta])* $get:ident, $with:ident: $at:literal, $width:literal) => {
        $(#[$meta])*
        #[must_use]
        pub const fn $get(self) -> u16 {
            self.get($at, $width)
        }

        #[doc = concat!("With [`", stringify!($get), "`](Self::", stringify!($get), ") as given; higher bits are cut off.")]
        #[must_use]
        pub const fn $with(self, value: u16) -> Self {
            self.with($at, $width, value)
        }
    };
}
