//! What queueing disciplines and classes are made of.

mod layout;
mod table;

pub use layout::*;
pub use table::*;
