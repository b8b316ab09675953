//! The same 802.11 frames through several crates, and the same bodies through ciphers of ours and through those
//! that ours stand on.
//!
//! What is compared, and by which rules, is in `benches/README.md`.

pub mod cipher;
#[expect(clippy::unwrap_used, reason = "a benchmark that can't be set up stops")]
pub mod contest;
pub mod ieee80211;
pub mod libwifi;
pub mod ours;

/// Beacons of hostapd, an IBSS and a mesh on mac80211_hwsim, behind their lengths: legacy to HE, WPA to SAE.
const BEACONS: &[u8] = include_bytes!("../../data/beacons.bin");
/// Data frames of the same cells, protected and not.
const DATA_FRAMES: &[u8] = include_bytes!("../../data/data-frames.bin");

/// The frames in a file: each behind its length, in two bytes, the lower one first.
fn frames(mut file: &'static [u8]) -> Vec<&'static [u8]> {
    let mut frames = Vec::new();
    while let Some((len, rest)) = file.split_first_chunk() {
        let (frame, rest) = rest.split_at(u16::from_le_bytes(*len).into());
        frames.push(frame);
        file = rest;
    }
    frames
}
