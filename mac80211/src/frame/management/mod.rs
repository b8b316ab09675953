//! Management frames (9.3.3): fixed fields, then elements.
//!
//! Each is a struct of its fixed fields. `parse` reads the body of a frame, what follows its
//! [`Header`](super::Header); `write` appends the same bytes. Elements stay bytes here:
//! [`element`](crate::element) reads and builds them.

mod association;
mod authentication;
mod beacon;
mod sae;
mod timing;

pub use association::{AssocReq, AssocResp, Deauth, Disassoc, ReassocReq, S1gAssocResp};
pub use authentication::{Auth, AuthAlgorithm};
pub use beacon::{Beacon, ProbeReq};
pub use sae::{SaeCommit, SaeConfirm, SaeGroup, SaeRefusal};
pub use timing::TimingAdvertisement;
