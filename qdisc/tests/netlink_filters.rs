//! Requests about filters: any bytes, and what `tc` once sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod filter_requests;

use filter_requests::{Client, DEV, Machine, run};
use proptest::prelude::*;
use softnet_netlink::rtnl::kind;
use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Attrs, Flags, Messages};

/// Requests that `tc` sent to Linux.
fn recorded() -> Vec<Vec<u8>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../netlink/tests/corpus/filters.bin");
    let bytes = std::fs::read(file).unwrap();
    let all = Messages::new(&bytes).map(|message| message.unwrap().as_bytes().to_vec());
    let create = |message: &Vec<u8>| message[7] & 4 != 0;
    all.filter(|message| message[4] == 44 && create(message)).collect()
}

fn head(parent: u32, prio: u32) -> Tcmsg {
    let info = prio << 16 | u32::from(0x0800_u16.to_be());
    Tcmsg { ifindex: DEV as i32, parent, info, ..Tcmsg::default() }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        run(&bytes);
    }

    /// What `tc` sent, with bytes changed and cut.
    #[test]
    fn broken_requests_are_answered(
        picked in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4), 1..8),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        packet in prop::collection::vec(any::<u8>(), 0..90),
    ) {
        let recorded = recorded();
        let mut bytes = Vec::new();
        for (which, place) in picked {
            let start = bytes.len();
            bytes.extend_from_slice(&recorded[which.index(recorded.len())]);
            bytes[start + 28] = place;
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.extend_from_slice(&packet);
        run(&bytes);
    }
}

#[test]
fn a_dump_goes_on_where_it_stopped() {
    let mut asker = Client::new(Machine::new());
    // matchall, with a class.
    let attrs = [13, 0, 1, 0, b'm', b'a', b't', b'c', b'h', b'a', b'l', b'l', 0, 0, 0, 0];
    let options = [12, 0, 2, 0, 8, 0, 1, 0, 1, 0, 1, 0];
    let attrs = [&attrs[..], &options].concat();
    for prio in 1..=1000 {
        let flags = Flags::CREATE | Flags::EXCL;
        let got = asker.request((kind::NEWTFILTER, flags), &head(0xffff_fff2, prio), &attrs);
        assert!(got.is_empty(), "{got:?}");
    }
    let got = asker.dump(kind::GETTFILTER, 0xffff_fff2);
    // Each priority by itself, then its filter, which Linux loses where it begins a part.
    let prios: Vec<u32> = got
        .iter()
        .map(|(_, payload, _)| u32::from_ne_bytes(payload[16..20].try_into().unwrap()) >> 16)
        .collect();
    let expected: Vec<u32> = (1..=1000).flat_map(|prio| [prio, prio]).collect();
    assert_eq!(prios, expected);
}

#[test]
fn counters_are_those_of_the_packets_that_came() {
    let mut asker = Client::new(Machine::new());
    // basic without tests, and a gact that drops.
    let kind_attr = [10, 0, 1, 0, b'b', b'a', b's', b'i', b'c', 0, 0, 0];
    let gact = [9, 0, 1, 0, b'g', b'a', b'c', b't', 0, 0, 0, 0];
    let mut parms = vec![28, 0, 2, 0, 24, 0, 2, 0];
    parms.extend([0_u32, 0, 2, 0, 0].map(u32::to_ne_bytes).concat());
    let nest = |kind: u16, value: &[u8]| {
        let len = (value.len() + 4) as u16;
        [&len.to_ne_bytes()[..], &kind.to_ne_bytes(), value].concat()
    };
    let options = nest(2, &nest(3, &nest(1, &[&gact[..], &parms].concat())));
    let attrs = [&kind_attr[..], &options].concat();
    let flags = Flags::CREATE | Flags::ACK;
    let got = asker.request((kind::NEWTFILTER, flags), &head(0xffff_fff2, 1), &attrs);
    assert_eq!(got[0].1[..4], [0; 4], "acknowledged");
    let mut frame = vec![0; 60];
    frame[12..14].copy_from_slice(&[8, 0]);
    // 100 ms later, a packet that is for it, and one of another protocol; then 50 ms more.
    asker.machine.now = softnet_sk_buff::Instant::from_millis(100);
    asker.pass(&frame);
    frame[12..14].copy_from_slice(&[8, 6]);
    asker.pass(&frame);
    asker.machine.now = softnet_sk_buff::Instant::from_millis(150);
    let got = asker.dump(kind::GETTFILTER, 0xffff_fff2);
    let payload = &got[1].1;
    let options = Attrs::new(&payload[20..]).find(2).unwrap();
    let counts: [u64; 2] = options.nested().find(5).unwrap().prefix().unwrap();
    assert_eq!(counts, [1, 1], "asked, matched");
    let action = options.nested().find(3).unwrap().nested().find(1).unwrap();
    let stats = action.nested().find(4).unwrap();
    let basic: [u32; 3] = stats.nested().find(1).unwrap().prefix().unwrap();
    assert_eq!(basic, [60, 0, 1], "bytes, in two halves, and packets");
    let queue: [u32; 5] = stats.nested().find(3).unwrap().prefix().unwrap();
    assert_eq!(queue, [0, 0, 1, 0, 0], "dropped");
    let times: [u64; 4] =
        action.nested().find(2).unwrap().nested().find(1).unwrap().prefix().unwrap();
    assert_eq!(times, [15, 5, 0, 5], "hundredths since: made, used last, -, used first");
}
