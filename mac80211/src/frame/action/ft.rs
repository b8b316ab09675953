//! Fast BSS transition over the distribution system (9.6.8).

use softnet_sk_buff::MacAddr;

use super::by_code::by_code;
use crate::frame::StatusCode;
use crate::frame::layout::layout;

by_code! {
    /// A fast BSS transition action frame.
    FtAction "FT action" {
        /// The first message.
        1 Request(FtRequest),
        /// The second.
        2 Response(FtResponse),
        /// The third.
        3 Confirm(FtRequest),
        /// The fourth.
        4 Ack(FtResponse),
    }
}

layout! {
    /// FT request or confirm (9.6.8.2, 9.6.8.4).
    FtRequest<'a> "FT request" {
        /// The station that moves.
        sta: MacAddr,
        /// The access point where it goes.
        target_ap: MacAddr,
    } then {
        /// RSN, mobility domain, fast BSS transition and so on.
        elements
    }
}

layout! {
    /// FT response or ack (9.6.8.3, 9.6.8.5).
    FtResponse<'a> "FT response" {
        /// The station that moves.
        sta: MacAddr,
        /// The access point where it goes.
        target_ap: MacAddr,
        /// Success or why not.
        status: StatusCode,
    } then {
        /// RSN, mobility domain, fast BSS transition and so on.
        elements
    }
}
