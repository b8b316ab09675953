//! fq_codel (`sch_fq_codel.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::FqCodelSet;
use softnet_netlink::wire::{Body, WriteError};

use super::codel::{self, Step};
use super::{Options, quietly, set, tca};
use crate::fq_codel::Config;
use crate::netlink::wanted::Ask;

const TARGET: u16 = 1;
const LIMIT: u16 = 2;
const INTERVAL: u16 = 3;
const ECN: u16 = 4;
const FLOWS: u16 = 5;
const QUANTUM: u16 = 6;
const CE_THRESHOLD: u16 = 7;
const DROP_BATCH_SIZE: u16 = 8;
const MEMORY_LIMIT: u16 = 9;
const CE_THRESHOLD_SELECTOR: u16 = 10;
const CE_THRESHOLD_MASK: u16 = 11;
/// `FQ_CODEL_QUANTUM_MAX`.
const QUANTUM_MAX: u32 = 1 << 20;

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_else(|| {
            let mut config = Self::default();
            config.codel.mtu = ask.device.mtu.min(QUANTUM_MAX);
            config.quantum = config.codel.mtu.max(256);
            config
        });
        let Some(table) = quietly::<12>(ask, FqCodelSet::POLICY)? else { return Ok(config) };
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        let byte = |kind| table.get(kind).and_then(|number| number.u8());
        if let Some(flows) = number(FLOWS) {
            if old.is_some() {
                return Err(Errno::EINVAL);
            }
            config.flows = flows;
        }
        if let Some(quantum) = number(QUANTUM) {
            config.quantum = quantum.max(256);
            if config.quantum > QUANTUM_MAX {
                return Err(ask.invalid("Invalid quantum"));
            }
        }
        set(&mut config.codel.target, number(TARGET).map(codel::span));
        set(&mut config.codel.interval, number(INTERVAL).map(codel::span));
        let step = Step {
            over: number(CE_THRESHOLD),
            selector: byte(CE_THRESHOLD_SELECTOR),
            mask: byte(CE_THRESHOLD_MASK),
        };
        step.apply(&mut config.codel);
        set(&mut config.limit, number(LIMIT));
        set(&mut config.codel.ecn, number(ECN).map(|ecn| ecn != 0));
        set(&mut config.drop_batch, number(DROP_BATCH_SIZE).map(|batch| batch.max(1)));
        set(&mut config.memory_limit, number(MEMORY_LIMIT).map(|limit| limit.min(1 << 31)));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::OPTIONS, |to| {
            codel::write_common(&self.codel, self.limit, to)?;
            to.value(QUANTUM, &self.quantum)?;
            to.value(DROP_BATCH_SIZE, &self.drop_batch)?;
            to.value(MEMORY_LIMIT, &self.memory_limit)?;
            to.value(FLOWS, &self.flows)?;
            let Some(step) = self.codel.ce_threshold else { return Ok(()) };
            to.value(CE_THRESHOLD, &step.over.as_micros())?;
            to.value(CE_THRESHOLD_SELECTOR, &step.selector)?;
            to.value(CE_THRESHOLD_MASK, &step.mask)
        })
    }
}
