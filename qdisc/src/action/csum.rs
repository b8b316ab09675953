//! csum: makes checksums right after other actions changed bytes (`act_csum.c`).

use core::net::{Ipv4Addr, Ipv6Addr};

use softnet_sk_buff::EtherType;
use softnet_sk_buff::checksum::{Sum, ip_fast_csum, udp_checksum};

use super::{ActionError, Control, Stats};
use crate::{Cx, Frame, Packet};

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const HOP_BY_HOP: u8 = 0;
const ICMP: u8 = 1;
const IGMP: u8 = 2;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ROUTING: u8 = 43;
const ICMPV6: u8 = 58;
const DESTINATION: u8 = 60;
const UDPLITE: u8 = 136;

/// Which checksums to make right (`tc_csum`, `TCA_CSUM_UPDATE_FLAG_*`).
///
/// SCTP's, a CRC, is not among them here, and jumbograms keep theirs. UDP-Lite's pseudo-header has the
/// datagram's length (RFC 3828), where Linux takes what is covered. A packet that is still to be
/// segmented keeps those of TCP and UDP: each segment gets its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The IPv4 header's.
    pub ip4h: bool,
    /// ICMP's and ICMPv6's.
    pub icmp: bool,
    /// IGMP's.
    pub igmp: bool,
    /// TCP's.
    pub tcp: bool,
    /// UDP's; over IPv4 only where there is one.
    pub udp: bool,
    /// UDP-Lite's.
    pub udplite: bool,
    /// What becomes of the packet: [`Control::Ok`], unless tc is told otherwise.
    pub control: Control,
}

/// The packet is shorter than it says.
struct CutOff;

/// A transport header to sum.
struct Segment {
    protocol: u8,
    /// Where it begins, and where its data ends.
    start: usize,
    end: usize,
    pseudo: fn(&[u8], u8, u32) -> Sum,
    v6: bool,
}

impl Config {
    /// None yet.
    pub const NOTHING: Self = Self {
        ip4h: false,
        icmp: false,
        igmp: false,
        tcp: false,
        udp: false,
        udplite: false,
        control: Control::Ok,
    };

    pub(super) fn checked(self) -> Result<Self, ActionError> {
        self.control.check()?;
        Ok(self)
    }

    pub(super) fn act<P: Packet>(
        &self,
        packet: &mut P,
        stats: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Control {
        if self.control == Control::Shot || self.update(packet, cx).is_err() {
            stats.dropped();
            return Control::Shot;
        }
        self.control
    }

    fn update<P: Packet>(&self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(), CutOff> {
        let frame = packet.frame().unwrap_or(Frame::NOTHING);
        let Some((protocol, start)) = frame.behind_tags() else { return Err(CutOff) };
        let network = frame.bytes.get(start..).unwrap_or_default();
        let segment = match protocol {
            EtherType::IPV4 => ipv4(network)?,
            EtherType::IPV6 => ipv6(network)?,
            _ => return Ok(()),
        };
        let segment = segment.filter(|segment| self.wants(segment, packet));
        let segment_there =
            segment.as_ref().is_none_or(|segment| network.len() >= segment.end.max(segment.start));
        if !segment_there || !cx.make_writable(packet) {
            return Err(CutOff);
        }
        let bytes = packet.frame_mut().and_then(|bytes| bytes.get_mut(start..)).ok_or(CutOff)?;
        if let Some(segment) = &segment
            && segment.sum(bytes)?
        {
            packet.checksum_done();
        }
        if self.ip4h && protocol == EtherType::IPV4 {
            let bytes =
                packet.frame_mut().and_then(|bytes| bytes.get_mut(start..)).ok_or(CutOff)?;
            ipv4_header(bytes)?;
        }
        Ok(())
    }

    fn wants<P: Packet>(&self, segment: &Segment, packet: &P) -> bool {
        let whole = packet.segments() <= 1;
        match segment.protocol {
            ICMP | ICMPV6 => self.icmp,
            IGMP => self.igmp,
            TCP => self.tcp && whole,
            UDP => self.udp && whole,
            UDPLITE => self.udplite && whole,
            _ => false,
        }
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn put_word(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *place = value.to_be_bytes();
    }
}

/// What follows an IPv4 header (`tcf_csum_ipv4`); none in a later fragment.
fn ipv4(network: &[u8]) -> Result<Option<Segment>, CutOff> {
    let header = network.first_chunk::<IPV4_HEADER>().ok_or(CutOff)?;
    if word(header, 6).is_none_or(|offset| offset & 0x1fff != 0) {
        return Ok(None);
    }
    let pseudo = |network: &[u8], protocol, len: u32| {
        let address = |at: usize| network.get(at..).and_then(|rest| rest.first_chunk::<4>());
        let address = |at| Ipv4Addr::from(address(at).copied().unwrap_or_default());
        // The length field of the pseudo-header has 16 bits, and a datagram is no longer.
        Sum::pseudo_v4(address(12), address(16), protocol, len as u16)
    };
    Ok(Some(Segment {
        protocol: header[9],
        start: usize::from(header[0] & 0xf) * 4,
        end: word(header, 2).unwrap_or(0).into(),
        pseudo,
        v6: false,
    }))
}

/// What follows an IPv6 header and its extensions (`tcf_csum_ipv6`); none in a fragment.
fn ipv6(network: &[u8]) -> Result<Option<Segment>, CutOff> {
    let header = network.first_chunk::<IPV6_HEADER>().ok_or(CutOff)?;
    let end = IPV6_HEADER + usize::from(word(header, 4).unwrap_or(0));
    let (mut protocol, mut start) = (header[6], IPV6_HEADER);
    while matches!(protocol, HOP_BY_HOP | ROUTING | DESTINATION) {
        let extension = network.get(start..).and_then(|rest| rest.first_chunk::<2>());
        let [next, units] = *extension.ok_or(CutOff)?;
        protocol = next;
        start += (usize::from(units) + 1) * 8;
        if start >= network.len() {
            return if start == network.len() { Ok(None) } else { Err(CutOff) };
        }
    }
    let pseudo = |network: &[u8], protocol, len| {
        let address = |at: usize| network.get(at..).and_then(|rest| rest.first_chunk::<16>());
        let address = |at| Ipv6Addr::from(address(at).copied().unwrap_or([0; 16]));
        Sum::pseudo_v6(address(8), address(24), protocol, len)
    };
    Ok(match protocol {
        // Of IPv4 only.
        ICMP | IGMP => None,
        _ => Some(Segment { protocol, start, end, pseudo, v6: true }),
    })
}

impl Segment {
    /// Sums it up and puts the checksum into it. `false` if it is left alone for something odd in it.
    fn sum(&self, network: &mut [u8]) -> Result<bool, CutOff> {
        let Some(len) = self.end.checked_sub(self.start) else { return Err(CutOff) };
        let len32 = u32::try_from(len).map_err(|_| CutOff)?;
        let (field, header) = match self.protocol {
            TCP => (16, 20),
            UDP | UDPLITE => (6, 8),
            _ => (2, 8),
        };
        if len < header {
            return Err(CutOff);
        }
        let mut covered = len;
        let mut pseudo = (self.pseudo)(network, self.protocol, len32);
        let segment = network.get_mut(self.start..self.end).ok_or(CutOff)?;
        match self.protocol {
            ICMP | IGMP => pseudo = Sum::ZERO,
            UDP | UDPLITE => {
                let (said, check) = (word(segment, 4), word(segment, 6));
                let said = said.map(usize::from).unwrap_or(0);
                if self.protocol == UDP && !self.v6 && check == Some(0) {
                    return Ok(true);
                }
                // Linux zeroes the field before it finds the length odd, and leaves it so.
                put_word(segment, field, 0);
                match said {
                    0 if self.protocol == UDPLITE => {}
                    said if self.protocol == UDPLITE && (header..=len).contains(&said) => {
                        covered = said;
                    }
                    said if self.protocol == UDP && said == len => {}
                    _ => return Ok(false),
                }
            }
            _ => {}
        }
        put_word(segment, field, 0);
        let sum = pseudo + Sum::of(segment.get(..covered).unwrap_or_default());
        let check = match self.protocol {
            UDP | UDPLITE => udp_checksum(sum),
            _ => sum.fold(),
        };
        put_word(segment, field, check);
        Ok(true)
    }
}

/// `ip_send_check`.
fn ipv4_header(network: &mut [u8]) -> Result<(), CutOff> {
    let len = network.first().map_or(0, |first| usize::from(first & 0xf) * 4);
    put_word(network, 10, 0);
    let header = network.get(..len.max(IPV4_HEADER)).ok_or(CutOff)?;
    let check = ip_fast_csum(header);
    put_word(network, 10, check);
    Ok(())
}
