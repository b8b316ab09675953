//! cake (`sch_cake.c`).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::CakeSet;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, set, tca};
use crate::cake::{AckFilter, Config, Diffserv, FlowMode, Framing};
use crate::netlink::wanted::Ask;

const PAD: u16 = 1;
const BASE_RATE64: u16 = 2;
const DIFFSERV_MODE: u16 = 3;
const ATM: u16 = 4;
const FLOW_MODE: u16 = 5;
const OVERHEAD: u16 = 6;
const RTT: u16 = 7;
const TARGET: u16 = 8;
const AUTORATE: u16 = 9;
const MEMORY: u16 = 10;
const NAT: u16 = 11;
const RAW: u16 = 12;
const WASH: u16 = 13;
const MPU: u16 = 14;
const INGRESS: u16 = 15;
const ACK_FILTER: u16 = 16;
const SPLIT_GSO: u16 = 17;
const FWMARK: u16 = 18;

/// `CAKE_FLOW_*`, by number.
const FLOW_MODES: [FlowMode; 8] = [
    FlowMode::Flowblind,
    FlowMode::Srchost,
    FlowMode::Dsthost,
    FlowMode::Hosts,
    FlowMode::Flows,
    FlowMode::DualSrchost,
    FlowMode::DualDsthost,
    FlowMode::TripleIsolate,
];
/// `CAKE_DIFFSERV_*`, by number.
const DIFFSERVS: [Diffserv; 5] = [
    Diffserv::Diffserv3,
    Diffserv::Diffserv4,
    Diffserv::Diffserv8,
    Diffserv::Besteffort,
    Diffserv::Precedence,
];
/// `CAKE_ACK_*`, by number.
const ACK_FILTERS: [AckFilter; 3] = [AckFilter::Off, AckFilter::On, AckFilter::Aggressive];
/// `CAKE_ATM_*`, by number.
const FRAMINGS: [Framing; 3] = [Framing::None, Framing::Atm, Framing::Ptm];

/// The one of that number; of one that is not there, the first.
fn numbered<T: Copy + Default>(all: &[T], number: u32) -> T {
    all.get(number as usize).copied().unwrap_or_default()
}

fn number<T: PartialEq>(all: &[T], of: &T) -> u32 {
    all.iter().position(|each| each == of).unwrap_or(0) as u32
}

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_default();
        config.mtu = ask.device.mtu;
        let Some(table) = aloud::<19>(ask, CakeSet::POLICY, Strictness::LIBERAL)? else {
            return Ok(config);
        };
        if let Some(nat) = table.get(NAT) {
            // As a kernel that knows no connections.
            ask.extack.point_at(&ask.message, &nat);
            ask.extack.say("No conntrack support in kernel");
            return Err(Errno::EOPNOTSUPP);
        }
        let word = |kind| table.get(kind).and_then(|number| number.u32());
        let flag = |kind| word(kind).map(|flag| flag != 0);
        let span = |kind| word(kind).map(|us| Duration::from_micros(us.max(1).into()));
        set(&mut config.bandwidth, table.get(BASE_RATE64).and_then(|rate| rate.u64()));
        set(&mut config.diffserv, word(DIFFSERV_MODE).map(|mode| numbered(&DIFFSERVS, mode)));
        set(&mut config.wash, flag(WASH));
        set(&mut config.flow_mode, word(FLOW_MODE).map(|mode| numbered(&FLOW_MODES, mode & 7)));
        set(&mut config.overhead.framing, word(ATM).map(|atm| numbered(&FRAMINGS, atm)));
        if let Some(bytes) = word(OVERHEAD) {
            let bytes = bytes.cast_signed().clamp(i16::MIN.into(), i16::MAX.into());
            config.overhead.bytes = bytes as i16;
            config.overhead.raw = false;
        }
        if table.has(RAW) {
            config.overhead.raw = true;
        }
        let short = |number| u16::try_from(number).unwrap_or(u16::MAX);
        set(&mut config.overhead.mpu, word(MPU).map(short));
        set(&mut config.rtt, span(RTT));
        set(&mut config.target, span(TARGET));
        set(&mut config.autorate_ingress, flag(AUTORATE));
        set(&mut config.ingress, flag(INGRESS));
        set(&mut config.ack_filter, word(ACK_FILTER).map(|mode| numbered(&ACK_FILTERS, mode)));
        set(&mut config.memlimit, word(MEMORY));
        set(&mut config.split_gso, flag(SPLIT_GSO));
        set(&mut config.fwmark, word(FWMARK));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::OPTIONS, |to| {
            to.value_64bit(BASE_RATE64, &self.bandwidth, PAD)?;
            to.value(FLOW_MODE, &number(&FLOW_MODES, &self.flow_mode))?;
            to.value(RTT, &micros(self.rtt))?;
            to.value(TARGET, &micros(self.target))?;
            to.value(MEMORY, &self.memlimit)?;
            to.value(AUTORATE, &u32::from(self.autorate_ingress))?;
            to.value(INGRESS, &u32::from(self.ingress))?;
            to.value(ACK_FILTER, &number(&ACK_FILTERS, &self.ack_filter))?;
            to.value(NAT, &0_u32)?;
            to.value(DIFFSERV_MODE, &number(&DIFFSERVS, &self.diffserv))?;
            to.value(WASH, &u32::from(self.wash))?;
            to.value(OVERHEAD, &i32::from(self.overhead.bytes))?;
            if self.overhead.raw {
                to.value(RAW, &0_u32)?;
            }
            to.value(ATM, &number(&FRAMINGS, &self.overhead.framing))?;
            to.value(MPU, &u32::from(self.overhead.mpu))?;
            to.value(SPLIT_GSO, &u32::from(self.split_gso))?;
            to.value(FWMARK, &self.fwmark)
        })
    }
}
