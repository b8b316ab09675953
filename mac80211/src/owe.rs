//! Opportunistic wireless encryption (RFC 8110): a PMK of a Diffie-Hellman exchange, without a password
//! and without knowing who the peer is.
//!
//! Each side adds its [`element`](Owe::element) to the association request or response, and makes the
//! [`Pmksa`] of the peer's.
//!
//! ```
//! use softnet_mac80211::ecc::{Group, Random};
//! use softnet_mac80211::owe::Owe;
//!
//! let station = Owe::new(Group::P256, &Random([1; 132]))?;
//! let ap = Owe::new(Group::P256, &Random([2; 132]))?;
//! let at_ap = ap.access_point(&station.element()).unwrap();
//! let at_station = station.station(&ap.element()).unwrap();
//! assert_eq!(at_ap, at_station);
//! # Ok::<(), softnet_mac80211::ecc::DrawAgain>(())
//! ```

use elliptic_curve::group::Group as _;
use elliptic_curve::point::DecompressPoint;
use elliptic_curve::{AffinePoint, FieldBytes, ProjectivePoint};
use subtle::Choice;

use crate::AkmSuite;
use crate::ecc::{Curve, DrawAgain, Group, Octets, Pmksa, Random, expand, hmac, on_curve};
use crate::element::OweDhParam;

/// Why a peer's key is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPublic {
    /// Of another group than ours: an access point answers with status 77.
    #[error("key of another group")]
    Group,
    /// Not x of a point of the curve.
    #[error("no point of the curve")]
    Point,
}

/// One side's key of one association.
#[derive(Debug)]
pub struct Owe {
    group: Group,
    private: Octets,
    public: Octets,
}

impl Owe {
    /// Draws a key pair. In constant time.
    ///
    /// # Errors
    /// [`DrawAgain`]: the random bytes are not above 1 and below the order.
    pub fn new(group: Group, random: &Random) -> Result<Self, DrawAgain> {
        let bytes = random.0.get(..group.prime_len()).ok_or(DrawAgain)?;
        let keys: Option<_> = on_curve!(group, C => C::random_scalar(bytes).and_then(|private| {
            let public = x_of::<C>(ProjectivePoint::<C>::generator() * *private)?;
            Some((C::scalar_bytes(&private), public))
        }));
        let (private, public) = keys.ok_or(DrawAgain)?;
        Ok(Self { group, private, public })
    }

    /// The group of it.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.group
    }

    /// The element to send.
    #[must_use]
    pub fn element(&self) -> OweDhParam<'_> {
        OweDhParam { group: self.group.id(), public_key: &self.public }
    }

    /// PMK and PMKID at the access point, from the station's key (`owe_process_assoc_req`).
    ///
    /// # Errors
    /// [`BadPublic`].
    pub fn access_point(&self, station: &OweDhParam<'_>) -> Result<Pmksa, BadPublic> {
        let shared = self.share(station)?;
        Ok(self.pmksa(&shared, [station.public_key, &self.public]))
    }

    /// PMK and PMKID at the station, from the access point's key (`owe_process_assoc_resp`).
    ///
    /// # Errors
    /// [`BadPublic`].
    pub fn station(&self, access_point: &OweDhParam<'_>) -> Result<Pmksa, BadPublic> {
        let shared = self.share(access_point)?;
        Ok(self.pmksa(&shared, [&self.public, access_point.public_key]))
    }

    /// x of the shared point. Which of the two points with the peer's x was meant makes no difference
    /// to it.
    fn share(&self, peer: &OweDhParam<'_>) -> Result<Octets, BadPublic> {
        if Group::of(peer.group) != Some(self.group) {
            return Err(BadPublic::Group);
        }
        on_curve!(self.group, C => {
            let point = at_x::<C>(peer.public_key).ok_or(BadPublic::Point)?;
            let private = C::scalar(&self.private).ok_or(BadPublic::Point)?;
            x_of::<C>(point * *private).ok_or(BadPublic::Point)
        })
    }

    /// Section 4.4 of the RFC; C is the station's key, A the access point's.
    fn pmksa(&self, shared: &[u8], [c, a]: [&[u8]; 2]) -> Pmksa {
        let hash = self.group.hash();
        let salt = [c, a, &self.group.id().to_le_bytes()].concat();
        let prk = hmac(hash, &salt, &[shared]);
        let pmk = expand(hash, &prk, b"OWE Key Generation", hash.digest_len());
        Pmksa::new(AkmSuite::OWE, &pmk, &hash.truncate_128(&[c, a]))
    }
}

/// One of the two points with this x.
fn at_x<C: Curve>(x: &[u8]) -> Option<ProjectivePoint<C>> {
    let x = FieldBytes::<C>::try_from(x).ok()?;
    let point: Option<_> = AffinePoint::<C>::decompress(&x, Choice::from(0)).into();
    point.map(|point: AffinePoint<C>| point.into())
}

fn x_of<C: Curve>(point: ProjectivePoint<C>) -> Option<Octets> {
    let octets = C::bytes(point)?;
    let (x, _) = octets.split(octets.len() / 2);
    Some(Octets::of(&[x]))
}

#[cfg(test)]
mod tests;
