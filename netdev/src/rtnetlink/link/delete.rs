//! Links that go (`rtnl_dellink`, `unregister_netdevice_many_notify`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx, Datagram, NetId, Outbox};
use softnet_netlink::policy::Strictness;
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkSet};
use softnet_netlink::set::Set;
use softnet_sk_buff::IfIndex;

use super::change::errno;
use super::{Change, FIXED, LinkOps, MESSAGE, Table, ifla};
use crate::device::NetDevice;
use crate::event::Event;
use crate::ops::{NetDeviceOps, Refused};
use crate::rtnetlink::notify::{Asker, LINK, rtnl_notify};
use crate::rtnetlink::{Rtnetlink, refuse_bulk};
use crate::softnet::DriverId;

impl<O: LinkOps, R> Rtnetlink<'_, O, R> {
    /// `rtnl_dellink`.
    pub(in super::super) fn dellink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        refuse_bulk(call, cx)?;
        let table: Table<'_> =
            cx.extack.parse(&call.message, FIXED, LinkSet::POLICY, Strictness::LIBERAL)?;
        let head: Ifinfomsg = call.message.fixed();
        if head.index > 0 || table.has(ifla::IFNAME) {
            let dev = self.find(head.index, &table).ok_or(Errno::ENODEV)?;
            return self.delete_all(&[dev], call, cx);
        }
        let group = table.get(ifla::GROUP).and_then(|group| group.u32()).ok_or(Errno::EINVAL)?;
        if group == 0 {
            return Err(Errno::EPERM);
        }
        let of_it = |device: &&NetDevice| device.group() == group;
        let devs: Vec<_> = self.softnet.devs().filter(of_it).map(NetDevice::ifindex).collect();
        if devs.is_empty() {
            return Err(Errno::ENODEV);
        }
        // All or none, as far as kinds go.
        if devs.iter().any(|dev| self.ops.kind(*dev).is_none()) {
            return Err(Errno::EOPNOTSUPP);
        }
        self.delete_all(&devs, call, cx)
    }

    /// `rtnl_delete_link` of each, unless it has gone with one before.
    fn delete_all<C: Credentials>(
        &mut self,
        devs: &[IfIndex],
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let asker = Asker::of(call);
        for &dev in devs {
            let Some(device) = self.softnet.dev(dev) else { continue };
            let (driver, _) = device.driver();
            self.ops.delete(dev)?;
            let first = (driver, Some(dev));
            let gone = self.unregister_all(first, Some(&asker), (call.net(), &mut cx.outbox));
            gone.map(drop).map_err(errno)?;
        }
        Ok(())
    }

    /// Takes a driver with all its interfaces out of the stack, and tells those who listen
    /// (`unregister_netdevice_many`): hardware that was unplugged.
    ///
    /// # Errors
    /// [`Refused::Busy`] while an interface takes time to close: it is closing, and this is to be called again.
    /// [`Refused::NoDevice`].
    pub fn unregister(
        &mut self,
        driver: DriverId,
        net: NetId,
        outbox: &mut Outbox,
    ) -> Result<Box<dyn NetDeviceOps>, Refused> {
        self.unregister_all((driver, None), None, (net, outbox))
    }

    /// The interface that was asked for is the first to go.
    fn unregister_all(
        &mut self,
        (driver, first): (DriverId, Option<IfIndex>),
        asker: Option<&Asker>,
        (net, outbox): (NetId, &mut Outbox),
    ) -> Result<Box<dyn NetDeviceOps>, Refused> {
        self.notify(net, outbox);
        let of_it = |device: &&NetDevice| device.driver().0 == driver;
        let ports = self.softnet.devs().filter(of_it).map(NetDevice::ifindex);
        let mut ports: Vec<_> = ports.collect();
        ports.sort_by_key(|dev| (Some(*dev) != first, *dev));
        for &dev in &ports {
            self.softnet.dev_close(dev, self.now)?;
        }
        self.tell_closed(&ports, (net, &mut *outbox));
        let messages: Vec<_> =
            ports.iter().filter_map(|&dev| Some((dev, self.last_words(dev, asker)?))).collect();
        let ops = self.softnet.unregister_netdev(driver)?;
        // That they went is told in the order of their going, each after its addresses.
        while self.softnet.poll_event().is_some() {}
        for (dev, message) in messages {
            self.follow(Event::Unregister(dev), net, outbox);
            rtnl_notify((net, LINK), asker, message, outbox);
        }
        Ok(ops)
    }

    /// `dev_close_many`: all are closed before anyone is told. That one end's carrier went with the other, Linux's
    /// link watch does not come to see.
    fn tell_closed(&mut self, ports: &[IfIndex], (net, outbox): (NetId, &mut Outbox)) {
        while let Some(event) = self.softnet.poll_event() {
            let unseen = matches!(event, Event::Change(of) if ports.contains(&of));
            if !unseen {
                self.tell(event, net, outbox);
            }
            self.follow(event, net, outbox);
        }
    }

    /// The message that tells of the end of an interface.
    fn last_words(&mut self, dev: IfIndex, asker: Option<&Asker>) -> Option<Datagram> {
        let header = Asker::link_header(asker, kind::DELLINK);
        let fill = self.fill(dev)?.going();
        let change = Change { flags: u32::MAX, event: None };
        Datagram::write(MESSAGE, |to| to.message(header, |body| fill.write(change, body))).ok()
    }
}
