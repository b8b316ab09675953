//! The bus's address space: what the device may touch, and who still owns it.
//!
//! Bus addresses are made up and never used twice. A driver that hands the device a CPU address, or
//! one that it has unmapped, is found out. Each mapping keeps its offset in a 4 KiB page, as an
//! IOMMU does, and has an empty page behind it.

use alloc::collections::BTreeMap;
use core::ptr::NonNull;

use super::memory::{self, Shared};
use super::violation::{Misuse, Unit};
use super::{FaultPoint, Model};
use crate::bus::{CoherentBlock, CoherentRequest, Direction, Dma, DmaAddr, DmaError};

const PAGE: u64 = 4096;
/// Streaming mappings start this far above the coherent blocks.
const STREAMING: u64 = 0x4000_0000;

/// What a mapping is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Coherent memory with the CPU alignment that it was allocated with.
    Coherent(usize),
    Streaming(Direction),
}

#[derive(Debug)]
struct Mapping {
    memory: Shared,
    kind: Kind,
    /// Descriptors in hardware's hands that name this memory.
    held: [u32; 2],
}

/// Why the device could not reach memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unreached {
    Outside,
    WrongDirection,
}

/// The device's side of the bus.
#[derive(Debug)]
pub(super) struct AddressSpace {
    /// By bus address. Mappings never overlap there.
    mappings: BTreeMap<u64, Mapping>,
    /// CPU address and bus address of what the device may write, and of what it only reads.
    writable: BTreeMap<(usize, u64), usize>,
    readable: BTreeMap<(usize, u64), usize>,
    next_coherent: u64,
    /// End of the room for coherent blocks, where streaming mappings began.
    coherent_end: u64,
    next_streaming: u64,
}

impl AddressSpace {
    pub(super) fn new(base: u64) -> Self {
        Self {
            mappings: BTreeMap::new(),
            writable: BTreeMap::new(),
            readable: BTreeMap::new(),
            next_coherent: base,
            coherent_end: base.saturating_add(STREAMING),
            next_streaming: base.saturating_add(STREAMING),
        }
    }

    /// Mappings and coherent blocks that were not given back.
    pub(super) fn counts(&self) -> (usize, usize) {
        let coherent =
            self.mappings.values().filter(|m| matches!(m.kind, Kind::Coherent(_))).count();
        (self.mappings.len() - coherent, coherent)
    }

    /// The mapping that holds all of `addr .. addr + len`, and the offset in it.
    fn find(&self, addr: u64, len: usize) -> Option<(u64, &Mapping, usize)> {
        let (&start, mapping) = self.mappings.range(..=addr).next_back()?;
        let offset = usize::try_from(addr - start).ok()?;
        (offset.checked_add(len)? <= mapping.memory.len()).then_some((start, mapping, offset))
    }

    /// The device reads memory.
    pub(super) fn read(&self, addr: u64, out: &mut [u8]) -> Result<(), Unreached> {
        let (_, mapping, offset) = self.find(addr, out.len()).ok_or(Unreached::Outside)?;
        if mapping.kind == Kind::Streaming(Direction::FromDevice) {
            return Err(Unreached::WrongDirection);
        }
        mapping.memory.read(offset, out).then_some(()).ok_or(Unreached::Outside)
    }

    /// The device writes memory.
    pub(super) fn write(&self, addr: u64, bytes: &[u8]) -> Result<(), Unreached> {
        let (_, mapping, offset) = self.find(addr, bytes.len()).ok_or(Unreached::Outside)?;
        if mapping.kind == Kind::Streaming(Direction::ToDevice) {
            return Err(Unreached::WrongDirection);
        }
        mapping.memory.write(offset, bytes).then_some(()).ok_or(Unreached::Outside)
    }

    /// Hardware of `unit` was given a descriptor for this memory. Answers what [`drop_hold`] wants.
    ///
    /// [`drop_hold`]: Self::drop_hold
    pub(super) fn hold(&mut self, unit: Unit, addr: u64, len: usize) -> Result<u64, Unreached> {
        let (start, ..) = self.find(addr, len).ok_or(Unreached::Outside)?;
        let mapping = self.mappings.get_mut(&start).ok_or(Unreached::Outside)?;
        let wrong = match unit {
            Unit::Receive => Direction::ToDevice,
            Unit::Transmit => Direction::FromDevice,
        };
        if mapping.kind == Kind::Streaming(wrong) {
            return Err(Unreached::WrongDirection);
        }
        mapping.held[unit as usize] += 1;
        Ok(start)
    }

    /// Hardware is done with a descriptor.
    pub(super) fn drop_hold(&mut self, unit: Unit, start: u64) {
        if let Some(mapping) = self.mappings.get_mut(&start) {
            let held = &mut mapping.held[unit as usize];
            *held = held.saturating_sub(1);
        }
    }

    fn alloc_coherent(&mut self, request: CoherentRequest) -> Result<CoherentBlock, DmaError> {
        let align = u64::try_from(request.align.max(1)).map_err(|_| DmaError::NoMemory)?;
        let len = u64::try_from(request.len).map_err(|_| DmaError::NoMemory)?;
        let bus = place(self.next_coherent, len, align, request.boundary);
        let highest = request.mask.min(self.coherent_end - 1);
        let bus = bus.filter(|bus| bus + (len - 1) <= highest).ok_or(DmaError::NoMemory)?;
        let memory =
            memory::allocate(request.len, request.align.max(1)).ok_or(DmaError::NoMemory)?;
        // SAFETY: the memory is freshly allocated and stays so until `free_coherent`, which drops
        // the `Shared` first. Drivers reach it by raw accesses only.
        let shared = unsafe { Shared::borrow(memory) };
        let kind = Kind::Coherent(request.align.max(1));
        self.mappings.insert(bus, Mapping { memory: shared, kind, held: [0; 2] });
        self.next_coherent = (bus + len).next_multiple_of(PAGE) + PAGE;
        Ok(CoherentBlock { memory, bus: DmaAddr(bus) })
    }

    /// Takes the block out of the bus. Answers its alignment if it was allocated just so.
    fn forget_coherent(&mut self, block: &CoherentBlock) -> Option<(usize, [u32; 2])> {
        let mapping = self.mappings.get(&block.bus.0)?;
        let Kind::Coherent(align) = mapping.kind else { return None };
        let same = mapping.memory.cpu_addr() == block.memory.addr().get()
            && mapping.memory.len() == block.memory.len();
        if !same {
            return None;
        }
        let held = mapping.held;
        self.mappings.remove(&block.bus.0);
        Some((align, held))
    }

    /// The nearest mapping that shares bytes with `memory`, where one of the two is written.
    fn overlap(&self, memory: &Shared, direction: Direction) -> Option<u64> {
        let end = (memory.cpu_addr() + memory.len(), 0);
        let nearest = |index: &BTreeMap<(usize, u64), usize>| {
            let (&(start, bus), &len) = index.range(..end).next_back()?;
            (start + len > memory.cpu_addr()).then_some(bus)
        };
        let readable = || nearest(&self.readable).filter(|_| direction == Direction::FromDevice);
        nearest(&self.writable).or_else(readable)
    }

    fn map(&mut self, memory: Shared, direction: Direction) -> DmaAddr {
        let in_page = memory.cpu_addr() as u64 % PAGE;
        let bus = self.next_streaming.next_multiple_of(PAGE) + in_page;
        self.next_streaming = bus + memory.len() as u64 + PAGE;
        let index = match direction {
            Direction::ToDevice => &mut self.readable,
            Direction::FromDevice => &mut self.writable,
        };
        index.insert((memory.cpu_addr(), bus), memory.len());
        let mapping = Mapping { memory, kind: Kind::Streaming(direction), held: [0; 2] };
        self.mappings.insert(bus, mapping);
        DmaAddr(bus)
    }

    /// Takes a streaming mapping out of the bus.
    fn unmap(&mut self, addr: DmaAddr) -> Option<Mapping> {
        let mapping = self.mappings.get(&addr.0)?;
        let Kind::Streaming(direction) = mapping.kind else { return None };
        let index = match direction {
            Direction::ToDevice => &mut self.readable,
            Direction::FromDevice => &mut self.writable,
        };
        index.remove(&(mapping.memory.cpu_addr(), addr.0));
        self.mappings.remove(&addr.0)
    }
}

/// The next address from `from` that is aligned just as asked and no better, so that a driver which
/// asks for too little gets too little.
fn place(from: u64, len: u64, align: u64, boundary: Option<u64>) -> Option<u64> {
    let last = len.checked_sub(1)?;
    let mut bus = from.checked_next_multiple_of(align)?;
    if bus % align.checked_mul(2)? == 0 {
        bus = bus.checked_add(align)?;
    }
    if let Some(boundary) = boundary
        && bus / boundary != bus.checked_add(last)? / boundary
    {
        bus = bus.checked_next_multiple_of(boundary)?;
        if last >= boundary {
            return None;
        }
    }
    bus.checked_add(last)?;
    Some(bus)
}

/// The model's bus as the driver sees it.
#[derive(Clone, Debug)]
pub struct ModelDma(pub(super) Model);

// SAFETY: blocks come zeroed from the heap with the alignment asked, each its own allocation, and are
// freed only by `free_coherent`; one that the model does not recognise is reported and left alone.
// The device reaches memory only through `AddressSpace`, which knows just coherent blocks not yet
// freed and buffers not yet unmapped.
unsafe impl Dma for ModelDma {
    fn alloc_coherent(&self, request: CoherentRequest) -> Result<CoherentBlock, DmaError> {
        let mut state = self.0.lock();
        if state.faults.strikes(FaultPoint::Coherent) {
            return Err(DmaError::NoMemory);
        }
        state.dma.alloc_coherent(request)
    }

    unsafe fn free_coherent(&self, block: CoherentBlock) {
        let mut state = self.0.lock();
        let addr = block.bus.0;
        if let Some(unit) = state.ring_in(addr, block.memory.len()) {
            state.violation(Misuse::FreeOwned { unit, addr });
        }
        let Some((align, held)) = state.dma.forget_coherent(&block) else {
            state.violation(Misuse::FreeUnknown { addr });
            return;
        };
        if let Some(unit) = holder(held) {
            state.violation(Misuse::UnmapOwned { unit, addr });
        }
        // SAFETY: `forget_coherent` recognised the block as one of `allocate` with this alignment
        // and took it out of the bus, so it is released once; the caller promised not to use it.
        unsafe { memory::release(block.memory, align) };
    }

    fn map(&self, memory: NonNull<[u8]>, direction: Direction) -> Result<DmaAddr, DmaError> {
        let mut state = self.0.lock();
        if state.faults.strikes(FaultPoint::Map) {
            return Err(DmaError::NoMemory);
        }
        state.counters.maps += 1;
        let len = memory.len();
        // SAFETY: `Dma::map`'s contract: the memory is the device's until `unmap`, which drops this.
        let memory = unsafe { Shared::borrow(memory) };
        if let Some(other) = state.dma.overlap(&memory, direction) {
            state.violation(Misuse::DoubleMap { len, other });
        }
        Ok(state.dma.map(memory, direction))
    }

    fn unmap(&self, addr: DmaAddr, len: usize, direction: Direction) {
        let mut state = self.0.lock();
        state.counters.unmaps += 1;
        let Some(mapping) = state.dma.unmap(addr) else {
            state.violation(Misuse::UnmapUnknown { addr: addr.0 });
            return;
        };
        if mapping.memory.len() != len || mapping.kind != Kind::Streaming(direction) {
            state.violation(Misuse::UnmapMismatch { addr: addr.0, len, direction });
        }
        if let Some(unit) = holder(mapping.held) {
            state.violation(Misuse::UnmapOwned { unit, addr: addr.0 });
        }
    }
}

fn holder(held: [u32; 2]) -> Option<Unit> {
    match held {
        [0, 0] => None,
        [0, _] => Some(Unit::Transmit),
        [..] => Some(Unit::Receive),
    }
}
