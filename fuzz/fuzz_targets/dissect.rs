//! The flow dissector on any bytes: never past the end, the same for all who ask; and on frames
//! that are built from the bytes: everything that was built in is found. ECN marks that leave a valid
//! header checksum valid.
//!
//! The model of what is found is the one of `sk-buff/tests/dissect.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_sk_buff::checksum::ip_fast_csum;
use softnet_sk_buff::flow::{DissectFlags, Dissected, Headers, KeyBytes, KeyField, KeyMask};
use softnet_sk_buff::{EtherType, FlowKeys, FlowSeed, ecn};

#[path = "../../sk-buff/tests/frames/mod.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod frames;

fuzz_target!(|data: &[u8]| {
    any_frame(data);
    built_frame(data);
    ecn_marks(data);
});

fn any_frame(data: &[u8]) {
    let keys = FlowKeys::dissect_frame(data);
    let seed = FlowSeed::new(1, 2);
    let hash = keys.hash(&seed);
    assert_ne!(hash, 0, "zero means that there is no hash");
    assert_eq!(hash, FlowKeys::dissect_frame(data).hash(&seed));
    let _ = (keys.hash_hosts(&seed), keys.digest());

    for flags in 0..16 {
        let flags = DissectFlags::from_bits_truncate(flags);
        let all = Dissected::dissect(flags, Headers::frame(data));
        assert!(usize::from(all.control().thoff) <= data.len());
        if flags == DissectFlags::STOP_AT_FLOW_LABEL {
            assert_eq!(all.addrs(), keys.addrs);
            assert_eq!(all.ports().unwrap_or_default(), keys.ports);
            assert_eq!(all.flow_label().unwrap_or_default(), keys.flow_label);
            assert_eq!(all.gre_key().unwrap_or_default(), keys.gre_key);
            assert_eq!(all.vlan(), keys.vlan);
            assert_eq!(all.ip_proto(), keys.ip_proto);
        }
        // Any bytes are a mask as well.
        let mut bits = KeyBytes::NONE;
        if let Some(value) = data.first_chunk::<16>() {
            bits.set(KeyField::IPV6_DST, value).expect("the same length");
        }
        let mask = KeyMask::new(bits);
        assert!(mask.matches(all.keys(), all.keys()));
        let mut scratch = KeyBytes::NONE;
        assert!(mask.apply(all.keys(), &mut scratch).len() <= KeyBytes::LEN);
    }
}

/// Flags, where to cut the frame (or not at all), and nine bytes a header.
fn built_frame(data: &[u8]) {
    let Some(([flags, c0, c1], rest)) = data.split_first_chunk() else { return };
    let cut = if *c0 < 128 { usize::MAX } else { usize::from(*c0 & 3) << 8 | usize::from(*c1) };
    let draws: Vec<frames::Draw> = rest
        .as_chunks()
        .0
        .iter()
        .take(40)
        .map(|[kind, a0, a1, a2, a3, b0, b1, b2, b3]| frames::Draw {
            kind: *kind,
            a: u32::from_le_bytes([*a0, *a1, *a2, *a3]),
            b: u32::from_le_bytes([*b0, *b1, *b2, *b3]),
        })
        .collect();
    let flags = DissectFlags::from_bits_truncate(u32::from(*flags));
    frames::expect::check(&frames::build::headers(&draws), flags, cut);
}

fn ecn_marks(data: &[u8]) {
    let Some(network) = data.get(14..) else { return };
    for protocol in [EtherType::IPV4, EtherType::IPV6] {
        let mut bytes = network.to_vec();
        let valid = protocol == EtherType::IPV4
            && network.first() == Some(&0x45)
            && network.len() >= 20
            && ip_fast_csum(&network[..20]) == 0;
        let marked = ecn::set_ce(protocol, &mut bytes);
        assert_eq!(bytes.len(), network.len());
        if !marked {
            assert_eq!(bytes, network, "what is not marked is not touched");
        } else if valid {
            assert_eq!(ip_fast_csum(&bytes[..20]), 0, "the header checksum went stale");
        }
    }
}
