//! Two CPUs, each with a stack and a pool of its own; one card. Whoever does not own it posts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use common::{NOW, Rig, ethernet, number};
use softnet_netdev::testutil::{frame, mac};
use softnet_netdev::{Config, NetXmit, Softnet, ethernet as eth};
use softnet_sk_buff::{DropReason, IfIndex, Inbox, Kick, PoolConfig, SkBuff, SkPool};

const PACKETS: u32 = 5_000;

fn small_pool() -> SkPool {
    SkPool::heap(PoolConfig { buffers: 200, clones: 0, buffer_size: 256 }).unwrap()
}

/// Another CPU: its packets, marked with its number, go into an inbox. It takes no for an answer
/// and tries again, and sends the interrupt when it is told to.
fn producer(mark: u32, dev: IfIndex, inbox: &Inbox, kick: &Sender<()>, make: fn(&mut SkBuff)) {
    let mut softnet = Softnet::new(Config::default(), small_pool());
    for number in 0..PACKETS {
        let payload = (mark << 24 | number).to_be_bytes();
        // All buffers are out: the other CPU has them, and they come home over the return list.
        let mut skb = loop {
            match frame(&mut softnet, dev, mac(1), &payload) {
                Some(skb) => break skb,
                None => thread::yield_now(),
            }
        };
        make(&mut skb);
        loop {
            match inbox.push(skb) {
                Ok(Kick::Needed) => break kick.send(()).unwrap(),
                Ok(Kick::Pending) => break,
                Err(rejected) => {
                    assert_eq!(rejected.why, DropReason::INBOX_FULL);
                    skb = rejected.packet;
                    thread::yield_now();
                }
            }
        }
    }
    while !softnet.pool().is_whole() {
        thread::yield_now();
    }
    assert_eq!(softnet.pool().unspecified_drops(), 0);
}

/// Each producer's packets came once and in order.
#[derive(Default)]
struct Sequence([u32; 4]);

impl Sequence {
    fn saw(&mut self, number: u32) {
        let next = &mut self.0[(number >> 24) as usize];
        assert_eq!(number & 0xff_ffff, *next);
        *next += 1;
    }

    fn total(&self) -> u32 {
        self.0.iter().sum()
    }
}

fn config() -> Config {
    Config { inbox: 64, ..Config::default() }
}

#[test]
fn two_others_post_to_a_card_that_its_owner_uses_too() {
    let mut rig = Rig::pooled(config(), ethernet(), small_pool());
    rig.softnet.attach_default_qdiscs(rig.dev).unwrap();
    let (inbox, dev) = (rig.softnet.tx_inbox(), rig.dev);
    let (kick, kicked) = channel();
    let mut seen = Sequence::default();
    thread::scope(|threads| {
        for mark in [1, 2] {
            let (inbox, kick) = (Arc::clone(&inbox), kick.clone());
            threads.spawn(move || producer(mark, dev, &inbox, &kick, |_| {}));
        }
        let mut own = 0;
        while seen.total() < 3 * PACKETS {
            // Sleeps only when it has nothing of its own to send, and wakes only when kicked.
            let interrupt = if own < PACKETS {
                kicked.try_recv().is_ok()
            } else {
                match kicked.recv_timeout(Duration::from_secs(20)) {
                    Ok(()) => true,
                    Err(RecvTimeoutError::Timeout) => panic!("a kick was lost"),
                    Err(RecvTimeoutError::Disconnected) => unreachable!("one sender is ours"),
                }
            };
            if interrupt {
                rig.softnet.handle_inbox(NOW);
            }
            for _ in 0..own.abs_diff(PACKETS).min(3) {
                assert_eq!(rig.send(own).unwrap(), NetXmit::Success);
                own += 1;
            }
            rig.softirqs();
            rig.sent().into_iter().for_each(|number| seen.saw(number));
        }
    });
    assert_eq!(seen.0, [PACKETS, PACKETS, PACKETS, 0]);
    assert_eq!(rig.softnet.drops().total(), 0);
    rig.assert_clean();
}

#[test]
fn received_packets_are_steered_to_the_cpu_that_processes_them() {
    let mut rig = Rig::pooled(config(), ethernet(), small_pool());
    let (inbox, dev) = (rig.softnet.rx_inbox(), rig.dev);
    let (kick, kicked) = channel();
    let mut seen = Sequence::default();
    let kicks = AtomicU32::new(0);
    thread::scope(|threads| {
        for mark in [0, 1] {
            let (inbox, kick) = (Arc::clone(&inbox), kick.clone());
            threads.spawn(move || {
                producer(mark, dev, &inbox, &kick, |skb| {
                    eth::eth_type_trans(skb, mac(1)).unwrap();
                });
            });
        }
        while seen.total() < 2 * PACKETS {
            kicked.recv_timeout(Duration::from_secs(20)).expect("a kick was lost");
            kicks.fetch_add(1, Ordering::Relaxed);
            rig.softnet.handle_inbox(NOW);
            rig.softirqs();
            while let Some(skb) = rig.softnet.receive(dev) {
                seen.saw(number(&skb));
                rig.softnet.consume(skb);
            }
        }
    });
    assert_eq!(seen.0, [PACKETS, PACKETS, 0, 0]);
    let stats = rig.softnet.stats();
    assert_eq!(stats.processed, u64::from(2 * PACKETS));
    assert!(stats.received_rps > 0 && stats.received_rps <= u64::from(kicks.into_inner()));
    assert_eq!(rig.softnet.drops().total(), 0);
    rig.assert_clean();
}

#[test]
fn who_posts_to_a_stack_that_went_keeps_the_packet() {
    let rig = Rig::new();
    let inboxes = [rig.softnet.tx_inbox(), rig.softnet.rx_inbox()];
    let mut other = Softnet::new(Config::default(), small_pool());
    let mut make = || frame(&mut other, rig.dev, mac(1), b"late").unwrap();
    let (waiting, late) = ([make(), make()], [make(), make()]);
    for (inbox, skb) in inboxes.iter().zip(waiting) {
        assert_eq!(inbox.push(skb).unwrap(), Kick::Needed);
    }
    drop(rig);
    for (inbox, skb) in inboxes.iter().zip(late) {
        let rejected = inbox.push(skb).unwrap_err();
        assert_eq!(rejected.why, DropReason::DEV_READY);
        other.consume(rejected.packet);
    }
    drop(inboxes);
    assert!(other.pool().is_whole());
    assert_eq!(other.pool().unspecified_drops(), 0);
}

#[test]
fn a_whole_stack_moves_to_another_thread() {
    let mut rig = Rig::queued();
    rig.must_send([0]);
    let mut rig = thread::spawn(move || {
        rig.must_send([1]);
        rig
    })
    .join()
    .unwrap();
    assert_eq!(rig.sent(), [0, 1]);
    rig.assert_clean();
}
