//! Classes that can not be made, changed or deleted.

use thiserror::Error;

use crate::{ClassId, ConfigError};

/// Why a class was not made, changed or deleted; the tree is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ClassError {
    /// There is one with this number (`EEXIST`).
    #[error("there is a class {0:?} already")]
    Exists(ClassId),
    /// There is none with this number (`ENOENT`).
    #[error("there is no class {0:?}")]
    Unknown(ClassId),
    /// The number is one of another discipline.
    #[error("{0:?} is not a class number of this discipline")]
    Foreign(ClassId),
    /// Filters choose it, or it has classes below it (`EBUSY`).
    #[error("class {0:?} is in use")]
    InUse(ClassId),
    /// There is no such class to be put below.
    #[error("there is no parent class {0:?}")]
    UnknownParent(ClassId),
    /// It would be further from the root than the discipline has levels.
    #[error("class {0:?} is too deep in the tree")]
    TooDeep(ClassId),
    /// The discipline has as many classes as it was configured for (`EOPNOTSUPP`).
    #[error("class {0:?} can't be made: the discipline itself says how many it has")]
    Fixed(ClassId),
    /// Its configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
}
