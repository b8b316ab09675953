//! Blocks byte by byte after the draft's figures, and what tshark makes of a whole capture.

use std::{env, fs, process};

use softnet_sk_buff::{EtherType, PoolConfig, SkPool};

use super::*;

/// What `write` writes behind the section header.
fn capture(write: impl FnOnce(&mut Writer<&mut dyn FnMut(&[u8]) -> Result<(), ()>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok(())
    };
    let mut writer = Writer::new(&mut sink as &mut dyn FnMut(&[u8]) -> Result<(), ()>, "").unwrap();
    write(&mut writer);
    file.split_off(28)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn a_section_begins_with_magic_and_names_its_writer() {
    let mut file = Vec::new();
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), ()>(())
    };
    Writer::new(sink, "softnet").unwrap();
    let mut want = words(&[0x0a0d_0d0a, 44, 0x1a2b_3c4d, 0x0000_0001, !0, !0]);
    // Option 4 of 7 bytes, one byte of padding, end of options.
    want.extend_from_slice(b"\x04\x00\x07\x00softnet\x00\x00\x00\x00\x00");
    want.extend(words(&[44]));
    assert_eq!(file, want);
}

#[test]
fn an_interface_has_name_address_resolution_and_origin() {
    let file = capture(|writer| {
        let address = Some(MacAddr([2, 3, 4, 5, 6, 7]));
        let eth0 = Interface { name: "eth0", address, snaplen: 96, epoch: -2, link_type: 127 };
        writer.interface(&eth0).unwrap();
    });
    let mut want = words(&[1, 64, 127, 96]);
    want.extend_from_slice(b"\x02\x00\x04\x00eth0");
    want.extend_from_slice(b"\x06\x00\x06\x00\x02\x03\x04\x05\x06\x07\x00\x00");
    want.extend_from_slice(b"\x09\x00\x01\x00\x09\x00\x00\x00");
    want.extend_from_slice(b"\x0e\x00\x08\x00\xfe\xff\xff\xff\xff\xff\xff\xff");
    want.extend(words(&[0, 64]));
    assert_eq!(file, want);
}

#[test]
fn a_packet_has_nanoseconds_direction_and_padding() {
    let file = capture(|writer| {
        let eth = writer.interface(&Interface::default()).unwrap();
        let data = [0xaa, 0xbb, 0xcc, 0xdd, 0xee];
        let packet = Packet::new(Instant::from_nanos(0x1_0000_0002), &data);
        writer.packet(eth, &Packet { direction: Direction::Outbound, ..packet }).unwrap();
    });
    let mut want = words(&[6, 52, 0, 1, 2, 5, 5]);
    want.extend_from_slice(b"\xaa\xbb\xcc\xdd\xee\x00\x00\x00");
    // Option 2, 4 bytes: outbound.
    want.extend_from_slice(b"\x02\x00\x04\x00\x02\x00\x00\x00\x00\x00\x00\x00");
    want.extend(words(&[52]));
    // The description of a nameless interface takes 32 bytes.
    assert_eq!(file.split_at(32).1, want);
}

#[test]
fn a_packet_without_options_has_no_end_of_options() {
    let file = capture(|writer| {
        let eth = writer.interface(&Interface::default()).unwrap();
        writer.packet(eth, &Packet::new(Instant::ZERO, &[1, 2, 3, 4])).unwrap();
    });
    assert_eq!(file.split_at(32).1, words(&[6, 36, 0, 0, 0, 4, 4, 0x0403_0201, 36]));
}

#[test]
fn a_tag_from_metadata_is_back_at_its_place() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, ..PoolConfig::default() }).unwrap();
    let mut skb = pool.alloc(0).unwrap();
    skb.put(16).unwrap().copy_from_slice(b"dddddd\0ssss\0\x08\x00pp");
    skb.meta_mut().vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: 0x2064 });
    skb.meta_mut().timestamp = Some(Instant::from_nanos(7));
    skb.meta_mut().pkt_type = PacketType::Broadcast;
    let file = capture(|writer| {
        let eth = writer.interface(&Interface::default()).unwrap();
        writer.packet(eth, &Packet::of(&skb)).unwrap();
        // Cut in the middle of the tag: 14 of 20 bytes.
        writer.packet(eth, &Packet { snaplen: 14, ..Packet::of(&skb) }).unwrap();
    });
    pool.consume(skb);
    let packets = file.split_at(32).1;
    let (whole, cut) = packets.split_at(64);
    assert_eq!(whole[16..28], words(&[7, 20, 20]));
    assert_eq!(whole[28..48], *b"dddddd\0ssss\0\x81\x00\x20\x64\x08\x00pp");
    // Inbound, broadcast.
    assert_eq!(whole[48..56], words(&[0x0004_0002, 0x0d]));
    assert_eq!(cut[20..28], words(&[14, 20]));
    assert_eq!(cut[28..44], *b"dddddd\0ssss\0\x81\x00\0\0");
}

#[test]
fn the_smaller_snaplen_rules_and_a_runt_keeps_its_tag_outside() {
    let file = capture(|writer| {
        let eth = writer.interface(&Interface { snaplen: 6, ..Interface::default() }).unwrap();
        let tag = Some(VlanTag { protocol: EtherType::VLAN, tci: 1 });
        writer
            .packet(eth, &Packet { vlan: tag, ..Packet::new(Instant::ZERO, b"short ru") })
            .unwrap();
    });
    let packet = file.split_at(32).1;
    assert_eq!(packet[20..28], words(&[6, 8]));
    assert_eq!(packet[28..36], *b"short \0\0");
}

#[test]
fn a_sinks_error_comes_back() {
    let mut left = 3;
    let sink = |_: &[u8]| {
        left -= 1;
        if left < 0 { Err("full") } else { Ok(()) }
    };
    assert_eq!(Writer::new(sink, "softnet").unwrap_err(), "full");
}

/// Whether tshark is there. Skips aloud, or fails where `SOFTNET_ORACLES` lists it.
fn have_tshark() -> bool {
    if process::Command::new("tshark").arg("--version").output().is_ok() {
        return true;
    }
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(!listed.split(',').any(|name| name.trim() == "tshark"), "tshark is mandatory");
    eprintln!("skipped: tshark is missing; to get it: apt-get install tshark");
    false
}

/// A UDP datagram of 4 bytes from 10.0.0.1:7 to 10.0.0.2:9, made by hand.
const FRAME: [u8; 46] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x08, 0x00, 0x45, 0, 0, 32, 0, 0, 0x40,
    0, 64, 17, 0x26, 0xcb, 10, 0, 0, 1, 10, 0, 0, 2, 0, 7, 0, 9, 0, 12, 0, 0, b'p', b'i', b'n',
    b'g',
];

#[test]
fn tshark_reads_it_without_complaint() {
    if !have_tshark() {
        return;
    }
    let path = env::temp_dir().join(format!("softnet-pcapng-{}.pcapng", process::id()));
    let mut file = vec![];
    {
        let sink = |bytes: &[u8]| {
            file.extend_from_slice(bytes);
            Ok::<(), ()>(())
        };
        let mut writer = Writer::new(sink, "softnet").unwrap();
        let first = writer.interface(&Interface { name: "eth0", ..Interface::default() }).unwrap();
        let second =
            Interface { name: "veth1", epoch: 1_000_000_000, snaplen: 44, ..Interface::default() };
        let second = writer.interface(&second).unwrap();
        let packet = Packet::new(Instant::from_nanos(1_000_000_123), &FRAME);
        let direction = Direction::Outbound;
        writer.packet(first, &Packet { direction, comment: "a remark", ..packet }).unwrap();
        let vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: 100 });
        let direction = Direction::Inbound(PacketType::Broadcast);
        writer.packet(second, &Packet { vlan, direction, ..packet }).unwrap();
    }
    fs::write(&path, &file).unwrap();
    let fields = [
        "frame.time_epoch",
        "frame.interface_name",
        "frame.len",
        "frame.cap_len",
        "vlan.id",
        "frame.packet_flags_direction",
        "frame.comment",
        "udp.srcport",
    ];
    let mut tshark = process::Command::new("tshark");
    tshark.arg("-r").arg(&path).args(["-T", "fields", "-E", "separator=;"]).env("TZ", "UTC");
    fields.iter().for_each(|field| {
        tshark.args(["-e", field]);
    });
    let output = tshark.output().unwrap();
    fs::remove_file(&path).unwrap();
    // Started as root, tshark always says so; nothing else may be said.
    let said = String::from_utf8(output.stderr).unwrap();
    let complaints: Vec<&str> = said.lines().filter(|line| !line.contains("as user")).collect();
    assert!(output.status.success() && complaints.is_empty(), "{said}");
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert_eq!(&lines[0][1..], ["eth0", "46", "46", "", "0x00000002", "a remark", "7"]);
    assert_eq!(&lines[1][1..], ["veth1", "50", "44", "100", "0x00000001", "", "7"]);
    // Seconds, or a date in newer releases.
    assert!(lines[0][0].contains("1.000000123") || lines[0][0].contains("00:00:01.000000123"));
    assert!(
        lines[1][0].contains("1000000001.000000123") || lines[1][0].contains("01:46:41.000000123")
    );
}
