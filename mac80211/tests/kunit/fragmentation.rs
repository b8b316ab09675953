//! net/wireless/tests/fragmentation.c: `cfg80211_defragment_element`.

use softnet_mac80211::element::{Element, Elements, Id, defragment, defragmented_len};

const FRAGMENT: u8 = 242;

/// Bytes of 0 but for these.
fn input(len: usize, set: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = vec![0; len];
    for &(at, value) in set {
        bytes[at] = value;
    }
    bytes
}

/// The first element put together with its fragments.
fn defragmented<'b>(bytes: &[u8], data: &'b mut [u8]) -> &'b [u8] {
    let Some((first, following)) = Element::split_first(bytes) else { return &[] };
    assert_eq!(first.id(), Id::EHT_MULTI_LINK);
    let len = defragmented_len(first, following, FRAGMENT);
    assert!(defragment(first, following, FRAGMENT, &mut data[..len - 1]).is_err());
    defragment(first, following, FRAGMENT, data).map_or(&[], |whole| whole)
}

/// A multi-link element of `len` bytes, then the rest.
fn multi_link(total: usize, len: u8, then: &[(usize, u8)]) -> Vec<u8> {
    let head = [(0, 255), (1, len), (2, 107), (27, 27), (123, 123)];
    input(total, &[&head, then].concat())
}

#[test]
fn defragment_0() {
    // 254 bytes are no fragmented element, whatever follows.
    let bytes = multi_link(265, 254, &[(256, FRAGMENT), (257, 7)]);
    let mut data = vec![0; bytes.len()];
    let data = defragmented(&bytes, &mut data);
    assert_eq!(data.len(), 253);
    assert_eq!(data, &bytes[3..][..253]);
}

#[test]
fn defragment_1() {
    let then = [(257, FRAGMENT), (258, 7), (259, 0xaa), (266, FRAGMENT), (267, 1)];
    let bytes = multi_link(269, 255, &then);
    assert_eq!(Elements::new(&bytes).count(), 3);
    let mut data = vec![0; bytes.len()];
    let data = defragmented(&bytes, &mut data);
    // A short fragment is the last: the one behind it is not used.
    assert_eq!(data.len(), 254 + 7);
    assert_eq!(data[..254], bytes[3..257]);
    assert_eq!(data[254..], bytes[259..][..7]);
}

#[test]
fn defragment_2() {
    let then = [
        (257, FRAGMENT),
        (258, 255),
        (277, 0xaa),
        (514, FRAGMENT),
        (515, 1),
        (516, 0xcc),
        (517, FRAGMENT),
        (518, 1),
    ];
    let bytes = multi_link(520, 255, &then);
    assert_eq!(Elements::new(&bytes).count(), 4);
    let mut data = vec![0; bytes.len()];
    let data = defragmented(&bytes, &mut data);
    assert_eq!(data.len(), 254 + 255 + 1);
    assert_eq!(data[..254], bytes[3..257]);
    assert_eq!(data[254..509], bytes[259..514]);
    assert_eq!(data[509..], [0xcc]);
}

#[test]
fn defragment_at_end() {
    let bytes = multi_link(266, 255, &[(257, FRAGMENT), (258, 7)]);
    let mut data = vec![0; bytes.len()];
    let data = defragmented(&bytes, &mut data);
    assert_eq!(data.len(), 254 + 7);
    assert_eq!(data[..254], bytes[3..257]);
    assert_eq!(data[254..], bytes[259..266]);
}
