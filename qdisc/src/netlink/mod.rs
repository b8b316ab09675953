//! Traffic control as `tc` sees it: rtnetlink's messages about the [`Tree`](crate::Tree)s of devices (`net/sched/sch_api.c`).
//!
//! [`TrafficControl`] answers requests about disciplines, classes and filters, as a [`Family`] of softnet-netlink's
//! table: it is made for a call, from the [`Devices`] that have the trees. What it changes it tells to those who
//! listen to `RTNLGRP_TC`.

mod class;
mod devices;
mod dump;
mod fill;
mod filter;
mod found;
mod kinds;
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
