use softnet_sk_buff::checksum::ip_fast_csum;

use super::super::diffserv::Plan;
use super::*;

/// A UDP packet over IPv4 with this DSCP and ECT(0).
fn ipv4(dscp: u8) -> Wire {
    let mut bytes = Vec::from([2; 12]);
    bytes.extend([8, 0, 0x45, (dscp << 2) | 2, 0, 100, 0, 0, 0, 0, 64, 17, 0, 0]);
    bytes.extend([10, 0, 0, 1, 10, 0, 0, 2]);
    let sum = ip_fast_csum(&bytes[14..]);
    bytes[24..26].copy_from_slice(&sum.to_be_bytes());
    bytes.resize(114, 0);
    Wire::of_bytes(bytes)
}

fn ipv6(dscp: u8) -> Wire {
    let class = (dscp << 2) | 1;
    let mut bytes = Vec::from([2; 12]);
    bytes.extend([0x86, 0xdd, 0x60 | (class >> 4), (class << 4) | 0xa, 0xbc, 0xde]);
    bytes.resize(114, 0);
    Wire::of_bytes(bytes)
}

/// The lists of traffic classes in sch_cake.c's comments, by RFC 4594 and 8622.
#[test]
fn codepoints_go_where_linux_says() {
    let (af1, af2, af3, af4) = ([10, 12, 14], [18, 20, 22], [26, 28, 30], [34, 36, 38]);
    let [le, tos2, tos4, cs1, cs2, cs3, cs4, cs5, cs6, cs7, va, ef] =
        [1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 44, 46];
    let of = |diffserv, dscps: &[u8], tin| {
        for &dscp in dscps {
            assert_eq!(Plan::of(diffserv).of_dscp(dscp), tin, "{diffserv:?} {dscp}");
        }
    };
    let three = Diffserv::Diffserv3;
    of(three, &[cs7, cs6, ef, va, tos4], 2);
    of(three, &[le, cs1], 1);
    of(three, &[&[0, tos2, cs2, cs3, cs4, cs5], &af1[..], &af2, &af3, &af4].concat(), 0);
    let four = Diffserv::Diffserv4;
    of(four, &[cs7, cs6, ef, va, cs5, cs4], 3);
    of(four, &[&af4[..], &af3, &af2, &[cs3, tos4, cs2]].concat(), 2);
    of(four, &[&[0, tos2, 63, 33], &af1[..]].concat(), 0);
    of(four, &[le, cs1], 1);
    let eight = Diffserv::Diffserv8;
    of(eight, &[cs6, cs7], 7);
    of(eight, &[ef, va, cs5, cs4], 6);
    of(eight, &[cs2], 5);
    of(eight, &[&af2[..], &[tos4]].concat(), 4);
    of(eight, &[&af4[..], &af3, &[cs3]].concat(), 3);
    of(eight, &[0, 63, 33], 2);
    of(eight, &[&af1[..], &[tos2, cs1]].concat(), 1);
    of(eight, &[le], 0);
    for dscp in 0..64 {
        of(Diffserv::Precedence, &[dscp], (dscp >> 3).into());
        of(Diffserv::Besteffort, &[dscp], 0);
    }
}

/// Which of the tins, as they are shown, a packet is counted in.
fn tin_of(config: Config, packet: Wire) -> usize {
    let mut lab = Lab::new(config);
    let _ = lab.put(packet);
    let stats = lab.cake.cake_stats();
    stats.tins().iter().position(|tin| tin.sent_packets == 1).unwrap()
}

#[test]
fn marks_go_before_priorities_and_these_before_codepoints() {
    let config = Config { fwmark: 0xf0, ..Config::default() };
    let ef = ipv4(46);
    assert_eq!(tin_of(config, ef.clone()), 2);
    assert_eq!(tin_of(config, ipv6(46)), 2);
    assert_eq!(tin_of(config, Wire::new(1, 100)), 1, "no IP: best effort");
    let named = Wire { priority: 0x0001_0001, ..ef };
    assert_eq!(tin_of(config, named.clone()), 0);
    assert_eq!(tin_of(config, Wire { priority: 0x0001_0004, ..named.clone() }), 2, "no tin 4");
    assert_eq!(tin_of(config, Wire { priority: 0x0002_0001, ..named.clone() }), 2, "another's");
    let marked = Wire { mark: 0xa2f, ..named };
    assert_eq!(tin_of(config, marked.clone()), 1);
    assert_eq!(tin_of(config, Wire { mark: 0x4f, ..marked.clone() }), 0, "no tin 4");
    assert_eq!(tin_of(Config { fwmark: 0, ..config }, marked.clone()), 0);
    assert_eq!(tin_of(Config { diffserv: Diffserv::Besteffort, ..config }, marked), 0);
}

#[test]
fn arp_is_network_control() {
    let mut frame = Vec::from([2; 12]);
    frame.extend([8, 6, 0, 1]);
    frame.resize(60, 0);
    assert_eq!(tin_of(Config::default(), Wire::of_bytes(frame.clone())), 2);
    let tagged = [&frame[..12], &[0x81, 0, 0, 7], &frame[12..]].concat();
    assert_eq!(tin_of(Config::default(), Wire::of_bytes(tagged.clone())), 2);
    let cut = tagged[..16].to_vec();
    assert_eq!(tin_of(Config::default(), Wire::of_bytes(cut)), 1);
}

#[test]
fn washing_leaves_ecn_and_a_right_checksum() {
    let config = Config { wash: true, diffserv: Diffserv::Besteffort, ..Config::default() };
    let mut lab = Lab::new(config);
    let _ = lab.put(ipv4(46));
    let packet = lab.wait().unwrap();
    assert_eq!(packet.bytes[15], 2);
    assert_eq!(ip_fast_csum(&packet.bytes[14..34]), 0);
    let _ = lab.put(ipv6(46));
    let packet = lab.wait().unwrap();
    // Version, ECT(1), and the flow label as it was.
    assert_eq!(&packet.bytes[14..18], [0x60, 0x1a, 0xbc, 0xde]);
    let all = Config { wash: true, ..Config::default() };
    assert_eq!(tin_of(all, ipv4(46)), 2, "washed after it was read");
    assert_eq!(tin_of(all, ipv4(8)), 0);
}

/// Without a shaper the tins of diffserv3 send 1024, 64 and 256 bytes in their turns.
#[test]
fn unlimited_tins_share_by_their_weights() {
    let mut lab = Lab::new(Config::default());
    let mut sent = [0u32; 3];
    let classes = [8u8, 0, 46];
    for _ in 0..200 {
        for (class, &dscp) in (0..).zip(&classes) {
            let _ = lab.put(Wire { flow: class, ..ipv4(dscp) }.numbered(class.into()));
        }
    }
    for _ in 0..210 {
        sent[lab.wait().unwrap().number as usize] += 1;
    }
    // Of 1344 parts 64, 1024, 256; of 210 packets 10, 160, 40.
    let expected = [10u32, 160, 40];
    assert!(sent.iter().zip(expected).all(|(sent, share)| sent.abs_diff(share) <= 2), "{sent:?}");
}

/// With one, a tin below its threshold goes first, and above it shares what is left.
#[test]
fn shaped_tins_have_priority_up_to_their_threshold() {
    let config = Config { bandwidth: 1_000_000, ..Config::default() };
    let mut lab = Lab::new(config);
    let mut sent = [0u32; 3];
    for step in 0..4000u32 {
        for (class, dscp) in (0..).zip([8u8, 0, 46]) {
            // Voice asks for a tenth of the link, below its quarter.
            if class != 2 || step % 10 == 0 {
                let _ = lab.put(Wire { flow: class, ..ipv4(dscp) }.numbered(class.into()));
            }
        }
        sent[lab.wait().unwrap().number as usize] += 1;
    }
    assert!(sent[2] >= 399, "all of voice: {sent:?}");
    // Bulk has a sixteenth.
    assert!((240..=260).contains(&sent[0]), "{sent:?}");
}

#[test]
fn fewer_tins_throw_away_what_waits_in_the_others() {
    let mut lab = Lab::new(Config { diffserv: Diffserv::Diffserv8, ..Config::default() });
    for dscp in [0, 46, 46, 16] {
        let _ = lab.put(ipv4(dscp));
    }
    // Tins 2, 6, 6 and 5 of diffserv8; diffserv4 has tins 0 to 3.
    lab.with(|cake, cx| {
        cake.change(Config { diffserv: Diffserv::Diffserv4, ..Config::default() }, cx).unwrap();
    });
    assert_eq!(lab.lost.len(), 3);
    assert!(lab.lost.iter().all(|(_, why)| *why == DropReason::QUEUE_PURGE));
    assert_eq!((lab.cake.stats().purged, lab.cake.stats().drops), (3, 0));
    assert_eq!(lab.cake.backlog().packets, 1);
    assert_eq!(lab.drain().len(), 1);
    lab.with(|cake, cx| {
        cake.change(Config { diffserv: Diffserv::Diffserv8, ..Config::default() }, cx).unwrap();
    });
    for dscp in [0, 46, 46, 16] {
        let _ = lab.put(ipv4(dscp));
    }
    assert_eq!(lab.drain().len(), 4);
}
