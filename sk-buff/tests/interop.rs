//! Rules of packets as `bytes` knows them.
#![cfg(all(feature = "bytes", not(loom)))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use bytes::{Buf, Bytes};
use softnet_sk_buff::{PoolConfig, SkBuff, SkPool};

fn packet(pool: &mut SkPool) -> SkBuff {
    let mut skb = pool.alloc(16).unwrap();
    skb.put(6).unwrap().copy_from_slice(&[0x08, 0x00, 1, 2, 3, 4]);
    skb
}

fn pool() -> SkPool {
    SkPool::heap(PoolConfig { buffers: 2, clones: 2, buffer_size: 64 }).unwrap()
}

#[test]
fn reading_takes_bytes_off_the_front() {
    let mut pool = pool();
    let mut skb = packet(&mut pool);
    assert_eq!(skb.get_u16(), 0x0800);
    assert_eq!((skb.remaining(), skb.headroom()), (4, 18));
    assert_eq!(skb.copy_to_bytes(2), &[1, 2][..]);
    assert_eq!(skb.chunk(), [3, 4]);
    skb.advance(2);
    assert!(!skb.has_remaining());
    pool.consume(skb);
    assert!(pool.is_whole());
}

#[test]
fn frozen_bytes_keep_the_packet_and_give_it_back_as_used() {
    let mut pool = pool();
    let skb = packet(&mut pool);
    let at = skb.data().as_ptr();
    let frozen = Bytes::from(skb);
    let slice = frozen.slice(2..4);
    assert_eq!((frozen.as_ptr(), &slice[..]), (at, &[1, 2][..]));
    drop(frozen);
    assert!(!pool.is_whole());
    std::thread::spawn(move || drop(slice)).join().unwrap();
    assert!(pool.is_whole());
    assert_eq!(pool.unspecified_drops(), 0);
}

#[test]
fn frozen_bytes_cannot_be_written_by_a_clone() {
    let mut pool = pool();
    let skb = packet(&mut pool);
    let mut clone = pool.clone_of(&skb).unwrap();
    let frozen = Bytes::from(skb);
    assert!(clone.data_mut().is_none() && clone.header_mut().is_none());
    assert!(clone.push(1).is_err() && clone.put(1).is_err());
    drop(frozen);
    assert!(clone.data_mut().is_some());
    pool.consume(clone);
    assert!(pool.is_whole());
}
