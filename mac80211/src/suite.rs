//! Suite selectors: which ciphers, and which way to the keys.

use core::fmt;

/// The OUI of the standard's own suites, in the upper three bytes.
const IEEE: u32 = 0x000f_ac00;
/// Microsoft's, for what WPA had before the standard did.
const MICROSOFT: u32 = 0x0050_f200;

/// A cipher suite selector (table 9-149): an OUI, then a number. `WLAN_CIPHER_SUITE_*`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CipherSuite(pub u32);

/// An authentication and key management suite selector (table 9-151). `WLAN_AKM_SUITE_*`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AkmSuite(pub u32);

macro_rules! suites {
    ($suite:ident, WPA up to $last:literal: $($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        impl $suite {
            $($(#[doc = $doc])+ pub const $name: Self = Self(IEEE | $number);)+

            /// Its name among the constants here; `None` for one of somebody else, or a new one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.of_wpa() {
                    $(Self::$name => Some(stringify!($name)),)+
                    _ => None,
                }
            }

            /// The selector as its four bytes stand in an element.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 4] {
                self.0.to_be_bytes()
            }

            /// From the four bytes in an element.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 4]) -> Self {
                Self(u32::from_be_bytes(bytes))
            }

            /// The standard's suite, where this one is what WPA called the same under Microsoft's OUI. What
            /// is newer than WPA has no such name, and is left as it is.
            #[must_use]
            pub const fn of_wpa(self) -> Self {
                self.under(MICROSOFT, IEEE)
            }

            /// What WPA called it under Microsoft's OUI.
            #[must_use]
            pub const fn to_wpa(self) -> Self {
                self.under(IEEE, MICROSOFT)
            }

            const fn under(self, from: u32, to: u32) -> Self {
                let number = self.0 & 0xff;
                if self.0 & !0xff == from && number <= $last { Self(to | number) } else { self }
            }
        }

        impl fmt::Debug for $suite {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{:08x}", self.0),
                }
            }
        }
    };
}

suites! {
    CipherSuite, WPA up to 5:
    /// For a pairwise suite: the group cipher is used.
    USE_GROUP = 0,
    /// WEP with a key of 40 bits.
    WEP40 = 1,
    /// TKIP.
    TKIP = 2,
    /// CCMP-128.
    CCMP = 4,
    /// WEP with a key of 104 bits.
    WEP104 = 5,
    /// BIP-CMAC-128, for management frames to groups.
    AES_CMAC = 6,
    /// Frames to groups are not allowed.
    NO_GROUP_ADDR = 7,
    /// GCMP-128.
    GCMP = 8,
    /// GCMP-256.
    GCMP_256 = 9,
    /// CCMP-256.
    CCMP_256 = 10,
    /// BIP-GMAC-128.
    BIP_GMAC_128 = 11,
    /// BIP-GMAC-256.
    BIP_GMAC_256 = 12,
    /// BIP-CMAC-256.
    BIP_CMAC_256 = 13,
}

suites! {
    AkmSuite, WPA up to 2:
    /// 802.1X with SHA-1.
    IEEE8021X = 1,
    /// Passphrase or PSK with SHA-1.
    PSK = 2,
    /// Fast transition over 802.1X with SHA-256.
    FT_8021X = 3,
    /// Fast transition over a PSK with SHA-256.
    FT_PSK = 4,
    /// 802.1X with SHA-256.
    IEEE8021X_SHA256 = 5,
    /// PSK with SHA-256.
    PSK_SHA256 = 6,
    /// TDLS.
    TDLS = 7,
    /// SAE with SHA-256.
    SAE = 8,
    /// Fast transition over SAE with SHA-256.
    FT_OVER_SAE = 9,
    /// AP peer key.
    AP_PEER_KEY = 10,
    /// 802.1X, suite B, with SHA-256.
    IEEE8021X_SUITE_B = 11,
    /// 802.1X, suite B with 192 bits, with SHA-384.
    IEEE8021X_SUITE_B_192 = 12,
    /// Fast transition over 802.1X with SHA-384.
    FT_8021X_SHA384 = 13,
    /// FILS with SHA-256.
    FILS_SHA256 = 14,
    /// FILS with SHA-384.
    FILS_SHA384 = 15,
    /// Fast transition over FILS with SHA-256.
    FT_FILS_SHA256 = 16,
    /// Fast transition over FILS with SHA-384.
    FT_FILS_SHA384 = 17,
    /// Opportunistic wireless encryption (RFC 8110).
    OWE = 18,
    /// Fast transition over a PSK with SHA-384.
    FT_PSK_SHA384 = 19,
    /// PSK with SHA-384.
    PSK_SHA384 = 20,
    /// Fast transition over 802.1X with SHA-384, outside of suite B, too.
    FT_8021X_SHA384_UNRESTRICTED = 22,
    /// 802.1X with SHA-384.
    IEEE8021X_SHA384 = 23,
    /// SAE with a hash as its group wants.
    SAE_EXT_KEY = 24,
    /// Fast transition over SAE with a hash as its group wants.
    FT_SAE_EXT_KEY = 25,
}

impl AkmSuite {
    /// Whether its keys come by way of the FT key hierarchy (12.7.1.6).
    #[must_use]
    pub const fn is_ft(self) -> bool {
        matches!(
            self,
            Self::FT_8021X
                | Self::FT_PSK
                | Self::FT_OVER_SAE
                | Self::FT_8021X_SHA384
                | Self::FT_PSK_SHA384
                | Self::FT_8021X_SHA384_UNRESTRICTED
                | Self::FT_SAE_EXT_KEY
                | Self::FT_FILS_SHA256
                | Self::FT_FILS_SHA384
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Microsoft's numbers as hostap's `wpa_common.h` has them, the WEPs by WPA's own text.
    #[test]
    fn wpa_has_only_the_suites_of_its_time() {
        for (wpa, standard) in
            [(1, CipherSuite::WEP40), (2, CipherSuite::TKIP), (4, CipherSuite::CCMP)]
        {
            assert_eq!(CipherSuite(0x0050_f200 | wpa).of_wpa(), standard);
            assert_eq!(standard.to_wpa(), CipherSuite(0x0050_f200 | wpa));
        }
        assert_eq!(AkmSuite(0x0050_f202).of_wpa(), AkmSuite::PSK);
        // SAE by this name would be WPA with a PMK of SAE, which nobody speaks.
        for number in 3..=0xff {
            let akm = AkmSuite(0x0050_f200 | number);
            assert_eq!((akm.of_wpa(), akm.name()), (akm, None));
        }
        assert_eq!(AkmSuite::SAE.to_wpa(), AkmSuite::SAE);
        assert_eq!(CipherSuite(0x0050_f206).of_wpa(), CipherSuite(0x0050_f206));
        assert_eq!(CipherSuite(0x000f_ac04).of_wpa(), CipherSuite::CCMP);
    }
}
