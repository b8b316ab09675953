use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;
use softnet_sk_buff::Instant;

use super::*;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

fn queue(config: Config) -> FqCodel<Toy> {
    FqCodel::new(Handle::UNSPEC, config, [0, 0]).unwrap()
}

/// A target that nothing reaches: fair queueing alone.
fn without_codel(config: Config) -> Config {
    let target = Duration::from_secs(1_000).into();
    Config { codel: codel::Config { target, ..config.codel }, ..config }
}

fn flows(qdisc: &mut FqCodel<Toy>, n: usize, cx: &mut Cx<'_, Toy>) -> Vec<u32> {
    (0..n).map_while(|_| qdisc.dequeue(cx).packet()).map(|toy| toy.flow).collect()
}

fn fill(qdisc: &mut FqCodel<Toy>, toys: impl IntoIterator<Item = Toy>, cx: &mut Cx<'_, Toy>) {
    for toy in toys {
        assert_eq!(qdisc.enqueue(toy, cx), Enqueued::Success);
    }
}

#[test]
fn defaults_are_those_of_tc() {
    // tdc case 4957 prints them: limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms
    // memory_limit 32Mb ecn drop_batch 64.
    let Config { limit, flows, quantum, memory_limit, drop_batch, codel } = Config::default();
    assert_eq!((limit, flows, quantum, memory_limit), (10_240, 1024, 1514, 33_554_432));
    assert_eq!((drop_batch, codel.ecn, codel.ce_threshold), (64, true, None));
    assert_eq!((codel.target.as_micros(), codel.interval.as_micros()), (4_999, 99_999));
}

#[test]
fn bulk_flows_alternate_by_quantum() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..12).map(|n| Toy::new(1 + n / 6, 1514)), &mut cx);
    assert_eq!(flows(&mut fq, 99, &mut cx), [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
}

/// RFC 8290 section 4.2: of two bulk flows with packets of 1500 and 500 bytes each gets the same bytes.
#[test]
fn shares_are_of_bytes_not_packets() {
    let (mut lost, mut fq) = (Lost::new(), queue(without_codel(Config::default())));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..300).map(|_| Toy::new(1, 1500)), &mut cx);
    fill(&mut fq, (0..900).map(|_| Toy::new(2, 500)), &mut cx);
    let mut sent = [0i64; 3];
    for _ in 0..1000 {
        let toy = fq.dequeue(&mut cx).packet().unwrap();
        sent[toy.flow as usize] += i64::from(toy.len);
        // Deficit round robin: no flow is ahead by more than a quantum and a packet.
        assert!((sent[1] - sent[2]).abs() <= 1514 + 1500, "{sent:?}");
    }
}

/// RFC 8290 section 4.1: a flow that sends less than a quantum per round stays ahead of bulk flows.
#[test]
fn a_sparse_flow_never_waits_behind_bulk() {
    let (mut lost, mut fq) = (Lost::new(), queue(without_codel(Config::default())));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..600).map(|n| Toy::new(n % 3, 1514)), &mut cx);
    assert_eq!(flows(&mut fq, 9, &mut cx), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    for round in 0..50 {
        fill(&mut fq, [Toy::new(9, 100)], &mut cx);
        assert_eq!(flows(&mut fq, 1, &mut cx), [9], "round {round}");
        // It ran empty and has to pass through the old flows once: a whole round of the others.
        assert_eq!(flows(&mut fq, 4, &mut cx).len(), 4);
    }
}

/// RFC 8290 section 4.2: a new queue that runs empty is not removed but put with the old ones, else
/// a flow could send a packet whenever it runs empty and starve everybody.
#[test]
fn coming_back_at_once_gives_no_second_priority() {
    let (mut lost, mut fq) = (Lost::new(), queue(without_codel(Config::default())));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..40).map(|n| Toy::new(n % 2, 1514)), &mut cx);
    assert_eq!(flows(&mut fq, 2, &mut cx), [0, 1]);
    fill(&mut fq, [Toy::new(9, 100)], &mut cx);
    assert_eq!(flows(&mut fq, 2, &mut cx), [9, 0]);
    fill(&mut fq, [Toy::new(9, 100)], &mut cx);
    assert_eq!(flows(&mut fq, 2, &mut cx), [1, 9], "behind the bulk flow that waited");
    assert_eq!(fq.fq_codel_stats().new_flow_count, 3, "it was new only once");
}

/// A bulk transfer that offers twice the rate beside a sparse flow, for 10 s on a 10 Mbit/s link.
#[test]
fn codel_keeps_the_bulk_flow_short_and_spares_the_sparse_one() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut worst_sparse = Duration::ZERO;
    // 1514 bytes take 1.2112 ms.
    for slot in 0..8_000u64 {
        let mut cx = Cx::new(Instant::from_nanos(slot * 1_211_200), &mut lost);
        let stamp = cx.now.as_nanos();
        fill(&mut fq, [Toy::new(1, 1514), Toy::new(1, 1514)].map(|t| t.numbered(stamp)), &mut cx);
        if slot % 16 == 0 {
            fill(&mut fq, [Toy::new(2, 200).numbered(stamp)], &mut cx);
        }
        let toy = fq.dequeue(&mut cx).packet().unwrap();
        if toy.flow == 2 {
            let waited = cx.now.saturating_since(Instant::from_nanos(toy.number));
            worst_sparse = worst_sparse.max(waited);
        }
    }
    assert!(worst_sparse <= Duration::from_nanos(2 * 1_211_200), "{worst_sparse:?}");
    let congested = lost.iter().filter(|(_, why)| *why == DropReason::QDISC_CONGESTED);
    assert!(congested.clone().count() > 100, "an unresponsive flow is dropped more and more");
    assert!(lost.iter().all(|(toy, _)| toy.flow == 1));
    assert_eq!(fq.stats().drops, lost.len() as u64);
}

/// A flow that keeps one or two small packets waiting is dropped from, too, while they wait too long
/// and others make the discipline's backlog.
#[test]
fn codel_looks_at_the_whole_backlog() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    for round in 0..20u64 {
        let mut cx = Cx::new(Instant::from_millis(round * 20), &mut lost);
        if round == 0 {
            fill(&mut fq, (0..200).map(|_| Toy::new(1, 1514)), &mut cx);
            fill(&mut fq, [Toy::new(2, 100)], &mut cx);
        }
        fill(&mut fq, [Toy::new(2, 100)], &mut cx);
        while fq.dequeue(&mut cx).packet().is_some_and(|toy| toy.flow != 2) {}
    }
    assert!(lost.iter().any(|(toy, _)| toy.flow == 2));
}

#[test]
fn an_ecn_flow_is_marked_not_dropped() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut marked = 0;
    for slot in 0..1_000u64 {
        let mut cx = Cx::new(Instant::from_millis(slot), &mut lost);
        let toy = || Toy { ect: true, ..Toy::new(1, 1500) };
        fill(&mut fq, [toy(), toy()], &mut cx);
        marked += u64::from(fq.dequeue(&mut cx).packet().unwrap().ce);
    }
    assert!(marked > 5);
    assert_eq!((fq.fq_codel_stats().ecn_mark, lost.len()), (marked, 0));
}

#[test]
fn an_overflow_hits_the_fattest_flow_and_tells_its_sender() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config { limit: 100, ..Config::default() }));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..80).map(|n| Toy::new(5, 1000).numbered(n)), &mut cx);
    fill(&mut fq, (0..20).map(|_| Toy::new(6, 1000)), &mut cx);
    assert_eq!(fq.enqueue(Toy::new(6, 1000), &mut cx), Enqueued::Success, "another flow was hit");
    let left = fq.backlog();
    assert_eq!((left.packets, left.bytes), (61, 61_000), "half of 80 went");
    fill(&mut fq, (0..39).map(|_| Toy::new(5, 1000)), &mut cx);
    assert_eq!(fq.enqueue(Toy::new(5, 1000), &mut cx), Enqueued::Cn, "its own flow was hit");
    assert_eq!(lost.len(), 80);
    let heads: Vec<u64> = lost[..40].iter().map(|(toy, _)| toy.number).collect();
    assert_eq!(heads, (0..40).collect::<Vec<_>>(), "from the front");
    assert!(lost.iter().all(|(toy, why)| toy.flow == 5 && *why == DropReason::QDISC_OVERLIMIT));
    assert_eq!((fq.stats().drops, fq.fq_codel_stats().drop_overlimit), (80, 80));
    assert_eq!((fq.flows[5].codel.count(), fq.flows[6].codel.count()), (80, 0), "CoDel knows");
}

#[test]
fn a_batch_is_at_most_64_packets() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config { limit: 1000, ..Config::default() }));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..1000).map(|_| Toy::new(5, 1000)), &mut cx);
    assert_eq!(fq.enqueue(Toy::new(5, 1000), &mut cx), Enqueued::Cn);
    assert_eq!(fq.backlog().packets, 1001 - 64);
}

#[test]
fn memory_is_limited_too() {
    let config = Config { memory_limit: 10_000, ..Config::default() };
    let (mut lost, mut fq) = (Lost::new(), queue(config));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..10).map(|_| Toy::new(5, 1000)), &mut cx);
    assert_eq!(fq.enqueue(Toy::new(5, 1), &mut cx), Enqueued::Cn);
    let xstats = fq.fq_codel_stats();
    // Half of 10,001 bytes are reached with the sixth packet: five are 5000, and that is enough.
    assert_eq!((xstats.drop_overmemory, xstats.drop_overlimit, xstats.memory_usage), (5, 5, 5001));
}

#[test]
fn a_priority_names_a_queue_of_a_numbered_discipline() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = FqCodel::new(Handle(0x10), Config::default(), [0, 0]).unwrap();
    let class = |id| Toy::new(3, 100).with_priority(id);
    assert_eq!(fq.classify(&mut class(0x10_0008), &mut cx), Ok(7));
    assert_eq!(fq.classify(&mut class(0x10_0400), &mut cx), Ok(1023));
    assert_eq!(fq.classify(&mut class(0x10_0401), &mut cx), Ok(3), "no such queue: by hash");
    assert_eq!(fq.classify(&mut class(0x11_0008), &mut cx), Ok(3), "another discipline's");
    let mut unnumbered = queue(Config::default());
    assert_eq!(unnumbered.classify(&mut class(8), &mut cx), Ok(3), "no number, no name");
}

/// `fq_codel_classify`: where there are filters the hash is not asked, and what they don't place in a
/// queue is dropped on purpose.
#[test]
fn filters_place_or_drop() {
    use crate::filter::{At, Filter, Request, Target, bpf};
    use softnet_sk_buff::EtherType;

    let mut lost = Lost::new();
    let mut fq =
        FqCodel::new(Handle(1), Config { flows: 16, ..Config::default() }, [0, 0]).unwrap();
    let class = |toy: &Toy| if toy.number == 99 { 0 } else { 0x1_0000 + toy.number as u32 };
    let filter = Filter::Bpf(bpf::Config::classify(class, Target::class(Handle(1).class(1))));
    let block = fq.filters_mut(None).unwrap();
    block.change(Request::Add, At::any(EtherType::ALL), filter, Instant::ZERO).unwrap();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut enqueue = |number, priority| {
        fq.enqueue(Toy::new(3, 100).numbered(number).with_priority(priority), &mut cx)
    };
    use Enqueued::{Bypass, Success};
    assert_eq!([1, 16].map(|class| enqueue(class, 0)), [Success; 2]);
    assert_eq!([0, 17, 99].map(|class| enqueue(class, 0)), [Bypass; 3]);
    assert_eq!(enqueue(99, 0x1_0004), Success, "a priority goes first");
    let mut active = Vec::new();
    fq.walk(&mut |class| active.push(class.id.minor()));
    assert_eq!(active, [1, 4, 16]);
    assert_eq!((fq.stats().drops, fq.fq_codel_stats().drop_overlimit, lost.len()), (3, 0, 3));
    assert!(fq.filters_mut(Some(Handle(1).class(1))).is_none());
}

#[test]
fn a_peeked_packet_is_still_there_and_comes_next() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, [Toy::new(1, 1000), Toy::new(2, 700)], &mut cx);
    assert_eq!(fq.peek(&mut cx).packet().map(|toy| toy.flow), Some(1));
    assert_eq!((fq.backlog().packets, fq.backlog().bytes, fq.stats().packets), (2, 1700, 0));
    fill(&mut fq, [Toy::new(3, 100)], &mut cx);
    assert_eq!(fq.peek(&mut cx).packet().map(|toy| toy.flow), Some(1));
    assert_eq!(flows(&mut fq, 9, &mut cx), [1, 2, 3]);
    assert_eq!((fq.backlog(), fq.stats().packets), (crate::Backlog::default(), 3));
}

#[test]
fn classes_are_the_active_queues() {
    let (mut lost, mut fq) =
        (Lost::new(), FqCodel::new(Handle(9), Config::default(), [0, 0]).unwrap());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, [Toy::new(5, 1000), Toy::new(5, 500), Toy::new(2, 100)], &mut cx);
    cx.now = Instant::from_millis(3);
    assert_eq!(flows(&mut fq, 1, &mut cx), [5]);
    let mut seen = Vec::new();
    fq.walk(&mut |class| {
        let Some(crate::ClassXStats::FqCodel(xstats)) = class.xstats else { panic!("{class:?}") };
        let Backlog { packets, bytes } = class.stats.backlog;
        seen.push((class.id, packets, bytes, xstats.deficit, xstats.ldelay.as_micros()));
    });
    // 3 ms are 2929 units of 1024 ns.
    assert_eq!(
        seen,
        [(Handle(9).class(3), 1, 100, 1514, 0), (Handle(9).class(6), 1, 500, 514, 2999)]
    );
}

#[test]
fn the_last_of_65536_queues_is_walked_too() {
    let config = Config { flows: 65_536, ..Config::default() };
    let (mut lost, mut fq) = (Lost::new(), FqCodel::new(Handle(9), config, [0, 0]).unwrap());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    // Flow n hashes to n << 22; of 65,536 queues 1023 is number 65,472.
    fill(&mut fq, [Toy::new(1023, 1000)], &mut cx);
    let mut ids = Vec::new();
    fq.walk(&mut |class| ids.push(class.id.minor()));
    assert_eq!(ids, [65_473]);
}

#[test]
fn reset_purges_all_and_starts_afresh() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..50).map(|n| Toy::new(n % 7, 1000)), &mut cx);
    assert!(fq.peek(&mut cx).packet().is_some());
    fq.reset(&mut cx);
    assert_eq!((fq.backlog().packets, fq.backlog().bytes), (0, 0));
    assert_eq!(fq.dequeue(&mut cx), Dequeue::Empty);
    fill(&mut fq, [Toy::new(1, 1000)], &mut cx);
    assert_eq!(flows(&mut fq, 9, &mut cx), [1]);
    assert_eq!((fq.stats().purged, fq.stats().drops, lost.len()), (50, 0, 50));
    assert!(lost.iter().all(|(_, why)| *why == DropReason::QUEUE_PURGE));
}

#[test]
fn change_trims_and_accounts() {
    let (mut lost, mut fq) = (Lost::new(), queue(Config::default()));
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    fill(&mut fq, (0..50).map(|n| Toy::new(n % 7, 1000)), &mut cx);
    let _ = fq.peek(&mut cx);
    fq.change(Config { limit: 10, ..Config::default() }, &mut cx).unwrap();
    assert_eq!((fq.backlog().packets, fq.backlog().bytes, fq.stats().drops), (10, 10_000, 40));
    let other = Config { flows: 64, ..Config::default() };
    assert_eq!(fq.change(other, &mut cx), Err(ConfigError::FlowsFixed));
    assert_eq!(fq.config().limit, 10);
    assert_eq!(lost.first().map(|(toy, _)| toy.flow), Some(0), "the peeked one goes first");
}

#[test]
fn senseless_configurations_are_refused() {
    let ok = Config::default();
    let no_interval = codel::Config { interval: Time::from_units(0), ..ok.codel };
    for (config, why) in [
        (Config { limit: 0, ..ok }, ConfigError::ZeroLimit),
        (Config { flows: 0, ..ok }, ConfigError::Flows(0)),
        (Config { flows: 65_537, ..ok }, ConfigError::Flows(65_537)),
        (Config { quantum: 0, ..ok }, ConfigError::ZeroQuantum),
        (Config { quantum: 1_048_577, ..ok }, ConfigError::QuantumTooBig(1_048_577)),
        (Config { memory_limit: 0, ..ok }, ConfigError::ZeroMemoryLimit),
        (Config { drop_batch: 0, ..ok }, ConfigError::ZeroDropBatch),
        (Config { codel: no_interval, ..ok }, ConfigError::ZeroInterval),
    ] {
        assert_eq!(FqCodel::<Toy>::new(Handle(1), config, [0, 0]).err(), Some(why));
    }
    assert_eq!(queue(Config { quantum: 1, ..ok }).config().quantum, 256);
}

/// Fair queueing as RFC 8290 describes it, with a queue of queues and no cleverness.
#[derive(Default)]
struct Model {
    flows: Vec<(VecDeque<Toy>, i64)>,
    new: VecDeque<usize>,
    old: VecDeque<usize>,
}

impl Model {
    fn enqueue(&mut self, toy: Toy, config: &Config) -> (Enqueued, Vec<u64>) {
        let own = toy.flow as usize;
        self.flows[own].0.push_back(toy);
        if !self.new.contains(&own) && !self.old.contains(&own) {
            self.new.push_back(own);
            self.flows[own].1 = config.quantum.into();
        }
        let total: usize = self.flows.iter().map(|(queue, _)| queue.len()).sum();
        if total <= config.limit as usize {
            return (Enqueued::Success, Vec::new());
        }
        let bytes = |flow: usize| self.flows[flow].0.iter().map(|toy| toy.len).sum::<u32>();
        let most = (0..self.flows.len()).map(bytes).max().unwrap();
        let fat = (0..self.flows.len()).find(|&flow| bytes(flow) == most).unwrap();
        let (mut gone, mut sum) = (Vec::new(), 0);
        while gone.is_empty() || (gone.len() < config.drop_batch as usize && sum < most / 2) {
            let toy = self.flows[fat].0.pop_front().unwrap();
            sum += toy.len;
            gone.push(toy.number);
        }
        (if fat == own { Enqueued::Cn } else { Enqueued::Success }, gone)
    }

    fn dequeue(&mut self, config: &Config) -> Option<u64> {
        loop {
            let new = !self.new.is_empty();
            let flow = if new { self.new[0] } else { *self.old.front()? };
            let list = if new { &mut self.new } else { &mut self.old };
            if self.flows[flow].1 <= 0 {
                self.flows[flow].1 += i64::from(config.quantum);
                list.pop_front();
                self.old.push_back(flow);
            } else if let Some(toy) = self.flows[flow].0.pop_front() {
                self.flows[flow].1 -= i64::from(toy.len);
                return Some(toy.number);
            } else {
                list.pop_front();
                if new && !self.old.is_empty() {
                    self.old.push_back(flow);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn is_the_model(
        ops in prop::collection::vec(prop::option::weighted(0.6, (0u32..6, 1u32..3000)), 0..400),
        limit in 1u32..40,
        drop_batch in 1u32..8,
        quantum in 256u32..2000,
    ) {
        let config = without_codel(Config { limit, drop_batch, quantum, ..Config::default() });
        let mut fq = queue(config);
        let mut model = Model { flows: vec![Default::default(); 1024], ..Model::default() };
        for (number, op) in (0..).zip(ops) {
            let mut lost = Lost::new();
            let mut cx = Cx::new(Instant::from_millis(number), &mut lost);
            if let Some((flow, len)) = op {
                let toy = Toy::new(flow, len).numbered(number);
                let (verdict, gone) = model.enqueue(toy.clone(), &config);
                prop_assert_eq!(fq.enqueue(toy, &mut cx), verdict);
                prop_assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), gone);
            } else {
                let got = fq.dequeue(&mut cx).packet().map(|toy| toy.number);
                prop_assert_eq!(got, model.dequeue(&config));
            }
        }
    }

    /// Any configuration that is accepted works, at any time, with packets of any length.
    #[test]
    fn never_panics_and_never_drifts(
        ops in prop::collection::vec((0u8..5, any::<u64>(), any::<u32>(), 0u32..1 << 18), 0..200),
        limit in 1u32..50,
        memory_limit in 1u32..,
    ) {
        let mut fq = queue(Config { limit, memory_limit, ..Config::default() });
        let mut lost = Lost::new();
        let (mut came, mut left) = (0u64, 0u64);
        for (op, now, flow, len) in ops {
            let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
            match op {
                0 | 1 => {
                    let len = if op == 0 { len } else { 0 };
                    let _ = fq.enqueue(Toy { ect: flow % 2 == 0, ..Toy::new(flow, len) }, &mut cx);
                    came += 1;
                }
                2 => left += u64::from(fq.dequeue(&mut cx).packet().is_some()),
                3 => { let _ = fq.peek(&mut cx); }
                _ if len % 16 == 0 => fq.reset(&mut cx),
                _ => {
                    let limit = 1 + len % 50;
                    fq.change(Config { limit, ..*fq.config() }, &mut cx).unwrap();
                }
            }
            prop_assert_eq!(came, left + lost.len() as u64 + u64::from(fq.backlog().packets));
            prop_assert!(fq.backlog().packets <= fq.config().limit);
        }
        let mut cx = Cx::new(Instant::MAX, &mut lost);
        while fq.dequeue(&mut cx).packet().is_some() {}
        prop_assert_eq!(fq.backlog(), crate::Backlog::default());
        prop_assert_eq!(fq.fq_codel_stats().memory_usage, 0);
    }
}

#[test]
fn it_is_a_trait_object_that_shows_its_own_statistics() {
    let boxed: Box<dyn Qdisc<Toy>> = Box::new(queue(Config::default()));
    assert!(matches!(boxed.xstats(), Some(crate::XStats::FqCodel(_))));
    assert!(boxed.downcast_ref::<FqCodel<Toy>>().is_some());
    assert!(boxed.downcast_ref::<crate::Fifo<Toy>>().is_none());
}
