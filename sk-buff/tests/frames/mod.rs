//! Frames built header by header, and what a dissector has to find in them.
//!
//! The model never reads a byte: it goes over the list of headers from which the bytes were made. So
//! the two sides have nothing in common but the numbers of the protocols. Driven by proptest here and
//! by libFuzzer in `fuzz/`.

mod build;
mod expect;

pub(crate) use build::{Header, Payload, headers};
pub(crate) use expect::{check, check_all};

/// One header to be: which kind, modulo the number of those that may stand there, and two numbers
/// for its fields.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(fuzzing, derive(arbitrary::Arbitrary))]
pub(crate) struct Draw {
    pub(crate) kind: u8,
    pub(crate) a: u32,
    pub(crate) b: u32,
}
