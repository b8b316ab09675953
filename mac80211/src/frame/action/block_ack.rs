//! Block ack sessions (9.6.4).

use super::by_code::by_code;
use crate::frame::wire::{bits, layout};
use crate::frame::{ReasonCode, SeqCtrl, StatusCode};

by_code! {
    /// A block ack action frame (`enum ieee80211_back_actioncode`).
    BlockAckAction "block ack action" {
        /// A session is asked for.
        0 AddbaRequest(AddbaRequest),
        /// The answer.
        1 AddbaResponse(AddbaResponse),
        /// A session ends.
        2 Delba(Delba),
    }
}

bits! {
    /// Block ack parameter set (9.4.1.13, `IEEE80211_ADDBA_PARAM_*`).
    BlockAckParam(u16) {
        /// A-MSDUs may be sent in the session.
        amsdu with_amsdu 0;
        /// Immediate block ack, not delayed.
        immediate with_immediate 1;
        /// Traffic identifier.
        tid with_tid 2 + 4 u8;
        /// Frames that the receiver can hold; 0 leaves it to the other side. An
        /// [`AddbaExtension`] has bits beyond.
        buffer_size with_buffer_size 6 + 10 u16;
    }
}

bits! {
    /// DELBA parameter set (9.4.1.15, `IEEE80211_DELBA_PARAM_*`).
    DelbaParam(u16) {
        /// The session's originator ends it, not its recipient.
        initiator with_initiator 11;
        /// Traffic identifier.
        tid with_tid 12 + 4 u8;
    }
}

bits! {
    /// ADDBA capabilities: the body of an ADDBA extension element (9.4.2.138, `struct
    /// ieee80211_addba_ext_ie`).
    AddbaExtension(u8) {
        /// The sender takes no fragments in the session.
        no_fragmentation with_no_fragmentation 0;
        /// HE fragmentation: highest level that may be used (802.11ax).
        he_fragmentation with_he_fragmentation 1 + 2 u8;
        /// Buffer size in steps of 1024, to be added (802.11be).
        extended_buffer_size with_extended_buffer_size 5 + 3 u8;
    }
}

impl AddbaExtension {
    /// Element ID of the ADDBA extension (`WLAN_EID_ADDBA_EXT`).
    pub const ELEMENT_ID: u8 = 159;

    /// The first one among `elements`; `None` if there is none.
    #[must_use]
    pub fn find(elements: &[u8]) -> Option<Self> {
        let mut rest = elements;
        loop {
            let &[id, len, ref behind @ ..] = rest else { return None };
            let (body, next) = behind.split_at_checked(usize::from(len))?;
            if id == Self::ELEMENT_ID {
                return body.first().copied().map(Self);
            }
            rest = next;
        }
    }
}

/// The buffer size in a parameter set with what an extension adds (`ieee80211_retrieve_addba_ext_data`).
fn buffer_size(param: BlockAckParam, elements: &[u8]) -> u16 {
    let extension = AddbaExtension::find(elements).unwrap_or_default();
    param.buffer_size() | u16::from(extension.extended_buffer_size()) << 10
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
