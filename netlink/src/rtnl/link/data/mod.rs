//! What the kinds of links have to say: `IFLA_INFO_DATA` and `IFLA_INFO_SLAVE_DATA`.

mod bridge;
mod pair;
mod several;
mod stacked;
mod tunnel;

pub use bridge::*;
pub use pair::*;
pub use several::*;
pub use stacked::*;
pub use tunnel::*;

use super::af::BrportSet;
use crate::set::{Nest, choice};
use crate::wire::Attrs;

choice! {
    /// `IFLA_INFO_DATA`, by `IFLA_INFO_KIND`.
    pub InfoData: InfoDataView, InfoDataBuf, by kind {
        /// A pair of interfaces.
        Veth = b"veth" => Nest<VethSet>;
        /// A bridge.
        Bridge = b"bridge" => Nest<BridgeSet>;
        /// A VLAN of an interface.
        Vlan = b"vlan" => Nest<VlanSet>;
        /// A VXLAN tunnel.
        Vxlan = b"vxlan" => Nest<VxlanSet>;
        /// A further hardware address of an interface.
        Macvlan = b"macvlan" | b"macvtap" => Nest<MacvlanSet>;
        /// A further IP host on an interface.
        Ipvlan = b"ipvlan" | b"ipvtap" => Nest<IpvlanSet>;
        /// An interface whose wire is a file descriptor.
        Tun = b"tun" => Nest<TunSet>;
        /// Several interfaces as one.
        Bond = b"bond" => Nest<BondSet>;
        /// A routing domain.
        Vrf = b"vrf" => Nest<VrfSet>;
        /// A GENEVE tunnel.
        Geneve = b"geneve" => Nest<GeneveSet>;
        /// A pair of interfaces with BPF programs between.
        Netkit = b"netkit" => Nest<NetkitSet>;
        /// A tunnel of IP in IP.
        Iptun = b"ipip" | b"sit" | b"ip6tnl" => Nest<IptunSet>;
        /// A GRE tunnel.
        Gre = b"gre" | b"gretap" | b"erspan" | b"ip6gre" | b"ip6gretap" | b"ip6erspan" => Nest<GreSet>;
        /// An IPsec interface.
        Xfrm = b"xfrm" => Nest<XfrmSet>;
    }
}

choice! {
    /// `IFLA_INFO_SLAVE_DATA`, by `IFLA_INFO_SLAVE_KIND`.
    pub SlaveData: SlaveDataView, SlaveDataBuf, by slave_kind {
        /// A port of a bridge.
        Bridge = b"bridge" => Nest<BrportSet>;
        /// A port of a bond.
        Bond = b"bond" => Nest<BondSlaveSet>;
        /// A member of a routing domain.
        Vrf = b"vrf" => Nest<VrfPortSet>;
    }
}

/// The text of `IFLA_INFO_KIND`.
fn kind(among: Attrs<'_>) -> Option<&[u8]> {
    among.find(1).map(|kind| kind.c_str())
}

/// The text of `IFLA_INFO_SLAVE_KIND`.
fn slave_kind(among: Attrs<'_>) -> Option<&[u8]> {
    among.find(4).map(|kind| kind.c_str())
}
