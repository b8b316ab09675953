//! Fast session transfer (9.6.20): from one band to another.

use alloc::vec::Vec;

use super::by_code::by_code;
use crate::Malformed;
use crate::frame::FrameControl;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, take};

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
        /// A management frame of one band on its way through the other.
        5 OnChannelTunnel(OnChannelTunnel),
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

/// On-channel tunnel request (9.6.20.7): a management frame for the peer's other band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OnChannelTunnel<'a> {
    /// Frame control of the management frame.
    pub frame_control: FrameControl,
    /// Its body.
    pub body: &'a [u8],
    /// Multi-band.
    pub elements: &'a [u8],
}

impl<'a> OnChannelTunnel<'a> {
    /// Reads it, from behind the action code.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut elements = bytes;
        let read = |from: &mut &'a [u8]| {
            let len = u16::read(from)?;
            Some((FrameControl::read(from)?, take(from, usize::from(len))?))
        };
        let (frame_control, body) =
            read(&mut elements).ok_or(Malformed::Truncated("on-channel tunnel request"))?;
        Ok(Self { frame_control, body, elements })
    }

    /// Appends its bytes. A body beyond 65535 bytes is cut off.
    pub fn write(&self, out: &mut Vec<u8>) {
        let len = u16::try_from(self.body.len()).unwrap_or(u16::MAX);
        len.append(out);
        self.frame_control.append(out);
        out.extend(self.body.iter().take(usize::from(len)));
        out.extend_from_slice(self.elements);
    }
}
