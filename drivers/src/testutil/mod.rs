//! Device models and conformance suites that drivers are held to.
//!
//! Test support: needs `std` and is outside semver.

pub mod e1000;
pub mod null_card;
pub mod oracle;
