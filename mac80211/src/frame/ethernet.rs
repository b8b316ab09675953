//! 802.11 data frames as Ethernet frames and back (`net/wireless/util.c`, `ieee80211_build_hdr`).

use core::ops::Range;

use softnet_sk_buff::{EtherType, MacAddr};

use super::{Header, HeaderFields, Kind, MeshCtrl, MeshExtension, QosCtrl};
use crate::RxDrop;

/// LLC and SNAP before an EtherType, as RFC 1042 has it (`rfc1042_header`).
pub const RFC1042_HEADER: [u8; 6] = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00];
/// LLC and SNAP of a bridge tunnel (`bridge_tunnel_header`, IEEE 802.1H).
pub const BRIDGE_TUNNEL_HEADER: [u8; 6] = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0xf8];

/// AppleTalk's ARP and IPX go through the bridge tunnel: some stations send them with 802.2 headers of
/// their own behind RFC 1042's.
const AARP: EtherType = EtherType(0x80f3);
const IPX: EtherType = EtherType(0x8137);

/// What kind of interface a frame is for (`enum nl80211_iftype`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum IfType {
    /// Independent BSS.
    Adhoc = 1,
    /// Station of a BSS.
    Station = 2,
    /// Access point.
    Ap = 3,
    /// VLAN of an access point, or a four-address station of it.
    ApVlan = 4,
    /// Everything that is heard.
    Monitor = 6,
    /// Mesh.
    MeshPoint = 7,
    /// Wi-Fi Direct client.
    P2pClient = 8,
    /// Wi-Fi Direct group owner.
    P2pGo = 9,
    /// Outside the context of a BSS.
    Ocb = 11,
}

impl IfType {
    /// Whether an interface of this kind with the address `own` may take a data frame, by its to-DS and
    /// from-DS bits (a part of `ieee80211_data_to_8023_exthdr`).
    ///
    /// # Errors
    /// [`RxDrop::Invalid8023`] if not, or if it is a group frame of its own that the access point echoes.
    pub fn takes(self, header: &Header<'_>, own: MacAddr) -> Result<(), RxDrop> {
        let fc = header.frame_control();
        let right = match (fc.to_ds(), fc.from_ds()) {
            (true, false) => matches!(self, Self::Ap | Self::ApVlan | Self::P2pGo),
            (true, true) => matches!(self, Self::MeshPoint | Self::ApVlan | Self::Station),
            (false, true) => {
                let echo = header.da().is_multicast() && header.sa() == own;
                matches!(self, Self::Station | Self::P2pClient | Self::MeshPoint) && !echo
            }
            (false, false) => matches!(self, Self::Adhoc | Self::Station | Self::Ocb),
        };
        right.then_some(()).ok_or(RxDrop::Invalid8023)
    }
}

/// The header of an Ethernet frame (`struct ethhdr`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EthernetHeader {
    /// Destination.
    pub da: MacAddr,
    /// Source.
    pub sa: MacAddr,
    /// What follows, or below [`EtherType::MIN`] how many bytes of 802.2.
    pub proto: EtherType,
}

impl EthernetHeader {
    /// Bytes.
    pub const LEN: usize = 14;

    /// Reads it from the front of `frame`, and gives what follows; `None` if it is not all there.
    #[must_use]
    pub fn parse(frame: &[u8]) -> Option<(Self, &[u8])> {
        let (&da, rest) = frame.split_first_chunk()?;
        let (&sa, rest) = rest.split_first_chunk()?;
        let (&proto, rest) = rest.split_first_chunk()?;
        let proto = EtherType(u16::from_be_bytes(proto));
        Some((Self { da: MacAddr(da), sa: MacAddr(sa), proto }, rest))
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..6].copy_from_slice(&self.da.octets());
        bytes[6..12].copy_from_slice(&self.sa.octets());
        bytes[12..].copy_from_slice(&self.proto.0.to_be_bytes());
        bytes
    }
}

/// The EtherType behind LLC and SNAP at the front of `msdu`, which takes 8 bytes
/// (`ieee80211_get_8023_tunnel_proto`); `None` if the bytes have to stay.
#[inline]
#[must_use]
pub fn tunnel_proto(msdu: &[u8]) -> Option<EtherType> {
    let (llc, rest) = msdu.split_first_chunk::<6>()?;
    let proto = EtherType(u16::from_be_bytes(*rest.first_chunk()?));
    let direct = *llc == RFC1042_HEADER && proto != AARP && proto != IPX;
    (direct || *llc == BRIDGE_TUNNEL_HEADER).then_some(proto)
}

/// What the body of a data frame is, for [`data_to_8023`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MsduForm {
    /// One MSDU: LLC and SNAP are taken off where they stand for an EtherType.
    Msdu,
    /// An A-MSDU, or a mesh control field before the MSDU: all of it stays, and counts as a length.
    Whole,
}

/// Makes a data frame an Ethernet frame in place (`ieee80211_data_to_8023_exthdr`), and gives where in
/// `frame` that is: to the end, its header over bytes that are no longer needed.
///
/// `frame` ends where the MSDU does, without FCS, MIC or ICV; `data_offset` bytes between header and
/// body are skipped, of an IV that was not taken off. Whether the interface takes such a frame is for
/// [`IfType::takes`] to say.
///
/// # Errors
/// [`RxDrop::Invalid8023`] for a frame without data, and one that is shorter than its header.
///
/// ```
/// use softnet_mac80211::frame::{MsduForm, data_to_8023};
///
/// let mut frame = *b"\x08\x02\0\0\
///     \x02\0\0\0\x01\0\x02\0\0\0\0\0\x02\0\0\0\0\x05\0\0\
///     \xaa\xaa\x03\0\0\0\x08\x00E...";
/// let ethernet = data_to_8023(&mut frame, 0, MsduForm::Msdu)?;
/// assert_eq!(frame[ethernet], *b"\x02\0\0\0\x01\0\x02\0\0\0\0\x05\x08\x00E...");
/// # Ok::<(), softnet_mac80211::RxDrop>(())
/// ```
pub fn data_to_8023(
    frame: &mut [u8],
    data_offset: usize,
    form: MsduForm,
) -> Result<Range<usize>, RxDrop> {
    let (header, body) = Header::parse(frame).map_err(|_| RxDrop::Invalid8023)?;
    if !header.frame_control().has_data() {
        return Err(RxDrop::Invalid8023);
    }
    let msdu = body.get(data_offset..).ok_or(RxDrop::Invalid8023)?;
    let tunnelled = if form == MsduForm::Msdu { tunnel_proto(msdu) } else { None };
    let (da, sa, len) = (header.da(), header.sa(), msdu.len());
    put_before(frame, (da, sa), len, tunnelled)
}

/// Takes the mesh control field out of an Ethernet frame, in place
/// (`ieee80211_strip_8023_mesh_hdr`), and gives where in `frame` the new one is. Its addresses are those
/// of the address extension, where there are any.
///
/// # Errors
/// [`RxDrop::Invalid8023`] if the frame ends before its payload.
pub fn strip_8023_mesh_hdr(frame: &mut [u8]) -> Result<Range<usize>, RxDrop> {
    let (outer, body) = EthernetHeader::parse(frame).ok_or(RxDrop::Invalid8023)?;
    let (mesh, msdu) = MeshCtrl::parse(body).map_err(|_| RxDrop::Invalid8023)?;
    let (da, sa) = match mesh.extension {
        MeshExtension::None | MeshExtension::Reserved => (outer.da, outer.sa),
        MeshExtension::Addr4(sa) => (outer.da, sa),
        MeshExtension::Addr5And6(da, sa) => (da, sa),
    };
    let (len, tunnelled) = (msdu.len(), tunnel_proto(msdu));
    put_before(frame, (da, sa), len, tunnelled)
}

/// Writes an Ethernet header before an MSDU, the last `msdu` bytes of `frame`: over its LLC and SNAP if
/// they stand for an EtherType.
fn put_before(
    frame: &mut [u8],
    (da, sa): (MacAddr, MacAddr),
    msdu: usize,
    tunnelled: Option<EtherType>,
) -> Result<Range<usize>, RxDrop> {
    let (proto, payload) = match tunnelled {
        Some(proto) => (proto, msdu.saturating_sub(8)),
        // As Linux, which keeps the lower 16 bits.
        None => (EtherType(msdu as u16), msdu),
    };
    let len = frame.len();
    let start = len.checked_sub(payload + EthernetHeader::LEN).ok_or(RxDrop::Invalid8023)?;
    let room = frame.get_mut(start..).and_then(<[u8]>::first_chunk_mut);
    *room.ok_or(RxDrop::Invalid8023)? = EthernetHeader { da, sa, proto }.to_bytes();
    Ok(start..len)
}

/// What becomes of an Ethernet header's last bytes on the way to 802.11 (`ieee80211_build_hdr`).
///
/// The first [`skip`](Self::skip) bytes of the Ethernet frame go; [`llc`](Self::llc) comes before what
/// stays, and before that the 802.11 header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encapsulation {
    /// 12: the EtherType stays; 14: it was a length and goes as well.
    pub skip: usize,
    /// LLC and SNAP; nothing before a frame that has LLC already.
    pub llc: &'static [u8],
}

impl Encapsulation {
    /// That of a frame with this EtherType or length.
    #[must_use]
    pub const fn of(proto: EtherType) -> Self {
        match proto {
            AARP | IPX => Self { skip: 12, llc: &BRIDGE_TUNNEL_HEADER },
            EtherType(number) if number >= EtherType::MIN.0 => {
                Self { skip: 12, llc: &RFC1042_HEADER }
            }
            _ => Self { skip: 14, llc: &[] },
        }
    }
}

/// Which way a data frame goes, and so what its addresses are (table 9-30).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From a station to its access point.
    ToAp {
        /// The access point.
        bssid: MacAddr,
    },
    /// From an access point to one of its stations.
    FromAp {
        /// The access point.
        bssid: MacAddr,
    },
    /// From station to station: IBSS, TDLS, OCB.
    Direct {
        /// The cell; broadcast outside of one.
        bssid: MacAddr,
    },
    /// With four addresses.
    FourAddresses {
        /// Receiver.
        ra: MacAddr,
        /// Transmitter.
        ta: MacAddr,
    },
}

impl Way {
    /// The 802.11 header of an Ethernet frame that goes this way, with `qos` if its receiver takes QoS
    /// frames (`ieee80211_build_hdr`). Duration and sequence number are 0.
    #[must_use]
    pub fn header(self, ethernet: &EthernetHeader, qos: Option<QosCtrl>) -> HeaderFields {
        let kind = if qos.is_some() { Kind::QOS_DATA } else { Kind::DATA };
        let &EthernetHeader { da, sa, .. } = ethernet;
        let header = match self {
            Self::ToAp { bssid } => HeaderFields::to_ap(kind, bssid, sa, da),
            Self::FromAp { bssid } => HeaderFields::from_ap(kind, da, bssid, sa),
            Self::Direct { bssid } => HeaderFields::direct(kind, da, sa, bssid),
            Self::FourAddresses { ra, ta } => HeaderFields::four_addresses(kind, [ra, ta, da, sa]),
        };
        HeaderFields { qos_ctrl: qos.unwrap_or_default(), ..header }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    const DA: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xd]);
    const SA: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xe]);
    const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xa]);
    const OTHER: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xb]);

    const WAYS: [Way; 4] = [
        Way::ToAp { bssid: AP },
        Way::FromAp { bssid: AP },
        Way::Direct { bssid: AP },
        Way::FourAddresses { ra: AP, ta: OTHER },
    ];

    fn encapsulated(way: Way, qos: Option<QosCtrl>, ethernet: &[u8]) -> Vec<u8> {
        let (header, _) = EthernetHeader::parse(ethernet).unwrap();
        let encapsulation = Encapsulation::of(header.proto);
        let mut out = way.header(&header, qos).to_bytes().to_vec();
        out.extend_from_slice(encapsulation.llc);
        out.extend_from_slice(&ethernet[encapsulation.skip..]);
        out
    }

    fn ethernet(proto: u16, payload: &[u8]) -> Vec<u8> {
        let mut frame =
            EthernetHeader { da: DA, sa: SA, proto: EtherType(proto) }.to_bytes().to_vec();
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn there_and_back_every_way() {
        // IPv4 by RFC 1042, AARP and IPX by bridge tunnel, 802.2 (STP) as it is.
        let frames = [
            (ethernet(0x0800, b"E......"), &b"\xaa\xaa\x03\0\0\0\x08\0E"[..]),
            (ethernet(0x80f3, b"aarp"), b"\xaa\xaa\x03\0\0\xf8\x80\xf3a"),
            (ethernet(0x8137, b"ipx"), b"\xaa\xaa\x03\0\0\xf8\x81\x37i"),
            (ethernet(6, b"\x42\x42\x03stp"), b"\x42\x42\x03stp"),
        ];
        for way in WAYS {
            for qos in [None, Some(QosCtrl::default().with_tid(5))] {
                for (frame, msdu) in &frames {
                    let mut wifi = encapsulated(way, qos, frame);
                    let (header, body) = Header::parse(&wifi).unwrap();
                    assert_eq!((header.da(), header.sa()), (DA, SA));
                    assert_eq!(header.qos_ctrl(), qos);
                    assert!(body.starts_with(msdu), "{way:?} {body:?}");
                    let range = data_to_8023(&mut wifi, 0, MsduForm::Msdu).unwrap();
                    assert_eq!(&wifi[range], frame);
                }
            }
        }
    }

    #[test]
    fn aarp_and_ipx_behind_rfc_1042_stay_whole() {
        for proto in [b"\x80\xf3", b"\x81\x37"] {
            let msdu = [&RFC1042_HEADER[..], proto, b"data"].concat();
            assert_eq!(tunnel_proto(&msdu), None);
            let mut wifi =
                WAYS[0].header(&EthernetHeader::parse(&ethernet(0, b"")).unwrap().0, None);
            wifi.duration = 7;
            let mut wifi = [&wifi.to_bytes()[..], &msdu].concat();
            let range = data_to_8023(&mut wifi, 0, MsduForm::Msdu).unwrap();
            assert_eq!(wifi[range], ethernet(12, &msdu));
        }
    }

    #[test]
    fn an_iv_is_skipped_and_a_whole_msdu_kept() {
        let mut wifi = encapsulated(WAYS[1], None, &ethernet(0x0800, b"E"));
        wifi.splice(24..24, *b"8bytesIV");
        let mut again = wifi.clone();
        let range = data_to_8023(&mut wifi, 8, MsduForm::Msdu).unwrap();
        assert_eq!(wifi[range], ethernet(0x0800, b"E"));
        let range = data_to_8023(&mut again, 8, MsduForm::Whole).unwrap();
        assert_eq!(again[range], ethernet(9, b"\xaa\xaa\x03\0\0\0\x08\0E"));
        let mut short = encapsulated(WAYS[1], None, &ethernet(0x0800, b"E"));
        assert_eq!(data_to_8023(&mut short, 10, MsduForm::Msdu), Err(RxDrop::Invalid8023));
        assert_eq!(data_to_8023(&mut short[..23], 0, MsduForm::Msdu), Err(RxDrop::Invalid8023));
        short[0] = 0x48;
        assert_eq!(data_to_8023(&mut short, 0, MsduForm::Msdu), Err(RxDrop::Invalid8023));
        // Nothing but a header is an Ethernet frame of length 0.
        let mut empty = encapsulated(WAYS[1], None, &ethernet(0, b""));
        let range = data_to_8023(&mut empty, 0, MsduForm::Msdu).unwrap();
        assert_eq!(empty[range], ethernet(0, b""));
    }

    #[test]
    fn which_interface_takes_which_bits() {
        // The switch over to-DS and from-DS in ieee80211_data_to_8023_exthdr.
        use IfType::{Adhoc, Ap, ApVlan, MeshPoint, Monitor, Ocb, P2pClient, P2pGo, Station};
        let all = [Adhoc, Station, Ap, ApVlan, Monitor, MeshPoint, P2pClient, P2pGo, Ocb];
        let takers: [&[IfType]; 4] = [
            &[Ap, ApVlan, P2pGo],
            &[Station, MeshPoint, P2pClient],
            &[Adhoc, Station, Ocb],
            &[Station, ApVlan, MeshPoint],
        ];
        for (way, takers) in WAYS.into_iter().zip(takers) {
            let wifi = encapsulated(way, None, &ethernet(0x0800, b"E"));
            let (header, _) = Header::parse(&wifi).unwrap();
            for iftype in all {
                assert_eq!(
                    iftype.takes(&header, OTHER).is_ok(),
                    takers.contains(&iftype),
                    "{iftype:?}"
                );
            }
        }
        let group = [&MacAddr::BROADCAST.octets()[..], &SA.octets(), b"\x08\0E"].concat();
        let wifi = encapsulated(WAYS[1], None, &group);
        let (header, _) = Header::parse(&wifi).unwrap();
        assert_eq!(Station.takes(&header, SA), Err(RxDrop::Invalid8023));
        assert_eq!(Station.takes(&header, OTHER), Ok(()));
    }

    #[test]
    fn mesh_control_goes_and_its_addresses_come() {
        let (far_da, far_sa) = (MacAddr([4; 6]), MacAddr([6; 6]));
        for extension in [
            MeshExtension::None,
            MeshExtension::Addr4(far_sa),
            MeshExtension::Addr5And6(far_da, far_sa),
        ] {
            let mesh = MeshCtrl { flags: 0, ttl: 31, seqnum: 1, extension };
            let mut msdu = Vec::new();
            mesh.write(&mut msdu);
            msdu.extend_from_slice(b"\xaa\xaa\x03\0\0\0\x08\0E");
            let mut frame = ethernet(msdu.len() as u16, &msdu);
            let range = strip_8023_mesh_hdr(&mut frame).unwrap();
            let (header, payload) = EthernetHeader::parse(&frame[range]).unwrap();
            let (da, sa) = match extension {
                MeshExtension::Addr4(sa) => (DA, sa),
                MeshExtension::Addr5And6(da, sa) => (da, sa),
                _ => (DA, SA),
            };
            assert_eq!(header, EthernetHeader { da, sa, proto: EtherType::IPV4 });
            assert_eq!(payload, b"E");
            let mut short = ethernet(5, &msdu[..5]);
            assert_eq!(strip_8023_mesh_hdr(&mut short), Err(RxDrop::Invalid8023));
        }
    }
}
