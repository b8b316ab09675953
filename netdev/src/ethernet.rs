//! The Ethernet header.

use softnet_sk_buff::{EtherType, GeometryError, Layer, MacAddr, PacketType, SkBuff};

/// Bytes of an Ethernet header (`ETH_HLEN`).
pub const ETH_HLEN: usize = 14;
/// Bytes of the shortest frame without its check sequence (`ETH_ZLEN`).
pub const ETH_ZLEN: usize = 60;
/// Bytes of the check sequence (`ETH_FCS_LEN`).
pub const ETH_FCS_LEN: usize = 4;
/// Bytes of a VLAN tag (`VLAN_HLEN`).
pub const VLAN_HLEN: usize = 4;

/// Reads a received frame's header and pulls it: protocol, place of the MAC header, and to whom it
/// is addressed, seen from a station with address `own` (`eth_type_trans`).
///
/// # Errors
/// [`GeometryError::TooShort`] for a frame without a whole header; it is as it was.
pub fn eth_type_trans(skb: &mut SkBuff, own: MacAddr) -> Result<(), GeometryError> {
    let protocol = EtherType::of_frame(skb.data()).ok_or(GeometryError::TooShort)?;
    skb.set_header(Layer::Mac, 0)?;
    let header = skb.pull(ETH_HLEN)?;
    let destination = header.first_chunk().map_or(MacAddr::ZERO, |&octets| MacAddr(octets));
    let meta = skb.meta_mut();
    meta.protocol = protocol;
    meta.pkt_type = if destination == own {
        PacketType::Host
    } else if destination.is_broadcast() {
        PacketType::Broadcast
    } else if destination.is_multicast() {
        PacketType::Multicast
    } else {
        PacketType::OtherHost
    };
    Ok(())
}

/// Pushes an Ethernet header in front of a packet (`eth_header`).
///
/// # Errors
/// What [`SkBuff::push`] answers: no headroom, or shared bytes.
pub fn eth_header(
    skb: &mut SkBuff,
    destination: MacAddr,
    source: MacAddr,
    protocol: EtherType,
) -> Result<(), GeometryError> {
    let header = skb.push(ETH_HLEN)?;
    let (addresses, kind) = header.split_at_mut(12);
    let (to, from) = addresses.split_at_mut(6);
    to.copy_from_slice(&destination.0);
    from.copy_from_slice(&source.0);
    kind.copy_from_slice(&protocol.0.to_be_bytes());
    skb.meta_mut().protocol = protocol;
    skb.set_header(Layer::Mac, 0)
}
