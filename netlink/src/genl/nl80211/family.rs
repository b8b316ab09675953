//! The family as data (`nl80211_fam`).
//!
//! Commands: Linux 6.12, `net/wireless/nl80211.c`, with all that it can be built with.

use super::{Nl80211Set, cmd};
use crate::genl::{Definition, McastGroup, Op, OpFlags, Validate};
use crate::set::Set;

/// By everybody.
const GET: OpFlags = OpFlags::CAP_DO;
const DUMP: OpFlags = OpFlags::CAP_DUMP;
const BOTH: OpFlags = GET.union(DUMP);
/// By those who may administrate the net.
const SET: OpFlags = GET.union(OpFlags::UNS_ADMIN_PERM);
const SECRET: OpFlags = BOTH.union(OpFlags::UNS_ADMIN_PERM);
/// By those who may administrate the machine.
const ADMIN: OpFlags = GET.union(OpFlags::ADMIN_PERM);

/// A command from before checks were strict.
const fn old(cmd: u8, flags: OpFlags) -> Op {
    Op::new(cmd, flags).validate(Validate::DONT_STRICT.union(Validate::DONT_DUMP))
}

/// `nl80211_ops`, `nl80211_small_ops`.
static OPS: [Op; 116] = [
    old(cmd::GET_WIPHY, BOTH),
    old(cmd::SET_WIPHY, SET),
    old(cmd::GET_INTERFACE, BOTH),
    old(cmd::SET_INTERFACE, SET),
    old(cmd::NEW_INTERFACE, SET),
    old(cmd::DEL_INTERFACE, SET),
    old(cmd::GET_KEY, SET),
    old(cmd::SET_KEY, SET),
    old(cmd::NEW_KEY, SET),
    old(cmd::DEL_KEY, SET),
    old(cmd::SET_BEACON, SET),
    old(cmd::START_AP, SET),
    old(cmd::STOP_AP, SET),
    old(cmd::GET_STATION, BOTH),
    old(cmd::SET_STATION, SET),
    old(cmd::NEW_STATION, SET),
    old(cmd::DEL_STATION, SET),
    old(cmd::GET_MPATH, SECRET),
    old(cmd::GET_MPP, SECRET),
    old(cmd::SET_MPATH, SET),
    old(cmd::NEW_MPATH, SET),
    old(cmd::DEL_MPATH, SET),
    old(cmd::SET_BSS, SET),
    old(cmd::GET_REG, BOTH),
    old(cmd::SET_REG, ADMIN),
    old(cmd::REQ_SET_REG, ADMIN),
    old(cmd::RELOAD_REGDB, ADMIN),
    old(cmd::GET_MESH_CONFIG, GET),
    old(cmd::SET_MESH_CONFIG, SET),
    old(cmd::TRIGGER_SCAN, SET),
    old(cmd::ABORT_SCAN, SET),
    old(cmd::GET_SCAN, DUMP),
    old(cmd::START_SCHED_SCAN, SET),
    old(cmd::STOP_SCHED_SCAN, SET),
    old(cmd::AUTHENTICATE, SET),
    old(cmd::ASSOCIATE, SET),
    old(cmd::DEAUTHENTICATE, SET),
    old(cmd::DISASSOCIATE, SET),
    old(cmd::JOIN_IBSS, SET),
    old(cmd::LEAVE_IBSS, SET),
    old(cmd::TESTMODE, SECRET),
    old(cmd::CONNECT, SET),
    old(cmd::UPDATE_CONNECT_PARAMS, ADMIN),
    old(cmd::DISCONNECT, SET),
    old(cmd::SET_WIPHY_NETNS, SET),
    old(cmd::GET_SURVEY, DUMP),
    old(cmd::SET_PMKSA, SET),
    old(cmd::DEL_PMKSA, SET),
    old(cmd::FLUSH_PMKSA, SET),
    old(cmd::REMAIN_ON_CHANNEL, SET),
    old(cmd::CANCEL_REMAIN_ON_CHANNEL, SET),
    old(cmd::SET_TX_BITRATE_MASK, SET),
    old(cmd::REGISTER_FRAME, SET),
    old(cmd::FRAME, SET),
    old(cmd::FRAME_WAIT_CANCEL, SET),
    old(cmd::SET_POWER_SAVE, SET),
    old(cmd::GET_POWER_SAVE, GET),
    old(cmd::SET_CQM, SET),
    old(cmd::SET_CHANNEL, SET),
    old(cmd::JOIN_MESH, SET),
    old(cmd::LEAVE_MESH, SET),
    old(cmd::JOIN_OCB, SET),
    old(cmd::LEAVE_OCB, SET),
    old(cmd::GET_WOWLAN, GET),
    old(cmd::SET_WOWLAN, SET),
    old(cmd::SET_REKEY_OFFLOAD, SET),
    old(cmd::TDLS_MGMT, SET),
    old(cmd::TDLS_OPER, SET),
    old(cmd::UNEXPECTED_FRAME, SET),
    old(cmd::PROBE_CLIENT, SET),
    old(cmd::REGISTER_BEACONS, SET),
    old(cmd::SET_NOACK_MAP, SET),
    old(cmd::START_P2P_DEVICE, SET),
    old(cmd::STOP_P2P_DEVICE, SET),
    old(cmd::START_NAN, ADMIN),
    old(cmd::STOP_NAN, ADMIN),
    old(cmd::ADD_NAN_FUNCTION, ADMIN),
    old(cmd::DEL_NAN_FUNCTION, ADMIN),
    old(cmd::CHANGE_NAN_CONFIG, ADMIN),
    old(cmd::SET_MCAST_RATE, SET),
    old(cmd::SET_MAC_ACL, SET),
    old(cmd::RADAR_DETECT, SET),
    old(cmd::GET_PROTOCOL_FEATURES, GET),
    old(cmd::UPDATE_FT_IES, SET),
    old(cmd::CRIT_PROTOCOL_START, SET),
    old(cmd::CRIT_PROTOCOL_STOP, SET),
    old(cmd::GET_COALESCE, GET),
    old(cmd::SET_COALESCE, SET),
    old(cmd::CHANNEL_SWITCH, SET),
    old(cmd::VENDOR, SECRET),
    old(cmd::SET_QOS_MAP, SET),
    old(cmd::ADD_TX_TS, SET),
    old(cmd::DEL_TX_TS, SET),
    old(cmd::TDLS_CHANNEL_SWITCH, SET),
    old(cmd::TDLS_CANCEL_CHANNEL_SWITCH, SET),
    old(cmd::SET_MULTICAST_TO_UNICAST, SET),
    old(cmd::SET_PMK, GET),
    old(cmd::DEL_PMK, GET),
    old(cmd::EXTERNAL_AUTH, ADMIN),
    old(cmd::CONTROL_PORT_FRAME, SET),
    old(cmd::GET_FTM_RESPONDER_STATS, GET),
    old(cmd::PEER_MEASUREMENT_START, SET),
    old(cmd::NOTIFY_RADAR, SET),
    Op::new(cmd::UPDATE_OWE_INFO, ADMIN),
    Op::new(cmd::PROBE_MESH_LINK, SET),
    Op::new(cmd::SET_TID_CONFIG, SET),
    old(cmd::SET_SAR_SPECS, SET),
    old(cmd::COLOR_CHANGE_REQUEST, SET),
    old(cmd::SET_FILS_AAD, SET),
    Op::new(cmd::ADD_LINK, SET),
    Op::new(cmd::REMOVE_LINK, SET),
    Op::new(cmd::ADD_LINK_STA, SET),
    Op::new(cmd::MODIFY_LINK_STA, SET),
    Op::new(cmd::REMOVE_LINK_STA, SET),
    Op::new(cmd::SET_HW_TIMESTAMP, SET),
    Op::new(cmd::SET_TID_TO_LINK_MAPPING, SET),
];

/// `nl80211_fam`.
pub static FAMILY: Definition = Definition {
    version: 1,
    max_attr: 333,
    policy: Some(Nl80211Set::POLICY),
    ops: &OPS,
    groups: &[
        McastGroup::new("config"),
        McastGroup::new("scan"),
        McastGroup::new("regulatory"),
        McastGroup::new("mlme"),
        McastGroup::new("vendor"),
        McastGroup::new("nan"),
        McastGroup::new("testmode"),
    ],
    resv_start_op: cmd::REMOVE_LINK_STA as u16 + 1,
    netns_ok: true,
    ..Definition::new("nl80211")
};
