/// Replay counters of an authenticator's frames (`key_replay`): which of them may still be answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Outstanding {
    /// That of the frame sent last.
    last: u64,
    /// Those not answered, the newest in front; 0 is none.
    waiting: [u64; Self::MAX],
}

impl Outstanding {
    /// As many as a message is sent at most (`RSNA_MAX_EAPOL_RETRIES`).
    const MAX: usize = 4;

    /// For the next frame.
    pub(super) fn next(&mut self) -> u64 {
        self.last = self.last.wrapping_add(1);
        self.waiting.rotate_right(1);
        if let Some(newest) = self.waiting.first_mut() {
            *newest = self.last;
        }
        self.last
    }

    /// Whether a frame with this counter answers one of ours.
    pub(super) fn answers(&self, counter: u64) -> bool {
        counter != 0 && self.waiting.contains(&counter)
    }

    /// Nothing sent until now may be answered any more.
    pub(super) fn settle(&mut self) {
        self.waiting = [0; Self::MAX];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_may_be_answered_once() {
        let mut counters = Outstanding::default();
        assert!(!counters.answers(0));
        let sent: [u64; 5] = core::array::from_fn(|_| counters.next());
        assert_eq!(sent, [1, 2, 3, 4, 5]);
        assert_eq!(sent.map(|counter| counters.answers(counter)), [false, true, true, true, true]);
        counters.settle();
        assert_eq!(sent.map(|counter| counters.answers(counter)), [false; 5]);
        assert_eq!(counters.next(), 6);
    }
}
