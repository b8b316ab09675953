//! `TCA_ACT_OPTIONS` of actions.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_cls.h`, `tc_act/`. Policies: Linux 6.12, `net/sched/act_*.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::rtnl::link::Untyped;
use crate::set::{Be16, Be32, Binary, Fixed, Flag, Followed, Ip, Name, Nest, Packed, Text};

attributes! {
    /// `TCA_GACT_*`. Policy: `gact_policy`.
    pub GactSet: GactAttr, GactAttrBuf {
        /// `TCA_GACT_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_GACT_PARMS`: what to do.
        Parms = 2: Fixed<TcGen> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_GACT_PROB`: something else, now and then.
        Prob = 3: Fixed<TcGactP> => Rule::of(Kind::Unspec { len: 8 });
        /// `TCA_GACT_PAD`: nothing: padding.
        Pad = 4: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_MIRRED_*`. Policy: `mirred_policy`.
    pub MirredSet: MirredAttr, MirredAttrBuf {
        /// `TCA_MIRRED_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_MIRRED_PARMS`: where to.
        Parms = 2: Fixed<TcMirred> => Rule::of(Kind::Unspec { len: 28 });
        /// `TCA_MIRRED_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
        /// `TCA_MIRRED_BLOCKID`: the block whose interfaces all get it.
        Blockid = 4: u32 => Rule::U32.min(1);
    }
}

attributes! {
    /// `TCA_POLICE_*`. Policy: `police_policy`.
    pub PoliceSet: PoliceAttr, PoliceAttrBuf {
        /// `TCA_POLICE_TBF`: most of it.
        Tbf = 1: Fixed<TcPolice> => Rule::UNSPEC;
        /// `TCA_POLICE_RATE`: what lengths cost, 1024 bytes.
        Rate = 2: Binary => Rule::of(Kind::Unspec { len: 1024 });
        /// `TCA_POLICE_PEAKRATE`: the same at the peak rate.
        Peakrate = 3: Binary => Rule::of(Kind::Unspec { len: 1024 });
        /// `TCA_POLICE_AVRATE`: bytes a second on average that are too many.
        Avrate = 4: u32;
        /// `TCA_POLICE_RESULT`: what to do with those within the rate.
        Result = 5: u32;
        /// `TCA_POLICE_TM`: when.
        Tm = 6: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_POLICE_PAD`: nothing: padding.
        Pad = 7: Binary => Rule::UNSPEC;
        /// `TCA_POLICE_RATE64`: bytes a second.
        Rate64 = 8: u64;
        /// `TCA_POLICE_PEAKRATE64`: bytes a second at the peak.
        Peakrate64 = 9: u64;
        /// `TCA_POLICE_PKTRATE64`: packets a second.
        Pktrate64 = 10: u64 => Rule::U64.min(1);
        /// `TCA_POLICE_PKTBURST64`: nanoseconds of packets at once.
        Pktburst64 = 11: u64 => Rule::U64.min(1);
    }
}

attributes! {
    /// `TCA_SKBEDIT_*`. Policy: `skbedit_policy`.
    pub SkbeditSet: SkbeditAttr, SkbeditAttrBuf {
        /// `TCA_SKBEDIT_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_SKBEDIT_PARMS`: what to do then.
        Parms = 2: Fixed<TcGen> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_SKBEDIT_PRIORITY`: the priority.
        Priority = 3: u32 => Rule::of(Kind::Unspec { len: 4 });
        /// `TCA_SKBEDIT_QUEUE_MAPPING`: the transmit queue.
        QueueMapping = 4: u16 => Rule::of(Kind::Unspec { len: 2 });
        /// `TCA_SKBEDIT_MARK`: the mark.
        Mark = 5: u32 => Rule::of(Kind::Unspec { len: 4 });
        /// `TCA_SKBEDIT_PAD`: nothing: padding.
        Pad = 6: Binary => Rule::UNSPEC;
        /// `TCA_SKBEDIT_PTYPE`: `PACKET_*`: for whom it counts to be.
        Ptype = 7: u16 => Rule::of(Kind::Unspec { len: 2 });
        /// `TCA_SKBEDIT_MASK`: the bits of the mark that count.
        Mask = 8: u32 => Rule::of(Kind::Unspec { len: 4 });
        /// `TCA_SKBEDIT_FLAGS`: `SKBEDIT_F_*`.
        Flags = 9: u64 => Rule::of(Kind::Unspec { len: 8 });
        /// `TCA_SKBEDIT_QUEUE_MAPPING_MAX`: the last transmit queue, of several.
        QueueMappingMax = 10: u16 => Rule::of(Kind::Unspec { len: 2 });
    }
}

attributes! {
    /// `TCA_VLAN_*`. Policy: `vlan_policy`.
    pub VlanSet: VlanAttr, VlanAttrBuf, strict from 7 {
        /// `TCA_VLAN_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_VLAN_PARMS`: `TCA_VLAN_ACT_*`.
        Parms = 2: Fixed<TcGenDo> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_VLAN_PUSH_VLAN_ID`: the VLAN.
        PushVlanId = 3: u16;
        /// `TCA_VLAN_PUSH_VLAN_PROTOCOL`: 802.1Q or 802.1ad.
        PushVlanProtocol = 4: Be16 => Rule::U16;
        /// `TCA_VLAN_PAD`: nothing: padding.
        Pad = 5: Binary => Rule::UNSPEC;
        /// `TCA_VLAN_PUSH_VLAN_PRIORITY`: the priority.
        PushVlanPriority = 6: u8;
        /// `TCA_VLAN_PUSH_ETH_DST`: the destination.
        PushEthDst = 7: Binary => Rule::exactly(6);
        /// `TCA_VLAN_PUSH_ETH_SRC`: the source.
        PushEthSrc = 8: Binary => Rule::exactly(6);
    }
}

attributes! {
    /// `TCA_PEDIT_*`. Policy: `pedit_policy`.
    pub PeditSet: PeditAttr, PeditAttrBuf {
        /// `TCA_PEDIT_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_PEDIT_PARMS`: what to change.
        Parms = 2: Followed<TcPeditSel,TcPeditKey> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_PEDIT_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
        /// `TCA_PEDIT_PARMS_EX`: the same, with `KeysEx`.
        ParmsEx = 4: Followed<TcPeditSel,TcPeditKey> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_PEDIT_KEYS_EX`: where each offset begins.
        KeysEx = 5: Nest<PeditKeysSet> => Rule::NESTED;
    }
}

attributes! {
    /// Keys of pedit.
    pub PeditKeysSet: PeditKeysAttr, PeditKeysAttrBuf {
        /// `TCA_PEDIT_KEY_EX`: a key.
        KeyEx = 6: Nest<PeditKeySet>;
    }
}

attributes! {
    /// `TCA_PEDIT_KEY_EX_*`. Policy: `pedit_key_ex_policy`.
    pub PeditKeySet: PeditKeyAttr, PeditKeyAttrBuf {
        /// `TCA_PEDIT_KEY_EX_HTYPE`: `TCA_PEDIT_KEY_EX_HDR_TYPE_*`.
        Htype = 1: u16 => Rule::U16.max(5);
        /// `TCA_PEDIT_KEY_EX_CMD`: `TCA_PEDIT_KEY_EX_CMD_*`.
        Cmd = 2: u16 => Rule::U16.max(1);
    }
}

attributes! {
    /// `TCA_CSUM_*`. Policy: `csum_policy`.
    pub CsumSet: CsumAttr, CsumAttrBuf {
        /// `TCA_CSUM_PARMS`: which.
        Parms = 1: Fixed<TcCsum> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_CSUM_TM`: when.
        Tm = 2: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_CSUM_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_ACT_BPF_*`. Policy: `act_bpf_policy`.
    pub BpfActSet: BpfActAttr, BpfActAttrBuf {
        /// `TCA_ACT_BPF_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_ACT_BPF_PARMS`: what to do then.
        Parms = 2: Fixed<TcGen> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_ACT_BPF_OPS_LEN`: instructions of a classic program.
        OpsLen = 3: u16;
        /// `TCA_ACT_BPF_OPS`: a classic program.
        Ops = 4: Packed<SockFilter> => Rule::binary(32_768);
        /// `TCA_ACT_BPF_FD`: the file descriptor of a program.
        Fd = 5: u32;
        /// `TCA_ACT_BPF_NAME`: its name.
        Name = 6: Text => Rule::nul_string(256);
        /// `TCA_ACT_BPF_PAD`: nothing: padding.
        Pad = 7: Binary => Rule::UNSPEC;
        /// `TCA_ACT_BPF_TAG`: its hash.
        Tag = 8: Binary => Rule::UNSPEC;
        /// `TCA_ACT_BPF_ID`: its id.
        Id = 9: u32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_MPLS_*`. Policy: `mpls_policy`.
    pub MplsSet: MplsAttr, MplsAttrBuf {
        /// `TCA_MPLS_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_MPLS_PARMS`: `TCA_MPLS_ACT_*`.
        Parms = 2: Fixed<TcGenDo> => Rule::exactly(24);
        /// `TCA_MPLS_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
        /// `TCA_MPLS_PROTO`: the protocol.
        Proto = 4: Be16 => Rule::U16;
        /// `TCA_MPLS_LABEL`: the label.
        Label = 5: u32 => Rule::BINARY;
        /// `TCA_MPLS_TC`: the traffic class.
        Tc = 6: u8 => Rule::U8.range(0, 7);
        /// `TCA_MPLS_TTL`: the TTL.
        Ttl = 7: u8 => Rule::U8.min(1);
        /// `TCA_MPLS_BOS`: whether it is the last label.
        Bos = 8: u8 => Rule::U8.range(0, 1);
    }
}

attributes! {
    /// `TCA_NAT_*`. Policy: `nat_policy`.
    pub NatSet: NatAttr, NatAttrBuf {
        /// `TCA_NAT_PARMS`: what becomes what.
        Parms = 1: Fixed<TcNat> => Rule::of(Kind::Unspec { len: 36 });
        /// `TCA_NAT_TM`: when.
        Tm = 2: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_NAT_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_DEF_*`. Policy: `simple_policy`.
    pub DefSet: DefAttr, DefAttrBuf {
        /// `TCA_DEF_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_DEF_PARMS`: what to do then.
        Parms = 2: Fixed<TcGen> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_DEF_DATA`: the line.
        Data = 3: Name => Rule::string(32);
        /// `TCA_DEF_PAD`: nothing: padding.
        Pad = 4: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_SAMPLE_*`. Policy: `sample_policy`.
    pub SampleSet: SampleAttr, SampleAttrBuf {
        /// `TCA_SAMPLE_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_SAMPLE_PARMS`: what to do then.
        Parms = 2: Fixed<TcGen> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_SAMPLE_RATE`: one packet of so many.
        Rate = 3: u32;
        /// `TCA_SAMPLE_TRUNC_SIZE`: bytes of it.
        TruncSize = 4: u32;
        /// `TCA_SAMPLE_PSAMPLE_GROUP`: for whom.
        PsampleGroup = 5: u32;
        /// `TCA_SAMPLE_PAD`: nothing: padding.
        Pad = 6: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_SKBMOD_*`. Policy: `skbmod_policy`.
    pub SkbmodSet: SkbmodAttr, SkbmodAttrBuf {
        /// `TCA_SKBMOD_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_SKBMOD_PARMS`: what to change.
        Parms = 2: Fixed<TcSkbmod> => Rule::of(Kind::Unspec { len: 32 });
        /// `TCA_SKBMOD_DMAC`: the destination.
        Dmac = 3: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_SKBMOD_SMAC`: the source.
        Smac = 4: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_SKBMOD_ETYPE`: the type.
        Etype = 5: u16;
        /// `TCA_SKBMOD_PAD`: nothing: padding.
        Pad = 6: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_CONNMARK_*`. Policy: `connmark_policy`.
    pub ConnmarkSet: ConnmarkAttr, ConnmarkAttrBuf {
        /// `TCA_CONNMARK_PARMS`: which.
        Parms = 1: Fixed<TcConnmark> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_CONNMARK_TM`: when.
        Tm = 2: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_CONNMARK_PAD`: nothing: padding.
        Pad = 3: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_TUNNEL_KEY_*`. Policy: `tunnel_key_policy`.
    pub TunnelKeySet: TunnelKeyAttr, TunnelKeyAttrBuf {
        /// `TCA_TUNNEL_KEY_TM`: when.
        Tm = 1: Fixed<TcfT> => Rule::UNSPEC;
        /// `TCA_TUNNEL_KEY_PARMS`: 1 into, 2 out.
        Parms = 2: Fixed<TcGenDo> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_TUNNEL_KEY_ENC_IPV4_SRC`: our end.
        EncIpv4Src = 3: Ip => Rule::U32;
        /// `TCA_TUNNEL_KEY_ENC_IPV4_DST`: the other end.
        EncIpv4Dst = 4: Ip => Rule::U32;
        /// `TCA_TUNNEL_KEY_ENC_IPV6_SRC`: our end.
        EncIpv6Src = 5: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_TUNNEL_KEY_ENC_IPV6_DST`: the other end.
        EncIpv6Dst = 6: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_TUNNEL_KEY_ENC_KEY_ID`: the key.
        EncKeyId = 7: Be32 => Rule::U32;
        /// `TCA_TUNNEL_KEY_PAD`: nothing: padding.
        Pad = 8: Binary => Rule::UNSPEC;
        /// `TCA_TUNNEL_KEY_ENC_DST_PORT`: the port.
        EncDstPort = 9: Be16 => Rule::U16;
        /// `TCA_TUNNEL_KEY_NO_CSUM`: without a checksum.
        NoCsum = 10: u8;
        /// `TCA_TUNNEL_KEY_ENC_OPTS`: options of GENEVE, VXLAN or ERSPAN.
        EncOpts = 11: Nest<Untyped> => Rule::NESTED;
        /// `TCA_TUNNEL_KEY_ENC_TOS`: the type of service.
        EncTos = 12: u8;
        /// `TCA_TUNNEL_KEY_ENC_TTL`: the TTL.
        EncTtl = 13: u8;
        /// `TCA_TUNNEL_KEY_NO_FRAG`: do not fragment.
        NoFrag = 14: Flag => Rule::UNSPEC;
    }
}
