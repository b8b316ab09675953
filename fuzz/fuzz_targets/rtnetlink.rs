//! Any datagrams as requests to rtnetlink's family, over a stack with a loopback and a cable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_drivers::veth::Veth;
use softnet_netdev::rtnetlink::addr::{AddrConfig, Addresses};
use softnet_netdev::rtnetlink::{Iflink, LinkOps, NewLink, RouteDump, Rtnetlink, Unserved};
use softnet_netdev::{Config, Event, Loopback, Softnet};
use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{
    Creds, Cx, NetId, Outgoing, Protocol, ProtocolConfig, RecvFlags, Sent, SocketId, SocketOption,
    Table, receive, serve,
};
use softnet_sk_buff::{IfIndex, Instant, MacAddr, PoolConfig, SkPool};

/// Addresses that there may be.
const MOST: usize = 6;

/// Cables, of which as many as the stack can number may be made.
#[derive(Default)]
struct Cables {
    ends: Vec<IfIndex>,
}

impl LinkOps for Cables {
    fn knows(&self, kind: &str) -> bool {
        kind == "veth"
    }

    fn kind(&self, dev: IfIndex) -> Option<&str> {
        self.ends.contains(&dev).then_some("veth")
    }

    fn link(&self, dev: IfIndex) -> Iflink {
        let at = self.ends.iter().position(|end| *end == dev);
        at.map_or(Iflink::Itself, |at| Iflink::Dev(self.ends[at ^ 1]))
    }

    fn create(
        &mut self,
        softnet: &mut Softnet,
        new: NewLink<'_>,
        _: &mut ExtAck,
    ) -> Result<IfIndex, Errno> {
        let ends = [MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2])];
        let cable = Veth::new(ends).named(["veth%d", new.name.unwrap_or("veth%d")]);
        let made = softnet.register_netdev(Box::new(cable)).map_err(|_| Errno::EINVAL)?;
        self.ends.extend(&made.ports);
        Ok(made.ports[1])
    }

    fn delete(&mut self, dev: IfIndex) -> Result<(), Errno> {
        self.kind(dev).map(drop).ok_or(Errno::EOPNOTSUPP)
    }

    fn event(&mut self, event: Event) {
        // Both ends go at once, so that pairs stay pairs.
        if let Event::Unregister(dev) = event {
            self.ends.retain(|end| *end != dev);
        }
    }
}

struct Machine {
    table: Table<RouteDump<()>>,
    socket: SocketId,
    softnet: Softnet,
    ops: Cables,
    addresses: Addresses,
    rest: Unserved,
}

impl Machine {
    fn new() -> Self {
        let mut table = Table::new(softnet_netlink::kernel::Config::default());
        table.register(Protocol::ROUTE, ProtocolConfig::default()).unwrap();
        let root = Creds::root(1);
        let socket = table.open(NetId(0), Protocol::ROUTE, root).unwrap();
        for group in [1, 5, 9] {
            table.set_option(socket, SocketOption::AddMembership(group), &root, &mut ()).unwrap();
        }
        let pool = SkPool::heap(PoolConfig { buffers: 8, ..PoolConfig::default() }).unwrap();
        let mut softnet = Softnet::new(Config::default(), pool);
        softnet.register_netdev(Box::new(Loopback::new())).unwrap();
        let addresses = Addresses::new(AddrConfig { most: MOST, ..AddrConfig::default() });
        Self { table, socket, softnet, ops: Cables::default(), addresses, rest: Unserved }
    }

    fn ask(&mut self, datagram: &[u8], now: Instant) {
        let Self { table, socket, softnet, ops, addresses, rest } = self;
        let mut route = Rtnetlink { softnet, ops, addresses, rest, now };
        if let Ok(Sent::Request(request)) =
            table.sendmsg(*socket, Outgoing::new(datagram), &Creds::root(1))
        {
            serve(table, request, &mut route, &mut Cx::new(1 << 16));
        }
        let mut buffer = [0; 4096];
        let read = |table: &mut Table<_>, route: &mut _, buffer: &mut [u8]| {
            receive(table, *socket, (buffer, RecvFlags::empty()), route).is_ok()
        };
        while read(table, &mut route, &mut buffer) {}
        route.addresses.handle_timeout(now);
        assert!(route.addresses.iter().count() <= MOST);
        for ifa in route.addresses.iter() {
            assert!(route.softnet.dev(ifa.dev).is_some(), "{ifa:?} outlived its interface");
        }
        assert_eq!(route.addresses.lost_events(), 0);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut machine = Machine::new();
    let mut now = Instant::ZERO;
    let mut rest = bytes;
    while let Some((head, more)) = rest.split_first_chunk::<2>() {
        let [len, seconds] = *head;
        let (datagram, more) = more.split_at(usize::from(len).min(more.len()));
        rest = more;
        now += core::time::Duration::from_secs(seconds.into());
        machine.ask(datagram, now);
    }
});
