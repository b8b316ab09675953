//! How values stand in frames and in their elements: read from bytes, and written as the same bytes again.
//!
//! Numbers are little-endian, and there are no gaps.

mod bits;
mod define;
mod list;
mod sink;

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

pub(crate) use bits::{bits, wide_bits};
pub(crate) use define::{codes, field_as, fields, fixed_bytes, read_fixed, record};
pub use list::List;
pub(crate) use sink::Count;
pub use sink::{Bounded, BuildError, Sink};

use crate::{AkmSuite, CipherSuite};

/// A value that is read from bytes, and written as the same bytes again.
pub trait Wire<'a>: Sized {
    /// Takes it from the front of `from`; `None` if that is too short.
    fn read(from: &mut &'a [u8]) -> Option<Self>;

    /// Appends its bytes.
    ///
    /// # Errors
    /// [`BuildError`].
    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError>;
}

/// A value whose bytes are always as many: only a lack of room keeps it from being written.
pub trait Record: Copy + for<'a> Wire<'a> {
    /// Bytes.
    const LEN: usize;

    /// Puts its bytes to the front of `room`, and gives what is left of that: nothing, and nothing is put, if it is
    /// too small.
    fn put<'b>(&self, room: &'b mut [u8]) -> &'b mut [u8];

    /// Appends its bytes; a [`Vec`] has room.
    #[inline]
    fn append(&self, out: &mut Vec<u8>) {
        append(self, out);
    }
}

impl<const N: usize> Wire<'_> for [u8; N] {
    #[inline]
    fn read(from: &mut &[u8]) -> Option<Self> {
        <&[u8; N]>::read(from).copied()
    }

    #[inline]
    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(self)
    }
}

impl<const N: usize> Record for [u8; N] {
    const LEN: usize = N;

    #[inline]
    fn put<'b>(&self, room: &'b mut [u8]) -> &'b mut [u8] {
        let Some((bytes, rest)) = room.split_first_chunk_mut() else { return &mut [] };
        *bytes = *self;
        rest
    }
}

field_as! {
    u8, [u8; 1], Self::from_le_bytes, Self::to_le_bytes;
    i8, [u8; 1], Self::from_le_bytes, Self::to_le_bytes;
    u16, [u8; 2], Self::from_le_bytes, Self::to_le_bytes;
    u32, [u8; 4], Self::from_le_bytes, Self::to_le_bytes;
    u64, [u8; 8], Self::from_le_bytes, Self::to_le_bytes;
    MacAddr, [u8; 6], MacAddr, MacAddr::octets;
    CipherSuite, [u8; 4], Self::from_bytes, |suite: Self| suite.to_bytes();
    AkmSuite, [u8; 4], Self::from_bytes, |suite: Self| suite.to_bytes();
}

/// So many bytes, where they are.
impl<'a, const N: usize> Wire<'a> for &'a [u8; N] {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let (bytes, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(bytes)
    }

    #[inline]
    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(*self)
    }
}

/// All the bytes that are left.
impl<'a> Wire<'a> for &'a [u8] {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        Some(core::mem::take(from))
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(self)
    }
}

/// There if the bytes for it are.
impl<T: Record> Wire<'_> for Option<T> {
    #[inline]
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(T::read(from))
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.as_ref().map_or(Ok(()), |value| value.write(out))
    }
}

/// Appends a value without counts in it, which could overflow: a [`Vec`] refuses nothing.
#[inline]
pub(crate) fn append<'a>(value: &impl Wire<'a>, out: &mut Vec<u8>) {
    let written = value.write(out);
    debug_assert_eq!(written, Ok(()));
}

/// Takes `len` bytes from the front of `from`.
#[inline]
pub(crate) fn take<'a>(from: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(taken)
}

/// Reads a value where a flag says that it is there.
#[inline]
pub(crate) fn read_if<'a, T: Wire<'a>>(there: bool, from: &mut &'a [u8]) -> Option<Option<T>> {
    if there { T::read(from).map(Some) } else { Some(None) }
}

/// Appends a field where a flag says that it is there; one that is missing as 0.
pub(crate) fn append_if<T: Record + Default>(there: bool, value: Option<T>, out: &mut Vec<u8>) {
    if there {
        value.unwrap_or_default().append(out);
    }
}
