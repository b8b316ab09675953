//! Where items have their bits when a header is written.

use super::Unwritable;
use super::item::{Item, Space};
use super::layout::{EXT, RADIOTAP_NAMESPACE, TLV, VENDOR_NAMESPACE};

/// The present word that is being filled.
pub(super) struct Words {
    /// How many are before it.
    pub(super) before: usize,
    pub(super) word: u32,
    /// The lowest bit that may still be put up.
    free: u32,
    space: Space,
    /// What a bit of this word has said of the next.
    then: Option<Space>,
    tlvs: bool,
    /// The rest is what nobody knows.
    closed: bool,
}

impl Words {
    pub(super) const fn new() -> Self {
        let (tlvs, closed) = (false, false);
        Self { before: 0, word: 0, free: 0, space: Space::Radiotap, then: None, tlvs, closed }
    }

    /// Puts up the bit of an item; `full` gets each word that is left for a next one.
    pub(super) fn place(
        &mut self,
        item: &Item<'_>,
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        let after_tlvs = matches!(item, Item::Tlv(_) | Item::Stray(_));
        if self.closed || self.tlvs && !after_tlvs {
            return Err(Unwritable::Misplaced);
        }
        match item {
            Item::Field(field) => self.reach(field.bit(), full),
            Item::Tlv(_) if self.tlvs => Ok(()),
            Item::Tlvs | Item::Tlv(_) => {
                self.tlvs = true;
                self.reach(TLV, full)
            }
            Item::Namespace => self.reach_any(RADIOTAP_NAMESPACE, Space::Radiotap, full),
            Item::Vendor(_) => self.reach_any(VENDOR_NAMESPACE, Space::Vendor, full),
            Item::VendorBits(bits) => self.vendor_bits(*bits, full),
            Item::More => self.more(full),
            Item::Stray(_) => Ok(()),
            Item::Unknown(unknown) => self.unknown(unknown.bits, unknown.words, full),
        }
    }

    /// For a field: in this word if its bit still can be put up there, else in one of its own.
    fn reach(
        &mut self,
        bit: u32,
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        while self.space != Space::Radiotap || bit < self.free {
            if self.then.is_none() {
                self.reach_any(RADIOTAP_NAMESPACE, Space::Radiotap, full)?;
            }
            self.more(full)?;
        }
        self.up(bit);
        Ok(())
    }

    /// For what is in every namespace.
    fn reach_any(
        &mut self,
        bit: u32,
        then: Space,
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        if bit < self.free {
            self.more(full)?;
        }
        self.up(bit);
        self.then = Some(then);
        Ok(())
    }

    fn vendor_bits(
        &mut self,
        bits: u32,
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        if self.then == Some(Space::Vendor) || self.space == Space::Vendor && self.free > 0 {
            self.more(full)?;
        }
        if self.space != Space::Vendor || bits >> RADIOTAP_NAMESPACE != 0 {
            return Err(Unwritable::Misplaced);
        }
        self.word |= bits;
        self.free = RADIOTAP_NAMESPACE;
        Ok(())
    }

    fn unknown(
        &mut self,
        bits: u32,
        words: &[u8],
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        if bits.trailing_zeros() < self.free || (bits >> EXT == 0) != words.is_empty() {
            return Err(Unwritable::Misplaced);
        }
        self.word |= bits;
        self.closed = true;
        let (words, odd) = words.as_chunks();
        if !odd.is_empty() {
            return Err(Unwritable::Misplaced);
        }
        for (number, &word) in words.iter().enumerate() {
            let word = u32::from_le_bytes(word);
            // All but the last promise another one.
            if (word >> EXT == 1) == (number + 1 == words.len()) {
                return Err(Unwritable::Misplaced);
            }
            full(self.before, self.word)?;
            self.before += 1;
            self.word = word;
        }
        Ok(())
    }

    fn more(
        &mut self,
        full: &mut impl FnMut(usize, u32) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        full(self.before, self.word | 1 << EXT)?;
        self.before += 1;
        self.word = 0;
        self.free = 0;
        self.space = self.then.take().unwrap_or(self.space.next());
        Ok(())
    }

    const fn up(&mut self, bit: u32) {
        self.word |= 1 << bit;
        self.free = bit + 1;
    }
}
