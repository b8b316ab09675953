//! The structs of links.
//!
//! Layouts: Linux 6.18, `include/uapi/linux/if_link.h`, `rtnetlink.h`.

use crate::set::layouts;

layouts! {
    /// `struct ifinfomsg`: an interface.
    pub struct Ifinfomsg {
        /// `AF_UNSPEC`, or the family whose view of it this is.
        pub family: u8,
        /// Nothing.
        pub pad: u8,
        /// `ARPHRD_*`.
        pub kind: u16,
        /// Its number; 0: none yet.
        pub index: i32,
        /// `IFF_*`.
        pub flags: u32,
        /// Which flags to change.
        pub change: u32,
    }
    /// `struct rtnl_link_ifmap`: where an ISA card is.
    pub struct LinkIfmap {
        /// Where its memory begins.
        pub mem_start: u64,
        /// Where its memory ends.
        pub mem_end: u64,
        /// Its I/O port.
        pub base_addr: u64,
        /// Its interrupt.
        pub irq: u16,
        /// Its DMA channel.
        pub dma: u8,
        /// Which of its plugs.
        pub port: u8,
        /// Nothing.
        pub pad: u32,
    }
    /// `struct rtnl_link_stats`: counters of 32 bits.
    pub struct LinkStats {
        /// Packets received.
        pub rx_packets: u32,
        /// Packets sent.
        pub tx_packets: u32,
        /// Bytes received.
        pub rx_bytes: u32,
        /// Bytes sent.
        pub tx_bytes: u32,
        /// Bad packets received.
        pub rx_errors: u32,
        /// Packets that could not be sent.
        pub tx_errors: u32,
        /// Packets received that nobody had room for.
        pub rx_dropped: u32,
        /// Packets dropped before they were sent.
        pub tx_dropped: u32,
        /// Multicast packets received.
        pub multicast: u32,
        /// Collisions.
        pub collisions: u32,
        /// Received with a wrong length.
        pub rx_length_errors: u32,
        /// Received while the ring was full.
        pub rx_over_errors: u32,
        /// Received with a wrong checksum.
        pub rx_crc_errors: u32,
        /// Received misaligned.
        pub rx_frame_errors: u32,
        /// Received while the FIFO was full.
        pub rx_fifo_errors: u32,
        /// Missed by the card.
        pub rx_missed_errors: u32,
        /// Sends aborted.
        pub tx_aborted_errors: u32,
        /// Sends without a carrier.
        pub tx_carrier_errors: u32,
        /// Sends whose FIFO ran empty.
        pub tx_fifo_errors: u32,
        /// Sends without a heartbeat.
        pub tx_heartbeat_errors: u32,
        /// Sends whose collision came late.
        pub tx_window_errors: u32,
        /// Compressed packets received.
        pub rx_compressed: u32,
        /// Compressed packets sent.
        pub tx_compressed: u32,
        /// Packets received that no protocol wanted.
        pub rx_nohandler: u32,
    }
    /// `struct rtnl_link_stats64`: counters of 64 bits.
    pub struct LinkStats64 {
        /// Packets received.
        pub rx_packets: u64,
        /// Packets sent.
        pub tx_packets: u64,
        /// Bytes received.
        pub rx_bytes: u64,
        /// Bytes sent.
        pub tx_bytes: u64,
        /// Bad packets received.
        pub rx_errors: u64,
        /// Packets that could not be sent.
        pub tx_errors: u64,
        /// Packets received that nobody had room for.
        pub rx_dropped: u64,
        /// Packets dropped before they were sent.
        pub tx_dropped: u64,
        /// Multicast packets received.
        pub multicast: u64,
        /// Collisions.
        pub collisions: u64,
        /// Received with a wrong length.
        pub rx_length_errors: u64,
        /// Received while the ring was full.
        pub rx_over_errors: u64,
        /// Received with a wrong checksum.
        pub rx_crc_errors: u64,
        /// Received misaligned.
        pub rx_frame_errors: u64,
        /// Received while the FIFO was full.
        pub rx_fifo_errors: u64,
        /// Missed by the card.
        pub rx_missed_errors: u64,
        /// Sends aborted.
        pub tx_aborted_errors: u64,
        /// Sends without a carrier.
        pub tx_carrier_errors: u64,
        /// Sends whose FIFO ran empty.
        pub tx_fifo_errors: u64,
        /// Sends without a heartbeat.
        pub tx_heartbeat_errors: u64,
        /// Sends whose collision came late.
        pub tx_window_errors: u64,
        /// Compressed packets received.
        pub rx_compressed: u64,
        /// Compressed packets sent.
        pub tx_compressed: u64,
        /// Packets received that no protocol wanted.
        pub rx_nohandler: u64,
        /// Packets received that were for others.
        pub rx_otherhost_dropped: u64,
    }
    /// `struct ifla_vf_mac`.
    pub struct VfMac {
        /// The virtual function.
        pub vf: u32,
        /// The address.
        pub mac: [u8; 32],
    }
    /// `struct ifla_vf_vlan`.
    pub struct VfVlan {
        /// The virtual function.
        pub vf: u32,
        /// 0 to 4095; 0: none.
        pub vlan: u32,
        /// 802.1p priority.
        pub qos: u32,
    }
    /// `struct ifla_vf_vlan_info`.
    pub struct VfVlanInfo {
        /// The virtual function.
        pub vf: u32,
        /// 0 to 4095; 0: none.
        pub vlan: u32,
        /// 802.1p priority.
        pub qos: u32,
        /// The protocol in network order: 802.1Q or 802.1ad.
        pub vlan_proto: [u8; 2],
        /// Nothing.
        pub pad: [u8; 2],
    }
    /// `struct ifla_vf_tx_rate`, `ifla_vf_spoofchk`, `ifla_vf_link_state`, `ifla_vf_rss_query_en`, `ifla_vf_trust`.
    pub struct VfNumber {
        /// The virtual function.
        pub vf: u32,
        /// The rate, state or setting.
        pub value: u32,
    }
    /// `struct ifla_vf_rate`.
    pub struct VfRate {
        /// The virtual function.
        pub vf: u32,
        /// In Mbit/s.
        pub min_tx_rate: u32,
        /// In Mbit/s.
        pub max_tx_rate: u32,
    }
    /// `struct ifla_vf_guid`.
    pub struct VfGuid {
        /// The virtual function.
        pub vf: u32,
        /// Nothing.
        pub pad: u32,
        /// The GUID.
        pub guid: u64,
    }
    /// `struct ifla_port_vsi`.
    pub struct PortVsi {
        /// The manager.
        pub vsi_mgr_id: u8,
        /// The type.
        pub vsi_type_id: [u8; 3],
        /// Its version.
        pub vsi_type_version: u8,
        /// Nothing.
        pub pad: [u8; 3],
    }
}
