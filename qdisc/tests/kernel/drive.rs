//! Our side: a root discipline above a wire that is never busy, as the kernel's `dev_queue_xmit` and
//! `__qdisc_run` drive it; or above several, for mq and mqprio.

use alloc::collections::VecDeque;

use softnet_qdisc::{Cx, Deferred, Dequeue, Enqueued, Later, Mq, Mqprio, Packet, Pie, Qdisc};
use softnet_sk_buff::{DropReason, Instant};

use crate::frame::Frame;

/// A tree on virtual time.
pub(crate) struct Ours {
    pub(crate) root: Box<dyn Qdisc<Frame>>,
    /// What left and wasn't compared yet: when, and what.
    pub(crate) left: VecDeque<(u64, Frame)>,
    /// When it wants to be asked again.
    pub(crate) deadline: Option<u64>,
    /// The same of each transmit queue, if it is mq or mqprio.
    queues: Vec<Option<u64>>,
    /// What was lost.
    lost: Vec<(Frame, DropReason)>,
    deferred: Deferred<Frame>,
}

impl Ours {
    pub(crate) fn new(mut root: Box<dyn Qdisc<Frame>>) -> Self {
        let (left, lost) = (VecDeque::new(), Vec::new());
        let queues = multi_queue(&mut *root).map_or(0, |mq| mq.queues());
        let (queues, deferred) = (vec![None; queues.into()], Deferred::new(1024));
        Self { root, left, deadline: None, queues, lost, deferred }
    }

    /// `__dev_xmit_skb`: past an empty queue if that makes no difference, else through it.
    pub(crate) fn send(&mut self, frame: Frame, now: u64) -> Enqueued {
        self.lost.clear();
        if !self.queues.is_empty() {
            return self.send_to_its_queue(frame, now);
        }
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

    fn send_to_its_queue(&mut self, frame: Frame, now: u64) -> Enqueued {
        let queue = frame.queue_mapping();
        let mut cx = Cx::new(Instant::from_nanos(now), &mut self.lost);
        let mq = multi_queue(&mut *self.root).unwrap();
        let child = mq.queue(queue).unwrap();
        if child.can_bypass() && child.backlog().packets == 0 {
            mq.with_queue(queue, &mut |child, _| child.bypassed(&frame), &mut cx);
            self.left.push_back((now, frame));
            return Enqueued::Success;
        }
        let verdict = mq.enqueue_to(queue, frame, &mut cx);
        self.run_queue(queue, now);
        verdict
    }

    /// `__qdisc_run`: all that may leave now. Its quota of 64 doesn't show: what is left over goes on
    /// in the softirq right after, and the clock stands still.
    pub(crate) fn run(&mut self, now: u64) {
        if !self.queues.is_empty() {
            return self.run_queues(now);
        }
        self.deadline = loop {
            let mut cx =
                Cx::new(Instant::from_nanos(now), &mut self.lost).with_deferred(&mut self.deferred);
            match self.root.dequeue(&mut cx) {
                Dequeue::Packet(frame) => self.left.push_back((now, frame.on_the_wire())),
                Dequeue::Until(at) => break Some(at.as_nanos()),
                Dequeue::Empty => break None,
            }
        };
    }

    /// Those whose timers have come, in the order in which they were to come.
    fn run_queues(&mut self, now: u64) {
        while let Some(due) = self.deadline.filter(|&due| due <= now) {
            let queue = self.queues.iter().position(|&deadline| deadline == Some(due)).unwrap();
            self.run_queue(queue as u16, now);
            if self.queues[queue].is_some_and(|due| due <= now) {
                return;
            }
        }
    }

    fn run_queue(&mut self, queue: u16, now: u64) {
        let mut cx = Cx::new(Instant::from_nanos(now), &mut self.lost);
        let mq = multi_queue(&mut *self.root).unwrap();
        self.queues[usize::from(queue)] = loop {
            match mq.dequeue_from(queue, &mut cx) {
                Dequeue::Packet(frame) => self.left.push_back((now, frame.on_the_wire())),
                Dequeue::Until(at) => break Some(at.as_nanos()),
                Dequeue::Empty => break None,
            }
        };
        self.deadline = self.queues.iter().flatten().min().copied();
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

fn multi_queue(root: &mut dyn Qdisc<Frame>) -> Option<&mut Mq<Frame>> {
    if root.kind() == "mqprio" {
        return root.downcast_mut::<Mqprio<Frame>>().map(Mqprio::mq_mut);
    }
    root.downcast_mut()
}
