//! A device's whole traffic control: the tree of disciplines with their numbers, the filters at its
//! two ends, and the rules by which `tc` changes it (`sch_api.c`).
//!
//! The [`Qdisc`]s alone are enough to send packets. A [`Tree`] is for those who want to be told what
//! to do in tc's words: it knows each discipline by its [`Handle`], makes new ones from a [`Spec`],
//! and answers as Linux does when there is one already, or none.
//!
//! ```
//! use softnet_qdisc::tree::{Device, Parent, Request, Tree, Verb};
//! use softnet_qdisc::{Cx, Handle, Packet, RateSpec, fq_codel, prio, tbf};
//! use softnet_sk_buff::{DropCounts, Instant};
//! # struct Toy;
//! # impl Packet for Toy {
//! #     fn pkt_len(&self) -> u32 { 100 }
//! #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
//! # }
//!
//! let mut lost = DropCounts::default();
//! let mut cx = Cx::new(Instant::ZERO, &mut lost);
//! let mut tree = Tree::<Toy>::new(Device::new(7))?;
//! // tc qdisc add dev … root handle 1: prio
//! let prio = prio::Config::default();
//! tree.modify(&Request::add(Parent::Root, &prio).handle(Handle(1)), &mut cx)?;
//! // tc qdisc add dev … parent 1:3 tbf …
//! let slow = tbf::Config::new(RateSpec::bits(1_000_000), 1514, 100_000);
//! let parent = Parent::Class(Handle(1).class(3));
//! let handle = tree.modify(&Request::add(parent, &slow), &mut cx)?;
//! assert_eq!(handle, Handle(0x8001), "Linux counts from there, too");
//! assert!(tree.modify(&Request::add(parent, &slow), &mut cx).is_err(), "there is one");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::Instant;

use crate::class::Work;
use crate::{
    Child, ClassId, ConfigError, Cx, Dequeue, Enqueued, Estimator, Handle, NoQueue, Packet,
    PfifoFast, Qdisc, RateEstimate, SizeTable, Stats, pfifo_fast,
};

mod error;
mod filters;
mod hooks;
mod kinds;
mod modify;
mod queues;
mod spec;
#[cfg(test)]
mod tests;
mod whole;

pub use error::TreeError;
use hooks::Hooks;
pub use kinds::{Clsact, Ingress};
pub use modify::{ClassRequest, Parent, Request, Verb};
pub use queues::{BlackholeSpec, NoQueueSpec};
pub use spec::{ClassSpec, Device, Spec};

/// A discipline of a tree, as [`Tree::walk`] shows it.
#[derive(Debug)]
pub struct Shown<'a, P: Packet> {
    /// Its number; [`Handle::UNSPEC`] of those that nobody asked for.
    pub handle: Handle,
    /// The class that it hangs in; `None` for the root.
    pub parent: Option<ClassId>,
    /// The classes from the root down to it.
    pub path: &'a [ClassId],
    /// The discipline.
    pub qdisc: &'a dyn Qdisc<P>,
}

/// The disciplines and filters of one device.
pub struct Tree<P: Packet> {
    device: Device,
    root: Child<P>,
    root_handle: Handle,
    /// What the root's [`Child`] keeps its books in; the root's own are the ones to look at.
    books: Stats,
    size_table: Option<SizeTable>,
    /// Disciplines with a number, and the classes from the root down to them.
    places: BTreeMap<Handle, Vec<ClassId>>,
    hooks: Option<Hooks<P>>,
    /// There was ingress or clsact before (`dev_ingress_queue`).
    hooked: bool,
    estimators: BTreeMap<(Handle, Option<ClassId>), Estimator>,
    /// When the next of the estimators takes a sample.
    next_sample: Instant,
    /// The number that was given last to a discipline without one.
    last_handle: u16,
}

impl<P: Packet> Tree<P> {
    /// The tree that `device` begins with: one pfifo_fast, or noqueue, without a number.
    ///
    /// # Errors
    /// The device's queues take nothing.
    pub fn new(device: Device) -> Result<Self, ConfigError> {
        let root = Child::new(Self::fallback_root(&device)?);
        Ok(Self {
            device,
            root,
            root_handle: Handle::UNSPEC,
            books: Stats::default(),
            size_table: None,
            places: BTreeMap::new(),
            hooks: None,
            hooked: false,
            estimators: BTreeMap::new(),
            next_sample: Instant::from_nanos(u64::MAX),
            last_handle: 0x8000,
        })
    }

    fn fallback_root(device: &Device) -> Result<Box<dyn Qdisc<P>>, ConfigError> {
        if device.no_queue {
            return Ok(Box::new(NoQueue::new()));
        }
        let tx_queue_len = device.tx_queue_len;
        Ok(Box::new(PfifoFast::new(pfifo_fast::Config { tx_queue_len })?))
    }

    /// Sends a packet, with what it restarts (`__dev_xmit_skb`'s enqueue).
    pub fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if let Some(table) = &self.size_table {
            table.apply(&mut packet);
        }
        let verdict = self.root.enqueue(packet, &mut self.books, cx);
        self.restart(cx);
        verdict
    }

    /// The next packet for the wire.
    pub fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if cx.now >= self.next_sample {
            self.take_samples(cx.now);
        }
        let got = self.root.dequeue(&mut self.books, cx);
        self.restart(cx);
        got
    }

    fn restart(&mut self, cx: &mut Cx<'_, P>) {
        // What is restarted is not duplicated again, so this ends.
        while cx.restart_one(|packet, cx| {
            let _ = self.root.enqueue(packet, &mut self.books, cx);
        }) {}
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> &dyn Qdisc<P> {
        self.root.qdisc()
    }

    /// The root's number; [`Handle::UNSPEC`] of what the tree began with.
    #[must_use]
    pub fn root_handle(&self) -> Handle {
        self.root_handle
    }

    /// Whether there is ingress or clsact, or ever was (`dev_ingress_queue`).
    #[must_use]
    pub fn was_hooked(&self) -> bool {
        self.hooked
    }

    /// What the disciplines were told of the device.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// A seed that nothing else of this device has ([`Device::seed`]).
    #[cfg(feature = "netlink")]
    pub(crate) fn seed(&mut self) -> u64 {
        self.device.seed()
    }

    /// The root's size table, if there is one.
    #[must_use]
    pub fn size_table(&self) -> Option<&SizeTable> {
        self.size_table.as_ref()
    }

    /// The discipline with that number (`qdisc_lookup`).
    #[must_use]
    pub fn find(&self, handle: Handle) -> Option<&dyn Qdisc<P>> {
        self.root().find(self.places.get(&handle)?)
    }

    /// The class that the discipline with that number hangs in; none of the root.
    #[must_use]
    pub fn parent_of(&self, handle: Handle) -> Option<ClassId> {
        self.places.get(&handle)?.last().copied()
    }

    /// The number of what hangs in a class of discipline `of`, if it has one.
    #[must_use]
    pub fn handle_below(&self, of: Handle, class: ClassId) -> Option<Handle> {
        let above = self.places.get(&of)?;
        let is_there = |path: &[ClassId]| path.split_last() == Some((&class, above));
        self.places.iter().find(|(_, path)| is_there(path)).map(|(&handle, _)| handle)
    }

    /// Does `work` with the discipline of that number, its ancestors keeping their books; `false` if
    /// there is none.
    pub fn with(&mut self, handle: Handle, work: &mut Work<'_, P>, cx: &mut Cx<'_, P>) -> bool {
        let Some(path) = self.places.get(&handle) else { return false };
        let mut found = false;
        let mut at = |root: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>| {
            found = root.with(path, work, cx).is_ok();
        };
        self.root.with(&mut at, &mut self.books, cx);
        found
    }

    /// Shows every discipline that has a number or hangs below one, parents first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Shown<'_, P>)) {
        let root = Shown { handle: self.root_handle, parent: None, path: &[], qdisc: self.root() };
        visit(&root);
        self.walk_below(root.qdisc, &mut Vec::new(), visit);
    }

    fn walk_below(
        &self,
        qdisc: &dyn Qdisc<P>,
        path: &mut Vec<ClassId>,
        visit: &mut dyn FnMut(&Shown<'_, P>),
    ) {
        qdisc.walk(&mut |class| {
            let Some(child) = class.child else { return };
            path.push(class.id);
            let at = self.places.iter().find(|(_, place)| *place == path);
            let handle = at.map_or(Handle::UNSPEC, |(&handle, _)| handle);
            visit(&Shown { handle, parent: Some(class.id), path, qdisc: child });
            self.walk_below(child, path, visit);
            path.pop();
        });
    }

    /// What the rate estimator of a discipline or class says at `now`, if it has one.
    #[must_use]
    pub fn rate(&self, of: Handle, class: Option<ClassId>, now: Instant) -> Option<RateEstimate> {
        let estimator = self.estimators.get(&(of, class))?;
        Some(estimator.rate(&self.stats_of(of, class)?, now))
    }

    fn stats_of(&self, of: Handle, class: Option<ClassId>) -> Option<Stats> {
        let qdisc = self.find(of)?;
        let Some(class) = class else { return Some(*qdisc.stats()) };
        let mut stats = None;
        qdisc.walk(&mut |each| {
            if each.id == class {
                stats = Some(each.stats);
            }
        });
        stats
    }

    fn take_samples(&mut self, now: Instant) {
        let mut estimators = core::mem::take(&mut self.estimators);
        estimators.retain(|&(of, class), estimator| {
            let stats = self.stats_of(of, class);
            stats.inspect(|stats| estimator.catch_up(stats, now)).is_some()
        });
        self.estimators = estimators;
        self.set_next_sample();
    }

    fn set_next_sample(&mut self) {
        let next = self.estimators.values().map(Estimator::next).min();
        self.next_sample = next.unwrap_or(Instant::from_nanos(u64::MAX));
    }
}

impl<P: Packet> fmt::Debug for Tree<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("root", &self.root).finish_non_exhaustive()
    }
}
