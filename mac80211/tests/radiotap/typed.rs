//! Values that tshark 4.0 can't tell: by the masks of Linux's ieee80211_radiotap.h and of radiotap.org.

use softnet_mac80211::Malformed;
use softnet_mac80211::radiotap::{self, *};

/// Item data as its little-endian words.
fn words(data: &[u8]) -> Vec<u32> {
    data.as_chunks().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
}

#[test]
fn u_sig_of_an_eht_mu_frame() {
    let sig = USig::default().with_phy_version(0).with_bandwidth(4).with_uplink(1);
    let sig = sig.with_bss_color(0x2a).with_txop(0x55).with_validate_ok(1);
    assert_eq!(sig.0[0], 0x1f | 0x40 | 0x80 | 4 << 15 | 1 << 18 | 0x2a << 19 | 0x55 << 25);
    let sig = sig.with_ppdu_type(1).with_punctured(0x11).with_sig_mcs(3).with_sig_symbols(0x1f);
    assert_eq!(sig.0[1], 1 << 6 | 0x11 << 9 | 3 << 15 | 0x1f << 17);
    // Known are just these: 0xc0, 0x3e00, 0x18000, 0x3e0000.
    assert_eq!(sig.0[2], 0x003f_bec0);
    assert_eq!((sig.ppdu_type(), sig.sig_mcs(), sig.crc()), (Some(1), Some(3), None));
    // A value of which a bit isn't known isn't known.
    assert_eq!(sig.spatial_reuse2(), None);
    assert_eq!(words(&sig.to_bytes()), sig.0);
    assert_eq!(USig::from_data(&sig.to_bytes()), sig);
}

#[test]
fn eht_of_an_ofdma_frame() {
    let eht = Eht::default().with_spatial_reuse(9).with_gi(2).with_ltf_size(3).with_ltf_symbols(4);
    let eht = eht.with_ldpc_extra_symbol(1).with_pre_fec_padding(2).with_pe_disambiguity(1);
    assert_eq!(eht.0[0], 0x02 | 0x04 | 0x10 | 0x20 | 0x40 | 0x80);
    assert_eq!(eht.0[1], 9 << 3 | 2 << 7 | 3 << 9 | 4 << 11 | 1 << 14 | 2 << 15 | 1 << 17);
    let eht = Eht::default().with_ru_size(9).with_ru_index(0x5a).with_primary_80(3);
    assert_eq!((eht.0[0], eht.0[2]), (0x02c0_0000, 9 | 0x5a << 5 | 3 << 30));
    let eht = Eht::default().with_crc2(5).with_tail2(6).with_nss(7).with_users(2).with_users_crc(3);
    assert_eq!(eht.0[0], 0x8000 | 0x1_0000 | 0x2_0000 | 0x8_0000 | 0x10_0000);
    assert_eq!(eht.0[8], 5 | 6 << 4 | 7 << 12 | 2 << 17 | 3 << 20);
    let eht = Eht::default().with_ru_allocation_tb(0x1a5);
    assert_eq!((eht.0[0], eht.0[9]), (0x0100_0000, 0x1a5));
}

#[test]
fn eht_has_sixteen_resource_unit_allocations_in_six_words() {
    let eht = (0..16).fold(Eht::default(), |eht, n| eht.with_ru_allocation(n, 0x100 + n as u32));
    // IEEE80211_RADIOTAP_EHT_DATA1_RU_ALLOC_CC_1_1_1 and its known bit.
    assert_eq!(eht.0[2], 0x100 << 13 | 0x0040_0000);
    // DATA2: CC_2_1_1, CC_1_1_2, CC_2_1_2. DATA6: the last three.
    assert_eq!(eht.0[3], 0x301 | 0x302 << 10 | 0x303 << 20);
    assert_eq!(eht.0[7], 0x30d | 0x30e << 10 | 0x30f << 20);
    for n in 0..16 {
        assert_eq!(eht.ru_allocation(n), Some(0x100 + n as u32));
        assert_eq!(Eht::default().ru_allocation(n), None);
    }
    assert_eq!((eht.with_ru_allocation(16, 5), eht.ru_allocation(16)), (eht, None));
}

#[test]
fn an_eht_item_ends_with_its_users() {
    let user = EhtUser::default().with_sta_id(0x123).with_mcs(13).with_coding(1).with_nss(3);
    let user = user.with_beamformed(1).with_data_captured(1);
    assert_eq!(user.0[0], 0xb7 | 0x123 << 8 | 1 << 19 | 13 << 20 | 3 << 24 | 1 << 29);
    let other = EhtUser::default().with_spatial_config(0x2b);
    assert_eq!(other.0[0], 0x40 | 0x2b << 24);
    let eht = Eht::default().with_gi(1);
    let data = eht.to_vec(&[user, other]);
    assert_eq!(data.len(), 48);
    let TlvValue::Eht(read, users) = (Tlv { kind: 34, data: &data }).value() else {
        panic!("another value")
    };
    assert_eq!((read, users.collect::<Vec<_>>()), (eht, vec![user, other]));
}

/// "Parsers shall be able to parse TLV fields with partial data": what is left out is 0.
#[test]
fn items_may_leave_out_zeros_and_be_fields() {
    let s1g = Tlv { kind: Tlv::S1G, data: &[0x20, 0, 0] };
    let TlvValue::S1g(s1g) = s1g.value() else { panic!("another value") };
    assert_eq!(s1g, S1g::default().with_mcs(0));
    let channel = Tlv { kind: 3, data: &[0x6c, 0x09] };
    let TlvValue::Field(channel) = channel.value() else { panic!("another value") };
    let flags = ChannelFlags::empty();
    assert_eq!(channel, Field::Channel(Channel { freq: 2412, flags }));
    let vendor = Tlv { kind: 30, data: b"\x01\x02\x03\x04\x05\x06\0\0data" };
    let TlvValue::Vendor(vendor) = vendor.value() else { panic!("another value") };
    let want = VendorTlv { oui: [1, 2, 3], sub_namespace: 4, vendor_type: 0x605, data: b"data" };
    assert_eq!(vendor, want);
    assert!(matches!(Tlv { kind: 28, data: &[] }.value(), TlvValue::Padding));
    assert!(matches!(Tlv { kind: 31, data: &[1] }.value(), TlvValue::Unknown));
    assert!(matches!(Tlv { kind: 999, data: &[1] }.value(), TlvValue::Unknown));
}

#[test]
fn another_users_field_is_sig_bs_bits() {
    let user = HeMuOtherUser::default().with_position(3).with_sta_id(0x7ff).with_nsts(5);
    let user = user.with_txbf(1).with_mcs(11).with_dcm(1).with_coding(1);
    assert_eq!(user.0, [0x7ff | 5 << 11 | 1 << 14, 11 | 1 << 4 | 1 << 5, 0xef03]);
    assert_eq!(user.spatial_config(), None);
    let mcs = Mcs { known: McsKnown::HAVE_NESS | McsKnown::NESS_BIT1, ..Mcs::default() };
    assert_eq!((mcs.ness(), mcs.index()), (Some(2), None));
}

#[test]
fn fcs_and_padding_are_as_the_flags_say() {
    // A QoS data frame: 26 bytes of header, 2 of padding.
    let mut frame = vec![0x88, 0x01];
    frame.resize(26, 0x11);
    let with =
        |flags: u8, rest: &[u8]| [&[0, 0, 9, 0, 2, 0, 0, 0, flags], &frame[..], rest].concat();

    let plain = with(0, b"bodyFCS!");
    let packet = Packet::parse(&plain).unwrap();
    assert_eq!((packet.pieces(), packet.fcs), ((&frame[..], &b"bodyFCS!"[..]), None));

    let fcs = with(0x10, b"bodyFCS!");
    let packet = Packet::parse(&fcs).unwrap();
    assert_eq!((packet.pieces(), packet.fcs), ((&frame[..], &b"body"[..]), Some(*b"FCS!")));

    let padded = with(0x30, b"\xee\xeebodyFCS!");
    let packet = Packet::parse(&padded).unwrap();
    assert_eq!((packet.pieces(), packet.fcs), ((&frame[..], &b"body"[..]), Some(*b"FCS!")));

    // 24 bytes of header need no padding.
    let aligned = [&[0, 0, 9, 0, 2, 0, 0, 0, 0x20, 0x08, 0x01][..], &[0; 22], b"body"].concat();
    assert_eq!(Packet::parse(&aligned).unwrap().pieces().1, b"body");

    // Cut by the capture: some or all of the FCS, then some of the body.
    let cut = |kept: usize| Packet::parse_cut(&fcs[..kept], fcs.len()).unwrap();
    assert_eq!((cut(41).pieces().1, cut(41).fcs), (&b"body"[..], None));
    assert_eq!((cut(37).pieces().1, cut(37).fcs), (&b"bo"[..], None));
    assert_eq!(cut(20).pieces(), (&frame[..11], &b""[..]));

    let missing = Packet::parse(&[0, 0, 9, 0, 2, 0, 0, 0, 0x10, 1, 2, 3]);
    assert_eq!(missing, Err(Malformed::Truncated("frame check sequence")));
    // Flags are promised, and there is nothing.
    let promised = Packet::parse(&[0, 0, 8, 0, 2, 0, 0, 0]);
    assert_eq!(promised, Err(Malformed::Truncated("radiotap")));
}

#[test]
fn what_cannot_be_written_says_why() {
    let rate = Item::Field(Field::Rate(2));
    let tlv = Item::Tlv(Tlv { kind: 32, data: &[1] });
    assert_eq!(radiotap::to_vec([tlv, rate]), Err(Unwritable::Misplaced));
    assert_eq!(radiotap::to_vec([Item::VendorBits(1)]), Err(Unwritable::Misplaced));
    let unknown = |bits, words| Item::Unknown(Unknown { bits, words, data: &[] });
    assert_eq!(radiotap::to_vec([unknown(2, &[]), rate]), Err(Unwritable::Misplaced));
    assert_eq!(radiotap::to_vec([unknown(2, &[0; 4])]), Err(Unwritable::Misplaced));
    assert_eq!(radiotap::to_vec([unknown(1 << 31, &[0; 3])]), Err(Unwritable::Misplaced));
    assert_eq!(radiotap::to_vec([rate, unknown(1, &[])]), Err(Unwritable::Misplaced));
    assert_eq!(radiotap::write([rate], &mut [0; 8]), Err(Unwritable::NoRoom));
    assert_eq!(radiotap::write([rate], &mut [0; 9]), Ok(9));
    let long = vec![0; 65_521];
    let vendor =
        |len: usize| Item::Vendor(Vendor { oui: [0; 3], sub_namespace: 0, data: &long[..len] });
    assert_eq!(radiotap::encoded_len([vendor(65_521)]), Ok(65_535));
    assert_eq!(radiotap::encoded_len([vendor(65_521), rate]), Err(Unwritable::TooLong));
    let stray = vec![0; 70_000];
    assert_eq!(radiotap::encoded_len([Item::Stray(&stray)]), Err(Unwritable::TooLong));
}
