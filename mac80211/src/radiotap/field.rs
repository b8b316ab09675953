//! A field of the radiotap namespace.

use super::bits::le_bytes;
use super::flags::{AmpduFlags, Flags, RxFlags, TimestampFlags, TxFlags};
use super::he::{He, HeMu, HeMuOtherUser, LSig};
use super::layout::{self, LARGEST};
use super::{Channel, Mcs, Vht, XChannel};

/// A field: what one bit of a present word stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Field {
    /// µs of the card's TSF timer when the frame's first bit arrived.
    Tsft(u64),
    /// Properties of the frame.
    Flags(Flags),
    /// Rate, in 500 kbit/s.
    Rate(u8),
    /// Channel.
    Channel(Channel),
    /// Hops of a frequency-hopping radio.
    Fhss(Fhss),
    /// Signal, in dBm.
    DbmAntsignal(i8),
    /// Noise, in dBm.
    DbmAntnoise(i8),
    /// Quality of the Barker code lock, without a unit.
    LockQuality(u16),
    /// Distance from the greatest power, without a unit.
    TxAttenuation(u16),
    /// Distance from the greatest power, in dB.
    DbTxAttenuation(u16),
    /// Power at the antenna, in dBm.
    DbmTxPower(i8),
    /// Antenna, from 0.
    Antenna(u8),
    /// Signal, in dB from some point.
    DbAntsignal(u8),
    /// Noise, in dB from some point.
    DbAntnoise(u8),
    /// Properties of a received frame.
    RxFlags(RxFlags),
    /// OpenBSD's: the frame check sequence, in the place of the RX flags; see
    /// [`Dialect::FcsInHeader`](super::Dialect::FcsInHeader).
    Fcs(u32),
    /// Properties of a sent frame.
    TxFlags(TxFlags),
    /// How often an RTS was repeated.
    RtsRetries(u8),
    /// How often the frame was repeated.
    DataRetries(u8),
    /// Channel, as FreeBSD and macOS say it.
    XChannel(XChannel),
    /// HT rate.
    Mcs(Mcs),
    /// It was a subframe of an A-MPDU.
    AmpduStatus(AmpduStatus),
    /// VHT rate.
    Vht(Vht),
    /// Another time than the TSF's.
    Timestamp(Timestamp),
    /// HE rate.
    He(He),
    /// HE frame to several stations.
    HeMu(HeMu),
    /// Another user of that frame.
    HeMuOtherUser(HeMuOtherUser),
    /// No 802.11 frame follows.
    ZeroLenPsdu(ZeroLenPsdu),
    /// L-SIG.
    LSig(LSig),
}

/// Hops of a frequency-hopping radio.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Fhss {
    /// Hop set.
    pub hop_set: u8,
    /// Hop pattern.
    pub hop_pattern: u8,
}

/// A subframe of an A-MPDU.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct AmpduStatus {
    /// The same for all subframes of one A-MPDU.
    pub reference: u32,
    /// What is known, and of it the values of one bit.
    pub flags: AmpduFlags,
    /// CRC of the delimiter.
    pub delimiter_crc: u8,
    /// Reserved.
    pub reserved: u8,
}

/// A time, in a unit and taken at a point that it names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Timestamp {
    /// The time.
    pub timestamp: u64,
    /// How far it may be off, in the same unit.
    pub accuracy: u16,
    /// Unit in the lower half, point in the upper: see the methods.
    pub unit_position: u8,
    /// What it is like.
    pub flags: TimestampFlags,
}

impl Timestamp {
    /// Milliseconds, as a unit.
    pub const UNIT_MS: u8 = 0;
    /// Microseconds, as a unit.
    pub const UNIT_US: u8 = 1;
    /// Nanoseconds, as a unit; Linux's header has 3 there, which the specification reserves.
    pub const UNIT_NS: u8 = 2;
    /// First bit of the MPDU, as a point, as for the TSFT.
    pub const BEGIN_MPDU: u8 = 0;
    /// Acquisition of the signal, as a point.
    pub const PLCP_SIG_ACQ: u8 = 1;
    /// End of the PPDU, as a point.
    pub const END_PPDU: u8 = 2;
    /// End of the MPDU, as a point.
    pub const END_MPDU: u8 = 3;
    /// Not known, as a point.
    pub const UNKNOWN: u8 = 15;

    /// Its unit.
    #[must_use]
    pub const fn unit(&self) -> u8 {
        self.unit_position & 15
    }

    /// The point that it was taken at.
    #[must_use]
    pub const fn position(&self) -> u8 {
        self.unit_position >> 4
    }
}

/// Why there is no frame (`enum ieee80211_radiotap_zero_len_psdu_type`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ZeroLenPsdu(pub u8);

impl ZeroLenPsdu {
    /// A sounding PPDU.
    pub const SOUNDING: Self = Self(0);
    /// It was not captured.
    pub const NOT_CAPTURED: Self = Self(1);
    /// The vendor knows.
    pub const VENDOR: Self = Self(0xff);
}

/// Bytes of a field.
pub(super) struct FieldBytes {
    bytes: [u8; LARGEST],
    len: usize,
}

impl FieldBytes {
    fn of<const N: usize>(bytes: [u8; N]) -> Self {
        Self { bytes: le_bytes(bytes), len: N }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Field {
    /// The field of a bit below 28, from its bytes; `None` if they are too few.
    pub(super) fn from_bytes(bit: u32, bytes: &[u8]) -> Option<Self> {
        let &[first, ..] = bytes else { return None };
        let u16 = || bytes.first_chunk().map(|&bytes| u16::from_le_bytes(bytes));
        Some(match bit {
            0 => Self::Tsft(u64::from_le_bytes(*bytes.first_chunk()?)),
            1 => Self::Flags(Flags::from_bits_retain(first)),
            2 => Self::Rate(first),
            3 => Self::Channel(Channel::from_bytes(*bytes.first_chunk()?)),
            4 => {
                let &[hop_set, hop_pattern] = bytes.first_chunk()?;
                Self::Fhss(Fhss { hop_set, hop_pattern })
            }
            5 => Self::DbmAntsignal(first.cast_signed()),
            6 => Self::DbmAntnoise(first.cast_signed()),
            7 => Self::LockQuality(u16()?),
            8 => Self::TxAttenuation(u16()?),
            9 => Self::DbTxAttenuation(u16()?),
            10 => Self::DbmTxPower(first.cast_signed()),
            11 => Self::Antenna(first),
            12 => Self::DbAntsignal(first),
            13 => Self::DbAntnoise(first),
            layout::RX_FLAGS => Self::RxFlags(RxFlags::from_bits_retain(u16()?)),
            15 => Self::TxFlags(TxFlags::from_bits_retain(u16()?)),
            16 => Self::RtsRetries(first),
            17 => Self::DataRetries(first),
            18 => Self::XChannel(XChannel::from_bytes(*bytes.first_chunk()?)),
            19 => Self::Mcs(Mcs::from_bytes(*bytes.first_chunk()?)),
            20 => Self::AmpduStatus(AmpduStatus::from_bytes(*bytes.first_chunk()?)),
            21 => Self::Vht(Vht::from_bytes(*bytes.first_chunk()?)),
            22 => Self::Timestamp(Timestamp::from_bytes(*bytes.first_chunk()?)),
            23 => Self::He(He::from_bytes(*bytes.first_chunk()?)),
            24 => Self::HeMu(HeMu::from_bytes(*bytes.first_chunk()?)),
            25 => Self::HeMuOtherUser(HeMuOtherUser::from_bytes(*bytes.first_chunk()?)),
            26 => Self::ZeroLenPsdu(ZeroLenPsdu(first)),
            27 => Self::LSig(LSig::from_bytes(*bytes.first_chunk()?)),
            _ => return None,
        })
    }

    /// The bit that stands for it (`enum ieee80211_radiotap_presence`).
    #[must_use]
    pub const fn bit(&self) -> u32 {
        match self {
            Self::Tsft(_) => 0,
            Self::Flags(_) => 1,
            Self::Rate(_) => 2,
            Self::Channel(_) => 3,
            Self::Fhss(_) => 4,
            Self::DbmAntsignal(_) => 5,
            Self::DbmAntnoise(_) => 6,
            Self::LockQuality(_) => 7,
            Self::TxAttenuation(_) => 8,
            Self::DbTxAttenuation(_) => 9,
            Self::DbmTxPower(_) => 10,
            Self::Antenna(_) => 11,
            Self::DbAntsignal(_) => 12,
            Self::DbAntnoise(_) => 13,
            Self::RxFlags(_) | Self::Fcs(_) => layout::RX_FLAGS,
            Self::TxFlags(_) => 15,
            Self::RtsRetries(_) => 16,
            Self::DataRetries(_) => 17,
            Self::XChannel(_) => 18,
            Self::Mcs(_) => 19,
            Self::AmpduStatus(_) => 20,
            Self::Vht(_) => 21,
            Self::Timestamp(_) => 22,
            Self::He(_) => 23,
            Self::HeMu(_) => 24,
            Self::HeMuOtherUser(_) => 25,
            Self::ZeroLenPsdu(_) => 26,
            Self::LSig(_) => 27,
        }
    }

    /// What its first byte is aligned to.
    pub(super) fn align(&self) -> usize {
        match self {
            Self::Fcs(_) => layout::FCS.0,
            _ => layout::FIELD.get(self.bit() as usize).map_or(1, |&(align, _)| align),
        }
    }

    pub(super) fn to_bytes(self) -> FieldBytes {
        match self {
            Self::Tsft(value) => FieldBytes::of(value.to_le_bytes()),
            Self::Fcs(value) => FieldBytes::of(value.to_le_bytes()),
            Self::Flags(flags) => FieldBytes::of([flags.bits()]),
            Self::RxFlags(flags) => FieldBytes::of(flags.bits().to_le_bytes()),
            Self::TxFlags(flags) => FieldBytes::of(flags.bits().to_le_bytes()),
            Self::DbmAntsignal(dbm) | Self::DbmAntnoise(dbm) | Self::DbmTxPower(dbm) => {
                FieldBytes::of(dbm.to_le_bytes())
            }
            Self::Rate(value)
            | Self::Antenna(value)
            | Self::DbAntsignal(value)
            | Self::DbAntnoise(value)
            | Self::RtsRetries(value)
            | Self::DataRetries(value)
            | Self::ZeroLenPsdu(ZeroLenPsdu(value)) => FieldBytes::of([value]),
            Self::LockQuality(value)
            | Self::TxAttenuation(value)
            | Self::DbTxAttenuation(value) => FieldBytes::of(value.to_le_bytes()),
            Self::Fhss(fhss) => FieldBytes::of([fhss.hop_set, fhss.hop_pattern]),
            Self::Channel(channel) => FieldBytes::of(channel.to_bytes()),
            Self::XChannel(channel) => FieldBytes::of(channel.to_bytes()),
            Self::Mcs(mcs) => FieldBytes::of(mcs.to_bytes()),
            Self::AmpduStatus(status) => FieldBytes::of(status.to_bytes()),
            Self::Vht(vht) => FieldBytes::of(vht.to_bytes()),
            Self::Timestamp(timestamp) => FieldBytes::of(timestamp.to_bytes()),
            Self::He(he) => FieldBytes::of(he.to_bytes()),
            Self::HeMu(he_mu) => FieldBytes::of(he_mu.to_bytes()),
            Self::HeMuOtherUser(user) => FieldBytes::of(user.to_bytes()),
            Self::LSig(l_sig) => FieldBytes::of(l_sig.to_bytes()),
        }
    }
}

impl AmpduStatus {
    fn from_bytes([r0, r1, r2, r3, g0, g1, delimiter_crc, reserved]: [u8; 8]) -> Self {
        let flags = AmpduFlags::from_bits_retain(u16::from_le_bytes([g0, g1]));
        Self { reference: u32::from_le_bytes([r0, r1, r2, r3]), flags, delimiter_crc, reserved }
    }

    fn to_bytes(self) -> [u8; 8] {
        let front = self.reference.to_le_bytes().into_iter().chain(self.flags.bits().to_le_bytes());
        le_bytes(front.chain([self.delimiter_crc, self.reserved]))
    }
}

impl Timestamp {
    fn from_bytes(bytes: [u8; 12]) -> Self {
        let [t0, t1, t2, t3, t4, t5, t6, t7, a0, a1, unit_position, flags] = bytes;
        Self {
            timestamp: u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]),
            accuracy: u16::from_le_bytes([a0, a1]),
            unit_position,
            flags: TimestampFlags::from_bits_retain(flags),
        }
    }

    fn to_bytes(self) -> [u8; 12] {
        let front = self.timestamp.to_le_bytes().into_iter().chain(self.accuracy.to_le_bytes());
        le_bytes(front.chain([self.unit_position, self.flags.bits()]))
    }
}
