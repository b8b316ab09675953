//! What nobody serves.

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Cx, DumpWriter, Family, Outcome, Progress};
use softnet_netlink::rtnl::kind;

/// Nobody: every request is refused with `EOPNOTSUPP`, as by a kernel without a handler for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unserved;

impl<C> Family<C> for Unserved {
    type Dump = ();

    fn doit(&mut self, _: &Call<'_, C>, _: &mut Cx) -> Result<Outcome, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn start(&mut self, _: &Call<'_, C>, _: &mut Cx) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn dump(&mut self, (): &mut (), _: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        Ok(Progress::Done)
    }
}

/// Whether Linux's device layer has a dump of this kind by itself, which is empty as long as no protocol adds to it:
/// those that `rtnetlink_init` gives to `rtnl_dump_all`, and those of `neighbour.c`.
pub(super) const fn is_empty(kind: u16) -> bool {
    matches!(kind, kind::GETROUTE | kind::GETNETCONF | kind::GETNEIGH | kind::GETNEIGHTBL)
}
