//! What becomes of a frame that was received (`net/mac80211/rx.c`), so far as no interface is needed for it.
//!
//! The rules stand alone: [`Duplicates`], [`FragmentCache`]. With keys (feature `crypto`) a `Receiver`
//! runs them in Linux's order:
//!
//! ```text
//! check_dup ► check ► sta_process ► decrypt ► defragment ► michael_mic_verify ┬► amsdu ► data ► Ethernet frames
//!                                                                             └► mgmt_check ► management frames
//! ```

mod defrag;
#[cfg(feature = "crypto")]
mod deliver;
mod dup;
#[cfg(feature = "crypto")]
mod keys;
#[cfg(feature = "crypto")]
pub mod mfp;
#[cfg(feature = "crypto")]
mod receiver;

pub use defrag::{Fragment, FragmentCache, Guard, Whole};
#[cfg(feature = "crypto")]
pub use deliver::{Interface, Msdu, Msdus};
pub use dup::Duplicates;
#[cfg(feature = "crypto")]
pub use receiver::{Received, Receiver};
