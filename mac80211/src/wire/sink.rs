//! Where values are written to.

use alloc::vec::Vec;

/// Why something could not be built. What was written before it stays; the rest is undefined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The buffer is full.
    #[error("the buffer is full")]
    NoRoom,
    /// More than the element named, or a count in it, can hold.
    #[error("{0}: too long")]
    Overlong(&'static str),
}

/// Takes bytes, one after another: a [`Vec`], or a buffer of fixed size ([`Bounded`]).
pub trait Sink {
    /// Appends `bytes`, all of them or none.
    ///
    /// # Errors
    /// [`BuildError::NoRoom`].
    fn put(&mut self, bytes: &[u8]) -> Result<(), BuildError>;
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), BuildError> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// A buffer of fixed size, filled from its front.
#[derive(Debug)]
pub struct Bounded<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Bounded<'b> {
    /// Over `buffer`, empty.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// What was written.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// What was written, for as long as the buffer lives.
    #[must_use]
    pub fn into_written(self) -> &'b mut [u8] {
        self.buffer.get_mut(..self.len).unwrap_or_default()
    }
}

impl Sink for Bounded<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), BuildError> {
        let free = self.buffer.get_mut(self.len..).unwrap_or_default();
        let room = free.get_mut(..bytes.len()).ok_or(BuildError::NoRoom)?;
        room.copy_from_slice(bytes);
        self.len += bytes.len();
        Ok(())
    }
}

/// Counts only: lengths stand before what they count.
#[derive(Default)]
pub(crate) struct Count(pub(crate) usize);

impl Sink for Count {
    fn put(&mut self, bytes: &[u8]) -> Result<(), BuildError> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_sink_takes_all_or_nothing() {
        let mut buffer = [0; 4];
        let mut sink = Bounded::new(&mut buffer);
        sink.put(&[1, 2, 3]).unwrap();
        assert_eq!(sink.put(&[4, 5]), Err(BuildError::NoRoom));
        assert_eq!(sink.written(), [1, 2, 3]);
        sink.put(&[6]).unwrap();
        assert_eq!(sink.into_written(), [1, 2, 3, 6]);
    }
}
