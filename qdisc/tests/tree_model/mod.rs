//! Any tree, under any commands and any traffic: whatever comes in leaves, is lost, or waits, at every
//! node and to the byte; and what waits can be had.
//!
//! The bytes that drive it come from proptest or from a fuzzer.

use std::cell::Cell;

use softnet_qdisc::tree::Device;
use softnet_qdisc::{Backlog, Cx, Deferred, Dequeue, Drops, Packet, Qdisc, Tree, tc};
use softnet_sk_buff::{DropReason, Instant};

thread_local! {
    /// Copies that disciplines made.
    static COPIES: Cell<Backlog> = const { Cell::new(Backlog { packets: 0, bytes: 0 }) };
}

#[derive(Clone, Debug)]
struct Frame {
    flow: u32,
    len: u32,
    priority: u32,
    mark: u32,
    ect: bool,
}

impl Packet for Frame {
    fn pkt_len(&self) -> u32 {
        self.len
    }

    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        (self.flow ^ seed[0] as u32).wrapping_mul(0x9e37_79b1)
    }

    fn mark_ce(&mut self) -> bool {
        self.ect
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn mark(&self) -> u32 {
        self.mark
    }

    fn dsfield(&self) -> Option<u8> {
        Some(if self.ect { 2 } else { (self.mark as u8) << 2 })
    }

    fn duplicate(&self) -> Option<Self> {
        COPIES.set(sum(COPIES.get(), self));
        Some(self.clone())
    }
}

fn sum(mut books: Backlog, frame: &Frame) -> Backlog {
    books.packets += 1;
    books.bytes += u64::from(frame.len);
    books
}

/// What is gone.
#[derive(Default)]
struct Gone(Backlog);

impl Drops<Frame> for Gone {
    fn dropped(&mut self, frame: Frame, _: DropReason) {
        self.0 = sum(self.0, &frame);
    }

    fn consumed(&mut self, frame: Frame) {
        self.0 = sum(self.0, &frame);
    }
}

/// Where the decisions come from.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first.into())
    }

    fn below(&mut self, bound: u32) -> Option<u32> {
        Some(self.next()? % bound)
    }

    fn of<'t>(&mut self, table: &'t [&'t str]) -> Option<&'t str> {
        let at = self.below(table.len() as u32)?;
        table.get(at as usize).copied()
    }
}

/// Kinds and options; `%` is a number from 1 to 40.
const QDISCS: &[&str] = &[
    "pfifo limit %",
    "bfifo limit %k",
    "pfifo_head_drop limit %",
    "pfifo_fast",
    "prio bands 3",
    "prio bands 5 priomap 4 3 2 1 0 0 0 0 0 0 0 0 0 0 0 0",
    "tbf rate %mbit burst 3k limit %k",
    "tbf rate %kbit burst 2k limit 20k peakrate 9mbit mtu 2k",
    "htb default 1",
    "htb default 2 r2q 1 direct_qlen %",
    "hfsc default 1",
    "hfsc",
    "drr",
    "ets bands 3 strict 1 quanta 1500 %k",
    "ets strict 2",
    "qfq",
    "sfq limit % perturb 1",
    "sfq headdrop divisor 16 depth 4",
    "fq limit % flow_limit 4",
    "fq maxrate %kbit nopacing",
    "fq maxrate %kbit",
    "codel limit % target 1ms interval 10ms ecn",
    "fq_codel limit % flows 4 target 1ms interval 10ms",
    "fq_codel memory_limit %k drop_batch 3",
    "pie limit % target 1ms tupdate 5ms ecn",
    "fq_pie limit % flows 4 target 1ms tupdate 5ms",
    "red limit 30k min 3k max 9k avpkt 1000 burst 5 probability 0.5 ecn",
    "red limit 30k min 3k max 9k avpkt 1000 burst 5 adaptive",
    "choke limit % min 2 max 6 avpkt 1000 burst 5",
    "netem delay 3ms 2ms loss 10% duplicate 30% limit %",
    "netem rate %kbit limit 20",
    "netem delay 5ms reorder 25% gap 3 slot 1ms 3ms packets 2",
];

const CLASSES: &[&str] = &[
    "htb rate %mbit",
    "htb rate %kbit ceil 9mbit burst 3k prio 1",
    "htb rate 8bit ceil %kbit quantum 1500",
    "hfsc sc rate %mbit",
    "hfsc ls m2 %kbit",
    "hfsc rt m1 %mbit d 5ms m2 1mbit ls m2 1mbit ul m2 9mbit",
    "drr quantum %k",
    "qfq weight % maxpkt 2048",
];

const VERBS: &[&str] = &["add", "add", "change", "replace", "link"];

/// A line, with its `%` replaced.
fn line(template: &str, bytes: &mut Bytes<'_>) -> Option<String> {
    let mut line = String::new();
    for part in template.split_inclusive('%') {
        match part.strip_suffix('%') {
            // A percentage is one already.
            Some(before) if before.ends_with(|c: char| c.is_ascii_digit()) => line += part,
            Some(before) => {
                line += before;
                line += &(1 + bytes.below(40)?).to_string();
            }
            None => line += part,
        }
    }
    Some(line)
}

fn place(bytes: &mut Bytes<'_>) -> Option<String> {
    let (major, minor) = (1 + bytes.below(3)?, bytes.below(4)?);
    Some(if minor == 0 { "root".into() } else { format!("parent {major}:{minor}") })
}

fn command(bytes: &mut Bytes<'_>) -> Option<String> {
    Some(match bytes.below(8)? {
        0..=3 => {
            let (verb, place, major) = (bytes.of(VERBS)?, place(bytes)?, 1 + bytes.below(3)?);
            let kind = line(bytes.of(QDISCS)?, bytes)?;
            format!("qdisc {verb} {place} handle {major}: {kind}")
        }
        4 | 5 => {
            let (verb, major) = (bytes.of(VERBS)?, 1 + bytes.below(3)?);
            let (minor, above) = (1 + bytes.below(4)?, bytes.below(5)?);
            let kind = line(bytes.of(CLASSES)?, bytes)?;
            format!("class {verb} parent {major}:{above} classid {major}:{minor} {kind}")
        }
        6 => format!("class del classid {}:{}", 1 + bytes.below(3)?, 1 + bytes.below(4)?),
        _ => format!("qdisc del {}", place(bytes)?),
    })
}

/// A tree, and the books that somebody outside keeps.
struct Model {
    tree: Tree<Frame>,
    now: u64,
    deferred: Deferred<Frame>,
    came: Backlog,
    left: Backlog,
    gone: Gone,
    log: Vec<String>,
}

impl Model {
    fn step(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let op = bytes.below(16)?;
        let now = Instant::from_nanos(self.now);
        let mut cx = Cx::new(now, &mut self.gone).with_deferred(&mut self.deferred);
        match op {
            0 | 1 => {
                let command = command(bytes)?;
                let done = tc::run(&command, &mut self.tree, &mut cx);
                self.log.push(format!("{command}: {done:?}"));
            }
            2..=8 => {
                let (flow, class) = (bytes.below(6)?, bytes.next()?);
                let frame = Frame {
                    flow,
                    len: 60 + bytes.next()? * 6,
                    priority: if class & 1 == 0 { class >> 4 } else { class % 4 * 0x1_0000 + flow },
                    mark: class >> 2,
                    ect: class & 2 != 0,
                };
                self.came = sum(self.came, &frame);
                let verdict = self.tree.enqueue(frame, &mut cx);
                self.log.push(format!("enqueue: {verdict:?}"));
            }
            9..=12 => {
                let _ = self.dequeue();
            }
            _ => {
                let step = [1_000, 50_000, 1_000_000, 20_000_000, 3_000_000_000, u64::MAX / 4];
                let to = bytes.next()?;
                self.now = match to % 7 {
                    6 => self.now.saturating_sub(u64::from(to) * 40_000),
                    at => self.now.saturating_add(step[at as usize]),
                };
                // Linux counts in 63 bits; 146 years are enough.
                self.now = self.now.min(1 << 62);
                self.log.push(format!("it is {}", self.now));
            }
        }
        Some(())
    }

    /// The instant to come back at, if nothing could leave.
    fn dequeue(&mut self) -> Dequeue<()> {
        let now = Instant::from_nanos(self.now);
        let mut cx = Cx::new(now, &mut self.gone).with_deferred(&mut self.deferred);
        let got = self.tree.dequeue(&mut cx);
        self.log.push(format!("dequeue at {}: {got:?}", self.now));
        match got {
            Dequeue::Packet(frame) => {
                self.left = sum(self.left, &frame);
                Dequeue::Packet(())
            }
            Dequeue::Empty => {
                let waits = self.tree.root().backlog().packets;
                assert_eq!(waits, 0, "nothing to be had, and {waits} wait: {}", self.story());
                Dequeue::Empty
            }
            Dequeue::Until(at) => {
                assert!(at > now, "come back at {at:?}, and it is {now:?}: {}", self.story());
                Dequeue::Until(at)
            }
        }
    }

    fn story(&self) -> String {
        let last = self.log.len().saturating_sub(40);
        format!("{:#?}", &self.log[last..])
    }

    fn check(&self) {
        let copies = COPIES.get();
        let gone = self.gone.0;
        let packets = self.came.packets + copies.packets - self.left.packets - gone.packets;
        let bytes = self.came.bytes + copies.bytes - self.left.bytes - gone.bytes;
        let books = self.tree.root().backlog();
        assert_eq!(books, Backlog { packets, bytes }, "{}", self.story());
        self.check_below(self.tree.root());
    }

    fn check_below(&self, qdisc: &dyn Qdisc<Frame>) {
        let (own, mut below) = (qdisc.backlog(), Backlog::default());
        qdisc.walk(&mut |class| {
            let Some(child) = class.child else { return };
            below += child.backlog();
            self.check_below(child);
        });
        let kind = qdisc.kind();
        let fits = below.packets <= own.packets && below.bytes <= own.bytes;
        assert!(fits, "{kind} holds {own:?}, its children {below:?}: {}", self.story());
        if own.packets == 0 {
            assert_eq!(own.bytes, 0, "{kind}: {}", self.story());
        }
    }

    /// Everything that waits leaves or is lost, in bounded time.
    fn drain(&mut self) {
        let mut steps = 64 * (self.tree.root().backlog().packets + 16);
        while self.tree.root().backlog().packets > 0 {
            steps -= 1;
            assert!(steps > 0, "it never ends: {}", self.story());
            if let Dequeue::Until(at) = self.dequeue() {
                if at.as_nanos() >= 1 << 63 {
                    return;
                }
                self.now = at.as_nanos();
            }
        }
    }
}

/// Does what `bytes` say.
pub(crate) fn run(bytes: &[u8]) {
    COPIES.set(Backlog::default());
    let Ok(tree) = Tree::new(Device::new(1)) else { return };
    let mut model = Model {
        tree,
        now: 1_000_000_000,
        deferred: Deferred::new(4),
        came: Backlog::default(),
        left: Backlog::default(),
        gone: Gone::default(),
        log: Vec::new(),
    };
    let mut bytes = Bytes(bytes);
    while model.step(&mut bytes).is_some() {
        model.check();
    }
    model.drain();
    model.check();
}
