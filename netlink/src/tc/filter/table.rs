//! `TCA_OPTIONS` of filters.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/pkt_cls.h`. Policies: Linux 6.12, `net/sched/cls_*.c`, `ematch.c`.

use super::flower::FlowerSet;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Array, Binary, Fixed, Followed, Indexed, Nest, Packed, Text, choice, layouts};
use crate::tc::act::{ActSet, PoliceSet, SockFilter};
use crate::tc::kind;

choice! {
    /// `TCA_OPTIONS` of a filter, by `TCA_KIND`.
    pub FilterOptions: FilterOptionsView, FilterOptionsBuf, by kind {
        /// Bits.
        U32 = b"u32" => Nest<U32Set>;
        /// Fields.
        Flower = b"flower" => Nest<FlowerSet>;
        /// Everything.
        Matchall = b"matchall" => Nest<MatchallSet>;
        /// Extended matches.
        Basic = b"basic" => Nest<BasicSet>;
        /// The mark.
        Fw = b"fw" => Nest<FwSet>;
        /// A BPF program.
        Bpf = b"bpf" => Nest<BpfSet>;
        /// The control group.
        Cgroup = b"cgroup" => Nest<CgroupSet>;
        /// The realm.
        Route = b"route" => Nest<RouteSet>;
        /// Hashes of fields.
        Flow = b"flow" => Nest<FlowSet>;
    }
}

attributes! {
    /// `TCA_U32_*`. Policy: `u32_policy`.
    pub U32Set: U32Attr, U32AttrBuf {
        /// `TCA_U32_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_U32_HASH`: the hash table.
        Hash = 2: u32;
        /// `TCA_U32_LINK`: the hash table to go on in.
        Link = 3: u32;
        /// `TCA_U32_DIVISOR`: buckets of the table.
        Divisor = 4: u32;
        /// `TCA_U32_SEL`: the bits.
        Sel = 5: Followed<TcU32Sel,TcU32Key> => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_U32_POLICE`: a rate, as old programs ask for it.
        Police = 6: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_U32_ACT`: actions.
        Act = 7: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_U32_INDEV`: the interface that packets came in by.
        Indev = 8: Text => Rule::string(16);
        /// `TCA_U32_PCNT`: counters, and one for each key.
        Pcnt = 9: Followed<TcU32Pcnt,u64> => Rule::UNSPEC;
        /// `TCA_U32_MARK`: the mark.
        Mark = 10: Fixed<TcU32Mark> => Rule::of(Kind::Unspec { len: 12 });
        /// `TCA_U32_FLAGS`: `TCA_CLS_FLAGS_*`.
        Flags = 11: u32;
        /// `TCA_U32_PAD`: nothing: padding.
        Pad = 12: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_MATCHALL_*`. Policy: `mall_policy`.
    pub MatchallSet: MatchallAttr, MatchallAttrBuf {
        /// `TCA_MATCHALL_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_MATCHALL_ACT`: actions.
        Act = 2: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_MATCHALL_FLAGS`: `TCA_CLS_FLAGS_*`.
        Flags = 3: u32;
        /// `TCA_MATCHALL_PCNT`: counters.
        Pcnt = 4: Fixed<TcMatchallPcnt> => Rule::UNSPEC;
        /// `TCA_MATCHALL_PAD`: nothing: padding.
        Pad = 5: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_BASIC_*`. Policy: `basic_policy`.
    pub BasicSet: BasicAttr, BasicAttrBuf {
        /// `TCA_BASIC_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_BASIC_EMATCHES`: the matches.
        Ematches = 2: Nest<EmatchSet> => Rule::NESTED;
        /// `TCA_BASIC_ACT`: actions.
        Act = 3: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_BASIC_POLICE`: a rate, as old programs ask for it.
        Police = 4: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_BASIC_PCNT`: counters.
        Pcnt = 5: Fixed<TcBasicPcnt> => Rule::UNSPEC;
        /// `TCA_BASIC_PAD`: nothing: padding.
        Pad = 6: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_FW_*`. Policy: `fw_policy`.
    pub FwSet: FwAttr, FwAttrBuf {
        /// `TCA_FW_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_FW_POLICE`: a rate, as old programs ask for it.
        Police = 2: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_FW_INDEV`: the interface that packets came in by.
        Indev = 3: Text => Rule::string(16);
        /// `TCA_FW_ACT`: actions.
        Act = 4: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_FW_MASK`: the bits of the mark that count.
        Mask = 5: u32;
    }
}

attributes! {
    /// `TCA_BPF_*`. Policy: `bpf_policy`.
    pub BpfSet: BpfAttr, BpfAttrBuf {
        /// `TCA_BPF_ACT`: actions.
        Act = 1: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_BPF_POLICE`: a rate, as old programs ask for it.
        Police = 2: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_BPF_CLASSID`: the class.
        Classid = 3: u32;
        /// `TCA_BPF_OPS_LEN`: instructions of a classic program.
        OpsLen = 4: u16;
        /// `TCA_BPF_OPS`: a classic program.
        Ops = 5: Packed<SockFilter> => Rule::binary(32_768);
        /// `TCA_BPF_FD`: the file descriptor of a program.
        Fd = 6: u32;
        /// `TCA_BPF_NAME`: its name.
        Name = 7: Text => Rule::nul_string(256);
        /// `TCA_BPF_FLAGS`: `TCA_BPF_FLAG_*`.
        Flags = 8: u32;
        /// `TCA_BPF_FLAGS_GEN`: `TCA_CLS_FLAGS_*`.
        FlagsGen = 9: u32;
        /// `TCA_BPF_TAG`: its hash.
        Tag = 10: Binary => Rule::UNSPEC;
        /// `TCA_BPF_ID`: its id.
        Id = 11: u32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_CGROUP_*`. Policy: `cgroup_policy`.
    pub CgroupSet: CgroupAttr, CgroupAttrBuf {
        /// `TCA_CGROUP_ACT`: actions.
        Act = 1: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_CGROUP_POLICE`: a rate, as old programs ask for it.
        Police = 2: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_CGROUP_EMATCHES`: the matches.
        Ematches = 3: Nest<EmatchSet> => Rule::NESTED;
    }
}

attributes! {
    /// `TCA_ROUTE4_*`. Policy: `route4_policy`.
    pub RouteSet: RouteAttr, RouteAttrBuf {
        /// `TCA_ROUTE4_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_ROUTE4_TO`: the realm it goes to.
        To = 2: u32 => Rule::U32.max(255);
        /// `TCA_ROUTE4_FROM`: the realm it comes from.
        From = 3: u32 => Rule::U32.max(255);
        /// `TCA_ROUTE4_IIF`: the interface it came in by.
        Iif = 4: u32 => Rule::U32.max(32_767);
        /// `TCA_ROUTE4_POLICE`: a rate, as old programs ask for it.
        Police = 5: Nest<PoliceSet> => Rule::UNSPEC;
        /// `TCA_ROUTE4_ACT`: actions.
        Act = 6: Array<ActSet> => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_FLOW_*`. Policy: `flow_policy`.
    pub FlowSet: FlowAttr, FlowAttrBuf {
        /// `TCA_FLOW_KEYS`: `FLOW_KEY_*`, by bit.
        Keys = 1: u32;
        /// `TCA_FLOW_MODE`: `FLOW_MODE_*`.
        Mode = 2: u32;
        /// `TCA_FLOW_BASECLASS`: the first class.
        Baseclass = 3: u32;
        /// `TCA_FLOW_RSHIFT`: by how many bits the value is shifted.
        Rshift = 4: u32 => Rule::U32.max(31);
        /// `TCA_FLOW_ADDEND`: what is added.
        Addend = 5: u32;
        /// `TCA_FLOW_MASK`: its bits that count.
        Mask = 6: u32;
        /// `TCA_FLOW_XOR`: its bits that are flipped.
        Xor = 7: u32;
        /// `TCA_FLOW_DIVISOR`: classes.
        Divisor = 8: u32;
        /// `TCA_FLOW_ACT`: actions.
        Act = 9: Array<ActSet> => Rule::NESTED;
        /// `TCA_FLOW_POLICE`: a rate, as old programs ask for it.
        Police = 10: Nest<PoliceSet> => Rule::NESTED;
        /// `TCA_FLOW_EMATCHES`: the matches.
        Ematches = 11: Nest<EmatchSet> => Rule::NESTED;
        /// `TCA_FLOW_PERTURB`: seconds between changes of the hash.
        Perturb = 12: u32;
    }
}

attributes! {
    /// `TCA_EMATCH_TREE_*`: a tree of extended matches. Policy: `em_policy`.
    pub EmatchSet: EmatchAttr, EmatchAttrBuf {
        /// `TCA_EMATCH_TREE_HDR`: how many.
        Hdr = 1: Fixed<TcfEmatchTreeHdr> => Rule::of(Kind::Unspec { len: 4 });
        /// `TCA_EMATCH_TREE_LIST`: the matches, each with its data.
        List = 2: Nest<Indexed<Followed<TcfEmatchHdr,u8>>> => Rule::NESTED;
    }
}

attributes! {
    /// `TCA_FLOWER_KEY_CFM_*`: 802.1ag. Policy: `cfm_opt_policy`.
    pub FlowerCfmSet: FlowerCfmAttr, FlowerCfmAttrBuf {
        /// `TCA_FLOWER_KEY_CFM_MD_LEVEL`: the level.
        MdLevel = 1: u8 => Rule::U8.max(7);
        /// `TCA_FLOWER_KEY_CFM_OPCODE`: the operation.
        Opcode = 2: u8;
    }
}

layouts! {
    /// `struct tc_u32_sel`, without its keys. Fields named `be` are in network order.
    pub struct TcU32Sel {
        /// `TC_U32_*`.
        pub flags: u8,
        /// By how many bits the next header's offset is shifted.
        pub offshift: u8,
        /// How many keys.
        pub nkeys: u8,
        /// Nothing.
        pub pad: u8,
        /// The bits of that offset.
        pub offmask_be: [u8; 2],
        /// The offset to go on at.
        pub off: u16,
        /// Where the offset is.
        pub offoff: i16,
        /// Where the hash's bytes are.
        pub hoff: i16,
        /// The bits of the hash.
        pub hmask_be: [u8; 4],
    }

    /// `struct tc_u32_key`: bits to compare, in network order.
    pub struct TcU32Key {
        /// The bits that count.
        pub mask: [u8; 4],
        /// The bits.
        pub val: [u8; 4],
        /// Where.
        pub off: i32,
        /// Whether that is from the next header.
        pub offmask: i32,
    }

    /// `struct tc_u32_pcnt`, without the counters of keys.
    pub struct TcU32Pcnt {
        /// Packets seen.
        pub rcnt: u64,
        /// Packets matched.
        pub rhit: u64,
    }

    /// `struct tc_u32_mark`.
    pub struct TcU32Mark {
        /// The mark.
        pub val: u32,
        /// Its bits that count.
        pub mask: u32,
        /// Packets that had it.
        pub success: u32,
    }

    /// `struct tc_matchall_pcnt`.
    pub struct TcMatchallPcnt {
        /// Packets.
        pub rhit: u64,
    }

    /// `struct tc_basic_pcnt`.
    pub struct TcBasicPcnt {
        /// Packets seen.
        pub rcnt: u64,
        /// Packets matched.
        pub rhit: u64,
    }

    /// `struct tcf_ematch_tree_hdr`.
    pub struct TcfEmatchTreeHdr {
        /// How many.
        pub nmatches: u16,
        /// Who made it.
        pub progid: u16,
    }

    /// `struct tcf_ematch_hdr`.
    pub struct TcfEmatchHdr {
        /// Unused.
        pub matchid: u16,
        /// `TCF_EM_*`.
        pub kind: u16,
        /// `TCF_EM_REL_*`, `TCF_EM_INVERT`, `TCF_EM_SIMPLE`.
        pub flags: u16,
        /// Nothing.
        pub pad: u16,
    }
}
