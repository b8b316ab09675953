//! Changes to links (`__rtnl_newlink`, `do_setlink`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Credentials, Cx};
use softnet_netlink::policy::Strictness;
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkSet};
use softnet_netlink::set::Set;
use softnet_netlink::wire::{Attrs, Flags as MessageFlags};
use softnet_sk_buff::{IfIndex, MacAddr};

use super::{Change, FIXED, LinkOps, NewLink, Table, family, ifla, kind_of};
use crate::device::NetDevice;
use crate::event::Event;
use crate::flags::Flags;
use crate::ops::Refused;
use crate::rtnetlink::Rtnetlink;
use crate::rtnetlink::notify::Asker;

/// `IFLA_INFO_DATA`.
const INFO_DATA: u16 = 2;

/// What can be changed; other attributes are refused.
const KNOWN: [u16; 9] = [
    ifla::ADDRESS,
    ifla::IFNAME,
    ifla::MTU,
    ifla::MASTER,
    ifla::TXQLEN,
    ifla::IFALIAS,
    ifla::AF_SPEC,
    ifla::GROUP,
    ifla::EXT_MASK,
];

impl<O: LinkOps, R> Rtnetlink<'_, O, R> {
    /// `__rtnl_newlink`.
    pub(in super::super) fn newlink<C: Credentials>(
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
            return self.do_setlink(call, (dev, head, &table), cx);
        }
        if request.flags().contains(MessageFlags::CREATE) {
            return self.create(call, (head, &table), cx);
        }
        match table.get(ifla::GROUP).and_then(|group| group.u32()) {
            Some(group) if head.index == 0 && !table.has(ifla::IFNAME) => {
                self.group_changelink(call, (group, head, &table), cx)
            }
            _ => Err(Errno::ENODEV),
        }
    }

    /// `rtnl_group_changelink`: the same change to all links of a group.
    fn group_changelink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (group, head, table): (u32, Ifinfomsg, &Table<'_>),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let of_it = |device: &&NetDevice| device.group() == group;
        let devs: Vec<_> = self.softnet.devs().filter(of_it).map(NetDevice::ifindex).collect();
        devs.into_iter().try_for_each(|dev| self.do_setlink(call, (dev, head, table), cx))
    }

    /// `rtnl_newlink_create`.
    fn create<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (head, table): (Ifinfomsg, &Table<'_>),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let Some(kind) = kind_of(table).filter(|kind| self.ops.knows(kind)) else {
            cx.extack.say("Unknown device type");
            return Err(Errno::EOPNOTSUPP);
        };
        let info = table.get(ifla::LINKINFO).map_or(&[][..], |info| info.value());
        let data = Attrs::new(info).find(INFO_DATA).map_or(&[][..], |data| data.value());
        let new = NewLink {
            kind,
            name: table.get(ifla::IFNAME).and_then(|name| name.str()),
            attrs: call.message.attrs(FIXED),
            data: Attrs::new(data),
            now: self.now,
        };
        self.notify(call.net(), &mut cx.outbox);
        let dev = self.ops.create(self.softnet, new, &mut cx.extack)?;
        self.configure_link(call, (dev, head, table), cx)
    }

    /// `rtnl_create_link`'s part that is the same for all kinds, and `rtnl_configure_link`: the first that others hear
    /// of the link is how it is after that.
    fn configure_link<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, head, table): (IfIndex, Ifinfomsg, &Table<'_>),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        let registered: Vec<Event> = core::iter::from_fn(|| self.softnet.poll_event()).collect();
        if let Some(len) = table.get(ifla::TXQLEN).and_then(|len| len.u32()) {
            self.softnet.dev_change_tx_queue_len(dev, len).map_err(errno)?;
            // It never had another.
            while self.softnet.poll_event().is_some() {}
        }
        if let Some(group) = table.get(ifla::GROUP).and_then(|group| group.u32()) {
            self.softnet.dev_set_group(dev, group).map_err(errno)?;
        }
        let mut configured = Ok(());
        if head.flags != 0 || head.change != 0 {
            configured = self.combine_flags(dev, head).and_then(|flags| {
                self.softnet.dev_change_flags(dev, flags, self.now).map_err(errno)
            });
        }
        let asker = Asker::of(call);
        for event in registered {
            let asker = Some(&asker).filter(|_| event == Event::Register(dev));
            self.tell_registered(event, asker, (call.net(), &mut cx.outbox));
        }
        self.follow_told(dev, configured.is_ok(), (call.net(), &mut cx.outbox));
        configured
    }

    /// `rtnl_setlink`.
    pub(in super::super) fn setlink<C: Credentials>(
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
        self.do_setlink(call, (dev, head, &table), cx)
    }

    /// `do_setlink`: step by step; those before one that fails stay done.
    fn do_setlink<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, head, table): (IfIndex, Ifinfomsg, &Table<'_>),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        if (1..ifla::END as u16).any(|at| table.has(at) && !KNOWN.contains(&at)) {
            return Err(Errno::EOPNOTSUPP);
        }
        family::validate(self.softnet, (dev, table), &mut cx.extack)?;
        let mut told = false;
        let done = self
            .set_before_flags((dev, head, table), &mut told, cx)
            .and_then(|()| match (head.flags, head.change) {
                (0, 0) => Ok(()),
                _ => self.change_flags(call, (dev, head), cx),
            })
            .and_then(|()| self.set_after_flags((dev, table), &mut told));
        if told {
            self.softnet.netdev_state_change(dev);
        }
        done
    }

    /// `told` is whether others are to be told at the end (`DO_SETLINK_NOTIFY`).
    fn set_before_flags(
        &mut self,
        (dev, head, table): (IfIndex, Ifinfomsg, &Table<'_>),
        told: &mut bool,
        cx: &mut Cx,
    ) -> Result<(), Errno> {
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
        if let Some(group) = table.get(ifla::GROUP).and_then(|group| group.u32()) {
            self.softnet.dev_set_group(dev, group).map_err(errno)?;
            *told = true;
        }
        // Found by number: then the name is a new one.
        if let Some(name) = table.get(ifla::IFNAME).and_then(|name| name.str())
            && head.index > 0
            && !name.is_empty()
        {
            let other = self.softnet.dev_by_name(name).map(NetDevice::ifindex);
            if other.is_some_and(|other| other != dev) {
                return Err(Errno::EEXIST);
            }
            self.softnet.dev_change_name(dev, name).map_err(errno)?;
        }
        if let Some(alias) = table.get(ifla::IFALIAS) {
            self.softnet.dev_set_alias(dev, alias.c_str()).map_err(errno)?;
            *told = true;
        }
        Ok(())
    }

    fn set_after_flags(
        &mut self,
        (dev, table): (IfIndex, &Table<'_>),
        told: &mut bool,
    ) -> Result<(), Errno> {
        if let Some(master) = table.get(ifla::MASTER).and_then(|master| master.u32()) {
            self.do_set_master(master)?;
        }
        if let Some(len) = table.get(ifla::TXQLEN).and_then(|len| len.u32()) {
            self.softnet.dev_change_tx_queue_len(dev, len).map_err(errno)?;
        }
        if let Some(mode) = family::addr_gen_mode(table) {
            self.addresses.set_addr_gen_mode(dev, mode);
        }
        *told |= table.has(ifla::AF_SPEC);
        Ok(())
    }

    /// `do_set_master`, where nothing can have ports.
    fn do_set_master(&self, master: u32) -> Result<(), Errno> {
        let Some(master) = IfIndex::new(master) else { return Ok(()) };
        if self.softnet.dev(master).is_none() { Err(Errno::EINVAL) } else { Err(Errno::EOPNOTSUPP) }
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

    /// `rtnl_dev_combine_flags`: without a mask, all are meant.
    fn combine_flags(&self, dev: IfIndex, head: Ifinfomsg) -> Result<Flags, Errno> {
        let before = self.softnet.dev(dev).ok_or(Errno::ENODEV)?.flags();
        let mask = if head.change == 0 { u32::MAX } else { head.change };
        Ok(Flags::from_bits_retain((head.flags & mask) | (before.bits() & !mask)))
    }

    /// `dev_change_flags` and `__dev_notify_flags`: all that changes is told in one message.
    fn change_flags<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        (dev, head): (IfIndex, Ifinfomsg),
        cx: &mut Cx,
    ) -> Result<(), Errno> {
        self.notify(call.net(), &mut cx.outbox);
        let wanted = self.combine_flags(dev, head)?;
        let before = self.softnet.dev(dev).ok_or(Errno::ENODEV)?.flags();
        let changed = self.softnet.dev_change_flags(dev, wanted, self.now);
        let after = self.softnet.dev(dev).ok_or(Errno::ENODEV)?.flags();
        let changes = (before ^ after).difference(Flags::DERIVED);
        if changed.is_ok() && !changes.is_empty() {
            let change = Change { flags: changes.bits(), event: None };
            self.rtmsg_ifinfo(dev, change, None, (call.net(), &mut cx.outbox));
        }
        self.follow_told(dev, changed.is_ok(), (call.net(), &mut cx.outbox));
        changed.map_err(errno)
    }
}

/// The number that Linux says it with.
pub(super) fn errno(why: Refused) -> Errno {
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
