use alloc::vec;
use alloc::vec::Vec;

use super::*;

/// A packet that stands for several, of lengths that are written down.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Super {
    pieces: Vec<u32>,
    /// What a size table made of it.
    table: Option<u32>,
}

impl Super {
    fn of(pieces: &[u32]) -> Self {
        Self { pieces: pieces.to_vec(), table: None }
    }
}

impl Packet for Super {
    fn pkt_len(&self) -> u32 {
        self.table.unwrap_or(self.frame_len())
    }

    fn set_pkt_len(&mut self, len: u32) -> bool {
        self.table = Some(len);
        true
    }

    fn frame_len(&self) -> u32 {
        self.pieces.iter().sum()
    }

    fn flow_hash(&mut self, _seed: [u64; 2]) -> u32 {
        0
    }

    fn segments(&self) -> u32 {
        self.pieces.len() as u32
    }

    fn segment(self, into: &mut VecDeque<Self>) -> Result<(), Self> {
        if self.pieces.contains(&666) {
            return Err(self);
        }
        into.extend(self.pieces.iter().map(|len| Self { pieces: vec![*len], table: self.table }));
        Ok(())
    }
}

type Lost = Vec<(Super, DropReason)>;

fn tbf(burst: u32, limit: u32) -> Tbf<Super> {
    let config = Config::new(RateSpec::bytes(1000), burst, limit);
    Tbf::new(Handle(1), Config { psched_mtu: 0, ..config }).unwrap()
}

#[test]
fn what_the_bucket_can_not_hold_is_cut() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut tbf = tbf(1000, 90_000);
    assert_eq!(tbf.enqueue(Super::of(&[300, 300, 300]), &mut cx), Enqueued::Success);
    assert_eq!(tbf.backlog().packets, 1, "900 bytes fit as they are");
    let cut = Super { table: Some(5000), ..Super::of(&[500, 500, 100]) };
    assert_eq!(tbf.enqueue(cut, &mut cx), Enqueued::Success);
    let backlog = tbf.backlog();
    assert_eq!((backlog.packets, backlog.bytes), (4, 900 + 1100), "the pieces in their own size");
    assert_eq!(tbf.stats().drops, 0);
    let lens: Vec<_> = core::iter::from_fn(|| {
        cx.now = Instant::from_nanos(cx.now.as_nanos() + 1_000_000_000);
        tbf.dequeue(&mut cx).packet().map(|packet| packet.pkt_len())
    })
    .collect();
    assert_eq!(lens, [900, 500, 500, 100]);
}

#[test]
fn what_can_not_be_cut_small_enough_is_dropped() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut tbf = tbf(1000, 90_000);
    for (drops, packet) in
        [(1, Super::of(&[1001])), (2, Super::of(&[600, 1001])), (3, Super::of(&[666, 666]))]
    {
        assert_eq!(tbf.enqueue(packet, &mut cx), Enqueued::Drop);
        assert_eq!((tbf.stats().drops, tbf.backlog().packets), (drops, 0));
    }
    let lens = lost.iter().map(|(packet, why)| (packet.pkt_len(), *why));
    let expected = [1001, 600, 1001, 1332].map(|len| (len, DropReason::QDISC_DROP));
    assert_eq!(lens.collect::<Vec<_>>(), expected);
}

/// `tbf_segment` counts a drop for each piece without room and succeeds if one piece had some; what
/// is above learns of the pieces (`qdisc_tree_reduce_backlog(sch, 1 - nb, …)`).
#[test]
fn pieces_without_room_are_drops_of_their_own() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut above = Child::new(Box::new(tbf(1000, 1300)));
    let mut stats = Stats::default();
    let verdict = above.enqueue(Super::of(&[500, 500, 500, 200]), &mut stats, &mut cx);
    assert_eq!(verdict, Enqueued::Success);
    assert_eq!((stats.backlog.packets, stats.backlog.bytes), (3, 1200));
    let inside = above.qdisc().stats();
    assert_eq!((inside.drops, inside.backlog), (1, stats.backlog));
    let verdict = above.enqueue(Super::of(&[900, 900]), &mut stats, &mut cx);
    assert_eq!(verdict, Enqueued::Drop);
    assert_eq!((above.qdisc().stats().drops, above.backlog()), (3, stats.backlog));
}

#[test]
fn change_sets_the_limit_of_a_fifo_in_its_own_unit_and_leaves_others_alone() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut tbf = tbf(1000, 3000);
    let limit = |tbf: &Tbf<Super>| {
        let leaf = tbf.leaf(Handle(1).class(1)).unwrap();
        leaf.downcast_ref::<Fifo<Super>>().map(Fifo::limit)
    };
    assert_eq!(limit(&tbf), Some(crate::fifo::Limit::Bytes(3000)));
    let config = Config { limit: 7, ..*tbf.config() };
    tbf.change(config, &mut cx).unwrap();
    assert_eq!(limit(&tbf), Some(crate::fifo::Limit::Bytes(7)));
    let pfifo = Box::new(Fifo::pfifo(5).unwrap());
    tbf.graft_here(Handle(1).class(1), pfifo, &mut cx).unwrap();
    tbf.change(Config { limit: 8, ..config }, &mut cx).unwrap();
    assert_eq!(limit(&tbf), Some(crate::fifo::Limit::Packets(8)));
    let other = crate::Prio::new(Handle(3), crate::prio::Config::default()).unwrap();
    tbf.graft_here(Handle(1).class(1), Box::new(other), &mut cx).unwrap();
    tbf.change(Config { limit: 9, ..config }, &mut cx).unwrap();
    assert_eq!(limit(&tbf), None);
}

/// `tbf_change` fills both buckets.
#[test]
fn change_begins_with_full_buckets() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::from_millis(5), &mut lost);
    let mut tbf = tbf(1000, 90_000);
    for _ in 0..3 {
        let _ = tbf.enqueue(Super::of(&[1000]), &mut cx);
    }
    assert!(tbf.dequeue(&mut cx).packet().is_some());
    assert!(tbf.dequeue(&mut cx).packet().is_none());
    let config = *tbf.config();
    tbf.change(config, &mut cx).unwrap();
    assert!(tbf.dequeue(&mut cx).packet().is_some());
    // 1000 bytes at 2000 a second, from a bucket that is empty at 5 ms.
    tbf.change(Config { rate: RateSpec::bytes(2000), ..config }, &mut cx).unwrap();
    assert!(tbf.dequeue(&mut cx).packet().is_some());
    let _ = tbf.enqueue(Super::of(&[1000]), &mut cx);
    assert_eq!(tbf.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(505)));
}
