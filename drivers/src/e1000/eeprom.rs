//! The EEPROM: read word by word through `EERD` (manual, 5.3 and 13.4.4).

use softnet_sk_buff::MacAddr;

use super::hw::Hw;
use super::regs::EERD;
use crate::bus::PciDevice;

/// Words that the checksum covers, itself included.
const WORDS: u8 = 0x40;
/// What they sum to.
const SUM: u16 = 0xbaba;

const START: u32 = 1 << 0;
const DONE: u32 = 1 << 4;
const ADDR_SHIFT: u32 = 8;
const DATA_SHIFT: u32 = 16;

/// Looks at `EERD` before a read is given up. A look is a bus access of about a microsecond, a read
/// takes some 50 of them.
const MAX_LOOKS: u32 = 10_000;

/// Why the EEPROM could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EepromError {
    /// A read did not end. The 82544 has no such way to read, for one.
    #[error("EEPROM read did not end")]
    Timeout,
    /// The words don't sum to 0xbaba: worn out, or never written.
    #[error("EEPROM words sum to {0:#06x} instead of 0xbaba")]
    Checksum(u16),
}

impl<P: PciDevice> Hw<P> {
    fn eeprom_word(&self, index: u8) -> Result<u16, EepromError> {
        self.write(EERD, u32::from(index) << ADDR_SHIFT | START);
        let mut looks = (0..MAX_LOOKS).map(|_| self.read(EERD));
        // All ones is a card that is gone; its DONE means nothing.
        let read = looks.find(|read| read & DONE != 0 && *read != u32::MAX);
        read.map(|read| (read >> DATA_SHIFT) as u16).ok_or(EepromError::Timeout)
    }

    /// Checks the EEPROM and reads the card's address from it.
    pub(super) fn eeprom_address(&self) -> Result<MacAddr, EepromError> {
        let mut sum = 0_u16;
        let mut octets = [0; 6];
        for index in 0..WORDS {
            let word = self.eeprom_word(index)?;
            sum = sum.wrapping_add(word);
            // The first three words, low byte first, are the address.
            let at = usize::from(index) * 2;
            if let Some(pair) = octets.get_mut(at..at + 2) {
                pair.copy_from_slice(&word.to_le_bytes());
            }
        }
        if sum == SUM { Ok(MacAddr(octets)) } else { Err(EepromError::Checksum(sum)) }
    }
}
