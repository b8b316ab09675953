//! 1.2: requests and their answers.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

const REQUEST: u16 = 1;
const ACK: u16 = 4;
const CAPPED: u16 = 0x100;
const ACK_TLVS: u16 = 0x200;
const ERROR: u16 = 2;

/// The errors that a socket was answered with, and for which sequence number.
fn errors(on: &mut dyn Backend, sock: Sock) -> Vec<(u32, i32)> {
    on.drain(sock, 8192)
        .into_iter()
        .filter(|answer| u16_at(answer, 4) == ERROR)
        .map(|answer| (u32_at(&answer, 8), u32_at(&answer, 16).cast_signed()))
        .collect()
}

/// `struct ifinfomsg` of a link.
fn link(index: u32) -> [u8; 16] {
    let mut info = [0; 16];
    info[4..8].copy_from_slice(&index.to_ne_bytes());
    info
}

rules! {
    fn success_is_acknowledged_only_if_asked_for(on) {
        let sock = on.bound(ROUTE);
        // Without a payload, rtnetlink finds all well.
        on.send(sock, None, &message(RTM_GETLINK, REQUEST, 1, &[]), 0).unwrap();
        on.send(sock, None, &message(RTM_GETLINK, REQUEST | ACK, 2, &[]), 0).unwrap();
        assert_eq!(errors(on, sock), [(2, 0)]);
    }

    fn an_error_is_always_answered(on) {
        let sock = on.bound(ROUTE);
        on.send(sock, None, &message(RTM_DELLINK, REQUEST, 1, &link(999)), 0).unwrap();
        on.send(sock, None, &message(0x7ff0, REQUEST | ACK, 2, &link(1)), 0).unwrap();
        assert_eq!(errors(on, sock), [(1, -ENODEV), (2, -EOPNOTSUPP)]);
    }

    fn what_is_no_request_is_not_handled_but_acknowledged_if_asked_for(on) {
        let sock = on.bound(ROUTE);
        on.send(sock, None, &message(RTM_DELLINK, 0, 1, &link(999)), 0).unwrap();
        on.send(sock, None, &message(RTM_DELLINK, ACK, 2, &link(999)), 0).unwrap();
        on.send(sock, None, &message(3, REQUEST, 3, &[]), 0).unwrap();
        on.send(sock, None, &message(3, REQUEST | ACK, 4, &[]), 0).unwrap();
        assert_eq!(errors(on, sock), [(2, 0), (4, 0)]);
    }

    fn each_message_of_a_batch_is_answered_and_the_later_ones_run(on) {
        let sock = on.bound(ROUTE);
        let mut batch = message(RTM_DELLINK, REQUEST | ACK, 1, &link(999));
        batch.extend(message(3, ACK, 2, &[1]));
        batch.extend(message(RTM_GETLINK, REQUEST | ACK, 3, &link(1)));
        assert_eq!(on.send(sock, None, &batch, 0), Ok(batch.len()));
        let kinds = on.drain(sock, 8192).into_iter().map(|answer| heads(&answer)[0]);
        let kinds: Vec<_> = kinds.map(|(kind, _, seq)| (kind, seq)).collect();
        assert_eq!(kinds, [(ERROR, 1), (ERROR, 2), (RTM_NEWLINK, 3), (ERROR, 3)]);
    }

    fn a_length_that_cannot_be_ends_the_batch_in_silence(on) {
        let sock = on.bound(ROUTE);
        for len in [0_u32, 15, 49] {
            let mut batch = message(RTM_DELLINK, REQUEST, 1, &link(999));
            let mut bad = message(RTM_DELLINK, REQUEST, 2, &link(999));
            bad[..4].copy_from_slice(&len.to_ne_bytes());
            batch.extend(bad);
            let all = batch.len();
            batch.extend([0; 15]);
            assert_eq!(on.send(sock, None, &batch[..all], 0), Ok(all));
            assert_eq!(errors(on, sock), [(1, -ENODEV)], "length {len}");
        }
        assert_eq!(on.send(sock, None, &[0; 15], 0), Ok(15));
        assert_eq!(errors(on, sock), []);
    }

    fn the_last_message_need_not_be_padded(on) {
        let sock = on.bound(ROUTE);
        let mut batch = message(3, ACK, 1, &[1]);
        batch[..4].copy_from_slice(&17_u32.to_ne_bytes());
        on.send(sock, None, &batch[..17], 0).unwrap();
        assert_eq!(errors(on, sock), [(1, 0)]);
    }

    /// 52 bytes for a bad request of 32, 36 if capped.
    fn an_error_repeats_the_request_and_success_never_does(on) {
        let sock = on.bound(ROUTE);
        let port = on.port(sock);
        let bad = message(RTM_DELLINK, REQUEST, 7, &link(999));
        on.send(sock, None, &bad, 0).unwrap();
        let got = on.recv(sock, 8192, 0).unwrap();
        assert_eq!((got.len, got.from, u32_at(&got.bytes, 0)), (52, (0, 0), 52));
        assert_eq!((heads(&got.bytes)[0], u32_at(&got.bytes, 12)), ((ERROR, 0, 7), port));
        assert_eq!(got.bytes[20..], bad);

        on.set(sock, SocketOption::Flag(Flag::CapAck, true)).unwrap();
        on.send(sock, None, &bad, 0).unwrap();
        let capped = on.recv(sock, 8192, 0).unwrap().bytes;
        assert_eq!((capped.len(), heads(&capped)[0]), (36, (ERROR, CAPPED, 7)));
        assert_eq!(capped[20..], bad[..16]);

        on.set(sock, SocketOption::Flag(Flag::CapAck, false)).unwrap();
        let good = message(RTM_GETLINK, REQUEST | ACK, 8, &[]);
        on.send(sock, None, &good, 0).unwrap();
        let success = on.recv(sock, 8192, 0).unwrap().bytes;
        assert_eq!((success.len(), heads(&success)[0]), (36, (ERROR, CAPPED, 8)));
    }

    fn with_ext_ack_an_error_says_why(on) {
        let sock = on.bound(ROUTE);
        let short = message(RTM_DELLINK, REQUEST, 7, &[0; 4]);
        on.send(sock, None, &short, 0).unwrap();
        assert_eq!(on.recv(sock, 8192, 0).unwrap().len, 40);
        on.set(sock, SocketOption::Flag(Flag::ExtAck, true)).unwrap();
        on.send(sock, None, &short, 0).unwrap();
        let bytes = on.recv(sock, 8192, 0).unwrap().bytes;
        assert_eq!(heads(&bytes)[0], (ERROR, ACK_TLVS, 7));
        assert_eq!(u32_at(&bytes, 16).cast_signed(), -EINVAL);
        assert_eq!(bytes[20..40], short);
        assert_eq!(bytes[40..], *b"\x1a\x00\x01\x00Invalid header length\x00\x00\x00");
    }

    fn changes_need_the_openers_and_the_senders_rights(on) {
        let denied = message(RTM_DELLINK, REQUEST, 1, &link(999));
        let ours = on.bound(ROUTE);
        on.privileged(false);
        let theirs = on.bound(ROUTE);
        on.send(ours, None, &denied, 0).unwrap();
        assert_eq!(errors(on, ours), [(1, -EPERM)], "opened by root, sent by another");
        on.privileged(true);
        on.send(theirs, None, &denied, 0).unwrap();
        assert_eq!(errors(on, theirs), [(1, -EPERM)], "opened by another, sent by root");
        on.send(theirs, Some((0, 0)), &denied, 0).unwrap();
        assert_eq!(errors(on, theirs), [(1, -ENODEV)], "sent by root with an address");
        on.send(ours, None, &denied, 0).unwrap();
        assert_eq!(errors(on, ours), [(1, -ENODEV)], "root's and root's");
    }

    fn who_is_connected_to_another_gets_no_answer(on) {
        let sock = on.bound(ROUTE);
        on.connect(sock, Some((77, 0))).unwrap();
        let request = message(RTM_GETLINK, REQUEST | ACK, 1, &[]);
        assert_eq!(on.send(sock, Some((0, 0)), &request, 0), Ok(16));
        assert_eq!(on.recv(sock, 100, 0), Err(EAGAIN));
    }

    fn an_answer_without_room_is_an_overrun(on) {
        let sock = on.bound(ROUTE);
        on.set(sock, SocketOption::RcvBuf(0)).unwrap();
        for seq in 0..4 {
            on.send(sock, None, &message(RTM_GETLINK, REQUEST | ACK, seq, &[]), 0).unwrap();
        }
        assert_eq!(on.meminfo(sock), (1664, 2));
        assert_eq!(on.recv(sock, 100, 0), Err(ENOBUFS));
        assert_eq!(errors(on, sock), [(0, 0), (1, 0)]);
    }
}
