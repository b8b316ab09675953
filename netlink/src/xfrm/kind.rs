//! `XFRM_MSG_*`: the types of messages.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/xfrm.h`.

/// `XFRM_MSG_NEWSA`: there is a state.
pub const NEWSA: u16 = 16;
/// `XFRM_MSG_DELSA`: delete, or deleted: a state.
pub const DELSA: u16 = 17;
/// `XFRM_MSG_GETSA`: tell me of a state.
pub const GETSA: u16 = 18;
/// `XFRM_MSG_NEWPOLICY`: there is a policy.
pub const NEWPOLICY: u16 = 19;
/// `XFRM_MSG_DELPOLICY`: delete, or deleted: a policy.
pub const DELPOLICY: u16 = 20;
/// `XFRM_MSG_GETPOLICY`: tell me of a policy.
pub const GETPOLICY: u16 = 21;
/// `XFRM_MSG_ALLOCSPI`: give a state an SPI.
pub const ALLOCSPI: u16 = 22;
/// `XFRM_MSG_ACQUIRE`: a state is wanted.
pub const ACQUIRE: u16 = 23;
/// `XFRM_MSG_EXPIRE`: a state expires.
pub const EXPIRE: u16 = 24;
/// `XFRM_MSG_UPDPOLICY`: a policy, replacing one.
pub const UPDPOLICY: u16 = 25;
/// `XFRM_MSG_UPDSA`: a state, replacing one.
pub const UPDSA: u16 = 26;
/// `XFRM_MSG_POLEXPIRE`: a policy expires.
pub const POLEXPIRE: u16 = 27;
/// `XFRM_MSG_FLUSHSA`: delete all states.
pub const FLUSHSA: u16 = 28;
/// `XFRM_MSG_FLUSHPOLICY`: delete all policies.
pub const FLUSHPOLICY: u16 = 29;
/// `XFRM_MSG_NEWAE`: news of a state.
pub const NEWAE: u16 = 30;
/// `XFRM_MSG_GETAE`: tell me the news of a state.
pub const GETAE: u16 = 31;
/// `XFRM_MSG_REPORT`: packets without a state.
pub const REPORT: u16 = 32;
/// `XFRM_MSG_MIGRATE`: states move.
pub const MIGRATE: u16 = 33;
/// `XFRM_MSG_NEWSADINFO`: the states as a whole.
pub const NEWSADINFO: u16 = 34;
/// `XFRM_MSG_GETSADINFO`: tell me of the states as a whole.
pub const GETSADINFO: u16 = 35;
/// `XFRM_MSG_NEWSPDINFO`: the policies as a whole.
pub const NEWSPDINFO: u16 = 36;
/// `XFRM_MSG_GETSPDINFO`: tell me of the policies as a whole.
pub const GETSPDINFO: u16 = 37;
/// `XFRM_MSG_MAPPING`: a NAT changed.
pub const MAPPING: u16 = 38;
/// `XFRM_MSG_SETDEFAULT`: what happens without a policy.
pub const SETDEFAULT: u16 = 39;
/// `XFRM_MSG_GETDEFAULT`: tell me what happens without a policy.
pub const GETDEFAULT: u16 = 40;
