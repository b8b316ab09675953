//! pfifo, bfifo, pfifo_head_drop (`sch_fifo.c`), and pfifo_fast (`sch_generic.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::tc::qdisc::{TcFifoQopt, TcPrioQopt};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, tca};
use crate::PRIOMAP;
use crate::fifo::Limit;
use crate::netlink::wanted::Ask;
use crate::pfifo_fast;

impl Options for Limit {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let kind = match (old, ask.kind) {
            (Some(old), _) => *old,
            (None, "bfifo") => Self::Bytes(0),
            (None, "pfifo_head_drop") => Self::HeadDrop(0),
            (None, _) => Self::Packets(0),
        };
        let Some(options) = ask.options else {
            let packets = ask.device.tx_queue_len;
            let bytes = packets.wrapping_mul(ask.device.mtu);
            return Ok(kind.resized(if matches!(kind, Self::Bytes(_)) { bytes } else { packets }));
        };
        let qopt: TcFifoQopt = options.prefix().ok_or(Errno::EINVAL)?;
        Ok(kind.resized(qopt.limit))
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let (Self::Packets(limit) | Self::Bytes(limit) | Self::HeadDrop(limit)) = *self;
        to.value(tca::OPTIONS, &TcFifoQopt { limit })
    }
}

impl Options for pfifo_fast::Config {
    /// It has none.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        Ok(Self { tx_queue_len: ask.device.tx_queue_len })
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value(tca::OPTIONS, &TcPrioQopt { bands: 3, priomap: PRIOMAP })
    }
}
