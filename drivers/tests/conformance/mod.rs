//! One suite for an e1000 driver, whatever card is behind it.
//!
//! A device is a [`Card`]. Each case of [`cases`] runs on each device, unless the device's table in
//! [`limits`] says why it can't show it. The stack is the real one: frames go through
//! `dev_queue_xmit` and come out of `receive`.
#![allow(dead_code, unreachable_pub, reason = "a harness that no test file uses all of")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "all of it is tests")]

pub mod bench;
pub mod cases;
pub mod frame;
pub mod limits;
pub mod model;
#[cfg(feature = "qemu")]
pub mod qemu;

use core::time::Duration;

use softnet_drivers::bus::PciDevice;
use softnet_sk_buff::{Instant, MacAddr, PoolConfig, SkPool};

use limits::Limit;

/// The address that all devices have in their EEPROM.
pub const MAC: MacAddr = MacAddr([0x52, 0x54, 0x00, 0x12, 0x34, 0x56]);

/// Packets of the pool under test: rings, and what is under way.
pub const POOL: PoolConfig = PoolConfig { buffers: 1024, clones: 256, buffer_size: 2048 + 64 };

/// A device with the machine around it.
pub trait Card: Sized {
    /// The card as a driver gets it.
    type Pci: PciDevice + 'static;

    /// What to call it.
    const NAME: &'static str;
    /// The cases that it can't show.
    const LIMITS: &'static [Limit];

    /// A card just powered on, a cable plugged in; `None`, with a printed line, if it can't be had.
    fn power_on() -> Option<Self>;
    /// The card, to be probed.
    fn pci(&self) -> Self::Pci;
    /// Packets in memory that the card reaches.
    fn pool(&self, config: PoolConfig) -> SkPool;
    /// The time.
    fn now(&self) -> Instant;
    /// Lets time pass.
    fn advance_to(&self, at: Instant);
    /// When the card does something by itself next, if it tells.
    fn next_event(&self) -> Option<Instant>;
    /// Whether the card interrupts. Everything that is on its way to it has arrived.
    fn interrupts(&self) -> bool;
    /// A frame, without check sequence, arrives from the wire.
    fn send(&self, frame: &[u8]);
    /// A frame arrives with a wrong check sequence, if the device has such a thing.
    fn send_damaged(&self, frame: &[u8]) {
        panic!("{} has no check sequences ({} bytes)", Self::NAME, frame.len());
    }
    /// The next frame that has left, without check sequence.
    fn sent(&self) -> Option<Vec<u8>>;
    /// Plugs the cable in or pulls it out.
    fn set_cable(&self, plugged: bool);
    /// Fails if the driver left something behind, or did what it must not.
    fn finish(&self);
}

/// The longest that a device needs until a link is there, and until it listens again after a
/// change of its filters: QEMU's takes a second for that.
pub const SETTLE: Duration = Duration::from_millis(1_200);

/// Runs one case, or says why not.
pub fn run<C: Card>(name: &str, case: fn(bench::Bench<C>)) {
    if let Some(limit) = C::LIMITS.iter().find(|limit| limit.case == name) {
        println!("{}: {name} can't be shown: {}", C::NAME, limit.why);
        return;
    }
    let Some(card) = C::power_on() else { return };
    case(bench::Bench::new(card));
}

/// Names every case once and hands the list to a macro.
#[macro_export]
macro_rules! for_each_case {
    ($then:ident) => {
        $then! {
            the_address_is_the_eeproms,
            a_port_opens_closes_and_opens_again,
            frames_of_every_length_leave_as_they_are,
            short_frames_are_padded_with_zeroes,
            frames_of_every_length_arrive_as_they_are,
            bursts_go_round_the_rings_many_times,
            only_wanted_unicast_arrives,
            only_wanted_multicast_arrives,
            many_multicast_groups_are_hashed,
            allmulti_takes_every_group,
            broadcast_always_arrives,
            a_promiscuous_tap_sees_everything,
            the_address_can_be_changed,
            transport_checksums_are_inserted,
            received_checksums_are_checked,
            vlan_tags_are_inserted,
            vlan_tags_are_stripped,
            vlan_tags_stay_with_the_feature_off,
            vlans_are_filtered,
            the_cable_can_be_pulled,
            the_link_has_speed_and_duplex,
            statistics_agree,
            a_port_closes_with_frames_in_its_rings,
            nothing_is_received_while_down,
            a_reset_forgets_what_the_driver_set,
            frames_beyond_the_ring_are_lost_and_counted,
            damaged_frames_are_counted,
            a_full_ring_stops_the_queue_and_wakes_it,
            interrupts_are_throttled,
            long_frames_pass_with_a_larger_mtu,
            pause_frames_hold_the_transmitter
        }
    };
}

/// All names, as the suite has them.
macro_rules! names {
    ($($name:ident),* $(,)?) => { &[$(stringify!($name)),*] };
}

/// Every case's name.
pub const NAMES: &[&str] = for_each_case!(names);

/// Fails unless each limit names a case, once, and says why.
pub fn check_limits(limits: &[Limit]) {
    for (at, limit) in limits.iter().enumerate() {
        assert!(NAMES.contains(&limit.case), "{} is no case", limit.case);
        assert!(limit.why.len() > 20, "{}: why?", limit.case);
        let earlier = limits.iter().take(at).any(|other| other.case == limit.case);
        assert!(!earlier, "{} is listed twice", limit.case);
    }
}
