//! The forked child that makes the namespace and the TAP, and what it hands over.
//!
//! One of the crate's modules with `unsafe`: ioctl, unshare, and the work after fork.

use core::mem::MaybeUninit;
use core::net::Ipv4Addr;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, write};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socket_with,
};
use rustix::process::{getegid, geteuid};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{Step, TapConfig, TapError};

/// What the child hands over.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) tap: Option<OwnedFd>,
    pub(super) net: OwnedFd,
    /// `None` if privilege made a user namespace needless.
    pub(super) user: Option<OwnedFd>,
}

/// All that the child needs, worked out before the fork: after it, nothing may allocate.
pub(super) struct Plan {
    tap: Name,
    lo: Name,
    address: Ipv4Addr,
    netmask: Ipv4Addr,
    uid_map: String,
    gid_map: String,
    /// Take a user namespace even if it could go without.
    pub(super) force_user: bool,
}

/// An interface's name as ioctl wants it: ends with 0.
type Name = [libc::c_char; libc::IFNAMSIZ];

impl Plan {
    pub(super) fn new(config: &TapConfig) -> Result<Self, TapError> {
        let name_of = |text: &str| name_of(text).ok_or_else(|| TapError::BadName(text.into()));
        let host_bits =
            32u32.checked_sub(config.prefix.into()).ok_or(TapError::BadPrefix(config.prefix))?;
        Ok(Self {
            tap: name_of(&config.name)?,
            lo: name_of("lo")?,
            address: config.address,
            netmask: Ipv4Addr::from(u32::MAX.checked_shl(host_bits).unwrap_or(0)),
            uid_map: format!("0 {} 1", geteuid().as_raw()),
            gid_map: format!("0 {} 1", getegid().as_raw()),
            force_user: false,
        })
    }
}

fn name_of(text: &str) -> Option<Name> {
    let mut name = [0; libc::IFNAMSIZ];
    let (_, room) = name.split_last_mut()?;
    if text.is_empty() || text.len() > room.len() || text.contains('\0') {
        return None;
    }
    for (to, from) in room.iter_mut().zip(text.bytes()) {
        *to = from as libc::c_char;
    }
    Some(name)
}

/// Has a child do it, and takes what it hands over.
pub(super) fn carry_out(plan: Plan) -> Result<Parts, TapError> {
    let refused = |error| TapError::Refused { step: Step::HandOver, error };
    let (ours, theirs) = UnixDatagram::pair().map_err(refused)?;
    let work = move || {
        let outcome = build(&plan).and_then(|parts| hand_over(&parts, &theirs));
        let (step, errno) = match outcome {
            // Nothing is to be executed: the child has done its work, and an error ends it.
            Ok(()) => return Err(Errno::CANCELED.into()),
            Err(failure) => failure,
        };
        let _ = rustix::net::send(&theirs, &[step as u8], SendFlags::NOSIGNAL);
        Err(errno.into())
    };
    let mut child = Command::new("/proc/self/exe");
    // SAFETY: after fork it makes system calls on what was prepared before: no allocation, no lock,
    // no other thread is needed. Everything it uses was moved into it.
    unsafe { child.pre_exec(work) };
    let Err(error) = child.spawn() else {
        return Err(refused(io::ErrorKind::Other.into()));
    };
    // With the command goes the other end of the socket, so that no answer shows as none.
    drop(child);
    take_over(&ours, error)
}

fn take_over(socket: &UnixDatagram, error: io::Error) -> Result<Parts, TapError> {
    let refused = |error: Errno| TapError::Refused { step: Step::HandOver, error: error.into() };
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut said = [0];
    let mut bytes = [IoSliceMut::new(&mut said)];
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
    if recvmsg(socket, &mut bytes, &mut control, flags).is_err() {
        // It never ran: there was no process to be had.
        return Err(TapError::Spawn(error));
    }
    let mut fds = control.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(fds) => Some(fds).into_iter().flatten(),
        _ => None.into_iter().flatten(),
    });
    if let Some(step) = Step::ALL.into_iter().find(|step| *step as u8 == said[0]) {
        return Err(classify(step, error));
    }
    let tap = fds.next();
    let net = fds.next().ok_or_else(|| refused(Errno::BADF))?;
    Ok(Parts { tap, net, user: fds.next() })
}

pub(super) fn classify(step: Step, error: io::Error) -> TapError {
    match Errno::from_io_error(&error) {
        Some(Errno::PERM | Errno::ACCESS) => TapError::NoPermission(step),
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO) if step == Step::Open => TapError::NoTun,
        _ => TapError::Refused { step, error },
    }
}

/// Runs in the child: everything up to the finished TAP.
fn build(plan: &Plan) -> Result<Parts, (Step, Errno)> {
    let at = |step| move |errno| (step, errno);
    let user = leave_home(plan).map_err(at(Step::Namespace))?;
    let net = open("/proc/self/ns/net", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .map_err(at(Step::Namespace))?;
    let tap = open("/dev/net/tun", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())
        .map_err(at(Step::Open))?;
    interface_ioctl(&tap, libc::TUNSETIFF, plan.tap, flags(libc::IFF_TAP | libc::IFF_NO_PI))
        .map_err(at(Step::Create))?;
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)
        .map_err(at(Step::Address))?;
    interface_ioctl(&socket, libc::SIOCSIFADDR, plan.tap, inet(plan.address))
        .map_err(at(Step::Address))?;
    interface_ioctl(&socket, libc::SIOCSIFNETMASK, plan.tap, inet(plan.netmask))
        .map_err(at(Step::Address))?;
    let up = flags(libc::IFF_UP | libc::IFF_MULTICAST);
    interface_ioctl(&socket, libc::SIOCSIFFLAGS, plan.lo, up).map_err(at(Step::Up))?;
    interface_ioctl(&socket, libc::SIOCSIFFLAGS, plan.tap, up).map_err(at(Step::Up))?;
    Ok(Parts { tap: Some(tap), net, user })
}

/// Enters a fresh network namespace, and a fresh user namespace around it if nothing less will do.
fn leave_home(plan: &Plan) -> Result<Option<OwnedFd>, Errno> {
    let privileged = if plan.force_user { Err(Errno::PERM) } else { unshare(UnshareFlags::NEWNET) };
    let Err(refusal) = privileged else { return Ok(None) };
    // Whatever the second try says, that the first was refused is what the user can change.
    unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET).map_err(|_| refusal)?;
    // The kernel wants groups fixed before it lets the unprivileged map theirs.
    fill("/proc/self/setgroups", "deny")?;
    fill("/proc/self/uid_map", &plan.uid_map)?;
    fill("/proc/self/gid_map", &plan.gid_map)?;
    open("/proc/self/ns/user", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map(Some)
}

fn unshare(flags: UnshareFlags) -> Result<(), Errno> {
    // SAFETY: what makes it unsafe is a table of descriptors split off under the feet of other
    // threads. Neither flag does that, and the child has one thread.
    unsafe { unshare_unsafe(flags) }
}

fn fill(path: &str, text: &str) -> Result<(), Errno> {
    let file = open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    write(&file, text.as_bytes()).map(drop)
}

type Payload = libc::__c_anonymous_ifr_ifru;

fn flags(flags: libc::c_int) -> Payload {
    Payload { ifru_flags: flags as libc::c_short }
}

fn inet(address: Ipv4Addr) -> Payload {
    // A sockaddr_in: port, address, padding.
    let [a, b, c, d] = address.octets().map(|octet| octet as libc::c_char);
    let sa_data = [0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0];
    Payload { ifru_addr: libc::sockaddr { sa_family: libc::AF_INET as libc::sa_family_t, sa_data } }
}

fn interface_ioctl(
    fd: &OwnedFd,
    request: libc::Ioctl,
    ifr_name: Name,
    ifr_ifru: Payload,
) -> Result<(), Errno> {
    let mut argument = libc::ifreq { ifr_name, ifr_ifru };
    // SAFETY: each request used here takes a pointer to one `ifreq` to read, and TUNSETIFF writes
    // the name back into it; it lives on this stack throughout the call.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), request, &raw mut argument) };
    if result == 0 {
        return Ok(());
    }
    // Reads the thread's errno: allocates nothing.
    Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL))
}

fn hand_over(parts: &Parts, socket: &UnixDatagram) -> Result<(), (Step, Errno)> {
    let fail = |errno| (Step::HandOver, errno);
    let tap = parts.tap.as_ref().ok_or(fail(Errno::BADF))?.as_fd();
    let (net, user) = (parts.net.as_fd(), parts.user.as_ref().map(AsFd::as_fd));
    let all = [tap, net, user.unwrap_or(net)];
    let fds = if user.is_some() { &all[..] } else { &all[..2] };
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(fds));
    // 0 is no step.
    sendmsg(socket, &[IoSlice::new(&[0])], &mut control, SendFlags::NOSIGNAL)
        .map(drop)
        .map_err(fail)
}
