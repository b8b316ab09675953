//! The header before each message: `struct nlmsghdr`.

use bitflags::bitflags;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Message types that every family shares (`NLMSG_*`). Those of families begin at [`kind::MIN`].
pub mod kind {
    /// `NLMSG_NOOP`: nothing to be done.
    pub const NOOP: u16 = 1;
    /// `NLMSG_ERROR`: an error, or with error 0 an acknowledgement.
    pub const ERROR: u16 = 2;
    /// `NLMSG_DONE`: the end of a dump; an `i32` follows, an errno below zero or 0.
    pub const DONE: u16 = 3;
    /// `NLMSG_OVERRUN`: data was lost. Linux never sends it.
    pub const OVERRUN: u16 = 4;
    /// `NLMSG_MIN_TYPE`: the first type that belongs to a family.
    pub const MIN: u16 = 0x10;
}

bitflags! {
    /// `nlmsg_flags`. The bits from 0x100 mean different things with different verbs; each meaning has
    /// its own name here, and bits that have none are kept.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Flags: u16 {
        /// `NLM_F_REQUEST`: a request. Without it a kernel's handler is not called.
        const REQUEST = 0x01;
        /// `NLM_F_MULTI`: one of several, ended by [`kind::DONE`].
        const MULTI = 0x02;
        /// `NLM_F_ACK`: acknowledge even if all went well.
        const ACK = 0x04;
        /// `NLM_F_ECHO`: let the sender have the notification, too.
        const ECHO = 0x08;
        /// `NLM_F_DUMP_INTR`: what is dumped changed meanwhile; the dump may be inconsistent.
        const DUMP_INTR = 0x10;
        /// `NLM_F_DUMP_FILTERED`: the dump was filtered as asked.
        const DUMP_FILTERED = 0x20;
        /// `NLM_F_ROOT`, to a get: the whole table.
        const ROOT = 0x100;
        /// `NLM_F_MATCH`, to a get: all that match.
        const MATCH = 0x200;
        /// `NLM_F_ATOMIC`, to a get: an atomic snapshot. Linux ignores it.
        const ATOMIC = 0x400;
        /// `NLM_F_DUMP`, to a get.
        const DUMP = 0x300;
        /// `NLM_F_REPLACE`, to a new: override what exists.
        const REPLACE = 0x100;
        /// `NLM_F_EXCL`, to a new: do not touch what exists.
        const EXCL = 0x200;
        /// `NLM_F_CREATE`, to a new: create what does not exist.
        const CREATE = 0x400;
        /// `NLM_F_APPEND`, to a new: add at the end of the list.
        const APPEND = 0x800;
        /// `NLM_F_NONREC`, to a delete: not recursively.
        const NONREC = 0x100;
        /// `NLM_F_BULK`, to a delete: many objects.
        const BULK = 0x200;
        /// `NLM_F_CAPPED`, in an answer: the request is not repeated in it.
        const CAPPED = 0x100;
        /// `NLM_F_ACK_TLVS`, in an answer: attributes follow ([`crate::wire::AckAttrs`]).
        const ACK_TLVS = 0x200;

        const _ = !0;
    }
}

/// `struct nlmsghdr`: length, type, flags, sequence number and port, in host order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, FromBytes, IntoBytes, KnownLayout, Immutable,
)]
#[repr(C)]
pub struct Header {
    /// `nlmsg_len`: bytes of the message, this header included, its padding not. A [`crate::wire::Writer`] fills
    /// it in.
    pub len: u32,
    /// `nlmsg_type`.
    pub kind: u16,
    flags: u16,
    /// `nlmsg_seq`: chosen by who asks, repeated by who answers.
    pub seq: u32,
    /// `nlmsg_pid`: a port id; 0 is the kernel's.
    pub port: u32,
}

impl Header {
    /// `NLMSG_HDRLEN`.
    pub const LEN: usize = size_of::<Self>();

    /// A header of a message yet to be written.
    #[must_use]
    pub const fn new(kind: u16, flags: Flags) -> Self {
        Self { len: 0, kind, flags: flags.bits(), seq: 0, port: 0 }
    }

    /// The same with the sequence number `seq`.
    #[must_use]
    pub const fn seq(mut self, seq: u32) -> Self {
        self.seq = seq;
        self
    }

    /// The same with the port id `port`.
    #[must_use]
    pub const fn port(mut self, port: u32) -> Self {
        self.port = port;
        self
    }

    /// `nlmsg_flags`.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        Flags::from_bits_retain(self.flags)
    }
}
