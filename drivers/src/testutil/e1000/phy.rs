//! The copper PHY (Marvell 88E1011, inside the 82540EM) and the management interface to it.
//!
//! Register numbers and bits: IEEE 802.3 clause 22 and 40, and the manual's chapter 13.6.

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::PhyFault;
use super::regs::mdic;
use super::violation::Misuse;

/// The PHY's address on the management interface.
const ADDRESS: u32 = 1;
/// Identifier; the low four bits are a revision that drivers must not compare.
const ID: [u16; 2] = [0x0141, 0x0c24];
/// Somebody else's identifier (Intel's IGP01E1000).
const WRONG_ID: [u16; 2] = [0x02a8, 0x0380];

mod reg {
    pub(super) const BMCR: usize = 0;
    pub(super) const BMSR: usize = 1;
    pub(super) const ID1: usize = 2;
    pub(super) const ID2: usize = 3;
    pub(super) const ADVERTISE: usize = 4;
    pub(super) const PARTNER: usize = 5;
    pub(super) const EXPANSION: usize = 6;
    pub(super) const CTRL_1000: usize = 9;
    pub(super) const STATUS_1000: usize = 10;
    pub(super) const EXTENDED_STATUS: usize = 15;
    pub(super) const SPECIFIC_CONTROL: usize = 16;
    pub(super) const SPECIFIC_STATUS: usize = 17;
    pub(super) const EXTENDED_CONTROL: usize = 20;
}

mod bmcr {
    pub(super) const RESET: u16 = 1 << 15;
    pub(super) const LOOPBACK: u16 = 1 << 14;
    pub(super) const SPEED_100: u16 = 1 << 13;
    pub(super) const AUTONEG: u16 = 1 << 12;
    pub(super) const POWER_DOWN: u16 = 1 << 11;
    pub(super) const RESTART: u16 = 1 << 9;
    pub(super) const FULL_DUPLEX: u16 = 1 << 8;
    pub(super) const SPEED_1000: u16 = 1 << 6;
}

/// 10 and 100 Mbit/s both ways, 1000 in the extended status, preamble suppression, autonegotiation.
const BMSR_ABLE: u16 = 0x7949;
const BMSR_DONE: u16 = 1 << 5;
const BMSR_LINK: u16 = 1 << 2;

/// Line rates of copper Ethernet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Speed {
    /// 10 Mbit/s.
    Mbps10,
    /// 100 Mbit/s.
    Mbps100,
    /// 1000 Mbit/s.
    Mbps1000,
}

impl Speed {
    /// As the speed fields of `CTRL`, `STATUS` and the PHY have it.
    pub(super) fn code(self) -> u32 {
        self as u32
    }

    /// Time that `bytes` take on the wire.
    pub(super) fn wire_time(self, bytes: usize) -> Duration {
        let per_byte = match self {
            Self::Mbps10 => 800,
            Self::Mbps100 => 80,
            Self::Mbps1000 => 8,
        };
        Duration::from_nanos((bytes as u64).saturating_mul(per_byte))
    }
}

/// A link that stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Link {
    pub(super) speed: Speed,
    pub(super) full_duplex: bool,
}

/// The PHY.
#[derive(Debug)]
pub(super) struct Phy {
    regs: [u16; 32],
    cable: bool,
    /// Fastest speed that the other end offers.
    partner: Speed,
    pub(super) fault: Option<PhyFault>,
    pub(super) link: Option<Link>,
    /// The link was down since BMSR was read last.
    link_was_down: bool,
    /// When the link comes up.
    pub(super) link_at: Option<Instant>,
    pub(super) reset_until: Option<Instant>,
    mdic: u32,
    /// When the management transaction is done.
    pub(super) mdic_until: Option<Instant>,
    autoneg_time: Duration,
}

impl Phy {
    pub(super) fn new(cable: bool, autoneg_time: Duration) -> Self {
        let mut phy = Self {
            regs: [0; 32],
            cable,
            partner: Speed::Mbps1000,
            fault: None,
            link: None,
            link_was_down: true,
            link_at: None,
            reset_until: None,
            mdic: mdic::READY,
            mdic_until: None,
            autoneg_time,
        };
        phy.hardware_reset(Instant::ZERO);
        phy
    }

    /// Registers to what they are after the reset pin.
    pub(super) fn hardware_reset(&mut self, now: Instant) {
        self.regs = [0; 32];
        self.regs[reg::BMCR] = bmcr::AUTONEG | bmcr::FULL_DUPLEX | bmcr::SPEED_1000;
        self.regs[reg::ADVERTISE] = 0x0de1;
        self.regs[reg::EXPANSION] = 0x000c;
        self.regs[reg::CTRL_1000] = 0x0300;
        self.regs[reg::EXTENDED_STATUS] = 0x3000;
        self.regs[reg::SPECIFIC_CONTROL] = 0x0068;
        self.regs[reg::EXTENDED_CONTROL] = 0x0d60;
        self.reset_until = None;
        self.restart(now);
    }

    pub(super) fn loopback(&self) -> bool {
        self.regs[reg::BMCR] & bmcr::LOOPBACK != 0
    }

    pub(super) fn cable(&self) -> bool {
        self.cable
    }

    pub(super) fn set_cable(&mut self, cable: bool, now: Instant) {
        if self.cable != cable {
            self.cable = cable;
            self.restart(now);
        }
    }

    pub(super) fn set_partner(&mut self, fastest: Speed, now: Instant) {
        self.partner = fastest;
        self.restart(now);
    }

    /// Drops the link and, where it can come again, starts to negotiate.
    fn restart(&mut self, now: Instant) {
        self.link = None;
        self.link_was_down = true;
        self.link_at = None;
        let control = self.regs[reg::BMCR];
        if control & bmcr::POWER_DOWN != 0 || self.reset_until.is_some() {
            return;
        }
        if control & bmcr::LOOPBACK != 0 {
            self.link = Some(self.forced());
        } else if self.cable {
            let takes =
                if control & bmcr::AUTONEG != 0 { self.autoneg_time } else { Duration::ZERO };
            self.link_at = Some(now + takes);
        }
    }

    fn forced(&self) -> Link {
        let control = self.regs[reg::BMCR];
        let speed = if control & bmcr::SPEED_1000 != 0 {
            Speed::Mbps1000
        } else if control & bmcr::SPEED_100 != 0 {
            Speed::Mbps100
        } else {
            Speed::Mbps10
        };
        Link { speed, full_duplex: control & bmcr::FULL_DUPLEX != 0 }
    }

    /// The best that both ends offer (802.3 annex 28B).
    fn resolved(&self) -> Option<Link> {
        let ours = self.regs[reg::ADVERTISE];
        let gigabit = self.regs[reg::CTRL_1000];
        let offers = [
            (gigabit & 0x200, Speed::Mbps1000, true),
            (gigabit & 0x100, Speed::Mbps1000, false),
            (ours & 0x100, Speed::Mbps100, true),
            (ours & 0x080, Speed::Mbps100, false),
            (ours & 0x040, Speed::Mbps10, true),
            (ours & 0x020, Speed::Mbps10, false),
        ];
        let best = offers.iter().find(|(bit, speed, _)| *bit != 0 && *speed <= self.partner)?;
        Some(Link { speed: best.1, full_duplex: best.2 })
    }

    /// Negotiation has ended.
    pub(super) fn finish_link(&mut self) {
        self.link_at = None;
        let auto = self.regs[reg::BMCR] & bmcr::AUTONEG != 0;
        self.link = if auto { self.resolved() } else { Some(self.forced()) };
    }

    /// The reset that software began through BMCR has ended.
    pub(super) fn finish_reset(&mut self, now: Instant) {
        self.reset_until = None;
        self.regs[reg::BMCR] &= !bmcr::RESET;
        self.restart(now);
    }

    fn read(&mut self, index: usize) -> u16 {
        if self.fault == Some(PhyFault::Silent) {
            return 0xffff;
        }
        match index {
            reg::BMSR => self.read_bmsr(),
            reg::ID1 | reg::ID2 => {
                let id = if self.fault == Some(PhyFault::WrongId) { WRONG_ID } else { ID };
                id[index - reg::ID1]
            }
            reg::PARTNER => self.negotiated().map_or(0, |_| match self.partner {
                Speed::Mbps10 => 0x4461,
                _ => 0x45e1,
            }),
            reg::EXPANSION => self.regs[index] | u16::from(self.negotiated().is_some()),
            reg::STATUS_1000 => match self.negotiated() {
                Some(_) if self.partner == Speed::Mbps1000 => 0x3c00,
                _ => 0,
            },
            reg::SPECIFIC_STATUS => self.specific_status(),
            _ => self.regs[index],
        }
    }

    fn negotiated(&self) -> Option<Link> {
        self.link.filter(|_| self.regs[reg::BMCR] & bmcr::AUTONEG != 0)
    }

    /// The link bit stays low until read once after the link was lost (clause 22.2.4.2.13).
    fn read_bmsr(&mut self) -> u16 {
        let was_down = core::mem::replace(&mut self.link_was_down, self.link.is_none());
        let link = if self.link.is_some() && !was_down { BMSR_LINK } else { 0 };
        let done = if self.negotiated().is_some() { BMSR_DONE } else { 0 };
        BMSR_ABLE | link | done
    }

    /// Speed, duplex, resolved, link, and a cable of 50 to 80 m.
    fn specific_status(&self) -> u16 {
        let Some(link) = self.link else { return 0 };
        let speed = (link.speed.code() as u16) << 14;
        speed | (u16::from(link.full_duplex) << 13) | (1 << 11) | (1 << 10) | (1 << 7)
    }

    fn write(&mut self, index: usize, value: u16, now: Instant, reset_time: Duration) {
        if self.fault == Some(PhyFault::Silent) || self.reset_until.is_some() {
            return;
        }
        match index {
            reg::BMCR => {
                let before = self.regs[reg::BMCR];
                // Restart and reset clear themselves; the reset bit once it is done.
                self.regs[reg::BMCR] = value & !bmcr::RESTART;
                let line = bmcr::LOOPBACK
                    | bmcr::POWER_DOWN
                    | bmcr::AUTONEG
                    | bmcr::SPEED_100
                    | bmcr::SPEED_1000;
                if value & bmcr::RESET != 0 {
                    self.reset_until = Some(now + reset_time);
                    self.restart(now);
                } else if value & bmcr::RESTART != 0 || (before ^ value) & line != 0 {
                    self.restart(now);
                }
            }
            reg::ADVERTISE | reg::CTRL_1000 => self.regs[index] = value,
            reg::BMSR..=reg::STATUS_1000 | reg::EXTENDED_STATUS | reg::SPECIFIC_STATUS => {}
            _ => self.regs[index] = value,
        }
    }

    pub(super) fn read_mdic(&self) -> u32 {
        self.mdic
    }

    /// Starts a management transaction that is done at `until`.
    pub(super) fn write_mdic(&mut self, value: u32, until: Instant) -> Result<(), Misuse> {
        if self.mdic_until.is_some() {
            return Err(Misuse::MdicBusy);
        }
        let op = (value >> mdic::OP_SHIFT) & 3;
        if op != mdic::OP_READ && op != mdic::OP_WRITE {
            return Err(Misuse::MdicOperation { op });
        }
        self.mdic = value & !(mdic::READY | mdic::ERROR);
        self.mdic_until = Some(until);
        Ok(())
    }

    /// The management transaction is done. Answers whether an interrupt was asked for.
    pub(super) fn finish_mdic(&mut self, now: Instant, reset_time: Duration) -> bool {
        self.mdic_until = None;
        let command = self.mdic;
        let index = ((command >> mdic::REG_SHIFT) & 0x1f) as usize;
        self.mdic |= mdic::READY;
        if (command >> mdic::PHY_SHIFT) & 0x1f != ADDRESS {
            self.mdic |= mdic::ERROR;
        } else if (command >> mdic::OP_SHIFT) & 3 == mdic::OP_READ {
            self.mdic = (self.mdic & !0xffff) | u32::from(self.read(index));
        } else {
            self.write(index, command as u16, now, reset_time);
        }
        command & mdic::INTERRUPT != 0
    }

    /// The controller was reset, which leaves the PHY as it is but ends what the MAC began.
    pub(super) fn reset_management(&mut self) {
        self.mdic = mdic::READY;
        self.mdic_until = None;
    }
}
