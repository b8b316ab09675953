use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::Backlog;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

fn queue(config: Config) -> FqPie<Toy> {
    FqPie::new(Handle(1), config, [0, 0]).unwrap()
}

fn flows(qdisc: &mut FqPie<Toy>, n: usize, cx: &mut Cx<'_, Toy>) -> Vec<u32> {
    (0..n).map_while(|_| qdisc.dequeue(cx).packet()).map(|toy| toy.flow).collect()
}

fn fill(qdisc: &mut FqPie<Toy>, toys: impl IntoIterator<Item = Toy>, cx: &mut Cx<'_, Toy>) {
    for toy in toys {
        assert_eq!(qdisc.enqueue(toy, cx), Enqueued::Success);
    }
}

#[test]
fn defaults_are_those_of_tc() {
    // limit 10240p flows 1024 target 15ms tupdate 15ms alpha 2 beta 20 quantum 1514b
    // memory_limit 32Mb ecn_prob 10.
    let Config { limit, flows, quantum, memory_limit, ecn_prob, pie } = Config::default();
    assert_eq!(
        (limit, flows, quantum, memory_limit, ecn_prob),
        (10_240, 1024, 1514, 33_554_432, 10)
    );
    assert_eq!(pie, Params::default());
}

#[test]
fn bulk_flows_take_turns_and_a_new_one_goes_first() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..12).map(|n| Toy::new(1 + n / 6, 1514)), &mut cx);
    assert_eq!(flows(&mut fq, 4, &mut cx), [1, 2, 1, 2]);
    fill(&mut fq, [Toy::new(9, 100)], &mut cx);
    assert_eq!(flows(&mut fq, 3, &mut cx), [9, 1, 2]);
    let xstats = fq.fq_pie_stats();
    // The new one has passed through the old ones and is gone.
    assert_eq!((xstats.new_flow_count, xstats.new_flows_len, xstats.old_flows_len), (3, 0, 2));
    assert_eq!((xstats.packets_in, xstats.memory_usage), (13, 6 * 1514));
}

/// A bulk flow that offers twice the rate is dropped from, a sparse one beside it never.
#[test]
fn each_flow_has_its_own_controller() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut last = Duration::ZERO;
    for now in 0..20_000u64 {
        let mut cx = Cx::new(Instant::from_millis(now), &mut lost);
        for _ in 0..2 {
            let _ = fq.enqueue(Toy::new(1, 1000).numbered(now), &mut cx);
        }
        if now % 20 == 0 {
            fill(&mut fq, [Toy::new(2, 200).numbered(now)], &mut cx);
        }
        let toy = fq.dequeue(&mut cx).packet().unwrap();
        last = Duration::from_millis(now - toy.number);
        assert!(toy.flow == 1 || toy.number == now || now < 9, "the sparse flow never waits");
    }
    assert!(last < Duration::from_millis(60), "{last:?}");
    assert!(lost.len() > 5000 && lost.iter().all(|(toy, _)| toy.flow == 1), "{}", lost.len());
    assert_eq!(fq.fq_pie_stats().dropped, lost.len() as u64);
}

#[test]
fn marks_only_up_to_ecn_prob() {
    let marks = |ecn_prob| {
        let pie = Params { ecn: true, ..Params::default() };
        let mut fq = queue(Config { ecn_prob, pie, ..Config::default() });
        let mut lost = Lost::new();
        for now in 0..10_000u64 {
            let mut cx = Cx::new(Instant::from_millis(now), &mut lost);
            for _ in 0..2 {
                let _ = fq.enqueue(Toy { ect: true, ..Toy::new(1, 1000) }, &mut cx);
            }
            let _ = fq.dequeue(&mut cx);
        }
        (fq.fq_pie_stats().ecn_mark, fq.fq_pie_stats().dropped)
    };
    let (all, few) = (marks(100), marks(1));
    assert!(all.0 > 100 && few.0 < all.0 / 4, "{all:?} {few:?}");
}

#[test]
fn a_full_queue_drops_what_comes_and_memory_is_only_counted() {
    let config = Config { limit: 3, memory_limit: 100, ..Config::default() };
    let (mut lost, mut fq) = (Lost::new(), queue(config));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, [Toy::new(1, 1000), Toy::new(2, 1000), Toy::new(3, 1000)], &mut cx);
    assert_eq!(fq.enqueue(Toy::new(4, 1000), &mut cx), Enqueued::Cn);
    let xstats = fq.fq_pie_stats();
    // The second finds 1000 bytes, not more than 100 and its own 1000; the third finds 2000.
    assert_eq!((xstats.overlimit, xstats.overmemory, xstats.dropped), (1, 1, 1));
    assert_eq!(lost, [(Toy::new(4, 1000), DropReason::QDISC_OVERLIMIT)]);
}

/// A flow that nobody looks at steers as often as one that is asked all the time.
#[test]
fn idle_flows_steer_too() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    fq.set_next_update(Instant::from_millis(15));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..100).map(|n| Toy::new(1 + n % 2, 1514)), &mut cx);
    cx.now = Instant::from_millis(200);
    assert_eq!(flows(&mut fq, 2, &mut cx), [1, 2]);
    for now in 200..1000 {
        cx.now = Instant::from_millis(now);
        fq.catch_up(cx.now);
        fq.flows[1].catch_up(&fq.config.pie, fq.updates);
    }
    assert_ne!(fq.flows[1].control, fq.flows[2].control);
    fq.change(Config::default(), &mut cx).unwrap();
    assert_eq!(fq.flows[1].control, fq.flows[2].control);
    assert_eq!(fq.updates, 66, "999 / 15");
}

#[test]
fn change_trims_and_reset_purges() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..50).map(|n| Toy::new(n % 7, 1000)), &mut cx);
    assert!(fq.peek(&mut cx).packet().is_some());
    fq.change(Config { limit: 10, ..Config::default() }, &mut cx).unwrap();
    assert_eq!((fq.backlog(), fq.stats().drops), (Backlog { packets: 10, bytes: 10_000 }, 40));
    let other = Config { flows: 64, ..Config::default() };
    assert_eq!(fq.change(other, &mut cx), Err(ConfigError::FlowsFixed));
    fq.reset(&mut cx);
    assert_eq!((fq.backlog(), fq.stats().purged), (Backlog::default(), 10));
    assert_eq!((fq.fq_pie_stats().memory_usage, fq.dequeue(&mut cx)), (0, Dequeue::Empty));
    fill(&mut fq, [Toy::new(1, 1000)], &mut cx);
    assert_eq!(flows(&mut fq, 9, &mut cx), [1]);
}

#[test]
fn a_priority_names_a_queue() {
    let fq = queue(Config::default());
    let class = |id| Toy::new(3, 100).with_priority(id);
    assert_eq!(
        [0x1_0008, 0x1_0400, 0x1_0401, 0x2_0008].map(|id| fq.classify(&mut class(id))),
        [7, 1023, 3, 3]
    );
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::default();
    for (config, why) in [
        (Config { limit: 0, ..ok }, ConfigError::ZeroLimit),
        (Config { flows: 0, ..ok }, ConfigError::Flows(0)),
        (Config { flows: 65_537, ..ok }, ConfigError::Flows(65_537)),
        (Config { quantum: 0, ..ok }, ConfigError::ZeroQuantum),
        (Config { quantum: 1_048_577, ..ok }, ConfigError::QuantumTooBig(1_048_577)),
        (
            Config { pie: Params { tupdate: Duration::ZERO, ..ok.pie }, ..ok },
            ConfigError::PeriodTooShort,
        ),
    ] {
        assert_eq!(FqPie::<Toy>::new(Handle(1), config, [0, 0]).err(), Some(why));
    }
    let boxed: Box<dyn Qdisc<Toy>> = Box::new(queue(ok));
    assert!(matches!(boxed.xstats(), Some(crate::XStats::FqPie(_))) && !boxed.can_bypass());
}

proptest! {
    #[test]
    fn never_drifts(
        ops in prop::collection::vec((0u8..7, any::<u64>(), any::<u32>(), 0u32..1 << 18), 0..200),
        limit in 1u32..50,
        ecn: bool,
    ) {
        let pie = Params { ecn, ..Params::default() };
        let mut fq = queue(Config { limit, pie, ..Config::default() });
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, flow, len) in ops {
            let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
            match op {
                0..=2 => {
                    let len = if op == 0 { 0 } else { len };
                    let _ = fq.enqueue(Toy { ect: flow % 2 == 0, ..Toy::new(flow % 5, len) }, &mut cx);
                    came += 1;
                }
                3 | 4 => left += u64::from(fq.dequeue(&mut cx).packet().is_some()),
                5 => { let _ = fq.peek(&mut cx); }
                _ if len % 16 == 0 => fq.reset(&mut cx),
                _ => {
                    let limit = 1 + len % 50;
                    fq.change(Config { limit, ..*fq.config() }, &mut cx).unwrap();
                }
            }
            prop_assert_eq!(came, left + lost.len() as u64 + u64::from(fq.backlog().packets));
            prop_assert!(fq.backlog().packets <= fq.config().limit);
            let flows: u64 = fq.flows.iter().map(|flow| u64::from(flow.backlog)).sum();
            prop_assert!(flows <= fq.backlog().bytes);
        }
        let mut cx = Cx::new(Instant::MAX, &mut lost);
        while fq.dequeue(&mut cx).packet().is_some() {}
        prop_assert_eq!((fq.backlog(), fq.fq_pie_stats().memory_usage), (Backlog::default(), 0));
    }
}
