//! What tshark reads in headers that we read, and in headers that we wrote.

use std::path::Path;
use std::process::Command;
use std::{env, fs, process};

use softnet_mac80211::radiotap::{self, *};

use crate::captures;
use crate::{is_radiotap, oracle};

/// Of each packet, each field's numbers, all of them where a field is there more than once.
fn tshark(path: &Path, fields: &[&str]) -> Vec<Vec<Vec<f64>>> {
    let mut command = Command::new("tshark");
    command.args(["-n", "-E", "separator=;", "-E", "aggregator=,", "-T", "fields", "-r"]).arg(path);
    for field in fields {
        command.args(["-e", &format!("radiotap.{field}")]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let number = |text: &str| match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap() as f64,
        None => text.parse().unwrap(),
    };
    let values =
        |field: &str| field.split(',').filter(|text| !text.is_empty()).map(number).collect();
    text.lines().map(|line| line.split(';').map(values).collect()).collect()
}

#[test]
fn fields_of_the_captures() {
    if !oracle::have() {
        return;
    }
    const FIELDS: [&str; 9] = [
        "mactime",
        "flags",
        "datarate",
        "channel.freq",
        "channel.flags",
        "dbm_antsignal",
        "antenna",
        "rxflags",
        "mcs.index",
    ];
    let mut seen = 0;
    for folder in ["wifi", "public/fragattacks", "public/tcpdump"] {
        for (file, packets) in captures::folder(folder) {
            if !packets.first().is_some_and(is_radiotap) {
                continue;
            }
            let path = captures::find(&format!("{folder}/{file}")).unwrap();
            let theirs = tshark(&path, &FIELDS);
            assert_eq!(theirs.len(), packets.len(), "{file}");
            for (packet, theirs) in packets.iter().zip(theirs) {
                let (header, _) = Radiotap::parse(&packet.bytes).unwrap();
                let mut ours = vec![Vec::new(); FIELDS.len()];
                for field in header.fields() {
                    let (place, number) = match field {
                        Field::Tsft(tsft) => (0, tsft as f64),
                        Field::Flags(flags) => (1, flags.bits().into()),
                        Field::Rate(rate) => (2, f64::from(rate) / 2.0),
                        Field::Channel(channel) => {
                            ours[4].push(channel.flags.bits().into());
                            (3, channel.freq.into())
                        }
                        Field::DbmAntsignal(dbm) => (5, dbm.into()),
                        Field::Antenna(antenna) => (6, antenna.into()),
                        Field::RxFlags(flags) => (7, flags.bits().into()),
                        Field::Mcs(mcs) => {
                            if let Some(index) = mcs.index() {
                                ours[8].push(index.into());
                                // It has the rate that follows from all of the field, too.
                                ours[2].extend(theirs[2].last());
                            }
                            continue;
                        }
                        _ => continue,
                    };
                    ours[place].push(number);
                }
                assert_eq!(ours, theirs, "{file} {}", packet.number);
                seen += 1;
            }
        }
    }
    println!("{seen} headers");
}

/// Fields and their numbers as tshark shall read them.
type Told = (Vec<Item<'static>>, Vec<(&'static str, f64)>);

fn told(fields: &[Field], numbers: &[(&'static str, i64)]) -> Told {
    let numbers = numbers.iter().map(|&(name, number)| (name, number as f64));
    (fields.iter().copied().map(Item::Field).collect(), numbers.collect())
}

#[test]
fn fields_that_we_wrote() {
    if !oracle::have() {
        return;
    }
    let mut headers = vec![simple(), rare(), he_su(), he_trigger(), he_mu()];
    headers.extend([ht(), vht(), psdu(), s1g()]);
    let path = env::temp_dir().join(format!("softnet-radiotap-{}.pcap", process::id()));
    fs::write(&path, pcap(&headers)).unwrap();
    let names: Vec<_> =
        headers.iter().flat_map(|(_, numbers)| numbers).map(|&(name, _)| name).collect();
    let read = tshark(&path, &names);
    fs::remove_file(&path).unwrap();
    assert_eq!(read.len(), headers.len());
    let mut columns = 0;
    for ((_, numbers), read) in headers.iter().zip(&read) {
        for &(name, number) in numbers {
            assert_eq!(read[columns], [number], "{name}");
            columns += 1;
        }
    }
}

/// A capture of frames without data behind these headers.
fn pcap(headers: &[Told]) -> Vec<u8> {
    let mut file: Vec<u8> = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 127] {
        file.extend(word.to_le_bytes());
    }
    for (items, _) in headers {
        let mut packet = radiotap::to_vec(items.iter().copied()).unwrap();
        packet.extend(b"\x48\x01\0\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x30\x02");
        let len = packet.len() as u32;
        file.extend([0, 0, len, len].map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}

fn simple() -> Told {
    let flags = ChannelFlags::OFDM | ChannelFlags::BAND_5GHZ;
    let fields = [
        Field::Tsft(1 << 40),
        Field::Flags(Flags::SHORTPRE),
        Field::Rate(108),
        Field::Channel(Channel { freq: 5180, flags }),
        Field::DbmAntsignal(-42),
        Field::DbmAntnoise(-95),
        Field::LockQuality(77),
        Field::Antenna(3),
        Field::DbAntsignal(53),
        Field::DbAntnoise(11),
        Field::RxFlags(RxFlags::BADPLCP),
    ];
    let numbers = [
        ("mactime", 1 << 40),
        ("flags", 2),
        ("flags.preamble", 1),
        ("datarate", 54),
        ("channel.freq", 5180),
        ("channel.flags.ofdm", 1),
        ("channel.flags.5ghz", 1),
        ("channel.flags.cck", 0),
        ("dbm_antsignal", -42),
        ("dbm_antnoise", -95),
        ("quality", 77),
        ("antenna", 3),
        ("db_antsignal", 53),
        ("db_antnoise", 11),
        ("rxflags.badplcp", 1),
    ];
    told(&fields, &numbers)
}

fn rare() -> Told {
    let flags = XChannelFlags::HT40_MINUS | XChannelFlags::DYN;
    let ampdu = AmpduFlags::LAST_KNOWN | AmpduFlags::DELIM_CRC_KNOWN;
    let fields = [
        Field::Fhss(Fhss { hop_set: 7, hop_pattern: 9 }),
        Field::TxAttenuation(300),
        Field::DbTxAttenuation(20),
        Field::DbmTxPower(-3),
        Field::TxFlags(TxFlags::NOACK | TxFlags::RTS),
        Field::DataRetries(5),
        Field::XChannel(XChannel { flags, freq: 2462, channel: 11, max_power: 30 }),
        Field::AmpduStatus(AmpduStatus {
            reference: 99,
            flags: ampdu,
            delimiter_crc: 0x4e,
            reserved: 0,
        }),
        Field::Timestamp(Timestamp {
            timestamp: 1 << 33,
            accuracy: 12,
            unit_position: Timestamp::END_PPDU << 4 | Timestamp::UNIT_US,
            flags: TimestampFlags::FLAG_ACCURACY,
        }),
    ];
    let numbers = [
        ("fhss.hopset", 7),
        ("fhss.pattern", 9),
        ("txattenuation", 300),
        ("db_txattenuation", 20),
        ("txpower", -3),
        ("txflags", 0x0c),
        ("data_retries", 5),
        ("xchannel.flags.ht40d", 1),
        ("xchannel.flags.dynamic", 1),
        ("xchannel.flags.ht20", 0),
        ("xchannel.freq", 2462),
        ("xchannel.channel", 11),
        ("ampdu.reference", 99),
        ("ampdu.flags.lastknown", 1),
        ("ampdu.flags.last", 0),
        ("ampdu.delim_crc", 0x4e),
        ("timestamp.ts", 1 << 33),
        ("timestamp.accuracy", 12),
        ("timestamp.unit", 1),
        ("timestamp.samplingpos", 2),
        ("timestamp.flags.accuracy", 1),
    ];
    told(&fields, &numbers)
}

fn ht() -> Told {
    let flags = McsFlags::SGI.with_bandwidth(1).with_stbc(2);
    let mcs = Mcs { known: McsKnown::all() - McsKnown::NESS_BIT1, flags, mcs: 13 };
    let numbers = [
        ("mcs.known", 0x7f),
        ("mcs.bw", 1),
        ("mcs.gi", 1),
        ("mcs.format", 0),
        ("mcs.fec", 0),
        ("mcs.stbc", 2),
        ("mcs.index", 13),
    ];
    told(&[Field::Mcs(mcs)], &numbers)
}

fn vht() -> Told {
    let vht = Vht {
        known: VhtKnown::GI | VhtKnown::BANDWIDTH | VhtKnown::GROUP_ID | VhtKnown::PARTIAL_AID,
        flags: VhtFlags::SGI,
        bandwidth: 4,
        mcs_nss: [0x92, 0x31, 0, 0],
        coding: 1,
        group_id: 63,
        partial_aid: 257,
    };
    assert_eq!([0, 1, 2, 4].map(|user| vht.user(user)), [Some((9, 2)), Some((3, 1)), None, None]);
    let numbers = [
        ("vht.gi", 1),
        ("vht.bw", 4),
        ("vht.mcs.0", 9),
        ("vht.nss.0", 2),
        ("vht.coding.0", 1),
        ("vht.mcs.1", 3),
        ("vht.nss.1", 1),
        ("vht.gid", 63),
        ("vht.paid", 257),
    ];
    told(&[Field::Vht(vht)], &numbers)
}

fn he_su() -> Told {
    let he = He::default().with_format(0).with_bss_color(42).with_beam_change(1).with_uplink(1);
    let he = he.with_data_mcs(11).with_data_dcm(1).with_coding(1).with_ldpc_extra_symbol(1);
    let he = he.with_stbc(1).with_spatial_reuse(13).with_bandwidth_ru(2).with_doppler(1);
    let he = he.with_secondary_80(1).with_gi(2).with_ltf_size(3).with_ltf_symbols(4);
    let he = he.with_pre_fec_padding(2).with_txbf(1).with_pe_disambiguity(1).with_txop(100);
    let he = he.with_midamble_periodicity(1).with_ru_offset(36).with_nsts(8);
    let numbers = [
        ("he.data_1.ppdu_format", 0),
        ("he.data_3.bss_color", 42),
        ("he.data_3.beam_change", 1),
        ("he.data_3.ul_dl", 1),
        ("he.data_3.data_mcs", 11),
        ("he.data_3.data_dcm", 1),
        ("he.data_3.coding", 1),
        ("he.data_3.ldpc_extra_symbol_segment", 1),
        ("he.data_3.stbc", 1),
        ("he.data_4.spatial_reuse", 13),
        ("he.data_5.data_bw_ru_allocation", 2),
        ("he.data_6.doppler_value", 1),
        ("he.data_2.pri_sec_80_mhz", 1),
        ("he.data_5.gi", 2),
        ("he.data_5.ltf_symbol_size", 3),
        ("he.num_ltf_symbols", 4),
        ("he.pre_fec_padding_factor", 2),
        ("he.txbf", 1),
        ("he.pe_disambiguity", 1),
        ("he.data_6.txop_value", 100),
        ("he.data_6.midamble_periodicity", 1),
        ("he.data_2.ru_allocation_offset", 36),
        ("he.data_6.nsts", 8),
    ];
    told(&[Field::He(he)], &numbers)
}

fn he_trigger() -> Told {
    let he = He::default().with_format(3).with_spatial_reuse(1).with_spatial_reuse2(2);
    let he = he.with_spatial_reuse3(3).with_spatial_reuse4(15);
    let numbers = [
        ("he.data_4.spatial_reuse_1", 1),
        ("he.data_4.spatial_reuse_2", 2),
        ("he.data_4.spatial_reuse_3", 3),
        ("he.data_4.spatial_reuse_4", 15),
    ];
    told(&[Field::He(he)], &numbers)
}

fn he_mu() -> Told {
    let he = He::default().with_format(2).with_sta_id(1234);
    let mu = HeMu::default().with_sig_b_mcs(5).with_sig_b_dcm(1).with_channel1_center_26(1);
    let mu = mu.with_channel2_center_26(1).with_sig_b_compression(1).with_sig_b_symbols_users(9);
    let mu = mu.with_bandwidth(3).with_puncturing(2);
    let mu = mu.with_ru_channel1([1, 2, 3, 4]).with_ru_channel2([5, 6, 7, 8]);
    assert_eq!((mu.ru_channel1(), mu.ru_channel2()), (Some([1, 2, 3, 4]), Some([5, 6, 7, 8])));
    let numbers = [
        ("he.data_4.sta_id_user", 1234),
        ("he_mu.sig_b_mcs", 5),
        ("he_mu.sig_b_dcm", 1),
        ("he_mu.chan1_center_26_tone_ru_value", 1),
        ("he_mu.chan2_center_26_tone_ru_value", 1),
        ("he_mu.sig_b_compression", 1),
        ("he_mu.sig_b_syms_or_mu_mimo_users", 9),
        ("he_mu.bw_from_sig_a", 3),
        ("he_mu.preamble_puncturing", 2),
        ("he_mu.chan1_rus_0_index", 1),
        ("he_mu.chan1_rus_3_index", 4),
        ("he_mu.chan2_rus_0_index", 5),
        ("he_mu.chan2_rus_3_index", 8),
    ];
    told(&[Field::He(he), Field::HeMu(mu)], &numbers)
}

fn psdu() -> Told {
    let l_sig = LSig::default().with_rate(11).with_length(1234);
    let fields = [Field::ZeroLenPsdu(ZeroLenPsdu::NOT_CAPTURED), Field::LSig(l_sig)];
    told(&fields, &[("0_len_psdu.type", 1), ("l_sig.rate", 11), ("l_sig.length", 1234)])
}

fn s1g() -> Told {
    // -42 dBm: 0xd6.
    let s1g = S1g::default().with_format(2).with_response(3).with_gi(1).with_nss(2);
    let s1g = s1g.with_bandwidth(4).with_mcs(10).with_color(5).with_uplink(1).with_rssi(0xd6);
    let (_, numbers) = told(
        &[],
        &[
            ("tlv.type", 32),
            ("tlv.datalen", 6),
            ("s1g.s1g_ppdu_format", 2),
            ("s1g.response_indication", 3),
            ("s1g.guard_interval", 1),
            ("s1g.nss", 2),
            ("s1g.bandwidth", 4),
            ("s1g.mcs", 10),
            ("s1g.color", 5),
            ("s1g.uplink_indication", 1),
            ("s1g.rssi", -42),
        ],
    );
    let data = Vec::leak(s1g.to_bytes().to_vec());
    (vec![Item::Tlv(Tlv { kind: Tlv::S1G, data })], numbers)
}
