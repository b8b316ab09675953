//! Intel's 8254x gigabit cards: the 82540EM, and the 82545EM and 82544GC as QEMU has them.
//!
//! The driver does what Linux's `e1000` does where a peer, a tool or the stack can see it, and knows
//! nothing of the machine: [`PciDevice`](crate::bus::PciDevice) is its one type parameter. It never
//! sleeps; what takes a millisecond or more is a deadline.
//!
//! ```text
//!  Probe ──advance──▶ E1000 ──register_netdev──▶ Softnet
//!                      │
//!   open, stop ────────┤ lifecycle   rings, buffers, PHY, interrupt, card; and the way back
//!   start_xmit ────────┤ tx          descriptors point into packets, one doorbell a burst
//!   interrupt, poll ───┤ rx          the buffer that the card filled is the packet that goes up
//!   configure ─────────┤ filter      addresses, multicast hash, VLANs, promiscuity
//!   handle_timeout ────┤ watchdog    link, counters, hangs
//!   poll ──────────────┘ itr         how often to interrupt
//! ```
//!
//! # Trying it on the model
//!
//! ```
//! # #[cfg(feature = "testutil")] {
//! use softnet_drivers::e1000::{Config, Probe, Step};
//! use softnet_drivers::testutil::e1000::Model;
//! use softnet_netdev::Softnet;
//! use softnet_sk_buff::{PoolConfig, SkPool};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let card = Model::default();
//! let mut probe = Probe::new(card.pci(), Config::default())?;
//! let driver = loop {
//!     match probe.advance(card.now())? {
//!         Step::Done(driver) => break driver,
//!         Step::Again(at, rest) => {
//!             card.advance_to(at); // on a real machine: sleep, or do something else
//!             probe = rest;
//!         }
//!     }
//! };
//! let link = driver.link_monitor();
//!
//! // Buffers of 2 KiB and some headroom: the card writes powers of two.
//! let pool = SkPool::heap(PoolConfig { buffer_size: 2048 + 64, ..PoolConfig::default() })?;
//! let mut net = Softnet::new(Default::default(), pool);
//! let registered = net.register_netdev(driver).map_err(|refused| refused.why)?;
//! let dev = registered.dev().ok_or("no port")?;
//! net.dev_open(dev, card.now())?;
//!
//! // The loop that every embedder has: interrupts, softirqs, deadlines, sleep.
//! while link.get().is_none() {
//!     let mut now = card.now();
//!     if card.irq_asserted() {
//!         net.handle_interrupt(registered.driver, 0, now);
//!     }
//!     net.do_softirq(&mut now);
//!     net.handle_timeout(now);
//!     let next = net.poll_at().into_iter().chain(card.next_event()).min();
//!     card.advance_to(next.ok_or("nothing will ever happen")?.max(now));
//! }
//! assert_eq!(link.get().map(|link| link.speed), Some(1000));
//!
//! let mut skb = net.pool().alloc(0).ok_or("the pool is empty")?;
//! skb.put(60)?.copy_from_slice(&[0xff; 60]);
//! skb.meta_mut().dev = Some(dev);
//! net.dev_queue_xmit(skb, card.now()).map_err(|refused| {
//!     net.consume(refused.packet);
//!     refused.why.to_string()
//! })?;
//! card.advance_to(card.now() + core::time::Duration::from_micros(1));
//! assert_eq!(card.take_transmitted(), Some(vec![0xff; 60]));
//! # Ok(()) }
//! # main().unwrap();
//! # }
//! ```
//!
//! # What it decides
//!
//! - **Bus.** Done bits in memory say what the card has finished; no register is read for a packet.
//!   An interrupt costs one read (`ICR`), a burst one doorbell.
//! - **Without interrupts**, on a bus that offers no vector, the port opens all the same. The embedder
//!   polls: it calls `handle_interrupt` as often as it wants the card looked at, which costs the one
//!   read of `ICR` and schedules NAPI if anything happened.
//! - **Receive buffers** hold one frame each and come from the stack's pool, so the pool's buffer size
//!   limits the MTU: 2 KiB buffers allow 2026, 16 KiB ones the maximum. Frames over several buffers
//!   are dropped and counted. If the pool is empty, the frame is dropped and its buffer goes back to
//!   the card: a full stack never starves the ring.
//! - **MTU, features, address, filters** change while the port is up, without a restart. Received
//!   checksums are always looked at by the card; turning `RXCSUM` off only keeps it from the stack.
//! - **VLAN.** One bit of the card inserts and strips, so the two features go together. The filter is
//!   on from the first VLAN on, and off while the port is promiscuous.
//! - **Checksums** are inserted wherever the start and the place lie in the first 255 bytes, which is
//!   all the card can count; beyond, software writes them.
//! - **A hung transmitter**, or packets that wait in the ring without a link, are ended by a reset
//!   under way, counted as [`TX_TIMEOUT`](softnet_sk_buff::DropReason::TX_TIMEOUT) and
//!   [`NO_CARRIER`](softnet_sk_buff::DropReason::NO_CARRIER).
//! - **A card whose reset does not end** is cut off from memory before its buffers are freed.
//! - **82544GC.** Real ones have no `EERD`: probing them fails by a timeout. QEMU's works.
//!
//! Not there: segmentation (packets are linear for now), wake-up, manageability, fibre.

mod config;
mod desc;
mod driver;
mod eeprom;
mod filter;
mod hw;
mod itr;
mod lifecycle;
mod link;
mod phy;
mod probe;
mod regs;
mod reset;
mod rx;
mod stats;
mod tx;
mod watchdog;

pub use config::{Config, InterruptRate};
pub use driver::E1000;
pub use eeprom::EepromError;
pub use link::{Link, LinkMonitor};
pub use phy::PhyError;
pub use probe::{Probe, ProbeError, Step};
