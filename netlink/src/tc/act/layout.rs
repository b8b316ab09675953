//! The structs of actions.
//!
//! Layouts: Linux 6.18, `include/uapi/linux/pkt_cls.h`, `tc_act/`.

use crate::set::layouts;
use crate::tc::TcRatespec;

layouts! {
    /// `struct tcf_t`: when, in hundredths of a second ago.
    pub struct TcfT {
        /// Made.
        pub install: u64,
        /// Used last.
        pub lastuse: u64,
        /// Unused.
        pub expires: u64,
        /// Used first.
        pub firstuse: u64,
    }

    /// `tc_gen`, which most actions begin with.
    pub struct TcGen {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
    }

    /// `tc_gen`, and what to do: `struct tc_vlan`, `tc_mpls`, `tc_tunnel_key`.
    pub struct TcGenDo {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// Which of the kind's deeds.
        pub what: i32,
    }

    /// `struct tc_gact_p`: something else, now and then.
    pub struct TcGactP {
        /// `PGACT_*`.
        pub ptype: u16,
        /// One in so many.
        pub pval: u16,
        /// `TC_ACT_*`.
        pub paction: i32,
    }

    /// `struct tc_mirred`.
    pub struct TcMirred {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// `TCA_EGRESS_REDIR` 1, `_MIRROR` 2, `TCA_INGRESS_REDIR` 3, `_MIRROR` 4.
        pub eaction: i32,
        /// The interface.
        pub ifindex: u32,
    }

    /// `struct tc_police`. Times are in ticks of 64 ns.
    pub struct TcPolice {
        /// Its number.
        pub index: u32,
        /// What to do with those above the rate.
        pub action: i32,
        /// Unused.
        pub limit: u32,
        /// The burst, as time.
        pub burst: u32,
        /// The longest packet; at a peak rate, the burst as time.
        pub mtu: u32,
        /// The rate.
        pub rate: TcRatespec,
        /// The peak rate.
        pub peakrate: TcRatespec,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// Unused.
        pub capab: u32,
    }

    /// `struct tc_pedit_sel`, without its keys.
    pub struct TcPeditSel {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// How many keys.
        pub nkeys: u8,
        /// `TC_PEDIT_F_*`.
        pub flags: u8,
        /// Nothing.
        pub pad: u16,
    }

    /// `struct tc_pedit_key`: four bytes to change.
    pub struct TcPeditKey {
        /// The bits to keep.
        pub mask: u32,
        /// The bits to flip then.
        pub val: u32,
        /// Where.
        pub off: u32,
        /// Where a byte is that is added to that.
        pub at: u32,
        /// Its bits that count.
        pub offmask: u32,
        /// And by how many they are shifted.
        pub shift: u32,
    }

    /// `struct tc_csum`.
    pub struct TcCsum {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// `TCA_CSUM_UPDATE_FLAG_*`.
        pub update_flags: u32,
    }

    /// `struct tc_nat`. Addresses are in network order.
    pub struct TcNat {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// The address that.
        pub old_addr: [u8; 4],
        /// Becomes this one.
        pub new_addr: [u8; 4],
        /// Bits of it.
        pub mask: [u8; 4],
        /// `TCA_NAT_FLAG_*`.
        pub flags: u32,
    }

    /// `struct tc_skbmod`.
    pub struct TcSkbmod {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// Nothing.
        pub pad: u32,
        /// `SKBMOD_F_*`.
        pub flags: u64,
    }

    /// `struct tc_connmark`.
    pub struct TcConnmark {
        /// Its number among those of its kind.
        pub index: u32,
        /// Unused.
        pub capab: u32,
        /// `TC_ACT_*`: what to do then.
        pub action: i32,
        /// Who refers to it.
        pub refcnt: i32,
        /// Filters that use it.
        pub bindcnt: i32,
        /// The zone.
        pub zone: u16,
        /// Nothing.
        pub pad: u16,
    }

    /// `struct sock_filter`: an instruction of classic BPF.
    pub struct SockFilter {
        /// What.
        pub code: u16,
        /// To skip if true.
        pub jt: u8,
        /// To skip if false.
        pub jf: u8,
        /// Its number.
        pub k: u32,
    }
}
