//! Management frames to groups under BIP: a MIC in an element at their end (12.5.4).

use subtle::ConstantTimeEq;

use super::bip_mac::BipMac;
use super::key::State;
use super::{EncryptError, Opened, Replay, s1g};
use crate::element::{Id, Mmie};
use crate::frame::{FrameControl, FrameType, Kind, hdrlen};
use crate::{CipherSuite, Malformed, RxDrop};

const WHAT: &str = "management frame with room for its MIC element";

/// Bytes of the element before the MIC: id, length, key id 2, IPN 6.
const BEFORE_MIC: usize = 10;
/// What stands for eight bytes of timestamp and for a MIC, when the MIC is made.
pub(super) const ZEROS: [u8; 16] = [0; 16];

/// Bytes of the element.
pub(super) const fn mmie_len(mac: &BipMac) -> usize {
    BEFORE_MIC + mac.len()
}

/// `ieee80211_crypto_aes_cmac_encrypt`, `…_cmac_256_encrypt`, `…_gmac_encrypt`.
pub(super) fn encrypt(mac: &BipMac, key: &mut State, frame: &mut [u8]) -> Result<(), EncryptError> {
    let number = key.peek_pn()?;
    let [i0, i1, i2, i3, i4, i5] = Mmie::ipn_of(number);
    let (id, len) = (Id::MMIE.id(), mmie_len(mac) as u8 - 2);
    let element = [id, len, key.index, 0, i0, i1, i2, i3, i4, i5];
    protect(mac, frame, element, |frame| mic(mac, frame, number))?;
    key.tx_pn = number;
    Ok(())
}

/// Writes a MIC element, which has no number, at the end of an S1G beacon (BCE).
pub(super) fn protect_bce(
    mac: &BipMac,
    key: &mut State,
    frame: &mut [u8],
) -> Result<(), EncryptError> {
    let number = key.peek_pn()?;
    let element = [Id::MIC.id(), mac.len() as u8];
    protect(mac, frame, element, |frame| s1g::mic(mac, frame, number, true))?;
    key.tx_pn = number;
    Ok(())
}

/// Writes an element and its MIC at the end of a frame.
fn protect<const N: usize>(
    mac: &BipMac,
    frame: &mut [u8],
    element: [u8; N],
    mic: impl FnOnce(&[u8]) -> Option<[u8; 16]>,
) -> Result<(), Malformed> {
    let short = Malformed::Truncated(WHAT);
    let header_len = least_header(frame).ok_or(Malformed::Invalid(WHAT))?;
    let start = frame.len().checked_sub(N + mac.len()).filter(|&start| start >= header_len);
    let start = start.ok_or(short)?;
    let room = frame.get_mut(start..).and_then(<[u8]>::first_chunk_mut);
    *room.ok_or(short)? = element;
    let mic = mic(frame).ok_or(Malformed::Invalid(WHAT))?;
    let room = frame.get_mut(start + N..).into_iter().flatten();
    room.zip(mic).for_each(|(to, from)| *to = from);
    Ok(())
}

/// `ieee80211_crypto_aes_cmac_decrypt`, `…_cmac_256_decrypt`, `…_gmac_decrypt`.
pub(super) fn open(
    mac: &BipMac,
    key: &mut State,
    frame: &[u8],
    replay: Replay,
) -> Result<Option<Opened>, RxDrop> {
    let (Some(fc), Some(header_len)) = (FrameControl::of(frame), least_header(frame)) else {
        return Ok(None);
    };
    let body = body(frame, header_len, mmie_len(mac)).ok_or(too_short(key.suite))?;
    let (plain, mmie) = Mmie::split_last(body, mac.len()).ok_or(RxDrop::BadMmie)?;
    let number = mmie.pn();
    key.check(0, number, replay.without_same_pn())?;
    let mic = mic(mac, frame, number).ok_or(too_short(key.suite))?;
    check(mac, key, mic, mmie.mic)?;
    key.rx.commit(0, number, replay);
    // There may be HT control in front of the body, but nothing says that there is any.
    let htc = if fc.kind() == Kind::S1G_BEACON { header_len } else { hdrlen(fc) };
    let start = header_len + plain.len();
    let header_len = htc.min(start);
    Ok(Some(key.opened(header_len, 0, start - header_len, (0, number))))
}

/// Whether an S1G beacon with a MIC element is that of this number.
pub(super) fn verify_bce(
    mac: &BipMac,
    key: &mut State,
    frame: &[u8],
    number: u64,
) -> Result<(), RxDrop> {
    let header_len = least_header(frame).ok_or(RxDrop::BadMmie)?;
    let body = body(frame, header_len, 2 + mac.len()).ok_or(too_short(key.suite))?;
    let (plain, sent) = body.split_at(body.len() - mac.len());
    if !plain.ends_with(&[Id::MIC.id(), mac.len() as u8]) {
        return Err(RxDrop::BadMmie);
    }
    let mic = s1g::mic(mac, frame, number, true).ok_or(too_short(key.suite))?;
    check(mac, key, mic, sent)
}

/// Bytes that the header of a frame that BIP protects has at least; `None` for other frames.
fn least_header(frame: &[u8]) -> Option<usize> {
    let fc = FrameControl::of(frame).filter(|fc| fc.version() == 0)?;
    match fc.frame_type() {
        FrameType::Management => Some(24),
        _ if fc.kind() == Kind::S1G_BEACON => Some(s1g::header_len(fc)),
        _ => None,
    }
}

/// What follows a frame's header; `None` if that has no room for an element.
fn body(frame: &[u8], header_len: usize, element_len: usize) -> Option<&[u8]> {
    frame.get(header_len..).filter(|body| body.len() >= element_len)
}

fn check(mac: &BipMac, key: &mut State, mic: [u8; 16], sent: &[u8]) -> Result<(), RxDrop> {
    if mic[..mac.len()].ct_eq(sent).into() {
        return Ok(());
    }
    key.stats.icverrors += 1;
    Err(RxDrop::MicFail)
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
