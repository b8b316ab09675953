//! A card that writes back what it likes.
#![cfg(all(feature = "e1000", feature = "testutil"))]
#![allow(clippy::unwrap_used, reason = "all of it is tests")]

mod conformance;

use core::slice::from_ref;

use conformance::bench::Bench;
use conformance::model::ModelCard;
use conformance::{Card, frame};
use proptest::prelude::*;
use softnet_sk_buff::DropReason;

const DD: u8 = 1;
const EOP: u8 = 2;
/// Check sequence, symbol, sequence, carrier extension, data: what makes a frame useless.
const DAMAGE: u8 = 0b1001_0111;

/// What the card writes back of one buffer.
#[derive(Clone, Copy, Debug)]
struct Back {
    len: u16,
    status: u8,
    errors: u8,
    tci: u16,
}

impl Back {
    fn words(self) -> [u32; 2] {
        let [tci0, tci1] = self.tci.to_le_bytes();
        [u32::from(self.len), u32::from_le_bytes([self.status, self.errors, tci0, tci1])]
    }

    /// Whether it would be a frame, were it alone.
    fn is_frame(self) -> bool {
        self.errors & DAMAGE == 0 && (14..=1522).contains(&self.len)
    }
}

fn back() -> impl Strategy<Value = Back> {
    let len = prop_oneof![
        Just(0_u16),
        1..20_u16,
        60..1600_u16,
        2040..2060_u16,
        Just(u16::MAX),
        any::<u16>()
    ];
    let errors = prop_oneof![3 => Just(0_u8), 1 => any::<u8>()];
    let eop = prop_oneof![4 => Just(EOP), 1 => Just(0)];
    (len, any::<u8>(), eop, errors, any::<u16>()).prop_map(|(len, status, eop, errors, tci)| Back {
        len,
        status: (status & !EOP) | eop | DD,
        errors,
        tci,
    })
}

fn bench() -> Bench<ModelCard> {
    Bench::new(ModelCard::power_on().unwrap()).up()
}

/// A card that works serves after all that: ends a train of buffers, then receives and sends.
fn check_it_still_works(bench: &mut Bench<ModelCard>) {
    bench.card.0.hostile_receive([100, u32::from(DD | EOP)]);
    let _ = bench.wire();
    bench.received();
    let incoming = frame::to_us(100, 1);
    let received = bench.deliver(from_ref(&incoming));
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].frame, incoming);
    bench.xmit_bytes(&frame::from_us(100, 1));
    assert_eq!(bench.wire(), [frame::from_us(100, 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a descriptor says: a frame, or a drop that is counted once, and no buffer lost.
    #[test]
    fn each_frame_is_received_or_counted(backs in prop::collection::vec(back(), 1..400)) {
        let mut bench = bench();
        for burst in backs.chunks(100) {
            for back in burst {
                prop_assert!(bench.card.0.hostile_receive(back.words()));
            }
            bench.settle();
            bench.received();
        }
        // A frame begins behind each end of one.
        let begins = core::iter::once(true).chain(backs.iter().map(|back| back.status & EOP != 0));
        let begins: Vec<_> = backs.iter().zip(begins).filter(|(_, begins)| *begins).collect();
        let good = begins.iter().filter(|(back, _)| back.status & EOP != 0 && back.is_frame());
        let (frames, good) = (begins.len() as u64, good.count() as u64);
        prop_assert_eq!(bench.stats().rx_packets, good);
        // The bytes are whatever was there before, so some good ones are for someone else.
        let drops = bench.net.drops();
        prop_assert_eq!(good + drops.total() - drops.of(DropReason::OTHERHOST), frames);
        // Of no length, or of more than the buffer has.
        let absurd = begins.iter().filter(|(back, _)| {
            let alone = back.status & EOP != 0 && back.errors & DAMAGE == 0;
            alone && !(1..=2048).contains(&back.len)
        });
        prop_assert_eq!(drops.of(DropReason::RX_DESCRIPTOR), absurd.count() as u64);
        prop_assert_eq!(bench.counter("rx_bad_descriptors"), frames - good);
        prop_assert_eq!(bench.card.0.mapped_count(), 255);
        check_it_still_works(&mut bench);
        bench.finish();
    }

    /// Descriptors overwritten anywhere in either ring, at any time, with the port closed under it:
    /// no panic, and every buffer comes back.
    #[test]
    fn descriptors_may_change_anywhere(
        pokes in prop::collection::vec((any::<bool>(), 0..256_u32, any::<[u32; 4]>()), 1..60),
        sends in 0..40_u8,
    ) {
        let mut bench = bench();
        for (n, (rx, index, words)) in pokes.into_iter().enumerate() {
            if n < usize::from(sends) {
                let skb = bench.packet(&frame::from_us(200, n as u8));
                let _ = bench.xmit(skb);
                bench.card.send(&frame::to_us(200, n as u8));
            }
            if rx {
                bench.card.0.write_rx_descriptor(index, words);
            } else {
                bench.card.0.write_tx_descriptor(index, words);
            }
            bench.serve();
            bench.received();
        }
        bench.close();
        bench.received();
        // The card was the one that misbehaved.
        let _ = bench.card.0.take_violations();
        bench.finish();
    }
}

#[test]
fn rings_torn_down_in_flight_lose_no_buffer() {
    for served in [false, true] {
        let mut bench = bench();
        for n in 0..50 {
            let train = if n % 3 == 0 { 0 } else { EOP };
            bench.card.0.hostile_receive([100, u32::from(DD | train)]);
            bench.xmit_bytes(&frame::from_us(1514, n));
        }
        if served {
            bench.serve();
            bench.received();
        }
        bench.close();
        bench.received();
        bench.check_pool();
        let mut bench = bench.up();
        check_it_still_works(&mut bench);
        bench.finish();
    }
}
