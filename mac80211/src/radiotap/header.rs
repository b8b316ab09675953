//! A header as a whole.

use zerocopy::byteorder::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::EXT;
use super::{Field, Fields, Flags, Item, Items, WHAT};
use crate::Malformed;

/// Bytes before the first present word.
pub(super) const FIXED: usize = 4;
/// Bytes of a present word.
pub(super) const WORD: usize = 4;

/// What all headers begin with (`struct ieee80211_radiotap_header`).
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Fixed {
    version: u8,
    _pad: u8,
    len: U16,
    present: U32,
}

/// Where two systems mean different things by one bit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Dialect {
    /// As radiotap.org has it, and Linux.
    #[default]
    Standard,
    /// As OpenBSD has it: bit 14 is the frame check sequence, in four bytes, and not the RX flags.
    FcsInHeader,
}

/// Checked view of a header: its length and its present words are sound. Its fields are checked as
/// they are read.
///
/// ```text
/// version 1 │ pad 1 │ length 2 │ present 4 │ present 4 … │ fields, each aligned from the version on
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Radiotap<'a> {
    bytes: &'a [u8],
    /// Where the present words end.
    fields: usize,
    dialect: Dialect,
}

impl<'a> Radiotap<'a> {
    /// Views the header in front of `packet`, and gives what follows it
    /// (`ieee80211_radiotap_iterator_init`).
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if it is not all there, or its present words go beyond its length;
    /// [`Malformed::Invalid`] for a version other than 0 and for a length less than that of what is
    /// always there, which Linux finds out later, and not at all if no bit is up.
    pub fn parse(packet: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        Self::parse_as(packet, Dialect::Standard)
    }

    /// The same, for a header written by a system that means something else by some bits.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_as(packet: &'a [u8], dialect: Dialect) -> Result<(Self, &'a [u8]), Malformed> {
        const CUT: Malformed = Malformed::Truncated(WHAT);
        let (fixed, _) = Fixed::ref_from_prefix(packet).map_err(|_| CUT)?;
        let len = usize::from(fixed.len.get());
        if fixed.version != 0 || len < FIXED + WORD {
            return Err(Malformed::Invalid(WHAT));
        }
        let (bytes, rest) = packet.split_at_checked(len).ok_or(CUT)?;
        let mut fields = FIXED + WORD;
        let mut present = fixed.present.get();
        while present >> EXT == 1 {
            present = word_at(bytes, fields).ok_or(CUT)?;
            fields += WORD;
        }
        Ok((Self { bytes, fields, dialect }, rest))
    }

    /// The header's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its present words, at least one, from the first on: which fields are there. The last one has its
    /// highest bit down.
    pub fn present(&self) -> impl Iterator<Item = u32> + Clone + use<'a> {
        let words = self.bytes.get(FIXED..self.fields).unwrap_or_default();
        words.chunks_exact(WORD).filter_map(|word| word_at(word, 0))
    }

    /// All that is in it, in order: one item for each bit of the present words.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        Items::new(*self)
    }

    /// Its fields of the radiotap namespace, as far as they can be read. A header may have a field
    /// more than once: first for the frame, then for each antenna.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.items())
    }

    /// The frame's flags; none up where the header has none.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if they are promised and not there.
    pub fn flags(&self) -> Result<Flags, Malformed> {
        // The first word is of the radiotap namespace always, and before the flags is the TSFT at most.
        if word_at(self.bytes, FIXED).unwrap_or(0) & 2 == 0 {
            return Ok(Flags::empty());
        }
        for item in self.items() {
            if let Item::Field(Field::Flags(flags)) = item? {
                return Ok(flags);
            }
        }
        Err(Malformed::Truncated(WHAT))
    }

    pub(super) const fn fields_at(&self) -> usize {
        self.fields
    }

    pub(super) const fn dialect(&self) -> Dialect {
        self.dialect
    }
}

/// The word at an offset.
pub(super) fn word_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|&word| u32::from_le_bytes(word))
}
