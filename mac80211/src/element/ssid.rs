//! SSID element.

use super::Id;

element! {
    /// SSID (9.4.2.2): a cell's name, up to 32 bytes of any kind. Empty in a probe request it means any, in a
    /// beacon that the name is hidden (some fill its length with zeros).
    pub struct Ssid: Id::SSID, "SSID element" then {
        /// The name.
        pub ssid: &'a [u8],
    }
}

impl Ssid<'_> {
    /// Longest name (`IEEE80211_MAX_SSID_LEN`).
    pub const MAX_LEN: usize = 32;

    /// No name, or none but zeros.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.ssid.iter().all(|&byte| byte == 0)
    }
}
