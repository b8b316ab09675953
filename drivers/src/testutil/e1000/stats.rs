//! Statistics registers: counted by the MAC, cleared by reading, stuck at their maximum.

use super::regs;

/// Registers of the block at 0x4000.
const WORDS: usize = 64;

/// Offsets that the model counts in (manual, 13.7).
pub(super) mod stat {
    pub(in super::super) const CRCERRS: u32 = 0x4000;
    pub(in super::super) const MPC: u32 = 0x4010;
    pub(in super::super) const PRC64: u32 = 0x405c;
    pub(in super::super) const GPRC: u32 = 0x4074;
    pub(in super::super) const BPRC: u32 = 0x4078;
    pub(in super::super) const MPRC: u32 = 0x407c;
    pub(in super::super) const GPTC: u32 = 0x4080;
    pub(in super::super) const GORCL: u32 = 0x4088;
    pub(in super::super) const GOTCL: u32 = 0x4090;
    pub(in super::super) const RNBC: u32 = 0x40a0;
    pub(in super::super) const RUC: u32 = 0x40a4;
    pub(in super::super) const RFC: u32 = 0x40a8;
    pub(in super::super) const ROC: u32 = 0x40ac;
    pub(in super::super) const RJC: u32 = 0x40b0;
    pub(in super::super) const TORL: u32 = 0x40c0;
    pub(in super::super) const TOTL: u32 = 0x40c8;
    pub(in super::super) const TPR: u32 = 0x40d0;
    pub(in super::super) const TPT: u32 = 0x40d4;
    pub(in super::super) const PTC64: u32 = 0x40d8;
    pub(in super::super) const MPTC: u32 = 0x40f0;
    pub(in super::super) const BPTC: u32 = 0x40f4;
}

/// The statistics block.
#[derive(Debug)]
pub(super) struct Stats {
    words: [u32; WORDS],
}

impl Default for Stats {
    fn default() -> Self {
        Self { words: [0; WORDS] }
    }
}

impl Stats {
    fn index(offset: u32) -> usize {
        (offset.saturating_sub(regs::CRCERRS) / 4) as usize % WORDS
    }

    pub(super) fn count(&mut self, offset: u32) {
        let word = &mut self.words[Self::index(offset)];
        *word = word.saturating_add(1);
    }

    /// Adds to the 64-bit counter whose low half is at `low`.
    pub(super) fn add_octets(&mut self, low: u32, octets: usize) {
        let at = Self::index(low);
        let sum = self.octets(at).saturating_add(octets as u64);
        self.words[at] = sum as u32;
        self.words[at + 1] = (sum >> 32) as u32;
    }

    fn octets(&self, at: usize) -> u64 {
        u64::from(self.words[at]) | (u64::from(self.words[at + 1]) << 32)
    }

    /// Counts a frame of `len` bytes, FCS included, in the size classes that start at `first`.
    pub(super) fn count_size(&mut self, first: u32, len: usize) {
        let class = match len {
            ..=64 => 0,
            65..=127 => 1,
            128..=255 => 2,
            256..=511 => 3,
            512..=1023 => 4,
            1024.. => 5,
        };
        self.count(first + class * 4);
    }

    pub(super) fn peek(&self, offset: u32) -> u32 {
        self.words[Self::index(offset)]
    }

    /// A read by the driver. The low half of a 64-bit counter stays until the high one is read.
    pub(super) fn read(&mut self, offset: u32) -> u32 {
        let at = Self::index(offset);
        let value = self.words[at];
        match offset & !4 {
            stat::GORCL | stat::GOTCL | stat::TORL | stat::TOTL => {
                if offset & 4 != 0 {
                    self.words[at] = 0;
                    self.words[at - 1] = 0;
                }
            }
            _ => self.words[at] = 0,
        }
        value
    }
}
