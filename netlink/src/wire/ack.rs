//! Answers: `struct nlmsgerr`, and the extended acknowledgement behind it.

use zerocopy::FromBytes;

use super::{Attr, Attrs, Flags, Header, Message, align};

/// What an error message says. Error 0 is an acknowledgement.
#[derive(Debug, Clone, Copy)]
pub struct Ack<'a> {
    error: i32,
    request: Header,
    payload: &'a [u8],
    attrs: Attrs<'a>,
}

impl<'a> Ack<'a> {
    pub(super) fn parse(message: Message<'a>) -> Option<Self> {
        let (error, rest) = i32::read_from_prefix(message.payload()).ok()?;
        let (request, behind) = Header::read_from_prefix(rest).ok()?;
        let whole = if message.flags().contains(Flags::CAPPED) {
            Header::LEN
        } else {
            (request.len as usize).max(Header::LEN)
        };
        let payload = rest.get(Header::LEN..whole).unwrap_or(behind);
        let attrs = if message.flags().contains(Flags::ACK_TLVS) {
            rest.get(align(whole)..).unwrap_or_default()
        } else {
            &[]
        };
        Some(Self { error, request, payload, attrs: Attrs::new(attrs) })
    }

    /// 0, or an errno below zero.
    #[must_use]
    pub const fn error(&self) -> i32 {
        self.error
    }

    /// The header of the request that this answers.
    #[must_use]
    pub const fn request(&self) -> Header {
        self.request
    }

    /// The payload of the request, empty in a capped answer.
    #[must_use]
    pub const fn request_payload(&self) -> &'a [u8] {
        self.payload
    }

    /// `NLMSGERR_ATTR_*`.
    #[must_use]
    pub fn attrs(&self) -> AckAttrs<'a> {
        let mut found = AckAttrs::default();
        for attr in self.attrs {
            match attr.kind() {
                1 => found.message = Some(attr.c_str()),
                2 => found.offset = attr.u32(),
                3 => found.cookie = Some(attr.value()),
                4 => found.policy = Some(attr),
                5 => found.missing_kind = attr.u32(),
                6 => found.missing_nest = attr.u32(),
                _ => {}
            }
        }
        found
    }
}

/// The extended acknowledgement: why a request was refused, and where.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct AckAttrs<'a> {
    /// `NLMSGERR_ATTR_MSG`: words for a person.
    pub message: Option<&'a [u8]>,
    /// `NLMSGERR_ATTR_OFFS`: where the attribute that was refused begins, from the request's header.
    pub offset: Option<u32>,
    /// `NLMSGERR_ATTR_COOKIE`: what the family says of a success.
    pub cookie: Option<&'a [u8]>,
    /// `NLMSGERR_ATTR_POLICY`: the rule that the attribute broke.
    pub policy: Option<Attr<'a>>,
    /// `NLMSGERR_ATTR_MISS_TYPE`: the type of an attribute that is missing.
    pub missing_kind: Option<u32>,
    /// `NLMSGERR_ATTR_MISS_NEST`: the offset of the nest that it is missing from; none: the message itself.
    pub missing_nest: Option<u32>,
}
