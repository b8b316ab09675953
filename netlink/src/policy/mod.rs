//! Policies: what attributes a request may have, and what their values may be (`struct nla_policy`).
//!
//! A [`Policy`] is a table in read-only memory, by attribute type.

mod rule;

pub use rule::{Check, Kind, Policy, Range, Rule, table, table_len};
