use super::*;

/// Sends from flows of hosts that always have packets waiting, and counts what each gets of `rounds`.
fn share(flow_mode: FlowMode, flows: &[[u32; 2]], rounds: usize) -> Vec<u32> {
    let config = Config {
        bandwidth: 10_000_000,
        flow_mode,
        diffserv: Diffserv::Besteffort,
        memlimit: 1 << 30,
        ..Config::default()
    };
    let mut lab = Lab::new(config);
    let packet = |flow: usize| {
        let hosts = flows[flow];
        Wire { hosts, ect: true, ..Wire::new(flow as u32 * 131 + 7, 1000) }.numbered(flow as u64)
    };
    for flow in 0..flows.len() {
        for _ in 0..20 {
            let _ = lab.put(packet(flow));
        }
    }
    let mut sent = vec![0; flows.len()];
    for _ in 0..rounds {
        let flow = lab.wait().unwrap().number as usize;
        sent[flow] += 1;
        let _ = lab.put(packet(flow));
    }
    sent
}

fn is_about(value: u32, expected: u32) -> bool {
    value.abs_diff(expected) <= expected / 20 + 2
}

/// One flow of host 1 beside nine of host 2, to hosts of their own.
fn one_against_nine() -> Vec<[u32; 2]> {
    (0..10).map(|flow| [if flow == 0 { 1 } else { 2 }, 1000 + flow]).collect()
}

#[test]
fn flows_get_equal_shares() {
    let sent = share(FlowMode::Flows, &one_against_nine(), 2000);
    assert!(sent.iter().all(|&sent| is_about(sent, 200)), "{sent:?}");
}

#[test]
fn sending_hosts_get_equal_shares() {
    for mode in [FlowMode::DualSrchost, FlowMode::TripleIsolate] {
        let sent = share(mode, &one_against_nine(), 4000);
        assert!(is_about(sent[0], 2000), "{mode:?} {sent:?}");
        assert!(sent[1..].iter().all(|&sent| is_about(sent, 222)), "{mode:?} {sent:?}");
    }
    // Receiving hosts are ten, each with one flow.
    let sent = share(FlowMode::DualDsthost, &one_against_nine(), 2000);
    assert!(sent.iter().all(|&sent| is_about(sent, 200)), "{sent:?}");
}

#[test]
fn receiving_hosts_get_equal_shares() {
    let flows: Vec<_> = one_against_nine().into_iter().map(|[a, b]| [b, a]).collect();
    for mode in [FlowMode::DualDsthost, FlowMode::TripleIsolate] {
        let sent = share(mode, &flows, 4000);
        assert!(is_about(sent[0], 2000), "{mode:?} {sent:?}");
    }
}

#[test]
fn hosts_alone_are_queues() {
    let count = |mode| {
        let mut lab = Lab::new(Config { flow_mode: mode, ..Config::default() });
        for (flow, hosts) in [[1, 16], [1, 32], [2, 16], [2, 32], [2, 32]].into_iter().enumerate() {
            let _ = lab.put(Wire { hosts, ..Wire::new(flow as u32, 100) });
        }
        let mut queues = 0;
        lab.cake.walk(&mut |_| queues += 1);
        queues
    };
    assert_eq!(count(FlowMode::Flowblind), 1);
    assert_eq!(count(FlowMode::Srchost), 2);
    assert_eq!(count(FlowMode::Dsthost), 2);
    assert_eq!(count(FlowMode::Hosts), 4);
    assert_eq!(count(FlowMode::Flows), 5);
}

/// Numbers of the queues in use and bytes in each.
fn queues(lab: &Lab) -> Vec<(u16, u64)> {
    let mut queues = Vec::new();
    lab.cake.walk(&mut |class| queues.push((class.id.minor(), class.stats.backlog.bytes)));
    queues
}

#[test]
fn a_flow_has_eight_places_to_go() {
    let config =
        Config { diffserv: Diffserv::Besteffort, flow_mode: FlowMode::Flows, ..Config::default() };
    let mut lab = Lab::new(config);
    let counts = |lab: &Lab| {
        let tin = lab.cake.cake_stats().tins()[0];
        (tin.way_misses, tin.way_indirect_hits, tin.way_collisions)
    };
    // All point to place 13 of 1024, in the set from 8 to 15.
    for (round, len) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 64), (7, 128)] {
        let _ = lab.put(Wire::new(13 + 1024 * round, len));
    }
    assert_eq!(counts(&lab), (8, 0, 0));
    // Queue n is class n + 1. From place 13 on, and round the set.
    let places = [(9, 8), (10, 16), (11, 32), (12, 64), (13, 128), (14, 1), (15, 2), (16, 4)];
    assert_eq!(queues(&lab), places);
    let _ = lab.put(Wire::new(13, 256));
    assert_eq!(counts(&lab), (8, 0, 0), "found at once");
    let _ = lab.put(Wire::new(13 + 1024 * 3, 256));
    assert_eq!(counts(&lab), (8, 1, 0));
    // The ninth shares the place it points to, which is its own from now on.
    let _ = lab.put(Wire::new(13 + 1024 * 8, 512));
    assert_eq!(counts(&lab), (8, 1, 1));
    assert_eq!(queues(&lab)[5], (14, 1 + 256 + 512));
    let _ = lab.put(Wire::new(13, 1024));
    assert_eq!(counts(&lab), (8, 1, 2));
}
