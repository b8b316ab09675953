//! tbf, by itself and as the shaper that makes queues under it fill.

use softnet_qdisc::{Cx, Handle, LinkLayer, Qdisc, RateSpec, Tbf, tbf};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::{DropCounts, Instant};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::traffic::Traffic;

/// A tbf at the root, number 1:.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shaper {
    config: tbf::Config,
}

impl Shaper {
    /// 64 kbit/s to 100 Mbit/s, with a bucket of some packets.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let rate = RateSpec::bytes(rng.log_range(8_000, 12_500_000));
        let burst = rng.range32(1514, 10_000);
        Self { config: tbf::Config::new(rate, burst, 1_000_000) }
    }

    /// The same with room for so many bytes.
    pub(crate) fn with_limit(mut self, limit: u32) -> Self {
        self.config.limit = limit;
        self
    }

    /// Bytes per second.
    pub(crate) fn rate(&self) -> u64 {
        self.config.rate.bytes_per_second
    }

    /// Bytes per second that would keep it busy most of the time, or more than that.
    pub(crate) fn load(&self, rng: &mut Rng) -> u64 {
        self.rate() * rng.range(5, 40) / 10
    }

    /// The line for `tc`.
    pub(crate) fn tc(&self) -> String {
        let tbf::Config { rate, burst, peak, limit, .. } = self.config;
        let RateSpec { bytes_per_second, overhead, mpu, linklayer } = rate;
        let mut line = format!(
            "qdisc add dev va root handle 1: tbf rate {bytes_per_second}bps burst {burst} limit {limit}"
        );
        if let Some(peak) = peak {
            line += &format!(" peakrate {}bps minburst {}", peak.rate.bytes_per_second, peak.burst);
        }
        if mpu != 0 {
            line += &format!(" mpu {mpu}");
        }
        if overhead != 0 {
            line += &format!(" overhead {overhead}");
        }
        if linklayer == LinkLayer::Atm {
            line += " linklayer atm";
        }
        line
    }

    /// Ours, with its bfifo.
    pub(crate) fn alone(&self) -> Box<dyn Qdisc<Frame>> {
        self.numbered(Handle(1))
    }

    /// Ours under another number, with its bfifo.
    pub(crate) fn numbered(&self, handle: Handle) -> Box<dyn Qdisc<Frame>> {
        Box::new(Tbf::new(handle, self.config).unwrap())
    }

    /// Ours with `child` in class 1:1.
    pub(crate) fn over(&self, child: Box<dyn Qdisc<Frame>>) -> Box<dyn Qdisc<Frame>> {
        let mut root = self.alone();
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        root.graft(&[Handle(1).class(1)], child, &mut cx).unwrap();
        root
    }
}

#[test]
fn tbf() {
    lab::run("tbf", |rng| {
        let mut shaper = Shaper::random(rng);
        let config = &mut shaper.config;
        config.limit = rng.range32(1514, 30_000);
        if rng.one_in(2) {
            config.rate.overhead = rng.range(0, 40) as u16;
            config.rate.mpu = rng.pick(&[0, 64, 84, 200]);
            config.rate.linklayer = rng.pick(&[LinkLayer::Ethernet, LinkLayer::Atm]);
        }
        if rng.one_in(2) {
            let bytes = config.rate.bytes_per_second * rng.range(11, 50) / 10;
            // tc gives both buckets the same overhead, mpu and link layer.
            let rate = RateSpec { bytes_per_second: bytes, ..config.rate };
            config.peak = Some(tbf::Peak { rate, burst: rng.range32(1514, 3000) });
        }
        // Packets above the bucket are refused at the door.
        let len = (60, rng.pick(&[1514, 1514, 1514, 400]));
        let arrivals = Traffic { rate: shaper.load(rng), len, ..Traffic::default() }.events(rng);
        Case::new([shaper.tc()], move |_| shaper.alone(), arrivals).drained_at(shaper.rate())
    });
}
