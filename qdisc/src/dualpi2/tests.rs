use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::Backlog;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

const NOT_ECT: Option<u8> = Some(0);
const ECT1: Option<u8> = Some(1);
const ECT0: Option<u8> = Some(2);
const CE: Option<u8> = Some(3);

fn toy(dsfield: Option<u8>, number: u64) -> Toy {
    let ect = dsfield.is_some_and(|ds| ds & 3 != 0);
    Toy { dsfield, ect, ..Toy::new(0, 1000) }.numbered(number)
}

fn dual(config: Config) -> DualPi2<Toy> {
    DualPi2::new(Handle(1), config, 7).unwrap()
}

#[test]
fn defaults_are_those_of_linux() {
    let config = Config::default();
    assert_eq!((config.limit, config.memory_limit), (10_000, 30_280_000));
    assert_eq!(
        (config.target, config.tupdate),
        (Duration::from_millis(15), Duration::from_millis(16))
    );
    assert_eq!((config.alpha, config.beta, config.coupling, config.c_protection), (41, 819, 2, 10));
    assert_eq!((config.ecn_mask, config.min_qlen_step, config.psched_mtu), (1, 0, 1514));
    assert!(config.drop_overload && !config.drop_early && config.split_gso);
    assert_eq!(config.step, Step::Delay(Duration::from_millis(1)));
}

/// RFC 9332 section 2.3: ECT(1) and CE are L4S, the rest is not.
#[test]
fn the_ecn_field_chooses_the_queue() {
    for (mask, in_l) in [(1, [false, true, false, true]), (3, [false, true, true, true])] {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (field, expected) in [NOT_ECT, ECT1, ECT0, CE].into_iter().zip(in_l) {
            let mut dual = dual(Config { ecn_mask: mask, ..Config::default() });
            assert_eq!(dual.enqueue(toy(field, 0), &mut cx), Enqueued::Success);
            assert_eq!(dual.dualpi2_stats().packets_in_l, u64::from(expected), "{field:?}");
        }
    }
    let mut dual = dual(Config::default());
    let mut kind = |priority| {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        dual.classify(&mut Toy { priority, ..toy(NOT_ECT, 0) }, &mut cx).unwrap().0
    };
    assert_eq!(
        [0x1_0000, 0x1_0001, 0x1_0002].map(&mut kind),
        [Kind::Classic, Kind::L4s, Kind::Spared]
    );
    assert_eq!([0x1_0003, 0x2_0001, 1].map(&mut kind), [Kind::Classic; 3]);
}

/// Of two busy queues the C-queue has a tenth of the bytes, and the L-queue goes first.
#[test]
fn the_c_queue_keeps_its_share() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut dual = dual(Config::default());
    for number in 0..2000 {
        let _ = dual.enqueue(toy(if number % 2 == 0 { ECT1 } else { NOT_ECT }, number), &mut cx);
    }
    assert_eq!(dual.dualpi2_stats().credit, -80 * 1514);
    let mut classic = 0;
    for n in 1..=1000u64 {
        let sent = dual.dequeue(&mut cx).packet().unwrap();
        classic += u64::from(sent.dsfield == NOT_ECT);
        assert!(n > 12 || classic == 0, "121,120 of credit are 12 packets at 10 % of 1000");
    }
    assert!((97..=101).contains(&classic), "{classic}");
}

/// A packet that waited longer than a millisecond is marked as it leaves the L-queue; one of the
/// C-queue never for that.
#[test]
fn the_step_marks_by_delay() {
    let mut lost = Lost::new();
    let mut dual = dual(Config::default());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for field in [ECT1, ECT1, ECT0] {
        let _ = dual.enqueue(toy(field, 0), &mut cx);
    }
    let mut ce = |micros| {
        cx.now = Instant::from_micros(micros);
        dual.dequeue(&mut cx).packet().unwrap().ce
    };
    assert_eq!([ce(1000), ce(1001), ce(9000)], [false, true, false]);
    let stats = dual.dualpi2_stats();
    assert_eq!((stats.step_marks, stats.ecn_mark), (1, 1));
}

/// In packets: one that leaves more than two behind. Filters may have put a packet there that can't be
/// marked; it is dropped. And the step is only for those that came to a queue of `min_qlen_step`.
#[test]
fn the_step_marks_by_length() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let config = Config { step: Step::Packets(2), min_qlen_step: 1, ..Config::default() };
    let mut dual = dual(config);
    for (number, field) in (0..).zip([ECT1, ECT1, NOT_ECT, ECT1, ECT1]) {
        let _ = dual.enqueue(toy(field, number).with_priority(0x1_0001), &mut cx);
    }
    let sent: Vec<_> = core::iter::from_fn(|| dual.dequeue(&mut cx).packet()).collect();
    let sent: Vec<_> = sent.iter().map(|toy| (toy.number, toy.ce)).collect();
    // Leaving 4, 3, 2, 1, 0; the first one came to an empty queue.
    assert_eq!(sent, [(0, false), (1, true), (2, false), (3, false), (4, false)]);
    for number in 0..4 {
        let _ = dual.enqueue(toy(NOT_ECT, number).with_priority(0x1_0001), &mut cx);
    }
    let _ = dual.enqueue(toy(NOT_ECT, 4).with_priority(0x1_0001), &mut cx);
    let first = dual.dequeue(&mut cx).packet().unwrap();
    let second = dual.dequeue(&mut cx).packet().unwrap();
    assert_eq!((first.number, second.number, lost.len()), (0, 2, 1));
}

/// Packets of `field` that are marked and that are lost of 20,000, at a probability that stands still.
fn signals(field: Option<u8>, prob: f64, config: Config) -> (u64, u64) {
    let mut lost = Lost::new();
    let config = Config { step: Step::Packets(u32::MAX), target: Duration::ZERO, ..config };
    let mut dual = dual(config);
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    dual.control = Control::NEW.with_prob((prob * f64::from(MAX_PROB)) as u32);
    let mut marked = 0;
    for number in 0..20_010 {
        let verdict = dual.enqueue(toy(field, number), &mut cx);
        assert!(config.drop_early || verdict == Enqueued::Success);
        if number >= 10 && verdict == Enqueued::Success {
            marked += u64::from(dual.dequeue(&mut cx).packet().is_some_and(|toy| toy.ce));
        }
    }
    (marked, lost.len() as u64)
}

/// RFC 9332 section 2.1: the C-queue drops or marks with p², the L-queue marks with 2p. Within five
/// deviations of a binomial distribution.
#[test]
fn the_probabilities_are_coupled_by_a_square() {
    let near = |got: u64, p: f64| {
        let (mean, deviation) = (20_000.0 * p, (20_000.0 * p * (1.0 - p)).sqrt());
        assert!((got as f64 - mean).abs() <= 5.0 * deviation + 5.0, "{got}, not {mean}");
    };
    for prob in [0.05, 0.2, 0.45] {
        for drop_early in [false, true] {
            let config = Config { drop_early, limit: 100_000, ..Config::default() };
            let config = Config { memory_limit: u32::MAX, ..config };
            let (marked, lost) = signals(ECT1, prob, config);
            assert_eq!(lost, 0);
            near(marked, 2.0 * prob);
            let (marked, lost) = signals(ECT0, prob, config);
            assert_eq!(lost, 0);
            near(marked, prob * prob);
            let (marked, lost) = signals(NOT_ECT, prob, config);
            assert_eq!(marked, 0);
            if drop_early {
                near(lost, prob * prob);
            }
        }
    }
}

/// Above a half the L-queue can't say more by marks: then it drops as the C-queue does, or fills up.
#[test]
fn on_overload_there_are_drops_for_all() {
    let early =
        Config { drop_early: true, memory_limit: u32::MAX, limit: 100_000, ..Config::default() };
    assert_eq!(signals(ECT1, 1.0, early).1, 20_010 - 4, "all but the first that make a queue");
    assert_eq!(signals(ECT0, 1.0, early).1, 20_010 - 4);
    let keep = Config { drop_overload: false, ..early };
    let (marked, lost) = signals(ECT1, 0.6, keep);
    assert!(marked > 19_000 && lost == 0, "{marked} {lost}");
}

#[test]
fn limits_are_of_both_queues() {
    for config in [
        Config { limit: 3, ..Config::default() },
        Config { memory_limit: 3999, ..Config::default() },
    ] {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut dual = dual(config);
        let verdicts =
            [ECT1, NOT_ECT, ECT1, ECT1].map(|field| dual.enqueue(toy(field, 0), &mut cx));
        assert_eq!(verdicts[2..], [Enqueued::Success, Enqueued::Drop]);
        assert_eq!((dual.stats().overlimits, dual.stats().drops), (1, 1));
        let stats = dual.dualpi2_stats();
        assert_eq!((stats.memory_used, stats.maxq, stats.packets_in_c), (3000, 2, 1));
    }
}

#[test]
fn a_large_packet_is_cut() {
    struct Knife;
    impl crate::Buffers<Toy> for Knife {
        fn duplicate(&mut self, _: &Toy) -> Option<Toy> {
            None
        }
        fn make_writable(&mut self, _: &mut Toy) -> bool {
            false
        }
        fn segment(&mut self, toy: Toy, into: &mut VecDeque<Toy>) -> Result<(), Toy> {
            into.extend((0..=toy.more_segments).map(|_| Toy { more_segments: 0, ..toy.clone() }));
            Ok(())
        }
    }
    let mut lost = Lost::new();
    let large = Toy { more_segments: 2, ..toy(ECT1, 0) };
    for (split_gso, packets) in [(true, 3), (false, 1)] {
        let mut knife = Knife;
        let mut cx = Cx::new(Instant::ZERO, &mut lost).with_buffers(&mut knife);
        let mut dual = dual(Config { split_gso, ..Config::default() });
        assert_eq!(dual.enqueue(large.clone(), &mut cx), Enqueued::Success);
        assert_eq!(dual.backlog().packets, packets);
    }
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    assert_eq!(dual(Config::default()).enqueue(large, &mut cx), Enqueued::Drop, "no knife");
}

/// A classic bulk flow at twice the rate is kept around the target.
#[test]
fn the_delay_is_steered_to_the_target() {
    let mut lost = Lost::new();
    let mut dual = dual(Config::default());
    let mut delays = 0.0;
    for now in 0..30_000 {
        let mut cx = Cx::new(Instant::from_millis(now), &mut lost);
        for _ in 0..2 {
            let _ = dual.enqueue(toy(NOT_ECT, now), &mut cx);
        }
        let sent = dual.dequeue(&mut cx).packet().unwrap();
        delays += if now >= 20_000 { (now - sent.number) as f64 / 10_000.0 } else { 0.0 };
    }
    assert!((12.0..18.0).contains(&delays), "{delays}");
    // p² is a half.
    let prob = f64::from(dual.dualpi2_stats().prob) / f64::from(MAX_PROB);
    assert!((0.6..0.8).contains(&prob), "{prob}");
}

#[test]
fn change_trims_and_reset_purges() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut dual = dual(Config::default());
    for number in 0..10 {
        let _ = dual.enqueue(toy(if number < 4 { NOT_ECT } else { ECT1 }, number), &mut cx);
    }
    assert_eq!(dual.peek(&mut cx).packet().unwrap().number, 4);
    dual.change(Config { limit: 3, ..Config::default() }, &mut cx).unwrap();
    assert_eq!(dual.backlog(), Backlog { packets: 3, bytes: 3000 });
    assert_eq!(dual.dualpi2_stats().memory_used, 3000);
    assert_eq!(dual.dequeue(&mut cx).packet().unwrap().number, 7);
    dual.reset(&mut cx);
    assert_eq!(
        (dual.backlog(), dual.stats().purged, dual.stats().drops),
        (Backlog::default(), 2, 7)
    );
    assert_eq!(dual.dualpi2_stats().memory_used, 0);
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::default();
    for (config, why) in [
        (Config { limit: 0, ..ok }, ConfigError::ZeroLimit),
        (Config { memory_limit: 0, ..ok }, ConfigError::ZeroMemoryLimit),
        (Config { alpha: 0, ..ok }, ConfigError::DualPi2Weight(0)),
        (Config { beta: 1 << 31, ..ok }, ConfigError::DualPi2Weight(1 << 31)),
        (Config { coupling: 0, ..ok }, ConfigError::ZeroCoupling),
        (Config { c_protection: 101, ..ok }, ConfigError::Percent(101)),
        (Config { ecn_mask: 0, ..ok }, ConfigError::EcnMask(0)),
        (Config { ecn_mask: 4, ..ok }, ConfigError::EcnMask(4)),
        (Config { tupdate: Duration::ZERO, ..ok }, ConfigError::PeriodTooShort),
    ] {
        assert_eq!(DualPi2::<Toy>::new(Handle(1), config, 0).err(), Some(why));
    }
    let boxed: Box<dyn Qdisc<Toy>> = Box::new(dual(ok));
    assert!(matches!(boxed.xstats(), Some(crate::XStats::DualPi2(_))) && !boxed.can_bypass());
}

proptest! {
    #[test]
    fn never_drifts(
        ops in prop::collection::vec((0u8..8, any::<u64>(), 0u8..4, 0u32..3000), 0..200),
        limit in 1u32..30,
        (drop_early, drop_overload) in any::<(bool, bool)>(),
        c_protection in 0u8..=100,
    ) {
        let config = Config { limit, drop_early, drop_overload, c_protection, ..Config::default() };
        let mut dual = dual(config);
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, field, len) in ops {
            let mut cx = Cx::new(Instant::from_nanos(now >> 24), &mut lost);
            match op {
                0..=3 => {
                    let _ = dual.enqueue(Toy { len, ..toy(Some(field), came) }, &mut cx);
                    came += 1;
                }
                4 | 5 => left += u64::from(dual.dequeue(&mut cx).packet().is_some()),
                6 => { let _ = dual.peek(&mut cx); }
                _ => dual.change(Config { limit: 1 + len % 30, ..config }, &mut cx).unwrap(),
            }
            let stats = *dual.stats();
            prop_assert_eq!(came, stats.packets + stats.drops + u64::from(stats.backlog.packets));
            prop_assert_eq!((stats.packets, stats.drops), (left, lost.len() as u64));
            prop_assert!(stats.backlog.packets <= dual.config().limit);
        }
    }
}
