use alloc::collections::VecDeque;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::testutil::Toy;

/// A queue that never empties, whose packets all waited for `delay` and whose backlog stands still.
struct Endless {
    now: Time,
    delay: Time,
    backlog: u64,
    ect: bool,
    dropped: u32,
}

impl Endless {
    fn new(delay: Duration) -> Self {
        let (now, delay) = (Time(0), delay.into());
        Self { now, delay, backlog: 1_000_000, ect: false, dropped: 0 }
    }
}

impl Queue<Toy> for Endless {
    fn pop(&mut self) -> Option<(Toy, Time)> {
        let toy = Toy { ect: self.ect, ..Toy::new(0, 1000) };
        Some((toy, Time(self.now.0.wrapping_sub(self.delay.0))))
    }

    fn backlog(&self) -> u64 {
        self.backlog
    }

    fn dropped(&mut self, _packet: Toy) {
        self.dropped += 1;
    }
}

/// Times, in units, of the first `n` signals when one packet leaves in every unit of the clock.
fn signals(n: usize, start: u32, ecn: bool) -> Vec<u32> {
    let mut queue = Endless { ect: ecn, ..Endless::new(Duration::from_millis(20)) };
    let config = Config { ecn, ..Config::default() };
    let (mut state, mut stats) = (State::default(), Stats::default());
    let mut times = Vec::new();
    for tick in 0u32.. {
        queue.now = Time(start.wrapping_add(tick));
        let before = stats.drop_count + stats.ecn_mark;
        let now = queue.now;
        let packet = state.dequeue(&mut queue, &config, &mut stats, now).unwrap();
        let signalled = stats.drop_count + stats.ecn_mark - before;
        assert!(signalled <= 1, "never due twice in a unit here");
        assert_eq!(packet.ce, ecn && signalled == 1);
        if signalled == 1 {
            times.push(tick);
        }
        if times.len() == n {
            break;
        }
    }
    assert_eq!(u64::from(queue.dropped), stats.drop_count);
    assert_eq!(if ecn { stats.drop_count } else { stats.ecn_mark }, 0);
    times
}

/// Microseconds between drop n and n + 1, in Linux's arithmetic: computed from its formula, and
/// listed in netlink-qdisc.md ("Reproducible numbers").
const LINUX: [(usize, u64); 11] = [
    (1, 99_998),
    (2, 50_001),
    (3, 56_249),
    (4, 48_778),
    (5, 44_151),
    (6, 40_406),
    (7, 37_517),
    (8, 35_151),
    (9, 33_181),
    (10, 31_504),
    (20, 22_339),
];

#[test]
fn drops_come_on_linux_schedule() {
    let times = signals(21, 1, false);
    let micros = |n: usize| (u64::from(times[n] - times[n - 1]) * 1024 + 500) / 1000;
    for (n, expected) in LINUX {
        let got = micros(n);
        // The table is rounded to 1 µs, and a drop waits for the next unit of the clock.
        assert!(got.abs_diff(expected) <= 1, "drop {n}: {got} µs, not {expected}");
    }
    let total = (u64::from(times[20] - times[0]) * 1024 + 50_000) / 100_000;
    assert_eq!(total, 7339, "twenty drops in 733.9 ms");
}

#[test]
fn marks_come_on_the_same_schedule_as_drops() {
    assert_eq!(signals(20, 1, true), signals(20, 1, false));
}

#[test]
fn the_schedule_survives_a_wrap_of_the_clock() {
    assert_eq!(signals(20, u32::MAX - 300_000, false), signals(20, 1, false));
}

/// 1/√count after each step, from Linux (netlink-qdisc.md).
#[test]
fn newton_steps_are_linux_steps() {
    let mut state = State { count: 1, rec_inv_sqrt: u16::MAX, ..State::IDLE };
    let mut got = Vec::from([state.rec_inv_sqrt]);
    for count in 2..=6 {
        state.count = count;
        state.newton_step();
        got.push(state.rec_inv_sqrt);
    }
    assert_eq!(got, [0xffff, 0x8001, 0x9000, 0x7ce0, 0x7107, 0x6771]);
}

#[test]
fn newton_steps_converge_where_count_stands_still() {
    for count in [2u32, 3, 10, 100, 1000, 10_000] {
        let mut state = State { count, rec_inv_sqrt: 1 << 6, ..State::IDLE };
        for _ in 0..40 {
            state.newton_step();
        }
        let exact = 65_536.0 / f64::from(count).sqrt();
        let got = f64::from(state.rec_inv_sqrt);
        // Rounding down at each step leaves it below by up to a few units of 2^-16.
        assert!(got <= exact && exact - got < 6.0, "1/√{count}: {got}, not {exact}");
    }
}

#[test]
fn the_first_drop_waits_for_a_whole_interval() {
    let first = signals(1, 1, false)[0];
    // Above target from tick 0; later than, not at, interval.
    assert_eq!(first, 97_656 + 1);
}

/// A queue that ran empty begins a new interval, however long the packet after that had waited.
#[test]
fn an_empty_queue_forgets_how_long_it_was_above_target() {
    let mut queue = VecQueue::default();
    let (mut state, mut stats) = (State::default(), Stats::default());
    let ms = |n| Time::from(Duration::from_millis(n));
    let mut dequeue = |now, packets: u32, came| {
        queue.0.extend((0..packets).map(|_| (Toy::new(0, 2000), ms(came))));
        queue.1 += u64::from(packets) * 2000;
        state.dequeue(&mut queue, &Config::default(), &mut stats, ms(now)).is_some()
    };
    assert!(dequeue(10, 2, 0), "above target, a packet behind it");
    assert!(dequeue(10, 0, 0));
    assert!(!dequeue(10, 0, 0), "empty");
    assert!(dequeue(200, 2, 150));
    assert_eq!(stats.drop_count, 0);
}

#[test]
fn below_the_target_or_a_packet_nothing_is_dropped() {
    let cases = [
        (Duration::from_nanos(4_999_000), 1_000_000, "below target"),
        (Duration::from_millis(20), 1514, "one packet waits"),
    ];
    for (delay, backlog, why) in cases {
        let mut queue = Endless { backlog, ..Endless::new(delay) };
        let (mut state, mut stats) = (State::default(), Stats::default());
        for tick in 0..1000 {
            queue.now = Time(tick * 1000);
            let now = queue.now;
            let got = state.dequeue(&mut queue, &Config::default(), &mut stats, now);
            assert!(got.is_some());
        }
        assert_eq!((queue.dropped, state.is_dropping()), (0, false), "{why}");
    }
}

/// Ticks from 0 on at `delay` above target until `drops` drops; gives the tick.
fn drop_until(queue: &mut Endless, state: &mut State, drops: u32, from: u32) -> u32 {
    let mut stats = Stats::default();
    let goal = queue.dropped + drops;
    let mut tick = from;
    while queue.dropped < goal {
        tick += 1;
        queue.now = Time(tick);
        state.dequeue(queue, &Config::default(), &mut stats, queue.now);
    }
    tick
}

/// Leaves the dropping state at `at` and comes back `pause` later; the count it goes on with.
fn count_after_pause(pause: Duration) -> u32 {
    let mut queue = Endless::new(Duration::from_millis(20));
    let mut state = State::default();
    let at = drop_until(&mut queue, &mut state, 10, 0);
    queue.delay = Time(1);
    queue.now = Time(at);
    state.dequeue(&mut queue, &Config::default(), &mut Stats::default(), Time(at));
    assert!(!state.is_dropping());
    queue.delay = Duration::from_millis(20).into();
    drop_until(&mut queue, &mut state, 1, at + Time::from(pause).0);
    state.count()
}

#[test]
fn a_short_pause_keeps_the_drop_rate() {
    // 10 drops, 9 of them since dropping began.
    assert_eq!(count_after_pause(Duration::from_millis(300)), 9);
    assert_eq!(count_after_pause(Duration::from_millis(1400)), 9);
    // 16 intervals after the last drop was due the past is forgotten.
    assert_eq!(count_after_pause(Duration::from_millis(1700)), 1);
}

#[test]
fn the_past_is_remembered_for_exactly_16_intervals() {
    let interval = Config::default().interval.0;
    for (pause, count) in [(16 * interval - 1, 9), (16 * interval, 1)] {
        let mut queue = Endless::new(Duration::from_millis(20));
        let drop_next = Time(1_000);
        queue.now = Time(1_000 + pause);
        let first_above_time = Some(Time(queue.now.0 - 1));
        let mut state =
            State { count: 10, lastcount: 1, drop_next, first_above_time, ..State::IDLE };
        state.rec_inv_sqrt = 0x5000;
        let now = queue.now;
        state.dequeue(&mut queue, &Config::default(), &mut Stats::default(), now);
        assert_eq!((queue.dropped, state.count()), (1, count), "after {pause}");
    }
}

#[test]
fn drops_that_come_late_do_not_delay_those_after() {
    let mut queue = Endless::new(Duration::from_millis(20));
    let (mut state, mut stats) = (State::default(), Stats::default());
    // One packet leaves in 30 ms. From the first drop, at 120 ms, on the schedule has drops after
    // 100.0, 150.0, 206.2, 255.0, 299.2, 339.6, 377.1, 412.3, 445.4, 476.9 ms (sums of the table).
    for slot in 0..=19 {
        queue.now = Duration::from_millis(30 * slot).into();
        let now = queue.now;
        state.dequeue(&mut queue, &Config::default(), &mut stats, now);
    }
    // At 570 ms, 450 ms after the first, nine more are due.
    assert_eq!(queue.dropped, 1 + 9);
}

#[test]
fn foreign_drops_before_the_first_one_do_not_empty_the_queue() {
    let mut queue = Endless::new(Duration::from_millis(20));
    let mut state = State::default();
    state.add_drops(64);
    let first = drop_until(&mut queue, &mut state, 1, 0);
    let second = drop_until(&mut queue, &mut state, 1, first);
    assert!(second - first > 90_000, "an interval apart");
}

#[test]
fn the_step_marks_only_what_it_selects() {
    let over = CeThreshold::over(Duration::from_millis(1));
    let l4s = CeThreshold { selector: 1, mask: 3, ..over };
    let toy = |dsfield| Toy { ect: true, dsfield, ..Toy::new(0, 100) };
    for (threshold, delay, dsfield, marked) in [
        (over, 2, None, true),
        (over, 0, None, false),
        (l4s, 2, Some(1), true),
        (l4s, 2, Some(2), false),
        (l4s, 2, None, false),
    ] {
        let mut queue = VecQueue::default();
        queue.0.push_back((toy(dsfield), Time(0)));
        let config = Config { ce_threshold: Some(threshold), ..Config::default() };
        let (mut stats, now) = (Stats::default(), Duration::from_millis(delay).into());
        let got = State::default().dequeue(&mut queue, &config, &mut stats, now).unwrap();
        assert_eq!((got.ce, stats.ce_mark), (marked, u64::from(marked)), "{dsfield:?} at {delay}");
    }
}

#[test]
fn time_converts_as_in_linux() {
    assert_eq!(Time::from(Duration::from_millis(100)).units(), 97_656);
    assert_eq!(Time::from(Duration::from_millis(5)).units(), 4_882);
    assert_eq!(Time::from(Duration::from_millis(5)).as_micros(), 4_999, "what tc shows");
    assert_eq!(Time::from(Instant::from_nanos((1 << 42) + 2048)).units(), 2, "it wraps");
}

#[derive(Default)]
struct VecQueue(VecDeque<(Toy, Time)>, u64, Vec<Toy>);

impl Queue<Toy> for VecQueue {
    fn pop(&mut self) -> Option<(Toy, Time)> {
        let (toy, came) = self.0.pop_front()?;
        self.1 -= u64::from(toy.len).min(self.1);
        Some((toy, came))
    }

    fn backlog(&self) -> u64 {
        self.1
    }

    fn dropped(&mut self, packet: Toy) {
        self.2.push(packet);
    }
}

proptest! {
    /// Whatever the state and however time jumps: packets come out once and in order, and nothing
    /// panics.
    #[test]
    fn loses_nothing_at_any_time(
        steps in prop::collection::vec((any::<bool>(), any::<u32>(), 0u32..100), 1..400),
        ecn: bool,
        interval in 1u32..,
        target: u32,
    ) {
        let (interval, target) = (Time(interval), Time(target));
        let config = Config { ecn, interval, target, mtu: 10, ..Config::default() };
        let (mut state, mut stats) = (State::default(), Stats::default());
        let mut queue = VecQueue::default();
        let mut out = Vec::new();
        let mut came = 0;
        for (push, now, len) in steps {
            if push {
                let toy = Toy { ect: len % 2 == 0, ..Toy::new(0, len).numbered(came) };
                queue.0.push_back((toy, Time(now)));
                queue.1 += u64::from(len);
                came += 1;
            } else if let Some(toy) = state.dequeue(&mut queue, &config, &mut stats, Time(now)) {
                out.push(toy.number);
            }
        }
        let dropped: Vec<u64> = queue.2.iter().map(|toy| toy.number).collect();
        prop_assert!(out.is_sorted() && dropped.is_sorted());
        prop_assert_eq!(stats.drop_count, dropped.len() as u64);
        let mut all: Vec<u64> = out.into_iter().chain(dropped).collect();
        all.extend(queue.0.iter().map(|(toy, _)| toy.number));
        all.sort_unstable();
        prop_assert_eq!(all, (0..came).collect::<Vec<_>>());
    }
}
