//! What is offered to the trees: flows, the sources that send by rule, and single frames.

use softnet_sk_buff::Instant;

use crate::frame::Headers;
use crate::paced::Paced;
use crate::packet::FlowId;

/// Everything that sends. Each tree is offered the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scenario {
    /// The flows' names.
    pub(crate) flows: Vec<String>,
    pub(crate) sources: Vec<Source>,
    /// Single frames in the order of their times.
    pub(crate) arrivals: Vec<Arrival>,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    pub(crate) template: Template,
    pub(crate) from: Instant,
    /// Nothing is sent from here on; `None`: the run's end.
    pub(crate) to: Option<Instant>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A closed loop: what is lost or late makes it slower.
    Bulk {
        /// From the link to the receiver and back, in nanoseconds.
        rtt: u64,
        /// The receiver's window, in packets.
        window: u32,
    },
    Paced(Paced),
}

/// What the packets of a line of the script have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Template {
    pub(crate) flow: FlowId,
    pub(crate) headers: Headers,
    pub(crate) len: u32,
    pub(crate) priority: u32,
    pub(crate) mark: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    pub(crate) what: Offer,
}

#[derive(Clone, Debug)]
pub(crate) enum Offer {
    /// Made up when it is sent.
    Made(Template),
    /// As it was captured; it may have been longer on the wire.
    Captured { flow: FlowId, len: u32, bytes: Vec<u8> },
}

impl Scenario {
    /// The flow of that name, which is new if there was none.
    pub(crate) fn flow(&mut self, name: &str) -> FlowId {
        let known = self.flows.iter().position(|flow| flow == name);
        FlowId(known.unwrap_or_else(|| {
            self.flows.push(name.into());
            self.flows.len() - 1
        }))
    }

    /// Puts the single frames into the order of their times.
    pub(crate) fn sort(&mut self) {
        self.arrivals.sort_by_key(|arrival| arrival.at);
    }

    /// When the last is sent, if every source ends.
    pub(crate) fn end(&self) -> Option<Instant> {
        let sources = self.sources.iter().map(|source| source.to);
        let arrivals = self.arrivals.iter().map(|arrival| Some(arrival.at));
        sources.chain(arrivals).try_fold(Instant::ZERO, |end, to| Some(end.max(to?)))
    }
}
