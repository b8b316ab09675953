//! The three records behind a packet, and how they hang together.
//!
//! ```text
//!   SkBuff ──► Header ─────► Shared ─────► bytes of the data region
//!              (own)    ┌──► (counted)
//!   clone  ──► Header ──┘
//!                 └──► Home ◄── SkPool     return list, lifetime
//! ```
//!
//! `Header` and `Shared` are kept in ordinary memory, away from the bytes: a device that writes
//! where it should not corrupts packets, never pointers.
//!
//! One of the crate's modules with `unsafe`: giving up a reference must not outlast it.

use core::mem::MaybeUninit;
use core::ptr::NonNull;

use super::Meta;
use super::home::Home;
use super::sync::{AtomicU32, Ordering};

/// Bytes that each layer may use as it likes while it owns the packet (`skb->cb`).
pub const CB_LEN: usize = 48;

/// Fragments that a packet will be able to carry (`MAX_SKB_FRAGS`).
pub const MAX_FRAGS: usize = 17;

/// "This header is not set", as Linux's `(typeof(skb->mac_header))~0U`.
pub(super) const UNSET: u16 = u16::MAX;

#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(super) struct ControlBytes(pub(super) [u8; CB_LEN]);

/// A packet's own header. Whoever holds the `SkBuff`, free list, queue or return list with it owns
/// every field, `next` included.
///
/// Two cache lines that every packet uses, and a third for the control block and the length on the wire,
/// which costs nothing until someone writes to it.
#[repr(C, align(64))]
pub(super) struct Header {
    pub(super) next: *mut Header,
    pub(super) home: NonNull<Home>,
    pub(super) view: View,
    /// Means nothing unless `view.third_line` says so: see [`Header::cb`].
    cb: ControlBytes,
    /// Likewise: see [`Header::wire_len`].
    wire_len: u32,
}

/// What is valid of a header's third cache line.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
struct ThirdLine(u8);

impl ThirdLine {
    const NOTHING: Self = Self(0);
    const CB: u8 = 1;
    const WIRE_LEN: u8 = 2;

    #[inline]
    const fn has(self, what: u8) -> bool {
        self.0 & what != 0
    }
}

/// What a packet is over, and all that is known of it besides the control block. What a clone takes
/// over from its original, in one stretch so that copying it takes few moves.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct View {
    /// Never null in a packet. On a return list, null if the header comes without a buffer; on the
    /// pool's shelf of bare headers it says nothing.
    pub(super) shared: *mut Shared,
    /// `shared.memory`, cached.
    pub(super) head: *mut u8,
    pub(super) truesize: u32,
    /// Offsets from `head`: `floor <= data <= tail <= end`. 16 bits as those of the headers: buffers
    /// are no larger (`PoolConfig::buffer_size`).
    pub(super) end: u16,
    // From here to the end, alloc writes everything.
    /// The reference to `shared` is a payload-only one.
    pub(super) payload: bool,
    /// What of the third line someone has written to since alloc.
    third_line: ThirdLine,
    pub(super) data: u16,
    pub(super) tail: u16,
    /// Bytes in fragments: 0 as long as packets are linear.
    pub(super) data_len: u32,
    // Here, 16 bytes before the second cache line, none of the stores to it lies across two.
    pub(super) meta: Meta,
    /// The least offset whose bytes this packet may read; 0 unless it came from a [`super::Payload`].
    pub(super) floor: u16,
    pub(super) mac: u16,
    pub(super) network: u16,
    pub(super) transport: u16,
}

// What alloc writes, and what a clone copies, is two cache lines; the control block is in a third.
crate::build_bug_on!(core::mem::offset_of!(Header, cb) > 128);
crate::build_bug_on!(size_of::<Header>() > 192);

impl View {
    /// Over nothing.
    pub(super) const fn none() -> Self {
        Self {
            shared: core::ptr::null_mut(),
            head: core::ptr::null_mut(),
            truesize: 0,
            end: 0,
            floor: 0,
            data: 0,
            tail: 0,
            data_len: 0,
            mac: UNSET,
            network: UNSET,
            transport: UNSET,
            payload: false,
            third_line: ThirdLine::NOTHING,
            meta: Meta::new(),
        }
    }

    pub(super) fn attach(&mut self, shared: NonNull<Shared>, memory: NonNull<u8>, size: u16) {
        self.shared = shared.as_ptr();
        self.head = memory.as_ptr();
        self.end = size;
        // As a clone of another pool's packet, the header cost what that packet costs.
        self.truesize = u32::from(size) + size_of::<Header>() as u32;
    }

    #[inline]
    pub(super) fn detach(&mut self) -> *mut Shared {
        self.head = core::ptr::null_mut();
        core::mem::replace(&mut self.shared, core::ptr::null_mut())
    }

    /// What a new packet must not inherit from the last use of its header.
    #[inline]
    pub(super) fn reset(&mut self, headroom: u16) {
        (self.payload, self.third_line) = (false, ThirdLine::NOTHING);
        (self.data, self.tail, self.data_len) = (headroom, headroom, 0);
        // Copied whole from a static: field by field takes twice the stores.
        self.meta = FRESH;
        self.floor = 0;
        (self.mac, self.network, self.transport) = (UNSET, UNSET, UNSET);
    }

    /// Swaps buffers with `other`, which is how a packet gets bytes of its own.
    pub(super) fn swap_buffers(&mut self, other: &mut Self) {
        core::mem::swap(&mut self.shared, &mut other.shared);
        core::mem::swap(&mut self.head, &mut other.head);
        core::mem::swap(&mut self.end, &mut other.end);
        core::mem::swap(&mut self.truesize, &mut other.truesize);
    }
}

impl Header {
    /// A header without bytes.
    pub(super) fn bare(home: NonNull<Home>) -> Self {
        Self { next: core::ptr::null_mut(), home, view: View::none(), cb: UNTOUCHED, wire_len: 0 }
    }

    /// The control block: zeroes if nobody wrote to it yet.
    #[inline]
    pub(super) fn cb(&self) -> &ControlBytes {
        if self.view.third_line.has(ThirdLine::CB) { &self.cb } else { &UNTOUCHED }
    }

    /// The same, to write.
    #[inline]
    pub(super) fn cb_mut(&mut self) -> &mut ControlBytes {
        if !self.view.third_line.has(ThirdLine::CB) {
            // Now, and not in alloc: a packet whose control block nobody uses doesn't pay for it.
            self.cb = UNTOUCHED;
            self.view.third_line.0 |= ThirdLine::CB;
        }
        &mut self.cb
    }

    /// The length on the wire, if someone found out that it isn't the packet's own.
    #[inline]
    pub(super) fn wire_len(&self) -> Option<u32> {
        self.view.third_line.has(ThirdLine::WIRE_LEN).then_some(self.wire_len)
    }

    #[inline]
    pub(super) fn set_wire_len(&mut self, len: Option<u32>) {
        self.view.third_line.0 &= !ThirdLine::WIRE_LEN;
        if let Some(len) = len {
            self.wire_len = len;
            self.view.third_line.0 |= ThirdLine::WIRE_LEN;
        }
    }

    /// Takes `other`'s control block and length on the wire.
    #[inline]
    pub(super) fn copy_third_line(&mut self, other: &Self) {
        self.view.third_line = other.view.third_line;
        if other.view.third_line != ThirdLine::NOTHING {
            (self.cb, self.wire_len) = (other.cb, other.wire_len);
        }
    }

    /// Becomes a full packet over what `other` is over, with all that is known of it.
    #[inline]
    pub(super) fn take_after(&mut self, other: &Self) {
        // Not by assignment, for which the compiler goes through the stack.
        // SAFETY: both are valid views, and of two headers: one is borrowed exclusively.
        unsafe { core::ptr::copy_nonoverlapping(&raw const other.view, &raw mut self.view, 1) };
        self.view.payload = false;
        if other.view.third_line != ThirdLine::NOTHING {
            (self.cb, self.wire_len) = (other.cb, other.wire_len);
        }
    }
}

/// A control block that nobody wrote to.
static UNTOUCHED: ControlBytes = ControlBytes([0; CB_LEN]);

/// What is known of a packet that was just allocated.
static FRESH: Meta = Meta::new();

/// Room for a fragment: a page or buffer, where in it, how much. Laid out now so that paged packets
/// will move nothing.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Frag {
    _buffer: *mut Shared,
    _offset: u32,
    _len: u32,
}

/// The fragments of a packet, apart from what every packet needs of its shared record.
pub(super) type Frags = MaybeUninit<[Frag; MAX_FRAGS]>;

/// What all clones of a packet share (`struct skb_shared_info`).
#[repr(C, align(64))]
pub(super) struct Shared {
    /// For spare lists only: written by who owns the buffer alone.
    pub(super) next: *mut Shared,
    pub(super) home: NonNull<Home>,
    pub(super) memory: NonNull<u8>,
    pub(super) size: u16,
    /// `dataref`: all references in the low half, payload-only ones counted again in the high half,
    /// whose top bit says that there has been one (`HAD_PAYLOAD`). A free buffer keeps its 1, so that
    /// alloc need not touch this line.
    refs: AtomicU32,
    /// At most the least offset that a payload-only reference may read. `u32::MAX` in a free buffer,
    /// and put back there by the last holder if `HAD_PAYLOAD`.
    payload_start: AtomicU32,
    _nr_frags: u8,
    _frags: NonNull<Frags>,
}

// One cache line, the only one that free reads besides the header's first.
crate::build_bug_on!(size_of::<Shared>() > 64 && !cfg!(loom));

const ALL: u32 = 0xffff;
const PAYLOAD: u32 = 1 << 16;
/// Set by the first that becomes a payload-only reference, cleared by the last holder of any.
const HAD_PAYLOAD: u32 = 1 << 31;
/// Clones refused from here on: far below the 16 bits, so that concurrent attempts cannot carry.
const MAX_REFS: u32 = 0x7fff;

fn payloads(refs: u32) -> u32 {
    (refs & !HAD_PAYLOAD) >> 16
}

impl Shared {
    pub(super) fn new(
        home: NonNull<Home>,
        memory: NonNull<u8>,
        size: u16,
        frags: NonNull<Frags>,
    ) -> Self {
        Self {
            next: core::ptr::null_mut(),
            home,
            memory,
            size,
            refs: AtomicU32::new(1),
            payload_start: AtomicU32::new(u32::MAX),
            _nr_frags: 0,
            _frags: frags,
        }
    }

    /// Takes another reference; `false` if there are too many.
    ///
    /// # Safety
    /// No other thread uses the caller's reference meanwhile.
    #[inline]
    pub(super) unsafe fn get(&self) -> bool {
        // Acquire: the store below ends what earlier holders released with their last decrement, so
        // this thread must have it already, to pass it on with the new reference.
        let refs = self.refs.load(Ordering::Acquire);
        if refs & ALL == 1 {
            // The caller's is the only one, so nobody else counts now.
            self.refs.store(refs + 1, Ordering::Relaxed);
            return true;
        }
        // Relaxed: the new reference comes from an existing one, which keeps the buffer.
        if self.refs.fetch_add(1, Ordering::Relaxed) & ALL < MAX_REFS {
            return true;
        }
        self.refs.fetch_sub(1, Ordering::Relaxed);
        false
    }

    /// Gives a reference up; `true` if it was the last, after which the caller owns the buffer and
    /// the count stands at 1 again.
    ///
    /// # Safety
    /// The record is alive, and the caller holds a reference of the kind that `payload` says, which
    /// it forgets.
    #[inline]
    pub(super) unsafe fn put(this: NonNull<Self>, payload: bool) -> bool {
        // Field by field: once the count has fallen, the last holder may write the record's plain
        // fields, or free it. A `&Self` would claim until the end of this call that neither happens.
        // SAFETY: alive by the caller's reference, and used no more once that is given up unless it
        // was the last.
        let refs = unsafe { &(*this.as_ptr()).refs };
        // Acquire: writes of earlier holders happen before the buffer's next use.
        let now = refs.load(Ordering::Acquire);
        if now == 1 {
            // By far the most packets: never cloned, or the clones are gone.
            return true;
        }
        let mine = if payload { 1 + PAYLOAD } else { 1 };
        let before =
            if now & !HAD_PAYLOAD == mine { now } else { refs.fetch_sub(mine, Ordering::AcqRel) };
        if before & !HAD_PAYLOAD != mine {
            return false;
        }
        refs.store(1, Ordering::Relaxed);
        if before & HAD_PAYLOAD != 0 {
            // SAFETY: the last holder owns the record.
            unsafe { &(*this.as_ptr()).payload_start }.store(u32::MAX, Ordering::Relaxed);
        }
        true
    }

    /// Whether anyone else holds a reference, of either kind (`skb_cloned`).
    #[inline]
    pub(super) fn is_shared(&self) -> bool {
        self.refs.load(Ordering::Acquire) & ALL != 1
    }

    /// Whether anyone but the caller holds a full reference (`skb_header_cloned`). The caller's own
    /// is a payload-only one if `payload`.
    #[inline]
    pub(super) fn is_header_shared(&self, payload: bool) -> bool {
        let refs = self.refs.load(Ordering::Acquire);
        let full = (refs & ALL) - payloads(refs);
        full != u32::from(!payload)
    }

    /// First offset that header bytes end at for the one that may write them: where the first
    /// payload begins, if there is any.
    #[inline]
    pub(super) fn header_end(&self) -> u32 {
        // Acquire pairs with `release_header`, so the start is at least as new as the count.
        if payloads(self.refs.load(Ordering::Acquire)) == 0 {
            u32::MAX
        } else {
            self.payload_start.load(Ordering::Relaxed)
        }
    }

    /// Turns the caller's full reference into a payload-only one that reads from `start` on.
    pub(super) fn release_header(&self, start: u32) {
        if self.refs.load(Ordering::Acquire) & !HAD_PAYLOAD == 1 {
            // Alone: what an earlier payload left behind says nothing any more, and nobody else counts.
            self.payload_start.store(start, Ordering::Relaxed);
            self.refs.store(HAD_PAYLOAD + PAYLOAD + 1, Ordering::Release);
            return;
        }
        self.payload_start.fetch_min(start, Ordering::Relaxed);
        // Before this reference is given up, so the last holder finds it.
        self.refs.fetch_or(HAD_PAYLOAD, Ordering::Relaxed);
        self.refs.fetch_add(PAYLOAD, Ordering::AcqRel);
    }

    /// Turns the caller's payload-only reference, which is the only one of any kind, into a full one.
    pub(super) fn regain_header(&self) {
        self.payload_start.store(u32::MAX, Ordering::Relaxed);
        self.refs.store(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIRT: [u8; CB_LEN] = [0xa5; CB_LEN];

    fn used_before() -> Header {
        let mut header = Header::bare(NonNull::dangling());
        header.cb = ControlBytes(DIRT);
        header
    }

    // What the baseline of `benches/` touches depends on this.
    #[test]
    fn alloc_and_clone_leave_the_third_line_alone() {
        let mut header = used_before();
        header.view.reset(64);
        assert_eq!(header.cb.0, DIRT);
        header.take_after(&Header::bare(NonNull::dangling()));
        assert_eq!(header.cb.0, DIRT);
        assert_eq!(header.cb().0, [0; CB_LEN]);
    }

    #[test]
    fn a_length_on_the_wire_goes_with_a_clone_and_not_into_the_next_packet() {
        let (mut from, mut to) = (used_before(), used_before());
        from.set_wire_len(Some(1060));
        to.take_after(&from);
        assert_eq!((to.wire_len(), to.cb().0), (Some(1060), [0; CB_LEN]));
        to.cb_mut().0[5] = 1;
        assert_eq!(to.wire_len(), Some(1060), "a layer that writes its own notes leaves it");
        to.set_wire_len(None);
        assert_eq!((to.wire_len(), to.cb().0[5]), (None, 1));
        from.view.reset(64);
        assert_eq!(from.wire_len(), None);
    }

    #[test]
    fn a_clone_gets_a_control_block_that_is_in_use() {
        let (mut from, mut to) = (used_before(), used_before());
        from.cb_mut().0[5] = 1;
        to.take_after(&from);
        assert_eq!(to.cb().0, from.cb().0);
        assert_eq!(to.cb().0.iter().map(|&byte| u32::from(byte)).sum::<u32>(), 1);
    }
}
