/// Bytes from outside that are not what they should be. It is the sender's fault, or the medium's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Fewer bytes than the thing named has.
    #[error("{0}: cut short")]
    Truncated(&'static str),
    /// More bytes than the thing named may have, or can hold.
    #[error("{0}: too long")]
    Overlong(&'static str),
    /// A value that the format of the thing named rules out.
    #[error("{0}: a value that its format rules out")]
    Invalid(&'static str),
}
