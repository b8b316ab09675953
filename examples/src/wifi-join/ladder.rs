//! The picture: who said what to whom, from top to bottom.

use softnet_examples::text::Text;
use softnet_examples::wifi::{Side, packet_number};

use crate::air::Passed;

/// An arrow of bars is a frame that is encrypted.
pub(crate) fn draw(text: &mut Text, passed: &[Passed]) {
    text.line("        ms   station            access point");
    for Passed { at, from, frame, what, .. } in passed {
        let number = packet_number(frame);
        let line = if number.is_some() { "═" } else { "─" }.repeat(18);
        let arrow = match from {
            Side::Station => format!("├{line}►│"),
            Side::Ap => format!("│◄{line}┤"),
        };
        let number = number.map_or_else(String::new, |pn| format!(" (packet number {pn})"));
        let ms = at.as_nanos() as f64 / 1e6;
        text.line(format!("  {ms:8.3}      {arrow}      {what}{number}"));
    }
    text.line("");
    text.line("  ═ encrypted");
}
