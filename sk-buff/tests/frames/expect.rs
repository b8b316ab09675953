//! What is to be found.

use softnet_sk_buff::flow::{
    DissectFlags, Dissected, FlowAddrs, FlowFlags, FlowKeys, FlowVlan, Headers,
};
use softnet_sk_buff::{EtherType, MacAddr};

use super::build::{Header, Header::*, MACS, Payload, ethernet};

/// Operation, sender's and target's protocol address, their hardware addresses.
type Arp = (u8, u32, u32, [u8; 6], [u8; 6]);

/// All that a dissection says, in plain numbers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Found {
    dissected: bool,
    thoff: usize,
    flags: u32,
    n_proto: u16,
    ip_proto: u8,
    eth: Option<([u8; 6], [u8; 6])>,
    /// Identifier, priority, protocol before and after.
    vlan: Option<(u16, u8, u16, u16)>,
    cvlan: Option<(u16, u8, u16, u16)>,
    vlans: u8,
    addrs: Option<(u128, u128)>,
    kind: u8,
    ip: Option<(u8, u8)>,
    label: Option<u32>,
    gre_key: Option<u32>,
    ports: Option<(u16, u16)>,
    tcp: Option<u16>,
    icmp: Option<(u8, u8, u16)>,
    arp: Option<Arp>,
    mpls: Vec<u32>,
    entropy: Option<u32>,
    pppoe: Option<(u16, u16)>,
    l2tp: Option<u32>,
    spi: Option<u32>,
    cfm: Option<(u8, u8)>,
}

impl Found {
    /// Those that [`FlowKeys`] has.
    fn for_hash(self) -> Self {
        let zero = |ports: &(u16, u16)| *ports != (0, 0);
        Self {
            dissected: self.dissected,
            thoff: self.thoff,
            flags: self.flags,
            n_proto: self.n_proto,
            ip_proto: self.ip_proto,
            vlan: self.vlan,
            addrs: self.addrs,
            kind: self.kind,
            label: self.label,
            gre_key: self.gre_key.filter(|key| *key != 0),
            ports: self.ports.filter(zero),
            ..Self::default()
        }
    }
}

/// The model: goes over the headers of which `len` bytes are left, of which each begins at its start.
struct Model<'a> {
    headers: &'a [Header],
    starts: &'a [usize],
    len: usize,
    flags: DissectFlags,
    /// Whether more than the keys of the hash are wanted.
    all: bool,
    budget: u8,
    found: Found,
}

/// How a header ends the walk, or doesn't.
enum End {
    No,
    /// One more header, if the budget has one.
    Again,
    Good,
    Bad,
}

impl Model<'_> {
    fn run(mut self) -> Found {
        self.found.n_proto = self.headers[0].ether_type();
        self.found.eth = Some((MACS[..6].try_into().unwrap(), MACS[6..].try_into().unwrap()));
        self.found.thoff = 14;
        let mut good = true;
        for at in 0..self.headers.len() {
            match self.header(at) {
                End::No => {}
                End::Again if self.budget == 0 => break,
                End::Again => self.budget -= 1,
                End::Good => break,
                End::Bad => {
                    good = false;
                    break;
                }
            }
        }
        self.found.dissected = good;
        self.found.thoff = self.found.thoff.min(self.len);
        self.found
    }

    /// Whether the header's first `bytes` are there.
    fn has(&self, at: usize, bytes: usize) -> bool {
        self.starts[at] + bytes <= self.len
    }

    fn flag(&mut self, flag: FlowFlags) {
        self.found.flags |= flag.bits();
    }

    fn is(&self, flag: FlowFlags) -> bool {
        self.found.flags & flag.bits() != 0
    }

    fn behind_ip(&self, at: usize) -> bool {
        at > 0 && matches!(self.headers[at - 1], V4 { .. } | V6 { .. } | Ext { .. } | Frag { .. })
    }

    /// The start of the header after this one.
    fn pass(&mut self, at: usize) {
        self.found.thoff = self.starts[at + 1];
    }

    fn header(&mut self, at: usize) -> End {
        let header = self.headers[at].clone();
        if self.behind_ip(at) {
            if matches!(header, V4 { .. } | V6 { .. } | Gre { .. } | Pptp { .. })
                && self.flags.contains(DissectFlags::STOP_BEFORE_ENCAP)
            {
                return End::Good;
            }
            if let V4 { .. } | V6 { .. } | Mpls { .. } = header {
                self.found.n_proto = header.ether_type();
                if !matches!(header, Mpls { .. }) {
                    self.flag(FlowFlags::ENCAPSULATION);
                    if self.flags.contains(DissectFlags::STOP_AT_ENCAP) {
                        return End::Good;
                    }
                }
                if self.budget == 0 {
                    return End::Good;
                }
                self.budget -= 1;
            }
        }
        match header {
            V4 { .. } | V6 { .. } => self.ip(at),
            Ext { .. } | Frag { .. } => self.extension(at),
            Gre { .. } | Pptp { .. } | Batadv => self.tunnel(at),
            Last(payload) => self.payload(at, payload),
            _ => self.link(at),
        }
    }

    fn link(&mut self, at: usize) -> End {
        let next = self.headers[at + 1].clone();
        match self.headers[at] {
            Vlan { qinq, tci } => {
                if !self.has(at, 4) {
                    return End::Bad;
                }
                self.found.n_proto = next.ether_type();
                let tpid = if qinq { 0x88a8 } else { 0x8100 };
                let tag = (tci & 0xfff, (tci >> 13) as u8, tpid, self.found.n_proto);
                if !self.is(FlowFlags::ENCAPSULATION) {
                    self.found.vlans += 1;
                }
                if self.found.vlan.is_none() {
                    self.found.vlan = Some(tag);
                } else if self.found.cvlan.is_none() {
                    self.found.cvlan = Some(tag);
                }
            }
            Pppoe { session } => {
                if !self.has(at, 8) {
                    return End::Bad;
                }
                self.pass(at);
                match next {
                    Last(Payload::BadPpp) => return End::Bad,
                    Last(_) => {}
                    _ => self.found.n_proto = next.ether_type(),
                }
                self.found.pppoe = Some((session, next.ppp()));
                if let Last(_) = next {
                    return End::Good;
                }
            }
            Mpls { entry } => {
                // Passed even if it is not there.
                self.found.thoff = self.starts[at] + 4;
                if !self.all || self.found.mpls.len() == 7 {
                    return End::Good;
                }
                if !self.has(at, 4) {
                    return End::Bad;
                }
                if self.found.mpls.last().is_some_and(|before| before >> 12 == 7) {
                    self.found.entropy = Some(entry >> 12);
                }
                self.found.mpls.push(entry);
                if entry & 0x100 != 0 {
                    return End::Good;
                }
            }
            _ => {
                if !self.has(at, 6) {
                    return End::Bad;
                }
                self.found.n_proto = next.ether_type();
            }
        }
        self.pass(at);
        End::Again
    }

    fn ip(&mut self, at: usize) -> End {
        let next = self.headers[at + 1].ip_proto();
        match self.headers[at] {
            V4 { src, dst, tos, ttl, words, frag } => {
                if !self.has(at, 20) {
                    return End::Bad;
                }
                self.found.thoff = self.starts[at] + 20 + 4 * usize::from(words);
                self.found.ip_proto = next;
                self.found.addrs = Some((u128::from(src), u128::from(dst)));
                self.found.kind = 4;
                self.found.ip = Some((tos, ttl));
                if frag & 0x3fff != 0 {
                    return self.fragment(frag & 0x1fff == 0, End::No);
                }
            }
            V6 { src, dst, tc, hlim, label } => {
                if !self.has(at, 40) {
                    return End::Bad;
                }
                self.pass(at);
                self.found.ip_proto = next;
                self.found.addrs = Some((src, dst));
                self.found.kind = 6;
                if label != 0 {
                    self.found.label = Some(label);
                    if self.flags.contains(DissectFlags::STOP_AT_FLOW_LABEL) {
                        return End::Good;
                    }
                }
                self.found.ip = Some((tc, hlim));
            }
            _ => unreachable!(),
        }
        End::No
    }

    fn fragment(&mut self, first: bool, next: End) -> End {
        self.flag(FlowFlags::IS_FRAGMENT);
        if first {
            self.flag(FlowFlags::FIRST_FRAG);
            if self.flags.contains(DissectFlags::PARSE_1ST_FRAG) {
                return next;
            }
        }
        End::Good
    }

    fn extension(&mut self, at: usize) -> End {
        if self.found.n_proto != 0x86dd {
            return End::Good; // Nothing special to IPv4.
        }
        let needed = if let Frag { .. } = self.headers[at] { 8 } else { 2 };
        if !self.has(at, needed) {
            return End::Bad;
        }
        self.pass(at);
        let next = self.headers[at + 1].clone();
        self.found.ip_proto = next.ip_proto();
        if let Frag { units, .. } = self.headers[at] {
            return self.fragment(units == 0, End::Again);
        }
        // Ports are read before it is seen whether there is a budget for the header that has them.
        if let Last(payload) = next {
            self.ports(at + 1, &payload);
        }
        End::Again
    }

    fn tunnel(&mut self, at: usize) -> End {
        let next = self.headers[at + 1].clone();
        let needed = match self.headers[at] {
            Gre { csum, key, ether, .. } => {
                if !self.has(at, 4) {
                    return End::Bad;
                }
                self.found.n_proto = if ether { 0x6558 } else { next.ether_type() };
                let key_end = 4 + 4 * usize::from(csum) + 4;
                if key.is_some() {
                    if !self.has(at, key_end) {
                        return End::Bad;
                    }
                    self.found.gre_key = key;
                }
                // Without an inner header, nothing behind the key is looked at.
                if ether { self.starts[at + 1] - self.starts[at] } else { 0 }
            }
            Pptp { call, .. } => {
                if !self.has(at, 4) {
                    return End::Bad;
                }
                self.found.n_proto = 0x880b;
                if !self.has(at, 8) {
                    return End::Bad;
                }
                self.found.gre_key = Some(u32::from(call));
                self.starts[at + 1] - self.starts[at]
            }
            _ => 24,
        };
        if !self.has(at, needed) {
            return End::Bad;
        }
        match (&self.headers[at], &next) {
            (Pptp { .. }, V4 { .. } | V6 { .. }) => self.found.n_proto = next.ether_type(),
            // PPP frames of other kinds are not looked into.
            (Pptp { .. }, _) => {}
            _ => self.found.n_proto = next.ether_type(),
        }
        self.pass(at);
        self.flag(FlowFlags::ENCAPSULATION);
        if self.flags.contains(DissectFlags::STOP_AT_ENCAP) {
            return End::Good;
        }
        if self.found.n_proto == 0x880b && self.budget > 0 {
            return End::Bad;
        }
        End::Again
    }

    fn payload(&mut self, at: usize, payload: Payload) -> End {
        if self.behind_ip(at) {
            self.transport(at, &payload);
            self.ports(at, &payload);
            return End::Good;
        }
        let all = self.all;
        let (needed, advance) = match payload {
            Payload::Arp { op: 1 | 2, .. } if all => (28, 0),
            Payload::Arp { .. } if all => return End::Bad,
            Payload::Arp { .. } => (0, 0),
            Payload::Tipc { .. } => (16, 0),
            Payload::Cfm { .. } => (if all { 2 } else { 0 }, 0),
            Payload::Fcoe => (38, 38),
            Payload::Ptp => (34, 34),
            _ => return End::Bad,
        };
        if !self.has(at, needed) {
            return End::Bad;
        }
        self.found.thoff += advance;
        match payload {
            Payload::Arp { op, sender, sip, target, tip } => {
                self.found.arp = Some((op as u8, sip, tip, sender, target));
            }
            Payload::Tipc { node } => {
                self.found.addrs = Some((u128::from(node), 0));
                self.found.kind = 1;
            }
            Payload::Cfm { mdl_ver, opcode } => self.found.cfm = Some((mdl_ver, opcode)),
            _ => {}
        }
        End::Good
    }

    fn transport(&mut self, at: usize, payload: &Payload) {
        match *payload {
            Payload::Tcp { words: 5.., flags, .. } if self.has(at, 20) => {
                self.found.tcp = Some(flags);
            }
            Payload::Icmp { kind, code, id, .. } if self.has(at, 8) => {
                let with_id = [0, 8, 13, 14, 128, 129].contains(&kind);
                let id = if !with_id {
                    0
                } else if id == 0 {
                    1
                } else {
                    id
                };
                self.found.icmp = Some((kind, code, id));
            }
            Payload::L2tp { session } if self.has(at, 4) => self.found.l2tp = Some(session),
            Payload::Esp { spi } if self.has(at, 8) => self.found.spi = Some(spi),
            Payload::Ah { spi } if self.has(at, 12) => self.found.spi = Some(spi),
            _ => {}
        }
    }

    fn ports(&mut self, at: usize, payload: &Payload) {
        if self.is(FlowFlags::IS_FRAGMENT) {
            return;
        }
        let halves = |spi: u32| ((spi >> 16) as u16, spi as u16);
        let (needed, ports) = match *payload {
            Payload::Tcp { src, dst, .. } | Payload::Ports { src, dst, .. } => (4, (src, dst)),
            Payload::Esp { spi } => (4, halves(spi)),
            Payload::Ah { spi } => (8, halves(spi)),
            _ => return,
        };
        if self.has(at, needed) {
            self.found.ports = Some(ports);
        }
    }
}

/// The address in one number, and the kind.
fn numbers(addrs: FlowAddrs) -> (Option<(u128, u128)>, u8) {
    match addrs {
        FlowAddrs::V4 { src, dst } => {
            (Some((u128::from(src.to_bits()), u128::from(dst.to_bits()))), 4)
        }
        FlowAddrs::V6 { src, dst } => (Some((src.to_bits(), dst.to_bits())), 6),
        FlowAddrs::Tipc(node) => (Some((u128::from(node), 0)), 1),
        _ => (None, 0),
    }
}

fn of_all(keys: &Dissected) -> Found {
    let tag = |vlan: FlowVlan| (vlan.id, vlan.priority, vlan.tpid.0, vlan.eth_type.0);
    let control = keys.control();
    let (addrs, kind) = numbers(keys.addrs());
    let mpls = (0..8).map_while(|i| keys.mpls(i)).map(|entry| {
        let bottom = u32::from(entry.bottom_of_stack);
        entry.label << 12 | u32::from(entry.tc) << 9 | bottom << 8 | u32::from(entry.ttl)
    });
    Found {
        dissected: control.dissected,
        thoff: control.thoff.into(),
        flags: control.flags.bits(),
        n_proto: keys.n_proto().0,
        ip_proto: keys.ip_proto(),
        eth: keys.eth().map(|eth| (eth.dst.octets(), eth.src.octets())),
        vlan: keys.vlan().map(tag),
        cvlan: keys.cvlan().map(tag),
        vlans: keys.num_of_vlans(),
        addrs,
        kind,
        ip: keys.ip().map(|ip| (ip.tos, ip.ttl)),
        label: keys.flow_label(),
        gre_key: keys.gre_key(),
        ports: keys.ports().map(|ports| (ports.src, ports.dst)),
        tcp: keys.tcp_flags(),
        icmp: keys.icmp().map(|icmp| (icmp.kind, icmp.code, icmp.id)),
        arp: keys.arp().map(|arp| {
            let (MacAddr(sender), MacAddr(target)) = (arp.sender, arp.target);
            (arp.op, arp.sender_ip.to_bits(), arp.target_ip.to_bits(), sender, target)
        }),
        mpls: mpls.collect(),
        entropy: keys.mpls_entropy(),
        pppoe: keys.pppoe().map(|pppoe| (pppoe.session, pppoe.protocol)),
        l2tp: keys.l2tpv3_session(),
        spi: keys.spi(),
        cfm: keys.cfm().map(|cfm| (cfm.level << 5 | cfm.version, cfm.opcode)),
    }
}

/// With offsets from the frame's start.
fn of_hash(keys: &FlowKeys) -> Found {
    let (addrs, kind) = numbers(keys.addrs);
    let some = |number: u32| (number != 0).then_some(number);
    let ports = (keys.ports.src, keys.ports.dst);
    Found {
        dissected: keys.control.dissected,
        thoff: 14 + usize::from(keys.control.thoff),
        flags: keys.control.flags.bits(),
        n_proto: keys.n_proto.0,
        ip_proto: keys.ip_proto,
        vlan: keys.vlan.map(|tag| (tag.id, tag.priority, tag.tpid.0, tag.eth_type.0)),
        addrs,
        kind,
        label: some(keys.flow_label),
        gre_key: some(keys.gre_key),
        ports: (ports != (0, 0)).then_some(ports),
        ..Found::default()
    }
}

/// Builds a frame, leaves `len` bytes of it, and compares what is found with the model.
pub(crate) fn check(headers: &[Header], flags: DissectFlags, len: usize) {
    let (frame, starts) = ethernet(headers);
    let len = len.min(frame.len());
    let frame = &frame[..len];
    let keys = Dissected::dissect(flags, Headers::frame(frame));
    if len < 14 {
        assert_eq!(of_all(&keys), Found { thoff: len, ..Found::default() });
        return;
    }
    let model = |all| {
        let found = Found::default();
        Model { headers, starts: &starts, len, flags, all, budget: 15, found }.run()
    };
    assert_eq!(of_all(&keys), model(true), "{headers:?} {flags:?} {len}");
    let protocol = EtherType(headers[0].ether_type());
    let keys = FlowKeys::dissect_with(flags, protocol, &frame[14..]);
    assert_eq!(of_hash(&keys), model(false).for_hash(), "{headers:?} {flags:?} {len}");
}

/// [`check`] with the frame cut at every byte, and all flags.
pub(crate) fn check_all(headers: &[Header]) {
    let len = ethernet(headers).0.len();
    for len in 0..=len {
        for flags in 0..16 {
            check(headers, DissectFlags::from_bits_truncate(flags), len);
        }
    }
}
