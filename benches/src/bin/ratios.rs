//! The limits that packet buffers were promised to keep, measured: alloc and free of a packet in
//! bursts at most twice a bare free list that touches the same lines, clone at most twice alloc.

use core::hint::black_box;
use core::time::Duration;
use std::process::ExitCode;
use std::time::Instant;

use softnet_benches::baseline::{FreeList, HEADER_LINES};
use softnet_benches::ratios::{Candidate, Rounds, interleave, timed};
use softnet_benches::sources::{Clones, Local, Remote, Source, in_bursts, pool, singly};

const BURST: usize = 512;
const BURSTS: usize = 20;
const SINGLY: u64 = 10_000;
const SETS: usize = 15;
const ROUNDS: usize = 21;

/// What takes how long, at most how many times as long as what.
const LIMITS: &[(&str, &str, Option<f64>)] = &[
    ("alloc+free, bursts", "free list, bursts", Some(2.0)),
    ("clone+free, bursts", "alloc+free, bursts", Some(2.0)),
    ("clone+free of one, bursts", "alloc+free, bursts", Some(2.0)),
    // A clone touches five cache lines, two of them the original's, where alloc touches two.
    ("clone, bursts", "alloc, bursts", Some(2.0)),
    ("alloc+free, singly", "free list, singly", None),
    ("clone+free, singly", "alloc+free, singly", Some(2.0)),
    ("alloc+free remotely, bursts", "alloc+free, bursts", None),
];

fn bursts<'a, S: Source + 'a>(name: &'static str, mut source: S) -> Candidate<'a> {
    let mut held = Vec::with_capacity(BURST);
    (name, Box::new(move || timed(|| in_bursts(&mut source, &mut held, BURSTS, BURST))))
}

/// Bursts of which only the taking is timed.
fn takes<'a, S: Source + 'a>(name: &'static str, mut source: S) -> Candidate<'a> {
    let mut held = Vec::with_capacity(BURST);
    let mut burst = move |time: Duration, _| {
        let start = Instant::now();
        held.extend((0..BURST).map_while(|n| black_box(&mut source).take(n)));
        let time = time + start.elapsed();
        held.drain(..).for_each(|item| source.give(item));
        time
    };
    let bursts = move || ((0..BURSTS).fold(Duration::ZERO, &mut burst), (BURSTS * BURST) as u64);
    (name, Box::new(bursts))
}

fn one_by_one<'a, S: Source + 'a>(name: &'static str, mut source: S) -> Candidate<'a> {
    (name, Box::new(move || timed(|| singly(&mut source, SINGLY))))
}

fn measure() -> Rounds {
    let full = || pool(BURST as u32);
    let candidates = || {
        vec![
            bursts("free list, bursts", FreeList::new(BURST)),
            bursts("alloc+free, bursts", Local(full())),
            bursts("clone+free, bursts", Clones::of(full(), BURST)),
            takes("alloc, bursts", Local(full())),
            takes("clone, bursts", Clones::of(full(), BURST)),
            bursts("clone+free of one, bursts", Clones::of(full(), 1)),
            bursts("alloc+free remotely, bursts", Remote(full())),
            one_by_one("free list, singly", FreeList::new(BURST)),
            one_by_one("alloc+free, singly", Local(full())),
            one_by_one("clone+free, singly", Clones::of(full(), 1)),
        ]
    };
    interleave(candidates, SETS, ROUNDS)
}

/// Lines of a packet's header, as far as its cost tells.
fn header_lines() -> Option<usize> {
    let mut pool = pool(1);
    let probe = pool.alloc(0)?;
    let lines = (probe.truesize() - pool.buffer_size()) as usize / 64;
    pool.consume(probe);
    Some(lines)
}

fn main() -> ExitCode {
    if header_lines() != Some(HEADER_LINES) {
        println!("the baseline touches other lines than a packet does: nothing measured");
        return ExitCode::FAILURE;
    }
    let rounds = measure();
    let mut missed = false;
    println!("{:<28} {:>8}  {:<20} {:>8} {:>7}", "operation", "ns", "beside", "ratio", "limit");
    for (name, base, limit) in LIMITS {
        let ratio = rounds.ratio(name, base);
        missed |= limit.is_some_and(|limit| ratio > limit);
        let limit = limit.map_or("-".into(), |limit| format!("{limit:.1}"));
        println!("{name:<28} {:>8.2}  {base:<20} {ratio:>8.2} {limit:>7}", rounds.nanos(name));
    }
    if missed {
        println!("a limit was missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
