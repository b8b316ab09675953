//! Lifetimes (`check_lifetime`, `addrconf_verify_rtnl`).

use alloc::vec::Vec;

use softnet_sk_buff::{IfIndex, Instant};

use super::{AddrEvent, AddrFlags, Addresses, Ifaddr};

/// What time has done to an address.
enum Aged {
    Expired,
    Stale,
}

fn aged(ifa: &Ifaddr, now: Instant) -> Option<Aged> {
    if ifa.has_expired(now) {
        Some(Aged::Expired)
    } else {
        ifa.is_stale(now).then_some(Aged::Stale)
    }
}

impl Addresses {
    /// When [`handle_timeout`](Self::handle_timeout) is to be called next; `None` while all live for ever.
    #[must_use]
    pub fn poll_at(&self) -> Option<Instant> {
        self.iter().filter_map(Ifaddr::deadline).min()
    }

    /// Time has passed: what is no longer preferred is [deprecated](AddrFlags::DEPRECATED), what is no longer valid
    /// goes.
    pub fn handle_timeout(&mut self, now: Instant) {
        let devices: Vec<IfIndex> = self.devices.keys().copied().collect();
        for dev in devices {
            // Each round leaves one address less that time has done something to.
            while let Some((at, aged)) = self.find_aged(dev, |device| &device.inet, now) {
                match aged {
                    Aged::Expired => self.inet_del_ifa(dev, at),
                    Aged::Stale => self.deprecate(dev, |device| &mut device.inet, at),
                }
            }
            while let Some((at, aged)) = self.find_aged(dev, |device| &device.inet6, now) {
                match aged {
                    Aged::Expired => self.ipv6_del_addr(dev, at),
                    Aged::Stale => self.deprecate(dev, |device| &mut device.inet6, at),
                }
            }
        }
    }

    fn find_aged(
        &self,
        dev: IfIndex,
        list: impl Fn(&super::Device) -> &Vec<Ifaddr>,
        now: Instant,
    ) -> Option<(usize, Aged)> {
        let list = list(self.devices.get(&dev)?);
        list.iter().enumerate().find_map(|(at, ifa)| Some((at, aged(ifa, now)?)))
    }

    fn deprecate(
        &mut self,
        dev: IfIndex,
        list: impl Fn(&mut super::Device) -> &mut Vec<Ifaddr>,
        at: usize,
    ) {
        if let Some(ifa) = list(self.device(dev)).get_mut(at) {
            ifa.flags.insert(AddrFlags::DEPRECATED);
            let ifa = *ifa;
            self.tell(AddrEvent::New(ifa));
        }
    }
}
