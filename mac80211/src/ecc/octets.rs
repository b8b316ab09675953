//! Secrets and public values of a curve, in buffers that are wiped.

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Up to 132 bytes, wiped when dropped; compared in constant time.
#[derive(Clone)]
pub(crate) struct Octets {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Octets {
    /// A point of the widest curve.
    pub(crate) const MAX: usize = 132;

    /// `len` bytes of zero; fewer where it is more than there is room for.
    pub(crate) fn zeroed(len: usize) -> Self {
        Self { bytes: [0; Self::MAX], len: len.min(Self::MAX) }
    }

    /// `parts`, one after another, as far as there is room.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut octets = Self::zeroed(parts.iter().map(|part| part.len()).sum());
        let source = parts.iter().copied().flatten();
        octets.iter_mut().zip(source).for_each(|(to, from)| *to = *from);
        octets
    }

    /// The first `len` bytes, and the others.
    pub(crate) fn split(&self, len: usize) -> (&[u8], &[u8]) {
        self.split_at(len.min(self.len))
    }
}

impl Drop for Octets {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl core::ops::Deref for Octets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl core::ops::DerefMut for Octets {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len).unwrap_or_default()
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl core::fmt::Debug for Octets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "[{} bytes]", self.len)
    }
}
