//! What each device can't show, and why. Whatever stands in both tables waits for a real card.

/// A case that a device can't show.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The case's name.
    pub case: &'static str,
    /// What the device lacks.
    pub why: &'static str,
}

const PAUSE: Limit = Limit {
    case: "pause_frames_hold_the_transmitter",
    why: "pause frames are ordinary frames to it: the transmitter never waits for one",
};

/// The register-level model in `testutil`.
pub const MODEL: &[Limit] = &[PAUSE];

/// QEMU's e1000, as measured with 7.2 and 10.0.2.
pub const QEMU: &[Limit] = &[
    PAUSE,
    Limit {
        case: "received_checksums_are_checked",
        why: "RXCSUM is not implemented: IXSM is set on every frame, so the driver learns nothing",
    },
    Limit {
        case: "a_reset_forgets_what_the_driver_set",
        why: "CTRL.RST resets nothing: masks, rings and RCTL survive it",
    },
    Limit {
        case: "frames_beyond_the_ring_are_lost_and_counted",
        why: "a full ring holds frames back in the network backend: none is lost, MPC stays 0",
    },
    Limit {
        case: "damaged_frames_are_counted",
        why: "the wire carries no check sequence, so none can be wrong",
    },
    Limit {
        case: "a_full_ring_stops_the_queue_and_wakes_it",
        why: "the ring is drained before the doorbell's write returns, so it is never full",
    },
    Limit {
        case: "interrupts_are_throttled",
        why: "with virtual time an armed timer fires at once, so no interrupt is held back",
    },
];
