//! IPv4 packets that ask whether somebody is there, and that answer.

use core::net::Ipv4Addr;

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Packet, Ipv4Repr};

/// An echo request or reply, with what comes back or came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Echo<'a> {
    /// Who sends it.
    pub from: Ipv4Addr,
    /// To whom.
    pub to: Ipv4Addr,
    /// It answers another.
    pub reply: bool,
    /// Its number.
    pub seq: u16,
    /// What comes back.
    pub data: &'a [u8],
}

impl<'a> Echo<'a> {
    /// Its bytes, from the IPv4 header on.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let &Self { from, to, reply, seq, data } = self;
        let icmp = if reply {
            Icmpv4Repr::EchoReply { ident: 1, seq_no: seq, data }
        } else {
            Icmpv4Repr::EchoRequest { ident: 1, seq_no: seq, data }
        };
        let ip = Ipv4Repr {
            src_addr: from,
            dst_addr: to,
            next_header: IpProtocol::Icmp,
            payload_len: icmp.buffer_len(),
            hop_limit: 64,
        };
        let checksums = ChecksumCapabilities::default();
        let mut bytes = vec![0; ip.buffer_len() + icmp.buffer_len()];
        let mut packet = Ipv4Packet::new_unchecked(&mut bytes);
        ip.emit(&mut packet, &checksums);
        icmp.emit(&mut Icmpv4Packet::new_unchecked(packet.payload_mut()), &checksums);
        bytes
    }

    /// Reads one; `None` if it is something else, or a checksum is wrong.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let checksums = ChecksumCapabilities::default();
        let ip = Ipv4Packet::new_checked(bytes).ok()?;
        let header = Ipv4Repr::parse(&ip, &checksums).ok()?;
        let icmp = Icmpv4Packet::new_checked(ip.payload()).ok()?;
        let (from, to) = (header.src_addr, header.dst_addr);
        match Icmpv4Repr::parse(&icmp, &checksums).ok()? {
            Icmpv4Repr::EchoRequest { seq_no: seq, data, .. } => {
                Some(Self { from, to, reply: false, seq, data })
            }
            Icmpv4Repr::EchoReply { seq_no: seq, data, .. } => {
                Some(Self { from, to, reply: true, seq, data })
            }
            _ => None,
        }
    }
}
