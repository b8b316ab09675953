//! What only the kernel sees: broadcasts' answers, what handlers send, dumps' states. What a program sees is in
//! `tests/semantics`.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::wire::{Flags, Header, Messages, WriteError, kind};

const NET: NetId = NetId(1);
const PROTOCOL: Protocol = Protocol(1000);
const GROUP: Group = Group { net: NET, protocol: PROTOCOL, number: 3 };
const ROOT: Creds = Creds::root(100);

type Toys = Table<&'static str>;

fn table() -> Toys {
    let mut table = Table::new(Config { max_sockets: 8, max_nsids: 2, ..Config::default() });
    table.register(PROTOCOL, ProtocolConfig::default()).unwrap();
    table
}

fn bound(table: &mut Toys) -> SocketId {
    let id = table.open(NET, PROTOCOL, ROOT).unwrap();
    table.bind(id, Address::default(), &ROOT, &mut ()).unwrap();
    id
}

fn set(table: &mut Toys, id: SocketId, option: SocketOption) {
    table.set_option(id, option, &ROOT, &mut ()).unwrap();
}

fn listener(table: &mut Toys) -> SocketId {
    let id = bound(table);
    set(table, id, SocketOption::AddMembership(3));
    id
}

fn port(table: &Toys, id: SocketId) -> PortId {
    table.getsockname(id).unwrap().port
}

fn message(kind: u16, flags: Flags, seq: u32) -> Vec<u8> {
    let datagram = Datagram::write(64, |to| {
        to.message(Header::new(kind, flags).seq(seq), |_| Ok::<_, WriteError>(()))
    });
    datagram.unwrap().bytes
}

fn datagram(len: usize) -> Datagram {
    Datagram::from(vec![7; len])
}

fn read(table: &mut Toys, id: SocketId) -> Result<Vec<u8>, Error> {
    let mut buffer = [0; 4096];
    let received = table.recvmsg(id, &mut buffer, RecvFlags::empty())?;
    assert!(received.dump.is_none());
    Ok(buffer[..received.copied].to_vec())
}

/// A request of one message, at that message.
fn request(table: &mut Toys, id: SocketId, bytes: &[u8]) -> Request<Creds> {
    match table.sendmsg(id, Outgoing::new(bytes), &ROOT).unwrap() {
        Sent::Request(request) => request,
        other => panic!("{other:?}"),
    }
}

fn start(table: &mut Toys, id: SocketId, control: DumpControl) -> DumpTurn<&'static str> {
    let asked = message(0x12, Flags::REQUEST | Flags::DUMP, 9);
    let mut asked = request(table, id, &asked);
    assert!(table.next_call(&mut asked).is_some());
    let turn = table.start_dump(&asked, "state", control).unwrap();
    table.finish(&mut asked, Ok(Outcome::Quiet), &mut Cx::new(0));
    turn
}

const SPLIT: DumpControl = DumpControl { min_dump_alloc: 0, split_done: true };

/// Writes messages of 1000 bytes until `count` are there or it is full.
fn fill(to: &mut DumpWriter<'_>, count: u32) -> Result<(), Errno> {
    for _ in 0..count {
        to.message(0x10, Flags::empty(), |body| body.raw(&[1; 984]))?;
    }
    Ok(())
}

/// Type, and of an end its number, of each message in a datagram.
fn kinds(bytes: &[u8]) -> Vec<(u16, Option<i32>)> {
    let messages = Messages::new(bytes).map(Result::unwrap);
    messages.map(|message| (message.kind(), message.done())).collect()
}

#[test]
fn a_broadcast_tells_whether_anybody_got_it() {
    let mut table = table();
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1)), Err(Error::NoListener));
    assert!(!table.has_listeners(PROTOCOL, 3));
    let (one, other) = (listener(&mut table), listener(&mut table));
    assert!(table.has_listeners(PROTOCOL, 3) && !table.has_listeners(PROTOCOL, 2));
    let excluded = port(&table, one);
    assert_eq!(table.broadcast(GROUP, excluded, datagram(1)), Ok(()));
    assert_eq!(read(&mut table, one), Err(Error::WouldBlock));
    assert_eq!(read(&mut table, other), Ok(vec![7]));
    assert_eq!(table.close(other, &mut ()).unwrap().dump, None);
    assert_eq!(table.broadcast(GROUP, excluded, datagram(1)), Err(Error::NoListener));
    set(&mut table, one, SocketOption::DropMembership(3));
    assert!(!table.has_listeners(PROTOCOL, 3));
}

/// A lost broadcast is an error for its sender only if a listener asked for that.
#[test]
fn broadcast_error_is_the_listeners_wish() {
    let mut table = table();
    let id = listener(&mut table);
    set(&mut table, id, SocketOption::RcvBuf(0));
    let one = Layout::X86_64.alloc(1000);
    assert_eq!(one, 2304);
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1000)), Ok(()));
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1)), Err(Error::NoListener));
    set(&mut table, id, SocketOption::Flag(Flag::BroadcastError, true));
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1)), Err(Error::NoBuffer));
    let content = listener(&mut table);
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1)), Err(Error::NoBuffer));
    assert_eq!(read(&mut table, content), Ok(vec![7]));
}

#[test]
fn other_nets_are_heard_by_who_listens_to_all_that_theirs_knows() {
    let mut table = table();
    let id = listener(&mut table);
    let far = Group { net: NetId(2), ..GROUP };
    set(&mut table, id, SocketOption::Flag(Flag::ListenAllNsid, true));
    assert_eq!(table.broadcast(far, PortId::KERNEL, datagram(1)), Err(Error::NoListener));
    table.set_nsid(NET, NetId(2), 5).unwrap();
    assert_eq!(table.broadcast(far, PortId::KERNEL, datagram(1)), Ok(()));
    assert_eq!(table.broadcast(GROUP, PortId::KERNEL, datagram(1)), Ok(()));
    let nsids = [0; 2].map(|_| table.recvmsg(id, &mut [], RecvFlags::empty()).unwrap().nsid);
    assert_eq!(nsids, [Some(5), None]);
    set(&mut table, id, SocketOption::Flag(Flag::ListenAllNsid, false));
    assert_eq!(table.broadcast(far, PortId::KERNEL, datagram(1)), Err(Error::NoListener));
    table.set_nsid(NET, NetId(3), 6).unwrap();
    assert_eq!(table.set_nsid(NET, NetId(4), 7), Err(Error::TooManyNets(2)));
    table.forget_net(NetId(2));
    assert_eq!(table.set_nsid(NET, NetId(4), 7), Ok(()));
}

#[test]
fn another_net_may_have_the_same_port() {
    let mut table = table();
    let id = table.open(NetId(2), PROTOCOL, ROOT).unwrap();
    table.bind(id, Address::default(), &ROOT, &mut ()).unwrap();
    let here = bound(&mut table);
    assert_eq!((port(&table, id), port(&table, here)), (PortId(100), PortId(100)));
    let peer = Peer { net: NetId(2), protocol: PROTOCOL, port: PortId(100) };
    assert_eq!(table.unicast(peer, datagram(3)), Ok(3));
    assert_eq!(read(&mut table, here), Err(Error::WouldBlock));
    assert_eq!(read(&mut table, id), Ok(vec![7; 3]));
}

#[test]
fn an_error_can_be_told_to_a_group() {
    let mut table = table();
    let (told, spared) = (listener(&mut table), listener(&mut table));
    set(&mut table, spared, SocketOption::Flag(Flag::NoEnobufs, true));
    assert_eq!(table.set_error(GROUP, PortId::KERNEL, Errno::ENOBUFS), 1);
    assert_eq!(read(&mut table, told), Err(Error::Other(Errno::ENOBUFS)));
    assert_eq!(read(&mut table, spared), Err(Error::WouldBlock));
}

/// 3776 bytes were had for it, so 4352 are charged, unless more than half of them are unused.
#[test]
fn what_the_kernel_sends_weighs_by_the_buffer_it_was_written_into() {
    let mut table = table();
    let id = bound(&mut table);
    let peer = Peer { net: NET, protocol: PROTOCOL, port: port(&table, id) };
    for (len, weight) in [(1601, 4352), (1600, 2304), (100, 832)] {
        let datagram = Datagram { bytes: vec![0; len], capacity: 3776 };
        table.unicast(peer, datagram).unwrap();
        assert_eq!(table.state(id).unwrap().rmem, weight);
        read(&mut table, id).unwrap();
    }
}

#[test]
fn what_a_handler_sends_leaves_in_order_and_before_the_acknowledgement() {
    let mut table = table();
    let (id, other) = (listener(&mut table), listener(&mut table));
    let asked = message(0x10, Flags::REQUEST | Flags::ACK, 1);
    let mut asked = request(&mut table, id, &asked);
    let mut cx = Cx::new(1000);
    let from = table.next_call(&mut asked).unwrap().from;
    cx.outbox.unicast(from, datagram(1)).unwrap();
    cx.outbox.notify(GROUP, from, datagram(2)).unwrap();
    table.finish(&mut asked, Ok(Outcome::Ack), &mut cx);
    assert!(table.next_call(&mut asked).is_none());
    let lengths = [0; 3].map(|_| read(&mut table, id).unwrap().len());
    assert_eq!(lengths, [1, 2, 36], "the reply, the report, the acknowledgement");
    assert_eq!(read(&mut table, other), Ok(vec![7; 2]));
    assert_eq!(read(&mut table, other), Err(Error::WouldBlock));
}

#[test]
fn a_full_outbox_refuses_replies_and_tells_listeners() {
    let mut table = table();
    let id = listener(&mut table);
    let peer = Peer { net: NET, protocol: PROTOCOL, port: port(&table, id) };
    let mut outbox = Outbox::new(40);
    outbox.unicast(peer, datagram(24)).unwrap();
    assert_eq!(outbox.unicast(peer, datagram(17)), Err(Error::NoBuffer));
    outbox.broadcast(GROUP, PortId::KERNEL, datagram(17));
    outbox.broadcast(GROUP, PortId::KERNEL, datagram(17));
    outbox.unicast(peer, datagram(1)).unwrap();
    assert_eq!(outbox.unicast(peer, datagram(0)), Err(Error::NoBuffer));
    table.flush(&mut outbox);
    assert_eq!(read(&mut table, id), Err(Error::Other(Errno::ENOBUFS)));
    let lengths = [0; 2].map(|_| read(&mut table, id).unwrap().len());
    assert_eq!(lengths, [24, 1]);
    assert!(outbox.is_empty() && outbox.unicast(peer, datagram(40)).is_ok());
}

#[test]
fn eintr_from_a_handler_is_no_answer() {
    let mut table = table();
    let id = bound(&mut table);
    let asked = message(0x10, Flags::REQUEST | Flags::ACK, 1);
    let mut asked = request(&mut table, id, &asked);
    assert!(table.next_call(&mut asked).is_some());
    table.finish(&mut asked, Err(Errno::EINTR), &mut Cx::new(0));
    assert_eq!(read(&mut table, id), Err(Error::WouldBlock));
}

/// Sends a reply and answers by a dump besides; counts.
#[derive(Default)]
struct Chatty {
    started: u32,
    done: u32,
}

impl Family<Creds> for Chatty {
    type Dump = &'static str;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        cx.outbox.unicast(call.from, datagram(5)).map_err(Error::errno)?;
        Ok(Outcome::Dump(DumpControl::default()))
    }

    fn start(&mut self, call: &Call<'_, Creds>, _: &mut Cx) -> Result<Self::Dump, Errno> {
        self.started += 1;
        if call.message.header().seq == 2 { Err(Errno::EACCES) } else { Ok("state") }
    }

    fn dump(&mut self, _: &mut Self::Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        assert_eq!((to.net(), to.strict(), to.is_empty()), (NET, false, true));
        assert_eq!(to.request().unwrap().header().seq, 1);
        fill(to, 1).map(|()| Progress::More)
    }

    fn done(&mut self, _: Self::Dump) {
        self.done += 1;
    }
}

#[test]
fn what_a_handler_says_before_its_dump_is_read_before_it() {
    let (mut table, mut chatty) = (table(), Chatty::default());
    let id = bound(&mut table);
    for seq in [1, 3] {
        let asked = message(0x12, Flags::REQUEST, seq);
        let asked = request(&mut table, id, &asked);
        serve(&mut table, asked, &mut chatty, &mut Cx::new(100));
    }
    assert_eq!(chatty.started, 1, "the second found it running");
    let mut buffer = [0; 4096];
    let mut next = || {
        let to = (&mut buffer[..], RecvFlags::TRUNC);
        receive(&mut table, id, to, &mut chatty).unwrap().len
    };
    assert_eq!([next(), next(), next(), next()], [5, 1000, 5, 36]);
    close(&mut table, id, &mut (), &mut chatty).unwrap();
    assert_eq!((chatty.started, chatty.done), (1, 1));

    let id = bound(&mut table);
    let asked = message(0x12, Flags::REQUEST, 2);
    let asked = request(&mut table, id, &asked);
    serve(&mut table, asked, &mut chatty, &mut Cx::new(100));
    assert_eq!((chatty.started, chatty.done), (2, 1), "what did not start is not ended");
    assert!(!table.state(id).unwrap().dumping);
}

/// Lets group 1 and nobody else.
#[derive(Default)]
struct Picky {
    left: Vec<u32>,
}

impl Membership<Creds> for Picky {
    fn bind(&mut self, _: &Creds, _: NetId, group: u32) -> Result<(), Errno> {
        if group == 1 { Ok(()) } else { Err(Errno::EACCES) }
    }

    fn unbind(&mut self, _: NetId, group: u32) {
        self.left.push(group);
    }
}

#[test]
fn a_group_that_the_protocol_refuses_undoes_those_before_it() {
    let mut table = table();
    let id = table.open(NET, PROTOCOL, ROOT).unwrap();
    let mut picky = Picky::default();
    let both = Address { port: PortId(5), groups: 0b11 };
    let refused = table.bind(id, both, &ROOT, &mut picky);
    assert_eq!(refused, Err(Error::Other(Errno::EACCES)));
    assert_eq!(picky.left, [1]);
    assert_eq!(table.getsockname(id), Ok(Address::default()));
    let join = table.set_option(id, SocketOption::AddMembership(2), &ROOT, &mut picky);
    assert_eq!(join, Err(Error::Other(Errno::EACCES)));
    table.bind(id, Address { groups: 1, ..both }, &ROOT, &mut picky).unwrap();
    assert_eq!(table.close(id, &mut picky).unwrap().peer.map(|peer| peer.port), Some(PortId(5)));
    assert_eq!(picky.left, [1, 1]);
}

#[test]
fn sockets_are_bounded_and_a_closed_ones_id_is_not_its_successors() {
    let mut table = table();
    let ids: Vec<_> = (0..8).map(|_| bound(&mut table)).collect();
    assert_eq!(table.open(NET, PROTOCOL, ROOT), Err(Error::TooManySockets(8)));
    let _ = table.close(ids[3], &mut ()).unwrap();
    let id = bound(&mut table);
    assert_eq!(table.getsockname(ids[3]), Err(Error::Closed));
    assert!(table.close(ids[3], &mut ()).is_err() && table.getsockname(id).is_ok());
    assert_eq!(table.sockets().count(), 8);
}

#[test]
fn what_has_no_room_waits_and_is_not_sent_to_the_group_again() {
    let mut table = table();
    let (from, to, hears) = (bound(&mut table), bound(&mut table), listener(&mut table));
    set(&mut table, to, SocketOption::RcvBuf(0));
    let address = Address { port: port(&table, to), groups: 0b100 };
    let first = table.sendmsg(from, Outgoing::new(&[1; 1000]).to(address), &ROOT).unwrap();
    assert!(matches!(first, Sent::Delivered(1000)));
    let second = table.sendmsg(from, Outgoing::new(&[2; 9]).to(address), &ROOT).unwrap();
    let Sent::Blocked(blocked) = second else { panic!("{second:?}") };
    assert_eq!(blocked.receiver(), to);
    while table.next_woken().is_some() {}
    let again = table.resend(blocked).unwrap();
    let Sent::Blocked(blocked) = again else { panic!("{again:?}") };
    read(&mut table, to).unwrap();
    assert_eq!(table.next_woken(), Some(to), "there is room");
    assert!(matches!(table.resend(blocked), Ok(Sent::Delivered(9))));
    assert_eq!(read(&mut table, to).unwrap(), [2; 9]);
    let heard: Vec<_> = core::iter::from_fn(|| read(&mut table, hears).ok()).collect();
    assert_eq!(heard, [vec![1; 1000], vec![2; 9]]);
}

#[test]
fn whoever_has_something_to_read_is_told_once() {
    let mut table = table();
    let (one, other) = (listener(&mut table), listener(&mut table));
    table.broadcast(GROUP, PortId::KERNEL, datagram(1)).unwrap();
    table.broadcast(GROUP, PortId::KERNEL, datagram(1)).unwrap();
    assert_eq!([0; 3].map(|_| table.next_woken()), [Some(one), Some(other), None]);
    table.broadcast(GROUP, PortId::KERNEL, datagram(1)).unwrap();
    let _ = table.close(one, &mut ()).unwrap();
    assert_eq!([0; 2].map(|_| table.next_woken()), [Some(other), None]);
}

#[test]
fn an_unregistered_protocol_keeps_its_sockets_and_answers_nobody() {
    let mut table = table();
    let id = listener(&mut table);
    let turn = start(&mut table, id, DumpControl::default());
    table.unregister(PROTOCOL).unwrap();
    assert_eq!(table.unregister(PROTOCOL), Err(Error::NoProtocol(PROTOCOL)));
    assert_eq!(table.open(NET, PROTOCOL, ROOT), Err(Error::NoProtocol(PROTOCOL)));
    let sent = table.sendmsg(id, Outgoing::new(&[0; 16]), &ROOT);
    assert_eq!(sent.map(drop), Err(Error::Refused(PortId::KERNEL)));
    let join = table.set_option(id, SocketOption::AddMembership(1), &ROOT, &mut ());
    assert_eq!(join, Err(Error::ProtocolGone(PROTOCOL)));
    assert_eq!(table.finish_dump(turn), None, "the dump goes on");
    table.register(PROTOCOL, ProtocolConfig::default()).unwrap();
    assert!(table.has_listeners(PROTOCOL, 3));
}

/// One part made by `dump`: what the reader gets, and what became of the state.
fn part(
    control: DumpControl,
    dump: impl FnOnce(&mut &'static str, &mut DumpWriter<'_>) -> Result<Progress, Errno>,
) -> (Vec<(u16, Option<i32>)>, Option<&'static str>) {
    let mut table = table();
    let id = bound(&mut table);
    let mut turn = start(&mut table, id, control);
    turn.run(dump);
    let state = table.finish_dump(turn);
    let mut buffer = [0; 4096];
    let received = table.recvmsg(id, &mut buffer, RecvFlags::empty()).unwrap();
    assert_eq!(received.dump.is_some(), state.is_none());
    (kinds(&buffer[..received.copied]), state)
}

#[test]
fn what_a_dump_returns_means_what_it_does_in_linux() {
    let plain = DumpControl::default();
    let some = (0x10, None);
    let end = |errno: i32| (kind::DONE, Some(errno));
    let ended = Some("state");
    let full = Err(Errno::EMSGSIZE);
    for (control, count, result, expected) in [
        (plain, 1, Ok(Progress::More), (vec![some], None)),
        (plain, 0, Ok(Progress::More), (vec![], None)),
        (plain, 1, Ok(Progress::Done), (vec![some, end(0)], ended)),
        (plain, 1, full, (vec![some], None)),
        (plain, 0, full, (vec![end(-90)], ended)),
        (plain, 1, Err(Errno::ENODEV), (vec![some, end(-19)], ended)),
        // Three leave 776 bytes, which is room for the end.
        (plain, 3, Ok(Progress::Done), (vec![some, some, some, end(0)], ended)),
        (SPLIT, 1, Ok(Progress::Done), (vec![some], None)),
        (SPLIT, 0, Ok(Progress::Done), (vec![end(0)], ended)),
        (SPLIT, 0, full, (vec![end(0)], ended)),
        (SPLIT, 1, Err(Errno::ENODEV), (vec![some, end(-19)], ended)),
    ] {
        let made = part(control, |_, to| fill(to, count).and(result));
        assert_eq!(made, expected, "{control:?}, {count} messages, {result:?}");
    }
}

#[test]
fn an_end_that_just_fits_is_there() {
    let (kinds, state) = part(DumpControl::default(), |_, to| {
        // 20 bytes are left of 3776.
        to.message(0x10, Flags::empty(), |body| body.raw(&[1; 3740]))?;
        Ok(Progress::Done)
    });
    assert_eq!((kinds.len(), kinds[1], state), (2, (kind::DONE, Some(0)), Some("state")));
}

#[test]
fn an_end_that_does_not_fit_comes_alone_and_the_family_is_not_asked_again() {
    let mut table = table();
    let id = bound(&mut table);
    let mut turn = start(&mut table, id, DumpControl::default());
    turn.run(|_, to| {
        // 16 bytes are left of 3776, and an end takes 20.
        to.message(0x10, Flags::empty(), |body| body.raw(&[1; 3744]))?;
        Err(Errno::ENODEV)
    });
    assert_eq!(table.finish_dump(turn), None);
    let mut buffer = [0; 4096];
    let received = table.recvmsg(id, &mut buffer, RecvFlags::empty()).unwrap();
    assert_eq!(received.copied, 3760);
    let mut turn = received.dump.unwrap();
    turn.run(|_, _| panic!("it had said all"));
    assert_eq!(table.finish_dump(turn), Some("state"));
    assert_eq!(kinds(&read(&mut table, id).unwrap()), [(kind::DONE, Some(-19))]);
}

#[test]
fn a_dumps_end_says_why_to_who_asked_for_that() {
    for (ext_ack, len) in [(false, 20), (true, 32)] {
        let mut table = table();
        let id = bound(&mut table);
        set(&mut table, id, SocketOption::Flag(Flag::ExtAck, ext_ack));
        let mut turn = start(&mut table, id, DumpControl::default());
        turn.run(|_, to| {
            to.extack().say("no luck");
            Err(Errno::ENODEV)
        });
        assert_eq!(table.finish_dump(turn), Some("state"));
        let bytes = read(&mut table, id).unwrap();
        assert_eq!(bytes.len(), len);
        assert_eq!(bytes[20..], b"\x0c\x00\x01\x00no luck\x00"[..len - 20]);
        let flags = if ext_ack { Flags::MULTI | Flags::ACK_TLVS } else { Flags::MULTI };
        assert_eq!(Messages::new(&bytes).next().unwrap().unwrap().flags(), flags);
    }
}

#[test]
fn a_change_of_generation_is_marked_on_the_message_that_is_checked() {
    let mut table = table();
    let id = bound(&mut table);
    let mut turn = start(&mut table, id, DumpControl::default());
    turn.run(|_, to| {
        to.filtered();
        for seq in [5, 5, 6, 6] {
            to.set_seq(seq);
            to.checked_message(0x10, Flags::empty(), |_| Ok::<_, WriteError>(())).unwrap();
        }
        to.set_seq(7);
        Ok(Progress::Done)
    });
    assert_eq!(table.finish_dump(turn), Some("state"));
    let bytes = read(&mut table, id).unwrap();
    let flags: Vec<_> =
        Messages::new(&bytes).map(|message| message.unwrap().flags().bits()).collect();
    assert_eq!(flags, [0x22, 0x22, 0x32, 0x22, 0x32], "the end is checked, too");
}

#[test]
fn parts_are_at_least_what_the_family_needs() {
    let mut table = table();
    let id = bound(&mut table);
    let mut turn = start(&mut table, id, DumpControl { min_dump_alloc: 9000, split_done: false });
    turn.run(|_, to| fill(to, 9).map(|()| Progress::More));
    assert_eq!(table.finish_dump(turn), None);
    assert_eq!(table.recvmsg(id, &mut [], RecvFlags::TRUNC).unwrap().len, 9000);
}

#[test]
fn a_state_comes_back_once_whenever_its_socket_is_closed() {
    let mut table = table();
    let id = bound(&mut table);
    let turn = start(&mut table, id, DumpControl::default());
    assert_eq!(table.close(id, &mut ()).unwrap().dump, None, "the turn has it");
    assert_eq!(table.finish_dump(turn), Some("state"));

    let id = bound(&mut table);
    let mut turn = start(&mut table, id, DumpControl::default());
    turn.run(|_, _| Ok(Progress::More));
    assert_eq!(table.finish_dump(turn), None);
    assert_eq!(table.dump_state(id), Some(&"state"));
    assert_eq!(table.close(id, &mut ()).unwrap().dump, Some("state"));
}

#[test]
fn an_aborted_dump_is_the_sockets_error_and_its_state_comes_back_once() {
    for out in [false, true] {
        let mut table = table();
        let id = bound(&mut table);
        let mut turn = start(&mut table, id, DumpControl::default());
        turn.run(|_, _| Ok(Progress::More));
        let mut ended = Vec::new();
        if out {
            ended.extend(table.abort_dump(id, Errno::ENODEV).unwrap());
            assert!(table.state(id).unwrap().dumping);
            ended.extend(table.finish_dump(turn));
            assert_eq!(table.state(id).unwrap().rmem, 0);
        } else {
            ended.extend(table.finish_dump(turn));
            ended.extend(table.abort_dump(id, Errno::ENODEV).unwrap());
        }
        assert_eq!(ended, ["state"]);
        assert_eq!(read(&mut table, id), Err(Error::Other(Errno::ENODEV)));
        assert!(!table.state(id).unwrap().dumping);
        assert_eq!(table.abort_dump(id, Errno::ENODEV), Ok(None));
    }
}

#[test]
fn a_refused_dump_gives_its_state_back() {
    let mut table = table();
    let id = bound(&mut table);
    let turn = start(&mut table, id, DumpControl::default());
    let asked = message(0x12, Flags::REQUEST | Flags::DUMP, 9);
    let mut asked = request(&mut table, id, &asked);
    assert!(table.next_call(&mut asked).is_some());
    let refused = table.start_dump(&asked, "second", SPLIT).unwrap_err();
    assert_eq!((refused.error, refused.state), (Error::Busy, Some("second")));
    assert_eq!(table.finish_dump(turn), None);
    let _ = table.close(id, &mut ()).unwrap();
    let refused = table.start_dump(&asked, "third", SPLIT).unwrap_err();
    assert_eq!((refused.error.errno(), refused.state), (Errno::ECONNREFUSED, Some("third")));
    table.finish(&mut asked, Err(Errno::ECONNREFUSED), &mut Cx::new(0));
}
