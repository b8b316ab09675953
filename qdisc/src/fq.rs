//! fq: turns for flows, each at its own pace (`sch_fq.c`).
//!
//! Made for hosts that send: each socket is a flow and says how fast it wants to send
//! ([`Packet::pacing_rate`]), or when each packet is to leave ([`Packet::departure`]). Flows that may
//! send take turns of a quantum, in three bands that share by weight; the others wait for their time.

use core::time::Duration;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::purge_all;
use crate::flow_list::FlowList;
use crate::key_queue::{KeyQueue, KeySlab};
use crate::peeked::Peeked;
use crate::{ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

mod config;
mod flows;
mod queue;
mod table;
#[cfg(test)]
mod tests;

pub use config::{BANDS, Config, Release};
use flows::{Flows, Place};
use queue::{Queue, Queued, Queues};
use table::Key;

const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// Packets in the line past the flows while others wait for their time.
const FAST_PATH_LIMIT: u32 = 8;
/// The priority that goes past the flows in Linux 6.1 (`TC_PRIO_CONTROL`).
const PRIO_CONTROL: u32 = 7;

/// What only fq counts (`tc_fq_qd_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Flows forgotten because they were silent.
    pub gc_flows: u64,
    /// Packets that went past the flows.
    pub fastpath_packets: u64,
    /// Times that a flow had to wait for its time.
    pub throttled: u64,
    /// Packets dropped because their flow had too many.
    pub flows_plimit: u64,
    /// Packets that would have taken more than a second at their flow's pace.
    pub pkts_too_long: u64,
    /// Packets whose flow could not be remembered: there were too many.
    pub allocation_errors: u64,
    /// Packets marked for [`Config::ce_threshold`], or that should have been.
    pub ce_mark: u64,
    /// Packets dropped because they were to leave beyond the horizon.
    pub horizon_drops: u64,
    /// Packets that were to leave beyond the horizon, and leave there.
    pub horizon_caps: u64,
    /// When the first of the flows that wait may send; Linux shows how long that is.
    pub time_next_delayed_flow: Option<Instant>,
    /// Flows that are remembered.
    pub flows: u32,
    /// Those that have no packet.
    pub inactive_flows: u32,
    /// Those that wait for their time.
    pub throttled_flows: u32,
    /// How late flows were let go, a moving average in nanoseconds.
    pub unthrottle_latency_ns: u64,
    /// Packets dropped because their band had too many.
    pub band_drops: [u64; BANDS],
    /// Packets in each band.
    pub band_pkt_count: [u32; BANDS],
}

/// A band: a line of flows that are new in it, and one of the others.
#[derive(Clone, Copy, Debug)]
struct Band {
    new: FlowList,
    old: FlowList,
    credit: i64,
}

impl Band {
    const EMPTY: Self = Self { new: FlowList::EMPTY, old: FlowList::EMPTY, credit: 0 };
}

/// Fair queueing with pacing.
///
/// A packet's flow is its [socket](Packet::socket); packets without one are told apart by what
/// [`Config::orphan_mask`] leaves of their hash. A flow that falls silent is remembered for three
/// seconds and more, so that a pause gains it nothing.
///
/// What differs from Linux: a flow is found in a table, not in trees; and in Linux it is forgotten when
/// a packet of another one with the same bucket comes along, here when it is the oldest and there are
/// more flows than buckets. (Which flows share a bucket is a matter of addresses there.) A packet that
/// is peeked at counts as sent when it leaves, not before.
///
/// Kept as it is: a flow that comes back goes first into the line of the band that its packets were in
/// before, band 0 if it had none, for Linux looks up the band one line too late.
#[derive(Debug)]
pub struct Fq<P: Packet> {
    config: Config,
    seed: [u64; 2],
    bands: [Band; BANDS],
    /// The band that is served.
    band: usize,
    flows: Flows,
    queues: Queues<P>,
    /// The line past the flows (`internal`).
    fast: Queue,
    /// Flows that wait, by their times.
    delayed: KeyQueue,
    delayed_times: KeySlab,
    /// `u64::MAX` if none waits.
    time_next_delayed_flow: u64,
    /// What the caller was told last to wait for, without the slack.
    armed: Option<u64>,
    peeked: Peeked<P>,
    /// What isn't counted elsewhere.
    xstats: XStats,
    stats: Stats,
}

impl<P: Packet> Fq<P> {
    /// Without flows; `seed` makes the flow hash unguessable.
    ///
    /// # Errors
    /// Whatever [`Config`] can't be: see [`ConfigError`].
    pub fn new(config: Config, seed: [u64; 2]) -> Result<Self, ConfigError> {
        let config = config.check()?;
        Ok(Self {
            config,
            seed,
            bands: [Band::EMPTY; BANDS],
            band: 0,
            flows: Flows::new(config.buckets_log),
            queues: Queues::new(),
            fast: Queue::EMPTY,
            delayed: KeyQueue::EMPTY,
            delayed_times: KeySlab::new(),
            time_next_delayed_flow: u64::MAX,
            armed: None,
            peeked: Peeked::NONE,
            xstats: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`fq_change`). What a smaller limit has no room for is dropped, in
    /// the order in which it would leave, as far as it may leave now.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        self.config = config.check()?;
        while self.stats.backlog.packets > self.config.limit {
            let Some(packet) = self.peeked.take().or_else(|| self.next(cx)) else { break };
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only fq counts.
    #[must_use]
    pub fn fq_stats(&self) -> XStats {
        let next = Some(self.time_next_delayed_flow).filter(|&next| next != u64::MAX);
        let (inactive_flows, band_pkt_count) = match self.config.release {
            Release::V6_12 => (self.flows.len - self.flows.busy, self.xstats.band_pkt_count),
            Release::V6_1 => (self.flows.idle(), [0; BANDS]),
        };
        XStats {
            gc_flows: self.flows.forgotten,
            time_next_delayed_flow: next.map(Instant::from_nanos),
            flows: self.flows.len,
            inactive_flows,
            band_pkt_count,
            ..self.xstats
        }
    }

    fn drop_new(&mut self, packet: P, why: DropReason, cx: &mut Cx<'_, P>) -> Enqueued {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, why);
        Enqueued::Drop
    }

    fn has_room(&self, band: u8) -> bool {
        let waiting = match self.config.release {
            Release::V6_12 => self.xstats.band_pkt_count[usize::from(band)],
            Release::V6_1 => self.stats.backlog.packets,
        };
        waiting < self.config.limit
    }

    /// When a packet may leave, and whether its sender said so; `None` if that is beyond the horizon.
    fn time_to_send(&mut self, packet: &mut P, now: u64) -> Option<(u64, bool)> {
        let departure = packet.departure().map_or(0, Instant::as_nanos);
        if departure == 0 {
            return Some((now, false));
        }
        let horizon = now.saturating_add(nanos(self.config.horizon));
        if departure <= horizon {
            return Some((departure, true));
        }
        if self.config.horizon_drop {
            self.xstats.horizon_drops += 1;
            return None;
        }
        self.xstats.horizon_caps += 1;
        packet.set_departure(Instant::from_nanos(horizon));
        Some((horizon, true))
    }

    /// Whether a packet would leave at once, so that it needs no flow (`fq_fastpath_check`). Where Linux
    /// asks whether the socket is TCP's, this asks whether it names departures, as TCP does.
    fn is_fast(&self, packet: &P, (time, is_edt): (u64, bool), now: u64) -> bool {
        if self.config.release == Release::V6_1 {
            return packet.priority() & 0xf == PRIO_CONTROL;
        }
        if time > now || self.config.maxrate.is_some() {
            return false;
        }
        if self.stats.backlog.packets > 0
            && (self.flows.busy != self.xstats.throttled_flows
                || self.fast.len >= FAST_PATH_LIMIT
                || self.time_next_delayed_flow <= now)
        {
            return false;
        }
        is_edt || packet.pacing_rate().is_none_or(|rate| rate == u64::MAX)
    }

    /// The flow for a packet (`fq_classify`), `None` if it is to go past them.
    fn classify(&mut self, packet: &mut P, now: u64) -> Option<u32> {
        let key = match packet.socket() {
            Some(socket) => Key::Socket(socket),
            None => Key::Hash(packet.flow_hash(self.seed) & self.config.orphan_mask),
        };
        let found = self.flows.find(key);
        let buckets = 1 << self.config.buckets_log;
        if self.flows.len > buckets && found.is_none() {
            self.flows.collect(now);
        }
        let flow = found.or_else(|| self.flows.create(key, self.config.initial_quantum, now));
        if flow.is_none() {
            self.xstats.allocation_errors += 1;
        }
        flow
    }

    /// Puts a packet into a flow, which goes into line if it was in none.
    fn append(&mut self, at: u32, queued: Queued<P>, now: u64) {
        let Config { refill_delay, quantum, .. } = self.config;
        let flow = &mut self.flows.all[at as usize];
        if let Place::Detached { since } = flow.place {
            if now > since.saturating_add(nanos(refill_delay)) {
                flow.credit = flow.credit.max(quantum.into());
            }
            let band = usize::from(flow.band);
            self.flows.attach(at);
            self.bands[band].new.push(at, &mut self.flows.all);
        }
        let flow = &mut self.flows.all[at as usize];
        flow.band = queued.band;
        self.xstats.band_pkt_count[usize::from(queued.band)] += 1;
        self.flows.busy += u32::from(flow.queue.len == 0);
        self.queues.push(&mut flow.queue, queued);
    }

    /// Lets go the flows whose time has come (`fq_check_throttled`).
    fn check_throttled(&mut self, now: u64) {
        if self.time_next_delayed_flow > now {
            return;
        }
        let late = now - self.time_next_delayed_flow;
        let latency = &mut self.xstats.unthrottle_latency_ns;
        *latency = *latency - (*latency >> 3) + (late >> 3);
        while let Some(at) = self.delayed_times.pop_up_to(&mut self.delayed, now) {
            self.xstats.throttled_flows -= 1;
            let flow = &mut self.flows.all[at as usize];
            flow.place = Place::InLine;
            let band = usize::from(flow.band);
            self.bands[band].old.push(at, &mut self.flows.all);
        }
        let next = self.delayed_times.first(&self.delayed);
        self.time_next_delayed_flow = next.map_or(u64::MAX, |(time, _)| time);
    }

    /// The band that is to send, and whether a new flow does; `None` if nobody may.
    fn select(&mut self) -> Option<(usize, bool)> {
        let mut looked_at = 0;
        loop {
            let Band { new, old, credit } = &self.bands[self.band];
            if *credit > 0 {
                if new.front().is_some() {
                    return Some((self.band, true));
                }
                if old.front().is_some() {
                    return Some((self.band, false));
                }
            }
            loop {
                looked_at += 1;
                if looked_at > BANDS {
                    return None;
                }
                self.band = (self.band + 1) % BANDS;
                let band = &mut self.bands[self.band];
                let weight = i64::from(self.config.weights[self.band]);
                band.credit = (band.credit + weight).min(weight);
                if band.credit > 0 {
                    break;
                }
                looked_at = 0;
            }
        }
    }

    /// Takes the front flow out of the line that `select` chose.
    fn leave(&mut self, (band, is_new): (usize, bool)) {
        let Band { new, old, .. } = &mut self.bands[band];
        (if is_new { new } else { old }).pop(&mut self.flows.all);
    }

    /// Puts a flow at the end of the old ones of its band.
    fn grow_old(&mut self, at: u32) {
        let band = usize::from(self.flows.all[at as usize].band);
        self.bands[band].old.push(at, &mut self.flows.all);
    }

    /// Makes a flow wait for its time (`fq_flow_set_throttled`).
    fn throttle(&mut self, at: u32, until: u64) {
        let flow = &mut self.flows.all[at as usize];
        flow.time_next_packet = until;
        flow.place = Place::Throttled;
        self.delayed_times.insert(&mut self.delayed, at, until);
        self.xstats.throttled_flows += 1;
        self.xstats.throttled += 1;
        self.time_next_delayed_flow = self.time_next_delayed_flow.min(until);
    }

    /// Takes out the packet that goes next (`fq_dequeue`), if one may leave now; it is still in the
    /// backlog.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
        if self.stats.backlog.packets == 0 {
            return None;
        }
        if let Some(queued) = self.queues.pop(&mut self.fast) {
            return Some(queued.packet);
        }
        let now = cx.now.as_nanos();
        self.check_throttled(now);
        while let Some(line) = self.select() {
            let (band, is_new) = line;
            let Band { new, old, .. } = &self.bands[band];
            let at = (if is_new { new } else { old }).front()?;
            let flow = &mut self.flows.all[at as usize];
            if flow.credit <= 0 {
                flow.credit += i64::from(self.config.quantum);
                self.leave(line);
                self.grow_old(at);
                continue;
            }
            let Some(time) = self.queues.next_time(&flow.queue) else {
                self.leave(line);
                self.run_empty(at, line, now);
                continue;
            };
            let due = time.max(flow.time_next_packet);
            if now < due {
                self.leave(line);
                self.throttle(at, due);
                continue;
            }
            return self.send(at, band, due, cx);
        }
        None
    }

    /// A flow has its turn and no packet. One that is new goes once through the old ones, else it could
    /// come back as new at once and keep them waiting for ever.
    fn run_empty(&mut self, at: u32, (band, is_new): (usize, bool), now: u64) {
        let others_wait = match self.config.release {
            Release::V6_12 => true,
            Release::V6_1 => self.bands[band].old.front().is_some(),
        };
        if is_new && others_wait {
            self.grow_old(at);
        } else {
            self.flows.detach(at, now);
        }
    }

    /// Sends a flow's first packet, which was to leave at `due`, and sets when it may send again.
    fn send(&mut self, at: u32, band: usize, due: u64, cx: &mut Cx<'_, P>) -> Option<P> {
        let now = cx.now.as_nanos();
        let flow = &mut self.flows.all[at as usize];
        let Queued { mut packet, band: own_band, is_edt, .. } = self.queues.pop(&mut flow.queue)?;
        if now.saturating_sub(due) > nanos(self.config.ce_threshold) {
            cx.mark_ce(&mut packet);
            self.xstats.ce_mark += 1;
        }
        self.flows.busy -= u32::from(flow.queue.len == 0);
        self.xstats.band_pkt_count[usize::from(own_band)] -= 1;
        let len = packet.pkt_len();
        flow.credit -= i64::from(len);
        self.bands[band].credit -= i64::from(len);
        if self.config.pacing {
            self.pace(at, &packet, is_edt, now);
        }
        Some(packet)
    }

    /// Sets when a flow may send after `packet`.
    fn pace(&mut self, at: u32, packet: &P, is_edt: bool, now: u64) {
        let Config { maxrate, low_rate_threshold, quantum, .. } = self.config;
        let flow = &mut self.flows.all[at as usize];
        let mut rate = maxrate;
        let mut len = packet.pkt_len();
        // A sender that says when its packets leave has paced them.
        if !is_edt {
            rate = [rate, packet.pacing_rate()].into_iter().flatten().min();
            if rate.is_some_and(|rate| rate <= low_rate_threshold.into()) {
                flow.credit = 0;
            } else {
                len = len.max(quantum);
                if flow.credit > 0 {
                    return;
                }
            }
        }
        let Some(rate) = rate.filter(|&rate| rate != u64::MAX) else { return };
        let mut gap = u64::from(len) * NANOS_PER_SECOND / rate.max(1);
        if gap > NANOS_PER_SECOND {
            gap = NANOS_PER_SECOND;
            self.xstats.pkts_too_long += 1;
        }
        // What the last wait was too long is made good, up to half a gap.
        if flow.time_next_packet != 0 {
            gap -= (gap / 2).min(now.saturating_sub(flow.time_next_packet));
        }
        flow.time_next_packet = now.saturating_add(gap);
    }

    /// When to ask again: as late as the slack allows, and not anew if the timer that is set will do
    /// (`qdisc_watchdog_schedule_range_ns`).
    fn wake_at(&mut self, now: u64) -> Option<Instant> {
        let first = Some(self.time_next_delayed_flow).filter(|&first| first != u64::MAX)?;
        let slack = nanos(self.config.timer_slack);
        let will_do = |&armed: &u64| {
            now < armed.saturating_add(slack) && armed >= first && armed - first <= slack
        };
        let armed = self.armed.filter(will_do).unwrap_or(first);
        self.armed = Some(armed);
        Some(Instant::from_nanos(armed.saturating_add(slack)))
    }

    /// Takes the packet that was peeked at, else the one that goes next, or says when one may leave; it
    /// is still in the backlog.
    #[inline]
    fn next_or_when(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        match self.peeked.take().or_else(|| self.next(cx)) {
            Some(packet) => Dequeue::Packet(packet),
            None if self.stats.backlog.packets == 0 => Dequeue::Empty,
            None => self.wake_at(cx.now.as_nanos()).map_or(Dequeue::Empty, Dequeue::Until),
        }
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl<P: Packet> Qdisc<P> for Fq<P> {
    fn kind(&self) -> &'static str {
        "fq"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let now = cx.now.as_nanos();
        let band = self.config.priomap[packet.priority() as usize & 0xf];
        if !self.has_room(band) {
            if self.config.release == Release::V6_12 {
                self.xstats.band_drops[usize::from(band)] += 1;
            }
            return self.drop_new(packet, DropReason::QDISC_OVERLIMIT, cx);
        }
        let Some(when) = self.time_to_send(&mut packet, now) else {
            return self.drop_new(packet, DropReason::QDISC_DROP, cx);
        };
        let is_fast = self.is_fast(&packet, when, now);
        let flow = if is_fast {
            self.xstats.fastpath_packets += 1;
            None
        } else {
            self.classify(&mut packet, now)
        };
        let flow_len = flow.map_or(0, |at| self.flows.all[at as usize].queue.len);
        if flow_len >= self.config.flow_limit {
            self.xstats.flows_plimit += 1;
            return self.drop_new(packet, DropReason::QDISC_OVERLIMIT, cx);
        }
        self.stats.queued(&packet);
        let (time, is_edt) = when;
        let queued = Queued { packet, time, band, is_edt };
        match flow {
            Some(at) => self.append(at, queued, now),
            None => self.queues.push(&mut self.fast, queued),
        }
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.next_or_when(cx).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.next_or_when(cx);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.peeked.purge(cx);
        purge_all(self.queues.drain(), cx);
        self.fast = Queue::EMPTY;
        self.flows.clear();
        for band in &mut self.bands {
            (band.new, band.old) = (FlowList::EMPTY, FlowList::EMPTY);
        }
        self.delayed = KeyQueue::EMPTY;
        self.delayed_times.clear();
        self.time_next_delayed_flow = u64::MAX;
        self.armed = None;
        self.xstats.throttled_flows = 0;
        self.xstats.band_pkt_count = [0; BANDS];
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Fq(self.fq_stats()))
    }
}
