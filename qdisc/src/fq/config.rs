//! What fq is to do.

use core::time::Duration;

use crate::{ConfigError, PRIOMAP};

/// Bands (`FQ_BANDS`).
pub const BANDS: usize = 3;
/// Least weight of a band (`FQ_MIN_WEIGHT`).
const MIN_WEIGHT: u32 = 16_384;
const QUANTUM_MIN: u32 = 256;
const QUANTUM_MAX: u32 = 1 << 20;

/// Which Linux's fq.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Release {
    /// Linux 6.12: bands, and a way past the flows for packets that would not wait.
    #[default]
    V6_12,
    /// Linux 6.1, to compare with one: no bands; packets of priority 7 go past the flows; a new flow
    /// that runs empty is forgotten at once if no old one waits; `limit` holds for all together.
    V6_1,
}

/// What an [`Fq`](super::Fq) is to do (`TCA_FQ_*`); the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait in each band: 10,000.
    pub limit: u32,
    /// Packets that may wait in each flow: 100.
    pub flow_limit: u32,
    /// Bytes of a turn: 3028, two of the link's largest packets with header. Linux lifts what is below
    /// 256 and cuts what is above 2^20, and so does this.
    pub quantum: u32,
    /// Bytes that a flow nobody knows may send at first: 15,140; at most 2^20.
    pub initial_quantum: u32,
    /// Bytes per second that no flow may exceed: none.
    pub maxrate: Option<u64>,
    /// Whether flows are paced at all, as their sockets ask or for `maxrate`: yes. (Departure times
    /// that packets carry are kept in any case.)
    pub pacing: bool,
    /// After so much time without packets a flow gets a quantum anew: 40 ms. Linux counts it in
    /// jiffies.
    pub refill_delay: Duration,
    /// What is left of the hash of packets without a socket: 1023, for 1024 flows.
    pub orphan_mask: u32,
    /// Up to so many bytes per second a flow is paced packet by packet, above that by the quantum:
    /// 68,750, tc's 550 kbit.
    pub low_rate_threshold: u32,
    /// Packets that leave so much later than they might have are marked: 2^32 - 1 microseconds.
    pub ce_threshold: Duration,
    /// How far in the future a departure may be: 10 s.
    pub horizon: Duration,
    /// Packets beyond are dropped: yes. Otherwise they leave at the horizon.
    pub horizon_drop: bool,
    /// How late a wake-up may be: 10 µs. It is that late, as a Linux timer is on an idle machine, so
    /// that departures close together cost one.
    pub timer_slack: Duration,
    /// 2 to the power of this flows fit before the table grows and idle ones are forgotten: 10; 1 to
    /// 18 (`TCA_FQ_BUCKETS_LOG`).
    pub buckets_log: u32,
    /// The band of each priority: [`PRIOMAP`].
    pub priomap: [u8; 16],
    /// Bytes of a band's turn, 16,384 to 2^31 - 1: 589,824, 196,608 and 65,536.
    pub weights: [u32; BANDS],
    /// Linux 6.12's.
    pub release: Release,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: 10_000,
            flow_limit: 100,
            quantum: 2 * 1514,
            initial_quantum: 10 * 1514,
            maxrate: None,
            pacing: true,
            refill_delay: Duration::from_millis(40),
            orphan_mask: 1023,
            low_rate_threshold: 550_000 / 8,
            ce_threshold: Duration::from_micros(u32::MAX as u64),
            horizon: Duration::from_secs(10),
            horizon_drop: true,
            timer_slack: Duration::from_micros(10),
            buckets_log: 10,
            priomap: PRIOMAP,
            weights: [9 << 16, 3 << 16, 1 << 16],
            release: Release::V6_12,
        }
    }
}

impl Config {
    pub(super) fn check(mut self) -> Result<Self, ConfigError> {
        if self.limit == 0 || self.flow_limit == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        if self.quantum == 0 {
            return Err(ConfigError::ZeroQuantum);
        }
        if self.initial_quantum > QUANTUM_MAX {
            return Err(ConfigError::QuantumTooBig(self.initial_quantum));
        }
        if self.maxrate == Some(0) {
            return Err(ConfigError::ZeroRate);
        }
        if !(1..=18).contains(&self.buckets_log) {
            return Err(ConfigError::BucketsLog(self.buckets_log));
        }
        let weights = MIN_WEIGHT..=i32::MAX as u32;
        if let Some(&weight) = self.weights.iter().find(|weight| !weights.contains(weight)) {
            return Err(ConfigError::BandWeight(weight));
        }
        let bands = BANDS as u8;
        if let Some((priority, band)) = (0..).zip(self.priomap).find(|&(_, band)| band >= bands) {
            return Err(ConfigError::Priomap { priority, band });
        }
        self.quantum = self.quantum.clamp(QUANTUM_MIN, QUANTUM_MAX);
        if self.release == Release::V6_1 {
            self.priomap = [0; 16];
        }
        Ok(self)
    }
}
