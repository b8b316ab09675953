//! The packets that go through the disciplines: by value as in a simulator, and behind a pointer as
//! `SkBuff` is.

use softnet_qdisc::Packet;

/// A packet of a simulator or of a QUIC stack: 40 bytes that say what it is, payload elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Datagram {
    /// Which one it is.
    pub number: u64,
    /// By whom, as fq tells flows apart.
    pub socket: u64,
    /// Bytes on the wire.
    pub len: u32,
    /// The flow's hash, computed beforehand as a card would.
    pub hash: u32,
    /// The hashes of both hosts.
    pub hosts: [u32; 2],
    /// A priority, or the class that it names.
    pub priority: u32,
}

/// Something that is queued and has a [`Datagram`]'s fields.
pub trait Queued: Packet {
    /// What the table calls it.
    const NAME: &'static str;
    /// One of `len` bytes.
    fn of(len: u32) -> Self;
    /// Its fields.
    fn datagram(&mut self) -> &mut Datagram;
}

impl Queued for Datagram {
    const NAME: &'static str = "value";

    fn of(len: u32) -> Self {
        Self { len, ..Self::default() }
    }

    fn datagram(&mut self) -> &mut Datagram {
        self
    }
}

impl Packet for Datagram {
    fn pkt_len(&self) -> u32 {
        self.len
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.hash
    }

    fn host_hashes(&mut self, _: [u64; 2]) -> [u32; 2] {
        self.hosts
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn queue_mapping(&self) -> u16 {
        self.priority as u16 % 8
    }

    fn socket(&self) -> Option<u64> {
        Some(self.socket)
    }
}

/// The same by a handle of eight bytes.
#[derive(Clone, Debug)]
pub struct Boxed(Box<Datagram>);

impl Queued for Boxed {
    const NAME: &'static str = "handle";

    fn of(len: u32) -> Self {
        Self(Box::new(Datagram::of(len)))
    }

    fn datagram(&mut self) -> &mut Datagram {
        &mut self.0
    }
}

impl Packet for Boxed {
    fn pkt_len(&self) -> u32 {
        self.0.len
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.0.hash
    }

    fn host_hashes(&mut self, _: [u64; 2]) -> [u32; 2] {
        self.0.hosts
    }

    fn priority(&self) -> u32 {
        self.0.priority
    }

    fn queue_mapping(&self) -> u16 {
        self.0.priority as u16 % 8
    }

    fn socket(&self) -> Option<u64> {
        Some(self.0.socket)
    }
}

const _: () = assert!(size_of::<Datagram>() == 40 && size_of::<Boxed>() == 8);
