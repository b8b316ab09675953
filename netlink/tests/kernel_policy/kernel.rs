//! A socket of generic netlink.

use std::{env, thread};

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_GENERIC};
use nix::sched::{CloneFlags, unshare};
use softnet_netlink::genl::GenlHeader;
use softnet_netlink::wire::{Attrs, Body, Flags, Header, Message, Messages, Writer, kind};

/// Runs a test in a network namespace of its own, which ends with it. Skips aloud where there can't be one, or
/// fails if `SOFTNET_ORACLES` says that there must.
pub(crate) fn in_namespace(test: impl FnOnce() + Send) {
    let ran = thread::scope(|scope| {
        let inside = scope.spawn(|| unshare(CloneFlags::CLONE_NEWNET).map(|()| test()).is_ok());
        inside.join()
    });
    match ran {
        Ok(there) => found(there),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Runs a test that only asks, where there is generic netlink.
pub(crate) fn on_kernel(test: impl FnOnce()) {
    let there = Kernel::open().is_some();
    found(there);
    if there {
        test();
    }
}

fn found(there: bool) {
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    let must = listed.split(',').any(|name| name.trim() == "netns");
    assert!(
        there || !must,
        "netns is missing, but SOFTNET_ORACLES says it must be there; run as root"
    );
    if !there {
        eprintln!("skipped: netns is missing; to get it: run as root, on Linux with netlink");
    }
}

pub(crate) struct Kernel {
    socket: Socket,
    port: u32,
    seq: u32,
}

impl Kernel {
    /// A socket that wants to be told everything of its errors.
    pub(crate) fn open() -> Option<Self> {
        let mut socket = Socket::new(NETLINK_GENERIC).ok()?;
        let port = socket.bind_auto().ok()?.port_number();
        socket.set_ext_ack(true).ok()?;
        socket.connect(&SocketAddr::new(0, 0)).ok()?;
        Some(Self { socket, port, seq: 0 })
    }

    pub(crate) fn port(&self) -> u32 {
        self.port
    }

    /// A request with the next sequence number.
    pub(crate) fn request(&mut self, family: u16, flags: Flags, cmd: u8, rest: &[u8]) -> Vec<u8> {
        self.seq += 1;
        let header = Header::new(family, flags | Flags::REQUEST).seq(self.seq);
        let mut buffer = vec![0; rest.len() + 64];
        let mut writer = Writer::new(&mut buffer);
        let fill = |body: &mut Body<'_>| {
            body.fixed(&GenlHeader::new(cmd, 1))?;
            body.unpadded(rest)
        };
        writer.message(header, fill).unwrap();
        writer.as_bytes().to_vec()
    }

    /// All messages that answer it, up to the dump's end or the acknowledgement, which is asked for here.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Vec<Vec<u8>> {
        let seq = self.seq;
        assert_eq!(self.socket.send(request, 0).unwrap(), request.len());
        let mut answers = Vec::new();
        loop {
            let (datagram, _) = self.socket.recv_from_full().unwrap();
            for message in Messages::new(&datagram).map(Result::unwrap) {
                // Families that keep a socket in mind may tell it more.
                if message.header().seq != seq {
                    continue;
                }
                answers.push(message.as_bytes().to_vec());
                if matches!(message.kind(), kind::ERROR | kind::DONE) {
                    return answers;
                }
            }
        }
    }

    /// The messages of a dump, without its end; `None` where it is refused.
    pub(crate) fn dump(&mut self, family: u16, cmd: u8, attrs: &[u8]) -> Option<Vec<Vec<u8>>> {
        let request = self.request(family, Flags::DUMP, cmd, attrs);
        let mut answers = self.ask(&request);
        let end = answers.pop()?;
        (Message::parse(&end).unwrap().kind() == kind::DONE).then_some(answers)
    }
}

/// The attributes of an answer of `nlctrl`.
pub(crate) fn attrs(answer: &[u8]) -> Attrs<'_> {
    Message::parse(answer).unwrap().attrs_after::<GenlHeader>()
}

/// One attribute, padded.
pub(crate) fn attr(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = (value.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}
