//! CoDel (RFC 8289) without a queue: when to drop or mark, in Linux's arithmetic (`codel_impl.h`).
//!
//! The queue is the caller's: it implements [`Queue`], keeps one [`State`] for each, and calls
//! [`State::dequeue`] where it would pop. fq_codel does so here; so can a Wi-Fi station's queues, or a
//! simulator.
//!
//! Linux's arithmetic is not RFC 8289's to the last digit. The clock has units of 1024 ns and wraps
//! after 73 minutes; 1/√count is a 16-bit fraction that one Newton step per drop improves, so that
//! the second drop comes after 50.0 ms instead of 70.7 ms. Both are kept: they can be seen from
//! outside. The tests print the schedule.

use core::time::Duration;

use softnet_sk_buff::Instant;

use crate::Packet;

#[cfg(test)]
mod tests;

/// A point on CoDel's clock, or a span of it (`codel_time_t`): units of 1024 ns in 32 bits that wrap.
///
/// Of two points the later one is that which lies less than half a turn (36 minutes) ahead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Time(u32);

impl Time {
    const SHIFT: u32 = 10;

    /// So many units of 1024 ns.
    #[must_use]
    pub const fn from_units(units: u32) -> Self {
        Self(units)
    }

    /// The units of 1024 ns.
    #[must_use]
    pub const fn units(self) -> u32 {
        self.0
    }

    /// Whole microseconds of a span, rounded down (`codel_time_to_us`).
    #[must_use]
    pub const fn as_micros(self) -> u32 {
        (((self.0 as u64) << Self::SHIFT) / 1_000) as u32
    }

    /// Microseconds from `now` until this point, below zero if it has passed; as `tc` shows when the
    /// next drop is due.
    #[must_use]
    pub const fn micros_from(self, now: Self) -> i32 {
        if self.before(now) {
            (now.since(self).as_micros() as i32).wrapping_neg()
        } else {
            self.since(now).as_micros() as i32
        }
    }

    const fn before(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }

    const fn since(self, earlier: Self) -> Self {
        Self(self.0.wrapping_sub(earlier.0))
    }

    const fn after(self, span: Self) -> Self {
        Self(self.0.wrapping_add(span.0))
    }
}

/// The point on CoDel's clock (`codel_get_time`).
impl From<Instant> for Time {
    fn from(at: Instant) -> Self {
        Self((at.as_nanos() >> Self::SHIFT) as u32)
    }
}

/// The span, rounded down; what is longer than half a turn of the clock counts as that.
impl From<Duration> for Time {
    fn from(span: Duration) -> Self {
        let units = span.as_nanos() >> Self::SHIFT;
        Self(u32::try_from(units).unwrap_or(u32::MAX).min(i32::MAX as u32))
    }
}

/// What CoDel is to achieve (`codel_params`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Standing delay that is acceptable: 5 ms.
    pub target: Time,
    /// How long it must be exceeded before anything is done, about a worst round-trip time: 100 ms.
    pub interval: Time,
    /// With no more than so many bytes waiting nothing is dropped: 1514.
    pub mtu: u32,
    /// Mark packets that understand ECN instead of dropping them: no.
    pub ecn: bool,
    /// Mark at once what waited longer than `over`: off.
    pub ce_threshold: Option<CeThreshold>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            target: Duration::from_millis(5).into(),
            interval: Duration::from_millis(100).into(),
            mtu: 1514,
            ecn: false,
            ce_threshold: None,
        }
    }
}

/// Marking by a step at a delay, for DCTCP and its kin (`ce_threshold`, `ce_threshold_selector`,
/// `ce_threshold_mask`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CeThreshold {
    /// Delay above which packets are marked.
    pub over: Time,
    /// Only packets whose DS field has these bits …
    pub selector: u8,
    /// … among those of this mask; 0 for all packets.
    pub mask: u8,
}

impl CeThreshold {
    /// Marks every packet that waited longer than `delay`.
    #[must_use]
    pub fn over(delay: Duration) -> Self {
        Self { over: delay.into(), selector: 0, mask: 0 }
    }

    fn takes(&self, packet: &impl Packet) -> bool {
        self.mask == 0 || packet.dsfield().is_some_and(|ds| ds & self.mask == self.selector)
    }
}

/// What CoDel did (`codel_stats`). One serves many queues.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Largest packet seen, in bytes.
    pub maxpacket: u32,
    /// Packets dropped.
    pub drop_count: u64,
    /// Bytes dropped.
    pub drop_len: u64,
    /// Packets marked instead of dropped.
    pub ecn_mark: u64,
    /// Packets marked for the [`CeThreshold`].
    pub ce_mark: u64,
}

/// What CoDel works on: a first-in-first-out queue that remembers when each packet came.
pub trait Queue<P> {
    /// Takes out the oldest packet and the time when it came.
    fn pop(&mut self) -> Option<(P, Time)>;

    /// Bytes that wait, without what was popped. fq_codel gives those of all its flows.
    fn backlog(&self) -> u64;

    /// Takes a packet that CoDel drops.
    fn dropped(&mut self, packet: P);

    /// Marks a packet "congestion experienced"; `false` if it can't be. Who can give a packet bytes
    /// of its own does so first, as [`Cx::mark_ce`](crate::Cx::mark_ce) does.
    fn mark_ce(&mut self, packet: &mut P) -> bool
    where
        P: Packet,
    {
        packet.mark_ce()
    }
}

/// What CoDel remembers of one queue (`codel_vars`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    count: u32,
    lastcount: u32,
    dropping: bool,
    rec_inv_sqrt: u16,
    first_above_time: Option<Time>,
    drop_next: Time,
    ldelay: Time,
}

impl Default for State {
    fn default() -> Self {
        Self::IDLE
    }
}

impl State {
    /// A queue that never was above the target.
    pub const IDLE: Self = Self {
        count: 0,
        lastcount: 0,
        dropping: false,
        rec_inv_sqrt: 0,
        first_above_time: None,
        drop_next: Time(0),
        ldelay: Time(0),
    };

    /// Drops since dropping began, and a memory of the last time (`count`).
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// What [`count`](Self::count) was when dropping began last (`lastcount`).
    #[must_use]
    pub fn lastcount(&self) -> u32 {
        self.lastcount
    }

    /// Whether it is dropping or marking (`dropping`).
    #[must_use]
    pub fn is_dropping(&self) -> bool {
        self.dropping
    }

    /// When the next drop is due, while it is dropping (`drop_next`).
    #[must_use]
    pub fn drop_next(&self) -> Time {
        self.drop_next
    }

    /// How long the last packet had waited (`ldelay`).
    #[must_use]
    pub fn ldelay(&self) -> Time {
        self.ldelay
    }

    /// Makes the signal stronger after `drops` packets were dropped by someone else, as fq_codel does
    /// when a limit is met.
    pub fn add_drops(&mut self, drops: u32) {
        self.count = self.count.wrapping_add(drops);
    }

    /// Takes the next packet that is to be sent out of `queue`, and those before it that are to be
    /// dropped (`codel_dequeue`). `None` if nothing is left.
    #[inline]
    pub fn dequeue<P: Packet, Q: Queue<P>>(
        &mut self,
        queue: &mut Q,
        config: &Config,
        stats: &mut Stats,
        now: Time,
    ) -> Option<P> {
        let Some((packet, came)) = queue.pop() else {
            self.dropping = false;
            self.first_above_time = None;
            return None;
        };
        // A packet that waited a short time, as nearly all do, is known to pass.
        let short = now.since(came).before(config.target);
        if short && !self.dropping && config.ce_threshold.is_none() {
            stats.maxpacket = stats.maxpacket.max(packet.pkt_len());
            self.ldelay = now.since(came);
            self.first_above_time = None;
            return Some(packet);
        }
        Pass { state: self, queue, config, stats, now }.run(packet, came)
    }

    /// One step of Newton's iteration for 1/√count (`codel_Newton_step`).
    fn newton_step(&mut self) {
        let inv_sqrt = u64::from(self.rec_inv_sqrt) << 16;
        let squared = (inv_sqrt * inv_sqrt) >> 32;
        // Where count leapt ahead of the approximation the difference is negative and wraps, as
        // Linux's does.
        let three_minus = (3u64 << 32).wrapping_sub(u64::from(self.count).wrapping_mul(squared));
        let next = (three_minus >> 2).wrapping_mul(inv_sqrt) >> 31;
        self.rec_inv_sqrt = (next as u32 >> 16) as u16;
    }

    /// `from` + interval / √count (`codel_control_law`).
    fn control_law(&self, from: Time, interval: Time) -> Time {
        let spacing = (u64::from(interval.0) * (u64::from(self.rec_inv_sqrt) << 16)) >> 32;
        from.after(Time(spacing as u32))
    }
}

/// One dequeue at work.
struct Pass<'a, Q> {
    state: &'a mut State,
    queue: &'a mut Q,
    config: &'a Config,
    stats: &'a mut Stats,
    now: Time,
}

impl<Q> Pass<'_, Q> {
    fn run<P: Packet>(mut self, packet: P, came: Time) -> Option<P>
    where
        Q: Queue<P>,
    {
        let drop = self.should_drop(&packet, came);
        let packet = match (self.state.dropping, drop) {
            (true, true) => self.keep_dropping(packet),
            (true, false) => {
                self.state.dropping = false;
                Some(packet)
            }
            (false, true) => self.start_dropping(packet),
            (false, false) => Some(packet),
        }?;
        Some(self.mark_over_threshold(packet))
    }

    /// Whether the delay has been above the target for an interval (`codel_should_drop`).
    fn should_drop<P: Packet>(&mut self, packet: &P, came: Time) -> bool
    where
        Q: Queue<P>,
    {
        self.stats.maxpacket = self.stats.maxpacket.max(packet.pkt_len());
        self.state.ldelay = self.now.since(came);
        let short = self.state.ldelay.before(self.config.target);
        if short || self.queue.backlog() <= u64::from(self.config.mtu) {
            self.state.first_above_time = None;
            return false;
        }
        match self.state.first_above_time {
            None => {
                self.state.first_above_time = Some(self.now.after(self.config.interval));
                false
            }
            Some(first_above) => first_above.before(self.now),
        }
    }

    fn is_due(&self) -> bool {
        !self.now.before(self.state.drop_next)
    }

    fn mark<P: Packet>(&mut self, packet: &mut P) -> bool
    where
        Q: Queue<P>,
    {
        let marked = self.config.ecn && self.queue.mark_ce(packet);
        self.stats.ecn_mark += u64::from(marked);
        marked
    }

    /// Drops `packet`, and says of the one after it whether it should go, too.
    fn replace<P: Packet>(&mut self, packet: P) -> (Option<P>, bool)
    where
        Q: Queue<P>,
    {
        self.stats.drop_count += 1;
        self.stats.drop_len += u64::from(packet.pkt_len());
        self.queue.dropped(packet);
        match self.queue.pop() {
            Some((next, came)) => {
                let drop = self.should_drop(&next, came);
                (Some(next), drop)
            }
            None => {
                self.state.first_above_time = None;
                (None, false)
            }
        }
    }

    /// A large backlog can make drops due faster than packets leave, hence the loop.
    fn keep_dropping<P: Packet>(&mut self, mut packet: P) -> Option<P>
    where
        Q: Queue<P>,
    {
        while self.state.dropping && self.is_due() {
            self.state.count = self.state.count.wrapping_add(1);
            self.state.newton_step();
            if self.mark(&mut packet) {
                self.schedule_from(self.state.drop_next);
                break;
            }
            let (next, drop) = self.replace(packet);
            if drop {
                self.schedule_from(self.state.drop_next);
            } else {
                self.state.dropping = false;
            }
            packet = next?;
        }
        Some(packet)
    }

    fn start_dropping<P: Packet>(&mut self, mut packet: P) -> Option<P>
    where
        Q: Queue<P>,
    {
        let next = if self.mark(&mut packet) { Some(packet) } else { self.replace(packet).0 };
        let state = &mut *self.state;
        state.dropping = true;
        // Dropping that ended a short while ago goes on at the rate it had reached.
        let again = state.count.wrapping_sub(state.lastcount);
        let lately = Time(self.config.interval.0.wrapping_mul(16));
        // A state that never dropped has no rate to go on from. Linux looks at an uninitialised
        // drop_next here; after an overflow of fq_codel, half of the time, it finds it recent, goes
        // on with 1/√count = 0, and drops a whole queue at once.
        let known = state.rec_inv_sqrt != 0;
        if known && again > 1 && self.now.since(state.drop_next).before(lately) {
            state.count = again;
            state.newton_step();
        } else {
            state.count = 1;
            state.rec_inv_sqrt = u16::MAX;
        }
        state.lastcount = state.count;
        self.schedule_from(self.now);
        next
    }

    fn schedule_from(&mut self, from: Time) {
        self.state.drop_next = self.state.control_law(from, self.config.interval);
    }

    fn mark_over_threshold<P: Packet>(&mut self, mut packet: P) -> P
    where
        Q: Queue<P>,
    {
        if let Some(threshold) = &self.config.ce_threshold
            && threshold.over.before(self.state.ldelay)
            && threshold.takes(&packet)
            && self.queue.mark_ce(&mut packet)
        {
            self.stats.ce_mark += 1;
        }
        packet
    }
}
