//! A filter's message (`tcf_fill_node`), and a chain's (`tc_chain_fill_node`).

use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::{EtherType, IfIndex, Instant};

use super::kind::{self, Names};
use crate::filter::{At, ProtoShown, Shown};
use crate::netlink::action;
use crate::netlink::request::tca;
use crate::{ClassId, Packet};

/// `TCA_CHAIN`.
pub(super) const CHAIN: u16 = 11;

/// What all filters of one place have in common.
#[derive(Clone, Copy)]
pub(super) struct Filler<'a> {
    pub(super) dev: IfIndex,
    pub(super) parent: ClassId,
    pub(super) now: Instant,
    pub(super) names: Names<'a>,
}

impl Filler<'_> {
    fn head(&self, handle: u32, info: u32) -> Tcmsg {
        let ifindex = self.dev.get().cast_signed();
        Tcmsg { ifindex, handle, parent: self.parent.0, info, ..Tcmsg::default() }
    }

    /// A priority without any of its filters.
    pub(super) fn proto(&self, proto: &ProtoShown, to: &mut Body<'_>) -> Result<(), WriteError> {
        self.start((proto.at, proto.kind), 0, to)
    }

    fn start(
        &self,
        (at, kind): (At, &str),
        handle: u32,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        to.fixed(&self.head(handle, info(&at)))?;
        to.string(tca::KIND, kind.as_bytes())?;
        to.value(CHAIN, &at.chain)
    }

    /// A filter.
    pub(super) fn filter<P: Packet>(
        &self,
        shown: &Shown<'_, P>,
        terse: bool,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        self.start((shown.at, shown.kind), shown.at.handle, to)?;
        if !kind::has_options(shown) {
            return Ok(());
        }
        let what = (self.now, terse);
        to.nest_as(tca::OPTIONS, |to: &mut Body<'_>| kind::fill(shown, what, self.names, to))?;
        if terse { Ok(()) } else { action::fill_old_stats(shown.actions, self.now, to) }
    }

    /// A chain; the place is the discipline itself.
    pub(super) fn chain(&self, index: u32, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.fixed(&self.head(0, 0))?;
        to.value(CHAIN, &index)
    }
}

/// `tcm_info`: priority, and protocol in network order.
fn info(at: &At) -> u32 {
    u32::from(at.prio) << 16 | u32::from(at.protocol.0.to_be())
}

/// The same taken apart.
pub(super) fn prio_and_protocol(info: u32) -> (u16, EtherType) {
    ((info >> 16) as u16, EtherType(u16::from_be(info as u16)))
}
