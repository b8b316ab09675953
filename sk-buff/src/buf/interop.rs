//! Packets as `bytes` knows them.

use bytes::{Buf, Bytes};

use super::SkBuff;

/// Reading a packet consumes it from the front, as [`SkBuff::pull`] does.
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
impl Buf for SkBuff {
    fn remaining(&self) -> usize {
        self.headlen()
    }

    fn chunk(&self) -> &[u8] {
        self.data()
    }

    /// As `pull`. `Buf` wants a panic where the packet is shorter; here it ends up empty instead.
    fn advance(&mut self, count: usize) {
        let count = count.min(self.headlen());
        // Cannot fail: no more than there is.
        let _ = self.pull(count);
    }
}

/// A packet that goes back to its pool, as used, when the last `Bytes` of it is gone.
struct Frozen(Option<SkBuff>);

impl AsRef<[u8]> for Frozen {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], SkBuff::data)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        if let Some(skb) = self.0.take() {
            skb.consume();
        }
    }
}

/// No copy: the `Bytes` keeps the packet.
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
impl From<SkBuff> for Bytes {
    fn from(skb: SkBuff) -> Self {
        Self::from_owner(Frozen(Some(skb)))
    }
}
