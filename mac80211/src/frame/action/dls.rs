//! Direct link setup (9.6.4 of IEEE 802.11-2016; obsolete since).

use softnet_sk_buff::MacAddr;

use super::by_code::by_code;
use crate::frame::layout::layout;
use crate::frame::{CapabilityInfo, ReasonCode, StatusCode};

by_code! {
    /// A direct link setup action frame.
    DlsAction "DLS action" {
        /// A direct link is asked for.
        0 Request(DlsRequest),
        /// The answer.
        1 Response(DlsResponse),
        /// The link ends.
        2 Teardown(DlsTeardown),
    }
}

layout! {
    /// DLS request.
    DlsRequest<'a> "DLS request" {
        /// Whom it is for.
        destination: MacAddr,
        /// Who asks.
        source: MacAddr,
        /// What the source can do.
        capability: CapabilityInfo,
        /// Seconds after which the link ends; 0 for never.
        timeout: u16,
    } then {
        /// Elements.
        elements
    }
}

layout! {
    /// DLS response.
    DlsResponse<'a> "DLS response" {
        /// Success or why not.
        status: StatusCode,
        /// Whom it is for.
        destination: MacAddr,
        /// Who answers.
        source: MacAddr,
    } then {
        /// With success capability information, then elements.
        rest
    }
}

layout! {
    /// DLS teardown.
    DlsTeardown<'a> "DLS teardown" {
        /// Whom it is for.
        destination: MacAddr,
        /// Who ends it.
        source: MacAddr,
        /// Why.
        reason: ReasonCode,
    } then {
        /// Elements.
        elements
    }
}
