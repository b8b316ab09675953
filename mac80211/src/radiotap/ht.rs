//! HT: the MCS field.

/// How a frame was sent as HT.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Mcs {
    /// Which of the values below are known, and one bit of the extension streams.
    pub known: McsKnown,
    /// All values but the index.
    pub flags: McsFlags,
    /// Rate index (tables 19-27 to 19-41).
    pub mcs: u8,
}

bitflags::bitflags! {
    /// What is known (`enum ieee80211_radiotap_mcs_have`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct McsKnown: u8 {
        /// Bandwidth.
        const HAVE_BW = 0x01;
        /// Rate index.
        const HAVE_MCS = 0x02;
        /// Guard interval.
        const HAVE_GI = 0x04;
        /// Mixed format or greenfield.
        const HAVE_FMT = 0x08;
        /// Coding.
        const HAVE_FEC = 0x10;
        /// Streams of space-time block coding.
        const HAVE_STBC = 0x20;
        /// Number of extension streams.
        const HAVE_NESS = 0x40;
        /// Not a mark: the upper bit of that number.
        const NESS_BIT1 = 0x80;
    }

    /// Values (`enum ieee80211_radiotap_mcs_flags`); those of more than one bit have their methods.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct McsFlags: u8 {
        /// Lower bit of the bandwidth.
        const BW_BIT0 = 0x01;
        /// Upper bit of the bandwidth.
        const BW_BIT1 = 0x02;
        /// Short guard interval.
        const SGI = 0x04;
        /// Greenfield format.
        const FMT_GF = 0x08;
        /// LDPC rather than BCC.
        const FEC_LDPC = 0x10;
        /// Lower bit of the number of STBC streams.
        const STBC_BIT0 = 0x20;
        /// Upper bit of the number of STBC streams.
        const STBC_BIT1 = 0x40;
        /// Lower bit of the number of extension streams.
        const NESS_BIT0 = 0x80;
    }
}

impl McsFlags {
    /// These, with another bandwidth: 0 is 20 MHz, 1 is 40 MHz, 2 and 3 are the lower and the upper
    /// 20 MHz of 40; higher bits are cut off.
    #[must_use]
    pub const fn with_bandwidth(self, bandwidth: u8) -> Self {
        Self::from_bits_retain(self.bits() & !3 | bandwidth & 3)
    }

    /// These, with another number of STBC streams; higher bits are cut off.
    #[must_use]
    pub const fn with_stbc(self, streams: u8) -> Self {
        Self::from_bits_retain(self.bits() & !0x60 | (streams & 3) << 5)
    }
}

impl Mcs {
    /// Bandwidth: 0 is 20 MHz, 1 is 40 MHz, 2 and 3 are the lower and the upper 20 MHz of 40.
    #[must_use]
    pub const fn bandwidth(self) -> Option<u8> {
        self.value(McsKnown::HAVE_BW, self.flags.bits() & 3)
    }

    /// Rate index.
    #[must_use]
    pub const fn index(self) -> Option<u8> {
        self.value(McsKnown::HAVE_MCS, self.mcs)
    }

    /// Streams of space-time block coding, 0 to 3.
    #[must_use]
    pub const fn stbc(self) -> Option<u8> {
        self.value(McsKnown::HAVE_STBC, self.flags.bits() >> 5 & 3)
    }

    /// Extension streams, 0 to 3.
    #[must_use]
    pub const fn ness(self) -> Option<u8> {
        self.value(McsKnown::HAVE_NESS, self.known.bits() >> 6 & 2 | self.flags.bits() >> 7)
    }

    const fn value(self, known: McsKnown, value: u8) -> Option<u8> {
        if self.known.contains(known) { Some(value) } else { None }
    }

    pub(super) const fn from_bytes([known, flags, mcs]: [u8; 3]) -> Self {
        let known = McsKnown::from_bits_retain(known);
        Self { known, flags: McsFlags::from_bits_retain(flags), mcs }
    }

    pub(super) const fn to_bytes(self) -> [u8; 3] {
        [self.known.bits(), self.flags.bits(), self.mcs]
    }
}
