//! A device's flags and states.

use bitflags::bitflags;

bitflags! {
    /// A device's flags, bits as Linux's `IFF_*` show them to `ip link` and `SIOCGIFFLAGS`.
    ///
    /// [`RUNNING`](Self::RUNNING), [`LOWER_UP`](Self::LOWER_UP) and [`DORMANT`](Self::DORMANT) are
    /// derived from carrier and operational state when flags are read, and can't be set.
    /// [`PROMISC`](Self::PROMISC) and [`ALLMULTI`](Self::ALLMULTI) show the user's own wish, as
    /// `dev_get_flags` does; the device layer counts everybody's apart from it.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Flags: u32 {
        /// Administratively up.
        const UP = 1 << 0;
        /// Has a broadcast address.
        const BROADCAST = 1 << 1;
        /// Debugging asked for.
        const DEBUG = 1 << 2;
        /// Sends to itself.
        const LOOPBACK = 1 << 3;
        /// Has one peer.
        const POINTOPOINT = 1 << 4;
        /// Without trailers (kept for `ifconfig`).
        const NOTRAILERS = 1 << 5;
        /// Operational state up: packets get through.
        const RUNNING = 1 << 6;
        /// No address resolution.
        const NOARP = 1 << 7;
        /// The user wants every frame.
        const PROMISC = 1 << 8;
        /// The user wants every multicast frame.
        const ALLMULTI = 1 << 9;
        /// Leads a load balancer.
        const MASTER = 1 << 10;
        /// Follows a load balancer.
        const SLAVE = 1 << 11;
        /// Can do multicast.
        const MULTICAST = 1 << 12;
        /// Can select media.
        const PORTSEL = 1 << 13;
        /// Selects media by itself.
        const AUTOMEDIA = 1 << 14;
        /// Loses its addresses when it goes down.
        const DYNAMIC = 1 << 15;
        /// Carrier is on.
        const LOWER_UP = 1 << 16;
        /// Carrier is on, but a supplicant has to act first.
        const DORMANT = 1 << 17;
        /// Echoes what it sends.
        const ECHO = 1 << 18;
    }
}

impl Flags {
    /// What a user may change (`dev_change_flags`); the rest is the device's.
    pub const CHANGEABLE: Self = Self::DEBUG
        .union(Self::NOTRAILERS)
        .union(Self::NOARP)
        .union(Self::DYNAMIC)
        .union(Self::MULTICAST)
        .union(Self::PORTSEL)
        .union(Self::AUTOMEDIA);
    /// What `ether_setup` gives a device.
    pub const ETHERNET: Self = Self::BROADCAST.union(Self::MULTICAST);
    /// Shown, never stored.
    pub const DERIVED: Self = Self::RUNNING.union(Self::LOWER_UP).union(Self::DORMANT);
}

/// Whether packets get through, as RFC 2863 has it (`IF_OPER_*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum OperState {
    /// Nobody knows: the device does not tell. Linux counts it as running.
    #[default]
    Unknown = 0,
    /// Something below is missing.
    NotPresent = 1,
    /// Down.
    Down = 2,
    /// Up itself, but what it stands on is not.
    LowerLayerDown = 3,
    /// Under test.
    Testing = 4,
    /// Waits for an authentication.
    Dormant = 5,
    /// Packets get through.
    Up = 6,
}
