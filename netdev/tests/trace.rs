//! The stations of a packet's way, in Linux's order, each entered and left.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::atomic::Ordering::Relaxed;

use common::{NOW, Recorder, Rig};
use softnet_netdev::TapConfig;
use softnet_netdev::testutil::mac;

fn traced(rig: &mut Rig) -> Recorder {
    let recorder = Recorder::default();
    rig.softnet.set_trace(Some(Box::new(recorder.clone())));
    recorder
}

#[test]
fn a_packet_without_discipline_goes_straight_to_the_driver() {
    let mut rig = Rig::new();
    let trace = traced(&mut rig);
    rig.must_send([0]);
    let way = ["dev_queue_xmit", " validate_xmit_skb", " dev_hard_start_xmit", "  ndo_start_xmit"];
    assert_eq!(trace.lines(), way);
}

#[test]
fn a_packet_that_waits_is_enqueued_dequeued_and_seen_by_taps() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send([0]);
    let trace = traced(&mut rig);
    let tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    rig.must_send([1]);
    let waits = ["dev_queue_xmit", " qdisc_enqueue", " __qdisc_run", "  dequeue_skb"];
    assert_eq!(trace.lines(), waits);
    rig.wire.completed.store(1, Relaxed);
    rig.wire.ring.store(9, Relaxed);
    rig.interrupt();
    assert_eq!(trace.lines(), ["handle_irq"]);
    rig.softirqs();
    let goes = [
        "net_tx_action",
        " __qdisc_run",
        "  dequeue_skb",
        "  validate_xmit_skb",
        "  dev_hard_start_xmit",
        "   dev_queue_xmit_nit",
        "   ndo_start_xmit",
        "  dequeue_skb",
    ];
    assert_eq!(trace.lines(), goes);
    drop(tap);
    rig.assert_clean();
}

#[test]
fn a_received_packet_passes_taps_before_its_protocol() {
    let mut rig = Rig::new();
    let mut skb = rig.frame(5);
    skb.data_mut().unwrap()[..6].copy_from_slice(&mac(1).octets());
    let _ = rig.wire.air.push(skb).unwrap();
    let tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let trace = traced(&mut rig);
    rig.interrupt();
    rig.softirqs();
    let way = [
        "handle_irq",
        "net_rx_action",
        " napi_poll",
        "  netif_receive_skb",
        "   deliver_skb",
        "   ip_rcv",
    ];
    assert_eq!(trace.lines(), way);
    drop(tap);
    rig.assert_clean();
}

#[test]
fn every_loss_passes_kfree_skb() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send(0..4);
    let trace = traced(&mut rig);
    rig.softnet.dev_close(rig.dev, NOW).unwrap();
    let lost = trace.lines().iter().filter(|line| line.contains("kfree_skb_reason")).count();
    assert_eq!(lost as u64, rig.softnet.drops().total());
    assert_eq!(lost, 3);
    rig.assert_clean();
}

#[test]
fn a_tracer_can_be_taken_back() {
    let mut rig = Rig::new();
    let trace = traced(&mut rig);
    assert!(rig.softnet.set_trace(None).is_some());
    rig.must_send([0]);
    assert!(trace.lines().is_empty());
    assert!(rig.softnet.set_trace(None).is_none());
}
