//! Dumps of disciplines and classes (`tc_dump_qdisc`, `tc_dump_tclass`).

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{DumpWriter, Progress};
use softnet_netlink::rtnl::kind;
use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::Flags;
use softnet_sk_buff::IfIndex;

use super::fill::{ClassFacts, Fill};
use super::found::Found;
use super::request::{TcRequest, tca};
use super::{Devices, TrafficControl};
use crate::{ClassId, Packet};

/// How far a dump of disciplines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QdiscDump {
    /// The interface that is next.
    dev: u32,
    /// The discipline of it that is next.
    at: usize,
}

/// How far a dump of one interface's classes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassDump {
    /// The discipline that is next.
    qdisc: usize,
    /// The class of it that is next.
    class: usize,
}

impl QdiscDump {
    /// From the first interface on.
    pub(super) const START: Self = Self { dev: 1, at: 0 };
}

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// `tc_dump_qdisc`: all interfaces, whichever the request names.
    pub(super) fn dump_qdiscs(
        &mut self,
        dump: &mut QdiscDump,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        let invisible = {
            let mut said = to.extack().clone();
            let request = to.request().ok_or(Errno::EINVAL)?;
            let request =
                TcRequest::parse(request, &mut said).map(|it| it.has(tca::DUMP_INVISIBLE));
            *to.extack() = said;
            request?
        };
        while let Some(dev) = self.devices.next(dump.dev) {
            if dump.dev < dev.get() {
                *dump = QdiscDump { dev: dev.get(), at: 0 };
            }
            if let Some(tree) = self.devices.tree(dev) {
                let fill = Fill { tree, dev, now: self.devices.now() };
                for found in Found::all(tree).into_iter().skip(dump.at) {
                    if found.is_told(invisible) {
                        to.message(kind::NEWQDISC, Flags::empty(), |body| {
                            fill.qdisc(&found, (found.parent(), true), None, body)
                        })?;
                    }
                    dump.at = dump.at.saturating_add(1);
                }
            }
            *dump = QdiscDump { dev: dev.get().saturating_add(1), at: 0 };
        }
        Ok(Progress::Done)
    }

    /// `tc_dump_tclass`: those of one interface, and of one discipline, if the request names it.
    pub(super) fn dump_classes(
        &mut self,
        dump: &mut ClassDump,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        let head: Tcmsg = match to.request() {
            Some(request) if request.payload().len() >= size_of::<Tcmsg>() => request.fixed(),
            _ => return Ok(Progress::Done),
        };
        let dev = u32::try_from(head.ifindex).ok().and_then(IfIndex::new);
        let Some((dev, tree)) = dev.and_then(|dev| Some((dev, self.devices.tree(dev)?))) else {
            return Ok(Progress::Done);
        };
        let fill = Fill { tree, dev, now: self.devices.now() };
        let only = ClassId(head.parent).handle();
        for found in Found::all(tree).into_iter().skip(dump.qdisc) {
            let wanted = head.parent == 0 || found.handle() == only;
            if let Found::Qdisc { handle, qdisc, .. } = found
                && wanted
                && found.is_told(false)
            {
                for class in ClassFacts::all(qdisc).iter().skip(dump.class) {
                    to.message(kind::NEWTCLASS, Flags::empty(), |body| {
                        fill.class(qdisc, (handle, class), None, body)
                    })?;
                    dump.class = dump.class.saturating_add(1);
                }
            }
            *dump = ClassDump { qdisc: dump.qdisc.saturating_add(1), class: 0 };
        }
        Ok(Progress::Done)
    }
}
