//! What requests are held to, by command (`ethnl_*_policy`).
//!
//! Numbers: Linux 6.12, `include/uapi/linux/ethtool_netlink.h`. Rules: Linux 6.12, `net/ethtool`. What a nest without
//! a policy holds is parsed by the command itself: bitsets by [`BitsetSet`](super::BitsetSet)'s.

use crate::policy::{Policy, Rule, table};

/// `ethnl_header_policy`.
pub static HEADER: Policy =
    Policy::new(&table::<4>(&[(1, Rule::U32), (2, Rule::nul_string(127)), (3, Rule::U32.mask(3))]));

/// `ethnl_header_policy_stats`.
pub static HEADER_STATS: Policy =
    Policy::new(&table::<4>(&[(1, Rule::U32), (2, Rule::nul_string(127)), (3, Rule::U32.mask(7))]));

/// `ethnl_header_policy_phy`.
pub static HEADER_PHY: Policy = Policy::new(&table::<5>(&[
    (1, Rule::U32),
    (2, Rule::nul_string(127)),
    (3, Rule::U32.mask(3)),
    (4, Rule::U32.min(1)),
]));

/// `coalesce_irq_moderation_policy`.
pub static IRQ_MODERATION: Policy =
    Policy::new(&table::<4>(&[(1, Rule::U32), (2, Rule::U32), (3, Rule::U32)]));

/// `coalesce_profile_policy`.
pub static PROFILE: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&IRQ_MODERATION))]));

/// `ethnl_strset_get_policy`.
pub static STRSET_GET: Policy =
    Policy::new(&table::<4>(&[(1, Rule::nested(&HEADER_PHY)), (2, Rule::NESTED), (3, Rule::FLAG)]));

/// `ethnl_linkinfo_get_policy`.
pub static LINKINFO_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_linkinfo_set_policy`.
pub static LINKINFO_SET: Policy = Policy::new(&table::<6>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::U8),
    (3, Rule::U8),
    (5, Rule::U8),
]));

/// `ethnl_linkmodes_get_policy`.
pub static LINKMODES_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_linkmodes_set_policy`.
pub static LINKMODES_SET: Policy = Policy::new(&table::<10>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::U8),
    (3, Rule::NESTED),
    (5, Rule::U32),
    (6, Rule::U8),
    (7, Rule::U8),
    (9, Rule::U32.range(1, 8)),
]));

/// `ethnl_linkstate_get_policy`.
pub static LINKSTATE_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_STATS))]));

/// `ethnl_debug_get_policy`.
pub static DEBUG_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_debug_set_policy`.
pub static DEBUG_SET: Policy =
    Policy::new(&table::<3>(&[(1, Rule::nested(&HEADER)), (2, Rule::NESTED)]));

/// `ethnl_wol_get_policy`.
pub static WOL_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_wol_set_policy`.
pub static WOL_SET: Policy = Policy::new(&table::<4>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::NESTED),
    (3, Rule::binary(6)),
]));

/// `ethnl_features_get_policy`.
pub static FEATURES_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_features_set_policy`.
pub static FEATURES_SET: Policy =
    Policy::new(&table::<4>(&[(1, Rule::nested(&HEADER)), (3, Rule::NESTED)]));

/// `ethnl_privflags_get_policy`.
pub static PRIVFLAGS_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_privflags_set_policy`.
pub static PRIVFLAGS_SET: Policy =
    Policy::new(&table::<3>(&[(1, Rule::nested(&HEADER)), (2, Rule::NESTED)]));

/// `ethnl_rings_get_policy`.
pub static RINGS_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_rings_set_policy`.
pub static RINGS_SET: Policy = Policy::new(&table::<16>(&[
    (1, Rule::nested(&HEADER)),
    (6, Rule::U32),
    (7, Rule::U32),
    (8, Rule::U32),
    (9, Rule::U32),
    (10, Rule::U32.min(1)),
    (11, Rule::U8.max(2)),
    (12, Rule::U32.min(1)),
    (13, Rule::U8.max(1)),
    (14, Rule::U8.max(1)),
    (15, Rule::U32),
]));

/// `ethnl_channels_get_policy`.
pub static CHANNELS_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_channels_set_policy`.
pub static CHANNELS_SET: Policy = Policy::new(&table::<10>(&[
    (1, Rule::nested(&HEADER)),
    (6, Rule::U32),
    (7, Rule::U32),
    (8, Rule::U32),
    (9, Rule::U32),
]));

/// `ethnl_coalesce_get_policy`.
pub static COALESCE_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_coalesce_set_policy`.
pub static COALESCE_SET: Policy = Policy::new(&table::<31>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::U32),
    (3, Rule::U32),
    (4, Rule::U32),
    (5, Rule::U32),
    (6, Rule::U32),
    (7, Rule::U32),
    (8, Rule::U32),
    (9, Rule::U32),
    (10, Rule::U32),
    (11, Rule::U8),
    (12, Rule::U8),
    (13, Rule::U32),
    (14, Rule::U32),
    (15, Rule::U32),
    (16, Rule::U32),
    (17, Rule::U32),
    (18, Rule::U32),
    (19, Rule::U32),
    (20, Rule::U32),
    (21, Rule::U32),
    (22, Rule::U32),
    (23, Rule::U32),
    (24, Rule::U8.max(1)),
    (25, Rule::U8.max(1)),
    (26, Rule::U32),
    (27, Rule::U32),
    (28, Rule::U32),
    (29, Rule::nested(&PROFILE)),
    (30, Rule::nested(&PROFILE)),
]));

/// `ethnl_pause_get_policy`.
pub static PAUSE_GET: Policy =
    Policy::new(&table::<7>(&[(1, Rule::nested(&HEADER_STATS)), (6, Rule::U32.max(2))]));

/// `ethnl_pause_set_policy`.
pub static PAUSE_SET: Policy = Policy::new(&table::<5>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::U8),
    (3, Rule::U8),
    (4, Rule::U8),
]));

/// `ethnl_eee_get_policy`.
pub static EEE_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_eee_set_policy`.
pub static EEE_SET: Policy = Policy::new(&table::<8>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::NESTED),
    (5, Rule::U8),
    (6, Rule::U8),
    (7, Rule::U32),
]));

/// `ethnl_tsinfo_get_policy`.
pub static TSINFO_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_STATS))]));

/// `ethnl_cable_test_act_policy`.
pub static CABLE_TEST_ACT: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_PHY))]));

/// `ethnl_cable_test_tdr_act_policy`.
pub static CABLE_TEST_TDR_ACT: Policy =
    Policy::new(&table::<3>(&[(1, Rule::nested(&HEADER_PHY)), (2, Rule::NESTED)]));

/// `ethnl_tunnel_info_get_policy`.
pub static TUNNEL_INFO_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_fec_get_policy`.
pub static FEC_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_STATS))]));

/// `ethnl_fec_set_policy`.
pub static FEC_SET: Policy = Policy::new(&table::<4>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::NESTED),
    (3, Rule::U8.max(1)),
]));

/// `ethnl_module_eeprom_get_policy`.
pub static MODULE_EEPROM_GET: Policy = Policy::new(&table::<7>(&[
    (1, Rule::nested(&HEADER)),
    (2, Rule::U32.max(255)),
    (3, Rule::U32.range(1, 128)),
    (4, Rule::U8),
    (5, Rule::U8),
    (6, Rule::U8.range(0, 127)),
]));

/// `ethnl_stats_get_policy`.
pub static STATS_GET: Policy = Policy::new(&table::<6>(&[
    (2, Rule::nested(&HEADER)),
    (3, Rule::NESTED),
    (5, Rule::U32.max(2)),
]));

/// `ethnl_phc_vclocks_get_policy`.
pub static PHC_VCLOCKS_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_module_get_policy`.
pub static MODULE_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));

/// `ethnl_module_set_policy`.
pub static MODULE_SET: Policy =
    Policy::new(&table::<3>(&[(1, Rule::nested(&HEADER)), (2, Rule::U8.range(1, 2))]));

/// `ethnl_pse_get_policy`.
pub static PSE_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_PHY))]));

/// `ethnl_pse_set_policy`.
pub static PSE_SET: Policy = Policy::new(&table::<14>(&[
    (1, Rule::nested(&HEADER_PHY)),
    (3, Rule::U32.range(2, 3)),
    (6, Rule::U32.range(2, 3)),
    (12, Rule::U32),
]));

/// `ethnl_rss_get_policy`.
pub static RSS_GET: Policy =
    Policy::new(&table::<8>(&[(1, Rule::nested(&HEADER)), (2, Rule::U32), (7, Rule::U32)]));

/// `ethnl_plca_get_cfg_policy`.
pub static PLCA_GET_CFG: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_PHY))]));

/// `ethnl_plca_set_cfg_policy`.
pub static PLCA_SET_CFG: Policy = Policy::new(&table::<10>(&[
    (1, Rule::nested(&HEADER_PHY)),
    (3, Rule::U8.max(1)),
    (6, Rule::U32.max(255)),
    (5, Rule::U32.range(1, 255)),
    (7, Rule::U32.max(255)),
    (8, Rule::U32.max(255)),
    (9, Rule::U32.max(255)),
]));

/// `ethnl_plca_get_status_policy`.
pub static PLCA_GET_STATUS: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_PHY))]));

/// `ethnl_mm_get_policy`.
pub static MM_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER_STATS))]));

/// `ethnl_mm_set_policy`.
pub static MM_SET: Policy = Policy::new(&table::<12>(&[
    (1, Rule::nested(&HEADER)),
    (7, Rule::U8.max(1)),
    (9, Rule::U32.range(1, 128)),
    (3, Rule::U8.max(1)),
    (2, Rule::U8.max(1)),
    (5, Rule::U32.range(60, 252)),
]));

/// `ethnl_module_fw_flash_act_policy`.
pub static MODULE_FW_FLASH_ACT: Policy =
    Policy::new(&table::<4>(&[(1, Rule::nested(&HEADER)), (2, Rule::NUL_STRING), (3, Rule::U32)]));

/// `ethnl_phy_get_policy`.
pub static PHY_GET: Policy = Policy::new(&table::<2>(&[(1, Rule::nested(&HEADER))]));
