//! A packet may go.

use softnet_sk_buff::{DropReason, Instant};

use super::cobalt::Look;
use super::heap::QueueId;
use super::lists::{Line, Lines};
use super::{Cake, nanos};
use crate::{Cx, Dequeue, Packet};

impl<P: Packet> Cake<P> {
    /// Takes out the packet whose turn it is (`cake_dequeue`).
    pub(super) fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let now = nanos(cx.now);
        // One decaying flow is looked after with each packet.
        let mut decay = true;
        while self.stats.backlog.packets > 0 {
            if let Some(until) = self.shaper.held_until(now) {
                self.stats.overlimits += 1;
                return Dequeue::Until(Instant::from_nanos(until));
            }
            let tin = if self.shaper.rate.is_unlimited() {
                self.tin_by_turns()
            } else {
                self.tin_by_schedule(now)
            };
            let Some(tin) = tin else { break };
            if let Some(packet) = self.serve(tin, &mut decay, cx) {
                return Dequeue::Packet(packet);
            }
        }
        Dequeue::Empty
    }

    /// Without a shaper: tins in turns of their quanta.
    fn tin_by_turns(&mut self) -> Option<usize> {
        let (mut wrapped, mut empty) = (false, true);
        loop {
            if let Some(tin) = self.tins.get_mut(self.cur_tin) {
                let busy = tin.busy_flows() > 0;
                if busy && tin.deficit >= 0 {
                    return Some(self.cur_tin);
                }
                if tin.deficit <= 0 {
                    tin.deficit += i32::from(tin.quantum);
                }
                empty &= !busy;
            }
            self.cur_tin += 1;
            if self.cur_tin < self.plan.count {
                continue;
            }
            self.cur_tin = 0;
            if wrapped {
                if empty {
                    return None;
                }
                self.skip_rounds();
            }
            wrapped = true;
        }
    }

    /// Goes at once through the rounds in which no tin's turn comes. Linux goes through each: two
    /// gigabytes through a shaper that is then taken away are some 30 million.
    fn skip_rounds(&mut self) {
        let tins = self.tins.iter_mut().take(self.plan.count);
        let debt = |deficit: i32, quantum: u16| {
            deficit.min(0).unsigned_abs().div_ceil(u32::from(quantum).max(1))
        };
        let busy = tins.filter(|tin| tin.busy_flows() > 0);
        let rounds = busy.map(|tin| debt(tin.deficit, tin.quantum)).min().unwrap_or(0);
        for tin in self.tins.iter_mut().take(self.plan.count) {
            if tin.deficit <= 0 {
                let until_positive = tin.deficit.unsigned_abs() / u32::from(tin.quantum).max(1) + 1;
                let paid = i64::from(rounds.min(until_positive)) * i64::from(tin.quantum);
                tin.deficit = (i64::from(tin.deficit) + paid) as i32;
            }
        }
    }

    /// With a shaper: the last tin below its threshold, which is of the highest priority, or that
    /// which will be the soonest.
    fn tin_by_schedule(&mut self, now: u64) -> Option<usize> {
        let mut best = None;
        let mut best_wait = u64::MAX;
        for (index, tin) in self.tins.iter().enumerate().take(self.plan.count) {
            let wait = tin.clock.wait(now);
            if tin.busy_flows() > 0 && wait <= best_wait {
                (best, best_wait) = (Some(index), wait);
            }
        }
        self.cur_tin = best.unwrap_or(0);
        best
    }

    /// Gives a packet of a tin, or `None` if it has none or another tin's turn may have come: Linux
    /// chooses anew after each queue that turned out empty, which changes nothing as long as the tin
    /// has others and no drop was charged for.
    #[inline]
    fn serve(&mut self, index: usize, decay: &mut bool, cx: &mut Cx<'_, P>) -> Option<P> {
        let now = nanos(cx.now);
        let (dual, ingress) = (self.dual, self.config.ingress);
        let tin = &mut self.tins[index];
        loop {
            let flow = take_turn(&tin.lines, core::mem::take(decay))?;
            if tin.flows[flow].deficit <= 0 {
                tin.end_turn(flow, dual, &mut self.rng);
                continue;
            }
            loop {
                let queue = &mut tin.flows[flow];
                let Some(mut waiting) = self.slab.pop(&mut queue.fifo) else {
                    tin.ran_empty(flow, dual, now);
                    if ingress || tin.busy_flows() == 0 {
                        return None;
                    }
                    break;
                };
                let len = waiting.packet.pkt_len();
                tin.backlog = tin.backlog.wrapping_sub(len.into());
                self.memory.used = self.memory.used.wrapping_sub(waiting.truesize.into());
                self.overflow.sub(QueueId::new(index, flow), len);
                let sojourn = now.saturating_sub(waiting.came);
                let bulk_flows = if ingress { tin.bulk_flows } else { 0 };
                let look = Look { now, sojourn, bulk_flows };
                let mark = || cx.mark_ce(&mut waiting.packet);
                let drop = queue.cobalt.should_drop(&tin.params, look, mark, &mut self.rng);
                // The last one is never dropped: no later one would tell of it.
                let drop = drop && !queue.fifo.is_empty();
                if ingress || !drop {
                    let charge = waiting.charge();
                    queue.deficit -= charge;
                    tin.deficit = tin.deficit.wrapping_sub(charge);
                    self.shaper.advance(&mut tin.clock, waiting.adjusted_len, now, drop);
                }
                if !drop {
                    tin.counters.ecn_mark += u64::from(queue.cobalt.ecn_marked);
                    tin.counters.delivered(sojourn);
                    self.overflow.tick();
                    self.stats.dequeued(&waiting.packet);
                    return Some(waiting.packet);
                }
                queue.dropped = queue.dropped.saturating_add(1);
                tin.counters.dropped += 1;
                self.stats.lost(&waiting.packet);
                cx.drop(waiting.packet, DropReason::QDISC_CONGESTED);
                if ingress {
                    break;
                }
            }
        }
    }
}

/// The flow whose turn it is: sparse ones first, after perhaps a decaying one.
#[inline]
fn take_turn(lines: &Lines, decay: bool) -> Option<usize> {
    let decaying = || lines.first(Line::Decaying);
    let first = if decay { decaying() } else { None };
    first.or_else(|| lines.first(Line::New)).or_else(|| lines.first(Line::Old)).or_else(decaying)
}
