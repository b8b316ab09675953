//! Network drivers that know no machine: they never sleep, read no clock, and reach registers, memory
//! and interrupts through a handful of small traits.
//!
//! | feature | what | Linux |
//! |---|---|---|
//! | `e1000` | Intel 82540EM and kin | `drivers/net/ethernet/intel/e1000` |
//! | `veth` | two interfaces, each of which receives what the other sends | `drivers/net/veth.c` |
//! | `testutil` | register-level models that punish a driver's mistakes; outside semver | |
//! | `qemu` | QEMU's cards over qtest, to test drivers on; Linux only, outside semver | |
//!
//! None is on by default; without `testutil` and `qemu` the crate is `no_std` with `alloc`.
//!
//! ```text
//!            softnet-netdev: Softnet                  the stack: NetDeviceOps, Cx
//!                     │
//!               a driver here                         one type parameter: PciDevice
//!                     │
//!    Mmio  PortIo  PciConfig  Dma  Interrupts         bus: written once for each machine
//!                     │
//!   bare metal │ VFIO │ the model │ QEMU over qtest
//! ```
//!
//! The machine's side is short. Registers, for instance, are two methods:
//!
//! ```
//! use core::cell::Cell;
//! use softnet_drivers::bus::Mmio;
//!
//! /// A window of four registers: on a real machine a pointer and two volatile accesses.
//! struct Window([Cell<u32>; 4]);
//!
//! impl Mmio for Window {
//!     fn read32(&self, offset: u32) -> u32 {
//!         self.0.get(offset as usize / 4).map_or(u32::MAX, Cell::get)
//!     }
//!     fn write32(&self, offset: u32, value: u32) {
//!         if let Some(register) = self.0.get(offset as usize / 4) {
//!             register.set(value);
//!         }
//!     }
//! }
//!
//! let window = Window(Default::default());
//! window.write32(8, 0x80);
//! assert_eq!((window.read32(8), window.read32(64)), (0x80, u32::MAX));
//! ```
//!
#![cfg_attr(
    feature = "e1000",
    doc = "[`e1000`]'s front page has a whole program: probe, stack, loop."
)]
//! How to write a driver, and what holds it to the truth, stands in the crate's README.
//!
//! `unsafe` is in `bus/coherent.rs`, and, for tests only, in named files of `testutil` and `qemu`.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod bus;
#[cfg(feature = "e1000")]
#[cfg_attr(docsrs, doc(cfg(feature = "e1000")))]
pub mod e1000;
#[cfg(all(feature = "qemu", target_os = "linux"))]
#[cfg_attr(docsrs, doc(cfg(feature = "qemu")))]
pub mod qemu;
#[cfg(feature = "testutil")]
#[cfg_attr(docsrs, doc(cfg(feature = "testutil")))]
pub mod testutil;
#[cfg(feature = "veth")]
#[cfg_attr(docsrs, doc(cfg(feature = "veth")))]
pub mod veth;
