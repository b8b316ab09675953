//! A tree's filters, and the classes that they hold (`cls_api.c`).

use alloc::vec::Vec;

use super::{Parent, Tree, TreeError};
use crate::filter::{At, Block, Filter, Request};
use crate::{ClassId, Cx, Packet, Qdisc};

impl<P: Packet> Tree<P> {
    /// Adds a filter to a discipline or class, or changes one (`tc_new_tfilter`); tells where it is now.
    /// `of` is as for [`with_filters`](Self::with_filters).
    ///
    /// A class that is there already can't be deleted any more while the filter names it. One that comes later
    /// can, unless the filter is one of a class: at these alone Linux looks again (`tc_bind_tclass`).
    ///
    /// # Errors
    /// There is no place for filters, or the filter makes no sense: nothing has changed.
    pub fn change_filter(
        &mut self,
        of: ClassId,
        (request, at): (Request, At),
        mut filter: Filter<P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<At, TreeError> {
        if let Some(target) = filter.target_mut() {
            let qdisc = self.find(of.handle());
            let has = |class| qdisc.is_some_and(|qdisc| qdisc.has_class(class));
            target.bound = target.classid.is_some_and(has);
        }
        let now = cx.now;
        let (mut filter, mut changed) = (Some(filter), Err(TreeError::NoFilters(of)));
        let mut work = |block: &mut Block<P>| {
            if let Some(filter) = filter.take() {
                changed = block.change(request, at, filter, now).map_err(TreeError::from);
            }
        };
        self.with_filters(of, &mut work, cx);
        changed
    }

    /// Deletes filters (`tc_del_tfilter`), as [`Block::delete`] does.
    ///
    /// # Errors
    /// There is no place for filters, or no such filter: nothing has changed.
    pub fn delete_filter(
        &mut self,
        of: ClassId,
        at: At,
        kind: Option<&str>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), TreeError> {
        let mut deleted = Err(TreeError::NoFilters(of));
        let mut work = |block: &mut Block<P>| {
            deleted = block.delete(at, kind).map_err(TreeError::from);
        };
        self.with_filters(of, &mut work, cx);
        deleted
    }

    /// Does `work` with the filters of a discipline, of one of its classes, or of ingress and clsact,
    /// whose classes tc calls `ffff:fff2` and `ffff:fff3`; `false` if there is no place for filters.
    pub fn with_filters(
        &mut self,
        at: ClassId,
        work: &mut dyn FnMut(&mut Block<P>),
        cx: &mut Cx<'_, P>,
    ) -> bool {
        // A discipline of the tree with ingress' number comes first (`qdisc_lookup`).
        if at.handle() == Parent::HOOKS && self.find(Parent::HOOKS).is_none() {
            let Some(hooks) = &mut self.hooks else { return false };
            let block = match at.minor() {
                0 | Parent::INGRESS_MINOR => Some(&mut hooks.ingress),
                Parent::EGRESS_MINOR => hooks.egress.as_mut(),
                _ => None,
            };
            return block.map(work).is_some();
        }
        let class = (at.minor() != 0).then_some(at);
        let mut found = false;
        let mut on = |qdisc: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>| {
            found = qdisc.filters_mut(class).map(&mut *work).is_some();
        };
        self.with(at.handle(), &mut on, cx) && found
    }

    /// The filters that [`with_filters`](Self::with_filters) would work on; `None` also while there are none.
    #[must_use]
    pub fn filters(&self, at: ClassId) -> Option<&Block<P>> {
        if at.handle() == Parent::HOOKS && self.find(Parent::HOOKS).is_none() {
            let hooks = self.hooks.as_ref()?;
            return match at.minor() {
                0 | Parent::INGRESS_MINOR => Some(&hooks.ingress),
                Parent::EGRESS_MINOR => hooks.egress.as_ref(),
                _ => None,
            };
        }
        self.find(at.handle())?.filters((at.minor() != 0).then_some(at))
    }

    /// Shows the filters of all disciplines that have a number, of their classes, and of ingress and clsact.
    pub fn walk_filters(&self, visit: &mut dyn FnMut(&Block<P>)) {
        for handle in self.places.keys() {
            let Some(qdisc) = self.find(*handle) else { continue };
            qdisc.filters(None).into_iter().for_each(&mut *visit);
            qdisc.walk(&mut |class| {
                qdisc.filters(Some(class.id)).into_iter().for_each(&mut *visit);
            });
        }
        if let Some(hooks) = &self.hooks {
            visit(&hooks.ingress);
            hooks.egress.iter().for_each(visit);
        }
    }
}

/// Does `work` with the filters of each class (`tc_bind_class_walker`); to hfsc its root is a class, too.
pub(super) fn of_classes<P: Packet>(qdisc: &mut dyn Qdisc<P>, work: &mut dyn FnMut(&mut Block<P>)) {
    let mut classes = Vec::new();
    qdisc.walk(&mut |class| classes.push(Some(class.id)));
    if qdisc.kind() == "hfsc" {
        classes.push(None);
    }
    for class in classes {
        if let Some(block) = qdisc.filters_mut(class) {
            work(block);
        }
    }
}
