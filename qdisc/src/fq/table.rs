//! Finds flows by key, at a cost that doesn't depend on how many there are.

use alloc::vec;
use alloc::vec::Vec;

/// What a flow is known by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Key {
    /// The number of a socket.
    Socket(u64),
    /// The masked hash of packets without one.
    Hash(u32),
}

impl Key {
    /// A number with well-mixed upper bits (`hash_ptr`): multiplication by 2^64 over the golden ratio.
    fn mixed(self) -> u64 {
        let number = match self {
            Self::Socket(number) => number.rotate_left(1),
            Self::Hash(hash) => (u64::from(hash) << 1) | 1,
        };
        (number ^ (number >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

const EMPTY: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    flow: u32,
}

const NOTHING: Entry = Entry { key: Key::Hash(0), flow: EMPTY };

/// A hash table with linear probing, at most half full, in which deleting moves up what is behind.
#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<Entry>,
    /// Bits of the hash that are not used.
    shift: u32,
    len: usize,
}

impl Table {
    /// Room for 2^`log` flows at first; `log` is 1 at least.
    pub(super) fn new(log: u32) -> Self {
        let log = log.clamp(1, 30) + 1;
        Self { entries: vec![NOTHING; 1 << log], shift: u64::BITS - log, len: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.entries.fill(NOTHING);
        self.len = 0;
    }

    fn home(&self, key: Key) -> usize {
        (key.mixed() >> self.shift) as usize
    }

    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }

    /// Where the key is, or the free place where it would be.
    fn place(&self, key: Key) -> usize {
        let mut at = self.home(key);
        while self.entries[at].flow != EMPTY && self.entries[at].key != key {
            at = self.behind(at);
        }
        at
    }

    pub(super) fn find(&self, key: Key) -> Option<u32> {
        let flow = self.entries[self.place(key)].flow;
        (flow != EMPTY).then_some(flow)
    }

    /// Puts in a key that is not there.
    pub(super) fn insert(&mut self, key: Key, flow: u32) {
        if 2 * (self.len + 1) > self.entries.len() {
            let entries = vec![NOTHING; 2 * self.entries.len()];
            let old = core::mem::replace(&mut self.entries, entries);
            self.shift -= 1;
            for entry in old.into_iter().filter(|entry| entry.flow != EMPTY) {
                let at = self.place(entry.key);
                self.entries[at] = entry;
            }
        }
        let at = self.place(key);
        self.entries[at] = Entry { key, flow };
        self.len += 1;
    }

    pub(super) fn remove(&mut self, key: Key) {
        let mut hole = self.place(key);
        if self.entries[hole].flow == EMPTY {
            return;
        }
        self.len -= 1;
        let mut at = self.behind(hole);
        while self.entries[at].flow != EMPTY {
            // What would be found from the hole on, too, moves there.
            let mask = self.entries.len() - 1;
            let home = self.home(self.entries[at].key);
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.entries[hole] = self.entries[at];
                hole = at;
            }
            at = self.behind(at);
        }
        self.entries[hole] = NOTHING;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_a_map(ops in prop::collection::vec((any::<bool>(), any::<bool>(), 0u32..40), 0..400)) {
            let mut table = Table::new(1);
            let mut model = BTreeMap::new();
            for (flow, (insert, socket, number)) in (0..).zip(ops) {
                let key = if socket { Key::Socket(number.into()) } else { Key::Hash(number) };
                if insert && !model.contains_key(&(socket, number)) {
                    table.insert(key, flow);
                    model.insert((socket, number), flow);
                } else if !insert {
                    table.remove(key);
                    model.remove(&(socket, number));
                }
                prop_assert_eq!(table.len, model.len());
                for socket in [false, true] {
                    for number in 0..40 {
                        let key =
                            if socket { Key::Socket(number.into()) } else { Key::Hash(number) };
                        prop_assert_eq!(table.find(key), model.get(&(socket, number)).copied());
                    }
                }
            }
        }
    }

    #[test]
    fn grows_and_stays_sparse() {
        let mut table = Table::new(10);
        for number in 0..100_000 {
            table.insert(Key::Socket(number * 64), number as u32);
        }
        assert_eq!(table.entries.len(), 262_144);
        let probes = |number: u64| {
            let key = Key::Socket(number * 64);
            table.place(key).wrapping_sub(table.home(key)) & (table.entries.len() - 1)
        };
        let total: usize = (0..100_000).map(probes).sum();
        assert!(total < 100_000, "{total} steps for 100,000 keys");
    }
}
