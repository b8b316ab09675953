//! prio (`sch_prio.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::tc::qdisc::TcPrioQopt;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, tca};
use crate::netlink::wanted::Ask;
use crate::prio::Config;

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let options = ask.options.ok_or(Errno::EINVAL)?;
        let TcPrioQopt { bands, priomap } = options.prefix().ok_or(Errno::EINVAL)?;
        let bands = u8::try_from(bands).map_err(|_| Errno::EINVAL)?;
        Ok(Self { bands, priomap, tx_queue_len: ask.device.tx_queue_len })
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let qopt = TcPrioQopt { bands: self.bands.into(), priomap: self.priomap };
        to.value(tca::OPTIONS, &qopt)
    }
}
