//! Robust audio and video streaming (9.6.18), and what grew out of it: streams with a class of their own.

use super::by_code::{Dialog, DialogStatus, by_code};
use crate::frame::layout::layout;

by_code! {
    /// A robust audio and video streaming action frame.
    RobustAvAction "robust AV streaming action" {
        /// Streams shall be classified (SCS).
        0 ScsRequest(Dialog),
        /// The answer.
        1 ScsResponse(ScsResponse),
        /// Which groups a station listens to is asked for.
        2 GroupMembershipRequest(Dialog),
        /// They are named.
        3 GroupMembershipResponse(GroupMembershipResponse),
        /// Streams towards the station shall be as those from it (MSCS).
        4 MscsRequest(Dialog),
        /// The answer.
        5 MscsResponse(DialogStatus),
    }
}

layout! {
    /// SCS response.
    ScsResponse<'a> "SCS response" {
        /// That of the request; 0 without being asked.
        dialog_token: u8,
    } then {
        /// An identifier and a status code, three bytes, for each stream. In 802.11be a byte before that
        /// counts them, and elements follow; nothing in the frame tells which it is.
        statuses
    }
}

layout! {
    /// Group membership response.
    GroupMembershipResponse<'a> "group membership response" {
        /// That of the request.
        dialog_token: u8,
        /// How many addresses follow.
        count: u8,
    } then {
        /// Addresses of groups, six bytes each.
        groups
    }
}
