//! What SAE puts into authentication frames (9.3.3.11, 12.4.7).

use alloc::vec::Vec;

use crate::Malformed;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, codes};

const WHAT: &str = "SAE commit";
/// Bytes of the shortest token that is known as one where no element holds it (`sae_parse_commit_token`):
/// hostapd's own, of SHA-256.
const MIN_TOKEN: usize = 32;

codes! {
    /// Finite cyclic group (9.4.1.42): numbers of IANA's registry for IKE.
    SaeGroup(u16) {
        /// 1536-bit MODP.
        MODP_1536 = 5,
        /// 2048-bit MODP.
        MODP_2048 = 14,
        /// 3072-bit MODP.
        MODP_3072 = 15,
        /// 4096-bit MODP.
        MODP_4096 = 16,
        /// 6144-bit MODP.
        MODP_6144 = 17,
        /// 8192-bit MODP.
        MODP_8192 = 18,
        /// NIST P-256.
        P256 = 19,
        /// NIST P-384.
        P384 = 20,
        /// NIST P-521.
        P521 = 21,
        /// Brainpool P-256.
        BRAINPOOL_P256 = 28,
        /// Brainpool P-384.
        BRAINPOOL_P384 = 29,
        /// Brainpool P-512.
        BRAINPOOL_P512 = 30,
    }
}

impl SaeGroup {
    /// Bytes of a scalar and of an element; `None` for a group without a name here.
    #[must_use]
    pub const fn lens(self) -> Option<(usize, usize)> {
        let prime = match self {
            Self::P256 | Self::BRAINPOOL_P256 => return Some((32, 64)),
            Self::P384 | Self::BRAINPOOL_P384 => return Some((48, 96)),
            Self::BRAINPOOL_P512 => return Some((64, 128)),
            Self::P521 => return Some((66, 132)),
            Self::MODP_1536 => 192,
            Self::MODP_2048 => 256,
            Self::MODP_3072 => 384,
            Self::MODP_4096 => 512,
            Self::MODP_6144 => 768,
            Self::MODP_8192 => 1024,
            _ => return None,
        };
        Some((prime, prime))
    }
}

/// An SAE commit, the [`body`](super::Auth::body) of the first authentication frame each way.
///
/// ```text
/// group 2 │ token … │ scalar … │ element … │ elements …
/// ```
///
/// With status [`ANTI_CLOG_REQUIRED`](crate::frame::StatusCode::ANTI_CLOG_REQUIRED) or
/// [`FCG_NOT_SUPP`](crate::frame::StatusCode::FCG_NOT_SUPP) the body is an [`SaeRefusal`] instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SaeCommit<'a> {
    /// The group.
    pub group: SaeGroup,
    /// An anti-clogging token that stands here, as it does where the password element is made by hunting
    /// and pecking. Empty if there is none; with hash to element, an element holds it.
    pub token: &'a [u8],
    /// Scalar, big-endian.
    pub scalar: &'a [u8],
    /// Element: both coordinates of a point, or a number; big-endian.
    pub element: &'a [u8],
    /// Password identifier, rejected groups, token container, AKM suite selector.
    pub elements: &'a [u8],
}

impl<'a> SaeCommit<'a> {
    /// Reads it. `h2e`: [`Auth::is_h2e`](super::Auth::is_h2e).
    ///
    /// Without, what is more than scalar and element is a token, whose length stands nowhere, unless it
    /// reads as one of the elements of a commit, or is too short for one: an element of a vendor.
    ///
    /// # Errors
    /// [`Malformed::Invalid`] for a group whose lengths are not known, [`Malformed::Truncated`] where it
    /// ends early.
    pub fn parse(body: &'a [u8], h2e: bool) -> Result<Self, Malformed> {
        let mut rest = body;
        let group = SaeGroup::read(&mut rest).ok_or(Malformed::Truncated(WHAT))?;
        let (scalar_len, element_len) = group.lens().ok_or(Malformed::Invalid(WHAT))?;
        let fixed = scalar_len + element_len;
        let beyond = rest.len().checked_sub(fixed).ok_or(Malformed::Truncated(WHAT))?;
        // Without a token, elements begin here.
        let elements = rest.get(fixed..).unwrap_or_default();
        let has_token = !h2e && beyond >= MIN_TOKEN && !is_commit_element(elements);
        let token_len = if has_token { beyond } else { 0 };
        let split = || -> Option<Self> {
            let (token, rest) = rest.split_at_checked(token_len)?;
            let (scalar, rest) = rest.split_at_checked(scalar_len)?;
            let (element, elements) = rest.split_at_checked(element_len)?;
            Some(Self { group, token, scalar, element, elements })
        };
        split().ok_or(Malformed::Truncated(WHAT))
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.group.append(out);
        for part in [self.token, self.scalar, self.element, self.elements] {
            out.extend_from_slice(part);
        }
    }
}

/// Whether `bytes` begin with one of the elements of a commit: password identifier, rejected groups,
/// token container, AKM suite selector.
fn is_commit_element(bytes: &[u8]) -> bool {
    match bytes {
        [255, len, 33 | 92 | 93 | 114, rest @ ..] => {
            (1..=rest.len() + 1).contains(&usize::from(*len))
        }
        _ => false,
    }
}

layout! {
    /// A refused SAE commit, the [`body`](super::Auth::body) of an authentication frame with status
    /// `ANTI_CLOG_REQUIRED` or `FCG_NOT_SUPP`.
    SaeRefusal<'a> "SAE commit" {
        /// The group of the commit that it answers.
        group: SaeGroup,
    } then {
        /// The token to come back with: bare, or in an anti-clogging token container element with hash to
        /// element. Empty for an unsupported group.
        token
    }
}

/// An SAE confirm, the [`body`](super::Auth::body) of the second authentication frame each way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SaeConfirm<'a> {
    /// How often the sender confirmed so far.
    pub send_confirm: u16,
    /// Keyed hash over both commits.
    pub confirm: &'a [u8],
    /// What follows.
    pub elements: &'a [u8],
}

impl<'a> SaeConfirm<'a> {
    /// Reads it. `confirm_len`: as many bytes as the hash of the exchange has, 32 for SHA-256.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(body: &'a [u8], confirm_len: usize) -> Result<Self, Malformed> {
        let mut rest = body;
        let send_confirm = u16::read(&mut rest);
        let (send_confirm, (confirm, elements)) = send_confirm
            .zip(rest.split_at_checked(confirm_len))
            .ok_or(Malformed::Truncated("SAE confirm"))?;
        Ok(Self { send_confirm, confirm, elements })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.send_confirm.append(out);
        out.extend_from_slice(self.confirm);
        out.extend_from_slice(self.elements);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(between: &[u8], after: &[u8]) -> Vec<u8> {
        [&[19, 0][..], between, &[1; 32], &[2; 64], after].concat()
    }

    #[test]
    fn a_token_stands_before_the_scalar_unless_elements_hold_it() {
        let identifier = [255, 3, 33, b'i', b'd'];
        for (token, elements, h2e) in [
            (&[][..], &[][..], false),
            (&[7; 32], &[], false),
            (&[], &identifier, false),
            (&[], &[255, 4, 93, 7, 7, 7], true),
            (&[], &[221, 5, 0, 0x50, 0xf2, 9, 1], false),
            (&[], &[7; 31], false),
        ] {
            let body = commit(token, elements);
            let parsed = SaeCommit::parse(&body, h2e).unwrap();
            assert_eq!(
                (parsed.group, parsed.token, parsed.elements),
                (SaeGroup::P256, token, elements)
            );
            assert_eq!((parsed.scalar, parsed.element), (&[1; 32][..], &[2; 64][..]));
            let mut out = Vec::new();
            parsed.write(&mut out);
            assert_eq!(out, body);
        }
    }

    #[test]
    fn short_or_unknown() {
        let body = commit(&[], &[]);
        assert_eq!(SaeCommit::parse(&body[..97], false), Err(Malformed::Truncated(WHAT)));
        assert_eq!(SaeCommit::parse(&[99; 200], true), Err(Malformed::Invalid(WHAT)));
        assert_eq!(SaeConfirm::parse(&[0; 33], 32), Err(Malformed::Truncated("SAE confirm")));
        let confirm = SaeConfirm::parse(&[1; 40], 32).unwrap();
        assert_eq!(
            (confirm.send_confirm, confirm.confirm.len(), confirm.elements.len()),
            (257, 32, 6)
        );
    }
}
