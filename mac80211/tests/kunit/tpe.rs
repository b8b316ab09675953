//! net/mac80211/tests/tpe.c: which part of a channel, and powers in its order.

use softnet_mac80211::ChanDef;
use softnet_mac80211::ChanWidth::{self, W20, W40, W80P80, W160, W320};
use softnet_mac80211::element::TpePsd;

// Channels 1, 33 and 61 at 6 GHz.
const CHAN_1: u32 = 5955;
const CHAN_33: u32 = 6115;
const CHAN_61: u32 = 6255;

fn channel(width: ChanWidth, primary: u32, center_freq1: u32, center_freq2: u32) -> ChanDef {
    ChanDef { width, primary, center_freq1, center_freq2, punctured: 0 }
}

macro_rules! subchan_offset {
    ($($name:ident: $width:ident $chan:ident $center1:literal $center2:literal, $n:literal => $offset:expr;)+) => {
        mod subchan_offset {
            use super::*;

            $(#[test]
            fn $name() {
                let ap = channel($width, $chan, $center1, $center2);
                assert_eq!(ap.subchan_offset($n), $offset);
            })+
        }
    };
}

subchan_offset! {
    identical_20_mhz: W20 CHAN_1 5955 0, 1 => 0;
    identical_40_mhz: W40 CHAN_1 5965 0, 2 => 0;
    identical_80_80_mhz: W80P80 CHAN_1 5985 6225, 16 => 0;
    identical_320_mhz: W320 CHAN_1 6105 0, 16 => 0;
    lower_160_mhz_of_320_mhz: W320 CHAN_1 6105 0, 8 => 0;
    upper_160_mhz_of_320_mhz: W320 CHAN_61 6105 0, 8 => 8;
    upper_160_mhz_of_320_mhz_go_to_40: W320 CHAN_61 6105 0, 2 => 8 + 4 + 2;
    secondary_80_above_primary_in_80_80_mhz: W80P80 CHAN_1 5985 6225, 4 => 0;
    secondary_80_below_primary_in_80_80_mhz: W80P80 CHAN_61 6225 5985, 4 => 4;
    secondary_80_below_primary_in_80_80_mhz_go_to_20: W80P80 CHAN_61 6225 5985, 1 => 7;
}

const RAMP: [i8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Sixteen powers, of which the first `n` are those of the HE channel; the access point has 320 MHz.
fn psd_reorder(primary: u32, used: ChanDef, n: u8, power: [i8; 16]) -> TpePsd {
    let mut psd = TpePsd { valid: true, power, count: 16, n };
    psd.rearrange(&channel(W320, primary, 6105, 0), &used);
    psd
}

/// Eight powers, and then no limit.
fn eight(n: u8, eight: [i8; 8]) -> TpePsd {
    let power = core::array::from_fn(|at| eight.get(at).copied().unwrap_or(127));
    TpePsd { valid: true, power, count: 8, n }
}

#[test]
fn psd_reorder_no_changes_320_mhz() {
    let psd = psd_reorder(CHAN_1, channel(W320, CHAN_1, 6105, 0), 8, RAMP);
    assert_eq!(psd, TpePsd { valid: true, power: RAMP, count: 16, n: 8 });
}

#[test]
fn psd_reorder_no_changes_320_mhz_160_mhz_used_n_0() {
    let psd = psd_reorder(CHAN_1, channel(W160, CHAN_1, 6025, 0), 0, [1; 16]);
    assert_eq!(psd, TpePsd { valid: true, power: [1; 16], count: 8, n: 0 });
}

#[test]
fn psd_reorder_320_mhz_he_is_80_used_160_all_lower() {
    let psd = psd_reorder(CHAN_1, channel(W160, CHAN_1, 6025, 0), 4, RAMP);
    assert_eq!(psd, eight(4, [0, 1, 2, 3, 4, 5, 6, 7]));
}

#[test]
fn psd_reorder_320_mhz_he_is_80_used_160_all_upper() {
    let psd = psd_reorder(CHAN_61, channel(W160, CHAN_61, 6185, 0), 4, RAMP);
    assert_eq!(psd, eight(4, [12, 13, 14, 15, 0, 1, 2, 3]));
}

#[test]
fn psd_reorder_320_mhz_he_is_80_used_160_split() {
    let psd = psd_reorder(CHAN_33, channel(W160, CHAN_33, 6185, 0), 4, RAMP);
    assert_eq!(psd, eight(4, [0, 1, 2, 3, 12, 13, 14, 15]));
}
