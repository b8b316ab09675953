use core::time::Duration;

use super::*;

/// The table of tc-cake(8).
#[test]
fn link_keywords_are_those_of_the_manual() {
    let (none, atm, ptm) = (Framing::None, Framing::Atm, Framing::Ptm);
    let table = [
        ("conservative", 48, 0, atm),
        ("pppoa-vcmux", 10, 0, atm),
        ("pppoa-llc", 14, 0, atm),
        ("pppoe-vcmux", 32, 0, atm),
        ("pppoe-llcsnap", 40, 0, atm),
        ("bridged-vcmux", 24, 0, atm),
        ("bridged-llcsnap", 32, 0, atm),
        ("ipoa-vcmux", 8, 0, atm),
        ("ipoa-llcsnap", 16, 0, atm),
        ("pppoe-ptm", 30, 0, ptm),
        ("bridged-ptm", 22, 0, ptm),
        ("docsis", 18, 64, none),
        ("ethernet", 38, 84, none),
        ("ether-vlan", 4, 0, none),
    ];
    for (word, bytes, mpu, framing) in table {
        let expected = Overhead { bytes, raw: false, mpu, framing };
        assert_eq!(Overhead::RAW.with_keyword(word), Some(expected), "{word}");
    }
    assert_eq!(Overhead::network(40).with_keyword("raw"), Some(Overhead::RAW));
    assert_eq!(Overhead::RAW.with_keyword("dialup"), None);
    let twice = Overhead::network(i16::MAX).with_keyword("ether-vlan");
    assert_eq!(twice.map(|link| link.bytes), Some(i16::MAX));
}

#[test]
fn round_trip_times_bring_their_targets() {
    let ms = Duration::from_millis;
    let config = Config::default().with_rtt_keyword("satellite").unwrap();
    assert_eq!((config.rtt, config.target), (ms(1000), ms(50)));
    let config = Config::default().with_rtt(ms(300));
    assert_eq!((config.rtt, config.target), (ms(300), ms(15)));
    assert_eq!(Config::default().with_rtt_keyword("moon"), None);
    assert_eq!(Config::default().with_rtt_keyword("internet"), Some(Config::default()));
}

/// Rows of `tc -s` in tc-cake(8): 100 Mbit/s has 5000000 bytes of memory.
#[test]
fn memory_is_four_times_what_the_bandwidth_brings_in_a_round_trip() {
    let limit = |config| Lab::new(config).cake.cake_stats().memory_limit;
    let at = |bandwidth| Config { bandwidth, ..Config::default() };
    assert_eq!(limit(at(12_500_000)), 5_000_000);
    assert_eq!(limit(at(125_000)), 4 << 20);
    assert_eq!(limit(at(0)), 10_240 * 1514);
    assert_eq!(limit(at(12_500_000_000)), 10_240 * 1514);
    assert_eq!(limit(Config { memlimit: 1000, ..at(0) }), 1000);
    assert_eq!(limit(Config { memlimit: 1 << 30, ..at(125_000) }), 1 << 30);
}

/// The same output: thresholds 6250Kbit, 100Mbit, 25Mbit; targets 5 ms; quanta 300, 1514, 762.
#[test]
fn tins_are_those_of_the_manual() {
    let lab = Lab::new(Config { bandwidth: 12_500_000, ..Config::default() });
    let stats = lab.cake.cake_stats();
    assert_eq!(stats.capacity_estimate, 12_500_000);
    let tins: Vec<_> = stats.tins().iter().map(|t| (t.threshold_rate, t.flow_quantum)).collect();
    assert_eq!(tins, [(781_250, 300), (12_500_000, 1514), (3_125_000, 762)]);
    for tin in stats.tins() {
        assert_eq!(
            (tin.target, tin.interval),
            (Duration::from_millis(5), Duration::from_millis(100))
        );
    }
    assert_eq!((stats.max_netlen, stats.min_netlen, stats.min_adjlen), (0, 65_535, 65_535));
}

#[test]
fn a_slow_tin_allows_for_one_packet_and_a_half() {
    let lab = Lab::new(Config { bandwidth: 125_000, ..Config::default() });
    let bulk = lab.cake.cake_stats().tins()[0];
    // 7812 bytes a second: 1514 take 193.80 ms, half of that more is 290.71, twice that 581.41.
    assert_eq!(bulk.threshold_rate, 7812);
    assert_eq!((bulk.target.as_micros(), bulk.interval.as_micros()), (290_706, 581_413));
    let best_effort = lab.cake.cake_stats().tins()[1];
    // 12.112 ms, with half more 18.168; 100 + 18.168 - 5.
    assert_eq!(best_effort.target.as_micros(), 18_168);
    assert_eq!(best_effort.interval.as_micros(), 113_168);
}

#[test]
fn thresholds_fall_by_an_eighth_in_diffserv8() {
    for diffserv in [Diffserv::Diffserv8, Diffserv::Precedence] {
        let lab = Lab::new(Config { bandwidth: 1_000_000, diffserv, ..Config::default() });
        let rates: Vec<_> = lab.cake.cake_stats().tins().iter().map(|t| t.threshold_rate).collect();
        // Each rounded down, 7/8 of the one before.
        let expected = [1_000_000, 875_000, 765_625, 669_921, 586_180, 512_907, 448_793, 392_693];
        assert_eq!(rates, expected);
    }
    let lab =
        Lab::new(Config { diffserv: Diffserv::Diffserv4, bandwidth: 1600, ..Config::default() });
    let rates: Vec<_> = lab.cake.cake_stats().tins().iter().map(|t| t.threshold_rate).collect();
    assert_eq!(rates, [100, 1600, 800, 400]);
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    let mut lab = Lab::new(Config::default());
    let bad = [
        (Config { mtu: 0, ..Config::default() }, ConfigError::ZeroMtu),
        (Config { bandwidth: u64::MAX, ..Config::default() }, ConfigError::RateTooBig(u64::MAX)),
    ];
    for (config, why) in bad {
        assert_eq!(Cake::<Wire>::new(Handle(1), config, [0, 0]).unwrap_err(), why);
        lab.with(|cake, cx| assert_eq!(cake.change(config, cx), Err(why)));
    }
    assert_eq!(lab.cake.config(), &Config::default());
    // The largest rate that counts, and times without end.
    let config = Config {
        bandwidth: 1 << 63,
        rtt: Duration::MAX,
        target: Duration::ZERO,
        mtu: u32::MAX,
        ..Config::default()
    };
    let mut lab = Lab::new(config);
    let _ = lab.put(Wire::new(1, 100));
    assert!(lab.wait().is_some());
}
