//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;
use softnet_examples::command::Command;
use softnet_examples::failure::Failure;
use softnet_qdisc::tc;
use softnet_sk_buff::Instant;

use crate::script;
use crate::trees::Origin;

#[derive(Debug)]
pub(crate) struct Options {
    /// One or two.
    pub(crate) trees: Vec<Origin>,
    /// Bytes per second; `None` if the user didn't say.
    pub(crate) link: Option<u64>,
    pub(crate) script: Option<PathBuf>,
    pub(crate) pcap: Option<PathBuf>,
    pub(crate) duration: Option<Instant>,
    pub(crate) seed: u64,
    pub(crate) svg: PathBuf,
    pub(crate) quiet: bool,
}

/// Bytes per second of the link before which a tree that doesn't shape is put: 10 Mbit/s.
pub(crate) const DEFAULT_LINK: u64 = 1_250_000;

const DEFAULT_TREES: [&str; 2] = ["qdisc add root pfifo limit 1000", "qdisc add root fq_codel"];

const HELP: &str = "\
qdisc-lab: what a queueing discipline does to whom, in numbers and in a picture

The same senders are put before one tree of Linux's disciplines or before two,
in virtual time. Shown are delay, throughput, drops and marks of each flow, the
statistics of tc -s, and in qdisc-lab.svg queue depth, delay and drops over
time, the two trees side by side. Without options: a bulk transfer beside a ping
over 10 Mbit/s, through a plain FIFO and through fq_codel.

USAGE
    qdisc-lab [OPTIONS]

THE TREES
    --tc COMMANDS     a tree as tc would be told to make it, ; between commands;
                      given twice, the two are compared
                      [--tc 'qdisc add root pfifo limit 1000'
                       --tc 'qdisc add root fq_codel']
    --tree FILE       the same from a file, a command a line, # for comments
    --link RATE       speed of the device behind the tree, as 10mbit
                      [10mbit; none if the tree itself keeps a rate]

THE SENDERS
    --script FILE     who sends what, and when; see below
    --pcap FILE       frames of a capture (pcap, pcapng) at their times, flows
                      told apart by addresses and ports; with --script: both.
                      Best of one direction only: the two directions of a
                      connection have one hash, as in Linux, and so one queue
    --duration TIME   stop there [10s, or when all is sent and has left]
    --seed N          another run: other hashes, other lots [1]

THE REST
    --svg PATH        where the picture goes [qdisc-lab.svg]
    --quiet           no progress and no report; failures are still told
    --help            this text
    --version

SCRIPTS
    Each line begins with a verb and the name of a flow; # begins a comment.
        bulk NAME          a transfer like TCP's, which slows down when packets
                           are lost or marked. rtt TIME: from the link to the
                           receiver and back [30ms]; window N: packets [10000]
        ping NAME          echo requests. every TIME [20ms]
        cbr NAME RATE      packets of one size at a constant rate
        poisson NAME RATE  the same on average, at random. seed N
        at TIME flow NAME  one packet
    All but the last may have from TIME and to TIME. All may have
        len BYTES          with link header [bulk 1514, ping 98, others 200, at 100]
        prio N             skb->priority, or a class as 1:10
        dscp N             0 to 63, or a name as ef, af41, cs1
        ecn                understands ECN, is marked instead of dropped
        mark N             a firewall's mark
        proto P            tcp, udp or icmp
        src, dst ADDRESS   IPv4, with port or without

EXIT CODE
    0  done, and every packet is accounted for
    1  it ran, and the books don't balance
    2  it could not begin; nothing is left behind

A FIRST EXAMPLE
    What does ECN change? Two transfers, one of which understands it, and a
    call, over a DSL line of 2 Mbit/s:

    $ cat dsl.script
    bulk plain rtt 40ms
    bulk modern rtt 40ms ecn from 2s
    cbr call 64kbit len 214 dscp ef
    $ qdisc-lab --script dsl.script --link 2mbit --duration 20s

A SECOND EXAMPLE
    A tree with classes and filters beside fq_codel alone. The first band of
    prio gets what filters send there, the last one everything else; a token
    bucket around both keeps the queue here rather than in the modem:

    $ cat bands.tc
    qdisc add root handle 1: tbf rate 1900kbit burst 3k latency 500ms
    qdisc add parent 1:1 handle 10: prio bands 2 priomap 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
    qdisc add parent 10:2 handle 20: pfifo limit 100
    filter add parent 10: protocol ip prio 1 u32 match ip dsfield 0xb8 0xfc flowid 10:1
    $ qdisc-lab --tree bands.tc --tc 'qdisc add root fq_codel' --link 2mbit --script dsl.script

    The call is served first in A. In B nobody had to say which flow that is.
";

/// Reads the command line, the program's name included.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, Failure> {
    read(args).map_err(|why| Failure::Refused(format!("{why}; qdisc-lab --help tells more")))
}

fn read(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, lexopt::Error> {
    let mut options = Options {
        trees: Vec::new(),
        link: None,
        script: None,
        pcap: None,
        duration: None,
        seed: 1,
        svg: PathBuf::from("qdisc-lab.svg"),
        quiet: false,
    };
    let mut parser = lexopt::Parser::from_iter(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Show(HELP.into())),
            Short('V') | Long("version") => {
                return Ok(Command::Show(
                    format!("qdisc-lab {}\n", env!("CARGO_PKG_VERSION")).into(),
                ));
            }
            Long("tc") => options.trees.push(Origin::Line(parser.value()?.string()?)),
            Long("tree") => options.trees.push(Origin::File(parser.value()?.into())),
            Long("link") => options.link = Some(parser.value()?.parse_with(rate)?),
            Long("script") => options.script = Some(parser.value()?.into()),
            Long("pcap") => options.pcap = Some(parser.value()?.into()),
            Long("duration") => options.duration = Some(parser.value()?.parse_with(duration)?),
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("svg") => options.svg = parser.value()?.into(),
            Short('q') | Long("quiet") => options.quiet = true,
            _ => return Err(arg.unexpected()),
        }
    }
    match options.trees.len() {
        0 => options.trees.extend(DEFAULT_TREES.map(|line| Origin::Line(line.into()))),
        1 | 2 => {}
        _ => return Err("two trees can be compared, not more".into()),
    }
    if options.svg.file_name().is_none() {
        return Err(format!("--svg {}: not the name of a file", options.svg.display()).into());
    }
    Ok(Command::Run(options))
}

fn rate(text: &str) -> Result<u64, &'static str> {
    tc::rate(text)
        .filter(|rate| *rate > 0)
        .ok_or("a rate is a number above 0 with kbit, mbit or gbit behind it")
}

fn duration(text: &str) -> Result<Instant, &'static str> {
    let time = script::time(text).filter(|time| *time > 0);
    time.map(Instant::from_nanos).ok_or("a time is a number with ms or s behind it, up to a day")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<Options, String> {
        let args = core::iter::once("qdisc-lab").chain(args.iter().copied()).map(OsString::from);
        match parse(args) {
            Ok(Command::Run(options)) => Ok(options),
            Ok(Command::Show(text)) => Err(text.into_owned()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn without_options_two_trees_are_compared() {
        let options = options(&[]).unwrap();
        assert_eq!(options.trees.len(), 2);
        assert_eq!((options.link, options.duration), (None, None));
    }

    #[test]
    fn rates_and_times_have_units() {
        let options = options(&["--link", "2mbit", "--duration=1.5s", "--tree", "x"]).unwrap();
        assert_eq!(options.link, Some(250_000));
        assert_eq!(options.duration, Some(Instant::from_millis(1500)));
        assert_eq!(options.trees, [Origin::File("x".into())]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_one_line() {
        let wrong: [&[&str]; 9] = [
            &["--link", "0mbit"],
            &["--link", "fast"],
            &["--duration", "5"],
            &["--duration", "0s"],
            &["--seed", "-1"],
            &["--svg", "/"],
            &["--tc", "a", "--tc", "b", "--tree", "c"],
            &["--tree"],
            &["stray"],
        ];
        for args in wrong {
            let said = options(args).unwrap_err();
            assert!(said.contains("--help") && said.lines().count() == 1, "{args:?}: {said}");
        }
    }
}
