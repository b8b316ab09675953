//! Dumps of filters (`tc_dump_tfilter`) and chains (`tc_dump_chain`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{DumpWriter, Progress};
use softnet_netlink::policy::{Parsed, Policy, Rule, Strictness, table};
use softnet_netlink::rtnl::kind;
use softnet_netlink::set::Set;
use softnet_netlink::tc::{FilterSet, Tcmsg};
use softnet_netlink::wire::{Flags, Message};

use super::fill::{CHAIN, Filler, prio_and_protocol};
use super::kind::{Names, has_terse};
use super::place::Place;
use super::{NamesOf, TrafficControl};
use crate::Packet;
use crate::filter::{Block, ProtoShown, What};
use crate::netlink::Devices;

/// `TCA_DUMP_FLAGS`, and its only flag.
const DUMP_FLAGS: u16 = 15;
const TERSE: u32 = 1;
/// The first number behind `TCA_*`.
const END: usize = 17;
/// `tcf_tfilter_dump_policy`.
static POLICY: Policy =
    Policy::new(&table::<{ END }>(&[(CHAIN, Rule::U32), (DUMP_FLAGS, Rule::bitfield32(TERSE))]));

/// How far a dump of filters or chains is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilterDump {
    /// Priorities, or chains, that are done.
    index: usize,
    /// Filters of the next priority that are done, and its head before them.
    done: usize,
    /// No message fits, or ever will: what Linux takes for that.
    stuck: bool,
}

/// What a dump is about.
struct Wanted {
    head: Tcmsg,
    chain: Option<u32>,
    terse: bool,
}

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// Writes as much of a dump as fits.
    pub(in crate::netlink) fn filter_dump(
        &mut self,
        dump: &mut FilterDump,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        let mut extack = ExtAck::new();
        let Some(request) = to.request() else { return Ok(Progress::Done) };
        let chains = request.kind() == kind::GETCHAIN;
        let wanted = wanted(&request, chains, &mut extack);
        if wanted.is_err() {
            *to.extack() = extack;
        }
        let Some(wanted) = wanted? else { return Ok(Progress::Done) };
        dump.stuck = false;
        if let Some(place) = Place::to_show(&*self.devices, &wanted.head)
            && let Some(tree) = self.devices.tree(place.dev)
            && let Some(block) = tree.filters(place.of())
        {
            let names = NamesOf::new(&*self.devices);
            let parent = if chains {
                place.handle.class(0)
            } else {
                block.classid().unwrap_or(place.parent)
            };
            let (dev, now) = (place.dev, self.devices.now());
            let filler = Filler { dev, parent, now, names: Names(&names) };
            if chains {
                dump.chains(block, (&wanted, &filler), to);
            } else {
                dump.filters(block, (&wanted, &filler), to);
            }
        }
        match (to.is_empty(), dump.stuck) {
            (true, true) => Err(Errno::EMSGSIZE),
            (true, false) => Ok(Progress::Done),
            (false, _) => Ok(Progress::More),
        }
    }
}

/// Reads a request; `None` where it is too short to be one.
fn wanted(
    request: &Message<'_>,
    chains: bool,
    extack: &mut ExtAck,
) -> Result<Option<Wanted>, Errno> {
    const FIXED: usize = size_of::<Tcmsg>();
    if request.payload().len() < FIXED {
        return Ok(None);
    }
    let policy = if chains { FilterSet::POLICY } else { &POLICY };
    let table: Parsed<'_, { END }> = extack.parse(request, FIXED, policy, Strictness::LIBERAL)?;
    let flags = table.get(DUMP_FLAGS).and_then(|flags| flags.u32()).unwrap_or(0);
    Ok(Some(Wanted {
        head: request.fixed(),
        chain: table.get(CHAIN).and_then(|chain| chain.u32()),
        terse: flags & TERSE != 0,
    }))
}

impl FilterDump {
    /// `tcf_chain_dump` of each chain: each priority by itself, then its filters.
    fn filters<P: Packet>(
        &mut self,
        block: &Block<P>,
        (wanted, filler): (&Wanted, &Filler<'_>),
        to: &mut DumpWriter<'_>,
    ) {
        let (prio, protocol) = prio_and_protocol(wanted.head.info);
        let in_chain =
            |proto: &ProtoShown| wanted.chain.is_none_or(|chain| chain == proto.at.chain);
        let all = block.protos().filter(in_chain);
        for proto in all.skip(self.index) {
            let of_prio = prio == 0 || prio == proto.at.prio;
            let of_protocol = protocol.0 == 0 || protocol == proto.at.protocol;
            if of_prio && of_protocol && !self.proto(block, &proto, (wanted, filler), to) {
                return;
            }
            self.index += 1;
            self.done = 0;
        }
    }

    /// Whether all of a priority is written.
    fn proto<P: Packet>(
        &mut self,
        block: &Block<P>,
        proto: &ProtoShown,
        (wanted, filler): (&Wanted, &Filler<'_>),
        to: &mut DumpWriter<'_>,
    ) -> bool {
        let empty = Flags::empty();
        if self.done == 0 {
            let written = to.message(kind::NEWTFILTER, empty, |to| filler.proto(proto, to));
            self.stuck = written.is_err();
            self.done += usize::from(written.is_ok());
        }
        // Linux takes one without filters for one that does not fit (`fw_walk`).
        self.stuck |= proto.is_mark_class;
        let mut next = 1;
        let mut show = |shown: &crate::filter::Shown<'_, P>| {
            let turn = next;
            next += 1;
            if self.stuck || turn < self.done {
                return;
            }
            // Nor has it a short form of most kinds: it stops there. With matchall it goes on behind it.
            if wanted.terse && !has_terse(shown) {
                self.stuck = true;
                self.done += usize::from(matches!(shown.what, What::Matchall(_)));
                return;
            }
            let fill =
                |to: &mut softnet_netlink::wire::Body<'_>| filler.filter(shown, wanted.terse, to);
            match to.message(kind::NEWTFILTER, empty, fill) {
                Ok(()) => self.done = turn + 1,
                Err(_) => self.stuck = true,
            }
        };
        block.walk_proto(proto.at, &mut show);
        !self.stuck
    }

    fn chains<P: Packet>(
        &mut self,
        block: &Block<P>,
        (wanted, filler): (&Wanted, &Filler<'_>),
        to: &mut DumpWriter<'_>,
    ) {
        let all = block.chains().map(|chain| chain.index);
        let all = all.filter(|index| wanted.chain.is_none_or(|chain| chain == *index));
        for index in all.skip(self.index) {
            let fill = |to: &mut softnet_netlink::wire::Body<'_>| filler.chain(index, to);
            if to.message(kind::NEWCHAIN, Flags::empty(), fill).is_err() {
                self.stuck = true;
                return;
            }
            self.index += 1;
        }
    }
}
