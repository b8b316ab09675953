//! What is transferred: bytes that follow from a seed and their place.

/// An endless text of which any piece can be made by itself, so that both ends can know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content {
    seed: u64,
}

impl Content {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The eight bytes at `8 * word` (splitmix64: Steele, Lea, Flood, OOPSLA 2014).
    fn word(self, word: u64) -> [u8; 8] {
        let mut z =
            self.seed.wrapping_add(word.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    }

    /// Writes the bytes from `from` on.
    pub(crate) fn fill(self, from: u64, bytes: &mut [u8]) {
        let (mut word, skip) = (from / 8, (from % 8) as usize);
        let first = &self.word(word)[skip..];
        let (head, rest) = bytes.split_at_mut(first.len().min(bytes.len()));
        head.copy_from_slice(&first[..head.len()]);
        for piece in rest.chunks_mut(8) {
            word += 1;
            piece.copy_from_slice(&self.word(word)[..piece.len()]);
        }
    }

    /// Where `bytes`, which should be those from `from` on, differ first.
    pub(crate) fn first_difference(self, from: u64, bytes: &[u8]) -> Option<u64> {
        let mut want = [0; 512];
        for (piece, at) in bytes.chunks(want.len()).zip((from..).step_by(want.len())) {
            let want = &mut want[..piece.len()];
            self.fill(at, want);
            if let Some(differs) = piece.iter().zip(want).position(|(byte, want)| byte != want) {
                return Some(at + differs as u64);
            }
        }
        None
    }
}

/// Numbers for losses and seeds that follow from one seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random {
    content: Content,
    next: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { content: Content::new(!seed), next: 0 }
    }

    pub(crate) fn next(&mut self) -> u64 {
        let word = self.content.word(self.next);
        self.next += 1;
        u64::from_le_bytes(word)
    }

    /// Whether something that happens `parts` times in a million happens now.
    pub(crate) fn happens(&mut self, parts: u32) -> bool {
        self.next() % 1_000_000 < u64::from(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_the_same_however_it_is_cut() {
        let (content, mut whole) = (Content::new(7), [0; 64]);
        content.fill(0, &mut whole);
        let mut piece = [0; 13];
        content.fill(11, &mut piece);
        assert_eq!(piece, whole[11..24]);
        assert_eq!(content.first_difference(11, &piece), None);
        piece[12] ^= 1;
        assert_eq!(content.first_difference(11, &piece), Some(23));
    }

    #[test]
    fn splitmix64_as_published() {
        // The first output for seed 1234567 of the reference code.
        assert_eq!(Content::new(1_234_567).word(0), 6_457_827_717_110_365_317_u64.to_le_bytes());
    }
}
