//! HE, and the L-SIG of every frame.

use super::bits::{le_bytes, shared_words, u16s};

/// How a frame was sent as HE (`struct ieee80211_radiotap_he`): six words, the first two of them
/// mostly about which values are known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct He(pub [u16; 6]);

shared_words! {
    He: u16;
    /// PPDU format: 0 SU, 1 extended range SU, 2 MU, 3 trigger-based.
    format, with_format = [0] 0x0003;
    /// BSS colour.
    bss_color, with_bss_color = [0] 0x0004, [2] 0x003f;
    /// Beam change.
    beam_change, with_beam_change = [0] 0x0008, [2] 0x0040;
    /// Uplink: 1.
    uplink, with_uplink = [0] 0x0010, [2] 0x0080;
    /// Rate index of the data.
    data_mcs, with_data_mcs = [0] 0x0020, [2] 0x0f00;
    /// Dual carrier modulation of the data.
    data_dcm, with_data_dcm = [0] 0x0040, [2] 0x1000;
    /// Coding: 0 BCC, 1 LDPC.
    coding, with_coding = [0] 0x0080, [2] 0x2000;
    /// LDPC extra symbol segment.
    ldpc_extra_symbol, with_ldpc_extra_symbol = [0] 0x0100, [2] 0x4000;
    /// Space-time block coding.
    stbc, with_stbc = [0] 0x0200, [2] 0x8000;
    /// Spatial reuse; the first of four in the trigger-based format.
    spatial_reuse, with_spatial_reuse = [0] 0x0400, [3] 0x000f;
    /// Second spatial reuse, in the trigger-based format.
    spatial_reuse2, with_spatial_reuse2 = [0] 0x0800, [3] 0x00f0;
    /// Third spatial reuse, in the trigger-based format.
    spatial_reuse3, with_spatial_reuse3 = [0] 0x1000, [3] 0x0f00;
    /// Fourth spatial reuse, in the trigger-based format.
    spatial_reuse4, with_spatial_reuse4 = [0] 0x2000, [3] 0xf000;
    /// Station that the data was for, in the MU format.
    sta_id, with_sta_id = [0] 0x0800, [3] 0x7ff0;
    /// Bandwidth (0 to 3: 20, 40, 80, 160 MHz) or size of the resource unit (4 to 10: 26, 52, 106,
    /// 242, 484, 996, 2×996 tones).
    bandwidth_ru, with_bandwidth_ru = [0] 0x4000, [4] 0x000f;
    /// Doppler.
    doppler, with_doppler = [0] 0x8000, [5] 0x0010;
    /// Whether the resource unit is in the secondary 80 MHz.
    secondary_80, with_secondary_80 = [1] 0x0001, [1] 0x8000;
    /// Guard interval: 0, 1, 2 are 0.8, 1.6, 3.2 µs.
    gi, with_gi = [1] 0x0002, [4] 0x0030;
    /// Size of the LTF symbols: 1, 2, 3 are 1×, 2×, 4×; 0 is not known.
    ltf_size, with_ltf_size = [4] 0x00c0;
    /// Number of LTF symbols: 0 to 4 are 1, 2, 4, 6, 8.
    ltf_symbols, with_ltf_symbols = [1] 0x0004, [4] 0x0700;
    /// Padding factor before the FEC.
    pre_fec_padding, with_pre_fec_padding = [1] 0x0008, [4] 0x3000;
    /// Beamforming.
    txbf, with_txbf = [1] 0x0010, [4] 0x4000;
    /// Disambiguation of the packet extension.
    pe_disambiguity, with_pe_disambiguity = [1] 0x0020, [4] 0x8000;
    /// TXOP, as in HE-SIG-A.
    txop, with_txop = [1] 0x0040, [5] 0x7f00;
    /// Midambles' period: 0 is 10 symbols, 1 is 20.
    midamble_periodicity, with_midamble_periodicity = [1] 0x0080, [5] 0x8000;
    /// Place of the resource unit among those of its size within 80 MHz.
    ru_offset, with_ru_offset = [1] 0x4000, [1] 0x3f00;
    /// Number of space-time streams; 0 is not known.
    nsts, with_nsts = [5] 0x000f;
}

impl He {
    pub(super) fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(u16s(&bytes))
    }

    pub(super) fn to_bytes(self) -> [u8; 12] {
        le_bytes(self.0.into_iter().flat_map(u16::to_le_bytes))
    }
}

/// What is common to the users of an HE MU frame (`struct ieee80211_radiotap_he_mu`): two words of
/// flags, four resource unit allocations of the first content channel, four of the second, in pairs
/// of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HeMu(pub [u16; 6]);

shared_words! {
    HeMu: u16;
    /// Rate index of SIG-B.
    sig_b_mcs, with_sig_b_mcs = [0] 0x0010, [0] 0x000f;
    /// Dual carrier modulation of SIG-B.
    sig_b_dcm, with_sig_b_dcm = [0] 0x0040, [0] 0x0020;
    /// Whether a user has the 26 tones in the centre of the first content channel.
    channel1_center_26, with_channel1_center_26 = [0] 0x1000, [0] 0x2000;
    /// Whether a user has the 26 tones in the centre of the second content channel.
    channel2_center_26, with_channel2_center_26 = [0] 0x0080, [1] 0x0800;
    /// Compression of SIG-B.
    sig_b_compression, with_sig_b_compression = [0] 0x4000, [1] 0x0008;
    /// Symbols of SIG-B, or users of MU-MIMO, less 1.
    sig_b_symbols_users, with_sig_b_symbols_users = [0] 0x8000, [1] 0x00f0;
    /// Bandwidth as SIG-A has it: 0 to 3 are 20, 40, 80, 160 MHz.
    bandwidth, with_bandwidth = [1] 0x0004, [1] 0x0003;
    /// Preamble puncturing as SIG-A's bandwidth has it.
    puncturing, with_puncturing = [1] 0x0400, [1] 0x0300;
}

impl HeMu {
    const CH1_RU_KNOWN: u16 = 0x0100;
    const CH2_RU_KNOWN: u16 = 0x0200;

    /// Resource unit allocations of the first content channel, as many as the bandwidth has.
    #[must_use]
    pub const fn ru_channel1(&self) -> Option<[u8; 4]> {
        let [flags, _, a, b, _, _] = self.0;
        if flags & Self::CH1_RU_KNOWN == 0 { None } else { Some(pairs(a, b)) }
    }

    /// Resource unit allocations of the second content channel, as many as the bandwidth has.
    #[must_use]
    pub const fn ru_channel2(&self) -> Option<[u8; 4]> {
        let [flags, _, _, _, a, b] = self.0;
        if flags & Self::CH2_RU_KNOWN == 0 { None } else { Some(pairs(a, b)) }
    }

    /// With these allocations in the first content channel, known.
    #[must_use]
    pub const fn with_ru_channel1(self, [r0, r1, r2, r3]: [u8; 4]) -> Self {
        let [flags1, flags2, _, _, c, d] = self.0;
        let (a, b) = (u16::from_le_bytes([r0, r1]), u16::from_le_bytes([r2, r3]));
        Self([flags1 | Self::CH1_RU_KNOWN, flags2, a, b, c, d])
    }

    /// With these allocations in the second content channel, known.
    #[must_use]
    pub const fn with_ru_channel2(self, [r0, r1, r2, r3]: [u8; 4]) -> Self {
        let [flags1, flags2, a, b, _, _] = self.0;
        let (c, d) = (u16::from_le_bytes([r0, r1]), u16::from_le_bytes([r2, r3]));
        Self([flags1 | Self::CH2_RU_KNOWN, flags2, a, b, c, d])
    }

    pub(super) fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(u16s(&bytes))
    }

    pub(super) fn to_bytes(self) -> [u8; 12] {
        le_bytes(self.0.into_iter().flat_map(u16::to_le_bytes))
    }
}

const fn pairs(a: u16, b: u16) -> [u8; 4] {
    let ([a0, a1], [b0, b1]) = (a.to_le_bytes(), b.to_le_bytes());
    [a0, a1, b0, b1]
}

/// The user field of SIG-B of another user than the one whose data was captured: its bits 0 to 14,
/// its bits 15 to 20, then the position in the lower byte and what is known in the upper.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HeMuOtherUser(pub [u16; 3]);

shared_words! {
    HeMuOtherUser: u16;
    /// Position of the user field, from 0.
    position, with_position = [2] 0x0100, [2] 0x00ff;
    /// Station.
    sta_id, with_sta_id = [2] 0x0200, [0] 0x07ff;
    /// Number of space-time streams, without MU-MIMO.
    nsts, with_nsts = [2] 0x0400, [0] 0x3800;
    /// Beamforming, without MU-MIMO.
    txbf, with_txbf = [2] 0x0800, [0] 0x4000;
    /// Spatial configuration, with MU-MIMO.
    spatial_config, with_spatial_config = [2] 0x1000, [0] 0x7800;
    /// Rate index.
    mcs, with_mcs = [2] 0x2000, [1] 0x000f;
    /// Dual carrier modulation.
    dcm, with_dcm = [2] 0x4000, [1] 0x0010;
    /// Coding: 0 BCC, 1 LDPC.
    coding, with_coding = [2] 0x8000, [1] 0x0020;
}

impl HeMuOtherUser {
    pub(super) fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(u16s(&bytes))
    }

    pub(super) fn to_bytes(self) -> [u8; 6] {
        le_bytes(self.0.into_iter().flat_map(u16::to_le_bytes))
    }
}

/// The L-SIG (`struct ieee80211_radiotap_lsig`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct LSig(pub [u16; 2]);

shared_words! {
    LSig: u16;
    /// Rate, as the four bits on the air.
    rate, with_rate = [0] 0x0001, [1] 0x000f;
    /// Length in bytes.
    length, with_length = [0] 0x0002, [1] 0xfff0;
}

impl LSig {
    pub(super) fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u16s(&bytes))
    }

    pub(super) fn to_bytes(self) -> [u8; 4] {
        le_bytes(self.0.into_iter().flat_map(u16::to_le_bytes))
    }
}
