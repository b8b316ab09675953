//! htb: random trees, with classes that come, go and change, and over other disciplines.

use alloc::collections::BTreeMap;

use softnet_qdisc::htb::{ClassConfig, Config};
use softnet_qdisc::{
    ClassId, Codel, Cx, Fifo, Handle, Htb, LinkLayer, Qdisc, RateSpec, Tbf, codel, codel_queue, tbf,
};
use softnet_qdisc_oracle::netlink::attribute;
use softnet_qdisc_oracle::{Command, Rng};
use softnet_sk_buff::{DropCounts, Instant};

use crate::classes::{self, Shape};
use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::traffic::Traffic;

const HANDLE: Handle = Handle(1);
const PARMS: u16 = 1;
const RATE64: u16 = 6;
const CEIL64: u16 = 7;

fn id(minor: u16) -> ClassId {
    HANDLE.class(minor)
}

fn parent(of: Option<u16>) -> ClassId {
    id(of.unwrap_or(0))
}

/// `struct tc_ratespec`.
fn ratespec(rate: RateSpec) -> Vec<u8> {
    let layer = match rate.linklayer {
        LinkLayer::Atm => 2,
        _ => 1,
    };
    let low = u32::try_from(rate.bytes_per_second).unwrap_or(u32::MAX);
    let halves = [rate.overhead, 0, rate.mpu].into_iter().flat_map(u16::to_ne_bytes);
    [0, layer].into_iter().chain(halves).chain(low.to_ne_bytes()).collect()
}

/// The attributes of a class.
fn options(config: &ClassConfig) -> Vec<u8> {
    let ticks = |nanos: u64| (nanos >> 6) as u32;
    let words = [ticks(config.buffer), ticks(config.cbuffer), config.quantum, 0, config.prio];
    let words = words.into_iter().flat_map(u32::to_ne_bytes);
    let parms: Vec<u8> =
        [ratespec(config.rate), ratespec(config.ceil)].concat().into_iter().chain(words).collect();
    let long = |kind, rate: RateSpec| attribute(kind, &rate.bytes_per_second.to_ne_bytes());
    [attribute(PARMS, &parms), long(RATE64, config.rate), long(CEIL64, config.ceil)].concat()
}

/// How fast the classes of a tree are, all in all.
fn class(rng: &mut Rng, total: u64) -> ClassConfig {
    let mut rate = RateSpec::bytes((total / rng.range(1, 20)).max(1000));
    if rng.one_in(8) {
        rate.overhead = rng.range(0, 40) as u16;
        rate.mpu = rng.pick(&[0, 64, 84, 200]);
        rate.linklayer = rng.pick(&[LinkLayer::Ethernet, LinkLayer::Atm]);
    }
    let ceil = match rng.range(0, 3) {
        0 => rate,
        // Below the rate: nobody stops one.
        1 => RateSpec { bytes_per_second: rate.bytes_per_second.div_ceil(2), ..rate },
        _ => RateSpec { bytes_per_second: total * rng.range(5, 20) / 10, ..rate },
    };
    let bursts = [(); 2].map(|()| rng.pick(&[0, 1, 1000, 1600, 10_000]));
    let config = ClassConfig::new(rate, ceil).with_bursts(bursts[0], bursts[1]);
    let quantum = rng.pick(&[0, 0, 1, 60, 1514, 3000, 20_000]);
    ClassConfig { quantum, ..config.with_prio(rng.pick(&[0, 0, 0, 1, 2, 7, 9])) }
}

/// What a leaf holds in place of its pfifo.
#[derive(Clone, Copy, Debug)]
enum Leaf {
    Pfifo(u32),
    Bfifo(u32),
    Tbf(tbf::Config),
    Codel(codel_queue::Config),
}

impl Leaf {
    fn fifo(rng: &mut Rng) -> Self {
        if rng.one_in(2) {
            Self::Pfifo(rng.range32(1, 30))
        } else {
            Self::Bfifo(rng.range32(1514, 30_000))
        }
    }

    fn any(rng: &mut Rng, total: u64) -> Self {
        match rng.range(0, 2) {
            0 => Self::fifo(rng),
            1 => {
                let rate = RateSpec::bytes(total * rng.range(1, 20) / 10 + 1000);
                Self::Tbf(tbf::Config::new(rate, rng.range32(1514, 10_000), 50_000))
            }
            _ => {
                let codel = codel::Config {
                    target: core::time::Duration::from_micros(100).into(),
                    interval: core::time::Duration::from_micros(1000).into(),
                    ..codel::Config::default()
                };
                Self::Codel(codel_queue::Config { limit: 20, codel })
            }
        }
    }

    fn tc(&self, minor: u16, handle: u16) -> String {
        let what = match self {
            Self::Pfifo(limit) => format!("pfifo limit {limit}"),
            Self::Bfifo(limit) => format!("bfifo limit {limit}"),
            Self::Tbf(tbf::Config { rate, burst, limit, .. }) => {
                format!("tbf rate {}bps burst {burst} limit {limit}", rate.bytes_per_second)
            }
            Self::Codel(_) => "codel limit 20 target 100us interval 1ms".to_owned(),
        };
        format!("qdisc add dev va parent 1:{minor:x} handle {handle:x}: {what}")
    }

    fn build(&self, handle: u16) -> Box<dyn Qdisc<Frame>> {
        match *self {
            Self::Pfifo(limit) => Box::new(Fifo::pfifo(limit).unwrap()),
            Self::Bfifo(limit) => Box::new(Fifo::bfifo(limit).unwrap()),
            Self::Tbf(config) => Box::new(Tbf::new(Handle(handle), config).unwrap()),
            Self::Codel(config) => Box::new(Codel::new(config).unwrap()),
        }
    }
}

/// A tree at the root.
struct Plan {
    config: Config,
    shape: Shape,
    classes: Vec<ClassConfig>,
    leaves: Vec<(u16, Leaf)>,
    total: u64,
}

impl Plan {
    fn random(rng: &mut Rng) -> Self {
        let total = rng.log_range(8_000, 12_500_000);
        let shape = Shape::random(rng, 16, 8);
        let classes = shape.classes.iter().map(|_| class(rng, total)).collect();
        let leaf = rng.pick(&shape.leaves());
        let config = Config {
            default: rng.pick(&[0, 5, leaf, shape.classes[0].0]),
            r2q: rng.range32(1, 100),
            direct_qlen: rng.range32(1, 5),
            tx_queue_len: 1000,
        };
        Self { config, shape, classes, leaves: Vec::new(), total }
    }

    fn setup(&self) -> Vec<Command> {
        let Config { default, r2q, direct_qlen, .. } = self.config;
        let root = format!(
            "qdisc add dev va root handle 1: htb default {default:x} r2q {r2q} direct_qlen {direct_qlen}"
        );
        let ip = "link set va txqueuelen 1000 up".to_owned();
        let class = |((minor, above), config): (&(u16, Option<u16>), &ClassConfig)| {
            classes::add("htb", id(*minor), parent(*above), &options(config))
        };
        let classes = self.shape.classes.iter().zip(&self.classes).map(class);
        let leaf =
            |(handle, (minor, leaf)): (u16, &(u16, Leaf))| Command::Tc(leaf.tc(*minor, handle));
        let leaves = (0x10..).zip(&self.leaves).map(leaf);
        [Command::Ip(ip), Command::Tc(root)].into_iter().chain(classes).chain(leaves).collect()
    }

    fn build(&self, start: u64) -> Box<dyn Qdisc<Frame>> {
        let mut htb = Htb::new(HANDLE, self.config).unwrap();
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::from_nanos(start), &mut lost);
        for ((minor, parent), config) in self.shape.classes.iter().zip(&self.classes) {
            htb.add_class(id(*minor), parent.map(id), *config, &mut cx).unwrap();
        }
        for (handle, (minor, leaf)) in (0x10..).zip(&self.leaves) {
            htb.graft_here(id(*minor), leaf.build(handle), &mut cx).unwrap();
        }
        Box::new(htb)
    }

    fn case(self, rng: &mut Rng) -> Case {
        let traffic = Traffic {
            packets: rng.range32(50, 300),
            rate: self.total * rng.range(5, 40) / 10,
            priorities: self.shape.priorities(HANDLE),
            ..Traffic::default()
        };
        let (setup, events) = (self.setup(), traffic.events(rng));
        let mut case = Case::new::<String>([], move |start| self.build(start), events);
        case.setup = setup;
        case
    }
}

#[test]
fn htb() {
    lab::run("htb", |rng| {
        let mut plan = Plan::random(rng);
        for minor in plan.shape.leaves() {
            if rng.one_in(2) {
                plan.leaves.push((minor, Leaf::fifo(rng)));
            }
        }
        plan.case(rng)
    });
}

#[test]
fn htb_over() {
    lab::run("htb_over", |rng| {
        let mut plan = Plan::random(rng);
        for minor in plan.shape.leaves() {
            plan.leaves.push((minor, Leaf::any(rng, plan.total)));
        }
        // The kernel remembers the time of the next event of a level even if that class has changed
        // since (`near_ev_cache`), and looks about every second; a tbf below is asked each time.
        Case { wakes_in_vain: true, ..plan.case(rng) }
    });
}

#[test]
fn htb_changes() {
    lab::run("htb_changes", |rng| {
        let plan = Plan::random(rng);
        let (mut shape, total) = (plan.shape.clone(), plan.total);
        let numbers = shape.classes.iter().map(|class| class.0);
        let mut configs: BTreeMap<_, _> = numbers.zip(plan.classes.iter().copied()).collect();
        let mut case = plan.case(rng);
        for at in case.random_times(rng, 12) {
            let leaves = shape.leaves();
            match rng.range(0, 2) {
                0 if leaves.len() > 1 => {
                    let minor = rng.pick(&leaves);
                    let command = classes::delete(id(minor), parent(shape.parent(minor)));
                    shape.remove(minor);
                    case.changes.push(Change::on(at, command, move |htb: &mut Htb<Frame>, cx| {
                        htb.delete_class(id(minor), cx).unwrap();
                    }));
                }
                1 => {
                    let all: Vec<_> = shape.classes.iter().map(|class| class.0).collect();
                    let (minor, mut config) = (rng.pick(&all), class(rng, total));
                    // A deeper bucket would tell when the class was made, which was before time began.
                    let before = configs[&minor];
                    config.buffer = config.buffer.min(before.buffer);
                    config.cbuffer = config.cbuffer.min(before.cbuffer);
                    configs.insert(minor, config);
                    let above = parent(shape.parent(minor));
                    let command = classes::change("htb", id(minor), above, &options(&config));
                    case.changes.push(Change::on(at, command, move |htb: &mut Htb<Frame>, _| {
                        htb.change_class(id(minor), config).unwrap();
                    }));
                }
                _ => {
                    let Some((minor, above)) = shape.grow(rng, 300, 8) else { continue };
                    let config = class(rng, total);
                    configs.insert(minor, config);
                    let command = classes::add("htb", id(minor), parent(above), &options(&config));
                    case.changes.push(Change::on(at, command, move |htb: &mut Htb<Frame>, cx| {
                        htb.add_class(id(minor), above.map(id), config, cx).unwrap();
                    }));
                }
            }
        }
        case
    });
}
