//! Links that others belong to: bonds and routing domains.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12,
//! `drivers/net/bonding/bond_netlink.c`, `drivers/net/vrf.c`.

use crate::attributes;
use crate::policy::{Check, Range, Rule};
use crate::set::{Binary, Indexed, Ip, Nest};

attributes! {
    /// `IFLA_BOND_*`. Policy: `bond_policy`.
    pub BondSet: BondAttr, BondAttrBuf {
        /// `IFLA_BOND_MODE`: `BOND_MODE_*`.
        Mode = 1: u8;
        /// `IFLA_BOND_ACTIVE_SLAVE`: the index of the active port.
        ActiveSlave = 2: u32;
        /// `IFLA_BOND_MIIMON`: milliseconds between looks at the carrier.
        Miimon = 3: u32;
        /// `IFLA_BOND_UPDELAY`: milliseconds until a port counts as up.
        Updelay = 4: u32;
        /// `IFLA_BOND_DOWNDELAY`: milliseconds until a port counts as down.
        Downdelay = 5: u32;
        /// `IFLA_BOND_USE_CARRIER`: unused.
        UseCarrier = 6: u8;
        /// `IFLA_BOND_ARP_INTERVAL`: milliseconds between ARP probes.
        ArpInterval = 7: u32;
        /// `IFLA_BOND_ARP_IP_TARGET`: whom to probe.
        ArpIpTarget = 8: Nest<Indexed<Ip>> => Rule::NESTED;
        /// `IFLA_BOND_ARP_VALIDATE`: `BOND_ARP_VALIDATE_*`.
        ArpValidate = 9: u32;
        /// `IFLA_BOND_ARP_ALL_TARGETS`: `BOND_ARP_TARGETS_*`.
        ArpAllTargets = 10: u32;
        /// `IFLA_BOND_PRIMARY`: the index of the port that is used if it can be.
        Primary = 11: u32;
        /// `IFLA_BOND_PRIMARY_RESELECT`: `BOND_PRI_RESELECT_*`.
        PrimaryReselect = 12: u8;
        /// `IFLA_BOND_FAIL_OVER_MAC`: `BOND_FOM_*`.
        FailOverMac = 13: u8;
        /// `IFLA_BOND_XMIT_HASH_POLICY`: `BOND_XMIT_POLICY_*`.
        XmitHashPolicy = 14: u8;
        /// `IFLA_BOND_RESEND_IGMP`: IGMP reports after a failover.
        ResendIgmp = 15: u32;
        /// `IFLA_BOND_NUM_PEER_NOTIF`: notifications after a failover.
        NumPeerNotif = 16: u8;
        /// `IFLA_BOND_ALL_SLAVES_ACTIVE`: whether inactive ports receive.
        AllSlavesActive = 17: u8;
        /// `IFLA_BOND_MIN_LINKS`: ports that must be up.
        MinLinks = 18: u32;
        /// `IFLA_BOND_LP_INTERVAL`: seconds between learning packets.
        LpInterval = 19: u32;
        /// `IFLA_BOND_PACKETS_PER_SLAVE`: packets before the next port's turn.
        PacketsPerSlave = 20: u32;
        /// `IFLA_BOND_AD_LACP_RATE`: 0 slow, 1 fast.
        AdLacpRate = 21: u8;
        /// `IFLA_BOND_AD_SELECT`: `BOND_AD_*`.
        AdSelect = 22: u8;
        /// `IFLA_BOND_AD_INFO`: the active aggregator.
        AdInfo = 23: Nest<BondAdInfoSet> => Rule::NESTED;
        /// `IFLA_BOND_AD_ACTOR_SYS_PRIO`: our system's priority.
        AdActorSysPrio = 24: u16;
        /// `IFLA_BOND_AD_USER_PORT_KEY`: the upper bits of the port key.
        AdUserPortKey = 25: u16;
        /// `IFLA_BOND_AD_ACTOR_SYSTEM`: our system's address.
        AdActorSystem = 26: Binary => Rule::binary(6);
        /// `IFLA_BOND_TLB_DYNAMIC_LB`: whether flows move between ports.
        TlbDynamicLb = 27: u8;
        /// `IFLA_BOND_PEER_NOTIF_DELAY`: milliseconds between notifications.
        PeerNotifDelay = 28: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 300_000 }));
        /// `IFLA_BOND_AD_LACP_ACTIVE`: whether LACP speaks first.
        AdLacpActive = 29: u8;
        /// `IFLA_BOND_MISSED_MAX`: ARP probes that may be missed.
        MissedMax = 30: u8;
        /// `IFLA_BOND_NS_IP6_TARGET`: whom to probe, IPv6.
        NsIp6Target = 31: Nest<Indexed<Ip>> => Rule::NESTED;
        /// `IFLA_BOND_COUPLED_CONTROL`: 802.3ad: receiving and sending go together.
        CoupledControl = 32: u8;
        /// `IFLA_BOND_BROADCAST_NEIGH`: whether ARP and ND go out of every port.
        BroadcastNeigh = 33: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_BOND_AD_INFO_*`: an aggregator of 802.3ad.
    pub BondAdInfoSet: BondAdInfoAttr, BondAdInfoAttrBuf {
        /// `IFLA_BOND_AD_INFO_AGGREGATOR`: its id.
        Aggregator = 1: u16;
        /// `IFLA_BOND_AD_INFO_NUM_PORTS`: its ports.
        NumPorts = 2: u16;
        /// `IFLA_BOND_AD_INFO_ACTOR_KEY`: our key.
        ActorKey = 3: u16;
        /// `IFLA_BOND_AD_INFO_PARTNER_KEY`: the partner's key.
        PartnerKey = 4: u16;
        /// `IFLA_BOND_AD_INFO_PARTNER_MAC`: the partner's address.
        PartnerMac = 5: Binary;
    }
}

attributes! {
    /// `IFLA_BOND_SLAVE_*`: a port of a bond. Policy: `bond_slave_policy`.
    pub BondSlaveSet: BondSlaveAttr, BondSlaveAttrBuf {
        /// `IFLA_BOND_SLAVE_STATE`: `BOND_STATE_*`.
        State = 1: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_MII_STATUS`: `BOND_LINK_*`.
        MiiStatus = 2: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_LINK_FAILURE_COUNT`: how often it failed.
        LinkFailureCount = 3: u32 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_PERM_HWADDR`: the address it was made with.
        PermHwaddr = 4: Binary => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_QUEUE_ID`: its transmit queue.
        QueueId = 5: u16;
        /// `IFLA_BOND_SLAVE_AD_AGGREGATOR_ID`: its aggregator.
        AdAggregatorId = 6: u16 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE`: our state.
        AdActorOperPortState = 7: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE`: the partner's state.
        AdPartnerOperPortState = 8: u16 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_PRIO`: its priority in a failover.
        Prio = 9: i32;
        /// `IFLA_BOND_SLAVE_ACTOR_PORT_PRIO`: its priority in 802.3ad.
        ActorPortPrio = 10: u16;
        /// `IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE`: our churn machine's state.
        AdChurnActorState = 11: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE`: the partner's churn machine's state.
        AdChurnPartnerState = 12: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_VRF_*`. Policy: `vrf_nl_policy`.
    pub VrfSet: VrfAttr, VrfAttrBuf {
        /// `IFLA_VRF_TABLE`: its routing table.
        Table = 1: u32;
    }
}

attributes! {
    /// `IFLA_VRF_PORT_*`.
    pub VrfPortSet: VrfPortAttr, VrfPortAttrBuf {
        /// `IFLA_VRF_PORT_TABLE`: its routing table.
        Table = 1: u32;
    }
}
