//! `netlink-bindings`: iterators over attributes, typed one by one, as ours.

use core::net::IpAddr;

use netlink_bindings::rt_link::*;
use netlink_bindings::rt_route::{PushRouteAttrs, Rtmsg};

use super::Sum;
use super::routes::Route;

/// Visits each value of all links. The crate has no walk over messages (its sockets' crate has): the loop is
/// ours.
#[must_use]
pub fn decode(mut datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    while let Some((&[l0, l1, l2, l3], _)) = datagram.split_first_chunk() {
        let len = u32::from_ne_bytes([l0, l1, l2, l3]) as usize;
        let Some(payload) = datagram.get(16..len) else { break };
        let (_, attrs) = OpGetlinkDo::decode_request(payload);
        link(attrs, &mut sum);
        datagram = datagram.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
    sum
}

/// Writes a route into `buffer`. The crate writes no header: this one is ours.
pub fn encode(route: &Route, buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.extend([0; 4]);
    buffer.extend([24_u16, 1].map(u16::to_ne_bytes).as_flattened());
    buffer.extend([0; 8]);
    let header = Rtmsg {
        rtm_family: 2,
        rtm_dst_len: route.prefix,
        rtm_table: 254,
        rtm_protocol: 3,
        rtm_type: 1,
        ..Rtmsg::default()
    };
    buffer.extend(header.as_slice());
    PushRouteAttrs::new(&mut *buffer)
        .push_table(254)
        .push_dst(IpAddr::from(route.to))
        .push_priority(route.metric)
        .push_gateway(IpAddr::from(route.gateway))
        .push_oif(route.interface);
    let len = (buffer.len() as u32).to_ne_bytes();
    if let Some(place) = buffer.first_chunk_mut() {
        *place = len;
    }
}

/// Does with each attribute of a list what its row says.
macro_rules! visit {
    ($attrs:expr, $sum:ident, $set:ident { $($($name:ident),+ => |$value:pat_param| $fold:expr;)* }) => {
        for attr in $attrs {
            #[allow(unreachable_patterns, reason = "some lists have no further attributes")]
            match attr {
                $($(Ok($set::$name($value)))|+ => $fold,)*
                _ => $sum.untyped(),
            }
        }
    };
}

fn link(attrs: IterableLinkAttrs<'_>, sum: &mut Sum) {
    visit!(attrs, sum, LinkAttrs {
        Address, Broadcast, Wireless, Protinfo, PhysPortId, PhysSwitchId, Pad, PermAddress,
        DevlinkPort
            => |value| sum.bytes(value);
        Ifname, Qdisc, Ifalias, PhysPortName, AltIfname, ProtoDownReason, ParentDevName,
        ParentDevBusName
            => |value| sum.bytes(value.to_bytes());
        Mtu, Link, Master, Txqlen, Weight, NetNsPid, NumVf, Group, NetNsFd, ExtMask, Promiscuity,
        NumTxQueues, NumRxQueues, CarrierChanges, GsoMaxSegs, GsoMaxSize, Event, CarrierUpCount,
        CarrierDownCount, MinMtu, MaxMtu, GroMaxSize, TsoMaxSize, TsoMaxSegs, Allmulti,
        GsoIpv4MaxSize, GroIpv4MaxSize, MaxPacingOffloadHorizon
            => |value| sum.number(value);
        Stats => |value| sum.number(value.rx_packets);
        Map => |value| sum.number(value.mem_start);
        Operstate, Linkmode, Carrier, ProtoDown, NetnsImmutable => |value| sum.number(value);
        Linkinfo => |value| info(value, sum);
        Stats64 => |value| sum.number(value.rx_packets);
        AfSpec => |value| families(value, sum);
        LinkNetnsid, NewNetnsid, TargetNetnsid, NewIfindex => |value| sum.signed(value);
        Xdp => |value| xdp(value, sum);
        PropList => |value| names(value, sum);
        DpllPin => |value| dpll_pin(value, sum);
        Headroom, Tailroom => |value| sum.number(value);
    });
}

fn dpll_pin(attrs: IterableLinkDpllPinAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkDpllPinAttrs {
        Id => |value| sum.number(value);
    });
}

fn names(attrs: IterablePropListLinkAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, PropListLinkAttrs {
        AltIfname => |value| sum.bytes(value.to_bytes());
    });
}

fn xdp(attrs: IterableXdpAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, XdpAttrs {
        Fd, ExpectedFd => |value| sum.signed(value);
        Attached => |value| sum.number(value);
        Flags, ProgId, DrvProgId, SkbProgId, HwProgId => |value| sum.number(value);
    });
}

fn info(attrs: IterableLinkinfoAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoAttrs {
        Kind, SlaveKind => |value| sum.bytes(value.to_bytes());
        Data => |value| data(value, sum);
        Xstats => |value| sum.bytes(value);
        SlaveData => |value| port(value, sum);
    });
}

fn bond(attrs: IterableLinkinfoBondAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoBondAttrs {
        Mode, UseCarrier, PrimaryReselect, FailOverMac, XmitHashPolicy, NumPeerNotif,
        AllSlavesActive, AdLacpRate, AdSelect, TlbDynamicLb, AdLacpActive, MissedMax,
        CoupledControl, BroadcastNeigh, LacpStrict
            => |value| sum.number(value);
        ActiveSlave, Miimon, Updelay, Downdelay, ArpInterval, ArpValidate, ArpAllTargets, Primary,
        ResendIgmp, MinLinks, LpInterval, PacketsPerSlave, PeerNotifDelay
            => |value| sum.number(value);
        ArpIpTarget => |value| addresses(value, sum);
        AdInfo => |value| aggregator(value, sum);
        AdActorSysPrio, AdUserPortKey => |value| sum.number(value);
        AdActorSystem => |value| sum.bytes(value);
        NsIp6Target => |value| addresses6(value, sum);
    });
}

fn aggregator(attrs: IterableBondAdInfoAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BondAdInfoAttrs {
        Aggregator, NumPorts, ActorKey, PartnerKey => |value| sum.number(value);
        PartnerMac => |value| sum.bytes(value);
    });
}

fn bond_port(attrs: IterableBondSlaveAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BondSlaveAttrs {
        State, MiiStatus, AdActorOperPortState => |value| sum.number(value);
        LinkFailureCount, Prio => |value| sum.number(value);
        PermHwaddr => |value| sum.bytes(value);
        QueueId, AdAggregatorId, AdPartnerOperPortState => |value| sum.number(value);
    });
}

fn bridge(attrs: IterableLinkinfoBridgeAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoBridgeAttrs {
        ForwardDelay, HelloTime, MaxAge, AgeingTime, StpState, RootPathCost, McastHashElasticity,
        McastHashMax, McastLastMemberCnt, McastStartupQueryCnt, FdbNLearned, FdbMaxLearned,
        StpMode
            => |value| sum.number(value);
        Priority, VlanProtocol, GroupFwdMask, RootPort, VlanDefaultPvid
            => |value| sum.number(value);
        VlanFiltering, TopologyChange, TopologyChangeDetected, McastRouter, McastSnooping,
        McastQueryUseIfaddr, McastQuerier, NfCallIptables, NfCallIp6tables, NfCallArptables,
        VlanStatsEnabled, McastStatsEnabled, McastIgmpVersion, McastMldVersion, VlanStatsPerPort
            => |value| sum.number(value);
        RootId, BridgeId => |value| sum.number(value.prio);
        HelloTimer, TcnTimer, TopologyChangeTimer, GcTimer, McastLastMemberIntvl,
        McastMembershipIntvl, McastQuerierIntvl, McastQueryIntvl, McastQueryResponseIntvl,
        McastStartupQueryIntvl
            => |value| sum.number(value);
        GroupAddr, FdbFlush, Pad => |value| sum.bytes(value);
        MultiBoolopt => |value| sum.number(value.optval);
        McastQuerierState => |_| sum.nest();
    });
}

fn bridge_port(attrs: IterableLinkinfoBrportAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoBrportAttrs {
        State, Mode, Guard, Protect, FastLeave, Learning, UnicastFlood, Proxyarp, LearningSync,
        ProxyarpWifi, TopologyChangeAck, ConfigPending, MulticastRouter, McastFlood, McastToUcast,
        VlanTunnel, BcastFlood, NeighSuppress, Isolated, MrpRingOpen, MrpInOpen, Locked, Mab,
        NeighVlanSuppress, NeighForwardGrat
            => |value| sum.number(value);
        Priority, DesignatedPort, DesignatedCost, Id, No, GroupFwdMask => |value| sum.number(value);
        Cost, BackupPort, McastEhtHostsLimit, McastEhtHostsCnt, McastNGroups, McastMaxGroups,
        BackupNhid
            => |value| sum.number(value);
        RootId, BridgeId => |value| sum.number(value.prio);
        MessageAgeTimer, ForwardDelayTimer, HoldTimer => |value| sum.number(value);
        Flush => |()| sum.number(0_u8);
        Pad => |value| sum.bytes(value);
    });
}

fn iptun(attrs: IterableLinkinfoIptunAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoIptunAttrs {
        Link, Flowinfo, Fwmark => |value| sum.number(value);
        Local, Remote => |value| sum.ip(value);
        Ttl, Tos, EncapLimit, Proto, Pmtudisc => |value| sum.number(value);
        Flags, _6rdPrefixlen, _6rdRelayPrefixlen, EncapType, EncapFlags, EncapSport, EncapDport
            => |value| sum.number(value);
        _6rdPrefix => |value| sum.ip(<[u8; 16]>::try_from(value).unwrap_or_default().into());
        _6rdRelayPrefix => |value| sum.ip(value.into());
        CollectMetadata => |()| sum.number(0_u8);
    });
}

fn tun(attrs: IterableLinkinfoTunAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoTunAttrs {
        Owner, Group, NumQueues, NumDisabledQueues => |value| sum.number(value);
        Type, Pi, VnetHdr, Persist, MultiQueue => |value| sum.number(value);
    });
}

fn vlan(attrs: IterableLinkinfoVlanAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoVlanAttrs {
        Id, Protocol => |value| sum.number(value);
        Flags => |value| sum.number(value.flags);
        EgressQos, IngressQos => |value| vlan_map(value, sum);
    });
}

fn vlan_map(attrs: IterableIflaVlanQos<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, IflaVlanQos {
        Mapping => |value| sum.number(value.from);
    });
}

fn families(attrs: IterableAfSpecAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, AfSpecAttrs {
        Inet => |value| inet(value, sum);
        Inet6 => |value| inet6(value, sum);
    });
}

fn inet(attrs: IterableIflaAttrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, IflaAttrs {
        Conf => |value| sum.bytes(value);
    });
}

fn inet6(attrs: IterableIfla6Attrs<'_>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, Ifla6Attrs {
        Flags, RaMtu => |value| sum.number(value);
        Conf, Stats, Mcast, Icmp6stats => |value| sum.bytes(value);
        Cacheinfo => |value| sum.number(value.max_reasm_len);
        Token => |value| sum.ip(<[u8; 16]>::try_from(value).unwrap_or_default().into());
        AddrGenMode => |value| sum.number(value);
    });
}

fn data(data: LinkinfoDataMsg<'_>, sum: &mut Sum) {
    match data {
        LinkinfoDataMsg::Bond(value) => bond(value, sum),
        LinkinfoDataMsg::Bridge(value) => bridge(value, sum),
        LinkinfoDataMsg::Ipip(value) | LinkinfoDataMsg::Sit(value) => iptun(value, sum),
        LinkinfoDataMsg::Tun(value) => tun(value, sum),
        LinkinfoDataMsg::Vlan(value) => vlan(value, sum),
        _ => sum.untyped(),
    }
}

fn port(data: LinkinfoMemberDataMsg<'_>, sum: &mut Sum) {
    match data {
        LinkinfoMemberDataMsg::Bond(value) => bond_port(value, sum),
        LinkinfoMemberDataMsg::Bridge(value) => bridge_port(value, sum),
    }
}

fn addresses(attrs: IterableArrayIpv4Addr<'_>, sum: &mut Sum) {
    sum.nest();
    for address in attrs {
        match address {
            Ok(address) => sum.ip(address.into()),
            Err(_) => sum.untyped(),
        }
    }
}

fn addresses6(attrs: IterableArrayBinary<'_>, sum: &mut Sum) {
    sum.nest();
    for address in attrs {
        match address.map(<[u8; 16]>::try_from) {
            Ok(Ok(address)) => sum.ip(address.into()),
            _ => sum.untyped(),
        }
    }
}
