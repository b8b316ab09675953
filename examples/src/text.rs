//! Plain text in columns.

use core::fmt::{self, Write as _};
use std::io::{self, Write as _};

/// Columns that a line of the report may have.
const WIDTH: usize = 106;

/// A report that grows by lines.
#[derive(Default)]
pub struct Text(String);

impl Text {
    /// Adds a line, without the spaces at its end.
    pub fn line(&mut self, line: impl fmt::Display) {
        let line = line.to_string();
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    /// A headline over a new part.
    pub fn head(&mut self, title: &str) {
        let rule = "─".repeat(WIDTH.saturating_sub(title.chars().count() + 4));
        let _ = write!(self.0, "\n── {title} {rule}\n\n");
    }

    /// A table: its columns are as wide as they must be, numbers stand right.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        let head: Vec<String> = head.iter().map(ToString::to_string).collect();
        let width = |column: usize| {
            let cells = core::iter::once(&head).chain(rows).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let is_number = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).all(|cell| {
                // An address is none, though it begins with one.
                let begins = cell.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                cell.is_empty() || begins && !cell.contains([':', '>'])
            })
        };
        let layout: Vec<(usize, bool)> =
            (0..head.len()).map(|column| (width(column), is_number(column))).collect();
        for row in core::iter::once(&head).chain(rows) {
            let cells = row.iter().zip(&layout).map(|(cell, &(width, right))| {
                if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            self.line(format!("  {}", cells.collect::<Vec<_>>().join("  ")));
        }
    }

    /// Adds another report's lines.
    pub fn append(&mut self, other: Self) {
        self.0.push_str(&other.0);
    }

    /// All of it.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) wants no more.
pub fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Bytes from outside as text, with what could steer a terminal, or is no UTF-8, replaced: a link's name may be
/// any bytes.
#[must_use]
pub fn bytes_as_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A number with its thousands apart: `16 777 216`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_cannot_steer_a_terminal() {
        assert_eq!(bytes_as_text(b"eth0"), "eth0");
        assert_eq!(bytes_as_text(b"a\x1b[2J\xffb"), "a\u{fffd}[2J\u{fffd}b");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(16_777_216), "16 777 216");
    }

    #[test]
    fn numbers_stand_right_and_words_left() {
        let mut text = Text::default();
        text.table(
            &["name", "count"],
            &[vec!["::1".into(), "7".into()], vec!["1.2:3".into(), "1000".into()]],
        );
        assert_eq!(text.finish(), "  name   count\n  ::1        7\n  1.2:3   1000\n");
    }
}
