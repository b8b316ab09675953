//! The commit message (clause 9.4.1.38 and the elements that follow it in table 9-41).

use alloc::vec::Vec;

use super::Method;
use crate::ecc::Group;
use crate::{AkmSuite, Malformed};

const WHAT: &str = "SAE commit";
/// `WLAN_EID_EXTENSION`.
const EXTENSION: u8 = 255;
const PASSWORD_IDENTIFIER: u8 = 33;
const REJECTED_GROUPS: u8 = 92;
const ANTI_CLOGGING_TOKEN: u8 = 93;
const AKM_SUITE_SELECTOR: u8 = 114;
/// Of what stands between group and scalar, anything shorter is taken for something else, as hostapd does.
const MIN_TOKEN: usize = 32;

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

    /// Reads what follows the status code of an authentication frame (`sae_parse_commit`). Elements may
    /// come in any order; others than the four known here are passed over.
    ///
    /// # Errors
    /// [`Malformed`] where something is cut short, or the rejected groups are no list of numbers.
    pub fn parse(body: &'a [u8], method: Method) -> Result<Self, Malformed> {
        let (id, mut rest) = body.split_first_chunk().ok_or(Malformed::Truncated(WHAT))?;
        let id = u16::from_le_bytes(*id);
        let mut token = None;
        let Some(group) = Group::of(id) else {
            let nothing = Self::new(Group::P256, method, &[], &[]);
            return Ok(Self { group: id, ..nothing });
        };
        let len = group.prime_len();
        if method == Method::HuntingAndPecking
            && let Some(extra) = rest.len().checked_sub(3 * len).filter(|&extra| extra >= MIN_TOKEN)
        {
            token = rest.get(..extra);
            rest = rest.get(extra..).unwrap_or_default();
        }
        let (scalar, rest) = rest.split_at_checked(len).ok_or(Malformed::Truncated(WHAT))?;
        let (element, rest) = rest.split_at_checked(2 * len).ok_or(Malformed::Truncated(WHAT))?;
        let mut commit = Self { token, ..Self::new(group, method, scalar, element) };
        match (commit.read_elements(rest), method) {
            (Err(error), Method::HashToElement) => Err(error),
            // The standard knows of no elements here, so of what looks like none of them nothing is said.
            _ => Ok(commit),
        }
    }

    fn read_elements(&mut self, mut bytes: &'a [u8]) -> Result<(), Malformed> {
        while let Some((&[id, len], rest)) = bytes.split_first_chunk() {
            let (body, rest) =
                rest.split_at_checked(len.into()).ok_or(Malformed::Truncated(WHAT))?;
            bytes = rest;
            let Some((&extension, value)) = body.split_first().filter(|_| id == EXTENSION) else {
                continue;
            };
            match extension {
                PASSWORD_IDENTIFIER => self.identifier = Some(value),
                REJECTED_GROUPS if value.len() % 2 == 1 => return Err(Malformed::Invalid(WHAT)),
                REJECTED_GROUPS => self.rejected_groups = value,
                ANTI_CLOGGING_TOKEN => self.token = Some(value),
                AKM_SUITE_SELECTOR => {
                    let selector = value.first_chunk().ok_or(Malformed::Truncated(WHAT))?;
                    self.akm = Some(AkmSuite::from_bytes(*selector));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Appends what follows the status code (`sae_write_commit`).
    ///
    /// # Errors
    /// [`Malformed::Overlong`] where a part does not fit into an element: nothing is appended.
    pub fn write(&self, to: &mut Vec<u8>) -> Result<(), Malformed> {
        let h2e = self.method == Method::HashToElement;
        let groups = Some(self.rejected_groups).filter(|groups| h2e && !groups.is_empty());
        let akm = self.akm.map(AkmSuite::to_bytes);
        let elements = [
            (PASSWORD_IDENTIFIER, self.identifier),
            (REJECTED_GROUPS, groups),
            (ANTI_CLOGGING_TOKEN, self.token.filter(|_| h2e)),
            (AKM_SUITE_SELECTOR, akm.as_ref().map(|selector| &selector[..])),
        ];
        if elements.iter().any(|(_, value)| value.is_some_and(|value| value.len() > 254)) {
            return Err(Malformed::Overlong(WHAT));
        }
        to.extend_from_slice(&self.group.to_le_bytes());
        to.extend_from_slice(self.token.filter(|_| !h2e).unwrap_or_default());
        to.extend_from_slice(self.scalar);
        to.extend_from_slice(self.element);
        for (extension, value) in elements {
            if let Some(value) = value {
                write_element(extension, value, to);
            }
        }
        Ok(())
    }
}

/// An element of extension `extension`; `value` is known to fit.
fn write_element(extension: u8, value: &[u8], to: &mut Vec<u8>) {
    let len = u8::try_from(value.len() + 1).unwrap_or(u8::MAX);
    to.extend_from_slice(&[EXTENSION, len, extension]);
    to.extend_from_slice(value);
}

/// Body of the answer that asks for a token (status 76, `auth_build_token_req`): the group, then the
/// token as it has to come back.
pub(super) fn write_token_request(group: u16, method: Method, token: &[u8], to: &mut Vec<u8>) {
    to.extend_from_slice(&group.to_le_bytes());
    match method {
        Method::HashToElement => write_element(ANTI_CLOGGING_TOKEN, token, to),
        Method::HuntingAndPecking => to.extend_from_slice(token),
    }
}

/// Group and token of such an answer.
pub(super) fn parse_token_request(body: &[u8], method: Method) -> Option<(u16, &[u8])> {
    let (group, rest) = body.split_first_chunk()?;
    let token = match method {
        Method::HuntingAndPecking => rest,
        Method::HashToElement => {
            let (&[id, len, extension], rest) = rest.split_first_chunk()?;
            let known = id == EXTENSION && extension == ANTI_CLOGGING_TOKEN;
            rest.get(..usize::from(len).checked_sub(1)?).filter(|_| known)?
        }
    };
    Some((u16::from_le_bytes(*group), token))
}
