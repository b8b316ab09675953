//! Control frames that are a few addresses.

use softnet_sk_buff::MacAddr;

use crate::frame::layout::layout;

layout! {
    /// RTS (9.3.1.2), CF-End (9.3.1.5), PS-Poll (9.3.1.4): what stands behind the receiver's address
    /// (`struct ieee80211_rts`).
    Transmitter "transmitter of a control frame" {
        /// Transmitter. Bit 0 of its first byte says, of an RTS, that its scrambler tells the bandwidth;
        /// of a CF-End it is the BSSID.
        ta: MacAddr,
    }
}

layout! {
    /// Beamforming report poll (9.3.1.20), behind the receiver's address.
    BeamformingReportPoll "beamforming report poll" {
        /// Transmitter.
        ta: MacAddr,
        /// A bit for each feedback segment that is asked for.
        segments: u8,
    }
}

layout! {
    /// TACK (9.3.1.21; 802.11ah), behind the receiver's address: an acknowledgement that tells the time. Where
    /// bit 15 of frame control says so, the next wake time or a pause follows.
    Tack "TACK" {
        /// Transmitter.
        ta: MacAddr,
        /// Sequence of the beacon, as S1G beacons count it.
        beacon_sequence: u8,
        /// The lower 40 bits of the sender's TSF timer in µs, little-endian.
        timestamp: [u8; 5],
    }
}
