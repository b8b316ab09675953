//! Runs a discipline's random scripts through the kernel and through ours.

use std::env;
use std::path::Path;
use std::time::Instant;

use softnet_qdisc::{Cx, Qdisc};
use softnet_qdisc_oracle::uml::{Kernel, Version};
use softnet_qdisc_oracle::{Command, Event, Outcome, Rng, Script, Send, What};

use crate::frame::Frame;
use crate::judge::{self, Tally};

/// Makes the tree; told when time begins to count.
pub(crate) type Build = Box<dyn Fn(u64) -> Box<dyn Qdisc<Frame>>>;
/// Does to our tree what a command does to the kernel's.
pub(crate) type Apply = Box<dyn Fn(&mut Box<dyn Qdisc<Frame>>, &mut Cx<'_, Frame>)>;

/// What compares an outcome with what ours does.
pub(crate) type Judge = Box<dyn Fn(&Case, &Script, &Outcome) -> Result<Tally, String>>;

/// The transmit queue that a packet is sent to.
pub(crate) type Pick = Box<dyn Fn(&Send) -> u16>;

/// A tree, twice, and what arrives there.
pub(crate) struct Case {
    /// Transmit queues of the interface: 1.
    pub(crate) queues: u32,
    /// Which of them a packet goes to: the first.
    pub(crate) pick: Pick,
    /// The kernel's tree.
    pub(crate) setup: Vec<Command>,
    /// Ours.
    pub(crate) build: Build,
    /// What arrives: events with [`What::Send`].
    pub(crate) arrivals: Vec<Event>,
    /// What changes on the way.
    pub(crate) changes: Vec<Change>,
    /// Whether a timer of the kernel's stays set though what it was set for has left, so that shapers try
    /// once more in vain; ours then try at other times, and tries aren't compared.
    pub(crate) wakes_in_vain: bool,
    /// Nanoseconds to go on after the last arrival: 1 s.
    pub(crate) rest: u64,
    /// How often ours may be built: 1, or more if it draws lots as the kernel does and each build
    /// has another seed.
    pub(crate) tries: u32,
    /// Nanoseconds at the beginning in which it doesn't matter what leaves when. Of each side all has to
    /// have left by then.
    pub(crate) mute: u64,
    /// Whether it is by lot which bit of a packet is turned. That one is turned isn't.
    pub(crate) turns_bits: bool,
    /// What takes away the interfaces that the set-up made.
    pub(crate) clear: Vec<Command>,
    /// Compares: [`judge::compare`].
    pub(crate) judge: Judge,
}

/// A change of the tree, twice.
pub(crate) struct Change {
    pub(crate) at: u64,
    pub(crate) command: Command,
    pub(crate) apply: Apply,
}

impl Change {
    /// A change of a discipline at the root.
    pub(crate) fn on<Q: Qdisc<Frame>>(
        at: u64,
        command: Command,
        work: impl Fn(&mut Q, &mut Cx<'_, Frame>) + 'static,
    ) -> Self {
        let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
            work((**root).downcast_mut().unwrap(), cx);
        };
        Self { at, command, apply: Box::new(apply) }
    }
}

impl Case {
    /// Up to `most` instants while packets arrive, at least one, in order.
    pub(crate) fn random_times(&self, rng: &mut Rng, most: u64) -> Vec<u64> {
        let last = self.arrivals.last().map_or(0, |event| event.at);
        let mut times: Vec<_> = (0..rng.range(1, most)).map(|_| rng.range(0, last)).collect();
        times.sort_unstable();
        times
    }

    /// A tree that `tc` makes by these lines, which stays as it is.
    pub(crate) fn new<T: Into<String>>(
        tc: impl IntoIterator<Item = T>,
        build: impl Fn(u64) -> Box<dyn Qdisc<Frame>> + 'static,
        arrivals: Vec<Event>,
    ) -> Self {
        let setup = tc.into_iter().map(|line| Command::Tc(line.into())).collect();
        let build = Box::new(build);
        Self {
            queues: 1,
            pick: Box::new(|_| 0),
            setup,
            build,
            arrivals,
            changes: Vec::new(),
            wakes_in_vain: false,
            rest: SECOND,
            tries: 1,
            mute: 0,
            turns_bits: false,
            clear: Vec::new(),
            judge: Box::new(judge::compare),
        }
    }

    /// Goes on for as long as `rate` bytes per second need for all that arrived, but for no more than
    /// 20 s.
    pub(crate) fn drained_at(mut self, rate: u64) -> Self {
        let bytes = self.arrivals.iter().map(|event| match &event.what {
            What::Send(send) => u64::from(send.len) + 100,
            _ => 0,
        });
        self.rest = (bytes.sum::<u64>() * SECOND / rate.max(1) + SECOND).min(20 * SECOND);
        self
    }

    /// The script: arrivals, changes, and three looks at the statistics, two of them at random
    /// instants.
    fn script(&self, name: String, rng: &mut Rng) -> Script {
        let last = self.arrivals.last().map_or(0, |event| event.at);
        let mut events = self.arrivals.clone();
        for change in &self.changes {
            events.push(Event { at: change.at, what: What::Do(change.command.clone()) });
        }
        for _ in 0..2 {
            events.push(Event { at: rng.range(0, last), what: What::Probe });
        }
        events.sort_by_key(|event| event.at);
        let (queues, setup, clear) = (self.queues, self.setup.clone(), self.clear.clone());
        Script { name, queues, setup, events, end: last + self.rest, clear }
    }
}

/// How many scripts of each discipline are tried if [`SCRIPTS`] doesn't say.
const DEFAULT_SCRIPTS: u64 = 20;
/// The variable that says how many.
const SCRIPTS: &str = "SOFTNET_SCRIPTS";
/// The variable that names the only one to try.
const SEED: &str = "SOFTNET_SEED";
/// Scripts to a boot.
const AT_ONCE: usize = 250;
/// Virtual time to a boot: below half a turn of CoDel's clock (36 minutes), beyond which Linux takes
/// a time that was never set for one in the near past.
const UPTIME: u64 = 1800 * SECOND;
/// When the first script begins.
const BOOT: u64 = 60 * SECOND;
const SECOND: u64 = 1_000_000_000;

/// Tries random cases of discipline `name` in the kernel and in ours.
pub(crate) fn run(name: &str, make: impl Fn(&mut Rng) -> Case) {
    run_on(Version::V6_12, name, make);
}

/// The same on a certain kernel.
pub(crate) fn run_on(version: Version, name: &str, make: impl Fn(&mut Rng) -> Case) {
    run_with(version, UPTIME, name, make);
}

/// The same with no kernel up for longer than `uptime` nanoseconds.
pub(crate) fn run_within(uptime: u64, name: &str, make: impl Fn(&mut Rng) -> Case) {
    run_with(Version::V6_12, uptime, name, make);
}

fn run_with(version: Version, uptime: u64, name: &str, make: impl Fn(&mut Rng) -> Case) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("uml");
    let Some(kernel) = Kernel::find(root, &work, version) else { return };
    let began = Instant::now();
    let cases = cases(name, make);
    let (mut tally, mut differences) = (Tally::default(), Vec::new());
    for chunk in boots(&cases, uptime) {
        let played = play(&kernel, name, chunk);
        tally.replayed += played.replayed;
        for ((case, script), outcome) in chunk.iter().zip(&played.outcomes) {
            match (case.judge)(case, script, outcome) {
                Ok(one) => tally.add(&one),
                Err(why) => differences.push(report(script, outcome, &why)),
            }
        }
    }
    let (count, took) = (cases.len(), began.elapsed());
    println!("{name}: {count} scripts, {} differ, {took:.1?}; {tally}", differences.len());
    for other in differences.iter().skip(1) {
        println!("also {other}");
    }
    if let Some(first) = differences.first() {
        panic!("{} of {count} scripts differ; the first: {first}", differences.len());
    }
    assert!(tally.is_punctual(), "the instants that ours names are too early: {tally}");
}

/// What the kernel did in the scripts of one boot.
struct Played {
    outcomes: Vec<Outcome>,
    /// Those that had a boot of their own as well.
    replayed: u64,
}

/// Plays scripts in one boot, and once more, in a boot of its own, what the guest was disturbed in: an
/// interrupt that has nothing to do with the script came between two packets of one instant.
fn play(kernel: &Kernel, name: &str, chunk: &[(Case, Script)]) -> Played {
    let boot = |scripts: &[Script]| {
        kernel.play(name, &INIT, scripts).unwrap_or_else(|why| panic!("{why}"))
    };
    let scripts: Vec<_> = chunk.iter().map(|(_, script)| script.clone()).collect();
    let mut played = Played { outcomes: boot(&scripts), replayed: 0 };
    for (script, outcome) in scripts.iter().zip(&mut played.outcomes) {
        if outcome.disturbed.is_some() {
            played.replayed += 1;
            outcome.clone_from(&boot(core::slice::from_ref(script))[0]);
        }
    }
    played
}

/// The random cases of `name`, as many as were asked for.
fn cases(name: &str, make: impl Fn(&mut Rng) -> Case) -> Vec<(Case, Script)> {
    let seeds: Vec<u64> = match variable(SEED) {
        Some(seed) => vec![seed],
        None => (0..variable(SCRIPTS).unwrap_or(DEFAULT_SCRIPTS)).collect(),
    };
    let cases = seeds.iter().map(|&seed| {
        let mut rng = Rng::new(seed.wrapping_add(hash(name)));
        let case = make(&mut rng);
        let script = case.script(format!("{name}:{seed}"), &mut rng);
        (case, script)
    });
    cases.collect()
}

/// Shows what the kernel did in each random case, for disciplines that do something else every time.
/// Gives how many cases there were; `None` if there is no kernel.
pub(crate) fn watch(
    name: &str,
    make: impl Fn(&mut Rng) -> Case,
    mut look: impl FnMut(&Case, &Outcome),
) -> Option<usize> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("uml");
    let kernel = Kernel::find(root, &work, Version::V6_12)?;
    let cases = cases(name, make);
    for chunk in boots(&cases, UPTIME) {
        let played = play(&kernel, name, chunk);
        for ((case, script), outcome) in chunk.iter().zip(&played.outcomes) {
            assert!(outcome.errors.is_empty(), "{}: {:?}", script.name, outcome.errors);
            look(case, outcome);
        }
    }
    Some(cases.len())
}

/// Cases for one boot each.
fn boots(mut cases: &[(Case, Script)], most: u64) -> impl Iterator<Item = &[(Case, Script)]> {
    core::iter::from_fn(move || {
        let mut uptime = BOOT;
        let fits = cases.iter().take(AT_ONCE).take_while(|(_, script)| {
            uptime += script.end + SECOND;
            uptime < most
        });
        let (boot, rest) = cases.split_at(fits.count().max(1).min(cases.len()));
        cases = rest;
        (!boot.is_empty()).then_some(boot)
    })
}

/// How the test executable comes to [`crate::player`] inside the guest.
const INIT: [&str; 4] = ["--exact", "player", "--ignored", "--nocapture"];

fn report(script: &Script, outcome: &Outcome, why: &str) -> String {
    let setup: String = script.setup.iter().map(|command| format!("    {command}\n")).collect();
    let seed = script.name.rsplit(':').next().unwrap_or_default();
    let complaints = outcome.errors.join("\n");
    format!("{}, {SEED}={seed}\n{setup}{why}\n{complaints}", script.name)
}

fn variable(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// FNV-1a: disciplines with the same seed get different scripts.
fn hash(name: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
