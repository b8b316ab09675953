use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::DropCounts;

use super::*;
use crate::filter::{At, Filter, Request, Target, matchall};
use crate::testutil::Toy;
use crate::{Backlog, ClassError, Fifo, RateSpec, Tbf, tbf};

const ROOT: Handle = Handle(1);
/// 1000 bytes a millisecond, which Linux's arithmetic hits exactly.
const MB: u64 = 1_000_000;

type Lost = Vec<(Toy, DropReason)>;

fn id(minor: u16) -> ClassId {
    ROOT.class(minor)
}

fn rates(rate: u64, ceil: u64) -> ClassConfig {
    ClassConfig::new(RateSpec::bytes(rate), RateSpec::bytes(ceil))
}

/// An htb with class 1 at rate and ceiling `all`, and leaves below it.
fn family(all: u64, leaves: &[(u16, ClassConfig)], cx: &mut Cx<'_, Toy>) -> Htb<Toy> {
    let mut htb = Htb::new(ROOT, Config::default()).unwrap();
    htb.add_class(id(1), None, rates(all, all), cx).unwrap();
    for (minor, config) in leaves {
        htb.add_class(id(*minor), Some(id(1)), *config, cx).unwrap();
    }
    htb
}

fn toy(class: u16, len: u32) -> Toy {
    Toy::new(class.into(), len).with_priority(id(class).0)
}

fn fill(htb: &mut Htb<Toy>, class: u16, packets: u32, len: u32, cx: &mut Cx<'_, Toy>) {
    for _ in 0..packets {
        assert_eq!(htb.enqueue(toy(class, len), cx), Enqueued::Success);
    }
}

/// Dequeues, waking at deadlines, until `end`; times and packets.
fn run(htb: &mut Htb<Toy>, end: u64, cx: &mut Cx<'_, Toy>) -> Vec<(u64, Toy)> {
    let mut sent = Vec::new();
    loop {
        match htb.dequeue(cx) {
            Dequeue::Packet(packet) => sent.push((cx.now.as_nanos(), packet)),
            Dequeue::Until(at) if at.as_nanos() <= end => {
                assert!(at > cx.now, "a deadline is ahead");
                cx.now = at;
            }
            _ => return sent,
        }
    }
}

fn classes(sent: &[(u64, Toy)]) -> Vec<u32> {
    sent.iter().map(|(_, packet)| packet.flow).collect()
}

fn shown(htb: &Htb<Toy>, minor: u16) -> (Stats, ClassXStats) {
    let mut found = None;
    htb.walk(&mut |class| {
        if class.id == id(minor) {
            let Some(AnyClassXStats::Htb(xstats)) = class.xstats else { return };
            found = Some((class.stats, xstats));
        }
    });
    found.unwrap()
}

/// Followed by hand through `htb_charge_class` and `htb_do_events`. A packet of 1000 bytes costs the
/// leaf 1 ms of rate and 0.5 ms of ceiling, its parent 0.5 ms of both; 1600 bytes of burst are 1.6 ms
/// and 0.8 ms.
#[test]
fn borrows_and_lends_as_linux_counts() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = family(2 * MB, &[(10, rates(MB, 2 * MB))], &mut cx);
    fill(&mut htb, 10, 5, 1000, &mut cx);
    for _ in 0..2 {
        assert!(htb.dequeue(&mut cx).packet().is_some());
    }
    // Both are 0.2 ms in debt at their ceilings.
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Until(Instant::from_nanos(200_000)));
    assert_eq!(htb.stats().overlimits, 2);
    cx.now = Instant::from_nanos(200_000);
    assert!(htb.dequeue(&mut cx).packet().is_some(), "on the parent's tokens");
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Until(Instant::from_nanos(700_000)));
    cx.now = Instant::from_nanos(700_000);
    assert!(htb.dequeue(&mut cx).packet().is_some(), "on its own again");
    let (stats, leaf) = shown(&htb, 10);
    assert_eq!((leaf.lends, leaf.borrows, stats.overlimits), (3, 1, 3));
    assert_eq!((leaf.tokens, leaf.ctokens), (-10_938, -7_813), "0.7 and 0.5 ms in 64 ns");
    assert_eq!((stats.packets, stats.bytes, stats.backlog.packets), (4, 4000, 1));
    let (stats, parent) = shown(&htb, 1);
    assert_eq!((parent.lends, parent.borrows, stats.overlimits), (1, 0, 2));
    assert_eq!((stats.packets, stats.bytes, stats.backlog.packets), (4, 4000, 0));
    assert_eq!(htb.stats().overlimits, 5);
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Until(Instant::from_nanos(1_200_000)));
}

/// The first packet always overdraws an empty deficit, so the first turn is one packet; then quantum
/// by length. The order is that of the numbers, not of creation.
#[test]
fn borrowers_take_turns_of_a_quantum() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let leaf = |quantum| ClassConfig { quantum, ..rates(1000, MB).with_bursts(0, 100_000) };
    let leaves = [(30, leaf(1000)), (10, leaf(3000)), (20, leaf(2000))];
    let mut htb = family(MB, &leaves, &mut cx);
    for class in [20, 30, 10] {
        fill(&mut htb, class, 30, 1000, &mut cx);
    }
    let order = classes(&run(&mut htb, 40_000_000, &mut cx));
    // Each has one token at first, so to speak: a debt of nothing may send.
    assert_eq!(order[..3], [10, 20, 30]);
    let turns = [10, 20, 30, 10, 10, 10, 20, 20, 30, 10, 10, 10, 20, 20, 30];
    assert_eq!(order[3..18], turns);
}

#[test]
fn a_turn_survives_a_class_that_goes_away() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let leaf = ClassConfig { quantum: 1000, ..rates(1000, MB).with_bursts(0, 100_000) };
    let mut htb = family(MB, &[(10, leaf), (20, leaf), (30, leaf)], &mut cx);
    for class in [10, 20, 30] {
        fill(&mut htb, class, 9, 1000, &mut cx);
    }
    // Three at once, which puts the parent 1.4 ms into debt; then one a millisecond.
    assert_eq!(classes(&run(&mut htb, 2_000_000, &mut cx)), [10, 20, 30, 10]);
    // It would be the turn of 20.
    htb.delete_class(id(20), &mut cx).unwrap();
    assert_eq!(htb.stats().drops, 8);
    assert_eq!(classes(&run(&mut htb, 4_000_000, &mut cx)), [30, 10]);
}

#[test]
fn lower_priorities_borrow_what_is_left() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let leaf = rates(MB / 10, MB);
    let leaves = [(10, leaf.with_prio(3)), (20, leaf), (30, leaf.with_prio(99))];
    let mut htb = family(MB, &leaves, &mut cx);
    assert_eq!(htb.class_config(id(30)).map(|config| config.prio), Some(7));
    for class in [10, 20, 30] {
        fill(&mut htb, class, 1000, 1000, &mut cx);
    }
    let sent = classes(&run(&mut htb, 500_000_000, &mut cx));
    let count = |class| sent.iter().filter(|it| **it == class).count();
    // A tenth each is theirs; the rest goes to 20. Bursts are a packet or two.
    assert!((49..=52).contains(&count(10)), "{}", count(10));
    assert!((49..=52).contains(&count(30)), "{}", count(30));
    assert!((398..=404).contains(&count(20)), "{}", count(20));
}

proptest! {
    /// Σs ≤ B + C·Δt + one packet, which may overdraw, for a leaf. For all of them under one parent
    /// the bursts are those of all: what a leaf sends on its own tokens asks nobody.
    #[test]
    fn no_window_has_more_than_the_ceiling(
        ceil in 10_000u64..10_000_000,
        rate_of in 4u64..9,
        bursts in (0u32..20_000, 0u32..20_000),
        arrivals in prop::collection::vec((0u64..20_000_000, 10u16..13, 1u32..1600), 1..150),
    ) {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::from_millis(3), &mut lost);
        let leaf = rates(ceil / rate_of, ceil).with_bursts(bursts.0, bursts.1);
        let half = rates(ceil / 2 / rate_of, ceil / 2).with_bursts(bursts.0, bursts.1);
        let mut htb = family(ceil, &[(10, leaf), (11, half), (12, leaf)], &mut cx);
        let mut sent = Vec::new();
        for (gap, class, len) in arrivals {
            prop_assert_eq!(htb.enqueue(toy(class, len), &mut cx), Enqueued::Success);
            sent.extend(run(&mut htb, cx.now.as_nanos() + gap, &mut cx));
            cx.now = Instant::from_nanos(cx.now.as_nanos() + gap);
        }
        for (class, ceil, burst) in
            [(None, ceil, 1600 + 3 * (bursts.0 + 1600)),
             (Some(10), ceil, bursts.1), (Some(11), ceil / 2, bursts.1)]
        {
            let own = |packet: &Toy| class.is_none_or(|class| packet.flow == class);
            let own: Vec<_> = sent.iter().filter(|(_, packet)| own(packet)).collect();
            for (first, (start, _)) in own.iter().enumerate() {
                let mut bytes = 0u128;
                for (end, packet) in &own[first..] {
                    // The last one may overdraw.
                    let span = u128::from(end - start) + own.len() as u128 + 64;
                    let allowed = u128::from(burst) * 1_000_000_000 + u128::from(ceil) * span;
                    prop_assert!(bytes * 1_000_000_000 <= allowed + allowed / (1 << 30));
                    bytes += u128::from(packet.len);
                }
            }
        }
    }

    /// A class that always has packets gets its rate, whatever the others do.
    #[test]
    fn each_class_gets_its_rate(
        rate in prop::collection::vec(1u64..10, 3),
        prio in prop::collection::vec(0u32..8, 3),
        lens in prop::collection::vec(100u32..1500, 3),
    ) {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let all = rate.iter().sum::<u64>() * 10_000;
        let leaves: Vec<_> = (10u16..).zip(rate.iter().zip(&prio))
            .map(|(minor, (rate, prio))| (minor, rates(rate * 10_000, all).with_prio(*prio)))
            .collect();
        let mut htb = family(all, &leaves, &mut cx);
        for (class, len) in (10..).zip(&lens) {
            fill(&mut htb, class, 1000, *len, &mut cx);
        }
        let sent = run(&mut htb, 1_000_000_000, &mut cx);
        for (class, (rate, len)) in (10..).zip(rate.iter().zip(&lens)) {
            let packets = sent.iter().filter(|(_, packet)| packet.flow == class).count() as u64;
            let bytes = packets * u64::from(*len);
            // Everyone waits for what others overdrew.
            prop_assert!(bytes + 3 * 1500 >= rate * 10_000, "class {class}: {bytes} of {rate}");
        }
    }
}

#[test]
fn what_no_class_takes_goes_straight_on() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let config = Config { direct_qlen: 2, default: 9, ..Config::default() };
    let mut htb = Htb::new(ROOT, config).unwrap();
    htb.add_class(id(5), None, rates(MB, MB), &mut cx).unwrap();
    fill(&mut htb, 5, 1, 1000, &mut cx);
    // Class 9 is not there; 1: itself is the direct queue; 2:5 is nobody here.
    let direct = [Toy::new(0, 1), toy(0, 2), Toy::new(0, 3).with_priority(Handle(2).class(5).0)];
    let verdicts = direct.map(|toy| htb.enqueue(toy, &mut cx));
    assert_eq!(verdicts, [Enqueued::Success, Enqueued::Success, Enqueued::Drop]);
    assert_eq!(htb.xstats(), Some(AnyXStats::Htb(XStats { direct_packets: 2 })));
    let lens: Vec<_> = run(&mut htb, 0, &mut cx).iter().map(|(_, packet)| packet.len).collect();
    assert_eq!(lens, [1, 2, 1000], "before all that is shaped");
    assert_eq!((htb.stats().drops, htb.stats().packets), (1, 3));
    htb.add_class(id(9), None, rates(MB, MB), &mut cx).unwrap();
    assert_eq!(htb.enqueue(Toy::new(0, 4), &mut cx), Enqueued::Success);
    assert_eq!(htb.leaf(id(9)).map(Qdisc::backlog), Some(Backlog { packets: 1, bytes: 4 }));
}

/// `tc filter add … parent OF matchall classid 1:TO`.
fn send_all(htb: &mut Htb<Toy>, of: Option<ClassId>, to: ClassId) {
    let filter = Filter::Matchall(matchall::Config { target: Target::class(to) });
    let at = At::any(softnet_sk_buff::EtherType::ALL);
    htb.filters_mut(of).unwrap().change(Request::Add, at, filter, Instant::ZERO).unwrap();
}

#[test]
fn filters_lead_from_class_to_class() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let ok = rates(MB, MB);
    let mut htb = family(MB, &[(10, ok), (20, ok)], &mut cx);
    let plain = Toy::new(0, 100);
    let held = |htb: &Htb<Toy>, minor| htb.leaf(id(minor)).map(|leaf| leaf.backlog().packets);
    send_all(&mut htb, None, id(1));
    // The inner class has no filters of its own, and there is no default.
    assert_eq!(htb.enqueue(plain.clone(), &mut cx), Enqueued::Success);
    assert_eq!(htb.direct_queue.len(), 1);
    send_all(&mut htb, Some(id(1)), id(20));
    assert_eq!(htb.enqueue(plain.clone(), &mut cx), Enqueued::Success);
    assert_eq!((held(&htb, 10), held(&htb, 20)), (Some(0), Some(1)));
    // A priority that names an inner class starts there; a leaf's is not asked for filters.
    assert_eq!(htb.enqueue(toy(1, 100), &mut cx), Enqueued::Success);
    assert_eq!(htb.enqueue(toy(10, 100), &mut cx), Enqueued::Success);
    assert_eq!((held(&htb, 10), held(&htb, 20)), (Some(1), Some(2)));
    assert_eq!(htb.delete_class(id(20), &mut cx), Err(ClassError::InUse(id(20))));
    let at = At { prio: 49152, ..At::any(softnet_sk_buff::EtherType::ALL) };
    for (to, direct, left) in [(id(1), 1, 2), (id(0), 2, 2), (id(77), 3, 2), (id(20), 3, 3)] {
        htb.filters_mut(Some(id(1))).unwrap().delete(at, None).unwrap();
        send_all(&mut htb, Some(id(1)), to);
        // The first one goes in a circle.
        let verdict = htb.enqueue(plain.clone(), &mut cx);
        assert_eq!(verdict == Enqueued::Bypass, to == id(1));
        assert_eq!((htb.direct_queue.len(), held(&htb, 20)), (direct, Some(left)), "{to:?}");
    }
    assert_eq!(htb.stats().drops, 1);
}

#[test]
fn a_leaf_with_classes_below_is_none_and_becomes_one_again() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = Htb::new(ROOT, Config { default: 1, ..Config::default() }).unwrap();
    htb.add_class(id(1), None, rates(MB, MB), &mut cx).unwrap();
    fill(&mut htb, 1, 5, 1000, &mut cx);
    assert_eq!(run(&mut htb, 0, &mut cx).len(), 2);
    htb.add_class(id(2), Some(id(1)), rates(MB, MB), &mut cx).unwrap();
    assert_eq!((htb.stats().drops, htb.backlog()), (3, Backlog::default()));
    assert_eq!((htb.class_level(id(1)), htb.class_level(id(2))), (Some(7), Some(0)));
    assert!(htb.leaf(id(1)).is_none());
    let work: &mut Work<'_, Toy> = &mut |_, _| unreachable!("an inner class has no child");
    assert_eq!(htb.with_leaf(id(1), work, &mut cx), Err(UnknownClass(id(1))));
    assert!(htb.graft_here(id(1), Box::new(Fifo::pfifo(1).unwrap()), &mut cx).is_err());
    assert_eq!(htb.delete_class(id(1), &mut cx), Err(ClassError::InUse(id(1))));
    // An inner class is no default: straight on.
    assert_eq!(htb.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Success);
    assert_eq!(htb.backlog().packets, 1);
    htb.change_class(id(1), ClassConfig { quantum: 7, ..rates(2 * MB, 2 * MB) }).unwrap();
    assert_eq!(htb.class_config(id(1)).map(|config| config.quantum), Some(100_000));
    fill(&mut htb, 2, 2, 1000, &mut cx);
    htb.delete_class(id(2), &mut cx).unwrap();
    assert_eq!((htb.stats().drops, htb.backlog().packets), (5, 1));
    assert_eq!(htb.class_level(id(1)), Some(0));
    fill(&mut htb, 1, 9, 1000, &mut cx);
    // Full again: 1600 bytes' worth at 1 MB/s as they were set last, and half that a packet.
    assert_eq!(run(&mut htb, 0, &mut cx).len(), 1 + 2);
    htb.delete_class(id(1), &mut cx).unwrap();
    assert_eq!((htb.stats().drops, htb.backlog()), (12, Backlog::default()));
    assert_eq!(lost.len(), 12);
}

#[test]
fn classes_that_make_no_sense_are_refused() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let none = Config { tx_queue_len: 0, ..Config::default() };
    assert_eq!(Htb::<Toy>::new(ROOT, none).err(), Some(ConfigError::ZeroLimit));
    let ok = rates(MB, MB);
    let mut htb = family(MB, &[(2, ok)], &mut cx);
    let zero = ClassError::Config(ConfigError::ZeroRate);
    let foreign = Handle(2).class(3);
    for (class, parent, config, why) in [
        (id(2), None, ok, ClassError::Exists(id(2))),
        (foreign, None, ok, ClassError::Foreign(foreign)),
        (id(3), Some(id(4)), ok, ClassError::UnknownParent(id(4))),
        (id(3), Some(id(3)), ok, ClassError::UnknownParent(id(3))),
        (id(3), Some(id(2)), rates(0, MB), zero),
        (id(3), Some(id(2)), rates(MB, 0), zero),
    ] {
        assert_eq!(htb.add_class(class, parent, config, &mut cx), Err(why));
    }
    assert_eq!(htb.change_class(id(2), rates(0, 1)), Err(zero));
    assert_eq!(htb.change_class(id(3), ok), Err(ClassError::Unknown(id(3))));
    assert_eq!(htb.delete_class(id(3), &mut cx), Err(ClassError::Unknown(id(3))));
    assert_eq!(htb.class_config(id(2)), Some(&ClassConfig { quantum: 100_000, ..ok }));
    assert_eq!(htb.class_level(id(2)), Some(0), "still a leaf");
    // Eight levels, no more.
    for minor in 3..9 {
        htb.add_class(id(minor), Some(id(minor - 1)), ok, &mut cx).unwrap();
    }
    let deep = ClassError::TooDeep(id(9));
    assert_eq!(htb.add_class(id(9), Some(id(8)), ok, &mut cx), Err(deep));
    let levels: Vec<_> = (1..=8).filter_map(|minor| htb.class_level(id(minor))).collect();
    assert_eq!(levels, [7, 6, 5, 4, 3, 2, 1, 0]);
    fill(&mut htb, 8, 3, 1000, &mut cx);
    assert_eq!(run(&mut htb, 400_000, &mut cx).len(), 3, "through all levels");
    // Rates beyond all measure take no time.
    let beyond = rates(u64::MAX, u64::MAX).with_bursts(u32::MAX, u32::MAX);
    htb.change_class(id(8), ClassConfig { buffer: u64::MAX, ..beyond }).unwrap();
}

#[test]
fn quantum_is_a_share_of_the_rate() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let named = |quantum| ClassConfig { quantum, ..rates(MB, MB) };
    let cases = [
        (rates(MB, MB), 100_000),
        (rates(9_999, MB), 1000),
        (rates(20_000_000, MB), 200_000),
        (named(1), 1),
        (named(1 << 30), 1 << 30),
    ];
    let leaves = [2, 3, 4, 5, 6].into_iter().zip(cases.map(|(config, _)| config));
    let htb = family(MB, &leaves.collect::<Vec<_>>(), &mut cx);
    for (minor, (_, quantum)) in (2..).zip(cases) {
        assert_eq!(htb.class_config(id(minor)).map(|config| config.quantum), Some(quantum));
    }
}

/// tc's numbers: 1600 bytes at 1 Mbit/s are 200,000 units of 64 ns.
#[test]
fn bursts_are_times() {
    let config = ClassConfig::new(RateSpec::bits(1_000_000), RateSpec::bits(80_000_000_000));
    assert_eq!(config.buffer, 12_800_000);
    // 1610 bytes in 161 ns: three units.
    assert_eq!(config.cbuffer, 192);
    let config = config.with_bursts(15_000, 1);
    assert_eq!((config.buffer, config.cbuffer), (120_000_000, 64));
}

/// A child that drops all it has when it is asked, as an AQM may.
#[derive(Default)]
struct Fickle(Stats, Vec<Toy>);

impl Qdisc<Toy> for Fickle {
    fn kind(&self) -> &'static str {
        "fickle"
    }

    fn enqueue(&mut self, packet: Toy, _: &mut Cx<'_, Toy>) -> Enqueued {
        self.0.queued(&packet);
        self.1.push(packet);
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, Toy>) -> Dequeue<Toy> {
        self.reset(cx);
        Dequeue::Empty
    }

    fn peek<'a>(&'a mut self, _: &mut Cx<'_, Toy>) -> Dequeue<&'a Toy> {
        Dequeue::Empty
    }

    fn reset(&mut self, cx: &mut Cx<'_, Toy>) {
        purge_all(self.1.drain(..), cx);
        self.0.purge();
    }

    fn stats(&self) -> &Stats {
        &self.0
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.0
    }
}

#[test]
fn a_child_that_drops_everything_leaves_its_turn_to_others() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let leaf = rates(MB, MB).with_bursts(9000, 9000);
    let mut htb = family(MB, &[(10, leaf), (20, leaf), (30, leaf)], &mut cx);
    htb.change_class(id(1), leaf).unwrap();
    let slow = tbf::Config::new(RateSpec::bytes(1000), 2000, 90_000);
    htb.graft_here(id(10), Box::<Fickle>::default(), &mut cx).unwrap();
    htb.graft_here(id(20), Box::new(Tbf::new(Handle(2), slow).unwrap()), &mut cx).unwrap();
    for class in [10, 20, 30] {
        fill(&mut htb, class, 2, 1000, &mut cx);
    }
    // 10 is taken away when it was its turn, which makes it the turn of 20, and is then passed over
    // once more for having given nothing: so 30 goes before 20.
    assert_eq!(classes(&run(&mut htb, 0, &mut cx)), [30, 20, 30, 20]);
    assert_eq!((htb.stats().drops, htb.backlog().packets), (2, 0));
    // The first one drops, the second one holds back: it is asked once, and says when.
    fill(&mut htb, 10, 1, 1000, &mut cx);
    fill(&mut htb, 20, 1, 1000, &mut cx);
    cx.now = Instant::from_millis(10);
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(1000)));
    assert_eq!((htb.stats().drops, htb.backlog().packets), (3, 1));
    assert_eq!(htb.leaf(id(20)).map(|tbf| tbf.stats().overlimits), Some(1));
}

#[test]
fn a_grafted_child_keeps_its_books_with_the_class() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = family(MB, &[(10, rates(MB, MB))], &mut cx);
    fill(&mut htb, 10, 3, 500, &mut cx);
    let mut full = Fifo::pfifo(9).unwrap();
    assert_eq!(full.enqueue(toy(10, 700), &mut cx), Enqueued::Success);
    htb.graft_here(id(10), Box::new(full), &mut cx).unwrap();
    assert_eq!((htb.stats().drops, htb.backlog()), (3, Backlog { packets: 1, bytes: 700 }));
    let mut empty = |child: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>| child.reset(cx);
    htb.with_leaf(id(10), &mut empty, &mut cx).unwrap();
    assert_eq!((htb.stats().drops, htb.backlog()), (4, Backlog::default()));
    fill(&mut htb, 10, 1, 500, &mut cx);
    assert_eq!(run(&mut htb, 0, &mut cx).len(), 1);
}

#[test]
fn reset_forgets_packets_and_modes_but_no_debt() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = family(MB, &[(10, rates(MB, MB))], &mut cx);
    fill(&mut htb, 10, 5, 1000, &mut cx);
    assert_eq!(htb.enqueue(Toy::new(0, 1), &mut cx), Enqueued::Success);
    assert_eq!(run(&mut htb, 0, &mut cx).len(), 3);
    assert!(matches!(htb.peek(&mut cx), Dequeue::Until(_)));
    htb.reset(&mut cx);
    assert_eq!((htb.stats().purged, htb.backlog()), (3, Backlog::default()));
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Empty);
    fill(&mut htb, 10, 2, 1000, &mut cx);
    // `htb_reset` lets all send, with the buckets as they were.
    assert_eq!(run(&mut htb, 0, &mut cx).len(), 1);
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Until(Instant::from_nanos(1_400_000)));
}

#[test]
fn a_peeked_packet_waits_until_it_is_taken() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = family(MB, &[(10, rates(MB, MB))], &mut cx);
    fill(&mut htb, 10, 1, 1000, &mut cx);
    assert_eq!(htb.peek(&mut cx), Dequeue::Packet(&toy(10, 1000)));
    assert_eq!((htb.backlog().packets, htb.stats().packets), (1, 0));
    assert_eq!(htb.peek(&mut cx), Dequeue::Packet(&toy(10, 1000)));
    assert_eq!(htb.dequeue(&mut cx), Dequeue::Packet(toy(10, 1000)));
    assert_eq!((htb.backlog().packets, htb.stats().packets), (0, 1));
}

#[test]
fn a_clock_that_steps_back_or_far_ahead_does_no_harm() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::from_millis(9000), &mut lost);
    let mut htb = family(2 * MB, &[(10, rates(MB, 2 * MB))], &mut cx);
    fill(&mut htb, 10, 100, 1000, &mut cx);
    let mut sent = 0;
    for millis in [9000, 0, 8999, 9001, 1, 9001] {
        cx.now = Instant::from_millis(millis);
        while htb.dequeue(&mut cx).packet().is_some() {
            sent += 1;
        }
    }
    assert_eq!(
        sent,
        2 + 2,
        "1600 bytes at once, 2000 in the millisecond; the last of each overdraws"
    );
    for now in [u64::MAX / 2 - 1, u64::MAX / 2 + 2_000_000_000, u64::MAX - 200_000_000_000] {
        cx.now = Instant::from_nanos(now);
        assert!(htb.dequeue(&mut cx).packet().is_some());
        let _ = run(&mut htb, now, &mut cx);
    }
    for now in [u64::MAX - 1, u64::MAX, 0, u64::MAX] {
        cx.now = Instant::from_nanos(now);
        while htb.dequeue(&mut cx).packet().is_some() {}
    }
    assert!(htb.backlog().packets > 80, "still no more than the bursts");
}

#[derive(Clone, Debug)]
enum Op {
    Enqueue { class: u16, len: u32 },
    Dequeue { wait: u64 },
    Peek,
    Add { class: u16, parent: u16, rate: u64, ceil: u64, prio: u32 },
    Change { class: u16, rate: u64, prio: u32 },
    Delete { class: u16 },
    Graft { class: u16, kind: u8 },
    Reset,
}

fn op() -> impl Strategy<Value = Op> {
    let class = || 0u16..12;
    prop_oneof![
        12 => (class(), 1u32..3000).prop_map(|(class, len)| Op::Enqueue { class, len }),
        12 => (0u64..3_000_000).prop_map(|wait| Op::Dequeue { wait }),
        1 => Just(Op::Peek),
        6 => (class(), class(), 1u64..MB, 1u64..MB, 0u32..9).prop_map(
            |(class, parent, rate, ceil, prio)| Op::Add { class, parent, rate, ceil, prio }
        ),
        1 => (class(), 1u64..MB, 0u32..9)
            .prop_map(|(class, rate, prio)| Op::Change { class, rate, prio }),
        2 => class().prop_map(|class| Op::Delete { class }),
        1 => (class(), 0u8..3).prop_map(|(class, kind)| Op::Graft { class, kind }),
        1 => Just(Op::Reset),
    ]
}

/// Does `op`; gives the packet that left.
fn apply(htb: &mut Htb<Toy>, op: Op, entered: &mut u64, cx: &mut Cx<'_, Toy>) -> Option<Toy> {
    match op {
        Op::Enqueue { class, len } => {
            *entered += 1;
            let _ = htb.enqueue(toy(class, len), cx);
        }
        Op::Dequeue { wait } => {
            cx.now = Instant::from_nanos(cx.now.as_nanos() + wait);
            return htb.dequeue(cx).packet();
        }
        Op::Peek => _ = htb.peek(cx),
        Op::Add { class, parent, rate, ceil, prio } => {
            let parent = (parent != 0).then(|| id(parent));
            let _ = htb.add_class(id(class), parent, rates(rate, ceil).with_prio(prio), cx);
        }
        Op::Change { class, rate, prio } => {
            let _ = htb.change_class(id(class), rates(rate, rate).with_prio(prio));
        }
        Op::Delete { class } => _ = htb.delete_class(id(class), cx),
        Op::Graft { class, kind } => {
            let slow = tbf::Config::new(RateSpec::bytes(100_000), 3000, 9000);
            let child: Box<dyn Qdisc<Toy>> = match kind {
                0 => Box::<Fickle>::default(),
                1 => Box::new(Tbf::new(Handle(7), slow).unwrap()),
                _ => Box::new(Fifo::pfifo(2).unwrap()),
            };
            let _ = htb.graft_here(id(class), child, cx);
        }
        Op::Reset => htb.reset(cx),
    }
    None
}

proptest! {
    /// Whatever is done to the tree: nothing is lost in silence, every leaf's packets are in the
    /// books, and all of it comes out in the end.
    #[test]
    fn the_books_are_right(ops in prop::collection::vec(op(), 0..200)) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut htb = Htb::new(ROOT, Config { default: 3, ..Config::default() }).unwrap();
        let (mut entered, mut left) = (0, 0);
        for op in ops {
            left += u64::from(apply(&mut htb, op, &mut entered, &mut cx).is_some());
            let stats = *htb.stats();
            let gone = stats.packets + stats.drops + stats.purged;
            prop_assert_eq!(stats.packets, left);
            prop_assert_eq!(entered, gone + u64::from(stats.backlog.packets));
            let beside = htb.direct_queue.iter().chain(htb.peeked.get());
            let mut sum = Backlog::default();
            beside.for_each(|packet| sum.add(packet));
            htb.walk(&mut |class| sum += class.stats.backlog);
            prop_assert_eq!(sum, stats.backlog);
        }
        let rest = u64::from(htb.backlog().packets);
        let drops = htb.stats().drops;
        let sent = run(&mut htb, u64::MAX, &mut cx).len() as u64;
        prop_assert_eq!(sent + htb.stats().drops - drops, rest);
        prop_assert_eq!(htb.backlog(), Backlog::default());
    }
}
