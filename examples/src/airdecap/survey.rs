//! The first look at a capture: which networks there are. Their names may come after the handshakes that
//! need them.

use alloc::collections::{BTreeMap, BTreeSet};

use softnet_mac80211::element::{Body, Elements, Id, Rsn, Wpa};
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::{AkmSuite, CipherSuite};
use softnet_sk_buff::MacAddr;

/// In the capability field: frames are protected somehow.
const PRIVACY: u16 = 0x0010;
/// Networks that are remembered. What else a capture has of them is made up.
const MAX_CELLS: usize = 16_384;

/// A network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// As it names itself; a hidden one is named by its stations.
    pub(crate) ssid: Option<Vec<u8>>,
    pub(crate) privacy: bool,
    /// WPA or RSN: stations have to be authorized.
    pub(crate) rsn: bool,
    /// What it offers by its beacons: ways to keys, and ciphers of one station.
    pub(crate) offers: BTreeSet<&'static str>,
    /// It can protect management frames.
    pub(crate) mfp_capable: bool,
    pub(crate) mesh: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) cells: BTreeMap<MacAddr, Cell>,
}

impl Survey {
    /// Takes from a frame what it says of its network.
    pub(crate) fn look(&mut self, frame: &[u8]) {
        let Ok((header, body)) = Header::parse(frame) else { return };
        // Bytes before the elements; a capability field stands at the end, or the beginning, of them.
        let (fixed, capability) = match header.frame_control().kind() {
            _ if header.frame_control().protected() => return,
            Kind::BEACON | Kind::PROBE_RESP => (12, Some(10)),
            Kind::ASSOC_REQ => (4, None),
            Kind::REASSOC_REQ => (10, None),
            _ => return,
        };
        let (Some(elements), Some(bssid)) = (body.get(fixed..), header.bssid()) else { return };
        if self.cells.len() >= MAX_CELLS && !self.cells.contains_key(&bssid) {
            return;
        }
        let cell = self.cells.entry(bssid).or_default();
        let capability = capability.and_then(|at| body.get(at..)?.first_chunk().copied());
        cell.privacy |= capability.is_some_and(|bits| u16::from_le_bytes(bits) & PRIVACY != 0);
        for element in Elements::new(elements) {
            match element.id() {
                Id::SSID if cell.ssid.is_none() && element.body().iter().any(|&byte| byte != 0) => {
                    cell.ssid = Some(element.body().to_vec());
                }
                Id::RSN => {
                    cell.rsn = true;
                    // In a request it is the station's.
                    if let Some(rsn) = capability.and_then(|_| Rsn::parse(element.body()).ok()) {
                        cell.mfp_capable |= rsn.capabilities().mfp_capable();
                        cell.offers.extend(rsn.akm_suites().filter_map(AkmSuite::name));
                        cell.offers.extend(rsn.pairwise_ciphers().filter_map(CipherSuite::name));
                    }
                }
                Id::VENDOR_SPECIFIC if Wpa::is(&element) => {
                    cell.rsn = true;
                    cell.offers.insert("WPA");
                }
                Id::MESH_ID => cell.mesh = true,
                _ => {}
            }
        }
        if cell.mesh {
            cell.ssid = None;
        }
    }

    pub(crate) fn cell(&self, bssid: MacAddr) -> Option<&Cell> {
        self.cells.get(&bssid)
    }
}

/// Whether the body of an RSN element says so.
pub(crate) fn mfp_capable(rsn: &[u8]) -> bool {
    Rsn::parse(rsn).is_ok_and(|rsn| rsn.capabilities().mfp_capable())
}
