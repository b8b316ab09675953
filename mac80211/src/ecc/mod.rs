//! The elliptic curves that SAE and OWE compute on, by the numbers of IANA's "Group Description" of
//! Internet Key Exchange, and the hash that goes with each.
//!
//! 19, 20 and 21 are here (P-256, P-384, P-521), on RustCrypto's curves. Not carried: the groups of
//! numbers modulo a prime (15 to 18), whose secrets of 3072 bits and more every exchange would have to make
//! room for, though WPA3 asks for none of them; and all others, which are unsuitable
//! (`dragonfly_suitable_group`).
//!
//! In constant time: everything that touches a private scalar, a password element or a shared secret,
//! as far as the curve crates keep their promise. Not in constant time: what a peer's message is checked
//! for, which everybody can see.

mod curve;
mod hash;
mod octets;
mod pmksa;
#[cfg(test)]
pub(crate) mod vectors;

pub(crate) use curve::Curve;
#[cfg(feature = "sae")]
pub(crate) use hash::kdf;
pub(crate) use hash::{expand, hmac};
pub(crate) use octets::Octets;
pub use pmksa::Pmksa;

use crate::rsn::Hash;

/// A finite cyclic group (clause 12.4.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// 19: NIST's P-256, with SHA-256.
    P256,
    /// 20: NIST's P-384, with SHA-384.
    P384,
    /// 21: NIST's P-521, with SHA-512.
    P521,
}

/// Bytes of randomness that a call may need for one exchange of keys. Drawn anew for every call, by a
/// generator fit for keys, whether they are used or not.
pub struct Random(pub [u8; Self::LEN]);

impl Random {
    /// Two scalars of the widest group.
    pub const LEN: usize = 2 * 66;
}

impl Drop for Random {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// The random bytes are out of range for the group: nothing was done, call again with others. For an
/// even generator that is less than one call in 2³¹.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("random bytes out of the group's range: draw others")]
pub struct DrawAgain;

/// Runs `$body` with `$curve` as the type of the curve of `$group`.
macro_rules! on_curve {
    ($group:expr, $curve:ident => $body:expr) => {
        match $group {
            $crate::ecc::Group::P256 => {
                type $curve = p256::NistP256;
                $body
            }
            $crate::ecc::Group::P384 => {
                type $curve = p384::NistP384;
                $body
            }
            $crate::ecc::Group::P521 => {
                type $curve = p521::NistP521;
                $body
            }
        }
    };
}
pub(crate) use on_curve;

impl Group {
    /// All that are carried, the strongest last.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Its number in frames.
    #[must_use]
    pub const fn id(self) -> u16 {
        match self {
            Self::P256 => 19,
            Self::P384 => 20,
            Self::P521 => 21,
        }
    }

    /// The group of a number; `None` if it is not carried.
    #[must_use]
    pub fn of(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.id() == id)
    }

    /// Bytes of a coordinate, and of a scalar.
    #[must_use]
    pub const fn prime_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The hash that the length of its prime asks for (table 12-1).
    #[must_use]
    pub const fn hash(self) -> Hash {
        match self {
            Self::P256 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
            Self::P521 => Hash::Sha512,
        }
    }
}
