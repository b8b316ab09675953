//! Every frame of the captures, read and built again.

mod captures;

use std::collections::BTreeMap;

use softnet_mac80211::Malformed;
use softnet_mac80211::frame::{Amsdu, Frame, FrameControl, Header, Kind, SeqCtrl};

const FOLDERS: [&str; 4] = ["wifi", "public/aircrack", "public/fragattacks", "public/tcpdump"];

/// Frames that are not what they say, by file and number.
const MALFORMED: [(&str, usize); 0] = [];

#[test]
fn every_frame_of_the_captures_is_built_again_from_its_fields() {
    let (mut seen, mut refused) = (BTreeMap::new(), Vec::new());
    for folder in FOLDERS {
        for (file, packets) in captures::folder(folder) {
            for packet in packets {
                let Some(frame) = packet.frame() else { continue };
                let parsed = match Frame::parse(frame) {
                    Ok(parsed) => parsed,
                    Err(error) => {
                        refused.push((file.clone(), packet.number, error));
                        continue;
                    }
                };
                let mut again = Vec::new();
                parsed.write(&mut again);
                assert_eq!(again, frame, "{file} {}: {parsed:?}", packet.number);
                *seen.entry(FrameControl::of(frame).unwrap().kind()).or_insert(0_usize) += 1;
            }
        }
    }
    println!("{seen:?}");
    for (file, number, error) in &refused {
        println!("{file} {number}: {error}");
    }
    let refused: Vec<_> =
        refused.iter().map(|(file, number, _)| (file.as_str(), *number)).collect();
    assert_eq!(refused, MALFORMED);
}
