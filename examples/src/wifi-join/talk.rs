//! What the new keys are for: a ping, and a word to all.

use core::net::Ipv4Addr;

use softnet_examples::failure::Failure;
use softnet_examples::ping::Echo;
use softnet_examples::wifi::{Heard, Side};
use softnet_sk_buff::{EtherType, MacAddr};

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
            let same = matches!(&heard, Heard::Data(frames, _)
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
    let (from, to) = match from {
        Side::Station => (station, ap),
        Side::Ap => (ap, station),
    };
    Echo { from, to, reply: from == ap, seq: 1, data }.to_bytes()
}
