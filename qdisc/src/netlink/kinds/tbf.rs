//! tbf (`sch_tbf.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::TcRatespec;
use softnet_netlink::tc::qdisc::{TbfSet, TcTbfQopt};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, quietly, rate, tca};
use crate::netlink::wanted::Ask;
use crate::tbf::{Config, Peak};
use crate::{Rate, RateSpec};

const PARMS: u16 = 1;
const RATE64: u16 = 4;
const PRATE64: u16 = 5;
const BURST: u16 = 6;
const PBURST: u16 = 7;
const PAD: u16 = 8;

/// Bytes of a burst that an old `tc` gives as time.
fn burst(rate: RateSpec, ticks: u32) -> Result<u32, Errno> {
    let nanos = rate::ticks_to_ns(ticks).min(u32::MAX.into());
    Ok(Rate::new(rate).map_err(|_| Errno::EINVAL)?.ns_t2l(nanos))
}

/// The time of a burst.
fn time(rate: RateSpec, burst: u32) -> u32 {
    Rate::new(rate).map_or(0, |rate| rate::ns_to_ticks(rate.l2t_ns(burst)))
}

impl Options for Config {
    /// All of it is named each time. The largest packet of the link may be above the burst: Linux only logs that.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let table = quietly::<8>(ask, TbfSet::POLICY)?.ok_or(Errno::EINVAL)?;
        let qopt = table.get(PARMS).ok_or(Errno::EINVAL)?;
        let qopt: TcTbfQopt = qopt.fixed();
        let main = rate::read(qopt.rate, table.get(RATE64));
        let bytes = |kind| table.get(kind).and_then(|burst| burst.u32());
        let depth = match bytes(BURST) {
            Some(burst) => burst,
            None => burst(main, qopt.buffer)?,
        };
        let peak = if qopt.peakrate.rate == 0 {
            None
        } else {
            let peak = rate::read(qopt.peakrate, table.get(PRATE64));
            let burst = match bytes(PBURST) {
                Some(burst) => burst,
                None => burst(peak, qopt.mtu)?,
            };
            Some(Peak { rate: peak, burst })
        };
        Ok(Self { rate: main, burst: depth, peak, limit: qopt.limit, psched_mtu: 0 })
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let peakrate = self.peak.map_or(TcRatespec::default(), |peak| rate::write(peak.rate));
        let qopt = TcTbfQopt {
            rate: rate::write(self.rate),
            peakrate,
            limit: self.limit,
            buffer: time(self.rate, self.burst),
            mtu: self.peak.map_or(0, |peak| time(peak.rate, peak.burst)),
        };
        to.nest_as(tca::OPTIONS, |to| {
            to.value(PARMS, &qopt)?;
            if let Some(rate) = rate::large(self.rate) {
                to.value_64bit(RATE64, &rate, PAD)?;
            }
            if let Some(rate) = self.peak.and_then(|peak| rate::large(peak.rate)) {
                to.value_64bit(PRATE64, &rate, PAD)?;
            }
            Ok(())
        })
    }
}
