//! What the new keys are for: a ping, and a word to all.

use core::net::Ipv4Addr;

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Packet, Ipv4Repr};
use softnet_examples::failure::Failure;
use softnet_sk_buff::{EtherType, MacAddr};

use crate::air::Side;
use crate::end::Heard;
use crate::world::World;

/// What is asked and comes back.
const WORDS: &[u8] = b"is anybody listening?";

impl World<'_> {
    /// A ping and its answer, and a frame to the group.
    pub(crate) fn talk(&mut self) -> Result<(), Failure> {
        for (from, what) in [(Side::Station, "Ping"), (Side::Ap, "its answer")] {
            let to = self.end(from.other()).own;
            let packet = echo(from, WORDS);
            let frame = self.end(from).data(to, EtherType::IPV4, &packet)?;
            let heard = self.send(from, &frame, what)?;
            let same = matches!(&heard, Heard::Data(frames)
                if frames.iter().map(|(_, payload)| payload).eq([&packet]));
            if !same {
                return Err(Failure::broken(what, "came as something else"));
            }
        }
        let all = MacAddr([0xff; 6]);
        let frame = self.ap.data(all, EtherType::IPV4, &echo(Side::Ap, b"hello, all"))?;
        self.send(Side::Ap, &frame, "a frame to all, under the group key").map(drop)
    }
}

/// An ICMP echo request of the station, or the access point's reply.
pub(crate) fn echo(from: Side, data: &[u8]) -> Vec<u8> {
    let (station, ap) = (Ipv4Addr::new(192, 0, 2, 2), Ipv4Addr::new(192, 0, 2, 1));
    let (ident, seq_no) = (1, 1);
    let (icmp, src_addr, dst_addr) = match from {
        Side::Station => (Icmpv4Repr::EchoRequest { ident, seq_no, data }, station, ap),
        Side::Ap => (Icmpv4Repr::EchoReply { ident, seq_no, data }, ap, station),
    };
    let ip = Ipv4Repr {
        src_addr,
        dst_addr,
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
