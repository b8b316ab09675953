//! One direction between two stations, or from one to all: what its receiver knows.

use alloc::collections::BTreeMap;

use softnet_mac80211::cipher::Key;
use softnet_mac80211::frame::{Header, IfType};
use softnet_mac80211::rx::{Interface, Receiver};
use softnet_sk_buff::MacAddr;

use crate::keyring::{Found, Keyring, opens};

/// A direction.
pub(crate) struct Link {
    pub(crate) receiver: Receiver,
    group: bool,
    /// Keys that are set, by index, once more: to look whether they open a frame, which the receiver's own
    /// would remember.
    probes: BTreeMap<u8, Key>,
    /// A key of a handshake that is not over; the old one is in use until then.
    pending: Option<Found>,
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
        Self { receiver, group, probes: BTreeMap::new(), pending: None }
    }

    pub(crate) fn has_key(&self) -> bool {
        !self.probes.is_empty()
    }

    /// The two met anew.
    pub(crate) fn associated(&mut self) {
        self.receiver.associated();
        self.probes.clear();
        self.pending = None;
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
            self.pending = None;
            self.probes.insert(found.index, probe);
        }
        is_new
    }

    /// A key of a handshake that is not over yet; at once, if there is none so far.
    pub(crate) fn set_soon(&mut self, found: Found) {
        if self.has_key() {
            self.pending = Some(found);
        } else {
            self.set(found, 0);
        }
    }

    /// The handshake is over.
    pub(crate) fn settle(&mut self) {
        if let Some(found) = self.pending.take() {
            self.set(found, 0);
        }
    }

    /// Before a protected frame: if no key that is set opens it, one that was given may. Says which of those
    /// was set.
    pub(crate) fn try_keys(&mut self, keyring: &Keyring, frame: &[u8]) -> Option<Found> {
        if self.pending.is_none() && !keyring.has_plain_keys() {
            return None;
        }
        let index = softnet_mac80211::cipher::keyid(frame)?;
        if self.probes.get_mut(&index).is_some_and(|probe| opens(probe, frame)) {
            return None;
        }
        let fits = |found: &mut Found| found.key().is_some_and(|mut key| opens(&mut key, frame));
        if let Some(found) = self.pending.take_if(fits) {
            // The end of its handshake was not heard.
            self.set(found, 0);
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
                link.settle();
            }
            assert_eq!(opens_next(&mut link, &none, &mut new), Ok(()));
            assert_eq!(opens_next(&mut link, &none, &mut old), Err(RxDrop::MicFail));
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
}
