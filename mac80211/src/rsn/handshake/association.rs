use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::super::ft::PmkR1;
use super::super::{AkmRules, Handshake, KeyError, NONCE_LEN, Ptk, Secret, Selection};
use crate::Malformed;
use crate::element::{Body, Elements, Id, Rsn, Wpa};

/// What the keys grow from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Root {
    /// The PMK: a PSK, or what SAE, OWE or EAP made.
    Pmk(Secret),
    /// With FT: the PMK-R1 of this AP and station.
    Ft(PmkR1),
}

/// What both sides know after association: a handshake begins with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Association {
    /// Authenticator's address: the AP's.
    pub aa: MacAddr,
    /// Supplicant's address: the station's.
    pub spa: MacAddr,
    /// What the keys grow from.
    pub root: Root,
    /// What the station chose.
    pub selection: Selection,
    /// WPA of before the standard: another descriptor type, and the group key by a handshake of its own.
    pub wpa: bool,
    /// Extended key IDs were agreed on: a new pairwise key has the index that the old one has not.
    pub ext_key_id: bool,
    /// The RSN or WPA element of the association request, behind it RSNXE, and with FT MDE and FTE of the
    /// response. They are the key data of message 2.
    pub station_elements: Vec<u8>,
    /// RSN and WPA element, RSNXE, and with FT the MDE, as the AP's beacon has them.
    pub ap_elements: Vec<u8>,
    /// With FT: what the AP has in message 3 behind the keys, FTE and timeout intervals. A station leaves it
    /// empty.
    pub ft_elements: Vec<u8>,
}

impl Association {
    pub(super) fn rules(&self) -> Result<AkmRules, KeyError> {
        let root = match &self.root {
            Root::Pmk(pmk) => pmk,
            Root::Ft(r1) => &r1.key,
        };
        AkmRules::of(self.selection.akm, root.len())
    }

    /// These elements as the key data of a message have them: with FT, the RSNE names the PMK-R1
    /// (`wpa_insert_pmkid`).
    pub(super) fn named(&self, elements: &[u8]) -> Result<Vec<u8>, KeyError> {
        let Root::Ft(r1) = &self.root else { return Ok(elements.into()) };
        let names = [r1.name];
        let mut out = Vec::with_capacity(elements.len() + 2 + names.as_flattened().len());
        for element in Elements::new(elements) {
            if element.id() == Id::RSN {
                let mut rsn = Rsn::parse(element.body())?;
                rsn.pmkids = Some((&names).into());
                rsn.write_element(&mut out)
            } else {
                element.write(&mut out)
            }
            .map_err(|_| Malformed::Overlong("RSN element"))?;
        }
        Ok(out)
    }

    /// What the AP repeats in message 3: to a station of WPA, nothing of RSN.
    pub(super) fn third_elements(&self) -> Result<Vec<u8>, KeyError> {
        if !self.wpa {
            return self.named(&self.ap_elements);
        }
        let mut out = Vec::new();
        if let Some(wpa) = Elements::new(&self.ap_elements).find(Wpa::is) {
            wpa.write(&mut out).map_err(|_| Malformed::Overlong("WPA element"))?;
        }
        Ok(out)
    }

    pub(super) fn ptk(
        &self,
        anonce: [u8; NONCE_LEN],
        snonce: [u8; NONCE_LEN],
    ) -> Result<Ptk, KeyError> {
        let handshake = Handshake { aa: self.aa, spa: self.spa, anonce, snonce };
        let Selection { akm, pairwise, .. } = self.selection;
        match &self.root {
            Root::Pmk(pmk) => Ptk::derive(pmk, akm, pairwise, &handshake),
            Root::Ft(r1) => r1.ptk(akm, pairwise, &handshake),
        }
    }
}
