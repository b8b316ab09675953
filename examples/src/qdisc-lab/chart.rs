//! The picture: a column for each tree; queue depth, delay and losses below one another, on the same
//! scales, so that the columns can be compared by eye.

use core::fmt::Write;

use crate::scale::{Linear, Log};
use crate::series::{Series, Span};
use crate::view::{Lines, Side, bits, millis};

/// Points of each line.
pub(crate) const SPANS: usize = 260;
const WIDTH: f64 = 1240.0;
const TOP: f64 = 174.0;
/// A panel's plot.
const PLOT: (f64, f64) = (516.0, 180.0);
/// From the top of one panel to that of the next.
const STEP: f64 = 246.0;
/// Left edges of the columns' plots.
const COLUMNS: [f64; 2] = [72.0, 692.0];
/// Spans without a packet that a line still goes across.
const BRIDGE: usize = 12;

/// Colours of the lines, on white and on black.
const COLOURS: [(&str, &str); 8] = [
    ("#2f6fb0", "#6fb1f0"),
    ("#d9562b", "#ff9a62"),
    ("#3a8f4d", "#6fd088"),
    ("#7d58b3", "#b796ea"),
    ("#a8820e", "#e5c14d"),
    ("#11848c", "#4fd0d8"),
    ("#c04585", "#f487bd"),
    ("#6c7784", "#a3aebb"),
];

/// Draws all sides.
pub(crate) fn draw(sides: &[Side], lines: &Lines) -> String {
    let all: Vec<Series> = sides.iter().map(|side| side.series(SPANS, lines)).collect();
    let width = if sides.len() == 1 { COLUMNS[1] - 44.0 } else { WIDTH };
    let mut svg = String::new();
    header(&mut svg, (width, TOP + 3.0 * STEP), sides, lines);
    let scales = Scales::of(&all, sides);
    for ((side, series), x) in sides.iter().zip(&all).zip(COLUMNS) {
        column_head(&mut svg, side, lines, x);
        let mut panel = Panel { svg: &mut svg, x, y: TOP, seconds: &scales.seconds };
        panel.depth(series, &scales);
        panel.y += STEP;
        panel.delay(series, &scales, side);
        panel.y += STEP;
        panel.losses(series, &scales, side);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The scales that all columns share.
struct Scales {
    seconds: Linear,
    depth: Linear,
    /// Nanoseconds.
    delay: Log,
    losses: Linear,
}

impl Scales {
    fn of(all: &[Series], sides: &[Side]) -> Self {
        let seconds = sides.iter().map(Side::seconds).fold(0.0, f64::max);
        let depth = all.iter().flat_map(|series| &series.depth).max();
        let spans = || all.iter().flat_map(|series| series.lines.iter().flatten());
        let longest = spans().map(|span| span.longest).max().unwrap_or(0);
        let shortest = spans().filter_map(Span::mean).min().unwrap_or(longest);
        let total = |count: fn(&Span) -> u64| {
            let lines = all.iter().flat_map(|series| &series.lines);
            lines.map(|line| line.iter().map(count).sum()).max().unwrap_or(0)
        };
        let losses = total(|span| span.lost).max(total(|span| span.marked));
        Self {
            seconds: Linear::exactly(seconds, PLOT.0),
            depth: Linear::up_to(depth.copied().unwrap_or(0) as f64, PLOT.1),
            delay: Log::new(shortest as f64, longest as f64, PLOT.1),
            losses: Linear::up_to(losses as f64, PLOT.1),
        }
    }
}

fn header(svg: &mut String, (width, height): (f64, f64), sides: &[Side], lines: &Lines) {
    let names: Vec<String> = sides.iter().map(|side| escape(&side.name)).collect();
    let _ = write!(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' role='img' width='{width}' height='{height}' viewBox='0 0 {width} {height}'>
<title>qdisc-lab: {}</title>
<style>
text {{ font-family: 'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif; font-size: 12px; fill: #1d2733; }}
.title {{ font-size: 22px; font-weight: bold; }}
.name {{ font-size: 17px; font-weight: bold; }}
.panel {{ font-size: 14px; font-weight: bold; }}
.quiet {{ fill: #55606e; }}
.back {{ fill: #ffffff; }}
.plot {{ fill: #f5f7f9; }}
.grid {{ stroke: #d5dbe1; stroke-width: 1; }}
.line {{ fill: none; stroke-width: 1.8; stroke-linejoin: round; }}
.area {{ opacity: 0.22; }}
.dash {{ stroke-dasharray: 5 4; }}
",
        names.join(" beside ")
    );
    let colours = |svg: &mut String, dark: bool| {
        for (at, (day, night)) in COLOURS.iter().enumerate().take(lines.names.len()) {
            let colour = if dark { night } else { day };
            let _ = writeln!(svg, ".s{at} {{ stroke: {colour}; }} .f{at} {{ fill: {colour}; }}");
        }
    };
    colours(svg, false);
    svg.push_str(
        "@media (prefers-color-scheme: dark) {
text { fill: #e3e8ee; } .quiet { fill: #a3aebb; } .back { fill: #14181d; } .plot { fill: #1c2229; }
.grid { stroke: #343d47; }
",
    );
    colours(svg, true);
    svg.push_str("}\n</style>\n<rect width='100%' height='100%' class='back'/>\n");
    let title = if sides.len() == 1 { "One tree" } else { "The same senders before two trees" };
    let _ = writeln!(svg, "<text x='{}' y='40' class='title'>{title}</text>", COLUMNS[0] - 32.0);
    let mut x = COLUMNS[0] - 32.0;
    for (at, name) in lines.names.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<rect x='{x}' y='56' width='22' height='6' rx='3' class='f{at}'/><text x='{}' y='64'>{}</text>",
            x + 28.0,
            escape(name)
        );
        x += 56.0 + 7.5 * name.chars().count() as f64;
    }
}

/// A tree's name, and what came of it.
fn column_head(svg: &mut String, side: &Side, lines: &Lines, x: f64) {
    let name = shortened(&format!("{}  {}", side.letter, side.name), 56);
    let _ = writeln!(svg, "<text x='{x}' y='96' class='name'>{}</text>", escape(&name));
    let left: u64 = side.books.iter().map(|books| books.bytes_left).sum();
    let rate = (left as f64 / side.seconds().max(1e-9)) as u64;
    let lost: u64 = side.books.iter().map(|books| books.lost).sum();
    let said = format!("{}: {} through, {lost} packets dropped", side.link(), bits_rounded(rate));
    let _ = writeln!(svg, "<text x='{x}' y='115' class='quiet'>{}</text>", escape(&said));
    let waits =
        lines.names.iter().enumerate().filter_map(|(line, name)| {
            Some(format!("{name} {} ms", millis(side.delay(line, 95)?)))
        });
    let waits = waits.collect::<Vec<_>>().join(", ");
    let said = shortened(&format!("95 of 100 packets wait at most: {waits}"), 84);
    let _ = writeln!(svg, "<text x='{x}' y='134' class='quiet'>{}</text>", escape(&said));
}

/// Three digits of a rate.
fn bits_rounded(rate: u64) -> String {
    let unit = 10_u64.pow(rate.max(1).ilog10().saturating_sub(2));
    bits(rate / unit * unit)
}

/// One plot with its frame.
struct Panel<'a> {
    svg: &'a mut String,
    x: f64,
    y: f64,
    seconds: &'a Linear,
}

impl Panel<'_> {
    fn depth(&mut self, series: &Series, scales: &Scales) {
        let most = series.depth.iter().max().copied().unwrap_or(0);
        self.frame("Packets in the queue", &format!("at most {most}"), &scales.depth.ticks());
        for (at, line) in series.lines.iter().enumerate() {
            let points = line.iter().map(|span| Some(scales.depth.at(span.depth as f64)));
            self.line(&format!("line s{at}"), points);
        }
    }

    fn delay(&mut self, series: &Series, scales: &Scales, side: &Side) {
        let longest = side.delays.iter().filter_map(|delays| delays.last()).max();
        let note =
            longest.map_or(String::new(), |longest| format!("at most {} ms", millis(*longest)));
        self.frame("Delay (mean, and up to the longest)", &note, &scales.delay.ticks());
        for (at, line) in series.lines.iter().enumerate() {
            self.area(&format!("area f{at}"), line, &scales.delay);
        }
        for (at, line) in series.lines.iter().enumerate() {
            let points = line.iter().map(|span| Some(scales.delay.at(span.mean()? as f64)));
            self.line(&format!("line s{at}"), points);
        }
    }

    fn losses(&mut self, series: &Series, scales: &Scales, side: &Side) {
        let lost: u64 = side.books.iter().map(|books| books.lost).sum();
        let marked: u64 = side.books.iter().map(|books| books.marked).sum();
        let note = format!("{lost} dropped, {marked} marked");
        let title = "Packets dropped so far (dashed: marked)";
        self.frame(title, &note, &scales.losses.ticks());
        for (at, line) in series.lines.iter().enumerate() {
            for (class, count) in [
                ("line", (|span| span.lost) as fn(&Span) -> u64),
                ("line dash", |span| span.marked),
            ] {
                if line.iter().all(|span| count(span) == 0) {
                    continue;
                }
                let so_far = line.iter().scan(0, |sum, span| {
                    *sum += count(span);
                    Some(Some(scales.losses.at(*sum as f64)))
                });
                self.line(&format!("{class} s{at}"), so_far);
            }
        }
    }

    fn frame(&mut self, title: &str, note: &str, ticks: &[(f64, String)]) {
        let (x, y, (width, height)) = (self.x, self.y, PLOT);
        let _ = writeln!(
            self.svg,
            "<text x='{x}' y='{}' class='panel'>{title}</text><text x='{}' y='{}' text-anchor='end' class='quiet'>{note}</text>",
            y - 9.0,
            x + width,
            y - 9.0
        );
        let _ = writeln!(
            self.svg,
            "<rect x='{x}' y='{y}' width='{width}' height='{height}' class='plot'/>"
        );
        for (at, label) in ticks {
            let tick = y + height - at;
            let _ = writeln!(
                self.svg,
                "<path d='M{x} {tick:.1} h{width}' class='grid'/><text x='{}' y='{:.1}' text-anchor='end' class='quiet'>{label}</text>",
                x - 7.0,
                tick + 4.0
            );
        }
        for (at, label) in self.seconds.ticks() {
            let tick = x + at;
            let _ = writeln!(
                self.svg,
                "<path d='M{tick:.1} {y} v{height}' class='grid'/><text x='{tick:.1}' y='{}' text-anchor='middle' class='quiet'>{label} s</text>",
                y + height + 17.0
            );
        }
    }

    fn place(&self, span: usize, up: f64) -> (f64, f64) {
        let along = (span as f64 + 0.5) / SPANS as f64 * PLOT.0;
        (self.x + along, self.y + PLOT.1 - up)
    }

    /// A line through the spans that have a point.
    fn line(&mut self, class: &str, points: impl Iterator<Item = Option<f64>>) {
        let mut path = String::new();
        let mut last = None;
        for (span, up) in points.enumerate() {
            let Some(up) = up else { continue };
            let near = last.is_some_and(|last| span - last <= BRIDGE);
            let (x, y) = self.place(span, up);
            let _ = write!(path, "{}{x:.1} {y:.1}", if near { "L" } else { "M" });
            last = Some(span);
        }
        if !path.is_empty() {
            let _ = writeln!(self.svg, "<path d='{path}' class='{class}'/>");
        }
    }

    /// From the mean to the longest delay.
    fn area(&mut self, class: &str, line: &[Span], scale: &Log) {
        let with = |span: &(usize, &Span)| span.1.left > 0;
        let mut path = String::new();
        let mut begun: Vec<(usize, &Span)> = Vec::new();
        let mut close = |begun: &mut Vec<(usize, &Span)>| {
            let above = begun.iter().map(|(at, span)| (*at, span.longest));
            let below = begun.iter().rev().map(|(at, span)| (*at, span.mean().unwrap_or(0)));
            for (nth, (at, delay)) in above.chain(below).enumerate() {
                let (x, y) = self.place(at, scale.at(delay as f64));
                let _ = write!(path, "{}{x:.1} {y:.1}", if nth == 0 { "M" } else { "L" });
            }
            if !begun.is_empty() {
                path.push('z');
            }
            begun.clear();
        };
        for each in line.iter().enumerate().filter(with) {
            if begun.last().is_some_and(|(last, _)| each.0 - last > BRIDGE) {
                close(&mut begun);
            }
            begun.push(each);
        }
        close(&mut begun);
        if !path.is_empty() {
            let _ = writeln!(self.svg, "<path d='{path}' class='{class}'/>");
        }
    }
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.into();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

/// Text as XML has it.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&apos;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write these.
            c if c.is_control() => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
