//! Any bytes as an A-MSDU, against a naive reading of it; as an Ethernet frame; and subframes built.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::RxDrop;
use softnet_mac80211::frame::{
    Amsdu, AmsduBuilder, AmsduLength, EthernetHeader, MsduForm, Subframe, data_to_8023,
    is_valid_amsdu, strip_8023_mesh_hdr,
};
use softnet_sk_buff::MacAddr;

const LENGTHS: [AmsduLength; 3] =
    [AmsduLength::Standard, AmsduLength::WithoutMesh, AmsduLength::LittleEndianWithoutMesh];

fuzz_target!(|bytes: &[u8]| {
    let [how, offset, body @ ..] = bytes else { return };
    let length = LENGTHS[usize::from(*how) % 3];
    split(body, length, how & 0x80 != 0);
    build(body, length);
    ethernet(body, usize::from(*offset));
});

/// As the standard tells it: where each MSDU begins and ends; `None` if anything is wrong.
fn naive(body: &[u8], length: AmsduLength, mesh: bool) -> Option<Vec<(usize, usize)>> {
    let mesh_len = |at: usize| match body.get(at).map_or(0, |flags| flags & 3) {
        1 => 12,
        2 => 18,
        _ => 6,
    };
    let suspect = if mesh { mesh_len(0) } else { 0 };
    if body.len() >= suspect + 6 && body[suspect..suspect + 6] == [0xaa, 0xaa, 3, 0, 0, 0] {
        return None;
    }
    let (mut at, mut found) = (0, Vec::new());
    loop {
        if body.len() < at + 14 + usize::from(mesh) {
            return None;
        }
        let (first, second) = (usize::from(body[at + 12]), usize::from(body[at + 13]));
        let len = match length {
            AmsduLength::Standard => first * 256 + second,
            AmsduLength::WithoutMesh => first * 256 + second + mesh_len(at + 14),
            AmsduLength::LittleEndianWithoutMesh => second * 256 + first + mesh_len(at + 14),
        };
        let end = at + 14 + len;
        if end > body.len() {
            return None;
        }
        found.push((at + 14, end));
        at = at + (end - at).div_ceil(4) * 4;
        if at >= body.len() {
            return Some(found);
        }
    }
}

fn split(body: &[u8], length: AmsduLength, mesh: bool) {
    let length = if mesh { length } else { AmsduLength::Standard };
    let parsed = if mesh { Amsdu::parse_mesh(body, length) } else { Amsdu::parse(body) };
    match (parsed, naive(body, length, mesh)) {
        (Ok(amsdu), Some(expected)) => {
            let msdus = expected.iter().map(|&(from, to)| &body[from..to]);
            assert!(amsdu.subframes().map(|subframe| subframe.msdu).eq(msdus));
            for (subframe, (from, _)) in amsdu.subframes().zip(expected) {
                assert_eq!(subframe.da.octets(), body[from - 14..from - 8]);
                assert_eq!(subframe.sa.octets(), body[from - 8..from - 2]);
                let (_, payload) = subframe.to_8023();
                assert!(subframe.msdu.ends_with(payload));
            }
        }
        (Err(reason), None) => assert_eq!(reason, RxDrop::BadAmsdu),
        (parsed, expected) => panic!("{parsed:?}, not {expected:?}"),
    }
    let _ = AmsduLength::detect(body);
}

/// The bytes as MSDUs, each behind its length.
fn build(mut bytes: &[u8], length: AmsduLength) {
    let (mut out, mut taken) = (vec![1, 2, 3], Vec::new());
    let mut builder = AmsduBuilder::new(&mut out, length);
    while let [len, rest @ ..] = bytes {
        let (msdu, rest) = rest.split_at(rest.len().min(usize::from(*len)));
        bytes = rest;
        let subframe = Subframe { da: MacAddr([*len; 6]), sa: MacAddr::ZERO, msdu };
        if builder.push(&subframe).is_ok() {
            taken.push(subframe);
        }
    }
    assert_eq!(out[..3], [1, 2, 3]);
    let body = &out[3..];
    // The check asks for two bytes behind each header.
    if taken.iter().all(|subframe| subframe.msdu.len() >= 2) {
        assert!(is_valid_amsdu(body, length));
    }
    match Amsdu::parse_mesh(body, length) {
        Ok(amsdu) => assert!(amsdu.subframes().eq(taken)),
        Err(_) => {
            let attack = naive(body, length, true).is_none();
            assert!(attack, "{body:?}");
        }
    }
}

fn ethernet(frame: &[u8], offset: usize) {
    for form in [MsduForm::Msdu, MsduForm::Whole] {
        let mut copy = frame.to_vec();
        if let Ok(range) = data_to_8023(&mut copy, offset, form) {
            assert_eq!(range.end, frame.len());
            let (_, payload) = EthernetHeader::parse(&copy[range]).unwrap();
            assert!(frame.ends_with(payload));
        }
    }
    let mut copy = frame.to_vec();
    if let Ok(range) = strip_8023_mesh_hdr(&mut copy) {
        let (_, payload) = EthernetHeader::parse(&copy[range]).unwrap();
        assert!(frame.ends_with(payload));
    }
}
