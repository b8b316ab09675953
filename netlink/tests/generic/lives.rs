//! Families that come, answer and go.

use softnet_netlink::errno::Errno;
use softnet_netlink::genl::{Definition, GenlHeader, GroupFlags, McastGroup, SplitOp, View};
use softnet_netlink::kernel::NetId;
use softnet_netlink::policy::{Policy, Rule};
use softnet_netlink::wire::{Flags, Message, kind};

use crate::side::{NET, Side, request};

static POLICY: Policy = Policy::new(&[Rule::UNSPEC, Rule::U32]);

static COUNTER: Definition = Definition {
    version: 3,
    split_ops: &[SplitOp::doit(1).policy(&POLICY), SplitOp::dumpit(1).policy(&POLICY)],
    groups: &[
        McastGroup::new("counted"),
        McastGroup { name: "secret", flags: GroupFlags::CAP_NET_ADMIN },
    ],
    netns_ok: true,
    ..Definition::new("counter")
};

/// Type, command, and the one number that is in it.
fn told(bytes: &[u8]) -> (u16, u8, u32) {
    let message = Message::parse(bytes).unwrap();
    let view = View::new(message).unwrap();
    let number = view.attrs(0).find(1).and_then(|attr| attr.u32());
    (message.kind(), view.header().cmd, number.unwrap_or(0))
}

fn error(bytes: &[u8]) -> i32 {
    let message = Message::parse(bytes).unwrap();
    message.ack().map(|ack| ack.error()).or(message.done()).unwrap()
}

#[test]
fn a_request_is_answered_its_group_told_and_acknowledged_in_this_order() {
    let mut side = Side::new();
    let id = side.register(&COUNTER);
    let (asker, listener) = (side.socket(NET), side.socket(NET));
    let group = side.generic.registry().by_id(id).unwrap().groups().start;
    side.join(asker, group).unwrap();
    side.join(listener, group).unwrap();
    side.send(asker, &request(id, Flags::ACK, 1, 77));
    let answers = side.drain(asker);
    assert_eq!(
        answers[..2].iter().map(|bytes| told(bytes)).collect::<Vec<_>>(),
        [(id, 9, 77), (id, 2, 77)]
    );
    let header = Message::parse(&answers[1]).unwrap().header();
    assert_eq!((header.seq, header.port, header.flags()), (7, 42, Flags::empty()));
    assert_eq!(
        View::new(Message::parse(&answers[1]).unwrap()).unwrap().header(),
        GenlHeader::new(2, 3)
    );
    assert_eq!((answers.len(), error(&answers[2])), (3, 0));
    assert_eq!(side.drain(listener).len(), 1);
    // What the policy refuses does not come to the handler.
    let mut long = request(id, Flags::ACK, 1, 77);
    long[20] = 6;
    side.send(asker, &long);
    assert_eq!(error(&side.drain(asker)[0]), Errno::EINVAL.to_wire());
}

#[test]
fn a_dump_goes_on_as_it_is_read_and_is_over_once() {
    let mut side = Side::new();
    let id = side.register(&COUNTER);
    let socket = side.socket(NET);
    side.send(socket, &request(id, Flags::DUMP, 1, 5000));
    let second = request(id, Flags::DUMP, 1, 1);
    let (mut numbers, mut parts) = (Vec::new(), 0);
    'reading: loop {
        parts += 1;
        for message in side.receive(socket).unwrap() {
            if Message::parse(&message).unwrap().kind() == kind::DONE {
                assert_eq!(error(&message), 0);
                break 'reading;
            }
            numbers.push(told(&message).2);
        }
        assert_eq!(side.generic.handler_mut(id).unwrap().done > 0, numbers.len() > 4000, "{parts}");
    }
    assert!(parts > 5, "{parts}");
    assert_eq!(numbers, (0..5000).collect::<Vec<_>>());
    assert_eq!(side.generic.handler_mut(id).unwrap().done, 1);
    // Its end before its time: the reader closes.
    side.send(socket, &request(id, Flags::DUMP, 1, 5000));
    side.send(socket, &second);
    let busy = side.drain(socket).into_iter().find(|bytes| bytes[4] == 2).unwrap();
    assert_eq!(error(&busy), Errno::EBUSY.to_wire());
    side.send(socket, &request(id, Flags::DUMP, 1, 5000));
    let closed =
        softnet_netlink::kernel::close(&mut side.table, socket, &mut (), &mut side.generic);
    closed.unwrap();
    assert_eq!(side.generic.handler_mut(id).unwrap().done, 3);
}

#[test]
fn who_listens_to_nlctrl_hears_of_families_in_every_net() {
    static HERE: Definition = Definition::new("here");
    let mut side = Side::new();
    let (near, far) = (side.socket(NET), side.socket(NetId(2)));
    for socket in [near, far] {
        side.join(socket, 16).unwrap();
    }
    let id = side.register(&COUNTER);
    let commands = |told: Vec<Vec<u8>>| -> Vec<u8> {
        told.iter()
            .map(|bytes| View::new(Message::parse(bytes).unwrap()).unwrap().header().cmd)
            .collect()
    };
    assert_eq!(commands(side.drain(near)), [1, 7, 7]);
    assert_eq!(commands(side.drain(far)), [1, 7, 7]);
    // It does not know of nets.
    let here = side.register(&HERE);
    assert_eq!(commands(side.drain(near)), [1]);
    assert!(side.drain(far).is_empty());
    side.generic.unregister(here, &mut side.table).unwrap();
    side.generic.unregister(id, &mut side.table).unwrap();
    assert_eq!(commands(side.drain(near)), [2, 8, 8, 2]);
    assert_eq!(commands(side.drain(far)), [8, 8, 2]);
}

#[test]
fn a_group_is_there_while_its_family_is() {
    let mut side = Side::new();
    let socket = side.socket(NET);
    // There are 64 groups before any family has one, and nobody's may be joined by anybody.
    assert_eq!(side.join(socket, 64), Ok(()));
    assert_eq!(side.join(socket, 65), Err(Errno::EINVAL));
    let id = side.register(&COUNTER);
    let groups = side.generic.registry().by_id(id).unwrap().groups();
    side.creds.privileged = false;
    assert_eq!(side.join(socket, groups.start), Ok(()));
    assert_eq!(side.join(socket, groups.start + 1), Err(Errno::EPERM));
    side.creds.privileged = true;
    assert_eq!(side.join(socket, groups.start + 1), Ok(()));
    let handler = side.generic.unregister(id, &mut side.table).unwrap();
    assert_eq!(handler.bound, [(true, 0), (true, 1)]);
    let mut words = [0; 4];
    side.table.list_memberships(socket, &mut words).unwrap();
    assert_eq!(words, [0, 1 << 31, 0, 0], "group 64 alone");
    // More groups than fit: sockets that join again know of them.
    static MANY: Definition =
        Definition { groups: &[McastGroup::new("x"); 100], ..Definition::new("many") };
    let many = side.register(&MANY);
    let last = side.generic.registry().by_id(many).unwrap().groups().end - 1;
    assert!(last > 64);
    assert_eq!(side.join(socket, last), Ok(()));
}

#[test]
fn a_dump_of_a_family_that_went_ends() {
    let mut side = Side::new();
    let id = side.register(&COUNTER);
    let socket = side.socket(NET);
    side.send(socket, &request(id, Flags::DUMP, 1, 5000));
    let handler = side.generic.unregister(id, &mut side.table).unwrap();
    assert_eq!(handler.done, 0);
    let messages = side.drain(socket);
    let end = messages.last().unwrap();
    assert_eq!(Message::parse(end).unwrap().kind(), kind::DONE);
    assert_eq!(error(end), Errno::ENOENT.to_wire());
    // And it is asked for in vain.
    side.send(socket, &request(id, Flags::ACK, 1, 1));
    assert_eq!(error(&side.drain(socket)[0]), Errno::ENOENT.to_wire());
}
