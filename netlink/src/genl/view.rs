//! A message of generic netlink, read.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::wire::{Attrs, Message, align};

/// `struct genlmsghdr`, behind `struct nlmsghdr`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, FromBytes, IntoBytes, KnownLayout, Immutable,
)]
#[repr(C)]
pub struct GenlHeader {
    /// `cmd`: one of the family's commands.
    pub cmd: u8,
    /// `version`: of the family. The kernel does not look at a request's.
    pub version: u8,
    /// `reserved`: 0 in requests with a command that is new enough to be checked.
    pub reserved: u16,
}

impl GenlHeader {
    /// `GENL_HDRLEN`.
    pub const LEN: usize = size_of::<Self>();

    /// A header.
    #[must_use]
    pub const fn new(cmd: u8, version: u8) -> Self {
        Self { cmd, version, reserved: 0 }
    }
}

/// A message of generic netlink.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    message: Message<'a>,
    header: GenlHeader,
}

impl<'a> View<'a> {
    /// Reads a message; `None` where it is too short for a [`GenlHeader`].
    #[must_use]
    pub fn new(message: Message<'a>) -> Option<Self> {
        let (header, _) = GenlHeader::read_from_prefix(message.payload()).ok()?;
        Some(Self { message, header })
    }

    /// The message.
    #[must_use]
    pub const fn message(&self) -> Message<'a> {
        self.message
    }

    /// The family's id: the message's type.
    #[must_use]
    pub const fn family(&self) -> u16 {
        self.message.kind()
    }

    /// `struct genlmsghdr`.
    #[must_use]
    pub const fn header(&self) -> GenlHeader {
        self.header
    }

    /// `genl_info_userhdr`: the family's own header of `len` bytes, `None` where the message is shorter.
    #[must_use]
    pub fn user_header(&self, len: usize) -> Option<&'a [u8]> {
        let end = GenlHeader::LEN.checked_add(len)?;
        self.message.payload().get(GenlHeader::LEN..end)
    }

    /// The attributes, behind a family's own header of `user_header` bytes.
    #[must_use]
    pub fn attrs(&self, user_header: usize) -> Attrs<'a> {
        self.message.attrs(GenlHeader::LEN.saturating_add(align(user_header)))
    }
}
