//! Messages on their way.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::PortId;
use crate::wire::Writer;

/// A datagram that the kernel sends, and how big a buffer it was written into.
///
/// The capacity is what is charged to the receiver, as far as Linux does not trim it: see
/// [`Layout::trimmed`](super::Layout::trimmed).
#[derive(Debug, Clone)]
pub struct Datagram {
    pub(super) bytes: Vec<u8>,
    pub(super) capacity: usize,
}

impl Datagram {
    /// `nlmsg_new(capacity)`: what `write` writes into a buffer of that many bytes.
    ///
    /// # Errors
    /// What `write` failed with.
    pub fn write<E>(
        capacity: usize,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut bytes = alloc::vec![0; capacity];
        let mut writer = Writer::new(&mut bytes);
        write(&mut writer)?;
        let len = writer.len();
        bytes.truncate(len);
        Ok(Self { bytes, capacity })
    }

    /// `bytes` in a buffer of `capacity` bytes, or of their own length where that is more.
    pub(crate) fn allocated(bytes: Vec<u8>, capacity: usize) -> Self {
        let capacity = capacity.max(bytes.len());
        Self { bytes, capacity }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Vec<u8>> for Datagram {
    /// In a buffer that is exactly as long.
    fn from(bytes: Vec<u8>) -> Self {
        let capacity = bytes.len();
        Self { bytes, capacity }
    }
}

/// A message in a queue. The bytes are shared by all who were sent it.
#[derive(Debug, Clone)]
pub(super) struct Packet<C> {
    /// The first `len` bytes are the message: a dump's buffer keeps its length, to be used again.
    pub(super) buffer: Arc<Vec<u8>>,
    pub(super) len: usize,
    pub(super) truesize: u32,
    pub(super) from: PortId,
    pub(super) group: u32,
    pub(super) nsid: Option<i32>,
    /// The sender's; none: the kernel's.
    pub(super) creds: Option<C>,
}

impl<C> Packet<C> {
    /// What the kernel sends.
    pub(super) fn kernel(bytes: Vec<u8>, truesize: u32) -> Self {
        let len = bytes.len();
        let (from, nsid) = (PortId::KERNEL, None);
        Self { buffer: Arc::new(bytes), len, truesize, from, group: 0, nsid, creds: None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }
}
