//! Ciphers: bodies sealed and opened in place (IEEE 802.11-2020, clause 12.5), and the keys that they
//! are used with.
//!
//! [`Key`] is one installed key with its counters. [`keyid`] and [`mmie_keyidx`] tell which of the
//! installed ones a received frame asks for. A frame is one slice with room for what the cipher adds:
//!
//! ```text
//! header │ IV: header_len() │ body │ MIC or ICV: mic_len()
//! ```
//!
//! ```
//! use softnet_mac80211::cipher::{Key, Replay};
//! use softnet_mac80211::{CipherSuite, RxDrop};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut ours = Key::new(CipherSuite::CCMP, 0, &[7; 16])?;
//! let mut theirs = Key::new(CipherSuite::CCMP, 0, &[7; 16])?;
//!
//! let header = b"\x08\x01\0\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x10\0";
//! let mut frame = header.to_vec();
//! frame.extend_from_slice(&[0; 8]);
//! frame.extend_from_slice(b"payload");
//! frame.extend_from_slice(&[0; 8]);
//! ours.encrypt(&mut frame)?;
//!
//! let mut again = frame.clone();
//! let opened = theirs.open(&mut frame, Replay::Check)?.ok_or("not for this key")?;
//! assert_eq!(&frame[opened.body], b"payload");
//! assert_eq!(opened.pn, 1);
//! assert_eq!(theirs.open(&mut again, Replay::Check), Err(RxDrop::Replay));
//! # Ok(())
//! # }
//! ```
//!
//! AES runs on the CPU's instructions where there are any: the `aes` crate looks for them when the
//! program runs. Elsewhere it is portable code without tables that is constant in time. Built with
//!
//! ```text
//! RUSTFLAGS='--cfg aes_backend="soft" --cfg polyval_backend="soft" --cfg sha1_backend="soft" --cfg sha2_backend="soft"'
//! ```
//!
//! it is so everywhere. `x86_64-unknown-none`, which has no vector registers, does not build without.

mod aad;
mod aead;
mod bip;
mod bip_mac;
mod ccmp_gcmp;
mod countermeasures;
mod key;
mod key_index;
mod michael;
mod mpdu;
mod opened;
mod pn;
mod s1g;
#[cfg(feature = "skb")]
mod skb;
mod tkip;
mod tkip_mixing;
mod wep;

pub use aad::{Aad, nonce};
pub use aead::{Aead, BadLength, Forged};
pub use countermeasures::Countermeasures;
pub use key::{BadKey, EncryptError, Key, KeyStats, Role};
pub(crate) use key_index::is_group_privacy_action;
pub use key_index::{Wanted, is_robust_mgmt_frame, keyid, mmie_keyidx, wanted};
pub use michael::{MICHAEL_MIC_LEN, Michael};
pub use opened::{Opened, Replay};
#[cfg(feature = "skb")]
pub use skb::EncryptSkbError;
pub use tkip_mixing::Phase1;

/// Does not compile for an expanded key that would stay in memory: if a crate's feature got lost.
const fn zeroized<T: zeroize::ZeroizeOnDrop>() {}
