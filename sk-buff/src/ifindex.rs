//! Which device.

use core::fmt;
use core::num::NonZeroU32;

/// The number of a device interface (`dev->ifindex`): never 0, not used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfIndex(pub NonZeroU32);

impl IfIndex {
    /// The first interface of a machine, in Linux always `lo`.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The interface numbered `index`; `None` for 0.
    #[must_use]
    pub const fn new(index: u32) -> Option<Self> {
        match NonZeroU32::new(index) {
            Some(index) => Some(Self(index)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Debug for IfIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "if{}", self.0)
    }
}

impl fmt::Display for IfIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
