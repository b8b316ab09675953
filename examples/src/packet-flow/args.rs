//! The command line.

use core::time::Duration;
use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

use softnet_examples::command::Command;
use softnet_examples::failure::Failure;

/// How fast the link is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rate {
    Mbps10,
    Mbps100,
    Mbps1000,
}

#[derive(Debug)]
pub(crate) struct Options {
    /// Bytes to fetch.
    pub(crate) size: u64,
    pub(crate) rate: Rate,
    pub(crate) latency: Duration,
    /// Frames lost by the wire, of a million.
    pub(crate) loss: u32,
    pub(crate) seed: u64,
    /// Where the files go.
    pub(crate) out: PathBuf,
    pub(crate) quiet: bool,
    pub(crate) qemu: bool,
    /// The file to fetch with `--qemu`.
    pub(crate) file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            size: 16 << 20,
            rate: Rate::Mbps1000,
            latency: Duration::from_micros(50),
            loss: 0,
            seed: 1,
            out: PathBuf::from("."),
            quiet: false,
            qemu: false,
            file: None,
        }
    }
}

const HELP: &str = "\
packet-flow: the way of a frame from one socket to another, station by station

A client fetches 16 MiB over TCP from a server. Each of the two has its own
device layer (softnet-netdev), queueing discipline (fq_codel), e1000 driver and
e1000 card; a wire joins the cards. All of it runs in this process, in virtual
time: the same seed gives the same run, on any machine, to the nanosecond.

    socket > TCP, IP (smoltcp) > qdisc > driver > card ))) wire ))) card
           > interrupt > NAPI > driver > taps > IP, TCP > socket

Shown are the way of one frame through the functions of the Linux kernel that
stand on it, what each of them cost this computer, and all the counters that
Linux has for it. Two files are written: packet-flow.pcapng for Wireshark, and
packet-flow.svg, the way as a picture.

USAGE
    packet-flow [OPTIONS]
    packet-flow --qemu [--file PATH] [OPTIONS]

OPTIONS
    --size N        bytes to fetch, with K, M or G for powers of 1024 [16M]
    --rate MBITS    speed of the link: 10, 100 or 1000 [1000]
    --latency TIME  one way along the wire: 50us, 2ms, 1s [50us]
    --loss PERCENT  frames that the wire loses: 0.1 for one in a thousand [0]
    --seed N        another run: other content, other losses [1]
    --out DIR       where the two files go [.]
    --quiet         no progress and no report; failures are still told
    --qemu          our end on QEMU's e1000, the other end a real Linux: fetches
                    a file from an HTTP server there (needs qemu-system-x86_64,
                    python3 or busybox, and root or user namespaces)
    --file PATH     the file to fetch with --qemu [--size bytes made up]
    --help          this text
    --version

EXIT CODE
    0  all bytes arrived as they were sent, and every lost packet has a reason
    1  it ran, and something was not as it must be
    2  it could not begin; nothing is left behind

TRY
    packet-flow --rate 100 --latency 10ms --loss 0.1
                    a slow link with losses: see what CoDel and TCP make of it
    wireshark packet-flow.pcapng
                    both ends of the wire, so each frame twice: once from each,
                    with frame.interface_name == \"server\" (or client). The
                    frame shown is marked by a comment
";

/// Reads the command line, the program's name included.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, Failure> {
    read(args).map_err(|why| Failure::Refused(format!("{why}; packet-flow --help tells more")))
}

fn read(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, lexopt::Error> {
    let mut options = Options::default();
    let mut only_model = None;
    let mut parser = lexopt::Parser::from_iter(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Show(HELP.into())),
            Short('V') | Long("version") => {
                return Ok(Command::Show(
                    format!("packet-flow {}\n", env!("CARGO_PKG_VERSION")).into(),
                ));
            }
            Long("size") => options.size = parser.value()?.parse_with(size)?,
            Long("rate") => {
                (options.rate, only_model) = (parser.value()?.parse_with(rate)?, Some("--rate"))
            }
            Long("latency") => {
                options.latency = parser.value()?.parse_with(time)?;
                only_model = Some("--latency");
            }
            Long("loss") => {
                (options.loss, only_model) = (parser.value()?.parse_with(loss)?, Some("--loss"))
            }
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("out") => options.out = parser.value()?.into(),
            Short('q') | Long("quiet") => options.quiet = true,
            Long("qemu") => options.qemu = true,
            Long("file") => options.file = Some(parser.value()?.into()),
            _ => return Err(arg.unexpected()),
        }
    }
    match (options.qemu, only_model, &options.file) {
        (true, Some(option), _) => {
            Err(format!("{option} is for the modelled wire, not for --qemu").into())
        }
        (false, _, Some(_)) => Err("--file is for --qemu".into()),
        _ => Ok(Command::Run(options)),
    }
}

/// Bytes, at most what TCP's sequence numbers tell apart with ease.
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().next_back() {
        Some((end, 'K' | 'k')) => (&text[..end], 1 << 10),
        Some((end, 'M' | 'm')) => (&text[..end], 1 << 20),
        Some((end, 'G' | 'g')) => (&text[..end], 1 << 30),
        _ => (text, 1),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    match bytes {
        Some(bytes @ 1..=0x4000_0000) => Ok(bytes),
        Some(_) => Err("a size is from 1 to 1G".into()),
        None => Err("a size is a number with K, M, G or nothing behind it".into()),
    }
}

fn rate(text: &str) -> Result<Rate, &'static str> {
    match text {
        "10" => Ok(Rate::Mbps10),
        "100" => Ok(Rate::Mbps100),
        "1000" => Ok(Rate::Mbps1000),
        _ => Err("this card can do 10, 100 and 1000 Mbit/s"),
    }
}

fn time(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "a time is a number with us, ms or s behind it, up to 10s";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let micros = match &text[digits.len()..] {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        _ => return Err(WRONG),
    };
    let micros = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(micros));
    micros.filter(|&micros| micros <= 10_000_000).map(Duration::from_micros).ok_or(WRONG)
}

/// Percent to parts of a million.
fn loss(text: &str) -> Result<u32, &'static str> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..=50.0).contains(&percent) => Ok((percent * 10_000.0) as u32),
        _ => Err("a loss is from 0 to 50 percent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<Options, String> {
        let args = core::iter::once("packet-flow").chain(args.iter().copied()).map(OsString::from);
        match parse(args) {
            Ok(Command::Run(options)) => Ok(options),
            Ok(Command::Show(text)) => Err(text.into_owned()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn sizes_times_and_losses_have_units() {
        let given = ["--size", "3M", "--latency", "2ms", "--loss", "0.1%", "--rate=100"];
        let options = options(&given).unwrap();
        assert_eq!((options.size, options.loss, options.rate), (3_145_728, 1_000, Rate::Mbps100));
        assert_eq!(options.latency, Duration::from_millis(2));
        assert_eq!(size("1G"), Ok(0x4000_0000));
        assert_eq!(size("77"), Ok(77));
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_one_line() {
        let wrong: [&[&str]; 12] = [
            &["--size", "0"],
            &["--size", "2G"],
            &["--size", "M"],
            &["--size", "99999999999999999999G"],
            &["--rate", "40"],
            &["--latency", "5"],
            &["--latency", "11s"],
            &["--loss", "-1"],
            &["--loss", "NaN"],
            &["--file", "x"],
            &["--qemu", "--loss", "1"],
            &["stray"],
        ];
        for args in wrong {
            let said = options(args).unwrap_err();
            assert!(said.contains("--help") && said.lines().count() == 1, "{args:?}: {said}");
        }
    }
}
