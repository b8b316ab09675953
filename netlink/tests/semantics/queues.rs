//! 1.1: receive buffers: admission, overrun, reading.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

/// A listener to group 1 with the least receive buffer, and who sends.
fn small_listener(on: &mut dyn Backend) -> (Sock, Sock) {
    let (from, listener) = (on.bound(USERSOCK), on.listener(USERSOCK, 1));
    on.set(listener, SocketOption::RcvBuf(0)).unwrap();
    (from, listener)
}

fn broadcast(on: &mut dyn Backend, from: Sock, times: u32) {
    for _ in 0..times {
        let _ = on.send(from, Some((0, 1)), b"x", 0);
    }
}

rules! {
    fn a_message_weighs_the_memory_behind_it(on) {
        let (from, listener) = (on.bound(USERSOCK), on.listener(USERSOCK, 1));
        let port = on.port(listener);
        let measured = [
            (1, 832, 832),
            (256, 832, 832),
            (257, 1280, 1280),
            (704, 1280, 1280),
            (705, 2304, 2304),
            (1728, 2304, 2304),
            (1729, 4352, 4352),
            (3776, 4352, 4352),
            (3777, 4416, 8448),
            (3840, 4416, 8448),
            (3841, 4480, 8448),
            (7872, 8448, 8448),
            (7873, 8512, 16_640),
            (30_000, 30_592, 33_024),
        ];
        for (len, to_one, to_many) in measured {
            on.send(from, Some((port, 0)), &vec![0; len], 0).unwrap();
            assert_eq!(on.meminfo(listener), (to_one, 0), "{len} to a port");
            on.recv(listener, 0, 0).unwrap();
            let _ = on.send(from, Some((0, 1)), &vec![0; len], 0);
            assert_eq!(on.meminfo(listener), (to_many, 0), "{len} to a group");
            on.recv(listener, 0, 0).unwrap();
        }
        assert_eq!(on.meminfo(listener), (0, 0));
    }

    fn one_message_always_fits_an_empty_queue(on) {
        let (from, to) = small_listener(on);
        let port = on.port(to);
        assert_eq!(on.send(from, Some((port, 0)), &[0; 100_000], 0), Ok(100_000));
        assert_eq!(on.send(from, Some((port, 0)), &[0], 0), Err(EAGAIN));
        assert_eq!(on.recv(to, 1, MSG_TRUNC).unwrap().len, 100_000);
        assert_eq!(on.send(from, Some((port, 0)), &[0], 0), Ok(1));
    }

    fn from_program_to_program_nothing_is_lost_but_waits(on) {
        let (from, to) = small_listener(on);
        let port = on.port(to);
        let sent = [0; 4].map(|_| on.send(from, Some((port, 0)), b"x", 0));
        // 2304 is room for two of 832.
        assert_eq!(sent, [Ok(1), Ok(1), Err(EAGAIN), Err(EAGAIN)]);
        assert_eq!(on.meminfo(to), (1664, 0));
        on.recv(to, 10, 0).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Ok(1));
    }

    fn an_overrun_is_told_once_and_everything_after_it_is_lost(on) {
        let (from, listener) = small_listener(on);
        broadcast(on, from, 39);
        assert_eq!(on.meminfo(listener), (1664, 37));
        assert_eq!(on.poll(listener), (true, true));
        assert_eq!(on.recv(listener, 10, 0), Err(ENOBUFS));
        assert_eq!(on.poll(listener), (true, false));
        assert!(on.recv(listener, 10, 0).is_ok());
        // There is room, but the reader has not come to the gap yet.
        broadcast(on, from, 1);
        assert_eq!(on.meminfo(listener), (832, 38));
        assert!(on.recv(listener, 10, 0).is_ok());
        broadcast(on, from, 1);
        assert_eq!(on.meminfo(listener), (832, 38));
        assert!(on.recv(listener, 10, 0).is_ok());
        assert_eq!(on.recv(listener, 10, 0), Err(EAGAIN));
    }

    fn a_congested_queue_refuses_programs_too(on) {
        let (from, listener) = small_listener(on);
        let port = on.port(listener);
        broadcast(on, from, 3);
        assert_eq!(on.recv(listener, 10, 0), Err(ENOBUFS));
        on.recv(listener, 10, 0).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Err(EAGAIN));
        on.recv(listener, 10, 0).unwrap();
        assert_eq!(on.send(from, Some((port, 0)), b"x", 0), Ok(1));
    }

    fn without_enobufs_there_is_no_error_and_no_congestion(on) {
        let (from, listener) = small_listener(on);
        on.set(listener, SocketOption::Flag(Flag::NoEnobufs, true)).unwrap();
        broadcast(on, from, 5);
        assert_eq!(on.meminfo(listener), (1664, 3));
        assert!(on.recv(listener, 10, 0).is_ok());
        broadcast(on, from, 1);
        assert_eq!(on.meminfo(listener), (1664, 3));
    }

    fn turning_enobufs_off_ends_the_congestion_but_keeps_the_error(on) {
        let (from, listener) = small_listener(on);
        broadcast(on, from, 3);
        on.set(listener, SocketOption::Flag(Flag::NoEnobufs, true)).unwrap();
        assert_eq!(on.recv(listener, 10, 0), Err(ENOBUFS));
        on.recv(listener, 10, 0).unwrap();
        broadcast(on, from, 1);
        assert_eq!(on.meminfo(listener), (1664, 1));
    }

    fn a_listener_that_lost_does_not_keep_others_from_hearing(on) {
        let (from, small) = small_listener(on);
        let large = on.listener(USERSOCK, 1);
        broadcast(on, from, 10);
        assert_eq!((on.meminfo(small).1, on.meminfo(large)), (8, (8320, 0)));
    }

    fn the_rest_of_a_message_that_is_cut_is_lost(on) {
        let sock = on.bound(USERSOCK);
        let port = on.port(sock);
        on.send(sock, Some((port, 0)), b"hello", 0).unwrap();
        on.send(sock, Some((port, 0)), b"world", 0).unwrap();
        let got = on.recv(sock, 2, 0).unwrap();
        assert_eq!((got.len, got.bytes.as_slice(), got.truncated), (2, &b"he"[..], true));
        let got = on.recv(sock, 5, 0).unwrap();
        assert_eq!((got.bytes.as_slice(), got.truncated), (&b"world"[..], false));
    }

    /// As libnl and iproute2 ask for the size of what comes.
    fn peek_leaves_a_message_and_trunc_tells_its_length(on) {
        let sock = on.bound(USERSOCK);
        let port = on.port(sock);
        on.send(sock, Some((port, 0)), b"hello", 0).unwrap();
        let got = on.recv(sock, 0, MSG_PEEK | MSG_TRUNC).unwrap();
        assert_eq!((got.len, got.truncated), (5, true));
        let got = on.recv(sock, 3, MSG_PEEK).unwrap();
        assert_eq!((got.len, got.bytes.as_slice(), got.truncated), (3, &b"hel"[..], true));
        assert_eq!(on.recv(sock, 9, 0).unwrap().bytes, b"hello");
        assert_eq!(on.poll(sock), (false, false));
    }
}
