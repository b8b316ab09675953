//! What a packet went through before it came here: a tunnel whose end took the outer headers off.

use super::{FlowAddrs, FlowFlags, FlowPorts};

/// The tunnel that a packet came out of, or is to go into (`struct ip_tunnel_key`, and the options of
/// `struct ip_tunnel_info`): what the `enc_*` keys of flower are about.
///
/// The outer headers are no longer, or not yet, among the packet's bytes; who took them off or will put
/// them on knows them: a vxlan, geneve or GRE device in collect-metadata mode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Tunnel<'a> {
    /// Number of the network in the tunnel: VNI of VXLAN and Geneve, key of GRE. A key are its lower
    /// 32 bits (`tunnel_id_to_key32`).
    pub id: u64,
    /// Outer addresses.
    pub addrs: FlowAddrs,
    /// Outer UDP ports.
    pub ports: FlowPorts,
    /// Outer type of service or traffic class.
    pub tos: u8,
    /// Outer time to live or hop limit.
    pub ttl: u8,
    /// Of these only those named `TUNNEL_*`.
    pub flags: FlowFlags,
    /// Options.
    pub options: TunnelOptions<'a>,
}

/// The options that came with a packet in a tunnel's header, as the header has them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum TunnelOptions<'a> {
    /// None.
    #[default]
    None,
    /// Option TLVs of Geneve (RFC 8926).
    Geneve(&'a [u8]),
    /// Group policy of VXLAN (`struct vxlan_metadata`).
    Vxlan(&'a [u8]),
    /// ERSPAN's version and index or direction (`struct erspan_metadata`).
    Erspan(&'a [u8]),
    /// PDU session of GTP (`struct gtp_pdu_session_info`).
    Gtp(&'a [u8]),
    /// PFCP's type and session (`struct pfcp_metadata`).
    Pfcp(&'a [u8]),
}

impl<'a> TunnelOptions<'a> {
    /// The number that tells the kinds apart in [`KeyField::ENC_OPTS_TYPE`](super::KeyField): that of
    /// the flag `IP_TUNNEL_*_OPT_BIT`, 0 for none.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Geneve(_) => 11,
            Self::Vxlan(_) => 12,
            Self::Erspan(_) => 14,
            Self::Gtp(_) => 15,
            Self::Pfcp(_) => 17,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        match self {
            Self::None => &[],
            Self::Geneve(bytes)
            | Self::Vxlan(bytes)
            | Self::Erspan(bytes)
            | Self::Gtp(bytes)
            | Self::Pfcp(bytes) => bytes,
        }
    }
}
