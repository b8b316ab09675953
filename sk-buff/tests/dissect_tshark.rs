//! The dissector beside Wireshark's, on frames that real machines sent and on frames built here.
#![cfg(not(any(loom, miri)))] // Safe code, and slow under Miri.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use softnet_sk_buff::flow::{DissectFlags, Dissected, FlowAddrs, FlowFlags, Headers};

#[allow(dead_code, reason = "the model is for others")]
mod frames;

use frames::build::{Header, Header::*, Payload, ethernet};

/// Skips aloud, or fails where `SOFTNET_ORACLES` lists what is missing.
fn present(oracle: &str, present: bool, how: &str) -> bool {
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(present || !listed.split(',').any(|name| name.trim() == oracle), "no {oracle}");
    if !present {
        eprintln!("skipped: {oracle} missing; {how}");
    }
    present
}

fn have_tshark() -> bool {
    let runs = Command::new("tshark").arg("--version").output().is_ok();
    present("tshark", runs, "to get it: apt-get install tshark")
}

/// `shared/captures` beside the work tree, or further up.
fn captures() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|dir| dir.join("shared/captures")).find(|dir| dir.is_dir());
    present("captures", found.is_some(), "they lie in shared/captures beside the repository");
    found
}

/// Every capture below a folder.
fn pcaps(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pcaps(&path, found);
        } else if path.extension().is_some_and(|end| end == "pcap" || end == "cap") {
            found.push(path);
        }
    }
}

/// The packets of a capture file in little-endian order, and their link type.
fn packets(file: &[u8]) -> (u32, Vec<&[u8]>) {
    let number = |at: usize| {
        file.get(at..at + 4).map_or(0, |bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
    };
    let mut list = vec![];
    let mut at = 24;
    while number(0) == 0xa1b2_c3d4 && at + 16 <= file.len() {
        let len = number(at + 8) as usize;
        list.extend(file.get(at + 16..at + 16 + len));
        at += 16 + len;
    }
    (number(20), list)
}

/// What went over the air in the clear, as the Ethernet frames that a station makes of it: the one
/// SNAP header in the frame, and what is behind it.
fn frame_of_air(packet: &[u8]) -> Option<Vec<u8>> {
    const SNAP: [u8; 6] = [0xaa, 0xaa, 3, 0, 0, 0];
    let mut places = packet.windows(6).enumerate().filter(|(_, bytes)| *bytes == SNAP);
    let (at, _) = places.next()?;
    let mut frame = vec![2; 12];
    frame.extend_from_slice(&packet[at + 6..]);
    places.next().is_none().then_some(frame)
}

/// All frames of captures with Ethernet, or with Ethernet's payload in the clear.
fn captured() -> Vec<Vec<u8>> {
    let mut files = vec![];
    captures().inspect(|folder| pcaps(folder, &mut files));
    files.sort();
    let mut list = vec![];
    for file in files {
        let bytes = fs::read(&file).unwrap();
        match packets(&bytes) {
            (1, packets) => list.extend(packets.iter().map(|packet| packet.to_vec())),
            // 802.11, with and without radiotap.
            (105 | 127, packets) => {
                list.extend(packets.iter().filter_map(|packet| frame_of_air(packet)));
            }
            _ => {}
        }
    }
    list
}

/// One frame for each way through the dissector that Wireshark goes as well.
fn built() -> Vec<Vec<u8>> {
    let v4 = |last: u32| V4 {
        src: 0xc000_0200 | last,
        dst: 0xc633_6400 | last,
        tos: 0x28,
        ttl: 60 + last as u8,
        words: 0,
        frag: 0x4000,
    };
    let v6 = |last: u128| V6 {
        src: 0x2001_0db8 << 96 | last,
        dst: 0x2001_0db8 << 96 | 7 << 64 | last,
        tc: 0x2c,
        hlim: 50 + last as u8,
        label: if last == 9 { 0x9_abcd } else { 0 },
    };
    let tcp = || Last(Payload::Tcp { src: 40000, dst: 8081, words: 5, flags: 0x112 });
    let ports = |proto| Last(Payload::Ports { proto, src: 40001, dst: 40002 });
    let gre = |key, ether| Gre { csum: false, key, seq: true, ether };
    let vlan = |qinq, tci| Vlan { qinq, tci };
    let icmp = |v6, kind| Last(Payload::Icmp { v6, kind, code: 0, id: 0x1234 });
    let arp = Last(Payload::Arp {
        op: 2,
        sender: [2, 3, 4, 5, 6, 7],
        sip: 0xc000_0201,
        target: [2, 4, 6, 8, 10, 12],
        tip: 0xc000_0202,
    });
    let mpls = |label: u32, last: u32| Mpls { entry: label << 12 | 5 << 9 | last << 8 | 64 };
    let stacks: Vec<Vec<Header>> = vec![
        vec![vlan(false, 0x6064), vlan(false, 0x2fff), v4(1), tcp()],
        vec![vlan(true, 0x6064), vlan(false, 7), v6(1), ports(17)],
        vec![vlan(false, 7), arp.clone()],
        vec![arp],
        vec![Pppoe { session: 0x4321 }, v4(1), tcp()],
        vec![Pppoe { session: 0x4321 }, v6(9), icmp(true, 128)],
        vec![mpls(16, 0), mpls(0xf_fff0, 0), mpls(99, 1), Last(Payload::Unknown)],
        vec![v4(1), gre(Some(0xdead_beef), false), v4(2), tcp()],
        vec![v6(1), gre(None, true), vlan(false, 9), v6(2), ports(17)],
        vec![v4(1), Pptp { call: 0x1234, seq: true, ack: true }, v4(2), tcp()],
        vec![v4(1), v4(2), ports(132)],
        vec![v4(1), v6(2), tcp()],
        vec![v6(1), v4(2), ports(17)],
        vec![v6(9), icmp(true, 135)],
        vec![v4(1), icmp(false, 8)],
        vec![v4(1), Last(Payload::Esp { spi: 0x1122_3344 })],
        vec![v6(1), Last(Payload::Ah { spi: 0x1122_3344 })],
        vec![v4(1), Last(Payload::L2tp { session: 0x2a2b })],
        vec![v4(1), ports(33)],
        vec![v4(1), ports(136)],
        vec![Last(Payload::Cfm { mdl_ver: 0xa0, opcode: 1 })],
        vec![Hsr { prp: false }, v4(1), tcp()],
        vec![Batadv, v6(1), tcp()],
    ];
    stacks.iter().map(|stack| ethernet(stack).0).collect()
}

const FIELDS: [&str; 47] = [
    "vlan.id",
    "vlan.priority",
    "ieee8021ad.id",
    "ieee8021ad.priority",
    "pppoe.session_id",
    "mpls.label",
    "mpls.exp",
    "mpls.bottom",
    "mpls.ttl",
    "ip.src",
    "ip.dst",
    "ip.dsfield",
    "ip.ttl",
    "ip.proto",
    "ipv6.src",
    "ipv6.dst",
    "ipv6.tclass",
    "ipv6.hlim",
    "ipv6.flow",
    "gre.key",
    "gre.key.call_id",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.flags",
    "udp.srcport",
    "udp.dstport",
    "sctp.srcport",
    "sctp.dstport",
    "dccp.srcport",
    "dccp.dstport",
    "icmp.type",
    "icmp.code",
    "icmp.ident",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.echo.identifier",
    "arp.opcode",
    "arp.src.hw_mac",
    "arp.src.proto_ipv4",
    "arp.dst.hw_mac",
    "arp.dst.proto_ipv4",
    "esp.spi",
    "ah.spi",
    "l2tp.sid",
    "cfm.md.level",
    "cfm.opcode",
    "eth.type",
];

/// What Wireshark finds in each frame: for each field the values, outermost first.
fn wireshark(frames: &[Vec<u8>], inner: bool) -> Vec<HashMap<&'static str, Vec<String>>> {
    let path = env::temp_dir().join(format!("softnet-dissect-{}-{inner}.pcap", process::id()));
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend([65_535_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat());
    for frame in frames {
        let len = (frame.len() as u32).to_le_bytes();
        file.extend([[0; 4], [0; 4], len, len].concat());
        file.extend(frame);
    }
    fs::write(&path, file).unwrap();
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(&path).args(["-o", "ip.defragment:FALSE", "-n"]);
    tshark.args(["-T", "fields", "-E", "separator=;", "-E", "occurrence=a", "-E", "aggregator=,"]);
    FIELDS.iter().for_each(|field| {
        tshark.args(["-e", field]);
    });
    let output = tshark.output().unwrap();
    fs::remove_file(&path).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let values = |value: &str| value.split(',').map(str::to_owned).collect();
    text.lines()
        .map(|line| {
            let fields = FIELDS.iter().copied().zip(line.split(';'));
            fields.filter(|(_, value)| !value.is_empty()).map(|(f, v)| (f, values(v))).collect()
        })
        .collect()
}

/// The number in Wireshark's text, which may be hexadecimal.
fn number(text: &str) -> u64 {
    let hex = text.strip_prefix("0x").map(|hex| u64::from_str_radix(hex, 16));
    hex.unwrap_or_else(|| text.parse()).unwrap_or_else(|_| u64::from(text == "True"))
}

/// Our keys under Wireshark's names. Of several values of a field the outermost comes first.
fn named(keys: &Dissected) -> Vec<(&'static str, Vec<String>)> {
    let mut list: Vec<(&str, Vec<String>)> = vec![];
    let mut put = |name, value: String| list.push((name, vec![value]));
    match keys.addrs() {
        FlowAddrs::V4 { src, dst } => {
            put("ip.src", src.to_string());
            put("ip.dst", dst.to_string());
            keys.ip().inspect(|ip| put("ip.dsfield", ip.tos.to_string()));
            keys.ip().inspect(|ip| put("ip.ttl", ip.ttl.to_string()));
            put("ip.proto", keys.ip_proto().to_string());
        }
        FlowAddrs::V6 { src, dst } => {
            put("ipv6.src", src.to_string());
            put("ipv6.dst", dst.to_string());
            keys.ip().inspect(|ip| put("ipv6.tclass", ip.tos.to_string()));
            keys.ip().inspect(|ip| put("ipv6.hlim", ip.ttl.to_string()));
            put("ipv6.flow", keys.flow_label().unwrap_or(0).to_string());
        }
        _ => {}
    }
    if let Some(ports) = keys.ports() {
        let (src, dst) = match keys.ip_proto() {
            6 => ("tcp.srcport", "tcp.dstport"),
            33 => ("dccp.srcport", "dccp.dstport"),
            132 => ("sctp.srcport", "sctp.dstport"),
            _ => ("udp.srcport", "udp.dstport"),
        };
        // What are ports of ESP and AH to Linux are the halves of something else.
        if keys.spi().is_none() {
            put(src, ports.src.to_string());
            put(dst, ports.dst.to_string());
        }
    }
    keys.pppoe().inspect(|pppoe| put("pppoe.session_id", pppoe.session.to_string()));
    let gre_key = if keys.gre_key() == Some(0x1234) { "gre.key.call_id" } else { "gre.key" };
    keys.gre_key().inspect(|key| put(gre_key, key.to_string()));
    keys.tcp_flags().inspect(|flags| put("tcp.flags", flags.to_string()));
    keys.spi().inspect(|spi| {
        put(if keys.ip_proto() == 50 { "esp.spi" } else { "ah.spi" }, spi.to_string());
    });
    keys.l2tpv3_session().inspect(|session| put("l2tp.sid", session.to_string()));
    if let Some(cfm) = keys.cfm() {
        put("cfm.md.level", cfm.level.to_string());
        put("cfm.opcode", cfm.opcode.to_string());
    }
    if let Some(icmp) = keys.icmp() {
        let names = match keys.ip_proto() {
            1 => ["icmp.type", "icmp.code", "icmp.ident"],
            _ => ["icmpv6.type", "icmpv6.code", "icmpv6.echo.identifier"],
        };
        put(names[0], icmp.kind.to_string());
        put(names[1], icmp.code.to_string());
        if icmp.id != 0 {
            put(names[2], icmp.id.to_string());
        }
    }
    if let Some(arp) = keys.arp() {
        put("arp.opcode", arp.op.to_string());
        put("arp.src.hw_mac", arp.sender.to_string());
        put("arp.src.proto_ipv4", arp.sender_ip.to_string());
        put("arp.dst.hw_mac", arp.target.to_string());
        put("arp.dst.proto_ipv4", arp.target_ip.to_string());
    }
    let entries: Vec<_> = (0..7).map_while(|i| keys.mpls(i)).collect();
    if !entries.is_empty() {
        list.push(("mpls.label", entries.iter().map(|mpls| mpls.label.to_string()).collect()));
        list.push(("mpls.exp", entries.iter().map(|mpls| mpls.tc.to_string()).collect()));
        list.push(("mpls.ttl", entries.iter().map(|mpls| mpls.ttl.to_string()).collect()));
        let bottom = entries.iter().map(|mpls| u8::from(mpls.bottom_of_stack).to_string());
        list.push(("mpls.bottom", bottom.collect()));
    }
    list
}

/// Same text, or same number.
fn same(ours: &str, theirs: &str) -> bool {
    ours == theirs || ours.parse() == Ok(number(theirs))
}

/// VLAN tags by identifier and priority, those of 802.1ad before those of 802.1Q.
fn tags(theirs: &HashMap<&str, Vec<String>>) -> Vec<(u64, u64)> {
    let numbers = |field| theirs.get(field).into_iter().flatten().map(|text| number(text));
    let outer = numbers("ieee8021ad.id").zip(numbers("ieee8021ad.priority"));
    outer.chain(numbers("vlan.id").zip(numbers("vlan.priority"))).collect()
}

/// Compares all frames. `inner`: of several headers of a kind the last is ours, as in a tunnel; else
/// the first, as in a packet that an ICMP error quotes.
fn compare(frames: &[Vec<u8>], inner: bool) -> HashMap<&'static str, u32> {
    let theirs = wireshark(frames, inner);
    assert_eq!(theirs.len(), frames.len());
    let mut compared = HashMap::new();
    for (frame, theirs) in frames.iter().zip(theirs) {
        let keys = Dissected::dissect(DissectFlags::empty(), Headers::frame(frame));
        let context = format!("{keys:?} {theirs:?} {frame:02x?}");
        for (field, ours) in named(&keys) {
            let values = theirs.get(field).unwrap_or_else(|| panic!("{field}: {context}"));
            let skip = if inner { values.len() - ours.len() } else { 0 };
            for (ours, theirs) in ours.iter().zip(&values[skip..]) {
                assert!(same(ours, theirs), "{field}: {ours} {theirs}: {context}");
            }
            *compared.entry(field).or_default() += 1;
        }
        let ours = [keys.vlan(), keys.cvlan()].into_iter().flatten();
        let ours: Vec<_> = ours.map(|tag| (tag.id.into(), tag.priority.into())).collect();
        assert_eq!(ours, tags(&theirs), "{context}");
        // And the other way round: no transport header that we have missed.
        let fragment = keys.control().flags.contains(FlowFlags::IS_FRAGMENT);
        for field in ["tcp.srcport", "udp.srcport", "sctp.srcport", "icmp.type", "icmpv6.type"] {
            if theirs.contains_key(field) && !fragment {
                assert!(keys.ports().is_some() || keys.icmp().is_some(), "{field}: {context}");
            }
        }
    }
    compared
}

#[test]
fn wireshark_finds_the_same_in_what_is_built() {
    if !have_tshark() {
        return;
    }
    let compared = compare(&built(), true);
    for field in ["gre.key", "gre.key.call_id", "mpls.label", "pppoe.session_id", "cfm.opcode"] {
        assert!(compared.contains_key(field), "{field}");
    }
}

#[test]
fn wireshark_finds_the_same_in_what_was_captured() {
    let frames = captured();
    // Whatever there is, under all flags and to the last byte.
    for frame in &frames {
        for flags in 0..16 {
            for len in [0, 13, 14, 20, 33, 34, 40, 54, 60, frame.len() / 2, frame.len()] {
                let part = &frame[..len.min(frame.len())];
                let flags = DissectFlags::from_bits_truncate(flags);
                let keys = Dissected::dissect(flags, Headers::frame(part));
                assert!(usize::from(keys.control().thoff) <= part.len());
            }
        }
    }
    if frames.is_empty() || !have_tshark() {
        return;
    }
    let compared = compare(&frames, false);
    for field in ["ip.src", "ipv6.dst", "udp.dstport", "icmp.ident", "arp.opcode", "icmpv6.type"] {
        assert!(compared.get(field).is_some_and(|count| *count > 5), "{field}: {compared:?}");
    }
}
