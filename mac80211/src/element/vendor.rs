//! Vendor specific element.

use super::Id;

element! {
    /// Vendor specific (9.4.2.25), without a type of its own here.
    pub struct Vendor: Id::VENDOR_SPECIFIC, "vendor specific element" {
        /// Whose it is.
        pub oui: [u8; 3],
    } then {
        /// The vendor's own; mostly its first byte says what it is.
        pub data: &'a [u8],
    }
}

impl Vendor<'_> {
    /// Microsoft's.
    pub const MICROSOFT: [u8; 3] = [0x00, 0x50, 0xf2];
    /// The Wi-Fi Alliance's.
    pub const WFA: [u8; 3] = [0x50, 0x6f, 0x9a];

    /// The vendor's type: the first byte behind the OUI.
    #[must_use]
    pub const fn kind(&self) -> Option<u8> {
        self.data.first().copied()
    }
}
