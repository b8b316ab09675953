//! Spectrum management (9.6.2).

use super::by_code::{Bare, Dialog, by_code};

by_code! {
    /// A spectrum management action frame (`WLAN_ACTION_SPCT_*`).
    SpectrumAction "spectrum management action" {
        /// Measurement request.
        0 MeasurementRequest(Dialog),
        /// Measurement report.
        1 MeasurementReport(Dialog),
        /// Transmit power control request.
        2 TpcRequest(Dialog),
        /// Transmit power control report.
        3 TpcReport(Dialog),
        /// Channel switch announcement.
        4 ChannelSwitch(Bare),
    }
}
