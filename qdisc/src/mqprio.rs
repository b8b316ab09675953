//! mqprio: a device's transmit queues in groups, one for each traffic class (`sch_mqprio.c`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::class::{Class, Work};
use crate::mq::check_queues;
use crate::{
    ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Mq, Packet, Qdisc, Refused, Stats,
    UnknownClass,
};

#[cfg(test)]
mod tests;

/// The transmit queues of a traffic class (`count@offset`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcQueues {
    /// How many.
    pub count: u16,
    /// The first one.
    pub offset: u16,
}

/// How the queues are divided (`tc_mqprio_qopt`), without help by hardware (`hw 0`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Traffic classes, 1 to 16: 8.
    pub num_tc: u8,
    /// The traffic class of each priority (`map`): 0 1 2 3 4 5 6 7 0 1 1 1 3 3 3 3.
    pub prio_tc_map: [u8; 16],
    /// The queues of each class, those of different ones apart: one each, in order.
    pub queues: [TcQueues; 16],
}

impl Default for Config {
    /// `tc`'s.
    fn default() -> Self {
        let mut queues = [TcQueues::default(); 16];
        for (offset, queue) in (0..).zip(queues.iter_mut().take(8)) {
            *queue = TcQueues { count: 1, offset };
        }
        let prio_tc_map = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 3, 3, 3, 3];
        Self { num_tc: 8, prio_tc_map, queues }
    }
}

impl Config {
    /// `mqprio_validate_qopt` for a device of `queues` transmit queues.
    pub(crate) fn check(&self, queues: usize) -> Result<(), ConfigError> {
        check_queues(queues)?;
        if !(1..=16).contains(&self.num_tc) {
            return Err(ConfigError::TrafficClasses(self.num_tc));
        }
        let unmapped = (0..).zip(self.prio_tc_map).find(|&(_, tc)| tc >= self.num_tc);
        if let Some((priority, tc)) = unmapped {
            return Err(ConfigError::PrioTcMap { priority, tc });
        }
        let mut taken: [(usize, usize); 16] = [(0, 0); 16];
        for (tc, range) in (0..self.num_tc).zip(self.ranges()) {
            let others = taken.iter().take(tc.into());
            let overlaps =
                others.clone().any(|&(start, end)| range.start < end && start < range.end);
            if range.is_empty() || range.end > queues || overlaps {
                return Err(ConfigError::TcQueues { tc });
            }
            taken[usize::from(tc)] = (range.start, range.end);
        }
        Ok(())
    }

    /// The queues of each traffic class.
    fn ranges(&self) -> impl Iterator<Item = core::ops::Range<usize>> {
        let range = |queues: &TcQueues| {
            let offset = usize::from(queues.offset);
            offset..offset + usize::from(queues.count)
        };
        self.queues.iter().take(self.num_tc.into()).map(range)
    }
}

/// One child for each transmit queue, classes `:1` on, and over them a class for each traffic class,
/// `:ffe0` on, that shows the sum of its queues. It queues nothing itself, and like Linux's it can't be
/// changed. (Linux shows too many packets waiting in a traffic class: it adds to them those of the whole
/// and of the classes before.)
///
/// Below the traffic classes it [is](Self::mq) an [`Mq`]; [`pick`](Self::pick) chooses a packet's queue.
#[derive(Debug)]
pub struct Mqprio<P: Packet> {
    config: Config,
    mq: Mq<P>,
}

impl<P: Packet> Mqprio<P> {
    /// Number of the first traffic class (`TC_H_MIN_PRIORITY`).
    const FIRST_TC: u16 = 0xffe0;

    /// Discipline `handle` with these children, the first for queue 0.
    ///
    /// # Errors
    /// [`ConfigError::Queues`], [`ConfigError::TrafficClasses`], [`ConfigError::PrioTcMap`],
    /// [`ConfigError::TcQueues`].
    pub fn new(
        handle: Handle,
        config: Config,
        children: Vec<Box<dyn Qdisc<P>>>,
    ) -> Result<Self, ConfigError> {
        config.check(children.len())?;
        Ok(Self { config, mq: Mq::new(handle, children)? })
    }

    /// How the queues are divided.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The queue for a packet of this priority and flow hash (`skb_tx_hash`): one of those of its
    /// traffic class.
    #[must_use]
    pub fn pick(&self, priority: u32, hash: u32) -> u16 {
        let tc = self.config.prio_tc_map[priority as usize & 0xf];
        let TcQueues { count, offset } = self.config.queues[usize::from(tc) & 0xf];
        offset + ((u64::from(hash) * u64::from(count)) >> 32) as u16
    }

    /// The queues; their classes are mq's.
    #[must_use]
    pub fn mq(&self) -> &Mq<P> {
        &self.mq
    }

    /// The queues, to pull packets from and put packets into.
    pub fn mq_mut(&mut self) -> &mut Mq<P> {
        &mut self.mq
    }
}

impl<P: Packet> Qdisc<P> for Mqprio<P> {
    fn kind(&self) -> &'static str {
        "mqprio"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.mq.enqueue(packet, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.mq.dequeue(cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.mq.peek(cx)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.mq.reset(cx);
    }

    fn stats(&self) -> &Stats {
        self.mq.stats()
    }

    fn stats_mut(&mut self) -> &mut Stats {
        self.mq.stats_mut()
    }

    /// The traffic classes, then the queues (`mqprio_walk`).
    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        let tc_id = |tc: u16| self.mq.handle().class(Self::FIRST_TC + tc);
        for (tc, range) in (0..).zip(self.config.ranges()) {
            let stats = self.mq.sum(range);
            visit(&Class { id: tc_id(tc), parent: None, child: None, stats, xstats: None });
        }
        for (index, class) in self.mq.classes().enumerate() {
            let tc = self.config.ranges().position(|range| range.contains(&index));
            visit(&Class { parent: tc.map(|tc| tc_id(tc as u16)), ..class });
        }
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.mq.leaf(class)
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        self.mq.with_leaf(class, work, cx)
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        self.mq.graft_here(class, child, cx)
    }
}
