//! Control frames (9.3.1).

mod block_ack;
mod block_ack_req;
mod extended;
mod ndp_announcement;
mod short;
mod trigger;

pub use block_ack::{
    AidTid, AidTidAck, AidTidInfo, AidTids, BaInfo, BlockAck, TidBitmap, compressed_bitmap_len,
    multi_sta_bitmap_len,
};
pub use block_ack_req::{BaControl, BaVariant, BarInfo, BlockAckReq, GcrInfo, PerTid};
pub use extended::{DmgCts, DmgDts, Extended, Grant, GrantAck, Poll, Spr, Ssw, SswFeedback};
pub use ndp_announcement::{HeStaInfo, NdpAnnouncement, NdpaStations, SoundingToken, VhtStaInfo};
pub use short::{BeamformingReportPoll, Tack, Transmitter};
pub use trigger::{
    BasicUserInfo, CommonDependent, CommonInfo, GcrMuBar, PassiveRangingInfo, RangingInfo, Trigger,
    TriggerType, User, UserDependent, UserInfo, Users,
};

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::{FrameControl, FrameType, HtCtrl, Kind};
use crate::Malformed;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire};

layout! {
    /// What every control frame begins with.
    ControlHeader "control frame" {
        /// Frame control. The body decides type and subtype when it is written.
        frame_control: FrameControl,
        /// Duration in µs; in a PS-Poll the association identifier with the two highest bits set.
        duration: u16,
        /// Receiver; in a PS-Poll the BSSID.
        ra: MacAddr,
    }
}

impl ControlHeader {
    /// The association identifier of a PS-Poll.
    #[must_use]
    pub const fn aid(&self) -> u16 {
        self.duration & 0x3fff
    }

    /// The duration field of a PS-Poll of the station with this association identifier.
    #[must_use]
    pub const fn aid_field(aid: u16) -> u16 {
        aid | 0xc000
    }
}

/// A control frame.
///
/// ```
/// use softnet_mac80211::frame::control::{Control, ControlFrame, ControlHeader, Transmitter};
/// use softnet_sk_buff::MacAddr;
///
/// let (ap, sta) = (MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2]));
/// let poll = ControlFrame::new(
///     ControlHeader::aid_field(1),
///     ap,
///     Control::PsPoll(Transmitter { ta: sta }),
/// );
/// let mut out = Vec::new();
/// poll.write(&mut out);
/// assert_eq!(out, b"\xa4\x00\x01\xc0\x02\0\0\0\0\x01\x02\0\0\0\0\x02");
/// assert_eq!(ControlFrame::parse(&out)?, poll);
/// # Ok::<(), softnet_mac80211::Malformed>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ControlFrame<'a> {
    /// What all have.
    pub header: ControlHeader,
    /// What its subtype adds.
    pub body: Control<'a>,
    /// What follows: nothing, as a rule.
    pub rest: &'a [u8],
}

/// What a control frame's subtype adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Control<'a> {
    /// Trigger.
    Trigger(Trigger<'a>),
    /// TACK.
    Tack(Tack),
    /// Beamforming report poll.
    BeamformingReportPoll(BeamformingReportPoll),
    /// Null data packet announcement.
    NdpAnnouncement(NdpAnnouncement<'a>),
    /// Control frame extension.
    Extended(Extended<'a>),
    /// Control wrapper.
    Wrapper(Wrapper<'a>),
    /// Block ack request.
    BlockAckReq(BlockAckReq<'a>),
    /// Block ack.
    BlockAck(BlockAck<'a>),
    /// PS-Poll.
    PsPoll(Transmitter),
    /// RTS.
    Rts(Transmitter),
    /// CTS.
    Cts,
    /// Acknowledgement.
    Ack,
    /// CF-End.
    CfEnd(Transmitter),
    /// CF-End with CF-Ack.
    CfEndAck(Transmitter),
    /// A subtype that the standard reserves.
    Other {
        /// Subtype, 0 to 15.
        subtype: u8,
        /// What follows the receiver's address.
        body: &'a [u8],
    },
}

/// A control wrapper (9.3.1.10), behind the receiver's address: another control frame with an HT control
/// field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wrapper<'a> {
    /// Frame control of the frame that it carries; duration and receiver are the wrapper's.
    pub carried: FrameControl,
    /// HT control.
    pub ht_ctrl: HtCtrl,
    /// What stands behind the receiver's address of the frame that it carries.
    pub body: &'a [u8],
}

impl<'a> Wrapper<'a> {
    /// What it carries, and what follows that.
    ///
    /// # Errors
    /// As [`Control::parse`]; [`Malformed::Invalid`] for another wrapper, or a frame that is no control
    /// frame.
    pub fn carried(&self) -> Result<(Control<'a>, &'a [u8]), Malformed> {
        let kind = self.carried.kind();
        if kind.frame_type() != FrameType::Control || kind == Kind::CTL_WRAPPER {
            return Err(Malformed::Invalid("control wrapper"));
        }
        Control::parse(self.carried, self.body)
    }

    fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut body = bytes;
        let fixed = FrameControl::read(&mut body).zip(HtCtrl::read(&mut body));
        let (carried, ht_ctrl) = fixed.ok_or(Malformed::Truncated("control wrapper"))?;
        Ok(Self { carried, ht_ctrl, body })
    }
}

impl<'a> Control<'a> {
    /// Reads what stands behind the receiver's address, and gives what follows.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(fc: FrameControl, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let short = |of: fn(Transmitter) -> Self| {
            Transmitter::parse(bytes).map(|(transmitter, rest)| (of(transmitter), rest))
        };
        Ok(match fc.kind() {
            Kind::ACK => (Self::Ack, bytes),
            Kind::CTS => (Self::Cts, bytes),
            Kind::RTS => short(Self::Rts)?,
            Kind::PSPOLL => short(Self::PsPoll)?,
            Kind::CFEND => short(Self::CfEnd)?,
            Kind::CFENDACK => short(Self::CfEndAck)?,
            Kind::BACK => {
                let (ack, rest) = BlockAck::parse(bytes)?;
                (Self::BlockAck(ack), rest)
            }
            Kind::BACK_REQ => {
                let (request, rest) = BlockAckReq::parse(bytes)?;
                (Self::BlockAckReq(request), rest)
            }
            Kind::TRIGGER => (Self::Trigger(Trigger::parse(bytes)?), &[]),
            Kind::TACK => {
                let (tack, rest) = Tack::parse(bytes)?;
                (Self::Tack(tack), rest)
            }
            Kind::NDP_ANNOUNCEMENT => {
                let (announcement, rest) = NdpAnnouncement::parse(bytes)?;
                (Self::NdpAnnouncement(announcement), rest)
            }
            Kind::BEAMFORMING_REPORT_POLL => {
                let (poll, rest) = BeamformingReportPoll::parse(bytes)?;
                (Self::BeamformingReportPoll(poll), rest)
            }
            Kind::CTL_EXT => {
                let (extended, rest) = Extended::parse(fc, bytes)?;
                (Self::Extended(extended), rest)
            }
            Kind::CTL_WRAPPER => (Self::Wrapper(Wrapper::parse(bytes)?), &[]),
            kind => (Self::Other { subtype: kind.subtype(), body: bytes }, &[]),
        })
    }

    /// Type and subtype; `None` for a subtype beyond 15.
    #[must_use]
    pub const fn kind(&self) -> Option<Kind> {
        Some(match *self {
            Self::Trigger(_) => Kind::TRIGGER,
            Self::Tack(_) => Kind::TACK,
            Self::BeamformingReportPoll(_) => Kind::BEAMFORMING_REPORT_POLL,
            Self::NdpAnnouncement(_) => Kind::NDP_ANNOUNCEMENT,
            Self::Extended(_) => Kind::CTL_EXT,
            Self::Wrapper(_) => Kind::CTL_WRAPPER,
            Self::BlockAckReq(_) => Kind::BACK_REQ,
            Self::BlockAck(_) => Kind::BACK,
            Self::PsPoll(_) => Kind::PSPOLL,
            Self::Rts(_) => Kind::RTS,
            Self::Cts => Kind::CTS,
            Self::Ack => Kind::ACK,
            Self::CfEnd(_) => Kind::CFEND,
            Self::CfEndAck(_) => Kind::CFENDACK,
            Self::Other { subtype, .. } => return Kind::of(FrameType::Control, subtype),
        })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Trigger(trigger) => trigger.write(out),
            Self::Tack(tack) => tack.write(out),
            Self::BeamformingReportPoll(poll) => poll.write(out),
            Self::NdpAnnouncement(announcement) => announcement.write(out),
            Self::Extended(extended) => extended.write(out),
            Self::Wrapper(wrapper) => {
                wrapper.carried.append(out);
                wrapper.ht_ctrl.append(out);
                out.extend_from_slice(wrapper.body);
            }
            Self::BlockAckReq(request) => request.write(out),
            Self::BlockAck(ack) => ack.write(out),
            Self::PsPoll(short) | Self::Rts(short) | Self::CfEnd(short) | Self::CfEndAck(short) => {
                short.write(out);
            }
            Self::Cts | Self::Ack => {}
            Self::Other { body, .. } => out.extend_from_slice(body),
        }
    }
}

impl<'a> ControlFrame<'a> {
    /// One to `ra`, all flags down.
    #[must_use]
    pub fn new(duration: u16, ra: MacAddr, body: Control<'a>) -> Self {
        let frame_control = Self::frame_control(FrameControl::default(), &body);
        Self { header: ControlHeader { frame_control, duration, ra }, body, rest: &[] }
    }

    /// Reads a control frame.
    ///
    /// # Errors
    /// [`Malformed::Truncated`]; [`Malformed::Invalid`] for a frame that is none, or of another protocol
    /// version than 0.
    #[inline]
    pub fn parse(frame: &'a [u8]) -> Result<Self, Malformed> {
        let (header, bytes) = ControlHeader::parse(frame)?;
        let fc = header.frame_control;
        if fc.version() != 0 || fc.frame_type() != FrameType::Control {
            return Err(Malformed::Invalid("control frame"));
        }
        let (body, rest) = Control::parse(fc, bytes)?;
        Ok(Self { header, body, rest })
    }

    /// `fc` with the type and subtype of `body`.
    fn frame_control(fc: FrameControl, body: &Control<'_>) -> FrameControl {
        let fc = body.kind().map_or(fc, |kind| fc.with_kind(kind));
        match body {
            Control::Extended(extended) => {
                FrameControl(fc.0 & !0x0f00 | u16::from(extended.extension()) << 8)
            }
            _ => fc,
        }
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let frame_control = Self::frame_control(self.header.frame_control, &self.body);
        ControlHeader { frame_control, ..self.header }.write(out);
        self.body.write(out);
        out.extend_from_slice(self.rest);
    }
}
