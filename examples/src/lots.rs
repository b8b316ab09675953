//! Numbers by lot, the same ones each time: runs can be repeated.

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Every seed suits; nothing that it gives is a secret.
#[derive(Clone, Debug)]
pub struct Lots(pub u64);

impl Lots {
    /// The next number.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// More than 0, at most 1.
    pub fn share(&mut self) -> f64 {
        ((self.draw() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// As many bytes as are wanted.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(8) {
            let drawn = self.draw().to_le_bytes();
            part.iter_mut().zip(drawn).for_each(|(to, from)| *to = from);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64's published first numbers from seed 1234567.
    #[test]
    fn lots_are_splitmix() {
        let mut lots = Lots(1_234_567);
        assert_eq!(lots.draw(), 6_457_827_717_110_365_317);
        assert_eq!(lots.draw(), 3_203_168_211_198_807_973);
    }
}
