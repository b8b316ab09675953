//! dualpi2's options and what it shows.

use core::time::Duration;

use softnet_sk_buff::Instant;

use crate::ConfigError;

/// From where on the L-queue marks every packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A packet that waited longer (`step_thresh` in microseconds).
    Delay(Duration),
    /// A packet that leaves more than so many behind (`step_thresh` in packets).
    Packets(u32),
}

/// What a [`DualPi2`](crate::DualPi2) is to do; the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait in both: 10000.
    pub limit: u32,
    /// Memory, by [`Packet::truesize`](crate::Packet::truesize), that may wait in both: twice
    /// `limit` packets of the link's size.
    pub memory_limit: u32,
    /// Delay that it steers for: 15 ms.
    pub target: Duration,
    /// How often it looks at the delay: 16 ms.
    pub tupdate: Duration,
    /// Weight, in 256ths of a hertz, of how far the delay is off: 41.
    pub alpha: u32,
    /// Weight, in 256ths of a hertz, of how much it changed: 819.
    pub beta: u32,
    /// From where on the L-queue marks every packet: a millisecond.
    pub step: Step,
    /// Packets that the L-queue must hold for the step to be for one that comes: 0.
    pub min_qlen_step: u32,
    /// How much more often the L-queue marks than the root of the C-queue's probability: 2.
    pub coupling: u8,
    /// When even that is certainty, drop in the L-queue, too, rather than fill up to the limit: yes.
    pub drop_overload: bool,
    /// Drop or mark packets as they come, rather than as they leave: no.
    pub drop_early: bool,
    /// Percent of the link that the C-queue has for sure while both are busy: 10.
    pub c_protection: u8,
    /// Bits of the ECN field that put a packet into the L-queue: 1, for ECT(1) and CE.
    pub ecn_mask: u8,
    /// Cut packets that stand for several when they come: yes.
    pub split_gso: bool,
    /// Largest packet of the link with its header: 1514. Nothing is dropped while less than two of
    /// them wait.
    pub psched_mtu: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: 10_000,
            memory_limit: 10_000 * 2 * 1514,
            target: Duration::from_millis(15),
            tupdate: Duration::from_millis(16),
            alpha: 41,
            beta: 819,
            step: Step::Delay(Duration::from_millis(1)),
            min_qlen_step: 0,
            coupling: 2,
            drop_overload: true,
            drop_early: false,
            c_protection: 10,
            ecn_mask: 1,
            split_gso: true,
            psched_mtu: 1514,
        }
    }
}

impl Config {
    const WEIGHT_MAX: u32 = (1 << 31) - 1;

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let bad_weight = |weight: &u32| !(1..=Self::WEIGHT_MAX).contains(weight);
        if let Some(weight) = [self.alpha, self.beta].into_iter().find(bad_weight) {
            return Err(ConfigError::DualPi2Weight(weight));
        }
        match self {
            Self { limit: 0, .. } => Err(ConfigError::ZeroLimit),
            Self { memory_limit: 0, .. } => Err(ConfigError::ZeroMemoryLimit),
            Self { coupling: 0, .. } => Err(ConfigError::ZeroCoupling),
            Self { c_protection: 101.., .. } => Err(ConfigError::Percent(self.c_protection)),
            Self { ecn_mask: 0 | 4.., .. } => Err(ConfigError::EcnMask(self.ecn_mask)),
            Self { tupdate, .. } if *tupdate < Duration::from_micros(1) => {
                Err(ConfigError::PeriodTooShort)
            }
            _ => Ok(()),
        }
    }

    /// The credit to begin with: a packet's worth for the queue with the larger weight
    /// (`dualpi2_calculate_c_protection`).
    pub(super) fn first_credit(&self) -> i32 {
        (self.psched_mtu as i32).wrapping_mul(2 * i32::from(self.c_protection) - 100)
    }
}

/// What only dualpi2 shows (`tc_dualpi2_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// The controller's probability, of 2^32 - 1 (`prob`).
    pub prob: u32,
    /// When the oldest packet of the C-queue came; `tc` shows how long ago (`delay_c`).
    pub c_head: Option<Instant>,
    /// When the oldest packet of the L-queue came (`delay_l`).
    pub l_head: Option<Instant>,
    /// Packets that came into the C-queue.
    pub packets_in_c: u64,
    /// Packets that came into the L-queue.
    pub packets_in_l: u64,
    /// Most packets that ever waited when another came.
    pub maxq: u32,
    /// Packets marked, for whatever reason.
    pub ecn_mark: u64,
    /// Packets marked for the [`Step`].
    pub step_marks: u64,
    /// Whose turn it is while both have packets: above zero the C-queue's.
    pub credit: i32,
    /// Memory that waits, in bytes.
    pub memory_used: u32,
    /// Most memory that ever waited.
    pub max_memory_used: u32,
}
