//! A bulk transfer: a sender whose window opens until something is lost or marked, as TCP's does.
//!
//! CUBIC as it is where windows are small (RFC 9438, section 4.3): after a loss the window is 0.7 of
//! what it was, and grows by 9/17 of a packet each round. Losses are seen as in RFC 9002: every
//! transmission has a number of its own, and one is lost when another sent three or more later is
//! known to have arrived. There is always more to send.

use alloc::collections::VecDeque;
use core::time::Duration;

use softnet_sk_buff::Instant;

/// Packets sent at once at the start (RFC 6928).
const INITIAL_WINDOW: u32 = 10;
const MIN_WINDOW: u32 = 2;
/// Later arrivals that make an earlier packet lost.
const REORDERING: u64 = 3;
const FIRST_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_TIMEOUT: Duration = Duration::from_millis(200);
const MAX_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
struct Sent {
    number: u64,
    at: Instant,
}

#[derive(Debug)]
pub(crate) struct Bulk {
    /// What the receiver allows, in packets.
    limit: u32,
    window: u32,
    threshold: u32,
    /// Ninths of the packets acknowledged since the window last grew by one.
    acked: u32,
    next: u64,
    outstanding: VecDeque<Sent>,
    /// What was sent before the packet of this number neither opens the window nor makes it smaller
    /// once more.
    recovery: u64,
    smoothed: Option<Duration>,
    variation: Duration,
    backoff: u32,
    /// When something last went well, or began.
    progress: Instant,
}

impl Bulk {
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            window: INITIAL_WINDOW,
            threshold: u32::MAX,
            acked: 0,
            next: 0,
            outstanding: VecDeque::new(),
            recovery: 0,
            smoothed: None,
            variation: Duration::ZERO,
            backoff: 0,
            progress: Instant::ZERO,
        }
    }

    /// The number of the packet that may be sent now, if one may; it counts as sent.
    pub(crate) fn send(&mut self, now: Instant) -> Option<u64> {
        let window = self.window.min(self.limit) as usize;
        if self.outstanding.len() >= window {
            return None;
        }
        if self.outstanding.is_empty() {
            self.progress = now;
        }
        let number = self.next;
        self.next += 1;
        self.outstanding.push_back(Sent { number, at: now });
        Some(number)
    }

    /// The receiver has it; `marked` if it says "congestion experienced".
    pub(crate) fn acknowledged(&mut self, number: u64, marked: bool, now: Instant) {
        let Ok(at) = self.outstanding.binary_search_by_key(&number, |sent| sent.number) else {
            return;
        };
        let Some(sent) = self.outstanding.remove(at) else { return };
        self.progress = now;
        self.backoff = 0;
        self.measure(now.saturating_since(sent.at));
        if marked {
            self.congested(number);
        } else if number >= self.recovery {
            self.grow();
        }
        while let Some(first) = self.outstanding.front().copied() {
            if first.number + REORDERING > number {
                break;
            }
            self.outstanding.pop_front();
            self.congested(first.number);
        }
    }

    fn grow(&mut self) {
        if self.window < self.threshold {
            self.window = self.window.saturating_add(1);
            return;
        }
        self.acked += 9;
        if self.acked >= self.window.saturating_mul(17) {
            self.acked = 0;
            self.window = self.window.saturating_add(1);
        }
    }

    fn congested(&mut self, number: u64) {
        if number < self.recovery {
            return;
        }
        self.threshold = (self.window.min(self.limit) * 7 / 10).max(MIN_WINDOW);
        self.window = self.threshold;
        self.acked = 0;
        self.recovery = self.next;
    }

    /// RFC 6298.
    fn measure(&mut self, rtt: Duration) {
        let Some(smoothed) = self.smoothed else {
            (self.smoothed, self.variation) = (Some(rtt), rtt / 2);
            return;
        };
        self.variation = (self.variation * 3 + smoothed.abs_diff(rtt)) / 4;
        self.smoothed = Some((smoothed * 7 + rtt) / 8);
    }

    /// When all that is on its way counts as lost; `None` if nothing is.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        if self.outstanding.is_empty() {
            return None;
        }
        let timeout = match self.smoothed {
            Some(smoothed) => (smoothed + self.variation * 4).max(MIN_TIMEOUT),
            None => FIRST_TIMEOUT,
        };
        let timeout = timeout.saturating_mul(1 << self.backoff.min(6)).min(MAX_TIMEOUT);
        Some(self.progress + timeout)
    }

    /// The deadline has passed.
    pub(crate) fn timed_out(&mut self, now: Instant) {
        self.outstanding.clear();
        self.threshold = (self.window.min(self.limit) * 7 / 10).max(MIN_WINDOW);
        self.window = 1;
        self.acked = 0;
        self.recovery = self.next;
        self.backoff += 1;
        self.progress = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    fn burst(bulk: &mut Bulk, now: Instant) -> Vec<u64> {
        core::iter::from_fn(|| bulk.send(now)).collect()
    }

    #[test]
    fn the_window_doubles_each_round_until_a_loss_makes_it_smaller_once() {
        let mut bulk = Bulk::new(1000);
        assert_eq!(burst(&mut bulk, at(0)), (0..10).collect::<Vec<_>>());
        (0..10).for_each(|number| bulk.acknowledged(number, false, at(10)));
        assert_eq!(burst(&mut bulk, at(10)).len(), 20);
        // 12 and 13 never arrive.
        for number in [10, 11, 14] {
            bulk.acknowledged(number, false, at(20));
        }
        assert_eq!((bulk.window, bulk.outstanding.len()), (23, 17), "two later are not enough");
        bulk.acknowledged(15, false, at(20));
        assert_eq!((bulk.window, bulk.outstanding.len()), (16, 15), "12 is gone, 13 not yet");
        bulk.acknowledged(16, false, at(20));
        assert_eq!((bulk.window, bulk.outstanding.len()), (16, 13), "only once for both");
        (17..30).for_each(|number| bulk.acknowledged(number, false, at(20)));
        assert_eq!(bulk.window, 16, "sent before the loss was known");
        // From here on 9/17 of a packet each round: after two there is one more.
        for millis in [31, 41] {
            assert_eq!(bulk.window, 16);
            let round = burst(&mut bulk, at(millis));
            assert_eq!(round.len(), 16);
            round.iter().for_each(|&number| bulk.acknowledged(number, false, at(millis + 9)));
        }
        assert_eq!(bulk.window, 17);
    }

    #[test]
    fn a_mark_is_a_loss_without_the_loss() {
        let mut bulk = Bulk::new(1000);
        burst(&mut bulk, at(0));
        bulk.acknowledged(0, true, at(10));
        bulk.acknowledged(1, true, at(10));
        assert_eq!((bulk.window, bulk.outstanding.len()), (7, 8));
    }

    #[test]
    fn when_nothing_comes_back_it_starts_from_one_and_waits_longer() {
        let mut bulk = Bulk::new(4);
        assert_eq!(burst(&mut bulk, at(0)).len(), 4, "what the receiver allows");
        assert_eq!(bulk.deadline(), Some(at(1000)));
        bulk.timed_out(at(1000));
        assert_eq!(burst(&mut bulk, at(1000)), [4]);
        assert_eq!(bulk.deadline(), Some(at(3000)));
        bulk.acknowledged(4, false, at(1100));
        assert_eq!((bulk.deadline(), bulk.window), (None, 2));
        assert_eq!(burst(&mut bulk, at(1100)), [5, 6]);
        // 100 ms, and four times half of that.
        assert_eq!(bulk.deadline(), Some(at(1400)));
    }
}
