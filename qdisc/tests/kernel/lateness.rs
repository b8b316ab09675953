//! How late the guest's timers came where nobody saw it.
//!
//! A timer that lets a packet go shows when it came. One that wakes a discipline for nothing doesn't,
//! and it matters now and then: a packet that tbf peeked at is out of fq's band, a class of htb has
//! changed its mode, hfsc's clock went on. All that is known is that it came at a reading of the clock
//! from its instant on and less than [`TIMER_SLACK`] later; so if something is sent in that span it
//! came before, or after.
//!
//! [`Lateness`] is one guess for a whole script. [`search`] looks for one with which ours does all that
//! the kernel did. First come the simplest: each timer comes at its instant, but after what is sent in
//! its span. If that fails one guess after the other is changed, the latest first, and what gets
//! further is kept.

use alloc::collections::BTreeMap;

use softnet_qdisc_oracle::{CLOCK_STEP, TIMER_SLACK};

/// Guesses that are tried for a script.
const TRIES: u32 = 2000;

/// When each of the timers came that nobody saw.
#[derive(Clone, Default, Debug)]
pub(crate) struct Lateness {
    /// By their instants; for others it's the simplest, 0.
    guesses: BTreeMap<u64, u64>,
    /// The instants that came up, and how many guesses there were for each.
    choices: Vec<(u64, u64)>,
}

/// Where ours and the kernel's part.
#[derive(Debug)]
pub(crate) struct Difference {
    /// At which entry of the log.
    pub(crate) entry: usize,
    /// How far apart counters are, the most there is if it's no matter of counters.
    pub(crate) off: u64,
    /// What it is.
    pub(crate) why: String,
}

impl Lateness {
    fn guess(&mut self, due: u64, choices: u64) -> u64 {
        self.choices.push((due, choices));
        self.guesses.get(&due).copied().unwrap_or_default().min(choices - 1)
    }

    /// When the timer of instant `due` came, which was over at `now`. The clock shows `phase` and
    /// multiples of its step more.
    pub(crate) fn over(&mut self, due: u64, phase: u64) -> u64 {
        let first = shown_from(due, phase);
        match self.guess(due, 1 + (due + TIMER_SLACK - 1 - first) / CLOCK_STEP + 1) {
            0 => due,
            step => first + (step - 1) * CLOCK_STEP,
        }
    }

    /// When the timer of instant `due` came if that was before something happened at `now`.
    pub(crate) fn before(&mut self, due: u64, now: u64, phase: u64) -> Option<u64> {
        let first = shown_from(due, phase);
        let steps = now.checked_sub(first)? / CLOCK_STEP + 1;
        let step = self.guess(due, 1 + steps);
        (step > 0).then(|| first + (step - 1) * CLOCK_STEP)
    }
}

/// The first reading of the clock from `due` on.
fn shown_from(due: u64, phase: u64) -> u64 {
    due.saturating_sub(phase).next_multiple_of(CLOCK_STEP) + phase
}

/// What `play` gives with a guess that makes it succeed, or how the guess that got furthest failed.
pub(crate) fn search<T>(
    mut play: impl FnMut(&mut Lateness) -> Result<T, Difference>,
) -> Result<T, Difference> {
    let mut best = Lateness::default();
    let mut difference = match play(&mut best) {
        Ok(result) => return Ok(result),
        Err(difference) => difference,
    };
    let mut tries = 0;
    'better: loop {
        for &(due, choices) in best.choices.iter().rev() {
            let kept = best.guesses.get(&due).copied().unwrap_or_default();
            for guess in (0..choices).filter(|&guess| guess != kept) {
                tries += 1;
                if tries > TRIES {
                    return Err(difference);
                }
                let mut guesses = best.guesses.clone();
                guesses.insert(due, guess);
                let mut other = Lateness { guesses, choices: Vec::new() };
                match play(&mut other) {
                    Ok(result) => return Ok(result),
                    Err(why) if why.is_further_than(&difference) => {
                        (best, difference) = (other, why);
                        continue 'better;
                    }
                    Err(_) => {}
                }
            }
        }
        return Err(difference);
    }
}

impl Difference {
    fn is_further_than(&self, other: &Self) -> bool {
        (self.entry, other.off) > (other.entry, self.off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASE: u64 = 128;

    /// Timers of 1000 and 5000 that came three and one steps of the clock late; what counts them is
    /// looked at after each, or only at the end.
    fn play(lateness: &mut Lateness, looks: bool) -> Result<(), Difference> {
        let first = lateness.over(1000, PHASE);
        let off = u64::from(first != 1152 + 2 * CLOCK_STEP);
        if looks && off > 0 {
            return Err(Difference { entry: 1, off, why: String::new() });
        }
        let second = lateness.before(5000, 6000, PHASE);
        let off = off + u64::from(second != Some(5248));
        if off > 0 { Err(Difference { entry: 2, off, why: String::new() }) } else { Ok(()) }
    }

    #[test]
    fn finds_when_timers_came() {
        for looks in [false, true] {
            search(|lateness| play(lateness, looks)).unwrap();
        }
    }

    /// A timer is over at a reading of the clock from its instant on, and within the slack.
    #[test]
    fn guesses_no_more_than_the_clock_shows() {
        let mut seen = Vec::new();
        let never = search::<()>(|lateness| {
            let at = lateness.over(1000, PHASE);
            seen.push(at);
            Err(Difference { entry: 0, off: 1, why: String::new() })
        });
        never.unwrap_err();
        assert_eq!(seen, [1000, 1152, 1408, 1664, 1920, 2176, 2432, 2688]);
        assert!(Lateness::default().before(1000, 1151, PHASE).is_none());
    }
}
