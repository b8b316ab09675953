//! The channel, in its two fields.

use super::bits::le_bytes;

/// The channel that a frame was received or sent on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Channel {
    /// Middle of the primary channel, in MHz.
    pub freq: u16,
    /// What is sent there.
    pub flags: ChannelFlags,
}

bitflags::bitflags! {
    /// What is sent on a channel (`enum ieee80211_radiotap_channel_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct ChannelFlags: u16 {
        /// S1G at 700 MHz.
        const S1G_700MHZ = 0x0001;
        /// S1G at 800 MHz.
        const S1G_800MHZ = 0x0002;
        /// S1G at 900 MHz.
        const S1G_900MHZ = 0x0004;
        /// Turbo.
        const TURBO = 0x0010;
        /// Complementary code keying.
        const CCK = 0x0020;
        /// OFDM.
        const OFDM = 0x0040;
        /// 2 GHz.
        const BAND_2GHZ = 0x0080;
        /// 5 GHz.
        const BAND_5GHZ = 0x0100;
        /// Only passive scans are allowed.
        const PASSIVE = 0x0200;
        /// CCK and OFDM in turn.
        const DYN = 0x0400;
        /// Gaussian frequency shift keying.
        const GFSK = 0x0800;
        /// GSM.
        const GSM = 0x1000;
        /// Always turbo.
        const STURBO = 0x2000;
        /// 10 MHz wide.
        const HALF = 0x4000;
        /// 5 MHz wide.
        const QUARTER = 0x8000;
        /// Others: kept, without a name.
        const _ = !0;
    }
}

impl Channel {
    pub(super) fn from_bytes([f0, f1, g0, g1]: [u8; 4]) -> Self {
        let flags = ChannelFlags::from_bits_retain(u16::from_le_bytes([g0, g1]));
        Self { freq: u16::from_le_bytes([f0, f1]), flags }
    }

    pub(super) fn to_bytes(self) -> [u8; 4] {
        le_bytes([self.freq, self.flags.bits()].into_iter().flat_map(u16::to_le_bytes))
    }
}

/// The channel as FreeBSD and macOS say it; suggested to radiotap, never adopted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct XChannel {
    /// What is sent there.
    pub flags: XChannelFlags,
    /// Middle of the primary channel, in MHz.
    pub freq: u16,
    /// Its number in the standard.
    pub channel: u8,
    /// Greatest power there, in a unit that nobody wrote down.
    pub max_power: u8,
}

bitflags::bitflags! {
    /// What is sent on a channel: [`ChannelFlags`], and what came after them.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct XChannelFlags: u32 {
        /// Turbo.
        const TURBO = 0x0000_0010;
        /// Complementary code keying.
        const CCK = 0x0000_0020;
        /// OFDM.
        const OFDM = 0x0000_0040;
        /// 2 GHz.
        const BAND_2GHZ = 0x0000_0080;
        /// 5 GHz.
        const BAND_5GHZ = 0x0000_0100;
        /// Only passive scans are allowed.
        const PASSIVE = 0x0000_0200;
        /// CCK and OFDM in turn.
        const DYN = 0x0000_0400;
        /// Gaussian frequency shift keying.
        const GFSK = 0x0000_0800;
        /// GSM.
        const GSM = 0x0000_1000;
        /// Always turbo.
        const STURBO = 0x0000_2000;
        /// 10 MHz wide.
        const HALF = 0x0000_4000;
        /// 5 MHz wide.
        const QUARTER = 0x0000_8000;
        /// HT of 20 MHz.
        const HT20 = 0x0001_0000;
        /// HT of 40 MHz, the secondary channel above.
        const HT40_PLUS = 0x0002_0000;
        /// HT of 40 MHz, the secondary channel below.
        const HT40_MINUS = 0x0004_0000;
        /// Others: kept, without a name.
        const _ = !0;
    }
}

impl XChannel {
    pub(super) fn from_bytes([g0, g1, g2, g3, f0, f1, channel, max_power]: [u8; 8]) -> Self {
        let flags = XChannelFlags::from_bits_retain(u32::from_le_bytes([g0, g1, g2, g3]));
        Self { flags, freq: u16::from_le_bytes([f0, f1]), channel, max_power }
    }

    pub(super) fn to_bytes(self) -> [u8; 8] {
        let front = self.flags.bits().to_le_bytes().into_iter().chain(self.freq.to_le_bytes());
        le_bytes(front.chain([self.channel, self.max_power]))
    }
}
