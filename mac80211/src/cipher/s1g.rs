//! S1G beacons under BIP (802.11ah; IEEE P802.11REVme, 12.5.4), which have a header of their own.
//!
//! Linux 6.12 has no beacon protection for them; what is masked is what hostap's wlantest masks.

use super::bip::{ZEROS, nonce};
use super::bip_mac::BipMac;
use crate::element::{Id, Mmie};
use crate::frame::{FrameControl, Kind, S1gBeacon, S1gFrameControl};

/// Bytes of the header that are always there: fc 2, duration 2, sa 6, timestamp 4, change sequence 1.
const FIXED: usize = 15;
/// How an S1G Beacon Compatibility element begins. Then come compatibility information 2, beacon interval 2,
/// TSF completion 4.
const COMPATIBILITY: [u8; 2] = [Id::S1G_BCN_COMPAT.id(), 8];

/// Bytes of an S1G beacon's header: next TBTT, compressed SSID and access network options may be there.
pub(super) const fn header_len(fc: FrameControl) -> usize {
    FIXED + S1gBeacon::optional_len(S1gFrameControl(fc.0))
}

/// The MIC over an S1G beacon that ends with its element, whatever is in the MIC's place. `bce`: the element
/// has only a MIC, and the number is authenticated apart.
pub(super) fn mic(mac: &BipMac, frame: &[u8], number: u64, bce: bool) -> Option<[u8; 16]> {
    let fc = FrameControl::of(frame).filter(|fc| fc.kind() == Kind::S1G_BEACON)?;
    let (header, body) = frame.split_at_checked(header_len(fc))?;
    let body = body.get(..body.len().checked_sub(mac.len())?)?;
    let ipn = Mmie::ipn_of(number);
    // The compatibility element comes first. Its end, TSF completion, is written when the beacon is sent.
    let element = if bce { 2 } else { 10 };
    let compatible = body.starts_with(&COMPATIBILITY) && body.len() >= 10 + element;
    let (kept, masked) = if compatible { (6, 4) } else { (0, 0) };
    let pieces = [
        header.get(..2)?,
        header.get(4..10)?,
        header.get(14..)?,
        if bce { &ipn } else { &[] },
        body.get(..kept)?,
        &ZEROS[..masked],
        body.get(kept + masked..)?,
        &ZEROS[..mac.len()],
    ];
    Some(mac.over(nonce(header.get(4..10)?, number)?, &pieces))
}
