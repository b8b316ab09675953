use alloc::boxed::Box;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::Backlog;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

fn pie(config: Config) -> Pie<Toy> {
    Pie::new(config, 7).unwrap()
}

#[test]
fn defaults_are_those_of_tc() {
    // tc -s qdisc show: limit 1000p target 15ms tupdate 15ms alpha 2 beta 20.
    let Config { limit, pie } = Config::default();
    assert_eq!((limit, pie.alpha, pie.beta), (1000, 2, 20));
    assert_eq!((pie.target, pie.tupdate), (Duration::from_millis(15), Duration::from_millis(15)));
    assert!(!pie.ecn && !pie.bytemode && !pie.dq_rate_estimator);
}

/// Offers two packets of 1000 bytes and takes one in every millisecond; gives the delays of the last
/// `last` of them in milliseconds.
fn overload(pie: &mut Pie<Toy>, ect: bool, last: u64, lost: &mut Lost) -> Vec<u64> {
    let mut delays = Vec::new();
    for now in 0..30_000 {
        let mut cx = Cx::new(Instant::from_millis(now), lost);
        for _ in 0..2 {
            let _ = pie.enqueue(Toy { ect, ..Toy::new(0, 1000).numbered(now) }, &mut cx);
        }
        let sent = pie.dequeue(&mut cx).packet().unwrap();
        if now >= 30_000 - last {
            delays.push(now - sent.number);
        }
    }
    delays
}

/// RFC 8033's purpose: an overload of two is dropped by half, and the delay is around the target. Drops
/// are at least 0.85/p packets apart, so that every other one is at a probability around 0.85.
#[test]
fn the_delay_is_steered_to_the_target() {
    let mut lost = Lost::new();
    let mut pie = pie(Config::default());
    let delays = overload(&mut pie, false, 10_000, &mut lost);
    let mean = delays.iter().sum::<u64>() as f64 / 10_000.0;
    assert!((13.0..17.0).contains(&mean), "{mean}");
    let xstats = pie.pie_stats();
    let prob = xstats.prob as f64 / 2f64.powi(64);
    assert!((0.8..0.9).contains(&prob), "{prob}");
    assert_eq!(xstats.dropped, lost.len() as u64);
    assert_eq!(xstats.packets_in + xstats.dropped, 60_000);
    assert!((200..1000).contains(&xstats.maxq), "half a second passes before it looks");
    assert_eq!((xstats.ecn_mark, xstats.avg_dq_rate), (0, None));
}

/// A rate estimated from what leaves: 1000 bytes a millisecond.
#[test]
fn the_estimator_steers_there_too() {
    let mut lost = Lost::new();
    let params = Params { dq_rate_estimator: true, ..Params::default() };
    let mut pie = pie(Config { pie: params, ..Config::default() });
    let delays = overload(&mut pie, false, 10_000, &mut lost);
    let mean = delays.iter().sum::<u64>() as f64 / 10_000.0;
    assert!((10.0..20.0).contains(&mean), "{mean}");
    let rate = pie.pie_stats().avg_dq_rate.unwrap();
    assert!((900_000..1_100_000).contains(&rate), "{rate}");
}

#[test]
fn marks_are_for_small_probabilities() {
    let mut lost = Lost::new();
    let params = Params { ecn: true, ..Params::default() };
    let mut pie = pie(Config { pie: params, ..Config::default() });
    overload(&mut pie, true, 0, &mut lost);
    let xstats = pie.pie_stats();
    // On the way up through the first tenth; nobody slowed down, so it went on.
    assert!(xstats.ecn_mark > 0 && xstats.dropped > 10_000, "{xstats:?}");
}

#[test]
fn a_full_queue_drops_what_comes() {
    let mut lost = Lost::new();
    let mut pie = pie(Config { limit: 2, ..Config::default() });
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let verdicts = [0, 1, 2].map(|n| pie.enqueue(Toy::new(0, 100).numbered(n), &mut cx));
    assert_eq!(verdicts, [Enqueued::Success, Enqueued::Success, Enqueued::Drop]);
    let xstats = pie.pie_stats();
    assert_eq!((xstats.overlimit, xstats.dropped, pie.stats().drops, xstats.maxq), (1, 1, 1, 1));
    assert_eq!(lost, [(Toy::new(0, 100).numbered(2), DropReason::QDISC_OVERLIMIT)]);
}

/// Linux's timer fires whether packets come or not.
#[test]
fn updates_happen_between_calls() {
    let config = Config::default();
    let (mut busy, mut lazy) = (pie(config), pie(config));
    let mut lost = Lost::new();
    for pie in [&mut busy, &mut lazy] {
        pie.set_next_update(Instant::from_millis(20));
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for _ in 0..100 {
            let _ = pie.enqueue(Toy::new(0, 1000), &mut cx);
        }
        cx.now = Instant::from_millis(300);
        assert!(pie.dequeue(&mut cx).packet().is_some());
    }
    for now in 300..2000 {
        busy.catch_up(Instant::from_millis(now));
    }
    lazy.catch_up(Instant::from_millis(1999));
    assert_eq!(lazy.pie_stats(), busy.pie_stats());
    assert!(lazy.pie_stats().prob > 0);
}

#[test]
fn change_trims_from_the_front_the_peeked_one_first() {
    let mut lost = Lost::new();
    let mut pie = pie(Config::default());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for number in 0..5 {
        let _ = pie.enqueue(Toy::new(0, 100).numbered(number), &mut cx);
    }
    assert_eq!(pie.peek(&mut cx).packet().unwrap().number, 0);
    pie.change(Config { limit: 2, ..Config::default() }, &mut cx).unwrap();
    assert_eq!(pie.backlog(), Backlog { packets: 2, bytes: 200 });
    assert_eq!(pie.dequeue(&mut cx).packet().unwrap().number, 3);
    assert_eq!((pie.stats().drops, pie.stats().packets), (3, 1));
    pie.reset(&mut cx);
    assert_eq!((pie.backlog(), pie.stats().purged), (Backlog::default(), 1));
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::default();
    assert_eq!(Pie::<Toy>::new(Config { limit: 0, ..ok }, 0).err(), Some(ConfigError::ZeroLimit));
    let config = Config { pie: Params { tupdate: Duration::ZERO, ..ok.pie }, ..ok };
    assert_eq!(Pie::<Toy>::new(config, 0).err(), Some(ConfigError::PeriodTooShort));
}

#[test]
fn it_is_a_trait_object_that_shows_its_own_statistics() {
    let boxed: Box<dyn Qdisc<Toy>> = Box::new(pie(Config::default()));
    assert!(matches!(boxed.xstats(), Some(crate::XStats::Pie(_))));
    assert!(!boxed.can_bypass());
}

proptest! {
    /// Whatever is done to it and however time jumps, all that came is somewhere.
    #[test]
    fn never_drifts(
        ops in prop::collection::vec((0u8..6, any::<u64>(), 0u32..3000), 0..300),
        limit in 1u32..20,
        (ecn, bytemode, dq_rate_estimator) in any::<(bool, bool, bool)>(),
        tupdate in 1u64..1 << 40,
    ) {
        let tupdate = Duration::from_nanos(tupdate);
        let params = Params { ecn, bytemode, dq_rate_estimator, tupdate, ..Params::default() };
        let config = Config { limit, pie: params };
        let mut pie = pie(config);
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, len) in ops {
            let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
            match op {
                0..=2 => {
                    let _ = pie.enqueue(Toy { ect: len % 2 == 0, ..Toy::new(0, len) }, &mut cx);
                    came += 1;
                }
                3 => left += u64::from(pie.dequeue(&mut cx).packet().is_some()),
                4 => { let _ = pie.peek(&mut cx); }
                _ => pie.change(Config { limit: 1 + len % 20, ..config }, &mut cx).unwrap(),
            }
            let stats = *pie.stats();
            prop_assert_eq!(came, stats.packets + stats.drops + u64::from(stats.backlog.packets));
            prop_assert_eq!((stats.packets, stats.drops), (left, lost.len() as u64));
            prop_assert!(stats.backlog.packets <= pie.config().limit);
        }
    }
}
