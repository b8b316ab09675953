//! Commands that are not understood.

use alloc::string::String;

use thiserror::Error;

use crate::tree::TreeError;

/// Why a command was not carried out, in one line that says what to write instead.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum TcError {
    /// The command ends too early.
    #[error("after '{after}' comes {wanted}")]
    Ends {
        /// The last word.
        after: String,
        /// What should have followed.
        wanted: &'static str,
    },
    /// A word that is not known there.
    #[error("'{word}' is unknown here; {known}")]
    Unknown {
        /// The word.
        word: String,
        /// What is known.
        known: &'static str,
    },
    /// A value that can't be read.
    #[error("'{word}' is not {wanted}")]
    Value {
        /// The word.
        word: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// Something that the kind can't be without is missing.
    #[error("{kind} needs {wanted}")]
    Missing {
        /// The kind of discipline, class or filter.
        kind: &'static str,
        /// What is missing.
        wanted: &'static str,
    },
    /// It was understood, but makes no sense.
    #[error(transparent)]
    Refused(#[from] TreeError),
}
