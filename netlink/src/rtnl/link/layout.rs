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
    }    /// `struct ifla_vf_mac`.
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

/// The counters of a link, of either width.
macro_rules! link_stats {
    ($(#[$doc:meta])* pub $name:ident of $counter:ty { $(#[$last_doc:meta] $last:ident),* }) => {
        layouts! {
            $(#[$doc])*
            pub struct $name {
                /// Packets received.
                pub rx_packets: $counter,
                /// Packets sent.
                pub tx_packets: $counter,
                /// Bytes received.
                pub rx_bytes: $counter,
                /// Bytes sent.
                pub tx_bytes: $counter,
                /// Bad packets received.
                pub rx_errors: $counter,
                /// Packets that could not be sent.
                pub tx_errors: $counter,
                /// Packets received that nobody had room for.
                pub rx_dropped: $counter,
                /// Packets dropped before they were sent.
                pub tx_dropped: $counter,
                /// Multicast packets received.
                pub multicast: $counter,
                /// Collisions.
                pub collisions: $counter,
                /// Received with a wrong length.
                pub rx_length_errors: $counter,
                /// Received while the ring was full.
                pub rx_over_errors: $counter,
                /// Received with a wrong checksum.
                pub rx_crc_errors: $counter,
                /// Received misaligned.
                pub rx_frame_errors: $counter,
                /// Received while the FIFO was full.
                pub rx_fifo_errors: $counter,
                /// Missed by the card.
                pub rx_missed_errors: $counter,
                /// Sends aborted.
                pub tx_aborted_errors: $counter,
                /// Sends without a carrier.
                pub tx_carrier_errors: $counter,
                /// Sends whose FIFO ran empty.
                pub tx_fifo_errors: $counter,
                /// Sends without a heartbeat.
                pub tx_heartbeat_errors: $counter,
                /// Sends whose collision came late.
                pub tx_window_errors: $counter,
                /// Compressed packets received.
                pub rx_compressed: $counter,
                /// Compressed packets sent.
                pub tx_compressed: $counter,
                /// Packets received that no protocol wanted.
                pub rx_nohandler: $counter,
                $( #[$last_doc] pub $last: $counter, )*
            }
        }
    };
}

link_stats! {
    /// `struct rtnl_link_stats`: counters of 32 bits.
    pub LinkStats of u32 {}
}

link_stats! {
    /// `struct rtnl_link_stats64`: counters of 64 bits.
    pub LinkStats64 of u64 {
        /// Packets received that were for others.
        rx_otherhost_dropped
    }
}
