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
#[repr(C, align(64))]
pub(super) struct Header {
    pub(super) next: *mut Header,
    pub(super) home: NonNull<Home>,
    /// Null for a header without bytes, which only free lists and return lists hold.
    pub(super) shared: *mut Shared,
    /// `shared.memory`, cached.
    pub(super) head: *mut u8,
    /// Offsets from `head`: `floor <= data <= tail <= end`.
    pub(super) data: u32,
    pub(super) tail: u32,
    pub(super) end: u32,
    /// The least offset whose bytes this packet may read; 0 unless it came from a [`super::Payload`].
    pub(super) floor: u32,
    /// Bytes in fragments: 0 as long as packets are linear.
    pub(super) data_len: u32,
    pub(super) truesize: u32,
    pub(super) mac: u16,
    pub(super) network: u16,
    pub(super) transport: u16,
    /// The reference to `shared` is a payload-only one.
    pub(super) payload: bool,
    pub(super) meta: Meta,
    pub(super) cb: ControlBytes,
}

// Four cache lines at most, or alloc touches more than it has to.
crate::build_bug_on!(size_of::<Header>() > 256 && !cfg!(loom));

/// Room for a fragment: a page or buffer, where in it, how much. Laid out now so that paged packets
/// will move nothing.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Frag {
    _buffer: *mut Shared,
    _offset: u32,
    _len: u32,
}

/// What all clones of a packet share (`struct skb_shared_info`).
#[repr(C, align(64))]
pub(super) struct Shared {
    /// For spare lists only: written by who owns the buffer alone.
    pub(super) next: *mut Shared,
    pub(super) home: NonNull<Home>,
    pub(super) memory: NonNull<u8>,
    pub(super) size: u32,
    /// `dataref`: all references in the low half, payload-only ones counted again in the high half.
    /// A free buffer keeps its 1, so that alloc need not touch this line.
    refs: AtomicU32,
    /// Least offset that a payload-only reference may read; says something only while there is one.
    payload_start: AtomicU32,
    _nr_frags: u8,
    _frags: [Frag; MAX_FRAGS],
}

const ALL: u32 = 0xffff;
const PAYLOAD: u32 = 1 << 16;
/// Clones refused from here on: far below the 16 bits, so that concurrent attempts cannot carry.
const MAX_REFS: u32 = 0x7fff;

impl Shared {
    pub(super) fn new(home: NonNull<Home>, memory: NonNull<u8>, size: u32) -> Self {
        let frag = Frag { _buffer: core::ptr::null_mut(), _offset: 0, _len: 0 };
        Self {
            next: core::ptr::null_mut(),
            home,
            memory,
            size,
            refs: AtomicU32::new(1),
            payload_start: AtomicU32::new(0),
            _nr_frags: 0,
            _frags: [frag; MAX_FRAGS],
        }
    }

    /// Takes another reference; `false` if there are too many.
    pub(super) fn get(&self) -> bool {
        // Relaxed: the new reference comes from an existing one, which keeps the buffer.
        if self.refs.fetch_add(1, Ordering::Relaxed) & ALL < MAX_REFS {
            return true;
        }
        self.refs.fetch_sub(1, Ordering::Relaxed);
        false
    }

    /// Gives a reference up; `true` if it was the last, after which the caller owns the buffer and
    /// the count stands at 1 again.
    pub(super) fn put(&self, payload: bool) -> bool {
        let mine = if payload { 1 + PAYLOAD } else { 1 };
        // Acquire: writes of earlier holders happen before the buffer's next use.
        if self.refs.load(Ordering::Acquire) == mine {
            if payload {
                self.refs.store(1, Ordering::Relaxed);
            }
            return true;
        }
        if self.refs.fetch_sub(mine, Ordering::AcqRel) == mine {
            self.refs.store(1, Ordering::Relaxed);
            return true;
        }
        false
    }

    /// Whether anyone else holds a reference, of either kind (`skb_cloned`).
    pub(super) fn is_shared(&self) -> bool {
        self.refs.load(Ordering::Acquire) & ALL != 1
    }

    /// Whether anyone else could read or write header bytes (`skb_header_cloned`).
    pub(super) fn is_header_shared(&self) -> bool {
        let refs = self.refs.load(Ordering::Acquire);
        (refs & ALL) - (refs >> 16) != 1
    }

    /// First offset that header bytes end at for the one that may write them.
    pub(super) fn header_end(&self) -> u32 {
        // Acquire pairs with `release_header`, so the start is at least as new as the count.
        if self.refs.load(Ordering::Acquire) >> 16 == 0 {
            u32::MAX
        } else {
            self.payload_start.load(Ordering::Relaxed)
        }
    }

    /// Turns the caller's full reference into a payload-only one that reads from `start` on.
    pub(super) fn release_header(&self, start: u32) {
        if self.refs.load(Ordering::Acquire) == 1 {
            self.payload_start.store(start, Ordering::Relaxed);
        } else {
            self.payload_start.fetch_min(start, Ordering::Relaxed);
        }
        self.refs.fetch_add(PAYLOAD, Ordering::AcqRel);
    }
}
