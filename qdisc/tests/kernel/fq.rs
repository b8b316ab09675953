//! fq at the root and under a tbf, its flows told apart by UDP's source port.

use core::time::Duration;

use softnet_qdisc::fq::{Config, Release};
use softnet_qdisc::{Fq, Qdisc};
use softnet_qdisc_oracle::uml::Version;
use softnet_qdisc_oracle::{Command, Event, Rng, What, netlink};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

fn random(rng: &mut Rng) -> Config {
    let given = Config::default();
    let maxrate = rng.one_in(2).then(|| rng.log_range(20_000, 20_000_000));
    let priomap =
        if rng.one_in(2) { given.priomap } else { core::array::from_fn(|_| rng.range(0, 2) as u8) };
    Config {
        limit: rng.pick(&[5, 30, 10_000]),
        flow_limit: rng.pick(&[3, 10, 100]),
        quantum: rng.pick(&[256, 1514, 3028, 10_000]),
        initial_quantum: rng.pick(&[0, 1000, 15_140]),
        maxrate,
        pacing: !rng.one_in(8),
        // Of both the kernel's are in jiffies of 10 ms: the first packets after a pause are no test.
        refill_delay: Duration::from_secs(1000),
        // The hash is the kernel's own; all of it tells flows apart.
        orphan_mask: u32::MAX,
        low_rate_threshold: rng.pick(&[0, 68_750, 2_000_000]),
        ce_threshold: rng.pick(&[given.ce_threshold, Duration::from_micros(500)]),
        horizon: rng.pick(&[given.horizon, Duration::from_millis(20)]),
        horizon_drop: rng.one_in(2),
        // A timer of the guest that comes a little earlier would bring this one along.
        timer_slack: Duration::ZERO,
        buckets_log: 16,
        priomap,
        weights: core::array::from_fn(|_| rng.log_range(16_384, 600_000) as u32),
        release: Release::V6_12,
    }
}

/// A request for it below `parent`.
fn command(config: &Config, handle: u32, parent: u32) -> Command {
    let micros = |time: Duration| u32::try_from(time.as_micros()).unwrap();
    let words = [
        (1, config.limit),
        (2, config.flow_limit),
        (3, config.quantum),
        (4, config.initial_quantum),
        (5, config.pacing.into()),
        (7, config.maxrate.map_or(u32::MAX, |rate| rate as u32)),
        (8, config.buckets_log),
        (9, micros(config.refill_delay)),
        (10, config.orphan_mask),
        (11, config.low_rate_threshold),
        (12, micros(config.ce_threshold)),
        (13, config.timer_slack.as_nanos() as u32),
        (14, micros(config.horizon)),
    ];
    let word = |(kind, word): (u16, u32)| netlink::attribute(kind, &word.to_ne_bytes());
    let mut options: Vec<u8> = words.into_iter().flat_map(word).collect();
    options.extend(netlink::attribute(15, &[config.horizon_drop.into()]));
    if config.release == Release::V6_12 {
        let map = [&3u32.to_ne_bytes()[..], &config.priomap].concat();
        options.extend(netlink::attribute(16, &map));
        let weights: Vec<u8> = config.weights.iter().flat_map(|w| w.to_ne_bytes()).collect();
        options.extend(netlink::attribute(17, &weights));
    }
    let kind = netlink::attribute(netlink::TCA_KIND, b"fq\0");
    let attributes = [kind, netlink::attribute(netlink::TCA_OPTIONS, &options)].concat();
    let flags = netlink::CREATE | netlink::EXCL;
    Command::Netlink(netlink::request(netlink::NEWQDISC, flags, handle, parent, &attributes))
}

/// Some packets say when they want to leave: soon, later, in the past, beyond the horizon.
fn departures(rng: &mut Rng, events: &mut [Event]) {
    let one_in = rng.pick(&[1, 2, 10, 1_000_000]);
    for event in events {
        let What::Send(send) = &mut event.what else { continue };
        if rng.one_in(one_in) {
            let ahead = rng.log_range(1, 40_000_000);
            let at = if rng.one_in(8) { event.at.saturating_sub(ahead) } else { event.at + ahead };
            send.departure = Some(at);
        }
    }
}

fn arrivals(rng: &mut Rng, rate: u64, priorities: Vec<u32>) -> Vec<Event> {
    let flows = rng.range(1, 8) as u16;
    let packets = rng.range32(50, 300);
    let ds = vec![0, 1, 2, 3];
    let traffic = Traffic { rate, packets, priorities, ds, flows, ..Traffic::default() };
    let mut events = traffic.events(rng);
    departures(rng, &mut events);
    events
}

fn ours(config: Config) -> Box<dyn Qdisc<Frame>> {
    Box::new(Fq::new(config, [0, 0]).unwrap())
}

#[test]
fn fq() {
    lab::run("fq", |rng| {
        let config = random(rng);
        let rate = config.maxrate.unwrap_or(1_000_000) * rng.range(5, 40) / 10;
        let events = arrivals(rng, rate.max(100_000), (0..18).collect());
        let mut case = Case::new([""; 0], move |_| ours(config), events);
        case.setup.push(command(&config, 1 << 16, netlink::ROOT));
        case.drained_at(config.maxrate.unwrap_or(1_000_000))
    });
}

#[test]
fn fq_under_tbf() {
    lab::run("fq_under_tbf", |rng| {
        let (config, shaper) = (random(rng), Shaper::random(rng));
        let rate = shaper.load(rng).max(100_000);
        let events = arrivals(rng, rate, (0..18).collect());
        let build = move |_| shaper.over(ours(config));
        let mut case = Case::new([shaper.tc()], build, events);
        case.setup.push(command(&config, 2 << 16, (1 << 16) + 1));
        // fq's timer stays set when what it was set for has left, and then makes tbf try.
        case.wakes_in_vain = true;
        case.drained_at(shaper.rate().min(config.maxrate.unwrap_or(u64::MAX)))
    });
}

#[test]
fn fq_6_1() {
    lab::run_on(Version::V6_1, "fq_6_1", |rng| {
        let config = Config { release: Release::V6_1, ..random(rng) };
        let rate = config.maxrate.unwrap_or(1_000_000) * rng.range(5, 40) / 10;
        let events = arrivals(rng, rate.max(100_000), (0..18).collect());
        let mut case = Case::new([""; 0], move |_| ours(config), events);
        case.setup.push(command(&config, 1 << 16, netlink::ROOT));
        case.drained_at(config.maxrate.unwrap_or(1_000_000))
    });
}
