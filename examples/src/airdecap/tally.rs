//! What became of the frames, counted.

use alloc::collections::BTreeMap;

use softnet_mac80211::RxDrop;
use softnet_sk_buff::MacAddr;

/// Keys that are listed.
const MAX_KEYS: usize = 10_000;
/// Stations that have a row. What else a capture has of them is made up.
const MAX_ROWS: usize = 16_384;

/// Whose frames a row counts: those that a station sends and gets, or those to groups.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Who {
    Station(MacAddr),
    Group,
}

/// Frames of one station of one network: data, and management frames that are protected or should be.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) seen: u64,
    pub(crate) protected: u64,
    pub(crate) decrypted: u64,
    /// Ethernet frames that came of them.
    pub(crate) written: u64,
    pub(crate) refused: BTreeMap<RxDrop, u64>,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// By network and station.
    pub(crate) rows: BTreeMap<(MacAddr, Who), Row>,
    /// All frames of the capture.
    pub(crate) frames: u64,
    /// Whose FCS was wrong, or which are no 802.11 frames.
    pub(crate) damaged: u64,
    /// Longer than what the capture kept of them.
    pub(crate) cut: u64,
    /// Of link types that are not 802.11.
    pub(crate) foreign: u64,
    /// Handshakes that a key was found for, and those that no PMK fits.
    pub(crate) opened_handshakes: u64,
    pub(crate) wrong_handshakes: u64,
    /// Frames of handshakes, of whatever network; and those of networks that no passphrase is for, or
    /// whose name is not known.
    pub(crate) key_messages: u64,
    pub(crate) other_networks: u64,
    /// Of stations beyond those that are followed.
    pub(crate) crowded: u64,
    /// Keys as they were found, a line each.
    pub(crate) keys: Vec<KeyFound>,
}

/// A key that frames are opened with.
#[derive(Debug)]
pub(crate) struct KeyFound {
    /// The frame that completed it.
    pub(crate) number: u64,
    pub(crate) bssid: MacAddr,
    pub(crate) who: Who,
    /// `CCMP, pairwise`.
    pub(crate) what: String,
    pub(crate) from: &'static str,
}

impl Tally {
    pub(crate) fn has_room(&self, bssid: MacAddr, who: Who) -> bool {
        self.rows.len() < MAX_ROWS || self.rows.contains_key(&(bssid, who))
    }

    pub(crate) fn row(&mut self, bssid: MacAddr, who: Who) -> &mut Row {
        self.rows.entry((bssid, who)).or_default()
    }

    pub(crate) fn key(&mut self, found: KeyFound) {
        if self.keys.len() < MAX_KEYS {
            self.keys.push(found);
        }
    }

    pub(crate) fn decrypted(&self) -> u64 {
        self.rows.values().map(|row| row.decrypted).sum()
    }

    pub(crate) fn protected(&self) -> u64 {
        self.rows.values().map(|row| row.protected).sum()
    }

    /// Refused frames by reason, most first.
    pub(crate) fn refused(&self) -> Vec<(RxDrop, u64)> {
        let mut sum: BTreeMap<RxDrop, u64> = BTreeMap::new();
        for (&reason, count) in self.rows.values().flat_map(|row| &row.refused) {
            *sum.entry(reason).or_default() += count;
        }
        let mut sum: Vec<_> = sum.into_iter().collect();
        sum.sort_by_key(|&(_, count)| core::cmp::Reverse(count));
        sum
    }
}
