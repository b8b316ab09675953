//! Messages and attributes as bytes: views to read them, a writer to make them.
//!
//! Nothing here knows a family, allocates or fails with a panic. A datagram is read by [`Messages`],
//! a message's attributes by [`Attrs`]; [`Writer`] puts messages into a buffer of the caller's.
//! All integers are in host byte order, as netlink's are, unless a name says `be`.

mod ack;
mod attr;
mod header;
mod message;
mod write;

pub use ack::{Ack, AckAttrs};
pub use attr::{Attr, Attrs};
pub use header::{Flags, Header, kind};
pub use message::{Message, Messages};
pub use write::{Body, WriteError, Writer};

use thiserror::Error;

/// `NLMSG_ALIGNTO` and `NLA_ALIGNTO`: what messages and attributes are padded to.
pub const ALIGN: usize = 4;

/// `NLMSG_ALIGN`, `NLA_ALIGN`: `len` rounded up to a multiple of four, or `usize::MAX` when there is none.
#[inline]
#[must_use]
pub const fn align(len: usize) -> usize {
    // Not `checked_next_multiple_of`, which asks for the remainder.
    match len.checked_add(ALIGN - 1) {
        Some(above) => above & !(ALIGN - 1),
        None => usize::MAX,
    }
}

/// Received bytes that are no message or attribute, by the rules of `nlmsg_ok` and `nla_ok`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Malformed {
    /// What is left is shorter than a header.
    #[error("{0} bytes are left, too few for a header")]
    Short(usize),
    /// The length in the header is less than the header, or more than there is.
    #[error("a header says {said} bytes where there are {there}")]
    Length {
        /// The length in the header.
        said: usize,
        /// The bytes from that header to the end.
        there: usize,
    },
}

#[cfg(test)]
mod tests;
