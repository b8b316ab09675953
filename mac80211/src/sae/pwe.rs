//! The password element: a point that both sides find from the password and their addresses.

use elliptic_curve::ff::{Field, PrimeField};
use elliptic_curve::hazmat::FieldArithmetic;
use elliptic_curve::ops::Reduce;
use elliptic_curve::point::DecompressPoint;
use elliptic_curve::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};
use hash2curve::MapToCurve;
use softnet_sk_buff::MacAddr;
use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, Zeroizing};

use crate::ecc::{Curve, Group, Octets, expand, hmac, on_curve};
use crate::rsn::{Hash, kdf_sha256_bits};

/// Rounds of hunting-and-pecking that are made whether the element is found or not (`k`).
const MIN_ROUNDS: u8 = 40;
/// Rounds after which it is given up: once in 2²⁰⁰ passwords.
const MAX_ROUNDS: u8 = 200;

/// A password element (PWE) of a group, for one pair of addresses.
#[derive(Clone, PartialEq, Debug)]
pub struct Pwe {
    pub(super) group: Group,
    pub(super) point: Octets,
    pub(super) method: Method,
}

/// How the password element is found (`sae_pwe` of hostapd).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// By trial (clause 12.4.4.2.2): what WPA3 began with.
    HuntingAndPecking,
    /// Straight from a hash onto the curve (clause 12.4.4.2.3).
    HashToElement,
}

impl Pwe {
    /// By hunting-and-pecking (clause 12.4.4.2.2, `sae_derive_pwe_ecc`); `None` where 200 rounds were in
    /// vain.
    ///
    /// In constant time: 40 rounds are made of any password that needs no more (all but one in 2⁴⁰), each
    /// with the hash, the square root and the selection of every other round. The square root is an
    /// exponentiation by a constant that says by itself whether there is one; so the random
    /// quadratic residues and the stand-in password, with which the standard hides which way a
    /// Legendre symbol went, are not needed, and no randomness is.
    #[must_use]
    pub fn hunting_and_pecking(group: Group, pair: [MacAddr; 2], password: &[u8]) -> Option<Self> {
        let point = on_curve!(group, C => hunt::<C>(&in_order(pair), password))?;
        Some(Self { group, point, method: Method::HuntingAndPecking })
    }

    /// Its group.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.group
    }

    /// Its coordinates: x, then y. As secret as the password.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.point
    }
}

/// The secret element of hash-to-element (PT): everything that can be computed before the peer's
/// address is known.
#[derive(Clone, PartialEq, Debug)]
pub struct Pt {
    group: Group,
    point: Octets,
}

impl Pt {
    /// Of a network, its password, and the identifier of the password if there is one
    /// (clause 12.4.4.2.3, `sae_derive_pt`). In constant time.
    ///
    /// `None`: the two hashes landed on a point and its mirror image. No password is known to do so.
    #[must_use]
    pub fn new(
        group: Group,
        ssid: &[u8],
        password: &[u8],
        identifier: Option<&[u8]>,
    ) -> Option<Self> {
        let hash = group.hash();
        let seed = hmac(hash, ssid, &[password, identifier.unwrap_or_default()]);
        let len = group.prime_len() + group.prime_len().div_ceil(2);
        let u1 = expand(hash, &seed, b"SAE Hash to Element u1 P1", len);
        let u2 = expand(hash, &seed, b"SAE Hash to Element u2 P2", len);
        let point = on_curve!(group, C => C::bytes(sswu::<C>(&u1)? + sswu::<C>(&u2)?))?;
        Some(Self { group, point })
    }

    /// Its group.
    #[must_use]
    pub const fn group(&self) -> Group {
        self.group
    }

    /// The password element for a pair of addresses (`sae_derive_pwe_from_pt`). Constant-time as to PT.
    #[must_use]
    pub fn pwe(&self, pair: [MacAddr; 2]) -> Option<Pwe> {
        let hash = self.group.hash();
        let salt = Octets::zeroed(hash.digest_len());
        let value = hmac(hash, &salt, &[&in_order(pair)]);
        let point = on_curve!(self.group, C => {
            C::bytes(C::point(&self.point)? * one_to_order::<C>(&value)?)
        })?;
        Some(Pwe { group: self.group, point, method: Method::HashToElement })
    }
}

/// The greater address, then the smaller one.
fn in_order([a, b]: [MacAddr; 2]) -> [u8; 12] {
    let [first, second] = if a > b { [a, b] } else { [b, a] };
    let mut both = [0; 12];
    both.iter_mut().zip(first.0.iter().chain(&second.0)).for_each(|(to, from)| *to = *from);
    both
}

fn hunt<C: Curve + FieldArithmetic>(addresses: &[u8], password: &[u8]) -> Option<Octets> {
    let bits = u16::try_from(C::FieldElement::NUM_BITS).ok()?;
    // p - 1 is even: setting its lowest bit makes it p.
    let mut prime = Octets::of(&[(-C::FieldElement::ONE).to_repr().as_ref()]);
    *prime.last_mut()? |= 1;
    let mut found = Choice::from(0);
    let mut element = AffinePoint::<C>::default();
    for round in 1..=MAX_ROUNDS {
        if round > MIN_ROUNDS && bool::from(found) {
            break;
        }
        let seed = hmac(Hash::Sha256, addresses, &[password, &[round]]);
        let mut value = Octets::zeroed(prime.len());
        let label = "SAE Hunting and Pecking";
        kdf_sha256_bits(&seed, label, &[&prime], bits, &mut value).ok()?;
        shift_right(&mut value, (8 - bits % 8) % 8);
        let x = Zeroizing::new(FieldBytes::<C>::try_from(&*value).ok()?);
        let point = AffinePoint::<C>::decompress(&x, Choice::from(seed.last()? & 1));
        let hit = point.is_some() & !found;
        element.conditional_assign(&point.unwrap_or(AffinePoint::<C>::default()), hit);
        found |= hit;
    }
    let octets = C::bytes(element.into());
    element.zeroize();
    octets
}

/// Shifts a big-endian number by fewer than 8 bits.
fn shift_right(number: &mut [u8], bits: u16) {
    let mut above = 0;
    for byte in number {
        let wide = u16::from_be_bytes([above, *byte]) >> bits;
        above = *byte;
        [_, *byte] = wide.to_be_bytes();
    }
}

/// `value` modulo (order - 1), plus 1. It is made of addresses: no secret.
fn one_to_order<C: Curve>(value: &[u8]) -> Option<Scalar<C>> {
    let mut wide = FieldBytes::<C>::default();
    let from = wide.len().checked_sub(value.len())?;
    wide.get_mut(from..)?.copy_from_slice(value);
    let below_order = bool::from(Scalar::<C>::from_repr(wide).is_some());
    let sum = <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&wide) + Scalar::<C>::ONE;
    // From order - 1 on, one more was taken away than the order.
    let passed = !below_order || bool::from(sum.is_zero());
    Some(if passed { sum + Scalar::<C>::ONE } else { sum })
}

/// A curve with the simplified Shallue-van de Woestijne-Ulas map of RFC 9380, which is 802.11's too,
/// with the same z.
trait Sswu: Curve + MapToCurve {
    /// A number of one and a half times the prime's length, modulo the prime.
    fn modulo_prime(wide: &[u8]) -> Option<<Self as MapToCurve>::FieldElement>;
}

/// The crate's own reduction, which takes as many bytes as 802.11 makes: 48 and 72.
fn reduce<C: MapToCurve>(wide: &[u8]) -> Option<C::FieldElement> {
    elliptic_curve::array::Array::try_from(wide).ok().map(|wide| C::FieldElement::reduce(&wide))
}

impl Sswu for p256::NistP256 {
    fn modulo_prime(wide: &[u8]) -> Option<<Self as MapToCurve>::FieldElement> {
        reduce::<Self>(wide)
    }
}

impl Sswu for p384::NistP384 {
    fn modulo_prime(wide: &[u8]) -> Option<<Self as MapToCurve>::FieldElement> {
        reduce::<Self>(wide)
    }
}

impl Sswu for p521::NistP521 {
    /// 802.11 makes 99 bytes, one more than RFC 9380. As 2⁵²¹ is 1 modulo the prime, the first byte counts
    /// 2⁷⁸⁴⁻⁵²¹ = 2²⁶³ times: as much as 2⁷ times at the 33rd byte from the end.
    fn modulo_prime(wide: &[u8]) -> Option<<Self as MapToCurve>::FieldElement> {
        let (first, rest) = wide.split_first()?;
        let mut high = Octets::zeroed(rest.len());
        let [above, below] = (u16::from(*first) << 7).to_be_bytes();
        let at = rest.len().checked_sub(34)?;
        high.get_mut(at..at + 2)?.copy_from_slice(&[above, below]);
        Some(reduce::<Self>(&high)? + reduce::<Self>(rest)?)
    }
}

fn sswu<C: Sswu>(wide: &[u8]) -> Option<ProjectivePoint<C>> {
    C::modulo_prime(wide).map(C::map_to_curve)
}

#[cfg(test)]
mod tests;
