//! What the program tells when it is done.

use core::time::Duration;
use std::path::PathBuf;

use softnet_netdev::Softnet;
use softnet_sk_buff::{DropReason, Instant};

use crate::app::Client;
use crate::args::{Options, Rate};
use crate::recorder::{Cost, Recorder};
use crate::stations;
use crate::way::{Place, Way};
use softnet_examples::text::{Text, grouped};

/// What there is to tell of a run.
pub(crate) struct Run<'a> {
    pub(crate) recorder: &'a Recorder,
    pub(crate) way: Option<&'a Way>,
    /// Whose time it is.
    pub(crate) clock: &'static str,
}

/// Seconds with six decimals.
pub(crate) fn seconds(at: Instant) -> String {
    format!("{:.6}", at.as_nanos() as f64 / 1e9)
}

/// Microseconds with all that is known.
pub(crate) fn micros(time: Duration) -> String {
    let nanos = time.as_nanos() as u64;
    format!("{}.{:03}", grouped(nanos / 1_000), nanos % 1_000)
}

/// The first line: what was done.
pub(crate) fn title(text: &mut Text, options: &Options) {
    let rate = match options.rate {
        Rate::Mbps10 => 10,
        Rate::Mbps100 => 100,
        Rate::Mbps1000 => 1000,
    };
    let loss = match options.loss {
        0 => "no loss".to_string(),
        loss => format!("{} % loss", f64::from(loss) / 10_000.0),
    };
    text.line(format!(
        "packet-flow: {} bytes over TCP, {rate} Mbit/s, {} µs one way, {loss}, seed {}",
        grouped(options.size),
        options.latency.as_micros(),
        options.seed
    ));
}

/// The way of the chosen frame as a tree.
pub(crate) fn way(text: &mut Text, run: &Run<'_>, frames: [u64; 2]) {
    text.head("The way of one frame");
    let Some(way) = run.way else {
        text.line("No frame was seen all the way.");
        return;
    };
    text.line(format!("{} bytes from {},", way.frame.len, way.frame));
    text.line(format!("at byte {} of the stream.", grouped(way.offset)));
    text.line("");
    text.line("Each line is a function of Linux, or what answers to it here, that this very frame was seen to");
    text.line("pass, inside the one that it is indented under.");
    text.line(format!("  µs      {} time since the first line", run.clock));
    text.line("  CPU ns  what the station itself, without those inside it, took on this computer: summed over");
    text.line("          the run, for each frame that went this way");
    text.line("  calls   how often it was entered in the run");
    let watching = Recorder::own_cost().as_nanos();
    text.line(format!(
        "To watch a station takes some {watching} ns by itself, which are in these figures."
    ));
    let costs = [Place::Server, Place::Client].map(|place| run.recorder.costs(place));
    let mut host = None;
    for (at, visit) in way.visits.iter().enumerate() {
        if host != Some(visit.place) {
            host = Some(visit.place);
            text.line("");
            let down = at == 0 && run.recorder.sends();
            let direction = if down { "down" } else { "up" };
            let title = format!("{}, {direction}", visit.place.name().to_uppercase());
            text.line(format!(
                "{:>12}  {title:<36} {:<40} {:>6} {:>7}",
                "µs", "what happens there", "CPU ns", "calls"
            ));
        }
        let since = micros(visit.entered.saturating_since(way.start()));
        let name = format!("{}{}", branches(way, at), visit.station);
        let mut meaning = stations::meaning(visit.station).to_string();
        if visit.for_other {
            meaning = stations::FOR_OTHER.into();
        }
        let cost = costs[visit.place.index()].iter().find(|cost| cost.station == visit.station);
        let (each, calls) = cost.map_or((String::new(), String::new()), |cost| {
            (per_frame(cost, frames[visit.place.index()]), grouped(cost.calls))
        });
        text.line(format!("{since:>12}  {name:<36} {meaning:<40} {each:>6} {calls:>7}"));
    }
}

fn per_frame(cost: &Cost, frames: u64) -> String {
    let nanos = cost.own.as_nanos() as u64;
    nanos.checked_div(frames).map_or(String::new(), grouped)
}

/// The lines of a tree in front of a name.
fn branches(way: &Way, visit: usize) -> String {
    let mut line = Vec::new();
    let mut at = visit;
    while let Some(parent) = way.visits[at].parent {
        let more = way.has_younger_sibling(at);
        line.push(match (at == visit, more) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        });
        at = parent;
    }
    line.into_iter().rev().collect()
}

/// How fast it went, there and here.
pub(crate) fn transfer(
    text: &mut Text,
    options: &Options,
    client: &Client,
    (took, frames): (Duration, u64),
) {
    text.head("The transfer");
    let there = client.done_at.map(|at| at.saturating_since(client.asked_at)).unwrap_or_default();
    let mbits = |time: Duration| client.got as f64 * 8.0 / time.as_secs_f64().max(1e-9) / 1e6;
    let rate = match options.rate {
        Rate::Mbps10 => 10.0,
        Rate::Mbps100 => 100.0,
        Rate::Mbps1000 => 1000.0,
    };
    let share = mbits(there) / rate * 100.0;
    text.line(format!(
        "  bytes compared   {} of {}, each one",
        grouped(client.got),
        grouped(options.size)
    ));
    text.line(format!(
        "  virtual time     {:.6} s from request to last byte: {:.1} Mbit/s, {share:.1} % of the link",
        there.as_secs_f64(),
        mbits(there)
    ));
    let seconds = took.as_secs_f64().max(1e-9);
    text.line(format!(
        "  real time        {seconds:.3} s on this computer: {:.0} Mbit/s, {} frames a second",
        mbits(took),
        grouped((frames as f64 / seconds) as u64)
    ));
}

/// What each station of some hosts cost.
pub(crate) fn costs(text: &mut Text, recorder: &Recorder, hosts: &[Place]) {
    text.head("CPU time by station");
    let costs: Vec<Vec<Cost>> = hosts.iter().map(|place| recorder.costs(*place)).collect();
    let mut names: Vec<&str> = stations::DOWN.iter().chain(stations::UP).copied().collect();
    for cost in costs.iter().flatten() {
        if !names.contains(&cost.station) {
            names.push(cost.station);
        }
    }
    names.retain(|name| costs.iter().flatten().any(|cost| cost.station == *name));
    let cells = |name: &str, host: &[Cost]| {
        let cost = host.iter().find(|cost| cost.station == name);
        cost.map_or([const { String::new() }; 3], |cost| {
            let each = cost.own.as_nanos() as u64 / cost.calls.max(1);
            let millis = format!("{:.1}", cost.own.as_secs_f64() * 1e3);
            [grouped(cost.calls), grouped(each), millis]
        })
    };
    let row = |name: &str| {
        let cells = costs.iter().flat_map(|host| cells(name, host));
        core::iter::once(name.to_string()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = names.into_iter().map(row).collect();
    let head = hosts
        .iter()
        .flat_map(|place| [format!("{} calls", place.name()), "ns each".into(), "ms".into()]);
    let head: Vec<String> = core::iter::once("station".to_string()).chain(head).collect();
    text.table(&head.iter().map(String::as_str).collect::<Vec<_>>(), &rows);
}

/// Lost packets by reason. Those of the wire are the experiment's, not the stack's.
pub(crate) fn losses(text: &mut Text, hosts: &mut [(&str, &mut Softnet)]) {
    text.head("Lost packets by reason");
    let row = |name: &str, counts: &mut dyn Iterator<Item = u64>| {
        core::iter::once(name.to_string()).chain(counts.map(grouped)).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for &why in DropReason::CORE {
        let mut counts = hosts.iter().map(|(_, softnet)| softnet.drops().of(why));
        if counts.clone().any(|count| count != 0) {
            rows.push(row(&why.to_string(), &mut counts));
        }
    }
    let unspecified =
        hosts.iter_mut().map(|(_, softnet)| softnet.pool().unspecified_drops().into());
    rows.push(row("(no reason given)", &mut { unspecified }));
    let names = hosts.iter().map(|(name, _)| *name);
    text.table(&core::iter::once("reason").chain(names).collect::<Vec<_>>(), &rows);
}

/// What must not be. Empty if all is well.
pub(crate) fn faults(client: &Client, size: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(at) = client.wrong {
        wrong.push(format!("byte {at} arrived changed"));
    }
    if client.got != size {
        wrong.push(format!("{} of {size} bytes arrived", client.got));
    }
    wrong
}

/// Whether every packet of a host was freed with a reason, and every buffer came home.
pub(crate) fn leaks(name: &str, softnet: &mut Softnet) -> Vec<String> {
    let mut wrong = Vec::new();
    let unspecified = softnet.pool().unspecified_drops();
    if unspecified != 0 {
        wrong.push(format!("{name}: {unspecified} packets were lost without a reason"));
    }
    if !softnet.pool().is_whole() {
        wrong.push(format!("{name}: a packet was never freed"));
    }
    wrong
}

/// Where the files are and what is in them.
pub(crate) fn files(text: &mut Text, paths: &[PathBuf], frames: u64, beyond: u64) {
    text.head("Files");
    for path in paths {
        let what = if path.extension().is_some_and(|kind| kind == "pcapng") {
            let beyond = if beyond == 0 {
                String::new()
            } else {
                format!(", {} more left out", grouped(beyond))
            };
            format!("{} frames as the taps saw them, for Wireshark{beyond}", grouped(frames))
        } else {
            "the way as a picture".into()
        };
        text.line(format!("  {}  {what}", path.display()));
    }
}
