//! Frames as they are on the air, from the frame control field to the last byte before the FCS
//! (IEEE 802.11-2020, clause 9).
//!
//! Views are checked once, when they are made, and read their bytes in place. A value that the
//! standard reserves is kept as it came, so that what was parsed can be built again.

pub mod action;
mod amsdu;
mod capability;
pub mod control;
mod data;
mod dispatch;
mod dmg;
mod ethernet;
mod extension;
mod frame_control;
mod header;
mod header_fields;
mod ht_ctrl;
mod layout;
pub mod management;
mod mesh_ctrl;
mod qos_ctrl;
mod reason;
mod seq_ctrl;
mod status;

pub use amsdu::{
    Amsdu, AmsduBuilder, AmsduLength, Subframe, Subframes, is_amsdu_aggregation_attack,
    is_valid_amsdu,
};
pub use capability::CapabilityInfo;
pub use data::DataFrame;
pub use dispatch::Frame;
pub use dmg::{
    BeaconIntervalControl, BeamformingControl, BrpRequest, DmgParameters, DynamicAllocation,
    LinkMaintenance, SectorSweep, SweepFeedback,
};
pub use ethernet::{
    BRIDGE_TUNNEL_HEADER, Encapsulation, EthernetHeader, IfType, MsduForm, RFC1042_HEADER, Way,
    data_to_8023, strip_8023_mesh_hdr, tunnel_proto,
};
pub use extension::{
    DmgBeacon, DmgBeaconFixed, ExtensionFrame, S1gBeacon, S1gBeaconFixed, S1gFrameControl,
};
pub use frame_control::{FrameControl, FrameType, Kind};
pub use header::{Header, hdrlen};
pub use header_fields::{HeaderBytes, HeaderFields};
pub use ht_ctrl::{AControl, AControlId, HeControl, HtControl, HtCtrl, HtCtrlVariant, VhtControl};
pub use mesh_ctrl::{MeshCtrl, MeshExtension, mesh_hdrlen};
pub use qos_ctrl::QosCtrl;
pub use reason::ReasonCode;
pub use seq_ctrl::SeqCtrl;
pub use status::StatusCode;
