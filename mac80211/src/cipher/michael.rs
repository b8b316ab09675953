//! Michael, TKIP's integrity code over a whole frame (12.5.2.3).

use softnet_sk_buff::MacAddr;
use zeroize::Zeroize;

use crate::frame::Header;

/// Bytes of the code (`MICHAEL_MIC_LEN`).
pub const MICHAEL_MIC_LEN: usize = 8;

/// A Michael code in the making: over destination, source, priority, then the body in any pieces.
///
/// ```
/// use softnet_mac80211::cipher::Michael;
///
/// // IEEE 802.11-2012, M.2: the hash alone, without the addresses.
/// let mut michael = Michael::bare(&[0x82, 0x92, 0x5c, 0x1c, 0xa1, 0xd1, 0x30, 0xb8]);
/// michael.update(b"M");
/// assert_eq!(michael.finish(), [0x43, 0x47, 0x21, 0xca, 0x40, 0x63, 0x9b, 0x3f]);
/// ```
#[derive(Clone)]
pub struct Michael {
    left: u32,
    right: u32,
    /// Bytes that do not fill a word yet, and how many they are.
    word: [u8; 4],
    filled: usize,
}

impl Michael {
    /// Over addresses and priority of a frame with this header (`michael_mic_hdr`): its TID, or 0.
    #[must_use]
    pub fn of(key: &[u8; 8], header: &Header<'_>) -> Self {
        Self::new(key, header.da(), header.sa(), header.tid().unwrap_or(0))
    }

    /// Over these addresses and this priority.
    #[must_use]
    pub fn new(key: &[u8; 8], da: MacAddr, sa: MacAddr, priority: u8) -> Self {
        let mut michael = Self::bare(key);
        michael.update(&da.octets());
        michael.update(&sa.octets());
        michael.update(&[priority, 0, 0, 0]);
        michael
    }

    /// Over nothing yet.
    #[must_use]
    pub fn bare(key: &[u8; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = *key;
        let (left, right) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        Self { left, right, word: [0; 4], filled: 0 }
    }

    /// Takes more bytes in.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while self.filled != 0 {
            let Some((&byte, rest)) = bytes.split_first() else { return };
            self.push(byte);
            bytes = rest;
        }
        let (words, rest) = bytes.as_chunks::<4>();
        for word in words {
            self.block(u32::from_le_bytes(*word));
        }
        rest.iter().for_each(|&byte| self.push(byte));
    }

    /// The code.
    #[must_use]
    pub fn finish(mut self) -> [u8; MICHAEL_MIC_LEN] {
        // A byte 0x5a, then four to seven zeros, so that the length is a multiple of four.
        self.update(&[0x5a, 0, 0, 0, 0]);
        while self.filled != 0 {
            self.push(0);
        }
        let [a, b, c, d] = self.left.to_le_bytes();
        let [e, f, g, h] = self.right.to_le_bytes();
        [a, b, c, d, e, f, g, h]
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.word.get_mut(self.filled) {
            *place = byte;
        }
        self.filled = (self.filled + 1) % 4;
        if self.filled == 0 {
            self.block(u32::from_le_bytes(self.word));
        }
    }

    /// Takes a word in, and mixes (the block function of 12.5.2.3.3).
    fn block(&mut self, word: u32) {
        let (mut left, mut right) = (self.left ^ word, self.right);
        right ^= left.rotate_left(17);
        left = left.wrapping_add(right);
        right ^= (left & 0xff00_ff00) >> 8 | (left & 0x00ff_00ff) << 8;
        left = left.wrapping_add(right);
        right ^= left.rotate_left(3);
        left = left.wrapping_add(right);
        right ^= left.rotate_right(2);
        left = left.wrapping_add(right);
        (self.left, self.right) = (left, right);
    }
}

impl Drop for Michael {
    // Its state can be run backwards to the key.
    fn drop(&mut self) {
        self.left.zeroize();
        self.right.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn michael(key: u64, data: &[u8]) -> u64 {
        let mut michael = Michael::bare(&key.to_be_bytes());
        michael.update(data);
        u64::from_be_bytes(michael.finish())
    }

    #[test]
    fn m_2_michael_messages() {
        // IEEE 802.11-2012, by way of ieee80211-rs (MIT or Apache-2.0).
        assert_eq!(michael(0, b""), 0x8292_5c1c_a1d1_30b8);
        assert_eq!(michael(0x8292_5c1c_a1d1_30b8, b"M"), 0x4347_21ca_4063_9b3f);
        assert_eq!(michael(0x4347_21ca_4063_9b3f, b"Mi"), 0xe8f9_beca_e97e_5d29);
        assert_eq!(michael(0xe8f9_beca_e97e_5d29, b"Mic"), 0x9003_8fc6_cf13_c1db);
        assert_eq!(michael(0x9003_8fc6_cf13_c1db, b"Mich"), 0xd55e_1005_1012_8986);
        assert_eq!(michael(0xd55e_1005_1012_8986, b"Michael"), 0x0a94_2b12_4eca_a546);
    }

    #[test]
    fn m_2_michael_block_function() {
        let block = |(left, right): (u32, u32)| {
            let mut michael = Michael { left, right, word: [0; 4], filled: 0 };
            michael.block(0);
            (michael.left, michael.right)
        };
        assert_eq!(block((0, 0)), (0, 0));
        assert_eq!(block((0, 1)), (0xc000_15a8, 0xc000_0b95));
        assert_eq!(block((1, 0)), (0x6b51_9593, 0x572b_8b8a));
        assert_eq!(block((0x0123_4567, 0x8365_9326)), (0x4414_92c2, 0x1d84_27ed));
        let last = (0..1000).fold((1, 0), |state, _| block(state));
        assert_eq!(last, (0x9f04_c4ad, 0x2ec6_c2bf));
    }

    #[test]
    fn pieces_do_not_matter() {
        let data: [u8; 23] = core::array::from_fn(|i| i as u8);
        let whole = michael(0x0101_0101_0101_0101, &data);
        for cut in 0..data.len() {
            let mut michael = Michael::bare(&[1; 8]);
            michael.update(&data[..cut]);
            michael.update(&data[cut..cut]);
            michael.update(&data[cut..]);
            assert_eq!(u64::from_be_bytes(michael.finish()), whole);
        }
    }
}
