//! The filters at a device's two ends: ingress and clsact (`sch_ingress.c`, `tc_run`).

use softnet_sk_buff::DropReason;

use super::Tree;
use crate::filter::Block;
use crate::{Cx, Enqueued, Packet, Stats};

/// What `ingress` or `clsact` puts there.
#[derive(Debug)]
pub(super) struct Hooks<P: Packet> {
    pub(super) kind: &'static str,
    pub(super) ingress: Block<P>,
    /// clsact only.
    pub(super) egress: Option<Block<P>>,
    pub(super) stats: Stats,
}

impl<P: Packet> Tree<P> {
    /// Shows a packet that has arrived to the filters of ingress or clsact (`sch_handle_ingress`), and
    /// gives it back if it goes on.
    ///
    /// Its [`pkt_len`](Packet::pkt_len) is to be what follows its link header: in Linux that one is out of
    /// the packet here, and neither counted nor policed. A tag in front is out of the bytes, too
    /// (`skb_vlan_untag`).
    ///
    /// # Errors
    /// It does not go on: it was dropped ([`Enqueued::Drop`]), or went another way ([`Enqueued::Stolen`]).
    pub fn ingress(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Result<P, Enqueued> {
        let Some(hooks) = &mut self.hooks else { return Ok(packet) };
        cx.at_ingress = true;
        let passed = pass(&mut hooks.ingress, packet, &mut hooks.stats, DropReason::TC_INGRESS, cx);
        cx.at_ingress = false;
        passed
    }

    /// Shows a packet that is about to be sent to the egress filters of clsact
    /// (`sch_handle_egress`), and gives it back if it goes on.
    ///
    /// # Errors
    /// It does not go on: it was dropped ([`Enqueued::Drop`]), or went another way ([`Enqueued::Stolen`]).
    pub fn egress(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Result<P, Enqueued> {
        let Some(Hooks { egress: Some(block), stats, .. }) = &mut self.hooks else {
            return Ok(packet);
        };
        pass(block, packet, stats, DropReason::TC_EGRESS, cx)
    }

    /// `ingress` or `clsact`, if there is one, with what `tc -s` shows of it: what its filters saw, and
    /// what they dropped.
    #[must_use]
    pub fn hooks(&self) -> Option<(&'static str, &Stats)> {
        self.hooks.as_ref().map(|hooks| (hooks.kind, &hooks.stats))
    }
}

/// Lets a packet through filters whose classes mean nothing (`tc_run`). Without filters in the first
/// chain there is nobody to count it.
fn pass<P: Packet>(
    block: &mut Block<P>,
    mut packet: P,
    stats: &mut Stats,
    reason: DropReason,
    cx: &mut Cx<'_, P>,
) -> Result<P, Enqueued> {
    if !block.begins() {
        return Ok(packet);
    }
    stats.count_sent(&packet);
    match block.classify(&mut packet, cx).class() {
        Ok(_) => Ok(packet),
        Err(verdict) => Err(match verdict.carry_out_for(packet, stats, reason, cx) {
            Enqueued::Stolen => Enqueued::Stolen,
            _ => Enqueued::Drop,
        }),
    }
}
