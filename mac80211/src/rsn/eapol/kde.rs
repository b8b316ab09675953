//! What key data hold: elements, and KDEs in the shape of vendor elements (12.7.2, table 12-9).

use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::MacAddr;

use crate::Malformed;

const WHAT: &str = "key data";
/// Element that KDEs look like.
const VENDOR: u8 = 0xdd;
const OUI: [u8; 3] = [0x00, 0x0f, 0xac];
/// The Wi-Fi Alliance's, of which one KDE is known here (`WFA_KEY_DATA_TRANSITION_DISABLE`).
const WFA: [u8; 3] = [0x50, 0x6f, 0x9a];
const TRANSITION_DISABLE: u8 = 32;

/// Iterates over what key data in the clear hold, up to their padding (`wpa_parse_kde_ies`).
///
/// After an error there is no more.
#[derive(Clone)]
pub struct KeyData<'a> {
    rest: &'a [u8],
}

impl<'a> KeyData<'a> {
    /// Over these key data.
    #[must_use]
    pub const fn new(key_data: &'a [u8]) -> Self {
        Self { rest: key_data }
    }

    /// The first element with this ID that is not a KDE.
    #[must_use]
    pub fn element(&self, id: u8) -> Option<Entry<'a>> {
        self.clone().filter_map(Result::ok).find(|entry| entry.id() == id && entry.kde().is_none())
    }

    /// All KDEs that are well made.
    pub fn kdes(&self) -> impl Iterator<Item = Kde<'a>> + use<'a> {
        self.clone().filter_map(|entry| entry.ok()?.kde()?.ok())
    }
}

impl<'a> Iterator for KeyData<'a> {
    type Item = Result<Entry<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let (&id, &len) = (self.rest.first()?, self.rest.get(1)?);
        if id == VENDOR && len == 0 {
            return None;
        }
        match self.rest.split_at_checked(2 + usize::from(len)) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Some(Ok(Entry { bytes }))
            }
            None => {
                self.rest = &[];
                Some(Err(Malformed::Truncated(WHAT)))
            }
        }
    }
}

/// One element or KDE. Key bytes may be in it, so it does not print its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    bytes: &'a [u8],
}

impl<'a> Entry<'a> {
    /// All of its bytes, ID and length included.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Element ID; 221 for KDEs and vendor elements.
    #[must_use]
    pub fn id(&self) -> u8 {
        self.bytes.first().copied().unwrap_or_default()
    }

    /// What follows ID and length.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.bytes.get(2..).unwrap_or_default()
    }

    /// The KDE that it is; `None` if it is an element.
    #[must_use]
    pub fn kde(&self) -> Option<Result<Kde<'a>, Malformed>> {
        let (&[a, b, c, data_type], body) = self.body().split_first_chunk()?;
        let kde = match ([a, b, c], data_type) {
            _ if self.id() != VENDOR => return None,
            (OUI, _) => Kde::parse(data_type, body),
            (WFA, TRANSITION_DISABLE) => body.first().copied().map(Kde::TransitionDisable),
            _ => return None,
        };
        Some(kde.ok_or(Malformed::Truncated("key data encapsulation")))
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({}, {} bytes)", self.id(), self.bytes.len())
    }
}

/// A key data encapsulation (table 12-9), without what is reserved in it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kde<'a> {
    /// 1: a group key.
    Gtk {
        /// Key index, 0 to 3.
        key_id: u8,
        /// The receiver is to send with it, too.
        tx: bool,
        /// The key.
        key: &'a [u8],
    },
    /// 3: an address.
    MacAddr(MacAddr),
    /// 4: name of the PMK.
    PmkId([u8; 16]),
    /// 6: a nonce.
    Nonce([u8; 32]),
    /// 7: seconds that a key is good for.
    Lifetime(u32),
    /// 8: an error: its message, its type.
    Error(u16, u16),
    /// 9: group key of management frames.
    Igtk(IntegrityKey<'a>),
    /// 10: index of the pairwise key, 0 or 1 (extended key ID).
    KeyId(u8),
    /// 13: the channel: operating class, primary channel, second segment.
    Oci([u8; 3]),
    /// 14: key of beacons.
    Bigtk(IntegrityKey<'a>),
    /// 16: a link's group key.
    MloGtk {
        /// Link, 0 to 15.
        link_id: u8,
        /// Key index, 0 to 3.
        key_id: u8,
        /// The receiver is to send with it, too.
        tx: bool,
        /// Packet number, from the lowest byte on.
        pn: [u8; 6],
        /// The key.
        key: &'a [u8],
    },
    /// 17: a link's group key of management frames.
    MloIgtk(u8, IntegrityKey<'a>),
    /// 18: a link's key of beacons.
    MloBigtk(u8, IntegrityKey<'a>),
    /// 19: a link's address and elements.
    MloLink {
        /// Link in bits 0 to 3; an RSNE in bit 4 and an RSNXE in bit 5 follow.
        info: u8,
        /// The AP's or the station's address there.
        addr: MacAddr,
        /// RSNE and RSNXE.
        elements: &'a [u8],
    },
    /// The Wi-Fi Alliance's 32: what of older kinds a station is not to use in this network any more.
    /// Bits: 0 WPA2's PSK beside SAE, 1 SAE beside SAE-PK, 2 802.1X without PMF, 3 an open network beside OWE.
    TransitionDisable(u8),
    /// Another: its data type, and what follows it.
    Unknown(u8, &'a [u8]),
}

/// An IGTK or BIGTK.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IntegrityKey<'a> {
    /// Key index: 4 and 5 are IGTKs, 6 and 7 are BIGTKs.
    pub key_id: u16,
    /// Packet number, from the lowest byte on.
    pub pn: [u8; 6],
    /// The key.
    pub key: &'a [u8],
}

impl<'a> Kde<'a> {
    fn parse(data_type: u8, body: &'a [u8]) -> Option<Self> {
        Some(match data_type {
            1 => {
                let (&[bits, _], key) = body.split_first_chunk()?;
                Self::Gtk { key_id: bits & 3, tx: bits & 4 != 0, key }
            }
            3 => Self::MacAddr(MacAddr(*body.first_chunk()?)),
            4 => Self::PmkId(*body.first_chunk()?),
            6 => Self::Nonce(*body.first_chunk()?),
            7 => Self::Lifetime(u32::from_be_bytes(*body.first_chunk()?)),
            8 => {
                let &[a, b, c, d] = body.first_chunk()?;
                Self::Error(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
            }
            9 => Self::Igtk(IntegrityKey::parse(body)?),
            10 => Self::KeyId(body.first()? & 3),
            13 => Self::Oci(*body.first_chunk()?),
            14 => Self::Bigtk(IntegrityKey::parse(body)?),
            16 => {
                let (&[bits, ref pn @ ..], key) = body.split_first_chunk::<7>()?;
                Self::MloGtk {
                    link_id: bits >> 4,
                    key_id: bits & 3,
                    tx: bits & 4 != 0,
                    pn: *pn,
                    key,
                }
            }
            17 => {
                let (link_id, key) = IntegrityKey::parse_mlo(body)?;
                Self::MloIgtk(link_id, key)
            }
            18 => {
                let (link_id, key) = IntegrityKey::parse_mlo(body)?;
                Self::MloBigtk(link_id, key)
            }
            19 => {
                let (&[info, ref addr @ ..], elements) = body.split_first_chunk::<7>()?;
                Self::MloLink { info, addr: MacAddr(*addr), elements }
            }
            _ => Self::Unknown(data_type, body),
        })
    }

    /// Writes it behind `out`.
    ///
    /// # Errors
    /// [`Malformed::Overlong`] if it has more than 255 bytes; then `out` is as it was.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let start = out.len();
        out.extend([VENDOR, 0]);
        out.extend(if matches!(self, Self::TransitionDisable(_)) { WFA } else { OUI });
        out.push(self.data_type());
        self.write_body(out);
        let len = u8::try_from(out.len() - start - 2);
        match (len, out.get_mut(start + 1)) {
            (Ok(len), Some(place)) => {
                *place = len;
                Ok(())
            }
            _ => {
                out.truncate(start);
                Err(Malformed::Overlong("key data encapsulation"))
            }
        }
    }

    const fn data_type(&self) -> u8 {
        match self {
            Self::Gtk { .. } => 1,
            Self::MacAddr(_) => 3,
            Self::PmkId(_) => 4,
            Self::Nonce(_) => 6,
            Self::Lifetime(_) => 7,
            Self::Error(..) => 8,
            Self::Igtk(_) => 9,
            Self::KeyId(_) => 10,
            Self::Oci(_) => 13,
            Self::Bigtk(_) => 14,
            Self::MloGtk { .. } => 16,
            Self::MloIgtk(..) => 17,
            Self::MloBigtk(..) => 18,
            Self::MloLink { .. } => 19,
            Self::TransitionDisable(_) => TRANSITION_DISABLE,
            Self::Unknown(data_type, _) => *data_type,
        }
    }

    fn write_body(&self, out: &mut Vec<u8>) {
        let bits = |key_id: u8, tx: bool| key_id & 3 | u8::from(tx) << 2;
        match self {
            Self::Gtk { key_id, tx, key } => {
                out.extend([bits(*key_id, *tx), 0]);
                out.extend_from_slice(key);
            }
            Self::MacAddr(addr) => out.extend(addr.0),
            Self::PmkId(id) => out.extend(id),
            Self::Nonce(nonce) => out.extend(nonce),
            Self::Lifetime(seconds) => out.extend(seconds.to_be_bytes()),
            Self::Error(message, kind) => {
                out.extend(message.to_be_bytes());
                out.extend(kind.to_be_bytes());
            }
            Self::Igtk(key) | Self::Bigtk(key) => key.write(None, out),
            Self::KeyId(id) => out.extend([id & 3, 0]),
            Self::Oci(oci) => out.extend(oci),
            Self::MloGtk { link_id, key_id, tx, pn, key } => {
                out.push(link_id << 4 | bits(*key_id, *tx));
                out.extend(pn);
                out.extend_from_slice(key);
            }
            Self::MloIgtk(link_id, key) | Self::MloBigtk(link_id, key) => {
                key.write(Some(*link_id), out);
            }
            Self::MloLink { info, addr, elements } => {
                out.push(*info);
                out.extend(addr.0);
                out.extend_from_slice(elements);
            }
            Self::TransitionDisable(bits) => out.push(*bits),
            Self::Unknown(_, body) => out.extend_from_slice(body),
        }
    }
}

impl fmt::Debug for Kde<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kde({})", self.data_type())
    }
}

impl<'a> IntegrityKey<'a> {
    pub(in crate::rsn) fn parse(body: &'a [u8]) -> Option<Self> {
        let (id, rest) = body.split_first_chunk()?;
        let (pn, key) = rest.split_first_chunk()?;
        Some(Self { key_id: u16::from_le_bytes(*id), pn: *pn, key })
    }

    fn parse_mlo(body: &'a [u8]) -> Option<(u8, Self)> {
        let both = Self::parse(body)?;
        let (link, key) = both.key.split_first()?;
        Some((link >> 4, Self { key, ..both }))
    }

    fn write(&self, link_id: Option<u8>, out: &mut Vec<u8>) {
        out.extend(self.key_id.to_le_bytes());
        out.extend(self.pn);
        out.extend(link_id.map(|id| id << 4));
        out.extend_from_slice(self.key);
    }
}

impl fmt::Debug for IntegrityKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IntegrityKey({})", self.key_id)
    }
}
