//! Copies of packets for who watches: at which layer does Wireshark capture?
//!
//! On the way out between queueing discipline and driver (`dev_queue_xmit_nit`), on the way in
//! between driver and protocol (`deliver_skb` for `ptype_all`). So a tap sees neither what a
//! qdisc still holds or has dropped, nor what the hardware filtered; it sees a packet to be sent
//! before the hardware fills in checksums, and large packets before the hardware cuts them.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{
    DropReason, IfIndex, Inbox, Instant, Layer, PacketType, SkBuff, SkPool, SkQueue,
};

/// What a tap wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TapConfig {
    /// One interface, or all.
    pub dev: Option<IfIndex>,
    /// Packets on their way in.
    pub rx: bool,
    /// Packets on their way out.
    pub tx: bool,
    /// Make the interface promiscuous as long as the tap is open.
    pub promisc: bool,
    /// Packets that wait to be read; what comes above is lost to the tap and counted.
    pub limit: u32,
}

impl Default for TapConfig {
    /// Everything of all interfaces, without making them promiscuous; 1024 packets.
    fn default() -> Self {
        Self { dev: None, rx: true, tx: true, promisc: false, limit: 1024 }
    }
}

/// An open tap (`AF_PACKET` socket bound to `ETH_P_ALL`). May be read on any thread. Dropping it
/// closes it: the stack lets go of it, and of its promiscuity, the next time it does anything.
///
/// Packets begin with their MAC header, share their bytes with the original, and carry the time at
/// which they passed. A VLAN tag is in [`Meta::vlan`](softnet_sk_buff::Meta::vlan), not in the bytes.
pub struct Tap {
    inbox: Arc<Inbox>,
    ready: SkQueue,
}

impl Tap {
    /// The next packet that passed. The reader frees it with [`SkBuff::consume`].
    pub fn recv(&mut self) -> Option<SkBuff> {
        if self.ready.is_empty() {
            self.ready = self.inbox.take();
        }
        self.ready.pop_front()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        for queue in [&mut self.ready, &mut self.inbox.close()] {
            while let Some(skb) = queue.pop_front() {
                skb.consume();
            }
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("ready", &self.ready.len()).finish_non_exhaustive()
    }
}

/// What became of the packets for taps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TapStats {
    /// Packets that taps got.
    pub seen: u64,
    /// Packets that they did not get: the tap was full, or the pool had no header for a clone.
    pub lost: u64,
}

struct Slot {
    config: TapConfig,
    inbox: Arc<Inbox>,
}

impl Slot {
    fn wants(&self, dev: Option<IfIndex>, outgoing: bool) -> bool {
        let direction = if outgoing { self.config.tx } else { self.config.rx };
        direction && (self.config.dev.is_none() || self.config.dev == dev)
    }
}

/// The taps of one CPU.
#[derive(Default)]
pub(crate) struct Taps {
    slots: Vec<Slot>,
    pub(crate) stats: TapStats,
}

impl Taps {
    pub(crate) fn open(&mut self, config: TapConfig) -> Tap {
        let inbox = Arc::new(Inbox::new(config.limit));
        self.slots.push(Slot { config, inbox: Arc::clone(&inbox) });
        Tap { inbox, ready: SkQueue::new(config.limit) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Removes one tap that was closed, and says what it had wanted.
    pub(crate) fn reap(&mut self) -> Option<TapConfig> {
        let at = self.slots.iter().position(|slot| slot.inbox.is_closed())?;
        Some(self.slots.swap_remove(at).config)
    }

    /// A received packet passes.
    pub(crate) fn deliver(&mut self, skb: &SkBuff, pool: &mut SkPool, now: Instant) {
        self.pass(skb, pool, now, false);
    }

    /// A packet on its way out passes, MAC header first.
    pub(crate) fn xmit_nit(&mut self, skb: &SkBuff, pool: &mut SkPool, now: Instant) {
        self.pass(skb, pool, now, true);
    }

    fn pass(&mut self, skb: &SkBuff, pool: &mut SkPool, now: Instant, outgoing: bool) {
        for slot in &self.slots {
            if !slot.wants(skb.meta().dev, outgoing) || slot.inbox.is_closed() {
                continue;
            }
            let Some(mut copy) = pool.clone_of(skb) else {
                self.stats.lost += 1;
                continue;
            };
            if outgoing {
                copy.meta_mut().pkt_type = PacketType::Outgoing;
            } else if copy.rewind_to(Layer::Mac).is_err() {
                // Of a device without MAC headers: the data is all there is.
            }
            copy.meta_mut().timestamp = Some(now);
            match slot.inbox.push(copy) {
                // A tap's reader polls: nobody has to be woken.
                Ok(_) => self.stats.seen += 1,
                Err(refused) => {
                    // A tap that closed just now has not lost anything.
                    self.stats.lost += u64::from(refused.why == DropReason::INBOX_FULL);
                    pool.consume(refused.packet);
                }
            }
        }
    }
}
