//! `XFRMA_*`: the attributes of states and policies.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/xfrm.h`. Policies: Linux 6.12, `net/xfrm/xfrm_user.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Binary, Fixed, Flag, Followed, Packed};

attributes! {
    /// `XFRMA_*`: a state or a policy. Policy: `xfrma_policy`.
    pub XfrmSet: XfrmAttr, XfrmAttrBuf, strict from 33 {
        /// `XFRMA_ALG_AUTH`: how it is authenticated, cut to 96 bits; and the key.
        AlgAuth = 1: Followed<XfrmAlgo,u8> => Rule::of(Kind::Unspec { len: 68 });
        /// `XFRMA_ALG_CRYPT`: how it is encrypted, and the key.
        AlgCrypt = 2: Followed<XfrmAlgo,u8> => Rule::of(Kind::Unspec { len: 68 });
        /// `XFRMA_ALG_COMP`: how it is compressed.
        AlgComp = 3: Followed<XfrmAlgo,u8> => Rule::of(Kind::Unspec { len: 68 });
        /// `XFRMA_ENCAP`: the UDP that it goes in.
        Encap = 4: Fixed<XfrmEncapTmpl> => Rule::of(Kind::Unspec { len: 24 });
        /// `XFRMA_TMPL`: the states that a policy asks for.
        Tmpl = 5: Packed<XfrmUserTmpl> => Rule::of(Kind::Unspec { len: 64 });
        /// `XFRMA_SA`: the state that is gone.
        Sa = 6: Fixed<XfrmUsersaInfo> => Rule::of(Kind::Unspec { len: 224 });
        /// `XFRMA_POLICY`: the policy that is gone.
        Gone = 7: Fixed<XfrmUserpolicyInfo> => Rule::of(Kind::Unspec { len: 168 });
        /// `XFRMA_SEC_CTX`: the security context.
        SecCtx = 8: Followed<XfrmUserSecCtx,u8> => Rule::of(Kind::Unspec { len: 8 });
        /// `XFRMA_LTIME_VAL`: what was used of its lifetime.
        LtimeVal = 9: Fixed<XfrmLifetimeCur> => Rule::of(Kind::Unspec { len: 32 });
        /// `XFRMA_REPLAY_VAL`: sequence numbers.
        ReplayVal = 10: Fixed<XfrmReplayState> => Rule::of(Kind::Unspec { len: 12 });
        /// `XFRMA_REPLAY_THRESH`: packets between notifications.
        ReplayThresh = 11: u32;
        /// `XFRMA_ETIMER_THRESH`: tenths of a second between notifications.
        EtimerThresh = 12: u32;
        /// `XFRMA_SRCADDR`: our address, 16 bytes.
        Srcaddr = 13: Binary => Rule::of(Kind::Unspec { len: 16 });
        /// `XFRMA_COADDR`: the care-of address, 16 bytes.
        Coaddr = 14: Binary => Rule::of(Kind::Unspec { len: 16 });
        /// `XFRMA_LASTUSED`: when it was used last, in seconds since 1970.
        Lastused = 15: u64;
        /// `XFRMA_POLICY_TYPE`: `XFRM_POLICY_TYPE_*`.
        PolicyType = 16: Fixed<XfrmUserpolicyType> => Rule::of(Kind::Unspec { len: 6 });
        /// `XFRMA_MIGRATE`: what moves where.
        Migrate = 17: Packed<XfrmUserMigrate> => Rule::of(Kind::Unspec { len: 76 });
        /// `XFRMA_ALG_AEAD`: how it is encrypted and authenticated at once, and the key.
        AlgAead = 18: Followed<XfrmAlgoTrunc,u8> => Rule::of(Kind::Unspec { len: 72 });
        /// `XFRMA_KMADDRESS`: addresses of the key managers.
        Kmaddress = 19: Fixed<XfrmUserKmaddress> => Rule::of(Kind::Unspec { len: 40 });
        /// `XFRMA_ALG_AUTH_TRUNC`: how it is authenticated, and the key.
        AlgAuthTrunc = 20: Followed<XfrmAlgoTrunc,u8> => Rule::of(Kind::Unspec { len: 72 });
        /// `XFRMA_MARK`: the mark of its packets.
        Mark = 21: Fixed<XfrmMark> => Rule::of(Kind::Unspec { len: 8 });
        /// `XFRMA_TFCPAD`: bytes that packets are padded to.
        Tfcpad = 22: u32;
        /// `XFRMA_REPLAY_ESN_VAL`: sequence numbers, and the window's bits.
        ReplayEsnVal = 23: Followed<XfrmReplayStateEsn,u32> => Rule::of(Kind::Unspec { len: 24 });
        /// `XFRMA_SA_EXTRA_FLAGS`: `XFRM_SA_XFLAG_*`.
        SaExtraFlags = 24: u32;
        /// `XFRMA_PROTO`: only states of this protocol.
        Proto = 25: u8;
        /// `XFRMA_ADDRESS_FILTER`: only states of these addresses.
        AddressFilter = 26: Fixed<XfrmAddressFilter> => Rule::of(Kind::Unspec { len: 36 });
        /// `XFRMA_PAD`: nothing: padding.
        Pad = 27: Binary => Rule::UNSPEC;
        /// `XFRMA_OFFLOAD_DEV`: the card that does it.
        OffloadDev = 28: Fixed<XfrmUserOffload> => Rule::of(Kind::Unspec { len: 8 });
        /// `XFRMA_SET_MARK`: the mark that packets get.
        SetMark = 29: u32;
        /// `XFRMA_SET_MARK_MASK`: its bits that count.
        SetMarkMask = 30: u32;
        /// `XFRMA_IF_ID`: the id of the xfrm interface.
        IfId = 31: u32;
        /// `XFRMA_MTIMER_THRESH`: seconds between notifications of mapping.
        MtimerThresh = 32: u32;
        /// `XFRMA_SA_DIR`: `XFRM_SA_DIR_*`.
        SaDir = 33: u8 => Rule::U8.range(1, 2);
        /// `XFRMA_NAT_KEEPALIVE_INTERVAL`: seconds between keepalives.
        NatKeepaliveInterval = 34: u32;
        /// `XFRMA_SA_PCPU`: the CPU that it is for.
        SaPcpu = 35: u32;
        /// `XFRMA_IPTFS_DROP_TIME`: microseconds until what is missing counts as lost.
        IptfsDropTime = 36: u32 => Rule::UNSPEC;
        /// `XFRMA_IPTFS_REORDER_WINDOW`: packets that may be out of order.
        IptfsReorderWindow = 37: u16 => Rule::UNSPEC;
        /// `XFRMA_IPTFS_DONT_FRAG`: packets are not fragmented.
        IptfsDontFrag = 38: Flag => Rule::UNSPEC;
        /// `XFRMA_IPTFS_INIT_DELAY`: microseconds to gather packets.
        IptfsInitDelay = 39: u32 => Rule::UNSPEC;
        /// `XFRMA_IPTFS_MAX_QSIZE`: bytes that may wait.
        IptfsMaxQsize = 40: u32 => Rule::UNSPEC;
        /// `XFRMA_IPTFS_PKT_SIZE`: bytes of an outer packet.
        IptfsPktSize = 41: u32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `XFRMA_SAD_*`: the states as a whole.
    pub SadSet: SadAttr, SadAttrBuf {
        /// `XFRMA_SAD_CNT`: how many.
        Cnt = 1: u32;
        /// `XFRMA_SAD_HINFO`: their hash.
        Hinfo = 2: Fixed<XfrmuSadhinfo>;
    }
}

attributes! {
    /// `XFRMA_SPD_*`: the policies as a whole.
    pub SpdSet: SpdAttr, SpdAttrBuf {
        /// `XFRMA_SPD_INFO`: how many.
        Info = 1: Fixed<XfrmuSpdinfo>;
        /// `XFRMA_SPD_HINFO`: their hash.
        Hinfo = 2: Fixed<XfrmuSpdhinfo>;
        /// `XFRMA_SPD_IPV4_HTHRESH`: the prefixes that are hashed.
        Ipv4Hthresh = 3: Fixed<XfrmuSpdhthresh>;
        /// `XFRMA_SPD_IPV6_HTHRESH`: the prefixes that are hashed.
        Ipv6Hthresh = 4: Fixed<XfrmuSpdhthresh>;
    }
}
