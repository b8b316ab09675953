//! Fine timing measurement: how far is it (9.6.7.32, 9.6.7.33)? With 802.11az also protected.

use super::by_code::by_code;
use crate::frame::layout::layout;

layout! {
    /// Fine timing measurement request (9.6.7.32).
    FtmRequest<'a> "FTM request" {
        /// 1 to begin, 0 to stop.
        trigger: u8,
    } then {
        /// Measurement request, FTM parameters.
        elements
    }
}

layout! {
    /// Fine timing measurement (9.6.7.33).
    Ftm<'a> "FTM" {
        /// Not 0; 0 for the last of a burst.
        dialog_token: u8,
        /// Dialog token of the frame that the times are of.
        follow_up: u8,
        /// When it was sent, in ps, 48 bits little-endian.
        time_of_departure: [u8; 6],
        /// When its acknowledgement came, in ps, 48 bits little-endian.
        time_of_arrival: [u8; 6],
        /// Exponent of how wrong the first may be, and whether the clock changed.
        departure_error: u16,
        /// Exponent of how wrong the second may be.
        arrival_error: u16,
    } then {
        /// FTM parameters and so on.
        elements
    }
}

layout! {
    /// Location measurement report (802.11az): the times of a null data packet.
    LocationMeasurementReport<'a> "location measurement report" {
        /// That of the sounding.
        dialog_token: u8,
        /// When it was sent, in ps, 48 bits little-endian.
        time_of_departure: [u8; 6],
        /// When the other's came, in ps, 48 bits little-endian.
        time_of_arrival: [u8; 6],
        /// Bits 0 to 4 exponent of how wrong the first may be, 7 the clock changed.
        departure_error: u8,
        /// Bits 0 to 4 exponent of how wrong the second may be, 6 it is none, 7 its kind.
        arrival_error: u8,
        /// How much the other's carrier is off, in units of 0.01 ppm, two's complement.
        frequency_offset: u16,
        /// Power of the responder's null data packet, raw.
        tx_power: u8,
        /// Signal that is wanted of the initiator's null data packet, raw.
        target_rssi: u8,
    } then {
        /// Secure LTF parameters and so on.
        elements
    }
}

by_code! {
    /// A protected fine timing measurement action frame (802.11az).
    ProtectedFtmAction "protected FTM action" {
        /// Fine timing measurement request.
        1 FtmRequest(FtmRequest),
        /// Fine timing measurement.
        2 Ftm(Ftm),
        /// Location measurement report.
        3 LocationMeasurementReport(LocationMeasurementReport),
    }
}
