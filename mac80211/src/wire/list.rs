//! Lists of values of one size.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::{BuildError, Record, Sink, Wire, append, take};

/// Values of one size, one after another: in the bytes of a frame, or in a slice of one's own to build
/// from. Two lists are equal if their values are.
///
/// ```
/// use softnet_mac80211::CipherSuite;
/// use softnet_mac80211::wire::List;
///
/// let list = List::from(&[CipherSuite::CCMP, CipherSuite::TKIP]);
/// assert_eq!(list.len(), 2);
/// assert!(list.iter().any(|suite| suite == CipherSuite::TKIP));
/// ```
#[derive(Clone, Copy)]
pub struct List<'a, T> {
    repr: Repr<'a, T>,
}

#[derive(Clone, Copy)]
enum Repr<'a, T> {
    Wire(&'a [u8], PhantomData<T>),
    Values(&'a [T]),
}

impl<'a, T: Record> List<'a, T> {
    /// Takes `count` values from the front of `from`; `None` if they are not all there.
    #[inline]
    pub fn read(from: &mut &'a [u8], count: usize) -> Option<Self> {
        Some(Self { repr: Repr::Wire(take(from, count.checked_mul(T::LEN)?)?, PhantomData) })
    }

    /// Takes as many values as there are.
    #[inline]
    #[must_use]
    pub fn read_all(from: &mut &'a [u8]) -> Self {
        let count = from.len().checked_div(T::LEN).unwrap_or(0);
        Self::read(from, count).unwrap_or_default()
    }

    /// How many they are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.repr {
            Repr::Wire(bytes, _) => match bytes.len().checked_div(T::LEN) {
                Some(len) => len,
                None => 0,
            },
            Repr::Values(values) => values.len(),
        }
    }

    /// There are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + Clone + use<'a, T> {
        let (mut bytes, values) = match self.repr {
            Repr::Wire(bytes, _) => (bytes, &[] as &[T]),
            Repr::Values(values) => (&[] as &[u8], values),
        };
        let read =
            core::iter::from_fn(move || if bytes.is_empty() { None } else { T::read(&mut bytes) });
        read.chain(values.iter().copied())
    }

    /// The first value.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.iter().next()
    }

    /// Appends their bytes; a [`Vec`] has room.
    pub fn append(&self, out: &mut Vec<u8>) {
        append(self, out);
    }

    /// Appends their bytes.
    ///
    /// # Errors
    /// [`BuildError::NoRoom`].
    pub fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        match self.repr {
            Repr::Wire(bytes, _) => out.put(bytes),
            Repr::Values(values) => values.iter().try_for_each(|value| value.write(out)),
        }
    }
}

/// All values that are left.
impl<'a, T: Record> Wire<'a> for List<'a, T> {
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        Some(Self::read_all(from))
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        Self::write(self, out)
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self { repr: Repr::Values(&[]) }
    }
}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self { repr: Repr::Values(values) }
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for List<'a, T> {
    fn from(values: &'a [T; N]) -> Self {
        Self::from(values.as_slice())
    }
}

impl<T: Record + PartialEq> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Record + Eq> Eq for List<'_, T> {}

impl<T: Record + fmt::Debug> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
