//! The rules by which `tc qdisc` and `tc class` change a tree (`tc_modify_qdisc`, `tc_get_qdisc`,
//! `tc_ctl_tclass`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{ClassSpec, Hooks, Spec, Tree, TreeError, filters};
use crate::filter::Block;
use crate::{
    ClassError, ClassId, Cx, Estimator, EstimatorConfig, Fifo, Handle, Packet, Qdisc, SizeTable,
    Stats,
};

/// What is to be done if there is a discipline already, and if there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Create; an error if there is one (`NLM_F_CREATE | NLM_F_EXCL`).
    Add,
    /// Change; an error if there is none, unless one of another kind is to take its place (no flag).
    Change,
    /// Change, or create if there is none (`NLM_F_CREATE | NLM_F_REPLACE`).
    Replace,
    /// Change; an error if there is none (`NLM_F_REPLACE`).
    Link,
    /// Change, or create if there is none; what has another number or is of another kind stays
    /// (`NLM_F_CREATE`).
    Create,
}

impl Verb {
    fn creates(self) -> bool {
        matches!(self, Self::Add | Self::Replace | Self::Create)
    }

    fn replaces(self) -> bool {
        matches!(self, Self::Replace | Self::Link)
    }
}

/// Where in a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parent {
    /// Wherever the number says (`TC_H_UNSPEC`).
    Unspecified,
    /// The device itself (`TC_H_ROOT`).
    Root,
    /// The device's other end, where packets arrive (`TC_H_INGRESS`, tc's `ffff:fff1`).
    Ingress,
    /// A class.
    Class(ClassId),
}

impl Parent {
    /// The number that ingress and clsact always have.
    pub const HOOKS: Handle = Handle(0xffff);
    /// clsact's class for what arrives (`TC_H_MIN_INGRESS`).
    pub const INGRESS_MINOR: u16 = 0xfff2;
    /// clsact's class for what leaves (`TC_H_MIN_EGRESS`).
    pub const EGRESS_MINOR: u16 = 0xfff3;
}

/// One command about a discipline (`struct tcmsg` of `RTM_NEWQDISC`).
#[derive(Clone, Debug)]
pub struct Request<'a, P: Packet> {
    /// What to do.
    pub verb: Verb,
    /// Where.
    pub parent: Parent,
    /// Which number it has or gets; [`Handle::UNSPEC`] for whatever is there, or any.
    pub handle: Handle,
    /// What it is to be; `None` leaves what is there as it is.
    pub spec: Option<&'a dyn Spec<P>>,
    /// A size table; for the root.
    pub size_table: Option<SizeTable>,
    /// A rate estimator.
    pub estimator: Option<EstimatorConfig>,
}

impl<'a, P: Packet> Request<'a, P> {
    /// `tc qdisc add`: a new discipline, its number any.
    #[must_use]
    pub fn add(parent: Parent, spec: &'a dyn Spec<P>) -> Self {
        let (verb, handle) = (Verb::Add, Handle::UNSPEC);
        Self { verb, parent, handle, spec: Some(spec), size_table: None, estimator: None }
    }

    /// The same with a number.
    #[must_use]
    pub fn handle(self, handle: Handle) -> Self {
        Self { handle, ..self }
    }

    /// The same with another verb.
    #[must_use]
    pub fn verb(self, verb: Verb) -> Self {
        Self { verb, ..self }
    }

    fn kind(&self) -> Option<&'static str> {
        self.spec.map(Spec::kind)
    }
}

/// One command about a class (`struct tcmsg` of `RTM_NEWTCLASS`).
#[derive(Clone, Copy, Debug)]
pub struct ClassRequest<'a, P: Packet> {
    /// What to do.
    pub verb: Verb,
    /// Above it; the part before the colon may be left out.
    pub parent: Parent,
    /// Its number; the part before the colon may be left out.
    pub id: ClassId,
    /// What it is to be.
    pub spec: &'a dyn ClassSpec<P>,
    /// A rate estimator.
    pub estimator: Option<EstimatorConfig>,
}

/// What a request comes down to.
enum Step {
    Create,
    Change(Handle),
}

/// Disciplines below the root that may hang one below the other.
const DEPTH: usize = 7;

impl<P: Packet> Tree<P> {
    /// Adds, changes or replaces a discipline (`tc_modify_qdisc`). Gives its number.
    ///
    /// # Errors
    /// Whatever Linux refuses: see [`TreeError`]; nothing has changed.
    pub fn modify(
        &mut self,
        request: &Request<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<Handle, TreeError> {
        let hooks = matches!(request.kind(), Some("ingress" | "clsact"));
        if hooks != (request.parent == Parent::Ingress) && request.kind().is_some() {
            return Err(TreeError::WrongEnd);
        }
        if request.parent == Parent::Ingress {
            return self.modify_hooks(request);
        }
        let below = !matches!(request.parent, Parent::Root | Parent::Unspecified);
        if request.size_table.is_some() && below {
            return Err(TreeError::SizeTableBelowRoot);
        }
        let handle = match self.step(request)? {
            Step::Create => self.create(request, cx)?,
            Step::Change(handle) => self.change(handle, request, cx)?,
        };
        if handle == self.root_handle {
            self.size_table.clone_from(&request.size_table);
        }
        if let Some(config) = request.estimator {
            self.estimate(handle, None, config, cx)?;
        }
        Ok(handle)
    }

    fn step(&self, request: &Request<'_, P>) -> Result<Step, TreeError> {
        let wanted = request.handle;
        if request.parent == Parent::Unspecified {
            return match wanted {
                Handle::UNSPEC => Err(TreeError::NoHandle),
                _ if self.places.contains_key(&wanted) => Ok(Step::Change(wanted)),
                _ => Err(TreeError::UnknownQdisc(wanted)),
            };
        }
        let there = self.handle_at(request.parent)?;
        let create = || {
            if request.verb.creates() { Ok(Step::Create) } else { Err(TreeError::NothingThere) }
        };
        match there {
            Some(there) if wanted == there => Ok(Step::Change(there)),
            Some(_) if wanted != Handle::UNSPEC && !request.verb.replaces() => {
                Err(TreeError::Exists)
            }
            _ if wanted != Handle::UNSPEC => {
                if self.places.contains_key(&wanted) {
                    return Err(TreeError::Moves(wanted));
                }
                create()
            }
            None => create(),
            Some(there) => {
                let same = self.find(there).map(Qdisc::kind) == request.kind();
                let keeps = matches!(request.verb, Verb::Link | Verb::Create);
                if !same && request.kind().is_some() && !keeps {
                    return Ok(Step::Create);
                }
                Ok(Step::Change(there))
            }
        }
    }

    /// The number of what hangs there, if it has one.
    fn handle_at(&self, parent: Parent) -> Result<Option<Handle>, TreeError> {
        let path = self.path_of(parent)?;
        let at = self.places.iter().find(|(_, place)| **place == path);
        Ok(at.map(|(&handle, _)| handle))
    }

    /// The classes from the root down to that place, which is there.
    fn path_of(&self, parent: Parent) -> Result<Vec<ClassId>, TreeError> {
        let Parent::Class(class) = parent else { return Ok(Vec::new()) };
        let handle = class.handle();
        let place = self.places.get(&handle).ok_or(TreeError::UnknownQdisc(handle))?;
        let found = self.root().find(place).and_then(|qdisc| qdisc.find_class(class));
        let mut path = place.clone();
        path.push(found.ok_or(TreeError::UnknownClass(class))?);
        Ok(path)
    }

    fn create(
        &mut self,
        request: &Request<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<Handle, TreeError> {
        let spec = request.spec.ok_or(TreeError::NoKind)?;
        let path = self.path_of(request.parent)?;
        if path.len() > DEPTH {
            return Err(TreeError::TooDeep);
        }
        let handle = match request.handle {
            Handle::UNSPEC => self.free_handle()?,
            given => given,
        };
        if let Some(config) = request.estimator {
            Estimator::new(config, &Stats::default(), cx.now)?;
        }
        let child = spec.create(handle, &mut self.device)?;
        self.graft(&path, child, cx)?;
        if path.is_empty() {
            self.root_handle = handle;
        }
        self.places.insert(handle, path);
        Ok(handle)
    }

    /// Puts `child` where `path` leads, and forgets what hung there.
    fn graft(
        &mut self,
        path: &[ClassId],
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), TreeError> {
        if path.is_empty() {
            self.root.replace(child, &mut self.books, cx);
        } else {
            let mut child = Some(child);
            let mut grafted = Ok(());
            let mut work = |root: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>| {
                if let Some(child) = child.take() {
                    grafted = root.graft(path, child, cx);
                }
            };
            self.root.with(&mut work, &mut self.books, cx);
            grafted.map_err(|refused| TreeError::UnknownClass(refused.why.0))?;
        }
        self.forget_below(path);
        Ok(())
    }

    fn forget_below(&mut self, path: &[ClassId]) {
        self.places.retain(|_, place| !place.starts_with(path));
        self.forget_estimators();
    }

    fn forget_estimators(&mut self) {
        let places = &self.places;
        self.estimators.retain(|(of, _), _| places.contains_key(of));
        self.set_next_sample();
    }

    /// `qdisc_alloc_handle`: 8001: and up, round to 8000:.
    fn free_handle(&mut self) -> Result<Handle, TreeError> {
        for _ in 0..0x8000 {
            self.last_handle = match self.last_handle {
                0xfffe.. => 0x8000,
                last => last + 1,
            };
            let handle = Handle(self.last_handle);
            if !self.places.contains_key(&handle) {
                return Ok(handle);
            }
        }
        Err(TreeError::NoHandleLeft)
    }

    /// `qdisc_change`.
    fn change(
        &mut self,
        handle: Handle,
        request: &Request<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<Handle, TreeError> {
        if request.verb == Verb::Add {
            return Err(TreeError::Exists);
        }
        let there = self.find(handle).map(Qdisc::kind).ok_or(TreeError::UnknownQdisc(handle))?;
        let Some(spec) = request.spec else { return Ok(handle) };
        if spec.kind() != there {
            return Err(TreeError::OtherKind(there));
        }
        let mut changed = Ok(());
        self.with(handle, &mut |qdisc, cx| changed = spec.change(qdisc, cx), cx);
        changed?;
        Ok(handle)
    }

    fn modify_hooks(&mut self, request: &Request<'_, P>) -> Result<Handle, TreeError> {
        let handle = Parent::HOOKS;
        if let Some(hooks) = &self.hooks {
            return match request.kind() {
                _ if request.verb == Verb::Add => Err(TreeError::Exists),
                Some(kind) if kind != hooks.kind => Err(TreeError::OtherKind(hooks.kind)),
                _ => Ok(handle),
            };
        }
        let kind = request.kind().ok_or(TreeError::NoKind)?;
        if !request.verb.creates() {
            return Err(TreeError::NothingThere);
        }
        self.hooked = true;
        let egress = (kind == "clsact").then(Block::new);
        self.hooks = Some(Hooks { kind, ingress: Block::new(), egress, stats: Stats::default() });
        Ok(handle)
    }

    /// Deletes a discipline and all below it, and drops what waits there (`tc_get_qdisc`,
    /// `RTM_DELQDISC`). The root's place is taken by what the tree began with, a class's place by a
    /// pfifo; Linux gives a tbf's class something that takes no packets, which helps nobody.
    ///
    /// # Errors
    /// There is nothing with a number, or it has another number than `handle`, if that is one:
    /// nothing has changed.
    pub fn delete(
        &mut self,
        parent: Parent,
        handle: Handle,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), TreeError> {
        if parent == Parent::Unspecified {
            return Err(TreeError::NoHandle);
        }
        if parent == Parent::Ingress {
            return self.hooks.take().map(drop).ok_or(TreeError::NothingThere);
        }
        let there = self.handle_at(parent)?.ok_or(TreeError::NothingThere)?;
        if handle != Handle::UNSPEC && handle != there {
            return Err(TreeError::OtherHandle(there));
        }
        let path = self.path_of(parent)?;
        let after: Box<dyn Qdisc<P>> = if path.is_empty() {
            Self::fallback_root(&self.device)?
        } else {
            Box::new(Fifo::pfifo(self.device.tx_queue_len)?)
        };
        self.graft(&path, after, cx)?;
        if path.is_empty() {
            (self.root_handle, self.size_table) = (Handle::UNSPEC, None);
        }
        Ok(())
    }

    /// Adds, changes or replaces a class (`tc_ctl_tclass`). Gives its number.
    ///
    /// # Errors
    /// Whatever Linux refuses: see [`TreeError`]; nothing has changed.
    pub fn modify_class(
        &mut self,
        request: &ClassRequest<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<ClassId, TreeError> {
        let (id, parent) = self.class_and_parent(request.parent, request.id)?;
        let handle = id.handle();
        let qdisc = self.find(handle).ok_or(TreeError::UnknownQdisc(handle))?;
        let exists = qdisc.has_class(id);
        if qdisc.kind() != request.spec.kind() {
            return Err(TreeError::OtherKind(qdisc.kind()));
        }
        if exists && request.verb == Verb::Add {
            return Err(ClassError::Exists(id).into());
        }
        if !exists && !request.verb.creates() {
            return Err(ClassError::Unknown(id).into());
        }
        let mut done = Ok(());
        let mut work = |qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>| {
            done = match exists {
                true => request.spec.change(qdisc, id, cx),
                false => request.spec.add(qdisc, (id, parent), cx),
            };
            if !exists && done.is_ok() {
                filters::of_classes(qdisc, &mut |block| block.bind(id));
            }
        };
        self.with(handle, &mut work, cx);
        done?;
        self.forget_lost();
        if let Some(config) = request.estimator {
            self.estimate(handle, Some(id), config, cx)?;
        }
        Ok(id)
    }

    /// Deletes a class (`RTM_DELTCLASS`).
    ///
    /// # Errors
    /// There is no such class, or it is in use: nothing has changed.
    pub fn delete_class(&mut self, id: ClassId, cx: &mut Cx<'_, P>) -> Result<(), TreeError> {
        let (id, _) = self.class_and_parent(Parent::Unspecified, id)?;
        let handle = id.handle();
        let mut deleted = Ok(());
        let mut work = |qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>| {
            deleted = qdisc.delete_class(id, cx);
            if deleted.is_ok() {
                filters::of_classes(qdisc, &mut |block| block.unbind(id));
            }
        };
        if !self.with(handle, &mut work, cx) {
            return Err(TreeError::UnknownQdisc(handle));
        }
        deleted?;
        self.estimators.remove(&(handle, Some(id)));
        self.forget_lost();
        Ok(())
    }

    /// Completes the numbers of a class and of its parent, either of which may have come without its
    /// part before the colon.
    fn class_and_parent(
        &self,
        parent: Parent,
        id: ClassId,
    ) -> Result<(ClassId, Option<ClassId>), TreeError> {
        if id.minor() == 0 {
            return Err(TreeError::NoClassId);
        }
        let above = if let Parent::Class(above) = parent { Some(above) } else { None };
        let known = [Some(id), above].into_iter().flatten().map(ClassId::handle);
        let mut known = known.filter(|&handle| handle != Handle::UNSPEC);
        let handle = known.clone().next().unwrap_or(self.root_handle);
        if known.next_back().is_some_and(|last| last != handle) {
            return Err(TreeError::OtherDiscipline(id));
        }
        let above = above.map(ClassId::minor).filter(|&minor| minor != 0);
        Ok((handle.class(id.minor()), above.map(|minor| handle.class(minor))))
    }

    /// Forgets the numbers of disciplines whose classes are gone.
    fn forget_lost(&mut self) {
        let root = self.root.qdisc();
        self.places.retain(|_, place| root.find(place).is_some());
        self.forget_estimators();
    }

    fn estimate(
        &mut self,
        of: Handle,
        class: Option<ClassId>,
        config: EstimatorConfig,
        cx: &Cx<'_, P>,
    ) -> Result<(), TreeError> {
        let stats = self.stats_of(of, class).unwrap_or_default();
        let mut new = Estimator::new(config, &stats, cx.now)?;
        if let Some(old) = self.estimators.get(&(of, class)) {
            new.inherit(old);
        }
        self.estimators.insert((of, class), new);
        self.set_next_sample();
        Ok(())
    }
}
