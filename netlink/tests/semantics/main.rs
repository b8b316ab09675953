//! The rules of netlink sockets, each as a test named after it, tried twice: on our table and on the Linux
//! that this runs on, in a network namespace of the test's own.
//!
//! A test of module `linux` needs root (oracle `netns`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

/// Declares rules: functions over a [`backend::Backend`], each a test on both.
macro_rules! rules {
    ($($(#[$doc:meta])* fn $name:ident($on:ident) $body:block)*) => {
        $($(#[$doc])* fn $name($on: &mut dyn crate::backend::Backend) $body)*

        mod ours {
            $(#[test] fn $name() { super::$name(&mut crate::ours::Ours::new()); })*
        }

        #[cfg(target_os = "linux")]
        mod linux {
            $(#[test] fn $name() { crate::linux::in_namespace(|linux| super::$name(linux)); })*
        }
    };
}

mod acks;
mod backend;
mod dumps;
mod generic;
#[cfg(target_os = "linux")]
mod linux;
mod nets;
mod ours;
mod queues;
mod sending;
mod sockets;
