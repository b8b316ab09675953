//! EAPOL-Key frames: how keys are agreed on and handed out (IEEE 802.11-2020, clause 12.7.2).
//!
//! They are what follows the LLC/SNAP header of EtherType 0x888E.

mod build;
mod info;
mod kde;
mod key;
mod key_data;
mod message;
mod mic;
mod packet;

pub use build::KeyFrame;
pub use info::KeyInfo;
pub use kde::{Entry, IntegrityKey, Kde, KeyData};
pub use key::EapolKey;
pub(super) use key_data::unwrap;
pub use key_data::{pad_key_data, seal_key_data};
pub use message::Message;
pub use mic::sign;
pub use packet::{Packet, PacketType};
