//! Bytes of one's own: copy, and copy on write.

use super::raw::UNSET;
use super::{Checksum, SkBuff, SkPool};

/// Why a packet did not get bytes of its own. It is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The pool has no packet left.
    #[error("the pool is exhausted")]
    NoMemory,
    /// Data and rooms together are larger than the pool's buffers.
    #[error("larger than the pool's buffers")]
    TooBig,
}

impl SkPool {
    /// A packet with the same bytes, offsets, metadata and control block, and nothing shared
    /// (`skb_copy_expand`). Headers that were pulled come along as far as `headroom` reaches; one
    /// that does not is unset. `start` of a [`Checksum::Partial`] moves with the bytes.
    ///
    /// # Errors
    /// [`CopyError::TooBig`], [`CopyError::NoMemory`].
    pub fn copy(
        &mut self,
        skb: &SkBuff,
        headroom: usize,
        tailroom: usize,
    ) -> Result<SkBuff, CopyError> {
        let fields = skb.fields();
        let headroom = headroom.max(summed_before(fields.meta.checksum, fields.data));
        // Pulled headers are part of what a copy must show again, so the bytes before the data come
        // along as far as there is room for them.
        let kept = usize::from(fields.data - fields.floor).min(headroom);
        let needed = headroom.saturating_add(skb.headlen()).saturating_add(tailroom);
        if needed > self.buffer_size() as usize {
            return Err(CopyError::TooBig);
        }
        // Fits: `headroom` is no larger than a buffer, and those end at 65472.
        let start = (headroom - kept) as u16;
        let mut copy = self.alloc(start).ok_or(CopyError::NoMemory)?;
        let source = skb.bytes_with_headers(kept);
        match copy.put(source.len()) {
            Ok(bytes) => bytes.copy_from_slice(source),
            // A fresh packet of checked size is neither shared nor short.
            Err(_) => {
                self.consume(copy);
                return Err(CopyError::TooBig);
            }
        }
        let shift = headroom as i64 - i64::from(fields.data);
        let (mac, network, transport) = (fields.mac, fields.network, fields.transport);
        let to = copy.fields_mut();
        to.data = headroom as u16;
        to.mac = moved(mac, shift, start);
        to.network = moved(network, shift, start);
        to.transport = moved(transport, shift, start);
        to.meta = fields.meta;
        to.meta.checksum = resummed(fields.meta.checksum, shift);
        copy.record_mut().copy_third_line(skb.record());
        Ok(copy)
    }
}

/// Bytes before the data that are still to be summed, pulled as they may be: a copy must have a
/// place for them, or nobody could say any more where the sum starts.
fn summed_before(checksum: Checksum, data: u16) -> usize {
    match checksum {
        Checksum::Partial { start, .. } => data.saturating_sub(start).into(),
        _ => 0,
    }
}

/// The checksum's state after the data moved by `shift` (`skb_headers_offset_update`).
fn resummed(checksum: Checksum, shift: i64) -> Checksum {
    match checksum {
        Checksum::Partial { start, offset } => {
            // In bounds at both ends if `start` was: see `summed_before`.
            let moved = (i64::from(start) + shift).clamp(0, i64::from(u16::MAX));
            Checksum::Partial { start: moved as u16, offset }
        }
        other => other,
    }
}

/// Where a header begins after the data moved by `shift`; unset if it was not copied.
fn moved(offset: u16, shift: i64, first: u16) -> u16 {
    if offset == UNSET {
        return UNSET;
    }
    match u16::try_from(i64::from(offset) + shift) {
        Ok(at) if at >= first => at,
        _ => UNSET,
    }
}

impl SkBuff {
    fn bytes_with_headers(&self, before: usize) -> &[u8] {
        let fields = self.fields();
        self.bytes(fields.data - before as u16, fields.tail)
    }

    /// Gives the packet bytes of its own with at least `headroom` before and `tailroom` after its
    /// data (`pskb_expand_head`, which counts what it adds instead). Where headers and a partial
    /// checksum start is kept right.
    ///
    /// # Errors
    /// [`CopyError::TooBig`], [`CopyError::NoMemory`].
    pub fn expand_head(
        &mut self,
        pool: &mut SkPool,
        headroom: usize,
        tailroom: usize,
    ) -> Result<(), CopyError> {
        let mut copy = pool.copy(self, headroom, tailroom)?;
        // The packet keeps its identity, its header; the bytes change places, and the old ones go
        // with the header of the copy.
        let (to, from) = (self.fields_mut(), copy.fields_mut());
        to.swap_buffers(from);
        core::mem::swap(&mut to.payload, &mut from.payload);
        (to.data, to.tail, to.floor) = (from.data, from.tail, from.floor);
        (to.mac, to.network, to.transport) = (from.mac, from.network, from.transport);
        to.meta.checksum = from.meta.checksum;
        pool.consume(copy);
        Ok(())
    }

    /// Makes sure that headers may be written and that there are `headroom` bytes to push them into
    /// (`skb_cow_head`). Costs nothing if that is so already.
    ///
    /// # Errors
    /// [`CopyError::TooBig`], [`CopyError::NoMemory`].
    pub fn cow_head(&mut self, pool: &mut SkPool, headroom: usize) -> Result<(), CopyError> {
        if self.may_push() && self.headroom() >= headroom {
            return Ok(());
        }
        self.expand_head(pool, headroom.max(self.headroom()), 0)
    }

    /// Makes sure that all bytes may be written (`skb_unshare`, `skb_ensure_writable`). Costs
    /// nothing if nobody shares them.
    ///
    /// # Errors
    /// [`CopyError::TooBig`], [`CopyError::NoMemory`].
    pub fn unshare(&mut self, pool: &mut SkPool) -> Result<(), CopyError> {
        if !self.is_cloned() {
            return Ok(());
        }
        self.expand_head(pool, self.headroom(), 0)
    }
}
