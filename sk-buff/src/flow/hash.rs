//! A flow's number (`flow_hash_from_keys_seed`).

use core::fmt;

use siphasher::sip::SipHasher24;

use super::{FlowAddrs, FlowKeys};

/// The secret that makes flow hashes unpredictable to those who send the packets
/// (`siphash_key_t`).
///
/// To be drawn at random by the embedder, one for each table that is indexed by the hash (the
/// `perturbation` of a Linux qdisc): who knows it can send all traffic to one bucket. With a fixed
/// seed a run repeats bit for bit.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FlowSeed {
    k0: u64,
    k1: u64,
}

impl FlowSeed {
    /// A seed of two numbers.
    #[must_use]
    pub const fn new(k0: u64, k1: u64) -> Self {
        Self { k0, k1 }
    }

    /// A seed of 16 random bytes: two numbers, least significant byte first, as SipHash's paper and
    /// Linux on a little-endian machine read their key.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        let key = u128::from_le_bytes(bytes);
        Self { k0: key as u64, k1: (key >> 64) as u64 }
    }
}

/// Without the numbers: they are a secret.
impl fmt::Debug for FlowSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowSeed(..)")
    }
}

impl FlowKeys {
    /// The hash of the flow: the lower 32 bits of SipHash-2-4 over the keys, never 0 (1 stands for
    /// it), so that 0 can mean "no hash".
    ///
    /// Both directions have one hash, since the two addresses and the two ports are put in order
    /// first, each pair for itself (`__flow_hash_consistentify`). So A:1 to B:2 and A:2 to B:1 share
    /// one, too, as in Linux. Protocol, VLAN tag and flow label go into the hash as they are; of a
    /// packet that is not IP these are all, so that all ARP makes one flow.
    ///
    /// The bytes hashed are laid out as an x86-64 Linux lays them out, so the same keys and seed give
    /// its number, on any machine.
    #[must_use]
    pub fn hash(&self, seed: &FlowSeed) -> u32 {
        let mut image = [0; IMAGE_MAX];
        let len = self.image(&mut image);
        let hash = SipHasher24::new_with_keys(seed.k0, seed.k1).hash(&image[..len]) as u32;
        hash.max(1)
    }

    /// Lays the keys out as Linux's `struct flow_keys` from `basic` on. Gives the number of bytes
    /// that count. Fields that nothing is dissected for yet (inner VLAN, GRE key, ICMP) are zero.
    fn image(&self, image: &mut [u8; IMAGE_MAX]) -> usize {
        image[0..2].copy_from_slice(&self.n_proto.0.to_be_bytes());
        image[2] = self.ip_proto;
        image[4..8].copy_from_slice(&self.flow_label.to_le_bytes());
        if let Some(vlan) = self.vlan {
            let tci = (u16::from(vlan.priority) << 13) | vlan.id;
            image[8..10].copy_from_slice(&tci.to_le_bytes());
            image[10..12].copy_from_slice(&vlan.tpid.0.to_be_bytes());
            image[12..14].copy_from_slice(&vlan.eth_type.0.to_be_bytes());
        }
        // Ordered as the numbers that a little-endian machine sees in the network-order bytes.
        let (low, high) = sorted(self.ports.src.swap_bytes(), self.ports.dst.swap_bytes());
        image[28..30].copy_from_slice(&low.to_le_bytes());
        image[30..32].copy_from_slice(&high.to_le_bytes());
        match self.addrs {
            FlowAddrs::None => IMAGE_MAX - 32,
            FlowAddrs::V4 { src, dst } => {
                let number = u32::from_le_bytes;
                let (low, high) = sorted(number(src.octets()), number(dst.octets()));
                image[36..40].copy_from_slice(&low.to_le_bytes());
                image[40..44].copy_from_slice(&high.to_le_bytes());
                IMAGE_MAX - 32 + 8
            }
            FlowAddrs::V6 { src, dst } => {
                let (low, high) = sorted(src.octets(), dst.octets());
                image[36..52].copy_from_slice(&low);
                image[52..68].copy_from_slice(&high);
                IMAGE_MAX
            }
        }
    }
}

/// Bytes that are hashed with the longest addresses: those up to the addresses (36), two IPv6
/// addresses (32), and four of padding at the struct's end, which Linux counts in.
const IMAGE_MAX: usize = 72;

fn sorted<T: Ord>(a: T, b: T) -> (T, T) {
    if b < a { (b, a) } else { (a, b) }
}

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests;
