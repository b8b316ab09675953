//! Which queue of a tin a packet goes to: an 8-way set-associative hash.

use super::tin::{Set, Tin};
use super::{QUEUES, WAYS};

/// What a packet's queue and hosts are found by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key {
    pub(super) flow: u32,
    /// The sending and the receiving host.
    pub(super) hosts: [u32; 2],
}

/// The places of a set, beginning with the one that the hash names.
fn ways(place: usize) -> impl Iterator<Item = usize> {
    let (set, first) = (place - place % WAYS, place % WAYS);
    (0..WAYS).map(move |way| set + (first + way) % WAYS)
}

fn place_of(hash: u32) -> usize {
    hash as usize % QUEUES
}

impl Tin {
    /// The queue for `key`, reserved for it from now on (`cake_hash`). Of `dual`, whether its sending
    /// and its receiving host matter.
    #[inline]
    pub(super) fn queue_for(&mut self, key: Key, dual: [bool; 2]) -> usize {
        let direct = place_of(key.flow);
        if self.tags[direct] == key.flow && self.flows[direct].set != Set::None {
            return direct;
        }
        self.search(direct, key, dual)
    }

    fn search(&mut self, direct: usize, key: Key, dual: [bool; 2]) -> usize {
        let (place, new) = if let Some(place) = ways(direct).find(|&at| self.tags[at] == key.flow) {
            self.counters.way_hits += u64::from(place != direct);
            (place, self.flows[place].set == Set::None)
        } else if let Some(place) = ways(direct).find(|&at| self.flows[at].set == Set::None) {
            self.counters.way_misses += 1;
            (place, true)
        } else {
            self.counters.way_collisions += 1;
            // It changes hosts with the flow that it is shared with.
            if self.flows[direct].set == Set::Bulk {
                self.count_bulk(direct, dual, false);
            }
            (direct, true)
        };
        self.tags[place] = key.flow;
        if new {
            for (side, host) in key.hosts.into_iter().enumerate().filter(|&(side, _)| dual[side]) {
                self.settle(place, side, host);
            }
        }
        place
    }

    /// Notes the host on one side of a flow.
    fn settle(&mut self, flow: usize, side: usize, hash: u32) {
        let host = self.host_for(hash, side) as u16;
        let flow = &mut self.flows[flow];
        *if side == 0 { &mut flow.srchost } else { &mut flow.dsthost } = host;
        if flow.set == Set::Bulk {
            self.count_bulk_at(host, side, true);
        }
    }

    /// The place for a host: its own, else one without bulk flows, else one that it shares.
    fn host_for(&mut self, hash: u32, side: usize) -> usize {
        let direct = place_of(hash);
        if let Some(place) = ways(direct).find(|&at| self.hosts[at].tags[side] == hash) {
            return place;
        }
        let free = ways(direct).find(|&at| self.hosts[at].bulk_flows[side] == 0);
        let place = free.unwrap_or(direct);
        self.hosts[place].tags[side] = hash;
        place
    }
}
