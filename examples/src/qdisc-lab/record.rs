//! What happened to each packet of a run, in order.

use alloc::collections::{BTreeMap, VecDeque};

use softnet_qdisc::{Buffers, Drops};
use softnet_sk_buff::{DropReason, Instant};

use crate::packet::{FlowId, LabPacket};

/// What can happen to a packet of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// It was offered to the tree, or made by it as a copy.
    Came,
    /// The link took it.
    Dequeued,
    /// It left the link after so many nanoseconds.
    Left(u64),
    /// It left marked "congestion experienced" by the tree, after so many nanoseconds.
    LeftMarked(u64),
    /// It was dropped.
    Lost,
    /// An action took it, or sent it to another device.
    Taken,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Happened {
    pub(crate) at: Instant,
    pub(crate) flow: FlowId,
    pub(crate) what: What,
}

/// How many packets of a flow met which end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Books {
    pub(crate) offered: u64,
    /// Made by netem's duplicate or mirred's mirror.
    pub(crate) copied: u64,
    pub(crate) left: u64,
    pub(crate) bytes_left: u64,
    pub(crate) marked: u64,
    pub(crate) lost: u64,
    /// Of the lost, why.
    pub(crate) reasons: BTreeMap<DropReason, u64>,
    /// By an action, without being lost.
    pub(crate) taken: u64,
}

impl Books {
    /// What must still wait.
    pub(crate) fn waiting(&self) -> u64 {
        let came = self.offered + self.copied;
        came.saturating_sub(self.left + self.lost + self.taken)
    }
}

/// Takes notes; what disciplines give up comes here.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) now: Instant,
    pub(crate) books: Vec<Books>,
    pub(crate) happened: Vec<Happened>,
}

impl Record {
    pub(crate) fn new(flows: usize) -> Self {
        Self { now: Instant::ZERO, books: vec![Books::default(); flows], happened: Vec::new() }
    }

    fn note(&mut self, flow: FlowId, what: What) -> &mut Books {
        self.happened.push(Happened { at: self.now, flow, what });
        &mut self.books[flow.0]
    }

    pub(crate) fn offered(&mut self, flow: FlowId) {
        self.note(flow, What::Came).offered += 1;
    }

    pub(crate) fn dequeued(&mut self, flow: FlowId) {
        self.note(flow, What::Dequeued);
    }

    pub(crate) fn left(&mut self, packet: &LabPacket) {
        let delay = self.now.saturating_since(packet.offered).as_nanos() as u64;
        let what = if packet.marked { What::LeftMarked(delay) } else { What::Left(delay) };
        let books = self.note(packet.meta.flow, what);
        books.left += 1;
        books.bytes_left += u64::from(packet.meta.len);
        books.marked += u64::from(packet.marked);
    }

    pub(crate) fn taken(&mut self, flow: FlowId) {
        self.note(flow, What::Taken).taken += 1;
    }
}

impl Drops<LabPacket> for Record {
    fn dropped(&mut self, packet: LabPacket, why: DropReason) {
        let books = self.note(packet.meta.flow, What::Lost);
        books.lost += 1;
        *books.reasons.entry(why).or_default() += 1;
    }

    fn consumed(&mut self, packet: LabPacket) {
        self.taken(packet.meta.flow);
    }

    fn buffers(&mut self) -> Option<&mut dyn Buffers<LabPacket>> {
        Some(self)
    }
}

impl Buffers<LabPacket> for Record {
    fn duplicate(&mut self, packet: &LabPacket) -> Option<LabPacket> {
        self.note(packet.meta.flow, What::Came).copied += 1;
        Some(packet.clone())
    }

    fn make_writable(&mut self, _: &mut LabPacket) -> bool {
        true
    }

    fn segment(&mut self, packet: LabPacket, _: &mut VecDeque<LabPacket>) -> Result<(), LabPacket> {
        Err(packet)
    }
}
