//! The flows of fq, found by key, and forgotten some time after they fell silent.

use alloc::vec::Vec;

use super::queue::Queue;
use super::table::{Key, Table};
use crate::flow_list::Linked;
use crate::links::{Links, List};

/// Most flows at a time.
const MAX_FLOWS: u32 = 1 << 20;
/// Flows forgotten at a time (`FQ_GC_MAX`).
const GC_MAX: usize = 8;
/// How long a flow that fell silent is remembered, in nanoseconds (`FQ_GC_AGE`).
const GC_AGE: u64 = 3_000_000_000;

/// Where a flow is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// In no line, since this time (`fq_flow_is_detached`).
    Detached { since: u64 },
    /// In a line of new or old flows of a band.
    InLine,
    /// Among those that wait for a time (`fq_flow_is_throttled`).
    Throttled,
}

/// One flow (`struct fq_flow`).
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub(super) queue: Queue,
    /// Bytes that it may send in its turn; at 0 it is over.
    pub(super) credit: i64,
    /// When it may send again, of the packets that it had; 0 at first.
    pub(super) time_next_packet: u64,
    pub(super) place: Place,
    pub(super) band: u8,
    next: u32,
    key: Key,
}

impl Linked for Flow {
    fn next(&mut self) -> &mut u32 {
        &mut self.next
    }
}

/// All flows that are remembered.
#[derive(Debug)]
pub(super) struct Flows {
    pub(super) all: Vec<Flow>,
    free: Vec<u32>,
    table: Table,
    /// Those in no line, the one that is so for longest first.
    idle: List,
    idle_links: Links,
    idle_len: u32,
    pub(super) len: u32,
    /// Those that have packets.
    pub(super) busy: u32,
    /// How many were forgotten so far.
    pub(super) forgotten: u64,
}

impl Flows {
    pub(super) fn new(buckets_log: u32) -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
            table: Table::new(buckets_log),
            idle: List::EMPTY,
            idle_links: Links::new(),
            idle_len: 0,
            len: 0,
            busy: 0,
            forgotten: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.free.clear();
        self.table.clear();
        self.idle = List::EMPTY;
        self.idle_links = Links::new();
        (self.idle_len, self.len, self.busy) = (0, 0, 0);
    }

    #[inline]
    pub(super) fn find(&self, key: Key) -> Option<u32> {
        self.table.find(key)
    }

    /// A new flow, in no line; `None` if there are too many that have packets.
    pub(super) fn create(&mut self, key: Key, credit: u32, now: u64) -> Option<u32> {
        if self.len >= MAX_FLOWS {
            let oldest = self.idle.front()?;
            self.forget(oldest);
        }
        let flow = Flow {
            queue: Queue::EMPTY,
            credit: credit.into(),
            time_next_packet: 0,
            place: Place::Detached { since: now },
            band: 0,
            next: 0,
            key,
        };
        let at = match self.free.pop() {
            Some(at) => {
                self.all[at as usize] = flow;
                at
            }
            None => {
                self.all.push(flow);
                (self.all.len() - 1) as u32
            }
        };
        self.len += 1;
        self.table.insert(key, at);
        self.idle_links.reach(at);
        self.detach(at, now);
        Some(at)
    }

    /// A flow leaves all lines (`fq_flow_set_detached`).
    #[inline]
    pub(super) fn detach(&mut self, at: u32, now: u64) {
        self.all[at as usize].place = Place::Detached { since: now };
        self.idle_links.push_back(&mut self.idle, at);
        self.idle_len += 1;
    }

    /// A flow that was in no line goes into one.
    #[inline]
    pub(super) fn attach(&mut self, at: u32) {
        self.all[at as usize].place = Place::InLine;
        self.idle_links.remove(&mut self.idle, at);
        self.idle_len -= 1;
    }

    /// How many are in no line.
    pub(super) fn idle(&self) -> u32 {
        self.idle_len
    }

    /// Forgets some of those that fell silent long ago (`fq_gc`).
    pub(super) fn collect(&mut self, now: u64) {
        for _ in 0..GC_MAX {
            let Some(oldest) = self.idle.front() else { break };
            let Place::Detached { since } = self.all[oldest as usize].place else { break };
            if now <= since.saturating_add(GC_AGE) {
                break;
            }
            self.forget(oldest);
        }
    }

    fn forget(&mut self, at: u32) {
        self.idle_links.remove(&mut self.idle, at);
        self.table.remove(self.all[at as usize].key);
        self.free.push(at);
        self.idle_len -= 1;
        self.len -= 1;
        self.forgotten = self.forgotten.saturating_add(1);
    }
}
