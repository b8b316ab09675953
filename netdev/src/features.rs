//! What a device can do for the stack.

use bitflags::bitflags;

bitflags! {
    /// Offloads and properties of a device (`netdev_features_t`, `NETIF_F_*`). The bits are ours:
    /// Linux shows names, not numbers, to user space.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Features: u64 {
        /// Scatter and gather.
        const SG = 1 << 0;
        /// Sums TCP and UDP over IPv4.
        const IP_CSUM = 1 << 1;
        /// Sums TCP and UDP over IPv6.
        const IPV6_CSUM = 1 << 2;
        /// Sums anything from a start to the end.
        const HW_CSUM = 1 << 3;
        /// Reaches memory above 4 GiB.
        const HIGHDMA = 1 << 4;
        /// Inserts VLAN tags.
        const HW_VLAN_CTAG_TX = 1 << 5;
        /// Strips VLAN tags.
        const HW_VLAN_CTAG_RX = 1 << 6;
        /// Filters by VLAN identifier.
        const HW_VLAN_CTAG_FILTER = 1 << 7;
        /// Segments TCP over IPv4.
        const TSO = 1 << 8;
        /// Segments TCP over IPv6.
        const TSO6 = 1 << 9;
        /// The stack segments in software.
        const GSO = 1 << 10;
        /// The stack merges in software.
        const GRO = 1 << 11;
        /// Checks received checksums.
        const RXCSUM = 1 << 12;
        /// Hashes received packets.
        const RXHASH = 1 << 13;
        /// Delivers frames with their check sequence.
        const RXFCS = 1 << 14;
        /// Delivers broken frames.
        const RXALL = 1 << 15;
        /// Loops back what it sends.
        const LOOPBACK = 1 << 16;
        /// Needs no lock in `start_xmit` (kept for display: a device has one owner here).
        const LLTX = 1 << 17;
        /// Sends without a queueing discipline by default (`IFF_NO_QUEUE`).
        const NO_QUEUE = 1 << 18;
    }
}

impl Features {
    /// Any way to sum on transmit.
    pub const CSUM_MASK: Self = Self::IP_CSUM.union(Self::IPV6_CSUM).union(Self::HW_CSUM);
    /// Any way to segment on transmit.
    pub const ALL_TSO: Self = Self::TSO.union(Self::TSO6);

    /// Takes away what can't be had without something else that is missing (`netdev_fix_features`):
    /// general and special checksumming together, segmentation without scatter and gather or
    /// without checksums. Scatter and gather needs no checksums, since Linux 3.10.
    ///
    /// ```
    /// use softnet_netdev::Features;
    ///
    /// let wanted = Features::SG | Features::TSO | Features::RXCSUM;
    /// assert_eq!(wanted.fix(), Features::SG | Features::RXCSUM);
    /// ```
    #[must_use]
    pub fn fix(self) -> Self {
        let mut fixed = self;
        if fixed.contains(Self::HW_CSUM) {
            fixed.remove(Self::IP_CSUM | Self::IPV6_CSUM);
        }
        if !fixed.intersects(Self::HW_CSUM | Self::IP_CSUM) {
            fixed.remove(Self::TSO);
        }
        if !fixed.intersects(Self::HW_CSUM | Self::IPV6_CSUM) {
            fixed.remove(Self::TSO6);
        }
        if !fixed.contains(Self::SG) {
            fixed.remove(Self::ALL_TSO | Self::GSO);
        }
        fixed
    }
}
