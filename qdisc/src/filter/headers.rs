//! Where headers begin, for those that count offsets from one.

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;

const NEXTHDR_HOP: u8 = 0;
const NEXTHDR_ROUTING: u8 = 43;
const NEXTHDR_FRAGMENT: u8 = 44;
const NEXTHDR_AUTH: u8 = 51;
const NEXTHDR_DEST: u8 = 60;

/// Bytes of an IPv4 header by its own account, however little that may be.
pub(crate) fn ipv4_payload(network: &[u8]) -> Option<usize> {
    let first = network.get(..IPV4_HEADER)?.first()?;
    Some(usize::from(first & 0xf) * 4)
}

/// Where the header `target` begins in an IPv6 packet, behind whatever extension headers
/// (`ipv6_find_hdr`). It must not be in a later fragment.
pub(crate) fn ipv6_find(network: &[u8], target: u8) -> Option<usize> {
    let mut next = *network.get(..IPV6_HEADER)?.get(6)?;
    let mut start = IPV6_HEADER;
    // Each round moves on by 8 bytes at least, so the packet's end is the bound.
    while next != target {
        let header = network.get(start..)?;
        let (following, units) = (*header.first()?, usize::from(*header.get(1)?));
        let len = match next {
            NEXTHDR_HOP | NEXTHDR_ROUTING | NEXTHDR_DEST => (units + 1) * 8,
            NEXTHDR_AUTH => (units + 2) * 4,
            NEXTHDR_FRAGMENT => {
                let offset = u16::from_be_bytes(header.get(2..4)?.try_into().ok()?) & !7;
                if offset != 0 {
                    return None;
                }
                8
            }
            _ => return None,
        };
        next = following;
        start = start.checked_add(len)?;
    }
    // What is not an extension header may be cut off: Linux finds it all the same.
    Some(start)
}
