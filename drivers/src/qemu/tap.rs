//! A TAP in a network namespace of its own: a real Linux at the far end of the card's cable.
//!
//! With `setup` one of the crate's modules with `unsafe`: what a child does after fork, ioctl.
//!
//! The namespace is made by a forked child, because a process with more than one thread may not
//! enter a user namespace, which is what a caller without privilege needs. The child hands over the
//! TAP and descriptors of its namespaces and is gone; the descriptors alone keep the namespaces. No
//! name is registered anywhere, so nothing is left behind, however this process ends.

mod setup;

use core::fmt;
use core::net::Ipv4Addr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use self::setup::{Parts, Plan};
use super::child::{BoundChild, Keeper};

/// What the far end looks like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TapConfig {
    /// The interface's name, up to 15 bytes.
    pub name: String,
    /// The far end's address.
    pub address: Ipv4Addr,
    /// How many leading bits of it name the network, up to 32.
    pub prefix: u8,
}

/// `tap0`, 10.0.2.2/24.
impl Default for TapConfig {
    fn default() -> Self {
        Self { name: "tap0".into(), address: Ipv4Addr::new(10, 0, 2, 2), prefix: 24 }
    }
}

/// Why there is no TAP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TapError {
    /// An interface's name has 1 to 15 bytes.
    #[error("not an interface name: {0:?}")]
    BadName(String),
    /// A prefix of IPv4 has at most 32 bits.
    #[error("not an IPv4 prefix length: {0}")]
    BadPrefix(u8),
    /// The kernel's TUN/TAP driver is not to be had.
    #[error(
        "/dev/net/tun is missing: load the kernel module tun, or give the container the device"
    )]
    NoTun,
    /// Neither privilege nor a user namespace helped.
    #[error(
        "no permission to {0}: run as root (CAP_SYS_ADMIN and CAP_NET_ADMIN), or allow user namespaces and access to /dev/net/tun"
    )]
    NoPermission(Step),
    /// The kernel refused for another reason.
    #[error("can't {step}: {error}")]
    Refused {
        /// What was being done.
        step: Step,
        /// The kernel's answer.
        error: io::Error,
    },
    /// A process can't be started.
    #[error("can't start the process: {0}")]
    Spawn(#[source] io::Error),
}

/// What is done to get a TAP, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[non_exhaustive]
pub enum Step {
    /// A fresh network namespace, within a user namespace if need be.
    Namespace = 1,
    /// `/dev/net/tun` is opened.
    Open,
    /// The interface is made.
    Create,
    /// It gets its address.
    Address,
    /// It and the loopback go up.
    Up,
    /// All is handed over.
    HandOver,
}

impl Step {
    const ALL: [Self; 6] =
        [Self::Namespace, Self::Open, Self::Create, Self::Address, Self::Up, Self::HandOver];
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Namespace => "make a network namespace",
            Self::Open => "open /dev/net/tun",
            Self::Create => "make the TAP",
            Self::Address => "give the TAP its address",
            Self::Up => "bring the TAP up",
            Self::HandOver => "hand the TAP over",
        })
    }
}

/// A network namespace with a TAP, an address on it, and a loopback: the namespace lives as long as
/// this does, and so do the processes in it.
///
/// ```no_run
/// use std::process::Command;
/// use softnet_drivers::qemu::{ClockMode, Config, Netdev, Qemu, tap::{TapConfig, TapNamespace}};
///
/// let mut far_end = TapNamespace::new(&TapConfig::default())?;
/// let mut server = Command::new("python3");
/// server.args(["-m", "http.server", "80"]);
/// let server = far_end.spawn(server)?;
/// let netdev = far_end.take_tap().map_or(Netdev::Dgram, Netdev::Tap);
/// let machine = Qemu::new(Config { netdev, clock: ClockMode::Real, ..Config::default() })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TapNamespace {
    parts: Parts,
    keeper: Keeper,
}

impl TapNamespace {
    /// Makes the namespace and, in it, the TAP.
    ///
    /// # Errors
    /// [`TapError`]; nothing is left behind then either.
    pub fn new(config: &TapConfig) -> Result<Self, TapError> {
        let plan = Plan::new(config)?;
        let keeper = Keeper::start().map_err(TapError::Spawn)?;
        Ok(Self { parts: setup::carry_out(plan)?, keeper })
    }

    /// The TAP itself, for [`Netdev::Tap`](super::Netdev::Tap): it is there once. Opened with
    /// `IFF_TAP | IFF_NO_PI`, so a read or write is one frame. When it is closed the interface goes.
    pub fn take_tap(&mut self) -> Option<OwnedFd> {
        self.parts.tap.take()
    }

    /// Starts a process in the namespace. It is killed when the handle or the namespace is dropped.
    ///
    /// # Errors
    /// [`TapError::Spawn`], for example if there is no such program.
    pub fn spawn(&self, mut command: Command) -> Result<BoundChild, TapError> {
        let dup = |fd: &OwnedFd| fd.try_clone().map_err(TapError::Spawn);
        let user = self.parts.user.as_ref().map(dup).transpose()?;
        let net = dup(&self.parts.net)?;
        let enter = move || {
            if let Some(user) = &user {
                move_into_link_name_space(user.as_fd(), Some(LinkNameSpaceType::User))?;
            }
            Ok(move_into_link_name_space(net.as_fd(), Some(LinkNameSpaceType::Network))?)
        };
        // SAFETY: after fork it makes two system calls and nothing else; the descriptors were moved
        // into it. It comes before the keeper's own preparation, because a change of credentials
        // makes the kernel forget whose death is to kill the child.
        unsafe { command.pre_exec(enter) };
        self.keeper.spawn(command, Vec::new()).map_err(TapError::Spawn)
    }
}

#[cfg(test)]
mod tests;
