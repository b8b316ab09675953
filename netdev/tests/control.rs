//! Interfaces as `ip link` sees them: flags, states, names, addresses, offloads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::atomic::Ordering::Relaxed;

use common::{Knob, Knobs, NOW, ethernet, events, turn};
use softnet_netdev::testutil::{mac, pool};
use softnet_netdev::{
    AddrList, Config, Event, Features, Flags, Loopback, NotRegistered, OperState, PortConfig,
    Progress, Refused, Softnet, TapConfig,
};
use softnet_sk_buff::{Instant, MacAddr};

fn softnet() -> Softnet {
    Softnet::new(Config::default(), pool().unwrap())
}

/// Numbers of `IFF_*`, in the combinations that `ip link` of a Linux 6.18 shows for a veth and `lo`.
#[test]
fn flags_and_operstate_are_those_of_ip_link() {
    use Knob::{CarrierOff, CarrierOn, DormantOff, DormantOn};
    const UP: u32 = 0x1;
    const ETHERNET: u32 = 0x1002;
    const RUNNING: u32 = 0x40;
    const LOWER_UP: u32 = 0x10000;
    const DORMANT: u32 = 0x20000;
    let steps: [(Option<Knob>, u32, OperState); 6] = [
        (None, ETHERNET | UP, OperState::Down),
        (Some(CarrierOn), ETHERNET | UP | RUNNING | LOWER_UP, OperState::Up),
        (Some(DormantOn), ETHERNET | UP | LOWER_UP | DORMANT, OperState::Dormant),
        (Some(DormantOff), ETHERNET | UP | RUNNING | LOWER_UP, OperState::Up),
        (Some(CarrierOff), ETHERNET | UP, OperState::Down),
        (Some(CarrierOn), ETHERNET | UP | RUNNING | LOWER_UP, OperState::Up),
    ];
    let mut softnet = softnet();
    let (driver, dev) = Knobs::new(ethernet()).register(&mut softnet);
    let shown = |softnet: &Softnet| {
        let device = softnet.dev(dev).unwrap();
        (device.flags().bits(), device.operstate())
    };
    assert_eq!(shown(&softnet), (ETHERNET, OperState::Down));
    softnet.dev_open(dev, NOW).unwrap();
    for (knob, flags, state) in steps {
        if let Some(knob) = knob {
            turn(&mut softnet, driver, knob, NOW);
        }
        assert_eq!(shown(&softnet), (flags, state));
    }
    assert_eq!(softnet.dev(dev).unwrap().carrier_changes(), 1 + 3);
    softnet.dev_close(dev, NOW).unwrap();
    assert_eq!(shown(&softnet), (ETHERNET, OperState::Down), "down, whatever the carrier says");
}

#[test]
fn a_device_without_carrier_reports_is_unknown_and_running() {
    let mut softnet = softnet();
    let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    assert_eq!(softnet.dev(lo).unwrap().flags().bits(), 0x8);
    softnet.dev_open(lo, NOW).unwrap();
    assert_eq!(softnet.dev(lo).unwrap().operstate(), OperState::Unknown);
    // UP, LOOPBACK, RUNNING, LOWER_UP.
    assert_eq!(softnet.dev(lo).unwrap().flags().bits(), 0x10049);
}

#[test]
fn a_driver_can_not_claim_what_is_derived_or_the_users() {
    let mut port = ethernet();
    port.flags = Flags::all();
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(port).register(&mut softnet);
    let shown = softnet.dev(dev).unwrap().flags();
    let forbidden = Flags::UP | Flags::DERIVED | Flags::PROMISC | Flags::ALLMULTI;
    assert!(!shown.intersects(forbidden), "{shown:?}");
}

#[test]
fn a_user_changes_only_the_users_flags() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    let wanted = Flags::UP | Flags::NOARP | Flags::DEBUG | Flags::POINTOPOINT | Flags::RUNNING;
    softnet.dev_change_flags(dev, wanted, NOW).unwrap();
    // BROADCAST stays, which is the device's; MULTICAST goes, which is the user's.
    let shown = Flags::UP | Flags::NOARP | Flags::DEBUG | Flags::BROADCAST;
    assert_eq!(softnet.dev(dev).unwrap().flags(), shown);
    let events = events(&mut softnet);
    assert_eq!(events, [Event::Register(dev), Event::Change(dev), Event::Up(dev)]);
}

#[test]
fn the_users_promiscuity_counts_once_and_apart_from_a_taps() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    let promiscuous = Flags::UP | Flags::PROMISC;
    softnet.dev_change_flags(dev, promiscuous, NOW).unwrap();
    softnet.dev_change_flags(dev, promiscuous, NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 1);
    let config = TapConfig { dev: Some(dev), promisc: true, ..TapConfig::default() };
    let taps = [softnet.open_tap(config, NOW).unwrap(), softnet.open_tap(config, NOW).unwrap()];
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 3);
    softnet.dev_change_flags(dev, Flags::UP, NOW).unwrap();
    let device = softnet.dev(dev).unwrap();
    assert_eq!(device.promiscuity(), 2);
    assert!(!device.flags().contains(Flags::PROMISC), "the user's wish is shown, not the taps'");
    drop(taps);
    softnet.reap_taps(NOW);
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 0);
}

#[test]
fn promiscuity_neither_overflows_nor_underflows() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    assert_eq!(softnet.dev_set_promiscuity(dev, -1, NOW), Err(Refused::Overflow));
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 0);
    for by in [i32::MAX, i32::MAX, 1] {
        softnet.dev_set_promiscuity(dev, by, NOW).unwrap();
    }
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), u32::MAX);
    assert_eq!(softnet.dev_set_promiscuity(dev, 1, NOW), Err(Refused::Overflow));
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), u32::MAX);
    let wants = softnet.dev_change_flags(dev, Flags::PROMISC, NOW);
    assert_eq!(wants, Err(Refused::Overflow));
    assert!(!softnet.dev(dev).unwrap().flags().contains(Flags::PROMISC));
    assert_eq!(softnet.dev_set_allmulti(dev, -1, NOW), Err(Refused::Overflow));
}

#[test]
fn the_driver_hears_of_the_first_and_the_last_who_wants_everything() {
    let mut softnet = softnet();
    let knobs = Knobs::new(ethernet());
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_set_promiscuity(dev, 1, NOW).unwrap();
    assert!(calls.lock().unwrap().is_empty(), "a device that is down is told when it comes up");
    softnet.dev_open(dev, NOW).unwrap();
    for by in [1, -1, -1] {
        softnet.dev_set_promiscuity(dev, by, NOW).unwrap();
    }
    for by in [1, 1, -2] {
        softnet.dev_set_allmulti(dev, by, NOW).unwrap();
    }
    let calls = std::mem::take(&mut *calls.lock().unwrap());
    assert_eq!(
        calls,
        [
            "open",
            "rx_mode promisc=true allmulti=false uc=0 mc=0",
            "rx_mode promisc=false allmulti=false uc=0 mc=0",
            "rx_mode promisc=false allmulti=true uc=0 mc=0",
            "rx_mode promisc=false allmulti=false uc=0 mc=0",
        ]
    );
}

#[test]
fn who_is_refused_is_not_counted() {
    let mut softnet = softnet();
    let knobs = Knobs::new(ethernet());
    let refuse = knobs.refuse.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    refuse.store(true, Relaxed);
    let config = TapConfig { dev: Some(dev), promisc: true, ..TapConfig::default() };
    assert_eq!(softnet.open_tap(config, NOW).unwrap_err(), Refused::Hardware);
    assert_eq!(softnet.dev_uc_add(dev, mac(2), NOW), Err(Refused::Hardware));
    assert_eq!(softnet.dev_mc_add(dev, mac(3), NOW), Err(Refused::Hardware));
    assert_eq!(
        softnet.dev_change_flags(dev, Flags::UP | Flags::ALLMULTI, NOW).err(),
        Some(Refused::Hardware)
    );
    let device = softnet.dev(dev).unwrap();
    assert_eq!((device.promiscuity(), device.allmulti()), (0, 0));
    assert!(device.unicast().is_empty() && device.multicast().is_empty());
    assert!(!device.flags().contains(Flags::ALLMULTI));
}

#[test]
fn who_leaves_is_gone_even_if_the_driver_fails() {
    let mut softnet = softnet();
    let knobs = Knobs::new(ethernet());
    let refuse = knobs.refuse.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_change_flags(dev, Flags::UP | Flags::PROMISC, NOW).unwrap();
    refuse.store(true, Relaxed);
    assert_eq!(softnet.dev_change_flags(dev, Flags::UP, NOW), Err(Refused::Hardware));
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 0);
    refuse.store(false, Relaxed);
    softnet.dev_change_flags(dev, Flags::UP | Flags::PROMISC, NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 1);
}

#[test]
fn more_addresses_than_filters_count_as_one_who_wants_everything() {
    let mut port = ethernet();
    port.unicast_filters = 2;
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(port).register(&mut softnet);
    (2..5).for_each(|n| softnet.dev_uc_add(dev, mac(n), NOW).unwrap());
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 0, "not while it is down");
    softnet.dev_open(dev, NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 1);
    softnet.dev_uc_add(dev, mac(5), NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 1);
    softnet.dev_uc_del(dev, mac(2), NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 1, "three are left");
    softnet.dev_uc_del(dev, mac(3), NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().promiscuity(), 0);
}

#[test]
fn an_address_stays_until_all_who_asked_for_it_are_gone() {
    let mut softnet = softnet();
    let knobs = Knobs::new(ethernet());
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    calls.lock().unwrap().clear();
    let group = MacAddr([1, 0, 0x5e, 0, 0, 1]);
    softnet.dev_mc_add(dev, group, NOW).unwrap();
    softnet.dev_mc_add(dev, group, NOW).unwrap();
    softnet.dev_mc_del(dev, group, NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().multicast().refs(group), 1);
    softnet.dev_mc_del(dev, group, NOW).unwrap();
    assert_eq!(softnet.dev_mc_del(dev, group, NOW), Err(Refused::Invalid));
    let calls = std::mem::take(&mut *calls.lock().unwrap());
    assert_eq!(
        calls,
        [
            "rx_mode promisc=false allmulti=false uc=0 mc=1",
            "rx_mode promisc=false allmulti=false uc=0 mc=0"
        ]
    );
}

#[test]
fn a_list_of_addresses_is_bounded() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    let group = |n: usize| MacAddr([1, 0, 0, 0, (n >> 8) as u8, n as u8]);
    for n in 0..AddrList::LIMIT {
        softnet.dev_mc_add(dev, group(n), NOW).unwrap();
    }
    let one_more = softnet.dev_mc_add(dev, group(AddrList::LIMIT), NOW);
    assert_eq!(one_more, Err(Refused::Overflow));
    softnet.dev_mc_add(dev, group(7), NOW).unwrap();
}

#[test]
fn vlans_are_counted_and_filtered_where_the_device_can() {
    for can in [false, true] {
        let mut port = ethernet();
        port.features.set(Features::HW_VLAN_CTAG_FILTER, can);
        let mut softnet = softnet();
        let knobs = Knobs::new(port);
        let calls = knobs.calls.clone();
        let (_, dev) = knobs.register(&mut softnet);
        softnet.vlan_vid_add(dev, 5, NOW).unwrap();
        softnet.vlan_vid_add(dev, 5, NOW).unwrap();
        assert_eq!(softnet.vlan_vid_add(dev, 4095, NOW), Err(Refused::Invalid));
        softnet.vlan_vid_del(dev, 5, NOW).unwrap();
        assert!(softnet.dev(dev).unwrap().vlans().eq([5]));
        softnet.vlan_vid_del(dev, 5, NOW).unwrap();
        assert_eq!(softnet.vlan_vid_del(dev, 5, NOW), Err(Refused::Invalid));
        let expected: &[&str] = if can { &["AddVlan(5)", "RemoveVlan(5)"] } else { &[] };
        assert_eq!(*calls.lock().unwrap(), expected);
    }
}

/// The rules of `netdev_fix_features` in Linux 6.12, one in each line.
#[test]
fn offloads_that_need_others_go_without_them() {
    type F = Features;
    let table = [
        (F::HW_CSUM | F::IP_CSUM | F::IPV6_CSUM, F::HW_CSUM),
        (F::IP_CSUM | F::IPV6_CSUM, F::IP_CSUM | F::IPV6_CSUM),
        (F::SG, F::SG),
        (F::TSO | F::IP_CSUM, F::IP_CSUM),
        (F::SG | F::TSO, F::SG),
        (F::SG | F::TSO | F::IPV6_CSUM, F::SG | F::IPV6_CSUM),
        (F::SG | F::TSO | F::IP_CSUM, F::SG | F::TSO | F::IP_CSUM),
        (F::SG | F::TSO6 | F::IP_CSUM, F::SG | F::IP_CSUM),
        (F::SG | F::TSO6 | F::IPV6_CSUM, F::SG | F::TSO6 | F::IPV6_CSUM),
        (F::SG | F::ALL_TSO | F::HW_CSUM, F::SG | F::ALL_TSO | F::HW_CSUM),
        (F::GSO | F::HW_CSUM, F::HW_CSUM),
        (F::GSO | F::SG, F::GSO | F::SG),
        (F::RXCSUM | F::GRO | F::RXHASH, F::RXCSUM | F::GRO | F::RXHASH),
    ];
    for (wanted, had) in table {
        assert_eq!(wanted.fix(), had, "{wanted:?}");
    }
}

#[test]
fn only_changeable_offloads_change_and_only_together_with_what_they_need() {
    let mut port = ethernet();
    port.features = Features::HIGHDMA | Features::SG;
    port.hw_features = Features::SG | Features::TSO | Features::IP_CSUM;
    let mut softnet = softnet();
    let knobs = Knobs::new(port);
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    let wanted = Features::SG | Features::TSO | Features::RXCSUM;
    // RXCSUM can't be had, HIGHDMA can't be turned off, TSO lacks a checksum.
    let had = softnet.dev_set_features(dev, wanted, NOW).unwrap();
    assert_eq!(had, Features::HIGHDMA | Features::SG);
    assert!(calls.lock().unwrap().is_empty(), "nothing has changed");
    let had = softnet.dev_set_features(dev, Features::IP_CSUM | wanted, NOW).unwrap();
    assert_eq!(had, Features::HIGHDMA | port_features());
    assert_eq!(softnet.dev(dev).unwrap().features(), had);
}

fn port_features() -> Features {
    Features::SG | Features::TSO | Features::IP_CSUM
}

#[test]
fn opening_and_closing_take_the_time_that_they_take() {
    let at = Instant::from_millis;
    let mut softnet = softnet();
    let mut knobs = Knobs::new(ethernet());
    knobs.opening = vec![Ok(Progress::Again(at(9))), Ok(Progress::Again(at(5)))];
    knobs.closing = vec![Progress::Again(at(20))];
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_open(dev, at(1)).unwrap();
    assert_eq!(softnet.poll_at(), Some(at(5)));
    softnet.dev_open(dev, at(2)).unwrap();
    softnet.handle_timeout(at(4));
    assert!(!softnet.dev(dev).unwrap().is_running());
    softnet.handle_timeout(at(5));
    assert_eq!(softnet.poll_at(), Some(at(9)));
    softnet.handle_timeout(at(9));
    assert!(softnet.dev(dev).unwrap().is_running());
    softnet.dev_close(dev, at(10)).unwrap();
    assert!(!softnet.dev(dev).unwrap().is_running());
    assert_eq!(softnet.dev_open(dev, at(11)), Err(Refused::Busy));
    let (driver, _) = softnet.dev(dev).unwrap().driver();
    assert_eq!(softnet.unregister_netdev(driver).unwrap_err(), Refused::Busy);
    softnet.handle_timeout(at(20));
    assert_eq!(softnet.poll_at(), None);
    let expected = [Event::Register(dev), Event::Up(dev), Event::GoingDown(dev), Event::Down(dev)];
    assert_eq!(events(&mut softnet), expected);
    let opened = calls.lock().unwrap().iter().filter(|call| *call == "open").count();
    assert_eq!(opened, 3);
    softnet.unregister_netdev(driver).unwrap();
    assert_eq!(events(&mut softnet), [Event::Unregister(dev)]);
    assert!(softnet.dev(dev).is_none());
}

#[test]
fn a_failed_opening_leaves_the_interface_down() {
    let at = Instant::from_millis;
    let mut softnet = softnet();
    let mut knobs = Knobs::new(ethernet());
    knobs.opening =
        vec![Err(Refused::Hardware), Ok(Progress::Again(at(5))), Err(Refused::NoMemory)];
    let (_, dev) = knobs.register(&mut softnet);
    assert_eq!(softnet.dev_open(dev, at(1)), Err(Refused::NoMemory));
    assert_eq!(softnet.poll_at(), None);
    softnet.dev_open(dev, at(2)).unwrap();
    softnet.handle_timeout(at(5));
    let failed = Event::OpenFailed(dev, Refused::Hardware);
    assert_eq!(events(&mut softnet), [Event::Register(dev), failed]);
    assert!(!softnet.dev(dev).unwrap().flags().contains(Flags::UP));
    softnet.dev_open(dev, at(6)).unwrap();
    assert!(softnet.dev(dev).unwrap().is_running(), "a further try starts over");
}

#[test]
fn closing_while_opening_stops_what_was_begun() {
    let mut softnet = softnet();
    let mut knobs = Knobs::new(ethernet());
    knobs.opening = vec![Ok(Progress::Again(Instant::from_millis(5)))];
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    softnet.dev_close(dev, NOW).unwrap();
    assert_eq!(*calls.lock().unwrap(), ["open", "stop"]);
    assert_eq!(softnet.poll_at(), None);
    assert_eq!(events(&mut softnet), [Event::Register(dev), Event::Down(dev)]);
}

#[test]
fn names_are_numbered_and_unique() {
    let mut softnet = softnet();
    let named = |softnet: &mut Softnet, name: &str| {
        let port = PortConfig::ethernet(name, mac(1));
        match softnet.register_netdev(Box::new(Knobs::new(port))) {
            Ok(registered) => {
                let dev = registered.dev().unwrap();
                Ok((dev, softnet.dev(dev).unwrap().name().to_owned()))
            }
            Err(NotRegistered { why, .. }) => Err(why),
        }
    };
    let (first, name) = named(&mut softnet, "eth%d").unwrap();
    assert_eq!((first.get(), name.as_str()), (1, "eth0"));
    assert_eq!(named(&mut softnet, "eth%d").unwrap().1, "eth1");
    assert_eq!(named(&mut softnet, "%dx").unwrap().1, "0x");
    for bad in
        ["", "eth0", ".", "..", "a/b", "a b", "a:b", "a%s", "%d%d", "0123456789abcdef", "a\n"]
    {
        assert_eq!(named(&mut softnet, bad), Err(Refused::Invalid), "{bad}");
    }
    assert!(named(&mut softnet, "0123456789abcde").is_ok(), "15 bytes fit");
    let (driver, _) = softnet.dev(first).unwrap().driver();
    softnet.unregister_netdev(driver).unwrap();
    let (again, name) = named(&mut softnet, "eth%d").unwrap();
    assert_eq!(name, "eth0");
    assert_ne!(again, first, "a number is not used twice");
}

#[test]
fn an_interface_may_be_renamed_while_it_is_up() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    let (_, other) = Knobs::new(ethernet()).register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    events(&mut softnet);
    softnet.dev_change_name(dev, "wan").unwrap();
    softnet.dev_change_name(dev, "wan").unwrap();
    assert_eq!(softnet.dev_by_name("wan").unwrap().ifindex(), dev);
    assert!(softnet.dev_by_name("eth0").is_none());
    assert_eq!(softnet.dev_change_name(other, "wan"), Err(Refused::Invalid));
    assert_eq!(events(&mut softnet), [Event::ChangeName(dev)]);
}

#[test]
fn an_mtu_outside_the_devices_range_is_refused() {
    let mut softnet = softnet();
    let (_, dev) = Knobs::new(ethernet()).register(&mut softnet);
    for mtu in [0, 67, 1501, u32::MAX] {
        assert_eq!(softnet.dev_set_mtu(dev, mtu, NOW), Err(Refused::Invalid), "{mtu}");
    }
    for mtu in [68, 1500] {
        softnet.dev_set_mtu(dev, mtu, NOW).unwrap();
        assert_eq!(softnet.dev(dev).unwrap().mtu(), mtu);
    }
}

#[test]
fn an_address_that_no_station_has_is_refused() {
    let mut softnet = softnet();
    let knobs = Knobs::new(ethernet());
    let calls = knobs.calls.clone();
    let (_, dev) = knobs.register(&mut softnet);
    for bad in [MacAddr::ZERO, MacAddr::BROADCAST, MacAddr([1, 0, 0, 0, 0, 1])] {
        assert_eq!(softnet.dev_set_mac_address(dev, bad, NOW), Err(Refused::Invalid));
    }
    assert!(calls.lock().unwrap().is_empty(), "the driver is not bothered");
    softnet.dev_set_mac_address(dev, mac(8), NOW).unwrap();
    assert_eq!(softnet.dev(dev).unwrap().address(), mac(8));
}

#[test]
fn events_that_nobody_takes_are_forgotten_oldest_first_and_counted() {
    let mut softnet = Softnet::new(Config { max_events: 2, ..Config::default() }, pool().unwrap());
    let (driver, dev) = Knobs::new(ethernet()).register(&mut softnet);
    softnet.dev_open(dev, NOW).unwrap();
    turn(&mut softnet, driver, Knob::CarrierOn, NOW);
    assert_eq!(events(&mut softnet), [Event::Up(dev), Event::Change(dev)]);
    assert_eq!(softnet.lost_events(), 1);
}
