//! Shorthand for fixed fields of frames: little-endian, one behind the other, without gaps.

/// A [record](crate::wire::Record) that is read on its own; the last member may be all that follows.
macro_rules! layout {
    (
        $(#[$meta:meta])*
        $name:ident $what:literal {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)*
        }
    ) => {
        $crate::wire::record! {
            $(#[$meta])*
            pub struct $name {
                $($(#[doc = $doc])+ pub $field: $type,)*
            }
        }

        impl $name {
            /// Bytes.
            pub const LEN: usize = <Self as $crate::wire::Record>::LEN;

            /// Reads it from the front of `bytes`, and gives what follows.
            ///
            /// # Errors
            /// [`Malformed::Truncated`](crate::Malformed::Truncated).
            #[inline]
            pub fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), $crate::Malformed> {
                let mut rest = bytes;
                let parsed = $crate::wire::Wire::read(&mut rest);
                Ok((parsed.ok_or($crate::Malformed::Truncated($what))?, rest))
            }

            /// Its bytes.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; Self::LEN] {
                $crate::wire::fixed_bytes! { self: $($field: $type,)* }
            }

            /// Appends its bytes.
            pub fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.extend_from_slice(&self.to_bytes());
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
        $crate::wire::fields! {
            $(#[$meta])*
            #[derive(Clone, Copy, PartialEq, Eq, Debug)]
            pub struct $name<'a> {
                $($(#[doc = $doc])+ pub $field: $type,)*
            } then {
                $(#[doc = $rest_doc])+ pub $rest: &'a [u8],
            }
        }

        impl<'a> $name<'a> {
            /// Bytes before the last member.
            pub const FIXED_LEN: usize = 0 $(+ <$type as $crate::wire::Record>::LEN)*;

            /// Reads it; the last member takes what is left.
            ///
            /// # Errors
            /// [`Malformed::Truncated`](crate::Malformed::Truncated).
            #[inline]
            pub fn parse(bytes: &'a [u8]) -> Result<Self, $crate::Malformed> {
                let mut rest = bytes;
                $crate::wire::Wire::read(&mut rest).ok_or($crate::Malformed::Truncated($what))
            }

            /// Appends its bytes.
            #[inline]
            pub fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.extend_from_slice(&$crate::wire::fixed_bytes! { self: $($field: $type,)* });
                out.extend_from_slice(self.$rest);
            }
        }
    };
}

pub(crate) use layout;
