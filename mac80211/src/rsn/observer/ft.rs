//! Fast transitions: the names that keys hang on, and what their MIC covers.

use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::super::ft::{FtMic, group_keys, mic_len};
use super::super::{Handshake, KeyError, Selection};
use super::{Known, Observation, Observer, Suites, mfp_capable};
use crate::Malformed;
use crate::element::{
    Body, Elements, FastTransition, Id, MobilityDomain, defragment, with_fragments,
};

/// FT's part of what keys hang on.
#[derive(Clone, Debug)]
pub(super) struct FtNames {
    pub(super) mdid: [u8; 2],
    pub(super) r0kh_id: Vec<u8>,
    pub(super) r1kh_id: MacAddr,
}

impl Observer {
    /// Takes the elements of a reassociation request: those of a fast transition hold both nonces, and a
    /// MIC. Others tell nothing.
    ///
    /// # Errors
    /// As [`eapol_key`](Self::eapol_key).
    pub fn ft_request(&mut self, elements: &[u8]) -> Result<Observation, KeyError> {
        if whole(elements, Id::FAST_BSS_TRANSITION).is_empty() {
            return Ok(Observation::default());
        }
        let suites = Suites::of(Elements::new(elements), self.aa)?;
        let akm = suites.selection.akm;
        let body = fte_body(Elements::new(elements))?;
        let mic = self.ft_mic(elements, 5);
        let found = self.first_of_pmks(|pmk| {
            let fte = FastTransition::parse_with_mic(&body, mic_len(akm, pmk.len())?)?;
            let on =
                Handshake { aa: self.aa, spa: self.spa, anonce: fte.anonce, snonce: fte.snonce };
            let known = self.derive(pmk, &suites, &on)?;
            mic.verify(akm, &known.pairwise.ptk.kck).map(|()| known)
        });
        Ok(match found? {
            Some(known) => self.found(known),
            None => Observation { wrong_pmk: true, ..Observation::default() },
        })
    }

    /// Takes the elements of the response to it: they hold group keys.
    ///
    /// # Errors
    /// As [`eapol_key`](Self::eapol_key).
    pub fn ft_response(&mut self, elements: &[u8]) -> Result<Observation, KeyError> {
        let mic = self.ft_mic(elements, 6);
        let proves = |known: &&mut Known| {
            let pairwise = &known.pairwise;
            mic.verify(pairwise.selection.akm, &pairwise.ptk.kck).is_ok()
        };
        let Some(known) = self.known.iter_mut().find(proves) else {
            return Ok(Observation::default());
        };
        let body = fte_body(Elements::new(elements))?;
        let fte = FastTransition::parse_with_mic(&body, known.rules.mic_len)?;
        let group = group_keys(&fte, &known.pairwise.ptk.kek)?;
        let mfp = Some(known.mfp_capable && mfp_capable(Elements::new(elements)));
        let confirmed = known.confirm();
        if confirmed.is_none() {
            return Ok(Observation::default());
        }
        Ok(Observation { confirmed, group: self.new_groups(group), mfp, ..Observation::default() })
    }

    fn ft_mic<'a>(&self, elements: &'a [u8], transaction: u8) -> FtMic<'a> {
        let whole = |id| whole(elements, id);
        FtMic {
            sta: self.spa,
            ap: self.aa,
            transaction,
            rsne: whole(Id::RSN),
            mde: whole(Id::MOBILITY_DOMAIN),
            fte: whole(Id::FAST_BSS_TRANSITION),
            ric: ric(elements),
            rsnxe: whole(Id::RSNX),
        }
    }
}

impl FtNames {
    /// A station names the R0KH always, the R1KH once it has been told of one; else it is the AP.
    pub(super) fn of(
        elements: Elements<'_>,
        selection: Selection,
        aa: MacAddr,
    ) -> Result<Self, KeyError> {
        let missing = Malformed::Truncated("elements of a fast transition");
        let mde = MobilityDomain::find(elements).ok_or(missing)??;
        let body = fte_body(elements)?;
        let fte = if selection.akm == crate::AkmSuite::FT_SAE_EXT_KEY {
            FastTransition::parse(&body)?
        } else {
            FastTransition::parse_with_mic(&body, mic_len(selection.akm, 32)?)?
        };
        Ok(Self {
            mdid: mde.mdid.to_le_bytes(),
            r0kh_id: fte.r0kh_id().ok_or(missing)?.into(),
            r1kh_id: fte.r1kh_id().unwrap_or(aa),
        })
    }
}

/// The FTE's body, its fragments put together.
fn fte_body(mut elements: Elements<'_>) -> Result<Vec<u8>, KeyError> {
    let missing = Malformed::Truncated("fast transition element");
    let fte = elements.find_id(Id::FAST_BSS_TRANSITION).ok_or(missing)?;
    let mut room = vec![0; fte.data().len() + elements.rest().len()];
    let body = defragment(fte, elements.rest(), Id::FRAGMENT.id(), &mut room);
    let len = body.map_err(|_| missing)?.len();
    room.truncate(len);
    Ok(room)
}

/// The first element with this ID, IDs and lengths and its fragments included; empty if there is none.
fn whole(elements: &[u8], id: Id) -> &[u8] {
    let from = from_id(elements, id);
    let mut left = Elements::new(from);
    let Some(first) = left.next() else { return &[] };
    let parts = with_fragments(first, left.rest(), Id::FRAGMENT.id());
    let len = parts.map(|part| 2 + part.data().len()).sum();
    from.get(..len).unwrap_or_default()
}

/// A resource request or its answer (13.11): from the first RIC data element on as many elements as the MIC
/// control counts beside the others that the MIC covers (hostapd's `wpa_ft_parse_ies`).
fn ric(elements: &[u8]) -> &[u8] {
    let all = Elements::new(elements);
    let fte = all.into_iter().find_id(Id::FAST_BSS_TRANSITION);
    let covered = fte.and_then(|fte| fte.body().get(1).copied()).map_or(0, usize::from);
    let others = [Id::RSN, Id::MOBILITY_DOMAIN, Id::FAST_BSS_TRANSITION, Id::RSNX];
    let others = others.into_iter().filter(|&id| all.into_iter().find_id(id).is_some()).count();
    let from = from_id(elements, Id::RIC_DATA);
    let covered = Elements::new(from).take(covered.saturating_sub(others));
    let len = covered.map(|element| 2 + element.data().len()).sum();
    from.get(..len).unwrap_or_default()
}

/// All from the first element with this ID on.
fn from_id(elements: &[u8], id: Id) -> &[u8] {
    let (mut left, mut from) = (Elements::new(elements), elements);
    while let Some(element) = left.next() {
        if element.id() == id {
            return from;
        }
        from = left.rest();
    }
    &[]
}
