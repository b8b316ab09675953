//! hfsc: random trees and curves, at the root, under a tbf, over other disciplines, and with classes
//! that come, go and change.

use softnet_qdisc::hfsc::{ClassConfig, Config, Curve};
use softnet_qdisc::{ClassId, Codel, Cx, Fifo, Handle, Hfsc, Qdisc, codel, codel_queue};
use softnet_qdisc_oracle::netlink::attribute;
use softnet_qdisc_oracle::{Command, Rng};
use softnet_sk_buff::{DropCounts, Instant};

use crate::classes::{self, Shape};
use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

/// A tree of classes, at the root or in class 1:1 of a tbf.
struct Plan {
    handle: Handle,
    default: u16,
    shape: Shape,
    classes: Vec<ClassConfig>,
    /// Leaves with a pfifo of so many packets, and with a codel if it is 0.
    leaves: Vec<(u16, u32)>,
}

fn curve(rng: &mut Rng, total: u64) -> Curve {
    let mut rate = || (total / rng.range(1, 20)).max(1000) as u32;
    let [m1, m2] = [rate(), rate()];
    match rng.range(0, 4) {
        0 => Curve { m1: 0, d: rng.range32(0, 20_000), m2 },
        1 => Curve { m1, d: rng.range32(0, 20_000), m2: 0 },
        2 => Curve { m1, d: rng.range32(0, 20_000), m2 },
        _ => Curve::linear(m2),
    }
}

fn class(rng: &mut Rng, total: u64, limited: bool) -> ClassConfig {
    let [rsc, fsc, usc] = [(); 3].map(|()| curve(rng, total));
    let mut config = match rng.range(0, 3) {
        0 => ClassConfig { rsc: Some(rsc), fsc: Some(rsc), usc: None },
        1 => ClassConfig { rsc: Some(rsc), fsc: Some(fsc), usc: None },
        2 => ClassConfig { rsc: Some(rsc), ..ClassConfig::default() },
        _ => ClassConfig { fsc: Some(fsc), ..ClassConfig::default() },
    };
    if limited || rng.one_in(4) {
        config.usc = Some(usc);
    }
    config
}

fn options(config: &ClassConfig) -> Vec<u8> {
    let curves = [config.rsc, config.fsc, config.usc];
    let one = |(kind, curve): (u16, Option<Curve>)| {
        let Curve { m1, d, m2 } = curve?;
        let bytes: Vec<u8> = [m1, d, m2].into_iter().flat_map(u32::to_ne_bytes).collect();
        Some(attribute(kind, &bytes))
    };
    (1..).zip(curves).filter_map(one).flatten().collect()
}

fn codel_of() -> codel_queue::Config {
    let codel = codel::Config {
        target: core::time::Duration::from_micros(100).into(),
        interval: core::time::Duration::from_micros(1000).into(),
        ..codel::Config::default()
    };
    codel_queue::Config { limit: 20, codel }
}

impl Plan {
    /// Classes that share `total`; those right below the discipline are `limited` if nothing else
    /// limits them.
    fn random(rng: &mut Rng, handle: Handle, total: u64, limited: bool) -> Self {
        let shape = Shape::random(rng, 14, 5);
        let classes = shape.classes.iter();
        let classes = classes.map(|it| class(rng, total, limited && it.1.is_none())).collect();
        let default = rng.pick(&shape.leaves());
        let default = rng.pick(&[0, 5, default, default, shape.classes[0].0]);
        Self { handle, default, shape, classes, leaves: Vec::new() }
    }

    fn id(&self, minor: u16) -> ClassId {
        self.handle.class(minor)
    }

    fn setup(&self, at: &str) -> Vec<Command> {
        let root = format!(
            "qdisc add dev va {at} handle {:x}: hfsc default {:x}",
            self.handle.0, self.default
        );
        let classes =
            self.shape.classes.iter().zip(&self.classes).map(|((minor, above), config)| {
                let parent = self.id(above.unwrap_or(0));
                classes::add("hfsc", self.id(*minor), parent, &options(config))
            });
        let leaves = self.leaves.iter().map(|(minor, limit)| {
            let what = match limit {
                0 => "codel limit 20 target 100us interval 1ms".to_owned(),
                limit => format!("pfifo limit {limit}"),
            };
            let parent = format!("{:x}:{minor:x}", self.handle.0);
            Command::Tc(format!("qdisc add dev va parent {parent} {what}"))
        });
        let ip = Command::Ip("link set va txqueuelen 1000 up".to_owned());
        [ip, Command::Tc(root)].into_iter().chain(classes).chain(leaves).collect()
    }

    fn build(&self) -> Box<dyn Qdisc<Frame>> {
        let config = Config { default: self.default, ..Config::default() };
        let mut hfsc = Hfsc::new(self.handle, config).unwrap();
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for ((minor, parent), config) in self.shape.classes.iter().zip(&self.classes) {
            let parent = parent.map(|parent| self.id(parent));
            hfsc.add_class(self.id(*minor), parent, *config, &mut cx).unwrap();
        }
        for &(minor, limit) in &self.leaves {
            let child: Box<dyn Qdisc<Frame>> = match limit {
                0 => Box::new(Codel::new(codel_of()).unwrap()),
                limit => Box::new(Fifo::pfifo(limit).unwrap()),
            };
            hfsc.graft_here(self.id(minor), child, &mut cx).unwrap();
        }
        Box::new(hfsc)
    }

    fn traffic(&self, rng: &mut Rng, rate: u64) -> Traffic {
        Traffic {
            packets: rng.range32(50, 300),
            rate,
            priorities: self.shape.priorities(self.handle),
            ..Traffic::default()
        }
    }

    /// At the root, where only real time and upper limits let packets wait.
    fn at_root(self, rng: &mut Rng, total: u64) -> Case {
        let rate = total * rng.range(5, 40) / 10;
        let (setup, events) = (self.setup("root"), self.traffic(rng, rate).events(rng));
        let mut case = Case::new::<String>([], move |_| self.build(), events);
        case.setup = setup;
        case
    }
}

fn total(rng: &mut Rng) -> u64 {
    rng.log_range(8_000, 12_500_000)
}

#[test]
fn hfsc() {
    lab::run("hfsc", |rng| {
        let total = total(rng);
        let mut plan = Plan::random(rng, Handle(1), total, true);
        for minor in plan.shape.leaves() {
            if rng.one_in(3) {
                plan.leaves.push((minor, rng.range32(1, 20)));
            }
        }
        plan.at_root(rng, total)
    });
}

#[test]
fn hfsc_under_tbf() {
    lab::run("hfsc_under_tbf", |rng| {
        let shaper = Shaper::random(rng);
        let plan = Plan::random(rng, Handle(2), shaper.rate(), false);
        let load = shaper.load(rng);
        let (inner, events) = (plan.setup("parent 1:1"), plan.traffic(rng, load).events(rng));
        let mut case = Case::new::<String>([], move |_| shaper.over(plan.build()), events);
        case.setup = inner;
        case.setup.insert(1, Command::Tc(shaper.tc()));
        // hfsc's timer goes on when a packet has come in that may leave at once, and wakes the tbf.
        case.wakes_in_vain = true;
        case.drained_at(shaper.rate())
    });
}

#[test]
fn hfsc_over_codel() {
    lab::run("hfsc_over_codel", |rng| {
        let total = total(rng);
        let mut plan = Plan::random(rng, Handle(1), total, true);
        for minor in plan.shape.leaves() {
            plan.leaves.push((minor, 0));
        }
        plan.at_root(rng, total)
    });
}

#[test]
fn hfsc_changes() {
    lab::run("hfsc_changes", |rng| {
        let total = total(rng);
        let plan = Plan::random(rng, Handle(1), total, true);
        let id = |minor| Handle(1).class(minor);
        let parent = move |of: Option<u16>| id(of.unwrap_or(0));
        let mut shape = plan.shape.clone();
        let mut case = plan.at_root(rng, total);
        for at in case.random_times(rng, 12) {
            let leaves = shape.leaves();
            match rng.range(0, 2) {
                0 if leaves.len() > 1 => {
                    let minor = rng.pick(&leaves);
                    let command = classes::delete(id(minor), parent(shape.parent(minor)));
                    shape.remove(minor);
                    case.changes.push(Change::on(
                        at,
                        command,
                        move |hfsc: &mut Hfsc<Frame>, cx| {
                            hfsc.delete_class(id(minor), cx).unwrap();
                        },
                    ));
                }
                1 => {
                    let all: Vec<_> = shape.classes.iter().map(|class| class.0).collect();
                    let (minor, config) = (rng.pick(&all), class(rng, total, false));
                    let above = parent(shape.parent(minor));
                    let command = classes::change("hfsc", id(minor), above, &options(&config));
                    case.changes.push(Change::on(
                        at,
                        command,
                        move |hfsc: &mut Hfsc<Frame>, cx| {
                            hfsc.change_class(id(minor), config, cx).unwrap();
                        },
                    ));
                }
                _ => {
                    let Some((minor, above)) = shape.grow(rng, 300, 5) else { continue };
                    let config = class(rng, total, above.is_none());
                    let command = classes::add("hfsc", id(minor), parent(above), &options(&config));
                    case.changes.push(Change::on(
                        at,
                        command,
                        move |hfsc: &mut Hfsc<Frame>, cx| {
                            hfsc.add_class(id(minor), above.map(id), config, cx).unwrap();
                        },
                    ));
                }
            }
        }
        case
    });
}
