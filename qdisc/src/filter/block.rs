//! The filters of one discipline or class (`struct tcf_block`, `struct tcf_chain`, `struct
//! tcf_proto`).

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{EtherType, Instant};

use super::kinds::{Kind, Proto};
use super::target::Step;
use super::{At, Filter, FilterError, MAX_CHAIN, Request, Shown, Verdict, cls_u32};
use crate::action::Action;
use crate::{ClassId, Cx, Packet};

/// Times that a packet is sent to the start or to another chain before it is dropped
/// (`max_reclassify_loop`).
const MAX_RECLASSIFY: u32 = 16;
/// The first priority that is given by itself, and the least that can be.
const AUTO_PRIO: u16 = 0xc000;
const AUTO_PRIO_LEAST: u16 = 0x8000;

/// The filters of one discipline or class.
///
/// They stand in chains; a packet starts in chain 0. In a chain, each priority has filters of one kind
/// for one protocol, and the lowest number is asked first.
///
/// ```
/// use softnet_qdisc::filter::{At, Block, Filter, Request, Target, Verdict, fw};
/// use softnet_qdisc::{ClassId, Cx};
/// use softnet_sk_buff::{DropCounts, EtherType, Instant};
/// # use softnet_qdisc::Packet;
/// # struct Toy(u32);
/// # impl Packet for Toy {
/// #     fn pkt_len(&self) -> u32 { 100 }
/// #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
/// #     fn mark(&self) -> u32 { self.0 }
/// # }
/// // tc filter add … prio 5 handle 7 fw classid 1:2
/// let mut filters = Block::<Toy>::new();
/// let at = At { prio: 5, handle: 7, ..At::any(EtherType::ALL) };
/// let to = Target::class(ClassId(0x1_0002));
/// filters.change(Request::Add, at, Filter::Fw(fw::Config::new(to)), Instant::ZERO)?;
///
/// let mut lost = DropCounts::default();
/// let mut cx = Cx::new(Instant::ZERO, &mut lost);
/// assert_eq!(filters.classify(&mut Toy(7), &mut cx), Verdict::Class(ClassId(0x1_0002)));
/// assert_eq!(filters.classify(&mut Toy(8), &mut cx), Verdict::Unclassified);
/// # Ok::<(), softnet_qdisc::filter::FilterError>(())
/// ```
pub struct Block<P: Packet> {
    /// Nothing while there are no filters, as most disciplines have none.
    chains: Option<Box<Chains<P>>>,
}

struct Chains<P: Packet> {
    /// By ascending index; only those that have filters, were made as such, or are where an action leads.
    list: Vec<Chain<P>>,
    /// The next [`Chain::born`].
    next_born: u64,
    /// Actions lead to chains, or once did.
    has_gotos: bool,
    /// What the last filter was made at (`tcf_block::classid`).
    classid: Option<ClassId>,
    tables: cls_u32::Tables<P>,
    /// Classes that came after filters which name them, and are held by these all the same.
    bound_later: BTreeSet<ClassId>,
}

struct Chain<P: Packet> {
    index: u32,
    /// Its place among the others as they are shown: in the order in which they came to be.
    born: u64,
    /// It stays without filters (`explicitly_created`).
    explicit: bool,
    /// By ascending priority.
    protos: Vec<Proto<P>>,
}

/// A priority of a chain, with its filters (`struct tcf_proto`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProtoShown {
    /// Chain, priority and protocol; the handle is 0.
    pub at: At,
    /// Linux's name for the kind of its filters.
    pub kind: &'static str,
    /// fw without a filter: the mark is the class.
    pub is_mark_class: bool,
}

/// A chain of a block (`struct tcf_chain`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainShown {
    /// Its number.
    pub index: u32,
    /// It was made as such (`tc chain add`) and stays without filters.
    pub explicit: bool,
}

impl<P: Packet> Block<P> {
    /// No filters.
    #[must_use]
    pub const fn new() -> Self {
        Self { chains: None }
    }

    /// Whether there are no filters.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.chains.is_none()
    }

    /// Whether there are filters in chain 0, where a packet begins (`mini_qdisc_pair_swap`).
    #[inline]
    pub(crate) fn begins(&self) -> bool {
        let first = self.chains.as_ref().and_then(|chains| chains.list.first());
        first.is_some_and(|chain| chain.index == 0 && !chain.protos.is_empty())
    }

    /// Asks the filters about `packet`, in order, until one matches, and does to it what that one's
    /// actions say (`tcf_classify`).
    #[inline]
    pub fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Verdict {
        match &mut self.chains {
            None => Verdict::Unclassified,
            Some(chains) => chains.classify(packet, cx),
        }
    }

    /// Adds a filter or changes one (`tc_new_tfilter`), and tells where it is now: with the priority
    /// and the handle that it got if it was given none.
    ///
    /// # Errors
    /// See [`FilterError`]; nothing has changed.
    pub fn change(
        &mut self,
        request: Request,
        at: At,
        mut filter: Filter<P>,
        now: Instant,
    ) -> Result<At, FilterError> {
        if at.prio == 0 && request == Request::Change {
            return Err(FilterError::NoPriority);
        }
        if at.chain > MAX_CHAIN {
            return Err(FilterError::Chain(at.chain));
        }
        let mut chains = self.chains.take().unwrap_or_default();
        chains.has_gotos |= filter.leads_to_a_chain();
        let changed = chains.change(request, at, filter, now);
        chains.settle();
        // Also where a filter did not come about for which a place had been made.
        if !chains.list.is_empty() {
            self.chains = Some(chains);
        }
        changed
    }

    /// Makes a chain without filters, which stays when it has none any more (`RTM_NEWCHAIN`).
    ///
    /// # Errors
    /// [`FilterError::Chain`], [`FilterError::ChainExists`]; nothing has changed.
    pub fn add_chain(&mut self, index: u32) -> Result<(), FilterError> {
        if index > MAX_CHAIN {
            return Err(FilterError::Chain(index));
        }
        if self.chain(index).is_some() {
            return Err(FilterError::ChainExists(index));
        }
        let chains = self.chains.get_or_insert_default();
        let place = chains.make_chain(index);
        if let Some(chain) = chains.list.get_mut(place) {
            chain.explicit = true;
        }
        Ok(())
    }

    /// Deletes a chain with its filters (`RTM_DELCHAIN`).
    ///
    /// # Errors
    /// [`FilterError::NoChain`]; nothing has changed.
    pub fn delete_chain(&mut self, index: u32) -> Result<(), FilterError> {
        self.chain(index).ok_or(FilterError::NoChain(index))?;
        let Some(chains) = &mut self.chains else { return Err(FilterError::NoChain(index)) };
        if let Some(place) = chains.find(index)
            && let Some(chain) = chains.list.get_mut(place)
        {
            chain.explicit = false;
        }
        self.delete(At { chain: index, ..At::any(EtherType::NONE) }, None)
    }

    /// A chain, unless there is nothing of it but actions that lead to it.
    #[must_use]
    pub fn chain(&self, index: u32) -> Option<ChainShown> {
        let chains = self.chains.as_deref()?;
        chains.list.get(chains.find(index)?).and_then(Chain::shown)
    }

    /// Shows all chains, in the order in which they came to be.
    pub fn chains(&self) -> impl Iterator<Item = ChainShown> {
        self.by_birth().into_iter().filter_map(Chain::shown)
    }

    /// Shows the priorities of all chains, in the order in which [`walk`](Self::walk) shows their filters.
    pub fn protos(&self) -> impl Iterator<Item = ProtoShown> {
        self.by_birth()
            .into_iter()
            .flat_map(|chain| chain.protos.iter().map(|proto| proto.summary(chain.index)))
    }

    /// A priority of a chain.
    #[must_use]
    pub fn proto(&self, chain: u32, prio: u16) -> Option<ProtoShown> {
        let chains = self.chains.as_deref()?;
        let chain = chains.list.get(chains.find(chain)?)?;
        let place = chain.find(prio, EtherType::NONE).ok()?.ok()?;
        chain.protos.get(place).map(|proto| proto.summary(chain.index))
    }

    /// Shows the filters of one priority, or nothing if there is no such.
    pub fn walk_proto(&self, at: At, visit: &mut dyn FnMut(&Shown<'_, P>)) {
        let Some(chains) = self.chains.as_deref() else { return };
        let chain = chains.find(at.chain).and_then(|place| chains.list.get(place));
        let Some(chain) = chain else { return };
        if let Ok(Ok(place)) = chain.find(at.prio, at.protocol)
            && let Some(proto) = chain.protos.get(place)
        {
            proto.walk(&chains.tables, At { protocol: proto.protocol, handle: 0, ..at }, visit);
        }
    }

    /// The priority that [`change`](Self::change) would give a filter of `chain` that has none.
    ///
    /// # Errors
    /// [`FilterError::NoPriorityLeft`].
    pub fn auto_prio(&self, chain: u32) -> Result<u16, FilterError> {
        let at = At { chain, ..At::any(EtherType::NONE) };
        let there = self.chains.as_deref().and_then(|chains| chains.list.get(chains.find(chain)?));
        there.map_or(Ok(AUTO_PRIO), |chain| Ok(chain.place(at)?.0))
    }

    /// The class that the last filter was made at, as its maker wrote it (`tcf_block::classid`).
    #[must_use]
    pub fn classid(&self) -> Option<ClassId> {
        self.chains.as_deref()?.classid
    }

    /// Says at which class that was; without filters and chains there is nothing to say it of.
    pub fn set_classid(&mut self, classid: ClassId) {
        if let Some(chains) = &mut self.chains {
            chains.classid = Some(classid);
        }
    }

    fn by_birth(&self) -> Vec<&Chain<P>> {
        let list = self.chains.as_deref().map_or(&[][..], |chains| &chains.list);
        let mut chains: Vec<_> = list.iter().collect();
        chains.sort_unstable_by_key(|chain| chain.born);
        chains
    }

    /// Deletes a filter; without handle all of its priority; without priority all of the chain
    /// (`tc_del_tfilter`). `kind`, if given, is what it must be.
    ///
    /// # Errors
    /// See [`FilterError`]; nothing has changed.
    pub fn delete(&mut self, at: At, kind: Option<&str>) -> Result<(), FilterError> {
        if at.prio == 0 && (at.protocol != EtherType::NONE || at.handle != 0 || kind.is_some()) {
            return Err(FilterError::NoPriority);
        }
        if at.chain > MAX_CHAIN {
            return Err(FilterError::Chain(at.chain));
        }
        let Some(chains) = &mut self.chains else {
            return if at.prio == 0 { Ok(()) } else { Err(FilterError::NoChain(at.chain)) };
        };
        chains.delete(at, kind)?;
        chains.settle();
        if chains.list.is_empty() {
            self.chains = None;
        }
        Ok(())
    }

    /// Deletes all filters.
    pub fn clear(&mut self) {
        self.chains = None;
    }

    /// Shows one filter (`tc_get_tfilter`).
    ///
    /// # Errors
    /// See [`FilterError`].
    pub fn get<T>(&self, at: At, visit: impl FnOnce(&Shown<'_, P>) -> T) -> Result<T, FilterError> {
        if at.prio == 0 {
            return Err(FilterError::NoPriority);
        }
        let chains = self.chains.as_deref().ok_or(FilterError::NoChain(at.chain))?;
        let index = chains.find(at.chain).ok_or(FilterError::NoChain(at.chain))?;
        let chain = chains.list.get(index).ok_or(FilterError::NoChain(at.chain))?;
        let place = chain.find(at.prio, at.protocol)?.map_err(|_| FilterError::NotFound)?;
        let proto = chain.protos.get(place).ok_or(FilterError::NotFound)?;
        let here = At { protocol: proto.protocol, ..at };
        proto.show(&chains.tables, here, visit).ok_or(FilterError::UnknownHandle)
    }

    /// Shows all filters (`tc_dump_tfilter`): chains in the order in which they came to be, priorities in
    /// ascending order, the filters of each as Linux does.
    pub fn walk(&self, visit: &mut dyn FnMut(&Shown<'_, P>)) {
        let Some(chains) = &self.chains else { return };
        for chain in self.by_birth() {
            for proto in &chain.protos {
                let (prio, protocol) = (proto.prio, proto.protocol);
                let at = At { chain: chain.index, prio, protocol, handle: 0 };
                proto.walk(&chains.tables, at, visit);
            }
        }
    }

    /// Class `id` has come: filters that named it before hold it from now on (`tc_bind_class`).
    pub(crate) fn bind(&mut self, id: ClassId) {
        let mut named = false;
        self.walk(&mut |shown| named |= shown.classid == Some(id));
        if let Some(chains) = self.chains.as_deref_mut().filter(|_| named) {
            chains.bound_later.insert(id);
        }
    }

    /// Whether class `id` can't be deleted because of a filter here (`qdisc_class_in_use`).
    pub(crate) fn holds(&self, id: ClassId) -> bool {
        let later = self.chains.as_deref().is_some_and(|it| it.bound_later.contains(&id));
        let mut holds = false;
        self.walk(&mut |shown| holds |= shown.classid == Some(id) && (shown.bound || later));
        holds
    }

    /// Class `id` is gone.
    pub(crate) fn unbind(&mut self, id: ClassId) {
        if let Some(chains) = &mut self.chains {
            chains.bound_later.remove(&id);
        }
    }
}

impl<P: Packet> Default for Block<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Packet> fmt::Debug for Block<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        self.walk(&mut |shown| {
            list.entry(shown);
        });
        list.finish()
    }
}

impl<P: Packet> Default for Box<Chains<P>> {
    fn default() -> Self {
        let tables = cls_u32::Tables::new();
        Self::new(Chains {
            list: Vec::new(),
            next_born: 0,
            has_gotos: false,
            classid: None,
            tables,
            bound_later: BTreeSet::new(),
        })
    }
}

impl<P: Packet> Chains<P> {
    fn find(&self, index: u32) -> Option<usize> {
        self.list.binary_search_by_key(&index, |chain| chain.index).ok()
    }

    /// `__tcf_classify`. A chain that is not there is an empty one.
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Verdict {
        let mut chain = 0;
        for _ in 0..=MAX_RECLASSIFY {
            let Some(index) = self.find(chain) else { return Verdict::Unclassified };
            let protos = self.list.get_mut(index).map(|chain| &mut chain.protos);
            let mut again = None;
            for proto in protos.into_iter().flatten() {
                if !proto.is_for(packet) {
                    continue;
                }
                match proto.kind.classify(&mut self.tables, packet, cx) {
                    Step::Next => {}
                    Step::Done(verdict) => return verdict,
                    Step::Reclassify => again = Some(0),
                    Step::Goto(chain) => again = Some(chain),
                }
                if again.is_some() {
                    break;
                }
            }
            match again {
                Some(next) => chain = next,
                None => return Verdict::Unclassified,
            }
        }
        Verdict::Drop
    }

    fn change(
        &mut self,
        request: Request,
        at: At,
        filter: Filter<P>,
        now: Instant,
    ) -> Result<At, FilterError> {
        let (prio, place) = match self.find(at.chain).and_then(|index| self.list.get(index)) {
            Some(chain) => chain.place(at)?,
            None => (if at.prio == 0 { AUTO_PRIO } else { at.prio }, Err(0)),
        };
        let at = At { prio, ..at };
        let place = match place {
            Ok(place) => return self.change_in(request, at, place, (filter, now)),
            Err(_) if at.protocol == EtherType::NONE => return Err(FilterError::NoProtocol),
            Err(_) if request == Request::Change => return Err(FilterError::NotFound),
            Err(place) => place,
        };
        let kind = Kind::new(&filter, &mut self.tables, (at.chain, prio))?;
        let index = self.make_chain(at.chain);
        if let Some(chain) = self.list.get_mut(index) {
            chain.protos.insert(place, Proto { prio, protocol: at.protocol, kind });
        }
        let changed = self.change_in(request, at, place, (filter, now));
        if changed.is_err() {
            self.remove(index, place);
        }
        changed
    }

    fn make_chain(&mut self, index: u32) -> usize {
        match self.list.binary_search_by_key(&index, |chain| chain.index) {
            Ok(place) => place,
            Err(place) => {
                let (born, protos) = (self.next_born, Vec::new());
                self.next_born += 1;
                self.list.insert(place, Chain { index, born, explicit: false, protos });
                place
            }
        }
    }

    /// The rest of [`change`](Self::change), at a priority that is there.
    fn change_in(
        &mut self,
        request: Request,
        at: At,
        place: usize,
        (filter, now): (Filter<P>, Instant),
    ) -> Result<At, FilterError> {
        let index = self.find(at.chain).ok_or(FilterError::NotFound)?;
        let chain = self.list.get_mut(index).ok_or(FilterError::NotFound)?;
        let proto = chain.protos.get_mut(place).ok_or(FilterError::NotFound)?;
        if proto.kind.name() != filter.kind() {
            return Err(FilterError::KindDiffers);
        }
        match request {
            Request::Change if !proto.kind.has(&self.tables, at.handle) => {
                return Err(FilterError::UnknownHandle);
            }
            Request::Add if proto.kind.has(&self.tables, at.handle) => {
                return Err(FilterError::Exists);
            }
            _ => {}
        }
        let owner = (at.chain, at.prio);
        let handle = proto.kind.change(&mut self.tables, owner, at.handle, (filter, now))?;
        Ok(At { handle, protocol: proto.protocol, ..at })
    }

    fn delete(&mut self, at: At, kind: Option<&str>) -> Result<(), FilterError> {
        let Some(index) = self.find(at.chain) else {
            return if at.prio == 0 { Ok(()) } else { Err(FilterError::NoChain(at.chain)) };
        };
        let chain = self.list.get_mut(index).ok_or(FilterError::NoChain(at.chain))?;
        if at.prio == 0 {
            let has_filters =
                |chain: &Chain<P>| chain.index == at.chain && !chain.protos.is_empty();
            while self.list.get(index).is_some_and(has_filters) {
                self.remove(index, 0);
            }
            // One that was without filters and is not to stay.
            let kept = self.has_gotos;
            self.list.retain(|chain| chain.index != at.chain || chain.explicit || kept);
            return Ok(());
        }
        let place = chain.find(at.prio, at.protocol)?.map_err(|_| FilterError::NotFound)?;
        let proto = chain.protos.get_mut(place).ok_or(FilterError::NotFound)?;
        if kind.is_some_and(|kind| kind != proto.kind.name()) {
            return Err(FilterError::KindDiffers);
        }
        let last = at.handle == 0 || proto.kind.delete(&mut self.tables, at.handle)?;
        if last {
            self.remove(index, place);
        }
        Ok(())
    }

    /// Removes a priority, and its chain with the last.
    fn remove(&mut self, index: usize, place: usize) {
        let Some(chain) = self.list.get_mut(index) else { return };
        if place < chain.protos.len()
            && let Kind::U32(proto) = chain.protos.remove(place).kind
        {
            self.tables.remove_root(&proto);
        }
        if chain.protos.is_empty() && !chain.explicit && !self.has_gotos {
            self.list.remove(index);
        }
    }

    /// Makes the chains that actions lead to (`tcf_chain_get_by_act`), and lets go of those that nothing holds.
    fn settle(&mut self) {
        if !self.has_gotos {
            return;
        }
        let mut led_to = BTreeSet::new();
        for chain in &self.list {
            for proto in &chain.protos {
                let at = At { chain: chain.index, ..At::any(EtherType::NONE) };
                let at = At { prio: proto.prio, ..at };
                proto.walk(&self.tables, at, &mut |shown| {
                    led_to.extend(shown.actions.iter().filter_map(Action::goto_chain));
                });
            }
        }
        for &index in &led_to {
            self.make_chain(index);
        }
        self.list.retain(|chain| {
            !chain.protos.is_empty() || chain.explicit || led_to.contains(&chain.index)
        });
        self.has_gotos = !led_to.is_empty();
    }
}

impl<P: Packet> Chain<P> {
    /// Not those that only actions hold (`tcf_chain_held_by_acts_only`).
    fn shown(&self) -> Option<ChainShown> {
        let there = self.explicit || !self.protos.is_empty();
        there.then_some(ChainShown { index: self.index, explicit: self.explicit })
    }

    /// Where a priority is, or else where it belongs (`tcf_chain_tp_find`).
    fn find(&self, prio: u16, protocol: EtherType) -> Result<Result<usize, usize>, FilterError> {
        let found = self.protos.binary_search_by_key(&prio, |proto| proto.prio);
        let there = found.ok().and_then(|place| self.protos.get(place));
        match there {
            Some(proto) if protocol != EtherType::NONE && proto.protocol != protocol => {
                Err(FilterError::ProtocolDiffers(proto.protocol))
            }
            _ => Ok(found),
        }
    }

    /// The same, with a priority chosen if none was given: below the least of those that were chosen
    /// before (`tcf_auto_prio`).
    fn place(&self, at: At) -> Result<(u16, Result<usize, usize>), FilterError> {
        if at.prio != 0 {
            return Ok((at.prio, self.find(at.prio, at.protocol)?));
        }
        let place = self.protos.partition_point(|proto| proto.prio < AUTO_PRIO_LEAST);
        match self.protos.get(place).map(|proto| proto.prio) {
            None => Ok((AUTO_PRIO, Err(place))),
            Some(AUTO_PRIO_LEAST) => Err(FilterError::NoPriorityLeft),
            Some(prio) => Ok((prio - 1, Err(place))),
        }
    }
}

#[cfg(test)]
mod tests;
