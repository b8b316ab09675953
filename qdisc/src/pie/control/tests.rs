use proptest::prelude::*;

use super::*;
use crate::rng::Rng;

const fn millis(n: u64) -> u64 {
    n * 15_625
}

/// RFC 8033 section 4.2: below 10^-6 the weights are a 2048th, and so on.
const RFC_8033: [(f64, u64); 7] =
    [(0.1, 1), (0.01, 2), (0.001, 8), (1e-4, 32), (1e-5, 128), (1e-6, 512), (0.0, 2048)];

#[test]
fn weights_follow_rfc_8033() {
    let params = Params { alpha: 16, beta: 0, ..Params::default() };
    for (from, divisor) in RFC_8033 {
        let start = (from * MAX_PROB as f64 * 1.001) as u64;
        let mut control = Control { prob: start, qdelay: millis(17), ..Control::NEW };
        control.update(&params, 1000);
        // 1 Hz and 2 ms too much are 2/1000.
        let exact = MAX_PROB as f64 * 0.002 / divisor as f64;
        let got = (control.prob - start) as f64;
        assert!((got / exact - 1.0).abs() < 1e-5, "from {from}: {got}, not {exact}");
    }
}

/// By hand: 2^56-1 / 15,625,000 = 4,611,686,018; α 2/16 of it = 576,460,752, β 20/16 =
/// 5,764,607,522. At probability 0 they are a 2048th: 281,474 and 2,814,749; at 1.25e-5 a 128th.
#[test]
fn steps_are_linux_steps() {
    let mut control = Control { qdelay: millis(20), ..Control::NEW };
    control.update(&Params::default(), 1000);
    assert_eq!(control.prob, 281_474 * 78_125 + 2_814_749 * 312_500);
    assert_eq!(control.prob, 901_599_218_750);
    control.update(&Params::default(), 1000);
    assert_eq!(control.prob, 901_599_218_750 + 4_503_599 * 78_125);
}

#[test]
fn a_step_is_two_percent_at_most_unless_the_delay_is_a_quarter_second() {
    let params = Params { alpha: 32, ..Params::default() };
    for (delay, percent) in [(250, 2), (251, 4)] {
        let start = MAX_PROB / 2;
        let mut control = Control {
            prob: start,
            qdelay: millis(delay),
            qdelay_old: millis(delay),
            ..Control::NEW
        };
        control.update(&params, 1000);
        let parts = (control.prob - start) as f64 / MAX_PROB as f64 * 100.0;
        assert!((parts - f64::from(percent)).abs() < 1e-9, "{parts} at {delay} ms");
    }
}

#[test]
fn an_empty_queue_forgets_by_a_64th() {
    let params = Params { alpha: 0, beta: 0, ..Params::default() };
    let mut control = Control { prob: 6_400_000, ..Control::NEW };
    control.update(&params, 0);
    assert_eq!(control.prob, 6_300_000);
    control.update(&params, 1);
    assert_eq!(control.prob, 6_300_000, "something waits, though it did not wait long");
}

#[test]
fn calm_begins_a_new_burst() {
    let mut control = Control { burst_time: 0, accu_prob: 9, prob: 1, ..Control::NEW };
    control.update(&Params::default(), 0);
    assert_eq!(control, Control::NEW);
}

#[test]
fn a_burst_of_150_ms_passes() {
    let params = Params::default();
    let mut control = Control { prob: MAX_PROB, ..Control::NEW };
    let mut rng = Rng::new(1);
    for now in [1, 100, 150] {
        control.dequeued(&params, (0, millis(now)), 1000, 9000);
        assert!(!control.drop_early(&params, 9000, 1000, &mut rng), "after {now} ms");
    }
    // The first dequeue only begins to count; 149 ms have passed since.
    control.dequeued(&params, (0, millis(151)), 1000, 9000);
    assert!(!control.drop_early(&params, 3027, 1000, &mut rng), "less than two packets wait");
    // It takes probabilities that add up to 0.85, and that is one of 1.
    assert!(control.drop_early(&params, 3028, 1000, &mut rng));
}

#[test]
fn half_the_target_is_no_reason_to_drop() {
    let params = Params::default();
    let mut rng = Rng::new(1);
    let low =
        Control { burst_time: 0, accu_prob: u64::MAX / 2, prob: MAX_PROB / 5 - 1, ..Control::NEW };
    let half = ticks(params.target) / 2;
    for (qdelay, prob, drops) in
        [(half - 1, low.prob, false), (half, low.prob, true), (0, MAX_PROB / 5, true)]
    {
        let mut control = Control { qdelay, prob, ..low };
        assert_eq!(control.drop_early(&params, 9000, 1000, &mut rng), drops);
    }
}

/// Packets between drops at a standing probability.
fn gaps(prob: f64, n: usize) -> alloc::vec::Vec<u32> {
    let mut rng = Rng::new(5);
    let prob = (prob * MAX_PROB as f64) as u64;
    let mut control = Control { burst_time: 0, qdelay: millis(20), prob, ..Control::NEW };
    let mut gaps = alloc::vec::Vec::new();
    let mut gap = 0;
    while gaps.len() < n {
        gap += 1;
        if control.drop_early(&Params::default(), 9000, 1000, &mut rng) {
            control.dropped();
            gaps.push(gap);
            gap = 0;
        }
    }
    gaps
}

/// RFC 8033 section 5.4: none before the probabilities add up to 0.85, one at 8.5 at the latest. In
/// between each packet is hit with probability p, so that of the gaps beyond the first bound the mean
/// is 1/p.
#[test]
fn drops_are_spread_out() {
    for prob in [0.01, 0.05, 0.2] {
        let n = 2000;
        let gaps = gaps(prob, n);
        let (least, most) = ((0.85 / prob).ceil() as u32, (8.5 / prob).ceil() as u32);
        assert!(gaps.iter().all(|gap| (least..=most).contains(gap)), "{prob}");
        let mean = gaps.iter().map(|&gap| f64::from(gap)).sum::<f64>() / n as f64;
        let expected = f64::from(least) - 1.0 + 1.0 / prob;
        // The deviation of a gap is about 1/p; five of the mean of 2000.
        assert!((mean - expected).abs() < 5.0 / prob / (n as f64).sqrt(), "{prob}: {mean}");
    }
    assert!(gaps(1.0, 100).iter().all(|&gap| gap == 1));
}

/// At probability 10^-7 no drop comes by lot in a test; the sum of 8.5 makes one.
#[test]
fn the_sum_forces_a_drop() {
    let params = Params::default();
    let mut rng = Rng::new(5);
    let edge = MAX_PROB / 2 * 17;
    let prob = MAX_PROB / 10_000_000;
    let accu_prob = edge - prob * 3 / 2;
    let mut control =
        Control { burst_time: 0, qdelay: millis(20), prob, accu_prob, ..Control::NEW };
    assert!(!control.drop_early(&params, 9000, 1000, &mut rng));
    assert!(control.drop_early(&params, 9000, 1000, &mut rng));
    assert!(control.drop_early(&params, 9000, 1000, &mut rng), "until somebody drops");
    control.dropped();
    assert!(!control.drop_early(&params, 9000, 1000, &mut rng));
}

#[test]
fn bytemode_weighs_by_size() {
    let params = Params { bytemode: true, ..Params::default() };
    let start = Control { burst_time: 0, qdelay: millis(20), prob: MAX_PROB / 2, ..Control::NEW };
    for (size, part) in [(757, 0.25), (1514, 0.5), (3000, 0.5)] {
        let mut control = start;
        let _ = control.drop_early(&params, 9000, size, &mut Rng::new(1));
        let got = control.accu_prob as f64 / MAX_PROB as f64;
        assert!((got - part).abs() < 1e-9, "{size}: {got}");
    }
}

/// 17 packets of 1000 bytes, one a millisecond, are the first 16,384 bytes or more: 17,000 * 256 /
/// 265,625 ticks since the first of them is 16 (in 256ths of a byte per tick, rounded down), that is
/// 976,562 bytes a second. 100 kB then take 100,000 * 256 / 16 ticks, 102.4 ms.
#[test]
fn the_drain_rate_is_measured() {
    let params = Params { dq_rate_estimator: true, ..Params::default() };
    let mut control = Control::NEW;
    for n in 1..=17 {
        control.dequeued(&params, (0, millis(n)), 1000, 20_000);
        assert_eq!(control.avg_dq_rate, 0);
        control.dq_tstamp = Some(0);
        if n == 16 {
            break;
        }
    }
    control.dequeued(&params, (0, millis(17)), 1000, 20_000);
    assert_eq!((control.avg_dq_rate, control.dq_rate()), (16, 976_562));
    assert_eq!(control.burst_time, millis(150 - 17));
    control.update(&params, 100_000);
    assert_eq!(control.qdelay(), Duration::from_nanos(102_400_000));
    // A short queue ends the measurement; the rate stays.
    control.dequeued(&params, (0, millis(18)), 17_000, 10_000);
    assert_eq!(
        (control.dq_count, control.avg_dq_rate),
        (None, 16 - 2 + ((17_000 * 256 / 15_625) >> 3))
    );
}

fn any_control() -> impl Strategy<Value = Control> {
    let prob =
        prop_oneof![Just(0), 0..MAX_PROB, any::<u64>(), (0u32..56).prop_map(|bits| 1 << bits),];
    let delay = prop_oneof![Just(0), 0..millis(400), 0..millis(50_000)];
    (prob, delay.clone(), delay, any::<u32>()).prop_map(|(prob, qdelay, qdelay_old, rate)| {
        Control { prob, qdelay, qdelay_old, avg_dq_rate: rate, burst_time: 0, ..Control::NEW }
    })
}

proptest! {
    /// Many updates at once are as many one by one.
    #[test]
    fn steps_taken_at_once_are_the_steps(
        start in any_control(),
        alpha in 0u32..=32,
        beta in 0u32..=32,
        backlog in prop_oneof![Just(0u32), 1..100_000u32, any::<u32>()],
        n in 0u64..3000,
        (estimates, target) in (any::<bool>(), prop_oneof![Just(15_000u64), 0u64..1_000_000]),
    ) {
        let target = Duration::from_micros(target);
        let params =
            Params { alpha, beta, target, dq_rate_estimator: estimates, ..Params::default() };
        let (mut at_once, mut naive) = (start, start);
        at_once.update_times(&params, backlog, n);
        for _ in 0..n {
            naive.update(&params, backlog);
        }
        prop_assert_eq!(at_once, naive);
    }

    /// An age without a call is over at once, whatever the state.
    #[test]
    fn ages_are_short(
        start in any_control(),
        (alpha, beta) in (0u32..=32, 0u32..=32),
        (backlog, target) in any::<(u32, u32)>(),
        (estimates, shift) in (any::<bool>(), 0u32..50),
    ) {
        let target = Duration::from_nanos(target.into());
        let params =
            Params { alpha, beta, target, dq_rate_estimator: estimates, ..Params::default() };
        let mut control = Control { qdelay: start.qdelay << shift, ..start };
        control.update_times(&params, backlog, u64::MAX);
    }
}

#[test]
fn a_timer_counts_periods_from_half_a_second_on() {
    let mut timer = Timer::new();
    let tupdate = Duration::from_millis(15);
    let mut due = |millis| timer.due(Instant::from_millis(millis), tupdate);
    assert_eq!([1000, 1499, 1500, 1500, 1514, 1515, 1600].map(&mut due), [0, 0, 1, 0, 0, 1, 5]);
    assert_eq!(due(1000), 0, "a clock that steps back");
    timer.set(Instant::from_millis(7));
    assert_eq!(timer.due(Instant::from_millis(7), tupdate), 1);
    assert!(timer.due(Instant::MAX, Duration::from_nanos(1)) > 1 << 63);
}
