//! Which flows are shown, and what there is to show of them.

use alloc::collections::BTreeMap;

use softnet_sk_buff::DropReason;

use crate::bench::Finished;
use crate::packet::FlowId;
use crate::record::{Books, Record, What};
use crate::series::{Series, percentile};

/// Lines that a person can tell apart.
const LINES: usize = 8;

/// Lines of a table or of a chart: each a flow, the last perhaps all the others.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    pub(crate) names: Vec<String>,
    /// The line of each flow.
    line: Vec<usize>,
}

impl Lines {
    /// Few flows in their own order; of many those with the most packets, and the rest as one.
    pub(crate) fn new(names: &[String], record: &Record) -> Self {
        if names.len() <= LINES {
            return Self { names: names.to_vec(), line: (0..names.len()).collect() };
        }
        let mut largest: Vec<usize> = (0..names.len()).collect();
        largest.sort_by_key(|&flow| core::cmp::Reverse(record.books[flow].offered));
        largest.truncate(LINES - 1);
        let mut line = vec![LINES - 1; names.len()];
        largest.iter().enumerate().for_each(|(at, &flow)| line[flow] = at);
        let others = format!("{} others", names.len() - largest.len());
        let shown = largest.iter().map(|&flow| names[flow].clone()).chain([others]);
        Self { names: shown.collect(), line }
    }

    pub(crate) fn of(&self, flow: FlowId) -> usize {
        self.line[flow.0]
    }
}

/// One tree's run, ready to be shown.
pub(crate) struct Side {
    /// `A` or `B`.
    pub(crate) letter: char,
    pub(crate) name: String,
    pub(crate) run: Finished,
    /// By line.
    pub(crate) books: Vec<Books>,
    /// By line, in ascending order, in nanoseconds.
    pub(crate) delays: Vec<Vec<u64>>,
}

impl Side {
    pub(crate) fn new(letter: char, name: String, run: Finished, lines: &Lines) -> Self {
        let mut books = vec![Books::default(); lines.names.len()];
        for (flow, each) in run.record.books.iter().enumerate() {
            add(&mut books[lines.of(FlowId(flow))], each);
        }
        let mut delays = vec![Vec::new(); lines.names.len()];
        for each in &run.record.happened {
            if let What::Left(delay) | What::LeftMarked(delay) = each.what {
                delays[lines.of(each.flow)].push(delay);
            }
        }
        delays.iter_mut().for_each(|delays| delays.sort_unstable());
        Self { letter, name, run, books, delays }
    }

    pub(crate) fn series(&self, spans: usize, lines: &Lines) -> Series {
        let count = lines.names.len();
        let Finished { record, end, .. } = &self.run;
        Series::new(&record.happened, *end, spans, count, |flow| lines.of(flow))
    }

    pub(crate) fn delay(&self, line: usize, percent: usize) -> Option<u64> {
        percentile(&self.delays[line], percent)
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.run.end.as_nanos() as f64 / 1e9
    }

    /// What is behind the tree.
    pub(crate) fn link(&self) -> String {
        match self.run.link {
            Some(rate) => format!("over a link of {}", bits(rate)),
            None => "over a link without limit".into(),
        }
    }

    /// That every packet offered or copied has left, was lost or taken, or waits: by our books what
    /// must wait, by the tree's what does.
    pub(crate) fn balance(&self) -> Result<(), String> {
        let ours: u64 = self.run.record.books.iter().map(Books::waiting).sum();
        let theirs = u64::from(self.run.tree.root().backlog().packets) + self.run.on_link;
        if ours == theirs {
            return Ok(());
        }
        Err(format!("{}: {ours} packets must still wait, and {theirs} do", self.name))
    }
}

fn add(sum: &mut Books, each: &Books) {
    sum.offered += each.offered;
    sum.copied += each.copied;
    sum.left += each.left;
    sum.bytes_left += each.bytes_left;
    sum.marked += each.marked;
    sum.lost += each.lost;
    sum.taken += each.taken;
    for (why, count) in &each.reasons {
        *sum.reasons.entry(*why).or_default() += count;
    }
}

/// Names of what was lost for which reason, the most frequent first.
pub(crate) fn reasons(reasons: &BTreeMap<DropReason, u64>) -> String {
    let mut counts: Vec<_> = reasons.iter().collect();
    counts.sort_by_key(|(_, count)| core::cmp::Reverse(**count));
    let name = |why: &DropReason| why.name().map_or(format!("{why:?}"), str::to_string);
    counts
        .iter()
        .map(|(why, count)| format!("{} {count}", name(why)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Bytes per second as tc writes a rate.
pub(crate) fn bits(rate: u64) -> String {
    let bits = rate.saturating_mul(8);
    for (unit, name) in [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1_000, "kbit/s")] {
        if bits >= unit {
            return format!("{} {name}", bits as f64 / unit as f64);
        }
    }
    format!("{bits} bit/s")
}

/// Milliseconds, with as many digits as help.
pub(crate) fn millis(nanos: u64) -> String {
    let millis = nanos as f64 / 1e6;
    match millis {
        ..10.0 => format!("{millis:.2}"),
        ..100.0 => format!("{millis:.1}"),
        _ => format!("{millis:.0}"),
    }
}
