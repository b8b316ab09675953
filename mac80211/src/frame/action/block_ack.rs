//! Block ack sessions (9.6.4).

use super::by_code::by_code;
use crate::element::{AddbaExt, Body, Elements};
use crate::frame::layout::layout;
use crate::frame::{ReasonCode, SeqCtrl, StatusCode};
use crate::wire::bits;

by_code! {
    /// A block ack action frame (`enum ieee80211_back_actioncode`).
    BlockAckAction "block ack action" {
        /// A session is asked for.
        0 AddbaRequest(AddbaRequest),
        /// The answer.
        1 AddbaResponse(AddbaResponse),
        /// A session ends.
        2 Delba(Delba),
        /// The same three for block acks that are null data packets (802.11ah).
        128 NdpAddbaRequest(AddbaRequest),
        /// The answer.
        129 NdpAddbaResponse(AddbaResponse),
        /// A session ends.
        130 NdpDelba(Delba),
        /// The same three for block acks that tell of wake times (802.11ah).
        132 BatAddbaRequest(AddbaRequest),
        /// The answer.
        133 BatAddbaResponse(AddbaResponse),
        /// A session ends.
        134 BatDelba(Delba),
    }
}

bits! {
    /// Block ack parameter set (9.4.1.13, `IEEE80211_ADDBA_PARAM_*`).
    pub struct BlockAckParam(u16) {
        /// A-MSDUs may be sent in the session.
        amsdu, with_amsdu: 0;
        /// Immediate block ack, not delayed.
        immediate, with_immediate: 1;
        /// Traffic identifier.
        tid, with_tid: 2, 4 as u8;
        /// Frames that the receiver can hold; 0 leaves it to the other side. An
        /// [`AddbaExt`] has bits beyond.
        buffer_size, with_buffer_size: 6, 10;
    }
}

bits! {
    /// DELBA parameter set (9.4.1.15, `IEEE80211_DELBA_PARAM_*`).
    pub struct DelbaParam(u16) {
        /// The session's originator ends it, not its recipient.
        initiator, with_initiator: 11;
        /// Traffic identifier.
        tid, with_tid: 12, 4 as u8;
    }
}

/// The buffer size in a parameter set with what an extension adds (`ieee80211_retrieve_addba_ext_data`).
fn buffer_size(param: BlockAckParam, elements: &[u8]) -> u16 {
    let extension =
        AddbaExt::find(Elements::new(elements)).and_then(Result::ok).unwrap_or_default();
    param.buffer_size() | u16::from(extension.data.buf_size()) << 10
}

layout! {
    /// ADDBA request (9.6.4.2).
    AddbaRequest<'a> "ADDBA request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// What is asked for.
        param: BlockAckParam,
        /// Time units without a frame after which the session ends; 0 for never.
        timeout: u16,
        /// Sequence number of the first frame of the session, as in a sequence control field.
        start_seq: SeqCtrl,
    } then {
        /// ADDBA extension, GCR group address and so on.
        elements
    }
}

impl AddbaRequest<'_> {
    /// Buffer size, with what an ADDBA extension adds.
    #[must_use]
    pub fn buffer_size(&self) -> u16 {
        buffer_size(self.param, self.elements)
    }
}

layout! {
    /// ADDBA response (9.6.4.3).
    AddbaResponse<'a> "ADDBA response" {
        /// That of the request.
        dialog_token: u8,
        /// Success or why not.
        status: StatusCode,
        /// What is granted.
        param: BlockAckParam,
        /// Time units without a frame after which the session ends; 0 for never.
        timeout: u16,
    } then {
        /// ADDBA extension, GCR group address and so on.
        elements
    }
}

impl AddbaResponse<'_> {
    /// Buffer size, with what an ADDBA extension adds.
    #[must_use]
    pub fn buffer_size(&self) -> u16 {
        buffer_size(self.param, self.elements)
    }
}

layout! {
    /// DELBA (9.6.4.4).
    Delba<'a> "DELBA" {
        /// Which session.
        param: DelbaParam,
        /// Why.
        reason: ReasonCode,
    } then {
        /// GCR group address and so on.
        elements
    }
}
