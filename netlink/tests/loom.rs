//! The gate of a shared table, tried in every order that the memory model allows.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p softnet-netlink --release --test loom`
#![cfg(loom)]
#![allow(clippy::unwrap_used, reason = "a test")]

use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use loom::sync::{Arc, Condvar, Mutex, RwLock};
use loom::thread;
use softnet_netlink::shared::{Gate, Park};

/// Sleeps, and asks under the lock that waking takes.
#[derive(Default)]
struct Sleep {
    lock: Mutex<()>,
    woken: Condvar,
}

impl Park for Sleep {
    fn wait_until(&self, ready: &mut dyn FnMut() -> bool) {
        let mut guard = self.lock.lock().unwrap();
        while !ready() {
            guard = self.woken.wait(guard).unwrap();
        }
    }

    fn wake(&self) {
        let _guard = self.lock.lock().unwrap();
        self.woken.notify_all();
    }
}

/// What the gate guards: a lock that has to be free whenever the gate says so.
struct Table {
    gate: Gate<Sleep>,
    table: RwLock<u32>,
}

impl Table {
    fn new() -> Arc<Self> {
        Arc::new(Self { gate: Gate::new(Sleep::default()), table: RwLock::new(0) })
    }

    fn read(&self) -> u32 {
        let _pass = self.gate.lock_table();
        // loom's `try_read` takes readers for rivals; a writer is what may not be in.
        *self.table.read().unwrap()
    }

    fn write(&self) {
        let _grab = self.gate.grab();
        *self.table.try_write().expect("someone is in") += 1;
    }
}

#[test]
fn a_writer_is_alone_and_what_it_wrote_is_seen() {
    loom::model(|| {
        let table = Table::new();
        let writer = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.write())
        };
        assert!(table.read() <= 1);
        table.write();
        writer.join().unwrap();
        assert_eq!(table.read(), 2);
    });
}

/// A fair lock would stand still here: the reader that is in waits for one that comes after the writer.
#[test]
fn a_reader_passes_a_waiting_writer() {
    loom::model(|| {
        let table = Table::new();
        let first = table.gate.lock_table();
        let writer = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.write())
        };
        let second = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.read())
        };
        assert_eq!(second.join().unwrap(), 0, "the writer waits while the first is in");
        drop(first);
        writer.join().unwrap();
    });
}

#[test]
fn who_only_tries_never_gets_in_beside_a_writer() {
    loom::model(|| {
        let gate = Arc::new(Gate::new(Sleep::default()));
        let (inside, readers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let writer = {
            let (gate, inside) = (Arc::clone(&gate), Arc::clone(&inside));
            let readers = Arc::clone(&readers);
            thread::spawn(move || {
                if let Some(grab) = gate.try_grab() {
                    inside.store(true, Ordering::Relaxed);
                    assert_eq!(readers.load(Ordering::Relaxed), 0);
                    inside.store(false, Ordering::Relaxed);
                    drop(grab);
                }
            })
        };
        if let Some(pass) = gate.try_lock_table() {
            readers.store(1, Ordering::Relaxed);
            assert!(!inside.load(Ordering::Relaxed));
            readers.store(0, Ordering::Relaxed);
            drop(pass);
        }
        writer.join().unwrap();
        assert!(gate.try_grab().is_some(), "all have left");
    });
}
