//! Who is owed service by when, and who has had least of his share: the virtual times of all classes.

use alloc::vec::Vec;

use super::curve::{Runtime, Slopes};
use super::{Curve, PSCHED_SHIFT};
use crate::ClassId;
use crate::min_tree::{MinSlab, MinTree};

/// The discipline's own class, above all others.
pub(super) const ROOT: u32 = 0;
/// No class.
pub(super) const NIL: u32 = u32::MAX;

/// One of the curves of a class: as it was configured, and as it runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Service {
    pub(super) slopes: Slopes,
    runtime: Runtime,
}

impl Service {
    fn begin(curve: Slopes, x: u64, y: u64) -> Self {
        Self { slopes: curve, runtime: Runtime::begin(&curve, x, y) }
    }

    fn min(&mut self, x: u64, y: u64) {
        self.runtime.min(&self.slopes, x, y);
    }

    fn y2x(&self, y: u64) -> u64 {
        self.runtime.y2x(&self.slopes, y)
    }
}

/// A class (`struct hfsc_class`). Times are in units of 64 ns.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: ClassId,
    pub(super) parent: u32,
    pub(super) children: u32,
    /// 0 for a leaf, else one more than that of the highest class below it.
    pub(super) level: u32,
    /// Real-time curve, with the deadlines that follow from it.
    pub(super) rsc: Option<Service>,
    /// Like that of the deadlines, but for when a packet may be sent at the earliest.
    eligible: Runtime,
    /// Link-sharing curve, with the virtual time.
    pub(super) fsc: Option<Service>,
    /// Upper limit.
    pub(super) usc: Option<Service>,
    /// Bytes sent, and those of them that were owed in real time.
    pub(super) total: u64,
    pub(super) cumul: u64,
    vt: u64,
    /// When it may take its share at the earliest, of its own limit, and with those below it.
    myf: u64,
    f: u64,
    cfmin: u64,
    /// Least virtual time of the children that may take their share.
    cvtmin: u64,
    vtadj: u64,
    /// Largest virtual time seen of a child.
    cvtoff: u64,
    pub(super) vtperiod: u32,
    parentperiod: u32,
    /// Children with packets below, or 1 for a leaf with packets.
    nactive: u32,
    /// Active children by virtual time, with their `f`.
    vt_tree: MinTree,
    pub(super) bytes: u64,
    pub(super) packets: u64,
}

impl Node {
    pub(super) fn new(id: ClassId, parent: u32) -> Self {
        Self {
            id,
            parent,
            children: 0,
            level: 0,
            rsc: None,
            eligible: Runtime::default(),
            fsc: None,
            usc: None,
            total: 0,
            cumul: 0,
            vt: 0,
            myf: 0,
            f: 0,
            cfmin: 0,
            cvtmin: 0,
            vtadj: 0,
            cvtoff: 0,
            vtperiod: 0,
            parentperiod: 0,
            nactive: 0,
            vt_tree: MinTree::EMPTY,
            bytes: 0,
            packets: 0,
        }
    }

    pub(super) fn is_leaf(&self) -> bool {
        self.level == 0
    }

    /// `hfsc_change_rsc`.
    pub(super) fn change_rsc(&mut self, curve: Curve, now: u64) {
        let service = Service::begin(curve.into(), now, self.cumul);
        self.rsc = Some(service);
        self.set_eligible(&service);
    }

    /// `hfsc_change_fsc`.
    pub(super) fn change_fsc(&mut self, slopes: Slopes) {
        self.fsc = Some(Service::begin(slopes, self.vt, self.total));
    }

    /// `hfsc_change_usc`.
    pub(super) fn change_usc(&mut self, curve: Curve, now: u64) {
        self.usc = Some(Service::begin(curve.into(), now, self.total));
    }

    /// A packet may be sent when it is owed; if less is owed at first, at the later rate already.
    fn set_eligible(&mut self, deadline: &Service) {
        let convex = deadline.slopes.is_convex();
        let runtime = deadline.runtime;
        self.eligible = if convex { runtime.without_first() } else { runtime };
    }

    fn set_f(&mut self) -> bool {
        let f = self.myf.max(self.cfmin);
        let changed = f != self.f;
        self.f = f;
        changed
    }

    /// `hfsc_reset_class`, its child aside.
    fn reset(&mut self) {
        let again = |curve: Option<Service>| curve.map(|it| Service::begin(it.slopes, 0, 0));
        *self = Self {
            children: self.children,
            level: self.level,
            rsc: again(self.rsc),
            // Linux leaves this one as it was; it is worked out anew before it is used.
            eligible: self.eligible,
            fsc: again(self.fsc),
            usc: again(self.usc),
            bytes: self.bytes,
            packets: self.packets,
            ..Self::new(self.id, self.parent)
        };
    }
}

/// All classes, by place; the first one is the root.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// Classes with a real-time curve and packets, by eligible time, with their deadlines.
    eligible: MinTree,
    el: MinSlab,
    vt: MinSlab,
    now: u64,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            eligible: MinTree::EMPTY,
            el: MinSlab::new(),
            vt: MinSlab::new(),
            now: 0,
        }
    }

    /// It is `nanos`, in units of 64 ns. A clock that steps back stands still here.
    pub(super) fn tick(&mut self, nanos: u64) -> u64 {
        self.now = self.now.max(nanos >> PSCHED_SHIFT);
        self.now
    }

    /// The class whose packet is to go now (`hfsc_dequeue`), and whether real time says so.
    pub(super) fn next(&mut self) -> Option<(u32, bool)> {
        match self.el.least_up_to(&self.eligible, self.now) {
            Some(class) => Some((class, true)),
            None => self.min_vt().map(|class| (class, false)),
        }
    }

    /// When a class is eligible or fits next (`hfsc_schedule_watchdog`).
    pub(super) fn next_time(&self) -> Option<u64> {
        let eligible = self.el.first_key(&self.eligible).filter(|&e| e != 0);
        let fits = self.nodes.first().map(|root| root.cfmin).filter(|&fits| fits != 0);
        [eligible, fits].into_iter().flatten().min()
    }

    /// Whether a class has its place among those with packets (`cl_in_el_or_vttree`).
    pub(super) fn is_active(&self, class: u32) -> bool {
        let node = &self.nodes[class as usize];
        (node.fsc.is_some() && node.nactive > 0) || (node.rsc.is_some() && self.el.holds(class))
    }

    /// A class without packets, which is active, is so no more (`hfsc_qlen_notify`).
    pub(super) fn emptied(&mut self, class: u32) {
        let node = &self.nodes[class as usize];
        let has_rsc = node.rsc.is_some();
        if node.nactive > 0 {
            self.update_vf(class, 0, true);
        }
        if has_rsc {
            self.el.remove(&mut self.eligible, class);
        }
    }

    /// A class has its first packet (`init_ed`).
    pub(super) fn init_ed(&mut self, class: u32, next_len: u32) {
        let now = self.now;
        let node = &mut self.nodes[class as usize];
        let Some(rsc) = &mut node.rsc else { return };
        rsc.min(now, node.cumul);
        let deadline = *rsc;
        node.set_eligible(&deadline);
        self.update_ed(class, next_len);
    }

    /// A packet went out in real time, and another one is there (`update_ed`).
    pub(super) fn update_ed(&mut self, class: u32, next_len: u32) {
        let node = &self.nodes[class as usize];
        let Some(rsc) = &node.rsc else { return };
        let e = node.eligible.y2x(&rsc.slopes, node.cumul);
        let d = rsc.y2x(node.cumul.wrapping_add(next_len.into()));
        self.el.remove(&mut self.eligible, class);
        self.el.insert(&mut self.eligible, class, e, d);
    }

    /// A packet went out as part of its share, and another one is there (`update_d`).
    pub(super) fn update_d(&mut self, class: u32, next_len: u32) {
        let node = &self.nodes[class as usize];
        let Some(rsc) = &node.rsc else { return };
        let d = rsc.y2x(node.cumul.wrapping_add(next_len.into()));
        self.el.set(class, d);
    }

    /// A class, and what is above it, has its first packet (`init_vf`).
    pub(super) fn init_vf(&mut self, mut class: u32) {
        let mut go_active = true;
        while let Some((at, above)) = self.with_parent(class) {
            let node = &mut self.nodes[at];
            if go_active {
                go_active = node.nactive == 0;
                node.nactive = node.nactive.wrapping_add(1);
            }
            if go_active {
                self.join(class);
            }
            self.follow_f(class);
            class = above;
        }
    }

    /// A class sent `len` bytes, and is `passive` if it has no packets left (`update_vf`).
    pub(super) fn update_vf(&mut self, mut class: u32, len: u32, empty: bool) {
        let node = &self.nodes[class as usize];
        let mut go_passive = empty && node.fsc.is_some() && node.nactive > 0;
        while let Some((at, above)) = self.with_parent(class) {
            let node = &mut self.nodes[at];
            node.total = node.total.wrapping_add(len.into());
            let Some(fsc) = node.fsc.filter(|_| node.nactive > 0) else {
                class = above;
                continue;
            };
            if go_passive {
                node.nactive -= 1;
                go_passive = node.nactive == 0;
            }
            node.vt = fsc.y2x(node.total).wrapping_add(node.vtadj);
            let cvtmin = self.nodes[above as usize].cvtmin;
            let node = &mut self.nodes[at];
            // It was passed over while it did not fit: that time doesn't come back.
            if node.vt < cvtmin {
                node.vtadj = node.vtadj.wrapping_add(cvtmin - node.vt);
                node.vt = cvtmin;
            }
            let (vt, f, total) = (node.vt, node.f, node.total);
            let parent = &mut self.nodes[above as usize];
            self.vt.remove(&mut parent.vt_tree, class);
            if go_passive {
                parent.cvtoff = parent.cvtoff.max(vt);
                self.update_cfmin(above);
                class = above;
                continue;
            }
            self.vt.insert(&mut parent.vt_tree, class, vt, f);
            let node = &mut self.nodes[at];
            if let Some(usc) = &node.usc {
                node.myf = usc.y2x(total);
            }
            if node.set_f() {
                self.vt.set(class, node.f);
                self.update_cfmin(above);
            }
            class = above;
        }
    }

    /// A leaf that got a class below it lifts what is above it (`hfsc_adjust_levels`).
    pub(super) fn raise(&mut self, mut class: u32) {
        let mut level = 1;
        while let Some(node) = self.nodes.get_mut(class as usize) {
            if node.level >= level {
                return;
            }
            node.level = level;
            level += 1;
            class = node.parent;
        }
    }

    /// A class lost its last child: what is above it comes down as far as nothing else holds it up.
    pub(super) fn lower(&mut self, mut class: u32) {
        while class != NIL {
            let below = self.nodes.iter().filter(|node| node.parent == class);
            let level = below.map(|node| node.level + 1).max().unwrap_or(0);
            let node = &mut self.nodes[class as usize];
            if node.level == level {
                return;
            }
            node.level = level;
            class = node.parent;
        }
    }

    /// Forgets everything but the curves (`hfsc_reset_qdisc`).
    pub(super) fn reset(&mut self) {
        self.nodes.iter_mut().for_each(Node::reset);
        self.eligible = MinTree::EMPTY;
        self.el.clear();
        self.vt.clear();
    }

    /// Where `class` is, and its parent; `None` for the root.
    fn with_parent(&self, class: u32) -> Option<(usize, u32)> {
        let node = self.nodes.get(class as usize)?;
        (node.parent != NIL).then_some((class as usize, node.parent))
    }

    /// The leaf that has had least of its share (`vttree_get_minvt`).
    fn min_vt(&mut self) -> Option<u32> {
        let mut class = ROOT;
        if self.nodes.first()?.cfmin > self.now {
            return None;
        }
        while !self.nodes[class as usize].is_leaf() {
            let parent = class;
            class = self.vt.first_with(&self.nodes[parent as usize].vt_tree, self.now)?;
            let vt = self.nodes[class as usize].vt;
            let parent = &mut self.nodes[parent as usize];
            parent.cvtmin = parent.cvtmin.max(vt);
        }
        Some(class)
    }

    /// A class takes its place among its active siblings, as if it had always had its share.
    fn join(&mut self, class: u32) {
        let at = class as usize;
        let above = self.nodes[at].parent as usize;
        let last = self.vt.last_key(&self.nodes[above].vt_tree);
        let parent = &mut self.nodes[above];
        let (cvtmin, cvtoff, period) = (parent.cvtmin, parent.cvtoff, parent.vtperiod);
        let parent_active = parent.nactive > 0;
        if last.is_none() {
            parent.cvtmin = 0;
        }
        let now = self.now;
        let node = &mut self.nodes[at];
        match last {
            Some(last) => {
                let vt = if cvtmin == 0 { last } else { cvtmin.wrapping_add(last) / 2 };
                if period != node.parentperiod || vt > node.vt {
                    node.vt = vt;
                }
            }
            None => node.vt = cvtoff,
        }
        if let Some(fsc) = &mut node.fsc {
            fsc.min(node.vt, node.total);
        }
        node.vtadj = 0;
        node.vtperiod = node.vtperiod.wrapping_add(1);
        node.parentperiod = period.wrapping_add(u32::from(!parent_active));
        node.f = 0;
        if let Some(usc) = &mut node.usc {
            usc.min(now, node.total);
            node.myf = usc.y2x(node.total);
        }
        let vt = node.vt;
        self.vt.insert(&mut self.nodes[above].vt_tree, class, vt, 0);
    }

    /// Works out anew when a class fits, and what that means for its parent.
    fn follow_f(&mut self, class: u32) {
        let node = &mut self.nodes[class as usize];
        let above = node.parent;
        if node.set_f() {
            self.vt.set(class, node.f);
        }
        self.update_cfmin(above);
    }

    fn update_cfmin(&mut self, class: u32) {
        let node = &mut self.nodes[class as usize];
        node.cfmin = self.vt.least(&node.vt_tree).unwrap_or(0);
    }
}
