use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::KeyError;

/// Bytes of a key, at most [`MAX`](Self::MAX): wiped when dropped, compared in constant time, never printed.
#[derive(Clone)]
pub struct Secret {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Secret {
    /// The longest key of RSN: a PMK or KEK of 512 bits.
    pub const MAX: usize = 64;
    /// No key at all.
    pub const EMPTY: Self = Self { bytes: [0; Self::MAX], len: 0 };

    /// These bytes.
    ///
    /// # Errors
    /// [`KeyError::Length`] if they are more than [`MAX`](Self::MAX).
    pub fn new(key: &[u8]) -> Result<Self, KeyError> {
        let mut secret = Self::EMPTY;
        secret.bytes.get_mut(..key.len()).ok_or(KeyError::Length("key"))?.copy_from_slice(key);
        secret.len = key.len();
        Ok(secret)
    }

    /// Made by `fill` in place, so that no copy of it stays on the stack.
    pub(crate) fn make(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), KeyError>,
    ) -> Result<Self, KeyError> {
        let mut secret = Self { bytes: [0; Self::MAX], len };
        fill(secret.bytes.get_mut(..len).ok_or(KeyError::Length("key"))?)?;
        Ok(secret)
    }

    /// The key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Bytes that it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl zeroize::ZeroizeOnDrop for Secret {}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bits>", self.len * 8)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn is_never_printed() {
        let key = Secret::new(&[0xab; 16]).unwrap();
        assert_eq!(format!("{key:?} {key:#?}"), "<128 bits> <128 bits>");
    }

    #[test]
    fn length_counts() {
        let bytes = [7; 65];
        assert_eq!(Secret::new(&bytes).unwrap_err(), KeyError::Length("key"));
        assert_eq!(Secret::new(&bytes[..64]).unwrap().as_bytes(), &bytes[..64]);
        // Zeros behind the shorter one are no part of it.
        assert_ne!(Secret::new(&[1, 0]).unwrap(), Secret::new(&[1]).unwrap());
        assert_eq!(Secret::new(&[1, 0]).unwrap(), Secret::new(&[1, 0]).unwrap());
    }
}
