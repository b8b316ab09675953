//! One side's secrets of one exchange, and the keys that come of it.

use softnet_sk_buff::MacAddr;
use subtle::ConstantTimeEq;

use super::{Commit, Method, Pwe};
use crate::AkmSuite;
use crate::ecc::{Curve, DrawAgain, Group, Octets, Pmksa, Random, hmac, kdf, on_curve};
use crate::rsn::Hash;

/// What this side drew at random, and the commit that it made of it (clause 12.4.5.2).
#[derive(Debug)]
pub struct Exchange {
    pwe: Pwe,
    rand: Octets,
    scalar: Octets,
    element: Octets,
}

/// What goes into the keys beside the two commits.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Own address.
    pub own: MacAddr,
    /// The peer's.
    pub peer: MacAddr,
    /// AKM that the keys are for: [`AkmSuite::SAE_EXT_KEY`] and its fast transition have longer ones.
    pub akm: AkmSuite,
    /// Groups that own commits named as rejected, two bytes each, little-endian.
    pub own_rejected: &'a [u8],
    /// Groups that the peer's named.
    pub peer_rejected: &'a [u8],
}

/// Why a peer's commit is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadCommit {
    /// Of another group than ours.
    #[error("commit of another group")]
    Group,
    /// The scalar is not above 1 and below the order.
    #[error("scalar out of range")]
    Scalar,
    /// The element is not on the curve.
    #[error("element not on the curve")]
    Element,
    /// Ours, sent back to us.
    #[error("own commit reflected")]
    Reflected,
    /// The shared secret is the point at infinity.
    #[error("no shared secret")]
    Identity,
}

impl Exchange {
    /// Draws the secrets: `rand` and `mask`, of which the commit is made (`sae_derive_commit`). In
    /// constant time.
    ///
    /// # Errors
    /// [`DrawAgain`]: one of them, or their sum, is not above 1 and below the order.
    pub fn new(pwe: Pwe, random: &Random) -> Result<Self, DrawAgain> {
        let len = pwe.group.prime_len();
        let (rand, mask) = random.0.split_at(Random::LEN / 2);
        let rand = rand.get(..len).ok_or(DrawAgain)?;
        let mask = mask.get(..len).ok_or(DrawAgain)?;
        on_curve!(pwe.group, C => Self::draw::<C>(&pwe, rand, mask))
            .map(|[rand, scalar, element]| Self { pwe, rand, scalar, element })
            .ok_or(DrawAgain)
    }

    fn draw<C: Curve>(pwe: &Pwe, rand: &[u8], mask: &[u8]) -> Option<[Octets; 3]> {
        let (rand, mask) = (C::random_scalar(rand)?, C::random_scalar(mask)?);
        let scalar = *rand + *mask;
        let element = -(C::point(&pwe.point)? * *mask);
        let whole = C::is_above_one(&scalar);
        whole.then_some([C::scalar_bytes(&rand), C::scalar_bytes(&scalar), C::bytes(element)?])
    }

    /// The group of it.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.pwe.group
    }

    /// How the password element was found.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.pwe.method
    }

    /// The commit to send, without any of its optional parts.
    #[must_use]
    pub fn commit(&self) -> Commit<'_> {
        Commit::new(self.group(), self.pwe.method, &self.scalar, &self.element)
    }

    /// Keys from the peer's commit (clause 12.4.5.4, `sae_process_commit`). In constant time as to own
    /// secrets.
    ///
    /// # Errors
    /// [`BadCommit`].
    pub fn agree(&self, peer: &Commit<'_>, terms: &Terms<'_>) -> Result<Keys, BadCommit> {
        if Group::of(peer.group) != Some(self.group()) {
            return Err(BadCommit::Group);
        }
        let [shared, sum] = on_curve!(self.group(), C => self.share::<C>(peer))?;
        let hash = match self.pwe.method {
            Method::HuntingAndPecking => Hash::Sha256,
            Method::HashToElement => self.group().hash(),
        };
        let pmk_len = match terms.akm {
            AkmSuite::SAE_EXT_KEY | AkmSuite::FT_SAE_EXT_KEY => hash.digest_len(),
            _ => 32,
        };
        let seed = hmac(hash, &self.salt(hash, terms), &[&shared]);
        let okm = kdf(hash, &seed, "SAE KCK and PMK", &sum, hash.digest_len() + pmk_len);
        let (kck, pmk) = okm.split(hash.digest_len());
        Ok(Keys {
            hash,
            kck: Octets::of(&[kck]),
            pmksa: Pmksa::new(terms.akm, pmk, &sum),
            own: Octets::of(&[&self.scalar]),
            own_element: self.element.clone(),
            peer: Octets::of(&[peer.scalar]),
            peer_element: Octets::of(&[peer.element]),
        })
    }

    /// x of the shared point, and the sum of the scalars.
    fn share<C: Curve>(&self, peer: &Commit<'_>) -> Result<[Octets; 2], BadCommit> {
        let peer_scalar = C::scalar(peer.scalar).filter(|scalar| C::is_above_one(scalar));
        let peer_scalar = peer_scalar.ok_or(BadCommit::Scalar)?;
        let peer_element = C::point(peer.element).ok_or(BadCommit::Element)?;
        if *self.scalar == *peer.scalar && *self.element == *peer.element {
            return Err(BadCommit::Reflected);
        }
        // Own values were made by the same functions: they are in range.
        let own = C::scalar(&self.scalar).ok_or(BadCommit::Scalar)?;
        let rand = C::scalar(&self.rand).ok_or(BadCommit::Scalar)?;
        let pwe = C::point(&self.pwe.point).ok_or(BadCommit::Element)?;
        let shared = (pwe * *peer_scalar + peer_element) * *rand;
        let shared = C::bytes(shared).ok_or(BadCommit::Identity)?;
        let (x, _) = shared.split(self.group().prime_len());
        Ok([Octets::of(&[x]), C::scalar_bytes(&(*own + *peer_scalar))])
    }

    /// Rejected groups, those of the greater address first; zeros if there are none.
    fn salt(&self, hash: Hash, terms: &Terms<'_>) -> alloc::vec::Vec<u8> {
        let h2e = self.pwe.method == Method::HashToElement;
        let (first, second) = if terms.own > terms.peer {
            (terms.own_rejected, terms.peer_rejected)
        } else {
            (terms.peer_rejected, terms.own_rejected)
        };
        if h2e && !(first.is_empty() && second.is_empty()) {
            [first, second].concat()
        } else {
            alloc::vec![0; hash.digest_len()]
        }
    }
}

/// Keys that are not confirmed yet.
#[derive(Debug)]
pub struct Keys {
    hash: Hash,
    kck: Octets,
    pmksa: Pmksa,
    own: Octets,
    own_element: Octets,
    peer: Octets,
    peer_element: Octets,
}

impl Keys {
    /// What has been agreed on, once the peer's confirm is verified.
    #[must_use]
    pub const fn pmksa(&self) -> &Pmksa {
        &self.pmksa
    }

    /// Bytes of a confirm value: 32, 48 or 64.
    #[must_use]
    pub const fn confirm_len(&self) -> usize {
        self.hash.digest_len()
    }

    /// Body of the confirm to send, its counter first (clause 12.4.5.5, `sae_write_confirm`).
    #[must_use]
    pub fn confirm(&self, send_confirm: u16) -> alloc::vec::Vec<u8> {
        let ours = [&*self.own, &self.own_element, &self.peer, &self.peer_element];
        let mut body = send_confirm.to_le_bytes().to_vec();
        body.extend_from_slice(&self.value(send_confirm, ours));
        body
    }

    /// The counter of a confirm that is the peer's (clause 12.4.5.6, `sae_check_confirm`); `None` if it
    /// is not, or cut short. In constant time. What follows the value is left alone.
    #[must_use]
    pub fn verify(&self, body: &[u8]) -> Option<u16> {
        let (counter, rest) = body.split_first_chunk()?;
        let send_confirm = u16::from_le_bytes(*counter);
        let theirs = [&*self.peer, &self.peer_element, &self.own, &self.own_element];
        let value = rest.get(..self.confirm_len())?;
        let same = bool::from(self.value(send_confirm, theirs).ct_eq(value));
        same.then_some(send_confirm)
    }

    fn value(&self, send_confirm: u16, [s1, e1, s2, e2]: [&[u8]; 4]) -> Octets {
        hmac(self.hash, &self.kck, &[&send_confirm.to_le_bytes(), s1, e1, s2, e2])
    }

    /// Whether they come of this commit of the peer.
    pub(super) fn are_of(&self, peer: &Commit<'_>) -> bool {
        *self.peer == *peer.scalar && *self.peer_element == *peer.element
    }

    /// The peer's scalar.
    pub(super) const fn peer_scalar(&self) -> &Octets {
        &self.peer
    }

    #[cfg(test)]
    pub(super) fn kck(&self) -> &[u8] {
        &self.kck
    }
}
