//! red and choke under a tbf, with parameters by which a packet's turn is certain to come, or never.

use softnet_qdisc::red::Params;
use softnet_qdisc::{Choke, ConfigError, Handle, Red, choke, red};
use softnet_qdisc_oracle::netlink::{
    CREATE, EXCL, NEWQDISC, TCA_KIND, TCA_OPTIONS, attribute, request,
};
use softnet_qdisc_oracle::{Command, Rng, What};

use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::{Traffic, udp};

pub(crate) const ECN: u8 = 1;
const HARDDROP: u8 = 2;
const ADAPTATIVE: u8 = 4;
const NODROP: u32 = 8;

const PARMS: u16 = 1;
const STAB: u16 = 2;
const MAX_P: u16 = 3;
const FLAGS: u16 = 4;

#[test]
fn red_for_sure() {
    lab::run("red", |rng| {
        let shaper = Shaper::random(rng);
        let params = params(rng, 20_000);
        let mut config = red::Config::new(rng.range32(1514, 40_000), params);
        (config.ecn, config.harddrop) = (rng.one_in(2), rng.one_in(4));
        config.nodrop = config.ecn && rng.one_in(3);
        // Nothing is left to chance by a probability that moves, as long as it is next to none.
        config.adaptative = config.params.max_p == 1 && rng.one_in(2);
        let old = [(config.ecn, ECN), (config.harddrop, HARDDROP), (config.adaptative, ADAPTATIVE)];
        let old = old.into_iter().filter(|(set, _)| *set).fold(0, |sum, (_, flag)| sum | flag);
        let mut options =
            options(config.limit, &config.params, if config.nodrop { 0 } else { old });
        if config.nodrop {
            let all = u32::from(ECN | HARDDROP) | NODROP;
            let set = u32::from(old & (ECN | HARDDROP)) | NODROP;
            config.adaptative = false;
            options.extend(attribute(FLAGS, &[set.to_ne_bytes(), all.to_ne_bytes()].concat()));
        }
        let (packets, ds) = (rng.range32(50, 300), vec![0, 1, 2, 3]);
        let traffic = Traffic { rate: shaper.load(rng), packets, ds, ..Traffic::default() };
        let arrivals = traffic.events(rng);
        let build = move |_| shaper.over(Box::new(Red::new(Handle(2), config.clone(), 0).unwrap()));
        let mut case = Case::new([shaper.tc()], build, arrivals).drained_at(shaper.rate());
        case.setup.push(add("red", &options));
        case
    });
}

/// Each packet is of a flow of its own, so that no two of one flow meet.
#[test]
fn choke_among_strangers() {
    lab::run("choke", |rng| {
        let shaper = Shaper::random(rng);
        let mut config = choke::Config::new(rng.range32(1, 60), params(rng, 40));
        (config.ecn, config.harddrop) = (rng.one_in(2), rng.one_in(4));
        let flags = (u8::from(config.ecn) * ECN) | (u8::from(config.harddrop) * HARDDROP);
        let options = options(config.limit, &config.params, flags);
        let packets = rng.range32(50, 300);
        let traffic = Traffic { rate: shaper.load(rng), packets, ..Traffic::default() };
        let mut arrivals = traffic.events(rng);
        for event in &mut arrivals {
            if let What::Send(send) = &mut event.what {
                let ds = rng.pick(&[0, 1, 2, 3]);
                send.head = udp(send.len, ds, crate::frame::OWN_FLOW - 1000 + send.number as u16);
            }
        }
        let build = move |_| shaper.over(Box::new(Choke::new(config.clone(), 0).unwrap()));
        let mut case = Case::new([shaper.tc()], build, arrivals).drained_at(shaper.rate());
        case.setup.push(add("choke", &options));
        case
    });
}

/// Thresholds up to `most`, with next to certainty (a span of one) or next to nothing between them.
fn params(rng: &mut Rng, most: u32) -> Params {
    loop {
        let wlog = rng.range(0, 9) as u8;
        let min = rng.range32(0, most);
        let (span, max_p) = rng.pick(&[(0, 7), (1, u32::MAX), (1, 1), (30, 1)]);
        let mut stab = [0; 256];
        let mut shift = 0;
        for cell in &mut stab[1..] {
            shift = (shift + u8::from(rng.one_in(6))).min(31);
            *cell = shift;
        }
        let (plog, scell_log) = (rng.range(0, 31) as u8, rng.range(0, 14) as u8);
        let params =
            Params { qth_min: min, qth_max: min + span, wlog, plog, scell_log, stab, max_p };
        // The kernel would refuse what ours refuses.
        let config = red::Config::new(1000, params.clone());
        match Red::<crate::frame::Frame>::new(Handle(1), config, 0) {
            Ok(_) => return params,
            Err(ConfigError::RedThresholds { .. }) => {}
            Err(why) => panic!("{why}"),
        }
    }
}

pub(crate) fn options(limit: u32, params: &Params, flags: u8) -> Vec<u8> {
    let words = [limit, params.qth_min, params.qth_max].map(u32::to_ne_bytes).concat();
    let bytes = [params.wlog, params.plog, params.scell_log, flags];
    let parms = attribute(PARMS, &[words, bytes.to_vec()].concat());
    let max_p = attribute(MAX_P, &params.max_p.to_ne_bytes());
    [parms, attribute(STAB, &params.stab), max_p].concat()
}

pub(crate) fn add(kind: &str, options: &[u8]) -> Command {
    let kind = attribute(TCA_KIND, format!("{kind}\0").as_bytes());
    let attributes = [kind, attribute(TCA_OPTIONS, options)].concat();
    Command::Netlink(request(NEWQDISC, CREATE | EXCL, 2 << 16, 1 << 16 | 1, &attributes))
}
