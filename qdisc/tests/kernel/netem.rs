//! netem with a seed (`TCA_NETEM_PRNG_SEED`, which tc has since 6.6: so netlink): what it draws is known
//! then, to the nanosecond.
//!
//! Two things it draws from the kernel's own entropy even so:
//! - The throw that a correlated die begins with. Who is lost, doubled or sent ahead is compared with a
//!   first throw that fits, as soon as one is found ([`Case::tries`]). How long a packet waits says too
//!   much for that; so there the first [`WARM_UP`] packets aren't looked at, after which nothing is left
//!   of that throw.
//! - Which bit is turned. That one is, and only where ours turns one, is compared: [`Case::turns_bits`].
//!   Slots without a distribution are drawn, too, if there is a choice: here there is none.

use core::cell::Cell;

use softnet_qdisc::netem::{
    Chance, Config, Delay, Distribution, LinkRate, Loss, Probability, Slot, SlotDelay,
};
use softnet_qdisc::{ClassId, Handle, Netem, Qdisc};
use softnet_qdisc_oracle::netlink::{CREATE, EXCL, NEWQDISC, ROOT, TCA_KIND, TCA_OPTIONS};
use softnet_qdisc_oracle::netlink::{attribute, request};
use softnet_qdisc_oracle::{Command, Event, Rng, What};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::leaf::Leaf;
use crate::tbf::Shaper;
use crate::traffic::Traffic;

/// Packets after which a die of 25 % has forgotten its first throw: 4⁻³² of it is left.
const WARM_UP: usize = 32;
/// First throws that are tried.
const THROWS: u32 = 20_000;
const MILLISECOND: u64 = 1_000_000;

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn longs(longs: &[u64]) -> Vec<u8> {
    longs.iter().flat_map(|long| long.to_ne_bytes()).collect()
}

fn table(distribution: &Distribution) -> Vec<u8> {
    distribution.table().iter().flat_map(|entry| entry.to_ne_bytes()).collect()
}

/// `struct tc_netem_qopt` and the attributes behind it.
fn options(config: &Config, seed: u64) -> Vec<u8> {
    let Config { delay, loss, duplicate, corrupt, rate, .. } = config;
    let random = if let Loss::Random(chance) = loss { *chance } else { Chance::default() };
    let numbers = [0, config.limit, random.probability.0, config.gap, duplicate.probability.0, 0];
    let mut options = words(&numbers);
    let mut add = |kind, payload: Vec<u8>| options.extend(attribute(kind, &payload));
    let correlations = [delay.correlation, random.correlation, duplicate.correlation];
    add(1, words(&correlations.map(|correlation| correlation.0)));
    if let Some(distribution) = &delay.distribution {
        add(2, table(distribution));
    }
    let chance = |chance: &Chance| words(&[chance.probability.0, chance.correlation.0]);
    if let Some(reorder) = &config.reorder {
        add(3, chance(reorder));
    }
    add(4, chance(corrupt));
    match *loss {
        Loss::Random(_) => {}
        Loss::State { p13, p31, p32, p23, p14 } => {
            add(5, attribute(1, &words(&[p13, p31, p32, p14, p23].map(|p| p.0))));
        }
        Loss::GilbertElliott { p, r, h, k1 } => {
            add(5, attribute(2, &words(&[p, r, h, k1].map(|p| p.0))));
        }
    }
    let bytes = rate.bytes_per_second as u32;
    let overheads = [rate.packet_overhead as u32, rate.cell_size, rate.cell_overhead as u32];
    add(6, words(&[&[bytes][..], &overheads].concat()));
    add(7, words(&[config.ecn.into()]));
    add(10, longs(&[delay.latency]));
    add(11, longs(&[delay.jitter]));
    if let Some(Slot { delay, max_packets, max_bytes }) = &config.slot {
        let ([min, max], [mean, jitter]) = match delay {
            SlotDelay::Between(min, max) => ([*min, *max], [0, 0]),
            SlotDelay::Distributed { delay, jitter, .. } => ([0, 0], [*delay, *jitter]),
        };
        let limits = words(&[*max_packets, *max_bytes]);
        add(12, [longs(&[min, max]), limits, longs(&[mean, jitter])].concat());
        if let SlotDelay::Distributed { distribution, .. } = delay {
            add(13, table(distribution));
        }
    }
    add(14, longs(&[seed]));
    options
}

/// A request for it.
fn add(config: &Config, seed: u64, handle: Handle, parent: u32) -> Command {
    let options = attribute(TCA_OPTIONS, &options(config, seed));
    let attributes = [attribute(TCA_KIND, b"netem\0"), options].concat();
    let handle = u32::from(handle.0) << 16;
    Command::Netlink(request(NEWQDISC, CREATE | EXCL, handle, parent, &attributes))
}

/// Makes ours, each time with other first throws of correlated dice.
fn maker(handle: Handle, config: Config, seed: u64) -> impl Fn() -> Box<dyn Qdisc<Frame>> {
    let first = Cell::new(0);
    move || {
        let throw = first.replace(first.get() + 1);
        let mut netem = Netem::new(handle, config.clone(), throw).unwrap();
        netem.reseed(seed);
        Box::new(netem)
    }
}

/// 1 to 90 %.
fn probability(rng: &mut Rng) -> Probability {
    Probability::ppm(rng.log_range(10_000, 900_000) as u32)
}

fn chance(rng: &mut Rng) -> Chance {
    Chance::of(probability(rng))
}

/// Not so much that it takes long until the first throw is forgotten.
fn correlated(rng: &mut Rng) -> Chance {
    Chance { probability: probability(rng), correlation: correlation(rng) }
}

fn correlation(rng: &mut Rng) -> Probability {
    Probability::ppm(rng.range32(10_000, 250_000))
}

fn distribution(rng: &mut Rng) -> Distribution {
    match rng.range(0, 12) {
        0 => Distribution::normal(),
        1 => Distribution::pareto(),
        2 => Distribution::paretonormal(),
        _ => {
            let entries = rng.range(1, 300);
            let entry = |_| rng.range(0, 65_535) as u16 as i16 / 4;
            Distribution::new(&(0..entries).map(entry).collect::<Vec<_>>()).unwrap()
        }
    }
}

fn delay(rng: &mut Rng) -> Delay {
    let latency = rng.pick(&[0, 1, 1000, MILLISECOND, 7 * MILLISECOND + 13]);
    let jitter = rng.pick(&[0, 1, 999, 100_000, MILLISECOND, 20 * MILLISECOND]);
    let distribution = rng.one_in(2).then(|| distribution(rng));
    Delay { latency, jitter, correlation: Probability::NEVER, distribution }
}

fn loss(rng: &mut Rng) -> Loss {
    let mut p = || probability(rng);
    let [a, b, c, d, e] = [(); 5].map(|()| p());
    match rng.range(0, 2) {
        0 => Loss::Random(Chance::of(a)),
        1 => Loss::State { p13: a, p31: b, p32: c, p23: d, p14: e },
        _ => Loss::GilbertElliott { p: a, r: b, h: c, k1: d },
    }
}

fn rate(rng: &mut Rng) -> LinkRate {
    LinkRate {
        bytes_per_second: rng.log_range(8_000, 12_500_000),
        packet_overhead: rng.range(0, 60) as i32 - 30,
        cell_size: rng.pick(&[0, 0, 48, 100]),
        cell_overhead: rng.range(0, 10) as i32 - 5,
    }
}

fn slot(rng: &mut Rng) -> Slot {
    let delay = rng.log_range(10_000, 20 * MILLISECOND);
    let delay = if rng.one_in(2) {
        SlotDelay::Between(delay, delay)
    } else {
        let jitter = rng.pick(&[0, 1, delay / 3, delay]);
        SlotDelay::Distributed { delay, jitter, distribution: distribution(rng) }
    };
    Slot { delay, max_packets: rng.pick(&[0, 1, 5]), max_bytes: rng.pick(&[0, 0, 2000]) }
}

fn random(rng: &mut Rng) -> Config {
    Config { limit: rng.pick(&[3, 20, 1000]), ..Config::default() }
}

fn arrivals(rng: &mut Rng, packets: u32) -> Vec<Event> {
    let rate = rng.log_range(20_000, 5_000_000);
    Traffic { rate, packets, ds: vec![0, 1, 2, 3], ..Traffic::default() }.events(rng)
}

/// At the root, alone.
fn case(config: Config, rng: &mut Rng) -> Case {
    let (seed, events) = (rng.bits(), arrivals(rng, 100));
    let setup = add(&config, seed, Handle(1), ROOT);
    let ours = maker(Handle(1), config, seed);
    let mut case = Case::new([""; 0], move |_| ours(), events);
    case.setup.push(setup);
    case
}

#[test]
fn netem_delay() {
    lab::run("netem_delay", |rng| {
        let config = Config { delay: delay(rng), ..random(rng) };
        case(config, rng)
    });
}

#[test]
fn netem_delay_correlated() {
    lab::run("netem_delay_correlated", |rng| {
        let correlation = correlation(rng);
        let jitter = rng.log_range(2, 20 * MILLISECOND);
        let config =
            Config { delay: Delay { correlation, jitter, ..delay(rng) }, ..Config::default() };
        let mut case = case(config, rng);
        // Longer than any of them can be held.
        let pause = 500 * MILLISECOND;
        for event in &mut case.arrivals[WARM_UP..] {
            event.at += pause;
        }
        case.mute = case.arrivals[WARM_UP].at;
        case
    });
}

#[test]
fn netem_loss() {
    lab::run("netem_loss", |rng| {
        let config = Config { loss: loss(rng), ecn: rng.one_in(2), ..random(rng) };
        case(config, rng)
    });
}

#[test]
fn netem_duplicate() {
    lab::run("netem_duplicate", |rng| {
        let loss = if rng.one_in(2) { loss(rng) } else { Loss::default() };
        let config = Config { delay: delay(rng), loss, duplicate: chance(rng), ..random(rng) };
        case(config, rng)
    });
}

#[test]
fn netem_reorder() {
    lab::run("netem_reorder", |rng| {
        let reorder = (!rng.one_in(4)).then(|| chance(rng));
        let gap = rng.range32(1, 6);
        let config = Config { delay: delay(rng), gap, reorder, ..random(rng) };
        case(config, rng)
    });
}

#[test]
fn netem_correlated() {
    lab::run("netem_correlated", |rng| {
        let mut config = random(rng);
        match rng.range(0, 2) {
            0 => config.loss = Loss::Random(correlated(rng)),
            1 => config.duplicate = correlated(rng),
            _ => {
                config.gap = 1;
                config.reorder = Some(correlated(rng));
                config.delay.latency = MILLISECOND;
                // So that packets leave at all kinds of instants.
                config.delay.jitter = 999;
            }
        }
        Case { tries: THROWS, ..case(config, rng) }
    });
}

/// The packets are so short that all of their bytes are seen.
#[test]
fn netem_corrupt() {
    lab::run("netem_corrupt", |rng| {
        let config = Config { delay: delay(rng), corrupt: chance(rng), ..random(rng) };
        let mut case = case(config, rng);
        for event in &mut case.arrivals {
            if let What::Send(send) = &mut event.what {
                send.len = send.len.min(120);
            }
        }
        Case { turns_bits: true, ..case }
    });
}

#[test]
fn netem_rate() {
    lab::run("netem_rate", |rng| {
        let delay = if rng.one_in(2) { delay(rng) } else { Delay::default() };
        let rate = rate(rng);
        case(Config { delay, rate, ..random(rng) }, rng).drained_at(rate.bytes_per_second / 2)
    });
}

#[test]
fn netem_slot() {
    lab::run("netem_slot", |rng| {
        let config = Config { delay: delay(rng), slot: Some(slot(rng)), ..random(rng) };
        let mut case = case(config, rng);
        // Jitter may bring a packet forward so far, but no slot begins before the first.
        case.arrivals.iter_mut().for_each(|event| event.at += 200 * MILLISECOND);
        Case { rest: 5_000 * MILLISECOND, ..case }
    });
}

/// All of it at once.
fn all(rng: &mut Rng) -> Config {
    let mut config = Config { delay: delay(rng), ..random(rng) };
    if rng.one_in(2) {
        config.loss = loss(rng);
    }
    if rng.one_in(2) {
        config.duplicate = chance(rng);
    }
    if rng.one_in(2) {
        (config.gap, config.reorder) = (rng.range32(1, 6), Some(chance(rng)));
    }
    if rng.one_in(2) {
        config.rate = rate(rng);
    }
    config
}

#[test]
fn netem_over() {
    lab::run("netem_over", |rng| {
        let config = all(rng);
        let rate = config.rate.bytes_per_second;
        let (leaf, seed) = (Leaf::random(rng), rng.bits());
        let ours = maker(Handle(1), config.clone(), seed);
        let at = ClassId((1 << 16) + 1);
        let build = move |_| {
            let mut netem = ours();
            leaf.graft(&mut *netem, at);
            netem
        };
        let mut case = Case::new([""; 0], build, arrivals(rng, 100));
        case.setup.push(add(&config, seed, Handle(1), ROOT));
        case.setup.extend(leaf.tc(at).into_iter().map(Command::Tc));
        case.drained_at(if rate == 0 { 1_000_000 } else { rate / 2 })
    });
}

#[test]
fn netem_under_tbf() {
    lab::run("netem_under_tbf", |rng| {
        let (config, shaper, seed) = (all(rng), Shaper::random(rng), rng.bits());
        let slowest = match config.rate.bytes_per_second {
            0 => shaper.rate(),
            rate => shaper.rate().min(rate / 2),
        };
        let setup = add(&config, seed, Handle(2), (1 << 16) + 1);
        let ours = maker(Handle(2), config, seed);
        let build = move |_| shaper.over(ours());
        let mut case = Case::new([shaper.tc()], build, arrivals(rng, 100));
        case.setup.push(setup);
        // netem's timer stays set when what it was set for has left, and then makes tbf try.
        case.wakes_in_vain = true;
        case.drained_at(slowest)
    });
}
