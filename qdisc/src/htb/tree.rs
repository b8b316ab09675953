//! Who may send, and whose turn it is: the buckets of all classes, the rows and feeds of those with
//! packets, and the times at which a class may do more.
//!
//! A class that may send of its own is in a row of its level, one for each priority. A class that may
//! only borrow is in the feed of its parent, one for each priority, and the parent in a row or a feed
//! in turn. So a way leads from each row down to the leaves that may send at its level and priority,
//! and each row and feed remembers whose turn it is.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::key_queue::{KeyQueue, KeySlab};
use crate::{ClassId, Enqueued, Rate};

/// Levels: leaves are at 0, classes right below the discipline that have children at 7
/// (`TC_HTB_MAXDEPTH`).
pub(super) const LEVELS: usize = 8;
/// Priorities (`TC_HTB_NUMPRIO`).
pub(super) const PRIOS: usize = 8;
/// No class.
pub(super) const NIL: u32 = u32::MAX;
/// Nanoseconds that a bucket may be in debt or idle for, one minute.
const MBUFFER: i64 = 60_000_000_000;
/// Nanoseconds of a bucket's depth at most, as of what [`Rate::l2t_ns`] gives: 146 years.
pub(super) const DEEPEST: u64 = 1 << 62;
/// When nothing will happen any more.
pub(super) const NEVER: u64 = u64::MAX;
/// Where time ends, so that all that waits does so for a time that is still to come.
const LAST: u64 = u64::MAX - 2 * MBUFFER as u64;

/// What a class may do (`enum htb_cmode`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Neither send nor borrow: it is at its ceiling.
    CantSend,
    /// Send what its parent can lend.
    MayBorrow,
    /// Send.
    CanSend,
}

/// A row or a feed (`struct htb_prio`): classes in the order of their numbers, and whose turn it is.
#[derive(Clone, Copy, Debug)]
struct Turns {
    classes: KeyQueue,
    /// The class whose turn it is; [`NIL`] at the end.
    ptr: u32,
    /// Its number, if it went away: then it is the turn of the next one. 0 if it didn't.
    last_ptr_id: u32,
}

impl Turns {
    const EMPTY: Self = Self { classes: KeyQueue::EMPTY, ptr: NIL, last_ptr_id: 0 };

    fn step(&mut self, order: &KeySlab) {
        self.ptr = order.next(self.ptr).unwrap_or(NIL);
    }
}

/// One bucket of a class. Its depth and its tokens are nanoseconds at its rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) rate: Rate,
    pub(super) depth: i64,
    pub(super) tokens: i64,
}

impl Bucket {
    /// `htb_accnt_tokens`: after `diff` nanoseconds and a packet of `len` bytes.
    #[inline]
    fn charge(&mut self, diff: i64, len: u32) {
        // A cost is no more than the deepest bucket holds, so no sum here wraps.
        let cost = self.rate.l2t_ns(len) as i64;
        let tokens = self.tokens.wrapping_add(diff).min(self.depth).wrapping_sub(cost);
        self.tokens = tokens.max(1 - MBUFFER);
    }
}

/// A class as far as it is about turns (`struct htb_class`).
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: ClassId,
    pub(super) parent: u32,
    pub(super) children: u32,
    pub(super) level: u8,
    pub(super) prio: u8,
    /// The priorities at which it or something below it has packets (`prio_activity`).
    active: u8,
    mode: Mode,
    pub(super) quantum: i32,
    deficit: [i32; LEVELS],
    /// The bucket of its own rate, and that of its ceiling.
    pub(super) rate: Bucket,
    pub(super) ceil: Bucket,
    /// When the buckets were last filled (`t_c`).
    checkpoint: u64,
    /// Those of its children that borrow; there while it has children.
    feeds: Option<Box<[Turns; PRIOS]>>,
    pub(super) bytes: u64,
    pub(super) packets: u64,
    pub(super) lends: u32,
    pub(super) borrows: u32,
    pub(super) overlimits: u64,
}

impl Node {
    pub(super) fn new(id: ClassId, parent: u32, rate: Bucket, ceil: Bucket) -> Self {
        Self {
            id,
            parent,
            children: 0,
            level: 0,
            prio: 0,
            active: 0,
            mode: Mode::CanSend,
            quantum: 0,
            deficit: [0; LEVELS],
            rate,
            ceil,
            checkpoint: 0,
            feeds: None,
            bytes: 0,
            packets: 0,
            lends: 0,
            borrows: 0,
            overlimits: 0,
        }
    }

    #[inline]
    pub(super) fn is_leaf(&self) -> bool {
        self.level == 0
    }

    /// Nanoseconds since its buckets were filled, as far as they count.
    #[inline]
    fn idle(&self, now: u64) -> i64 {
        now.saturating_sub(self.checkpoint).min(MBUFFER as u64) as i64
    }

    /// The mode that it should have as its buckets are.
    #[inline]
    fn mode_now(&self) -> Mode {
        match (self.ceil.tokens < 0, self.rate.tokens < 0) {
            (true, _) => Mode::CantSend,
            (false, true) => Mode::MayBorrow,
            (false, false) => Mode::CanSend,
        }
    }

    /// The mode that it has `diff` nanoseconds after its checkpoint, and the nanoseconds until it has
    /// another one (`htb_class_mode`).
    #[inline]
    fn mode_after(&self, diff: i64) -> (Mode, i64) {
        let ceil = self.ceil.tokens.saturating_add(diff);
        if ceil < 0 {
            return (Mode::CantSend, ceil.saturating_neg());
        }
        let rate = self.rate.tokens.saturating_add(diff);
        if rate < 0 { (Mode::MayBorrow, rate.saturating_neg()) } else { (Mode::CanSend, diff) }
    }
}

#[derive(Clone, Copy, Debug)]
struct Level {
    /// Classes that will be in another mode, by the time at which they will (`wait_pq`).
    waiting: KeyQueue,
    rows: [Turns; PRIOS],
    /// Which rows have classes.
    row_mask: u8,
}

impl Level {
    const EMPTY: Self = Self { waiting: KeyQueue::EMPTY, rows: [Turns::EMPTY; PRIOS], row_mask: 0 };
}

/// All classes, by place.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    levels: [Level; LEVELS],
    /// The links of rows and feeds. A class is in one of them for each of its priorities.
    order: [KeySlab; PRIOS],
    waiting: KeySlab,
    /// The levels at which classes wait, and those with rows, as bits.
    waiting_levels: u8,
    pub(super) row_levels: u8,
    /// No class waits for a time before this one.
    next_event: u64,
    now: u64,
    pub(super) overlimits: u64,
}

/// The priorities whose bits are set, in order.
fn prios(mut mask: u8) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let prio = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (prio < PRIOS).then_some(prio)
    })
}

impl Tree {
    pub(super) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            levels: [Level::EMPTY; LEVELS],
            order: [const { KeySlab::new() }; PRIOS],
            waiting: KeySlab::new(),
            waiting_levels: 0,
            row_levels: 0,
            next_event: NEVER,
            now: 0,
            overlimits: 0,
        }
    }

    /// It is `now`. A clock that steps back stands still here.
    #[inline]
    pub(super) fn tick(&mut self, now: u64) -> u64 {
        self.now = self.now.max(now.min(LAST));
        self.now
    }

    /// Whether a class may have to change its mode now.
    #[inline]
    pub(super) fn is_event_due(&self) -> bool {
        self.next_event <= self.now
    }

    /// Does the changes of mode that are due at `level` (`htb_do_events`).
    ///
    /// Linux stops after two ticks of its clock, and goes on later; there is no clock here, and a
    /// class has at most one event that is due.
    #[inline(never)]
    pub(super) fn do_events(&mut self, level: usize) {
        while let Some((at, class)) = self.waiting.first(&self.levels[level].waiting)
            && at <= self.now
        {
            self.unwait(class, level);
            let node = &self.nodes[class as usize];
            let before = node.mode;
            let (after, wait) = node.mode_after(node.idle(self.now));
            if after != before {
                self.change_mode(class, after);
            }
            if after != Mode::CanSend {
                self.wait(class, wait);
            }
        }
    }

    /// When the next class may change its mode, or [`NEVER`] (`near_ev_cache`).
    pub(super) fn find_next_event(&mut self) -> u64 {
        let times = self.levels.iter().filter_map(|level| self.waiting.first(&level.waiting));
        self.next_event = times.map(|(at, _)| at).min().unwrap_or(NEVER);
        self.next_event
    }

    /// The first level, from this one on, at which a class waits or may send.
    pub(super) fn busy_level(&self, from: usize) -> Option<usize> {
        let busy = u32::from(self.waiting_levels | self.row_levels) >> from;
        (busy != 0).then(|| from + busy.trailing_zeros() as usize)
    }

    #[inline]
    pub(super) fn row_mask(&self, level: usize) -> u8 {
        self.levels[level].row_mask
    }

    /// A leaf has packets (`htb_activate`), which is a success.
    #[inline]
    pub(super) fn activate(&mut self, leaf: u32) -> Enqueued {
        if self.nodes.get(leaf as usize).is_some_and(|node| node.active == 0) {
            return self.begin_activity(leaf);
        }
        Enqueued::Success
    }

    #[cold]
    #[inline(never)]
    fn begin_activity(&mut self, leaf: u32) -> Enqueued {
        let node = &mut self.nodes[leaf as usize];
        node.active = 1 << node.prio;
        self.activate_prios(leaf);
        Enqueued::Success
    }

    /// A leaf has no packets (`htb_deactivate`).
    #[inline]
    pub(super) fn deactivate(&mut self, leaf: u32) {
        if self.nodes[leaf as usize].active != 0 {
            self.deactivate_prios(leaf);
            self.nodes[leaf as usize].active = 0;
        }
    }

    /// The leaf whose turn it is at `level` and `prio` (`htb_lookup_leaf`).
    #[inline]
    pub(super) fn lookup_leaf(&mut self, level: usize, prio: usize) -> Option<u32> {
        let mut turns = &self.levels[level].rows[prio];
        // Down the tree, as long as each one knows whose turn it is.
        while let Some(node) = self.nodes.get(turns.ptr as usize) {
            match &node.feeds {
                None => return Some(turns.ptr),
                Some(feeds) => turns = &feeds[prio],
            }
        }
        self.find_leaf(level, prio)
    }

    #[inline(never)]
    fn find_leaf(&mut self, level: usize, prio: usize) -> Option<u32> {
        if self.levels[level].rows[prio].classes.is_empty() {
            return None;
        }
        // The way down, from the row.
        let (mut way, mut depth) = ([NIL; LEVELS], 0);
        // Each step goes down, or puts a pointer that is at its end back to the first one.
        for _ in 0..u16::MAX {
            let (turns, order) = self.turns(way[depth], level, prio)?;
            if turns.ptr == NIL && turns.last_ptr_id != 0 {
                let next = order.at_or_after(&turns.classes, turns.last_ptr_id.into());
                turns.ptr = next.unwrap_or(NIL);
            }
            turns.last_ptr_id = 0;
            if turns.ptr == NIL {
                turns.ptr = turns.classes.first()?;
                if depth > 0 {
                    depth -= 1;
                    let (above, order) = self.turns(way[depth], level, prio)?;
                    above.step(order);
                }
                continue;
            }
            let class = turns.ptr;
            if self.nodes[class as usize].is_leaf() {
                return Some(class);
            }
            depth += 1;
            *way.get_mut(depth)? = class;
        }
        None
    }

    /// It is the next one's turn where `leaf` was found.
    pub(super) fn step(&mut self, leaf: u32, level: usize, prio: usize) {
        let from = if level == 0 { NIL } else { self.nodes[leaf as usize].parent };
        if let Some((turns, order)) = self.turns(from, 0, prio) {
            turns.step(order);
        }
    }

    /// Counts a packet against a leaf's turn; `true` if the turn is over.
    #[inline]
    pub(super) fn spend_turn(&mut self, leaf: u32, level: usize, len: u32) -> bool {
        let Node { deficit, quantum, .. } = &mut self.nodes[leaf as usize];
        let deficit = &mut deficit[level];
        let left = i64::from(*deficit) - i64::from(len);
        let over = left < 0;
        *deficit = if over { left.max(i32::MIN.into()) as i32 + *quantum } else { left as i32 };
        over
    }

    /// Charges a packet that `leaf` sent with the tokens of its ancestor at `level` to it and all its
    /// ancestors, which may change their modes (`htb_charge_class`).
    pub(super) fn charge(&mut self, leaf: u32, level: usize, len: u32, segments: u32) {
        let (mut class, mut follow) = (leaf, false);
        while let Some(node) = self.nodes.get_mut(class as usize) {
            let diff = node.idle(self.now);
            let at_level = usize::from(node.level);
            if at_level >= level {
                node.lends = node.lends.wrapping_add(u32::from(at_level == level));
                node.rate.charge(diff, len);
            } else {
                node.borrows = node.borrows.wrapping_add(1);
                // In debt, or it would not borrow.
                node.rate.tokens = node.rate.tokens.wrapping_add(diff);
            }
            node.ceil.charge(diff, len);
            node.checkpoint = self.now;
            node.bytes = node.bytes.wrapping_add(len.into());
            node.packets = node.packets.wrapping_add(segments.into());
            follow |= node.mode_now() != node.mode;
            class = node.parent;
        }
        // In a pass of its own, as few packets need one.
        if follow {
            self.follow_buckets(leaf);
        }
    }

    /// Puts a class that was charged, and its ancestors, into the modes that their buckets want.
    #[inline(never)]
    fn follow_buckets(&mut self, leaf: u32) {
        let mut class = leaf;
        while let Some(node) = self.nodes.get(class as usize) {
            let (before, level, parent) = (node.mode, usize::from(node.level), node.parent);
            let (after, wait) = node.mode_after(0);
            if after != before {
                self.change_mode(class, after);
                if before != Mode::CanSend {
                    self.unwait(class, level);
                }
                if after != Mode::CanSend {
                    self.wait(class, wait);
                }
            }
            class = parent;
        }
    }

    /// A class that came or changed places begins at `now`, in no row, feed or queue.
    pub(super) fn begin(&mut self, class: u32, now: u64) {
        let node = &mut self.nodes[class as usize];
        node.checkpoint = now;
        let prio = usize::from(node.prio);
        self.order[prio].reserve(self.nodes.len());
        self.waiting.reserve(self.nodes.len());
    }

    /// A leaf becomes an inner class; it has to be [inactive](Self::deactivate).
    pub(super) fn leaf_to_inner(&mut self, class: u32) {
        self.stop_waiting(class);
        let parent = self.nodes[class as usize].parent;
        let above = self.nodes.get(parent as usize).map_or(LEVELS as u8, |parent| parent.level);
        let node = &mut self.nodes[class as usize];
        node.level = above.saturating_sub(1);
        node.feeds = Some(Box::new([Turns::EMPTY; PRIOS]));
        node.deficit = [0; LEVELS];
    }

    /// An inner class lost its last child, which was inactive (`htb_parent_to_leaf`).
    pub(super) fn inner_to_leaf(&mut self, class: u32, now: u64) {
        self.stop_waiting(class);
        let node = &mut self.nodes[class as usize];
        node.level = 0;
        node.feeds = None;
        node.rate.tokens = node.rate.depth;
        node.ceil.tokens = node.ceil.depth;
        node.checkpoint = now;
    }

    /// Out of the queue of those that wait, and free to send.
    pub(super) fn stop_waiting(&mut self, class: u32) {
        let node = &mut self.nodes[class as usize];
        node.mode = Mode::CanSend;
        let level = usize::from(node.level);
        self.unwait(class, level);
    }

    /// Forgets who has packets and who waits (`htb_reset`). Buckets and deficits stay as they are.
    pub(super) fn reset(&mut self) {
        for node in &mut self.nodes {
            node.active = 0;
            node.mode = Mode::CanSend;
            if let Some(feeds) = &mut node.feeds {
                **feeds = [Turns::EMPTY; PRIOS];
            }
        }
        self.levels = [Level::EMPTY; LEVELS];
        self.order.iter_mut().for_each(KeySlab::clear);
        self.waiting.clear();
        (self.waiting_levels, self.row_levels) = (0, 0);
        self.next_event = NEVER;
    }

    /// The feed of class `of`, or the row where there is none.
    fn turns(&mut self, of: u32, level: usize, prio: usize) -> Option<(&mut Turns, &mut KeySlab)> {
        let turns = match self.nodes.get_mut(of as usize) {
            Some(node) => &mut node.feeds.as_mut()?[prio],
            None => &mut self.levels[level].rows[prio],
        };
        Some((turns, &mut self.order[prio]))
    }

    /// Puts an active class where its mode wants it, and what is above it (`htb_activate_prios`).
    fn activate_prios(&mut self, mut class: u32) {
        let mut mask = self.nodes[class as usize].active;
        loop {
            let Node { mode, parent, id, level, .. } = self.nodes[class as usize];
            if mask == 0 || mode == Mode::CantSend {
                return;
            }
            if mode == Mode::CanSend {
                self.row_levels |= 1 << level;
                let level = &mut self.levels[usize::from(level)];
                level.row_mask |= mask;
                for prio in prios(mask) {
                    let row = &mut level.rows[prio].classes;
                    self.order[prio].insert(row, class, id.0.into());
                }
                return;
            }
            let Some(above) = self.nodes.get_mut(parent as usize) else { return };
            let Some(feeds) = &mut above.feeds else { return };
            for prio in prios(mask) {
                let feed = &mut feeds[prio].classes;
                if !feed.is_empty() {
                    // The parent is where it has to be for this one.
                    mask &= !(1 << prio);
                }
                self.order[prio].insert(feed, class, id.0.into());
            }
            above.active |= mask;
            class = parent;
        }
    }

    /// Takes an active class out of where its mode had put it (`htb_deactivate_prios`).
    fn deactivate_prios(&mut self, mut class: u32) {
        let mut mask = self.nodes[class as usize].active;
        loop {
            let Node { mode, parent, id, level, .. } = self.nodes[class as usize];
            if mask == 0 || mode == Mode::CantSend {
                return;
            }
            if mode == Mode::CanSend {
                self.remove_from_rows(class, usize::from(level), mask);
                return;
            }
            let Some(above) = self.nodes.get_mut(parent as usize) else { return };
            let Some(feeds) = &mut above.feeds else { return };
            let mut emptied = 0;
            for prio in prios(mask) {
                let feed = &mut feeds[prio];
                if feed.ptr == class {
                    (feed.ptr, feed.last_ptr_id) = (NIL, id.0);
                }
                self.order[prio].remove(&mut feed.classes, class);
                if feed.classes.is_empty() {
                    emptied |= 1 << prio;
                }
            }
            above.active &= !emptied;
            mask = emptied;
            class = parent;
        }
    }

    fn remove_from_rows(&mut self, class: u32, level: usize, mask: u8) {
        let Level { rows, row_mask, .. } = &mut self.levels[level];
        for prio in prios(mask) {
            let row = &mut rows[prio];
            let order = &mut self.order[prio];
            if row.ptr == class {
                row.step(order);
            }
            order.remove(&mut row.classes, class);
            if row.classes.is_empty() {
                *row_mask &= !(1 << prio);
            }
        }
        if *row_mask == 0 {
            self.row_levels &= !(1 << level);
        }
    }

    /// Puts a class into another mode (`htb_change_class_mode`).
    fn change_mode(&mut self, class: u32, mode: Mode) {
        let node = &mut self.nodes[class as usize];
        if mode == Mode::CantSend {
            node.overlimits = node.overlimits.saturating_add(1);
            self.overlimits = self.overlimits.saturating_add(1);
        }
        if node.active == 0 {
            node.mode = mode;
            return;
        }
        self.deactivate_prios(class);
        self.nodes[class as usize].mode = mode;
        self.activate_prios(class);
    }

    /// Lets a class wait for another mode (`htb_add_to_wait_tree`).
    fn wait(&mut self, class: u32, nanos: i64) {
        let at = self.now.saturating_add(nanos.max(1).unsigned_abs());
        let level = usize::from(self.nodes[class as usize].level);
        self.waiting.insert(&mut self.levels[level].waiting, class, at);
        self.waiting_levels |= 1 << level;
        self.next_event = self.next_event.min(at);
    }

    fn unwait(&mut self, class: u32, level: usize) {
        let waiting = &mut self.levels[level].waiting;
        self.waiting.remove(waiting, class);
        if waiting.is_empty() {
            self.waiting_levels &= !(1 << level);
        }
    }
}
