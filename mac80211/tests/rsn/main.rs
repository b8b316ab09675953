//! From passphrases to keys, against published vectors and captures.
#![cfg(feature = "rsn")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../captures/mod.rs"]
mod captures;
mod eapol_captures;
mod handshake_captures;
mod keys_json;
mod observer;
mod recomputed;
mod scenarios;
mod secrets;
mod vectors;
