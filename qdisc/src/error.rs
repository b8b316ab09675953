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
}
