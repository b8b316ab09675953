//! What the program tells when it is done.

use core::time::Duration;

use softnet_examples::tc_show;
use softnet_examples::text::{Text, grouped};

use crate::series::{Series, Span};
use crate::view::{Lines, Side, millis, reasons};

/// Columns of a sparkline.
const SPARKS: usize = 72;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// All of it.
pub(crate) fn write(text: &mut Text, sides: &[Side], lines: &Lines, took: Duration) {
    title(text, sides, took);
    text.head("What each flow got");
    flows(text, sides, lines);
    text.line("");
    compared(text, sides, lines);
    if sides.iter().all(|side| side.run.link.is_none() && nobody_waited(side)) {
        text.line(
            "Nothing waited: the link has no limit and the tree doesn't shape. Try --link 10mbit.",
        );
    }
    sparklines(text, sides, lines);
    for side in sides {
        text.head(&format!("tc -s: {}  {}", side.letter, side.name));
        tc_show::tree(&side.run.tree).lines().for_each(|line| text.line(format!("  {line}")));
    }
}

fn title(text: &mut Text, sides: &[Side], took: Duration) {
    let seconds = sides.iter().map(Side::seconds).fold(0.0, f64::max);
    text.line(format!(
        "qdisc-lab: {seconds:.3} s of virtual time, in {:.2} s on this computer",
        took.as_secs_f64()
    ));
    for side in sides {
        text.line(format!("  {}  {}, {}", side.letter, side.name, side.link()));
    }
}

fn flows(text: &mut Text, sides: &[Side], lines: &Lines) {
    let books = || sides.iter().flat_map(|side| &side.books);
    // Columns that few runs need.
    let copied = books().any(|books| books.copied > 0);
    let taken = books().any(|books| books.taken > 0);
    let mut head = vec!["flow", "", "sent", "left", "Mbit/s", "ms p50", "p95", "max", "drops"];
    head.extend(["marks", "wait"]);
    head.extend(copied.then_some("copies"));
    head.extend(taken.then_some("taken"));
    head.push("why dropped");
    let mut rows = Vec::new();
    for (line, name) in lines.names.iter().enumerate() {
        for (nth, side) in sides.iter().enumerate() {
            let books = &side.books[line];
            let shown = if nth == 0 { name.clone() } else { String::new() };
            let rate = books.bytes_left as f64 * 8e-6 / side.seconds().max(1e-9);
            let mut row = vec![shown, side.letter.to_string()];
            row.extend([grouped(books.offered), grouped(books.left), format!("{rate:.3}")]);
            let delay = |percent| side.delay(line, percent).map_or("-".into(), millis);
            row.extend([50, 95, 100].map(delay));
            row.extend([books.lost, books.marked, books.waiting()].map(grouped));
            row.extend(copied.then(|| grouped(books.copied)));
            row.extend(taken.then(|| grouped(books.taken)));
            row.push(reasons(&books.reasons));
            rows.push(row);
        }
    }
    text.table(&head, &rows);
}

fn nobody_waited(side: &Side) -> bool {
    side.delays.iter().all(|delays| delays.last().is_none_or(|longest| *longest == 0))
}

/// The one sentence for those who read nothing else.
fn compared(text: &mut Text, sides: &[Side], lines: &Lines) {
    let [a, b] = sides else { return };
    for (line, name) in lines.names.iter().enumerate() {
        let (Some(in_a), Some(in_b)) = (a.delay(line, 95), b.delay(line, 95)) else { continue };
        let (less, more) = (in_a.min(in_b).max(1), in_a.max(in_b));
        let times = more as f64 / less as f64;
        let verdict = match times {
            ..1.1 => "much the same".to_string(),
            ..10.0 => format!("{times:.1} times {}", if in_b < in_a { "less" } else { "more" }),
            _ => format!("{times:.0} times {}", if in_b < in_a { "less" } else { "more" }),
        };
        text.line(format!(
            "{name}: 95 of 100 packets wait at most {} ms in A, {} ms in B: {verdict}.",
            millis(in_a),
            millis(in_b)
        ));
    }
}

fn sparklines(text: &mut Text, sides: &[Side], lines: &Lines) {
    let all: Vec<Series> = sides.iter().map(|side| side.series(SPARKS, lines)).collect();
    let seconds = sides.iter().map(Side::seconds).fold(0.0, f64::max);
    let step = seconds * 1e3 / SPARKS as f64;
    text.head(&format!(
        "Over time: each bar {step:.0} ms, longest delay in it; A and B to one scale"
    ));
    let named = |name: &str| name.chars().take(14).collect::<String>();
    for (line, name) in lines.names.iter().enumerate() {
        let top = highest(all.iter().flat_map(|series| &series.lines[line]), |span| span.longest);
        for (side, series) in sides.iter().zip(&all) {
            let spans = &series.lines[line];
            let own = highest(spans.iter(), |span| span.longest);
            let bars = spans.iter().map(|span| (span.left > 0).then_some(span.longest));
            let (name, letter) = (named(name), side.letter);
            text.line(format!("  {name:<14} {letter} {} {:>6} ms", spark(bars, top), millis(own)));
        }
    }
    let top = all.iter().flat_map(|series| &series.depth).max().copied().unwrap_or(0);
    for (side, series) in sides.iter().zip(&all) {
        let own = series.depth.iter().max().copied().unwrap_or(0);
        let bars = spark(series.depth.iter().copied().map(Some), top);
        text.line(format!("  {:<14} {} {bars} {own:>6} packets", "queue", side.letter));
    }
}

fn highest<'a>(spans: impl Iterator<Item = &'a Span>, what: impl Fn(&Span) -> u64) -> u64 {
    spans.map(what).max().unwrap_or(0)
}

/// A bar for each value; nothing where there is none.
fn spark(values: impl Iterator<Item = Option<u64>>, top: u64) -> String {
    let bar = |value: u64| {
        let bar = u128::from(value) * BARS.len() as u128 / (u128::from(top) + 1);
        BARS.get(bar as usize).copied().unwrap_or('█')
    };
    values.map(|value| value.map_or(' ', bar)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_scale_and_gaps_stay_empty() {
        let values = [Some(0), Some(7), None, Some(4)].into_iter();
        assert_eq!(spark(values, 7), "▁█ ▅");
        assert_eq!(spark([Some(u64::MAX), Some(0)].into_iter(), u64::MAX), "█▁");
    }
}
