//! Senders before one tree of queueing disciplines, or before two, in virtual time: what each flow
//! gets, and a picture of it. See `qdisc-lab --help`.

extern crate alloc;

mod args;
mod bench;
mod bulk;
mod chart;
mod frame;
mod paced;
mod packet;
mod pcap;
mod record;
mod report;
mod scale;
mod scenario;
mod script;
mod series;
mod trees;
mod view;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use args::{DEFAULT_LINK, Options};
use bench::{Bench, DRAIN, Finished};
use scenario::Scenario;
use softnet_examples::command;
use softnet_examples::failure::Failure;
use softnet_examples::output::Output;
use softnet_examples::progress::Progress;
use softnet_examples::text::{Text, print};
use softnet_sk_buff::Instant;
use trees::{Plan, shapes};
use view::{Lines, Side};

fn main() -> ExitCode {
    command::run("qdisc-lab", args::parse, run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let plans: Vec<Plan> = options.trees.iter().map(Plan::read).collect::<Result<_, _>>()?;
    let scenario = scenario(options)?;
    let (folder, name) = place(&options.svg)?;
    let output = Output::new(folder)?;
    let (end, drained) = end_of(options, &scenario);

    let total = end.as_nanos().saturating_mul(plans.len() as u64);
    let mut progress = Progress::new("qdisc-lab", total, options.quiet);
    let mut runs: Vec<Finished> = Vec::new();
    for (nth, plan) in plans.iter().enumerate() {
        let before = end.as_nanos().saturating_mul(nth as u64);
        let tree = plan.build(options.seed)?;
        let link = options.link.or_else(|| (!shapes(&tree)).then_some(DEFAULT_LINK));
        let mut show = |now: Instant| {
            let seconds = now.as_nanos() as f64 / 1e9;
            let done = before.saturating_add(now.as_nanos());
            progress.show(done, &format!("{} at {seconds:.2} s", plan.name));
        };
        runs.push(Bench::new(tree, link, &scenario, end).run(drained, &mut show));
    }
    let took = progress.finish();

    let Some(first) = runs.first() else { return Ok(()) };
    let lines = Lines::new(&scenario.flows, &first.record);
    let named = plans.into_iter().zip('A'..).zip(runs);
    let sides: Vec<Side> =
        named.map(|((plan, letter), run)| Side::new(letter, plan.name, run, &lines)).collect();
    let written = output.write(&[(name, chart::draw(&sides, &lines).as_bytes())])?;
    if !options.quiet {
        let mut text = Text::default();
        report::write(&mut text, &sides, &lines, took);
        text.line("");
        written.iter().for_each(|path| text.line(format!("The picture: {}", path.display())));
        print(&text.finish());
    }
    sides.iter().try_for_each(Side::balance).map_err(Failure::Broken)
}

/// Everything that is to be sent.
fn scenario(options: &Options) -> Result<Scenario, Failure> {
    let mut scenario = Scenario::default();
    if let Some(path) = &options.pcap {
        pcap::read(path, &mut scenario)?;
    }
    match &options.script {
        Some(path) => {
            let shown = path.display();
            let text = fs::read_to_string(path)
                .map_err(|why| Failure::Refused(format!("{shown}: {why}")))?;
            add_script(&text, options.seed, &mut scenario, &shown.to_string())?;
        }
        None if options.pcap.is_none() => {
            add_script(script::DEFAULT, options.seed, &mut scenario, "the default script")?;
        }
        None => {}
    }
    if scenario.flows.is_empty() {
        return Err(Failure::Refused("nobody sends anything: the script is empty".into()));
    }
    Ok(scenario)
}

fn add_script(text: &str, seed: u64, to: &mut Scenario, name: &str) -> Result<(), Failure> {
    script::parse(text, seed, to)
        .map_err(|(line, why)| Failure::Refused(format!("{name}:{line}: {why}")))
}

/// When the run is over, and whether it may be over before.
fn end_of(options: &Options, scenario: &Scenario) -> (Instant, bool) {
    match (options.duration, scenario.end()) {
        (Some(end), _) => (end, false),
        (None, Some(last)) => (last + DRAIN, true),
        (None, None) => (Instant::from_millis(10_000), false),
    }
}

/// Folder and name of a file.
fn place(path: &Path) -> Result<(&Path, &str), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Failure::Refused("--svg: the name is not UTF-8".into()))?;
    Ok((folder.unwrap_or(Path::new(".")), name))
}
