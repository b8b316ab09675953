//! The Linux that this runs on, in a network namespace of the test's own.
//!
//! A thread enters a fresh namespace, makes the calls and ends; nothing outside of it is touched.

use core::{mem, ptr};
use std::env;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::thread;

use softnet_netlink::kernel::{Flag, SocketOption};
use softnet_netlink::wire::{Flags, Header, WriteError, Writer};

use crate::backend::{Backend, Got, ROUTE, RTM_NEWLINK, Sock};

const SOL_NETLINK: i32 = 270;

/// Runs a rule in a namespace of its own. Skips aloud where there can't be one, or fails if `SOFTNET_ORACLES` says
/// that there must.
pub(crate) fn in_namespace(rule: impl FnOnce(&mut Linux) + Send) {
    let ran = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            // SAFETY: only the thread's own namespace changes, and the thread ends here.
            if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
                return false;
            }
            rule(&mut Linux::default());
            true
        });
        thread.join()
    });
    match ran {
        Ok(true) => {}
        Ok(false) => {
            let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
            assert!(
                !listed.split(',').any(|name| name.trim() == "netns"),
                "netns is missing, but SOFTNET_ORACLES says it must be there; run as root"
            );
            eprintln!("skipped: netns is missing; to get it: run as root");
        }
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Sockets of the thread's namespace.
#[derive(Debug, Default)]
pub(crate) struct Linux {
    sockets: Vec<Option<OwnedFd>>,
    pairs: u32,
    /// The first net and the second, once there is a second.
    nets: Option<[File; 2]>,
}

fn check(result: isize) -> Result<usize, i32> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error().raw_os_error().unwrap())
}

fn sockaddr((port, groups): (u32, u32)) -> libc::sockaddr_nl {
    // SAFETY: all zero is a valid sockaddr_nl.
    let mut address: libc::sockaddr_nl = unsafe { mem::zeroed() };
    address.nl_family = libc::AF_NETLINK as u16;
    address.nl_pid = port;
    address.nl_groups = groups;
    address
}

const ADDRESS_LEN: u32 = size_of::<libc::sockaddr_nl>() as u32;

impl Linux {
    fn fd(&self, sock: Sock) -> i32 {
        self.sockets[sock].as_ref().unwrap().as_raw_fd()
    }

    fn set_number(&self, sock: Sock, level: i32, name: i32, value: i32) -> Result<(), i32> {
        let (from, len) = (ptr::from_ref(&value).cast(), 4);
        // SAFETY: `from` points to four bytes that live through the call.
        let result = unsafe { libc::setsockopt(self.fd(sock), level, name, from, len) };
        check(result as isize).map(drop)
    }

    /// `getsockopt` into words: those that there was room for, and the length that was told.
    fn get_words(&self, sock: Sock, level: i32, name: i32, words: usize) -> (Vec<u32>, usize) {
        let mut list = vec![0_u32; words];
        let mut len = u32::try_from(words * 4).unwrap();
        let to = list.as_mut_ptr().cast();
        // SAFETY: `to` points to `len` bytes that nobody else has now.
        let result = unsafe { libc::getsockopt(self.fd(sock), level, name, to, &raw mut len) };
        check(result as isize).unwrap();
        list.truncate(len as usize / 4);
        (list, len as usize)
    }
}

fn current_net() -> File {
    File::open("/proc/thread-self/ns/net").unwrap()
}

fn number(file: &str) -> u32 {
    std::fs::read_to_string(file).unwrap().trim().parse().unwrap()
}

impl Backend for Linux {
    fn open(&mut self, protocol: u32) -> Result<Sock, i32> {
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: no pointers.
        let fd = unsafe { libc::socket(libc::AF_NETLINK, kind, protocol as i32) };
        check(fd as isize)?;
        // SAFETY: the descriptor is new and nobody else's.
        self.sockets.push(Some(unsafe { OwnedFd::from_raw_fd(fd) }));
        Ok(self.sockets.len() - 1)
    }

    fn bind(&mut self, sock: Sock, port: u32, groups: u32) -> Result<(), i32> {
        let address = sockaddr((port, groups));
        let at = ptr::from_ref(&address).cast();
        // SAFETY: `at` points to an address of that length.
        let result = unsafe { libc::bind(self.fd(sock), at, ADDRESS_LEN) };
        check(result as isize).map(drop)
    }

    fn connect(&mut self, sock: Sock, to: Option<(u32, u32)>) -> Result<(), i32> {
        let mut address = sockaddr(to.unwrap_or_default());
        if to.is_none() {
            address.nl_family = libc::AF_UNSPEC as u16;
        }
        let at = ptr::from_ref(&address).cast();
        // SAFETY: `at` points to an address of that length.
        let result = unsafe { libc::connect(self.fd(sock), at, ADDRESS_LEN) };
        check(result as isize).map(drop)
    }

    fn name(&mut self, sock: Sock) -> (u32, u32) {
        let (mut address, mut len) = (sockaddr((0, 0)), ADDRESS_LEN);
        let at = ptr::from_mut(&mut address).cast();
        // SAFETY: `at` points to `len` bytes that nobody else has now.
        let result = unsafe { libc::getsockname(self.fd(sock), at, &raw mut len) };
        check(result as isize).unwrap();
        (address.nl_pid, address.nl_groups)
    }

    fn peer_name(&mut self, sock: Sock) -> (u32, u32) {
        let (mut address, mut len) = (sockaddr((0, 0)), ADDRESS_LEN);
        let at = ptr::from_mut(&mut address).cast();
        // SAFETY: `at` points to `len` bytes that nobody else has now.
        let result = unsafe { libc::getpeername(self.fd(sock), at, &raw mut len) };
        check(result as isize).unwrap();
        (address.nl_pid, address.nl_groups)
    }

    fn set(&mut self, sock: Sock, option: SocketOption) -> Result<(), i32> {
        let (level, name, value) = match option {
            SocketOption::AddMembership(group) => (SOL_NETLINK, 1, group.cast_signed()),
            SocketOption::DropMembership(group) => (SOL_NETLINK, 2, group.cast_signed()),
            SocketOption::Flag(flag, on) => (SOL_NETLINK, flag.number() as i32, on.into()),
            SocketOption::RcvBuf(size) => (libc::SOL_SOCKET, libc::SO_RCVBUF, size),
            SocketOption::RcvBufForce(size) => (libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, size),
            SocketOption::SndBuf(size) => (libc::SOL_SOCKET, libc::SO_SNDBUF, size),
            SocketOption::SndBufForce(size) => (libc::SOL_SOCKET, libc::SO_SNDBUFFORCE, size),
            other => panic!("{other:?}"),
        };
        self.set_number(sock, level, name, value)
    }

    fn flag(&mut self, sock: Sock, flag: Flag) -> bool {
        self.get_words(sock, SOL_NETLINK, flag.number() as i32, 1).0[0] != 0
    }

    fn memberships(&mut self, sock: Sock, words: usize) -> (Vec<u32>, usize) {
        self.get_words(sock, SOL_NETLINK, 9, words)
    }

    fn rcvbuf(&mut self, sock: Sock) -> u32 {
        self.get_words(sock, libc::SOL_SOCKET, libc::SO_RCVBUF, 1).0[0]
    }

    fn sndbuf(&mut self, sock: Sock) -> u32 {
        self.get_words(sock, libc::SOL_SOCKET, libc::SO_SNDBUF, 1).0[0]
    }

    fn send(
        &mut self,
        sock: Sock,
        to: Option<(u32, u32)>,
        bytes: &[u8],
        flags: i32,
    ) -> Result<usize, i32> {
        let address = to.map(sockaddr);
        let (at, len) = address
            .as_ref()
            .map_or((ptr::null(), 0), |address| (ptr::from_ref(address).cast(), ADDRESS_LEN));
        let (fd, from) = (self.fd(sock), bytes.as_ptr().cast());
        // SAFETY: `from` points to the message, `at` to an address of that length or nowhere.
        check(unsafe { libc::sendto(fd, from, bytes.len(), flags, at, len) })
    }

    fn recv(&mut self, sock: Sock, room: usize, flags: i32) -> Result<Got, i32> {
        let mut bytes = vec![0_u8; room];
        let mut control = [0_u64; 32];
        let mut address = sockaddr((0, 0));
        let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: room };
        // SAFETY: all zero is a valid msghdr.
        let mut header: libc::msghdr = unsafe { mem::zeroed() };
        header.msg_name = ptr::from_mut(&mut address).cast();
        header.msg_namelen = ADDRESS_LEN;
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(&control) as _;
        // SAFETY: all that the header points to lives through the call and is nobody else's.
        let len = check(unsafe { libc::recvmsg(self.fd(sock), &raw mut header, flags) })?;
        bytes.truncate(len.min(room));
        let from = (address.nl_pid, address.nl_groups);
        let truncated = header.msg_flags & libc::MSG_TRUNC != 0;
        let mut got = Got { len, bytes, truncated, from, ..Got::default() };
        let mut left = &control[..header.msg_controllen.div_ceil(8)];
        // Control messages: a length, level and type, a value, padded to words.
        while let [len, kind, value, ..] = *left {
            match kind.to_ne_bytes() {
                // NETLINK_PKTINFO
                [14, 1, 0, 0, 3, 0, 0, 0] => got.group = Some(value as u32),
                // NETLINK_LISTEN_ALL_NSID
                [14, 1, 0, 0, 8, 0, 0, 0] => got.nsid = Some(value as i32),
                other => panic!("{other:?}"),
            }
            left = &left[(len as usize).div_ceil(8)..];
        }
        Ok(got)
    }

    fn meminfo(&mut self, sock: Sock) -> (u32, u32) {
        let words = self.get_words(sock, libc::SOL_SOCKET, libc::SO_MEMINFO, 9).0;
        (words[0], words[8])
    }

    fn poll(&mut self, sock: Sock) -> (bool, bool) {
        let mut poll = libc::pollfd { fd: self.fd(sock), events: libc::POLLIN, revents: 0 };
        // SAFETY: one descriptor, which nobody else has now.
        let result = unsafe { libc::poll(&raw mut poll, 1, 0) };
        check(result as isize).unwrap();
        (poll.revents & libc::POLLIN != 0, poll.revents & libc::POLLERR != 0)
    }

    fn close(&mut self, sock: Sock) {
        self.sockets[sock] = None;
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    fn most(&self) -> (u32, u32) {
        (number("/proc/sys/net/core/rmem_max"), number("/proc/sys/net/core/wmem_max"))
    }

    fn privileged(&mut self, on: bool) {
        let user: libc::uid_t = if on { 0 } else { 65_534 };
        // The system call rather than the C library's: it is about this thread alone.
        // SAFETY: no pointers.
        let result = unsafe { libc::syscall(libc::SYS_setresuid, -1, user, -1) };
        check(result as isize).unwrap();
    }

    fn elsewhere(&mut self, on: bool) {
        let [first, second] = self.nets.get_or_insert_with(|| {
            let first = current_net();
            // SAFETY: only the thread's own namespace changes.
            let result = unsafe { libc::unshare(libc::CLONE_NEWNET) };
            check(result as isize).unwrap();
            [first, current_net()]
        });
        let net = if on { second } else { first };
        // SAFETY: no pointers; only the thread's own namespace changes.
        let result = unsafe { libc::setns(net.as_raw_fd(), libc::CLONE_NEWNET) };
        check(result as isize).unwrap();
    }

    fn name_net(&mut self, second: bool, nsid: i32) {
        self.elsewhere(false);
        let net = self.nets.as_ref().unwrap()[usize::from(second)].as_raw_fd();
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        let newnsid = Header::new(88, Flags::REQUEST | Flags::ACK);
        let written = writer.message(newnsid, |body| {
            body.fixed(&[0_u8; 4])?;
            // NETNSA_NSID, NETNSA_FD
            body.value(1, &nsid)?;
            body.value(3, &net)
        });
        written.map_err(|_: WriteError| ()).unwrap();
        let sock = <dyn Backend>::bound(self, ROUTE);
        self.send(sock, None, writer.as_bytes(), 0).unwrap();
        assert_eq!(self.recv(sock, 4096, 0).unwrap().bytes[16..20], [0; 4], "RTM_NEWNSID");
        self.close(sock);
    }

    fn add_links(&mut self, pairs: u32) {
        let sock = <dyn Backend>::bound(self, ROUTE);
        for pair in self.pairs..self.pairs + pairs {
            let mut buffer = [0; 256];
            let request = new_veth(&mut buffer, pair).unwrap();
            self.send(sock, None, request, 0).unwrap();
            let got = self.recv(sock, 4096, 0).unwrap();
            assert_eq!(got.bytes[16..20], [0; 4], "veth {pair}");
        }
        self.pairs += pairs;
        self.close(sock);
    }
}

/// `ip link add va0 type veth peer name vb0`.
fn new_veth(buffer: &mut [u8], pair: u32) -> Result<&[u8], WriteError> {
    let flags = Flags::REQUEST | Flags::ACK | Flags::CREATE | Flags::EXCL;
    let mut writer = Writer::new(buffer);
    writer.message(Header::new(RTM_NEWLINK, flags), |body| {
        body.fixed(&[0_u8; 16])?;
        body.string(3, format!("va{pair}").as_bytes())?;
        body.nest(18, |info| {
            info.string(1, b"veth")?;
            info.nest(2, |data| {
                data.nest(1, |peer| {
                    peer.fixed(&[0_u8; 16])?;
                    peer.string(3, format!("vb{pair}").as_bytes())
                })
            })
        })
    })?;
    let len = writer.len();
    Ok(&buffer[..len])
}
