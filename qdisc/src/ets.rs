//! ets: enhanced transmission selection of IEEE 802.1Qaz, strict bands before bands that share
//! (`sch_ets.c`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::class::{Class, Work};
use crate::classes::numbered;
use crate::drr::clamp_quantum;
use crate::filter::{Block, Verdict};
use crate::links::{Links, List};
use crate::peeked::Peeked;
use crate::priomap;
use crate::{
    Child, ClassError, ClassId, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle, Packet, Qdisc,
    Refused, Stats, UnknownClass,
};

#[cfg(test)]
mod tests;

/// Most bands (`TCQ_ETS_MAX_BANDS`).
pub const MAX_BANDS: u8 = 16;

/// How an [`Ets`] sorts packets (`TCA_ETS_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bands, 1 to 16.
    pub bands: u8,
    /// How many of them, from the first one on, are strict: 0.
    pub strict: u8,
    /// Bytes that each band earns in a round: 1514, the link's largest packet with its header. Those
    /// of strict bands and of bands that are not there say nothing. Linux lifts what is below 256
    /// and cuts what is above 2^20, and so does this.
    pub quanta: [u32; MAX_BANDS as usize],
    /// The band, from 0, of each priority: the last one.
    pub priomap: [u8; 16],
    /// Packets that the pfifo holds which a new band starts with: 1000, the device's `tx_queue_len`.
    pub tx_queue_len: u32,
}

/// How a band takes part (`TCA_ETS_QUANTA_BAND`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassConfig {
    /// Bytes that it may send in a round; `None` to leave it as it is.
    pub quantum: Option<u32>,
}

impl Config {
    /// So many bands, of which the first are strict; all else as Linux has it when it isn't told.
    #[must_use]
    pub const fn new(bands: u8, strict: u8) -> Self {
        Self {
            bands,
            strict,
            quanta: [1514; MAX_BANDS as usize],
            priomap: [bands.saturating_sub(1); 16],
            tx_queue_len: 1000,
        }
    }

    fn check(mut self) -> Result<Self, ConfigError> {
        let Self { bands, strict, .. } = self;
        if !(1..=MAX_BANDS).contains(&bands) {
            return Err(ConfigError::Bands(bands.into()));
        }
        if strict > bands {
            return Err(ConfigError::StrictBands { strict, bands });
        }
        if self.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        if let Some((priority, band)) = (0..).zip(self.priomap).find(|&(_, band)| band >= bands) {
            return Err(ConfigError::Priomap { priority, band });
        }
        let shared = usize::from(strict)..usize::from(bands);
        if self.quanta[shared].contains(&0) {
            return Err(ConfigError::ZeroQuantum);
        }
        self.quanta = self.quanta.map(clamp_quantum);
        Ok(self)
    }

    fn default_child<P: Packet>(&self) -> Result<Child<P>, ConfigError> {
        Ok(Child::fifo(Fifo::pfifo(self.tx_queue_len)?))
    }
}

#[derive(Debug)]
struct Band<P: Packet> {
    child: Child<P>,
    deficit: u32,
}

/// Strict bands first, as in [`Prio`](crate::Prio); while they have nothing to send, the others share
/// by deficit round robin, as in [`Drr`](crate::Drr).
///
/// Classes `:1` to `:16` are the bands. A priority that names a class ([`Handle::named_by`]) picks it;
/// then [filters](crate::filter) are asked; what they don't match goes through the priority map.
///
/// A sharing band whose child holds its packets back (a shaper) holds up the other sharing bands
/// while it has the turn, as in Linux, which warns of it. One thing is better than there: a band whose
/// child drops the last of its packets when its turn comes only loses the turn; in Linux all wait for
/// the next event.
#[derive(Debug)]
pub struct Ets<P: Packet> {
    handle: Handle,
    config: Config,
    bands: Vec<Band<P>>,
    links: Links,
    /// The sharing bands with packets, the one with the turn first.
    active: List,
    filters: Block<P>,
    peeked: Peeked<P>,
    stats: Stats,
}

impl<P: Packet> Ets<P> {
    /// Discipline `handle` with a pfifo in each band.
    ///
    /// # Errors
    /// [`ConfigError::Bands`], [`ConfigError::StrictBands`], [`ConfigError::Priomap`],
    /// [`ConfigError::ZeroQuantum`], [`ConfigError::ZeroLimit`].
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        let config = config.check()?;
        let band = |_| Ok(Band { child: config.default_child()?, deficit: 0 });
        let bands = (0..config.bands).map(band).collect::<Result<_, _>>()?;
        let mut links = Links::new();
        links.reach(MAX_BANDS.into());
        Ok(Self {
            handle,
            config,
            bands,
            links,
            active: List::EMPTY,
            filters: Block::new(),
            peeked: Peeked::NONE,
            stats: Stats::default(),
        })
    }

    /// How it sorts packets.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Sorts otherwise from now on (`ets_qdisc_change`). Bands that go away take their packets with
    /// them, as drops; packets in the others stay where they are.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        let config = config.check()?;
        let wanted = usize::from(config.bands);
        let mut new = Vec::new();
        for _ in self.bands.len()..wanted {
            new.push(Band { child: config.default_child()?, deficit: 0 });
        }
        for (at, band) in (0..).zip(&mut self.bands).skip(wanted) {
            self.links.remove(&mut self.active, at);
            band.child.purge(&mut self.stats, cx);
        }
        self.bands.truncate(wanted);
        self.bands.append(&mut new);
        self.config = config;
        // Bands that were strict and have packets line up; those that are strict now leave the line.
        for at in 0..self.bands.len() as u32 {
            self.settle(at);
        }
        Ok(())
    }

    /// Gives a sharing band another quantum (`ets_class_change`).
    ///
    /// # Errors
    /// [`ClassError::Unknown`], [`ConfigError::StrictQuantum`], [`ConfigError::ZeroQuantum`]; nothing
    /// has changed.
    pub fn change_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let band = self.index(id).map_err(|UnknownClass(id)| ClassError::Unknown(id))?;
        let Some(quantum) = config.quantum else { return Ok(()) };
        if band < usize::from(self.config.strict) {
            return Err(ConfigError::StrictQuantum.into());
        }
        if quantum == 0 {
            return Err(ConfigError::ZeroQuantum.into());
        }
        self.config.quanta[band] = clamp_quantum(quantum);
        Ok(())
    }

    /// The band for a packet (`ets_classify`).
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<usize, Verdict> {
        let Self { handle, config, bands, filters, .. } = self;
        priomap::classify(packet, (*handle, bands.len()), &config.priomap, filters, cx)
    }

    fn index(&self, class: ClassId) -> Result<usize, UnknownClass> {
        numbered(class, self.handle, self.bands.len())
    }

    /// Gives a sharing band its place in the round, or takes it, as its child has packets or not.
    fn settle(&mut self, at: u32) {
        let index = at as usize;
        let Some(band) = self.bands.get_mut(index) else { return };
        let is_strict = index < usize::from(self.config.strict);
        let waits = !is_strict && band.child.backlog().packets > 0;
        if waits == self.links.is_linked(at) {
            return;
        }
        if waits {
            band.deficit = self.config.quanta[index];
            self.links.push_back(&mut self.active, at);
        } else {
            self.links.remove(&mut self.active, at);
        }
    }

    /// Takes the next packet of a strict band, or says when the first of those held back is due.
    fn pass_strict(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let mut until = None;
        for band in self.bands.iter_mut().take(self.config.strict.into()) {
            match band.child.set_aside(&mut self.stats, cx) {
                Dequeue::Packet(packet) => return Dequeue::Packet(packet),
                later => until = later.earlier(until),
            }
        }
        until.map_or(Dequeue::Empty, Dequeue::Until)
    }

    /// Takes the packet that goes next (`ets_qdisc_dequeue`); it is still in the backlog.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        loop {
            // Each turn asks the strict bands anew: a shaper there counts it, and so does Linux's.
            let strict = match self.pass_strict(cx) {
                Dequeue::Packet(packet) => return Dequeue::Packet(packet),
                later => later,
            };
            let Some(at) = self.active.front() else { return strict };
            let index = at as usize;
            let Some(band) = self.bands.get_mut(index) else { return strict };
            let len = match band.child.peek_len(&mut self.stats, cx) {
                Dequeue::Packet(len) => len,
                Dequeue::Empty => {
                    self.links.remove(&mut self.active, at);
                    continue;
                }
                Dequeue::Until(at) => {
                    return Dequeue::Until(strict.earlier(Some(at)).unwrap_or(at));
                }
            };
            if len <= band.deficit {
                band.deficit -= len;
                let next = band.child.set_aside(&mut self.stats, cx);
                if band.child.backlog().packets == 0 {
                    self.links.remove(&mut self.active, at);
                }
                return next;
            }
            band.deficit = band.deficit.saturating_add(self.config.quanta[index]);
            self.links.move_to_back(&mut self.active, at);
        }
    }
}

impl<P: Packet> Qdisc<P> for Ets<P> {
    fn kind(&self) -> &'static str {
        "ets"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        match self.classify(&mut packet, cx) {
            Ok(band) => {
                let verdict = self.bands[band].child.enqueue(packet, &mut self.stats, cx);
                self.settle(band as u32);
                verdict
            }
            Err(verdict) => verdict.carry_out(packet, &mut self.stats, cx),
        }
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.pass(cx).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.peeked.take().map_or_else(|| self.pass(cx), Dequeue::Packet);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        for (at, band) in (0..).zip(&mut self.bands) {
            self.links.remove(&mut self.active, at);
            band.child.reset(&mut self.stats, cx);
        }
        self.peeked.purge(cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (minor, band) in (1..).zip(&self.bands) {
            visit(&band.child.as_class(self.handle.class(minor)));
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
        Some(self.bands.get(index)?.child.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let index = self.index(class)?;
        self.bands[index].child.with(work, &mut self.stats, cx);
        self.settle(index as u32);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        match self.index(class) {
            Ok(index) => {
                self.bands[index].child.replace(child, &mut self.stats, cx);
                self.settle(index as u32);
                Ok(())
            }
            Err(why) => Err(Refused { child, why }),
        }
    }
}
