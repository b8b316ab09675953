//! The e1000 driver on a machine where something goes wrong: the bus, the card, the cable.
#![cfg(all(feature = "e1000", feature = "testutil"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of it is tests")]

mod conformance;

use core::time::Duration;

use conformance::bench::{Bench, probe};
use conformance::model::ModelCard;
use conformance::{Card, MAC, frame};
use softnet_drivers::bus::{BusError, CpuId, Mmio, PciDevice};
use softnet_drivers::e1000::{Config, EepromError, PhyError, ProbeError};
use softnet_drivers::testutil::e1000 as model;
use softnet_drivers::testutil::e1000::{FaultPoint, PhyFault, Speed};
use softnet_netdev::{IrqReturn, Refused};
use softnet_sk_buff::DropReason;

fn card(config: model::Config) -> ModelCard {
    ModelCard::with(model::Config { mac: MAC, ..config })
}

fn bench() -> Bench<ModelCard> {
    Bench::new(ModelCard::power_on().unwrap())
}

#[test]
fn a_probe_names_who_is_to_blame() {
    type Break = fn(&model::Model);
    type Expected = fn(ProbeError) -> bool;
    let cases: [(Break, Expected); 6] = [
        (
            |model| model.fail_nth(FaultPoint::MapBar, 0),
            |why| why == ProbeError::Bus(BusError::NoBar),
        ),
        (
            model::Model::corrupt_eeprom,
            |why| matches!(why, ProbeError::Eeprom(EepromError::Checksum(sum)) if sum != 0xbaba),
        ),
        (
            |model| model.set_eeprom_word(0, 0x5401),
            |why| matches!(why, ProbeError::BadAddress(address) if address.is_multicast()),
        ),
        (
            |model| model.set_phy_fault(Some(PhyFault::WrongId)),
            |why| matches!(why, ProbeError::Phy(PhyError::Unknown(0x02a8_0380))),
        ),
        (
            |model| model.set_phy_fault(Some(PhyFault::Silent)),
            |why| why == ProbeError::Phy(PhyError::Unknown(u32::MAX)),
        ),
        (|_| {}, |_| false),
    ];
    for (at, (break_it, expected)) in cases.into_iter().enumerate() {
        let card = card(model::Config::default());
        break_it(&card.0);
        match probe(&card, Config::default()) {
            Ok(driver) => {
                assert_eq!((at, driver.mac()), (5, MAC));
                drop(driver);
            }
            Err(why) => assert!(expected(why), "{why:?}"),
        }
        card.finish();
    }
}

#[test]
fn a_reset_that_does_not_end_is_given_up() {
    let card =
        card(model::Config { reset_time: Duration::from_secs(10), ..model::Config::default() });
    assert_eq!(probe(&card, Config::default()).unwrap_err(), ProbeError::ResetStuck);
    assert!(card.now() < softnet_sk_buff::Instant::from_millis(200));
    card.finish();
}

#[test]
fn rings_that_cannot_be_are_refused() {
    let card = card(model::Config::default());
    for (tx, rx) in [(40, 256), (256, 4104), (100, 256), (256, 0)] {
        let config = Config { tx_descriptors: tx, rx_descriptors: rx, ..Config::default() };
        assert_eq!(probe(&card, config).unwrap_err(), ProbeError::BadConfig);
    }
    card.finish();
}

#[test]
fn the_reset_goes_through_the_ports_if_there_are_any() {
    for with_ports in [true, false] {
        let card = card(model::Config::default());
        if !with_ports {
            // The ports are behind the second register that is tried.
            card.0.fail_nth(FaultPoint::MapPorts, 1);
        }
        let driver = probe(&card, Config::default()).unwrap();
        let counters = card.0.counters();
        assert_eq!(counters.resets, 1);
        assert_eq!(counters.port_writes != 0, with_ports);
        drop(driver);
        card.finish();
    }
}

#[test]
fn each_step_of_opening_is_undone_when_a_later_one_fails() {
    let mut bench = bench();
    let before = bench.card.0.steps();
    bench.open().unwrap();
    let steps = bench.card.0.steps() - before;
    // Two rings, 255 buffers, one vector.
    assert_eq!(steps, 2 + 255 + 1);
    bench.close();
    for step in 0..steps {
        bench.card.0.fail_step(step);
        let expected = if step < 2 { Refused::NoMemory } else { Refused::Bus };
        assert_eq!(bench.open(), Err(expected), "step {step}");
        bench.card.0.clear_faults();
        assert!(!bench.device().is_running());
        bench.card.finish();
        bench.check_pool();
    }
    bench.card.0.set_phy_fault(Some(PhyFault::Silent));
    assert_eq!(bench.open(), Err(Refused::Hardware));
    bench.card.finish();
    bench.check_pool();
    // A pool without packets is no memory either.
    bench.card.0.set_phy_fault(None);
    let mut held = Vec::new();
    while let Some(skb) = bench.net.pool().alloc(0) {
        held.push(skb);
    }
    assert_eq!(bench.open(), Err(Refused::NoMemory));
    held.into_iter().for_each(|skb| bench.net.consume(skb));
    bench.card.finish();
    let mut bench = bench.up();
    bench.xmit_bytes(&frame::from_us(100, 1));
    assert_eq!(bench.wire(), [frame::from_us(100, 1)]);
    bench.finish();
}

/// Whether the PHY sleeps, asked behind the driver's back.
fn phy_sleeps(card: &ModelCard) -> bool {
    const MDIC: u32 = 0x20;
    let registers = card.pci().map_bar(0).unwrap();
    // Read register 0 of PHY 1.
    registers.write32(MDIC, 2 << 26 | 1 << 21);
    let answer = (0..1000).map(|_| registers.read32(MDIC)).find(|answer| answer & 1 << 28 != 0);
    answer.unwrap() & 1 << 11 != 0
}

#[test]
fn the_phy_sleeps_while_the_port_is_down() {
    let mut bench = bench();
    for _ in 0..2 {
        bench = bench.up();
        assert!(!phy_sleeps(&bench.card));
        bench.close();
        assert!(phy_sleeps(&bench.card));
    }
    bench.card.0.fail_nth(FaultPoint::Vectors, 0);
    assert_eq!(bench.open(), Err(Refused::Bus));
    assert!(phy_sleeps(&bench.card));
    bench.finish();
}

#[test]
fn a_packet_that_cannot_be_mapped_is_dropped_and_counted() {
    let mut bench = bench().up();
    bench.card.0.fail_nth(FaultPoint::Map, 0);
    bench.xmit_bytes(&frame::from_us(100, 1));
    bench.xmit_bytes(&frame::from_us(100, 2));
    assert_eq!(bench.wire(), [frame::from_us(100, 2)]);
    assert_eq!(bench.net.drops().of(DropReason::DMA_MAP), 1);
    let stats = bench.stats();
    assert_eq!((stats.tx_dropped, stats.tx_packets), (1, 1));
    bench.finish();
}

#[test]
fn a_buffer_that_cannot_be_mapped_costs_no_frame() {
    let mut bench = bench().up();
    bench.card.0.fail_nth(FaultPoint::Map, 0);
    let all: Vec<_> = (0..10).map(|n| frame::to_us(100, n)).collect();
    let received = bench.deliver(&all);
    assert_eq!(received.len(), 10);
    assert_eq!(bench.card.0.mapped_count(), 255, "the missing one was made up for");
    bench.finish();
}

#[test]
fn an_empty_pool_costs_frames_but_not_the_ring() {
    let mut bench = bench().up();
    // 1024 packets: 255 in the ring, the others fill the stack's queue.
    for burst in 0..10 {
        (0..90).for_each(|n| bench.card.send(&frame::to_us(100, burst ^ n)));
        bench.settle();
        assert_eq!(bench.card.0.mapped_count(), 255);
    }
    let lost = 900 - (1024 - 255);
    assert_eq!(bench.net.drops().of(DropReason::NOMEM), lost);
    assert_eq!(bench.stats().rx_dropped, lost);
    assert_eq!(bench.counter("alloc_rx_buff_failed"), lost);
    assert_eq!(bench.received().len() as u64, 900 - lost);
    assert_eq!(bench.deliver(&[frame::to_us(100, 1)]).len(), 1);
    bench.finish();
}

#[test]
fn a_ring_that_could_not_be_filled_is_filled_later() {
    let mut bench = bench();
    let mut held: Vec<_> = core::iter::from_fn(|| bench.net.pool().alloc(0)).collect();
    held.drain(..5).for_each(|skb| bench.net.consume(skb));
    bench.open().unwrap();
    assert_eq!(bench.card.0.mapped_count(), 5);
    held.into_iter().for_each(|skb| bench.net.consume(skb));
    bench.wait_for_link();
    bench.run(Duration::from_secs(2));
    assert_eq!(bench.card.0.mapped_count(), 255);
    bench.finish();
}

#[test]
fn a_lost_interrupt_delays_a_frame_by_two_seconds_at_most() {
    const ICR: u32 = 0xc0;
    let mut bench = bench().up();
    bench.card.send(&frame::to_us(100, 1));
    // Somebody else reads the cause, and with it takes it away.
    assert_ne!(bench.card.pci().map_bar(0).unwrap().read32(ICR), 0);
    bench.settle();
    assert!(bench.received().is_empty());
    bench.run(Duration::from_secs(2));
    assert_eq!(bench.received().len(), 1);
    bench.finish();
}

#[test]
fn a_hung_transmitter_is_reset() {
    let mut bench = bench().up();
    let resets = bench.card.0.counters().resets;
    // The card keeps what a context told it, until it is reset.
    let packet = frame::summed(false, true, 100, 0);
    bench.xmit_partial(&packet.partial, packet.start, packet.offset);
    assert_eq!(bench.wire().len(), 1);
    bench.card.0.set_tx_hang(true);
    (0..5).for_each(|n| bench.xmit_bytes(&frame::from_us(100, n)));
    // More than one second in the ring, found at a look, each two seconds; then the stack's patience
    // of five.
    bench.run(Duration::from_secs(6));
    assert_eq!(bench.card.0.counters().resets, resets);
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.card.0.counters().resets, resets + 1);
    bench.card.0.set_tx_hang(false);
    bench.wait_for_link();
    assert_eq!(bench.net.drops().of(DropReason::TX_TIMEOUT), 5);
    assert_eq!(bench.stats().tx_dropped, 5);
    assert_eq!(bench.counter("tx_timeout_count"), 1);
    assert_eq!(bench.device().tx_queues()[0].stats().timeouts, 1);
    bench.xmit_partial(&packet.partial, packet.start, packet.offset);
    assert_eq!(bench.wire(), [packet.complete]);
    for n in 0..5 {
        bench.xmit_bytes(&frame::from_us(100, n));
        assert_eq!(bench.wire(), [frame::from_us(100, n)]);
        assert_eq!(bench.deliver(&[frame::to_us(100, n)]).len(), 1);
    }
    bench.finish();
}

#[test]
fn a_slow_link_is_given_more_time() {
    let bench = bench();
    bench.card.0.set_partner(Speed::Mbps10);
    let mut bench = bench.up();
    let link = bench.link.get().unwrap();
    assert_eq!((link.speed, link.full_duplex), (10, true));
    let resets = bench.card.0.counters().resets;
    bench.card.0.set_tx_hang(true);
    bench.xmit_bytes(&frame::from_us(100, 0));
    bench.run(Duration::from_secs(21));
    assert_eq!(bench.card.0.counters().resets, resets);
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.card.0.counters().resets, resets + 1);
    bench.card.0.set_tx_hang(false);
    bench.card.0.set_partner(Speed::Mbps100);
    bench.wait_for_link();
    assert_eq!(bench.link.get().unwrap().speed, 100);
    bench.finish();
}

#[test]
fn packets_in_the_ring_do_not_outlive_the_link() {
    let mut bench = bench().up();
    (0..40).for_each(|n| bench.xmit_bytes(&frame::from_us(1514, n)));
    bench.card.set_cable(false);
    bench.run(Duration::from_millis(100));
    assert!(!bench.device().carrier());
    let stats = bench.stats();
    assert_eq!(stats.tx_packets + stats.tx_dropped, 40);
    assert_eq!(bench.net.drops().of(DropReason::NO_CARRIER), stats.tx_dropped);
    assert!(stats.tx_dropped > 30);
    bench.card.set_cable(true);
    bench.wait_for_link();
    let _ = bench.wire();
    bench.xmit_bytes(&frame::from_us(100, 7));
    assert_eq!(bench.wire(), [frame::from_us(100, 7)]);
    bench.finish();
}

#[test]
fn a_port_can_be_closed_while_it_is_reset() {
    // Before the drain ends, in the reset, and after.
    for wait in [0, 5, 11, 14, 16] {
        let mut bench = bench().up();
        bench.card.0.set_tx_hang(true);
        bench.xmit_bytes(&frame::from_us(100, 0));
        while bench.counter("resets") == 0 {
            bench.run(Duration::from_millis(1));
        }
        bench.run(Duration::from_millis(wait));
        bench.card.0.set_tx_hang(false);
        bench.close();
        let mut bench = bench.up();
        bench.xmit_bytes(&frame::from_us(100, 1));
        assert_eq!(bench.wire(), [frame::from_us(100, 1)], "after {wait} ms");
        bench.finish();
    }
}

#[test]
fn a_driver_can_be_dropped_at_any_time() {
    for wait in [0, 3, 11, 13, 20] {
        for close in [false, true] {
            let mut bench = bench().up();
            for n in 0..20 {
                bench.xmit_bytes(&frame::from_us(1514, n));
                bench.card.send(&frame::to_us(1514, n));
            }
            let now = bench.now();
            if close {
                bench.net.dev_close(bench.dev, now).unwrap();
            }
            bench.run(Duration::from_millis(wait));
            let Bench { card, net, .. } = bench;
            drop(net);
            card.advance_to(card.now() + Duration::from_secs(1));
            card.finish();
        }
    }
}

#[test]
fn addresses_above_4_gib_are_for_cards_that_can() {
    let above = || card(model::Config { dma_base: 0x12_0000_0000, ..model::Config::default() });
    let mut bench = Bench::new(above());
    assert_eq!(bench.open(), Err(Refused::NoMemory), "32 bits on plain PCI, as Linux has it");
    bench.card.finish();
    let config = Config { dma_mask: Some(u64::MAX), ..Config::default() };
    let mut bench = Bench::with(above(), config).up();
    bench.xmit_bytes(&frame::from_us(100, 1));
    assert_eq!(bench.wire(), [frame::from_us(100, 1)]);
    assert_eq!(bench.deliver(&[frame::to_us(100, 1)]).len(), 1);
    bench.finish();
}

#[test]
fn an_interrupt_of_somebody_else_is_left_to_them() {
    let mut bench = bench().up();
    bench.card.0.reset_counters();
    let now = bench.now();
    assert_eq!(bench.net.handle_interrupt(bench.driver, 0, now), IrqReturn::None);
    let counters = bench.card.0.counters();
    assert_eq!((counters.mmio_reads, counters.icr_reads, counters.mmio_writes), (1, 1, 0));
    assert!(!bench.net.softirqs().any());
    bench.finish();
}

#[test]
fn a_card_without_an_interrupt_is_polled() {
    let card = card(model::Config { vectors: 0, ..model::Config::default() });
    let mut bench = Bench::new(card);
    bench.open().unwrap();
    // As a timer would, every millisecond.
    let tick = |bench: &mut Bench<ModelCard>| {
        bench.run(Duration::from_millis(1));
        let now = bench.now();
        let answer = bench.net.handle_interrupt(bench.driver, 0, now);
        bench.serve();
        answer
    };
    for _ in 0..10_000 {
        if bench.device().carrier() {
            break;
        }
        tick(&mut bench);
    }
    assert!(bench.device().carrier());
    // More than once, so that the poll's end must not shut the door.
    for round in 0..3 {
        let frames: Vec<_> = (0..40).map(|n| frame::to_us(100, round * 40 + n)).collect();
        frames.iter().for_each(|frame| bench.card.send(frame));
        bench.run(Duration::from_millis(1));
        assert_eq!(bench.received(), [], "before anybody looked");
        assert_eq!(tick(&mut bench), IrqReturn::Handled);
        let received: Vec<_> = bench.received().into_iter().map(|seen| seen.frame).collect();
        assert_eq!(received, frames);
        bench.xmit_bytes(&frame::from_us(100, round));
        assert_eq!(bench.wire(), [frame::from_us(100, round)]);
        assert_eq!(tick(&mut bench), IrqReturn::Handled, "the packet is sent, and freed");
    }
    assert_eq!(tick(&mut bench), IrqReturn::None, "nothing happened");
    assert_eq!(bench.interrupts, 0);
    bench.finish();
}

#[test]
fn the_interrupt_goes_to_the_cpu_that_was_asked_for() {
    let card = card(model::Config::default());
    let mut driver = probe(&card, Config::default()).unwrap();
    // A port that is down has no vector yet: it is a wish.
    driver.set_irq_affinity(CpuId(3)).unwrap();
    let mut bench = Bench::of(card, driver).up();
    assert_eq!(bench.card.0.vector_cpu(0), Some(CpuId(3)));
    bench.settle();
    bench.finish();
}

#[test]
fn the_smallest_rings_work() {
    let config = Config { tx_descriptors: 48, rx_descriptors: 48, ..Config::default() };
    let mut bench = Bench::with(ModelCard::power_on().unwrap(), config).up();
    for round in 0..30 {
        let out: Vec<_> = (0..40).map(|n| frame::from_us(300, round ^ n)).collect();
        out.iter().for_each(|frame| bench.xmit_bytes(frame));
        assert_eq!(bench.wire(), out);
        let incoming: Vec<_> = (0..32).map(|n| frame::to_us(300, round ^ n)).collect();
        assert_eq!(bench.deliver(&incoming).len(), 32);
    }
    bench.finish();
}
