//! An element of any kind, typed.

use super::*;
use crate::Malformed;

macro_rules! typed {
    ($($name:ident,)+) => {
        /// Any element: a [`View`] as one of the types here, or as it came.
        ///
        /// Each is checked when it is parsed, and read when its value is [asked for](View::get), so that going through
        /// elements of which most do not matter costs little. To build one, see [`Body::write_element`].
        ///
        /// ```
        /// use softnet_mac80211::element::{Elements, Typed};
        ///
        /// let (mut name, mut channel) = (None, None);
        /// for element in Elements::new(b"\x00\x04cell\x03\x01\x0b") {
        ///     match Typed::parse(element)? {
        ///         Typed::Ssid(view) => name = Some(view.get().ssid),
        ///         Typed::DsParams(view) => channel = Some(view.get().channel),
        ///         _ => {}
        ///     }
        /// }
        /// assert_eq!((name, channel), (Some(&b"cell"[..]), Some(11)));
        /// # Ok::<(), softnet_mac80211::Malformed>(())
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Typed<'a> {
            $(#[doc = concat!("[`", stringify!($name), "`].")] $name(View<'a, $name<'a>>),)+
            /// An element of no type here, or of a vendor who has none.
            Unknown(Element<'a>),
        }

        impl<'a> Typed<'a> {
            /// Takes an element as the type that its ID, or its vendor, has here.
            ///
            /// # Errors
            /// Those of the type's own [`Body::parse`].
            // A call for each element costs as much as all that is done here; and where the caller matches on what it
            // gets, both matches become one.
            #[inline(always)]
            pub fn parse(element: Element<'a>) -> Result<Self, Malformed> {
                // Taken apart, so that it stays in registers: a copy of the whole loads eight bytes where one was
                // stored just now, and waits for it.
                let Element { id, data } = element;
                let body = element.body();
                let typed = match element.id() {
                    $(<$name<'static> as Body<'static>>::ID if body.starts_with($name::PREFIX) => {
                        $name::is_well_formed(body).then_some(Self::$name(View::of(body)))
                    })+
                    _ => Some(Self::Unknown(Element { id, data })),
                };
                typed.ok_or_else(|| Self::refused(id, data))
            }

            /// What is wrong with an element that is not well-formed.
            #[cold]
            #[inline(never)]
            fn refused(id: u8, data: &'a [u8]) -> Malformed {
                let element = Element { id, data };
                let body = element.body();
                let parsed = match element.id() {
                    $(<$name<'static> as Body<'static>>::ID if body.starts_with($name::PREFIX) => {
                        $name::parse(body).map(drop)
                    })+
                    _ => Ok(()),
                };
                parsed.err().unwrap_or(Malformed::Invalid("element"))
            }

            /// Reads it and appends what it says, with fragments if one element does not hold it: the bytes that it
            /// was parsed from.
            ///
            /// # Errors
            /// [`BuildError::NoRoom`].
            pub fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
                match self {
                    $(Self::$name(view) => view.get().write_fragmented(out),)+
                    Self::Unknown(element) => element.write(out),
                }
            }
        }
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
