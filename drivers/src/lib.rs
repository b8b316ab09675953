//! drivers
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod bus;
#[cfg(feature = "e1000")]
pub mod e1000;
#[cfg(all(feature = "qemu", target_os = "linux"))]
pub mod qemu;
#[cfg(feature = "testutil")]
pub mod testutil;
#[cfg(feature = "veth")]
#[cfg_attr(docsrs, doc(cfg(feature = "veth")))]
pub mod veth;
