//! An access point and a station, so far as they make keys.

use softnet_mac80211::element::{Elements, Id};
use softnet_mac80211::rsn::{Observer, Secret, Selection};

use crate::survey::mfp_capable;

#[derive(Default)]
pub(crate) struct Pair {
    /// Made with their first handshake, if a key is for their network.
    pub(crate) observer: Option<Observer>,
    pub(crate) selection: Option<Selection>,
    /// The newest temporal key.
    pub(crate) tk: Option<Secret>,
    /// No PMK fitted message 2: message 3 will say the same.
    pub(crate) wrong: bool,
    asked: Option<Wish>,
    granted: Option<Wish>,
}

/// What a station says when it associates.
struct Wish {
    ssid: Option<Vec<u8>>,
    mfp_capable: bool,
}

impl Pair {
    /// The station asks to be associated, with these elements.
    pub(crate) fn ask(&mut self, elements: &[u8]) {
        let element = |id| Elements::new(elements).find_id(id).map(|element| element.body());
        let ssid = element(Id::SSID).filter(|ssid| !ssid.is_empty()).map(<[u8]>::to_vec);
        self.asked = Some(Wish { ssid, mfp_capable: element(Id::RSN).is_some_and(mfp_capable) });
    }

    /// The station is answered. `false`: it is not associated, or it had not asked since it was, so that this
    /// is the same answer once more, or somebody's.
    ///
    /// All handshakes begin anew, but for that of a fast transition, which is over with this answer.
    pub(crate) fn answer(&mut self, success: bool, transition: bool) -> bool {
        if self.asked.is_none() && self.granted.is_some() {
            return false;
        }
        let asked = self.asked.take();
        if success {
            self.granted = asked;
            self.observer = self.observer.take().filter(|_| transition);
        }
        success
    }

    /// The name of the network, as the station has it.
    pub(crate) fn ssid(&self) -> Option<&[u8]> {
        self.granted.as_ref().or(self.asked.as_ref())?.ssid.as_deref()
    }

    /// Whether the station can protect management frames; `None` if it was not heard to associate.
    pub(crate) fn mfp_capable(&self) -> Option<bool> {
        self.granted.as_ref().map(|wish| wish.mfp_capable)
    }
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::MacAddr;

    use super::*;

    #[test]
    fn an_association_begins_anew_and_a_transition_goes_on() {
        let mut pair = Pair::default();
        let observer = || Some(Observer::new(MacAddr([2; 6]), MacAddr([4; 6]), b"a", Vec::new()));
        pair.ask(b"\0\x01a");
        assert!(pair.answer(true, false) && !pair.answer(true, false));
        pair.observer = observer();
        pair.ask(b"\0\x01b");
        assert!(!pair.answer(false, false));
        assert_eq!((pair.ssid(), pair.observer.is_some()), (Some(&b"a"[..]), true));
        pair.ask(b"\0\x01a");
        assert!(pair.answer(true, true) && pair.observer.is_some());
        pair.ask(b"\0\x01b");
        assert!(pair.answer(true, false));
        assert_eq!((pair.ssid(), pair.observer.is_some()), (Some(&b"b"[..]), false));
    }
}
