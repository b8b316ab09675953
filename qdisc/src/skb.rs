//! `Packet` for softnet's `SkBuff`.

use softnet_sk_buff::checksum::Sum;
use softnet_sk_buff::{Checksum, EtherType, FlowKeys, FlowSeed, Layer, SkBuff, SkbHash, ecn};

use crate::Packet;

/// The protocol and the bytes behind the MAC header: where the network header was set, else where
/// the frame itself says.
fn network(skb: &SkBuff) -> (EtherType, &[u8]) {
    if let Some(network) = skb.from_header(Layer::Network) {
        return (skb.meta().protocol, network);
    }
    let frame = skb.data();
    (EtherType::of_frame(frame).unwrap_or_default(), frame.get(14..).unwrap_or_default())
}

impl Packet for SkBuff {
    fn pkt_len(&self) -> u32 {
        self.len() as u32
    }

    /// A hash over ports that is there already is taken as it is (`skb_get_hash`); else one is made
    /// and kept.
    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        if let Some(hash) = self.meta().hash.filter(|hash| hash.l4 || hash.software) {
            return hash.value;
        }
        let (protocol, bytes) = network(self);
        let keys = FlowKeys::dissect(protocol, bytes);
        let value = keys.hash(&FlowSeed::new(seed[0], seed[1]));
        self.meta_mut().hash = Some(SkbHash { value, l4: keys.have_l4(), software: true });
        value
    }

    fn mark_ce(&mut self) -> bool {
        let before = self.header_offset(Layer::Network);
        let (protocol, _) = network(self);
        let at = before.unwrap_or(14);
        let complete = self.meta().checksum;
        let Ok(at) = usize::try_from(at) else { return false };
        let Some(bytes) = self.header_mut().and_then(|header| header.get_mut(at..)) else {
            return false;
        };
        let Checksum::Complete(sum) = complete else { return ecn::set_ce(protocol, bytes) };
        let mut sum = Sum::from_u16(sum);
        let marked = ecn::set_ce_complete(protocol, bytes, &mut sum);
        self.meta_mut().checksum = Checksum::Complete(sum.to_u16());
        marked
    }

    fn priority(&self) -> u32 {
        self.meta().priority
    }

    fn dsfield(&self) -> Option<u8> {
        let (protocol, bytes) = network(self);
        ecn::ds_field(protocol, bytes)
    }

    fn segments(&self) -> u32 {
        u32::from(self.meta().gso.segs.max(1))
    }

    fn truesize(&self) -> u32 {
        SkBuff::truesize(self)
    }
}
