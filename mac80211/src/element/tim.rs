//! Traffic indication map: for whom frames are buffered.

use super::{Id, Wire};

element! {
    /// TIM (9.4.2.5; `struct ieee80211_tim_ie`).
    pub struct Tim: Id::TIM, "TIM element" {
        /// Beacons until the next DTIM; 0: this is one.
        pub dtim_count: u8,
        /// Beacons from DTIM to DTIM.
        pub dtim_period: u8,
    } then {
        /// Bit 0: frames to groups; bits 1 to 7: half of the bytes of the virtual bitmap that are left out in
        /// front. Absent only in S1G beacons.
        pub bitmap_control: Option<u8>,
        /// The partial virtual bitmap; in S1G beacons its encoded blocks.
        pub virtual_map: &'a [u8],
    }
}

impl<'a> Tim<'a> {
    /// Of an access point whose virtual bitmap is `bitmap`, 251 bytes at most, bit 0 of byte 0 for AID 0
    /// (`ieee80211_beacon_add_tim_pvb`). `group`: frames to groups are buffered, and this is a DTIM.
    #[must_use]
    pub fn of_bitmap(dtim_count: u8, dtim_period: u8, bitmap: &'a [u8], group: bool) -> Self {
        let (offset, virtual_map) = Self::partial(bitmap);
        let bitmap_control = Some(offset | u8::from(group));
        Self { dtim_count, dtim_period, bitmap_control, virtual_map }
    }

    /// What of a virtual bitmap has to be carried: from the greatest even number of empty bytes to the last byte
    /// that is not empty; one empty byte if all are.
    fn partial(bitmap: &'a [u8]) -> (u8, &'a [u8]) {
        let Some(first) = bitmap.iter().take(251).position(|&byte| byte != 0) else {
            return (0, &[0]);
        };
        let last = bitmap.iter().take(251).rposition(|&byte| byte != 0).unwrap_or(first);
        let from = first & !1;
        (from as u8, bitmap.get(from..=last).unwrap_or(&[0]))
    }

    /// Frames to groups follow this beacon, if it is a DTIM.
    #[must_use]
    pub fn group_traffic(&self) -> bool {
        self.bitmap_control.is_some_and(|control| control & 1 == 1)
    }

    /// Whether frames for `aid` are buffered, in other beacons than those of S1G (`ieee80211_check_tim`).
    #[must_use]
    pub fn check(&self, aid: u16) -> bool {
        let aid = aid & 0x3fff;
        let offset = u16::from(self.bitmap_control.unwrap_or(0) & 0xfe);
        let Some(index) = (aid / 8).checked_sub(offset) else { return false };
        let byte = self.virtual_map.get(usize::from(index));
        byte.is_some_and(|byte| byte >> (aid % 8) & 1 == 1)
    }

    /// Whether frames for `aid` are buffered, in an S1G beacon (`ieee80211_s1g_check_tim` of Linux 6.18).
    ///
    /// As in Linux, a block in ADE mode ends the search, and so does one that is cut short. Other than there, the
    /// two bytes behind the element are not taken for a part of it.
    #[must_use]
    pub fn check_s1g(&self, aid: u16) -> bool {
        if self.bitmap_control.is_none() {
            return false;
        }
        let target = (aid >> 6 & 0x1f) as u8;
        let mut rest = self.virtual_map;
        while let Some(block) = S1gBlock::read(&mut rest) {
            if block.covers(target) {
                return block.check(target, aid) ^ block.inverse;
            }
        }
        false
    }
}

/// A block of a partial virtual bitmap, which says something of 64 AIDs (annex L).
struct S1gBlock<'a> {
    inverse: bool,
    /// AIDs divided by 64.
    offset: u8,
    encoding: Encoding<'a>,
}

enum Encoding<'a> {
    /// A bit for each of eight subblocks, and a byte for each of those that are there.
    Bitmap(u8, &'a [u8]),
    /// The lowest six bits of an AID.
    Single(u8),
    /// Subblocks without a gap, more than eight too ("offset, length, bitmap").
    Olb(&'a [u8]),
}

impl<'a> S1gBlock<'a> {
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let control = u8::read(from)?;
        let first = u8::read(from)?;
        let encoding = match control & 3 {
            0 => Encoding::Bitmap(first, crate::wire::take(from, first.count_ones() as usize)?),
            1 => Encoding::Single(first & 0x3f),
            2 => Encoding::Olb(crate::wire::take(from, usize::from(first))?),
            _ => return None,
        };
        Some(Self { inverse: control & 4 != 0, offset: control >> 3, encoding })
    }

    fn covers(&self, target: u8) -> bool {
        match self.encoding {
            Encoding::Bitmap(..) | Encoding::Single(_) => target == self.offset,
            Encoding::Olb(subblocks) => {
                let within = target.checked_sub(self.offset).map(usize::from);
                within.is_some_and(|block| block < subblocks.len().div_ceil(8))
            }
        }
    }

    fn check(&self, target: u8, aid: u16) -> bool {
        let subblock = (aid >> 3 & 7) as u8;
        let byte = match self.encoding {
            Encoding::Single(single) => return u16::from(single) == aid & 0x3f,
            Encoding::Bitmap(map, _) if map >> subblock & 1 == 0 => return false,
            Encoding::Bitmap(map, bytes) => {
                bytes.get((map & ((1 << subblock) - 1)).count_ones() as usize)
            }
            Encoding::Olb(bytes) => {
                let block = usize::from(target.saturating_sub(self.offset));
                bytes.get(block * 8 + usize::from(subblock))
            }
        };
        byte.is_some_and(|byte| byte >> (aid & 7) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Body;
    use super::*;

    #[test]
    fn what_is_built_is_found() {
        let mut bitmap = [0; 251];
        for aid in [17_u16, 130, 2007] {
            bitmap[usize::from(aid / 8)] |= 1 << (aid % 8);
        }
        let tim = Tim::of_bitmap(0, 3, &bitmap, true);
        // AID 17 is in byte 2, which is even.
        assert_eq!(tim.bitmap_control, Some(2 | 1));
        assert_eq!(tim.virtual_map.len(), 249);
        let set: alloc::vec::Vec<u16> = (0..=2007).filter(|&aid| tim.check(aid)).collect();
        assert_eq!(set, [17, 130, 2007]);
        assert!(tim.group_traffic());
    }

    #[test]
    fn an_odd_number_of_empty_bytes_in_front_loses_one_less() {
        let mut bitmap = [0; 251];
        bitmap[3] = 1;
        let tim = Tim::of_bitmap(1, 2, &bitmap, false);
        assert_eq!((tim.bitmap_control, tim.virtual_map), (Some(2), &[0, 1][..]));
        assert!(
            tim.check(24) && !tim.check(25) && !tim.check(16) && !tim.check(32) && !tim.check(8)
        );
        // Nothing buffered: one byte.
        let tim = Tim::of_bitmap(1, 2, &[0; 251], false);
        assert_eq!((tim.bitmap_control, tim.virtual_map), (Some(0), &[0][..]));
    }

    #[test]
    fn s1g_may_lack_the_bitmap() {
        let tim = Tim::parse(&[0, 1]).unwrap();
        assert_eq!(tim.bitmap_control, None);
        assert!(!tim.check(1) && !tim.check_s1g(1));
        // A block cut short, and one in ADE mode, end the search.
        assert!(!Tim::parse(&[0, 1, 0, 0x00, 0x01]).unwrap().check_s1g(0));
        assert!(!Tim::parse(&[0, 1, 0, 0x03, 0, 0x00, 0x01, 0xff]).unwrap().check_s1g(0));
    }
}
