//! `--qemu`: our end on QEMU's e1000, the other end a real Linux with a real HTTP server.

mod http;
mod server;

use core::net::Ipv4Addr;
use core::time::Duration;
use std::thread;
use std::time::Instant as Clock;

use softnet_drivers::e1000::{self, E1000, Probe as CardProbe, Step};
use softnet_drivers::qemu::tap::{TapConfig, TapNamespace};
use softnet_drivers::qemu::{ClockMode, Config, Netdev, Qemu, QemuError, QemuPci};
use softnet_sk_buff::{Instant, PoolConfig, SkPool};

use crate::args::Options;
use crate::capture::{Capture, Captured};
use crate::host::{Host, Line, Parts};
use crate::recorder::Recorder;
use crate::report::{self, Run};
use crate::way::Place;
use crate::{svg, tables};
use softnet_examples::failure::Failure;
use softnet_examples::output::Output;
use softnet_examples::progress::Progress;
use softnet_examples::text::{Text, grouped, print};

use http::Http;
use server::Served;

/// The addresses that QEMU's users are used to.
const LINUX: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 2);
const OURS: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);

const POOL: PoolConfig = PoolConfig { buffers: 2048, clones: 8192, buffer_size: 2048 + 128 };

/// Nothing arrives for so long: something is broken.
const PATIENCE: Duration = Duration::from_secs(30);
/// Sleep no longer than this without a look around.
const NAP: Duration = Duration::from_millis(20);
const RETRY: Duration = Duration::from_millis(50);

/// The card's interrupt line, and this computer's clock.
struct Real<'a> {
    machine: &'a Qemu,
    begin: Clock,
}

impl Real<'_> {
    fn clock(&self) -> Instant {
        Instant::ZERO + self.begin.elapsed()
    }
}

impl Line for Real<'_> {
    fn asserted(&mut self) -> Result<bool, Failure> {
        self.machine.wait_interrupt(Duration::ZERO).map_err(broken)
    }

    fn now(&mut self, now: Instant) -> Instant {
        self.clock().max(now)
    }
}

fn broken(why: QemuError) -> Failure {
    Failure::broken("QEMU", why)
}

/// Fetches the file and reports.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if !Qemu::available() {
        return Err(Failure::Refused(QemuError::NotInstalled.to_string()));
    }
    let output = Output::new(&options.out)?;
    let served = Served::new(options)?;
    let mut namespace = TapNamespace::new(&TapConfig { address: LINUX, ..TapConfig::default() })
        .map_err(|why| Failure::Refused(why.to_string()))?;
    let _server = served.start(&namespace)?;
    let tap = namespace.take_tap().ok_or_else(|| Failure::Broken("no TAP".into()))?;
    let config = Config { netdev: Netdev::Tap(tap), clock: ClockMode::Real, ..Config::default() };
    let machine = Qemu::new(config).map_err(|why| Failure::Refused(why.to_string()))?;

    let recorder = Recorder::new(None, if served.len < 16 << 10 { 0 } else { served.len / 2 });
    let mut progress = Progress::new("packet-flow", served.len, options.quiet);
    let mut line = Real { machine: &machine, begin: Clock::now() };
    let mut host = host(&machine, &mut line, &recorder, &served)?;
    let captured = fetch(&mut host, &mut line, &recorder, &mut progress)?;
    progress.finish();
    let wrong = tell(options, &output, Told { host, line, recorder, captured, served: &served })?;
    machine.check().map_err(broken)?;
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Broken(wrong.join("; "))) }
}

/// Probes the card, and makes a host of it.
fn host(
    machine: &Qemu,
    line: &mut Real<'_>,
    recorder: &Recorder,
    served: &Served,
) -> Result<Host<Http>, Failure> {
    let region = machine.packet_region();
    let region = region.ok_or_else(|| Failure::Broken("no memory for packets".into()))?;
    let pool = SkPool::over(Box::new(region), POOL);
    let pool = pool.map_err(|why| Failure::broken("no packet pool", why))?;
    let driver = probe(machine, line)?;
    let probe = recorder.probe(Place::Client);
    let parts = Parts { driver, pool, address: OURS, probe, seed: 1 };
    Host::new(parts, served.client()?, line.clock())
}

fn probe(machine: &Qemu, line: &Real<'_>) -> Result<Box<E1000<QemuPci>>, Failure> {
    let failed = |why| Failure::broken("e1000_probe", why);
    let mut probe = CardProbe::new(machine.pci(), e1000::Config::default()).map_err(failed)?;
    loop {
        match probe.advance(line.clock()).map_err(failed)? {
            Step::Done(driver) => return Ok(driver),
            Step::Again(at, rest) => {
                probe = rest;
                thread::sleep(at.saturating_since(line.clock()));
            }
        }
    }
}

/// Connects, as often as it takes until the server listens, and reads to the end.
fn fetch(
    host: &mut Host<Http>,
    line: &mut Real<'_>,
    recorder: &Recorder,
    progress: &mut Progress,
) -> Result<Captured, Failure> {
    let mut capture = Capture::new();
    let gone = || Failure::Broken("the interface is gone".into());
    let tap = capture.interface("client", host.softnet.dev(host.dev).ok_or_else(gone)?);
    let probe = recorder.probe(Place::Client);
    let (mut port, mut retry) = (40_000, line.clock());
    let (mut got, mut since) = (0, line.clock());
    while !host.app.is_over() {
        let now = line.clock();
        if host.has_carrier() && host.is_closed() && !host.app.has_begun() && now >= retry {
            host.connect((LINUX, server::PORT), port)?;
            (port, retry) = (port + 1, now + RETRY);
        }
        if !host.turn(now, line)? {
            let sleep = host.poll_at().map_or(NAP, |at| at.saturating_since(now).min(NAP));
            line.machine.wait_interrupt(sleep).map_err(broken)?;
        }
        capture.take(tap, &mut host.tap, &probe);
        if host.app.read != got {
            (got, since) = (host.app.read, now);
            progress.show(host.app.body, "from a real Linux through QEMU's e1000");
        } else if now.saturating_since(since) > PATIENCE || host.app.has_begun() && host.is_closed()
        {
            break;
        }
    }
    Ok(capture.finish())
}

/// What there is to tell.
struct Told<'a> {
    host: Host<Http>,
    line: Real<'a>,
    recorder: Recorder,
    captured: Captured,
    served: &'a Served,
}

/// Writes files and report, closes the interface, and answers what is not as it must be.
fn tell(options: &Options, output: &Output, told: Told<'_>) -> Result<Vec<String>, Failure> {
    let Told { mut host, mut line, recorder, captured, served } = told;
    let way = recorder.way();
    let picture = way.as_ref().map(|way| svg::draw(way, false, "this computer's"));
    let mut files = vec![("packet-flow.pcapng", captured.file.as_slice())];
    files.extend(picture.as_ref().map(|svg| ("packet-flow.svg", svg.as_bytes())));
    let written = output.write(&files)?;

    let mut text = Text::default();
    text.line(format!(
        "packet-flow: {} bytes over HTTP from {} in a network namespace of Linux, through QEMU's e1000",
        grouped(served.len),
        served.program()
    ));
    let run = Run { recorder: &recorder, way: way.as_ref(), clock: "this computer's" };
    let stats = host.softnet.dev_stats(host.dev).unwrap_or_default();
    report::way(&mut text, &run, [0, stats.rx_packets]);
    host.app.report(&mut text, stats.rx_packets);
    let mut wrong = host.app.faults(&mut text, served)?;
    report::costs(&mut text, &recorder, &[Place::Client]);
    let mut counters = Text::default();
    tables::host(&mut counters, "client", 0, (&mut host.softnet, host.dev));
    host.close(line.clock())?;
    let begin = Clock::now();
    while !host.is_down(line.clock()) {
        if begin.elapsed() > PATIENCE {
            wrong.push("the interface does not go down".into());
            break;
        }
        let now = line.clock();
        host.turn(now, &mut line)?;
        thread::sleep(Duration::from_millis(1));
    }
    report::losses(&mut text, &mut [("client", &mut host.softnet)]);
    text.append(counters);
    wrong.extend(report::leaks("client", &mut host.softnet));
    report::files(&mut text, &written, captured.frames, captured.beyond);
    if !options.quiet {
        print(&text.finish());
    }
    Ok(wrong)
}
