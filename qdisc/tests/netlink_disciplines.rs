//! Requests about disciplines and classes: any bytes, and what `tc` once sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod qdisc_requests;

use proptest::prelude::*;
use qdisc_requests::{Client, DEVS, Machine, dump, message, run};
use softnet_netlink::rtnl::kind;
use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Flags, Messages};

/// Requests about disciplines and classes that `tc` sent: the seeds of fuzz target `qdisc_netlink`.
fn recorded() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/qdisc_netlink");
    let mut all = Vec::new();
    for seed in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(seed.unwrap().path()).unwrap();
        all.extend(Messages::new(&bytes).map(|message| message.unwrap().as_bytes().to_vec()));
    }
    assert!(all.len() > 100, "{}", all.len());
    all.sort();
    all
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        run(&bytes);
    }

    /// What `tc` sent, in any order, with bytes changed, at places that there may be.
    #[test]
    fn broken_requests_are_answered(
        picked in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..6, any::<bool>()), 1..10),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..5),
    ) {
        let recorded = recorded();
        let mut bytes = Vec::new();
        for (which, place, second) in picked {
            let start = bytes.len();
            bytes.extend_from_slice(&recorded[which.index(recorded.len())]);
            bytes[start + 20] = second.into();
            // The root, or a class of the first discipline.
            match place {
                0..=2 => {}
                3 => bytes[start + 28..start + 32].fill(0xff),
                minor => {
                    let parent = 0x1_0000 | u32::from(minor - 3);
                    bytes[start + 28..start + 32].copy_from_slice(&parent.to_ne_bytes());
                }
            }
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        run(&bytes);
    }
}

/// As many classes as don't fit one part of a dump.
#[test]
fn a_dump_goes_on_where_it_stopped() {
    let mut client = Client::new(Machine::new());
    let kind_of = |name: &[u8]| {
        let len = 5 + name.len() as u16;
        let mut attr = [&len.to_ne_bytes()[..], &1_u16.to_ne_bytes(), name, &[0]].concat();
        attr.resize(attr.len().next_multiple_of(4), 0);
        attr
    };
    let options = [4_u16.to_ne_bytes(), 2_u16.to_ne_bytes()].concat();
    let drr = [kind_of(b"drr"), options].concat();
    let add = Flags::CREATE | Flags::EXCL;
    let head = |handle, parent| {
        let ifindex = DEVS[0] as i32;
        Tcmsg { ifindex, handle, parent, ..Tcmsg::default() }
    };
    let made = message((kind::NEWQDISC, add), &head(0x1_0000, u32::MAX), &drr);
    assert_eq!(client.ask(&made), [], "no news is good news");
    for minor in 1..=300 {
        let made = message((kind::NEWTCLASS, add), &head(0x1_0000 | minor, 0x1_0000), &drr);
        assert_eq!(client.ask(&made), []);
    }
    let mut numbers: Vec<u32> = dump(&mut client, kind::GETTCLASS, DEVS[0])
        .iter()
        .map(|(_, payload, _)| u32::from_ne_bytes(payload[8..12].try_into().unwrap()))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0x1_0001..=0x1_0000 + 300).collect::<Vec<_>>());
}
