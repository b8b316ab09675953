//! Management frames in the clear, where they must not be (`ieee80211_drop_unencrypted_mgmt`).

use crate::RxDrop;
use crate::cipher::{is_robust_mgmt_frame, mmie_keyidx};
use crate::frame::{FrameControl, Kind};

/// `WLAN_CATEGORY_PUBLIC`.
const PUBLIC: u8 = 4;
/// `WLAN_CATEGORY_PROTECTED_DUAL_OF_ACTION`.
const PROTECTED_DUAL: u8 = 9;

/// Public actions that have no protected dual (`ieee80211_is_protected_dual_of_public_action`):
/// 20/40 MHz coexistence, registered location, measurement pilot, vendor's, TDLS discovery response,
/// location track, fine timing request and response, FILS discovery.
const WITHOUT_DUAL: [u8; 9] = [0, 3, 7, 9, 14, 15, 32, 33, 34];

/// What is known of a management frame beside its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MgmtRx {
    /// It was opened, and was right (`RX_FLAG_DECRYPTED`).
    pub decrypted: bool,
    /// There is a key that it would have been protected with: pairwise, IGTK or BIGTK (`rx->key`).
    pub has_key: bool,
    /// The transmitter, if it is a station that is known.
    pub sta: Option<Sta>,
}

/// What is known of a frame's transmitter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sta {
    /// It protects management frames (`WLAN_STA_MFP`).
    pub mfp: bool,
    /// It is associated (`WLAN_STA_ASSOC`).
    pub assoc: bool,
}

/// Refuses a management frame, from its header on, that came in the clear and should not have; other
/// frames pass.
///
/// The embedder tells user space of deauthentications, disassociations and beacons that are refused
/// ([`tells_user_space`]), so that it may ask the peer whether it is still there.
///
/// # Errors
/// The reason, by Linux's name.
pub fn drop_unencrypted_mgmt(frame: &[u8], rx: MgmtRx) -> Result<(), RxDrop> {
    let Some(fc) = FrameControl::of(frame) else { return Ok(()) };
    if rx.decrypted {
        return Ok(());
    }
    let action = fc.kind() == Kind::ACTION;
    let robust = is_robust_mgmt_frame(frame);
    if action && frame.get(24) == Some(&PROTECTED_DUAL) {
        return Err(RxDrop::UnprotDual);
    }
    if rx.sta.is_some_and(|sta| sta.mfp) && !with_mfp(frame, fc, rx.has_key)? {
        return Ok(());
    }
    // Before association nobody knows yet whether frames are going to be protected.
    if action && robust && !rx.sta.is_some_and(|sta| sta.assoc) {
        return Err(RxDrop::UnprotRobustAction);
    }
    Ok(())
}

/// The rules for a station that protects management frames. `false`: the frame passes, and no other rule
/// is asked.
fn with_mfp(frame: &[u8], fc: FrameControl, has_key: bool) -> Result<bool, RxDrop> {
    let kind = fc.kind();
    let leaves = matches!(kind, Kind::DEAUTH | Kind::DISASSOC);
    let robust = is_robust_mgmt_frame(frame);
    let group = frame.get(4).is_some_and(|first| first & 1 == 1);
    if robust && !group && !fc.protected() {
        // During the 4-way handshake there is no key yet, and either side may give up.
        return if leaves && !has_key { Ok(false) } else { Err(RxDrop::UnprotUcastMgmt) };
    }
    let has_mic = mmie_keyidx(frame).is_some();
    if robust && group && !has_mic {
        return Err(RxDrop::UnprotMcastMgmt);
    }
    if kind == Kind::BEACON && has_key && !has_mic {
        return Err(RxDrop::UnprotBeacon);
    }
    if kind == Kind::ACTION && robust && !has_key {
        return Err(RxDrop::UnprotAction);
    }
    if kind == Kind::ACTION && !group && has_protected_dual(frame) {
        return Err(RxDrop::UnprotUnicastPubAction);
    }
    Ok(true)
}

/// A public action that could have come as its protected dual.
fn has_protected_dual(frame: &[u8]) -> bool {
    match frame.get(24..26) {
        Some(&[category, action]) => category == PUBLIC && !WITHOUT_DUAL.contains(&action),
        _ => false,
    }
}

/// Whether user space hears of a frame that was refused (`cfg80211_rx_unprot_mlme_mgmt`), of beacons also
/// where their MIC was looked at.
#[must_use]
pub fn tells_user_space(frame: &[u8], refused: RxDrop) -> bool {
    let Some(fc) = FrameControl::of(frame) else { return false };
    match refused {
        RxDrop::UnprotUcastMgmt | RxDrop::UnprotMcastMgmt => {
            matches!(fc.kind(), Kind::DEAUTH | Kind::DISASSOC)
        }
        RxDrop::UnprotBeacon
        | RxDrop::BadBcnKeyidx
        | RxDrop::BadMmie
        | RxDrop::Replay
        | RxDrop::MicFail
        | RxDrop::ShortCmac
        | RxDrop::ShortCmac256
        | RxDrop::ShortGmac => fc.kind() == Kind::BEACON,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// `IEEE80211_STYPE_*` of management frames.
    const BEACON: u8 = 0x80;
    const DISASSOC: u8 = 0xa0;
    const DEAUTH: u8 = 0xc0;
    const ACTION: u8 = 0xd0;

    const UNKNOWN: Option<Sta> = None;
    const STA: Option<Sta> = Some(Sta { mfp: false, assoc: false });
    const ASSOC: Option<Sta> = Some(Sta { mfp: false, assoc: true });
    const MFP: Option<Sta> = Some(Sta { mfp: true, assoc: false });
    const MFP_ASSOC: Option<Sta> = Some(Sta { mfp: true, assoc: true });

    fn frame(stype: u8, unicast: bool, protected: bool, body: &[u8]) -> Vec<u8> {
        let flags = if protected { 0x40 } else { 0 };
        let first = if unicast { 0x02 } else { 0xff };
        let mut frame = [&[stype, flags, 0, 0, first][..], &[0xff; 5]].concat();
        frame.extend([0x12, 0x22, 0x33, 0x44, 0x55, 0x66]);
        frame.extend([0; 8]);
        frame.extend(body);
        frame
    }

    /// Told again by value: `accept_mfp_cases` of Linux 6.12, `net/mac80211/tests/mfp.c`.
    #[test]
    fn kunit_accept_mfp() {
        use RxDrop::{UnprotDual, UnprotRobustAction, UnprotUcastMgmt, UnprotUnicastPubAction};
        let (public, dual, block_ack) = (&[4, 1][..], &[9, 1][..], &[3, 0][..]);
        let reason = &[1, 0][..];
        #[rustfmt::skip]
        let cases = [
            ("public action: accept unicast from unknown peer", ACTION, public, true, UNKNOWN, false, None),
            ("public action: accept multicast from unknown peer", ACTION, public, false, UNKNOWN, false, None),
            ("public action: accept unicast without MFP", ACTION, public, true, STA, false, None),
            ("public action: accept multicast without MFP", ACTION, public, false, STA, false, None),
            ("public action: drop unicast with MFP", ACTION, public, true, MFP, false, Some(UnprotUnicastPubAction)),
            ("public action: accept multicast with MFP", ACTION, public, false, MFP, false, None),
            ("protected dual: drop unicast from unknown peer", ACTION, dual, true, UNKNOWN, false, Some(UnprotDual)),
            ("protected dual: drop multicast from unknown peer", ACTION, dual, false, UNKNOWN, false, Some(UnprotDual)),
            ("protected dual: drop unicast without MFP", ACTION, dual, true, STA, false, Some(UnprotDual)),
            ("protected dual: drop multicast without MFP", ACTION, dual, false, STA, false, Some(UnprotDual)),
            ("protected dual: drop undecrypted unicast with MFP", ACTION, dual, true, MFP, false, Some(UnprotDual)),
            ("protected dual: drop undecrypted multicast with MFP", ACTION, dual, false, MFP, false, Some(UnprotDual)),
            ("protected dual: accept unicast with MFP", ACTION, dual, true, MFP, true, None),
            ("protected dual: accept multicast with MFP", ACTION, dual, false, MFP, true, None),
            ("deauth: accept unicast with MFP but w/o key", DEAUTH, reason, true, MFP, false, None),
            ("disassoc: accept unicast with MFP but w/o key", DISASSOC, reason, true, MFP, false, None),
            ("BA action: drop unicast before assoc", ACTION, block_ack, true, STA, false, Some(UnprotRobustAction)),
            ("BA action: drop unprotected after assoc", ACTION, block_ack, true, MFP, false, Some(UnprotUcastMgmt)),
            ("BA action: accept unprotected without MFP", ACTION, block_ack, true, ASSOC, false, None),
            ("BA action: drop unprotected with MFP", ACTION, block_ack, true, MFP, false, Some(UnprotUcastMgmt)),
        ];
        for (name, stype, body, unicast, sta, decrypted, refused) in cases {
            let frame = frame(stype, unicast, decrypted && unicast, body);
            let rx = MgmtRx { decrypted, has_key: false, sta };
            assert_eq!(drop_unencrypted_mgmt(&frame, rx).err(), refused, "{name}");
        }
    }

    fn refused(frame: &[u8], has_key: bool, sta: Option<Sta>) -> Option<RxDrop> {
        drop_unencrypted_mgmt(frame, MgmtRx { decrypted: false, has_key, sta }).err()
    }

    fn mmie(len: u8) -> Vec<u8> {
        [&[76, len, 4, 0][..], &[7; 22][..usize::from(len) - 2]].concat()
    }

    #[test]
    fn who_leaves_in_the_clear_once_there_are_keys_is_refused() {
        for stype in [DEAUTH, DISASSOC] {
            let one = frame(stype, true, false, &[1, 0]);
            assert_eq!(refused(&one, true, MFP_ASSOC), Some(RxDrop::UnprotUcastMgmt));
            assert!(tells_user_space(&one, RxDrop::UnprotUcastMgmt));
            assert_eq!(refused(&one, true, ASSOC), None);
            // Protected, but not opened: another's rule.
            assert_eq!(refused(&frame(stype, true, true, &[1, 0]), true, MFP_ASSOC), None);
            let all = frame(stype, false, false, &[1, 0]);
            assert_eq!(refused(&all, true, MFP_ASSOC), Some(RxDrop::UnprotMcastMgmt));
            assert!(tells_user_space(&all, RxDrop::UnprotMcastMgmt));
            for len in [16, 24] {
                let signed = frame(stype, false, false, &[&[1, 0][..], &mmie(len)].concat());
                assert_eq!(refused(&signed, true, MFP_ASSOC), None);
            }
        }
    }

    #[test]
    fn actions_in_the_clear() {
        let sa_query = frame(ACTION, true, false, &[8, 0, 1, 0]);
        assert_eq!(refused(&sa_query, true, MFP_ASSOC), Some(RxDrop::UnprotUcastMgmt));
        assert!(!tells_user_space(&sa_query, RxDrop::UnprotUcastMgmt));
        let to_group = frame(ACTION, false, false, &[8, 0, 1, 0]);
        assert_eq!(refused(&to_group, true, MFP_ASSOC), Some(RxDrop::UnprotMcastMgmt));
        assert_eq!(refused(&to_group, true, UNKNOWN), Some(RxDrop::UnprotRobustAction));
        // Signed before there is a key to check it with; encrypted before there is one to open it with.
        let signed = frame(ACTION, false, false, &[&[8, 0][..], &mmie(16)].concat());
        assert_eq!(refused(&signed, false, MFP_ASSOC), Some(RxDrop::UnprotAction));
        let sealed = frame(ACTION, true, true, &[0x55; 20]);
        assert_eq!(refused(&sealed, false, MFP_ASSOC), Some(RxDrop::UnprotAction));
        assert_eq!(refused(&sealed, true, MFP_ASSOC), None);
    }

    #[test]
    fn public_actions_without_a_dual_pass() {
        let passes = |action| refused(&frame(ACTION, true, false, &[4, action]), true, MFP_ASSOC);
        let passing: Vec<u8> = (0..=40).filter(|&action| passes(action).is_none()).collect();
        // WLAN_PUB_ACTION_* as `ieee80211_is_protected_dual_of_public_action` lists them.
        assert_eq!(passing, [0, 3, 7, 9, 14, 15, 32, 33, 34]);
        assert_eq!(passes(10), Some(RxDrop::UnprotUnicastPubAction));
        // HT actions are not robust and no public ones.
        assert_eq!(refused(&frame(ACTION, true, false, &[7, 1]), true, MFP_ASSOC), None);
    }

    #[test]
    fn beacons_want_a_mic_where_there_is_a_key() {
        let beacon = frame(BEACON, false, false, &[0; 12]);
        assert_eq!(refused(&beacon, true, MFP_ASSOC), Some(RxDrop::UnprotBeacon));
        let tells = |frame: &[u8]| {
            let all = RxDrop::ALL.iter().filter(|&&reason| tells_user_space(frame, reason));
            all.map(|reason| reason.name()).collect::<Vec<_>>()
        };
        let of_a_beacon = [
            "RX_DROP_M_BAD_BCN_KEYIDX",
            "RX_DROP_U_MIC_FAIL",
            "RX_DROP_U_REPLAY",
            "RX_DROP_U_BAD_MMIE",
            "RX_DROP_U_UNPROT_BEACON",
            "RX_DROP_U_SHORT_CMAC",
            "RX_DROP_U_SHORT_CMAC256",
            "RX_DROP_U_SHORT_GMAC",
        ];
        assert_eq!(tells(&beacon), of_a_beacon);
        let of_a_deauth = ["RX_DROP_U_UNPROT_UCAST_MGMT", "RX_DROP_U_UNPROT_MCAST_MGMT"];
        assert_eq!(tells(&frame(DEAUTH, false, false, &[1, 0])), of_a_deauth);
        assert!(tells(&frame(ACTION, false, false, &[1, 0])).is_empty());
        assert_eq!(refused(&beacon, false, MFP_ASSOC), None);
        assert_eq!(refused(&beacon, true, ASSOC), None);
        let signed = frame(BEACON, false, false, &[&[0; 12][..], &mmie(16)].concat());
        assert_eq!(refused(&signed, true, MFP_ASSOC), None);
    }

    #[test]
    fn cut_frames_and_others() {
        assert_eq!(refused(&[], true, MFP), None);
        let whole = frame(DEAUTH, true, false, &[1, 0]);
        for len in 0..24 {
            // Too short to be told robust: length is checked elsewhere.
            assert_eq!(refused(&whole[..len], true, MFP), None);
        }
        assert_eq!(refused(&frame(0x40, true, false, &[0; 8]), true, MFP), None);
    }
}
