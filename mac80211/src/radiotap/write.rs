//! Headers made of items.

use alloc::vec;
use alloc::vec::Vec;

use super::header::{FIXED, WORD};
use super::item::Item;
use super::layout;
use super::words::Words;

/// Why a header can't be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unwritable {
    /// There is too little room for it.
    #[error("no room for the radiotap header")]
    NoRoom,
    /// It, or something in it, is longer than 65535 bytes.
    #[error("the radiotap header would be too long")]
    TooLong,
    /// An item where it can't stand: after type-length-value items or the unknown rest, or bits of a
    /// vendor's namespace without one.
    #[error("an item where a radiotap header can't have it")]
    Misplaced,
}

/// Bytes of the header that [`write`](write()) makes of `items`.
///
/// # Errors
/// As [`write`](write()), but for the room.
pub fn encoded_len<'a, I>(items: I) -> Result<usize, Unwritable>
where
    I: IntoIterator<Item = Item<'a>, IntoIter: Clone>,
{
    Writer::run(items.into_iter(), None)
}

/// Writes a header of `items` to the front of `out`, and answers its length.
///
/// Fields in rising order of their bits share a present word; another one is begun where needed, so
/// that two antennas are just two fields each. Padding is zeros. [Items](super::Items) that were read
/// give the bytes again that they were read from, but for the second one, which has no meaning and is 0.
///
/// # Errors
/// See [`Unwritable`].
///
/// ```
/// use softnet_mac80211::radiotap::{self, Field::*, Item};
///
/// let fields = [DbmAntsignal(-30), DbmAntsignal(-32), Antenna(0), DbmAntsignal(-34), Antenna(1)];
/// let mut bytes = [0; 32];
/// let len = radiotap::write(fields.map(Item::Field), &mut bytes)?;
/// assert_eq!(
///     bytes[..len],
///     *b"\0\0\x15\0\x20\0\0\xa0\x20\x08\0\xa0\x20\x08\0\0\xe2\xe0\0\xde\x01"
/// );
/// # Ok::<(), radiotap::Unwritable>(())
/// ```
pub fn write<'a, I>(items: I, out: &mut [u8]) -> Result<usize, Unwritable>
where
    I: IntoIterator<Item = Item<'a>, IntoIter: Clone>,
{
    Writer::run(items.into_iter(), Some(out))
}

/// [`write`](write()) to a vector of the right length.
///
/// # Errors
/// As [`write`](write()).
pub fn to_vec<'a, I>(items: I) -> Result<Vec<u8>, Unwritable>
where
    I: IntoIterator<Item = Item<'a>, IntoIter: Clone>,
{
    let items = items.into_iter();
    let mut bytes = vec![0; encoded_len(items.clone())?];
    write(items, &mut bytes)?;
    Ok(bytes)
}

/// Writes, or only counts.
struct Writer<'o> {
    out: Option<&'o mut [u8]>,
    at: usize,
}

impl<'o> Writer<'o> {
    fn run<'a>(
        items: impl Iterator<Item = Item<'a>> + Clone,
        out: Option<&'o mut [u8]>,
    ) -> Result<usize, Unwritable> {
        // Where data begins is known once all present words are.
        let mut words = Words::new();
        for item in items.clone() {
            words.place(&item, &mut |_, _| Ok(()))?;
        }
        let mut writer = Self { out, at: FIXED + (words.before + 1) * WORD };
        let mut words = Words::new();
        let mut tlvs = false;
        for item in items {
            words.place(&item, &mut |number, word| writer.present(number, word))?;
            writer.data(&item)?;
            tlvs |= matches!(item, Item::Tlvs | Item::Tlv(_));
        }
        if tlvs {
            writer.align(WORD)?;
        }
        writer.present(words.before, words.word)?;
        let len = u16::try_from(writer.at).map_err(|_| Unwritable::TooLong)?;
        let [low, high] = len.to_le_bytes();
        writer.put_at(0, &[0, 0, low, high])?;
        Ok(len.into())
    }

    fn data(&mut self, item: &Item<'_>) -> Result<(), Unwritable> {
        match item {
            Item::Field(field) => {
                self.align(field.align())?;
                self.put(field.to_bytes().as_slice())
            }
            Item::Tlv(tlv) => {
                self.align(WORD)?;
                self.put(&tlv.kind.to_le_bytes())?;
                self.put_counted(tlv.data)
            }
            Item::Vendor(vendor) => {
                self.align(layout::VENDOR.0)?;
                self.put(&vendor.oui)?;
                self.put(&[vendor.sub_namespace])?;
                self.put_counted(vendor.data)
            }
            Item::Stray(bytes) => self.put(bytes),
            Item::Unknown(unknown) => self.put(unknown.data),
            Item::Tlvs | Item::Namespace | Item::VendorBits(_) | Item::More => Ok(()),
        }
    }

    /// Bytes with their length before them.
    fn put_counted(&mut self, bytes: &[u8]) -> Result<(), Unwritable> {
        let len = u16::try_from(bytes.len()).map_err(|_| Unwritable::TooLong)?;
        self.put(&len.to_le_bytes())?;
        self.put(bytes)
    }

    fn align(&mut self, align: usize) -> Result<(), Unwritable> {
        let pad = self.at.next_multiple_of(align) - self.at;
        self.put([0; 8].get(..pad).unwrap_or_default())
    }

    fn present(&mut self, number: usize, word: u32) -> Result<(), Unwritable> {
        self.put_at(FIXED + number * WORD, &word.to_le_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Unwritable> {
        self.put_at(self.at, bytes)?;
        self.at += bytes.len();
        if self.at > usize::from(u16::MAX) { Err(Unwritable::TooLong) } else { Ok(()) }
    }

    fn put_at(&mut self, at: usize, bytes: &[u8]) -> Result<(), Unwritable> {
        let Some(out) = &mut self.out else { return Ok(()) };
        let room = out.get_mut(at..).and_then(|room| room.get_mut(..bytes.len()));
        room.ok_or(Unwritable::NoRoom)?.copy_from_slice(bytes);
        Ok(())
    }
}
