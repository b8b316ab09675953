//! Filters and actions: they steer packets of many kinds into the classes of a prio under a tbf, change
//! them on the way, and lose some.

mod act;
mod cls;
mod frames;
mod hooks;

use softnet_qdisc::filter::{Block, Request};
use softnet_qdisc::{Cx, Fifo, Handle, Prio, Qdisc, prio};
use softnet_qdisc_oracle::{Event, Rng, What};
use softnet_sk_buff::{DropCounts, Instant};

use self::act::Mix;
use self::cls::{Line, Which};
use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

/// Bands of the prio.
const BANDS: u16 = 16;
/// Packets of each band.
const LIMIT: u32 = 50;

/// Frames instead of the datagrams that [`Traffic`] makes.
fn arrivals(shaper: &Shaper, tags: bool, rng: &mut Rng) -> Vec<Event> {
    let traffic = Traffic {
        rate: shaper.load(rng),
        len: (90, 1514),
        priorities: vec![0, 1, 2, 3],
        marks: vec![0, 1, 2, 3, 5, 17],
        ..Traffic::default()
    };
    let mut events = traffic.events(rng);
    for event in &mut events {
        if let What::Send(send) = &mut event.what {
            send.head = frames::random(tags, rng);
            send.len = send.len.max(send.head.len() as u32);
        }
    }
    events
}

fn tree(lines: &[Line], start: u64) -> Box<dyn Qdisc<Frame>> {
    let config = prio::Config { bands: BANDS as u8, ..prio::Config::default() };
    let mut prio = Prio::new(Handle(2), config).unwrap();
    let block = prio.filters_mut(None).unwrap();
    for line in lines {
        let now = Instant::from_nanos(start);
        block.change(Request::Add, line.at, line.filter(), now).unwrap();
    }
    let mut prio: Box<dyn Qdisc<Frame>> = Box::new(prio);
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    for minor in 1..=BANDS {
        let fifo = Box::new(Fifo::pfifo(LIMIT).unwrap());
        prio.graft(&[Handle(2).class(minor)], fifo, &mut cx).unwrap();
    }
    prio
}

/// Those that can be added one after the other: no filter twice.
fn sorted_out(lines: Vec<Line>) -> Vec<Line> {
    let mut block = Block::<Frame>::new();
    let fits =
        |line: &Line| block.change(Request::Add, line.at, line.filter(), Instant::ZERO).is_ok();
    lines.into_iter().filter(fits).collect()
}

fn steered(name: &str, kinds: &'static [Which], chains: u32, mix: Option<Mix>) {
    lab::run(name, |rng| {
        let shaper = Shaper::random(rng);
        let chains = if chains > 0 { rng.range32(0, chains) } else { 0 };
        let lines = sorted_out(cls::random(kinds, chains, mix, rng));
        let map = softnet_qdisc::PRIOMAP.map(|band| band.to_string()).join(" ");
        let prio =
            format!("qdisc add dev va parent 1:1 handle 2: prio bands {BANDS} priomap {map}");
        let fifo = |minor| format!("qdisc add dev va parent 2:{minor:x} pfifo limit {LIMIT}");
        let mut tc = vec![shaper.tc(), prio];
        tc.extend((1..=BANDS).map(fifo));
        tc.extend(lines.iter().map(Line::tc));
        let events = arrivals(&shaper, mix != Some(Mix::Sums), rng);
        Case::new(tc, move |start| shaper.over(tree(&lines, start)), events)
            .drained_at(shaper.rate())
    });
}

#[test]
fn filter_u32() {
    steered("filter_u32", &[Which::U32], 0, None);
}

#[test]
fn filter_basic() {
    steered("filter_basic", &[Which::Basic], 0, None);
}

#[test]
fn filter_fw() {
    steered("filter_fw", &[Which::Fw], 0, None);
}

#[test]
fn filter_flower() {
    steered("filter_flower", &[Which::Flower], 0, None);
}

/// All of them, in chains, with actions.
#[test]
fn filter_actions() {
    const ALL: &[Which] = &[Which::U32, Which::Basic, Which::Flower, Which::Fw, Which::Matchall];
    steered("filter_actions", ALL, 3, Some(Mix::NoSums));
}

/// Bytes changed, and the checksums after them.
#[test]
fn filter_sums() {
    steered("filter_sums", &[Which::Flower, Which::Matchall], 0, Some(Mix::Sums));
}
