//! The kernel that this runs on, in a network namespace of its own: whatever it answers is typed and written back to
//! the same bytes, and requests of our own make, change and delete what it has.

#![cfg(all(feature = "alloc", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod netns;
mod proof;

use std::os::fd::OwnedFd;
use std::process::Command;

use netns::inside;
use proof::Proof;
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use softnet_netlink::genl::ethtool;
use softnet_netlink::rtnl::addr::{AddrAttrBuf, AddrSet, Ifaddrmsg};
use softnet_netlink::rtnl::link::{
    Ifinfomsg, InfoDataBuf, LinkAttrBuf, LinkSet, LinkinfoAttrBuf, PeerAttrBuf, VethAttrBuf,
};
use softnet_netlink::rtnl::{RouteMessage, kind};
use softnet_netlink::set::{FixedBuf, HeadedBuf, List, MessageBuf, NestBuf};
use softnet_netlink::tc::qdisc::{QdiscOptionsBuf, TcFifoQopt};
use softnet_netlink::tc::{QdiscAttrBuf, QdiscSet, Tcmsg};
use softnet_netlink::wire::{Flags, Header, Messages, Writer};

/// A socket to the kernel.
struct Kernel {
    socket: OwnedFd,
}

impl Kernel {
    fn open(protocol: Option<rustix::net::Protocol>) -> Self {
        let (family, flags) = (AddressFamily::NETLINK, SocketFlags::CLOEXEC);
        let socket = rustix::net::socket_with(family, SocketType::RAW, flags, protocol).unwrap();
        rustix::net::bind(&socket, &SocketAddrNetlink::new(0, 0)).unwrap();
        Self { socket }
    }

    /// Sends messages and returns the datagrams that come until one ends the answer.
    fn ask(&self, messages: &[u8]) -> Vec<Vec<u8>> {
        rustix::net::send(&self.socket, messages, SendFlags::empty()).unwrap();
        let mut datagrams = Vec::new();
        loop {
            let mut buffer = vec![0; 1 << 16];
            let (len, _) =
                rustix::net::recv(&self.socket, buffer.as_mut_slice(), RecvFlags::empty()).unwrap();
            buffer.truncate(len);
            let ended = Messages::new(&buffer).any(|message| {
                let message = message.unwrap();
                message.done().is_some() || message.ack().is_some()
            });
            datagrams.push(buffer);
            if ended {
                return datagrams;
            }
        }
    }

    /// All that a dump of `kind` gives, from a request with `body`.
    fn dump(&self, kind: u16, body: &[u8]) -> Vec<Vec<u8>> {
        let mut buffer = [0; 256];
        let mut writer = Writer::new(&mut buffer);
        let header = Header::new(kind, Flags::REQUEST | Flags::DUMP);
        writer.message(header, |to| to.raw(body)).unwrap();
        self.ask(writer.as_bytes())
    }

    /// The errno of the answer to a request of ours: 0 if the kernel did it.
    fn request(&self, message: &RouteMessage) -> i32 {
        let mut buffer = [0; 1024];
        let mut writer = Writer::new(&mut buffer);
        message.encode(&mut writer).unwrap();
        let answer = self.ask(writer.as_bytes());
        let message = Messages::new(&answer[0]).next().unwrap().unwrap();
        message.ack().unwrap().error()
    }

    fn links(&self) -> Vec<MessageBuf<Ifinfomsg, LinkSet>> {
        let typed = self.dump(kind::GETLINK, &[0; 16]);
        let typed = typed.iter().flat_map(|datagram| Proof::default().route(datagram));
        typed
            .map(|message| if let RouteMessage::Link(link) = message { link } else { panic!() })
            .collect()
    }

    fn link(&self, name: &str) -> Option<MessageBuf<Ifinfomsg, LinkSet>> {
        let name = LinkAttrBuf::Ifname(name.into());
        self.links().into_iter().find(|link| link.attrs.attrs.contains(&name))
    }
}

/// Runs each line's command; what this kernel cannot do is printed. Returns how many it could.
fn run(lines: &str) -> usize {
    let done = |line: &&str| {
        let mut words = line.split_whitespace();
        let output = Command::new(words.next().unwrap()).args(words).output().unwrap();
        if !output.status.success() {
            println!("not here: {line}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        output.status.success()
    };
    lines.trim().lines().map(str::trim).filter(done).count()
}

const OBJECTS: &str = "
    ip link set lo up
    ip link add va type veth peer name vb
    ip link add br0 type bridge vlan_filtering 1
    ip link set vb master br0
    ip link add ifb0 type ifb
    ip link add dm0 type dummy
    ip tuntap add tap0 mode tap
    ip tuntap add tun0 mode tun multi_queue
    ip link add vx0 type vxlan id 42 remote 192.0.2.1 local 192.0.2.2 dstport 4789 dev va
    ip link add vx6 type vxlan id 43 group ff05::1 dstport 4790 dev va
    ip link add mv0 link va type macvlan mode bridge
    ip link set va up
    ip link set vb up
    ip link set vx0 up
    ip link set tun0 up
    ip link property add dev va altname a-longer-name-for-va
    ip link set va alias alias
    ip addr add 192.0.2.2/24 brd + dev va label va:1
    ip addr add 2001:db8::2/64 dev va valid_lft 1000 preferred_lft 500 nodad
    ip addr add 10.0.0.1 peer 10.0.0.2 dev tun0
    ip route add 198.51.100.0/24 via 192.0.2.1 metric 5 mtu lock 1400 rto_min 10ms congctl cubic
    ip route add 203.0.113.0/24 nexthop via 192.0.2.3 weight 2 nexthop via 192.0.2.4
    ip route add 2001:db8:1::/64 nexthop via 2001:db8::3 dev va nexthop via 2001:db8::4 dev va
    ip route add blackhole 10.9.0.0/16
    ip route add 10.8.0.0/16 encap ip id 5 dst 192.0.2.9 dev va
    ip nexthop add id 7 via 192.0.2.1 dev va
    ip nexthop add id 8 via 192.0.2.3 dev va
    ip nexthop add id 9 group 7/8,3
    ip route add 10.7.0.0/16 nhid 9
    ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev va nud permanent
    ip neigh add proxy 192.0.2.78 dev va
    bridge fdb append 00:00:00:00:00:00 dst 192.0.2.5 dev vx0 self
    ip rule add from 192.0.2.0/24 fwmark 0x1/0xff iif va table 100 pref 50
    ip rule add ipproto tcp sport 1-1000 dport 80 uidrange 0-1000 table 101
    ip -6 rule add to 2001:db8::/32 table 102
    ip rule add goto 32766 pref 60
    tc qdisc add dev va root handle 1: htb default 2 r2q 10
    tc class add dev va parent 1: classid 1:1 htb rate 10mbit ceil 20gbit
    tc class add dev va parent 1:1 classid 1:2 htb rate 5mbit prio 3
    tc qdisc add dev va parent 1:2 handle 2: pfifo limit 33
    tc qdisc add dev vb root tbf rate 1mbit burst 10k latency 50ms peakrate 2mbit mtu 1500
    tc qdisc add dev ifb0 root bfifo limit 10000
    tc qdisc add dev tap0 root pfifo_fast
    tc qdisc add dev va clsact
    tc qdisc add dev vb ingress
    tc filter add dev va parent 1: protocol ip prio 5 u32 match ip dst 10.0.0.0/8 classid 1:2
    tc filter add dev va ingress protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev ifb0
    tc filter add dev va egress prio 2 matchall action gact drop
    ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel enc cbc(aes) 0x00112233445566778899aabbccddeeff
    ip xfrm policy add src 10.0.0.0/8 dst 10.1.0.0/16 dir out tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel
";

/// What 6.18 sends that has no row.
const RAW: &[&str] = &[];

#[test]
fn all_that_the_kernel_dumps_comes_back() {
    if !inside("all_that_the_kernel_dumps_comes_back") {
        return;
    }
    assert!(run(OBJECTS) > 30, "hardly anything could be made");
    let kernel = Kernel::open(None);
    let mut proof = Proof::default();
    let mut dumps: Vec<(u16, Vec<u8>)> = vec![];
    for family in [0, 2, 7, 10] {
        let mut body = vec![family; 1];
        body.resize(16, 0);
        dumps.push((kind::GETLINK, [&body[..], &[8, 0, 29, 0, 9, 0, 0, 0]].concat()));
        for (kind, len) in [
            (kind::GETADDR, 8),
            (kind::GETROUTE, 12),
            (kind::GETNEIGH, 12),
            (kind::GETRULE, 12),
            (kind::GETNEIGHTBL, 4),
            (kind::GETNETCONF, 4),
            (kind::GETNEXTHOP, 8),
            (kind::GETNSID, 4),
            (kind::GETADDRLABEL, 12),
        ] {
            dumps.push((kind, body[..len].to_vec()));
        }
    }
    for link in kernel.links() {
        for (kind, parent) in [
            (kind::GETQDISC, 0),
            (kind::GETTCLASS, 0),
            (kind::GETTFILTER, 0x1_0000),
            (kind::GETTFILTER, 0xffff_fff2_u32),
            (kind::GETTFILTER, 0xffff_fff3),
        ] {
            let (index, parent) = (link.body.value.index.to_ne_bytes(), parent.to_ne_bytes());
            dumps.push((kind, [[0; 4], index, [0; 4], parent, [0; 4]].concat()));
        }
    }
    for (kind, body) in dumps {
        for datagram in kernel.dump(kind, &body) {
            proof.route(&datagram);
        }
    }
    assert!(proof.messages > 100, "{}", proof.messages);

    let xfrm = Kernel::open(Some(netlink::XFRM));
    for kind in [softnet_netlink::xfrm::kind::GETSA, softnet_netlink::xfrm::kind::GETPOLICY] {
        for datagram in xfrm.dump(kind, &[]) {
            proof.xfrm(&datagram);
        }
    }
    proof.assert_raw(RAW);
}

/// What 6.18's ethtool answers that 6.12 has not.
const RAW_ETHTOOL: &[&str] = &[];

#[test]
fn all_that_ethtool_dumps_comes_back() {
    if !inside("all_that_ethtool_dumps_comes_back") {
        return;
    }
    run(
        "ip link add va type veth peer name vb numtxqueues 4 numrxqueues 4\n ip link set va up\n ip link add br0 type bridge",
    );
    let kernel = Kernel::open(Some(netlink::GENERIC));
    let asked = genl(3, b"\x0c\x00\x02\x00ethtool\x00");
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    let header = Header::new(0x10, Flags::REQUEST | Flags::ACK);
    writer.message(header, |to| to.raw(&asked)).unwrap();
    let answer = kernel.ask(writer.as_bytes());
    let told = Messages::new(&answer[0]).next().unwrap().unwrap();
    let id = told.attrs(4).find(1).unwrap().u16().unwrap();
    let (mut proof, mut answered) = (Proof::default(), 0);
    for command in ethtool::FAMILY.commands().filter(|command| command.dumpit.is_some()) {
        // Bitsets bit by bit, and as maps; counters too, where a command takes the flag.
        for flags in [0_u32, 1, 4] {
            let header = [&[12, 0, 1, 0x80, 8, 0, 3, 0][..], &flags.to_ne_bytes()].concat();
            let before = proof.messages;
            for datagram in kernel.dump(id, &genl(command.cmd, &header)) {
                proof.ethtool(&datagram);
            }
            answered += usize::from(proof.messages > before);
        }
    }
    proof.assert_raw(RAW_ETHTOOL);
    println!("{} messages, {answered} dumps were answered", proof.messages);
    assert!(answered > 10, "{answered}");
}

fn genl(cmd: u8, attrs: &[u8]) -> Vec<u8> {
    [&[cmd, 1, 0, 0], attrs].concat()
}

fn made(kind: u16, flags: Flags) -> Header {
    Header::new(kind, Flags::REQUEST | Flags::ACK | flags)
}

fn nest<S: softnet_netlink::set::Owned>(attrs: Vec<S::Buf>) -> NestBuf<S> {
    NestBuf { flagged: true, list: List::new(attrs) }
}

#[test]
fn our_requests_make_change_and_delete_a_veth() {
    if !inside("our_requests_make_change_and_delete_a_veth") {
        return;
    }
    let kernel = Kernel::open(None);
    let peer = HeadedBuf {
        flags: 0,
        head: Ifinfomsg::default(),
        list: List::new(vec![PeerAttrBuf::Ifname("there".into()), PeerAttrBuf::Mtu(1400)]),
    };
    let info = vec![
        LinkinfoAttrBuf::Kind("veth".into()),
        LinkinfoAttrBuf::Data(InfoDataBuf::Veth(nest(vec![VethAttrBuf::Peer(peer)]))),
    ];
    let attrs = vec![
        LinkAttrBuf::Ifname("here".into()),
        LinkAttrBuf::Mtu(1300),
        LinkAttrBuf::Linkinfo(nest(info)),
    ];
    let header = made(kind::NEWLINK, Flags::CREATE | Flags::EXCL);
    let new = RouteMessage::Link(MessageBuf::new(header, Ifinfomsg::default(), attrs));
    assert_eq!(kernel.request(&new), 0);
    assert_eq!(kernel.request(&new), -17, "EEXIST");
    let here = kernel.link("here").unwrap();
    assert!(here.attrs.attrs.contains(&LinkAttrBuf::Mtu(1300)));
    assert!(kernel.link("there").unwrap().attrs.attrs.contains(&LinkAttrBuf::Mtu(1400)));

    let body =
        Ifinfomsg { index: here.body.value.index, flags: 1, change: 1, ..Default::default() };
    let attrs = vec![LinkAttrBuf::Ifalias("ours".into()), LinkAttrBuf::Group(7)];
    let change = MessageBuf::new(made(kind::NEWLINK, Flags::empty()), body, attrs);
    assert_eq!(kernel.request(&RouteMessage::Link(change)), 0);
    let changed = kernel.link("here").unwrap();
    assert_eq!(changed.body.value.flags & 1, 1, "IFF_UP");
    assert!(changed.attrs.attrs.contains(&LinkAttrBuf::Ifalias("ours".into())));
    assert!(changed.attrs.attrs.contains(&LinkAttrBuf::Group(7)));

    let delete = MessageBuf::new(made(kind::DELLINK, Flags::empty()), body, vec![]);
    assert_eq!(kernel.request(&RouteMessage::Link(delete)), 0);
    assert!(kernel.link("here").is_none() && kernel.link("there").is_none());
}

#[test]
fn our_requests_make_change_and_delete_a_discipline_and_an_address() {
    if !inside("our_requests_make_change_and_delete_a_discipline_and_an_address") {
        return;
    }
    let kernel = Kernel::open(None);
    let index = kernel.link("lo").unwrap().body.value.index;
    let body = Tcmsg { ifindex: index, handle: 0x1_0000, parent: u32::MAX, ..Default::default() };
    let qdisc = |kind, flags, limit| {
        let options = QdiscOptionsBuf::Fifo(FixedBuf::new(TcFifoQopt { limit }));
        let attrs = vec![QdiscAttrBuf::Kind("pfifo".into()), QdiscAttrBuf::Options(options)];
        RouteMessage::Qdisc(MessageBuf::<_, QdiscSet>::new(made(kind, flags), body, attrs))
    };
    let limits = || {
        let shown = kernel.dump(kind::GETQDISC, &[0; 20]);
        let shown = shown.iter().flat_map(|datagram| Proof::default().route(datagram));
        let limits = shown.filter_map(|message| {
            let RouteMessage::Qdisc(qdisc) = message else { panic!() };
            qdisc.attrs.attrs.into_iter().find_map(|attr| match attr {
                QdiscAttrBuf::Options(QdiscOptionsBuf::Fifo(fifo)) => Some(fifo.value.limit),
                _ => None,
            })
        });
        limits.collect::<Vec<_>>()
    };
    assert_eq!(kernel.request(&qdisc(kind::NEWQDISC, Flags::CREATE | Flags::EXCL, 33)), 0);
    assert_eq!(limits(), [33]);
    assert_eq!(kernel.request(&qdisc(kind::NEWQDISC, Flags::empty(), 44)), 0);
    assert_eq!(limits(), [44]);
    assert_eq!(kernel.request(&qdisc(kind::DELQDISC, Flags::empty(), 44)), 0);
    assert!(limits().is_empty());

    let body =
        Ifaddrmsg { family: 2, prefixlen: 24, index: index.cast_unsigned(), ..Default::default() };
    let address = |kind, flags| {
        let attrs = vec![AddrAttrBuf::Local([10, 1, 2, 3].into())];
        RouteMessage::Addr(MessageBuf::<_, AddrSet>::new(made(kind, flags), body, attrs))
    };
    let shown = || {
        let shown = kernel.dump(kind::GETADDR, &[0; 8]);
        let mut shown = shown.iter().flat_map(|datagram| Proof::default().route(datagram));
        shown.any(|message| {
            let RouteMessage::Addr(addr) = message else { panic!() };
            addr.attrs.attrs.contains(&AddrAttrBuf::Local([10, 1, 2, 3].into()))
        })
    };
    assert_eq!(kernel.request(&address(kind::NEWADDR, Flags::CREATE | Flags::EXCL)), 0);
    assert!(shown());
    assert_eq!(kernel.request(&address(kind::DELADDR, Flags::empty())), 0);
    assert!(!shown());
}
