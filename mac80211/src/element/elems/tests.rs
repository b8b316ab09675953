use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::element::{
    BssLoad, ChannelSwitch, DsParams, ExtCapabilities, HtCapabilities, OpmodeNotif, Ssid, Vendor,
    WideBandwidthChannelSwitch, Wpa,
};

fn parse(elements: &[u8]) -> Elems<'_> {
    Elems::parse(elements, ParseParams::default())
}

fn with(elements: &[u8], mode: ConnMode, action: bool) -> Elems<'_> {
    Elems::parse(elements, ParseParams { mode, action, from_ap: true })
}

#[test]
fn the_first_well_formed_one_counts() {
    // A DS parameter set without a byte, then two.
    let elems = parse(&[3, 0, 3, 1, 6, 3, 1, 11]);
    assert_eq!(elems.get::<DsParams>().unwrap().unwrap().channel, 6);
    assert_eq!(elems.parse_errors(), ParseErrors::BAD_ELEM_SIZE | ParseErrors::DUP_ELEM);
}

#[test]
fn of_others_the_last_counts() {
    let elems = parse(&[199, 1, 1, 199, 1, 2]);
    assert_eq!(elems.get::<OpmodeNotif>().unwrap().unwrap().mode.0, 2);
    assert!(elems.parse_errors().is_empty());
}

#[test]
fn what_is_not_collected_is_searched_for() {
    // IBSS parameter set, BSS load, an extension.
    let elems = parse(&[6, 2, 0, 0, 11, 5, 1, 0, 2, 3, 0, 255, 1, 200]);
    assert_eq!(elems.get::<BssLoad>().unwrap().unwrap().sta_count, 1);
    assert!(elems.element(Id::IBSS_PARAMS).is_some() && elems.element(Id::ext(200)).is_some());
    assert!(elems.element(Id::CHALLENGE).is_none() && elems.element(Id::ext(201)).is_none());
}

#[test]
fn what_came_before_a_cut_tail_counts() {
    let elems = parse(&[0, 2, b'a', b'b', 3, 1]);
    assert_eq!(elems.get::<Ssid>().unwrap().unwrap().ssid, b"ab");
    assert_eq!(elems.parse_errors(), ParseErrors::INVALID_END);
    assert_eq!(parse(&[0]).parse_errors(), ParseErrors::INVALID_END);
    assert_eq!(parse(&[]).parse_errors(), ParseErrors::empty());
}

#[test]
fn a_channel_switch_has_three_bytes_and_no_more() {
    assert!(parse(&[37, 3, 1, 6, 5]).get::<ChannelSwitch>().is_some());
    let elems = parse(&[37, 4, 1, 6, 5, 0]);
    assert!(elems.get::<ChannelSwitch>().is_none());
    assert_eq!(elems.parse_errors(), ParseErrors::BAD_ELEM_SIZE);
}

#[test]
fn some_are_passed_over_in_silence_when_too_short() {
    // Mesh awake window, BSS max idle period, an HE operation.
    let elems = parse(&[119, 1, 0, 90, 2, 0, 0, 255, 2, 36, 0]);
    assert!(elems.parse_errors().is_empty());
    assert!(elems.element(Id::BSS_MAX_IDLE_PERIOD).is_none());
    assert!(elems.element(Id::HE_OPERATION).is_none());
}

#[test]
fn what_the_mode_does_not_reach_is_passed_over() {
    let mut bytes = vec![45, 26];
    bytes.extend([0; 26]);
    assert!(with(&bytes, ConnMode::Ht, false).get::<HtCapabilities>().is_some());
    let legacy = with(&bytes, ConnMode::Legacy, false);
    assert!(legacy.get::<HtCapabilities>().is_none() && legacy.parse_errors().is_empty());
    // Short, but not of interest.
    assert!(with(&[45, 1, 0], ConnMode::S1g, false).parse_errors().is_empty());
    // S1G counts in S1G only.
    let s1g = [232, 6, 0, 0, 0, 0, 0, 0];
    assert!(with(&s1g, ConnMode::S1g, false).element(Id::S1G_OPERATION).is_some());
    assert!(with(&s1g, ConnMode::Eht, false).element(Id::S1G_OPERATION).is_none());
}

#[test]
fn a_wide_channel_switch_stands_in_actions_or_in_its_wrapper() {
    let alone = [194, 3, 1, 42, 0];
    assert!(with(&alone, ConnMode::Vht, true).get::<WideBandwidthChannelSwitch>().is_some());
    let beacon = with(&alone, ConnMode::Vht, false);
    assert!(beacon.get::<WideBandwidthChannelSwitch>().is_none());
    assert_eq!(beacon.parse_errors(), ParseErrors::UNEXPECTED_ELEM);

    let wrapped = [196, 7, 7, 0, 194, 3, 1, 42, 0];
    let beacon = with(&wrapped, ConnMode::Vht, false);
    let wide = beacon.get::<WideBandwidthChannelSwitch>().unwrap().unwrap();
    assert_eq!(wide.new_center_freq_seg0, 42);
    assert!(beacon.parse_errors().is_empty());
    assert_eq!(with(&wrapped, ConnMode::Vht, true).parse_errors(), ParseErrors::UNEXPECTED_ELEM);
    let short = with(&[196, 4, 194, 2, 1, 42], ConnMode::Vht, false);
    assert_eq!(short.parse_errors(), ParseErrors::BAD_ELEM_SIZE);
}

#[test]
fn vendors_are_told_apart() {
    let info = [221, 7, 0, 0x50, 0xf2, 2, 0, 1, 5];
    let mut param = vec![221, 24, 0, 0x50, 0xf2, 2, 1, 1, 6];
    param.extend([0; 17]);
    let bytes = [&info[..], &param, &[221, 4, 0, 0x10, 0x18, 2]].concat();
    let elems = parse(&bytes);
    assert_eq!(elems.get::<WmmInfo>().unwrap().unwrap().qos_info, 5);
    assert_eq!(elems.get::<WmmParam>().unwrap().unwrap().qos_info, 6);
    assert_eq!(elems.get::<Vendor>().unwrap().unwrap().data, &info[5..]);
    assert!(elems.get::<Wpa>().is_none());
    // Cisco's transmit power control: six bytes.
    assert!(parse(&[150, 6, 0, 0x40, 0x96, 0, 17, 0]).element(Id::CISCO_VENDOR_SPECIFIC).is_some());
    assert_eq!(parse(&[150, 5, 0, 0x40, 0x96, 0, 17]).parse_errors(), ParseErrors::BAD_ELEM_SIZE);
    assert_eq!(parse(&[150, 3, 0, 0x40, 0x96]).parse_errors(), ParseErrors::BAD_ELEM_SIZE);
    assert!(parse(&[150, 5, 0, 0x40, 0x96, 1, 17]).parse_errors().is_empty());
}

#[test]
fn eht_capabilities_need_those_of_he_before_them() {
    let mut he = vec![255, 22, 35];
    he.extend([0; 21]);
    // Fixed part, and three bytes from an access point without width bits.
    let mut eht = vec![255, 15, 108];
    eht.extend([0; 14]);
    let bytes = [&he[..], &eht].concat();
    assert!(parse(&bytes).element(Id::EHT_CAPABILITY).is_some());
    // A station at 20 MHz has four.
    let station = ParseParams { from_ap: false, ..ParseParams::default() };
    assert!(Elems::parse(&bytes, station).element(Id::EHT_CAPABILITY).is_none());
    assert!(parse(&[&eht[..], &he].concat()).element(Id::EHT_CAPABILITY).is_none());
}

#[test]
fn two_mappings_of_tids_to_links_are_kept() {
    let bytes = [255, 2, 109, 4, 255, 2, 109, 5, 255, 2, 109, 6, 255, 1, 109];
    let controls: Vec<u8> = parse(&bytes).ttlm().map(|ttlm| ttlm.control.0).collect();
    assert_eq!(controls, [4, 5]);
}

const TRANSMITTED: MacAddr = MacAddr([2, 0, 0, 0, 0, 0x10]);
const HIDDEN: MacAddr = MacAddr([2, 0, 0, 0, 0, 0x12]);

/// SSID `main`, TIM, extended capabilities, and in a set of up to 8 cells one of index 2 with its own SSID, in two parts.
fn multiple() -> Vec<u8> {
    let mut bytes = vec![0, 4, b'm', b'a', b'i', b'n', 5, 4, 1, 3, 0, 0, 127, 1, 0];
    let first = [83, 2, 0x11, 0x22, 0, 3, b's', b'u', b'b'];
    bytes.extend([71, 12, 3, 0, 9]);
    bytes.extend(first);
    // Index 2, DTIM period 7, count 4; extended capabilities are not inherited.
    bytes.extend([71, 14, 3, 0, 11, 85, 3, 2, 7, 4, 255, 4, 56, 1, 127, 0]);
    bytes
}

#[test]
fn a_nontransmitted_cell() {
    let bytes = multiple();
    let mut room = vec![0; bytes.len()];
    let params = ParseParams::default();
    let elems = Elems::parse_bss(&bytes, params, TRANSMITTED, HIDDEN, &mut room);
    assert_eq!(elems.get::<Ssid>().unwrap().unwrap().ssid, b"sub");
    assert_eq!(elems.dtim(), (Some(4), Some(7)));
    assert!(elems.get::<ExtCapabilities>().is_none());
    assert!(elems.parse_errors().is_empty());

    let mut room = vec![0; bytes.len()];
    let other = MacAddr([2, 0, 0, 0, 0, 0x13]);
    let elems = Elems::parse_bss(&bytes, params, TRANSMITTED, other, &mut room);
    assert_eq!(elems.get::<Ssid>().unwrap().unwrap().ssid, b"main");
    assert_eq!(elems.dtim(), (Some(1), Some(3)));
    assert!(elems.get::<ExtCapabilities>().is_some());
}

#[test]
fn a_link_of_a_multi_link_device() {
    // Complete profile of link 3: no info, capability and status, SSID `link`, nothing of DS parameters.
    let profile = [0x13, 0, 1, 0, 0, 0, 0, 0, 4, b'l', b'i', b'n', b'k', 255, 4, 56, 1, 3, 0];
    let mut bytes = vec![0, 4, b'm', b'a', b'i', b'n', 3, 1, 6];
    bytes.extend([255, 12 + profile.len() as u8, 107, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([profile.len() as u8]);
    bytes.extend(profile);
    let mut room = vec![0; 2 * bytes.len()];
    let params = ParseParams::default();
    let elems = Elems::parse_link(&bytes, params, 3, &mut room).unwrap();
    assert_eq!(elems.get::<Ssid>().unwrap().unwrap().ssid, b"link");
    assert!(elems.get::<DsParams>().is_none());

    let mut room = vec![0; 2 * bytes.len()];
    let elems = Elems::parse_link(&bytes, params, 4, &mut room).unwrap();
    assert_eq!(elems.get::<Ssid>().unwrap().unwrap().ssid, b"main");
    assert!(elems.get::<DsParams>().is_some());
}
