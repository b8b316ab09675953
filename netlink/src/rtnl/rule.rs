//! Rules: which packets look for their route in which table.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/fib_rules.h`. Policies: Linux 6.12, `net/core/fib_rules.c`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Be32, Binary, Fixed, Ip, Text, layouts};

attributes! {
    /// `FRA_*`: a rule. Policy: `fib_rule_policy`.
    pub RuleSet: RuleAttr, RuleAttrBuf, strict from 25 {
        /// `FRA_DST`: the destination.
        Dst = 1: Ip => Rule::UNSPEC;
        /// `FRA_SRC`: the source.
        Src = 2: Ip => Rule::UNSPEC;
        /// `FRA_IIFNAME`: the interface that packets came in by.
        Iifname = 3: Text => Rule::string(15);
        /// `FRA_GOTO`: the preference of the rule to go to.
        Goto = 4: u32;
        /// `FRA_PRIORITY`: the preference: the least comes first.
        Priority = 6: u32;
        /// `FRA_FWMARK`: the mark.
        Fwmark = 10: u32;
        /// `FRA_FLOW`: the realm.
        Flow = 11: u32;
        /// `FRA_TUN_ID`: the tunnel, eight bytes in network order.
        TunId = 12: Binary => Rule::U64;
        /// `FRA_SUPPRESS_IFGROUP`: refuse routes by an interface of this group; all ones: none.
        SuppressIfgroup = 13: u32;
        /// `FRA_SUPPRESS_PREFIXLEN`: refuse routes whose prefix is no longer; all ones: none.
        SuppressPrefixlen = 14: u32;
        /// `FRA_TABLE`: the table.
        Table = 15: u32;
        /// `FRA_FWMASK`: the bits of the mark that count.
        Fwmask = 16: u32;
        /// `FRA_OIFNAME`: the interface that the socket is bound to.
        Oifname = 17: Text => Rule::string(15);
        /// `FRA_PAD`: nothing: padding.
        Pad = 18: Binary => Rule::UNSPEC;
        /// `FRA_L3MDEV`: whether the interface's VRF tells the table.
        L3mdev = 19: u8;
        /// `FRA_UID_RANGE`: users.
        UidRange = 20: Fixed<FibRuleUidRange> => Rule::of(Kind::Unspec { len: 8 });
        /// `FRA_PROTOCOL`: `RTPROT_*`: who made it.
        Protocol = 21: u8;
        /// `FRA_IP_PROTO`: the protocol.
        IpProto = 22: u8;
        /// `FRA_SPORT_RANGE`: source ports.
        SportRange = 23: Fixed<FibRulePortRange> => Rule::of(Kind::Unspec { len: 4 });
        /// `FRA_DPORT_RANGE`: destination ports.
        DportRange = 24: Fixed<FibRulePortRange> => Rule::of(Kind::Unspec { len: 4 });
        /// `FRA_DSCP`: the DSCP.
        Dscp = 25: u8 => Rule::U8.max(63);
        /// `FRA_FLOWLABEL`: the flow label.
        Flowlabel = 26: Be32 => Rule::UNSPEC;
        /// `FRA_FLOWLABEL_MASK`: its bits that count.
        FlowlabelMask = 27: Be32 => Rule::UNSPEC;
        /// `FRA_SPORT_MASK`: the bits of the source port that count.
        SportMask = 28: u16 => Rule::UNSPEC;
        /// `FRA_DPORT_MASK`: the bits of the destination port that count.
        DportMask = 29: u16 => Rule::UNSPEC;
        /// `FRA_DSCP_MASK`: the bits of the DSCP that count.
        DscpMask = 30: u8 => Rule::UNSPEC;
    }
}

layouts! {
    /// `struct fib_rule_hdr`: a rule.
    pub struct FibRuleHdr {
        /// `AF_*`.
        pub family: u8,
        /// Bits of the destination's prefix.
        pub dst_len: u8,
        /// Bits of the source's prefix.
        pub src_len: u8,
        /// The type of service.
        pub tos: u8,
        /// The table; more in `FRA_TABLE`.
        pub table: u8,
        /// Nothing.
        pub res1: u8,
        /// Nothing.
        pub res2: u8,
        /// `FR_ACT_*`.
        pub action: u8,
        /// `FIB_RULE_*`.
        pub flags: u32,
    }

    /// `struct fib_rule_uid_range`.
    pub struct FibRuleUidRange {
        /// The first user.
        pub start: u32,
        /// The last user.
        pub end: u32,
    }

    /// `struct fib_rule_port_range`.
    pub struct FibRulePortRange {
        /// The first port.
        pub start: u16,
        /// The last port.
        pub end: u16,
    }
}
