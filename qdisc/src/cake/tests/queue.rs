use core::time::Duration;

use super::super::cobalt::{Look, Params, State};
use super::super::heap::{Overflow, QueueId};
use super::*;
use crate::rng::Rng;
use proptest::prelude::*;

const MS: u64 = 1_000_000;

fn params() -> Params {
    Params { interval: 100 * MS, target: 5 * MS, mtu_time: MS, p_inc: 1 << 24, p_dec: 1 << 20 }
}

/// One queue that is looked at each millisecond, its packets as late as said; gives the times in ms of
/// signals.
fn signals(state: &mut State, span: core::ops::Range<u64>, sojourn: u64) -> Vec<u64> {
    let mut rng = Rng::new(1);
    let mut times = Vec::new();
    for ms in span {
        let look = Look { now: ms * MS, sojourn, bulk_flows: 0 };
        if state.should_drop(&params(), look, || false, &mut rng) {
            times.push(ms);
        }
    }
    times
}

/// 100 ms over the square roots of 2, 3, 4, …, summed: 70.7, 128.4, 178.4, 223.2, 264.0, 301.8 ms
/// after the first signal, seen at the next whole millisecond.
#[test]
fn signals_come_faster_with_the_square_root() {
    let mut state = State::IDLE;
    assert_eq!(signals(&mut state, 0..10, 0), []);
    let times = signals(&mut state, 10..320, 20 * MS);
    // Linux's state begins with 1/sqrt(count) = 0: the first signal is the second late packet.
    assert_eq!(times, [11, 81, 139, 189, 234, 274, 312]);
}

/// Having wound down, a queue has an interval of 100 ms before its first signal.
#[test]
fn a_queue_that_recovered_has_an_interval() {
    let mut state = State::IDLE;
    let _ = signals(&mut state, 0..10, 0);
    assert_eq!(signals(&mut state, 10..90, 20 * MS), [11, 81]);
    // Winds down at drop_next = 138.4 by 57.7 (count 3) … until count is 0.
    assert_eq!(signals(&mut state, 90..1000, 0), []);
    assert_eq!(state.count, 0);
    assert_eq!(signals(&mut state, 1000..1200, 20 * MS), [1100, 1171]);
}

/// Not later than the target, nor than four packets take, nor than two rounds of all bulk flows.
#[test]
fn what_one_round_of_packets_takes_is_no_delay() {
    let mut rng = Rng::new(1);
    let mut late = |sojourn, bulk_flows| {
        let mut state = State::IDLE;
        let look = Look { now: 10 * MS, sojourn, bulk_flows };
        let _ = state.should_drop(&params(), look, || false, &mut rng);
        state.dropping
    };
    assert!(!late(5 * MS, 0));
    assert!(late(5 * MS + 1, 0));
    assert!(!late(20 * MS, 10));
    assert!(late(20 * MS + 1, 10));
}

#[test]
fn a_mark_is_a_signal_and_no_drop() {
    let mut state = State::IDLE;
    let mut rng = Rng::new(1);
    let mut look = Look { now: 10 * MS, sojourn: 20 * MS, bulk_flows: 0 };
    let mut marks = 0;
    for _ in 0..100 {
        look.now += MS;
        let mark = || {
            marks += 1;
            true
        };
        assert!(!state.should_drop(&params(), look, mark, &mut rng));
    }
    // At 12 and 83 ms.
    assert_eq!((marks, state.count), (2, 3));
}

#[test]
fn blue_rises_with_overflows_and_falls_when_empty() {
    let (mut state, params) = (State::IDLE, params());
    assert!(state.queue_full(&params, 10 * MS), "it was at rest");
    assert_eq!(state.p_drop, 1 << 24);
    assert!(!state.queue_full(&params, 15 * MS), "no more than a target later");
    assert_eq!(state.p_drop, 1 << 24);
    assert!(!state.queue_full(&params, 15 * MS + 1));
    assert_eq!(state.p_drop, 2 << 24);
    assert_eq!((state.count, state.dropping), (1, true));
    let mut now = 20 * MS;
    let mut steps = 0;
    loop {
        now += 6 * MS;
        steps += 1;
        if state.queue_empty(&params, now) {
            break;
        }
    }
    assert_eq!((steps, state.p_drop), (32, 0));
    for second in 0..300 {
        let _ = state.queue_full(&params, second * 1_000 * MS);
    }
    assert_eq!(state.p_drop, u32::MAX);
    let look = Look { now: 0, sojourn: 0, bulk_flows: 0 };
    assert!(state.should_drop(&params, look, || true, &mut Rng::new(1)), "marks don't help");
}

proptest! {
    /// The first overflow hits the longest queue, however they grew and shrank before.
    #[test]
    fn the_longest_queue_is_found(
        ops in prop::collection::vec((0usize..8, 0usize..40, 0u32..3000, any::<bool>()), 1..400),
    ) {
        let mut overflow = Overflow::new();
        let mut model = alloc::collections::BTreeMap::new();
        for (tin, flow, bytes, grows) in ops {
            let (queue, entry) = (QueueId::new(tin, flow), model.entry((tin, flow)).or_insert(0u32));
            prop_assert_eq!((queue.tin(), queue.flow()), (tin, flow));
            if grows {
                *entry += bytes;
                overflow.add(queue, bytes);
            } else {
                let bytes = bytes.min(*entry);
                *entry -= bytes;
                overflow.sub(queue, bytes);
            }
        }
        let top = overflow.top();
        prop_assert_eq!(overflow.backlog(top), model.values().copied().max().unwrap());
    }
}

/// By hand, Linux's steps. Queues 1 and 2 begin at places 8 and 16. Sorting lifts queue 2 to place 7,
/// then queue 1 to place 3 and on to place 1; queue 2 stays two levels below it, behind an empty one.
#[test]
fn a_queue_may_hide_behind_an_empty_one() {
    let mut overflow = Overflow::new();
    let queue = |flow| QueueId::new(0, flow);
    for (flow, bytes) in [(0, 100), (1, 50), (2, 45)] {
        overflow.add(queue(flow), bytes);
    }
    assert_eq!(overflow.top(), queue(0));
    overflow.sub_top(queue(0), 100);
    assert_eq!(overflow.top(), queue(1));
    overflow.sub_top(queue(1), 40);
    assert_eq!(overflow.top(), queue(1), "though queue 2 has 45");
    overflow.sub_top(queue(1), 10);
    let top = overflow.top();
    assert_eq!(overflow.backlog(top), 0);
    assert!(overflow.astray());
    assert_eq!(overflow.top(), queue(2));
}

#[test]
fn memory_is_taken_from_the_longest_queue() {
    let config = Config { memlimit: 10_000, ..Config::default() };
    let mut lab = Lab::new(config);
    for number in 0..6 {
        assert_eq!(lab.put(Wire::new(1, 1000).numbered(number)), Enqueued::Success);
    }
    for number in 10..14 {
        assert_eq!(lab.put(Wire::new(2, 1000).numbered(number)), Enqueued::Success);
    }
    assert_eq!(lab.put(Wire::new(2, 100).numbered(14)), Enqueued::Success);
    assert_eq!(
        lab.lost.iter().map(|(p, why)| (p.number, *why)).collect::<Vec<_>>(),
        [(0, DropReason::QDISC_OVERLIMIT)]
    );
    // 5000 against 4100.
    assert_eq!(lab.put(Wire::new(1, 1000).numbered(6)), Enqueued::Cn);
    let stats = lab.cake.cake_stats();
    let tin = stats.tins()[1];
    assert_eq!((tin.dropped_packets, tin.unresponsive_flows, stats.memory_used), (2, 1, 10_100));
    assert_eq!(tin.backlog_bytes, 9100);
    assert_eq!(lab.cake.stats().drops, 2);
    let mut drops = Vec::new();
    lab.cake.walk(&mut |class| {
        let Some(crate::ClassXStats::Cake(x)) = class.xstats else { return };
        drops.push((class.id, class.stats.drops, class.stats.backlog.packets, x.p_drop));
    });
    // Best effort is shown second: its queues 1 and 2 are classes 1024 + 2 and 1024 + 3.
    let class = |minor| Handle(1).class(minor);
    assert_eq!(drops, [(class(1026), 2, 5, 1 << 24), (class(1027), 0, 5, 0)]);
}

#[test]
fn packets_that_take_nothing_are_bounded_all_the_same() {
    let config = Config { memlimit: 10, ..Config::default() };
    let mut lab = Lab::new(config);
    for number in 0..100 {
        let _ = lab.put(Wire::new(number % 7, 0));
    }
    assert_eq!((lab.cake.backlog().packets, lab.lost.len()), (10, 90));
    assert_eq!(lab.drain().len(), 10);
}

/// In any span of time no more leaves than the rate allows, and a packet.
#[test]
fn the_rate_is_kept() {
    let config =
        Config { bandwidth: 1_000_000, diffserv: Diffserv::Besteffort, ..Config::default() };
    let mut lab = Lab::new(config);
    let mut left = Vec::new();
    for step in 0..300u32 {
        for flow in 0..3 {
            let _ = lab.put(Wire::new(flow, 100 + (step * 37 + flow * 411) % 1400));
        }
        if step % 50 == 49 {
            while let Some(packet) = lab.wait() {
                left.push((lab.now, packet.len));
            }
            lab.now += u64::from(step) * MS;
        }
    }
    assert_eq!(left.len() + lab.lost.len(), 900);
    for (index, &(from, _)) in left.iter().enumerate() {
        let mut bytes = 0u64;
        for &(at, len) in &left[index..] {
            // Without the last one, whose time is yet to come. A byte takes 1000 ns.
            assert!(bytes * 1000 <= at - from, "{bytes} bytes in {} ns", at - from);
            bytes += u64::from(len);
        }
    }
}

#[test]
fn an_early_packet_is_an_overlimit() {
    let mut lab = Lab::new(Config { bandwidth: 1_000_000, ..Config::default() });
    let _ = lab.put(Wire::new(1, 1000));
    assert!(lab.take().packet().is_some());
    lab.now += MS / 2;
    let _ = lab.put(Wire::new(1, 1000));
    assert_eq!(lab.cake.stats().overlimits, 1);
    let until = Instant::from_nanos(1_001_000_000);
    assert!(matches!(lab.take(), Dequeue::Until(at) if at == until));
    assert_eq!(lab.cake.stats().overlimits, 2);
    assert!(lab.wait().is_some());
    assert_eq!(lab.cake.stats().overlimits, 3);
    assert!(matches!(lab.take(), Dequeue::Empty));
}

#[test]
fn large_packets_are_cut_unless_told_not_to() {
    let large = || Wire { gso: (3, 1000), ..Wire::new(1, 3054) };
    let mut lab = Lab::new(Config::default());
    assert_eq!(lab.put(large()), Enqueued::Success);
    assert_eq!(lab.cake.backlog(), Backlog { packets: 3, bytes: 3 * 1054 });
    let tin = lab.cake.cake_stats().tins()[1];
    assert_eq!((tin.sent_packets, tin.max_skblen), (3, 3162));
    assert_eq!(lab.drain().len(), 3);
    assert_eq!(lab.put(Wire { gso: (2, 0), ..large() }), Enqueued::Drop);
    assert_eq!(lab.lost.last().map(|(_, why)| *why), Some(DropReason::SKB_GSO_SEG));
    assert_eq!(lab.cake.stats().drops, 1);
    let mut lab = Lab::new(Config { split_gso: false, ..Config::default() });
    let _ = lab.put(large());
    assert_eq!(lab.cake.backlog(), Backlog { packets: 1, bytes: 3162 });
    assert_eq!(lab.drain().len(), 1);
    assert_eq!(lab.cake.stats().packets, 3);
}

#[test]
fn peek_shows_what_goes_next() {
    let mut lab = Lab::new(Config { bandwidth: 1_000_000, ..Config::default() });
    for number in 0..3 {
        let _ = lab.put(Wire::new(1, 1000).numbered(number));
    }
    for expected in 0..3 {
        let mut cx = Cx::new(Instant::from_nanos(lab.now), &mut lab.lost);
        let before = lab.cake.backlog();
        assert!(
            matches!(lab.cake.peek(&mut cx), Dequeue::Packet(packet) if packet.number == expected)
        );
        assert_eq!((lab.cake.backlog(), lab.cake.stats().packets), (before, expected));
        assert_eq!(lab.take().packet().map(|packet| packet.number), Some(expected));
        assert_eq!(lab.cake.stats().packets, expected + 1);
        lab.now += MS;
    }
}

#[test]
fn reset_leaves_nothing_but_statistics() {
    let mut lab = Lab::new(Config { bandwidth: 1_000_000, ..Config::default() });
    for flow in 0..5 {
        let _ = lab.put(Wire::new(flow, 1000));
    }
    lab.with(|cake, cx| {
        let _ = cake.peek(cx);
        cake.reset(cx);
    });
    assert_eq!(lab.lost.len(), 5);
    assert_eq!((lab.cake.backlog(), lab.cake.stats().purged), (Backlog::default(), 5));
    assert_eq!(lab.cake.cake_stats().tins()[1].sent_packets, 5);
    let _ = lab.put(Wire::new(3, 1000).numbered(7));
    assert_eq!(lab.drain(), [7]);
}

#[test]
fn delays_are_averaged_as_linux_does() {
    let mut lab = Lab::new(Config::default());
    let _ = lab.put(Wire::new(1, 100));
    lab.now += 1024;
    let _ = lab.take();
    let tin = lab.cake.cake_stats().tins()[1];
    let nanos = |span: Duration| span.as_nanos();
    // A quarter at once into the peak, 1/256 into the others.
    assert_eq!((nanos(tin.peak_delay), nanos(tin.avg_delay), nanos(tin.base_delay)), (256, 4, 4));
    let _ = lab.put(Wire::new(1, 100));
    let _ = lab.take();
    let tin = lab.cake.cake_stats().tins()[1];
    assert_eq!((nanos(tin.peak_delay), nanos(tin.avg_delay), nanos(tin.base_delay)), (255, 4, 3));
}

/// A steady megabyte a second: the estimate gets there, and the shaper takes 15/16 of it.
#[test]
fn autorate_follows_what_arrives() {
    let config = Config { bandwidth: 500_000, autorate_ingress: true, ..Config::default() };
    let mut lab = Lab::new(config);
    for number in 0..2000u64 {
        lab.now += if number % 2 == 0 { MS / 2 } else { 3 * MS / 2 };
        let _ = lab.put(Wire::new(1, 1000));
        while lab.take().packet().is_some() {}
    }
    let estimate = lab.cake.cake_stats().capacity_estimate;
    assert!((990_000..=1_010_000).contains(&estimate), "{estimate}");
    assert_eq!(lab.cake.config().bandwidth, estimate * 15 / 16);
    assert_eq!(lab.cake.cake_stats().tins()[1].threshold_rate, estimate * 15 / 16);
}

#[test]
fn a_debt_from_shaped_times_is_paid_at_once() {
    let mut lab = Lab::new(Config { bandwidth: 1 << 40, ..Config::default() });
    for _ in 0..3000 {
        let _ = lab.put(Wire { truesize: 1, ..Wire::new(1, 1 << 20) });
        let _ = lab.put(Wire { truesize: 1, priority: 0x10003, ..Wire::new(1, 100) });
        while lab.wait().is_some() {}
    }
    lab.with(|cake, cx| cake.change(Config::default(), cx).unwrap());
    let _ = lab.put(Wire::new(1, 100).numbered(5));
    assert_eq!(lab.drain(), [5]);
}

proptest! {
    /// Going through the rounds at once or one by one comes to the same.
    #[test]
    fn skipped_rounds_are_those_that_linux_goes_through(
        tins in prop::collection::vec((any::<bool>(), -200_000i32..3000), 3),
    ) {
        prop_assume!(tins.iter().any(|(busy, _)| *busy));
        let mut lab = Lab::new(Config::default());
        lab.cake.cur_tin = 0;
        let quanta = [1024, 64, 256];
        for (index, &(busy, deficit)) in tins.iter().enumerate() {
            if busy {
                let priority = 0x10000 + [2, 1, 3][index];
                let _ = lab.put(Wire { priority, ..Wire::new(1, 10) });
            }
            lab.cake.tins[index].deficit = deficit;
        }
        let mut model: Vec<(bool, i32)> = tins;
        let mut at = 0;
        while !(model[at].0 && model[at].1 >= 0) {
            if model[at].1 <= 0 {
                model[at].1 += quanta[at];
            }
            at = (at + 1) % 3;
        }
        let len = 10;
        prop_assert!(lab.take().packet().is_some());
        model[at].1 -= len;
        let deficits: Vec<i32> = lab.cake.tins.iter().map(|tin| tin.deficit).collect();
        prop_assert_eq!(lab.cake.cur_tin, at);
        prop_assert_eq!(deficits, model.iter().map(|(_, deficit)| *deficit).collect::<Vec<_>>());
    }
}

#[derive(Clone, Debug)]
enum Op {
    Put { flow: u32, len: u32, priority: u32, gso: bool, ect: bool },
    Take,
    Peek,
    Time(u64),
    Change(Config),
    Reset,
}

fn config() -> impl Strategy<Value = Config> {
    let modes = [
        FlowMode::Flowblind,
        FlowMode::Srchost,
        FlowMode::Hosts,
        FlowMode::Flows,
        FlowMode::DualDsthost,
        FlowMode::TripleIsolate,
    ];
    let diffservs = [Diffserv::Diffserv3, Diffserv::Diffserv8, Diffserv::Besteffort];
    (
        0usize..6,
        0usize..3,
        prop::sample::select(vec![0, 1, 125_000, 1 << 40]),
        any::<[bool; 3]>(),
        1u32..40_000,
    )
        .prop_map(
            move |(mode, diffserv, bandwidth, [ingress, autorate_ingress, split_gso], memlimit)| {
                Config {
                    flow_mode: modes[mode],
                    diffserv: diffservs[diffserv],
                    bandwidth,
                    ingress,
                    autorate_ingress,
                    split_gso,
                    memlimit,
                    ..Config::default()
                }
            },
        )
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0u32..30, 0u32..3000, 0u32..5, 0u8..8, any::<bool>()).prop_map(|(flow, len, tin, gso, ect)| {
            Op::Put { flow: flow * 600, len, priority: 0x10000 + tin, gso: gso == 0, ect }
        }),
        4 => Just(Op::Take),
        1 => Just(Op::Peek),
        3 => prop_oneof![0u64..20_000_000, any::<u64>()].prop_map(Op::Time),
        1 => config().prop_map(Op::Change),
        1 => Just(Op::Reset),
    ]
}

proptest! {
    /// Nothing is lost in silence, whatever is asked at whatever time.
    #[test]
    fn packets_and_bytes_are_conserved(first in config(), ops in prop::collection::vec(op(), 0..250)) {
        let mut lab = Lab::new(first);
        let (mut came, mut went) = (Backlog::default(), Backlog::default());
        for (number, op) in (0u64..).zip(ops) {
            match op {
                Op::Put { flow, len, priority, gso, ect } => {
                    let gso = if gso && len >= 1000 { (2, (len - 54) / 2) } else { (1, 0) };
                    let len = if gso.0 == 2 { 54 + 2 * gso.1 } else { len };
                    let packet = Wire { gso, priority, ect, ..Wire::new(flow, len) }.numbered(number);
                    let cut = lab.cake.config().split_gso && gso.0 == 2;
                    came += Backlog { packets: 1 + u32::from(cut), bytes: packet.pkt_len().into() };
                    let _ = lab.put(packet);
                }
                Op::Take => {
                    if let Some(packet) = lab.take().packet() {
                        went.add(&packet);
                    }
                }
                Op::Peek => lab.with(|cake, cx| _ = cake.peek(cx)),
                Op::Time(now) if now < 20_000_000 => lab.now = lab.now.saturating_add(now),
                Op::Time(now) => lab.now = now,
                Op::Change(config) => lab.with(|cake, cx| cake.change(config, cx).unwrap()),
                Op::Reset => lab.with(|cake, cx| cake.reset(cx)),
            }
            let mut sum = went;
            lab.lost.iter().for_each(|(packet, _)| sum.add(packet));
            sum += lab.cake.backlog();
            prop_assert_eq!(came, sum);
            let stats = lab.cake.stats();
            prop_assert_eq!(stats.drops + stats.purged, lab.lost.len() as u64);
            let mut queued = Backlog::default();
            lab.cake.walk(&mut |class| queued += class.stats.backlog);
            if let Some(packet) = lab.cake.peeked.get() {
                queued.add(packet);
            }
            // Tins out of use are empty, so what is shown is all.
            prop_assert_eq!(queued, stats.backlog);
        }
    }

    /// Whatever waits leaves in the end, if time goes on.
    #[test]
    fn all_that_waits_leaves(config in config(), ops in prop::collection::vec(op(), 0..100)) {
        let mut lab = Lab::new(Config { bandwidth: config.bandwidth.max(100_000), ..config });
        for op in ops {
            if let Op::Put { flow, len, priority, ect, .. } = op {
                let _ = lab.put(Wire { priority, ect, ..Wire::new(flow, len) });
                lab.now += 700_000;
            }
        }
        let waits = lab.cake.backlog().packets as usize;
        let lost = lab.lost.len();
        let left = lab.drain().len();
        prop_assert_eq!(left + lab.lost.len() - lost, waits);
    }
}
