//! Opens the protected frames of a Wi-Fi capture. See `airdecap --help`.

extern crate alloc;

mod air;
mod args;
mod keyring;
mod link;
mod listener;
mod pair;
mod report;
mod survey;
mod tally;
mod wrong;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use air::Air;
use args::Options;
use keyring::Keyring;
use listener::{Listener, Said, Stamp};
use softnet_examples::capture::{LinkType, Reader, Writer};
use softnet_examples::command;
use softnet_examples::failure::Failure;
use softnet_examples::progress::Progress;
use softnet_examples::text::{Text, grouped, print};
use softnet_mac80211::cipher::Replay;
use survey::Survey;

fn main() -> ExitCode {
    command::run("airdecap", args::parse, run)
}

fn run(options: &Options) -> Result<(), Failure> {
    // A pipe would be empty the second time.
    if fs::metadata(&options.capture).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let why = "not a file; a capture is read twice, so save it as a file first";
        return Err(Failure::Refused(format!("{}: {why}", options.capture.display())));
    }
    let reader = Reader::open(&options.capture)?;
    if is_same(&options.capture, &options.out) {
        return Err(reader.wrong("is to be read, not to be written to; see --out"));
    }
    let mut writer = Writer::create(&options.out, "airdecap", LinkType::ETHERNET)?;
    // Lines of refused frames and a bar would get into each other.
    let quiet = options.quiet || options.verbose || !io::stderr().is_terminal();
    let mut progress = Progress::new("airdecap", reader.size().saturating_mul(2), quiet);
    let survey = survey(reader, &mut progress)?;

    let replay = if options.no_replay { Replay::Ignore } else { Replay::Check };
    let mut listener = Listener::new(survey, Keyring::new(options), replay);
    let cut_off = listen(options, &mut listener, &mut writer, &mut progress)?;
    let took = progress.finish();

    if let Err(why) = wrong::keys(options, &listener) {
        return Err(match cut_off {
            Some(cut_off) => Failure::Broken(format!("{why}; {cut_off}")),
            None => why,
        });
    }
    let written = writer.packets();
    writer.finish()?;
    if !options.quiet {
        let mut text = Text::default();
        report::write(&mut text, &listener.tally, &listener.survey);
        let (frames, out) = (listener.tally.frames, options.out.display());
        let seconds = took.as_secs_f64();
        // Of less than that it would mean nothing.
        let rate = match (frames as f64 / seconds) as u64 {
            rate if seconds >= 0.1 => format!(", {} a second", grouped(rate)),
            _ => String::new(),
        };
        text.line("");
        text.line(format!(
            "{} frames read in {seconds:.2} s{rate}; {} Ethernet frames: {out}",
            grouped(frames),
            grouped(written),
        ));
        let protected = listener.tally.protected();
        if protected > 0 && !options.has_keys() {
            text.line(format!(
                "{} of them are protected, and no key was given: see KEYS in --help",
                grouped(protected)
            ));
        }
        print(&text.finish());
    }
    cut_off.map_or(Ok(()), Err)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let (one, other) = (fs::canonicalize(one), fs::canonicalize(other));
    one.is_ok_and(|one| other.is_ok_and(|other| one == other))
}

/// The first pass: which networks there are.
fn survey(mut reader: Reader, progress: &mut Progress) -> Result<Survey, Failure> {
    let mut survey = Survey::default();
    let mut frame = Vec::new();
    let (mut is_of_air, mut foreign) = (false, None);
    // That the capture is cut off will be said after the second pass.
    while let Ok(Some(packet)) = reader.next() {
        let air = air::take(&packet, &mut frame);
        is_of_air |= air.is_some();
        match air {
            Some(Air::Frame) => survey.look(&frame),
            Some(_) => {}
            None => foreign = Some(packet.link_type),
        }
        progress.show(reader.position(), "looking for networks");
    }
    match foreign {
        Some(link_type) if !is_of_air => Err(reader
            .wrong(format!("link type {link_type} is not 802.11: not captured in monitor mode"))),
        _ => Ok(survey),
    }
}

/// The second pass. Answers what is wrong with the capture's end, if something is.
fn listen(
    options: &Options,
    listener: &mut Listener,
    writer: &mut Writer,
    progress: &mut Progress,
) -> Result<Option<Failure>, Failure> {
    let mut reader = Reader::open(&options.capture)?;
    let (size, mut frame) = (reader.size(), Vec::new());
    loop {
        let (at, air) = match reader.next() {
            Ok(Some(packet)) => {
                let at = Stamp { number: packet.number, nanos: packet.nanos };
                (at, air::take(&packet, &mut frame))
            }
            Ok(None) => return Ok(None),
            Err(failure) => return Ok(Some(Failure::Broken(failure.to_string()))),
        };
        listener.tally.frames += 1;
        match air {
            Some(Air::Frame) => {}
            Some(Air::Cut) => listener.tally.cut += 1,
            Some(Air::Damaged) => listener.tally.damaged += 1,
            None => listener.tally.foreign += 1,
        }
        if air == Some(Air::Frame) {
            listener.hear(at, &mut frame, &mut |said| tell(options, writer, at, said))?;
        }
        let position = size.saturating_add(reader.position());
        progress.show(position, &format!("frame {}", at.number));
    }
}

/// Writes what passes, and says what does not.
fn tell(options: &Options, writer: &mut Writer, at: Stamp, said: Said<'_>) -> Result<(), Failure> {
    match said {
        Said::Frame(msdu) => {
            let frame = [&msdu.header.to_bytes(), msdu.payload].concat();
            let comment = format!("frame {} of the air", at.number);
            return writer.packet(at.nanos, &frame, &comment);
        }
        Said::Refused(header, reason) if options.verbose => {
            let (from, to) = (header.addr2(), header.addr1());
            let (name, meaning) = (reason.name(), reason.meaning());
            print(&format!("frame {}, {from} to {to}: {name}: {meaning}\n", at.number));
        }
        Said::Note(line) if options.verbose => print(&format!("frame {}, {line}\n", at.number)),
        Said::Refused(..) | Said::Note(_) => {}
    }
    Ok(())
}
