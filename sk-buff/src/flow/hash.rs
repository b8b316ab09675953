//! A flow's number (`flow_hash_from_keys_seed`).

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use siphasher::sip::SipHasher24;

use super::{FlowAddrs, FlowKeys, FlowPorts};

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
    /// its number, on any machine. Two rare ones have a number of their own: TIPC, which is padded to
    /// eight bytes of address, and IPv4 in an IPv6 tunnel, where Linux hashes a leftover of the outer
    /// source address along.
    #[must_use]
    pub fn hash(&self, seed: &FlowSeed) -> u32 {
        let mut image = [0; IMAGE_MAX];
        let len = self.image(&mut image);
        let hash = SipHasher24::new_with_keys(seed.k0, seed.k1).hash(&image[..len]) as u32;
        hash.max(1)
    }

    /// Hashes of the source and of the destination host alone, as cake's isolation of hosts has them:
    /// of the keys without protocol, ports, flow label and GRE key, and with one address zero. Both
    /// are 0 for a packet that is not IP. Other than [`hash`](Self::hash) these tell the directions
    /// apart: what is one host's source hash is its destination hash on the way back.
    #[must_use]
    pub fn hash_hosts(&self, seed: &FlowSeed) -> HostHashes {
        let no_addr = (Ipv4Addr::UNSPECIFIED, Ipv6Addr::UNSPECIFIED);
        let (src, dst) = match self.addrs {
            FlowAddrs::V4 { src, dst } => {
                (FlowAddrs::V4 { src, dst: no_addr.0 }, FlowAddrs::V4 { src: no_addr.0, dst })
            }
            FlowAddrs::V6 { src, dst } => {
                (FlowAddrs::V6 { src, dst: no_addr.1 }, FlowAddrs::V6 { src: no_addr.1, dst })
            }
            FlowAddrs::None | FlowAddrs::Tipc(_) => return HostHashes::default(),
        };
        let (ports, ip_proto, gre_key, flow_label) = (FlowPorts::default(), 0, 0, 0);
        let host = Self { ports, ip_proto, gre_key, flow_label, ..*self };
        HostHashes {
            src: Self { addrs: src, ..host }.hash(seed),
            dst: Self { addrs: dst, ..host }.hash(seed),
        }
    }

    /// 16 bytes that tell flows apart better than a hash: network and transport protocol, ports and
    /// addresses (`make_flow_keys_digest`, which choke compares). Of an IPv6 packet it holds the first
    /// eight bytes of the source and nothing of the destination, as in Linux.
    #[must_use]
    pub fn digest(&self) -> [u8; 16] {
        let mut digest = [0; 16];
        digest[0..2].copy_from_slice(&self.n_proto.0.to_be_bytes());
        digest[2] = self.ip_proto;
        digest[4..6].copy_from_slice(&self.ports.src.to_be_bytes());
        digest[6..8].copy_from_slice(&self.ports.dst.to_be_bytes());
        match self.addrs {
            FlowAddrs::None => {}
            FlowAddrs::V4 { src, dst } => {
                digest[8..12].copy_from_slice(&src.octets());
                digest[12..16].copy_from_slice(&dst.octets());
            }
            FlowAddrs::V6 { src, .. } => digest[8..16].copy_from_slice(&src.octets()[..8]),
            FlowAddrs::Tipc(key) => digest[8..12].copy_from_slice(&key.to_be_bytes()),
        }
        digest
    }

    /// Lays the keys out as Linux's `struct flow_keys` from `basic` on. Gives the number of bytes
    /// that count. Fields of the struct that `flow_keys_dissector` doesn't ask for (inner VLAN, ICMP)
    /// are zero.
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
        image[24..28].copy_from_slice(&self.gre_key.to_be_bytes());
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
            FlowAddrs::Tipc(key) => {
                image[36..40].copy_from_slice(&key.to_be_bytes());
                // Linux has four bytes less. Whole words spare everyone a loop over single bytes.
                IMAGE_MAX - 32 + 8
            }
        }
    }
}

/// What [`FlowKeys::hash_hosts`] gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HostHashes {
    /// Of the host from which the packet comes; 0 if it has none.
    pub src: u32,
    /// Of the host to which the packet goes; 0 if it has none.
    pub dst: u32,
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
