//! 1.3: dumps.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

const DUMP: u16 = 0x301;
const ACK: u16 = 4;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const MULTI: u16 = 2;
const INTR: u16 = 0x10;
const FILTERED: u16 = 0x20;
const AF_INET: u8 = 2;

fn ask(on: &mut dyn Backend, sock: Sock, kind: u16, seq: u32) {
    let mut family = [0; 16];
    if kind == RTM_GETNETCONF {
        family[0] = AF_INET;
    }
    on.send(sock, None, &message(kind, DUMP | ACK, seq, &family), 0).unwrap();
}

fn last((kind, flags, _): &(u16, u16, u32)) -> (u16, u16) {
    (*kind, *flags)
}

rules! {
    fn the_first_part_is_there_when_sendmsg_returns_and_no_other(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 5);
        // One buffer of a page: 4096 and the packet's own.
        assert_eq!(on.meminfo(sock), (4352, 0));
        let first = on.recv(sock, 65_536, 0).unwrap();
        assert!(first.len <= 3776, "{}", first.len);
        let heads = heads(&first.bytes);
        assert!(heads.iter().all(|&head| head == (RTM_NEWLINK, MULTI, 5)), "{heads:?}");
    }

    fn no_acknowledgement_comes_of_a_dump(on) {
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 5);
        let kinds: Vec<_> = on.drain(sock, 8192).iter().flat_map(|part| heads(part)).collect();
        assert_eq!(kinds, [(RTM_NEWLINK, MULTI, 5), (DONE, MULTI, 5)]);
    }

    fn of_links_the_end_comes_in_a_datagram_of_its_own(on) {
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 5);
        let parts = on.drain(sock, 8192);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[1].len(), u32_at(&parts[1], 16)), (20, 0));
    }

    fn of_others_the_end_comes_with_the_last_message(on) {
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETNETCONF, 5);
        let parts = on.drain(sock, 8192);
        assert_eq!(parts.len(), 1);
        assert_eq!(heads(&parts[0]).last().map(last), Some((DONE, MULTI)));
    }

    fn a_second_dump_is_ebusy_until_the_first_is_read(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 1);
        ask(on, sock, RTM_GETLINK, 2);
        let parts = on.drain(sock, 8192);
        let refused: Vec<_> = parts.iter().filter(|part| u16_at(part, 4) == ERROR).collect();
        assert_eq!(refused.len(), 1);
        assert_eq!((u32_at(refused[0], 8), u32_at(refused[0], 16).cast_signed()), (2, -EBUSY));
        let ends = parts.iter().flat_map(|part| heads(part)).filter(|head| head.0 == DONE);
        assert_eq!(ends.count(), 1);
        ask(on, sock, RTM_GETLINK, 3);
        assert_eq!(heads(&on.recv(sock, 8192, 0).unwrap().bytes)[0].2, 3);
    }

    fn parts_grow_to_the_largest_buffer_that_was_ever_read_with(on) {
        on.add_links(30);
        for (room, most) in [(100, 3776), (4096, 4096), (16_384, 16_384), (65_536, 32_448)] {
            let sock = on.bound(ROUTE);
            ask(on, sock, RTM_GETLINK, 1);
            assert!(on.recv(sock, room, MSG_TRUNC).unwrap().len <= 3776, "the first is a page");
            let second = on.recv(sock, 100, MSG_TRUNC).unwrap().len;
            assert!(second <= most && second + 1600 > most, "{second} of {most}");
            on.drain(sock, 100);
            ask(on, sock, RTM_GETLINK, 2);
            let first = on.recv(sock, 100, MSG_TRUNC).unwrap().len;
            assert!(first <= most && first + 1600 > most, "{first} of {most} in the next dump");
        }
    }

    fn peeking_makes_the_next_part_as_reading_does(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 1);
        assert_eq!(on.meminfo(sock).0, 4352);
        for parts in 2..4 {
            on.recv(sock, 0, MSG_PEEK | MSG_TRUNC).unwrap();
            assert_eq!(on.meminfo(sock).0, parts * 4352);
        }
    }

    fn no_part_is_made_while_more_than_half_of_the_buffer_is_full(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        on.set(sock, SocketOption::RcvBuf(4352)).unwrap();
        ask(on, sock, RTM_GETLINK, 1);
        // Half of it is what one part weighs.
        on.recv(sock, 0, MSG_PEEK).unwrap();
        assert_eq!(on.meminfo(sock).0, 4352, "a part may not fill the buffer, other than a message");
        assert_eq!(on.recv(sock, 100, 0), Err(ENOBUFS), "that is the socket's error");
        on.recv(sock, 0, 0).unwrap();
        assert_eq!(on.meminfo(sock).0, 4352, "the dump goes on");
        on.set(sock, SocketOption::RcvBuf(4351)).unwrap();
        on.recv(sock, 0, MSG_PEEK).unwrap();
        assert_eq!(on.poll(sock), (true, false), "not tried");
        assert!(on.drain(sock, 8192).len() > 3);
    }

    fn without_room_for_the_first_part_the_dump_is_refused_and_runs(on) {
        let sock = on.bound(ROUTE);
        let port = on.port(sock);
        on.set(sock, SocketOption::RcvBuf(0)).unwrap();
        on.send(sock, Some((port, 0)), &[0; 8], 0).unwrap();
        ask(on, sock, RTM_GETLINK, 1);
        assert_eq!(on.recv(sock, 100, 0).unwrap().len, 8);
        assert_eq!(on.recv(sock, 100, 0), Err(ENOBUFS), "the next part had no room either");
        let refusal = on.recv(sock, 100, 0).unwrap().bytes;
        assert_eq!((u16_at(&refusal, 4), u32_at(&refusal, 16).cast_signed()), (ERROR, -ENOBUFS));
        let part = on.recv(sock, 8192, 0).unwrap().bytes;
        assert_eq!(heads(&part)[0], (RTM_NEWLINK, MULTI, 1));
    }

    fn a_change_meanwhile_is_told_on_the_next_part_once(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 1);
        on.add_links(1);
        let parts = on.drain(sock, 8192);
        let flags: Vec<_> = parts.iter().map(|part| heads(part)[0].1).collect();
        assert_eq!(flags[..2], [MULTI, MULTI | INTR]);
        assert!(flags[2..].iter().all(|&flags| flags == MULTI), "{flags:?}");
    }

    fn of_a_dump_that_was_filtered_the_messages_say_so(on) {
        let sock = on.bound(ROUTE);
        on.set(sock, SocketOption::Flag(Flag::GetStrictChk, true)).unwrap();
        for (protocol, flags) in [(0, MULTI), (4, MULTI | FILTERED)] {
            let rtmsg = [AF_INET, 0, 0, 0, 0, protocol, 0, 0, 0, 0, 0, 0];
            on.send(sock, None, &message(RTM_GETROUTE, DUMP, 1, &rtmsg), 0).unwrap();
            assert_eq!(heads(&on.recv(sock, 8192, 0).unwrap().bytes), [(DONE, flags, 1)]);
        }
    }

    fn rtnetlink_dumps_if_either_bit_of_dump_is_set(on) {
        let sock = on.bound(ROUTE);
        for flags in [0x101, 0x201] {
            on.send(sock, None, &message(RTM_GETLINK, flags, 1, &[0; 16]), 0).unwrap();
            let parts = on.drain(sock, 8192);
            assert_eq!(heads(parts.last().unwrap()), [(DONE, MULTI, 1)], "{flags:x}");
        }
    }

    fn a_dump_ends_with_its_socket(on) {
        on.add_links(6);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 1);
        on.recv(sock, 100, 0).unwrap();
        on.close(sock);
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 2);
        assert_eq!(heads(&on.recv(sock, 8192, 0).unwrap().bytes)[0].2, 2);
    }
}

/// Lengths of all datagrams of a dump of links that is read in steps of `room`.
#[cfg(target_os = "linux")]
fn lengths(on: &mut dyn Backend, room: usize) -> Vec<usize> {
    let sock = on.bound(ROUTE);
    ask(on, sock, RTM_GETLINK, 1);
    let lengths = core::iter::from_fn(|| on.recv(sock, room, MSG_TRUNC).ok().map(|got| got.len));
    lengths.collect()
}

/// The links of a real namespace, dumped by Linux and, message by message, by us.
#[cfg(target_os = "linux")]
#[test]
fn links_come_in_the_datagrams_that_linux_makes_of_them() {
    crate::linux::in_namespace(|linux| {
        let mut ours = crate::ours::Ours::new();
        linux.add_links(30);
        let on: &mut dyn Backend = linux;
        let sock = on.bound(ROUTE);
        ask(on, sock, RTM_GETLINK, 1);
        ours.family.elsewhere.links.clear();
        for part in on.drain(sock, 65_536) {
            let messages = softnet_netlink::wire::Messages::new(&part).map(Result::unwrap);
            let links = messages.filter(|message| message.kind() == RTM_NEWLINK);
            ours.family.elsewhere.links.extend(links.map(|message| message.payload().to_vec()));
        }
        assert_eq!(ours.family.elsewhere.links.len(), 61);
        let all = [4096, 8192, 16_384, 32_768, 65_536].map(|room| {
            let theirs = lengths(on, room);
            assert_eq!(lengths(&mut ours, room), theirs, "read in steps of {room}");
            theirs.len()
        });
        println!("61 links in steps of 4, 8, 16, 32 and 64 KiB: {all:?} datagrams");
        assert!(all[0] > all[1] && all[1] > all[2] && all[2] > all[3] && all[3] == all[4]);
        assert_eq!((ours.family.elsewhere.started, ours.family.elsewhere.done), (5, 5));
    });
}
