//! The half of a packet that stays behind.

use core::fmt;

use super::SkBuff;

/// A packet that can read its bytes from the payload on and nothing before (`skb->nohdr`, the upper
/// half of `dataref`).
///
/// TCP keeps one of these in its retransmit queue. Each transmission is a
/// [`clone_of_payload`](crate::SkPool::clone_of_payload) that pushes its own headers in front, into
/// the same buffer: nothing is copied, although the bytes are shared.
///
/// ```
/// use softnet_sk_buff::{PoolConfig, SkPool};
///
/// let mut pool = SkPool::heap(PoolConfig::default())?;
/// let mut skb = pool.alloc(64).unwrap();
/// skb.put(4)?.copy_from_slice(b"data");
/// let payload = skb.into_payload();
///
/// let mut segment = pool.clone_of_payload(&payload).unwrap();
/// segment.push(3)?.copy_from_slice(b"tcp");
/// assert_eq!((segment.data(), payload.data()), (&b"tcpdata"[..], &b"data"[..]));
///
/// // A second one while the first is out could read the first's headers: it may not write them.
/// let mut again = pool.clone_of_payload(&payload).unwrap();
/// assert!(again.push(3).is_err());
/// again.cow_head(&mut pool, 64)?;
/// again.push(3)?.copy_from_slice(b"TCP");
/// # pool.consume(segment); pool.consume(again); pool.consume(payload.into_inner());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Payload(SkBuff);

impl Payload {
    pub(super) fn new(skb: SkBuff) -> Self {
        Self(skb)
    }

    pub(super) fn inner(&self) -> &SkBuff {
        &self.0
    }

    /// The payload's bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.0.data()
    }

    /// Bytes in the payload.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the payload has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The packet again, to be freed or read on. It still sees the payload only, and writes to its
    /// bytes are refused as long as anyone shares them.
    #[must_use]
    pub fn into_inner(self) -> SkBuff {
        self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Payload").field(&self.0).finish()
    }
}
