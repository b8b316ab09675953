//! Which key a received frame asks for.

use crate::RxDrop;
use crate::element::Mmie;
use crate::frame::action::Category;
use crate::frame::{FrameControl, FrameType, Kind, hdrlen};

/// A frame's way to its key, after the part of `ieee80211_rx_h_decrypt` that needs only the frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Wanted {
    /// Not protected, as far as the frame shows: nothing to open.
    None,
    /// Encrypted: the pairwise key, the group key or the WEP key with this index, 0 to 3.
    Data(u8),
    /// A group management frame with a MIC: the IGTK with this index, 4 or 5.
    Igtk(u8),
    /// A beacon with a MIC: the BIGTK with this index, 6 or 7.
    Bigtk(u8),
}

/// Which key `frame` asks for.
///
/// # Errors
/// [`RxDrop::NoKeyId`] if it ends before the key index; [`RxDrop::BadMgmtKeyidx`] and
/// [`RxDrop::BadBcnKeyidx`] if its management MIC element has an index that is not for it.
pub fn wanted(frame: &[u8]) -> Result<Wanted, RxDrop> {
    let Some(fc) = FrameControl::of(frame) else { return Ok(Wanted::None) };
    match fc.frame_type() {
        FrameType::Control | FrameType::Extension => return Ok(Wanted::None),
        _ if fc.protected() => return keyid(frame).map(Wanted::Data).ok_or(RxDrop::NoKeyId),
        _ => {}
    }
    match mmie_keyidx(frame) {
        None => Ok(Wanted::None),
        Some(index @ (6 | 7)) if fc.kind() == Kind::BEACON => Ok(Wanted::Bigtk(index as u8)),
        Some(_) if fc.kind() == Kind::BEACON => Err(RxDrop::BadBcnKeyidx),
        Some(index @ (4 | 5)) => Ok(Wanted::Igtk(index as u8)),
        Some(_) => Err(RxDrop::BadMgmtKeyidx),
    }
}

/// Key index behind the header of a protected frame, 0 to 3 (`ieee80211_get_keyid`). `None` if the
/// frame ends before it.
#[must_use]
pub fn keyid(frame: &[u8]) -> Option<u8> {
    let header_len = hdrlen(FrameControl::of(frame)?);
    Some(frame.get(header_len..)?.get(3)? >> 6)
}

/// Key index in the management MIC element at the end of a robust management frame or a beacon to a
/// group (`ieee80211_get_mmie_keyidx`). `None` if it is no such frame, or has no such element.
#[must_use]
pub fn mmie_keyidx(frame: &[u8]) -> Option<u16> {
    let fc = FrameControl::of(frame)?;
    let group = frame.get(4)? & 1 == 1;
    if !group || !(is_robust_mgmt_frame(frame) || fc.kind() == Kind::BEACON) {
        return None;
    }
    let body = frame.get(24..)?;
    // Linux tries the short one first.
    [8, 16]
        .into_iter()
        .find_map(|mic_len| Mmie::split_last(body, mic_len))
        .map(|(_, mmie)| mmie.key_id)
}

/// Whether a frame is a robust management frame (`ieee80211_is_robust_mgmt_frame`): disassociation,
/// deauthentication, and action of all categories but some. An action frame that is encrypted is one: its
/// sender thought so.
#[must_use]
pub fn is_robust_mgmt_frame(frame: &[u8]) -> bool {
    let (Some(fc), Some(&category)) = (FrameControl::of(frame), frame.get(24)) else {
        return false;
    };
    match fc.kind() {
        Kind::DISASSOC | Kind::DEAUTH => true,
        Kind::ACTION => fc.protected() || !NOT_ROBUST.contains(&Category(category)),
        _ => false,
    }
}

/// Whether a frame is an action of a mesh to a group that is encrypted where management frames are protected,
/// and not only signed (`ieee80211_is_group_privacy_action`).
pub(crate) fn is_group_privacy_action(frame: &[u8]) -> bool {
    let group = frame.get(4).is_some_and(|first| first & 1 == 1);
    let category = frame.get(24).map(|&category| Category(category));
    group
        && FrameControl::of(frame).is_some_and(|fc| fc.kind() == Kind::ACTION)
        && matches!(category, Some(Category::MESH_ACTION | Category::MULTIHOP_ACTION))
}

const NOT_ROBUST: [Category; 8] = [
    Category::PUBLIC,
    Category::HT,
    Category::WNM_UNPROTECTED,
    Category::SELF_PROTECTED,
    Category::UNPROT_DMG,
    Category::VHT,
    Category::S1G,
    Category::VENDOR_SPECIFIC,
];
