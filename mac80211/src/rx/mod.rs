//! What becomes of a frame that was received (`net/mac80211/rx.c`), so far as no interface is needed for it.

mod defrag;
mod dup;

pub use defrag::{Fragment, FragmentCache, Guard, Whole};
pub use dup::Duplicates;
