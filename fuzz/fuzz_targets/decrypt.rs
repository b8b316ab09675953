//! Any frame against installed keys of every suite: no panic, no counter that moves for a frame that
//! was refused; what is sealed opens to the same, and not when a bit of it was changed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{
    Key, Replay, Role, is_robust_mgmt_frame, keyid, mmie_keyidx, wanted,
};
use softnet_mac80211::frame::{FrameControl, FrameType, Header};

const SUITES: [(CipherSuite, u8, usize); 11] = [
    (CipherSuite::WEP40, 0, 5),
    (CipherSuite::WEP104, 3, 13),
    (CipherSuite::TKIP, 1, 32),
    (CipherSuite::CCMP, 0, 16),
    (CipherSuite::CCMP_256, 1, 32),
    (CipherSuite::GCMP, 0, 16),
    (CipherSuite::GCMP_256, 2, 32),
    (CipherSuite::AES_CMAC, 4, 16),
    (CipherSuite::BIP_CMAC_256, 5, 32),
    (CipherSuite::BIP_GMAC_128, 6, 16),
    (CipherSuite::BIP_GMAC_256, 7, 32),
];

const MATERIAL: [u8; 32] = [0x42; 32];

fuzz_target!(|data: &[u8]| {
    let Some((&[suite, flags, at, bit], frame)) = data.split_first_chunk() else { return };
    let _ = (wanted(frame), keyid(frame), mmie_keyidx(frame), is_robust_mgmt_frame(frame));
    let (suite, index, len) = SUITES[usize::from(suite) % SUITES.len()];
    let new = || {
        let key = Key::new(suite, index, &MATERIAL[..len]).unwrap();
        key.with_spp_amsdu(flags & 1 != 0).with_tx_pn(u64::from(flags))
    };
    let replay = if flags & 2 == 0 { Replay::Check } else { Replay::AllowSamePn };
    open(&mut new(), frame, replay);
    let mut sender = new().with_role(Role::Authenticator);
    let Some((header_len, sealed)) = seal(&mut sender, frame) else { return };

    let mut changed = sealed.clone();
    let at = usize::from(at) % changed.len();
    changed[at] ^= 1 << (bit & 7);
    if let Some(body) = open(&mut new(), &changed, replay).filter(|_| index < 4) {
        assert_eq!(body, frame[header_len..], "only a bit that is masked may change");
    }

    let opened = open(&mut new(), &sealed, replay);
    let robust = is_robust_mgmt_frame(&sealed);
    let data = FrameControl::of(frame).unwrap().frame_type() == FrameType::Data;
    let covered = match suite {
        CipherSuite::TKIP => data,
        CipherSuite::WEP40 | CipherSuite::WEP104 => data || frame[0] == 0xb0,
        _ if index >= 4 => true,
        _ => (data || robust) && frame.len() > header_len,
    };
    if covered {
        let body = opened.expect("what was sealed opens");
        assert!(frame.ends_with(&body), "and is what it was");
        assert!(index >= 4 || body.len() == frame.len() - header_len, "all of it");
    }
});

/// Opens a copy. What is refused moves no counter.
fn open(key: &mut Key, frame: &[u8], replay: Replay) -> Option<Vec<u8>> {
    let counters = |key: &Key| -> Vec<u64> { (0..18).map(|queue| key.rx_pn(queue)).collect() };
    let before = counters(key);
    let mut copy = frame.to_vec();
    let Ok(Some(opened)) = key.open(&mut copy, replay) else {
        assert_eq!(counters(key), before, "a counter moved");
        return None;
    };
    assert!(opened.header_len <= opened.body.start && opened.body.end <= frame.len());
    let body = copy[opened.body.clone()].to_vec();
    if let Ok((header, _)) = Header::parse(frame) {
        let before = counters(key);
        if key.verify_michael(&header, &body, &opened, replay).is_err() {
            assert_eq!(counters(key), before, "a counter moved");
        }
    }
    Some(body)
}

/// The frame with room for what the key adds, sealed; and how long its header is.
fn seal(key: &mut Key, frame: &[u8]) -> Option<(usize, Vec<u8>)> {
    let header_len = match Header::parse(frame) {
        Ok((header, _)) => header.as_bytes().len(),
        // An S1G beacon has another header, which BIP finds its way in.
        Err(_) if key.header_len() == 0 => 0,
        Err(_) => return None,
    };
    let (header, body) = frame.split_at(header_len);
    let room = [vec![0; key.header_len()], vec![0; key.mic_len()]];
    let mut sealed = [header, &room[0], body, &room[1]].concat();
    let pn = key.tx_pn();
    match key.encrypt(&mut sealed) {
        Ok(()) => Some((header_len, sealed)),
        Err(_) => {
            assert_eq!(key.tx_pn(), pn, "a number was used up");
            None
        }
    }
}
