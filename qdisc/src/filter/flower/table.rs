//! The hash table of one mask.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::keys::Range;

/// What a table is asked for: keys under its mask, and ranges of ports.
pub(super) struct Key<'a> {
    pub(super) masked: &'a [u8],
    pub(super) range: &'a Range,
}

/// Entries found by key, each with the place of its filter.
///
/// The keys in it come from the administrator; packets only look, so the hash needs no seed.
#[derive(Debug)]
pub(super) struct Table {
    /// A power of two of them.
    buckets: Vec<Vec<Entry>>,
    len: usize,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    masked: Box<[u8]>,
    range: Range,
    place: usize,
}

impl Entry {
    fn is(&self, hash: u64, key: &Key<'_>) -> bool {
        self.hash == hash && *self.masked == *key.masked && self.range == *key.range
    }
}

impl Key<'_> {
    /// Multiplies words into each other (as FxHash does), and mixes the upper bits down at last.
    fn hash(&self) -> u64 {
        const K: u64 = 0x517c_c1b7_2722_0a95;
        let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(K);
        let (words, _) = self.masked.as_chunks::<8>();
        let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_ne_bytes(*word)));
        let hash = mix(hash, self.range.bits());
        hash ^ (hash >> 32)
    }
}

impl Table {
    pub(super) fn new() -> Self {
        Self { buckets: Vec::new(), len: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn bucket(&self, hash: u64) -> usize {
        (hash as usize) & self.buckets.len().wrapping_sub(1)
    }

    pub(super) fn find(&self, key: &Key<'_>) -> Option<usize> {
        let hash = key.hash();
        let bucket = self.buckets.get(self.bucket(hash))?;
        bucket.iter().find(|entry| entry.is(hash, key)).map(|entry| entry.place)
    }

    /// Adds what is not there yet, and gives the hash by which it is taken out.
    pub(super) fn insert(&mut self, key: &Key<'_>, place: usize) -> u64 {
        if self.len >= self.buckets.len() {
            self.grow();
        }
        let hash = key.hash();
        let (masked, range) = (key.masked.into(), *key.range);
        let bucket = self.bucket(hash);
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            bucket.push(Entry { hash, masked, range, place });
            self.len += 1;
        }
        hash
    }

    fn grow(&mut self) {
        let count = (self.buckets.len() * 2).max(4);
        let entries: Vec<Entry> = self.buckets.drain(..).flatten().collect();
        self.buckets.resize_with(count, Vec::new);
        for entry in entries {
            let bucket = self.bucket(entry.hash);
            if let Some(bucket) = self.buckets.get_mut(bucket) {
                bucket.push(entry);
            }
        }
    }

    /// Takes the entry of the filter at `place` out.
    pub(super) fn remove(&mut self, hash: u64, place: usize) {
        let bucket = self.bucket(hash);
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            let before = bucket.len();
            bucket.retain(|entry| entry.place != place);
            self.len -= before - bucket.len();
        }
    }
}
