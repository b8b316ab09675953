//! Disciplines for the classes of others, and filters that choose among these.

use softnet_qdisc::filter::{At, Filter, Request, Target, fw};
use softnet_qdisc::{ClassId, PfifoFast};
use softnet_qdisc::{
    Codel, Cx, Fifo, Handle, Prio, Qdisc, codel, codel_queue, fifo, pfifo_fast, prio,
};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::{DropCounts, EtherType, Instant};

use crate::frame::Frame;

/// What hangs in a class.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaf {
    Pfifo(u32),
    Bfifo(u32),
    /// Tells its parent of packets that it dropped for others.
    HeadDrop(u32),
    /// Drops when it is asked.
    Codel(u32),
    /// Lets later packets overtake.
    Prio,
    /// The same, known by looking at it.
    PfifoFast,
}

impl Leaf {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        match rng.range(0, 8) {
            0..=3 => Self::Pfifo(rng.range32(1, 20)),
            4 => Self::Bfifo(rng.range32(1514, 20_000)),
            5 => Self::HeadDrop(rng.range32(1, 10)),
            6 => Self::Codel(rng.range32(5, 100)),
            7 => Self::Prio,
            _ => Self::PfifoFast,
        }
    }

    /// The lines for `tc` that put it into class `at`.
    pub(crate) fn tc(self, at: ClassId) -> Vec<String> {
        let what = match self {
            Self::Pfifo(limit) => format!("pfifo limit {limit}"),
            Self::Bfifo(limit) => format!("bfifo limit {limit}"),
            Self::HeadDrop(limit) => format!("pfifo_head_drop limit {limit}"),
            Self::Codel(limit) => format!("codel limit {limit} target 1ms interval 20ms"),
            Self::Prio => format!("handle {:x}: prio", below(at).0),
            Self::PfifoFast => "pfifo_fast".into(),
        };
        let mut lines = vec![format!("qdisc add dev va parent {at:?} {what}")];
        if let Self::Prio = self {
            // What a discipline has by itself is not shown.
            let band =
                |minor| format!("qdisc add dev va parent {:?} pfifo", below(at).class(minor));
            lines.extend((1..4).map(band));
        }
        lines
    }

    /// Puts ours into class `at` of `parent`.
    pub(crate) fn graft(self, parent: &mut dyn Qdisc<Frame>, at: ClassId) {
        let child: Box<dyn Qdisc<Frame>> = match self {
            Self::Pfifo(limit) => Box::new(Fifo::pfifo(limit).unwrap()),
            Self::Bfifo(limit) => Box::new(Fifo::bfifo(limit).unwrap()),
            Self::HeadDrop(limit) => Box::new(Fifo::new(fifo::Limit::HeadDrop(limit)).unwrap()),
            Self::Codel(limit) => {
                let codel = codel::Config {
                    target: core::time::Duration::from_millis(1).into(),
                    interval: core::time::Duration::from_millis(20).into(),
                    ..codel::Config::default()
                };
                Box::new(Codel::new(codel_queue::Config { limit, codel }).unwrap())
            }
            Self::Prio => Box::new(Prio::new(below(at), prio::Config::default()).unwrap()),
            Self::PfifoFast => Box::new(PfifoFast::new(pfifo_fast::Config::default()).unwrap()),
        };
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        parent.graft_here(at, child, &mut cx).unwrap();
    }
}

/// The number of the discipline in class `at`.
fn below(at: ClassId) -> Handle {
    Handle(0x100 + at.minor())
}

/// A filter of discipline `parent` that sends packets with mark `mark` to class `to`.
pub(crate) fn by_mark_tc(parent: Handle, mark: u32, to: ClassId) -> String {
    let Handle(parent) = parent;
    format!(
        "filter add dev va parent {parent:x}: protocol all prio 1 handle {mark} fw classid {to:?}"
    )
}

/// Ours.
pub(crate) fn by_mark(parent: &mut dyn Qdisc<Frame>, mark: u32, to: ClassId) {
    let at = At { prio: 1, handle: mark, ..At::any(EtherType::ALL) };
    let filter = Filter::Fw(fw::Config::new(Target::class(to)));
    let block = parent.filters_mut(None).unwrap();
    block.change(Request::Add, at, filter, Instant::ZERO).unwrap();
}
