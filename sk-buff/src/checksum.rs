//! The Internet checksum (RFC 1071), and how to keep it right while a packet changes (RFC 1624).
//!
//! A checksum is made in two steps, as in Linux: add up 16-bit words ([`Sum`]), then complement
//! what came out ([`Sum::fold`]). Sums of parts can be added and taken away, so a packet is summed
//! once and the sum follows it.
//!
//! **Byte order.** Words are read in network order and every number here is an ordinary value in
//! host order: the bytes `12 34` are the word `0x1234` on any machine. A checksum is read from a
//! packet with `u16::from_be_bytes` and written with `to_be_bytes`.
//!
//! | Linux | here |
//! |---|---|
//! | `csum_partial(buf, len, sum)` | [`Sum::of`], [`Sum::add_bytes`] |
//! | `csum_add`, `csum_sub` | `+`, `-` |
//! | `csum_block_add`, `csum_block_sub` | [`Sum::block_add`], [`Sum::block_sub`] |
//! | `csum_fold` | [`Sum::fold`] |
//! | `csum_unfold(~check)` | [`Sum::from_checksum`] |
//! | `ip_fast_csum` | [`ip_fast_csum`] |
//! | `csum_tcpudp_nofold`, `csum_tcpudp_magic` | [`Sum::pseudo_v4`], then `+` and `fold` |
//! | `csum_ipv6_magic` | [`Sum::pseudo_v6`], then `+` and `fold` |
//! | `csum_replace2`, `csum_replace4` | [`csum_replace2`], [`csum_replace4`] |
//! | `inet_proto_csum_replace16` | [`csum_replace16`] |
//! | `CSUM_MANGLED_0` | [`udp_checksum`] |
//!
//! ```
//! use core::net::Ipv4Addr;
//! use softnet_sk_buff::checksum::{Sum, udp_checksum};
//!
//! let (src, dst) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2));
//! // Ports 7 and 9, length 12, checksum not there yet, "ping".
//! let mut datagram = *b"\x00\x07\x00\x09\x00\x0c\x00\x00ping";
//! let sum = Sum::pseudo_v4(src, dst, 17, 12) + Sum::of(&datagram);
//! datagram[6..8].copy_from_slice(&udp_checksum(sum).to_be_bytes());
//!
//! // The receiver sums everything, the checksum too.
//! assert!((Sum::pseudo_v4(src, dst, 17, 12) + Sum::of(&datagram)).is_valid());
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};
use core::ops::{Add, AddAssign, Sub, SubAssign};

/// A ones' complement sum of 16-bit words: a checksum before the last complement (`__wsum`).
///
/// Linux keeps 32 bits, to fold late; this one is folded at each step, so equal sums are equal
/// values. Zero alone has two: `0x0000` is the sum of zero bytes only, `0xffff` of any other data
/// whose words cancel out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sum(u16);

/// Bytes that 64-bit lanes add up without a thought of overflow. Even, so that the next block
/// starts at an even offset.
const BLOCK: usize = 1 << 20;

impl Sum {
    /// The sum of no bytes.
    pub const ZERO: Self = Self(0);

    /// A sum kept elsewhere as 16 bits, or one word of a packet.
    #[must_use]
    pub const fn from_u16(sum: u16) -> Self {
        Self(sum)
    }

    /// A sum kept elsewhere as 32 bits (Linux's `__wsum`, some devices), or two words of a packet.
    #[must_use]
    pub const fn from_u32(sum: u32) -> Self {
        Self(fold64(sum as u64))
    }

    /// The sum as a number: what a device reports for `CHECKSUM_COMPLETE`.
    #[must_use]
    pub const fn to_u16(self) -> u16 {
        self.0
    }

    /// The sum that was folded to `check`, that is: of the data which `check` protects.
    #[must_use]
    pub const fn from_checksum(check: u16) -> Self {
        Self(!check)
    }

    /// Adds up bytes (`csum_partial` from zero). An odd last byte counts as the upper half of a
    /// word (RFC 1071, section 4.1).
    ///
    /// ```
    /// # use softnet_sk_buff::checksum::Sum;
    /// assert_eq!(Sum::of(&[0x12, 0x34, 0x56]).to_u16(), 0x1234 + 0x5600);
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.len() <= BLOCK {
            return Self(sum_block(bytes));
        }
        bytes.chunks(BLOCK).fold(Self::ZERO, |sum, block| sum + Self(sum_block(block)))
    }

    /// Adds bytes that follow an even number of bytes. For an odd one see [`Sum::block_add`].
    #[must_use]
    pub fn add_bytes(self, bytes: &[u8]) -> Self {
        self + Self::of(bytes)
    }

    /// Adds the sum of a block that lies `offset` bytes into what `self` sums (`csum_block_add`).
    ///
    /// At an odd offset each byte of the block is in the other half of its word, which turns the
    /// block's sum by eight bits (RFC 1071, section 2 (B)).
    ///
    /// ```
    /// # use softnet_sk_buff::checksum::Sum;
    /// let bytes = [1, 2, 3, 4, 5, 6, 7];
    /// let (head, tail) = bytes.split_at(3);
    /// assert_eq!(Sum::of(head).block_add(Sum::of(tail), 3), Sum::of(&bytes));
    /// ```
    #[must_use]
    pub const fn block_add(self, block: Self, offset: usize) -> Self {
        self.plus(block.turned(offset))
    }

    /// Takes the sum of a block at `offset` away again (`csum_block_sub`): what a pull does to
    /// `CHECKSUM_COMPLETE`.
    #[must_use]
    pub const fn block_sub(self, block: Self, offset: usize) -> Self {
        self.minus(block.turned(offset))
    }

    /// The pseudo-header of TCP, UDP, … over IPv4 (RFC 9293, section 3.1). `len` is the number of
    /// bytes of the transport header and its data.
    ///
    /// Not yet complemented, this is also what Linux stores in the checksum field for a device to
    /// finish (`CHECKSUM_PARTIAL`).
    #[must_use]
    pub const fn pseudo_v4(src: Ipv4Addr, dst: Ipv4Addr, protocol: u8, len: u16) -> Self {
        // At most 34 bits.
        let sum = src.to_bits() as u64 + dst.to_bits() as u64 + protocol as u64 + len as u64;
        Self(fold64(sum))
    }

    /// The pseudo-header over IPv6 (RFC 8200, section 8.1). `next_header` is that of the transport
    /// protocol, even if extension headers stand between; `len` as in [`Sum::pseudo_v4`], with 32
    /// bits for jumbograms.
    #[must_use]
    pub const fn pseudo_v6(src: Ipv6Addr, dst: Ipv6Addr, next_header: u8, len: u32) -> Self {
        let rest = Self(fold64(next_header as u64 + len as u64));
        Self::of_u128(src.to_bits()).plus(Self::of_u128(dst.to_bits())).plus(rest)
    }

    /// The checksum of what was summed, the checksum field being zero (`csum_fold`).
    #[must_use]
    pub const fn fold(self) -> u16 {
        !self.0
    }

    /// Whether this, the sum of data together with its checksum, says that the data is whole
    /// (`!csum_fold(sum)`). All-zero data has no right checksum.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.0 == 0xffff
    }

    const fn plus(self, other: Self) -> Self {
        Self(fold64(self.0 as u64 + other.0 as u64))
    }

    const fn minus(self, other: Self) -> Self {
        self.plus(Self(!other.0))
    }

    const fn turned(self, offset: usize) -> Self {
        if offset.is_multiple_of(2) { self } else { Self(self.0.swap_bytes()) }
    }

    const fn of_u128(words: u128) -> Self {
        Self(fold64(words as u64)).plus(Self(fold64((words >> 64) as u64)))
    }
}

impl Add for Sum {
    type Output = Self;
    /// `csum_add`.
    fn add(self, other: Self) -> Self {
        self.plus(other)
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        *self = self.plus(other);
    }
}

impl Sub for Sum {
    type Output = Self;
    /// `csum_sub`. What is left of a sum without itself is `0xffff`, the other zero.
    fn sub(self, other: Self) -> Self {
        self.minus(other)
    }
}

impl SubAssign for Sum {
    fn sub_assign(&mut self, other: Self) {
        *self = self.minus(other);
    }
}

/// The checksum of an IPv4 header, options included (`ip_fast_csum`).
///
/// With the checksum field zeroed it is what belongs there; over a received header it is 0 if
/// nothing was damaged.
///
/// ```
/// # use softnet_sk_buff::checksum::ip_fast_csum;
/// let header = [
///     0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, // the checksum follows
///     0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
/// ];
/// assert_eq!(ip_fast_csum(&header), 0);
/// ```
#[must_use]
pub fn ip_fast_csum(header: &[u8]) -> u16 {
    Sum::of(header).fold()
}

/// The checksum field of a UDP datagram over this sum (RFC 768): a computed 0 goes out as `0xffff`,
/// because 0 there means that nobody computed one (`CSUM_MANGLED_0`).
#[must_use]
pub const fn udp_checksum(sum: Sum) -> u16 {
    match sum.fold() {
        0 => 0xffff,
        check => check,
    }
}

/// The checksum after a change of data whose sum was `from` and is `to`: RFC 1624, equation 3.
///
/// Both blocks have to lie at even offsets. The result is that of a new computation, bit for bit,
/// unless the data has become all zeros (then 0 stands for `0xffff`). For UDP the caller leaves a
/// checksum of 0 alone and turns a result of 0 into `0xffff`.
#[must_use]
pub const fn csum_replace(check: u16, from: Sum, to: Sum) -> u16 {
    Sum::from_checksum(check).minus(from).plus(to).fold()
}

/// The checksum after one word has changed (`csum_replace2`).
///
/// ```
/// # use softnet_sk_buff::checksum::csum_replace2;
/// // A router takes one from the TTL: 64, UDP becomes 63, UDP.
/// assert_eq!(csum_replace2(0xb861, 0x4011, 0x3f11), 0xb961);
/// ```
#[must_use]
pub const fn csum_replace2(check: u16, from: u16, to: u16) -> u16 {
    csum_replace(check, Sum::from_u16(from), Sum::from_u16(to))
}

/// The checksum after four bytes have changed, as an IPv4 address or a TCP sequence number
/// (`csum_replace4`).
#[must_use]
pub const fn csum_replace4(check: u16, from: u32, to: u32) -> u16 {
    csum_replace(check, Sum::from_u32(from), Sum::from_u32(to))
}

/// The checksum after sixteen bytes have changed: an IPv6 address (`inet_proto_csum_replace16`).
#[must_use]
pub const fn csum_replace16(check: u16, from: Ipv6Addr, to: Ipv6Addr) -> u16 {
    csum_replace(check, Sum::of_u128(from.to_bits()), Sum::of_u128(to.to_bits()))
}

/// Adds with the carry brought round, until 16 bits are left.
const fn fold64(sum: u64) -> u16 {
    let sum = (sum >> 32) + (sum & 0xffff_ffff); // 33 bits
    let sum = (sum >> 16) + (sum & 0xffff); // 18 bits
    let sum = (sum >> 16) + (sum & 0xffff); // 17 bits, of which at most one carry
    ((sum >> 16) + (sum & 0xffff)) as u16
}

/// The sum of at most [`BLOCK`] bytes.
///
/// Added up in the machine's own byte order and put right once at the end, which the sum allows
/// (RFC 1071, section 2 (B)). Eight independent lanes of 32-bit words in 64-bit sums: no carry to
/// look after, and the compiler makes vector instructions of it.
fn sum_block(bytes: &[u8]) -> u16 {
    let mut lanes = [0_u64; 8];
    let (rows, rest) = bytes.as_chunks::<32>();
    for row in rows {
        let (words, _) = row.as_chunks::<4>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane += u64::from(u32::from_ne_bytes(*word));
        }
    }
    let mut sum: u64 = lanes.iter().sum();
    let (words, rest) = rest.as_chunks::<4>();
    for word in words {
        sum += u64::from(u32::from_ne_bytes(*word));
    }
    let last = match *rest {
        [a] => [a, 0, 0, 0],
        [a, b] => [a, b, 0, 0],
        [a, b, c] => [a, b, c, 0],
        _ => [0; 4],
    };
    sum += u64::from(u32::from_ne_bytes(last));
    u16::from_be(fold64(sum))
}

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests;
