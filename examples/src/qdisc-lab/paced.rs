//! Sources that send by the clock, whatever becomes of what they send.

use softnet_examples::lots::Lots;
use softnet_sk_buff::Instant;

/// When the next packet is due.
#[derive(Clone, Debug)]
pub(crate) struct Paced {
    rhythm: Rhythm,
    from: Instant,
    sent: u64,
    next: Instant,
}

#[derive(Clone, Debug)]
pub(crate) enum Rhythm {
    /// Nanoseconds from packet to packet.
    Every(u64),
    /// Packets of so many bytes at so many bytes per second.
    Rate { len: u32, rate: u64 },
    /// The same on average, each packet independent of the others.
    Poisson { len: u32, rate: u64, lots: Lots },
}

impl Paced {
    /// The first packet is due at `from`; a Poisson source's after its first pause.
    pub(crate) fn new(rhythm: Rhythm, from: Instant) -> Self {
        let mut paced = Self { rhythm, from, sent: 0, next: from };
        if let Rhythm::Poisson { .. } = paced.rhythm {
            paced.advance();
        }
        paced
    }

    pub(crate) fn next(&self) -> Instant {
        self.next
    }

    /// The packet that was due is sent; how many were before it.
    pub(crate) fn sent(&mut self) -> u64 {
        let number = self.sent;
        self.sent += 1;
        self.advance();
        number
    }

    fn advance(&mut self) {
        // Counted from the start, so that what is rounded doesn't add up.
        let since = match &mut self.rhythm {
            Rhythm::Every(pause) => Some(u128::from(*pause) * u128::from(self.sent)),
            Rhythm::Rate { len, rate } => {
                let bytes = u128::from(*len) * u128::from(self.sent);
                Some(bytes * 1_000_000_000 / u128::from(*rate).max(1))
            }
            Rhythm::Poisson { len, rate, lots } => {
                let mean = f64::from(*len) * 1e9 / (*rate as f64).max(1.0);
                let pause = (-lots.share().ln() * mean) as u64;
                self.next = Instant::from_nanos(self.next.as_nanos().saturating_add(pause));
                None
            }
        };
        if let Some(since) = since {
            let since = u64::try_from(since).unwrap_or(u64::MAX);
            self.next = Instant::from_nanos(self.from.as_nanos().saturating_add(since));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(paced: &mut Paced, count: usize) -> Vec<u64> {
        let mut times = Vec::new();
        for _ in 0..count {
            times.push(paced.next().as_nanos());
            paced.sent();
        }
        times
    }

    #[test]
    fn rounding_does_not_add_up() {
        // 100 bytes at 300 bytes per second.
        let rhythm = Rhythm::Rate { len: 100, rate: 300 };
        let mut paced = Paced::new(rhythm, Instant::from_nanos(5));
        let wanted = [5, 333_333_338, 666_666_671, 1_000_000_005];
        assert_eq!(times(&mut paced, 4), wanted);
        let mut ping = Paced::new(Rhythm::Every(20), Instant::ZERO);
        assert_eq!(times(&mut ping, 3), [0, 20, 40]);
    }

    #[test]
    fn poissons_pauses_have_their_mean_and_spread() {
        let rhythm = Rhythm::Poisson { len: 125, rate: 125_000, lots: Lots(1) };
        let mut paced = Paced::new(rhythm, Instant::ZERO);
        let times = times(&mut paced, 20_001);
        let pauses: Vec<f64> = times.windows(2).map(|t| (t[1] - t[0]) as f64 / 1e6).collect();
        let mean = pauses.iter().sum::<f64>() / 20_000.0;
        let variance = pauses.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / 20_000.0;
        // Of an exponential distribution both are 1, here within four standard errors.
        assert!((mean - 1.0).abs() < 0.03 && (variance - 1.0).abs() < 0.08, "{mean} {variance}");
    }
}
