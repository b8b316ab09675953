//! Rules of one packet and of those that share its bytes.
#![cfg(all(feature = "buf", feature = "alloc", not(loom)))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use softnet_sk_buff::{
    Checksum, CopyError, DropCounts, DropReason, GeometryError, GsoType, Inbox, Layer, Meta,
    Payload, PoolConfig, SkBuff, SkPool, SkQueue,
};

fn pool() -> SkPool {
    SkPool::heap(PoolConfig { buffers: 8, clones: 8, buffer_size: 256 }).unwrap()
}

fn packet(pool: &mut SkPool, headroom: u16, bytes: &[u8]) -> SkBuff {
    let mut skb = pool.alloc(headroom).unwrap();
    skb.put(bytes.len()).unwrap().copy_from_slice(bytes);
    skb
}

fn end(mut pool: SkPool, packets: impl IntoIterator<Item = SkBuff>) {
    packets.into_iter().for_each(|skb| pool.consume(skb));
    assert!(pool.is_whole() && pool.unspecified_drops() == 0);
}

#[test]
fn what_crosses_threads_is_send() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<SkBuff>();
    is_send::<Payload>();
    is_send::<SkPool>();
    is_send::<SkQueue>();
    is_send::<Inbox>();
    is_sync::<Inbox>();
    assert_eq!(size_of::<Option<SkBuff>>(), size_of::<usize>());
}

#[test]
fn a_refused_operation_changes_nothing() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 16, b"12345678");
    assert_eq!(skb.push(17).unwrap_err(), GeometryError::Headroom);
    assert_eq!(skb.push(usize::MAX).unwrap_err(), GeometryError::Headroom);
    assert_eq!(skb.put(233).unwrap_err(), GeometryError::Tailroom);
    assert_eq!(skb.put(usize::MAX).unwrap_err(), GeometryError::Tailroom);
    assert_eq!(skb.pull(9).unwrap_err(), GeometryError::TooShort);
    assert_eq!(skb.pad(241).unwrap_err(), GeometryError::Tailroom);
    assert_eq!(skb.reserve(1).unwrap_err(), GeometryError::NotEmpty);
    assert_eq!(skb.set_header(Layer::Mac, 9).unwrap_err(), GeometryError::TooShort);
    assert_eq!(skb.rewind_to(Layer::Mac).unwrap_err(), GeometryError::NoHeader);
    assert_eq!((skb.headroom(), skb.data(), skb.tailroom()), (16, &b"12345678"[..], 232));
    end(pool, [skb]);
}

#[test]
fn a_new_packet_inherits_nothing_from_the_last_use_of_its_header() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones: 0, buffer_size: 64 }).unwrap();
    let mut skb = packet(&mut pool, 8, b"x");
    *skb.cb_mut() = [0xff_u8; 48];
    skb.meta_mut().mark = 7;
    skb.meta_mut().gso.kind = GsoType::TCPV4;
    skb.set_header(Layer::Network, 0).unwrap();
    pool.consume(skb.into_payload().into_inner());
    let mut skb = pool.alloc(8).unwrap();
    assert_eq!(skb.cb::<[u8; 48]>(), &[0; 48]);
    assert_eq!(skb.meta(), &Meta::default());
    assert_eq!(skb.header_offset(Layer::Network), None);
    assert!(!skb.is_cloned() && skb.push(8).is_ok());
    end(pool, [skb]);
}

#[test]
fn a_control_block_reads_as_zeroes_until_it_is_written() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones: 1, buffer_size: 64 }).unwrap();
    // Both headers have been used, their control blocks full.
    let mut skb = packet(&mut pool, 8, b"x");
    *skb.cb_mut() = [0xff_u8; 48];
    let clone = pool.clone_of(&skb).unwrap();
    assert_eq!(clone.cb::<[u8; 48]>(), &[0xff; 48]);
    pool.consume(skb);
    pool.consume(clone);

    let mut skb = packet(&mut pool, 8, b"x");
    let mut clone = pool.clone_of(&skb).unwrap();
    assert_eq!(clone.cb::<[u8; 48]>(), &[0; 48]);
    // The rest is still zeroes when a part has been written, in the packet's own only.
    clone.cb_mut::<[u8; 4]>()[1] = 7;
    let mut expected = [0; 48];
    expected[1] = 7;
    assert_eq!(clone.cb::<[u8; 48]>(), &expected);
    assert_eq!(skb.cb::<[u8; 48]>(), &[0; 48]);
    skb.cb_mut::<[u8; 48]>()[47] = 9;
    assert_eq!(clone.cb::<[u8; 48]>(), &expected);
    end(pool, [skb, clone]);
}

#[test]
fn a_header_at_the_end_of_the_largest_buffer_is_not_taken_for_an_unset_one() {
    let config = PoolConfig { buffers: 1, clones: 0, buffer_size: 65472 };
    let mut pool = SkPool::heap(config).unwrap();
    let mut skb = pool.alloc(65472 - 64).unwrap();
    skb.put_received(64).unwrap();
    skb.set_header(Layer::Transport, 64).unwrap();
    skb.pull(64).unwrap();
    assert_eq!(skb.header_offset(Layer::Transport), Some(0));
    assert_eq!(skb.from_header(Layer::Transport), Some(&[][..]));
    end(pool, [skb]);
}

#[test]
fn pulled_headers_can_be_read_and_gone_back_to() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 0, b"mac.ipv4tcp.data");
    skb.set_header(Layer::Mac, 0).unwrap();
    skb.pull(4).unwrap();
    skb.set_header(Layer::Network, 0).unwrap();
    skb.set_header(Layer::Transport, 4).unwrap();
    assert_eq!(skb.header_offset(Layer::Mac), Some(-4));
    assert_eq!(skb.from_header(Layer::Mac), Some(&b"mac.ipv4tcp.data"[..]));
    assert_eq!(skb.rewind_to(Layer::Transport), Err(GeometryError::NoHeader));
    let clone = pool.clone_of(&skb).unwrap();
    skb.rewind_to(Layer::Mac).unwrap();
    assert_eq!((skb.data(), clone.data()), (&b"mac.ipv4tcp.data"[..], &b"ipv4tcp.data"[..]));
    skb.trim(2);
    assert_eq!(skb.from_header(Layer::Network), None, "behind the end");
    skb.unset_header(Layer::Mac);
    assert_eq!(skb.from_header(Layer::Mac), None);
    end(pool, [skb, clone]);
}

#[test]
fn pad_writes_zeroes_over_what_an_earlier_packet_left() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones: 0, buffer_size: 64 }).unwrap();
    let skb = packet(&mut pool, 0, &[0xaa; 64]);
    pool.consume(skb);
    let mut skb = packet(&mut pool, 0, b"ab");
    skb.pad(60).unwrap();
    assert_eq!(skb.data()[..2], *b"ab");
    assert_eq!(skb.data()[2..], [0; 58]);
    end(pool, [skb]);
}

#[test]
fn a_clone_cannot_be_written_until_it_is_alone() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 16, b"shared");
    let mut clone = pool.clone_of(&skb).unwrap();
    assert!(skb.is_cloned() && skb.is_header_cloned());
    assert!(clone.data_mut().is_none() && clone.header_mut().is_none());
    assert_eq!(skb.put(1).unwrap_err(), GeometryError::Shared);
    assert_eq!(skb.push(1).unwrap_err(), GeometryError::Shared);
    pool.consume(clone);
    skb.data_mut().unwrap()[0] = b'S';
    assert_eq!(skb.data(), b"Shared");
    end(pool, [skb]);
}

#[test]
fn the_buffer_has_32767_owners_at_most() {
    let clones = if cfg!(miri) { return } else { 33_000 };
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones, buffer_size: 64 }).unwrap();
    let skb = pool.alloc(0).unwrap();
    let mut packets = Vec::new();
    while let Some(clone) = pool.clone_of(&skb) {
        packets.push(clone);
    }
    assert_eq!(packets.len(), 32_766);
    assert!(pool.clone_of(&skb).is_none(), "a refusal leaves the count alone");
    pool.consume(packets.pop().unwrap());
    packets.push(pool.clone_of(&skb).unwrap());
    packets.push(skb);
    end(pool, packets);
}

#[test]
fn a_transmission_writes_headers_before_a_payload_that_is_kept() {
    let mut pool = pool();
    let payload = packet(&mut pool, 32, b"data").into_payload();
    for sequence in [b"one.", b"two."] {
        let mut segment = pool.clone_of_payload(&payload).unwrap();
        segment.push(4).unwrap().copy_from_slice(sequence);
        assert_eq!(segment.header_mut().unwrap(), sequence);
        assert!(segment.data_mut().is_none(), "the payload is shared");
        assert_eq!(segment.data().as_ptr_range().end, payload.data().as_ptr_range().end);
        pool.consume(segment);
    }
    end(pool, [payload.into_inner()]);
}

#[test]
fn only_one_of_two_transmissions_may_write_headers() {
    let mut pool = pool();
    let payload = packet(&mut pool, 32, b"data").into_payload();
    let mut first = pool.clone_of_payload(&payload).unwrap();
    first.push(3).unwrap().copy_from_slice(b"tcp");
    let mut second = pool.clone_of_payload(&payload).unwrap();
    assert_eq!(second.push(3).unwrap_err(), GeometryError::Shared);
    assert!(first.header_mut().is_none());
    second.cow_head(&mut pool, 8).unwrap();
    second.push(3).unwrap().copy_from_slice(b"TCP");
    assert_eq!((first.data(), second.data()), (&b"tcpdata"[..], &b"TCPdata"[..]));
    end(pool, [first, second, payload.into_inner()]);
}

#[test]
fn a_packet_that_was_a_payload_cannot_reach_the_headers_of_another() {
    let mut pool = pool();
    let payload = packet(&mut pool, 32, b"data").into_payload();
    let mut segment = pool.clone_of_payload(&payload).unwrap();
    segment.push(3).unwrap().copy_from_slice(b"tcp");
    let mut inner = payload.into_inner();
    assert!(inner.is_header_cloned());
    assert_eq!(inner.push(3).unwrap_err(), GeometryError::Shared);
    assert!(inner.header_mut().is_none());
    assert_eq!(segment.data(), b"tcpdata");
    end(pool, [segment, inner]);
}

#[test]
fn two_packets_that_were_payloads_write_nothing_that_both_could_read() {
    let mut pool = pool();
    let skb = packet(&mut pool, 32, b"data");
    let clone = pool.clone_of(&skb).unwrap();
    let (mut a, mut b) = (skb.into_payload().into_inner(), clone.into_payload().into_inner());
    assert_eq!(a.push(1).unwrap_err(), GeometryError::Shared);
    assert_eq!(b.push(1).unwrap_err(), GeometryError::Shared);
    pool.consume(b);
    a.push(1).unwrap()[0] = b'!';
    assert_eq!(a.data(), b"!data");
    end(pool, [a]);
}

#[test]
fn a_payload_that_grew_headers_again_is_a_full_packet() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 32, b"data").into_payload().into_inner();
    skb.push(3).unwrap().copy_from_slice(b"tcp");
    let mut clone = pool.clone_of(&skb).unwrap();
    assert!(clone.header_mut().is_none(), "the other could read them");
    assert_eq!(clone.push(1).unwrap_err(), GeometryError::Shared);
    end(pool, [skb, clone]);
}

#[test]
fn a_payload_made_a_payload_again_still_goes_home() {
    let mut pool = pool();
    let payload = packet(&mut pool, 32, b"data").into_payload();
    let mut inner = payload.into_inner();
    inner.pull(2).unwrap();
    let again = inner.into_payload();
    assert_eq!(again.data(), b"ta");
    end(pool, [again.into_inner()]);
}

#[test]
fn of_two_clones_one_may_push_as_soon_as_the_other_is_a_payload() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 32, b"data");
    let payload = pool.clone_of(&skb).unwrap().into_payload();
    skb.push(3).unwrap().copy_from_slice(b"tcp");
    assert_eq!(skb.header_mut().unwrap(), b"tcp");
    assert_eq!(payload.data(), b"data");
    end(pool, [skb, payload.into_inner()]);
}

#[test]
fn where_a_payload_of_an_earlier_packet_began_says_nothing_about_this_one() {
    let config = PoolConfig { buffers: 1, clones: 1, buffer_size: 64 };
    // Of a packet that is alone, and of one that is not.
    for alone in [true, false] {
        let mut pool = SkPool::heap(config).unwrap();
        let skb = packet(&mut pool, 8, b"data");
        let (payload, segment) = if alone {
            let payload = skb.into_payload();
            let segment = pool.clone_of_payload(&payload).unwrap();
            (payload, segment)
        } else {
            (pool.clone_of(&skb).unwrap().into_payload(), skb)
        };
        // In the end the full clone outlives the payload, and its reference is the last.
        pool.consume(payload.into_inner());
        pool.consume(segment);
        let mut skb = packet(&mut pool, 32, b"data");
        let payload = pool.clone_of(&skb).unwrap().into_payload();
        skb.push(3).unwrap().copy_from_slice(b"tcp");
        end(pool, [skb, payload.into_inner()]);
    }
}

#[test]
fn where_an_earlier_payload_of_the_packet_began_says_nothing_either() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 8, b"ipv4tcp.data");
    let earlier = pool.clone_of(&skb).unwrap().into_payload();
    pool.consume(earlier.into_inner());
    skb.pull(8).unwrap();
    let payload = skb.into_payload();
    let mut segment = pool.clone_of_payload(&payload).unwrap();
    segment.push(4).unwrap().copy_from_slice(b"TCP.");
    end(pool, [segment, payload.into_inner()]);
}

#[test]
fn a_copy_of_what_was_a_payload_has_none_of_anothers_headers() {
    let mut pool = pool();
    let payload = packet(&mut pool, 32, b"data").into_payload();
    let mut segment = pool.clone_of_payload(&payload).unwrap();
    segment.push(4).unwrap().copy_from_slice(b"tcp.");
    let inner = payload.into_inner();
    let mut copy = pool.copy(&inner, 32, 0).unwrap();
    assert_eq!(copy.push(4).unwrap(), [0; 4], "as the pool zeroed them");
    end(pool, [segment, inner, copy]);
}

#[test]
fn a_packet_that_pulled_past_the_payloads_start_may_not_push_into_it() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 32, b"data");
    let payload = pool.clone_of(&skb).unwrap().into_payload();
    skb.pull(2).unwrap();
    assert_eq!(skb.push(1).unwrap_err(), GeometryError::Shared);
    assert_eq!(skb.header_mut().unwrap(), b"");
    end(pool, [skb, payload.into_inner()]);
}

#[test]
fn cow_head_costs_nothing_where_headers_may_be_written() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 32, b"data");
    let at = skb.data().as_ptr();
    skb.cow_head(&mut pool, 32).unwrap();
    assert_eq!(skb.data().as_ptr(), at);
    skb.cow_head(&mut pool, 33).unwrap();
    assert_ne!(skb.data().as_ptr(), at);
    assert!(skb.headroom() >= 33);
    assert_eq!(skb.data(), b"data");
    end(pool, [skb]);
}

#[test]
fn a_failed_copy_leaves_the_packet_as_it_was() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones: 1, buffer_size: 64 }).unwrap();
    let mut skb = packet(&mut pool, 8, b"data");
    let clone = pool.clone_of(&skb).unwrap();
    assert_eq!(skb.unshare(&mut pool), Err(CopyError::NoMemory));
    assert_eq!(skb.expand_head(&mut pool, 61, 0), Err(CopyError::TooBig));
    assert_eq!(skb.expand_head(&mut pool, usize::MAX, usize::MAX), Err(CopyError::TooBig));
    assert_eq!((skb.data(), skb.headroom(), clone.data()), (&b"data"[..], 8, &b"data"[..]));
    end(pool, [skb, clone]);
}

#[test]
fn where_a_partial_checksum_starts_moves_with_the_bytes() {
    let mut pool = pool();
    let mut skb = packet(&mut pool, 32, b"ip..udp.data");
    skb.meta_mut().checksum = Checksum::Partial { start: 36, offset: 2 };
    let copy = pool.copy(&skb, 10, 0).unwrap();
    assert_eq!(copy.meta().checksum, Checksum::Partial { start: 14, offset: 2 });
    skb.expand_head(&mut pool, 50, 0).unwrap();
    assert_eq!(skb.meta().checksum, Checksum::Partial { start: 54, offset: 2 });
    // Where the sum starts before the data, the copy keeps that place too.
    skb.pull(8).unwrap();
    let pulled = pool.copy(&skb, 0, 0).unwrap();
    assert_eq!(pulled.headroom(), 4);
    assert_eq!(pulled.meta().checksum, Checksum::Partial { start: 0, offset: 2 });
    end(pool, [skb, copy, pulled]);
}

#[test]
fn a_header_costs_what_its_own_packet_costs_after_it_was_a_clone_of_anothers() {
    let mut small = SkPool::heap(PoolConfig { buffers: 1, clones: 0, buffer_size: 64 }).unwrap();
    let mut large = pool();
    let skb = packet(&mut large, 0, b"large");
    let cost = small.alloc(0).unwrap();
    let expected = cost.truesize();
    small.consume(cost);
    let clone = small.clone_of(&skb).unwrap();
    assert_eq!(clone.truesize(), skb.truesize());
    small.consume(clone);
    let own = small.alloc(0).unwrap();
    assert_eq!(own.truesize(), expected);
    end(small, [own]);
    end(large, [skb]);
}

#[test]
fn a_lost_packet_is_counted_under_its_reason_and_a_forgotten_one_as_not_specified() {
    let mut pool = pool();
    let mut drops = DropCounts::default();
    pool.alloc(0).unwrap().kfree(DropReason::CPU_BACKLOG, &mut drops);
    pool.alloc(0).unwrap().consume();
    assert_eq!((drops.of(DropReason::CPU_BACKLOG), drops.total()), (1, 1));
    assert_eq!(pool.unspecified_drops(), 0);
    drop(pool.alloc(0).unwrap());
    drop(pool.alloc(0).unwrap().into_payload());
    assert_eq!(pool.unspecified_drops(), 2);
    assert!(pool.is_whole());
}
