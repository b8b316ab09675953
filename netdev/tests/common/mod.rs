//! What the tests share: a stack with one card, a driver with knobs, a tracer that checks nesting.

// Each test program uses its part.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use softnet_netdev::testutil::{Card, Wire, frame, mac, payload, pool};
use softnet_netdev::{
    Busy, Change, Config, Cx, Description, DriverId, Event, IrqReturn, NapiId, NetDeviceOps,
    NetXmit, Port, PortConfig, Progress, Refused, Softnet, Station, Trace,
};
use softnet_sk_buff::{IfIndex, Instant, Rejected, SkBuff, SkPool};

pub(crate) const NOW: Instant = Instant::from_millis(1);

/// A stack with one open card.
pub(crate) struct Rig {
    pub(crate) softnet: Softnet,
    pub(crate) driver: DriverId,
    pub(crate) dev: IfIndex,
    pub(crate) wire: Arc<Wire>,
    pub(crate) now: Instant,
}

pub(crate) fn ethernet() -> PortConfig {
    PortConfig::ethernet("eth%d", mac(1))
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(Config::default(), ethernet())
    }

    pub(crate) fn with(config: Config, port: PortConfig) -> Self {
        Self::pooled(config, port, pool().unwrap())
    }

    pub(crate) fn pooled(config: Config, port: PortConfig, pool: SkPool) -> Self {
        let mut softnet = Softnet::new(config, pool);
        let (card, wire) = Card::new(port);
        let card = softnet.register_netdev(Box::new(card)).unwrap();
        let (driver, dev) = (card.driver, card.dev().unwrap());
        softnet.dev_open(dev, NOW).unwrap();
        Self { softnet, driver, dev, wire, now: NOW }
    }

    /// The same with the default discipline on each queue.
    pub(crate) fn queued() -> Self {
        let mut rig = Self::new();
        rig.softnet.attach_default_qdiscs(rig.dev).unwrap();
        rig
    }

    /// A frame whose payload is the number.
    pub(crate) fn frame(&mut self, number: u32) -> SkBuff {
        frame(&mut self.softnet, self.dev, mac(9), &number.to_be_bytes()).unwrap()
    }

    pub(crate) fn send(&mut self, number: u32) -> Result<NetXmit, Rejected<SkBuff>> {
        let skb = self.frame(number);
        self.softnet.dev_queue_xmit(skb, self.now)
    }

    /// Sends what has to be taken.
    pub(crate) fn must_send(&mut self, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            assert_eq!(self.send(number).unwrap(), NetXmit::Success);
        }
    }

    pub(crate) fn interrupt(&mut self) {
        assert_eq!(self.softnet.handle_interrupt(self.driver, 0, self.now), IrqReturn::Handled);
    }

    /// Runs softirqs until none is pending.
    pub(crate) fn softirqs(&mut self) {
        while self.softnet.do_softirq(&mut { self.now }).any() {}
    }

    /// The numbers of the frames sent since the last call.
    pub(crate) fn sent(&mut self) -> Vec<u32> {
        let mut sent = self.wire.sent.take();
        std::iter::from_fn(|| sent.pop_front())
            .map(|skb| {
                let number = number(&skb);
                self.softnet.consume(skb);
                number
            })
            .collect()
    }

    /// Everything is back where it came from, and nothing was lost in silence.
    pub(crate) fn assert_clean(mut self) {
        self.wire.drain(self.softnet.pool());
        self.softnet.reap_taps(self.now);
        for dev in self.softnet.devs().map(|dev| dev.ifindex()).collect::<Vec<_>>() {
            self.softnet.dev_close(dev, self.now).unwrap();
            self.softnet.purge_rx(dev, self.now);
        }
        assert_eq!(self.softnet.pool().unspecified_drops(), 0);
        assert!(self.softnet.pool().is_whole());
    }
}

/// The number in a frame, whether its MAC header was pulled or not.
pub(crate) fn number(skb: &SkBuff) -> u32 {
    let bytes = if skb.len() > 4 { payload(skb) } else { skb.data() };
    u32::from_be_bytes(bytes.try_into().unwrap())
}

pub(crate) fn events(softnet: &mut Softnet) -> Vec<Event> {
    std::iter::from_fn(|| softnet.poll_event()).collect()
}

/// What an interrupt makes [`Knobs`] do.
#[derive(Clone, Copy)]
#[repr(u16)]
pub(crate) enum Knob {
    CarrierOn,
    CarrierOff,
    DormantOn,
    DormantOff,
    StopQueue,
    WakeQueue,
}

/// A driver that does to its port what it is told by interrupt number, and takes its time to open
/// and close.
pub(crate) struct Knobs {
    pub(crate) port: PortConfig,
    /// Answers of `open`, the last first; then it is done.
    pub(crate) opening: Vec<Result<Progress, Refused>>,
    pub(crate) closing: Vec<Progress>,
    pub(crate) calls: Calls,
    pub(crate) refuse: Arc<AtomicBool>,
}

/// What was called, in order.
pub(crate) type Calls = Arc<Mutex<Vec<String>>>;

impl Knobs {
    pub(crate) fn new(port: PortConfig) -> Self {
        Self {
            port,
            opening: vec![],
            closing: vec![],
            calls: Calls::default(),
            refuse: Arc::default(),
        }
    }

    pub(crate) fn register(self, softnet: &mut Softnet) -> (DriverId, IfIndex) {
        let registered = softnet.register_netdev(Box::new(self)).unwrap();
        (registered.driver, registered.dev().unwrap())
    }

    fn called(&self, what: impl Into<String>) {
        self.calls.lock().unwrap().push(what.into());
    }
}

pub(crate) fn turn(softnet: &mut Softnet, driver: DriverId, knob: Knob, now: Instant) {
    let handled = softnet.handle_interrupt(driver, knob as u16, now);
    assert_eq!(handled, IrqReturn::Handled);
}

impl NetDeviceOps for Knobs {
    fn describe(&self) -> Description {
        Description { driver: "knobs", ports: vec![self.port.clone()], napi_weights: vec![] }
    }

    fn open(&mut self, _: Port, _: &mut Cx<'_>) -> Result<Progress, Refused> {
        self.called("open");
        self.opening.pop().unwrap_or(Ok(Progress::Done))
    }

    fn stop(&mut self, _: Port, _: &mut Cx<'_>) -> Progress {
        self.called("stop");
        self.closing.pop().unwrap_or(Progress::Done)
    }

    fn start_xmit(&mut self, _: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        self.called(format!("xmit {}", number(&skb)));
        cx.consume(skb);
        Ok(())
    }

    fn interrupt(&mut self, vector: u16, cx: &mut Cx<'_>) -> IrqReturn {
        let port = Port::ONLY;
        match vector {
            v if v == Knob::CarrierOn as u16 => cx.netif_carrier_on(port),
            v if v == Knob::CarrierOff as u16 => cx.netif_carrier_off(port),
            v if v == Knob::DormantOn as u16 => cx.netif_set_dormant(port, true),
            v if v == Knob::DormantOff as u16 => cx.netif_set_dormant(port, false),
            v if v == Knob::StopQueue as u16 => cx.netif_tx_stop_queue(port, 0),
            v if v == Knob::WakeQueue as u16 => cx.netif_tx_wake_queue(port, 0),
            _ => return IrqReturn::None,
        }
        IrqReturn::Handled
    }

    fn configure(&mut self, _: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let shown = match change {
            Change::RxMode => {
                let mode = cx.rx_mode(Port::ONLY).unwrap();
                format!(
                    "rx_mode promisc={} allmulti={} uc={} mc={}",
                    mode.promisc,
                    mode.allmulti,
                    mode.unicast().len(),
                    mode.multicast().len()
                )
            }
            other => format!("{other:?}"),
        };
        self.called(shown);
        if self.refuse.load(Relaxed) { Err(Refused::Hardware) } else { Ok(()) }
    }

    fn tx_timeout(&mut self, _: Port, queue: u16, cx: &mut Cx<'_>) {
        self.called(format!("tx_timeout {queue} at {}", cx.now()));
    }
}

/// Instances of NAPI whose work is a number.
#[derive(Default)]
pub(crate) struct PollerState {
    pub(crate) pending: Vec<u32>,
    /// Which instance was polled, and what it answered.
    pub(crate) polled: Vec<(u16, u32)>,
    /// Instances that are scheduled in the poll of another.
    pub(crate) schedules: Vec<(u16, u16)>,
    /// Instances that one more packet reaches, with its interrupt, between the end of its poll and
    /// its completion.
    pub(crate) late: Vec<u16>,
    /// Instances that disable themselves in their poll.
    pub(crate) disables: Vec<u16>,
    /// Times that the interrupt was enabled again.
    pub(crate) irq_enabled: Vec<u16>,
}

#[derive(Clone, Default)]
pub(crate) struct Poller(pub(crate) Arc<Mutex<PollerState>>);

impl Poller {
    /// A stack with `instances` instances, all enabled.
    pub(crate) fn rig(config: Config, instances: u16) -> (Softnet, DriverId, Self) {
        let poller = Self::default();
        poller.0.lock().unwrap().pending = vec![0; usize::from(instances)];
        let mut softnet = Softnet::new(config, pool().unwrap());
        let registered = softnet.register_netdev(Box::new(poller.clone())).unwrap();
        softnet.dev_open(registered.dev().unwrap(), NOW).unwrap();
        (softnet, registered.driver, poller)
    }

    /// `work` packets come in for an instance, and its interrupt (numbered as it is).
    pub(crate) fn arrive(&self, softnet: &mut Softnet, driver: DriverId, napi: u16, work: u32) {
        self.0.lock().unwrap().pending[usize::from(napi)] += work;
        let _ = softnet.handle_interrupt(driver, napi, NOW);
    }

    /// Who was polled since the last call.
    pub(crate) fn polled(&self) -> Vec<(u16, u32)> {
        std::mem::take(&mut self.0.lock().unwrap().polled)
    }
}

impl NetDeviceOps for Poller {
    fn describe(&self) -> Description {
        let napis = self.0.lock().unwrap().pending.len();
        Description { driver: "poller", ports: vec![ethernet()], napi_weights: vec![64; napis] }
    }

    fn open(&mut self, _: Port, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        let napis = self.0.lock().unwrap().pending.len() as u16;
        (0..napis).for_each(|napi| cx.napi_enable(NapiId(napi)));
        Ok(Progress::Done)
    }

    fn start_xmit(&mut self, _: Port, skb: SkBuff, _: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        Err(Busy(skb))
    }

    fn interrupt(&mut self, vector: u16, cx: &mut Cx<'_>) -> IrqReturn {
        cx.napi_schedule(NapiId(vector));
        IrqReturn::Handled
    }

    fn poll(&mut self, napi: NapiId, budget: u32, cx: &mut Cx<'_>) -> u32 {
        let mut state = self.0.lock().unwrap();
        let pending = &mut state.pending[usize::from(napi.0)];
        let work = budget.min(*pending);
        *pending -= work;
        state.polled.push((napi.0, work));
        for (_, other) in state.schedules.extract_if(.., |(of, _)| *of == napi.0) {
            cx.napi_schedule(NapiId(other));
        }
        if state.late.extract_if(.., |of| *of == napi.0).count() > 0 {
            state.pending[usize::from(napi.0)] += 1;
            assert!(!cx.napi_schedule(napi), "it is scheduled already");
        }
        if state.disables.extract_if(.., |of| *of == napi.0).count() > 0 {
            cx.napi_disable(napi);
            return work;
        }
        if work < budget && cx.napi_complete_done(napi) {
            state.irq_enabled.push(napi.0);
        }
        work
    }
}

/// Writes stations down, indented by depth, and panics where leaving does not match entering.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<(Vec<Station>, Vec<String>)>>);

impl Recorder {
    /// What was written since the last call. All that was entered has been left.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut state = self.0.lock().unwrap();
        assert_eq!(state.0, [], "entered and not left");
        std::mem::take(&mut state.1)
    }
}

impl Trace for Recorder {
    fn enter(&mut self, station: Station, _: Instant, _: Option<&SkBuff>) {
        let (stack, lines) = &mut *self.0.lock().unwrap();
        lines.push(format!("{}{}", " ".repeat(stack.len()), station.0));
        stack.push(station);
    }

    fn leave(&mut self, station: Station, _: Instant) {
        assert_eq!(self.0.lock().unwrap().0.pop(), Some(station));
    }
}
