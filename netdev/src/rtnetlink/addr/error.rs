//! Why an address is refused, in Linux's numbers and words.
//!
//! Words: Linux 6.12, `net/ipv4/devinet.c`, `net/ipv6/addrconf.c`.

use softnet_netlink::errno::Errno;
use thiserror::Error;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $errno:ident $(, $words:literal)?;)*) => {
        /// Why an address was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
        #[non_exhaustive]
        pub enum AddrError {
            $($(#[$doc])* #[error("{}", self.words().unwrap_or(stringify!($name)))] $name,)*
        }

        impl AddrError {
            /// The number that Linux refuses with.
            #[must_use]
            pub const fn errno(self) -> Errno {
                match self {
                    $(Self::$name => Errno::$errno,)*
                }
            }

            /// What Linux says besides.
            #[must_use]
            pub const fn words(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => refusals!(@words $($words)?),)*
                }
            }
        }
    };
    (@words $words:literal) => { Some($words) };
    (@words) => { None };
}

refusals! {
    /// The table holds as many as it may.
    Full = ENOBUFS;
    /// The prefix of an IPv4 address is longer than the address.
    InetPrefix = EINVAL, "ipv4: Invalid prefix length";
    /// No IPv4 address was given.
    InetNoLocal = EINVAL, "ipv4: Local address is not supplied";
    /// There is no such interface for IPv4; of a deletion, also: it has no IPv4, because its MTU is too small.
    InetNoDevice = ENODEV, "ipv4: Device not found";
    /// The interface has no IPv4: its MTU is below 68.
    InetDisabled = ENOBUFS;
    /// IPv4: valid for no time, or preferred for longer than valid.
    InetLifetime = EINVAL, "ipv4: address lifetime invalid";
    /// A group is to be joined, and the IPv4 address is none.
    InetNotMulticast = EINVAL, "ipv4: Multicast auto join failed";
    /// The interface has this IPv4 address.
    InetExists = EEXIST, "ipv4: Address already assigned";
    /// Other IPv4 addresses of the same prefix have another scope.
    InetScope = EINVAL, "ipv4: Invalid scope value";
    /// The interface has no such IPv4 address.
    InetNotFound = EADDRNOTAVAIL, "ipv4: Address not found";
    /// No IPv6 address was given.
    Inet6NoAddress = EINVAL;
    /// The prefix of an IPv6 address is longer than the address.
    Inet6Prefix = EINVAL, "ipv6: Invalid prefix length";
    /// There is no such interface for IPv6.
    Inet6NoDevice = ENODEV, "ipv6: Unable to find the interface";
    /// The interface cannot have IPv6: its MTU is below 1280.
    Inet6Mtu = EINVAL;
    /// The interface has no IPv6, so nothing can be deleted.
    Inet6Disabled = ENXIO, "ipv6: IPv6 is disabled on this device";
    /// IPv6: valid for no time, or preferred for longer than valid.
    Inet6Lifetime = EINVAL, "ipv6: address lifetime invalid";
    /// Addresses for privacy are made of prefixes of 64 bits only.
    Inet6TempPrefix = EINVAL, "ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64";
    /// A group is to be joined, and the IPv6 address is none.
    Inet6NotMulticast = EINVAL, "ipv6: Multicast auto join failed";
    /// `::` is no address.
    Inet6Any = EADDRNOTAVAIL, "ipv6: Invalid address";
    /// A multicast group is no interface's address, unless it is to be joined with it.
    Inet6Multicast = EADDRNOTAVAIL,
        "ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag";
    /// `::1` is the loopback's.
    Inet6Loopback = EADDRNOTAVAIL, "ipv6: Cannot assign loopback address on this device";
    /// The interface has this IPv6 address.
    Inet6Exists = EEXIST, "ipv6: address already assigned";
    /// The interface has no such IPv6 address.
    Inet6NotFound = EADDRNOTAVAIL, "ipv6: address not found";
}
