//! A cable in virtual time.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use softnet_sk_buff::Instant;

use super::Model;

/// What a cable ends in.
pub trait WireEnd {
    /// Lets the end's own time pass up to `now`.
    fn advance_to(&mut self, now: Instant);
    /// When the end has something to do by itself next.
    fn next_event(&self) -> Option<Instant>;
    /// A frame that the end has sent and when its last bit left. The buffer comes back by
    /// [`recycle`](Self::recycle).
    fn take(&mut self) -> Option<(Instant, Vec<u8>)>;
    /// A frame arrives whole; `intact` says whether its FCS is right.
    fn deliver(&mut self, now: Instant, frame: &[u8], intact: bool);
    /// Gives a buffer of [`take`](Self::take) back for reuse.
    fn recycle(&mut self, frame: Vec<u8>);
}

impl WireEnd for Model {
    fn advance_to(&mut self, now: Instant) {
        Model::advance_to(self, now);
    }

    fn next_event(&self) -> Option<Instant> {
        Model::next_event(self)
    }

    fn take(&mut self) -> Option<(Instant, Vec<u8>)> {
        self.lock().tx.sent.pop_front()
    }

    fn deliver(&mut self, now: Instant, frame: &[u8], intact: bool) {
        let mut state = self.lock();
        state.advance(now);
        state.receive(frame, intact);
    }

    fn recycle(&mut self, frame: Vec<u8>) {
        Model::recycle(self, frame);
    }
}

/// An end that is a closure: called with each frame that arrives intact, it pushes its answers.
pub struct Peer<F> {
    answer: F,
    sent: VecDeque<(Instant, Vec<u8>)>,
    fresh: Vec<Vec<u8>>,
}

impl<F: FnMut(Instant, &[u8], &mut Vec<Vec<u8>>)> Peer<F> {
    /// An end that answers by `answer(now, frame, answers)`.
    pub fn new(answer: F) -> Self {
        Self { answer, sent: VecDeque::new(), fresh: Vec::new() }
    }

    /// Sends a frame at `now` without being asked.
    pub fn send(&mut self, now: Instant, frame: Vec<u8>) {
        self.sent.push_back((now, frame));
    }
}

impl<F> fmt::Debug for Peer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("sent", &self.sent.len()).finish_non_exhaustive()
    }
}

impl<F: FnMut(Instant, &[u8], &mut Vec<Vec<u8>>)> WireEnd for Peer<F> {
    fn advance_to(&mut self, _: Instant) {}

    fn next_event(&self) -> Option<Instant> {
        None
    }

    fn take(&mut self) -> Option<(Instant, Vec<u8>)> {
        self.sent.pop_front()
    }

    fn deliver(&mut self, now: Instant, frame: &[u8], intact: bool) {
        if intact {
            (self.answer)(now, frame, &mut self.fresh);
            self.sent.extend(self.fresh.drain(..).map(|answer| (now, answer)));
        }
    }

    fn recycle(&mut self, _: Vec<u8>) {}
}

/// Which way a frame goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Heading {
    /// From the first end to the second.
    AToB,
    /// From the second end to the first.
    BToA,
}

/// What the cable does to a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fate {
    /// It arrives.
    Deliver,
    /// It is gone.
    Lose,
    /// It arrives with a wrong FCS.
    Damage,
}

/// Decides each frame's fate: its heading, its number in that direction from 0, its bytes.
type Judge = Box<dyn FnMut(Heading, u64, &[u8]) -> Fate + Send>;

#[derive(Debug)]
struct Flight {
    arrives: Instant,
    frame: Vec<u8>,
    intact: bool,
}

/// A full-duplex cable between two ends.
///
/// [`pump`](Self::pump) lets both ends' time pass in step, so that what one sends reaches the other
/// at the right moment and nothing overtakes.
pub struct Wire<A, B> {
    /// The first end.
    pub a: A,
    /// The second end.
    pub b: B,
    latency: Duration,
    judge: Option<Judge>,
    flights: [VecDeque<Flight>; 2],
    /// Frames that entered the cable, per heading.
    entered: [u64; 2],
}

impl<A: fmt::Debug, B: fmt::Debug> fmt::Debug for Wire<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut wire = f.debug_struct("Wire");
        wire.field("a", &self.a).field("b", &self.b).field("latency", &self.latency);
        wire.field("entered", &self.entered).finish_non_exhaustive()
    }
}

impl<A: WireEnd, B: WireEnd> Wire<A, B> {
    /// A cable without length or loss.
    pub fn new(a: A, b: B) -> Self {
        let flights = [VecDeque::new(), VecDeque::new()];
        Self { a, b, latency: Duration::ZERO, judge: None, flights, entered: [0; 2] }
    }

    /// Frames take `latency` from end to end.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// `judge` decides what becomes of each frame: its heading, its number there, its bytes.
    #[must_use]
    pub fn with_fate(
        mut self,
        judge: impl FnMut(Heading, u64, &[u8]) -> Fate + Send + 'static,
    ) -> Self {
        self.judge = Some(Box::new(judge));
        self
    }

    /// Frames that entered the cable so far.
    pub fn entered(&self, heading: Heading) -> u64 {
        self.entered[heading as usize]
    }

    /// When something happens next, at an end or in the cable. Takes what left meanwhile into the
    /// cable: a card sends on while its driver reads registers, which takes time too.
    pub fn next_event(&mut self) -> Option<Instant> {
        self.collect();
        let arrivals = self.flights.iter().filter_map(|way| way.front()).map(|next| next.arrives);
        arrivals.chain(self.a.next_event()).chain(self.b.next_event()).min()
    }

    /// Lets time pass up to `now`.
    pub fn pump(&mut self, now: Instant) {
        while let Some(at) = self.next_event().filter(|at| *at <= now) {
            self.step(at);
        }
        self.step(now);
    }

    fn step(&mut self, at: Instant) {
        self.a.advance_to(at);
        self.b.advance_to(at);
        self.collect();
        while let Some(flight) = arrived(&mut self.flights[Heading::AToB as usize], at) {
            self.b.deliver(flight.arrives, &flight.frame, flight.intact);
            self.a.recycle(flight.frame);
        }
        while let Some(flight) = arrived(&mut self.flights[Heading::BToA as usize], at) {
            self.a.deliver(flight.arrives, &flight.frame, flight.intact);
            self.b.recycle(flight.frame);
        }
        self.collect();
    }

    /// Takes what the ends have sent into the cable.
    fn collect(&mut self) {
        while let Some((at, frame)) = self.a.take() {
            if let Some(lost) = self.enter(Heading::AToB, at, frame) {
                self.a.recycle(lost);
            }
        }
        while let Some((at, frame)) = self.b.take() {
            if let Some(lost) = self.enter(Heading::BToA, at, frame) {
                self.b.recycle(lost);
            }
        }
    }

    /// Puts a frame into the cable, or gives it back if it is lost.
    fn enter(&mut self, heading: Heading, at: Instant, frame: Vec<u8>) -> Option<Vec<u8>> {
        let way = heading as usize;
        let number = self.entered[way];
        self.entered[way] += 1;
        let fate =
            self.judge.as_mut().map_or(Fate::Deliver, |judge| judge(heading, number, &frame));
        if fate == Fate::Lose {
            return Some(frame);
        }
        let intact = fate == Fate::Deliver;
        self.flights[way].push_back(Flight { arrives: at + self.latency, frame, intact });
        None
    }
}

fn arrived(way: &mut VecDeque<Flight>, now: Instant) -> Option<Flight> {
    if way.front()?.arrives <= now { way.pop_front() } else { None }
}
