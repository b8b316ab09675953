//! Two cards and a cable.

use core::cell::RefCell;

use super::*;

#[test]
fn a_frame_crosses_in_its_time() {
    let (mut left, mut right) = (Rig::new(), Rig::new());
    let mut wire =
        Wire::new(left.model.clone(), right.model.clone()).with_latency(Duration::from_micros(5));
    let start = left.model.now().max(right.model.now());
    wire.pump(start);
    let sent = frame(MAC, 1000);
    left.send(&sent);
    // 1024 bytes at 8 ns, then 5 µs.
    wire.pump(start + Duration::from_nanos(8192 + 4999));
    assert!(right.harvest().is_none());
    assert_eq!(wire.next_event(), Some(start + Duration::from_nanos(8192 + 5000)));
    wire.pump(start + Duration::from_nanos(8192 + 5000));
    assert_eq!(right.harvest().unwrap().1, sent);
    assert_eq!((wire.entered(Heading::AToB), wire.entered(Heading::BToA)), (1, 0));
    drop(wire);
    left.stop_clean();
    right.stop_clean();
}

#[test]
fn frames_are_lost_and_damaged_as_told() {
    let (mut left, right) = (Rig::new(), Rig::new());
    let mut wire =
        Wire::new(left.model.clone(), right.model.clone()).with_fate(|heading, number, _| {
            match (heading, number) {
                (Heading::AToB, 1) => Fate::Lose,
                (Heading::AToB, 2) => Fate::Damage,
                _ => Fate::Deliver,
            }
        });
    for _ in 0..4 {
        left.send(&frame(MAC, 100));
    }
    wire.pump(left.model.now() + Duration::from_millis(1));
    // GPRC and CRCERRS.
    assert_eq!((right.model.peek(0x4074), right.model.peek(0x4000)), (2, 1));
    drop(wire);
    left.stop_clean();
    right.stop_clean();
}

#[test]
fn a_closure_answers() {
    let mut rig = Rig::new();
    let seen = RefCell::new(0);
    let peer = Peer::new(|_, frame: &[u8], answers: &mut Vec<Vec<u8>>| {
        *seen.borrow_mut() += 1;
        answers.push([&frame[6..12], &frame[..6], &frame[12..]].concat());
    });
    let mut wire = Wire::new(rig.model.clone(), peer);
    wire.b.send(Instant::ZERO, frame(MAC, 77));
    let mut sent = frame([2, 0, 0, 0, 0, 9], 100);
    sent[6..12].copy_from_slice(&MAC);
    rig.send(&sent);
    wire.pump(rig.model.now() + Duration::from_millis(1));
    assert_eq!(rig.harvest().unwrap().1, frame(MAC, 77));
    let (_, answer) = rig.harvest().unwrap();
    assert_eq!(answer[..6], MAC);
    assert_eq!(answer[12..], sent[12..]);
    drop(wire);
    assert_eq!(seen.into_inner(), 1);
    rig.stop_clean();
}
