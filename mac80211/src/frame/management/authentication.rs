//! Authentication.

use crate::frame::StatusCode;
use crate::frame::layout::layout;
use crate::wire::codes;

codes! {
    /// Authentication algorithm (9.4.1.1, `WLAN_AUTH_*`).
    AuthAlgorithm(u16) {
        /// Open system.
        OPEN = 0,
        /// Shared key: WEP.
        SHARED_KEY = 1,
        /// Fast BSS transition.
        FT = 2,
        /// Simultaneous authentication of equals.
        SAE = 3,
        /// FILS with a shared key.
        FILS_SK = 4,
        /// FILS with a shared key and perfect forward secrecy.
        FILS_SK_PFS = 5,
        /// FILS with a public key.
        FILS_PK = 6,
        /// Pre-association security negotiation.
        PASN = 7,
        /// Cisco's.
        LEAP = 128,
    }
}

layout! {
    /// Body of an authentication frame (9.3.3.11).
    Auth<'a> "authentication" {
        /// Algorithm.
        algorithm: AuthAlgorithm,
        /// Number of the frame in the exchange, from 1.
        transaction: u16,
        /// Success or why not; 0 in requests, but for SAE.
        status: StatusCode,
    } then {
        /// What the algorithm adds: fields ([`SaeCommit`](super::SaeCommit),
        /// [`SaeConfirm`](super::SaeConfirm)), then elements.
        body
    }
}

impl Auth<'_> {
    /// Whether an SAE commit makes its password element by hash to element, which also says where an
    /// anti-clogging token is.
    #[must_use]
    pub fn is_h2e(&self) -> bool {
        matches!(self.status, StatusCode::SAE_HASH_TO_ELEMENT | StatusCode::SAE_PK)
    }
}
