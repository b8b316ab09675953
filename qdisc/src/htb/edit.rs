//! Making, changing and deleting classes of htb.

use super::tree::{NIL, Node, PRIOS};
use super::{ClassConfig, Htb, Member};
use crate::{Child, ClassError, ClassId, ConfigError, Cx, Fifo, Packet};

impl<P: Packet> Htb<P> {
    /// Makes class `id` below `parent`, or right below the discipline (`htb_change_class`). It is a
    /// leaf with a pfifo. A leaf that gets its first class below it is one no more: its child and the
    /// packets there are dropped.
    ///
    /// # Errors
    /// [`ClassError::Foreign`], [`ClassError::Exists`], [`ClassError::UnknownParent`] (where Linux
    /// puts the class right below the discipline instead), [`ClassError::TooDeep`], and a rate of
    /// zero. Nothing has changed.
    pub fn add_class(
        &mut self,
        id: ClassId,
        parent: Option<ClassId>,
        config: ClassConfig,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        self.classes.check_new(id)?;
        let above = match parent {
            None => NIL,
            Some(parent) => self.classes.find(parent).ok_or(ClassError::UnknownParent(parent))?,
        };
        if !self.has_level_below(above) {
            return Err(ClassError::TooDeep(id));
        }
        let (rate, ceil) = config.buckets()?;
        let child = Some(self.pfifo()?);
        let now = self.tree.tick(cx.now.as_nanos());
        if above != NIL && self.is_leaf(above) {
            if let Some(mut child) = self.classes.get_mut(above).and_then(|it| it.child.take()) {
                child.purge(&mut self.stats, cx);
            }
            self.tree.deactivate(above);
            self.tree.leaf_to_inner(above);
        }
        let member = Member { config, child, filters: None, drops: 0 };
        let at = self.classes.insert(id, member)?;
        let node = Node::new(id, above, rate, ceil);
        match self.tree.nodes.get_mut(at as usize) {
            Some(place) => *place = node,
            None => self.tree.nodes.push(node),
        }
        if let Some(parent) = self.tree.nodes.get_mut(above as usize) {
            parent.children += 1;
        }
        self.set_turn(at, config);
        self.tree.begin(at, now);
        Ok(())
    }

    /// Gives class `id` another configuration; what its buckets hold stays (`htb_change_class`). An
    /// inner class keeps quantum and prio for the day when it is a leaf again.
    ///
    /// # Errors
    /// [`ClassError::Unknown`], and a rate of zero. Nothing has changed.
    pub fn change_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let at = self.classes.known(id)?;
        let (rate, ceil) = config.buckets()?;
        let node = &mut self.tree.nodes[at as usize];
        for (bucket, new) in [(&mut node.rate, rate), (&mut node.ceil, ceil)] {
            (bucket.rate, bucket.depth) = (new.rate, new.depth);
        }
        self.set_turn(at, config);
        Ok(())
    }

    /// See [`delete_class`](crate::Qdisc::delete_class) of this discipline.
    pub(super) fn delete(&mut self, id: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        let at = self.classes.known(id)?;
        let Node { children, parent, .. } = self.tree.nodes[at as usize];
        if children > 0 || self.filters_choose(id) {
            return Err(ClassError::InUse(id));
        }
        let siblings = self.tree.nodes.get(parent as usize).map_or(0, |parent| parent.children);
        let last_child = if siblings == 1 { Some(self.pfifo()?) } else { None };
        let now = self.tree.tick(cx.now.as_nanos());
        let member = self.classes.remove(id);
        if let Some(mut child) = member.and_then(|member| member.child) {
            child.purge(&mut self.stats, cx);
        }
        self.tree.deactivate(at);
        self.tree.stop_waiting(at);
        if let Some(parent) = self.tree.nodes.get_mut(parent as usize) {
            parent.children -= 1;
        }
        if let Some(child) = last_child {
            self.tree.inner_to_leaf(parent, now);
            if let Some(parent) = self.classes.get_mut(parent) {
                parent.child = Some(child);
            }
        }
        Ok(())
    }

    /// The configuration of class `id` as it is in force: with the quantum that was worked out, and
    /// the priority that was taken for one too high.
    #[must_use]
    pub fn class_config(&self, id: ClassId) -> Option<&ClassConfig> {
        self.classes.get(self.classes.find(id)?).map(|member| &member.config)
    }

    /// The level of class `id`: 0 for a leaf, up to 7 for an inner class right below the discipline.
    #[must_use]
    pub fn class_level(&self, id: ClassId) -> Option<u8> {
        self.classes.find(id).map(|at| self.tree.nodes[at as usize].level)
    }

    /// Whether a filter holds class `id`.
    fn filters_choose(&self, id: ClassId) -> bool {
        let mut below = self.classes.iter().filter_map(|(_, it)| it.filters.as_deref());
        self.filters.holds(id) || below.any(|filters| filters.holds(id))
    }

    fn pfifo(&self) -> Result<Child<P>, ConfigError> {
        Ok(Child::fifo(Fifo::pfifo(self.config.tx_queue_len)?))
    }

    /// Whether there is a level for classes below `above`. Linux looks at the level of the class two
    /// above the new one, which an inner class is sure to have.
    fn has_level_below(&self, above: u32) -> bool {
        let parent_of = |at: u32| self.tree.nodes.get(at as usize).map(|node| node.parent);
        let grandparent = parent_of(above).and_then(|at| self.tree.nodes.get(at as usize));
        grandparent.is_none_or(|node| node.level >= 2)
    }

    /// Sets what a leaf's turn is about, and remembers the configuration.
    fn set_turn(&mut self, at: u32, mut config: ClassConfig) {
        let Some(member) = self.classes.get_mut(at) else { return };
        let node = &mut self.tree.nodes[at as usize];
        if node.is_leaf() {
            config.quantum = config.quantum(self.config.r2q);
            config.prio = config.prio.min(PRIOS as u32 - 1);
            node.quantum = config.quantum as i32;
            node.prio = config.prio as u8;
        } else {
            config.quantum = member.config.quantum;
            config.prio = member.config.prio;
        }
        member.config = config;
    }
}
