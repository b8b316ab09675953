//! Bringing interfaces up and down, and changing them.

use softnet_sk_buff::{IfIndex, Instant, MacAddr};

use crate::addr_list::AddrList;
use crate::device::{AdminState, NetDevice};
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
            AdminState::Down => {
                if let Some(device) = self.core.device_mut(dev) {
                    device.admin = AdminState::Opening(now);
                }
                self.continue_open(dev, now)
            }
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
                device.was_up = true;
                if !device.config.has_carrier {
                    // Without anything to stop them, queues are open as soon as the port is.
                    device.queues.iter_mut().for_each(|txq| txq.stopped = false);
                }
                device.recompute_operstate();
                self.core.dev_activate(dev, now);
                // A filter that can't be programmed now is the driver's to say on the next change.
                let _: Result<(), Refused> = self.set_rx_mode(dev, now);
                self.core.notify(Event::Up(dev));
            }
            Err(why) => {
                device.admin = AdminState::Down;
                device.queues.iter_mut().for_each(|txq| txq.stopped = true);
                self.run_work(now);
                return Err(why);
            }
        }
        self.run_work(now);
        Ok(())
    }

    /// Takes an interface down (`dev_close`): its queues stop and are emptied, then the driver
    /// stops. A driver that needs time goes on by itself; [`Event::Down`] follows. What was received
    /// before can still be taken.
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
        self.core.dev_deactivate(dev, now);
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
            for txq in &mut device.queues {
                txq.stopped = true;
                // Nothing is with the driver any more.
                txq.reset_bytes(now);
            }
            self.core.notify(Event::Down(dev));
        }
        self.run_work(now);
    }

    /// Counts one more, or one less, who wants every frame of an interface
    /// (`dev_set_promiscuity`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Overflow`] if the counter can't take it (Linux's
    /// `EOVERFLOW`; below 0 Linux wraps around); what the driver answers, in which case one who
    /// wanted in is not counted, and one who wanted out is out.
    pub fn dev_set_promiscuity(
        &mut self,
        dev: IfIndex,
        by: i32,
        now: Instant,
    ) -> Result<(), Refused> {
        self.count_wish(dev, |device| &mut device.promiscuity, by, now)
    }

    /// Counts one more, or one less, who wants every multicast frame (`dev_set_allmulti`).
    ///
    /// # Errors
    /// As [`dev_set_promiscuity`](Self::dev_set_promiscuity).
    pub fn dev_set_allmulti(&mut self, dev: IfIndex, by: i32, now: Instant) -> Result<(), Refused> {
        self.count_wish(dev, |device| &mut device.allmulti, by, now)
    }

    fn count_wish(
        &mut self,
        dev: IfIndex,
        counter: impl Fn(&mut NetDevice) -> &mut u32,
        by: i32,
        now: Instant,
    ) -> Result<(), Refused> {
        let count = counter(self.core.device_mut(dev).ok_or(Refused::NoDevice)?);
        let before = *count;
        *count = before.checked_add_signed(by).ok_or(Refused::Overflow)?;
        if (before == 0) == (*count == 0) {
            return Ok(());
        }
        let done = self.set_rx_mode(dev, now);
        match (done, self.core.device_mut(dev)) {
            (Err(_), Some(device)) if by > 0 => *counter(device) = before,
            _ => self.core.notify(Event::Change(dev)),
        }
        done
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
        let before = device.config.flags;
        device.config.flags = before.difference(Flags::CHANGEABLE) | (flags & Flags::CHANGEABLE);
        let changed = before ^ device.config.flags;
        let wished = device.wished;
        if !changed.is_empty() {
            self.core.notify(Event::Change(dev));
        }
        if changed.contains(Flags::MULTICAST) {
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
            let counted = if promisc {
                self.dev_set_promiscuity(dev, by, now)
            } else {
                self.dev_set_allmulti(dev, by, now)
            };
            // The wish and its place in the count go together: see `count_wish`.
            if let Some(device) = self.core.device_mut(dev).filter(|_| counted.is_ok() || by < 0) {
                device.wished.set(flag, by > 0);
            }
            counted?;
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
        self.change_list(dev, |device| &mut device.unicast, (address, true), now)
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
        self.change_list(dev, |device| &mut device.unicast, (address, false), now)
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
        self.change_list(dev, |device| &mut device.multicast, (address, true), now)
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
        self.change_list(dev, |device| &mut device.multicast, (address, false), now)
    }

    fn change_list(
        &mut self,
        dev: IfIndex,
        list: impl Fn(&mut NetDevice) -> &mut AddrList,
        (address, add): (MacAddr, bool),
        now: Instant,
    ) -> Result<(), Refused> {
        let addresses = list(self.core.device_mut(dev).ok_or(Refused::NoDevice)?);
        let changed = if add { addresses.add(address) } else { addresses.remove(address) }?;
        if !changed {
            return Ok(());
        }
        let done = self.set_rx_mode(dev, now);
        if let (Err(_), true, Some(device)) = (done, add, self.core.device_mut(dev)) {
            // It was added a moment ago.
            let _: Result<bool, Refused> = list(device).remove(address);
            device.count_uc_overflow();
        }
        done
    }

    /// Tells the driver what to receive (`__dev_set_rx_mode`). A device that is down is told when it
    /// comes up.
    fn set_rx_mode(&mut self, dev: IfIndex, now: Instant) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if !device.is_running() {
            return Ok(());
        }
        device.count_uc_overflow();
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
        let features = ops.ok_or(Refused::NoDevice)?.fix_features(port, wanted.fix()).fix();
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

    /// Wants one VLAN's frames (`vlan_vid_add`). Counted: each wish is taken back by itself. The
    /// driver is told only if it filters by VLAN.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] above 4094; [`Refused::Overflow`]; what the
    /// driver answers.
    pub fn vlan_vid_add(&mut self, dev: IfIndex, vlan: u16, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if vlan >= 4095 {
            return Err(Refused::Invalid);
        }
        let wishes = device.vlans.get(&vlan).copied().unwrap_or(0);
        let more = wishes.checked_add(1).ok_or(Refused::Overflow)?;
        if wishes == 0 {
            self.filter_vlan(dev, Change::AddVlan(vlan), now)?;
        }
        if let Some(device) = self.core.device_mut(dev) {
            device.vlans.insert(vlan, more);
        }
        Ok(())
    }

    fn filter_vlan(&mut self, dev: IfIndex, change: Change, now: Instant) -> Result<(), Refused> {
        let filters =
            |device: &NetDevice| device.features().contains(Features::HW_VLAN_CTAG_FILTER);
        if self.core.device(dev).is_some_and(filters) {
            self.configure(dev, change, now)
        } else {
            Ok(())
        }
    }

    /// Takes one wish for a VLAN's frames back (`vlan_vid_del`).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] if nobody wanted it; what the driver answers.
    pub fn vlan_vid_del(&mut self, dev: IfIndex, vlan: u16, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        let wishes = device.vlans.get(&vlan).copied().ok_or(Refused::Invalid)?;
        if wishes <= 1 {
            self.filter_vlan(dev, Change::RemoveVlan(vlan), now)?;
        }
        if let Some(device) = self.core.device_mut(dev) {
            match wishes {
                0 | 1 => device.vlans.remove(&vlan),
                _ => device.vlans.insert(vlan, wishes - 1),
            };
        }
        Ok(())
    }

    /// Renames an interface, up or down (`dev_change_name`, since Linux 6.2).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] if the name can't be or is taken.
    pub fn dev_change_name(&mut self, dev: IfIndex, name: &str) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if device.name() == name {
            return Ok(());
        }
        let taken = |name: &str| self.dev_by_name(name).is_some();
        let name = crate::softnet::alloc_name(name, taken)?;
        if let Some(device) = self.core.device_mut(dev) {
            device.set_name(name);
        }
        self.core.notify(Event::ChangeName(dev));
        Ok(())
    }

    /// Changes how many packets an interface's queueing disciplines hold by default
    /// (`dev_change_tx_queue_len`). Those that are there keep what they were made with; Linux resizes a
    /// `pfifo_fast`.
    ///
    /// # Errors
    /// [`Refused::NoDevice`].
    pub fn dev_change_tx_queue_len(&mut self, dev: IfIndex, len: u32) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if core::mem::replace(&mut device.config.tx_queue_len, len) != len {
            self.core.notify(Event::ChangeTxQueueLen(dev));
        }
        Ok(())
    }

    /// Puts an interface into a group (`dev_set_group`). Who changes it tells of it with
    /// [`netdev_state_change`](Self::netdev_state_change).
    ///
    /// # Errors
    /// [`Refused::NoDevice`].
    pub fn dev_set_group(&mut self, dev: IfIndex, group: u32) -> Result<(), Refused> {
        self.core.device_mut(dev).ok_or(Refused::NoDevice)?.group = group;
        Ok(())
    }

    /// Notes something of an interface (`dev_set_alias`), or nothing more where `alias` is empty. Who
    /// changes it tells of it with [`netdev_state_change`](Self::netdev_state_change).
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Invalid`] from 256 bytes on.
    pub fn dev_set_alias(&mut self, dev: IfIndex, alias: &[u8]) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        // `IFALIASZ`.
        if alias.len() >= 256 {
            return Err(Refused::Invalid);
        }
        device.alias.clear();
        device.alias.extend_from_slice(alias);
        Ok(())
    }

    /// Tells that something of an interface changed, if it is up (`netdev_state_change`).
    pub fn netdev_state_change(&mut self, dev: IfIndex) {
        if self.core.device(dev).is_some_and(NetDevice::is_running) {
            self.core.notify(Event::Change(dev));
        }
    }
}
