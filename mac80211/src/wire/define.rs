//! Shorthand for values of fixed size.

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
        }
    )+ };
}

/// [`Wire::write`](crate::wire::Wire::write) of a struct: its fields in order.
macro_rules! write_fields {
    ($($field:ident)*) => {
        #[inline]
        fn write(
            &self,
            out: &mut dyn $crate::wire::Sink,
        ) -> Result<(), $crate::wire::BuildError> {
            $($crate::wire::Wire::write(&self.$field, out)?;)*
            Ok(())
        }
    };
}

/// A record of several fields, in order.
///
/// Its length is checked once, so that reading it is a handful of loads.
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
                let (fixed, rest) =
                    from.split_first_chunk::<{ <$name as $crate::wire::Record>::LEN }>()?;
                *from = rest;
                let mut fixed = fixed.as_slice();
                Some(Self { $($field: $crate::wire::Wire::read(&mut fixed)?,)* })
            }

            $crate::wire::write_fields! { $($field)* }
        }

        impl $crate::wire::Record for $name {
            const LEN: usize = 0 $(+ <$type as $crate::wire::Record>::LEN)*;
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

        $crate::wire::field_as! { $name, $int, Self, |value: Self| value.0; }
    };
}

pub(crate) use {codes, field_as, record, write_fields};
