//! The 82540EM's registers and their bits.
//!
//! Origin: Intel 317453-006, "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
//! Manual", chapters 3 and 13; names of bits also as in DPDK's `e1000` base code (BSD-3-Clause).
//! The driver has a table of its own on purpose: a number that is wrong in one of them shows.

/// What software may do with a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access {
    /// Read and write.
    Rw,
    /// Read only.
    Ro,
    /// Write only.
    Wo,
    /// Read only, and reading clears.
    Rc,
}

/// One register, or an array of them.
#[derive(Debug)]
pub(super) struct Register {
    pub(super) offset: u32,
    /// Bytes that the register or array takes.
    pub(super) size: u32,
    pub(super) name: &'static str,
    pub(super) access: Access,
    /// Bits that may be written as ones.
    pub(super) bits: u32,
}

/// Bytes of the register window.
pub(super) const WINDOW: u32 = 0x2_0000;

macro_rules! registers {
    ($($name:ident = $offset:literal [$words:literal] $access:ident $bits:literal;)*) => {
        $(#[allow(dead_code)] pub(super) const $name: u32 = $offset;)*

        /// In order of offset.
        static TABLE: &[Register] = &[$(Register {
            offset: $offset,
            size: $words * 4,
            name: stringify!($name),
            access: Access::$access,
            bits: $bits,
        },)*];
    };
}

/// The register at `offset`, if the 82540EM has one there.
pub(super) fn find(offset: u32) -> Option<&'static Register> {
    let after = TABLE.partition_point(|register| register.offset <= offset);
    let register = TABLE.get(after.checked_sub(1)?)?;
    (offset - register.offset < register.size).then_some(register)
}

registers! {
    CTRL = 0x0000 [1] Rw 0xdcfc_1be9;
    STATUS = 0x0008 [1] Ro 0;
    EECD = 0x0010 [1] Rw 0x0000_03ff;
    EERD = 0x0014 [1] Rw 0xffff_ff11;
    CTRL_EXT = 0x0018 [1] Rw 0xffff_ffff;
    FLA = 0x001c [1] Rw 0xffff_ffff;
    MDIC = 0x0020 [1] Rw 0x7fff_ffff;
    FCAL = 0x0028 [1] Rw 0xffff_ffff;
    FCAH = 0x002c [1] Rw 0x0000_ffff;
    FCT = 0x0030 [1] Rw 0x0000_ffff;
    VET = 0x0038 [1] Rw 0x0000_ffff;
    ICR = 0x00c0 [1] Rc 0;
    ITR = 0x00c4 [1] Rw 0x0000_ffff;
    ICS = 0x00c8 [1] Wo 0xffff_ffff;
    IMS = 0x00d0 [1] Rw 0xffff_ffff;
    IMC = 0x00d8 [1] Wo 0xffff_ffff;
    RCTL = 0x0100 [1] Rw 0x06df_b3fe;
    FCTTV = 0x0170 [1] Rw 0x0000_ffff;
    TXCW = 0x0178 [1] Rw 0xffff_ffff;
    RXCW = 0x0180 [1] Ro 0;
    TCTL = 0x0400 [1] Rw 0x037f_fffa;
    TIPG = 0x0410 [1] Rw 0x3fff_ffff;
    AIT = 0x0458 [1] Rw 0x0000_ffff;
    LEDCTL = 0x0e00 [1] Rw 0xffff_ffff;
    PBA = 0x1000 [1] Rw 0xffff_ffff;
    FCRTL = 0x2160 [1] Rw 0x8000_fff8;
    FCRTH = 0x2168 [1] Rw 0x0000_fff8;
    RDFH = 0x2410 [1] Rw 0x0000_1fff;
    RDFT = 0x2418 [1] Rw 0x0000_1fff;
    RDFHS = 0x2420 [1] Rw 0x0000_1fff;
    RDFTS = 0x2428 [1] Rw 0x0000_1fff;
    RDFPC = 0x2430 [1] Rw 0x0000_1fff;
    RDBAL = 0x2800 [1] Rw 0xffff_ffff;
    RDBAH = 0x2804 [1] Rw 0xffff_ffff;
    RDLEN = 0x2808 [1] Rw 0xffff_ffff;
    RDH = 0x2810 [1] Rw 0xffff_ffff;
    RDT = 0x2818 [1] Rw 0xffff_ffff;
    RDTR = 0x2820 [1] Rw 0x8000_ffff;
    RXDCTL = 0x2828 [1] Rw 0x013f_3f3f;
    RADV = 0x282c [1] Rw 0x0000_ffff;
    RSRPD = 0x2c00 [1] Rw 0x0000_0fff;
    TXDMAC = 0x3000 [1] Rw 0x0000_0001;
    TDFH = 0x3410 [1] Rw 0x0000_07ff;
    TDFT = 0x3418 [1] Rw 0x0000_07ff;
    TDFHS = 0x3420 [1] Rw 0x0000_1fff;
    TDFTS = 0x3428 [1] Rw 0x0000_1fff;
    TDFPC = 0x3430 [1] Rw 0x0000_0fff;
    TDBAL = 0x3800 [1] Rw 0xffff_ffff;
    TDBAH = 0x3804 [1] Rw 0xffff_ffff;
    TDLEN = 0x3808 [1] Rw 0xffff_ffff;
    TDH = 0x3810 [1] Rw 0xffff_ffff;
    TDT = 0x3818 [1] Rw 0xffff_ffff;
    TIDV = 0x3820 [1] Rw 0x0000_ffff;
    TXDCTL = 0x3828 [1] Rw 0xff7f_3f3f;
    TADV = 0x382c [1] Rw 0x0000_ffff;
    TSPMT = 0x3830 [1] Rw 0xffff_ffff;
    CRCERRS = 0x4000 [9] Rc 0;
    COLC = 0x4028 [1] Rc 0;
    DC = 0x4030 [4] Rc 0;
    RLEC = 0x4040 [1] Rc 0;
    XONRXC = 0x4048 [11] Rc 0;
    GPRC = 0x4074 [4] Rc 0;
    GORCL = 0x4088 [4] Rc 0;
    RNBC = 0x40a0 [24] Rc 0;
    RXCSUM = 0x5000 [1] Rw 0x0000_07ff;
    MTA = 0x5200 [128] Rw 0xffff_ffff;
    RA = 0x5400 [32] Rw 0xffff_ffff;
    VFTA = 0x5600 [128] Rw 0xffff_ffff;
    WUC = 0x5800 [1] Rw 0xffff_ffff;
    WUFC = 0x5808 [1] Rw 0xffff_ffff;
    WUS = 0x5810 [1] Rw 0xffff_ffff;
    MANC = 0x5820 [1] Rw 0xffff_ffff;
    IPAV = 0x5838 [1] Rw 0xffff_ffff;
    IP4AT = 0x5840 [8] Rw 0xffff_ffff;
    IP6AT = 0x5880 [4] Rw 0xffff_ffff;
    WUPL = 0x5900 [1] Rw 0xffff_ffff;
    FFLT = 0x5f00 [8] Rw 0xffff_ffff;
}

/// Words that the register file keeps: up to the last register that has a plain value.
pub(super) const FILE_WORDS: usize = 0x6000 / 4;

/// Device control.
pub(super) mod ctrl {
    pub(in super::super) const FD: u32 = 1 << 0;
    pub(in super::super) const LRST: u32 = 1 << 3;
    pub(in super::super) const SLU: u32 = 1 << 6;
    pub(in super::super) const SPEED_SHIFT: u32 = 8;
    pub(in super::super) const FRCSPD: u32 = 1 << 11;
    pub(in super::super) const RST: u32 = 1 << 26;
    pub(in super::super) const VME: u32 = 1 << 30;
    pub(in super::super) const PHY_RST: u32 = 1 << 31;
    /// Speed field at 1000 Mbit/s.
    pub(in super::super) const SPEED_1000: u32 = 2 << SPEED_SHIFT;
}

/// Device status.
pub(super) mod status {
    pub(in super::super) const FD: u32 = 1 << 0;
    pub(in super::super) const LU: u32 = 1 << 1;
    pub(in super::super) const SPEED_SHIFT: u32 = 6;
    pub(in super::super) const ASDV_SHIFT: u32 = 8;
}

/// Extended device control.
pub(super) mod ctrl_ext {
    pub(in super::super) const EE_RST: u32 = 1 << 13;
}

/// EEPROM pins.
pub(super) mod eecd {
    pub(in super::super) const SK: u32 = 1 << 0;
    pub(in super::super) const CS: u32 = 1 << 1;
    pub(in super::super) const DI: u32 = 1 << 2;
    pub(in super::super) const DO: u32 = 1 << 3;
    pub(in super::super) const FWE: u32 = 3 << 4;
    pub(in super::super) const REQ: u32 = 1 << 6;
    pub(in super::super) const GNT: u32 = 1 << 7;
    pub(in super::super) const PRES: u32 = 1 << 8;
}

/// EEPROM read.
pub(super) mod eerd {
    pub(in super::super) const START: u32 = 1 << 0;
    pub(in super::super) const DONE: u32 = 1 << 4;
    pub(in super::super) const ADDR_SHIFT: u32 = 8;
    pub(in super::super) const DATA_SHIFT: u32 = 16;
}

/// PHY management.
pub(super) mod mdic {
    pub(in super::super) const REG_SHIFT: u32 = 16;
    pub(in super::super) const PHY_SHIFT: u32 = 21;
    pub(in super::super) const OP_SHIFT: u32 = 26;
    pub(in super::super) const OP_WRITE: u32 = 1;
    pub(in super::super) const OP_READ: u32 = 2;
    pub(in super::super) const READY: u32 = 1 << 28;
    pub(in super::super) const INTERRUPT: u32 = 1 << 29;
    pub(in super::super) const ERROR: u32 = 1 << 30;
}

/// Interrupt causes.
pub(super) mod cause {
    pub(in super::super) const TXDW: u32 = 1 << 0;
    pub(in super::super) const TXQE: u32 = 1 << 1;
    pub(in super::super) const LSC: u32 = 1 << 2;
    pub(in super::super) const RXDMT0: u32 = 1 << 4;
    pub(in super::super) const RXO: u32 = 1 << 6;
    pub(in super::super) const RXT0: u32 = 1 << 7;
    pub(in super::super) const MDAC: u32 = 1 << 9;
    pub(in super::super) const TXD_LOW: u32 = 1 << 15;
    /// All that the 82540EM knows; the rest of the mask reads as zero.
    pub(in super::super) const ALL: u32 = 0x0001_f6df;
}

/// Receive control.
pub(super) mod rctl {
    pub(in super::super) const EN: u32 = 1 << 1;
    pub(in super::super) const SBP: u32 = 1 << 2;
    pub(in super::super) const UPE: u32 = 1 << 3;
    pub(in super::super) const MPE: u32 = 1 << 4;
    pub(in super::super) const LPE: u32 = 1 << 5;
    pub(in super::super) const LBM: u32 = 3 << 6;
    pub(in super::super) const RDMTS_SHIFT: u32 = 8;
    pub(in super::super) const MO_SHIFT: u32 = 12;
    pub(in super::super) const BAM: u32 = 1 << 15;
    pub(in super::super) const BSIZE_SHIFT: u32 = 16;
    pub(in super::super) const BSIZE: u32 = 3 << BSIZE_SHIFT;
    pub(in super::super) const VFE: u32 = 1 << 18;
    pub(in super::super) const CFIEN: u32 = 1 << 19;
    pub(in super::super) const CFI: u32 = 1 << 20;
    pub(in super::super) const BSEX: u32 = 1 << 25;
    pub(in super::super) const SECRC: u32 = 1 << 26;
}

/// Transmit control.
pub(super) mod tctl {
    pub(in super::super) const EN: u32 = 1 << 1;
    pub(in super::super) const PSP: u32 = 1 << 3;
}

/// Receive delay timer.
pub(super) mod rdtr {
    pub(in super::super) const FPD: u32 = 1 << 31;
}

/// Receive checksum control.
pub(super) mod rxcsum {
    pub(in super::super) const PCSS: u32 = 0xff;
    pub(in super::super) const IPOFLD: u32 = 1 << 8;
    pub(in super::super) const TUOFLD: u32 = 1 << 9;
    pub(in super::super) const IPV6OFL: u32 = 1 << 10;
}

/// High half of a receive address.
pub(super) mod rah {
    pub(in super::super) const AS_SHIFT: u32 = 16;
    pub(in super::super) const AV: u32 = 1 << 31;
}

/// Receive descriptor: status in the low byte of the fourth word, errors above it.
pub(super) mod rxd {
    pub(in super::super) const DD: u8 = 1 << 0;
    pub(in super::super) const EOP: u8 = 1 << 1;
    pub(in super::super) const IXSM: u8 = 1 << 2;
    pub(in super::super) const VP: u8 = 1 << 3;
    pub(in super::super) const TCPCS: u8 = 1 << 5;
    pub(in super::super) const IPCS: u8 = 1 << 6;
    pub(in super::super) const PIF: u8 = 1 << 7;
    pub(in super::super) const CE: u8 = 1 << 0;
    pub(in super::super) const TCPE: u8 = 1 << 5;
    pub(in super::super) const IPE: u8 = 1 << 6;
}

/// Transmit descriptor: the command byte is the top byte of the third word.
pub(super) mod txd {
    pub(in super::super) const EOP: u8 = 1 << 0;
    pub(in super::super) const IFCS: u8 = 1 << 1;
    /// Legacy descriptor: insert a checksum.
    pub(in super::super) const IC: u8 = 1 << 2;
    /// Extended descriptor: segment.
    pub(in super::super) const TSE: u8 = 1 << 2;
    pub(in super::super) const RS: u8 = 1 << 3;
    pub(in super::super) const DEXT: u8 = 1 << 5;
    pub(in super::super) const VLE: u8 = 1 << 6;
    pub(in super::super) const IDE: u8 = 1 << 7;
    pub(in super::super) const DD: u8 = 1 << 0;
    pub(in super::super) const POPTS_IXSM: u8 = 1 << 0;
    pub(in super::super) const POPTS_TXSM: u8 = 1 << 1;
}
