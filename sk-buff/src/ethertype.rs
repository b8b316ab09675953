//! Protocol numbers of Ethernet frames.

use core::fmt;

/// The protocol of a frame, in host byte order (`skb->protocol`, `ETH_P_*`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct EtherType(pub u16);

impl EtherType {
    /// Not known yet.
    pub const NONE: Self = Self(0);
    /// `ETH_P_802_3`: what Linux calls a frame whose type field is a length.
    pub const IEEE_802_3: Self = Self(0x0001);
    /// `ETH_P_ALL`: in a filter, every protocol.
    pub const ALL: Self = Self(0x0003);
    /// `ETH_P_802_2`: a length, then an LLC header.
    pub const IEEE_802_2: Self = Self(0x0004);
    /// `ETH_P_IP`.
    pub const IPV4: Self = Self(0x0800);
    /// `ETH_P_ARP`.
    pub const ARP: Self = Self(0x0806);
    /// `ETH_P_8021Q`.
    pub const VLAN: Self = Self(0x8100);
    /// `ETH_P_IPV6`.
    pub const IPV6: Self = Self(0x86dd);
    /// `ETH_P_PAE`: EAPOL.
    pub const EAPOL: Self = Self(0x888e);
    /// `ETH_P_8021AD`.
    pub const QINQ: Self = Self(0x88a8);
    /// The least value that is a type; below are lengths (`ETH_P_802_3_MIN`).
    pub const MIN: Self = Self(0x0600);

    /// Reads the type field of an Ethernet frame as `eth_type_trans` does, or `None` if the frame
    /// has no whole header. A length gives [`IEEE_802_2`](Self::IEEE_802_2), or
    /// [`IEEE_802_3`](Self::IEEE_802_3) for the raw IPX frames that start with `ff ff`.
    #[must_use]
    pub fn of_frame(frame: &[u8]) -> Option<Self> {
        let field: [u8; 2] = frame.get(12..14)?.try_into().ok()?;
        let field = Self(u16::from_be_bytes(field));
        if field >= Self::MIN {
            return Some(field);
        }
        match frame.get(14..16) {
            Some([0xff, 0xff]) => Some(Self::IEEE_802_3),
            _ => Some(Self::IEEE_802_2),
        }
    }
}

impl fmt::Debug for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

impl fmt::Display for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::IPV4 => "IPv4",
            Self::ARP => "ARP",
            Self::VLAN => "802.1Q",
            Self::IPV6 => "IPv6",
            Self::EAPOL => "EAPOL",
            Self::QINQ => "802.1ad",
            _ => return fmt::Debug::fmt(self, f),
        })
    }
}
