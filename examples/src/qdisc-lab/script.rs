//! Arrival scripts: who sends what, and when, a line for each.

use core::net::{Ipv4Addr, SocketAddrV4};
use core::str::SplitWhitespace;

use softnet_qdisc::tc;
use softnet_sk_buff::Instant;

use crate::frame::{Headers, LENGTHS, Protocol};
use crate::paced::{Paced, Rhythm};
use crate::scenario::{Arrival, Kind, Offer, Scenario, Source, Template};
use softnet_examples::lots::Lots;

/// What is offered if nothing else is said.
pub(crate) const DEFAULT: &str = "\
bulk download rtt 30ms
ping ping every 20ms
";

/// Longer pauses than this make no sense here.
const MAX_TIME: u64 = 24 * 3600 * 1_000_000_000;

/// Names of DSCPs, from the registry of RFC 2474's field.
const DSCPS: &[(&str, u8)] = &[
    ("be", 0),
    ("df", 0),
    ("le", 1),
    ("cs1", 8),
    ("af11", 10),
    ("af12", 12),
    ("af13", 14),
    ("cs2", 16),
    ("af21", 18),
    ("af22", 20),
    ("af23", 22),
    ("cs3", 24),
    ("af31", 26),
    ("af32", 28),
    ("af33", 30),
    ("cs4", 32),
    ("af41", 34),
    ("af42", 36),
    ("af43", 38),
    ("cs5", 40),
    ("va", 44),
    ("ef", 46),
    ("cs6", 48),
    ("cs7", 56),
];

/// Adds a script's lines to `scenario`. `seed` is for those that draw lots and have none of their own.
///
/// # Errors
/// The line, counted from 1, and what is wrong with it.
pub(crate) fn parse(
    script: &str,
    seed: u64,
    scenario: &mut Scenario,
) -> Result<(), (usize, String)> {
    for (at, line) in script.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(verb) = words.next() else { continue };
        let line = Line { words, seed: seed.wrapping_add(at as u64), scenario };
        line.read(verb).map_err(|why| (at + 1, why))?;
    }
    scenario.sort();
    Ok(())
}

/// One line, as far as it is not read.
struct Line<'a> {
    words: SplitWhitespace<'a>,
    seed: u64,
    scenario: &'a mut Scenario,
}

/// What a line's options say.
struct Options {
    template: Template,
    from: Instant,
    to: Option<Instant>,
    every: u64,
    rtt: u64,
    window: u32,
    seed: u64,
}

type Read<T> = Result<T, String>;

impl Line<'_> {
    fn read(mut self, verb: &str) -> Read<()> {
        match verb {
            "at" => self.single(),
            "bulk" => self.source(1514, Protocol::Tcp, &["rtt", "window"], |options, _| {
                Kind::Bulk { rtt: options.rtt, window: options.window }
            }),
            "ping" => self.source(98, Protocol::Icmp, &["every"], |options, _| {
                Kind::Paced(Paced::new(Rhythm::Every(options.every), options.from))
            }),
            "cbr" => self.source(200, Protocol::Udp, &["rate"], |options, rate| {
                let rhythm = Rhythm::Rate { len: options.template.len, rate };
                Kind::Paced(Paced::new(rhythm, options.from))
            }),
            "poisson" => self.source(200, Protocol::Udp, &["rate", "seed"], |options, rate| {
                let (len, lots) = (options.template.len, Lots(options.seed));
                Kind::Paced(Paced::new(Rhythm::Poisson { len, rate, lots }, options.from))
            }),
            _ => {
                Err(format!("'{verb}' is unknown; lines begin with at, bulk, ping, cbr or poisson"))
            }
        }
    }

    /// `at TIME flow NAME OPTIONS`.
    fn single(&mut self) -> Read<()> {
        let at = self.time("at")?;
        match self.words.next() {
            Some("flow") => {}
            other => return Err(format!("after the time comes 'flow', not {}", shown(other))),
        }
        let template = self.template(100, Protocol::Udp)?;
        let options = self.options(template, &[])?;
        let what = Offer::Made(options.template);
        self.scenario.arrivals.push(Arrival { at: Instant::from_nanos(at), what });
        Ok(())
    }

    /// `KIND NAME [RATE] OPTIONS`; `own` are the options of this kind only.
    fn source(
        &mut self,
        len: u32,
        protocol: Protocol,
        own: &[&str],
        kind: impl FnOnce(&Options, u64) -> Kind,
    ) -> Read<()> {
        let template = self.template(len, protocol)?;
        let rate = if own.contains(&"rate") { self.rate()? } else { 0 };
        let mut between = vec!["from", "to"];
        between.extend(own);
        let options = self.options(template, &between)?;
        if options.to.is_some_and(|to| to <= options.from) {
            return Err("it ends before it begins".into());
        }
        let kind = kind(&options, rate);
        let Options { template, from, to, .. } = options;
        self.scenario.sources.push(Source { kind, template, from, to });
        Ok(())
    }

    fn template(&mut self, len: u32, protocol: Protocol) -> Read<Template> {
        let name = self.words.next().ok_or("the name of the flow is missing")?;
        let flow = self.scenario.flow(name);
        let number = u16::try_from(flow.0 + 1).map_err(|_| "more than 65 535 flows")?;
        let headers = Headers { protocol, ..Headers::of_flow(number) };
        Ok(Template { flow, headers, len, priority: 0, mark: 0 })
    }

    fn options(&mut self, template: Template, own: &[&str]) -> Read<Options> {
        let mut options = Options {
            template,
            from: Instant::ZERO,
            to: None,
            every: 20_000_000,
            rtt: 30_000_000,
            window: 10_000,
            seed: self.seed,
        };
        while let Some(word) = self.words.next() {
            let known = own.contains(&word) && self.own(word, &mut options)?;
            if !known && !self.of_packet(word, &mut options.template)? {
                let own = own.iter().filter(|name| **name != "rate").copied();
                let all: Vec<_> = own.chain(OPTIONS.iter().copied()).collect();
                return Err(format!("'{word}' is unknown here; options are {}", all.join(" ")));
            }
        }
        Ok(options)
    }

    /// Reads an option of some kinds of lines only.
    fn own(&mut self, word: &str, options: &mut Options) -> Read<bool> {
        match word {
            "from" => options.from = Instant::from_nanos(self.time(word)?),
            "to" => options.to = Some(Instant::from_nanos(self.time(word)?)),
            "every" => options.every = self.time(word)?,
            "rtt" => options.rtt = self.time(word)?,
            "window" => options.window = self.number(word, 1..=1_000_000)?,
            "seed" => options.seed = self.value(word, "a number", |text| text.parse().ok())?,
            _ => return Ok(false),
        }
        if options.every == 0 {
            return Err("every 0 would never end".into());
        }
        Ok(true)
    }

    /// Reads an option that every line may have.
    fn of_packet(&mut self, word: &str, template: &mut Template) -> Read<bool> {
        match word {
            "len" => template.len = self.number(word, LENGTHS)?,
            "prio" => template.priority = self.value(word, "a number or a class", priority)?,
            "mark" => template.mark = self.value(word, "a number", number)?,
            "dscp" => template.headers.dscp = self.value(word, "a name as ef, or 0 to 63", dscp)?,
            "ecn" => template.headers.ecn = true,
            "proto" => {
                template.headers.protocol = self.value(word, "tcp, udp or icmp", protocol)?;
            }
            "src" => {
                let old = template.headers.src;
                template.headers.src = self.value(word, ADDRESS, |text| address(text, old))?;
            }
            "dst" => {
                let old = template.headers.dst;
                template.headers.dst = self.value(word, ADDRESS, |text| address(text, old))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn value<T>(
        &mut self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Read<T> {
        let word = self.words.next();
        let value = word.and_then(read);
        value.ok_or_else(|| format!("after '{name}' comes {wanted}, not {}", shown(word)))
    }

    fn number(&mut self, name: &str, range: core::ops::RangeInclusive<u32>) -> Read<u32> {
        let wanted = format!("a number from {} to {}", range.start(), range.end());
        self.value(name, &wanted, |text| text.parse().ok().filter(|value| range.contains(value)))
    }

    /// Nanoseconds.
    fn time(&mut self, name: &str) -> Read<u64> {
        self.value(name, "a time as 20ms or 1.5s, at most a day", time)
    }

    /// Bytes per second, not 0.
    fn rate(&mut self) -> Read<u64> {
        let word = self.words.next();
        let rate = word.and_then(tc::rate).filter(|rate| *rate > 0);
        rate.ok_or_else(|| format!("after the name comes a rate as 1mbit, not {}", shown(word)))
    }
}

const OPTIONS: &[&str] = &["len", "prio", "dscp", "ecn", "mark", "proto", "src", "dst"];
const ADDRESS: &str = "an address as 10.0.0.1 or 10.0.0.1:443";

fn shown(word: Option<&str>) -> String {
    word.map_or("the end of the line".into(), |word| format!("'{word}'"))
}

/// A time with its unit, in nanoseconds. tc's bare numbers are microseconds, which nobody expects.
pub(crate) fn time(text: &str) -> Option<u64> {
    let has_unit = text == "0" || text.ends_with(|c: char| c.is_ascii_alphabetic());
    tc::time(text).filter(|time| has_unit && *time <= MAX_TIME)
}

fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A number, or a class as `1:10`.
fn priority(text: &str) -> Option<u32> {
    let Some((major, minor)) = text.split_once(':') else { return number(text) };
    let half = |part| u16::from_str_radix(part, 16).ok().map(u32::from);
    Some(half(major)? << 16 | half(minor)?)
}

fn dscp(text: &str) -> Option<u8> {
    let named = DSCPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    named.map(|(_, value)| *value).or_else(|| text.parse().ok().filter(|value| *value < 64))
}

fn protocol(text: &str) -> Option<Protocol> {
    match text {
        "tcp" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        "icmp" => Some(Protocol::Icmp),
        _ => None,
    }
}

/// An address; without port the `old` one's.
fn address(text: &str, old: SocketAddrV4) -> Option<SocketAddrV4> {
    let alone = || Some(SocketAddrV4::new(text.parse::<Ipv4Addr>().ok()?, old.port()));
    text.parse().ok().or_else(alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::FlowId;

    fn read(script: &str) -> Result<Scenario, (usize, String)> {
        let mut scenario = Scenario::default();
        parse(script, 1, &mut scenario).map(|()| scenario)
    }

    #[test]
    fn a_line_says_what_a_packet_is() {
        let scenario = read(
            "# two flows\n\
             at 2ms flow b\n\
             at 1.5ms flow a len 1514 prio 1:1f dscp EF ecn mark 0x10 proto tcp dst 1.2.3.4:443\n",
        );
        let scenario = scenario.unwrap();
        assert_eq!(scenario.flows, ["b", "a"]);
        let [first, second] = &scenario.arrivals[..] else { panic!("{scenario:?}") };
        assert_eq!(first.at, Instant::from_micros(1500));
        let Offer::Made(one) = &first.what else { panic!("{first:?}") };
        assert_eq!((one.flow, one.len, one.priority), (FlowId(1), 1514, 0x1_001f));
        assert_eq!((one.mark, one.headers.dscp, one.headers.ecn), (16, 46, true));
        assert_eq!(one.headers.dst.to_string(), "1.2.3.4:443");
        assert_eq!(one.headers.src.ip().to_string(), "10.0.0.1");
        let Offer::Made(two) = &second.what else { panic!("{second:?}") };
        assert_eq!((two.len, two.headers.protocol), (100, Protocol::Udp));
        assert_eq!(two.headers.dst.ip().to_string(), "10.1.0.1", "an address of its own");
        assert_eq!(scenario.end(), Some(Instant::from_millis(2)));
    }

    #[test]
    fn sources_have_times_and_defaults() {
        let scenario = read(DEFAULT).unwrap();
        assert_eq!((scenario.flows.len(), scenario.end()), (2, None));
        assert!(matches!(scenario.sources[0].kind, Kind::Bulk { rtt: 30_000_000, .. }));
        let scenario = read("cbr voice 64kbit len 160 from 1s to 5s dscp 46\n").unwrap();
        let [source] = &scenario.sources[..] else { panic!("{scenario:?}") };
        let Kind::Paced(mut paced) = source.kind.clone() else { panic!("{source:?}") };
        paced.sent();
        // 160 bytes at 8000 bytes a second.
        assert_eq!(paced.next(), Instant::from_millis(1020));
        assert_eq!((source.to, scenario.end()), (Some(Instant::from_millis(5000)), source.to));
    }

    #[test]
    fn seeds_differ_by_line_unless_they_are_given() {
        let first = |script: &str| {
            let scenario = read(script).unwrap();
            let times = scenario.sources.iter().map(|source| match &source.kind {
                Kind::Paced(paced) => paced.next(),
                other => panic!("{other:?}"),
            });
            times.collect::<Vec<_>>()
        };
        let free = first("poisson a 1mbit\npoisson b 1mbit");
        assert_ne!(free[0], free[1]);
        let given = first("poisson a 1mbit seed 7\n\npoisson b 1mbit seed 7");
        assert_eq!(given[0], given[1]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = [
            ("shout a", 1, "'shout' is unknown; lines begin with at, bulk, ping, cbr or poisson"),
            (
                "\n# x\nat",
                3,
                "after 'at' comes a time as 20ms or 1.5s, at most a day, not the end of the line",
            ),
            ("at 5 flow a", 1, "after 'at' comes a time as 20ms or 1.5s, at most a day, not '5'"),
            ("at 5ms web", 1, "after the time comes 'flow', not 'web'"),
            ("at 5ms flow", 1, "the name of the flow is missing"),
            ("ping p\nbulk b len 59", 2, "after 'len' comes a number from 60 to 65549, not '59'"),
            ("ping p every 0s", 1, "every 0 would never end"),
            ("cbr v", 1, "after the name comes a rate as 1mbit, not the end of the line"),
            ("cbr v 0mbit", 1, "after the name comes a rate as 1mbit, not '0mbit'"),
            ("cbr v 1mbit from 2s to 2s", 1, "it ends before it begins"),
            ("ping p dscp 64", 1, "after 'dscp' comes a name as ef, or 0 to 63, not '64'"),
            (
                "ping p dst 1.2.3",
                1,
                "after 'dst' comes an address as 10.0.0.1 or 10.0.0.1:443, not '1.2.3'",
            ),
            (
                "bulk b every 5ms",
                1,
                "'every' is unknown here; options are from to rtt window len prio dscp ecn mark proto src dst",
            ),
            (
                "cbr b 1mbit rate",
                1,
                "'rate' is unknown here; options are from to len prio dscp ecn mark proto src dst",
            ),
        ];
        for (script, line, why) in wrong {
            assert_eq!(read(script).unwrap_err(), (line, why.to_string()), "{script}");
        }
    }
}
