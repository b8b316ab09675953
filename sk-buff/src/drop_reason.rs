//! Why a packet was thrown away.

use core::fmt;

/// Which part of the stack a [`DropReason`] belongs to (`enum skb_drop_reason_subsys`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subsystem(pub u16);

impl Subsystem {
    /// Buffers, devices, queueing disciplines, drivers: the reasons named in this module.
    pub const CORE: Self = Self(0);
    /// mac80211's frames that are unusable (`SKB_DROP_REASON_SUBSYS_MAC80211_UNUSABLE`).
    pub const MAC80211_UNUSABLE: Self = Self(1);
    /// mac80211's frames for the monitor only (`SKB_DROP_REASON_SUBSYS_MAC80211_MONITOR`).
    pub const MAC80211_MONITOR: Self = Self(2);
    /// First of the numbers that an embedder may use for reasons of its own.
    pub const EMBEDDER: Self = Self(0x8000);
}

/// Why a packet was thrown away (`enum skb_drop_reason`): a subsystem and a number in it.
///
/// A newtype rather than an enum, so that upper crates and embedders add reasons of their own.
///
/// ```
/// use softnet_sk_buff::{DropReason, Subsystem};
///
/// const REPLAYED: DropReason = DropReason::new(Subsystem::EMBEDDER, 1);
/// assert_eq!(DropReason::CPU_BACKLOG.name(), Some("CPU_BACKLOG"));
/// assert_eq!(REPLAYED.name(), None);
/// assert_eq!(format!("{REPLAYED:?}"), "0x8000:1");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DropReason {
    subsystem: Subsystem,
    code: u16,
}

impl DropReason {
    /// The reason numbered `code` in `subsystem`.
    #[must_use]
    pub const fn new(subsystem: Subsystem, code: u16) -> Self {
        Self { subsystem, code }
    }

    /// The part of the stack that named the reason.
    #[must_use]
    pub const fn subsystem(self) -> Subsystem {
        self.subsystem
    }

    /// The reason's number within its subsystem.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.code
    }
}

macro_rules! core_reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        impl DropReason {
            $($(#[doc = $doc])+ pub const $name: Self = Self::new(Subsystem::CORE, $code);)+

            /// Every reason of [`Subsystem::CORE`], by number.
            pub const CORE: &'static [Self] = &[$(Self::$name,)+];

            /// The reason's name, for those of [`Subsystem::CORE`]; other subsystems keep their own
            /// tables.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                if self.subsystem.0 != 0 {
                    return None;
                }
                match self.code {
                    $($code => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
}

// Names that Linux has are Linux's. The numbers are ours: Linux's differ from release to release.
core_reasons! {
    /// Nobody said why: the packet went out of scope. A bug wherever it is counted.
    NOT_SPECIFIED = 0,
    /// Nobody is registered for the packet's protocol (`UNHANDLED_PROTO`).
    UNHANDLED_PROTO = 1,
    /// The packet is shorter than a header that it must have.
    PKT_TOO_SMALL = 2,
    /// The packet is longer than its receiver or the medium takes.
    PKT_TOO_BIG = 3,
    /// Not for this station, seen only because the device is promiscuous.
    OTHERHOST = 4,
    /// A header is malformed where the device layer had to look (`DEV_HDR`).
    DEV_HDR = 5,
    /// The device is not up, or is going down (`DEV_READY`).
    DEV_READY = 6,
    /// The transmit ring or queue is stopped and there is no queueing discipline to wait in.
    FULL_RING = 7,
    /// No memory: no buffer, no header, no descriptor (`NOMEM`).
    NOMEM = 8,
    /// A CPU's backlog is full (`CPU_BACKLOG`).
    CPU_BACKLOG = 9,
    /// A queueing discipline refused the packet (`QDISC_DROP`).
    QDISC_DROP = 10,
    /// A queueing discipline was over its limit (`QDISC_OVERLIMIT`).
    QDISC_OVERLIMIT = 11,
    /// An AQM dropped it to signal congestion (`QDISC_CONGESTED`).
    QDISC_CONGESTED = 12,
    /// A queue was reset or torn down with the packet in it.
    QUEUE_PURGE = 13,
    /// Sent back and forth between devices too often (`dev_xmit_recursion`, `RECURSION_LIMIT`).
    RECURSION_LIMIT = 14,
    /// The bounded list of deferred work is full.
    WORK_LIMIT = 15,
    /// The device has no such offload and software could not stand in for it (`SKB_CSUM` and kin).
    SKB_CSUM = 16,
    /// Segmentation was asked for and can't be had (`SKB_GSO_SEG`).
    SKB_GSO_SEG = 17,
    /// The bus refused to map the packet for DMA.
    DMA_MAP = 18,
    /// The receiver reported a CRC, symbol, sequence, alignment or data error.
    RX_HARDWARE_ERROR = 19,
    /// A frame spread over more receive buffers than the driver joins.
    RX_FRAGMENTED = 20,
    /// The receive ring overran, or a descriptor made no sense.
    RX_DESCRIPTOR = 21,
    /// A wire, tunnel or peer that is not there (`TAP_…`, carrier lost).
    NO_CARRIER = 22,
    /// The tap or capture sink had no room; the packet itself went on its way.
    TAP_FULL = 23,
    /// The protocol sink's queue was full: the embedder does not take what it receives.
    SOCKET_RCVBUFF = 24,
    /// The transmitter hung and was reset with the packet in its ring.
    TX_TIMEOUT = 25,
    /// The device or the interface index does not exist (any more).
    NO_DEVICE = 26,
    /// A buffer geometry that does not allow what had to be done with it.
    GEOMETRY = 27,
    /// The source or destination address is not one that may be there.
    INVALID_ADDR = 28,
    /// The inbox of another CPU was full.
    INBOX_FULL = 29,
    /// A bounded queue had no room (`SOCKET_BACKLOG` and kin).
    QUEUE_LIMIT = 30,
    /// A filter of ingress or clsact refused it as it arrived (`TC_INGRESS`).
    TC_INGRESS = 31,
    /// A filter of clsact refused it as it was to be sent (`TC_EGRESS`).
    TC_EGRESS = 32,
}

impl fmt::Debug for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#x}:{}", self.subsystem.0, self.code),
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// How many packets went for which reason: one owner's plain counters.
///
/// Reasons of other subsystems than [`Subsystem::CORE`] are added up in one figure here; the crates
/// that name them count them apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DropCounts {
    core: [u64; DropReason::CORE.len()],
    other: u64,
}

impl Default for DropCounts {
    fn default() -> Self {
        Self { core: [0; DropReason::CORE.len()], other: 0 }
    }
}

impl DropCounts {
    /// Counts one packet.
    pub fn count(&mut self, why: DropReason) {
        let known = why.subsystem == Subsystem::CORE;
        match self.core.get_mut(usize::from(why.code)).filter(|_| known) {
            Some(count) => *count += 1,
            None => self.other += 1,
        }
    }

    /// Packets that went for this reason; 0 for reasons outside [`Subsystem::CORE`].
    #[must_use]
    pub fn of(&self, why: DropReason) -> u64 {
        let known = why.subsystem == Subsystem::CORE;
        self.core.get(usize::from(why.code)).copied().filter(|_| known).unwrap_or(0)
    }

    /// Packets that went for reasons outside [`Subsystem::CORE`].
    #[must_use]
    pub fn other(&self) -> u64 {
        self.other
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.core.iter().sum::<u64>() + self.other
    }

    /// The reasons of [`Subsystem::CORE`] that something was lost for, with how many.
    pub fn iter(&self) -> impl Iterator<Item = (DropReason, u64)> + '_ {
        DropReason::CORE.iter().copied().zip(self.core).filter(|&(_, count)| count != 0)
    }

    /// Adds what another owner counted.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.core.iter_mut().zip(other.core) {
            *mine += theirs;
        }
        self.other += other.other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_reasons_stand_at_their_own_number() {
        for (at, reason) in DropReason::CORE.iter().enumerate() {
            assert_eq!(usize::from(reason.code()), at, "{reason}");
        }
    }

    #[test]
    fn counts_keep_foreign_reasons_apart() {
        let mut counts = DropCounts::default();
        counts.count(DropReason::QDISC_DROP);
        counts.count(DropReason::new(Subsystem::EMBEDDER, DropReason::QDISC_DROP.code()));
        counts.count(DropReason::new(Subsystem::CORE, 9999));
        assert_eq!(counts.of(DropReason::QDISC_DROP), 1);
        assert_eq!(counts.of(DropReason::new(Subsystem::EMBEDDER, 10)), 0);
        assert_eq!((counts.other(), counts.total()), (2, 3));
        assert_eq!(counts.iter().collect::<alloc::vec::Vec<_>>(), [(DropReason::QDISC_DROP, 1)]);
    }
}
