//! SA Query (9.6.9): is the association still there?

use super::by_code::by_code;
use crate::frame::layout::layout;

by_code! {
    /// An SA Query action frame (`WLAN_ACTION_SA_QUERY_*`).
    SaQueryAction "SA Query action" {
        /// The question.
        0 Request(SaQuery),
        /// The answer.
        1 Response(SaQuery),
    }
}

layout! {
    /// SA Query request or response.
    SaQuery<'a> "SA Query" {
        /// Chosen by who asks; the answer has the same.
        transaction_id: [u8; 2],
    } then {
        /// Operating channel information.
        elements
    }
}
