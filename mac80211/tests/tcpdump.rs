//! tcpdump's own tests: its captures of 802.11, told again from our types, word for word as its golden texts
//! have them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

mod captures;

use std::fs;

use captures::{Captured, RADIOTAP};
use softnet_mac80211::Malformed;
use softnet_mac80211::element::{
    Body, DsParams, Elements, ExtSupportedRates, Rate, Ssid, SupportedRates,
};
use softnet_mac80211::frame::control::Control;
use softnet_mac80211::frame::management::{Auth, AuthAlgorithm, Management};
use softnet_mac80211::frame::{
    CapabilityInfo, DataFrame, Frame, MsduForm, StatusCode, data_to_8023,
};
use softnet_mac80211::radiotap::{
    Channel, ChannelFlags, Field, Flags, Item, Mcs, McsFlags, Radiotap,
};
use softnet_sk_buff::MacAddr;

/// Where a packet was cut in the middle of what was to be told.
const CUT: &str = "[|802.11]";

/// The golden lines of a capture, one a packet, without number and time; what tcpdump tells of IP stands in
/// lines of its own.
fn golden(name: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(captures::find(&format!("public/tcpdump/{name}.out"))?).unwrap();
    let lines =
        text.lines().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    // `    1  2013-04-17 12:59:13.707778 …`
    let told = lines.filter_map(|line| {
        let (number, rest) = line.trim_start().split_once("  ")?;
        number.parse::<u32>().ok()?;
        Some(rest.splitn(3, ' ').nth(2)?.to_owned())
    });
    Some(told.collect())
}

fn packets(name: &str) -> Vec<Captured> {
    captures::read(&captures::find(&format!("public/tcpdump/{name}.pcap")).unwrap())
}

/// As `tcpdump -#tttt` tells a packet; `-e` tells addresses of data frames, too.
fn tell(packet: &Captured) -> String {
    if packet.link_type != RADIOTAP {
        return tell_frame(&packet.bytes, Flags::empty());
    }
    let mut bytes = packet.bytes.clone();
    if bytes[0] != 0 {
        // It looks at no version; Linux does.
        assert_eq!(Radiotap::parse(&bytes), Err(Malformed::Invalid("radiotap")));
        bytes[0] = 0;
    }
    let (header, frame) = Radiotap::parse(&bytes).unwrap();
    let mut told = String::new();
    for item in header.items() {
        match item {
            // It knows none above VHT, and of those below not that of sent frames; what follows it cannot find.
            Ok(Item::Field(Field::TxFlags(_))) => told += "[bit 15] ",
            Ok(Item::Field(Field::He(_))) => told += "[bit 23] ",
            Ok(Item::Unknown(unknown)) => {
                told += &format!("[bit {}] ", 32 + unknown.bits.trailing_zeros());
            }
            Ok(Item::Field(field)) => {
                let mcs = header.present().next().unwrap() & 1 << 19 != 0;
                told += &tell_field(field, mcs);
                continue;
            }
            Ok(_) => continue,
            // It believes the frame no more either, whose flags it has not seen all of.
            Err(_) => return told + " [|802.11_radio] " + CUT,
        }
        break;
    }
    let flags = header.flags().unwrap();
    // The last four bytes are the FCS, if they were captured.
    let end = frame.len() - if flags.contains(Flags::FCS) { 4 } else { 0 };
    told + &tell_frame(&frame[..end], flags)
}

fn tell_field(field: Field, mcs: bool) -> String {
    match field {
        Field::Tsft(tsft) => format!("{tsft}us tsft "),
        Field::Flags(flags) if flags.contains(Flags::WEP) => "wep ".into(),
        Field::Rate(rate) => format!("{:.1} Mb/s ", f64::from(rate) / 2.0),
        Field::Channel(Channel { freq, flags }) => {
            let of = |needed: [ChannelFlags; 2]| flags.contains(needed[0] | needed[1]);
            let standard = match () {
                () if mcs => "11n",
                () if of([ChannelFlags::BAND_5GHZ, ChannelFlags::OFDM]) => "11a",
                () if of([ChannelFlags::BAND_2GHZ, ChannelFlags::CCK]) => "11b",
                () if flags.contains(ChannelFlags::TURBO) => "Turbo",
                () => panic!("{flags:?}"),
            };
            format!("{freq} MHz {standard} ")
        }
        Field::DbmAntsignal(dbm) => format!("{dbm}dBm signal "),
        Field::DbmAntnoise(dbm) => format!("{dbm}dBm noise "),
        Field::DbmTxPower(dbm) => format!("{dbm}dBm tx power "),
        Field::Antenna(antenna) => format!("antenna {antenna} "),
        Field::Mcs(mcs) => tell_mcs(mcs),
        Field::Flags(_) | Field::RxFlags(_) => String::new(),
        other => panic!("{other:?}"),
    }
}

/// Data bits of an OFDM symbol by the rate index of one stream, 20 MHz and 40 MHz (tables 19-27, 19-31).
const DATA_BITS: [[u32; 2]; 8] =
    [[26, 54], [52, 108], [78, 162], [104, 216], [156, 324], [208, 432], [234, 486], [260, 540]];

fn tell_mcs(mcs: Mcs) -> String {
    let (index, wide) = (mcs.index().unwrap(), mcs.bandwidth().unwrap() == 1);
    let short = mcs.flags.contains(McsFlags::SGI);
    let bits = DATA_BITS[usize::from(index % 8)][usize::from(wide)] * (u32::from(index) / 8 + 1);
    // Symbols of 4 µs, or 3.6 µs.
    let rate = f64::from(bits) / if short { 3.6 } else { 4.0 };
    let (width, guard) = (if wide { 40 } else { 20 }, if short { "short" } else { "long" });
    let stbc = mcs.stbc().filter(|&streams| streams > 0);
    let stbc = stbc.map_or(String::new(), |streams| format!("RX-STBC{streams} "));
    format!("{rate:.1} Mb/s MCS {index} {width} MHz {guard} GI {stbc}")
}

fn tell_frame(frame: &[u8], flags: Flags) -> String {
    match Frame::parse(frame) {
        Ok(Frame::Management(frame)) => tell_management(&frame.body),
        Ok(Frame::Control(frame)) => {
            assert_eq!(frame.body, Control::Ack);
            format!("Acknowledgment RA:{} ", frame.header.ra)
        }
        Ok(Frame::Data(data)) if flags.contains(Flags::WEP) => tell_data(&data, frame),
        Ok(Frame::Data(data)) if data.header.frame_control.protected() => {
            let iv = u32::from_le_bytes(data.body[..4].try_into().unwrap());
            format!("Data IV:{:3x} Pad {:x} KeyID {:x}", iv & 0xff_ffff, iv >> 24 & 0x3f, iv >> 30)
        }
        Ok(Frame::Data(_)) => String::new(),
        Ok(other) => panic!("{other:?}"),
        Err(_) => CUT.into(),
    }
}

/// With addresses, as far as the EtherType. That it would be WEP is radiotap's word, and not the frame's.
fn tell_data(data: &DataFrame<'_>, frame: &[u8]) -> String {
    let (header, fc) = (&data.header, data.header.frame_control);
    assert!(fc.to_ds() && !fc.from_ds() && fc.is_qos_data());
    let mut frame = frame.to_vec();
    let ethernet = data_to_8023(&mut frame, 0, MsduForm::Msdu).unwrap();
    let ethernet = &frame[ethernet];
    let mac = |at: usize| MacAddr(ethernet[at..at + 6].try_into().unwrap());
    let proto = u16::from_be_bytes([ethernet[12], ethernet[13]]);
    let htc = if fc.order() { "+HTC " } else { "" };
    format!(
        "{htc}{}us CF +QoS BSSID:{} SA:{} DA:{} LLC, dsap SNAP (0xaa) Individual, ssap SNAP (0xaa) \
         Command, ctrl 0x03: oui Ethernet (0x000000), ethertype IPv4 ({proto:#06x}), length {}: ",
        header.duration,
        header.addr1,
        mac(6),
        mac(0),
        ethernet.len() - 14,
    )
}

fn tell_management(body: &Management<'_>) -> String {
    match body {
        Management::ProbeReq(body) => format!("Probe Request{}", tell_elements(body.elements)),
        Management::AssocReq(body) => format!("Assoc Request{}", tell_elements(body.elements)),
        Management::ProbeResp(body) => {
            let channel = DsParams::find(Elements::new(body.elements)).unwrap().unwrap().channel;
            let privacy = if body.capability.privacy() { ", PRIVACY" } else { "" };
            format!("Probe Response{} CH: {channel}{privacy}", tell_elements(body.elements))
        }
        Management::Auth(Auth { algorithm: AuthAlgorithm::OPEN, transaction, status, .. }) => {
            let status = if transaction % 2 == 1 { tell_status(*status) } else { "" };
            format!("Authentication (Open System)-{transaction}: {status}")
        }
        Management::AssocResp(body) => {
            format!("Assoc Response AID({}) :: {}", body.aid(), tell_status(body.status))
        }
        Management::Beacon(body) => {
            assert!(!Elements::new(body.elements).is_complete());
            format!("Beacon {}{CUT}", tell_capability(body.capability))
        }
        other => panic!("{other:?}"),
    }
}

fn tell_capability(capability: CapabilityInfo) -> String {
    let kind = if capability.ess() { "ESS" } else { "IBSS" };
    format!("{kind}{} ", if capability.privacy() { ", PRIVACY" } else { "" })
}

fn tell_status(status: StatusCode) -> &'static str {
    assert_eq!(status, StatusCode::SUCCESS);
    "Successful"
}

/// Name and rates; it tells of the first eight rates alone.
fn tell_elements(bytes: &[u8]) -> String {
    let elements = Elements::new(bytes);
    let ssid = core::str::from_utf8(Ssid::find(elements).unwrap().unwrap().ssid).unwrap();
    let supported = SupportedRates::find(elements).unwrap().unwrap().rates;
    assert!(supported.len() < 8 || ExtSupportedRates::find(elements).is_some());
    let rate = |rate: Rate| {
        let mark = if rate.basic() { "*" } else { "" };
        format!("{:.1}{mark}", f64::from(rate.kbps().unwrap()) / 1_000.0)
    };
    let rates: Vec<_> = supported.iter().map(rate).collect();
    format!(" ({ssid}) [{} Mbit]", rates.join(" "))
}

#[test]
fn what_tcpdump_tells() {
    let mut told = 0;
    for name in ["exthdr", "rx-stbc", "meshhdr-oobr", "parse_elements_oobr"] {
        let name = format!("ieee802.11_{name}");
        let Some(golden) = golden(&name) else { return };
        let packets = packets(&name);
        assert_eq!(packets.len(), golden.len(), "{name}");
        for (packet, golden) in packets.iter().zip(golden) {
            assert_eq!(tell(packet), golden, "{name} {}", packet.number);
            told += 1;
        }
    }
    assert_eq!(told, 31);
}

/// An HT control field in front of what Apple sends; tcpdump goes on into IP there.
#[test]
fn what_tcpdump_tells_of_a_frame_with_ht_control() {
    let Some(golden) = golden("ieee802.11_htc") else { return };
    let packets = packets("ieee802.11_htc");
    assert_eq!((packets.len(), golden.len()), (1, 1));
    let told = tell(&packets[0]);
    assert!(golden[0].starts_with(&told), "{told}\n{}", golden[0]);
}
