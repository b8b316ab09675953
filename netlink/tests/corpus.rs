//! What a kernel and its tools said to each other, recorded, is typed and written back to the same bytes.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod proof;

use std::path::Path;
use std::{env, fs};

use proof::Proof;
use proptest::prelude::*;
use softnet_netlink::genl::ethtool::EthtoolMessage;
use softnet_netlink::genl::nl80211::Nl80211Message;
use softnet_netlink::rtnl::RouteMessage;
use softnet_netlink::wire::{Message, Messages, WriteError, Writer};

/// A recording of `corpus/record.py`.
fn recorded(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)).unwrap()
}

/// That a file's messages are typed and written back, and nothing in them stays raw; how many there are at least.
fn comes_back<T>(file: &str, look: impl Fn(&mut Proof, &[u8]) -> Vec<T>, least: usize) {
    let mut proof = Proof::default();
    look(&mut proof, &recorded(file));
    proof.assert_raw(&[]);
    assert!(proof.messages > least, "{file}: {}", proof.messages);
}

#[test]
fn links_come_back() {
    comes_back("links.bin", Proof::route, 100);
}

#[test]
fn addresses_routes_and_neighbours_come_back() {
    comes_back("addresses.bin", Proof::route, 50);
}

#[test]
fn disciplines_and_classes_come_back() {
    comes_back("disciplines.bin", Proof::route, 50);
}

#[test]
fn filters_and_actions_come_back() {
    comes_back("filters.bin", Proof::route, 50);
}

#[test]
fn states_and_policies_come_back() {
    comes_back("xfrm.bin", Proof::xfrm, 10);
}

#[test]
fn families_and_policies_come_back() {
    comes_back("families.bin", Proof::nlctrl, 500);
}

#[test]
fn what_ethtool_says_comes_back() {
    comes_back("ethtool.bin", Proof::ethtool, 100);
}

#[test]
fn what_wifi_programs_say_comes_back() {
    comes_back("nl80211.bin", Proof::nl80211, 400);
    comes_back("nl80211-news.bin", Proof::nl80211, 500);
    comes_back("nl80211-other.bin", Proof::nl80211, 400);
}

/// pyroute2's own capture, where it lies beside the project (`shared/captures/public`).
#[test]
fn a_public_capture_comes_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "shared/captures/public/netlink/nl0.pcap";
    let found = root.ancestors().map(|folder| folder.join(file)).find(|path| path.exists());
    let Some(path) = found else {
        let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
        assert!(!listed.split(',').any(|oracle| oracle == "captures"), "{file} is missing");
        println!("skipped: {file} is missing; it is tests/test_decoder/nl0.pcap of pyroute2");
        return;
    };
    let pcap = fs::read(path).unwrap();
    let word = |at: usize| u32::from_le_bytes(pcap[at..at + 4].try_into().unwrap());
    let mut proof = Proof::default();
    let (mut at, mut untyped) = (24, 0);
    while at < pcap.len() {
        let len = word(at + 8) as usize;
        let packet = &pcap[at + 16..at + 16 + len];
        // A cooked header of 16 bytes ends in netlink's protocol: NETLINK_ROUTE, NETLINK_GENERIC.
        match (packet[15], packet[20]) {
            (0, _) => drop(proof.route(&packet[16..])),
            (16, 0x10) => drop(proof.nlctrl(&packet[16..])),
            // What nl80211's id was there.
            (16, 0x24) => drop(proof.nl80211(&packet[16..])),
            // Answers without a family, and IPVS, of which there are no types here.
            _ => untyped += untyped_come_back(&packet[16..]),
        }
        at += 16 + len;
    }
    proof.assert_raw(&[]);
    assert_eq!((proof.messages, untyped), (26, 6));
}

/// That messages of generic netlink come back attribute by attribute, whatever these mean; how many there are.
fn untyped_come_back(datagram: &[u8]) -> usize {
    const GENL_HDRLEN: usize = 4;
    let messages = Messages::new(datagram).map(Result::unwrap);
    let again = messages.map(|message| {
        let again = written(message.as_bytes(), |message, to| {
            let payload = message.payload();
            to.message(message.header(), |body| {
                if message.kind() < 0x10 {
                    return body.raw(payload);
                }
                body.raw(&payload[..GENL_HDRLEN])?;
                let mut attrs = message.attrs(GENL_HDRLEN);
                attrs.try_for_each(|attr| body.attr(attr.raw_kind(), attr.value()))
            })
        });
        assert_eq!(again, message.as_bytes());
    });
    again.count()
}

/// A message of one of the files, some of its bytes others, its end cut off.
fn damaged(
    file: &str,
    pick: prop::sample::Index,
    damage: Vec<(prop::sample::Index, u8)>,
    cut: usize,
) -> Vec<u8> {
    let bytes = recorded(file);
    let messages: Vec<_> = Messages::new(&bytes).map(Result::unwrap).collect();
    let mut message = pick.get(&messages).as_bytes().to_vec();
    let len = message.len().saturating_sub(cut).max(16);
    message.truncate(len);
    message[..4].copy_from_slice(&u32::try_from(len).unwrap().to_ne_bytes());
    for (at, byte) in damage {
        if len > 16 {
            message[16 + at.index(len - 16)] = byte;
        }
    }
    message
}

/// What is written of a message, without its padding.
fn written(
    message: &[u8],
    encode: impl FnOnce(Message<'_>, &mut Writer<'_>) -> Result<(), WriteError>,
) -> Vec<u8> {
    let read = Messages::new(message).next().unwrap().unwrap();
    let mut buffer = vec![0; message.len() + 64];
    let mut writer = Writer::new(&mut buffer);
    encode(read, &mut writer).unwrap();
    writer.as_bytes()[..message.len()].to_vec()
}

type Damage = Vec<(prop::sample::Index, u8)>;

fn damage() -> impl Strategy<Value = Damage> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
}

proptest! {
    /// Whatever is damaged, what was read is what is written.
    #[test]
    fn damaged_messages_come_back(
        file in prop::sample::select(&["links.bin", "addresses.bin", "disciplines.bin", "filters.bin"][..]),
        (pick, damage, cut) in (any::<prop::sample::Index>(), damage(), 0_usize..8),
    ) {
        let message = damaged(file, pick, damage, cut);
        let again = written(&message, |message, to| RouteMessage::decode(&message).unwrap().encode(to));
        prop_assert_eq!(again, message);
    }

    #[test]
    fn damaged_messages_of_wifi_and_ethtool_come_back(
        file in prop::sample::select(&["nl80211.bin", "nl80211-other.bin", "ethtool.bin"][..]),
        (pick, damage, cut) in (any::<prop::sample::Index>(), damage(), 0_usize..8),
    ) {
        let message = damaged(file, pick, damage, cut);
        let again = written(&message, |message, to| Nl80211Message::read(&message).write(to));
        prop_assert_eq!(&again, &message);
        let again = written(&message, |message, to| match EthtoolMessage::decode(&message) {
            Some(typed) => typed.encode(to),
            // Its command is none.
            None => to.copy(message.as_bytes()),
        });
        prop_assert_eq!(again, message);
    }
}
