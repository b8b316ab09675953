//! An element of any kind, typed.

use super::*;
use crate::Malformed;

macro_rules! typed {
    ($($name:ident,)+) => {
        /// Any element: one of the types here, or as it came.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(clippy::large_enum_variant, reason = "boxes would allocate")]
        #[non_exhaustive]
        pub enum Typed<'a> {
            $(#[doc = concat!("[`", stringify!($name), "`].")] $name($name<'a>),)+
            /// An element of no type here, or of a vendor who has none.
            Unknown(Element<'a>),
        }

        impl<'a> Typed<'a> {
            /// Reads an element as the type that its ID, or its vendor, has here.
            ///
            /// # Errors
            /// Those of the type's own [`Body::parse`].
            pub fn parse(element: Element<'a>) -> Result<Self, Malformed> {
                let body = element.body();
                match element.id() {
                    $(<$name<'static> as Body<'static>>::ID if body.starts_with($name::PREFIX) => {
                        $name::parse(body).map(Self::$name)
                    })+
                    _ => Ok(Self::Unknown(element)),
                }
            }

            /// Appends it, with fragments if one element does not hold it.
            ///
            /// # Errors
            /// [`BuildError::NoRoom`]; [`BuildError::Overlong`] if a count in it does not hold what it counts.
            pub fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
                match self {
                    $(Self::$name(element) => element.write_fragmented(out),)+
                    Self::Unknown(element) => element.write(out),
                }
            }
        }

        $(impl<'a> From<$name<'a>> for Typed<'a> {
            fn from(element: $name<'a>) -> Self {
                Self::$name(element)
            }
        })+
    };
}

// Of a vendor's, those with the longer prefix first.
typed! {
    AddbaExt,
    Aid,
    AidResponse,
    AkmSuiteSelector,
    Antenna,
    AntiCloggingToken,
    ApChannelReport,
    ApCsn,
    AssocDelayInfo,
    AuthMeshPeerExch,
    AwakeWindow,
    BandwidthIndication,
    BssAcAccessDelay,
    BssAccessDelay,
    BssAvailableCapacity,
    BssCoex2040,
    BssColorChange,
    BssLoad,
    BssMaxIdlePeriod,
    CagNumber,
    CfParams,
    Challenge,
    ChannelSwitch,
    ChannelSwitchTiming,
    ChannelSwitchWrapper,
    Country,
    DmgCapabilities,
    DmgOperation,
    DsParams,
    EdcaParameterSet,
    EhtCapabilities,
    EhtOperation,
    Erp,
    EssReport,
    ExtBssLoad,
    ExtCapabilities,
    ExtChannelSwitch,
    ExtRequest,
    ExtSupportedRates,
    FastTransition,
    FilsHlpContainer,
    FilsIndication,
    FilsKeyConfirm,
    FilsNonce,
    FilsPublicKey,
    FilsReqParams,
    FilsSession,
    FilsWrappedData,
    Gann,
    He6GhzCapabilities,
    HeCapabilities,
    HeOperation,
    HtCapabilities,
    HtOperation,
    IbssParams,
    Interworking,
    KeyDelivery,
    KnownBssid,
    LinkId,
    MaxChannelSwitchTime,
    MeasurementPilotTx,
    MeasurementReport,
    MeasurementRequest,
    MeshAwakeWindow,
    MeshChannelSwitch,
    MeshConfig,
    MeshId,
    Mic,
    Mmie,
    MobilityDomain,
    MscsDescriptor,
    MuEdca,
    MultiBand,
    MultiLink,
    MultipleBssid,
    MultipleBssidConfiguration,
    MultipleBssidIndex,
    NdpFeedbackReport,
    NeighborReport,
    NonInheritance,
    NonTxBssidCap,
    Oci,
    OpmodeNotif,
    OverlapBssScanParam,
    OweDhParam,
    PasnParameters,
    PasswordIdentifier,
    PeerMgmt,
    Perr,
    PowerCapability,
    PowerConstraint,
    Prep,
    Preq,
    PtiControl,
    PuBufferStatus,
    QosCapability,
    QosMap,
    QosTrafficCapability,
    Quiet,
    QuietChannel,
    QuietTimePeriod,
    Rann,
    Rcpi,
    ReducedNeighborReport,
    RejectedGroups,
    Request,
    RmEnabledCapabilities,
    Rsn,
    Rsni,
    Rsnx,
    S1gBeaconCompat,
    S1gCapabilities,
    S1gOperation,
    S1gShortBeaconInterval,
    Schedule,
    ScsDescriptor,
    SecondaryChannelOffset,
    ShortSsidList,
    SpatialReuse,
    Ssid,
    SsidList,
    SupportedChannels,
    SupportedOperatingClasses,
    SupportedRates,
    Tclas,
    TclasProcessing,
    TidToLinkMapping,
    Tim,
    TimBroadcastRequest,
    TimeoutInterval,
    TpcReport,
    TpcRequest,
    TsDelay,
    Tspec,
    Twt,
    TxPowerEnvelope,
    Uora,
    VhtCapabilities,
    VhtOperation,
    WakeupSchedule,
    WideBandwidthChannelSwitch,
    WnmSleepMode,
    WmmInfo,
    WmmParam,
    Wpa,
    Vendor,
}
