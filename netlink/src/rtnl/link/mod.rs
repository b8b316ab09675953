//! Links: the interfaces.

mod af;
mod data;
mod layout;
mod table;

pub use af::*;
pub use data::*;
pub use layout::*;
pub use table::*;
