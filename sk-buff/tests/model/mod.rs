//! Packets as they ought to be: each with a `Vec` of its own, which nobody else can change.
//!
//! Runs one list of steps on real packets and on the model and compares everything after each step.
//! A write that reaches the bytes of a clone, an offset that is off by one, a refusal too many or
//! too few shows at once. Driven by proptest here and by libFuzzer in `fuzz/`.

mod packet;
mod world;

pub(crate) use world::run;

/// One step: what to do, with which packet and pool, and two numbers for sizes.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(fuzzing, derive(arbitrary::Arbitrary))]
pub(crate) struct Step {
    /// Which operation, modulo their number.
    pub(crate) op: u8,
    /// Which packet, modulo their number; its lowest bit also says which pool.
    pub(crate) at: u8,
    /// A size, taken modulo a little more than a buffer.
    pub(crate) a: u16,
    /// Another one.
    pub(crate) b: u16,
}
