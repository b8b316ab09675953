//! Reading along: frame by frame, for all who receive them.

use alloc::collections::BTreeMap;

use softnet_examples::failure::Failure;
use softnet_mac80211::cipher::{Replay, mmie_keyidx};
use softnet_mac80211::element::{Elements, Id};
use softnet_mac80211::frame::{FrameControl, FrameType, Header, IfType, Kind};
use softnet_mac80211::rsn::eapol::{Message, Packet, PacketType};
use softnet_mac80211::rsn::{GroupKeyKind, KeyError, Observation, Observer, PairwiseKey};
use softnet_mac80211::rx::{Interface, Msdu, Received};
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::{Instant, MacAddr};

use crate::keyring::{Found, Keyring};
use crate::link::{Link, interface};
use crate::pair::Pair;
use crate::survey::Survey;
use crate::tally::{KeyFound, Row, Tally, Who};

/// Directions that are followed, at 5 KB each and fragments that wait. What else a capture has of them is
/// made up.
const MAX_LINKS: usize = 16_384;

/// Bytes of the longest header.
const MAX_HEADER: usize = 36;

/// What a frame led to.
pub(crate) enum Said<'a> {
    /// An Ethernet frame.
    Frame(Msdu<'a>),
    /// It was refused.
    Refused(&'a Header<'a>, RxDrop),
    /// Something worth a line.
    Note(String),
}

/// Who wants to hear of it.
pub(crate) type Tell<'t> = dyn FnMut(Said<'_>) -> Result<(), Failure> + 't;

/// How an observer looks at the elements of a reassociation.
type Look = fn(&mut Observer, &[u8]) -> Result<Observation, KeyError>;

/// When and where in the capture a frame was.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) number: u64,
    pub(crate) nanos: u64,
}

pub(crate) struct Listener {
    pub(crate) survey: Survey,
    pub(crate) tally: Tally,
    keyring: Keyring,
    replay: Replay,
    /// By sender and receiver; `None` is a group.
    links: BTreeMap<(MacAddr, Option<MacAddr>), Link>,
    /// By access point and station.
    pairs: BTreeMap<(MacAddr, MacAddr), Pair>,
}

impl Listener {
    pub(crate) fn new(survey: Survey, keyring: Keyring, replay: Replay) -> Self {
        let (tally, links, pairs) = Default::default();
        Self { survey, tally, keyring, replay, links, pairs }
    }

    /// Takes the next frame of the capture, which it decrypts in place.
    pub(crate) fn hear(
        &mut self,
        at: Stamp,
        frame: &mut [u8],
        tell: &mut Tell<'_>,
    ) -> Result<(), Failure> {
        // The header is wanted when the frame is decrypted, and then no longer the frame's.
        let mut copy = [0; MAX_HEADER];
        let len = frame.len().min(MAX_HEADER);
        copy[..len].copy_from_slice(&frame[..len]);
        let fc = FrameControl::of(frame);
        if fc.is_some_and(|fc| matches!(fc.frame_type(), FrameType::Control | FrameType::Extension))
        {
            return Ok(());
        }
        let Ok((header, _)) = Header::parse(&copy[..len]) else {
            self.tally.damaged += 1;
            return Ok(());
        };
        let fc = header.frame_control();
        if fc.frame_type() == FrameType::Management {
            self.associations(at, &header, frame, tell)?;
        }
        let concerns = match fc.frame_type() {
            FrameType::Management => self.is_to_be_protected(&header, frame),
            _ => fc.has_data(),
        };
        if concerns { self.receive(at, &header, frame, tell) } else { Ok(()) }
    }

    /// Whether a management frame is protected, or should be.
    fn is_to_be_protected(&self, header: &Header<'_>, frame: &[u8]) -> bool {
        let link = self.links.get(&end(header));
        match header.frame_control().kind() {
            Kind::BEACON => link.is_some_and(Link::has_bigtk),
            Kind::DEAUTH | Kind::DISASSOC | Kind::ACTION if link.is_some_and(Link::mfp) => true,
            _ => is_protected(header, frame),
        }
    }

    /// What its receiver makes of a frame.
    fn receive(
        &mut self,
        at: Stamp,
        header: &Header<'_>,
        frame: &mut [u8],
        tell: &mut Tell<'_>,
    ) -> Result<(), Failure> {
        let (bssid, who) = place(header);
        let end = end(header);
        let (full, is_group) = (self.links.len() >= MAX_LINKS, end.1.is_none());
        if full && !self.links.contains_key(&end) || !self.tally.has_room(bssid, who) {
            self.tally.crowded += 1;
            return Ok(());
        }
        let protected = is_protected(header, frame);
        let row = self.tally.row(bssid, who);
        row.seen += 1;
        row.protected += u64::from(protected);
        let mesh = self.survey.cell(header.addr2()).is_some_and(|cell| cell.mesh);
        let new = || Link::new(interface(header, mesh), is_group);
        let link = self.links.entry(end).or_insert_with(new);
        if header.frame_control().protected()
            && let Some(found) = link.try_keys(&self.keyring, frame)
        {
            let what = describe(found.suite, is_group);
            let (number, from) = (at.number, "command line");
            self.tally.key(KeyFound { number, bssid, who, what, from });
        }
        let rsn = self.survey.cell(bssid).is_some_and(|cell| cell.rsn);
        link.receiver.authorize(!rsn || link.has_key());
        let received = link.receiver.receive(frame, Instant::from_nanos(at.nanos), self.replay);
        let row = self.tally.row(bssid, who);
        row.decrypted += u64::from(protected && received.is_ok());
        let eapol = hand_on(received, header, row, tell)?;
        let Who::Station(station) = who else { return Ok(()) };
        eapol.iter().try_for_each(|packet| {
            self.handshake(at, (bssid, station), tell, |observer| observer.eapol_key(packet))
        })
    }

    /// (Re)association: everything begins anew, and a fast transition brings its keys.
    fn associations(
        &mut self,
        at: Stamp,
        header: &Header<'_>,
        frame: &[u8],
        tell: &mut Tell<'_>,
    ) -> Result<(), Failure> {
        let body = frame.get(header.as_bytes().len()..).unwrap_or_default();
        let kind = header.frame_control().kind();
        let (both, fixed, look): (_, _, Look) = match kind {
            Kind::ASSOC_REQ | Kind::REASSOC_REQ => {
                let fixed = if kind == Kind::REASSOC_REQ { 10 } else { 4 };
                ((header.addr1(), header.addr2()), fixed, Observer::ft_request)
            }
            Kind::ASSOC_RESP | Kind::REASSOC_RESP => {
                ((header.addr2(), header.addr1()), 6, Observer::ft_response)
            }
            _ => return Ok(()),
        };
        let elements = body.get(fixed..).unwrap_or_default();
        let transition = has_fte(elements);
        let success = body.get(2..4) == Some(&[0, 0]);
        let Some(pair) = self.pair(both) else { return Ok(()) };
        if matches!(kind, Kind::ASSOC_REQ | Kind::REASSOC_REQ) {
            pair.ask(elements);
        } else if pair.answer(success, transition && kind == Kind::REASSOC_RESP) {
            let capable = pair.mfp_capable();
            self.each(both, Link::associated);
            if let Some(capable) = capable {
                self.learn_mfp(both, capable);
            }
        } else {
            return Ok(());
        }
        if !transition {
            return Ok(());
        }
        self.handshake(at, both, tell, |observer| look(observer, elements))
    }

    /// An access point and a station; `None` if there are too many of them.
    fn pair(&mut self, both: (MacAddr, MacAddr)) -> Option<&mut Pair> {
        let has_room = self.pairs.len() < MAX_LINKS || self.pairs.contains_key(&both);
        has_room.then(|| self.pairs.entry(both).or_default())
    }

    /// Lets the observer of a pair look at something, and takes the keys that it finds.
    fn handshake(
        &mut self,
        at: Stamp,
        (ap, station): (MacAddr, MacAddr),
        tell: &mut Tell<'_>,
        look: impl FnOnce(&mut Observer) -> Result<Observation, KeyError>,
    ) -> Result<(), Failure> {
        if !self.keyring.needs_handshake() {
            return Ok(());
        }
        self.tally.key_messages += 1;
        let Some(pair) = self.pair((ap, station)) else { return Ok(()) };
        let mut observer = pair.observer.take();
        if observer.is_none() {
            let named = pair.ssid().map(<[u8]>::to_vec);
            let of_cell = || self.survey.cell(ap).and_then(|cell| cell.ssid.clone());
            let named = named.or_else(of_cell);
            let Some(ssid) = self.keyring.ssid(named.as_deref()).map(<[u8]>::to_vec) else {
                self.tally.other_networks += 1;
                return Ok(());
            };
            observer = Some(Observer::new(ap, station, &ssid, self.keyring.pmks(&ssid)));
        }
        let seen = observer.as_mut().map_or(Ok(Observation::default()), look);
        if let Some(pair) = self.pairs.get_mut(&(ap, station)) {
            pair.observer = observer;
        }
        self.seen(at, (ap, station), tell, seen)
    }

    fn seen(
        &mut self,
        at: Stamp,
        (ap, station): (MacAddr, MacAddr),
        tell: &mut Tell<'_>,
        seen: Result<Observation, KeyError>,
    ) -> Result<(), Failure> {
        let seen = match seen {
            Ok(seen) => seen,
            Err(why) => return tell(Said::Note(format!("handshake of {ap} and {station}: {why}"))),
        };
        let Some(pair) = self.pairs.get_mut(&(ap, station)) else { return Ok(()) };
        let known = pair.wrong && seen.message == Some(Message::Pairwise3);
        self.tally.wrong_handshakes += u64::from(seen.wrong_pmk && !known);
        pair.wrong = seen.wrong_pmk && seen.message == Some(Message::Pairwise2);
        if let Some(pairwise) = &seen.pairwise {
            self.found(at, (ap, station), pairwise, origin(&seen));
        }
        if let Some(confirmed) = &seen.confirmed {
            self.meet((ap, station));
            self.each((ap, station), |link| link.settle(Found::of(confirmed)));
        }
        if let Some(mfp) = seen.mfp {
            self.set_mfp((ap, station), mfp);
        }
        self.set_group(at, (ap, station), &seen);
        Ok(())
    }

    /// A pairwise key, in use or soon.
    fn found(
        &mut self,
        at: Stamp,
        (ap, station): (MacAddr, MacAddr),
        pairwise: &PairwiseKey,
        from: &'static str,
    ) {
        let (found, selection) = (Found::of(pairwise), pairwise.selection);
        let Some(pair) = self.pairs.get_mut(&(ap, station)) else { return };
        pair.selection = Some(selection);
        // Message 3 may give it another index.
        if pair.tk.as_ref() != Some(&pairwise.ptk.tk) {
            pair.tk = Some(pairwise.ptk.tk.clone());
            self.tally.opened_handshakes += 1;
            let (who, what) = (Who::Station(station), describe(found.suite, false));
            self.tally.key(KeyFound { number: at.number, bssid: ap, who, what, from });
        }
        if pair.mfp_capable().is_none() {
            // Its association was not heard.
            self.learn_mfp((ap, station), selection.group_mgmt.is_some());
        }
        self.meet((ap, station));
        self.each((ap, station), |link| link.set_soon(found.clone()));
    }

    /// What the station can, and what its access point says of itself to all, tell whether management
    /// frames are protected.
    fn learn_mfp(&mut self, (ap, station): (MacAddr, MacAddr), capable: bool) {
        let mfp = capable && self.survey.cell(ap).is_some_and(|cell| cell.mfp_capable);
        self.set_mfp((ap, station), mfp);
    }

    /// Frames to the group are heard by all stations: one that protects management frames refuses those
    /// that are not.
    fn set_mfp(&mut self, (ap, station): (MacAddr, MacAddr), mfp: bool) {
        if mfp {
            self.meet((ap, station));
            self.group(ap).set_mfp(true);
        }
        self.each((ap, station), |link| link.set_mfp(mfp));
    }

    /// Makes the links of both directions, where nothing passed them yet.
    fn meet(&mut self, (ap, station): (MacAddr, MacAddr)) {
        for (from, to, kind) in [(ap, station, IfType::Station), (station, ap, IfType::Ap)] {
            let new = || Link::new(Interface::new(kind, to), false);
            self.links.entry((from, Some(to))).or_insert_with(new);
        }
    }

    /// Those of them that there are.
    fn each(&mut self, (ap, station): (MacAddr, MacAddr), act: impl Fn(&mut Link)) {
        for end in [(ap, Some(station)), (station, Some(ap))] {
            self.links.get_mut(&end).into_iter().for_each(&act);
        }
    }

    /// The direction from an access point to all.
    fn group(&mut self, ap: MacAddr) -> &mut Link {
        let interface = Interface::new(IfType::Station, MacAddr([0; 6]));
        self.links.entry((ap, None)).or_insert_with(|| Link::new(interface, true))
    }

    fn set_group(&mut self, at: Stamp, (ap, station): (MacAddr, MacAddr), seen: &Observation) {
        let Some(selection) = self.pairs.get(&(ap, station)).and_then(|pair| pair.selection) else {
            return;
        };
        let management = selection.group_mgmt.unwrap_or(CipherSuite::AES_CMAC);
        for key in &seen.group {
            let suite = if key.kind == GroupKeyKind::Gtk { selection.group } else { management };
            let material = key.key.as_bytes().to_vec();
            let found = Found { suite, index: key.key_id, material };
            if self.group(ap).set(found, key.pn) {
                let (who, from) = (Who::Group, origin(seen));
                let what = describe(suite, true);
                self.tally.key(KeyFound { number: at.number, bssid: ap, who, what, from });
            }
        }
    }
}

/// Tells what came of a frame, and counts it. Answers the EAPOL-Key frames among it.
fn hand_on(
    received: Result<Received<'_>, RxDrop>,
    header: &Header<'_>,
    row: &mut Row,
    tell: &mut Tell<'_>,
) -> Result<Vec<Vec<u8>>, Failure> {
    let mut eapol = Vec::new();
    let refuse = |row: &mut Row, tell: &mut Tell<'_>, reason| {
        *row.refused.entry(reason).or_default() += 1;
        tell(Said::Refused(header, reason))
    };
    let msdus = match received {
        Ok(Received::Msdus(msdus)) => msdus,
        Ok(_) => return Ok(eapol),
        Err(reason) => return refuse(row, tell, reason).map(|()| eapol),
    };
    for msdu in msdus {
        match msdu {
            Ok(msdu) => {
                if msdu.header.proto == Interface::EAPOL && is_key_frame(msdu.payload) {
                    eapol.push(msdu.payload.to_vec());
                }
                row.written += 1;
                tell(Said::Frame(msdu))?;
            }
            Err(reason) => refuse(row, tell, reason)?,
        }
    }
    Ok(eapol)
}

/// Rather than EAP, or a wish to begin.
fn is_key_frame(eapol: &[u8]) -> bool {
    Packet::parse(eapol).is_ok_and(|(packet, _)| packet.packet_type() == PacketType::KEY)
}

fn origin(seen: &Observation) -> &'static str {
    match seen.message {
        None => "fast transition",
        Some(Message::Group1) => "group handshake",
        Some(_) => "4-way handshake",
    }
}

fn describe(suite: CipherSuite, group: bool) -> String {
    let name = suite.name().unwrap_or("unknown").replace('_', "-");
    match suite {
        CipherSuite::WEP40 | CipherSuite::WEP104 => name,
        _ => format!("{name}, {}", if group { "group" } else { "pairwise" }),
    }
}

fn has_fte(elements: &[u8]) -> bool {
    Elements::new(elements).any(|element| element.id() == Id::FAST_BSS_TRANSITION)
}

/// Whose a frame is in the tables: of the station that is not the network, or of its groups.
fn place(header: &Header<'_>) -> (MacAddr, Who) {
    let bssid = header.bssid().unwrap_or_else(|| header.addr2());
    if header.addr1().is_multicast() {
        return (bssid, Who::Group);
    }
    let station = if header.addr2() == bssid { header.addr1() } else { header.addr2() };
    (bssid, Who::Station(station))
}

/// A frame's direction: who sent it, and to whom; `None` is a group.
fn end(header: &Header<'_>) -> (MacAddr, Option<MacAddr>) {
    (header.addr2(), Some(header.addr1()).filter(|to| !to.is_multicast()))
}

/// Encrypted, or with a MIC of its own.
fn is_protected(header: &Header<'_>, frame: &[u8]) -> bool {
    header.frame_control().protected() || mmie_keyidx(frame).is_some()
}
