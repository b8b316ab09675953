//! Proof that no library of the family needs `std`: a program of its own with its own entry, panic
//! handler and allocator. If anything below pulled `std` in, its panic handler would clash with the
//! one here and the program would not link. It is built, not run.
#![no_std]
#![no_main]

use core::alloc::{GlobalAlloc, Layout};

use softnet_drivers as _;
use softnet_mac80211 as _;
use softnet_netdev::{Config, Softnet};
use softnet_netlink as _;
use softnet_qdisc as _;
use softnet_sk_buff::{Instant, PoolConfig, SkPool};

// For `memcpy` and its kin alone, which a bare target's own runtime brings.
#[link(name = "c")]
unsafe extern "C" {}

struct Nothing;

// SAFETY: answers "no memory" to everything, which an allocator may.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NOTHING: Nothing = Nothing;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

// SAFETY: the only symbol of this name.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    if let Ok(pool) = SkPool::heap(PoolConfig::default()) {
        let mut net = Softnet::new(Config::default(), pool);
        net.handle_timeout(Instant::ZERO);
    }
    loop {}
}

/// The precompiled `alloc` names it; with `panic = "abort"` nobody calls it.
// SAFETY: the only symbol of this name.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
