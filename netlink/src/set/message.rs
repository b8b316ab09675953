//! Whole messages: a family's fixed header, and its attributes.

use core::marker::PhantomData;

use zerocopy::{FromBytes, IntoBytes};

use super::{Set, Typed};
use crate::wire::{Header, Message, WriteError, Writer, align};

/// A message whose fixed header is an `H` and whose attributes are an `S`, borrowed.
pub struct MessageView<'a, H, S> {
    message: Message<'a>,
    shape: PhantomData<fn() -> (H, S)>,
}

impl<'a, H, S> MessageView<'a, H, S> {
    /// Reads `message` as such.
    #[must_use]
    pub const fn new(message: Message<'a>) -> Self {
        Self { message, shape: PhantomData }
    }

    /// The message itself.
    #[must_use]
    pub const fn message(&self) -> Message<'a> {
        self.message
    }

    /// Netlink's header.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.message.header()
    }
}

impl<'a, H: FromBytes + IntoBytes, S: Set> MessageView<'a, H, S> {
    /// The fixed header. Where its sender knew a shorter one, the rest is zero.
    #[must_use]
    pub fn body(&self) -> H {
        self.message.fixed()
    }

    /// The attributes.
    #[must_use]
    #[inline]
    pub fn attrs(&self) -> Typed<'a, S> {
        Typed::new(self.message.attrs_after::<H>())
    }
}

impl<H, S: Set> MessageView<'_, H, S> {
    /// Writes the message from what its attributes were read as.
    ///
    /// # Errors
    /// [`WriteError`]: nothing was written.
    pub fn write(&self, to: &mut Writer<'_>) -> Result<(), WriteError> {
        let payload = self.message.payload();
        let body = payload.get(..align(size_of::<H>())).unwrap_or(payload);
        let mut left = Typed::<S>::new(self.message.attrs_after::<H>());
        to.message(self.header(), |to| {
            to.unpadded(body)?;
            left.by_ref().try_for_each(|attr| S::write(&attr, to))?;
            to.unpadded(left.rest())
        })
    }
}

impl<H, S> Clone for MessageView<'_, H, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, S> Copy for MessageView<'_, H, S> {}

impl<H: FromBytes + IntoBytes + core::fmt::Debug, S: Set> core::fmt::Debug
    for MessageView<'_, H, S>
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("MessageView")
            .field("header", &self.header())
            .field("body", &self.body())
            .field("attrs", &self.attrs())
            .finish()
    }
}

/// A message whose fixed header is an `H` and whose attributes are an `S`, owned. Written, it gives the bytes that
/// it was read from.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq)]
pub struct MessageBuf<H, S: super::Owned> {
    /// Netlink's header. Its length is filled in when it is written.
    pub header: Header,
    /// The fixed header. What is longer than an `H` is attributes.
    pub body: super::FixedBuf<H>,
    /// The attributes.
    pub attrs: super::List<S>,
}

#[cfg(feature = "alloc")]
impl<H: FromBytes + IntoBytes + zerocopy::Immutable, S: super::Owned> MessageBuf<H, S> {
    /// A message to be sent.
    #[must_use]
    pub const fn new(header: Header, body: H, attrs: alloc::vec::Vec<S::Buf>) -> Self {
        Self { header, body: super::FixedBuf::new(body), attrs: super::List::new(attrs) }
    }

    /// Copies a message.
    #[must_use]
    pub fn read(message: &Message<'_>) -> Self {
        let payload = message.payload();
        Self {
            header: message.header(),
            body: super::FixedBuf {
                value: message.fixed(),
                known: payload.len().min(size_of::<H>()),
                tail: alloc::vec::Vec::new(),
            },
            attrs: super::List::read(message.attrs_after::<H>()),
        }
    }

    /// Writes the message.
    ///
    /// # Errors
    /// [`WriteError`](crate::wire::WriteError): nothing was written.
    pub fn write(&self, to: &mut crate::wire::Writer<'_>) -> Result<(), crate::wire::WriteError> {
        to.message(self.header, |body| {
            self.body.write(body)?;
            self.attrs.write(body)
        })
    }
}

/// Declares the messages of a protocol, told apart by a key: `Owned, View, by key { Name = pattern => Header, Set; … }`.
/// `key` takes the message.
macro_rules! messages {
    (
        $(#[$doc:meta])*
        pub $buf:ident, $view:ident, by $key:path {
            $( $(#[$row_doc:meta])* $name:ident = $pattern:pat => $header:ty, $set:ty; )*
        }
    ) => {
        $(#[$doc])*
        ///
        /// This one borrows.
        #[derive(Debug, Clone, Copy)]
        #[non_exhaustive]
        pub enum $view<'a> {
            $( $(#[$row_doc])* $name($crate::set::MessageView<'a, $header, $set>), )*
        }

        impl<'a> $view<'a> {
            /// Reads a message; `None` where its type has no row here.
            #[must_use]
            pub fn decode(message: $crate::wire::Message<'a>) -> Option<Self> {
                match $key(&message) {
                    $( Some($pattern) => Some(Self::$name($crate::set::MessageView::new(message))), )*
                    _ => None,
                }
            }

            /// Writes the message from what its attributes were read as.
            ///
            /// # Errors
            /// [`WriteError`](crate::wire::WriteError): nothing was written.
            pub fn encode(
                &self,
                to: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match self {
                    $( Self::$name(message) => message.write(to), )*
                }
            }
        }

        $(#[$doc])*
        #[cfg(feature = "alloc")]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $buf {
            $( $(#[$row_doc])* $name($crate::set::MessageBuf<$header, $set>), )*
        }

        #[cfg(feature = "alloc")]
        impl $buf {
            /// Copies a message; `None` where its type has no row here.
            #[must_use]
            pub fn decode(message: &$crate::wire::Message<'_>) -> Option<Self> {
                match $key(message) {
                    $( Some($pattern) => Some(Self::$name($crate::set::MessageBuf::read(message))), )*
                    _ => None,
                }
            }

            /// Writes the message, to the bytes that it was read from.
            ///
            /// # Errors
            /// [`WriteError`](crate::wire::WriteError): nothing was written.
            pub fn encode(
                &self,
                to: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::WriteError> {
                match self {
                    $( Self::$name(message) => message.write(to), )*
                }
            }

            /// Netlink's header.
            #[must_use]
            pub const fn header(&self) -> &$crate::wire::Header {
                match self {
                    $( Self::$name(message) => &message.header, )*
                }
            }
        }
    };
}
pub(crate) use messages;
