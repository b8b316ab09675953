//! rtnetlink's family as an embedder has it: what stock programs do not show.

#![cfg(feature = "netlink")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use core::time::Duration;

use proptest::prelude::*;
use softnet_netdev::rtnetlink::addr::{
    AddrConfig, AddrError, AddrEvent, AddrFlags, Addresses, NewAddr,
};
use softnet_netdev::rtnetlink::{LinkOps, NewLink, RouteDump, Rtnetlink};
use softnet_netdev::testutil::{Card, mac, pool};
use softnet_netdev::{Config, DriverId, Loopback, PortConfig, Refused, Softnet};
use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{
    Address, Call, Creds, Cx, DumpControl, DumpWriter, Family, NetId, Outbox, Outcome, Outgoing,
    Progress, Protocol, ProtocolConfig, RecvFlags, Sent, SocketId, SocketOption, Table, receive,
    serve,
};
use softnet_netlink::rtnl::addr::Ifaddrmsg;
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::Ifinfomsg;
use softnet_netlink::wire::{Body, Flags, Header, Messages, WriteError, Writer};
use softnet_sk_buff::{IfIndex, Instant};

const NET: NetId = NetId(3);
const LOCAL: [u8; 4] = [192, 0, 2, 1];

/// Pieces of hardware, and what became of their addresses.
#[derive(Default)]
struct Cards {
    heard: Vec<AddrEvent>,
}

impl LinkOps for Cards {
    fn knows(&self, _: &str) -> bool {
        false
    }

    fn kind(&self, _: IfIndex) -> Option<&str> {
        None
    }

    fn create(
        &mut self,
        _: &mut Softnet,
        _: NewLink<'_>,
        _: &mut ExtAck,
    ) -> Result<IfIndex, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn address(&mut self, event: &AddrEvent) {
        self.heard.push(*event);
    }
}

/// Somebody who knows of three queueing disciplines.
#[derive(Default)]
struct Disciplines {
    begun: u32,
    ended: u32,
}

impl Family<Creds> for Disciplines {
    type Dump = u32;

    fn doit(&mut self, call: &Call<'_, Creds>, _: &mut Cx) -> Result<Outcome, Errno> {
        match call.message.kind() {
            kind::GETRULE => Ok(Outcome::Dump(DumpControl::default())),
            kind::NEWRULE => Ok(Outcome::Ack),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    fn start(&mut self, call: &Call<'_, Creds>, _: &mut Cx) -> Result<u32, Errno> {
        if call.message.kind() != kind::GETRULE {
            return Err(Errno::EOPNOTSUPP);
        }
        self.begun += 1;
        Ok(0)
    }

    fn dump(&mut self, at: &mut u32, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        while *at < 3 {
            to.message(kind::NEWRULE, Flags::empty(), |body| body.fixed(at))?;
            *at += 1;
        }
        Ok(Progress::Done)
    }

    fn done(&mut self, _: u32) {
        self.ended += 1;
    }
}

/// A machine with a loopback and a card, and a program that talks to it.
struct Machine {
    table: Table<RouteDump<u32>>,
    socket: SocketId,
    softnet: Softnet,
    ops: Cards,
    addresses: Addresses,
    rest: Disciplines,
    now: Instant,
    card: DriverId,
    dev: IfIndex,
}

impl Machine {
    fn new(config: AddrConfig) -> Self {
        let mut table = Table::new(softnet_netlink::kernel::Config::default());
        table.register(Protocol::ROUTE, ProtocolConfig::default()).unwrap();
        let socket = table.open(NET, Protocol::ROUTE, Creds::root(7)).unwrap();
        table.bind(socket, Address::default(), &Creds::root(7), &mut ()).unwrap();
        let mut softnet = Softnet::new(Config::default(), pool().unwrap());
        softnet.register_netdev(Box::new(Loopback::new())).unwrap();
        let mut port = PortConfig::ethernet("eth%d", mac(1));
        port.mtu_range = (0, 9000);
        let card = softnet.register_netdev(Box::new(Card::new(port).0)).unwrap();
        let dev = card.dev().unwrap();
        let mut machine = Self {
            table,
            socket,
            softnet,
            ops: Cards::default(),
            addresses: Addresses::new(config),
            rest: Disciplines::default(),
            now: Instant::from_millis(1),
            card: card.driver,
            dev,
        };
        machine.notify();
        machine
    }

    fn route(&mut self) -> Rtnetlink<'_, Cards, Disciplines> {
        Rtnetlink {
            softnet: &mut self.softnet,
            ops: &mut self.ops,
            addresses: &mut self.addresses,
            rest: &mut self.rest,
            now: self.now,
        }
    }

    /// What happened besides requests is told.
    fn notify(&mut self) {
        let mut outbox = Outbox::new(1 << 16);
        self.route().notify(NET, &mut outbox);
        self.table.flush(&mut outbox);
    }

    /// Listens to links and addresses.
    fn listen(&mut self) {
        for group in [1, 5, 9] {
            let join = SocketOption::AddMembership(group);
            self.table.set_option(self.socket, join, &Creds::root(7), &mut ()).unwrap();
        }
    }

    /// Sends a request, and answers what was received: types, sequence numbers, ports, and errors of answers.
    fn ask(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Vec<(u16, u32, Option<i32>)> {
        let mut buffer = [0; 256];
        let mut writer = Writer::new(&mut buffer);
        writer
            .message(Header::new(kind, Flags::REQUEST | flags).seq(5), |body| fill(body))
            .unwrap();
        let message = Outgoing::new(writer.as_bytes());
        let sent = self.table.sendmsg(self.socket, message, &Creds::root(7)).unwrap();
        let Sent::Request(request) = sent else { panic!("{sent:?}") };
        let Self { table, softnet, ops, addresses, rest, now, .. } = self;
        let mut route = Rtnetlink { softnet, ops, addresses, rest, now: *now };
        serve(table, request, &mut route, &mut Cx::new(1 << 16));
        self.read()
    }

    /// All that there is to read.
    fn read(&mut self) -> Vec<(u16, u32, Option<i32>)> {
        let mut all = Vec::new();
        let mut buffer = [0; 8192];
        loop {
            let Self { table, softnet, ops, addresses, rest, now, socket, .. } = self;
            let mut route = Rtnetlink { softnet, ops, addresses, rest, now: *now };
            let read = (&mut buffer[..], RecvFlags::empty());
            let Ok(received) = receive(table, *socket, read, &mut route) else { return all };
            for message in Messages::new(&buffer[..received.copied]) {
                let message = message.unwrap();
                let error = message.ack().map(|ack| ack.error()).or(message.done());
                all.push((message.kind(), message.header().seq, error));
            }
        }
    }

    fn add(&mut self, local: &str, prefix_len: u8) -> Result<(), AddrError> {
        let new = NewAddr::new(self.dev, local.parse().unwrap(), prefix_len);
        self.addresses.add(&self.softnet, &new, self.now)
    }
}

/// A request about `LOCAL`, on the interface 2.
fn about_local(body: &mut Body<'_>) -> Result<(), WriteError> {
    body.fixed(&Ifaddrmsg { family: 2, prefixlen: 24, index: 2, ..Default::default() })?;
    body.attr(2, &LOCAL)
}

fn kinds(messages: &[(u16, u32, Option<i32>)]) -> Vec<u16> {
    messages.iter().map(|(kind, ..)| *kind).collect()
}

#[test]
fn who_wants_an_echo_hears_of_what_it_did_before_the_acknowledgement() {
    let mut machine = Machine::new(AddrConfig::default());
    let flags = Flags::ACK | Flags::CREATE | Flags::EXCL;
    let heard = machine.ask(kind::NEWADDR, flags | Flags::ECHO, about_local);
    assert_eq!(heard, [(kind::NEWADDR, 5, None), (2, 5, Some(0))]);
    let heard = machine.ask(kind::DELADDR, Flags::ACK, about_local);
    assert_eq!(heard, [(2, 5, Some(0))], "nobody listens, and nobody asked");
    // One that listens, too, hears of it once.
    machine.listen();
    let heard = machine.ask(kind::NEWADDR, flags | Flags::ECHO, about_local);
    assert_eq!(heard, [(kind::NEWADDR, 5, None), (2, 5, Some(0))]);
}

#[test]
fn a_card_that_is_unplugged_is_told_of_to_the_end() {
    let mut machine = Machine::new(AddrConfig::default());
    machine.softnet.dev_open(machine.dev, machine.now).unwrap();
    machine.add("192.0.2.1", 24).unwrap();
    machine.add("192.0.2.2", 24).unwrap();
    machine.add("2001:db8::1", 64).unwrap();
    machine.notify();
    machine.listen();
    let mut outbox = Outbox::new(1 << 16);
    let (card, dev) = (machine.card, machine.dev);
    drop(machine.route().unregister(card, NET, &mut outbox).unwrap());
    machine.table.flush(&mut outbox);
    // Down, and with that without IPv6; then gone.
    let gone = [kind::NEWLINK, kind::DELADDR, kind::DELADDR, kind::DELADDR, kind::DELLINK];
    assert_eq!(kinds(&machine.read()), gone);
    assert_eq!(machine.addresses.of(dev).count(), 0);
    assert_eq!(machine.softnet.devs().count(), 1);
    let again = machine.route().unregister(card, NET, &mut outbox);
    assert_eq!(again.err(), Some(Refused::NoDevice));
}

#[test]
fn a_link_that_is_a_piece_of_hardware_cannot_be_deleted() {
    let mut machine = Machine::new(AddrConfig::default());
    let heard = machine.ask(kind::DELLINK, Flags::ACK, |body| {
        body.fixed(&Ifinfomsg { index: 2, ..Default::default() })
    });
    assert_eq!(heard, [(2, 5, Some(Errno::EOPNOTSUPP.to_wire()))]);
    assert_eq!(machine.softnet.devs().count(), 2);
}

#[test]
fn the_table_of_addresses_is_bounded() {
    let mut machine = Machine::new(AddrConfig { most: 2, ..AddrConfig::default() });
    machine.add("192.0.2.1", 24).unwrap();
    machine.add("2001:db8::1", 64).unwrap();
    assert_eq!(machine.add("192.0.2.2", 24), Err(AddrError::Full));
    assert_eq!(machine.add("2001:db8::2", 64), Err(AddrError::Full));
    assert_eq!(AddrError::Full.errno(), Errno::ENOBUFS);
    let which = ("2001:db8::1".parse().unwrap(), 64);
    machine.addresses.delete_inet6(&machine.softnet, machine.dev, which).unwrap();
    machine.add("192.0.2.2", 24).unwrap();
    assert_eq!(machine.addresses.iter().count(), 2);
    // Nobody asks what happened: it is counted.
    for _ in 0..100 {
        let which = Default::default();
        machine.addresses.delete_inet(&machine.softnet, machine.dev, &which).unwrap();
        machine.add("192.0.2.1", 24).unwrap();
    }
    assert!(machine.addresses.lost_events() > 0);
}

#[test]
fn lifetimes_end_when_they_end() {
    let mut machine = Machine::new(AddrConfig::default());
    let start = machine.now;
    let at = |seconds| start + Duration::from_secs(seconds);
    for (local, prefix_len) in [("192.0.2.1", 24), ("2001:db8::1", 64)] {
        let new = NewAddr::new(machine.dev, local.parse().unwrap(), prefix_len);
        let new = NewAddr { valid: Some(20), preferred: Some(10), ..new };
        machine.addresses.add(&machine.softnet, &new, start).unwrap();
    }
    machine.add("192.0.2.2", 24).unwrap();
    machine.notify();
    machine.ops.heard.clear();
    assert_eq!(machine.addresses.poll_at(), Some(at(10)));
    machine.addresses.handle_timeout(at(10) - Duration::from_nanos(1));
    machine.notify();
    assert_eq!(machine.ops.heard, []);
    machine.now = at(10);
    machine.addresses.handle_timeout(machine.now);
    machine.notify();
    let deprecated = |event: &AddrEvent| matches!(event, AddrEvent::New(ifa) if ifa.flags.contains(AddrFlags::DEPRECATED));
    assert_eq!(machine.ops.heard.iter().filter(|event| deprecated(event)).count(), 2);
    assert_eq!(machine.ops.heard[0].address().left(at(13)), (0, 7));
    assert_eq!(machine.addresses.poll_at(), Some(at(20)));
    machine.ops.heard.clear();
    // The secondary address, which lives for ever, goes with the primary one.
    machine.addresses.handle_timeout(at(20));
    machine.notify();
    assert!(machine.ops.heard.iter().all(|event| matches!(event, AddrEvent::Del(_))));
    assert_eq!(machine.ops.heard.len(), 3);
    assert_eq!((machine.addresses.iter().count(), machine.addresses.poll_at()), (0, None));
}

#[test]
fn who_looks_for_duplicates_says_what_it_found() {
    let mut machine = Machine::new(AddrConfig::default());
    let [one, two] = ["2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap()];
    machine.add("2001:db8::1", 64).unwrap();
    machine.add("2001:db8::2", 64).unwrap();
    let short = NewAddr::new(machine.dev, "2001:db8::3".parse().unwrap(), 64);
    let short = NewAddr { valid: Some(9), preferred: Some(9), ..short };
    machine.addresses.add(&machine.softnet, &short, machine.now).unwrap();
    let flags = |machine: &Machine| -> Vec<_> {
        machine.addresses.of(machine.dev).map(|ifa| ifa.flags).collect()
    };
    let (new, permanent) = (AddrFlags::TENTATIVE, AddrFlags::PERMANENT);
    // The newest is the first.
    assert_eq!(flags(&machine), [new, new | permanent, new | permanent]);
    machine.addresses.dad_completed(machine.dev, one);
    machine.addresses.dad_failed(machine.dev, two);
    machine.addresses.dad_failed(machine.dev, "2001:db8::3".parse().unwrap());
    let failed = new | permanent | AddrFlags::DADFAILED;
    assert_eq!(flags(&machine), [failed, permanent]);
    machine.addresses.dad_failed(machine.dev, "2001:db8::4".parse().unwrap());
    assert_eq!(flags(&machine).len(), 2, "nobody has that one");
}

#[test]
fn an_mtu_too_small_for_ip_takes_its_addresses() {
    let mut machine = Machine::new(AddrConfig::default());
    machine.add("192.0.2.1", 24).unwrap();
    machine.add("192.0.2.2", 24).unwrap();
    machine.add("2001:db8::1", 64).unwrap();
    machine.softnet.dev_set_mtu(machine.dev, 1279, machine.now).unwrap();
    machine.notify();
    assert_eq!(machine.addresses.of(machine.dev).count(), 2);
    assert_eq!(machine.add("2001:db8::1", 64), Err(AddrError::Inet6Mtu));
    machine.softnet.dev_set_mtu(machine.dev, 67, machine.now).unwrap();
    machine.notify();
    assert_eq!(machine.addresses.iter().count(), 0);
    assert_eq!(machine.add("192.0.2.1", 24), Err(AddrError::InetDisabled));
    let deleted = machine.addresses.delete_inet(&machine.softnet, machine.dev, &Default::default());
    assert_eq!(deleted, Err(AddrError::InetNoDevice));
    machine.softnet.dev_set_mtu(machine.dev, 1280, machine.now).unwrap();
    machine.add("192.0.2.1", 24).unwrap();
    machine.add("2001:db8::1", 64).unwrap();
}

#[test]
fn what_is_not_rtnetlink_s_own_is_the_rest_s() {
    let mut machine = Machine::new(AddrConfig::default());
    let nothing = |body: &mut Body<'_>| body.raw(&[0; 20]);
    let heard = machine.ask(kind::GETRULE, Flags::DUMP, nothing);
    let done = softnet_netlink::wire::kind::DONE;
    assert_eq!(kinds(&heard), [kind::NEWRULE, kind::NEWRULE, kind::NEWRULE, done]);
    assert_eq!((machine.rest.begun, machine.rest.ended), (1, 1));
    assert_eq!(machine.ask(kind::NEWRULE, Flags::ACK, nothing), [(2, 5, Some(0))]);
    let refused = [(2, 5, Some(Errno::EOPNOTSUPP.to_wire()))];
    assert_eq!(machine.ask(kind::NEWNEXTHOP, Flags::ACK, nothing), refused);
    assert_eq!(machine.ask(kind::GETNEXTHOP, Flags::DUMP, nothing), refused);
    assert_eq!(machine.ask(kind::GETROUTE, Flags::DUMP, nothing), [(done, 5, Some(0))]);
    assert_eq!((machine.rest.begun, machine.rest.ended), (1, 1));
}

/// More addresses than a part of a dump has room for: IPv4's, then IPv6's.
#[test]
fn a_long_dump_goes_on_where_it_stopped() {
    let mut machine = Machine::new(AddrConfig::default());
    for number in 0..200 {
        machine.add(&format!("10.0.{number}.1"), 24).unwrap();
        machine.add(&format!("2001:db8::{number:x}1"), 64).unwrap();
    }
    machine.notify();
    for (family, count) in [(0, 400), (2, 200), (10, 200)] {
        let heard = machine.ask(kind::GETADDR, Flags::DUMP, |body| {
            body.fixed(&Ifaddrmsg { family, ..Default::default() })
        });
        let (end, rest) = heard.split_last().unwrap();
        assert_eq!(end.2, Some(0));
        assert_eq!(rest.len(), count, "family {family}");
        assert!(rest.iter().all(|(what, ..)| *what == kind::NEWADDR));
    }
}

/// Attributes of any type, short ones, and one that says more than there is.
fn any_attrs() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just(LOCAL.to_vec()),
        Just(vec![0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        Just(b"eth0:1\0".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    let attr = (0_u16..70, value).prop_map(|(kind, value)| {
        let mut attr = (value.len() as u16 + 4).to_ne_bytes().to_vec();
        attr.extend(kind.to_ne_bytes());
        attr.extend(value);
        attr.resize(attr.len().next_multiple_of(4), 0);
        attr
    });
    let many = prop::collection::vec(attr, 0..6).prop_map(|attrs| attrs.concat());
    (many, prop::option::weighted(0.1, Just([9, 0, 1, 0])))
        .prop_map(|(attrs, broken)| [attrs, broken.into_iter().flatten().collect()].concat())
}

proptest! {
    /// Whatever is asked: the table keeps its bound and its order, and the answer is one.
    #[test]
    fn no_request_breaks_the_table(
        requests in prop::collection::vec(
            (
                (kind::NEWLINK..=kind::GETADDR, prop_oneof![Just(0), Just(0x300), any::<u16>()]),
                (prop_oneof![Just(2_u8), Just(10), any::<u8>()], any::<[u8; 3]>(), 0_u32..4),
                (any_attrs(), prop::option::weighted(0.1, 0_usize..16)),
            ),
            1..30,
        ),
    ) {
        let mut machine = Machine::new(AddrConfig { most: 5, ..AddrConfig::default() });
        for ((kind, flags), (family, head, index), (attrs, cut)) in requests {
            let mut payload = [&[family][..], &head, &index.to_ne_bytes()].concat();
            payload.extend(attrs);
            payload.truncate(cut.unwrap_or(payload.len()));
            let flags = Flags::from_bits_retain(flags) | Flags::ACK;
            let answers = machine.ask(kind, flags, |body| body.raw(&payload));
            let ends = answers.iter().filter(|(_, _, error)| error.is_some()).count();
            prop_assert_eq!(ends, 1, "{:?}", answers);
            prop_assert!(machine.addresses.iter().count() <= 5);
            let inet = machine.addresses.iter().filter(|ifa| ifa.local.is_ipv4() && ifa.dev == machine.dev);
            let order: Vec<_> = inet
                .map(|ifa| (ifa.flags.contains(AddrFlags::SECONDARY), ifa.scope))
                .collect();
            // Primary ones first, the least widely known first; no secondary one before a primary one.
            let primary = order.iter().take_while(|(secondary, _)| !secondary);
            prop_assert!(primary.clone().is_sorted_by(|one, next| one >= next));
            prop_assert_eq!(primary.count(), order.iter().filter(|(secondary, _)| !secondary).count());
        }
    }
}
