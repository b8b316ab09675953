//! Fast session transfer (9.6.20): from one band to another.

use super::by_code::by_code;
use crate::frame::layout::layout;

by_code! {
    /// A fast session transfer action frame.
    FstAction "FST action" {
        /// A session is asked for.
        0 SetupRequest(FstSetupRequest),
        /// The answer.
        1 SetupResponse(FstSetupResponse),
        /// It ends.
        2 Teardown(FstTeardown),
        /// On the new link.
        3 AckRequest(FstAck),
        /// The answer.
        4 AckResponse(FstAck),
    }
}

layout! {
    /// FST setup request (9.6.20.2).
    FstSetupRequest<'a> "FST setup request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Link loss timeout in units of 32 µs.
        llt: u32,
    } then {
        /// Session transition and so on.
        elements
    }
}

layout! {
    /// FST setup response (9.6.20.3).
    FstSetupResponse<'a> "FST setup response" {
        /// That of the request.
        dialog_token: u8,
        /// Low byte of a status code.
        status: u8,
    } then {
        /// Session transition and so on.
        elements
    }
}

layout! {
    /// FST teardown (9.6.20.4).
    FstTeardown<'a> "FST teardown" {
        /// Which session.
        fsts_id: u32,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// FST ack request or response (9.6.20.5, 9.6.20.6).
    FstAck<'a> "FST ack" {
        /// That of the request.
        dialog_token: u8,
        /// Which session.
        fsts_id: u32,
    } then {
        /// Nothing.
        elements
    }
}
