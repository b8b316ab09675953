//! IPv4's rules (`net/ipv4/devinet.c`).

use core::net::{IpAddr, Ipv4Addr};

use softnet_sk_buff::{IfIndex, Instant};

use super::{AddrError, AddrEvent, AddrFlags, Addresses, Ifaddr, Label, NewAddr};
use crate::softnet::Softnet;

/// `inetdev_valid_mtu`: IPv4 needs that much.
pub(super) const MIN_MTU: u32 = 68;

/// `IPV6ONLY_FLAGS`.
const IPV6_ONLY: AddrFlags = AddrFlags::NODAD
    .union(AddrFlags::OPTIMISTIC)
    .union(AddrFlags::DADFAILED)
    .union(AddrFlags::HOMEADDRESS)
    .union(AddrFlags::TENTATIVE)
    .union(AddrFlags::MANAGETEMPADDR)
    .union(AddrFlags::STABLE_PRIVACY);

/// Which IPv4 address to delete: the first that is all of this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DelInet {
    /// The interface's own address.
    pub local: Option<Ipv4Addr>,
    /// The label.
    pub label: Option<Label>,
    /// An address of the prefix, and the prefix's bits.
    pub prefix: Option<(Ipv4Addr, u8)>,
}

impl DelInet {
    fn means(&self, ifa: &Ifaddr) -> bool {
        self.local.is_none_or(|local| ifa.local == IpAddr::V4(local))
            && self.label.is_none_or(|label| ifa.label == label)
            && self.prefix.is_none_or(|(of, len)| len == ifa.prefix_len && ifa.matches(of))
    }
}

impl Addresses {
    /// `inet_rtm_newaddr`.
    pub(super) fn inet_newaddr(
        &mut self,
        softnet: &Softnet,
        (new, local): (&NewAddr, Ipv4Addr),
        now: Instant,
    ) -> Result<(), AddrError> {
        let ifa = rtm_to_ifaddr(softnet, (new, local), now)?;
        let same = |there: &&mut Ifaddr| {
            there.prefix_len == ifa.prefix_len
                && there.matches(address(&ifa))
                && there.local == ifa.local
        };
        let there = self.device(new.dev).inet.iter_mut().find(same);
        let Some(there) = there.filter(|_| !local.is_unspecified()) else {
            if ifa.flags.contains(AddrFlags::MCAUTOJOIN) && !address(&ifa).is_multicast() {
                return Err(AddrError::InetNotMulticast);
            }
            return self.inet_insert_ifa(ifa);
        };
        if !new.replace {
            return Err(AddrError::InetExists);
        }
        there.metric = ifa.metric;
        there.protocol = ifa.protocol;
        set_lifetime(there, new, now);
        let there = *there;
        self.tell(AddrEvent::New(there));
        Ok(())
    }

    /// `__inet_insert_ifa`: the list is in order of scope, what is known least widely first, and the secondary ones come
    /// last.
    pub(super) fn inet_insert_ifa(&mut self, mut ifa: Ifaddr) -> Result<(), AddrError> {
        let IpAddr::V4(local) = ifa.local else { return Err(AddrError::InetNoLocal) };
        if local.is_unspecified() {
            return Ok(());
        }
        ifa.flags.remove(AddrFlags::SECONDARY | IPV6_ONLY);
        let list = &self.device(ifa.dev).inet;
        let mut last_primary = 0;
        for (at, there) in list.iter().enumerate() {
            if !there.is_secondary() && ifa.scope <= there.scope {
                last_primary = at.saturating_add(1);
            }
            if there.prefix_len == ifa.prefix_len && there.matches(address(&ifa)) {
                if there.local == ifa.local {
                    return Err(AddrError::InetExists);
                }
                if there.scope != ifa.scope {
                    return Err(AddrError::InetScope);
                }
                ifa.flags.insert(AddrFlags::SECONDARY);
            }
        }
        let at = if ifa.is_secondary() { list.len() } else { last_primary };
        self.take_place()?;
        self.device(ifa.dev).inet.insert(at, ifa);
        self.tell(AddrEvent::New(ifa));
        Ok(())
    }

    /// Deletes an IPv4 address of an interface (`inet_rtm_deladdr`). With a primary one go the secondary ones of its
    /// prefix, or the first of them takes its place.
    ///
    /// # Errors
    /// [`AddrError::InetNoDevice`], [`AddrError::InetNotFound`].
    pub fn delete_inet(
        &mut self,
        softnet: &Softnet,
        dev: IfIndex,
        which: &DelInet,
    ) -> Result<(), AddrError> {
        let device = softnet.dev(dev).filter(|device| device.mtu() >= MIN_MTU);
        device.ok_or(AddrError::InetNoDevice)?;
        let list = self.devices.get(&dev).map_or(&[][..], |device| &device.inet);
        let at = list.iter().position(|ifa| which.means(ifa)).ok_or(AddrError::InetNotFound)?;
        self.inet_del_ifa(dev, at);
        Ok(())
    }

    /// `__inet_del_ifa`.
    pub(super) fn inet_del_ifa(&mut self, dev: IfIndex, at: usize) {
        let promotes = self.config.promote_secondaries;
        let Some(&gone) = self.devices.get(&dev).and_then(|device| device.inet.get(at)) else {
            return;
        };
        // Where the promoted one goes: behind the last primary one that is not known more widely.
        let mut place = at;
        let mut promoted = None;
        let mut next = at.saturating_add(1);
        while let Some(&ifa) = self.device(dev).inet.get(next).filter(|_| !gone.is_secondary()) {
            if !ifa.is_secondary() && gone.scope <= ifa.scope {
                place = next;
            }
            let kin = ifa.is_secondary()
                && ifa.prefix_len == gone.prefix_len
                && ifa.matches(address(&gone));
            if kin && promotes {
                promoted = Some(next);
                break;
            }
            if kin {
                self.device(dev).inet.remove(next);
                self.tell(AddrEvent::Del(ifa));
            } else {
                next = next.saturating_add(1);
            }
        }
        self.device(dev).inet.remove(at);
        self.tell(AddrEvent::Del(gone));
        // All behind it have moved up by one.
        if let Some(from) = promoted.and_then(|from| from.checked_sub(1)) {
            let list = &mut self.device(dev).inet;
            let mut ifa = list.remove(from);
            ifa.flags.remove(AddrFlags::SECONDARY);
            list.insert(place.min(from), ifa);
            self.tell(AddrEvent::New(ifa));
        }
    }
}

/// `rtm_to_ifaddr`.
fn rtm_to_ifaddr(
    softnet: &Softnet,
    (new, local): (&NewAddr, Ipv4Addr),
    now: Instant,
) -> Result<Ifaddr, AddrError> {
    if new.prefix_len > 32 {
        return Err(AddrError::InetPrefix);
    }
    let device = softnet.dev(new.dev).ok_or(AddrError::InetNoDevice)?;
    if device.mtu() < MIN_MTU {
        return Err(AddrError::InetDisabled);
    }
    if !valid_lifetimes(new) {
        return Err(AddrError::InetLifetime);
    }
    let mut ifa = Ifaddr {
        dev: new.dev,
        local: local.into(),
        address: new.address.filter(IpAddr::is_ipv4).unwrap_or(local.into()),
        prefix_len: new.prefix_len,
        scope: new.scope,
        flags: new.flags,
        broadcast: new.broadcast,
        label: new.label.unwrap_or_else(|| Label::new(device.name().as_bytes())),
        metric: new.metric,
        protocol: new.protocol,
        valid: None,
        preferred: None,
        created: now,
        changed: now,
    };
    set_lifetime(&mut ifa, new, now);
    Ok(ifa)
}

/// `ifa_address`.
fn address(ifa: &Ifaddr) -> Ipv4Addr {
    match ifa.address {
        IpAddr::V4(address) => address,
        IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
    }
}

/// Valid for a while, and preferred for no longer than that.
pub(super) fn valid_lifetimes(new: &NewAddr) -> bool {
    let (valid, preferred) = (new.valid.unwrap_or(u32::MAX), new.preferred.unwrap_or(u32::MAX));
    valid != 0 && preferred <= valid
}

/// `set_ifa_lifetime`.
fn set_lifetime(ifa: &mut Ifaddr, new: &NewAddr, now: Instant) {
    ifa.flags.set(AddrFlags::PERMANENT, new.valid.is_none());
    ifa.flags.set(AddrFlags::DEPRECATED, new.preferred == Some(0));
    (ifa.valid, ifa.preferred, ifa.changed) = (new.valid, new.preferred, now);
}
