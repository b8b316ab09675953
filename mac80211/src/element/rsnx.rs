//! RSN extension element.

use super::Id;
use super::ext_capabilities::has_bit;

element! {
    /// RSN extension (9.4.2.241): capabilities that the RSN element has no room for.
    pub struct Rsnx: Id::RSNX, "RSN extension element" then {
        /// Bits 0 to 3: how many bytes there are, less one. Then bits as the constants here count them.
        pub capabilities: &'a [u8],
    }
}

impl Rsnx<'_> {
    /// Protected TWT.
    pub const PROTECTED_TWT: usize = 4;
    /// SAE with hash to element.
    pub const SAE_H2E: usize = 5;
    /// SAE with password identifiers that are kept secret, public-key based.
    pub const SAE_PK: usize = 6;
    /// Protected WUR frames.
    pub const PROTECTED_WUR: usize = 7;
    /// LTF measurement in a secure way.
    pub const SECURE_LTF: usize = 8;
    /// Ranging with a secure RTT.
    pub const SECURE_RTT: usize = 9;
    /// Unassociated stations get range negotiation protected.
    pub const URNM_MFPR_X20: usize = 10;
    /// URNM and MFPR.
    pub const URNM_MFPR: usize = 15;

    /// Whether bit `bit` is there and set.
    #[must_use]
    pub fn has(&self, bit: usize) -> bool {
        has_bit(self.capabilities, bit)
    }
}
