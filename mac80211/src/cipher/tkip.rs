//! Frames under TKIP (12.5.2).

use softnet_sk_buff::MacAddr;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::key::State;
use super::michael::{MICHAEL_MIC_LEN, Michael};
use super::mpdu::{Mpdu, Parts, parts, set_protected};
use super::tkip_mixing::{Phase1, iv_bytes};
use super::wep::{ICV_LEN, decrypt_data, encrypt_data};
use super::{EncryptError, Opened, Replay, Role, pn};
use crate::frame::Header;
use crate::{Malformed, RxDrop};

const WHAT: &str = "frame with room for TKIP";

/// A TKIP key, and the last phase 1 of each direction.
pub(super) struct Tkip {
    tk: Zeroizing<[u8; 16]>,
    /// Michael keys: of what the authenticator sends, of what the supplicant sends.
    michael: Zeroizing<[[u8; 8]; 2]>,
    tx: Option<Cached>,
    rx: Option<Cached>,
}

/// A phase 1, and what it is of.
struct Cached {
    ta: MacAddr,
    iv32: u32,
    phase1: Phase1,
}

impl Tkip {
    pub(super) fn new(material: &[u8]) -> Option<Self> {
        let (tk, rest) = material.split_first_chunk::<16>()?;
        let (authenticator, rest) = rest.split_first_chunk::<8>()?;
        let (supplicant, rest) = rest.split_first_chunk::<8>()?;
        rest.is_empty().then(|| Self {
            tk: Zeroizing::new(*tk),
            michael: Zeroizing::new([*authenticator, *supplicant]),
            tx: None,
            rx: None,
        })
    }

    /// `tkip_encrypt_skb`: IV and ICV. The Michael code is in the body already.
    pub(super) fn encrypt(
        &mut self,
        key: &mut State,
        frame: &mut [u8],
    ) -> Result<(), EncryptError> {
        let mpdu = Mpdu::of(frame).filter(Mpdu::is_data).ok_or(Malformed::Invalid(WHAT))?;
        let (header_len, ta) = (mpdu.header_len, mpdu.header.addr2());
        let number = key.peek_pn()?;
        let parts = parts(frame, header_len, ICV_LEN).ok_or(Malformed::Truncated(WHAT))?;
        *parts.iv = to_header(number, key.index);
        let rc4_key = rc4_key(&self.tk, &mut self.tx, ta, number);
        encrypt_data(rc4_key.as_slice(), parts.body, parts.mic);
        key.tx_pn = number;
        set_protected(frame);
        Ok(())
    }

    /// `ieee80211_crypto_tkip_decrypt`: IV and ICV. The number is remembered when Michael is verified.
    pub(super) fn open(
        &mut self,
        key: &State,
        frame: &mut [u8],
        replay: Replay,
    ) -> Result<Option<Opened>, RxDrop> {
        let covered = |mpdu: &Mpdu<'_>| mpdu.is_data() && mpdu.frame_control().protected();
        let Some(Mpdu { header, header_len, queue }) = Mpdu::of(frame).filter(covered) else {
            return Ok(None);
        };
        let ta = header.addr2();
        let parts = parts::<{ pn::HEADER_LEN }>(frame, header_len, ICV_LEN);
        let Parts { iv, body, mic } = parts.ok_or(RxDrop::ShortTkip)?;
        let [high, _, low, flags, iv32 @ ..] = *iv;
        let extended = flags & 0x20 != 0;
        if !extended || flags >> 6 != key.index {
            return Err(RxDrop::TkipFail);
        }
        let iv16 = u16::from_be_bytes([high, low]);
        let number = u64::from(u32::from_le_bytes(iv32)) << 16 | u64::from(iv16);
        let replay = replay.without_same_pn();
        key.rx.check(queue, number, replay).map_err(|_| RxDrop::TkipFail)?;
        let rc4_key = rc4_key(&self.tk, &mut self.rx, ta, number);
        if !decrypt_data(rc4_key.as_slice(), body, mic) {
            return Err(RxDrop::TkipFail);
        }
        let body_len = body.len();
        Ok(Some(key.opened(header_len, pn::HEADER_LEN, body_len, (queue, number))))
    }

    /// `ieee80211_tx_h_michael_mic_add`: writes the code into the last eight bytes of `body`.
    pub(super) fn add_michael(
        &self,
        role: Role,
        header: &Header<'_>,
        body: &mut [u8],
    ) -> Result<(), EncryptError> {
        let room = body.split_last_chunk_mut::<MICHAEL_MIC_LEN>();
        let (body, mic) = room.ok_or(Malformed::Truncated(WHAT))?;
        *mic = code(self.michael_key(role), header, body);
        Ok(())
    }

    /// Whether `body` ends with the right code (`ieee80211_rx_h_michael_mic_verify`); it without the code.
    pub(super) fn verify_michael<'b>(
        &self,
        role: Role,
        header: &Header<'_>,
        body: &'b [u8],
    ) -> Result<&'b [u8], RxDrop> {
        let (body, mic) = body.split_last_chunk::<MICHAEL_MIC_LEN>().ok_or(RxDrop::ShortMmic)?;
        let right = code(self.michael_key(role.other()), header, body).ct_eq(mic);
        if right.into() { Ok(body) } else { Err(RxDrop::MmicFail) }
    }

    /// Of what `sender` sends.
    fn michael_key(&self, sender: Role) -> &[u8; 8] {
        let [authenticator, supplicant] = &*self.michael;
        match sender {
            Role::Authenticator => authenticator,
            Role::Supplicant => supplicant,
        }
    }
}

fn code(key: &[u8; 8], header: &Header<'_>, body: &[u8]) -> [u8; MICHAEL_MIC_LEN] {
    let mut michael = Michael::of(key, header);
    michael.update(body);
    michael.finish()
}

/// Phase 2, after phase 1 where the last one was another's.
///
/// Linux keeps a phase 1 per queue and takes it by the last TSC that was *accepted*. A frame that
/// fails after it was mixed leaves the wrong one there; ours says what it is of.
fn rc4_key(
    tk: &[u8; 16],
    cache: &mut Option<Cached>,
    ta: MacAddr,
    number: u64,
) -> Zeroizing<[u8; 16]> {
    let iv32 = (number >> 16) as u32;
    let cached = match cache.take() {
        Some(cached) if cached.iv32 == iv32 && cached.ta == ta => cached,
        _ => Cached { ta, iv32, phase1: Phase1::mix(tk, ta, iv32) },
    };
    cache.insert(cached).phase1.phase2(tk, number as u16)
}

/// IV and extended IV (`ieee80211_tkip_add_iv`).
fn to_header(number: u64, index: u8) -> [u8; pn::HEADER_LEN] {
    let [first, second, third] = iv_bytes(number as u16);
    let [i0, i1, i2, i3] = ((number >> 16) as u32).to_le_bytes();
    [first, second, third, index << 6 | 0x20, i0, i1, i2, i3]
}
