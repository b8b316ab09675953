//! The copper PHY, a Marvell 88E1000 or 88E1011, over the management interface (manual, 8 and 13.4.11;
//! IEEE 802.3, clauses 22 and 28).
//!
//! Origin of the settings: DPDK's `e1000/base`, `e1000_phy.c` (BSD-3-Clause), numbers only.

use super::hw::Hw;
use super::regs::MDIC;
use crate::bus::PciDevice;

/// Registers.
mod reg {
    pub(super) const BMCR: u32 = 0;
    pub(super) const ID1: u32 = 2;
    pub(super) const ID2: u32 = 3;
    pub(super) const ADVERTISE: u32 = 4;
    pub(super) const PARTNER: u32 = 5;
    pub(super) const CTRL_1000: u32 = 9;
    pub(super) const SPECIFIC_CONTROL: u32 = 16;
    pub(super) const EXTENDED_CONTROL: u32 = 20;
}

mod bmcr {
    pub(super) const RESET: u16 = 1 << 15;
    pub(super) const AUTONEG: u16 = 1 << 12;
    pub(super) const POWER_DOWN: u16 = 1 << 11;
    pub(super) const RESTART: u16 = 1 << 9;
}

/// Where the PHY sits on the management interface.
const ADDRESS: u32 = 1 << 21;
const REG_SHIFT: u32 = 16;
const WRITE: u32 = 1 << 26;
const READ: u32 = 2 << 26;
const READY: u32 = 1 << 28;
const ERROR: u32 = 1 << 30;
/// Looks at `MDIC` before a transaction, some 64 µs long, is given up.
const MAX_LOOKS: u32 = 10_000;

/// Identifiers without revision: 88E1011, 88E1000 internal and external.
const KNOWN: [u32; 3] = [0x0141_0c20, 0x0141_0c30, 0x0141_0c50];
/// Revisions from here on need no help with clock and downshift.
const FIRST_GOOD_REVISION: u32 = 4;

/// Carrier sense while sending, for half duplex.
const CRS_ON_TX: u16 = 1 << 11;
/// Find out by itself which pair is which.
const AUTO_CROSSOVER: u16 = 3 << 5;
const POLARITY_REVERSAL_OFF: u16 = 1 << 1;
/// 25 MHz transmit clock, and downshift after one try each.
const TX_CLOCK_25: u16 = 7 << 4;
const DOWNSHIFT: u16 = 0x0f00;
const DOWNSHIFT_ONCE: u16 = 0x0100;

/// All of 10 and 100 Mbit/s, the 802.3 selector, and pausing in both directions.
const OFFER: u16 = 0x0de1;
/// Of 1000 Mbit/s, full duplex; half duplex is not for this card.
const OFFER_1000_FULL: u16 = 1 << 9;
const OFFER_1000_HALF: u16 = 1 << 8;

/// Why the PHY could not be set up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PhyError {
    /// A transaction on the management interface did not end.
    #[error("PHY transaction did not end")]
    Timeout,
    /// The management interface reported an error.
    #[error("PHY transaction failed")]
    Failed,
    /// Not a PHY that these cards come with; all ones if there is none.
    #[error("unknown PHY {0:#010x}")]
    Unknown(u32),
    /// The PHY's own reset did not end.
    #[error("PHY reset did not end")]
    ResetStuck,
}

/// Which way pause frames were agreed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Pause {
    pub(super) send: bool,
    pub(super) obey: bool,
}

impl Pause {
    /// What two offers come to (IEEE 802.3, table 28B-3). Bits as in registers 4 and 5.
    fn resolve(ours: u16, theirs: u16) -> Self {
        const SYMMETRIC: u16 = 1 << 10;
        const ASYMMETRIC: u16 = 1 << 11;
        let both = |bit| ours & theirs & bit != 0;
        if both(SYMMETRIC) {
            Self { send: true, obey: true }
        } else if both(ASYMMETRIC) {
            Self { send: theirs & SYMMETRIC != 0, obey: ours & SYMMETRIC != 0 }
        } else {
            Self::default()
        }
    }
}

impl<P: PciDevice> Hw<P> {
    fn management(&self, command: u32) -> Result<u16, PhyError> {
        self.write(MDIC, command | ADDRESS);
        let mut looks = (0..MAX_LOOKS).map(|_| self.read(MDIC));
        match looks.find(|read| read & READY != 0 && *read != u32::MAX) {
            Some(read) if read & ERROR != 0 => Err(PhyError::Failed),
            Some(read) => Ok(read as u16),
            None => Err(PhyError::Timeout),
        }
    }

    fn phy_read(&self, register: u32) -> Result<u16, PhyError> {
        self.management(READ | register << REG_SHIFT)
    }

    fn phy_write(&self, register: u32, value: u16) -> Result<(), PhyError> {
        self.management(WRITE | register << REG_SHIFT | u32::from(value)).map(drop)
    }

    fn phy_update(&self, register: u32, clear: u16, set: u16) -> Result<(), PhyError> {
        let value = self.phy_read(register)?;
        self.phy_write(register, (value & !clear) | set)
    }

    /// Recognises the PHY, sets it up and starts its reset, after which the settings hold
    /// (`e1000_copper_link_setup_m88`).
    pub(super) fn phy_setup(&self) -> Result<(), PhyError> {
        let id = u32::from(self.phy_read(reg::ID1)?) << 16 | u32::from(self.phy_read(reg::ID2)?);
        let (model, revision) = (id & !0xf, id & 0xf);
        if !KNOWN.contains(&model) {
            return Err(PhyError::Unknown(id));
        }
        let crossover = CRS_ON_TX | AUTO_CROSSOVER;
        self.phy_update(reg::SPECIFIC_CONTROL, POLARITY_REVERSAL_OFF, crossover)?;
        if revision < FIRST_GOOD_REVISION {
            let set = TX_CLOCK_25 | DOWNSHIFT_ONCE;
            self.phy_update(reg::EXTENDED_CONTROL, DOWNSHIFT, set)?;
        }
        self.phy_update(reg::BMCR, bmcr::POWER_DOWN, bmcr::RESET)
    }

    /// Whether the reset that `phy_setup` began is over.
    pub(super) fn phy_is_ready(&self) -> Result<bool, PhyError> {
        self.phy_read(reg::BMCR).map(|control| control & bmcr::RESET == 0)
    }

    /// Says what we can and negotiates anew (`e1000_phy_setup_autoneg`).
    pub(super) fn phy_negotiate(&self) -> Result<(), PhyError> {
        self.phy_write(reg::ADVERTISE, OFFER)?;
        self.phy_update(reg::CTRL_1000, OFFER_1000_HALF, OFFER_1000_FULL)?;
        self.phy_update(reg::BMCR, bmcr::POWER_DOWN, bmcr::AUTONEG | bmcr::RESTART)
    }

    /// Wakes the PHY, which keeps its settings while it sleeps (`e1000_power_up_phy`).
    pub(super) fn phy_power_up(&self) -> Result<(), PhyError> {
        match self.phy_read(reg::BMCR)? {
            u16::MAX => Err(PhyError::Unknown(u32::MAX)),
            control if control & bmcr::POWER_DOWN == 0 => Ok(()),
            control => self.phy_write(reg::BMCR, control & !bmcr::POWER_DOWN),
        }
    }

    /// Puts the PHY to sleep (`e1000_power_down_phy`). One that does not answer sleeps already.
    pub(super) fn phy_power_down(&self) {
        let _: Result<(), PhyError> = self.phy_update(reg::BMCR, 0, bmcr::POWER_DOWN);
    }

    /// Which way the two ends agreed to pause.
    pub(super) fn phy_pause(&self) -> Result<Pause, PhyError> {
        Ok(Pause::resolve(self.phy_read(reg::ADVERTISE)?, self.phy_read(reg::PARTNER)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IEEE 802.3-2018, table 28B-3: our PAUSE and ASM_DIR, theirs, and what follows for us.
    #[test]
    fn pausing_is_resolved_as_table_28b_3_says() {
        let rows = [
            ((0, 0), (1, 1), (false, false)),
            ((0, 1), (0, 1), (false, false)),
            ((0, 1), (1, 0), (false, false)),
            ((0, 1), (1, 1), (true, false)),
            ((1, 0), (0, 1), (false, false)),
            ((1, 0), (1, 0), (true, true)),
            ((1, 0), (1, 1), (true, true)),
            ((1, 1), (0, 0), (false, false)),
            ((1, 1), (0, 1), (false, true)),
            ((1, 1), (1, 0), (true, true)),
        ];
        let bits = |(pause, asym): (u16, u16)| pause << 10 | asym << 11;
        for (ours, theirs, (send, obey)) in rows {
            let got = Pause::resolve(bits(ours), bits(theirs));
            assert_eq!(got, Pause { send, obey }, "{ours:?} {theirs:?}");
        }
    }
}
