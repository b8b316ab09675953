//! Refusals. Whatever held a packet gives it back.

use crate::DropReason;

/// A packet, or work with a packet in it, that was not taken; and why.
///
/// Nothing is lost yet: the caller may try again, send it elsewhere, or free it with the reason.
#[derive(Debug)]
#[must_use = "the packet inside is freed without a reason if this is dropped"]
pub struct Rejected<T> {
    /// What was not taken.
    pub packet: T,
    /// Why.
    pub why: DropReason,
}

/// Why a buffer's geometry could not be changed. The packet is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// Fewer bytes before the data than needed (Linux's `skb_under_panic`).
    #[error("not enough headroom")]
    Headroom,
    /// Fewer bytes after the data than needed (Linux's `skb_over_panic`).
    #[error("not enough tailroom")]
    Tailroom,
    /// The packet is shorter than what was to be taken or pointed at.
    #[error("the packet is too short")]
    TooShort,
    /// Another packet shares the bytes that would be written: `cow_head` or `unshare` it first.
    #[error("the bytes are shared with another packet")]
    Shared,
    /// Reserving room is for empty packets.
    #[error("the packet is not empty")]
    NotEmpty,
    /// The header to go back to was never set, or lies behind the data.
    #[error("no such header")]
    NoHeader,
}

impl GeometryError {
    /// The reason to free a packet with that can't go on because of this.
    #[must_use]
    pub const fn reason(self) -> DropReason {
        match self {
            Self::TooShort => DropReason::PKT_TOO_SMALL,
            _ => DropReason::GEOMETRY,
        }
    }
}
