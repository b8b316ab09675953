//! Shorthand for elements that are fields one after another.

/// An element: fields of known length in order, then others, as [`fields!`](crate::wire::fields) has them.
/// Without others, whatever follows is kept.
macro_rules! element {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal {
            $($fields:tt)*
        }
    ) => {
        element! {
            $(#[$meta])*
            pub struct $name: $id $(, prefix $prefix)?, $what {
                $($fields)*
            } then {
                /// Bytes behind those that are known.
                pub tail: &'a [u8],
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $id:expr $(, prefix $prefix:expr)?, $what:literal $({
            $($fields:tt)*
        })? then {
            $($more:tt)*
        }
    ) => {
        $crate::wire::fields! {
            $(#[$meta])*
            #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
            pub struct $name<'a> {
                $($($fields)*)?
            } then {
                $($more)*
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
