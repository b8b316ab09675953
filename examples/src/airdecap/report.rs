//! The tables at the end.

use softnet_examples::text::{Text, bytes_as_text, grouped};

use crate::survey::{Cell, Survey};
use crate::tally::{Tally, Who};

/// Networks that a table has room for; a capture may name thousands that it holds nothing else of.
const SHOWN: usize = 40;

pub(crate) fn write(text: &mut Text, tally: &Tally, survey: &Survey) {
    networks(text, tally, survey);
    keys(text, tally);
    stations(text, tally, survey);
    refused(text, tally);
}

fn networks(text: &mut Text, tally: &Tally, survey: &Survey) {
    text.head("networks");
    if survey.cells.is_empty() {
        text.line("  none that names itself");
        return;
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (bssid, cell) in &survey.cells {
        let mut of_cell = tally.rows.iter().filter(|((of, _), _)| of == bssid).peekable();
        if of_cell.peek().is_some() || rows.len() < SHOWN {
            let seen = of_cell.map(|(_, row)| row.seen).sum();
            rows.push(vec![bssid.to_string(), name(cell), protection(cell), grouped(seen)]);
        }
    }
    text.table(&["network", "name", "protection", "data frames"], &rows);
    if rows.len() < survey.cells.len() {
        text.line(format!("  … and {} more without data", survey.cells.len() - rows.len()));
    }
}

fn name(cell: &Cell) -> String {
    cell.ssid.as_ref().map_or_else(|| "(hidden)".into(), |ssid| bytes_as_text(ssid))
}

fn protection(cell: &Cell) -> String {
    let word = match cell {
        Cell { rsn: true, offers, .. } if !offers.is_empty() => {
            return offers.iter().copied().collect::<Vec<_>>().join(", ");
        }
        Cell { rsn: true, .. } => "RSN",
        Cell { privacy: true, .. } => "WEP",
        Cell { mesh: true, .. } => "mesh",
        _ => "open",
    };
    word.into()
}

fn keys(text: &mut Text, tally: &Tally) {
    text.head("keys");
    if tally.wrong_handshakes > 0 {
        let Tally { wrong_handshakes, opened_handshakes, .. } = tally;
        text.line(format!(
            "  handshakes opened: {opened_handshakes}; with other keys: {wrong_handshakes}"
        ));
    }
    let row = |found: &crate::tally::KeyFound| {
        let number = found.number.to_string();
        vec![number, found.bssid.to_string(), who(found.who), found.what.clone(), found.from.into()]
    };
    let rows: Vec<_> = tally.keys.iter().map(row).collect();
    if rows.is_empty() {
        text.line("  none found");
    } else {
        text.table(&["frame", "network", "station", "key", "from"], &rows);
    }
}

fn who(who: Who) -> String {
    match who {
        Who::Station(addr) => addr.to_string(),
        Who::Group => "(group)".into(),
    }
}

fn stations(text: &mut Text, tally: &Tally, survey: &Survey) {
    text.head("stations");
    let mut rows = Vec::new();
    for (&(bssid, station), row) in &tally.rows {
        let network = survey.cell(bssid).map(name).filter(|name| name != "(hidden)");
        let reasons =
            row.refused.iter().map(|(reason, count)| format!("{count} {}", short(*reason)));
        let numbers = [row.seen, row.protected, row.decrypted, row.written].map(grouped);
        let [seen, protected, decrypted, written] = numbers;
        rows.push(vec![
            who(station),
            network.unwrap_or_else(|| bssid.to_string()),
            seen,
            protected,
            decrypted,
            written,
            reasons.collect::<Vec<_>>().join(", "),
        ]);
    }
    text.table(
        &["station", "network", "frames", "protected", "decrypted", "written", "refused"],
        &rows,
    );
}

/// A reason without what all of their names begin with; one that Linux does not tell apart, by our name.
fn short(reason: softnet_mac80211::RxDrop) -> String {
    match reason.name() {
        "RX_DROP_MONITOR" => format!("{reason:?}"),
        name => name.trim_start_matches("RX_DROP_").trim_start_matches("U_").into(),
    }
}

fn refused(text: &mut Text, tally: &Tally) {
    text.head("refused");
    let row = |&(reason, count): &(softnet_mac80211::RxDrop, u64)| {
        vec![short(reason), grouped(count), reason.name().into(), reason.meaning().into()]
    };
    let rows: Vec<_> = tally.refused().iter().map(row).collect();
    if rows.is_empty() {
        text.line("  nothing");
    } else {
        text.table(&["reason", "frames", "Linux's name", "meaning"], &rows);
    }
    let passed_over = [
        (tally.damaged, "damaged on the air"),
        (tally.cut, "cut by the capture"),
        (tally.foreign, "not 802.11, of other interfaces"),
        (tally.crowded, "of more stations than are followed"),
    ];
    for (count, what) in passed_over {
        if count > 0 {
            text.line(format!("  passed over: {} {what}", grouped(count)));
        }
    }
}
