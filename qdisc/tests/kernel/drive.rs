//! Our side: a root discipline above a wire that is never busy, as the kernel's `dev_queue_xmit` and
//! `__qdisc_run` drive it.

use alloc::collections::VecDeque;

use softnet_qdisc::{Cx, Deferred, Dequeue, Enqueued, Later, Pie, Qdisc};
use softnet_sk_buff::{DropReason, Instant};

use crate::frame::Frame;

/// A tree on virtual time.
pub(crate) struct Ours {
    pub(crate) root: Box<dyn Qdisc<Frame>>,
    /// What left and wasn't compared yet: when, and what.
    pub(crate) left: VecDeque<(u64, Frame)>,
    /// When it wants to be asked again.
    pub(crate) deadline: Option<u64>,
    /// What was lost.
    lost: Vec<(Frame, DropReason)>,
    deferred: Deferred<Frame>,
}

impl Ours {
    pub(crate) fn new(root: Box<dyn Qdisc<Frame>>) -> Self {
        let (left, lost) = (VecDeque::new(), Vec::new());
        Self { root, left, deadline: None, lost, deferred: Deferred::new(1024) }
    }

    /// `__dev_xmit_skb`: past an empty queue if that makes no difference, else through it.
    pub(crate) fn send(&mut self, frame: Frame, now: u64) -> Enqueued {
        self.lost.clear();
        if self.root.can_bypass() && self.root.backlog().packets == 0 {
            self.root.bypassed(&frame);
            self.left.push_back((now, frame));
            return Enqueued::Success;
        }
        let mut cx =
            Cx::new(Instant::from_nanos(now), &mut self.lost).with_deferred(&mut self.deferred);
        let verdict = self.root.enqueue(frame, &mut cx);
        self.restart(now);
        self.run(now);
        verdict
    }

    /// `__qdisc_run`: all that may leave now. Its quota of 64 doesn't show: what is left over goes on
    /// in the softirq right after, and the clock stands still.
    pub(crate) fn run(&mut self, now: u64) {
        loop {
            let mut cx =
                Cx::new(Instant::from_nanos(now), &mut self.lost).with_deferred(&mut self.deferred);
            match self.root.dequeue(&mut cx) {
                Dequeue::Packet(frame) => self.left.push_back((now, frame.on_the_wire())),
                Dequeue::Until(at) => {
                    self.deadline = Some(at.as_nanos());
                    return;
                }
                Dequeue::Empty => {
                    self.deadline = None;
                    return;
                }
            }
        }
    }

    /// Does something to the tree.
    pub(crate) fn change(&mut self, now: u64, change: &crate::lab::Apply) {
        let mut cx =
            Cx::new(Instant::from_nanos(now), &mut self.lost).with_deferred(&mut self.deferred);
        change(&mut self.root, &mut cx);
    }

    /// Does what the kernel's timers have done by now whether anybody calls or not.
    pub(crate) fn catch_up(&mut self, now: u64) {
        let mut ids = Vec::new();
        self.root.walk(&mut |class| ids.extend(class.child.map(|_| class.id)));
        let mut cx = Cx::new(Instant::from_nanos(now), &mut self.lost);
        for id in ids {
            let mut work = |qdisc: &mut dyn Qdisc<Frame>, cx: &mut Cx<'_, Frame>| {
                if let Some(pie) = qdisc.downcast_mut::<Pie<Frame>>() {
                    pie.catch_up(cx.now);
                }
            };
            self.root.with(&[id], &mut work, &mut cx).unwrap();
        }
    }

    fn restart(&mut self, now: u64) {
        while let Some(later) = self.deferred.pop() {
            let Later::Restart(frame) = later else { panic!("no other interface here: {later:?}") };
            let cx = Cx::new(Instant::from_nanos(now), &mut self.lost);
            let mut cx = cx.with_deferred(&mut self.deferred).restarting();
            let _ = self.root.enqueue(frame, &mut cx);
        }
    }
}
