//! Ethernet addresses.

use core::fmt;
use core::str::FromStr;

/// A 48-bit IEEE 802 address (`u8 addr[ETH_ALEN]` in Linux).
///
/// ```
/// use softnet_sk_buff::MacAddr;
///
/// let addr: MacAddr = "52:54:00:12:34:56".parse()?;
/// assert!(addr.is_valid_unicast() && addr.is_local());
/// assert_eq!(addr.to_string(), "52:54:00:12:34:56");
/// # Ok::<(), softnet_sk_buff::ParseMacAddrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct MacAddr(pub [u8; 6]);

impl MacAddr {
    /// `00:00:00:00:00:00`, which no station has.
    pub const ZERO: Self = Self([0; 6]);
    /// `ff:ff:ff:ff:ff:ff`, which every station hears.
    pub const BROADCAST: Self = Self([0xff; 6]);

    /// The six octets in the order in which they go over the wire.
    #[must_use]
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// `is_zero_ether_addr`.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        matches!(self.0, [0, 0, 0, 0, 0, 0])
    }

    /// `is_broadcast_ether_addr`.
    #[must_use]
    pub const fn is_broadcast(self) -> bool {
        matches!(self.0, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    }

    /// `is_multicast_ether_addr`: the group bit is set. Broadcast counts as multicast.
    #[must_use]
    pub const fn is_multicast(self) -> bool {
        self.0[0] & 1 != 0
    }

    /// `is_local_ether_addr`: assigned by hand rather than by the maker.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 != 0
    }

    /// `is_valid_ether_addr`: may be a station's own address, being neither zero nor a group.
    #[must_use]
    pub const fn is_valid_unicast(self) -> bool {
        !self.is_multicast() && !self.is_zero()
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not six two-digit hexadecimal octets with colons between.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a MAC address: expected six hexadecimal octets, as in 52:54:00:12:34:56")]
pub struct ParseMacAddrError;

impl FromStr for MacAddr {
    type Err = ParseMacAddrError;

    fn from_str(text: &str) -> Result<Self, ParseMacAddrError> {
        let mut octets = [0; 6];
        let mut parts = text.split(':');
        for octet in &mut octets {
            let part = parts.next().ok_or(ParseMacAddrError)?;
            // from_str_radix alone would take "+1".
            if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(ParseMacAddrError);
            }
            *octet = u8::from_str_radix(part, 16).map_err(|_| ParseMacAddrError)?;
        }
        if parts.next().is_some() { Err(ParseMacAddrError) } else { Ok(Self(octets)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_and_local_bits_are_those_of_the_first_octet() {
        assert!(MacAddr::BROADCAST.is_multicast());
        assert!(MacAddr([1, 0, 0x5e, 0, 0, 1]).is_multicast());
        assert!(!MacAddr([0, 0x1b, 0x21, 0, 0, 1]).is_local());
        assert!(!MacAddr::ZERO.is_valid_unicast());
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in [
            "",
            "52:54:00:12:34",
            "52:54:00:12:34:56:78",
            "5:54:00:12:34:56",
            "+1:0:0:0:0:0",
            "gg:54:00:12:34:56",
        ] {
            assert_eq!(text.parse::<MacAddr>(), Err(ParseMacAddrError), "{text}");
        }
    }
}
