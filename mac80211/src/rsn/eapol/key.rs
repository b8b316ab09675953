use zerocopy::byteorder::big_endian::{U16, U64};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::{KeyData, KeyInfo, Packet, PacketType};
use crate::Malformed;
use crate::rsn::NONCE_LEN;

const WHAT: &str = "EAPOL-Key frame";

/// What stands before the MIC.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Fixed {
    version: u8,
    packet_type: u8,
    body_len: U16,
    descriptor: u8,
    key_info: U16,
    key_len: U16,
    replay_counter: U64,
    nonce: [u8; NONCE_LEN],
    iv: [u8; 16],
    rsc: [u8; 8],
    id: [u8; 8],
}

/// Bytes before the MIC.
pub(super) const MIC_AT: usize = size_of::<Fixed>();

/// Checked view of an EAPOL-Key frame (`struct wpa_eapol_key`), its EAPOL header included.
///
/// ```text
/// EAPOL 4 │ descriptor 1 │ info 2 │ key length 2 │ replay counter 8 │ nonce 32 │ IV 16 │ RSC 8 │ id 8
/// │ MIC 16, 24 or 32 │ key data length 2 │ key data … │ padding …
/// ```
#[derive(Clone, Copy)]
pub struct EapolKey<'a> {
    bytes: &'a [u8],
    fixed: &'a Fixed,
    mic: &'a [u8],
    key_data: &'a [u8],
    padding: &'a [u8],
}

impl<'a> EapolKey<'a> {
    /// Descriptor type of WPA.
    pub const WPA: u8 = 254;
    /// Descriptor type of RSN.
    pub const RSN: u8 = 2;

    /// Views the frame in front of `bytes`, with a MIC of as many bytes as the AKM says
    /// ([`AkmRules::mic_len`](crate::rsn::AkmRules::mic_len)).
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if it is not all there, [`Malformed::Invalid`] if it is another EAPOL
    /// packet or has a descriptor type other than the two here.
    pub fn parse(bytes: &'a [u8], mic_len: usize) -> Result<Self, Malformed> {
        let (packet, _) = Packet::parse(bytes)?;
        if packet.packet_type() != PacketType::KEY {
            return Err(Malformed::Invalid(WHAT));
        }
        let bytes = packet.as_bytes();
        let cut = Malformed::Truncated(WHAT);
        let (fixed, rest) = Fixed::ref_from_prefix(bytes).map_err(|_| cut)?;
        if fixed.descriptor != Self::WPA && fixed.descriptor != Self::RSN {
            return Err(Malformed::Invalid(WHAT));
        }
        let (mic, rest) = rest.split_at_checked(mic_len).ok_or(cut)?;
        let (key_data_len, rest) = U16::ref_from_prefix(rest).map_err(|_| cut)?;
        let key_data_len = usize::from(key_data_len.get());
        let (key_data, padding) = rest.split_at_checked(key_data_len).ok_or(cut)?;
        Ok(Self { bytes, fixed, mic, key_data, padding })
    }

    /// Bytes of the MIC of an EAPOL-Key frame whose AKM is not known: with which of 16, 24 and 32 its
    /// lengths add up. `None`: with none of them.
    #[must_use]
    pub fn guess_mic_len(bytes: &'a [u8]) -> Option<usize> {
        let fits = |&len: &usize| Self::parse(bytes, len).is_ok_and(|key| key.padding.is_empty());
        [16, 24, 32].into_iter().find(fits)
    }

    /// The frame's bytes, from its EAPOL header on.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Version of 802.1X.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.fixed.version
    }

    /// Descriptor type: [`RSN`](Self::RSN) or [`WPA`](Self::WPA).
    #[must_use]
    pub const fn descriptor(&self) -> u8 {
        self.fixed.descriptor
    }

    /// Key information.
    #[must_use]
    pub fn info(&self) -> KeyInfo {
        KeyInfo::from_bits_retain(self.fixed.key_info.get())
    }

    /// Bytes of the pairwise key; in WPA's group messages of the group key.
    #[must_use]
    pub fn key_len(&self) -> u16 {
        self.fixed.key_len.get()
    }

    /// Replay counter.
    #[must_use]
    pub fn replay_counter(&self) -> u64 {
        self.fixed.replay_counter.get()
    }

    /// Nonce of the sender.
    #[must_use]
    pub const fn nonce(&self) -> &'a [u8; NONCE_LEN] {
        &self.fixed.nonce
    }

    /// Initialization vector of RC4.
    #[must_use]
    pub const fn iv(&self) -> &'a [u8; 16] {
        &self.fixed.iv
    }

    /// Receive sequence counter: the packet number of the group key, 6 bytes from the lowest on.
    #[must_use]
    pub const fn rsc(&self) -> &'a [u8; 8] {
        &self.fixed.rsc
    }

    /// Reserved; WPA's key identifier.
    #[must_use]
    pub const fn id(&self) -> &'a [u8; 8] {
        &self.fixed.id
    }

    /// The integrity code.
    #[must_use]
    pub const fn mic(&self) -> &'a [u8] {
        self.mic
    }

    /// Key data as they stand there: maybe encrypted.
    #[must_use]
    pub const fn key_data(&self) -> &'a [u8] {
        self.key_data
    }

    /// Elements and KDEs of key data that are not encrypted.
    #[must_use]
    pub const fn entries(&self) -> KeyData<'a> {
        KeyData::new(self.key_data)
    }

    /// What the EAPOL packet has behind the key data. The MIC covers it.
    #[must_use]
    pub const fn padding(&self) -> &'a [u8] {
        self.padding
    }
}

impl core::fmt::Debug for EapolKey<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // WPA's group key, opened in place, or an unencrypted GTK would stand in the key data.
        f.debug_struct("EapolKey")
            .field("descriptor", &self.descriptor())
            .field("info", &self.info())
            .field("replay_counter", &self.replay_counter())
            .field("key_data_len", &self.key_data.len())
            .finish_non_exhaustive()
    }
}
