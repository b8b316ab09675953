//! The stations: Linux's names for them, and what happens there in a few words.

use softnet_netdev::Station;

/// The program writes to its socket.
pub(crate) const SENDMSG: &str = "tcp_sendmsg";
/// TCP makes segments of what was written.
pub(crate) const WRITE_XMIT: &str = "tcp_write_xmit";
/// TCP takes a segment that has come.
pub(crate) const TCP_RCV: &str = "tcp_v4_rcv";
/// The program reads from its socket.
pub(crate) const RECVMSG: &str = "tcp_recvmsg";

/// Where a frame to be sent is first seen, and where it may wait.
pub(crate) const GOING_OUT: [&str; 2] = [Station::DEV_QUEUE_XMIT.0, ENQUEUE];

pub(crate) const ENQUEUE: &str = Station::QDISC_ENQUEUE.0;
pub(crate) const DEQUEUE: &str = Station::QDISC_DEQUEUE.0;
pub(crate) const RECEIVE: &str = Station::NETIF_RECEIVE_SKB.0;
pub(crate) const NET_RX: &str = Station::NET_RX_ACTION.0;
pub(crate) const INTERRUPT: &str = Station::INTERRUPT.0;
pub(crate) const KFREE: &str = Station::KFREE_SKB.0;

/// Not functions, but where the frame is while no CPU has it.
pub(crate) const CARD_SENT: &str = "(the card has sent it)";
pub(crate) const CARD_GOT: &str = "(the other card has it)";

/// How the stations of one packet follow one another on the way out.
pub(crate) const DOWN: &[&str] = &[
    SENDMSG,
    WRITE_XMIT,
    Station::DEV_QUEUE_XMIT.0,
    ENQUEUE,
    Station::NET_TX_ACTION.0,
    Station::QDISC_RUN.0,
    DEQUEUE,
    Station::VALIDATE_XMIT.0,
    Station::DEV_HARD_START_XMIT.0,
    Station::XMIT_NIT.0,
    Station::START_XMIT.0,
    "e1000_xmit_frame",
    "e1000_clean_tx_irq",
];

/// And on the way in.
pub(crate) const UP: &[&str] = &[
    INTERRUPT,
    "e1000_intr",
    NET_RX,
    Station::NAPI_POLL.0,
    "e1000_clean",
    "e1000_clean_rx_irq",
    Station::PROCESS_BACKLOG.0,
    RECEIVE,
    Station::DELIVER_TAPS.0,
    Station::PROTOCOL.0,
    TCP_RCV,
    RECVMSG,
];

/// Of a station that was entered with another packet.
pub(crate) const FOR_OTHER: &str = "(for another packet, with this one)";

/// What happens at a station; empty for one that nobody has described.
pub(crate) fn meaning(station: &str) -> &'static str {
    match station {
        SENDMSG => "the program writes to its socket",
        WRITE_XMIT => "smoltcp cuts a segment, addresses it",
        "dev_queue_xmit" => "the device layer takes it, picks a queue",
        ENQUEUE => "fq_codel files it under its flow",
        "net_tx_action" => "softirq: the ring has room again",
        "__qdisc_run" => "send as much as driver and quota allow",
        DEQUEUE => "the next packets, any put back first",
        "validate_xmit_skb" => "tag, checksum: what the card can't do",
        "dev_hard_start_xmit" => "hand it to the driver",
        "dev_queue_xmit_nit" => "taps: WIRESHARK CAPTURES HERE",
        "ndo_start_xmit" => "the driver's own function",
        "e1000_xmit_frame" => "descriptors written, doorbell rung",
        "e1000_clean_tx_irq" => "sent packets are freed",
        CARD_SENT => "fetched by DMA; its last bit has left",
        CARD_GOT => "written by DMA into a waiting packet",
        INTERRUPT => "the card interrupts",
        "e1000_intr" => "one read tells why, and silences it",
        NET_RX => "softirq: poll who has asked for it",
        "napi_poll" => "NAPI: up to 64 packets a turn",
        "e1000_clean" => "the driver's poll",
        "e1000_clean_rx_irq" => "the buffer becomes a packet, uncopied",
        RECEIVE => "a packet enters the stack",
        "deliver_skb" => "taps: WIRESHARK CAPTURES HERE",
        "ip_rcv" => "queued for its protocol",
        "process_backlog" => "packets of drivers without NAPI",
        TCP_RCV => "smoltcp checks it and sorts it in",
        RECVMSG => "the program reads it from its socket",
        "kfree_skb_reason" => "a packet is lost, for a reason",
        _ => "",
    }
}
