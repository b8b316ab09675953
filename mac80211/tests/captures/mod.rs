//! Captures beside the project (`shared/captures`): their frames, for tests.
//!
//! Not every test takes every function.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use pcap_parser::{Block, PcapBlockOwned, PcapError, create_reader};

/// `LINKTYPE_IEEE802_11`: frames without anything before them.
pub(crate) const IEEE802_11: i32 = 105;
/// `LINKTYPE_IEEE802_11_PRISM`.
pub(crate) const PRISM: i32 = 119;
/// `LINKTYPE_IEEE802_11_RADIOTAP`.
pub(crate) const RADIOTAP: i32 = 127;

/// One packet of a capture.
pub(crate) struct Captured {
    /// As Wireshark counts: from 1.
    pub(crate) number: usize,
    pub(crate) link_type: i32,
    pub(crate) bytes: Vec<u8>,
}

impl Captured {
    /// The 802.11 frame, without radiotap before it and the FCS behind it. Naive on purpose: its length
    /// field says where radiotap ends, and flags stand behind a TSFT at most. `None`: no 802.11.
    pub(crate) fn frame(&self) -> Option<&[u8]> {
        match self.link_type {
            IEEE802_11 => return Some(&self.bytes),
            // Message code, then the length of all of the header; an FCS is not told of.
            PRISM => {
                let len = u32::from_le_bytes(self.bytes[4..8].try_into().unwrap());
                return Some(&self.bytes[len as usize..]);
            }
            RADIOTAP => {}
            _ => return None,
        }
        let len = usize::from(u16::from_le_bytes([self.bytes[2], self.bytes[3]]));
        let mut present = self.bytes[4];
        let mut at = 4;
        while u32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap()) >> 31 == 1 {
            at += 4;
        }
        at += 4;
        if present & 1 == 1 {
            at = at.next_multiple_of(8) + 8;
        }
        present &= 2;
        let has_fcs = present != 0 && self.bytes[at] & 0x10 != 0;
        let end = self.bytes.len() - if has_fcs { 4 } else { 0 };
        Some(&self.bytes[len..end])
    }
}

/// `shared/captures/<name>`; `None`, and a line that says so, where the captures are not, unless
/// `SOFTNET_ORACLES` lists `captures`: then it fails.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = Path::new("shared/captures").join(name);
    let found = root.ancestors().map(|folder| folder.join(&file)).find(|path| path.exists());
    if found.is_none() {
        let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
        assert!(
            !listed.split(',').any(|oracle| oracle == "captures"),
            "{} is missing",
            file.display()
        );
        println!("skipped: {} is missing; it is not part of the project", file.display());
    }
    found
}

/// Every packet of a pcap or pcapng file.
pub(crate) fn read(path: &Path) -> Vec<Captured> {
    let file = fs::File::open(path).unwrap();
    let mut reader = create_reader(1 << 20, file).unwrap();
    let (mut packets, mut link_types) = (Vec::new(), Vec::new());
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                let mut push = |link_type: i32, data: &[u8]| {
                    let number = packets.len() + 1;
                    packets.push(Captured { number, link_type, bytes: data.to_vec() });
                };
                match block {
                    // Above it may stand how long an FCS is.
                    PcapBlockOwned::LegacyHeader(header) => {
                        link_types.push(header.network.0 & 0xffff);
                    }
                    PcapBlockOwned::Legacy(block) => push(link_types[0], block.data),
                    PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                        link_types.push(interface.linktype.0);
                    }
                    PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
                        let data = &block.data[..block.caplen as usize];
                        push(link_types[block.if_id as usize], data);
                    }
                    PcapBlockOwned::NG(_) => {}
                }
                reader.consume(offset);
            }
            Err(PcapError::Eof) => return packets,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}

/// Every capture (`.pcap`, `.cap`, `.pcapng`) of a folder of `shared/captures`, by name.
pub(crate) fn folder(name: &str) -> Vec<(String, Vec<Captured>)> {
    let Some(path) = find(name) else { return Vec::new() };
    let mut files: Vec<_> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension().is_some_and(|e| ["pcap", "cap", "pcapng"].iter().any(|&known| e == known))
    });
    files.sort();
    files.iter().map(|path| (path.file_name().unwrap().display().to_string(), read(path))).collect()
}
