//! Requests that a tree refuses.

use thiserror::Error;

use crate::filter::FilterError;
use crate::{ClassError, ClassId, ConfigError, Handle};

/// Why a tree was not changed; it is as it was. In brackets what Linux answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum TreeError {
    /// There is no discipline with this number (`ENOENT`).
    #[error("there is no discipline {:x}:", .0.0)]
    UnknownQdisc(Handle),
    /// The discipline has no such class (`ENOENT`).
    #[error("there is no class {0:?}")]
    UnknownClass(ClassId),
    /// Nothing is there, and the request was not to create it (`ENOENT`).
    #[error("there is no discipline to change; add one")]
    NothingThere,
    /// Something is there, and the request was to add, not to replace (`EEXIST`).
    #[error("there is a discipline already; replace it")]
    Exists,
    /// The number belongs to a discipline elsewhere in the tree (`EINVAL`).
    #[error("discipline {:x}: hangs somewhere else", .0.0)]
    Moves(Handle),
    /// The discipline there is of another kind (`EINVAL`).
    #[error("the discipline there is a {0}")]
    OtherKind(&'static str),
    /// There was no kind to create (`EINVAL`).
    #[error("a new discipline needs a kind")]
    NoKind,
    /// Neither a parent nor a number was given (`EINVAL`).
    #[error("neither a parent nor a number is given")]
    NoHandle,
    /// The number of a class was not given.
    #[error("the class has no number")]
    NoClassId,
    /// What was to be deleted has another number (`EINVAL`).
    #[error("the discipline there is {:x}:", .0.0)]
    OtherHandle(Handle),
    /// More than eight disciplines one below the other (`E2BIG`).
    #[error("the tree is too deep")]
    TooDeep,
    /// Size tables are for the root (`EINVAL`).
    #[error("only the root has a size table")]
    SizeTableBelowRoot,
    /// ingress and clsact have their own place, and no other discipline does (`EINVAL`).
    #[error("ingress and clsact are for that end of the device, and only they")]
    WrongEnd,
    /// All numbers that Linux gives away by itself are taken (`ENOMEM`).
    #[error("no number is left")]
    NoHandleLeft,
    /// The parent's and the class's number are not of one discipline (`EINVAL`).
    #[error("{0:?} is not of the parent's discipline")]
    OtherDiscipline(ClassId),
    /// The discipline or class makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The class was refused.
    #[error(transparent)]
    Class(#[from] ClassError),
    /// Neither a discipline that has filters nor such a class of one (`EINVAL`).
    #[error("there is no place for filters at {0:?}")]
    NoFilters(ClassId),
    /// The filter was refused.
    #[error(transparent)]
    Filter(#[from] FilterError),
}
