//! Counters as the text that Linux shows under `/proc/net`, for tools that read it.

use core::fmt;

use crate::softnet::Softnet;
use crate::stats::{LinkStats, SoftnetStats};

/// The two lines above the interfaces in `/proc/net/dev`.
const HEADING: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
";

/// Writes `/proc/net/dev` (`dev_seq_show`): a heading, and a line for each interface.
///
/// # Errors
/// What `out` answers.
///
/// ```
/// # use softnet_netdev::{Loopback, Softnet, procfs};
/// # use softnet_sk_buff::{PoolConfig, SkPool};
/// # let mut softnet = Softnet::new(Default::default(), SkPool::heap(PoolConfig::default())?);
/// # softnet.register_netdev(Box::new(Loopback::new())).unwrap();
/// let mut text = String::new();
/// procfs::write_net_dev(&mut softnet, &mut text)?;
/// assert!(text.lines().nth(2).unwrap().starts_with("    lo:       0       0    0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_net_dev(softnet: &mut Softnet, out: &mut dyn fmt::Write) -> fmt::Result {
    out.write_str(HEADING)?;
    let last = softnet.devs().last().map_or(0, |dev| dev.ifindex().get());
    for dev in (1..=last).filter_map(softnet_sk_buff::IfIndex::new) {
        let Some(stats) = softnet.dev_stats(dev) else { continue };
        let Some(device) = softnet.dev(dev) else { continue };
        writeln!(out, "{}", NetDevLine { name: device.name(), stats: &stats })?;
    }
    Ok(())
}

/// One interface's line of `/proc/net/dev`, without its end (`dev_seq_printf_stats`).
#[derive(Clone, Copy, Debug)]
pub struct NetDevLine<'a> {
    /// The interface.
    pub name: &'a str,
    /// Its counters; several share a column.
    pub stats: &'a LinkStats,
}

impl fmt::Display for NetDevLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.stats;
        let rx_drop = stats.rx_dropped + stats.rx_missed_errors;
        let frame = stats.rx_length_errors
            + stats.rx_over_errors
            + stats.rx_crc_errors
            + stats.rx_frame_errors;
        let carrier = stats.tx_carrier_errors
            + stats.tx_aborted_errors
            + stats.tx_window_errors
            + stats.tx_heartbeat_errors;
        write!(f, "{:>6}: {:7} {:7}", self.name, stats.rx_bytes, stats.rx_packets)?;
        write!(f, " {:4} {rx_drop:4} {:4} {frame:5}", stats.rx_errors, stats.rx_fifo_errors)?;
        write!(f, " {:10} {:9}", stats.rx_compressed, stats.multicast)?;
        write!(f, " {:8} {:7} {:4}", stats.tx_bytes, stats.tx_packets, stats.tx_errors)?;
        write!(f, " {:4} {:4}", stats.tx_dropped, stats.tx_fifo_errors)?;
        write!(f, " {:5} {carrier:7} {:10}", stats.collisions, stats.tx_compressed)
    }
}

/// Writes this CPU's line of `/proc/net/softnet_stat` (`softnet_seq_show`), of which a machine has
/// one for each.
///
/// # Errors
/// What `out` answers.
pub fn write_softnet_stat(softnet: &Softnet, cpu: u32, out: &mut dyn fmt::Write) -> fmt::Result {
    let line = SoftnetStatLine { stats: &softnet.stats(), cpu, input_qlen: softnet.backlog_len() };
    writeln!(out, "{line}")
}

/// A CPU's line of `/proc/net/softnet_stat`, without its end: 15 columns of 8 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct SoftnetStatLine<'a> {
    /// The CPU's counters. As in Linux the lower 32 bits are shown.
    pub stats: &'a SoftnetStats,
    /// Its number.
    pub cpu: u32,
    /// Packets in its backlog now. Linux keeps them in two queues, of which the second
    /// (`process_qlen`, the last column) is part of the first here.
    pub input_qlen: usize,
}

impl fmt::Display for SoftnetStatLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stats, cpu, input_qlen } = *self;
        let backlog = input_qlen as u32;
        let [processed, dropped, squeezed] =
            [stats.processed, stats.dropped, stats.time_squeeze].map(|count| count as u32);
        write!(f, "{processed:08x} {dropped:08x} {squeezed:08x}")?;
        // Counters of mechanisms that Linux no longer has.
        for _ in 0..6 {
            f.write_str(" 00000000")?;
        }
        let (rps, flow_limit) = (stats.received_rps as u32, stats.flow_limit_count as u32);
        write!(f, " {rps:08x} {flow_limit:08x} {backlog:08x} {cpu:08x} {backlog:08x} 00000000")
    }
}

#[cfg(test)]
mod tests;
