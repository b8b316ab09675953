//! The disciplines of a stack, for `tc`.

use alloc::vec::Vec;

use softnet_qdisc::netlink::Devices;
use softnet_qdisc::{Cx, Tree};
use softnet_sk_buff::{DropReason, IfIndex, Instant, SkBuff};

use crate::softnet::Softnet;

/// The interfaces of a stack that have a [`Tree`], by [`Softnet::attach_tree`] or because somebody put one on their
/// only queue. Others are no interfaces to `tc`. Made for a call; [`Rtnetlink`](super::Rtnetlink) makes them by itself.
#[derive(Debug)]
pub struct Trees<'s> {
    softnet: &'s mut Softnet,
    now: Instant,
    /// What disciplines gave up while they were changed; freed when the change is over.
    lost: Vec<(SkBuff, DropReason)>,
}

impl<'s> Trees<'s> {
    /// The trees of `softnet` at `now`.
    #[must_use]
    pub const fn new(softnet: &'s mut Softnet, now: Instant) -> Self {
        Self { softnet, now, lost: Vec::new() }
    }

    fn free_lost(&mut self) {
        for (skb, why) in self.lost.drain(..) {
            self.softnet.core.kfree_skb(skb, why, self.now);
        }
    }
}

impl Drop for Trees<'_> {
    fn drop(&mut self) {
        self.free_lost();
    }
}

impl Devices<SkBuff> for Trees<'_> {
    fn next(&self, from: u32) -> Option<IfIndex> {
        let all = self.softnet.devs().map(crate::NetDevice::ifindex);
        all.filter(|dev| dev.get() >= from).find(|dev| self.tree(*dev).is_some())
    }

    fn tree(&self, dev: IfIndex) -> Option<&Tree<SkBuff>> {
        self.softnet.core.device(dev)?.tree()
    }

    fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<SkBuff>, Cx<'_, SkBuff>)> {
        let Self { softnet, now, lost } = self;
        let [txq] = softnet.core.device_mut(dev)?.queues.as_mut_slice() else { return None };
        Some((txq.tree_mut()?, Cx::new(*now, lost)))
    }

    fn name(&self, dev: IfIndex) -> Option<&str> {
        self.softnet.dev(dev).map(crate::NetDevice::name)
    }

    fn by_name(&self, name: &str) -> Option<IfIndex> {
        self.softnet.dev_by_name(name).map(crate::NetDevice::ifindex)
    }

    fn is_there(&self, dev: IfIndex) -> bool {
        self.softnet.dev(dev).is_some()
    }

    fn now(&self) -> Instant {
        self.now
    }

    /// What waits is looked at anew: it may leave sooner than it was to.
    fn changed(&mut self, dev: IfIndex) {
        self.free_lost();
        if let Some(txq) = self.softnet.core.tx_queue_mut(dev, 0) {
            txq.throttled_until = None;
        }
        self.softnet.core.netif_schedule(dev, 0);
    }
}
