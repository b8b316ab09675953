use crate::Malformed;

const WHAT: &str = "EAPOL packet";

/// What an EAPOL packet carries (IEEE 802.1X-2010, table 11-3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PacketType(pub u8);

impl PacketType {
    /// An EAP packet.
    pub const EAP: Self = Self(0);
    /// The supplicant wants to begin.
    pub const START: Self = Self(1);
    /// The supplicant leaves.
    pub const LOGOFF: Self = Self(2);
    /// A key frame.
    pub const KEY: Self = Self(3);
}

/// View of an EAPOL packet (IEEE 802.1X-2010, clause 11.3).
///
/// ```text
/// version 1 │ type 1 │ body length 2 │ body …
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet<'a> {
    bytes: &'a [u8],
    version: u8,
    packet_type: PacketType,
    body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Views the packet in front of `bytes`, and gives what follows it: padding of a short Ethernet frame.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if its header or body is not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let Some(&[version, packet_type, high, low]) = bytes.first_chunk() else {
            return Err(Malformed::Truncated(WHAT));
        };
        let len = 4 + usize::from(u16::from_be_bytes([high, low]));
        let (bytes, rest) = bytes.split_at_checked(len).ok_or(Malformed::Truncated(WHAT))?;
        let body = bytes.get(4..).unwrap_or_default();
        Ok((Self { bytes, version, packet_type: PacketType(packet_type), body }, rest))
    }

    /// The packet's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Version of 802.1X: 1 (2001), 2 (2004) or 3 (2010). They differ in nothing here.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// What the body is.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        self.packet_type
    }

    /// Body.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}
