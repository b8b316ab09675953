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
#[derive(Debug)]
pub struct PfifoFast<P> {
    config: Config,
    bands: [VecDeque<P>; BANDS],
    stats: Stats,
}

impl<P: Packet> PfifoFast<P> {
    /// Empty bands. They take memory as they fill, and keep it.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let bands = core::array::from_fn(|_| VecDeque::new());
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
        for queue in &mut self.bands {
            while queue.len() > config.tx_queue_len as usize
                && let Some(packet) = queue.pop_back()
            {
                self.stats.lost(&packet);
                cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            }
        }
        Ok(())
    }
}

impl<P: Packet> Qdisc<P> for PfifoFast<P> {
    fn kind(&self) -> &'static str {
        "pfifo_fast"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let queue = &mut self.bands[band(&PRIOMAP, packet.priority())];
        if queue.len() >= self.config.tx_queue_len as usize {
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            return Enqueued::Drop;
        }
        self.stats.queued(&packet);
        queue.push_back(packet);
        Enqueued::Success
    }

    fn dequeue(&mut self, _cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let Some(packet) = self.bands.iter_mut().find_map(VecDeque::pop_front) else {
            return Dequeue::Empty;
        };
        self.stats.dequeued(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, _cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.bands.iter().find_map(VecDeque::front).map_or(Dequeue::Empty, Dequeue::Packet)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        for queue in &mut self.bands {
            purge_all(queue.drain(..), cx);
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
