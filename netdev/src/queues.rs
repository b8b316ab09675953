//! A device's transmit queues as a whole: which discipline each has, and when they hold packets.

use alloc::boxed::Box;

use softnet_qdisc::tree::Device;
use softnet_qdisc::{PfifoFast, Qdisc, Tree, pfifo_fast};
use softnet_sk_buff::{DropReason, IfIndex, Instant, SkBuff, SkQueue};

use crate::device::NetDevice;
use crate::ethernet::ETH_HLEN;
use crate::features::Features;
use crate::ops::Refused;
use crate::softnet::Softnet;
use crate::state::{Core, QdiscDrops};

impl Softnet {
    /// Puts a queueing discipline on a transmit queue in place of what is there, whose packets are
    /// dropped (`dev_graft_qdisc`). `None`: none, and packets go straight to the driver or are
    /// refused (`noqueue`).
    ///
    /// A [`Tree`]'s ingress and clsact work where it is the device's only queue's.
    ///
    /// # Errors
    /// [`Refused::NoDevice`] if interface or queue do not exist.
    pub fn set_qdisc(
        &mut self,
        dev: IfIndex,
        queue: u16,
        qdisc: Option<Box<dyn Qdisc<SkBuff>>>,
        now: Instant,
    ) -> Result<(), Refused> {
        self.core.tx_queue_mut(dev, queue).ok_or(Refused::NoDevice)?;
        self.core.purge_tx_queue(dev, queue, now);
        let Some(txq) = self.core.tx_queue_mut(dev, queue) else { return Err(Refused::NoDevice) };
        txq.set_qdisc(qdisc);
        let has_tree = txq.tree().is_some();
        if txq.qlen() != 0 {
            // It came with packets in it.
            self.core.netif_schedule(dev, queue);
        }
        self.core.tc_needed |= has_tree;
        Ok(())
    }

    /// Gives each transmit queue that has no discipline the default one (`attach_default_qdiscs`):
    /// a pfifo_fast of [`tx_queue_len`](crate::PortConfig::tx_queue_len) packets a band, which is
    /// what Linux comes with. Devices that say [`Features::NO_QUEUE`], or 0 packets, stay without.
    ///
    /// Linux does this by itself when a device first comes up. Here nothing queues unless asked to;
    /// another default (`net.core.default_qdisc`) is a [`set_qdisc`](Self::set_qdisc) away.
    ///
    /// # Errors
    /// [`Refused::NoDevice`].
    pub fn attach_default_qdiscs(&mut self, dev: IfIndex) -> Result<(), Refused> {
        let device = self.core.device_mut(dev).ok_or(Refused::NoDevice)?;
        if device.features().contains(Features::NO_QUEUE) {
            return Ok(());
        }
        let config = pfifo_fast::Config { tx_queue_len: device.config.tx_queue_len };
        for txq in device.queues.iter_mut().filter(|txq| txq.qdisc.is_none()) {
            // Refused for a length of 0 only.
            if let Ok(qdisc) = PfifoFast::new(config) {
                txq.set_qdisc(Some(Box::new(qdisc)));
            }
        }
        Ok(())
    }

    /// Gives a device with one transmit queue a [`Tree`] in place of what is there: what `tc` is then about. It
    /// begins as [`attach_default_qdiscs`](Self::attach_default_qdiscs) would have it, `noqueue` included. What its
    /// disciplines draw by lot, and how they hash flows, comes from `seed`.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; [`Refused::Unsupported`] for a device with several queues;
    /// [`Refused::Invalid`] for one whose queues take nothing.
    pub fn attach_tree(&mut self, dev: IfIndex, seed: u64, now: Instant) -> Result<(), Refused> {
        let device = self.core.device(dev).ok_or(Refused::NoDevice)?;
        if device.queues.len() != 1 {
            return Err(Refused::Unsupported);
        }
        let mut about = Device::new(seed);
        // `psched_mtu`.
        about.mtu = device.mtu().saturating_add(ETH_HLEN as u32);
        about.tx_queue_len = device.config.tx_queue_len;
        about.no_queue = device.features().contains(Features::NO_QUEUE) || about.tx_queue_len == 0;
        let tree = Tree::new(about).map_err(|_| Refused::Invalid)?;
        self.set_qdisc(dev, 0, Some(Box::new(tree)), now)
    }

    /// Keeps the bytes that a transmit queue's ring may hold between `min` and `max`
    /// (`byte_queue_limits/limit_min` and `limit_max` in sysfs). For drivers that
    /// [tell](crate::Cx::netdev_tx_sent_queue) what they send; by default there is no bound, and the
    /// limit finds itself.
    ///
    /// # Errors
    /// [`Refused::NoDevice`] if interface or queue do not exist; [`Refused::Invalid`] if `min` is
    /// above `max`.
    pub fn set_byte_queue_limits(
        &mut self,
        dev: IfIndex,
        queue: u16,
        min: u32,
        max: u32,
    ) -> Result<(), Refused> {
        let txq = self.core.tx_queue_mut(dev, queue).ok_or(Refused::NoDevice)?;
        if min > max {
            return Err(Refused::Invalid);
        }
        txq.dql.set_bounds(min, max);
        Ok(())
    }

    /// The queueing discipline of a transmit queue, to change it or its tree (`tc qdisc change`).
    pub fn qdisc_mut(
        &mut self,
        dev: IfIndex,
        queue: u16,
    ) -> Option<&mut (dyn Qdisc<SkBuff> + 'static)> {
        self.core.tx_queue_mut(dev, queue)?.qdisc.as_deref_mut()
    }
}

impl Core {
    /// Packets may be sent from now on (`dev_activate`): the interface is up and has a carrier.
    pub(crate) fn dev_activate(&mut self, dev: IfIndex, now: Instant) {
        let queues = self.device(dev).map_or(0, |device| device.queues.len()) as u16;
        for queue in 0..queues {
            let Some(txq) = self.tx_queue_mut(dev, queue) else { continue };
            // The watchdog's patience begins anew.
            txq.trans_start = now;
            if txq.qlen() != 0 {
                self.netif_schedule(dev, queue);
            }
        }
    }

    /// No packet can be sent any more: what waits is dropped (`dev_deactivate`).
    pub(crate) fn dev_deactivate(&mut self, dev: IfIndex, now: Instant) {
        let queues = self.device(dev).map_or(0, |device| device.queues.len()) as u16;
        for queue in 0..queues {
            self.purge_tx_queue(dev, queue, now);
        }
    }

    fn purge_tx_queue(&mut self, dev: IfIndex, queue: u16, now: Instant) {
        let Some(txq) = self.tx_queue_mut(dev, queue) else { return };
        txq.throttled_until = None;
        let mut requeue = core::mem::replace(&mut txq.requeue, SkQueue::new(u32::MAX));
        let qdisc = txq.qdisc.take();
        while let Some(skb) = requeue.pop_front() {
            self.kfree_skb(skb, DropReason::QUEUE_PURGE, now);
        }
        let Some(mut qdisc) = qdisc else { return };
        self.reset_qdisc(&mut *qdisc, now);
        if let Some(txq) = self.tx_queue_mut(dev, queue) {
            txq.qdisc = Some(qdisc);
        }
    }

    fn reset_qdisc(&mut self, qdisc: &mut dyn Qdisc<SkBuff>, now: Instant) {
        let Self { pool, drops: counts, trace, .. } = self;
        let mut drops = QdiscDrops { pool, counts, trace, now };
        qdisc.reset(&mut softnet_qdisc::Cx::new(now, &mut drops));
    }

    /// Drops everything that waits at a device that is gone from the list.
    pub(crate) fn purge(&mut self, device: &mut NetDevice) {
        while let Some(skb) = device.sink.pop_front() {
            self.kfree_skb(skb, DropReason::QUEUE_PURGE, Instant::ZERO);
        }
        for txq in &mut device.queues {
            while let Some(skb) = txq.requeue.pop_front() {
                self.kfree_skb(skb, DropReason::QUEUE_PURGE, Instant::ZERO);
            }
            if let Some(qdisc) = &mut txq.qdisc {
                self.reset_qdisc(&mut **qdisc, Instant::ZERO);
            }
        }
    }
}
