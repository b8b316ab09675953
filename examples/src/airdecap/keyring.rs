//! What the user gave, and which of it fits.

use alloc::collections::BTreeMap;

use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{Key, Replay, keyid};
use softnet_mac80211::rsn::{PairwiseKey, Secret, psk};

use crate::args::Options;

/// In the byte with the key index: eight bytes of IV, so no WEP.
const EXT_IV: u8 = 0x20;

/// The keys given on the command line.
pub(crate) struct Keyring {
    ssid: Option<Vec<u8>>,
    passphrases: Vec<Vec<u8>>,
    pmks: Vec<Secret>,
    tks: Vec<Vec<u8>>,
    gtks: Vec<Vec<u8>>,
    weps: Vec<Vec<u8>>,
    /// PMKs of the passphrases; each costs 4096 rounds of SHA-1, twice.
    psks: BTreeMap<Vec<u8>, Vec<Secret>>,
}

impl Keyring {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            ssid: options.ssid.clone(),
            passphrases: options.passphrases.clone(),
            pmks: options.pmks.iter().filter_map(|pmk| Secret::new(pmk).ok()).collect(),
            tks: options.tks.clone(),
            gtks: options.gtks.clone(),
            weps: options.weps.clone(),
            psks: BTreeMap::new(),
        }
    }

    /// Whether there is anything that a handshake is needed for.
    pub(crate) fn needs_handshake(&self) -> bool {
        !self.passphrases.is_empty() || !self.pmks.is_empty()
    }

    /// Whether there are keys that are used as they are.
    pub(crate) fn has_plain_keys(&self) -> bool {
        !(self.tks.is_empty() && self.gtks.is_empty() && self.weps.is_empty())
    }

    /// The name to be used with a network that names itself so; `None` if no key is for it.
    pub(crate) fn ssid<'a>(&'a self, seen: Option<&'a [u8]>) -> Option<&'a [u8]> {
        match (seen, self.ssid.as_deref()) {
            (Some(seen), Some(wanted)) if seen != wanted => None,
            (_, Some(wanted)) => Some(wanted),
            (Some(seen), None) => Some(seen),
            // Only a passphrase needs the name, and fast transition.
            (None, None) => self.passphrases.is_empty().then_some(&[]),
        }
    }

    /// All PMKs that may be those of a network of this name.
    pub(crate) fn pmks(&mut self, ssid: &[u8]) -> Vec<Secret> {
        let of = |passphrase: &Vec<u8>| psk(passphrase, ssid).ok();
        let make = || self.passphrases.iter().filter_map(of).collect();
        let mut pmks = self.psks.entry(ssid.to_vec()).or_insert_with(make).clone();
        pmks.extend_from_slice(&self.pmks);
        pmks
    }

    /// The key among those given that opens `frame`, which is protected; not yet used.
    pub(crate) fn find(&self, frame: &[u8], group: bool) -> Option<Found> {
        let index = keyid(frame)?;
        let wep = !has_ext_iv(frame)?;
        let given = match (wep, group) {
            (true, _) => &self.weps,
            (false, true) => &self.gtks,
            (false, false) => &self.tks,
        };
        given.iter().find_map(|material| {
            let suites = suites(material.len()).iter();
            suites.map(|&suite| Found { suite, index, material: material.clone() }).find(|found| {
                let key = found.key();
                key.is_some_and(|mut key| opens(&mut key, frame))
            })
        })
    }
}

/// A key that opened a frame.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) suite: CipherSuite,
    pub(crate) index: u8,
    pub(crate) material: Vec<u8>,
}

impl Found {
    pub(crate) fn of(pairwise: &PairwiseKey) -> Self {
        let material = pairwise.ptk.tk.as_bytes().to_vec();
        Self { suite: pairwise.selection.pairwise, index: pairwise.key_id, material }
    }

    pub(crate) fn key(&self) -> Option<Key> {
        Key::new(self.suite, self.index, &self.material).ok()
    }

    pub(crate) fn is_wep(&self) -> bool {
        matches!(self.suite, CipherSuite::WEP40 | CipherSuite::WEP104)
    }
}

/// Whether a key opens a frame, of which only a copy is touched.
pub(crate) fn opens(key: &mut Key, frame: &[u8]) -> bool {
    matches!(key.open(&mut frame.to_vec(), Replay::Ignore), Ok(Some(_)))
}

fn has_ext_iv(frame: &[u8]) -> Option<bool> {
    let fc = softnet_mac80211::frame::FrameControl::of(frame)?;
    let at = softnet_mac80211::frame::hdrlen(fc) + 3;
    frame.get(at).map(|byte| byte & EXT_IV != 0)
}

/// The ciphers that have keys of this length.
fn suites(len: usize) -> &'static [CipherSuite] {
    match len {
        5 => &[CipherSuite::WEP40],
        13 => &[CipherSuite::WEP104],
        16 => &[CipherSuite::CCMP, CipherSuite::GCMP],
        32 => &[CipherSuite::CCMP_256, CipherSuite::GCMP_256, CipherSuite::TKIP],
        _ => &[],
    }
}
