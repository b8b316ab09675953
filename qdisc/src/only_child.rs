//! The child of a discipline that has one and no more.

use alloc::boxed::Box;

use crate::class::{Child, Class, Work};
use crate::{ClassId, Cx, Handle, Packet, Qdisc, Refused, Stats, UnknownClass};

/// A child in class `:1`, the only class of its discipline.
#[derive(Debug)]
pub(crate) struct OnlyChild<P: Packet> {
    id: ClassId,
    pub(crate) child: Child<P>,
}

impl<P: Packet> OnlyChild<P> {
    pub(crate) fn new(of: Handle, child: Child<P>) -> Self {
        Self { id: of.class(1), child }
    }

    pub(crate) const fn id(&self) -> ClassId {
        self.id
    }

    fn check(&self, class: ClassId) -> Result<(), UnknownClass> {
        if class == self.id { Ok(()) } else { Err(UnknownClass(class)) }
    }

    pub(crate) fn as_class(&self) -> Class<'_, P> {
        self.child.as_class(self.id)
    }

    /// See [`Qdisc::leaf`].
    pub(crate) fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.check(class).ok().map(|()| self.child.qdisc())
    }

    /// See [`Qdisc::with_leaf`].
    pub(crate) fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        parent: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        self.check(class)?;
        self.child.with(work, parent, cx);
        Ok(())
    }

    /// See [`Qdisc::graft_here`].
    pub(crate) fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        parent: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        if let Err(why) = self.check(class) {
            return Err(Refused { child, why });
        }
        self.child.replace(child, parent, cx);
        Ok(())
    }
}
