//! Commands.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`.

/// `NL80211_CMD_GET_WIPHY`: tell of a radio.
pub const GET_WIPHY: u8 = 1;
/// `NL80211_CMD_SET_WIPHY`: change a radio.
pub const SET_WIPHY: u8 = 2;
/// `NL80211_CMD_NEW_WIPHY`: there is a radio.
pub const NEW_WIPHY: u8 = 3;
/// `NL80211_CMD_DEL_WIPHY`: a radio is gone.
pub const DEL_WIPHY: u8 = 4;
/// `NL80211_CMD_GET_INTERFACE`: tell of an interface.
pub const GET_INTERFACE: u8 = 5;
/// `NL80211_CMD_SET_INTERFACE`: change an interface.
pub const SET_INTERFACE: u8 = 6;
/// `NL80211_CMD_NEW_INTERFACE`: make an interface, or there is one.
pub const NEW_INTERFACE: u8 = 7;
/// `NL80211_CMD_DEL_INTERFACE`: delete an interface, or it is gone.
pub const DEL_INTERFACE: u8 = 8;
/// `NL80211_CMD_GET_KEY`: tell of a key.
pub const GET_KEY: u8 = 9;
/// `NL80211_CMD_SET_KEY`: make a key the default.
pub const SET_KEY: u8 = 10;
/// `NL80211_CMD_NEW_KEY`: add a key.
pub const NEW_KEY: u8 = 11;
/// `NL80211_CMD_DEL_KEY`: delete a key.
pub const DEL_KEY: u8 = 12;
/// `NL80211_CMD_GET_BEACON`: not in use.
pub const GET_BEACON: u8 = 13;
/// `NL80211_CMD_SET_BEACON`: change the beacon.
pub const SET_BEACON: u8 = 14;
/// `NL80211_CMD_START_AP`: start an access point.
pub const START_AP: u8 = 15;
/// `NL80211_CMD_STOP_AP`: stop it, or it was stopped.
pub const STOP_AP: u8 = 16;
/// `NL80211_CMD_GET_STATION`: tell of a station.
pub const GET_STATION: u8 = 17;
/// `NL80211_CMD_SET_STATION`: change a station.
pub const SET_STATION: u8 = 18;
/// `NL80211_CMD_NEW_STATION`: add a station, or there is one.
pub const NEW_STATION: u8 = 19;
/// `NL80211_CMD_DEL_STATION`: delete a station, or it is gone.
pub const DEL_STATION: u8 = 20;
/// `NL80211_CMD_GET_MPATH`: tell of a mesh path.
pub const GET_MPATH: u8 = 21;
/// `NL80211_CMD_SET_MPATH`: change a mesh path.
pub const SET_MPATH: u8 = 22;
/// `NL80211_CMD_NEW_MPATH`: add a mesh path, or there is one.
pub const NEW_MPATH: u8 = 23;
/// `NL80211_CMD_DEL_MPATH`: delete a mesh path.
pub const DEL_MPATH: u8 = 24;
/// `NL80211_CMD_SET_BSS`: change the access point's settings.
pub const SET_BSS: u8 = 25;
/// `NL80211_CMD_SET_REG`: what is allowed: from the daemon that knows.
pub const SET_REG: u8 = 26;
/// `NL80211_CMD_REQ_SET_REG`: we are in this country.
pub const REQ_SET_REG: u8 = 27;
/// `NL80211_CMD_GET_MESH_CONFIG`: tell of a mesh's settings.
pub const GET_MESH_CONFIG: u8 = 28;
/// `NL80211_CMD_SET_MESH_CONFIG`: change a mesh's settings.
pub const SET_MESH_CONFIG: u8 = 29;
/// `NL80211_CMD_SET_MGMT_EXTRA_IE`: not in use.
pub const SET_MGMT_EXTRA_IE: u8 = 30;
/// `NL80211_CMD_GET_REG`: tell what is allowed.
pub const GET_REG: u8 = 31;
/// `NL80211_CMD_GET_SCAN`: tell what was found.
pub const GET_SCAN: u8 = 32;
/// `NL80211_CMD_TRIGGER_SCAN`: scan, or a scan began.
pub const TRIGGER_SCAN: u8 = 33;
/// `NL80211_CMD_NEW_SCAN_RESULTS`: there are results, or one of them.
pub const NEW_SCAN_RESULTS: u8 = 34;
/// `NL80211_CMD_SCAN_ABORTED`: a scan was given up.
pub const SCAN_ABORTED: u8 = 35;
/// `NL80211_CMD_REG_CHANGE`: what is allowed has changed.
pub const REG_CHANGE: u8 = 36;
/// `NL80211_CMD_AUTHENTICATE`: authenticate, or what came of it.
pub const AUTHENTICATE: u8 = 37;
/// `NL80211_CMD_ASSOCIATE`: associate, or what came of it.
pub const ASSOCIATE: u8 = 38;
/// `NL80211_CMD_DEAUTHENTICATE`: say farewell, or it was said.
pub const DEAUTHENTICATE: u8 = 39;
/// `NL80211_CMD_DISASSOCIATE`: leave, or we left.
pub const DISASSOCIATE: u8 = 40;
/// `NL80211_CMD_MICHAEL_MIC_FAILURE`: TKIP was attacked.
pub const MICHAEL_MIC_FAILURE: u8 = 41;
/// `NL80211_CMD_REG_BEACON_HINT`: a beacon shows that a channel may be used.
pub const REG_BEACON_HINT: u8 = 42;
/// `NL80211_CMD_JOIN_IBSS`: join an IBSS, or we did.
pub const JOIN_IBSS: u8 = 43;
/// `NL80211_CMD_LEAVE_IBSS`: leave it.
pub const LEAVE_IBSS: u8 = 44;
/// `NL80211_CMD_TESTMODE`: the driver's own tests.
pub const TESTMODE: u8 = 45;
/// `NL80211_CMD_CONNECT`: connect, or what came of it.
pub const CONNECT: u8 = 46;
/// `NL80211_CMD_ROAM`: we went to another access point.
pub const ROAM: u8 = 47;
/// `NL80211_CMD_DISCONNECT`: disconnect, or we were.
pub const DISCONNECT: u8 = 48;
/// `NL80211_CMD_SET_WIPHY_NETNS`: move a radio to another net.
pub const SET_WIPHY_NETNS: u8 = 49;
/// `NL80211_CMD_GET_SURVEY`: tell of channels.
pub const GET_SURVEY: u8 = 50;
/// `NL80211_CMD_NEW_SURVEY_RESULTS`: a channel.
pub const NEW_SURVEY_RESULTS: u8 = 51;
/// `NL80211_CMD_SET_PMKSA`: keep a pairwise master key.
pub const SET_PMKSA: u8 = 52;
/// `NL80211_CMD_DEL_PMKSA`: forget it.
pub const DEL_PMKSA: u8 = 53;
/// `NL80211_CMD_FLUSH_PMKSA`: forget all.
pub const FLUSH_PMKSA: u8 = 54;
/// `NL80211_CMD_REMAIN_ON_CHANNEL`: stay on a channel, or we do.
pub const REMAIN_ON_CHANNEL: u8 = 55;
/// `NL80211_CMD_CANCEL_REMAIN_ON_CHANNEL`: no longer, or it is over.
pub const CANCEL_REMAIN_ON_CHANNEL: u8 = 56;
/// `NL80211_CMD_SET_TX_BITRATE_MASK`: use these rates only.
pub const SET_TX_BITRATE_MASK: u8 = 57;
/// `NL80211_CMD_REGISTER_FRAME`: give me such frames.
pub const REGISTER_FRAME: u8 = 58;
/// `NL80211_CMD_FRAME`: send a frame, or one came.
pub const FRAME: u8 = 59;
/// `NL80211_CMD_FRAME_TX_STATUS`: what became of it.
pub const FRAME_TX_STATUS: u8 = 60;
/// `NL80211_CMD_SET_POWER_SAVE`: save power.
pub const SET_POWER_SAVE: u8 = 61;
/// `NL80211_CMD_GET_POWER_SAVE`: tell whether power is saved.
pub const GET_POWER_SAVE: u8 = 62;
/// `NL80211_CMD_SET_CQM`: tell me when the connection gets bad.
pub const SET_CQM: u8 = 63;
/// `NL80211_CMD_NOTIFY_CQM`: it did.
pub const NOTIFY_CQM: u8 = 64;
/// `NL80211_CMD_SET_CHANNEL`: set the channel.
pub const SET_CHANNEL: u8 = 65;
/// `NL80211_CMD_SET_WDS_PEER`: not in use.
pub const SET_WDS_PEER: u8 = 66;
/// `NL80211_CMD_FRAME_WAIT_CANCEL`: wait no longer for an answer.
pub const FRAME_WAIT_CANCEL: u8 = 67;
/// `NL80211_CMD_JOIN_MESH`: join a mesh.
pub const JOIN_MESH: u8 = 68;
/// `NL80211_CMD_LEAVE_MESH`: leave it.
pub const LEAVE_MESH: u8 = 69;
/// `NL80211_CMD_UNPROT_DEAUTHENTICATE`: an unprotected farewell.
pub const UNPROT_DEAUTHENTICATE: u8 = 70;
/// `NL80211_CMD_UNPROT_DISASSOCIATE`: an unprotected farewell of the association.
pub const UNPROT_DISASSOCIATE: u8 = 71;
/// `NL80211_CMD_NEW_PEER_CANDIDATE`: somebody who could be a mesh peer.
pub const NEW_PEER_CANDIDATE: u8 = 72;
/// `NL80211_CMD_GET_WOWLAN`: tell what wakes the machine.
pub const GET_WOWLAN: u8 = 73;
/// `NL80211_CMD_SET_WOWLAN`: set what wakes the machine.
pub const SET_WOWLAN: u8 = 74;
/// `NL80211_CMD_START_SCHED_SCAN`: scan by and by, or it began.
pub const START_SCHED_SCAN: u8 = 75;
/// `NL80211_CMD_STOP_SCHED_SCAN`: no longer.
pub const STOP_SCHED_SCAN: u8 = 76;
/// `NL80211_CMD_SCHED_SCAN_RESULTS`: there are results.
pub const SCHED_SCAN_RESULTS: u8 = 77;
/// `NL80211_CMD_SCHED_SCAN_STOPPED`: it stopped.
pub const SCHED_SCAN_STOPPED: u8 = 78;
/// `NL80211_CMD_SET_REKEY_OFFLOAD`: let the card answer new keys.
pub const SET_REKEY_OFFLOAD: u8 = 79;
/// `NL80211_CMD_PMKSA_CANDIDATE`: where one could authenticate ahead.
pub const PMKSA_CANDIDATE: u8 = 80;
/// `NL80211_CMD_TDLS_OPER`: make or end a direct link.
pub const TDLS_OPER: u8 = 81;
/// `NL80211_CMD_TDLS_MGMT`: send a frame for one.
pub const TDLS_MGMT: u8 = 82;
/// `NL80211_CMD_UNEXPECTED_FRAME`: a frame from a stranger.
pub const UNEXPECTED_FRAME: u8 = 83;
/// `NL80211_CMD_PROBE_CLIENT`: is the station there.
pub const PROBE_CLIENT: u8 = 84;
/// `NL80211_CMD_REGISTER_BEACONS`: give me others' beacons.
pub const REGISTER_BEACONS: u8 = 85;
/// `NL80211_CMD_UNEXPECTED_4ADDR_FRAME`: a frame with four addresses from a stranger.
pub const UNEXPECTED_4ADDR_FRAME: u8 = 86;
/// `NL80211_CMD_SET_NOACK_MAP`: traffic without acknowledgements.
pub const SET_NOACK_MAP: u8 = 87;
/// `NL80211_CMD_CH_SWITCH_NOTIFY`: the channel was switched.
pub const CH_SWITCH_NOTIFY: u8 = 88;
/// `NL80211_CMD_START_P2P_DEVICE`: start a P2P device.
pub const START_P2P_DEVICE: u8 = 89;
/// `NL80211_CMD_STOP_P2P_DEVICE`: stop it.
pub const STOP_P2P_DEVICE: u8 = 90;
/// `NL80211_CMD_CONN_FAILED`: a station could not connect.
pub const CONN_FAILED: u8 = 91;
/// `NL80211_CMD_SET_MCAST_RATE`: set the rate of multicasts.
pub const SET_MCAST_RATE: u8 = 92;
/// `NL80211_CMD_SET_MAC_ACL`: set who may connect.
pub const SET_MAC_ACL: u8 = 93;
/// `NL80211_CMD_RADAR_DETECT`: watch for radar, or there is some.
pub const RADAR_DETECT: u8 = 94;
/// `NL80211_CMD_GET_PROTOCOL_FEATURES`: tell what this protocol knows.
pub const GET_PROTOCOL_FEATURES: u8 = 95;
/// `NL80211_CMD_UPDATE_FT_IES`: elements of fast transition.
pub const UPDATE_FT_IES: u8 = 96;
/// `NL80211_CMD_FT_EVENT`: fast transition went on.
pub const FT_EVENT: u8 = 97;
/// `NL80211_CMD_CRIT_PROTOCOL_START`: something important begins.
pub const CRIT_PROTOCOL_START: u8 = 98;
/// `NL80211_CMD_CRIT_PROTOCOL_STOP`: it is over.
pub const CRIT_PROTOCOL_STOP: u8 = 99;
/// `NL80211_CMD_GET_COALESCE`: tell how packets are gathered.
pub const GET_COALESCE: u8 = 100;
/// `NL80211_CMD_SET_COALESCE`: set how packets are gathered.
pub const SET_COALESCE: u8 = 101;
/// `NL80211_CMD_CHANNEL_SWITCH`: switch the channel.
pub const CHANNEL_SWITCH: u8 = 102;
/// `NL80211_CMD_VENDOR`: a vendor's command or event.
pub const VENDOR: u8 = 103;
/// `NL80211_CMD_SET_QOS_MAP`: set which DSCP is which priority.
pub const SET_QOS_MAP: u8 = 104;
/// `NL80211_CMD_ADD_TX_TS`: add a traffic stream.
pub const ADD_TX_TS: u8 = 105;
/// `NL80211_CMD_DEL_TX_TS`: delete it.
pub const DEL_TX_TS: u8 = 106;
/// `NL80211_CMD_GET_MPP`: tell of mesh proxies.
pub const GET_MPP: u8 = 107;
/// `NL80211_CMD_JOIN_OCB`: join what has no BSS.
pub const JOIN_OCB: u8 = 108;
/// `NL80211_CMD_LEAVE_OCB`: leave it.
pub const LEAVE_OCB: u8 = 109;
/// `NL80211_CMD_CH_SWITCH_STARTED_NOTIFY`: the channel will be switched.
pub const CH_SWITCH_STARTED_NOTIFY: u8 = 110;
/// `NL80211_CMD_TDLS_CHANNEL_SWITCH`: take a direct link to another channel.
pub const TDLS_CHANNEL_SWITCH: u8 = 111;
/// `NL80211_CMD_TDLS_CANCEL_CHANNEL_SWITCH`: bring it back.
pub const TDLS_CANCEL_CHANNEL_SWITCH: u8 = 112;
/// `NL80211_CMD_WIPHY_REG_CHANGE`: what a radio may do has changed.
pub const WIPHY_REG_CHANGE: u8 = 113;
/// `NL80211_CMD_ABORT_SCAN`: give up a scan.
pub const ABORT_SCAN: u8 = 114;
/// `NL80211_CMD_START_NAN`: start awareness of neighbours.
pub const START_NAN: u8 = 115;
/// `NL80211_CMD_STOP_NAN`: stop it.
pub const STOP_NAN: u8 = 116;
/// `NL80211_CMD_ADD_NAN_FUNCTION`: add a service.
pub const ADD_NAN_FUNCTION: u8 = 117;
/// `NL80211_CMD_DEL_NAN_FUNCTION`: delete a service, or it ended.
pub const DEL_NAN_FUNCTION: u8 = 118;
/// `NL80211_CMD_CHANGE_NAN_CONFIG`: change its settings.
pub const CHANGE_NAN_CONFIG: u8 = 119;
/// `NL80211_CMD_NAN_MATCH`: services found each other.
pub const NAN_MATCH: u8 = 120;
/// `NL80211_CMD_SET_MULTICAST_TO_UNICAST`: send multicasts to each station.
pub const SET_MULTICAST_TO_UNICAST: u8 = 121;
/// `NL80211_CMD_UPDATE_CONNECT_PARAMS`: change the connection's parameters.
pub const UPDATE_CONNECT_PARAMS: u8 = 122;
/// `NL80211_CMD_SET_PMK`: set the pairwise master key.
pub const SET_PMK: u8 = 123;
/// `NL80211_CMD_DEL_PMK`: delete it.
pub const DEL_PMK: u8 = 124;
/// `NL80211_CMD_PORT_AUTHORIZED`: the port is open.
pub const PORT_AUTHORIZED: u8 = 125;
/// `NL80211_CMD_RELOAD_REGDB`: read the database of what is allowed again.
pub const RELOAD_REGDB: u8 = 126;
/// `NL80211_CMD_EXTERNAL_AUTH`: authenticate for me, or I did.
pub const EXTERNAL_AUTH: u8 = 127;
/// `NL80211_CMD_STA_OPMODE_CHANGED`: a station's mode changed.
pub const STA_OPMODE_CHANGED: u8 = 128;
/// `NL80211_CMD_CONTROL_PORT_FRAME`: send a frame of the port, or one came.
pub const CONTROL_PORT_FRAME: u8 = 129;
/// `NL80211_CMD_GET_FTM_RESPONDER_STATS`: tell the counters of fine timing.
pub const GET_FTM_RESPONDER_STATS: u8 = 130;
/// `NL80211_CMD_PEER_MEASUREMENT_START`: measure with others.
pub const PEER_MEASUREMENT_START: u8 = 131;
/// `NL80211_CMD_PEER_MEASUREMENT_RESULT`: what was found.
pub const PEER_MEASUREMENT_RESULT: u8 = 132;
/// `NL80211_CMD_PEER_MEASUREMENT_COMPLETE`: there is no more.
pub const PEER_MEASUREMENT_COMPLETE: u8 = 133;
/// `NL80211_CMD_NOTIFY_RADAR`: there is radar.
pub const NOTIFY_RADAR: u8 = 134;
/// `NL80211_CMD_UPDATE_OWE_INFO`: a station's opportunistic encryption.
pub const UPDATE_OWE_INFO: u8 = 135;
/// `NL80211_CMD_PROBE_MESH_LINK`: send this over a mesh link.
pub const PROBE_MESH_LINK: u8 = 136;
/// `NL80211_CMD_SET_TID_CONFIG`: set how kinds of traffic go.
pub const SET_TID_CONFIG: u8 = 137;
/// `NL80211_CMD_UNPROT_BEACON`: an unprotected beacon.
pub const UNPROT_BEACON: u8 = 138;
/// `NL80211_CMD_CONTROL_PORT_FRAME_TX_STATUS`: what became of the port's frame.
pub const CONTROL_PORT_FRAME_TX_STATUS: u8 = 139;
/// `NL80211_CMD_SET_SAR_SPECS`: limit the absorbed power.
pub const SET_SAR_SPECS: u8 = 140;
/// `NL80211_CMD_OBSS_COLOR_COLLISION`: another BSS has our color.
pub const OBSS_COLOR_COLLISION: u8 = 141;
/// `NL80211_CMD_COLOR_CHANGE_REQUEST`: change the color.
pub const COLOR_CHANGE_REQUEST: u8 = 142;
/// `NL80211_CMD_COLOR_CHANGE_STARTED`: it will change.
pub const COLOR_CHANGE_STARTED: u8 = 143;
/// `NL80211_CMD_COLOR_CHANGE_ABORTED`: it will not.
pub const COLOR_CHANGE_ABORTED: u8 = 144;
/// `NL80211_CMD_COLOR_CHANGE_COMPLETED`: it did.
pub const COLOR_CHANGE_COMPLETED: u8 = 145;
/// `NL80211_CMD_SET_FILS_AAD`: a station's FILS.
pub const SET_FILS_AAD: u8 = 146;
/// `NL80211_CMD_ASSOC_COMEBACK`: the access point says: later.
pub const ASSOC_COMEBACK: u8 = 147;
/// `NL80211_CMD_ADD_LINK`: add a link.
pub const ADD_LINK: u8 = 148;
/// `NL80211_CMD_REMOVE_LINK`: remove a link.
pub const REMOVE_LINK: u8 = 149;
/// `NL80211_CMD_ADD_LINK_STA`: add a link to a station.
pub const ADD_LINK_STA: u8 = 150;
/// `NL80211_CMD_MODIFY_LINK_STA`: change it.
pub const MODIFY_LINK_STA: u8 = 151;
/// `NL80211_CMD_REMOVE_LINK_STA`: remove it.
pub const REMOVE_LINK_STA: u8 = 152;
/// `NL80211_CMD_SET_HW_TIMESTAMP`: take timestamps.
pub const SET_HW_TIMESTAMP: u8 = 153;
/// `NL80211_CMD_LINKS_REMOVED`: links were removed.
pub const LINKS_REMOVED: u8 = 154;
/// `NL80211_CMD_SET_TID_TO_LINK_MAPPING`: set which traffic takes which link.
pub const SET_TID_TO_LINK_MAPPING: u8 = 155;
