//! What happened in the guest, and its text, one line each. Times are nanoseconds of the guest's
//! monotonic clock, which its disciplines go by.
//!
//! ```text
//! script tbf:17
//! start 1234560000
//! sent 1235560000 0 0                     time, number, error number
//! left 1235560000 100 1514 0200…          time, interface, length, first bytes
//! came 1235560000 101 1514 0200…          the same of what arrived
//! probe 1235560000 1235561024             before, after
//! qdisc …                                 messages without header
//! class …
//! did 1235560000 1235561024
//! error …                                 what tc said
//! disturbed 1235560000 1235560768         before and after several packets were sent
//! done
//! ```

use std::iter::Peekable;
use std::str::{FromStr, Lines, SplitWhitespace};

use crate::hex;
use crate::netlink::Shown;

/// What became of a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The script's name.
    pub name: String,
    /// When time began to count.
    pub start: u64,
    /// What happened, in the order in which it did.
    pub log: Vec<Entry>,
    /// What `tc`, `ip` and the kernel complained about.
    pub errors: Vec<String>,
    /// Where the clock went on while packets were sent that ought to have come at the same reading: the
    /// reading before them, and the one after. The script says nothing then and is to be played anew.
    pub disturbed: Option<(u64, u64)>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// A packet was sent: it came to the root discipline at this very reading of the clock.
    Sent {
        /// When.
        at: u64,
        /// Its number.
        number: u32,
        /// What its sender was told.
        verdict: Verdict,
    },
    /// A packet left for the wire.
    Left {
        /// The reading of the clock at which it was dequeued.
        at: u64,
        /// The interface that it left by.
        ifindex: u32,
        /// Its length.
        len: u32,
        /// Its first bytes.
        head: Vec<u8>,
    },
    /// A packet arrived at an interface and got past what is there for it to get past: what left later,
    /// at the same reading of the clock, may stand before it.
    Came {
        /// The reading of the clock at which it arrived.
        at: u64,
        /// The interface.
        ifindex: u32,
        /// Its length.
        len: u32,
        /// Its first bytes.
        head: Vec<u8>,
    },
    /// The statistics were looked at.
    Probed {
        /// The last reading of the clock before.
        from: u64,
        /// The first reading after.
        to: u64,
        /// The disciplines, in the kernel's order.
        qdiscs: Vec<Shown>,
        /// The classes.
        classes: Vec<Shown>,
    },
    /// The configuration was changed.
    Did {
        /// The last reading of the clock before.
        from: u64,
        /// The first reading after.
        to: u64,
    },
}

/// What the sender of a packet was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It was taken, or it was dropped and the sender need not know.
    Taken,
    /// It was dropped (`ENOBUFS`, from `NET_XMIT_DROP`).
    Dropped,
    /// Another error number.
    Failed(i32),
}

impl Entry {
    /// When it happened, or began to.
    #[must_use]
    pub fn at(&self) -> u64 {
        match *self {
            Self::Sent { at, .. } | Self::Left { at, .. } | Self::Came { at, .. } => at,
            Self::Probed { from, .. } | Self::Did { from, .. } => from,
        }
    }
}

impl Outcome {
    /// Reads what a guest wrote. A script that it didn't finish isn't there.
    pub fn read_all(text: &str) -> impl Iterator<Item = Self> {
        let mut lines = text.lines().peekable();
        std::iter::from_fn(move || Self::read(&mut lines))
    }

    fn read(lines: &mut Peekable<Lines<'_>>) -> Option<Self> {
        let mut outcome = Self::default();
        for line in lines {
            let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
            let words = &mut rest.split_whitespace();
            match what {
                "script" => outcome.name = rest.into(),
                "start" => outcome.start = next(words)?,
                "disturbed" => outcome.disturbed = Some((next(words)?, next(words)?)),
                "error" => outcome.errors.push(rest.into()),
                "qdisc" | "class" => outcome.show(what, &hex::decode(rest)),
                "done" => return Some(outcome),
                _ => outcome.log.push(Entry::read(what, words)?),
            }
        }
        None
    }

    fn show(&mut self, what: &str, body: &[u8]) {
        let Some(Entry::Probed { qdiscs, classes, .. }) = self.log.last_mut() else { return };
        if what == "qdisc" { qdiscs } else { classes }.extend(Shown::read(body));
    }
}

impl Entry {
    fn read(what: &str, words: &mut SplitWhitespace<'_>) -> Option<Self> {
        let at = next(words)?;
        Some(match what {
            "sent" => Self::Sent { at, number: next(words)?, verdict: Verdict::read(next(words)?) },
            "left" => Self::Left {
                at,
                ifindex: next(words)?,
                len: next(words)?,
                head: hex::decode(words.next()?),
            },
            "came" => Self::Came {
                at,
                ifindex: next(words)?,
                len: next(words)?,
                head: hex::decode(words.next()?),
            },
            "probe" => {
                let (qdiscs, classes) = (Vec::new(), Vec::new());
                Self::Probed { from: at, to: next(words)?, qdiscs, classes }
            }
            "did" => Self::Did { from: at, to: next(words)? },
            _ => return None,
        })
    }
}

impl Verdict {
    fn read(errno: i32) -> Self {
        match errno {
            0 => Self::Taken,
            105 => Self::Dropped,
            other => Self::Failed(other),
        }
    }
}

fn next<T: FromStr>(words: &mut SplitWhitespace<'_>) -> Option<T> {
    words.next()?.parse().ok()
}
