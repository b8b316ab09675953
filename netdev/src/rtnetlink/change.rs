//! Changes to links (`__rtnl_newlink`, `do_setlink`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::policy::Strictness;
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkSet};
use softnet_netlink::set::Set;
use softnet_netlink::wire::{Attrs, Flags as MessageFlags};
use softnet_sk_buff::{IfIndex, MacAddr};

use super::{FIXED, LinkOps, Links, NewLink, Table, ifla, kind_of};
use crate::event::Event;
use crate::flags::Flags;
use crate::ops::Refused;

/// `IFLA_INFO_DATA`.
const INFO_DATA: u16 = 2;

impl<O: LinkOps> Links<'_, O> {
    /// `__rtnl_newlink`.
    pub(super) fn newlink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let request = call.message;
        let table: Table<'_> =
            cx.extack.parse(&request, FIXED, LinkSet::POLICY, Strictness::LIBERAL)?;
        let head: Ifinfomsg = request.fixed();
        if head.index < 0 {
            cx.extack.say("ifindex can't be negative");
            return Err(Errno::EINVAL);
        }
        if let Some(dev) = self.find(head.index, &table) {
            if request.flags().contains(MessageFlags::EXCL) {
                return Err(Errno::EEXIST);
            }
            if request.flags().contains(MessageFlags::REPLACE) {
                return Err(Errno::EOPNOTSUPP);
            }
            return self.do_setlink(call, (dev, head, table), cx);
        }
        if !request.flags().contains(MessageFlags::CREATE) {
            return Err(Errno::ENODEV);
        }
        let Some(kind) = kind_of(&table).filter(|kind| self.ops.knows(kind)) else {
            cx.extack.say("Unknown device type");
            return Err(Errno::EOPNOTSUPP);
        };
        let info = table.get(ifla::LINKINFO).map_or(&[][..], |info| info.value());
        let data = Attrs::new(info).find(INFO_DATA).map_or(&[][..], |data| data.value());
        let new = NewLink {
            kind,
            name: table.get(ifla::IFNAME).and_then(|name| name.str()),
            attrs: request.attrs(FIXED),
            data: Attrs::new(data),
            now: self.now,
        };
        self.ops.create(self.softnet, new, &mut cx.extack)
    }

    /// `rtnl_setlink`.
    pub(super) fn setlink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let table: Table<'_> =
            cx.extack.parse(&call.message, FIXED, LinkSet::POLICY, Strictness::LIBERAL)?;
        let head: Ifinfomsg = call.message.fixed();
        if head.index <= 0 && !table.has(ifla::IFNAME) {
            return Err(Errno::EINVAL);
        }
        let dev = self.find(head.index, &table).ok_or(Errno::ENODEV)?;
        self.do_setlink(call, (dev, head, table), cx)
    }

    /// `do_setlink`: step by step; those before one that fails stay done.
    fn do_setlink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, head, table): (IfIndex, Ifinfomsg, Table<'_>),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let known = [ifla::ADDRESS, ifla::IFNAME, ifla::MTU, ifla::EXT_MASK];
        if (1..ifla::END as u16).any(|at| table.has(at) && !known.contains(&at)) {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(address) = table.get(ifla::ADDRESS) {
            // Longer ones are cut, as Linux does.
            let address = address.value().first_chunk::<6>().ok_or(Errno::EINVAL)?;
            let done = self.softnet.dev_set_mac_address(dev, MacAddr(*address), self.now);
            done.map_err(|why| match why {
                Refused::Invalid => Errno::EADDRNOTAVAIL,
                other => errno(other),
            })?;
        }
        if let Some(mtu) = table.get(ifla::MTU).and_then(|mtu| mtu.u32()) {
            self.set_mtu(dev, mtu, &mut cx.extack)?;
        }
        // Found by number: then the name is a new one.
        if let Some(name) = table.get(ifla::IFNAME).and_then(|name| name.str())
            && head.index > 0
            && !name.is_empty()
        {
            let other = self.softnet.dev_by_name(name).map(crate::NetDevice::ifindex);
            if other.is_some_and(|other| other != dev) {
                return Err(Errno::EEXIST);
            }
            self.softnet.dev_change_name(dev, name).map_err(errno)?;
        }
        if head.flags != 0 || head.change != 0 {
            self.change_flags(call, (dev, head), cx)?;
        }
        Ok(())
    }

    /// `dev_set_mtu_ext`, which says what is wrong.
    fn set_mtu(&mut self, dev: IfIndex, mtu: u32, extack: &mut ExtAck) -> Result<(), Errno> {
        let device = self.softnet.dev(dev).ok_or(Errno::ENODEV)?;
        let (least, most) = device.config().mtu_range;
        if mtu < least {
            extack.say("mtu less than device minimum");
        } else if mtu > most {
            extack.say("mtu greater than device maximum");
        }
        self.softnet.dev_set_mtu(dev, mtu, self.now).map_err(errno)
    }

    /// `dev_change_flags` and `__dev_notify_flags`: all that changes is told in one message.
    fn change_flags<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, head): (IfIndex, Ifinfomsg),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        self.notify(call.net(), &mut cx.outbox);
        let before = self.softnet.dev(dev).ok_or(Errno::ENODEV)?.flags();
        // `rtnl_dev_combine_flags`: without a mask, all are meant.
        let mask = if head.change == 0 { u32::MAX } else { head.change };
        let wanted = (head.flags & mask) | (before.bits() & !mask);
        let wanted = Flags::from_bits_retain(wanted);
        let changed = self.softnet.dev_change_flags(dev, wanted, self.now);
        let after = self.softnet.dev(dev).ok_or(Errno::ENODEV)?.flags();
        let changes = (before ^ after).difference(Flags::DERIVED);
        if changed.is_ok() && !changes.is_empty() {
            self.rtmsg_ifinfo(dev, (changes.bits(), None), call.net(), &mut cx.outbox);
        }
        while let Some(event) = self.softnet.poll_event() {
            let told =
                matches!(event, Event::Up(of) | Event::Down(of) | Event::Change(of) if of == dev);
            if !told || changed.is_err() {
                self.tell(event, call.net(), &mut cx.outbox);
            }
            self.ops.event(event);
        }
        changed.map_err(errno)
    }
}

/// The number that Linux says it with.
fn errno(why: Refused) -> Errno {
    match why {
        Refused::Invalid => Errno::EINVAL,
        Refused::Busy => Errno::EBUSY,
        Refused::NoMemory => Errno::ENOMEM,
        Refused::Bus | Refused::Hardware => Errno::EIO,
        Refused::NoDevice => Errno::ENODEV,
        Refused::Overflow => Errno::EOVERFLOW,
        Refused::Unsupported => Errno::EOPNOTSUPP,
    }
}
