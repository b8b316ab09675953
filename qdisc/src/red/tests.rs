use alloc::boxed::Box;
use alloc::{vec, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::Backlog;
use crate::rng::Rng;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

/// Average = current length (weight 1), so that each packet meets exactly what waits.
fn sharp(min: u32, max: u32) -> Params {
    let (wlog, plog, scell_log, stab) = (0, 0, 10, [0; 256]);
    Params { qth_min: min, qth_max: max, wlog, plog, scell_log, stab, max_p: 1 << 31 }
}

fn red(config: Config) -> Red<Toy> {
    Red::new(Handle(1), config, 7).unwrap()
}

/// Verdicts of packets of 1000 bytes, those named understanding ECN, of which none leaves.
fn fill(red: &mut Red<Toy>, packets: &[bool], cx: &mut Cx<'_, Toy>) -> Vec<Enqueued> {
    let toy = |&ect| Toy { ect, ..Toy::new(0, 1000) };
    packets.iter().map(|ect| red.enqueue(toy(ect), cx)).collect()
}

use Enqueued::{Cn, Drop, Success};

/// tc-red(8) has this example. By hand: a = 55 + 1 - 30 = 26, and 32 (1 - (31/32)^55) = 26.4 is the
/// first above it, so W is 2^-5; 0.02 / 60,000 is doubled 22 times to be above 1. A packet takes
/// 800 µs, 12,500 ticks; -ln(31/32) / 12,500 is 2.54e-6 per tick, so 31 halvings take 12.2e6 ticks,
/// and a cell has to be 2^15 of them. In one cell then are 0.0832 halvings.
#[test]
fn parameters_are_what_tc_computes() {
    let traffic = Traffic {
        min: 30_000,
        max: 90_000,
        avpkt: 1000,
        burst: 55,
        probability: 0.02,
        bandwidth: 1_250_000,
    };
    let params = Params::tc(traffic).unwrap();
    let Params { qth_min, qth_max, wlog, plog, scell_log, stab, max_p } = params;
    assert_eq!((qth_min, qth_max, wlog, plog, scell_log), (30_000, 90_000, 5, 22, 15));
    assert_eq!(max_p, 85_899_345);
    let cells = [0, 12, 13, 24, 25, 120, 121, 254, 255];
    assert_eq!(cells.map(|cell: usize| stab[cell]), [0, 0, 1, 1, 2, 9, 10, 21, 31]);
    for (traffic, min, max) in [
        (Traffic { max: 30_000, ..traffic }, 30_000, 30_000),
        (Traffic { burst: 28, ..traffic }, 30_000, 90_000),
    ] {
        assert_eq!(Params::tc(traffic), Err(ConfigError::RedThresholds { min, max }));
    }
}

#[test]
fn below_the_first_threshold_all_pass_and_above_the_second_none() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut red = red(Config::new(100_000, sharp(3000, 3000)));
    // The fourth meets 3000 bytes.
    assert_eq!(fill(&mut red, &[false; 5], &mut cx), [Success, Success, Success, Cn, Cn]);
    let stats = red.stats();
    assert_eq!((stats.drops, stats.overlimits, red.red_stats().forced_drop), (2, 2, 2));
    assert_eq!(lost, vec![(Toy::new(0, 1000), DropReason::QDISC_CONGESTED); 2]);
}

#[test]
fn ecn_harddrop_and_nodrop_above_the_second_threshold() {
    let ok = Config::new(100_000, sharp(1000, 1000));
    let ecn = Config { ecn: true, ..ok.clone() };
    let hard = Config { harddrop: true, ..ecn.clone() };
    let nodrop = Config { nodrop: true, ..ecn.clone() };
    for (config, verdicts, marked, dropped) in [
        (ok, [Success, Cn, Cn], 0, 2),
        (ecn, [Success, Success, Cn], 1, 1),
        (hard, [Success, Cn, Cn], 0, 2),
        (nodrop, [Success, Success, Success], 1, 0),
    ] {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut red = red(config);
        assert_eq!(fill(&mut red, &[true, true, false], &mut cx), verdicts);
        let xstats = red.red_stats();
        assert_eq!((xstats.forced_mark, xstats.forced_drop), (marked, dropped));
        assert_eq!((xstats.marked(), xstats.early()), (marked, dropped));
        assert_eq!(red.stats().overlimits, 2);
        let ce = core::iter::from_fn(|| red.dequeue(&mut cx).packet()).filter(|toy| toy.ce);
        assert_eq!(ce.count() as u64, marked);
    }
}

#[test]
fn the_child_has_its_own_limit() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut red = red(Config::new(2500, sharp(10_000, 20_000)));
    assert_eq!(fill(&mut red, &[false; 3], &mut cx), [Success, Success, Drop]);
    assert_eq!((red.red_stats().pdrop, red.stats().drops), (1, 1));
    assert_eq!(red.backlog(), Backlog { packets: 2, bytes: 2000 });
}

/// avg = avg + (length - avg) / 2 for weight 1/2: by hand from what each packet meets.
#[test]
fn the_average_is_moving() {
    let mut average = Average::new(&Params { wlog: 1, ..sharp(1000, 2000) });
    let mut seen = Vec::new();
    for backlog in [0, 1000, 2000, 3000, 4000, 0, 0] {
        average.arrival(backlog, Instant::ZERO);
        seen.push(average.qavg());
    }
    // Scaled by 2: 0, 1000, 2500, 4250, 6125, then 6125 - 3062 = 3063 and 3063 - 1531 = 1532.
    assert_eq!(seen, [0, 500, 1250, 2125, 3062, 1531, 766]);
}

/// An idle time of n cells of 1024 µs halves as often as the table says; where that is not at all, it
/// takes off n 1024ths, but no more than half.
#[test]
fn an_idle_queue_is_forgotten_by_the_table() {
    let mut params = sharp(1000, 2000);
    params.stab[4..8].fill(1);
    params.stab[8..255].fill(3);
    params.stab[255] = 31;
    for (micros, left) in [
        (0, 8000),
        (100, 8000 - 781),
        (511, 8000 - 3992),
        (513, 4000),
        (3 * 1024, 4000),
        (4 * 1024, 4000),
        (8 * 1024, 1000),
        (254 * 1024 + 1023, 1000),
        (255 * 1024, 0),
        (1 << 50, 0),
    ] {
        let mut average = Average::new(&params);
        average.arrival(8000, Instant::ZERO);
        average.start_idle(Instant::from_micros(5));
        average.start_idle(Instant::from_micros(99));
        let now = Instant::from_nanos(5_000 + micros * 1000);
        average.arrival(1, now);
        assert_eq!(average.qavg(), left, "after {micros} µs");
    }
}

#[test]
fn it_idles_from_the_first_dequeue_that_gives_nothing() {
    let mut lost = Lost::new();
    let mut params = sharp(900, 1000);
    params.stab = [31; 256];
    let mut red = red(Config::new(100_000, params));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    assert_eq!(fill(&mut red, &[false; 2], &mut cx), [Success, Cn]);
    assert!(red.dequeue(&mut cx).packet().is_some());
    assert_eq!(red.qavg(), 1000, "it is the length when a packet comes that counts");
    assert_eq!(red.dequeue(&mut cx), Dequeue::Empty);
    assert_eq!(fill(&mut red, &[false], &mut cx), [Success]);
    assert_eq!(red.qavg(), 0);
}

/// Gaps between the packets whose turn it is, at a constant average `over` units above the first of
/// thresholds `delta` apart.
fn gaps(max_p: u32, delta: u32, over: u32, n: usize) -> Vec<u32> {
    let params = Params { max_p, ..sharp(1000, 1000 + delta) };
    let mut average = Average::new(&params);
    let mut rng = Rng::new(3);
    let (mut gaps, mut gap) = (Vec::new(), 0);
    average.arrival(1000 + over, Instant::ZERO);
    assert_eq!(average.action(&mut rng), Action::Pass, "the first draws only");
    while gaps.len() < n {
        gap += 1;
        average.arrival(1000 + over, Instant::ZERO);
        if average.action(&mut rng) == Action::Signal {
            gaps.push(gap);
            gap = 0;
        }
    }
    gaps
}

/// Floyd and Jacobson section 7, method 2: the gap is uniform in 1 … 1/p. So none is above 1/p
/// (rounded up), and the mean of n of them is (1/p + 1) / 2 within a few deviations.
#[test]
fn gaps_between_signals_are_uniform() {
    // Probability at the second threshold 1/10 (429,496,729 of 2^32); at parts of the way to it.
    for (over, one_over_p) in [(1000, 10.0), (500, 20.0), (100, 100.0), (10, 1000.0)] {
        let n = 4000;
        let gaps = gaps(429_496_729, 1001, over, n);
        let mean = f64::from(gaps.iter().sum::<u32>()) / n as f64;
        let most = f64::from(*gaps.iter().max().unwrap());
        // Uniform on [0, m) has deviation m / √12; five of them for the mean, and of 4000 the largest
        // is within a hundredth of the bound but for one run in e^40.
        let deviation = one_over_p / 12f64.sqrt() / (n as f64).sqrt();
        let expected = (one_over_p + 1.0) / 2.0;
        assert!((mean - expected).abs() < 5.0 * deviation + 0.01, "over {over}: {mean}");
        assert!(most <= (one_over_p * 1.002).ceil() && most >= one_over_p * 0.99 - 1.0, "{most}");
    }
}

/// 1/p below 1 is every packet; 0 is none in any run that anybody waits for.
#[test]
fn certainty_both_ways() {
    assert!(gaps(u32::MAX, 2, 1, 500).iter().all(|&gap| gap <= 2), "p is 1/2 halfway");
    let params = Params { max_p: 1, ..sharp(1000, 1 << 30) };
    let (mut average, mut rng) = (Average::new(&params), Rng::new(3));
    for _ in 0..1000 {
        average.arrival(1001, Instant::ZERO);
        assert_eq!(average.action(&mut rng), Action::Pass);
    }
}

#[test]
fn plog_gives_the_probability_where_max_p_is_not_given() {
    // (2^32 - 1 >> 22) * 60,000 = 1023 * 60,000.
    let params = Params { max_p: 0, plog: 22, ..sharp(30_000, 90_000) };
    assert_eq!(Average::new(&params).max_p(), 61_380_000);
}

fn adaptative() -> Config {
    let params = Params { max_p: 85_899_345, ..sharp(1000, 2000) };
    Config { adaptative: true, ..Config::new(100_000, params) }
}

/// By the formula: + min(1 %, P/4) above 1600 until more than 50 %, times 9/10 (of P/10 rounded down)
/// below 1400 until less than 1 %.
#[test]
fn adaptation_moves_max_p_every_half_second() {
    let mut lost = Lost::new();
    let mut red = red(adaptative());
    let mut at = |red: &mut Red<Toy>, millis: u64| {
        let mut cx = Cx::new(Instant::from_millis(millis), &mut lost);
        let _ = red.enqueue(Toy::new(0, 1700), &mut cx);
        red.max_p()
    };
    assert_eq!(at(&mut red, 0), 85_899_345);
    assert_eq!(at(&mut red, 499), 85_899_345);
    assert_eq!(red.qavg(), 1700);
    assert_eq!(at(&mut red, 500), 107_374_181, "+ 21,474,836");
    assert_eq!(at(&mut red, 1500), 167_772_157, "+ 26,843,545 and + 33,554,431");
    assert_eq!(at(&mut red, 2500), 252_664_869, "+ 41,943,039 and + 42,949,673: 1 % at most");
    let most = at(&mut red, 3_600_000);
    assert!((50 * 42_949_673 + 1..=51 * 42_949_673).contains(&most), "{most}");
    red.set_next_adaptation(Instant::from_millis(3_600_001));
    let mut cx = Cx::new(Instant::from_millis(3_600_000), &mut lost);
    while red.dequeue(&mut cx).packet().is_some() {}
    // The second one meets what the first one left, 10 bytes or none.
    let mut cx = Cx::new(Instant::from_millis(3_600_000), &mut lost);
    let _ = red.enqueue(Toy::new(0, 10), &mut cx);
    let _ = red.enqueue(Toy::new(0, 10), &mut cx);
    assert!(red.qavg() <= 10);
    let mut cx = Cx::new(Instant::from_millis(3_600_001), &mut lost);
    let _ = red.dequeue(&mut cx);
    assert_eq!(red.max_p(), most / 10 * 9);
    let mut cx = Cx::new(Instant::MAX, &mut lost);
    let _ = red.dequeue(&mut cx);
    assert!((42_949_673 * 8 / 10..42_949_673).contains(&red.max_p()), "{}", red.max_p());
}

#[test]
fn change_begins_a_new_average_and_a_new_child() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut red = red(Config::new(100_000, sharp(3000, 3000)));
    fill(&mut red, &[false; 4], &mut cx);
    let keep = Config { limit: 0, ..Config::new(0, sharp(2000, 2000)) };
    red.change(keep, &mut cx).unwrap();
    assert_eq!((red.backlog().packets, red.qavg(), red.stats().drops), (3, 0, 1));
    red.change(Config::new(5000, sharp(2000, 2000)), &mut cx).unwrap();
    assert_eq!((red.backlog(), red.stats().drops), (Backlog::default(), 4));
    let refused = red.change(Config::new(5000, sharp(2000, 1999)), &mut cx);
    assert_eq!(refused, Err(ConfigError::RedThresholds { min: 2000, max: 1999 }));
    assert_eq!(red.config().params.qth_max, 2000);
}

#[test]
fn any_child_will_do() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut red: Box<dyn Qdisc<Toy>> = Box::new(red(Config::new(100_000, sharp(9000, 9000))));
    let class = Handle(1).class(1);
    red.graft(&[class], Box::new(Fifo::pfifo_head_drop(2).unwrap()), &mut cx).unwrap();
    let verdicts = [0, 1, 2].map(|n| red.enqueue(Toy::new(0, 1000).numbered(n), &mut cx));
    assert_eq!(verdicts, [Success, Success, Cn]);
    assert_eq!((red.backlog().packets, red.stats().drops), (2, 1));
    let Some(crate::XStats::Red(xstats)) = red.xstats() else { panic!() };
    assert_eq!(xstats.pdrop, 1, "whatever the child says but success");
    assert_eq!(red.peek(&mut cx).packet().unwrap().number, 1);
    assert_eq!(red.leaf(class).unwrap().kind(), "pfifo_head_drop");
    assert!(red.leaf(Handle(1).class(2)).is_none());
    red.reset(&mut cx);
    assert_eq!((red.backlog(), red.stats().purged), (Backlog::default(), 2));
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::new(1000, sharp(1000, 2000));
    let mut table = sharp(1000, 2000);
    table.stab[99] = 32;
    let thresholds = |min, max| ConfigError::RedThresholds { min, max };
    let with = |params| Config { params, ..ok.clone() };
    for (config, why) in [
        (Config { limit: 0, ..ok.clone() }, ConfigError::ZeroLimit),
        (Config { nodrop: true, ..ok.clone() }, ConfigError::NodropWithoutEcn),
        (Config { adapt_interval: Duration::ZERO, ..ok.clone() }, ConfigError::PeriodTooShort),
        (with(sharp(2001, 2000)), thresholds(2001, 2000)),
        // 2000 has 11 bits, and with a weight of 2^-21 there are 32.
        (with(Params { wlog: 21, ..sharp(1000, 2000) }), thresholds(1000, 2000)),
        (with(Params { scell_log: 32, ..sharp(1000, 2000) }), ConfigError::RedTable),
        (with(table), ConfigError::RedTable),
    ] {
        assert_eq!(Red::<Toy>::new(Handle(1), config, 0).err(), Some(why));
    }
    assert!(Red::<Toy>::new(Handle(1), with(Params { wlog: 20, ..sharp(1000, 2000) }), 0).is_ok());
}

proptest! {
    /// When it is asked makes no difference to where max_P is.
    #[test]
    fn adaptation_is_the_same_however_lazily(
        steps in prop::collection::vec((0u64..4000, 0u32..3000, any::<bool>()), 1..30),
        nap in 1u64..600,
    ) {
        let mut lost = Lost::new();
        let (mut lazy, mut busy) = (red(adaptative()), red(adaptative()));
        let mut now = 0;
        for (pause, backlog, idle) in steps {
            for red in [&mut lazy, &mut busy] {
                red.catch_up(Instant::from_millis(now));
                red.average.arrival(backlog, Instant::from_millis(now));
                if idle {
                    red.average.start_idle(Instant::from_millis(now));
                }
            }
            for between in (now..now + pause).step_by(nap as usize) {
                busy.catch_up(Instant::from_millis(between));
            }
            now += pause;
        }
        lazy.catch_up(Instant::from_millis(now));
        busy.catch_up(Instant::from_millis(now));
        prop_assert_eq!(lazy.max_p(), busy.max_p());
        prop_assert_eq!(lazy.next_adaptation, busy.next_adaptation);
        let _ = lazy.enqueue(Toy::new(0, 100), &mut Cx::new(Instant::ZERO, &mut lost));
    }

    /// Whatever parameters are taken, at any time: nothing panics, nothing drifts.
    #[test]
    fn never_drifts(
        (min, max) in (0u32..50_000, 0u32..50_000),
        (wlog, plog, scell_log, shift, max_p) in (0u8..17, any::<u8>(), 0u8..32, 0u8..32, any::<u32>()),
        ops in prop::collection::vec((0u8..4, any::<u64>(), 0u32..5000, any::<bool>()), 0..100),
        (ecn, harddrop, adaptative) in any::<(bool, bool, bool)>(),
    ) {
        let mut stab = [shift; 256];
        stab[0] = 0;
        let (min, max) = (min.min(max), min.max(max));
        let params = Params { qth_min: min, qth_max: max, wlog: wlog.min(15), plog, scell_log, stab, max_p };
        let config = Config { ecn, harddrop, adaptative, ..Config::new(20_000, params) };
        let mut red = red(config);
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, len, ect) in ops {
            // Adaptation over ages is tested above.
            let mut cx = Cx::new(Instant::from_nanos(now >> 20), &mut lost);
            match op {
                0 | 1 => {
                    let _ = red.enqueue(Toy { ect, ..Toy::new(0, len) }, &mut cx);
                    came += 1;
                }
                2 => left += u64::from(red.dequeue(&mut cx).packet().is_some()),
                _ => { let _ = red.peek(&mut cx); }
            }
            let stats = *red.stats();
            prop_assert_eq!(came, stats.packets + stats.drops + u64::from(stats.backlog.packets));
            prop_assert_eq!((stats.packets, stats.drops), (left, lost.len() as u64));
            prop_assert!(stats.backlog.bytes <= 20_000);
        }
    }
}
