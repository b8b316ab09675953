//! prio: bands in strict order, each with a discipline of its own (`sch_prio.c`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use softnet_sk_buff::Instant;

use crate::class::{Class, Work};
use crate::classes::numbered;
use crate::filter::{Block, Verdict};
use crate::priomap::{self, PRIOMAP};
use crate::{
    Child, ClassId, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle, Packet, Qdisc, Refused,
    Stats, UnknownClass,
};

/// How a [`Prio`] sorts packets (`tc_prio_qopt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bands, 2 to 16: 3.
    pub bands: u8,
    /// The band, from 0, of each priority: [`PRIOMAP`].
    pub priomap: [u8; 16],
    /// Packets that the pfifo holds which a new band starts with: 1000, the device's `tx_queue_len`.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { bands: 3, priomap: PRIOMAP, tx_queue_len: 1000 }
    }
}

impl Config {
    fn check(&self) -> Result<(), ConfigError> {
        if !(2..=16).contains(&self.bands) {
            return Err(ConfigError::Bands(self.bands.into()));
        }
        if self.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        match (0..).zip(self.priomap).find(|&(_, band)| band >= self.bands) {
            Some((priority, band)) => Err(ConfigError::Priomap { priority, band }),
            None => Ok(()),
        }
    }

    fn default_child<P: Packet>(&self) -> Result<Child<P>, ConfigError> {
        Ok(Child::fifo(Fifo::pfifo(self.tx_queue_len)?))
    }
}

/// Bands in strict order: a band is served only while all before it have nothing to send now.
///
/// Classes `:1` to `:16` are the bands. A priority that names a class ([`Handle::named_by`]) picks it;
/// then [filters](crate::filter) are asked; what they don't match goes through the priority map.
#[derive(Debug)]
pub struct Prio<P: Packet> {
    handle: Handle,
    config: Config,
    bands: Vec<Child<P>>,
    filters: Block<P>,
    stats: Stats,
}

impl<P: Packet> Prio<P> {
    /// Discipline `handle` with a pfifo in each band.
    ///
    /// # Errors
    /// [`ConfigError::Bands`], [`ConfigError::Priomap`], [`ConfigError::ZeroLimit`].
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let bands = (0..config.bands).map(|_| config.default_child()).collect::<Result<_, _>>()?;
        Ok(Self { handle, config, bands, filters: Block::new(), stats: Stats::default() })
    }

    /// How it sorts packets.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Sorts otherwise from now on (`prio_tune`). Bands that go away take their packets with them, as
    /// drops; packets in the others stay where they are.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        config.check()?;
        let wanted = usize::from(config.bands);
        for band in self.bands.iter_mut().skip(wanted) {
            band.purge(&mut self.stats, cx);
        }
        self.bands.truncate(wanted);
        while self.bands.len() < wanted {
            self.bands.push(config.default_child()?);
        }
        self.config = config;
        Ok(())
    }

    /// The band for a packet (`prio_classify`).
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<usize, Verdict> {
        let Self { handle, config, bands, filters, .. } = self;
        priomap::classify(packet, (*handle, bands.len()), &config.priomap, filters, cx)
    }

    fn index(&self, class: ClassId) -> Result<usize, UnknownClass> {
        numbered(class, self.handle, self.bands.len())
    }
}

fn nothing_now<T>(until: Option<Instant>) -> Dequeue<T> {
    until.map_or(Dequeue::Empty, Dequeue::Until)
}

impl<P: Packet> Qdisc<P> for Prio<P> {
    fn kind(&self) -> &'static str {
        "prio"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        match self.classify(&mut packet, cx) {
            Ok(band) => self.bands[band].enqueue(packet, &mut self.stats, cx),
            Err(verdict) => verdict.carry_out(packet, &mut self.stats, cx),
        }
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let mut until = None;
        for band in &mut self.bands {
            match band.dequeue(&mut self.stats, cx) {
                Dequeue::Packet(packet) => return Dequeue::Packet(packet),
                later => until = later.earlier(until),
            }
        }
        nothing_now(until)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let mut until = None;
        for band in 0..self.bands.len() {
            match self.bands[band].peek_len(&mut self.stats, cx) {
                Dequeue::Packet(_) => return self.bands[band].peek(&mut self.stats, cx),
                later => until = later.earlier(until),
            }
        }
        nothing_now(until)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        for band in &mut self.bands {
            band.reset(&mut self.stats, cx);
        }
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (minor, band) in (1..).zip(&self.bands) {
            visit(&band.as_class(self.handle.class(minor)));
        }
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let index = self.index(class).ok()?;
        Some(self.bands.get(index)?.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let index = self.index(class)?;
        self.bands[index].with(work, &mut self.stats, cx);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        match self.index(class) {
            Ok(index) => self.bands[index].replace(child, &mut self.stats, cx),
            Err(why) => return Err(Refused { child, why }),
        }
        Ok(())
    }
}
