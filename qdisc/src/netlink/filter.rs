//! `RTM_*TFILTER`, `RTM_*CHAIN` (`net/sched/cls_api.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx, DumpWriter, Outcome, Progress};

use super::{Devices, TrafficControl};
use crate::Packet;

/// How far a dump of filters is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterDump {}

impl<P: Packet, D: Devices<P>> TrafficControl<'_, P, D> {
    /// Answers a request; a dump is only promised.
    pub(super) fn filter_doit<C: Credentials>(
        &mut self,
        _: &Call<'_, C>,
        _: &mut Cx,
    ) -> Result<Outcome, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// Begins a dump.
    pub(super) fn filter_start<C: Credentials>(
        &mut self,
        _: &Call<'_, C>,
        _: &mut Cx,
    ) -> Result<FilterDump, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// Writes as much of a dump as fits.
    pub(super) fn filter_dump(
        &mut self,
        _: &mut FilterDump,
        _: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        Ok(Progress::Done)
    }
}
