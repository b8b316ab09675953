//! The structs of xfrm. Addresses are 16 bytes, of IPv4 the first four.
//!
//! Layouts: Linux 6.18, `include/uapi/linux/xfrm.h`, on 64 bits.

use crate::set::layouts;

layouts! {
    /// `struct xfrm_id`: a state.
    pub struct XfrmId {
        /// The destination.
        pub daddr: [u8; 16],
        /// The SPI, in network order.
        pub spi: [u8; 4],
        /// ESP, AH or IPComp.
        pub proto: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct xfrm_selector`: packets. Ports are in network order.
    pub struct XfrmSelector {
        /// The destination.
        pub daddr: [u8; 16],
        /// The source.
        pub saddr: [u8; 16],
        /// Its port.
        pub dport: [u8; 2],
        /// The bits that count.
        pub dport_mask: [u8; 2],
        /// Its port.
        pub sport: [u8; 2],
        /// The bits that count.
        pub sport_mask: [u8; 2],
        /// `AF_*`.
        pub family: u16,
        /// Bits of the destination.
        pub prefixlen_d: u8,
        /// Bits of the source.
        pub prefixlen_s: u8,
        /// The protocol.
        pub proto: u8,
        /// Nothing.
        pub pad: [u8; 3],
        /// The interface.
        pub ifindex: i32,
        /// The user.
        pub user: u32,
    }

    /// `struct xfrm_lifetime_cfg`: limits. All ones: none.
    pub struct XfrmLifetimeCfg {
        /// Bytes until a notification.
        pub soft_byte_limit: u64,
        /// Bytes until the end.
        pub hard_byte_limit: u64,
        /// Packets until a notification.
        pub soft_packet_limit: u64,
        /// Packets until the end.
        pub hard_packet_limit: u64,
        /// Seconds from its making until a notification; 0: none.
        pub soft_add_expires_seconds: u64,
        /// Seconds from its making until the end; 0: none.
        pub hard_add_expires_seconds: u64,
        /// Seconds from its first use until a notification; 0: none.
        pub soft_use_expires_seconds: u64,
        /// Seconds from its first use until the end; 0: none.
        pub hard_use_expires_seconds: u64,
    }

    /// `struct xfrm_lifetime_cur`: what was used. Times are in seconds since 1970.
    pub struct XfrmLifetimeCur {
        /// Bytes.
        pub bytes: u64,
        /// Packets.
        pub packets: u64,
        /// When it was made.
        pub add_time: u64,
        /// When it was used first.
        pub use_time: u64,
    }

    /// `struct xfrm_replay_state`: sequence numbers.
    pub struct XfrmReplayState {
        /// Sent last.
        pub oseq: u32,
        /// Received last.
        pub seq: u32,
        /// Received before.
        pub bitmap: u32,
    }

    /// `struct xfrm_replay_state_esn`, without its bits.
    pub struct XfrmReplayStateEsn {
        /// Words of them.
        pub bmp_len: u32,
        /// Sent last.
        pub oseq: u32,
        /// Received last.
        pub seq: u32,
        /// The upper half of that sent.
        pub oseq_hi: u32,
        /// The upper half of that received.
        pub seq_hi: u32,
        /// Bits that count.
        pub replay_window: u32,
    }

    /// `struct xfrm_algo`, without its key.
    pub struct XfrmAlgo {
        /// The name, as the kernel's crypto has it.
        pub alg_name: [u8; 64],
        /// Bits of the key.
        pub alg_key_len: u32,
    }

    /// `struct xfrm_algo_auth`, `xfrm_algo_aead`, without the key.
    pub struct XfrmAlgoTrunc {
        /// The name, as the kernel's crypto has it.
        pub alg_name: [u8; 64],
        /// Bits of the key.
        pub alg_key_len: u32,
        /// Bits of the checksum.
        pub alg_trunc_len: u32,
    }

    /// `struct xfrm_stats`: counters of errors.
    pub struct XfrmStats {
        /// Packets too old.
        pub replay_window: u32,
        /// Packets seen before.
        pub replay: u32,
        /// Packets that were damaged.
        pub integrity_failed: u32,
    }

    /// `struct xfrm_user_sec_ctx`, without its text.
    pub struct XfrmUserSecCtx {
        /// Bytes of all.
        pub len: u16,
        /// `XFRMA_SEC_CTX`.
        pub exttype: u16,
        /// Who gives it meaning.
        pub ctx_alg: u8,
        /// Where.
        pub ctx_doi: u8,
        /// Bytes of the text.
        pub ctx_len: u16,
    }

    /// `struct xfrm_user_tmpl`: a state that a policy asks for.
    pub struct XfrmUserTmpl {
        /// The state.
        pub id: XfrmId,
        /// `AF_*`.
        pub family: u16,
        /// Nothing.
        pub pad: u16,
        /// The source.
        pub saddr: [u8; 16],
        /// Ties states to policies.
        pub reqid: u32,
        /// `XFRM_MODE_*`.
        pub mode: u8,
        /// `XFRM_SHARE_*`.
        pub share: u8,
        /// Whether it may be missing.
        pub optional: u8,
        /// Nothing.
        pub pad2: u8,
        /// Authentication that may be.
        pub aalgos: u32,
        /// Encryption that may be.
        pub ealgos: u32,
        /// Compression that may be.
        pub calgos: u32,
    }

    /// `struct xfrm_encap_tmpl`. Ports are in network order.
    pub struct XfrmEncapTmpl {
        /// `UDP_ENCAP_*`.
        pub encap_type: u16,
        /// The source.
        pub encap_sport: [u8; 2],
        /// The destination.
        pub encap_dport: [u8; 2],
        /// Nothing.
        pub pad: u16,
        /// The original address.
        pub encap_oa: [u8; 16],
    }

    /// `struct xfrm_userpolicy_type`.
    pub struct XfrmUserpolicyType {
        /// `XFRM_POLICY_TYPE_*`.
        pub kind: u8,
        /// Nothing.
        pub pad: u8,
        /// Nothing.
        pub reserved1: u16,
        /// Nothing.
        pub reserved2: u8,
        /// Nothing.
        pub pad2: u8,
    }

    /// `struct xfrm_mark`.
    pub struct XfrmMark {
        /// The mark.
        pub v: u32,
        /// Its bits that count.
        pub m: u32,
    }

    /// `struct xfrmu_sadhinfo`.
    pub struct XfrmuSadhinfo {
        /// Buckets.
        pub sadhcnt: u32,
        /// The most.
        pub sadhmcnt: u32,
    }

    /// `struct xfrmu_spdinfo`: policies.
    pub struct XfrmuSpdinfo {
        /// In.
        pub incnt: u32,
        /// Out.
        pub outcnt: u32,
        /// Forwarded.
        pub fwdcnt: u32,
        /// In, of sockets.
        pub inscnt: u32,
        /// Out, of sockets.
        pub outscnt: u32,
        /// Forwarded, of sockets.
        pub fwdscnt: u32,
    }

    /// `struct xfrmu_spdhinfo`.
    pub struct XfrmuSpdhinfo {
        /// Buckets.
        pub spdhcnt: u32,
        /// The most.
        pub spdhmcnt: u32,
    }

    /// `struct xfrmu_spdhthresh`.
    pub struct XfrmuSpdhthresh {
        /// Bits of our side.
        pub lbits: u8,
        /// Bits of the other.
        pub rbits: u8,
    }

    /// `struct xfrm_usersa_info`: a state.
    pub struct XfrmUsersaInfo {
        /// The packets it is for.
        pub sel: XfrmSelector,
        /// Its name.
        pub id: XfrmId,
        /// The source.
        pub saddr: [u8; 16],
        /// Limits.
        pub lft: XfrmLifetimeCfg,
        /// What was used of them.
        pub curlft: XfrmLifetimeCur,
        /// Errors.
        pub stats: XfrmStats,
        /// The request that it answers.
        pub seq: u32,
        /// Ties states to policies.
        pub reqid: u32,
        /// `AF_*`.
        pub family: u16,
        /// `XFRM_MODE_*`.
        pub mode: u8,
        /// Packets that may be late.
        pub replay_window: u8,
        /// `XFRM_STATE_*`.
        pub flags: u8,
        /// Nothing.
        pub pad: [u8; 7],
    }

    /// `struct xfrm_usersa_id`: which state.
    pub struct XfrmUsersaId {
        /// The destination.
        pub daddr: [u8; 16],
        /// The SPI, in network order.
        pub spi: [u8; 4],
        /// `AF_*`.
        pub family: u16,
        /// ESP, AH or IPComp.
        pub proto: u8,
        /// Nothing.
        pub pad: u8,
    }

    /// `struct xfrm_aevent_id`: news of a state.
    pub struct XfrmAeventId {
        /// Which.
        pub sa_id: XfrmUsersaId,
        /// The source.
        pub saddr: [u8; 16],
        /// `XFRM_AE_*`.
        pub flags: u32,
        /// Ties states to policies.
        pub reqid: u32,
    }

    /// `struct xfrm_userspi_info`: a state that wants an SPI.
    pub struct XfrmUserspiInfo {
        /// The state.
        pub info: XfrmUsersaInfo,
        /// The least SPI.
        pub min: u32,
        /// The greatest SPI.
        pub max: u32,
    }

    /// `struct xfrm_userpolicy_info`: a policy.
    pub struct XfrmUserpolicyInfo {
        /// The packets it is for.
        pub sel: XfrmSelector,
        /// Limits.
        pub lft: XfrmLifetimeCfg,
        /// What was used of them.
        pub curlft: XfrmLifetimeCur,
        /// The least comes first.
        pub priority: u32,
        /// Its number.
        pub index: u32,
        /// `XFRM_POLICY_IN`, `_OUT`, `_FWD`.
        pub dir: u8,
        /// 0: let through; 1: block.
        pub action: u8,
        /// `XFRM_POLICY_*`.
        pub flags: u8,
        /// `XFRM_SHARE_*`.
        pub share: u8,
        /// Nothing.
        pub pad: [u8; 4],
    }

    /// `struct xfrm_userpolicy_id`: which policy.
    pub struct XfrmUserpolicyId {
        /// The packets it is for.
        pub sel: XfrmSelector,
        /// Its number.
        pub index: u32,
        /// `XFRM_POLICY_IN`, `_OUT`, `_FWD`.
        pub dir: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct xfrm_user_acquire`: a state is wanted.
    pub struct XfrmUserAcquire {
        /// Its name.
        pub id: XfrmId,
        /// The source.
        pub saddr: [u8; 16],
        /// The packets it is for.
        pub sel: XfrmSelector,
        /// The policy that wants it.
        pub policy: XfrmUserpolicyInfo,
        /// Authentication that may be.
        pub aalgos: u32,
        /// Encryption that may be.
        pub ealgos: u32,
        /// Compression that may be.
        pub calgos: u32,
        /// To be told in the answer.
        pub seq: u32,
    }

    /// `struct xfrm_user_expire`: a state expires.
    pub struct XfrmUserExpire {
        /// The state.
        pub state: XfrmUsersaInfo,
        /// Whether it is gone.
        pub hard: u8,
        /// Nothing.
        pub pad: [u8; 7],
    }

    /// `struct xfrm_user_polexpire`: a policy expires.
    pub struct XfrmUserPolexpire {
        /// The policy.
        pub pol: XfrmUserpolicyInfo,
        /// Whether it is gone.
        pub hard: u8,
        /// Nothing.
        pub pad: [u8; 7],
    }

    /// `struct xfrm_usersa_flush`, with its padding.
    pub struct XfrmUsersaFlush {
        /// Only states of this protocol.
        pub proto: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct xfrm_user_report`.
    pub struct XfrmUserReport {
        /// The protocol.
        pub proto: u8,
        /// Nothing.
        pub pad: [u8; 3],
        /// The packets.
        pub sel: XfrmSelector,
    }

    /// `struct xfrm_user_kmaddress`.
    pub struct XfrmUserKmaddress {
        /// Ours.
        pub local: [u8; 16],
        /// The other's.
        pub remote: [u8; 16],
        /// Nothing.
        pub reserved: u32,
        /// `AF_*`.
        pub family: u16,
        /// Nothing.
        pub pad: u16,
    }

    /// `struct xfrm_user_migrate`: what moves where.
    pub struct XfrmUserMigrate {
        /// The destination.
        pub old_daddr: [u8; 16],
        /// The source.
        pub old_saddr: [u8; 16],
        /// Becomes this.
        pub new_daddr: [u8; 16],
        /// Becomes this.
        pub new_saddr: [u8; 16],
        /// The protocol.
        pub proto: u8,
        /// `XFRM_MODE_*`.
        pub mode: u8,
        /// Nothing.
        pub reserved: u16,
        /// Ties states to policies.
        pub reqid: u32,
        /// `AF_*`.
        pub old_family: u16,
        /// `AF_*`.
        pub new_family: u16,
    }

    /// `struct xfrm_user_mapping`: a NAT changed its mind. Ports are in network order.
    pub struct XfrmUserMapping {
        /// The state.
        pub id: XfrmUsersaId,
        /// Ties states to policies.
        pub reqid: u32,
        /// The source that was.
        pub old_saddr: [u8; 16],
        /// The source that is.
        pub new_saddr: [u8; 16],
        /// Its port.
        pub old_sport: [u8; 2],
        /// Its port.
        pub new_sport: [u8; 2],
    }

    /// `struct xfrm_address_filter`.
    pub struct XfrmAddressFilter {
        /// The source.
        pub saddr: [u8; 16],
        /// The destination.
        pub daddr: [u8; 16],
        /// `AF_*`.
        pub family: u16,
        /// Bits of the source.
        pub splen: u8,
        /// Bits of the destination.
        pub dplen: u8,
    }

    /// `struct xfrm_user_offload`.
    pub struct XfrmUserOffload {
        /// The card.
        pub ifindex: i32,
        /// `XFRM_OFFLOAD_*`.
        pub flags: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }

    /// `struct xfrm_userpolicy_default`, with its padding: what happens without a policy.
    pub struct XfrmUserpolicyDefault {
        /// `XFRM_USERPOLICY_*` of what comes in.
        pub input: u8,
        /// `XFRM_USERPOLICY_*` of what is forwarded.
        pub fwd: u8,
        /// `XFRM_USERPOLICY_*` of what goes out.
        pub out: u8,
        /// Nothing.
        pub pad: u8,
    }

    /// Flags, which have no meaning.
    pub struct XfrmFlags {
        /// Any.
        pub flags: u32,
    }
}
