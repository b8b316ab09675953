//! Who takes part in what, and what was promised.

use core::hint::black_box;

use aes_gcm::aead::{AeadInOut, KeyInit};
use softnet_mac80211::cipher::{Michael, Phase1};
use softnet_mac80211::frame::management::ManagementFrame;
use softnet_mac80211::{CipherSuite, Malformed};
use softnet_sk_buff::MacAddr;

use super::cipher::{BODY, Bare, BareCcm, BareGcm, KEY, Ours};
use super::{BEACONS, DATA_FRAMES, frames, ieee80211, libwifi, ours};
use crate::contest::{Contest, Run};

const OURS: &str = "softnet-mac80211";
const IEEE80211: &str = "ieee80211";
const LIBWIFI: &str = "libwifi";
const BARE_MODE: &str = "bare mode";

/// Twice as fast as the faster of the others.
const TWICE: &[(&str, f64)] = &[(IEEE80211, 0.5), (LIBWIFI, 0.5)];
/// Not promised to anybody, but kept.
const NO_SLOWER: &[(&str, f64)] = &[(IEEE80211, 1.0)];
/// 90 % of the bare mode's throughput.
const NEARLY_BARE: &[(&str, f64)] = &[(BARE_MODE, 1.0 / 0.9)];

/// All contests; every contender was tried.
#[must_use]
pub fn contests() -> Vec<Contest> {
    vec![
        headers(),
        elements("all elements of a beacon", ours::elements, TWICE),
        elements("all elements of a beacon, Typed", ours::typed, TWICE),
        elements("the same, and their values", ours::typed_values, &[]),
        written(),
        sealed::<BareCcm>("CCMP-128, encrypt 1500 bytes", CipherSuite::CCMP),
        opened::<BareCcm>("CCMP-128, decrypt 1500 bytes", CipherSuite::CCMP),
        sealed::<BareGcm>("GCMP-128, encrypt 1500 bytes", CipherSuite::GCMP),
        opened::<BareGcm>("GCMP-128, decrypt 1500 bytes", CipherSuite::GCMP),
        michael(),
        mixing(),
    ]
}

/// Reads each of some frames, again and again.
fn each(frames: &'static [&'static [u8]], read: impl Fn(&[u8]) -> bool + 'static) -> Run {
    Box::new(move |times| {
        for _ in 0..times {
            for frame in black_box(frames) {
                black_box(read(frame));
            }
        }
    })
}

/// Does it again and again, and stops if it fails.
fn again(mut once: impl FnMut() -> bool + 'static) -> Run {
    assert!(once());
    Box::new(move |times| {
        for _ in 0..times {
            black_box(once());
        }
    })
}

fn headers() -> Contest {
    let frames: &'static [&'static [u8]] = [frames(BEACONS), frames(DATA_FRAMES)].concat().leak();
    for frame in frames {
        ours::header(frame).unwrap();
        ieee80211::header(frame).unwrap();
        libwifi::header(frame).unwrap();
    }
    Contest {
        name: "header of a beacon or data frame",
        unit: "frame",
        units: frames.len() as u64,
        ours: OURS,
        contenders: vec![
            (OURS, each(frames, |frame| ours::header(frame).is_ok())),
            (IEEE80211, each(frames, |frame| ieee80211::header(frame).is_ok())),
            (LIBWIFI, each(frames, |frame| libwifi::header(frame).is_ok())),
        ],
        limits: TWICE,
    }
}

fn elements(
    name: &'static str,
    ours: fn(&[u8]) -> Result<usize, Malformed>,
    limits: &'static [(&'static str, f64)],
) -> Contest {
    let frames: &'static [&'static [u8]] = frames(BEACONS).leak();
    for frame in frames {
        let elements = ours(frame).unwrap();
        assert_eq!(elements, ieee80211::elements(frame).unwrap());
        assert!(libwifi::elements(frame).unwrap() < elements);
    }
    Contest {
        name,
        unit: "frame",
        units: frames.len() as u64,
        ours: OURS,
        contenders: vec![
            (OURS, each(frames, move |frame| ours(frame).is_ok())),
            (IEEE80211, each(frames, |frame| ieee80211::elements(frame).is_ok())),
            (LIBWIFI, each(frames, |frame| libwifi::elements(frame).is_ok())),
        ],
        limits,
    }
}

/// Writes frames that were read before, into a buffer that is there.
fn written() -> Contest {
    let frames = frames(BEACONS);
    let mut out = Vec::with_capacity(2048);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for frame in &frames {
        ours.push(ManagementFrame::parse(frame).unwrap());
        theirs.push(ieee80211::read(frame).unwrap());
        ours::write(ours.last().unwrap(), &mut out);
        assert_eq!(out, *frame);
        assert_eq!(ieee80211::write(theirs.last().unwrap(), &mut [0; 2048]).unwrap(), frame.len());
    }
    let (units, mut buffer) = (frames.len() as u64, [0; 2048]);
    let ours = again(move || {
        ours.iter().for_each(|frame| ours::write(frame, &mut out));
        !out.is_empty()
    });
    let theirs =
        again(move || theirs.iter().all(|frame| ieee80211::write(frame, &mut buffer).is_ok()));
    let contenders = vec![(OURS, ours), (IEEE80211, theirs)];
    Contest {
        name: "a beacon written",
        unit: "frame",
        units,
        ours: OURS,
        contenders,
        limits: NO_SLOWER,
    }
}

fn sealed<M: AeadInOut + KeyInit + 'static>(name: &'static str, suite: CipherSuite) -> Contest {
    let (mut bare, mut ours) = (Bare::<M>::new().unwrap(), Ours::new(suite).unwrap());
    cipher(name, again(move || bare.seal()), again(move || ours.seal()))
}

fn opened<M: AeadInOut + KeyInit + 'static>(name: &'static str, suite: CipherSuite) -> Contest {
    let (mut bare, mut ours) = (Bare::<M>::new().unwrap(), Ours::new(suite).unwrap());
    cipher(name, again(move || bare.open()), again(move || ours.open()))
}

fn cipher(name: &'static str, bare: Run, ours: Run) -> Contest {
    let contenders = vec![(BARE_MODE, bare), (OURS, ours)];
    Contest { name, unit: "frame", units: 1, ours: OURS, contenders, limits: NEARLY_BARE }
}

fn michael() -> Contest {
    let [da, sa] = [1, 2].map(|last| MacAddr([2, 0, 0, 0, 0, last]));
    let body = [0x5a; BODY];
    let code = move || {
        let mut michael = Michael::new(&[7; 8], da, sa, 0);
        michael.update(black_box(&body));
        black_box(michael.finish()) != [0; 8]
    };
    alone("Michael, 1500 bytes", code)
}

fn mixing() -> Contest {
    let ta = MacAddr([2, 0, 0, 0, 0, 1]);
    let mut number = 0_u32;
    let mix = move || {
        // Phase 1 once in 65536 frames; here the dear case, both for each.
        number = number.wrapping_add(1);
        let phase1 = Phase1::mix(black_box(&KEY), ta, number);
        black_box(phase1.phase2(&KEY, number as u16)).len() == 16
    };
    alone("TKIP, both phases of key mixing", mix)
}

/// Without anybody to compare with.
fn alone(name: &'static str, once: impl FnMut() -> bool + 'static) -> Contest {
    let contenders = vec![(OURS, again(once))];
    Contest { name, unit: "frame", units: 1, ours: OURS, contenders, limits: &[] }
}

#[cfg(test)]
mod tests {
    /// Whoever can't read, seal or open something stops it.
    #[test]
    fn contenders_do_what_they_shall() {
        for mut contest in super::contests() {
            contest.contenders.iter_mut().for_each(|(_, run)| run(1));
        }
    }
}
