//! Radiotap headers: public cases, captures, a naive walk.
#![allow(clippy::unwrap_used, reason = "a test that has nothing to read has failed")]

extern crate alloc;

#[path = "../captures/mod.rs"]
mod captures;
mod injection;
mod layout;
mod linux;
mod model;
#[path = "../tshark/mod.rs"]
mod oracle;
mod tshark;
mod typed;

use std::fs;

use captures::{Captured, RADIOTAP};
use softnet_mac80211::Malformed;
use softnet_mac80211::radiotap::{self, *};

/// A reading as radiotap-library's `check` prints it, of the fields that it knows.
fn as_check_prints(bytes: &[u8], dialect: Dialect) -> String {
    let (header, _) = Radiotap::parse_as(bytes, dialect).unwrap();
    let mut text = String::new();
    for item in header.items() {
        let line = match item {
            Ok(Item::Field(Field::Tsft(tsft))) => format!("\tTSFT: {tsft}\n"),
            Ok(Item::Field(Field::Flags(flags))) => format!("\tflags: {:02x}\n", flags.bits()),
            Ok(Item::Field(Field::Rate(rate))) => format!("\trate: {:.6}\n", f64::from(rate) / 2.0),
            Ok(Item::Field(Field::RxFlags(flags))) => format!("\tRX flags: {:04x}\n", flags.bits()),
            Ok(Item::Field(Field::Fcs(fcs))) => format!("\tFCS in header: {fcs:08x}\n"),
            Ok(Item::Vendor(vendor)) => {
                let hex = |bytes: &[u8], between| {
                    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    hex.join(between)
                };
                let (oui, data) = (hex(&vendor.oui, ":"), hex(vendor.data, "/"));
                // It has one field, number 0.
                format!("\t{oui}-{:02x}|0: {data}\n", vendor.sub_namespace)
            }
            Ok(_) => String::new(),
            Err(_) => "malformed radiotap data\n".to_owned(),
        };
        text.push_str(&line);
    }
    text
}

#[test]
fn cases_of_radiotap_library() {
    let Some(folder) = captures::find("public/radiotap") else { return };
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "bin") {
            continue;
        }
        let args = fs::read_to_string(path.with_extension("args")).unwrap_or_default();
        let fcs = args.contains("--fcshdr");
        let dialect = if fcs { Dialect::FcsInHeader } else { Dialect::Standard };
        let want = fs::read_to_string(path.with_extension("out")).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(as_check_prints(&bytes, dialect), want, "{}", path.display());
        let header = Radiotap::parse_as(&bytes, dialect).unwrap().0;
        if header.items().all(|item| item.is_ok()) {
            assert_eq!(rewritten(&header).unwrap(), bytes, "{}", path.display());
        }
        seen += 1;
    }
    assert_eq!(seen, 5);
}

/// What the writer makes of all that was read; `None` if something could not be.
fn rewritten(header: &Radiotap<'_>) -> Option<Vec<u8>> {
    let items = header.items().collect::<Result<Vec<_>, _>>().ok()?;
    assert_eq!(radiotap::encoded_len(items.iter().copied()), Ok(header.as_bytes().len()));
    Some(radiotap::to_vec(items).unwrap())
}

/// One of tcpdump's has version 48, which Linux takes for no radiotap.
fn is_radiotap(packet: &Captured) -> bool {
    packet.link_type == RADIOTAP && packet.bytes[0] == 0
}

/// Everything with radiotap in it, of these folders.
fn packets() -> impl Iterator<Item = (String, Captured)> {
    let folders = ["wifi", "public/fragattacks", "public/tcpdump", "public/aircrack"];
    folders.into_iter().flat_map(captures::folder).flat_map(|(file, packets)| {
        let packets = packets.into_iter().filter(is_radiotap);
        packets.map(move |packet| (format!("{file} {}", packet.number), packet))
    })
}

#[test]
fn every_header_of_the_captures_is_written_as_it_was() {
    let (mut seen, mut fields) = (0, 0);
    for (name, packet) in packets() {
        let (header, _) = Radiotap::parse(&packet.bytes).unwrap();
        assert_eq!(rewritten(&header).expect(&name), header.as_bytes(), "{name}");
        fields += header.fields().count();
        seen += 1;
    }
    println!("{seen} headers with {fields} fields");
}

#[test]
fn frames_of_the_captures_are_those_of_the_naive_walk() {
    for (name, packet) in packets() {
        let parsed = Packet::parse(&packet.bytes).unwrap();
        assert_eq!(Some(parsed.frame), packet.frame(), "{name}");
    }
}

/// nzyme#1498: headers of ath9k_htc. With one antenna 12 bytes stand before the fields, and the TSFT
/// wants four bytes of padding; with two antennas it wants none.
#[test]
fn nzyme_1498_a_tsft_behind_more_present_words_is_aligned_from_the_headers_start() {
    let one = *b"\0\0\x24\0\x2f\x40\0\xa0\x20\x08\0\0\0\0\0\0\x11\x22\x33\x44\x55\x66\x77\x88\
        \x10\x02\x9e\x09\xa0\0\xe3\0\0\0\xe2\0";
    let two =
        *b"\0\0\x26\0\x2f\x40\0\xa0\x20\x08\0\xa0\x20\x08\0\0\x11\x22\x33\x44\x55\x66\x77\x88\
        \x10\x02\x9e\x09\xa0\0\xe3\0\0\0\xe2\0\xe1\x01";
    let flags = ChannelFlags::CCK | ChannelFlags::BAND_2GHZ;
    let want = [
        Field::Tsft(0x8877_6655_4433_2211),
        Field::Flags(Flags::FCS),
        Field::Rate(2),
        Field::Channel(Channel { freq: 2462, flags }),
        Field::DbmAntsignal(-29),
        Field::RxFlags(RxFlags::empty()),
        Field::DbmAntsignal(-30),
        Field::Antenna(0),
        Field::DbmAntsignal(-31),
        Field::Antenna(1),
    ];
    for (bytes, want) in [(&one[..], &want[..8]), (&two[..], &want[..])] {
        // Wherever the header is in memory.
        for shift in 0..8 {
            let buffer = [vec![0xff; shift], bytes.to_vec()].concat();
            let (header, rest) = Radiotap::parse(&buffer[shift..]).unwrap();
            assert_eq!(header.fields().collect::<Vec<_>>(), want);
            assert!(rest.is_empty());
        }
        let fields = want.iter().copied().map(Item::Field);
        assert_eq!(radiotap::to_vec(fields.collect::<Vec<_>>()).unwrap(), bytes);
    }
}

#[test]
fn what_is_wrong_has_a_name() {
    const CUT: Malformed = Malformed::Truncated("radiotap");
    const BAD: Malformed = Malformed::Invalid("radiotap");
    let parse = |bytes: &[u8]| Radiotap::parse(bytes).map(|_| ());
    assert_eq!(parse(b"\0\0\x08\0\0\0\0"), Err(CUT));
    assert_eq!(parse(b"\x01\0\x08\0\0\0\0\0"), Err(BAD));
    assert_eq!(parse(b"\0\0\x07\0\0\0\0\0"), Err(BAD));
    assert_eq!(parse(b"\0\0\x09\0\0\0\0\0"), Err(CUT));
    // Another present word beyond the header's end, although the packet goes on.
    assert_eq!(parse(b"\0\0\x08\0\0\0\0\x80\0\0\0\0"), Err(CUT));
    let items =
        |bytes: &[u8]| Radiotap::parse(bytes).unwrap().0.items().last().unwrap().map(|_| ());
    assert_eq!(items(b"\0\0\x0f\0\x01\0\0\0\0\0\0\0\0\0\0"), Err(CUT));
    // Bits after that of the items without end.
    assert_eq!(items(b"\0\0\x08\0\0\0\0\x30"), Err(BAD));
    // An item whose padding is missing.
    assert_eq!(items(b"\0\0\x0d\0\0\0\0\x10\x1c\0\x01\0\0"), Err(CUT));
}

#[test]
fn an_unknown_bit_ends_the_reading_and_nothing_is_lost() {
    let bytes = *b"\0\0\x13\0\x04\0\0\x80\x02\0\0\x80\0\0\0\x20\x6c\x77\x88";
    let (header, _) = Radiotap::parse(&bytes).unwrap();
    let items: Vec<_> = header.items().map(Result::unwrap).collect();
    let unknown = Unknown { bits: 0x8000_0002, words: &bytes[12..16], data: &[0x77, 0x88] };
    let want = [Item::Field(Field::Rate(0x6c)), Item::More, Item::Unknown(unknown)];
    assert_eq!(items, want);
    assert_eq!(radiotap::to_vec(items).unwrap(), bytes);
}
