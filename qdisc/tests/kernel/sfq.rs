//! sfq under a tbf, its flows chosen by priorities and by filters.

use softnet_qdisc::{Handle, Sfq, sfq};
use softnet_qdisc_oracle::{Command, Rng, netlink};

use crate::lab::{self, Case};
use crate::leaf::{by_mark, by_mark_tc};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

const TWO: Handle = Handle(2);
const TC_RED_ECN: u8 = 1;
const TC_RED_HARDDROP: u8 = 2;

fn random(rng: &mut Rng) -> sfq::Config {
    let given = sfq::Config::default();
    let red = rng.one_in(2).then(|| {
        let min = rng.range32(100, 8000);
        sfq::red::Config {
            min,
            // Between the thresholds the kernel draws lots, hardly any of which come out here.
            max: min + rng.range32(0, 60),
            wlog: rng.range(0, 4) as u8,
            plog: 10,
            scell_log: 10,
            max_p: 1,
            ecn: rng.one_in(2),
            harddrop: rng.one_in(3),
        }
    });
    sfq::Config {
        limit: rng.one_in(2).then(|| rng.range32(2, 60)),
        depth: rng.pick(&[2, 5, 20, 127]),
        flows: rng.pick(&[2, 3, 8, 128]),
        divisor: rng.pick(&[16, 1024]),
        quantum: rng.pick(&[256, 600, 1514, 5000]),
        headdrop: rng.one_in(2),
        red,
        ..given
    }
}

/// A request for it: iproute2 computes RED's figures itself.
fn command(config: &sfq::Config) -> Command {
    let sfq::Config { limit, depth, flows, divisor, quantum, headdrop, red, .. } = *config;
    let mut options = Vec::new();
    // tc_sfq_qopt_v1; 0 is no word about it.
    let limit = limit.unwrap_or(0);
    let (min, max) = red.map_or((0, 0), |red| (red.min, red.max));
    for word in [quantum, 0, limit, divisor, flows, depth, headdrop.into(), 0, min, max] {
        options.extend(word.to_ne_bytes());
    }
    let bytes = red.map_or([0; 4], |red| {
        let ecn = if red.ecn { TC_RED_ECN } else { 0 };
        let harddrop = if red.harddrop { TC_RED_HARDDROP } else { 0 };
        [red.wlog, red.plog, red.scell_log, ecn | harddrop]
    });
    options.extend(bytes);
    options.extend(red.map_or(0, |red| red.max_p).to_ne_bytes());
    options.extend([0; 24]);
    let kind = netlink::attribute(netlink::TCA_KIND, b"sfq\0");
    let attributes = [kind, netlink::attribute(netlink::TCA_OPTIONS, &options)].concat();
    let flags = netlink::CREATE | netlink::EXCL;
    Command::Netlink(netlink::request(
        netlink::NEWQDISC,
        flags,
        2 << 16,
        (1 << 16) + 1,
        &attributes,
    ))
}

#[test]
fn sfq() {
    lab::run("sfq", |rng| {
        let shaper = Shaper::random(rng);
        let config = loop {
            let config = random(rng);
            if Sfq::<crate::frame::Frame>::new(TWO, config, 1).is_ok() {
                break config;
            }
        };
        let flows = rng.range32(1, 10);
        // Filters for some of the flows; with filters, what they don't know is dropped.
        let filters = if rng.one_in(2) { rng.range32(1, flows) } else { 0 };
        let priorities = if filters > 0 {
            (0..16).collect()
        } else {
            (1..=flows).map(|flow| (2 << 16) + flow).collect()
        };
        let (marks, ds) = ((1..=flows).collect(), vec![0, 1, 2, 3]);
        let packets = rng.range32(50, 400);
        let rate = shaper.load(rng);
        let traffic = Traffic { rate, packets, priorities, marks, ds, ..Traffic::default() };
        let events = traffic.events(rng);
        let build = move |_| {
            let mut sfq = Sfq::new(TWO, config, 1).unwrap();
            (1..=filters).for_each(|mark| by_mark(&mut sfq, mark, TWO.class(mark as u16)));
            shaper.over(Box::new(sfq))
        };
        let mut case = Case::new([shaper.tc()], build, events).drained_at(shaper.rate());
        case.setup.push(command(&config));
        for mark in 1..=filters {
            case.setup.push(Command::Tc(by_mark_tc(TWO, mark, TWO.class(mark as u16))));
        }
        case
    });
}
