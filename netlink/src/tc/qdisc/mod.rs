//! What queueing disciplines and classes are made of.

mod aqm;
mod layout;
mod sharing;
mod table;
mod timed;

pub use aqm::*;
pub use layout::*;
pub use sharing::*;
pub use table::*;
pub use timed::*;
