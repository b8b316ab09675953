//! Arithmetic on a curve, in and out as bytes.

use elliptic_curve::ff::{Field, PrimeField};
use elliptic_curve::group::{Curve as _, Group as _};
use elliptic_curve::point::{AffineCoordinates, DecompressPoint};
use elliptic_curve::{CurveArithmetic, FieldBytes, ProjectivePoint, Scalar};
use zeroize::{Zeroize, Zeroizing};

use super::Octets;

/// A curve of prime order, over a prime that is 3 modulo 4. Scalars are as many bytes as a coordinate
/// has, big-endian; a point is x and then y.
pub(crate) trait Curve: CurveArithmetic<AffinePoint: DecompressPoint<Self>> {
    /// A scalar of `bytes`, if it is below the order.
    fn scalar(bytes: &[u8]) -> Option<Zeroizing<Scalar<Self>>> {
        let bytes = FieldBytes::<Self>::try_from(bytes).ok()?;
        Option::from(Scalar::<Self>::from_repr(bytes)).map(Zeroizing::new)
    }

    /// A scalar of `random` bytes, of which the bits that the order does not reach are passed over.
    /// `None` if it is not above 1 and below the order.
    fn random_scalar(random: &[u8]) -> Option<Zeroizing<Scalar<Self>>> {
        let mut bytes = Octets::of(&[random]);
        let spare = u32::try_from(random.len()).ok()? * 8 - Scalar::<Self>::NUM_BITS;
        *bytes.first_mut()? &= 0xff_u8.checked_shr(spare)?;
        Self::scalar(&bytes).filter(|scalar| Self::is_above_one(scalar))
    }

    /// Neither 0 nor 1.
    fn is_above_one(scalar: &Scalar<Self>) -> bool {
        let one = scalar.is_zero() | subtle::ConstantTimeEq::ct_eq(scalar, &Scalar::<Self>::ONE);
        !bool::from(one)
    }

    /// The point of `bytes`, if it is on the curve: never the one at infinity, which has no such bytes.
    #[cfg(feature = "sae")]
    fn point(bytes: &[u8]) -> Option<ProjectivePoint<Self>> {
        let (x, y) = bytes.split_at_checked(bytes.len() / 2)?;
        let x = FieldBytes::<Self>::try_from(x).ok()?;
        let y = FieldBytes::<Self>::try_from(y).ok()?;
        let point = <Self as CurveArithmetic>::AffinePoint::from_coordinates(&x, &y);
        Option::from(point.map(Into::into))
    }

    /// The bytes of `point`; `None` for the one at infinity.
    fn bytes(mut point: ProjectivePoint<Self>) -> Option<Octets> {
        let infinite = bool::from(point.is_identity());
        let mut affine = point.to_affine();
        let octets = Octets::of(&[affine.x().as_ref(), affine.y().as_ref()]);
        point.zeroize();
        affine.zeroize();
        (!infinite).then_some(octets)
    }

    /// The bytes of a scalar.
    fn scalar_bytes(scalar: &Scalar<Self>) -> Octets {
        Octets::of(&[&scalar.to_repr()])
    }
}

impl<C: CurveArithmetic<AffinePoint: DecompressPoint<C>>> Curve for C {}
