//! What is in a header, in order.

use core::iter::FusedIterator;

use super::header::{FIXED, WORD, word_at};
use super::layout::{self, EXT, RADIOTAP_NAMESPACE, TLV, VENDOR_NAMESPACE};
use super::{Dialect, Field, Radiotap, Tlv, WHAT};
use crate::Malformed;

const CUT: Malformed = Malformed::Truncated(WHAT);

/// Bits of a present word that mean something of their own in each namespace.
const FIELD_BITS: u32 = (1 << RADIOTAP_NAMESPACE) - 1;

/// Something in a header. Each bit of the present words stands for one; those of vendors' words come
/// together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Item<'a> {
    /// A field of the radiotap namespace.
    Field(Field),
    /// Type-length-value items fill the rest.
    Tlvs,
    /// One of them.
    Tlv(Tlv<'a>),
    /// The next present word is of the radiotap namespace, from its bit 0 on.
    Namespace,
    /// The next present word is of a vendor's namespace; all the data of it comes here.
    Vendor(Vendor<'a>),
    /// Bits 0 to 28 of a present word of a vendor's namespace, if one of them is up.
    VendorBits(u32),
    /// There is another present word. Without [`Namespace`](Self::Namespace) or
    /// [`Vendor`](Self::Vendor) before it, it goes on where the last one ended.
    More,
    /// Padding before an item that is not zeros, or bytes after the last one.
    Stray(&'a [u8]),
    /// A bit that nobody has given a meaning. What follows it can't be told apart: all of that.
    Unknown(Unknown<'a>),
}

/// A vendor's namespace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Vendor<'a> {
    /// Whose it is.
    pub oui: [u8; 3],
    /// Which of that vendor's.
    pub sub_namespace: u8,
    /// Its fields.
    pub data: &'a [u8],
}

/// From an unknown bit on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Unknown<'a> {
    /// Those bits of the present word that have not been read, the unknown one the lowest.
    pub bits: u32,
    /// Present words after it.
    pub words: &'a [u8],
    /// Data.
    pub data: &'a [u8],
}

/// What the bits of a present word stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    Radiotap,
    /// The radiotap namespace from bit 32 on, where no bit has a meaning.
    Beyond,
    Vendor,
}

impl Space {
    /// That of the next word, if no bit of this one says so.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Radiotap | Self::Beyond => Self::Beyond,
            Self::Vendor => Self::Vendor,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Bits,
    Tlvs,
    Done,
}

/// Items of a header, as `ieee80211_radiotap_iterator_next` finds them: it ends after an error, after
/// the last item, and after [`Item::Unknown`].
///
/// It knows more fields than Linux (all from 22 on, and 18). Padding is reported if it is not zeros, so
/// that all of a header can be [written](super::write()) again.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    /// Bits of the radiotap namespace that mean something to the reader.
    known: u32,
    /// Where the present words end.
    fields: usize,
    /// Where the current one is, and which bits of it are left.
    word: usize,
    bits: u32,
    space: Space,
    /// What a bit of this word has said of the next.
    then: Option<Space>,
    /// Where the next item's data begins, before padding.
    at: usize,
    phase: Phase,
    /// The item that padding was reported before.
    pending: Option<Item<'a>>,
}

impl<'a> Items<'a> {
    pub(super) fn new(header: Radiotap<'a>) -> Self {
        let bytes = header.as_bytes();
        Self {
            bytes,
            dialect: header.dialect(),
            known: FIELD_BITS,
            fields: header.fields_at(),
            word: FIXED,
            bits: word_at(bytes, FIXED).unwrap_or(0),
            space: Space::Radiotap,
            then: None,
            at: header.fields_at(),
            phase: Phase::Bits,
            pending: None,
        }
    }

    /// Takes all bits but these for unknown.
    pub(super) const fn knowing(mut self, known: u32) -> Self {
        self.known = known;
        self
    }

    fn step(&mut self) -> Result<Option<Item<'a>>, Malformed> {
        match self.phase {
            Phase::Done => Ok(None),
            Phase::Tlvs => self.tlv(),
            Phase::Bits => self.bit(),
        }
    }

    fn bit(&mut self) -> Result<Option<Item<'a>>, Malformed> {
        let bit = self.bits.trailing_zeros();
        match bit {
            u32::BITS => return Ok(self.end()),
            EXT => return self.more().map(Some),
            VENDOR_NAMESPACE => {}
            RADIOTAP_NAMESPACE => {
                self.then = Some(Space::Radiotap);
                self.bits &= !(1 << bit);
                return Ok(Some(Item::Namespace));
            }
            _ if self.space == Space::Vendor => {
                let bits = self.bits & FIELD_BITS;
                self.bits &= !FIELD_BITS;
                return Ok(Some(Item::VendorBits(bits)));
            }
            _ if self.space == Space::Beyond || self.known >> bit & 1 == 0 => {
                return Ok(Some(self.unknown()));
            }
            TLV if self.bits >> TLV == 1 => {
                self.bits = 0;
                self.phase = Phase::Tlvs;
                return Ok(Some(Item::Tlvs));
            }
            // Nobody could find the data of the bits behind it.
            TLV => return Err(Malformed::Invalid(WHAT)),
            _ => {}
        }
        self.bits &= !(1 << bit);
        if bit == VENDOR_NAMESPACE { self.vendor() } else { self.field(bit) }.map(Some)
    }

    fn field(&mut self, bit: u32) -> Result<Item<'a>, Malformed> {
        let fcs = bit == layout::RX_FLAGS && self.dialect == Dialect::FcsInHeader;
        let layout = if fcs { Some(&layout::FCS) } else { layout::FIELD.get(bit as usize) };
        let &(align, size) = layout.ok_or(CUT)?;
        let pad = self.align(align)?;
        let data = self.take(size)?;
        let field = if fcs {
            data.first_chunk().map(|&fcs| Field::Fcs(u32::from_le_bytes(fcs)))
        } else {
            Field::from_bytes(bit, data)
        };
        Ok(self.after(pad, Item::Field(field.ok_or(CUT)?)))
    }

    fn vendor(&mut self) -> Result<Item<'a>, Malformed> {
        let (align, size) = layout::VENDOR;
        let pad = self.align(align)?;
        let head = self.take(size)?.first_chunk().ok_or(CUT)?;
        let &[o0, o1, o2, sub_namespace, l0, l1] = head;
        let data = self.take(u16::from_le_bytes([l0, l1]).into())?;
        self.then = Some(Space::Vendor);
        let vendor = Vendor { oui: [o0, o1, o2], sub_namespace, data };
        Ok(self.after(pad, Item::Vendor(vendor)))
    }

    fn more(&mut self) -> Result<Item<'a>, Malformed> {
        self.word += WORD;
        self.bits = word_at(self.bytes, self.word).ok_or(CUT)?;
        self.space = self.then.take().unwrap_or(self.space.next());
        Ok(Item::More)
    }

    fn unknown(&mut self) -> Item<'a> {
        self.phase = Phase::Done;
        let words = self.bytes.get(self.word + WORD..self.fields).unwrap_or_default();
        let data = self.bytes.get(self.at..).unwrap_or_default();
        Item::Unknown(Unknown { bits: self.bits, words, data })
    }

    fn end(&mut self) -> Option<Item<'a>> {
        self.phase = Phase::Done;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        (!rest.is_empty()).then_some(Item::Stray(rest))
    }

    fn tlv(&mut self) -> Result<Option<Item<'a>>, Malformed> {
        let pad = self.align(WORD)?;
        if self.at == self.bytes.len() {
            self.phase = Phase::Done;
            return Ok((!pad.is_empty()).then_some(Item::Stray(pad)));
        }
        let &[k0, k1, l0, l1] = self.take(WORD)?.first_chunk().ok_or(CUT)?;
        let data = self.take(u16::from_le_bytes([l0, l1]).into())?;
        let tlv = Tlv { kind: u16::from_le_bytes([k0, k1]), data };
        Ok(Some(self.after(pad, Item::Tlv(tlv))))
    }

    /// Skips padding, counted from the header's first byte; answers with it if it is not zeros.
    fn align(&mut self, align: usize) -> Result<&'a [u8], Malformed> {
        let pad = self.take(self.at.next_multiple_of(align) - self.at)?;
        Ok(if pad.iter().all(|&byte| byte == 0) { &[] } else { pad })
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).ok_or(CUT)?;
        self.at += len;
        Ok(taken)
    }

    fn after(&mut self, pad: &'a [u8], item: Item<'a>) -> Item<'a> {
        if pad.is_empty() {
            return item;
        }
        self.pending = Some(item);
        Item::Stray(pad)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.pending.take() {
            return Some(Ok(item));
        }
        let step = self.step();
        if step.is_err() {
            self.phase = Phase::Done;
        }
        step.transpose()
    }
}

impl FusedIterator for Items<'_> {}

/// Fields of the radiotap namespace in a header; ends where no more can be read.
#[derive(Clone, Debug)]
pub struct Fields<'a>(Items<'a>);

impl<'a> Fields<'a> {
    pub(super) const fn new(items: Items<'a>) -> Self {
        Self(items)
    }
}

impl Iterator for Fields<'_> {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        loop {
            if let Item::Field(field) = self.0.next()?.ok()? {
                return Some(field);
            }
        }
    }
}

impl FusedIterator for Fields<'_> {}
