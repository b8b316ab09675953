//! An address's message (`inet_fill_ifaddr`, `inet6_fill_ifaddr`).

use core::net::IpAddr;

use softnet_netlink::rtnl::addr::{IfaCacheinfo, Ifaddrmsg};
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use super::Ifaddr;
use super::request::{AF_INET, AF_INET6, ifa};

impl Ifaddr {
    /// Bytes that its message has room in (`inet_nlmsg_size`, `inet6_ifaddr_msgsize`).
    pub(in super::super) const fn message_size(&self) -> usize {
        if self.local.is_ipv4() { 112 } else { 108 }
    }

    /// Writes it, with what is left of its lifetimes now.
    pub(in super::super) fn write(
        &self,
        now: Instant,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        to.fixed(&Ifaddrmsg {
            family: if self.local.is_ipv4() { AF_INET } else { AF_INET6 },
            prefixlen: self.prefix_len,
            flags: self.flags.bits() as u8,
            scope: self.scope.0,
            index: self.dev.get(),
        })?;
        let (prefered, valid) = self.left(now);
        let stamp = |at: Instant| (at.as_nanos() / 10_000_000) as u32;
        let (cstamp, tstamp) = (stamp(self.created), stamp(self.changed));
        let cacheinfo = IfaCacheinfo { prefered, valid, cstamp, tstamp };
        match (self.local, self.address) {
            (IpAddr::V4(local), IpAddr::V4(address)) => {
                let given = |kind, address: core::net::Ipv4Addr, to: &mut Body<'_>| {
                    if address.is_unspecified() { Ok(()) } else { to.attr(kind, &address.octets()) }
                };
                given(ifa::ADDRESS, address, to)?;
                given(ifa::LOCAL, local, to)?;
                self.broadcast.map_or(Ok(()), |broadcast| given(ifa::BROADCAST, broadcast, to))?;
                if !self.label.as_bytes().is_empty() {
                    to.string(ifa::LABEL, self.label.as_bytes())?;
                }
                self.write_protocol(to)?;
                to.value(ifa::FLAGS, &self.flags.bits())?;
                self.write_metric(to)?;
                to.value(ifa::CACHEINFO, &cacheinfo)
            }
            (IpAddr::V6(local), _) => {
                if let Some(peer) = self.peer() {
                    to.attr(ifa::LOCAL, &local.octets())?;
                    to.attr(ifa::ADDRESS, &peer.octets())?;
                } else {
                    to.attr(ifa::ADDRESS, &local.octets())?;
                }
                self.write_metric(to)?;
                to.value(ifa::CACHEINFO, &cacheinfo)?;
                to.value(ifa::FLAGS, &self.flags.bits())?;
                self.write_protocol(to)
            }
            // Both are of one family.
            (IpAddr::V4(_), IpAddr::V6(_)) => Ok(()),
        }
    }

    fn write_protocol(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        if self.protocol == 0 { Ok(()) } else { to.value(ifa::PROTO, &self.protocol) }
    }

    fn write_metric(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        if self.metric == 0 { Ok(()) } else { to.value(ifa::RT_PRIORITY, &self.metric) }
    }
}
