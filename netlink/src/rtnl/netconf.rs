//! Settings of address families that were changed, ids of namespaces, and labels of address selection.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/netconf.h`, `net_namespace.h`, `if_addrlabel.h`. Policies: Linux
//! 6.12, `net/ipv4/devinet.c`, `net/core/net_namespace.c`.

use crate::attributes;
use crate::policy::Rule;
use crate::set::{Ip, layouts};

attributes! {
    /// `NETCONFA_*`: settings of an interface, or of all.
    pub NetconfSet: NetconfAttr, NetconfAttrBuf {
        /// `NETCONFA_IFINDEX`: the interface; -1: all; -2: the default.
        Ifindex = 1: i32 => Rule::UNSPEC;
        /// `NETCONFA_FORWARDING`: whether packets are forwarded.
        Forwarding = 2: i32 => Rule::UNSPEC;
        /// `NETCONFA_RP_FILTER`: reverse path filtering.
        RpFilter = 3: i32 => Rule::UNSPEC;
        /// `NETCONFA_MC_FORWARDING`: whether multicast is forwarded.
        McForwarding = 4: i32 => Rule::UNSPEC;
        /// `NETCONFA_PROXY_NEIGH`: whether we answer for others.
        ProxyNeigh = 5: i32 => Rule::UNSPEC;
        /// `NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN`: whether routes without a carrier are ignored.
        IgnoreRoutesWithLinkdown = 6: i32 => Rule::UNSPEC;
        /// `NETCONFA_INPUT`: whether MPLS is taken.
        Input = 7: i32 => Rule::UNSPEC;
        /// `NETCONFA_BC_FORWARDING`: whether broadcasts are forwarded.
        BcForwarding = 8: i32 => Rule::UNSPEC;
        /// `NETCONFA_FORCE_FORWARDING`: whether IPv6 is forwarded in spite of the rest.
        ForceForwarding = 9: i32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `NETNSA_*`: the id of a namespace. Policy: `rtnl_net_policy`.
    pub NsidSet: NsidAttr, NsidAttrBuf {
        /// `NETNSA_NSID`: the id; -1: none.
        Nsid = 1: i32;
        /// `NETNSA_PID`: the namespace of this process.
        Pid = 2: u32;
        /// `NETNSA_FD`: the namespace that this file descriptor is.
        Fd = 3: u32;
        /// `NETNSA_TARGET_NSID`: the namespace whose ids these are.
        TargetNsid = 4: i32;
        /// `NETNSA_CURRENT_NSID`: the id as seen from here.
        CurrentNsid = 5: i32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFAL_*`: a label of address selection (RFC 6724).
    pub AddrlabelSet: AddrlabelAttr, AddrlabelAttrBuf {
        /// `IFAL_ADDRESS`: the prefix.
        Address = 1: Ip => Rule::exactly(16);
        /// `IFAL_LABEL`: the label.
        Label = 2: u32;
    }
}

layouts! {
    /// `struct netconfmsg`, with its padding.
    pub struct Netconfmsg {
        /// `AF_*`.
        pub family: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct rtgenmsg`, with its padding.
    pub struct Rtgenmsg {
        /// `AF_*`.
        pub family: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct ifaddrlblmsg`: a label.
    pub struct Ifaddrlblmsg {
        /// `AF_INET6`.
        pub family: u8,
        /// Nothing.
        pub reserved: u8,
        /// Bits of the prefix.
        pub prefixlen: u8,
        /// Nothing.
        pub flags: u8,
        /// The interface; 0: any.
        pub index: u32,
        /// Counts changes.
        pub seq: u32,
    }
}
