//! Simultaneous authentication of equals (IEEE 802.11-2020, clause 12.4): from a password to a PMK, such
//! that who listens or plays along learns nothing to try passwords against.
//!
//! [`Sae`] is the state machine of one peer; it takes and gives bodies of authentication frames. Below
//! it, each usable alone: the password element ([`Pt`], [`Pwe`]), the secrets of one exchange
//! ([`Exchange`]), the commit message ([`Commit`]) and the keys ([`Keys`]). [`AntiClogging`] stands in
//! front of an access point's machines and holds no state per peer.
//!
//! Both ways to the password element are here, with the groups of [`Group`](crate::ecc::Group), the AKMs
//! SAE and SAE-EXT-KEY and their fast transitions, password identifiers and rejected groups. SAE-PK is not.
//!
//! What [`Event::Accepted`] tells goes on into the 4-way handshake: its PMK is the
//! [`Root`](crate::rsn::handshake::Root), and an access point names it by
//! [`with_pmkid`](crate::rsn::handshake::Authenticator::with_pmkid).
//!
//! ```
//! use softnet_mac80211::AkmSuite;
//! use softnet_mac80211::ecc::{Group, Random};
//! use softnet_mac80211::sae::{Config, Cx, Event, Method, Password, Sae};
//! use softnet_sk_buff::{Instant, MacAddr};
//!
//! let password = Password::new(b"home", b"correct horse", None, &[Group::P256]);
//! let cx = |byte| Cx { password: &password, random: Random([byte; 132]), now: Instant::ZERO };
//! let (a, b) = (MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2]));
//!
//! let mut station = Sae::new(Config::station(AkmSuite::SAE), a, b);
//! let mut ap = Sae::new(Config::access_point(AkmSuite::SAE), b, a);
//! let commit = station.start(Method::HashToElement, &cx(1))?;
//! let answer = ap.receive(&commit.send[0], &cx(2))?;
//! let confirm = station.receive(&answer.send[0], &cx(3))?;
//! let done = ap.receive(&confirm.send[0], &cx(4))?;
//! let Some(Event::Accepted(at_ap)) = done.event else { panic!() };
//! let done = station.receive(&done.send[0], &cx(5))?;
//! let Some(Event::Accepted(at_station)) = done.event else { panic!() };
//! assert_eq!(at_ap, at_station);
//! # Ok::<(), softnet_mac80211::ecc::DrawAgain>(())
//! ```

use alloc::vec::Vec;

use crate::frame::StatusCode;
use crate::frame::management::{Auth, AuthAlgorithm};

mod anti_clogging;
mod commit;
mod event;
mod exchange;
mod machine;
mod password;
mod pwe;

pub use anti_clogging::{Admission, AntiClogging};
pub use commit::Commit;
pub use event::{Config, Cx, Event, Ignored, Outcome, Role, State};
pub use exchange::{BadCommit, Exchange, Keys, Terms};
pub use machine::Sae;
pub use password::Password;
pub use pwe::{Method, Pt, Pwe};

pub use crate::ecc::Pmksa;

/// `WLAN_AUTH_TR_SEQ_SAE_COMMIT`.
const COMMIT: u16 = 1;
/// `WLAN_AUTH_TR_SEQ_SAE_CONFIRM`.
const CONFIRM: u16 = 2;

/// Body of an authentication frame.
fn auth(transaction: u16, status: StatusCode, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Auth { algorithm: AuthAlgorithm::SAE, transaction, status, body }.write(&mut out);
    out
}

/// How a commit of this status was made; `None` if the status is a refusal.
const fn method_of(status: StatusCode) -> Option<Method> {
    match status {
        StatusCode::SUCCESS => Some(Method::HuntingAndPecking),
        StatusCode::SAE_HASH_TO_ELEMENT => Some(Method::HashToElement),
        _ => None,
    }
}

const fn status_of(method: Method) -> StatusCode {
    match method {
        Method::HuntingAndPecking => StatusCode::SUCCESS,
        Method::HashToElement => StatusCode::SAE_HASH_TO_ELEMENT,
    }
}

#[cfg(test)]
mod tests;
