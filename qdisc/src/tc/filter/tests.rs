use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use softnet_sk_buff::{DropCounts, Instant};

use super::*;
use crate::filter::cls_u32::Match;
use crate::filter::{Shown, Verdict, What as Kind};
use crate::testutil::Bytes;
use crate::tree::Device;

const ONE: ClassId = ClassId(0x1_0001);
const TWO: ClassId = ClassId(0x1_0002);

/// A prio `1:` to whose filters lines are added.
struct Lab {
    tree: Tree<Bytes>,
    lost: DropCounts,
}

impl Lab {
    fn new(lines: &[&str]) -> Self {
        let tree = Tree::new(Device::new(1)).unwrap();
        let mut lab = Self { tree, lost: DropCounts::default() };
        lab.run("qdisc add root handle 1: prio").unwrap();
        lines.iter().for_each(|line| lab.run(line).unwrap());
        lab
    }

    fn run(&mut self, line: &str) -> Result<(), TcError> {
        super::super::run(line, &mut self.tree, &mut Cx::new(Instant::ZERO, &mut self.lost))
    }

    fn why(&mut self, line: &str) -> String {
        self.run(line).unwrap_err().to_string()
    }

    /// What the root's filters say.
    fn ask(&mut self, packet: &mut Bytes) -> Verdict {
        let (mut inner, mut outer) = (DropCounts::default(), DropCounts::default());
        let mut deferred = crate::Deferred::new(1);
        let mut verdict = Verdict::Unclassified;
        let mut work = |block: &mut crate::filter::Block<Bytes>| {
            let mut cx = Cx::new(Instant::ZERO, &mut inner).with_deferred(&mut deferred);
            verdict = block.classify(packet, &mut cx);
        };
        let mut cx = Cx::new(Instant::ZERO, &mut outer);
        assert!(self.tree.with_filters(crate::Handle(1).class(0), &mut work, &mut cx));
        verdict
    }

    /// What `show` makes of each of the root's filters.
    fn shown<T>(&mut self, show: impl Fn(&Shown<'_, Bytes>) -> T) -> Vec<T> {
        let mut all = Vec::new();
        let mut work = |block: &mut crate::filter::Block<Bytes>| {
            block.walk(&mut |shown| all.push(show(shown)));
        };
        let mut cx = Cx::new(Instant::ZERO, &mut self.lost);
        assert!(self.tree.with_filters(crate::Handle(1).class(0), &mut work, &mut cx));
        all
    }

    /// The words of the only u32 filter.
    fn keys(line: &str) -> Vec<Match> {
        let mut lab = Self::new(&[line]);
        let keys = lab.shown(|shown| match shown.what {
            Kind::U32(node) => Some(node.selector().keys.clone()),
            _ => None,
        });
        keys.into_iter().flatten().next().unwrap()
    }
}

/// A frame: TCP from 10.0.0.1:1000 to `to`:80, DSCP EF.
fn tcp(to: [u8; 4]) -> Bytes {
    let mut bytes = [0; 54];
    bytes[0..6].copy_from_slice(&[2, 0, 0, 0, 0, 9]);
    bytes[12..16].copy_from_slice(&[8, 0, 0x45, 0xb8]);
    bytes[17] = 40;
    bytes[22..24].copy_from_slice(&[64, 6]);
    bytes[26..30].copy_from_slice(&[10, 0, 0, 1]);
    bytes[30..34].copy_from_slice(&to);
    bytes[34..38].copy_from_slice(&[0x03, 0xe8, 0, 80]);
    bytes[46..48].copy_from_slice(&[0x50, 0x02]);
    Bytes::frame(bytes)
}

#[test]
fn u32_packs_fields_into_words_as_tc_does() {
    // What tc sends for these lines, by the places of the fields in RFC 791 and RFC 9293.
    let keys = |rest: &str| Lab::keys(&format!("filter add protocol ip u32 {rest} classid 1:1"));
    let ip = keys("match ip dport 80 0xffff match ip sport 1000 ffff");
    assert_eq!(ip, [Match::at(20, 0x03e8_0050, 0xffff_ffff)]);
    let ip = keys("match ip protocol 6 0xff match ip dsfield 0xb8 0xfc");
    assert_eq!(
        ip,
        [Match::at(8, 0x0006_0000, 0x00ff_0000), Match::at(0, 0x00b8_0000, 0x00fc_0000)]
    );
    assert_eq!(keys("match ip dst 10.1.2.3/16"), [Match::at(16, 0x0a01_0000, 0xffff_0000)]);
    assert_eq!(keys("match ip src 0.0.0.0/0"), [Match::at(12, 0, 0)]);
    assert_eq!(keys("match u16 0x1234 0xffff at 2"), [Match::at(0, 0x1234, 0xffff)]);
    assert_eq!(keys("match u8 7 f at nexthdr+3"), [Match::at_nexthdr(0, 7, 0xf)]);
    assert_eq!(keys("match u32 0 0"), [Match::at(0, 0, 0)]);
    assert_eq!(keys("match tcp dst 80 0xffff"), [Match::at_nexthdr(0, 80, 0xffff)]);
    let ether = keys("match ether src 02:00:00:00:00:07");
    assert_eq!(
        ether,
        [Match::at(-8, 0x0200_0000, u32::MAX), Match::at(-4, 0x0007_0000, 0xffff_0000)]
    );
    let six = keys("match ip6 dst 2001:db8::/40");
    assert_eq!(six, [Match::at(24, 0x2001_0db8, u32::MAX), Match::at(28, 0, 0xff00_0000)]);
    let mut lab = Lab::new(&[]);
    assert_eq!(
        lab.why("filter add protocol ip u32 match ip dport 80 0xffff match ip dport 81 ffff"),
        "u32 needs matches that don't contradict"
    );
    assert_eq!(
        lab.why("filter add u32 match u16 1 ffff at 3"),
        "u32 needs a value and mask that fit, at a multiple of their length"
    );
    assert_eq!(
        lab.why("filter add u32 match u8 256 ff at 3"),
        "u32 needs a value and mask that fit, at a multiple of their length"
    );
}

#[test]
fn a_u32_filter_sends_a_packet_to_its_class() {
    let mut lab = Lab::new(&[
        "tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.9.0.0/16 flowid 1:1",
        "tc filter add dev eth0 parent 1: protocol ip prio 2 u32 match ip dsfield 0xb8 0xfc classid 1:2",
        "tc filter add parent 1: protocol ipv6 prio 3 u32 match u32 0 0 classid 1:1",
    ]);
    assert_eq!(lab.ask(&mut tcp([10, 9, 0, 1])), Verdict::Class(ONE));
    assert_eq!(lab.ask(&mut tcp([10, 8, 0, 1])), Verdict::Class(TWO));
    lab.run("filter del parent 1: protocol ip prio 2 u32").unwrap();
    assert_eq!(lab.ask(&mut tcp([10, 8, 0, 1])), Verdict::Unclassified);
}

#[test]
fn u32_tables_are_made_and_linked() {
    let mut lab = Lab::new(&[
        "filter add protocol ip prio 5 handle 2: u32 divisor 256",
        "filter add protocol ip prio 5 u32 ht 800:: match ip dst 10.0.0.0/8 link 2: hashkey mask 0xff at 16",
        "filter add protocol ip prio 5 u32 ht 2: sample u8 7 0xff divisor 256 match ip dst 10.0.0.7 classid 1:1",
        "filter add protocol ip prio 5 u32 ht 2:9 match u32 0 0 classid 1:2",
    ]);
    assert_eq!(lab.ask(&mut tcp([10, 0, 0, 7])), Verdict::Class(ONE));
    assert_eq!(lab.ask(&mut tcp([10, 0, 0, 9])), Verdict::Class(TWO));
    assert_eq!(lab.ask(&mut tcp([10, 0, 0, 8])), Verdict::Unclassified);
    // iproute2's get_u32_handle.
    assert_eq!(u32::handle("801:2:3"), Some(0x8010_2003));
    assert_eq!(u32::handle("801::3"), Some(0x8010_0003));
    assert_eq!(u32::handle("::5"), Some(5));
    assert_eq!(u32::handle("0x80000800"), Some(0x8000_0800));
    assert_eq!(u32::handle("1000:"), None);
    assert_eq!(u32::handle("1:2:3:4"), None);
    assert_eq!(u32::handle("801"), None);
}

#[test]
fn fw_matchall_basic_and_flower_know_their_words() {
    let verdict = |line: &str| {
        let mut packet = tcp([10, 0, 0, 2]);
        packet.mark = 0x17;
        packet.priority = 6;
        Lab::new(&[&format!("filter add protocol ip {line} classid 1:1")]).ask(&mut packet)
    };
    for line in [
        "matchall",
        "handle 0x17 fw",
        "handle 7/0xf fw",
        "basic match meta(priority eq 6)",
        "basic match 'meta(nf_mark mask 0xf0 eq 0x10)' and cmp(u16 at 2 layer transport gt 79)",
        "basic match meta(priority eq 1) or not u32(u8 0 0xff at 9)",
        "flower ip_proto tcp dst_port 80 dst_ip 10.0.0.0/30",
        "flower dst_mac 02:00:00:00:00:09 ip_tos 0xb8/0xfc ip_ttl 64",
        "flower ip_proto tcp dst_port 79-81 tcp_flags 0x2/0x12",
    ] {
        assert_eq!(verdict(line), Verdict::Class(ONE), "{line}");
    }
    for line in [
        "handle 0x16 fw",
        "handle 8/0xf fw",
        "basic match meta(priority gt 6)",
        "basic match not meta(nf_mark mask 0xf0 eq 0x10)",
        "flower ip_proto udp dst_port 80",
        "flower dst_ip 10.0.0.4/30",
        "flower ip_proto tcp src_port 79-81",
    ] {
        assert_eq!(verdict(line), Verdict::Unclassified, "{line}");
    }
}

#[test]
fn actions_follow_one_another() {
    let verdict = |rest: &str| {
        let mut packet = tcp([10, 0, 0, 2]);
        let verdict = Lab::new(&[&format!("filter add matchall {rest}")]).ask(&mut packet);
        (verdict, packet.priority, packet.mark)
    };
    assert_eq!(verdict("action drop"), (Verdict::Drop, 0, 0));
    assert_eq!(verdict("classid 1:2 action gact pass"), (Verdict::Class(TWO), 0, 0));
    assert_eq!(verdict("action continue"), (Verdict::Unclassified, 0, 0));
    assert_eq!(
        verdict("action skbedit priority 1:5 mark 0x70/0xf0 action pass"),
        (Verdict::Class(ClassId(0)), 0x1_0005, 0x70)
    );
    let to = IfIndex::new(3).unwrap();
    assert_eq!(
        verdict("action skbedit mark 1 pipe action mirred egress redirect dev if3").0,
        Verdict::Redirect { to, ingress: false }
    );
    // 54 bytes don't fit a bucket of 50.
    assert_eq!(
        verdict("action police rate 1kbit burst 50 conform-exceed drop/pass").0,
        Verdict::Drop
    );
    let conforms = verdict("police rate 1kbit burst 60 drop classid 1:2").0;
    assert_eq!(conforms, Verdict::Class(TWO));
    assert_eq!(verdict("action jump 2 action drop action ok").0, Verdict::Class(ClassId(0)));
}

#[test]
fn what_is_wrong_is_told_in_one_line() {
    let mut lab = Lab::new(&["qdisc add parent 1:1 handle 10: pfifo"]);
    let shown = [
        ("filter", "after 'filter' comes add, change, replace or del"),
        ("filter add", "after 'add' comes a kind of filter"),
        (
            "filter add route",
            "'route' is unknown here; kinds of filters are u32 matchall fw flower basic",
        ),
        (
            "filter add protocol icmp u32",
            "'icmp' is not a protocol as ip, ipv6, all, 802.1q or 0x0800",
        ),
        ("filter add handle 7 u32 match u32 0 0", "'7' is not the number of a filter"),
        ("filter add u32 match ip dport 80", "after '80' comes a mask as 0xff"),
        ("filter add parent 10: matchall", "there is no place for filters at 10:0"),
        ("filter add parent 7: matchall", "there is no place for filters at 7:0"),
        ("filter add ingress matchall", "there is no place for filters at ffff:fff2"),
        ("filter add matchall action", "action needs a kind"),
        (
            "filter add matchall action explode",
            "'explode' is unknown here; actions are drop pass continue reclassify pipe trap goto jump gact police mirred skbedit vlan csum",
        ),
        ("filter add matchall action police rate 1mbit", "police needs a burst beside the rate"),
        (
            "filter add matchall action mirred egress redirect dev eth0",
            "'eth0' is not the number of a device as if3",
        ),
        ("filter add matchall action vlan push", "vlan needs an id"),
        ("filter add matchall action goto", "'goto' is unknown here; behind goto comes chain"),
        (
            "filter add basic match meta(colour eq 7)",
            "'meta(colour eq 7) ' is not tests as meta(priority eq 6) or cmp(u16 at 2 layer transport eq 80)",
        ),
        ("filter add fw classid 1:1", "a mark is needed"),
        ("filter del prio 3", "no chain 0"),
    ];
    for (line, why) in shown {
        assert_eq!(lab.why(line), why, "{line}");
    }
    lab.run("qdisc add clsact").unwrap();
    lab.run("filter add egress matchall action drop").unwrap();
    assert_eq!(
        lab.why("filter add egress prio 49152 protocol ip matchall"),
        "the priority is for protocol 0x0003"
    );
}
