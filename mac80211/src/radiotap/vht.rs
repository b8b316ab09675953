//! VHT.

use super::bits::le_bytes;

/// How a frame was sent as VHT.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Vht {
    /// Which of the values below are known.
    pub known: VhtKnown,
    /// Values of one bit.
    pub flags: VhtFlags,
    /// Bandwidth: 0, 1, 4, 11 are 20, 40, 80, 160 MHz; other numbers up to 25 are parts of these.
    pub bandwidth: u8,
    /// For each of up to four users, number of streams in the lower half, rate index in the upper;
    /// without streams there is no such user.
    pub mcs_nss: [u8; 4],
    /// One bit for each user: LDPC rather than BCC (`enum ieee80211_radiotap_vht_coding`).
    pub coding: u8,
    /// Group ID: 1 to 62 for several users.
    pub group_id: u8,
    /// Partial association identifier, of a frame to one user.
    pub partial_aid: u16,
}

bitflags::bitflags! {
    /// What is known (`enum ieee80211_radiotap_vht_known`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct VhtKnown: u16 {
        /// Space-time block coding.
        const STBC = 0x0001;
        /// Whether stations may sleep during the TXOP.
        const TXOP_PS_NA = 0x0002;
        /// Guard interval.
        const GI = 0x0004;
        /// Disambiguation of the symbols' number.
        const SGI_NSYM_DIS = 0x0008;
        /// Extra OFDM symbol for LDPC.
        const LDPC_EXTRA_OFDM_SYM = 0x0010;
        /// Beamforming.
        const BEAMFORMED = 0x0020;
        /// Bandwidth.
        const BANDWIDTH = 0x0040;
        /// Group ID.
        const GROUP_ID = 0x0080;
        /// Partial association identifier.
        const PARTIAL_AID = 0x0100;
        /// Others: kept, without a name.
        const _ = !0;
    }

    /// Values of one bit (`enum ieee80211_radiotap_vht_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct VhtFlags: u8 {
        /// Space-time block coding on all streams.
        const STBC = 0x01;
        /// Stations may not sleep during the TXOP.
        const TXOP_PS_NA = 0x02;
        /// Short guard interval.
        const SGI = 0x04;
        /// With it, the number of symbols is 9 modulo 10.
        const SGI_NSYM_M10_9 = 0x08;
        /// Extra OFDM symbol for LDPC.
        const LDPC_EXTRA_OFDM_SYM = 0x10;
        /// Beamformed.
        const BEAMFORMED = 0x20;
        /// Others: kept, without a name.
        const _ = !0;
    }
}

impl Vht {
    /// Rate index and number of streams of a user (0 to 3); `None` if there is no such user.
    #[must_use]
    pub fn user(&self, user: usize) -> Option<(u8, u8)> {
        let mcs_nss = *self.mcs_nss.get(user)?;
        (mcs_nss & 15 != 0).then_some((mcs_nss >> 4, mcs_nss & 15))
    }

    pub(super) fn from_bytes(bytes: [u8; 12]) -> Self {
        let [k0, k1, flags, bandwidth, m0, m1, m2, m3, coding, group_id, a0, a1] = bytes;
        Self {
            known: VhtKnown::from_bits_retain(u16::from_le_bytes([k0, k1])),
            flags: VhtFlags::from_bits_retain(flags),
            bandwidth,
            mcs_nss: [m0, m1, m2, m3],
            coding,
            group_id,
            partial_aid: u16::from_le_bytes([a0, a1]),
        }
    }

    pub(super) fn to_bytes(self) -> [u8; 12] {
        let front = self.known.bits().to_le_bytes().into_iter();
        let front = front.chain([self.flags.bits(), self.bandwidth]).chain(self.mcs_nss);
        let front = front.chain([self.coding, self.group_id]);
        le_bytes(front.chain(self.partial_aid.to_le_bytes()))
    }
}
