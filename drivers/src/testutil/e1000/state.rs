//! The controller's state: the register file, virtual time, and what an access to a register does.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::Instant;

use super::dma::AddressSpace;
use super::eeprom::Eeprom;
use super::faults::Faults;
use super::irq::Irq;
use super::pci::ConfigSpace;
use super::phy::{Link, Phy};
use super::regs::{self, Access, cause, ctrl, ctrl_ext, rah, rctl, rdtr, status, tctl};
use super::rx::Rx;
use super::stats::Stats;
use super::tx::Tx;
use super::violation::{Log, Misuse, Unit};
use super::{Config, Counters};

/// Tables that software must fill itself hold this from the start.
const GARBAGE: u32 = 0xa5a5_5a5a;

/// One 82540EM and the bus around it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) config: Config,
    pub(super) now: Instant,
    /// Registers that keep what is written, by word.
    file: Vec<u32>,
    /// While the device resets.
    pub(super) reset_until: Option<Instant>,
    /// The link as the MAC sees it (`STATUS.LU`).
    pub(super) link: Option<Link>,
    pub(super) dma: AddressSpace,
    pub(super) pci: ConfigSpace,
    pub(super) eeprom: Eeprom,
    pub(super) phy: Phy,
    pub(super) irq: Irq,
    pub(super) rx: Rx,
    pub(super) tx: Tx,
    pub(super) stats: Stats,
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    pub(super) log: Log,
}

impl State {
    pub(super) fn new(config: Config) -> Self {
        let mut state = Self {
            now: Instant::ZERO,
            file: vec![0; regs::FILE_WORDS],
            reset_until: None,
            link: None,
            dma: AddressSpace::new(config.dma_base),
            pci: ConfigSpace::default(),
            eeprom: Eeprom::new(config.mac),
            phy: Phy::new(config.cable, config.autoneg_time),
            irq: Irq::default(),
            rx: Rx::new(),
            tx: Tx::new(),
            stats: Stats::default(),
            faults: Faults::default(),
            counters: Counters::default(),
            log: Log::default(),
            config,
        };
        if state.config.undefined_tables {
            for i in 0..128 {
                state.set_reg(regs::MTA + i * 4, GARBAGE);
                state.set_reg(regs::VFTA + i * 4, GARBAGE);
            }
        }
        state.set_reg(regs::PBA, 0x0010_0030);
        state.load_defaults();
        state
    }

    pub(super) fn violation(&mut self, what: Misuse) {
        self.log.push(self.now, what);
    }

    pub(super) fn reg(&self, offset: u32) -> u32 {
        self.file.get(offset as usize / 4).copied().unwrap_or(0)
    }

    fn set_reg(&mut self, offset: u32, value: u32) {
        if let Some(word) = self.file.get_mut(offset as usize / 4) {
            *word = value;
        }
    }

    /// Everything that `CTRL.RST` resets. Filter tables and the packet buffer split have no defaults
    /// and stay; the PHY is not touched.
    fn reset(&mut self) {
        for unit in [Unit::Receive, Unit::Transmit] {
            self.stop_unit(unit, 0);
        }
        let kept = |offset: usize| {
            let offset = offset as u32 * 4;
            offset == regs::PBA
                || (regs::MTA..regs::MTA + 512).contains(&offset)
                || (regs::VFTA..regs::VFTA + 512).contains(&offset)
        };
        for (offset, word) in self.file.iter_mut().enumerate() {
            *word = if kept(offset) { *word } else { 0 };
        }
        self.rx.reset();
        self.tx.reset();
        self.irq.reset();
        self.eeprom.reset();
        self.phy.reset_management();
        self.stats = Stats::default();
        self.load_defaults();
        self.link = None;
    }

    fn load_defaults(&mut self) {
        self.set_reg(regs::CTRL, ctrl::FD | ctrl::LRST | ctrl::SPEED_1000);
        self.set_reg(regs::LEDCTL, 0x0706_1302);
        self.set_reg(regs::RXDCTL, 0x0101_0000);
        self.set_reg(regs::VET, 0x8100);
        let [a, b, c, d, e, f] = self.eeprom.mac();
        self.set_reg(regs::RA, u32::from_le_bytes([a, b, c, d]));
        self.set_reg(regs::RA + 4, u32::from_le_bytes([e, f, 0, 0]) | rah::AV);
    }

    // Time.

    /// When something happens by itself next.
    pub(super) fn next_event(&self) -> Option<Instant> {
        [
            self.reset_until,
            self.eeprom.busy_until,
            self.phy.mdic_until,
            self.phy.reset_until,
            self.phy.link_at,
            self.irq_due(),
            self.irq.rx_delay.due(),
            self.irq.tx_delay.due(),
            self.tx.due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Lets time pass up to `to`, all that happens by itself in its order.
    pub(super) fn advance(&mut self, to: Instant) {
        while let Some(at) = self.next_event().filter(|at| *at <= to) {
            self.now = self.now.max(at);
            self.happen();
        }
        self.now = self.now.max(to);
    }

    /// Lets a bus access take its time.
    fn elapse(&mut self, takes: Duration) {
        self.advance(self.now + takes);
    }

    /// What is due at this moment.
    fn happen(&mut self) {
        let now = self.now;
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.reset_until) {
            self.reset_until = None;
            self.update_link();
        }
        if due(self.eeprom.busy_until) {
            self.eeprom.finish_eerd();
        }
        if due(self.phy.mdic_until) {
            let interrupt = self.phy.finish_mdic(now, self.config.phy_reset_time);
            self.update_link();
            if interrupt {
                self.raise(cause::MDAC);
            }
        }
        if due(self.phy.reset_until) {
            self.phy.finish_reset(now);
        }
        if due(self.phy.link_at) {
            self.phy.finish_link();
            self.update_link();
        }
        if due(self.tx.due()) {
            self.tx_end();
            self.tx_run();
        }
        if due(self.irq.rx_delay.due()) {
            self.flush_rx_delay(false);
        }
        if due(self.irq.tx_delay.due()) {
            self.flush_tx_delay();
        }
        self.update_irq();
    }

    /// The MAC looks at the PHY: a change of link is an interrupt and may let frames go.
    pub(super) fn update_link(&mut self) {
        let control = self.reg(regs::CTRL);
        let listens = control & ctrl::SLU != 0 && self.reset_until.is_none();
        let link = self.phy.link.filter(|_| listens && control & ctrl::PHY_RST == 0);
        let changed = link.is_some() != self.link.is_some();
        self.link = link;
        if changed {
            self.raise(cause::LSC);
            self.tx_run();
        }
    }

    fn read_status(&self) -> u32 {
        let control = self.reg(regs::CTRL);
        let Some(link) = self.link else { return control & ctrl::FD };
        let forced = control & ctrl::FRCSPD != 0;
        let speed = if forced { (control >> ctrl::SPEED_SHIFT) & 3 } else { link.speed.code() };
        let duplex = if link.full_duplex { status::FD } else { 0 };
        let detected = link.speed.code() << status::ASDV_SHIFT;
        status::LU | duplex | speed << status::SPEED_SHIFT | detected
    }

    // Accesses.

    /// The register at `offset`, unless the access makes no sense.
    fn decode(&mut self, offset: u32) -> Option<&'static regs::Register> {
        let register = regs::find(offset);
        if offset >= regs::WINDOW {
            self.violation(Misuse::OutsideWindow { offset });
        } else if !offset.is_multiple_of(4) {
            self.violation(Misuse::Unaligned { offset });
        } else if register.is_none() {
            self.violation(Misuse::UnknownRegister { offset });
        } else {
            return register;
        }
        None
    }

    /// The driver reads a register.
    pub(super) fn read_register(&mut self, offset: u32) -> u32 {
        self.elapse(self.config.read_time);
        let Some(register) = self.decode(offset) else {
            return if offset < regs::WINDOW { 0 } else { u32::MAX };
        };
        if self.reset_until.is_some() {
            return u32::MAX;
        }
        if register.access == Access::Wo {
            self.violation(Misuse::WriteOnly { register: register.name });
            return 0;
        }
        match offset {
            regs::STATUS => self.read_status(),
            regs::EECD => self.eeprom.read_eecd(),
            regs::EERD => self.eeprom.read_eerd(),
            regs::MDIC => self.phy.read_mdic(),
            regs::ICR => self.read_icr(),
            regs::IMS => self.irq.ims,
            regs::RDBAL..=regs::RDT => self.read_ring(Unit::Receive, offset),
            regs::TDBAL..=regs::TDT => self.read_ring(Unit::Transmit, offset),
            regs::CRCERRS..0x4100 => self.stats.read(offset),
            _ => self.reg(offset),
        }
    }

    /// The driver writes a register.
    pub(super) fn write_register(&mut self, offset: u32, value: u32) {
        let Some(register) = self.decode(offset) else { return };
        let name = register.name;
        if self.reset_until.is_some() {
            self.violation(Misuse::DuringReset { register: name, value });
            return;
        }
        // ICR alone takes writes though reading is what clears it: ones clear, too.
        if matches!(register.access, Access::Ro | Access::Rc) && offset != regs::ICR {
            self.violation(Misuse::ReadOnly { register: name, value });
            return;
        }
        let bits = value & !register.bits;
        if bits != 0 && offset != regs::ICR {
            self.violation(Misuse::ReservedBits { register: name, bits });
        }
        match offset {
            regs::CTRL => self.write_ctrl(value),
            regs::CTRL_EXT => self.write_ctrl_ext(value),
            regs::EECD => {
                let result = self.eeprom.write_eecd(value);
                self.report(result);
            }
            regs::EERD => {
                let until = self.now + self.config.eeprom_time;
                let result = self.eeprom.write_eerd(value, until);
                self.report(result);
            }
            regs::MDIC => {
                let until = self.now + self.config.mdic_time;
                let result = self.phy.write_mdic(value, until);
                self.report(result);
            }
            regs::ICR => {
                self.irq.icr &= !value;
                self.update_irq();
            }
            regs::ICS => self.raise(value),
            regs::IMS => self.write_ims(value),
            regs::IMC => self.write_imc(value),
            regs::ITR => {
                self.set_reg(offset, value);
                self.update_irq();
            }
            regs::RCTL => self.write_rctl(value),
            regs::TCTL => self.write_tctl(value),
            regs::RDBAL..=regs::RDT => self.write_ring(Unit::Receive, offset, value),
            regs::TDBAL..=regs::TDT => self.write_ring(Unit::Transmit, offset, value),
            regs::RDTR => {
                self.set_reg(offset, value & !rdtr::FPD);
                if value & rdtr::FPD != 0 {
                    self.flush_rx_delay(false);
                }
            }
            _ => self.write_plain(name, offset, value),
        }
    }

    fn report(&mut self, result: Result<(), Misuse>) {
        if let Err(what) = result {
            self.violation(what);
        }
    }

    /// Registers that only keep their value, some of them not to be changed under a running unit.
    fn write_plain(&mut self, register: &'static str, offset: u32, value: u32) {
        let running = |unit| self.enabled(unit).then_some(unit);
        let unit = match offset {
            regs::RXCSUM => running(Unit::Receive),
            regs::PBA => running(Unit::Receive).or_else(|| running(Unit::Transmit)),
            _ => None,
        };
        if let Some(unit) = unit {
            self.violation(Misuse::WhileEnabled { register, unit });
        }
        self.set_reg(offset, value);
    }

    fn write_ctrl(&mut self, value: u32) {
        if value & ctrl::RST != 0 {
            self.counters.resets += 1;
            self.reset();
            self.reset_until = Some(self.now + self.config.reset_time);
            return;
        }
        let before = self.reg(regs::CTRL);
        self.set_reg(regs::CTRL, value);
        if before & ctrl::PHY_RST != 0 && value & ctrl::PHY_RST == 0 {
            self.phy.hardware_reset(self.now);
        }
        self.update_link();
    }

    /// `EE_RST` loads the EEPROM again; the other bits are kept.
    fn write_ctrl_ext(&mut self, value: u32) {
        self.set_reg(regs::CTRL_EXT, value & !ctrl_ext::EE_RST);
        if value & ctrl_ext::EE_RST != 0 {
            self.load_defaults();
        }
    }

    fn write_rctl(&mut self, value: u32) {
        let before = self.reg(regs::RCTL);
        let sizes = rctl::BSIZE | rctl::BSEX;
        if before & value & rctl::EN != 0 && (before ^ value) & sizes != 0 {
            self.violation(Misuse::BufferSizeChanged);
        }
        self.set_reg(regs::RCTL, value);
        match (before & rctl::EN != 0, value & rctl::EN != 0) {
            (false, true) => self.start_unit(Unit::Receive),
            (true, false) => self.stop_unit(Unit::Receive, 0),
            _ => {}
        }
        // Loopback may have been switched on, which needs no link.
        self.tx_run();
    }

    fn write_tctl(&mut self, value: u32) {
        let before = self.reg(regs::TCTL);
        self.set_reg(regs::TCTL, value);
        match (before & tctl::EN != 0, value & tctl::EN != 0) {
            (false, true) => self.start_unit(Unit::Transmit),
            (true, false) => {
                let keep = self.tx.in_flight();
                self.stop_unit(Unit::Transmit, keep);
            }
            _ => {}
        }
        self.tx_run();
    }
}
