//! drr: deficit round robin over classes that the user makes (`sch_drr.c`).

use alloc::boxed::Box;

use crate::class::{Class, Work};
use crate::classes::Classes;
use crate::filter::{Block, Verdict};
use crate::links::{Links, List};
use crate::peeked::Peeked;
use crate::{
    Child, ClassError, ClassId, ClassXStats, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle,
    Packet, Qdisc, Refused, Stats, UnknownClass,
};

#[cfg(test)]
mod tests;

/// How a [`Drr`] is made. Linux's has no options; this is what it takes from the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that the pfifo holds which a new class starts with: 1000, the device's `tx_queue_len`.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { tx_queue_len: 1000 }
    }
}

/// A class of a [`Drr`] (`TCA_DRR_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassConfig {
    /// Bytes that the class earns in each round: 1514, the link's largest packet with its header.
    /// Linux lifts what is below 256 and cuts what is above 2^20, and so does this.
    pub quantum: u32,
}

impl Default for ClassConfig {
    fn default() -> Self {
        Self { quantum: 1514 }
    }
}

impl ClassConfig {
    fn check(self) -> Result<Self, ConfigError> {
        match self.quantum {
            0 => Err(ConfigError::ZeroQuantum),
            quantum => Ok(Self { quantum: clamp_quantum(quantum) }),
        }
    }
}

/// A quantum as drr and ets take it.
pub(crate) fn clamp_quantum(quantum: u32) -> u32 {
    quantum.clamp(256, 1 << 20)
}

/// What only a class of drr shows (`tc_drr_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassStats {
    /// Bytes that it may still send in this round; 0 while nothing waits in it.
    pub deficit: u32,
}

#[derive(Debug)]
struct DrrClass<P: Packet> {
    config: ClassConfig,
    child: Child<P>,
    deficit: u32,
    /// What left; the class keeps it when its child is replaced.
    sent: Stats,
}

/// Deficit round robin (Shreedhar and Varghese 1995): classes with packets take turns, each sending
/// what it has earned, a quantum a round. Nobody gets ahead of anybody, in the ratio of their quanta,
/// by more than a quantum and a packet.
///
/// A packet's class is the one that its priority names ([`Handle::named_by`]), else that which the
/// [filters](crate::filter) say; without one it is dropped.
///
/// A class whose child holds its packets back (a shaper) holds up all others while it has the turn,
/// as in Linux, which warns of it. One thing is better than there: a class whose child drops the last
/// of its packets when its turn comes only loses the turn; in Linux all wait for the next event.
#[derive(Debug)]
pub struct Drr<P: Packet> {
    config: Config,
    classes: Classes<DrrClass<P>>,
    links: Links,
    /// The classes with packets, the one with the turn first.
    active: List,
    filters: Block<P>,
    peeked: Peeked<P>,
    stats: Stats,
}

impl<P: Packet> Drr<P> {
    /// Discipline `handle` without a class.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        if config.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        Ok(Self {
            config,
            classes: Classes::new(handle),
            links: Links::new(),
            active: List::EMPTY,
            filters: Block::new(),
            peeked: Peeked::NONE,
            stats: Stats::default(),
        })
    }

    /// How it was made.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Adds class `id` with a pfifo in it (`drr_change_class`).
    ///
    /// # Errors
    /// [`ClassError::Exists`], [`ClassError::Foreign`], [`ConfigError::ZeroQuantum`]; nothing has
    /// changed.
    pub fn add_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let config = config.check()?;
        let child = Child::fifo(Fifo::pfifo(self.config.tx_queue_len)?);
        let class = DrrClass { config, child, deficit: 0, sent: Stats::default() };
        let at = self.classes.insert(id, class)?;
        self.links.reach(at);
        Ok(())
    }

    /// Gives class `id` another quantum, from its next round on.
    ///
    /// # Errors
    /// [`ClassError::Unknown`], [`ConfigError::ZeroQuantum`]; nothing has changed.
    pub fn change_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let config = config.check()?;
        let at = self.classes.known(id)?;
        if let Some(class) = self.classes.get_mut(at) {
            class.config = config;
        }
        Ok(())
    }

    /// How class `id` is configured.
    #[must_use]
    pub fn class_config(&self, id: ClassId) -> Option<&ClassConfig> {
        self.classes.get(self.classes.find(id)?).map(|class| &class.config)
    }

    /// Gives the class its place in the round, or takes it, as its child has packets or not.
    fn settle(&mut self, at: u32) {
        let Some(class) = self.classes.get_mut(at) else { return };
        let waits = class.child.backlog().packets > 0;
        if waits == self.links.is_linked(at) {
            return;
        }
        if waits {
            class.deficit = class.config.quantum;
            self.links.push_back(&mut self.active, at);
        } else {
            self.links.remove(&mut self.active, at);
        }
    }

    /// Takes the next packet of the class whose turn it is (`drr_dequeue`); it is still in the backlog.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        while let Some(at) = self.active.front() {
            let Some(class) = self.classes.get_mut(at) else { break };
            let len = match class.child.peek_len(&mut self.stats, cx) {
                Dequeue::Packet(len) => len,
                Dequeue::Empty => {
                    self.links.remove(&mut self.active, at);
                    continue;
                }
                Dequeue::Until(at) => return Dequeue::Until(at),
            };
            if len <= class.deficit {
                class.deficit -= len;
                let next = class.child.set_aside(&mut self.stats, cx);
                if let Dequeue::Packet(packet) = &next {
                    class.sent.count_sent(packet);
                }
                if class.child.backlog().packets == 0 {
                    self.links.remove(&mut self.active, at);
                }
                return next;
            }
            class.deficit = class.deficit.saturating_add(class.config.quantum);
            self.links.move_to_back(&mut self.active, at);
        }
        Dequeue::Empty
    }
}

impl<P: Packet> Qdisc<P> for Drr<P> {
    fn kind(&self) -> &'static str {
        "drr"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let at = match self.classes.classify(&mut packet, &mut self.filters, cx) {
            Ok(at) => at,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let Some(class) = self.classes.get_mut(at) else {
            return Verdict::Drop.carry_out(packet, &mut self.stats, cx);
        };
        let verdict = class.child.enqueue(packet, &mut self.stats, cx);
        self.settle(at);
        verdict
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.pass(cx).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.peeked.take().map_or_else(|| self.pass(cx), Dequeue::Packet);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        let mut last = None;
        while let Some(at) = self.classes.next_place(last) {
            if let Some(class) = self.classes.get_mut(at) {
                class.child.reset(&mut self.stats, cx);
            }
            self.settle(at);
            last = Some(at);
        }
        self.peeked.purge(cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (id, class) in self.classes.iter() {
            let child = class.child.qdisc();
            let Stats { bytes, packets, .. } = class.sent;
            let stats = Stats { bytes, packets, ..*child.stats() };
            let deficit = if stats.backlog.packets > 0 { class.deficit } else { 0 };
            let xstats = Some(ClassXStats::Drr(ClassStats { deficit }));
            visit(&Class { id, parent: None, child: Some(child), stats, xstats });
        }
    }

    fn has_class(&self, class: ClassId) -> bool {
        self.classes.find(class).is_some()
    }

    fn delete_class(&mut self, class: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        let at = self.classes.known(class)?;
        if self.filters.holds(class) {
            return Err(ClassError::InUse(class));
        }
        self.links.remove(&mut self.active, at);
        if let Some(mut class) = self.classes.remove(class) {
            class.child.purge(&mut self.stats, cx);
        }
        Ok(())
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let at = self.classes.find(class)?;
        Some(self.classes.get(at)?.child.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let (at, class) = self.classes.entry(class)?;
        class.child.with(work, &mut self.stats, cx);
        self.settle(at);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let (at, place) = match self.classes.entry(class) {
            Ok(found) => found,
            Err(why) => return Err(Refused { child, why }),
        };
        place.child.replace(child, &mut self.stats, cx);
        self.settle(at);
        Ok(())
    }
}
