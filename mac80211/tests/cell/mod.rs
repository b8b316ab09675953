//! An AP and a station with our machines, frames on their way between them, and time: what must hold
//! whatever happens to the frames. The property test and the fuzz target `handshake` share it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::std_instead_of_alloc)]

use core::time::Duration;
use std::collections::VecDeque;

use softnet_mac80211::element::{Body, Rsn, RsnCapabilities, Wpa};
use softnet_mac80211::rsn::handshake::{
    Action, Association, Authenticator, Direction, Root, Supplicant,
};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, Secret, Selection, tk_len};
use softnet_mac80211::{AkmSuite, CipherSuite};
use softnet_sk_buff::{Instant, MacAddr};

pub(crate) const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
pub(crate) const STATION: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);

/// Kinds of networks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Network {
    Wpa2,
    /// SAE with protected management frames, so an IGTK.
    Wpa3,
    /// SHA-384: MICs of 24 bytes.
    Sha384,
    /// TKIP in RSN: RC4 for key data.
    RsnTkip,
    /// WPA of before, with its group key by a handshake of its own.
    Wpa1,
    ExtKeyId,
}

impl Network {
    pub(crate) const ALL: [Self; 6] =
        [Self::Wpa2, Self::Wpa3, Self::Sha384, Self::RsnTkip, Self::Wpa1, Self::ExtKeyId];

    pub(crate) fn selection(self) -> Selection {
        let (akm, cipher, group_mgmt) = match self {
            Self::Wpa2 | Self::ExtKeyId => (AkmSuite::PSK, CipherSuite::CCMP, None),
            Self::Wpa3 => (AkmSuite::SAE, CipherSuite::CCMP, Some(CipherSuite::AES_CMAC)),
            Self::Sha384 => {
                let bip = Some(CipherSuite::BIP_GMAC_256);
                (AkmSuite::IEEE8021X_SUITE_B_192, CipherSuite::GCMP_256, bip)
            }
            Self::RsnTkip | Self::Wpa1 => (AkmSuite::PSK, CipherSuite::TKIP, None),
        };
        Selection { akm, pairwise: cipher, group: cipher, group_mgmt }
    }

    pub(crate) fn association(self, pmk: u8) -> Association {
        let selection = self.selection();
        let mut elements = Vec::new();
        if self == Self::Wpa1 {
            let mut wpa = Wpa { group: Some(selection.group.to_wpa()), ..Wpa::default() };
            let (pairwise, akms) = ([selection.pairwise.to_wpa()], [selection.akm.to_wpa()]);
            (wpa.pairwise, wpa.akms) = (Some((&pairwise).into()), Some((&akms).into()));
            wpa.write_element(&mut elements).unwrap();
        } else {
            let (pairwise, akms) = ([selection.pairwise], [selection.akm]);
            let mut rsn = Rsn::new(selection.group, &pairwise, &akms);
            rsn.group_mgmt = selection.group_mgmt;
            rsn.pmkids = selection.group_mgmt.map(|_| Default::default());
            let capabilities = RsnCapabilities::default();
            rsn.capabilities = Some(capabilities.with_mfp_capable(selection.group_mgmt.is_some()));
            rsn.write_element(&mut elements).unwrap();
        }
        let pmk_len = if self == Self::Sha384 { 48 } else { 32 };
        Association {
            aa: AP,
            spa: STATION,
            root: Root::Pmk(Secret::new(&vec![pmk; pmk_len]).unwrap()),
            selection,
            wpa: self == Self::Wpa1,
            ext_key_id: self == Self::ExtKeyId,
            station_elements: elements.clone(),
            ap_elements: elements,
            behind_keys: vec![],
        }
    }
}

/// What one of the two has done.
#[derive(Default, Debug)]
pub(crate) struct Side {
    pub(crate) pairwise: Vec<Secret>,
    pub(crate) groups: Vec<GroupKey>,
    pub(crate) authorized: bool,
    pub(crate) failed: bool,
}

impl Side {
    fn act(&mut self, action: Action, out: &mut VecDeque<Vec<u8>>) {
        assert!(!self.failed, "{action:?} after a failure");
        match action {
            Action::Send(frame) => out.push_back(frame),
            Action::InstallPairwise { tk, .. } => {
                assert!(!self.pairwise.contains(&tk), "a pairwise key is installed twice");
                self.pairwise.push(tk);
            }
            Action::InstallGroup(key) => {
                let twice =
                    self.groups.iter().any(|old| old.kind == key.kind && old.key == key.key);
                assert!(!twice, "a group key is installed twice");
                self.groups.push(key);
            }
            Action::Authorized => {
                assert!(!self.authorized && !self.pairwise.is_empty(), "authorized without a key");
                self.authorized = true;
            }
            Action::Failed(_) => self.failed = true,
            _ => {}
        }
    }
}

/// What happens next.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// The oldest frame on the way arrives.
    Deliver { to_ap: bool },
    /// It is lost.
    Lose { to_ap: bool },
    /// It arrives, and will again.
    Duplicate { to_ap: bool },
    /// It falls behind the others.
    Delay { to_ap: bool },
    /// A frame that was sent some time before arrives again.
    Replay { to_ap: bool, which: u8 },
    /// One of its bits falls over.
    Corrupt { to_ap: bool, at: u16, bit: u8 },
    /// Bytes of somebody else arrive.
    Hostile { to_ap: bool, bytes: Vec<u8> },
    /// Milliseconds pass.
    Wait(u16),
    /// The AP begins a new 4-way handshake.
    Rekey,
    /// The AP changes its group keys.
    RekeyGroup,
    /// The station asks for new keys.
    Request { pairwise: bool, michael: bool },
}

/// The two of them.
pub(crate) struct Cell {
    pub(crate) ap: Authenticator,
    pub(crate) station: Supplicant,
    pub(crate) ap_side: Side,
    pub(crate) station_side: Side,
    pub(crate) to_ap: VecDeque<Vec<u8>>,
    pub(crate) to_station: VecDeque<Vec<u8>>,
    /// What has arrived, and where: to the AP or to the station.
    pub(crate) arrived: Vec<(bool, Vec<u8>)>,
    pub(crate) network: Network,
    pub(crate) now: Instant,
    /// Makes nonces and keys that never come twice.
    serial: u8,
    pub(crate) group_keys: Vec<GroupKey>,
    ap_uses: Option<u8>,
}

impl Cell {
    pub(crate) fn new(network: Network) -> Self {
        let mut cell = Self::with(network, network.association(1), network.association(1));
        cell.start();
        cell
    }

    pub(crate) fn with(network: Network, ap: Association, station: Association) -> Self {
        let mut cell = Self {
            ap: Authenticator::new(ap).unwrap(),
            station: Supplicant::new(station).unwrap(),
            ap_side: Side::default(),
            station_side: Side::default(),
            to_ap: VecDeque::new(),
            to_station: VecDeque::new(),
            arrived: vec![],
            network,
            now: Instant::ZERO,
            serial: 0,
            group_keys: vec![],
            ap_uses: None,
        };
        cell.new_group_keys();
        cell
    }

    fn serial(&mut self) -> u8 {
        self.serial = self.serial.checked_add(1).unwrap();
        self.serial
    }

    /// Whether nonces and keys are left.
    fn can_go_on(&self) -> bool {
        self.serial < 250
    }

    pub(crate) fn new_group_keys(&mut self) {
        let selection = self.network.selection();
        let (id, byte) = (self.serial(), self.serial);
        let key = |cipher| Secret::new(&vec![byte; tk_len(cipher).unwrap()]).unwrap();
        let gtk = GroupKey {
            kind: GroupKeyKind::Gtk,
            key_id: 1 + id % 2,
            pn: 7,
            key: key(selection.group),
        };
        self.group_keys = vec![gtk];
        if let Some(cipher) = selection.group_mgmt {
            let igtk =
                GroupKey { kind: GroupKeyKind::Igtk, key_id: 4 + id % 2, pn: 9, key: key(cipher) };
            self.group_keys.push(igtk);
        }
        self.ap.set_group(self.group_keys.clone());
    }

    pub(crate) fn start(&mut self) {
        let nonce = [self.serial(); 32];
        let actions = self.ap.start(nonce, self.now).unwrap();
        self.act_ap(actions);
    }

    fn act_ap(&mut self, actions: Vec<Action>) {
        for action in actions {
            if let Action::InstallPairwise { tk, direction: Direction::RxTx, .. } = &action {
                assert!(self.station_side.pairwise.contains(tk), "the station has no such key");
            }
            if let Action::UsePairwise { key_id } = action {
                assert_ne!(self.ap_uses, Some(key_id), "the index of the key in use");
                self.ap_uses = Some(key_id);
            }
            self.ap_side.act(action, &mut self.to_station);
        }
    }

    fn act_station(&mut self, actions: Vec<Action>) {
        for action in actions {
            if let Action::InstallGroup(key) = &action {
                let known = key.key.as_bytes()[0] <= self.serial;
                assert!(known, "a group key that the AP does not have");
            }
            self.station_side.act(action, &mut self.to_ap);
        }
    }

    pub(crate) fn arrive(&mut self, to_ap: bool, frame: &[u8]) {
        if self.arrived.len() < 128 {
            self.arrived.push((to_ap, frame.to_vec()));
        }
        if to_ap {
            if let Ok(actions) = self.ap.eapol(frame, self.now) {
                self.act_ap(actions);
            }
        } else if self.can_go_on() {
            let nonce = [self.serial(); 32];
            if let Ok(actions) = self.station.eapol(frame, true, nonce) {
                self.act_station(actions);
            }
        }
    }

    fn poll(&mut self) {
        let actions = self.ap.poll(self.now).unwrap();
        self.act_ap(actions);
    }

    fn queue(&mut self, to_ap: bool) -> &mut VecDeque<Vec<u8>> {
        if to_ap { &mut self.to_ap } else { &mut self.to_station }
    }

    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::Deliver { to_ap } => {
                if let Some(frame) = self.queue(*to_ap).pop_front() {
                    self.arrive(*to_ap, &frame);
                }
            }
            Op::Lose { to_ap } => drop(self.queue(*to_ap).pop_front()),
            Op::Duplicate { to_ap } => {
                if let Some(frame) = self.queue(*to_ap).front().cloned() {
                    self.arrive(*to_ap, &frame);
                }
            }
            Op::Delay { to_ap } => {
                let queue = self.queue(*to_ap);
                if let Some(frame) = queue.pop_front() {
                    queue.push_back(frame);
                }
            }
            Op::Replay { to_ap, which } => {
                let theirs = self.arrived.iter().filter(|(to, _)| to == to_ap);
                let which = usize::from(*which) % theirs.clone().count().max(1);
                if let Some((_, frame)) = theirs.clone().nth(which).cloned() {
                    self.arrive(*to_ap, &frame);
                }
            }
            Op::Corrupt { to_ap, at, bit } => {
                if let Some(frame) = self.queue(*to_ap).front_mut() {
                    let at = usize::from(*at) % frame.len();
                    frame[at] ^= 1 << (bit % 8);
                }
            }
            Op::Hostile { to_ap, bytes } => self.arrive(*to_ap, bytes),
            Op::Wait(millis) => {
                self.now += Duration::from_millis(u64::from(*millis));
                self.poll();
            }
            Op::Rekey if self.can_go_on() && !self.ap_side.failed => self.start(),
            Op::RekeyGroup if self.can_go_on() && !self.ap_side.failed => {
                self.new_group_keys();
                let actions = self.ap.rekey_group(self.now).unwrap();
                self.act_ap(actions);
            }
            Op::Rekey | Op::RekeyGroup => {}
            Op::Request { pairwise, michael } => {
                let request = self.station.request(*pairwise, *michael);
                self.to_ap.extend(request);
            }
        }
    }

    /// Nothing is lost any more: both come to the same keys, or one of them has given up.
    pub(crate) fn settle(&mut self) {
        for _ in 0..200 {
            while !self.to_ap.is_empty() || !self.to_station.is_empty() {
                self.apply(&Op::Deliver { to_ap: false });
                self.apply(&Op::Deliver { to_ap: true });
            }
            let Some(deadline) = self.ap.poll_at() else { break };
            self.now = self.now.max(deadline);
            self.poll();
        }
        assert_eq!(self.ap.poll_at(), None, "the AP never comes to an end");
        if self.ap_side.failed || self.station_side.failed || !self.can_go_on() {
            return;
        }
        assert!(self.ap_side.authorized && self.station_side.authorized);
        assert_eq!(self.ap.ptk(), self.station.ptk());
        let tk = self.ap.ptk().map(|ptk| &ptk.tk);
        assert_eq!(self.ap_side.pairwise.last(), tk);
        assert_eq!(self.station_side.pairwise.last(), tk);
        for key in &self.group_keys {
            assert!(self.station_side.groups.contains(key), "{:?} is missing", key.kind);
        }
    }
}
