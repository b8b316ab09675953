//! smoltcp over a host's device layer, with the recorder beside it.

use smoltcp::phy::{Device, DeviceCapabilities, RxToken};
use smoltcp::time::Instant as SmolInstant;
use softnet_netdev::smoltcp as glue;
use softnet_sk_buff::Instant;

use crate::recorder::Probe;
use crate::stations;

/// The adapter of `softnet-netdev`, where each received frame is shown to the recorder.
pub(crate) struct Watched<'a> {
    pub(crate) phy: glue::Phy<'a>,
    pub(crate) probe: &'a Probe,
    pub(crate) now: Instant,
}

pub(crate) struct WatchedRx<'t> {
    token: glue::RxToken<'t>,
    probe: &'t Probe,
    now: Instant,
}

impl Device for Watched<'_> {
    type RxToken<'t>
        = WatchedRx<'t>
    where
        Self: 't;
    type TxToken<'t>
        = glue::TxToken<'t>
    where
        Self: 't;

    fn receive(&mut self, at: SmolInstant) -> Option<(Self::RxToken<'_>, Self::TxToken<'_>)> {
        let (token, tx) = self.phy.receive(at)?;
        Some((WatchedRx { token, probe: self.probe, now: self.now }, tx))
    }

    fn transmit(&mut self, at: SmolInstant) -> Option<Self::TxToken<'_>> {
        self.phy.transmit(at)
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.phy.capabilities()
    }
}

impl RxToken for WatchedRx<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        let Self { token, probe, now } = self;
        token.consume(|frame| {
            probe.enter(stations::TCP_RCV, now, Some(frame));
            let result = read(frame);
            probe.leave(now);
            result
        })
    }
}
