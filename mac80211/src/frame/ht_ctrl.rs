//! The HT control field in its three variants.

use crate::wire::{bits, codes, field_as};

/// The HT control field (9.2.4.6), in the host's order; [`variant`](Self::variant) tells what is in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HtCtrl(pub u32);

field_as! { HtCtrl, u32, Self, |value: Self| value.0; }

/// What an HT control field is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HtCtrlVariant {
    /// Lowest bit 0.
    Ht(HtControl),
    /// Lowest bits 01.
    Vht(VhtControl),
    /// Lowest bits 11.
    He(HeControl),
}

impl HtCtrl {
    /// Which variant it is, by its lowest bits.
    #[must_use]
    pub const fn variant(self) -> HtCtrlVariant {
        match self.0 & 3 {
            3 => HtCtrlVariant::He(HeControl(self.0)),
            1 => HtCtrlVariant::Vht(VhtControl(self.0)),
            _ => HtCtrlVariant::Ht(HtControl(self.0)),
        }
    }
}

impl From<HtCtrlVariant> for HtCtrl {
    fn from(variant: HtCtrlVariant) -> Self {
        match variant {
            HtCtrlVariant::Ht(HtControl(bits))
            | HtCtrlVariant::Vht(VhtControl(bits))
            | HtCtrlVariant::He(HeControl(bits)) => Self(bits),
        }
    }
}

bits! {
    /// The HT variant (9.2.4.6.2). Its lowest bit is 0.
    pub struct HtControl(u32) {
        /// Training request: asks for a sounding PPDU.
        training_request, with_training_request: 1;
        /// MCS request or antenna selection indication, raw.
        mai, with_mai: 2, 4 as u8;
        /// Sequence number of the feedback that this answers; 7 for unsolicited.
        mfsi, with_mfsi: 6, 3 as u8;
        /// MCS feedback, or an antenna selection command and its data; 127 for none.
        mfb, with_mfb: 9, 7 as u8;
        /// Position in a calibration exchange.
        calibration_position, with_calibration_position: 16, 2 as u8;
        /// Number of a calibration exchange.
        calibration_sequence, with_calibration_sequence: 18, 2 as u8;
        /// Which CSI or steering feedback is asked for.
        csi_steering, with_csi_steering: 22, 2 as u8;
        /// A null data packet follows.
        ndp_announcement, with_ndp_announcement: 24;
        /// Drop eligible.
        dei, with_dei: 29;
        /// What answers in a reverse direction grant has to be of one access category.
        ac_constraint, with_ac_constraint: 30;
        /// Reverse direction grant, or more PPDUs follow.
        rdg_more_ppdu, with_rdg_more_ppdu: 31;
    }
}

bits! {
    /// The VHT variant (9.2.4.6.3). Its lowest bits are 01.
    pub struct VhtControl(u32) {
        /// Asks for MCS feedback.
        mrq, with_mrq: 2;
        /// Sequence number of that request; in unsolicited feedback, compressed and STBC.
        msi_stbc, with_msi_stbc: 3, 3 as u8;
        /// Sequence number of the feedback, or the low bits of its group id.
        mfsi_gid_l, with_mfsi_gid_l: 6, 3 as u8;
        /// Feedback: space-time streams minus 1; 7 for none.
        num_sts, with_num_sts: 9, 3 as u8;
        /// Feedback: VHT-MCS; 15 for none.
        mcs, with_mcs: 12, 4 as u8;
        /// Feedback: 0 to 3 for 20, 40, 80, 160 MHz.
        bandwidth, with_bandwidth: 16, 2 as u8;
        /// Feedback: signal to noise, raw.
        snr, with_snr: 18, 6 as u8;
        /// High bits of the group id.
        gid_h, with_gid_h: 24, 3 as u8;
        /// Feedback: LDPC.
        coding_type, with_coding_type: 27;
        /// Feedback: measured on a beamformed PPDU.
        fb_tx_type, with_fb_tx_type: 28;
        /// Feedback that nobody asked for.
        unsolicited_mfb, with_unsolicited_mfb: 29;
        /// What answers in a reverse direction grant has to be of one access category.
        ac_constraint, with_ac_constraint: 30;
        /// Reverse direction grant, or more PPDUs follow.
        rdg_more_ppdu, with_rdg_more_ppdu: 31;
    }
}

/// The HE variant (9.2.4.6.4, A-Control): a few control subfields. Its lowest bits are 11.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HeControl(pub u32);

/// One control subfield of the HE variant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AControl {
    /// What it is.
    pub id: AControlId,
    /// Its control information, as many bits as [`AControlId::bits`] says.
    pub information: u32,
}

codes! {
    /// Control ID of an [`AControl`] (table 9-24a of 802.11ax, 9-29 of 802.11be).
    AControlId(u8) {
        /// Triggered response scheduling.
        TRS = 0,
        /// Operating mode.
        OM = 1,
        /// HE link adaptation.
        HLA = 2,
        /// Buffer status report.
        BSR = 3,
        /// Uplink power headroom.
        UPH = 4,
        /// Bandwidth query report.
        BQR = 5,
        /// Command and status.
        CAS = 6,
        /// EHT operating mode.
        EHT_OM = 7,
        /// Single response scheduling.
        SRS = 8,
        /// AP assistance request.
        AAR = 9,
        /// Expansion surpassing: all ones.
        ONES = 15,
    }
}

impl AControlId {
    /// How many bits its information has; `None` for a reserved id, behind which nothing can be read.
    #[must_use]
    pub const fn bits(self) -> Option<u8> {
        match self {
            Self::TRS | Self::HLA | Self::BSR | Self::ONES => Some(26),
            Self::OM => Some(12),
            Self::UPH | Self::CAS => Some(8),
            Self::BQR | Self::SRS => Some(10),
            Self::EHT_OM => Some(6),
            Self::AAR => Some(20),
            _ => None,
        }
    }
}

impl HeControl {
    /// No subfield.
    pub const EMPTY: Self = Self(3);

    /// Its subfields. They end where the bits do, with the first reserved one, and where the padding
    /// begins: all bits 0, which is no TRS behind another subfield.
    pub fn controls(self) -> impl Iterator<Item = AControl> {
        let mut at = 2_u32;
        core::iter::from_fn(move || {
            let rest = self.0.checked_shr(at)?;
            if at > 2 && rest == 0 {
                return None;
            }
            let id = AControlId((rest & 15) as u8);
            let bits = u32::from(id.bits()?);
            let information = (rest >> 4) & ((1 << bits) - 1);
            at += 4 + bits;
            (at <= 32).then_some(AControl { id, information })
        })
    }

    /// That with these subfields; `None` if one is reserved or if they are more than 30 bits.
    #[must_use]
    pub fn of(controls: &[AControl]) -> Option<Self> {
        let (mut value, mut at) = (u64::from(Self::EMPTY.0), 2);
        for control in controls {
            let bits = control.id.bits()?;
            if at + 4 + u32::from(bits) > 32 {
                return None;
            }
            let information = control.information & ((1 << bits) - 1);
            value |= (u64::from(information) << 4 | u64::from(control.id.0 & 15)) << at;
            at += 4 + u32::from(bits);
        }
        u32::try_from(value).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn variants_are_told_by_the_lowest_bits() {
        assert!(matches!(HtCtrl(0xffff_fffe).variant(), HtCtrlVariant::Ht(_)));
        assert!(matches!(HtCtrl(0xffff_fffd).variant(), HtCtrlVariant::Vht(_)));
        assert!(matches!(HtCtrl(0x0000_0003).variant(), HtCtrlVariant::He(_)));
    }

    #[test]
    fn operating_mode_and_power_headroom() {
        // OM: Rx NSS 2 (1), 80 MHz (2), Tx NSS 2 (1 at bit 8), then UPH 0x1f; figure 9-22 of 802.11ax.
        let om = AControl { id: AControlId::OM, information: 0x1 | 2 << 3 | 1 << 9 };
        let uph = AControl { id: AControlId::UPH, information: 0x1f };
        let field = HeControl::of(&[om, uph]).unwrap();
        assert_eq!(field.0, 3 | 1 << 2 | 0x211 << 6 | 4 << 18 | 0x1f << 22);
        assert_eq!(field.controls().collect::<Vec<_>>(), [om, uph]);
    }

    #[test]
    fn no_more_than_fits() {
        let bsr = AControl { id: AControlId::BSR, information: 0x3ff_ffff };
        assert_eq!(HeControl::of(&[bsr]).unwrap().0, 0xffff_ffcf);
        assert_eq!(HeControl::of(&[bsr, bsr]), None);
        assert_eq!(HeControl(0xffff_ffcf).controls().collect::<Vec<_>>(), [bsr]);
        // A reserved id ends the list.
        assert_eq!(HeControl(3 | 12 << 2).controls().count(), 0);
    }
}
