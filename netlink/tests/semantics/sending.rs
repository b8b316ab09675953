//! 1.1: sending, to one and to many.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

rules! {
    fn urgent_data_is_eopnotsupp(on) {
        let sock = on.bound(USERSOCK);
        assert_eq!(on.send(sock, None, b"x", MSG_OOB), Err(EOPNOTSUPP));
        assert_eq!(on.recv(sock, 10, MSG_OOB), Err(EOPNOTSUPP));
    }

    fn an_empty_message_is_enodata(on) {
        let sock = on.bound(USERSOCK);
        assert_eq!(on.send(sock, None, b"", 0), Err(ENODATA));
    }

    fn more_than_the_send_buffer_less_32_is_emsgsize(on) {
        let (from, to) = (on.bound(USERSOCK), on.bound(USERSOCK));
        on.set(from, SocketOption::SndBuf(10_000)).unwrap();
        let port = on.port(to);
        let fits = vec![1; 20_000 - 32];
        assert_eq!(on.send(from, Some((port, 0)), &fits, 0), Ok(fits.len()));
        let over = vec![1; 20_000 - 31];
        assert_eq!(on.send(from, Some((port, 0)), &over, 0), Err(EMSGSIZE));
    }

    fn a_message_reaches_the_port_it_is_for(on) {
        let (from, to, other) = (on.bound(USERSOCK), on.bound(USERSOCK), on.bound(USERSOCK));
        let port = on.port(to);
        assert_eq!(on.send(from, Some((port, 0)), b"hello", 0), Ok(5));
        let got = on.recv(to, 100, 0).unwrap();
        assert_eq!((got.bytes.as_slice(), got.from), (&b"hello"[..], (on.port(from), 0)));
        assert_eq!(on.recv(other, 100, 0), Err(EAGAIN));
        assert_eq!(on.recv(from, 100, 0), Err(EAGAIN));
    }

    fn a_message_may_be_for_oneself(on) {
        let sock = on.bound(USERSOCK);
        let port = on.port(sock);
        assert_eq!(on.send(sock, Some((port, 0)), b"me", 0), Ok(2));
        assert_eq!(on.recv(sock, 100, 0).unwrap().bytes, b"me");
    }

    fn nobody_at_a_port_is_econnrefused(on) {
        let sock = on.bound(USERSOCK);
        assert_eq!(on.send(sock, Some((99, 0)), b"x", 0), Err(ECONNREFUSED));
    }

    fn where_the_kernel_does_not_listen_port_0_is_econnrefused(on) {
        let sock = on.bound(USERSOCK);
        assert_eq!(on.send(sock, Some((0, 0)), b"x", 0), Err(ECONNREFUSED));
    }

    fn a_connected_receiver_hears_only_whom_it_is_connected_to(on) {
        let (from, to) = (on.bound(USERSOCK), on.bound(USERSOCK));
        let (port, sender) = (on.port(to), on.port(from));
        on.connect(to, Some((sender + 1, 0))).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Err(ECONNREFUSED));
        on.connect(to, Some((sender, 0))).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Ok(1));
        on.connect(to, Some((0, 0))).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Err(ECONNREFUSED));
        on.connect(to, None).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Ok(1));
    }

    fn a_connected_sender_needs_no_address(on) {
        let (from, to) = (on.bound(USERSOCK), on.bound(USERSOCK));
        let port = on.port(to);
        on.connect(from, Some((port, 0b1100))).unwrap();
        assert_eq!(on.peer_name(from), (port, 0b100));
        assert_eq!(on.send(from, None, b"x", 0), Ok(1));
        assert_eq!(on.recv(to, 100, 0).unwrap().from, (on.port(from), 0b100));
        on.connect(from, None).unwrap();
        assert_eq!(on.peer_name(from), (0, 0));
        assert_eq!(on.send(from, None, b"x", 0), Err(ECONNREFUSED));
    }

    fn of_several_groups_the_lowest_is_meant(on) {
        let from = on.bound(USERSOCK);
        let listeners = [2, 3, 4].map(|group| on.listener(USERSOCK, group));
        let _ = on.send(from, Some((0, 0b1100)), b"x", 0);
        let got = listeners.map(|sock| on.recv(sock, 100, 0).map(|got| got.from.1));
        assert_eq!(got, [Err(EAGAIN), Ok(0b100), Err(EAGAIN)]);
    }

    fn to_a_group_and_then_to_the_port_whose_answer_counts(on) {
        let (from, to) = (on.bound(USERSOCK), on.bound(USERSOCK));
        let listener = on.listener(USERSOCK, 1);
        assert_eq!(on.send(from, Some((0, 1)), b"one", 0), Err(ECONNREFUSED));
        assert_eq!(on.recv(listener, 100, 0).unwrap().bytes, b"one");
        let port = on.port(to);
        assert_eq!(on.send(from, Some((port, 1)), b"both", 0), Ok(4));
        assert_eq!(on.recv(listener, 100, 0).unwrap().bytes, b"both");
        // It says which group besides, to the one who isn't in it, too.
        assert_eq!(on.recv(to, 100, 0).unwrap().from, (on.port(from), 1));
    }

    fn the_port_hears_it_once_though_it_listens(on) {
        let (from, listener) = (on.bound(USERSOCK), on.listener(USERSOCK, 1));
        let port = on.port(listener);
        assert_eq!(on.send(from, Some((port, 1)), b"x", 0), Ok(1));
        assert_eq!(on.drain(listener, 100).len(), 1);
    }

    fn who_sends_to_a_group_does_not_hear_it(on) {
        let listener = on.listener(USERSOCK, 1);
        let _ = on.send(listener, Some((0, 1)), b"x", 0);
        assert_eq!(on.recv(listener, 100, 0), Err(EAGAIN));
    }

    /// Its port is 0, and so is the one that a broadcast leaves out.
    fn a_listener_without_a_port_hears_nothing(on) {
        let (from, listener) = (on.bound(USERSOCK), on.open(USERSOCK).unwrap());
        on.set(listener, SocketOption::AddMembership(1)).unwrap();
        let _ = on.send(from, Some((0, 1)), b"x", 0);
        assert_eq!(on.recv(listener, 100, 0), Err(EAGAIN));
        on.bind(listener, 0, 1).unwrap();
        let _ = on.send(from, Some((0, 1)), b"x", 0);
        assert_eq!(on.drain(listener, 100).len(), 1);
    }

    fn a_group_that_was_left_is_not_heard(on) {
        let (from, listener) = (on.bound(USERSOCK), on.listener(USERSOCK, 1));
        on.set(listener, SocketOption::DropMembership(1)).unwrap();
        let _ = on.send(from, Some((0, 1)), b"x", 0);
        assert_eq!(on.recv(listener, 100, 0), Err(EAGAIN));
    }

    fn pktinfo_tells_the_group_above_32_too(on) {
        let (from, listener) = (on.bound(ROUTE), on.listener(ROUTE, 5));
        on.set(listener, SocketOption::Flag(Flag::PktInfo, true)).unwrap();
        let _ = on.send(from, Some((0, 1 << 4)), &[0; 8], 0);
        assert_eq!(on.recv(listener, 100, 0).unwrap().group, Some(5));
        let port = on.port(listener);
        on.send(from, Some((port, 0)), &[0; 8], 0).unwrap();
        assert_eq!(on.recv(listener, 100, 0).unwrap().group, Some(0));
    }

    fn who_may_nothing_sends_to_others_only_where_anybody_may(on) {
        on.privileged(false);
        let (route, user) = (on.bound(ROUTE), on.bound(USERSOCK));
        for to in [(99, 0), (0, 1)] {
            assert_eq!(on.send(route, Some(to), &[0; 8], 0), Err(EPERM));
            assert_eq!(on.connect(route, Some(to)), Err(EPERM));
            assert_eq!(on.send(user, Some(to), b"x", 0), Err(ECONNREFUSED));
        }
        assert_eq!(on.send(route, Some((0, 0)), &[0; 8], 0), Ok(8));
    }
}
