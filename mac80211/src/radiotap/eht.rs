//! EHT: the U-SIG and what follows it.

use alloc::vec::Vec;

use super::bits::{le_bytes, shared_words, u32s};

/// The U-SIG (`struct ieee80211_radiotap_eht_usig`): what all PHY versions have in common, then the
/// rest of its bits, and a mask of those that are known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct USig(pub [u32; 3]);

shared_words! {
    USig: u32;
    /// Whether the check of the U-SIG failed.
    bad_crc, with_bad_crc = [0] 0x0000_0020;
    /// Whether its validate bits are as they must be.
    validate_ok, with_validate_ok = [0] 0x0000_0040, [0] 0x0000_0080;
    /// PHY version: 0 is EHT.
    phy_version, with_phy_version = [0] 0x0000_0001, [0] 0x0000_7000;
    /// Bandwidth: 0 to 3 are 20, 40, 80, 160 MHz, 4 and 5 are 320 MHz, first and second kind.
    bandwidth, with_bandwidth = [0] 0x0000_0002, [0] 0x0003_8000;
    /// Uplink: 1.
    uplink, with_uplink = [0] 0x0000_0004, [0] 0x0004_0000;
    /// BSS colour.
    bss_color, with_bss_color = [0] 0x0000_0008, [0] 0x01f8_0000;
    /// TXOP, as on the air.
    txop, with_txop = [0] 0x0000_0010, [0] 0xfe00_0000;
    /// EHT: PPDU type and compression mode.
    ppdu_type, with_ppdu_type = [2] 0x0000_00c0, [1] 0x0000_00c0;
    /// EHT MU: punctured channels.
    punctured, with_punctured = [2] 0x0000_3e00, [1] 0x0000_3e00;
    /// EHT MU: rate index of EHT-SIG.
    sig_mcs, with_sig_mcs = [2] 0x0001_8000, [1] 0x0001_8000;
    /// EHT MU: number of EHT-SIG symbols, as on the air.
    sig_symbols, with_sig_symbols = [2] 0x003e_0000, [1] 0x003e_0000;
    /// EHT TB: first spatial reuse.
    spatial_reuse1, with_spatial_reuse1 = [2] 0x0000_1e00, [1] 0x0000_1e00;
    /// EHT TB: second spatial reuse.
    spatial_reuse2, with_spatial_reuse2 = [2] 0x0001_e000, [1] 0x0001_e000;
    /// EHT: check value.
    crc, with_crc = [2] 0x03c0_0000, [1] 0x03c0_0000;
    /// EHT: tail.
    tail, with_tail = [2] 0xfc00_0000, [1] 0xfc00_0000;
}

impl USig {
    /// From the data of an item; what it leaves out is 0.
    #[must_use]
    pub fn from_data(data: &[u8]) -> Self {
        Self(u32s(data))
    }

    /// The data of an item.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 12] {
        le_bytes(self.0.into_iter().flat_map(u32::to_le_bytes))
    }
}

/// How a frame was sent as EHT (`struct ieee80211_radiotap_eht`): a word of known bits, then nine of
/// data. The user fields follow it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Eht(pub [u32; 10]);

shared_words! {
    Eht: u32;
    /// Spatial reuse.
    spatial_reuse, with_spatial_reuse = [0] 0x0000_0002, [1] 0x0000_0078;
    /// Guard interval: 0, 1, 2 are 0.8, 1.6, 3.2 µs.
    gi, with_gi = [0] 0x0000_0004, [1] 0x0000_0180;
    /// Size of the LTF symbols: 1, 2, 3 are 1×, 2×, 4×; 0 is not known.
    ltf_size, with_ltf_size = [1] 0x0000_0600;
    /// Number of LTF symbols: 0 to 4 are 1, 2, 4, 6, 8.
    ltf_symbols, with_ltf_symbols = [0] 0x0000_0010, [1] 0x0000_3800;
    /// LDPC extra symbol segment; not in sounding.
    ldpc_extra_symbol, with_ldpc_extra_symbol = [0] 0x0000_0020, [1] 0x0000_4000;
    /// Padding factor before the FEC; not in sounding.
    pre_fec_padding, with_pre_fec_padding = [0] 0x0000_0040, [1] 0x0001_8000;
    /// Disambiguation of the packet extension; not in sounding.
    pe_disambiguity, with_pe_disambiguity = [0] 0x0000_0080, [1] 0x0002_0000;
    /// Bits to be disregarded; not in sounding.
    disregard, with_disregard = [0] 0x0000_0100, [1] 0x003c_0000;
    /// Bits to be disregarded, in sounding.
    disregard_sounding, with_disregard_sounding = [0] 0x0000_0200, [1] 0x000c_0000;
    /// First check value.
    crc1, with_crc1 = [0] 0x0000_2000, [1] 0x03c0_0000;
    /// First tail.
    tail1, with_tail1 = [0] 0x0000_4000, [1] 0xfc00_0000;
    /// Size of the resource unit of the captured station: 0 to 7 are 26, 52, 106, 242, 484, 996,
    /// 2×996, 4×996 tones; from 8 on they are of several parts.
    ru_size, with_ru_size = [0] 0x0040_0000, [2] 0x0000_001f;
    /// Index of that resource unit.
    ru_index, with_ru_index = [0] 0x0080_0000, [2] 0x0000_1fe0;
    /// Which 80 MHz are the primary ones, from the lowest frequency.
    primary_80, with_primary_80 = [0] 0x0200_0000, [2] 0xc000_0000;
    /// Second check value, in OFDMA.
    crc2, with_crc2 = [0] 0x0000_8000, [8] 0x0000_000f;
    /// Second tail, in OFDMA.
    tail2, with_tail2 = [0] 0x0001_0000, [8] 0x0000_03f0;
    /// Number of streams, in sounding.
    nss, with_nss = [0] 0x0002_0000, [8] 0x0000_f000;
    /// Beamformed, in sounding.
    beamformed, with_beamformed = [0] 0x0004_0000, [8] 0x0001_0000;
    /// Number of users without OFDMA, in MU-MIMO.
    users, with_users = [0] 0x0008_0000, [8] 0x000e_0000;
    /// Check value of the users' block, in MU-MIMO.
    users_crc, with_users_crc = [0] 0x0010_0000, [8] 0x00f0_0000;
    /// Tail of the users' block, in MU-MIMO.
    users_tail, with_users_tail = [0] 0x0020_0000, [8] 0x3f00_0000;
    /// Resource unit allocation as a trigger frame has it (table 9-53a of 802.11be).
    ru_allocation_tb, with_ru_allocation_tb = [0] 0x0100_0000, [9] 0x0000_01ff;
}

impl Eht {
    /// From the data of an item; what it leaves out is 0.
    #[must_use]
    pub fn from_data(data: &[u8]) -> Self {
        Self(u32s(data))
    }

    /// Resource unit allocation 0 to 15, the content channels in turn: the first of channel 1, the
    /// first of channel 2, the second of channel 1 and so on.
    #[must_use]
    pub fn ru_allocation(&self, number: usize) -> Option<u32> {
        let (word, shift) = Self::place_of(number)?;
        let word = self.0.get(word)? >> shift;
        (word & 0x200 != 0).then_some(word & 0x1ff)
    }

    /// With this resource unit allocation, known; higher bits are cut off, and there is none from
    /// number 16 on.
    #[must_use]
    pub fn with_ru_allocation(mut self, number: usize, allocation: u32) -> Self {
        let place =
            Self::place_of(number).and_then(|(word, shift)| Some((self.0.get_mut(word)?, shift)));
        if let Some((word, shift)) = place {
            *word = *word & !(0x3ff << shift) | (allocation & 0x1ff | 0x200) << shift;
        }
        self
    }

    /// The first is at the end of a word with other values; three are in each word after it.
    fn place_of(number: usize) -> Option<(usize, u32)> {
        match number.checked_sub(1) {
            None => Some((2, 13)),
            Some(after @ 0..15) => Some((3 + after / 3, 10 * (after as u32 % 3))),
            Some(_) => None,
        }
    }

    /// The data of an item, with these user fields.
    #[must_use]
    pub fn to_vec(&self, users: &[EhtUser]) -> Vec<u8> {
        let users = users.iter().map(|user| user.0[0]);
        self.0.into_iter().chain(users).flat_map(u32::to_le_bytes).collect()
    }
}

/// The user field of a station in an EHT frame (`enum ieee80211_radiotap_eht_user_info`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct EhtUser(pub [u32; 1]);

shared_words! {
    EhtUser: u32;
    /// Whether it is the station whose data was captured.
    data_captured, with_data_captured = [0] 0x0000_0080;
    /// Station.
    sta_id, with_sta_id = [0] 0x0000_0001, [0] 0x0007_ff00;
    /// Rate index.
    mcs, with_mcs = [0] 0x0000_0002, [0] 0x00f0_0000;
    /// Coding: 0 BCC, 1 LDPC.
    coding, with_coding = [0] 0x0000_0004, [0] 0x0008_0000;
    /// Number of streams, without MU-MIMO, as on the air.
    nss, with_nss = [0] 0x0000_0010, [0] 0x0f00_0000;
    /// Beamforming, without MU-MIMO.
    beamformed, with_beamformed = [0] 0x0000_0020, [0] 0x2000_0000;
    /// Spatial configuration, with MU-MIMO.
    spatial_config, with_spatial_config = [0] 0x0000_0040, [0] 0x3f00_0000;
}

/// The user fields at the end of an EHT item.
#[derive(Clone, Debug, Default)]
pub struct EhtUsers<'a>(&'a [u8]);

impl<'a> EhtUsers<'a> {
    /// Those in the data of an item.
    #[must_use]
    pub fn of(data: &'a [u8]) -> Self {
        Self(data.get(size_of::<Eht>()..).unwrap_or_default())
    }
}

impl Iterator for EhtUsers<'_> {
    type Item = EhtUser;

    fn next(&mut self) -> Option<EhtUser> {
        let (user, rest) = self.0.split_at_checked(self.0.len().min(4))?;
        self.0 = rest;
        (!user.is_empty()).then(|| EhtUser(u32s(user)))
    }
}
