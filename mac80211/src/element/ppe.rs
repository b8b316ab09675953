//! PPE thresholds: how much padding a receiver needs.

use crate::wire::take;

/// PPE thresholds of HE (9.4.2.248.5) or EHT (9.4.2.313.5): a header, then pairs of three bits each, for every
/// number of streams and every RU size that the header names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ppe<'a> {
    bytes: &'a [u8],
    /// Bits of the number of streams in the header: 3 in HE, 4 in EHT.
    nss_bits: u32,
    /// Bits for RU sizes in the header: 4 in HE, 5 in EHT.
    ru_bits: u32,
}

impl<'a> Ppe<'a> {
    /// Takes those of HE from the front of `from`; `None` if they are not all there
    /// (`ieee80211_he_ppe_size`).
    pub(super) fn read_he(from: &mut &'a [u8]) -> Option<Self> {
        Self::read(from, 3, 4)
    }

    /// Takes those of EHT from the front of `from`; `None` if they are not all there
    /// (`ieee80211_eht_ppe_size`).
    pub(super) fn read_eht(from: &mut &'a [u8]) -> Option<Self> {
        Self::read(from, 4, 5)
    }

    fn read(from: &mut &'a [u8], nss_bits: u32, ru_bits: u32) -> Option<Self> {
        let header_bytes = ((nss_bits + ru_bits).div_ceil(8)) as usize;
        let header = Self { bytes: from.get(..header_bytes)?, nss_bits, ru_bits };
        let pairs = u32::from(header.nss()) * header.ru_mask().count_ones();
        let bits = nss_bits + ru_bits + 6 * pairs;
        Some(Self { bytes: take(from, bits.div_ceil(8) as usize)?, ..header })
    }

    /// The bytes, padding and all.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Numbers of streams that have thresholds: 1 up to this.
    #[must_use]
    pub fn nss(&self) -> u8 {
        self.bits(0, self.nss_bits) as u8 + 1
    }

    /// RU sizes that have thresholds: bit 0 for 242 tones, then 484, 996, 2×996, and of EHT 4×996.
    #[must_use]
    pub fn ru_mask(&self) -> u8 {
        self.bits(self.nss_bits, self.ru_bits) as u8
    }

    /// The thresholds for `nss` streams, from 1, and RU size `ru`, a bit of [`ru_mask`](Self::ru_mask): that for
    /// 16 µs (of EHT the longest), then that for 8 µs. `None` if there are none.
    #[must_use]
    pub fn thresholds(&self, nss: u8, ru: u8) -> Option<(u8, u8)> {
        let mask = self.ru_mask();
        if nss == 0 || nss > self.nss() || ru >= 8 || mask >> ru & 1 == 0 {
            return None;
        }
        let before = (mask & ((1 << ru) - 1)).count_ones();
        let pair = u32::from(nss - 1) * mask.count_ones() + before;
        let at = self.nss_bits + self.ru_bits + 6 * pair;
        Some((self.bits(at, 3) as u8, self.bits(at + 3, 3) as u8))
    }

    /// `width` bits, lowest first, from bit `at` of all; 0 where there are none.
    fn bits(&self, at: u32, width: u32) -> u16 {
        let bit = |n: u32| {
            let byte = self.bytes.get((n / 8) as usize).copied().unwrap_or(0);
            u16::from(byte >> (n % 8) & 1)
        };
        (0..width).fold(0, |value, n| value | bit(at + n) << n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_linuxs() {
        // Two streams, four RU sizes: 7 + 6 * 8 = 55 bits.
        let mut from: &[u8] = &[0b0111_1001, 1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(Ppe::read_he(&mut from).unwrap().as_bytes().len(), 7);
        assert_eq!(from, [7, 8]);
        // None: the header alone.
        assert_eq!(Ppe::read_he(&mut &[0][..]).unwrap().as_bytes().len(), 1);
        assert_eq!(Ppe::read_eht(&mut &[0, 0][..]).unwrap().as_bytes().len(), 2);
        // 16 streams, five sizes: 9 + 6 * 80 = 489 bits.
        assert_eq!(Ppe::read_eht(&mut &[0xff; 70][..]).unwrap().as_bytes().len(), 62);
        assert!(Ppe::read_eht(&mut &[0xff; 61][..]).is_none());
    }

    #[test]
    fn pairs_stand_by_streams_then_sizes() {
        // One bit after the other: nss 1 (of 2), mask 0b0101, then pairs (1,2) (3,4) (5,6) (7,0).
        let mut bits = alloc::vec::Vec::new();
        for (value, width) in
            [(1, 3), (0b0101, 4), (1, 3), (2, 3), (3, 3), (4, 3), (5, 3), (6, 3), (7, 3), (0, 3)]
        {
            bits.extend((0..width).map(|n| value >> n & 1_u8));
        }
        let bytes: alloc::vec::Vec<u8> = bits
            .chunks(8)
            .map(|byte| byte.iter().rev().fold(0, |value, bit| value << 1 | bit))
            .collect();
        let ppe = Ppe::read_he(&mut &bytes[..]).unwrap();
        assert_eq!((ppe.nss(), ppe.ru_mask()), (2, 0b0101));
        assert_eq!(ppe.thresholds(1, 0), Some((1, 2)));
        assert_eq!(ppe.thresholds(1, 2), Some((3, 4)));
        assert_eq!(ppe.thresholds(2, 0), Some((5, 6)));
        assert_eq!(ppe.thresholds(2, 2), Some((7, 0)));
        assert_eq!(
            (ppe.thresholds(1, 1), ppe.thresholds(3, 0), ppe.thresholds(0, 0)),
            (None, None, None)
        );
    }
}
