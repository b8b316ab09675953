//! Management frames to groups under BIP: a MIC in an element at their end (12.5.4).

use subtle::ConstantTimeEq;

use super::bip_mac::BipMac;
use super::key::State;
use super::key_index::WLAN_EID_MMIE;
use super::mpdu::Mpdu;
use super::{EncryptError, Opened, Replay, s1g};
use crate::frame::{FrameControl, Kind, hdrlen};
use crate::{CipherSuite, Malformed, RxDrop};

const WHAT: &str = "management frame with room for its MIC element";

/// Bytes of the element before the MIC: id, length, key id 2, IPN 6.
const BEFORE_MIC: usize = 10;
/// What stands for eight bytes of timestamp and for a MIC, when the MIC is made.
pub(super) const ZEROS: [u8; 16] = [0; 16];

/// Element id of the MIC element, which S1G beacons may have instead of the management MIC element.
const WLAN_EID_MIC: u8 = 140;

/// Bytes of the element.
pub(super) const fn mmie_len(mac: &BipMac) -> usize {
    BEFORE_MIC + mac.len()
}

/// `ieee80211_crypto_aes_cmac_encrypt`, `…_cmac_256_encrypt`, `…_gmac_encrypt`.
pub(super) fn encrypt(mac: &BipMac, key: &mut State, frame: &mut [u8]) -> Result<(), EncryptError> {
    let kind = FrameControl::of(frame).map(FrameControl::kind);
    if kind != Some(Kind::S1G_BEACON) && Mpdu::of(frame).is_none_or(|mpdu| mpdu.is_data()) {
        return Err(Malformed::Invalid(WHAT).into());
    }
    let number = key.peek_pn()?;
    let [i0, i1, i2, i3, i4, i5, ..] = number.to_le_bytes();
    let element = [WLAN_EID_MMIE, 8 + mac.len() as u8, key.index, 0, i0, i1, i2, i3, i4, i5];
    let start = frame.len().checked_sub(mmie_len(mac)).ok_or(Malformed::Truncated(WHAT))?;
    let room = frame.get_mut(start..).and_then(<[u8]>::first_chunk_mut);
    *room.ok_or(Malformed::Truncated(WHAT))? = element;
    let mic = mic(mac, frame, number).ok_or(Malformed::Truncated(WHAT))?;
    write(mic, frame.get_mut(start + BEFORE_MIC..));
    key.tx_pn = number;
    Ok(())
}

/// `ieee80211_crypto_aes_cmac_decrypt`, `…_cmac_256_decrypt`, `…_gmac_decrypt`.
pub(super) fn open(
    mac: &BipMac,
    key: &mut State,
    frame: &[u8],
    replay: Replay,
) -> Result<Option<Opened>, RxDrop> {
    let Some(fc) = FrameControl::of(frame) else { return Ok(None) };
    let s1g_beacon = fc.kind() == Kind::S1G_BEACON;
    if !s1g_beacon && Mpdu::of(frame).is_none_or(|mpdu| mpdu.is_data()) {
        return Ok(None);
    }
    let (header_len, least) =
        if s1g_beacon { (s1g::header_len(fc), s1g::header_len(fc)) } else { (hdrlen(fc), 24) };
    let start = frame.len().checked_sub(mmie_len(mac)).filter(|&start| start >= least);
    let start = start.ok_or(too_short(key.suite))?;
    let Some((&[id, len, _, _, i0, i1, i2, i3, i4, i5], sent)) =
        frame.get(start..).and_then(<[u8]>::split_first_chunk)
    else {
        return Err(too_short(key.suite));
    };
    if id != WLAN_EID_MMIE || usize::from(len) != mmie_len(mac) - 2 {
        return Err(RxDrop::BadMmie);
    }
    let number = u64::from_le_bytes([i0, i1, i2, i3, i4, i5, 0, 0]);
    key.check(0, number, replay)?;
    let mic = mic(mac, frame, number).ok_or(too_short(key.suite))?;
    check(mac, key, mic, sent)?;
    key.rx.commit(0, number, replay);
    // A frame with HT control may be all header and element.
    let header_len = header_len.min(start);
    Ok(Some(key.opened(header_len, 0, start - header_len, (0, number))))
}

/// Writes a MIC element, which has no number, at the end of an S1G beacon (BCE).
pub(super) fn protect_bce(
    mac: &BipMac,
    key: &mut State,
    frame: &mut [u8],
) -> Result<(), EncryptError> {
    if FrameControl::of(frame).map(FrameControl::kind) != Some(Kind::S1G_BEACON) {
        return Err(Malformed::Invalid(WHAT).into());
    }
    let number = key.peek_pn()?;
    let start = frame.len().checked_sub(2 + mac.len()).ok_or(Malformed::Truncated(WHAT))?;
    let room = frame.get_mut(start..).and_then(<[u8]>::first_chunk_mut);
    *room.ok_or(Malformed::Truncated(WHAT))? = [WLAN_EID_MIC, mac.len() as u8];
    let mic = s1g::mic(mac, frame, number, true).ok_or(Malformed::Truncated(WHAT))?;
    write(mic, frame.get_mut(start + 2..));
    key.tx_pn = number;
    Ok(())
}

/// Whether an S1G beacon with a MIC element is that of this number.
pub(super) fn verify_bce(
    mac: &BipMac,
    key: &mut State,
    frame: &[u8],
    number: u64,
) -> Result<(), RxDrop> {
    let start = frame.len().checked_sub(2 + mac.len()).ok_or(too_short(key.suite))?;
    let Some((&[id, len], sent)) = frame.get(start..).and_then(<[u8]>::split_first_chunk) else {
        return Err(too_short(key.suite));
    };
    if id != WLAN_EID_MIC || usize::from(len) != mac.len() {
        return Err(RxDrop::BadMmie);
    }
    let mic = s1g::mic(mac, frame, number, true).ok_or(too_short(key.suite))?;
    check(mac, key, mic, sent)
}

fn check(mac: &BipMac, key: &mut State, mic: [u8; 16], sent: &[u8]) -> Result<(), RxDrop> {
    if mic[..mac.len()].ct_eq(sent).into() {
        return Ok(());
    }
    key.stats.icverrors += 1;
    Err(RxDrop::MicFail)
}

/// As much of a MIC as there is room for.
fn write(mic: [u8; 16], room: Option<&mut [u8]>) {
    room.into_iter().flatten().zip(mic).for_each(|(to, from)| *to = from);
}

/// The MIC over a frame with its element, whatever is in the MIC's place; `None` if it is too short.
fn mic(mac: &BipMac, frame: &[u8], number: u64) -> Option<[u8; 16]> {
    let fc = FrameControl::of(frame)?;
    if fc.kind() == Kind::S1G_BEACON {
        return s1g::mic(mac, frame, number, false);
    }
    // FC, masked, and the three addresses (`bip_aad`).
    let masked = fc.with_retry(false).with_power_management(false).with_more_data(false);
    let masked = masked.0.to_le_bytes();
    let addresses = frame.get(4..22)?;
    let body = frame.get(24..frame.len().checked_sub(mac.len())?)?;
    // A beacon's timestamp is written when it is sent, after the MIC.
    let timestamp = if fc.kind() == Kind::BEACON { 8 } else { 0 };
    let pieces = [
        masked.as_slice(),
        addresses,
        &ZEROS[..timestamp],
        body.get(timestamp..)?,
        &ZEROS[..mac.len()],
    ];
    Some(mac.over(nonce(frame.get(10..16)?, number)?, &pieces))
}

/// GMAC's nonce: transmitter and number, highest byte first.
pub(super) fn nonce(transmitter: &[u8], number: u64) -> Option<[u8; 12]> {
    let mut nonce = [0; 12];
    nonce[..6].copy_from_slice(transmitter.first_chunk::<6>()?);
    nonce[6..].copy_from_slice(&number.to_be_bytes()[2..]);
    Some(nonce)
}

const fn too_short(suite: CipherSuite) -> RxDrop {
    match suite {
        CipherSuite::AES_CMAC => RxDrop::ShortCmac,
        CipherSuite::BIP_CMAC_256 => RxDrop::ShortCmac256,
        _ => RxDrop::ShortGmac,
    }
}
