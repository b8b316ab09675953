//! Packets for another CPU.
//!
//! One of the crate's modules with `unsafe`.

use core::fmt;
use core::ptr;

use super::SkBuff;
use super::queue::SkQueue;
use super::raw::Header;
use super::sync::{AtomicPtr, AtomicU32, Ordering};
use crate::{DropReason, Rejected};

/// Whether the owner of an [`Inbox`] has to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "the owner sleeps on if nobody sends it the interrupt"]
pub enum Kick {
    /// The inbox was empty: send the owner an interrupt (Linux's IPI in `napi_schedule_rps`).
    Needed,
    /// Whoever pushed before has to, or the owner is at it.
    Pending,
}

/// A bounded, lock-free way for any number of threads to hand packets to one.
///
/// What crosses CPUs goes through one of these: packets that RPS steers, and packets for a card that
/// another CPU owns. Packets are linked through their own headers, so pushing allocates nothing; the
/// owner takes everything at once and finds it in the order of arrival.
///
/// An owner that goes [closes](Self::close) its inbox: it gets what was still in it, and from then on
/// producers get their packets back. Dropping an inbox that was not closed lets its packets go out of
/// scope.
///
/// ```
/// use softnet_sk_buff::{Inbox, Kick, PoolConfig, SkPool};
///
/// let mut pool = SkPool::heap(PoolConfig::default())?;
/// let inbox = Inbox::new(64);
/// std::thread::scope(|threads| {
///     let (inbox, skb) = (&inbox, pool.alloc(0).unwrap());
///     threads.spawn(move || assert_eq!(inbox.push(skb).unwrap(), Kick::Needed));
/// });
/// let mut arrived = inbox.take();
/// assert_eq!(arrived.len(), 1);
/// # pool.consume(arrived.pop_front().unwrap());
/// # Ok::<(), softnet_sk_buff::PoolError>(())
/// ```
pub struct Inbox {
    /// The packet that came last, or `closed()`.
    top: AtomicPtr<Header>,
    len: AtomicU32,
    limit: u32,
}

/// Stands for the stack of an inbox that takes no more. Never dereferenced.
const fn closed() -> *mut Header {
    ptr::without_provenance_mut(1)
}

// `Send` and `Sync` follow from the fields: packets are `Send`, and the stack hands each to one
// taker.

impl Inbox {
    /// An empty inbox for at most `limit` packets.
    #[must_use]
    #[cfg(not(loom))]
    pub const fn new(limit: u32) -> Self {
        Self { top: AtomicPtr::new(ptr::null_mut()), len: AtomicU32::new(0), limit }
    }

    /// An empty inbox for at most `limit` packets. Loom's atomics can't be made in a constant.
    #[must_use]
    #[cfg(loom)]
    pub fn new(limit: u32) -> Self {
        Self { top: AtomicPtr::new(ptr::null_mut()), len: AtomicU32::new(0), limit }
    }

    /// Hands a packet over. From any thread.
    ///
    /// # Errors
    /// With the packet: [`DropReason::INBOX_FULL`]; [`DropReason::DEV_READY`] if the inbox is closed,
    /// as `enqueue_to_backlog` says of a device that is going down.
    pub fn push(&self, skb: SkBuff) -> Result<Kick, Rejected<SkBuff>> {
        // The place is taken before the packet goes in and given up after it was taken out, so the
        // stack never holds more than `limit`. One that is refused never counts, not even for a
        // moment: others would be refused for it.
        let place = |len: u32| (len < self.limit).then(|| len + 1);
        if self.len.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place).is_err() {
            // Who hears "full" tries again, and must not do so for ever.
            let why = if self.is_closed() { DropReason::DEV_READY } else { DropReason::INBOX_FULL };
            return Err(Rejected { packet: skb, why });
        }
        let header = skb.into_raw();
        let mut top = self.top.load(Ordering::Relaxed);
        loop {
            if top == closed() {
                self.len.fetch_sub(1, Ordering::Relaxed);
                // SAFETY: handed over by `into_raw` and not on the stack, so it is a packet still.
                let packet = unsafe { SkBuff::from_raw(header) };
                return Err(Rejected { packet, why: DropReason::DEV_READY });
            }
            // SAFETY: handed over by `into_raw`, not yet on the stack.
            unsafe { (*header.as_ptr()).next = top };
            // Release hands the packet's contents to who takes the stack.
            match self.top.compare_exchange_weak(
                top,
                header.as_ptr(),
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => break,
                Err(now) => top = now,
            }
        }
        Ok(if top.is_null() { Kick::Needed } else { Kick::Pending })
    }

    /// Takes everything, first come first. Nothing if the inbox is closed.
    pub fn take(&self) -> SkQueue {
        let mut top = self.top.load(Ordering::Relaxed);
        // No plain swap, which would open a closed inbox again.
        while top != closed() {
            match self.top.compare_exchange_weak(
                top,
                ptr::null_mut(),
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                // SAFETY: the exchange took the stack whole.
                Ok(_) => return unsafe { self.taken(top) },
                Err(now) => top = now,
            }
        }
        SkQueue::new(0)
    }

    /// Closes the inbox for good and takes what was still in it, first come first. Nothing can get in
    /// any more: each packet is either here, or was taken before, or goes back to its producer.
    pub fn close(&self) -> SkQueue {
        let top = self.top.swap(closed(), Ordering::Acquire);
        if top == closed() {
            return SkQueue::new(0);
        }
        // SAFETY: the swap took the stack whole.
        unsafe { self.taken(top) }
    }

    /// # Safety
    /// `top` begins a stack that was pushed here, and the caller owns it.
    unsafe fn taken(&self, top: *mut Header) -> SkQueue {
        // SAFETY: by the caller's word, and all that is pushed are packets.
        let queue = unsafe { SkQueue::from_stack(top) };
        self.len.fetch_sub(queue.len() as u32, Ordering::Relaxed);
        queue
    }

    /// Whether [`close`](Self::close) was called, as far as this thread knows.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.top.load(Ordering::Relaxed) == closed()
    }

    /// Whether there is nothing to take, at this moment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let top = self.top.load(Ordering::Relaxed);
        top.is_null() || top == closed()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        drop(self.close());
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("limit", &self.limit).finish_non_exhaustive()
    }
}
