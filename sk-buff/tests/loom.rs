//! What may happen between threads, tried in every order that the memory model allows.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p softnet-sk-buff --release --test loom`
//!
//! Bytes of packets are outside of what loom watches. Where a test is about who may touch which
//! bytes, a [`Watched`] stands for them: it is touched when the packet lets the bytes be touched, and
//! loom refuses two at once that don't go together.
#![cfg(all(loom, feature = "buf", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use core::ptr::NonNull;
use std::boxed::Box;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;
use softnet_sk_buff::{DropReason, Inbox, Kick, PoolConfig, Region, SkBuff, SkPool};

const ONE: PoolConfig = PoolConfig { buffers: 1, clones: 0, buffer_size: 64 };

/// Stands for bytes that several may read and one may write.
struct Watched(UnsafeCell<u32>);

// SAFETY: that this holds is what the tests show.
unsafe impl Sync for Watched {}
// SAFETY: a number.
unsafe impl Send for Watched {}

impl Watched {
    fn new() -> Arc<Self> {
        Arc::new(Self(UnsafeCell::new(0)))
    }

    fn write(&self) {
        // SAFETY: loom fails the test if anyone else has the number now.
        self.0.with_mut(|number| unsafe { *number += 1 });
    }

    fn read(&self) -> u32 {
        // SAFETY: loom fails the test if anyone else writes the number now.
        self.0.with(|number| unsafe { *number })
    }
}

/// Memory whose release every earlier use must happen before.
struct Tracked {
    memory: NonNull<[u8]>,
    used: Arc<Watched>,
    dropped: Arc<AtomicU32>,
}

// SAFETY: owns the block behind the pointer.
unsafe impl Send for Tracked {}

// SAFETY: a zeroed boxed slice that lives until the drop.
unsafe impl Region for Tracked {
    fn memory(&self) -> NonNull<[u8]> {
        self.memory
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.used.write();
        assert_eq!(self.dropped.fetch_add(1, Ordering::Relaxed), 0, "freed twice");
        // SAFETY: made by `Box::into_raw` in `tracked`.
        drop(unsafe { Box::from_raw(self.memory.as_ptr()) });
    }
}

fn tracked(config: PoolConfig) -> (SkPool, Arc<Watched>, Arc<AtomicU32>) {
    let (used, dropped) = (Watched::new(), Arc::new(AtomicU32::new(0)));
    let bytes = vec![0; config.data_len().unwrap()].into_boxed_slice();
    let memory = NonNull::new(Box::into_raw(bytes)).unwrap();
    let region = Tracked { memory, used: Arc::clone(&used), dropped: Arc::clone(&dropped) };
    (SkPool::over(Box::new(region), config).unwrap(), used, dropped)
}

fn marked(pool: &mut SkPool, mark: u32) -> SkBuff {
    let mut skb = pool.alloc(16).unwrap();
    skb.meta_mut().mark = mark;
    skb
}

fn pool(buffers: u32, clones: u32) -> SkPool {
    SkPool::heap(PoolConfig { buffers, clones, buffer_size: 64 }).unwrap()
}

/// Every order with at most `preemptions` of them: a thread that is not interrupted runs until it
/// ends, so this finds what needs that many. Unbounded, three threads take hours.
fn model(preemptions: usize, test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(test);
}

#[test]
fn an_inbox_keeps_its_bound_and_each_producers_order() {
    model(3, || {
        let inbox = Arc::new(Inbox::new(2));
        let mut pool = pool(3, 0);
        let mut packets: [_; 3] = core::array::from_fn(|n| Some(marked(&mut pool, n as u32)));
        let mut producer = |range: core::ops::Range<usize>| {
            let inbox = Arc::clone(&inbox);
            let packets: Vec<_> = packets[range].iter_mut().filter_map(Option::take).collect();
            thread::spawn(move || {
                let pushed = packets.into_iter().map(|skb| inbox.push(skb));
                pushed.filter_map(Result::err).map(|rejected| rejected.packet).collect::<Vec<_>>()
            })
        };
        let producers = [producer(0..2), producer(2..3)];
        let mut seen: Vec<_> = taken(&inbox);
        let mut rejected = Vec::new();
        for producer in producers {
            rejected.extend(producer.join().unwrap());
        }
        seen.extend(taken(&inbox));
        assert!(rejected.len() <= 1, "refused although there was room");
        assert_eq!(seen.len() + rejected.len(), 3);
        let of_first = seen.iter().map(|skb| skb.meta().mark).filter(|mark| *mark < 2);
        assert!(of_first.is_sorted());
        seen.into_iter().chain(rejected).for_each(|skb| pool.consume(skb));
        assert!(pool.is_whole());
    });
}

fn taken(inbox: &Inbox) -> Vec<SkBuff> {
    let mut queue = inbox.take();
    assert!(queue.len() <= 2, "over the limit");
    core::iter::from_fn(|| queue.pop_front()).collect()
}

/// The owner takes once and goes to sleep. Whatever comes after that needs a kick, or nobody would
/// ever look.
#[test]
fn nothing_waits_in_an_inbox_without_a_kick_on_its_way() {
    model(3, || {
        let inbox = Arc::new(Inbox::new(4));
        let mut pool = pool(2, 0);
        let kicks = Arc::new(AtomicU32::new(0));
        let producers = [0, 1].map(|mark| {
            let (inbox, kicks) = (Arc::clone(&inbox), Arc::clone(&kicks));
            let skb = marked(&mut pool, mark);
            thread::spawn(move || {
                if inbox.push(skb).unwrap() == Kick::Needed {
                    kicks.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        // The interrupt of a kick, if there was one so far, is handled by this take.
        let handled = kicks.load(Ordering::Relaxed);
        let mut seen = taken(&inbox);
        for producer in producers {
            producer.join().unwrap();
        }
        if !inbox.is_empty() {
            assert!(kicks.load(Ordering::Relaxed) > handled, "the owner sleeps on");
        }
        seen.extend(taken(&inbox));
        assert_eq!(seen.len(), 2);
        seen.into_iter().for_each(|skb| pool.consume(skb));
    });
}

/// Two push while the owner takes, closes and goes. A packet is taken, left at closing, or back with
/// its producer; none lies in a closed inbox, where nobody would look.
#[test]
fn who_closes_an_inbox_gets_what_its_producers_do_not_get_back() {
    model(2, || {
        let (mut pool, used, _) = tracked(PoolConfig { buffers: 2, ..ONE });
        let inbox = Arc::new(Inbox::new(2));
        let producers = [0, 1].map(|mark| {
            let (inbox, used) = (Arc::clone(&inbox), Arc::clone(&used));
            let skb = marked(&mut pool, mark);
            thread::spawn(move || {
                used.read();
                let rejected = inbox.push(skb).err()?;
                assert_eq!(rejected.why, DropReason::DEV_READY);
                assert_eq!(rejected.packet.meta().mark, mark);
                Some(rejected.packet)
            })
        });
        let mut seen = taken(&inbox);
        let mut rest = inbox.close();
        seen.extend(core::iter::from_fn(|| rest.pop_front()));
        if seen.len() == 2 {
            // What they did before they pushed happened before this.
            used.write();
        }
        for producer in producers {
            seen.extend(producer.join().unwrap());
        }
        assert_eq!(seen.len(), 2);
        assert!(inbox.is_closed() && taken(&inbox).is_empty());
        drop(inbox);
        seen.into_iter().for_each(|skb| pool.consume(skb));
        assert!(pool.is_whole() && pool.unspecified_drops() == 0);
    });
}

/// One thread takes, as a reader does, while another closes.
#[test]
fn taking_does_not_open_an_inbox_that_another_closes() {
    model(3, || {
        let inbox = Arc::new(Inbox::new(2));
        let mut pool = pool(2, 0);
        let _ = inbox.push(marked(&mut pool, 0)).unwrap();
        let closer = {
            let inbox = Arc::clone(&inbox);
            thread::spawn(move || inbox.close())
        };
        let mut seen = taken(&inbox);
        let mut rest = closer.join().unwrap();
        seen.extend(core::iter::from_fn(|| rest.pop_front()));
        assert_eq!(seen.len(), 1);
        let rejected = inbox.push(marked(&mut pool, 1)).unwrap_err();
        assert_eq!(rejected.why, DropReason::DEV_READY);
        seen.into_iter().chain([rejected.packet]).for_each(|skb| pool.consume(skb));
        assert!(pool.is_whole());
    });
}

#[test]
fn what_is_pushed_is_seen_whole_by_who_takes_it() {
    model(4, || {
        let (mut pool, used, _) = tracked(ONE);
        let inbox = Arc::new(Inbox::new(1));
        let skb = marked(&mut pool, 7);
        let producer = {
            let (inbox, used) = (Arc::clone(&inbox), Arc::clone(&used));
            thread::spawn(move || {
                used.write();
                let _ = inbox.push(skb).unwrap();
            })
        };
        if let Some(skb) = inbox.take().pop_front() {
            assert_eq!((used.read(), skb.meta().mark), (1, 7));
            skb.consume();
        }
        producer.join().unwrap();
        taken(&inbox).into_iter().for_each(SkBuff::consume);
        assert!(pool.is_whole());
    });
}

#[test]
fn what_comes_back_from_two_threads_can_be_allocated_again() {
    model(4, || {
        let config = PoolConfig { buffers: 2, ..ONE };
        let (mut pool, used, dropped) = tracked(config);
        let frees = [0, 1].map(|mark| {
            let skb = marked(&mut pool, mark);
            let used = Watched::new();
            let theirs = Arc::clone(&used);
            let address = skb.dma_range().addr();
            let freed = thread::spawn(move || {
                theirs.write();
                skb.consume();
            });
            (address, used, freed)
        });
        let early = pool.alloc(16);
        if let Some(skb) = &early {
            let (_, bytes, _) = frees.iter().find(|free| free.0 == skb.dma_range().addr()).unwrap();
            bytes.write();
        }
        for (_, _, freed) in frees {
            freed.join().unwrap();
        }
        early.into_iter().for_each(|skb| pool.consume(skb));
        assert!(pool.is_whole() && pool.free() == 2);
        drop(pool);
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
        drop(used);
    });
}

#[test]
fn the_last_of_two_clones_sends_the_buffer_home() {
    model(4, || {
        let (mut pool, used, _) = tracked(PoolConfig { clones: 1, ..ONE });
        let skb = marked(&mut pool, 0);
        let clone = pool.clone_of(&skb).unwrap();
        let free = |skb: SkBuff| {
            let used = Arc::clone(&used);
            thread::spawn(move || {
                used.read();
                skb.consume();
            })
        };
        let frees = [free(skb), free(clone)];
        if let Some(skb) = pool.alloc(0) {
            used.write();
            pool.consume(skb);
        }
        for freed in frees {
            freed.join().unwrap();
        }
        assert!(pool.is_whole());
    });
}

#[test]
fn who_finds_itself_alone_may_write_what_the_other_read() {
    model(4, || {
        let mut pool = pool(1, 1);
        let bytes = Watched::new();
        let mut skb = marked(&mut pool, 0);
        let clone = pool.clone_of(&skb).unwrap();
        let reader = {
            let bytes = Arc::clone(&bytes);
            thread::spawn(move || {
                let _ = clone.data();
                bytes.read();
                clone.consume();
            })
        };
        if skb.data_mut().is_some() {
            bytes.write();
        }
        reader.join().unwrap();
        assert!(skb.data_mut().is_some());
        pool.consume(skb);
        assert!(pool.is_whole());
    });
}

/// One takes a second reference while it may be alone, with the other giving its own up.
#[test]
fn clones_made_and_freed_on_two_threads_are_all_counted() {
    model(2, || {
        let (mut home, used, dropped) = tracked(PoolConfig { clones: 1, ..ONE });
        let skb = marked(&mut home, 0);
        let clone = home.clone_of(&skb).unwrap();
        let work = |skb: SkBuff| {
            let used = Arc::clone(&used);
            thread::spawn(move || {
                let mut pool = pool(1, 0);
                let again = pool.clone_of(&skb).unwrap();
                used.read();
                skb.consume();
                pool.consume(again);
                assert!(pool.is_whole());
            })
        };
        let workers = [work(skb), work(clone)];
        if let Some(skb) = home.alloc(0) {
            used.write();
            home.consume(skb);
        }
        for worker in workers {
            worker.join().unwrap();
        }
        assert!(home.is_whole());
        drop(home);
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

/// What one read before it gave its reference up comes before what another writes that got its own
/// from a third.
#[test]
fn who_clones_alone_passes_on_what_earlier_readers_released() {
    model(4, || {
        let mut home = pool(1, 2);
        let bytes = Watched::new();
        let skb = marked(&mut home, 0);
        let clone = home.clone_of(&skb).unwrap();
        let reader = {
            let bytes = Arc::clone(&bytes);
            thread::spawn(move || {
                bytes.read();
                clone.consume();
            })
        };
        let mut again = home.clone_of(&skb).unwrap();
        home.consume(skb);
        if again.data_mut().is_some() {
            bytes.write();
        }
        reader.join().unwrap();
        again.consume();
        assert!(home.is_whole());
    });
}

#[test]
fn a_pool_and_its_last_packets_go_at_once_and_memory_goes_once() {
    model(3, || {
        let (mut pool, used, dropped) = tracked(PoolConfig { clones: 1, ..ONE });
        let skb = marked(&mut pool, 0);
        let clone = pool.clone_of(&skb).unwrap();
        let free = |skb: SkBuff| {
            let used = Arc::clone(&used);
            thread::spawn(move || {
                used.read();
                skb.consume();
            })
        };
        let frees = [free(skb), free(clone)];
        drop(pool);
        for freed in frees {
            freed.join().unwrap();
        }
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_pool_goes_while_another_frees_its_buffer_through_a_foreign_header() {
    model(4, || {
        let (mut home, used, dropped) = tracked(ONE);
        let (mut other, _, other_dropped) = tracked(ONE);
        let skb = marked(&mut home, 0);
        let clone = other.clone_of(&skb).unwrap();
        let freed = thread::spawn(move || {
            used.read();
            clone.consume();
        });
        let gone = thread::spawn(move || drop(other));
        skb.consume();
        drop(home);
        freed.join().unwrap();
        gone.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
        assert_eq!(other_dropped.load(Ordering::Relaxed), 1);
    });
}

/// One thread has a transmission that writes headers, the other keeps the payload, sends it again
/// and lets it go. The headers are one place, whoever writes them.
#[test]
fn headers_before_a_payload_have_one_writer_at_a_time() {
    model(4, || {
        let mut sender = pool(1, 1);
        let headers = Watched::new();
        let mut skb = sender.alloc(16).unwrap();
        skb.put(4).unwrap();
        let payload = skb.into_payload();
        let mut segment = sender.clone_of_payload(&payload).unwrap();
        let first = {
            let headers = Arc::clone(&headers);
            thread::spawn(move || {
                if segment.push(4).is_ok() {
                    headers.write();
                }
                segment.consume();
            })
        };
        let mut again = pool(1, 0).clone_of_payload(&payload).unwrap();
        if again.push(4).is_ok() {
            headers.write();
        }
        again.consume();
        let mut inner = payload.into_inner();
        if inner.push(4).is_ok() {
            headers.write();
        }
        first.join().unwrap();
        inner.consume();
        assert!(sender.is_whole());
    });
}

/// A clone becomes a payload on its thread while the other wants to write headers: it may as soon as
/// it sees that, and then only before where the payload begins.
#[test]
fn a_header_writer_sees_where_a_new_payload_begins() {
    model(4, || {
        let mut pool = pool(1, 1);
        let pulled = Watched::new();
        let mut skb = pool.alloc(16).unwrap();
        skb.put(8).unwrap();
        let clone = pool.clone_of(&skb).unwrap();
        let keeper = {
            let pulled = Arc::clone(&pulled);
            thread::spawn(move || {
                let mut clone = clone;
                clone.pull(4).unwrap();
                // The last look at the four bytes before the payload.
                pulled.read();
                let payload = clone.into_payload();
                assert_eq!(payload.len(), 4);
                payload.into_inner()
            })
        };
        match skb.header_mut().map(|bytes| bytes.len()) {
            Some(len) => {
                assert_eq!(len, 4, "into the payload");
                pulled.write();
            }
            None => assert!(skb.is_cloned()),
        }
        let payload = keeper.join().unwrap();
        assert_eq!(skb.header_mut().unwrap().len(), 4);
        pool.consume(payload);
        pool.consume(skb);
        assert!(pool.is_whole());
    });
}
