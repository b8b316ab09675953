//! What filters are made of.

mod flower;
mod table;

pub use flower::*;
pub use table::*;
