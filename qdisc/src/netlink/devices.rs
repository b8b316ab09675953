//! Who has the trees.

use softnet_sk_buff::{IfIndex, Instant};

use crate::{Cx, Packet, Tree};

/// A machine's interfaces, as traffic control wants them: each with its [`Tree`].
pub trait Devices<P: Packet> {
    /// The interface with the lowest number from `from` on (`for_each_netdev_dump`).
    fn next(&self, from: u32) -> Option<IfIndex>;

    /// The tree of an interface; `None` if there is no such interface (`__dev_get_by_index`).
    fn tree(&self, dev: IfIndex) -> Option<&Tree<P>>;

    /// The same to be changed, and the circumstances: its time is now.
    fn tree_mut(&mut self, dev: IfIndex) -> Option<(&mut Tree<P>, Cx<'_, P>)>;

    /// The name of an interface, with a tree or without (`dev->name`), for filters that ask where packets came in;
    /// `None` where names are not to be had.
    fn name(&self, dev: IfIndex) -> Option<&str> {
        let _ = dev;
        None
    }

    /// The interface of that name, with a tree or without (`__dev_get_by_name`).
    fn by_name(&self, name: &str) -> Option<IfIndex> {
        let after = |dev: &IfIndex| self.next(dev.get().checked_add(1)?);
        core::iter::successors(self.next(1), after).find(|dev| self.name(*dev) == Some(name))
    }

    /// Whether there is such an interface, with a tree or without: one that packets can be sent to.
    fn is_there(&self, dev: IfIndex) -> bool {
        self.tree(dev).is_some()
    }

    /// Now.
    fn now(&self) -> Instant;

    /// A tree was changed: what waits may leave at other times than before.
    fn changed(&mut self, dev: IfIndex) {
        let _ = dev;
    }
}
