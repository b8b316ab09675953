//! Two hosts, two cards and a wire in virtual time.

use alloc::sync::Arc;
use core::net::Ipv4Addr;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use softnet_drivers::e1000::{self, E1000, Probe as CardProbe, Step};
use softnet_drivers::testutil::e1000::{
    Config as CardConfig, Fate, Model, ModelPci, Speed, Wire, WireEnd,
};
use softnet_netdev::Softnet;
use softnet_sk_buff::{Instant, MacAddr, PoolConfig, SkPool};

use crate::app::{Client, Server};
use crate::args::{Options, Rate};
use crate::capture::{Capture, Captured};
use crate::content::{Content, Random};
use crate::host::{Host, Line, Parts};
use crate::recorder::{Probe, Recorder};
use crate::report::{self, Run};
use crate::stations;
use crate::svg;
use crate::tables;
use crate::way::Place;
use softnet_examples::failure::Failure;
use softnet_examples::output::Output;
use softnet_examples::progress::Progress;
use softnet_examples::text::{Text, grouped, print};

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const PORT: u16 = 80;

/// Buffers of each host: both rings full, TCP's window in the queue, and room to spare. A buffer
/// takes the card's 2048 bytes and headroom.
const POOL: PoolConfig = PoolConfig { buffers: 2048, clones: 8192, buffer_size: 2048 + 128 };

/// A run in which nothing happens for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(600);

/// A card at its end of the wire, where the recorder sees frames leave and arrive.
struct Card {
    model: Model,
    probe: Probe,
}

impl WireEnd for Card {
    fn advance_to(&mut self, now: Instant) {
        self.model.advance_to(now);
    }

    fn next_event(&self) -> Option<Instant> {
        self.model.next_event()
    }

    fn take(&mut self) -> Option<(Instant, Vec<u8>)> {
        let (at, frame) = WireEnd::take(&mut self.model)?;
        self.probe.mark(stations::CARD_SENT, at, &frame);
        Some((at, frame))
    }

    fn deliver(&mut self, now: Instant, frame: &[u8], intact: bool) {
        self.probe.mark(stations::CARD_GOT, now, frame);
        self.model.deliver(now, frame, intact);
    }

    fn recycle(&mut self, frame: Vec<u8>) {
        self.model.recycle(frame);
    }
}

impl Line for Model {
    fn asserted(&mut self) -> Result<bool, Failure> {
        Ok(self.irq_asserted())
    }

    fn now(&mut self, now: Instant) -> Instant {
        // Register reads take time.
        now.max(Model::now(self))
    }
}

/// Everything that exists.
struct World {
    now: Instant,
    wire: Wire<Card, Card>,
    /// Frames that the wire has lost.
    lost: Arc<AtomicU64>,
    models: [Model; 2],
    server: Host<Server>,
    client: Host<Client>,
}

/// Runs it all and reports.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let output = Output::new(&options.out)?;
    // In the middle of the transfer, unless there is no middle.
    let after = if options.size < 16 << 10 { 0 } else { options.size / 2 };
    let recorder = Recorder::new(Some(Place::Server), after);
    let mut world = World::new(options, &recorder)?;
    let mut progress = Progress::new("packet-flow", options.size, options.quiet);
    let captured = world.transfer(&recorder, &mut progress)?;
    let took = progress.finish();
    let way = recorder.way();

    let picture = way.as_ref().map(|way| svg::draw(way, true, "virtual"));
    let mut files = vec![("packet-flow.pcapng", captured.file.as_slice())];
    files.extend(picture.as_ref().map(|svg| ("packet-flow.svg", svg.as_bytes())));
    let written = output.write(&files)?;

    let mut text = Text::default();
    let frames = world.frames();
    let run = Run { recorder: &recorder, way: way.as_ref(), clock: "virtual" };
    report::title(&mut text, options);
    // The server's frames with data go out, and come in at the client.
    report::way(&mut text, &run, [frames[0].1, frames[1].0]);
    let all = frames[0].1 + frames[1].1;
    report::transfer(&mut text, options, &world.client.app, (took, all));
    report::costs(&mut text, &recorder, &[Place::Server, Place::Client]);
    let wrong = world.tell(&mut text, options);
    report::files(&mut text, &written, captured.frames, captured.beyond);
    if !options.quiet {
        print(&text.finish());
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Broken(wrong.join("; "))) }
}

impl World {
    fn new(options: &Options, recorder: &Recorder) -> Result<Self, Failure> {
        let now = Instant::ZERO;
        let model = |last: u8| {
            let mac = MacAddr([0x52, 0x54, 0, 0, 0, last]);
            let model = Model::new(CardConfig { mac, ..CardConfig::default() });
            model.set_partner(match options.rate {
                Rate::Mbps10 => Speed::Mbps10,
                Rate::Mbps100 => Speed::Mbps100,
                Rate::Mbps1000 => Speed::Mbps1000,
            });
            model
        };
        let models = [model(1), model(2)];
        let driver = |model: &Model| probe(model, now);
        let (server_driver, client_driver) = (driver(&models[0])?, driver(&models[1])?);
        let now = models[0].now().max(models[1].now());
        let content = Content::new(options.seed);
        let parts = |driver: Box<E1000<ModelPci>>, address, place: Place| {
            let pool = SkPool::heap(POOL).map_err(|why| Failure::broken("no packet pool", why))?;
            let seed = options.seed.wrapping_mul(2).wrapping_add(place.index() as u64);
            Ok(Parts { driver, pool, address, probe: recorder.probe(place), seed })
        };
        let server =
            Host::new(parts(server_driver, SERVER, Place::Server)?, Server::new(content), now)?;
        let client = parts(client_driver, CLIENT, Place::Client)?;
        let client = Host::new(client, Client::new(content, options.size), now)?;
        let card = |place: Place| Card {
            model: models[place.index()].clone(),
            probe: recorder.probe(place),
        };
        let mut random = Random::new(options.seed);
        let (loss, recorder) = (options.loss, recorder.clone());
        let lost = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&lost);
        let wire = Wire::new(card(Place::Server), card(Place::Client))
            .with_latency(options.latency)
            .with_fate(move |_, _, frame| {
                if !random.happens(loss) {
                    return Fate::Deliver;
                }
                count.fetch_add(1, Ordering::Relaxed);
                recorder.lost(frame);
                Fate::Lose
            });
        Ok(Self { now, wire, lost, models, server, client })
    }

    /// Goes on to the next time at which anything happens, and lets it happen.
    fn step(&mut self) -> Result<(), Failure> {
        let times = [self.wire.next_event(), self.server.poll_at(), self.client.poll_at()];
        let next = times.into_iter().flatten().min();
        let next = next.ok_or_else(|| Failure::Broken("nothing more is going to happen".into()))?;
        // A card whose registers were read is ahead of the world by a microsecond or two.
        self.now = self.now.max(next);
        self.wire.pump(self.now);
        let [server, client] = &mut self.models;
        self.server.settle(self.now, server)?;
        self.client.settle(self.now, client)
    }

    /// Link, connection, all bytes, end of connection.
    fn transfer(
        &mut self,
        recorder: &Recorder,
        progress: &mut Progress,
    ) -> Result<Captured, Failure> {
        let mut capture = Capture::new();
        let describe = |capture: &mut Capture, name, host: &Softnet, dev| {
            host.dev(dev).map(|device| capture.interface(name, device))
        };
        let server_tap = describe(&mut capture, "server", &self.server.softnet, self.server.dev);
        let client_tap = describe(&mut capture, "client", &self.client.softnet, self.client.dev);
        let (Some(server_tap), Some(client_tap)) = (server_tap, client_tap) else {
            return Err(Failure::Broken("an interface is gone".into()));
        };
        let probe = recorder.probe(Place::Client);
        while !self.server.has_carrier() || !self.client.has_carrier() {
            self.step()?;
        }
        self.server.listen(PORT)?;
        self.client.connect((SERVER, PORT), 40_000)?;
        let (mut got, mut since) = (0, self.now);
        while !self.server.is_over() || !self.client.is_over() {
            self.step()?;
            capture.take(server_tap, &mut self.server.tap, &probe);
            capture.take(client_tap, &mut self.client.tap, &probe);
            if self.client.app.got != got {
                (got, since) = (self.client.app.got, self.now);
                progress.show(got, &format!("{} s of virtual time", report::seconds(self.now)));
            } else if self.now.saturating_since(since) > PATIENCE {
                break;
            }
        }
        Ok(capture.finish())
    }

    /// Frames received and sent by each host.
    fn frames(&mut self) -> [(u64, u64); 2] {
        let count = |softnet: &mut Softnet, dev| {
            softnet.dev_stats(dev).map_or((0, 0), |stats| (stats.rx_packets, stats.tx_packets))
        };
        let (server, client) = (&mut self.server, &mut self.client);
        [count(&mut server.softnet, server.dev), count(&mut client.softnet, client.dev)]
    }

    /// Tells of losses and counters, takes the interfaces down, and answers what is not as it must
    /// be.
    fn tell(mut self, text: &mut Text, options: &Options) -> Vec<String> {
        let mut wrong = report::faults(&self.client.app, options.size);
        let mut counters = Text::default();
        let (server, client) = (&mut self.server, &mut self.client);
        tables::host(&mut counters, "server", 0, (&mut server.softnet, server.dev));
        tables::host(&mut counters, "client", 1, (&mut client.softnet, client.dev));
        if let Err(why) = self.close() {
            wrong.push(why.to_string());
        }
        let (server, client) = (&mut self.server.softnet, &mut self.client.softnet);
        report::losses(text, &mut [("server", &mut *server), ("client", &mut *client)]);
        let lost = self.lost.load(Ordering::Relaxed);
        text.line(format!("  The wire lost {} frames.", grouped(lost)));
        text.append(counters);
        wrong.extend(report::leaks("server", server));
        wrong.extend(report::leaks("client", client));
        for (model, host) in self.models.iter().zip(["server", "client"]) {
            let violations = model.violations();
            wrong.extend(
                violations.iter().map(|violation| format!("{host}'s driver: {violation:?}")),
            );
            if model.mapped_count() != 0 {
                wrong.push(format!("{host}'s driver left {} buffers mapped", model.mapped_count()));
            }
        }
        wrong
    }

    /// Takes both interfaces down.
    fn close(&mut self) -> Result<(), Failure> {
        self.server.close(self.now)?;
        self.client.close(self.now)?;
        while !(self.server.is_down(self.now) & self.client.is_down(self.now)) {
            self.step()?;
        }
        Ok(())
    }
}

/// Lets the driver recognise its card.
fn probe(model: &Model, mut now: Instant) -> Result<Box<E1000<ModelPci>>, Failure> {
    let failed = |why| Failure::broken("e1000_probe", why);
    let mut probe = CardProbe::new(model.pci(), e1000::Config::default()).map_err(failed)?;
    loop {
        match probe.advance(now).map_err(failed)? {
            Step::Done(driver) => return Ok(driver),
            Step::Again(at, rest) => {
                (now, probe) = (at, rest);
                model.advance_to(now);
            }
        }
    }
}
