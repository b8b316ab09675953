//! netem (`sch_netem.c`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{
    NetemSet, TcNetemCorr, TcNetemGemodel, TcNetemGimodel, TcNetemQopt, TcNetemRate,
    TcNetemReorder, TcNetemSlot,
};
use softnet_netlink::wire::{Attr, Attrs, Body, WriteError};

use super::{Options, rate, tca};
use crate::netem::{Chance, Config, Distribution, Loss, Probability, Slot, SlotDelay};
use crate::netlink::wanted::Ask;

const CORR: u16 = 1;
const DELAY_DIST: u16 = 2;
const REORDER: u16 = 3;
const CORRUPT: u16 = 4;
const LOSS: u16 = 5;
const RATE: u16 = 6;
const ECN: u16 = 7;
const RATE64: u16 = 8;
const PAD: u16 = 9;
const LATENCY64: u16 = 10;
const JITTER64: u16 = 11;
const SLOT: u16 = 12;
const SLOT_DIST: u16 = 13;
const PRNG_SEED: u16 = 14;
/// `NETEM_LOSS_*`.
const GI: u16 = 1;
const GE: u16 = 2;

type Table<'a> = Parsed<'a, 15>;

impl Options for Config {
    /// What the struct has is named each time, of the attributes those that are there. A correlation of losses is
    /// forgotten while they go by a model.
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let options = ask.options.ok_or(Errno::EINVAL)?;
        let qopt: TcNetemQopt = options.prefix().ok_or(Errno::EINVAL)?;
        let rest = options.value().get(size_of::<TcNetemQopt>()..).unwrap_or_default();
        let (table, _): (Table<'_>, _) =
            Parsed::new(Attrs::new(rest), NetemSet::POLICY, Strictness::LIBERAL)
                .map_err(|invalid| invalid.errno())?;
        let mut config = old.cloned().unwrap_or_default();
        let delay_dist = table.get(DELAY_DIST).map(|table| distribution(&table)).transpose()?;
        let slot_dist = table.get(SLOT_DIST).map(|table| distribution(&table)).transpose()?;
        let slot = table.get(SLOT).map(|slot| slot_of(&slot, ask)).transpose()?;
        let latency = time(&table, (LATENCY64, "negative latency"), ask)?;
        let jitter = time(&table, (JITTER64, "negative jitter"), ask)?;
        config.limit = qopt.limit;
        config.delay.latency = latency.unwrap_or(rate::ticks_to_ns(qopt.latency));
        let jitter = jitter.unwrap_or(rate::ticks_to_ns(qopt.jitter));
        config.delay.jitter = jitter.min(i32::MAX as u64);
        if let Some(dist) = delay_dist {
            config.delay.distribution = Some(dist);
        }
        config.gap = qopt.gap;
        config.duplicate.probability = Probability(qopt.duplicate);
        let correlation = match config.loss {
            Loss::Random(Chance { correlation, .. }) => correlation,
            _ => Probability::NEVER,
        };
        config.loss = Loss::Random(Chance { probability: Probability(qopt.loss), correlation });
        config.set_correlations(&table);
        config.set_losses(&table)?;
        config.set_chances(&table);
        config.set_link(&table);
        if let Some(slot) = slot {
            config.set_slot(slot, slot_dist);
        }
        if let Some(seed) = table.get(PRNG_SEED).and_then(|seed| seed.u64()) {
            config.seed = Some(seed);
        }
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let loss = match self.loss {
            Loss::Random(chance) => chance,
            _ => Chance::default(),
        };
        let ticks = |nanos: u64| u32::try_from(nanos >> 6).unwrap_or(u32::MAX);
        let qopt = TcNetemQopt {
            latency: ticks(self.delay.latency),
            limit: self.limit,
            loss: loss.probability.0,
            gap: self.gap,
            duplicate: self.duplicate.probability.0,
            jitter: ticks(self.delay.jitter),
        };
        let corr = TcNetemCorr {
            delay_corr: self.delay.correlation.0,
            loss_corr: loss.correlation.0,
            dup_corr: self.duplicate.correlation.0,
        };
        // A gap alone lets each of them overtake.
        let unnamed = if self.gap == 0 { Probability::NEVER } else { Probability::ALWAYS };
        to.nest_as(tca::OPTIONS, |to| {
            to.fixed(&qopt)?;
            to.value(LATENCY64, &self.delay.latency)?;
            to.value(JITTER64, &self.delay.jitter)?;
            to.value(CORR, &corr)?;
            to.value(REORDER, &chance(self.reorder.unwrap_or(Chance::of(unnamed))))?;
            to.value(CORRUPT, &chance(self.corrupt))?;
            self.write_link(to)?;
            if self.ecn {
                to.value(ECN, &1_u32)?;
            }
            self.write_loss(to)?;
            self.write_slot(to)?;
            match self.seed {
                Some(seed) => to.value_64bit(PRNG_SEED, &seed, PAD),
                None => Ok(()),
            }
        })
    }
}

impl Config {
    /// `get_correlation`.
    fn set_correlations(&mut self, table: &Table<'_>) {
        let Some(corr) = table.get(CORR) else { return };
        let corr: TcNetemCorr = corr.fixed();
        self.delay.correlation = Probability(corr.delay_corr);
        self.duplicate.correlation = Probability(corr.dup_corr);
        if let Loss::Random(chance) = &mut self.loss {
            chance.correlation = Probability(corr.loss_corr);
        }
    }

    /// `get_loss_clg`.
    fn set_losses(&mut self, table: &Table<'_>) -> Result<(), Errno> {
        let Some(loss) = table.get(LOSS) else { return Ok(()) };
        for model in loss.nested() {
            self.loss = match model.kind() {
                GI => {
                    let gi: TcNetemGimodel = model.prefix().ok_or(Errno::EINVAL)?;
                    let [p13, p31, p32, p23, p14] =
                        [gi.p13, gi.p31, gi.p32, gi.p23, gi.p14].map(Probability);
                    Loss::State { p13, p31, p32, p23, p14 }
                }
                GE => {
                    let ge: TcNetemGemodel = model.prefix().ok_or(Errno::EINVAL)?;
                    let [p, r, h, k1] = [ge.p, ge.r, ge.h, ge.k1].map(Probability);
                    Loss::GilbertElliott { p, r, h, k1 }
                }
                _ => return Err(Errno::EINVAL),
            };
        }
        Ok(())
    }

    /// `get_reorder`, `get_corrupt`.
    fn set_chances(&mut self, table: &Table<'_>) {
        let chance = |kind| {
            let named: TcNetemReorder = table.get(kind)?.fixed();
            let [probability, correlation] =
                [named.probability, named.correlation].map(Probability);
            Some(Chance { probability, correlation })
        };
        if self.gap > 0 {
            self.reorder = None;
        }
        if let Some(reorder) = chance(REORDER) {
            self.reorder = Some(reorder);
        }
        super::set(&mut self.corrupt, chance(CORRUPT));
        if let Some(ecn) = table.get(ECN).and_then(|ecn| ecn.u32()) {
            self.ecn = ecn != 0;
        }
    }

    /// `get_rate`.
    fn set_link(&mut self, table: &Table<'_>) {
        if let Some(named) = table.get(RATE) {
            let named: TcNetemRate = named.fixed();
            self.rate.bytes_per_second = named.rate.into();
            self.rate.packet_overhead = named.packet_overhead;
            self.rate.cell_size = named.cell_size;
            self.rate.cell_overhead = named.cell_overhead;
        }
        if let Some(rate64) = table.get(RATE64).and_then(|rate| rate.u64()) {
            self.rate.bytes_per_second = self.rate.bytes_per_second.max(rate64);
        }
    }

    /// `get_slot`. A distribution that was named before holds.
    fn set_slot(&mut self, named: TcNetemSlot, dist: Option<Distribution>) {
        let before = match self.slot.take() {
            Some(Slot { delay: SlotDelay::Distributed { distribution, .. }, .. }) => {
                Some(distribution)
            }
            _ => None,
        };
        if named.min_delay | named.max_delay | named.dist_jitter == 0 {
            return;
        }
        let delay = match dist.or(before) {
            Some(distribution) => SlotDelay::Distributed {
                delay: named.dist_delay.unsigned_abs(),
                jitter: named.dist_jitter.unsigned_abs().min(i32::MAX as u64),
                distribution,
            },
            None => {
                let [min, max] = [named.min_delay, named.max_delay].map(i64::unsigned_abs);
                SlotDelay::Between(min, max)
            }
        };
        let [max_packets, max_bytes] = [named.max_packets, named.max_bytes].map(i32::unsigned_abs);
        self.slot = Some(Slot { delay, max_packets, max_bytes });
    }

    fn write_link(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let rate = self.rate.bytes_per_second;
        if rate >= 1 << 32 {
            to.value_64bit(RATE64, &rate, PAD)?;
        }
        let shown = TcNetemRate {
            rate: u32::try_from(rate).unwrap_or(u32::MAX),
            packet_overhead: self.rate.packet_overhead,
            cell_size: self.rate.cell_size,
            cell_overhead: self.rate.cell_overhead,
        };
        to.value(RATE, &shown)
    }

    /// `dump_loss_model`.
    fn write_loss(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        match self.loss {
            Loss::Random(_) => Ok(()),
            Loss::State { p13, p31, p32, p23, p14 } => {
                let [p13, p31, p32, p14, p23] = [p13, p31, p32, p14, p23].map(|it| it.0);
                let gi = TcNetemGimodel { p13, p31, p32, p14, p23 };
                to.nest_as(LOSS, |to| to.value(GI, &gi))
            }
            Loss::GilbertElliott { p, r, h, k1 } => {
                let [p, r, h, k1] = [p, r, h, k1].map(|it| it.0);
                to.nest_as(LOSS, |to| to.value(GE, &TcNetemGemodel { p, r, h, k1 }))
            }
        }
    }

    fn write_slot(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let Some(slot) = &self.slot else { return Ok(()) };
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let limit = |number: u32| match i32::try_from(number) {
            Ok(i32::MAX) | Err(_) => 0,
            Ok(number) => number,
        };
        let mut shown = TcNetemSlot {
            max_packets: limit(slot.max_packets),
            max_bytes: limit(slot.max_bytes),
            ..TcNetemSlot::default()
        };
        match &slot.delay {
            SlotDelay::Between(min, max) => {
                (shown.min_delay, shown.max_delay) = (signed(*min), signed(*max));
            }
            SlotDelay::Distributed { delay, jitter, .. } => {
                (shown.dist_delay, shown.dist_jitter) = (signed(*delay), signed(*jitter));
            }
        }
        to.value(SLOT, &shown)
    }
}

fn chance(of: Chance) -> TcNetemReorder {
    TcNetemReorder { probability: of.probability.0, correlation: of.correlation.0 }
}

/// `get_dist_table`.
fn distribution(table: &Attr<'_>) -> Result<Distribution, Errno> {
    let (pairs, _) = table.value().as_chunks::<2>();
    let entries: Vec<i16> = pairs.iter().map(|pair| i16::from_ne_bytes(*pair)).collect();
    Distribution::new(&entries).map_err(|_| Errno::EINVAL)
}

/// `validate_time`.
fn time(
    table: &Table<'_>,
    (kind, words): (u16, &'static str),
    ask: &mut Ask<'_, '_>,
) -> Result<Option<u64>, Errno> {
    let Some(attr) = table.get(kind) else { return Ok(None) };
    let Some(nanos) = attr.u64() else { return Err(Errno::EINVAL) };
    if nanos > i64::MAX as u64 {
        ask.extack.point_at(&ask.message, &attr);
        return Err(ask.invalid(words));
    }
    Ok(Some(nanos))
}

/// `validate_slot`.
fn slot_of(attr: &Attr<'_>, ask: &mut Ask<'_, '_>) -> Result<TcNetemSlot, Errno> {
    let slot: TcNetemSlot = attr.fixed();
    let words = if slot.min_delay < 0 || slot.max_delay < 0 {
        "negative slot delay"
    } else if slot.min_delay > slot.max_delay {
        "slot min delay greater than max delay"
    } else if slot.dist_delay < 0 || slot.dist_jitter < 0 {
        "negative dist delay"
    } else if slot.max_packets < 0 || slot.max_bytes < 0 {
        "negative slot limit"
    } else {
        return Ok(slot);
    };
    ask.extack.point_at(&ask.message, attr);
    Err(ask.invalid(words))
}
