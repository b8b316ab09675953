//! Management MIC element.

use super::{Body, BuildError, Element, Id, Sink, Wire};

/// Management MIC element (9.4.2.54; `struct ieee80211_mmie`, `struct ieee80211_mmie_16`): the last of a
/// protected management frame to a group, or of a protected beacon.
///
/// The MIC has 8 bytes with BIP-CMAC-128, and 16 with the other ciphers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mmie<'a> {
    /// Key ID: 4 or 5 for an IGTK, 6 or 7 for a BIGTK.
    pub key_id: u16,
    /// IPN or BIPN, lowest byte first.
    pub ipn: [u8; 6],
    /// The MIC.
    pub mic: &'a [u8],
}

impl<'a> Mmie<'a> {
    /// The one at the very end of a frame's body (or of the whole frame), whose MIC has `mic_len` bytes, and
    /// what stands before it. `None` if the frame does not end so.
    #[must_use]
    pub fn split_last(body: &'a [u8], mic_len: usize) -> Option<(&'a [u8], Self)> {
        let at = body.len().checked_sub(mic_len.checked_add(10)?)?;
        let (before, last) = body.split_at_checked(at)?;
        let (element, rest) = Element::split_first(last)?;
        let mmie = Self::parse(element.body()).ok()?;
        (element.id() == Self::ID && rest.is_empty()).then_some((before, mmie))
    }

    /// The packet number as a number of 48 bits.
    #[must_use]
    pub const fn pn(&self) -> u64 {
        let [a, b, c, d, e, f] = self.ipn;
        u64::from_le_bytes([a, b, c, d, e, f, 0, 0])
    }

    /// The bytes of the packet number `pn`, of which 48 bits count.
    #[must_use]
    pub const fn ipn_of(pn: u64) -> [u8; 6] {
        let [a, b, c, d, e, f, ..] = pn.to_le_bytes();
        [a, b, c, d, e, f]
    }
}

impl<'a> Wire<'a> for Mmie<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let (key_id, ipn) = (Wire::read(from)?, Wire::read(from)?);
        let mic = core::mem::take(from);
        matches!(mic.len(), 8 | 16).then_some(Self { key_id, ipn, mic })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.key_id.write(out)?;
        out.put(&self.ipn)?;
        out.put(self.mic)
    }
}

body! { Mmie: Id::MMIE, "management MIC element" }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_frame() {
        // As in IEEE 802.11's test vector for BIP with a broadcast frame (M.9.1).
        let frame = b"\xc0\x00\x02\x00\x4c\x10\x04\0\x04\0\0\0\0\0\x48\xdf\xbf\xa7\xb8\x27\x88\x72";
        let (before, mmie) = Mmie::split_last(frame, 8).unwrap();
        assert_eq!(before, &frame[..4]);
        assert_eq!((mmie.key_id, mmie.pn(), mmie.mic[7]), (4, 4, 0x72));
        assert_eq!(Mmie::ipn_of(mmie.pn()), mmie.ipn);
        assert!(Mmie::split_last(frame, 16).is_none());
        assert!(Mmie::split_last(&frame[..frame.len() - 1], 8).is_none());
        let mut other = *frame;
        other[4] = 0x4d;
        assert!(Mmie::split_last(&other, 8).is_none());
    }
}
