//! The Linux that this runs on, in a network namespace of its own.

use core::hint::black_box;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::AsRawFd;

use netlink_sys::{Socket as Raw, SocketAddr};
use nix::sys::socket::{MsgFlags, MultiHeaders, NetlinkAddr, recvmmsg, sendmmsg};
use softnet_netlink::client::{Error, Protocol, Socket};
use softnet_netlink::rtnl::route::{RouteAttr, RouteSet, Rtmsg};
use softnet_netlink::rtnl::{RouteMessageView, kind};
use softnet_netlink::set::Set;
use softnet_netlink::wire::{Body, Flags, Header, Message, WriteError, Writer};

use super::{BURST, MESSAGE, Sum, walk};

/// `AF_INET`.
const INET: u8 = 2;
/// The loopback interface.
const LO: u32 = 1;

/// Adds `count` routes to 10.0.0.0 and the addresses above it, each by a request that is acknowledged.
///
/// # Errors
/// What the kernel says.
pub fn add_routes(count: u32) -> Result<(), Error> {
    let mut socket = Socket::open(Protocol::ROUTE)?;
    // An ifinfomsg: lo, and of flags and mask: up.
    socket.request(kind::NEWLINK, Flags::empty(), |body| body.fixed(&[0_u32, LO, 1, 1]))?;
    for n in 0..count {
        let to = core::net::Ipv4Addr::from_bits(0x0a00_0000 + n);
        socket.request(kind::NEWROUTE, Flags::CREATE | Flags::EXCL, |body| {
            let (static_, link) = (4, 253);
            body.fixed(&Rtmsg {
                family: INET,
                dst_len: 32,
                table: 254,
                protocol: static_,
                scope: link,
                kind: 1,
                ..Rtmsg::default()
            })?;
            RouteSet::write(&RouteAttr::Dst(to.into()), body)?;
            RouteSet::write(&RouteAttr::Oif(LO), body)
        })?;
    }
    Ok(())
}

fn all(body: &mut Body<'_>) -> Result<(), WriteError> {
    body.fixed(&Rtmsg { family: INET, ..Rtmsg::default() })
}

/// Dumps the routes by our client, part by part, and looks at each header; how many there were.
///
/// # Errors
/// What the kernel says.
pub fn parts(socket: &mut Socket) -> Result<u64, Error> {
    each_part(socket, |_| {})
}

/// The same, with each attribute read as what it is.
///
/// # Errors
/// What the kernel says.
pub fn typed(socket: &mut Socket) -> Result<u64, Error> {
    let mut sum = Sum::default();
    let routes = each_part(socket, |message| {
        let Some(RouteMessageView::Route(route)) = RouteMessageView::decode(message) else {
            return;
        };
        for attr in route.attrs() {
            match attr {
                RouteAttr::Dst(address) | RouteAttr::Prefsrc(address) => sum.ip(address),
                RouteAttr::Oif(number) | RouteAttr::Table(number) => sum.number(number),
                _ => sum.untyped(),
            }
        }
    });
    black_box(sum);
    routes
}

fn each_part(socket: &mut Socket, mut see: impl FnMut(Message<'_>)) -> Result<u64, Error> {
    let mut routes = 0;
    let mut parts = socket.parts(kind::GETROUTE, all)?;
    while let Some(part) = parts.next_part() {
        for message in part? {
            let message = message?;
            if message.kind() == kind::NEWROUTE {
                see(message);
                routes += 1;
            }
        }
    }
    Ok(routes)
}

/// Dumps the routes by our client, all of them kept; how many there were.
///
/// # Errors
/// What the kernel says.
pub fn whole(socket: &mut Socket) -> Result<u64, Error> {
    let dump = socket.dump(kind::GETROUTE, all)?;
    Ok(dump.messages().filter(|message| message.kind() == kind::NEWROUTE).count() as u64)
}

/// A bare socket for [`received`].
///
/// # Errors
/// As `socket` and `bind`.
pub fn raw() -> io::Result<Raw> {
    let mut socket = Raw::new(0)?;
    socket.bind_auto()?;
    socket.set_netlink_get_strict_chk(true)?;
    Ok(socket)
}

/// Dumps the routes by `recv` into 32 KiB and a walk over headers; how many there were.
///
/// # Errors
/// As `send` and `recv`.
pub fn received(socket: &Raw) -> io::Result<u64> {
    let mut request = [0; 32];
    let mut writer = Writer::new(&mut request);
    let header = Header::new(kind::GETROUTE, Flags::REQUEST | Flags::DUMP);
    writer.message(header, all).map_err(io::Error::other)?;
    socket.send_to(writer.as_bytes(), &SocketAddr::new(0, 0), 0)?;
    let mut buffer = Vec::with_capacity(32 * 1024);
    let mut routes = 0;
    loop {
        buffer.clear();
        socket.recv(&mut buffer, 0)?;
        let seen = walk::headers(&buffer);
        // NLMSG_DONE is 3, at the end, and alone where it has no room behind the routes.
        let done = !seen.values.is_multiple_of(u64::from(kind::NEWROUTE));
        routes += seen.attrs - u64::from(done);
        if done {
            return Ok(routes);
        }
    }
}

/// Sends `times` bursts of messages of 100 bytes from one socket to another by `sendmmsg`, and receives each by
/// `recvmmsg`; how many messages that were.
///
/// # Errors
/// As these calls.
pub fn pass(times: u64) -> io::Result<u64> {
    const USERSOCK: isize = 2;
    let (mut from, mut to) = (Raw::new(USERSOCK)?, Raw::new(USERSOCK)?);
    from.bind_auto()?;
    let port = to.bind_auto()?.port_number();
    let (bytes, burst) = ([7; MESSAGE], BURST as usize);
    let out = vec![[IoSlice::new(&bytes)]; burst];
    let address = vec![Some(NetlinkAddr::new(port, 0)); burst];
    let mut buffers = vec![[0_u8; 128]; burst];
    // Headers that were sent keep their address, and what is received by them would be written over it.
    let [mut sent, mut got] =
        [(); 2].map(|()| MultiHeaders::<NetlinkAddr>::preallocate(burst, None));
    for _ in 0..times {
        let sent = sendmmsg(from.as_raw_fd(), &mut sent, &out, &address, [], MsgFlags::empty())?;
        assert_eq!(sent.count(), burst);
        let mut into: Vec<_> = buffers.iter_mut().map(|buffer| [IoSliceMut::new(buffer)]).collect();
        let got = recvmmsg(to.as_raw_fd(), &mut got, &mut into, MsgFlags::empty(), None)?;
        assert_eq!(got.count(), burst);
    }
    Ok(times * BURST)
}
