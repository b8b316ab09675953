//! Trigger frames (9.3.1.22 of 802.11ax): an access point tells its stations when and how to send.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::block_ack_req::{BaControl, BarInfo};
use crate::Malformed;
use crate::frame::SeqCtrl;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, bits, codes, field_as};

const WHAT: &str = "trigger frame";

codes! {
    /// What a trigger frame asks for (table 9-31b, `IEEE80211_TRIGGER_TYPE_*`).
    TriggerType(u8) {
        /// Data.
        BASIC = 0,
        /// Beamforming reports.
        BFRP = 1,
        /// Block acks.
        MU_BAR = 2,
        /// CTS.
        MU_RTS = 3,
        /// Buffer status reports.
        BSRP = 4,
        /// Block acks for groupcast with retries.
        GCR_MU_BAR = 5,
        /// Bandwidth query reports.
        BQRP = 6,
        /// Null data packet feedback.
        NFRP = 7,
        /// Ranging (802.11az).
        RANGING = 8,
    }
}

bits! {
    /// The common info field (figure 9-64b), the 8 bytes that every type has.
    pub struct CommonInfo(u64) {
        /// Type, raw: [`trigger_type`](Self::trigger_type).
        raw_type, with_raw_type: 0, 4 as u8;
        /// Length for the answers' L-SIG.
        ul_length, with_ul_length: 4, 12 as u16;
        /// Another trigger frame follows.
        more_tf, with_more_tf: 16;
        /// Stations have to sense the medium before.
        cs_required, with_cs_required: 17;
        /// 0 to 3: 20, 40, 80, 160 MHz (`IEEE80211_TRIGGER_ULBW_*`).
        ul_bw, with_ul_bw: 18, 2 as u8;
        /// Guard interval and HE-LTF type, raw.
        gi_ltf, with_gi_ltf: 20, 2 as u8;
        /// MU-MIMO HE-LTF mode.
        mu_mimo_ltf, with_mu_mimo_ltf: 22;
        /// HE-LTF symbols, and midambles, raw.
        ltf_symbols, with_ltf_symbols: 23, 3 as u8;
        /// STBC.
        ul_stbc, with_ul_stbc: 26;
        /// LDPC extra symbol segment.
        ldpc_extra, with_ldpc_extra: 27;
        /// Power of the access point, raw: -20 dBm and so many dB for each 20 MHz.
        ap_tx_power, with_ap_tx_power: 28, 6 as u8;
        /// Padding before the FEC, raw.
        pre_fec_padding, with_pre_fec_padding: 34, 2 as u8;
        /// Packet extension disambiguity.
        pe_disambiguity, with_pe_disambiguity: 36;
        /// Spatial reuse, four bits for each part of the bandwidth.
        spatial_reuse, with_spatial_reuse: 37, 16 as u16;
        /// Doppler.
        doppler, with_doppler: 53;
        /// Reserved bits for HE-SIG-A2; since 802.11be they tell HE from EHT.
        sig_a2_reserved, with_sig_a2_reserved: 54, 9 as u16;
    }
}

impl CommonInfo {
    /// Type.
    #[must_use]
    pub const fn trigger_type(self) -> TriggerType {
        TriggerType(self.raw_type())
    }
}

/// A user info field's 5 bytes (figures 9-64d and 9-64o), little-endian in the low 40 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct UserInfo(pub u64);

field_as! { UserInfo, [u8; 5], Self::from_bytes, Self::to_bytes; }

impl UserInfo {
    /// AID12 that begins the padding.
    pub const PADDING: u16 = 4095;

    const fn from_bytes([a, b, c, d, e]: [u8; 5]) -> Self {
        Self(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]))
    }

    const fn to_bytes(self) -> [u8; 5] {
        let [a, b, c, d, e, ..] = self.0.to_le_bytes();
        [a, b, c, d, e]
    }

    const fn field(self, at: u32, width: u32) -> u64 {
        self.0 >> at & ((1 << width) - 1)
    }

    const fn with_field(self, at: u32, width: u32, value: u64) -> Self {
        let mask = ((1 << width) - 1) << at;
        Self(self.0 & !mask | value << at & mask)
    }

    /// Of which station: the lower 12 bits of its association identifier; 0 and 2045 for random access,
    /// 2046 for nobody. Of an NFRP trigger, the first of the stations.
    #[must_use]
    pub const fn aid12(self) -> u16 {
        self.field(0, 12) as u16
    }

    /// The same of another station.
    #[must_use]
    pub const fn with_aid12(self, aid: u16) -> Self {
        self.with_field(0, 12, aid as u64)
    }

    /// Resource unit: bit 0 tells the half of 160 MHz, bits 1 to 7 are the number of table 9-31h.
    #[must_use]
    pub const fn ru_allocation(self) -> u8 {
        self.field(12, 8) as u8
    }

    /// The same with another resource unit.
    #[must_use]
    pub const fn with_ru_allocation(self, ru: u8) -> Self {
        self.with_field(12, 8, ru as u64)
    }

    /// LDPC, not BCC.
    #[must_use]
    pub const fn ldpc(self) -> bool {
        self.field(20, 1) != 0
    }

    /// HE-MCS.
    #[must_use]
    pub const fn mcs(self) -> u8 {
        self.field(21, 4) as u8
    }

    /// The same with another HE-MCS.
    #[must_use]
    pub const fn with_mcs(self, mcs: u8) -> Self {
        self.with_field(21, 4, mcs as u64)
    }

    /// Dual carrier modulation.
    #[must_use]
    pub const fn dcm(self) -> bool {
        self.field(25, 1) != 0
    }

    /// Spatial streams: first in bits 0 to 2, number minus 1 in bits 3 to 5; with random access the
    /// resource units in bits 0 to 4, and that more will come in bit 5.
    #[must_use]
    pub const fn ss_allocation(self) -> u8 {
        self.field(26, 6) as u8
    }

    /// The same with other spatial streams.
    #[must_use]
    pub const fn with_ss_allocation(self, allocation: u8) -> Self {
        self.with_field(26, 6, allocation as u64)
    }

    /// Target of the signal at the access point, raw: -110 dBm and so many dB, 127 for the most it can.
    #[must_use]
    pub const fn target_rssi(self) -> u8 {
        self.field(32, 7) as u8
    }

    /// The same with another target.
    #[must_use]
    pub const fn with_target_rssi(self, target: u8) -> Self {
        self.with_field(32, 7, target as u64)
    }

    /// Of an NFRP trigger: feedback type, 0 for resource requests.
    #[must_use]
    pub const fn nfrp_feedback_type(self) -> u8 {
        self.field(21, 4) as u8
    }

    /// Of an NFRP trigger: two groups of stations, not one.
    #[must_use]
    pub const fn nfrp_multiplexing(self) -> bool {
        self.field(39, 1) != 0
    }
}

bits! {
    /// Trigger dependent user info of a basic trigger (figure 9-64f).
    pub struct BasicUserInfo(u8) {
        /// Spacing factor of MPDUs.
        spacing, with_spacing: 0, 2;
        /// Traffic identifiers that the station may mix.
        tid_limit, with_tid_limit: 2, 3;
        /// Access category that is preferred: 0 to 3 for BE, BK, VI, VO.
        preferred_ac, with_preferred_ac: 6, 2;
    }
}

/// What the type of trigger adds to a user info field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserDependent<'a> {
    /// Nothing.
    None,
    /// Basic.
    Basic(BasicUserInfo),
    /// BFRP: a bit for each feedback segment that is asked for.
    Bfrp(u8),
    /// MU-BAR: a block ack request.
    MuBar(BaControl, BarInfo<'a>),
    /// Ranging, for a secure sounding: the sounding's authentication code.
    SecureSounding(u16),
}

/// One user info field, with what the type of trigger adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User<'a> {
    /// What all types have.
    pub info: UserInfo,
    /// What this type adds.
    pub dependent: UserDependent<'a>,
}

impl<'a> User<'a> {
    /// `None` where the padding begins, or the field is not all there, or what the type adds has no known
    /// length.
    fn take(trigger: TriggerType, common: CommonDependent, bytes: &mut &'a [u8]) -> Option<Self> {
        let mut rest = *bytes;
        let info = UserInfo::read(&mut rest)?;
        if info.aid12() == UserInfo::PADDING {
            return None;
        }
        let dependent = match (trigger, common) {
            (TriggerType::BASIC, _) => UserDependent::Basic(Wire::read(&mut rest)?),
            (TriggerType::BFRP, _) => UserDependent::Bfrp(Wire::read(&mut rest)?),
            (TriggerType::RANGING, CommonDependent::Ranging(ranging))
                if ranging.subtype() == RangingInfo::SECURE_SOUNDING =>
            {
                UserDependent::SecureSounding(Wire::read(&mut rest)?)
            }
            (TriggerType::MU_BAR, _) => {
                let control = BaControl::read(&mut rest)?;
                match BarInfo::take(control, &mut rest)? {
                    BarInfo::Other(_) => return None,
                    info => UserDependent::MuBar(control, info),
                }
            }
            _ => UserDependent::None,
        };
        *bytes = rest;
        Some(Self { info, dependent })
    }

    /// Appends its bytes: for [`Users::new`].
    pub fn write(&self, out: &mut Vec<u8>) {
        self.info.append(out);
        match &self.dependent {
            UserDependent::None => {}
            UserDependent::Basic(basic) => basic.append(out),
            UserDependent::Bfrp(segments) => out.push(*segments),
            UserDependent::MuBar(control, info) => {
                control.append(out);
                info.write(out);
            }
            UserDependent::SecureSounding(code) => code.append(out),
        }
    }
}

/// The user info list of a trigger frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Users<'a> {
    trigger: TriggerType,
    common: CommonDependent,
    bytes: &'a [u8],
}

impl<'a> Users<'a> {
    /// Those at the front of `bytes`, in a trigger frame of this type with this common part, and what
    /// follows them: padding as a rule.
    #[must_use]
    pub fn new(trigger: TriggerType, common: CommonDependent, bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let mut rest = bytes;
        while User::take(trigger, common, &mut rest).is_some() {}
        let (bytes, rest) = bytes.split_at(bytes.len() - rest.len());
        (Self { trigger, common, bytes }, rest)
    }

    /// Their bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// One after another.
    pub fn iter(&self) -> impl Iterator<Item = User<'a>> + use<'a> {
        let Self { trigger, common, bytes: mut rest } = *self;
        core::iter::from_fn(move || User::take(trigger, common, &mut rest))
    }
}

impl core::fmt::Debug for Users<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

layout! {
    /// Trigger dependent common info of a GCR MU-BAR trigger: a block ack request, whose group is the
    /// receiver of the trigger.
    GcrMuBar "GCR MU-BAR trigger" {
        /// Which variant, and which traffic identifier.
        control: BaControl,
        /// First frame that is asked about.
        start_seq: SeqCtrl,
    }
}

bits! {
    /// Trigger dependent common info of a ranging trigger (802.11az).
    pub struct RangingInfo(u8) {
        /// 0 poll, 1 sounding, 2 secure sounding, 3 report.
        subtype, with_subtype: 0, 4;
        /// Names the measurement.
        token, with_token: 5, 3;
    }
}

impl RangingInfo {
    /// Subtype whose users have authentication codes.
    pub const SECURE_SOUNDING: u8 = 2;
    /// Subtype that has a [`PassiveRangingInfo`].
    pub const PASSIVE_SOUNDING: u8 = 4;
}

bits! {
    /// Trigger dependent common info of a ranging trigger for those who only listen (802.11az).
    pub struct PassiveRangingInfo(u16) {
        /// 4.
        subtype, with_subtype: 0, 4 as u8;
        /// Number of the sounding.
        sounding_token, with_sounding_token: 10, 6 as u8;
    }
}

/// What the type of trigger adds to the common info.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommonDependent {
    /// Nothing.
    None,
    /// GCR MU-BAR.
    GcrMuBar(GcrMuBar),
    /// Ranging.
    Ranging(RangingInfo),
    /// Ranging, for those who only listen.
    PassiveRanging(PassiveRangingInfo),
}

impl CommonDependent {
    fn take(trigger: TriggerType, bytes: &mut &[u8]) -> Option<Self> {
        Some(match trigger {
            TriggerType::GCR_MU_BAR => Self::GcrMuBar(Wire::read(bytes)?),
            TriggerType::RANGING => {
                let (&first, _) = bytes.split_first()?;
                match RangingInfo(first).subtype() {
                    RangingInfo::PASSIVE_SOUNDING => Self::PassiveRanging(Wire::read(bytes)?),
                    _ => Self::Ranging(Wire::read(bytes)?),
                }
            }
            _ => Self::None,
        })
    }

    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::None => {}
            Self::GcrMuBar(info) => info.append(out),
            Self::Ranging(info) => info.append(out),
            Self::PassiveRanging(info) => info.append(out),
        }
    }
}

/// A trigger frame, behind the receiver's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trigger<'a> {
    /// Transmitter.
    pub ta: MacAddr,
    /// What is common to all stations.
    pub common: CommonInfo,
    /// What the type adds to that. It has to be of the type in `common`.
    pub dependent: CommonDependent,
    /// Which stations, and how each shall send.
    pub users: Users<'a>,
    /// Padding that gives the stations time: ones, from a user info field with AID12 4095 on.
    pub padding: &'a [u8],
}

impl<'a> Trigger<'a> {
    /// Reads it from behind the receiver's address, to the end.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if what all stations have in common is not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = bytes;
        let mut read = || -> Option<Self> {
            let ta = MacAddr::read(&mut rest)?;
            let common = CommonInfo::read(&mut rest)?;
            let trigger = common.trigger_type();
            let dependent = CommonDependent::take(trigger, &mut rest)?;
            let (users, padding) = Users::new(trigger, dependent, rest);
            Some(Self { ta, common, dependent, users, padding })
        };
        read().ok_or(Malformed::Truncated(WHAT))
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.ta.append(out);
        self.common.append(out);
        self.dependent.write(out);
        out.extend_from_slice(self.users.as_bytes());
        out.extend_from_slice(self.padding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_begins_with_an_aid_of_ones() {
        let mut users = Vec::new();
        let basic = UserDependent::Basic(BasicUserInfo(0x42));
        User { info: UserInfo(0).with_aid12(7), dependent: basic }.write(&mut users);
        // B0 to B11 of what follows are ones; B12 need not be.
        for padding in [&[0xff, 0x0f, 0, 0, 0, 0][..], &[0xff; 20], &[0xff; 3], &[]] {
            let bytes = [&users[..], padding].concat();
            let (parsed, rest) = Users::new(TriggerType::BASIC, CommonDependent::None, &bytes);
            assert_eq!((parsed.as_bytes(), rest), (&users[..], padding));
            assert_eq!(parsed.iter().count(), 1);
        }
        // A user info field whose dependent part is not there.
        let (parsed, rest) = Users::new(TriggerType::BASIC, CommonDependent::None, &users[..5]);
        assert_eq!((parsed.iter().count(), rest.len()), (0, 5));
    }

    #[test]
    fn nfrp_has_fields_of_its_own() {
        // Starting AID 0x123, feedback type 0, target RSSI 60, multiplexing.
        let user = UserInfo(0).with_aid12(0x123).with_target_rssi(60);
        let user = UserInfo(user.0 | 1 << 39);
        assert_eq!((user.aid12(), user.nfrp_feedback_type(), user.target_rssi()), (0x123, 0, 60));
        assert!(user.nfrp_multiplexing());
    }
}
