//! What each discipline costs for a packet, in instructions and in time, beside a plain `VecDeque`;
//! fails where that is more than was promised. With names as arguments only those rows.

extern crate alloc;

use alloc::collections::BTreeMap;
use std::env;
use std::process::ExitCode;

use softnet_benches::contest::verdict;
use softnet_benches::counts::{CountingAllocator, between_marks, has_valgrind, mark};
use softnet_benches::datagram::{Boxed, Datagram, Queued};
use softnet_benches::disciplines::{Limit, Row, rows};
use softnet_benches::memory::{Figure, figures};
use softnet_benches::pump::{Nothing, Plain, Pump, Queue, Shape, Through};
use softnet_benches::ratios::{Candidate, Rounds, interleave, timed};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Packets that are counted.
const PACKETS: u64 = 12_800;
const BURSTS: [usize; 2] = [64, 1];
const ROUNDS: usize = 31;

/// Rows that are no discipline.
const PLAIN: &str = "VecDeque";
const NOTHING: &str = "the loop alone";

fn beside<P: Queued, Q: Queue<P>>(queue: Q, standing: u32, burst: usize) -> Pump<P, Q> {
    Pump::new(queue, Shape { flows: 100, standing, burst, priority: |_| 0 })
}

fn plain<P: Queued>(burst: usize) -> Pump<P, Plain<P>> {
    beside(Plain::default(), 1000, burst)
}

/// Whether a row is asked for.
fn is_wanted(name: &str, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| name.starts_with(wanted.as_str()))
}

/// The runs that are counted, in a process of their own. It prints the names in order.
fn child<P: Queued>(burst: usize, wanted: &[String]) {
    count(NOTHING, beside(Nothing::<P>::default(), burst as u32, burst), |_| 0);
    count(PLAIN, plain::<P>(burst), |_| 0);
    for row in rows::<P>().into_iter().filter(|row| is_wanted(row.name, wanted)) {
        count(row.name, row.pump(burst), Through::lost);
    }
}

/// Counts one run. Where packets were lost, or were not there when they were wanted, the figure would
/// not be about packets.
fn count<P: Queued, Q: Queue<P>>(name: &str, mut pump: Pump<P, Q>, lost: fn(&Q) -> u64) {
    mark();
    pump.run(PACKETS);
    mark();
    println!("{name}|{}|{}", pump.short(), lost(pump.queue()));
}

/// Instructions per packet of all rows.
fn instructions<P: Queued>(
    burst: usize,
    wanted: &[String],
) -> Result<BTreeMap<String, f64>, String> {
    let burst = burst.to_string();
    let mut args = vec!["--child", P::NAME, &burst];
    args.extend(wanted.iter().map(String::as_str));
    let (spans, names) = between_marks(&args)?;
    let mut known = BTreeMap::new();
    for (line, span) in names.lines().zip(spans) {
        let mut fields = line.split('|');
        let name = fields.next().unwrap_or_default();
        let [short, lost] = [(); 2].map(|()| fields.next().and_then(|n| n.parse::<u64>().ok()));
        // An AQM may take a few.
        if short != Some(0) || lost.is_none_or(|lost| lost > PACKETS / 100) {
            return Err(format!("packets were late or lost, the figure would lie: {line}"));
        }
        known.insert(name.to_string(), span as f64 / PACKETS as f64);
    }
    Ok(known)
}

/// Nanoseconds per packet of a row, and how many times the baseline's that is, in the same rounds.
fn time<P: Queued>(row: &Row<P>, burst: usize) -> (f64, f64) {
    let make = || -> Vec<Candidate<'_>> {
        let (mut base, mut pump) = (plain::<P>(burst), row.pump(burst));
        vec![
            (PLAIN, Box::new(move || timed(|| counted(&mut base)))),
            (row.name, Box::new(move || timed(|| counted(&mut pump)))),
        ]
    };
    let rounds: Rounds = interleave(make, 1, ROUNDS);
    (rounds.nanos(row.name), rounds.ratio(row.name, PLAIN))
}

fn counted<P: Queued, Q: Queue<P>>(pump: &mut Pump<P, Q>) -> u64 {
    pump.run(PACKETS);
    PACKETS
}

/// The table for one kind of packet and one size of bursts; `true` if a limit is exceeded.
fn table<P: Queued>(burst: usize, wanted: &[String]) -> Result<bool, String> {
    let by = if P::NAME == Datagram::NAME { "40 bytes by value" } else { "a handle of 8 bytes" };
    println!("\npackets are {by}; {burst} out, then {burst} in");
    println!(
        "{:<28} {:>8} {:>13} {:>7} {:>8} {:>7}  limit",
        "per packet in and out", "waiting", "instructions", "ratio", "ns", "ratio"
    );
    let known = instructions::<P>(burst, wanted)?;
    let of = |name: &str| known.get(name).copied().unwrap_or(f64::NAN);
    for name in [NOTHING, PLAIN] {
        println!("{name:<28} {:>8} {:>13.1}", "", of(name));
    }
    let mut any = false;
    for row in rows::<P>().iter().filter(|row| is_wanted(row.name, wanted)) {
        let (cost, ratio) = (of(row.name), of(row.name) / of(PLAIN));
        let (nanos, times) = time(row, burst);
        let (limit, missed) = match row.limit {
            Limit::None => ("-".into(), false),
            Limit::Plain(limit) => (format!("{limit:.1}"), ratio > limit),
            Limit::Row(other, limit) => {
                let times = cost / of(other);
                (format!("{times:.2} of {limit:.1} times 100's"), times > limit)
            }
        };
        any |= missed;
        let mark = if missed { " MISSED" } else { "" };
        println!(
            "{:<28} {:>8} {cost:>13.1} {ratio:>7.2} {nanos:>8.1} {times:>7.2}  {limit}{mark}",
            row.name, row.standing
        );
    }
    Ok(any)
}

fn tables(wanted: &[String]) -> Result<bool, String> {
    let mut missed = false;
    for burst in BURSTS {
        missed |= table::<Datagram>(burst, wanted)?;
        missed |= table::<Boxed>(burst, wanted)?;
    }
    Ok(missed)
}

fn print_memory() {
    println!("{:<34} {:>9} {:>9} {:>12}", "bytes for each", "of 1000", "of 10 000", "once used");
    for Figure { name, made: [few, many], used } in figures() {
        println!("{name:<34} {few:>9.0} {many:>9.0} {used:>12.0}");
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [flag, packets, burst, wanted @ ..] = args.as_slice()
        && flag == "--child"
        && let Ok(burst) = burst.parse()
    {
        let child = if packets == Boxed::NAME { child::<Boxed> } else { child::<Datagram> };
        child(burst, wanted);
        return ExitCode::SUCCESS;
    }
    if !has_valgrind() {
        println!("no valgrind here, which counts the instructions (apt-get install valgrind)");
        return ExitCode::FAILURE;
    }
    print_memory();
    verdict(tables(&args))
}
