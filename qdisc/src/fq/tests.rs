use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::DropCounts;

use super::*;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sent {
    socket: Option<u64>,
    hash: u32,
    len: u32,
    priority: u32,
    rate: Option<u64>,
    departure: Option<Instant>,
    ect: bool,
    ce: bool,
    number: u64,
}

impl Sent {
    /// A packet of socket `socket`.
    fn by(socket: u64, len: u32) -> Self {
        Self { socket: Some(socket), len, ..Self::default() }
    }

    fn paced(self, rate: u64) -> Self {
        Self { rate: Some(rate), ..self }
    }

    fn at(self, micros: u64) -> Self {
        Self { departure: Some(Instant::from_micros(micros)), ..self }
    }

    fn numbered(self, number: u64) -> Self {
        Self { number, ..self }
    }
}

impl Packet for Sent {
    fn pkt_len(&self) -> u32 {
        self.len
    }
    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        self.hash
    }
    fn priority(&self) -> u32 {
        self.priority
    }
    fn socket(&self) -> Option<u64> {
        self.socket
    }
    fn pacing_rate(&self) -> Option<u64> {
        self.rate
    }
    fn departure(&self) -> Option<Instant> {
        self.departure
    }
    fn set_departure(&mut self, at: Instant) -> bool {
        self.departure = Some(at);
        true
    }
    fn mark_ce(&mut self) -> bool {
        self.ce |= self.ect;
        self.ect
    }
}

fn fq(config: Config) -> Fq<Sent> {
    Fq::new(config, [1, 2]).unwrap()
}

/// Every packet through its flow.
const SLOW: Config = Config {
    limit: 10_000,
    flow_limit: 100,
    quantum: 3028,
    initial_quantum: 15_140,
    maxrate: Some(u64::MAX),
    pacing: true,
    refill_delay: Duration::from_millis(40),
    orphan_mask: 1023,
    low_rate_threshold: 68_750,
    ce_threshold: Duration::from_secs(4294),
    horizon: Duration::from_secs(10),
    horizon_drop: true,
    timer_slack: Duration::ZERO,
    buckets_log: 10,
    priomap: [1; 16],
    weights: [589_824, 196_608, 65_536],
    release: Release::V6_12,
};

/// All that leaves from now on, with its time in microseconds, and the deadlines kept.
fn run(fq: &mut Fq<Sent>, cx: &mut Cx<'_, Sent>) -> Vec<(u64, u64)> {
    let mut left = Vec::new();
    loop {
        match fq.dequeue(cx) {
            Dequeue::Packet(packet) => left.push((cx.now.as_nanos() / 1000, packet.number)),
            Dequeue::Until(at) => {
                assert!(at > cx.now);
                cx.now = at;
            }
            Dequeue::Empty => return left,
        }
    }
}

fn send(fq: &mut Fq<Sent>, packets: impl IntoIterator<Item = Sent>, cx: &mut Cx<'_, Sent>) {
    for packet in packets {
        assert_eq!(fq.enqueue(packet, cx), Enqueued::Success);
    }
}

#[test]
fn the_defaults_are_linux_s() {
    let config = Config::default();
    assert_eq!(config.check(), Ok(config));
    assert_eq!(config.quantum, 3028);
    assert_eq!(config.initial_quantum, 15_140);
    assert_eq!(config.low_rate_threshold, 68_750);
    assert_eq!(config.ce_threshold.as_nanos(), 4_294_967_295_000);
    assert_eq!(Config { weights: [589_824, 196_608, 65_536], ..config }, config);
}

#[test]
fn configurations_that_make_no_sense() {
    let refused = |config: Config| Fq::<Sent>::new(config, [0, 0]).err();
    assert_eq!(refused(Config { limit: 0, ..SLOW }), Some(ConfigError::ZeroLimit));
    assert_eq!(refused(Config { flow_limit: 0, ..SLOW }), Some(ConfigError::ZeroLimit));
    assert_eq!(refused(Config { quantum: 0, ..SLOW }), Some(ConfigError::ZeroQuantum));
    let big = (1 << 20) + 1;
    let refused_big = refused(Config { initial_quantum: big, ..SLOW });
    assert_eq!(refused_big, Some(ConfigError::QuantumTooBig(big)));
    assert_eq!(refused(Config { maxrate: Some(0), ..SLOW }), Some(ConfigError::ZeroRate));
    for log in [0, 19] {
        let refused = refused(Config { buckets_log: log, ..SLOW });
        assert_eq!(refused, Some(ConfigError::BucketsLog(log)));
    }
    for weight in [0, 16_383, 1 << 31] {
        let weights = [1 << 16, weight, 1 << 16];
        let refused = refused(Config { weights, ..SLOW });
        assert_eq!(refused, Some(ConfigError::BandWeight(weight)));
    }
    let mut priomap = [0; 16];
    priomap[5] = 3;
    let priority = ConfigError::Priomap { priority: 5, band: 3 };
    assert_eq!(refused(Config { priomap, ..SLOW }), Some(priority));
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    assert!(fq.change(Config { limit: 0, ..SLOW }, &mut cx).is_err());
    assert_eq!(fq.config(), &SLOW);
    fq.change(Config { quantum: 1, ..SLOW }, &mut cx).unwrap();
    assert_eq!(fq.config().quantum, 256);
}

#[test]
fn a_socket_is_paced_by_the_quantum() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    send(&mut fq, (0..16).map(|n| Sent::by(8, 1514).paced(1_000_000).numbered(n)), &mut cx);
    let left = run(&mut fq, &mut cx);
    // Ten packets use up what a new flow has. Then two at a time, a quantum, in 3028 bytes over 1 MB/s.
    let times: Vec<u64> = left.iter().map(|&(at, _)| at).collect();
    let gap = 3028;
    let by_hand = [&[0; 10][..], &[gap; 2], &[2 * gap; 2], &[3 * gap; 2]].concat();
    assert_eq!(times, by_hand);
    assert!(left.iter().map(|&(_, number)| number).eq(0..16));
    // After the tenth, twelfth, fourteenth; the last leaves nobody to wait.
    assert_eq!(fq.fq_stats().throttled, 3);
}

#[test]
fn a_slow_socket_is_paced_by_the_packet() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    send(&mut fq, (0..4).map(|n| Sent::by(8, 1000).paced(50_000).numbered(n)), &mut cx);
    let by_hand = [(0, 0), (20_000, 1), (40_000, 2), (60_000, 3)];
    assert_eq!(run(&mut fq, &mut cx), by_hand);
}

#[test]
fn a_packet_never_takes_more_than_a_second() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    send(
        &mut fq,
        (0..3).map(|n| Sent::by(8, 1514).paced([1000, 0, 1514][n as usize]).numbered(n)),
        &mut cx,
    );
    assert_eq!(run(&mut fq, &mut cx), [(0, 0), (1_000_000, 1), (2_000_000, 2)]);
    // 1.514 s, a rate of nothing, and exactly a second.
    assert_eq!(fq.fq_stats().pkts_too_long, 2);
}

#[test]
fn what_came_late_is_made_good_by_half_a_gap_at_most() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    let packets = |from: u64| (from..from + 2).map(|n| Sent::by(8, 1000).paced(50_000).numbered(n));
    send(&mut fq, packets(0), &mut cx);
    assert_eq!(fq.dequeue(&mut cx).packet().map(|packet| packet.number), Some(0));
    assert_eq!(fq.dequeue(&mut cx), Dequeue::Until(Instant::from_micros(20_000)));
    // 3 ms late, so 17 ms to the next; then 1 s late, so 10 ms.
    cx.now = Instant::from_micros(23_000);
    assert_eq!(fq.dequeue(&mut cx).packet().map(|packet| packet.number), Some(1));
    send(&mut fq, packets(2), &mut cx);
    assert_eq!(fq.dequeue(&mut cx), Dequeue::Until(Instant::from_micros(40_000)));
    cx.now = Instant::from_micros(1_040_000);
    assert_eq!(run(&mut fq, &mut cx), [(1_040_000, 2), (1_050_000, 3)]);
}

#[test]
fn maxrate_holds_for_all_and_for_departures_too() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let maxrate = Some(100_000);
    let mut fq = fq(Config { maxrate, initial_quantum: 256, ..SLOW });
    let packets = [
        Sent::by(1, 1000).numbered(0),
        Sent::by(1, 1000).numbered(1),
        Sent::by(2, 1000).paced(50_000).numbered(2),
        Sent::by(2, 1000).paced(50_000).numbered(3),
        // A departure is no reason to count a quantum for a packet.
        Sent::by(3, 1000).at(5).numbered(4),
        Sent::by(3, 1000).at(6).numbered(5),
    ];
    send(&mut fq, packets, &mut cx);
    // 1: 3028 bytes at 100 kB/s. 2: 1000 at 50 kB/s, its own being less. 3: 1000 at 100 kB/s.
    let by_hand = [(0, 0), (0, 2), (5, 4), (10_005, 5), (20_000, 3), (30_280, 1)];
    assert_eq!(run(&mut fq, &mut cx), by_hand);
}

#[test]
fn without_pacing_only_departures_are_kept() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { pacing: false, maxrate: Some(1000), ..SLOW });
    let packets = [
        Sent::by(1, 1000).paced(10).numbered(0),
        Sent::by(1, 1000).paced(10).numbered(1),
        Sent::by(1, 1000).at(700).numbered(2),
    ];
    send(&mut fq, packets, &mut cx);
    assert_eq!(run(&mut fq, &mut cx), [(0, 0), (0, 1), (700, 2)]);
}

#[test]
fn departures_are_kept_in_order_of_time() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::from_micros(100), &mut lost);
    let mut fq = fq(Config { timer_slack: Duration::ZERO, ..Config::default() });
    let times = [300, 200, 400, 200, 350, 400, 90];
    let packets = (0..).zip(times).map(|(n, at)| Sent::by(1, 500).at(at).numbered(n));
    send(&mut fq, packets, &mut cx);
    let by_hand = [(100, 6), (200, 1), (200, 3), (300, 0), (350, 4), (400, 2), (400, 5)];
    assert_eq!(run(&mut fq, &mut cx), by_hand);
}

#[test]
fn the_horizon_bounds_departures() {
    let mut lost = DropCounts::default();
    for horizon_drop in [true, false] {
        let mut cx = Cx::new(Instant::from_micros(1), &mut lost);
        let horizon = Duration::from_millis(2);
        let mut fq = fq(Config { horizon, horizon_drop, ..SLOW });
        send(&mut fq, [Sent::by(1, 500).at(2001)], &mut cx);
        let beyond = Sent { departure: Some(Instant::from_nanos(2_001_001)), ..Sent::by(1, 500) };
        let verdict = fq.enqueue(beyond.numbered(1), &mut cx);
        let XStats { horizon_drops, horizon_caps, .. } = fq.fq_stats();
        if horizon_drop {
            assert_eq!((verdict, horizon_drops, horizon_caps), (Enqueued::Drop, 1, 0));
            assert_eq!(run(&mut fq, &mut cx), [(2001, 0)]);
        } else {
            assert_eq!((verdict, horizon_drops, horizon_caps), (Enqueued::Success, 0, 1));
            assert_eq!(run(&mut fq, &mut cx), [(2001, 0), (2001, 1)]);
        }
    }
}

#[test]
fn what_need_not_wait_goes_past_the_flows_up_to_eight() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { initial_quantum: 500, quantum: 500, ..Config::default() });
    send(&mut fq, (0..13).map(|n| Sent::by(n % 2, 500).numbered(n)), &mut cx);
    let XStats { fastpath_packets, flows, .. } = fq.fq_stats();
    assert_eq!((fastpath_packets, flows), (8, 2));
    // 8, 10, 12 are socket 0's and 9, 11 socket 1's, a packet a turn.
    let order = run(&mut fq, &mut cx).iter().map(|&(_, number)| number).collect::<Vec<_>>();
    assert_eq!(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    // A socket that is paced goes through its flow.
    send(&mut fq, [Sent::by(5, 500).paced(1_000_000)], &mut cx);
    assert_eq!(fq.fq_stats().fastpath_packets, 8);
    // With that ready to send nobody may overtake; with it waiting for its time one may.
    send(&mut fq, [Sent::by(6, 500)], &mut cx);
    assert_eq!(fq.fq_stats().fastpath_packets, 8);
    assert_eq!(run(&mut fq, &mut cx).len(), 2);
    send(&mut fq, [Sent::by(5, 500).at(77)], &mut cx);
    assert!(matches!(fq.dequeue(&mut cx), Dequeue::Until(_)));
    send(&mut fq, [Sent::by(6, 500)], &mut cx);
    assert_eq!(fq.fq_stats().fastpath_packets, 9);
    // Paced at 500 bytes in 500 us, which now are over, though nobody looked.
    cx.now = Instant::from_micros(500);
    send(&mut fq, [Sent::by(6, 500)], &mut cx);
    assert_eq!(fq.fq_stats().fastpath_packets, 9);
}

#[test]
fn limits_per_flow_and_per_band() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let priomap = core::array::from_fn(|priority| (priority % 3) as u8);
    let mut fq = fq(Config { limit: 5, flow_limit: 3, priomap, ..SLOW });
    let mut verdicts = |socket, priority, count: usize| {
        let one = |_| fq.enqueue(Sent { priority, ..Sent::by(socket, 100) }, &mut cx);
        (0..count).map(one).filter(|&verdict| verdict == Enqueued::Success).count()
    };
    assert_eq!(verdicts(1, 0, 4), 3);
    assert_eq!(verdicts(2, 0, 4), 2);
    assert_eq!(verdicts(3, 1, 2), 2);
    // The limit says nothing of other priorities' upper bits.
    assert_eq!(verdicts(4, 0x12_3450, 1), 0);
    let XStats { flows_plimit, band_drops, band_pkt_count, .. } = fq.fq_stats();
    assert_eq!((flows_plimit, band_drops, band_pkt_count), (1, [3, 0, 0], [5, 2, 0]));
    assert_eq!(fq.stats().drops, 4);
}

#[test]
fn bands_share_by_weight() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let priomap = core::array::from_fn(|priority| (priority % 3) as u8);
    let mut fq = fq(Config { priomap, flow_limit: 10_000, ..SLOW });
    for number in 0..9000u64 {
        let band = number % 3;
        let toy = Sent { priority: band as u32, ..Sent::by(band * 2 + number / 3 % 2, 1000) };
        send(&mut fq, [toy.numbered(band)], &mut cx);
    }
    let mut sent = [0u32; 3];
    for _ in 0..3000 {
        sent[fq.dequeue(&mut cx).packet().unwrap().number as usize] += 1;
    }
    // 9:3:1 of 3000 packets; a band's turn is up to 590 of them.
    for (sent, share) in sent.iter().zip([9.0, 3.0, 1.0]) {
        let expected = 3000.0 * share / 13.0;
        assert!((f64::from(*sent) - expected).abs() < 600.0 * share / 13.0, "{sent} {expected}");
    }
}

#[test]
fn a_flow_s_first_turn_is_in_the_band_it_had() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { priomap: core::array::from_fn(|p| p as u8 % 3), ..SLOW });
    // Socket 3 was in band 2 and leaves all lines; one that waits makes fq look through them.
    send(&mut fq, [Sent::by(9, 100).at(1000), Sent { priority: 2, ..Sent::by(3, 100) }], &mut cx);
    assert!(fq.dequeue(&mut cx).packet().is_some());
    assert!(matches!(fq.dequeue(&mut cx), Dequeue::Until(_)));
    // 3 and 2 are in band 2, which is served now, but 2 has never been seen.
    for (socket, priority) in [(3, 2), (1, 0), (2, 2)] {
        send(&mut fq, [Sent { priority, ..Sent::by(socket, 100) }.numbered(socket)], &mut cx);
    }
    let order: Vec<u64> = run(&mut fq, &mut cx).iter().map(|&(_, number)| number).collect();
    assert_eq!(order, [3, 1, 2, 0]);
}

#[test]
fn flows_that_come_back_are_known() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { quantum: 1000, initial_quantum: 1000, priomap: [0; 16], ..SLOW });
    // One that waits makes fq look through all lines and see who ran empty.
    send(&mut fq, [Sent::by(9, 100).at(1_000_000)], &mut cx);
    let mut sends = |fq: &mut Fq<Sent>, millis, packets: &[(u64, u32)]| {
        cx.now = Instant::from_millis(millis);
        let packets = packets.iter().map(|&(socket, len)| Sent::by(socket, len).numbered(socket));
        send(fq, packets, &mut cx);
        let left = core::iter::from_fn(|| fq.dequeue(&mut cx).packet());
        left.map(|packet| packet.number).collect::<Vec<_>>()
    };
    // Socket 1 has 100 bytes left, and after 40 ms still: one packet, then it is socket 2's turn.
    assert_eq!(sends(&mut fq, 0, &[(1, 900)]), [1]);
    assert_eq!(sends(&mut fq, 40, &[(1, 500), (1, 500), (2, 300), (2, 300)]), [1, 2, 2, 1]);
    // It had 100 - 500 + 1000 - 500, so 100 again, but has a quantum later than 40 ms after.
    assert_eq!(sends(&mut fq, 81, &[(1, 500), (1, 400), (2, 300), (2, 300)]), [1, 1, 2, 2]);
}

#[test]
fn silent_flows_are_forgotten_when_there_are_many() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { buckets_log: 1, ..SLOW });
    send(&mut fq, (0..20).map(|socket| Sent::by(socket, 100)), &mut cx);
    send(&mut fq, [Sent::by(99, 100).at(9_000_000)], &mut cx);
    assert_eq!(core::iter::from_fn(|| fq.dequeue(&mut cx).packet()).count(), 20);
    // Not yet older than 3 s: kept.
    cx.now = Instant::from_millis(3000);
    send(&mut fq, [Sent::by(100, 100)], &mut cx);
    assert_eq!((fq.fq_stats().flows, fq.fq_stats().gc_flows), (22, 0));
    cx.now = Instant::from_millis(3001);
    send(&mut fq, [Sent::by(101, 100)], &mut cx);
    let XStats { flows, gc_flows, inactive_flows, .. } = fq.fq_stats();
    assert_eq!((flows, gc_flows, inactive_flows), (15, 8, 12));
    for socket in 102..105 {
        send(&mut fq, [Sent::by(socket, 100)], &mut cx);
    }
    // Down to those with packets.
    assert_eq!((fq.fq_stats().flows, fq.fq_stats().gc_flows), (6, 20));
}

#[test]
fn packets_without_a_socket_go_by_their_hash() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { orphan_mask: 0xf, ..SLOW });
    for (hash, socket, flows) in
        [(1, None, 1), (0x11, None, 1), (2, None, 2), (0, Some(1), 3), (0, Some(0), 4)]
    {
        send(&mut fq, [Sent { hash, socket, len: 100, ..Sent::default() }], &mut cx);
        assert_eq!(fq.fq_stats().flows, flows);
    }
}

#[test]
fn late_packets_are_marked() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { ce_threshold: Duration::from_micros(50), ..SLOW });
    for number in 0..2 {
        send(&mut fq, [Sent { ect: true, ..Sent::by(1, 100) }.at(10).numbered(number)], &mut cx);
    }
    assert_eq!(fq.dequeue(&mut cx), Dequeue::Until(Instant::from_micros(10)));
    cx.now = Instant::from_micros(60);
    assert_eq!(fq.dequeue(&mut cx).packet().map(|packet| packet.ce), Some(false));
    cx.now = Instant::from_nanos(60_001);
    assert_eq!(fq.dequeue(&mut cx).packet().map(|packet| packet.ce), Some(true));
    assert_eq!(fq.fq_stats().ce_mark, 1);
    // Let go 50 us late: an eighth of that.
    assert_eq!(fq.fq_stats().unthrottle_latency_ns, 6250);
}

#[test]
fn wake_ups_are_as_late_as_the_slack_and_shared() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(Config { timer_slack: Duration::from_micros(10), ..SLOW });
    let until = |micros| Dequeue::Until(Instant::from_micros(micros));
    send(&mut fq, [Sent::by(1, 100).at(100)], &mut cx);
    assert_eq!(fq.dequeue(&mut cx), until(110));
    // The timer that is set will do for one up to 10 us earlier, not for one 11 us earlier.
    send(&mut fq, [Sent::by(2, 100).at(90)], &mut cx);
    assert_eq!(fq.dequeue(&mut cx), until(110));
    send(&mut fq, [Sent::by(3, 100).at(89)], &mut cx);
    assert_eq!(fq.dequeue(&mut cx), until(99));
    assert_eq!(fq.fq_stats().time_next_delayed_flow, Some(Instant::from_micros(89)));
    cx.now = Instant::from_micros(99);
    assert!(fq.dequeue(&mut cx).packet().is_some());
    assert!(fq.dequeue(&mut cx).packet().is_some());
    assert_eq!(fq.dequeue(&mut cx), until(110));
}

#[test]
fn as_linux_6_1_has_it() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let quantum = 1000;
    let config = Config {
        release: Release::V6_1,
        quantum,
        initial_quantum: quantum,
        limit: 6,
        ..Config::default()
    };
    let mut fq = fq(config);
    // No way past the flows: two turns of two packets. Priority 7 overtakes.
    for (number, socket) in (0..).zip([1, 1, 1, 2, 2]) {
        send(&mut fq, [Sent::by(socket, 500).numbered(number)], &mut cx);
    }
    send(&mut fq, [Sent { priority: 7, ..Sent::by(1, 500) }.numbered(5)], &mut cx);
    assert_eq!(fq.enqueue(Sent::by(9, 500), &mut cx), Enqueued::Drop);
    let XStats { fastpath_packets, band_drops, .. } = fq.fq_stats();
    assert_eq!((fastpath_packets, band_drops), (1, [0; 3]));
    let order: Vec<u64> = run(&mut fq, &mut cx).iter().map(|&(_, number)| number).collect();
    assert_eq!(order, [5, 0, 1, 3, 4, 2]);
    // That a flow ran empty is noticed at its next turn.
    assert_eq!(fq.fq_stats().inactive_flows, 0);
}

#[test]
fn a_peek_a_change_and_a_reset_keep_the_books() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut fq = fq(SLOW);
    send(&mut fq, (0..6).map(|n| Sent::by(n % 2, 100).numbered(n)), &mut cx);
    send(&mut fq, [Sent::by(7, 100).at(500).numbered(6)], &mut cx);
    assert_eq!(fq.peek(&mut cx).packet().map(|packet| packet.number), Some(0));
    assert_eq!((fq.backlog().packets, fq.stats().packets), (7, 0));
    fq.change(Config { limit: 4, ..SLOW }, &mut cx).unwrap();
    assert_eq!((fq.backlog().packets, fq.stats().drops), (4, 3));
    // What may not leave yet can't be dropped.
    fq.change(Config { limit: 1, ..SLOW }, &mut cx).unwrap();
    fq.change(Config { limit: 1, ..SLOW }, &mut cx).unwrap();
    assert_eq!((fq.backlog().packets, fq.stats().drops), (1, 6));
    assert!(matches!(fq.peek(&mut cx), Dequeue::Until(_)));
    fq.reset(&mut cx);
    assert_eq!((fq.backlog().packets, fq.stats().purged), (0, 1));
    assert_eq!(fq.dequeue(&mut cx), Dequeue::Empty);
    let XStats { flows, throttled_flows, band_pkt_count, .. } = fq.fq_stats();
    assert_eq!((flows, throttled_flows, band_pkt_count), (0, 0, [0; 3]));
    fq.change(SLOW, &mut cx).unwrap();
    send(&mut fq, [Sent::by(1, 100).numbered(9)], &mut cx);
    assert_eq!(run(&mut fq, &mut cx), [(0, 9)]);
}

proptest! {
    /// At any time of a wild clock: what came in comes out in each flow's order or is counted, and
    /// while packets may leave, one does. A flow's order is that of the times to send, so what came
    /// after the clock was set back may overtake what came before.
    #[test]
    fn loses_nothing(
        ops in prop::collection::vec(
            (0u8..8, 0u64..6, 60u32..3000, 0u32..16, any::<u64>()), 0..300),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut fq = fq(Config { limit: 30, flow_limit: 9, buckets_log: 1, ..Config::default() });
        let mut came = 0;
        let (mut set_back, mut came_after) = (0, Vec::new());
        let mut last = [[0; 6]; 7];
        for (number, (op, socket, len, priority, time)) in (1..).zip(ops) {
            let packet = Sent { priority, ..Sent::by(socket, len) }.numbered(number);
            came_after.push(set_back);
            match op {
                0..=2 => {
                    came += 1;
                    let _ = fq.enqueue(packet.paced(time % 3_000_000), &mut cx);
                }
                3 => cx.now = Instant::from_nanos(cx.now.as_nanos().saturating_add(time >> 36)),
                4 if number % 50 == 0 => {
                    set_back += usize::from(time < cx.now.as_nanos());
                    cx.now = Instant::from_nanos(time);
                }
                4 => { let _ = fq.peek(&mut cx); }
                _ => match fq.dequeue(&mut cx) {
                    Dequeue::Packet(packet) => {
                        let last = &mut last[came_after[packet.number as usize - 1]];
                        let socket = packet.socket.unwrap() as usize;
                        prop_assert!(packet.number > last[socket]);
                        last[socket] = packet.number;
                    }
                    Dequeue::Empty => prop_assert_eq!(fq.backlog().packets, 0),
                    Dequeue::Until(at) => prop_assert!(at > cx.now || at == Instant::MAX),
                },
            }
            let Stats { packets, drops, backlog, .. } = *fq.stats();
            prop_assert_eq!(packets + drops + u64::from(backlog.packets), came);
            let flows = fq.fq_stats();
            prop_assert_eq!(flows.flows - flows.inactive_flows, fq.flows.busy);
            let inside: u32 = fq.flows.all.iter().map(|flow| flow.queue.len).sum();
            let peeked = u32::from(fq.peeked.get().is_some());
            prop_assert_eq!(inside + fq.fast.len + peeked, backlog.packets);
        }
    }

    /// A paced socket sends, in any span of time, no more than its rate allows, its first burst or a
    /// quantum, and a packet.
    #[test]
    fn nobody_exceeds_the_pace(
        rate in 80_000u64..10_000_000,
        packets in prop::collection::vec((60u32..1514, 0u64..3_000_000), 1..100),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut fq = fq(SLOW);
        let mut sent: Vec<(u64, u64)> = Vec::new();
        let take = |fq: &mut Fq<Sent>, cx: &mut Cx<'_, Sent>, end: Instant, sent: &mut Vec<_>| loop {
            match fq.dequeue(cx) {
                Dequeue::Packet(packet) => sent.push((cx.now.as_nanos(), u64::from(packet.len))),
                Dequeue::Until(at) if at <= end => cx.now = at,
                _ => break cx.now = end,
            }
        };
        for (len, gap) in packets {
            let _ = fq.enqueue(Sent::by(1, len).paced(rate), &mut cx);
            let end = cx.now + Duration::from_nanos(gap);
            take(&mut fq, &mut cx, end, &mut sent);
        }
        take(&mut fq, &mut cx, Instant::from_millis(100_000), &mut sent);
        prop_assert_eq!(fq.backlog().packets, 0);
        for from in 0..sent.len() {
            let mut bytes = 0;
            for &(at, len) in &sent[from..] {
                bytes += len;
                let allowed = (at - sent[from].0) * rate / 1_000_000_000;
                // A gap may be halved to make good what came late, as often as there is a wait.
                prop_assert!(bytes <= 2 * allowed + 15_140 + 3028 + 1514);
            }
        }
    }
}
