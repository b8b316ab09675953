//! The card's own counters (manual, 13.7). Reading clears them, so one place reads them and adds up.

use softnet_netdev::LinkStats;

use super::hw::Hw;
use crate::bus::PciDevice;

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident = $offset:literal $kind:ident;)*) => {
        /// What the card counted since the driver was made. Named as the registers are.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub(super) struct CardStats {
            $($(#[doc = $doc])+ pub(super) $name: u64,)*
        }

        impl CardStats {
            /// Reads every counter once and adds it up. A card that is gone adds nothing.
            pub(super) fn read<P: PciDevice>(&mut self, hw: &Hw<P>) {
                $(self.$name = self.$name.saturating_add(counters!($kind hw, $offset));)*
            }
        }
    };
    (word $hw:ident, $offset:literal) => { $hw.counter($offset) };
    // The low half first: reading the high one clears both.
    (pair $hw:ident, $offset:literal) => { $hw.counter($offset) | $hw.counter($offset + 4) << 32 };
}

counters! {
    /// Wrong check sequence.
    crcerrs = 0x4000 word;
    /// Did not end on an octet.
    algnerrc = 0x4004 word;
    /// Bad symbol inside a frame.
    rxerrc = 0x400c word;
    /// Missed: no room in the packet buffer.
    mpc = 0x4010 word;
    /// Sent after one collision.
    scc = 0x4014 word;
    /// Given up after 16 collisions.
    ecol = 0x4018 word;
    /// Sent after several collisions.
    mcc = 0x401c word;
    /// Collisions after the slot time.
    latecol = 0x4020 word;
    /// Collisions.
    colc = 0x4028 word;
    /// Deferred.
    dc = 0x4030 word;
    /// Sent without carrier sense.
    tncrs = 0x4034 word;
    /// Carrier extension errors.
    cexterr = 0x403c word;
    /// Frames whose length field is wrong.
    rlec = 0x4040 word;
    /// XON frames received.
    xonrxc = 0x4048 word;
    /// XON frames sent.
    xontxc = 0x404c word;
    /// XOFF frames received.
    xoffrxc = 0x4050 word;
    /// XOFF frames sent.
    xofftxc = 0x4054 word;
    /// Good frames received.
    gprc = 0x4074 word;
    /// Broadcasts received.
    bprc = 0x4078 word;
    /// Multicasts received.
    mprc = 0x407c word;
    /// Good frames sent.
    gptc = 0x4080 word;
    /// Good octets received.
    gorc = 0x4088 pair;
    /// Good octets sent.
    gotc = 0x4090 pair;
    /// Times that no receive buffer was there.
    rnbc = 0x40a0 word;
    /// Too short, otherwise good.
    ruc = 0x40a4 word;
    /// Too long, otherwise good.
    roc = 0x40ac word;
    /// Management frames received.
    mgprc = 0x40b4 word;
    /// Management frames dropped.
    mgpdc = 0x40b8 word;
    /// Management frames sent.
    mgptc = 0x40bc word;
    /// Multicasts sent.
    mptc = 0x40f0 word;
    /// Broadcasts sent.
    bptc = 0x40f4 word;
    /// Segmentation contexts used.
    tsctc = 0x40f8 word;
    /// Segmentation contexts that failed.
    tsctfc = 0x40fc word;
}

impl<P: PciDevice> Hw<P> {
    fn counter(&self, register: u32) -> u64 {
        match self.read(register) {
            u32::MAX => 0,
            count => u64::from(count),
        }
    }
}

/// All that this driver counts beside the stack's [`LinkStats`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stats {
    pub(super) card: CardStats,
    /// Transmit hangs that the stack's watchdog found.
    pub(super) tx_timeouts: u64,
    /// Times that a stopped queue was woken.
    pub(super) restart_queue: u64,
    /// Received packets whose checksum the card found right.
    pub(super) csum_good: u64,
    /// And wrong.
    pub(super) csum_errors: u64,
    /// Times that the pool or the bus had no receive buffer.
    pub(super) alloc_rx_buff_failed: u64,
    /// Receive descriptors that made no frame.
    pub(super) rx_bad: u64,
    /// Resets since the port was first opened, but for those of closing.
    pub(super) resets: u64,
}

impl Stats {
    /// Adds what only the card knows (`e1000_update_stats`).
    pub(super) fn add_to(&self, stats: &mut LinkStats) {
        let card = &self.card;
        let wrong_length = card.ruc + card.roc;
        stats.rx_errors += card.rxerrc + card.crcerrs + card.algnerrc + wrong_length + card.cexterr;
        stats.rx_length_errors += wrong_length;
        stats.rx_crc_errors += card.crcerrs;
        stats.rx_frame_errors += card.algnerrc;
        stats.rx_missed_errors += card.mpc;
        stats.multicast += card.mprc;
        stats.collisions += card.colc;
        stats.tx_errors += card.ecol + card.latecol;
        stats.tx_aborted_errors += card.ecol;
        stats.tx_window_errors += card.latecol;
        stats.tx_carrier_errors += card.tncrs;
    }

    /// Linux's names for `ethtool -S`, in its order; what the stack counts itself is left to the
    /// stack. Two of our own follow.
    pub(super) fn show(&self, show: &mut dyn FnMut(&'static str, u64)) {
        let card = &self.card;
        let rows: [(&'static str, u64); 43] = [
            ("rx_packets", card.gprc),
            ("tx_packets", card.gptc),
            ("rx_bytes", card.gorc),
            ("tx_bytes", card.gotc),
            ("rx_broadcast", card.bprc),
            ("tx_broadcast", card.bptc),
            ("rx_multicast", card.mprc),
            ("tx_multicast", card.mptc),
            ("rx_errors", card.rxerrc),
            ("tx_errors", card.ecol + card.latecol),
            ("multicast", card.mprc),
            ("collisions", card.colc),
            ("rx_length_errors", card.ruc + card.roc),
            ("rx_crc_errors", card.crcerrs),
            ("rx_no_buffer_count", card.rnbc),
            ("rx_missed_errors", card.mpc),
            ("tx_aborted_errors", card.ecol),
            ("tx_carrier_errors", card.tncrs),
            ("tx_window_errors", card.latecol),
            ("tx_abort_late_coll", card.latecol),
            ("tx_deferred_ok", card.dc),
            ("tx_single_coll_ok", card.scc),
            ("tx_multi_coll_ok", card.mcc),
            ("tx_timeout_count", self.tx_timeouts),
            ("tx_restart_queue", self.restart_queue),
            ("rx_long_length_errors", card.roc),
            ("rx_short_length_errors", card.ruc),
            ("rx_align_errors", card.algnerrc),
            ("tx_tcp_seg_good", card.tsctc),
            ("tx_tcp_seg_failed", card.tsctfc),
            ("rx_flow_control_xon", card.xonrxc),
            ("rx_flow_control_xoff", card.xoffrxc),
            ("tx_flow_control_xon", card.xontxc),
            ("tx_flow_control_xoff", card.xofftxc),
            ("rx_long_byte_count", card.gorc),
            ("rx_csum_offload_good", self.csum_good),
            ("rx_csum_offload_errors", self.csum_errors),
            ("alloc_rx_buff_failed", self.alloc_rx_buff_failed),
            ("tx_smbus", card.mgptc),
            ("rx_smbus", card.mgprc),
            ("dropped_smbus", card.mgpdc),
            ("rx_bad_descriptors", self.rx_bad),
            ("resets", self.resets),
        ];
        rows.into_iter().for_each(|(name, count)| show(name, count));
    }
}
