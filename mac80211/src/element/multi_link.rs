//! Multi-link element (802.11be).

use softnet_sk_buff::MacAddr;

use super::{Body, BuildError, Element, Elements, Id, NoRoom, Sink, Wire};
use super::{MLE_SUBELEM_FRAGMENT, defragment};
use crate::wire::{bits, read_if, take};

bits! {
    /// Multi-link control (9.4.2.312.1). `IEEE80211_ML_CONTROL_*`.
    pub struct MlControl(u16) {
        /// 0 basic, 1 probe request, 2 reconfiguration, 3 TDLS, 4 priority access.
        kind, with_kind: 0, 3;
        /// Which fields the common info has; what each bit means depends on the kind.
        presence, with_presence: 4, 12;
    }
}

impl MlControl {
    /// Basic.
    pub const BASIC: u16 = 0;
    /// Probe request.
    pub const PREQ: u16 = 1;
    /// Reconfiguration.
    pub const RECONF: u16 = 2;
    /// TDLS.
    pub const TDLS: u16 = 3;
    /// Priority access.
    pub const PRIO_ACCESS: u16 = 4;
    /// Of a basic one: the link ID is there (`IEEE80211_MLC_BASIC_PRES_*`, and the following).
    pub const PRES_LINK_ID: u16 = 0x0010;
    /// BSS parameter change count.
    pub const PRES_BSS_PARAM_CH_CNT: u16 = 0x0020;
    /// Medium synchronization delay.
    pub const PRES_MED_SYNC_DELAY: u16 = 0x0040;
    /// EML capabilities.
    pub const PRES_EML_CAPA: u16 = 0x0080;
    /// MLD capabilities and operations.
    pub const PRES_MLD_CAPA_OP: u16 = 0x0100;
    /// AP MLD ID.
    pub const PRES_MLD_ID: u16 = 0x0200;

    const fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }

    /// Bytes that the common info has at least, its length byte with them; `None` for an unknown kind
    /// (`ieee80211_mle_size_ok`).
    fn common_size(self) -> Option<usize> {
        let bytes = |bit, size| if self.has(bit) { size } else { 0 };
        Some(match self.kind() {
            Self::BASIC => {
                let one = [Self::PRES_LINK_ID, Self::PRES_BSS_PARAM_CH_CNT, Self::PRES_MLD_ID];
                let two = [Self::PRES_MED_SYNC_DELAY, Self::PRES_EML_CAPA, Self::PRES_MLD_CAPA_OP];
                let one: usize = one.into_iter().map(|bit| bytes(bit, 1)).sum();
                7 + one + two.into_iter().map(|bit| bytes(bit, 2)).sum::<usize>()
            }
            Self::PREQ => 1 + bytes(0x10, 1),
            Self::RECONF => 1 + bytes(0x10, 6),
            Self::TDLS | Self::PRIO_ACCESS => 7,
            _ => return None,
        })
    }
}

/// Multi-link element (9.4.2.312; `struct ieee80211_multi_link_elem`): control, common info, link info.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MultiLink<'a> {
    /// Kind, and what the common info has.
    pub control: MlControl,
    /// The common info, its length byte first; empty for an unknown kind. [`BasicCommonInfo`] reads a basic
    /// one's.
    pub common_info: &'a [u8],
    /// Subelements: see [`subelements`](Self::subelements).
    pub link_info: &'a [u8],
}

impl<'a> MultiLink<'a> {
    /// ID of a subelement with the profile of a station (`IEEE80211_MLE_SUBELEM_PER_STA_PROFILE`).
    pub const PER_STA_PROFILE: u8 = 0;

    /// The subelements (`for_each_mle_subelement`). Those of 255 bytes may go on in fragments with the ID
    /// [`MLE_SUBELEM_FRAGMENT`].
    #[must_use]
    pub const fn subelements(&self) -> Elements<'a> {
        Elements::new(self.link_info)
    }

    /// The common info of a basic element; `None` for another kind.
    #[must_use]
    pub fn basic(&self) -> Option<BasicCommonInfo<'a>> {
        if self.control.kind() != MlControl::BASIC {
            return None;
        }
        BasicCommonInfo::read(self.control, self.common_info)
    }

    /// The complete profile of link `link_id` in a basic element, put together in `room`
    /// (`ieee80211_mle_get_sta_prof`). `None` if there is none, if it is not complete, or if a profile before it is
    /// cut short.
    ///
    /// # Errors
    /// [`NoRoom`]; as many bytes as the element has are enough.
    pub fn sta_profile<'b>(
        &self,
        link_id: u8,
        room: &'b mut [u8],
    ) -> Result<Option<PerStaProfile<'b>>, NoRoom> {
        let mut subelements = self.subelements();
        while let Some(sub) = subelements.next() {
            if sub.element_id() != Self::PER_STA_PROFILE {
                continue;
            }
            let Ok(head) = PerStaProfile::parse(sub.data()) else { return Ok(None) };
            if head.control.link_id() != u16::from(link_id) {
                continue;
            }
            if !head.control.complete_profile() {
                return Ok(None);
            }
            let whole = defragment(sub, subelements.rest(), MLE_SUBELEM_FRAGMENT, room)?;
            return Ok(PerStaProfile::parse(whole).ok());
        }
        Ok(None)
    }
}

impl<'a> Wire<'a> for MultiLink<'a> {
    /// As `ieee80211_mle_size_ok`, which also takes an unknown kind.
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let control = MlControl::read(from)?;
        let common_info = match control.common_size() {
            None => &[],
            Some(least) => {
                let len = usize::from(*from.first()?);
                if len < least {
                    return None;
                }
                take(from, len)?
            }
        };
        Some(Self { control, common_info, link_info: core::mem::take(from) })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.control.write(out)?;
        out.put(self.common_info)?;
        out.put(self.link_info)
    }
}

body! { MultiLink: Id::EHT_MULTI_LINK, "multi-link element" }

bits! {
    /// EML capabilities. `IEEE80211_EML_CAP_*`.
    pub struct EmlCapabilities(u16) {
        /// EMLSR.
        emlsr_supp, with_emlsr_supp: 0;
        /// Padding: 0 none, 1 to 4: 32 to 256 µs.
        emlsr_padding_delay, with_emlsr_padding_delay: 1, 3;
        /// Transition: 0 none, 1 to 5: 16 to 256 µs.
        emlsr_transition_delay, with_emlsr_transition_delay: 4, 3;
        /// EMLMR.
        emlmr_support, with_emlmr_support: 7;
        /// Delay: 0 none, 1 to 4: 32 to 256 µs.
        emlmr_delay, with_emlmr_delay: 8, 3;
        /// Time-out: 0 none, 1 to 11: 128 µs to 128 TU.
        transition_timeout, with_transition_timeout: 11, 4;
    }
}

bits! {
    /// MLD capabilities and operations. `IEEE80211_MLD_CAP_OP_*`.
    pub struct MldCapabilities(u16) {
        /// Links at once, less one.
        max_simul_links, with_max_simul_links: 0, 4;
        /// Single response scheduling.
        srs_support, with_srs_support: 4;
        /// TID-to-link mapping: 0 none, 1 all TIDs the same, 3 any.
        tid_to_link_map_neg_supp, with_tid_to_link_map_neg_supp: 5, 2;
        /// Frequency separation, or type of an access point.
        freq_sep_type_ind, with_freq_sep_type_ind: 7, 5;
        /// AAR.
        aar_support, with_aar_support: 12;
    }
}

/// Common info of a basic multi-link element (`struct ieee80211_mle_basic_common_info`). What is an `Option`
/// must be there if and only if the control field says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BasicCommonInfo<'a> {
    /// Address of the multi-link device.
    pub mld_mac_addr: MacAddr,
    /// Link of the one who sends (`ieee80211_mle_get_link_id`).
    pub link_id: Option<u8>,
    /// Counts critical changes (`ieee80211_mle_get_bss_param_ch_cnt`).
    pub bss_param_ch_cnt: Option<u8>,
    /// Medium synchronization delay (`ieee80211_mle_get_eml_med_sync_delay`).
    pub med_sync_delay: Option<u16>,
    /// EML capabilities (`ieee80211_mle_get_eml_cap`).
    pub eml_cap: Option<EmlCapabilities>,
    /// MLD capabilities and operations (`ieee80211_mle_get_mld_capa_op`).
    pub mld_capa_op: Option<MldCapabilities>,
    /// AP MLD ID (`ieee80211_mle_get_mld_id`).
    pub mld_id: Option<u8>,
    /// Bytes behind those that are known.
    pub tail: &'a [u8],
}

impl<'a> BasicCommonInfo<'a> {
    /// Of a medium synchronization delay that is absent (`IEEE80211_MED_SYNC_DELAY_DEFAULT`).
    pub const MED_SYNC_DELAY_DEFAULT: u16 = 0x10ac;

    fn read(control: MlControl, common_info: &'a [u8]) -> Option<Self> {
        let (_len, mut from) = common_info.split_first()?;
        let from = &mut from;
        Some(Self {
            mld_mac_addr: Wire::read(from)?,
            link_id: read_if(control.has(MlControl::PRES_LINK_ID), from)?,
            bss_param_ch_cnt: read_if(control.has(MlControl::PRES_BSS_PARAM_CH_CNT), from)?,
            med_sync_delay: read_if(control.has(MlControl::PRES_MED_SYNC_DELAY), from)?,
            eml_cap: read_if(control.has(MlControl::PRES_EML_CAPA), from)?,
            mld_capa_op: read_if(control.has(MlControl::PRES_MLD_CAPA_OP), from)?,
            mld_id: read_if(control.has(MlControl::PRES_MLD_ID), from)?,
            tail: core::mem::take(from),
        })
    }

    /// The control field that says what is there.
    #[must_use]
    pub fn control(&self) -> MlControl {
        let there = [
            (self.link_id.is_some(), MlControl::PRES_LINK_ID),
            (self.bss_param_ch_cnt.is_some(), MlControl::PRES_BSS_PARAM_CH_CNT),
            (self.med_sync_delay.is_some(), MlControl::PRES_MED_SYNC_DELAY),
            (self.eml_cap.is_some(), MlControl::PRES_EML_CAPA),
            (self.mld_capa_op.is_some(), MlControl::PRES_MLD_CAPA_OP),
            (self.mld_id.is_some(), MlControl::PRES_MLD_ID),
        ];
        let bits = there.into_iter().filter(|&(there, _)| there).map(|(_, bit)| bit);
        MlControl(bits.fold(MlControl::BASIC, |all, bit| all | bit))
    }

    /// Appends its bytes, the length byte first.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        let least = self.control().common_size().unwrap_or(0);
        let len = least.checked_add(self.tail.len()).and_then(|len| u8::try_from(len).ok());
        len.ok_or(BuildError::Overlong("common info of a multi-link element"))?.write(out)?;
        self.mld_mac_addr.write(out)?;
        self.link_id.write(out)?;
        self.bss_param_ch_cnt.write(out)?;
        self.med_sync_delay.write(out)?;
        self.eml_cap.write(out)?;
        self.mld_capa_op.write(out)?;
        self.mld_id.write(out)?;
        out.put(self.tail)
    }
}

bits! {
    /// STA control of a basic element's profile. `IEEE80211_MLE_STA_CONTROL_*`.
    pub struct StaControl(u16) {
        /// Link.
        link_id, with_link_id: 0, 4;
        /// The profile is complete.
        complete_profile, with_complete_profile: 4;
        /// The station's address is there.
        sta_mac_addr_present, with_sta_mac_addr_present: 5;
        /// The beacon interval is there.
        beacon_int_present, with_beacon_int_present: 6;
        /// The TSF offset is there.
        tsf_offs_present, with_tsf_offs_present: 7;
        /// DTIM count and period are there.
        dtim_info_present, with_dtim_info_present: 8;
        /// In a complete profile the bitmap of links that cannot be used at once is there.
        nstr_link_pair_present, with_nstr_link_pair_present: 9;
        /// And has two bytes.
        nstr_bitmap_size, with_nstr_bitmap_size: 10;
        /// The BSS parameter change count is there.
        bss_param_change_cnt_present, with_bss_param_change_cnt_present: 11;
    }
}

/// Profile of a station in a basic multi-link element (`struct ieee80211_mle_per_sta_profile`): the body of the
/// subelement, put together if it was fragmented.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PerStaProfile<'a> {
    /// Link, and what is there.
    pub control: StaControl,
    /// Station info without its length byte: see [`mac_addr`](Self::mac_addr) and the like.
    pub sta_info: &'a [u8],
    /// Fixed fields of the frame that it stands in, then elements.
    pub profile: &'a [u8],
}

impl<'a> PerStaProfile<'a> {
    /// Reads one (`ieee80211_mle_basic_sta_prof_size_ok`).
    ///
    /// # Errors
    /// [`Malformed::Truncated`](crate::Malformed::Truncated).
    pub fn parse(body: &'a [u8]) -> Result<Self, crate::Malformed> {
        let mut from = body;
        Self::read(&mut from).ok_or(crate::Malformed::Truncated("per-STA profile"))
    }

    /// The station's address.
    #[must_use]
    pub fn mac_addr(&self) -> Option<MacAddr> {
        let mut from = self.sta_info;
        read_if(self.control.sta_mac_addr_present(), &mut from)?
    }

    /// The BSS parameter change count (`ieee80211_mle_basic_sta_prof_bss_param_ch_cnt`).
    #[must_use]
    pub fn bss_param_ch_cnt(&self) -> Option<u8> {
        let control = self.control.with_bss_param_change_cnt_present(false);
        let mut from = self.sta_info.get(Self::info_size(control)..)?;
        read_if(self.control.bss_param_change_cnt_present(), &mut from)?
    }

    /// The elements of a profile in an association response: behind capability and status
    /// (`ieee80211_prep_mle_link_parse`). `None` if these are not there.
    #[must_use]
    pub fn assoc_resp_elements(&self) -> Option<Elements<'a>> {
        self.profile.get(4..).map(Elements::new)
    }

    /// Bytes of the station info, without its length byte.
    fn info_size(control: StaControl) -> usize {
        let nstr = control.complete_profile() && control.nstr_link_pair_present();
        let fields = [
            (control.sta_mac_addr_present(), 6),
            (control.beacon_int_present(), 2),
            (control.tsf_offs_present(), 8),
            (control.dtim_info_present(), 2),
            (nstr, if control.nstr_bitmap_size() { 2 } else { 1 }),
            (control.bss_param_change_cnt_present(), 1),
        ];
        fields.into_iter().filter(|&(there, _)| there).map(|(_, size)| size).sum()
    }
}

impl<'a> Wire<'a> for PerStaProfile<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let control = StaControl::read(from)?;
        let info_len = usize::from(u8::read(from)?).checked_sub(1)?;
        if info_len < Self::info_size(control) {
            return None;
        }
        let sta_info = take(from, info_len)?;
        Some(Self { control, sta_info, profile: core::mem::take(from) })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.control.write(out)?;
        let len = self.sta_info.len().checked_add(1).and_then(|len| u8::try_from(len).ok());
        len.ok_or(BuildError::Overlong("station info"))?.write(out)?;
        out.put(self.sta_info)?;
        out.put(self.profile)
    }
}

/// The multi-link element of one kind in `elements`, put together in `room`, without its extension's byte.
/// `None` if there is none.
///
/// # Errors
/// [`NoRoom`]; as many bytes as `elements` have are enough.
pub fn find_multi_link<'b>(
    mut elements: Elements<'_>,
    kind: u16,
    room: &'b mut [u8],
) -> Result<Option<&'b mut [u8]>, NoRoom> {
    let is = |element: &Element<'_>| {
        MultiLink::is(element)
            && MultiLink::parse(element.body()).is_ok_and(|mle| mle.control.kind() == kind)
    };
    while let Some(element) = elements.next() {
        if is(&element) {
            return defragment(element, elements.rest(), Id::FRAGMENT.id(), room).map(Some);
        }
    }
    Ok(None)
}
