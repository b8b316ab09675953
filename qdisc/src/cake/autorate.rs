//! What the link before us brings, estimated from what arrives (`autorate-ingress`).

use super::tin::ewma;

const SECOND: u64 = 1_000_000_000;
/// Not before so many nanoseconds does the shaper follow.
const RECONFIGURE: u64 = 250_000_000;

/// The estimate. Times in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Capacity {
    last_packet_time: u64,
    avg_packet_interval: u64,
    window_begin: u64,
    window_bytes: u64,
    /// Bytes per second.
    pub(super) peak_bandwidth: u64,
}

impl Capacity {
    pub(super) fn new(bandwidth: u64) -> Self {
        Self { peak_bandwidth: bandwidth, ..Self::default() }
    }

    /// So many bytes came; fewer than none if an acknowledgement went for them.
    pub(super) fn arrived(&mut self, bytes: i64) {
        self.window_bytes = self.window_bytes.wrapping_add_signed(bytes);
    }

    /// A packet came, and nobody wants an estimate.
    pub(super) fn ignore(&mut self, now: u64) {
        self.window_bytes = 0;
        self.last_packet_time = now;
    }

    /// A packet came. Gives the bandwidth to shape to from now on, if it is time for a new one. Linux
    /// means 250 ms between two, but never notes when one was: they count from the clock's origin.
    pub(super) fn estimate(&mut self, now: u64) -> Option<u64> {
        let interval = now.saturating_sub(self.last_packet_time).min(SECOND);
        // Bursts, as Wi-Fi aggregates are, don't count as fast.
        let shift = if interval > self.avg_packet_interval { 2 } else { 8 };
        self.avg_packet_interval = ewma(self.avg_packet_interval, interval, shift);
        self.last_packet_time = now;
        if interval <= self.avg_packet_interval {
            return None;
        }
        let window = now.saturating_sub(self.window_begin).max(1);
        let rate = self.window_bytes.wrapping_mul(SECOND) / window;
        let shift = if rate > self.peak_bandwidth { 2 } else { 8 };
        self.peak_bandwidth = ewma(self.peak_bandwidth, rate, shift);
        self.window_bytes = 0;
        self.window_begin = now;
        (now > RECONFIGURE).then_some(self.peak_bandwidth.wrapping_mul(15) >> 4)
    }
}
