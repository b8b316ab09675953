//! One host: a CPU's device layer, smoltcp on it, a program with a socket, and a tap.

use core::net::Ipv4Addr;

use smoltcp::iface::{Config as InterfaceConfig, Interface, PollIngressSingleResult, PollResult};
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::time::Duration as SmolDuration;
use smoltcp::wire::{EthernetAddress, IpCidr};
use softnet_netdev::smoltcp::{Phy, from_smoltcp, to_smoltcp};
use softnet_netdev::{Config, DriverId, Event, IrqReturn, NetDeviceOps, Softnet, Tap, TapConfig};
use softnet_qdisc::{FqCodel, Handle, fq_codel};
use softnet_sk_buff::{IfIndex, Instant, SkPool};

use crate::app::App;
use crate::content::Random;
use crate::net::Watched;
use crate::recorder::Probe;
use crate::stations;
use softnet_examples::failure::Failure;

/// TCP's buffers: more than the card's ring holds, so that packets wait in the queueing discipline.
const BUFFER: usize = 512 << 10;

/// The receiver of a young connection acknowledges at once in Linux (`tcp_enter_quickack_mode`).
/// smoltcp's 10 ms for each of the first segments would leave the link idle.
const ACK_DELAY: SmolDuration = SmolDuration::from_micros(500);

/// Rounds of softirqs after which others get the CPU, as Linux leaves the rest to `ksoftirqd`.
const SOFTIRQ_ROUNDS: u32 = 10;
/// Turns in a row before a host that never rests is taken for broken.
const RESTLESS: u32 = 10_000;

/// The host's side of its card: the interrupt line and a clock.
pub(crate) trait Line {
    /// Whether the card interrupts.
    fn asserted(&mut self) -> Result<bool, Failure>;
    /// The time, not before `now`.
    fn now(&mut self, now: Instant) -> Instant;
}

/// What a host is made of.
pub(crate) struct Parts {
    pub(crate) driver: Box<dyn NetDeviceOps>,
    pub(crate) pool: SkPool,
    pub(crate) address: Ipv4Addr,
    pub(crate) probe: Probe,
    pub(crate) seed: u64,
}

pub(crate) struct Host<A> {
    pub(crate) app: A,
    pub(crate) softnet: Softnet,
    pub(crate) dev: IfIndex,
    pub(crate) tap: Tap,
    driver: DriverId,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    probe: Probe,
    /// When smoltcp wants to be called.
    deadline: Option<Instant>,
    down: bool,
}

impl<A: App> Host<A> {
    /// Registers the driver, puts fq_codel on its queue, opens a tap, and brings the interface up.
    pub(crate) fn new(parts: Parts, app: A, now: Instant) -> Result<Self, Failure> {
        let Parts { driver, pool, address, probe, seed } = parts;
        let mut random = Random::new(seed);
        let config = Config { hash_seed: [random.next(), random.next()], ..Config::default() };
        let mut softnet = Softnet::new(config, pool);
        softnet.set_trace(Some(Box::new(probe.clone())));
        let registered = softnet.register_netdev(driver);
        let registered =
            registered.map_err(|refused| Failure::broken("register_netdev", refused.why))?;
        let dev =
            registered.dev().ok_or_else(|| Failure::Broken("the driver has no port".into()))?;

        let hash_seed = [random.next(), random.next()];
        let qdisc = FqCodel::new(Handle(1), fq_codel::Config::default(), hash_seed);
        let qdisc = qdisc.map_err(|why| Failure::broken("fq_codel", why))?;
        let refused = |what: &'static str| move |why| Failure::broken(what, why);
        softnet.set_qdisc(dev, 0, Some(Box::new(qdisc)), now).map_err(refused("set_qdisc"))?;
        let tap = TapConfig { dev: Some(dev), limit: 1 << 16, ..TapConfig::default() };
        let tap = softnet.open_tap(tap, now).map_err(refused("open_tap"))?;
        softnet.dev_open(dev, now).map_err(refused("dev_open"))?;

        let mac = softnet.dev(dev).map(|device| device.address().octets()).unwrap_or_default();
        let phy = Phy::new(&mut softnet, dev, now);
        let mut phy = phy.ok_or_else(|| Failure::Broken("the interface is gone".into()))?;
        let mut config = InterfaceConfig::new(EthernetAddress(mac).into());
        config.random_seed = random.next();
        let mut interface = Interface::new(config, &mut phy, to_smoltcp(now));
        drop(phy);
        interface.update_ip_addrs(|addresses| {
            // The list is empty and takes two.
            let _ = addresses.push(IpCidr::new(address.into(), 24));
        });
        let buffer = || tcp::SocketBuffer::new(vec![0; BUFFER]);
        let mut sockets = SocketSet::new(Vec::new());
        let mut socket = tcp::Socket::new(buffer(), buffer());
        socket.set_ack_delay(Some(ACK_DELAY));
        socket.set_congestion_control(tcp::CongestionControl::Cubic);
        let socket = sockets.add(socket);
        let driver = registered.driver;
        let deadline = Some(now);
        Ok(Self {
            app,
            softnet,
            dev,
            tap,
            driver,
            interface,
            sockets,
            socket,
            probe,
            deadline,
            down: false,
        })
    }

    pub(crate) fn listen(&mut self, port: u16) -> Result<(), Failure> {
        let socket = self.sockets.get_mut::<tcp::Socket>(self.socket);
        socket.listen(port).map_err(|why| Failure::broken("listen", why))
    }

    pub(crate) fn connect(&mut self, to: (Ipv4Addr, u16), from: u16) -> Result<(), Failure> {
        let socket = self.sockets.get_mut::<tcp::Socket>(self.socket);
        self.deadline = Some(Instant::ZERO);
        socket
            .connect(self.interface.context(), to, from)
            .map_err(|why| Failure::broken("connect", why))
    }

    /// Takes the interface down.
    pub(crate) fn close(&mut self, now: Instant) -> Result<(), Failure> {
        self.softnet.dev_close(self.dev, now).map_err(|why| Failure::broken("dev_close", why))
    }

    /// Whether the interface is down. What had arrived and nobody will read any more is then freed.
    pub(crate) fn is_down(&mut self, now: Instant) -> bool {
        while let Some(event) = self.softnet.poll_event() {
            self.down |= event == Event::Down(self.dev);
        }
        if self.down {
            self.softnet.purge_rx(self.dev, now);
            while let Some(skb) = self.tap.recv() {
                skb.consume();
            }
        }
        self.down
    }

    /// Whether the card has a link.
    pub(crate) fn has_carrier(&self) -> bool {
        self.softnet.dev(self.dev).is_some_and(|device| device.is_running() && device.carrier())
    }

    /// Whether TCP has nothing more to do here.
    pub(crate) fn is_over(&self) -> bool {
        let socket = self.sockets.get::<tcp::Socket>(self.socket);
        matches!(socket.state(), tcp::State::Closed | tcp::State::TimeWait)
    }

    /// Whether the connection was refused or never made.
    #[cfg(all(feature = "qemu", target_os = "linux"))]
    pub(crate) fn is_closed(&self) -> bool {
        self.sockets.get::<tcp::Socket>(self.socket).state() == tcp::State::Closed
    }

    /// When something is to be done next without an interrupt.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        self.softnet.poll_at().into_iter().chain(self.deadline).min()
    }

    /// Does all that is to be done now, until the card is silent and nothing waits.
    pub(crate) fn settle(&mut self, now: Instant, line: &mut dyn Line) -> Result<(), Failure> {
        for _ in 0..RESTLESS {
            if !self.turn(now, line)? {
                return Ok(());
            }
        }
        Err(Failure::Broken(format!("a host never comes to rest at {now} s")))
    }

    /// One round: interrupt, timers, softirqs, smoltcp, program. Answers whether there was anything
    /// to do.
    pub(crate) fn turn(&mut self, now: Instant, line: &mut dyn Line) -> Result<bool, Failure> {
        let mut now = line.now(now);
        let due = self.poll_at().is_some_and(|at| at <= now);
        let asserted = line.asserted()?;
        if !asserted && !due && !self.softnet.softirqs().any() && !self.has_received() {
            return Ok(false);
        }
        if asserted {
            // A line of one device: it is this one's, or the card thought better of it.
            let _: IrqReturn = self.softnet.handle_interrupt(self.driver, 0, now);
            now = line.now(now);
        }
        if self.softnet.poll_at().is_some_and(|at| at <= now) {
            self.softnet.handle_timeout(now);
        }
        let mut rounds = 0..SOFTIRQ_ROUNDS;
        while self.softnet.softirqs().any() && rounds.next().is_some() {
            self.softnet.do_softirq(&mut now);
            now = line.now(now);
        }
        self.ingress(now);
        let socket = self.sockets.get_mut::<tcp::Socket>(self.socket);
        self.app.run(socket, &self.probe, now);
        self.egress(now);
        let at = self.interface.poll_at(to_smoltcp(now), &self.sockets);
        // What smoltcp would do at once, it could not do: its pool is empty, or it waits for an
        // address. A moment later.
        let soon = Instant::from_nanos(now.as_nanos() + 1_000);
        self.deadline = at.map(|at| from_smoltcp(at).max(soon));
        Ok(true)
    }

    fn has_received(&self) -> bool {
        self.softnet.dev(self.dev).is_some_and(|device| device.rx_queue_len() != 0)
    }

    /// Received packets go up to the socket.
    fn ingress(&mut self, now: Instant) {
        let at = to_smoltcp(now);
        let Some(phy) = Phy::new(&mut self.softnet, self.dev, now) else { return };
        let mut device = Watched { phy, probe: &self.probe, now };
        self.interface.poll_maintenance(at);
        while self.interface.poll_ingress_single(at, &mut device, &mut self.sockets)
            != PollIngressSingleResult::None
        {}
    }

    /// What the socket has to send goes down.
    fn egress(&mut self, now: Instant) {
        let at = to_smoltcp(now);
        let Some(phy) = Phy::new(&mut self.softnet, self.dev, now) else { return };
        let mut device = Watched { phy, probe: &self.probe, now };
        let mut more = true;
        while more {
            self.probe.enter(stations::WRITE_XMIT, now, None);
            let sent = self.interface.poll_egress(at, &mut device, &mut self.sockets);
            self.probe.leave(now);
            more = sent != PollResult::None;
        }
    }
}
