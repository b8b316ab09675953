//! What tc's words for links and round-trip times stand for. The numbers are those of iproute2's
//! `tc/q_cake.c` (dual BSD/GPL) and its manual page tc-cake(8).

use core::time::Duration;

use super::config::Framing::{self, Atm, Ptm};

/// What a word does to the overhead that was named so far.
pub(super) enum Bytes {
    /// From here on count from what Linux reports, with no bytes on top.
    Raw,
    /// So many, whatever was named before.
    Are(i16),
    /// So many more.
    Add(i16),
}

/// A word for a kind of link.
pub(super) struct Keyword {
    pub(super) name: &'static str,
    pub(super) bytes: Bytes,
    pub(super) framing: Option<Framing>,
    pub(super) mpu: Option<u16>,
}

const fn word(name: &'static str, bytes: Bytes, framing: Option<Framing>) -> Keyword {
    Keyword { name, bytes, framing, mpu: None }
}

const fn ethernet(name: &'static str, bytes: i16, framing: Option<Framing>, mpu: u16) -> Keyword {
    Keyword { name, bytes: Bytes::Add(bytes), framing, mpu: Some(mpu) }
}

pub(super) const LINKS: [Keyword; 15] = [
    word("raw", Bytes::Raw, Some(Framing::None)),
    word("conservative", Bytes::Are(48), Some(Atm)),
    word("ipoa-vcmux", Bytes::Add(8), Some(Atm)),
    word("ipoa-llcsnap", Bytes::Add(16), Some(Atm)),
    word("bridged-vcmux", Bytes::Add(24), Some(Atm)),
    word("bridged-llcsnap", Bytes::Add(32), Some(Atm)),
    word("pppoa-vcmux", Bytes::Add(10), Some(Atm)),
    word("pppoa-llc", Bytes::Add(14), Some(Atm)),
    word("pppoe-vcmux", Bytes::Add(32), Some(Atm)),
    word("pppoe-llcsnap", Bytes::Add(40), Some(Atm)),
    word("pppoe-ptm", Bytes::Add(30), Some(Ptm)),
    word("bridged-ptm", Bytes::Add(22), Some(Ptm)),
    ethernet("ethernet", 38, None, 84),
    word("ether-vlan", Bytes::Add(4), None),
    ethernet("docsis", 18, Some(Framing::None), 64),
];

/// Words for round-trip times: target and interval.
pub(super) const ROUND_TRIPS: [(&str, Duration, Duration); 8] = [
    ("datacentre", Duration::from_micros(5), Duration::from_micros(100)),
    ("lan", Duration::from_micros(50), Duration::from_millis(1)),
    ("metro", Duration::from_micros(500), Duration::from_millis(10)),
    ("regional", Duration::from_micros(1_500), Duration::from_millis(30)),
    ("internet", Duration::from_millis(5), Duration::from_millis(100)),
    ("oceanic", Duration::from_millis(15), Duration::from_millis(300)),
    ("satellite", Duration::from_millis(50), Duration::from_secs(1)),
    ("interplanetary", Duration::from_secs(50), Duration::from_secs(1000)),
];
