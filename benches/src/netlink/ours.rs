//! `softnet-netlink`: the attributes are walked as they lie, typed one by one.

use core::net::{IpAddr, Ipv4Addr};

use softnet_netlink::rtnl::link::*;
use softnet_netlink::rtnl::route::{RouteAttr, RouteSet, Rtmsg};
use softnet_netlink::rtnl::{RouteMessageView, kind};
use softnet_netlink::set::{Entry, Indexed, Ip, Set, Typed};
use softnet_netlink::wire::{Body, Flags, Header, Messages, WriteError, Writer};

use super::Sum;
use super::routes::Route;

/// Visits each value of all links.
#[must_use]
pub fn decode(datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    for message in Messages::new(datagram).flatten() {
        if let Some(RouteMessageView::Link(message)) = RouteMessageView::decode(message) {
            link(message.attrs(), &mut sum);
        }
    }
    sum
}

/// Counts the messages, and adds up their types.
#[must_use]
pub fn headers(datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    for message in Messages::new(datagram).flatten() {
        sum.number(message.kind());
    }
    sum
}

/// Writes a route into `buffer`; how long it is.
///
/// # Errors
/// [`WriteError`].
pub fn encode(route: &Route, buffer: &mut [u8]) -> Result<usize, WriteError> {
    let mut writer = Writer::new(buffer);
    let header = Header::new(kind::NEWROUTE, Flags::REQUEST);
    writer.message(header, |body| write_route(route, body))?;
    Ok(writer.as_bytes().len())
}

/// Writes what follows a route's header.
///
/// # Errors
/// [`WriteError`].
#[inline]
pub fn write_route(route: &Route, body: &mut Body<'_>) -> Result<(), WriteError> {
    let v4 = |octets: [u8; 4]| IpAddr::V4(Ipv4Addr::from(octets));
    body.fixed(&Rtmsg {
        family: 2,
        dst_len: route.prefix,
        table: 254,
        protocol: 3,
        kind: 1,
        ..Rtmsg::default()
    })?;
    RouteSet::write(&RouteAttr::Table(254), body)?;
    RouteSet::write(&RouteAttr::Dst(v4(route.to)), body)?;
    RouteSet::write(&RouteAttr::Priority(route.metric), body)?;
    RouteSet::write(&RouteAttr::Gateway(v4(route.gateway)), body)?;
    RouteSet::write(&RouteAttr::Oif(route.interface), body)
}

/// Does with each attribute of a list what its row says.
macro_rules! visit {
    ($attrs:expr, $sum:ident, $set:ident { $($($name:ident),+ => |$value:pat_param| $fold:expr;)* }) => {
        for attr in $attrs {
            match attr {
                $($($set::$name($value))|+ => $fold,)*
                _ => $sum.untyped(),
            }
        }
    };
}

fn link(attrs: Typed<'_, LinkSet>, sum: &mut Sum) {
    visit!(attrs, sum, LinkAttr {
        Address, Broadcast, Wireless, Protinfo, PhysPortId, PhysSwitchId, Pad, PermAddress
            => |value| sum.bytes(value);
        Ifname, Qdisc, PhysPortName, AltIfname, ParentDevName, ParentDevBusName
            => |value| sum.bytes(value);
        Mtu, Link, Cost, Priority, Master, Txqlen, Weight, NetNsPid, NumVf, Group, NetNsFd,
        ExtMask, Promiscuity, NumTxQueues, NumRxQueues, CarrierChanges, GsoMaxSegs, GsoMaxSize,
        Event, CarrierUpCount, CarrierDownCount, MinMtu, MaxMtu, GroMaxSize, TsoMaxSize,
        TsoMaxSegs, Allmulti, GsoIpv4MaxSize, GroIpv4MaxSize
            => |value| sum.number(value);
        Stats => |value| sum.number(value.get().rx_packets);
        Map => |value| sum.number(value.get().mem_start);
        Operstate, Linkmode, Carrier, ProtoDown, NetnsImmutable => |value| sum.number(value);
        Linkinfo => |value| info(value.attrs(), sum);
        Ifalias => |value| sum.bytes(value.text);
        Stats64 => |value| sum.number(value.get().rx_packets);
        AfSpec => |value| families(value.attrs(), sum);
        LinkNetnsid, NewNetnsid, TargetNetnsid, NewIfindex => |value| sum.signed(value);
        Xdp => |value| xdp(value.attrs(), sum);
        PropList => |value| names(value.attrs(), sum);
        DevlinkPort => |value| devlink_port(value.attrs(), sum);
        DpllPin => |value| dpll_pin(value.attrs(), sum);
        MaxPacingOffloadHorizon => |value| sum.number(value);
        Headroom, Tailroom => |value| sum.number(value);
    });
}

fn devlink_port(attrs: Typed<'_, DevlinkPortSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, DevlinkPortAttr {
        BusName, DevName => |value| sum.bytes(value);
        PortIndex => |value| sum.number(value);
    });
}

fn dpll_pin(attrs: Typed<'_, DpllPinSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, DpllPinAttr {
        Id => |value| sum.number(value);
    });
}

fn names(attrs: Typed<'_, PropListSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, PropListAttr {
        AltIfname => |value| sum.bytes(value);
    });
}

fn xdp(attrs: Typed<'_, XdpSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, XdpAttr {
        Fd, ExpectedFd => |value| sum.signed(value);
        Attached => |value| sum.number(value);
        Flags, ProgId, DrvProgId, SkbProgId, HwProgId => |value| sum.number(value);
    });
}

fn info(attrs: Typed<'_, LinkinfoSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, LinkinfoAttr {
        Kind, SlaveKind => |value| sum.bytes(value.text);
        Data => |value| data(value, sum);
        Xstats => |value| sum.bytes(value);
        SlaveData => |value| port(value, sum);
    });
}

fn bond(attrs: Typed<'_, BondSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BondAttr {
        Mode, UseCarrier, PrimaryReselect, FailOverMac, XmitHashPolicy, NumPeerNotif,
        AllSlavesActive, AdLacpRate, AdSelect, TlbDynamicLb, AdLacpActive, MissedMax,
        CoupledControl, BroadcastNeigh
            => |value| sum.number(value);
        ActiveSlave, Miimon, Updelay, Downdelay, ArpInterval, ArpValidate, ArpAllTargets, Primary,
        ResendIgmp, MinLinks, LpInterval, PacketsPerSlave, PeerNotifDelay
            => |value| sum.number(value);
        ArpIpTarget, NsIp6Target => |value| addresses(value.attrs(), sum);
        AdInfo => |value| aggregator(value.attrs(), sum);
        AdActorSysPrio, AdUserPortKey => |value| sum.number(value);
        AdActorSystem => |value| sum.bytes(value);
    });
}

fn aggregator(attrs: Typed<'_, BondAdInfoSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BondAdInfoAttr {
        Aggregator, NumPorts, ActorKey, PartnerKey => |value| sum.number(value);
        PartnerMac => |value| sum.bytes(value);
    });
}

fn bond_port(attrs: Typed<'_, BondSlaveSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BondSlaveAttr {
        State, MiiStatus, AdActorOperPortState, AdChurnActorState, AdChurnPartnerState
            => |value| sum.number(value);
        LinkFailureCount => |value| sum.number(value);
        PermHwaddr => |value| sum.bytes(value);
        QueueId, AdAggregatorId, AdPartnerOperPortState, ActorPortPrio => |value| sum.number(value);
        Prio => |value| sum.signed(value);
    });
}

fn bridge(attrs: Typed<'_, BridgeSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BridgeAttr {
        ForwardDelay, HelloTime, MaxAge, AgeingTime, StpState, RootPathCost, McastHashElasticity,
        McastHashMax, McastLastMemberCnt, McastStartupQueryCnt, FdbNLearned, FdbMaxLearned
            => |value| sum.number(value);
        Priority, GroupFwdMask, RootPort, VlanDefaultPvid => |value| sum.number(value);
        VlanFiltering, TopologyChange, TopologyChangeDetected, McastRouter, McastSnooping,
        McastQueryUseIfaddr, McastQuerier, NfCallIptables, NfCallIp6tables, NfCallArptables,
        VlanStatsEnabled, McastStatsEnabled, McastIgmpVersion, McastMldVersion, VlanStatsPerPort
            => |value| sum.number(value);
        VlanProtocol => |value| sum.number(value);
        RootId, BridgeId => |value| sum.number(u16::from_ne_bytes(value.get().prio));
        HelloTimer, TcnTimer, TopologyChangeTimer, GcTimer, McastLastMemberIntvl,
        McastMembershipIntvl, McastQuerierIntvl, McastQueryIntvl, McastQueryResponseIntvl,
        McastStartupQueryIntvl
            => |value| sum.number(value);
        GroupAddr, Pad => |value| sum.bytes(value);
        FdbFlush => |()| sum.number(0_u8);
        MultiBoolopt => |value| sum.number(value.get().optval);
        McastQuerierState => |value| querier(value.attrs(), sum);
    });
}

fn querier(attrs: Typed<'_, BridgeQuerierSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BridgeQuerierAttr {
        IpAddress, Ipv6Address => |value| sum.ip(value);
        IpPort, Ipv6Port => |value| sum.number(value);
        IpOtherTimer, Ipv6OtherTimer => |value| sum.number(value);
        Pad => |value| sum.bytes(value);
    });
}

fn bridge_port(attrs: Typed<'_, BrportSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, BrportAttr {
        State, Mode, Guard, Protect, FastLeave, Learning, UnicastFlood, Proxyarp, LearningSync,
        ProxyarpWifi, TopologyChangeAck, ConfigPending, MulticastRouter, McastFlood, McastToUcast,
        VlanTunnel, BcastFlood, NeighSuppress, Isolated, MrpRingOpen, MrpInOpen, Locked, Mab,
        NeighVlanSuppress, BpduFilter
            => |value| sum.number(value);
        Priority, DesignatedPort, DesignatedCost, Id, No, GroupFwdMask => |value| sum.number(value);
        Cost, BackupPort, McastEhtHostsLimit, McastEhtHostsCnt, McastNGroups, McastMaxGroups,
        BackupNhid
            => |value| sum.number(value);
        RootId, BridgeId => |value| sum.number(u16::from_ne_bytes(value.get().prio));
        MessageAgeTimer, ForwardDelayTimer, HoldTimer => |value| sum.number(value);
        Flush => |()| sum.number(0_u8);
        Pad => |value| sum.bytes(value);
    });
}

fn iptun(attrs: Typed<'_, IptunSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, IptunAttr {
        Link, Fwmark => |value| sum.number(value);
        Local, Remote, SixrdPrefix, SixrdRelayPrefix => |value| sum.ip(value);
        Ttl, Tos, EncapLimit, Proto, Pmtudisc => |value| sum.number(value);
        Flowinfo => |value| sum.number(value);
        Flags => |value| sum.number(u16::from_ne_bytes(value.try_into().unwrap_or_default()));
        SixrdPrefixlen, SixrdRelayPrefixlen, EncapType, EncapFlags => |value| sum.number(value);
        EncapSport, EncapDport => |value| sum.number(value);
        CollectMetadata => |()| sum.number(0_u8);
        Fmrs => |value| sum.bytes(value);
    });
}

fn tun(attrs: Typed<'_, TunSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, TunAttr {
        Owner, Group, NumQueues, NumDisabledQueues => |value| sum.number(value);
        Mode, Pi, VnetHdr, Persist, MultiQueue => |value| sum.number(value);
    });
}

fn vlan(attrs: Typed<'_, VlanSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, VlanAttr {
        Id => |value| sum.number(value);
        Flags => |value| sum.number(value.get().flags);
        EgressQos, IngressQos => |value| vlan_map(value.attrs(), sum);
        Protocol => |value| sum.number(value);
    });
}

fn vlan_map(attrs: Typed<'_, VlanQosSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, VlanQosAttr {
        Mapping => |value| sum.number(value.get().from);
    });
}

fn families(attrs: Typed<'_, AfSpecSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, AfSpecAttr {
        Inet => |value| inet(value.attrs(), sum);
        Inet6 => |value| inet6(value.attrs(), sum);
    });
}

fn inet(attrs: Typed<'_, InetSet>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, InetAttr {
        Conf => |value| sum.bytes(value.as_bytes());
    });
}

fn inet6(attrs: Typed<'_, Inet6Set>, sum: &mut Sum) {
    sum.nest();
    visit!(attrs, sum, Inet6Attr {
        Flags, RaMtu => |value| sum.number(value);
        Conf => |value| sum.bytes(value.as_bytes());
        Stats, Icmp6stats => |value| sum.bytes(value.as_bytes());
        Mcast => |value| sum.bytes(value);
        Cacheinfo => |value| sum.number(value.get().max_reasm_len);
        Token => |value| sum.ip(value);
        AddrGenMode => |value| sum.number(value);
    });
}

fn data(data: InfoDataView<'_>, sum: &mut Sum) {
    match data {
        InfoDataView::Bond(value) => bond(value.attrs(), sum),
        InfoDataView::Bridge(value) => bridge(value.attrs(), sum),
        InfoDataView::Iptun(value) => iptun(value.attrs(), sum),
        InfoDataView::Tun(value) => tun(value.attrs(), sum),
        InfoDataView::Vlan(value) => vlan(value.attrs(), sum),
        _ => sum.untyped(),
    }
}

fn port(data: SlaveDataView<'_>, sum: &mut Sum) {
    match data {
        SlaveDataView::Bond(value) => bond_port(value.attrs(), sum),
        SlaveDataView::Bridge(value) => bridge_port(value.attrs(), sum),
        _ => sum.untyped(),
    }
}

fn addresses(attrs: Typed<'_, Indexed<Ip>>, sum: &mut Sum) {
    sum.nest();
    for entry in attrs {
        match entry {
            Entry::Value(_, value) => sum.ip(value),
            Entry::Other(_) => sum.untyped(),
        }
    }
}
