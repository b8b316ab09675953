//! Association, reassociation, and their end.

use softnet_sk_buff::MacAddr;

use crate::frame::layout::layout;
use crate::frame::{CapabilityInfo, ReasonCode, StatusCode};

layout! {
    /// Body of an association request (9.3.3.5).
    AssocReq<'a> "association request" {
        /// What the station can do.
        capability: CapabilityInfo,
        /// Beacon intervals that it may sleep.
        listen_interval: u16,
    } then {
        /// SSID, supported rates and so on.
        elements
    }
}

layout! {
    /// Body of a reassociation request (9.3.3.7).
    ReassocReq<'a> "reassociation request" {
        /// What the station can do.
        capability: CapabilityInfo,
        /// Beacon intervals that it may sleep.
        listen_interval: u16,
        /// The access point that it is associated with.
        current_ap: MacAddr,
    } then {
        /// SSID, supported rates and so on.
        elements
    }
}

layout! {
    /// Body of an association or reassociation response (9.3.3.6, 9.3.3.8).
    AssocResp<'a> "association response" {
        /// What the cell is.
        capability: CapabilityInfo,
        /// Success or why not.
        status: StatusCode,
        /// Association identifier with the two highest bits set, as sent; [`aid`](Self::aid) knows it.
        raw_aid: u16,
    } then {
        /// Supported rates and so on.
        elements
    }
}

impl AssocResp<'_> {
    /// Association identifier, 1 to 2007; means nothing without success.
    #[must_use]
    pub const fn aid(&self) -> u16 {
        self.raw_aid & 0x3fff
    }
}

layout! {
    /// Body of an association or reassociation response of an S1G access point, whose association
    /// identifier is in an element. Nothing in the frame tells it from [`AssocResp`]; the channel does.
    S1gAssocResp<'a> "S1G association response" {
        /// What the cell is.
        capability: CapabilityInfo,
        /// Success or why not.
        status: StatusCode,
    } then {
        /// AID response and so on.
        elements
    }
}

layout! {
    /// Body of a deauthentication (9.3.3.13).
    Deauth<'a> "deauthentication" {
        /// Why.
        reason: ReasonCode,
    } then {
        /// Vendor specific ones, and the management MIC.
        elements
    }
}

layout! {
    /// Body of a disassociation (9.3.3.4).
    Disassoc<'a> "disassociation" {
        /// Why.
        reason: ReasonCode,
    } then {
        /// Vendor specific ones, and the management MIC.
        elements
    }
}
