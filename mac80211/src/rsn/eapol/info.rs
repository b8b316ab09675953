use bitflags::bitflags;

bitflags! {
    /// Key information of an EAPOL-Key frame (12.7.2 b); `WPA_KEY_INFO_*`. Bits without a name survive.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct KeyInfo: u16 {
        /// A message about a pairwise key, else about group keys.
        const PAIRWISE = 1 << 3;
        /// The pairwise key is to be installed. In WPA's group messages: the key is for sending, too.
        const INSTALL = 1 << 6;
        /// The authenticator asks for an answer.
        const ACK = 1 << 7;
        /// There is a MIC.
        const MIC = 1 << 8;
        /// Both have the pairwise key.
        const SECURE = 1 << 9;
        /// The supplicant reports a Michael failure.
        const ERROR = 1 << 10;
        /// The supplicant asks for a handshake.
        const REQUEST = 1 << 11;
        /// Key data are encrypted. WPA had no such bit.
        const ENCRYPTED = 1 << 12;
        /// A message of the SMK handshake, which no longer exists.
        const SMK = 1 << 13;
        const _ = !0;
    }
}

impl KeyInfo {
    /// Descriptor version (0 to 7): which MIC, which encryption of key data.
    #[must_use]
    pub const fn version(self) -> u8 {
        (self.bits() & 7) as u8
    }

    /// The same with this descriptor version.
    #[must_use]
    pub const fn with_version(self, version: u8) -> Self {
        Self::from_bits_retain(self.bits() & !7 | version as u16 & 7)
    }

    /// Index of the group key (0 to 3) in WPA's group messages.
    #[must_use]
    pub const fn key_index(self) -> u8 {
        (self.bits() >> 4 & 3) as u8
    }

    /// The same with this index of the group key.
    #[must_use]
    pub const fn with_key_index(self, index: u8) -> Self {
        Self::from_bits_retain(self.bits() & !0x30 | (index as u16 & 3) << 4)
    }
}
