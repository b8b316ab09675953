//! The order in which Linux walks: by its hash tables. Whoever reads a dump sees it.

use alloc::vec::Vec;

use crate::{ClassId, Handle};

/// `hash_32` of a number to four bits: which list of `net_device::qdisc_hash` a discipline is in.
pub(super) const fn bucket(handle: Handle) -> u32 {
    /// `GOLDEN_RATIO_32`.
    const GOLDEN_RATIO: u32 = 0x61c8_8647;
    handle.class(0).0.wrapping_mul(GOLDEN_RATIO) >> 28
}

/// Brings what was made in this order into that of a `struct Qdisc_class_hash`: it begins with four lists, new ones
/// come first in each, and it grows by twice when three quarters of it are full.
pub(super) fn of_classes<T>(classes: Vec<T>, id: impl Fn(&T) -> ClassId) -> Vec<T> {
    let mut classes: Vec<Option<T>> = classes.into_iter().map(Some).collect();
    let ids: Vec<u32> = classes.iter().flatten().map(|class| id(class).0).collect();
    // Heads are last.
    let mut lists: Vec<Vec<usize>> = alloc::vec![Vec::new(); 4];
    for (at, &id) in ids.iter().enumerate() {
        add_head(&mut lists, id, at);
        if at.saturating_add(1).saturating_mul(4) > lists.len().saturating_mul(3) {
            let mut grown = alloc::vec![Vec::new(); lists.len().saturating_mul(2)];
            for &at in lists.iter().flat_map(|list| list.iter().rev()) {
                add_head(&mut grown, ids.get(at).copied().unwrap_or(0), at);
            }
            lists = grown;
        }
    }
    let order = lists.iter().flat_map(|list| list.iter().rev());
    order.filter_map(|&at| classes.get_mut(at)?.take()).collect()
}

/// `qdisc_class_hash`, and `hlist_add_head`.
fn add_head(lists: &mut [Vec<usize>], id: u32, at: usize) {
    let id = id ^ (id >> 8);
    let id = id ^ (id >> 4);
    let mask = lists.len().saturating_sub(1);
    if let Some(list) = lists.get_mut(id as usize & mask) {
        list.push(at);
    }
}
