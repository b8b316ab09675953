//! Size tables: what a frame really takes on a wire that the kernel doesn't see (`tc … stab`).

use alloc::vec::Vec;

use crate::{ConfigError, Packet};

/// How lengths of frames are made into lengths on the wire (`tc_sizespec`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SizeSpec {
    /// Bytes that each frame takes on top.
    pub overhead: i32,
    /// Added to the length before the table is looked into.
    pub cell_align: i16,
    /// Lengths that share an entry: 2 to this power, at most 30.
    pub cell_log: u8,
    /// What an entry is a multiple of: 2 to this power, at most 30.
    pub size_log: u8,
    /// What the table was made for (`TC_LINKLAYER_*`); only shown.
    pub linklayer: u32,
    /// The least size that the table was made for; only shown.
    pub mpu: u32,
    /// The greatest length that the table was made for; only shown.
    pub mtu: u32,
}

/// A size table (`struct qdisc_size_table`): each packet's [`pkt_len`](Packet::pkt_len) is what it
/// says, from the root on, and so are all books and rates.
///
/// ```
/// use softnet_qdisc::{SizeSpec, SizeTable};
///
/// // PPPoE over ATM: 8 bytes of overhead, cells of 48 bytes that take 53.
/// let atm = SizeTable::atm(8, 2047)?;
/// assert_eq!(atm.len(40), 53);
/// assert_eq!(atm.len(41), 106);
/// let plain = SizeTable::new(SizeSpec { overhead: 22, ..SizeSpec::default() }, Vec::new())?;
/// assert_eq!(plain.len(1500), 1522);
/// # Ok::<(), softnet_qdisc::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SizeTable {
    spec: SizeSpec,
    table: Vec<u16>,
}

impl SizeTable {
    const LOG_MAX: u8 = 30;
    /// Entries that tc's own tables have at most.
    const ENTRIES: usize = 512;
    /// No length is made larger than this (`QDISC_PKT_LEN_MAX`).
    pub const LEN_MAX: u32 = 1 << 20;

    /// A table; without entries only the overhead counts.
    ///
    /// # Errors
    /// [`ConfigError::SizeLog`], [`ConfigError::SizeTableLen`] for more than 65,536 entries.
    pub fn new(spec: SizeSpec, table: Vec<u16>) -> Result<Self, ConfigError> {
        let log = spec.cell_log.max(spec.size_log);
        if log > Self::LOG_MAX {
            return Err(ConfigError::SizeLog(log));
        }
        if table.len() > 1 << 16 {
            return Err(ConfigError::SizeTableLen(table.len()));
        }
        Ok(Self { spec, table })
    }

    /// ATM: cells of 48 bytes that take 53, as tc computes the table for `linklayer atm` of at most
    /// `mtu` bytes.
    ///
    /// # Errors
    /// [`ConfigError::SizeLog`] if the MTU is absurd.
    pub fn atm(overhead: i32, mtu: u32) -> Result<Self, ConfigError> {
        let mut cell_log = 0;
        while mtu >> cell_log > Self::ENTRIES as u32 - 1 {
            cell_log += 1;
        }
        let size = |slot: u32| (((slot + 1) << cell_log).div_ceil(48) * 53) as u64;
        let largest = size(Self::ENTRIES as u32 - 1);
        let mut size_log = 0;
        while largest >> size_log > u16::MAX.into() {
            size_log += 1;
        }
        let entry = |slot| u16::try_from(size(slot) >> size_log).unwrap_or(u16::MAX);
        let spec = SizeSpec { overhead, cell_align: -1, cell_log, size_log, ..SizeSpec::default() };
        Self::new(spec, (0..Self::ENTRIES as u32).map(entry).collect())
    }

    /// What it is made of.
    #[must_use]
    pub fn spec(&self) -> SizeSpec {
        self.spec
    }

    /// Its entries.
    #[must_use]
    pub fn entries(&self) -> &[u16] {
        &self.table
    }

    /// What a frame of `len` bytes takes (`__qdisc_calculate_pkt_len`): 1 to 2²⁰ bytes.
    #[must_use]
    pub fn len(&self, len: u32) -> u32 {
        let len = i64::from(len) + i64::from(self.spec.overhead);
        let wire = self.look_up(len).unwrap_or(len);
        wire.clamp(1, Self::LEN_MAX.into()) as u32
    }

    fn look_up(&self, len: i64) -> Option<i64> {
        let last = i64::from(*self.table.last()?);
        let slot = (len + i64::from(self.spec.cell_align)).max(0) >> self.spec.cell_log;
        let (rounds, rest) = (slot / self.table.len() as i64, slot % self.table.len() as i64);
        let entry = usize::try_from(rest).ok().and_then(|rest| self.table.get(rest))?;
        Some((last * rounds + i64::from(*entry)) << self.spec.size_log)
    }

    /// Makes a packet as long as it will be on the wire. `false` if it has no place for that.
    pub fn apply<P: Packet>(&self, packet: &mut P) -> bool {
        packet.set_pkt_len(self.len(packet.frame_len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn a_table_goes_on_past_its_end() {
        let spec = SizeSpec { cell_log: 3, ..SizeSpec::default() };
        let table = SizeTable::new(spec, vec![10, 20, 30, 40]).unwrap();
        assert_eq!([0, 7, 8, 31].map(|len| table.len(len)), [10, 10, 20, 40]);
        // Slot 4 is a whole table, 40, and the first entry; slot 9 two of them and the second.
        assert_eq!([32, 79].map(|len| table.len(len)), [50, 100]);
    }

    #[test]
    fn absurd_tables_are_refused() {
        let spec = SizeSpec { size_log: 31, ..SizeSpec::default() };
        assert_eq!(SizeTable::new(spec, vec![1]), Err(ConfigError::SizeLog(31)));
        let long = vec![0; 65_537];
        let why = ConfigError::SizeTableLen(65_537);
        assert_eq!(SizeTable::new(SizeSpec::default(), long), Err(why));
    }

    #[test]
    fn atm_counts_cells() {
        // 2047 bytes share an entry with their neighbours in groups of 4, as in tc's table.
        let table = SizeTable::atm(0, 1500).unwrap();
        assert_eq!(table.spec().cell_log, 2);
        assert_eq!([1, 48, 49, 96, 1500].map(|len| table.len(len)), [53, 53, 106, 106, 1696]);
    }

    proptest! {
        #[test]
        fn stays_in_bounds(
            overhead: i32, cell_align: i16, cell_log in 0u8..=30, size_log in 0u8..=30,
            table in prop::collection::vec(any::<u16>(), 0..20), len: u32,
        ) {
            let spec =
                SizeSpec { overhead, cell_align, cell_log, size_log, ..SizeSpec::default() };
            let len = SizeTable::new(spec, table).unwrap().len(len);
            prop_assert!((1..=SizeTable::LEN_MAX).contains(&len));
        }
    }
}
