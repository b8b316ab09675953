//! What a driver can do wrong, in words.

use core::fmt;

use softnet_sk_buff::Instant;

use crate::bus::Direction;

/// Which of the controller's two DMA engines.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// The receiver, under `RCTL.EN`.
    Receive,
    /// The transmitter, under `TCTL.EN`.
    Transmit,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receive => "receive",
            Self::Transmit => "transmit",
        })
    }
}

/// One mistake of the driver and when it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The model's virtual time.
    pub at: Instant,
    /// What was wrong.
    pub what: Misuse,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.at.as_nanos();
        write!(f, "at {}.{:06} ms: {}", nanos / 1_000_000, nanos % 1_000_000, self.what)
    }
}

/// What the driver did wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// Registers are 32 bits wide and reached whole.
    #[error("access to offset {offset:#x}, which is not a multiple of four")]
    Unaligned {
        /// Byte offset in the window.
        offset: u32,
    },
    /// The register window has 128 KiB.
    #[error("access to offset {offset:#x}, outside the register window")]
    OutsideWindow {
        /// Byte offset in the window.
        offset: u32,
    },
    /// The 82540EM has no such register.
    #[error("access to offset {offset:#x}, where the 82540EM has no register")]
    UnknownRegister {
        /// Byte offset in the window.
        offset: u32,
    },
    /// A write that the hardware ignores.
    #[error("write of {value:#x} to {register}, which is read-only")]
    ReadOnly {
        /// Name in the manual.
        register: &'static str,
        /// What was written.
        value: u32,
    },
    /// A read that means nothing.
    #[error("read of {register}, which is write-only")]
    WriteOnly {
        /// Name in the manual.
        register: &'static str,
    },
    /// Reserved bits are to be written as zero.
    #[error("reserved bits {bits:#x} of {register} set")]
    ReservedBits {
        /// Name in the manual.
        register: &'static str,
        /// The offending bits.
        bits: u32,
    },
    /// The device does not listen while it resets.
    #[error("write of {value:#x} to {register} while the device resets")]
    DuringReset {
        /// Name in the manual.
        register: &'static str,
        /// What was written.
        value: u32,
    },
    /// The register belongs to the hardware while the unit runs.
    #[error("write to {register} while the {unit} unit is enabled")]
    WhileEnabled {
        /// Name in the manual.
        register: &'static str,
        /// Whose enable bit is set.
        unit: Unit,
    },
    /// The PCI command register does not let the device answer there.
    #[error("register access through {window} while the PCI command register disables it")]
    DecodingOff {
        /// `memory` or `I/O`.
        window: &'static str,
    },
    /// Ring base addresses are multiples of 16.
    #[error("{register} is {value:#x}, not a multiple of 16")]
    RingMisaligned {
        /// Name in the manual.
        register: &'static str,
        /// What was written.
        value: u32,
    },
    /// Ring lengths are multiples of 128 bytes, 4096 descriptors at most.
    #[error("{register} is {value} bytes, not a multiple of 128 between 128 and 65536")]
    RingLength {
        /// Name in the manual.
        register: &'static str,
        /// What was written.
        value: u32,
    },
    /// An enabled unit wants a ring.
    #[error("{unit} unit enabled without a ring")]
    EnabledWithoutRing {
        /// Which unit.
        unit: Unit,
    },
    /// Packet sizes of descriptors that hardware already has.
    #[error("RCTL buffer size changed while the receive unit is enabled")]
    BufferSizeChanged,
    /// A head or tail beyond the ring.
    #[error("{unit} ring pointer {value} in a ring of {descriptors} descriptors")]
    PointerOutside {
        /// Which ring.
        unit: Unit,
        /// What was written.
        value: u32,
        /// Descriptors in the ring.
        descriptors: u32,
    },
    /// The tail may approach the head from behind, never reach it.
    #[error("{unit} tail moved from {old} to {new}, over the head at {head}")]
    TailPassedHead {
        /// Which ring.
        unit: Unit,
        /// Where hardware is.
        head: u32,
        /// Tail before.
        old: u32,
        /// Tail written.
        new: u32,
    },
    /// A descriptor given with DD set looks finished to whoever polls it.
    #[error("{unit} descriptor {index} given to hardware with its done bit set")]
    StaleStatus {
        /// Which ring.
        unit: Unit,
        /// Which descriptor.
        index: u32,
    },
    /// The CPU wrote a descriptor between tail and head.
    #[error("{unit} descriptor {index} changed while hardware owns it")]
    DescriptorChanged {
        /// Which ring.
        unit: Unit,
        /// Which descriptor.
        index: u32,
    },
    /// A descriptor that hardware cannot obey.
    #[error("transmit descriptor {index}: {why}")]
    BadDescriptor {
        /// Which descriptor.
        index: u32,
        /// What is wrong with it.
        why: &'static str,
    },
    /// TCP segmentation is a part of the chip that the model lacks.
    #[error("transmit descriptor {index} asks for segmentation: TSO not modelled")]
    TsoNotModelled {
        /// Which descriptor.
        index: u32,
    },
    /// A frame without IFCS brings its own check sequence.
    #[error("frame ending at transmit descriptor {index} left with a wrong FCS")]
    WrongFcs {
        /// Last descriptor of the frame.
        index: u32,
    },
    /// `VLE` does nothing unless `CTRL.VME` is set.
    #[error("transmit descriptor {index} asks for a VLAN tag while CTRL.VME is clear")]
    VlanWithoutVme {
        /// Last descriptor of the frame.
        index: u32,
    },
    /// The hardware ignores a checksum that does not lie in the frame.
    #[error("checksum of the frame ending at transmit descriptor {index} is outside the frame")]
    ChecksumOutside {
        /// Last descriptor of the frame.
        index: u32,
    },
    /// `COMMAND.BUS_MASTER` is clear and there is work.
    #[error("{unit} unit has work while bus mastering is off")]
    BusMasterOff {
        /// Which unit.
        unit: Unit,
    },
    /// A descriptor was given whose buffer the device cannot reach.
    #[error("{unit} descriptor {index} names {len} bytes at {addr:#x}, which are not mapped")]
    NotMapped {
        /// Which ring.
        unit: Unit,
        /// Which descriptor.
        index: u32,
        /// Bus address.
        addr: u64,
        /// Bytes that hardware may touch.
        len: usize,
    },
    /// The device was sent to memory that is not its own. Nothing was touched.
    #[error("{unit} DMA of {len} bytes at {addr:#x}, outside mapped memory")]
    DmaOutside {
        /// Which unit.
        unit: Unit,
        /// Bus address.
        addr: u64,
        /// Bytes.
        len: usize,
    },
    /// The device was to read what is mapped for writing, or the reverse.
    #[error("{unit} DMA at {addr:#x} against the direction of its mapping")]
    WrongDirection {
        /// Which unit.
        unit: Unit,
        /// Bus address.
        addr: u64,
    },
    /// Nothing is mapped there.
    #[error("unmap of {addr:#x}, where nothing is mapped")]
    UnmapUnknown {
        /// Bus address.
        addr: u64,
    },
    /// Length or direction are not those of the mapping.
    #[error("unmap of {addr:#x} with {len} bytes, {direction:?}, unlike its mapping")]
    UnmapMismatch {
        /// Bus address.
        addr: u64,
        /// Length given.
        len: usize,
        /// Direction given.
        direction: Direction,
    },
    /// The device still reads or writes the buffer.
    #[error("unmap of the buffer at {addr:#x}, which the {unit} unit still owns")]
    UnmapOwned {
        /// Whose descriptor names the buffer.
        unit: Unit,
        /// Bus address.
        addr: u64,
    },
    /// No such coherent block, or not as it was allocated.
    #[error("free of coherent memory at {addr:#x}, which was not allocated so")]
    FreeUnknown {
        /// Bus address.
        addr: u64,
    },
    /// The ring's memory went away under a running unit.
    #[error("free of coherent memory at {addr:#x}, the ring of the enabled {unit} unit")]
    FreeOwned {
        /// Which unit.
        unit: Unit,
        /// Bus address.
        addr: u64,
    },
    /// The same memory is mapped already and at least one of the two maps lets the device write.
    #[error("map of {len} bytes that overlap what is mapped at {other:#x}")]
    DoubleMap {
        /// Length of the new map.
        len: usize,
        /// Bus address of the old one.
        other: u64,
    },
    /// Interrupts are let through and nobody is there to take them.
    #[error("interrupts {mask:#x} enabled without a vector")]
    InterruptsWithoutVector {
        /// The mask register.
        mask: u32,
    },
    /// The vectors went away and the device may still interrupt.
    #[error("vectors released while interrupts {mask:#x} are enabled")]
    ReleasedWhileEnabled {
        /// The mask register.
        mask: u32,
    },
    /// Vectors were asked for while the driver has some.
    #[error("vectors requested twice")]
    RequestedTwice,
    /// The management interface carries one transaction at a time.
    #[error("MDIC written while a transaction is under way")]
    MdicBusy,
    /// Neither a read nor a write.
    #[error("MDIC written with the operation {op}")]
    MdicOperation {
        /// The two operation bits.
        op: u32,
    },
    /// One EEPROM read at a time.
    #[error("EERD written while a read is under way")]
    EerdBusy,
    /// The pins are shared with the chip, which wants to be asked.
    #[error("EEPROM pins driven without EE_GNT")]
    EepromWithoutGrant,
    /// A driver has no business in rewriting a board's identity.
    #[error("EEPROM command {opcode:#x}, which can change it")]
    EepromWrite {
        /// The command after the start bit: two bits, and two more where the first are zero.
        opcode: u8,
    },
}

/// Mistakes kept at most; a driver gone wild should not fill the test machine's memory.
const KEPT: usize = 1000;

/// Mistakes so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: alloc::vec::Vec<Violation>,
}

impl Log {
    pub(super) fn push(&mut self, at: Instant, what: Misuse) {
        if self.entries.len() < KEPT {
            self.entries.push(Violation { at, what });
        }
    }

    pub(super) fn entries(&self) -> &[Violation] {
        &self.entries
    }

    pub(super) fn take(&mut self) -> alloc::vec::Vec<Violation> {
        core::mem::take(&mut self.entries)
    }
}
