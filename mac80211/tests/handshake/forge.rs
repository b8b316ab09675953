//! Frames that our machines would not write: theirs, changed, and signed with the keys of the handshake.

use softnet_mac80211::rsn::eapol::{EapolKey, KeyFrame, pad_key_data, seal_key_data, sign};
use softnet_mac80211::rsn::handshake::Root;
use softnet_mac80211::rsn::{AkmRules, Handshake, Ptk, Selection};

use crate::cell::{self, Cell, Network};
use crate::deliver;

pub(crate) fn rules(network: Network) -> AkmRules {
    let pmk_len = if network == Network::Sha384 { 48 } else { 32 };
    AkmRules::of(network.selection().akm, pmk_len).unwrap()
}

/// The frame once more, otherwise: signed again.
pub(crate) fn otherwise<'a>(
    frame: &'a [u8],
    network: Network,
    ptk: &Ptk,
    change: impl FnOnce(&mut KeyFrame<'a>),
) -> Vec<u8> {
    let rules = rules(network);
    let view = EapolKey::parse(frame, rules.mic_len).unwrap();
    let mut other = KeyFrame::from(&view);
    change(&mut other);
    let mut frame = other.to_vec().unwrap();
    sign(&mut frame, &rules, &ptk.kck).unwrap();
    frame
}

/// Messages 1 and 2 have passed: message 3, and the PTK that both have by now.
pub(crate) fn third(cell: &mut Cell) -> (Vec<u8>, Ptk) {
    deliver(cell, false);
    deliver(cell, true);
    let network = cell.network;
    let Root::Pmk(pmk) = network.association(1).root else { unreachable!() };
    let Selection { akm, pairwise, .. } = network.selection();
    let ptk = Ptk::derive(&pmk, akm, pairwise, &nonces(cell)).unwrap();
    (cell.to_station.pop_front().unwrap(), ptk)
}

/// Those of the first two frames that arrived.
pub(crate) fn nonces(cell: &Cell) -> Handshake {
    let nonce = |at: usize| *EapolKey::parse(&cell.arrived[at].1, 16).unwrap().nonce();
    Handshake { aa: cell::AP, spa: cell::STATION, anonce: nonce(0), snonce: nonce(1) }
}

/// Message 3 or a group message 1 with these key data in the place of its own.
pub(crate) fn with_key_data(
    frame: &[u8],
    network: Network,
    ptk: &Ptk,
    change: impl FnOnce(&mut Vec<u8>),
) -> Vec<u8> {
    let view = EapolKey::parse(frame, rules(network).mic_len).unwrap();
    let mut plain = view.open_key_data(&ptk.kek).unwrap().to_vec();
    change(&mut plain);
    pad_key_data(&mut plain);
    let sealed = seal_key_data(view.info().version(), &ptk.kek, view.iv(), &plain).unwrap();
    otherwise(frame, network, ptk, |frame| frame.key_data = &sealed)
}
