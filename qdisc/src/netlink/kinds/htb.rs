//! htb (`sch_htb.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{HtbSet, TcHtbGlob, TcHtbOpt};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, quietly, rate, tca};
use crate::htb::{ClassConfig, Config};
use crate::netlink::wanted::Ask;
use crate::{ClassId, Htb, Packet, Qdisc};

const PARMS: u16 = 1;
const INIT: u16 = 2;
const DIRECT_QLEN: u16 = 5;
const RATE64: u16 = 6;
const CEIL64: u16 = 7;
const PAD: u16 = 8;
const OFFLOAD: u16 = 9;
/// `HTB_VER`; a program gives what is above its lower half.
const VERSION: u32 = 0x30_011;

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let table = quietly::<10>(ask, HtbSet::POLICY)?.ok_or(Errno::EINVAL)?;
        let init = table.get(INIT).ok_or(Errno::EINVAL)?;
        let glob: TcHtbGlob = init.fixed();
        if glob.version != VERSION >> 16 {
            return Err(Errno::EINVAL);
        }
        if table.has(OFFLOAD) {
            ask.extack.say("hw-tc-offload ethtool feature flag must be on");
            return Err(Errno::EOPNOTSUPP);
        }
        let direct_qlen = table.get(DIRECT_QLEN).and_then(|len| len.u32());
        Ok(Self {
            // A number without a class's upper half is all that fits.
            default: glob.defcls as u16,
            r2q: glob.rate2quantum.max(1),
            direct_qlen: direct_qlen.unwrap_or(ask.device.tx_queue_len),
            tx_queue_len: ask.device.tx_queue_len,
        })
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// `htb_dump`.
pub(super) fn write<P: Packet>(htb: &Htb<P>, to: &mut Body<'_>) -> Result<(), WriteError> {
    let config = htb.config();
    let direct_pkts = match htb.xstats() {
        Some(crate::XStats::Htb(xstats)) => xstats.direct_packets,
        _ => 0,
    };
    let glob = TcHtbGlob {
        version: VERSION,
        rate2quantum: config.r2q,
        defcls: config.default.into(),
        debug: 0,
        direct_pkts,
    };
    to.nest_as(tca::OPTIONS, |to| {
        to.value(INIT, &glob)?;
        to.value(DIRECT_QLEN, &config.direct_qlen)
    })
}

/// The options of a class (`htb_change_class`).
pub(super) fn read_class(ask: &mut Ask<'_, '_>) -> Result<ClassConfig, Errno> {
    let table = aloud::<10>(ask, HtbSet::POLICY, Strictness::LIBERAL)?.ok_or(Errno::EINVAL)?;
    let opt: TcHtbOpt = table.get(PARMS).ok_or(Errno::EINVAL)?.fixed();
    if opt.rate.rate == 0 || opt.ceil.rate == 0 {
        return Err(Errno::EINVAL);
    }
    Ok(ClassConfig {
        rate: rate::read(opt.rate, table.get(RATE64)),
        ceil: rate::read(opt.ceil, table.get(CEIL64)),
        buffer: rate::ticks_to_ns(opt.buffer),
        cbuffer: rate::ticks_to_ns(opt.cbuffer),
        quantum: opt.quantum,
        prio: opt.prio,
    })
}

/// Warns of a quantum that had to be cut or lifted.
pub(super) fn warn<P: Packet>(
    qdisc: &dyn Qdisc<P>,
    id: ClassId,
    config: &ClassConfig,
    ask: &mut Ask<'_, '_>,
) {
    let Some(htb) = qdisc.downcast_ref::<Htb<P>>() else { return };
    let earned = config.rate.bytes_per_second / u64::from(htb.config().r2q.max(1));
    let earned = earned.min(i32::MAX as u64);
    if config.quantum != 0 || htb.class_level(id) != Some(0) || (1000..=200_000).contains(&earned) {
        return;
    }
    let how = if earned < 1000 { "small" } else { "big" };
    let words = format_args!("sch_htb: quantum of class {:X} is {how}. Consider r2q change.", id.0);
    ask.extack.say_fmt(words);
}

/// `htb_dump_class`.
pub(super) fn write_class<P: Packet>(
    htb: &Htb<P>,
    id: ClassId,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let Some(config) = htb.class_config(id) else { return Ok(()) };
    let opt = TcHtbOpt {
        rate: rate::write(config.rate),
        ceil: rate::write(config.ceil),
        buffer: rate::ns_to_ticks(config.buffer),
        cbuffer: rate::ns_to_ticks(config.cbuffer),
        quantum: config.quantum,
        level: htb.class_level(id).unwrap_or(0).into(),
        prio: config.prio,
    };
    to.nest_as(tca::OPTIONS, |to| {
        to.value(PARMS, &opt)?;
        if let Some(rate) = rate::large(config.rate) {
            to.value_64bit(RATE64, &rate, PAD)?;
        }
        if let Some(ceil) = rate::large(config.ceil) {
            to.value_64bit(CEIL64, &ceil, PAD)?;
        }
        Ok(())
    })
}
