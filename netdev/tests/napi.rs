//! The receive softirq: budgets, fairness, and requests that come at the wrong moment.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::time::Duration;

use common::{NOW, Poller};
use softnet_netdev::{Config, NotRegistered, Refused, Softirq, Softnet};
use softnet_sk_buff::Instant;

fn run(softnet: &mut Softnet) -> bool {
    softnet.do_softirq(&mut { NOW }).any()
}

#[test]
fn a_poll_gets_its_weight_and_an_instance_one_poll_a_run() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 1);
    poller.arrive(&mut softnet, driver, 0, 150);
    assert!(run(&mut softnet), "86 are left");
    assert_eq!(poller.polled(), [(0, 64)]);
    assert!(run(&mut softnet));
    assert!(!run(&mut softnet));
    assert_eq!(poller.polled(), [(0, 64), (0, 22)]);
    assert_eq!(softnet.stats().time_squeeze, 0, "no limit was met");
    assert_eq!(softnet.softirqs().count(Softirq::NetRx), 3);
}

#[test]
fn a_run_may_overshoot_its_budget_by_a_weight_less_one() {
    let config = Config { netdev_budget: 257, ..Config::default() };
    let (mut softnet, driver, poller) = Poller::rig(config, 8);
    (0..8).for_each(|napi| poller.arrive(&mut softnet, driver, napi, 100));
    assert!(run(&mut softnet));
    // 256 packets are within the budget, so a fifth instance is polled: 320 = 257 + 63.
    assert_eq!(poller.polled(), [(0, 64), (1, 64), (2, 64), (3, 64), (4, 64)]);
    assert_eq!(softnet.stats().time_squeeze, 1);
}

#[test]
fn a_budget_that_is_met_exactly_ends_the_run() {
    let config = Config { netdev_budget: 128, ..Config::default() };
    let (mut softnet, driver, poller) = Poller::rig(config, 3);
    (0..3).for_each(|napi| poller.arrive(&mut softnet, driver, napi, 64));
    assert!(run(&mut softnet));
    assert_eq!(poller.polled(), [(0, 64), (1, 64)]);
    assert_eq!(softnet.stats().time_squeeze, 1);
}

#[test]
fn who_was_left_out_goes_first_in_the_next_run() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 7);
    (0..7).for_each(|napi| poller.arrive(&mut softnet, driver, napi, 65));
    assert!(run(&mut softnet));
    assert_eq!(poller.polled(), [(0, 64), (1, 64), (2, 64), (3, 64), (4, 64)]);
    assert!(run(&mut softnet), "5 and 6 have one packet each");
    assert_eq!(poller.polled(), [(5, 64), (6, 64), (0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]);
}

#[test]
fn who_asks_meanwhile_goes_before_who_used_its_weight_up() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 3);
    poller.0.lock().unwrap().schedules.push((1, 2));
    poller.arrive(&mut softnet, driver, 0, 65);
    poller.arrive(&mut softnet, driver, 1, 1);
    assert!(run(&mut softnet));
    assert_eq!(poller.polled(), [(0, 64), (1, 1)]);
    assert!(!run(&mut softnet));
    assert_eq!(poller.polled(), [(2, 0), (0, 1)]);
}

#[test]
fn a_run_ends_when_its_time_is_up() {
    let config = Config { netdev_budget_time: Duration::from_millis(2), ..Config::default() };
    let (mut softnet, driver, poller) = Poller::rig(config, 5);
    (0..5).for_each(|napi| poller.arrive(&mut softnet, driver, napi, 1));
    let mut millis = 0;
    let mut clock = || {
        millis += 1;
        Instant::from_millis(millis)
    };
    // Looked at before the softirqs (1), at the start of this one (2), and after each poll: at 4
    // two milliseconds have passed.
    assert!(softnet.do_softirq(&mut clock).any());
    assert_eq!(poller.polled(), [(0, 1), (1, 1)]);
    assert_eq!(softnet.stats().time_squeeze, 1);
    assert!(!run(&mut softnet));
    assert_eq!(poller.polled(), [(2, 1), (3, 1), (4, 1)]);
}

#[test]
fn a_packet_that_comes_just_before_completion_is_not_forgotten() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 1);
    poller.0.lock().unwrap().late.push(0);
    poller.arrive(&mut softnet, driver, 0, 3);
    while run(&mut softnet) {}
    assert_eq!(poller.polled(), [(0, 3), (0, 1)]);
    assert_eq!(poller.0.lock().unwrap().irq_enabled, [0], "once, after the second poll");
}

#[test]
fn an_interrupt_while_listed_means_one_poll_more() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 1);
    poller.arrive(&mut softnet, driver, 0, 1);
    poller.arrive(&mut softnet, driver, 0, 1);
    while run(&mut softnet) {}
    assert_eq!(poller.polled(), [(0, 2), (0, 0)]);
}

#[test]
fn an_instance_that_disables_itself_is_not_polled_again() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 2);
    poller.0.lock().unwrap().disables.push(0);
    poller.arrive(&mut softnet, driver, 0, 100);
    poller.arrive(&mut softnet, driver, 1, 1);
    assert!(!run(&mut softnet));
    assert_eq!(poller.polled(), [(0, 64), (1, 1)]);
    poller.arrive(&mut softnet, driver, 0, 1);
    assert!(!softnet.softirqs().any(), "a disabled instance can't be scheduled");
}

#[test]
fn a_listed_instance_goes_with_its_driver() {
    let (mut softnet, driver, poller) = Poller::rig(Config::default(), 2);
    let dev = softnet.devs().next().unwrap().ifindex();
    poller.arrive(&mut softnet, driver, 0, 100);
    poller.arrive(&mut softnet, driver, 1, 100);
    assert!(run(&mut softnet), "both are listed again");
    poller.polled();
    softnet.dev_close(dev, NOW).unwrap();
    softnet.unregister_netdev(driver).unwrap();
    while run(&mut softnet) {}
    assert_eq!(poller.polled(), []);
}

#[test]
fn a_weight_of_zero_is_refused() {
    use softnet_netdev::{Busy, Cx, Description, NetDeviceOps, Port, testutil};
    use softnet_sk_buff::SkBuff;

    struct Weightless;
    impl NetDeviceOps for Weightless {
        fn describe(&self) -> Description {
            Description { driver: "w", ports: vec![common::ethernet()], napi_weights: vec![64, 0] }
        }
        fn start_xmit(&mut self, _: Port, skb: SkBuff, _: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
            Err(Busy(skb))
        }
    }
    let mut softnet = Softnet::new(Config::default(), testutil::pool().unwrap());
    let refused = softnet.register_netdev(Box::new(Weightless));
    assert!(matches!(refused, Err(NotRegistered { why: Refused::Invalid, .. })));
}
