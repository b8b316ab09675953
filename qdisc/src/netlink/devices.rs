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

    /// Now.
    fn now(&self) -> Instant;

    /// A tree was changed: what waits may leave at other times than before.
    fn changed(&mut self, dev: IfIndex) {
        let _ = dev;
    }
}
