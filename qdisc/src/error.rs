//! Configurations that make no sense.

use thiserror::Error;

/// Why a configuration was refused; the discipline is as it was before.
///
/// Linux answers `EINVAL` to all of these, where it answers at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A queue that takes nothing.
    #[error("limit is zero")]
    ZeroLimit,
    /// No packet could use up its memory.
    #[error("memory limit is zero")]
    ZeroMemoryLimit,
    /// A link without a largest packet.
    #[error("mtu is zero")]
    ZeroMtu,
    /// A rate at which a byte takes no time that could be counted.
    #[error("a rate of {0} bytes a second is too big")]
    RateTooBig(u64),
    /// A rate at which nothing ever leaves.
    #[error("rate is zero")]
    ZeroRate,
    /// A flow that never earns a packet.
    #[error("quantum is zero")]
    ZeroQuantum,
    /// A quantum above Linux's `FQ_CODEL_QUANTUM_MAX`, 2^20 bytes.
    #[error("quantum of {0} bytes is above 1048576")]
    QuantumTooBig(u32),
    /// CoDel's interval rounds to no unit of its clock.
    #[error("CoDel's interval is below 1024 ns")]
    ZeroInterval,
    /// An overflow that would drop nothing.
    #[error("drop batch is zero")]
    ZeroDropBatch,
    /// Not between 1 and 65,536 flows.
    #[error("{0} flows, not 1 to 65536")]
    Flows(u32),
    /// The number of flows can't change once there are flows.
    #[error("the number of flows is fixed at creation")]
    FlowsFixed,
    /// Not between 2 and 16 bands.
    #[error("{0} bands, not 2 to 16")]
    Bands(u32),
    /// A priority is mapped to a band that is not there.
    #[error("priority {priority} is mapped to band {band}, which is not there")]
    Priomap {
        /// The priority, 0 to 15.
        priority: u8,
        /// The band that it is mapped to.
        band: u8,
    },
    /// A token bucket that the largest packet never fits: it would be dropped, always.
    #[error("a bucket takes packets of {max_size} bytes, the link has {mtu}")]
    BurstBelowMtu {
        /// Largest packet that the buckets let pass.
        max_size: u32,
        /// Largest packet of the link.
        mtu: u32,
    },
    /// A peak rate has to be above the rate.
    #[error("peak rate is not above the rate")]
    PeakNotAboveRate,
    /// A distribution is empty or has too many entries.
    #[error("a distribution of {0} entries, not 1 to 16384")]
    DistributionLen(usize),
    /// An entry of a distribution's text is no 16-bit number.
    #[error("a distribution's entry is not a number from -32768 to 32767")]
    DistributionEntry,
    /// A time above 2^63 - 1 nanoseconds.
    #[error("a time of {0} ns is above 2^63 - 1")]
    TimeTooLong(u64),
    /// netem's slots are apart by a least time that is above the greatest one.
    #[error("slots are at least {min} ns and at most {max} ns apart")]
    SlotDelay {
        /// Nanoseconds.
        min: u64,
        /// Nanoseconds.
        max: u64,
    },
    /// A size table counts in units of more than 2^30 bytes.
    #[error("a size table's logarithm of {0} is above 30")]
    SizeLog(u8),
    /// A size table has more entries than its index has values.
    #[error("a size table of {0} entries, not at most 65536")]
    SizeTableLen(usize),
    /// A rate estimator samples every 250 ms to 8 s and weighs a sample at 1/2 to 2^-30.
    #[error("a rate estimator samples every 250 ms to 8 s with a weight of 1/2 to 2^-30")]
    Estimator,
    /// ingress and clsact are no queues.
    #[error("ingress and clsact hold no packets: they go to a device's other end")]
    NoQueue,
    /// Whoever made the [`Spec`](crate::tree::Spec) knows why: netlink's say it in Linux's words.
    #[error("the specification says why")]
    Refused,
    /// The discipline is of another kind than the configuration.
    #[error("the discipline is of another kind")]
    OtherKind,
    /// More strict bands than bands.
    #[error("{strict} strict bands of {bands}")]
    StrictBands {
        /// Strict bands asked for.
        strict: u8,
        /// Bands in all.
        bands: u8,
    },
    /// A strict band takes no turns.
    #[error("a strict band has no quantum")]
    StrictQuantum,
    /// Not between 1 and 1024.
    #[error("weight is {0}, not 1 to 1024")]
    Weight(u32),
    /// qfq's largest packet, not between 512 and 65,536 bytes.
    #[error("largest packet is {0} bytes, not 512 to 65536")]
    Lmax(u32),
    /// The weights of all of qfq's classes may be 65,536 in sum.
    #[error("the weights are {0} in sum, above 65536")]
    TotalWeight(u32),
    /// fq's buckets are 2 to 2^18.
    #[error("a logarithm of {0} for the buckets, not 1 to 18")]
    BucketsLog(u32),
    /// A band of fq has a weight of 16,384 to 2^31 - 1 bytes.
    #[error("a band's weight of {0} bytes, not 16384 to 2147483647")]
    BandWeight(u32),
    /// A queue that is longer than the discipline can be made.
    #[error("limit of {0} packets is too big")]
    LimitTooBig(u32),
    /// RED's thresholds are the wrong way round, or too large for the weight of its average.
    #[error("thresholds {min} and {max} do not work with this average")]
    RedThresholds {
        /// The first one.
        min: u32,
        /// The second one.
        max: u32,
    },
    /// RED's table of idle times has a shift of 32 or more, or there is none for such a link.
    #[error("no such table of idle times")]
    RedTable,
    /// Never to drop makes sense only with marks.
    #[error("nodrop without ECN")]
    NodropWithoutEcn,
    /// A weight of PIE's controller is above 32 sixteenths.
    #[error("weight is {0}, not 0 to 32")]
    PieWeight(u32),
    /// A weight of dualpi2's controller is 0 or does not fit 31 bits.
    #[error("weight is {0}, not 1 to 2147483647")]
    DualPi2Weight(u32),
    /// A queue that would hear nothing of the other one.
    #[error("coupling is zero")]
    ZeroCoupling,
    /// More than a hundred.
    #[error("{0} percent")]
    Percent(u8),
    /// Not among the two bits of the ECN field, or none.
    #[error("ECN mask is {0}, not 1 to 3")]
    EcnMask(u8),
    /// A device without transmit queues to choose from, or with too many.
    #[error("{0} transmit queues")]
    Queues(usize),
    /// Not between 1 and 16 traffic classes.
    #[error("{0} traffic classes, not 1 to 16")]
    TrafficClasses(u8),
    /// A priority is mapped to a traffic class that is not there.
    #[error("priority {priority} is mapped to traffic class {tc}, which is not there")]
    PrioTcMap {
        /// The priority, 0 to 15.
        priority: u8,
        /// The traffic class that it is mapped to.
        tc: u8,
    },
    /// A traffic class has no queues, some that the device hasn't, or some of another's.
    #[error("traffic class {tc} can't have these queues")]
    TcQueues {
        /// The traffic class.
        tc: u8,
    },
    /// This kind of discipline can't be changed, only replaced.
    #[error("this kind of discipline can't be changed")]
    Unchangeable,
    /// Something would have to be done all the time.
    #[error("period is too short")]
    PeriodTooShort,
    /// Linux has no way to change a discipline of this kind.
    #[error("this kind can't be changed")]
    NoChange,
    /// Not a power of two up to 65,536.
    #[error("{0} buckets, not a power of two up to 65536")]
    Divisor(u32),
    /// sfq can't do with one packet.
    #[error("sfq's limit is 1")]
    SfqLimit,
    /// A period of no time.
    #[error("period is zero")]
    ZeroPeriod,
    /// A class of hfsc without real-time and without link-sharing curve gets nothing.
    #[error("neither a real-time nor a link-sharing curve")]
    NoCurve,
}
