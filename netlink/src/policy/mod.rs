//! Policies: what attributes a request may have, and what their values may be (`struct nla_policy`).
//!
//! A [`Policy`] is a table in read-only memory, by attribute type. [`validate`] and [`Parsed`] hold attributes to
//! it with the verdicts of `lib/nlattr.c`; [`Rule::describe`] tells a client of a rule.

mod describe;
mod invalid;
mod range;
mod rule;
mod strictness;
mod validate;

#[cfg(test)]
mod tests;

#[cfg(feature = "alloc")]
pub use describe::PolicyTypeBuf;
pub use describe::{PolicyType, PolicyTypeAttr, attr_kind};
pub use invalid::{Fault, Invalid, Refusal, Warnings};
pub use rule::{Check, Kind, Policy, Range, Rule, kinds_len, table, table_len};
pub use strictness::Strictness;
pub use validate::{Parsed, validate};
