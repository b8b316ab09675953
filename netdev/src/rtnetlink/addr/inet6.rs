//! IPv6's rules, but for those with a protocol in them (`net/ipv6/addrconf.c`).

use core::net::{IpAddr, Ipv6Addr};

use softnet_sk_buff::{IfIndex, Instant};

use super::inet::valid_lifetimes;
use super::{AddrError, AddrEvent, AddrFlags, Addresses, Ifaddr, Label, NewAddr, Scope};
use crate::device::NetDevice;
use crate::flags::Flags;
use crate::softnet::Softnet;

/// `IPV6_MIN_MTU`: IPv6 needs that much.
pub(in super::super) const MIN_MTU: u32 = 1280;

/// What a request may ask for, of a kernel without optimistic detection.
const ASKED: AddrFlags = AddrFlags::NODAD
    .union(AddrFlags::HOMEADDRESS)
    .union(AddrFlags::MANAGETEMPADDR)
    .union(AddrFlags::NOPREFIXROUTE)
    .union(AddrFlags::MCAUTOJOIN);

/// What a change takes away, where it does not ask for it again.
const CHANGED: AddrFlags = AddrFlags::DEPRECATED
    .union(AddrFlags::PERMANENT)
    .union(AddrFlags::NODAD)
    .union(AddrFlags::HOMEADDRESS)
    .union(AddrFlags::MANAGETEMPADDR)
    .union(AddrFlags::NOPREFIXROUTE);

impl Addresses {
    /// `inet6_rtm_newaddr`.
    pub(super) fn inet6_newaddr(
        &mut self,
        softnet: &Softnet,
        (new, local): (&NewAddr, Ipv6Addr),
        now: Instant,
    ) -> Result<(), AddrError> {
        let device = softnet.dev(new.dev).ok_or(AddrError::Inet6NoDevice)?;
        if device.mtu() < MIN_MTU {
            return Err(AddrError::Inet6Mtu);
        }
        let mut flags = new.flags & ASKED;
        flags.set(AddrFlags::PERMANENT, new.valid.is_none());
        flags.set(AddrFlags::DEPRECATED, new.preferred == Some(0));
        let list = self.devices.get(&new.dev).map_or(&[][..], |device| &device.inet6);
        match list.iter().position(|ifa| ifa.local == new.local) {
            Some(_) if !new.replace => Err(AddrError::Inet6Exists),
            Some(at) => self.inet6_addr_modify(new, (at, flags), now),
            None => self.inet6_addr_add(device, (new, local), flags, now),
        }
    }

    /// `inet6_addr_add`, `ipv6_add_addr`.
    fn inet6_addr_add(
        &mut self,
        device: &NetDevice,
        (new, local): (&NewAddr, Ipv6Addr),
        mut flags: AddrFlags,
        now: Instant,
    ) -> Result<(), AddrError> {
        let joins = flags.contains(AddrFlags::MCAUTOJOIN);
        let loopback = device.flags().contains(Flags::LOOPBACK);
        if new.prefix_len > 128 {
            return Err(AddrError::Inet6Prefix);
        } else if !valid_lifetimes(new) {
            return Err(AddrError::Inet6Lifetime);
        } else if flags.contains(AddrFlags::MANAGETEMPADDR) && new.prefix_len != 64 {
            return Err(AddrError::Inet6TempPrefix);
        } else if joins && !local.is_multicast() {
            return Err(AddrError::Inet6NotMulticast);
        } else if local.is_unspecified() {
            return Err(AddrError::Inet6Any);
        } else if local.is_multicast() && !joins {
            return Err(AddrError::Inet6Multicast);
        } else if local.is_loopback() && !loopback {
            return Err(AddrError::Inet6Loopback);
        }
        // There is nobody to ask, or nobody who does.
        let quiet = flags.contains(AddrFlags::NODAD);
        flags.set(AddrFlags::TENTATIVE, !quiet);
        let ifa = made(new, (local, flags), now);
        self.ipv6_link_dev_addr(ifa)?;
        // Linux tells of it at once, and once more when it may be used.
        if !quiet {
            self.tell(AddrEvent::New(ifa));
        }
        let unasked = loopback || device.flags().contains(Flags::NOARP) || !self.config.accept_dad;
        if quiet || unasked {
            self.dad_completed(new.dev, local);
        }
        Ok(())
    }

    /// `add_addr`: an address of the kernel's own, which nobody else can have.
    pub(super) fn inet6_add_own(&mut self, new: &NewAddr, now: Instant) -> Result<(), AddrError> {
        let IpAddr::V6(local) = new.local else { return Err(AddrError::Inet6NoAddress) };
        let ifa = made(new, (local, AddrFlags::PERMANENT), now);
        self.ipv6_link_dev_addr(ifa)?;
        self.tell(AddrEvent::New(ifa));
        Ok(())
    }

    /// `ipv6_link_dev_addr`: the widest known ones first, and of these the newest.
    fn ipv6_link_dev_addr(&mut self, ifa: Ifaddr) -> Result<(), AddrError> {
        let list = &self.device(ifa.dev).inet6;
        if list.iter().any(|there| there.local == ifa.local) {
            return Err(AddrError::Inet6Exists);
        }
        let place = list.iter().position(|there| src_scope(&ifa) >= src_scope(there));
        let place = place.unwrap_or(list.len());
        self.take_place()?;
        self.device(ifa.dev).inet6.insert(place, ifa);
        Ok(())
    }

    /// `inet6_addr_modify`.
    fn inet6_addr_modify(
        &mut self,
        new: &NewAddr,
        (at, flags): (usize, AddrFlags),
        now: Instant,
    ) -> Result<(), AddrError> {
        if !valid_lifetimes(new) {
            return Err(AddrError::Inet6Lifetime);
        }
        let there = self.device(new.dev).inet6.get_mut(at).ok_or(AddrError::Inet6NotFound)?;
        let temporary = there.is_secondary() || there.prefix_len != 64;
        if flags.contains(AddrFlags::MANAGETEMPADDR) && temporary {
            return Err(AddrError::Inet6TempPrefix);
        }
        there.flags = there.flags.difference(CHANGED) | flags;
        (there.valid, there.preferred, there.changed) = (new.valid, new.preferred, now);
        there.protocol = new.protocol;
        if new.metric != 0 {
            there.metric = new.metric;
        }
        if let Some(peer) = new.address.filter(|peer| peer.is_ipv6() && *peer != new.local) {
            there.address = peer;
        }
        let there = *there;
        if !there.flags.contains(AddrFlags::TENTATIVE) {
            self.tell(AddrEvent::New(there));
        }
        Ok(())
    }

    /// Deletes an IPv6 address of an interface (`inet6_addr_del`).
    ///
    /// # Errors
    /// [`AddrError::Inet6Prefix`], [`AddrError::Inet6NoDevice`], [`AddrError::Inet6Disabled`],
    /// [`AddrError::Inet6NotFound`].
    pub fn delete_inet6(
        &mut self,
        softnet: &Softnet,
        dev: IfIndex,
        (local, prefix_len): (Ipv6Addr, u8),
    ) -> Result<(), AddrError> {
        if prefix_len > 128 {
            return Err(AddrError::Inet6Prefix);
        }
        let device = softnet.dev(dev).ok_or(AddrError::Inet6NoDevice)?;
        if device.mtu() < MIN_MTU {
            return Err(AddrError::Inet6Disabled);
        }
        let list = self.devices.get(&dev).map_or(&[][..], |device| &device.inet6);
        let meant = |ifa: &Ifaddr| ifa.prefix_len == prefix_len && ifa.local == IpAddr::V6(local);
        let at = list.iter().position(meant).ok_or(AddrError::Inet6NotFound)?;
        self.ipv6_del_addr(dev, at);
        Ok(())
    }

    /// `ipv6_del_addr`.
    pub(super) fn ipv6_del_addr(&mut self, dev: IfIndex, at: usize) {
        let list = &mut self.device(dev).inet6;
        if at < list.len() {
            let gone = list.remove(at);
            self.tell(AddrEvent::Del(gone));
        }
    }

    /// Nobody else has this IPv6 address: it may be used (`addrconf_dad_completed`).
    pub fn dad_completed(&mut self, dev: IfIndex, local: Ipv6Addr) {
        let done = AddrFlags::TENTATIVE | AddrFlags::OPTIMISTIC | AddrFlags::DADFAILED;
        if let Some(ifa) = self.inet6_mut(dev, local) {
            ifa.flags.remove(done);
            let ifa = *ifa;
            self.tell(AddrEvent::New(ifa));
        }
    }

    /// Somebody else has this IPv6 address (`addrconf_dad_stop`). One for ever stays, and is not to be used; another
    /// goes.
    pub fn dad_failed(&mut self, dev: IfIndex, local: Ipv6Addr) {
        let Some(ifa) = self.inet6_mut(dev, local) else { return };
        ifa.flags.insert(AddrFlags::DADFAILED);
        if ifa.flags.contains(AddrFlags::PERMANENT) && !ifa.is_secondary() {
            ifa.flags.insert(AddrFlags::TENTATIVE);
            ifa.flags.remove(AddrFlags::OPTIMISTIC);
            let ifa = *ifa;
            self.tell(AddrEvent::New(ifa));
            return;
        }
        let list = &self.device(dev).inet6;
        if let Some(at) = list.iter().position(|ifa| ifa.local == IpAddr::V6(local)) {
            self.ipv6_del_addr(dev, at);
        }
    }

    fn inet6_mut(&mut self, dev: IfIndex, local: Ipv6Addr) -> Option<&mut Ifaddr> {
        let list = &mut self.devices.get_mut(&dev)?.inet6;
        list.iter_mut().find(|ifa| ifa.local == IpAddr::V6(local))
    }
}

fn made(new: &NewAddr, (local, flags): (Ipv6Addr, AddrFlags), now: Instant) -> Ifaddr {
    Ifaddr {
        dev: new.dev,
        local: new.local,
        address: new.address.filter(IpAddr::is_ipv6).unwrap_or(new.local),
        prefix_len: new.prefix_len,
        scope: scope(local),
        flags,
        broadcast: None,
        label: Label::default(),
        metric: new.metric,
        protocol: new.protocol,
        valid: new.valid,
        preferred: new.preferred,
        created: now,
        changed: now,
    }
}

/// `fec0::/10`.
fn is_site_local(address: Ipv6Addr) -> bool {
    let [first, ..] = address.segments();
    first & 0xffc0 == 0xfec0
}

/// `ipv6_addr_scope` as `rt_scope` shows it.
fn scope(address: Ipv6Addr) -> Scope {
    let [first, ..] = address.segments();
    let group = address.is_multicast().then_some(first & 0xf);
    match group {
        _ if address.is_loopback() => Scope::HOST,
        Some(1) => Scope::HOST,
        Some(2) => Scope::LINK,
        Some(5) => Scope::SITE,
        Some(_) => Scope::UNIVERSE,
        None if address.is_unicast_link_local() => Scope::LINK,
        None if is_site_local(address) => Scope::SITE,
        None => Scope::UNIVERSE,
    }
}

/// `ipv6_addr_src_scope`: RFC 4007's numbers; the loopback counts as on the link (RFC 6724, 3.4).
fn src_scope(ifa: &Ifaddr) -> u16 {
    let IpAddr::V6(address) = ifa.local else { return 0 };
    let [first, ..] = address.segments();
    if address.is_multicast() {
        first & 0xf
    } else if address.is_loopback() || address.is_unicast_link_local() {
        2
    } else if is_site_local(address) {
        5
    } else {
        14
    }
}
