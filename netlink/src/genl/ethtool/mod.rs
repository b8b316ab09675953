//! ethtool: what there is to know of a card, and to set.
//!
//! A message is an `EthtoolMessage`, owned (feature `alloc`), or an [`EthtoolMessageView`], borrowed: the object that it
//! is about, by its command. Requests and what the kernel says have numbers of their own, [`cmd`] and [`told`], told apart by
//! `NLM_F_REQUEST`. [`FAMILY`] is the family for a `genl::Generic`, without its handler.

mod bitset;
mod family;
mod hardware;
mod link;
pub mod policy;
mod queues;

pub use bitset::*;
pub use family::{FAMILY, cmd, told};
pub use hardware::*;
pub use link::*;
pub use queues::*;

use super::GenlHeader;
use crate::set::messages;
use crate::wire::{Flags, Message};

/// The command, and whether it is a request.
fn cmd_and_request(message: &Message<'_>) -> Option<(u8, bool)> {
    let cmd = *message.payload().first()?;
    Some((cmd, message.flags().contains(Flags::REQUEST)))
}

messages! {
    /// A message of ethtool, by what it is about.
    pub EthtoolMessage, EthtoolMessageView, by cmd_and_request {
        /// `ETHTOOL_MSG_STRSET_*`.
        Strset = (1, true) | (1, false) => GenlHeader, StrsetSet;
        /// `ETHTOOL_MSG_LINKINFO_*`.
        Linkinfo = (2 | 3, true) | (2 | 3, false) => GenlHeader, LinkinfoSet;
        /// `ETHTOOL_MSG_LINKMODES_*`.
        Linkmodes = (4 | 5, true) | (4 | 5, false) => GenlHeader, LinkmodesSet;
        /// `ETHTOOL_MSG_LINKSTATE_*`.
        Linkstate = (6, true) | (6, false) => GenlHeader, LinkstateSet;
        /// `ETHTOOL_MSG_DEBUG_*`.
        Debug = (7 | 8, true) | (7 | 8, false) => GenlHeader, DebugSet;
        /// `ETHTOOL_MSG_WOL_*`.
        Wol = (9 | 10, true) | (9 | 10, false) => GenlHeader, WolSet;
        /// `ETHTOOL_MSG_FEATURES_*`.
        Features = (11 | 12, true) | (11..=13, false) => GenlHeader, FeaturesSet;
        /// `ETHTOOL_MSG_PRIVFLAGS_*`.
        Privflags = (13 | 14, true) | (14 | 15, false) => GenlHeader, PrivflagsSet;
        /// `ETHTOOL_MSG_RINGS_*`.
        Rings = (15 | 16, true) | (16 | 17, false) => GenlHeader, RingsSet;
        /// `ETHTOOL_MSG_CHANNELS_*`.
        Channels = (17 | 18, true) | (18 | 19, false) => GenlHeader, ChannelsSet;
        /// `ETHTOOL_MSG_COALESCE_*`.
        Coalesce = (19 | 20, true) | (20 | 21, false) => GenlHeader, CoalesceSet;
        /// `ETHTOOL_MSG_PAUSE_*`.
        Pause = (21 | 22, true) | (22 | 23, false) => GenlHeader, PauseSet;
        /// `ETHTOOL_MSG_EEE_*`.
        Eee = (23 | 24, true) | (24 | 25, false) => GenlHeader, EeeSet;
        /// `ETHTOOL_MSG_TSINFO_*`.
        Tsinfo = (25, true) | (26, false) => GenlHeader, TsinfoSet;
        /// `ETHTOOL_MSG_CABLE_TEST_ACT`.
        CableTest = (26, true) => GenlHeader, CableTestSet;
        /// `ETHTOOL_MSG_CABLE_TEST_NTF`.
        CableTestNtf = (27, false) => GenlHeader, CableTestNtfSet;
        /// `ETHTOOL_MSG_CABLE_TEST_TDR_ACT`.
        CableTestTdr = (27, true) => GenlHeader, CableTestTdrSet;
        /// `ETHTOOL_MSG_CABLE_TEST_TDR_NTF`.
        CableTestTdrNtf = (28, false) => GenlHeader, CableTestTdrNtfSet;
        /// `ETHTOOL_MSG_TUNNEL_INFO_*`.
        TunnelInfo = (28, true) | (29, false) => GenlHeader, TunnelInfoSet;
        /// `ETHTOOL_MSG_FEC_*`.
        Fec = (29 | 30, true) | (30 | 31, false) => GenlHeader, FecSet;
        /// `ETHTOOL_MSG_MODULE_EEPROM_*`.
        ModuleEeprom = (31, true) | (32, false) => GenlHeader, ModuleEepromSet;
        /// `ETHTOOL_MSG_STATS_*`.
        Stats = (32, true) | (33, false) => GenlHeader, StatsSet;
        /// `ETHTOOL_MSG_PHC_VCLOCKS_*`.
        PhcVclocks = (33, true) | (34, false) => GenlHeader, PhcVclocksSet;
        /// `ETHTOOL_MSG_MODULE_*`.
        Module = (34 | 35, true) | (35 | 36, false) => GenlHeader, ModuleSet;
        /// `ETHTOOL_MSG_PSE_*`.
        Pse = (36 | 37, true) | (37, false) => GenlHeader, PseSet;
        /// `ETHTOOL_MSG_RSS_*`.
        Rss = (38, true) | (38, false) => GenlHeader, RssSet;
        /// `ETHTOOL_MSG_PLCA_*`.
        Plca = (39..=41, _) => GenlHeader, PlcaSet;
        /// `ETHTOOL_MSG_MM_*`.
        Mm = (42 | 43, true) | (42 | 43, false) => GenlHeader, MmSet;
        /// `ETHTOOL_MSG_MODULE_FW_FLASH_*`.
        ModuleFwFlash = (44, true) | (44, false) => GenlHeader, ModuleFwFlashSet;
        /// `ETHTOOL_MSG_PHY_*`.
        Phy = (45, true) | (45 | 46, false) => GenlHeader, PhySet;
    }
}
