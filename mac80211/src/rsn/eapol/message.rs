use super::{EapolKey, KeyInfo};
use crate::element::Id;

/// Which message of which handshake an EAPOL-Key frame is (12.7.6.1, 12.7.7.1; `wpa_receive`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Message {
    /// 4-way handshake, message 1: the authenticator's nonce.
    Pairwise1,
    /// Message 2: the supplicant's nonce, and the elements that it associated with.
    Pairwise2,
    /// Message 3: the authenticator's elements, group keys; install.
    Pairwise3,
    /// Message 4: the supplicant has installed.
    Pairwise4,
    /// Group key handshake, message 1: group keys.
    Group1,
    /// Message 2: they are installed.
    Group2,
    /// The supplicant asks for a handshake, or reports a Michael failure.
    Request,
}

impl EapolKey<'_> {
    /// Which message this is.
    ///
    /// Messages 2 and 4 of WPA differ in key data alone, which the former has. RSN's message 4 may have some,
    /// too: it is secure, and names no RSNE.
    #[must_use]
    pub fn message(&self) -> Message {
        let info = self.info();
        if info.contains(KeyInfo::REQUEST) {
            return Message::Request;
        }
        let pairwise = info.contains(KeyInfo::PAIRWISE);
        match (pairwise, info.contains(KeyInfo::ACK), info.contains(KeyInfo::MIC)) {
            (true, true, false) => Message::Pairwise1,
            (true, true, true) => Message::Pairwise3,
            (true, false, _) if self.is_fourth() => Message::Pairwise4,
            (true, false, _) => Message::Pairwise2,
            (false, true, _) => Message::Group1,
            (false, false, _) => Message::Group2,
        }
    }

    fn is_fourth(&self) -> bool {
        let secure = self.info() & (KeyInfo::SECURE | KeyInfo::ENCRYPTED) == KeyInfo::SECURE;
        let without_rsne = || self.entries().element(Id::RSN.id()).is_none();
        self.key_data().is_empty() || self.descriptor() == Self::RSN && secure && without_rsne()
    }
}
