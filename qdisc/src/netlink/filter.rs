//! `RTM_*TFILTER`, `RTM_*CHAIN` (`net/sched/cls_api.c`).
//!
//! | here | Linux |
//! |---|---|
//! | `place` | `tcf_block_find`: whose filters |
//! | `change` | `tc_new_tfilter`, `tc_del_tfilter`, `tc_get_tfilter` |
//! | `chain` | `tc_ctl_chain` |
//! | `dump`, `fill` | `tc_dump_tfilter`, `tc_dump_chain`, `tcf_fill_node` |
//! | `kind` and those it names | `tcf_proto_ops::change` and `::dump` of each classifier |
//! | `exts` | `tcf_exts_validate`, `tcf_exts_dump` |
//!
//! Not here, as in a Linux without them: templates of chains, blocks that interfaces share, actions that filters
//! share (`RTM_*ACTION`), and the classifiers bpf, cgroup, flow and route.

mod basic;
mod chain;
mod change;
mod dump;
mod ematch;
mod exts;
mod fill;
mod flower;
mod fw;
mod kind;
mod matchall;
mod place;
mod tell;
mod u32;

use alloc::vec::Vec;
use core::marker::PhantomData;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx, DumpControl, Outcome};
use softnet_netlink::rtnl::kind as message;
use softnet_netlink::wire::Flags;
use softnet_sk_buff::IfIndex;

use super::making::Machine;
use super::{Devices, TrafficControl};
use crate::Packet;

pub use dump::FilterDump;

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// Answers a request; a dump is only promised.
    pub(super) fn filter_doit<C: Credentials>(
        &mut self,
        call: &Call<'_, C>,
        cx: &mut Cx,
    ) -> Result<Outcome, Errno> {
        let done = match call.message.kind() {
            message::GETTFILTER | message::GETCHAIN
                if call.message.flags().intersects(Flags::DUMP) =>
            {
                return Ok(Outcome::Dump(DumpControl::default()));
            }
            message::NEWTFILTER => self.new_tfilter(call, cx),
            message::DELTFILTER => self.del_tfilter(call, cx),
            message::GETTFILTER => self.get_tfilter(call, cx),
            message::NEWCHAIN..=message::GETCHAIN => self.ctl_chain(call, cx),
            _ => Err(Errno::EOPNOTSUPP),
        };
        done.map(|()| Outcome::Ack)
    }

    /// Begins a dump. What is wrong with the request is told at its end.
    pub(super) fn filter_start<C: Credentials>(
        &mut self,
        _: &Call<'_, C>,
        _: &mut Cx,
    ) -> Result<FilterDump, Errno> {
        Ok(FilterDump::default())
    }
}

/// The names of interfaces, as [`Devices`] tell them.
struct NamesOf<'d, P, D>(&'d D, PhantomData<fn(P)>);

impl<'d, P, D> NamesOf<'d, P, D> {
    const fn new(devices: &'d D) -> Self {
        Self(devices, PhantomData)
    }
}

impl<P: Packet, D: Devices<P>> kind::HasNames for NamesOf<'_, P, D> {
    fn name(&self, dev: IfIndex) -> Option<&str> {
        self.0.name(dev)
    }
}

/// The machine behind [`Devices`].
struct MachineOf<'d, P, D> {
    devices: &'d mut D,
    /// Whose seeds are given away.
    dev: IfIndex,
    packets: PhantomData<fn(P)>,
}

impl<'d, P: Packet, D: Devices<P>> MachineOf<'d, P, D> {
    const fn new(devices: &'d mut D, dev: IfIndex) -> Self {
        Self { devices, dev, packets: PhantomData }
    }

    fn all(&self) -> impl Iterator<Item = IfIndex> {
        let after = |dev: &IfIndex| self.devices.next(dev.get().checked_add(1)?);
        core::iter::successors(self.devices.next(1), after)
    }
}

impl<P: Packet, D: Devices<P>> Machine for MachineOf<'_, P, D> {
    fn device(&self, index: u32) -> Option<IfIndex> {
        IfIndex::new(index).filter(|dev| self.devices.is_there(*dev))
    }

    fn device_by_name(&self, name: &[u8]) -> Option<IfIndex> {
        self.devices.by_name(core::str::from_utf8(name).ok()?)
    }

    fn indices(&self, kind: &str) -> Vec<u32> {
        let mut indices = Vec::new();
        for tree in self.all().filter_map(|dev| self.devices.tree(dev)) {
            tree.walk_filters(&mut |block| {
                block.walk(&mut |shown| {
                    let of_kind = shown.actions.iter().filter(|action| action.kind() == kind);
                    indices.extend(of_kind.map(|action| action.label().index));
                });
            });
        }
        indices
    }

    fn seed(&mut self) -> u64 {
        let tree = self.devices.tree_mut(self.dev);
        tree.map_or(0, |(tree, _)| tree.seed())
    }
}
