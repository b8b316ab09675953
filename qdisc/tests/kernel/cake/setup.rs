//! Random cakes, as tc makes them and as ours.

use core::time::Duration;

use softnet_qdisc::cake::{self, AckFilter, Diffserv, FlowMode, Framing, Overhead};
use softnet_qdisc::filter::{At, Filter, Request, Target, fw};
use softnet_qdisc::{Cake, ClassId, Handle, Qdisc};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::checksum::ip_fast_csum;
use softnet_sk_buff::{EtherType, Instant};

use crate::frame::Frame;

/// Memory enough for all that comes.
pub(super) fn random(rng: &mut Rng) -> cake::Config {
    let diffserv = rng.pick(&[
        Diffserv::Diffserv3,
        Diffserv::Diffserv4,
        Diffserv::Diffserv8,
        Diffserv::Besteffort,
        Diffserv::Precedence,
    ]);
    let flow_mode = rng.pick(&[
        FlowMode::Flowblind,
        FlowMode::Srchost,
        FlowMode::Dsthost,
        FlowMode::Hosts,
        FlowMode::Flows,
        FlowMode::DualSrchost,
        FlowMode::DualDsthost,
        FlowMode::TripleIsolate,
    ]);
    let overhead = Overhead {
        bytes: rng.pick(&[0, 18, 38, 48, -14]),
        raw: false,
        mpu: rng.pick(&[0, 64, 84]),
        framing: rng.pick(&[Framing::None, Framing::Atm, Framing::Ptm]),
    };
    let config = cake::Config {
        bandwidth: if rng.one_in(8) { 0 } else { rng.log_range(8_000, 12_500_000) },
        diffserv,
        flow_mode,
        overhead: if rng.one_in(3) { Overhead::RAW } else { overhead },
        ingress: rng.one_in(3),
        wash: rng.one_in(4),
        fwmark: if rng.one_in(4) { 0x3 } else { 0 },
        ..cake::Config::default()
    };
    config.with_rtt(Duration::from_micros(rng.log_range(1_000, 400_000)))
}

/// The line by which tc adds it, or changes another one to it; the overhead is left as it is then.
pub(super) fn line(verb: &str, config: &cake::Config) -> String {
    let mut words = vec![format!("qdisc {verb} dev va root handle 1: cake")];
    let mut word = |word: &str| words.push(word.into());
    match config.bandwidth {
        0 => word("unlimited"),
        bytes => word(&format!("bandwidth {bytes}bps")),
    }
    if config.autorate_ingress {
        word("autorate-ingress");
    }
    word(&format!("{:?}", config.diffserv).to_lowercase());
    word(super::flow_mode(config.flow_mode));
    word(&format!("rtt {}us", config.rtt.as_micros()));
    let Overhead { bytes, raw, mpu, framing } = config.overhead;
    if verb == "add" && !raw {
        let framing = match framing {
            Framing::None => "noatm",
            Framing::Atm => "atm",
            Framing::Ptm => "ptm",
        };
        word(&format!("overhead {bytes} mpu {mpu} {framing}"));
    }
    if config.memlimit != 0 {
        word(&format!("memlimit {}b", config.memlimit));
    }
    if config.fwmark != 0 {
        word(&format!("fwmark {:#x}", config.fwmark));
    }
    word(if config.ingress { "ingress" } else { "egress" });
    word(if config.wash { "wash" } else { "nowash" });
    word(match config.ack_filter {
        AckFilter::Off => "no-ack-filter",
        AckFilter::On => "ack-filter",
        AckFilter::Aggressive => "ack-filter-aggressive",
    });
    words.join(" ")
}

/// The lines by which tc sends what is marked 1, 2, … to these classes.
pub(super) fn filters(classes: &[ClassId]) -> impl Iterator<Item = String> {
    let marked = (1..).zip(classes);
    marked.map(|(mark, class): (u32, _)| {
        format!(
            "filter add dev va parent 1: protocol all prio 1 handle {mark} fw classid {class:?}"
        )
    })
}

/// Ours, with the same filters.
pub(super) fn build(config: cake::Config, classes: &[ClassId], seed: u64) -> Box<dyn Qdisc<Frame>> {
    let mut cake = Cake::new(Handle(1), config, [seed, 0]).unwrap();
    let filters = cake.filters_mut(None).unwrap();
    for (mark, &class) in (1..).zip(classes) {
        let at = At { prio: 1, handle: mark, ..At::any(EtherType::ALL) };
        let filter = Filter::Fw(fw::Config::new(Target::class(class)));
        filters.change(Request::Add, at, filter, Instant::ZERO).unwrap();
    }
    Box::new(cake)
}

/// A TCP segment that acknowledges more than the last one of its flow, or the same, or less.
pub(super) fn tcp(flow: u64, acked: &mut u32, rng: &mut Rng) -> Vec<u8> {
    *acked = acked.wrapping_add(rng.pick(&[0, 1000, 1000, 1000, 3000]));
    let ack = if rng.one_in(10) { acked.wrapping_sub(500) } else { *acked };
    let mut options = Vec::new();
    if rng.one_in(3) {
        options.extend([1, 1, 8, 10]);
        options.extend((1000 + rng.range32(0, 3)).to_be_bytes());
        options.extend((2000 + rng.range32(0, 3)).to_be_bytes());
    }
    if rng.one_in(3) {
        let blocks = rng.range(1, 2) as u8;
        options.extend([1, 1, 5, 2 + 8 * blocks]);
        for block in 0..blocks.into() {
            let start = ack.wrapping_add(rng.pick(&[1000, 2000])).wrapping_add(block * 5000);
            options.extend(start.to_be_bytes());
            options.extend(start.wrapping_add(rng.pick(&[500, 1000])).to_be_bytes());
        }
    }
    if rng.one_in(30) {
        options.extend(rng.pick(&[[30, 4, 0, 0], [1, 1, 5, 3], [8, 2, 0, 0]]));
    }
    let flags = rng.pick(&[0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x50, 0x18, 0x11, 0x12, 0x02]);
    let mut segment = Vec::new();
    segment.extend((5000 + flow as u16).to_be_bytes());
    segment.extend([0, 80, 0, 0, 0, 1]);
    segment.extend(ack.to_be_bytes());
    segment.extend([((20 + options.len()) << 2) as u8, flags, 1, 0, 0, 0, 0, 0]);
    segment.extend(options);
    let len = segment.len() as u16;
    let ethernet =
        |protocol: [u8; 2]| [&[2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1][..], &protocol].concat();
    let v4 = |protocol, len: u16| {
        let mut ip = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        ip[2..4].copy_from_slice(&(20 + len).to_be_bytes());
        let sum = ip_fast_csum(&ip);
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        ip
    };
    let v6 = [&[0x60, 0, 0, 0][..], &len.to_be_bytes(), &[6, 64], &[1; 32]].concat();
    match rng.range(0, 3) {
        0 => [&ethernet([0x86, 0xdd])[..], &v6, &segment].concat(),
        1 => [&ethernet([8, 0])[..], &v4(41, 40 + len), &v6, &segment].concat(),
        _ => [&ethernet([8, 0])[..], &v4(6, len), &segment].concat(),
    }
}
