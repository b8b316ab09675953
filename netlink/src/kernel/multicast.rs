//! Groups that come and go, and what is told in all nets.

use alloc::collections::BTreeSet;

use super::{Credentials, Datagram, Error, Group, NetId, PortId, Protocol, Table};

impl<D, C: Credentials> Table<D, C> {
    /// `netlink_change_ngroups`: from now on the protocol has so many groups, but 32 at least. Sockets that joined one
    /// before know of the new ones when they next join or bind.
    ///
    /// # Errors
    /// [`Error::NoProtocol`].
    pub fn change_groups(&mut self, protocol: Protocol, groups: u32) -> Result<(), Error> {
        let entry = self.protocols.get_mut(&protocol).ok_or(Error::NoProtocol(protocol))?;
        entry.set_groups(groups);
        Ok(())
    }

    /// `__netlink_clear_multicast_users`: nobody listens to the group any more, in no net.
    pub fn clear_members(&mut self, protocol: Protocol, group: u32) {
        let members = self.protocols.get(&protocol).map(|entry| entry.members.clone());
        for id in members.unwrap_or_default() {
            // All of them are open.
            let _ = self.set_membership(id, group, false);
        }
    }

    /// `genlmsg_multicast_allns`: to all who listen to a group of a protocol, in every net that has a socket of it, or
    /// that another net has an id for.
    ///
    /// # Errors
    /// [`Error::NoListener`] if nobody got it; else what the last net's [`Table::broadcast`] failed with, as in Linux.
    pub fn broadcast_all_nets(
        &mut self,
        (protocol, number): (Protocol, u32),
        exclude: PortId,
        datagram: &Datagram,
    ) -> Result<(), Error> {
        let sockets = self.sockets.iter().filter(|(_, socket)| socket.protocol == protocol);
        let mut nets: BTreeSet<NetId> = sockets.map(|(_, socket)| socket.net).collect();
        nets.extend(self.nsids.keys().map(|&(_, peer)| peer));
        let (mut delivered, mut result) = (false, Err(Error::NoListener));
        for net in nets {
            let group = Group { net, protocol, number };
            result = self.broadcast(group, exclude, datagram.clone());
            delivered |= result.is_ok();
        }
        match result {
            Err(Error::NoListener) if delivered => Ok(()),
            result => result,
        }
    }
}
