extern crate std;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::{fs, println};

use super::*;

/// `eth0` of a Linux 6.18, whose counters Linux also shows one by one under /sys.
const LINUX_ETH0: &str = "  eth0: 245921503   11183    0    0    0     0          0         0   531190    5368    0    0    0     0       0          0";

#[test]
fn a_line_is_linuxs_to_the_blank() {
    let stats = LinkStats {
        rx_bytes: 245_921_503,
        rx_packets: 11_183,
        tx_bytes: 531_190,
        tx_packets: 5_368,
        ..LinkStats::default()
    };
    assert_eq!(NetDevLine { name: "eth0", stats: &stats }.to_string(), LINUX_ETH0);
}

#[test]
fn counters_share_columns_as_in_linux() {
    let stats = LinkStats {
        rx_bytes: 1,
        rx_packets: 2,
        tx_bytes: 3,
        tx_packets: 4,
        rx_errors: 5,
        tx_errors: 6,
        rx_dropped: 10,
        rx_missed_errors: 20,
        tx_dropped: 8,
        multicast: 9,
        collisions: 11,
        rx_length_errors: 100,
        rx_over_errors: 200,
        rx_crc_errors: 300,
        rx_frame_errors: 400,
        rx_fifo_errors: 12,
        tx_aborted_errors: 1000,
        tx_carrier_errors: 2000,
        tx_fifo_errors: 13,
        tx_heartbeat_errors: 4000,
        tx_window_errors: 8000,
        rx_compressed: 14,
        tx_compressed: 15,
        rx_nohandler: 77,
        rx_otherhost_dropped: 78,
    };
    let line = NetDevLine { name: "x", stats: &stats }.to_string();
    let columns: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(
        columns,
        [
            "x:", "1", "2", "5", "30", "12", "1000", "14", "9", "3", "4", "6", "8", "13", "11",
            "15000", "15"
        ]
    );
}

#[test]
fn softnet_stat_has_fifteen_columns_in_linuxs_order() {
    let stats = SoftnetStats {
        processed: 0x1_0000_2bcd,
        dropped: 2,
        time_squeeze: 3,
        received_rps: 10,
        flow_limit_count: 11,
    };
    let line = SoftnetStatLine { stats: &stats, cpu: 1, input_qlen: 0x12 }.to_string();
    assert_eq!(
        line,
        "00002bcd 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 \
         0000000a 0000000b 00000012 00000001 00000012 00000000"
    );
}

/// This machine's own `lo` and `eth0`, read and written again.
#[test]
fn every_line_of_this_machine_comes_out_as_it_went_in() {
    let Ok(text) = fs::read_to_string("/proc/net/dev") else {
        println!("skipped: no /proc/net/dev here");
        return;
    };
    assert!(text.starts_with(HEADING), "{text}");
    for line in text.lines().skip(2) {
        let (name, counters) = line.split_once(':').unwrap();
        let counters: Vec<u64> =
            counters.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let &[
            rx_bytes,
            rx_packets,
            rx_errors,
            rx_dropped,
            rx_fifo_errors,
            rx_frame_errors,
            rx_compressed,
            multicast,
            tx_bytes,
            tx_packets,
            tx_errors,
            tx_dropped,
            tx_fifo_errors,
            collisions,
            tx_carrier_errors,
            tx_compressed,
        ] = counters.as_slice()
        else {
            panic!("{line}");
        };
        let stats = LinkStats {
            rx_bytes,
            rx_packets,
            rx_errors,
            rx_dropped,
            rx_fifo_errors,
            rx_frame_errors,
            rx_compressed,
            multicast,
            tx_bytes,
            tx_packets,
            tx_errors,
            tx_dropped,
            tx_fifo_errors,
            collisions,
            tx_carrier_errors,
            tx_compressed,
            ..LinkStats::default()
        };
        assert_eq!(NetDevLine { name: name.trim(), stats: &stats }.to_string(), line);
    }
}

#[test]
fn softnet_stat_has_the_shape_of_this_machines() {
    let Ok(text) = fs::read_to_string("/proc/net/softnet_stat") else {
        println!("skipped: no /proc/net/softnet_stat here");
        return;
    };
    let shape = |line: &str| -> String {
        line.chars().map(|c| if c.is_ascii_hexdigit() { '0' } else { c }).collect()
    };
    let stats = SoftnetStats::default();
    let ours = SoftnetStatLine { stats: &stats, cpu: 0, input_qlen: 0 }.to_string();
    for line in text.lines() {
        assert_eq!(shape(&ours), shape(line));
    }
    // The column with the CPU's number, on a machine whose CPUs are numbered without gaps.
    let numbers = text.lines().map(|line| line.split(' ').nth(12).unwrap().to_string());
    let ours = (0..text.lines().count() as u32).map(|cpu| {
        let line = SoftnetStatLine { stats: &stats, cpu, input_qlen: 0 }.to_string();
        line.split(' ').nth(12).unwrap().to_string()
    });
    assert!(numbers.eq(ours));
}
