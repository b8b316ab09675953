//! 1.1: the table, names and options.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

rules! {
    fn a_protocol_that_nobody_registered_is_eprotonosupport(on) {
        assert_eq!(on.open(31), Err(EPROTONOSUPPORT));
    }

    fn a_port_is_given_by_bind_the_first_the_process_id(on) {
        let (first, second) = (on.open(USERSOCK).unwrap(), on.open(USERSOCK).unwrap());
        assert_eq!(on.name(first), (0, 0));
        on.bind(first, 0, 0).unwrap();
        on.bind(second, 0, 0).unwrap();
        assert_eq!(on.port(first), on.pid());
        let port = on.port(second).cast_signed();
        assert!(port <= -4097, "the next one is {port}");
    }

    fn a_port_is_given_by_the_first_send_and_by_connect(on) {
        let (sends, connects) = (on.open(USERSOCK).unwrap(), on.open(USERSOCK).unwrap());
        assert_eq!(on.send(sends, None, b"x", 0), Err(ECONNREFUSED));
        assert_eq!(on.port(sends), on.pid());
        on.connect(connects, Some((0, 0))).unwrap();
        assert_ne!(on.port(connects), 0);
    }

    fn the_same_port_may_be_had_in_every_protocol(on) {
        let sockets = [on.bound(USERSOCK), on.bound(ROUTE)];
        assert_eq!(sockets.map(|sock| on.port(sock)), [on.pid(); 2]);
    }

    fn a_taken_port_is_eaddrinuse_until_it_is_closed(on) {
        let (first, second) = (on.open(USERSOCK).unwrap(), on.open(USERSOCK).unwrap());
        on.bind(first, 77, 0).unwrap();
        assert_eq!(on.bind(second, 77, 0), Err(EADDRINUSE));
        on.close(first);
        assert_eq!(on.bind(second, 77, 0), Ok(()));
    }

    fn binding_again_to_another_port_is_einval(on) {
        let sock = on.open(USERSOCK).unwrap();
        on.bind(sock, 77, 0).unwrap();
        assert_eq!(on.bind(sock, 78, 0), Err(EINVAL));
        assert_eq!(on.bind(sock, 0, 0), Err(EINVAL));
        assert_eq!(on.bind(sock, 77, 0), Ok(()));
    }

    fn binding_again_replaces_the_groups_to_32_and_keeps_those_above(on) {
        let sock = on.open(ROUTE).unwrap();
        on.bind(sock, 77, 0x8000_0005).unwrap();
        assert_eq!(on.name(sock), (77, 0x8000_0005));
        on.set(sock, SocketOption::AddMembership(33)).unwrap();
        on.bind(sock, 77, 0b10).unwrap();
        assert_eq!(on.name(sock), (77, 0b10));
        assert_eq!(on.memberships(sock, 2).0, [0b10, 1]);
        on.bind(sock, 77, 0).unwrap();
        assert_eq!(on.memberships(sock, 2).0, [0, 1]);
    }

    fn a_failed_bind_joins_nothing_but_shows_the_port_that_is_anothers(on) {
        let (first, second) = (on.open(USERSOCK).unwrap(), on.open(USERSOCK).unwrap());
        on.bind(first, 77, 0).unwrap();
        assert_eq!(on.bind(second, 77, 1), Err(EADDRINUSE));
        assert_eq!(on.name(second), (77, 0));
        let sender = on.bound(USERSOCK);
        on.send(sender, Some((77, 0)), b"x", 0).unwrap();
        assert_eq!(on.recv(second, 10, 0), Err(EAGAIN));
        on.bind(second, 78, 0).unwrap();
        assert_eq!(on.name(second), (78, 0));
        on.close(second);
        assert_eq!(on.send(sender, Some((77, 0)), b"x", 0), Ok(1));
    }

    fn memberships_are_counted_from_1_to_the_protocols_last(on) {
        let sock = on.bound(USERSOCK);
        for group in [0, 33, u32::MAX] {
            assert_eq!(on.set(sock, SocketOption::AddMembership(group)), Err(EINVAL));
        }
        on.set(sock, SocketOption::AddMembership(32)).unwrap();
        on.set(sock, SocketOption::AddMembership(1)).unwrap();
        on.set(sock, SocketOption::AddMembership(1)).unwrap();
        assert_eq!(on.name(sock).1, 0x8000_0001);
        on.set(sock, SocketOption::DropMembership(1)).unwrap();
        on.set(sock, SocketOption::DropMembership(2)).unwrap();
        assert_eq!(on.name(sock).1, 0x8000_0000);
    }

    fn list_memberships_tells_the_whole_length_even_if_it_is_cut_short(on) {
        let sock = on.bound(ROUTE);
        assert_eq!(on.memberships(sock, 4), (vec![], 0));
        on.set(sock, SocketOption::AddMembership(33)).unwrap();
        on.set(sock, SocketOption::AddMembership(3)).unwrap();
        assert_eq!(on.memberships(sock, 4), (vec![4, 1], 8));
        assert_eq!(on.memberships(sock, 1), (vec![4], 8));
        assert_eq!(on.memberships(sock, 0), (vec![], 8));
    }

    fn who_may_nothing_joins_groups_only_where_anybody_may(on) {
        on.privileged(false);
        let (user, route) = (on.bound(USERSOCK), on.bound(ROUTE));
        let port = on.port(user);
        assert_eq!(on.bind(user, port, 1), Err(EPERM));
        assert_eq!(on.set(user, SocketOption::AddMembership(1)), Err(EPERM));
        assert_eq!(on.set(user, SocketOption::DropMembership(1)), Err(EPERM));
        assert_eq!(on.set(route, SocketOption::AddMembership(1)), Ok(()));
        assert_eq!(on.set(route, SocketOption::Flag(Flag::ListenAllNsid, true)), Err(EPERM));
    }

    fn options_are_off_at_first_and_can_be_set_and_cleared(on) {
        let sock = on.bound(ROUTE);
        let flags = [
            Flag::PktInfo, Flag::BroadcastError, Flag::NoEnobufs, Flag::ListenAllNsid,
            Flag::CapAck, Flag::ExtAck, Flag::GetStrictChk,
        ];
        for flag in flags {
            assert!(!on.flag(sock, flag), "{flag:?}");
            on.set(sock, SocketOption::Flag(flag, true)).unwrap();
            assert!(on.flag(sock, flag), "{flag:?}");
        }
        for flag in flags {
            on.set(sock, SocketOption::Flag(flag, false)).unwrap();
            assert!(!on.flag(sock, flag), "{flag:?}");
        }
    }

    fn buffers_are_doubled_between_the_least_and_twice_the_most(on) {
        let sock = on.bound(USERSOCK);
        assert_eq!((on.rcvbuf(sock), on.sndbuf(sock)), (212_992, 212_992));
        let (rmem, wmem) = on.most();
        let most = i32::try_from(rmem).unwrap();
        for (ask, rcvbuf, sndbuf) in [
            (0, 2304, 4608),
            (1152, 2304, 4608),
            (1153, 2306, 4608),
            (100_000, 200_000, 200_000),
            (most + 1, 2 * rmem, 2 * wmem),
            (-1, 2 * rmem, 2 * wmem),
        ] {
            on.set(sock, SocketOption::RcvBuf(ask)).unwrap();
            on.set(sock, SocketOption::SndBuf(ask)).unwrap();
            assert_eq!((on.rcvbuf(sock), on.sndbuf(sock)), (rcvbuf, sndbuf), "{ask}");
        }
    }

    fn root_may_force_more_than_the_most(on) {
        let sock = on.bound(USERSOCK);
        let over = i32::try_from(on.most().0).unwrap() + 1;
        on.set(sock, SocketOption::RcvBufForce(over)).unwrap();
        assert_eq!(on.rcvbuf(sock), 2 * over.cast_unsigned());
        on.set(sock, SocketOption::RcvBufForce(i32::MAX)).unwrap();
        assert_eq!(on.rcvbuf(sock), 0x7fff_fffe);
        on.set(sock, SocketOption::RcvBufForce(-1)).unwrap();
        on.set(sock, SocketOption::SndBufForce(-1)).unwrap();
        assert_eq!((on.rcvbuf(sock), on.sndbuf(sock)), (2304, 4608));
        on.privileged(false);
        assert_eq!(on.set(sock, SocketOption::RcvBufForce(1)), Err(EPERM));
        assert_eq!(on.set(sock, SocketOption::SndBufForce(1)), Err(EPERM));
    }
}
