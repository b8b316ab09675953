//! Mesh: among neighbours (9.6.16), over several hops (9.6.17), and peering (9.6.15).

use alloc::vec::Vec;

use super::by_code::{Bare, by_code};
use crate::Malformed;
use crate::frame::layout::layout;
use crate::frame::{CapabilityInfo, MeshCtrl, StatusCode};

by_code! {
    /// A mesh action frame (`enum ieee80211_mesh_actioncode`).
    MeshAction "mesh action" {
        /// Link metric report.
        0 LinkMetricReport(Bare),
        /// Hybrid wireless mesh protocol: path requests, replies, errors.
        1 HwmpPathSelection(Bare),
        /// Gate announcement.
        2 GateAnnouncement(Bare),
        /// Congestion control notification.
        3 CongestionControl(Bare),
        /// MCCA setup request.
        4 MccaSetupRequest(Bare),
        /// MCCA setup reply.
        5 MccaSetupReply(Bare),
        /// MCCA advertisement request.
        6 MccaAdvertisementRequest(Bare),
        /// MCCA advertisement.
        7 MccaAdvertisement(Bare),
        /// MCCA teardown.
        8 MccaTeardown(Bare),
        /// Another beacon time is asked for.
        9 TbttAdjustmentRequest(Bare),
        /// The answer.
        10 TbttAdjustmentResponse(TbttAdjustmentResponse),
    }
}

layout! {
    /// TBTT adjustment response (9.6.16.12).
    TbttAdjustmentResponse<'a> "TBTT adjustment response" {
        /// Success or why not.
        status: StatusCode,
    } then {
        /// Beacon timing.
        elements
    }
}

by_code! {
    /// A multihop action frame.
    MultihopAction "multihop action" {
        /// Which addresses outside of the mesh its sender stands for.
        0 ProxyUpdate(Multihop),
        /// That was understood.
        1 ProxyUpdateConfirmation(Multihop),
    }
}

/// A multihop action frame (9.6.17): a mesh control field, then elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Multihop<'a> {
    /// Mesh control.
    pub mesh_ctrl: MeshCtrl,
    /// Proxy update and so on.
    pub elements: &'a [u8],
}

impl<'a> Multihop<'a> {
    /// Reads it, from behind the action code.
    ///
    /// # Errors
    /// As [`MeshCtrl::parse`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (mesh_ctrl, elements) = MeshCtrl::parse(bytes)?;
        Ok(Self { mesh_ctrl, elements })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.mesh_ctrl.write(out);
        out.extend_from_slice(self.elements);
    }
}

by_code! {
    /// A self-protected action frame (`enum ieee80211_self_protected_actioncode`).
    SelfProtectedAction "self-protected action" {
        /// Mesh peering open.
        1 PeeringOpen(PeeringOpen),
        /// Mesh peering confirm.
        2 PeeringConfirm(PeeringConfirm),
        /// Mesh peering close.
        3 PeeringClose(Bare),
        /// Mesh group key inform.
        4 GroupKeyInform(Bare),
        /// Mesh group key acknowledge.
        5 GroupKeyAck(Bare),
    }
}

layout! {
    /// Mesh peering open (9.6.15.2).
    PeeringOpen<'a> "mesh peering open" {
        /// What its sender can do.
        capability: CapabilityInfo,
    } then {
        /// Supported rates, mesh ID, mesh peering management and so on.
        elements
    }
}

layout! {
    /// Mesh peering confirm (9.6.15.3).
    PeeringConfirm<'a> "mesh peering confirm" {
        /// What its sender can do.
        capability: CapabilityInfo,
        /// Association identifier that it gives to its peer.
        aid: u16,
    } then {
        /// Supported rates, mesh ID, mesh peering management and so on.
        elements
    }
}
