//! Descriptors as words (manual, 3.2.3 and 3.3).

use softnet_sk_buff::VlanTag;

use crate::bus::DmaAddr;

/// Bytes of a descriptor.
pub(super) const DESCRIPTOR: usize = 16;
/// Where its third and fourth word stand.
pub(super) const THIRD: usize = 8;
pub(super) const FOURTH: usize = 12;

/// A descriptor as it lies in the ring.
pub(super) type Words = [u32; 4];

/// Transmit commands, in the top byte of the third word.
mod command {
    pub(super) const EOP: u32 = 1 << 24;
    pub(super) const IFCS: u32 = 1 << 25;
    pub(super) const RS: u32 = 1 << 27;
    pub(super) const DEXT: u32 = 1 << 29;
    pub(super) const VLE: u32 = 1 << 30;
    /// In a context: the packet is TCP, so its checksum is never written as UDP's.
    pub(super) const TCP: u32 = 1 << 24;
    /// Type of an extended descriptor: data rather than context.
    pub(super) const DATA: u32 = 1 << 20;
    /// Options, in the fourth word: insert TCP's or UDP's checksum.
    pub(super) const TXSM: u32 = 1 << (8 + 1);
}

/// The hardware is done: lowest bit of the fourth word, for both rings.
pub(super) const DONE: u32 = 1;

/// The longest frame that one legacy descriptor carries (manual, table 3-9).
pub(super) const MAX_FRAME: usize = 16288;

/// Where the hardware sums and where it puts the result, both in bytes from the start of the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Context {
    start: u8,
    place: u8,
    tcp: bool,
}

impl Context {
    /// For a packet to be summed from `start` on, result at `start + offset`. `None` if the
    /// hardware can't: it counts with eight bits.
    pub(super) fn new(start: usize, offset: usize) -> Option<Self> {
        /// Where TCP has its checksum; UDP has it at 6.
        const TCP: usize = 16;
        Some(Self {
            start: u8::try_from(start).ok()?,
            place: u8::try_from(start.checked_add(offset)?).ok()?,
            tcp: offset == TCP,
        })
    }

    /// The context descriptor. The IP checksum's half is off, ends at 0 mean the packet's.
    pub(super) fn words(self) -> Words {
        let tcp = if self.tcp { command::TCP } else { 0 };
        [0, u32::from(self.start) | u32::from(self.place) << 8, command::DEXT | tcp, 0]
    }
}

/// A packet's data descriptor: legacy unless the context is to be applied. `len` is at most
/// [`MAX_FRAME`], so it fits either kind's field.
pub(super) fn data(addr: DmaAddr, len: usize, sum: bool, tag: Option<VlanTag>) -> Words {
    let mut third = len as u32 | command::EOP | command::IFCS | command::RS;
    let mut fourth = 0;
    if sum {
        third |= command::DEXT | command::DATA;
        fourth |= command::TXSM;
    }
    if let Some(tag) = tag {
        third |= command::VLE;
        fourth |= u32::from(tag.tci) << 16;
    }
    [addr.0 as u32, (addr.0 >> 32) as u32, third, fourth]
}

/// An empty receive buffer for the hardware.
pub(super) fn receive(addr: DmaAddr) -> Words {
    [addr.0 as u32, (addr.0 >> 32) as u32, 0, 0]
}

/// What the hardware wrote back of a received frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct WriteBack {
    /// Bytes in this buffer.
    pub(super) len: usize,
    status: u8,
    errors: u8,
    /// The stripped tag's control information.
    pub(super) tci: u16,
}

impl WriteBack {
    pub(super) fn parse(third: u32, fourth: u32) -> Self {
        let [status, errors, tci0, tci1] = fourth.to_le_bytes();
        Self {
            len: usize::from(third as u16),
            status,
            errors,
            tci: u16::from_le_bytes([tci0, tci1]),
        }
    }

    /// The frame ends in this buffer.
    pub(super) fn ends_frame(self) -> bool {
        self.status & (1 << 1) != 0
    }

    /// Damaged: check sequence, symbol, sequence, carrier extension, data.
    pub(super) fn is_damaged(self) -> bool {
        self.errors & (1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 7) != 0
    }

    /// A VLAN tag was stripped.
    pub(super) fn has_tag(self) -> bool {
        self.status & (1 << 3) != 0
    }

    /// What the hardware says of TCP's or UDP's checksum, if it looked.
    pub(super) fn checksum_good(self) -> Option<bool> {
        const IXSM: u8 = 1 << 2;
        const TCPCS: u8 = 1 << 5;
        const TCPE: u8 = 1 << 5;
        let looked = self.status & IXSM == 0 && self.status & TCPCS != 0;
        looked.then_some(self.errors & TCPE == 0)
    }
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::EtherType;

    use super::*;

    #[test]
    fn a_legacy_descriptor_has_the_layout_of_table_3_8() {
        let words = data(DmaAddr(0x0123_4567_89ab_cdef), 1514, false, None);
        // EOP, IFCS and RS are bits 0, 1 and 3 of the command byte.
        assert_eq!(words, [0x89ab_cdef, 0x0123_4567, 0x0b00_05ea, 0]);
    }

    #[test]
    fn an_extended_descriptor_carries_type_options_and_tag() {
        let tag = VlanTag { protocol: EtherType::VLAN, tci: 0xa123 };
        let words = data(DmaAddr(0x1000), 60, true, Some(tag));
        assert_eq!(words, [0x1000, 0, 0x6b10_003c, 0xa123_0200]);
    }

    #[test]
    fn a_context_counts_with_eight_bits() {
        assert_eq!(Context::new(34, 16).unwrap().words(), [0, 0x3222, 0x2100_0000, 0]);
        assert_eq!(Context::new(34, 6).unwrap().words(), [0, 0x2822, 0x2000_0000, 0]);
        assert!(Context::new(240, 16).is_none());
        assert!(Context::new(256, 0).is_none());
    }

    #[test]
    fn a_write_back_is_read_as_table_3_2_has_it() {
        let back = WriteBack::parse(0xbeef_0040, 0xa123_002b);
        assert_eq!((back.len, back.tci), (64, 0xa123));
        assert!(back.ends_frame() && back.has_tag() && !back.is_damaged());
        assert_eq!(back.checksum_good(), Some(true));
        assert_eq!(WriteBack::parse(64, 0x2023).checksum_good(), Some(false));
        assert_eq!(WriteBack::parse(64, 0x0027).checksum_good(), None, "IXSM: ignore the rest");
        for bit in [0, 1, 2, 4, 7] {
            assert!(WriteBack::parse(64, 3 | 1 << (8 + bit)).is_damaged());
        }
        assert!(!WriteBack::parse(64, 3 | 0x6800).is_damaged(), "checksum errors are no damage");
    }
}
