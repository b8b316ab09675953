//! Links whose wire is software: pairs of interfaces, and those of a file descriptor.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12,
//! `drivers/net/{veth,netkit,tun}.c`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::rtnl::link::Ifinfomsg;
use crate::set::{Binary, Headed, Name, Text};

attributes! {
    /// `VETH_INFO_*`. Policy: `veth_policy`.
    pub VethSet: VethAttr, VethAttrBuf {
        /// `VETH_INFO_PEER`: the other end, to be made with this one.
        Peer = 1: Headed<Ifinfomsg,PeerSet> => Rule::of(Kind::Unspec { len: 16 });
    }
}

attributes! {
    /// `IFLA_NETKIT_*`.
    pub NetkitSet: NetkitAttr, NetkitAttrBuf {
        /// `IFLA_NETKIT_PEER_INFO`: the other end, to be made with this one.
        PeerInfo = 1: Headed<Ifinfomsg,PeerSet>;
        /// `IFLA_NETKIT_PRIMARY`: whether this is the end that owns the pair.
        Primary = 2: u8;
        /// `IFLA_NETKIT_POLICY`: what happens without a program.
        DefaultPolicy = 3: i32;
        /// `IFLA_NETKIT_PEER_POLICY`: the same, at the other end.
        PeerPolicy = 4: i32;
        /// `IFLA_NETKIT_MODE`: `NETKIT_L2` or `NETKIT_L3`.
        Mode = 5: u32;
        /// `IFLA_NETKIT_SCRUB`: `NETKIT_SCRUB_*`.
        Scrub = 6: u32;
        /// `IFLA_NETKIT_PEER_SCRUB`: the same, at the other end.
        PeerScrub = 7: u32;
        /// `IFLA_NETKIT_HEADROOM`: bytes wanted before a packet.
        Headroom = 8: u16;
        /// `IFLA_NETKIT_TAILROOM`: bytes wanted behind a packet.
        Tailroom = 9: u16;
    }
}

attributes! {
    /// The other end of a pair, in the request that makes both: those of `IFLA_*` that it may have. Lists in it
    /// stay raw, so that nothing nests in itself.
    pub PeerSet: PeerAttr, PeerAttrBuf {
        /// `IFLA_ADDRESS`: the hardware address.
        Address = 1: Binary => Rule::binary(32);
        /// `IFLA_BROADCAST`: the hardware address of everybody.
        Broadcast = 2: Binary => Rule::binary(32);
        /// `IFLA_IFNAME`: the name.
        Ifname = 3: Text => Rule::string(15);
        /// `IFLA_MTU`: the most bytes of payload a frame may carry.
        Mtu = 4: u32;
        /// `IFLA_LINK`: the index of the interface below.
        Link = 5: u32;
        /// `IFLA_MASTER`: the index of the bridge, bond or VRF it belongs to.
        Master = 10: u32;
        /// `IFLA_TXQLEN`: packets that a queue may hold.
        Txqlen = 13: u32;
        /// `IFLA_OPERSTATE`: `IF_OPER_*` (RFC 2863).
        Operstate = 16: u8;
        /// `IFLA_LINKMODE`: `IF_LINK_MODE_*`.
        Linkmode = 17: u8;
        /// `IFLA_NET_NS_PID`: the network namespace of this process.
        NetNsPid = 19: u32;
        /// `IFLA_IFALIAS`: a name for people.
        Ifalias = 20: Name => Rule::binary(255);
        /// `IFLA_GROUP`: the group it is in.
        Group = 27: u32;
        /// `IFLA_NET_NS_FD`: the network namespace that this file descriptor is.
        NetNsFd = 28: u32;
        /// `IFLA_NUM_TX_QUEUES`: transmit queues.
        NumTxQueues = 31: u32;
        /// `IFLA_NUM_RX_QUEUES`: receive queues.
        NumRxQueues = 32: u32;
        /// `IFLA_CARRIER`: whether there is a carrier.
        Carrier = 33: u8;
        /// `IFLA_TARGET_NETNSID`: the id of the namespace it is to be in.
        TargetNetnsid = 46: i32;
    }
}

attributes! {
    /// `IFLA_TUN_*`. None can be asked for: tun devices are made by ioctl.
    pub TunSet: TunAttr, TunAttrBuf {
        /// `IFLA_TUN_OWNER`: the user who may open it.
        Owner = 1: u32;
        /// `IFLA_TUN_GROUP`: the group that may open it.
        Group = 2: u32;
        /// `IFLA_TUN_TYPE`: `IFF_TUN` 1 or `IFF_TAP` 2.
        Mode = 3: u8;
        /// `IFLA_TUN_PI`: whether packets have a protocol before them.
        Pi = 4: u8;
        /// `IFLA_TUN_VNET_HDR`: whether packets have a `virtio_net_hdr` before them.
        VnetHdr = 5: u8;
        /// `IFLA_TUN_PERSIST`: whether it stays when nobody has it open.
        Persist = 6: u8;
        /// `IFLA_TUN_MULTI_QUEUE`: whether it has several queues.
        MultiQueue = 7: u8;
        /// `IFLA_TUN_NUM_QUEUES`: queues attached.
        NumQueues = 8: u32;
        /// `IFLA_TUN_NUM_DISABLED_QUEUES`: queues detached.
        NumDisabledQueues = 9: u32;
    }
}
