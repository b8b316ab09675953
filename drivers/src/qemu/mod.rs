//! QEMU as a bus: drivers run on a card that nobody here wrote.
//!
//! [`Qemu`] is a PC whose CPU is parked. This process plays the CPU: it reaches the card's registers
//! over QEMU's qtest protocol and shares the guest's RAM, so a driver moves frames at 40 000 to
//! 250 000 a second. [`QemuPci`] is the card as a [`PciDevice`](crate::bus::PciDevice);
//! [`Qemu::send_frame`] and [`Qemu::recv_frame`] are the far end of its cable, or a TAP is
//! ([`tap`]), with a real Linux behind it.
//!
//! ```text
//! driver ── QemuMmio, QemuPortIo, QemuConfig ──qtest──┐
//!    └───── QemuDma, PacketRegion ───shared memory────┤ qemu-system-x86_64
//! test  ─── send_frame, recv_frame ────datagrams──────┤   e1000
//!    └───── set_link ──────────────────────QMP────────┘
//! ```
//!
//! For tests and demonstrations on Linux; outside semver. `unsafe` is in `ram` (the mapping), `dma`
//! (the promises of [`Dma`](crate::bus::Dma)), `child` (between fork and exec) and `tap` (ioctl).
//!
//! What QEMU's model lacks (measured with 7.2 and 10.0.2), so that it must be checked elsewhere:
//! CTRL.RST resets nothing and the I/O window has nothing behind it; RXCSUM is not there and IXSM always set; a legacy descriptor's IC, CSO
//! and CSS are ignored, as is RCTL.LBM; TIPG, TIDV and FCAL read 0; short frames are not padded; a
//! received frame's checksum is four zero bytes; a full ring holds frames back and loses none; the
//! transmit ring is always empty when the write of TDT is answered.

mod blocks;
mod child;
mod clock;
mod config;
mod dma;
mod error;
mod host;
mod lines;
mod machine;
mod pci;
mod process;
mod qmp;
mod qtest;
mod ram;
pub mod tap;
mod wire;

pub use child::BoundChild;
pub use config::{ClockMode, Config, Model, Netdev};
pub use dma::QemuDma;
pub use error::QemuError;
pub use machine::Qemu;
pub use pci::{QemuConfig, QemuInterrupts, QemuMmio, QemuPci, QemuPortIo};
pub use ram::PacketRegion;
