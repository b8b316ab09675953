//! pfifo_fast: three bands in strict order, Linux's discipline for a device that has been given none
//! (`sch_generic.c`).

use alloc::collections::VecDeque;

use softnet_sk_buff::DropReason;

use crate::class::purge_all;
use crate::priomap::{PRIOMAP, band};
use crate::{ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

const BANDS: usize = 3;

/// How much a [`PfifoFast`] holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets in each of the three bands: 1000, the device's `tx_queue_len`.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { tx_queue_len: 1000 }
    }
}

impl Config {
    fn check(self) -> Result<Self, ConfigError> {
        if self.tx_queue_len == 0 { Err(ConfigError::ZeroLimit) } else { Ok(self) }
    }
}

/// Three FIFOs; the first that has a packet is served. A packet's priority picks the band by
/// [`PRIOMAP`].
///
/// As in Linux a band that holds 32 packets or more takes up to 15 fewer at times: places come free
/// sixteen at once (`__ptr_ring_consume`, with cache lines of 64 bytes).
#[derive(Debug)]
pub struct PfifoFast<P> {
    config: Config,
    bands: [Band<P>; BANDS],
    stats: Stats,
}

/// A FIFO in a ring of so many places (`struct ptr_ring`).
#[derive(Debug)]
struct Band<P> {
    queue: VecDeque<P>,
    /// The place that is emptied next (`consumer_head`).
    head: u32,
    /// Places that are empty and can't be filled yet.
    spent: u32,
}

impl<P> Band<P> {
    /// Two cache lines of pointers.
    const BATCH: u32 = 16;

    const fn new() -> Self {
        Self { queue: VecDeque::new(), head: 0, spent: 0 }
    }

    fn is_full(&self, size: u32) -> bool {
        self.queue.len().saturating_add(self.spent as usize) >= size as usize
    }

    fn pop(&mut self, size: u32) -> Option<P> {
        let packet = self.queue.pop_front()?;
        let batch = if Self::BATCH > size / 2 { 1 } else { Self::BATCH };
        self.head += 1;
        self.spent += 1;
        if self.spent >= batch || self.head >= size {
            self.spent = 0;
        }
        if self.head >= size {
            self.head = 0;
        }
        Some(packet)
    }
}

impl<P: Packet> PfifoFast<P> {
    /// Empty bands. They take memory as they fill, and keep it.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let bands = core::array::from_fn(|_| Band::new());
        Ok(Self { config: config.check()?, bands, stats: Stats::default() })
    }

    /// How much it holds.
    #[must_use]
    pub fn config(&self) -> Config {
        self.config
    }

    /// Follows the device's `tx_queue_len` (`pfifo_fast_change_tx_queue_len`). What no longer fits is
    /// dropped from the end of each band.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`]; nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        self.config = config.check()?;
        for band in &mut self.bands {
            (band.head, band.spent) = (0, 0);
            while band.queue.len() > config.tx_queue_len as usize
                && let Some(packet) = band.queue.pop_back()
            {
                self.stats.lost(&packet);
                cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            }
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn overflow(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.stats.drops += 1;
        cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        Enqueued::Drop
    }
}

impl<P: Packet> Qdisc<P> for PfifoFast<P> {
    fn kind(&self) -> &'static str {
        "pfifo_fast"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let band = &mut self.bands[band(&PRIOMAP, packet.priority())];
        if band.is_full(self.config.tx_queue_len) {
            return self.overflow(packet, cx);
        }
        self.stats.queued(&packet);
        band.queue.push_back(packet);
        Enqueued::Success
    }

    fn dequeue(&mut self, _cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let size = self.config.tx_queue_len;
        let Some(packet) = self.bands.iter_mut().find_map(|band| band.pop(size)) else {
            return Dequeue::Empty;
        };
        self.stats.dequeued(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, _cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.bands.iter().find_map(|band| band.queue.front());
        next.map_or(Dequeue::Empty, Dequeue::Packet)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        let size = self.config.tx_queue_len;
        for band in &mut self.bands {
            purge_all(core::iter::from_fn(|| band.pop(size)), cx);
        }
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn can_bypass(&self) -> bool {
        true
    }
}
