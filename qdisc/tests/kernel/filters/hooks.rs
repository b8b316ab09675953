//! ingress and clsact: filters for what leaves an interface, and for what comes to the other end of a
//! cable, which change it, lose some, and send it or copies of it elsewhere.

use alloc::collections::VecDeque;

use softnet_qdisc::tree::{Clsact, Device, Ingress, Parent, Request, Spec, Tree};
use softnet_qdisc::{Cx, Deferred, Enqueued, Later, NoQueue, Qdisc, filter};
use softnet_qdisc_oracle::netlink::Shown;
use softnet_qdisc_oracle::player::{IFINDEX, PEER_IFINDEX};
use softnet_qdisc_oracle::{Command, Entry, Outcome, Script, Send, Verdict, What};
use softnet_sk_buff::{DropReason, Instant};

use super::act::{Mix, SINK, SINK_IFINDEX};
use super::cls::{self, Line, Which};
use crate::frame::Frame;
use crate::judge::Tally;
use crate::lab::{self, Case};
use crate::tbf::Shaper;

const ALL: &[Which] = &[Which::U32, Which::Basic, Which::Flower, Which::Fw, Which::Matchall];
/// For what arrives with tags, or is changed. Linux has its transport header where the packet socket that
/// sent it has put it, which takes what is behind the tags for one more tag.
const NO_BASIC: &[Which] = &[Which::U32, Which::Flower, Which::Fw, Which::Matchall];

/// Which end of a cable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    /// `va`, as it sends.
    Egress,
    /// `vb`, as it hears.
    Ingress,
}

/// What a packet does at an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    at: u64,
    ifindex: u32,
    bytes: Vec<u8>,
}

/// Ours, and what it let through that wasn't compared yet.
struct Ours {
    end: End,
    tree: Tree<Frame>,
    deferred: Deferred<Frame>,
    left: VecDeque<Seen>,
    came: Vec<Seen>,
}

impl Ours {
    fn new(end: End, kind: &dyn Spec<Frame>, lines: &[Line], start: u64) -> Self {
        let mut tree = Tree::new(Device::new(1)).unwrap();
        let mut lost = Vec::new();
        let mut cx = Cx::new(Instant::from_nanos(start), &mut lost);
        tree.modify(&Request::add(Parent::Ingress, kind), &mut cx).unwrap();
        let minor = match end {
            End::Egress => Parent::EGRESS_MINOR,
            End::Ingress => Parent::INGRESS_MINOR,
        };
        let of = Parent::HOOKS.class(minor);
        for line in lines {
            let request = (filter::Request::Add, line.at);
            tree.change_filter(of, request, line.filter(), &mut cx).unwrap();
        }
        let (left, came) = (VecDeque::new(), Vec::new());
        Self { end, tree, deferred: Deferred::new(1024), left, came }
    }

    /// Whether the sender is told that the packet was dropped.
    fn send(&mut self, frame: Frame, at: u64) -> bool {
        let mut lost: Vec<(Frame, DropReason)> = Vec::new();
        let mut cx = Cx::new(Instant::from_nanos(at), &mut lost).with_deferred(&mut self.deferred);
        let passed = match self.end {
            End::Egress => self.tree.egress(frame, &mut cx),
            End::Ingress => {
                self.left.push_back(seen(at, IFINDEX, frame.clone()));
                self.tree.ingress(frame.arrived(), &mut cx)
            }
        };
        while let Some(later) = self.deferred.pop() {
            let Later::Redirect { packet, to, ingress } = later else { panic!("{later:?}") };
            match ingress {
                true => self.came.push(seen(at, to.get(), packet)),
                false => self.left.push_back(seen(at, to.get(), packet.on_the_wire())),
            }
        }
        match (passed, self.end) {
            (Ok(frame), End::Egress) => {
                self.left.push_back(seen(at, IFINDEX, frame.on_the_wire()));
                false
            }
            (Ok(frame), End::Ingress) => {
                self.came.push(seen(at, PEER_IFINDEX, frame));
                false
            }
            (Err(verdict), end) => end == End::Egress && verdict == Enqueued::Drop,
        }
    }
}

fn seen(at: u64, ifindex: u32, frame: Frame) -> Seen {
    Seen { at, ifindex, bytes: frame.bytes }
}

/// What to do to have `va`, at its end of the cable `vb`, and `vc`, to which mirred sends.
fn links(end: End) -> Vec<Command> {
    let mut ip = vec![format!("link add index {SINK_IFINDEX} name {SINK} type dummy")];
    if end == End::Ingress {
        ip.push("link del va".into());
        let cable = format!("index {IFINDEX} type veth peer name vb index {PEER_IFINDEX}");
        ip.push(format!("link add va {cable}"));
        ip.push("link set vb up".into());
    }
    ip.extend(["va", SINK].map(|name| format!("link set {name} up")));
    ip.into_iter().map(Command::Ip).collect()
}

fn hooked(name: &str, end: End) {
    lab::run(name, |rng| {
        let shaper = Shaper::random(rng);
        let chains = rng.range32(0, 3);
        let tags = rng.one_in(2);
        // Of a frame with tags among its bytes that leaves, mirred takes them off as if they were the link
        // header's; where it is to arrive, Linux looks for them behind that.
        let mix = match end {
            End::Egress => Mix::Sent { arrives: !tags, changes: true },
            End::Ingress => Mix::Sent { arrives: true, changes: tags },
        };
        let kinds = if tags && end == End::Ingress { NO_BASIC } else { ALL };
        let lines = super::sorted_out(cls::random(kinds, chains, Some(mix), rng));
        let (dev, way) = if end == End::Egress { ("va", "egress") } else { ("vb", "ingress") };
        let clsact = end == End::Egress || rng.one_in(2);
        let kind = if clsact { "clsact" } else { "ingress" };
        let tc = core::iter::once(format!("qdisc add dev {dev} {kind}"))
            .chain(lines.iter().map(|line| line.tc_at(&format!("{dev} {way}"))));
        let setup: Vec<_> = links(end).into_iter().chain(tc.map(Command::Tc)).collect();
        let root = |_| Box::new(NoQueue::new()) as Box<dyn Qdisc<Frame>>;
        let mut events = super::arrivals(&shaper, tags, rng);
        for event in &mut events {
            if let What::Send(send) = &mut event.what {
                // veth takes two tags more than an MTU, not four.
                send.len = send.len.min(1400);
            }
        }
        let judge = move |_: &Case, script: &Script, outcome: &Outcome| {
            let kind: &dyn Spec<Frame> = if clsact { &Clsact } else { &Ingress };
            let ours = Ours::new(end, kind, &lines, outcome.start);
            Judge { ours, tally: Tally::default() }.compare(script, outcome)
        };
        let clear = vec![Command::Ip(format!("link del {SINK}"))];
        Case { setup, clear, judge: Box::new(judge), ..Case::new([""; 0], root, events) }
    });
}

#[test]
fn clsact_egress() {
    hooked("clsact_egress", End::Egress);
}

#[test]
fn ingress() {
    hooked("ingress", End::Ingress);
}

struct Judge {
    ours: Ours,
    tally: Tally,
}

impl Judge {
    fn compare(mut self, script: &Script, outcome: &Outcome) -> Result<Tally, String> {
        if let Some(error) = outcome.errors.first() {
            return Err(format!("the guest complains: {error}"));
        }
        if let Some((before, after)) = outcome.disturbed {
            return Err(format!("the guest's clock went from {before} to {after} while it sent"));
        }
        for entry in &outcome.log {
            self.entry(entry, script, outcome)?;
        }
        if let Some(seen) = self.ours.left.front().or(self.ours.came.first()) {
            return Err(format!("ours has one more at the end: {seen:02x?}"));
        }
        Ok(self.tally)
    }

    fn entry(&mut self, entry: &Entry, script: &Script, outcome: &Outcome) -> Result<(), String> {
        match *entry {
            Entry::Sent { at, number, verdict } => {
                let send = script.events.iter().find_map(|event| match &event.what {
                    What::Send(send) if send.number == number => Some(send),
                    _ => None,
                });
                let send = send.ok_or("a packet that nobody sent")?;
                let dropped = self.ours.send(Frame::new(send, outcome.start), at);
                match (verdict, dropped) {
                    (Verdict::Taken, false) | (Verdict::Dropped, true) => Ok(()),
                    (theirs, _) => Err(format!("packet {number}: {theirs:?}, ours {dropped}")),
                }
            }
            Entry::Left { at, ifindex, len, ref head } => {
                let ours = self.ours.left.pop_front();
                self.seen(ours, (at, ifindex), (len, head))
            }
            Entry::Came { at, ifindex, len, ref head } => {
                // Each type of frame has an ear of its own, so those of one instant may be told in another order.
                let number = head.get(Send::NUMBER);
                let same = |seen: &Seen| {
                    (seen.at, seen.ifindex) == (at, ifindex)
                        && seen.bytes.get(Send::NUMBER) == number
                };
                let place = self.ours.came.iter().position(same);
                let ours = place.map(|place| self.ours.came.remove(place));
                self.seen(ours, (at, ifindex), (len, head))
            }
            Entry::Probed { ref qdiscs, .. } => self.statistics(qdiscs),
            Entry::Did { .. } => Err("nothing was to change".into()),
        }
    }

    fn seen(
        &mut self,
        ours: Option<Seen>,
        (at, ifindex): (u64, u32),
        (len, head): (u32, &[u8]),
    ) -> Result<(), String> {
        self.tally.left += 1;
        let same = |seen: &Seen| {
            let bytes = &seen.bytes;
            (seen.at, seen.ifindex) == (at, ifindex)
                && bytes.len() == len as usize
                && bytes.starts_with(head)
        };
        if ours.as_ref().is_some_and(same) {
            return Ok(());
        }
        let ours = ours.map(|Seen { at, ifindex, bytes }| {
            let head = &bytes[..head.len().min(bytes.len())];
            format!("{at} {ifindex} {} {head:02x?}", bytes.len())
        });
        Err(format!("the kernel's: {at} {ifindex} {len} {head:02x?}\nours: {ours:?}"))
    }

    fn statistics(&mut self, qdiscs: &[Shown]) -> Result<(), String> {
        self.tally.probes += 1;
        let (kind, stats) = self.ours.tree.hooks().ok_or("ours has no hooks")?;
        let shown = qdiscs.iter().find(|shown| shown.kind() == kind);
        let shown = shown.ok_or_else(|| format!("the kernel has no {kind}"))?;
        let (bytes, packets) = shown.sent().ok_or("no statistics")?;
        let [qlen, backlog, drops, requeues, overlimits] = shown.queue().ok_or("no statistics")?;
        let theirs = [bytes, packets.into(), drops.into(), overlimits.into(), requeues.into()];
        let ours = [stats.bytes, stats.packets, stats.drops, stats.overlimits, stats.requeues];
        if theirs != ours || (qlen, backlog) != (0, 0) {
            return Err(format!(
                "bytes, packets, drops, overlimits, requeues: {theirs:?}, ours {ours:?}"
            ));
        }
        Ok(())
    }
}
