//! Shorthand for values that are fields one after another, and for codes.

/// A record that is another one inside: a number, or an array.
macro_rules! field_as {
    ($($type:ty, $inside:ty, $from:expr, $to:expr;)+) => { $(
        impl $crate::wire::Wire<'_> for $type {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                <$inside as $crate::wire::Wire<'_>>::read(from).map($from)
            }

            #[inline]
            fn write(
                &self,
                out: &mut dyn $crate::wire::Sink,
            ) -> Result<(), $crate::wire::BuildError> {
                $crate::wire::Wire::write(&$to(*self), out)
            }
        }

        impl $crate::wire::Record for $type {
            const LEN: usize = <$inside as $crate::wire::Record>::LEN;

            #[inline]
            fn put<'b>(&self, room: &'b mut [u8]) -> &'b mut [u8] {
                $crate::wire::Record::put(&$to(*self), room)
            }
        }
    )+ };
}

/// Takes fields of known length from the front of `$from`, each into a variable of its name.
///
/// Their length is checked once, so that reading them is a handful of loads.
macro_rules! read_fixed {
    ($from:ident: $($field:ident: $type:ty,)*) => {
        let (fixed, rest) = $from
            .split_first_chunk::<{ 0 $(+ <$type as $crate::wire::Record>::LEN)* }>()?;
        *$from = rest;
        let fixed = &mut fixed.as_slice();
        $(let $field = <$type as $crate::wire::Wire<'_>>::read(fixed)?;)*
        let _ = fixed;
    };
}

/// The bytes of fields of known length, one behind the other: to be written in one go.
macro_rules! fixed_bytes {
    ($value:ident: $($field:ident: $type:ty,)*) => {{
        let mut bytes = [0; 0 $(+ <$type as $crate::wire::Record>::LEN)*];
        let room = bytes.as_mut_slice();
        $(let room = $crate::wire::Record::put(&$value.$field, room);)*
        let _ = room;
        bytes
    }};
}

/// A record of several fields, in order.
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

        impl $crate::wire::Wire<'_> for $name {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                $crate::wire::read_fixed! { from: $($field: $type,)* }
                Some(Self { $($field,)* })
            }

            #[inline]
            fn write(
                &self,
                out: &mut dyn $crate::wire::Sink,
            ) -> Result<(), $crate::wire::BuildError> {
                out.put(&$crate::wire::fixed_bytes! { self: $($field: $type,)* })
            }
        }

        impl $crate::wire::Record for $name {
            const LEN: usize = 0 $(+ <$type as $crate::wire::Record>::LEN)*;

            #[inline]
            fn put<'b>(&self, room: &'b mut [u8]) -> &'b mut [u8] {
                $(let room = $crate::wire::Record::put(&self.$field, room);)*
                room
            }
        }
    };
}

/// Fields of known length, in order, then others: those with a condition are there if it holds, and the last
/// may take all that is left.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        pub struct $name:ident<'a> {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        } then {
            $($(#[$more_meta:meta])* pub $more:ident: $more_type:ty $(where $there:expr)?,)*
        }
    ) => {
        $(#[$meta])*
        pub struct $name<'a> {
            $($(#[$field_meta])* pub $field: $type,)*
            $($(#[$more_meta])* pub $more: $more_type,)*
        }

        impl<'a> $crate::wire::Wire<'a> for $name<'a> {
            #[inline]
            fn read(from: &mut &'a [u8]) -> Option<Self> {
                $crate::wire::read_fixed! { from: $($field: $type,)* }
                $(let $more = $crate::wire::fields!(@read from $(, $there)?)?;)*
                Some(Self { $($field,)* $($more,)* })
            }

            #[inline]
            fn write(
                &self,
                out: &mut dyn $crate::wire::Sink,
            ) -> Result<(), $crate::wire::BuildError> {
                out.put(&$crate::wire::fixed_bytes! { self: $($field: $type,)* })?;
                $($crate::wire::Wire::write(&self.$more, out)?;)*
                Ok(())
            }
        }
    };
    (@read $from:ident) => { $crate::wire::Wire::read($from) };
    (@read $from:ident, $there:expr) => { $crate::wire::read_if($there, $from) };
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

        $crate::wire::field_as! { $name, $int, Self, |value: Self| value.0; }
    };
}

pub(crate) use {codes, field_as, fields, fixed_bytes, read_fixed, record};
