//! Reading along: frame by frame, for all who receive them.

use alloc::collections::BTreeMap;

use softnet_examples::failure::Failure;
use softnet_mac80211::cipher::{Replay, mmie_keyidx};
use softnet_mac80211::element::{Elements, Id};
use softnet_mac80211::frame::{FrameType, Header, IfType, Kind};
use softnet_mac80211::rsn::eapol::Message;
use softnet_mac80211::rsn::{GroupKeyKind, KeyError, Observation, Observer, Selection};
use softnet_mac80211::rx::{Interface, Msdu, Received};
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::{Instant, MacAddr};

use crate::keyring::{Found, Keyring};
use crate::link::{Link, interface};
use crate::survey::Survey;
use crate::tally::{KeyFound, Row, Tally, Who};

/// Directions that are followed. What else a capture has of them is made up.
const MAX_LINKS: usize = 65_536;

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

/// An access point and a station that make keys.
struct Pair {
    observer: Observer,
    selection: Option<Selection>,
    /// No PMK fitted message 2: message 3 will say the same.
    wrong: bool,
    /// Of a fast transition that was asked for.
    asked: Option<Found>,
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
        let copy: Vec<u8> = frame.iter().take(MAX_HEADER).copied().collect();
        let Ok((header, _)) = Header::parse(&copy) else {
            return Ok(());
        };
        let fc = header.frame_control();
        if fc.frame_type() == FrameType::Management {
            self.associations(at, &header, frame, tell)?;
            let protected = fc.protected() || mmie_keyidx(frame).is_some();
            let beacon = fc.kind() == Kind::BEACON;
            return if protected && !beacon {
                self.receive(at, &header, frame, tell)
            } else {
                Ok(())
            };
        }
        if fc.has_data() { self.receive(at, &header, frame, tell) } else { Ok(()) }
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
        let to = (!header.addr1().is_multicast()).then(|| header.addr1());
        let end = (header.addr2(), to);
        if self.links.len() >= MAX_LINKS && !self.links.contains_key(&end) {
            self.tally.crowded += 1;
            return Ok(());
        }
        let fc = header.frame_control();
        let protected = fc.protected() || fc.frame_type() == FrameType::Management;
        let row = self.tally.row(bssid, who);
        row.seen += 1;
        row.protected += u64::from(protected);
        let mesh = self.survey.cell(header.addr2()).is_some_and(|cell| cell.mesh);
        let new = || Link::new(interface(header, mesh), to.is_none());
        let link = self.links.entry(end).or_insert_with(new);
        if fc.protected()
            && let Some(found) = link.try_keys(&self.keyring, frame)
        {
            let what = describe(found.suite, to.is_none());
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
            self.handshake(at, (bssid, station), tell, |pair| pair.observer.eapol_key(packet))
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
        match header.frame_control().kind() {
            Kind::REASSOC_REQ => {
                let (station, ap) = (header.addr2(), header.addr1());
                let elements = body.get(10..).unwrap_or_default();
                if has_fte(elements) {
                    self.handshake(at, (ap, station), tell, |pair| {
                        pair.observer.ft_request(elements)
                    })?;
                }
            }
            Kind::ASSOC_RESP | Kind::REASSOC_RESP if body.get(2..4) == Some(&[0, 0]) => {
                let (ap, station) = (header.addr2(), header.addr1());
                for end in [(ap, Some(station)), (station, Some(ap))] {
                    if let Some(link) = self.links.get_mut(&end) {
                        link.associated();
                    }
                }
                let elements = body.get(6..).unwrap_or_default();
                let asked = self.pairs.get_mut(&(ap, station)).and_then(|pair| pair.asked.take());
                if let Some(found) = asked {
                    self.set_pairwise((ap, station), found);
                    self.handshake(at, (ap, station), tell, |pair| {
                        pair.observer.ft_response(elements)
                    })?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Lets the observer of a pair look at something, and takes the keys that it finds.
    fn handshake(
        &mut self,
        at: Stamp,
        (ap, station): (MacAddr, MacAddr),
        tell: &mut Tell<'_>,
        look: impl FnOnce(&mut Pair) -> Result<Observation, KeyError>,
    ) -> Result<(), Failure> {
        if !self.keyring.needs_handshake() {
            return Ok(());
        }
        self.tally.key_messages += 1;
        let cell = self.survey.cell(ap);
        let ssid = cell.and_then(|cell| cell.ssid.as_deref());
        if !self.pairs.contains_key(&(ap, station)) {
            let Some(ssid) = self.keyring.ssid(ssid).map(<[u8]>::to_vec) else {
                self.tally.other_networks += 1;
                return Ok(());
            };
            if self.pairs.len() >= MAX_LINKS {
                return Ok(());
            }
            let pmks = self.keyring.pmks(&ssid);
            let observer = Observer::new(ap, station, &ssid, pmks);
            let pair = Pair { observer, selection: None, wrong: false, asked: None };
            self.pairs.insert((ap, station), pair);
        }
        let Some(pair) = self.pairs.get_mut(&(ap, station)) else { return Ok(()) };
        let seen = look(pair);
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
            let selection = pairwise.selection;
            pair.selection = Some(selection);
            let material = pairwise.ptk.tk.as_bytes().to_vec();
            let found = Found { suite: selection.pairwise, index: pairwise.key_id, material };
            self.tally.opened_handshakes += 1;
            let what = describe(found.suite, false);
            let (who, from) = (Who::Station(station), origin(&seen));
            self.tally.key(KeyFound { number: at.number, bssid: ap, who, what, from });
            if seen.message.is_none() {
                pair.asked = Some(found);
            } else {
                self.set_pairwise((ap, station), found);
            }
        }
        if seen.message == Some(Message::Pairwise4) {
            self.both(ap, station).for_each(Link::settle);
        }
        self.set_group(at, (ap, station), &seen);
        Ok(())
    }

    /// The links of both directions, that are made here where nothing passed them yet.
    fn both(&mut self, ap: MacAddr, station: MacAddr) -> impl Iterator<Item = &mut Link> {
        for (from, to, kind) in [(ap, station, IfType::Station), (station, ap, IfType::Ap)] {
            let new = || Link::new(Interface::new(kind, to), false);
            self.links.entry((from, Some(to))).or_insert_with(new);
        }
        let ends = [(ap, Some(station)), (station, Some(ap))];
        self.links.iter_mut().filter(move |(end, _)| ends.contains(end)).map(|(_, link)| link)
    }

    fn set_pairwise(&mut self, (ap, station): (MacAddr, MacAddr), found: Found) {
        self.both(ap, station).for_each(|link| link.set_soon(found.clone()));
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
            let interface = Interface::new(IfType::Station, MacAddr([0; 6]));
            let link = self.links.entry((ap, None)).or_insert_with(|| Link::new(interface, true));
            if link.set(found, key.pn) {
                let (who, from) = (Who::Group, origin(seen));
                let what = describe(suite, true);
                self.tally.key(KeyFound { number: at.number, bssid: ap, who, what, from });
            }
        }
    }
}

/// Tells what came of a frame, and counts it. Answers the EAPOL packets among it.
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
                if msdu.header.proto == Interface::EAPOL {
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
