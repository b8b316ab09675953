//! [`attributes!`](crate::attributes): a set, written as a table.

/// Declares a [`Set`](crate::set::Set): `Set: Attribute, AttributeBuf { Name = number: Shape; … }`.
///
/// A row may end in `=> rule` where a request's value must obey another
/// [`Rule`](crate::policy::Rule) than its shape's own. Before the brace, `strict from N` makes the rules of types
/// from `N` strict for old families (`strict_start_type`), and `policy NAME` gives the policy a name: policies that
/// nest each other in a ring must name each other so, `=> Rule::nested(&NAME)`.
///
/// ```
/// use softnet_netlink::policy::Rule;
/// use softnet_netlink::set::{Text, Typed};
/// use softnet_netlink::wire::Attrs;
///
/// softnet_netlink::attributes! {
///     /// What a greeting is made of.
///     pub Greeting: GreetingAttr, GreetingBuf {
///         /// Whom we greet.
///         Name = 1: Text => Rule::nul_string(15);
///         /// How often.
///         Times = 2: u32;
///     }
/// }
///
/// let bytes = [8, 0, 2, 0, 3, 0, 0, 0];
/// let mut attrs = Typed::<Greeting>::new(Attrs::new(&bytes));
/// # #[cfg(target_endian = "little")]
/// assert_eq!(attrs.next(), Some(GreetingAttr::Times(3)));
/// ```
#[macro_export]
macro_rules! attributes {
    (
        $(#[$doc:meta])*
        $vis:vis $set:ident: $attr:ident, $buf:ident $(, strict from $strict:literal)? $(, policy $policy:ident)? {
            $( $(#[$row_doc:meta])* $name:ident = $number:literal: $shape:ty $(=> $rule:expr)?; )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $set {}

        #[doc = concat!("An attribute of [`", stringify!($set), "`], borrowed from its message.")]
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[non_exhaustive]
        $vis enum $attr<'a> {
            $(
                $(#[$row_doc])*
                $name(<$shape as $crate::set::Shape>::View<'a>),
            )*
            /// Without a row here, or not of its row's shape.
            Other($crate::wire::Attr<'a>),
        }

        impl $crate::set::Set for $set {
            type Attr<'a> = $attr<'a>;
            const POLICY: &'static $crate::policy::Policy = $crate::policy!(($($policy)?) {
                [$($number),*], [$(($number, $crate::rule!($shape $(=> $rule)?))),*], ($($strict)?)
            });

            #[inline]
            fn read<'a>(
                attr: $crate::wire::Attr<'a>,
                among: $crate::wire::Attrs<'a>,
            ) -> $attr<'a> {
                let _ = &among;
                let typed = match attr.kind() {
                    $($number => <$shape as $crate::set::Shape>::read(attr, among).map($attr::$name),)*
                    _ => None,
                };
                typed.unwrap_or($attr::Other(attr))
            }

            #[inline]
            fn write(
                attr: &$attr<'_>,
                to: &mut $crate::wire::Body<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match attr {
                    $($attr::$name(view) => <$shape as $crate::set::Shape>::write(view, $number, to),)*
                    $attr::Other(attr) => to.attr(attr.raw_kind(), attr.value()),
                }
            }
        }

        $crate::named_policy! { ($($policy)?) {
            [$($number),*], [$(($number, $crate::rule!($shape $(=> $rule)?))),*], ($($strict)?)
        } }

        $crate::owned_attributes! { $vis $set: $attr, $buf {
            $( $(#[$row_doc])* $name = $number: $shape; )*
        } }
    };
}

/// A set's policy: the one of that name, or one of these numbers, rules and first strict type.
#[doc(hidden)]
#[macro_export]
macro_rules! policy {
    (($policy:ident) $table:tt) => {
        &$policy
    };
    (() $table:tt) => {{
        $crate::named_policy! { (POLICY) $table }
        &POLICY
    }};
}

/// A policy in a place of its own, so that it is the same one everywhere.
#[doc(hidden)]
#[macro_export]
macro_rules! named_policy {
    (() $table:tt) => {};
    (($policy:ident) { [$($number:literal),*], [$($row:expr),*], ($($strict:literal)?) }) => {
        pub(crate) static $policy: $crate::policy::Policy = {
            static RULES: [$crate::policy::Rule; $crate::policy::kinds_len(&[$($number),*])] =
                $crate::policy::table(&[$($row),*]);
            $crate::policy::Policy::new(&RULES) $(.strict_from($strict))?
        };
    };
}

/// A row's rule, or its shape's.
#[doc(hidden)]
#[macro_export]
macro_rules! rule {
    ($shape:ty => $rule:expr) => {
        $rule
    };
    ($shape:ty) => {
        <$shape as $crate::set::Shape>::RULE
    };
}

/// The owned half of [`attributes!`](crate::attributes).
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! owned_attributes {
    (
        $vis:vis $set:ident: $attr:ident, $buf:ident {
            $( $(#[$row_doc:meta])* $name:ident = $number:literal: $shape:ty; )*
        }
    ) => {
        #[doc = concat!("An attribute of [`", stringify!($set), "`], owned.")]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis enum $buf {
            $(
                $(#[$row_doc])*
                $name(<$shape as $crate::set::Own>::Owned),
            )*
            /// Without a row here, or not of its row's shape.
            Other($crate::set::AttrBuf),
        }

        impl $crate::set::Owned for $set {
            type Buf = $buf;

            fn own(attr: $attr<'_>) -> $buf {
                Self::own_within(attr, $crate::set::MAX_DEPTH)
            }

            fn own_within(attr: $attr<'_>, depth: u32) -> $buf {
                let _ = depth;
                match attr {
                    $($attr::$name(view) => {
                        $buf::$name(<$shape as $crate::set::Own>::own_within(view, depth))
                    })*
                    $attr::Other(attr) => $buf::Other($crate::set::AttrBuf::own(attr)),
                }
            }

            fn write_owned(
                buf: &$buf,
                to: &mut $crate::wire::Body<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match buf {
                    $($buf::$name(value) => {
                        <$shape as $crate::set::Own>::write_owned(value, $number, to)
                    })*
                    $buf::Other(attr) => attr.write(to),
                }
            }
        }
    };
}

/// Without `alloc` there is no owned half.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! owned_attributes {
    ($($rows:tt)*) => {};
}
