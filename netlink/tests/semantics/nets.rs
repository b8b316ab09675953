//! 1.1: several nets, and who hears of all of them.

use softnet_netlink::kernel::{Flag, SocketOption};

use crate::backend::*;

/// A socket in the second net.
fn bound_elsewhere(on: &mut dyn Backend) -> Sock {
    on.elsewhere(true);
    let sock = on.bound(USERSOCK);
    on.elsewhere(false);
    sock
}

/// A listener that wants to hear of all nets.
fn listener_to_all(on: &mut dyn Backend, group: u32) -> Sock {
    let sock = on.listener(USERSOCK, group);
    on.set(sock, SocketOption::Flag(Flag::ListenAllNsid, true)).unwrap();
    sock
}

/// Sends to group 1. Where the kernel does not listen, the port's answer is this.
fn tell(on: &mut dyn Backend, from: Sock) {
    assert_eq!(on.send(from, Some((0, 1)), b"news", 0), Err(ECONNREFUSED));
}

rules! {
    fn the_same_port_may_be_had_in_every_net(on) {
        let (here, there) = (on.bound(USERSOCK), bound_elsewhere(on));
        let port = on.port(here);
        assert_eq!(on.port(there), port);
        assert_eq!(on.send(here, Some((port, 0)), b"here", 0), Ok(4));
        assert_eq!(on.recv(there, 100, 0), Err(EAGAIN));
        assert_eq!(on.recv(here, 100, 0).unwrap().bytes, b"here");
    }

    fn a_message_to_a_port_stays_in_its_net(on) {
        let (here, there) = (listener_to_all(on, 1), bound_elsewhere(on));
        on.name_net(true, 5);
        on.bound(USERSOCK);
        let second = on.bound(USERSOCK);
        let port = on.port(second);
        assert_eq!(on.send(there, Some((port, 0)), b"x", 0), Err(ECONNREFUSED));
        assert_eq!(on.recv(second, 100, 0), Err(EAGAIN));
        assert_eq!(on.recv(here, 100, 0), Err(EAGAIN));
    }

    fn another_net_is_heard_by_who_listens_to_all_with_its_id(on) {
        let (here, other, deaf) =
            (listener_to_all(on, 1), listener_to_all(on, 2), on.listener(USERSOCK, 1));
        let there = bound_elsewhere(on);
        on.name_net(true, 5);
        tell(on, there);
        let got = on.recv(here, 100, 0).unwrap();
        let from = (on.port(there), 1);
        assert_eq!((got.bytes.as_slice(), got.from, got.nsid), (&b"news"[..], from, Some(5)));
        assert_eq!(on.recv(deaf, 100, 0), Err(EAGAIN));
        assert_eq!(on.recv(other, 100, 0), Err(EAGAIN));
    }

    fn a_net_that_has_no_id_is_not_heard(on) {
        let (here, there) = (listener_to_all(on, 1), bound_elsewhere(on));
        tell(on, there);
        assert_eq!(on.recv(here, 100, 0), Err(EAGAIN));
        on.name_net(true, 0);
        tell(on, there);
        assert_eq!(on.recv(here, 100, 0).unwrap().nsid, Some(0));
    }

    fn an_id_is_known_in_one_direction(on) {
        on.elsewhere(true);
        let there = listener_to_all(on, 1);
        on.elsewhere(false);
        on.name_net(true, 5);
        let here = on.bound(USERSOCK);
        tell(on, here);
        assert_eq!(on.recv(there, 100, 0), Err(EAGAIN));
    }

    fn of_its_own_net_no_id_is_told_though_it_has_one(on) {
        let (here, from) = (listener_to_all(on, 1), on.bound(USERSOCK));
        on.name_net(true, 5);
        on.name_net(false, 6);
        tell(on, from);
        let got = on.recv(here, 100, 0).unwrap();
        assert_eq!((got.bytes.as_slice(), got.nsid), (&b"news"[..], None));
    }

    fn who_listens_no_longer_to_all_hears_its_own_net_only(on) {
        let (here, there) = (listener_to_all(on, 1), bound_elsewhere(on));
        on.name_net(true, 5);
        tell(on, there);
        on.set(here, SocketOption::Flag(Flag::ListenAllNsid, false)).unwrap();
        tell(on, there);
        // What came before is still there, and no longer says where from.
        assert_eq!(on.recv(here, 100, 0).map(|got| got.nsid), Ok(None));
        assert_eq!(on.recv(here, 100, 0), Err(EAGAIN));
    }
}
