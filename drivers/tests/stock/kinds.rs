//! The embedder's part: a stack with a loopback, and how a veth is made in it.

use core::time::Duration;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant as Clock;

use softnet_drivers::e1000::{Config, Probe, Step};
use softnet_drivers::testutil::e1000::{Config as CardConfig, Model};
use softnet_drivers::veth::Veth;
use softnet_netdev::rtnetlink::addr::{AddrConfig, Addresses};
use softnet_netdev::rtnetlink::{Iflink, LinkOps, NewLink, RouteDump, Rtnetlink, Unserved};
use softnet_netdev::{DriverId, Event, Loopback, NetDeviceOps, Softnet};
use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Creds, Cx, DumpWriter, Family, Outcome, Progress};
use softnet_netlink::wire::Attrs;
use softnet_sk_buff::{IfIndex, Instant, MacAddr, PoolConfig, SkPool};

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const VETH_INFO_PEER: u16 = 1;

/// Which interfaces are ends of a cable.
#[derive(Default)]
pub(crate) struct Kinds {
    pairs: Vec<[IfIndex; 2]>,
    /// Ends that are about to go, or whose other end is gone.
    loose: Vec<IfIndex>,
}

impl Kinds {
    fn other(&self, dev: IfIndex) -> Option<IfIndex> {
        self.pairs.iter().find_map(|&pair| match pair {
            [one, other] if one == dev => Some(other),
            [other, one] if one == dev => Some(other),
            _ => None,
        })
    }
}

impl LinkOps for Kinds {
    fn knows(&self, kind: &str) -> bool {
        kind == "veth"
    }

    fn kind(&self, dev: IfIndex) -> Option<&str> {
        (self.other(dev).is_some() || self.loose.contains(&dev)).then_some("veth")
    }

    fn link(&self, dev: IfIndex) -> Iflink {
        let loose = if self.loose.contains(&dev) { Iflink::Gone } else { Iflink::Itself };
        self.other(dev).map_or(loose, Iflink::Dev)
    }

    fn create(
        &mut self,
        softnet: &mut Softnet,
        new: NewLink<'_>,
        _: &mut ExtAck,
    ) -> Result<IfIndex, Errno> {
        let peer = new.data.find(VETH_INFO_PEER).map_or(&[][..], |peer| &peer.value()[16..]);
        // Linux registers the peer first.
        let ends = [Attrs::new(peer), new.attrs];
        let addresses = ends.map(|end| {
            let address = end.find(IFLA_ADDRESS).and_then(|address| address.prefix());
            MacAddr(address.unwrap_or([2, 0, 0, 0, 0, 1]))
        });
        let names = ends.map(|end| end.find(IFLA_IFNAME).and_then(|name| name.str()));
        if names.iter().flatten().any(|name| softnet.dev_by_name(name).is_some()) {
            return Err(Errno::EEXIST);
        }
        let veth = Veth::new(addresses).named(names.map(|name| name.unwrap_or("veth%d")));
        let made = softnet.register_netdev(Box::new(veth)).map_err(|_| Errno::EINVAL)?;
        self.pairs.push([made.ports[0], made.ports[1]]);
        Ok(made.ports[1])
    }

    fn delete(&mut self, dev: IfIndex) -> Result<(), Errno> {
        let other = self.other(dev).ok_or(Errno::EOPNOTSUPP)?;
        self.pairs.retain(|pair| !pair.contains(&dev));
        self.loose.extend([dev, other]);
        Ok(())
    }

    fn event(&mut self, event: Event) {
        if let Event::Unregister(gone) = event {
            self.loose.retain(|&dev| dev != gone);
        }
    }
}

/// A frame to be sent by an interface.
pub(crate) type Frame = (&'static str, Vec<u8>);

/// A machine.
pub(crate) struct World {
    softnet: Softnet,
    kinds: Kinds,
    addresses: Addresses,
    rest: Unserved,
    card: Option<(Model, DriverId)>,
    /// How far its clock is ahead.
    ahead: Duration,
    /// Frames that are sent before the next request.
    frames: Receiver<Frame>,
    since: Clock,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::sending(channel().1)
    }

    /// A machine with other settings of addresses than usual.
    pub(crate) fn with(config: AddrConfig) -> Self {
        Self { addresses: Addresses::new(config), ..Self::new() }
    }

    /// A machine that can be made to send.
    pub(crate) fn that_sends() -> (Sender<Frame>, impl FnOnce() -> Self + Send) {
        let (frames, receiver) = channel();
        (frames, move || Self::sending(receiver))
    }

    /// A machine with an e1000 as its second interface, the register-level model of one.
    pub(crate) fn with_e1000() -> Self {
        let mut world = Self::new();
        let mac = MacAddr([0x52, 0x54, 0, 0x12, 0x34, 0x56]);
        let card = Model::new(CardConfig { mac, ..CardConfig::default() });
        let made = world.softnet.register_netdev(e1000(&card)).unwrap();
        world.card = Some((card, made.driver));
        world
    }

    fn sending(frames: Receiver<Frame>) -> Self {
        let pool = SkPool::heap(PoolConfig::default()).unwrap();
        let mut softnet = Softnet::new(softnet_netdev::Config::default(), pool);
        softnet.register_netdev(Box::new(Loopback::new())).unwrap();
        let addresses = Addresses::new(AddrConfig::default());
        let kinds = Kinds::default();
        Self {
            softnet,
            kinds,
            addresses,
            rest: Unserved,
            card: None,
            ahead: Duration::ZERO,
            frames,
            since: Clock::now(),
        }
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.since.elapsed() + self.ahead
    }

    fn send(&mut self) {
        let now = self.now();
        while let Ok((name, frame)) = self.frames.try_recv() {
            let mut skb = self.softnet.pool().alloc(64).unwrap();
            skb.put(frame.len()).unwrap().copy_from_slice(&frame);
            skb.meta_mut().dev = self.softnet.dev_by_name(name).map(|device| device.ifindex());
            let _ = self.softnet.dev_queue_xmit(skb, now).unwrap();
            while self.softnet.do_softirq(&mut { now }).any() {}
            let devs: Vec<IfIndex> = self.softnet.devs().map(|device| device.ifindex()).collect();
            for dev in devs {
                while let Some(skb) = self.softnet.receive(dev) {
                    self.softnet.consume(skb);
                }
            }
        }
    }

    /// Between two commands, a card has all the time that it takes to start or to stop.
    fn run_card(&mut self) {
        let Some((card, driver)) = self.card.clone() else { return };
        let end = self.now() + Duration::from_millis(500);
        loop {
            let now = self.now();
            card.advance_to(now);
            if card.irq_asserted() {
                let _ = self.softnet.handle_interrupt(driver, 0, now);
            }
            while self.softnet.do_softirq(&mut { now }).any() {}
            match self.softnet.poll_at() {
                Some(at) if at <= now => self.softnet.handle_timeout(now),
                Some(at) if at <= end => self.ahead += at.saturating_since(now),
                _ => return,
            }
        }
    }

    fn route(&mut self) -> impl Family<Creds, Dump = RouteDump<()>> {
        let now = self.now();
        self.run_card();
        self.addresses.handle_timeout(now);
        self.send();
        Rtnetlink {
            softnet: &mut self.softnet,
            ops: &mut self.kinds,
            addresses: &mut self.addresses,
            rest: &mut self.rest,
            now,
        }
    }
}

/// The driver, probed.
fn e1000(card: &Model) -> Box<dyn NetDeviceOps> {
    let mut probe = Probe::new(card.pci(), Config::default()).unwrap();
    loop {
        match probe.advance(card.now()).unwrap() {
            Step::Done(driver) => return driver,
            Step::Again(at, rest) => {
                card.advance_to(at);
                probe = rest;
            }
        }
    }
}

impl Family<Creds> for World {
    type Dump = RouteDump<()>;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        self.route().doit(call, cx)
    }

    fn start(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<RouteDump<()>, Errno> {
        self.route().start(call, cx)
    }

    fn dump(
        &mut self,
        dump: &mut RouteDump<()>,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        self.route().dump(dump, to)
    }
}
