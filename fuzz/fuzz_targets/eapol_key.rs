//! Any bytes as an EAPOL-Key frame, in any AKM's shape: what is read is written back as it was, what is
//! signed is verified and sealed opens again, and neither a MIC nor an unwrap ever panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::AkmSuite;
use softnet_mac80211::rsn::eapol::{
    EapolKey, Kde, KeyData, KeyFrame, KeyInfo, pad_key_data, seal_key_data, sign,
};
use softnet_mac80211::rsn::{AkmRules, GroupKey, Observer, Secret};
use softnet_sk_buff::MacAddr;

/// One of each shape: SHA-1, CMAC of version 3 and 0, SHA-256, SHA-384, SHA-512.
const AKMS: [(AkmSuite, usize); 6] = [
    (AkmSuite::PSK, 32),
    (AkmSuite::PSK_SHA256, 32),
    (AkmSuite::SAE, 32),
    (AkmSuite::OWE, 32),
    (AkmSuite::SAE_EXT_KEY, 48),
    (AkmSuite::SAE_EXT_KEY, 64),
];

fuzz_target!(|data: &[u8]| {
    let Some((&shape, bytes)) = data.split_first() else { return };
    let (akm, pmk_len) = AKMS[usize::from(shape) % AKMS.len()];
    let rules = AkmRules::of(akm, pmk_len).unwrap();
    observe(bytes, pmk_len);
    key_data(bytes);
    let Ok(key) = EapolKey::parse(bytes, rules.mic_len) else { return };

    let again = KeyFrame::from(&key).to_vec().unwrap();
    assert_eq!(again, key.as_bytes());
    assert!(bytes.starts_with(&again));
    let _ = (key.message(), format!("{key:?}"));

    let kck = Secret::new(&vec![3; rules.kck_len]).unwrap();
    let kek = Secret::new(&vec![4; rules.kek_len]).unwrap();
    let mut signed = again;
    if sign(&mut signed, &rules, &kck).is_ok() {
        let view = EapolKey::parse(&signed, rules.mic_len).unwrap();
        view.verify(&rules, &kck).unwrap();
        let mut spoiled = signed.clone();
        spoiled[usize::from(shape) % 4 + 9] ^= 1;
        if let Ok(view) = EapolKey::parse(&spoiled, rules.mic_len) {
            assert!(view.verify(&rules, &kck).is_err());
        }
    }
    let _ = key.open_key_data(&kek);
    let _ = GroupKey::all_of(&key, &kek);
    seal(&key, &kek);
});

/// What is sealed opens again.
fn seal(key: &EapolKey<'_>, kek: &Secret) {
    let version = key.info().version();
    let mut plain = key.key_data().to_vec();
    if version != 1 {
        pad_key_data(&mut plain);
    }
    let Ok(sealed) = seal_key_data(version, kek, key.iv(), &plain) else { return };
    let mut frame = KeyFrame::from(key);
    (frame.key_data, frame.padding) = (&sealed, &[]);
    frame.info |= KeyInfo::ENCRYPTED;
    let Ok(frame) = frame.to_vec() else { return };
    let view = EapolKey::parse(&frame, key.mic().len()).unwrap();
    assert_eq!(**view.open_key_data(kek).unwrap(), plain);
}

/// Entries lie within the bytes, one behind the other; a KDE is written as it was, but for reserved bits.
fn key_data(bytes: &[u8]) {
    let mut at = 0;
    for entry in KeyData::new(bytes).map_while(Result::ok) {
        assert!(bytes[at..].starts_with(entry.as_bytes()));
        at += entry.as_bytes().len();
        let Some(Ok(kde)) = entry.kde() else { continue };
        let mut written = vec![];
        kde.write(&mut written).unwrap();
        let read = KeyData::new(&written).next().unwrap().unwrap().kde().unwrap().unwrap();
        assert!(read == kde);
        if let Kde::Unknown(..) = kde {
            assert_eq!(written, entry.as_bytes());
        }
    }
}

/// Reading along never trips, and forgets what is too much.
fn observe(bytes: &[u8], pmk_len: usize) {
    let pmk = Secret::new(&vec![1; pmk_len]).unwrap();
    let (ap, station) = (MacAddr([2, 0, 0, 0, 0, 0]), MacAddr([2, 0, 0, 0, 1, 0]));
    let mut observer = Observer::new(ap, station, b"oracle", vec![pmk.clone()]);
    for frame in bytes.chunks(200) {
        let _ = observer.eapol_key(frame);
        let _ = observer.ft_request(frame);
        let _ = observer.ft_response(frame);
    }
    let _ = observer.eapol_key(bytes);
}
