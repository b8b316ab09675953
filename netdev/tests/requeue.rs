//! Whatever the driver does, packets leave in the order in which they came, and each is sent or
//! counted as lost: against a FIFO that knows nothing of queues.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::atomic::Ordering::Relaxed;

use common::{NOW, Rig, ethernet};
use proptest::prelude::*;
use softnet_netdev::{Config, NetXmit};
use softnet_qdisc::{PfifoFast, pfifo_fast};
use softnet_sk_buff::{DropReason, PoolConfig, SkPool};

#[derive(Clone, Debug)]
enum Op {
    /// Send so many packets.
    Send(u32),
    /// The next calls of `start_xmit` answer busy.
    Busy(u32),
    /// The ring has so many slots.
    Ring(u32),
    /// The hardware is done with so many.
    Complete(u32),
    /// One round of softirqs.
    Softirq,
    /// The interface goes down and up.
    Bounce,
    /// The discipline is replaced.
    Replace,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => (1u32..90).prop_map(Op::Send),
        3 => (1u32..4).prop_map(Op::Busy),
        3 => (0u32..20).prop_map(Op::Ring),
        6 => (1u32..40).prop_map(Op::Complete),
        5 => Just(Op::Softirq),
        1 => Just(Op::Bounce),
        1 => Just(Op::Replace),
    ];
    prop::collection::vec(op, 1..60)
}

const LIMIT: u32 = 100;

fn run(ops: Vec<Op>, tx_bulk: u32, dev_weight: u32) {
    let config = Config { tx_bulk, dev_weight, ..Config::default() };
    let pool = PoolConfig { buffers: 1024, clones: 0, buffer_size: 256 };
    let mut rig = Rig::pooled(config, ethernet(), SkPool::heap(pool).unwrap());
    let fifo = || Box::new(PfifoFast::new(pfifo_fast::Config { tx_queue_len: LIMIT }).unwrap());
    rig.softnet.set_qdisc(rig.dev, 0, Some(fifo()), NOW).unwrap();
    let (mut next, mut refused) = (0u32, 0u64);
    // The model: what was taken and not yet seen to leave.
    let mut waiting = std::collections::VecDeque::new();
    for op in ops {
        match op {
            Op::Send(count) => {
                for number in next..next + count {
                    match rig.send(number).unwrap() {
                        NetXmit::Success => waiting.push_back(number),
                        NetXmit::Drop => refused += 1,
                        NetXmit::Cn => panic!("pfifo_fast has no such verdict"),
                    }
                }
                next += count;
            }
            Op::Busy(count) => rig.wire.busy.store(count, Relaxed),
            Op::Ring(slots) => rig.wire.ring.store(slots, Relaxed),
            Op::Complete(count) => {
                rig.wire.completed.fetch_add(count, Relaxed);
                rig.interrupt();
            }
            Op::Softirq => {
                let _ = rig.softnet.do_softirq(&mut { NOW });
            }
            Op::Bounce => {
                rig.softnet.dev_close(rig.dev, NOW).unwrap();
                rig.softnet.dev_open(rig.dev, NOW).unwrap();
            }
            Op::Replace => rig.softnet.set_qdisc(rig.dev, 0, Some(fifo()), NOW).unwrap(),
        }
        for number in rig.sent() {
            assert_eq!(waiting.pop_front(), Some(number), "lost or out of order");
        }
        if matches!(op, Op::Bounce | Op::Replace) {
            waiting.clear();
        }
        let queue = &rig.softnet.dev(rig.dev).unwrap().tx_queues()[0];
        assert_eq!(queue.qlen(), waiting.len());
        assert!(queue.qlen() as u32 <= LIMIT + tx_bulk, "bounded");
    }
    // With a driver that takes everything nothing is left: nothing stalls.
    rig.wire.busy.store(0, Relaxed);
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert!(rig.sent().into_iter().eq(waiting));
    let drops = rig.softnet.drops();
    assert_eq!(drops.of(DropReason::QDISC_OVERLIMIT), refused);
    let lost = drops.total();
    let sent = rig.softnet.dev_stats(rig.dev).unwrap().tx_packets;
    assert_eq!(u64::from(next), sent + lost, "in = out + drops");
    rig.assert_clean();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_is_lost_or_reordered(
        ops in ops(),
        tx_bulk in prop_oneof![Just(1u32), Just(7), Just(64)],
        dev_weight in prop_oneof![Just(1u32), Just(5), Just(64)],
    ) {
        run(ops, tx_bulk, dev_weight);
    }
}

#[test]
fn a_busy_driver_in_the_middle_of_a_quota_keeps_the_order() {
    use Op::{Busy, Complete, Ring, Send, Softirq};
    run(vec![Ring(1), Send(80), Ring(30), Complete(1), Busy(2), Softirq, Softirq], 64, 5);
}
