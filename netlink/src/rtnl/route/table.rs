//! `RTA_*`: the attributes of routes.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/rtnetlink.h`, `lwtunnel.h`. Policies: Linux 6.12,
//! `net/ipv4/fib_frontend.c`, `net/ipv6/route.c`.

use super::Multipath;
use crate::attributes;
use crate::policy::{Kind, Policy, Rule, table, table_len};
use crate::rtnl::link::Untyped;
use crate::set::{Be16, Be32, Binary, Fixed, Ip, Name, Nest, layouts};
use crate::wire::Attrs;

attributes! {
    /// `RTA_*`: a route. A request obeys [`RTM_IPV4_POLICY`] or [`RTM_IPV6_POLICY`], by its family. Of MPLS,
    /// addresses of four bytes are labels.
    pub RouteSet: RouteAttr, RouteAttrBuf {
        /// `RTA_DST`: where it leads.
        Dst = 1: Ip;
        /// `RTA_SRC`: from where.
        Src = 2: Ip;
        /// `RTA_IIF`: the index of the interface that packets came in by.
        Iif = 3: u32;
        /// `RTA_OIF`: the index of the interface that they go out by.
        Oif = 4: u32;
        /// `RTA_GATEWAY`: the next hop.
        Gateway = 5: Ip;
        /// `RTA_PRIORITY`: the metric: the least wins.
        Priority = 6: u32;
        /// `RTA_PREFSRC`: our address to send from.
        Prefsrc = 7: Ip;
        /// `RTA_METRICS`: what is known of the way.
        Metrics = 8: Nest<MetricsSet>;
        /// `RTA_MULTIPATH`: several next hops.
        Multipath = 9: Multipath;
        /// `RTA_PROTOINFO`: unused.
        Protoinfo = 10: Binary;
        /// `RTA_FLOW`: the realm.
        Flow = 11: u32;
        /// `RTA_CACHEINFO`: ages.
        Cacheinfo = 12: Fixed<RtaCacheinfo>;
        /// `RTA_SESSION`: unused.
        Session = 13: Binary;
        /// `RTA_MP_ALGO`: unused.
        MpAlgo = 14: Binary;
        /// `RTA_TABLE`: the table, where the header can't hold it.
        Table = 15: u32;
        /// `RTA_MARK`: the mark of packets.
        Mark = 16: u32;
        /// `RTA_MFC_STATS`: counters of a multicast route.
        MfcStats = 17: Fixed<RtaMfcStats>;
        /// `RTA_VIA`: the next hop, of another family (`struct rtvia`).
        Via = 18: Binary;
        /// `RTA_NEWDST`: the label to put on (MPLS).
        Newdst = 19: Binary;
        /// `RTA_PREF`: `ICMPV6_ROUTER_PREF_*`.
        Pref = 20: u8;
        /// `RTA_ENCAP_TYPE`: `LWTUNNEL_ENCAP_*`.
        EncapType = 21: u16;
        /// `RTA_ENCAP`: the lightweight tunnel.
        Encap = 22: Encap;
        /// `RTA_EXPIRES`: seconds left.
        Expires = 23: u32;
        /// `RTA_PAD`: nothing: padding.
        Pad = 24: Binary;
        /// `RTA_UID`: the user whose packets they are.
        Uid = 25: u32;
        /// `RTA_TTL_PROPAGATE`: whether the TTL is kept (MPLS).
        TtlPropagate = 26: u8;
        /// `RTA_IP_PROTO`: the protocol of packets.
        IpProto = 27: u8;
        /// `RTA_SPORT`: the source port of packets.
        Sport = 28: Be16;
        /// `RTA_DPORT`: the destination port of packets.
        Dport = 29: Be16;
        /// `RTA_NH_ID`: the nexthop object.
        NhId = 30: u32;
        /// `RTA_FLOWLABEL`: the flow label of packets.
        Flowlabel = 31: Be32;
    }
}

attributes! {
    /// One next hop of several: those of `RTA_*` that it may have.
    pub HopSet: HopAttr, HopAttrBuf {
        /// `RTA_GATEWAY`: the next hop.
        Gateway = 5: Ip;
        /// `RTA_FLOW`: the realm.
        Flow = 11: u32;
        /// `RTA_VIA`: the next hop, of another family (`struct rtvia`).
        Via = 18: Binary;
        /// `RTA_NEWDST`: the label to put on (MPLS).
        Newdst = 19: Binary;
        /// `RTA_ENCAP_TYPE`: `LWTUNNEL_ENCAP_*`.
        EncapType = 21: u16;
        /// `RTA_ENCAP`: the lightweight tunnel.
        Encap = 22: Encap;
        /// `RTA_TTL_PROPAGATE`: whether the TTL is kept (MPLS).
        TtlPropagate = 26: u8;
    }
}

attributes! {
    /// `RTAX_*`: what is known of the way.
    pub MetricsSet: MetricsAttr, MetricsAttrBuf {
        /// `RTAX_LOCK`: which of these may not be learned, by bit.
        Lock = 1: u32;
        /// `RTAX_MTU`: the path MTU.
        Mtu = 2: u32;
        /// `RTAX_WINDOW`: the greatest window.
        Window = 3: u32;
        /// `RTAX_RTT`: milliseconds times eight there and back.
        Rtt = 4: u32;
        /// `RTAX_RTTVAR`: how much that varies, in milliseconds times four.
        Rttvar = 5: u32;
        /// `RTAX_SSTHRESH`: the slow start threshold.
        Ssthresh = 6: u32;
        /// `RTAX_CWND`: the greatest congestion window.
        Cwnd = 7: u32;
        /// `RTAX_ADVMSS`: the MSS to tell.
        Advmss = 8: u32;
        /// `RTAX_REORDERING`: packets that may be out of order.
        Reordering = 9: u32;
        /// `RTAX_HOPLIMIT`: the hop limit.
        Hoplimit = 10: u32;
        /// `RTAX_INITCWND`: the first congestion window.
        Initcwnd = 11: u32;
        /// `RTAX_FEATURES`: `RTAX_FEATURE_*`.
        Features = 12: u32;
        /// `RTAX_RTO_MIN`: the least retransmission timeout in milliseconds.
        RtoMin = 13: u32;
        /// `RTAX_INITRWND`: the first receive window.
        Initrwnd = 14: u32;
        /// `RTAX_QUICKACK`: whether every segment is acknowledged.
        Quickack = 15: u32;
        /// `RTAX_CC_ALGO`: the congestion control.
        CcAlgo = 16: Name;
        /// `RTAX_FASTOPEN_NO_COOKIE`: whether TCP Fast Open needs no cookie.
        FastopenNoCookie = 17: u32;
    }
}

/// The shape of a lightweight tunnel, by the type that `$key` tells.
macro_rules! encap {
    ($(#[$doc:meta])* pub $name:ident: $view:ident, $buf:ident, by $key:path) => {
        $crate::set::choice! {
            $(#[$doc])*
            pub $name: $view, $buf, by $key {
                /// MPLS labels (`LWTUNNEL_ENCAP_MPLS`).
                Mpls = 1 => $crate::set::Nest<$crate::rtnl::route::MplsEncapSet>;
                /// An IPv4 tunnel (`LWTUNNEL_ENCAP_IP`).
                Ip = 2 => $crate::set::Nest<$crate::rtnl::route::IpEncapSet>;
                /// An IPv6 tunnel (`LWTUNNEL_ENCAP_IP6`).
                Ip6 = 4 => $crate::set::Nest<$crate::rtnl::route::Ip6EncapSet>;
                /// A segment routing header (`LWTUNNEL_ENCAP_SEG6`).
                Seg6 = 5 => $crate::set::Nest<$crate::rtnl::route::Seg6EncapSet>;
                /// IPsec (`LWTUNNEL_ENCAP_XFRM`).
                Xfrm = 10 => $crate::set::Nest<$crate::rtnl::route::XfrmEncapSet>;
            }
        }
    };
}
pub(in crate::rtnl) use encap;

encap! {
    /// `RTA_ENCAP`, by `RTA_ENCAP_TYPE`.
    pub Encap: EncapView, EncapBuf, by encap_kind
}

/// `RTA_ENCAP_TYPE`.
fn encap_kind(among: Attrs<'_>) -> Option<u16> {
    among.find(21)?.u16()
}

attributes! {
    /// `MPLS_IPTUNNEL_*`.
    pub MplsEncapSet: MplsEncapAttr, MplsEncapAttrBuf {
        /// `MPLS_IPTUNNEL_DST`: the labels.
        Dst = 1: Binary;
        /// `MPLS_IPTUNNEL_TTL`: their TTL.
        Ttl = 2: u8;
    }
}

/// An IP tunnel's header. The versions differ in what they call two fields.
macro_rules! ip_encap {
    (
        $prefix:literal, $set:ident: $attr:ident, $buf:ident,
        $ttl:ident = $ttl_name:literal, $tos:ident = $tos_name:literal
    ) => {
        attributes! {
            #[doc = concat!("`", $prefix, "*`.")]
            pub $set: $attr, $buf {
                #[doc = concat!("`", $prefix, "ID`: the tunnel's key, eight bytes in network order.")]
                Id = 1: Binary;
                #[doc = concat!("`", $prefix, "DST`: the other end.")]
                Dst = 2: Ip;
                #[doc = concat!("`", $prefix, "SRC`: our end.")]
                Src = 3: Ip;
                #[doc = concat!("`", $prefix, $ttl_name, "`: of the outer header.")]
                $ttl = 4: u8;
                #[doc = concat!("`", $prefix, $tos_name, "`: of the outer header.")]
                $tos = 5: u8;
                #[doc = concat!("`", $prefix, "FLAGS`: `TUNNEL_*`.")]
                Flags = 6: Be16;
                #[doc = concat!("`", $prefix, "PAD`: nothing: padding.")]
                Pad = 7: Binary;
                #[doc = concat!("`", $prefix, "OPTS`: options of GENEVE, VXLAN or ERSPAN.")]
                Opts = 8: Nest<Untyped> => Rule::NESTED;
            }
        }
    };
}
ip_encap!("LWTUNNEL_IP_", IpEncapSet: IpEncapAttr, IpEncapAttrBuf, Ttl = "TTL", Tos = "TOS");
ip_encap!(
    "LWTUNNEL_IP6_", Ip6EncapSet: Ip6EncapAttr, Ip6EncapAttrBuf, Hoplimit = "HOPLIMIT", Tc = "TC"
);

attributes! {
    /// `SEG6_IPTUNNEL_*`.
    pub Seg6EncapSet: Seg6EncapAttr, Seg6EncapAttrBuf {
        /// `SEG6_IPTUNNEL_SRH`: the mode, and the header.
        Srh = 1: Binary;
    }
}

attributes! {
    /// `LWT_XFRM_*`.
    pub XfrmEncapSet: XfrmEncapAttr, XfrmEncapAttrBuf {
        /// `LWT_XFRM_IF_ID`: the id that policies carry.
        IfId = 1: u32;
        /// `LWT_XFRM_LINK`: the index of the interface.
        Link = 2: u32;
    }
}

layouts! {
    /// `struct rtmsg`: a route.
    pub struct Rtmsg {
        /// `AF_*`.
        pub family: u8,
        /// Bits of the destination's prefix.
        pub dst_len: u8,
        /// Bits of the source's prefix.
        pub src_len: u8,
        /// The type of service.
        pub tos: u8,
        /// The table; more in `RTA_TABLE`.
        pub table: u8,
        /// `RTPROT_*`: who made it.
        pub protocol: u8,
        /// `RT_SCOPE_*`.
        pub scope: u8,
        /// `RTN_*`.
        pub kind: u8,
        /// `RTM_F_*`, `RTNH_F_*`.
        pub flags: u32,
    }

    /// `struct rtnexthop`: one next hop of several.
    pub struct Rtnexthop {
        /// Bytes of this and of its attributes; filled in when it is written.
        pub len: u16,
        /// `RTNH_F_*`.
        pub flags: u8,
        /// Its weight, less one.
        pub hops: u8,
        /// The interface.
        pub ifindex: i32,
    }

    /// `struct rta_cacheinfo`: ages of a route.
    pub struct RtaCacheinfo {
        /// Who refers to it.
        pub clntref: u32,
        /// Hundredths of a second since it was used.
        pub lastuse: u32,
        /// Hundredths of a second left.
        pub expires: i32,
        /// An errno, 0 or above.
        pub error: i32,
        /// How often it was used.
        pub used: u32,
        /// Unused.
        pub id: u32,
        /// Unused.
        pub ts: u32,
        /// Unused.
        pub tsage: u32,
    }

    /// `struct rta_mfc_stats`: counters of a multicast route.
    pub struct RtaMfcStats {
        /// Packets.
        pub packets: u64,
        /// Bytes.
        pub bytes: u64,
        /// Packets that came in by the wrong interface.
        pub wrong_if: u64,
    }
}

/// What a request about an IPv4 route obeys (`rtm_ipv4_policy`).
pub const RTM_IPV4_POLICY: &Policy = &{
    const ROWS: &[(u16, Rule)] = &RTM_IPV4_POLICY_ROWS;
    const TABLE: &[Rule] = &table::<{ table_len(ROWS) }>(ROWS);
    Policy::new(TABLE).strict_from(30)
};
const RTM_IPV4_POLICY_ROWS: [(u16, Rule); 19] = [
    (1, Rule::U32),                         // RTA_DST
    (2, Rule::U32),                         // RTA_SRC
    (3, Rule::U32),                         // RTA_IIF
    (4, Rule::U32),                         // RTA_OIF
    (5, Rule::U32),                         // RTA_GATEWAY
    (6, Rule::U32),                         // RTA_PRIORITY
    (7, Rule::U32),                         // RTA_PREFSRC
    (8, Rule::NESTED),                      // RTA_METRICS
    (9, Rule::of(Kind::Unspec { len: 8 })), // RTA_MULTIPATH
    (11, Rule::U32),                        // RTA_FLOW
    (21, Rule::U16),                        // RTA_ENCAP_TYPE
    (22, Rule::NESTED),                     // RTA_ENCAP
    (25, Rule::U32),                        // RTA_UID
    (16, Rule::U32),                        // RTA_MARK
    (15, Rule::U32),                        // RTA_TABLE
    (27, Rule::U8),                         // RTA_IP_PROTO
    (28, Rule::U16),                        // RTA_SPORT
    (29, Rule::U16),                        // RTA_DPORT
    (30, Rule::U32),                        // RTA_NH_ID
];

/// What a request about an IPv6 route obeys (`rtm_ipv6_policy`).
pub const RTM_IPV6_POLICY: &Policy = &{
    const ROWS: &[(u16, Rule)] = &RTM_IPV6_POLICY_ROWS;
    const TABLE: &[Rule] = &table::<{ table_len(ROWS) }>(ROWS);
    Policy::new(TABLE).strict_from(30)
};
const RTM_IPV6_POLICY_ROWS: [(u16, Rule); 18] = [
    (5, Rule::of(Kind::Unspec { len: 16 })), // RTA_GATEWAY
    (7, Rule::of(Kind::Unspec { len: 16 })), // RTA_PREFSRC
    (4, Rule::U32),                          // RTA_OIF
    (3, Rule::U32),                          // RTA_IIF
    (6, Rule::U32),                          // RTA_PRIORITY
    (8, Rule::NESTED),                       // RTA_METRICS
    (9, Rule::of(Kind::Unspec { len: 8 })),  // RTA_MULTIPATH
    (20, Rule::U8),                          // RTA_PREF
    (21, Rule::U16),                         // RTA_ENCAP_TYPE
    (22, Rule::NESTED),                      // RTA_ENCAP
    (23, Rule::U32),                         // RTA_EXPIRES
    (25, Rule::U32),                         // RTA_UID
    (16, Rule::U32),                         // RTA_MARK
    (15, Rule::U32),                         // RTA_TABLE
    (27, Rule::U8),                          // RTA_IP_PROTO
    (28, Rule::U16),                         // RTA_SPORT
    (29, Rule::U16),                         // RTA_DPORT
    (30, Rule::U32),                         // RTA_NH_ID
];
