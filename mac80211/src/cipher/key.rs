//! One installed key.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::bip_mac::BipMac;
use super::michael::MICHAEL_MIC_LEN;
use super::pn::{self, Window};
use super::tkip::Tkip;
use super::wep::{self, Wep};
use super::{Aead, Opened, Replay, bip, ccmp_gcmp};
use crate::frame::Header;
use crate::{CipherSuite, Malformed, RxDrop};

/// One installed key with its counters (`struct ieee80211_key`), of any [`CipherSuite`] that protects
/// frames.
///
/// It has one owner, and knows one direction of each kind: what it sends, and what one peer sends. Its
/// material is zeroized when it is dropped, and is not shown.
pub struct Key {
    cipher: Cipher,
    state: State,
}

// Boxed: expanded keys are up to a kilobyte, and a key that moves should not leave copies behind.
enum Cipher {
    Wep(Box<Wep>),
    Tkip(Box<Tkip>),
    Aead(Box<Aead>),
    Bip(Box<BipMac>),
}

/// Which end of the link a key is at. It matters to TKIP, whose two ends have a Michael key each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Role {
    /// The access point, or who gave the group key.
    Authenticator,
    /// The station.
    #[default]
    Supplicant,
}

/// What a key knows beside its cipher.
pub(super) struct State {
    material: Zeroizing<Vec<u8>>,
    pub(super) suite: CipherSuite,
    pub(super) index: u8,
    pub(super) color: u32,
    pub(super) role: Role,
    pub(super) spp_amsdu: bool,
    /// The last packet number sent.
    pub(super) tx_pn: u64,
    pub(super) rx: Window,
    pub(super) stats: KeyStats,
}

/// What a key has refused; Linux shows it in debugfs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KeyStats {
    /// Frames whose packet number was not greater than the last one (CCMP, GCMP, BIP).
    pub replays: u64,
    /// Frames with a wrong MIC (BIP).
    pub icverrors: u64,
    /// Frames with a wrong Michael code (TKIP).
    pub mic_failures: u64,
}

/// Why there can be no such key. It is the caller's fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadKey {
    /// The suite protects no frames, or is not known.
    #[error("{0:?} is no suite with a key")]
    Suite(CipherSuite),
    /// The material is shorter or longer than the suite's keys are.
    #[error("{0:?} has no key of {1} bytes")]
    Length(CipherSuite, usize),
    /// 0 to 3 is for data, 4 and 5 for an IGTK, 6 and 7 for a BIGTK.
    #[error("{0:?} has no key with index {1}")]
    Index(CipherSuite, u8),
}

/// Why a frame could not be encrypted. It is as it was, but for its body where a length was wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptError {
    /// All 2^48 packet numbers are used up. Linux would begin again, and give the key away with that.
    #[error("the key has no packet number left")]
    PnExhausted,
    /// The frame has no header that the cipher protects, or not the room that the cipher takes.
    #[error(transparent)]
    Frame(#[from] Malformed),
}

impl Key {
    /// A key of `suite` at `index` with `material`: 5 or 13 bytes for WEP, 32 for TKIP (16 TK, 8 Michael
    /// key of what the authenticator sends, 8 of what the supplicant sends, as it comes out of the
    /// handshake), 16 or 32 for the others. All counters are 0. It is a station's; with TKIP an access point
    /// has to say that it is not, by [`with_role`](Self::with_role).
    ///
    /// # Errors
    /// [`BadKey`], by what is wrong with it.
    pub fn new(suite: CipherSuite, index: u8, material: &[u8]) -> Result<Self, BadKey> {
        let wrong = BadKey::Length(suite, material.len());
        let (cipher, indexes) = match suite {
            CipherSuite::WEP40 | CipherSuite::WEP104 => {
                let len = if suite == CipherSuite::WEP40 { 5 } else { 13 };
                let wep = Wep::new(material).filter(|_| material.len() == len).ok_or(wrong)?;
                (Cipher::Wep(Box::new(wep)), 0..=3)
            }
            CipherSuite::TKIP => {
                let tkip = Tkip::new(material).ok_or(wrong)?;
                (Cipher::Tkip(Box::new(tkip)), 0..=3)
            }
            CipherSuite::CCMP
            | CipherSuite::CCMP_256
            | CipherSuite::GCMP
            | CipherSuite::GCMP_256 => {
                let aead = Aead::new(suite, material).ok_or(wrong)?;
                (Cipher::Aead(Box::new(aead)), 0..=3)
            }
            CipherSuite::AES_CMAC
            | CipherSuite::BIP_CMAC_256
            | CipherSuite::BIP_GMAC_128
            | CipherSuite::BIP_GMAC_256 => {
                let mac = BipMac::new(suite, material).ok_or(wrong)?;
                (Cipher::Bip(Box::new(mac)), 4..=7)
            }
            _ => return Err(BadKey::Suite(suite)),
        };
        if !indexes.contains(&index) {
            return Err(BadKey::Index(suite, index));
        }
        let state = State {
            material: Zeroizing::new(material.into()),
            suite,
            index,
            color: 0,
            role: Role::default(),
            spp_amsdu: false,
            tx_pn: 0,
            rx: Window::from(0),
            stats: KeyStats::default(),
        };
        Ok(Self { cipher, state }.with_rsc(0))
    }

    /// With `pn` as the last packet number received on every queue: the receive sequence counter (RSC)
    /// that came with a group key. Everything up to it is a replay, but for TKIP's first frame if that
    /// has number 0 and so has `pn`.
    #[must_use]
    pub fn with_rsc(mut self, pn: u64) -> Self {
        let zero_too = pn == 0 && matches!(self.cipher, Cipher::Tkip(_));
        self.state.rx = Window::from(if zero_too { 0 } else { pn.saturating_add(1) });
        self
    }

    /// At this end of the link.
    #[must_use]
    pub const fn with_role(mut self, role: Role) -> Self {
        self.state.role = role;
        self
    }

    /// With `pn` as the last packet number sent; the next frame has the one after it. For WEP a random
    /// one is wanted, so that IVs are not used again after a restart.
    #[must_use]
    pub const fn with_tx_pn(mut self, pn: u64) -> Self {
        self.state.tx_pn = pn;
        self
    }

    /// With a colour, another for each key that is installed: fragments of one frame have to have the
    /// same. Linux counts them in a global.
    #[must_use]
    pub const fn with_color(mut self, color: u32) -> Self {
        self.state.color = color;
        self
    }

    /// Whether both sides signal and protect the A-MSDU bit (`IEEE80211_KEY_FLAG_SPP_AMSDU`).
    #[must_use]
    pub const fn with_spp_amsdu(mut self, on: bool) -> Self {
        self.state.spp_amsdu = on;
        self
    }

    /// Its cipher.
    #[must_use]
    pub const fn suite(&self) -> CipherSuite {
        self.state.suite
    }

    /// Its index.
    #[must_use]
    pub const fn index(&self) -> u8 {
        self.state.index
    }

    /// Its colour.
    #[must_use]
    pub const fn color(&self) -> u32 {
        self.state.color
    }

    /// Whether `other` is the same key, be its counters what they may (`ieee80211_key_identical`). To put
    /// it in this one's place would send packet numbers, and take them, a second time. TKIP's Michael keys
    /// don't count (to Linux only a station's own for groups does not): the numbers go with the TK. The time
    /// that it takes tells nothing of the material.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        let counts = |key: &Self| if key.michael_len() > 0 { 16 } else { key.state.material.len() };
        let (ours, theirs) = (&self.state.material, &other.state.material);
        let same = match (ours.get(..counts(self)), theirs.get(..counts(other))) {
            (Some(ours), Some(theirs)) => ours.ct_eq(theirs).into(),
            _ => false,
        };
        same && self.state.suite == other.state.suite
    }

    /// The last packet number sent; 0 before the first.
    #[must_use]
    pub const fn tx_pn(&self) -> u64 {
        self.state.tx_pn
    }

    /// The last packet number accepted on a queue (0 to 15: TID; 16: management); 0 before the first.
    #[must_use]
    pub fn rx_pn(&self, queue: usize) -> u64 {
        self.state.rx.last(queue)
    }

    /// What it has refused.
    #[must_use]
    pub const fn stats(&self) -> KeyStats {
        self.state.stats
    }

    /// Bytes that it needs between header and body (`iv_len`).
    #[must_use]
    pub const fn header_len(&self) -> usize {
        match &self.cipher {
            Cipher::Wep(_) => wep::IV_LEN,
            Cipher::Tkip(_) | Cipher::Aead(_) => pn::HEADER_LEN,
            Cipher::Bip(_) => 0,
        }
    }

    /// Bytes that it needs behind the body of each fragment (`icv_len`): MIC, ICV, or BIP's element.
    #[must_use]
    pub const fn mic_len(&self) -> usize {
        match &self.cipher {
            Cipher::Wep(_) | Cipher::Tkip(_) => wep::ICV_LEN,
            Cipher::Aead(aead) => aead.mic_len(),
            Cipher::Bip(mac) => bip::mmie_len(mac),
        }
    }

    /// Bytes that it needs behind the body of the whole frame, before that is cut into fragments: TKIP's
    /// Michael code.
    #[must_use]
    pub const fn michael_len(&self) -> usize {
        if matches!(self.cipher, Cipher::Tkip(_)) { MICHAEL_MIC_LEN } else { 0 }
    }

    /// Encrypts a frame in place, with the next packet number.
    ///
    /// # Errors
    /// [`EncryptError`]. No packet number is used up then.
    pub fn encrypt(&mut self, frame: &mut [u8]) -> Result<(), EncryptError> {
        let state = &mut self.state;
        match &mut self.cipher {
            Cipher::Wep(wep) => wep.encrypt(state, frame),
            Cipher::Tkip(tkip) => tkip.encrypt(state, frame),
            Cipher::Aead(aead) => ccmp_gcmp::encrypt(aead, state, frame),
            Cipher::Bip(mac) => bip::encrypt(mac, state, frame),
        }
    }

    /// Decrypts a frame in place: checks its packet number, then its integrity, then remembers the
    /// number.
    ///
    /// `None`: it is not protected, or of a kind that this cipher does not protect, and is as it was.
    /// Whether it may come in the clear is another question (`ieee80211_drop_unencrypted`).
    ///
    /// # Errors
    /// Linux's reason to drop it. No packet number counts then. The body is zeros if a MIC or ICV was wrong,
    /// and else the frame is as it was: what nobody vouches for is never seen decrypted.
    pub fn open(&mut self, frame: &mut [u8], replay: Replay) -> Result<Option<Opened>, RxDrop> {
        let state = &mut self.state;
        match &mut self.cipher {
            Cipher::Wep(wep) => wep.open(state, frame),
            Cipher::Tkip(tkip) => tkip.open(state, frame, replay),
            Cipher::Aead(aead) => ccmp_gcmp::open(aead, state, frame, replay),
            Cipher::Bip(mac) => bip::open(mac, state, frame, replay),
        }
    }

    /// Writes TKIP's Michael code into the last bytes of a whole body, before it is cut into fragments
    /// (`ieee80211_tx_h_michael_mic_add`). Other ciphers have none: then nothing happens.
    ///
    /// # Errors
    /// [`EncryptError::Frame`] if the body is shorter than the code.
    pub fn add_michael(&self, header: &Header<'_>, body: &mut [u8]) -> Result<(), EncryptError> {
        match &self.cipher {
            Cipher::Tkip(tkip) => tkip.add_michael(self.state.role, header, body),
            _ => Ok(()),
        }
    }

    /// Verifies the Michael code at the end of a whole body, after its fragments were put together, and
    /// remembers the packet number of the last of them, `opened`. Gives the body without the code
    /// (`ieee80211_rx_h_michael_mic_verify`). Other ciphers have no code: then it is the body as it is.
    ///
    /// Until here only a CRC speaks for what TKIP decrypted. `body` is not wiped if the code is wrong.
    ///
    /// # Errors
    /// [`RxDrop::ShortMmic`]; [`RxDrop::MmicFail`], which [`Countermeasures`](super::Countermeasures) want
    /// to hear of; [`RxDrop::ApRxGroupcast`] for what came to an access point under a group key.
    pub fn verify_michael<'b>(
        &mut self,
        header: &Header<'_>,
        body: &'b [u8],
        opened: &Opened,
        replay: Replay,
    ) -> Result<&'b [u8], RxDrop> {
        let Cipher::Tkip(tkip) = &self.cipher else { return Ok(body) };
        if self.state.role == Role::Authenticator && self.state.index != 0 {
            return Err(RxDrop::ApRxGroupcast);
        }
        let verified = tkip.verify_michael(self.state.role, header, body);
        self.state.stats.mic_failures += u64::from(verified == Err(RxDrop::MmicFail));
        let body = verified?;
        self.state.rx.commit(opened.queue, opened.pn, replay);
        Ok(body)
    }

    /// Writes a MIC element into the room at the end of an S1G beacon, which instead of key index and number
    /// has only the MIC in it (BCE): [`mic_len`](Self::mic_len) less 8 bytes.
    ///
    /// # Errors
    /// [`EncryptError`], also if the suite is not BIP's.
    pub fn protect_s1g_bce(&mut self, frame: &mut [u8]) -> Result<(), EncryptError> {
        match &self.cipher {
            Cipher::Bip(mac) => bip::protect_bce(mac, &mut self.state, frame),
            _ => Err(Malformed::Invalid("S1G beacon under BIP").into()),
        }
    }

    /// Verifies the MIC element at the end of an S1G beacon, whose number `pn` comes from elsewhere (BCE).
    /// No counter moves.
    ///
    /// # Errors
    /// [`RxDrop::BadMmie`] if there is none, [`RxDrop::MicFail`], BIP's reasons for too short ones;
    /// [`RxDrop::BadCipher`] if the suite is not BIP's.
    pub fn verify_s1g_bce(&mut self, frame: &[u8], pn: u64) -> Result<(), RxDrop> {
        match &self.cipher {
            Cipher::Bip(mac) => bip::verify_bce(mac, &mut self.state, frame, pn),
            _ => Err(RxDrop::BadCipher),
        }
    }
}

impl Role {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Authenticator => Self::Supplicant,
            Self::Supplicant => Self::Authenticator,
        }
    }
}

impl State {
    /// The packet number of the next frame.
    pub(super) fn peek_pn(&self) -> Result<u64, EncryptError> {
        let next = self.tx_pn.checked_add(1).filter(|&next| next <= pn::MAX);
        next.ok_or(EncryptError::PnExhausted)
    }

    /// Whether a number is new; counts if not.
    pub(super) fn check(&mut self, queue: usize, pn: u64, replay: Replay) -> Result<(), RxDrop> {
        let checked = self.rx.check(queue, pn, replay);
        self.stats.replays += u64::from(checked.is_err());
        checked
    }

    /// A frame that was opened; `iv_len` bytes are between header and body.
    pub(super) fn opened(
        &self,
        header_len: usize,
        iv_len: usize,
        body_len: usize,
        (queue, pn): (usize, u64),
    ) -> Opened {
        let start = header_len + iv_len;
        Opened {
            header_len,
            body: start..start + body_len,
            pn,
            queue,
            key_index: self.index,
            color: self.color,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("suite", &self.state.suite)
            .field("index", &self.state.index)
            .field("color", &self.state.color)
            .field("tx_pn", &self.state.tx_pn)
            .finish_non_exhaustive()
    }
}
