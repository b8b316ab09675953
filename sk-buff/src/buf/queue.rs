//! A queue of packets.
//!
//! One of the crate's modules with `unsafe`: packets are linked through their own headers.

use core::fmt;
use core::ptr::{self, NonNull};

use super::SkBuff;
use super::raw::Header;
use crate::{DropReason, Rejected};

/// First in, first out, bounded, without memory of its own (`struct sk_buff_head`).
///
/// Dropping a queue lets its packets go out of scope, which counts them as
/// [`DropReason::NOT_SPECIFIED`]: empty it first.
///
/// ```
/// use softnet_sk_buff::{PoolConfig, SkPool, SkQueue};
///
/// let mut pool = SkPool::heap(PoolConfig::default())?;
/// let mut queue = SkQueue::new(1);
/// assert!(queue.push_back(pool.alloc(0).unwrap()).is_ok());
/// let rejected = queue.push_back(pool.alloc(0).unwrap()).unwrap_err();
/// pool.consume(rejected.packet);
/// while let Some(skb) = queue.pop_front() { pool.consume(skb); }
/// # Ok::<(), softnet_sk_buff::PoolError>(())
/// ```
pub struct SkQueue {
    first: *mut Header,
    last: *mut Header,
    len: u32,
    limit: u32,
    bytes: u64,
}

// SAFETY: the queue owns its packets, which are `Send`.
unsafe impl Send for SkQueue {}

impl SkQueue {
    /// An empty queue for at most `limit` packets.
    #[must_use]
    pub const fn new(limit: u32) -> Self {
        Self { first: ptr::null_mut(), last: ptr::null_mut(), len: 0, limit, bytes: 0 }
    }

    /// Packets in the queue.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// Whether it takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len >= self.limit
    }

    /// Bytes in all its packets.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a packet at the end (`__skb_queue_tail`).
    ///
    /// # Errors
    /// [`DropReason::QUEUE_LIMIT`], with the packet, if the queue is full.
    pub fn push_back(&mut self, skb: SkBuff) -> Result<(), Rejected<SkBuff>> {
        let header = self.admit(skb)?;
        // SAFETY: `admit` hands the header over.
        unsafe { (*header.as_ptr()).next = ptr::null_mut() };
        match NonNull::new(self.last) {
            // SAFETY: what is in the queue is owned by the queue.
            Some(last) => unsafe { (*last.as_ptr()).next = header.as_ptr() },
            None => self.first = header.as_ptr(),
        }
        self.last = header.as_ptr();
        Ok(())
    }

    /// Adds a packet at the front: one that was taken out and could not be used
    /// (`__skb_queue_head`).
    ///
    /// # Errors
    /// [`DropReason::QUEUE_LIMIT`], with the packet, if the queue is full.
    pub fn push_front(&mut self, skb: SkBuff) -> Result<(), Rejected<SkBuff>> {
        let header = self.admit(skb)?;
        // SAFETY: `admit` hands the header over.
        unsafe { (*header.as_ptr()).next = self.first };
        if self.first.is_null() {
            self.last = header.as_ptr();
        }
        self.first = header.as_ptr();
        Ok(())
    }

    fn admit(&mut self, skb: SkBuff) -> Result<NonNull<Header>, Rejected<SkBuff>> {
        if self.is_full() {
            return Err(Rejected { packet: skb, why: DropReason::QUEUE_LIMIT });
        }
        self.len += 1;
        self.bytes += skb.len() as u64;
        Ok(skb.into_raw())
    }

    /// Takes the first packet out (`__skb_dequeue`).
    pub fn pop_front(&mut self) -> Option<SkBuff> {
        let header = NonNull::new(self.first)?;
        // SAFETY: what is in the queue is owned by the queue.
        self.first = unsafe { (*header.as_ptr()).next };
        if self.first.is_null() {
            self.last = ptr::null_mut();
        }
        // SAFETY: taken off the list, so handed over; it was a packet's when it came.
        let skb = unsafe { SkBuff::from_raw(header) };
        self.len -= 1;
        self.bytes -= skb.len() as u64;
        Some(skb)
    }

    /// The first packet, left in place (`skb_peek`).
    #[must_use]
    pub fn front(&self) -> Option<&SkBuff> {
        self.iter().next()
    }

    /// The packets, first to last.
    pub fn iter(&self) -> Iter<'_> {
        Iter { slot: &raw const self.first, _queue: core::marker::PhantomData }
    }

    /// Moves all of `other`'s packets behind this queue's (`skb_queue_splice_tail`), and its limit
    /// up if that takes it: a splice loses nothing.
    pub fn append(&mut self, other: &mut Self) {
        if other.is_empty() {
            return;
        }
        match NonNull::new(self.last) {
            // SAFETY: what is in the queue is owned by the queue.
            Some(last) => unsafe { (*last.as_ptr()).next = other.first },
            None => self.first = other.first,
        }
        self.last = other.last;
        self.len += other.len;
        self.bytes += other.bytes;
        self.limit = self.limit.max(self.len);
        (other.first, other.last) = (ptr::null_mut(), ptr::null_mut());
        (other.len, other.bytes) = (0, 0);
    }

    /// A queue from a list that runs last to first, as a return stack does.
    ///
    /// # Safety
    /// The caller owns the list, whose headers are packets'.
    pub(super) unsafe fn from_stack(mut top: *mut Header) -> Self {
        let mut queue = Self::new(u32::MAX);
        while let Some(header) = NonNull::new(top) {
            // SAFETY: owned by the caller.
            top = unsafe { (*header.as_ptr()).next };
            // SAFETY: as before, and a packet's by the caller's word.
            let skb = unsafe { SkBuff::from_raw(header) };
            queue.bytes += skb.len() as u64;
            queue.len += 1;
            let header = skb.into_raw();
            // SAFETY: handed over by `into_raw`.
            unsafe { (*header.as_ptr()).next = queue.first };
            if queue.first.is_null() {
                queue.last = header.as_ptr();
            }
            queue.first = header.as_ptr();
        }
        queue
    }
}

impl Drop for SkQueue {
    fn drop(&mut self) {
        while self.pop_front().is_some() {}
    }
}

impl<'a> IntoIterator for &'a SkQueue {
    type Item = &'a SkBuff;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The packets of a [`SkQueue`], first to last.
pub struct Iter<'a> {
    /// Where the pointer to the next packet lies: in the queue, or in the packet before.
    slot: *const *mut Header,
    _queue: core::marker::PhantomData<&'a SkQueue>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a SkBuff;

    fn next(&mut self) -> Option<&'a SkBuff> {
        // SAFETY: the slot lies in the queue or in a packet of it, both borrowed for 'a.
        let header = NonNull::new(unsafe { *self.slot })?;
        // SAFETY: `SkBuff` is a transparent non-null pointer to a header, and that is what the slot
        // holds, for as long as the queue is borrowed.
        let skb = unsafe { &*self.slot.cast::<SkBuff>() };
        // SAFETY: what is in the queue is owned by the queue.
        self.slot = unsafe { &raw const (*header.as_ptr()).next };
        Some(skb)
    }
}

impl fmt::Debug for SkQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SkQueue")
            .field("len", &self.len)
            .field("bytes", &self.bytes)
            .field("limit", &self.limit)
            .finish()
    }
}

impl fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}
