//! Elements of captured frames.
#![allow(clippy::std_instead_of_alloc, clippy::unwrap_used)]

mod bits;
mod built;
#[path = "../captures/mod.rs"]
mod captures;
#[path = "../tshark/mod.rs"]
mod oracle;
mod properties;
mod tshark;

use softnet_mac80211::element::{Element, Elements, Typed};
use softnet_mac80211::frame::{FrameControl, FrameType};

/// Where the elements of a management frame begin, naively by its subtype; `None` for one that has none or that
/// is encrypted.
fn elements_of(frame: &[u8]) -> Option<&[u8]> {
    let fc = FrameControl::of(frame)?;
    if fc.frame_type() != FrameType::Management || frame[1] & 0x40 != 0 {
        return None;
    }
    let body = frame.get(if frame[1] & 0x80 != 0 { 28 } else { 24 }..)?;
    let fixed = match frame[0] >> 4 {
        0 => 4,      // association request: capability, listen interval
        1 | 3 => 6,  // (re)association response: capability, status, AID
        2 => 10,     // reassociation request: capability, listen interval, current AP
        4 => 0,      // probe request
        5 | 8 => 12, // probe response, beacon: timestamp, interval, capability
        10 | 12 => 2,
        11 if body.starts_with(&[3, 0]) => return None, // SAE has fields of lengths of their own
        11 => 6,
        // Spectrum management: channel switch. Block ack: ADDBA request and response. Radio measurement: neighbor
        // report. SA Query. Mesh: HWMP. Self-protected: peering.
        13 if body.starts_with(&[3, 0]) || body.starts_with(&[3, 1]) => 9,
        13 if body.starts_with(&[5, 4]) || body.starts_with(&[5, 5]) => 3,
        13 if body.starts_with(&[8]) => 4,
        13 if body.starts_with(&[0, 4]) => 2,
        13 if body.starts_with(&[13, 1]) => 2,
        13 if body.starts_with(&[15, 1]) => 4,
        13 if body.starts_with(&[15, 2]) => 6,
        13 if body.starts_with(&[15, 3]) => 2,
        _ => return None,
    };
    body.get(fixed..)
}

fn every_element(mut each: impl FnMut(&str, usize, Element<'_>)) -> usize {
    let mut seen = 0;
    for folder in ["wifi", "public/aircrack", "public/fragattacks", "public/tcpdump"] {
        for (file, packets) in captures::folder(folder) {
            // Regressions for reads out of bounds are malformed on purpose.
            if file.contains("oobr") || file.contains("oob") {
                continue;
            }
            for packet in &packets {
                let Some(elements) = packet.frame().and_then(elements_of) else { continue };
                for element in Elements::new(elements) {
                    each(&file, packet.number, element);
                    seen += 1;
                }
            }
        }
    }
    seen
}

#[test]
fn every_element_of_the_captures_is_typed_and_comes_back() {
    let mut unknown = std::collections::BTreeMap::new();
    let mut bytes = Vec::new();
    let mut original = Vec::new();
    let seen = every_element(|file, number, element| {
        let typed = Typed::parse(element);
        assert!(typed.is_ok(), "{file} {number}: {element:?}: {typed:?}");
        let Ok(typed) = typed else { return };
        if let Typed::Unknown(element) = typed {
            *unknown.entry(element.id()).or_insert(0) += 1;
        }
        bytes.clear();
        original.clear();
        assert_eq!(typed.write(&mut bytes), Ok(()));
        assert_eq!(element.write(&mut original), Ok(()));
        assert_eq!(bytes, original, "{file} {number}: {typed:?}");
    });
    println!("{seen} elements; of no type here: {unknown:?}");
}
