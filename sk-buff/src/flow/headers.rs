//! What is dissected.

use super::ETH_HLEN;
use crate::EtherType;

/// Where the headers of a packet are (what `__skb_flow_dissect` takes out of an skb).
///
/// ```
/// use softnet_sk_buff::EtherType;
/// use softnet_sk_buff::flow::{DissectFlags, Dissected, Headers};
///
/// # let frame = [0; 60];
/// let whole = Headers::frame(&frame);
/// // A driver has taken the Ethernet header and the outer tag off.
/// let parts = Headers::packet(EtherType::IPV4, &frame[18..])
///     .ethernet(&frame[..14])
///     .vlan_tag(EtherType::VLAN, 0xa064);
/// let keys = Dissected::dissect(DissectFlags::STOP_BEFORE_ENCAP, parts);
/// assert_eq!(keys.vlan().map(|vlan| (vlan.id, vlan.priority)), Some((100, 5)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) link: usize,
    pub(super) protocol: EtherType,
    pub(super) ethernet: Option<&'a [u8; 12]>,
    pub(super) tag: Option<(EtherType, u16)>,
}

impl<'a> Headers<'a> {
    /// A packet from its network header on; `protocol` is what the link layer calls it
    /// (`skb->protocol`).
    #[must_use]
    pub const fn packet(protocol: EtherType, network: &'a [u8]) -> Self {
        Self { bytes: network, link: 0, protocol, ethernet: None, tag: None }
    }

    /// An Ethernet frame from its destination address on. One that is shorter than its header gives
    /// no keys. [`FlowControl::thoff`](super::FlowControl::thoff) counts from the frame's start.
    #[must_use]
    pub fn frame(frame: &'a [u8]) -> Self {
        let protocol = EtherType::of_frame(frame).unwrap_or(EtherType::NONE);
        let ethernet = if protocol == EtherType::NONE { None } else { frame.first_chunk() };
        Self { bytes: frame, link: ETH_HLEN, protocol, ethernet, tag: None }
    }

    /// With the Ethernet header that was in front of the packet (`skb_mac_header`); less than two
    /// addresses are none.
    #[must_use]
    pub fn ethernet(self, header: &'a [u8]) -> Self {
        Self { ethernet: header.first_chunk(), ..self }
    }

    /// With the outermost VLAN tag, if that is kept outside of the bytes (`skb_vlan_tag_present`).
    #[must_use]
    pub const fn vlan_tag(self, tpid: EtherType, tci: u16) -> Self {
        Self { tag: Some((tpid, tci)), ..self }
    }
}
