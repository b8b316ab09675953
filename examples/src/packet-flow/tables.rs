//! A host's counters, as the tools of Linux show them.

use core::fmt::Write;

use softnet_netdev::{Softirq, Softnet, procfs};
use softnet_qdisc::XStats;
use softnet_sk_buff::IfIndex;

use softnet_examples::text::{Text, grouped};

/// Everything that Linux counts for a host with one interface.
pub(crate) fn host(text: &mut Text, name: &str, cpu: u32, (softnet, dev): (&mut Softnet, IfIndex)) {
    text.head(&format!("Counters of the {name}"));
    let mut proc = String::new();
    // A string takes all.
    let _ = procfs::write_net_dev(softnet, &mut proc);
    shown(text, "$ cat /proc/net/dev", &proc);
    let mut proc = String::new();
    let _ = procfs::write_softnet_stat(softnet, cpu, &mut proc);
    shown(text, "$ cat /proc/net/softnet_stat", &proc);
    shown(text, "$ tc -s qdisc show", &qdisc(softnet, dev));
    shown(text, "$ ethtool -S (without the zeroes)", &ethtool(softnet, dev));
    shown(text, "$ cat /proc/softirqs, and the rest", &rest(softnet, dev));
}

fn shown(text: &mut Text, command: &str, output: &str) {
    text.line(format!("  {command}"));
    output.lines().for_each(|line| text.line(format!("    {line}")));
    text.line("");
}

fn qdisc(softnet: &Softnet, dev: IfIndex) -> String {
    let mut out = String::new();
    let Some(device) = softnet.dev(dev) else { return out };
    for queue in device.tx_queues() {
        let (Some(qdisc), sent) = (queue.qdisc(), queue.stats()) else { continue };
        let stats = qdisc.stats();
        let _ = writeln!(
            out,
            "qdisc {} 1: dev {} root\n Sent {} bytes {} pkt (dropped {}, overlimits {} requeues {})\n backlog {}b {}p requeues {}",
            qdisc.kind(),
            device.name(),
            stats.bytes,
            stats.packets,
            stats.drops,
            stats.overlimits,
            stats.requeues,
            stats.backlog.bytes,
            queue.qlen(),
            stats.requeues,
        );
        if let Some(XStats::FqCodel(fq)) = qdisc.xstats() {
            let _ = writeln!(
                out,
                "  maxpacket {} drop_overlimit {} new_flow_count {} ecn_mark {}\n  new_flows_len {} old_flows_len {}",
                fq.maxpacket,
                fq.drop_overlimit,
                fq.new_flow_count,
                fq.ecn_mark,
                fq.new_flows_len,
                fq.old_flows_len,
            );
        }
        let _ = writeln!(
            out,
            "  past the idle qdisc {}, queue stopped {} times by the driver, watchdog {}",
            grouped(sent.bypassed),
            grouped(sent.stops),
            sent.timeouts,
        );
    }
    out
}

fn ethtool(softnet: &mut Softnet, dev: IfIndex) -> String {
    let mut out = String::new();
    softnet.ethtool_stats(dev, &mut |name, value| {
        if value != 0 {
            let _ = writeln!(out, "{name}: {value}");
        }
    });
    out
}

fn rest(softnet: &mut Softnet, dev: IfIndex) -> String {
    let mut out = String::new();
    let softirqs = *softnet.softirqs();
    let _ = writeln!(
        out,
        "NET_TX {}  NET_RX {}  TASKLET {}",
        grouped(softirqs.count(Softirq::NetTx)),
        grouped(softirqs.count(Softirq::NetRx)),
        grouped(softirqs.count(Softirq::Tasklet)),
    );
    let taps = softnet.tap_stats();
    let _ = writeln!(out, "taps: {} packets seen, {} lost", grouped(taps.seen), grouped(taps.lost));
    let changes = softnet.dev(dev).map_or(0, softnet_netdev::NetDevice::carrier_changes);
    let pool = softnet.pool();
    let (free, all, stats) = (pool.free(), pool.config().buffers, pool.stats());
    let _ = writeln!(
        out,
        "pool: {} of {} buffers free, exhausted {} times; carrier changes {changes}",
        grouped(free.into()),
        grouped(all.into()),
        grouped(stats.exhausted),
    );
    out
}
