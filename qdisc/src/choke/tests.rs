use alloc::{vec, vec::Vec};

use proptest::prelude::*;
use softnet_sk_buff::Instant;

use super::*;
use crate::Backlog;
use crate::testutil::Toy;

type Lost = Vec<(Toy, DropReason)>;

/// Average = current length (weight 1).
fn sharp(min: u32, max: u32) -> Params {
    let (wlog, plog, scell_log, stab) = (0, 0, 10, [0; 256]);
    Params { qth_min: min, qth_max: max, wlog, plog, scell_log, stab, max_p: 1 }
}

fn choke(config: Config) -> Choke<Toy> {
    Choke::new(config, 7).unwrap()
}

use Enqueued::{Cn, Drop, Success};

/// As long as the average is not above the first threshold nobody is compared; from then on a single
/// flow always meets itself, and both packets go.
#[test]
fn a_flow_alone_meets_itself() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut choke = choke(Config::new(100, sharp(3, 50)));
    let verdicts: Vec<_> =
        (0..8).map(|n| choke.enqueue(Toy::new(1, 1000).numbered(n), &mut cx)).collect();
    // The fifth meets 4 packets; then there are 3, and so on.
    assert_eq!(verdicts, [Success, Success, Success, Success, Cn, Success, Cn, Success]);
    assert_eq!(choke.backlog(), Backlog { packets: 4, bytes: 4000 });
    assert_eq!((choke.choke_stats().matched, choke.stats().drops, lost.len()), (2, 4, 4));
    assert_eq!(choke.stats().overlimits, 0);
}

#[test]
fn strangers_are_red_only() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut choke = choke(Config::new(100, sharp(3, 6)));
    let verdicts: Vec<_> = (0..9).map(|n| choke.enqueue(Toy::new(n, 1000), &mut cx)).collect();
    // The eighth meets 7 packets, more than the second threshold.
    assert_eq!(verdicts[..7], [Success; 7]);
    assert_eq!(verdicts[7..], [Cn, Cn]);
    let xstats = choke.choke_stats();
    assert_eq!((xstats.matched, xstats.forced_drop, choke.stats().overlimits), (0, 2, 2));
}

#[test]
fn above_the_second_threshold_marks_are_for_those_who_understand_them() {
    for (harddrop, verdicts, marks, drops) in [(false, [Success, Cn], 1, 1), (true, [Cn, Cn], 0, 2)]
    {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let config = Config { ecn: true, harddrop, ..Config::new(100, sharp(1, 1)) };
        let mut choke = choke(config);
        for flow in 0..2 {
            assert_eq!(choke.enqueue(Toy::new(flow, 1000), &mut cx), Success);
        }
        let toys = [Toy { ect: true, ..Toy::new(8, 1000) }, Toy::new(9, 1000)];
        assert_eq!(toys.map(|toy| choke.enqueue(toy, &mut cx)), verdicts);
        let xstats = choke.choke_stats();
        assert_eq!((xstats.forced_mark, xstats.forced_drop), (marks, drops));
    }
}

#[test]
fn the_limit_is_hard() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut choke = choke(Config::new(2, sharp(50, 60)));
    let verdicts = [0, 0, 0].map(|flow| choke.enqueue(Toy::new(flow, 1000), &mut cx));
    assert_eq!(verdicts, [Success, Success, Drop]);
    assert_eq!((choke.choke_stats().pdrop, lost[0].1), (1, DropReason::QDISC_OVERLIMIT));
}

/// A fat flow that is nine tenths of the queue loses far more of its share than a thin one
/// (Pan, Prabhakar, Psounis section III).
#[test]
fn who_sends_most_loses_most() {
    let mut lost = Lost::new();
    let mut choke = choke(Config::new(1000, sharp(20, 1000)));
    for n in 0..20_000u32 {
        let mut cx = Cx::new(Instant::from_micros(n.into()), &mut lost);
        let thin = n % 10 == 0;
        let flow = if thin { 100 + n / 10 % 30 } else { 1 };
        let _ = choke.enqueue(Toy::new(flow, 1000), &mut cx);
        if n % 2 == 0 {
            let _ = choke.dequeue(&mut cx);
        }
    }
    let fat = lost.iter().filter(|(toy, _)| toy.flow == 1).count();
    assert!(fat > 5000, "{fat} of 18,000");
    assert!(lost.len() - fat < 200, "{} of 2000", lost.len() - fat);
    assert_eq!(choke.stats().drops, lost.len() as u64);
}

#[test]
fn change_drops_what_the_table_has_no_place_for() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut choke = choke(Config::new(100, sharp(90, 95)));
    for number in 0..10 {
        let _ = choke.enqueue(Toy::new(0, 100).numbered(number), &mut cx);
    }
    let _ = choke.dequeue(&mut cx);
    // For 6 packets there are 8 places, of which 7 can be filled.
    choke.change(Config::new(6, sharp(90, 95)), &mut cx).unwrap();
    assert_eq!(choke.backlog(), Backlog { packets: 7, bytes: 700 });
    assert_eq!(choke.enqueue(Toy::new(0, 100), &mut cx), Drop);
    assert_eq!(choke.stats().drops, 3);
    let order: Vec<_> = core::iter::from_fn(|| choke.dequeue(&mut cx).packet()).collect();
    assert_eq!(order.iter().map(|toy| toy.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(lost[..2].iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), [8, 9]);
}

#[test]
fn senseless_configurations_are_refused() {
    for (config, why) in [
        (Config::new(0, sharp(1, 2)), ConfigError::ZeroLimit),
        (Config::new(131_072, sharp(1, 2)), ConfigError::LimitTooBig(131_072)),
        (Config::new(9, sharp(2, 1)), ConfigError::RedThresholds { min: 2, max: 1 }),
    ] {
        assert_eq!(Choke::<Toy>::new(config, 0).err(), Some(why));
    }
}

proptest! {
    /// Packets that stay leave in the order in which they came, with holes and without, and all that
    /// came is somewhere.
    #[test]
    fn keeps_order_and_books(
        ops in prop::collection::vec((0u8..8, 0u32..4, 1u32..2000), 0..400),
        limit in 1u32..20,
        min in 0u32..10,
    ) {
        let mut choke = choke(Config::new(limit, sharp(min, min + 10)));
        let mut lost = Lost::new();
        let (mut came, mut sent) = (0u64, vec![]);
        for (op, flow, len) in ops {
            let mut cx = Cx::new(Instant::from_millis(came), &mut lost);
            match op {
                0..=3 => {
                    let _ = choke.enqueue(Toy::new(flow, len).numbered(came), &mut cx);
                    came += 1;
                }
                4 | 5 => {
                    let peeked = choke.peek(&mut cx).packet().cloned();
                    let got = choke.dequeue(&mut cx).packet();
                    prop_assert_eq!(&peeked, &got);
                    sent.extend(got.map(|toy| toy.number));
                }
                6 => choke.change(Config::new(1 + len % 20, sharp(min, min + 10)), &mut cx).unwrap(),
                _ if len % 8 == 0 => choke.reset(&mut cx),
                _ => {}
            }
            let stats = *choke.stats();
            let gone = stats.packets + stats.drops + stats.purged;
            prop_assert_eq!(came, gone + u64::from(stats.backlog.packets));
            prop_assert_eq!((sent.len() + lost.len()) as u64, gone);
            prop_assert!(sent.is_sorted());
            let bytes: u64 = choke.table.iter().flatten().map(|toy| u64::from(toy.len)).sum();
            prop_assert_eq!(bytes, stats.backlog.bytes);
        }
    }
}
