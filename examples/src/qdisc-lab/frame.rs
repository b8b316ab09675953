//! Frames made up: Ethernet, IPv4, and TCP, UDP or ICMP, as filters and hashes will read them.

use core::net::{Ipv4Addr, SocketAddrV4};

use softnet_sk_buff::checksum::{Sum, ip_fast_csum, udp_checksum};

const ETH: usize = 14;
const IP: usize = 20;
const TCP: usize = 20;
const UDP: usize = 8;

/// The shortest frame, without check sequence, and the longest that IPv4 can say.
pub(crate) const LENGTHS: core::ops::RangeInclusive<u32> = 60..=65_549;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
    Icmp,
}

/// What the frames of a flow say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Headers {
    pub(crate) protocol: Protocol,
    /// Ports mean nothing to ICMP.
    pub(crate) src: SocketAddrV4,
    pub(crate) dst: SocketAddrV4,
    /// 6 bits.
    pub(crate) dscp: u8,
    /// Whether its sender understands ECN: ECT(0).
    pub(crate) ecn: bool,
}

impl Headers {
    /// TCP from `10.0.0.1` to a host of the flow's own, `10.1.0.number`.
    pub(crate) fn of_flow(number: u16) -> Self {
        let [high, low] = number.to_be_bytes();
        Self {
            protocol: Protocol::Tcp,
            src: SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 40_000 + number % 20_000),
            dst: SocketAddrV4::new(Ipv4Addr::new(10, 1, high, low), 80),
            dscp: 0,
            ecn: false,
        }
    }

    /// A frame of `len` bytes, the `number`th of its flow. The payload is zeroes.
    pub(crate) fn frame(&self, len: u32, number: u64) -> Vec<u8> {
        let len = usize::try_from(len).unwrap_or(0).clamp(ETH + IP + TCP, ETH + 0xffff);
        let mut frame = vec![0; len];
        let (ethernet, packet) = frame.split_at_mut(ETH);
        // Locally administered addresses, and IPv4.
        ethernet.copy_from_slice(&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]);
        let (ip, payload) = packet.split_at_mut(IP);
        self.ip(ip, payload.len(), number);
        match self.protocol {
            Protocol::Tcp => self.tcp(payload, number),
            Protocol::Udp => self.udp(payload),
            Protocol::Icmp => echo(payload, number),
        }
        frame
    }

    fn ip(&self, header: &mut [u8], payload: usize, number: u64) {
        let len = u16::try_from(IP + payload).unwrap_or(u16::MAX);
        header[0] = 0x45;
        header[1] = self.dscp << 2 | if self.ecn { 2 } else { 0 };
        header[2..4].copy_from_slice(&len.to_be_bytes());
        header[4..6].copy_from_slice(&(number as u16).to_be_bytes());
        header[6] = 0x40; // don't fragment
        header[8] = 64;
        header[9] = self.protocol_number();
        header[12..16].copy_from_slice(&self.src.ip().octets());
        header[16..20].copy_from_slice(&self.dst.ip().octets());
        let check = ip_fast_csum(header);
        header[10..12].copy_from_slice(&check.to_be_bytes());
    }

    fn protocol_number(&self) -> u8 {
        match self.protocol {
            Protocol::Icmp => 1,
            Protocol::Tcp => 6,
            Protocol::Udp => 17,
        }
    }

    fn ports(&self, segment: &mut [u8]) {
        segment[0..2].copy_from_slice(&self.src.port().to_be_bytes());
        segment[2..4].copy_from_slice(&self.dst.port().to_be_bytes());
    }

    fn sum(&self, segment: &[u8]) -> Sum {
        let len = u16::try_from(segment.len()).unwrap_or(u16::MAX);
        let pseudo = Sum::pseudo_v4(*self.src.ip(), *self.dst.ip(), self.protocol_number(), len);
        pseudo.add_bytes(segment)
    }

    /// A segment of a stream, all of them alike in length.
    fn tcp(&self, segment: &mut [u8], number: u64) {
        self.ports(segment);
        let payload = (segment.len() - TCP) as u64;
        let sequence = number.wrapping_mul(payload).wrapping_add(1) as u32;
        segment[4..8].copy_from_slice(&sequence.to_be_bytes());
        segment[8..12].copy_from_slice(&1_u32.to_be_bytes());
        segment[12] = 5 << 4; // 20 bytes of header
        segment[13] = 0x10; // ACK
        segment[14..16].copy_from_slice(&u16::MAX.to_be_bytes());
        let check = self.sum(segment).fold();
        segment[16..18].copy_from_slice(&check.to_be_bytes());
    }

    fn udp(&self, segment: &mut [u8]) {
        self.ports(segment);
        let len = u16::try_from(segment.len()).unwrap_or(u16::MAX);
        segment[4..6].copy_from_slice(&len.to_be_bytes());
        let check = udp_checksum(self.sum(segment));
        segment[UDP - 2..UDP].copy_from_slice(&check.to_be_bytes());
    }
}

/// An echo request.
fn echo(message: &mut [u8], number: u64) {
    message[0] = 8;
    message[4..6].copy_from_slice(&1_u16.to_be_bytes());
    message[6..8].copy_from_slice(&(number as u16).to_be_bytes());
    let check = Sum::of(message).fold();
    message[2..4].copy_from_slice(&check.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked by adding words up, as RFC 1071 says.
    fn adds_up(bytes: &[u8], also: u32) -> bool {
        let words = bytes
            .chunks(2)
            .map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |low| u32::from(*low)));
        let mut sum = words.sum::<u32>() + also;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum == 0xffff
    }

    #[test]
    fn checksums_are_right_whatever_the_protocol() {
        for (protocol, number) in [(Protocol::Tcp, 6), (Protocol::Udp, 17), (Protocol::Icmp, 1)] {
            let headers = Headers { protocol, dscp: 46, ..Headers::of_flow(300) };
            let frame = headers.frame(201, 70_000);
            assert_eq!((frame.len(), &frame[12..14], frame[23]), (201, &[8, 0][..], number));
            assert_eq!(frame[16..18], 187_u16.to_be_bytes());
            assert_eq!((frame[15], &frame[30..34]), (0xb8, &[10, 1, 1, 44][..]));
            assert!(adds_up(&frame[14..34], 0), "{protocol:?}");
            let addresses = frame[26..34].chunks(2);
            let pseudo: u32 = addresses.map(|w| u32::from(w[0]) << 8 | u32::from(w[1])).sum();
            let pseudo = if number == 1 { 0 } else { pseudo + u32::from(number) + 167 };
            assert!(adds_up(&frame[34..], pseudo), "{protocol:?}");
        }
    }

    #[test]
    fn lengths_are_kept_within_what_headers_need() {
        assert_eq!(Headers::of_flow(1).frame(60, 0).len(), 60);
        assert_eq!(Headers::of_flow(1).frame(0, 0).len(), 54);
        assert_eq!(Headers::of_flow(1).frame(u32::MAX, 0).len(), 65_549);
    }
}
