//! The same bytes of a kernel through several netlink crates, and through loops that know no crate.
//!
//! What is compared, and by which rules, is in `benches/README.md`.

pub mod bindings;
#[expect(clippy::unwrap_used, reason = "a benchmark that can't be set up stops")]
pub mod contest;
#[cfg(target_os = "linux")]
pub mod live;
pub mod neli;
pub mod ours;
pub mod packet_route;
pub mod routes;
#[expect(clippy::unwrap_used, reason = "a benchmark that can't be set up stops")]
pub mod served;
pub mod walk;

/// `RTM_NEWLINK` of 17 interfaces, as Linux 6.12 answered `ip -d -s link show`: those of
/// `netlink/tests/corpus/links.bin` whose kind every contender has types for.
pub const NEWLINKS: &[u8] = include_bytes!("../../data/newlinks.bin");

/// Messages that are sent, and then received, at once.
const BURST: u64 = 64;
/// Their bytes.
const MESSAGE: usize = 100;

/// What is known of a message's values once all of them were visited. That two contenders agree on it shows
/// that they visited the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Attributes, nests included.
    pub attrs: u64,
    /// Of numbers and the first words of structs the value, of bytes and text the length.
    pub values: u64,
    /// Attributes that came out without a type.
    pub untyped: u64,
}

impl Sum {
    /// An attribute that is a number.
    #[inline]
    pub fn number(&mut self, value: impl Into<u64>) {
        self.add(value.into());
    }

    /// An attribute that is a number below or above zero.
    #[inline]
    pub fn signed(&mut self, value: i32) {
        self.add(u64::from(value.cast_unsigned()));
    }

    /// An attribute that is bytes, or text without the NUL behind it.
    #[inline]
    pub fn bytes(&mut self, value: &[u8]) {
        self.add(value.len() as u64);
    }

    /// An attribute that is an address.
    #[inline]
    pub fn ip(&mut self, value: core::net::IpAddr) {
        self.add(match value {
            core::net::IpAddr::V4(v4) => u64::from(v4.to_bits()),
            core::net::IpAddr::V6(v6) => v6.to_bits() as u64,
        });
    }

    /// An attribute that holds others, which are visited too.
    #[inline]
    pub fn nest(&mut self) {
        self.add(0);
    }

    /// An attribute that came out without a type.
    #[inline]
    pub fn untyped(&mut self) {
        self.untyped += 1;
    }

    #[inline]
    fn add(&mut self, value: u64) {
        self.attrs += 1;
        self.values = self.values.wrapping_add(value);
    }
}
