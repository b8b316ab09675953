//! Every discipline with a standing queue, and what it was promised to cost.

use softnet_qdisc::red::{Params, Traffic};
use softnet_qdisc::{
    Cake, Choke, Codel, Cx, Drr, DualPi2, Ets, Fifo, Fq, FqCodel, FqPie, Handle, Hfsc, Htb, Mq,
    Mqprio, Netem, PfifoFast, Pie, Prio, Qdisc, Qfq, RateSpec, Red, Sfq, Tbf, cake, choke,
    codel_queue, drr, dualpi2, ets, fq, fq_codel, fq_pie, hfsc, htb, mqprio, netem, pfifo_fast,
    pie, prio, qfq, red, sfq, tbf,
};
use softnet_sk_buff::{DropCounts, Instant};

use crate::datagram::Queued;
use crate::pump::{Pump, Shape, Through};

/// Bytes per second that the device pulls.
const LINK: u64 = 1_250_000_000;
/// Packets that wait, where nothing else is said.
const STANDING: u32 = 1000;
pub(crate) const ROOT: Handle = Handle(1);

/// What a row was promised to cost at most.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// Nothing was promised.
    None,
    /// So many times the baseline.
    Plain(f64),
    /// So many times another row.
    Row(&'static str, f64),
}

/// A discipline in use.
pub struct Row<P: Queued> {
    /// What the table calls it.
    pub name: &'static str,
    /// Flows or classes that send.
    pub flows: u32,
    /// Packets that wait.
    pub standing: u32,
    /// What was promised.
    pub limit: Limit,
    priority: fn(u32) -> u32,
    make: fn(u32) -> Box<dyn Qdisc<P>>,
}

impl<P: Queued> Row<P> {
    fn new(name: &'static str, flows: u32, make: fn(u32) -> Box<dyn Qdisc<P>>) -> Self {
        Self { name, flows, standing: STANDING, limit: Limit::None, priority: |_| 0, make }
    }

    fn at_most(self, limit: f64) -> Self {
        Self { limit: Limit::Plain(limit), ..self }
    }

    fn at_most_of(self, row: &'static str, limit: f64) -> Self {
        Self { limit: Limit::Row(row, limit), ..self }
    }

    fn standing(self, standing: u32) -> Self {
        Self { standing, ..self }
    }

    /// Each flow has one of the priorities 0 to 15.
    fn by_priority(self) -> Self {
        Self { priority: |flow| flow % 16, ..self }
    }

    /// Each flow has a class of its own.
    fn by_class(self) -> Self {
        Self { priority: |flow| ROOT.class(leaf(flow)).0, ..self }
    }

    /// The discipline, with its packets and those who send them.
    #[must_use]
    pub fn pump(&self, burst: usize) -> Pump<P, Through<P>> {
        let Self { flows, standing, priority, .. } = *self;
        let qdisc = (self.make)(flows);
        Pump::new(Through::new(qdisc), Shape { flows, standing, burst, priority })
    }
}

/// The number of a flow's class; 1 is the one above them all.
pub(crate) fn leaf(flow: u32) -> u16 {
    flow as u16 + 2
}

/// All of them.
#[must_use]
pub fn rows<P: Queued>() -> Vec<Row<P>> {
    let mut all = plain();
    all.extend(shapers());
    all.extend(fair());
    all.extend(of_classes());
    all
}

/// One queue, or few.
fn plain<P: Queued>() -> Vec<Row<P>> {
    vec![
        Row::new("pfifo", 100, |_| Box::new(Fifo::pfifo(2 * STANDING).unwrap())).at_most(1.5),
        Row::new("bfifo", 100, |_| Box::new(Fifo::bfifo(10_000_000).unwrap())),
        Row::new("pfifo_fast", 100, |_| {
            let config = pfifo_fast::Config { tx_queue_len: 2 * STANDING };
            Box::new(PfifoFast::new(config).unwrap())
        })
        .by_priority()
        .at_most(2.0),
        Row::new("prio", 100, |_| {
            let config = prio::Config { tx_queue_len: 2 * STANDING, ..Default::default() };
            Box::new(Prio::new(ROOT, config).unwrap())
        })
        .by_priority(),
        Row::new("codel", 100, |_| {
            let config = codel_queue::Config { limit: 2 * STANDING, ..Default::default() };
            Box::new(Codel::new(config).unwrap())
        }),
        Row::new("pie", 100, |_| {
            let config = pie::Config { limit: 2 * STANDING, ..Default::default() };
            Box::new(Pie::new(config, 1).unwrap())
        }),
        Row::new("dualpi2", 100, |_| {
            Box::new(DualPi2::new(ROOT, dualpi2::Config::default(), 1).unwrap())
        }),
        Row::new("red", 100, |_| {
            let config = red::Config::new(10_000_000, averages(1));
            Box::new(Red::new(ROOT, config, 1).unwrap())
        }),
        Row::new("choke", 100, |_| {
            let config = choke::Config::new(4 * STANDING, averages(1000));
            Box::new(Choke::new(config, 1).unwrap())
        }),
        Row::new("mq, 8 queues", 100, |_| Box::new(Mq::new(ROOT, fifos(8)).unwrap())).by_priority(),
        Row::new("mqprio, 8 queues", 100, |_| {
            Box::new(Mqprio::new(ROOT, mqprio::Config::default(), fifos(8)).unwrap())
        })
        .by_priority(),
    ]
}

fn fifos<P: Queued>(count: usize) -> Vec<Box<dyn Qdisc<P>>> {
    (0..count).map(|_| Box::new(Fifo::pfifo(2 * STANDING).unwrap()) as Box<dyn Qdisc<P>>).collect()
}

/// RED above what waits, so that the average is computed and nobody is dropped; in units of so many
/// bytes.
fn averages(unit: u32) -> Params {
    let traffic = Traffic {
        min: 1_200_000,
        max: 2_000_000,
        avpkt: 1000,
        burst: 1466,
        probability: 0.02,
        bandwidth: LINK as u32,
    };
    let params = Params::tc(traffic).unwrap();
    Params { qth_min: params.qth_min / unit, qth_max: params.qth_max / unit, ..params }
}

/// What holds packets back.
fn shapers<P: Queued>() -> Vec<Row<P>> {
    vec![
        Row::new("tbf", 100, |_| {
            // A tenth more than the device pulls, and a bucket for more than a burst.
            let rate = RateSpec::bytes(LINK / 10 * 11);
            Box::new(Tbf::new(ROOT, tbf::Config::new(rate, 100_000, 10_000_000)).unwrap())
        })
        .at_most(3.0),
        Row::new("netem, delay", 100, |_| {
            let delay = netem::Delay { latency: 760_000, ..Default::default() };
            let config = netem::Config { limit: 2 * STANDING, delay, ..Default::default() };
            Box::new(Netem::new(ROOT, config, 1).unwrap())
        }),
    ]
}

/// Flows told apart by their hash.
fn fair<P: Queued>() -> Vec<Row<P>> {
    vec![
        Row::new("fq_codel, 100 flows", 100, fq_codel_of).at_most(5.0),
        Row::new("fq_codel, 1000 flows", 1000, fq_codel_of).at_most(5.0),
        Row::new("fq_pie, 100 flows", 100, |_| {
            Box::new(FqPie::new(ROOT, fq_pie::Config::default(), [1, 2]).unwrap())
        }),
        Row::new("sfq, 100 flows", 100, |_| {
            let (flows, divisor) = (1024, 65_536);
            let config = sfq::Config { limit: Some(10_000), flows, divisor, ..Default::default() };
            Box::new(Sfq::new(ROOT, config, 1).unwrap())
        }),
        Row::new("cake, 1000 flows", 1000, |_| caked(0)).at_most(15.0),
        Row::new("cake, 1000 flows, shaped", 1000, |_| caked(LINK / 10 * 11)).at_most(15.0),
        Row::new("fq, 100 flows", 100, fq_of),
        Row::new("fq, 100 flows, 2 each", 100, fq_of).standing(256),
        Row::new("fq, 100 000 flows, 2 each", 100_000, fq_of)
            .standing(200_000)
            .at_most_of("fq, 100 flows, 2 each", 1.3),
    ]
}

fn fq_codel_of<P: Queued>(_: u32) -> Box<dyn Qdisc<P>> {
    Box::new(FqCodel::new(ROOT, fq_codel::Config::default(), [1, 2]).unwrap())
}

fn caked<P: Queued>(bandwidth: u64) -> Box<dyn Qdisc<P>> {
    let config = cake::Config { bandwidth, ..Default::default() };
    Box::new(Cake::new(ROOT, config, [1, 2]).unwrap())
}

pub(crate) fn fq_of<P: Queued>(flows: u32) -> Box<dyn Qdisc<P>> {
    let buckets_log = (2 * flows).ilog2().max(10);
    let config = fq::Config { limit: 1_000_000, buckets_log, ..Default::default() };
    Box::new(Fq::new(config, [1, 2]).unwrap())
}

/// Classes that the user makes.
fn of_classes<P: Queued>() -> Vec<Row<P>> {
    vec![
        Row::new("drr, 100 classes", 100, drr_of).by_class(),
        Row::new("ets, 8 bands", 8, |bands| {
            let mut config = ets::Config::new(bands as u8, 0);
            config.priomap = core::array::from_fn(|priority| priority as u8 % config.bands);
            Box::new(Ets::new(ROOT, config).unwrap())
        })
        .by_priority(),
        Row::new("qfq, 100 classes", 100, qfq_of).by_class(),
        Row::new("hfsc, 10 leaves", 10, hfsc_of).by_class(),
        Row::new("hfsc, 100 leaves", 100, hfsc_of).by_class(),
        Row::new("htb, 10 leaves", 10, |leaves| htb_of(leaves, Promise::Fair))
            .by_class()
            .at_most(8.0),
        Row::new("htb, 10 leaves, borrowing", 10, |leaves| htb_of(leaves, Promise::Little))
            .by_class()
            .at_most(8.0),
        Row::new("htb, 10 leaves, below rate", 10, |leaves| htb_of(leaves, Promise::Plenty))
            .by_class()
            .at_most(8.0),
        Row::new("htb, 100 leaves, 2 each", 100, |leaves| htb_of(leaves, Promise::Fair))
            .by_class()
            .standing(256),
        Row::new("htb, 65 000 leaves, 2 each", 65_000, |leaves| htb_of(leaves, Promise::Fair))
            .by_class()
            .standing(130_000)
            .at_most_of("htb, 100 leaves, 2 each", 1.3),
    ]
}

pub(crate) fn drr_of<P: Queued>(classes: u32) -> Box<dyn Qdisc<P>> {
    let mut drr = Drr::new(ROOT, drr::Config::default()).unwrap();
    for class in 0..classes {
        drr.add_class(ROOT.class(leaf(class)), drr::ClassConfig::default()).unwrap();
    }
    Box::new(drr)
}

pub(crate) fn qfq_of<P: Queued>(classes: u32) -> Box<dyn Qdisc<P>> {
    let mut qfq = Qfq::new(ROOT, qfq::Config::default()).unwrap();
    for class in 0..classes {
        // The weights of all are 65,536 at most.
        let weight = if classes > 1000 { 1 } else { 1 + class % 10 };
        let config = qfq::ClassConfig { weight, ..Default::default() };
        qfq.add_class(ROOT.class(leaf(class)), config).unwrap();
    }
    Box::new(qfq)
}

pub(crate) fn hfsc_of<P: Queued>(leaves: u32) -> Box<dyn Qdisc<P>> {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut hfsc = Hfsc::new(ROOT, hfsc::Config::default()).unwrap();
    let all = hfsc::ClassConfig::ls(LINK as u32);
    hfsc.add_class(ROOT.class(1), None, all, &mut cx).unwrap();
    for flow in 0..leaves {
        let config = hfsc::ClassConfig::sc((LINK / u64::from(leaves)) as u32);
        hfsc.add_class(ROOT.class(leaf(flow)), Some(ROOT.class(1)), config, &mut cx).unwrap();
    }
    Box::new(hfsc)
}

/// What each leaf of an htb is promised.
#[derive(Clone, Copy)]
pub(crate) enum Promise {
    /// Next to nothing: every packet is borrowed for.
    Little,
    /// Its part of the whole, with a bucket for one packet: in each burst it sends and borrows.
    Fair,
    /// More than it ever needs.
    Plenty,
}

/// A class with a tenth more than the device pulls, and below it leaves, each of which may have all of
/// that. Turns are as short as a packet's.
pub(crate) fn htb_of<P: Queued>(leaves: u32, promise: Promise) -> Box<dyn Qdisc<P>> {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = Htb::new(ROOT, htb::Config::default()).unwrap();
    let all = LINK / 10 * 11;
    let (rate, burst) = match promise {
        Promise::Little => (all / 100 / u64::from(leaves), 1600),
        Promise::Fair => (all / u64::from(leaves), 1600),
        Promise::Plenty => (all, 100_000),
    };
    let [all, rate] = [all, rate].map(RateSpec::bytes);
    let top = htb::ClassConfig::new(all, all).with_bursts(100_000, 100_000);
    htb.add_class(ROOT.class(1), None, top, &mut cx).unwrap();
    let each = htb::ClassConfig { quantum: 1514, ..htb::ClassConfig::new(rate, all) };
    let each = each.with_bursts(burst, 100_000);
    for flow in 0..leaves {
        htb.add_class(ROOT.class(leaf(flow)), Some(ROOT.class(1)), each, &mut cx).unwrap();
    }
    Box::new(htb)
}
