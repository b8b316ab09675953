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

/// What both sides know after association: a handshake begins with it. [`new`](Self::new) finds most of it in
/// the frames of the association.
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
    /// What the AP has in message 3 behind the keys, but for WPA: with FT, FTE and timeout intervals; the KDE
    /// of [transition disable](crate::rsn::eapol::Kde::TransitionDisable). A station leaves it empty.
    pub behind_keys: Vec<u8>,
}

impl Association {
    /// From the elements of an association request, and of the AP's beacon or probe response: those that the
    /// handshake repeats are taken, others passed over. With FT, MDE and FTE of the association response
    /// stand behind the request's.
    ///
    /// It is WPA where the station chose no RSNE; extended key IDs are agreed on where both RSNEs have them.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if the station's have neither an RSNE nor a WPA element, or it is cut short.
    pub fn new(
        aa: MacAddr,
        spa: MacAddr,
        root: Root,
        station_elements: &[u8],
        ap_elements: &[u8],
    ) -> Result<Self, KeyError> {
        let (station, ap) = (Elements::new(station_elements), Elements::new(ap_elements));
        let ext_key_id = |elements| {
            Rsn::find(elements)
                .is_some_and(|rsn| rsn.is_ok_and(|rsn| rsn.capabilities().ext_key_id()))
        };
        Ok(Self {
            aa,
            spa,
            root,
            selection: Selection::of(station)?,
            wpa: Rsn::find(station).is_none(),
            ext_key_id: ext_key_id(station) && ext_key_id(ap),
            station_elements: repeated(station)?,
            ap_elements: repeated(ap)?,
            behind_keys: Vec::new(),
        })
    }

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

/// What the handshake repeats, in hostap's order (`wpa_gen_wpa_ie`). Of MDEs the last counts: a station's own
/// may say less than the response's.
fn repeated(elements: Elements<'_>) -> Result<Vec<u8>, KeyError> {
    let first = |id| elements.into_iter().find_id(id);
    let last = |id| elements.into_iter().filter(|element| element.id() == id).last();
    let found = [
        first(Id::RSN),
        first(Id::RSNX),
        last(Id::MOBILITY_DOMAIN),
        last(Id::FAST_BSS_TRANSITION),
        elements.into_iter().find(Wpa::is),
    ];
    let mut out = Vec::new();
    for element in found.into_iter().flatten() {
        element.write(&mut out).map_err(|_| Malformed::Overlong("elements"))?;
    }
    Ok(out)
}
