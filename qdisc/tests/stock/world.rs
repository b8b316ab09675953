//! The embedder's part: a machine of interfaces that have nothing but a tree each.

use std::collections::BTreeMap;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Call, Creds, Cx, Datagram, DumpControl, DumpWriter, Family, Outcome, Progress,
};
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::Ifinfomsg;
use softnet_netlink::wire::{Body, Flags, Header, WriteError};
use softnet_qdisc::netlink::{Devices, TcDump, TrafficControl};
use softnet_qdisc::tree::{Device, Tree};
use softnet_qdisc::{self as qdisc, Packet};
use softnet_sk_buff::{DropCounts, IfIndex, Instant};

const IFLA_IFNAME: u16 = 3;
const IFLA_ALT_IFNAME: u16 = 53;

/// A packet of a script.
pub(crate) struct Toy(u32);

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        self.0
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        0
    }
}

/// The time of all commands. At the very beginning there are things that have never been.
const NOW: Instant = Instant::from_millis(100_000);

struct Interface {
    name: &'static str,
    tree: Tree<Toy>,
}

/// The interfaces: see [`SET_UP`](crate::SET_UP), which makes the same on Linux.
pub(crate) struct Machine {
    interfaces: BTreeMap<u32, Interface>,
    lost: DropCounts,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let usual = |queues, no_queue, tx_queue_len| {
            let mut device = Device::new(1);
            (device.queues, device.no_queue) = (queues, no_queue);
            device.tx_queue_len = tx_queue_len;
            Tree::new(device).unwrap()
        };
        let interfaces = [
            (1, "lo", usual(1, true, 1000)),
            (100, "va", usual(1, true, 1000)),
            (101, "fa", usual(1, false, 32)),
            (102, "vm", usual(4, true, 1000)),
        ];
        let interfaces =
            interfaces.map(|(index, name, tree)| (index, Interface { name, tree })).into();
        Self { interfaces, lost: DropCounts::default() }
    }

    /// `RTM_GETLINK`, as far as `tc` asks for numbers and names.
    fn get_link(&self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let head: Ifinfomsg = call.message.fixed();
        let attrs = call.message.attrs_after::<Ifinfomsg>();
        let named = attrs.find(IFLA_IFNAME).or(attrs.find(IFLA_ALT_IFNAME));
        let name = named.and_then(|name| name.str());
        let wanted = |index: u32, it: &Interface| match name {
            Some(name) => it.name == name,
            None => head.index == index as i32,
        };
        let found = self.interfaces.iter().find(|(index, it)| wanted(**index, it));
        let (index, it) = found.ok_or(Errno::ENODEV)?;
        let header = Header::new(kind::NEWLINK, Flags::empty());
        let header = header.seq(call.message.header().seq).port(call.from.port.0);
        let answer = Datagram::write(4096, |to| to.message(header, |to| link(*index, it, to)))?;
        cx.outbox.unicast(call.from, answer).map_err(|error| error.errno())?;
        Ok(Outcome::Ack)
    }
}

fn link(index: u32, it: &Interface, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.fixed(&Ifinfomsg { index: index as i32, ..Ifinfomsg::default() })?;
    to.string(IFLA_IFNAME, it.name.as_bytes())
}

impl Devices<Toy> for Machine {
    fn next(&self, from: u32) -> Option<IfIndex> {
        IfIndex::new(*self.interfaces.range(from..).next()?.0)
    }

    fn tree(&self, dev: IfIndex) -> Option<&Tree<Toy>> {
        self.interfaces.get(&dev.get()).map(|it| &it.tree)
    }

    fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<Toy>, qdisc::Cx<'_, Toy>)> {
        let it = self.interfaces.get_mut(&dev.get())?;
        Some((&mut it.tree, qdisc::Cx::new(NOW, &mut self.lost)))
    }

    fn name(&self, dev: IfIndex) -> Option<&str> {
        self.interfaces.get(&dev.get()).map(|it| it.name)
    }

    fn now(&self) -> Instant {
        NOW
    }
}

/// How far a dump is.
pub(crate) enum Dump {
    Links(u32),
    Tc(TcDump),
}

impl Family<Creds> for Machine {
    type Dump = Dump;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        match call.message.kind() {
            kind::GETLINK if call.message.flags().contains(Flags::DUMP) => {
                Ok(Outcome::Dump(DumpControl::default()))
            }
            kind::GETLINK => self.get_link(call, cx),
            _ => TrafficControl::new(self).doit(call, cx),
        }
    }

    fn start(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Dump, Errno> {
        match call.message.kind() {
            kind::GETLINK => Ok(Dump::Links(0)),
            _ => TrafficControl::new(self).start(call, cx).map(Dump::Tc),
        }
    }

    fn dump(&mut self, dump: &mut Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        match dump {
            Dump::Links(next) => {
                for (&index, it) in self.interfaces.range(*next..) {
                    to.message(kind::NEWLINK, Flags::empty(), |to| link(index, it, to))?;
                    *next = index + 1;
                }
                Ok(Progress::Done)
            }
            Dump::Tc(dump) => Family::<Creds>::dump(&mut TrafficControl::new(self), dump, to),
        }
    }
}
