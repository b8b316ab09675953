//! What SAE and OWE carry in elements.

use super::{Id, List};

element! {
    /// OWE Diffie-Hellman parameter (RFC 8110, 4.3).
    pub struct OweDhParam: Id::OWE_DH_PARAM, "OWE Diffie-Hellman parameter element" {
        /// Finite cyclic group, by IANA's number.
        pub group: u16,
    } then {
        /// Public key.
        pub public_key: &'a [u8],
    }
}

element! {
    /// Password identifier (9.4.2.216).
    pub struct PasswordIdentifier: Id::PASSWORD_IDENTIFIER, "password identifier element" then {
        /// UTF-8.
        pub identifier: &'a [u8],
    }
}

element! {
    /// Rejected groups (9.4.2.246).
    pub struct RejectedGroups: Id::REJECTED_GROUPS, "rejected groups element" then {
        /// Finite cyclic groups, by IANA's numbers.
        pub groups: List<'a, u16>,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// Anti-clogging token container (9.4.2.247).
    pub struct AntiCloggingToken: Id::ANTI_CLOGGING_TOKEN, "anti-clogging token container element" then {
        /// The token.
        pub token: &'a [u8],
    }
}

element! {
    /// AKM suite selector: in an SAE commit for an AKM whose keys are as long as the group's hash.
    pub struct AkmSuiteSelector: Id::AKM_SUITE_SELECTOR, "AKM suite selector element" then {
        /// Four bytes of an [`AkmSuite`](crate::AkmSuite).
        pub selector: &'a [u8],
    }
}

element! {
    /// PASN parameters (802.11az). What `control` promises is in `tail`.
    pub struct PasnParameters: Id::PASN_PARAMETERS, "PASN parameters element" {
        /// Bit 0: a cookie and a time to come back follow; 1: group and key.
        pub control: u8,
        /// What is wrapped: 0 nothing, 1 FT, 2 FILS, 3 SAE.
        pub wrapped_data_format: u8,
    }
}
