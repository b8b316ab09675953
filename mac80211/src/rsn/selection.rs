use super::KeyError;
use crate::element::{Body, Elements, Rsn, Wpa};
use crate::{AkmSuite, CipherSuite, Malformed};

/// What a station chose from what its AP offers: the suites in its RSNE or WPA element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Selection {
    /// Way to the keys.
    pub akm: AkmSuite,
    /// Cipher of frames to and from the station.
    pub pairwise: CipherSuite,
    /// Cipher of data frames to groups.
    pub group: CipherSuite,
    /// Cipher of management frames to groups, if those are protected.
    pub group_mgmt: Option<CipherSuite>,
}

impl Selection {
    /// That of the elements of a (re)association request, or the key data of message 2. The suites are the
    /// standard's, with WPA too.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if there is neither an RSNE nor a WPA element, or they are cut short.
    pub fn of(elements: Elements<'_>) -> Result<Self, KeyError> {
        let missing = Malformed::Invalid("RSN element");
        if let Some(rsn) = Rsn::find(elements) {
            let rsn = rsn?;
            return Ok(Self {
                akm: rsn.akm_suites().next().ok_or(missing)?,
                pairwise: rsn.pairwise_ciphers().next().ok_or(missing)?,
                group: rsn.group_data_cipher(),
                group_mgmt: rsn
                    .group_management_cipher()
                    .filter(|_| rsn.capabilities().mfp_capable()),
            });
        }
        let wpa = Wpa::find(elements).ok_or(missing)??;
        Ok(Self {
            akm: wpa.akm_suites().next().ok_or(missing)?,
            pairwise: wpa.pairwise_ciphers().next().ok_or(missing)?,
            group: wpa.group_data_cipher(),
            group_mgmt: None,
        })
    }

    /// Whether its keys come by way of the FT key hierarchy.
    #[must_use]
    pub const fn is_ft(&self) -> bool {
        self.akm.is_ft()
    }
}
