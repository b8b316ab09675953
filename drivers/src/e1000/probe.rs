//! From a PCI function to a driver, step by step.

use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use softnet_sk_buff::{Instant, MacAddr};

use super::config::Config;
use super::driver::E1000;
use super::eeprom::EepromError;
use super::hw::{Chip, Hw};
use super::phy::PhyError;
use super::regs::{ALL_ONES, CTRL, Ctrl, STATUS};
use super::reset::{DRAIN, Reset, Standing};
use crate::bus::{BusError, PciConfig, PciDevice, PciId};

/// IEEE 802.3, 22.2.4.1.1: a PHY's reset takes half a second at the most.
const PHY_PATIENCE: Duration = Duration::from_millis(500);
const PHY_ASK_EVERY: Duration = Duration::from_millis(1);

/// Why there is no driver. In the order of who can do something about it: the caller, the machine,
/// the card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Not a card of this driver.
    #[error("no driver for {:04x}:{:04x}", .0.vendor, .0.device)]
    Unsupported(PciId),
    /// Ring sizes that can't be.
    #[error("ring sizes are 48 to 4096 descriptors, in steps of 8")]
    BadConfig,
    /// The bus refused.
    #[error("the bus refused: {0}")]
    Bus(#[from] BusError),
    /// The card's registers read as all ones: it was pulled out, or its window leads nowhere.
    #[error("the card does not answer")]
    Gone,
    /// The card's reset did not end.
    #[error("the card's reset did not end")]
    ResetStuck,
    /// The EEPROM can't be read or trusted.
    #[error("{0}")]
    Eeprom(#[from] EepromError),
    /// The EEPROM names an address that no station may have.
    #[error("the EEPROM's address {0} is no station's")]
    BadAddress(MacAddr),
    /// The PHY can't be used.
    #[error("{0}")]
    Phy(#[from] PhyError),
}

/// A probe under way. It never sleeps: [`advance`](Self::advance) says when it wants to be called
/// again. Takes some 15 ms; negotiating the link goes on behind it.
#[must_use = "a probe does nothing unless it is advanced"]
pub struct Probe<P: PciDevice> {
    hw: Hw<P>,
    config: Config,
    stage: Stage,
}

/// What came of one step.
#[derive(Debug)]
#[must_use]
pub enum Step<P: PciDevice> {
    /// Advance the probe again at this time.
    Again(Instant, Probe<P>),
    /// The card is ready to be registered.
    Done(Box<E1000<P>>),
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Start,
    Draining { until: Instant },
    Resetting(Reset),
    PhyReset { address: MacAddr, give_up: Instant },
}

enum Outcome {
    Wait(Instant),
    Ready(MacAddr),
}

impl<P: PciDevice> Probe<P> {
    /// Recognises the card and maps its windows; nothing of it is touched otherwise.
    ///
    /// # Errors
    /// [`ProbeError::Unsupported`], [`ProbeError::BadConfig`], [`ProbeError::Bus`].
    pub fn new(pci: P, config: Config) -> Result<Self, ProbeError> {
        let id = pci.config().id();
        let chip = Chip::of(id).ok_or(ProbeError::Unsupported(id))?;
        if !config.is_valid() {
            return Err(ProbeError::BadConfig);
        }
        Ok(Self { hw: Hw::map(pci, chip)?, config, stage: Stage::Start })
    }

    /// Goes on. Called too early it waits on; late does no harm.
    ///
    /// # Errors
    /// [`ProbeError`]. The card is silent then, and without bus mastering.
    pub fn advance(mut self, now: Instant) -> Result<Step<P>, ProbeError> {
        match self.step(now) {
            Ok(Outcome::Wait(until)) => Ok(Step::Again(until, self)),
            Ok(Outcome::Ready(address)) => {
                let driver = E1000::new(self.hw, self.config, address);
                Ok(Step::Done(Box::new(driver)))
            }
            Err(why) => {
                self.hw.set_bus_master(false);
                Err(why)
            }
        }
    }

    fn step(&mut self, now: Instant) -> Result<Outcome, ProbeError> {
        let until = match &mut self.stage {
            Stage::Start => {
                if self.hw.read(STATUS) == ALL_ONES {
                    return Err(ProbeError::Gone);
                }
                // Whoever had the card before us may have left it running.
                self.hw.quiesce();
                let until = now + DRAIN;
                self.stage = Stage::Draining { until };
                until
            }
            Stage::Draining { until } if now < *until => *until,
            Stage::Draining { .. } => {
                let reset = Reset::start(&self.hw, now);
                self.stage = Stage::Resetting(reset);
                reset.until()
            }
            Stage::Resetting(reset) => match reset.poll(&self.hw, now) {
                Standing::Wait(until) => until,
                Standing::Stuck => return Err(ProbeError::ResetStuck),
                Standing::Over => self.identify(now)?,
            },
            Stage::PhyReset { address, .. } if self.hw.phy_is_ready()? => {
                self.hw.phy_negotiate()?;
                return Ok(Outcome::Ready(*address));
            }
            Stage::PhyReset { give_up, .. } if now >= *give_up => {
                return Err(PhyError::ResetStuck.into());
            }
            Stage::PhyReset { .. } => now + PHY_ASK_EVERY,
        };
        Ok(Outcome::Wait(until))
    }

    /// EEPROM and PHY.
    fn identify(&mut self, now: Instant) -> Result<Instant, ProbeError> {
        let address = self.hw.eeprom_address()?;
        if !address.is_valid_unicast() {
            return Err(ProbeError::BadAddress(address));
        }
        // The PHY's registers answer only while the MAC listens to it.
        let control = Ctrl::from_bits_retain(self.hw.read(CTRL));
        let control = control.difference(Ctrl::LRST | Ctrl::PHY_RST) | Ctrl::SLU;
        self.hw.write(CTRL, control.bits());
        self.hw.phy_setup()?;
        self.stage = Stage::PhyReset { address, give_up: now + PHY_PATIENCE };
        Ok(now + PHY_ASK_EVERY)
    }
}

impl<P: PciDevice> fmt::Debug for Probe<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("stage", &self.stage).finish_non_exhaustive()
    }
}
