//! Routes.

mod multipath;
mod table;

pub use multipath::*;
pub use table::*;
