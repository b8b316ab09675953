//! The program's own [`Trace`]: what each station costs, and the way of one chosen frame.
//!
//! Every station that the stack, the driver or this program enters is timed with the computer's
//! clock; a station's own time is what no station inside it took. One frame is chosen while the
//! program runs, and each station that it passes is written down with the virtual time: what the
//! report shows was seen, not supposed.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant as Clock;

use softnet_netdev::{Station, Trace};
use softnet_sk_buff::{Instant, Layer, SkBuff};

use crate::stations;
use crate::way::{Frame, Place, Visit, Way};

/// Writes that are remembered in case one turns out to be that of the chosen frame.
const WRITES: usize = 4096;

/// What a station cost over the whole run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Cost {
    pub(crate) station: &'static str,
    pub(crate) calls: u64,
    /// Time in the station itself, without those inside it.
    pub(crate) own: Duration,
}

/// A station that was entered and not left.
struct Open {
    station: &'static str,
    since: Clock,
    at: Instant,
    /// Time of the stations inside.
    inside: Duration,
    /// Its place in the way, if the chosen frame has passed it, and of which choice.
    visit: Option<(u32, usize)>,
    /// The packet that it was entered with.
    frame: Option<Frame>,
    /// Packets were taken from the queueing discipline in it: what comes now is one of them.
    dequeued: Option<Closed>,
}

/// A station that was left, as it was in the way.
#[derive(Clone, Copy)]
struct Closed {
    station: &'static str,
    entered: Instant,
    left: Instant,
}

#[derive(Default)]
struct Watch {
    open: Vec<Open>,
    costs: Vec<Cost>,
    /// The last interrupt, and the driver's part in it.
    interrupt: [Option<Closed>; 2],
}

/// A piece of the byte stream that a program wrote or read.
#[derive(Clone, Copy)]
struct Piece {
    from: u64,
    to: u64,
    at: Instant,
}

struct Recording {
    watches: [Watch; 2],
    /// Who sends the data; `None` if it is not one of ours.
    sender: Option<Place>,
    /// The chosen frame begins here in the stream, or later.
    after: u64,
    /// Sequence number of the stream's first byte.
    first_seq: Option<u32>,
    writes: VecDeque<Piece>,
    chosen: Option<Frame>,
    /// It waited in a queueing discipline. One that did is worth more than one that did not.
    queued: bool,
    arrived: bool,
    choice: u32,
    visits: Vec<Visit>,
}

/// The recording of a run, shared by all who watch.
#[derive(Clone)]
pub(crate) struct Recorder(Arc<Mutex<Recording>>);

impl Recorder {
    /// `sender` sends the data of which a frame is chosen, `after` bytes into the stream or later;
    /// `None`: someone else does, and the frame is chosen when it comes in.
    pub(crate) fn new(sender: Option<Place>, after: u64) -> Self {
        Self(Arc::new(Mutex::new(Recording {
            watches: [Watch::default(), Watch::default()],
            sender,
            after,
            first_seq: None,
            writes: VecDeque::with_capacity(WRITES),
            chosen: None,
            queued: false,
            arrived: false,
            choice: 0,
            visits: Vec::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches one host.
    pub(crate) fn probe(&self, place: Place) -> Probe {
        Probe { recorder: self.clone(), place }
    }

    /// Whether these are the bytes of the chosen frame.
    pub(crate) fn is_chosen(&self, frame: &[u8]) -> bool {
        let recording = self.lock();
        recording.chosen.is_some() && Frame::of(frame) == recording.chosen
    }

    /// The wire lost a frame: if it is the chosen one, another is chosen.
    pub(crate) fn lost(&self, frame: &[u8]) {
        let mut recording = self.lock();
        if !recording.arrived && recording.chosen.is_some() && Frame::of(frame) == recording.chosen
        {
            recording.forget();
        }
    }

    /// Whether the data is sent by one of ours.
    pub(crate) fn sends(&self) -> bool {
        self.lock().sender.is_some()
    }

    /// What each station of a host cost.
    pub(crate) fn costs(&self, place: Place) -> Vec<Cost> {
        self.lock().watches[place.index()].costs.clone()
    }

    /// The way of the chosen frame, if one arrived.
    pub(crate) fn way(&self) -> Option<Way> {
        let recording = self.lock();
        let frame = recording.chosen.filter(|_| recording.arrived)?;
        let mut visits = recording.visits.clone();
        let first = recording.first_seq.unwrap_or(frame.seq);
        let offset = u64::from(frame.seq.wrapping_sub(first));
        if recording.sender.is_some()
            && let Some(write) = recording.writes.iter().find(|w| (w.from..w.to).contains(&offset))
        {
            let host = recording.sender.unwrap_or(Place::Server);
            let visit = Visit::new(host, stations::SENDMSG, write.at, None);
            visits.iter_mut().for_each(|visit| visit.parent = visit.parent.map(|at| at + 1));
            visits.insert(0, visit);
        }
        Some(Way { frame, offset, visits })
    }

    /// What one measurement costs by itself, on this computer, now.
    pub(crate) fn own_cost() -> Duration {
        const ROUNDS: u32 = 10_000;
        let probe = Self::new(None, u64::MAX).probe(Place::Server);
        let begin = Clock::now();
        for _ in 0..ROUNDS {
            probe.enter(stations::SENDMSG, Instant::ZERO, None);
            probe.leave(Instant::ZERO);
        }
        begin.elapsed() / ROUNDS
    }
}

impl Recording {
    fn forget(&mut self) {
        self.chosen = None;
        self.queued = false;
        self.choice += 1;
        self.visits.clear();
    }

    /// Chooses this frame if it is the first that will do, or a better one than the chosen.
    fn consider(&mut self, place: Place, station: &'static str, frame: Frame) {
        let comes_by = match self.sender {
            Some(sender) => sender == place && stations::GOING_OUT.contains(&station),
            None => station == stations::RECEIVE,
        };
        if !comes_by || self.arrived {
            return;
        }
        let first = *self.first_seq.get_or_insert(frame.seq);
        let queued = station == stations::ENQUEUE;
        let late_enough = u64::from(frame.seq.wrapping_sub(first)) >= self.after;
        let better = self.chosen.is_none_or(|chosen| queued && !self.queued && chosen != frame);
        if better && late_enough {
            self.forget();
            self.chosen = Some(frame);
        }
        if self.chosen == Some(frame) {
            self.queued |= queued;
        }
    }

    fn enter(&mut self, place: Place, station: &'static str, at: Instant, frame: Option<&[u8]>) {
        let frame = frame.and_then(Frame::of);
        if let Some(frame) = frame {
            self.consider(place, station, frame);
            if station == stations::KFREE && self.chosen == Some(frame) && !self.arrived {
                self.forget();
            }
        }
        let is_chosen = frame.is_some() && frame == self.chosen && !self.arrived;
        let visit = is_chosen.then(|| self.visit(place, station, at));
        let watch = &mut self.watches[place.index()];
        watch.open.push(Open {
            station,
            since: Clock::now(),
            at,
            inside: Duration::ZERO,
            visit: visit.map(|visit| (self.choice, visit)),
            frame,
            dequeued: None,
        });
    }

    /// Writes down that the chosen frame is at a station, and before it what led there.
    fn visit(&mut self, place: Place, station: &'static str, at: Instant) -> usize {
        let (choice, chosen) = (self.choice, self.chosen);
        let watch = &mut self.watches[place.index()];
        let mut parent = None;
        for open in &mut watch.open {
            if let Some((_, visit)) = open.visit.filter(|(of, _)| *of == choice) {
                parent = Some(visit);
                continue;
            }
            if open.station == stations::NET_RX {
                let at = self.visits.len();
                let [interrupt, handler] = core::mem::take(&mut watch.interrupt);
                self.visits.extend(interrupt.map(|closed| closed.visit(place, None)));
                self.visits.extend(handler.map(|closed| closed.visit(place, Some(at))));
            }
            let mut visit = Visit::new(place, open.station, open.at, parent);
            visit.for_other = open.frame.is_some() && open.frame != chosen;
            parent = Some(self.visits.len());
            open.visit = Some((choice, self.visits.len()));
            self.visits.push(visit);
        }
        if let Some(dequeued) = watch.open.last_mut().and_then(|inner| inner.dequeued.take()) {
            self.visits.push(dequeued.visit(place, parent));
        }
        self.visits.push(Visit::new(place, station, at, parent));
        self.visits.len() - 1
    }

    fn leave(&mut self, place: Place, at: Instant) {
        let choice = self.choice;
        let watch = &mut self.watches[place.index()];
        let Some(open) = watch.open.pop() else { return };
        let whole = open.since.elapsed();
        let closed = Closed { station: open.station, entered: open.at, left: at };
        if let Some(outer) = watch.open.last_mut() {
            outer.inside += whole;
            match (outer.station, open.station) {
                (_, stations::DEQUEUE) => outer.dequeued = Some(closed),
                (stations::INTERRUPT, _) => watch.interrupt[1] = Some(closed),
                _ => {}
            }
        }
        let own = whole.saturating_sub(open.inside);
        match watch.costs.iter_mut().find(|cost| cost.station == open.station) {
            Some(cost) => {
                cost.calls += 1;
                cost.own += own;
            }
            None => watch.costs.push(Cost { station: open.station, calls: 1, own }),
        }
        if open.station == stations::INTERRUPT {
            watch.interrupt[0] = Some(closed);
        }
        if let Some((_, visit)) = open.visit.filter(|(of, _)| *of == choice)
            && let Some(visit) = self.visits.get_mut(visit)
        {
            visit.left = at;
        }
    }

    fn wrote(&mut self, piece: Piece) {
        if self.writes.len() == WRITES {
            self.writes.pop_front();
        }
        self.writes.push_back(piece);
    }

    fn read(&mut self, place: Place, piece: Piece) {
        let (Some(frame), Some(first)) = (self.chosen, self.first_seq) else { return };
        let last = u64::from(frame.seq.wrapping_sub(first)) + u64::from(frame.len) - 1;
        let has_come = self.visits.last().is_some_and(|visit| visit.place == place);
        if !self.arrived && has_come && (piece.from..piece.to).contains(&last) {
            self.visits.push(Visit::new(place, stations::RECVMSG, piece.at, None));
            self.arrived = true;
        }
    }
}

impl Closed {
    fn visit(self, place: Place, parent: Option<usize>) -> Visit {
        Visit { left: self.left, ..Visit::new(place, self.station, self.entered, parent) }
    }
}

/// Watches one host for a [`Recorder`].
#[derive(Clone)]
pub(crate) struct Probe {
    recorder: Recorder,
    place: Place,
}

impl Probe {
    /// A station is entered, by a frame if one is given.
    pub(crate) fn enter(&self, station: &'static str, at: Instant, frame: Option<&[u8]>) {
        self.recorder.lock().enter(self.place, station, at, frame);
    }

    /// The station entered last is left.
    pub(crate) fn leave(&self, at: Instant) {
        self.recorder.lock().leave(self.place, at);
    }

    /// The program wrote bytes `from..to` of its stream.
    pub(crate) fn wrote(&self, at: Instant, from: u64, to: u64) {
        self.recorder.lock().wrote(Piece { from, to, at });
    }

    /// The program read bytes `from..to` of the other's stream.
    pub(crate) fn read(&self, at: Instant, from: u64, to: u64) {
        self.recorder.lock().read(self.place, Piece { from, to, at });
    }

    /// Something outside of the CPU happened to a frame: at a card, on the wire.
    pub(crate) fn mark(&self, station: &'static str, at: Instant, frame: &[u8]) {
        let mut recording = self.recorder.lock();
        if !recording.arrived && recording.chosen.is_some() && Frame::of(frame) == recording.chosen
        {
            recording.visits.push(Visit::new(self.place, station, at, None));
        }
    }

    pub(crate) fn is_chosen(&self, frame: &[u8]) -> bool {
        self.recorder.is_chosen(frame)
    }
}

impl Trace for Probe {
    fn enter(&mut self, station: Station, at: Instant, skb: Option<&SkBuff>) {
        let frame = skb.map(|skb| skb.from_header(Layer::Mac).unwrap_or_else(|| skb.data()));
        Probe::enter(self, station.0, at, frame);
    }

    fn leave(&mut self, _: Station, at: Instant) {
        Probe::leave(self, at);
    }
}

#[cfg(test)]
mod tests;
