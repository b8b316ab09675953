//! Robust security network associations: from a passphrase to keys (IEEE 802.11-2020, clause 12.7).
//!
//! ```text
//! passphrase ── psk ──► PMK ── Ptk::derive ──► KCK: EAPOL-Key MIC
//!                        │     with nonces     KEK: key data (GTK, IGTK, BIGTK)
//!                        │                     TK:  frames
//!                        └─ ft: PMK-R0 ──► PMK-R1 of each AP ──► PTK
//! ```
//!
//! [`handshake`] has both sides that agree on keys so; an [`Observer`] reads along with others.
//!
//! ```
//! use softnet_mac80211::rsn::{Handshake, Ptk, psk};
//! use softnet_mac80211::{AkmSuite, CipherSuite};
//!
//! let pmk = psk(b"password", b"IEEE")?;
//! assert_eq!(pmk.as_bytes()[..4], [0xf4, 0x2c, 0x6f, 0xc5]);
//! let handshake = Handshake {
//!     aa: "02:00:00:00:00:00".parse()?,
//!     spa: "02:00:00:00:01:00".parse()?,
//!     anonce: [1; 32],
//!     snonce: [2; 32],
//! };
//! let ptk = Ptk::derive(&pmk, AkmSuite::PSK, CipherSuite::CCMP, &handshake)?;
//! assert_eq!(ptk.tk.len(), 16);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod akm;
pub mod eapol;
mod error;
pub mod ft;
mod group;
pub mod handshake;
mod hash;
mod observer;
mod pmkid;
mod psk;
mod ptk;
pub mod sa_query;
mod secret;
mod selection;

pub use akm::{AkmRules, tk_len};
pub use error::KeyError;
pub use group::{GroupKey, GroupKeyKind};
pub use hash::Hash;
#[cfg(feature = "sae")]
pub(crate) use hash::kdf_sha256_bits;
pub use observer::{Observation, Observer, PairwiseKey};
pub use pmkid::pmkid;
pub use psk::psk;
pub use ptk::{Handshake, NONCE_LEN, Ptk, TkipTk};
pub use secret::Secret;
pub use selection::Selection;
