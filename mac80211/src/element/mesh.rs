//! Elements of a mesh.

use softnet_sk_buff::MacAddr;

use super::{BuildError, Id, List, Sink, Wire};
use crate::wire::{bits, read_if, record};

element! {
    /// Mesh ID (9.4.2.98).
    pub struct MeshId: Id::MESH_ID, "mesh ID element" then {
        /// The mesh's name, up to 32 bytes of any kind.
        pub id: &'a [u8],
    }
}

bits! {
    /// Mesh formation info (9.4.2.97.6).
    pub struct MeshFormation(u8) {
        /// Connected to a gate (`IEEE80211_MESHCONF_FORM_CONNECTED_TO_GATE`).
        connected_to_gate, with_connected_to_gate: 0;
        /// Peerings, 63 for more, too.
        peerings, with_peerings: 1, 6;
        /// Connected to an authentication server.
        connected_to_as, with_connected_to_as: 7;
    }
}

bits! {
    /// Mesh capability (9.4.2.97.7). `IEEE80211_MESHCONF_CAPAB_*`.
    pub struct MeshCapability(u8) {
        /// More peerings are welcome.
        accept_plinks, with_accept_plinks: 0;
        /// MCCA is supported.
        mcca_supported, with_mcca_supported: 1;
        /// MCCA is enabled.
        mcca_enabled, with_mcca_enabled: 2;
        /// Forwards.
        forwarding, with_forwarding: 3;
        /// Beacon timing reports.
        mbca_enabled, with_mbca_enabled: 4;
        /// The TBTT is being moved.
        tbtt_adjusting, with_tbtt_adjusting: 5;
        /// In deep sleep towards some peer.
        power_save_level, with_power_save_level: 6;
    }
}

element! {
    /// Mesh configuration (9.4.2.97; `struct ieee80211_meshconf_ie`).
    pub struct MeshConfig: Id::MESH_CONFIG, "mesh configuration element" {
        /// Path selection protocol: 1 HWMP, 255 a vendor's.
        pub path_selection: u8,
        /// Path metric: 1 airtime, 255 a vendor's.
        pub path_metric: u8,
        /// Congestion control: 0 none, 1 signalling.
        pub congestion: u8,
        /// Synchronization: 1 neighbour offset, 255 a vendor's.
        pub synchronization: u8,
        /// Authentication: 0 none, 1 SAE, 2 802.1X.
        pub authentication: u8,
        /// Formation info.
        pub formation: MeshFormation,
        /// Capability.
        pub capability: MeshCapability,
    }
}

element! {
    /// Mesh peering management (9.4.2.101). What follows the local link ID depends on the frame that it is in:
    /// [`confirm`](Self::confirm) and [`close`](Self::close).
    pub struct PeerMgmt: Id::PEER_MGMT, "mesh peering management element" {
        /// 0 mesh peering management, 1 authenticated peering exchange.
        pub protocol: u16,
        /// The sender's link ID.
        pub local_link_id: u16,
    }
}

impl<'a> PeerMgmt<'a> {
    /// Of a confirm frame: the peer's link ID.
    #[must_use]
    pub fn confirm(&self) -> Option<u16> {
        Wire::read(&mut { self.tail })
    }

    /// Of a close frame: the peer's link ID, if it knows it, and the reason code. `has_pmk`: a chosen PMK stands at
    /// the end.
    #[must_use]
    pub fn close(&self, has_pmk: bool) -> Option<(Option<u16>, u16)> {
        let len = self.tail.len().checked_sub(if has_pmk { 16 } else { 0 })?;
        let mut from = self.tail.get(..len)?;
        let peer = read_if(len >= 4, &mut from)?;
        Some((peer, Wire::read(&mut from)?))
    }

    /// Of an open or confirm frame of the authenticated exchange: the chosen PMK at the end.
    #[must_use]
    pub fn chosen_pmk(&self) -> Option<&'a [u8; 16]> {
        self.tail.last_chunk()
    }
}

record! {
    /// A target of a path request.
    pub struct PreqTarget {
        /// Bit 0: only the target answers (`IEEE80211_PREQ_TO_FLAG`); bit 2: its sequence number is not known
        /// (`IEEE80211_PREQ_USN_FLAG`).
        pub flags: u8,
        /// Its address.
        pub address: MacAddr,
        /// Its HWMP sequence number.
        pub sn: u32,
    }
}

/// Path request (9.4.2.112).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Preq<'a> {
    /// Bit 0: of a gate; bit 1: to one station; bit 2: proactive with answers; bit 6: an external address
    /// follows.
    pub flags: u8,
    /// Hops so far.
    pub hop_count: u8,
    /// Hops that it may still go.
    pub ttl: u8,
    /// Names the request.
    pub preq_id: u32,
    /// Who asks.
    pub originator: MacAddr,
    /// The originator's HWMP sequence number.
    pub originator_sn: u32,
    /// Somebody behind the originator: if and only if bit 6 of the flags is set.
    pub external: Option<MacAddr>,
    /// How long the answer counts, in TU.
    pub lifetime: u32,
    /// Metric so far.
    pub metric: u32,
    /// Who is asked for.
    pub targets: List<'a, PreqTarget>,
    /// Bytes behind those that are known.
    pub tail: &'a [u8],
}

/// In the flags of a path request or reply: an external address follows.
const ADDRESS_EXTENSION: u8 = 0x40;

impl<'a> Wire<'a> for Preq<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let flags = u8::read(from)?;
        let [hop_count, ttl] = Wire::read(from)?;
        let (preq_id, originator, originator_sn) =
            (Wire::read(from)?, Wire::read(from)?, Wire::read(from)?);
        let external = read_if(flags & ADDRESS_EXTENSION != 0, from)?;
        let (lifetime, metric, count) = (Wire::read(from)?, Wire::read(from)?, u8::read(from)?);
        let targets = List::read(from, usize::from(count))?;
        Some(Self {
            flags,
            hop_count,
            ttl,
            preq_id,
            originator,
            originator_sn,
            external,
            lifetime,
            metric,
            targets,
            tail: core::mem::take(from),
        })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(&[self.flags, self.hop_count, self.ttl])?;
        self.preq_id.write(out)?;
        self.originator.write(out)?;
        self.originator_sn.write(out)?;
        self.external.write(out)?;
        self.lifetime.write(out)?;
        self.metric.write(out)?;
        count(self.targets.len(), "targets of a path request")?.write(out)?;
        self.targets.write(out)?;
        out.put(self.tail)
    }
}

body! { Preq: Id::PREQ, "path request element" }

fn count(len: usize, what: &'static str) -> Result<u8, BuildError> {
    u8::try_from(len).map_err(|_| BuildError::Overlong(what))
}

element! {
    /// Path reply (9.4.2.113).
    pub struct Prep: Id::PREP, "path reply element" {
        /// Bit 6: an external address follows.
        pub flags: u8,
        /// Hops so far.
        pub hop_count: u8,
        /// Hops that it may still go.
        pub ttl: u8,
        /// Who was asked for.
        pub target: MacAddr,
        /// The target's HWMP sequence number.
        pub target_sn: u32,
    } then {
        /// Somebody behind the target: if and only if bit 6 of the flags is set.
        pub external: Option<MacAddr> where flags & ADDRESS_EXTENSION != 0,
        /// How long it counts, in TU.
        pub lifetime: u32,
        /// Metric so far.
        pub metric: u32,
        /// Who asked.
        pub originator: MacAddr,
        /// The originator's HWMP sequence number.
        pub originator_sn: u32,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

/// A destination that cannot be reached, of a path error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PerrDestination {
    /// Bit 6: an external address follows.
    pub flags: u8,
    /// Who cannot be reached.
    pub address: MacAddr,
    /// Its HWMP sequence number.
    pub sn: u32,
    /// Somebody behind it: if and only if bit 6 of the flags is set.
    pub external: Option<MacAddr>,
    /// Reason code.
    pub reason: u16,
}

impl Wire<'_> for PerrDestination {
    #[inline]
    fn read(from: &mut &[u8]) -> Option<Self> {
        let flags = u8::read(from)?;
        Some(Self {
            flags,
            address: Wire::read(from)?,
            sn: Wire::read(from)?,
            external: read_if(flags & ADDRESS_EXTENSION != 0, from)?,
            reason: Wire::read(from)?,
        })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.flags.write(out)?;
        self.address.write(out)?;
        self.sn.write(out)?;
        self.external.write(out)?;
        self.reason.write(out)
    }
}

element! {
    /// Path error (9.4.2.114).
    pub struct Perr: Id::PERR, "path error element" {
        /// Hops that it may still go.
        pub ttl: u8,
        /// How many destinations follow.
        pub count: u8,
    } then {
        /// Their bytes: see [`destinations`](Self::destinations).
        pub destinations: &'a [u8],
    }
}

impl<'a> Perr<'a> {
    /// The destinations, as many as are all there.
    pub fn destinations(&self) -> impl Iterator<Item = PerrDestination> + use<'a> {
        let mut rest = self.destinations;
        (0..self.count).map_while(move |_| Wire::read(&mut rest))
    }
}

element! {
    /// Root announcement (9.4.2.111; `struct ieee80211_rann_ie`).
    pub struct Rann: Id::RANN, "root announcement element" {
        /// Bit 0: of a gate.
        pub flags: u8,
        /// Hops so far.
        pub hop_count: u8,
        /// Hops that it may still go.
        pub ttl: u8,
        /// The root.
        pub address: MacAddr,
        /// The root's HWMP sequence number.
        pub sn: u32,
        /// Between two, in TU.
        pub interval: u32,
        /// Metric so far.
        pub metric: u32,
    }
}

element! {
    /// Gate announcement (9.4.2.110).
    pub struct Gann: Id::GANN, "gate announcement element" {
        /// Reserved.
        pub flags: u8,
        /// Hops so far.
        pub hop_count: u8,
        /// Hops that it may still go.
        pub ttl: u8,
        /// The gate.
        pub address: MacAddr,
        /// Sequence number.
        pub sn: u32,
        /// Between two, in s.
        pub interval: u16,
    }
}

element! {
    /// Mesh awake window (9.4.2.103).
    pub struct MeshAwakeWindow: Id::MESH_AWAKE_WINDOW, "mesh awake window element" {
        /// In TU.
        pub window: u16,
    }
}

element! {
    /// Authenticated mesh peering exchange (9.4.2.117).
    pub struct AuthMeshPeerExch: Id::AUTH_MESH_PEER_EXCH, "authenticated mesh peering exchange element" {
        /// Selected pairwise cipher.
        pub pairwise: [u8; 4],
        /// The sender's nonce.
        pub local_nonce: [u8; 32],
        /// The peer's nonce.
        pub peer_nonce: [u8; 32],
    } then {
        /// Key replay counter, GTK data, IGTK data, as far as they are there.
        pub keys: &'a [u8],
    }
}

element! {
    /// MIC (9.4.2.118), of the authenticated mesh peering exchange.
    pub struct Mic: Id::MIC, "MIC element" then {
        /// Message integrity code; everything behind this element is encrypted.
        pub mic: &'a [u8],
    }
}
