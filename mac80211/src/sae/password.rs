//! A password, ready for exchanges.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;
use zeroize::Zeroizing;

use super::{Method, Pt, Pwe};
use crate::ecc::Group;

/// A password of a network, and what hash-to-element can compute before a peer is known. One is enough
/// for all peers.
pub struct Password {
    password: Zeroizing<Vec<u8>>,
    identifier: Option<Vec<u8>>,
    elements: Vec<Pt>,
}

impl Password {
    /// Of the network `ssid`, for `groups`. With an identifier, only hash-to-element knows it.
    #[must_use]
    pub fn new(ssid: &[u8], password: &[u8], identifier: Option<&[u8]>, groups: &[Group]) -> Self {
        let pt = |&group: &Group| Pt::new(group, ssid, password, identifier);
        Self {
            password: Zeroizing::new(password.to_vec()),
            identifier: identifier.map(<[u8]>::to_vec),
            elements: groups.iter().filter_map(pt).collect(),
        }
    }

    /// The identifier, if it has one.
    #[must_use]
    pub fn identifier(&self) -> Option<&[u8]> {
        self.identifier.as_deref()
    }

    /// The password element; `None` for a group that [`new`](Self::new) was not told of, and by
    /// hunting-and-pecking if there is an identifier.
    #[must_use]
    pub fn pwe(&self, group: Group, method: Method, pair: [MacAddr; 2]) -> Option<Pwe> {
        match method {
            Method::HuntingAndPecking if self.identifier.is_some() => None,
            Method::HuntingAndPecking => Pwe::hunting_and_pecking(group, pair, &self.password),
            Method::HashToElement => self.elements.iter().find(|pt| pt.group() == group)?.pwe(pair),
        }
    }
}

impl core::fmt::Debug for Password {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Password").field("identifier", &self.identifier).finish_non_exhaustive()
    }
}
