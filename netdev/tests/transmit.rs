//! The way out: queueing, bypass, refusals, stopped queues, quotas, timers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use common::{Knob, Knobs, NOW, Rig, ethernet, number, turn};
use softnet_netdev::testutil::{frame, mac, pool};
use softnet_netdev::{
    Busy, Config, Cx, Description, NetDeviceOps, NetXmit, Port, Softirq, Softnet, Work,
};
use softnet_qdisc::{Fifo, Handle, Netem, PfifoFast, RateSpec, Tbf, netem, pfifo_fast, tbf};
use softnet_sk_buff::{DropReason, EtherType, FlowKeys, FlowSeed, IfIndex, Instant, SkBuff};

#[test]
fn a_packet_goes_past_an_idle_discipline() {
    let mut rig = Rig::queued();
    rig.must_send(0..3);
    assert_eq!(rig.sent(), [0, 1, 2]);
    let queue = &rig.softnet.dev(rig.dev).unwrap().tx_queues()[0];
    assert_eq!((queue.stats().bypassed, queue.stats().sent), (3, 3));
    assert_eq!(queue.qdisc().unwrap().stats().packets, 3, "and counts there all the same");
    assert!(!rig.softnet.softirqs().any());
    rig.assert_clean();
}

#[test]
fn a_packet_never_overtakes_those_that_wait() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(2, Relaxed);
    rig.must_send(0..5);
    let queue = &rig.softnet.dev(rig.dev).unwrap().tx_queues()[0];
    assert!(queue.is_stopped());
    assert_eq!((queue.qlen(), queue.stats().bypassed), (3, 2));
    // Room for one: the first that waits goes, not the one sent now.
    rig.wire.completed.store(1, Relaxed);
    rig.interrupt();
    rig.must_send([5]);
    rig.softirqs();
    assert_eq!(rig.sent(), [0, 1, 2]);
    rig.wire.ring.store(100, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent(), [3, 4, 5]);
    rig.assert_clean();
}

#[test]
fn a_busy_driver_gets_the_packet_again_first_and_soon() {
    let mut rig = Rig::queued();
    rig.wire.busy.store(1, Relaxed);
    rig.must_send([0]);
    assert!(rig.softnet.softirqs().is_pending(Softirq::NetTx), "nobody else would try again");
    rig.must_send([1]);
    assert_eq!(rig.sent(), [0, 1]);
    let queue = &rig.softnet.dev(rig.dev).unwrap().tx_queues()[0];
    assert_eq!(queue.stats().requeues, 1);
    assert_eq!(queue.qdisc().unwrap().stats().requeues, 1);
    rig.softirqs();
    rig.assert_clean();
}

#[test]
fn the_rest_of_a_list_waits_in_order() {
    let mut rig = Rig::queued();
    rig.wire.busy.store(1, Relaxed);
    rig.must_send([0]);
    rig.wire.busy.store(1, Relaxed);
    rig.must_send(1..4);
    rig.wire.busy.store(1, Relaxed);
    rig.softirqs();
    assert_eq!(rig.sent(), [0, 1, 2, 3]);
    rig.assert_clean();
}

#[test]
fn more_than_a_quota_waits_for_the_softirq() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(0, Relaxed);
    rig.must_send(0..1);
    rig.interrupt();
    assert!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].qlen() == 1);
    // Stop the queue, let 200 wait, open it.
    rig.wire.ring.store(1, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent(), [0]);
    rig.must_send(1..201);
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    let mut rounds = vec![];
    loop {
        let pending = rig.softnet.do_softirq(&mut { NOW }).any();
        rounds.push(rig.sent().len());
        if !pending {
            break;
        }
    }
    assert_eq!(rounds, [64, 64, 64, 8], "dev_weight each");
    rig.assert_clean();
}

#[test]
fn the_doorbell_rings_once_a_burst() {
    let mut rig = Rig::with(Config { tx_bulk: 16, ..Config::default() }, ethernet());
    rig.softnet.attach_default_qdiscs(rig.dev).unwrap();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send(0..33);
    rig.wire.doorbells.store(0, Relaxed);
    rig.wire.ring.store(1000, Relaxed);
    rig.wire.completed.store(1, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent().len(), 33);
    assert_eq!(rig.wire.doorbells.load(Relaxed), 2, "32 packets in bulks of 16");
    rig.assert_clean();
}

#[test]
fn without_a_discipline_it_is_now_or_a_named_refusal() {
    let mut rig = Rig::new();
    let refused = |rig: &mut Rig| {
        let rejected = rig.send(7).unwrap_err();
        assert_eq!(number(&rejected.packet), 7, "the packet comes back");
        rig.softnet.consume(rejected.packet);
        rejected.why
    };
    rig.must_send([0]);
    rig.wire.busy.store(1, Relaxed);
    assert_eq!(refused(&mut rig), DropReason::FULL_RING, "busy: no retry");
    rig.wire.ring.store(1, Relaxed);
    rig.must_send([1]);
    assert_eq!(refused(&mut rig), DropReason::FULL_RING, "stopped");
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    rig.must_send([2]);
    rig.softnet.dev_close(rig.dev, NOW).unwrap();
    assert_eq!(refused(&mut rig), DropReason::DEV_READY);
    assert_eq!(rig.softnet.dev_stats(rig.dev).unwrap().tx_dropped, 3);
    rig.softnet.unregister_netdev(rig.driver).unwrap();
    assert_eq!(refused(&mut rig), DropReason::NO_DEVICE);
    assert_eq!(rig.sent(), [0, 1, 2]);
    rig.assert_clean();
}

#[test]
fn a_lost_carrier_empties_the_queues_and_refuses_packets() {
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let knobs = Knobs::new(ethernet());
    let calls = knobs.calls.clone();
    let (driver, dev) = knobs.register(&mut softnet);
    softnet.attach_default_qdiscs(dev).unwrap();
    softnet.dev_open(dev, NOW).unwrap();
    let send = |softnet: &mut Softnet, number: u32| {
        let skb = frame(softnet, dev, mac(9), &number.to_be_bytes()).unwrap();
        match softnet.dev_queue_xmit(skb, NOW) {
            Ok(_) => None,
            Err(rejected) => {
                softnet.consume(rejected.packet);
                Some(rejected.why)
            }
        }
    };
    assert_eq!(send(&mut softnet, 0), Some(DropReason::NO_CARRIER), "not there yet");
    turn(&mut softnet, driver, Knob::CarrierOn, NOW);
    assert_eq!(send(&mut softnet, 1), None, "the queue is still stopped: it waits");
    turn(&mut softnet, driver, Knob::CarrierOff, NOW);
    assert_eq!(softnet.drops().of(DropReason::QUEUE_PURGE), 1);
    assert_eq!(send(&mut softnet, 2), Some(DropReason::NO_CARRIER));
    turn(&mut softnet, driver, Knob::CarrierOn, NOW);
    turn(&mut softnet, driver, Knob::WakeQueue, NOW);
    assert_eq!(send(&mut softnet, 3), None);
    assert_eq!(calls.lock().unwrap().last().unwrap(), "xmit 3");
    assert_eq!(softnet.dev_stats(dev).unwrap().tx_dropped, 2);
    assert!(softnet.pool().is_whole());
}

#[test]
fn closing_drops_and_counts_what_waits() {
    let mut rig = Rig::queued();
    rig.wire.busy.store(1, Relaxed);
    rig.must_send([0]);
    rig.wire.ring.store(0, Relaxed);
    rig.must_send(1..10);
    assert_eq!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].qlen(), 10);
    rig.softnet.dev_close(rig.dev, NOW).unwrap();
    assert_eq!(rig.softnet.drops().of(DropReason::QUEUE_PURGE), 10);
    assert_eq!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].qlen(), 0);
    rig.softirqs();
    // And up again, nothing stalls.
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.softnet.dev_open(rig.dev, NOW).unwrap();
    rig.must_send([77]);
    assert_eq!(rig.sent(), [77]);
    rig.assert_clean();
}

#[test]
fn what_a_discipline_drops_is_its_own_to_count() {
    let mut rig = Rig::new();
    let short = PfifoFast::new(pfifo_fast::Config { tx_queue_len: 2 }).unwrap();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(short)), NOW).unwrap();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send(0..3);
    assert_eq!(rig.send(3).unwrap(), NetXmit::Drop);
    assert_eq!(rig.softnet.drops().of(DropReason::QDISC_OVERLIMIT), 1);
    let queue = &rig.softnet.dev(rig.dev).unwrap().tx_queues()[0];
    assert_eq!(queue.qdisc().unwrap().stats().drops, 1);
    // Linux's `ip -s link` does not show it.
    assert_eq!(rig.softnet.dev_stats(rig.dev).unwrap().tx_dropped, 0);
    rig.assert_clean();
}

#[test]
fn a_new_discipline_purges_the_old_and_starts_with_what_it_brings() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send(0..4);
    let mut fifo = Fifo::pfifo(100).unwrap();
    let skb = rig.frame(50);
    let mut lost = vec![];
    let mut cx = softnet_qdisc::Cx::new(NOW, &mut lost);
    use softnet_qdisc::Qdisc;
    let _ = fifo.enqueue(skb, &mut cx);
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(fifo)), NOW).unwrap();
    assert_eq!(rig.softnet.drops().of(DropReason::QUEUE_PURGE), 3);
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent(), [0, 50]);
    let skb = rig.frame(51);
    let mut fifo = Fifo::pfifo(100).unwrap();
    let _ = fifo.enqueue(skb, &mut softnet_qdisc::Cx::new(NOW, &mut lost));
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(fifo)), NOW).unwrap();
    rig.softirqs();
    assert_eq!(rig.sent(), [51], "on an open queue nothing has to happen first");
    let none = rig.softnet.set_qdisc(rig.dev, 1, None, NOW);
    assert_eq!(none, Err(softnet_netdev::Refused::NoDevice), "there is no queue 1");
    rig.assert_clean();
}

#[test]
fn a_shaped_packet_goes_when_its_time_has_come() {
    let mut rig = Rig::new();
    // 1 Mbit/s, a bucket of one large packet: 18-byte frames cost 144 µs each.
    let config = tbf::Config::new(RateSpec::bits(1_000_000), 1514, 10_000);
    let tbf = Tbf::new(Handle(1), config).unwrap();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(tbf)), rig.now).unwrap();
    let full = 1514 / 18;
    rig.must_send(0..full + 2);
    assert_eq!(rig.sent().len() as u32, full, "what the bucket holds");
    let at = rig.softnet.poll_at().unwrap();
    // The bucket's last 2 bytes are missing 16 to the next frame: 128 µs.
    assert_eq!(at, NOW + Duration::from_micros(128));
    rig.now = at - Duration::from_nanos(1);
    rig.softnet.handle_timeout(rig.now);
    rig.softirqs();
    assert_eq!(rig.sent(), []);
    rig.now = at;
    rig.softnet.handle_timeout(rig.now);
    assert!(rig.softnet.softirqs().is_pending(Softirq::NetTx));
    rig.softirqs();
    assert_eq!(rig.sent(), [full]);
    assert_eq!(rig.softnet.poll_at(), Some(at + Duration::from_micros(144)));
    rig.now = at + Duration::from_secs(1);
    rig.softnet.handle_timeout(rig.now);
    rig.softirqs();
    assert_eq!(rig.sent(), [full + 1]);
    assert_eq!(rig.softnet.poll_at(), None);
    rig.assert_clean();
}

#[test]
fn a_shapers_deadline_that_passes_while_the_queue_is_stopped_is_made_up_for() {
    let mut rig = Rig::new();
    let config = tbf::Config::new(RateSpec::bits(1_000_000), 1514, 10_000);
    let tbf = Tbf::new(Handle(1), config).unwrap();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(tbf)), rig.now).unwrap();
    let full = 1514 / 18;
    rig.must_send(0..full + 1);
    assert_eq!(rig.sent().len() as u32, full);
    turn_queue_off(&mut rig);
    rig.now += Duration::from_secs(1);
    rig.softnet.handle_timeout(rig.now);
    rig.softirqs();
    assert_eq!(rig.sent(), []);
    assert!(rig.softnet.poll_at().unwrap() > rig.now, "the watchdog's, not the past");
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent(), [full]);
    rig.assert_clean();
}

/// Fills the ring with a frame sent by polling, past the discipline.
fn turn_queue_off(rig: &mut Rig) {
    rig.wire.ring.store(1, Relaxed);
    let skb = rig.frame(999);
    rig.softnet.netpoll_send_skb(skb, 1, rig.now).unwrap();
    assert_eq!(rig.sent(), [999]);
    assert!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].is_stopped());
}

#[test]
fn the_watchdog_calls_when_a_queue_stays_stopped_and_not_before() {
    let mut rig = Rig::queued();
    let patience = ethernet().watchdog_timeo;
    assert_eq!(rig.softnet.poll_at(), None, "nothing to watch");
    rig.now += Duration::from_secs(3600);
    rig.wire.ring.store(1, Relaxed);
    rig.must_send([0, 1]);
    let due = rig.now + patience;
    assert_eq!(rig.softnet.poll_at(), Some(due), "however long it was idle before");
    rig.softnet.handle_timeout(due - Duration::from_nanos(1));
    assert_eq!(rig.wire.timeouts.load(Relaxed), 0);
    rig.now = due;
    rig.softnet.handle_timeout(due);
    assert_eq!(rig.wire.timeouts.load(Relaxed), 1);
    assert_eq!(rig.softnet.dev(rig.dev).unwrap().tx_queues()[0].stats().timeouts, 1);
    // The driver has reset its ring and woken the queue.
    rig.softirqs();
    assert_eq!(rig.sent(), [0, 1]);
    rig.assert_clean();
}

#[test]
fn the_watchdog_sleeps_without_carrier_and_starts_anew_with_it() {
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let knobs = Knobs::new(ethernet());
    let calls = knobs.calls.clone();
    let (driver, dev) = knobs.register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    assert_eq!(softnet.poll_at(), None);
    softnet.handle_timeout(NOW + Duration::from_secs(90));
    let late = NOW + Duration::from_secs(100);
    turn(&mut softnet, driver, Knob::CarrierOn, late);
    let due = late + ethernet().watchdog_timeo;
    assert_eq!(softnet.poll_at(), Some(due));
    softnet.handle_timeout(late);
    softnet.handle_timeout(due);
    softnet.handle_timeout(due);
    let timeouts: Vec<_> =
        calls.lock().unwrap().iter().filter(|call| call.contains("tx_timeout")).cloned().collect();
    assert_eq!(timeouts, [format!("tx_timeout 0 at {due}")]);
}

#[test]
fn the_watchdogs_patience_begins_when_the_queue_is_stopped() {
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let (driver, dev) = Knobs::new(ethernet()).register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    turn(&mut softnet, driver, Knob::CarrierOn, NOW);
    turn(&mut softnet, driver, Knob::WakeQueue, NOW);
    assert_eq!(softnet.poll_at(), None);
    // An hour without a packet is no reason to be impatient.
    let late = NOW + Duration::from_secs(3600);
    turn(&mut softnet, driver, Knob::StopQueue, late);
    assert_eq!(softnet.poll_at(), Some(late + ethernet().watchdog_timeo));
    assert_eq!(softnet.dev(dev).unwrap().tx_queues()[0].stats().stops, 1);
}

#[test]
fn a_debugger_sends_past_everything() {
    let mut rig = Rig::queued();
    rig.wire.ring.store(1, Relaxed);
    rig.must_send([0, 1, 2]);
    // The ring is full, and its interrupt never came; the driver finds out when it is polled.
    rig.wire.completed.store(1, Relaxed);
    let skb = rig.frame(100);
    rig.softnet.netpoll_send_skb(skb, 2, rig.now).unwrap();
    assert_eq!(rig.sent(), [0, 100]);
    let skb = rig.frame(101);
    let rejected = rig.softnet.netpoll_send_skb(skb, 3, rig.now).unwrap_err();
    assert_eq!(rejected.why, DropReason::FULL_RING);
    rig.softnet.consume(rejected.packet);
    rig.wire.ring.store(u32::MAX, Relaxed);
    rig.interrupt();
    rig.softirqs();
    assert_eq!(rig.sent(), [1, 2]);
    rig.assert_clean();
}

#[test]
fn a_debugger_receives_nothing_and_leaves_the_poll_for_later() {
    let mut rig = Rig::new();
    let skb = rig.frame(5);
    let _ = rig.wire.air.push(skb).unwrap();
    rig.interrupt();
    rig.wire.busy.store(2, Relaxed);
    let skb = rig.frame(6);
    rig.softnet.netpoll_send_skb(skb, 3, rig.now).unwrap();
    assert_eq!(rig.softnet.stats().processed, 0);
    rig.softnet.dev_set_promiscuity(rig.dev, 1, NOW).unwrap();
    rig.softirqs();
    assert_eq!(rig.softnet.stats().processed, 1);
    rig.assert_clean();
}

/// An IPv4 UDP frame from port `port`.
fn udp(softnet: &mut Softnet, dev: IfIndex, port: u16) -> SkBuff {
    let mut ip = [0u8; 28];
    ip[0] = 0x45;
    ip[3] = 28;
    ip[9] = 17;
    ip[12..20].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
    ip[20..22].copy_from_slice(&port.to_be_bytes());
    ip[23] = 53;
    let mut skb = frame(softnet, dev, mac(9), &ip).unwrap();
    skb.data_mut().unwrap()[12..14].copy_from_slice(&EtherType::IPV4.0.to_be_bytes());
    skb.meta_mut().protocol = EtherType::IPV4;
    skb
}

#[test]
fn a_flow_keeps_its_transmit_queue_chosen_by_the_hashs_upper_bits() {
    let seed = [7, 8];
    let mut port = ethernet();
    port.tx_queues = 4;
    let mut rig = Rig::with(Config { hash_seed: seed, ..Config::default() }, port);
    let mut used = [0; 4];
    for source in 1000..1064 {
        let skb = udp(&mut rig.softnet, rig.dev, source);
        let keys = FlowKeys::dissect_frame(skb.data());
        let hash = keys.hash(&FlowSeed::new(seed[0], seed[1]));
        let expected = hash >> 30;
        let again = udp(&mut rig.softnet, rig.dev, source);
        for skb in [skb, again] {
            let _ = rig.softnet.dev_queue_xmit(skb, NOW).unwrap();
            let skb = rig.wire.sent.take().pop_front().unwrap();
            assert_eq!(u32::from(skb.meta().queue_mapping), expected);
            assert_eq!(skb.meta().hash.unwrap().value, hash, "kept for the discipline");
            rig.softnet.consume(skb);
        }
        used[expected as usize] += 1;
    }
    assert!(used.iter().all(|&flows| flows > 4), "{used:?}");
    let sent: Vec<u64> =
        rig.softnet.dev(rig.dev).unwrap().tx_queues().iter().map(|q| q.stats().sent).collect();
    assert_eq!(sent, used.map(|flows| flows * 2));
    rig.assert_clean();
}

#[test]
fn the_default_discipline_goes_where_linux_puts_it() {
    let mut port = ethernet();
    port.tx_queues = 2;
    port.tx_queue_len = 5;
    let mut rig = Rig::with(Config::default(), port.clone());
    let kinds = |rig: &Rig| -> Vec<Option<&'static str>> {
        let queues = rig.softnet.dev(rig.dev).unwrap().tx_queues();
        queues.iter().map(|queue| queue.qdisc().map(|qdisc| qdisc.kind())).collect()
    };
    let own = Fifo::pfifo(1).unwrap();
    rig.softnet.set_qdisc(rig.dev, 1, Some(Box::new(own)), NOW).unwrap();
    rig.softnet.attach_default_qdiscs(rig.dev).unwrap();
    assert_eq!(kinds(&rig), [Some("pfifo_fast"), Some("pfifo")], "what is there stays");
    port.features = softnet_netdev::Features::NO_QUEUE;
    let mut rig = Rig::with(Config::default(), port);
    rig.softnet.attach_default_qdiscs(rig.dev).unwrap();
    assert_eq!(kinds(&rig), [None, None]);
}

/// Sends each packet on by its own interface, for ever: a redirect gone wrong.
struct Mirror(IfIndex);

impl NetDeviceOps for Mirror {
    fn describe(&self) -> Description {
        let mut port = ethernet();
        port.has_carrier = false;
        Description { driver: "mirror", ports: vec![port], napi_weights: vec![] }
    }

    fn start_xmit(&mut self, port: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        cx.stats_mut(port).tx_packets += 1;
        if let Err(rejected) = cx.defer(Work::Xmit(self.0, skb)) {
            let (Work::Xmit(_, skb) | Work::Receive(_, skb)) = rejected.packet;
            cx.kfree(skb, rejected.why);
        }
        Ok(())
    }
}

fn mirror(config: Config) -> (Softnet, IfIndex) {
    let mut softnet = Softnet::new(config, pool().unwrap());
    let dev = softnet.register_netdev(Box::new(Mirror(IfIndex::FIRST))).unwrap().dev().unwrap();
    softnet.dev_open(dev, NOW).unwrap();
    (softnet, dev)
}

#[test]
fn a_packet_that_goes_in_circles_is_dropped_after_as_many_devices_as_in_linux() {
    let (mut softnet, dev) = mirror(Config::default());
    let skb = frame(&mut softnet, dev, mac(9), b"data").unwrap();
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    assert_eq!(softnet.drops().of(DropReason::RECURSION_LIMIT), 1);
    // XMIT_RECURSION_LIMIT 8 is exceeded by the tenth of nested transmissions.
    assert_eq!(softnet.dev_stats(dev).unwrap().tx_packets, 9);
    assert!(softnet.pool().is_whole());
}

/// Takes each packet that it sends for one that came in.
struct Hairpin;

impl NetDeviceOps for Hairpin {
    fn describe(&self) -> Description {
        Mirror(IfIndex::FIRST).describe()
    }

    fn start_xmit(
        &mut self,
        port: Port,
        mut skb: SkBuff,
        cx: &mut Cx<'_>,
    ) -> Result<(), Busy<SkBuff>> {
        cx.eth_type_trans(port, &mut skb).unwrap();
        let dev = cx.ifindex(port).unwrap();
        cx.defer(Work::Receive(dev, skb)).unwrap();
        Ok(())
    }
}

#[test]
fn what_comes_through_the_backlog_starts_anew() {
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let dev = softnet.register_netdev(Box::new(Hairpin)).unwrap().dev().unwrap();
    softnet.dev_open(dev, NOW).unwrap();
    let mut skb = frame(&mut softnet, dev, mac(1), b"data").unwrap();
    for _ in 0..30 {
        let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
        assert!(!softnet.do_softirq(&mut { NOW }).any());
        skb = softnet.receive(dev).unwrap();
        skb.push(14).unwrap();
    }
    softnet.consume(skb);
    assert_eq!(softnet.drops().total(), 0);
}

#[test]
fn deferred_work_is_bounded() {
    let (mut softnet, dev) = mirror(Config { max_work: 0, ..Config::default() });
    let skb = frame(&mut softnet, dev, mac(9), b"data").unwrap();
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    assert_eq!(softnet.drops().of(DropReason::WORK_LIMIT), 1);
    assert!(softnet.pool().is_whole());
}

#[test]
fn work_for_a_device_that_is_down_is_dropped_by_name() {
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let other = IfIndex::new(2).unwrap();
    let dev = softnet.register_netdev(Box::new(Mirror(other))).unwrap().dev().unwrap();
    let (_, down) = Knobs::new(ethernet()).register(&mut softnet);
    assert_eq!(down, other);
    softnet.dev_open(dev, NOW).unwrap();
    let skb = frame(&mut softnet, dev, mac(9), b"data").unwrap();
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    assert_eq!(softnet.drops().of(DropReason::DEV_READY), 1);
    assert_eq!(softnet.dev_stats(down).unwrap().tx_dropped, 1);
    assert!(softnet.pool().is_whole());
}

#[test]
fn time_runs_on_while_nothing_happens() {
    let mut rig = Rig::queued();
    rig.softnet.handle_timeout(Instant::MAX);
    rig.must_send([1]);
    assert_eq!(rig.sent(), [1]);
    rig.assert_clean();
}

#[test]
fn netems_duplicates_share_bytes_and_start_again_at_the_root() {
    let mut rig = Rig::queued();
    let duplicate = netem::Chance::of(netem::Probability::ALWAYS);
    let config = netem::Config { duplicate, ..netem::Config::default() };
    let netem = Netem::<SkBuff>::new(Handle(1), config, 1).unwrap();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(netem)), NOW).unwrap();
    rig.must_send(0..3);
    assert_eq!(rig.sent(), [0, 0, 1, 1, 2, 2]);
    rig.assert_clean();
}
