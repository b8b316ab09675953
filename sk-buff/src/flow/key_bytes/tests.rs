use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

/// Every field once, aliases and parts left out.
const FIELDS: [KeyField; 57] = [
    KeyField::INGRESS_IFINDEX,
    KeyField::L2_MISS,
    KeyField::FLAGS,
    KeyField::ADDR_TYPE,
    KeyField::ETH_TYPE,
    KeyField::IP_PROTO,
    KeyField::ETH_DST,
    KeyField::ETH_SRC,
    KeyField::VLAN_ID,
    KeyField::VLAN_PRIO,
    KeyField::VLAN_TPID,
    KeyField::VLAN_ETH_TYPE,
    KeyField::CVLAN_ID,
    KeyField::CVLAN_PRIO,
    KeyField::CVLAN_TPID,
    KeyField::CVLAN_ETH_TYPE,
    KeyField::NUM_OF_VLANS,
    KeyField::IPV6_SRC,
    KeyField::IPV6_DST,
    KeyField::PORT_SRC,
    KeyField::PORT_DST,
    KeyField::IP_TOS,
    KeyField::IP_TTL,
    KeyField::TCP_FLAGS,
    KeyField::ICMP_TYPE,
    KeyField::ICMP_CODE,
    KeyField::ICMP_ID,
    KeyField::ARP_SIP,
    KeyField::ARP_TIP,
    KeyField::ARP_OP,
    KeyField::ARP_SHA,
    KeyField::ARP_THA,
    KeyField::MPLS_USED,
    KeyField::MPLS_LSES,
    KeyField::PPPOE_SID,
    KeyField::PPP_PROTO,
    KeyField::PPPOE_TYPE,
    KeyField::L2TPV3_SID,
    KeyField::SPI,
    KeyField::CFM_MDL_VER,
    KeyField::CFM_OPCODE,
    KeyField::FLOW_LABEL,
    KeyField::GRE_KEY,
    KeyField::MPLS_ENTROPY,
    KeyField::HASH,
    KeyField::ENC_ADDR_TYPE,
    KeyField::ENC_FLAGS,
    KeyField::ENC_IPV6_SRC,
    KeyField::ENC_IPV6_DST,
    KeyField::ENC_KEY_ID,
    KeyField::ENC_UDP_SRC_PORT,
    KeyField::ENC_UDP_DST_PORT,
    KeyField::ENC_IP_TOS,
    KeyField::ENC_IP_TTL,
    KeyField::ENC_OPTS_TYPE,
    KeyField::ENC_OPTS_LEN,
    KeyField::ENC_OPTS,
];

/// No byte belongs to two keys, and none but the padding to no key.
#[test]
fn every_field_has_a_place_of_its_own() {
    let mut owners = vec![0; KeyBytes::LEN];
    for field in FIELDS {
        assert_eq!(KeyBytes::NONE.get(field), vec![0; field.len()]);
        owners[field.start()..field.end()].iter_mut().for_each(|owners| *owners += 1);
    }
    let used: usize = FIELDS.iter().map(|field| field.len()).sum();
    assert!(owners[..used].iter().all(|owners| *owners == 1));
    assert!(owners[used..].iter().all(|owners| *owners == 0) && KeyBytes::LEN - used < 8);
    assert_eq!(KeyField::mpls_lse(6).map(|lse| lse.end()), Some(KeyField::MPLS_LSES.end()));
    assert_eq!(KeyField::mpls_lse(7), None);
}

#[test]
fn a_value_has_the_length_of_its_field() {
    let mut keys = KeyBytes::NONE;
    assert_eq!(keys.set(KeyField::ETH_TYPE, &[8]), Err(WrongLength { wanted: 2, given: 1 }));
    assert_eq!(keys.set(KeyField::IPV4_SRC, &[1; 16]).unwrap_err().wanted, 4);
    assert_eq!(keys, KeyBytes::NONE);
    assert_eq!(keys.set(KeyField::IPV4_SRC, &[1, 2, 3, 4]), Ok(()));
    assert_eq!(keys.get(KeyField::IPV6_SRC), [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn a_mask_looks_at_no_more_words_than_it_has() {
    let mut scratch = KeyBytes([0xff; KeyBytes::LEN]);
    assert!(KeyMask::new(KeyBytes::NONE).apply(&KeyBytes::NONE, &mut scratch).is_empty());
    for at in 0..KeyBytes::LEN {
        let mut bits = KeyBytes::NONE;
        bits.0[at] = 1;
        let masked = KeyMask::new(bits).apply(&KeyBytes([3; KeyBytes::LEN]), &mut scratch).to_vec();
        assert_eq!((masked.len(), masked.iter().sum::<u8>()), (8, 1), "{at}");
    }
    // The ports lie in one word or two.
    let mut bits = KeyBytes::NONE;
    bits.set(KeyField::PORT_DST, &[0xff, 0xf0]).unwrap();
    let mut keys = KeyBytes([0xab; KeyBytes::LEN]);
    keys.set(KeyField::PORT_DST, &[0x12, 0x34]).unwrap();
    let masked = KeyMask::new(bits).apply(&keys, &mut scratch).to_vec();
    assert!(masked.len() <= 16);
    let sum: u32 = masked.iter().map(|byte| u32::from(*byte)).sum();
    assert_eq!(sum, 0x12 + 0x30);
}

/// Bytes with few bits set, so that masks often agree.
fn sparse() -> impl Strategy<Value = KeyBytes> {
    prop::collection::vec((0..KeyBytes::LEN, any::<u8>()), 0..4).prop_map(|set| {
        let mut keys = KeyBytes::NONE;
        set.iter().for_each(|(at, byte)| keys.0[*at] = *byte);
        keys
    })
}

proptest! {
    /// Byte by byte, as a table of filters would be searched without any of this.
    #[test]
    fn masks_do_what_masks_do(a in sparse(), mut b in sparse(), bits in sparse(), same: bool, other in sparse()) {
        if same {
            // Differs from a only where the mask doesn't look.
            b = KeyBytes(core::array::from_fn(|i| (a.0[i] & bits.0[i]) | (b.0[i] & !bits.0[i])));
        }
        let naive = |keys: &KeyBytes| -> Vec<u8> {
            keys.0.iter().zip(&bits.0).map(|(key, bits)| key & bits).collect()
        };
        let equal = naive(&a) == naive(&b);
        let mask = KeyMask::new(bits.clone());
        let (mut x, mut y) = (KeyBytes([0x55; KeyBytes::LEN]), KeyBytes::NONE);
        let (x, y) = (mask.apply(&a, &mut x), mask.apply(&b, &mut y));
        prop_assert_eq!(x == y, equal);
        prop_assert_eq!(x.len(), y.len());
        prop_assert_eq!(mask.matches(&a, &b), equal);
        let within = (0..KeyBytes::LEN).all(|i| bits.0[i] | other.0[i] == other.0[i]);
        prop_assert_eq!(mask.fits(&KeyMask::new(other)), within);
        prop_assert!(mask.fits(&mask));
    }
}
