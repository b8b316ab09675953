//! The least that a simulator's packet needs.

use softnet_qdisc::Packet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toy {
    pub(crate) number: u64,
    pub(crate) flow: u32,
    pub(crate) len: u32,
    pub(crate) priority: u32,
}

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        self.len
    }

    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        (u64::from(self.flow) ^ seed[0]).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(seed[1])
            as u32
    }

    fn priority(&self) -> u32 {
        self.priority
    }
}
