//! Wireless network management: protected where management frames are (9.6.13), and never (9.6.14).

use alloc::vec::Vec;

use super::by_code::{Dialog, by_code};
use crate::Malformed;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, bits};

by_code! {
    /// A WNM action frame.
    WnmAction "WNM action" {
        /// Event request.
        0 EventRequest(Dialog),
        /// Event report.
        1 EventReport(Dialog),
        /// Diagnostic request.
        2 DiagnosticRequest(Dialog),
        /// Diagnostic report.
        3 DiagnosticReport(Dialog),
        /// Location configuration request.
        4 LocationRequest(Dialog),
        /// Location configuration response.
        5 LocationResponse(Dialog),
        /// A station asks where to go.
        6 BssTransitionQuery(BssTransitionQuery),
        /// An access point says where to go.
        7 BssTransitionRequest(BssTransitionRequest),
        /// The station's answer.
        8 BssTransitionResponse(BssTransitionResponse),
        /// FMS request.
        9 FmsRequest(Dialog),
        /// FMS response.
        10 FmsResponse(Dialog),
        /// Collocated interference request.
        11 CollocatedInterferenceRequest(CollocatedInterferenceRequest),
        /// Collocated interference report.
        12 CollocatedInterferenceReport(Dialog),
        /// TFS request.
        13 TfsRequest(Dialog),
        /// TFS response.
        14 TfsResponse(Dialog),
        /// TFS notify.
        15 TfsNotify(TfsNotify),
        /// A station will sleep for long.
        16 SleepModeRequest(Dialog),
        /// The answer, with the keys that changed.
        17 SleepModeResponse(SleepModeResponse),
        /// TIM broadcast request.
        18 TimBroadcastRequest(Dialog),
        /// TIM broadcast response.
        19 TimBroadcastResponse(Dialog),
        /// QoS traffic capability update.
        20 QosTrafficCapabilityUpdate(QosTrafficCapabilityUpdate),
        /// Channel usage request.
        21 ChannelUsageRequest(Dialog),
        /// Channel usage response.
        22 ChannelUsageResponse(Dialog),
        /// Groups as unicast, asked for.
        23 DmsRequest(Dialog),
        /// The answer.
        24 DmsResponse(Dialog),
        /// Timing measurement request.
        25 TimingMeasurementRequest(TimingMeasurementRequest),
        /// Notification request.
        26 NotificationRequest(Notification),
        /// Notification response.
        27 NotificationResponse(Notification),
    }
}

layout! {
    /// BSS transition management query (9.6.13.8).
    BssTransitionQuery<'a> "BSS transition query" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Why it asks (table 9-198).
        reason: u8,
    } then {
        /// Candidates: neighbor report elements.
        elements
    }
}

bits! {
    /// Request mode (9.6.13.9, `WNM_BSS_TM_REQ_*` in hostap).
    pub struct BssTransitionMode(u8) {
        /// Candidates follow.
        candidates, with_candidates: 0;
        /// No other access point should be chosen.
        abridged, with_abridged: 1;
        /// The access point will disassociate.
        disassoc_imminent, with_disassoc_imminent: 2;
        /// The BSS will end; for how long follows.
        termination, with_termination: 3;
        /// The access point will disassociate, and so will the ESS; a URL follows.
        ess_disassoc_imminent, with_ess_disassoc_imminent: 4;
        /// A link will go (802.11be).
        link_removal_imminent, with_link_removal_imminent: 5;
    }
}

layout! {
    /// BSS transition management request (9.6.13.9).
    BssTransitionRequest<'a> "BSS transition request" {
        /// That of the query; the access point's own without one.
        dialog_token: u8,
        /// What it is for.
        mode: BssTransitionMode,
        /// Beacon intervals until it disassociates; 0 unknown.
        disassoc_timer: u16,
        /// Beacon intervals for which the list holds.
        validity: u8,
    } then {
        /// 12 bytes of termination duration, length and URL, as `mode` says; then neighbor reports.
        rest
    }
}

layout! {
    /// BSS transition management response (9.6.13.10).
    BssTransitionResponse<'a> "BSS transition response" {
        /// That of the request.
        dialog_token: u8,
        /// 0 accepted; why not else (table 9-428).
        status: u8,
        /// Minutes by which the end of the BSS should wait.
        termination_delay: u8,
    } then {
        /// With status 0 the target's address, then neighbor reports.
        rest
    }
}

layout! {
    /// Collocated interference request (9.6.13.13).
    CollocatedInterferenceRequest<'a> "collocated interference request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Bits 0 and 1: whether and how reports come; 2 to 7 the least time between them.
        request_info: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// TFS notify (9.6.13.17).
    TfsNotify<'a> "TFS notify" {
        /// How many identifiers follow.
        count: u8,
    } then {
        /// Identifiers of the filters that matched, a byte each.
        ids
    }
}

/// WNM sleep mode response (9.6.13.20).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SleepModeResponse<'a> {
    /// That of the request.
    pub dialog_token: u8,
    /// Subelements with group keys.
    pub key_data: &'a [u8],
    /// WNM sleep mode, TFS response.
    pub elements: &'a [u8],
}

impl<'a> SleepModeResponse<'a> {
    /// Reads it, from behind the action code.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let read = || {
            let mut rest = bytes;
            let dialog_token = u8::read(&mut rest)?;
            let len = u16::read(&mut rest)?;
            let (key_data, elements) = rest.split_at_checked(usize::from(len))?;
            Some(Self { dialog_token, key_data, elements })
        };
        read().ok_or(Malformed::Truncated("WNM sleep mode response"))
    }

    /// Appends its bytes. Key data beyond 65535 bytes is cut off.
    pub fn write(&self, out: &mut Vec<u8>) {
        let len = u16::try_from(self.key_data.len()).unwrap_or(u16::MAX);
        self.dialog_token.append(out);
        len.append(out);
        out.extend(self.key_data.iter().take(usize::from(len)));
        out.extend_from_slice(self.elements);
    }
}

layout! {
    /// QoS traffic capability update (9.6.13.23).
    QosTrafficCapabilityUpdate<'a> "QoS traffic capability update" {
        /// Bits 4 and 5: traffic of user priorities 4 to 7, bit 6 of voice and video.
        flags: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Timing measurement request (9.6.13.28).
    TimingMeasurementRequest<'a> "timing measurement request" {
        /// 1 to begin, 0 to stop.
        trigger: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// WNM notification request or response (9.6.13.29, 9.6.13.30).
    Notification<'a> "WNM notification" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// In a request its type, in a response the status.
        kind: u8,
    } then {
        /// Subelements.
        elements
    }
}

by_code! {
    /// An unprotected WNM action frame (`enum ieee80211_unprotected_wnm_actioncode`).
    UnprotectedWnmAction "unprotected WNM action" {
        /// TIM.
        0 Tim(TimFrame),
        /// Timing measurement.
        1 TimingMeasurement(TimingMeasurement),
    }
}

layout! {
    /// TIM frame (9.6.14.2).
    TimFrame<'a> "TIM frame" {
        /// Counts changes of the beacon.
        check_beacon: u8,
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
    } then {
        /// TIM.
        elements
    }
}

layout! {
    /// Timing measurement (9.6.14.3).
    TimingMeasurement<'a> "timing measurement" {
        /// Not 0; 0 for the last of a series.
        dialog_token: u8,
        /// Dialog token of the frame that the times are of.
        follow_up: u8,
        /// When it was sent, in units of 10 ns.
        time_of_departure: u32,
        /// When its acknowledgement came, in units of 10 ns.
        time_of_arrival: u32,
        /// How wrong the first may be, in units of 10 ns.
        max_departure_error: u8,
        /// How wrong the second may be, in units of 10 ns.
        max_arrival_error: u8,
    } then {
        /// Vendor specific ones.
        elements
    }
}
