//! The link: its port, modes, state; wake-on-LAN, features, energy.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/ethtool_netlink.h`. What requests are held to is in
//! [`policy`](super::policy).

use super::bitset::{BitsetSet, HeaderSet};
use crate::attributes;
use crate::set::{Binary, Nest};

attributes! {
    /// `ETHTOOL_MSG_LINKINFO_*`: the port.
    pub LinkinfoSet: LinkinfoAttr, LinkinfoAttrBuf {
        /// `ETHTOOL_A_LINKINFO_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_LINKINFO_PORT`: `PORT_*`: the connector.
        Port = 2: u8;
        /// `ETHTOOL_A_LINKINFO_PHYADDR`: the PHY's address.
        Phyaddr = 3: u8;
        /// `ETHTOOL_A_LINKINFO_TP_MDIX`: `ETH_TP_MDI_*`: whether the pairs are crossed.
        TpMdix = 4: u8;
        /// `ETHTOOL_A_LINKINFO_TP_MDIX_CTRL`: whether they are to be.
        TpMdixCtrl = 5: u8;
        /// `ETHTOOL_A_LINKINFO_TRANSCEIVER`: `XCVR_*`.
        Transceiver = 6: u8;
    }
}

attributes! {
    /// `ETHTOOL_MSG_LINKMODES_*`: speed, duplex, what is advertised.
    pub LinkmodesSet: LinkmodesAttr, LinkmodesAttrBuf {
        /// `ETHTOOL_A_LINKMODES_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_LINKMODES_AUTONEG`: whether it negotiates.
        Autoneg = 2: u8;
        /// `ETHTOOL_A_LINKMODES_OURS`: link modes: supported as the mask, advertised as the value.
        Ours = 3: Nest<BitsetSet>;
        /// `ETHTOOL_A_LINKMODES_PEER`: what the other side advertises.
        Peer = 4: Nest<BitsetSet>;
        /// `ETHTOOL_A_LINKMODES_SPEED`: Mbit/s.
        Speed = 5: u32;
        /// `ETHTOOL_A_LINKMODES_DUPLEX`: `DUPLEX_*`.
        Duplex = 6: u8;
        /// `ETHTOOL_A_LINKMODES_MASTER_SLAVE_CFG`: `MASTER_SLAVE_CFG_*`: who shall give the clock.
        MasterSlaveCfg = 7: u8;
        /// `ETHTOOL_A_LINKMODES_MASTER_SLAVE_STATE`: `MASTER_SLAVE_STATE_*`: who does.
        MasterSlaveState = 8: u8;
        /// `ETHTOOL_A_LINKMODES_LANES`: how many lanes.
        Lanes = 9: u32;
        /// `ETHTOOL_A_LINKMODES_RATE_MATCHING`: `RATE_MATCH_*`.
        RateMatching = 10: u8;
    }
}

attributes! {
    /// `ETHTOOL_MSG_LINKSTATE_*`: whether there is a link, and how good.
    pub LinkstateSet: LinkstateAttr, LinkstateAttrBuf {
        /// `ETHTOOL_A_LINKSTATE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_LINKSTATE_LINK`: whether there is one.
        Link = 2: u8;
        /// `ETHTOOL_A_LINKSTATE_SQI`: the signal's quality.
        Sqi = 3: u32;
        /// `ETHTOOL_A_LINKSTATE_SQI_MAX`: the best quality.
        SqiMax = 4: u32;
        /// `ETHTOOL_A_LINKSTATE_EXT_STATE`: `ETHTOOL_LINK_EXT_STATE_*`: why there is none.
        ExtState = 5: u8;
        /// `ETHTOOL_A_LINKSTATE_EXT_SUBSTATE`: more of that.
        ExtSubstate = 6: u8;
        /// `ETHTOOL_A_LINKSTATE_EXT_DOWN_CNT`: how often it was lost.
        ExtDownCnt = 7: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_DEBUG_*`: what the driver logs.
    pub DebugSet: DebugAttr, DebugAttrBuf {
        /// `ETHTOOL_A_DEBUG_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_DEBUG_MSGMASK`: `NETIF_MSG_*`.
        Msgmask = 2: Nest<BitsetSet>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_WOL_*`: what wakes the machine.
    pub WolSet: WolAttr, WolAttrBuf {
        /// `ETHTOOL_A_WOL_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_WOL_MODES`: `WAKE_*`.
        Modes = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_WOL_SOPASS`: the password of SecureOn.
        Sopass = 3: Binary;
    }
}

attributes! {
    /// `ETHTOOL_MSG_FEATURES_*`: offloads.
    pub FeaturesSet: FeaturesAttr, FeaturesAttrBuf {
        /// `ETHTOOL_A_FEATURES_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_FEATURES_HW`: those that may be changed.
        Hw = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_FEATURES_WANTED`: those that are asked for.
        Wanted = 3: Nest<BitsetSet>;
        /// `ETHTOOL_A_FEATURES_ACTIVE`: those that are on.
        Active = 4: Nest<BitsetSet>;
        /// `ETHTOOL_A_FEATURES_NOCHANGE`: those that can't be changed.
        Nochange = 5: Nest<BitsetSet>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PRIVFLAGS_*`: the driver's own flags.
    pub PrivflagsSet: PrivflagsAttr, PrivflagsAttrBuf {
        /// `ETHTOOL_A_PRIVFLAGS_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PRIVFLAGS_FLAGS`: they.
        Flags = 2: Nest<BitsetSet>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_EEE_*`: Energy-Efficient Ethernet.
    pub EeeSet: EeeAttr, EeeAttrBuf {
        /// `ETHTOOL_A_EEE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_EEE_MODES_OURS`: link modes: supported as the mask, advertised as the value.
        ModesOurs = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_EEE_MODES_PEER`: what the other side advertises.
        ModesPeer = 3: Nest<BitsetSet>;
        /// `ETHTOOL_A_EEE_ACTIVE`: whether both agreed on it.
        Active = 4: u8;
        /// `ETHTOOL_A_EEE_ENABLED`: whether it is on.
        Enabled = 5: u8;
        /// `ETHTOOL_A_EEE_TX_LPI_ENABLED`: whether the transmitter idles.
        TxLpiEnabled = 6: u8;
        /// `ETHTOOL_A_EEE_TX_LPI_TIMER`: after how many microseconds.
        TxLpiTimer = 7: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_MM_*`: the MAC merge layer, frame preemption.
    pub MmSet: MmAttr, MmAttrBuf {
        /// `ETHTOOL_A_MM_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_MM_PMAC_ENABLED`: preemptible frames are received.
        PmacEnabled = 2: u8;
        /// `ETHTOOL_A_MM_TX_ENABLED`: preemptible frames are to be sent.
        TxEnabled = 3: u8;
        /// `ETHTOOL_A_MM_TX_ACTIVE`: they are.
        TxActive = 4: u8;
        /// `ETHTOOL_A_MM_TX_MIN_FRAG_SIZE`: bytes of the least fragment that is sent.
        TxMinFragSize = 5: u32;
        /// `ETHTOOL_A_MM_RX_MIN_FRAG_SIZE`: bytes of the least fragment that is received.
        RxMinFragSize = 6: u32;
        /// `ETHTOOL_A_MM_VERIFY_ENABLED`: the other side is asked first.
        VerifyEnabled = 7: u8;
        /// `ETHTOOL_A_MM_VERIFY_STATUS`: `ETHTOOL_MM_VERIFY_STATUS_*`.
        VerifyStatus = 8: u8;
        /// `ETHTOOL_A_MM_VERIFY_TIME`: milliseconds between questions.
        VerifyTime = 9: u32;
        /// `ETHTOOL_A_MM_MAX_VERIFY_TIME`: the most of these.
        MaxVerifyTime = 10: u32;
        /// `ETHTOOL_A_MM_STATS`: counters.
        Stats = 11: Nest<MmStatSet>;
    }
}

attributes! {
    /// Counters of the MAC merge layer.
    pub MmStatSet: MmStatAttr, MmStatAttrBuf {
        /// `ETHTOOL_A_MM_STAT_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `ETHTOOL_A_MM_STAT_REASSEMBLY_ERRORS`: frames that could not be put together.
        ReassemblyErrors = 2: u64;
        /// `ETHTOOL_A_MM_STAT_SMD_ERRORS`: frames with an unknown start.
        SmdErrors = 3: u64;
        /// `ETHTOOL_A_MM_STAT_REASSEMBLY_OK`: frames put together.
        ReassemblyOk = 4: u64;
        /// `ETHTOOL_A_MM_STAT_RX_FRAG_COUNT`: further fragments received.
        RxFragCount = 5: u64;
        /// `ETHTOOL_A_MM_STAT_TX_FRAG_COUNT`: further fragments sent.
        TxFragCount = 6: u64;
        /// `ETHTOOL_A_MM_STAT_HOLD_COUNT`: how often preemptible traffic was held.
        HoldCount = 7: u64;
    }
}
