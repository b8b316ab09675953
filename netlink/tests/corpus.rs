//! What a kernel and its tools said to each other, recorded, is typed and written back to the same bytes.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod proof;

use std::path::Path;
use std::{env, fs};

use proof::Proof;

/// A recording of `corpus/record.py`: what it is of, and how many messages there are at least.
fn recorded(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)).unwrap()
}

#[test]
fn links_come_back() {
    let mut proof = Proof::default();
    proof.route(&recorded("links.bin"));
    proof.assert_raw(&[]);
    assert!(proof.messages > 100);
}

#[test]
fn addresses_routes_and_neighbours_come_back() {
    let mut proof = Proof::default();
    proof.route(&recorded("addresses.bin"));
    proof.assert_raw(&[]);
    assert!(proof.messages > 50);
}

#[test]
fn disciplines_and_classes_come_back() {
    let mut proof = Proof::default();
    proof.route(&recorded("disciplines.bin"));
    proof.assert_raw(&[]);
    assert!(proof.messages > 50);
}

#[test]
fn filters_and_actions_come_back() {
    let mut proof = Proof::default();
    proof.route(&recorded("filters.bin"));
    proof.assert_raw(&[]);
    assert!(proof.messages > 50);
}

#[test]
fn states_and_policies_come_back() {
    let mut proof = Proof::default();
    proof.xfrm(&recorded("xfrm.bin"));
    proof.assert_raw(&[]);
    assert!(proof.messages > 10);
}

/// pyroute2's own capture, where it lies beside the project (`shared/captures/public`).
#[test]
fn a_public_capture_comes_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "shared/captures/public/netlink/nl0.pcap";
    let found = root.ancestors().map(|folder| folder.join(file)).find(|path| path.exists());
    let Some(path) = found else {
        assert!(env::var("CI").is_err(), "{file} is missing");
        println!("skipped: {file} is missing; it is tests/test_decoder/nl0.pcap of pyroute2");
        return;
    };
    let pcap = fs::read(path).unwrap();
    let word = |at: usize| u32::from_le_bytes(pcap[at..at + 4].try_into().unwrap());
    let mut proof = Proof::default();
    let mut at = 24;
    while at < pcap.len() {
        let len = word(at + 8) as usize;
        let packet = &pcap[at + 16..at + 16 + len];
        // A cooked header of 16 bytes ends in netlink's protocol; 0 is NETLINK_ROUTE.
        if packet[14..16] == [0, 0] {
            proof.route(&packet[16..]);
        }
        at += 16 + len;
    }
    proof.assert_raw(&[]);
    assert!(proof.messages > 10);
}
