use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, EtherType};

use super::*;
use crate::testutil::Bytes;
use crate::{Deferred, EstimatorConfig, Later, PacketType, RateSpec, Vlan};

fn action(config: impl Into<Config<Bytes>>) -> Action<Bytes> {
    Action::new(config.into(), Instant::ZERO).unwrap()
}

fn refused(config: impl Into<Config<Bytes>>) -> ActionError {
    Action::new(config.into(), Instant::ZERO).map(|_| ()).unwrap_err()
}

fn act_at(action: &mut Action<Bytes>, packet: &mut Bytes, nanos: u64) -> Control {
    let mut lost = DropCounts::default();
    action.act(packet, &mut Cx::new(Instant::from_nanos(nanos), &mut lost))
}

fn act(config: impl Into<Config<Bytes>>, packet: &mut Bytes) -> (Control, Stats) {
    let mut action = action(config);
    let control = act_at(&mut action, packet, 0);
    (control, *action.stats())
}

/// UDP over IPv4, of RFC 1071's textbook header: 4500 0073 …, sum b861.
fn udp() -> Bytes {
    let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
    bytes.extend([0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61]);
    bytes.extend([192, 168, 0, 1, 192, 168, 0, 199]);
    bytes.extend([0x10, 1, 0x10, 2, 0, 95, 0, 0]);
    bytes.resize(14 + 0x73, 7);
    Bytes::frame(bytes)
}

fn of_len(len: usize) -> Bytes {
    Bytes::frame(vec![0; len])
}

mod sequences {
    use super::*;

    fn controls(list: &[Control]) -> (Control, Vec<u64>) {
        let configs = list.iter().map(|control| gact::Config::new(*control).into()).collect();
        let mut sequence = Sequence::<Bytes>::new(configs, Instant::ZERO).unwrap();
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let control = sequence.exec(&mut of_len(60), &mut cx);
        (control, sequence.actions().iter().map(|action| action.stats().packets).collect())
    }

    #[test]
    fn a_pipe_goes_on_and_everything_else_ends() {
        use Control::{Ok, Pipe, Shot};
        assert_eq!(controls(&[]), (Ok, vec![]));
        assert_eq!(controls(&[Pipe, Pipe, Shot, Ok]), (Shot, vec![1, 1, 1, 0]));
        assert_eq!(controls(&[Pipe]), (Pipe, vec![1]));
    }

    #[test]
    fn a_jump_names_the_action_that_comes_next() {
        use Control::{Jump, Ok, Pipe, Shot};
        assert_eq!(controls(&[Jump(2), Shot, Pipe, Ok]), (Ok, vec![1, 0, 1, 1]));
        // Past the last one it is the end; further, or to the first, it is a fault.
        assert_eq!(controls(&[Jump(2), Shot]).0, Jump(2));
        assert_eq!(controls(&[Jump(3), Shot]).0, Ok);
        assert_eq!(controls(&[Jump(0), Shot]).0, Ok);
        // Nine bits of the number count.
        assert_eq!(controls(&[Jump(0x202), Shot, Pipe]), (Pipe, vec![1, 0, 1]));
        // Round and round: 32 jumps are begun, the last is not taken.
        assert_eq!(controls(&[Pipe, Jump(1)]), (Ok, vec![1, 32]));
    }

    #[test]
    fn repeating_ends_after_32_turns() {
        let (control, turns) = controls(&[Control::Pipe, Control::Repeat, Control::Shot]);
        assert_eq!((control, turns), (Control::Ok, vec![1, 32, 0]));
    }

    #[test]
    fn there_are_32_at_most() {
        let many = |count| {
            let configs = (0..count).map(|_| gact::Config::PASS.into()).collect();
            Sequence::<Bytes>::new(configs, Instant::ZERO).map(|_| ())
        };
        assert_eq!((many(32), many(33)), (Ok(()), Err(ActionError::TooMany(33))));
    }
}

#[test]
fn counts_bytes_packets_and_times() {
    let mut drop = action(gact::Config::DROP);
    let mut packet = of_len(100);
    packet.segments = 3;
    act_at(&mut drop, &mut packet, 5);
    act_at(&mut drop, &mut of_len(50), 9);
    assert_eq!(*drop.stats(), Stats { bytes: 150, packets: 4, drops: 2, overlimits: 0 });
    let times = drop.times();
    let at = |nanos| Some(Instant::from_nanos(nanos));
    assert_eq!((times.first_used, times.last_used), (at(5), at(9)));
}

mod gacts {
    use super::*;
    use gact::{Random, RandomKind};

    fn lots(kind: RandomKind, value: u16, count: usize) -> Vec<bool> {
        let random = Some(Random { kind, control: Control::Shot, value });
        let mut action = action(gact::Config { control: Control::Ok, random });
        let shot: Vec<_> =
            (0..count).map(|_| act_at(&mut action, &mut of_len(60), 0) == Control::Shot).collect();
        let drops = shot.iter().filter(|shot| **shot).count() as u64;
        assert_eq!(action.stats().drops, drops);
        shot
    }

    #[test]
    fn determ_takes_every_so_manyth() {
        let third = [false, false, true, false, false, true, false];
        assert_eq!(lots(RandomKind::Determ, 3, 7), third);
        assert_eq!(lots(RandomKind::Determ, 0, 2), [true, true]);
    }

    #[test]
    fn netrand_takes_one_in_so_many() {
        let count = lots(RandomKind::NetRand(1), 4, 4000).iter().filter(|shot| **shot).count();
        // 1000 expected, standard deviation 27.
        assert!((900..1100).contains(&count), "{count}");
        assert!(lots(RandomKind::NetRand(1), 1, 10).iter().all(|shot| *shot));
        assert_eq!(lots(RandomKind::NetRand(5), 2, 99), lots(RandomKind::NetRand(5), 2, 99));
    }

    #[test]
    fn the_second_choice_goes_to_no_chain() {
        let random = Random { kind: RandomKind::Determ, control: Control::GotoChain(1), value: 1 };
        let config = gact::Config { control: Control::Ok, random: Some(random) };
        assert_eq!(refused(config), ActionError::GotoInFallback);
        let far = gact::Config::new(Control::GotoChain(1 << 28));
        assert_eq!(refused(far), ActionError::Chain(1 << 28));
        let to = IfIndex::new(1).unwrap();
        let redirect = gact::Config::new(Control::Redirect { to, ingress: false });
        assert_eq!(refused(redirect), ActionError::Redirect);
    }
}

mod mirreds {
    use super::*;

    fn run(config: mirred::Config, room: usize) -> (Control, Stats, Vec<Later<Bytes>>) {
        let mut action = action(config);
        let mut lost = DropCounts::default();
        let mut deferred = Deferred::new(room);
        let mut cx = Cx::new(Instant::ZERO, &mut lost).with_deferred(&mut deferred);
        let control = action.act(&mut udp(), &mut cx);
        (control, *action.stats(), core::iter::from_fn(|| deferred.pop()).collect())
    }

    #[test]
    fn a_mirror_sends_a_copy_and_a_redirect_the_packet() {
        let to = IfIndex::new(9).unwrap();
        let (control, stats, sent) = run(mirred::Config::mirror(to, true), 1);
        assert_eq!((control, stats.overlimits), (Control::Pipe, 0));
        assert_eq!(sent, [Later::Redirect { packet: udp(), to, ingress: true }]);
        let (control, _, sent) = run(mirred::Config::redirect(to, false), 1);
        assert_eq!((control, sent.len()), (Control::Redirect { to, ingress: false }, 0));
        // A redirect after which the packet goes on here, too.
        let both = mirred::Config { control: Control::Ok, ..mirred::Config::redirect(to, false) };
        let (control, _, sent) = run(both, 1);
        assert_eq!((control, sent.len()), (Control::Ok, 1));
    }

    #[test]
    fn without_room_a_mirror_goes_on_and_a_redirect_drops() {
        let to = IfIndex::new(9).unwrap();
        let (control, stats, _) = run(mirred::Config::mirror(to, true), 0);
        assert_eq!((control, stats.overlimits), (Control::Pipe, 1));
        let (control, stats, _) = run(mirred::Config::redirect(to, true), 0);
        assert_eq!((control, stats.overlimits), (Control::Shot, 1));
    }
}

mod policers {
    use super::*;
    use police::{Config, Limit, xmittime};

    const MS: u64 = 1_000_000;

    #[test]
    fn lets_a_burst_and_then_the_rate_pass() {
        // 1 MB/s, 3000 bytes: 3 ms, which are 46 875 ticks of 64 ns.
        assert_eq!(xmittime(1_000_000, 3000), Duration::from_millis(3));
        let mut police = action(Config::bytes(RateSpec::bytes(1_000_000), 3000));
        let mut ask = |nanos| act_at(&mut police, &mut of_len(1000), nanos);
        let burst = [0, 0, 0, 0, MS - 1].map(&mut ask);
        let (ok, shot) = (Control::Ok, Control::Shot);
        assert_eq!(burst, [ok, ok, ok, shot, shot]);
        assert_eq!([MS, 2 * MS - 1, 2 * MS].map(&mut ask), [ok, shot, ok]);
        // After a pause the bucket is full and no fuller.
        let pause = 10_000_000 * MS;
        assert_eq!([pause, pause, pause, pause].map(&mut ask), [ok, ok, ok, shot]);
        let expected = Stats { bytes: 12_000, packets: 12, drops: 4, overlimits: 4 };
        assert_eq!(*police.stats(), expected);
    }

    #[test]
    fn bursts_are_told_in_ticks() {
        // 1000 bytes at 1 GB/s are 1000 ns, that is 15.625 ticks.
        assert_eq!(xmittime(1_000_000_000, 1000), Duration::from_nanos(15 * 64));
        let most = Duration::from_nanos(u64::from(u32::MAX) * 64);
        assert_eq!((xmittime(0, 1), xmittime(1, u32::MAX)), (most, most));
    }

    #[test]
    fn a_rate_of_packets_starts_with_an_empty_bucket() {
        let mut police = action(Config::packets(1000, 2));
        let mut ask = |nanos| act_at(&mut police, &mut of_len(1500), nanos);
        let (ok, shot) = (Control::Ok, Control::Shot);
        assert_eq!([0, MS - 1, MS, MS].map(&mut ask), [shot, shot, ok, shot]);
        assert_eq!([10 * MS; 3].map(&mut ask), [ok, ok, shot]);
    }

    #[test]
    fn what_is_too_long_exceeds() {
        let mut police = action(Config::bytes(RateSpec::bytes(1_000_000), 10_000));
        assert_eq!(act_at(&mut police, &mut of_len(2040), 0), Control::Ok);
        assert_eq!(act_at(&mut police, &mut of_len(2041), 0), Control::Shot);
        // Only the size counts, and what conforms is not counted as dropped even where it is.
        let mtu = Config { rate: None, mtu: Some(100), ..Config::packets(1, 1) };
        let mut police = action(Config { conform: Control::Shot, exceed: Control::Pipe, ..mtu });
        assert_eq!(act_at(&mut police, &mut of_len(100), 0), Control::Shot);
        assert_eq!(act_at(&mut police, &mut of_len(101), 0), Control::Pipe);
        assert_eq!((police.stats().drops, police.stats().overlimits), (0, 1));
        // Of a packet that is still to be cut, the pieces count.
        let mut large = of_len(300);
        large.segments = 3;
        assert_eq!(act_at(&mut police, &mut large, 0), Control::Shot);
    }

    #[test]
    fn a_peak_rate_spreads_the_burst() {
        let slow = Config::bytes(RateSpec::bytes(1_000_000), 5000);
        let peak = Some(RateSpec::bytes(2_000_000));
        let mut police = action(Config { peakrate: peak, mtu: Some(1000), ..slow });
        let mut ask = |nanos| act_at(&mut police, &mut of_len(1000), nanos);
        let (ok, shot) = (Control::Ok, Control::Shot);
        // One packet at a time, and half a millisecond between them.
        let half = MS / 2;
        let asked = [0, 0, half - 1, half, half, 2 * half, 3 * half].map(&mut ask);
        assert_eq!(asked, [ok, shot, shot, ok, shot, ok, ok]);
    }

    #[test]
    fn an_average_is_policed() {
        let none = Config { rate: None, ..Config::packets(1, 1) };
        let estimator = Some(EstimatorConfig { interval_log: 0, ewma_log: 1 });
        let mut police = action(Config { avrate: 2000, estimator, ..none });
        let mut ask = |ms: u64| act_at(&mut police, &mut of_len(1000), ms * MS);
        // 1000 bytes in a quarter second: 4000 a second, of which half is the first average; then
        // half of that and 4000 again: 3000.
        let (ok, shot) = (Control::Ok, Control::Shot);
        assert_eq!([0, 249, 250, 499, 600].map(&mut ask), [ok, ok, shot, shot, shot]);
        assert_eq!(ask(60_000), ok, "long forgotten");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let fine = Config::bytes(RateSpec::bytes(1000), 100);
        assert_eq!(refused(Config { avrate: 1, ..fine }), ActionError::NoEstimator);
        let goto = Control::GotoChain(1);
        assert_eq!(refused(Config { conform: goto, ..fine }), ActionError::GotoInFallback);
        let zero = Config::bytes(RateSpec::bytes(0), 100);
        assert_eq!(refused(zero), ActionError::Rate(ConfigError::ZeroRate));
        let two = Config { peakrate: Some(RateSpec::bytes(5)), ..Config::packets(1, 1) };
        assert_eq!(refused(two), ActionError::TwoRates);
    }

    proptest! {
        /// In any span of time no more than the burst and the rate pass.
        #[test]
        fn the_bucket_holds(
            rate in 1_000u64..100_000_000,
            burst in 1u32..50_000,
            steps in prop::collection::vec((0u64..20_000_000, 1usize..2000), 1..60),
        ) {
            let mut police = action(Config::bytes(RateSpec::bytes(rate), burst));
            let (mut now, mut passed) = (0, Vec::new());
            for (pause, len) in steps {
                now += pause;
                if act_at(&mut police, &mut of_len(len), now) == Control::Ok {
                    passed.push((now, len as u128));
                }
            }
            for first in 0..passed.len() {
                let mut sum = 0;
                for (at, len) in &passed[first..] {
                    sum += len;
                    let span = u128::from(at - passed[first].0);
                    // Each packet is rounded down by less than a nanosecond and 2^-31.
                    let slack = u128::from(rate) * 64 / 1_000_000_000 + 2;
                    let allowed = span * u128::from(rate) / 1_000_000_000 + u128::from(burst);
                    prop_assert!(sum <= allowed + slack, "{sum} bytes, {allowed} allowed");
                }
            }
        }

        #[test]
        fn extremes_do_no_harm(
            rate in 1u64.., peak in 1u64.., burst: u64, mtu: u32, packets: bool,
            steps in prop::collection::vec((any::<u64>(), 0usize..3000), 1..9),
        ) {
            let burst = Duration::from_nanos(burst);
            let limit = match packets {
                false => Limit::Bytes { rate: RateSpec::bytes(rate), burst },
                true => Limit::Packets { rate, burst },
            };
            let peakrate = (!packets).then_some(RateSpec::bytes(peak));
            let base = Config::packets(1, 1);
            let mut police =
                action(Config { rate: Some(limit), peakrate, mtu: Some(mtu), ..base });
            for (now, len) in steps {
                act_at(&mut police, &mut of_len(len), now);
            }
        }
    }
}

#[test]
fn skbedit_changes_what_is_beside_the_bytes() {
    use skbedit::{Config, Mark, QueueMapping};
    let mut packet = udp();
    (packet.mark, packet.priority) = (0xff, 3);
    let config = Config {
        priority: Some(0x1_0002),
        mark: Some(Mark { value: 0x1234, mask: 0x0f0f }),
        queue_mapping: Some(5.into()),
        ptype: Some(PacketType::OtherHost),
        ..Config::NOTHING
    };
    let bytes = packet.bytes.clone();
    assert_eq!(act(config, &mut packet).0, Control::Pipe);
    assert_eq!((packet.priority, packet.mark, packet.queue), (0x1_0002, 0x02f4, 5));
    assert_eq!((packet.pkt_type, packet.bytes == bytes), (PacketType::OtherHost, true));
    assert_eq!(refused(Config::NOTHING), ActionError::Nothing);
    let queues = |from, to| {
        let queues = QueueMapping { from, to, seed: [1, 2] };
        Config { queue_mapping: Some(queues), ..Config::NOTHING }
    };
    assert_eq!(refused(queues(2, 1)), ActionError::Queues { from: 2, to: 1 });
    assert_eq!(refused(queues(0, u16::MAX)), ActionError::Queues { from: 0, to: u16::MAX });
    act(queues(3, 6), &mut packet);
    let hash = packet.flow_hash([1, 2]);
    assert_eq!(u32::from(packet.queue), 3 + hash % 4);
}

#[test]
fn skbedit_takes_the_priority_from_the_header() {
    let inherit = skbedit::Config { inherit_dsfield: true, ..skbedit::Config::NOTHING };
    let mut packet = udp();
    packet.bytes[15] = 0xb9; // EF, and one bit of ECN
    act(inherit, &mut packet);
    assert_eq!(packet.priority, 46);
    let mut ipv6 = vec![0; 12];
    ipv6.extend([0x86, 0xdd, 0x6b, 0x80]);
    ipv6.resize(14 + 40, 0);
    let mut ipv6 = Bytes::frame(ipv6);
    act(inherit, &mut ipv6);
    assert_eq!(ipv6.priority, 46);
    let mut short = udp();
    short.bytes.truncate(14 + 19);
    let (control, stats) = act(inherit, &mut short);
    assert_eq!((control, stats.drops), (Control::Shot, 1));
    let mut arp = of_len(60);
    arp.protocol = EtherType::ARP;
    assert_eq!(
        act(inherit, &mut arp),
        (Control::Pipe, Stats { bytes: 60, packets: 1, ..Stats::default() })
    );
}

mod vlans {
    use super::*;
    use vlan::{Config, What};

    fn push(id: u16, protocol: EtherType) -> Config {
        Config::new(What::Push { id, priority: 3, protocol })
    }

    fn tag(protocol: EtherType, tci: u16) -> Option<Vlan> {
        Some(Vlan { protocol, tci })
    }

    #[test]
    fn the_first_tag_is_kept_beside_the_bytes() {
        let mut packet = udp();
        assert_eq!(act(push(5, EtherType::VLAN), &mut packet).0, Control::Pipe);
        assert_eq!(
            (packet.vlan, packet.bytes.len()),
            (tag(EtherType::VLAN, 0x6005), udp().bytes.len())
        );
        act(push(6, EtherType::QINQ), &mut packet);
        assert_eq!(packet.vlan, tag(EtherType::QINQ, 0x6006));
        assert_eq!(packet.bytes[12..18], [0x81, 0, 0x60, 5, 8, 0]);
        assert_eq!((packet.protocol, packet.network), (EtherType::VLAN, 14));
        let one = Config::new(What::Pop);
        act(one, &mut packet);
        assert_eq!((packet.vlan, packet.protocol), (tag(EtherType::VLAN, 0x6005), EtherType::IPV4));
        act(one, &mut packet);
        assert_eq!(packet, udp());
        act(one, &mut packet);
        assert_eq!(packet, udp(), "nothing to take off");
    }

    #[test]
    fn without_a_place_beside_tags_go_into_the_bytes() {
        let mut packet = Bytes { vlan_beside: false, ..udp() };
        act(push(5, EtherType::VLAN), &mut packet);
        act(push(6, EtherType::QINQ), &mut packet);
        assert_eq!(packet.bytes[12..22], [0x88, 0xa8, 0x60, 6, 0x81, 0, 0x60, 5, 8, 0]);
        act(Config::new(What::Pop), &mut packet);
        assert_eq!(packet.bytes[12..18], [0x81, 0, 0x60, 5, 8, 0]);
        let modify = What::Modify { id: 7, priority: None, protocol: EtherType::VLAN };
        act(Config::new(modify), &mut packet);
        assert_eq!(packet.bytes[12..18], [0x81, 0, 0x60, 7, 8, 0]);
        act(Config::new(What::Pop), &mut packet);
        assert_eq!(packet.bytes, udp().bytes);
    }

    #[test]
    fn modify_keeps_what_it_is_not_told() {
        let mut packet = udp();
        packet.vlan = tag(EtherType::VLAN, 0xb005);
        let modify =
            |priority| Config::new(What::Modify { id: 9, priority, protocol: EtherType::QINQ });
        act(modify(None), &mut packet);
        assert_eq!(packet.vlan, tag(EtherType::QINQ, 0xb009));
        act(modify(Some(1)), &mut packet);
        assert_eq!(packet.vlan, tag(EtherType::QINQ, 0x3009), "the bit between stays");
        let mut plain = udp();
        act(modify(None), &mut plain);
        assert_eq!(plain, udp());
    }

    #[test]
    fn ethernet_headers_come_off_and_on() {
        let mut packet = udp();
        let pop = Config::new(What::PopEth);
        act(pop, &mut packet);
        assert_eq!((packet.bytes[0], packet.network), (0x45, 0));
        assert_eq!(act(pop, &mut packet).0, Control::Shot, "there is none");
        let (destination, source) = ([2, 0, 0, 0, 0, 1].into_mac(), [2, 0, 0, 0, 0, 2].into_mac());
        let push_eth = Config::new(What::PushEth { destination, source });
        act(push_eth, &mut packet);
        assert_eq!(packet.bytes, udp().bytes);
        let (control, stats) = act(push_eth, &mut packet);
        assert_eq!((control, stats.drops), (Control::Shot, 1));
        packet.vlan = tag(EtherType::VLAN, 1);
        assert_eq!(act(pop, &mut packet).0, Control::Shot, "a tag is in the way");
    }

    trait IntoMac {
        fn into_mac(self) -> softnet_sk_buff::MacAddr;
    }
    impl IntoMac for [u8; 6] {
        fn into_mac(self) -> softnet_sk_buff::MacAddr {
            softnet_sk_buff::MacAddr(self)
        }
    }

    #[test]
    fn runts_and_nonsense_are_refused() {
        for len in 0..18 {
            let mut runt = Bytes::network(EtherType::VLAN, vec![0; len]);
            runt.network = 14.min(len);
            let (control, stats) = act(Config::new(What::Pop), &mut runt);
            assert_eq!((control, stats.drops), (Control::Shot, 1), "{len}");
        }
        assert_eq!(
            refused(push(4095, EtherType::VLAN)),
            ActionError::Vlan { id: 4095, priority: 3 }
        );
        assert_eq!(refused(push(1, EtherType::IPV4)), ActionError::VlanProtocol(0x0800));
    }
}

mod pedits {
    use super::*;
    use pedit::{At, Command, Config, Header, Key};

    fn key(from: Header, offset: i32, mask: u32, value: u32) -> Key {
        Key { from, offset, at: None, mask, value, command: Command::Set }
    }

    fn run(keys: Vec<Key>, packet: &mut Bytes) -> (Control, u64) {
        let (control, stats) = act(Config { keys, control: Control::Pipe }, packet);
        (control, stats.overlimits)
    }

    #[test]
    fn sets_bits_outside_of_the_mask() {
        let mut packet = udp();
        // tc: munge ip dst set 10.1.2.3, munge ip ttl set 9, munge eth src …
        let keys = vec![
            key(Header::Ip4, 16, 0, 0x0a01_0203),
            key(Header::Ip4, 8, 0x00ff_ffff, 0x0900_0000),
            key(Header::Eth, 8, 0, 0xdead_beef),
            key(Header::Udp, 0, 0xffff_0000, 0x0000_0035),
        ];
        assert_eq!(run(keys, &mut packet), (Control::Pipe, 0));
        let mut expected = udp().bytes;
        expected[30..34].copy_from_slice(&[10, 1, 2, 3]);
        expected[22] = 9;
        expected[8..12].copy_from_slice(&[0xde, 0xad, 0xbe, 0xef]);
        expected[36..38].copy_from_slice(&[0, 53]);
        assert_eq!(packet.bytes, expected);
    }

    #[test]
    fn adds_as_a_little_endian_linux_does() {
        let add = |value, mask| {
            let mut packet = udp();
            let key = key(Header::Ip4, 8, mask, value);
            run(vec![Key { command: Command::Add, ..key }], &mut packet);
            packet.bytes[22..26].to_vec()
        };
        // 40 11 b8 61: the time to live less one, whose carry goes into what the mask protects.
        assert_eq!(add(0xff00_0000, 0x00ff_ffff), [0x3f, 0x11, 0xb8, 0x61]);
        assert_eq!(add(0xff00_0000, 0x0000_ffff), [0x3f, 0x12, 0xb8, 0x61]);
    }

    #[test]
    fn an_offset_may_be_in_the_packet() {
        // tc: munge offset 0 u8 at 0 offmask 0x0f shift … : the header's length in words, times 4.
        let mut packet = udp();
        packet.bytes[14] = 0x44;
        let at = At { offset: 0, mask: 0x0f, shift: 0 };
        let word = Key { at: Some(at), ..key(Header::Network, 16, 0, 0x0102_0304) };
        assert_eq!(run(vec![word], &mut packet), (Control::Pipe, 0));
        assert_eq!(packet.bytes[34..38], [1, 2, 3, 4], "4 and 16 from the header");
        let odd = Key { at: Some(At { shift: 1, ..at }), ..word };
        assert_eq!(run(vec![odd], &mut packet), (Control::Pipe, 1), "2 and 16");
    }

    #[test]
    fn ipv6_is_searched_for_the_header() {
        let mut bytes = vec![0; 12];
        bytes.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 24, 0, 64]);
        bytes.resize(14 + 40, 0);
        bytes.extend([17, 0, 0, 0, 0, 0, 0, 0]); // hop-by-hop options, then UDP
        bytes.extend([0; 16]);
        let mut packet = Bytes::frame(bytes);
        let port = |header| vec![key(header, 0, 0xffff_0000, 53)];
        assert_eq!(run(port(Header::Udp), &mut packet), (Control::Pipe, 0));
        assert_eq!(packet.bytes[14 + 40 + 8 + 3], 53);
        let before = packet.clone();
        assert_eq!(run(port(Header::Tcp), &mut packet), (Control::Pipe, 1));
        assert_eq!(packet, before);
    }

    #[test]
    fn what_is_outside_ends_it() {
        let ok = key(Header::Network, 0, 0, 0);
        // The frame has 14 + 115 bytes, so the last multiple of 4 is the one at 108.
        for (offset, overlimits) in
            [(108, 0), (112, 1), (1 << 20, 1), (-12, 0), (-16, 1), (i32::MAX - 3, 1), (i32::MIN, 1)]
        {
            let mut packet = udp();
            let keys = vec![key(Header::Network, offset, 0, 0), ok];
            assert_eq!(run(keys, &mut packet), (Control::Pipe, overlimits), "{offset}");
            assert_eq!(packet.bytes[14] == 0, overlimits == 0, "the next key is not done");
        }
        let mut shared = Bytes { shared: true, ..udp() };
        assert_eq!(run(vec![ok], &mut shared), (Control::Pipe, 1), "nobody gives it bytes");
    }

    #[test]
    fn keys_are_words() {
        let config = |keys| Config { keys, control: Control::Ok };
        assert_eq!(refused(config(vec![])), ActionError::Nothing);
        assert_eq!(refused(config(vec![key(Header::Eth, 2, 0, 0)])), ActionError::Offset(2));
        let many = vec![key(Header::Eth, 0, 0, 0); 256];
        assert_eq!(refused(config(many)), ActionError::Keys(256));
    }
}

mod csums {
    use super::*;
    use csum::Config;
    use softnet_sk_buff::checksum::{Sum, ip_fast_csum};

    const ALL: Config = Config {
        ip4h: true,
        icmp: true,
        igmp: true,
        tcp: true,
        udp: true,
        udplite: true,
        control: Control::Pipe,
    };

    fn valid(packet: &Bytes, protocol: u8) -> bool {
        let network = &packet.bytes[14..];
        let address = |at: usize| <[u8; 4]>::try_from(&network[at..at + 4]).unwrap().into();
        let pseudo = Sum::pseudo_v4(address(12), address(16), protocol, network.len() as u16 - 20);
        (pseudo + Sum::of(&network[20..])).is_valid()
    }

    #[test]
    fn makes_what_pedit_changed_right() {
        for protocol in [6, 17, 136] {
            let mut packet = udp();
            packet.bytes[14 + 9] = protocol;
            packet.bytes[40] = 1; // a datagram that had a checksum
            packet.bytes[30] = 10;
            assert_eq!(act(ALL, &mut packet).0, Control::Pipe);
            assert_eq!(ip_fast_csum(&packet.bytes[14..34]), 0);
            assert!(valid(&packet, protocol), "{protocol}");
        }
        let mut icmp = udp();
        icmp.bytes[14 + 9] = 1;
        act(ALL, &mut icmp);
        assert!(Sum::of(&icmp.bytes[34..]).is_valid());
    }

    #[test]
    fn a_datagram_without_checksum_stays_without() {
        let mut packet = udp();
        act(ALL, &mut packet);
        assert_eq!(packet, udp());
    }

    #[test]
    fn a_packet_shorter_than_it_says_is_dropped() {
        let mut packet = udp();
        packet.bytes.truncate(100);
        let (control, stats) = act(ALL, &mut packet);
        assert_eq!((control, stats.drops), (Control::Shot, 1));
        let header = Config { ip4h: true, ..Config::NOTHING };
        assert_eq!(act(header, &mut packet).0, Control::Ok, "only the header is asked for");
        let mut arp = of_len(42);
        arp.protocol = EtherType::ARP;
        assert_eq!(act(ALL, &mut arp).0, Control::Pipe);
    }

    #[test]
    fn later_fragments_and_large_packets_keep_their_sums() {
        let mut fragment = udp();
        fragment.bytes[14 + 9] = 6;
        fragment.bytes[14 + 7] = 1;
        let mut large = Bytes { segments: 2, ..udp() };
        large.bytes[14 + 9] = 6;
        for mut packet in [fragment, large] {
            let before = packet.bytes[34..].to_vec();
            act(ALL, &mut packet);
            assert_eq!(packet.bytes[34..], before);
        }
    }
}
