//! Shorthand for elements that are fields one after another.

/// An element: its fields in order, then whatever follows, kept.
macro_rules! element {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        whole! {
            $(#[$meta])*
            pub struct $name: $id $(, prefix $prefix)?, $what {
                $($(#[$field_meta])* pub $field: $type,)*
                /// Bytes behind those that are known.
                pub tail: &'a [u8],
            }
        }
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

        impl<'a> $crate::wire::Wire<'a> for $name<'a> {
            #[inline]
            fn read(from: &mut &'a [u8]) -> Option<Self> {
                $(let $field = $crate::wire::Wire::read(from)?;)*
                Some(Self { $($field,)* })
            }

            $crate::wire::write_fields! { $($field)* }
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
