//! Linux's `sk_buff` in Rust: pooled, cloneable, copy-on-write packet buffers for `no_std`, and the
//! small things that all softnet crates share.
//!
//! # What is in it
//!
//! ```text
//!            SkPool ── alloc, clone_of, copy ──► SkBuff ◄──► Payload
//!              ▲                                  │ kfree      └ what a retransmission keeps
//!              │ consume                          ▼
//!              ├────────────────────────────── DropSink, with a DropReason
//!              │ return list, from any thread
//!     other CPUs ◄── Inbox ◄── SkQueue ◄── SkBuff, SkBuff, …
//!
//!   one packet:   Header (own) ──► Shared (counted by clones) ──► bytes: head ≤ data ≤ tail ≤ end
//! ```
//!
//! | layer | what | needs |
//! |---|---|---|
//! | values | [`Instant`], [`MacAddr`], [`EtherType`], [`IfIndex`], [`DropReason`] | nothing |
//! | arithmetic | [`checksum`], [`flow`] keys and hashes, [`ecn`], [`const_fns`] | nothing |
//! | packets | `SkBuff`, `Payload`, `SkPool`, `SkQueue`, `Inbox` | feature `buf` |
//! | memory | `SkPool::heap`, `SkPool::over` a DMA region | feature `alloc` |
//!
//! Who knows the kernel finds things by their names there: `skb_push` is `SkBuff::push`, `skb_clone`
//! is `SkPool::clone_of`, because a clone needs a header from somewhere. Each item says which
//! function of Linux it answers to.
//!
//! # A packet's life
//!
#![cfg_attr(all(feature = "buf", feature = "alloc"), doc = "```")]
#![cfg_attr(not(all(feature = "buf", feature = "alloc")), doc = "```ignore")]
//! use softnet_sk_buff::{DropCounts, DropReason, Layer, PoolConfig, PoolDrops, SkPool};
//!
//! let mut pool = SkPool::heap(PoolConfig::default())?;
//!
//! // A device has written a frame; the driver strips its header, which stays within reach.
//! let mut skb = pool.alloc(64).ok_or("exhausted")?;
//! skb.put(18)?.copy_from_slice(b"\x52\x54\0\0\0\x01\x52\x54\0\0\0\x02\x08\0data");
//! skb.set_header(Layer::Mac, 0)?;
//! skb.pull(14)?;
//! assert_eq!((skb.data(), skb.header_offset(Layer::Mac)), (&b"data"[..], Some(-14)));
//!
//! // A tap sees the whole frame without a copy. While it does, nobody writes to the bytes.
//! let mut tapped = pool.clone_of(&skb).ok_or("exhausted")?;
//! tapped.rewind_to(Layer::Mac)?;
//! assert_eq!(tapped.len(), 18);
//! assert!(skb.data_mut().is_none());
//! pool.consume(tapped);
//!
//! // Nobody wants it: freed with a reason, which is counted.
//! let mut counts = DropCounts::default();
//! skb.kfree(
//!     DropReason::UNHANDLED_PROTO,
//!     &mut PoolDrops { pool: &mut pool, counts: &mut counts },
//! );
//! assert!(pool.is_whole() && counts.total() == 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Promises
//!
//! - `head <= data <= tail <= end` at all times. What would break it is refused, and changes nothing.
//! - Bytes that another packet can read are never written.
//! - Nothing is allocated after a pool was made; alloc and consume are free of atomic
//!   read-modify-writes as long as nobody shares the bytes.
//! - A packet freed anywhere, by any thread, finds its way home. A pool may go before its packets.
//! - Whatever is refused comes back ([`Rejected`]); a packet that goes out of scope without a reason
//!   is counted as [`DropReason::NOT_SPECIFIED`].
//! - The same calls give the same results: no clock, no entropy, no globals.
//!
//! Not promised: paged data. Fragments have their room in the layout and the names (`data_len`,
//! `is_nonlinear`) that code should ask already; packets are linear for now. Sockets, protocols and
//! devices are other crates'.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `buf` | yes | packets; all `unsafe` of the crate, in modules that say so |
//! | `alloc` | yes | pools from the global allocator, and over a `Region` |
//! | `std` | | nothing but `alloc` |
//! | `bytes` | | `bytes::Buf` for packets, packets frozen into `bytes::Bytes` |
//! | `arbitrary` | | `arbitrary::Arbitrary` for plain values |
//!
//! Rust 1.91 or later; atomics with compare-and-swap of 32 bits and of pointers. Without features the
//! crate has `forbid(unsafe_code)`.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "buf"), forbid(unsafe_code))]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(test, loom, feature = "arbitrary"))]
extern crate std;

mod addr;
#[cfg(feature = "buf")]
mod buf;
pub mod checksum;
pub mod const_fns;
mod drop_reason;
pub mod ecn;
mod error;
mod ethertype;
pub mod flow;
mod ifindex;
mod time;

pub use addr::{MacAddr, ParseMacAddrError};
#[cfg(feature = "buf")]
#[cfg_attr(docsrs, doc(cfg(feature = "buf")))]
pub use buf::*;
pub use const_fns::align;
pub use drop_reason::{DropCounts, DropReason, Subsystem};
pub use error::{GeometryError, Rejected};
pub use ethertype::EtherType;
pub use flow::{FlowKeys, FlowSeed};
pub use ifindex::IfIndex;
pub use time::{Clock, Instant};

/// The example on the front page of the repository's folder is one of the tests.
#[cfg(all(doctest, feature = "buf", feature = "alloc"))]
#[doc = include_str!("../README.md")]
mod readme {}
