//! flower: keys by their names.

use core::net::IpAddr;

use softnet_sk_buff::{EtherType, MacAddr};

use super::super::{TcError, Words, words};
use super::{PROTOCOL, Place, device, of_target, protocol, u32::with_len};
use crate::Packet;
use crate::filter::Target;
use crate::filter::flower::{Config, Masked, Match, Port};

const OPTIONS: &str = "options are src_mac dst_mac vlan_id vlan_prio vlan_ethtype ip_proto ip_tos \
    ip_ttl src_ip dst_ip src_port dst_port tcp_flags type code indev classid action";

/// Everything behind `flower`.
pub(super) fn read<P: Packet>(
    words: &mut Words<'_>,
    place: &Place<'_>,
) -> Result<Config<P>, TcError> {
    let eth_type = place.protocol.filter(|protocol| *protocol != EtherType::ALL);
    let mut keys = Match { eth_type, ..Match::default() };
    let mut target = Target::none();
    while let Some(word) = words.next() {
        match word {
            "indev" => keys.indev = Some(device(words)?),
            "skip_hw" | "skip_sw" => {}
            "src_mac" => keys.src_mac = Some(mac(words)?),
            "dst_mac" => keys.dst_mac = Some(mac(words)?),
            "vlan_id" => keys.vlan_id = Some(words.number("a VLAN from 0 to 4095")?),
            "vlan_prio" => keys.vlan_prio = Some(words.number("a priority from 0 to 7")?),
            "vlan_ethtype" => keys.vlan_ethtype = Some(words.value(PROTOCOL, protocol)?),
            "ip_proto" => keys.ip_proto = Some(words.value("tcp, udp or a number", ip_proto)?),
            "ip_tos" => keys.ip_tos = Some(byte(words)?),
            "ip_ttl" => keys.ip_ttl = Some(byte(words)?),
            "src_ip" => keys.src_ip = Some(words.value(ADDRESS, prefix)?),
            "dst_ip" => keys.dst_ip = Some(words.value(ADDRESS, prefix)?),
            "src_port" => keys.src_port = Some(words.value(PORT, port)?),
            "dst_port" => keys.dst_port = Some(words.value(PORT, port)?),
            "tcp_flags" => {
                keys.tcp_flags = Some(words.value("flags as 0x2/0x12", |word| {
                    masked(word, 0xfff, |part| u16::try_from(words::number(part)?).ok())
                })?);
            }
            "type" => keys.icmp_type = Some(byte(words)?),
            "code" => keys.icmp_code = Some(byte(words)?),
            word if of_target(word, words, &mut target)? => {}
            _ => return Err(words.unknown(OPTIONS)),
        }
    }
    Ok(Config::new(keys, target))
}

const ADDRESS: &str = "an address as 10.0.0.0/8 or 2001:db8::/32";
const PORT: &str = "a port as 80 or a range as 1000-1999";

/// `VALUE` or `VALUE/MASK`.
fn masked<T>(word: &str, all: T, read: impl Fn(&str) -> Option<T>) -> Option<Masked<T>> {
    match word.split_once('/') {
        Some((value, mask)) => Some(Masked { value: read(value)?, mask: read(mask)? }),
        None => Some(Masked { value: read(word)?, mask: all }),
    }
}

fn byte(words: &mut Words<'_>) -> Result<Masked<u8>, TcError> {
    words.value("a number up to 255, or with a mask as 0xb8/0xfc", |word| {
        masked(word, u8::MAX, |part| u8::try_from(words::number(part)?).ok())
    })
}

fn mac(words: &mut Words<'_>) -> Result<Masked<MacAddr>, TcError> {
    words.value("an address as 02:00:00:00:00:01", |word| {
        masked(word, MacAddr::BROADCAST, |part| part.parse().ok())
    })
}

fn prefix(word: &str) -> Option<Masked<IpAddr>> {
    let whole = if word.contains(':') { 128 } else { 32 };
    with_len(word, whole).map(|(address, len)| Masked::<IpAddr>::prefix(address, len))
}

fn port(word: &str) -> Option<Port> {
    if let Some((from, to)) = word.split_once('-') {
        return Some(Port::Range(from.parse().ok()?, to.parse().ok()?));
    }
    masked(word, u16::MAX, |part| u16::try_from(words::number(part)?).ok()).map(Port::Bits)
}

fn ip_proto(word: &str) -> Option<u8> {
    Some(match word {
        "icmp" => 1,
        "tcp" => 6,
        "udp" => 17,
        "icmpv6" => 58,
        "sctp" => 132,
        word => u8::try_from(words::number(word)?).ok()?,
    })
}
