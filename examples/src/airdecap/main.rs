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

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use air::Air;
use args::{Command, Options};
use keyring::Keyring;
use listener::{Listener, Said, Stamp};
use softnet_examples::capture::{LinkType, Reader, Writer};
use softnet_examples::failure::{Failure, end};
use softnet_examples::progress::Progress;
use softnet_examples::text::{Text, grouped, print};
use softnet_mac80211::cipher::Replay;
use survey::Survey;

fn main() -> ExitCode {
    let done = match args::parse(env::args_os()) {
        Ok(Command::Show(text)) => {
            print(text);
            Ok(())
        }
        Ok(Command::Run(options)) => run(&options),
        Err(failure) => Err(failure),
    };
    end("airdecap", done)
}

fn run(options: &Options) -> Result<(), Failure> {
    let reader = Reader::open(&options.capture)?;
    if is_same(&options.capture, &options.out) {
        return Err(reader.wrong("is to be read, not to be written to; see --out"));
    }
    let mut writer = Writer::create(&options.out, "airdecap", LinkType::ETHERNET)?;
    let mut progress = Progress::new("airdecap", reader.size().saturating_mul(2), options.quiet);
    let survey = survey(reader, &mut progress)?;

    let replay = if options.no_replay { Replay::Ignore } else { Replay::Check };
    let mut listener = Listener::new(survey, Keyring::new(options), replay);
    let cut_off = listen(options, &mut listener, &mut writer, &mut progress)?;
    let took = progress.finish();

    wrong::keys(options, &listener)?;
    let written = writer.packets();
    writer.finish()?;
    if !options.quiet {
        let mut text = Text::default();
        report::write(&mut text, &listener.tally, &listener.survey);
        let (frames, out) = (grouped(listener.tally.frames), options.out.display());
        text.line("");
        text.line(format!(
            "{frames} frames read in {:.2} s; {} Ethernet frames: {out}",
            took.as_secs_f64(),
            grouped(written),
        ));
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
    // That the capture is cut off will be said after the second pass.
    while let Ok(Some(packet)) = reader.next() {
        match air::take(&packet, &mut frame) {
            Some(Air::Frame) => survey.look(&frame),
            Some(_) => {}
            None => {
                let link_type = packet.link_type;
                let why = format!("link type {link_type} is not 802.11, so not of the air");
                return Err(reader.wrong(why));
            }
        }
        progress.show(reader.position(), "looking for networks");
    }
    Ok(survey)
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
            _ => listener.tally.damaged += 1,
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
