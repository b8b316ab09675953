use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::testutil::Toy;

type Lost = Vec<(TinId, Toy, DropReason)>;

impl TinDrops<Toy> for Lost {
    fn dropped(&mut self, tin: TinId, packet: Toy, why: DropReason) {
        self.push((tin, packet, why));
    }
}

/// A hash that picks flow `index` of `flows`.
fn hash_of(index: u32, flows: u32) -> u32 {
    ((u64::from(index) << 32).div_ceil(u64::from(flows))) as u32
}

fn flows(config: Config) -> Flows<Toy> {
    Flows::new(config).unwrap()
}

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn put(flows: &mut Flows<Toy>, tin: TinId, index: u32, packet: Toy, lost: &mut Lost) {
    let hash = hash_of(index, flows.config().flows);
    flows.enqueue(tin, Arrival { packet, hash, now: at(0) }, lost);
}

fn take(flows: &mut Flows<Toy>, tin: TinId) -> Option<u64> {
    let codel = codel::Config::default();
    flows.dequeue(tin, &codel, at(0), &mut Lost::new()).map(|packet| packet.number)
}

#[test]
fn defaults_are_linuxs() {
    let config = Config::default();
    assert_eq!((config.limit, config.memory_limit, config.quantum), (8192, 16_777_216, 300));
}

#[test]
fn bad_limits_are_refused() {
    let bad = [
        (Config { flows: 0, ..Config::default() }, ConfigError::Flows(0)),
        (Config { flows: 65_537, ..Config::default() }, ConfigError::Flows(65_537)),
        (Config { limit: 0, ..Config::default() }, ConfigError::ZeroLimit),
        (Config { memory_limit: 0, ..Config::default() }, ConfigError::ZeroMemoryLimit),
        (Config { quantum: 0, ..Config::default() }, ConfigError::ZeroQuantum),
    ];
    let mut ours = flows(Config::default());
    for (config, why) in bad {
        assert_eq!(Flows::<Toy>::new(config).unwrap_err(), why);
        assert!(ours.change(config).is_err());
    }
    let fewer = Config { flows: 16, ..Config::default() };
    assert_eq!(ours.change(fewer), Err(ConfigError::FlowsFixed));
    assert_eq!(ours.config(), &Config::default());
}

/// With a quantum of 300, packets of 300 go round in turns, and one of 900 pays for three.
#[test]
fn flows_of_a_tin_take_turns_of_a_quantum() {
    let mut ours = flows(Config::default());
    let tin = ours.add_tin();
    let mut lost = Lost::new();
    for number in 0..2 {
        put(&mut ours, tin, 1, Toy::new(0, 900).numbered(number), &mut lost);
    }
    for number in 10..16 {
        put(&mut ours, tin, 2, Toy::new(0, 300).numbered(number), &mut lost);
    }
    let order: Vec<u64> = core::iter::from_fn(|| take(&mut ours, tin)).collect();
    // Flow 1: 300 - 900 = -600. Flow 2: 300 - 300 = 0. Each is given 300 on its way to the end:
    // flow 1 -300, flow 2 sends, flow 1 0, flow 2 sends, flow 1 300 sends.
    assert_eq!(order, [0, 10, 11, 12, 1, 13, 14, 15]);
    assert_eq!(ours.tin(tin).unwrap().tx_bytes, 3600);
    assert_eq!(ours.tin(tin).unwrap().tx_packets, 8);
}

#[test]
fn a_new_flow_goes_before_old_ones_once() {
    let mut ours = flows(Config::default());
    let tin = ours.add_tin();
    let mut lost = Lost::new();
    for number in 0..3 {
        put(&mut ours, tin, 1, Toy::new(0, 300).numbered(number), &mut lost);
    }
    assert_eq!(take(&mut ours, tin), Some(0));
    // Flow 1 has used its turn up; the next look makes it an old one.
    put(&mut ours, tin, 2, Toy::new(0, 100).numbered(10), &mut lost);
    assert_eq!(take(&mut ours, tin), Some(10));
    // Flow 2 is empty now, and passes once behind flow 1: as long as it is there it isn't new again.
    assert_eq!(take(&mut ours, tin), Some(1));
    put(&mut ours, tin, 2, Toy::new(0, 100).numbered(11), &mut lost);
    assert_eq!(take(&mut ours, tin), Some(11));
    assert_eq!(ours.tin(tin).unwrap().flows, 2);
}

#[test]
fn a_flow_that_another_tin_holds_waits_in_the_tins_own() {
    let mut ours = flows(Config { flows: 4, ..Config::default() });
    let (one, two) = (ours.add_tin(), ours.add_tin());
    let mut lost = Lost::new();
    put(&mut ours, one, 3, Toy::new(0, 100).numbered(1), &mut lost);
    put(&mut ours, two, 3, Toy::new(0, 100).numbered(2), &mut lost);
    put(&mut ours, two, 3, Toy::new(0, 100).numbered(3), &mut lost);
    assert_eq!((ours.tin(one).unwrap().collisions, ours.tin(two).unwrap().collisions), (0, 2));
    assert_eq!(ours.stats().collisions, 2);
    assert_eq!(ours.tin(two).unwrap().flows, 1, "both packets began one flow");
    assert_eq!(take(&mut ours, one), Some(1));
    assert_eq!(take(&mut ours, one), None);
    // Tin one has let go of the queue: the flow goes there, the rest of it leaves from where it is.
    put(&mut ours, two, 3, Toy::new(0, 100).numbered(4), &mut lost);
    assert_eq!(ours.stats().collisions, 2);
    let order: Vec<u64> = core::iter::from_fn(|| take(&mut ours, two)).collect();
    assert_eq!(order, [2, 3, 4]);
}

#[test]
fn the_fattest_of_all_tins_gives_half_but_no_more_than_32() {
    let mut ours = flows(Config { limit: 100, ..Config::default() });
    let (one, two) = (ours.add_tin(), ours.add_tin());
    let mut lost = Lost::new();
    for number in 0..80 {
        put(&mut ours, one, 1, Toy::new(0, 100).numbered(number), &mut lost);
    }
    for number in 100..121 {
        put(&mut ours, two, 2, Toy::new(0, 300).numbered(number), &mut lost);
    }
    // 8000 bytes against 6300; half of 80 is 40.
    assert_eq!(lost.len(), 32);
    assert!((0..32).zip(&lost).all(|(number, (tin, packet, why))| {
        *tin == one && packet.number == number && *why == DropReason::QDISC_OVERLIMIT
    }));
    assert_eq!(ours.tin(one).unwrap().overlimit, 1);
    assert_eq!(ours.tin(one).unwrap().backlog, Backlog { packets: 48, bytes: 4800 });
    assert_eq!((ours.stats().overlimit, ours.stats().overmemory, ours.stats().backlog), (1, 0, 69));
}

#[test]
fn memory_is_a_limit_of_its_own() {
    let mut ours = flows(Config { memory_limit: 1000, ..Config::default() });
    let tin = ours.add_tin();
    let mut lost = Lost::new();
    for number in 0..5 {
        put(&mut ours, tin, 1, Toy::new(0, 250).numbered(number), &mut lost);
    }
    // The fifth makes it 1250: half of five packets are two.
    assert_eq!(lost.iter().map(|(_, packet, _)| packet.number).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((ours.stats().overmemory, ours.stats().memory_usage), (1, 750));
}

/// Linux's scan: the first of equal shared queues, these before tins' own, of which that one which
/// filled last.
#[test]
fn of_equally_fat_flows_linuxs_choice_gives() {
    let mut ours = flows(Config { flows: 8, limit: 4, ..Config::default() });
    let tins = [ours.add_tin(), ours.add_tin(), ours.add_tin()];
    let mut lost = Lost::new();
    for (tin, index) in [(0, 5), (0, 2), (1, 5), (2, 5)] {
        let packet = Toy::new(0, 100).numbered(index.into());
        put(&mut ours, tins[tin], index, packet, &mut lost);
    }
    let mut order = Vec::new();
    for limit in (1..=4).rev() {
        ours.change(Config { limit, ..*ours.config() }).unwrap();
        put(&mut ours, tins[0], 7, Toy::new(0, 1), &mut lost);
        let (tin, packet, _) = lost.pop().unwrap();
        order.push((tin, packet.number));
        ours.filter(tins[0], |packet| packet.len == 1, &mut lost);
        lost.clear();
    }
    // Queues 2 and 5 of tin 0, then the own ones of tin 2, which filled last, and tin 1.
    assert_eq!(order, [(tins[0], 2), (tins[0], 5), (tins[2], 5), (tins[1], 5)]);
}

#[test]
fn codel_looks_at_the_flows_own_backlog() {
    let mut ours = flows(Config { quantum: 3000, ..Config::default() });
    let tin = ours.add_tin();
    let mut lost = Lost::new();
    for number in 0..50 {
        put(&mut ours, tin, 1, Toy::new(0, 1000).numbered(number), &mut lost);
        put(&mut ours, tin, 2, Toy::new(0, 100).numbered(100 + number), &mut lost);
    }
    let codel = codel::Config::default();
    for step in 0..60 {
        let _ = ours.dequeue(tin, &codel, at(20 + 5 * step), &mut lost);
    }
    // Flow 2 holds 5000 bytes at first and soon fewer than CoDel's 1514; flow 1 is dropped from.
    assert!(
        lost.iter()
            .any(|(_, packet, why)| { packet.len == 1000 && *why == DropReason::QDISC_CONGESTED })
    );
    let stats = ours.tin(tin).unwrap();
    assert_eq!(stats.codel.drop_count, lost.len() as u64);
    assert_eq!(100, stats.tx_packets + stats.codel.drop_count + u64::from(stats.backlog.packets));
}

#[test]
fn reset_and_removal_give_everything_back() {
    let mut ours = flows(Config { flows: 4, ..Config::default() });
    let (one, two) = (ours.add_tin(), ours.add_tin());
    let mut lost = Lost::new();
    for number in 0..6 {
        put(&mut ours, one, number % 3, Toy::new(0, 100).numbered(number.into()), &mut lost);
        put(&mut ours, two, number % 3, Toy::new(0, 100).numbered(10), &mut lost);
    }
    let mut seen = Vec::new();
    ours.walk(one, &mut |packet| seen.push(packet.number));
    assert_eq!(seen, [0, 3, 1, 4, 2, 5]);
    ours.reset(one, &mut lost);
    assert_eq!(lost.drain(..).map(|(_, packet, _)| packet.number).collect::<Vec<_>>(), seen);
    assert_eq!(ours.tin(one).unwrap().backlog, Backlog::default());
    put(&mut ours, two, 1, Toy::new(0, 100), &mut lost);
    assert_eq!(ours.stats().collisions, 6, "the queues of tin one are free");
    ours.remove_tin(two, &mut lost);
    assert_eq!(lost.len(), 7);
    assert_eq!((ours.stats().backlog, ours.stats().memory_usage), (0, 0));
    assert_eq!(ours.tin(two), None);
    put(&mut ours, two, 1, Toy::new(0, 100).numbered(99), &mut lost);
    assert_eq!(lost.last().map(|(_, packet, _)| packet.number), Some(99));
    assert_eq!(ours.add_tin(), two, "numbers are given again");
    assert_eq!(ours.tin(two), Some(&TinStats::default()));
}

#[test]
fn filter_takes_what_it_is_told_to() {
    let mut ours = flows(Config::default());
    let tin = ours.add_tin();
    let mut lost = Lost::new();
    for number in 0..10 {
        put(&mut ours, tin, number % 2, Toy::new(0, 300).numbered(number.into()), &mut lost);
    }
    assert_eq!(take(&mut ours, tin), Some(0));
    ours.filter(tin, |packet| packet.number % 3 == 0, &mut lost);
    let gone: Vec<u64> = lost.drain(..).map(|(_, packet, _)| packet.number).collect();
    assert_eq!(gone, [6, 3, 9]);
    assert_eq!(ours.tin(tin).unwrap().backlog, Backlog { packets: 6, bytes: 1800 });
    let order: Vec<u64> = core::iter::from_fn(|| take(&mut ours, tin)).collect();
    assert_eq!(order, [1, 2, 5, 4, 7, 8]);
}

/// The rules, written down as lists of packets and scans of all flows.
#[derive(Default)]
struct Model {
    /// By tin and flow; flow `None` is the tin's own.
    queues: BTreeMap<(u32, Option<u32>), Queue>,
    lines: BTreeMap<(u32, bool), VecDeque<Option<u32>>>,
    filled: u64,
}

#[derive(Default)]
struct Queue {
    packets: VecDeque<Toy>,
    deficit: i64,
    filled: u64,
}

impl Queue {
    fn bytes(&self) -> u32 {
        self.packets.iter().map(|packet| packet.len).sum()
    }
}

impl Model {
    fn holder(&self, index: u32) -> Option<u32> {
        let mut lines = self.lines.iter();
        lines.find_map(|((tin, _), line)| line.contains(&Some(index)).then_some(*tin))
    }

    fn enqueue(&mut self, tin: u32, index: u32, packet: Toy, limit: usize) -> Vec<Toy> {
        let own = self.holder(index).is_some_and(|holder| holder != tin);
        let flow = (!own).then_some(index);
        self.filled += 1;
        let queue = self.queues.entry((tin, flow)).or_default();
        if queue.packets.is_empty() {
            queue.filled = self.filled;
        }
        queue.packets.push_back(packet);
        let lines = [(tin, true), (tin, false)];
        if !lines.iter().any(|line| self.lines.get(line).is_some_and(|line| line.contains(&flow))) {
            queue.deficit = 300;
            self.lines.entry((tin, true)).or_default().push_back(flow);
        }
        let mut lost = Vec::new();
        while self.queues.values().map(|queue| queue.packets.len()).sum::<usize>() > limit {
            let most = self.queues.values().map(Queue::bytes).max().unwrap();
            let fat = self.queues.iter().filter(|(_, queue)| queue.bytes() == most);
            // Shared ones by their number, then own ones, the last filled first.
            let key = |((_, flow), queue): &(&(u32, Option<u32>), &Queue)| {
                (flow.is_none(), *flow, core::cmp::Reverse(queue.filled))
            };
            let fattest = *fat.min_by_key(key).unwrap().0;
            let queue = self.queues.get_mut(&fattest).unwrap();
            let batch = (queue.packets.len() / 2).clamp(1, 32);
            lost.extend(queue.packets.drain(..batch));
        }
        lost
    }

    fn dequeue(&mut self, tin: u32) -> Option<Toy> {
        loop {
            let is_new = self.lines.get(&(tin, true)).is_some_and(|line| !line.is_empty());
            let flow = *self.lines.get(&(tin, is_new))?.front()?;
            let queue = self.queues.get_mut(&(tin, flow))?;
            if queue.deficit > 0
                && let Some(packet) = queue.packets.pop_front()
            {
                queue.deficit -= i64::from(packet.len);
                return Some(packet);
            }
            let starved = queue.deficit <= 0;
            if starved {
                queue.deficit += 300;
            }
            self.lines.get_mut(&(tin, is_new))?.pop_front();
            let old = self.lines.entry((tin, false)).or_default();
            if starved || (is_new && !old.is_empty()) {
                old.push_back(flow);
            }
        }
    }
}

proptest! {
    /// Without CoDel (nothing waits), everything is as the rules say: order, losses, counts.
    #[test]
    fn is_the_model(
        ops in prop::collection::vec((0u8..3, 0u32..3, 0u32..5, 1u32..9), 0..400),
        limit in 1u32..40,
    ) {
        let mut ours = flows(Config { flows: 5, limit, ..Config::default() });
        let tins = [ours.add_tin(), ours.add_tin(), ours.add_tin()];
        let mut model = Model::default();
        for (number, (op, tin, index, hundreds)) in (0u64..).zip(ops) {
            let id = tins[tin as usize];
            if op > 0 {
                let packet = Toy::new(0, hundreds * 100).numbered(number);
                let mut lost = Lost::new();
                put(&mut ours, id, index, packet.clone(), &mut lost);
                let lost: Vec<Toy> = lost.into_iter().map(|(_, packet, _)| packet).collect();
                prop_assert_eq!(lost, model.enqueue(tin, index, packet, limit as usize));
            } else {
                let expected = model.dequeue(tin).map(|packet| packet.number);
                prop_assert_eq!(take(&mut ours, id), expected);
            }
            for (tin, id) in (0..).zip(tins) {
                let queues = model.queues.iter().filter(|((owner, _), _)| *owner == tin);
                let (packets, bytes) = queues.fold((0, 0), |(packets, bytes), (_, queue)| {
                    (packets + queue.packets.len() as u32, bytes + u64::from(queue.bytes()))
                });
                prop_assert_eq!(ours.tin(id).unwrap().backlog, Backlog { packets, bytes });
            }
        }
    }

    /// Nothing is lost in silence, with CoDel at work, whatever the times.
    #[test]
    fn packets_are_conserved(
        ops in prop::collection::vec((0u8..6, 0u32..3, any::<u32>(), 0u32..3000, any::<u32>()), 0..200),
        memory_limit in 1u32..20_000,
    ) {
        let config = Config { flows: 3, limit: 30, memory_limit, quantum: 300 };
        let mut ours = flows(config);
        let mut tins = [ours.add_tin(), ours.add_tin(), ours.add_tin()];
        let codel = codel::Config { interval: Duration::from_millis(10).into(), ..Default::default() };
        let (mut came, mut went, mut lost) = (0, 0, Lost::new());
        for (op, tin, hash, len, ms) in ops {
            let (tin, now) = (&mut tins[tin as usize], at(ms.into()));
            match op {
                0..=2 => {
                    came += 1;
                    ours.enqueue(*tin, Arrival { packet: Toy::new(0, len), hash, now }, &mut lost);
                }
                3 => went += u64::from(ours.dequeue(*tin, &codel, now, &mut lost).is_some()),
                4 => ours.filter(*tin, |packet| packet.len % 2 == 0, &mut lost),
                _ => {
                    ours.remove_tin(*tin, &mut lost);
                    *tin = ours.add_tin();
                }
            }
            let waits: u32 = tins.iter().map(|&tin| ours.tin(tin).unwrap().backlog.packets).sum();
            prop_assert_eq!(ours.stats().backlog, waits);
            prop_assert_eq!(came, went + lost.len() as u64 + u64::from(waits));
            prop_assert!(ours.stats().memory_usage <= memory_limit.into());
            prop_assert!(waits <= 30);
        }
    }
}
