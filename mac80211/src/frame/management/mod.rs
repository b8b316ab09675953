//! Management frames (9.3.3): fixed fields, then elements.
//!
//! Each is a struct of its fixed fields. `parse` reads the body of a frame, what follows its
//! [`Header`](super::Header); `write` appends the same bytes. Elements stay bytes here:
//! [`element`](crate::element) reads and builds them.

mod association;
mod authentication;
mod beacon;
mod sae;
mod timing;

pub use association::{AssocReq, AssocResp, Deauth, Disassoc, ReassocReq, S1gAssocResp};
pub use authentication::{Auth, AuthAlgorithm};
pub use beacon::{Beacon, ProbeReq};
pub use sae::{SaeCommit, SaeConfirm, SaeGroup, SaeRefusal};
pub use timing::TimingAdvertisement;

use alloc::vec::Vec;

use super::action::Action;
use super::{FrameControl, FrameType, HeaderFields, Kind};
use crate::Malformed;

/// A management frame.
///
/// ```
/// use softnet_mac80211::frame::management::{Deauth, Management, ManagementFrame};
/// use softnet_mac80211::frame::{HeaderFields, Kind, ReasonCode};
/// use softnet_sk_buff::MacAddr;
///
/// let (ap, sta) = (MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2]));
/// let leaving = ManagementFrame {
///     header: HeaderFields::management(Kind::DEAUTH, ap, sta, ap),
///     body: Management::Deauth(Deauth { reason: ReasonCode::DEAUTH_LEAVING, elements: &[] }),
/// };
/// let mut out = Vec::new();
/// leaving.write(&mut out);
/// assert_eq!((out.len(), &out[24..]), (26, &[3, 0][..]));
/// assert_eq!(ManagementFrame::parse(&out)?, leaving);
/// # Ok::<(), softnet_mac80211::Malformed>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ManagementFrame<'a> {
    /// Header. The body decides type and subtype when it is written.
    pub header: HeaderFields,
    /// Body.
    pub body: Management<'a>,
}

/// The body of a management frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Management<'a> {
    /// Association request.
    AssocReq(AssocReq<'a>),
    /// Association response.
    AssocResp(AssocResp<'a>),
    /// Reassociation request.
    ReassocReq(ReassocReq<'a>),
    /// Reassociation response.
    ReassocResp(AssocResp<'a>),
    /// Probe request.
    ProbeReq(ProbeReq<'a>),
    /// Probe response.
    ProbeResp(Beacon<'a>),
    /// Timing advertisement.
    TimingAdv(TimingAdvertisement<'a>),
    /// Beacon.
    Beacon(Beacon<'a>),
    /// Announcement traffic indication message: empty.
    Atim(&'a [u8]),
    /// Disassociation.
    Disassoc(Disassoc<'a>),
    /// Authentication.
    Auth(Auth<'a>),
    /// Deauthentication.
    Deauth(Deauth<'a>),
    /// Action.
    Action(Action<'a>),
    /// Action that is not acknowledged.
    ActionNoAck(Action<'a>),
    /// A body that cannot be read: encrypted, a fragment, or of a subtype that the standard reserves.
    Opaque(&'a [u8]),
}

impl<'a> Management<'a> {
    /// Reads the body of a frame of this kind, whole and in the clear.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if a fixed field is not all there.
    #[inline]
    pub fn parse(kind: Kind, body: &'a [u8]) -> Result<Self, Malformed> {
        Ok(match kind {
            Kind::BEACON => Self::Beacon(Beacon::parse(body)?),
            Kind::PROBE_RESP => Self::ProbeResp(Beacon::parse(body)?),
            Kind::PROBE_REQ => Self::ProbeReq(ProbeReq::parse(body)?),
            Kind::ACTION => Self::Action(Action::parse(body)?),
            Kind::ACTION_NO_ACK => Self::ActionNoAck(Action::parse(body)?),
            Kind::AUTH => Self::Auth(Auth::parse(body)?),
            Kind::ASSOC_REQ => Self::AssocReq(AssocReq::parse(body)?),
            Kind::ASSOC_RESP => Self::AssocResp(AssocResp::parse(body)?),
            Kind::REASSOC_REQ => Self::ReassocReq(ReassocReq::parse(body)?),
            Kind::REASSOC_RESP => Self::ReassocResp(AssocResp::parse(body)?),
            Kind::DEAUTH => Self::Deauth(Deauth::parse(body)?),
            Kind::DISASSOC => Self::Disassoc(Disassoc::parse(body)?),
            Kind::TIMING_ADV => Self::TimingAdv(TimingAdvertisement::parse(body)?),
            Kind::ATIM => Self::Atim(body),
            _ => Self::Opaque(body),
        })
    }

    /// Type and subtype; `None` if the body does not tell.
    #[must_use]
    pub const fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::AssocReq(_) => Kind::ASSOC_REQ,
            Self::AssocResp(_) => Kind::ASSOC_RESP,
            Self::ReassocReq(_) => Kind::REASSOC_REQ,
            Self::ReassocResp(_) => Kind::REASSOC_RESP,
            Self::ProbeReq(_) => Kind::PROBE_REQ,
            Self::ProbeResp(_) => Kind::PROBE_RESP,
            Self::TimingAdv(_) => Kind::TIMING_ADV,
            Self::Beacon(_) => Kind::BEACON,
            Self::Atim(_) => Kind::ATIM,
            Self::Disassoc(_) => Kind::DISASSOC,
            Self::Auth(_) => Kind::AUTH,
            Self::Deauth(_) => Kind::DEAUTH,
            Self::Action(_) => Kind::ACTION,
            Self::ActionNoAck(_) => Kind::ACTION_NO_ACK,
            Self::Opaque(_) => return None,
        })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Beacon(body) | Self::ProbeResp(body) => body.write(out),
            Self::ProbeReq(body) => body.write(out),
            Self::Action(body) | Self::ActionNoAck(body) => body.write(out),
            Self::Auth(body) => body.write(out),
            Self::AssocReq(body) => body.write(out),
            Self::AssocResp(body) | Self::ReassocResp(body) => body.write(out),
            Self::ReassocReq(body) => body.write(out),
            Self::Deauth(body) => body.write(out),
            Self::Disassoc(body) => body.write(out),
            Self::TimingAdv(body) => body.write(out),
            Self::Atim(body) | Self::Opaque(body) => out.extend_from_slice(body),
        }
    }
}

impl<'a> ManagementFrame<'a> {
    /// Reads a management frame.
    ///
    /// # Errors
    /// [`Malformed::Truncated`]; [`Malformed::Invalid`] for a frame that is none, or of another protocol
    /// version than 0.
    #[inline]
    pub fn parse(frame: &'a [u8]) -> Result<Self, Malformed> {
        if FrameControl::of(frame).is_some_and(|fc| fc.frame_type() != FrameType::Management) {
            return Err(Malformed::Invalid("management frame"));
        }
        let (header, body) = HeaderFields::parse(frame)?;
        let fc = header.frame_control;
        let part = fc.more_fragments() || header.seq_ctrl.fragment() != 0;
        let body = if fc.protected() || part {
            Management::Opaque(body)
        } else {
            Management::parse(fc.kind(), body)?
        };
        Ok(Self { header, body })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let fc = self.header.frame_control;
        let frame_control = self.body.kind().map_or(fc, |kind| fc.with_kind(kind));
        HeaderFields { frame_control, ..self.header }.write(out);
        self.body.write(out);
    }
}
