//! Rates (`struct tc_ratespec`), and Linux's unit of time.

use softnet_netlink::tc::TcRatespec;
use softnet_netlink::wire::Attr;

use crate::{LinkLayer, RateSpec};

/// `TC_LINKLAYER_ETHERNET`.
const ETHERNET: u8 = 1;
/// `TC_LINKLAYER_ATM`.
const ATM: u8 = 2;
/// `TC_LINKLAYER_MASK`.
const MASK: u8 = 0xf;
/// `PSCHED_SHIFT`: a tick is 64 ns.
const SHIFT: u32 = 6;

/// `psched_ratecfg_precompute`: the larger of both, where `rate64` is the one for rates that 32 bits can't hold.
/// Tables of what lengths cost are of before Linux 3.8, and nothing is looked up in them.
pub(in crate::netlink) fn read(spec: TcRatespec, rate64: Option<Attr<'_>>) -> RateSpec {
    let rate64 = rate64.and_then(|rate| rate.u64()).unwrap_or(0);
    let linklayer = if spec.linklayer & MASK == ATM { LinkLayer::Atm } else { LinkLayer::Ethernet };
    RateSpec {
        bytes_per_second: rate64.max(spec.rate.into()),
        overhead: spec.overhead,
        mpu: spec.mpu,
        linklayer,
    }
}

/// `psched_ratecfg_getrate`.
pub(in crate::netlink) fn write(rate: RateSpec) -> TcRatespec {
    let linklayer = match rate.linklayer {
        LinkLayer::Ethernet => ETHERNET,
        LinkLayer::Atm => ATM,
    };
    TcRatespec {
        linklayer,
        overhead: rate.overhead,
        mpu: rate.mpu,
        rate: u32::try_from(rate.bytes_per_second).unwrap_or(u32::MAX),
        ..TcRatespec::default()
    }
}

/// The rate, where 32 bits can't hold it.
pub(in crate::netlink) fn large(rate: RateSpec) -> Option<u64> {
    (rate.bytes_per_second >= 1 << 32).then_some(rate.bytes_per_second)
}

/// `PSCHED_TICKS2NS`.
pub(in crate::netlink) const fn ticks_to_ns(ticks: u32) -> u64 {
    (ticks as u64) << SHIFT
}

/// `PSCHED_NS2TICKS`, as `u32` cuts it.
pub(in crate::netlink) const fn ns_to_ticks(nanos: u64) -> u32 {
    (nanos >> SHIFT) as u32
}
