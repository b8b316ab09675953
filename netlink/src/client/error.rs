//! What can go wrong between a program and the kernel, sorted by who is to blame.

use alloc::string::String;
use core::fmt;
use std::io;

use thiserror::Error as ThisError;

use crate::errno::Errno;
use crate::wire::{Ack, Malformed, WriteError};

/// Why a request was not answered as hoped.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The kernel said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request can't be written.
    #[error("the request can't be written")]
    Request(#[from] WriteError),
    /// The socket failed.
    #[error("the socket failed")]
    Socket(#[from] io::Error),
    /// What came is no netlink.
    #[error("the kernel's answer is malformed")]
    Malformed(#[from] Malformed),
    /// The receive buffer ran over while a dump was under way, or an answer was lost: ask again.
    #[error("answers were lost: the receive buffer ran over")]
    Overrun,
    /// What was dumped kept changing, in as many attempts as the configuration allows.
    #[error("what was dumped kept changing, {0} times")]
    Interrupted(u32),
    /// A dump is larger than the configuration allows.
    #[error("the dump is larger than {0} bytes")]
    TooLarge(usize),
}

/// The kernel's "no".
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub struct Refusal {
    /// Its error number.
    pub errno: Errno,
    /// Its words, if it has any (`NLMSGERR_ATTR_MSG`).
    pub words: Option<String>,
    /// Where in the request the attribute begins that it minds (`NLMSGERR_ATTR_OFFS`).
    pub offset: Option<u32>,
    /// The type of an attribute that is missing (`NLMSGERR_ATTR_MISS_TYPE`).
    pub missing: Option<u32>,
}

impl Refusal {
    /// What an answer says; `None` of an acknowledgement.
    pub(super) fn of(ack: &Ack<'_>) -> Option<Self> {
        let errno = Errno::from_wire(ack.error())?;
        let said = ack.attrs();
        Some(Self {
            errno,
            words: said.message.map(|words| String::from_utf8_lossy(words).into_owned()),
            offset: said.offset,
            missing: said.missing_kind,
        })
    }

    pub(super) const fn bare(errno: Errno) -> Self {
        Self { errno, words: None, offset: None, missing: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the kernel refuses: {}", self.errno)?;
        if let Some(words) = &self.words {
            write!(f, ", {words}")?;
        }
        if let Some(missing) = self.missing {
            write!(f, ", attribute {missing} is missing")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", the attribute at byte {offset}")?;
        }
        Ok(())
    }
}
