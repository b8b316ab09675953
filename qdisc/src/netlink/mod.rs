//! Traffic control as `tc` sees it: rtnetlink's messages about the [`Tree`](crate::Tree)s of devices
//! (`net/sched/sch_api.c`).
//!
//! [`TrafficControl`] answers requests about disciplines, classes and filters, as a [`Family`] of softnet-netlink's
//! table: it is made for a call, from the [`Devices`] that have the trees. What it changes it tells to those who
//! listen to `RTNLGRP_TC`.
//!
//! ```
//! use softnet_netlink::kernel::{self, Creds, NetId, Outgoing, Protocol, ProtocolConfig, Sent, Table};
//! use softnet_netlink::rtnl::kind;
//! use softnet_netlink::tc::Tcmsg;
//! use softnet_netlink::wire::{Flags, Header, WriteError, Writer};
//! use softnet_qdisc::netlink::{Devices, TrafficControl};
//! use softnet_qdisc::tree::Device;
//! use softnet_qdisc::{Cx, Packet, Tree};
//! use softnet_sk_buff::{DropCounts, IfIndex, Instant};
//! # struct Toy;
//! # impl Packet for Toy {
//! #     fn pkt_len(&self) -> u32 { 100 }
//! #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
//! # }
//!
//! /// A machine of one interface.
//! struct Machine { tree: Tree<Toy>, lost: DropCounts }
//!
//! impl Devices<Toy> for Machine {
//!     fn next(&self, from: u32) -> Option<IfIndex> {
//!         (from <= 1).then_some(IfIndex::FIRST)
//!     }
//!     fn tree(&self, dev: IfIndex) -> Option<&Tree<Toy>> {
//!         (dev == IfIndex::FIRST).then_some(&self.tree)
//!     }
//!     fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<Toy>, Cx<'_, Toy>)> {
//!         let cx = Cx::new(Instant::ZERO, &mut self.lost);
//!         (dev == IfIndex::FIRST).then_some((&mut self.tree, cx))
//!     }
//!     fn now(&self) -> Instant {
//!         Instant::ZERO
//!     }
//! }
//!
//! let mut table = Table::new(kernel::Config::default());
//! table.register(Protocol::ROUTE, ProtocolConfig::default())?;
//! let root = Creds::root(42);
//! let socket = table.open(NetId(0), Protocol::ROUTE, root)?;
//! // tc qdisc add dev lo root fq_codel
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! let add = Header::new(kind::NEWQDISC, Flags::REQUEST | Flags::CREATE | Flags::EXCL);
//! writer.message(add, |body| {
//!     body.fixed(&Tcmsg { ifindex: 1, parent: u32::MAX, ..Tcmsg::default() })?;
//!     body.string(1, b"fq_codel")
//! })?;
//! let mut machine = Machine { tree: Tree::new(Device::new(1))?, lost: DropCounts::default() };
//! if let Sent::Request(request) = table.sendmsg(socket, Outgoing::new(writer.as_bytes()), &root)? {
//!     let mut family = TrafficControl::new(&mut machine);
//!     kernel::serve(&mut table, request, &mut family, &mut kernel::Cx::new(65_536));
//! }
//! assert_eq!(machine.tree.root().kind(), "fq_codel");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Of filters there are u32, basic, matchall, flower and fw with all [actions](crate::action), and chains; answers,
//! numbers and words are those of Linux 6.12. Other classifiers are unknown, as are actions that filters share
//! (`RTM_*ACTION`, an `index` that is in use), blocks that interfaces share and templates of chains: the answer is
//! that of a Linux which was built without them. An action's number is the least that no action of its kind on any
//! interface has, so each new action looks at all there are.
//!
//! # Held to Linux
//! What stock `tc` prints over these trees, errors and `tc monitor` included, is compared with what it prints on Linux
//! 6.12 (`qdisc/tests/stock`): each discipline with its defaults and with many options, changed, replaced, deleted and
//! misused. Where Linux has words for a refusal, they are the same.
//!
//! What differs:
//! - Configurations that this crate refuses and Linux does not, such as a limit of 0, are `EINVAL`.
//! - Blocks of filters that disciplines share are refused with `EOPNOTSUPP`, and so are a card's helps and red's
//!   blocks of filters for what it drops or marks.
//! - Linux counts numbers for disciplines without one for the whole machine, each tree here for itself.
//! - What hangs in the only class of tbf, red or netem hangs in `:1`, by whatever number it was put there.
//! - `NLM_F_EXCL` without `NLM_F_CREATE`, which `tc` never sends, says nothing.
//! - Where classes were deleted, others may come in another order: Linux's depends on how many there once were.
//! - Times that Linux counts in jiffies (pie's update, fq's refill) are shown as they were asked for.

mod action;
mod class;
mod devices;
mod dump;
mod fill;
mod filter;
mod found;
mod kinds;
mod making;
mod notify;
mod order;
mod qdisc;
mod refused;
mod request;
mod stab;
mod stats;
mod wanted;
mod xstats;
mod xstats_cake;

use core::marker::PhantomData;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Call, Capability, Credentials, Cx, DumpControl, DumpWriter, Family, Outcome, Progress,
};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::Flags;

use crate::Packet;

pub use devices::Devices;
pub use dump::{ClassDump, QdiscDump};
pub use filter::FilterDump;

/// rtnetlink's traffic control, for one call.
#[derive(Debug)]
pub struct TrafficControl<'d, P, D> {
    /// Who has the trees.
    pub(crate) devices: &'d mut D,
    packets: PhantomData<fn(P)>,
}

impl<'d, P: Packet, D: Devices<P>> TrafficControl<'d, P, D> {
    /// Traffic control over the trees of `devices`.
    pub fn new(devices: &'d mut D) -> Self {
        Self { devices, packets: PhantomData }
    }
}

/// How far a dump is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TcDump {
    /// Of disciplines.
    Qdisc(QdiscDump),
    /// Of classes.
    Class(ClassDump),
    /// Of filters or chains.
    Filter(FilterDump),
}

impl<C: Credentials, P: Packet, D: Devices<P>> Family<C> for TrafficControl<'_, P, D> {
    type Dump = TcDump;

    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let request = call.message;
        let get = request.kind() & 3 == 2;
        if !get && !call.capable(Capability::NET_ADMIN) {
            return Err(Errno::EPERM);
        }
        match request.kind() {
            kind::NEWTFILTER..=kind::GETTFILTER | kind::NEWCHAIN..=kind::GETCHAIN => {
                self.filter_doit(call, cx)
            }
            kind::GETQDISC | kind::GETTCLASS if request.flags().intersects(Flags::DUMP) => {
                Ok(Outcome::Dump(DumpControl::default()))
            }
            kind::NEWQDISC => self.modify_qdisc(call, cx).map(|()| Outcome::Ack),
            kind::DELQDISC | kind::GETQDISC => self.get_qdisc(call, cx).map(|()| Outcome::Ack),
            kind::NEWTCLASS..=kind::GETTCLASS => self.ctl_tclass(call, cx).map(|()| Outcome::Ack),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<TcDump, Errno> {
        match call.message.kind() {
            kind::GETTFILTER | kind::GETCHAIN => self.filter_start(call, cx).map(TcDump::Filter),
            kind::GETQDISC => Ok(TcDump::Qdisc(QdiscDump::START)),
            kind::GETTCLASS => Ok(TcDump::Class(ClassDump::default())),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    fn dump(&mut self, dump: &mut TcDump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        match dump {
            TcDump::Qdisc(dump) => self.dump_qdiscs(dump, to),
            TcDump::Class(dump) => self.dump_classes(dump, to),
            TcDump::Filter(dump) => self.filter_dump(dump, to),
        }
    }
}
