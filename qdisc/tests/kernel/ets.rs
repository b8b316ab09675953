//! ets under a tbf, its bands chosen by priorities and by filters.

use softnet_qdisc::{Cx, Ets, Handle, Qdisc, ets};
use softnet_qdisc_oracle::{Command, Rng};

use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::leaf::{Leaf, by_mark, by_mark_tc};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

const TWO: Handle = Handle(2);

fn random(rng: &mut Rng) -> ets::Config {
    let bands = rng.range(1, 16) as u8;
    let strict = rng.range(0, bands.into()) as u8;
    let mut config = ets::Config::new(bands, strict);
    for quantum in &mut config.quanta[strict.into()..bands.into()] {
        *quantum = rng.log_range(200, 20_000) as u32;
    }
    config.priomap = core::array::from_fn(|_| rng.range(0, u64::from(bands) - 1) as u8);
    config
}

fn line(verb: &str, config: &ets::Config) -> String {
    let ets::Config { bands, strict, quanta, priomap, .. } = config;
    let mut line = format!("qdisc {verb} dev va parent 1:1 handle 2: ets bands {bands}");
    if *strict > 0 {
        line += &format!(" strict {strict}");
    }
    if bands > strict {
        line += " quanta";
        for quantum in &quanta[usize::from(*strict)..usize::from(*bands)] {
            line += &format!(" {quantum}");
        }
    }
    line + " priomap " + &priomap.map(|band| band.to_string()).join(" ")
}

#[test]
fn ets() {
    lab::run("ets", |rng| {
        let (shaper, config) = (Shaper::random(rng), random(rng));
        let leaves: Vec<_> = (0..config.bands).map(|_| Leaf::random(rng)).collect();
        let chosen = |minor: u16| (u32::from(minor), TWO.class(minor));
        let with_filters = rng.one_in(2);
        let mut tc = vec![shaper.tc(), line("add", &config)];
        for (minor, leaf) in (1..).zip(&leaves) {
            tc.extend(leaf.tc(TWO.class(minor)));
            if with_filters {
                let (mark, id) = chosen(minor);
                tc.push(by_mark_tc(TWO, mark, id));
            }
        }
        let build = move |_| {
            let mut ets = Ets::new(TWO, config).unwrap();
            for (minor, leaf) in (1..).zip(&leaves) {
                leaf.graft(&mut ets, TWO.class(minor));
                if with_filters {
                    let (mark, id) = chosen(minor);
                    by_mark(&mut ets, mark, id);
                }
            }
            shaper.over(Box::new(ets))
        };
        let named = [0, 1, 2, 5, 16, 17].map(|minor| (2 << 16) + minor);
        let priorities = (0..16).chain(named).chain([(1 << 16) + 1, 0x10, 0xffff]).collect();
        let marks = (0..=u32::from(config.bands) + 1).collect();
        let packets = rng.range32(50, 300);
        let traffic =
            Traffic { rate: shaper.load(rng), priorities, marks, packets, ..Traffic::default() };
        let events = traffic.events(rng);
        let last = events.last().unwrap().at;
        let mut case = Case::new(tc, build, events).drained_at(shaper.rate());
        for _ in 0..rng.range(0, 3) {
            let config = random(rng);
            let command = Command::Tc(line("change", &config));
            let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
                let mut on = |qdisc: &mut dyn Qdisc<Frame>, cx: &mut Cx<'_, Frame>| {
                    qdisc.downcast_mut::<Ets<Frame>>().unwrap().change(config, cx).unwrap();
                };
                root.with(&[Handle(1).class(1)], &mut on, cx).unwrap();
            };
            case.changes.push(Change { at: rng.range(0, last), command, apply: Box::new(apply) });
        }
        case.changes.sort_by_key(|change| change.at);
        case
    });
}
