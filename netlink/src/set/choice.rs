//! [`choice!`]: a value whose shape another attribute tells.

/// Declares a [`Shape`](crate::set::Shape) that is one of several: `Shape: View, Owned, by key { Name = pattern: Shape; … }`.
/// `key` is given the attributes that this one is among, and says what the patterns are held against
/// (`IFLA_INFO_KIND` for `IFLA_INFO_DATA`). What no pattern matches, or is not of its row's shape, stays raw.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        pub $shape:ident: $view:ident, $buf:ident, by $key:path {
            $( $(#[$row_doc:meta])* $name:ident = $pattern:pat => $row:ty; )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $shape {}

        #[doc = concat!("A view of a [`", stringify!($shape), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[non_exhaustive]
        pub enum $view<'a> {
            $( $(#[$row_doc])* $name(<$row as $crate::set::Shape>::View<'a>), )*
            /// Of a kind without a row here, or not of its row's shape.
            Other($crate::wire::Attr<'a>),
        }

        impl $crate::set::Shape for $shape {
            type View<'a> = $view<'a>;
            const RULE: $crate::policy::Rule = $crate::policy::Rule::NESTED;

            fn read<'a>(
                attr: $crate::wire::Attr<'a>,
                among: $crate::wire::Attrs<'a>,
            ) -> Option<$view<'a>> {
                let chosen = match $key(among) {
                    $( Some($pattern) => {
                        <$row as $crate::set::Shape>::read(attr, among).map($view::$name)
                    } )*
                    _ => None,
                };
                Some(chosen.unwrap_or($view::Other(attr)))
            }

            fn write(
                view: &$view<'_>,
                kind: u16,
                to: &mut $crate::wire::Body<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match view {
                    $( $view::$name(view) => <$row as $crate::set::Shape>::write(view, kind, to), )*
                    $view::Other(attr) => to.attr(attr.raw_kind(), attr.value()),
                }
            }
        }

        #[doc = concat!("The value of a [`", stringify!($shape), "`], owned.")]
        #[cfg(feature = "alloc")]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $buf {
            $( $(#[$row_doc])* $name(<$row as $crate::set::Own>::Owned), )*
            /// Of a kind without a row here, or not of its row's shape.
            Other($crate::set::AttrBuf),
        }

        #[cfg(feature = "alloc")]
        impl $crate::set::Own for $shape {
            type Owned = $buf;

            fn own(view: $view<'_>) -> $buf {
                Self::own_within(view, $crate::set::MAX_DEPTH)
            }

            fn own_within(view: $view<'_>, depth: u32) -> $buf {
                match view {
                    $( $view::$name(view) => {
                        $buf::$name(<$row as $crate::set::Own>::own_within(view, depth))
                    } )*
                    $view::Other(attr) => $buf::Other($crate::set::AttrBuf::own(attr)),
                }
            }

            fn write_owned(
                owned: &$buf,
                kind: u16,
                to: &mut $crate::wire::Body<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match owned {
                    $( $buf::$name(value) => {
                        <$row as $crate::set::Own>::write_owned(value, kind, to)
                    } )*
                    $buf::Other(attr) => attr.write(to),
                }
            }
        }
    };
}
pub(crate) use choice;
