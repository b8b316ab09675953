//! A command's words, and the values that tc writes in its own way: rates, sizes, times, numbers of
//! classes.

use alloc::string::{String, ToString};
use core::str::{FromStr, SplitWhitespace};

use super::TcError;
use crate::netem::Probability;
use crate::{ClassId, Handle};

/// What is left of a command.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    words: SplitWhitespace<'a>,
    last: &'a str,
}

type Scale = (&'static str, f64);

const RATES: &[Scale] = &[
    ("bit", 1.0),
    ("kibit", 1024.0),
    ("kbit", 1e3),
    ("mibit", 1_048_576.0),
    ("mbit", 1e6),
    ("gibit", 1_073_741_824.0),
    ("gbit", 1e9),
    ("tibit", 1_099_511_627_776.0),
    ("tbit", 1e12),
    ("bps", 8.0),
    ("kibps", 8192.0),
    ("kbps", 8e3),
    ("mibps", 8_388_608.0),
    ("mbps", 8e6),
    ("gibps", 8_589_934_592.0),
    ("gbps", 8e9),
    ("tibps", 8_796_093_022_208.0),
    ("tbps", 8e12),
    ("", 1.0),
];

const SIZES: &[Scale] = &[
    ("", 1.0),
    ("b", 1.0),
    ("k", 1024.0),
    ("kb", 1024.0),
    ("m", 1_048_576.0),
    ("mb", 1_048_576.0),
    ("g", 1_073_741_824.0),
    ("gb", 1_073_741_824.0),
    ("kbit", 128.0),
    ("mbit", 131_072.0),
    ("gbit", 134_217_728.0),
];

const TIMES: &[Scale] = &[
    ("s", 1e9),
    ("sec", 1e9),
    ("secs", 1e9),
    ("ms", 1e6),
    ("msec", 1e6),
    ("msecs", 1e6),
    ("us", 1e3),
    ("usec", 1e3),
    ("usecs", 1e3),
    ("ns", 1.0),
    ("nsec", 1.0),
    ("nsecs", 1.0),
    // A bare number is microseconds.
    ("", 1e3),
];

/// A number and a unit, in the smallest unit.
fn scaled(word: &str, scales: &[Scale]) -> Option<f64> {
    let unit = word.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(word.len());
    let (number, unit) = word.split_at(unit);
    let unit = unit.to_ascii_lowercase();
    let (_, scale) = scales.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * scale)
}

/// The whole part of a number that is not below 0.
fn whole(value: f64) -> Option<u64> {
    (value < 18_446_744_073_709_549_568.0).then_some(value as u64)
}

impl<'a> Words<'a> {
    pub(super) fn new(command: &'a str) -> Self {
        let command = command.split('#').next().unwrap_or_default();
        Self { words: command.split_whitespace(), last: "" }
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        let word = self.words.next()?;
        self.last = word;
        Some(word)
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.words.clone().next()
    }

    /// Takes the next word if it is `word`.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        if is {
            self.next();
        }
        is
    }

    pub(super) fn need(&mut self, wanted: &'static str) -> Result<&'a str, TcError> {
        let after = self.last;
        self.next().ok_or_else(|| TcError::Ends { after: after.to_string(), wanted })
    }

    /// Reads the next word by `read`.
    pub(super) fn value<T>(
        &mut self,
        wanted: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, TcError> {
        let word = self.need(wanted)?;
        read(word).ok_or_else(|| TcError::Value { word: word.to_string(), wanted })
    }

    /// Reads the next word by `read` if it can be read so, and leaves it otherwise.
    pub(super) fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(self.peek()?)?;
        self.next();
        Some(value)
    }

    /// A whole number, decimal or with 0x in front.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, wanted: &'static str) -> Result<T, TcError> {
        self.value(wanted, |word| T::try_from(number(word)?).ok())
    }

    pub(super) fn parse<T: FromStr>(&mut self, wanted: &'static str) -> Result<T, TcError> {
        self.value(wanted, |word| word.parse().ok())
    }

    /// Bytes per second; written in bits, or with `bps` in bytes.
    pub(super) fn rate(&mut self) -> Result<u64, TcError> {
        self.value("a rate as 10mbit or 1gbit", rate)
    }

    /// Bytes.
    pub(super) fn size<T: TryFrom<u64>>(&mut self) -> Result<T, TcError> {
        self.value("a size as 1514 or 15k", |word| T::try_from(size(word)?).ok())
    }

    /// Nanoseconds.
    pub(super) fn time(&mut self) -> Result<u64, TcError> {
        self.value("a time as 5ms or 100us", time)
    }

    pub(super) fn percent(&mut self) -> Result<Probability, TcError> {
        self.value("a percentage as 1%", percent)
    }

    pub(super) fn handle(&mut self) -> Result<Handle, TcError> {
        self.value("a handle as 1:", handle)
    }

    pub(super) fn class_id(&mut self) -> Result<ClassId, TcError> {
        self.value("a class as 1:10", class_id)
    }

    pub(super) fn unknown(&self, known: &'static str) -> TcError {
        TcError::Unknown { word: String::from(self.last), known }
    }

    /// That nothing is left.
    pub(super) fn end(&mut self, known: &'static str) -> Result<(), TcError> {
        match self.next() {
            Some(_) => Err(self.unknown(known)),
            None => Ok(()),
        }
    }
}

pub(super) fn number(word: &str) -> Option<u64> {
    match word.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => word.parse().ok(),
    }
}

/// A rate as tc writes it: `10mbit`, `1gbit`, `125kbps`; a bare number is bits a second. Answers in
/// bytes per second; `None` if it is no rate.
#[must_use]
pub fn rate(word: &str) -> Option<u64> {
    scaled(word, RATES).map(|bits| bits / 8.0).and_then(whole)
}

/// A size as tc writes it: `1514`, `15k` (of 1024), `1mbit`. Answers in bytes; `None` if it is no
/// size.
#[must_use]
pub fn size(word: &str) -> Option<u64> {
    scaled(word, SIZES).and_then(whole)
}

/// A time as tc writes it: `5ms`, `100us`; a bare number is microseconds. Answers in nanoseconds;
/// `None` if it is no time.
#[must_use]
pub fn time(word: &str) -> Option<u64> {
    scaled(word, TIMES).and_then(whole)
}

/// Of 2³² - 1, to the nearest.
pub(super) fn percent(word: &str) -> Option<Probability> {
    let share = scaled(word, &[("%", 0.01), ("", 0.01)]).filter(|share| *share <= 1.0)?;
    whole(share * f64::from(u32::MAX) + 0.5).map(|value| Probability(value as u32))
}

/// The part before a colon; `root` has its own word.
pub(super) fn handle(word: &str) -> Option<Handle> {
    let number = word.strip_suffix(':').or_else(|| word.strip_suffix(":0")).unwrap_or(word);
    u16::from_str_radix(number, 16).ok().map(Handle)
}

/// Hexadecimal numbers before and behind a colon; either may be missing.
pub(super) fn class_id(word: &str) -> Option<ClassId> {
    let (major, minor) = word.split_once(':')?;
    let half = |part: &str| match part {
        "" => Some(0),
        part => u16::from_str_radix(part, 16).ok(),
    };
    Some(Handle(half(major)?).class(half(minor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As iproute2's get_rate, get_size and get_time read them.
    #[test]
    fn units_are_tcs() {
        assert_eq!(rate("1mbit"), Some(125_000));
        assert_eq!(rate("1.5Mbit"), Some(187_500));
        assert_eq!(rate("8"), Some(1));
        assert_eq!(rate("2kbps"), Some(2000));
        assert_eq!(rate("1kibit"), Some(128));
        assert_eq!(rate("10parsec"), None);
        assert_eq!(rate("-1mbit"), None);
        assert_eq!(rate("nan"), None);
        assert_eq!(size("15k"), Some(15_360));
        assert_eq!(size("1mbit"), Some(131_072));
        assert_eq!(time("5ms"), Some(5_000_000));
        assert_eq!(time("20"), Some(20_000));
        assert_eq!(time("1s"), Some(1_000_000_000));
        assert_eq!(percent("25%"), Some(Probability(0x4000_0000)));
        assert_eq!(percent("100"), Some(Probability::ALWAYS));
        assert_eq!(percent("101%"), None);
        assert_eq!(size("1e30"), None);
    }

    #[test]
    fn numbers_of_classes_are_hexadecimal() {
        assert_eq!(handle("1f:"), Some(Handle(0x1f)));
        assert_eq!(handle("10000:"), None);
        assert_eq!(class_id("1:10"), Some(Handle(1).class(0x10)));
        assert_eq!(class_id(":2"), Some(Handle(0).class(2)));
        assert_eq!(class_id("ffff:fff2"), Some(Handle(0xffff).class(0xfff2)));
        assert_eq!(class_id("1"), None);
    }
}
