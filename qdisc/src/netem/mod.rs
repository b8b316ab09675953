//! netem: a bad network on purpose (`sch_netem.c`).
//!
//! Packets are held back, lost, sent twice, sent out of order, damaged, or squeezed through a slow
//! link, as its [`Config`] says. What is drawn by lot is drawn from a seed, with the generator that
//! Linux has there (`TCA_NETEM_PRNG_SEED`): the same seed and the same arrivals give the same fate.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::{Class, Work, purge_all};
use crate::peeked::Peeked;
use crate::rng::Rng;
use crate::{
    Child, ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Later, Packet, Qdisc, Refused,
    Stats, UnknownClass,
};

mod config;
mod delay;
mod loss;
mod tables;
mod tausworthe;
#[cfg(test)]
mod tests;
mod tfifo;

pub use config::{
    Chance, Config, Delay, Distribution, LinkRate, Loss, Probability, Slot, SlotDelay,
};
use delay::OpenSlot;
use loss::{Chain, Die};
use tausworthe::Tausworthe;
use tfifo::Tfifo;

/// One die for each thing that may happen.
#[derive(Clone, Copy, Debug)]
struct Dice {
    delay: Die,
    loss: Die,
    duplicate: Die,
    reorder: Die,
    corrupt: Die,
}

impl Dice {
    fn new(config: &Config, lots: &mut Rng) -> Self {
        let mut die = |correlation| Die::new(correlation, lots.next_u32());
        let loss = match config.loss {
            Loss::Random(chance) => chance.correlation,
            Loss::State { .. } | Loss::GilbertElliott { .. } => Probability::NEVER,
        };
        Self {
            delay: die(config.delay.correlation),
            loss: die(loss),
            duplicate: die(config.duplicate.correlation),
            reorder: die(config.reorder.unwrap_or_default().correlation),
            corrupt: die(config.corrupt.correlation),
        }
    }
}

/// A network emulator. Its class `:1` may be given a discipline, in which packets wait that have been
/// held back long enough; without one they leave at once.
///
/// As in Linux a packet that is [marked](Config::ecn) counts as a drop, one that goes ahead of others
/// as a requeue, and a duplicate starts again at the root: whoever drives the tree has to drain the
/// [`Deferred`](crate::Deferred) of its [`Cx`] after each call, or there are none.
///
/// Where Linux draws from the system's entropy even if it has a seed (which bit is damaged, slots
/// without a distribution, the first throw of a correlated die), this draws from the seed, too. Linux's
/// first slot begins when it is asked for, here at time zero: a packet with a delay below zero, due
/// before that, leaves at once there and waits for the next slot here.
#[derive(Debug)]
pub struct Netem<P: Packet> {
    handle: Handle,
    config: Config,
    random: Tausworthe,
    lots: Rng,
    dice: Dice,
    chain: Chain,
    slot: Option<OpenSlot>,
    /// Packets since one last went ahead.
    counter: u32,
    waiting: Tfifo<P>,
    /// Packets that go ahead of all that wait, the last one first.
    ahead: Vec<(u64, P)>,
    /// A packet that came at that time, whose duplicate has to come in before it does.
    halfway: Option<(u64, P)>,
    segments: VecDeque<P>,
    child: Option<Child<P>>,
    peeked: Peeked<P>,
    stats: Stats,
}

impl<P: Packet> Netem<P> {
    const CLASS: u16 = 1;

    /// Discipline `handle`, throwing dice from `seed`.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`], [`ConfigError::TimeTooLong`], [`ConfigError::SlotDelay`].
    pub fn new(handle: Handle, config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        let seed = config.seed.unwrap_or(seed);
        let mut lots = Rng::new(seed);
        let dice = Dice::new(&config, &mut lots);
        Ok(Self {
            handle,
            random: Tausworthe::new(seed),
            lots,
            dice,
            chain: Chain::Good,
            slot: config.slot.as_ref().and_then(OpenSlot::first),
            config,
            counter: 0,
            waiting: Tfifo::new(),
            ahead: Vec::new(),
            halfway: None,
            segments: VecDeque::new(),
            child: None,
            peeked: Peeked::NONE,
            stats: Stats::default(),
        })
    }

    /// What it does to packets.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`netem_change`); what waits goes as it was decided. The dice are
    /// thrown on from where they are, unless there is a [seed](Config::seed).
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config) -> Result<(), ConfigError> {
        config.check()?;
        if let Some(seed) = config.seed {
            self.reseed(seed);
        }
        self.dice = Dice::new(&config, &mut self.lots);
        self.chain = Chain::Good;
        self.slot = config.slot.as_ref().and_then(OpenSlot::first);
        self.counter = 0;
        self.config = config;
        Ok(())
    }

    /// Throws dice from `seed` from now on (`TCA_NETEM_PRNG_SEED`).
    pub fn reseed(&mut self, seed: u64) {
        self.random = Tausworthe::new(seed);
        self.lots = Rng::new(seed);
    }

    fn check(&self, class: ClassId) -> Result<(), UnknownClass> {
        if class == self.handle.class(Self::CLASS) { Ok(()) } else { Err(UnknownClass(class)) }
    }

    /// What is left of a packet after losses, and whether it comes twice; `None` if it is lost. It
    /// may be lost and come twice: then it comes once.
    fn survive(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Option<bool> {
        let Self { config, dice, random, .. } = self;
        let twice =
            !cx.is_restart() && dice.duplicate.happens(config.duplicate.probability, random);
        if !self.chain.lose(&config.loss, &mut dice.loss, random) {
            return Some(twice);
        }
        if config.ecn && cx.mark_ce(packet) {
            self.stats.drops = self.stats.drops.saturating_add(1);
            return Some(twice);
        }
        twice.then_some(false)
    }

    /// Turns one bit, perhaps. A packet that stands for several is cut first: the first part comes
    /// back, the rest is in `segments`.
    fn corrupt(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Option<P> {
        let Self { config, dice, random, .. } = self;
        if !dice.corrupt.happens(config.corrupt.probability, random) {
            return Some(packet);
        }
        if packet.segments() > 1 {
            if let Err(whole) = cx.segment(packet, &mut self.segments) {
                return self.refuse(whole, cx);
            }
            packet = self.segments.pop_front()?;
        }
        if packet.frame().is_some() && !cx.make_writable(&mut packet) {
            return self.refuse(packet, cx);
        }
        if let Some(bytes) = packet.frame_mut() {
            let at = (u64::from(self.lots.next_u32()) * bytes.len() as u64) >> 32;
            let bit = self.lots.next_u32() >> 29;
            if let Some(byte) = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at)) {
                *byte ^= 1 << bit;
            }
        }
        Some(packet)
    }

    fn refuse(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Option<P> {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, DropReason::QDISC_DROP);
        None
    }

    /// Puts a packet, which is in the backlog already, where it waits.
    fn hold(&mut self, packet: P, now: u64) {
        let Self { config, dice, random, .. } = self;
        let always = Chance::of(Probability::ALWAYS);
        let reorder =
            config.reorder.unwrap_or(if config.gap == 0 { Chance::default() } else { always });
        if config.gap != 0
            && self.counter >= config.gap - 1
            && reorder.probability.0 >= dice.reorder.throw(random)
        {
            self.counter = 0;
            self.stats.requeues = self.stats.requeues.saturating_add(1);
            self.ahead.push((now, packet));
            return;
        }
        let mut delay = config.delay.draw(&mut dice.delay, random);
        let mut from = now;
        if config.rate.bytes_per_second != 0 {
            // The link is busy until the last packet has left it: only what is left of the delay by
            // then counts.
            let ahead = self.ahead.first().map(|&(at, _)| at);
            if let Some(last) = ahead.into_iter().chain(self.waiting.last()).max() {
                let bonus = i64::try_from(i128::from(last) - i128::from(now)).unwrap_or(i64::MAX);
                delay = delay.saturating_sub(bonus).max(0);
                from = last;
            }
            delay = delay.saturating_add(config.rate.time(packet.pkt_len()));
        }
        self.counter = self.counter.wrapping_add(1);
        self.waiting.push(from.saturating_add_signed(delay), packet);
    }

    /// Lets a packet in whose duplicate has had its turn.
    fn let_in(&mut self) {
        if let Some((came, packet)) = self.halfway.take() {
            self.hold(packet, came);
        }
    }

    /// Takes a packet in unless there are too many, its copy before it.
    ///
    /// In Linux the copy goes through the root, and so through the dice, while the packet stands
    /// still; here the packet stands still until the copy has been restarted.
    fn admit(&mut self, packet: P, copy: Option<P>, cx: &mut Cx<'_, P>) -> Enqueued {
        if self.is_full() {
            self.stats.drops = self.stats.drops.saturating_add(1);
            let copy = copy.into_iter();
            let all = core::iter::once(packet).chain(self.segments.drain(..));
            all.for_each(|packet| cx.drop(packet, DropReason::QDISC_OVERLIMIT));
            copy.for_each(|copy| cx.consume(copy));
            return Enqueued::Drop;
        }
        self.stats.queued(&packet);
        let now = cx.now.as_nanos();
        match copy.map(|copy| cx.defer(Later::Restart(copy))) {
            Some(Ok(())) => self.halfway = Some((now, packet)),
            nobody => {
                if let Some(Err(later)) = nobody {
                    cx.consume(later.into_packet());
                }
                self.hold(packet, now);
            }
        }
        Enqueued::Success
    }

    fn is_full(&self) -> bool {
        let halfway = u32::from(self.halfway.is_some());
        self.stats.backlog.packets - halfway >= self.config.limit
    }

    /// The time of the first packet that waits, past which it may leave.
    fn due(&mut self, now: u64) -> Option<u64> {
        let due = self.waiting.first()?;
        let Some(slot) = &mut self.slot else { return Some(due) };
        if let Some(config) = &self.config.slot {
            slot.catch_up(config, (due, now), &mut self.random, &mut self.lots);
        }
        Some(due.max(slot.at))
    }

    /// Takes the first packet out of those that wait.
    fn release(&mut self, now: u64) -> Option<P> {
        let packet = self.waiting.pop()?;
        if let (Some(slot), Some(config)) = (&mut self.slot, &self.config.slot) {
            slot.took(config, (packet.pkt_len(), now), &mut self.random, &mut self.lots);
        }
        Some(packet)
    }

    /// The packet whose turn it is (`netem_dequeue`), still in the backlog.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let now = cx.now.as_nanos();
        let mut until = None;
        loop {
            if let Some((_, packet)) = self.ahead.pop() {
                return Dequeue::Packet(packet);
            }
            match self.due(now) {
                Some(due) if due > now => {
                    until = Some(Instant::from_nanos(due));
                    break;
                }
                Some(_) => {}
                None => break,
            }
            let Some(packet) = self.release(now) else { break };
            let Some(child) = &mut self.child else { return Dequeue::Packet(packet) };
            self.stats.backlog.remove(&packet);
            // What the child does not keep, it has dropped, and the child's place has counted it.
            let _ = child.enqueue(packet, &mut self.stats, cx);
        }
        let below = self.child.as_mut().map(|child| child.set_aside(&mut self.stats, cx));
        match below {
            Some(Dequeue::Packet(packet)) => Dequeue::Packet(packet),
            Some(later) => later.earlier(until).map_or(Dequeue::Empty, Dequeue::Until),
            None => until.map_or(Dequeue::Empty, Dequeue::Until),
        }
    }
}

impl<P: Packet> Qdisc<P> for Netem<P> {
    fn kind(&self) -> &'static str {
        "netem"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if !cx.is_restart() {
            self.let_in();
        }
        let Some(twice) = self.survive(&mut packet, cx) else {
            self.stats.drops = self.stats.drops.saturating_add(1);
            cx.drop(packet, DropReason::QDISC_DROP);
            return Enqueued::Bypass;
        };
        let copy = if twice { cx.duplicate(&packet) } else { None };
        let admitted = match self.corrupt(packet, cx) {
            Some(packet) => self.admit(packet, copy, cx),
            None => {
                copy.into_iter().for_each(|copy| cx.consume(copy));
                Enqueued::Drop
            }
        };
        // The other parts of a packet that was cut come as packets of their own.
        let mut segments = core::mem::take(&mut self.segments);
        for segment in segments.drain(..) {
            let _ = self.enqueue(segment, cx);
        }
        self.segments = segments;
        admitted
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.let_in();
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.pass(cx).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.let_in();
        let next = self.peeked.take().map_or_else(|| self.pass(cx), Dequeue::Packet);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        if let Some(child) = &mut self.child {
            child.reset(&mut self.stats, cx);
        }
        let aside =
            self.peeked.take().into_iter().chain(self.halfway.take().map(|(_, packet)| packet));
        purge_all(aside.chain(self.ahead.drain(..).map(|(_, packet)| packet)), cx);
        purge_all(self.waiting.drain(), cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        if let Some(child) = &self.child {
            visit(&child.as_class(self.handle.class(Self::CLASS)));
        }
    }

    fn find_class(&self, _: ClassId) -> Option<ClassId> {
        Some(self.handle.class(Self::CLASS))
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.check(class).ok()?;
        self.child.as_ref().map(Child::qdisc)
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        self.check(class)?;
        let child = self.child.as_mut().ok_or(UnknownClass(class))?;
        child.with(work, &mut self.stats, cx);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        if let Err(why) = self.check(class) {
            return Err(Refused { child, why });
        }
        match &mut self.child {
            Some(old) => old.replace(child, &mut self.stats, cx),
            None => {
                let child = Child::new(child);
                child.adopt(&mut self.stats);
                self.child = Some(child);
            }
        }
        Ok(())
    }
}
