//! What an observer makes of handshakes that do not go as the book has them, message by message.

use cmac::{Cmac, KeyInit, Mac};
use softnet_mac80211::element::{
    Body, Element, FastTransition, FteMicControl, Id, MobilityDomain, Rsn, RsnCapabilities,
    write_fragmented,
};
use softnet_mac80211::rsn::eapol::{
    EapolKey, Kde, KeyFrame, KeyInfo, Message, pad_key_data, seal_key_data, sign,
};
use softnet_mac80211::rsn::ft::{Domain, PmkR0};
use softnet_mac80211::rsn::{
    AkmRules, GroupKey, GroupKeyKind, Handshake, Observation, Observer, Ptk, Secret,
};
use softnet_mac80211::{AkmSuite, CipherSuite};
use softnet_sk_buff::MacAddr;

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
const STATION: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);

fn secret(byte: u8, len: usize) -> Secret {
    Secret::new(&vec![byte; len]).unwrap()
}

/// An RSN element; with or without the capability of protecting management frames.
fn rsne(akm: AkmSuite, mfp: bool) -> Vec<u8> {
    let (pairwise, akms) = ([CipherSuite::CCMP], [akm]);
    let mut rsn = Rsn::new(CipherSuite::CCMP, &pairwise, &akms);
    rsn.capabilities = Some(RsnCapabilities::default().with_mfp_capable(mfp));
    let mut bytes = vec![];
    rsn.write_element(&mut bytes).unwrap();
    bytes
}

/// Writes the messages of both sides under one PMK; nonces are one byte again and again.
struct Scribe {
    pmk: Secret,
    ap_mfp: bool,
    station_mfp: bool,
}

impl Scribe {
    const NEW: fn() -> Self = || Self { pmk: secret(1, 32), ap_mfp: false, station_mfp: false };

    fn ptk(&self, anonce: u8, snonce: u8) -> Ptk {
        let on = Handshake { aa: AP, spa: STATION, anonce: [anonce; 32], snonce: [snonce; 32] };
        Ptk::derive(&self.pmk, AkmSuite::PSK, CipherSuite::CCMP, &on).unwrap()
    }

    fn frame(
        info: KeyInfo,
        counter: u64,
        nonce: u8,
        key_data: &[u8],
        kck: Option<&Secret>,
    ) -> Vec<u8> {
        let frame = KeyFrame {
            version: 2,
            descriptor: EapolKey::RSN,
            info: info.with_version(2),
            key_len: 16,
            replay_counter: counter,
            nonce: [nonce; 32],
            iv: [0; 16],
            rsc: [0; 8],
            id: [0; 8],
            mic: &[0; 16],
            key_data,
            padding: &[],
        };
        let mut bytes = frame.to_vec().unwrap();
        if let Some(kck) = kck {
            sign(&mut bytes, &AkmRules::of(AkmSuite::PSK, 32).unwrap(), kck).unwrap();
        }
        bytes
    }

    fn first(counter: u64, anonce: u8) -> Vec<u8> {
        Self::frame(KeyInfo::PAIRWISE | KeyInfo::ACK, counter, anonce, &[], None)
    }

    fn second(&self, counter: u64, (anonce, snonce): (u8, u8)) -> Vec<u8> {
        let (info, ptk) = (KeyInfo::PAIRWISE | KeyInfo::MIC, self.ptk(anonce, snonce));
        let elements = rsne(AkmSuite::PSK, self.station_mfp);
        Self::frame(info, counter, snonce, &elements, Some(&ptk.kck))
    }

    /// Sealed key data: elements, and a GTK of this index and byte.
    fn sealed(ptk: &Ptk, mut data: Vec<u8>, (key_id, gtk): (u8, u8)) -> Vec<u8> {
        Kde::Gtk { key_id, tx: false, key: &[gtk; 16] }.write(&mut data).unwrap();
        pad_key_data(&mut data);
        seal_key_data(2, &ptk.kek, &[0; 16], &data).unwrap()
    }

    fn third(&self, counter: u64, (anonce, snonce): (u8, u8), gtk: (u8, u8)) -> Vec<u8> {
        self.third_with(counter, (anonce, snonce), gtk, None)
    }

    fn third_with(
        &self,
        counter: u64,
        (anonce, snonce): (u8, u8),
        gtk: (u8, u8),
        key_id: Option<u8>,
    ) -> Vec<u8> {
        let ptk = self.ptk(anonce, snonce);
        let mut data = rsne(AkmSuite::PSK, self.ap_mfp);
        if let Some(key_id) = key_id {
            Kde::KeyId(key_id).write(&mut data).unwrap();
        }
        let info = KeyInfo::PAIRWISE | KeyInfo::ACK | KeyInfo::MIC | KeyInfo::INSTALL;
        let info = info | KeyInfo::SECURE | KeyInfo::ENCRYPTED;
        Self::frame(info, counter, anonce, &Self::sealed(&ptk, data, gtk), Some(&ptk.kck))
    }

    fn fourth(&self, counter: u64, (anonce, snonce): (u8, u8)) -> Vec<u8> {
        let info = KeyInfo::PAIRWISE | KeyInfo::MIC | KeyInfo::SECURE;
        Self::frame(info, counter, 0, &[], Some(&self.ptk(anonce, snonce).kck))
    }

    fn group(&self, counter: u64, (anonce, snonce): (u8, u8), gtk: (u8, u8)) -> Vec<u8> {
        let ptk = self.ptk(anonce, snonce);
        let info = KeyInfo::ACK | KeyInfo::MIC | KeyInfo::SECURE | KeyInfo::ENCRYPTED;
        Self::frame(info, counter, 0, &Self::sealed(&ptk, vec![], gtk), Some(&ptk.kck))
    }

    fn observer(&self) -> Observer {
        Observer::new(AP, STATION, b"cell", vec![secret(9, 32), self.pmk.clone()])
    }

    /// An observer that has seen a whole handshake, counters 1 and 2, GTK 7 under index 1.
    fn after_handshake(&self, nonces: (u8, u8)) -> Observer {
        let mut observer = self.observer();
        saw(&mut observer, &Self::first(1, nonces.0));
        saw(&mut observer, &self.second(1, nonces));
        saw(&mut observer, &self.third(2, nonces, (1, 7)));
        saw(&mut observer, &self.fourth(2, nonces));
        observer
    }
}

fn saw(observer: &mut Observer, frame: &[u8]) -> Observation {
    observer.eapol_key(frame).unwrap()
}

/// The TKs of the new pairwise key and of the confirmed one.
fn tks(seen: &Observation) -> (Option<Secret>, Option<Secret>) {
    let tk = |key: &Option<softnet_mac80211::rsn::PairwiseKey>| {
        key.as_ref().map(|key| key.ptk.tk.clone())
    };
    (tk(&seen.pairwise), tk(&seen.confirmed))
}

fn groups(seen: &Observation) -> Vec<(u8, u8)> {
    seen.group.iter().map(|key| (key.key_id, key.key.as_bytes()[0])).collect()
}

/// hostapd sends message 3 for the first nonce; then comes the answer to message 1 sent again, with another
/// nonce. Either may be the one that the station goes on with, and its message 4 says which.
#[test]
fn message_4_chooses_between_two_nonces_of_the_station() {
    let scribe = Scribe::NEW();
    let (a, b) = ((1, 10), (1, 11));
    for (chosen, counter) in [(a, 3), (b, 4)] {
        let mut observer = scribe.observer();
        saw(&mut observer, &Scribe::first(1, 1));
        saw(&mut observer, &Scribe::first(2, 1));
        assert_eq!(
            tks(&saw(&mut observer, &scribe.second(1, a))),
            (Some(scribe.ptk(1, 10).tk), None)
        );
        assert_eq!(groups(&saw(&mut observer, &scribe.third(3, a, (1, 7)))), [(1, 7)]);
        assert_eq!(
            tks(&saw(&mut observer, &scribe.second(2, b))),
            (Some(scribe.ptk(1, 11).tk), None)
        );
        assert_eq!(saw(&mut observer, &scribe.third(4, b, (1, 7))).group, []);
        let fourth = scribe.fourth(counter, chosen);
        let seen = saw(&mut observer, &fourth);
        assert_eq!(tks(&seen), (None, Some(scribe.ptk(chosen.0, chosen.1).tk)));
        // Once more: by anybody.
        assert_eq!(tks(&saw(&mut observer, &fourth)), (None, None));
    }
}

#[test]
fn a_message_4_of_another_key_confirms_nothing() {
    let scribe = Scribe::NEW();
    let mut observer = scribe.observer();
    saw(&mut observer, &Scribe::first(1, 1));
    saw(&mut observer, &scribe.second(1, (1, 10)));
    saw(&mut observer, &scribe.third(2, (1, 10), (1, 7)));
    let seen = saw(&mut observer, &scribe.fourth(2, (1, 12)));
    assert_eq!((seen.message, seen.confirmed), (Some(Message::Pairwise4), None));
}

/// A rekey with the AP's nonce of before: the station's makes the key another.
#[test]
fn rekey_with_the_same_nonce_of_the_ap() {
    let scribe = Scribe::NEW();
    let mut observer = scribe.after_handshake((1, 10));
    saw(&mut observer, &Scribe::first(3, 1));
    let seen = saw(&mut observer, &scribe.second(3, (1, 11)));
    assert_eq!(tks(&seen).0, Some(scribe.ptk(1, 11).tk));
    assert!(!seen.wrong_pmk);
    saw(&mut observer, &scribe.third(4, (1, 11), (1, 7)));
    assert_eq!(tks(&saw(&mut observer, &scribe.fourth(4, (1, 11)))).1, Some(scribe.ptk(1, 11).tk));
}

/// Message 3 sent again counts on, and brings nothing new: not the pairwise key, not the group key (KRACK).
#[test]
fn message_3_again_with_a_higher_counter() {
    let scribe = Scribe::NEW();
    let mut observer = scribe.after_handshake((1, 10));
    let seen = saw(&mut observer, &scribe.third(3, (1, 10), (1, 7)));
    assert_eq!(seen.message, Some(Message::Pairwise3));
    assert_eq!((tks(&seen), groups(&seen)), ((None, None), vec![]));
    // It may bring a newer group key all the same.
    let seen = saw(&mut observer, &scribe.third(4, (1, 10), (2, 8)));
    assert_eq!(groups(&seen), [(2, 8)]);
}

/// Frames of before, sent again by somebody, do not bring group keys of before back.
#[test]
fn messages_of_before_bring_no_old_group_key() {
    let scribe = Scribe::NEW();
    let nonces = (1, 10);
    let mut observer = scribe.after_handshake(nonces);
    let first = scribe.group(3, nonces, (2, 8));
    assert_eq!(groups(&saw(&mut observer, &first)), [(2, 8)]);
    assert_eq!(groups(&saw(&mut observer, &scribe.group(4, nonces, (1, 9)))), [(1, 9)]);
    for old in [first, scribe.third(2, nonces, (1, 7))] {
        assert_eq!(saw(&mut observer, &old).group, []);
    }
    assert_eq!(groups(&saw(&mut observer, &scribe.group(5, nonces, (2, 6)))), [(2, 6)]);
}

/// Of several PMKs the right one is found, also behind those of a length that does not fit.
#[test]
fn the_right_one_of_several_pmks() {
    let scribe = Scribe::NEW();
    let pmks = vec![Secret::new(&[]).unwrap(), secret(2, 48), secret(3, 32), secret(1, 32)];
    let mut observer = Observer::new(AP, STATION, b"cell", pmks.clone());
    saw(&mut observer, &Scribe::first(1, 1));
    let seen = saw(&mut observer, &scribe.second(1, (1, 10)));
    assert_eq!(tks(&seen).0, Some(scribe.ptk(1, 10).tk));
    // And if it is not there that is told, rather than that one of them does not fit.
    let mut observer = Observer::new(AP, STATION, b"cell", pmks[..3].to_vec());
    saw(&mut observer, &Scribe::first(1, 1));
    assert!(saw(&mut observer, &scribe.second(1, (1, 10))).wrong_pmk);
    // Nothing could be tried.
    let mut observer = Observer::new(AP, STATION, b"cell", pmks[..1].to_vec());
    saw(&mut observer, &Scribe::first(1, 1));
    assert!(observer.eapol_key(&scribe.second(1, (1, 10))).is_err());
}

/// An extended key ID is message 3's word; message 2 again does not take it back.
#[test]
fn a_key_keeps_its_index() {
    let scribe = Scribe::NEW();
    let mut observer = scribe.observer();
    let second = scribe.second(1, (1, 10));
    saw(&mut observer, &Scribe::first(1, 1));
    assert_eq!(saw(&mut observer, &second).pairwise.unwrap().key_id, 0);
    let third = scribe.third_with(2, (1, 10), (1, 7), Some(1));
    assert_eq!(saw(&mut observer, &third).pairwise.unwrap().key_id, 1);
    assert_eq!(saw(&mut observer, &second).pairwise, None);
    // Nor does message 3 without one.
    assert_eq!(saw(&mut observer, &scribe.third(3, (1, 10), (1, 7))).pairwise, None);
    assert_eq!(saw(&mut observer, &scribe.fourth(3, (1, 10))).confirmed.unwrap().key_id, 1);
}

#[test]
fn management_frames_are_protected_if_both_can() {
    for (ap_mfp, station_mfp) in [(false, false), (false, true), (true, false), (true, true)] {
        let scribe = Scribe { ap_mfp, station_mfp, ..Scribe::NEW() };
        let mut observer = scribe.observer();
        saw(&mut observer, &Scribe::first(1, 1));
        assert_eq!(saw(&mut observer, &scribe.second(1, (1, 10))).mfp, None);
        let seen = saw(&mut observer, &scribe.third(2, (1, 10), (1, 7)));
        assert_eq!(seen.mfp, Some(ap_mfp && station_mfp));
    }
}

/// What a fast transition's elements are to hold.
struct Transition {
    akm: AkmSuite,
    r0kh_id: Vec<u8>,
    /// Elements of a resource request, or its answer, and how many of them the MIC counts.
    ric: Vec<u8>,
    ric_count: u8,
}

impl Transition {
    const ANONCE: [u8; 32] = [3; 32];
    const SNONCE: [u8; 32] = [4; 32];
    const MDID: [u8; 2] = [0xa1, 0xb2];

    fn ptk(&self) -> Ptk {
        let domain =
            Domain { ssid: b"cell", mdid: Self::MDID, r0kh_id: &self.r0kh_id, s0kh_id: STATION };
        let r0 = PmkR0::derive(&secret(1, 32), self.akm, &domain).unwrap();
        let on = Handshake { aa: AP, spa: STATION, anonce: Self::ANONCE, snonce: Self::SNONCE };
        r0.to_r1(AP, STATION).unwrap().ptk(self.akm, CipherSuite::CCMP, &on).unwrap()
    }

    /// RSNE, MDE, FTE with a right MIC over what 13.8.4 lists, resources, and an element that nobody asked.
    fn elements(&self, transaction: u8, more: &[u8]) -> Vec<u8> {
        let rsne = rsne(self.akm, true);
        let mut mde = vec![];
        let mdid = u16::from_le_bytes(Self::MDID);
        MobilityDomain { mdid, capability_and_policy: 0, tail: &[] }
            .write_element(&mut mde)
            .unwrap();
        let mut tail = vec![FastTransition::R1KH_ID, 6];
        tail.extend(AP.0);
        tail.extend([FastTransition::R0KH_ID, self.r0kh_id.len() as u8]);
        tail.extend(&self.r0kh_id);
        tail.extend(more);
        let fte = |mic: &[u8]| {
            let mic_control =
                FteMicControl::default().with_element_count(3 + u16::from(self.ric_count));
            let (anonce, snonce) = (Self::ANONCE, Self::SNONCE);
            let fte = FastTransition { mic_control, mic, anonce, snonce, tail: &tail };
            let (mut body, mut whole) = (vec![], vec![]);
            fte.write_body(&mut body).unwrap();
            let (id, fragment) = (Id::FAST_BSS_TRANSITION.id(), Id::FRAGMENT.id());
            write_fragmented(id, fragment, &body, &mut whole).unwrap();
            whole
        };
        let covered = self.ric.len() * usize::from(self.ric_count.min(1));
        let mut cmac = Cmac::<aes::Aes128>::new_from_slice(self.ptk().kck.as_bytes()).unwrap();
        let parts: [&[u8]; 7] =
            [&STATION.0, &AP.0, &[transaction], &rsne, &mde, &fte(&[0; 16]), &self.ric[..covered]];
        parts.iter().for_each(|part| cmac.update(part));
        let fte = fte(&cmac.finalize().into_bytes());
        let mut all = vec![];
        Element::new(0, b"cell").unwrap().write(&mut all).unwrap();
        for part in [&rsne[..], &mde, &fte, &self.ric, &[0xdd, 4, 0, 0x50, 0xf2, 2]] {
            all.extend(part);
        }
        all
    }

    fn observer() -> Observer {
        Observer::new(AP, STATION, b"cell", vec![secret(9, 32), secret(1, 32)])
    }
}

/// A GTK subelement of an FTE, index 1, all bytes 7.
fn wrapped_gtk(kek: &Secret) -> Vec<u8> {
    let mut subelement = vec![2, 2 + 1 + 8 + 24, 1, 0, 16];
    subelement.extend([0; 8]);
    subelement.extend(seal_key_data(2, kek, &[0; 16], &[7; 16]).unwrap());
    subelement
}

/// 13.11: RIC data, with its descriptors behind it, and a second resource.
#[test]
fn a_fast_transition_with_resources() {
    let ric = vec![57, 4, 0, 1, 0, 0, 75, 2, 1, 9, 57, 4, 1, 0, 0, 0];
    let transition =
        Transition { akm: AkmSuite::FT_PSK, r0kh_id: b"r0".to_vec(), ric, ric_count: 3 };
    let ptk = transition.ptk();
    let mut observer = Transition::observer();
    let seen = observer.ft_request(&transition.elements(5, &[])).unwrap();
    assert_eq!(tks(&seen), (Some(ptk.tk.clone()), None));
    let response = transition.elements(6, &wrapped_gtk(&ptk.kek));
    let seen = observer.ft_response(&response).unwrap();
    assert_eq!((tks(&seen), groups(&seen)), ((None, Some(ptk.tk)), vec![(1, 7)]));
    assert_eq!((seen.group[0].kind, seen.mfp), (GroupKeyKind::Gtk, Some(true)));
    assert_eq!(observer.ft_response(&response).unwrap(), Observation::default());

    // The MIC covers them: a resource changed, one lost, one more counted than there are.
    let request = transition.elements(5, &[]);
    let at = request.windows(4).position(|bytes| bytes == [57, 4, 0, 1]).unwrap();
    let mut changed = request.clone();
    changed[at + 3] ^= 2;
    let lost = [&request[..at], &request[at + 6..]].concat();
    let cut = &request[..at + 12];
    for bytes in [&changed[..], &lost, cut] {
        let seen = Transition::observer().ft_request(bytes).unwrap();
        assert!(seen.wrong_pmk && seen.pairwise.is_none());
    }
}

/// Names and keys so long that the FTE is in fragments, which the MIC covers as they stand.
#[test]
fn a_fast_transition_element_in_fragments() {
    let (ric, r0kh_id) = (vec![], vec![b'r'; 48]);
    let transition = Transition { akm: AkmSuite::FT_PSK, r0kh_id, ric, ric_count: 0 };
    let ptk = transition.ptk();
    let mut observer = Transition::observer();
    let seen = observer.ft_request(&transition.elements(5, &[])).unwrap();
    assert_eq!(tks(&seen).0, Some(ptk.tk.clone()));
    // Behind 120 bytes that nobody knows the GTK stands in the second fragment.
    let more = [&[200, 118][..], &[0; 118], &wrapped_gtk(&ptk.kek)].concat();
    let response = transition.elements(6, &more);
    assert!(response.windows(2).any(|bytes| bytes[0] == Id::FRAGMENT.id()));
    let seen = observer.ft_response(&response).unwrap();
    assert_eq!(groups(&seen), [(1, 7)]);
    let gtk = GroupKey { kind: GroupKeyKind::Gtk, key_id: 1, pn: 0, key: secret(7, 16) };
    assert_eq!(seen.group, [gtk]);
}
