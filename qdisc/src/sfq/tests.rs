use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, DropReason, Instant};

use super::*;
use crate::testutil::Toy;

const ONE: Handle = Handle(1);

fn sfq(config: Config) -> Sfq<Toy> {
    Sfq::new(ONE, config, 7).unwrap()
}

/// A packet for a bucket, by priority.
fn to(bucket: u16, len: u32) -> Toy {
    Toy::new(bucket.into(), len).with_priority(ONE.class(bucket).0)
}

fn order(sfq: &mut Sfq<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<u64> {
    core::iter::from_fn(|| sfq.dequeue(cx).packet()).map(|toy| toy.number).collect()
}

fn cut(config: Config) -> Result<(Option<u32>, u32, u32, u32), ConfigError> {
    let Config { limit, depth, flows, quantum, .. } = config.check()?;
    Ok((limit, depth, flows, quantum))
}

#[test]
fn options_are_cut_as_linux_does() {
    let given = Config::default();
    assert_eq!(cut(given), Ok((None, 127, 128, 1514)));
    assert_eq!(cut(Config { limit: Some(127), ..given }), Ok((Some(127), 127, 127, 1514)));
    assert_eq!(cut(Config { limit: Some(8), quantum: 9, ..given }), Ok((Some(8), 127, 8, 256)));
    let few = Config { limit: Some(1000), flows: 4, depth: 200, ..given };
    assert_eq!(cut(few), Ok((Some(508), 127, 4, 1514)));
    let many = Config { flows: 70_000, divisor: 65_536, ..given };
    assert_eq!(cut(many), Ok((None, 127, 65_408, 1514)));
    assert_eq!(cut(Config { divisor: 64, ..given }), Ok((None, 127, 64, 1514)));

    assert_eq!(cut(Config { divisor: 1000, ..given }), Err(ConfigError::Divisor(1000)));
    assert_eq!(cut(Config { divisor: 0, ..given }), Err(ConfigError::Divisor(0)));
    assert_eq!(cut(Config { divisor: 1 << 17, ..given }), Err(ConfigError::Divisor(1 << 17)));
    assert_eq!(cut(Config { quantum: 0, ..given }), Err(ConfigError::ZeroQuantum));
    let big = (1 << 20) + 1;
    assert_eq!(cut(Config { quantum: big, ..given }), Err(ConfigError::QuantumTooBig(big)));
    assert_eq!(cut(Config { flows: 0, ..given }), Err(ConfigError::Flows(0)));
    assert_eq!(cut(Config { depth: 0, ..given }), Err(ConfigError::ZeroLimit));
    assert_eq!(cut(Config { limit: Some(0), ..given }), Err(ConfigError::ZeroLimit));
    // tc's test "sfq with limit of 1": refused, also if it comes to that by cutting.
    assert_eq!(cut(Config { limit: Some(1), ..given }), Err(ConfigError::SfqLimit));
    let tiny = Config { limit: Some(2), flows: 1, depth: 1, ..given };
    assert_eq!(cut(tiny), Err(ConfigError::SfqLimit));
    let never = Config { perturb: Some(Duration::ZERO), ..given };
    assert_eq!(cut(never), Err(ConfigError::ZeroPeriod));
    let red = red::Config { min: 9, max: 8, ..RED };
    let refused = Sfq::<Toy>::new(ONE, Config { red: Some(red), ..given }, 1).err();
    assert_eq!(refused, Some(ConfigError::RedThresholds { min: 9, max: 8 }));
    let red = red::Config { max: 1 << 29, wlog: 3, ..RED };
    assert!(Sfq::<Toy>::new(ONE, Config { red: Some(red), ..given }, 1).is_err());
}

#[test]
fn flows_take_turns_of_a_quantum() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut sfq = sfq(Config { quantum: 1000, ..Config::default() });
    for (number, (bucket, len)) in
        (0..).zip([(1, 600), (1, 600), (1, 600), (2, 1500), (2, 100), (3, 50), (3, 50)])
    {
        let _ = sfq.enqueue(to(bucket, len).numbered(number), &mut cx);
    }
    // Flow 1 has 1000: 0, 1 (left -200). Flow 2: 3 (-500). Flow 3: 5, 6, empty. Then 1 gets 800 and 2
    // gets 500, each at the end of a turn that it has not: 2, and 4.
    assert_eq!(order(&mut sfq, &mut cx), [0, 1, 3, 5, 6, 2, 4]);
    assert_eq!((sfq.stats().packets, sfq.backlog()), (7, Backlog::default()));
}

#[test]
fn the_longest_flow_loses_its_last_packet_of_equals_the_latest() {
    let mut lost: Vec<(Toy, DropReason)> = Vec::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut sfq = sfq(Config { limit: Some(4), ..Config::default() });
    let mut verdicts = Vec::new();
    for (number, bucket) in (0..).zip([1, 1, 2, 2, 3, 3, 3]) {
        verdicts.push(sfq.enqueue(to(bucket, 100).numbered(number), &mut cx));
    }
    // With packet 4 flows 1 and 2 have two, and 2 came to have them later: 3 goes. With 5 flows 1 and
    // 3 have two, 3 later: its own goes. With 6 the same.
    let (ok, cn) = (Enqueued::Success, Enqueued::Cn);
    assert_eq!(verdicts, [ok, ok, ok, ok, ok, cn, cn]);
    let gone: Vec<u64> = lost.iter().map(|(toy, _)| toy.number).collect();
    assert_eq!(gone, [3, 5, 6]);
    assert_eq!((sfq.stats().drops, sfq.backlog().packets), (3, 4));
}

#[test]
fn when_all_have_one_packet_the_next_turn_is_lost() {
    let mut lost: Vec<(Toy, DropReason)> = Vec::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut sfq = sfq(Config { limit: Some(3), flows: 128, ..Config::default() });
    for bucket in 1..=3 {
        let _ = sfq.enqueue(to(bucket, 100).numbered(bucket.into()), &mut cx);
    }
    // The limit made it three flows, and there is no place for a fourth, even to drop another for it.
    assert_eq!(sfq.enqueue(to(4, 100).numbered(4), &mut cx), Enqueued::Drop);
    let mut sfq = super::Sfq::new(ONE, Config::default(), 7).unwrap();
    for bucket in 1..=128 {
        let _ = sfq.enqueue(to(bucket, 100).numbered(bucket.into()), &mut cx);
    }
    assert_eq!(sfq.enqueue(to(129, 100).numbered(129), &mut cx), Enqueued::Success);
    let left: Vec<u64> = (3..=129).collect();
    assert_eq!(order(&mut sfq, &mut cx), left);
    let gone: Vec<u64> = lost.iter().map(|(toy, _)| toy.number).collect();
    assert_eq!(gone, [4, 1, 2]);
}

#[test]
fn a_flow_that_is_too_long_loses_what_comes_or_its_head() {
    for headdrop in [false, true] {
        let mut lost: Vec<(Toy, DropReason)> = Vec::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut sfq = sfq(Config { depth: 2, headdrop, ..Config::default() });
        for number in 0..2 {
            let _ = sfq.enqueue(to(1, 100 + number as u32).numbered(number), &mut cx);
        }
        let verdict = sfq.enqueue(to(1, 500).numbered(2), &mut cx);
        let (expected, left, gone, bytes) = if headdrop {
            (Enqueued::Cn, [1, 2], 0, 601)
        } else {
            (Enqueued::Drop, [0, 1], 2, 201)
        };
        assert_eq!((verdict, sfq.backlog().bytes), (expected, bytes));
        assert_eq!(order(&mut sfq, &mut cx), left);
        assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), [gone]);
    }
}

#[test]
fn shows_the_flows_with_packets() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut sfq = sfq(Config::default());
    for (bucket, len) in [(9, 600), (9, 700), (1024, 1500), (1024, 60)] {
        let _ = sfq.enqueue(to(bucket, len), &mut cx);
    }
    let _ = sfq.dequeue(&mut cx);
    let mut shown = Vec::new();
    sfq.walk(&mut |class| {
        let Some(ClassXStats::Sfq(ClassStats { allot })) = class.xstats else { panic!() };
        let Backlog { packets, bytes } = class.stats.backlog;
        shown.push((class.id, packets, bytes, allot));
    });
    assert_eq!(shown, [(ONE.class(9), 1, 700, 914), (ONE.class(1024), 2, 1560, 1514)]);
    // A bucket that is not there is no name.
    let _ = sfq.enqueue(to(1025, 60), &mut cx);
    assert_eq!(sfq.backlog().packets, 4);
}

#[test]
fn a_peek_and_a_reset_keep_the_books() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut sfq = sfq(Config::default());
    for bucket in [1, 2, 2] {
        let _ = sfq.enqueue(to(bucket, 100), &mut cx);
    }
    assert_eq!(sfq.peek(&mut cx).packet().map(|toy| toy.flow), Some(1));
    assert_eq!((sfq.backlog().packets, sfq.stats().packets), (3, 0));
    sfq.reset(&mut cx);
    assert_eq!((sfq.backlog(), sfq.stats().purged), (Backlog::default(), 3));
    assert_eq!((sfq.longest, sfq.tail), (0, None));
    assert!(sfq.buckets.iter().all(|&bucket| bucket == EMPTY));
    let _ = sfq.enqueue(to(2, 100).numbered(5), &mut cx);
    assert_eq!(order(&mut sfq, &mut cx), [5]);
}

#[test]
fn a_perturbation_sorts_anew_and_keeps_each_flow_in_order() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let every = Duration::from_secs(10);
    let mut sfq = sfq(Config { perturb: Some(every), ..Config::default() });
    for number in 0..60u64 {
        let _ = sfq.enqueue(Toy::new(number as u32 % 6, 100).numbered(number), &mut cx);
    }
    let buckets = |sfq: &Sfq<Toy>| {
        let mut shown = Vec::new();
        sfq.walk(&mut |class| shown.push(class.id));
        shown
    };
    let before = buckets(&sfq);
    cx.now = Instant::from_nanos(9_999_999_999);
    let _ = sfq.enqueue(Toy::new(0, 100).numbered(60), &mut cx);
    assert_eq!(buckets(&sfq), before);
    // A year later: one change is like many.
    cx.now = Instant::from_millis(31_536_000_000);
    let _ = sfq.peek(&mut cx);
    assert_ne!(buckets(&sfq), before);
    assert_eq!(sfq.perturb_at, Some(cx.now + every));
    let order = order(&mut sfq, &mut cx);
    assert_eq!(order.len(), 61);
    for flow in 0..6 {
        assert!(order.iter().filter(|&number| number % 6 == flow).is_sorted());
    }
    // Clocks may step back, and go to their end.
    for nanos in [5, u64::MAX, 0, u64::MAX - 1] {
        cx.now = Instant::from_nanos(nanos);
        let _ = sfq.enqueue(Toy::new(1, 100), &mut cx);
        assert!(sfq.dequeue(&mut cx).packet().is_some());
    }
}

#[test]
fn a_perturbation_loses_what_no_longer_fits() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let config = Config { perturb: Some(Duration::from_secs(1)), depth: 3, ..Config::default() };
    let mut sfq = sfq(Config { divisor: 2, ..config });
    // By name into both buckets; by hash all are one flow.
    for bucket in [1, 1, 1, 2, 2, 2] {
        let _ = sfq.enqueue(Toy::new(5, 100).with_priority(ONE.class(bucket).0), &mut cx);
    }
    cx.now = Instant::from_millis(1000);
    // Linux fills its slots from the last one on, and empties them here from the first.
    let survivor = sfq.dequeue(&mut cx).packet().map(|toy| toy.priority);
    assert_eq!(survivor, Some(ONE.class(2).0));
    assert_eq!((sfq.backlog().packets, sfq.stats().drops), (2, 3));
}

const RED: red::Config = red::Config {
    min: 1000,
    max: 3000,
    wlog: 1,
    plog: 10,
    scell_log: 0,
    max_p: 0,
    ecn: true,
    harddrop: false,
};

/// Weight one half, packets of 1000 bytes: the averages that arrivals find are 500 (backlog 1000),
/// 1250 (2000), 2125 (3000) and 3062 (4000), the first not counting, for the flow is new.
#[test]
fn red_marks_above_the_maximum() {
    for (headdrop, ecn, harddrop, expected) in [
        (false, true, false, XStats { forced_mark: 1, ..XStats::default() }),
        (true, true, false, XStats { forced_mark_head: 1, ..XStats::default() }),
        (false, true, true, XStats { forced_drop: 1, ..XStats::default() }),
        (false, false, false, XStats { forced_drop: 1, ..XStats::default() }),
    ] {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        // Probability 2^-32: in between nothing happens.
        let red = Some(red::Config { ecn, harddrop, max_p: 1, ..RED });
        let mut sfq = sfq(Config { red, headdrop, ..Config::default() });
        for number in 0..5 {
            let toy = Toy { ect: true, ..to(1, 1000).numbered(number) };
            let last = sfq.enqueue(toy, &mut cx);
            let refused = number == 4 && expected.forced_drop == 1;
            assert_eq!(last, if refused { Enqueued::Drop } else { Enqueued::Success });
        }
        assert_eq!(sfq.xstats, expected);
        assert_eq!(sfq.stats().overlimits, 1);
        let marked = core::iter::from_fn(|| sfq.dequeue(&mut cx).packet());
        let marked: Vec<u64> = marked.filter(|toy| toy.ce).map(|toy| toy.number).collect();
        let who: &[u64] = match (expected.forced_mark, expected.forced_mark_head) {
            (1, _) => &[4],
            (_, 1) => &[0],
            _ => &[],
        };
        assert_eq!(marked, who);
    }
}

/// Between the thresholds RED's gaps between drops are even from 1 to 1/p; p = 1/50 at the average.
#[test]
fn red_drops_by_lot_at_its_rate() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    // A steady queue of 20 packets of 100 bytes, halfway between the thresholds: with max_P of 4 %
    // the probability is 2 %, and a mean gap is (1 / p) / 2 = 25 packets (Floyd 1993, section 7).
    let max_p = (0.04 * 4_294_967_296.0) as u32;
    let red = Some(red::Config { max_p, wlog: 4, ..RED });
    let mut sfq = sfq(Config { red, ..Config::default() });
    let mut drops = 0u32;
    for number in 0..40_000 {
        let verdict = sfq.enqueue(to(1, 100), &mut cx);
        drops += u32::from(number > 1000 && verdict == Enqueued::Drop);
        if sfq.backlog().packets > 20 {
            let _ = sfq.dequeue(&mut cx);
        }
    }
    assert_eq!(sfq.xstats.forced_drop, 0);
    let expected = 39_000.0 / 26.0;
    let error = (f64::from(drops) - expected) / expected;
    assert!(error.abs() < 0.1, "{drops} drops, expected about {expected}");
}

/// The same by looking at everything.
struct Model {
    config: Config,
    limit: usize,
    flows: Vec<VecDeque<(u64, u32)>>,
    allot: Vec<i64>,
    round: VecDeque<usize>,
    /// Flows in the order in which they came to have the number of packets that they have.
    reached: Vec<usize>,
}

impl Model {
    fn reached(&mut self, flow: usize) {
        self.reached.retain(|&other| other != flow);
        self.reached.push(flow);
    }

    fn enqueue(&mut self, flow: usize, number: u64, len: u32) -> Vec<u64> {
        let queue = &mut self.flows[flow];
        if queue.is_empty() && self.round.len() == self.config.flows as usize {
            return vec![number];
        }
        let mut gone = Vec::new();
        if queue.len() == self.config.depth as usize {
            if !self.config.headdrop {
                return vec![number];
            }
            gone.extend(queue.pop_front().map(|(number, _)| number));
            queue.push_back((number, len));
            return gone;
        }
        if queue.is_empty() {
            self.round.push_back(flow);
            self.allot[flow] = self.config.quantum.into();
        }
        queue.push_back((number, len));
        self.reached(flow);
        if self.flows.iter().map(VecDeque::len).sum::<usize>() > self.limit {
            let most = self.flows.iter().map(VecDeque::len).max().unwrap();
            let loser = if most == 1 {
                self.round.pop_front().unwrap()
            } else {
                *self.reached.iter().rfind(|&&flow| self.flows[flow].len() == most).unwrap()
            };
            let queue = &mut self.flows[loser];
            let lost = if self.config.headdrop { queue.pop_front() } else { queue.pop_back() };
            gone.extend(lost.map(|(number, _)| number));
            self.reached(loser);
        }
        gone
    }

    fn dequeue(&mut self) -> Option<u64> {
        while let Some(flow) = self.round.pop_front() {
            if self.allot[flow] <= 0 {
                self.allot[flow] += i64::from(self.config.quantum);
                self.round.push_back(flow);
                continue;
            }
            let (number, len) = self.flows[flow].pop_front()?;
            self.allot[flow] -= i64::from(len);
            self.reached(flow);
            if !self.flows[flow].is_empty() {
                self.round.push_front(flow);
            }
            return Some(number);
        }
        None
    }
}

proptest! {
    #[test]
    fn is_the_model(
        limit in prop::option::of(2u32..20),
        depth in 1u32..8,
        flows in 2u32..8,
        quantum in 256u32..2000,
        headdrop: bool,
        ops in prop::collection::vec(prop::option::weighted(0.7, (1u16..9, 1u32..3000)), 0..300),
    ) {
        let config = Config { limit, depth, flows, quantum, headdrop, ..Config::default() };
        prop_assume!(config.check().is_ok());
        let mut sfq = sfq(config);
        let config = *sfq.config();
        let mut model = Model {
            config,
            limit: config.limit.unwrap_or(127) as usize,
            flows: vec![VecDeque::new(); 9],
            allot: vec![0; 9],
            round: VecDeque::new(),
            reached: Vec::new(),
        };
        for (number, op) in (0..).zip(ops) {
            let mut lost: Vec<(Toy, DropReason)> = Vec::new();
            let mut cx = Cx::new(Instant::ZERO, &mut lost);
            if let Some((bucket, len)) = op {
                let _ = sfq.enqueue(to(bucket, len).numbered(number), &mut cx);
                let gone = model.enqueue(bucket.into(), number, len);
                prop_assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), gone);
            } else {
                let got = sfq.dequeue(&mut cx).packet().map(|toy| toy.number);
                prop_assert_eq!(got, model.dequeue());
            }
            let waiting: usize = model.flows.iter().map(VecDeque::len).sum();
            prop_assert_eq!(sfq.backlog().packets as usize, waiting);
        }
    }

    /// Flows that always have packets have sent the same, but for a quantum and a packet.
    #[test]
    fn nobody_gets_ahead(lens in prop::collection::vec(60u32..1514, 64), quantum in 1514u32..9000) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut sfq = sfq(Config { quantum, limit: Some(120), ..Config::default() });
        let mut next = lens.iter().cycle();
        let mut got = [0u32; 6];
        for flow in (0..6).cycle().take(60) {
            let _ = sfq.enqueue(to(flow + 1, *next.next().unwrap()), &mut cx);
        }
        for _ in 0..500 {
            let toy = sfq.dequeue(&mut cx).packet().unwrap();
            got[toy.flow as usize - 1] += toy.len;
            let _ = sfq.enqueue(to(toy.flow as u16, *next.next().unwrap()), &mut cx);
            let (least, most) = (got.iter().min().unwrap(), got.iter().max().unwrap());
            prop_assert!(most - least <= quantum + 2 * 1514);
        }
    }
}
