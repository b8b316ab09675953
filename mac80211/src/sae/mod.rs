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
//! assert_eq!(at_ap.pmk(), at_station.pmk());
//! # Ok::<(), softnet_mac80211::ecc::DrawAgain>(())
//! ```

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

/// Status codes that SAE speaks (`WLAN_STATUS_*`, table 9-50).
pub mod status {
    /// Success; of a commit: made by hunting-and-pecking.
    pub const SUCCESS: u16 = 0;
    /// Refused, and no code says why.
    pub const UNSPECIFIED_FAILURE: u16 = 1;
    /// The confirm was wrong: not the same password.
    pub const CHALLENGE_FAIL: u16 = 15;
    /// Send the commit again, with this token.
    pub const ANTI_CLOGGING_TOKEN_REQ: u16 = 76;
    /// Not with this group.
    pub const FINITE_CYCLIC_GROUP_NOT_SUPPORTED: u16 = 77;
    /// No password of this identifier.
    pub const UNKNOWN_PASSWORD_IDENTIFIER: u16 = 123;
    /// Success; of a commit: made by hash-to-element.
    pub const SAE_HASH_TO_ELEMENT: u16 = 126;
}

/// `WLAN_AUTH_SAE`.
const AUTH_SAE: u16 = 3;
/// `WLAN_AUTH_TR_SEQ_SAE_COMMIT`.
const COMMIT: u16 = 1;
/// `WLAN_AUTH_TR_SEQ_SAE_CONFIRM`.
const CONFIRM: u16 = 2;

/// Algorithm, transaction and status: what the body of an authentication frame begins with.
fn auth_header(transaction: u16, status: u16) -> alloc::vec::Vec<u8> {
    [AUTH_SAE, transaction, status].iter().flat_map(|field| field.to_le_bytes()).collect()
}

/// Transaction, status, and what follows them; `None` if it is cut short or not about SAE.
fn split_auth(body: &[u8]) -> Option<(u16, u16, &[u8])> {
    let (&[a0, a1, t0, t1, s0, s1], rest) = body.split_first_chunk()?;
    let ours = u16::from_le_bytes([a0, a1]) == AUTH_SAE;
    ours.then_some((u16::from_le_bytes([t0, t1]), u16::from_le_bytes([s0, s1]), rest))
}

/// How a commit of this status was made; `None` if the status is a refusal.
const fn method_of(code: u16) -> Option<Method> {
    match code {
        status::SUCCESS => Some(Method::HuntingAndPecking),
        status::SAE_HASH_TO_ELEMENT => Some(Method::HashToElement),
        _ => None,
    }
}

const fn status_of(method: Method) -> u16 {
    match method {
        Method::HuntingAndPecking => status::SUCCESS,
        Method::HashToElement => status::SAE_HASH_TO_ELEMENT,
    }
}

#[cfg(test)]
mod tests;
