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
//! use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, Secret, Selection, psk};
//! use softnet_mac80211::{AkmSuite, CipherSuite};
//! use softnet_sk_buff::Instant;
//!
//! let rsne = b"\x30\x14\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x02\0\0";
//! let association = Association {
//!     aa: "02:00:00:00:00:00".parse()?,
//!     spa: "02:00:00:00:01:00".parse()?,
//!     root: Root::Pmk(psk(b"passphrase", b"network")?),
//!     selection: Selection {
//!         akm: AkmSuite::PSK,
//!         pairwise: CipherSuite::CCMP,
//!         group: CipherSuite::CCMP,
//!         group_mgmt: None,
//!     },
//!     wpa: false,
//!     ext_key_id: false,
//!     station_elements: rsne.to_vec(),
//!     ap_elements: rsne.to_vec(),
//!     ft_elements: Vec::new(),
//! };
//! let mut ap = Authenticator::new(association.clone(), 2)?;
//! let mut station = Supplicant::new(association, 1)?;
//! let key = Secret::new(&[7; 16])?;
//! ap.set_group(vec![GroupKey { kind: GroupKeyKind::Gtk, key_id: 1, pn: 0, key }]);
//!
//! // Nonces are random bytes of the caller; the same ones never come twice.
//! let (now, mut to_ap) = (Instant::ZERO, Vec::new());
//! let mut to_station = ap.start([1; 32], now)?;
//! while let Some(Action::Send(frame)) = to_station.pop() {
//!     to_ap.extend(station.eapol(&frame, false, [2; 32])?);
//!     let Action::Send(answer) = to_ap.remove(0) else { break };
//!     to_station = ap.eapol(&answer, now)?;
//! }
//! // Behind message 4 the station installs its keys, and so has the AP when that arrived.
//! assert!(matches!(to_ap[..], [Action::InstallPairwise { .. }, Action::InstallGroup(_), Action::Authorized]));
//! assert_eq!(ap.ptk(), station.ptk());
//! assert_eq!(ap.poll_at(), None);
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
