//! Which aggregate is served next: QFQ proper, with Linux's arithmetic.
//!
//! Aggregates have virtual start and finish times S and F. They stand in groups by the ratio of their
//! largest packet to their weight, so that within a group S rounded to the group's slot is all that
//! has to be kept in order: 32 buckets. Groups are told apart by two questions, is S reached (else
//! Ineligible), and would serving it delay a group of larger slots that finishes earlier (Blocked):
//! four bitmaps of groups. The next aggregate is at the front of the lowest group that is Eligible
//! and Ready.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::links::{Links, List};

/// log2 of the largest packet (`QFQ_MTU_SHIFT`).
pub(super) const MTU_SHIFT: u32 = 16;
const MAX_SLOTS: u32 = 32;
const MAX_INDEX: u32 = 24;
const FRAC_BITS: u32 = 30;
pub(super) const ONE_FP: u32 = 1 << FRAC_BITS;
const MAX_AGG_CLASSES: u32 = 8;

/// Eligible and Ready.
const ER: usize = 0;
/// Ineligible and Ready.
const IR: usize = 1;
/// Eligible and Blocked.
const EB: usize = 2;
/// Ineligible and Blocked.
const IB: usize = 3;

/// Whether virtual time `a` is after `b`; they wrap.
fn after(a: u64, b: u64) -> bool {
    (a.wrapping_sub(b) as i64) > 0
}

fn round_down(time: u64, shift: u32) -> u64 {
    time & !((1 << shift) - 1)
}

fn from(bitmap: u32, index: u32) -> u32 {
    bitmap & !((1 << index) - 1)
}

fn lowest(bitmap: u32) -> Option<u32> {
    (bitmap != 0).then(|| bitmap.trailing_zeros())
}

/// Classes of one weight and largest packet, at most eight, which take turns by deficit round robin
/// while their aggregate is served (`struct qfq_aggregate`).
#[derive(Debug)]
pub(super) struct Aggregate {
    start: u64,
    finish: u64,
    /// Its group, from its first class on.
    group: Option<u32>,
    /// In which of the group's buckets it stands while it is scheduled.
    bucket: u32,
    pub(super) class_weight: u32,
    pub(super) lmax: u32,
    /// One over the sum of its weights, in fixed point.
    inv_w: u32,
    budgetmax: u32,
    initial_budget: u32,
    pub(super) budget: u32,
    num_classes: u32,
    /// Its classes with packets.
    pub(super) active: List,
}

#[derive(Debug)]
struct Group {
    start: u64,
    finish: u64,
    slot_shift: u32,
    /// The bucket of slot 0.
    front: u32,
    /// Which slots, from the front, have aggregates.
    full_slots: u64,
    buckets: [List; MAX_SLOTS as usize],
}

/// Aggregates, and which of them is served (`struct qfq_sched`).
#[derive(Debug)]
pub(super) struct Schedule {
    aggregates: Vec<Aggregate>,
    free: Vec<u32>,
    bucket_links: Links,
    /// Aggregates with room for a class, by largest packet and weight, the latest first.
    nonfull: BTreeMap<(u32, u32), List>,
    nonfull_links: Links,
    groups: Vec<Group>,
    bitmaps: [u32; 4],
    old_v: u64,
    v: u64,
    pub(super) in_service: Option<u32>,
    pub(super) wsum: u32,
    iwsum: u32,
    min_slot_shift: u32,
    max_agg_classes: u32,
}

impl Schedule {
    /// `tx_queue_len` bounds how many classes share an aggregate (`qfq_init_qdisc`).
    pub(super) fn new(tx_queue_len: u32) -> Self {
        let max_cl_shift = tx_queue_len.saturating_add(1).min(MAX_AGG_CLASSES).ilog2();
        let min_slot_shift = FRAC_BITS + MTU_SHIFT + max_cl_shift - MAX_INDEX;
        let group = |index| Group {
            start: 0,
            finish: 0,
            slot_shift: min_slot_shift + index,
            front: 0,
            full_slots: 0,
            buckets: [List::EMPTY; MAX_SLOTS as usize],
        };
        Self {
            aggregates: Vec::new(),
            free: Vec::new(),
            bucket_links: Links::new(),
            nonfull: BTreeMap::new(),
            nonfull_links: Links::new(),
            groups: (0..=MAX_INDEX).map(group).collect(),
            bitmaps: [0; 4],
            old_v: 0,
            v: 0,
            in_service: None,
            wsum: 0,
            iwsum: 0,
            min_slot_shift,
            max_agg_classes: 1 << max_cl_shift,
        }
    }

    pub(super) fn get(&self, at: u32) -> &Aggregate {
        &self.aggregates[at as usize]
    }

    pub(super) fn get_mut(&mut self, at: u32) -> &mut Aggregate {
        &mut self.aggregates[at as usize]
    }

    /// An aggregate with room for one more class (`qfq_find_agg`), if need be a new one.
    pub(super) fn with_room(&mut self, lmax: u32, class_weight: u32) -> u32 {
        let list = self.nonfull.entry((lmax, class_weight)).or_insert(List::EMPTY);
        if let Some(at) = list.front() {
            return at;
        }
        let aggregate = Aggregate {
            start: 0,
            finish: 0,
            group: None,
            bucket: 0,
            class_weight,
            lmax,
            inv_w: 0,
            budgetmax: 0,
            initial_budget: 0,
            budget: 0,
            num_classes: 0,
            active: List::EMPTY,
        };
        let at = match self.free.pop() {
            Some(at) => {
                self.aggregates[at as usize] = aggregate;
                at
            }
            None => {
                self.aggregates.push(aggregate);
                (self.aggregates.len() - 1) as u32
            }
        };
        self.bucket_links.reach(at);
        self.nonfull_links.reach(at);
        self.nonfull_links.push_front(list, at);
        at
    }

    /// One class more or less in an aggregate (`qfq_update_agg`).
    fn resize(&mut self, at: u32, classes: u32) {
        if classes == self.max_agg_classes {
            self.leave_nonfull(at);
        }
        let aggregate = &mut self.aggregates[at as usize];
        let Aggregate { lmax, class_weight, num_classes, .. } = *aggregate;
        if num_classes > classes && classes == self.max_agg_classes - 1 {
            let list = self.nonfull.entry((lmax, class_weight)).or_insert(List::EMPTY);
            self.nonfull_links.push_front(list, at);
        }
        aggregate.budgetmax = classes * lmax;
        aggregate.inv_w = ONE_FP / (class_weight * classes);
        if aggregate.group.is_none() {
            let index = index(aggregate.inv_w, aggregate.budgetmax, self.min_slot_shift);
            aggregate.group = Some(index.min(MAX_INDEX));
        }
        aggregate.num_classes = classes;
        self.wsum = (self.wsum + class_weight * classes) - class_weight * num_classes;
        self.iwsum = ONE_FP / self.wsum;
    }

    fn leave_nonfull(&mut self, at: u32) {
        let Aggregate { lmax, class_weight, .. } = self.aggregates[at as usize];
        let Some(list) = self.nonfull.get_mut(&(lmax, class_weight)) else { return };
        self.nonfull_links.remove(list, at);
        if list.is_empty() {
            self.nonfull.remove(&(lmax, class_weight));
        }
    }

    /// An aggregate has one more class.
    pub(super) fn add_class(&mut self, at: u32) {
        self.resize(at, self.get(at).num_classes + 1);
    }

    /// An aggregate has one class less; without one it goes (`qfq_rm_from_agg`, `qfq_destroy_agg`).
    pub(super) fn remove_class(&mut self, at: u32) {
        let Aggregate { num_classes, class_weight, .. } = *self.get(at);
        if num_classes > 1 {
            self.resize(at, num_classes - 1);
            return;
        }
        self.leave_nonfull(at);
        self.wsum -= class_weight;
        self.iwsum = ONE_FP.checked_div(self.wsum).unwrap_or(self.iwsum);
        if self.in_service == Some(at) {
            self.in_service = self.choose_next();
        }
        self.free.push(at);
    }

    /// The aggregate in service sent `len` bytes.
    pub(super) fn sent(&mut self, at: u32, len: u32) {
        let aggregate = self.get_mut(at);
        // A class whose largest packet was made smaller may still have larger ones.
        aggregate.budget = aggregate.budget.saturating_sub(len);
        self.v = self.v.wrapping_add(u64::from(len) * u64::from(self.iwsum));
    }

    /// Sets F by what the aggregate was really given, and refills its budget
    /// (`charge_actual_service`).
    pub(super) fn charge(&mut self, at: u32) {
        let aggregate = self.get_mut(at);
        // After the loss of a class it may have had more than it can have now.
        let service = aggregate.initial_budget.wrapping_sub(aggregate.budget);
        let service = service.min(aggregate.budgetmax);
        let virtual_service = u64::from(service) * u64::from(aggregate.inv_w);
        aggregate.finish = aggregate.start.wrapping_add(virtual_service);
    }

    /// Refills the aggregate's budget.
    pub(super) fn recharge(&mut self, at: u32) {
        let aggregate = self.get_mut(at);
        aggregate.initial_budget = aggregate.budgetmax;
        aggregate.budget = aggregate.budgetmax;
    }

    /// An aggregate that was served and still has packets stands in line again.
    pub(super) fn requeue(&mut self, at: u32) {
        let aggregate = self.get_mut(at);
        aggregate.start = aggregate.finish;
        aggregate.finish_at_most();
        self.schedule(at);
    }

    /// An aggregate that was idle has packets (`qfq_activate_agg`).
    pub(super) fn activate(&mut self, at: u32) {
        self.recharge(at);
        self.update_start(at);
        self.get_mut(at).finish_at_most();
        if self.in_service.is_none() {
            self.in_service = Some(at);
            self.v = self.get(at).start;
            self.old_v = self.v;
        } else if self.in_service != Some(at) {
            self.schedule(at);
        }
    }

    /// Where the start time of an aggregate that was idle is set (`qfq_update_start`): at its last
    /// finish time, or if that is stale at V, unless this would break the order among blocked groups.
    fn update_start(&mut self, at: u32) {
        let (group, finish) = (self.get(at).group.unwrap_or(0), self.get(at).finish);
        let shift = self.groups[group as usize].slot_shift;
        let rounded = round_down(finish, shift);
        let limit = round_down(self.v, shift).wrapping_add(1 << shift);
        let is_stale = !after(finish, self.v) || after(rounded, limit);
        let next = lowest(from(self.bitmaps[ER], group));
        let next_finish = next.map(|next| self.groups[next as usize].finish);
        self.get_mut(at).start = match next_finish {
            _ if !is_stale => finish,
            Some(next) if after(rounded, next) => {
                if after(limit, next) {
                    next
                } else {
                    limit
                }
            }
            _ => self.v,
        };
    }

    /// Puts an aggregate in line by its times (`qfq_schedule_agg`).
    fn schedule(&mut self, at: u32) {
        let (start, index) = (self.get(at).start, self.get(at).group.unwrap_or(0));
        let bit = 1 << index;
        let group = &mut self.groups[index as usize];
        let rounded = round_down(start, group.slot_shift);
        if group.full_slots != 0 && !after(group.start, start) {
            self.insert(index, at, rounded);
            return;
        }
        if group.full_slots != 0 {
            group.move_back_to(rounded);
            self.bitmaps[IR] &= !bit;
            self.bitmaps[IB] &= !bit;
        } else {
            if self.bitmaps[ER] == 0 && after(rounded, self.v) && self.in_service.is_none() {
                self.v = rounded;
            }
            group.start = rounded;
        }
        group.finish = group.start.wrapping_add(2 << group.slot_shift);
        let state = self.state(index);
        self.bitmaps[state] |= bit;
        self.insert(index, at, rounded);
    }

    /// Puts an aggregate into the bucket of its start time (`qfq_slot_insert`), its times made
    /// earlier if it would lie beyond the last but one.
    fn insert(&mut self, index: u32, at: u32, rounded: u64) {
        let group = &mut self.groups[index as usize];
        let aggregate = &mut self.aggregates[at as usize];
        let last = u64::from(MAX_SLOTS - 2);
        let ahead = rounded.wrapping_sub(group.start);
        let mut slot = if (ahead as i64) < 0 { 0 } else { ahead >> group.slot_shift };
        if slot > last {
            let excess = ahead.wrapping_sub(last << group.slot_shift);
            aggregate.start = aggregate.start.wrapping_sub(excess);
            aggregate.finish = aggregate.finish.wrapping_sub(excess);
            slot = last;
        }
        aggregate.bucket = group.front.wrapping_add(slot as u32) % MAX_SLOTS;
        let bucket = &mut group.buckets[aggregate.bucket as usize];
        self.bucket_links.push_front(bucket, at);
        group.full_slots |= 1 << slot;
    }

    /// Takes an aggregate out of line (`qfq_deactivate_agg`), its last class lost its packets.
    pub(super) fn deactivate(&mut self, at: u32) {
        if self.in_service == Some(at) {
            self.charge(at);
            self.in_service = self.choose_next();
            return;
        }
        let aggregate = &mut self.aggregates[at as usize];
        aggregate.finish = aggregate.start;
        let (index, bucket) = (aggregate.group.unwrap_or(0), aggregate.bucket);
        let group = &mut self.groups[index as usize];
        let list = &mut group.buckets[bucket as usize];
        self.bucket_links.remove(list, at);
        let slot = bucket.wrapping_sub(group.front) % MAX_SLOTS;
        if list.is_empty() {
            group.full_slots &= !(1 << slot);
        }
        if group.full_slots == 0 {
            self.clear(index);
        } else if group.buckets[group.front as usize].is_empty() {
            // Those behind it are in front now.
            let Some(first) = group.first() else { return };
            let rounded = round_down(self.aggregates[first as usize].start, group.slot_shift);
            if group.start != rounded {
                group.starts(rounded);
                self.clear(index);
                let state = self.state(index);
                self.bitmaps[state] |= 1 << index;
            }
        }
    }

    fn clear(&mut self, index: u32) {
        for bitmap in &mut self.bitmaps {
            *bitmap &= !(1 << index);
        }
    }

    /// Takes the next aggregate to serve out of line (`qfq_choose_next_agg`).
    pub(super) fn choose_next(&mut self) -> Option<u32> {
        loop {
            self.update_eligible();
            self.old_v = self.v;
            if self.bitmaps[ER] == 0 {
                // Blocked by a group that went away. Linux comes to a null pointer here.
                self.move_groups(u32::MAX, EB, ER);
                self.move_groups(u32::MAX, IB, IR);
                self.update_eligible();
            }
            let index = lowest(self.bitmaps[ER])?;
            let group = &mut self.groups[index as usize];
            let old_finish = group.finish;
            let Some(chosen) = group.first() else {
                // In two bitmaps at once, as can be, it ran empty by the other one.
                self.bitmaps[ER] &= !(1 << index);
                continue;
            };
            let bucket = &mut group.buckets[group.front as usize];
            self.bucket_links.remove(bucket, chosen);
            if bucket.is_empty() {
                group.full_slots &= !1;
            }
            let next = group.first();
            self.bitmaps[ER] &= !(1 << index);
            if let Some(next) = next {
                let rounded = round_down(self.aggregates[next as usize].start, group.slot_shift);
                if group.start == rounded {
                    self.bitmaps[ER] |= 1 << index;
                    return Some(chosen);
                }
                group.starts(rounded);
                let state = self.state(index);
                self.bitmaps[state] |= 1 << index;
            }
            self.unblock(index, old_finish);
            return Some(chosen);
        }
    }

    /// What a group is (`qfq_calc_state`).
    fn state(&self, index: u32) -> usize {
        let group = &self.groups[index as usize];
        let ineligible = if after(group.start, self.v) { IR } else { ER };
        match lowest(from(self.bitmaps[ER], index)) {
            Some(next) if after(group.finish, self.groups[next as usize].finish) => ineligible | EB,
            _ => ineligible,
        }
    }

    fn move_groups(&mut self, mask: u32, of: usize, to: usize) {
        self.bitmaps[to] |= self.bitmaps[of] & mask;
        self.bitmaps[of] &= !mask;
    }

    /// Lets go the groups that were blocked by one that has moved on (`qfq_unblock_groups`).
    fn unblock(&mut self, index: u32, old_finish: u64) {
        let next = lowest(from(self.bitmaps[ER], index + 1));
        if next.is_some_and(|next| !after(self.groups[next as usize].finish, old_finish)) {
            return;
        }
        let below = (1 << index) - 1;
        self.move_groups(below, EB, ER);
        self.move_groups(below, IB, IR);
    }

    /// Makes eligible what V has reached; if nobody is, V goes to where somebody is
    /// (`qfq_update_eligible`, `qfq_make_eligible`).
    fn update_eligible(&mut self) {
        let Some(first) = lowest(self.bitmaps[IR] | self.bitmaps[IB]) else { return };
        let start = self.groups[first as usize].start;
        if self.bitmaps[ER] == 0 && after(start, self.v) {
            self.v = start;
        }
        let flipped = (self.v >> self.min_slot_shift) ^ (self.old_v >> self.min_slot_shift);
        let flips = u64::BITS - flipped.leading_zeros();
        let mask = 1u32.checked_shl(flips).map_or(u32::MAX, |bit| bit - 1);
        self.move_groups(mask, IR, ER);
        self.move_groups(mask, IB, EB);
    }
}

impl Aggregate {
    /// Sets F as if it used all of its budget (`qfq_update_agg_ts`).
    fn finish_at_most(&mut self) {
        let service = u64::from(self.budgetmax) * u64::from(self.inv_w);
        self.finish = self.start.wrapping_add(service);
    }
}

impl Group {
    fn starts(&mut self, start: u64) {
        self.start = start;
        self.finish = start.wrapping_add(2 << self.slot_shift);
    }

    /// Makes room at the front for an aggregate that starts earlier (`qfq_slot_rotate`): one slot in
    /// all but odd cases; in those, as much as there is room for. Linux mixes up buckets then.
    fn move_back_to(&mut self, start: u64) {
        let wanted = self.start.wrapping_sub(start) >> self.slot_shift;
        let room = self.full_slots.leading_zeros().saturating_sub(u64::BITS - MAX_SLOTS);
        let slots = wanted.min(room.into()) as u32;
        self.full_slots <<= slots;
        self.front = self.front.wrapping_sub(slots) % MAX_SLOTS;
        self.start = self.start.wrapping_sub(u64::from(slots) << self.slot_shift);
    }

    /// The first aggregate of the first bucket that has one, which becomes slot 0 (`qfq_slot_scan`).
    fn first(&mut self) -> Option<u32> {
        if self.full_slots == 0 {
            return None;
        }
        let skip = self.full_slots.trailing_zeros();
        self.front = self.front.wrapping_add(skip) % MAX_SLOTS;
        self.full_slots >>= skip;
        self.buckets[self.front as usize].front()
    }
}

/// The group for classes of so much per weight: log2 of the virtual time that a budget takes, in
/// units of the smallest slot, rounded up (`qfq_calc_index`).
fn index(inv_w: u32, budget: u32, min_slot_shift: u32) -> u32 {
    let size = u64::from(budget) * u64::from(inv_w);
    let slots = size >> min_slot_shift;
    if slots == 0 {
        return 0;
    }
    let index = u64::BITS - slots.leading_zeros();
    if size == 1 << (index + min_slot_shift - 1) { index - 1 } else { index }
}
