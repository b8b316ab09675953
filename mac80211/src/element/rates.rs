//! Supported rates.

use super::{Id, List};
use crate::wire::bits;

bits! {
    /// A rate, or what membership in a cell asks for (9.4.2.3).
    pub struct Rate(u8) {
        /// In 500 kbit/s; above 120 a BSS membership selector.
        value, with_value: 0, 7;
        /// Who joins must support it.
        basic, with_basic: 7;
    }
}

impl Rate {
    /// Selector: who joins must support HT (`BSS_MEMBERSHIP_SELECTOR_HT_PHY`).
    pub const HT_PHY: u8 = 127;
    /// Selector: VHT.
    pub const VHT_PHY: u8 = 126;
    /// Selector: GLK.
    pub const GLK: u8 = 125;
    /// Selector: EPD.
    pub const EPD: u8 = 124;
    /// Selector: SAE by hash to element only.
    pub const SAE_H2E: u8 = 123;
    /// Selector: HE.
    pub const HE_PHY: u8 = 122;
    /// Selector: EHT.
    pub const EHT_PHY: u8 = 121;

    /// In kbit/s; `None` for a selector.
    #[must_use]
    pub const fn kbps(self) -> Option<u32> {
        let value = self.value();
        if value < Self::EHT_PHY { Some(value as u32 * 500) } else { None }
    }
}

element! {
    /// Supported rates and BSS membership selectors (9.4.2.3).
    pub struct SupportedRates: Id::SUPP_RATES, "supported rates element" then {
        /// Up to eight; more stand in [`ExtSupportedRates`].
        pub rates: List<'a, Rate>,
    }
}

element! {
    /// Extended supported rates and BSS membership selectors (9.4.2.12).
    pub struct ExtSupportedRates: Id::EXT_SUPP_RATES, "extended supported rates element" then {
        /// Those that [`SupportedRates`] has no room for.
        pub rates: List<'a, Rate>,
    }
}
