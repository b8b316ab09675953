use alloc::vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, DropReason};

use super::*;
use crate::filter::{At, Filter, Request, Target, matchall};
use crate::testutil::Toy;
use crate::{Backlog, ClassError, RateSpec, Tbf, tbf};

const ROOT: Handle = Handle(1);
/// 1000 bytes a millisecond: 15625 of Linux's units for 1000 bytes, without remainder.
const MB: u32 = 1_000_000;

type Lost = Vec<(Toy, DropReason)>;

fn id(minor: u16) -> ClassId {
    ROOT.class(minor)
}

fn hfsc(classes: &[(u16, u16, ClassConfig)], cx: &mut Cx<'_, Toy>) -> Hfsc<Toy> {
    let mut hfsc = Hfsc::new(ROOT, Config::default()).unwrap();
    for (class, parent, config) in classes {
        hfsc.add_class(id(*class), Some(id(*parent)), *config, cx).unwrap();
    }
    hfsc
}

fn rt(curve: Curve) -> ClassConfig {
    ClassConfig { rsc: Some(curve), ..ClassConfig::default() }
}

fn toy(class: u16, len: u32) -> Toy {
    Toy::new(class.into(), len).with_priority(id(class).0)
}

fn fill(hfsc: &mut Hfsc<Toy>, class: u16, packets: u32, len: u32, cx: &mut Cx<'_, Toy>) {
    for _ in 0..packets {
        assert_eq!(hfsc.enqueue(toy(class, len), cx), Enqueued::Success);
    }
}

/// Dequeues over a link of so many bytes a second, 0 for one without end, waking at deadlines, until
/// `end`; times and packets.
fn run(hfsc: &mut Hfsc<Toy>, link: u64, end: u64, cx: &mut Cx<'_, Toy>) -> Vec<(u64, Toy)> {
    let mut sent = Vec::new();
    while cx.now.as_nanos() <= end {
        match hfsc.dequeue(cx) {
            Dequeue::Packet(packet) => {
                let now = cx.now.as_nanos();
                let time = (u64::from(packet.len) * 1_000_000_000).checked_div(link);
                sent.push((now, packet));
                cx.now = Instant::from_nanos(now + time.unwrap_or(0));
            }
            Dequeue::Until(at) if at.as_nanos() <= end => {
                assert!(at > cx.now, "a deadline is ahead");
                cx.now = at;
            }
            _ => break,
        }
    }
    sent
}

fn classes(sent: &[(u64, Toy)]) -> Vec<u32> {
    sent.iter().map(|(_, packet)| packet.flow).collect()
}

fn shown(hfsc: &Hfsc<Toy>, minor: u16) -> (Stats, ClassXStats, Option<ClassId>) {
    let mut found = None;
    hfsc.walk(&mut |class| {
        if let Some(AnyClassXStats::Hfsc(xstats)) = class.xstats
            && class.id == id(minor)
        {
            found = Some((class.stats, xstats, class.parent));
        }
    });
    found.unwrap()
}

/// By hand: 1000 bytes are 15625 units of virtual time at 1 MB/s. At 3 MB/s the inverse slope rounds
/// up to 85334/2¹⁴, so n packets are 5208, 10416, 15625, 20833, 26041, 31250; a tie goes to the class
/// that has been there longer.
#[test]
fn shares_follow_virtual_time() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let (one, three) = (ClassConfig::ls(MB), ClassConfig::ls(3 * MB));
    let mut hfsc = hfsc(&[(1, 0, one), (2, 0, three)], &mut cx);
    fill(&mut hfsc, 1, 4, 1000, &mut cx);
    fill(&mut hfsc, 2, 6, 1000, &mut cx);
    let sent = classes(&run(&mut hfsc, 0, 0, &mut cx));
    assert_eq!(sent, [1, 2, 2, 2, 1, 2, 2, 2, 1, 1]);
    let (stats, xstats, parent) = shown(&hfsc, 2);
    assert_eq!((stats.packets, stats.bytes), (6, 6000));
    assert_eq!(xstats, ClassXStats { work: 6000, rtwork: 0, period: 1, level: 0 });
    assert_eq!(parent, Some(id(0)));
    // The root's work isn't counted: `update_vf` stops below it.
    assert_eq!(shown(&hfsc, 0).1, ClassXStats { work: 0, rtwork: 0, period: 0, level: 1 });
}

/// A real-time curve without another one is a rate that is neither missed nor exceeded.
#[test]
fn real_time_alone_is_a_rate() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::from_millis(7), &mut lost);
    let mut hfsc = hfsc(&[(1, 0, rt(Curve::linear(MB)))], &mut cx);
    fill(&mut hfsc, 1, 4, 1000, &mut cx);
    let times: Vec<_> =
        run(&mut hfsc, 0, u64::MAX, &mut cx).iter().map(|(at, _)| at / 1_000_000).collect();
    assert_eq!(times, [7, 8, 9, 10]);
    assert_eq!(shown(&hfsc, 1).1, ClassXStats { work: 4000, rtwork: 4000, period: 0, level: 0 });
    assert_eq!(hfsc.stats().overlimits, 3);
}

#[test]
fn an_upper_limit_holds_a_share_back() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::from_millis(1), &mut lost);
    let limited = ClassConfig { usc: Some(Curve::linear(MB)), ..ClassConfig::ls(9 * MB) };
    let mut hfsc = hfsc(&[(1, 0, limited), (2, 1, ClassConfig::ls(MB))], &mut cx);
    fill(&mut hfsc, 2, 3, 500, &mut cx);
    let sent = run(&mut hfsc, 0, u64::MAX, &mut cx);
    let times: Vec<_> = sent.iter().map(|(at, _)| *at).collect();
    // 500 bytes are 7812.5 units of 64 ns, rounded down.
    assert_eq!(times, [1_000_000, 1_499_968, 2_000_000]);
    assert_eq!(shown(&hfsc, 1).1.work, 1500, "an inner class sums up");
}

#[test]
fn shares_are_shared_on_along_the_tree() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let ls = |rate| ClassConfig::ls(rate * MB);
    let tree = [(1, 0, ls(3)), (2, 0, ls(1)), (11, 1, ls(1)), (12, 1, ls(2)), (21, 2, ls(5))];
    let mut hfsc = hfsc(&tree, &mut cx);
    for class in [11, 12, 21] {
        fill(&mut hfsc, class, 900, 1000, &mut cx);
    }
    let count = |sent: &[(u64, Toy)], class| {
        sent.iter().filter(|(_, packet)| packet.flow == class).count() as i64
    };
    let near = |got: i64, want: i64| assert!((got - want).abs() <= 2, "{got}, not {want}");
    let sent = run(&mut hfsc, u64::from(MB), 399_000_000, &mut cx);
    near(count(&sent, 11), 100);
    near(count(&sent, 12), 200);
    near(count(&sent, 21), 100);
    // A class that goes idle leaves its share to its sibling first.
    hfsc.with_leaf(id(12), &mut |leaf, cx| leaf.reset(cx), &mut cx).unwrap();
    let sent = run(&mut hfsc, u64::from(MB), 799_000_000, &mut cx);
    near(count(&sent, 11), 300);
    near(count(&sent, 21), 100);
}

proptest! {
    /// The promise of a concave curve: a packet of up to `umax` bytes, if no more than the rate comes,
    /// has left `dmax` after it came, but for the packet that was under way.
    #[test]
    fn voice_is_never_late(
        umax in 100u32..1500,
        dmax in 1000u32..20_000,
        pause in 0u64..3_000_000,
        others in prop::collection::vec(200u32..1500, 3),
    ) {
        let link = 10 * u64::from(MB);
        let rate = 200_000;
        let voice = Curve::with_delay(umax, dmax, rate).unwrap();
        prop_assume!(u64::from(voice.m1) < link / 2);
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::from_millis(3), &mut lost);
        let voice = ClassConfig { rsc: Some(voice), fsc: Some(Curve::linear(1000)), usc: None };
        let greedy = ClassConfig::sc(4 * MB);
        let mut hfsc =
            hfsc(&[(1, 0, voice), (2, 0, greedy), (3, 0, ClassConfig::ls(9 * MB))], &mut cx);
        let period = u64::from(umax) * 1_000_000_000 / u64::from(rate) + 1000 + pause;
        for round in 0..40 {
            for (class, len) in [2, 3, 3].into_iter().zip(&others) {
                fill(&mut hfsc, class, 1 + (period * 5 / 100_000) as u32 / len, *len, &mut cx);
            }
            let came = cx.now.as_nanos();
            let late = came + u64::from(dmax) * 1000 + 1500 * 1_000_000_000 / link + 1000;
            fill(&mut hfsc, 1, 1, umax, &mut cx);
            let sent = run(&mut hfsc, link, came + period, &mut cx);
            let heard = sent.iter().find(|(_, packet)| packet.flow == 1).map(|(at, _)| *at);
            let heard = heard.map(|at| at + u64::from(umax) * 1_000_000_000 / link);
            if period >= u64::from(dmax) * 1000 + 1_000_000 {
                prop_assert!(heard.is_some_and(|at| at <= late), "{round}: {heard:?}, {late}");
            }
            cx.now = Instant::from_nanos(cx.now.as_nanos().max(came + period));
        }
    }
}

#[test]
fn without_classes_it_is_a_pfifo() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut hfsc = Hfsc::new(ROOT, Config { default: 0, tx_queue_len: 2 }).unwrap();
    let verdicts = [1, 2, 3].map(|len| hfsc.enqueue(Toy::new(0, len), &mut cx));
    assert_eq!(verdicts, [Enqueued::Success, Enqueued::Success, Enqueued::Drop]);
    assert_eq!(hfsc.dequeue(&mut cx), Dequeue::Packet(Toy::new(0, 1)));
    // Its first class ends that, and drops what is left.
    hfsc.add_class(id(5), None, ClassConfig::ls(MB), &mut cx).unwrap();
    assert_eq!((hfsc.stats().drops, hfsc.backlog()), (2, Backlog::default()));
    assert_eq!(hfsc.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Bypass);
    hfsc.change(Config { default: 5, ..*hfsc.config() }).unwrap();
    assert_eq!(hfsc.enqueue(Toy::new(0, 4), &mut cx), Enqueued::Success);
    assert_eq!(
        hfsc.enqueue(toy(0, 5), &mut cx),
        Enqueued::Success,
        "an inner class has no packets"
    );
    assert_eq!(hfsc.leaf(id(5)).map(|leaf| leaf.backlog().bytes), Some(9));
    hfsc.delete_class(id(5), &mut cx).unwrap();
    assert_eq!((hfsc.stats().drops, hfsc.backlog()), (5, Backlog::default()));
    hfsc.change(Config { default: 0, ..*hfsc.config() }).unwrap();
    assert_eq!(hfsc.enqueue(Toy::new(0, 6), &mut cx), Enqueued::Success);
    assert_eq!(hfsc.dequeue(&mut cx), Dequeue::Packet(Toy::new(0, 6)));
}

#[test]
fn a_parent_in_real_time_shares_by_the_same_curve() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let curve = Curve { m1: 2 * MB, d: 1000, m2: MB };
    let mut hfsc = hfsc(&[(1, 0, rt(curve))], &mut cx);
    fill(&mut hfsc, 1, 2, 100, &mut cx);
    assert_eq!(hfsc.class_config(id(1)), Some(rt(curve)));
    hfsc.add_class(id(2), Some(id(1)), ClassConfig::ls(MB), &mut cx).unwrap();
    let both = ClassConfig { fsc: Some(curve), ..rt(curve) };
    assert_eq!(hfsc.class_config(id(1)), Some(both));
    assert_eq!((hfsc.stats().drops, hfsc.backlog().packets), (2, 0));
    assert!(hfsc.leaf(id(1)).is_none());
    assert_eq!(hfsc.delete_class(id(1), &mut cx), Err(ClassError::InUse(id(1))));
    assert!(hfsc.graft_here(id(1), Box::new(Fifo::pfifo(1).unwrap()), &mut cx).is_err());
    let levels = [0, 1, 2].map(|minor| shown(&hfsc, minor).1.level);
    assert_eq!(levels, [2, 1, 0]);
    fill(&mut hfsc, 2, 1, 100, &mut cx);
    assert_eq!(classes(&run(&mut hfsc, 0, 0, &mut cx)), [2]);
    hfsc.delete_class(id(2), &mut cx).unwrap();
    assert_eq!([0, 1].map(|minor| shown(&hfsc, minor).1.level), [1, 0]);
    fill(&mut hfsc, 1, 1, 100, &mut cx);
    assert_eq!(classes(&run(&mut hfsc, 0, 0, &mut cx)), [1]);
}

#[test]
fn classes_that_make_no_sense_are_refused() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let none = Config { tx_queue_len: 0, ..Config::default() };
    assert_eq!(Hfsc::<Toy>::new(ROOT, none).err(), Some(ConfigError::ZeroLimit));
    let ok = ClassConfig::ls(MB);
    let mut hfsc = hfsc(&[(2, 0, ok)], &mut cx);
    assert_eq!(hfsc.change(none), Err(ConfigError::ZeroLimit));
    let foreign = Handle(2).class(3);
    let flat = ClassConfig { rsc: Some(Curve { d: 9, ..Curve::default() }), ..ClassConfig::ls(0) };
    let limit = ClassConfig { usc: Some(Curve::linear(1)), ..ClassConfig::default() };
    let no_curve = ClassError::Config(ConfigError::NoCurve);
    for (class, parent, config, why) in [
        (id(2), None, ok, ClassError::Exists(id(2))),
        (id(0), None, ok, ClassError::Exists(id(0))),
        (foreign, None, ok, ClassError::Foreign(foreign)),
        (id(3), Some(id(4)), ok, ClassError::UnknownParent(id(4))),
        (id(3), Some(id(3)), ok, ClassError::UnknownParent(id(3))),
        (id(3), Some(id(2)), flat, no_curve),
        (id(3), Some(id(2)), limit, no_curve),
    ] {
        assert_eq!(hfsc.add_class(class, parent, config, &mut cx), Err(why));
    }
    assert_eq!(hfsc.change_class(id(3), ok, &mut cx), Err(ClassError::Unknown(id(3))));
    assert_eq!(hfsc.delete_class(id(3), &mut cx), Err(ClassError::Unknown(id(3))));
    assert_eq!(hfsc.delete_class(id(0), &mut cx), Err(ClassError::InUse(id(0))));
    assert!(hfsc.leaf(id(2)).is_some(), "still a leaf");
    let mut seen = Vec::new();
    hfsc.walk(&mut |class| seen.push((class.id, class.parent)));
    assert_eq!(seen, [(id(0), None), (id(2), Some(id(0)))]);
}

/// Curves that are not named stay; a real-time curve that comes late begins when it comes.
#[test]
fn a_change_begins_now() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let limited = ClassConfig { usc: Some(Curve::linear(1000)), ..ClassConfig::ls(MB) };
    let mut hfsc = hfsc(&[(1, 0, limited)], &mut cx);
    fill(&mut hfsc, 1, 9, 1000, &mut cx);
    assert_eq!(run(&mut hfsc, 0, 0, &mut cx).len(), 1, "then a packet a second");
    cx.now = Instant::from_millis(10);
    hfsc.change_class(id(1), rt(Curve::linear(MB)), &mut cx).unwrap();
    let all = ClassConfig { rsc: Some(Curve::linear(MB)), ..limited };
    assert_eq!(hfsc.class_config(id(1)), Some(all));
    let times: Vec<_> = run(&mut hfsc, 0, 12_500_000, &mut cx).iter().map(|it| it.0).collect();
    assert_eq!(times, [10_000_000, 11_000_000, 12_000_000]);
    // At twice the rate from 12 ms on: the next packet is due at once, since the curve begins anew.
    hfsc.change_class(id(1), rt(Curve::linear(2 * MB)), &mut cx).unwrap();
    let times: Vec<_> = run(&mut hfsc, 0, 13_200_000, &mut cx).iter().map(|it| it.0).collect();
    assert_eq!(times, [12_000_000, 12_499_968, 13_000_000]);
}

#[test]
fn filters_point_downwards() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let ls = ClassConfig::ls(MB);
    let mut hfsc = hfsc(&[(1, 0, ls), (2, 0, ls), (11, 1, ls), (21, 2, ls)], &mut cx);
    let at = At { prio: 9, ..At::any(softnet_sk_buff::EtherType::ALL) };
    let send = |hfsc: &mut Hfsc<Toy>, of: u16, to: u16| {
        let filter = Filter::Matchall(matchall::Config { target: Target::class(id(to)) });
        let filters = hfsc.filters_mut(Some(id(of))).unwrap();
        filters
            .delete(At { prio: 0, protocol: softnet_sk_buff::EtherType::NONE, ..at }, None)
            .unwrap();
        filters.change(Request::Add, at, filter, Instant::ZERO).unwrap();
    };
    let held = |hfsc: &Hfsc<Toy>, minor| hfsc.leaf(id(minor)).map(|leaf| leaf.backlog().packets);
    send(&mut hfsc, 0, 1);
    assert_eq!(hfsc.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Bypass, "1:1 has no filters");
    send(&mut hfsc, 1, 11);
    assert_eq!(hfsc.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Success);
    assert_eq!(held(&hfsc, 11), Some(1));
    // A priority that names an inner class does not start there, as htb's does.
    assert_eq!(hfsc.enqueue(toy(2, 1), &mut cx), Enqueued::Success);
    assert_eq!(held(&hfsc, 11), Some(2));
    assert_eq!(hfsc.delete_class(id(11), &mut cx), Err(ClassError::InUse(id(11))));
    send(&mut hfsc, 1, 2);
    assert_eq!(hfsc.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Bypass, "across, not down");
    assert_eq!(hfsc.stats().drops, 2);
}

#[test]
fn reset_begins_all_over() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut hfsc = hfsc(&[(1, 0, ClassConfig::sc(MB)), (2, 0, ClassConfig::ls(MB))], &mut cx);
    for class in [1, 2] {
        fill(&mut hfsc, class, 5, 1000, &mut cx);
    }
    assert_eq!(run(&mut hfsc, u64::from(MB), 2_500_000, &mut cx).len(), 3);
    hfsc.reset(&mut cx);
    assert_eq!((hfsc.stats().purged, hfsc.backlog()), (7, Backlog::default()));
    assert_eq!(hfsc.dequeue(&mut cx), Dequeue::Empty);
    let (stats, xstats, _) = shown(&hfsc, 1);
    assert_eq!(xstats, ClassXStats::default());
    assert!(stats.bytes > 0, "what it counted stays");
    for class in [1, 2] {
        fill(&mut hfsc, class, 2, 1000, &mut cx);
    }
    assert_eq!(run(&mut hfsc, 0, u64::MAX, &mut cx).len(), 4);
}

#[test]
fn a_child_that_holds_back_holds_all_back() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut hfsc = hfsc(&[(1, 0, ClassConfig::ls(MB)), (2, 0, ClassConfig::ls(MB))], &mut cx);
    let slow = tbf::Config::new(RateSpec::bytes(1000), 2000, 90_000);
    hfsc.graft_here(id(1), Box::new(Tbf::new(Handle(2), slow).unwrap()), &mut cx).unwrap();
    fill(&mut hfsc, 1, 3, 1500, &mut cx);
    fill(&mut hfsc, 2, 1, 5000, &mut cx);
    assert_eq!(classes(&run(&mut hfsc, 0, 0, &mut cx)), [1, 2]);
    // 500 bytes are left in the bucket.
    assert_eq!(hfsc.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(1000)));
    cx.now = Instant::from_millis(1000);
    assert!(matches!(hfsc.peek(&mut cx), Dequeue::Packet(packet) if packet.flow == 1));
    assert_eq!((hfsc.backlog().packets, hfsc.stats().packets), (2, 2));
    assert!(hfsc.dequeue(&mut cx).packet().is_some());
}

#[test]
fn extreme_times_and_curves_do_no_harm() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::from_millis(9000), &mut lost);
    let most = Curve { m1: u32::MAX, d: u32::MAX, m2: u32::MAX };
    let least = Curve { m1: 1, d: 1, m2: 0 };
    let curves = [most, least, Curve { m1: 0, ..most }, Curve { m2: 0, ..most }];
    let mut tree = vec![];
    for (minor, curve) in (1..).zip(curves) {
        tree.push((minor, 0, ClassConfig { fsc: Some(curve), usc: Some(curve), ..rt(curve) }));
    }
    let mut hfsc = hfsc(&tree, &mut cx);
    for now in [9_000_000_000, 0, 1, u64::MAX / 2, u64::MAX - 1, 5, u64::MAX] {
        cx.now = Instant::from_nanos(now);
        for class in 1..5 {
            fill(&mut hfsc, class, 3, 1 << 28, &mut cx);
        }
        for _ in 0..9 {
            let _ = hfsc.dequeue(&mut cx);
        }
    }
}

#[derive(Clone, Debug)]
enum Op {
    Enqueue { class: u16, len: u32 },
    Dequeue { wait: u64 },
    Peek,
    Add { class: u16, parent: u16, curves: [Option<Curve>; 3] },
    Change { class: u16, curves: [Option<Curve>; 3] },
    Delete { class: u16 },
    Graft { class: u16, kind: u8 },
    Reset,
}

fn curves() -> impl Strategy<Value = [Option<Curve>; 3]> {
    let rate = || prop_oneof![Just(0), 1000u32..MB];
    let curve = (rate(), 0u32..20_000, rate()).prop_map(|(m1, d, m2)| Curve { m1, d, m2 });
    prop::array::uniform3(prop::option::of(curve))
}

fn op() -> impl Strategy<Value = Op> {
    let class = || 0u16..10;
    prop_oneof![
        12 => (class(), 1u32..3000).prop_map(|(class, len)| Op::Enqueue { class, len }),
        12 => (0u64..3_000_000).prop_map(|wait| Op::Dequeue { wait }),
        1 => Just(Op::Peek),
        6 => (class(), class(), curves())
            .prop_map(|(class, parent, curves)| Op::Add { class, parent, curves }),
        2 => (class(), curves()).prop_map(|(class, curves)| Op::Change { class, curves }),
        2 => class().prop_map(|class| Op::Delete { class }),
        1 => (class(), 0u8..3).prop_map(|(class, kind)| Op::Graft { class, kind }),
        1 => Just(Op::Reset),
    ]
}

fn apply(hfsc: &mut Hfsc<Toy>, op: Op, entered: &mut u64, cx: &mut Cx<'_, Toy>) -> Option<Toy> {
    let config = |[rsc, fsc, usc]: [Option<Curve>; 3]| ClassConfig { rsc, fsc, usc };
    match op {
        Op::Enqueue { class, len } => {
            *entered += 1;
            let _ = hfsc.enqueue(toy(class, len), cx);
        }
        Op::Dequeue { wait } => {
            cx.now = Instant::from_nanos(cx.now.as_nanos() + wait);
            return hfsc.dequeue(cx).packet();
        }
        Op::Peek => _ = hfsc.peek(cx),
        Op::Add { class, parent, curves } => {
            let _ = hfsc.add_class(id(class), Some(id(parent)), config(curves), cx);
        }
        Op::Change { class, curves } => _ = hfsc.change_class(id(class), config(curves), cx),
        Op::Delete { class } => _ = hfsc.delete_class(id(class), cx),
        Op::Graft { class, kind } => {
            let slow = tbf::Config::new(RateSpec::bytes(100_000), 3000, 9000);
            let child: Box<dyn Qdisc<Toy>> = match kind {
                0 => Box::new(crate::FqCodel::new(Handle(9), Default::default(), [0; 2]).unwrap()),
                1 => Box::new(Tbf::new(Handle(7), slow).unwrap()),
                _ => Box::new(Fifo::pfifo(2).unwrap()),
            };
            let _ = hfsc.graft_here(id(class), child, cx);
        }
        Op::Reset => hfsc.reset(cx),
    }
    None
}

proptest! {
    /// Whatever is done to the tree: nothing is lost in silence, every leaf's packets are in the
    /// books, and a class has its place in the trees if and only if it has packets and a curve.
    #[test]
    fn the_books_are_right(ops in prop::collection::vec(op(), 0..200)) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut hfsc = Hfsc::new(ROOT, Config { default: 3, ..Config::default() }).unwrap();
        let (mut entered, mut left) = (0, 0);
        for op in ops {
            left += u64::from(apply(&mut hfsc, op, &mut entered, &mut cx).is_some());
            let stats = *hfsc.stats();
            let gone = stats.packets + stats.drops + stats.purged;
            prop_assert_eq!(stats.packets, left);
            prop_assert_eq!(entered, gone + u64::from(stats.backlog.packets));
            let mut sum = Backlog::default();
            hfsc.peeked.get().into_iter().for_each(|packet| sum.add(packet));
            hfsc.walk(&mut |class| sum += class.stats.backlog);
            prop_assert_eq!(sum, stats.backlog);
            for at in hfsc.classes.places() {
                let class = hfsc.classes.get(at).unwrap();
                let node = &hfsc.tree.nodes[at as usize];
                if at != tree::ROOT && node.is_leaf() && (node.rsc.is_some() || node.fsc.is_some()) {
                    prop_assert_eq!(hfsc.tree.is_active(at), class.child.backlog().packets > 0);
                }
            }
        }
    }
}
