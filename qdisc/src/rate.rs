//! How long a packet takes at a rate, in Linux's arithmetic (`struct psched_ratecfg`).

use crate::ConfigError;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// What carries the packets, as far as it changes how many bytes one takes (`TC_LINKLAYER_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum LinkLayer {
    /// Bytes as they are.
    #[default]
    Ethernet,
    /// Cells of 48 bytes that take 53.
    Atm,
}

/// A rate as it is configured (`tc_ratespec`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RateSpec {
    /// Bytes per second. `tc` takes bits.
    pub bytes_per_second: u64,
    /// Bytes that each packet takes on top of its length.
    pub overhead: u16,
    /// Bytes that a packet takes at least, overhead included.
    pub mpu: u16,
    /// What a byte costs.
    pub linklayer: LinkLayer,
}

impl RateSpec {
    /// So many bytes a second.
    #[must_use]
    pub const fn bytes(bytes_per_second: u64) -> Self {
        Self { bytes_per_second, overhead: 0, mpu: 0, linklayer: LinkLayer::Ethernet }
    }

    /// So many bits a second, rounded down to bytes.
    #[must_use]
    pub const fn bits(bits_per_second: u64) -> Self {
        Self::bytes(bits_per_second / 8)
    }
}

/// A rate made ready: lengths to nanoseconds by one multiplication and one shift.
///
/// Rounds down as Linux does, by less than a nanosecond a packet; the error of the rate itself is
/// below 2⁻³¹ up to 8.5 GB/s or so, and grows above.
///
/// ```
/// use softnet_qdisc::{Rate, RateSpec};
///
/// let rate = Rate::new(RateSpec::bits(1_000_000))?;
/// assert_eq!(rate.l2t_ns(500), 4_000_000);
/// assert_eq!(rate.ns_t2l(4_000_000), 500);
/// # Ok::<(), softnet_qdisc::ConfigError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    spec: RateSpec,
    mult: u32,
    shift: u8,
    /// A length is what it is, as most often.
    plain: bool,
}

impl Rate {
    /// Makes `spec` ready (`psched_ratecfg_precompute`).
    ///
    /// # Errors
    /// [`ConfigError::ZeroRate`].
    pub fn new(spec: RateSpec) -> Result<Self, ConfigError> {
        let rate = spec.bytes_per_second;
        if rate == 0 {
            return Err(ConfigError::ZeroRate);
        }
        // The largest multiplier that fits 32 bits keeps most of the rate's precision; the factor
        // itself has to fit 64.
        let (mut factor, mut shift) = (NANOS_PER_SECOND, 0);
        while factor / rate < 1 << 31 && factor < 1 << 63 {
            factor <<= 1;
            shift += 1;
        }
        let mult = u32::try_from(factor / rate).unwrap_or(u32::MAX);
        let plain = spec == RateSpec::bytes(rate);
        Ok(Self { spec, mult, shift, plain })
    }

    /// What it was made of.
    #[must_use]
    pub fn spec(&self) -> RateSpec {
        self.spec
    }

    /// Nanoseconds that a packet of `len` bytes takes (`psched_l2t_ns`): 2⁶² at most, for the shift
    /// is by two bits or more.
    #[inline]
    #[must_use]
    pub fn l2t_ns(&self, len: u32) -> u64 {
        if self.plain {
            return (u64::from(len) * u64::from(self.mult)) >> self.shift;
        }
        self.l2t_ns_of_more(len)
    }

    #[cold]
    #[inline(never)]
    fn l2t_ns_of_more(&self, len: u32) -> u64 {
        let len = (u64::from(len) + u64::from(self.spec.overhead)).max(u64::from(self.spec.mpu));
        let len = match self.spec.linklayer {
            LinkLayer::Ethernet => len,
            LinkLayer::Atm => len.div_ceil(48) * 53,
        };
        // Both factors are below 2^33, so only a length near 4 GiB could overflow.
        len.saturating_mul(u64::from(self.mult)) >> self.shift
    }

    /// Bytes of a packet that takes `nanos` nanoseconds (`psched_ns_t2l`), rounded down.
    #[must_use]
    pub fn ns_t2l(&self, nanos: u64) -> u32 {
        let total = u128::from(nanos) * u128::from(self.spec.bytes_per_second);
        let mut len = total / u128::from(NANOS_PER_SECOND);
        if self.spec.linklayer == LinkLayer::Atm {
            len = len / 53 * 48;
        }
        u32::try_from(len.saturating_sub(self.spec.overhead.into())).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zero_is_no_rate() {
        assert_eq!(Rate::new(RateSpec::bytes(0)), Err(ConfigError::ZeroRate));
    }

    #[test]
    fn overhead_mpu_and_cells_count() {
        let spec = RateSpec { overhead: 18, mpu: 64, ..RateSpec::bytes(1_000_000) };
        let rate = Rate::new(spec).unwrap();
        assert_eq!(rate.l2t_ns(10), 64_000, "18 bytes on top are still below 64");
        assert_eq!(rate.l2t_ns(100), 118_000);
        let atm = Rate::new(RateSpec { linklayer: LinkLayer::Atm, ..spec }).unwrap();
        assert_eq!(atm.l2t_ns(100), 159_000, "118 bytes are 3 cells of 53");
        assert_eq!(atm.ns_t2l(159_000), 126, "3 cells carry 144 bytes, 18 of them overhead");
    }

    /// tbf and htb add such times without a look at overflow.
    #[test]
    fn nothing_takes_longer_than_2_to_the_62() {
        let spec = RateSpec { linklayer: LinkLayer::Atm, overhead: u16::MAX, ..RateSpec::bytes(1) };
        for (spec, at_least) in [(spec, 1 << 61), (RateSpec::bytes(1), 1 << 61)] {
            let longest = Rate::new(spec).unwrap().l2t_ns(u32::MAX);
            assert!((at_least..=1 << 62).contains(&longest), "{longest}");
        }
    }

    proptest! {
        /// The exact quotient is never exceeded and missed by less than Linux's bound.
        #[test]
        fn is_the_quotient(rate in 1u64..8_000_000_000, len in 0u32..1 << 20) {
            let got = Rate::new(RateSpec::bytes(rate)).unwrap().l2t_ns(len);
            let exact = u128::from(len) * 1_000_000_000 / u128::from(rate);
            prop_assert!(u128::from(got) <= exact);
            prop_assert!(exact - u128::from(got) <= 1 + (exact >> 31));
        }

        #[test]
        fn never_overflows(rate in 1u64.., len: u32, overhead: u16, mpu: u16) {
            let spec = RateSpec { overhead, mpu, linklayer: LinkLayer::Atm, ..RateSpec::bytes(rate) };
            let rate = Rate::new(spec).unwrap();
            prop_assert!(rate.ns_t2l(rate.l2t_ns(len)) <= len.max(mpu.into()).saturating_add(48));
            prop_assert!(rate.l2t_ns(len) <= 1 << 62);
        }
    }
}
