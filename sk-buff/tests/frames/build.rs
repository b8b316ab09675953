//! From draws to headers, from headers to bytes.

use super::Draw;

/// A header; its bytes name the protocol of the header after it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Header {
    Vlan { qinq: bool, tci: u16 },
    Pppoe { session: u16 },
    Mpls { entry: u32 },
    Hsr { prp: bool },
    Batadv,
    V4 { src: u32, dst: u32, tos: u8, ttl: u8, words: u8, frag: u16 },
    V6 { src: u128, dst: u128, tc: u8, hlim: u8, label: u32 },
    Ext { kind: u8, units: u8 },
    Frag { units: u16, more: bool },
    Gre { csum: bool, key: Option<u32>, seq: bool, ether: bool },
    Pptp { call: u16, seq: bool, ack: bool },
    Last(Payload),
}

/// What ends a list of headers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    Arp {
        op: u16,
        sender: [u8; 6],
        sip: u32,
        target: [u8; 6],
        tip: u32,
    },
    Tipc {
        node: u32,
    },
    Cfm {
        mdl_ver: u8,
        opcode: u8,
    },
    Fcoe,
    Ptp,
    /// An EtherType or PPP protocol that nobody knows, or an IP protocol of that kind.
    Unknown,
    /// PPP protocol numbers that can't be.
    BadPpp,
    Tcp {
        src: u16,
        dst: u16,
        words: u8,
        flags: u16,
    },
    /// UDP, DCCP, SCTP, UDP-Lite.
    Ports {
        proto: u8,
        src: u16,
        dst: u16,
    },
    Icmp {
        v6: bool,
        kind: u8,
        code: u8,
        id: u16,
    },
    L2tp {
        session: u32,
    },
    Esp {
        spi: u32,
    },
    Ah {
        spi: u32,
    },
}

use Header::*;

/// Who says what comes next, and in which numbers.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Ether,
    Ip,
    Ppp,
    /// An MPLS entry that is not the last: one more of its kind.
    Stack,
    /// Nobody does: below an MPLS stack.
    Nobody,
}

/// The headers that `draws` stand for, closed by a payload.
pub(crate) fn headers(draws: &[Draw]) -> Vec<Header> {
    let mut list = vec![];
    let mut names = Names::Ether;
    for draw in draws {
        let header = match names {
            Names::Ether => of_ether(draw),
            Names::Ip => of_ip(draw),
            Names::Ppp => of_ppp(draw),
            Names::Stack => mpls(draw),
            Names::Nobody => break,
        };
        names = names_after(&header);
        let last = matches!(header, Last(_));
        list.push(header);
        if last {
            return list;
        }
    }
    if let Some(Mpls { entry }) = list.last_mut() {
        *entry |= 0x100;
    }
    list.push(Last(Payload::Unknown));
    list
}

fn names_after(header: &Header) -> Names {
    match header {
        V4 { .. } | V6 { .. } | Ext { .. } | Frag { .. } => Names::Ip,
        Pppoe { .. } | Pptp { .. } => Names::Ppp,
        Mpls { entry } if entry & 0x100 != 0 => Names::Nobody,
        Mpls { .. } => Names::Stack,
        _ => Names::Ether,
    }
}

fn v4(draw: &Draw) -> Header {
    // Mostly whole packets; then first, middle and last fragments, and "don't fragment".
    let frag = [0, 0x4000, 0, 0, 0x2000, 0x2001, 0x1fff, 0x8000][draw.a as usize % 8];
    let words = if draw.b.is_multiple_of(3) { (draw.b >> 8) as u8 % 11 } else { 0 };
    V4 { src: draw.a, dst: draw.b, tos: draw.b as u8, ttl: draw.a as u8, words, frag }
}

fn v6(draw: &Draw) -> Header {
    let wide = u128::from(draw.a) * 0x0001_0000_0001_0000_0001;
    let label = if draw.b.is_multiple_of(3) { (draw.b >> 4) & 0xf_ffff } else { 0 };
    let (tc, hlim) = (draw.b as u8, draw.a as u8);
    V6 { src: wide << 20, dst: wide ^ u128::from(draw.b), tc, hlim, label }
}

fn mpls(draw: &Draw) -> Header {
    // One in five is the entropy label's indicator; one in five ends the stack.
    let entry = if draw.b % 5 == 1 { (draw.a & 0xeff) | 7 << 12 } else { draw.a & !0x100 };
    Mpls { entry: if draw.b.is_multiple_of(5) { entry | 0x100 } else { entry } }
}

fn of_ether(draw: &Draw) -> Header {
    let [a0, a1, a2, a3] = draw.a.to_be_bytes();
    match draw.kind % 20 {
        0..4 => v4(draw),
        4..8 => v6(draw),
        8..12 => Vlan { qinq: draw.b & 1 != 0, tci: draw.a as u16 },
        12 => Pppoe { session: draw.a as u16 },
        13 => mpls(draw),
        14 => Hsr { prp: draw.b & 1 != 0 },
        15 => Batadv,
        16 => Last(Payload::Arp {
            op: [1, 2, 1, 3, 0x101][draw.b as usize % 5],
            sender: [2, a0, a1, a2, a3, 1],
            sip: draw.a,
            target: [2, a3, a2, a1, a0, 2],
            tip: draw.b,
        }),
        17 => Last(Payload::Tipc { node: draw.a }),
        18 => Last(Payload::Cfm { mdl_ver: draw.a as u8, opcode: draw.b as u8 }),
        _ => Last([Payload::Fcoe, Payload::Ptp, Payload::Unknown][draw.a as usize % 3].clone()),
    }
}

fn of_ip(draw: &Draw) -> Header {
    let (src, dst) = (draw.a as u16, draw.b as u16);
    match draw.kind % 20 {
        0 => v4(draw),
        1 => v6(draw),
        2..5 => {
            let key = (draw.a & 2 != 0).then_some(draw.b);
            Gre { csum: draw.a & 1 != 0, key, seq: draw.a & 4 != 0, ether: draw.a & 8 != 0 }
        }
        5 => Pptp { call: dst, seq: draw.a & 1 != 0, ack: draw.a & 2 != 0 },
        6 => mpls(draw),
        7..11 => Ext { kind: [0, 43, 60][draw.a as usize % 3], units: draw.b as u8 % 4 },
        11 => Frag { units: ((draw.a & 1) as u16 * dst) & 0x1fff, more: draw.a & 2 != 0 },
        12 | 13 => {
            let words = if draw.a & 0x7000_0000 == 0 { 4 } else { 5 + (draw.a >> 16) as u8 % 11 };
            Last(Payload::Tcp { src, dst, words, flags: (draw.b >> 16) as u16 & 0xfff })
        }
        14 | 15 => {
            let proto = [17, 33, 132, 136][(draw.a >> 16) as usize % 4];
            Last(Payload::Ports { proto, src, dst })
        }
        16 => Last(Payload::Icmp {
            v6: draw.a & 1 != 0,
            kind: [0, 8, 13, 14, 128, 129, 3, 135][(draw.a >> 1) as usize % 8],
            code: (draw.a >> 8) as u8,
            id: if draw.b.is_multiple_of(4) { 0 } else { dst },
        }),
        17 => Last(Payload::L2tp { session: draw.a }),
        18 => Last(Payload::Esp { spi: draw.a }),
        _ => Last([Payload::Ah { spi: draw.a }, Payload::Unknown][draw.b as usize % 2].clone()),
    }
}

fn of_ppp(draw: &Draw) -> Header {
    match draw.kind % 8 {
        0..3 => v4(draw),
        3..6 => v6(draw),
        6 => mpls(draw),
        _ => Last([Payload::Unknown, Payload::BadPpp][draw.a as usize % 2].clone()),
    }
}

impl Header {
    /// The EtherType that names this header.
    pub(crate) fn ether_type(&self) -> u16 {
        match self {
            V4 { .. } => 0x0800,
            V6 { .. } => 0x86dd,
            Vlan { qinq, .. } => [0x8100, 0x88a8][usize::from(*qinq)],
            Pppoe { .. } => 0x8864,
            Mpls { .. } => 0x8847,
            Hsr { prp } => [0x892f, 0x88fb][usize::from(*prp)],
            Batadv => 0x4305,
            Last(Payload::Arp { .. }) => 0x0806,
            Last(Payload::Tipc { .. }) => 0x88ca,
            Last(Payload::Cfm { .. }) => 0x8902,
            Last(Payload::Fcoe) => 0x8906,
            Last(Payload::Ptp) => 0x88f7,
            _ => 0x9999,
        }
    }

    /// The IP protocol that names this header.
    pub(crate) fn ip_proto(&self) -> u8 {
        match self {
            V4 { .. } => 4,
            V6 { .. } => 41,
            Ext { kind, .. } => *kind,
            Frag { .. } => 44,
            Gre { .. } | Pptp { .. } => 47,
            Mpls { .. } => 137,
            Last(Payload::Tcp { .. }) => 6,
            Last(Payload::Ports { proto, .. }) => *proto,
            Last(Payload::Icmp { v6, .. }) => [1, 58][usize::from(*v6)],
            Last(Payload::L2tp { .. }) => 115,
            Last(Payload::Esp { .. }) => 50,
            Last(Payload::Ah { .. }) => 51,
            _ => 253,
        }
    }

    /// The PPP protocol that names this header; 0xc021 is LCP.
    pub(crate) fn ppp(&self) -> u16 {
        match self {
            V4 { .. } => 0x0021,
            V6 { .. } => 0x0057,
            Mpls { .. } => 0x0281,
            Last(Payload::BadPpp) => 0x2100,
            _ => 0xc021,
        }
    }

    fn put(&self, next: Option<&Header>, out: &mut Vec<u8>) {
        let ether = next.map_or(0x9999, Header::ether_type).to_be_bytes();
        let ip = next.map_or(253, Header::ip_proto);
        let ppp = next.map_or(0xc021, Header::ppp).to_be_bytes();
        match self {
            Vlan { tci, .. } => out.extend([tci.to_be_bytes(), ether].concat()),
            Pppoe { session } => {
                out.extend([0x11, 0]);
                out.extend([session.to_be_bytes(), [0, 99], ppp].concat());
            }
            Mpls { entry } => out.extend(entry.to_be_bytes()),
            Hsr { .. } => out.extend([0x10, 0x40, 0, 9, ether[0], ether[1]]),
            Batadv => {
                out.extend([0x40, 15, 50, 1, 2, 0, 0, 0, 0, 5]);
                out.extend([[6; 12].as_slice(), &ether].concat());
            }
            V4 { src, dst, tos, ttl, words, frag } => {
                out.extend([0x45 + words, *tos, 0, 99, 1, 2]);
                out.extend(frag.to_be_bytes());
                out.extend([*ttl, ip, 0xab, 0xcd]);
                out.extend([src.to_be_bytes(), dst.to_be_bytes()].concat());
                out.extend([1].repeat(usize::from(*words) * 4));
            }
            V6 { src, dst, tc, hlim, label } => {
                out.extend((6 << 28 | u32::from(*tc) << 20 | label).to_be_bytes());
                out.extend([0, 99, ip, *hlim]);
                out.extend([src.to_be_bytes(), dst.to_be_bytes()].concat());
            }
            Ext { units, .. } => {
                out.extend([ip, *units]);
                out.extend([0xee].repeat(6 + 8 * usize::from(*units)));
            }
            Frag { units, more } => {
                out.extend([ip, 0xee]);
                out.extend((units << 3 | u16::from(*more)).to_be_bytes());
                out.extend([1, 2, 3, 4]);
            }
            Gre { csum, key, seq, ether: bridged } => {
                let bit = |on: bool, bit: u8| u8::from(on) << bit;
                out.extend([bit(*csum, 7) | bit(key.is_some(), 5) | bit(*seq, 4), 0]);
                out.extend(if *bridged { [0x65, 0x58] } else { ether });
                out.extend([0xcc].repeat(usize::from(*csum) * 4));
                out.extend(key.map_or(vec![], |key| key.to_be_bytes().to_vec()));
                out.extend([0xdd].repeat(usize::from(*seq) * 4));
                if *bridged {
                    out.extend([[7; 12].as_slice(), &ether].concat());
                }
            }
            Pptp { call, seq, ack } => {
                out.extend([
                    0x20 | u8::from(*seq) << 4,
                    1 | u8::from(*ack) << 7,
                    0x88,
                    0x0b,
                    0,
                    77,
                ]);
                out.extend(call.to_be_bytes());
                out.extend([0xdd].repeat(4 * (usize::from(*seq) + usize::from(*ack))));
                out.extend([0xff, 0x03, ppp[0], ppp[1]]);
            }
            Last(payload) => payload.put(out),
        }
    }
}

impl Payload {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Arp { op, sender, sip, target, tip } => {
                out.extend([0, 1, 8, 0, 6, 4]);
                out.extend(op.to_be_bytes());
                out.extend([sender.as_slice(), &sip.to_be_bytes()].concat());
                out.extend([target.as_slice(), &tip.to_be_bytes()].concat());
            }
            Self::Tipc { node } => {
                out.extend([0x4a; 12]);
                out.extend(node.to_be_bytes());
            }
            Self::Cfm { mdl_ver, opcode } => out.extend([*mdl_ver, *opcode]),
            Self::Tcp { src, dst, words, flags } => {
                out.extend([src.to_be_bytes(), dst.to_be_bytes()].concat());
                out.extend([3; 8]);
                out.extend((u16::from(*words) << 12 | flags).to_be_bytes());
                out.extend([4; 6]);
            }
            Self::Ports { src, dst, .. } => {
                out.extend([src.to_be_bytes(), dst.to_be_bytes()].concat());
            }
            Self::Icmp { kind, code, id, .. } => {
                out.extend([*kind, *code, 9, 9]);
                out.extend([id.to_be_bytes(), [0, 1]].concat());
            }
            Self::L2tp { session } => out.extend(session.to_be_bytes()),
            Self::Esp { spi } => out.extend([spi.to_be_bytes(), [0, 0, 0, 1]].concat()),
            Self::Ah { spi } => {
                out.extend([59, 4, 0, 0]);
                out.extend([spi.to_be_bytes(), [0, 0, 0, 1]].concat());
            }
            Self::Fcoe | Self::Ptp | Self::Unknown | Self::BadPpp => {}
        }
        // More of it, whatever it is.
        out.extend([0x5a; 40]);
    }
}

/// The addresses in front of every frame.
pub(crate) const MACS: [u8; 12] = [2, 0, 0, 0, 0, 0xaa, 2, 0, 0, 0, 0, 0xbb];

/// The frame, and where each of its headers begins.
pub(crate) fn ethernet(headers: &[Header]) -> (Vec<u8>, Vec<usize>) {
    let mut frame = MACS.to_vec();
    frame.extend(headers.first().map_or(0x9999, Header::ether_type).to_be_bytes());
    let mut starts = vec![];
    for (i, header) in headers.iter().enumerate() {
        starts.push(frame.len());
        header.put(headers.get(i + 1), &mut frame);
    }
    (frame, starts)
}
