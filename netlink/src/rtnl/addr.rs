//! Addresses of interfaces.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_addr.h`. Policies: Linux 6.12, `net/ipv4/devinet.c`,
//! `net/ipv6/addrconf.c`.

use crate::attributes;
use crate::policy::{Kind, Policy, Rule, table, table_len};
use crate::set::{Fixed, Ip, Text, layouts};

attributes! {
    /// `IFA_*`: an address. A request obeys [`IFA_IPV4_POLICY`] or [`IFA_IPV6_POLICY`], by its family; the table
    /// here has what holds for both.
    pub AddrSet: AddrAttr, AddrAttrBuf {
        /// `IFA_ADDRESS`: the address; of a point-to-point link, the other end's.
        Address = 1: Ip;
        /// `IFA_LOCAL`: our own address.
        Local = 2: Ip;
        /// `IFA_LABEL`: a name such as `eth0:1`.
        Label = 3: Text => Rule::string(15);
        /// `IFA_BROADCAST`: the broadcast address.
        Broadcast = 4: Ip;
        /// `IFA_ANYCAST`: an anycast address.
        Anycast = 5: Ip;
        /// `IFA_CACHEINFO`: lifetimes.
        Cacheinfo = 6: Fixed<IfaCacheinfo> => Rule::of(Kind::Unspec { len: 16 });
        /// `IFA_MULTICAST`: a multicast address.
        Multicast = 7: Ip;
        /// `IFA_FLAGS`: `IFA_F_*`, more than the header holds.
        Flags = 8: u32;
        /// `IFA_RT_PRIORITY`: the metric of its prefix route.
        RtPriority = 9: u32;
        /// `IFA_TARGET_NETNSID`: the id of the namespace it is in.
        TargetNetnsid = 10: i32;
        /// `IFA_PROTO`: `IFAPROT_*`: where it came from.
        Proto = 11: u8;
    }
}

layouts! {
    /// `struct ifaddrmsg`: an address.
    pub struct Ifaddrmsg {
        /// `AF_INET` or `AF_INET6`.
        pub family: u8,
        /// Bits of the prefix.
        pub prefixlen: u8,
        /// `IFA_F_*`, the first eight.
        pub flags: u8,
        /// `RT_SCOPE_*`.
        pub scope: u8,
        /// The interface.
        pub index: u32,
    }

    /// `struct ifa_cacheinfo`: lifetimes.
    pub struct IfaCacheinfo {
        /// Seconds for which it is preferred.
        pub prefered: u32,
        /// Seconds for which it is valid.
        pub valid: u32,
        /// When it was made, in hundredths of a second since the start.
        pub cstamp: u32,
        /// When it was changed, in hundredths of a second since the start.
        pub tstamp: u32,
    }
}

/// What a request about an IPv4 address obeys (`ifa_ipv4_policy`).
pub const IFA_IPV4_POLICY: &Policy = &{
    const ROWS: &[(u16, Rule)] = &IFA_IPV4_POLICY_ROWS;
    const TABLE: &[Rule] = &table::<{ table_len(ROWS) }>(ROWS);
    Policy::new(TABLE)
};
const IFA_IPV4_POLICY_ROWS: [(u16, Rule); 9] = [
    (2, Rule::U32),                          // IFA_LOCAL
    (1, Rule::U32),                          // IFA_ADDRESS
    (4, Rule::U32),                          // IFA_BROADCAST
    (3, Rule::string(15)),                   // IFA_LABEL
    (6, Rule::of(Kind::Unspec { len: 16 })), // IFA_CACHEINFO
    (8, Rule::U32),                          // IFA_FLAGS
    (9, Rule::U32),                          // IFA_RT_PRIORITY
    (10, Rule::S32),                         // IFA_TARGET_NETNSID
    (11, Rule::U8),                          // IFA_PROTO
];

/// What a request about an IPv6 address obeys (`ifa_ipv6_policy`).
pub const IFA_IPV6_POLICY: &Policy = &{
    const ROWS: &[(u16, Rule)] = &IFA_IPV6_POLICY_ROWS;
    const TABLE: &[Rule] = &table::<{ table_len(ROWS) }>(ROWS);
    Policy::new(TABLE)
};
const IFA_IPV6_POLICY_ROWS: [(u16, Rule); 7] = [
    (1, Rule::of(Kind::Unspec { len: 16 })), // IFA_ADDRESS
    (2, Rule::of(Kind::Unspec { len: 16 })), // IFA_LOCAL
    (6, Rule::of(Kind::Unspec { len: 16 })), // IFA_CACHEINFO
    (8, Rule::of(Kind::Unspec { len: 4 })),  // IFA_FLAGS
    (9, Rule::of(Kind::Unspec { len: 4 })),  // IFA_RT_PRIORITY
    (10, Rule::S32),                         // IFA_TARGET_NETNSID
    (11, Rule::U8),                          // IFA_PROTO
];
