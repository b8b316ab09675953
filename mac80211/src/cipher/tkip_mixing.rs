//! TKIP's key mixing: an RC4 key for each frame (12.5.2.5).

use softnet_sk_buff::MacAddr;
use zeroize::{Zeroize, Zeroizing};

/// What phase 1 makes of temporal key, transmitter and the upper 32 bits of the TSC (P1K): good for 65536
/// frames.
#[derive(Clone)]
pub struct Phase1 {
    p1k: [u16; 5],
}

impl Phase1 {
    /// `tkip_mixing_phase1`.
    #[must_use]
    pub fn mix(tk: &[u8; 16], ta: MacAddr, iv32: u32) -> Self {
        let [t0, t1, t2, t3, t4, t5] = ta.octets();
        let le = u16::from_le_bytes;
        let mut p1k = [iv32 as u16, (iv32 >> 16) as u16, le([t0, t1]), le([t2, t3]), le([t4, t5])];
        let words = words(tk);
        for round in 0..8_u16 {
            let odd = usize::from(round & 1);
            for i in 0..5 {
                let mixed = sbox(p1k[(i + 4) % 5] ^ words[(2 * i + odd) % 8]);
                p1k[i] = p1k[i].wrapping_add(mixed);
            }
            p1k[4] = p1k[4].wrapping_add(round);
        }
        Self { p1k }
    }

    /// The five words, as the standard's vectors have them.
    #[must_use]
    pub fn words(&self) -> [u16; 5] {
        self.p1k
    }

    /// The RC4 key of the frame with these lower 16 bits of the TSC (`tkip_mixing_phase2`).
    #[must_use]
    pub fn phase2(&self, tk: &[u8; 16], iv16: u16) -> Zeroizing<[u8; 16]> {
        let words = words(tk);
        let [a, b, c, d, e] = self.p1k;
        let mut ppk = Zeroizing::new([a, b, c, d, e, e.wrapping_add(iv16)]);
        for i in 0..6 {
            ppk[i] = ppk[i].wrapping_add(sbox(ppk[(i + 5) % 6] ^ words[i]));
        }
        for i in 0..6 {
            let word = if i < 2 { words[i + 6] } else { 0 };
            ppk[i] = ppk[i].wrapping_add((ppk[(i + 5) % 6] ^ word).rotate_right(1));
        }
        let mut key = Zeroizing::new([0; 16]);
        key[..3].copy_from_slice(&iv_bytes(iv16));
        key[3] = ((ppk[5] ^ words[0]) >> 1) as u8;
        for (pair, word) in key[4..].as_chunks_mut::<2>().0.iter_mut().zip(ppk.iter()) {
            *pair = word.to_le_bytes();
        }
        key
    }
}

impl Drop for Phase1 {
    fn drop(&mut self) {
        self.p1k.zeroize();
    }
}

/// The first three bytes of IV and RC4 key (`write_tkip_iv`). The second one keeps weak RC4 keys away.
pub(super) const fn iv_bytes(iv16: u16) -> [u8; 3] {
    let [high, low] = iv16.to_be_bytes();
    [high, (high | 0x20) & 0x7f, low]
}

fn words(tk: &[u8; 16]) -> Zeroizing<[u16; 8]> {
    let pairs = tk.as_chunks::<2>().0;
    Zeroizing::new(core::array::from_fn(|i| u16::from_le_bytes(pairs[i])))
}

/// The 16-bit S-box (`tkipS`).
fn sbox(word: u16) -> u16 {
    let [low, high] = word.to_le_bytes();
    SBOX[usize::from(low)] ^ SBOX[usize::from(high)].swap_bytes()
}

/// For each byte twice and three times what AES's S-box makes of it: one table of AES, by 12.5.2.5.1.
const SBOX: [u16; 256] = {
    let mut table = [0; 256];
    // Walks the field by powers of 3 and, in step, of its inverse; so `inverse` is that of `power`.
    let (mut power, mut inverse) = (1_u8, 1_u8);
    loop {
        power = power ^ double(power);
        inverse ^= inverse << 1;
        inverse ^= inverse << 2;
        inverse ^= inverse << 4;
        if inverse & 0x80 != 0 {
            inverse ^= 9;
        }
        table[power as usize] = column(inverse);
        if power == 1 {
            break;
        }
    }
    table[0] = column(0);
    table
};

/// The entry for the byte with this inverse.
const fn column(inverse: u8) -> u16 {
    let i = inverse;
    let spread = i ^ i.rotate_left(1) ^ i.rotate_left(2) ^ i.rotate_left(3) ^ i.rotate_left(4);
    let s = spread ^ 0x63;
    u16::from_be_bytes([double(s), double(s) ^ s])
}

/// Times x in AES's field.
const fn double(byte: u8) -> u8 {
    byte << 1 ^ if byte & 0x80 != 0 { 0x1b } else { 0 }
}
