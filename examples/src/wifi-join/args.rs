//! The command line.

use core::fmt::Write as _;
use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;
use softnet_examples::command::{self, Command};
use softnet_examples::failure::Failure;
use softnet_mac80211::rsn::Secret;

/// How the cell is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Security {
    /// A passphrase; management frames in the clear.
    Wpa2,
    /// A password that listeners can't try words against; management frames protected.
    Wpa3,
    /// No password, and encrypted all the same.
    Owe,
}

impl Security {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wpa2 => "WPA2: PSK, CCMP",
            Self::Wpa3 => "WPA3: SAE, CCMP, protected management frames",
            Self::Owe => "Enhanced open: OWE, CCMP, protected management frames",
        }
    }

    /// Whether management frames are protected.
    pub(crate) fn has_mfp(self) -> bool {
        self != Self::Wpa2
    }
}

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) security: Security,
    pub(crate) ssid: String,
    pub(crate) passphrase: String,
    pub(crate) seed: u64,
    /// The capture to write.
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            security: Security::Wpa2,
            ssid: "softnet".into(),
            passphrase: "correct horse".into(),
            seed: 1,
            out: "wifi-join.pcapng".into(),
        }
    }
}

impl Options {
    /// What `airdecap` is to be told.
    pub(crate) fn keys(&self, pmk: &Secret) -> String {
        let out = self.out.display();
        if self.security == Security::Wpa2 {
            return format!("-e '{}' -p '{}' -v {out}", self.ssid, self.passphrase);
        }
        let hex = pmk.as_bytes().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        format!("-k {hex} -v {out}")
    }
}

const HELP: &str = "\
wifi-join: a station joins a Wi-Fi cell, and somebody tries to break in

Station, access point and the air between them are in this process, in virtual
time: beacon, authentication, association, 4-way handshake, then a ping under
the new keys. Then an attacker who hears everything, but does not know the
password, sends frames of her own; you see what each becomes, under Linux's
name for it. No radio is used. All frames are left as a capture.

USAGE
    wifi-join [OPTIONS]

OPTIONS
    -s, --security KIND     wpa2, wpa3 or owe; default wpa2. Compare what becomes
                            of the deauthentication
    -e, --ssid NAME         default softnet
    -p, --passphrase WORDS  8 to 63 characters; default 'correct horse'. owe has
                            none
        --seed N            of what should be random: the same number gives the
                            same frames, so these keys are no secret; default 1
    -o, --out FILE          the capture; default wifi-join.pcapng
    -h, --help              this text

EXAMPLES
    wifi-join
    wifi-join -s wpa3 -o wpa3.pcapng
    tshark -r wpa3.pcapng

EXIT CODE
    0 done, 1 something was not as it must be, 2 could not begin
";

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, Failure> {
    command::parse(args, read)
}

fn read(mut parser: lexopt::Parser) -> Result<Command<Options>, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('s') | Long("security") => {
                options.security = parser.value()?.parse_with(security)?;
            }
            Short('e') | Long("ssid") => {
                options.ssid = parser.value()?.parse_with(|text| sized(text, "an SSID", 1, 32))?;
            }
            Short('p') | Long("passphrase") => {
                let passphrase = |text: &str| sized(text, "a passphrase", 8, 63);
                options.passphrase = parser.value()?.parse_with(passphrase)?;
            }
            Long("seed") => options.seed = parser.value()?.parse()?,
            Short('o') | Long("out") => options.out = PathBuf::from(parser.value()?),
            Short('h') | Long("help") => return Ok(Command::Show(HELP.into())),
            _ => return Err(arg.unexpected()),
        }
    }
    Ok(Command::Run(options))
}

fn security(name: &str) -> Result<Security, String> {
    match name {
        "wpa2" => Ok(Security::Wpa2),
        "wpa3" => Ok(Security::Wpa3),
        "owe" => Ok(Security::Owe),
        _ => Err("it is wpa2, wpa3 or owe".into()),
    }
}

fn sized(text: &str, what: &str, least: usize, most: usize) -> Result<String, String> {
    match text.len() {
        len if (least..=most).contains(&len) => Ok(text.to_owned()),
        len => Err(format!("{what} has {least} to {most} characters, not {len}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(args: &[&str]) -> String {
        let args = ["wifi-join"].iter().chain(args).map(OsString::from);
        match parse(args) {
            Ok(_) => String::new(),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn what_cannot_be_is_refused_in_one_line() {
        assert_eq!(said(&["-s", "wpa3", "-e", "x", "-p", "12345678", "--seed", "7"]), "");
        for (args, line) in [
            (&["-s", "wep"][..], "wpa2, wpa3 or owe"),
            (&["-p", "short"], "a passphrase has 8 to 63 characters, not 5"),
            (&["-e", ""], "an SSID has 1 to 32 characters, not 0"),
            (&["--seed", "x"], "invalid digit"),
            (&["more"], "unexpected argument"),
        ] {
            let said = said(args);
            let one = said.lines().count() == 1 && said.ends_with("; see --help");
            assert!(one && said.contains(line), "{args:?}: {said}");
        }
    }
}
