//! Making, changing and deleting classes of hfsc.

use super::tree::{NIL, Node, ROOT, Service};
use super::{Curve, Hfsc};
use crate::{ClassError, ClassId, ConfigError, Cx, Packet};

/// What a class of [`Hfsc`](super::Hfsc) is promised. A curve that never rises is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassConfig {
    /// Real time: what it gets in any case (tc's `rt`).
    pub rsc: Option<Curve>,
    /// Link sharing: its part of what is left (tc's `ls`).
    pub fsc: Option<Curve>,
    /// What it never exceeds by link sharing (tc's `ul`).
    pub usc: Option<Curve>,
}

impl ClassConfig {
    /// The same rate in real time and for link sharing (tc's `sc rate`), in bytes per second.
    #[must_use]
    pub const fn sc(bytes_per_second: u32) -> Self {
        let curve = Some(Curve::linear(bytes_per_second));
        Self { rsc: curve, fsc: curve, usc: None }
    }

    /// A share only, without promises (tc's `ls rate`), in bytes per second.
    #[must_use]
    pub const fn ls(bytes_per_second: u32) -> Self {
        Self { rsc: None, fsc: Some(Curve::linear(bytes_per_second)), usc: None }
    }

    fn without_flat(self) -> Self {
        let rising = |curve: Option<Curve>| curve.filter(|curve| !curve.is_flat());
        Self { rsc: rising(self.rsc), fsc: rising(self.fsc), usc: rising(self.usc) }
    }
}

impl<P: Packet> Hfsc<P> {
    /// Makes class `id` below `parent`, or right below the discipline (`hfsc_change_class`). It is a
    /// leaf with a pfifo. A leaf that gets its first class below it drops its packets, and keeps its
    /// child for the day when it is a leaf again. A parent with a real-time curve alone shares by that
    /// curve from then on.
    ///
    /// # Errors
    /// [`ClassError::Foreign`], [`ClassError::Exists`], [`ClassError::UnknownParent`], and
    /// [`ConfigError::NoCurve`] without a real-time or a link-sharing curve. Nothing has changed.
    pub fn add_class(
        &mut self,
        id: ClassId,
        parent: Option<ClassId>,
        config: ClassConfig,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        self.classes.check_new(id)?;
        let above = match parent {
            None => ROOT,
            Some(parent) => self.classes.find(parent).ok_or(ClassError::UnknownParent(parent))?,
        };
        let config = config.without_flat();
        if config.rsc.is_none() && config.fsc.is_none() {
            return Err(ConfigError::NoCurve.into());
        }
        let member = self.member()?;
        let at = self.classes.insert(id, member)?;
        let mut node = Node::new(id, above);
        set_curves(&mut node, config, 0);
        match self.tree.nodes.get_mut(at as usize) {
            Some(place) => *place = node,
            None => self.tree.nodes.push(node),
        }
        let parent = &mut self.tree.nodes[above as usize];
        parent.children += 1;
        if above != ROOT
            && parent.fsc.is_none()
            && let Some(Service { slopes, .. }) = parent.rsc
        {
            parent.change_fsc(slopes);
        }
        if parent.is_leaf() {
            if let Some(parent) = self.classes.get_mut(above) {
                parent.child.purge(&mut self.stats, cx);
            }
            self.tree.emptied(above);
            self.tree.raise(above);
        }
        Ok(())
    }

    /// Gives class `id` other curves, each from now on; those that are not named stay
    /// (`hfsc_change_class`).
    ///
    /// # Errors
    /// [`ClassError::Unknown`]; nothing has changed.
    pub fn change_class(
        &mut self,
        id: ClassId,
        config: ClassConfig,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        let at = self.classes.known(id)?;
        let now = self.tree.tick(cx.now.as_nanos());
        let node = &mut self.tree.nodes[at as usize];
        let (had_rsc, had_fsc) = (node.rsc.is_some(), node.fsc.is_some());
        set_curves(node, config.without_flat(), now);
        let (has_rsc, has_fsc) = (node.rsc.is_some(), node.fsc.is_some());
        let Some(len) = self.peek_leaf(at, cx) else { return Ok(()) };
        match (has_rsc, had_rsc) {
            (true, true) => self.tree.update_ed(at, len),
            (true, false) => self.tree.init_ed(at, len),
            (false, _) => {}
        }
        match (has_fsc, had_fsc) {
            (true, true) => self.tree.update_vf(at, 0, false),
            (true, false) => self.tree.init_vf(at),
            (false, _) => {}
        }
        Ok(())
    }

    /// See [`delete_class`](crate::Qdisc::delete_class) of this discipline.
    pub(super) fn delete(&mut self, id: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        let at = self.classes.known(id)?;
        let node = &self.tree.nodes[at as usize];
        let parent = node.parent;
        if node.children > 0 || at == ROOT || self.filters_choose(id) {
            return Err(ClassError::InUse(id));
        }
        if let Some(class) = self.classes.get_mut(at) {
            class.child.purge(&mut self.stats, cx);
        }
        self.tree.emptied(at);
        self.classes.remove(id);
        self.tree.nodes[at as usize] = Node::new(id, NIL);
        let above = &mut self.tree.nodes[parent as usize];
        above.children -= 1;
        if above.children == 0 {
            self.tree.lower(parent);
        }
        Ok(())
    }

    /// The curves of class `id` as tc shows them (`hfsc_dump_curves`), which is after the roundings of
    /// their arithmetic.
    #[must_use]
    pub fn class_config(&self, id: ClassId) -> Option<ClassConfig> {
        let node = &self.tree.nodes[self.classes.find(id)? as usize];
        let shown = |curve: &Option<Service>| curve.map(|curve| curve.slopes.shown());
        Some(ClassConfig { rsc: shown(&node.rsc), fsc: shown(&node.fsc), usc: shown(&node.usc) })
    }

    /// Whether a filter holds class `id`.
    fn filters_choose(&self, id: ClassId) -> bool {
        let mut all = self.classes.iter().filter_map(|(_, it)| it.filters.as_deref());
        all.any(|filters| filters.holds(id))
    }
}

fn set_curves(node: &mut Node, config: ClassConfig, now: u64) {
    if let Some(rsc) = config.rsc {
        node.change_rsc(rsc, now);
    }
    if let Some(fsc) = config.fsc {
        node.change_fsc(fsc.into());
    }
    if let Some(usc) = config.usc {
        node.change_usc(usc, now);
    }
}
