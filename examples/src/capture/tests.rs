//! Files byte by byte after the formats' drafts, in both byte orders.

use std::env;

use super::*;

/// A file of this test alone.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(env::temp_dir().join(format!("softnet-capture-{}-{name}", std::process::id())))
    }

    fn with(name: &str, bytes: &[u8]) -> Self {
        let scratch = Self::new(name);
        fs::write(&scratch.0, bytes).unwrap();
        scratch
    }

    fn refused(&self) -> String {
        let said = match Reader::open(&self.0) {
            Err(failure) => failure.to_string(),
            Ok(mut reader) => loop {
                match reader.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("nothing is wrong with it"),
                    Err(failure) => break failure.to_string(),
                }
            },
        };
        said.strip_prefix(&format!("{}: ", self.0.display())).unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The magic number, the fields that follow it, and two packets.
fn pcap(magic: u32, network: u32, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
    let mut file = order(magic).to_vec();
    // Version 2.4 is two fields of 16 bits.
    let version = order(0x0002_0004);
    file.extend(if version[0] == 4 { [2, 0, 4, 0] } else { version });
    file.extend([0, 0, 65_535, network].map(order).concat());
    file.extend([1_700_000_000, 7, 3, 9].map(order).concat());
    file.extend([0xa1, 0xa2, 0xa3]);
    file.extend([1_700_000_001, 999, 1, 1].map(order).concat());
    file.push(0xb1);
    file
}

type Read = (u64, u64, u16, u8, Vec<u8>, u32);

fn read(scratch: &Scratch) -> Vec<Read> {
    let mut reader = Reader::open(&scratch.0).unwrap();
    let mut packets = Vec::new();
    while let Some(packet) = reader.next().unwrap() {
        let Packet { number, nanos, link_type, fcs_len, bytes, original } = packet;
        packets.push((number, nanos, link_type.0, fcs_len, bytes.to_vec(), original));
    }
    assert_eq!(reader.position(), reader.size());
    packets
}

#[test]
fn pcap_of_both_byte_orders_and_resolutions() {
    let orders: [fn(u32) -> [u8; 4]; 2] = [u32::to_le_bytes, u32::to_be_bytes];
    for order in orders {
        for (magic, scale) in [(0xa1b2_c3d4, 1_000), (0xa1b2_3c4d, 1)] {
            let name = format!("{magic:x}-{:x}", order(1)[0]);
            let scratch = Scratch::with(&name, &pcap(magic, 127, order));
            let want = vec![
                (1, 1_700_000_000_000_000_000 + 7 * scale, 127, 0, vec![0xa1, 0xa2, 0xa3], 9),
                (2, 1_700_000_001_000_000_000 + 999 * scale, 127, 0, vec![0xb1], 1),
            ];
            assert_eq!(read(&scratch), want, "{name}");
        }
    }
}

#[test]
fn pcap_may_say_that_there_is_an_fcs() {
    let file = pcap(0xa1b2_c3d4, 0x2400_0069, u32::to_le_bytes);
    let packets = read(&Scratch::with("fcs", &file));
    assert_eq!((packets[0].2, packets[0].3), (105, 4));
}

#[test]
fn pcapng_in_big_endian_with_seconds_and_an_offset() {
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
    let mut file = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 0x0001_0000, !0, !0, 28]);
    // Link type 105; if_tsresol 10^0; if_fcslen 4; if_tsoffset 100 s.
    file.extend(words(&[1, 52, 105 << 16, 0]));
    file.extend(words(&[9 << 16 | 1, 0, 13 << 16 | 1, 4 << 24, 14 << 16 | 8, 0, 100, 0, 52]));
    file.extend(words(&[6, 36, 0, 0, 11, 2, 2, 0xabcd_0000, 36]));
    let packets = read(&Scratch::with("ng", &file));
    assert_eq!(packets, [(1, 111_000_000_000, 105, 4, vec![0xab, 0xcd], 2)]);
}

#[test]
fn what_is_written_is_read_again() {
    let scratch = Scratch::new("written");
    let mut writer = Writer::create(&scratch.0, "a test", LinkType::ETHERNET).unwrap();
    writer.packet(1_700_000_000_123_456_789, &[1; 60], "a remark").unwrap();
    writer.packet(u64::MAX, &[2; 61], "").unwrap();
    assert!(!scratch.0.exists());
    writer.finish().unwrap();
    let want = vec![
        (1, 1_700_000_000_123_456_789, 1, 0, vec![1; 60], 60),
        (2, u64::MAX, 1, 0, vec![2; 61], 61),
    ];
    assert_eq!(read(&scratch), want);
    let file = fs::read(&scratch.0).unwrap();
    assert!(file.windows(8).any(|bytes| bytes == b"a remark"));
}

#[test]
fn nothing_is_left_of_what_was_not_finished() {
    let scratch = Scratch::new("unfinished");
    let writer = Writer::create(&scratch.0, "a test", LinkType::ETHERNET).unwrap();
    let part = writer.part.clone();
    assert!(part.exists());
    drop(writer);
    assert!(!part.exists() && !scratch.0.exists());
}

#[test]
fn one_line_says_what_is_wrong() {
    let whole = pcap(0xa1b2_c3d4, 1, u32::to_le_bytes);
    assert_eq!(Scratch::with("nothing", &[]).refused(), "empty");
    let text = Scratch::with("text", &[b'x'; 40]).refused();
    assert!(text.starts_with("neither a pcap nor a pcapng file"), "{text}");
    let packed = Scratch::with("packed", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xb3\xb1").refused();
    assert_eq!(packed, "compressed; unpack it first, with gunzip");
    for len in 4..24 {
        let cut = Scratch::with(&format!("header-{len}"), &whole[..len]);
        assert_eq!(cut.refused(), "cut off in its header");
    }
    assert_eq!(Scratch::with("first", &whole[..30]).refused(), "cut off before the first frame");
    let folder = Scratch::new("folder");
    fs::create_dir(&folder.0).unwrap();
    assert_eq!(folder.refused(), "a folder, not a capture");
    fs::remove_dir(&folder.0).unwrap();
    let cut = Scratch::with("cut", &whole[..whole.len() - 1]);
    assert_eq!(cut.refused(), "cut off after frame 1");
    let said = Scratch::new("absent").refused();
    assert!(said.starts_with("No such file"), "{said}");
    assert_eq!(LinkType::IEEE802_11_RADIOTAP.to_string(), "127 (IEEE802_11_RADIOTAP)");
    assert_eq!(LinkType(147).to_string(), "147");
}

/// A length that no packet has, in both formats: not enough memory, or a file read to its end, would be no answer.
#[test]
fn a_packet_of_two_megabytes_is_damage() {
    let mut file = pcap(0xa1b2_c3d4, 1, u32::to_le_bytes);
    file.extend([1_700_000_002, 0, 2_000_000, 2_000_000].map(u32::to_le_bytes).concat());
    file.resize(file.len() + 2_000_000, 0);
    assert_eq!(Scratch::with("long", &file).refused(), "damaged after frame 2");
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let mut file = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, !0, !0, 28, 1, 20, 1, 0, 20]);
    file.extend(words(&[6, 2_000_032, 0, 0, 0, 2_000_000, 2_000_000]));
    file.resize(file.len() + 2_000_000, 0);
    file.extend(words(&[2_000_032]));
    assert_eq!(Scratch::with("long-ng", &file).refused(), "damaged before the first frame");
}

/// Old programs wrote packets in blocks that are no longer in use: nothing is passed over in silence.
#[test]
fn an_obsolete_block_is_told() {
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let mut file = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, !0, !0, 28, 1, 20, 1, 0, 20]);
    file.extend(words(&[2, 36, 0, 0, 0, 4, 4, 0, 36]));
    let said = Scratch::with("obsolete", &file).refused();
    assert!(said.starts_with("a frame in an obsolete form"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    let mut writer = Writer::create(Path::new("/dev/null"), "a test", LinkType::ETHERNET).unwrap();
    writer.packet(0, &[1; 60], "").unwrap();
    writer.finish().unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let target = Scratch::with("target", b"old");
    let link = Scratch::new("link");
    std::os::unix::fs::symlink(&target.0, &link.0).unwrap();
    Writer::create(&link.0, "a test", LinkType::ETHERNET).unwrap().finish().unwrap();
    assert!(fs::symlink_metadata(&link.0).unwrap().is_symlink());
    assert_ne!(fs::read(&target.0).unwrap(), b"old");
    let said =
        Writer::create(&env::temp_dir(), "a test", LinkType::ETHERNET).unwrap_err().to_string();
    assert!(said.ends_with("is a directory"), "{said}");
}
