//! Expected fates come from a model of `sch_netem.c` and `random32.c` in Python, written apart from
//! this code.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropReason, Instant};

use super::*;
use crate::testutil::Toy;
use crate::{Deferred, Fifo};

const MILLI: u64 = 1_000_000;

type Lost = Vec<(Toy, DropReason)>;

/// Enqueues what comes every millisecond, and everything that is to be restarted.
fn feed(netem: &mut Netem<Toy>, numbers: core::ops::Range<u64>, lost: &mut Lost) {
    let mut deferred = Deferred::new(4);
    for number in numbers {
        let now = Instant::from_nanos(number * MILLI);
        let mut cx = Cx::new(now, lost).with_deferred(&mut deferred);
        let _ = netem.enqueue(Toy::new(0, 1000).numbered(number), &mut cx);
        while let Some(later) = deferred.pop() {
            let mut cx = Cx::new(now, lost).with_deferred(&mut deferred).restarting();
            let _ = netem.enqueue(later.into_packet(), &mut cx);
        }
    }
}

/// Dequeues at each instant that netem asks for: when which packet left.
fn drain(netem: &mut Netem<Toy>, lost: &mut Lost) -> Vec<(u64, u64)> {
    let mut left = Vec::new();
    let mut cx = Cx::new(Instant::ZERO, lost);
    loop {
        match netem.dequeue(&mut cx) {
            Dequeue::Packet(toy) => left.push((cx.now.as_nanos(), toy.number)),
            Dequeue::Until(at) => {
                assert!(at > cx.now, "asked to come back at {at:?}, now is {:?}", cx.now);
                cx.now = at;
            }
            Dequeue::Empty => return left,
        }
    }
}

fn netem(config: Config, seed: u64) -> Netem<Toy> {
    Netem::new(Handle(1), config, seed).unwrap()
}

fn lossy(ppm: u32) -> Loss {
    Loss::Random(Chance::of(Probability::ppm(ppm)))
}

fn jittery(distribution: Option<Distribution>) -> Delay {
    Delay { latency: 10 * MILLI, jitter: 5 * MILLI, correlation: Probability::NEVER, distribution }
}

#[test]
fn a_seed_gives_linuxs_jitter_and_losses() {
    let config = Config { delay: jittery(None), loss: lossy(200_000), ..Config::default() };
    let (mut netem, mut lost) = (netem(config, 7), Vec::new());
    feed(&mut netem, 0..12, &mut lost);
    let expected = [
        (6_923_278, 1),
        (7_351_680, 0),
        (13_209_250, 6),
        (15_498_951, 7),
        (15_907_663, 3),
        (16_237_476, 9),
        (16_512_577, 5),
        (19_643_783, 8),
        (20_532_068, 10),
        (22_194_881, 11),
    ];
    assert_eq!(drain(&mut netem, &mut lost), expected);
    assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), [2, 4]);
    assert_eq!((netem.stats().drops, netem.stats().packets), (2, 10));
}

#[test]
fn a_duplicate_comes_first_and_throws_its_own_dice() {
    let config = Config {
        delay: jittery(Some(Distribution::normal())),
        loss: lossy(200_000),
        duplicate: Chance::of(Probability::ppm(300_000)),
        ..Config::default()
    };
    let (mut netem, mut lost) = (netem(config, 7), Vec::new());
    feed(&mut netem, 0..12, &mut lost);
    let expected = [
        (3_551_025, 5),
        (8_645_996, 4),
        (12_233_887, 5),
        (13_242_310, 8),
        (13_742_554, 2),
        (15_212_769, 9),
        (16_583_740, 7),
        (22_274_414, 11),
        (24_084_717, 6),
        (24_846_069, 2),
        (25_212_524, 3),
    ];
    assert_eq!(drain(&mut netem, &mut lost), expected);
    assert_eq!(lost.len(), 3);
}

/// Which of 60 packets are lost, as a row of signs.
fn fates(loss: Loss) -> String {
    let mut netem = netem(Config { loss, ..Config::default() }, 42);
    let (mut lost, mut row) = (Vec::new(), String::new());
    for number in 0..60 {
        let before = lost.len();
        feed(&mut netem, number..number + 1, &mut lost);
        row.push(if lost.len() > before { 'x' } else { '.' });
    }
    row
}

#[test]
fn gilbert_and_elliott_lose_as_in_linux() {
    let [p, r, h, k1] = [100_000, 300_000, 300_000, 20_000].map(Probability::ppm);
    let row = fates(Loss::GilbertElliott { p, r, h, k1 });
    assert_eq!(row, ".............x......x................................x......");
}

#[test]
fn four_states_lose_as_in_linux() {
    let [p13, p31, p32, p23, p14] =
        [100_000, 300_000, 200_000, 250_000, 50_000].map(Probability::ppm);
    let row = fates(Loss::State { p13, p31, p32, p23, p14 });
    assert_eq!(row, "...x.x.....xx..............xxxxxx....x.xxx.x.....x...x......");
}

#[test]
fn a_link_sends_one_after_the_other() {
    // 1000 bytes at 1 MB/s take 1 ms; 40 bytes of overhead in cells of 48 + 5 make 22 cells.
    let rate = LinkRate { bytes_per_second: 1_000_000, ..LinkRate::default() };
    let latency = Delay { latency: 2 * MILLI, ..Delay::default() };
    let mut lost = Vec::new();
    let mut plain = netem(Config { rate, delay: latency, ..Config::default() }, 0);
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for number in 0..3 {
        assert_eq!(plain.enqueue(Toy::new(0, 1000).numbered(number), &mut cx), Enqueued::Success);
    }
    // The second packet's delay runs while the first is still held back.
    let expected = [(3 * MILLI, 0), (4 * MILLI, 1), (5 * MILLI, 2)];
    assert_eq!(drain(&mut plain, &mut lost), expected);

    let rate = LinkRate { packet_overhead: 40, cell_size: 48, cell_overhead: 5, ..rate };
    let mut cells = netem(Config { rate, ..Config::default() }, 0);
    feed(&mut cells, 0..1, &mut lost);
    assert_eq!(drain(&mut cells, &mut lost), [(22 * 53 * 1000, 0)]);
}

#[test]
fn every_fourth_packet_goes_ahead() {
    let delay = Delay { latency: 100 * MILLI, ..Delay::default() };
    let (mut netem, mut lost) =
        (netem(Config { delay, gap: 4, ..Config::default() }, 0), Vec::new());
    feed(&mut netem, 0..8, &mut lost);
    let order: Vec<_> = drain(&mut netem, &mut lost).into_iter().map(|(_, n)| n).collect();
    // The one that went ahead last is first.
    assert_eq!(order, [7, 3, 0, 1, 2, 4, 5, 6]);
    assert_eq!(netem.stats().requeues, 2);
}

#[test]
fn slots_let_packets_out_in_bunches() {
    let delay = SlotDelay::Between(10 * MILLI, 10 * MILLI);
    let slot = Some(Slot { delay, max_packets: 3, max_bytes: 0 });
    let (mut netem, mut lost) = (netem(Config { slot, ..Config::default() }, 0), Vec::new());
    let mut cx = Cx::new(Instant::from_nanos(1), &mut lost);
    for number in 0..5 {
        assert_eq!(netem.enqueue(Toy::new(0, 1000).numbered(number), &mut cx), Enqueued::Success);
    }
    let left = drain(&mut netem, &mut lost);
    // The slot before was over when the packets came, so the next one begins 10 ms later.
    let (first, second) = (10 * MILLI, 20 * MILLI);
    assert_eq!(left, [(first, 0), (first, 1), (first, 2), (second, 3), (second, 4)]);
}

/// `get_slot` looks at `min_delay | max_delay | dist_jitter`; seen in 6.12.
#[test]
fn slots_of_a_distribution_without_jitter_are_none() {
    let distribution = Distribution::normal();
    let delay = SlotDelay::Distributed { delay: 10 * MILLI, jitter: 0, distribution };
    let slot = Some(Slot { delay, max_packets: 1, max_bytes: 0 });
    let (mut netem, mut lost) = (netem(Config { slot, ..Config::default() }, 0), Vec::new());
    let mut cx = Cx::new(Instant::from_nanos(1), &mut lost);
    for number in 0..2 {
        assert_eq!(netem.enqueue(Toy::new(0, 1000).numbered(number), &mut cx), Enqueued::Success);
    }
    assert_eq!(drain(&mut netem, &mut lost), [(1, 0), (1, 1)]);
}

#[test]
fn ecn_marks_instead_of_losing_and_counts_a_drop() {
    let config = Config { loss: lossy(1_000_000), ecn: true, ..Config::default() };
    let (mut netem, mut lost) = (netem(config, 3), Vec::new());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let able = Toy { ect: true, ..Toy::new(0, 100) };
    assert_eq!(netem.enqueue(able, &mut cx), Enqueued::Success);
    assert_eq!(netem.enqueue(Toy::new(0, 100), &mut cx), Enqueued::Bypass);
    assert!(netem.dequeue(&mut cx).packet().is_some_and(|toy| toy.ce));
    assert_eq!((netem.stats().drops, lost.len()), (2, 1));
}

#[test]
fn without_a_list_for_them_there_are_no_duplicates() {
    let duplicate = Chance::of(Probability::ALWAYS);
    let (mut netem, mut lost) = (netem(Config { duplicate, ..Config::default() }, 3), Vec::new());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    assert_eq!(netem.enqueue(Toy::new(0, 100), &mut cx), Enqueued::Success);
    assert_eq!(netem.backlog().packets, 1);
    assert!(netem.dequeue(&mut cx).packet().is_some());
}

#[test]
fn what_has_waited_goes_into_the_child() {
    let delay = Delay { latency: 5 * MILLI, ..Delay::default() };
    let (mut netem, mut lost) = (netem(Config { delay, ..Config::default() }, 0), Vec::new());
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let child = Box::new(Fifo::<Toy>::pfifo(1).unwrap());
    netem.graft_here(Handle(1).class(1), child, &mut cx).unwrap();
    for number in 0..3 {
        assert_eq!(netem.enqueue(Toy::new(0, 100).numbered(number), &mut cx), Enqueued::Success);
    }
    cx.now = Instant::from_millis(5);
    assert_eq!(netem.dequeue(&mut cx).packet().map(|toy| toy.number), Some(0));
    assert_eq!((netem.stats().drops, netem.backlog().packets), (2, 0));
    assert_eq!(netem.dequeue(&mut cx), Dequeue::Empty);
    assert_eq!(lost.len(), 2);
}

#[test]
fn bad_configurations_are_refused_and_change_nothing() {
    let refuse = |config: Config, why| {
        let mut netem = netem(Config::default(), 1);
        assert_eq!(netem.change(config.clone()), Err(why));
        assert_eq!(netem.config(), &Config::default());
        assert_eq!(Netem::<Toy>::new(Handle(1), config, 1).err(), Some(why));
    };
    let slot = Slot { delay: SlotDelay::Between(2, 1), max_packets: 0, max_bytes: 0 };
    refuse(
        Config { slot: Some(slot), ..Config::default() },
        ConfigError::SlotDelay { min: 2, max: 1 },
    );
    let delay = Delay { latency: 1 << 63, ..Delay::default() };
    refuse(Config { delay, ..Config::default() }, ConfigError::TimeTooLong(1 << 63));
    refuse(Config { limit: 0, ..Config::default() }, ConfigError::ZeroLimit);
    assert_eq!(Distribution::new(&[]), Err(ConfigError::DistributionLen(0)));
    assert_eq!("1 2 x".parse::<Distribution>(), Err(ConfigError::DistributionEntry));
    let text = "# made up\n 1 -2\n3 # end";
    assert_eq!(text.parse::<Distribution>().unwrap().table(), [1, -2, 3]);
}

proptest! {
    /// Whatever it does to packets: what came in and the copies are out, lost, or there.
    #[test]
    fn keeps_its_books(
        seed: u64,
        [loss, duplicate, reorder, corrupt] in prop::array::uniform4(0u32..=1_000_000),
        (gap, jitter, limit) in (0u32..5, 0..20 * MILLI, 1u32..40),
        came in 1u64..100,
    ) {
        let chance = |ppm| Chance { probability: Probability::ppm(ppm), correlation: Probability(1) };
        let config = Config {
            limit,
            delay: Delay { latency: 5 * MILLI, jitter, ..Delay::default() },
            loss: Loss::Random(chance(loss)),
            duplicate: chance(duplicate),
            gap,
            reorder: Some(chance(reorder)),
            corrupt: chance(corrupt),
            ..Config::default()
        };
        let (mut netem, mut lost) = (netem(config, seed), Vec::new());
        feed(&mut netem, 0..came, &mut lost);
        let waits = netem.backlog();
        prop_assert_eq!(waits.bytes, u64::from(waits.packets) * 1000);
        prop_assert_eq!(netem.stats().drops, lost.len() as u64);
        prop_assert!(waits.packets <= limit + 1);
        let most = came * (1 + u64::from(duplicate > 0));
        let all = u64::from(waits.packets) + lost.len() as u64;
        prop_assert!(came <= all && all <= most);
        prop_assert_eq!(drain(&mut netem, &mut lost).len(), waits.packets as usize);
        prop_assert_eq!(netem.backlog(), crate::Backlog::default());
    }
}
