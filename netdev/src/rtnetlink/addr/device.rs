//! What becomes of addresses when something happens to their interface (`inetdev_event`, `addrconf_notify`).

use core::net::{Ipv4Addr, Ipv6Addr};

use softnet_sk_buff::{IfIndex, Instant};

use super::{AddrEvent, Addresses, NewAddr, Scope, inet, inet6};
use crate::event::Event;
use crate::flags::Flags;
use crate::softnet::Softnet;

/// `IFAPROT_KERNEL_LO`.
const KERNEL_LO: u8 = 1;

impl Addresses {
    /// Follows what happened to an interface.
    pub(in super::super) fn event(&mut self, softnet: &Softnet, event: Event, now: Instant) {
        let dev = event.device();
        let Some(device) = softnet.dev(dev) else {
            if let Event::Unregister(_) = event {
                self.inetdev_destroy(dev);
                self.addrconf_ifdown(dev);
                self.devices.remove(&dev);
            }
            return;
        };
        match event {
            Event::Up(_) if device.flags().contains(Flags::LOOPBACK) => {
                self.init_loopback(dev, device.mtu(), softnet, now);
            }
            Event::Down(_) => self.addrconf_ifdown(dev),
            Event::ChangeMtu(_) => {
                if device.mtu() < inet::MIN_MTU {
                    self.inetdev_destroy(dev);
                }
                if device.mtu() < inet6::MIN_MTU {
                    self.addrconf_ifdown(dev);
                    // What IPv6 knew of the interface is forgotten.
                    self.set_addr_gen_mode(dev, self.config.addr_gen_mode);
                }
            }
            Event::ChangeName(_) => self.inetdev_changename(dev, device.name().as_bytes()),
            _ => {}
        }
    }

    /// A loopback has its addresses as soon as it is up.
    fn init_loopback(&mut self, dev: IfIndex, mtu: u32, softnet: &Softnet, now: Instant) {
        let scope = Scope::HOST;
        let lo = NewAddr { scope, ..NewAddr::new(dev, Ipv4Addr::LOCALHOST.into(), 8) };
        // It may be there since it was up before; without room for it, Linux goes on, too.
        let _ = self.add(softnet, &lo, now);
        if mtu >= inet6::MIN_MTU {
            let lo = NewAddr::new(dev, Ipv6Addr::LOCALHOST.into(), 128);
            let _ = self.inet6_add_own(&NewAddr { protocol: KERNEL_LO, ..lo }, now);
        }
    }

    /// `inetdev_destroy`: each goes by itself, and none takes another's place.
    fn inetdev_destroy(&mut self, dev: IfIndex) {
        let list = self.devices.get_mut(&dev).map(|device| core::mem::take(&mut device.inet));
        for ifa in list.into_iter().flatten() {
            self.tell(AddrEvent::Del(ifa));
        }
    }

    /// `addrconf_ifdown`, with `keep_addr_on_down` off.
    fn addrconf_ifdown(&mut self, dev: IfIndex) {
        let list = self.devices.get_mut(&dev).map(|device| core::mem::take(&mut device.inet6));
        for ifa in list.into_iter().flatten() {
            self.tell(AddrEvent::Del(ifa));
        }
    }

    /// `inetdev_changename`.
    fn inetdev_changename(&mut self, dev: IfIndex, name: &[u8]) {
        let mut at = 0;
        while let Some(ifa) = self.devices.get_mut(&dev).and_then(|device| device.inet.get_mut(at))
        {
            at = at.saturating_add(1);
            ifa.label = ifa.label.renamed(name, at);
            let ifa = *ifa;
            self.tell(AddrEvent::New(ifa));
        }
    }
}
