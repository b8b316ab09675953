//! Random filters, as tc writes them and as ours are made.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use softnet_qdisc::Handle;
use softnet_qdisc::filter::cls_u32::{HashKey, Match as Word, Offset, Selector, VarOffset};
use softnet_qdisc::filter::ematch::{
    Align, Cmp, Layer, Match, Meta, MetaId, MetaValue, Opnd, Then, Tree, What,
};
use softnet_qdisc::filter::flower::{Masked, MplsEntry, Port};
use softnet_qdisc::filter::{At, Filter, Target, basic, cls_u32, flower, fw, matchall};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::flow::FlowFlags;
use softnet_sk_buff::{EtherType, MacAddr};

use super::act::{Action, Mix};
use super::frames;
use crate::frame::Frame;

/// A filter of the discipline 2:.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) at: At,
    kind: Kind,
    class: Option<u16>,
    actions: Vec<Action>,
}

#[derive(Clone)]
enum Kind {
    Table { divisor: u32 },
    U32 { text: String, table: Option<u32>, link: Option<u32>, selector: Selector },
    Basic { text: String, tree: Tree },
    Matchall,
    Flower { text: String, matches: Box<flower::Match> },
    Fw { mask: Option<u32> },
}

/// Which kinds there are to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    U32,
    Basic,
    Flower,
    Fw,
    Matchall,
}

const PROTOCOLS: [(EtherType, &str); 7] = [
    (EtherType::ALL, "all"),
    (EtherType::IPV4, "ip"),
    (EtherType::IPV6, "ipv6"),
    (EtherType::ARP, "arp"),
    (EtherType::VLAN, "802.1Q"),
    (EtherType::QINQ, "802.1ad"),
    (EtherType(0x8847), "mpls_uc"),
];

fn protocol(rng: &mut Rng) -> EtherType {
    rng.pick(&[0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 5, 6].map(|index: usize| PROTOCOLS[index].0))
}

impl Line {
    /// The line for tc, for the discipline 2: of `va`.
    pub(crate) fn tc(&self) -> String {
        self.tc_at("va parent 2:")
    }

    /// The line for tc, for filters at some other place.
    pub(crate) fn tc_at(&self, place: &str) -> String {
        let At { chain, prio, protocol, handle } = self.at;
        let (_, protocol) = PROTOCOLS.into_iter().find(|(one, _)| *one == protocol).unwrap();
        let mut line = format!("filter add dev {place} protocol {protocol} prio {prio}");
        if chain != 0 {
            line += &format!(" chain {chain}");
        }
        match &self.kind {
            Kind::Table { .. } => line += &format!(" handle {:x}:", handle >> 20),
            Kind::Fw { mask: None } => line += &format!(" handle {handle}"),
            Kind::Fw { mask: Some(mask) } => line += &format!(" handle {handle:#x}/{mask:#x}"),
            _ => {}
        }
        match &self.kind {
            Kind::Table { divisor } => line += &format!(" u32 divisor {divisor}"),
            Kind::U32 { text, .. } => line += &format!(" u32 {text}"),
            Kind::Basic { text, .. } => line += &format!(" basic match {text}"),
            Kind::Matchall => line += " matchall",
            Kind::Flower { text, .. } => line += &format!(" flower {text}"),
            Kind::Fw { .. } => line += " fw",
        }
        if let Some(minor) = self.class {
            line += &format!(" classid 2:{minor:x}");
        }
        for action in &self.actions {
            line += &format!(" action {}", action.tc());
        }
        line
    }

    /// Ours.
    pub(crate) fn filter(&self) -> Filter<Frame> {
        let classid = self.class.map(|minor| Handle(2).class(minor));
        let actions = self.actions.iter().map(Action::config).collect();
        let target = Target { classid, actions, ..Target::none() };
        match &self.kind {
            Kind::Table { divisor } => Filter::U32(cls_u32::Config::Table { divisor: *divisor }),
            Kind::U32 { table, link, selector, .. } => {
                let (selector, indev) = (selector.clone(), None);
                let key = cls_u32::Key {
                    table: *table,
                    selector,
                    mark: None,
                    link: *link,
                    indev,
                    target,
                };
                Filter::U32(key.into())
            }
            Kind::Basic { tree, .. } => {
                Filter::Basic(basic::Config { matches: tree.clone(), target })
            }
            Kind::Matchall => Filter::Matchall(matchall::Config { target }),
            Kind::Flower { matches, .. } => {
                Filter::Flower(flower::Config { matches: matches.clone(), target })
            }
            Kind::Fw { mask } => {
                let mask = mask.unwrap_or(u32::MAX);
                Filter::Fw(fw::Config::Mark { mask, indev: None, target })
            }
        }
    }
}

/// Some filters of some kinds in chains 0 to `chains`.
pub(crate) fn random(kinds: &[Which], chains: u32, mix: Option<Mix>, rng: &mut Rng) -> Vec<Line> {
    let mut lines = Vec::new();
    for chain in 0..=chains {
        for prio in 1..=rng.range(1, 5) as u16 {
            let which = rng.pick(kinds);
            let protocol = match which {
                Which::Basic | Which::Fw => {
                    rng.pick(&[EtherType::ALL, EtherType::ALL, EtherType::IPV4])
                }
                _ => protocol(rng),
            };
            let at = At { chain, prio, protocol, handle: 0 };
            let target = |rng: &mut Rng| {
                let class = (!rng.one_in(8)).then(|| rng.range(1, 15) as u16);
                let count = if mix.is_some() { rng.pick(&[0, 1, 1, 2, 3]) } else { 0 };
                let mix = mix.unwrap_or(Mix::NoSums);
                let actions: Vec<_> =
                    (0..count).map(|_| Action::random(mix, chains, rng)).collect();
                (class, actions)
            };
            let count = match which {
                Which::Matchall => 1,
                _ => rng.range(1, 5),
            };
            let mask = rng.pick(&[None, Some(0xf), Some(3)]);
            let tables = if which == Which::U32 { rng.pick(&[0, 0, 1, 2]) } else { 0 };
            let tables: Vec<(u32, u32)> = (0..tables)
                .map(|index| {
                    // Of each priority its own, from 10: to 7ff:.
                    let id = 0x10 + chain * 0x40 + u32::from(prio) * 8 + index;
                    (id << 20, rng.pick(&[1, 2, 4, 16, 256]))
                })
                .collect();
            for &(handle, divisor) in &tables {
                let kind = Kind::Table { divisor };
                lines.push(Line { at: At { handle, ..at }, kind, class: None, actions: vec![] });
            }
            for &(handle, divisor) in &tables {
                for _ in 0..rng.range(1, 4) {
                    let bucket = rng.range32(0, divisor - 1);
                    let (class, actions) = target(rng);
                    let kind = words(Some(handle | (bucket << 12)), None, class, &actions, rng);
                    lines.push(Line { at, kind, class, actions });
                }
            }
            for &(handle, _) in &tables {
                let (class, actions) = if rng.one_in(3) { target(rng) } else { (None, Vec::new()) };
                let kind = words(None, Some(handle), class, &actions, rng);
                lines.push(Line { at, kind, class, actions });
            }
            for _ in 0..count {
                let (class, actions) = target(rng);
                // Without options fw takes no handle and matchall nothing; and tc wants something
                // behind a test.
                let needed = which != Which::U32 && which != Which::Flower && actions.is_empty();
                let class = class.or(needed.then_some(1));
                let handle = if which == Which::Fw { rng.range32(1, 6) } else { 0 };
                let kind = match which {
                    Which::U32 => words(None, None, class, &actions, rng),
                    Which::Basic => {
                        let (text, tree) = ematch(rng);
                        Kind::Basic { text, tree }
                    }
                    Which::Flower => {
                        let (text, matches) = keys(protocol, rng);
                        Kind::Flower { text, matches: Box::new(matches) }
                    }
                    Which::Fw => Kind::Fw { mask },
                    Which::Matchall => Kind::Matchall,
                };
                lines.push(Line { at: At { handle, ..at }, kind, class, actions });
            }
        }
    }
    lines
}

/// A u32 filter. Marks are left out: the kernel at hand is built without `CONFIG_CLS_U32_MARK`.
fn words(
    table: Option<u32>,
    link: Option<u32>,
    class: Option<u16>,
    actions: &[Action],
    rng: &mut Rng,
) -> Kind {
    let mut text = String::new();
    let mut selector =
        Selector { terminal: class.is_some() || !actions.is_empty(), ..Selector::default() };
    if let Some(table) = table {
        text += &format!("ht {:x}:{:x}: ", table >> 20, (table >> 12) & 0xff);
    }
    if let Some(link) = link {
        text += &format!("link {:x}: ", link >> 20);
        if rng.one_in(2) {
            let mask = rng.pick(&[0xff, 0x0f00, 0x0003_0000, 0xc000_0000]);
            let off = rng.pick(&[0, 8, 12, 16, -4]);
            selector.hash = HashKey { off, mask };
            text += &format!("hashkey mask {mask:#x} at {off} ");
        }
        if rng.one_in(2) {
            let plus = rng.pick(&[None, Some(4), Some(7), Some(20), Some(60)]);
            let var =
                rng.pick(&[None, Some((0, 0x0f00, 6)), Some((2, 0x00ff, 0)), Some((4, 0xffff, 8))]);
            let eat = rng.one_in(2);
            let var = var.map(|(off, mask, shift)| VarOffset { off, mask, shift });
            selector.offset = Offset { plus, var, eat };
            if plus.is_some() || var.is_some() || eat {
                text += "offset ";
            }
            if let Some(plus) = plus {
                text += &format!("plus {plus} ");
            }
            if let Some(VarOffset { off, mask, shift }) = var {
                text += &format!("at {off} mask {mask:#06x} shift {shift} ");
            }
            if eat {
                text += "eat ";
            }
        }
    }
    for _ in 0..rng.pick(&[1, 1, 1, 2, 3]) {
        let (mut off, mut mask, mut val) = match rng.range(0, 7) {
            0 => (8, 0x00ff_0000, rng.pick(&[6, 17, 1]) << 16),
            1 => (rng.pick(&[12, 16]), 0xff, u32::from(frames::host(rng))),
            2 => (20, 0xffff_0000, u32::from(frames::port(rng)) << 16),
            3 => (20, 0xffff, u32::from(frames::port(rng))),
            4 => (-4, 0xffff, rng.pick(&[0x0800, 0x0806, 0x86dd])),
            5 => (-8, 0x0300, 0x0100),
            6 => (0, rng.pick(&[0x0f00_0000, 0xf000_0000, 0]), rng.bits() as u32),
            _ => (rng.range(0, 20) as i32 * 4, 1 << rng.range(0, 31), rng.bits() as u32),
        };
        let nexthdr = off >= 0 && rng.one_in(4);
        if nexthdr {
            off = rng.pick(&[0, 4, off]);
        }
        if rng.one_in(30) {
            (off, mask, val) = (rng.pick(&[60, 100, 2000, -12]), 0, 0);
        }
        val &= mask;
        let offmask = if nexthdr { -1 } else { 0 };
        if selector.keys.iter().any(|key| key.off == off && key.offmask == offmask) {
            continue;
        }
        selector.keys.push(Word { off, offmask, val, mask });
        let at = if nexthdr { format!("nexthdr+{off}") } else { off.to_string() };
        text += &format!("match u32 {val:#x} {mask:#x} at {at} ");
    }
    Kind::U32 { text: text.trim_end().into(), table, link, selector }
}

/// A random expression of at most a few levels, and the tree that tc makes of it.
fn ematch(rng: &mut Rng) -> (String, Tree) {
    let mut matches = Vec::new();
    let mut todo = vec![None];
    // As tc does: all of a level, then what is in its parentheses, each in turn.
    let mut texts: Vec<Vec<(String, Option<usize>)>> = Vec::new();
    let mut places = Vec::new();
    while !todo.is_empty() {
        let parent: Option<usize> = todo.remove(0);
        let first = matches.len();
        if let Some(parent) = parent {
            let Match { what, .. }: &mut Match = &mut matches[parent];
            *what = What::Container(first);
        }
        let count = rng.range(1, 3);
        let mut level = Vec::new();
        for index in 1..=count {
            let then = match index == count {
                true => Then::End,
                false => rng.pick(&[Then::And, Then::Or]),
            };
            let word = match then {
                Then::End => "",
                Then::And => " and ",
                Then::Or => " or ",
            };
            let not = rng.one_in(4);
            let prefix = if not { "not " } else { "" };
            if matches.len() < 6 && rng.one_in(4) {
                todo.push(Some(matches.len()));
                level.push((format!("{prefix}({{}}){word}"), Some(matches.len())));
                matches.push(Match { what: What::Container(0), not, then });
            } else {
                let (text, what) = test(rng);
                level.push((format!("{prefix}{text}{word}"), None));
                matches.push(Match { what, not, then });
            }
        }
        places.push(parent);
        texts.push(level);
    }
    fn write(
        parent: Option<usize>,
        places: &[Option<usize>],
        texts: &[Vec<(String, Option<usize>)>],
    ) -> String {
        let level = places.iter().position(|place| *place == parent).unwrap();
        let part = |(text, inner): &(String, Option<usize>)| match inner {
            None => text.clone(),
            Some(_) => text.replace("{}", &write(*inner, places, texts)),
        };
        texts[level].iter().map(part).collect()
    }
    (write(None, &places, &texts), Tree(matches))
}

fn test(rng: &mut Rng) -> (String, What) {
    let opnd = rng.pick(&[(Opnd::Eq, "eq"), (Opnd::Gt, "gt"), (Opnd::Lt, "lt")]);
    match rng.range(0, 3) {
        0 => {
            let off = rng.pick(&[-12, -4, 0, 8, 12, 16, 20, 32, 200]);
            let mask = rng.pick(&[0xff, 0xffff, 0xff00_0000, 0x00ff_0000, 3]);
            let val = (rng.pick(&[1, 2, 6, 17, 0x0800, 0x4500_0000, 0x0006_0000])) & mask;
            let what = What::U32 { off, mask, val };
            (format!("u32(u32 {val:#x} {mask:#x} at {off})"), what)
        }
        1 => {
            let object = rng.range(0, 4);
            let (id, name, value) = match object {
                0 => (MetaId::Priority, "priority", rng.pick(&[0, 1, 2, 3])),
                1 => (MetaId::NfMark, "nf_mark", rng.pick(&[0, 1, 2, 5])),
                2 => (MetaId::PktLen, "pkt_len", rng.pick(&[64, 100, 600])),
                _ => (MetaId::Vlan, "vlan", rng.pick(&[1, 2, 0x6001])),
            };
            let shift = rng.pick(&[0, 0, 1]);
            let mask = rng.pick(&[0, 0, 3, 0xfff]);
            let left = MetaValue { id, shift, mask };
            let right = MetaValue::new(MetaId::Value(value));
            let mut text = format!("meta({name}");
            if shift != 0 {
                text += &format!(" shift {shift}");
            }
            if mask != 0 {
                text += &format!(" mask {mask:#x}");
            }
            (format!("{text} {} {value})", opnd.1), What::Meta(Meta { left, opnd: opnd.0, right }))
        }
        _ => {
            let align = rng.pick(&[(Align::U8, "u8"), (Align::U16, "u16"), (Align::U32, "u32")]);
            let layer = rng.pick(&[(Layer::Link, 0), (Layer::Network, 1), (Layer::Transport, 2)]);
            let off = rng.pick(&[0, 2, 8, 9, 12, 13, 19, 100, 1000]);
            let mask = rng.pick(&[0, 0, 0xff, 0xf0, 1]);
            let port = u32::from(frames::port(rng));
            let val = rng.pick(&[0, 1, 6, 17, 0x45, 0x0800, port]);
            let trans = align.0 != Align::U8 && rng.one_in(5);
            let (align, word) = align;
            let cmp = Cmp { layer: layer.0, off, align, mask, opnd: opnd.0, val, trans };
            let mut text = format!("cmp({word} at {off} layer {}", layer.1);
            if mask != 0 {
                text += &format!(" mask {mask:#x}");
            }
            if trans {
                text += " trans";
            }
            (format!("{text} {} {val})", opnd.1), What::Cmp(cmp))
        }
    }
}

/// Keys for flower, of a protocol.
fn keys(protocol: EtherType, rng: &mut Rng) -> (String, flower::Match) {
    let mut wanted = flower::Match::default();
    let mut words: Vec<String> = Vec::new();
    if protocol != EtherType::ALL {
        wanted.eth_type = Some(protocol);
    }
    if rng.one_in(5) {
        let value = MacAddr([2, 0, 0, 0, 0, rng.pick(&[1, 2])]);
        let mask = rng.pick(&[[0xff; 6], [0xff, 0, 0, 0, 0, 0xff], [0, 0, 0, 0, 0, 1]]);
        wanted.src_mac = Some(Masked { value, mask: MacAddr(mask) });
        words.push(format!("src_mac {value}/{}", MacAddr(mask)));
    }
    if rng.one_in(6) {
        let count = rng.pick(&[0, 1, 2]);
        // tc takes the number for a sign of tags, and then wants no keys of IP.
        if protocol == EtherType::ALL {
            wanted.num_of_vlans = Some(count);
            words.push(format!("num_of_vlans {count}"));
        }
    }
    let mut inner = protocol;
    if matches!(protocol, EtherType::VLAN | EtherType::QINQ) {
        if rng.one_in(2) {
            let id = rng.pick(&[1, 2, 3]);
            wanted.vlan_id = Some(id);
            words.push(format!("vlan_id {id}"));
        }
        if rng.one_in(3) {
            let prio = rng.range(0, 7) as u8;
            wanted.vlan_prio = Some(prio);
            words.push(format!("vlan_prio {prio}"));
        }
        if rng.one_in(2) {
            let (what, name) = rng.pick(&[
                (EtherType::IPV4, "ipv4"),
                (EtherType::IPV6, "ipv6"),
                (EtherType::ARP, "arp"),
            ]);
            wanted.vlan_ethtype = Some(what);
            words.push(format!("vlan_ethtype {name}"));
            inner = what;
        }
    }
    match inner {
        EtherType::IPV4 | EtherType::IPV6 => ip_keys(inner, &mut wanted, &mut words, rng),
        EtherType::ARP => {
            if rng.one_in(2) {
                let op = rng.pick(&[1, 2]);
                wanted.arp_op = Some(op.into());
                words.push(format!("arp_op {}", ["request", "reply"][usize::from(op) - 1]));
            }
            if rng.one_in(2) {
                let address = Ipv4Addr::new(10, 0, 0, frames::host(rng));
                wanted.arp_sip = Some(address.into());
                words.push(format!("arp_sip {address}"));
            }
            if rng.one_in(3) {
                let address = MacAddr([2, 0, 0, 0, 0, rng.pick(&[1, 2])]);
                wanted.arp_tha = Some(address.into());
                words.push(format!("arp_tha {address}"));
            }
        }
        EtherType(0x8847) => {
            let label = 16 * rng.range32(0, 2) + 1 + 0x10;
            let tc = rng.one_in(2).then(|| rng.pick(&[0, 5]));
            let bos = rng.one_in(3).then(|| rng.one_in(2));
            let entry = MplsEntry { depth: 0, label: Some(label), tc, bos, ttl: None };
            wanted.mpls.push(entry);
            words.push(format!("mpls_label {label}"));
            words.extend(tc.map(|tc| format!("mpls_tc {tc}")));
            words.extend(bos.map(|bos| format!("mpls_bos {}", u8::from(bos))));
        }
        _ => {}
    }
    (words.join(" "), wanted)
}

fn ip_keys(
    protocol: EtherType,
    wanted: &mut flower::Match,
    words: &mut Vec<String>,
    rng: &mut Rng,
) {
    let v4 = protocol == EtherType::IPV4;
    let address = |rng: &mut Rng| -> IpAddr {
        let host = frames::host(rng);
        if v4 {
            Ipv4Addr::new(10, 0, rng.pick(&[0, 1]), host).into()
        } else {
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host.into()).into()
        }
    };
    for (place, name) in [(&mut wanted.src_ip, "src_ip"), (&mut wanted.dst_ip, "dst_ip")] {
        if rng.one_in(3) {
            let len = if v4 { rng.pick(&[24, 30, 32]) } else { rng.pick(&[64, 127, 128]) };
            let value = address(rng);
            let masked = Masked::<IpAddr>::prefix(value, len);
            *place = Some(masked);
            words.push(format!("{name} {value}/{len}"));
        }
    }
    if rng.one_in(4) {
        let tos = rng.pick(&[0, 0x10, 0xb8]);
        let mask = rng.pick(&[0xff, 0xfc, 0x10]);
        wanted.ip_tos = Some(Masked { value: tos, mask });
        words.push(format!("ip_tos {tos:#x}/{mask:#x}"));
    }
    if rng.one_in(5) {
        let ttl = rng.pick(&[1, 63, 64]);
        wanted.ip_ttl = Some(ttl.into());
        words.push(format!("ip_ttl {ttl}"));
    }
    if rng.one_in(5) {
        let (is, first) = (FlowFlags::IS_FRAGMENT, FlowFlags::FIRST_FRAG);
        let none = FlowFlags::empty();
        let (flags, word) = rng.pick(&[
            ((is, is), "frag"),
            ((none, is), "nofrag"),
            ((is | first, is | first), "firstfrag"),
            ((is, is | first), "nofirstfrag"),
        ]);
        let ((value, mask), _) = (flags, ());
        // tc's firstfrag says nothing of being a fragment.
        let (value, mask) = match word {
            "firstfrag" => (first, first),
            "nofirstfrag" => (none, first),
            _ => (value, mask),
        };
        wanted.ip_flags = Some((value, mask));
        words.push(format!("ip_flags {word}"));
    }
    if rng.one_in(3) {
        return;
    }
    let icmp = if v4 { 1 } else { 58 };
    let transport = rng.pick(&[6, 6, 17, 132, icmp]);
    wanted.ip_proto = Some(transport);
    let name = match transport {
        6 => "tcp",
        17 => "udp",
        132 => "sctp",
        1 => "icmp",
        _ => "icmpv6",
    };
    words.push(format!("ip_proto {name}"));
    if transport == icmp {
        if rng.one_in(2) {
            let kind = rng.pick(&[0, 3, 8]);
            wanted.icmp_type = Some(kind.into());
            words.push(format!("type {kind}"));
            if rng.one_in(2) {
                let code = rng.pick(&[0, 1]);
                wanted.icmp_code = Some(code.into());
                words.push(format!("code {code}"));
            }
        }
        return;
    }
    for (place, name) in [(&mut wanted.src_port, "src_port"), (&mut wanted.dst_port, "dst_port")] {
        match rng.range(0, 5) {
            0 => {
                let port = frames::port(rng);
                *place = Some(port.into());
                words.push(format!("{name} {port}"));
            }
            1 => {
                let (from, to) =
                    rng.pick(&[(53, 80), (80, 81), (81, 443), (1000, 5001), (1, 65535)]);
                *place = Some(Port::Range(from, to));
                words.push(format!("{name} {from}-{to}"));
            }
            2 => {
                let (value, mask) = (frames::port(rng), rng.pick(&[0xfff0, 0xff, 1]));
                *place = Some(Port::Bits(Masked { value, mask }));
                words.push(format!("{name} {value}/{mask:#x}"));
            }
            _ => {}
        }
    }
    if transport == 6 && rng.one_in(3) {
        let (value, mask) = (rng.pick(&[2, 0x12, 0x10]), rng.pick(&[0xfff, 0x12, 2]));
        wanted.tcp_flags = Some(Masked { value, mask });
        words.push(format!("tcp_flags {value:#x}/{mask:#x}"));
    }
}
