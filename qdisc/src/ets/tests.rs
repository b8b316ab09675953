use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, Instant};

use super::*;
use crate::drr::{self, Drr};
use crate::testutil::Toy;
use crate::{RateSpec, Tbf, tbf};

const ONE: Handle = Handle(1);

fn id(minor: u16) -> ClassId {
    ONE.class(minor)
}

/// A packet for band `band`, from 0, by priority.
fn to(band: u16, len: u32) -> Toy {
    Toy::new(band.into(), len).with_priority(id(band + 1).0)
}

fn ets(bands: u8, strict: u8) -> Ets<Toy> {
    Ets::new(ONE, Config::new(bands, strict)).unwrap()
}

fn order(ets: &mut Ets<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<(u32, u32)> {
    core::iter::from_fn(|| ets.dequeue(cx).packet()).map(|toy| (toy.flow, toy.len)).collect()
}

fn quantum(bytes: u32) -> ClassConfig {
    ClassConfig { quantum: Some(bytes) }
}

#[test]
fn strict_bands_first_then_rounds() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut config = Config::new(4, 2);
    config.quanta[2..4].copy_from_slice(&[1000, 500]);
    let mut ets = Ets::new(ONE, config).unwrap();
    for band in [3, 2, 1, 0] {
        for _ in 0..2 {
            assert_eq!(ets.enqueue(to(band, 500), &mut cx), Enqueued::Success);
        }
    }
    // Band 3 came first and has 500: one packet, then 0 < 500 and a turn for band 2, which has 1000.
    let by_hand = [0, 0, 1, 1, 3, 2, 2, 3].map(|band| (band, 500));
    assert_eq!(order(&mut ets, &mut cx), by_hand);
}

#[test]
fn what_is_not_mapped_goes_last() {
    let config = Config::new(3, 0);
    assert_eq!(config.priomap, [2; 16]);
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut ets =
        Ets::new(ONE, Config { priomap: core::array::from_fn(|p| (p % 3) as u8), ..config })
            .unwrap();
    // 2:1 is another's class: priority 0. 1:4 is no band: that of priority 0, too. 17 is 1.
    for (priority, band) in
        [(5, 2), (17, 1), (0x2_0001, 0), (0x1_0004, 0), (0x1_0000, 0), (0x1_0003, 2)]
    {
        let _ = ets.enqueue(Toy::new(0, 100).with_priority(priority), &mut cx);
        let held = (1..4).find(|&minor| ets.leaf(id(minor)).unwrap().backlog().packets > 0);
        assert_eq!(held, Some(band + 1), "{priority:#x}");
        let _ = ets.dequeue(&mut cx);
    }
}

#[test]
fn configurations_that_make_no_sense() {
    let refused = |config| Ets::<Toy>::new(ONE, config).err();
    assert_eq!(refused(Config::new(0, 0)), Some(ConfigError::Bands(0)));
    assert_eq!(refused(Config::new(17, 0)), Some(ConfigError::Bands(17)));
    let strict = ConfigError::StrictBands { strict: 3, bands: 2 };
    assert_eq!(refused(Config::new(2, 3)), Some(strict));
    let mut config = Config::new(2, 1);
    config.quanta[1] = 0;
    assert_eq!(refused(config), Some(ConfigError::ZeroQuantum));
    let mut config = Config::new(2, 1);
    config.priomap[3] = 2;
    assert_eq!(refused(config), Some(ConfigError::Priomap { priority: 3, band: 2 }));
    let config = Config { tx_queue_len: 0, ..Config::new(2, 1) };
    assert_eq!(refused(config), Some(ConfigError::ZeroLimit));

    let mut ets = ets(3, 1);
    assert_eq!(ets.change_class(id(1), quantum(1000)), Err(ConfigError::StrictQuantum.into()));
    assert_eq!(ets.change_class(id(4), quantum(1000)), Err(ClassError::Unknown(id(4))));
    assert_eq!(ets.change_class(id(2), quantum(0)), Err(ConfigError::ZeroQuantum.into()));
    assert_eq!(ets.config(), &Config::new(3, 1));
    ets.change_class(id(2), quantum(1)).unwrap();
    ets.change_class(id(3), quantum(u32::MAX)).unwrap();
    assert_eq!(ets.config().quanta[1..3], [256, 1 << 20]);
}

#[test]
fn bands_change_places() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut ets = ets(4, 2);
    for band in [0, 1, 2, 3] {
        let _ = ets.enqueue(to(band, 100), &mut cx);
        let _ = ets.enqueue(to(band, 200), &mut cx);
    }
    let before = *ets.config();
    assert!(ets.change(Config::new(2, 3), &mut cx).is_err());
    assert_eq!(ets.config(), &before);
    // Band 1 lines up behind 2, which has its turn; 3 goes away with its two packets.
    ets.change(Config::new(3, 1), &mut cx).unwrap();
    assert_eq!((ets.stats().drops, ets.backlog().packets), (2, 6));
    let expected = [(0, 100), (0, 200), (2, 100), (2, 200), (1, 100), (1, 200)];
    let mut all = expected.to_vec();
    assert_eq!(ets.dequeue(&mut cx).packet().map(|toy| (toy.flow, toy.len)), Some(all.remove(0)));
    // All strict: in order of the bands.
    ets.change(Config::new(5, 5), &mut cx).unwrap();
    assert_eq!(ets.leaf(id(5)).map(Qdisc::kind), Some("pfifo"));
    all.sort_unstable();
    assert_eq!(order(&mut ets, &mut cx), all);
    assert!(ets.active.is_empty());
}

#[test]
fn a_strict_shaper_lets_the_others_through_and_is_not_forgotten() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut ets = ets(3, 1);
    let slow = tbf::Config::new(RateSpec::bytes(1_000_000), 2000, 9000);
    let slow = Tbf::new(Handle(2), slow).unwrap();
    ets.graft_here(id(1), Box::new(slow), &mut cx).unwrap();
    for (band, len) in [(0, 1400), (0, 1200), (1, 800)] {
        let _ = ets.enqueue(to(band, len), &mut cx);
    }
    assert_eq!(order(&mut ets, &mut cx), [(0, 1400), (1, 800)]);
    // 1200 bytes are to leave and 600 were left: 0.6 ms at 1 MB/s.
    assert_eq!(ets.dequeue(&mut cx), Dequeue::Until(Instant::from_micros(600)));
    let _ = ets.enqueue(to(2, 100), &mut cx);
    assert_eq!(ets.peek(&mut cx).packet().map(|toy| toy.flow), Some(2));
    cx.now = Instant::from_micros(600);
    assert_eq!(order(&mut ets, &mut cx), [(2, 100), (0, 1200)]);
}

#[test]
fn shows_its_bands() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut ets = ets(2, 1);
    let _ = ets.enqueue(to(1, 700), &mut cx);
    let mut shown = Vec::new();
    ets.walk(&mut |class| shown.push((class.id, class.stats.backlog.bytes)));
    assert_eq!(shown, [(id(1), 0), (id(2), 700)]);
    assert_eq!(ets.peek(&mut cx).packet().map(|toy| toy.len), Some(700));
    ets.reset(&mut cx);
    assert_eq!((ets.backlog().packets, ets.stats().purged), (0, 1));
    assert_eq!(ets.dequeue(&mut cx), Dequeue::Empty);
    let refused = ets.graft_here(id(3), Box::new(Fifo::pfifo(1).unwrap()), &mut cx);
    assert_eq!(refused.unwrap_err().why, UnknownClass(id(3)));
}

proptest! {
    /// Its strict bands are prio's, its others drr's.
    #[test]
    fn is_prio_over_drr(
        strict in 0u8..4,
        quanta in prop::array::uniform4(256u32..4000),
        ops in prop::collection::vec(prop::option::of((0u16..6, 1u32..3000)), 0..300),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut config = Config::new(6, strict);
        config.quanta[..4].copy_from_slice(&quanta);
        let mut ets = Ets::new(ONE, config).unwrap();
        let mut first: [Vec<Toy>; 3] = Default::default();
        let mut rest = Drr::new(ONE, drr::Config::default()).unwrap();
        for (minor, quantum) in (1..7).zip(config.quanta) {
            rest.add_class(id(minor), drr::ClassConfig { quantum }).unwrap();
        }
        for op in ops {
            if let Some((band, len)) = op {
                let toy = to(band, len);
                let _ = ets.enqueue(toy.clone(), &mut cx);
                if band < strict.into() {
                    first[usize::from(band)].push(toy);
                } else {
                    let _ = rest.enqueue(toy, &mut cx);
                }
            } else {
                let expected = match first.iter_mut().find(|queue| !queue.is_empty()) {
                    Some(queue) => Some(queue.remove(0)),
                    None => rest.dequeue(&mut cx).packet(),
                };
                prop_assert_eq!(ets.dequeue(&mut cx).packet(), expected);
            }
        }
    }
}
