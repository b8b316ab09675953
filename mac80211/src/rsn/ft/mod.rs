//! Fast BSS transition: one PMK, a PMK-R1 for each AP, and a PTK without a 4-way handshake
//! (IEEE 802.11-2020, clauses 12.7.1.6 and 13).

mod group;
mod hierarchy;
mod mic;

pub use group::group_keys;
pub use hierarchy::{Domain, PmkR0, PmkR1};
pub use mic::FtMic;
pub(super) use mic::mic_len;
