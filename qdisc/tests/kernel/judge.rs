//! Goes through what the kernel did, does the same with ours, and finds the first difference.
//!
//! Ours is called at the readings of the clock that the kernel had. When a timer of the guest wakes a
//! discipline is known to [`TIMER_SLACK`]: never before the instant that it was set to, and less than
//! that after it. So for a packet that left by a timer, the instant that ours named has to lie in that
//! span before the kernel's reading; ours then goes on from that reading, so no such difference adds
//! up, and an instant that is late by a nanosecond is found as soon as the kernel's clock has a step
//! there. That ours are not early shows in the least lateness of all: see [`Tally::is_punctual`].

use core::fmt::{self, Display, Write};

use softnet_qdisc::{Enqueued, Packet};
use softnet_qdisc_oracle::{CLOCK_STEP, Entry, Outcome, Script, TIMER_SLACK, Verdict, What};

use crate::drive::Ours;
use crate::frame::Frame;
use crate::lab::{Apply, Case};
use crate::lateness::{self, Difference, Lateness};
use crate::stats::{self, Unlike};

/// What a comparison found beside differences.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Tally {
    /// Packets that left.
    pub(crate) left: u64,
    /// Packets sent that did not.
    pub(crate) lost: u64,
    /// Packets that left with "congestion experienced" and had come without.
    pub(crate) marked: u64,
    /// Packets that left when a timer woke the kernel.
    pub(crate) waited: u64,
    /// Nanoseconds from the instant that ours named to the kernel's reading: the least …
    pub(crate) least_late: Option<u64>,
    /// … and the most.
    pub(crate) most_late: u64,
    /// Looks at the statistics that were compared.
    pub(crate) probes: u64,
    /// Those that were not, for a timer was due while the kernel was asked.
    pub(crate) blurred: u64,
    /// Scripts in which ours had to draw lots anew until it drew the kernel's: [`Case::tries`].
    pub(crate) rebuilt: u64,
    /// Scripts with a timer that came later than the simplest guess: see [`lateness`].
    pub(crate) guessed: u64,
    /// Scripts that were played anew, for something came between packets of one instant.
    pub(crate) replayed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.left += other.left;
        self.lost += other.lost;
        self.marked += other.marked;
        self.waited += other.waited;
        self.least_late = [self.least_late, other.least_late].into_iter().flatten().min();
        self.most_late = self.most_late.max(other.most_late);
        self.probes += other.probes;
        self.blurred += other.blurred;
        self.rebuilt += other.rebuilt;
        self.guessed += other.guessed;
        self.replayed += other.replayed;
    }

    /// Whether some of the instants that ours named were those of the kernel, to the nanosecond, if
    /// there were enough of them. Of the timers that are right about one in 512 is late by 0 ns (half
    /// of them fire within a step of the clock), and as many by 1 ns and so on. Of twelve that should
    /// have been less late than the least late one, one was there, but once in e^12 times.
    pub(crate) fn is_punctual(&self) -> bool {
        let missing = self.waited * self.least_late.unwrap_or_default() / (2 * CLOCK_STEP);
        missing < 12
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { left, lost, marked, waited, most_late, probes, .. } = self;
        let Self { blurred, rebuilt, guessed, replayed, .. } = self;
        let least_late = self.least_late.unwrap_or_default();
        write!(
            f,
            "{left} packets left ({marked} marked), {lost} didn't; {waited} woken, {least_late} to \
             {most_late} ns late; {probes} looks at the statistics, {blurred} blurred; scripts: {rebuilt} with \
             lots drawn anew, {guessed} with timers to guess, {replayed} played anew"
        )
    }
}

/// The first difference, if there is one however late the timers came that nobody saw.
pub(crate) fn compare(case: &Case, script: &Script, outcome: &Outcome) -> Result<Tally, String> {
    if let Some(error) = outcome.errors.first() {
        return Err(format!("the guest complains: {error}"));
    }
    if let Some((before, after)) = outcome.disturbed {
        return Err(format!("the guest's clock went from {before} to {after} while it sent"));
    }
    for built in 0..case.tries {
        if let Ok(mut tally) = replay(case, script, outcome, &mut Lateness::default()) {
            tally.rebuilt = (built > 0).into();
            return Ok(tally);
        }
    }
    let found = lateness::search(|lateness| replay(case, script, outcome, lateness));
    let mut tally = found.map_err(|difference| difference.why)?;
    tally.guessed = 1;
    Ok(tally)
}

fn replay(
    case: &Case,
    script: &Script,
    outcome: &Outcome,
    lateness: &mut Lateness,
) -> Result<Tally, Difference> {
    let root = (case.build)(outcome.start);
    let mut judge = Judge {
        ours: Ours::new(root),
        script,
        outcome,
        past: 0,
        phase: outcome.log.first().map_or(0, |entry| entry.at() % CLOCK_STEP),
        lateness,
        case,
        tally: Tally::default(),
    };
    let mut changes = case.changes.iter();
    let mute = outcome.start + case.mute;
    for (index, entry) in outcome.log.iter().enumerate() {
        if entry.at() < mute {
            judge.mute(entry).map_err(|why| Difference { entry: index, off: u64::MAX, why })?;
            continue;
        }
        judge.entry(entry, &mut changes).map_err(|Unlike { why, off }| {
            let why = judge.context(index, &why);
            Difference { entry: index, off, why }
        })?;
    }
    let sent = script.events.iter().filter(|event| matches!(event.what, What::Send(_))).count();
    judge.tally.lost = sent as u64 - judge.tally.left.min(sent as u64);
    Ok(judge.tally)
}

struct Judge<'a> {
    ours: Ours,
    script: &'a Script,
    outcome: &'a Outcome,
    /// Events of the script that are past.
    past: usize,
    /// What the clock shows beside multiples of its step.
    phase: u64,
    lateness: &'a mut Lateness,
    case: &'a Case,
    tally: Tally,
}

type Changes<'a> = core::slice::Iter<'a, crate::lab::Change>;

impl Judge<'_> {
    fn entry(&mut self, entry: &Entry, changes: &mut Changes<'_>) -> Result<(), Unlike> {
        self.wake_in_vain(entry.at())?;
        match entry {
            Entry::Left { at, ifindex, head, len } => self.left(*at, *ifindex, *len, head)?,
            Entry::Sent { at, number, verdict } => self.sent(*at, *number, *verdict)?,
            Entry::Came { ifindex, .. } => return Err(format!("it came to {ifindex}").into()),
            Entry::Did { from, .. } => {
                self.nothing_left(*from)?;
                let change: &Apply = &changes.next().ok_or("a change too many")?.apply;
                // Nobody asks the kernel's disciplines for a packet because of it.
                self.ours.change(*from, change);
            }
            Entry::Probed { from, to, qdiscs, classes } => {
                self.nothing_left(*from)?;
                if self.ours.deadline.is_some_and(|at| at <= *to && at + TIMER_SLACK > *from) {
                    self.tally.blurred += 1;
                    return Ok(());
                }
                self.tally.probes += 1;
                self.ours.catch_up(*from);
                stats::compare(&*self.ours.root, qdiscs, classes, self.case.wakes_in_vain)?;
            }
        }
        Ok(())
    }

    /// Lets ours go on by itself, and only counts.
    fn mute(&mut self, entry: &Entry) -> Result<(), String> {
        while let Some(due) = self.ours.deadline.filter(|&due| due <= entry.at()) {
            self.ours.run(due);
        }
        self.ours.left.clear();
        match entry {
            Entry::Left { .. } => self.tally.left += 1,
            Entry::Sent { at, number, verdict } => self.sent(*at, *number, *verdict)?,
            Entry::Did { .. } | Entry::Probed { .. } | Entry::Came { .. } => {}
        }
        self.ours.left.clear();
        Ok(())
    }

    fn sent(&mut self, at: u64, number: u32, verdict: Verdict) -> Result<(), String> {
        self.nothing_left(at)?;
        let event = self.next_event(|what| matches!(what, What::Send(_)));
        let What::Send(send) = &event else { return Err("a send too many".into()) };
        if send.number != number {
            return Err(format!("the guest sent {number} for {}", send.number));
        }
        let mut frame = Frame::new(send, self.outcome.start);
        frame.set_queue_mapping((self.case.pick)(send));
        let ours = self.ours.send(frame, at);
        match (verdict, ours == Enqueued::Drop) {
            (Verdict::Failed(errno), _) => Err(format!("sending failed with error {errno}")),
            (Verdict::Taken, true) => Err(format!("ours dropped packet {number} at once")),
            (Verdict::Dropped, false) => Err(format!("ours took packet {number}")),
            _ => Ok(()),
        }
    }

    fn next_event(&mut self, wanted: impl Fn(&What) -> bool) -> What {
        let rest = self.script.events.iter().enumerate().skip(self.past);
        let next = rest.into_iter().find(|(_, event)| wanted(&event.what));
        let Some((index, event)) = next else { return What::Probe };
        self.past = index + 1;
        event.what.clone()
    }

    /// Whatever ours sent, the kernel has to have sent before it came to a later thing. (Of what is
    /// sent at the same instant the departures come after the sends.)
    fn nothing_left(&self, before: u64) -> Result<(), String> {
        match self.ours.left.front() {
            Some((at, frame)) if *at < before => {
                Err(format!("ours sent {} at {}", frame.number, self.since(*at)))
            }
            _ => Ok(()),
        }
    }

    /// Wakes ours where the kernel's timer came without letting a packet go, before something happened
    /// at `until`.
    fn wake_in_vain(&mut self, until: u64) -> Result<(), String> {
        let mut wakes = 0;
        while let Some(due) = self.ours.deadline.filter(|&due| due <= until) {
            let at = if due + TIMER_SLACK <= until {
                self.lateness.over(due, self.phase)
            } else {
                match self.lateness.before(due, until, self.phase) {
                    Some(at) => at,
                    None => return Ok(()),
                }
            };
            self.ours.run(at);
            self.nothing_left(until)?;
            wakes += 1;
            if self.ours.deadline == Some(due) || wakes > 100_000 {
                let due = self.since(due);
                return Err(format!("ours woke at {due} for nothing, again and again"));
            }
        }
        Ok(())
    }

    fn left(&mut self, at: u64, ifindex: u32, len: u32, head: &[u8]) -> Result<(), String> {
        if ifindex != softnet_qdisc_oracle::player::IFINDEX {
            return Err(format!("it left by interface {ifindex}"));
        }
        let number =
            head.get(softnet_qdisc_oracle::Send::NUMBER).and_then(|bytes| bytes.try_into().ok());
        let number = u32::from_be_bytes(number.ok_or("a short packet")?);
        if self.ours.left.is_empty() {
            match self.ours.deadline {
                Some(due) if due <= at => {
                    self.tally.waited += 1;
                    let late = at - due;
                    self.tally.least_late =
                        Some(self.tally.least_late.map_or(late, |l| l.min(late)));
                    self.tally.most_late = self.tally.most_late.max(late);
                    self.ours.run(at);
                }
                Some(due) => {
                    let due = self.since(due);
                    return Err(format!("the kernel sent {number}; ours waits until {due}"));
                }
                None => return Err(format!("the kernel sent {number}; ours has nothing")),
            }
        }
        let Some((when, frame)) = self.ours.left.pop_front() else {
            return Err(format!(
                "the kernel sent {number}; ours, woken, waits until {:?}",
                self.ours.deadline.map(|at| self.since(at))
            ));
        };
        // A turned bit may be one of the number's.
        if when != at || (frame.number != number && !self.case.turns_bits) {
            return Err(format!("ours sent {} at {}", frame.number, self.since(when)));
        }
        let alike = if self.case.turns_bits {
            self.turned(&frame, &frame.bytes) == self.turned(&frame, head)
        } else {
            frame.bytes.starts_with(head)
        };
        if frame.bytes.len() != len as usize || !alike {
            let ours = &frame.bytes[..head.len().min(frame.bytes.len())];
            return Err(format!(
                "the bytes differ: ours {len}\n  {ours:02x?}\nthe kernel's\n  {head:02x?}"
            ));
        }
        self.tally.left += 1;
        self.tally.marked += u64::from(self.was_marked(&frame));
        Ok(())
    }

    fn was_marked(&self, frame: &Frame) -> bool {
        let sent = self.send(frame.number);
        sent.is_some_and(|send| send.head.get(15) != frame.bytes.get(15))
    }

    /// In how many bits `bytes` is something else than what was sent.
    fn turned(&self, frame: &Frame, bytes: &[u8]) -> u32 {
        let sent = self.send(frame.number).map(softnet_qdisc_oracle::Send::frame);
        let pairs = sent.iter().flatten().zip(bytes);
        pairs.map(|(sent, came)| (sent ^ came).count_ones()).sum()
    }

    fn send(&self, number: u32) -> Option<&softnet_qdisc_oracle::Send> {
        self.script.events.iter().find_map(|event| match &event.what {
            What::Send(send) if send.number == number => Some(send),
            _ => None,
        })
    }

    fn since(&self, at: u64) -> i128 {
        i128::from(at) - i128::from(self.outcome.start)
    }

    /// The difference with what went before and comes after.
    fn context(&self, index: usize, why: &str) -> String {
        let mut text = format!("{why}\n");
        let from = index.saturating_sub(12);
        for (other, entry) in self.outcome.log.iter().enumerate().skip(from).take(18) {
            let arrow = if other == index { "-->" } else { "   " };
            writeln!(text, "{arrow} {}", self.describe(entry)).unwrap();
        }
        write!(text, "ours:\n{}", stats::tree(&*self.ours.root)).unwrap();
        text
    }

    fn describe(&self, entry: &Entry) -> String {
        let at = self.since(entry.at());
        match entry {
            Entry::Sent { number, verdict, .. } => {
                let about = self.send(*number).map(|send| {
                    format!("len {} priority {:#x} mark {}", send.len, send.priority, send.mark)
                });
                format!("{at:>13} sent {number:>4} {verdict:?} {}", about.unwrap_or_default())
            }
            Entry::Left { head, len, .. } | Entry::Came { head, len, .. } => {
                let number = head.get(2..6).map(|n| u32::from_be_bytes(n.try_into().unwrap()));
                format!(
                    "{at:>13}                  left {:>4} len {len}",
                    number.unwrap_or(u32::MAX)
                )
            }
            Entry::Probed { qdiscs, .. } => {
                let shown = qdiscs.iter().map(|shown| {
                    format!(
                        "{} {:x} parent {:x} sent {:?} queue {:?}",
                        shown.kind(),
                        shown.handle,
                        shown.parent,
                        shown.sent(),
                        shown.queue()
                    )
                });
                format!("{at:>13} probed\n      {}", shown.collect::<Vec<_>>().join("\n      "))
            }
            Entry::Did { .. } => format!("{at:>13} changed"),
        }
    }
}
