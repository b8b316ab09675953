//! Action frames (9.6): management frames that say more than the others, told by category and code.
//!
//! | category | typed | bytes behind category and code |
//! |---|---|---|
//! | 0 spectrum management | all | |
//! | 1 QoS | ADDTS, DELTS, schedule, QoS map | ADDTS reserve |
//! | 2 DLS | all | |
//! | 3 block ack | all, those of S1G too | |
//! | 4 public, 9 its protected dual | coexistence, extended channel switch, measurement pilot, vendor, GAS, TDLS discovery, location, QAB, QLoad, FTM, FILS discovery, location measurement report | DSE, QMF, HCCA TXOP, public key, white space, mmWave |
//! | 5 radio measurement | all | |
//! | 6 fast BSS transition | all | |
//! | 7 HT | all; matrices as bytes | |
//! | 8 SA Query | all | |
//! | 10 WNM, 11 unprotected WNM | all through 802.11-2016; parts that a bit promises as bytes | later |
//! | 12 TDLS | all | |
//! | 13 mesh, 14 multihop, 15 self-protected | all | |
//! | 16 DMG, 20 unprotected DMG | most | relay link announcement, relay ack |
//! | 17 WMM | all | |
//! | 18 fast session transfer | all | |
//! | 19 robust AV streaming | all; lists as bytes | |
//! | 21 VHT, 30 HE, 31 protected HE | all; matrices as bytes | |
//! | 22 unprotected S1G | all | |
//! | 26 FILS | container | |
//! | 34 protected FTM | all | |
//! | 36 EHT | beamforming | others |
//! | 37 protected EHT | TID to link mapping, EPCS, EML, links of a multi-link device | their later relatives |
//! | 126, 127 vendor | OUI | |
//! | all others (protected S1G, flow control, MCS negotiation, CDMG, CMMG, GLK, WUR …) | | all |

mod block_ack;
mod by_code;
mod dls;
mod dmg;
mod eht;
mod fils;
mod fst;
mod ft;
mod gas;
mod ht;
mod mesh;
mod phy;
mod public;
mod qos;
mod radio_measurement;
mod ranging;
mod robust_av;
mod s1g;
mod sa_query;
mod spectrum;
mod tdls;
mod vendor;
mod wnm;

pub use block_ack::{
    AddbaRequest, AddbaResponse, BlockAckAction, BlockAckParam, Delba, DelbaParam,
};
pub use by_code::{Bare, Dialog, DialogStatus};
pub use dls::{DlsAction, DlsRequest, DlsResponse, DlsTeardown};
pub use dmg::{
    Brp, DmgAction, DmgAnnounce, DmgInformation, HandoverRequest, HandoverResponse,
    MultiRelayReport, PowerSaveRequest, RelayLinkRequest, RelayLinkResponse, RelayLinkTeardown,
    RelayOperationRequest, RelaySearchRequest, TpaReport, TpaRequest, UnprotectedDmgAction,
};
pub use eht::{EmlOperatingMode, LinkReconfigurationResponse, ProtectedEhtAction};
pub use fils::{
    FdCapability, FdControl, FdPrimaryChannel, FilsAction, FilsDiscovery, FilsDiscoveryFixed,
};
pub use fst::{FstAck, FstAction, FstSetupRequest, FstSetupResponse, FstTeardown, OnChannelTunnel};
pub use ft::{FtAction, FtRequest, FtResponse};
pub use gas::{
    GasComebackRequest, GasComebackResponse, GasComebackResponseFixed, GasInitialRequest,
    GasInitialRequestFixed, GasInitialResponse, GasInitialResponseFixed, GasQuery,
};
pub use ht::{
    AntennaSelection, ChannelWidth, HtAction, HtFeedback, HtMimoControl, PcoPhase, Psmp, PsmpParam,
    PsmpSta, SmPowerControl, Smps,
};
pub use mesh::{
    MeshAction, Multihop, MultihopAction, PeeringConfirm, PeeringOpen, SelfProtectedAction,
    TbttAdjustmentResponse,
};
pub use phy::{
    EhtAction, EhtFeedback, GroupId, HeAction, HeFeedback, HeMimoControl, OperatingMode,
    ProtectedHeAction, VhtAction, VhtFeedback, VhtMimoControl,
};
pub use public::{ExtChannelSwitch, MeasurementPilot, PublicAction, Qab, TdlsDiscoveryResponse};
pub use qos::{DelTs, QosAction, WmmAction};
pub use radio_measurement::{
    LinkMeasurementReport, LinkMeasurementRequest, MeasurementRequest, RadioMeasurementAction,
};
pub use ranging::{Ftm, FtmRequest, LocationMeasurementReport, ProtectedFtmAction};
pub use robust_av::{GroupMembershipResponse, RobustAvAction, ScsResponse};
pub use s1g::{
    S1gAction, SectorFeedback, SectorIndex, SyncControl, TwtFlow, TwtInformation,
    TwtInformationControl, TwtTeardown,
};
pub use sa_query::{SaQuery, SaQueryAction};
pub use spectrum::SpectrumAction;
pub use tdls::{
    TdlsAction, TdlsChannelSwitchRequest, TdlsChannelSwitchResponse, TdlsPeerPsmResponse,
    TdlsSetupConfirm, TdlsSetupRequest, TdlsSetupResponse, TdlsTeardown,
};
pub use vendor::VendorAction;
pub use wnm::{
    BssTransitionMode, BssTransitionQuery, BssTransitionRequest, BssTransitionResponse,
    CollocatedInterferenceRequest, Notification, QosTrafficCapabilityUpdate, SleepModeResponse,
    TfsNotify, TimFrame, TimingMeasurement, TimingMeasurementRequest, UnprotectedWnmAction,
    WnmAction,
};

use alloc::vec::Vec;

use crate::Malformed;
use crate::wire::codes;

codes! {
    /// Category of an action frame (9.4.1.11, `enum ieee80211_category`).
    ///
    /// The highest bit comes back with a frame that its receiver did not understand.
    Category(u8) {
        /// Spectrum management.
        SPECTRUM_MGMT = 0,
        /// QoS.
        QOS = 1,
        /// Direct link setup.
        DLS = 2,
        /// Block ack.
        BACK = 3,
        /// Public.
        PUBLIC = 4,
        /// Radio measurement.
        RADIO_MEASUREMENT = 5,
        /// Fast BSS transition.
        FAST_BSS_TRANSITION = 6,
        /// HT.
        HT = 7,
        /// SA Query.
        SA_QUERY = 8,
        /// Protected dual of public.
        PROTECTED_DUAL_OF_ACTION = 9,
        /// Wireless network management.
        WNM = 10,
        /// The same without protection.
        WNM_UNPROTECTED = 11,
        /// Tunneled direct link setup.
        TDLS = 12,
        /// Mesh.
        MESH_ACTION = 13,
        /// Mesh over several hops.
        MULTIHOP_ACTION = 14,
        /// Self-protected: mesh peering.
        SELF_PROTECTED = 15,
        /// Directional multi-gigabit.
        DMG = 16,
        /// WMM of the Wi-Fi Alliance.
        WMM = 17,
        /// Fast session transfer.
        FST = 18,
        /// Robust audio and video streaming.
        ROBUST_AV_STREAMING = 19,
        /// Directional multi-gigabit without protection.
        UNPROT_DMG = 20,
        /// VHT.
        VHT = 21,
        /// S1G without protection.
        S1G = 22,
        /// S1G.
        PROTECTED_S1G = 23,
        /// Flow control.
        FLOW_CONTROL = 24,
        /// Control response MCS negotiation.
        CONTROL_RESPONSE_MCS = 25,
        /// FILS.
        FILS = 26,
        /// CDMG.
        CDMG = 27,
        /// CMMG.
        CMMG = 28,
        /// General link.
        GLK = 29,
        /// HE.
        HE = 30,
        /// HE with protection.
        PROTECTED_HE = 31,
        /// Wake-up radio (802.11ba).
        WUR = 32,
        /// Fine timing measurement with protection (802.11az).
        PROTECTED_FTM = 34,
        /// EHT.
        EHT = 36,
        /// EHT with protection.
        PROTECTED_EHT = 37,
        /// Vendor specific with protection.
        VENDOR_SPECIFIC_PROTECTED = 126,
        /// Vendor specific.
        VENDOR_SPECIFIC = 127,
    }
}

impl Category {
    /// What was sent comes back: its receiver did not understand it.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.0 & 0x80 != 0
    }
}

macro_rules! by_category {
    ($($(#[doc = $doc:literal])+ $category:ident $variant:ident($body:ident),)+) => {
        /// An action frame's body, from its category on.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Action<'a> {
            $($(#[doc = $doc])+ $variant($body<'a>),)+
            /// One of another category.
            Other {
                /// Category.
                category: Category,
                /// What follows it: an action code first, as a rule.
                body: &'a [u8],
            },
        }

        impl<'a> Action<'a> {
            /// Reads one from its category on.
            ///
            /// # Errors
            /// [`Malformed::Truncated`] without a category, or without all fixed fields of a frame that
            /// has a type here.
            #[inline]
            pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
                let (&category, body) =
                    bytes.split_first().ok_or(Malformed::Truncated("action frame"))?;
                Ok(match Category(category) {
                    $(Category::$category => Self::$variant($body::parse(body)?),)+
                    category => Self::Other { category, body },
                })
            }

            /// Its category.
            #[must_use]
            pub const fn category(&self) -> Category {
                match *self {
                    $(Self::$variant(_) => Category::$category,)+
                    Self::Other { category, .. } => category,
                }
            }

            /// Appends its bytes, from the category on.
            pub fn write(&self, out: &mut Vec<u8>) {
                out.push(self.category().0);
                match self {
                    $(Self::$variant(body) => body.write(out),)+
                    Self::Other { body, .. } => out.extend_from_slice(body),
                }
            }
        }
    };
}

by_category! {
    /// Spectrum management.
    SPECTRUM_MGMT Spectrum(SpectrumAction),
    /// QoS.
    QOS Qos(QosAction),
    /// Direct link setup.
    DLS Dls(DlsAction),
    /// Block ack.
    BACK BlockAck(BlockAckAction),
    /// Public.
    PUBLIC Public(PublicAction),
    /// Radio measurement.
    RADIO_MEASUREMENT RadioMeasurement(RadioMeasurementAction),
    /// Fast BSS transition.
    FAST_BSS_TRANSITION Ft(FtAction),
    /// HT.
    HT Ht(HtAction),
    /// SA Query.
    SA_QUERY SaQuery(SaQueryAction),
    /// Protected dual of public.
    PROTECTED_DUAL_OF_ACTION ProtectedDual(PublicAction),
    /// Wireless network management.
    WNM Wnm(WnmAction),
    /// The same without protection.
    WNM_UNPROTECTED UnprotectedWnm(UnprotectedWnmAction),
    /// Tunneled direct link setup.
    TDLS Tdls(TdlsAction),
    /// Mesh.
    MESH_ACTION Mesh(MeshAction),
    /// Mesh over several hops.
    MULTIHOP_ACTION Multihop(MultihopAction),
    /// Self-protected: mesh peering.
    SELF_PROTECTED SelfProtected(SelfProtectedAction),
    /// Directional multi-gigabit.
    DMG Dmg(DmgAction),
    /// WMM of the Wi-Fi Alliance.
    WMM Wmm(WmmAction),
    /// Fast session transfer.
    FST Fst(FstAction),
    /// Robust audio and video streaming.
    ROBUST_AV_STREAMING RobustAv(RobustAvAction),
    /// Directional multi-gigabit without protection.
    UNPROT_DMG UnprotectedDmg(UnprotectedDmgAction),
    /// VHT.
    VHT Vht(VhtAction),
    /// S1G without protection.
    S1G S1g(S1gAction),
    /// FILS.
    FILS Fils(FilsAction),
    /// HE.
    HE He(HeAction),
    /// HE with protection.
    PROTECTED_HE ProtectedHe(ProtectedHeAction),
    /// Fine timing measurement with protection.
    PROTECTED_FTM ProtectedFtm(ProtectedFtmAction),
    /// EHT.
    EHT Eht(EhtAction),
    /// EHT with protection.
    PROTECTED_EHT ProtectedEht(ProtectedEhtAction),
    /// Vendor specific with protection.
    VENDOR_SPECIFIC_PROTECTED ProtectedVendor(VendorAction),
    /// Vendor specific.
    VENDOR_SPECIFIC Vendor(VendorAction),
}
