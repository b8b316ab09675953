//! How the action frames of a category are told by their code, and bodies that several share.

use crate::frame::StatusCode;
use crate::frame::layout::layout;

/// An enum of the action frames of one category, by action code. Codes without a type keep their bytes.
macro_rules! by_code {
    (
        $(#[$meta:meta])*
        $name:ident $what:literal {
            $($(#[doc = $doc:literal])+ $code:literal $variant:ident($body:ident),)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum $name<'a> {
            $($(#[doc = $doc])+ $variant($body<'a>),)+
            /// One of another code.
            Other {
                /// Action code.
                code: u8,
                /// What follows it.
                body: &'a [u8],
            },
        }

        impl<'a> $name<'a> {
            /// Reads one from its action code on.
            ///
            /// # Errors
            /// [`Malformed::Truncated`](crate::Malformed::Truncated) if a fixed field is not all there.
            #[inline]
            pub fn parse(bytes: &'a [u8]) -> Result<Self, $crate::Malformed> {
                let (&code, body) =
                    bytes.split_first().ok_or($crate::Malformed::Truncated($what))?;
                Ok(match code {
                    $($code => Self::$variant($body::parse(body)?),)+
                    _ => Self::Other { code, body },
                })
            }

            /// Its action code.
            #[must_use]
            pub const fn code(&self) -> u8 {
                match *self {
                    $(Self::$variant(_) => $code,)+
                    Self::Other { code, .. } => code,
                }
            }

            /// Appends its bytes, from the action code on.
            pub fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.push(self.code());
                match self {
                    $(Self::$variant(body) => body.write(out),)+
                    Self::Other { body, .. } => out.extend_from_slice(body),
                }
            }
        }
    };
}

pub(super) use by_code;

layout! {
    /// An action frame of elements alone.
    Bare<'a> "action frame" {
    } then {
        /// Elements.
        elements
    }
}

layout! {
    /// An action frame of a dialog token, then elements.
    Dialog<'a> "action frame with dialog token" {
        /// Chosen by who asks, not 0; an answer has the same. 0 without being asked.
        dialog_token: u8,
    } then {
        /// Elements.
        elements
    }
}

layout! {
    /// An action frame of a dialog token and a status, then elements.
    DialogStatus<'a> "action frame with dialog token and status" {
        /// That of the request.
        dialog_token: u8,
        /// Success or why not.
        status: StatusCode,
    } then {
        /// Elements.
        elements
    }
}
