//! The 8254x register numbers and bits that the driver uses.
//!
//! Figures from Intel 317453-006 (PCI/PCI-X Family of Gigabit Ethernet Controllers Software
//! Developer's Manual), chapters 3 and 13, named as in DPDK's `e1000/base` (BSD-3-Clause). The model
//! in `testutil` has a table of its own on purpose: a figure wrong in one of the two shows.

use bitflags::bitflags;

macro_rules! registers {
    ($($(#[doc = $doc:literal])+ $name:ident = $offset:literal;)*) => {
        $($(#[doc = $doc])+ pub(super) const $name: u32 = $offset;)*
    };
}

registers! {
    /// Device control.
    CTRL = 0x0000;
    /// Device status. Reading it pushes posted writes out.
    STATUS = 0x0008;
    /// EEPROM read.
    EERD = 0x0014;
    /// PHY management.
    MDIC = 0x0020;
    /// Address of pause frames, low half.
    FCAL = 0x0028;
    /// Address of pause frames, high half.
    FCAH = 0x002c;
    /// Type of pause frames.
    FCT = 0x0030;
    /// Type of VLAN tags.
    VET = 0x0038;
    /// Interrupt causes; reading clears.
    ICR = 0x00c0;
    /// Interrupt throttle, in units of 256 ns.
    ITR = 0x00c4;
    /// Sets interrupt causes.
    ICS = 0x00c8;
    /// Sets bits of the interrupt mask.
    IMS = 0x00d0;
    /// Clears bits of the interrupt mask.
    IMC = 0x00d8;
    /// Receive control.
    RCTL = 0x0100;
    /// Pause time that is sent.
    FCTTV = 0x0170;
    /// Transmit control.
    TCTL = 0x0400;
    /// Gaps between frames.
    TIPG = 0x0410;
    /// Packet buffer: KiB for receiving, the rest of 64 for transmitting.
    PBA = 0x1000;
    /// Receive buffer level at which transmission is allowed again.
    FCRTL = 0x2160;
    /// Receive buffer level at which the peer is paused.
    FCRTH = 0x2168;
    /// Receive ring: the five registers at these distances from here.
    RX_RING = 0x2800;
    /// Receive ring tail: the doorbell.
    RDT = 0x2818;
    /// Receive delay timer.
    RDTR = 0x2820;
    /// Receive absolute delay timer.
    RADV = 0x282c;
    /// Transmit ring.
    TX_RING = 0x3800;
    /// Transmit ring tail: the doorbell.
    TDT = 0x3818;
    /// Transmit delay timer.
    TIDV = 0x3820;
    /// Transmit descriptor control.
    TXDCTL = 0x3828;
    /// Transmit absolute delay timer.
    TADV = 0x382c;
    /// Receive checksum control.
    RXCSUM = 0x5000;
    /// Multicast table, 128 words.
    MTA = 0x5200;
    /// Receive addresses, 16 pairs of words.
    RA = 0x5400;
    /// VLAN table, 128 words.
    VFTA = 0x5600;
    /// Management control.
    MANC = 0x5820;
}

/// Distances of a ring's registers from its first.
pub(super) mod ring {
    /// Base address, low half.
    pub(in super::super) const LOW: u32 = 0x00;
    /// Base address, high half.
    pub(in super::super) const HIGH: u32 = 0x04;
    /// Bytes.
    pub(in super::super) const LEN: u32 = 0x08;
    /// Where hardware is.
    pub(in super::super) const HEAD: u32 = 0x10;
    /// Where software is.
    pub(in super::super) const TAIL: u32 = 0x18;
}

/// The I/O window: a register's number goes to the first port, its value through the second.
pub(super) mod port {
    pub(in super::super) const IOADDR: u16 = 0;
    pub(in super::super) const IODATA: u16 = 4;
}

bitflags! {
    /// Device control.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct Ctrl: u32 {
        const FD = 1 << 0;
        const LRST = 1 << 3;
        const ASDE = 1 << 5;
        const SLU = 1 << 6;
        const ILOS = 1 << 7;
        const FRCSPD = 1 << 11;
        const FRCDPX = 1 << 12;
        const RST = 1 << 26;
        const RFCE = 1 << 27;
        const TFCE = 1 << 28;
        const VME = 1 << 30;
        const PHY_RST = 1 << 31;
        const _ = !0;
    }

    /// Device status.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct Status: u32 {
        const FD = 1 << 0;
        const LU = 1 << 1;
        const TXOFF = 1 << 4;
        const SPEED_100 = 1 << 6;
        const SPEED_1000 = 1 << 7;
        const PCIX = 1 << 13;
        const _ = !0;
    }

    /// Interrupt causes.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct Cause: u32 {
        const TXDW = 1 << 0;
        const LSC = 1 << 2;
        const RXSEQ = 1 << 3;
        const RXDMT0 = 1 << 4;
        const RXT0 = 1 << 7;
        const _ = !0;
    }

    /// Receive control.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct Rctl: u32 {
        const EN = 1 << 1;
        const UPE = 1 << 3;
        const MPE = 1 << 4;
        const LPE = 1 << 5;
        const BAM = 1 << 15;
        const VFE = 1 << 18;
        const BSEX = 1 << 25;
        const SECRC = 1 << 26;
        const _ = !0;
    }

    /// Transmit control.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(super) struct Tctl: u32 {
        const EN = 1 << 1;
        const PSP = 1 << 3;
        const RTLC = 1 << 24;
        const _ = !0;
    }
}

impl Cause {
    /// What the driver wants to hear of (Linux's `IMS_ENABLE_MASK`).
    pub(super) const WANTED: Self =
        Self::TXDW.union(Self::LSC).union(Self::RXSEQ).union(Self::RXDMT0).union(Self::RXT0);
}

/// Every bit, for masks and for what a device that is gone reads as.
pub(super) const ALL_ONES: u32 = u32::MAX;
/// `RCTL`: where the buffer size stands.
pub(super) const RCTL_BSIZE_SHIFT: u32 = 16;
/// `TCTL`: 15 tries, and a collision distance of 64 bytes.
pub(super) const TCTL_COLLISIONS: u32 = 15 << 4 | 63 << 12;
/// `TIPG` for copper: 8, 8 and 6 units of 8 ns.
pub(super) const TIPG_COPPER: u32 = 8 | 8 << 10 | 6 << 20;
/// `TXDCTL`: thresholds count descriptors; write back one by one.
pub(super) const TXDCTL_WRITE_BACK: u32 = 1 << 24 | 1 << 16;
/// `RXCSUM`: IPv4 header, TCP and UDP.
pub(super) const RXCSUM_IP_TCP_UDP: u32 = 1 << 8 | 1 << 9;
/// `RXCSUM`: the same over IPv6. Reserved on the 82544.
pub(super) const RXCSUM_IPV6: u32 = 1 << 10;
/// `RAH`: the entry is valid.
pub(super) const RAH_VALID: u32 = 1 << 31;
/// `MANC`: the card answers ARP by itself.
pub(super) const MANC_ARP: u32 = 1 << 13;
/// `FCRTL`: tell the peer to go on when the level has fallen.
pub(super) const FCRTL_XON: u32 = 1 << 31;
/// Pause frames: 01:80:c2:00:00:01, type 0x8808, for as long as can be said.
pub(super) const PAUSE_ADDRESS: (u32, u32) = (0x00c2_8001, 0x0000_0100);
pub(super) const PAUSE_TYPE: u32 = 0x8808;
pub(super) const PAUSE_TIME: u32 = 0xffff;
/// Words of the multicast and VLAN tables.
pub(super) const TABLE_WORDS: usize = 128;
/// Receive addresses that software may use; the 16th belongs to manageability.
pub(super) const ADDRESSES: u32 = 15;
