//! Protocols: who answers on a socket, and who may listen.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{Errno, NetId, SocketId};

/// `NETLINK_*`, the protocol of a socket: Linux's or any number of the embedder's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u32);

impl Protocol {
    /// `NETLINK_ROUTE`.
    pub const ROUTE: Self = Self(0);
    /// `NETLINK_USERSOCK`: between programs; the kernel does not listen.
    pub const USERSOCK: Self = Self(2);
    /// `NETLINK_SOCK_DIAG`.
    pub const SOCK_DIAG: Self = Self(4);
    /// `NETLINK_XFRM`.
    pub const XFRM: Self = Self(6);
    /// `NETLINK_NETFILTER`.
    pub const NETFILTER: Self = Self(12);
    /// `NETLINK_KOBJECT_UEVENT`.
    pub const KOBJECT_UEVENT: Self = Self(15);
    /// `NETLINK_GENERIC`.
    pub const GENERIC: Self = Self(16);
}

/// `struct netlink_kernel_cfg`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtocolConfig {
    /// Multicast groups; less than 32 counts as 32.
    pub groups: u32,
    /// Whether the kernel has a socket with an `input` in each net. Where it has not, who sends to port 0 is
    /// refused.
    pub answers: bool,
    /// `NL_CFG_F_NONROOT_RECV`: anybody may join groups.
    pub nonroot_recv: bool,
    /// `NL_CFG_F_NONROOT_SEND`: anybody may send to groups, and to others than the kernel.
    pub nonroot_send: bool,
}

impl Default for ProtocolConfig {
    fn default() -> Self {
        Self { groups: 32, answers: true, nonroot_recv: true, nonroot_send: false }
    }
}

/// What a protocol says of who joins and leaves its groups (`bind` and `unbind` of `struct
/// netlink_kernel_cfg`). `()` lets everyone.
pub trait Membership<C> {
    /// Whether `caller` may listen to `group` in `net`; called for a socket that listens already, too, as Linux
    /// does.
    ///
    /// # Errors
    /// The number that the call shall fail with.
    fn bind(&mut self, caller: &C, net: NetId, group: u32) -> Result<(), Errno> {
        let _ = (caller, net, group);
        Ok(())
    }

    /// What [`Self::bind`] allowed is over, or did not come to be.
    fn unbind(&mut self, net: NetId, group: u32) {
        let _ = (net, group);
    }
}

impl<C> Membership<C> for () {}

/// `struct netlink_table`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) config: ProtocolConfig,
    pub(super) registered: bool,
    /// `mc_list`: the sockets that listen to anything.
    pub(super) members: BTreeSet<SocketId>,
    /// How many listen to each group, over all nets, as `listeners->masks` tells whether any does.
    listeners: Vec<u32>,
}

impl Entry {
    pub(super) fn new(config: ProtocolConfig) -> Self {
        let groups = config.groups.max(32);
        let config = ProtocolConfig { groups, ..config };
        let listeners = alloc::vec![0; groups as usize];
        Self { config, registered: true, members: BTreeSet::new(), listeners }
    }

    /// The same protocol once more, with the sockets that outlived its absence.
    pub(super) fn register_again(&mut self, config: ProtocolConfig) {
        let groups = config.groups.max(32).max(self.config.groups);
        self.config = ProtocolConfig { groups, ..config };
        self.listeners.resize(groups as usize, 0);
        self.registered = true;
    }

    /// `__netlink_change_ngroups`.
    pub(super) fn set_groups(&mut self, groups: u32) {
        self.config.groups = groups.max(32);
        let known = self.listeners.len().max(self.config.groups as usize);
        self.listeners.resize(known, 0);
    }

    pub(super) fn count(&mut self, group: u32, on: bool) {
        let at = group.checked_sub(1).and_then(|at| self.listeners.get_mut(at as usize));
        if let Some(count) = at {
            *count = if on { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
    }

    pub(super) fn has_listeners(&self, group: u32) -> bool {
        let count = group.checked_sub(1).and_then(|at| self.listeners.get(at as usize));
        count.is_some_and(|&count| count > 0)
    }
}
