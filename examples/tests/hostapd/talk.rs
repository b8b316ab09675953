//! What both roles have in common: frames in and out, keys, addresses, pings.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::time::Instant as Clock;

use smoltcp::wire::{ArpOperation, ArpPacket, ArpRepr, EthernetAddress};
use softnet_examples::lots::Lots;
use softnet_examples::ping::Echo;
use softnet_examples::wifi::{End, Heard, Side};
use softnet_mac80211::ecc::{Group, Random};
use softnet_mac80211::frame::action::{Action, SaQueryAction};
use softnet_mac80211::frame::management::{Auth, Management};
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::owe::Owe;
use softnet_mac80211::rsn::handshake::{self, Authenticator, Supplicant};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind};
use softnet_mac80211::rx::Interface;
use softnet_mac80211::rx::mfp::Sta;
use softnet_mac80211::sae::{Cx, Event, Outcome, Password};
use softnet_mac80211::{AkmSuite, RxDrop};
use softnet_sk_buff::{EtherType, Instant, MacAddr};

use crate::hwsim::Hwsim;
use crate::network::{Network, PASSPHRASE, SSID};

pub(crate) const OWN: MacAddr = MacAddr([2, 0xaa, 0xbb, 0xcc, 0xdd, 1]);
pub(crate) const ALL: MacAddr = MacAddr([0xff; 6]);
const OUR_IP: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 9);
const THEIR_IP: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
/// Of the guest's time: it costs nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const MOMENT: Duration = Duration::from_millis(100);

/// What came of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    Management(Kind, Vec<u8>),
    Authorized,
    PairwiseInstalled,
    GroupInstalled(GroupKeyKind, u8),
    /// The peer has installed them.
    GroupDone,
    /// Whose address is ours.
    Arp,
    Answer(u16),
    SaQuery,
    Refused(Kind, RxDrop),
}

pub(crate) enum Machine {
    Station(Supplicant),
    Ap(Authenticator),
}

pub(crate) struct Talk<'n> {
    pub(crate) network: &'n Network,
    pub(crate) air: Hwsim,
    pub(crate) end: End,
    pub(crate) lots: Lots,
    pub(crate) machine: Option<Machine>,
    /// An access point's, to be sent now and then.
    pub(crate) beacon: Option<Management<'n>>,
    news: Vec<News>,
    since: Clock,
    beaconed: Clock,
}

impl<'n> Talk<'n> {
    pub(crate) fn new(network: &'n Network, side: Side) -> Self {
        let now = Clock::now();
        Self {
            network,
            air: Hwsim::open(),
            end: End::new(side, OWN, ALL),
            lots: Lots(1),
            machine: None,
            beacon: None,
            news: Vec::new(),
            since: now,
            beaconed: now,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::ZERO + self.since.elapsed()
    }

    /// Waits for something that happens; what happens before it is let go.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&News) -> bool) -> News {
        let found = self.within(PATIENCE, &wanted);
        let found = found.unwrap_or_else(|| panic!("not: {what}; but {:?}", self.news));
        println!("{:9.3} s: {what}", self.since.elapsed().as_secs_f64());
        found
    }

    pub(crate) fn within(
        &mut self,
        time: Duration,
        wanted: impl Fn(&News) -> bool,
    ) -> Option<News> {
        let begin = Clock::now();
        loop {
            if let Some(at) = self.news.iter().position(&wanted) {
                return self.news.drain(..=at).next_back();
            }
            let left = time.checked_sub(begin.elapsed())?;
            if let Some(beacon) = self.beacon.filter(|_| self.beaconed.elapsed() >= MOMENT) {
                self.beaconed = Clock::now();
                self.say_management(ALL, &beacon);
            }
            if let Some(frame) = self.air.hear(left.min(MOMENT)) {
                self.hear(&frame);
            }
        }
    }

    /// Waits for a management frame of this kind: its body.
    pub(crate) fn management_of(&mut self, what: &str, kind: Kind) -> Vec<u8> {
        let is_it = |news: &News| matches!(news, News::Management(of, _) if *of == kind);
        match self.until(what, is_it) {
            News::Management(_, body) => body,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn say_management(&mut self, to: MacAddr, body: &Management<'_>) {
        let frame = self.end.management(to, body);
        self.air.say(&frame);
    }

    pub(crate) fn say_data(&mut self, to: MacAddr, proto: EtherType, payload: &[u8]) {
        let frame = self.end.data(to, proto, payload).unwrap();
        self.air.say(&frame);
    }

    fn hear(&mut self, frame: &[u8]) {
        let Ok((header, _)) = Header::parse(frame) else { return };
        let (to, from, kind) = (header.addr1(), header.addr2(), header.frame_control().kind());
        if to != OWN && !to.is_multicast() || kind == Kind::BEACON {
            return;
        }
        if self.end.peer == ALL {
            // Whoever speaks first is the station.
            self.end.peer = from;
        }
        match self.end.hear(frame, self.now()) {
            Err(why) => self.news.push(News::Refused(kind, why)),
            Ok(Heard::Management(body)) => self.management(kind, body),
            Ok(Heard::Data(frames, protected)) => {
                for (header, payload) in frames {
                    self.data(header.proto, &payload, protected);
                }
            }
            Ok(Heard::Nothing) => {}
        }
    }

    fn management(&mut self, kind: Kind, body: Vec<u8>) {
        match Management::parse(kind, &body).unwrap() {
            Management::Action(Action::SaQuery(SaQueryAction::Request(request))) => {
                let response = Action::SaQuery(SaQueryAction::Response(request));
                let frame = self.end.protected(&Management::Action(response)).unwrap();
                self.air.say(&frame);
                self.news.push(News::SaQuery);
            }
            Management::ProbeReq(_) => {
                if let Some(Management::Beacon(beacon)) = self.beacon {
                    let peer = self.end.peer;
                    self.say_management(peer, &Management::ProbeResp(beacon));
                }
            }
            _ => self.news.push(News::Management(kind, body)),
        }
    }

    fn data(&mut self, proto: EtherType, payload: &[u8], protected: bool) {
        match proto {
            Interface::EAPOL => {
                let (nonce, now) = (self.lots.bytes(), self.now());
                let actions = match &mut self.machine {
                    Some(Machine::Station(supplicant)) => {
                        supplicant.eapol(payload, protected, nonce)
                    }
                    Some(Machine::Ap(authenticator)) => authenticator.eapol(payload, now),
                    None => return,
                };
                self.act(actions.unwrap());
            }
            EtherType::ARP => self.arp(payload),
            EtherType::IPV4 => {
                let echo = Echo::parse(payload).filter(|echo| echo.reply && echo.to == OUR_IP);
                self.news.extend(echo.map(|echo| News::Answer(echo.seq)));
            }
            _ => {}
        }
    }

    pub(crate) fn act(&mut self, actions: Vec<handshake::Action>) {
        for action in actions {
            match action {
                handshake::Action::Send(eapol) => {
                    let peer = self.end.peer;
                    self.say_data(peer, Interface::EAPOL, &eapol);
                }
                handshake::Action::InstallPairwise { key_id, tk, .. } => {
                    let suite = self.network.pairwise;
                    self.end.install_pairwise(suite, key_id, tk.as_bytes()).unwrap();
                    self.news.push(News::PairwiseInstalled);
                }
                handshake::Action::InstallGroup(group) => {
                    self.install_group(&group);
                    self.news.push(News::GroupInstalled(group.kind, group.key_id));
                }
                handshake::Action::Authorized => {
                    self.end.receiver.authorize(true);
                    let mfp = self.network.group_mgmt.is_some();
                    self.end.receiver.set_sta(Sta { mfp, assoc: true });
                    self.news.push(News::Authorized);
                }
                handshake::Action::GroupDone => self.news.push(News::GroupDone),
                other => panic!("{other:?}"),
            }
        }
    }

    pub(crate) fn install_group(&mut self, group: &GroupKey) {
        let suite = match group.kind {
            GroupKeyKind::Gtk => self.network.group,
            _ => self.network.group_mgmt.unwrap(),
        };
        let key = (group.pn, group.key.as_bytes());
        self.end.install_group(suite, group.key_id, key).unwrap();
    }

    /// Answers who asks for our address; that of the other may be asked for.
    fn arp(&mut self, payload: &[u8]) {
        let packet = ArpPacket::new_checked(payload).unwrap();
        let ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: theirs,
            source_protocol_addr,
            target_protocol_addr: OUR_IP,
            ..
        } = ArpRepr::parse(&packet).unwrap()
        else {
            return;
        };
        if operation == ArpOperation::Request {
            let reply = (ArpOperation::Reply, theirs, source_protocol_addr);
            self.say_arp(MacAddr(theirs.0), reply);
        } else {
            self.news.push(News::Arp);
        }
    }

    fn say_arp(&mut self, to: MacAddr, what: (ArpOperation, EthernetAddress, Ipv4Addr)) {
        let (operation, target_hardware_addr, target_protocol_addr) = what;
        let arp = ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: EthernetAddress(OWN.0),
            source_protocol_addr: OUR_IP,
            target_hardware_addr,
            target_protocol_addr,
        };
        let mut bytes = vec![0; arp.buffer_len()];
        arp.emit(&mut ArpPacket::new_unchecked(&mut bytes));
        self.say_data(to, EtherType::ARP, &bytes);
    }

    /// Asks all for the other's address, by a group's frame.
    pub(crate) fn ask_all(&mut self) {
        let request = (ArpOperation::Request, EthernetAddress([0; 6]), THEIR_IP);
        self.say_arp(ALL, request);
        self.until("an answer to a group's frame", |news| *news == News::Arp);
    }

    /// A packet to Linux and back; Linux asks all for our address first. It opens its port a moment after message 4.
    pub(crate) fn ping(&mut self, seq: u16) {
        let echo = Echo { from: OUR_IP, to: THEIR_IP, reply: false, seq, data: b"is it you?" };
        let answered = (0..5).any(|_| {
            let peer = self.end.peer;
            self.say_data(peer, EtherType::IPV4, &echo.to_bytes());
            self.within(MOMENT, |news| *news == News::Answer(seq)).is_some()
        });
        assert!(answered, "no answer to ping {seq}; but {:?}", self.news);
    }

    /// The password of SAE.
    pub(crate) fn password() -> Password {
        Password::new(SSID.as_bytes(), PASSPHRASE.as_bytes(), None, &[Group::P256])
    }

    /// What an SAE machine wants to know.
    pub(crate) fn cx<'p>(&mut self, password: &'p Password) -> Cx<'p> {
        Cx { password, random: Random(self.lots.bytes()), now: self.now() }
    }

    /// Sends what an SAE machine wants sent. Gives what happened beside.
    pub(crate) fn say_sae(&mut self, outcome: Outcome) -> Option<Event> {
        for body in &outcome.send {
            let peer = self.end.peer;
            self.say_management(peer, &Management::Auth(Auth::parse(body).unwrap()));
        }
        outcome.event
    }

    /// A key pair, where the network wants one.
    pub(crate) fn owe(&mut self) -> Option<Owe> {
        let wanted = self.network.akm == AkmSuite::OWE;
        wanted.then(|| Owe::new(Group::P256, &Random(self.lots.bytes())).unwrap())
    }
}
