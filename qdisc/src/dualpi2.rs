//! dualpi2: two coupled queues, one for those who keep the delay low by themselves (RFC 9332; Linux's
//! `sch_dualpi2.c` of 6.17, which is also under the BSD licence).
//!
//! Senders that understand fine marks (L4S: ECT(1)) go to the L-queue and are marked at a millisecond
//! of delay; all others go to the C-queue, whose delay a controller keeps at 15 ms. One probability p
//! serves both: the C-queue drops or marks with p², the L-queue marks with 2p, so that a flow here gets
//! what a flow there gets.

use alloc::collections::VecDeque;
use core::mem;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::purge_all;
use crate::filter::{Block, Verdict};
use crate::peeked::Peeked;
use crate::rng::Rng;
use crate::{ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Stats};

mod config;
mod control;
#[cfg(test)]
mod tests;

pub use config::{Config, Step, XStats};
use control::{Control, MAX_PROB};

/// Where a packet belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// The C-queue.
    Classic,
    /// The L-queue, where it is marked.
    L4s,
    /// The L-queue, where it is left alone.
    Spared,
}

impl Kind {
    const fn of_minor(minor: u16) -> Option<Self> {
        match minor {
            0 => Some(Self::Classic),
            1 => Some(Self::L4s),
            2 => Some(Self::Spared),
            _ => None,
        }
    }
}

/// What is known of a packet (`dualpi2_skb_cb`).
#[derive(Clone, Copy, Debug)]
struct Note {
    kind: Kind,
    /// Its sender understands ECN.
    ect: bool,
    came: Instant,
    /// The step threshold is for it.
    step: bool,
    truesize: u32,
}

type Line<P> = VecDeque<(P, Note)>;

fn head(line: &Line<impl Sized>) -> Option<Instant> {
    line.front().map(|(_, note)| note.came)
}

/// The coupled queues. A packet goes to the L-queue if its ECN field says so, else as a priority that
/// names class 0, 1 or 2 of this discipline, or [filters](crate::filter) say: 0 is the C-queue, 1 the
/// L-queue, 2 the L-queue without marks. What filters don't match goes to the C-queue.
///
/// The controller steers first one [`Config::tupdate`] after the first call, where Linux counts from
/// when the discipline was made; [`set_next_update`](Self::set_next_update) says otherwise. A packet
/// that is peeked at counts as sent when it leaves, not before. `change` trims the C-queue first and
/// then the L-queue, where Linux 6.17 looks at the C-queue only and falls over when that is empty. No
/// kernel at hand has this discipline; its numbers are checked by hand.
#[derive(Debug)]
pub struct DualPi2<P: Packet> {
    handle: Handle,
    config: Config,
    filters: Block<P>,
    control: Control,
    rng: Rng,
    classic: Line<P>,
    l4s: Line<P>,
    segments: VecDeque<P>,
    /// Whose turn it is while both have packets: above zero the C-queue's.
    credit: i32,
    peeked: Peeked<P>,
    counts: XStats,
    stats: Stats,
}

impl<P: Packet> DualPi2<P> {
    /// Discipline `handle` with empty queues; `seed` makes its decisions.
    ///
    /// # Errors
    /// Whatever [`Config`] can't be: see [`ConfigError`].
    pub fn new(handle: Handle, config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            handle,
            filters: Block::new(),
            control: Control::NEW,
            rng: Rng::new(seed),
            classic: VecDeque::new(),
            l4s: VecDeque::new(),
            segments: VecDeque::new(),
            credit: config.first_credit(),
            config,
            peeked: Peeked::NONE,
            counts: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Says when to steer next; each [`Config::tupdate`] after that it does again.
    pub fn set_next_update(&mut self, at: Instant) {
        self.control.set_next(at);
    }

    /// Does otherwise from now on (`dualpi2_change`). What smaller limits have no room for is dropped
    /// from the front.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        config.check()?;
        self.catch_up(cx.now);
        if config.c_protection != self.config.c_protection {
            self.credit = config.first_credit();
        }
        self.config = config;
        while self.stats.backlog.packets > config.limit
            || self.counts.memory_used > config.memory_limit
        {
            let packet = match self.peeked.take() {
                Some(packet) => packet,
                None => {
                    let line =
                        if self.classic.is_empty() { &mut self.l4s } else { &mut self.classic };
                    let Some((packet, note)) = line.pop_front() else { break };
                    self.counts.memory_used = self.counts.memory_used.saturating_sub(note.truesize);
                    packet
                }
            };
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only dualpi2 shows.
    #[must_use]
    pub fn dualpi2_stats(&self) -> XStats {
        XStats {
            prob: self.control.prob(),
            c_head: head(&self.classic),
            l_head: head(&self.l4s),
            credit: self.credit,
            ..self.counts
        }
    }

    /// Steers as often as is due by now (`dualpi2_timer`).
    fn catch_up(&mut self, now: Instant) {
        let heads = [head(&self.classic), head(&self.l4s)];
        self.control.catch_up(&self.config, heads.into_iter().flatten().min(), now);
    }

    /// Where a packet belongs, and whether its sender understands ECN (`dualpi2_skb_classify`).
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(Kind, bool), Verdict> {
        let ecn = packet.dsfield().unwrap_or(0) & 3;
        let (ect, priority) = (ecn != 0, packet.priority());
        if ecn & self.config.ecn_mask != 0 {
            return Ok((Kind::L4s, ect));
        }
        if let Some(kind) = self.handle.named_by(priority).and_then(Kind::of_minor) {
            return Ok((kind, ect));
        }
        let class = self.filters.classify(packet, cx).class()?;
        let kind = class.map(ClassId::minor).and_then(Kind::of_minor);
        Ok((kind.unwrap_or(Kind::Classic), ect))
    }

    fn roll(&mut self, prob: u32) -> bool {
        self.rng.next_u32() <= prob
    }

    fn mark(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        let marked = cx.mark_ce(packet);
        self.counts.ecn_mark += u64::from(marked);
        marked
    }

    /// Whether a packet is to be dropped; marks it where that does (`must_drop`).
    fn must_drop(&mut self, packet: &mut P, note: Note, cx: &mut Cx<'_, P>) -> bool {
        if self.stats.backlog.bytes < 2 * u64::from(self.config.psched_mtu) {
            return false;
        }
        let prob = self.control.prob();
        let coupled = u64::from(prob) * u64::from(self.config.coupling);
        let overload = coupled > MAX_PROB.into();
        match note.kind {
            Kind::Spared => false,
            Kind::Classic => {
                if !(self.roll(prob) && self.roll(prob)) {
                    return false;
                }
                if overload || !note.ect {
                    return true;
                }
                self.mark(packet, cx);
                false
            }
            Kind::L4s if overload => {
                if self.config.drop_overload && self.roll(prob) && self.roll(prob) {
                    return true;
                }
                self.mark(packet, cx);
                false
            }
            Kind::L4s => {
                if !self.roll(coupled as u32) {
                    return false;
                }
                // Filters may have put a packet here that can't be marked.
                if !note.ect {
                    return true;
                }
                self.mark(packet, cx);
                false
            }
        }
    }

    fn lose(&mut self, packet: P, why: DropReason, cx: &mut Cx<'_, P>) {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, why);
    }

    /// `dualpi2_enqueue_skb`.
    fn admit(&mut self, mut packet: P, (kind, ect): (Kind, bool), cx: &mut Cx<'_, P>) -> Enqueued {
        let (truesize, waiting) = (packet.truesize(), self.stats.backlog.packets);
        let memory = u64::from(self.counts.memory_used) + u64::from(truesize);
        if waiting >= self.config.limit || memory > self.config.memory_limit.into() {
            self.stats.overlimits = self.stats.overlimits.saturating_add(1);
            self.lose(packet, DropReason::QDISC_OVERLIMIT, cx);
            return Enqueued::Drop;
        }
        let step = kind == Kind::L4s && self.l4s.len() >= self.config.min_qlen_step as usize;
        let note = Note { kind, ect, came: cx.now, step, truesize };
        if self.config.drop_early && self.must_drop(&mut packet, note, cx) {
            self.lose(packet, DropReason::QDISC_CONGESTED, cx);
            return Enqueued::Bypass;
        }
        let counts = &mut self.counts;
        counts.memory_used += truesize;
        counts.max_memory_used = counts.max_memory_used.max(counts.memory_used);
        counts.maxq = counts.maxq.max(waiting);
        self.stats.queued(&packet);
        if kind == Kind::Classic {
            counts.packets_in_c += 1;
            self.classic.push_back((packet, note));
        } else {
            counts.packets_in_l += 1;
            self.l4s.push_back((packet, note));
        }
        Enqueued::Success
    }

    /// Cuts a packet that stands for several and admits each by itself.
    fn admit_segments(&mut self, packet: P, class: (Kind, bool), cx: &mut Cx<'_, P>) -> Enqueued {
        let mut segments = mem::take(&mut self.segments);
        let mut verdict = Enqueued::Drop;
        match cx.segment(packet, &mut segments) {
            Ok(()) => {
                for segment in segments.drain(..) {
                    verdict = self.admit(segment, class, cx);
                }
            }
            Err(packet) => self.lose(packet, DropReason::QDISC_DROP, cx),
        }
        self.segments = segments;
        verdict
    }

    /// Takes a packet out of the queue whose turn it is, with what that does to the credit if it is
    /// sent (`dequeue_packet`).
    fn pull(&mut self) -> Option<(P, Note, i32)> {
        let both = !self.classic.is_empty() && !self.l4s.is_empty();
        let from_l = self.classic.is_empty() || (both && self.credit <= 0);
        let line = if from_l { &mut self.l4s } else { &mut self.classic };
        let Some((packet, note)) = line.pop_front() else {
            self.credit = self.config.first_credit();
            return None;
        };
        self.counts.memory_used = self.counts.memory_used.saturating_sub(note.truesize);
        self.stats.backlog.remove(&packet);
        let wc = i32::from(self.config.c_protection);
        let weight = match (both, from_l) {
            (false, _) => 0,
            (true, true) => wc,
            (true, false) => wc - 100,
        };
        let change = weight.wrapping_mul(packet.pkt_len() as i32);
        Some((packet, note, change))
    }

    /// Whether a packet that leaves the L-queue is to be dropped for its delay; marks it where that
    /// does (`do_step_aqm`).
    fn step_drops(&mut self, packet: &mut P, note: Note, cx: &mut Cx<'_, P>) -> bool {
        let over = match self.config.step {
            Step::Packets(packets) => self.l4s.len() > packets as usize,
            Step::Delay(delay) => cx.now.saturating_since(note.came) > delay,
        };
        if note.kind == Kind::Classic || !note.step || !over {
            return false;
        }
        if !note.ect {
            return true;
        }
        self.counts.step_marks += u64::from(self.mark(packet, cx));
        false
    }

    /// Takes out the next packet; it is off the backlog, and not counted as sent.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
        loop {
            let (mut packet, note, change) = self.pull()?;
            let drops = (!self.config.drop_early && self.must_drop(&mut packet, note, cx))
                || self.step_drops(&mut packet, note, cx);
            if !drops {
                self.credit = self.credit.wrapping_add(change);
                return Some(packet);
            }
            self.lose(packet, DropReason::QDISC_CONGESTED, cx);
        }
    }

    /// Takes out the packet that was peeked at, else the one whose turn it is; it is off the backlog, and
    /// not counted as sent.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let peeked = self.peeked.take_off(&mut self.stats);
        Dequeue::of(peeked.or_else(|| self.pass(cx)))
    }
}

impl<P: Packet> Qdisc<P> for DualPi2<P> {
    fn kind(&self) -> &'static str {
        "dualpi2"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.catch_up(cx.now);
        match self.classify(&mut packet, cx) {
            Err(verdict) => verdict.carry_out(packet, &mut self.stats, cx),
            Ok(class) if self.config.split_gso && packet.segments() > 1 => {
                self.admit_segments(packet, class, cx)
            }
            Ok(class) => self.admit(packet, class, cx),
        }
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.catch_up(cx.now);
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        let Some(packet) = self.pass(cx) else { return Dequeue::Empty };
        self.stats.count_sent(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.catch_up(cx.now);
        let next = self.next(cx);
        self.peeked.keep_off(next, &mut self.stats)
    }

    /// Its own counts begin anew, too, as in Linux.
    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.catch_up(cx.now);
        self.peeked.purge(cx);
        purge_all(self.classic.drain(..).map(|(packet, _)| packet), cx);
        purge_all(self.l4s.drain(..).map(|(packet, _)| packet), cx);
        self.control.reset();
        self.counts = XStats::default();
        self.credit = self.config.first_credit();
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::DualPi2(self.dualpi2_stats()))
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }
}
