//! Values that share words, each with the bit that says whether it is known.

/// For each value a getter, `None` while its known bit is down, and a setter, which puts that bit up.
/// `[word] bits`: first where it is said to be known, then where it is. A value without a known bit
/// is always there.
macro_rules! shared_words {
    ($owner:ident: $word:ident; $($rest:tt)+) => {
        impl $owner {
            shared_words! { @ $word $($rest)+ }
        }
    };
    (@ $word:ident) => {};
    (@ $word:ident $(#[doc = $doc:literal])+ $get:ident, $with:ident = [$at:literal] $mask:literal; $($rest:tt)*) => {
        $(#[doc = $doc])+
        #[must_use]
        pub const fn $get(&self) -> $word {
            const MASK: $word = $mask;
            (self.0[$at] & MASK) >> MASK.trailing_zeros()
        }

        #[doc = concat!("With this [`", stringify!($get), "`](Self::", stringify!($get), "); higher bits are cut off.")]
        #[must_use]
        pub const fn $with(mut self, value: $word) -> Self {
            const MASK: $word = $mask;
            self.0[$at] = self.0[$at] & !MASK | value << MASK.trailing_zeros() & MASK;
            self
        }

        shared_words! { @ $word $($rest)* }
    };
    (@ $word:ident $(#[doc = $doc:literal])+ $get:ident, $with:ident = [$known_at:literal] $known:literal, [$at:literal] $mask:literal; $($rest:tt)*) => {
        $(#[doc = $doc])+
        #[must_use]
        pub const fn $get(&self) -> Option<$word> {
            const MASK: $word = $mask;
            if self.0[$known_at] & $known != $known {
                return None;
            }
            Some((self.0[$at] & MASK) >> MASK.trailing_zeros())
        }

        #[doc = concat!("With this [`", stringify!($get), "`](Self::", stringify!($get), "), known; higher bits are cut off.")]
        #[must_use]
        pub const fn $with(mut self, value: $word) -> Self {
            const MASK: $word = $mask;
            self.0[$known_at] |= $known;
            self.0[$at] = self.0[$at] & !MASK | value << MASK.trailing_zeros() & MASK;
            self
        }

        shared_words! { @ $word $($rest)* }
    };
}

pub(super) use shared_words;

/// Words from their little-endian bytes; what is not there is 0.
pub(super) fn u16s<const N: usize>(bytes: &[u8]) -> [u16; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(2)) {
        *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u16::from(byte));
    }
    words
}

/// Words from their little-endian bytes; what is not there is 0.
pub(super) fn u32s<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(4)) {
        *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
    }
    words
}

/// Little-endian bytes of words, as many as there is room for.
pub(super) fn le_bytes<const N: usize>(bytes: impl IntoIterator<Item = u8>) -> [u8; N] {
    let mut room = [0; N];
    for (place, byte) in room.iter_mut().zip(bytes) {
        *place = byte;
    }
    room
}
