//! mqprio (`sch_mqprio.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{MqprioSet, TcMqprioQopt};
use softnet_netlink::wire::{Attrs, Body, WriteError};

use super::{Options, tca};
use crate::mqprio::{Config, TcQueues};
use crate::netlink::wanted::Ask;

const TC_ENTRY: u16 = 5;
const TC_ENTRY_INDEX: u16 = 1;
const TC_ENTRY_FP: u16 = 2;
/// `TC_FP_EXPRESS`.
const EXPRESS: u32 = 1;

impl Options for Config {
    /// All of it is named each time. No card does it by itself.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        if !ask.is_root() || ask.device.queues < 2 {
            return Err(Errno::EOPNOTSUPP);
        }
        let options = ask.options.ok_or(Errno::EINVAL)?;
        let qopt: TcMqprioQopt = options.prefix().ok_or(Errno::EINVAL)?;
        validate(&qopt, ask)?;
        if qopt.hw != 0 {
            return Err(ask.invalid("Device does not support hardware offload"));
        }
        let behind = size_of::<TcMqprioQopt>().next_multiple_of(4);
        let rest = options.value().get(behind..).unwrap_or_default();
        if !rest.is_empty() {
            let parsed: Result<(Parsed<'_, 0>, _), _> =
                Parsed::new(Attrs::new(rest), MqprioSet::POLICY, Strictness::LIBERAL);
            parsed.map_err(|invalid| invalid.errno())?;
            return Err(ask.invalid(
                "mqprio TCA_OPTIONS can only contain netlink attributes in hardware mode",
            ));
        }
        let mut queues = [TcQueues::default(); 16];
        let named = qopt.count.iter().zip(&qopt.offset).take(qopt.num_tc.into());
        for (queues, (&count, &offset)) in queues.iter_mut().zip(named) {
            *queues = TcQueues { count, offset };
        }
        Ok(Self { num_tc: qopt.num_tc, prio_tc_map: qopt.prio_tc_map, queues })
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let qopt = TcMqprioQopt {
            num_tc: self.num_tc,
            prio_tc_map: self.prio_tc_map,
            hw: 0,
            count: self.queues.map(|queues| queues.count),
            offset: self.queues.map(|queues| queues.offset),
        };
        to.nest_as(tca::OPTIONS, |to| {
            to.fixed(&qopt)?;
            (0..16_u32).try_for_each(|tc| {
                to.nest(TC_ENTRY, |to| {
                    to.value(TC_ENTRY_INDEX, &tc)?;
                    to.value(TC_ENTRY_FP, &EXPRESS)
                })
            })
        })
    }
}

/// `mqprio_validate_qopt`.
fn validate(qopt: &TcMqprioQopt, ask: &mut Ask<'_, '_>) -> Result<(), Errno> {
    if qopt.num_tc > 16 {
        return Err(ask.invalid("Number of traffic classes is outside valid range"));
    }
    if qopt.prio_tc_map.iter().any(|&tc| tc >= qopt.num_tc) {
        return Err(ask.invalid("Invalid traffic class in priority to traffic class mapping"));
    }
    if qopt.hw != 0 {
        return Ok(());
    }
    let there = u32::from(ask.device.queues);
    let named = qopt.count.iter().zip(&qopt.offset).take(qopt.num_tc.into()).enumerate();
    for (tc, (&count, &offset)) in named.clone() {
        let last = u32::from(offset).saturating_add(count.into());
        if count == 0 {
            ask.extack.say_fmt(format_args!("sch_mqprio_lib: No queues for TC {tc}"));
            return Err(Errno::EINVAL);
        }
        if u32::from(offset) >= there || last > there {
            ask.extack.say_fmt(format_args!(
                "sch_mqprio_lib: Queues {count}:{offset} for TC {tc} exceed the {there} TX queues available"
            ));
            return Err(Errno::EINVAL);
        }
        for (other, (&more, &from)) in named.clone().skip(tc.saturating_add(1)) {
            let end = u32::from(from).saturating_add(more.into());
            if u32::from(offset.max(from)) < last.min(end) {
                ask.extack.say_fmt(format_args!(
                    "sch_mqprio_lib: TC {tc} queues {count}@{offset} overlap with TC {other} queues {more}@{from}"
                ));
                return Err(Errno::EINVAL);
            }
        }
    }
    Ok(())
}
