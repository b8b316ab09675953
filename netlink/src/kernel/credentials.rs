//! Who calls, and what they may.

use super::NetId;

/// `CAP_*`, by Linux's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Capability(pub u8);

impl Capability {
    /// `CAP_NET_BROADCAST`.
    pub const NET_BROADCAST: Self = Self(11);
    /// `CAP_NET_ADMIN`.
    pub const NET_ADMIN: Self = Self(12);
    /// `CAP_SYS_ADMIN`.
    pub const SYS_ADMIN: Self = Self(21);
}

/// Who opened a socket, or who makes a call on it.
///
/// The table keeps the opener's with the socket and the sender's with the message: a request is allowed
/// only if both are (`netlink_capable`), so that a socket handed to a privileged program does not borrow its
/// rights.
pub trait Credentials: Clone {
    /// `task_tgid_vnr`: what automatic binding tries first as a port id.
    fn pid(&self) -> u32;

    /// `ns_capable`, over the user namespace that owns `net`.
    fn capable(&self, net: NetId, capability: Capability) -> bool;
}

/// Credentials of a process that may all or nothing, in every net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Creds {
    /// Process id.
    pub pid: u32,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Whether it has every capability.
    pub privileged: bool,
}

impl Creds {
    /// Root's, in process `pid`.
    #[must_use]
    pub const fn root(pid: u32) -> Self {
        Self { pid, uid: 0, gid: 0, privileged: true }
    }
}

impl Credentials for Creds {
    fn pid(&self) -> u32 {
        self.pid
    }

    fn capable(&self, _: NetId, _: Capability) -> bool {
        self.privileged
    }
}
