//! The table of sockets: opening, naming and closing them.

use alloc::collections::{BTreeMap, VecDeque};

use super::groups::Groups;
use super::option::Flags;
use super::protocol::Entry;
use super::queue::ReceiveQueue;
use super::slab::Slab;
use super::socket::Socket;
use super::{
    Address, Capability, Credentials, Creds, Error, Layout, Membership, NetId, Peer, PortId,
    Protocol, ProtocolConfig, Readiness, SocketId, State, lowest_group,
};

/// What a table is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// `rmem_default`: a new socket's receive buffer, bytes of truesize.
    pub rmem_default: u32,
    /// `rmem_max`: the most that `SO_RCVBUF` may ask for; the socket then gets twice of it.
    pub rmem_max: u32,
    /// `wmem_default`: a new socket's send buffer.
    pub wmem_default: u32,
    /// `wmem_max`: the most that `SO_SNDBUF` may ask for.
    pub wmem_max: u32,
    /// Sockets that may be open at a time.
    pub max_sockets: u32,
    /// Nets that may be known to others by an id.
    pub max_nsids: u32,
    /// Of the port ids that automatic binding takes when the process id is taken.
    pub seed: u64,
    /// What messages weigh.
    pub layout: Layout,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rmem_default: 212_992,
            rmem_max: 212_992,
            wmem_default: 212_992,
            wmem_max: 212_992,
            max_sockets: 4096,
            max_nsids: 4096,
            seed: 0,
            layout: Layout::X86_64,
        }
    }
}

/// Every socket there is (`nl_table`). `D` is the state of a running dump, `C` who opened a socket.
#[derive(Debug)]
pub struct Table<D, C = Creds> {
    pub(super) config: Config,
    pub(super) sockets: Slab<Socket<D, C>>,
    pub(super) ports: BTreeMap<Peer, SocketId>,
    pub(super) protocols: BTreeMap<Protocol, Entry>,
    /// What the first net calls the second.
    pub(super) nsids: BTreeMap<(NetId, NetId), i32>,
    woken: VecDeque<SocketId>,
    random: u64,
}

/// What is left of a closed socket.
#[derive(Debug)]
#[must_use = "the dump's state has to be ended"]
pub struct Closed<D> {
    /// Who it was, if it had a port id: families that keep something for it let go of that
    /// (`NETLINK_URELEASE`).
    pub peer: Option<Peer>,
    /// The state of a dump that was not at its end, for `done`. None where a [`DumpTurn`](super::DumpTurn) has it:
    /// [`Table::finish_dump`] gives it back then.
    pub dump: Option<D>,
}

impl<D, C: Credentials> Table<D, C> {
    /// A table without sockets and protocols.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self {
            sockets: Slab::new(config.max_sockets),
            ports: BTreeMap::new(),
            protocols: BTreeMap::new(),
            nsids: BTreeMap::new(),
            woken: VecDeque::new(),
            random: config.seed,
            config,
        }
    }

    /// What it was made with.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// `netlink_kernel_create`: from now on the protocol's sockets may be opened, in every net.
    ///
    /// # Errors
    /// [`Error::Registered`].
    pub fn register(&mut self, protocol: Protocol, config: ProtocolConfig) -> Result<(), Error> {
        match self.protocols.get_mut(&protocol) {
            Some(entry) if entry.registered => return Err(Error::Registered(protocol)),
            Some(entry) => entry.register_again(config),
            None => {
                self.protocols.insert(protocol, Entry::new(config));
            }
        }
        Ok(())
    }

    /// `netlink_kernel_release`: no more sockets of it, and nobody at port 0. Sockets that are open stay, and
    /// so do running dumps: as in Linux, where they hold the module that makes them, their states come back when
    /// they are at their end or their socket is closed. [`Table::abort_dump`] ends one before.
    ///
    /// # Errors
    /// [`Error::NoProtocol`].
    pub fn unregister(&mut self, protocol: Protocol) -> Result<(), Error> {
        let entry = self.protocols.get_mut(&protocol).filter(|entry| entry.registered);
        entry.ok_or(Error::NoProtocol(protocol))?.registered = false;
        Ok(())
    }

    /// `socket(AF_NETLINK, SOCK_RAW, protocol)` in `net`.
    ///
    /// # Errors
    /// [`Error::NoProtocol`], [`Error::TooManySockets`].
    pub fn open(&mut self, net: NetId, protocol: Protocol, opener: C) -> Result<SocketId, Error> {
        if !self.protocols.get(&protocol).is_some_and(|entry| entry.registered) {
            return Err(Error::NoProtocol(protocol));
        }
        let socket = Socket {
            net,
            protocol,
            opener,
            port: PortId::KERNEL,
            bound: false,
            connected: None,
            groups: Groups::default(),
            flags: Flags::empty(),
            queue: ReceiveQueue::new(self.config.rmem_default),
            sndbuf: self.config.wmem_default,
            max_recvmsg_len: 0,
            dump: None,
            spare: None,
            awaited: false,
            woken: false,
        };
        let most = self.config.max_sockets;
        self.sockets.insert(socket).map_err(|_| Error::TooManySockets(most))
    }

    /// `bind`. Port id 0 asks for any. A socket that is bound already changes its groups 1 to 32; those above
    /// stay.
    ///
    /// # Errors
    /// [`Error::NotPermitted`] to listen, [`Error::ProtocolGone`], [`Error::Bound`] to another port id,
    /// [`Error::PortTaken`], or what `members` refuses with.
    pub fn bind(
        &mut self,
        id: SocketId,
        address: Address,
        caller: &C,
        members: &mut impl Membership<C>,
    ) -> Result<(), Error> {
        let groups = address.groups;
        if groups != 0 {
            self.may_listen(id, caller)?;
        }
        let socket = self.socket(id)?;
        let (net, bound, port) = (socket.net, socket.bound, socket.port);
        if bound && address.port != port {
            return Err(Error::Bound(port));
        }
        for group in bits(groups) {
            if let Err(errno) = members.bind(caller, net, group) {
                bits(groups).take_while(|&before| before < group).for_each(|before| {
                    members.unbind(net, before);
                });
                return Err(Error::Other(errno));
            }
        }
        let named = match address.port {
            _ if bound => Ok(()),
            PortId::KERNEL => self.autobind(id, caller),
            port => self.insert(id, port),
        };
        if named.is_err() {
            bits(groups).for_each(|group| members.unbind(net, group));
            return named;
        }
        for group in 1..=32 {
            self.set_membership(id, group, groups & super::group_mask(group) != 0)?;
        }
        Ok(())
    }

    /// `connect`: where messages without an address go, and the only port that may send to this socket. `None`
    /// undoes it (`AF_UNSPEC`).
    ///
    /// # Errors
    /// [`Error::NotPermitted`] to send to others than the kernel.
    pub fn connect(&mut self, id: SocketId, to: Option<Address>, caller: &C) -> Result<(), Error> {
        let bound = self.socket(id)?.bound;
        if let Some(to) = to {
            if to != Address::default() {
                self.may_send(id, caller)?;
            }
            if !bound {
                self.autobind(id, caller)?;
            }
        }
        self.socket_mut(id)?.connected = to.map(|to| (to.port, lowest_group(to.groups)));
        Ok(())
    }

    /// `getsockname`: the port id, and of the groups only the first 32.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn getsockname(&self, id: SocketId) -> Result<Address, Error> {
        let socket = self.socket(id)?;
        Ok(Address { port: socket.port, groups: socket.groups.low() })
    }

    /// `getpeername`: what it is connected to, or the kernel.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn getpeername(&self, id: SocketId) -> Result<Address, Error> {
        let (port, group) = self.socket(id)?.connected.unwrap_or_default();
        Ok(Address { port, groups: super::group_mask(group) })
    }

    /// `close`. `members` hears of every group that it listened to.
    ///
    /// # Errors
    /// [`Error::Closed`], if it is already.
    pub fn close(
        &mut self,
        id: SocketId,
        members: &mut impl Membership<C>,
    ) -> Result<Closed<D>, Error> {
        let socket = self.sockets.remove(id).ok_or(Error::Closed)?;
        let peer = socket.bound.then(|| socket.peer());
        if let Some(peer) = peer {
            self.ports.remove(&peer);
        }
        if let Some(entry) = self.protocols.get_mut(&socket.protocol) {
            entry.members.remove(&id);
            socket.groups.iter().for_each(|group| entry.count(group, false));
        }
        socket.groups.iter().for_each(|group| members.unbind(socket.net, group));
        if socket.woken {
            self.woken.retain(|&woken| woken != id);
        }
        Ok(Closed { peer, dump: socket.dump.and_then(|dump| dump.state) })
    }

    /// What `/proc/net/netlink` shows of it.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn state(&self, id: SocketId) -> Result<State, Error> {
        Ok(self.socket(id)?.state())
    }

    /// Every open socket.
    pub fn sockets(&self) -> impl Iterator<Item = (SocketId, State)> + '_ {
        self.sockets.iter().map(|(id, socket)| (id, socket.state()))
    }

    /// `poll`.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn poll(&self, id: SocketId) -> Result<Readiness, Error> {
        let queue = &self.socket(id)?.queue;
        Ok(Readiness { readable: !queue.is_empty(), error: queue.error().is_some() })
    }

    /// The next socket of which something changed that somebody may wait for: a message came, an error, or,
    /// for those who were [blocked](super::Blocked) by it, room. None is told of twice before it was taken.
    pub fn next_woken(&mut self) -> Option<SocketId> {
        let id = self.woken.pop_front()?;
        if let Some(socket) = self.sockets.get_mut(id) {
            socket.woken = false;
        }
        Some(id)
    }

    /// `netlink_has_listeners`: whether anybody, in whatever net, listens to `group`. A family asks before it
    /// makes a notification.
    #[must_use]
    pub fn has_listeners(&self, protocol: Protocol, group: u32) -> bool {
        self.protocols.get(&protocol).is_some_and(|entry| entry.has_listeners(group))
    }

    /// `peernet2id_alloc`: in `net`, the net `peer` goes by `nsid`. Sockets with
    /// [`Flag::ListenAllNsid`](super::Flag::ListenAllNsid) hear of the nets that theirs knows so.
    ///
    /// # Errors
    /// [`Error::TooManyNets`].
    pub fn set_nsid(&mut self, net: NetId, peer: NetId, nsid: i32) -> Result<(), Error> {
        let most = self.config.max_nsids;
        let known = self.nsids.contains_key(&(net, peer));
        if !known && self.nsids.len() >= most as usize {
            return Err(Error::TooManyNets(most));
        }
        self.nsids.insert((net, peer), nsid);
        Ok(())
    }

    /// Forgets what `net` calls other nets and what they call it.
    pub fn forget_net(&mut self, net: NetId) {
        self.nsids.retain(|&(of, peer), _| of != net && peer != net);
    }

    pub(super) fn socket(&self, id: SocketId) -> Result<&Socket<D, C>, Error> {
        self.sockets.get(id).ok_or(Error::Closed)
    }

    pub(super) fn socket_mut(&mut self, id: SocketId) -> Result<&mut Socket<D, C>, Error> {
        self.sockets.get_mut(id).ok_or(Error::Closed)
    }

    /// `__netlink_lookup`.
    pub(super) fn lookup(&self, peer: Peer) -> Option<SocketId> {
        self.ports.get(&peer).copied()
    }

    pub(super) fn wake(&mut self, id: SocketId) {
        if let Some(socket) = self.sockets.get_mut(id)
            && !core::mem::replace(&mut socket.woken, true)
        {
            self.woken.push_back(id);
        }
    }

    /// `netlink_allowed(NL_CFG_F_NONROOT_SEND)`.
    pub(super) fn may_send(&self, id: SocketId, caller: &C) -> Result<(), Error> {
        let socket = self.socket(id)?;
        let entry = self.protocols.get(&socket.protocol);
        let anybody = entry.is_some_and(|entry| entry.config.nonroot_send);
        if anybody || caller.capable(socket.net, Capability::NET_ADMIN) {
            Ok(())
        } else {
            Err(Error::NotPermitted)
        }
    }

    /// `netlink_allowed(NL_CFG_F_NONROOT_RECV)`, and `netlink_realloc_groups`.
    pub(super) fn may_listen(&mut self, id: SocketId, caller: &C) -> Result<(), Error> {
        let socket = self.sockets.get_mut(id).ok_or(Error::Closed)?;
        let entry = self.protocols.get(&socket.protocol);
        let entry = entry.ok_or(Error::ProtocolGone(socket.protocol))?;
        let anybody = entry.registered && entry.config.nonroot_recv;
        if !anybody && !caller.capable(socket.net, Capability::NET_ADMIN) {
            return Err(Error::NotPermitted);
        }
        if !entry.registered {
            return Err(Error::ProtocolGone(socket.protocol));
        }
        socket.groups.grow(entry.config.groups);
        Ok(())
    }

    /// `netlink_update_socket_mc`.
    pub(super) fn set_membership(
        &mut self,
        id: SocketId,
        group: u32,
        on: bool,
    ) -> Result<(), Error> {
        let socket = self.sockets.get_mut(id).ok_or(Error::Closed)?;
        if !socket.groups.set(group, on) {
            return Ok(());
        }
        if let Some(entry) = self.protocols.get_mut(&socket.protocol) {
            entry.count(group, on);
            if socket.groups.subscriptions() == 0 {
                entry.members.remove(&id);
            } else {
                entry.members.insert(id);
            }
        }
        Ok(())
    }

    /// `netlink_autobind`: the process id, or else, from a random number below zero on downwards, the first
    /// that is free.
    pub(super) fn autobind(&mut self, id: SocketId, caller: &C) -> Result<(), Error> {
        let socket = self.socket(id)?;
        let mut peer = Peer { port: PortId(caller.pid()), ..socket.peer() };
        let mut rover = None;
        // As many tries as there are sockets find a free one.
        for _ in 0..=self.sockets.len().saturating_add(1) {
            if peer.port != PortId::KERNEL && !self.ports.contains_key(&peer) {
                return self.insert(id, peer.port);
            }
            let next = match rover {
                None => self.first_rover(),
                Some(rover) if rover > ROVER_HIGHEST => ROVER_HIGHEST,
                Some(rover) => rover,
            };
            peer.port = PortId(next.cast_unsigned());
            rover = Some(next.wrapping_sub(1));
        }
        Err(Error::PortTaken(peer.port))
    }

    /// `netlink_insert`.
    fn insert(&mut self, id: SocketId, port: PortId) -> Result<(), Error> {
        let socket = self.sockets.get_mut(id).ok_or(Error::Closed)?;
        // As in Linux, who is refused shows the port all the same.
        socket.port = port;
        let peer = socket.peer();
        if self.ports.contains_key(&peer) {
            return Err(Error::PortTaken(port));
        }
        socket.bound = true;
        self.ports.insert(peer, id);
        Ok(())
    }

    /// A number in `[i32::MIN, ROVER_HIGHEST]`.
    fn first_rover(&mut self) -> i32 {
        let below = u64::from(ROVER_HIGHEST.abs_diff(i32::MIN)).saturating_add(1);
        let random = self.next_random() >> 32;
        let offset = random.saturating_mul(below) >> 32;
        i32::MIN.saturating_add_unsigned(u32::try_from(offset).unwrap_or(0))
    }

    /// SplitMix64.
    const fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Whether anyone is at port 0.
    pub(super) fn kernel_listens(&self, protocol: Protocol) -> bool {
        let entry = self.protocols.get(&protocol);
        entry.is_some_and(|entry| entry.registered && entry.config.answers)
    }
}

/// What automatic binding tries lies below what could be a process id or an error.
const ROVER_HIGHEST: i32 = -4097;

/// The groups of a mask, from the lowest.
fn bits(groups: u32) -> impl Iterator<Item = u32> {
    (1..=32).filter(move |&group| groups & super::group_mask(group) != 0)
}
