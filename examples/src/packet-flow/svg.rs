//! The way as a picture: the sender's stations downwards on the left, the receiver's upwards on the
//! right, the wire below.

use core::fmt::Write;

use crate::report::micros;
use crate::stations;
use crate::way::{Place, Visit, Way};

const WIDTH: u32 = 1240;
const TOP: u32 = 156;
const BOX: (u32, u32) = (470, 44);
const GAP: u32 = 12;
/// Room between boxes where time passes.
const WAIT: u32 = 26;
const INDENT: u32 = 14;
/// Left edges of the two columns' boxes.
const COLUMNS: [u32; 2] = [124, 1240 - 124 - 470];
/// Room for the wire.
const BOTTOM: u32 = 150;

/// A station's box.
struct Station<'a> {
    visit: &'a Visit,
    depth: u32,
    /// Time that passed since the station before, if any did.
    waited: Option<String>,
    y: u32,
}

/// Draws the way. `sends`: it begins where the data is sent. `clock` says whose time it is.
pub(crate) fn draw(way: &Way, sends: bool, clock: &str) -> String {
    let first = way.visits.first().map_or(Place::Server, |visit| visit.place);
    let turn = way.visits.iter().position(|visit| visit.place != first || !sends);
    let turn = turn.unwrap_or(way.visits.len());
    let (mut down, down_height) = stack(way, 0..turn);
    let (mut up, up_height) = stack(way, turn..way.visits.len());
    let height = down_height.max(up_height);
    // Both columns end at the wire.
    down.iter_mut().for_each(|station| station.y += TOP + height - down_height);
    up.iter_mut().for_each(|station| station.y = TOP + height - station.y - BOX.1);

    let mut svg = String::new();
    header(&mut svg, way, clock, TOP + height + if down.is_empty() { WAIT } else { BOTTOM });
    for (column, stations) in [(0, &down), (1, &up)] {
        arrows(&mut svg, stations, column);
        stations.iter().for_each(|station| draw_box(&mut svg, way, station, column));
    }
    let host =
        |stations: &[Station<'_>]| stations.first().map_or("", |first| first.visit.place.name());
    for (column, name, what) in
        [(0, host(&down), "sends: read downwards"), (1, host(&up), "receives: read upwards")]
    {
        if !name.is_empty() {
            let x = COLUMNS[column];
            let _ = writeln!(
                svg,
                "<text x='{x}' y='{}' class='host'>{name} <tspan class='what'>{what}</tspan></text>",
                TOP - 18
            );
        }
    }
    if let (Some(sent), Some(got)) = (down.last(), up.first()) {
        wire(&mut svg, sent, got, TOP + height);
    }
    if down.is_empty() {
        other_side(&mut svg, TOP + height);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The sender, where it is not one of ours.
fn other_side(svg: &mut String, y: u32) {
    let (x, lines) = (
        COLUMNS[0],
        [
            "The sender is a real Linux kernel with a real HTTP server,",
            "behind a TAP in a network namespace of its own. The card",
            "is QEMU's e1000. Neither is ours to look into.",
        ],
    );
    for (line, y) in lines.iter().zip((y - 40..).step_by(20)) {
        let _ = writeln!(svg, "<text x='{x}' y='{y}' class='sub'>{line}</text>");
    }
}

/// Boxes one after the other from 0 on, and how high they are together.
fn stack(way: &Way, range: core::ops::Range<usize>) -> (Vec<Station<'_>>, u32) {
    let mut y = 0;
    let mut stations: Vec<Station<'_>> = Vec::new();
    for at in range {
        let visit = &way.visits[at];
        let before = stations.last().map(|station| station.visit.entered);
        let waited = before.map(|before| visit.entered.saturating_since(before));
        let waited = waited.filter(|time| !time.is_zero()).map(micros);
        if !stations.is_empty() {
            y += if waited.is_some() { WAIT } else { GAP };
        }
        stations.push(Station { visit, depth: way.depth(at) as u32, waited, y });
        y += BOX.1;
    }
    (stations, y)
}

fn header(svg: &mut String, way: &Way, clock: &str, height: u32) {
    let _ = write!(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' viewBox='0 0 {WIDTH} {height}'>
<style>
text {{ font-family: 'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif; fill: #1d2733; }}
.title {{ font-size: 22px; font-weight: bold; }}
.sub, .what {{ font-size: 13px; font-weight: normal; fill: #55606e; }}
.host {{ font-size: 17px; font-weight: bold; }}
.name {{ font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 14px; font-weight: bold; }}
.note {{ font-size: 12px; fill: #55606e; }}
.time {{ font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 12px; fill: #55606e; }}
.wait {{ font-size: 12px; font-style: italic; fill: #8a4b08; }}
.line {{ stroke: #7d8896; stroke-width: 1.5; fill: none; }}
</style>
<defs><marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7' orient='auto'><path d='M0 0 L8 4 L0 8 z' fill='#7d8896'/></marker></defs>
<rect width='100%' height='100%' fill='#ffffff'/>
<text x='40' y='44' class='title'>The way of one frame</text>
<text x='40' y='68' class='sub'>{} bytes of TCP data, {}. Times are microseconds of {clock} time since the first station.</text>
",
        way.frame.len, way.frame,
    );
    // The legend.
    let mut x = 40;
    for (kind, what) in [
        ("program", "program and TCP/IP"),
        ("stack", "device layer"),
        ("driver", "driver"),
        ("card", "card"),
        ("tap", "Wireshark captures here"),
    ] {
        let (fill, stroke) = colours(kind);
        let _ = writeln!(
            svg,
            "<rect x='{x}' y='82' width='14' height='14' rx='3' fill='{fill}' stroke='{stroke}'/><text x='{}' y='94' class='note'>{what}</text>",
            x + 20
        );
        x += 44 + 7 * what.len() as u32;
    }
}

fn kind(station: &str) -> &'static str {
    match station {
        stations::SENDMSG | stations::WRITE_XMIT | stations::TCP_RCV | stations::RECVMSG => {
            "program"
        }
        stations::CARD_SENT | stations::CARD_GOT => "card",
        "dev_queue_xmit_nit" | "deliver_skb" => "tap",
        name if name.starts_with("e1000_") => "driver",
        _ => "stack",
    }
}

/// Fill and outline.
fn colours(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "program" => ("#e6f0e3", "#6c9a5e"),
        "card" => ("#e9e6f3", "#8274b4"),
        "tap" => ("#fdf0c8", "#c99a1a"),
        "driver" => ("#fbe7dc", "#cf7a48"),
        _ => ("#e4eef8", "#5f8fbf"),
    }
}

fn draw_box(svg: &mut String, way: &Way, station: &Station<'_>, column: usize) {
    let indent = station.depth * INDENT;
    let (x, y, width) = (COLUMNS[column] + indent, station.y, BOX.0 - indent);
    let (fill, stroke) = colours(kind(station.visit.station));
    let _ = writeln!(
        svg,
        "<rect x='{x}' y='{y}' width='{width}' height='{}' rx='6' fill='{fill}' stroke='{stroke}'/>",
        BOX.1
    );
    let _ = writeln!(
        svg,
        "<text x='{}' y='{}' class='name'>{}</text>",
        x + 12,
        y + 18,
        station.visit.station
    );
    let note = if station.visit.for_other {
        stations::FOR_OTHER
    } else {
        stations::meaning(station.visit.station)
    };
    let _ = writeln!(svg, "<text x='{}' y='{}' class='note'>{note}</text>", x + 12, y + 35);
    let since = micros(station.visit.entered.saturating_since(way.start()));
    let (at, anchor) =
        if column == 0 { (COLUMNS[0] - 12, "end") } else { (COLUMNS[1] + BOX.0 + 12, "start") };
    let _ = writeln!(
        svg,
        "<text x='{at}' y='{}' text-anchor='{anchor}' class='time'>{since}</text>",
        y + 27
    );
}

/// Arrows from box to box, and the time that passed between them.
fn arrows(svg: &mut String, stations: &[Station<'_>], column: usize) {
    for pair in stations.windows(2) {
        let [from, to] = pair else { continue };
        let x = COLUMNS[column] + from.depth.max(to.depth) * INDENT + 26;
        let (begin, end) =
            if column == 0 { (from.y + BOX.1, to.y) } else { (from.y, to.y + BOX.1) };
        let _ = writeln!(
            svg,
            "<path d='M{x} {begin} L{x} {end}' class='line' marker-end='url(#tip)'/>"
        );
        if let Some(waited) = &to.waited {
            let y = begin.min(end) + 17;
            let _ =
                writeln!(svg, "<text x='{}' y='{y}' class='wait'>{waited} µs pass</text>", x + 12);
        }
    }
}

fn wire(svg: &mut String, sent: &Station<'_>, got: &Station<'_>, y: u32) {
    let (from, to) = (COLUMNS[0] + BOX.0 / 2, COLUMNS[1] + BOX.0 / 2);
    let (bend, middle) = (y + 74, u32::midpoint(from, to));
    let _ = writeln!(
        svg,
        "<path d='M{from} {y} C{from} {bend} {from} {bend} {middle} {bend} S{to} {bend} {to} {}' class='line' marker-end='url(#tip)' style='stroke-width:2.5'/>",
        y + 3
    );
    let time = micros(got.visit.entered.saturating_since(sent.visit.entered));
    let _ = writeln!(
        svg,
        "<text x='{middle}' y='{}' text-anchor='middle' class='host'>the wire</text>",
        bend - 12
    );
    let _ = writeln!(
        svg,
        "<text x='{middle}' y='{}' text-anchor='middle' class='wait'>{time} µs pass</text>",
        bend + 22
    );
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::Instant;

    use super::*;
    use crate::way::Frame;

    /// Four stations down and three up, some with time between them.
    fn way() -> Way {
        let mut frame = vec![0; 60];
        frame[12..14].copy_from_slice(&[8, 0]);
        frame[14..18].copy_from_slice(&[0x45, 0, 0, 46]);
        frame[23] = 6;
        frame[46] = 0x50;
        let visit = |place, station, micros, parent| {
            Visit::new(place, station, Instant::from_micros(micros), parent)
        };
        let visits = vec![
            visit(Place::Server, stations::SENDMSG, 5, None),
            visit(Place::Server, "dev_queue_xmit", 5, None),
            visit(Place::Server, stations::ENQUEUE, 5, Some(1)),
            visit(Place::Server, stations::CARD_SENT, 9, None),
            visit(Place::Client, stations::CARD_GOT, 59, None),
            visit(Place::Client, "handle_irq", 60, None),
            visit(Place::Client, stations::RECVMSG, 61, None),
        ];
        Way { frame: Frame::of(&frame).unwrap(), offset: 0, visits }
    }

    /// The numbers of an attribute, in the order of the text.
    fn numbers(svg: &str, tag: &str, attribute: &str) -> Vec<u32> {
        let tags = svg.split('<').filter(|part| part.starts_with(tag));
        tags.filter_map(|part| {
            let value = part.split(&format!(" {attribute}='")).nth(1)?.split('\'').next()?;
            value.parse().ok()
        })
        .collect()
    }

    #[test]
    fn boxes_stand_apart_one_column_downwards_the_other_upwards() {
        let svg = draw(&way(), true, "virtual");
        let (xs, ys) = (numbers(&svg, "rect", "x"), numbers(&svg, "rect", "y"));
        // The legend has five boxes of its own.
        let boxes: Vec<(u32, u32)> = xs.into_iter().zip(ys).skip(5).collect();
        assert_eq!(boxes.len(), 7);
        let (left, right) = boxes.split_at(4);
        assert!(left.windows(2).all(|pair| pair[1].1 >= pair[0].1 + BOX.1 + GAP), "{left:?}");
        assert!(right.windows(2).all(|pair| pair[0].1 >= pair[1].1 + BOX.1 + GAP), "{right:?}");
        assert!(left.iter().all(|(x, _)| x + BOX.0 <= COLUMNS[1] + BOX.0 && *x < COLUMNS[1]));
        // Both ends of the wire are on one height.
        assert_eq!(left[3].1, right[0].1);
        assert!(svg.contains(">50.000 µs pass<") && svg.contains(">56.000<"), "{svg}");
    }

    #[test]
    fn every_tag_is_closed() {
        for sends in [true, false] {
            let svg = draw(&way(), sends, "virtual");
            let (mut open, tags) = (Vec::new(), svg.split('<').skip(1));
            for tag in tags.map(|tag| tag.split('>').next().unwrap()) {
                if let Some(name) = tag.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(name));
                } else if !tag.ends_with('/') {
                    open.push(tag.split(' ').next().unwrap().trim());
                }
            }
            assert!(open.is_empty(), "{open:?}");
        }
    }
}
