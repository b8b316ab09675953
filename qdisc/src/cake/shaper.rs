//! The deficit shaper: a clock that runs ahead by the time each packet takes.

/// Time that a byte takes, ready to be multiplied (`cake_set_rate`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Rate {
    /// Nanoseconds, shifted left by `shift`; 0 for no limit.
    ns: u64,
    shift: u32,
}

impl Rate {
    /// Below so many bytes a second a packet would block the link for minutes.
    const MIN: u64 = 64;
    const BITS: u32 = 34;

    /// So many bytes a second, 0 for no limit.
    pub(super) fn new(bytes_per_second: u64) -> Self {
        if bytes_per_second == 0 {
            return Self::default();
        }
        let mut ns = (1_000_000_000 << Self::BITS) / bytes_per_second.max(Self::MIN);
        let mut shift = Self::BITS;
        while ns >> Self::BITS != 0 {
            ns >>= 1;
            shift -= 1;
        }
        Self { ns, shift }
    }

    pub(super) const fn is_unlimited(self) -> bool {
        self.ns == 0
    }

    /// Nanoseconds that so many bytes take.
    #[inline]
    pub(super) const fn time_of(self, bytes: u32) -> u64 {
        (bytes as u64).saturating_mul(self.ns) >> self.shift
    }
}

/// The shaper of all tins together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shaper {
    pub(super) rate: Rate,
    time_next_packet: u64,
    /// Runs at two thirds of the rate and for delivered packets only. It lets packets go where drops
    /// alone drove the other clock ahead.
    failsafe_next_packet: u64,
}

impl Shaper {
    /// Until when nothing may leave, if nothing may leave now.
    #[inline]
    pub(super) fn held_until(&self, now: u64) -> Option<u64> {
        let next = self.time_next_packet.min(self.failsafe_next_packet);
        (next > now).then_some(next)
    }

    /// A packet comes and nothing waits: time that was not used is gone.
    #[inline]
    pub(super) fn start(&mut self, now: u64) {
        if self.time_next_packet < now {
            self.time_next_packet = now;
            self.failsafe_next_packet = now;
        }
    }

    /// A packet of so many bytes left or, in ingress mode, was dropped (`cake_advance_shaper`).
    #[inline]
    pub(super) fn advance(&mut self, tin: &mut TinClock, bytes: u32, now: u64, dropped: bool) {
        if self.rate.is_unlimited() {
            return;
        }
        tin.advance(bytes, now);
        let span = self.rate.time_of(bytes);
        self.time_next_packet = self.time_next_packet.saturating_add(span);
        if !dropped {
            let slower = span.saturating_add(span >> 1);
            self.failsafe_next_packet = self.failsafe_next_packet.saturating_add(slower);
        }
    }
}

/// The clock of one tin, which says whether it is above its threshold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TinClock {
    pub(super) rate: Rate,
    time_next_packet: u64,
}

impl TinClock {
    /// A packet comes and the tin is empty.
    #[inline]
    pub(super) fn start(&mut self, now: u64) {
        self.time_next_packet = self.time_next_packet.max(now);
    }

    /// How long until the tin is below its threshold, 0 if it is.
    #[inline]
    pub(super) const fn wait(&self, now: u64) -> u64 {
        self.time_next_packet.saturating_sub(now)
    }

    #[inline]
    fn advance(&mut self, bytes: u32, now: u64) {
        let span = self.rate.time_of(bytes);
        if self.time_next_packet < now {
            self.time_next_packet = self.time_next_packet.saturating_add(span);
        } else {
            self.time_next_packet = self.time_next_packet.max(now.saturating_add(span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_are_linuxs_numbers() {
        // 125000 B/s: 8000 ns a byte needs 13 bits, so 21 of the 34 stay for the fraction.
        assert_eq!(Rate::new(125_000), Rate { ns: 8000 << 21, shift: 21 });
        // 3 B/s count as 64: 15625000 ns a byte, 24 bits.
        assert_eq!(Rate::new(3), Rate { ns: 15_625_000 << 10, shift: 10 });
        // 1.25 GB/s: 0.8 ns fit without a shift.
        assert_eq!(Rate::new(1_250_000_000), Rate { ns: 13_743_895_347, shift: 34 });
        assert!(Rate::new(u64::MAX).is_unlimited(), "no bit of 2^-34 ns is left");
    }

    #[test]
    fn failsafe_runs_at_two_thirds() {
        let mut shaper = Shaper { rate: Rate::new(1_000_000), ..Shaper::default() };
        let mut tin = TinClock { rate: shaper.rate, ..TinClock::default() };
        shaper.start(1_000);
        assert_eq!(shaper.held_until(1_000), None);
        shaper.advance(&mut tin, 100, 1_000, false);
        assert_eq!(shaper.held_until(1_000), Some(101_000));
        // Drops drive the clock on to 401 us, the failsafe one stays at 151 us.
        for _ in 0..3 {
            shaper.advance(&mut tin, 100, 1_000, true);
        }
        assert_eq!(shaper.held_until(1_000), Some(151_000));
        assert_eq!(shaper.held_until(151_000), None);
        shaper.start(160_000);
        assert_eq!((shaper.time_next_packet, shaper.failsafe_next_packet), (401_000, 151_000));
    }

    #[test]
    fn a_late_tin_catches_up_and_an_early_one_is_not_charged_twice() {
        let mut tin = TinClock { rate: Rate::new(1_000_000), time_next_packet: 500 };
        tin.advance(100, 1_000_000);
        assert_eq!(tin.time_next_packet, 100_500, "behind: by the time that the packet takes");
        let mut tin = TinClock { rate: tin.rate, time_next_packet: 1_000_000 };
        tin.advance(100, 1_000_000);
        assert_eq!(tin.wait(1_000_000), 100_000);
        tin.advance(50, 1_000_000);
        assert_eq!(tin.wait(1_000_000), 100_000, "ahead by more than this packet already");
    }

    proptest! {
        #[test]
        fn extremes_are_harmless(rate: u64, len: u32, now: u64, then: u64, dropped: bool) {
            let mut shaper = Shaper { rate: Rate::new(rate), ..Shaper::default() };
            let mut tin = TinClock { rate: shaper.rate, ..TinClock::default() };
            shaper.start(now);
            tin.start(now);
            shaper.advance(&mut tin, len, now, false);
            shaper.advance(&mut tin, len, then, dropped);
            prop_assert!(shaper.held_until(then).is_none_or(|until| until > then));
        }

        #[test]
        fn a_packet_takes_its_time(rate in 64u64..1_250_000_000, len in 0u32..65_536) {
            let exact = u128::from(len) * 1_000_000_000 / u128::from(rate);
            let got = u128::from(Rate::new(rate).time_of(len));
            // Bits are cut off, at most one unit of 33: never longer, and shorter by 2^-33.
            prop_assert!(got <= exact && exact - got <= 1 + (exact >> 32));
        }
    }
}
