//! The 4-way handshake and the group key handshake, both sides, sans-IO (12.7.6, 12.7.7).
//!
//! Frames and time go in; what is to be done comes out, in order: send this, install that key, open the
//! port, give up. Nonces and group keys come from the caller.
//!
//! A supplicant acts only on frames; an [`Authenticator`] repeats what is not answered, at the moment
//! that [`poll_at`](Authenticator::poll_at) tells.
//!
//! ```
//! use softnet_mac80211::rsn::handshake::{Action, Association, Authenticator, Root, Supplicant};
//! use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, KeyError, Secret, psk};
//! use softnet_sk_buff::Instant;
//!
//! let rsne = b"\x30\x14\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x02\0\0";
//! // Of WPA2; the PMK that SAE, OWE or EAP made would stand in the place of the PSK.
//! let root = Root::Pmk(psk(b"passphrase", b"network")?);
//! let (ap, station) = ("02:00:00:00:00:00".parse()?, "02:00:00:00:01:00".parse()?);
//! let association = Association::new(ap, station, root, rsne, rsne)?;
//! let mut ap = Authenticator::new(association.clone())?;
//! let mut station = Supplicant::new(association)?;
//! let gtk = |byte, key_id| -> Result<_, KeyError> {
//!     let key = Secret::new(&[byte; 16])?;
//!     Ok(vec![GroupKey { kind: GroupKeyKind::Gtk, key_id, pn: 0, key }])
//! };
//!
//! fn sent(actions: &[Action]) -> &[u8] {
//!     let frame = |action| if let &Action::Send(ref frame) = action { Some(&frame[..]) } else { None };
//!     actions.iter().find_map(frame).unwrap()
//! }
//!
//! // Nonces are random bytes of the caller; the same ones never come twice.
//! let now = Instant::ZERO;
//! ap.set_group(gtk(7, 1)?);
//! let first = ap.start([1; 32], now)?;
//! let second = station.eapol(sent(&first), false, [2; 32])?;
//! let third = ap.eapol(sent(&second), now)?;
//! let fourth = station.eapol(sent(&third), false, [3; 32])?;
//! use Action::*;
//! assert!(matches!(fourth[..], [Send(_), InstallPairwise { .. }, InstallGroup(_), Authorized]));
//! let done = ap.eapol(sent(&fourth), now)?;
//! assert!(matches!(done[..], [InstallPairwise { .. }, Authorized, GroupDone]));
//! assert_eq!(ap.ptk(), station.ptk());
//! assert_eq!(ap.poll_at(), None);
//!
//! // An hour later, another group key. By now frames come encrypted.
//! ap.set_group(gtk(8, 2)?);
//! let first = ap.rekey_group(now)?;
//! let second = station.eapol(sent(&first), true, [4; 32])?;
//! assert!(matches!(second[..], [InstallGroup(_), Send(_)]));
//! assert_eq!(ap.eapol(sent(&second), now)?, [GroupDone]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod association;
mod authenticator;
mod codec;
mod compare;
mod replay;
mod supplicant;

pub use action::{Action, Direction, Ignored, Stats};
pub use association::{Association, Root};
pub use authenticator::Authenticator;
pub use supplicant::Supplicant;
