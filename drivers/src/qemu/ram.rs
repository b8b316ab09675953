//! The guest's RAM, shared between this process and QEMU.
//!
//! One of the crate's modules with `unsafe`: it maps the memory.

use alloc::sync::Arc;
use core::ops::Range;
use core::ptr::{self, NonNull};
use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use softnet_sk_buff::Region;

/// All RAM of the guest, in bytes. It starts at guest-physical address 0.
pub(super) const SIZE: usize = 64 << 20;

/// Where rings live. The first MiB is not plain RAM on a PC: video memory, option ROMs and the BIOS
/// shine through.
pub(super) const COHERENT: Range<u64> = (1 << 20)..(16 << 20);

/// Where packet buffers live.
const PACKETS: Range<usize> = (16 << 20)..SIZE;

/// Alignment of the mapping here: what alignment of a guest address means for its CPU address.
pub(super) const PAGE: usize = 4096;

/// The mapping. Unmapped when the last user is gone, which may be after QEMU.
#[derive(Debug)]
pub(super) struct GuestRam {
    base: NonNull<u8>,
}

// SAFETY: the type only owns the mapping and hands out raw pointers; who may use which of them is
// settled by those who get them (the coherent allocator and the one packet region).
unsafe impl Send for GuestRam {}
// SAFETY: as for `Send`; its methods only compute addresses.
unsafe impl Sync for GuestRam {}

impl GuestRam {
    /// Maps fresh zeroed memory; the descriptor is for QEMU.
    pub(super) fn new() -> io::Result<(Arc<Self>, OwnedFd)> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let memory = memfd_create("guest-ram", flags)?;
        ftruncate(&memory, SIZE as u64)?;
        // Nobody, QEMU included, can make the file shorter under the mapping.
        fcntl_add_seals(&memory, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let rights = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel picks a free place (no fixed address), so nothing existing is touched.
        // Its bytes change under us as QEMU writes; they are reached by raw pointers only.
        let base =
            unsafe { mmap(ptr::null_mut(), SIZE, rights, MapFlags::SHARED, &memory, 0) }?.cast();
        let base = NonNull::new(base).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok((Arc::new(Self { base }), memory))
    }

    /// The memory behind guest-physical `start..start + len`; `None` outside the RAM.
    pub(super) fn slice(&self, start: u64, len: usize) -> Option<NonNull<[u8]>> {
        let start = usize::try_from(start).ok()?;
        if start.checked_add(len)? > SIZE {
            return None;
        }
        // SAFETY: `start` is at most `SIZE`, the length of the one mapping that `base` begins.
        let first = unsafe { self.base.add(start) };
        Some(NonNull::slice_from_raw_parts(first, len))
    }

    /// The guest-physical address of `memory`; `None` if any of it is outside the RAM.
    pub(super) fn address_of(&self, memory: NonNull<[u8]>) -> Option<u64> {
        let first = memory.cast::<u8>().addr().get();
        let offset = first.checked_sub(self.base.addr().get())?;
        (offset.checked_add(memory.len())? <= SIZE).then_some(offset as u64)
    }
}

impl Drop for GuestRam {
    fn drop(&mut self) {
        // SAFETY: the mapping was made in `new` with this address and length, and whoever holds a
        // pointer into it holds the `Arc` too, so this was the last.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), SIZE) };
        debug_assert!(unmapped.is_ok());
    }
}

/// The part of guest RAM that is for packet buffers: 48 MiB, page-aligned, zeroed at the start.
///
/// For `SkPool::over`. Handed out once per machine, so whoever has it has the memory alone, but for
/// what it tells the device to write. It outlives the machine if need be.
#[derive(Debug)]
pub struct PacketRegion {
    memory: NonNull<[u8]>,
    /// Keeps the mapping.
    _ram: Arc<GuestRam>,
}

// SAFETY: the memory belongs to this value alone (`new` is called once per machine) and no thread is
// special to it.
unsafe impl Send for PacketRegion {}

impl PacketRegion {
    /// The machine calls this once.
    pub(super) fn new(ram: &Arc<GuestRam>) -> Option<Self> {
        let memory = ram.slice(PACKETS.start as u64, PACKETS.len())?;
        Some(Self { memory, _ram: Arc::clone(ram) })
    }
}

// SAFETY: always the same block of the mapping, which `_ram` keeps and which does not move with this
// value. It was zeroed by the kernel. The region is handed out once per machine and the coherent
// allocator has another part of the RAM, so nobody else in this process touches it. The machine's
// CPU is parked, and its card goes where descriptors point.
unsafe impl Region for PacketRegion {
    fn memory(&self) -> NonNull<[u8]> {
        self.memory
    }
}
