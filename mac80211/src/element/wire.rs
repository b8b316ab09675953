//! How values stand in elements.

use softnet_sk_buff::MacAddr;

use super::{BuildError, Sink};
use crate::{AkmSuite, CipherSuite};

/// A value that is read from an element's bytes, and written as the same bytes again.
pub trait Wire<'a>: Sized {
    /// Takes it from the front of `from`; `None` if that is too short.
    fn read(from: &mut &'a [u8]) -> Option<Self>;

    /// Appends its bytes.
    ///
    /// # Errors
    /// [`BuildError`].
    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError>;
}

/// A value whose bytes are always as many.
pub trait Record: Copy + for<'a> Wire<'a> {
    /// Bytes.
    const SIZE: usize;
}

macro_rules! integers {
    ($($type:ty)+) => { $(
        impl Wire<'_> for $type {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                <[u8; size_of::<$type>()]>::read(from).map(<$type>::from_le_bytes)
            }

            fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
                out.put(&self.to_le_bytes())
            }
        }

        impl Record for $type {
            const SIZE: usize = size_of::<$type>();
        }
    )+ };
}

integers!(u8 i8 u16 u32 u64);

impl<const N: usize> Wire<'_> for [u8; N] {
    #[inline]
    fn read(from: &mut &[u8]) -> Option<Self> {
        let (value, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(*value)
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(self)
    }
}

impl<const N: usize> Record for [u8; N] {
    const SIZE: usize = N;
}

macro_rules! bytes_inside {
    ($($type:ty, $from:expr, $to:expr;)+) => { $(
        impl Wire<'_> for $type {
            #[inline]
            fn read(from: &mut &[u8]) -> Option<Self> {
                Wire::read(from).map($from)
            }

            fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
                out.put(&$to(*self))
            }
        }
    )+ };
}

bytes_inside! {
    MacAddr, MacAddr, |addr: Self| addr.octets();
    CipherSuite, Self::from_bytes, |suite: Self| suite.to_bytes();
    AkmSuite, Self::from_bytes, |suite: Self| suite.to_bytes();
}

impl Record for MacAddr {
    const SIZE: usize = 6;
}

impl Record for CipherSuite {
    const SIZE: usize = 4;
}

impl Record for AkmSuite {
    const SIZE: usize = 4;
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

/// Takes `len` bytes from the front of `from`.
#[inline]
pub(super) fn take<'a>(from: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(taken)
}

/// Reads a value where a flag says that it is there.
#[inline]
pub(super) fn read_if<'a, T: Wire<'a>>(there: bool, from: &mut &'a [u8]) -> Option<Option<T>> {
    if there { T::read(from).map(Some) } else { Some(None) }
}
