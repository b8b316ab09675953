//! Several ways to do the same, beside each other: instructions, allocations and time, and what was promised.

use std::env;
use std::process::ExitCode;

use crate::counts::{allocations, between_marks, has_valgrind, mark};
use crate::ratios::{Candidate, Rounds, interleave, timed};

/// One way to do a task, any number of times.
pub type Run = Box<dyn FnMut(u64)>;

/// The name of the row that knows no crate, or only the one that ours stands on.
pub const BARE: &str = "bare loop";

/// Several ways to do the same.
pub struct Contest {
    /// What is done.
    pub name: &'static str,
    /// What is counted by.
    pub unit: &'static str,
    /// How many units one run does.
    pub units: u64,
    /// The name of our row.
    pub ours: &'static str,
    /// Who does it, and how.
    pub contenders: Vec<(&'static str, Run)>,
    /// Of ours to others: at most so many times as long.
    pub limits: &'static [(&'static str, f64)],
}

/// Runs that are counted.
const RUNS: u64 = 100;
/// Units that are timed at once.
const TIMED: u64 = 4000;
const SETS: usize = 3;
const ROUNDS: usize = 31;

/// The whole program: a table for each contest, or, as its own child, the runs that are counted. It fails where
/// ours allocates, or takes longer than was promised.
#[must_use]
pub fn main(contests: fn() -> Vec<Contest>) -> ExitCode {
    if env::args().nth(1).is_some_and(|arg| arg == "--child") {
        child(contests());
        return ExitCode::SUCCESS;
    }
    if !has_valgrind() {
        println!("no valgrind here, which counts the instructions (apt-get install valgrind)");
        return ExitCode::FAILURE;
    }
    println!("`ours` is our time by that row's, and its limit");
    verdict(tables(contests))
}

/// How a program ends that measured what it should: whether a limit was missed, or why that can't be told.
#[must_use]
pub fn verdict(missed: Result<bool, String>) -> ExitCode {
    match missed {
        Ok(false) => return ExitCode::SUCCESS,
        Ok(true) => println!("\na limit was missed"),
        Err(why) => println!("\n{why}"),
    }
    ExitCode::FAILURE
}

/// Prints how often each run allocated.
fn child(contests: Vec<Contest>) {
    for contest in contests {
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

fn tables(contests: fn() -> Vec<Contest>) -> Result<bool, String> {
    let (instructions, printed) = between_marks(&["--child"])?;
    let allocations = printed.lines().map_while(|line| line.parse().ok());
    let mut counts = instructions.into_iter().zip(allocations);
    let mut missed = false;
    for (number, contest) in contests().iter().enumerate() {
        missed |= table(&times(contests, number), contest, &mut counts)?;
    }
    Ok(missed)
}

/// Times of all contenders of the contest that is `number`th.
fn times(contests: fn() -> Vec<Contest>, number: usize) -> Rounds {
    let make = || -> Vec<Candidate<'_>> {
        let contest = contests().into_iter().nth(number);
        let Some(Contest { units, contenders, .. }) = contest else { return Vec::new() };
        let runs = TIMED.div_ceil(units);
        let timed = |(name, mut run): (&'static str, Run)| -> Candidate<'_> {
            let mut once = move || {
                run(runs);
                runs * units
            };
            (name, Box::new(move || timed(&mut once)))
        };
        contenders.into_iter().map(timed).collect()
    };
    interleave(make, SETS, ROUNDS)
}

/// The table of one contest; `true` if a limit is exceeded. `counts` are the instructions and allocations of all
/// contenders that are left.
fn table(
    rounds: &Rounds,
    contest: &Contest,
    counts: &mut impl Iterator<Item = (u64, u64)>,
) -> Result<bool, String> {
    println!(
        "\n{:<34} {:>13} {:>7} {:>11} {:>9} {:>7}  ours   (per {})",
        contest.name, "instructions", "ratio", "allocations", "ns", "ratio", contest.unit
    );
    let each = |count: u64| count as f64 / (RUNS * contest.units) as f64;
    // The first row is what the others are compared with.
    let first = contest.contenders.first().map_or("", |(name, _)| name);
    let (mut base, mut missed) = (None, false);
    for (name, _) in &contest.contenders {
        let (instructions, allocations) = counts.next().ok_or("a run was not counted")?;
        let base = *base.get_or_insert(each(instructions));
        let ours = rounds.ratio(contest.ours, name);
        let limit = contest.limits.iter().find(|(other, _)| other == name);
        let late = limit.is_some_and(|&(_, limit)| ours > limit);
        let greedy = *name == contest.ours && allocations > 0;
        missed |= late || greedy;
        let limit = limit.map_or(String::new(), |(_, limit)| format!(" of {limit:.2}"));
        println!(
            "{name:<34} {:>13.1} {:>7.2} {:>11.2} {:>9.1} {:>7.2}  {ours:.2}{limit}{}",
            each(instructions),
            each(instructions) / base,
            each(allocations),
            rounds.nanos(name),
            rounds.ratio(name, first),
            if late || greedy { " MISSED" } else { "" },
        );
    }
    Ok(missed)
}
