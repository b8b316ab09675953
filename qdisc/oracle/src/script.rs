//! What is to happen in the guest, and its text, one line each:
//!
//! ```text
//! script tbf:17
//! queues 1
//! ip link set va txqueuelen 100
//! tc qdisc add dev va root handle 1: tbf rate 1mbit burst 2000 limit 9000
//! netlink 2400150500…                     a whole netlink message
//! play
//! @1000000 send 0 1514 6 0 - 0200…        number, length, priority, mark, departure, first bytes
//! @1000000 probe
//! @2000000 do tc qdisc change dev va root handle 1: tbf rate 2mbit burst 2000 limit 9000
//! end 900000000
//! ip link del vb                          what clears up
//! cleared
//! ```

use std::fmt::{self, Display};
use std::iter::Peekable;
use std::str::Lines;

use crate::hex;

/// One set-up, and what is done to it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// What to call it; no spaces.
    pub name: String,
    /// Transmit queues of the interface; 0 for one. With more the kernel asks a discipline for up to
    /// eight packets at a time, which shows in counters of vain attempts.
    pub queues: u32,
    /// Done before time begins to count, on a fresh interface [`va`](crate::player::DEVICE).
    pub setup: Vec<Command>,
    /// What happens, in order of time.
    pub events: Vec<Event>,
    /// Nanoseconds until the last look at the statistics.
    pub end: u64,
    /// Done when all is over: of the interfaces only [`va`](crate::player::DEVICE) goes by itself.
    pub clear: Vec<Command>,
}

/// A change of the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A line for `tc -batch`, without the word `tc`.
    Tc(String),
    /// A line for `ip -batch`.
    Ip(String),
    /// A netlink message with its header, for what the `tc` at hand can't say; see
    /// [`netlink::request`](crate::netlink::request).
    Netlink(Vec<u8>),
}

/// Something at its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Nanoseconds since time began to count. What has the same number of nanoseconds happens at the
    /// very same reading of the clock.
    pub at: u64,
    /// What happens.
    pub what: What,
}

/// What can happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A packet is sent out of [`va`](crate::player::DEVICE).
    Send(Send),
    /// The statistics are looked at.
    Probe,
    /// The configuration changes.
    Do(Command),
}

/// A packet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Send {
    /// Whatever tells it from the script's others.
    pub number: u32,
    /// Its length, link header included.
    pub len: u32,
    /// `SO_PRIORITY`.
    pub priority: u32,
    /// `SO_MARK`.
    pub mark: u32,
    /// Its earliest departure (`SO_TXTIME` on the monotonic clock), in nanoseconds since time began
    /// to count.
    pub departure: Option<u64>,
    /// Its first bytes; zeros follow. The number is written into the destination's last four bytes.
    pub head: Vec<u8>,
}

impl Send {
    /// Where in the frame its number is: in the destination's address.
    pub const NUMBER: std::ops::Range<usize> = 2..6;

    /// The whole frame.
    #[must_use]
    pub fn frame(&self) -> Vec<u8> {
        let mut frame = self.head.clone();
        frame.resize(self.len as usize, 0);
        frame[Self::NUMBER].copy_from_slice(&self.number.to_be_bytes());
        frame
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tc(line) => write!(f, "tc {line}"),
            Self::Ip(line) => write!(f, "ip {line}"),
            Self::Netlink(message) => write!(f, "netlink {}", hex::encode(message)),
        }
    }
}

impl Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Probe => write!(f, "probe"),
            Self::Do(command) => write!(f, "do {command}"),
            Self::Send(send) => {
                let Send { number, len, priority, mark, departure, head } = send;
                let departure = departure.map_or("-".into(), |at| at.to_string());
                let head = hex::encode(head);
                write!(f, "send {number} {len} {priority} {mark} {departure} {head}")
            }
        }
    }
}

impl Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "script {}\nqueues {}", self.name, self.queues.max(1))?;
        self.setup.iter().try_for_each(|command| writeln!(f, "{command}"))?;
        writeln!(f, "play")?;
        self.events.iter().try_for_each(|event| writeln!(f, "@{} {}", event.at, event.what))?;
        writeln!(f, "end {}", self.end)?;
        self.clear.iter().try_for_each(|command| writeln!(f, "{command}"))?;
        writeln!(f, "cleared")
    }
}

impl Script {
    /// Reads the scripts of a file, which are a test's own: what isn't one is a bug of the test.
    pub fn read_all(text: &str) -> impl Iterator<Item = Self> {
        let mut lines = text.lines().peekable();
        std::iter::from_fn(move || Self::read(&mut lines))
    }

    fn read(lines: &mut Peekable<Lines<'_>>) -> Option<Self> {
        let name = lines.next()?.strip_prefix("script ").expect("a script begins").to_owned();
        let queues = number(lines.next()?.strip_prefix("queues ").expect("queues"));
        let mut script = Self { name, queues, ..Self::default() };
        for line in lines.by_ref().take_while(|&line| line != "play") {
            script.setup.push(Command::read(line));
        }
        let mut ended = false;
        for line in lines.by_ref() {
            if let Some(end) = line.strip_prefix("end ") {
                script.end = number(end);
                ended = true;
                break;
            }
            let (at, what) = line.trim_start_matches('@').split_once(' ').expect("time, what");
            script.events.push(Event { at: number(at), what: What::read(what) });
        }
        assert!(ended, "script {} has no end", script.name);
        script.clear = lines.take_while(|&line| line != "cleared").map(Command::read).collect();
        Some(script)
    }
}

impl Command {
    fn read(line: &str) -> Self {
        match line.split_once(' ').expect("program, arguments") {
            ("tc", line) => Self::Tc(line.into()),
            ("ip", line) => Self::Ip(line.into()),
            ("netlink", message) => Self::Netlink(hex::decode(message)),
            (other, _) => panic!("no command {other}"),
        }
    }
}

impl What {
    fn read(text: &str) -> Self {
        if text == "probe" {
            return Self::Probe;
        }
        let (verb, rest) = text.split_once(' ').expect("verb, object");
        if verb == "do" {
            return Self::Do(Command::read(rest));
        }
        let words: Vec<_> = rest.split(' ').collect();
        let [packet, len, priority, mark, departure, head] = words[..] else {
            panic!("no packet: {text}");
        };
        Self::Send(Send {
            number: number(packet),
            len: number(len),
            priority: number(priority),
            mark: number(mark),
            departure: (departure != "-").then(|| number(departure)),
            head: hex::decode(head),
        })
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap_or_else(|| panic!("no number: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_a_round_trip() {
        let send = Send {
            number: 70_000,
            len: 60,
            priority: 0x1_0002,
            mark: 5,
            departure: Some(9),
            head: vec![2; 14],
        };
        let event = |at, what| Event { at, what };
        let script = Script {
            name: "x:1".into(),
            queues: 16,
            setup: vec![
                Command::Tc("qdisc add dev va root pfifo".into()),
                Command::Netlink(vec![1, 255]),
            ],
            events: vec![
                event(0, What::Send(Send { departure: None, ..send.clone() })),
                event(5, What::Send(send)),
                event(6, What::Probe),
                event(6, What::Do(Command::Ip("link set va down".into()))),
            ],
            end: 10,
            clear: vec![Command::Ip("link del vb".into())],
        };
        let text = format!("{script}{script}");
        assert_eq!(Script::read_all(&text).collect::<Vec<_>>(), [script.clone(), script]);
    }

    #[test]
    fn a_frame_has_its_length_and_number() {
        let frame =
            Send { number: 0x0102_0304, len: 20, head: vec![9; 14], ..Send::default() }.frame();
        assert_eq!(frame, [9, 9, 1, 2, 3, 4, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0]);
    }
}
