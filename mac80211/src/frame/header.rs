//! The header of management and data frames.

use softnet_sk_buff::MacAddr;
use zerocopy::byteorder::little_endian::U16;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::{FrameControl, FrameType, HeaderFields, HtCtrl, Kind, QosCtrl, SeqCtrl};
use crate::Malformed;
use crate::wire::Wire;

const WHAT: &str = "header of a management or data frame";

/// Bytes that the header of any frame has, from its frame control field (`ieee80211_hdrlen`).
///
/// Of a control frame these are its addresses, not what its subtype adds.
#[must_use]
pub const fn hdrlen(fc: FrameControl) -> usize {
    match fc.frame_type() {
        FrameType::Data => {
            let a4 = if fc.has_a4() { 6 } else { 0 };
            let qos = if fc.is_qos_data() { 2 } else { 0 };
            let htc = if fc.is_qos_data() && fc.order() { 4 } else { 0 };
            24 + a4 + qos + htc
        }
        FrameType::Management => 24 + if fc.order() { 4 } else { 0 },
        FrameType::Control => match fc.kind() {
            Kind::CTS | Kind::ACK => 10,
            _ => 16,
        },
        FrameType::Extension => 4,
    }
}

/// What all of them begin with.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Fixed {
    frame_control: U16,
    duration: U16,
    addr1: [u8; 6],
    addr2: [u8; 6],
    addr3: [u8; 6],
    seq_ctrl: U16,
}

/// Checked view of the header of a management or data frame (`struct ieee80211_hdr`), 24 to 36 bytes.
///
/// ```text
/// fc 2 │ duration 2 │ addr1 6 │ addr2 6 │ addr3 6 │ seq 2 │ addr4 6? │ qos 2? │ htc 4? │ body …
/// ```
#[derive(Clone, Copy)]
pub struct Header<'a> {
    bytes: &'a [u8],
    fixed: &'a Fixed,
    /// Fourth address, QoS control, HT control, as far as they are there.
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    /// Views the header in front of `frame`, and gives what follows it.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if it is not all there; [`Malformed::Invalid`] for a control or
    /// extension frame, and for a protocol version other than 0.
    #[inline]
    pub fn parse(frame: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let fc = FrameControl::of(frame).ok_or(Malformed::Truncated(WHAT))?;
        if fc.version() != 0 || matches!(fc.frame_type(), FrameType::Control | FrameType::Extension)
        {
            return Err(Malformed::Invalid(WHAT));
        }
        let (bytes, body) = frame.split_at_checked(hdrlen(fc)).ok_or(Malformed::Truncated(WHAT))?;
        let (fixed, rest) =
            Fixed::ref_from_prefix(bytes).map_err(|_| Malformed::Truncated(WHAT))?;
        Ok((Self { bytes, fixed, rest }, body))
    }

    /// The header's bytes.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Frame control.
    #[inline]
    #[must_use]
    pub fn frame_control(&self) -> FrameControl {
        FrameControl(self.fixed.frame_control.get())
    }

    /// Duration field: below 0x8000 µs that the medium stays reserved.
    #[inline]
    #[must_use]
    pub fn duration(&self) -> u16 {
        self.fixed.duration.get()
    }

    /// First address: the receiver (RA).
    #[inline]
    #[must_use]
    pub fn addr1(&self) -> MacAddr {
        MacAddr(self.fixed.addr1)
    }

    /// Second address: the transmitter (TA).
    #[inline]
    #[must_use]
    pub fn addr2(&self) -> MacAddr {
        MacAddr(self.fixed.addr2)
    }

    /// Third address: see table 9-30; [`da`](Self::da), [`sa`](Self::sa) and [`bssid`](Self::bssid) know it.
    #[inline]
    #[must_use]
    pub fn addr3(&self) -> MacAddr {
        MacAddr(self.fixed.addr3)
    }

    /// Fourth address, in data frames from one distribution system to another.
    #[inline]
    #[must_use]
    pub fn addr4(&self) -> Option<MacAddr> {
        let fc = self.frame_control();
        // Bits that are to-DS and from-DS in data frames only.
        let has = fc.frame_type() == FrameType::Data && fc.has_a4();
        has.then(|| self.rest.first_chunk().copied().map(MacAddr)).flatten()
    }

    /// Sequence control.
    #[inline]
    #[must_use]
    pub fn seq_ctrl(&self) -> SeqCtrl {
        SeqCtrl(self.fixed.seq_ctrl.get())
    }

    /// QoS control, in QoS data frames.
    #[inline]
    #[must_use]
    pub fn qos_ctrl(&self) -> Option<QosCtrl> {
        let fc = self.frame_control();
        let at = if fc.has_a4() { 6 } else { 0 };
        let bytes = self.rest.get(at..)?.first_chunk()?;
        fc.is_qos_data().then_some(QosCtrl(u16::from_le_bytes(*bytes)))
    }

    /// Traffic identifier of a QoS data frame.
    #[inline]
    #[must_use]
    pub fn tid(&self) -> Option<u8> {
        self.qos_ctrl().map(QosCtrl::tid)
    }

    /// HT control field, where the order bit promises it.
    #[inline]
    #[must_use]
    pub fn ht_ctrl(&self) -> Option<HtCtrl> {
        let bytes = self.frame_control().has_ht_ctrl().then(|| self.rest.last_chunk()).flatten();
        bytes.map(|&bytes| HtCtrl(u32::from_le_bytes(bytes)))
    }

    /// Everything in it, to build another from.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> HeaderFields {
        let (fc, mut rest) = (self.frame_control(), self.rest);
        let mut fields = HeaderFields {
            frame_control: fc,
            duration: self.duration(),
            addr1: self.addr1(),
            addr2: self.addr2(),
            addr3: self.addr3(),
            seq_ctrl: self.seq_ctrl(),
            ..HeaderFields::default()
        };
        // What is there has been checked; one by one is faster than through the accessors.
        if rest.is_empty() {
            return fields;
        }
        if fc.frame_type() == FrameType::Data && fc.has_a4() {
            fields.addr4 = MacAddr::read(&mut rest).unwrap_or_default();
        }
        if fc.is_qos_data() {
            fields.qos_ctrl = QosCtrl::read(&mut rest).unwrap_or_default();
        }
        if fc.has_ht_ctrl() {
            fields.ht_ctrl = HtCtrl::read(&mut rest).unwrap_or_default();
        }
        fields
    }

    /// Destination (`ieee80211_get_DA`).
    #[inline]
    #[must_use]
    pub fn da(&self) -> MacAddr {
        if self.frame_control().to_ds() { self.addr3() } else { self.addr1() }
    }

    /// Source (`ieee80211_get_SA`).
    #[inline]
    #[must_use]
    pub fn sa(&self) -> MacAddr {
        match self.addr4() {
            Some(addr4) => addr4,
            None if self.frame_control().from_ds() => self.addr3(),
            None => self.addr2(),
        }
    }

    /// The cell that it belongs to; none with four addresses.
    #[inline]
    #[must_use]
    pub fn bssid(&self) -> Option<MacAddr> {
        let fc = self.frame_control();
        match (fc.to_ds(), fc.from_ds()) {
            (false, false) => Some(self.addr3()),
            (true, false) => Some(self.addr1()),
            (false, true) => Some(self.addr2()),
            (true, true) => None,
        }
    }
}

impl core::fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Header")
            .field("frame_control", &self.frame_control())
            .field("addr1", &self.addr1())
            .field("addr2", &self.addr2())
            .field("addr3", &self.addr3())
            .field("addr4", &self.addr4())
            .field("seq_ctrl", &self.seq_ctrl())
            .field("qos_ctrl", &self.qos_ctrl())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_addresses_with_qos_and_htc() {
        let mut frame = [0_u8; 40];
        frame[..2].copy_from_slice(&[0x88, 0x83]);
        frame[4] = 0xa1;
        frame[10] = 0xa2;
        frame[16] = 0xa3;
        frame[24] = 0xa4;
        frame[30] = 0x85;
        frame[32] = 0x77;
        let (header, body) = Header::parse(&frame).unwrap();
        assert_eq!(header.as_bytes().len(), 36);
        assert_eq!(body.len(), 4);
        assert_eq!(header.da().octets()[0], 0xa3);
        assert_eq!(header.sa().octets()[0], 0xa4);
        assert_eq!(header.bssid(), None);
        assert_eq!(header.tid(), Some(5));
        assert!(header.qos_ctrl().unwrap().a_msdu_present());
        assert_eq!(header.ht_ctrl(), Some(HtCtrl(0x77)));
        for short in 0..36 {
            assert_eq!(Header::parse(&frame[..short]).unwrap_err(), Malformed::Truncated(WHAT));
        }
    }

    #[test]
    fn lengths_are_linuxs() {
        let of = |bytes: u16| hdrlen(FrameControl(bytes));
        assert_eq!((of(0x0080), of(0x8080)), (24, 28));
        // The order bit of data without QoS adds nothing.
        assert_eq!((of(0x0008), of(0x8008), of(0x0308)), (24, 24, 30));
        assert_eq!((of(0x0088), of(0x8088), of(0x8388)), (26, 30, 36));
        assert_eq!((of(0x00d4), of(0x00c4), of(0x00b4)), (10, 10, 16));
    }

    #[test]
    fn others_are_refused() {
        let ack = [0xd4, 0, 0, 0, 1, 2, 3, 4, 5, 6];
        assert_eq!(Header::parse(&ack).unwrap_err(), Malformed::Invalid(WHAT));
        let mut pv1 = [0; 30];
        pv1[0] = 0x01;
        assert_eq!(Header::parse(&pv1).unwrap_err(), Malformed::Invalid(WHAT));
    }
}
