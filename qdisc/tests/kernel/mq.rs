//! mq and mqprio: a wire with several transmit queues, most of them slow.
//!
//! Which queue a packet goes to is by priority where each of mqprio's traffic classes has one. Else it
//! would be by hash, which is seeded at boot: there clsact's egress says it, by the mark.

use softnet_qdisc::mqprio::TcQueues;
use softnet_qdisc::{Cx, Handle, Mq, Mqprio, PfifoFast, Qdisc, mqprio, pfifo_fast};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::{DropCounts, Instant};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::leaf::Leaf;
use crate::tbf::Shaper;
use crate::traffic::Traffic;

const HANDLE: Handle = Handle(1);

/// What a transmit queue has in place of its pfifo_fast.
#[derive(Clone, Copy, Debug)]
enum Child {
    None,
    Slow(Shaper),
    Leaf(Leaf),
}

impl Child {
    fn random(rng: &mut Rng) -> Self {
        match rng.range(0, 5) {
            0 => Self::None,
            1 => Self::Leaf(Leaf::random(rng)),
            _ => Self::Slow(Shaper::random(rng).with_limit(rng.range32(1514, 60_000))),
        }
    }
}

/// The children of both.
fn children(rng: &mut Rng) -> Vec<Child> {
    (0..rng.range(2, 8)).map(|_| Child::random(rng)).collect()
}

fn tc(children: &[Child]) -> Vec<String> {
    let line = |(minor, child): (u16, &Child)| match child {
        Child::None => Vec::new(),
        Child::Leaf(leaf) => leaf.tc(HANDLE.class(minor)),
        Child::Slow(shaper) => {
            let place = format!("parent 1:{minor:x} handle {:x}:", 0x10 + minor);
            vec![shaper.tc().replace("root handle 1:", &place)]
        }
    };
    (1..).zip(children).flat_map(line).collect()
}

fn fast(children: &[Child]) -> Vec<Box<dyn Qdisc<Frame>>> {
    let config = pfifo_fast::Config { tx_queue_len: 1000 };
    let fast = |_| Box::new(PfifoFast::new(config).unwrap()) as Box<dyn Qdisc<Frame>>;
    children.iter().map(fast).collect()
}

fn graft(root: &mut dyn Qdisc<Frame>, children: &[Child]) {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for (minor, child) in (1..).zip(children) {
        match child {
            Child::None => {}
            Child::Leaf(leaf) => leaf.graft(root, HANDLE.class(minor)),
            Child::Slow(shaper) => {
                let slow = shaper.numbered(Handle(0x10 + minor));
                root.graft_here(HANDLE.class(minor), slow, &mut cx).unwrap();
            }
        }
    }
}

/// Says by the mark, 1 for the first, which queue a packet goes to.
fn by_mark(queues: usize) -> Vec<String> {
    let filter = |queue| {
        let mark = queue + 1;
        format!(
            "filter add dev va egress protocol all prio 1 handle {mark} fw \
             action skbedit queue_mapping {queue}"
        )
    };
    core::iter::once("qdisc add dev va clsact".to_owned()).chain((0..queues).map(filter)).collect()
}

fn case(
    rng: &mut Rng,
    children: &[Child],
    tc: Vec<String>,
    build: impl Fn(u64) -> Box<dyn Qdisc<Frame>> + 'static,
) -> Case {
    let rates: Vec<u64> = children
        .iter()
        .filter_map(
            |child| if let Child::Slow(shaper) = child { Some(shaper.rate()) } else { None },
        )
        .collect();
    let slowest = rates.iter().min().copied().unwrap_or(1_000_000);
    let traffic = Traffic {
        packets: 200,
        rate: rng.log_range(slowest, rates.iter().sum::<u64>().max(slowest)) * 2,
        priorities: (0..18).collect(),
        marks: (1..=children.len() as u32).collect(),
        ..Traffic::default()
    };
    let mut case = Case::new(tc, build, traffic.events(rng)).drained_at(slowest);
    case.queues = children.len() as u32;
    case.pick = Box::new(|send| send.mark as u16 - 1);
    case
}

#[test]
fn mq() {
    lab::run("mq", |rng| {
        let queues = children(rng);
        let mut lines = vec!["qdisc add dev va root handle 1: mq".to_owned()];
        lines.extend(tc(&queues));
        lines.extend(by_mark(queues.len()));
        let ours = queues.clone();
        let build = move |_| {
            let mut mq: Box<dyn Qdisc<Frame>> = Box::new(Mq::new(HANDLE, fast(&ours)).unwrap());
            graft(&mut *mq, &ours);
            mq
        };
        case(rng, &queues, lines, build)
    });
}

/// Traffic classes of a queue each, or of as many as there are.
fn classes(rng: &mut Rng, queues: usize, single: bool) -> mqprio::Config {
    let (mut num_tc, mut offset) = (0, 0);
    let mut classes = [TcQueues::default(); 16];
    while usize::from(offset) < queues && (num_tc == 0 || !rng.one_in(6)) {
        let most = queues as u64 - u64::from(offset);
        let count = if single { 1 } else { rng.range(1, most.min(3)) as u16 };
        classes[usize::from(num_tc)] = TcQueues { count, offset };
        (num_tc, offset) = (num_tc + 1, offset + count);
    }
    let prio_tc_map = core::array::from_fn(|_| rng.range(0, u64::from(num_tc) - 1) as u8);
    mqprio::Config { num_tc, prio_tc_map, queues: classes }
}

fn mqprio_tc(config: &mqprio::Config) -> String {
    let map: Vec<_> = config.prio_tc_map.iter().map(u8::to_string).collect();
    let queues = config.queues.iter().take(config.num_tc.into());
    let queues: Vec<_> = queues.map(|tc| format!("{}@{}", tc.count, tc.offset)).collect();
    format!(
        "qdisc add dev va root handle 1: mqprio num_tc {} map {} queues {} hw 0",
        config.num_tc,
        map.join(" "),
        queues.join(" ")
    )
}

#[test]
fn mqprio() {
    lab::run("mqprio", |rng| {
        let queues = children(rng);
        let single = rng.one_in(2);
        let config = classes(rng, queues.len(), single);
        let mut lines = vec![mqprio_tc(&config)];
        lines.extend(tc(&queues));
        if !single {
            lines.extend(by_mark(queues.len()));
        }
        let ours = queues.clone();
        let make = move || Mqprio::new(HANDLE, config, fast(&ours)).unwrap();
        let (ours, picker) = (queues.clone(), make());
        let build = move |_| {
            let mut mqprio: Box<dyn Qdisc<Frame>> = Box::new(make());
            graft(&mut *mqprio, &ours);
            mqprio
        };
        let mut case = case(rng, &queues, lines, build);
        if single {
            case.pick = Box::new(move |send| picker.pick(send.priority, 0));
        }
        case
    });
}
