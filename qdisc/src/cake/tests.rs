mod ack_filter;
mod config;
mod fairness;
mod overhead;
mod queue;
mod tins;

use alloc::collections::VecDeque;
pub(super) use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::{DropReason, EtherType, Instant};

use super::*;
use crate::{Backlog, Frame};

/// A packet with bytes, or with nothing but a length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) number: u64,
    pub(super) flow: u32,
    pub(super) hosts: [u32; 2],
    pub(super) bytes: Vec<u8>,
    pub(super) len: u32,
    /// Payloads to be cut into, and their length.
    pub(super) gso: (u32, u32),
    pub(super) truesize: u32,
    pub(super) priority: u32,
    pub(super) mark: u32,
    pub(super) ect: bool,
    pub(super) ce: bool,
}

impl Wire {
    /// `len` bytes in a flow between hosts of its own.
    pub(super) fn new(flow: u32, len: u32) -> Self {
        let hosts = [flow, flow];
        let (bytes, truesize) = (Vec::new(), len);
        let (number, gso, priority, mark, ect, ce) = (0, (1, 0), 0, 0, false, false);
        Self { number, flow, hosts, bytes, len, gso, truesize, priority, mark, ect, ce }
    }

    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes: bytes.clone(), ..Self::new(1, bytes.len() as u32) }
    }

    pub(super) fn numbered(self, number: u64) -> Self {
        Self { number, ..self }
    }
}

impl Packet for Wire {
    fn pkt_len(&self) -> u32 {
        let (segments, size) = self.gso;
        if segments > 1 {
            self.len + (segments - 1) * headers(self.len, segments, size)
        } else {
            self.len
        }
    }

    fn frame_len(&self) -> u32 {
        self.len
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.flow
    }

    fn host_hashes(&mut self, _: [u64; 2]) -> [u32; 2] {
        self.hosts
    }

    fn mark_ce(&mut self) -> bool {
        self.ce |= self.ect;
        self.ect
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn mark(&self) -> u32 {
        self.mark
    }

    fn dsfield(&self) -> Option<u8> {
        let bytes = self.bytes.get(12..16)?;
        match (bytes[2] >> 4, &bytes[..2]) {
            (4, [8, 0]) => Some(bytes[3]),
            (6, [0x86, 0xdd]) => Some((bytes[2] << 4) | (bytes[3] >> 4)),
            _ => None,
        }
    }

    fn segments(&self) -> u32 {
        self.gso.0
    }

    fn gso_size(&self) -> u32 {
        self.gso.1
    }

    fn truesize(&self) -> u32 {
        self.truesize
    }

    fn frame(&self) -> Option<Frame<'_>> {
        let bytes = (!self.bytes.is_empty()).then_some(&self.bytes[..])?;
        let protocol = EtherType::of_frame(bytes)?;
        Some(Frame { bytes, network: 14, protocol, vlan: None })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        (!self.bytes.is_empty()).then_some(&mut self.bytes[..])
    }

    fn segment(self, into: &mut VecDeque<Self>) -> Result<(), Self> {
        let (segments, size) = self.gso;
        if size == 0 {
            return Err(self);
        }
        let headers = headers(self.len, segments, size);
        let mut rest = self.len - headers;
        while rest > 0 {
            let payload = rest.min(size);
            let len = payload + headers;
            into.push_back(Self { len, truesize: len, gso: (1, 0), ..self.clone() });
            rest -= payload;
        }
        Ok(())
    }
}

/// The headers of a packet that is `segments` times `size` and has full payloads.
fn headers(len: u32, segments: u32, size: u32) -> u32 {
    if size == 0 { 54 } else { len - segments * size }
}

pub(super) type Lost = Vec<(Wire, DropReason)>;

/// A cake and a clock.
pub(super) struct Lab {
    pub(super) cake: Cake<Wire>,
    pub(super) now: u64,
    pub(super) lost: Lost,
}

impl Lab {
    pub(super) fn new(config: Config) -> Self {
        let cake = Cake::new(Handle(1), config, [1, 2]).unwrap();
        Self { cake, now: 1_000_000_000, lost: Vec::new() }
    }

    pub(super) fn put(&mut self, packet: Wire) -> Enqueued {
        let mut cx = Cx::new(Instant::from_nanos(self.now), &mut self.lost);
        self.cake.enqueue(packet, &mut cx)
    }

    pub(super) fn take(&mut self) -> Dequeue<Wire> {
        let mut cx = Cx::new(Instant::from_nanos(self.now), &mut self.lost);
        self.cake.dequeue(&mut cx)
    }

    /// The next packet, as soon as it may go.
    pub(super) fn wait(&mut self) -> Option<Wire> {
        loop {
            match self.take() {
                Dequeue::Packet(packet) => return Some(packet),
                Dequeue::Until(at) => {
                    assert!(at.as_nanos() > self.now);
                    self.now = at.as_nanos();
                }
                Dequeue::Empty => return None,
            }
        }
    }

    /// Numbers of all packets in the order in which they go.
    pub(super) fn drain(&mut self) -> Vec<u64> {
        core::iter::from_fn(|| self.wait()).map(|packet| packet.number).collect()
    }

    pub(super) fn with(&mut self, work: impl FnOnce(&mut Cake<Wire>, &mut Cx<'_, Wire>)) {
        let mut cx = Cx::new(Instant::from_nanos(self.now), &mut self.lost);
        work(&mut self.cake, &mut cx);
    }
}
