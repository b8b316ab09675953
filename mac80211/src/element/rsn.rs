//! The RSN element, and WPA's of before.

use super::{Body, BuildError, Id, List, Record, Sink, Wire};
use crate::wire::bits;
use crate::{AkmSuite, CipherSuite};

/// A PMK identifier.
pub type Pmkid = [u8; 16];

bits! {
    /// RSN capabilities (9.4.2.24.4). `WPA_CAPABILITY_*`.
    pub struct RsnCapabilities(u16) {
        /// Pre-authentication is supported.
        preauth, with_preauth: 0;
        /// Only one of the pairwise suites may be used with a default WEP key.
        no_pairwise, with_no_pairwise: 1;
        /// Replay counters per pairwise key: 0, 1, 2, 3 stand for 1, 2, 4, 16.
        ptksa_replay_counters, with_ptksa_replay_counters: 2, 2;
        /// Replay counters per group key: 0, 1, 2, 3 stand for 1, 2, 4, 16.
        gtksa_replay_counters, with_gtksa_replay_counters: 4, 2;
        /// Management frames must be protected.
        mfp_required, with_mfp_required: 6;
        /// Management frames can be protected.
        mfp_capable, with_mfp_capable: 7;
        /// Joint multi-band RSNA.
        joint_multi_band, with_joint_multi_band: 8;
        /// PeerKey is enabled.
        peerkey_enabled, with_peerkey_enabled: 9;
        /// Signalling-protected A-MSDUs are supported.
        spp_amsdu_capable, with_spp_amsdu_capable: 10;
        /// They are required.
        spp_amsdu_required, with_spp_amsdu_required: 11;
        /// Protected block ack agreements.
        pbac, with_pbac: 12;
        /// Extended key ID: unicast keys may have ID 1.
        ext_key_id, with_ext_key_id: 13;
        /// Operating channel validation.
        ocv, with_ocv: 14;
    }
}

/// The RSN element (9.4.2.24): how a cell is protected, or how a station wants it.
///
/// Everything after the version may be absent, and so is then all that follows. `Some` of an empty list is a
/// count of 0. What absence means, [`group_data_cipher`](Self::group_data_cipher) and the like tell.
///
/// ```
/// use softnet_mac80211::element::{Body, Rsn};
/// use softnet_mac80211::{AkmSuite, CipherSuite};
///
/// let mut bytes = Vec::new();
/// Rsn::new(CipherSuite::CCMP, &[CipherSuite::CCMP], &[AkmSuite::PSK]).write_element(&mut bytes)?;
/// assert_eq!(bytes, *b"\x30\x14\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x02\0\0");
///
/// let rsn = Rsn::parse(&bytes[2..])?;
/// assert!(rsn.akm_suites().any(|akm| akm == AkmSuite::PSK));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rsn<'a> {
    /// 1.
    pub version: u16,
    /// Cipher of data frames to groups.
    pub group: Option<CipherSuite>,
    /// Ciphers of frames to one station.
    pub pairwise: Option<List<'a, CipherSuite>>,
    /// Ways to the keys.
    pub akms: Option<List<'a, AkmSuite>>,
    /// Capabilities.
    pub capabilities: Option<RsnCapabilities>,
    /// Keys that the station has already, by their names.
    pub pmkids: Option<List<'a, Pmkid>>,
    /// Cipher of management frames to groups.
    pub group_mgmt: Option<CipherSuite>,
    /// Bytes behind those that are known, or too few for what would follow.
    pub tail: &'a [u8],
}

impl<'a> Rsn<'a> {
    /// Version 1 with one group cipher, these pairwise ciphers and key managements, capabilities 0.
    #[must_use]
    pub fn new(group: CipherSuite, pairwise: &'a [CipherSuite], akms: &'a [AkmSuite]) -> Self {
        Self {
            group: Some(group),
            pairwise: Some(pairwise.into()),
            akms: Some(akms.into()),
            capabilities: Some(RsnCapabilities::default()),
            ..Self::default()
        }
    }

    /// The group cipher; CCMP if none is given.
    #[must_use]
    pub fn group_data_cipher(&self) -> CipherSuite {
        self.group.unwrap_or(CipherSuite::CCMP)
    }

    /// The pairwise ciphers; CCMP if none is given.
    pub fn pairwise_ciphers(&self) -> impl Iterator<Item = CipherSuite> + use<'a> {
        or_default(self.pairwise, CipherSuite::CCMP)
    }

    /// The key managements; 802.1X if none is given.
    pub fn akm_suites(&self) -> impl Iterator<Item = AkmSuite> + use<'a> {
        or_default(self.akms, AkmSuite::IEEE8021X)
    }

    /// The capabilities; none if they are absent.
    #[must_use]
    pub fn capabilities(&self) -> RsnCapabilities {
        self.capabilities.unwrap_or_default()
    }

    /// The group management cipher; BIP-CMAC-128 if management frames can be protected and none is given.
    #[must_use]
    pub fn group_management_cipher(&self) -> Option<CipherSuite> {
        let default = self.capabilities().mfp_capable().then_some(CipherSuite::AES_CMAC);
        self.group_mgmt.or(default)
    }

    /// The PMKIDs; none if they are absent.
    pub fn pmkids(&self) -> impl Iterator<Item = Pmkid> + use<'a> {
        self.pmkids.unwrap_or_default().iter()
    }
}

/// Version 1, and nothing else.
impl Default for Rsn<'_> {
    fn default() -> Self {
        Self {
            version: 1,
            group: None,
            pairwise: None,
            akms: None,
            capabilities: None,
            pmkids: None,
            group_mgmt: None,
            tail: &[],
        }
    }
}

fn or_default<'a, T: Record>(
    list: Option<List<'a, T>>,
    default: T,
) -> impl Iterator<Item = T> + use<'a, T> {
    let absent = list.is_none().then_some(default);
    list.unwrap_or_default().iter().chain(absent)
}

/// A count of two bytes, and as many values; `None`, and nothing taken, if they are not all there.
fn counted<'a, T: Record>(from: &mut &'a [u8]) -> Option<List<'a, T>> {
    let mut ahead = *from;
    let count = u16::read(&mut ahead)?;
    let list = List::read(&mut ahead, usize::from(count))?;
    *from = ahead;
    Some(list)
}

fn write_counted<T: Record>(
    list: Option<List<'_, T>>,
    what: &'static str,
    out: &mut dyn Sink,
) -> Result<(), BuildError> {
    let Some(list) = list else { return Ok(()) };
    u16::try_from(list.len()).map_err(|_| BuildError::Overlong(what))?.write(out)?;
    list.write(out)
}

impl<'a> Wire<'a> for Rsn<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let mut rsn = Self { version: Wire::read(from)?, ..Self::default() };
        // Each field leaves its bytes to the tail if they do not suffice, and then nothing follows it.
        let _cut_short = rsn.read_optional(from);
        rsn.tail = core::mem::take(from);
        Some(rsn)
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.version.write(out)?;
        self.group.write(out)?;
        write_counted(self.pairwise, "pairwise suites", out)?;
        write_counted(self.akms, "AKM suites", out)?;
        self.capabilities.write(out)?;
        write_counted(self.pmkids, "PMKIDs", out)?;
        self.group_mgmt.write(out)?;
        out.put(self.tail)
    }
}

impl<'a> Rsn<'a> {
    #[inline]
    fn read_optional(&mut self, from: &mut &'a [u8]) -> Option<()> {
        self.group = Some(Wire::read(from)?);
        self.pairwise = Some(counted(from)?);
        self.akms = Some(counted(from)?);
        self.capabilities = Some(Wire::read(from)?);
        self.pmkids = Some(counted(from)?);
        self.group_mgmt = Some(Wire::read(from)?);
        Some(())
    }
}

impl<'a> Body<'a> for Rsn<'a> {
    const ID: Id = Id::RSN;
    const NAME: &'static str = "RSN element";

    #[inline]
    fn is_well_formed(body: &'a [u8]) -> bool {
        // All but the version may be absent, and what is cut short is kept as a tail.
        body.len() >= 2
    }
}

/// WPA's element of before the standard (Microsoft's OUI, type 1). Its suites have Microsoft's OUI;
/// [`CipherSuite::of_wpa`] makes them the standard's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wpa<'a> {
    /// 1.
    pub version: u16,
    /// Cipher of frames to groups.
    pub group: Option<CipherSuite>,
    /// Ciphers of frames to one station.
    pub pairwise: Option<List<'a, CipherSuite>>,
    /// Ways to the keys.
    pub akms: Option<List<'a, AkmSuite>>,
    /// Capabilities, and bytes behind those that are known.
    pub tail: &'a [u8],
}

impl<'a> Wpa<'a> {
    /// The group cipher as the standard names it; TKIP if none is given.
    #[must_use]
    pub fn group_data_cipher(&self) -> CipherSuite {
        self.group.map_or(CipherSuite::TKIP, CipherSuite::of_wpa)
    }

    /// The pairwise ciphers as the standard names them; TKIP if none is given.
    pub fn pairwise_ciphers(&self) -> impl Iterator<Item = CipherSuite> + use<'a> {
        or_default(self.pairwise, CipherSuite::TKIP).map(CipherSuite::of_wpa)
    }

    /// The key managements as the standard names them; 802.1X if none is given.
    pub fn akm_suites(&self) -> impl Iterator<Item = AkmSuite> + use<'a> {
        or_default(self.akms, AkmSuite::IEEE8021X).map(AkmSuite::of_wpa)
    }

    /// The capabilities, where they are given.
    #[must_use]
    pub fn capabilities(&self) -> Option<RsnCapabilities> {
        let mut tail = self.tail;
        self.akms.and_then(|_| Wire::read(&mut tail))
    }

    fn read_optional(&mut self, from: &mut &'a [u8]) -> Option<()> {
        self.group = Some(Wire::read(from)?);
        self.pairwise = Some(counted(from)?);
        self.akms = Some(counted(from)?);
        Some(())
    }
}

/// Version 1, and nothing else.
impl Default for Wpa<'_> {
    fn default() -> Self {
        Self { version: 1, group: None, pairwise: None, akms: None, tail: &[] }
    }
}

impl<'a> Wire<'a> for Wpa<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let mut wpa = Self { version: Wire::read(from)?, ..Self::default() };
        let _cut_short = wpa.read_optional(from);
        wpa.tail = core::mem::take(from);
        Some(wpa)
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.version.write(out)?;
        self.group.write(out)?;
        write_counted(self.pairwise, "pairwise suites", out)?;
        write_counted(self.akms, "AKM suites", out)?;
        out.put(self.tail)
    }
}

body! { Wpa: Id::VENDOR_SPECIFIC, prefix &[0x00, 0x50, 0xf2, 1], "WPA element" }

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Version 1, CCMP, CCMP, PSK and SAE, capabilities 0x00c0, one PMKID, BIP-GMAC-256, two bytes more.
    const FULL: &[u8] =
        b"\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x02\0\0\x0f\xac\x02\0\x0f\xac\x08\xc0\0\
        \x01\x000123456789abcdef\0\x0f\xac\x0c\xaa\xbb";

    fn again(rsn: &Rsn<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        rsn.write_body(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn all_fields() {
        let rsn = Rsn::parse(FULL).unwrap();
        assert_eq!(rsn.group, Some(CipherSuite::CCMP));
        assert_eq!(rsn.pairwise, Some([CipherSuite::CCMP].as_slice().into()));
        assert_eq!(rsn.akms, Some([AkmSuite::PSK, AkmSuite::SAE].as_slice().into()));
        assert!(rsn.capabilities().mfp_capable() && rsn.capabilities().mfp_required());
        assert_eq!(rsn.pmkids().next(), Some(*b"0123456789abcdef"));
        assert_eq!(rsn.group_mgmt, Some(CipherSuite::BIP_GMAC_256));
        assert_eq!(rsn.tail, [0xaa, 0xbb]);
    }

    /// Where it may end, and how many of the optional fields are there then.
    #[test]
    fn the_tail_may_be_cut_anywhere() {
        let ends = [2, 6, 12, 22, 24, 42, 46];
        for len in 2..=FULL.len() {
            let rsn = Rsn::parse(&FULL[..len]).unwrap();
            let there = [
                rsn.group.is_some(),
                rsn.pairwise.is_some(),
                rsn.akms.is_some(),
                rsn.capabilities.is_some(),
                rsn.pmkids.is_some(),
                rsn.group_mgmt.is_some(),
            ];
            let fields = ends.iter().filter(|&&end| end <= len).count() - 1;
            assert_eq!(there.map(usize::from).iter().sum::<usize>(), fields, "{len}");
            assert!(there.is_sorted_by(|a, b| a >= b), "{len}");
            assert_eq!(rsn.tail.len(), len - ends[fields], "{len}");
            assert_eq!(again(&rsn), &FULL[..len]);
        }
        assert!(Rsn::parse(&FULL[..1]).is_err());
    }

    #[test]
    fn what_is_absent_has_a_meaning() {
        let rsn = Rsn::parse(&[1, 0]).unwrap();
        assert_eq!(rsn.group_data_cipher(), CipherSuite::CCMP);
        assert_eq!(rsn.pairwise_ciphers().collect::<Vec<_>>(), [CipherSuite::CCMP]);
        assert_eq!(rsn.akm_suites().collect::<Vec<_>>(), [AkmSuite::IEEE8021X]);
        assert_eq!(rsn.group_management_cipher(), None);
        let capable = RsnCapabilities::default().with_mfp_capable(true);
        let rsn = Rsn { capabilities: Some(capable), ..rsn };
        assert_eq!(rsn.group_management_cipher(), Some(CipherSuite::AES_CMAC));
        // A count of 0 is not absence.
        let rsn = Rsn::parse(b"\x01\0\0\x0f\xac\x02\0\0").unwrap();
        assert_eq!(rsn.pairwise_ciphers().count(), 0);
    }

    #[test]
    fn wpa_names_suites_by_microsofts_oui() {
        let bytes =
            b"\0\x50\xf2\x01\x01\0\0\x50\xf2\x02\x01\0\0\x50\xf2\x02\x01\0\0\x50\xf2\x02\x0c\0";
        let wpa = Wpa::parse(bytes).unwrap();
        assert_eq!(wpa.group_data_cipher(), CipherSuite::TKIP);
        assert_eq!(wpa.pairwise_ciphers().collect::<Vec<_>>(), [CipherSuite::TKIP]);
        assert_eq!(wpa.akm_suites().collect::<Vec<_>>(), [AkmSuite::PSK]);
        assert_eq!(wpa.capabilities(), Some(RsnCapabilities(0x000c)));
        let mut again = Vec::new();
        wpa.write_body(&mut again).unwrap();
        assert_eq!(again, bytes);
        assert!(Wpa::parse(&bytes[4..]).is_err());
    }
}
