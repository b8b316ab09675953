//! The kinds of filters, and how one asks any of them (`struct tcf_proto_ops`).

use alloc::boxed::Box;

use softnet_sk_buff::{EtherType, Instant};

use super::cls_u32::Tables;
use super::target::{Exts, Step};
use super::{
    At, Filter, FilterError, ProtoShown, Shown, What, basic, bpf, cls_u32, flower, fw, matchall,
};
use crate::{Cx, Frame, Packet};

/// The filters of one priority (`struct tcf_proto`).
pub(super) struct Proto<P: Packet> {
    pub(super) prio: u16,
    pub(super) protocol: EtherType,
    pub(super) kind: Kind<P>,
}

/// What they are.
pub(super) enum Kind<P: Packet> {
    U32(cls_u32::Proto),
    Basic(basic::Proto<P>),
    Matchall(matchall::Proto<P>),
    Flower(Box<flower::Proto<P>>),
    Fw(fw::Proto<P>),
    Bpf(bpf::Proto<P>),
}

impl<P: Packet> Proto<P> {
    pub(super) fn is_for(&self, packet: &P) -> bool {
        let protocol = || packet.frame().unwrap_or(Frame::NOTHING).outer_protocol();
        self.protocol == EtherType::ALL || self.protocol == protocol()
    }

    pub(super) fn summary(&self, chain: u32) -> ProtoShown {
        ProtoShown {
            at: At { chain, prio: self.prio, protocol: self.protocol, handle: 0 },
            kind: self.kind.name(),
            is_mark_class: matches!(self.kind, Kind::Fw(fw::Proto::Old { .. })),
        }
    }

    /// Shows the filter of `at`'s handle.
    pub(super) fn show<T>(
        &self,
        tables: &Tables<P>,
        at: At,
        visit: impl FnOnce(&Shown<'_, P>) -> T,
    ) -> Option<T> {
        let handle = at.handle;
        let what = match &self.kind {
            Kind::U32(proto) => match proto.get(tables, handle)? {
                cls_u32::Found::Table(index) => What::U32Table(tables.get(index)?),
                cls_u32::Found::Node(place) => What::U32(tables.node(place)?),
            },
            Kind::Basic(proto) => What::Basic(proto.filters.get(handle)?),
            Kind::Matchall(proto) => What::Matchall(proto.get(handle)?),
            Kind::Flower(proto) => What::Flower(proto.get(handle)?),
            Kind::Fw(proto) => What::Fw(proto.get(handle)?),
            Kind::Bpf(proto) => What::Bpf(proto.filters.get(handle)?),
        };
        Some(visit(&what.shown(at)))
    }

    /// Shows all filters (`tcf_proto_ops::walk`).
    pub(super) fn walk(&self, tables: &Tables<P>, at: At, visit: &mut dyn FnMut(&Shown<'_, P>)) {
        let mut show = |what: What<'_, P>| visit(&what.shown(at));
        match &self.kind {
            Kind::U32(_) => {
                for table in tables.of((at.chain, at.prio)) {
                    show(What::U32Table(table));
                    table.nodes().for_each(|node| show(What::U32(node)));
                }
            }
            Kind::Basic(proto) => proto.filters.iter().for_each(|one| show(What::Basic(one))),
            Kind::Matchall(proto) => proto.0.iter().for_each(|one| show(What::Matchall(one))),
            Kind::Flower(proto) => proto.iter().for_each(|one| show(What::Flower(one))),
            Kind::Fw(proto) => proto.iter().for_each(|one| show(What::Fw(one))),
            Kind::Bpf(proto) => proto.filters.iter().for_each(|one| show(What::Bpf(one))),
        }
    }
}

impl<P: Packet> Kind<P> {
    /// No filters yet (`tcf_proto_ops::init`).
    pub(super) fn new(
        filter: &Filter<P>,
        tables: &mut Tables<P>,
        owner: (u32, u16),
    ) -> Result<Self, FilterError> {
        Ok(match filter {
            Filter::U32(_) => Self::U32(tables.add_root(owner)?),
            Filter::Basic(_) => Self::Basic(basic::Proto::new()),
            Filter::Matchall(_) => Self::Matchall(matchall::Proto::new()),
            Filter::Flower(_) => Self::Flower(Box::new(flower::Proto::new())),
            Filter::Fw(config) => Self::Fw(fw::Proto::new(config)),
            Filter::Bpf(_) => Self::Bpf(bpf::Proto::new()),
        })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::U32(_) => "u32",
            Self::Basic(_) => "basic",
            Self::Matchall(_) => "matchall",
            Self::Flower(_) => "flower",
            Self::Fw(_) => "fw",
            Self::Bpf(_) => "bpf",
        }
    }

    #[inline]
    pub(super) fn classify(
        &mut self,
        tables: &mut Tables<P>,
        packet: &mut P,
        cx: &mut Cx<'_, P>,
    ) -> Step {
        match self {
            Self::U32(proto) => proto.classify(tables, packet, cx),
            Self::Basic(proto) => proto.classify(packet, cx),
            Self::Matchall(proto) => proto.classify(packet, cx),
            Self::Flower(proto) => proto.classify(packet, cx),
            Self::Fw(proto) => proto.classify(packet, cx),
            Self::Bpf(proto) => proto.classify(packet, cx),
        }
    }

    /// Whether there is a filter of this number.
    pub(super) fn has(&self, tables: &Tables<P>, handle: u32) -> bool {
        match self {
            Self::U32(proto) => proto.get(tables, handle).is_some(),
            Self::Basic(proto) => proto.filters.get(handle).is_some(),
            Self::Matchall(proto) => proto.get(handle).is_some(),
            Self::Flower(proto) => proto.get(handle).is_some(),
            Self::Fw(proto) => proto.get(handle).is_some(),
            Self::Bpf(proto) => proto.filters.get(handle).is_some(),
        }
    }

    /// Adds or changes a filter and gives its number; nothing has changed on error.
    pub(super) fn change(
        &mut self,
        tables: &mut Tables<P>,
        owner: (u32, u16),
        handle: u32,
        (filter, now): (Filter<P>, Instant),
    ) -> Result<u32, FilterError> {
        match (self, filter) {
            (Self::U32(proto), Filter::U32(config)) => {
                proto.change(tables, owner, handle, (config, now))
            }
            (Self::Basic(proto), Filter::Basic(config)) => proto.change(handle, config, now),
            (Self::Matchall(proto), Filter::Matchall(config)) => proto.change(handle, config, now),
            (Self::Flower(proto), Filter::Flower(config)) => proto.change(handle, config, now),
            (Self::Fw(proto), Filter::Fw(config)) => proto.change(handle, config, now),
            (Self::Bpf(proto), Filter::Bpf(config)) => proto.change(handle, config, now),
            _ => Err(FilterError::KindDiffers),
        }
    }

    /// Deletes a filter and tells whether the priority goes with it.
    pub(super) fn delete(
        &mut self,
        tables: &mut Tables<P>,
        handle: u32,
    ) -> Result<bool, FilterError> {
        if !self.has(tables, handle) {
            return Err(FilterError::UnknownHandle);
        }
        match self {
            Self::U32(proto) => {
                let found = proto.get(tables, handle).ok_or(FilterError::UnknownHandle)?;
                tables.delete(found)
            }
            Self::Basic(proto) => Ok(proto.filters.delete(handle)),
            Self::Matchall(_) => Ok(true),
            Self::Flower(proto) => Ok(proto.delete(handle)),
            Self::Fw(proto) => Ok(proto.delete(handle)),
            Self::Bpf(proto) => Ok(proto.filters.delete(handle)),
        }
    }
}

impl<'a, P: Packet> What<'a, P> {
    fn shown(self, at: At) -> Shown<'a, P> {
        let none = (None, false, &[][..], 0);
        let of = |exts: &'a Exts<P>| (exts.classid(), exts.bound(), exts.actions(), exts.flags());
        let (kind, handle, (classid, bound, actions, flags)) = match self {
            Self::U32Table(table) => ("u32", table.handle, none),
            Self::U32(node) => ("u32", node.handle, of(&node.exts)),
            Self::Basic(one) => ("basic", one.handle, of(&one.exts)),
            Self::Matchall(one) => ("matchall", one.handle, of(&one.exts)),
            Self::Flower(one) => ("flower", one.handle, of(&one.exts)),
            Self::Fw(one) => ("fw", one.handle, of(&one.exts)),
            Self::Bpf(one) => ("bpf", one.handle, of(&one.exts)),
        };
        Shown { at: At { handle, ..at }, kind, classid, bound, actions, flags, what: self }
    }
}
