//! What netlink messages cost to read and to write, in instructions, allocations and time, beside other crates
//! and beside loops that know no crate; fails where that is more than was promised.

use std::env;
use std::process::ExitCode;

use softnet_benches::counts::{CountingAllocator, allocations, between_marks, has_valgrind, mark};
use softnet_benches::netlink::contest::{BARE, Contest, OURS, contests};
use softnet_benches::ratios::{Candidate, Rounds, interleave, timed};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Runs that are counted.
const RUNS: u64 = 100;
/// Units that are timed at once.
const TIMED: u64 = 4000;
const SETS: usize = 3;
const ROUNDS: usize = 31;

/// The runs that are counted, in a process of their own. It prints how often each allocated.
fn child() {
    for contest in contests() {
        for (_, mut run) in contest.contenders {
            // Buffers grow once.
            run(1);
            let before = allocations();
            mark();
            run(RUNS);
            mark();
            println!("{}", allocations() - before);
        }
    }
}

/// Times of all contenders of the contest that is `number`th.
fn times(number: usize) -> Rounds {
    let make = || -> Vec<Candidate<'_>> {
        let contest = contests().into_iter().nth(number);
        let Some(Contest { units, contenders, .. }) = contest else { return Vec::new() };
        let runs = TIMED.div_ceil(units);
        let timed = |(name, mut run): (&'static str, Box<dyn FnMut(u64)>)| -> Candidate<'_> {
            let once = move || {
                run(runs);
                runs * units
            };
            let mut once = once;
            (name, Box::new(move || timed(&mut once)))
        };
        contenders.into_iter().map(timed).collect()
    };
    interleave(make, SETS, ROUNDS)
}

/// The table of one contest; `true` if a limit is exceeded. `counts` are the instructions and allocations of all
/// contenders that are left.
fn table(
    number: usize,
    contest: &Contest,
    counts: &mut impl Iterator<Item = (u64, u64)>,
) -> Result<bool, String> {
    let rounds = times(number);
    println!(
        "\n{:<34} {:>13} {:>7} {:>11} {:>9} {:>7}  ours",
        contest.name, "instructions", "ratio", "allocations", "ns", "ratio"
    );
    let each = |count: u64| count as f64 / (RUNS * contest.units) as f64;
    let (mut bare, mut missed) = (f64::NAN, false);
    for (name, _) in &contest.contenders {
        let (instructions, allocations) = counts.next().ok_or("a run was not counted")?;
        if *name == BARE {
            bare = each(instructions);
        }
        let ours = rounds.ratio(OURS, name);
        let limit = contest.limits.iter().find(|(other, _)| other == name);
        let late = limit.is_some_and(|&(_, limit)| ours > limit);
        let greedy = *name == OURS && allocations > 0;
        missed |= late || greedy;
        let limit = limit.map_or(String::new(), |(_, limit)| format!(" of {limit:.1}"));
        println!(
            "{name:<34} {:>13.1} {:>7.2} {:>11.2} {:>9.1} {:>7.2}  {ours:.2}{limit}{}",
            each(instructions),
            each(instructions) / bare,
            each(allocations),
            rounds.nanos(name),
            rounds.ratio(name, BARE),
            if late || greedy { " MISSED" } else { "" },
        );
    }
    Ok(missed)
}

fn tables() -> Result<bool, String> {
    let (instructions, printed) = between_marks(&["--child"])?;
    let allocations = printed.lines().map_while(|line| line.parse().ok());
    let mut counts = instructions.into_iter().zip(allocations);
    let mut missed = false;
    for (number, contest) in contests().iter().enumerate() {
        missed |= table(number, contest, &mut counts)?;
    }
    Ok(missed)
}

fn main() -> ExitCode {
    if env::args().nth(1).is_some_and(|arg| arg == "--child") {
        child();
        return ExitCode::SUCCESS;
    }
    if !has_valgrind() {
        println!("no valgrind here, which counts the instructions (apt-get install valgrind)");
        return ExitCode::FAILURE;
    }
    println!("per message; `ours` is our time by that row's, and its limit");
    match tables() {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => {
            println!("\na limit was missed");
            ExitCode::FAILURE
        }
        Err(why) => {
            println!("\n{why}");
            ExitCode::FAILURE
        }
    }
}
