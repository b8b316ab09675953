//! The filters of ingress and clsact, on the devices whose only queue holds a tree (`sch_handle_ingress`,
//! `sch_handle_egress`).
//!
//! What arrives with a VLAN tag among its bytes comes to them with it there; Linux has taken it out by then.

use softnet_qdisc::{Enqueued, Tree};
use softnet_sk_buff::{DropReason, IfIndex, Instant, SkBuff};

use crate::device::NetDevice;
use crate::ethernet::ETH_HLEN;
use crate::state::Core;
use crate::trace::Station;
use crate::tx::NetXmit;

impl Core {
    fn is_hooked(&self, dev: IfIndex) -> bool {
        let tree = self.device(dev).and_then(NetDevice::tree);
        tree.is_some_and(|tree| tree.hooks().is_some())
    }

    /// Shows the filters a packet that is to be sent, and gives it back if it goes on.
    ///
    /// # Errors
    /// It doesn't: what its sender is told.
    pub(crate) fn sch_handle_egress(
        &mut self,
        dev: IfIndex,
        skb: SkBuff,
        now: Instant,
    ) -> Result<SkBuff, NetXmit> {
        if !self.is_hooked(dev) {
            return Ok(skb);
        }
        self.enter(Station::SCH_HANDLE_EGRESS, now, Some(&skb));
        let passed = self.with_tree(dev, skb, now, |tree, skb, cx| tree.egress(skb, cx));
        self.leave(Station::SCH_HANDLE_EGRESS, now);
        passed.map_err(|verdict| match verdict {
            Enqueued::Drop => NetXmit::Drop,
            _ => NetXmit::Success,
        })
    }

    /// Shows the filters a packet that has arrived, its MAC header pulled, and gives it back if it goes on.
    // Those who have no filters shall not pay for its stack frame.
    #[inline(never)]
    pub(crate) fn sch_handle_ingress(&mut self, mut skb: SkBuff, now: Instant) -> Option<SkBuff> {
        let Some(dev) = skb.meta().dev.filter(|&dev| self.is_hooked(dev)) else { return Some(skb) };
        self.enter(Station::SCH_HANDLE_INGRESS, now, Some(&skb));
        // Filters and actions see it from its MAC header on, and may write; its length is that without.
        skb.set_wire_len(u32::try_from(skb.len()).ok());
        let passed = match skb.unshare(&mut self.pool) {
            Err(_) => self.lose(skb, DropReason::NOMEM, now),
            Ok(()) if skb.push(ETH_HLEN).is_err() => self.lose(skb, DropReason::DEV_HDR, now),
            Ok(()) => {
                let passed = self.with_tree(dev, skb, now, |tree, skb, cx| tree.ingress(skb, cx));
                passed.ok().and_then(|skb| self.without_header(skb, now))
            }
        };
        self.leave(Station::SCH_HANDLE_INGRESS, now);
        passed
    }

    /// As it came; an action may have taken more off than was there.
    fn without_header(&mut self, mut skb: SkBuff, now: Instant) -> Option<SkBuff> {
        if skb.pull(ETH_HLEN).is_err() {
            return self.lose(skb, DropReason::PKT_TOO_SMALL, now);
        }
        skb.set_wire_len(None);
        Some(skb)
    }

    fn lose(&mut self, skb: SkBuff, why: DropReason, now: Instant) -> Option<SkBuff> {
        self.kfree_skb(skb, why, now);
        None
    }

    /// Asks a device's tree, and sends where its actions have sent packets to.
    fn with_tree(
        &mut self,
        dev: IfIndex,
        skb: SkBuff,
        now: Instant,
        ask: impl FnOnce(
            &mut Tree<SkBuff>,
            SkBuff,
            &mut softnet_qdisc::Cx<'_, SkBuff>,
        ) -> Result<SkBuff, Enqueued>,
    ) -> Result<SkBuff, Enqueued> {
        let mut packet = Some(skb);
        let asked = self.with_qdisc(dev, 0, now, |txq, cx| match txq.tree_mut() {
            Some(tree) => packet.take().map(|skb| ask(tree, skb, cx)),
            None => None,
        });
        match asked.flatten() {
            Some(verdict) => verdict,
            None => packet.ok_or(Enqueued::Stolen),
        }
    }
}
