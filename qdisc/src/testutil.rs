//! Toy packets for tests. Outside semver.

mod bytes;

pub use self::bytes::Bytes;
use crate::Packet;

/// A packet that is nothing but its properties.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Toy {
    /// Flow that it belongs to.
    pub flow: u32,
    /// Length in bytes.
    pub len: u32,
    /// Whatever tells it from others.
    pub number: u64,
    /// `skb->priority`.
    pub priority: u32,
    /// Its sender understands ECN.
    pub ect: bool,
    /// It was marked.
    pub ce: bool,
    /// Its DS field.
    pub dsfield: Option<u8>,
    /// Packets on the wire less one.
    pub more_segments: u32,
}

impl Toy {
    /// A packet of `len` bytes in `flow`.
    #[must_use]
    pub fn new(flow: u32, len: u32) -> Self {
        Self { flow, len, ..Self::default() }
    }

    /// The same with a number.
    #[must_use]
    pub fn numbered(self, number: u64) -> Self {
        Self { number, ..self }
    }

    /// The same with a priority.
    #[must_use]
    pub fn with_priority(self, priority: u32) -> Self {
        Self { priority, ..self }
    }
}

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        self.len
    }

    fn set_pkt_len(&mut self, len: u32) -> bool {
        self.len = len;
        true
    }

    /// With seed 0 flow n hashes to n/1024 of the range: fq_codel's queue n.
    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        (self.flow << 22).wrapping_add(seed[0] as u32) ^ seed[1] as u32
    }

    fn mark_ce(&mut self) -> bool {
        self.ce |= self.ect;
        self.ect
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn dsfield(&self) -> Option<u8> {
        self.dsfield
    }

    fn segments(&self) -> u32 {
        1 + self.more_segments
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }
}
