//! What the programs of this package have in common: how they write a report, show their progress,
//! leave their files and end.

extern crate alloc;

pub mod capture;
pub mod command;
pub mod failure;
pub mod lots;
pub mod output;
pub mod ping;
pub mod progress;
pub mod tc_show;
pub mod text;
pub mod wifi;
