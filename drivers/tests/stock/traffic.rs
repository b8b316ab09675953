//! Stock `tc` on a live stack, in a time of the test's own.

use std::sync::{Arc, Mutex, PoisonError};

use softnet_netdev::rtnetlink::addr::{AddrConfig, Addresses};
use softnet_netdev::rtnetlink::{RouteDump, Rtnetlink, Unserved};
use softnet_netdev::{NetDevice, Softnet};
use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Creds, Cx, DumpWriter, Family, Outcome, Progress};
use softnet_sk_buff::{IfIndex, Instant, PoolConfig, SkPool};

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
            let mut skb = self.softnet.pool().alloc(64).unwrap();
            skb.put(1000).unwrap()[..14].copy_from_slice(&[0xff; 14]);
            skb.meta_mut().dev = Some(self.dev("va"));
            let _ = self.softnet.dev_queue_xmit(skb, self.now).unwrap();
            self.settle();
        }
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
        let dev = self.dev("vb");
        let mut frames = 0;
        while let Some(skb) = self.softnet.receive(dev) {
            self.softnet.consume(skb);
            frames += 1;
        }
        frames
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
    let server = Server::start("traffic", move || served);
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
