//! One direction between two stations, or from one to all: what its receiver knows.

use alloc::collections::BTreeMap;

use softnet_mac80211::cipher::Key;
use softnet_mac80211::frame::{Header, IfType};
use softnet_mac80211::rx::mfp::Sta;
use softnet_mac80211::rx::{Interface, Receiver};
use softnet_sk_buff::MacAddr;

use crate::keyring::{Found, Keyring, opens};

/// Keys of handshakes that are not over: a station that answers again and again makes one each time.
const MAX_PENDING: usize = 4;

/// A direction.
pub(crate) struct Link {
    pub(crate) receiver: Receiver,
    group: bool,
    /// Keys that are set, by index, once more: to look whether they open a frame, which the receiver's own
    /// would remember.
    probes: BTreeMap<u8, Key>,
    /// Keys of a handshake that is not over, the newest behind; an old one is in use until then.
    pending: Vec<Found>,
    mfp: bool,
}

/// Who receives a frame: a listener stands in for all of them.
pub(crate) fn interface(header: &Header<'_>, mesh: bool) -> Interface {
    let fc = header.frame_control();
    let kind = match (fc.to_ds(), fc.from_ds()) {
        _ if mesh => IfType::MeshPoint,
        // Management frames say it by their addresses.
        (false, false) if Some(header.addr1()) == header.bssid() => IfType::Ap,
        (false, false) if Some(header.addr2()) == header.bssid() => IfType::Station,
        (true, false) => IfType::Ap,
        (false, false) => IfType::Adhoc,
        _ => IfType::Station,
    };
    let to = header.addr1();
    let own = if to.is_multicast() { MacAddr([0; 6]) } else { to };
    Interface { use_4addr: fc.has_a4(), ..Interface::new(kind, own) }
}

impl Link {
    pub(crate) fn new(interface: Interface, group: bool) -> Self {
        let receiver = Receiver::new(interface);
        Self { receiver, group, probes: BTreeMap::new(), pending: Vec::new(), mfp: false }
    }

    pub(crate) fn has_key(&self) -> bool {
        !self.probes.is_empty()
    }

    /// Whether there is a key of beacons.
    pub(crate) fn has_bigtk(&self) -> bool {
        self.probes.keys().any(|index| matches!(index, 6 | 7))
    }

    /// The two met anew.
    pub(crate) fn associated(&mut self) {
        self.receiver.associated();
        self.probes.clear();
        self.pending.clear();
        self.mfp = false;
    }

    /// Whether management frames are protected (`WLAN_STA_MFP`).
    pub(crate) fn mfp(&self) -> bool {
        self.mfp
    }

    pub(crate) fn set_mfp(&mut self, mfp: bool) {
        self.mfp = mfp;
        self.receiver.set_sta(Sta { mfp, assoc: true });
    }

    /// Sets a key, unless it is set already; says whether it did. Packet numbers up to `pn` are used up.
    pub(crate) fn set(&mut self, found: Found, pn: u64) -> bool {
        let (Some(key), Some(probe)) = (found.key(), found.key()) else { return false };
        let key = key.with_rsc(pn);
        // Keys of management frames to groups are group keys, too.
        let is_new = if self.group || found.is_wep() {
            self.receiver.install_group(key)
        } else {
            self.receiver.install_pairwise(key)
        };
        if is_new {
            self.pending.clear();
            self.probes.insert(found.index, probe);
        }
        is_new
    }

    /// A key of a handshake that is not over yet: nobody has it set, and who gives up now may say so in the
    /// clear.
    pub(crate) fn set_soon(&mut self, found: Found) {
        if !self.pending.contains(&found) {
            let excess = (self.pending.len() + 1).saturating_sub(MAX_PENDING);
            self.pending.drain(..excess);
            self.pending.push(found);
        }
    }

    /// The handshake is over, and this is the key that came of it.
    pub(crate) fn settle(&mut self, found: Found) {
        self.pending.clear();
        self.set(found, 0);
    }

    /// Before a protected frame: if no key that is set opens it, one that was given may. Says which of those
    /// was set.
    pub(crate) fn try_keys(&mut self, keyring: &Keyring, frame: &[u8]) -> Option<Found> {
        if self.pending.is_empty() && !keyring.has_plain_keys() {
            return None;
        }
        let index = softnet_mac80211::cipher::keyid(frame)?;
        if self.probes.get_mut(&index).is_some_and(|probe| opens(probe, frame)) {
            return None;
        }
        let fits = |found: &&Found| found.key().is_some_and(|mut key| opens(&mut key, frame));
        if let Some(found) = self.pending.iter().find(fits).cloned() {
            // The end of its handshake was not heard.
            self.settle(found);
            return None;
        }
        let found = keyring.find(frame, self.group)?;
        self.set(found.clone(), 0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use softnet_mac80211::cipher::Replay;
    use softnet_mac80211::{CipherSuite, RxDrop};
    use softnet_sk_buff::Instant;

    use super::*;
    use crate::args::Options;

    const STA: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);
    const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);

    fn tk(byte: u8) -> Found {
        Found { suite: CipherSuite::CCMP, index: 0, material: vec![byte; 16] }
    }

    /// The next frame that a sender with this key sends.
    fn sealed(sender: &mut Key) -> Vec<u8> {
        let header = [b"\x08\x02\0\0", &STA.0[..], &AP.0, &AP.0, b"\x10\0"].concat();
        let mut frame = [&header[..], &[0; 8], b"\xaa\xaa\x03\0\0\0\x08\0ip", &[0; 8]].concat();
        sender.encrypt(&mut frame).unwrap();
        frame
    }

    fn opens_next(link: &mut Link, keyring: &Keyring, sender: &mut Key) -> Result<(), RxDrop> {
        let mut frame = sealed(sender);
        link.try_keys(keyring, &frame);
        link.receiver.receive(&mut frame, Instant::ZERO, Replay::Check).map(drop)
    }

    #[test]
    fn a_rekey_waits_for_its_last_message_or_its_first_frame() {
        let none = Keyring::new(&Options::default());
        for told in [true, false] {
            let mut link = Link::new(Interface::new(IfType::Station, STA), false);
            let (mut old, mut new) = (tk(1).key().unwrap(), tk(2).key().unwrap());
            link.set_soon(tk(1));
            assert_eq!(opens_next(&mut link, &none, &mut old), Ok(()));
            link.set_soon(tk(2));
            // Messages 3 and 4 still come under the old key.
            assert_eq!(opens_next(&mut link, &none, &mut old), Ok(()));
            if told {
                link.settle(tk(2));
            }
            assert_eq!(opens_next(&mut link, &none, &mut new), Ok(()));
            assert_eq!(opens_next(&mut link, &none, &mut old), Err(RxDrop::MicFail));
        }
    }

    #[test]
    fn of_two_keys_of_a_handshake_the_one_that_is_told_is_used() {
        let none = Keyring::new(&Options::default());
        for chosen in [1, 2, 3] {
            let mut link = Link::new(Interface::new(IfType::Station, STA), false);
            [1, 2, 3].into_iter().for_each(|byte| link.set_soon(tk(byte)));
            link.settle(tk(chosen));
            for byte in [1, 2, 3] {
                let mut sender = tk(byte).key().unwrap();
                let opened = opens_next(&mut link, &none, &mut sender);
                assert_eq!(opened.is_ok(), byte == chosen, "{chosen} {byte}");
            }
        }
    }

    #[test]
    fn a_key_that_is_set_again_does_not_begin_again() {
        let none = Keyring::new(&Options::default());
        let mut link = Link::new(Interface::new(IfType::Station, STA), false);
        assert!(link.set(tk(1), 0));
        assert_eq!(opens_next(&mut link, &none, &mut tk(1).key().unwrap()), Ok(()));
        assert!(!link.set(tk(1), 0));
        let again = opens_next(&mut link, &none, &mut tk(1).key().unwrap());
        assert_eq!(again, Err(RxDrop::Replay));
    }

    #[test]
    fn of_two_keys_given_each_is_taken_when_it_opens() {
        let options = Options { tks: vec![vec![1; 16], vec![2; 16]], ..Options::default() };
        let keyring = Keyring::new(&options);
        let mut link = Link::new(Interface::new(IfType::Station, STA), false);
        for byte in [2, 1] {
            let mut sender = tk(byte).key().unwrap();
            assert_eq!(opens_next(&mut link, &keyring, &mut sender), Ok(()), "{byte}");
        }
        let stranger = opens_next(&mut link, &keyring, &mut tk(3).key().unwrap().with_tx_pn(9));
        assert_eq!(stranger, Err(RxDrop::MicFail));
    }
    /// A beacon of the access point, with room behind it for a MIC element or without.
    fn beacon(seq: u8, room: usize) -> Vec<u8> {
        let head =
            [b"\x80\0\0\0\xff\xff\xff\xff\xff\xff", &AP.0[..], &AP.0, &[seq << 4, 0]].concat();
        [&head[..], b"\0\0\0\0\0\0\0\0\x64\0\x11\0\0\x04cell", &vec![0; room]].concat()
    }

    #[test]
    fn with_a_key_of_beacons_those_without_a_mic_are_refused() {
        let mut link = Link::new(Interface::new(IfType::Station, MacAddr([0; 6])), true);
        let hear = |link: &mut Link, mut frame: Vec<u8>| {
            link.receiver.receive(&mut frame, Instant::ZERO, Replay::Check).map(drop)
        };
        let bigtk = Found { suite: CipherSuite::AES_CMAC, index: 6, material: vec![7; 16] };
        let mut sender = bigtk.key().unwrap();
        assert_eq!((link.has_bigtk(), hear(&mut link, beacon(1, 0))), (false, Ok(())));
        link.set(bigtk, 0);
        link.set_mfp(true);
        assert_eq!(
            (link.has_bigtk(), hear(&mut link, beacon(2, 0))),
            (true, Err(RxDrop::UnprotBeacon))
        );
        let mut signed = beacon(3, 18);
        sender.encrypt(&mut signed).unwrap();
        assert_eq!(hear(&mut link, signed.clone()), Ok(()));
        assert_eq!(hear(&mut link, signed), Err(RxDrop::Replay));
    }
}
