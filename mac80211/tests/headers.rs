//! Headers of captured frames.

mod captures;

use softnet_mac80211::frame::{FrameControl, FrameType, Header};

#[test]
fn every_management_and_data_frame_of_the_captures_has_a_header() {
    let mut seen = 0;
    for folder in ["wifi", "public/fragattacks"] {
        for (file, packets) in captures::folder(folder) {
            for packet in packets {
                let Some(frame) = packet.frame() else { continue };
                let fc = FrameControl::of(frame).unwrap();
                if matches!(fc.frame_type(), FrameType::Control | FrameType::Extension) {
                    continue;
                }
                let parsed = Header::parse(frame);
                assert!(parsed.is_ok(), "{file} {}: {parsed:?}", packet.number);
                seen += 1;
            }
        }
    }
    println!("{seen} headers");
}
