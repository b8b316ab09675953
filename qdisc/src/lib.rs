//! Linux's queueing disciplines for any packet type: in an operating system, a TUN router, a QUIC
//! stack or a simulator.
//!
//! A queueing discipline stands between those who send and a wire that is slower than they are. It
//! decides what waits, what goes next, and what is dropped. The disciplines here behave as Linux's do,
//! down to the arithmetic, without a device, a clock or a thread.
//!
//! # How to drive one
//!
//! 1. Tell it what a packet is: implement [`Packet`] (three methods at least), or take softnet's
//!    `SkBuff` with feature `skb`.
//! 2. [`enqueue`](Qdisc::enqueue) what is to be sent. What the discipline doesn't keep goes to the
//!    [`Drops`] in the [`Cx`], each packet with a reason; nothing is lost in silence.
//! 3. [`dequeue`](Qdisc::dequeue) while the wire has room. [`Dequeue::Until`] means: something waits
//!    that must not leave before that instant; set a timer, and dequeue then.
//!
//! Time is an argument, and hash seeds are, too: the same calls give the same answers, bit for bit.
//!
//! ```
//! use softnet_qdisc::{Cx, Dequeue, Enqueued, Handle, Packet, Prio, Qdisc, RateSpec, Tbf, prio, tbf};
//! use softnet_sk_buff::{DropCounts, Instant};
//!
//! struct Toy { flow: u32, len: u32, urgent: bool }
//!
//! impl Packet for Toy {
//!     fn pkt_len(&self) -> u32 { self.len }
//!     fn flow_hash(&mut self, _seed: [u64; 2]) -> u32 { self.flow.wrapping_mul(0x9e37_79b1) }
//!     fn priority(&self) -> u32 { if self.urgent { 6 } else { 0 } }
//! }
//!
//! // What tc would do: root handle 1: prio, and under its class 1:2 a token bucket of 1 Mbit/s.
//! let mut root: Box<dyn Qdisc<Toy>> = Box::new(Prio::new(Handle(1), prio::Config::default())?);
//! let slow = tbf::Config::new(RateSpec::bits(1_000_000), 1514, 100_000);
//! let mut lost = DropCounts::default();
//! let mut cx = Cx::new(Instant::ZERO, &mut lost);
//! root.graft(&[Handle(1).class(2)], Box::new(Tbf::new(Handle(2), slow)?), &mut cx)?;
//!
//! for urgent in [false, false, true] {
//!     let verdict = root.enqueue(Toy { flow: 7, len: 1514, urgent }, &mut cx);
//!     assert_eq!(verdict, Enqueued::Success);
//! }
//! let first = root.dequeue(&mut cx).packet().ok_or("nothing came")?;
//! assert!(first.urgent, "band 0 goes first");
//! assert!(root.dequeue(&mut cx).packet().is_some(), "the bucket was full");
//!
//! // 1514 bytes at 1 Mbit/s take 12.112 ms.
//! let at = Instant::from_nanos(12_112_000);
//! assert!(matches!(root.dequeue(&mut cx), Dequeue::Until(until) if until == at));
//! cx.now = at;
//! assert!(root.dequeue(&mut cx).packet().is_some());
//! assert_eq!(root.stats().bytes, 3 * 1514);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # The disciplines
//!
//! | here | Linux | for |
//! |---|---|---|
//! | [`FqCodel`] | `sch_fq_codel.c`, RFC 8290 | fair shares, short queues: the default for a link |
//! | [`Fq`] | `sch_fq.c` | turns for sockets, each at its own pace: for hosts that send |
//! | [`Sfq`] | `sch_sfq.c` | turns for flows told apart by a hash; the longest loses |
//! | [`PfifoFast`] | `sch_generic.c` | three strict bands, no thought: the default of old |
//! | [`Prio`] | `sch_prio.c` | strict bands, each with a child of its own |
//! | [`Drr`] | `sch_drr.c` | classes that share by deficit round robin |
//! | [`Ets`] | `sch_ets.c`, IEEE 802.1Qaz | strict bands before bands that share |
//! | [`Qfq`] | `sch_qfq.c` | classes with weights, close to the ideal at any number of them |
//! | [`Cake`] | `sch_cake.c` | a home's link to the internet: shaper, priorities, shares and AQM in one |
//! | [`Htb`] | `sch_htb.c` | a tree of classes with a rate each, which lend and borrow |
//! | [`Hfsc`] | `sch_hfsc.c` | a tree of classes with promises of delay and of rate |
//! | [`Tbf`] | `sch_tbf.c` | a rate, kept in every span of time |
//! | [`Netem`] | `sch_netem.c` | a bad network on purpose: delay, loss, duplicates, disorder |
//! | [`Fifo`] | `sch_fifo.c`: pfifo, bfifo, pfifo_head_drop | a bounded queue; what others hold in their classes |
//! | [`Codel`] | `sch_codel.c`, RFC 8289 | one queue that is kept short |
//! | [`Pie`] | `sch_pie.c`, RFC 8033 | drops by lot, steered by the delay |
//! | [`FqPie`] | `sch_fq_pie.c` | fair shares, each under PIE |
//! | [`Red`] | `sch_red.c` | drops by lot as a moving average of the length grows |
//! | [`Choke`] | `sch_choke.c` | the same, hitting those who send most |
//! | [`DualPi2`] | `sch_dualpi2.c`, RFC 9332 | two coupled queues, one for L4S |
//! | [`Mq`], [`Mqprio`] | `sch_mq.c`, `sch_mqprio.c` | a discipline for each of a device's queues |
//! | [`Blackhole`] | `sch_blackhole.c` | nothing gets through |
//! | [`NoQueue`] | `sch_generic.c` | a device without a queue |
//! | [`tin`] | `fq_impl.h` | flow queues that many senders share, as Wi-Fi stations do |
//! | [`codel`] | `codel_impl.h`, RFC 8289 | an AQM for a queue of your own |
//!
//! # Trees
//!
//! A classful discipline owns its children, each in a [`Child`], which compares the child's backlog
//! before and after every call. What a child drops, at whatever moment, is thereby in the books of all
//! its ancestors; there is no call by which it could be forgotten. Reach a discipline in a tree by a
//! path of [`ClassId`]s: see [`graft`](trait.Qdisc.html#method.graft), `with` and `find` of `dyn
//! Qdisc`. To change one, downcast it on the way:
//!
//! ```
//! # use softnet_qdisc::{Cx, Fifo, Handle, Packet, Prio, Qdisc, fifo, prio};
//! # fn shrink<P: Packet>(root: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) {
//! let path = [Handle(1).class(3)];
//! let mut work = |qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>| {
//!     if let Some(fifo) = qdisc.downcast_mut::<Fifo<P>>() {
//!         fifo.change(fifo::Limit::Packets(50)).ok();
//!     }
//! };
//! root.with(&path, &mut work, cx).ok();
//! # }
//! ```
//!
//! # The rest of `tc`
//!
//! - [`filter`] and [`action`]: u32, flower, matchall, basic, fw and a hook for one's own choose classes
//!   and act on packets: drop, police, redirect, mirror, edit, tag.
//! - [`tree`]: a device's whole traffic control, its disciplines by number, changed by the rules of `tc`;
//!   size tables, rate estimators, ingress and clsact.
//! - `tc`, a feature: the same in tc's own words, as typed.
//! - `netlink`, a feature: the same by rtnetlink's messages, so that stock `tc` is a client.
//!
//! # Held to Linux
//!
//! The crate's tests put the same random scripts through a running Linux 6.12 and through these
//! disciplines, and compare every packet's departure to the nanosecond, drops, marks and counters.
//! `qdisc/tests/kernel/README.md` tells how, and what the comparison can't see.
//!
//! # Promises
//!
//! No clock, no randomness, no globals, no `unsafe`; `no_std` with `alloc`. Every queue is bounded.
//! Steady state allocates nothing. A configuration that makes no sense is a [`ConfigError`] and leaves
//! the discipline as it was.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod action;
mod blackhole;
pub mod cake;
pub mod choke;
mod class;
mod class_error;
mod classes;
pub mod codel;
pub mod codel_queue;
mod cx;
pub mod drr;
pub mod dualpi2;
mod error;
mod estimator;
pub mod ets;
mod fattest;
pub mod fifo;
pub mod filter;
mod flow_list;
pub mod fq;
pub mod fq_codel;
pub mod fq_pie;
pub mod hfsc;
pub mod htb;
pub mod jiffies;
mod key_queue;
mod links;
mod min_tree;
pub mod mq;
pub mod mqprio;
pub mod netem;
#[cfg(feature = "netlink")]
pub mod netlink;
mod noqueue;
mod only_child;
mod packet;
mod peeked;
pub mod pfifo_fast;
pub mod pie;
pub mod prio;
mod priomap;
mod qdisc;
pub mod qfq;
mod rate;
pub mod red;
mod rng;
pub mod sfq;
#[cfg(feature = "skb")]
mod skb;
mod slab;
mod stab;
mod stats;
pub mod tbf;
#[cfg(feature = "tc")]
pub mod tc;
#[cfg(any(test, feature = "testutil"))]
pub mod testutil;
pub mod tin;
pub mod tree;

pub use blackhole::Blackhole;
pub use cake::Cake;
pub use choke::Choke;
pub use class::{Child, Class, ClassId, Handle, Work};
pub use class_error::ClassError;
pub use codel_queue::Codel;
pub use cx::{Buffers, Cx, Deferred, Drops, Later};
pub use drr::Drr;
pub use dualpi2::DualPi2;
pub use error::ConfigError;
pub use estimator::{Estimator, EstimatorConfig, RateEstimate};
pub use ets::Ets;
pub use fifo::Fifo;
pub use fq::Fq;
pub use fq_codel::FqCodel;
pub use fq_pie::FqPie;
pub use hfsc::Hfsc;
pub use htb::Htb;
pub use mq::Mq;
pub use mqprio::Mqprio;
pub use netem::Netem;
pub use noqueue::NoQueue;
pub use packet::{Frame, Packet, PacketType, Vlan};
pub use pfifo_fast::PfifoFast;
pub use pie::Pie;
pub use prio::Prio;
pub use priomap::PRIOMAP;
pub use qdisc::{Dequeue, Enqueued, Qdisc, Refused, UnknownClass};
pub use qfq::Qfq;
pub use rate::{LinkLayer, Rate, RateSpec};
pub use red::Red;
pub use sfq::Sfq;
pub use stab::{SizeSpec, SizeTable};
pub use stats::{Backlog, ClassXStats, Stats, XStats};
pub use tbf::Tbf;
pub use tree::Tree;
