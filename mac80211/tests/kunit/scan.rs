//! net/wireless/tests/scan.c, as far as it is about elements: `cfg80211_gen_new_ie`.

use softnet_mac80211::element::{Bounded, Id, gen_new_ie};

const RNR: Id = Id::REDUCED_NEIGHBOR_REPORT;
const FRAGMENT: Id = Id::FRAGMENT;
const SSID: Id = Id::SSID;

/// Elements of these lengths, an extension's byte counted, all zeros.
fn elements(list: &[(Id, u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(id, len) in list {
        bytes.extend([id.id(), len]);
        let mut data = vec![0; usize::from(len)];
        if let (Some(extension), Some(first)) = (id.extension(), data.first_mut()) {
            *first = extension;
        }
        bytes.extend(data);
    }
    bytes
}

fn check(parent: &[u8], child: &[u8], result: &[u8]) {
    let mut out = Vec::new();
    gen_new_ie(parent, child, &mut out).unwrap();
    assert_eq!(out, result);
    let mut room = vec![0; result.len()];
    let mut exactly = Bounded::new(&mut room);
    gen_new_ie(parent, child, &mut exactly).unwrap();
    assert_eq!(exactly.written(), result);
    if let Some(less) = result.len().checked_sub(1) {
        assert!(gen_new_ie(parent, child, &mut Bounded::new(&mut room[..less])).is_err());
    }
}

macro_rules! gen_new_ie {
    ($($name:ident: $parent:expr, $child:expr => $result:expr;)+) => { $(
        #[test]
        fn $name() {
            check(&elements(&$parent), &elements(&$child), &elements(&$result));
        }
    )+ };
}

gen_new_ie! {
    ml_not_inherited:
        [(Id::EHT_MULTI_LINK, 255)], [(SSID, 2)] => [(SSID, 2)];
    fragments_are_ignored_if_previous_len_not_255:
        [(RNR, 254), (FRAGMENT, 125)], [(SSID, 2), (FRAGMENT, 125)] => [(RNR, 254), (SSID, 2)];
    fragments_inherited:
        [(RNR, 255), (FRAGMENT, 125)], [(SSID, 2)] => [(RNR, 255), (FRAGMENT, 125), (SSID, 2)];
    // The kernel's case of this name has the numbers of the one before.
    fragments_copied:
        [(SSID, 2)], [(RNR, 255), (FRAGMENT, 125)] => [(SSID, 2), (RNR, 255), (FRAGMENT, 125)];
    multiple_elements_inherit:
        [(RNR, 255), (FRAGMENT, 125), (RNR, 123)], [(SSID, 2)]
        => [(RNR, 255), (FRAGMENT, 125), (RNR, 123), (SSID, 2)];
    one_child_element_overrides:
        [(RNR, 255), (FRAGMENT, 125), (RNR, 123)], [(RNR, 127), (SSID, 2)]
        => [(RNR, 127), (SSID, 2)];
    empty_elements_from_parent:
        [(Id::new(1), 0), (Id::ext(0x10), 1)], [] => [(Id::new(1), 0), (Id::ext(0x10), 1)];
    empty_elements_from_child:
        [], [(Id::new(1), 0), (Id::ext(0x10), 1)] => [(Id::new(1), 0), (Id::ext(0x10), 1)];
    invalid_extended_elements_ignored:
        [(Id::ext(0), 0)], [(Id::ext(0), 0)] => [];
    multiple_extended_elements:
        [
            (Id::HE_CAPABILITY, 3),
            (Id::ASSOC_DELAY_INFO, 5),
            (Id::HE_OPERATION, 7),
            (Id::FILS_REQ_PARAMS, 11),
        ],
        [
            (SSID, 13),
            (Id::HE_CAPABILITY, 17),
            (Id::FILS_KEY_CONFIRM, 11),
            (Id::HE_OPERATION, 19),
        ]
        => [
            (Id::HE_CAPABILITY, 17),
            (Id::ASSOC_DELAY_INFO, 5),
            (Id::HE_OPERATION, 19),
            (Id::FILS_REQ_PARAMS, 11),
            (SSID, 13),
            (Id::FILS_KEY_CONFIRM, 11),
        ];
}

#[test]
fn non_inherit_element() {
    let parent = elements(&[
        (Id::new(1), 7),
        (Id::new(2), 11),
        (Id::new(3), 13),
        (Id::ext(0x10), 17),
        (Id::ext(0x11), 19),
        (Id::ext(0x12), 23),
        (Id::ext(0x14), 29),
    ]);
    let mut child = vec![255, 10, 56, 3, 1, 2, 3, 4, 0x10, 0x11, 0x13, 0x14];
    child.extend(elements(&[(SSID, 2)]));
    check(&parent, &child, &elements(&[(Id::ext(0x12), 23), (SSID, 2)]));
}

#[test]
fn gen_new_ie_malformed() {
    let mut malformed = elements(&[(SSID, 3), (RNR, 10)]);
    malformed.pop();
    check(&malformed, &[], &malformed[..5]);
    check(&[], &malformed, &malformed[..5]);
}
