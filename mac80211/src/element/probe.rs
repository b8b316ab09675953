//! What a probe request asks for.

use super::{Elements, Id};

element! {
    /// Request (9.4.2.9): IDs of elements, in `tail`.
    pub struct Request: Id::REQUEST, "request element" {}
}

element! {
    /// Extended request (9.4.2.10): extensions of elements that have them, in `tail`.
    pub struct ExtRequest: Id::EXTENDED_REQUEST, "extended request element" {
        /// ID that is extended: 255.
        pub id: u8,
    }
}

element! {
    /// SSID list (9.4.2.72): SSID elements, in `tail`.
    pub struct SsidList: Id::SSID_LIST, "SSID list element" {}
}

impl<'a> SsidList<'a> {
    /// The elements.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        Elements::new(self.tail)
    }
}

element! {
    /// Short SSID list (802.11ax), in `tail`: [`hashes`](Self::hashes) reads it.
    pub struct ShortSsidList: Id::SHORT_SSID_LIST, "short SSID list element" {}
}

impl<'a> ShortSsidList<'a> {
    /// CRC-32 of each SSID.
    pub fn hashes(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.tail.as_chunks().0.iter().map(|&hash| u32::from_le_bytes(hash))
    }
}

element! {
    /// Known BSSID (802.11ax): a bit for each cell of an access point that need not answer, in `tail`.
    pub struct KnownBssid: Id::KNOWN_BSSID, "known BSSID element" {}
}
