//! What a header asks of Linux when its frame is injected.

use softnet_mac80211::Malformed;
use softnet_mac80211::radiotap::{self, *};

fn asks(fields: &[Field]) -> TxInfo {
    let header = radiotap::to_vec(fields.iter().copied().map(Item::Field)).unwrap();
    let (info, frame) = TxInfo::parse(&header).unwrap();
    assert!(frame.is_empty());
    info
}

/// The header in Documentation/networking/mac80211-injection.rst: 54 Mbit/s, power, second antenna.
#[test]
fn example_of_linuxs_documentation() {
    let (info, frame) = TxInfo::parse(b"\0\0\x0b\0\x04\x0c\0\0\x6c\x0c\x01frame").unwrap();
    let rate = Some(TxRate::Legacy(108));
    assert_eq!(info, TxInfo { rate, antennas: 0b10, ..TxInfo::default() });
    assert_eq!(frame, b"frame");
}

#[test]
fn flags_ask_for_encryption_and_fragments_and_take_the_fcs_away() {
    let packet = [&b"\0\0\x09\0\x02\0\0\0\x1c"[..], b"frame", b"fcs!"].concat();
    let (info, frame) = TxInfo::parse(&packet).unwrap();
    assert_eq!(info, TxInfo { encrypt: true, fragment: true, ..TxInfo::default() });
    assert_eq!(frame, b"frame");
    let cut = Malformed::Truncated("frame check sequence");
    assert_eq!(TxInfo::parse(&packet[..12]), Err(cut));
}

#[test]
fn tx_flags_and_retries() {
    let flags = TxFlags::NOACK | TxFlags::NOSEQNO | TxFlags::ORDER | TxFlags::RTS;
    let info = asks(&[Field::TxFlags(flags), Field::RtsRetries(3), Field::DataRetries(7)]);
    let want = TxInfo { no_ack: true, no_seqno: true, dont_reorder: true, ..TxInfo::default() };
    assert_eq!(info, TxInfo { data_retries: 7, ..want });
}

#[test]
fn mcs_is_taken_as_far_as_it_is_known() {
    let flags = McsFlags::SGI | McsFlags::FEC_LDPC;
    let flags = flags.with_bandwidth(1).with_stbc(2);
    let known = McsKnown::all();
    let all = asks(&[Field::Mcs(Mcs { known, flags, mcs: 9 })]);
    let rate = Some(TxRate::Ht { mcs: 9, short_gi: true, width: 40 });
    assert_eq!(all, TxInfo { rate, ldpc: true, stbc: 2, ..TxInfo::default() });
    let index = asks(&[Field::Mcs(Mcs { known: McsKnown::HAVE_MCS, flags, mcs: 9 })]);
    let rate = Some(TxRate::Ht { mcs: 9, short_gi: false, width: 20 });
    assert_eq!(index, TxInfo { rate, ..TxInfo::default() });
    let known = McsKnown::all() - McsKnown::HAVE_MCS;
    assert_eq!(asks(&[Field::Mcs(Mcs { known, flags, mcs: 9 })]), TxInfo::default());
}

#[test]
fn vht_is_the_first_users_and_kept_within_its_limits() {
    let known = VhtKnown::GI | VhtKnown::BANDWIDTH;
    let vht = Vht { known, flags: VhtFlags::SGI, bandwidth: 11, ..Vht::default() };
    let rate = |vht| asks(&[Field::Vht(vht)]).rate;
    let of = |mcs, nss, short_gi, width| Some(TxRate::Vht { mcs, nss, short_gi, width });
    assert_eq!(rate(Vht { mcs_nss: [0x92, 0x11, 0, 0], ..vht }), of(9, 2, true, 160));
    assert_eq!(rate(Vht { mcs_nss: [0xc9, 0, 0, 0], ..vht }), of(0, 1, true, 160));
    assert_eq!(rate(Vht { known: VhtKnown::empty(), ..vht }), of(0, 1, false, 20));
    // Parts of a wider channel are not for injection.
    assert_eq!(rate(Vht { bandwidth: 5, ..vht }), of(0, 1, true, 20));
}

#[test]
fn antennas_add_up_and_are_forgotten_if_too_few() {
    let mcs = |mcs| Field::Mcs(Mcs { known: McsKnown::HAVE_MCS, mcs, ..Mcs::default() });
    let on = |mcs| asks(&[mcs, Field::Antenna(0), Field::Antenna(1), Field::Antenna(2)]).antennas;
    assert_eq!(on(Field::Rate(2)), 0b11);
    // Two streams, three streams, and the odd one out.
    assert_eq!((on(mcs(15)), on(mcs(16)), on(mcs(32))), (0b11, 0, 0b11));
}

/// Linux's table has no HE, so that it stops there, and what is behind doesn't count, nor what is wrong
/// with it.
#[test]
fn reading_ends_where_linux_knows_no_more() {
    let he = Field::He(He::default());
    assert_eq!(asks(&[Field::Rate(4), he, Field::Rate(2)]).rate, Some(TxRate::Legacy(4)));
    let xchannel = Field::XChannel(XChannel::default());
    assert_eq!(asks(&[Field::Rate(4), xchannel, Field::DataRetries(7)]).data_retries, 0);
    let promised = b"\0\0\x09\0\x04\0\x80\0\x04";
    assert!(Radiotap::parse(promised).unwrap().0.items().any(|item| item.is_err()));
    assert_eq!(TxInfo::parse(promised).unwrap().0.rate, Some(TxRate::Legacy(4)));
    // Where it knows the field, Linux drops the packet.
    assert!(TxInfo::parse(b"\0\0\x09\0\x04\0\x08\0\x04").is_err());
}
