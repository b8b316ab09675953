//! What `tc -s` shows, and the books that every discipline keeps.

use core::ops::AddAssign;

use crate::Packet;

/// What waits in a discipline and below it: `qlen` and `backlog` of Linux's `gnet_stats_queue`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Backlog {
    /// Packets (`qlen`), before segmentation.
    pub packets: u32,
    /// Bytes.
    pub bytes: u64,
}

impl Backlog {
    /// That of one packet.
    #[inline]
    pub(crate) fn of(packet: &impl Packet) -> Self {
        Self { packets: 1, bytes: packet.pkt_len().into() }
    }

    /// Sums of 32-bit lengths of fewer than 2^32 packets fit 64 bits, so nothing wraps.
    #[inline]
    pub(crate) fn add(&mut self, packet: &impl Packet) {
        *self += Self::of(packet);
    }

    /// What is taken out was put in, so nothing wraps here either; with a packet that changes its
    /// length meanwhile, bytes do, as Linux's.
    #[inline]
    pub(crate) fn remove(&mut self, packet: &impl Packet) {
        self.packets = self.packets.wrapping_sub(1);
        self.bytes = self.bytes.wrapping_sub(u64::from(packet.pkt_len()));
    }
}

impl AddAssign for Backlog {
    /// Wraps around, which no queue that memory holds gets to.
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.packets = self.packets.wrapping_add(other.packets);
        self.bytes = self.bytes.wrapping_add(other.bytes);
    }
}

/// Statistics that every discipline has (`gnet_stats_basic` and `gnet_stats_queue`).
///
/// Counters wrap around as Linux's do. At every moment, for packets that are not segmented on their way:
/// enqueued = `packets` + `drops` + `purged` + `backlog.packets`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Bytes that left by dequeue, or past the queue by bypass.
    pub bytes: u64,
    /// Packets lost here and, for a parent, in all of its tree: limits, AQM, a child replaced.
    pub drops: u64,
    // Not beside the bytes: compilers then add to both at once, which takes more than two additions.
    /// Packets that left, counted as the wire will see them ([`Packet::segments`]).
    pub packets: u64,
    /// Times that a driver refused a packet that had left (counted by the device layer).
    pub requeues: u64,
    /// Times that a shaper held a packet back, or a limit was met.
    pub overlimits: u64,
    /// Packets thrown away by a reset. Linux doesn't count these; without them the sum above fails.
    pub purged: u64,
    /// What waits now.
    pub backlog: Backlog,
}

impl Stats {
    /// A packet came into the queue.
    #[inline]
    pub fn queued(&mut self, packet: &impl Packet) {
        self.backlog.add(packet);
    }

    /// A packet left the queue for the wire: off the backlog, and [counted](Self::count_sent).
    #[inline]
    pub fn dequeued(&mut self, packet: &impl Packet) {
        self.backlog.remove(packet);
        self.count_sent(packet);
    }

    /// A packet that was taken out as [`dequeued`](Self::dequeued) is kept for now, as for a peek: it
    /// waits again.
    pub(crate) fn set_aside(&mut self, packet: &impl Packet) {
        self.backlog.add(packet);
        self.bytes = self.bytes.wrapping_sub(u64::from(packet.pkt_len()));
        self.packets = self.packets.wrapping_sub(u64::from(packet.segments()));
    }

    /// A packet that was in the queue is lost.
    #[inline]
    pub fn lost(&mut self, packet: &impl Packet) {
        self.backlog.remove(packet);
        self.drops = self.drops.wrapping_add(1);
    }

    /// A packet went to the wire (`bstats_update`); it is in no backlog.
    #[inline]
    pub fn count_sent(&mut self, packet: &impl Packet) {
        self.bytes = self.bytes.wrapping_add(u64::from(packet.pkt_len()));
        self.packets = self.packets.wrapping_add(u64::from(packet.segments()));
    }

    /// Everything in the queue was thrown away by a reset.
    pub fn purge(&mut self) {
        self.purged = self.purged.wrapping_add(u64::from(self.backlog.packets));
        self.backlog = Backlog::default();
    }

    /// Follows a child whose backlog changed from `before` to `after`, and tells how many packets
    /// are neither there any more nor accounted for by those that `moved` in and out.
    ///
    /// This is what `qdisc_tree_reduce_backlog` does from the other end: the child there has to tell
    /// all its ancestors, and what it forgets to tell makes them drift for ever.
    #[inline]
    pub(crate) fn follow(&mut self, before: Backlog, after: Backlog, moved: Moved) -> u32 {
        // The sum of all children's never falls short of one's share.
        let Backlog { packets, bytes } = &mut self.backlog;
        *packets = packets.wrapping_add(after.packets.wrapping_sub(before.packets));
        *bytes = bytes.wrapping_add(after.bytes.wrapping_sub(before.bytes));
        let (came, went) = match moved {
            Moved::In => (1, 0),
            Moved::Nothing => (0, 0),
            Moved::Out => (0, 1),
        };
        let expected = before.packets.wrapping_add(came);
        expected.saturating_sub(after.packets.wrapping_add(went))
    }

    /// [Follows](Self::follow) a child and counts what it lost.
    #[inline]
    pub(crate) fn settle(&mut self, before: Backlog, after: Backlog, moved: Moved) {
        let lost = self.follow(before, after, moved);
        self.drops = self.drops.wrapping_add(u64::from(lost));
    }
}

/// Which way a call moved a packet between parent and child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moved {
    In,
    Nothing,
    Out,
}

/// What a discipline shows beyond [`Stats`] (`TCA_STATS_APP`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::large_enum_variant, reason = "made when asked for, not kept")]
#[non_exhaustive]
pub enum XStats {
    /// cake's (`TCA_CAKE_STATS_*`).
    Cake(crate::cake::XStats),
    /// choke's (`tc_choke_xstats`).
    Choke(crate::choke::XStats),
    /// codel's (`tc_codel_xstats`).
    Codel(crate::codel_queue::XStats),
    /// dualpi2's (`tc_dualpi2_xstats`).
    DualPi2(crate::dualpi2::XStats),
    /// fq's (`tc_fq_qd_stats`).
    Fq(crate::fq::XStats),
    /// fq_codel's (`tc_fq_codel_qd_stats`).
    FqCodel(crate::fq_codel::XStats),
    /// fq_pie's (`tc_fq_pie_xstats`).
    FqPie(crate::fq_pie::XStats),
    /// htb's (`tc_htb_glob`).
    Htb(crate::htb::XStats),
    /// pie's (`tc_pie_xstats`).
    Pie(crate::pie::XStats),
    /// red's (`tc_red_xstats`).
    Red(crate::red::XStats),
    /// sfq's (`tc_sfqred_stats`).
    Sfq(crate::sfq::XStats),
}

/// What a class shows beyond [`Stats`] (`TCA_STATS_APP` of `RTM_NEWTCLASS`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ClassXStats {
    /// Of a queue of cake's (`cake_dump_class_stats`).
    Cake(crate::cake::ClassXStats),
    /// drr's (`tc_drr_stats`).
    Drr(crate::drr::ClassStats),
    /// A queue of fq_codel (`tc_fq_codel_cl_stats`).
    FqCodel(crate::fq_codel::ClassXStats),
    /// hfsc's (`tc_hfsc_stats`).
    Hfsc(crate::hfsc::ClassXStats),
    /// htb's (`tc_htb_xstats`).
    Htb(crate::htb::ClassXStats),
    /// qfq's (`tc_qfq_stats`).
    Qfq(crate::qfq::ClassStats),
    /// sfq's (`tc_sfq_xstats`).
    Sfq(crate::sfq::ClassStats),
}
