//! Further interfaces on one that is there: VLANs, hardware addresses, IP hosts.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12, `net/8021q`,
//! `drivers/net/{macvlan,ipvlan}`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Be16, Binary, Fixed, Nest, layouts};

attributes! {
    /// `IFLA_VLAN_*`. Policy: `vlan_policy`.
    pub VlanSet: VlanAttr, VlanAttrBuf {
        /// `IFLA_VLAN_ID`: 0 to 4095.
        Id = 1: u16;
        /// `IFLA_VLAN_FLAGS`: `VLAN_FLAG_*`.
        Flags = 2: Fixed<VlanFlags> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VLAN_EGRESS_QOS`: from priorities of packets to 802.1p.
        EgressQos = 3: Nest<VlanQosSet> => Rule::NESTED;
        /// `IFLA_VLAN_INGRESS_QOS`: from 802.1p to priorities of packets.
        IngressQos = 4: Nest<VlanQosSet> => Rule::NESTED;
        /// `IFLA_VLAN_PROTOCOL`: 802.1Q or 802.1ad.
        Protocol = 5: Be16 => Rule::U16;
    }
}

attributes! {
    /// Priorities of a VLAN. Policy: `vlan_map_policy`.
    pub VlanQosSet: VlanQosAttr, VlanQosAttrBuf {
        /// `IFLA_VLAN_QOS_MAPPING`: one of them.
        Mapping = 1: Fixed<VlanQosMapping> => Rule::of(Kind::Unspec { len: 8 });
    }
}

attributes! {
    /// `IFLA_MACVLAN_*`. Policy: `macvlan_policy`.
    pub MacvlanSet: MacvlanAttr, MacvlanAttrBuf {
        /// `IFLA_MACVLAN_MODE`: `MACVLAN_MODE_*`.
        Mode = 1: u32;
        /// `IFLA_MACVLAN_FLAGS`: `MACVLAN_FLAG_*`.
        Flags = 2: u16;
        /// `IFLA_MACVLAN_MACADDR_MODE`: `MACVLAN_MACADDR_*`.
        MacaddrMode = 3: u32;
        /// `IFLA_MACVLAN_MACADDR`: an address.
        Macaddr = 4: Binary => Rule::binary(32);
        /// `IFLA_MACVLAN_MACADDR_DATA`: the source addresses let through.
        MacaddrData = 5: Nest<MacvlanAddressesSet> => Rule::NESTED;
        /// `IFLA_MACVLAN_MACADDR_COUNT`: how many there are.
        MacaddrCount = 6: u32;
        /// `IFLA_MACVLAN_BC_QUEUE_LEN`: broadcasts that may wait.
        BcQueueLen = 7: u32;
        /// `IFLA_MACVLAN_BC_QUEUE_LEN_USED`: the same, as used.
        BcQueueLenUsed = 8: u32 => Rule::REJECT;
        /// `IFLA_MACVLAN_BC_CUTOFF`: ports from which on broadcasts are not delivered at once.
        BcCutoff = 9: i32;
    }
}

attributes! {
    /// Source addresses.
    pub MacvlanAddressesSet: MacvlanAddressesAttr, MacvlanAddressesAttrBuf {
        /// `IFLA_MACVLAN_MACADDR`: an address.
        Macaddr = 4: Binary;
    }
}

attributes! {
    /// `IFLA_IPVLAN_*`.
    pub IpvlanSet: IpvlanAttr, IpvlanAttrBuf {
        /// `IFLA_IPVLAN_MODE`: `IPVLAN_MODE_*`.
        Mode = 1: u16;
        /// `IFLA_IPVLAN_FLAGS`: `IPVLAN_F_*`.
        Flags = 2: u16;
    }
}

layouts! {
    /// `struct ifla_vlan_flags`.
    pub struct VlanFlags {
        /// `VLAN_FLAG_*`.
        pub flags: u32,
        /// Which of them to change.
        pub mask: u32,
    }

    /// `struct ifla_vlan_qos_mapping`.
    pub struct VlanQosMapping {
        /// This priority.
        pub from: u32,
        /// Becomes that.
        pub to: u32,
    }
}
