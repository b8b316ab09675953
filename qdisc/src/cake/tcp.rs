//! As much of TCP as it takes to tell whether one acknowledgement says all that another one does.

use core::cmp::Ordering;

use crate::Frame;

const IPV6_HEADER: usize = 40;
const TCP_HEADER: usize = 20;
const IPPROTO_TCP: u8 = 6;
const IPPROTO_IPV6: u8 = 41;

const NOP: u8 = 1;
const END: u8 = 0;
const SACK: u8 = 5;
const TIMESTAMP: u8 = 8;
const MD5SIG: u8 = 19;
const SACK_BLOCK: usize = 8;

/// Flags as they lie in the fourth word of the header (`tcp_flag_word`).
pub(super) mod flag {
    pub(in super::super) const SYN: u32 = 0x0002_0000;
    pub(in super::super) const ACK: u32 = 0x0010_0000;
    /// ECE and CWR.
    pub(in super::super) const ECN: u32 = 0x00c0_0000;
    /// All others, and the reserved ones but for the data offset.
    pub(super) const NOT_ECN: u32 = 0x0f3f_0000;
}

/// A TCP segment over IPv4, IPv6, or IPv6 in IPv4 (6in4), which homes get their IPv6 by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// Protocol version, addresses and ports.
    flow: (u8, &'a [u8], &'a [u8]),
    /// Bytes that the network header announces behind itself.
    announced: i32,
    header: &'a [u8; TCP_HEADER],
    options: &'a [u8],
}

/// TCP's option `kind` without its first two bytes.
struct TcpOption<'a> {
    kind: u8,
    data: &'a [u8],
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|&word| u32::from_be_bytes(word))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|&word| u16::from_be_bytes(word))
}

/// Whether sequence number `a` comes after `b` (`after`).
const fn after(a: u32, b: u32) -> bool {
    (b.wrapping_sub(a) as i32) < 0
}

impl<'a> Segment<'a> {
    /// The segment in a frame (`cake_get_tcphdr`, `cake_get_iphdr`); `None` if there is none, or not
    /// all of its headers.
    pub(super) fn of(frame: Frame<'a>) -> Option<Self> {
        let network = frame.bytes.get(frame.network..)?;
        let outer = network.get(..IPV6_HEADER)?;
        let (ip, transport) = match outer.first()? >> 4 {
            4 => {
                let behind = usize::from(outer.first()? & 15) * 4;
                match *outer.get(9)? {
                    IPPROTO_TCP => (outer, behind),
                    IPPROTO_IPV6 => {
                        let inner = network.get(behind..behind + IPV6_HEADER)?;
                        (*inner.get(6)? == IPPROTO_TCP).then_some((inner, behind + IPV6_HEADER))?
                    }
                    _ => return None,
                }
            }
            6 if *outer.get(6)? == IPPROTO_TCP => (outer, IPV6_HEADER),
            _ => return None,
        };
        let tcp = network.get(transport..)?;
        let header = tcp.first_chunk::<TCP_HEADER>()?;
        let options = tcp.get(TCP_HEADER..usize::from(header[12] >> 4) * 4)?;
        let version = ip.first()? >> 4;
        let (addresses, announced) = match version {
            4 => (ip.get(12..20)?, i32::from(be16(ip, 2)?) - 4 * i32::from(ip.first()? & 15)),
            6 => (ip.get(8..IPV6_HEADER)?, i32::from(be16(ip, 4)?)),
            _ => return None,
        };
        Some(Self { flow: (version, addresses, &header[..4]), announced, header, options })
    }

    /// Whether both are of the same flow and direction.
    pub(super) fn is_same_flow(&self, other: &Self) -> bool {
        self.flow == other.flow
    }

    /// Those of `flags` that are set.
    pub(super) fn flags(&self, flags: u32) -> u32 {
        let [.., a, b, c, d, _, _, _, _] = *self.header;
        u32::from_be_bytes([a, b, c, d]) & flags
    }

    fn ack_seq(&self) -> u32 {
        let [_, _, _, _, _, _, _, _, a, b, c, d, ..] = *self.header;
        u32::from_be_bytes([a, b, c, d])
    }

    fn has_payload(&self) -> bool {
        self.announced != (TCP_HEADER + self.options.len()) as i32
    }

    /// The options, as far as they make sense.
    fn options(&self) -> impl Iterator<Item = TcpOption<'a>> + use<'a> {
        let mut rest = self.options;
        core::iter::from_fn(move || {
            while let [NOP, behind @ ..] = rest {
                rest = behind;
            }
            let [kind, size, ..] = *rest else { return None };
            if kind == END || size < 2 {
                rest = &[];
                return None;
            }
            let (option, behind) = rest.split_at_checked(size.into())?;
            rest = behind;
            Some(TcpOption { kind, data: option.get(2..)? })
        })
    }

    fn option(&self, kind: u8) -> Option<&'a [u8]> {
        self.options().find(|option| option.kind == kind).map(|option| option.data)
    }

    /// Its timestamp and the one it echoes; zeros if it has none (`cake_tcph_get_tstamp`).
    pub(super) fn timestamps(&self) -> [u32; 2] {
        self.option(TIMESTAMP).and_then(timestamps).unwrap_or_default()
    }

    /// Whether it is nothing but an acknowledgement that `newer`, of these timestamps, supersedes
    /// (`cake_tcph_may_drop` and what `cake_ack_filter` looks at besides).
    pub(super) fn is_superseded_by(&self, newer: &Self, timestamps: [u32; 2]) -> bool {
        if !self.may_drop(timestamps)
            || self.has_payload()
            || after(self.ack_seq(), newer.ack_seq())
        {
            return false;
        }
        match compare_sacks(self, newer) {
            Ordering::Less => false,
            Ordering::Equal => self.ack_seq() != newer.ack_seq(),
            Ordering::Greater => true,
        }
    }

    /// Nothing set but ACK, ECE and CWR, and no option that could say more than the newer one.
    fn may_drop(&self, [newest, newest_echo]: [u32; 2]) -> bool {
        if self.flags(flag::NOT_ECN) != flag::ACK {
            return false;
        }
        self.options().all(|option| match option.kind {
            MD5SIG => true,
            SACK => option.data.len() % SACK_BLOCK == 0,
            TIMESTAMP => timestamps(option.data)
                .is_some_and(|[sent, echo]| !after(sent, newest) && !after(echo, newest_echo)),
            _ => false,
        })
    }
}

fn timestamps(data: &[u8]) -> Option<[u32; 2]> {
    (data.len() == 8).then_some([be32(data)?, be32(data.get(4..)?)?])
}

/// The blocks that a segment acknowledges selectively, as first and one past the last number.
fn sacks<'a>(segment: &Segment<'a>) -> impl Iterator<Item = [u32; 2]> + Clone + use<'a> {
    let data = segment.option(SACK).unwrap_or_default();
    data.chunks_exact(SACK_BLOCK).filter_map(|block| Some([be32(block)?, be32(block.get(4..)?)?]))
}

/// Which of two segments acknowledges more selectively (`cake_tcph_sack_compare`): `Less` if `a` has
/// something that `b` lacks or reports a duplicate, `Greater` if `b` has more bytes.
fn compare_sacks(a: &Segment<'_>, b: &Segment<'_>) -> Ordering {
    let (in_a, in_b) = (sacks(a), sacks(b));
    match (in_a.clone().next(), in_b.clone().next()) {
        (None, None) => return Ordering::Equal,
        (Some(_), None) => return Ordering::Less,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), Some(_)) => {}
    }
    let bytes = |[start, end]: [u32; 2]| end.wrapping_sub(start);
    let mut bytes_a = 0u32;
    for block in in_a {
        let [start, end] = block;
        if after(a.ack_seq(), start) {
            return Ordering::Less;
        }
        bytes_a = bytes_a.wrapping_add(bytes(block));
        let covered = |[from, to]: [u32; 2]| !after(from, start) && !after(end, to);
        if !in_b.clone().any(covered) {
            return Ordering::Less;
        }
    }
    let bytes_b = in_b.map(bytes).fold(0, u32::wrapping_add);
    if bytes_b > bytes_a { Ordering::Greater } else { Ordering::Equal }
}
