//! Messages written in place, into a buffer of the caller's.

use thiserror::Error;
use zerocopy::{Immutable, IntoBytes};

use super::{ALIGN, Attr, Header, align};

/// Why something could not be written. What was there before is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The buffer has no room for it (`-EMSGSIZE`): send what there is, and go on from here.
    #[error("the buffer is full")]
    Full,
    /// The attribute is longer than `nla_len` can say, 65,535 bytes, in whatever buffer.
    #[error("an attribute of {0} bytes: the most is 65535")]
    TooLong(usize),
}

/// Writes messages one after another into a buffer.
///
/// All that [`Writer::as_bytes`] shows is whole messages: one that did not fit is not there, so a dump sends these
/// and begins the next datagram with that one.
///
/// ```
/// use softnet_netlink::wire::{Flags, Header, Messages, Writer};
///
/// let mut buffer = [0; 64];
/// let mut writer = Writer::new(&mut buffer);
/// writer.message(Header::new(16, Flags::REQUEST).seq(7), |body| {
///     body.fixed(&[0_u8; 16])?;           // an ifinfomsg
///     body.attr(3, b"eth0\0")             // IFLA_IFNAME
/// })?;
/// let message = Messages::new(writer.as_bytes()).next().unwrap()?;
/// assert_eq!(message.attrs(16).find(3).and_then(|name| name.str()), Some("eth0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<'b> {
    body: Body<'b>,
}

impl<'b> Writer<'b> {
    /// Writes from the start of `buffer`.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { body: Body { buffer, len: 0, pads_64bit: false } }
    }

    /// Lets 64-bit values begin at multiples of eight, by padding attributes, as kernels do for machines that
    /// cannot read them elsewhere (`nla_align_64bit`). x86 and arm64 never do.
    #[must_use]
    pub const fn padding_64bit(mut self) -> Self {
        self.body.pads_64bit = true;
        self
    }

    /// The messages so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.body.buffer.get(..self.body.len).unwrap_or_default()
    }

    /// Bytes of the messages so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.body.len
    }

    /// Whether there is no message yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.body.len == 0
    }

    /// Forgets all messages.
    pub const fn clear(&mut self) {
        self.body.len = 0;
    }

    /// Writes a message whose payload `fill` writes. Its length is filled in; whatever `fill` fails with,
    /// the message is not there then.
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError::Full`].
    pub fn message<T, E: From<WriteError>>(
        &mut self,
        header: Header,
        fill: impl FnOnce(&mut Body<'b>) -> Result<T, E>,
    ) -> Result<T, E> {
        let start = self.body.len;
        let filled = self.body.push(header.as_bytes()).map_err(E::from);
        let value = filled.and_then(|()| fill(&mut self.body));
        let len = self.body.len.saturating_sub(start);
        let finished = value.and_then(|value| {
            let len = u32::try_from(len).map_err(|_| WriteError::TooLong(len))?;
            self.body.overwrite(start, len.as_bytes());
            self.body.pad()?;
            Ok(value)
        });
        if finished.is_err() {
            self.body.len = start;
        }
        finished
    }

    /// Copies a message, byte for byte, with `message` as its header and all that follows it.
    ///
    /// # Errors
    /// [`WriteError::Full`]: nothing was written.
    pub fn copy(&mut self, message: &[u8]) -> Result<(), WriteError> {
        let start = self.body.len;
        let copied = self.body.push(message).and_then(|()| self.body.pad());
        if copied.is_err() {
            self.body.len = start;
        }
        copied
    }
}

/// The payload of a message that is being written.
///
/// Each call writes all of what it is for or, failing, nothing.
#[derive(Debug)]
pub struct Body<'b> {
    buffer: &'b mut [u8],
    len: usize,
    pads_64bit: bool,
}

impl Body<'_> {
    /// Room left in the buffer.
    #[must_use]
    pub fn room(&self) -> usize {
        self.buffer.len().saturating_sub(self.len)
    }

    /// Writes a family's fixed header, padded.
    ///
    /// # Errors
    /// [`WriteError::Full`].
    #[inline]
    pub fn fixed<T: IntoBytes + Immutable + ?Sized>(
        &mut self,
        header: &T,
    ) -> Result<(), WriteError> {
        self.raw(header.as_bytes())
    }

    /// Writes bytes as they are, padded.
    ///
    /// # Errors
    /// [`WriteError::Full`].
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.transaction(|body| {
            body.push(bytes)?;
            body.pad()
        })
    }

    /// Writes an attribute (`nla_put`). `raw_kind` may hold `NLA_F_*` flags.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn attr(&mut self, raw_kind: u16, value: &[u8]) -> Result<(), WriteError> {
        self.place(raw_kind, value.len())?.copy_from_slice(value);
        Ok(())
    }

    /// As [`Body::attr`], for values whose length is known when this is compiled: a few stores, where that calls
    /// `memcpy`.
    #[inline]
    pub(crate) fn array<const N: usize>(
        &mut self,
        raw_kind: u16,
        value: &[u8; N],
    ) -> Result<(), WriteError> {
        self.place(raw_kind, N)?.copy_from_slice(value);
        Ok(())
    }

    /// Writes an attribute but for its value, `value_len` bytes that are returned.
    #[inline]
    fn place(&mut self, raw_kind: u16, value_len: usize) -> Result<&mut [u8], WriteError> {
        let whole = value_len.saturating_add(Attr::HEADER);
        let len = u16::try_from(whole).map_err(|_| WriteError::TooLong(whole))?;
        let room = self.buffer.get_mut(self.len..).ok_or(WriteError::Full)?;
        let room = room.get_mut(..align(whole)).ok_or(WriteError::Full)?;
        // The padding is somewhere in the last word, and what else is in there is written below and by the caller: a
        // store is less than to ask how much padding there is.
        *room.last_chunk_mut().ok_or(WriteError::Full)? = [0; ALIGN];
        let (header, rest) =
            room.split_first_chunk_mut::<{ Attr::HEADER }>().ok_or(WriteError::Full)?;
        let value = rest.get_mut(..value_len).ok_or(WriteError::Full)?;
        *header = zerocopy::transmute!([len, raw_kind]);
        self.len = self.len.saturating_add(align(whole));
        Ok(value)
    }

    /// Writes a number or a struct as an attribute.
    ///
    /// # Errors
    /// [`WriteError`].
    #[inline]
    pub fn value<T: IntoBytes + Immutable + ?Sized>(
        &mut self,
        raw_kind: u16,
        value: &T,
    ) -> Result<(), WriteError> {
        self.attr(raw_kind, value.as_bytes())
    }

    /// Writes text with a NUL behind it (`nla_put_string`).
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn string(&mut self, raw_kind: u16, text: &[u8]) -> Result<(), WriteError> {
        self.nest_as(raw_kind, |body: &mut Self| {
            body.push(text)?;
            body.push(&[0])
        })
    }

    /// Writes a 64-bit value, behind an attribute of type `pad` where the writer pads
    /// (`nla_put_u64_64bit`).
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn value_64bit<T: IntoBytes + Immutable + ?Sized>(
        &mut self,
        raw_kind: u16,
        value: &T,
        pad: u16,
    ) -> Result<(), WriteError> {
        self.transaction(|body| {
            if body.pads_64bit && body.len.is_multiple_of(8) {
                body.attr(pad, &[])?;
            }
            body.value(raw_kind, value)
        })
    }

    /// Writes an attribute of attributes, which `fill` writes; `NLA_F_NESTED` is set (`nla_nest_start`).
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError`]; the nest is not there then (`nla_nest_cancel`).
    pub fn nest<T, E: From<WriteError>>(
        &mut self,
        kind: u16,
        fill: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.nest_as(kind | 1 << 15, fill)
    }

    /// As [`Body::nest`], with no flag but those in `raw_kind`: `nla_nest_start_noflag`, which most of
    /// rtnetlink's older nests are made by.
    ///
    /// # Errors
    /// As [`Body::nest`].
    pub fn nest_as<T, E: From<WriteError>>(
        &mut self,
        raw_kind: u16,
        fill: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.measured(|len| [len, raw_kind], fill)
    }

    /// Writes a header that tells its own length together with that of what `fill` writes behind it, as
    /// `struct rtnexthop` does; `header` is given that length.
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError`]; nothing was written then.
    pub fn measured<H: IntoBytes + Immutable, T, E: From<WriteError>>(
        &mut self,
        header: impl Fn(u16) -> H,
        fill: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(|body| {
            let start = body.len;
            body.push(header(0).as_bytes())?;
            let value = fill(body)?;
            let whole = body.len.saturating_sub(start);
            let len = u16::try_from(whole).map_err(|_| WriteError::TooLong(whole))?;
            body.overwrite(start, header(len).as_bytes());
            body.pad()?;
            Ok(value)
        })
    }

    /// Undoes what `write` wrote if it fails.
    #[inline]
    fn transaction<T, E>(&mut self, write: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let start = self.len;
        let written = write(self);
        if written.is_err() {
            self.len = start;
        }
        written
    }

    /// Writes bytes as they are, unpadded: for the very end of a message or a nest.
    ///
    /// # Errors
    /// [`WriteError::Full`].
    #[inline]
    pub fn unpadded(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.push(bytes)
    }

    #[inline]
    fn push(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let end = self.len.saturating_add(bytes.len());
        self.buffer.get_mut(self.len..end).ok_or(WriteError::Full)?.copy_from_slice(bytes);
        self.len = end;
        Ok(())
    }

    #[inline]
    fn pad(&mut self) -> Result<(), WriteError> {
        let end = align(self.len);
        if end == self.len {
            return Ok(());
        }
        self.buffer.get_mut(self.len..end).ok_or(WriteError::Full)?.fill(0);
        self.len = end;
        Ok(())
    }

    #[inline]
    fn overwrite(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.buffer.get_mut(at..at.saturating_add(bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }
}
