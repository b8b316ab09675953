//! What machine is wanted.

use std::os::fd::OwnedFd;

use softnet_sk_buff::MacAddr;

use crate::bus::PciId;

/// The machine to build.
///
/// ```
/// use softnet_drivers::qemu::{Config, Model};
///
/// let config = Config { model: Model::I82545em, ..Config::default() };
/// assert_eq!(config.mac.to_string(), "52:54:00:12:34:56");
/// ```
#[derive(Debug)]
pub struct Config {
    /// The card.
    pub model: Model,
    /// Its address, which QEMU puts into its EEPROM.
    pub mac: MacAddr,
    /// What its cable leads to.
    pub netdev: Netdev,
    /// How its time passes.
    pub clock: ClockMode,
}

/// An 82540EM with QEMU's usual address, the wire held here, virtual time.
impl Default for Config {
    fn default() -> Self {
        Self {
            model: Model::I82540em,
            mac: MacAddr([0x52, 0x54, 0x00, 0x12, 0x34, 0x56]),
            netdev: Netdev::Dgram,
            clock: ClockMode::Virtual,
        }
    }
}

/// The cards of this family that QEMU has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// `e1000`: the desktop card.
    I82540em,
    /// `e1000-82544gc`: the oldest with this register set.
    I82544gc,
    /// `e1000-82545em`: the server card.
    I82545em,
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::I82540em, Self::I82544gc, Self::I82545em];

    /// QEMU's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::I82540em => "e1000",
            Self::I82544gc => "e1000-82544gc",
            Self::I82545em => "e1000-82545em",
        }
    }

    /// Vendor and device number.
    #[must_use]
    pub const fn id(self) -> PciId {
        let device = match self {
            Self::I82540em => 0x100e,
            Self::I82544gc => 0x100c,
            Self::I82545em => 0x100f,
        };
        PciId { vendor: 0x8086, device }
    }
}

/// What the card's cable leads to.
#[derive(Debug)]
pub enum Netdev {
    /// This process: [`Qemu::send_frame`](super::Qemu::send_frame) and
    /// [`Qemu::recv_frame`](super::Qemu::recv_frame).
    Dgram,
    /// A TAP, opened with `IFF_TAP | IFF_NO_PI`; see [`tap`](super::tap). Wants
    /// [`ClockMode::Real`]: the kernel behind it lives in real time.
    Tap(OwnedFd),
}

/// How the machine's time passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockMode {
    /// Time stands still until the card arms a timer and then jumps to it; else it moves by
    /// [`Qemu::step`](super::Qemu::step) alone. Same calls, same outcome, give or take 10 ns, if
    /// the machine is settled after whatever arms a timer. A timer can't be held back, so interrupt
    /// moderation does not show.
    Virtual,
    /// Time passes by itself, as here. Register writes are posted: on their way when the call
    /// returns, done when the next read returns.
    Real,
}
