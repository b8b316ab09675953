use proptest::prelude::*;

use super::*;

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// By hand: α = 41 * (2^32 - 1) / 4 / 10^9 = 44, β = 879. 20 ms after none are (5e6 * 44 + 20e6 *
/// 879) / 64 up; then 5e6 * 44 / 64 each time while the delay stands still.
#[test]
fn steps_are_linux_steps() {
    let config = Config::default();
    assert_eq!((scaled(config.alpha), scaled(config.beta)), (44, 879));
    let mut control = Control::NEW;
    control.update(&config, 20_000_000);
    assert_eq!(control.prob, 278_125_000);
    control.update(&config, 20_000_000);
    assert_eq!(control.prob, 281_562_500);
    // 15e6 * 44 + 20e6 * 879, over 64, are 285 million down: more than there is.
    control.update(&config, 0);
    assert_eq!(control.prob, 0);
}

#[test]
fn without_drops_the_probability_stops_where_the_l_queue_marks_all() {
    let config = Config { drop_overload: false, ..Config::default() };
    let mut control = Control::NEW;
    for millis in 1..100 {
        control.update(&config, millis * 1_000_000);
    }
    assert_eq!(control.prob, MAX_PROB / 2);
}

/// The controller runs by the clock, not by calls.
#[test]
fn steers_every_16_ms_from_the_first_call_on() {
    let config = Config::default();
    let mut control = Control::NEW;
    let came = Some(at(100));
    control.catch_up(&config, came, at(100));
    control.catch_up(&config, came, at(115));
    assert_eq!(control.prob, 0);
    control.catch_up(&config, came, at(116));
    // (1e6 * 44 + 16e6 * 879) / 64.
    assert_eq!(control.prob, 220_437_500);
    control.set_next(at(120));
    control.catch_up(&config, came, at(121));
    // (5e6 * 44 + 4e6 * 879) / 64 more.
    assert_eq!(control.prob, 220_437_500 + 58_375_000);
    assert_eq!(control.next, Some(at(136)));
}

proptest! {
    /// However lazily it is called, it is where it would be.
    #[test]
    fn is_the_same_however_lazily(
        stages in prop::collection::vec((prop::option::of(0u64..2000), 1u64..60_000), 1..6),
        (alpha, beta) in (1u32..3000, 1u32..3000),
        target in 0u64..30_000,
        nap in 1u64..100,
        drop_overload: bool,
    ) {
        let target = Duration::from_micros(target);
        let config = Config { alpha, beta, target, drop_overload, ..Config::default() };
        let (mut lazy, mut busy) = (Control::NEW, Control::NEW);
        let mut now = 10_000;
        for (age, pause) in stages {
            let oldest = age.map(|age| at(now - age));
            lazy.catch_up(&config, oldest, at(now));
            for step in (now..now + pause).step_by(nap as usize) {
                busy.catch_up(&config, oldest, at(step));
            }
            now += pause;
            lazy.catch_up(&config, oldest, at(now));
            busy.catch_up(&config, oldest, at(now));
            prop_assert_eq!(lazy, busy);
        }
    }

    #[test]
    fn ages_are_short(
        (oldest, alpha, beta, target, tupdate) in any::<(Option<u64>, u32, u32, u64, u32)>(),
        (start, prob, last_qdelay) in any::<(u64, u32, u64)>(),
    ) {
        let config = Config {
            alpha,
            beta,
            target: Duration::from_nanos(target),
            tupdate: Duration::from_nanos(u64::from(tupdate) + 1000),
            ..Config::default()
        };
        let mut control = Control { prob, last_qdelay, next: Some(Instant::from_nanos(start)) };
        control.catch_up(&config, oldest.map(Instant::from_nanos), Instant::MAX);
    }
}
