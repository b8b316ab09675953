//! Rings, channels, coalescing, pause frames.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/ethtool_netlink.h`. What requests are held to is in
//! [`policy`](super::policy).

use super::bitset::HeaderSet;
use crate::attributes;
use crate::set::{Binary, Nest, Packed};

attributes! {
    /// `ETHTOOL_MSG_RINGS_*`: descriptors.
    pub RingsSet: RingsAttr, RingsAttrBuf {
        /// `ETHTOOL_A_RINGS_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_RINGS_RX_MAX`: the most for receiving.
        RxMax = 2: u32;
        /// `ETHTOOL_A_RINGS_RX_MINI_MAX`: the most for small frames.
        RxMiniMax = 3: u32;
        /// `ETHTOOL_A_RINGS_RX_JUMBO_MAX`: the most for long frames.
        RxJumboMax = 4: u32;
        /// `ETHTOOL_A_RINGS_TX_MAX`: the most for sending.
        TxMax = 5: u32;
        /// `ETHTOOL_A_RINGS_RX`: for receiving.
        Rx = 6: u32;
        /// `ETHTOOL_A_RINGS_RX_MINI`: for small frames.
        RxMini = 7: u32;
        /// `ETHTOOL_A_RINGS_RX_JUMBO`: for long frames.
        RxJumbo = 8: u32;
        /// `ETHTOOL_A_RINGS_TX`: for sending.
        Tx = 9: u32;
        /// `ETHTOOL_A_RINGS_RX_BUF_LEN`: bytes of a receive buffer.
        RxBufLen = 10: u32;
        /// `ETHTOOL_A_RINGS_TCP_DATA_SPLIT`: `ETHTOOL_TCP_DATA_SPLIT_*`: headers go apart.
        TcpDataSplit = 11: u8;
        /// `ETHTOOL_A_RINGS_CQE_SIZE`: bytes of a completion.
        CqeSize = 12: u32;
        /// `ETHTOOL_A_RINGS_TX_PUSH`: descriptors are written to the card.
        TxPush = 13: u8;
        /// `ETHTOOL_A_RINGS_RX_PUSH`: those for receiving too.
        RxPush = 14: u8;
        /// `ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN`: bytes that may be written so.
        TxPushBufLen = 15: u32;
        /// `ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX`: the most of these.
        TxPushBufLenMax = 16: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_CHANNELS_*`: queues with an interrupt each.
    pub ChannelsSet: ChannelsAttr, ChannelsAttrBuf {
        /// `ETHTOOL_A_CHANNELS_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_CHANNELS_RX_MAX`: the most for receiving.
        RxMax = 2: u32;
        /// `ETHTOOL_A_CHANNELS_TX_MAX`: the most for sending.
        TxMax = 3: u32;
        /// `ETHTOOL_A_CHANNELS_OTHER_MAX`: the most for other things.
        OtherMax = 4: u32;
        /// `ETHTOOL_A_CHANNELS_COMBINED_MAX`: the most for both ways.
        CombinedMax = 5: u32;
        /// `ETHTOOL_A_CHANNELS_RX_COUNT`: for receiving.
        RxCount = 6: u32;
        /// `ETHTOOL_A_CHANNELS_TX_COUNT`: for sending.
        TxCount = 7: u32;
        /// `ETHTOOL_A_CHANNELS_OTHER_COUNT`: for other things.
        OtherCount = 8: u32;
        /// `ETHTOOL_A_CHANNELS_COMBINED_COUNT`: for both ways.
        CombinedCount = 9: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_COALESCE_*`: how interrupts are gathered.
    pub CoalesceSet: CoalesceAttr, CoalesceAttrBuf {
        /// `ETHTOOL_A_COALESCE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_COALESCE_RX_USECS`: microseconds after a frame came.
        RxUsecs = 2: u32;
        /// `ETHTOOL_A_COALESCE_RX_MAX_FRAMES`: frames that came.
        RxMaxFrames = 3: u32;
        /// `ETHTOOL_A_COALESCE_RX_USECS_IRQ`: the same while the interrupt is served.
        RxUsecsIrq = 4: u32;
        /// `ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ`: the same while the interrupt is served.
        RxMaxFramesIrq = 5: u32;
        /// `ETHTOOL_A_COALESCE_TX_USECS`: microseconds after a frame was sent.
        TxUsecs = 6: u32;
        /// `ETHTOOL_A_COALESCE_TX_MAX_FRAMES`: frames that were sent.
        TxMaxFrames = 7: u32;
        /// `ETHTOOL_A_COALESCE_TX_USECS_IRQ`: the same while the interrupt is served.
        TxUsecsIrq = 8: u32;
        /// `ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ`: the same while the interrupt is served.
        TxMaxFramesIrq = 9: u32;
        /// `ETHTOOL_A_COALESCE_STATS_BLOCK_USECS`: microseconds between updates of counters.
        StatsBlockUsecs = 10: u32;
        /// `ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX`: the driver adapts it, for receiving.
        UseAdaptiveRx = 11: u8;
        /// `ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX`: the driver adapts it, for sending.
        UseAdaptiveTx = 12: u8;
        /// `ETHTOOL_A_COALESCE_PKT_RATE_LOW`: frames a second below which is low.
        PktRateLow = 13: u32;
        /// `ETHTOOL_A_COALESCE_RX_USECS_LOW`: at a low rate.
        RxUsecsLow = 14: u32;
        /// `ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW`: at a low rate.
        RxMaxFramesLow = 15: u32;
        /// `ETHTOOL_A_COALESCE_TX_USECS_LOW`: at a low rate.
        TxUsecsLow = 16: u32;
        /// `ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW`: at a low rate.
        TxMaxFramesLow = 17: u32;
        /// `ETHTOOL_A_COALESCE_PKT_RATE_HIGH`: frames a second above which is high.
        PktRateHigh = 18: u32;
        /// `ETHTOOL_A_COALESCE_RX_USECS_HIGH`: at a high rate.
        RxUsecsHigh = 19: u32;
        /// `ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH`: at a high rate.
        RxMaxFramesHigh = 20: u32;
        /// `ETHTOOL_A_COALESCE_TX_USECS_HIGH`: at a high rate.
        TxUsecsHigh = 21: u32;
        /// `ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH`: at a high rate.
        TxMaxFramesHigh = 22: u32;
        /// `ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL`: seconds that a rate is taken over.
        RateSampleInterval = 23: u32;
        /// `ETHTOOL_A_COALESCE_USE_CQE_MODE_TX`: the time starts anew with each completion, for sending.
        UseCqeModeTx = 24: u8;
        /// `ETHTOOL_A_COALESCE_USE_CQE_MODE_RX`: the same for receiving.
        UseCqeModeRx = 25: u8;
        /// `ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES`: bytes that are sent as one.
        TxAggrMaxBytes = 26: u32;
        /// `ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES`: frames that are sent as one.
        TxAggrMaxFrames = 27: u32;
        /// `ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS`: microseconds that they are gathered.
        TxAggrTimeUsecs = 28: u32;
        /// `ETHTOOL_A_COALESCE_RX_PROFILE`: how the driver adapts it, for receiving.
        RxProfile = 29: Nest<ProfileSet>;
        /// `ETHTOOL_A_COALESCE_TX_PROFILE`: how the driver adapts it, for sending.
        TxProfile = 30: Nest<ProfileSet>;
    }
}

attributes! {
    /// Steps of adaptation.
    pub ProfileSet: ProfileAttr, ProfileAttrBuf {
        /// `ETHTOOL_A_PROFILE_IRQ_MODERATION`: a step.
        IrqModeration = 1: Nest<IrqModerationSet>;
    }
}

attributes! {
    /// A step of adaptation.
    pub IrqModerationSet: IrqModerationAttr, IrqModerationAttrBuf {
        /// `ETHTOOL_A_IRQ_MODERATION_USEC`: microseconds.
        Usec = 1: u32;
        /// `ETHTOOL_A_IRQ_MODERATION_PKTS`: frames.
        Pkts = 2: u32;
        /// `ETHTOOL_A_IRQ_MODERATION_COMPS`: completions.
        Comps = 3: u32;
    }
}

attributes! {
    /// `ETHTOOL_MSG_PAUSE_*`: flow control.
    pub PauseSet: PauseAttr, PauseAttrBuf {
        /// `ETHTOOL_A_PAUSE_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_PAUSE_AUTONEG`: whether it is negotiated.
        Autoneg = 2: u8;
        /// `ETHTOOL_A_PAUSE_RX`: whether pauses are heeded.
        Rx = 3: u8;
        /// `ETHTOOL_A_PAUSE_TX`: whether they are sent.
        Tx = 4: u8;
        /// `ETHTOOL_A_PAUSE_STATS`: counters.
        Stats = 5: Nest<PauseStatSet>;
        /// `ETHTOOL_A_PAUSE_STATS_SRC`: `ETHTOOL_MAC_STATS_SRC_*`: which MAC's.
        StatsSrc = 6: u32;
    }
}

attributes! {
    /// Counters of pause frames.
    pub PauseStatSet: PauseStatAttr, PauseStatAttrBuf {
        /// `ETHTOOL_A_PAUSE_STAT_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `ETHTOOL_A_PAUSE_STAT_TX_FRAMES`: sent.
        TxFrames = 2: u64;
        /// `ETHTOOL_A_PAUSE_STAT_RX_FRAMES`: received.
        RxFrames = 3: u64;
    }
}

attributes! {
    /// `ETHTOOL_MSG_RSS_*`: how frames are spread over queues.
    pub RssSet: RssAttr, RssAttrBuf {
        /// `ETHTOOL_A_RSS_HEADER`: the interface.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_RSS_CONTEXT`: which of several.
        Context = 2: u32;
        /// `ETHTOOL_A_RSS_HFUNC`: the hash, a bit of `ETH_SS_RSS_HASH_FUNCS`.
        Hfunc = 3: u32;
        /// `ETHTOOL_A_RSS_INDIR`: the queue of each slot.
        Indir = 4: Packed<u32>;
        /// `ETHTOOL_A_RSS_HKEY`: the hash's key.
        Hkey = 5: Binary;
        /// `ETHTOOL_A_RSS_INPUT_XFRM`: `RXH_XFRM_*`.
        InputXfrm = 6: u32;
        /// `ETHTOOL_A_RSS_START_CONTEXT`: of a dump: the first.
        StartContext = 7: u32;
    }
}
