//! TKIP's countermeasures: what to do about wrong Michael codes (12.5.2.4).

use softnet_sk_buff::Instant;

/// Nanoseconds in which two failures are an attack, and then how long TKIP is not used.
const PERIOD: u64 = 60_000_000_000;

/// Counts Michael failures of one cell, as hostapd does (`michael_mic_failure`): at the second one within 60 s
/// countermeasures begin, and end 60 s after the last failure that began them.
///
/// While they are [active](Self::is_active) all stations that use TKIP are deauthenticated, none may
/// associate, and nothing is sent or taken under TKIP.
///
/// ```
/// use softnet_mac80211::cipher::Countermeasures;
/// use softnet_sk_buff::Instant;
///
/// let at = |seconds: u64| Instant::from_nanos(seconds * 1_000_000_000);
/// let mut countermeasures = Countermeasures::default();
/// assert!(!countermeasures.michael_mic_failure(at(100)));
/// assert!(countermeasures.michael_mic_failure(at(130)));
/// assert_eq!(countermeasures.poll_at(), Some(at(190)));
/// assert!(countermeasures.poll(at(190)));
/// assert!(!countermeasures.is_active());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Countermeasures {
    last_failure: Option<Instant>,
    until: Option<Instant>,
}

impl Countermeasures {
    /// A Michael code was wrong, here or in what a station reported. `true`: countermeasures begin, or
    /// begin again.
    #[must_use]
    pub fn michael_mic_failure(&mut self, now: Instant) -> bool {
        let last = self.last_failure.replace(now);
        let second =
            last.is_some_and(|last| now.as_nanos().saturating_sub(last.as_nanos()) <= PERIOD);
        if second {
            self.until = Some(Instant::from_nanos(now.as_nanos().saturating_add(PERIOD)));
        }
        second
    }

    /// Whether TKIP may not be used.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.until.is_some()
    }

    /// When [`poll`](Self::poll) wants to be called.
    #[must_use]
    pub const fn poll_at(&self) -> Option<Instant> {
        self.until
    }

    /// `true`: countermeasures have ended.
    #[must_use]
    pub fn poll(&mut self, now: Instant) -> bool {
        self.until.take_if(|until| *until <= now).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    #[test]
    fn a_failure_each_61_s_is_no_attack() {
        let mut countermeasures = Countermeasures::default();
        for nanos in [0, PERIOD + 1, 2 * PERIOD + 2] {
            assert!(!countermeasures.michael_mic_failure(at(nanos)));
        }
        assert_eq!(countermeasures.poll_at(), None);
    }

    #[test]
    fn sixty_seconds_to_the_nanosecond_are_one() {
        let mut countermeasures = Countermeasures::default();
        assert!(!countermeasures.michael_mic_failure(at(5)));
        assert!(countermeasures.michael_mic_failure(at(5 + PERIOD)));
        assert!(!countermeasures.poll(at(4 + 2 * PERIOD)) && countermeasures.is_active());
        // One more puts the end off.
        assert!(countermeasures.michael_mic_failure(at(6 + PERIOD)));
        assert!(!countermeasures.poll(at(5 + 2 * PERIOD)));
        assert!(countermeasures.poll(at(6 + 2 * PERIOD)) && !countermeasures.is_active());
        assert!(!countermeasures.poll(at(u64::MAX)));
    }

    #[test]
    fn a_clock_that_steps_back_is_no_panic() {
        let mut countermeasures = Countermeasures::default();
        assert!(!countermeasures.michael_mic_failure(at(u64::MAX)));
        assert!(countermeasures.michael_mic_failure(at(0)));
    }
}
