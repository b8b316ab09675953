//! Fast BSS transition: mobility domain and fast transition element (9.4.2.46, 9.4.2.47).

use softnet_sk_buff::MacAddr;

use super::{Body, BuildError, Elements, Id, Sink, Wire};
use crate::Malformed;
use crate::wire::{bits, take};

element! {
    /// Mobility domain element (MDE).
    pub struct MobilityDomain: Id::MOBILITY_DOMAIN, "mobility domain element" {
        /// Mobility domain identifier (MDID).
        pub mdid: u16,
        /// Bit 0: fast transition over the distribution system; bit 1: resource request protocol.
        pub capability_and_policy: u8,
    }
}

bits! {
    /// MIC control of the FTE.
    pub struct FteMicControl(u16) {
        /// The sender uses the RSNX element.
        rsnxe_used, with_rsnxe_used: 0;
        /// Length of the MIC: 0, 1, 2 stand for 16, 24, 32. Told by the SAE AKMs with a hash as their group
        /// wants; 0 from others.
        mic_len, with_mic_len: 1, 3;
        /// Elements that the MIC covers.
        element_count, with_element_count: 8, 8;
    }
}

/// Fast transition element (FTE).
///
/// Its MIC has 16 bytes, with the AKMs of SHA-384 24, and the element does not always say so: see
/// [`parse_with_mic`](Self::parse_with_mic). [`parse`](Body::parse) believes the MIC control.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FastTransition<'a> {
    /// MIC control.
    pub mic_control: FteMicControl,
    /// Message integrity code.
    pub mic: &'a [u8],
    /// Nonce of the key holder R0KH's side.
    pub anonce: [u8; 32],
    /// Nonce of the station.
    pub snonce: [u8; 32],
    /// Subelements: see [`subelements`](Self::subelements).
    pub tail: &'a [u8],
}

impl<'a> FastTransition<'a> {
    /// Reads one whose MIC has `mic_len` bytes, as the AKM tells.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse_with_mic(body: &'a [u8], mic_len: usize) -> Result<Self, Malformed> {
        let mut from = body;
        Self::read_with_mic(&mut from, Some(mic_len)).ok_or(Malformed::Truncated(Self::NAME))
    }

    fn read_with_mic(from: &mut &'a [u8], mic_len: Option<usize>) -> Option<Self> {
        let mic_control = FteMicControl::read(from)?;
        let told = match mic_control.mic_len() {
            1 => 24,
            2 => 32,
            _ => 16,
        };
        Some(Self {
            mic_control,
            mic: take(from, mic_len.unwrap_or(told))?,
            anonce: Wire::read(from)?,
            snonce: Wire::read(from)?,
            tail: core::mem::take(from),
        })
    }

    /// The subelements: those with types here, [`FteGtk`] and the like, and others.
    #[must_use]
    pub const fn subelements(&self) -> Elements<'a> {
        Elements::new(self.tail)
    }

    /// PMK-R1 key holder's name.
    #[must_use]
    pub fn r1kh_id(&self) -> Option<MacAddr> {
        let found = self.subelements().find_id(Id::new(Self::R1KH_ID))?;
        found.data().try_into().ok().map(MacAddr)
    }

    /// PMK-R0 key holder's name, 1 to 48 bytes.
    #[must_use]
    pub fn r0kh_id(&self) -> Option<&'a [u8]> {
        let found = self.subelements().find_id(Id::new(Self::R0KH_ID))?;
        (1..=48).contains(&found.data().len()).then_some(found.data())
    }

    /// ID of the subelement with the PMK-R1 key holder's name.
    pub const R1KH_ID: u8 = 1;
    /// ID of the subelement with the PMK-R0 key holder's name.
    pub const R0KH_ID: u8 = 3;
}

impl<'a> Wire<'a> for FastTransition<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        Self::read_with_mic(from, None)
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.mic_control.write(out)?;
        out.put(self.mic)?;
        out.put(&self.anonce)?;
        out.put(&self.snonce)?;
        out.put(self.tail)
    }
}

body! { FastTransition: Id::FAST_BSS_TRANSITION, "fast transition element" }

element! {
    /// GTK subelement of the FTE.
    pub struct FteGtk: Id::new(2), "GTK subelement" {
        /// Bits 0 and 1: key ID.
        pub key_info: u16,
        /// Length of the key, unwrapped.
        pub key_len: u8,
        /// Receive sequence counter.
        pub rsc: [u8; 8],
    } then {
        /// The key, wrapped.
        pub wrapped: &'a [u8],
    }
}

element! {
    /// IGTK subelement of the FTE.
    pub struct FteIgtk: Id::new(4), "IGTK subelement" {
        /// Key ID: 4 or 5.
        pub key_id: u16,
        /// IPN.
        pub ipn: [u8; 6],
        /// Length of the key, unwrapped.
        pub key_len: u8,
    } then {
        /// The key, wrapped.
        pub wrapped: &'a [u8],
    }
}

element! {
    /// BIGTK subelement of the FTE.
    pub struct FteBigtk: Id::new(6), "BIGTK subelement" {
        /// Key ID: 6 or 7.
        pub key_id: u16,
        /// BIPN.
        pub bipn: [u8; 6],
        /// Length of the key, unwrapped.
        pub key_len: u8,
    } then {
        /// The key, wrapped.
        pub wrapped: &'a [u8],
    }
}

element! {
    /// Operating channel information (OCI), as a subelement of the FTE.
    pub struct FteOci: Id::new(5), "OCI subelement" {
        /// Operating class.
        pub operating_class: u8,
        /// Primary channel number.
        pub primary_channel: u8,
        /// Frequency segment 1 channel number, 0 for none.
        pub frequency_segment_1: u8,
    }
}
