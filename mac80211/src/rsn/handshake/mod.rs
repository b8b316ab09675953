//! The 4-way handshake and the group key handshake, both sides, sans-IO (12.7.6, 12.7.7).
//!
//! Frames and time go in; what is to be done comes out, in order: send this, install that key, open the
//! port, give up. Nonces and group keys come from the caller.
//!
//! A supplicant acts only on frames; an [`Authenticator`] repeats what is not answered, at the moment
//! that [`poll_at`](Authenticator::poll_at) tells.

mod action;
mod association;
mod authenticator;
mod codec;
mod compare;
mod replay;
mod supplicant;

pub use action::{Action, Direction, Ignored, Stats};
pub use association::{Association, Root};
pub use authenticator::Authenticator;
pub use supplicant::Supplicant;
