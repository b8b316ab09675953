//! Routes.

mod multipath;
mod table;

pub use multipath::*;
pub(in crate::rtnl) use table::encap;
pub use table::*;
