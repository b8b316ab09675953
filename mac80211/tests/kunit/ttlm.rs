//! net/mac80211/tests/ttlm.c of 2026: maps that two stations agree upon.

use softnet_mac80211::element::{Body, NegTtlm, TidToLinkMapping};

/// Both directions, maps of two bytes.
fn negotiated(presence: u8, maps: &[u16]) -> (TidToLinkMapping<'static>, NegTtlm) {
    let maps: Vec<u8> = maps.iter().flat_map(|map| map.to_le_bytes()).collect();
    let body = [&[2, presence], &maps[..]].concat().leak();
    let element = TidToLinkMapping::parse(body).unwrap();
    let mut agreed = NegTtlm::default();
    element.negotiate(0x7fff, &mut agreed).unwrap();
    (element, agreed)
}

/// Only TIDs 0 and 7 have maps: those between take no room.
#[test]
fn sparse_presence_no_oob_read() {
    let (element, agreed) = negotiated(0x81, &[1, 1]);
    assert_eq!(element.control.direction(), TidToLinkMapping::DIRECTION_BOTH);
    assert_eq!((agreed.downlink[0], agreed.uplink[0]), (1, 1));
    assert_eq!((agreed.downlink[3], agreed.uplink[3]), (0, 0));
    assert_eq!((agreed.downlink[7], agreed.uplink[7]), (1, 1));
    assert!(element.tail.is_empty());
}

#[test]
fn dense_presence_baseline() {
    let (element, agreed) = negotiated(0xff, &[3; 8]);
    assert_eq!(element.control.direction(), TidToLinkMapping::DIRECTION_BOTH);
    assert_eq!(agreed, NegTtlm { downlink: [3; 8], uplink: [3; 8] });
}
