//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use lexopt::prelude::*;
use softnet_examples::command::{self, Command};
use softnet_examples::failure::Failure;

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) capture: PathBuf,
    /// Where the Ethernet frames go.
    pub(crate) out: PathBuf,
    /// Only this network; all of the capture if there is none.
    pub(crate) ssid: Option<Vec<u8>>,
    pub(crate) passphrases: Vec<Vec<u8>>,
    pub(crate) pmks: Vec<Vec<u8>>,
    /// Pairwise temporal keys.
    pub(crate) tks: Vec<Vec<u8>>,
    /// Group temporal keys.
    pub(crate) gtks: Vec<Vec<u8>>,
    pub(crate) weps: Vec<Vec<u8>>,
    /// Accept packet numbers that are not greater than the last one.
    pub(crate) no_replay: bool,
    /// A line for each frame that is refused.
    pub(crate) verbose: bool,
    /// No report.
    pub(crate) quiet: bool,
}

impl Options {
    /// Whether there is a key of any kind.
    pub(crate) fn has_keys(&self) -> bool {
        let lists = [&self.passphrases, &self.pmks, &self.tks, &self.gtks, &self.weps];
        lists.into_iter().any(|list| !list.is_empty())
    }
}

const HELP: &str = "\
airdecap: opens the protected frames of a Wi-Fi capture

It finds the networks and the handshakes in a capture of the air (pcap or
pcapng), makes the keys out of what you give it, and does to each frame what a
Linux receiver would: decrypts it (WEP, TKIP, CCMP, GCMP), checks that it is no
replay, puts fragments together, takes A-MSDUs apart. What such a receiver
would hand on is written as Ethernet frames; what it would refuse is counted
under Linux's own reason. It listens only, and only to files.

USAGE
    airdecap [OPTIONS] CAPTURE

KEYS: any number of each; none for a network that is open
    -p, --passphrase WORDS  of WPA, WPA2: 8 to 63 characters. Needs the 4-way
                            handshake in the capture
    -e, --ssid NAME         of the network that the passphrase is for. Without
                            it, each network of the capture is tried
    -k, --pmk HEX           pairwise master key, 32 or 48 bytes: of WPA3, OWE,
                            802.1X, where a passphrase is not enough
        --tk HEX            temporal key of one station, 16 or 32 bytes (TKIP:
                            with the Michael keys). Needs no handshake
        --gtk HEX           the same of a group
    -w, --wep HEX           WEP key, 5 or 13 bytes

CAPTURE
    A file, since it is read twice: pcap or pcapng of any byte order, with
    frames of a card in monitor mode (802.11 alone, or behind radiotap, Prism,
    AVS or PPI headers). Packets of other kinds are passed over

OPTIONS
    -o, --out FILE          where the Ethernet frames go, as pcapng. Without it
                            CAPTURE with -decap.pcapng for its ending, in the
                            current folder
        --no-replay         accept packet numbers again: for captures whose
                            frames are not in order
    -v, --verbose           a line for each frame that is refused
    -q, --quiet             no report
    -h, --help              this text

EXAMPLES
    airdecap home.pcapng                           which networks there are
    airdecap -e linksys -p dictionary wpa2.cap     one network's passphrase
    airdecap -p 'my passphrase' -v home.pcapng     what is refused, and why
    airdecap -k $(cat pmk.txt) owe.pcap            a key of WPA3, OWE, 802.1X
    airdecap --wep 1f:1f:1f:1f:1f -o plain.pcapng wep.cap
    tshark -r plain.pcapng
    gunzip -c big.pcap.gz > big.pcap               airdecap reads plain files

EXIT CODE
    0 done, 1 keys or capture not as they must be (what could be opened of a
    capture that is cut off is written), 2 could not begin
";

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, Failure> {
    command::parse(args, read)
}

fn read(mut parser: lexopt::Parser) -> Result<Command<Options>, lexopt::Error> {
    let mut options = Options::default();
    let (mut capture, mut out) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('p') | Long("passphrase") => {
                options.passphrases.push(passphrase(&parser.value()?)?);
            }
            Short('e') | Long("ssid") => {
                // Names are bytes, whatever a language makes of them.
                let name = parser.value()?.as_encoded_bytes().to_vec();
                if name.len() > 32 {
                    return Err("the name of a network has at most 32 bytes".into());
                }
                options.ssid = Some(name);
            }
            Short('k') | Long("pmk") => options.pmks.push(key(&mut parser, "PMK", &[32, 48])?),
            Long("tk") => options.tks.push(key(&mut parser, "TK", &[16, 32])?),
            Long("gtk") => options.gtks.push(key(&mut parser, "GTK", &[16, 32])?),
            Short('w') | Long("wep") => options.weps.push(key(&mut parser, "WEP key", &[5, 13])?),
            Short('o') | Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Long("no-replay") => options.no_replay = true,
            Short('v') | Long("verbose") => options.verbose = true,
            Short('q') | Long("quiet") => options.quiet = true,
            Short('h') | Long("help") => return Ok(Command::Show(HELP.into())),
            Value(path) if capture.is_none() => capture = Some(PathBuf::from(path)),
            _ => return Err(arg.unexpected()),
        }
    }
    options.capture = capture.ok_or("which capture?")?;
    let is_dash = |path: &Path| path == Path::new("-");
    if is_dash(&options.capture) {
        return Err("a capture is read twice, so not from standard input: save it as a file".into());
    }
    if out.as_deref().is_some_and(is_dash) {
        return Err("the report goes to standard output, so the frames need a file".into());
    }
    options.out = out.unwrap_or_else(|| beside(&options.capture));
    Ok(Command::Run(options))
}

/// The file's name, with another ending, in the current folder.
fn beside(capture: &Path) -> PathBuf {
    let stem = capture.file_stem().unwrap_or_default().display();
    PathBuf::from(format!("{stem}-decap.pcapng"))
}

fn passphrase(text: &OsStr) -> Result<Vec<u8>, String> {
    let bytes = text.as_encoded_bytes();
    match bytes.len() {
        8..=63 => Ok(bytes.to_vec()),
        64 => Err("a passphrase has 8 to 63 characters; 64 digits are a --pmk".into()),
        len => Err(format!("a passphrase has 8 to 63 characters, not {len}")),
    }
}

/// A key in hexadecimal digits; colons, dashes and spaces between them are passed over.
fn key(parser: &mut lexopt::Parser, name: &str, lens: &[usize]) -> Result<Vec<u8>, lexopt::Error> {
    parser.value()?.parse_with(|text| {
        let bytes =
            hex(text).ok_or_else(|| format!("a {name} is written in hexadecimal digits"))?;
        if lens.contains(&bytes.len()) {
            return Ok(bytes);
        }
        let lens: Vec<String> = lens.iter().map(ToString::to_string).collect();
        Err(format!("a {name} has {} bytes, not {}", lens.join(" or "), bytes.len()))
    })
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !b":- ".contains(byte)).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| match *pair {
        [high, low] => Some((digit(high)? << 4 | digit(low)?) as u8),
        _ => None,
    };
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<Options, String> {
        let args = ["airdecap"].iter().chain(args).map(OsString::from);
        match parse(args) {
            Ok(Command::Run(options)) => Ok(options),
            Ok(Command::Show(_)) => panic!("no help was asked for"),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        let args = ["-w", "1F:1f:1F-1f 1f", "--tk", "00112233445566778899aabbccddeeff", "a/b.cap"];
        let options = options(&args).unwrap();
        assert_eq!(options.weps, [[0x1f; 5]]);
        assert_eq!(options.tks[0][..3], [0, 0x11, 0x22]);
        assert_eq!(options.out, Path::new("b-decap.pcapng"));
    }

    #[test]
    fn what_cannot_be_is_refused_in_one_line() {
        let digits = "0".repeat(64);
        let wrong: [(&[&str], &str); 11] = [
            (&[], "which capture?"),
            (&["a", "b"], "unexpected argument"),
            (&["-p", "short", "a"], "a passphrase has 8 to 63 characters, not 5"),
            (&["-p", &digits, "a"], "64 digits are a --pmk"),
            (&["-"], "a capture is read twice, so not from standard input"),
            (&["-o", "-", "a"], "the report goes to standard output, so the frames need"),
            (&["-k", "00ff", "a"], "a PMK has 32 or 48 bytes, not 2"),
            (&["--tk", "0f0", "a"], "a TK is written in hexadecimal digits"),
            (&["--gtk", "xy", "a"], "a GTK is written in hexadecimal digits"),
            (&["-w", "00112233", "a"], "a WEP key has 5 or 13 bytes, not 4"),
            (&["-e", &"x".repeat(33), "a"], "has at most 32 bytes"),
        ];
        for (args, line) in wrong {
            let said = options(args).unwrap_err();
            let one = said.lines().count() == 1 && said.ends_with("; see --help");
            assert!(one && said.contains(line), "{args:?}: {said}");
        }
    }
}
