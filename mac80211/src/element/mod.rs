//! Elements of management frames: how they are found and what they say (IEEE 802.11-2020, clause 9.4.2).
//!
//! [`Elements`] goes through a frame's elements. Each known one has a type that [`Body`] reads and builds:
//!
//! ```
//! use softnet_mac80211::element::{Body, Elements, Rsn};
//!
//! let elements = Elements::new(b"\x00\x04cell\x30\x14\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x02\x80\0");
//! let rsn = Rsn::find(elements).unwrap()?;
//! assert!(rsn.capabilities().mfp_capable());
//!
//! let mut again = Vec::new();
//! rsn.write_element(&mut again)?;
//! assert_eq!(again, elements.last().map(|last| [&[0x30, 0x14], last.body()].concat()).unwrap());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Typed`] is an element of any kind: which it is, and a [`View`] that reads it when its value is asked for.
//!
//! A value that the standard reserves is kept as it came, and so are bytes behind those that are known: what
//! was parsed is built again byte by byte.

#[macro_use]
mod define;

mod body;
mod channel_switch;
mod country;
mod dmg;
mod edca;
mod eht;
mod elems;
mod ext_capabilities;
mod fils;
mod fragment;
mod ft;
mod he;
mod he_operation;
mod ht;
mod id;
mod iter;
mod mesh;
mod mmie;
mod multi_link;
mod multiple_bssid;
mod neighbor;
mod parameters;
mod power;
mod power_save;
mod ppe;
mod probe;
mod radio;
mod rates;
mod rsn;
mod rsnx;
mod s1g;
mod sae;
mod services;
mod ssid;
mod streams;
mod tim;
mod timeout_interval;
mod tpe;
mod ttlm;
mod twt;
mod typed;
mod vendor;
mod vht;
mod view;

pub use body::Body;
pub use channel_switch::{
    ChannelSwitch, ChannelSwitchTiming, ChannelSwitchWrapper, ExtChannelSwitch,
    MaxChannelSwitchTime, MeshChannelSwitch, Quiet, QuietChannel, SecondaryChannelOffset,
    WideBandwidthChannelSwitch,
};
pub use country::{Country, CountryRule, CountryTriplet};
pub use dmg::{DmgCapabilities, DmgOperation, MultiBand};
pub use edca::{
    AcParam, AcParams, AciAifsn, Ecw, EdcaParameterSet, MuAcParam, MuEdca, QosCapability, WmmInfo,
    WmmParam,
};
pub use eht::{
    BandwidthIndication, EhtCapabilities, EhtMacCap, EhtMcsNss, EhtOperInfo, EhtOperParams,
    EhtOperation, EhtPhyCap,
};
pub use elems::{ConnMode, Elems, ParseErrors, ParseParams};
pub use ext_capabilities::{ExtCapabilities, RmEnabledCapabilities};
pub use fils::{
    ApCsn, AssocDelayInfo, CagNumber, FilsHlpContainer, FilsIndication, FilsInfo, FilsKeyConfirm,
    FilsNonce, FilsPublicKey, FilsReqParams, FilsSession, FilsWrappedData, KeyDelivery,
};
#[cfg(feature = "rsn")]
pub(crate) use fragment::with_fragments;
pub use fragment::{MLE_SUBELEM_FRAGMENT, NoRoom, defragment, defragmented_len, write_fragmented};
pub use ft::{FastTransition, FteBigtk, FteGtk, FteIgtk, FteMicControl, FteOci, MobilityDomain};
pub use he::{He6GhzCap, He6GhzCapabilities, HeCapabilities, HeMacCap, HeMcsNss, HePhyCap};
pub use he_operation::{
    BssColorChange, He6GhzControl, He6GhzOper, HeOperParams, HeOperation, SpatialReuse, SrControl,
    SrgInfo, Uora, VhtOperInfo,
};
pub use ht::{
    BssCoex2040, BssCoexInfo, HtAmpduParams, HtCapInfo, HtCapabilities, HtExtCap, HtMcsInfo,
    HtMcsTxParams, HtOperation, HtOperationMode, HtParam, HtStbcParam, OverlapBssScanParam,
};
pub use id::Id;
pub use iter::{Element, Elements};
pub use mesh::{
    AuthMeshPeerExch, Gann, MeshAwakeWindow, MeshCapability, MeshConfig, MeshFormation, MeshId,
    Mic, PeerMgmt, Perr, PerrDestination, Prep, Preq, PreqTarget, Rann,
};
pub use mmie::Mmie;
pub use multi_link::{
    BasicCommonInfo, EmlCapabilities, MlControl, MldCapabilities, MultiLink, PerStaProfile,
    StaControl, find_multi_link,
};
pub use multiple_bssid::{
    MultipleBssid, MultipleBssidConfiguration, MultipleBssidIndex, NonInheritance, NonTxBssidCap,
    NontransmittedProfile, find_profile, gen_new_bssid, gen_new_ie, merge_profile,
};
pub use neighbor::{
    BssidInfo, NeighborApInfo, NeighborReport, ReducedNeighborReport, TbttInfo, TbttInfoHeader,
};
pub use parameters::{
    Aid, BssLoad, BssMaxIdlePeriod, CfParams, Challenge, DsParams, Erp, ErpInfo, IbssParams,
    OperatingMode, OpmodeNotif,
};
pub use power::{PowerCapability, PowerConstraint, TpcReport, TpcRequest};
pub use power_save::{
    AwakeWindow, PtiControl, PuBufferStatus, TimBroadcastRequest, WakeupSchedule, WnmSleepMode,
};
pub use ppe::Ppe;
pub use probe::{ExtRequest, KnownBssid, Request, ShortSsidList, SsidList};
pub use radio::{
    Antenna, ApChannelReport, BssAcAccessDelay, BssAccessDelay, BssAvailableCapacity, EssInfo,
    EssReport, MeasurementPilotTx, NdpFeedbackReport, QuietTimePeriod, Rcpi, Rsni,
};
pub use rates::{ExtSupportedRates, Rate, SupportedRates};
pub use rsn::{Pmkid, Rsn, RsnCapabilities, Wpa};
pub use rsnx::Rsnx;
pub use s1g::{
    AidResponse, S1gBeaconCompat, S1gCapabilities, S1gChannelWidth, S1gOperation,
    S1gShortBeaconInterval,
};
pub use sae::{
    AkmSuiteSelector, AntiCloggingToken, OweDhParam, PasnParameters, PasswordIdentifier,
    RejectedGroups,
};
pub use services::{
    AccessNetworkOptions, AddbaExt, AddbaExtension, ChannelRange, Interworking, LinkId,
    MeasurementReport, MeasurementRequest, Oci, SupportedChannels, SupportedOperatingClasses,
};
pub use ssid::Ssid;
pub use streams::{
    MscsDescriptor, QosMap, QosTrafficCapability, Schedule, ScheduleInfo, ScsDescriptor, Tclas,
    TclasProcessing, TsDelay, TsInfo, Tspec,
};
pub use tim::Tim;
pub use timeout_interval::TimeoutInterval;
pub use tpe::{ParsedTpe, TpeEirp, TpeInfo, TpePsd, TxPowerEnvelope};
pub use ttlm::{NegTtlm, TidToLinkMapping, TtlmControl};
pub use twt::{BroadcastTwt, BroadcastTwtInfo, IndividualTwt, Twt, TwtControl, TwtRequestType};
pub use typed::Typed;
pub use vendor::Vendor;
pub use vht::{
    ExtBssLoad, McsMap, VhtCapInfo, VhtCapabilities, VhtMcsInfo, VhtOperation, VhtRxHighest,
    VhtTxHighest,
};
pub use view::View;

pub use crate::wire::{Bounded, BuildError, List, Record, Sink, Wire};
