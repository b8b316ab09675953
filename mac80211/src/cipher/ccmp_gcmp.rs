//! Frames under CCMP and GCMP.

use super::key::State;
use super::mpdu::{Mpdu, parts, set_protected};
use super::{Aad, Aead, EncryptError, Opened, Replay, is_robust_mgmt_frame, nonce, pn};
use crate::{CipherSuite, Malformed, RxDrop};

const WHAT: &str = "frame with room for CCMP or GCMP";

/// `ccmp_encrypt_skb`, `gcmp_encrypt_skb`.
pub(super) fn encrypt(aead: &Aead, key: &mut State, frame: &mut [u8]) -> Result<(), EncryptError> {
    let mpdu = Mpdu::of(frame).ok_or(Malformed::Invalid(WHAT))?;
    let number = key.peek_pn()?;
    let aad = Aad::of(&mpdu.header, key.spp_amsdu);
    let nonce = nonce(&mpdu.header, &aad, number);
    let header_len = mpdu.header_len;
    let parts = parts(frame, header_len, aead.mic_len()).ok_or(Malformed::Truncated(WHAT))?;
    aead.seal(&nonce, aad.as_bytes(), parts.body, parts.mic)
        .map_err(|_| Malformed::Overlong(WHAT))?;
    *parts.iv = pn::to_header(number, key.index);
    key.tx_pn = number;
    set_protected(frame);
    Ok(())
}

/// `ieee80211_crypto_ccmp_decrypt`, `ieee80211_crypto_gcmp_decrypt`.
pub(super) fn open(
    aead: &Aead,
    key: &mut State,
    frame: &mut [u8],
    replay: Replay,
) -> Result<Option<Opened>, RxDrop> {
    let covered = |mpdu: &Mpdu<'_>| mpdu.is_data() || is_robust_mgmt_frame(frame);
    let Some(Mpdu { header, header_len, queue }) = Mpdu::of(frame).filter(covered) else {
        return Ok(None);
    };
    if !header.frame_control().protected() {
        return Ok(None);
    }
    let number = match frame.get(header_len..).and_then(<[u8]>::first_chunk) {
        Some(iv) => pn::of_header(*iv),
        None => return Err(too_short(key.suite)),
    };
    let aad = Aad::of(&header, key.spp_amsdu);
    let nonce = nonce(&header, &aad, number);
    let parts = parts::<{ pn::HEADER_LEN }>(frame, header_len, aead.mic_len())
        .ok_or(too_short(key.suite))?;
    key.check(queue, number, replay)?;
    // Linux's aead_decrypt takes no empty body.
    if parts.body.is_empty() {
        return Err(RxDrop::MicFail);
    }
    aead.open(&nonce, aad.as_bytes(), parts.body, parts.mic).map_err(|_| RxDrop::MicFail)?;
    let body_len = parts.body.len();
    key.rx.commit(queue, number, replay);
    Ok(Some(key.opened(header_len, pn::HEADER_LEN, body_len, (queue, number))))
}

const fn too_short(suite: CipherSuite) -> RxDrop {
    match suite {
        CipherSuite::GCMP | CipherSuite::GCMP_256 => RxDrop::ShortGcmp,
        _ => RxDrop::ShortCcmp,
    }
}
