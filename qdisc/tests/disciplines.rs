//! pfifo, bfifo, pfifo_fast, prio and tbf, each by itself.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

mod toy;

use proptest::prelude::*;
use softnet_qdisc::{
    Backlog, Blackhole, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle, NoQueue, PRIOMAP,
    PfifoFast, Prio, Qdisc, RateSpec, Tbf, fifo, pfifo_fast, prio, tbf,
};
use softnet_sk_buff::{DropReason, Instant};
use toy::Toy;

type Lost = Vec<(Toy, DropReason)>;

fn toy(number: u64, len: u32, priority: u32) -> Toy {
    Toy { number, flow: 0, len, priority }
}

fn numbers(qdisc: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<u64> {
    core::iter::from_fn(|| qdisc.dequeue(cx).packet()).map(|toy| toy.number).collect()
}

#[test]
fn bfifo_takes_what_fits_exactly() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut queue = Fifo::bfifo(1000).unwrap();
    assert_eq!(queue.enqueue(toy(0, 600, 0), &mut cx), Enqueued::Success);
    assert_eq!(queue.enqueue(toy(1, 401, 0), &mut cx), Enqueued::Drop);
    assert_eq!(queue.enqueue(toy(2, 400, 0), &mut cx), Enqueued::Success);
    assert_eq!(queue.backlog(), Backlog { packets: 2, bytes: 1000 });
    assert_eq!(numbers(&mut queue, &mut cx), [0, 2]);
    assert_eq!(lost, [(toy(1, 401, 0), DropReason::QDISC_OVERLIMIT)]);
}

#[test]
fn bfifo_is_bounded_for_packets_without_length() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut queue = Fifo::bfifo(10).unwrap();
    let taken = (0..100).filter(|&n| queue.enqueue(toy(n, 0, 0), &mut cx) == Enqueued::Success);
    assert_eq!(taken.count(), 10);
}

#[test]
fn pfifo_head_drop_drops_the_oldest_and_tells_the_sender() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut queue = Fifo::pfifo_head_drop(3).unwrap();
    let verdicts: Vec<_> =
        (0..5).map(|n| queue.enqueue(toy(n, 100 + n as u32, 0), &mut cx)).collect();
    use Enqueued::{Cn, Success};
    assert_eq!(verdicts, [Success, Success, Success, Cn, Cn]);
    assert_eq!((queue.stats().drops, queue.backlog().bytes), (2, 102 + 103 + 104));
    // A limit that shrinks drops nothing; one goes for each that comes (sch_fifo.c).
    queue.change(queue.limit().resized(1)).unwrap();
    assert_eq!(queue.enqueue(toy(5, 100, 0), &mut cx), Cn);
    assert_eq!(numbers(&mut queue, &mut cx), [3, 4, 5]);
    assert_eq!(lost.iter().map(|(toy, _)| toy.number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(
        (Qdisc::<Toy>::kind(&queue), queue.limit()),
        ("pfifo_head_drop", fifo::Limit::HeadDrop(1))
    );
    assert_eq!(Fifo::<Toy>::pfifo_head_drop(0).err(), Some(ConfigError::ZeroLimit));
}

/// A parent's books: one in, one out for it (`qdisc_tree_reduce_backlog` in `pfifo_tail_enqueue`).
#[test]
fn a_parent_of_pfifo_head_drop_does_not_drift() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut prio: Box<dyn Qdisc<Toy>> =
        Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
    let fifo = Fifo::pfifo_head_drop(2).unwrap();
    prio.graft(&[Handle(1).class(2)], Box::new(fifo), &mut cx).unwrap();
    let last = (0..4).map(|n| prio.enqueue(toy(n, 100 * n as u32, 0), &mut cx)).last();
    assert_eq!(last, Some(Enqueued::Cn));
    assert_eq!(prio.backlog(), Backlog { packets: 2, bytes: 500 });
    assert_eq!(prio.stats().drops, 2);
}

#[test]
fn blackhole_and_noqueue_keep_nothing() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut hole: Box<dyn Qdisc<Toy>> = Box::new(Blackhole::new());
    let mut none: Box<dyn Qdisc<Toy>> = Box::new(NoQueue::new());
    assert_eq!(hole.enqueue(toy(0, 100, 0), &mut cx), Enqueued::Bypass);
    assert_eq!(none.enqueue(toy(1, 100, 0), &mut cx), Enqueued::Cn);
    for qdisc in [&mut hole, &mut none] {
        assert_eq!(qdisc.dequeue(&mut cx), Dequeue::Empty);
        assert!(qdisc.peek(&mut cx).packet().is_none());
        assert_eq!((qdisc.stats().drops, qdisc.backlog()), (1, Backlog::default()));
    }
    assert_eq!(lost.len(), 2);
}

/// `ptr_ring` with 32 places: 16 pointers are two cache lines, and that is not more than half of 32, so
/// places come free sixteen at a time. With 31 places each comes free at once.
#[test]
fn pfifo_fast_frees_places_sixteen_at_a_time() {
    let room_after = |places: u32, dequeues: usize| {
        let mut lost = Lost::new();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let config = pfifo_fast::Config { tx_queue_len: places };
        let mut fast = PfifoFast::new(config).unwrap();
        let fill = |fast: &mut PfifoFast<Toy>, cx: &mut Cx<'_, Toy>| {
            (0..).take_while(|&n| fast.enqueue(toy(n, 100, 0), cx) == Enqueued::Success).count()
        };
        assert_eq!(fill(&mut fast, &mut cx), places as usize);
        for _ in 0..dequeues {
            assert!(fast.dequeue(&mut cx).packet().is_some());
        }
        fill(&mut fast, &mut cx)
    };
    assert_eq!([1, 15, 16, 17, 31, 32].map(|n| room_after(32, n)), [0, 0, 16, 16, 16, 32]);
    // The end of the ring gives back what is left there.
    assert_eq!([16, 32, 39, 40].map(|n| room_after(40, n)), [16, 32, 32, 40]);
    assert_eq!([1, 15, 31].map(|n| room_after(31, n)), [1, 15, 31]);
}

/// Order of the priorities 0 to 15 when one packet of each waits: from prio2band's bands.
const BY_BAND: [u64; 16] = [6, 7, 0, 4, 8, 9, 10, 11, 12, 13, 14, 15, 1, 2, 3, 5];

#[test]
fn three_bands_by_linux_priomap() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fast = PfifoFast::new(pfifo_fast::Config::default()).unwrap();
    let mut prio = Prio::new(Handle(1), prio::Config::default()).unwrap();
    for priority in 0..16u32 {
        let packet = || toy(priority.into(), 100, priority);
        assert_eq!(fast.enqueue(packet(), &mut cx), Enqueued::Success);
        assert_eq!(prio.enqueue(packet(), &mut cx), Enqueued::Success);
    }
    assert_eq!(fast.peek(&mut cx).packet().map(|toy| toy.number), Some(6));
    assert_eq!(numbers(&mut fast, &mut cx), BY_BAND);
    assert_eq!(numbers(&mut prio, &mut cx), BY_BAND);
}

#[test]
fn pfifo_fast_looks_at_four_bits_and_bounds_each_band() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fast = PfifoFast::new(pfifo_fast::Config { tx_queue_len: 2 }).unwrap();
    // 0x16 ends in 6: band 0.
    let verdicts: Vec<_> = [(0, 2), (1, 2), (2, 2), (3, 0x16)]
        .map(|(number, priority)| fast.enqueue(toy(number, 100, priority), &mut cx))
        .into();
    use Enqueued::{Drop, Success};
    assert_eq!(verdicts, [Success, Success, Drop, Success]);
    assert_eq!(numbers(&mut fast, &mut cx), [3, 0, 1]);
}

#[test]
fn pfifo_fast_follows_a_shorter_tx_queue_len() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fast = PfifoFast::new(pfifo_fast::Config::default()).unwrap();
    for number in 0..6 {
        let _ = fast.enqueue(toy(number, 100, number as u32 % 2 * 6), &mut cx);
    }
    fast.change(pfifo_fast::Config { tx_queue_len: 2 }, &mut cx).unwrap();
    assert_eq!(fast.backlog(), Backlog { packets: 4, bytes: 400 });
    assert_eq!(numbers(&mut fast, &mut cx), [1, 3, 0, 2]);
    assert_eq!((fast.stats().drops, lost.len()), (2, 2));
}

#[test]
fn a_priority_names_a_band_of_prio() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut prio = Prio::new(Handle(0x8001), prio::Config::default()).unwrap();
    // Out of range and foreign ones count as priority 0, band 1.
    for (number, priority) in
        [0x8001_0003, 0x8001_0004, 0x8001_0000, 0x8002_0003, 0x8001_0001].into_iter().enumerate()
    {
        let _ = prio.enqueue(toy(number as u64, 100, priority), &mut cx);
    }
    assert_eq!(numbers(&mut prio, &mut cx), [4, 1, 2, 3, 0]);
}

#[test]
fn a_band_that_goes_away_takes_its_packets_along() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut prio = Prio::new(Handle(1), prio::Config::default()).unwrap();
    for number in 0..3 {
        let _ = prio.enqueue(toy(number, 100, number as u32), &mut cx);
    }
    let config = prio::Config { bands: 2, priomap: [0; 16], tx_queue_len: 9 };
    prio.change(config, &mut cx).unwrap();
    assert_eq!(prio.backlog(), Backlog { packets: 1, bytes: 100 });
    assert_eq!(prio.stats().drops, 2);
    prio.change(prio::Config { bands: 16, ..config }, &mut cx).unwrap();
    assert!(prio.leaf(Handle(1).class(16)).is_some());
    assert_eq!(numbers(&mut prio, &mut cx), [0]);
}

#[test]
fn senseless_configurations_are_refused() {
    let (prio_ok, rate) = (prio::Config::default(), RateSpec::bytes(1000));
    let tbf_ok = tbf::Config::new(rate, 2000, 3000);
    assert_eq!(Fifo::<Toy>::pfifo(0).err(), Some(ConfigError::ZeroLimit));
    assert_eq!(Fifo::<Toy>::bfifo(0).err(), Some(ConfigError::ZeroLimit));
    let none = pfifo_fast::Config { tx_queue_len: 0 };
    assert_eq!(PfifoFast::<Toy>::new(none).err(), Some(ConfigError::ZeroLimit));
    let mut map = PRIOMAP;
    map[9] = 3;
    for (config, why) in [
        (prio::Config { bands: 1, ..prio_ok }, ConfigError::Bands(1)),
        (prio::Config { bands: 17, ..prio_ok }, ConfigError::Bands(17)),
        (prio::Config { priomap: map, ..prio_ok }, ConfigError::Priomap { priority: 9, band: 3 }),
        (prio::Config { tx_queue_len: 0, ..prio_ok }, ConfigError::ZeroLimit),
    ] {
        assert_eq!(Prio::<Toy>::new(Handle(1), config).err(), Some(why));
    }
    let peak = |rate, burst| Some(tbf::Peak { rate: RateSpec::bytes(rate), burst });
    let small = |max_size| ConfigError::BurstBelowMtu { max_size, mtu: 1514 };
    for (config, why) in [
        (tbf::Config { rate: RateSpec::bytes(0), ..tbf_ok }, ConfigError::ZeroRate),
        (tbf::Config { limit: 0, ..tbf_ok }, ConfigError::ZeroLimit),
        (tbf::Config { burst: 1513, ..tbf_ok }, small(1513)),
        (tbf::Config { peak: peak(1000, 2000), ..tbf_ok }, ConfigError::PeakNotAboveRate),
        (tbf::Config { peak: peak(1001, 1000), ..tbf_ok }, small(1000)),
    ] {
        assert_eq!(Tbf::<Toy>::new(Handle(1), config).err(), Some(why));
        let (mut lost, mut tbf) = (Lost::new(), Tbf::new(Handle(1), tbf_ok).unwrap());
        assert_eq!(tbf.change(config, &mut Cx::new(Instant::ZERO, &mut lost)), Err(why));
        assert_eq!(*tbf.config(), tbf_ok);
    }
}

#[test]
fn tbf_refuses_what_its_bucket_can_not_hold() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let config = tbf::Config::new(RateSpec::bytes(1000), 2000, 9000);
    let mut tbf = Tbf::new(Handle(1), config).unwrap();
    assert_eq!(tbf.enqueue(toy(0, 2000, 0), &mut cx), Enqueued::Success);
    assert_eq!(tbf.enqueue(toy(1, 2001, 0), &mut cx), Enqueued::Drop);
    assert_eq!(tbf.stats().drops, 1);
    assert_eq!(lost, [(toy(1, 2001, 0), DropReason::QDISC_DROP)]);
}

#[test]
fn tbf_counts_overlimits_and_passes_a_childs_drop_on() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let config = tbf::Config::new(RateSpec::bytes(1000), 2000, 3000);
    let mut tbf = Tbf::new(Handle(1), config).unwrap();
    let verdicts = [0, 1, 2].map(|n| tbf.enqueue(toy(n, 1500, 0), &mut cx));
    assert_eq!(verdicts, [Enqueued::Success, Enqueued::Success, Enqueued::Drop]);
    assert!(tbf.dequeue(&mut cx).packet().is_some());
    // 500 bytes are left in the bucket, 1000 more take a second.
    assert_eq!(tbf.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(1000)));
    let stats = tbf.stats();
    assert_eq!((stats.drops, stats.overlimits, stats.backlog.packets), (1, 1, 1));
    tbf.reset(&mut cx);
    assert_eq!(tbf.enqueue(toy(3, 1500, 0), &mut cx), Enqueued::Success);
    assert_eq!(numbers(&mut tbf, &mut cx), [3], "a reset fills the bucket");
}

/// A peak bucket of one packet spaces what the main bucket would let out in a burst.
#[test]
fn tbf_peak_rate_flattens_bursts() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let peak = Some(tbf::Peak { rate: RateSpec::bytes(10_000), burst: 1000 });
    let config = tbf::Config::new(RateSpec::bytes(1000), 5000, 90_000);
    let config = tbf::Config { peak, psched_mtu: 1000, ..config };
    let mut tbf = Tbf::new(Handle(1), config).unwrap();
    let mut times = Vec::new();
    for number in 0..7 {
        let _ = tbf.enqueue(toy(number, 1000, 0), &mut cx);
    }
    while tbf.backlog().packets > 0 {
        match tbf.dequeue(&mut cx) {
            Dequeue::Packet(_) => times.push(cx.now.as_nanos() / 1_000_000),
            Dequeue::Until(at) => cx.now = at,
            Dequeue::Empty => break,
        }
    }
    // One packet per 100 ms while the bucket's 5000 bytes last, which gain 100 bytes each time, then
    // one a second.
    assert_eq!(times, [0, 100, 200, 300, 400, 1000, 2000]);
}

/// Drains `lens` through a bucket, waking at deadlines or a bit late; times and lengths of what left.
fn shape(config: tbf::Config, arrivals: &[(u64, u32, u64)]) -> Vec<(u64, u32)> {
    let mut lost = Lost::new();
    let mut tbf = Tbf::new(Handle(1), config).unwrap();
    let mut out = Vec::new();
    let mut now = 1_000_000_000;
    for &(gap, len, late) in arrivals {
        now += gap;
        let mut cx = Cx::new(Instant::from_nanos(now), &mut lost);
        let _ = tbf.enqueue(toy(0, len, 0), &mut cx);
        loop {
            match tbf.dequeue(&mut cx) {
                Dequeue::Packet(toy) => out.push((cx.now.as_nanos(), toy.len)),
                Dequeue::Until(at) if late % 2 == 0 => {
                    now = at.as_nanos() + late;
                    cx.now = Instant::from_nanos(now);
                }
                _ => break,
            }
        }
    }
    out
}

proptest! {
    /// Σs ≤ B + R·Δt for every span of packets that left.
    #[test]
    fn tbf_keeps_its_rate_over_every_window(
        rate in 1000u64..100_000_000,
        burst in 1514u32..20_000,
        arrivals in prop::collection::vec((0u64..50_000_000, 1u32..1600, 0u64..1_000_000), 1..80),
    ) {
        let config = tbf::Config::new(RateSpec::bytes(rate), burst, 50_000);
        let out = shape(config, &arrivals);
        prop_assert!(!out.is_empty());
        for (first, &(start, _)) in out.iter().enumerate() {
            let mut bytes = 0u128;
            for (n, &(end, len)) in (1u128..).zip(&out[first..]) {
                bytes += u128::from(len);
                // A nanosecond's worth of rounding per packet, and the burst's own.
                let span = u128::from(end - start) + n + 1;
                let allowed = u128::from(burst) * 1_000_000_000 + u128::from(rate) * span;
                prop_assert!(bytes * 1_000_000_000 <= allowed + allowed / (1 << 30));
            }
        }
    }

    /// A clock that jumps back makes a packet late, never early, and spends no time twice.
    #[test]
    fn tbf_gains_nothing_from_a_clock_that_steps_back(
        steps in prop::collection::vec((0u64..3_000_000_000, 100u32..1500), 1..100),
    ) {
        let rate = 1_000_000u64;
        let config = tbf::Config::new(RateSpec::bytes(rate), 1514, 50_000);
        let mut tbf = Tbf::new(Handle(1), config).unwrap();
        let mut lost = Lost::new();
        let (mut latest, mut bytes) = (0, 0);
        for (at, len) in steps {
            latest = latest.max(at);
            let mut cx = Cx::new(Instant::from_nanos(at), &mut lost);
            let _ = tbf.enqueue(toy(0, len, 0), &mut cx);
            match tbf.dequeue(&mut cx) {
                Dequeue::Packet(toy) => bytes += u64::from(toy.len),
                Dequeue::Until(deadline) => {
                    prop_assert!(deadline > cx.now);
                    prop_assert!(deadline.as_nanos() <= latest + 1_514_000);
                }
                Dequeue::Empty => {}
            }
            prop_assert!(bytes <= 1514 + latest * rate / 1_000_000_000 + 1);
        }
    }
}

#[test]
fn tbf_idle_for_an_age_holds_one_burst() {
    let config = tbf::Config::new(RateSpec::bytes(1_000_000), 3000, 50_000);
    let out = shape(
        config,
        &[(0, 1000, 1), (u64::MAX / 2, 1000, 1), (0, 1000, 1), (0, 1000, 1), (0, 1000, 1)],
    );
    assert_eq!(out.len(), 4, "one, then three of the four that came at once");
}

#[test]
fn bypass_is_for_those_that_would_hand_the_packet_back() {
    let mut fifo: Box<dyn Qdisc<Toy>> = Box::new(Fifo::pfifo(1).unwrap());
    let config = tbf::Config::new(RateSpec::bytes(1000), 2000, 3000);
    let tbf: Box<dyn Qdisc<Toy>> = Box::new(Tbf::new(Handle(1), config).unwrap());
    let prio: Box<dyn Qdisc<Toy>> =
        Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
    let fast: Box<dyn Qdisc<Toy>> =
        Box::new(PfifoFast::new(pfifo_fast::Config::default()).unwrap());
    assert!(fifo.can_bypass() && fast.can_bypass() && !tbf.can_bypass() && !prio.can_bypass());
    fifo.bypassed(&toy(0, 700, 0));
    fifo.requeued();
    let stats = fifo.stats();
    assert_eq!((stats.bytes, stats.packets, stats.requeues), (700, 1, 1));
    assert_eq!(stats.backlog, Backlog::default());
}
