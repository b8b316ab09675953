//! Against the running kernel, without privileges.

use alloc::string::String;
use alloc::vec::Vec;

use super::*;
use crate::errno::Errno;
use crate::wire::{Flags, Message};

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const IFLA_IFNAME: u16 = 3;

fn name(link: &Message<'_>) -> Option<String> {
    Some(link.attrs(16).find(IFLA_IFNAME)?.str()?.into())
}

fn socket() -> Socket {
    Socket::open(Protocol::ROUTE).unwrap()
}

#[test]
fn a_dump_of_links_has_lo() {
    let mut socket = socket();
    let links = socket.dump(RTM_GETLINK, |body| body.fixed(&[0_u8; 16])).unwrap();
    assert!(links.messages().all(|link| link.kind() == RTM_NEWLINK));
    let names: Vec<_> = links.messages().filter_map(|link| name(&link)).collect();
    assert!(names.iter().any(|name| name == "lo"), "{names:?}");
}

#[test]
fn one_link_by_its_name() {
    let mut socket = socket();
    let reply = socket.ask(RTM_GETLINK, Flags::empty(), |body| {
        body.fixed(&[0_u8; 16])?;
        body.string(IFLA_IFNAME, b"lo")
    });
    let reply = reply.unwrap();
    assert_eq!(name(&reply.message().unwrap()).as_deref(), Some("lo"));
    assert_eq!(reply.messages().count(), 1, "the acknowledgement is not part of it");
}

#[test]
fn a_refusal_has_the_kernels_number_words_and_place() {
    let mut socket = socket();
    let refused = socket.request(RTM_GETLINK, Flags::empty(), |body| {
        body.fixed(&[0_u8; 16])?;
        body.string(IFLA_IFNAME, b"no-such-link")
    });
    let Err(Error::Refused(refusal)) = refused else { unreachable!("{refused:?}") };
    assert_eq!(refusal.errno, Errno::ENODEV);
    // IFLA_MTU with three bytes, at byte 32 of the request.
    let refused = socket.request(RTM_GETLINK, Flags::empty(), |body| {
        body.fixed(&[0_u8; 16])?;
        body.attr(4, &[1, 2, 3])
    });
    let Err(Error::Refused(refusal)) = refused else { unreachable!("{refused:?}") };
    assert!(matches!(refusal.errno, Errno::EINVAL | Errno::ERANGE), "{refusal:?}");
    assert!(refusal.words.is_some() && refusal.offset == Some(32), "{refusal:?}");
}

#[test]
fn a_dump_in_parts_leaves_the_socket_usable_when_dropped_in_the_middle() {
    let mut socket = socket();
    let mut parts = socket.parts(RTM_GETLINK, |body| body.fixed(&[0_u8; 16])).unwrap();
    assert!(parts.next_part().unwrap().unwrap().next().is_some());
    let links = socket.dump(RTM_GETLINK, |body| body.fixed(&[0_u8; 16])).unwrap();
    assert!(links.messages().count() > 0);
}

#[test]
fn a_request_of_an_unknown_type_is_refused() {
    let refused = socket().dump(0xfff0, |body| body.fixed(&[0_u8; 16]));
    let Err(Error::Refused(refusal)) = refused else { unreachable!("{refused:?}") };
    assert_eq!(refusal.errno, Errno::EOPNOTSUPP);
}

#[test]
fn a_monitor_without_news_does_not_wait_if_told_so() {
    // RTNLGRP_NSID: nothing happens there.
    let mut monitor = Monitor::open(Protocol::ROUTE, &[28]).unwrap();
    monitor.set_nonblocking(true).unwrap();
    assert!(monitor.next_news().unwrap().is_none());
    assert!(Monitor::open(Protocol::ROUTE, &[4000]).is_err());
}
