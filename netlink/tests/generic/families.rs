//! ethtool and nl80211 as Linux 6.12.117 tells of them (`../corpus/families.bin`): their commands, who may give them,
//! and the rules that requests are held to, byte for byte.

use std::fs;
use std::path::Path;

use softnet_netlink::genl::ctrl::{Ctrl, CtrlBuf};
use softnet_netlink::genl::{Definition, GenlHeader, McastGroup, Registry, ethtool, nl80211};
use softnet_netlink::kernel::close;
use softnet_netlink::policy::PolicyTypeBuf;
use softnet_netlink::set::MessageBuf;
use softnet_netlink::wire::{Flags, Message, Messages, Writer};

use crate::side::Side;

/// A request, and what answered it, the end left out.
type Exchange = (Vec<u8>, Vec<Vec<u8>>);

fn recorded() -> Vec<Exchange> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/families.bin");
    let bytes = fs::read(path).unwrap();
    let mut exchanges: Vec<Exchange> = Vec::new();
    for message in Messages::new(&bytes).map(Result::unwrap) {
        let bytes = message.as_bytes().to_vec();
        if message.flags().contains(Flags::REQUEST) {
            exchanges.push((bytes, Vec::new()));
        } else if message.kind() >= 16 {
            exchanges.last_mut().unwrap().1.push(bytes);
        }
    }
    exchanges
}

/// Registers `definition` behind so many families and groups that its numbers are these.
fn register_at(side: &mut Side, definition: &'static Definition, id: u16, first_group: u32) {
    loop {
        // What it would be given now.
        let mut probe = Registry::<()>::new();
        for family in side.generic.registry().families().filter(|family| family.id() != 16) {
            probe.register(family.definition(), ()).unwrap();
        }
        let (next, _) = probe.register(definition, ()).unwrap();
        let group = probe.by_id(next).unwrap().groups().start;
        if (next, group) == (id, first_group) {
            side.register(definition);
            return;
        }
        assert!(next < id, "{next} {group}");
        let missing = if next + 1 == id { first_group - group } else { 0 };
        let groups = vec![McastGroup::new("other"); missing as usize].leak();
        let name: &'static str = format!("other{next}").leak();
        side.register(Box::leak(Box::new(Definition { groups, ..Definition::new(name) })));
    }
}

/// Its user-mode Linux pads numbers of 64 bits; we are as Linux is on x86-64 and arm64.
fn without_padding(message: &[u8]) -> Vec<u8> {
    let mut typed = MessageBuf::<GenlHeader, Ctrl>::read(&Message::parse(message).unwrap());
    for attr in &mut typed.attrs.attrs {
        let CtrlBuf::Policy(policies) = attr else { continue };
        for rules in policies.list.attrs.iter_mut().flat_map(|policy| &mut policy.list.attrs) {
            rules.list.attrs.retain(|attr| !matches!(attr, PolicyTypeBuf::Pad(_)));
        }
    }
    let mut buffer = vec![0; message.len() + 64];
    let mut writer = Writer::new(&mut buffer);
    typed.write(&mut writer).unwrap();
    writer.as_bytes().to_vec()
}

#[test]
fn they_are_told_of_in_the_kernels_bytes() {
    let exchanges = recorded();
    let mut side = Side::new();
    register_at(&mut side, &ethtool::FAMILY, 20, 4);
    register_at(&mut side, &nl80211::FAMILY, 23, 6);
    let mut compared = 0;
    for (request, theirs) in exchanges {
        let port = Message::parse(&theirs[0]).unwrap().header().port;
        side.creds.pid = port;
        let socket = side.socket(crate::side::NET);
        side.send(socket, &request);
        let ours: Vec<Vec<u8>> = side
            .drain(socket)
            .into_iter()
            .filter(|bytes| Message::parse(bytes).unwrap().kind() >= 16)
            .collect();
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, &without_padding(theirs), "{request:?}");
            compared += 1;
        }
        assert_eq!(ours.len(), theirs.len(), "{request:?}");
        close(&mut side.table, socket, &mut (), &mut side.generic).unwrap();
    }
    assert!(compared > 500, "{compared}");
}
