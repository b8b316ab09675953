//! Messages in a datagram.

use zerocopy::{FromBytes, IntoBytes};

use super::{Ack, Attr, Attrs, Flags, Header, Malformed, align, kind};

/// The messages of a datagram, one after another (`nlmsg_for_each_msg`).
///
/// Ends at the end of the bytes, or after the first error: there is no way to find the next message
/// behind a broken length.
#[derive(Debug, Clone)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages in `datagram`.
    #[must_use]
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }

    /// What has not been read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Malformed>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let message = Message::parse(self.rest);
        self.rest = match &message {
            Ok(message) => self.rest.get(align(message.bytes.len())..).unwrap_or_default(),
            Err(_) => &[],
        };
        Some(message)
    }
}

/// One message: a header that was checked against the bytes there are, and its payload.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    header: Header,
    bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// The message at the start of `bytes`; what follows it is not looked at (`nlmsg_ok`).
    ///
    /// # Errors
    /// [`Malformed`]: no whole header, or a length that can't be.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let Ok((header, _)) = Header::read_from_prefix(bytes) else {
            return Err(Malformed::Short(bytes.len()));
        };
        let length = Malformed::Length { said: header.len as usize, there: bytes.len() };
        if (header.len as usize) < Header::LEN {
            return Err(length);
        }
        let bytes = bytes.get(..header.len as usize).ok_or(length)?;
        Ok(Self { header, bytes })
    }

    /// The header.
    #[inline]
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// `nlmsg_type`.
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.header.kind
    }

    /// `nlmsg_flags`.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.header.flags()
    }

    /// All of the message, header included, padding not.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What follows the header (`nlmsg_data`).
    #[inline]
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(Header::LEN..).unwrap_or_default()
    }

    /// The family's fixed header: the payload's first bytes as a `T`. Where the sender knew a shorter `T`,
    /// the rest is zero.
    #[must_use]
    pub fn fixed<T: FromBytes + IntoBytes>(&self) -> T {
        zero_filled(self.payload())
    }

    /// The attributes behind a fixed header of `fixed_len` bytes (`nlmsg_attrdata`); none where the message
    /// is shorter.
    #[must_use]
    pub fn attrs(&self, fixed_len: usize) -> Attrs<'a> {
        Attrs::new(self.payload().get(align(fixed_len)..).unwrap_or_default())
    }

    /// The attributes behind a fixed header `T`.
    #[must_use]
    pub fn attrs_after<T>(&self) -> Attrs<'a> {
        self.attrs(size_of::<T>())
    }

    /// Where `attr` begins, in bytes from the start of the header; `None` for one that is not of this message.
    #[must_use]
    pub fn offset_of(&self, attr: &Attr<'_>) -> Option<usize> {
        let start = self.bytes.as_ptr().addr();
        let value = attr.value().as_ptr().addr().checked_sub(start)?;
        let end = value.checked_add(attr.value().len())?;
        let at = value.checked_sub(Attr::HEADER)?;
        (at >= Header::LEN && end <= self.bytes.len()).then_some(at)
    }

    /// What an [`kind::ERROR`] message says, an acknowledgement with error 0 included; `None` for
    /// other messages and for one too short to hold an error.
    #[must_use]
    pub fn ack(&self) -> Option<Ack<'a>> {
        if self.kind() == kind::ERROR { Ack::parse(*self) } else { None }
    }

    /// How a dump ended, for a [`kind::DONE`] message: 0, or an errno below zero. A `DONE` without a
    /// number, as some kernels send, counts as 0.
    #[must_use]
    pub fn done(&self) -> Option<i32> {
        (self.kind() == kind::DONE).then(|| zero_filled(self.payload()))
    }
}

/// The first bytes as a `T`; what is not there is zero.
pub(crate) fn zero_filled<T: FromBytes + IntoBytes>(bytes: &[u8]) -> T {
    if let Ok((value, _)) = T::read_from_prefix(bytes) {
        return value;
    }
    let mut value = T::new_zeroed();
    for (to, from) in value.as_mut_bytes().iter_mut().zip(bytes) {
        *to = *from;
    }
    value
}
