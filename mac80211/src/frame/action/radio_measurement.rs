//! Radio measurement (9.6.6).

use super::by_code::{Dialog, by_code};
use crate::frame::layout::layout;

by_code! {
    /// A radio measurement action frame.
    RadioMeasurementAction "radio measurement action" {
        /// Measurements are asked for.
        0 Request(MeasurementRequest),
        /// Their results.
        1 Report(Dialog),
        /// A measurement of this link is asked for.
        2 LinkRequest(LinkMeasurementRequest),
        /// Its result.
        3 LinkReport(LinkMeasurementReport),
        /// Neighbouring access points are asked for.
        4 NeighborRequest(Dialog),
        /// They are named.
        5 NeighborResponse(Dialog),
    }
}

layout! {
    /// Radio measurement request (9.6.6.2).
    MeasurementRequest<'a> "radio measurement request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// How often it is repeated; 65535 until another request comes.
        repetitions: u16,
    } then {
        /// Measurement request elements.
        elements
    }
}

layout! {
    /// Link measurement request (9.6.6.4).
    LinkMeasurementRequest<'a> "link measurement request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Power of this frame in dBm, two's complement.
        transmit_power: u8,
        /// Most that its sender may use on this channel in dBm, two's complement.
        max_transmit_power: u8,
    } then {
        /// Elements.
        elements
    }
}

layout! {
    /// Link measurement report (9.6.6.5).
    LinkMeasurementReport<'a> "link measurement report" {
        /// That of the request.
        dialog_token: u8,
        /// TPC report element: ID 35, length 2, transmit power, link margin.
        tpc_report: [u8; 4],
        /// Antenna that received the request; 0 unknown.
        receive_antenna: u8,
        /// Antenna that sends this; 0 unknown.
        transmit_antenna: u8,
        /// Received channel power of the request.
        rcpi: u8,
        /// Its signal to noise.
        rsni: u8,
    } then {
        /// Elements.
        elements
    }
}
