//! A-MSDUs: several MSDUs in one frame (9.3.2.2, `ieee80211_amsdu_to_8023s`).

use alloc::vec::Vec;

use softnet_sk_buff::{EtherType, MacAddr};

use super::{EthernetHeader, RFC1042_HEADER, mesh_hdrlen, tunnel_proto};
use crate::{Malformed, RxDrop};

/// What the length in a subframe header counts (`amsdu_mesh_control` of a station in Linux). Between
/// mesh stations there are implementations of all three; everybody else means the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AmsduLength {
    /// Big-endian, of all that follows: what the standard says.
    #[default]
    Standard,
    /// Big-endian, without the mesh control field.
    WithoutMesh,
    /// Little-endian, without the mesh control field.
    LittleEndianWithoutMesh,
}

impl AmsduLength {
    const ALL: [Self; 3] = [Self::Standard, Self::WithoutMesh, Self::LittleEndianWithoutMesh];

    /// The only way in which `body`, of an A-MSDU of a mesh station, makes sense; `None` if there is none
    /// or more than one. Linux then takes it for little-endian and asks again with the next one.
    #[must_use]
    pub fn detect(body: &[u8]) -> Option<Self> {
        let mut ways = Self::ALL.into_iter().filter(|&way| is_valid_amsdu(body, way));
        ways.next().filter(|_| ways.next().is_none())
    }

    /// How many bytes follow the subframe header. `mesh_flags` is the first of them.
    fn decode(self, field: [u8; 2], mesh_flags: u8) -> usize {
        let mesh = || mesh_hdrlen(mesh_flags);
        match self {
            Self::Standard => usize::from(u16::from_be_bytes(field)),
            Self::WithoutMesh => usize::from(u16::from_be_bytes(field)) + mesh(),
            Self::LittleEndianWithoutMesh => usize::from(u16::from_le_bytes(field)) + mesh(),
        }
    }

    /// The length field for so many bytes; `None` if they are too many, or fewer than the mesh control
    /// field.
    fn encode(self, len: usize, mesh_flags: u8) -> Option<[u8; 2]> {
        let counted = match self {
            Self::Standard => len,
            _ => len.checked_sub(mesh_hdrlen(mesh_flags))?,
        };
        let counted = u16::try_from(counted).ok()?;
        Some(match self {
            Self::LittleEndianWithoutMesh => counted.to_le_bytes(),
            _ => counted.to_be_bytes(),
        })
    }
}

/// Bytes from the end of a subframe to the next, which begins at a multiple of 4.
const fn padding(subframe: usize) -> usize {
    subframe.wrapping_neg() & 3
}

/// Whether the lengths of all subframes fit (`ieee80211_is_valid_amsdu`). Each needs at least 2 bytes
/// behind its header.
#[must_use]
pub fn is_valid_amsdu(body: &[u8], length: AmsduLength) -> bool {
    let mut rest = body;
    while !rest.is_empty() {
        let (Some(&[high, low, flags, _]), len) =
            (rest.get(12..).and_then(<[u8]>::first_chunk), rest.len())
        else {
            return false;
        };
        let subframe = EthernetHeader::LEN + length.decode([high, low], flags);
        if subframe > len {
            return false;
        }
        rest = rest.get(subframe + padding(subframe)..).unwrap_or_default();
    }
    true
}

/// Whether somebody turned a plain frame into this A-MSDU by flipping its A-MSDU bit (CVE-2020-24588):
/// read as a plain frame, it begins with the LLC header of RFC 1042.
///
/// `mesh` if it came to a mesh interface, where a mesh control field would stand before that.
#[must_use]
pub fn is_amsdu_aggregation_attack(body: &[u8], mesh: bool) -> bool {
    let at = match body.first() {
        Some(&flags) if mesh => mesh_hdrlen(flags),
        _ => 0,
    };
    body.get(at..).is_some_and(|msdu| msdu.starts_with(&RFC1042_HEADER))
}

/// One MSDU of an A-MSDU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subframe<'a> {
    /// Destination.
    pub da: MacAddr,
    /// Source.
    pub sa: MacAddr,
    /// The MSDU: mesh control, if any, LLC and SNAP, payload.
    pub msdu: &'a [u8],
}

impl<'a> Subframe<'a> {
    /// It as an Ethernet frame: a header, and what follows. Not for mesh interfaces, where a mesh control
    /// field stands before LLC: there the header is followed by the whole [`msdu`](Self::msdu).
    #[must_use]
    pub fn to_8023(&self) -> (EthernetHeader, &'a [u8]) {
        let Self { da, sa, msdu } = *self;
        let (proto, payload) = match tunnel_proto(msdu).zip(msdu.get(8..)) {
            Some(stripped) => stripped,
            None => (EtherType(msdu.len() as u16), msdu),
        };
        (EthernetHeader { da, sa, proto }, payload)
    }
}

/// Checked view of an A-MSDU: the decrypted body of a frame whose QoS control says so.
///
/// ```text
/// DA 6 │ SA 6 │ length 2 │ MSDU … │ 0 to 3 up to a multiple of 4 │ DA 6 …     the last without padding
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Amsdu<'a> {
    body: &'a [u8],
    length: AmsduLength,
}

impl<'a> Amsdu<'a> {
    /// Views `body`, all of whose lengths are checked.
    ///
    /// # Errors
    /// [`RxDrop::BadAmsdu`] for one that is [an attack](is_amsdu_aggregation_attack), is empty, or has a
    /// subframe that goes beyond its end. Linux drops it whole without a reason then; and where a
    /// length and that of a mesh control field exceed 16 bits, Linux wraps and we refuse.
    pub fn parse(body: &'a [u8]) -> Result<Self, RxDrop> {
        Self::checked(body, AmsduLength::Standard, EthernetHeader::LEN, false)
    }

    /// Views one that came to a mesh interface. `length` is what its sender uses:
    /// see [`AmsduLength::detect`].
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_mesh(body: &'a [u8], length: AmsduLength) -> Result<Self, RxDrop> {
        Self::checked(body, length, EthernetHeader::LEN + 1, true)
    }

    fn checked(
        body: &'a [u8],
        length: AmsduLength,
        least: usize,
        mesh: bool,
    ) -> Result<Self, RxDrop> {
        if is_amsdu_aggregation_attack(body, mesh) {
            return Err(RxDrop::BadAmsdu);
        }
        let mut subframes = Subframes { rest: body, length };
        loop {
            let here = subframes.rest;
            if here.len() < least || subframes.next().is_none() {
                return Err(RxDrop::BadAmsdu);
            }
            if subframes.rest.is_empty() {
                return Ok(Self { body, length });
            }
        }
    }

    /// Its subframes, in order. At least one.
    #[must_use]
    pub const fn subframes(&self) -> Subframes<'a> {
        Subframes { rest: self.body, length: self.length }
    }
}

/// Iterator over the subframes of an [`Amsdu`].
#[derive(Clone, Debug)]
pub struct Subframes<'a> {
    rest: &'a [u8],
    length: AmsduLength,
}

impl<'a> Iterator for Subframes<'a> {
    type Item = Subframe<'a>;

    #[inline]
    fn next(&mut self) -> Option<Subframe<'a>> {
        let (header, rest) = self.rest.split_first_chunk::<{ EthernetHeader::LEN }>()?;
        let &[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, high, low] = header;
        let flags = rest.first().copied().unwrap_or(0);
        let len = self.length.decode([high, low], flags);
        let (msdu, rest) = rest.split_at_checked(len)?;
        // The last has none, and may end within it.
        self.rest = rest.get(padding(EthernetHeader::LEN + len)..).unwrap_or_default();
        let (da, sa) = (MacAddr([d0, d1, d2, d3, d4, d5]), MacAddr([s0, s1, s2, s3, s4, s5]));
        Some(Subframe { da, sa, msdu })
    }
}

/// Builds an A-MSDU at the end of a buffer.
#[derive(Debug)]
pub struct AmsduBuilder<'v> {
    out: &'v mut Vec<u8>,
    start: usize,
    length: AmsduLength,
}

impl<'v> AmsduBuilder<'v> {
    /// An empty one behind what is in `out`.
    #[must_use]
    pub fn new(out: &'v mut Vec<u8>, length: AmsduLength) -> Self {
        let start = out.len();
        Self { out, start, length }
    }

    /// Appends a subframe, and before it the padding of the last.
    ///
    /// # Errors
    /// [`Malformed::Overlong`] if its length does not fit the field, [`Malformed::Truncated`] if the
    /// mesh control field that [`AmsduLength`] leaves out is not all there. Nothing is written then.
    pub fn push(&mut self, subframe: &Subframe<'_>) -> Result<(), Malformed> {
        let Subframe { da, sa, msdu } = *subframe;
        let flags = msdu.first().copied().unwrap_or(0);
        if self.length != AmsduLength::Standard && msdu.len() < mesh_hdrlen(flags) {
            return Err(Malformed::Truncated("mesh control field"));
        }
        let len =
            self.length.encode(msdu.len(), flags).ok_or(Malformed::Overlong("A-MSDU subframe"))?;
        let end = self.out.len();
        self.out.resize(end + padding(end - self.start), 0);
        for part in [&da.octets(), &sa.octets(), &len[..], msdu] {
            self.out.extend_from_slice(part);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const A: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xa]);
    const B: MacAddr = MacAddr([2, 0, 0, 0, 0, 0xb]);

    /// Figure 9-69: subframes of 3 and 2 bytes, the first padded from 17 to 20.
    const TWO: [u8; 36] = *b"\x02\0\0\0\0\x0a\x02\0\0\0\0\x0b\x00\x03abc\0\0\0\
                             \x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x00\x02de";

    #[test]
    fn subframes_begin_at_multiples_of_four() {
        let subframes =
            [Subframe { da: A, sa: B, msdu: b"abc" }, Subframe { da: B, sa: A, msdu: b"de" }];
        assert!(Amsdu::parse(&TWO).unwrap().subframes().eq(subframes));
        let mut out = b"before".to_vec();
        let mut builder = AmsduBuilder::new(&mut out, AmsduLength::Standard);
        subframes.iter().for_each(|subframe| builder.push(subframe).unwrap());
        assert_eq!(out.strip_prefix(b"before").unwrap(), TWO);
    }

    #[test]
    fn the_last_may_end_within_its_padding_but_not_before() {
        let mut body = TWO.to_vec();
        body.truncate(18);
        assert_eq!(Amsdu::parse(&body).unwrap().subframes().count(), 1);
        body.truncate(16);
        assert_eq!(Amsdu::parse(&body).err(), Some(RxDrop::BadAmsdu));
        assert_eq!(Amsdu::parse(&TWO[..35]).err(), Some(RxDrop::BadAmsdu));
        assert_eq!(Amsdu::parse(&TWO[..33]).err(), Some(RxDrop::BadAmsdu));
        assert_eq!(Amsdu::parse(&[]).err(), Some(RxDrop::BadAmsdu));
    }

    #[test]
    fn a_flipped_bit_is_seen() {
        let mut body = TWO;
        body[..6].copy_from_slice(&[0xaa, 0xaa, 3, 0, 0, 0]);
        assert_eq!(Amsdu::parse(&body).err(), Some(RxDrop::BadAmsdu));
        // A bridge tunnel's header is not looked for, nor is anything behind the first subframe's.
        body[5] = 0xf8;
        assert!(Amsdu::parse(&body).is_ok());
        let mut second = TWO;
        second[20..26].copy_from_slice(&[0xaa, 0xaa, 3, 0, 0, 0]);
        assert!(Amsdu::parse(&second).is_ok());
    }

    #[test]
    fn in_a_mesh_the_header_is_looked_for_behind_mesh_control() {
        for (flags, at) in [(0, 6), (1, 12), (2, 18), (3, 6)] {
            let mut body = [0; 40];
            body[0] = flags;
            body[at..at + 6].copy_from_slice(&RFC1042_HEADER);
            assert!(is_amsdu_aggregation_attack(&body, true), "{flags}");
            assert!(!is_amsdu_aggregation_attack(&body, false), "{flags}");
            assert!(!is_amsdu_aggregation_attack(&body[..at + 5], true), "{flags}");
        }
    }

    #[test]
    fn lengths_of_mesh_stations() {
        // One subframe: mesh control of 6, then 4 bytes; its length field in the three ways.
        let body = |field: [u8; 2]| {
            let mut body = vec![2; 12];
            body.extend_from_slice(&field);
            body.extend_from_slice(&[0, 31, 1, 0, 0, 0, 9, 9, 9, 9]);
            body
        };
        for (field, way) in [
            ([0, 10], AmsduLength::Standard),
            ([0, 4], AmsduLength::WithoutMesh),
            ([4, 0], AmsduLength::LittleEndianWithoutMesh),
        ] {
            let body = body(field);
            assert_eq!(AmsduLength::detect(&body), Some(way));
            let amsdu = Amsdu::parse_mesh(&body, way).unwrap();
            let only = amsdu.subframes().next().unwrap();
            assert_eq!(only.msdu, &body[14..]);
            let mut out = vec![];
            AmsduBuilder::new(&mut out, way).push(&only).unwrap();
            assert_eq!(out, body);
        }
        // All zero: the standard's way and both others fit.
        assert_eq!(AmsduLength::detect(&[0; 20]), None);
        assert_eq!(AmsduLength::detect(&body([0xff, 0xff])), None);
    }

    #[test]
    fn too_long_to_build() {
        let mut out = vec![];
        let mut builder = AmsduBuilder::new(&mut out, AmsduLength::Standard);
        let msdu = vec![0; 0x1_0000];
        let long = Subframe { da: A, sa: B, msdu: &msdu };
        assert_eq!(builder.push(&long), Err(Malformed::Overlong("A-MSDU subframe")));
        builder.push(&Subframe { msdu: &msdu[1..], ..long }).unwrap();
        let mut builder = AmsduBuilder::new(&mut out, AmsduLength::WithoutMesh);
        let short = Subframe { msdu: &[1, 0, 0, 0, 0, 0], ..long };
        assert_eq!(builder.push(&short), Err(Malformed::Truncated("mesh control field")));
    }

    #[test]
    fn llc_goes_where_it_stands_for_an_ethertype() {
        let ip = Subframe { da: A, sa: B, msdu: b"\xaa\xaa\x03\0\0\0\x08\0E" };
        let header = EthernetHeader { da: A, sa: B, proto: EtherType::IPV4 };
        assert_eq!(ip.to_8023(), (header, &b"E"[..]));
        let llc = Subframe { msdu: b"\x42\x42\x03", ..ip };
        assert_eq!(llc.to_8023(), (EthernetHeader { proto: EtherType(3), ..header }, llc.msdu));
    }
}
