use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;
use softnet_sk_buff::Instant;

use super::*;
use crate::testutil::Toy;
use crate::{Backlog, XStats as AnyXStats};

type Lost = Vec<(Toy, DropReason)>;

/// Offers two packets of 1000 bytes and takes one in every millisecond from 0 on; milliseconds at
/// which a packet was dropped or marked.
fn overload(codel: &mut Codel<Toy>, ect: bool, millis: u64, lost: &mut Lost) -> Vec<u64> {
    let mut signals = Vec::new();
    for now in 0..millis {
        let before = lost.len();
        let mut cx = Cx::new(Instant::from_millis(now), lost);
        for _ in 0..2 {
            let _ = codel.enqueue(Toy { ect, ..Toy::new(0, 1000) }, &mut cx);
        }
        let sent = codel.dequeue(&mut cx).packet().unwrap();
        if sent.ce || lost.len() > before {
            signals.push(now);
        }
    }
    signals
}

#[test]
fn defaults_are_those_of_tc() {
    // tdc case 983a prints them: limit 1000p target 5ms interval 100ms.
    let Config { limit, codel } = Config::default();
    assert_eq!((limit, codel.ecn, codel.ce_threshold), (1000, false, None));
    assert_eq!((codel.target.as_micros(), codel.interval.as_micros()), (4_999, 99_999));
}

/// At n ms the packet leaves that came at n/2 ms. So 5 ms of delay are seen first at 10 ms and the
/// first drop is 99.998 ms (97,656 units) and a unit later, at 110 ms. From there on the schedule of
/// netlink-qdisc.md: 99.998, 50.001, 56.249, 48.778, 44.151 ms, so that drops are due at 209.998,
/// 259.999, 316.248, 365.026 and 409.177 ms and happen with the next packet.
#[test]
fn drops_are_on_schedule() {
    let mut lost = Lost::new();
    let mut codel = Codel::new(Config { limit: 100_000, ..Config::default() }).unwrap();
    let signals = overload(&mut codel, false, 412, &mut lost);
    assert_eq!(signals, [110, 210, 260, 317, 366, 410]);
    assert!(lost.iter().all(|(_, why)| *why == DropReason::QDISC_CONGESTED));
    let xstats = codel.codel_stats();
    assert_eq!((xstats.count, xstats.lastcount, xstats.maxpacket), (6, 1, 1000));
    let drop_next = xstats.drop_next.unwrap();
    // 40.406 ms after the drop that was due at 409.2 ms: in 38 ms of the 411th.
    let wait = drop_next.micros_from(Instant::from_millis(411).into());
    assert!((37_500..38_700).contains(&wait), "{wait}");
    assert_eq!(drop_next.micros_from(Instant::from_millis(500).into()) / 1000, -50);
}

#[test]
fn marks_are_on_the_same_schedule_and_leave_as_sent() {
    let mut lost = Lost::new();
    let codel = codel::Config { ecn: true, ..codel::Config::default() };
    let mut codel = Codel::new(Config { limit: 100_000, codel }).unwrap();
    assert_eq!(overload(&mut codel, true, 412, &mut lost), [110, 210, 260, 317, 366, 410]);
    assert_eq!((lost.len(), codel.codel_stats().ecn_mark, codel.stats().packets), (0, 6, 412));
}

/// A header that another packet shares is marked in bytes of its own.
#[test]
fn a_mark_may_need_memory() {
    struct Shared;
    impl crate::Buffers<Toy> for Shared {
        fn duplicate(&mut self, _: &Toy) -> Option<Toy> {
            None
        }
        fn make_writable(&mut self, toy: &mut Toy) -> bool {
            toy.ect = true;
            true
        }
        fn segment(&mut self, toy: Toy, _: &mut VecDeque<Toy>) -> Result<(), Toy> {
            Err(toy)
        }
    }
    let step = codel::CeThreshold::over(Duration::from_millis(1));
    let codel = codel::Config { ce_threshold: Some(step), ..codel::Config::default() };
    let mut codel = Codel::new(Config { codel, ..Config::default() }).unwrap();
    let mut lost = Lost::new();
    for (buffers, marked) in [(false, 0), (true, 1)] {
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let _ = codel.enqueue(Toy::new(0, 1000), &mut cx);
        let mut memory = Shared;
        let mut cx = Cx::new(Instant::from_millis(2), &mut lost);
        if buffers {
            cx = cx.with_buffers(&mut memory);
        }
        assert!(codel.dequeue(&mut cx).packet().is_some());
        assert_eq!(codel.codel_stats().ce_mark, marked);
    }
}

#[test]
fn a_full_queue_drops_what_comes() {
    let mut lost = Lost::new();
    let mut codel = Codel::new(Config { limit: 2, ..Config::default() }).unwrap();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let verdicts =
        [0, 1, 2].map(|number| codel.enqueue(Toy::new(0, 100).numbered(number), &mut cx));
    assert_eq!(verdicts, [Enqueued::Success, Enqueued::Success, Enqueued::Drop]);
    assert_eq!((codel.codel_stats().drop_overlimit, codel.stats().drops), (1, 1));
    assert_eq!(lost, [(Toy::new(0, 100).numbered(2), DropReason::QDISC_OVERLIMIT)]);
}

#[test]
fn change_trims_from_the_front_the_peeked_one_first() {
    let mut lost = Lost::new();
    let mut codel = Codel::new(Config::default()).unwrap();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for number in 0..5 {
        let _ = codel.enqueue(Toy::new(0, 100).numbered(number), &mut cx);
    }
    assert_eq!(codel.peek(&mut cx).packet().unwrap().number, 0);
    codel.change(Config { limit: 2, ..Config::default() }, &mut cx).unwrap();
    assert_eq!(
        codel.change(Config { limit: 0, ..Config::default() }, &mut cx),
        Err(ConfigError::ZeroLimit)
    );
    assert_eq!(codel.backlog(), Backlog { packets: 2, bytes: 200 });
    assert_eq!(codel.dequeue(&mut cx).packet().unwrap().number, 3);
    assert_eq!((codel.stats().drops, codel.stats().packets), (3, 1));
    assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn reset_forgets_that_it_was_dropping() {
    let mut lost = Lost::new();
    let mut codel = Codel::new(Config { limit: 100_000, ..Config::default() }).unwrap();
    overload(&mut codel, false, 300, &mut lost);
    let dropped = codel.stats().drops;
    let mut cx = Cx::new(Instant::from_millis(300), &mut lost);
    codel.reset(&mut cx);
    assert_eq!((codel.backlog(), codel.stats().drops), (Backlog::default(), dropped));
    assert_eq!(codel.codel_stats(), XStats { maxpacket: 1000, ..XStats::default() });
    assert_eq!(codel.dequeue(&mut cx), Dequeue::Empty);
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::default();
    let no_interval = codel::Config { interval: Time::from_units(0), ..ok.codel };
    assert_eq!(Codel::<Toy>::new(Config { limit: 0, ..ok }).err(), Some(ConfigError::ZeroLimit));
    let config = Config { codel: no_interval, ..ok };
    assert_eq!(Codel::<Toy>::new(config).err(), Some(ConfigError::ZeroInterval));
}

#[test]
fn it_is_a_trait_object_that_shows_its_own_statistics() {
    let boxed: Box<dyn Qdisc<Toy>> = Box::new(Codel::new(Config::default()).unwrap());
    assert!(matches!(boxed.xstats(), Some(AnyXStats::Codel(_))));
    assert!(boxed.can_bypass());
    assert_eq!(boxed.kind(), "codel");
}

proptest! {
    /// Whatever is done to it and however time jumps, all that came is somewhere.
    #[test]
    fn never_drifts(
        ops in prop::collection::vec((0u8..6, any::<u64>(), 0u32..3000), 0..300),
        limit in 1u32..20,
    ) {
        let mut codel = Codel::new(Config { limit, ..Config::default() }).unwrap();
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, len) in ops {
            let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
            match op {
                0..=2 => {
                    let _ = codel.enqueue(Toy { ect: len % 2 == 0, ..Toy::new(0, len) }, &mut cx);
                    came += 1;
                }
                3 => left += u64::from(codel.dequeue(&mut cx).packet().is_some()),
                4 => { let _ = codel.peek(&mut cx); }
                _ => codel.change(Config { limit: 1 + len % 20, ..Config::default() }, &mut cx).unwrap(),
            }
            let stats = *codel.stats();
            prop_assert_eq!(came, stats.packets + stats.drops + u64::from(stats.backlog.packets));
            prop_assert_eq!((stats.packets, stats.drops), (left, lost.len() as u64));
            prop_assert!(stats.backlog.packets <= codel.config().limit);
        }
    }
}
