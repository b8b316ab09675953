//! The commit message: its fields and the elements that follow them (table 9-41).

use alloc::vec::Vec;

use super::Method;
use crate::ecc::Group;
use crate::element::{
    AkmSuiteSelector, AntiCloggingToken, Body, BuildError, Elements, List, PasswordIdentifier,
    RejectedGroups,
};
use crate::frame::management::{SaeCommit, SaeGroup};
use crate::{AkmSuite, Malformed};

const WHAT: &str = "SAE commit";

/// What a commit carries, as bytes of the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Commit<'a> {
    /// Number of the group; of one that is not carried, everything else is empty.
    pub group: u16,
    /// How the password element was found: the status code says so.
    pub method: Method,
    /// The scalar, big-endian.
    pub scalar: &'a [u8],
    /// The element: x, then y.
    pub element: &'a [u8],
    /// Anti-clogging token; with hash-to-element in an element of its own.
    pub token: Option<&'a [u8]>,
    /// Password identifier.
    pub identifier: Option<&'a [u8]>,
    /// Rejected groups, two bytes each, little-endian.
    pub rejected_groups: &'a [u8],
    /// AKM suite selector.
    pub akm: Option<AkmSuite>,
}

impl<'a> Commit<'a> {
    /// One without its optional parts.
    #[must_use]
    pub fn new(group: Group, method: Method, scalar: &'a [u8], element: &'a [u8]) -> Self {
        Self {
            group: group.id(),
            method,
            scalar,
            element,
            token: None,
            identifier: None,
            rejected_groups: &[],
            akm: None,
        }
    }

    /// Reads the body of an authentication frame, behind its status code (`sae_parse_commit`). Elements
    /// may come in any order; others than the four known here are passed over.
    ///
    /// # Errors
    /// [`Malformed`] where something is cut short, or the rejected groups are no list of numbers.
    pub fn parse(body: &'a [u8], method: Method) -> Result<Self, Malformed> {
        let group = body.first_chunk().ok_or(Malformed::Truncated(WHAT))?;
        let group = u16::from_le_bytes(*group);
        let h2e = method == Method::HashToElement;
        let Some(known) = Group::of(group) else {
            let nothing = Self::new(Group::P256, method, &[], &[]);
            return Ok(Self { group, ..nothing });
        };
        let SaeCommit { token, scalar, element, elements, .. } = SaeCommit::parse(body, h2e)?;
        let mut commit = Self::new(known, method, scalar, element);
        commit.token = Some(token).filter(|token| !token.is_empty());
        if h2e && !Elements::new(elements).is_complete() {
            return Err(Malformed::Truncated(WHAT));
        }
        for element in Elements::new(elements) {
            let value = element.body();
            match element.id() {
                PasswordIdentifier::ID => commit.identifier = Some(value),
                RejectedGroups::ID if value.len() % 2 == 1 => return Err(Malformed::Invalid(WHAT)),
                RejectedGroups::ID => commit.rejected_groups = value,
                AntiCloggingToken::ID => commit.token = Some(value),
                AkmSuiteSelector::ID => {
                    let selector = value.first_chunk().ok_or(Malformed::Truncated(WHAT))?;
                    commit.akm = Some(AkmSuite::from_bytes(*selector));
                }
                _ => {}
            }
        }
        Ok(commit)
    }

    /// Appends that body (`sae_write_commit`).
    ///
    /// # Errors
    /// [`BuildError::Overlong`] where a part does not fit into an element; what was appended is of no use.
    pub fn write(&self, to: &mut Vec<u8>) -> Result<(), BuildError> {
        let h2e = self.method == Method::HashToElement;
        let fields = SaeCommit {
            group: SaeGroup(self.group),
            token: self.token.filter(|_| !h2e).unwrap_or_default(),
            scalar: self.scalar,
            element: self.element,
            elements: &[],
        };
        fields.write(to);
        if let Some(identifier) = self.identifier {
            PasswordIdentifier { identifier }.write_element(to)?;
        }
        if h2e && !self.rejected_groups.is_empty() {
            let groups = List::read_all(&mut { self.rejected_groups });
            RejectedGroups { groups, tail: &[] }.write_element(to)?;
        }
        if let Some(token) = self.token.filter(|_| h2e) {
            AntiCloggingToken { token }.write_element(to)?;
        }
        if let Some(akm) = self.akm {
            AkmSuiteSelector { selector: &akm.to_bytes() }.write_element(to)?;
        }
        Ok(())
    }
}

/// Body of the answer that asks for a token (status 76, `auth_build_token_req`).
pub(super) fn token_request(group: u16, method: Method, token: &[u8]) -> Vec<u8> {
    let mut body = group.to_le_bytes().to_vec();
    match method {
        // A token of ours fits.
        Method::HashToElement => {
            let _fits = AntiCloggingToken { token }.write_element(&mut body);
        }
        Method::HuntingAndPecking => body.extend_from_slice(token),
    }
    body
}

/// Token in an [`SaeRefusal`](crate::frame::management::SaeRefusal).
pub(super) fn requested_token(token: &[u8], method: Method) -> Option<&[u8]> {
    match method {
        Method::HuntingAndPecking => Some(token),
        Method::HashToElement => Some(Elements::new(token).find_id(AntiCloggingToken::ID)?.body()),
    }
}
