//! Counters that Linux shows.

/// A device's counters (`struct rtnl_link_stats64`). Each has one writer: the device layer counts
/// what it sees, a driver adds what only its hardware knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinkStats {
    /// Good packets received.
    pub rx_packets: u64,
    /// Good packets sent.
    pub tx_packets: u64,
    /// Good bytes received, without the check sequence.
    pub rx_bytes: u64,
    /// Good bytes sent, without the check sequence.
    pub tx_bytes: u64,
    /// Bad packets received: the sum of the four `rx_…_errors` below and what else was bad.
    pub rx_errors: u64,
    /// Packets that could not be sent.
    pub tx_errors: u64,
    /// Received, but no room in the host.
    pub rx_dropped: u64,
    /// To be sent, but dropped.
    pub tx_dropped: u64,
    /// Multicast packets received.
    pub multicast: u64,
    /// Collisions.
    pub collisions: u64,
    /// Frames of impossible length.
    pub rx_length_errors: u64,
    /// Frames lost because the ring was full.
    pub rx_over_errors: u64,
    /// Frames with a wrong check sequence.
    pub rx_crc_errors: u64,
    /// Frames that did not end on an octet.
    pub rx_frame_errors: u64,
    /// Frames lost in the card's FIFO.
    pub rx_fifo_errors: u64,
    /// Frames that the card missed.
    pub rx_missed_errors: u64,
    /// Sending given up after too many collisions.
    pub tx_aborted_errors: u64,
    /// Carrier lost while sending.
    pub tx_carrier_errors: u64,
    /// The card's FIFO ran dry.
    pub tx_fifo_errors: u64,
    /// Heartbeat errors.
    pub tx_heartbeat_errors: u64,
    /// Collisions after the slot time.
    pub tx_window_errors: u64,
    /// Received in a compressed form.
    pub rx_compressed: u64,
    /// Sent in a compressed form.
    pub tx_compressed: u64,
    /// Received, but of no protocol that anyone takes (`rx_nohandler`).
    pub rx_nohandler: u64,
    /// Received because the device is promiscuous, for someone else (`rx_otherhost_dropped`).
    pub rx_otherhost_dropped: u64,
}

/// A CPU's counters (`struct softnet_data`, `/proc/net/softnet_stat`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SoftnetStats {
    /// Packets taken through `netif_receive_skb`.
    pub processed: u64,
    /// Packets lost because the backlog was full.
    pub dropped: u64,
    /// Times that `net_rx_action` stopped with work left.
    pub time_squeeze: u64,
    /// Times that another CPU steered packets here (Linux counts interrupts, not packets).
    pub received_rps: u64,
    /// Packets lost to the flow limit.
    pub flow_limit_count: u64,
}
