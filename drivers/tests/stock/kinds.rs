//! The embedder's part: a stack with a loopback, and how a veth is made in it.

use softnet_drivers::veth::Veth;
use softnet_netdev::rtnetlink::{LinkDump, LinkOps, Links, NewLink};
use softnet_netdev::{Loopback, Softnet};
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
struct Kinds {
    pairs: Vec<[IfIndex; 2]>,
}

impl LinkOps for Kinds {
    fn knows(&self, kind: &str) -> bool {
        kind == "veth"
    }

    fn kind(&self, dev: IfIndex) -> Option<&str> {
        self.link(dev).map(|_| "veth")
    }

    fn link(&self, dev: IfIndex) -> Option<IfIndex> {
        self.pairs.iter().find_map(|&pair| match pair {
            [one, other] if one == dev => Some(other),
            [other, one] if one == dev => Some(other),
            _ => None,
        })
    }

    fn create(
        &mut self,
        softnet: &mut Softnet,
        new: NewLink<'_>,
        _: &mut ExtAck,
    ) -> Result<(), Errno> {
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
        Ok(())
    }
}

/// A machine.
pub(crate) struct World {
    softnet: Softnet,
    kinds: Kinds,
}

impl World {
    pub(crate) fn new() -> Self {
        let pool = SkPool::heap(PoolConfig::default()).unwrap();
        let mut softnet = Softnet::new(softnet_netdev::Config::default(), pool);
        softnet.register_netdev(Box::new(Loopback::new())).unwrap();
        Self { softnet, kinds: Kinds::default() }
    }

    fn links(&mut self) -> Links<'_, impl LinkOps> {
        Links { softnet: &mut self.softnet, ops: &mut self.kinds, now: Instant::ZERO }
    }
}

impl Family<Creds> for World {
    type Dump = LinkDump;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        self.links().doit(call, cx)
    }

    fn start(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<LinkDump, Errno> {
        self.links().start(call, cx)
    }

    fn dump(&mut self, dump: &mut LinkDump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        <Links<'_, _> as Family<Creds>>::dump(&mut self.links(), dump, to)
    }
}
