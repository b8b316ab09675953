//! Stock `tc` on a live stack, in a time of the test's own.

use std::sync::{Arc, Mutex, PoisonError};

use softnet_netdev::rtnetlink::addr::{AddrConfig, Addresses};
use softnet_netdev::rtnetlink::{RouteDump, Rtnetlink, Unserved};
use softnet_netdev::{NetDevice, NetXmit, Softnet};
use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Creds, Cx, DumpWriter, Family, Outcome, Progress};
use softnet_sk_buff::{DropReason, IfIndex, Instant, PoolConfig, SkPool};

use crate::kinds::Kinds;
use crate::script::{VETH, ours, tools};
use crate::server::Server;

struct World {
    softnet: Softnet,
    kinds: Kinds,
    addresses: Addresses,
    rest: Unserved,
    now: Instant,
}

impl World {
    fn new() -> Self {
        let pool = SkPool::heap(PoolConfig::default()).unwrap();
        let softnet = Softnet::new(softnet_netdev::Config::default(), pool);
        let addresses = Addresses::new(AddrConfig::default());
        let (kinds, now) = (Kinds::default(), Instant::ZERO);
        Self { softnet, kinds, addresses, rest: Unserved, now }
    }

    fn route(&mut self) -> impl Family<Creds, Dump = RouteDump<()>> {
        Rtnetlink {
            softnet: &mut self.softnet,
            ops: &mut self.kinds,
            addresses: &mut self.addresses,
            rest: &mut self.rest,
            now: self.now,
        }
    }

    fn dev(&self, name: &str) -> IfIndex {
        self.softnet.dev_by_name(name).map(NetDevice::ifindex).unwrap()
    }

    fn attach_trees(&mut self) {
        for (seed, name) in (1..).zip(["va", "vb"]) {
            let dev = self.dev(name);
            self.softnet.attach_tree(dev, seed, self.now).unwrap();
        }
    }

    /// Sends broadcast frames of 1000 bytes from `va`.
    fn send(&mut self, frames: usize) {
        for _ in 0..frames {
            let _ = self.offer();
        }
    }

    fn offer(&mut self) -> NetXmit {
        let mut skb = self.softnet.pool().alloc(64).unwrap();
        skb.put(1000).unwrap()[..14].copy_from_slice(&[0xff; 14]);
        skb.meta_mut().dev = Some(self.dev("va"));
        let sent = self.softnet.dev_queue_xmit(skb, self.now).unwrap();
        self.settle();
        sent
    }

    /// Lets milliseconds pass.
    fn pass(&mut self, millis: u64) {
        let until = Instant::from_nanos(self.now.as_nanos() + millis * 1_000_000);
        while let Some(at) = self.softnet.poll_at().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.softnet.handle_timeout(self.now);
            self.settle();
        }
        self.now = until;
    }

    /// Frames that came to `vb` since the last time.
    fn arrived(&mut self) -> usize {
        self.heard_by("vb").len()
    }

    /// Lengths of the packets that came to an interface's protocols since the last time.
    fn heard_by(&mut self, name: &str) -> Vec<usize> {
        let dev = self.dev(name);
        let mut heard = Vec::new();
        while let Some(skb) = self.softnet.receive(dev) {
            heard.push(skb.len());
            self.softnet.consume(skb);
        }
        heard
    }

    fn settle(&mut self) {
        while self.softnet.do_softirq(&mut { self.now }).any() {}
    }
}

/// The world, of which the test and the server have one end each.
#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Family<Creds> for Shared {
    type Dump = RouteDump<()>;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        self.with(|world| {
            let done = world.route().doit(call, cx);
            world.settle();
            done
        })
    }

    fn start(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<RouteDump<()>, Errno> {
        self.with(|world| world.route().start(call, cx))
    }

    fn dump(
        &mut self,
        dump: &mut RouteDump<()>,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        self.with(|world| world.route().dump(dump, to))
    }
}

/// What `tc` sets up is what the stack sends by, and what that counts is what `tc` shows. There is no Linux beside it:
/// the figures are those of a bucket of 2000 bytes that a megabit per second fills.
#[test]
fn tc_shapes_what_a_live_stack_sends() {
    if !tools() {
        return;
    }
    let world = Shared(Arc::new(Mutex::new(World::new())));
    let served = world.clone();
    let server = Server::start("shaped", move || served);
    let run = |line: &str| ours(&server, line);
    let done = |line: &str| assert_eq!(run(line), "exit status: 0", "{line}");

    done(VETH);
    world.with(World::attach_trees);
    done("ip link set dev va up");
    done("ip link set dev vb up");
    done("tc qdisc add dev va root handle 1: tbf rate 1mbit burst 2000 limit 10000");
    world.with(|world| world.send(5));
    assert_eq!(world.with(World::arrived), 2, "the bucket was full");
    let shown = run("tc -s qdisc show dev va");
    // Each of the three tried to leave when it came.
    let counted = " Sent 2000 bytes 2 pkt (dropped 0, overlimits 3 requeues 0) \n backlog 3000b 3p";
    assert!(shown.contains(counted), "{shown}");

    world.with(|world| world.pass(8));
    assert_eq!(world.with(World::arrived), 1, "1000 bytes take 8 ms");
    done("tc qdisc change dev va root tbf rate 8mbit burst 2000 limit 10000");
    assert_eq!(world.with(World::arrived), 2, "a new bucket is full");

    world.with(|world| world.send(4));
    done("tc qdisc del dev va root");
    let shown = run("tc -s qdisc show dev va");
    assert!(shown.starts_with("qdisc noqueue 0: root refcnt 2"), "{shown}");
    assert_eq!(world.with(World::arrived), 0, "what waited is gone");
    world.with(|world| world.send(1));
    assert_eq!(world.with(World::arrived), 1, "straight to the driver");
}

/// What filters at both ends refuse does not go on, is told to its sender, and is counted where `tc` shows it; what
/// they send elsewhere comes there. At the ingress the link header does not count.
#[test]
fn tc_filters_what_a_live_stack_sends_and_hears() {
    if !tools() {
        return;
    }
    let world = Shared(Arc::new(Mutex::new(World::new())));
    let served = world.clone();
    let server = Server::start("filters", move || served);
    let run = |line: &str| ours(&server, line);
    let done = |line: &str| assert_eq!(run(line), "exit status: 0", "{line}");

    done(VETH);
    world.with(World::attach_trees);
    done("ip link set dev va up");
    done("ip link set dev vb up");
    done("tc qdisc add dev vb clsact");
    done("tc filter add dev vb ingress protocol all prio 1 matchall action drop");
    world.with(|world| world.send(3));
    assert_eq!(world.with(World::arrived), 0);
    let shown = run("tc -s qdisc show dev vb clsact");
    assert!(shown.contains(" Sent 2958 bytes 3 pkt (dropped 3,"), "{shown}");
    assert_eq!(world.with(|world| world.softnet.drops().of(DropReason::TC_INGRESS)), 3);

    done("tc filter del dev vb ingress");
    done("tc qdisc add dev va clsact");
    done("tc filter add dev va egress protocol all prio 1 matchall action drop");
    assert_eq!(world.with(|world| world.offer()), NetXmit::Drop);
    let shown = run("tc -s qdisc show dev va clsact");
    assert!(shown.contains(" Sent 1000 bytes 1 pkt (dropped 1,"), "{shown}");

    done("tc filter del dev va egress");
    done(
        "tc filter add dev vb ingress protocol all prio 1 matchall action mirred ingress mirror dev va",
    );
    world.with(|world| world.send(2));
    let heard = ["vb", "va"].map(|name| world.with(|world| world.heard_by(name)));
    assert_eq!(
        heard,
        [vec![986, 986], vec![986, 986]],
        "without its link header, as protocols have it"
    );
}
