//! What `tc -s` shows, of the kernel's tree and of ours.

use core::fmt::Write;

use softnet_qdisc::{ClassId, ClassXStats, Qdisc, XStats};
use softnet_qdisc_oracle::netlink::{self, ROOT, Shown, long, word};

use crate::aqm_stats;
use crate::cake;
use crate::frame::Frame;

/// Where among the figures `qlen` is, and `overlimits`.
const QLEN: usize = 2;
const OVERLIMITS: usize = 6;

pub(crate) type Figures = Vec<(&'static str, u64)>;

/// What is different, and by how much if it's counters.
#[derive(Debug)]
pub(crate) struct Unlike {
    pub(crate) why: String,
    pub(crate) off: u64,
}

impl<T: Into<String>> From<T> for Unlike {
    fn from(why: T) -> Self {
        Self { why: why.into(), off: u64::MAX }
    }
}

/// The first difference between the kernel's disciplines and classes and ours. Where the kernel
/// `wakes_in_vain`, tries to no avail are not compared, which are `overlimits`.
pub(crate) fn compare(
    root: &dyn Qdisc<Frame>,
    qdiscs: &[Shown],
    classes: &[Shown],
    wakes_in_vain: bool,
) -> Result<(), Unlike> {
    let mut ours = Vec::new();
    collect(ROOT, root, &mut ours);
    let is_class = |id: u32, kind: &str| {
        classes.iter().any(|class| class.handle == id && class.kind() == kind)
    };
    // clsact holds no packets: it is no matter of a tree.
    for shown in qdiscs.iter().filter(|shown| shown.kind() != "clsact") {
        let at = ClassId(shown.parent);
        let found = ours.iter().position(|&(parent, _)| parent == shown.parent);
        let Some(found) = found else {
            // An inner class of hfsc keeps the pfifo that it had as a leaf.
            if shown.kind() == "pfifo" && is_class(shown.parent, "hfsc") {
                continue;
            }
            let why = format!("the kernel has a {} at {at:?}, ours hasn't", shown.kind());
            return Err(why.into());
        };
        let (_, qdisc) = ours.swap_remove(found);
        if shown.kind() != qdisc.kind() {
            let (theirs, ours) = (shown.kind(), qdisc.kind());
            return Err(format!("the kernel has a {theirs} at {at:?}, ours a {ours}").into());
        }
        let (mut kernel, own) = (theirs(shown), of(qdisc));
        discount_peeked(&mut kernel, &own);
        if wakes_in_vain {
            forgive_tries(shown.kind(), &mut kernel, &own);
        }
        differences(&format!("{} at {at:?}", shown.kind()), kernel, own)?;
    }
    // `htb_delete` doesn't list the pfifo of a class that is a leaf again; the class has its figures.
    ours.retain(|(parent, qdisc)| qdisc.kind() != "pfifo" || !is_class(*parent, "htb"));
    if let Some((parent, qdisc)) = ours.first() {
        let at = ClassId(*parent);
        return Err(format!("ours has a {} at {at:?}, the kernel hasn't", qdisc.kind()).into());
    }
    compare_classes(root, classes, wakes_in_vain)
}

/// Each class that ours shows; the kernel may have more, as fq_codel has one for each flow.
fn compare_classes(
    qdisc: &dyn Qdisc<Frame>,
    classes: &[Shown],
    wakes_in_vain: bool,
) -> Result<(), Unlike> {
    let mut result = Ok(());
    let mut shown_as_waiting = u64::from(qdisc.stats().backlog.packets);
    qdisc.walk(&mut |class| {
        let mut compare = || {
            let shown = classes.iter().find(|shown| shown.handle == class.id.0);
            let none = || format!("the kernel has no class {:?}", class.id);
            let shown = shown.ok_or_else(none)?;
            // Some kinds of class have no statistics: tbf's. Others have only what waits: sfq's.
            let (mut kernel, mut own) = (general_theirs(shown), general(&class.stats));
            if shown.sent().is_none() {
                let waiting = 2..if shown.queue().is_some() { 4 } else { 2 };
                (kernel, own) = (kernel[waiting.clone()].to_vec(), own[waiting].to_vec());
            }
            // What waits in a traffic class is added to what was shown before
            // (`mqprio_dump_class_stats`).
            if shown.kind() == "mqprio" && class.child.is_none() {
                shown_as_waiting += own[QLEN].1;
                own[QLEN].1 = shown_as_waiting;
            }
            // Of many kinds they are those of the discipline in it.
            discount_peeked(&mut kernel, &own);
            if wakes_in_vain {
                forgive_tries(shown.kind(), &mut kernel, &own);
            }
            if let Some(xstats) = class.xstats {
                kernel.extend(kernel_class_xstats(shown.kind(), shown.app()));
                own.extend(class_xstats(xstats));
            }
            differences(&format!("class {:?}", class.id), kernel, own)?;
            class.child.map_or(Ok(()), |child| compare_classes(child, classes, wakes_in_vain))
        };
        if result.is_ok() {
            result = compare();
        }
    });
    result
}

/// A packet that its parent has looked at is out of the kernel's disciplines and counted as sent
/// (`qdisc_peek_dequeued`), and still in their backlog; ours count it when it leaves.
fn discount_peeked(kernel: &mut Figures, ours: &Figures) {
    let [(_, bytes), (_, packets), (_, qlen), ..] = &mut kernel[..] else { return };
    let [(_, our_bytes), (_, our_packets), ..] = ours[..] else { return };
    let one = 1..=1514;
    let peeked = *qlen > 0 && *packets == our_packets + 1;
    if peeked && bytes.checked_sub(our_bytes).is_some_and(|len| one.contains(&len)) {
        (*bytes, *packets) = (our_bytes, our_packets);
    }
}

/// htb's `overlimits` are no tries but changes of mode, and are forgiven nothing.
fn forgive_tries(kind: &str, kernel: &mut Figures, ours: &Figures) {
    let (Some((_, kernel)), Some(&(_, ours))) = (kernel.get_mut(OVERLIMITS), ours.get(OVERLIMITS))
    else {
        return;
    };
    if kind != "htb" {
        *kernel = ours;
    }
}

fn differences(what: &str, kernel: Figures, ours: Figures) -> Result<(), Unlike> {
    let mut unlike = Unlike { why: format!("{what}: the kernel's"), off: 0 };
    for (kernel, ours) in kernel.into_iter().zip(ours).filter(|(kernel, ours)| kernel != ours) {
        write!(unlike.why, " {} {} ours {} {};", kernel.0, kernel.1, ours.0, ours.1).unwrap();
        unlike.off = unlike.off.saturating_add(kernel.1.abs_diff(ours.1));
    }
    if unlike.off == 0 { Ok(()) } else { Err(unlike) }
}

fn collect<'a>(
    parent: u32,
    qdisc: &'a dyn Qdisc<Frame>,
    into: &mut Vec<(u32, &'a dyn Qdisc<Frame>)>,
) {
    into.push((parent, qdisc));
    let mut ids = Vec::new();
    qdisc.walk(&mut |class| ids.push(class.id));
    for id in ids {
        if let Some(child) = qdisc.leaf(id) {
            collect(id.0, child, into);
        }
    }
}

fn theirs(shown: &Shown) -> Figures {
    let own = match shown.kind() {
        // It is part of the configuration: `tc_htb_glob` in `TCA_HTB_INIT`.
        "htb" => {
            let glob = netlink::find(shown.options(), 2).unwrap_or_default();
            vec![("direct_packets", word(glob, 4).unwrap_or(0).into())]
        }
        // The end of its configuration: `tc_sfq_qopt_v1`.
        "sfq" => {
            let figure = |(at, name)| (name, word(shown.options(), at).unwrap_or(0).into());
            (12..).zip(SFQ).map(figure).collect()
        }
        kind => kernel_xstats(kind, shown.app()),
    };
    [general_theirs(shown), own].concat()
}

fn general_theirs(shown: &Shown) -> Figures {
    let (bytes, packets) = shown.sent().unwrap_or_default();
    let [qlen, backlog, drops, requeues, overlimits] = shown.queue().unwrap_or_default();
    let queue = [packets, qlen, backlog, drops, requeues, overlimits].map(u64::from);
    named(bytes, queue)
}

fn of(qdisc: &dyn Qdisc<Frame>) -> Figures {
    [general(qdisc.stats()), qdisc.xstats().map(xstats).unwrap_or_default()].concat()
}

fn general(stats: &softnet_qdisc::Stats) -> Figures {
    let backlog = stats.backlog;
    let queue = [
        stats.packets,
        backlog.packets.into(),
        backlog.bytes,
        stats.drops,
        stats.requeues,
        stats.overlimits,
    ];
    named(stats.bytes, queue)
}

fn named(bytes: u64, queue: [u64; 6]) -> Figures {
    let names = ["packets", "qlen", "backlog", "drops", "requeues", "overlimits"];
    [("bytes", bytes)].into_iter().chain(names.into_iter().zip(queue)).collect()
}

/// `tc_…_xstats` of `pkt_sched.h`, as far as it is compared.
fn kernel_xstats(kind: &str, app: &[u8]) -> Figures {
    let words = |first: usize, names: &[&'static str]| -> Figures {
        let word = |(index, &name)| (name, word(app, first + index).unwrap_or(0).into());
        names.iter().enumerate().map(word).collect()
    };
    match kind {
        // The first word says that the discipline is meant, not a class.
        "cake" => cake::theirs(app),
        "fq_codel" => words(1, &FQ_CODEL),
        "fq" => {
            // Linux 6.1 has no bands, and the packets past the flows in another place.
            let at = |at| if at == 104 && app.len() == 104 { 8 } else { at };
            let longs = FQ_LONGS.map(|(name, place)| (name, long(app, at(place)).unwrap_or(0)));
            let words = FQ_WORDS.map(|(name, at)| (name, word(app, at / 4).unwrap_or(0).into()));
            longs.into_iter().chain(words).collect()
        }
        _ => aqm_stats::theirs(kind, app).unwrap_or_default(),
    }
}

const FQ_CODEL: [&str; 9] = [
    "maxpacket",
    "drop_overlimit",
    "ecn_mark",
    "new_flow_count",
    "new_flows_len",
    "old_flows_len",
    "ce_mark",
    "memory_usage",
    "drop_overmemory",
];

/// `tc_fq_qd_stats`, each with its place. Times that are relative to the look are not compared.
const FQ_LONGS: [(&str, usize); 11] = [
    ("gc_flows", 0),
    ("throttled", 24),
    ("flows_plimit", 32),
    ("pkts_too_long", 40),
    ("ce_mark", 80),
    ("horizon_drops", 88),
    ("horizon_caps", 96),
    ("fastpath_packets", 104),
    ("band_drops 0", 112),
    ("band_drops 1", 120),
    ("band_drops 2", 128),
];
const FQ_WORDS: [(&str, usize); 6] = [
    ("flows", 64),
    ("inactive_flows", 68),
    ("throttled_flows", 72),
    ("band_pkt_count 0", 136),
    ("band_pkt_count 1", 140),
    ("band_pkt_count 2", 144),
];

/// Ours, in the order of the kernel's struct.
fn xstats(xstats: XStats) -> Figures {
    match xstats {
        XStats::Cake(stats) => cake::ours(&stats),
        XStats::FqCodel(s) => {
            let figures = [
                s.maxpacket.into(),
                s.drop_overlimit,
                s.ecn_mark,
                s.new_flow_count,
                s.new_flows_len.into(),
                s.old_flows_len.into(),
                s.ce_mark,
                s.memory_usage,
                s.drop_overmemory,
            ];
            FQ_CODEL.into_iter().zip(figures).collect()
        }
        XStats::Sfq(s) => {
            let drops = [s.prob_drop, s.forced_drop, s.prob_mark, s.forced_mark];
            let figures = drops.into_iter().chain([s.prob_mark_head, s.forced_mark_head]);
            SFQ.into_iter().zip(figures.map(u64::from)).collect()
        }
        XStats::Fq(s) => {
            let longs = [
                s.gc_flows,
                s.throttled,
                s.flows_plimit,
                s.pkts_too_long,
                s.ce_mark,
                s.horizon_drops,
                s.horizon_caps,
                s.fastpath_packets,
            ];
            let longs = longs.into_iter().chain(s.band_drops);
            let words = [s.flows, s.inactive_flows, s.throttled_flows].into_iter();
            let words = words.chain(s.band_pkt_count).map(u64::from);
            let names = FQ_LONGS.into_iter().chain(FQ_WORDS).map(|(name, _)| name);
            names.zip(longs.chain(words)).collect()
        }
        XStats::Htb(s) => vec![("direct_packets", s.direct_packets.into())],
        _ => aqm_stats::ours(xstats).unwrap_or_default(),
    }
}

/// `tc_…_xstats` of a class, as far as it is compared.
fn kernel_class_xstats(kind: &str, app: &[u8]) -> Figures {
    let word = |index| u64::from(word(app, index).unwrap_or(0));
    match kind {
        "htb" => HTB_CLASS.into_iter().zip((0..5).map(word)).collect(),
        "drr" => vec![("deficit", word(0))],
        "qfq" => vec![("weight", word(0)), ("lmax", word(1))],
        "sfq" => vec![("allot", word(0))],
        "hfsc" => {
            let long = |at| long(app, at).unwrap_or(0);
            HFSC_CLASS.into_iter().zip([long(0), long(8), word(4), word(5)]).collect()
        }
        _ => Vec::new(),
    }
}

/// `tc_sfqred_stats`.
const SFQ: [&str; 6] =
    ["prob_drop", "forced_drop", "prob_mark", "forced_mark", "prob_mark_head", "forced_mark_head"];
const HTB_CLASS: [&str; 5] = ["lends", "borrows", "giants", "tokens", "ctokens"];
const HFSC_CLASS: [&str; 4] = ["work", "rtwork", "period", "level"];

/// Ours, in the order of the kernel's struct.
fn class_xstats(xstats: ClassXStats) -> Figures {
    match xstats {
        ClassXStats::Htb(s) => {
            let tokens = [s.tokens, s.ctokens].map(i32::cast_unsigned);
            let figures = [s.lends, s.borrows, s.giants, tokens[0], tokens[1]];
            HTB_CLASS.into_iter().zip(figures.map(u64::from)).collect()
        }
        ClassXStats::Drr(s) => vec![("deficit", s.deficit.into())],
        ClassXStats::Qfq(s) => vec![("weight", s.weight.into()), ("lmax", s.lmax.into())],
        ClassXStats::Sfq(s) => vec![("allot", s.allot.cast_unsigned().into())],
        ClassXStats::Hfsc(s) => {
            let figures = [s.work, s.rtwork, s.period.into(), s.level.into()];
            HFSC_CLASS.into_iter().zip(figures).collect()
        }
        _ => Vec::new(),
    }
}

/// Our tree as text.
pub(crate) fn tree(root: &dyn Qdisc<Frame>) -> String {
    let mut ours = Vec::new();
    collect(ROOT, root, &mut ours);
    ours.into_iter().fold(String::new(), |mut text, (parent, qdisc)| {
        writeln!(text, "      {} parent {parent:x} {:?}", qdisc.kind(), of(qdisc)).unwrap();
        text
    })
}
