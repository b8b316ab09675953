//! The smaller parts of a driver: interrupts without NAPI, tasklets, timers, counters, queues of its
//! own choice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::{Arc, Mutex};

use common::{NOW, ethernet, number};
use softnet_netdev::testutil::{frame, mac, pool};
use softnet_netdev::{
    Busy, Config, Cx, Description, DriverId, IrqReturn, LinkStats, NetDeviceOps, Port, Softirq,
    Softnet,
};
use softnet_sk_buff::{IfIndex, Inbox, Instant, SkBuff};

/// What the driver shares with its test.
struct Shared {
    arrived: Inbox,
    log: Mutex<Vec<String>>,
    /// Tasklets that schedule themselves once more.
    again: Mutex<Vec<u16>>,
    deadline: Mutex<Option<Instant>>,
    wish: Mutex<Option<u16>>,
}

impl Shared {
    fn log(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    fn logged(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

struct Plain(Arc<Shared>);

impl NetDeviceOps for Plain {
    fn describe(&self) -> Description {
        let mut port = ethernet();
        port.has_carrier = false;
        port.tx_queues = 3;
        Description { driver: "plain", ports: vec![port], napi_weights: vec![] }
    }

    fn start_xmit(&mut self, _: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        self.0.log(format!("xmit {} by queue {}", number(&skb), skb.meta().queue_mapping));
        cx.consume(skb);
        Ok(())
    }

    /// Vector 0: frames have arrived. Others: schedule that tasklet, twice.
    fn interrupt(&mut self, vector: u16, cx: &mut Cx<'_>) -> IrqReturn {
        if vector == 0 {
            let mut arrived = self.0.arrived.take();
            if arrived.is_empty() {
                return IrqReturn::None;
            }
            while let Some(mut skb) = arrived.pop_front() {
                cx.eth_type_trans(Port::ONLY, &mut skb).unwrap();
                cx.netif_rx(Port::ONLY, skb);
            }
        } else {
            cx.tasklet_schedule(vector);
            cx.tasklet_schedule(vector);
        }
        IrqReturn::Handled
    }

    fn tasklet(&mut self, id: u16, cx: &mut Cx<'_>) {
        self.0.log(format!("tasklet {id}"));
        if self.0.again.lock().unwrap().extract_if(.., |again| *again == id).count() > 0 {
            cx.tasklet_schedule(id);
        }
    }

    fn select_queue(&mut self, _: Port, _: &SkBuff) -> Option<u16> {
        *self.0.wish.lock().unwrap()
    }

    fn poll_at(&self) -> Option<Instant> {
        *self.0.deadline.lock().unwrap()
    }

    fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        self.0.log(format!("timeout at {}", cx.now()));
        *self.0.deadline.lock().unwrap() = None;
    }

    fn stats(&mut self, _: Port, stats: &mut LinkStats) {
        stats.rx_missed_errors += 7;
    }

    fn ethtool_stats(&mut self, _: Port, show: &mut dyn FnMut(&'static str, u64)) {
        show("first", 1);
        show("second", 2);
    }
}

fn plain() -> (Softnet, DriverId, IfIndex, Arc<Shared>) {
    let shared = Arc::new(Shared {
        arrived: Inbox::new(100),
        log: Mutex::default(),
        again: Mutex::default(),
        deadline: Mutex::default(),
        wish: Mutex::default(),
    });
    let mut softnet = Softnet::new(Config::default(), pool().unwrap());
    let registered = softnet.register_netdev(Box::new(Plain(Arc::clone(&shared)))).unwrap();
    let dev = registered.dev().unwrap();
    softnet.dev_open(dev, NOW).unwrap();
    (softnet, registered.driver, dev, shared)
}

#[test]
fn a_driver_without_napi_receives_through_the_backlog() {
    let (mut softnet, driver, dev, shared) = plain();
    assert_eq!(softnet.handle_interrupt(driver, 0, NOW), IrqReturn::None, "not its interrupt");
    for number in 0..3u32 {
        let skb = frame(&mut softnet, dev, mac(1), &number.to_be_bytes()).unwrap();
        let _ = shared.arrived.push(skb).unwrap();
    }
    assert_eq!(softnet.handle_interrupt(driver, 0, NOW), IrqReturn::Handled);
    assert_eq!(softnet.backlog_len(), 3);
    assert!(!softnet.do_softirq(&mut { NOW }).any());
    for expected in 0..3 {
        let skb = softnet.receive(dev).unwrap();
        assert_eq!(number(&skb), expected);
        softnet.consume(skb);
    }
    assert!(softnet.pool().is_whole());
}

#[test]
fn a_tasklet_runs_once_however_often_it_was_asked_for() {
    let (mut softnet, driver, _, shared) = plain();
    for id in [2, 1, 2] {
        let _ = softnet.handle_interrupt(driver, id, NOW);
    }
    shared.again.lock().unwrap().push(2);
    assert!(softnet.do_softirq(&mut { NOW }).is_pending(Softirq::Tasklet));
    assert_eq!(shared.logged(), ["tasklet 2", "tasklet 1"], "one asked for meanwhile has to wait");
    assert!(!softnet.do_softirq(&mut { NOW }).any());
    assert_eq!(shared.logged(), ["tasklet 2"]);
    assert_eq!(softnet.softirqs().count(Softirq::Tasklet), 2);
}

#[test]
fn a_tasklet_goes_with_its_driver() {
    let (mut softnet, driver, dev, shared) = plain();
    let _ = softnet.handle_interrupt(driver, 4, NOW);
    softnet.dev_close(dev, NOW).unwrap();
    softnet.unregister_netdev(driver).unwrap();
    while softnet.do_softirq(&mut { NOW }).any() {}
    assert!(shared.logged().is_empty());
    assert_eq!(softnet.handle_interrupt(driver, 4, NOW), IrqReturn::None);
}

#[test]
fn a_drivers_timer_is_part_of_poll_at() {
    let (mut softnet, _, _, shared) = plain();
    let at = Instant::from_millis(50);
    *shared.deadline.lock().unwrap() = Some(at);
    assert_eq!(softnet.poll_at(), Some(at));
    softnet.handle_timeout(Instant::from_millis(49));
    assert!(shared.logged().is_empty());
    softnet.handle_timeout(at);
    assert_eq!(shared.logged(), [format!("timeout at {at}")]);
    assert_eq!(softnet.poll_at(), None);
}

#[test]
fn a_driver_may_choose_the_queue_and_a_wrong_choice_is_not_followed() {
    let (mut softnet, _, dev, shared) = plain();
    let mut by = |wish: Option<u16>| {
        *shared.wish.lock().unwrap() = wish;
        let skb = frame(&mut softnet, dev, mac(9), &1u32.to_be_bytes()).unwrap();
        let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
        shared.logged().pop().unwrap()
    };
    let hashed = by(None);
    for queue in 0..3 {
        assert_eq!(by(Some(queue)), format!("xmit 1 by queue {queue}"));
    }
    assert_eq!(by(Some(3)), hashed);
}

#[test]
fn what_only_the_hardware_counted_is_added_when_asked_for() {
    let (mut softnet, driver, dev, _) = plain();
    for _ in 0..2 {
        assert_eq!(softnet.dev_stats(dev).unwrap().rx_missed_errors, 7, "and added once");
    }
    let mut shown = vec![];
    softnet.ethtool_stats(dev, &mut |name, value| shown.push((name, value)));
    assert_eq!(shown, [("first", 1), ("second", 2)]);
    softnet.dev_close(dev, NOW).unwrap();
    softnet.unregister_netdev(driver).unwrap();
    assert!(softnet.dev_stats(dev).is_none());
}

#[test]
fn a_driver_gets_the_same_value_back_that_it_registered() {
    let (mut softnet, driver, dev, shared) = plain();
    assert_eq!(Arc::strong_count(&shared), 2);
    softnet.dev_close(dev, NOW).unwrap();
    let plain = softnet.unregister_netdev(driver).unwrap();
    assert_eq!(plain.describe().driver, "plain");
    drop(plain);
    assert_eq!(Arc::strong_count(&shared), 1, "nothing else holds it");
}
