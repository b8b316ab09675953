//! Work that an interrupt leaves for later.

/// The kinds of deferred work, numbered as Linux numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Softirq {
    /// Send what queues have (`NET_TX_SOFTIRQ`).
    NetTx = 2,
    /// Poll what has received (`NET_RX_SOFTIRQ`).
    NetRx = 3,
    /// Run drivers' tasklets (`TASKLET_SOFTIRQ`).
    Tasklet = 6,
}

impl Softirq {
    /// All of them, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::NetTx, Self::NetRx, Self::Tasklet];

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// Which softirqs are pending, and how often each has run (`local_softirq_pending`,
/// `/proc/softirqs`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Softirqs {
    pending: u32,
    counts: [u64; 8],
}

impl Softirqs {
    /// Whether there is anything to run.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.pending != 0
    }

    /// Whether `softirq` is pending.
    #[must_use]
    pub const fn is_pending(&self, softirq: Softirq) -> bool {
        self.pending & softirq.bit() != 0
    }

    /// How often `softirq` has run.
    #[must_use]
    pub fn count(&self, softirq: Softirq) -> u64 {
        self.counts.get(softirq as usize).copied().unwrap_or(0)
    }

    pub(crate) fn raise(&mut self, softirq: Softirq) {
        self.pending |= softirq.bit();
    }

    /// Takes all pending bits; what is raised from here on is for the next round.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Softirq> + use<> {
        let pending = core::mem::take(&mut self.pending);
        Softirq::ALL.into_iter().filter(move |softirq| pending & softirq.bit() != 0)
    }

    pub(crate) fn counted(&mut self, softirq: Softirq) {
        if let Some(count) = self.counts.get_mut(softirq as usize) {
            *count += 1;
        }
    }
}
