//! COBALT: CoDel for flows that answer to a signal, BLUE for those that don't.

use super::inv_sqrt::INV_SQRT;
use crate::rng::Rng;

/// What COBALT is to achieve in a tin (`cobalt_params`). Times in nanoseconds, probabilities in
/// fractions of 2³².
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Params {
    pub(super) interval: u64,
    pub(super) target: u64,
    /// How long the largest packet takes to send.
    pub(super) mtu_time: u64,
    pub(super) p_inc: u32,
    pub(super) p_dec: u32,
}

/// What COBALT remembers of a queue (`cobalt_vars`). Times in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct State {
    pub(super) count: u32,
    rec_inv_sqrt: u32,
    pub(super) drop_next: u64,
    pub(super) blue_timer: u64,
    pub(super) p_drop: u32,
    pub(super) dropping: bool,
    /// The last packet was marked.
    pub(super) ecn_marked: bool,
}

/// A packet at the front of its queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) now: u64,
    /// How long it waited.
    pub(super) sojourn: u64,
    /// Bulk flows of its tin, if what they all send at once is to be let pass; else 0.
    pub(super) bulk_flows: u32,
}

impl State {
    /// A queue that never had to wait. `rec_inv_sqrt` of 0 makes the very first signal of a queue
    /// come with the second late packet instead of an interval later: Linux clears its state to 0,
    /// too.
    pub(super) const IDLE: Self = Self {
        count: 0,
        rec_inv_sqrt: 0,
        drop_next: 0,
        blue_timer: 0,
        p_drop: 0,
        dropping: false,
        ecn_marked: false,
    };

    /// Whether there is something to forget, so that the queue has to be looked after.
    #[inline]
    pub(super) fn is_active(&self, now: u64) -> bool {
        self.p_drop != 0 || self.count != 0 || now < self.drop_next
    }

    /// 1/√count (`cobalt_invsqrt`): by table, and from 16 on by a step of Newton's iteration, good
    /// enough there in both directions.
    fn invsqrt(&mut self) {
        if let Some(&exact) = INV_SQRT.get(self.count as usize) {
            self.rec_inv_sqrt = exact;
            return;
        }
        let inv_sqrt = u64::from(self.rec_inv_sqrt);
        let squared = (inv_sqrt * inv_sqrt) >> 32;
        let three_minus = (3u64 << 32).wrapping_sub(u64::from(self.count).wrapping_mul(squared));
        self.rec_inv_sqrt = ((three_minus >> 2).wrapping_mul(inv_sqrt) >> 31) as u32;
    }

    /// `from` + interval / √count (`cobalt_control`). Of an interval above 4.29 s only the lower 32
    /// bits count, as in Linux.
    fn control(&self, from: u64, interval: u64) -> u64 {
        let interval = u64::from(interval as u32);
        from.saturating_add((interval * u64::from(self.rec_inv_sqrt)) >> 32)
    }

    /// A packet of the queue was dropped because memory ran out (`cobalt_queue_full`). `true` if
    /// BLUE was at rest before.
    pub(super) fn queue_full(&mut self, params: &Params, now: u64) -> bool {
        let mut up = false;
        if now.saturating_sub(self.blue_timer) > params.target {
            up = self.p_drop == 0;
            self.p_drop = self.p_drop.saturating_add(params.p_inc);
            self.blue_timer = now;
        }
        self.dropping = true;
        self.drop_next = now;
        self.count = self.count.max(1);
        up
    }

    /// The queue had its turn and nothing in it (`cobalt_queue_empty`). `true` if that brought BLUE
    /// to rest.
    #[inline]
    pub(super) fn queue_empty(&mut self, params: &Params, now: u64) -> bool {
        let mut down = false;
        if self.p_drop != 0 && now.saturating_sub(self.blue_timer) > params.target {
            self.p_drop = self.p_drop.saturating_sub(params.p_dec);
            self.blue_timer = now;
            down = self.p_drop == 0;
        }
        self.dropping = false;
        if self.count != 0 && now >= self.drop_next {
            self.count -= 1;
            self.invsqrt();
            self.drop_next = self.control(self.drop_next, params.interval);
        }
        down
    }

    /// Whether the packet is to be dropped (`cobalt_should_drop`); one that `mark` takes is kept.
    #[inline]
    pub(super) fn should_drop(
        &mut self,
        params: &Params,
        look: Look,
        mark: impl FnOnce() -> bool,
        rng: &mut Rng,
    ) -> bool {
        let Look { now, sojourn, bulk_flows } = look;
        // What all of a crowd send at once, and what four packets take, is no standing queue.
        let at_once = (u64::from(bulk_flows) * 2).max(4);
        let over_target =
            sojourn > params.target && sojourn > params.mtu_time.saturating_mul(at_once);
        let next_due = self.count != 0 && now >= self.drop_next;
        let mut late = now > self.drop_next;
        let mut drop = false;
        self.ecn_marked = false;
        if over_target {
            if !self.dropping {
                self.dropping = true;
                self.drop_next = self.control(now, params.interval);
            }
            self.count = self.count.max(1);
        } else {
            self.dropping = false;
        }
        if next_due && self.dropping {
            self.ecn_marked = mark();
            drop = !self.ecn_marked;
            self.count = self.count.saturating_add(1);
            self.invsqrt();
            self.drop_next = self.control(self.drop_next, params.interval);
            late = now > self.drop_next;
        } else if next_due {
            late = self.wind_down(params, now);
        }
        // Without regard to ECN: a flow that made the memory run out doesn't answer to marks.
        if self.p_drop != 0 {
            drop |= rng.next_u32() < self.p_drop;
        }
        if self.count == 0 {
            self.drop_next = now.saturating_add(params.interval);
        } else if late && !drop {
            self.drop_next = now;
        }
        drop
    }

    /// Takes back the signals that fell due while there was no need for them. No more often than
    /// they were given before.
    fn wind_down(&mut self, params: &Params, now: u64) -> bool {
        while self.count != 0 && now >= self.drop_next {
            self.count -= 1;
            self.invsqrt();
            self.drop_next = self.control(self.drop_next, params.interval);
        }
        now > self.drop_next
    }
}
