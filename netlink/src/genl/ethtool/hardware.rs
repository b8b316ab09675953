//! Timestamps, cables, tunnels, error correction, modules, statistics, power.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/ethtool_netlink.h`. What requests are held to is in
//! [`policy`](super::policy).

use super::bitset::{BitsetSet, HeaderSet};
use crate::attributes;
use crate::policy::Rule;
use crate::set::{Be16, Binary, Indexed, Nest, Packed, Text, Uint};

attributes! {
    /// `ETHTOOL_MSG_TSINFO_*`: timestamps that the card can take.
    pub TsinfoSet: TsinfoAttr, TsinfoAttrBuf {
        /// `ETHTOOL_A_TSINFO_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_TSINFO_TIMESTAMPING`: `SOF_TIMESTAMPING_*`.
        Timestamping = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_TSINFO_TX_TYPES`: `HWTSTAMP_TX_*`.
        TxTypes = 3: Nest<BitsetSet>;
        /// `ETHTOOL_A_TSINFO_RX_FILTERS`: `HWTSTAMP_FILTER_*`.
        RxFilters = 4: Nest<BitsetSet>;
        /// `ETHTOOL_A_TSINFO_PHC_INDEX`: the clock.
        PhcIndex = 5: u32;
        /// `ETHTOOL_A_TSINFO_STATS`: counters.
        Stats = 6: Nest<TsStatSet>;
    }
}

attributes! {
    /// Counters of timestamps.
    pub TsStatSet: TsStatAttr, TsStatAttrBuf {
        /// `ETHTOOL_A_TS_STAT_TX_PKTS`: frames with one.
        TxPkts = 1: Uint;
        /// `ETHTOOL_A_TS_STAT_TX_LOST`: frames whose one is lost.
        TxLost = 2: Uint;
        /// `ETHTOOL_A_TS_STAT_TX_ERR`: frames that could not get one.
        TxErr = 3: Uint;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PHC_VCLOCKS_*`: virtual clocks over the card's.
    pub PhcVclocksSet: PhcVclocksAttr, PhcVclocksAttrBuf {
        /// `ETHTOOL_A_PHC_VCLOCKS_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PHC_VCLOCKS_NUM`: how many.
        Num = 2: u32;
        /// `ETHTOOL_A_PHC_VCLOCKS_INDEX`: their numbers.
        Index = 3: Packed<i32>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_CABLE_TEST_ACT`: test the cable.
    pub CableTestSet: CableTestAttr, CableTestAttrBuf {
        /// `ETHTOOL_A_CABLE_TEST_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_CABLE_TEST_NTF`: what came of it.
    pub CableTestNtfSet: CableTestNtfAttr, CableTestNtfAttrBuf {
        /// `ETHTOOL_A_CABLE_TEST_NTF_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_CABLE_TEST_NTF_STATUS`: `ETHTOOL_A_CABLE_TEST_NTF_STATUS_*`.
        Status = 2: u8;
        /// `ETHTOOL_A_CABLE_TEST_NTF_NEST`: findings.
        Nest = 3: Nest<CableNestSet>;
    }
}

attributes! {
    /// Findings of a cable test.
    pub CableNestSet: CableNestAttr, CableNestAttrBuf {
        /// `ETHTOOL_A_CABLE_NEST_RESULT`: of a pair.
        Result = 1: Nest<CableResultSet>;
        /// `ETHTOOL_A_CABLE_NEST_FAULT_LENGTH`: where a fault is.
        FaultLength = 2: Nest<CableFaultLengthSet>;
    }
}

attributes! {
    /// What a pair is like.
    pub CableResultSet: CableResultAttr, CableResultAttrBuf {
        /// `ETHTOOL_A_CABLE_RESULT_PAIR`: `ETHTOOL_A_CABLE_PAIR_*`.
        Pair = 1: u8;
        /// `ETHTOOL_A_CABLE_RESULT_CODE`: `ETHTOOL_A_CABLE_RESULT_CODE_*`.
        Code = 2: u8;
        /// `ETHTOOL_A_CABLE_RESULT_SRC`: `ETHTOOL_A_CABLE_INF_SRC_*`: how it was found.
        Src = 3: u32;
    }
}

attributes! {
    /// Where a fault is.
    pub CableFaultLengthSet: CableFaultLengthAttr, CableFaultLengthAttrBuf {
        /// `ETHTOOL_A_CABLE_FAULT_LENGTH_PAIR`: `ETHTOOL_A_CABLE_PAIR_*`.
        Pair = 1: u8;
        /// `ETHTOOL_A_CABLE_FAULT_LENGTH_CM`: centimetres from here.
        Cm = 2: u32;
        /// `ETHTOOL_A_CABLE_FAULT_LENGTH_SRC`: `ETHTOOL_A_CABLE_INF_SRC_*`: how it was found.
        Src = 3: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_CABLE_TEST_TDR_ACT`: send a pulse into the cable.
    pub CableTestTdrSet: CableTestTdrAttr, CableTestTdrAttrBuf {
        /// `ETHTOOL_A_CABLE_TEST_TDR_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_CABLE_TEST_TDR_CFG`: how.
        Cfg = 2: Nest<CableTestTdrCfgSet>;
    }
}

attributes! {
    /// How a cable is measured. Policy: `cable_test_tdr_act_cfg_policy`.
    pub CableTestTdrCfgSet: CableTestTdrCfgAttr, CableTestTdrCfgAttrBuf {
        /// `ETHTOOL_A_CABLE_TEST_TDR_CFG_FIRST`: centimetres to begin at.
        First = 1: u32;
        /// `ETHTOOL_A_CABLE_TEST_TDR_CFG_LAST`: centimetres to end at.
        Last = 2: u32;
        /// `ETHTOOL_A_CABLE_TEST_TDR_CFG_STEP`: centimetres of a step.
        Step = 3: u32;
        /// `ETHTOOL_A_CABLE_TEST_TDR_CFG_PAIR`: only this pair.
        Pair = 4: u8;
    }
}

attributes! {
    /// `ETHTOOL_MSG_CABLE_TEST_TDR_NTF`: what came back.
    pub CableTestTdrNtfSet: CableTestTdrNtfAttr, CableTestTdrNtfAttrBuf {
        /// `ETHTOOL_A_CABLE_TEST_TDR_NTF_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_CABLE_TEST_TDR_NTF_STATUS`: `ETHTOOL_A_CABLE_TEST_NTF_STATUS_*`.
        Status = 2: u8;
        /// `ETHTOOL_A_CABLE_TEST_TDR_NTF_NEST`: findings.
        Nest = 3: Nest<CableTdrNestSet>;
    }
}

attributes! {
    /// Findings of a measurement.
    pub CableTdrNestSet: CableTdrNestAttr, CableTdrNestAttrBuf {
        /// `ETHTOOL_A_CABLE_TDR_NEST_STEP`: how far the next ones are apart.
        Step = 1: Nest<CableStepSet>;
        /// `ETHTOOL_A_CABLE_TDR_NEST_AMPLITUDE`: a reflection.
        Amplitude = 2: Nest<CableAmplitudeSet>;
        /// `ETHTOOL_A_CABLE_TDR_NEST_PULSE`: the pulse.
        Pulse = 3: Nest<CablePulseSet>;
    }
}

attributes! {
    /// A reflection.
    pub CableAmplitudeSet: CableAmplitudeAttr, CableAmplitudeAttrBuf {
        /// `ETHTOOL_A_CABLE_AMPLITUDE_PAIR`: `ETHTOOL_A_CABLE_PAIR_*`.
        Pair = 1: u8;
        /// `ETHTOOL_A_CABLE_AMPLITUDE_mV`: millivolts.
        Mv = 2: i16;
    }
}

attributes! {
    /// The pulse that was sent.
    pub CablePulseSet: CablePulseAttr, CablePulseAttrBuf {
        /// `ETHTOOL_A_CABLE_PULSE_mV`: millivolts.
        Mv = 1: i16;
    }
}

attributes! {
    /// How far measurements are apart.
    pub CableStepSet: CableStepAttr, CableStepAttrBuf {
        /// `ETHTOOL_A_CABLE_STEP_FIRST_DISTANCE`: centimetres to the first.
        FirstDistance = 1: u32;
        /// `ETHTOOL_A_CABLE_STEP_LAST_DISTANCE`: centimetres to the last.
        LastDistance = 2: u32;
        /// `ETHTOOL_A_CABLE_STEP_STEP_DISTANCE`: centimetres between.
        StepDistance = 3: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_TUNNEL_INFO_*`: tunnels that the card knows of.
    pub TunnelInfoSet: TunnelInfoAttr, TunnelInfoAttrBuf {
        /// `ETHTOOL_A_TUNNEL_INFO_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_TUNNEL_INFO_UDP_PORTS`: those over UDP.
        UdpPorts = 2: Nest<TunnelUdpSet>;
    }
}

attributes! {
    /// Tunnels over UDP.
    pub TunnelUdpSet: TunnelUdpAttr, TunnelUdpAttrBuf {
        /// `ETHTOOL_A_TUNNEL_UDP_TABLE`: a table of the card.
        Table = 1: Nest<TunnelUdpTableSet>;
    }
}

attributes! {
    /// A table of ports.
    pub TunnelUdpTableSet: TunnelUdpTableAttr, TunnelUdpTableAttrBuf {
        /// `ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE`: how many have room.
        Size = 1: u32;
        /// `ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES`: `ETHTOOL_UDP_TUNNEL_TYPE_*`.
        Types = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY`: a port.
        Entry = 3: Nest<TunnelUdpEntrySet>;
    }
}

attributes! {
    /// A port.
    pub TunnelUdpEntrySet: TunnelUdpEntryAttr, TunnelUdpEntryAttrBuf {
        /// `ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT`: its number.
        Port = 1: Be16;
        /// `ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE`: `ETHTOOL_UDP_TUNNEL_TYPE_*`.
        Type = 2: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_FEC_*`: forward error correction.
    pub FecSet: FecAttr, FecAttrBuf {
        /// `ETHTOOL_A_FEC_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_FEC_MODES`: link modes.
        Modes = 2: Nest<BitsetSet>;
        /// `ETHTOOL_A_FEC_AUTO`: whether the module decides.
        Auto = 3: u8;
        /// `ETHTOOL_A_FEC_ACTIVE`: the link mode's bit that is on.
        Active = 4: u32;
        /// `ETHTOOL_A_FEC_STATS`: counters.
        Stats = 5: Nest<FecStatSet>;
    }
}

attributes! {
    /// Counters of error correction: of all, then of each lane.
    pub FecStatSet: FecStatAttr, FecStatAttrBuf {
        /// `ETHTOOL_A_FEC_STAT_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `ETHTOOL_A_FEC_STAT_CORRECTED`: blocks corrected.
        Corrected = 2: Packed<u64>;
        /// `ETHTOOL_A_FEC_STAT_UNCORR`: blocks that could not be.
        Uncorr = 3: Packed<u64>;
        /// `ETHTOOL_A_FEC_STAT_CORR_BITS`: bits corrected.
        CorrBits = 4: Packed<u64>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_MODULE_EEPROM_*`: a module's memory.
    pub ModuleEepromSet: ModuleEepromAttr, ModuleEepromAttrBuf {
        /// `ETHTOOL_A_MODULE_EEPROM_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_MODULE_EEPROM_OFFSET`: from where.
        Offset = 2: u32;
        /// `ETHTOOL_A_MODULE_EEPROM_LENGTH`: how many bytes.
        Length = 3: u32;
        /// `ETHTOOL_A_MODULE_EEPROM_PAGE`: the page.
        Page = 4: u8;
        /// `ETHTOOL_A_MODULE_EEPROM_BANK`: the bank.
        Bank = 5: u8;
        /// `ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS`: the address.
        I2cAddress = 6: u8;
        /// `ETHTOOL_A_MODULE_EEPROM_DATA`: the bytes.
        Data = 7: Binary;
    }
}

attributes! {
    /// `ETHTOOL_MSG_STATS_*`: standard counters.
    pub StatsSet: StatsAttr, StatsAttrBuf {
        /// `ETHTOOL_A_STATS_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `ETHTOOL_A_STATS_HEADER`: the interface.
        Header = 2: Nest<HeaderSet>;
        /// `ETHTOOL_A_STATS_GROUPS`: `ETHTOOL_STATS_*`: which groups.
        Groups = 3: Nest<BitsetSet>;
        /// `ETHTOOL_A_STATS_GRP`: a group.
        Grp = 4: Nest<StatsGrpSet>;
        /// `ETHTOOL_A_STATS_SRC`: `ETHTOOL_MAC_STATS_SRC_*`: which MAC's.
        Src = 5: u32;
    }
}

attributes! {
    /// A group of counters, or a bucket of a histogram.
    pub StatsGrpSet: StatsGrpAttr, StatsGrpAttrBuf {
        /// `ETHTOOL_A_STATS_GRP_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `ETHTOOL_A_STATS_GRP_ID`: `ETHTOOL_STATS_*`: which.
        Id = 2: u32;
        /// `ETHTOOL_A_STATS_GRP_SS_ID`: `ETH_SS_*`: the names.
        SsId = 3: u32;
        /// `ETHTOOL_A_STATS_GRP_STAT`: a counter, its type the name's place.
        Stat = 4: Nest<Indexed<u64>>;
        /// `ETHTOOL_A_STATS_GRP_HIST_RX`: a bucket of frames received.
        HistRx = 5: Nest<StatsGrpSet> => Rule::NESTED;
        /// `ETHTOOL_A_STATS_GRP_HIST_TX`: a bucket of frames sent.
        HistTx = 6: Nest<StatsGrpSet> => Rule::NESTED;
        /// `ETHTOOL_A_STATS_GRP_HIST_BKT_LOW`: the least length of a bucket.
        HistBktLow = 7: u32;
        /// `ETHTOOL_A_STATS_GRP_HIST_BKT_HI`: the greatest.
        HistBktHi = 8: u32;
        /// `ETHTOOL_A_STATS_GRP_HIST_VAL`: how many.
        HistVal = 9: u64;
    }
}

attributes! {
    /// `ETHTOOL_MSG_MODULE_*`: a module's power.
    pub ModuleSet: ModuleAttr, ModuleAttrBuf {
        /// `ETHTOOL_A_MODULE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_MODULE_POWER_MODE_POLICY`: `ETHTOOL_MODULE_POWER_MODE_POLICY_*`: what it shall be.
        PowerModePolicy = 2: u8;
        /// `ETHTOOL_A_MODULE_POWER_MODE`: `ETHTOOL_MODULE_POWER_MODE_*`: what it is.
        PowerMode = 3: u8;
    }
}

attributes! {
    /// `ETHTOOL_MSG_MODULE_FW_FLASH_*`: a module's firmware.
    pub ModuleFwFlashSet: ModuleFwFlashAttr, ModuleFwFlashAttrBuf {
        /// `ETHTOOL_A_MODULE_FW_FLASH_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME`: the file.
        FileName = 2: Text;
        /// `ETHTOOL_A_MODULE_FW_FLASH_PASSWORD`: the module's password.
        Password = 3: u32;
        /// `ETHTOOL_A_MODULE_FW_FLASH_STATUS`: `ETHTOOL_MODULE_FW_FLASH_STATUS_*`.
        Status = 4: u32;
        /// `ETHTOOL_A_MODULE_FW_FLASH_STATUS_MSG`: more of that.
        StatusMsg = 5: Text;
        /// `ETHTOOL_A_MODULE_FW_FLASH_DONE`: bytes written.
        Done = 6: Uint;
        /// `ETHTOOL_A_MODULE_FW_FLASH_TOTAL`: bytes to be written.
        Total = 7: Uint;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PSE_*`: power over the cable.
    pub PseSet: PseAttr, PseAttrBuf {
        /// `ETHTOOL_A_PSE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PODL_PSE_ADMIN_STATE`: single pair: `ETHTOOL_PODL_PSE_ADMIN_STATE_*`.
        PodlPseAdminState = 2: u32;
        /// `ETHTOOL_A_PODL_PSE_ADMIN_CONTROL`: single pair: what it shall be.
        PodlPseAdminControl = 3: u32;
        /// `ETHTOOL_A_PODL_PSE_PW_D_STATUS`: single pair: `ETHTOOL_PODL_PSE_PW_D_STATUS_*`.
        PodlPsePwDStatus = 4: u32;
        /// `ETHTOOL_A_C33_PSE_ADMIN_STATE`: four pairs: `ETHTOOL_C33_PSE_ADMIN_STATE_*`.
        C33PseAdminState = 5: u32;
        /// `ETHTOOL_A_C33_PSE_ADMIN_CONTROL`: four pairs: what it shall be.
        C33PseAdminControl = 6: u32;
        /// `ETHTOOL_A_C33_PSE_PW_D_STATUS`: four pairs: `ETHTOOL_C33_PSE_PW_D_STATUS_*`.
        C33PsePwDStatus = 7: u32;
        /// `ETHTOOL_A_C33_PSE_PW_CLASS`: the device's class.
        C33PsePwClass = 8: u32;
        /// `ETHTOOL_A_C33_PSE_ACTUAL_PW`: milliwatts drawn.
        C33PseActualPw = 9: u32;
        /// `ETHTOOL_A_C33_PSE_EXT_STATE`: `ETHTOOL_C33_PSE_EXT_STATE_*`: why there is none.
        C33PseExtState = 10: u32;
        /// `ETHTOOL_A_C33_PSE_EXT_SUBSTATE`: more of that.
        C33PseExtSubstate = 11: u32;
        /// `ETHTOOL_A_C33_PSE_AVAIL_PW_LIMIT`: milliwatts that may be drawn.
        C33PseAvailPwLimit = 12: u32;
        /// `ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES`: a range that the limit may be in.
        C33PsePwLimitRanges = 13: Nest<C33PsePwLimitSet>;
    }
}

attributes! {
    /// A range of power.
    pub C33PsePwLimitSet: C33PsePwLimitAttr, C33PsePwLimitAttrBuf {
        /// `ETHTOOL_A_C33_PSE_PW_LIMIT_MIN`: milliwatts at least.
        Min = 1: u32;
        /// `ETHTOOL_A_C33_PSE_PW_LIMIT_MAX`: milliwatts at most.
        Max = 2: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PLCA_*`: turns on a shared cable.
    pub PlcaSet: PlcaAttr, PlcaAttrBuf {
        /// `ETHTOOL_A_PLCA_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PLCA_VERSION`: the version of the registers.
        Version = 2: u16;
        /// `ETHTOOL_A_PLCA_ENABLED`: whether it is on.
        Enabled = 3: u8;
        /// `ETHTOOL_A_PLCA_STATUS`: whether it works.
        Status = 4: u8;
        /// `ETHTOOL_A_PLCA_NODE_CNT`: how many take part.
        NodeCnt = 5: u32;
        /// `ETHTOOL_A_PLCA_NODE_ID`: our turn.
        NodeId = 6: u32;
        /// `ETHTOOL_A_PLCA_TO_TMR`: bit times of a turn not taken.
        ToTmr = 7: u32;
        /// `ETHTOOL_A_PLCA_BURST_CNT`: further frames in a turn.
        BurstCnt = 8: u32;
        /// `ETHTOOL_A_PLCA_BURST_TMR`: bit times between them.
        BurstTmr = 9: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PHY_*`: a PHY of an interface.
    pub PhySet: PhyAttr, PhyAttrBuf {
        /// `ETHTOOL_A_PHY_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PHY_INDEX`: its index.
        Index = 2: u32;
        /// `ETHTOOL_A_PHY_DRVNAME`: its driver.
        Drvname = 3: Text;
        /// `ETHTOOL_A_PHY_NAME`: its name.
        Name = 4: Text;
        /// `ETHTOOL_A_PHY_UPSTREAM_TYPE`: `PHY_UPSTREAM_*`: on what it hangs.
        UpstreamType = 5: u32;
        /// `ETHTOOL_A_PHY_UPSTREAM_INDEX`: the PHY that it hangs on.
        UpstreamIndex = 6: u32;
        /// `ETHTOOL_A_PHY_UPSTREAM_SFP_NAME`: the cage that it is in.
        UpstreamSfpName = 7: Text;
        /// `ETHTOOL_A_PHY_DOWNSTREAM_SFP_NAME`: the cage behind it.
        DownstreamSfpName = 8: Text;
    }
}
