//! The client makes, changes and deletes real objects in a network namespace of its own: a cable, a bridge with a port
//! and a VLAN, a discipline with a class. What came of it, stock programs tell.
//!
//! It takes root (oracle `netns`) and iproute2 (oracle `tc`).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod netns;

use std::env;
use std::process::Command;

use netns::inside;
use softnet_netlink::client::{Error, Protocol, Socket};
use softnet_netlink::errno::Errno;
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::{
    BridgeAttrBuf, BridgeLinkAttrBuf, BridgeLinkSet, BridgeSpecAttrBuf, BridgeVlanInfo,
    BrportAttrBuf, Ifinfomsg, InfoDataBuf, LinkAttrBuf, LinkSet, LinkinfoAttrBuf, PeerAttrBuf,
    VethAttrBuf,
};
use softnet_netlink::set::{FixedBuf, HeadedBuf, List, NestBuf, Owned};
use softnet_netlink::tc::qdisc::{
    ClassOptionsBuf, HtbAttrBuf, QdiscOptionsBuf, TcFifoQopt, TcHtbGlob, TcHtbOpt,
};
use softnet_netlink::tc::{ClassAttrBuf, ClassSet, QdiscAttrBuf, QdiscSet, TcRatespec, Tcmsg};
use softnet_netlink::wire::{Body, Flags, WriteError};

const NEW: Flags = Flags::CREATE.union(Flags::EXCL);
const AF_BRIDGE: u8 = 7;

/// What a command prints.
fn told(line: &str) -> String {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether stock programs are there, and this is the test's namespace.
fn ready(name: &str) -> bool {
    let there = Command::new("tc").arg("-V").output().is_ok();
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(there || !listed.split(',').any(|item| item.trim() == "tc"), "tc is mandatory");
    if !there {
        eprintln!("skipped: no tc");
    }
    there && inside(name)
}

fn attrs<S: Owned>(attrs: &[S::Buf], to: &mut Body<'_>) -> Result<(), WriteError> {
    attrs.iter().try_for_each(|attr| S::write_owned(attr, to))
}

fn nest<S: Owned>(attrs: Vec<S::Buf>) -> NestBuf<S> {
    NestBuf { flagged: true, list: List::new(attrs) }
}

fn info(kind: &str, data: InfoDataBuf) -> LinkAttrBuf {
    LinkAttrBuf::Linkinfo(nest(vec![
        LinkinfoAttrBuf::Kind(kind.into()),
        LinkinfoAttrBuf::Data(data),
    ]))
}

/// A client in a namespace.
struct Client(Socket);

/// What to do, and how.
type Verb = (u16, Flags);

const SET: Verb = (kind::SETLINK, Flags::empty());

impl Client {
    fn link<S: Owned>(
        &mut self,
        verb: Verb,
        head: Ifinfomsg,
        list: &[S::Buf],
    ) -> Result<(), Error> {
        self.0.request(verb.0, verb.1, |body| {
            body.fixed(&head)?;
            attrs::<S>(list, body)
        })
    }

    fn tc<S: Owned>(&mut self, verb: Verb, head: Tcmsg, list: &[S::Buf]) -> Result<(), Error> {
        self.0.request(verb.0, verb.1, |body| {
            body.fixed(&head)?;
            attrs::<S>(list, body)
        })
    }

    /// The number of a link.
    fn index(&mut self, name: &str) -> i32 {
        let asked = self.0.ask(kind::GETLINK, Flags::empty(), |body| {
            body.fixed(&Ifinfomsg::default())?;
            attrs::<LinkSet>(&[LinkAttrBuf::Ifname(name.into())], body)
        });
        asked.unwrap().message().unwrap().fixed::<Ifinfomsg>().index
    }

    /// A cable from `va` to `vb`; the number of `va`.
    fn cable(&mut self) -> i32 {
        let head = Ifinfomsg::default();
        let peer =
            HeadedBuf { flags: 0, head, list: List::new(vec![PeerAttrBuf::Ifname("vb".into())]) };
        let data = InfoDataBuf::Veth(nest(vec![VethAttrBuf::Peer(peer)]));
        let list = [LinkAttrBuf::Ifname("va".into()), info("veth", data)];
        self.link::<LinkSet>((kind::NEWLINK, NEW), head, &list).unwrap();
        self.index("va")
    }
}

fn refusal(answer: Result<(), Error>) -> Errno {
    match answer {
        Err(Error::Refused(refusal)) => refusal.errno,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bridge_with_a_port_and_a_vlan() {
    if !ready("a_bridge_with_a_port_and_a_vlan") {
        return;
    }
    let mut client = Client(Socket::open(Protocol::ROUTE).unwrap());
    let va = client.cable();
    let head = Ifinfomsg::default();
    let settings = vec![BridgeAttrBuf::VlanFiltering(1), BridgeAttrBuf::ForwardDelay(400)];
    let bridge =
        [LinkAttrBuf::Ifname("br0".into()), info("bridge", InfoDataBuf::Bridge(nest(settings)))];
    match client.link::<LinkSet>((kind::NEWLINK, NEW), head, &bridge) {
        Err(Error::Refused(refusal)) if refusal.errno == Errno::EOPNOTSUPP => {
            eprintln!("skipped: this kernel has no bridges");
            return;
        }
        made => made.unwrap(),
    }
    assert_eq!(refusal(client.link::<LinkSet>((kind::NEWLINK, NEW), head, &bridge)), Errno::EEXIST);
    let shown = told("ip -d link show dev br0");
    assert!(shown.contains("forward_delay 400 ") && shown.contains("vlan_filtering 1 "), "{shown}");

    let br0 = client.index("br0");
    let port = Ifinfomsg { index: va, flags: 1, change: 1, ..Default::default() };
    let master = [LinkAttrBuf::Master(br0.cast_unsigned())];
    client.link::<LinkSet>(SET, port, &master).unwrap();
    let of_bridge = Ifinfomsg { family: AF_BRIDGE, index: va, ..Default::default() };
    let isolated = vec![BrportAttrBuf::Isolated(1), BrportAttrBuf::Cost(33)];
    client
        .link::<BridgeLinkSet>(SET, of_bridge, &[BridgeLinkAttrBuf::Protinfo(nest(isolated))])
        .unwrap();
    let vlan = FixedBuf::new(BridgeVlanInfo { flags: 2, vid: 42 });
    let vlans = nest(vec![BridgeSpecAttrBuf::VlanInfo(vlan)]);
    client.link::<BridgeLinkSet>(SET, of_bridge, &[BridgeLinkAttrBuf::AfSpec(vlans)]).unwrap();
    let shown = told("bridge -d link show dev va");
    assert!(shown.contains("master br0") && shown.contains("cost 33 "), "{shown}");
    assert!(shown.contains("isolated on"), "{shown}");
    let shown = told("bridge vlan show dev va");
    assert!(shown.contains("42 PVID"), "{shown}");

    let settings = vec![BridgeAttrBuf::VlanFiltering(0)];
    let change = Ifinfomsg { index: br0, ..Default::default() };
    let list = [info("bridge", InfoDataBuf::Bridge(nest(settings)))];
    client.link::<LinkSet>((kind::NEWLINK, Flags::empty()), change, &list).unwrap();
    assert!(told("ip -d link show dev br0").contains("vlan_filtering 0 "));
    client.link::<LinkSet>(SET, port, &[LinkAttrBuf::Master(0)]).unwrap();
    assert_eq!(told("bridge link"), "");
    for index in [br0, va] {
        let gone = Ifinfomsg { index, ..Default::default() };
        client.link::<LinkSet>((kind::DELLINK, Flags::empty()), gone, &[]).unwrap();
    }
    assert_eq!(told("ip -o link").lines().count(), 1, "the loopback");
}

#[test]
fn a_discipline_with_a_class_and_a_leaf() {
    if !ready("a_discipline_with_a_class_and_a_leaf") {
        return;
    }
    let mut client = Client(Socket::open(Protocol::ROUTE).unwrap());
    let va = client.cable();
    let at = |handle, parent| Tcmsg { ifindex: va, handle, parent, ..Default::default() };
    let root = at(0x1_0000, u32::MAX);
    let init = TcHtbGlob { version: 3, rate2quantum: 10, defcls: 2, ..Default::default() };
    let options = QdiscOptionsBuf::Htb(nest(vec![HtbAttrBuf::Init(FixedBuf::new(init))]));
    let htb = [QdiscAttrBuf::Kind("htb".into()), QdiscAttrBuf::Options(options)];
    client.tc::<QdiscSet>((kind::NEWQDISC, NEW), root, &htb).unwrap();
    assert_eq!(refusal(client.tc::<QdiscSet>((kind::NEWQDISC, NEW), root, &htb)), Errno::EEXIST);

    let rate = |rate| TcRatespec { linklayer: 1, rate, ..Default::default() };
    let class = |bytes, ceil| {
        // Ticks of 64 ns: a burst of 1 ms.
        let burst = 15_625;
        let parms = TcHtbOpt {
            rate: rate(bytes),
            ceil: rate(ceil),
            buffer: burst,
            cbuffer: burst,
            ..Default::default()
        };
        let options = ClassOptionsBuf::Htb(nest(vec![HtbAttrBuf::Parms(FixedBuf::new(parms))]));
        [ClassAttrBuf::Kind("htb".into()), ClassAttrBuf::Options(options)]
    };
    let one = at(0x1_0002, 0x1_0000);
    client.tc::<ClassSet>((kind::NEWTCLASS, NEW), one, &class(125_000, 250_000)).unwrap();
    let shown = told("tc class show dev va");
    assert!(shown.contains("class htb 1:2 ") && shown.contains("rate 1Mbit ceil 2Mbit"), "{shown}");
    client
        .tc::<ClassSet>((kind::NEWTCLASS, Flags::empty()), one, &class(375_000, 375_000))
        .unwrap();
    let shown = told("tc class show dev va");
    assert!(shown.contains("rate 3Mbit ceil 3Mbit"), "{shown}");

    let fifo = QdiscOptionsBuf::Fifo(FixedBuf::new(TcFifoQopt { limit: 33 }));
    let leaf = [QdiscAttrBuf::Kind("pfifo".into()), QdiscAttrBuf::Options(fifo)];
    client.tc::<QdiscSet>((kind::NEWQDISC, NEW), at(0x2_0000, 0x1_0002), &leaf).unwrap();
    let shown = told("tc qdisc show dev va");
    assert!(shown.contains("qdisc htb 1: root") && shown.contains("default 0x2"), "{shown}");
    assert!(shown.contains("qdisc pfifo 2: parent 1:2 limit 33p"), "{shown}");

    client.tc::<ClassSet>((kind::DELTCLASS, Flags::empty()), one, &[]).unwrap();
    assert_eq!(told("tc class show dev va"), "");
    client.tc::<QdiscSet>((kind::DELQDISC, Flags::empty()), root, &[]).unwrap();
    assert!(!told("tc qdisc show dev va").contains("htb"));
}
