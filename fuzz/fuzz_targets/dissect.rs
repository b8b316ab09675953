//! The flow dissector on any bytes: never past the end, the same whatever follows the packet, and
//! symmetric where it says so; ECN marks that leave a valid header checksum valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_sk_buff::checksum::ip_fast_csum;
use softnet_sk_buff::{EtherType, FlowKeys, FlowSeed, ecn};

fuzz_target!(|data: &[u8]| {
    let keys = FlowKeys::dissect_frame(data);
    let hash = keys.hash(&FlowSeed::new(1, 2));
    assert_ne!(hash, 0, "zero means that there is no hash");
    assert_eq!(hash, FlowKeys::dissect_frame(data).hash(&FlowSeed::new(1, 2)));

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
});
