//! Making a packet such as its device can send it: software in place of hardware.

use softnet_sk_buff::checksum::Sum;
use softnet_sk_buff::{
    Checksum, CopyError, DropReason, EtherType, GeometryError, GsoType, Layer, Rejected, SkBuff,
    SkPool,
};

use crate::ethernet::{ETH_HLEN, VLAN_HLEN};
use crate::features::Features;

/// Gives a packet what its device can't: a VLAN tag in its bytes, a checksum (`validate_xmit_skb`).
/// The packet begins with its MAC header.
///
/// # Errors
/// The packet, with [`DropReason::SKB_GSO_SEG`] if it stands for several and the device can't cut
/// it, [`DropReason::SKB_CSUM`] if its checksum can't be where it says,
/// [`DropReason::NOMEM`] if the pool has no copy for it, [`DropReason::GEOMETRY`] if a tag does not
/// fit.
pub(crate) fn validate_xmit_skb(
    mut skb: SkBuff,
    features: Features,
    pool: &mut SkPool,
) -> Result<SkBuff, Rejected<SkBuff>> {
    if skb.meta().gso.size != 0 && !can_segment(skb.meta().gso.kind, features) {
        return Err(Rejected { packet: skb, why: DropReason::SKB_GSO_SEG });
    }
    match in_software(&mut skb, features, pool) {
        Ok(()) => Ok(skb),
        Err(why) => Err(Rejected { packet: skb, why }),
    }
}

fn in_software(skb: &mut SkBuff, features: Features, pool: &mut SkPool) -> Result<(), DropReason> {
    // The tag first: it moves bytes, and the sum does not include it.
    if skb.meta().vlan.is_some() && !features.contains(Features::HW_VLAN_CTAG_TX) {
        vlan_push_inside(skb, pool)?;
    }
    if matches!(skb.meta().checksum, Checksum::Partial { .. }) && !can_checksum(skb, features) {
        skb_checksum_help(skb, pool)?;
    }
    Ok(())
}

/// Whether the device cuts this kind of packet (`skb_gso_ok`): every bit of the kind needs a feature.
fn can_segment(kind: GsoType, features: Features) -> bool {
    let mut missing = kind.difference(GsoType::DODGY);
    if features.contains(Features::TSO) {
        missing.remove(GsoType::TCPV4);
    }
    if features.contains(Features::TSO6) {
        missing.remove(GsoType::TCPV6);
    }
    missing.is_empty() && kind.intersects(GsoType::TCPV4 | GsoType::TCPV6)
}

/// Whether the device sums this packet (`skb_csum_hwoffload_help`): those that know protocols know
/// TCP and UDP, told by where the checksum is.
fn can_checksum(skb: &SkBuff, features: Features) -> bool {
    if features.contains(Features::HW_CSUM) {
        return true;
    }
    let tcp_or_udp = matches!(skb.meta().checksum, Checksum::Partial { offset: 16 | 6, .. });
    tcp_or_udp
        && match skb.meta().protocol {
            EtherType::IPV4 => features.contains(Features::IP_CSUM),
            EtherType::IPV6 => features.contains(Features::IPV6_CSUM),
            _ => false,
        }
}

fn copy_failed(why: CopyError) -> DropReason {
    match why {
        CopyError::NoMemory => DropReason::NOMEM,
        _ => DropReason::GEOMETRY,
    }
}

/// Moves the tag from metadata into the bytes (`__vlan_hwaccel_push_inside`).
fn vlan_push_inside(skb: &mut SkBuff, pool: &mut SkPool) -> Result<(), DropReason> {
    let Some(tag) = skb.meta().vlan else { return Ok(()) };
    if skb.headlen() < ETH_HLEN {
        return Err(DropReason::PKT_TOO_SMALL);
    }
    skb.cow_head(pool, VLAN_HLEN).map_err(copy_failed)?;
    skb.push(VLAN_HLEN).map_err(GeometryError::reason)?;
    let header = skb.header_mut().ok_or(DropReason::GEOMETRY)?;
    // Both addresses move up; the tag comes between them and the type.
    let addresses = 2 * 6;
    let (Some(_), Some(_)) = (header.get(..addresses + 2 * VLAN_HLEN), header.get(addresses..))
    else {
        return Err(DropReason::GEOMETRY);
    };
    header.copy_within(VLAN_HLEN..VLAN_HLEN + addresses, 0);
    let [p0, p1] = tag.protocol.0.to_be_bytes();
    let [t0, t1] = tag.tci.to_be_bytes();
    if let Some(place) = header.get_mut(addresses..addresses + VLAN_HLEN) {
        place.copy_from_slice(&[p0, p1, t0, t1]);
    }
    let meta = skb.meta_mut();
    meta.vlan = None;
    meta.protocol = tag.protocol;
    skb.set_header(Layer::Mac, 0).map_err(GeometryError::reason)
}

/// Sums in software what the device can't (`skb_checksum_help`).
pub(crate) fn skb_checksum_help(skb: &mut SkBuff, pool: &mut SkPool) -> Result<(), DropReason> {
    skb.unshare(pool).map_err(copy_failed)?;
    // After `unshare`, which moves the place if it moves the bytes.
    let Checksum::Partial { start, offset } = skb.meta().checksum else { return Ok(()) };
    let from = usize::from(start).checked_sub(skb.headroom()).ok_or(DropReason::SKB_CSUM)?;
    let at = from + usize::from(offset);
    let data = skb.data_mut().ok_or(DropReason::SKB_CSUM)?;
    let summed = data.get(from..).ok_or(DropReason::SKB_CSUM)?;
    let sum = Sum::of(summed).fold();
    // Zero means "not summed" to UDP, and is never the result for TCP.
    let sum = if sum == 0 { 0xffff } else { sum };
    let place = data.get_mut(at..at + 2).ok_or(DropReason::SKB_CSUM)?;
    place.copy_from_slice(&sum.to_be_bytes());
    skb.meta_mut().checksum = Checksum::None;
    Ok(())
}
