//! The filters at a device's two ends, and the queue that is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use common::{NOW, Rig, ethernet};
use softnet_netdev::testutil::{frame, mac};
use softnet_netdev::{Config, NetXmit};
use softnet_qdisc::action::{Control, gact};
use softnet_qdisc::filter::{self, At, Filter, Target, matchall};
use softnet_qdisc::tree::{Clsact, Device, Parent, Request};
use softnet_qdisc::{Cx, NoQueue, Tree};
use softnet_sk_buff::{DropCounts, DropReason, EtherType, SkBuff};

/// A tree whose clsact drops what comes and goes.
fn wall() -> Box<Tree<SkBuff>> {
    let mut tree = Tree::new(Device::new(1)).unwrap();
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(NOW, &mut lost);
    let _ = tree.modify(&Request::add(Parent::Ingress, &Clsact), &mut cx).unwrap();
    let at = At { chain: 0, prio: 1, protocol: EtherType::ALL, handle: 0 };
    for minor in [Parent::INGRESS_MINOR, Parent::EGRESS_MINOR] {
        let actions = vec![gact::Config::new(Control::Shot).into()];
        let target = Target { actions, ..Target::none() };
        let filter = Filter::Matchall(matchall::Config { target });
        let of = Parent::HOOKS.class(minor);
        let _ = tree.change_filter(of, (filter::Request::Add, at), filter, &mut cx).unwrap();
    }
    Box::new(tree)
}

/// Sends one frame and lets one arrive; tells how many got through on each way.
fn both_ways(rig: &mut Rig) -> (usize, usize) {
    let _ = rig.send(1).unwrap();
    let arriving = frame(&mut rig.softnet, rig.dev, mac(1), &[0; 46]).unwrap();
    let _ = rig.wire.air.push(arriving).unwrap();
    rig.interrupt();
    rig.softirqs();
    let mut received = 0;
    while let Some(skb) = rig.softnet.receive(rig.dev) {
        rig.softnet.consume(skb);
        received += 1;
    }
    (rig.sent().len(), received)
}

#[test]
fn filters_see_what_comes_and_goes_for_as_long_as_they_are_there() {
    let mut rig = Rig::new();
    assert_eq!(both_ways(&mut rig), (1, 1));
    rig.softnet.set_qdisc(rig.dev, 0, Some(wall()), NOW).unwrap();
    assert_eq!(rig.send(0).unwrap(), NetXmit::Drop);
    assert_eq!(both_ways(&mut rig), (0, 0));
    assert_eq!(rig.softnet.drops().of(DropReason::TC_EGRESS), 2);
    assert_eq!(rig.softnet.drops().of(DropReason::TC_INGRESS), 1);
    rig.softnet.attach_tree(rig.dev, 1, NOW).unwrap();
    assert_eq!(both_ways(&mut rig), (1, 1), "a tree without filters");
    rig.softnet.set_qdisc(rig.dev, 0, None, NOW).unwrap();
    assert_eq!(both_ways(&mut rig), (1, 1));
    rig.assert_clean();
}

#[test]
fn a_tree_of_one_queue_among_several_speaks_for_nobody_else() {
    let mut port = ethernet();
    port.tx_queues = 2;
    let mut rig = Rig::with(Config::default(), port);
    rig.softnet.set_qdisc(rig.dev, 0, Some(wall()), NOW).unwrap();
    rig.softnet.set_qdisc(rig.dev, 1, None, NOW).unwrap();
    assert_eq!(both_ways(&mut rig), (1, 1));
    rig.assert_clean();
}

#[test]
fn noqueue_is_no_queue_whoever_put_it_there() {
    let mut rig = Rig::new();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(NoQueue::new())), NOW).unwrap();
    rig.must_send([1]);
    assert_eq!(rig.sent(), [1]);
    assert_eq!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].stats().bypassed, 0);
    rig.assert_clean();
}
