//! The kinds of filters that a request can make, and what each shows (`struct tcf_proto_ops`).

use softnet_netlink::errno::Errno;
use softnet_netlink::wire::{Attr, Body, WriteError};
use softnet_sk_buff::{IfIndex, Instant};

use super::{basic, flower, fw, matchall, u32};
use crate::filter::{Filter, Shown, What};
use crate::netlink::making::Making;
use crate::{Handle, Packet};

/// A kind of filter. bpf's programs are closures here, which no request can bring.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    U32,
    Basic,
    Matchall,
    Flower,
    Fw,
}

/// `TCA_OPTIONS`, and what else goes into a filter.
#[derive(Clone, Copy)]
pub(super) struct Options<'a> {
    pub(super) attr: Option<Attr<'a>>,
    pub(super) handle: u32,
    /// The discipline.
    pub(super) of: Handle,
    /// The priority is there already.
    pub(super) has_proto: bool,
    /// The filter that is to be changed.
    pub(super) old: Option<Old>,
}

/// A filter that is there.
#[derive(Clone, Copy)]
pub(super) struct Old {
    /// It is one of u32's tables.
    pub(super) is_table: bool,
    /// `TCA_CLS_FLAGS_*`.
    pub(super) flags: u32,
}

impl Old {
    pub(super) fn of<P: Packet>(shown: &Shown<'_, P>) -> Self {
        Self { is_table: matches!(shown.what, What::U32Table(_)), flags: shown.flags }
    }
}

impl Kind {
    /// `tcf_proto_lookup_ops`.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"u32" => Self::U32,
            b"basic" => Self::Basic,
            b"matchall" => Self::Matchall,
            b"flower" => Self::Flower,
            b"fw" => Self::Fw,
            _ => return None,
        })
    }

    /// `tcf_proto_ops::change`, as far as it reads.
    pub(super) fn read<P: Packet>(
        self,
        options: Options<'_>,
        making: &mut Making<'_, '_>,
    ) -> Result<Filter<P>, Errno> {
        match self {
            Self::U32 => u32::read(options, making).map(Filter::U32),
            Self::Basic => basic::read(options, making).map(Filter::Basic),
            Self::Matchall => matchall::read(options, making).map(Filter::Matchall),
            Self::Flower => flower::read(options, making).map(Filter::Flower),
            Self::Fw => fw::read(options, making).map(Filter::Fw),
        }
    }
}

/// Who knows the names of interfaces.
pub(super) trait HasNames {
    fn name(&self, dev: IfIndex) -> Option<&str>;
}

/// The names of interfaces, for what shows them.
#[derive(Clone, Copy)]
pub(super) struct Names<'a>(pub(super) &'a dyn HasNames);

impl Names<'_> {
    /// The device that packets must have come in by, if it has a name.
    pub(super) fn fill(
        &self,
        dev: Option<IfIndex>,
        kind: u16,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        match dev.and_then(|dev| self.0.name(dev)) {
            Some(name) => to.string(kind, name.as_bytes()),
            None => Ok(()),
        }
    }
}

/// Whether a filter has options to show.
pub(super) fn has_options<P: Packet>(shown: &Shown<'_, P>) -> bool {
    match shown.what {
        What::Fw(_) => fw::has_options(shown),
        _ => true,
    }
}

/// Whether a kind has a short form (`tcf_proto_ops::terse_dump`).
pub(super) fn has_terse<P: Packet>(shown: &Shown<'_, P>) -> bool {
    matches!(shown.what, What::Flower(_))
}

/// `tcf_proto_ops::dump`: what is in `TCA_OPTIONS`.
pub(super) fn fill<P: Packet>(
    shown: &Shown<'_, P>,
    (now, terse): (Instant, bool),
    names: Names<'_>,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    match shown.what {
        What::U32Table(table) => u32::fill_table(table, to),
        What::U32(node) => u32::fill((shown, node), now, &names, to),
        What::Basic(filter) => basic::fill((shown, filter), now, to),
        What::Matchall(filter) => matchall::fill((shown, filter), now, to),
        What::Flower(filter) => flower::fill((shown, filter), (now, terse), &names, to),
        What::Fw(filter) => fw::fill((shown, filter), now, &names, to),
        What::Bpf(_) => super::exts::fill_bpf(shown, now, to),
    }
}
