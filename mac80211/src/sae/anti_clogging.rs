//! Tokens that make a flood of commits dear for who sends them (clause 12.4.6).

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::commit::token_request;
use super::{COMMIT, Commit, auth, method_of};
use crate::ecc::{Octets, hmac};
use crate::frame::StatusCode;
use crate::frame::management::{Auth, AuthAlgorithm};
use crate::rsn::Hash;

/// Asks peers whose addresses are not known to be real for a token, once more than a few exchanges
/// hang. It keeps nothing of a peer: a token is a code over the address.
pub struct AntiClogging {
    threshold: usize,
    key: Zeroizing<[u8; 32]>,
    previous: Option<Zeroizing<[u8; 32]>>,
}

/// What is to be done with an authentication frame of a peer for which there is no machine yet.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Admission {
    /// Make a machine and give it the frame.
    Admit,
    /// Send this body, and forget the frame.
    AskForToken(Vec<u8>),
    /// Forget the frame: its token is wrong.
    Drop,
}

impl AntiClogging {
    /// Exchanges that may hang before tokens are asked for, in hostapd (dot11RSNASAEAntiCloggingThreshold).
    pub const THRESHOLD: usize = 5;

    /// With a random key. A `threshold` of 0 asks everybody.
    #[must_use]
    pub fn new(threshold: usize, key: [u8; 32]) -> Self {
        Self { threshold, key: Zeroizing::new(key), previous: None }
    }

    /// Takes another random key; tokens of the one before stay good until the next call. hostapd does so
    /// every minute.
    pub fn rekey(&mut self, key: [u8; 32]) {
        self.previous = Some(core::mem::replace(&mut self.key, Zeroizing::new(key)));
    }

    /// Judges the body of an authentication frame of `peer`, with `open` exchanges in the states
    /// committed or confirmed. A frame that is no good commit is for the machine to refuse.
    pub fn admit(&self, peer: MacAddr, body: &[u8], open: usize) -> Admission {
        let Some(commit) = commit_in(body) else { return Admission::Admit };
        if let Some(token) = commit.token {
            let known = self.tokens(peer).any(|good| good.ct_eq(token).into());
            return if known { Admission::Admit } else { Admission::Drop };
        }
        if open < self.threshold {
            return Admission::Admit;
        }
        let token = self.tokens(peer).next().unwrap_or_else(|| Octets::zeroed(0));
        let request = token_request(commit.group, commit.method, &token);
        Admission::AskForToken(auth(COMMIT, StatusCode::ANTI_CLOG_REQUIRED, &request))
    }

    /// The token of now, then that of the key before.
    fn tokens(&self, peer: MacAddr) -> impl Iterator<Item = Octets> {
        let keys = [Some(&self.key), self.previous.as_ref()].into_iter().flatten();
        keys.map(move |key| hmac(Hash::Sha256, &**key, &[&peer.0]))
    }
}

fn commit_in(body: &[u8]) -> Option<Commit<'_>> {
    let auth = Auth::parse(body).ok()?;
    let commit = (auth.algorithm, auth.transaction) == (AuthAlgorithm::SAE, COMMIT);
    Commit::parse(auth.body, method_of(auth.status).filter(|_| commit)?).ok()
}

impl core::fmt::Debug for AntiClogging {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AntiClogging").field("threshold", &self.threshold).finish_non_exhaustive()
    }
}
