use softnet_sk_buff::MacAddr;
use subtle::ConstantTimeEq;

use super::super::hash::cmac;
use super::super::{AkmRules, KeyError, Secret};
use crate::AkmSuite;

/// FTE: element ID, length, MIC control.
const MIC_AT: usize = 4;

/// What the MIC of a fast transition element covers (13.8.4, 13.8.5; `wpa_ft_mic`): whole elements with ID
/// and length, empty where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FtMic<'a> {
    /// The station.
    pub sta: MacAddr,
    /// The AP that it goes to.
    pub ap: MacAddr,
    /// Number of the frame in the exchange: 5 for the reassociation request, 6 for its response.
    pub transaction: u8,
    /// RSN element.
    pub rsne: &'a [u8],
    /// Mobility domain element.
    pub mde: &'a [u8],
    /// Fast transition element.
    pub fte: &'a [u8],
    /// Resource request: its elements one after the other.
    pub ric: &'a [u8],
    /// RSN extension element.
    pub rsnxe: &'a [u8],
}

impl FtMic<'_> {
    /// Checks the MIC in the FTE, in constant time.
    ///
    /// # Errors
    /// [`KeyError::Mic`] if it is wrong, and as [`compute`](Self::compute).
    pub fn verify(&self, akm: AkmSuite, kck: &Secret) -> Result<(), KeyError> {
        let mic = self.compute(akm, kck)?;
        let theirs = self.fte.get(MIC_AT..MIC_AT + mic.len()).unwrap_or_default();
        if mic.as_bytes().ct_eq(theirs).into() { Ok(()) } else { Err(KeyError::Mic) }
    }

    /// The MIC, of as many bytes as the KCK has; what stands in its place does not count.
    ///
    /// # Errors
    /// [`KeyError::Length`] if the FTE is too short for it, or the KCK has a length that none has.
    pub fn compute(&self, akm: AkmSuite, kck: &Secret) -> Result<Secret, KeyError> {
        let short = KeyError::Length("fast transition element");
        let (before, rest) = self.fte.split_at_checked(MIC_AT).ok_or(short)?;
        let behind = rest.get(kck.len()..).ok_or(short)?;
        let zeros = [0; Secret::MAX];
        let zeros = zeros.get(..kck.len()).unwrap_or_default();
        let transaction = [self.transaction];
        let parts: [&[u8]; 10] = [
            &self.sta.0,
            &self.ap.0,
            &transaction,
            self.rsne,
            self.mde,
            before,
            zeros,
            behind,
            self.ric,
            self.rsnxe,
        ];
        Secret::make(kck.len(), |out| match (kck.len(), akm) {
            (16, AkmSuite::FT_SAE_EXT_KEY) | (24 | 32, _) => {
                // The length of the KCK goes with the hash, FILS' KCK2 too.
                let hash = match kck.len() {
                    16 => super::super::Hash::Sha256,
                    24 => super::super::Hash::Sha384,
                    _ => super::super::Hash::Sha512,
                };
                hash.hmac(kck.as_bytes(), &parts, out)
            }
            _ => cmac(kck.as_bytes(), &parts, out),
        })
    }
}

/// Bytes of the MIC of this AKM's fast transition elements.
pub(in crate::rsn) fn mic_len(akm: AkmSuite, pmk_len: usize) -> Result<usize, KeyError> {
    match akm {
        AkmSuite::FT_FILS_SHA256 => Ok(16),
        AkmSuite::FT_FILS_SHA384 => Ok(24),
        _ => AkmRules::of(akm, pmk_len).map(|rules| rules.mic_len),
    }
}
