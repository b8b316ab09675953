//! Bringing interfaces up and down, and changing them.

use softnet_sk_buff::{DropReason, IfIndex, Instant, MacAddr, SkQueue};

use crate::device::AdminState;
use crate::event::Event;
use crate::features::Features;
use crate::flags::Flags;
use crate::ops::{Change, Progress, Refused};
use crate::softnet::Softnet;

impl Softnet {
    /// Brings an interface up (`dev_open`). A driver that needs time goes on by itself: an
    /// [`Event::Up`] or [`Event::OpenFailed`] follows. Opening what is up or opening does nothing.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Busy`] while it goes down; what the driver answers, in
    /// which case the interface is down.
    pub fn dev_open(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        match self.core.device(dev).ok_or(Refused::NoDevice)?.admin {
            AdminState::Up | AdminState::Opening(_) => Ok(()),
            AdminState::Closing(_) => Err(Refused::Busy),
            AdminState::Down => self.continue_open(dev, now),
        }
    }

    pub(crate) fn continue_open(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        let (driver, port) = self.driver_of(dev).ok_or(Refused::NoDevice)?;
        let progress = self.with_driver(driver, now, |ops, cx| ops.open(port, cx));
        let progress = progress.ok_or(Refused::NoDevice)?;
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        match progress {
            Ok(Progress::Again(at)) => device.admin = AdminState::Opening(at),
            Ok(Progress::Done) => {
                device.admin = AdminState::Up;
                for txq in &mut device.queues {
                    txq.trans_start = now;
                }
                if !device.config.has_carrier {
                    // Without anything to stop them, queues are open as soon as the port is.
                    device.queues.iter_mut().for_each(|txq| txq.stopped = false);
                }
                device.recompute_operstate();
                // A filter that can't be programmed now is the driver's to say on the next change.
                let _: Result<(), Refused> = self.set_rx_mode(dev, now);
                self.core.notify(Event::Up(dev));
            }
            Err(why) => {
                device.admin = AdminState::Down;
                self.run_work(now);
                return Err(why);
            }
        }
        self.run_work(now);
        Ok(())
    }

    /// Takes an interface down (`dev_close`): its queues stop and are emptied, then the driver
    /// stops. A driver that needs time goes on by itself; [`Event::Down`] follows.
    ///
    /// # Errors
    /// [`Refused::NoDevice`].
    pub fn dev_close(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        let was = device.admin;
        if matches!(was, AdminState::Down | AdminState::Closing(_)) {
            return Ok(());
        }
        device.admin = AdminState::Closing(now);
        device.queues.iter_mut().for_each(|txq| txq.stopped = true);
        if was == AdminState::Up {
            self.core.notify(Event::GoingDown(dev));
        }
        self.dev_deactivate(dev, now);
        self.continue_close(dev, now);
        Ok(())
    }

    pub(crate) fn continue_close(&mut self, dev: IfIndex, now: Instant) {
        let Some((driver, port)) = self.driver_of(dev) else { return };
        let progress = self.with_driver(driver, now, |ops, cx| ops.stop(port, cx));
        let Some(device) = self.core.device_mut(dev) else { return };
        if let Some(Progress::Again(at)) = progress {
            device.admin = AdminState::Closing(at);
        } else {
            device.admin = AdminState::Down;
            device.queues.iter_mut().for_each(|txq| txq.stopped = true);
            self.core.notify(Event::Down(dev));
        }
        self.run_work(now);
    }

    /// Empties an interface's queues (`dev_deactivate`).
    fn dev_deactivate(&mut self, dev: IfIndex, now: Instant) {
        let queues = self.core.device(dev).map_or(0, |device| device.queues.len()) as u16;
        for queue in 0..queues {
            let Some(txq) = self.core.tx_queue_mut(dev, queue) else { continue };
            txq.throttled_until = None;
            let mut requeue = core::mem::replace(&mut txq.requeue, SkQueue::new(u32::MAX));
            let qdisc = txq.qdisc.take();
            while let Some(skb) = requeue.pop_front() {
                self.core.kfree_skb(skb, DropReason::QUEUE_PURGE, now);
            }
            if let Some(mut qdisc) = qdisc {
                self.core.reset_qdisc(&mut *qdisc, now);
                if let Some(txq) = self.core.tx_queue_mut(dev, queue) {
                    txq.qdisc = Some(qdisc);
                }
            }
        }
    }

    /// Counts one more, or one less, who wants every frame of an interface
    /// (`dev_set_promiscuity`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Overflow`] if the counter can't take it (Linux's
    /// `EOVERFLOW`, and its warning when it would drop below 0); what the driver answers.
    pub fn dev_set_promiscuity(
        &mut self,
        dev: IfIndex,
        by: i32,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        let before = device.promiscuity;
        device.promiscuity = before.checked_add_signed(by).ok_or(Refused::Overflow)?;
        let after = device.promiscuity;
        if (before == 0) == (after == 0) {
            return Ok(());
        }
        self.core.notify(Event::Change(dev));
        self.program_filters(dev, now)
    }

    /// Counts one more, or one less, who wants every multicast frame (`dev_set_allmulti`).
    ///
    /// # Errors
    /// As [`dev_set_promiscuity`](Self::dev_set_promiscuity).
    pub fn dev_set_allmulti(&mut self, dev: IfIndex, by: i32, now: Instant) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        let before = device.allmulti;
        device.allmulti = before.checked_add_signed(by).ok_or(Refused::Overflow)?;
        let after = device.allmulti;
        if (before == 0) == (after == 0) {
            return Ok(());
        }
        self.core.notify(Event::Change(dev));
        self.set_rx_mode(dev, now)
    }

    /// Sets the flags that a user may set (`dev_change_flags`): [`Flags::CHANGEABLE`], and `UP`,
    /// `PROMISC` and `ALLMULTI` with all that hangs on them. Flags outside these are left alone.
    ///
    /// The user's `PROMISC` is one wish among others: setting it twice counts once, and clearing it
    /// leaves the interface promiscuous while a tap wants it so.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; what [`dev_open`](Self::dev_open) and the filters answer.
    pub fn dev_change_flags(
        &mut self,
        dev: IfIndex,
        flags: Flags,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        let settable = Flags::CHANGEABLE;
        let kept = device.config.flags.difference(settable);
        let multicast = device.config.flags.contains(Flags::MULTICAST);
        device.config.flags = kept | (flags & settable);
        let multicast_changed = device.config.flags.contains(Flags::MULTICAST) != multicast;
        let wished = device.wished;
        if multicast_changed {
            self.set_rx_mode(dev, now)?;
        }
        if flags.contains(Flags::UP) {
            self.dev_open(dev, now)?;
        } else {
            self.dev_close(dev, now)?;
        }
        for (flag, promisc) in [(Flags::PROMISC, true), (Flags::ALLMULTI, false)] {
            if flags.contains(flag) == wished.contains(flag) {
                continue;
            }
            let by = if flags.contains(flag) { 1 } else { -1 };
            if let Some(device) = self.core.device_mut(dev) {
                device.wished.toggle(flag);
            }
            if promisc {
                self.dev_set_promiscuity(dev, by, now)?;
            } else {
                self.dev_set_allmulti(dev, by, now)?;
            }
        }
        Ok(())
    }

    /// Adds a unicast address to listen to (`dev_uc_add`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`], [`Refused::Overflow`], what the driver answers.
    pub fn dev_uc_add(
        &mut self,
        dev: IfIndex,
        address: MacAddr,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if device.unicast.add(address)? { self.set_rx_mode(dev, now) } else { Ok(()) }
    }

    /// Takes a unicast address back (`dev_uc_del`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`], [`Refused::Invalid`] if nobody had added it, what the driver answers.
    pub fn dev_uc_del(
        &mut self,
        dev: IfIndex,
        address: MacAddr,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if device.unicast.remove(address)? { self.set_rx_mode(dev, now) } else { Ok(()) }
    }

    /// Adds a multicast address to listen to (`dev_mc_add`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`], [`Refused::Overflow`], what the driver answers.
    pub fn dev_mc_add(
        &mut self,
        dev: IfIndex,
        address: MacAddr,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if device.multicast.add(address)? { self.set_rx_mode(dev, now) } else { Ok(()) }
    }

    /// Takes a multicast address back (`dev_mc_del`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`], [`Refused::Invalid`] if nobody had added it, what the driver answers.
    pub fn dev_mc_del(
        &mut self,
        dev: IfIndex,
        address: MacAddr,
        now: Instant,
    ) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if device.multicast.remove(address)? { self.set_rx_mode(dev, now) } else { Ok(()) }
    }

    /// Tells the driver what to receive (`__dev_set_rx_mode`). More unicast addresses than the
    /// hardware can filter by count as one who wants everything.
    fn set_rx_mode(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        let overflow = device.unicast.len() > usize::from(device.config.unicast_filters);
        if overflow != device.uc_promisc {
            let by = if overflow { 1 } else { -1 };
            device.promiscuity =
                device.promiscuity.checked_add_signed(by).ok_or(Refused::Overflow)?;
            device.uc_promisc = overflow;
        }
        self.program_filters(dev, now)
    }

    fn program_filters(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        if !self.core.device(dev).is_some_and(crate::NetDevice::is_running) {
            return Ok(());
        }
        self.configure(dev, Change::RxMode, now)
    }

    fn configure(&mut self, dev: IfIndex, change: Change, now: Instant) -> Result<(), Refused> {
        let (driver, port) = self.driver_of(dev).ok_or(Refused::NoDevice)?;
        let done = self.with_driver(driver, now, |ops, cx| ops.configure(port, change, cx));
        self.run_work(now);
        done.unwrap_or(Err(Refused::NoDevice))
    }

    /// Changes an interface's address (`dev_set_mac_address`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] for an address that no station may have; what
    /// the driver answers.
    pub fn dev_set_mac_address(
        &mut self,
        dev: IfIndex,
        address: MacAddr,
        now: Instant,
    ) -> Result<(), Refused> {
        let (driver, port) = self.driver_of(dev).ok_or(Refused::NoDevice)?;
        self.with_driver(driver, now, |ops, _| ops.validate_addr(port, address))
            .ok_or(Refused::NoDevice)??;
        self.configure(dev, Change::Address(address), now)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.config.address = address;
        }
        self.core.notify(Event::ChangeAddress(dev));
        Ok(())
    }

    /// Changes the largest payload of an interface's frames (`dev_set_mtu`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] outside the device's range; what the driver
    /// answers.
    pub fn dev_set_mtu(&mut self, dev: IfIndex, mtu: u32, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        let (least, most) = device.config.mtu_range;
        if device.config.mtu == mtu {
            return Ok(());
        }
        if !(least..=most).contains(&mtu) {
            return Err(Refused::Invalid);
        }
        self.configure(dev, Change::Mtu(mtu), now)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.config.mtu = mtu;
        }
        self.core.notify(Event::ChangeMtu(dev));
        Ok(())
    }

    /// Wants these of the changeable offloads on and the others off (`netdev_update_features`).
    /// Answers what is on now: less than wanted where something else is missing.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; what the driver answers, in which case nothing has changed.
    pub fn dev_set_features(
        &mut self,
        dev: IfIndex,
        wanted: Features,
        now: Instant,
    ) -> Result<Features, Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        let (fixed, changeable) = (device.config.features, device.config.hw_features);
        let wanted = fixed.difference(changeable) | (wanted & changeable);
        let (driver, port) = device.driver();
        let ops = self.drivers.get(driver.0 as usize).and_then(Option::as_ref);
        let features = ops.ok_or(Refused::NoDevice)?.fix_features(port, wanted.fix());
        if features == fixed {
            return Ok(features);
        }
        self.configure(dev, Change::Features(features), now)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.config.features = features;
        }
        self.core.notify(Event::ChangeFeatures(dev));
        Ok(features)
    }

    /// Filters for one VLAN more (`vlan_vid_add`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] above 4094; what the driver answers.
    pub fn vlan_vid_add(&mut self, dev: IfIndex, vlan: u16, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if vlan >= 4095 {
            return Err(Refused::Invalid);
        }
        if device.vlans.contains(&vlan) {
            return Ok(());
        }
        self.configure(dev, Change::AddVlan(vlan), now)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.vlans.insert(vlan);
        }
        Ok(())
    }

    /// Filters for one VLAN less (`vlan_vid_del`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] if it was not filtered for; what the driver
    /// answers.
    pub fn vlan_vid_del(&mut self, dev: IfIndex, vlan: u16, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if !device.vlans.contains(&vlan) {
            return Err(Refused::Invalid);
        }
        self.configure(dev, Change::RemoveVlan(vlan), now)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.vlans.remove(&vlan);
        }
        Ok(())
    }

    /// Renames an interface that is down (`dev_change_name`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Busy`] if it is up; [`Refused::Invalid`] if the name can't
    /// be or is taken.
    pub fn dev_change_name(&mut self, dev: IfIndex, name: &str) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if device.admin != AdminState::Down {
            return Err(Refused::Busy);
        }
        let taken = |name: &str| self.dev_by_name(name).is_some();
        let name = crate::softnet::alloc_name(name, taken)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.set_name(name);
        }
        Ok(())
    }
}
