//! A stack acted out by hand: what the recorder must make of it.

use super::*;

const SIZE: u32 = 1000;

/// A segment of `SIZE` bytes at `offset` of the stream.
fn frame(offset: u32) -> Vec<u8> {
    let mut frame = vec![0; 54 + SIZE as usize];
    frame[12..14].copy_from_slice(&[8, 0]);
    frame[14] = 0x45;
    frame[16..18].copy_from_slice(&(40 + SIZE as u16).to_be_bytes());
    frame[23] = 6;
    frame[38..42].copy_from_slice(&(77 + offset).to_be_bytes());
    frame[46] = 0x50;
    frame
}

fn at(micros: u64) -> Instant {
    Instant::from_micros(micros)
}

/// `dev_queue_xmit` of a frame, queued or straight on.
fn send(probe: &Probe, frame: &[u8], now: Instant, queued: bool) {
    probe.enter("dev_queue_xmit", now, Some(frame));
    probe.enter(if queued { stations::ENQUEUE } else { "e1000_xmit_frame" }, now, Some(frame));
    probe.leave(now);
    probe.leave(now);
}

/// A queue's run in which some frames are dequeued together and given to the driver.
fn run_queue(probe: &Probe, frames: &[&[u8]], now: Instant) {
    probe.enter("__qdisc_run", now, None);
    probe.enter(stations::DEQUEUE, now, None);
    probe.leave(now);
    for frame in frames {
        probe.enter("validate_xmit_skb", now, Some(frame));
        probe.leave(now);
    }
    for frame in frames {
        probe.enter("e1000_xmit_frame", now, Some(frame));
        probe.leave(now);
    }
    probe.leave(now);
}

fn receive(probe: &Probe, frames: &[&[u8]], now: Instant) {
    probe.enter(stations::INTERRUPT, now, None);
    probe.enter("e1000_intr", now, None);
    probe.leave(now);
    probe.leave(now);
    probe.enter(stations::NET_RX, now, None);
    for frame in frames {
        probe.enter(stations::RECEIVE, now, Some(frame));
        probe.leave(now);
    }
    probe.leave(now);
}

fn names(way: &Way) -> Vec<(&'static str, u64, usize)> {
    let micros = |visit: &Visit| visit.entered.as_nanos() / 1_000;
    (0..way.visits.len())
        .map(|visit| (way.visits[visit].station, micros(&way.visits[visit]), way.depth(visit)))
        .collect()
}

#[test]
fn a_frame_that_waited_is_followed_from_write_to_read() {
    let recorder = Recorder::new(Some(Place::Server), 1000);
    let (server, client) = (recorder.probe(Place::Server), recorder.probe(Place::Client));
    let frames: Vec<Vec<u8>> = (0..4).map(|n| frame(n * SIZE)).collect();
    let [first, second, third, fourth] = &frames[..] else { unreachable!() };
    server.enter(stations::SENDMSG, at(1), None);
    server.wrote(at(1), 0, 2_500);
    server.leave(at(1));
    server.enter(stations::SENDMSG, at(2), None);
    server.wrote(at(2), 2_500, 4_000);
    server.leave(at(2));
    // The first is before the middle, the second goes straight on, the third waits, and so does the
    // fourth, which comes too late.
    send(&server, first, at(3), true);
    send(&server, second, at(3), false);
    send(&server, third, at(4), true);
    send(&server, fourth, at(4), true);
    assert!(recorder.is_chosen(third));
    run_queue(&server, &[first, third, fourth], at(5));
    server.mark(stations::CARD_SENT, at(7), third);
    client.mark(stations::CARD_GOT, at(8), third);
    client.mark(stations::CARD_GOT, at(9), fourth);
    receive(&client, &[second, third], at(10));
    // A read that ends in the middle of it is not the one.
    client.read(at(11), 0, 2_999);
    assert!(recorder.way().is_none());
    client.read(at(12), 2_999, 4_000);

    let way = recorder.way().unwrap();
    assert_eq!(way.offset, 2_000);
    let want = [
        (stations::SENDMSG, 1, 0),
        ("dev_queue_xmit", 4, 0),
        (stations::ENQUEUE, 4, 1),
        ("__qdisc_run", 5, 0),
        (stations::DEQUEUE, 5, 1),
        ("validate_xmit_skb", 5, 1),
        ("e1000_xmit_frame", 5, 1),
        (stations::CARD_SENT, 7, 0),
        (stations::CARD_GOT, 8, 0),
        (stations::INTERRUPT, 10, 0),
        ("e1000_intr", 10, 1),
        (stations::NET_RX, 10, 0),
        (stations::RECEIVE, 10, 1),
        (stations::RECVMSG, 12, 0),
    ];
    assert_eq!(names(&way), want);
    assert!(!way.visits.iter().any(|visit| visit.for_other));
}

#[test]
fn a_frame_that_is_lost_is_forgotten_and_another_is_chosen() {
    let recorder = Recorder::new(Some(Place::Server), 0);
    let (server, client) = (recorder.probe(Place::Server), recorder.probe(Place::Client));
    let (first, second) = (frame(0), frame(SIZE));
    send(&server, &first, at(1), true);
    recorder.lost(&first);
    send(&server, &second, at(2), true);
    assert!(recorder.is_chosen(&second));
    // A queueing discipline may lose one, too.
    server.enter(stations::KFREE, at(3), Some(&second));
    server.leave(at(3));
    send(&server, &first, at(4), false);
    assert!(recorder.is_chosen(&first));
    receive(&client, &[&first], at(5));
    client.read(at(6), 0, 1_000);
    // From here on nothing can change it.
    recorder.lost(&first);
    send(&server, &second, at(7), true);
    let way = recorder.way().unwrap();
    assert_eq!(names(&way)[0], ("dev_queue_xmit", 4, 0));
    assert_eq!(way.visits.last().unwrap().station, stations::RECVMSG);
}

#[test]
fn a_frame_taken_along_by_another_says_so() {
    let recorder = Recorder::new(Some(Place::Server), 0);
    let (server, client) = (recorder.probe(Place::Server), recorder.probe(Place::Client));
    let (first, second) = (frame(0), frame(SIZE));
    send(&server, &first, at(1), true);
    server.enter("dev_queue_xmit", at(2), Some(&second));
    run_queue(&server, &[&first], at(2));
    server.leave(at(2));
    receive(&client, &[&first], at(3));
    client.read(at(3), 0, 1_000);
    let way = recorder.way().unwrap();
    let others = way.visits.iter().filter(|visit| visit.for_other);
    assert_eq!(others.map(|visit| visit.station).collect::<Vec<_>>(), ["dev_queue_xmit"]);
}

#[test]
fn a_better_frame_in_the_same_call_gets_a_way_of_its_own() {
    let recorder = Recorder::new(Some(Place::Server), 0);
    let (server, client) = (recorder.probe(Place::Server), recorder.probe(Place::Client));
    let (first, second) = (frame(0), frame(SIZE));
    server.enter(stations::WRITE_XMIT, at(1), None);
    send(&server, &first, at(1), false);
    send(&server, &second, at(1), true);
    server.leave(at(1));
    receive(&client, &[&first, &second], at(2));
    client.read(at(3), 0, 2_000);
    let way = recorder.way().unwrap();
    assert_eq!(way.offset, 1_000);
    let want = [(stations::WRITE_XMIT, 1, 0), ("dev_queue_xmit", 1, 1), (stations::ENQUEUE, 1, 2)];
    assert_eq!(names(&way)[..3], want);
}

#[test]
fn what_others_send_is_chosen_when_it_comes_in() {
    let recorder = Recorder::new(None, 1_500);
    let client = recorder.probe(Place::Client);
    let frames: Vec<Vec<u8>> = (0..3).map(|n| frame(n * SIZE)).collect();
    receive(&client, &[&frames[0], &frames[1], &frames[2]], at(1));
    client.read(at(2), 0, 3_000);
    let way = recorder.way().unwrap();
    assert_eq!((way.offset, way.visits[0].station), (2_000, stations::INTERRUPT));
}

#[test]
fn own_time_is_without_the_stations_inside() {
    let recorder = Recorder::new(None, 0);
    let server = recorder.probe(Place::Server);
    server.enter("outer", at(0), None);
    for _ in 0..2 {
        server.enter("inner", at(0), None);
        std::thread::sleep(Duration::from_millis(20));
        server.leave(at(0));
    }
    server.leave(at(0));
    let costs = recorder.costs(Place::Server);
    let of = |name| costs.iter().find(|cost| cost.station == name).unwrap();
    assert_eq!((of("inner").calls, of("outer").calls), (2, 1));
    assert!(of("inner").own >= Duration::from_millis(40));
    assert!(of("outer").own < of("inner").own / 2, "{:?}", of("outer").own);
}
