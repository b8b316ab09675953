//! QoS (9.6.3), and the same of the Wi-Fi Alliance before there was a standard.

use super::by_code::{Bare, Dialog, DialogStatus, by_code};
use crate::element::TsInfo;
use crate::frame::ReasonCode;
use crate::frame::layout::layout;

by_code! {
    /// A QoS action frame.
    QosAction "QoS action" {
        /// A traffic stream is asked for.
        0 AddTsRequest(Dialog),
        /// The answer.
        1 AddTsResponse(DialogStatus),
        /// A traffic stream ends.
        2 DelTs(DelTs),
        /// When a traffic stream is served.
        3 Schedule(Bare),
        /// Which DSCP goes with which priority.
        4 QosMapConfigure(Bare),
    }
}

layout! {
    /// The end of a traffic stream (9.6.3.4).
    DelTs<'a> "DELTS" {
        /// Which one.
        ts_info: TsInfo,
        /// Bit 0: with EDCA and power save, by schedule.
        schedule: u8,
        /// Why.
        reason: ReasonCode,
    } then {
        /// Elements.
        elements
    }
}

layout! {
    /// A WMM action frame, of category 17: one layout for all codes.
    WmmAction<'a> "WMM action" {
        /// 0 ADDTS request, 1 ADDTS response, 2 DELTS.
        code: u8,
        /// That of the request.
        dialog_token: u8,
        /// 0 in a request; the Wi-Fi Alliance's status codes in an answer.
        status: u8,
    } then {
        /// WMM TSPEC.
        elements
    }
}
