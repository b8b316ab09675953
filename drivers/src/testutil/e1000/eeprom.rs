//! The board's EEPROM: 64 words behind a Microwire bus, by pins (`EECD`) or by machine (`EERD`).

use softnet_sk_buff::{Instant, MacAddr};

use super::regs::{eecd, eerd};
use super::violation::Misuse;

const WORDS: usize = 64;
/// What the words must sum to.
const CHECKSUM: u16 = 0xbaba;
const CHECKSUM_WORD: usize = 0x3f;
/// Bits of a command after its start bit: two of opcode, six of address.
const COMMAND_BITS: u8 = 8;

/// Where a Microwire conversation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wire {
    /// Chip select is low, or a command has ended.
    Idle,
    /// Selected, waiting for the start bit.
    Start,
    /// Taking the command: bits so far and how many.
    Command(u8, u8),
    /// Sending words: bits left to send, left-aligned, and how many; then the next address.
    Reading(u16, u8, u8),
}

/// The EEPROM and the two ways to it.
#[derive(Debug)]
pub(super) struct Eeprom {
    words: [u16; WORDS],
    pins: u32,
    data_out: bool,
    wire: Wire,
    eerd: u32,
    /// When the read by machine is done.
    pub(super) busy_until: Option<Instant>,
}

impl Eeprom {
    pub(super) fn new(mac: MacAddr) -> Self {
        let mut words = [0xffff; WORDS];
        for (word, pair) in words.iter_mut().zip(mac.octets().chunks_exact(2)) {
            *word = u16::from_le_bytes([pair[0], pair[1]]);
        }
        // Init control 1, subsystem, device and vendor, init control 2 (manual, chapter 5).
        words[0x0a] = 0x640b;
        words[0x0b] = 0x001e;
        words[0x0c] = 0x8086;
        words[0x0d] = 0x100e;
        words[0x0e] = 0x8086;
        words[0x0f] = 0x3000;
        let mut eeprom =
            Self { words, pins: 0, data_out: false, wire: Wire::Idle, eerd: 0, busy_until: None };
        eeprom.seal();
        eeprom
    }

    fn seal(&mut self) {
        let sum = self.words[..CHECKSUM_WORD].iter().fold(0_u16, |sum, &w| sum.wrapping_add(w));
        self.words[CHECKSUM_WORD] = CHECKSUM.wrapping_sub(sum);
    }

    /// Changes a word, and the checksum with it if `seal`.
    pub(super) fn set(&mut self, index: u8, value: u16, seal: bool) {
        self.words[usize::from(index) % WORDS] = value;
        if seal {
            self.seal();
        }
    }

    pub(super) fn word(&self, index: u8) -> u16 {
        self.words[usize::from(index) % WORDS]
    }

    /// The address that the controller loads into its first receive address.
    pub(super) fn mac(&self) -> [u8; 6] {
        let [a, b] = self.words[0].to_le_bytes();
        let [c, d] = self.words[1].to_le_bytes();
        let [e, f] = self.words[2].to_le_bytes();
        [a, b, c, d, e, f]
    }

    /// The controller was reset: pins low, no read under way. The words stay.
    pub(super) fn reset(&mut self) {
        self.pins = 0;
        self.data_out = false;
        self.wire = Wire::Idle;
        self.eerd = 0;
        self.busy_until = None;
    }

    pub(super) fn read_eecd(&self) -> u32 {
        let granted = if self.granted() { eecd::GNT } else { 0 };
        let out = if self.data_out { eecd::DO } else { 0 };
        (self.pins & (eecd::SK | eecd::CS | eecd::DI | eecd::FWE | eecd::REQ))
            | granted
            | out
            | eecd::PRES
    }

    fn granted(&self) -> bool {
        self.pins & eecd::REQ != 0 && self.busy_until.is_none()
    }

    pub(super) fn write_eecd(&mut self, value: u32) -> Result<(), Misuse> {
        let before = core::mem::replace(&mut self.pins, value);
        let driven = eecd::SK | eecd::CS | eecd::DI;
        if (before ^ value) & driven == 0 {
            return Ok(());
        }
        // Giving the bus back may lower the pins in the same write.
        if before & eecd::REQ == 0 || !self.granted() && value & driven != 0 {
            return Err(Misuse::EepromWithoutGrant);
        }
        if value & eecd::CS == 0 {
            self.wire = Wire::Idle;
            self.data_out = false;
        } else if before & eecd::CS == 0 {
            self.wire = Wire::Start;
        } else if before & eecd::SK == 0 && value & eecd::SK != 0 {
            return self.clock(value & eecd::DI != 0);
        }
        Ok(())
    }

    /// A rising edge of the clock.
    fn clock(&mut self, data_in: bool) -> Result<(), Misuse> {
        match self.wire {
            Wire::Start if data_in => self.wire = Wire::Command(0, 0),
            Wire::Command(bits, count) => {
                let bits = (bits << 1) | u8::from(data_in);
                self.wire = Wire::Command(bits, count + 1);
                if count + 1 == COMMAND_BITS {
                    return self.command(bits);
                }
            }
            Wire::Reading(bits, left, next) => {
                let (bits, left, next) =
                    if left == 0 { (self.word(next), 16, next + 1) } else { (bits, left, next) };
                self.data_out = bits & 0x8000 != 0;
                self.wire = Wire::Reading(bits << 1, left - 1, next % WORDS as u8);
            }
            Wire::Idle | Wire::Start => {}
        }
        Ok(())
    }

    fn command(&mut self, bits: u8) -> Result<(), Misuse> {
        let (opcode, address) = (bits >> 6, bits & 0x3f);
        match opcode {
            // READ. A dummy zero comes out with the last bit of the address.
            2 => {
                self.data_out = false;
                self.wire = Wire::Reading(0, 0, address);
                Ok(())
            }
            // EWDS, which forbids writes, is harmless.
            0 if address >> 4 == 0 => {
                self.wire = Wire::Idle;
                Ok(())
            }
            _ => {
                self.wire = Wire::Idle;
                let opcode = if opcode == 0 { bits >> 4 } else { opcode };
                Err(Misuse::EepromWrite { opcode })
            }
        }
    }

    pub(super) fn read_eerd(&self) -> u32 {
        self.eerd
    }

    /// Starts a read that is done at `until`.
    pub(super) fn write_eerd(&mut self, value: u32, until: Instant) -> Result<(), Misuse> {
        if self.busy_until.is_some() {
            return Err(Misuse::EerdBusy);
        }
        self.eerd = value & (0xff << eerd::ADDR_SHIFT);
        if value & eerd::START != 0 {
            self.eerd |= eerd::START;
            self.busy_until = Some(until);
        }
        Ok(())
    }

    /// The read by machine is done.
    pub(super) fn finish_eerd(&mut self) {
        self.busy_until = None;
        let address = (self.eerd >> eerd::ADDR_SHIFT) as u8;
        let data = u32::from(self.word(address)) << eerd::DATA_SHIFT;
        self.eerd = (self.eerd & (0xff << eerd::ADDR_SHIFT)) | eerd::DONE | data;
    }
}
