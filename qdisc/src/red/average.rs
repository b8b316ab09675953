//! The average queue length, and what RED does about it (`red.h`). red and choke share it.

use softnet_sk_buff::Instant;

use super::Params;
use crate::rng::Rng;

/// One hundredth of 2^32 (`RED_ONE_PERCENT`).
const ONE_PERCENT: u32 = 42_949_673;
/// Bounds within which the adaptation moves `max_P`.
const MAX_P_MIN: u32 = ONE_PERCENT;
const MAX_P_MAX: u32 = 50 * ONE_PERCENT;

/// What is to become of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Pass,
    /// Drop or mark it: its turn came by lot (`RED_PROB_MARK`).
    Signal,
    /// The same, whoever it is (`RED_HARD_MARK`).
    Force,
}

/// The moving average (`red_vars`) and its parameters made ready (`red_parms`).
#[derive(Clone, Debug)]
pub(crate) struct Average {
    /// Thresholds and average are fixed-point numbers with the point at `wlog`.
    qth_min: u64,
    qth_max: u64,
    wlog: u8,
    scell_log: u8,
    scell_max: u32,
    stab: [u8; 256],
    max_p: u32,
    max_p_delta: u32,
    qth_delta: u32,
    target_min: u32,
    target_max: u32,
    qavg: u64,
    /// Packets since the last random number was drawn; -1 if there is none.
    qcount: i32,
    qr: u32,
    /// Since when the queue is empty.
    idle_since: Option<Instant>,
}

impl Average {
    pub(crate) fn new(params: &Params) -> Self {
        let mut average = Self {
            qth_min: 0,
            qth_max: 0,
            wlog: 0,
            scell_log: 0,
            scell_max: 0,
            stab: [0; 256],
            max_p: 0,
            max_p_delta: 1,
            qth_delta: 1,
            target_min: 0,
            target_max: 0,
            qavg: 0,
            qcount: -1,
            qr: 0,
            idle_since: None,
        };
        average.set(params);
        average
    }

    /// Takes other parameters and begins the average anew (`red_set_parms`, `red_set_vars`).
    pub(crate) fn set(&mut self, params: &Params) {
        let delta = params.qth_max.saturating_sub(params.qth_min).max(1);
        let fifth = delta / 5;
        self.qth_min = u64::from(params.qth_min) << params.wlog;
        self.qth_max = u64::from(params.qth_max) << params.wlog;
        self.wlog = params.wlog;
        self.scell_log = params.scell_log;
        self.scell_max = 255u32.wrapping_shl(params.scell_log.into());
        self.stab = params.stab;
        self.qth_delta = delta;
        self.max_p = match params.max_p {
            0 => u32::MAX.checked_shr(params.plog.into()).unwrap_or(u32::MAX).wrapping_mul(delta),
            max_p => max_p,
        };
        self.max_p_delta = (self.max_p / delta).max(1);
        self.target_min = params.qth_min + 2 * fifth;
        self.target_max = params.qth_min + 3 * fifth;
        self.qavg = 0;
        self.qcount = -1;
    }

    /// As when nothing ever came (`red_restart`).
    pub(crate) fn restart(&mut self) {
        self.idle_since = None;
        self.qavg = 0;
        self.qcount = -1;
    }

    pub(crate) fn start_idle(&mut self, now: Instant) {
        self.idle_since.get_or_insert(now);
    }

    pub(crate) fn end_idle(&mut self) {
        self.idle_since = None;
    }

    pub(crate) fn max_p(&self) -> u32 {
        self.max_p
    }

    /// The average, rounded down.
    pub(crate) fn qavg(&self) -> u64 {
        self.qavg >> self.wlog
    }

    /// Takes a packet that comes into account, while `backlog` waits (`red_calc_qavg`).
    pub(crate) fn arrival(&mut self, backlog: u32, now: Instant) {
        self.qavg = match self.idle_since.take() {
            Some(since) => self.decayed(since, now),
            None => {
                let change = u64::from(backlog).wrapping_sub(self.qavg >> self.wlog);
                self.qavg.wrapping_add(change)
            }
        };
    }

    /// What is left of the average after a time without packets
    /// (`red_calc_qavg_from_idle_time`): the table has how often to halve it, and where it says not
    /// at all, a straight line does.
    fn decayed(&self, since: Instant, now: Instant) -> u64 {
        let micros = self.idle_micros(since, now);
        let shift = self.stab[(micros >> self.scell_log) as usize & 0xff];
        if shift != 0 {
            return self.qavg >> shift;
        }
        let less = self.qavg.wrapping_mul(micros) >> self.scell_log;
        if less < self.qavg >> 1 { self.qavg - less } else { self.qavg >> 1 }
    }

    fn idle_micros(&self, since: Instant, now: Instant) -> u64 {
        (now.as_nanos().saturating_sub(since.as_nanos()) / 1000).min(self.scell_max.into())
    }

    pub(crate) fn is_below_min_or_at_it(&self) -> bool {
        self.qavg <= self.qth_min
    }

    pub(crate) fn is_above_max(&self) -> bool {
        self.qavg > self.qth_max
    }

    /// What to do with the packet that came (`red_action`).
    pub(crate) fn action(&mut self, rng: &mut Rng) -> Action {
        if self.qavg < self.qth_min {
            self.forget_count();
            Action::Pass
        } else if self.qavg >= self.qth_max {
            self.forget_count();
            Action::Force
        } else if self.draw(rng) {
            Action::Signal
        } else {
            Action::Pass
        }
    }

    pub(crate) fn forget_count(&mut self) {
        self.qcount = -1;
    }

    /// Between the thresholds: whether it is this packet's turn. The gap to the next turn is drawn
    /// evenly from those up to 1/p, so that turns neither cluster nor stay away.
    pub(crate) fn draw(&mut self, rng: &mut Rng) -> bool {
        self.qcount = self.qcount.wrapping_add(1);
        if self.qcount == 0 {
            self.qr = self.random(rng);
            return false;
        }
        let over = self.qavg.wrapping_sub(self.qth_min) >> self.wlog;
        if over.wrapping_mul(self.qcount as u64) < u64::from(self.qr) {
            return false;
        }
        self.qcount = 0;
        self.qr = self.random(rng);
        true
    }

    /// `red_random`; the reciprocal there is exact.
    fn random(&self, rng: &mut Rng) -> u32 {
        rng.next_u32() / self.max_p_delta
    }

    /// Moves `max_P` so that the average goes to the middle between the thresholds, as it is at `at`
    /// (`red_adaptative_algo`). `false` if it stays where it is.
    pub(crate) fn adapt(&mut self, at: Instant) -> bool {
        let qavg = match self.idle_since {
            Some(since) => self.decayed(since, at),
            None => self.qavg,
        } >> self.wlog;
        let before = self.max_p;
        if qavg > self.target_max.into() && self.max_p <= MAX_P_MAX {
            self.max_p += MAX_P_MIN.min(self.max_p / 4);
        } else if qavg < self.target_min.into() && self.max_p >= MAX_P_MIN {
            self.max_p = self.max_p / 10 * 9;
        }
        let rounded = self.max_p.wrapping_add(self.qth_delta / 2) / self.qth_delta;
        self.max_p_delta = rounded.max(1);
        self.max_p != before
    }

    /// Whether the average is the same at any time from `at` on, as long as nothing happens.
    pub(crate) fn stands_still(&self, at: Instant) -> bool {
        let idle = self.idle_since.map(|since| self.idle_micros(since, at));
        idle.is_none_or(|micros| micros >= self.scell_max.into())
    }
}
