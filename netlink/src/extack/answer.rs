//! The answer to a request: `NLMSG_ERROR`, of which an acknowledgement is one with error 0 (`netlink_ack`).

use bitflags::bitflags;
use zerocopy::IntoBytes;

use super::ExtAck;
use crate::errno::Errno;
use crate::wire::{Attr, Body, Flags, Header, Message, WriteError, Writer, align, kind};

bitflags! {
    /// What a socket wants of the answers that it gets.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct AckOptions: u8 {
        /// `NETLINK_CAP_ACK`: no copy of a request that failed.
        const CAP_ACK = 1 << 0;
        /// `NETLINK_EXT_ACK`: what the handler says besides the number.
        const EXT_ACK = 1 << 1;
    }
}

/// An answer to be written.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The request.
    pub request: Message<'a>,
    /// The port of the socket that sent it, which its header need not say.
    pub port: u32,
    /// What came of it.
    pub result: Result<(), Errno>,
    /// What else is to be said.
    pub extack: &'a ExtAck,
    /// What the socket wants.
    pub options: AckOptions,
}

impl Answer<'_> {
    /// `sizeof(struct nlmsgerr)`.
    const FIXED: usize = 4 + Header::LEN;

    /// The bytes that Linux allocates for the message, which socket buffers are charged by. The message itself
    /// may be shorter.
    #[must_use]
    pub fn alloc_len(&self) -> usize {
        let copied = if self.is_capped() { 0 } else { self.request.payload().len() };
        let payload = Self::FIXED.saturating_add(copied).saturating_add(self.tlv_len());
        align(Header::LEN.saturating_add(payload))
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is written then.
    pub fn write(&self, to: &mut Writer<'_>) -> Result<(), WriteError> {
        let mut flags = Flags::empty();
        flags.set(Flags::CAPPED, self.is_capped());
        flags.set(Flags::ACK_TLVS, self.tlv_len() != 0);
        let seq = self.request.header().seq;
        to.message(Header::new(kind::ERROR, flags).seq(seq).port(self.port), |body| {
            body.fixed(&self.result.map_or_else(Errno::to_wire, |()| 0))?;
            body.fixed(self.request.header().as_bytes())?;
            if !self.is_capped() {
                body.raw(self.request.payload())?;
            }
            if self.tlv_len() != 0 {
                self.extack.write(self.request.header(), self.result.is_err(), body)?;
            }
            Ok(())
        })
    }

    /// A success is always capped.
    const fn is_capped(&self) -> bool {
        self.result.is_ok() || self.options.contains(AckOptions::CAP_ACK)
    }

    fn tlv_len(&self) -> usize {
        let wanted = self.options.contains(AckOptions::EXT_ACK);
        if wanted { self.extack.alloc_len(self.result.is_err()) } else { 0 }
    }
}

impl ExtAck {
    /// The bytes that Linux reserves for what is said, 0 where nothing is: then `NLM_F_ACK_TLVS` is not set
    /// (`netlink_ack_tlv_len`). `failed`: the answer tells of an error, so that the place and the rule are said
    /// too.
    #[must_use]
    pub fn alloc_len(&self, failed: bool) -> usize {
        let attr = |len: usize| align(len.saturating_add(Attr::HEADER));
        let words = self.words().map_or(0, |words| attr(words.len().saturating_add(1)));
        let cookie = if self.cookie.len == 0 { 0 } else { attr(self.cookie.len) };
        let said = words.saturating_add(cookie);
        if !failed {
            return said;
        }
        let number = |there: bool| if there { attr(4) } else { 0 };
        said.saturating_add(number(self.offset.is_some()))
            .saturating_add(self.rule.map_or(0, |rule| rule.described_len()))
            .saturating_add(number(self.missing_kind != 0))
            .saturating_add(number(self.missing_nest.is_some()))
    }

    /// Writes `NLMSGERR_ATTR_*` (`netlink_ack_tlv_fill`), behind the payload of an error or of a dump's end.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(
        &self,
        request: Header,
        failed: bool,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        if let Some(words) = self.words() {
            to.string(1, words)?;
        }
        if self.cookie.len != 0 {
            to.attr(3, self.cookie.as_bytes())?;
        }
        if !failed {
            return Ok(());
        }
        let inside = |offset: Option<usize>| {
            let offset = u32::try_from(offset?).ok()?;
            (offset >= Header::LEN as u32 && offset < request.len).then_some(offset)
        };
        if let Some(offset) = inside(self.offset) {
            to.value(2, &offset)?;
        }
        if let Some(rule) = self.rule {
            rule.describe(4, to, |_| None)?;
        }
        if self.missing_kind != 0 {
            to.value(5, &u32::from(self.missing_kind))?;
        }
        if let Some(offset) = inside(self.missing_nest) {
            to.value(6, &offset)?;
        }
        Ok(())
    }
}
