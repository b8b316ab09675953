//! EHT with protection (802.11be): links of a multi-link device.

use super::by_code::{Bare, Dialog, DialogStatus, by_code};
use crate::frame::layout::layout;

by_code! {
    /// A protected EHT action frame (`enum ieee80211_protected_eht_actioncode`).
    ProtectedEhtAction "protected EHT action" {
        /// A mapping of traffic identifiers to links is asked for.
        0 TtlmRequest(Dialog),
        /// The answer.
        1 TtlmResponse(DialogStatus),
        /// It ends.
        2 TtlmTeardown(Bare),
        /// Priority access for emergencies is asked for.
        3 EpcsEnableRequest(Dialog),
        /// The answer, or with dialog token 0 news.
        4 EpcsEnableResponse(DialogStatus),
        /// It ends.
        5 EpcsTeardown(Bare),
        /// Several links with one radio: now so, now otherwise.
        6 EmlOperatingMode(EmlOperatingMode),
        /// Which links a station should use.
        7 LinkRecommendation(Bare),
        /// Links shall be added or removed.
        11 LinkReconfigurationRequest(Dialog),
        /// The answer.
        12 LinkReconfigurationResponse(LinkReconfigurationResponse),
    }
}

layout! {
    /// EML operating mode notification.
    EmlOperatingMode<'a> "EML operating mode notification" {
        /// Chosen by who tells.
        dialog_token: u8,
        /// Bit 0 EMLSR, 1 EMLMR, 2 its parameters change, 3 another radio is in the way
        /// (`IEEE80211_EML_CTRL_*`).
        control: u8,
    } then {
        /// Two bytes with a bit for each link, and what else `control` promises.
        rest
    }
}

layout! {
    /// Link reconfiguration response.
    LinkReconfigurationResponse<'a> "link reconfiguration response" {
        /// That of the request.
        dialog_token: u8,
        /// How many statuses follow.
        count: u8,
    } then {
        /// A link and a status code, three bytes, for each; group keys; elements.
        rest
    }
}
