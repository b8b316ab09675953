//! Type-length-value items, which fill a header's rest behind the field bits.

use super::bits::{le_bytes, shared_words, u16s};
use super::eht::{Eht, EhtUsers, USig};
use super::field::Field;
use super::layout::{self, LARGEST};

/// A type-length-value item (`struct ieee80211_radiotap_tlv`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tlv<'a> {
    /// Its type: a number from the same list as the fields' bits.
    pub kind: u16,
    /// Its data, of which a writer may leave out zeros at the end.
    pub data: &'a [u8],
}

/// What a type-length-value item says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TlvValue<'a> {
    /// A field that could have had a bit.
    Field(Field),
    /// Nothing: it makes the next item begin where it wants to.
    Padding,
    /// A vendor's.
    Vendor(VendorTlv<'a>),
    /// S1G rate.
    S1g(S1g),
    /// U-SIG.
    USig(USig),
    /// EHT rate, and its user fields.
    Eht(Eht, EhtUsers<'a>),
    /// Something newer than this library.
    Unknown,
}

impl<'a> Tlv<'a> {
    /// Type of padding.
    pub const PADDING: u16 = layout::TLV as u16;
    /// Type of vendors' items.
    pub const VENDOR: u16 = layout::VENDOR_NAMESPACE as u16;
    /// Type of [`S1g`].
    pub const S1G: u16 = 32;
    /// Type of [`USig`] (`IEEE80211_RADIOTAP_EHT_USIG`).
    pub const USIG: u16 = 33;
    /// Type of [`Eht`] (`IEEE80211_RADIOTAP_EHT`).
    pub const EHT: u16 = 34;

    /// What it says. Data that is not all there is taken for zeros, data after it is left alone.
    #[must_use]
    pub fn value(&self) -> TlvValue<'a> {
        match self.kind {
            Self::PADDING => TlvValue::Padding,
            Self::VENDOR => VendorTlv::parse(self.data).map_or(TlvValue::Unknown, TlvValue::Vendor),
            Self::S1G => TlvValue::S1g(S1g(u16s(self.data))),
            Self::USIG => TlvValue::USig(USig::from_data(self.data)),
            Self::EHT => TlvValue::Eht(Eht::from_data(self.data), EhtUsers::of(self.data)),
            field => {
                let bytes: [u8; LARGEST] = le_bytes(self.data.iter().copied());
                Field::from_bytes(field.into(), &bytes).map_or(TlvValue::Unknown, TlvValue::Field)
            }
        }
    }
}

/// A vendor's data as an item (`struct ieee80211_radiotap_vendor_content`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct VendorTlv<'a> {
    /// Whose it is.
    pub oui: [u8; 3],
    /// Which of that vendor's namespaces.
    pub sub_namespace: u8,
    /// Which field of the namespace.
    pub vendor_type: u16,
    /// The field.
    pub data: &'a [u8],
}

impl<'a> VendorTlv<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let (&[o0, o1, o2, sub_namespace, t0, t1, _, _], data) = data.split_first_chunk()?;
        let vendor_type = u16::from_le_bytes([t0, t1]);
        Some(Self { oui: [o0, o1, o2], sub_namespace, vendor_type, data })
    }
}

/// How a frame was sent as S1G.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct S1g(pub [u16; 3]);

shared_words! {
    S1g: u16;
    /// PPDU format: 0 is 1 MHz, 1 short, 2 long.
    format, with_format = [0] 0x0001, [1] 0x0003;
    /// What response is expected: 0 none, 1 NDP, 2 normal, 3 long.
    response, with_response = [0] 0x0002, [1] 0x000c;
    /// Guard interval: 0 long, 1 short.
    gi, with_gi = [0] 0x0004, [1] 0x0020;
    /// Number of spatial streams, less 1.
    nss, with_nss = [0] 0x0008, [1] 0x00c0;
    /// Bandwidth: 0 to 4 are 1, 2, 4, 8, 16 MHz.
    bandwidth, with_bandwidth = [0] 0x0010, [1] 0x0f00;
    /// Rate index.
    mcs, with_mcs = [0] 0x0020, [1] 0xf000;
    /// Colour.
    color, with_color = [0] 0x0040, [2] 0x0007;
    /// Uplink: 1.
    uplink, with_uplink = [0] 0x0080, [2] 0x0008;
    /// Signal, in dBm, as the bits of an `i8`.
    rssi, with_rssi = [2] 0xff00;
}

impl S1g {
    /// The data of an item.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 6] {
        le_bytes(self.0.into_iter().flat_map(u16::to_le_bytes))
    }
}
