//! Explicit congestion notification (RFC 3168): the two bits of the IP header in which a queue that
//! is too long says so, instead of dropping.
//!
//! ```
//! use softnet_sk_buff::ecn::{Ecn, ds_field, set_ce};
//! use softnet_sk_buff::{EtherType, checksum::ip_fast_csum};
//!
//! let mut header = [
//!     0x45, 0x02, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, // ECT(0) in the second byte
//!     0xb8, 0x5f, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
//! ];
//! assert!(set_ce(EtherType::IPV4, &mut header));
//! assert_eq!(ds_field(EtherType::IPV4, &header).map(Ecn::of_ds_field), Some(Ecn::Ce));
//! assert_eq!(ip_fast_csum(&header), 0);
//! ```

use crate::EtherType;
use crate::checksum::{Sum, csum_replace2};

/// The ECN field (RFC 3168, section 5; `INET_ECN_*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ecn {
    /// The sender does not know ECN: congestion has to drop.
    NotEct = 0,
    /// ECN-capable, code point 1; of L4S senders (RFC 9331).
    Ect1 = 1,
    /// ECN-capable, code point 0: the usual one.
    Ect0 = 2,
    /// Congestion experienced.
    Ce = 3,
}

impl Ecn {
    /// The lower two bits of an IPv4 TOS byte or an IPv6 traffic class.
    #[must_use]
    pub const fn of_ds_field(ds_field: u8) -> Self {
        match ds_field & 3 {
            0 => Self::NotEct,
            1 => Self::Ect1,
            2 => Self::Ect0,
            _ => Self::Ce,
        }
    }
}

const CE: u8 = Ecn::Ce as u8;
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;

/// The TOS byte or traffic class: six bits of DSCP, two of ECN (`ipv4_get_dsfield`,
/// `ipv6_get_dsfield`). `None` if `protocol` is not IP or `network`, which starts at the network
/// header, is shorter than one.
#[must_use]
pub fn ds_field(protocol: EtherType, network: &[u8]) -> Option<u8> {
    match protocol {
        EtherType::IPV4 => network.first_chunk::<IPV4_HEADER>().map(|header| header[1]),
        EtherType::IPV6 => {
            network.first_chunk::<IPV6_HEADER>().map(|header| (header[0] << 4) | (header[1] >> 4))
        }
        _ => None,
    }
}

/// Marks a packet "congestion experienced" (`INET_ECN_set_ce`). `network` starts at the network
/// header.
///
/// `true`: the packet carries the mark now, or did already. `false`: it cannot be marked and is
/// unchanged, because its sender does not know ECN, it is not IP, or it is too short; a queue drops
/// it instead.
///
/// A transport checksum does not cover the field. The sum of the whole packet
/// (`CHECKSUM_COMPLETE`) does: over IPv4 it stays right, since field and header checksum change
/// against each other; for IPv6 see [`set_ce_complete`].
#[must_use = "a packet that could not be marked is to be dropped"]
pub fn set_ce(protocol: EtherType, network: &mut [u8]) -> bool {
    match protocol {
        EtherType::IPV4 => set_ce_v4(network),
        EtherType::IPV6 => set_ce_v6(network),
        _ => false,
    }
}

/// [`set_ce`] for a packet whose whole sum is known, which is kept right (`IP6_ECN_set_ce`).
#[must_use = "a packet that could not be marked is to be dropped"]
pub fn set_ce_complete(protocol: EtherType, network: &mut [u8], complete: &mut Sum) -> bool {
    let word = |network: &[u8]| match network {
        [a, b, ..] if protocol == EtherType::IPV6 => Sum::from_u16(u16::from_be_bytes([*a, *b])),
        _ => Sum::ZERO,
    };
    let from = word(network);
    let marked = set_ce(protocol, network);
    let to = word(network);
    if from != to {
        *complete = *complete - from + to;
    }
    marked
}

/// [`set_ce`] on an IPv4 header; its checksum follows the change (`IP_ECN_set_ce`).
#[must_use = "a packet that could not be marked is to be dropped"]
pub fn set_ce_v4(network: &mut [u8]) -> bool {
    let Some(header) = network.first_chunk_mut::<IPV4_HEADER>() else {
        return false;
    };
    match Ecn::of_ds_field(header[1]) {
        Ecn::NotEct => false,
        Ecn::Ce => true,
        Ecn::Ect0 | Ecn::Ect1 => {
            let from = u16::from_be_bytes([header[0], header[1]]);
            header[1] |= CE;
            let to = u16::from_be_bytes([header[0], header[1]]);
            let check = csum_replace2(u16::from_be_bytes([header[10], header[11]]), from, to);
            [header[10], header[11]] = check.to_be_bytes();
            true
        }
    }
}

/// [`set_ce`] on an IPv6 header, which has no checksum of its own.
#[must_use = "a packet that could not be marked is to be dropped"]
pub fn set_ce_v6(network: &mut [u8]) -> bool {
    let Some(header) = network.first_chunk_mut::<IPV6_HEADER>() else {
        return false;
    };
    // The traffic class lies across two bytes; its ECN bits are bits 5 and 4 of the second.
    match Ecn::of_ds_field(header[1] >> 4) {
        Ecn::NotEct => false,
        Ecn::Ce => true,
        Ecn::Ect0 | Ecn::Ect1 => {
            header[1] |= CE << 4;
            true
        }
    }
}

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::checksum::ip_fast_csum;

    #[test]
    fn only_ip_headers_in_full_length_are_marked() {
        let bytes = [0x45, 0x02].into_iter().cycle().take(64).collect::<Vec<u8>>();
        for (protocol, need) in [(EtherType::IPV4, 20), (EtherType::IPV6, 40)] {
            // Version 6 with this pattern: traffic class 0x50, so ECN is put in by hand.
            let mut short = bytes[..need - 1].to_vec();
            short[1] = 0x22;
            assert!(!set_ce(protocol, &mut short));
            assert_eq!(short[1], 0x22);
            short.push(0);
            assert!(set_ce(protocol, &mut short));
        }
        let mut arp = bytes.clone();
        assert!(!set_ce(EtherType::ARP, &mut arp));
        assert_eq!(arp, bytes);
        assert_eq!(ds_field(EtherType::ARP, &arp), None);
    }

    #[test]
    fn ipv6_traffic_class_is_the_second_and_third_nibble() {
        let mut header = [0xff; 40];
        [header[0], header[1]] = [0x6a, 0x5c];
        assert_eq!(ds_field(EtherType::IPV6, &header), Some(0xa5));
        assert!(set_ce_v6(&mut header));
        assert_eq!([header[0], header[1]], [0x6a, 0x7c]);
    }

    proptest! {
        #[test]
        fn ipv4_changes_two_bits_and_the_checksum(mut header: [u8; 20], tail: [u8; 7]) {
            header[0] = 0x45;
            [header[10], header[11]] = [0, 0];
            [header[10], header[11]] = ip_fast_csum(&header).to_be_bytes();
            let before = [&header[..], &tail].concat();
            let mut after = before.clone();
            let marked = set_ce(EtherType::IPV4, &mut after);

            // RFC 3168's table, by hand.
            let want = match before[1] & 3 { 0b00 => None, _ => Some(before[1] | 0b11) };
            prop_assert_eq!(marked, want.is_some());
            prop_assert_eq!(after[1], want.unwrap_or(before[1]));
            // The bits a new computation gives, not only a sum that is zero modulo 0xffff.
            let check = [after[10], after[11]];
            let mut zeroed = after.clone();
            zeroed[10..12].fill(0);
            prop_assert_eq!(check, ip_fast_csum(&zeroed[..20]).to_be_bytes());
            prop_assert_eq!(&after[2..10], &before[2..10]);
            prop_assert_eq!(&after[12..], &before[12..]);
        }

        #[test]
        fn the_sum_of_the_packet_follows(bytes in prop::collection::vec(1_u8.., 0..80), v6: bool) {
            let protocol = if v6 { EtherType::IPV6 } else { EtherType::IPV4 };
            let mut packet = bytes.clone();
            let mut sum = Sum::of(&bytes);
            let marked = set_ce_complete(protocol, &mut packet, &mut sum);
            prop_assert_eq!(sum.to_u16() % 0xffff, Sum::of(&packet).to_u16() % 0xffff);
            let mut plain = bytes.clone();
            prop_assert_eq!(set_ce(protocol, &mut plain), marked);
            prop_assert_eq!(&plain, &packet);
            if v6 {
                prop_assert_eq!(marked, bytes.len() >= 40 && bytes[1] & 0x30 != 0);
                prop_assert!(packet.iter().zip(&bytes).skip(2).all(|(a, b)| a == b));
            }
        }
    }
}
