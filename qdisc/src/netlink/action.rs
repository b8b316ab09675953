//! Actions on the wire (`net/sched/act_api.c`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{ActSet, TcGen, TcfT};
use softnet_netlink::tc::{Bitfield32, GnetStatsBasic};
use softnet_netlink::wire::{Attr, Body, WriteError};
use softnet_sk_buff::Instant;

use super::making::Making;
use super::request::tca as filter_tca;
use super::stats::Told;
use crate::Packet;
use crate::action::{Action, Config, Control, Label, MAX_ACTIONS, Op, Stats, Times};

mod control;
mod csum;
mod gact;
mod mirred;
mod pedit;
mod police;
mod skbedit;
mod vlan;

use control::to_wire;

/// Bytes of a kind's name with its NUL (`IFNAMSIZ`).
const NAME: usize = 16;
/// `TCA_ACT_HW_STATS_ANY`.
const HW_STATS_ANY: u32 = 3;
/// `TCA_ACT_FLAGS_SKIP_HW` and `_SKIP_SW`, and what they are in `TCA_CLS_FLAGS_*`.
const SKIP: [(u32, u32); 2] = [(1 << 1, 1 << 0), (1 << 2, 1 << 1)];

/// `TCA_ACT_*`.
mod tca {
    pub(super) const KIND: u16 = 1;
    pub(super) const OPTIONS: u16 = 2;
    pub(super) const STATS: u16 = 4;
    pub(super) const COOKIE: u16 = 6;
    pub(super) const FLAGS: u16 = 7;
    pub(super) const HW_STATS: u16 = 8;
    pub(super) const IN_HW_COUNT: u16 = 10;
    pub(super) const END: usize = 11;
}

/// An action that was read: its number, and what it is.
type Read<P> = Result<(u32, Config<P>), Errno>;

/// `tcf_action_init`: the actions of a filter with the flags `cls_flags`.
pub(super) fn read_all<P: Packet>(
    list: &Attr<'_>,
    cls_flags: u32,
    making: &mut Making<'_, '_>,
) -> Result<Vec<Config<P>>, Errno> {
    let mut places = [None; MAX_ACTIONS + 1];
    for attr in list.nested() {
        if attr.kind() != 0
            && let Some(place) = places.get_mut(usize::from(attr.kind()))
        {
            *place = Some(attr);
        }
    }
    // All kinds are looked up before the first is made.
    let all = || places.iter().skip(1).map_while(|place| *place);
    for attr in all() {
        kind_of(&attr, making)?;
    }
    all().map(|attr| read(&attr, cls_flags, making)).collect()
}

/// `tc_action_load_ops`: the kind, if there is such.
fn kind_of(attr: &Attr<'_>, making: &mut Making<'_, '_>) -> Result<Kind, Errno> {
    let table = making.parse::<{ tca::END }>(attr, (ActSet::POLICY, Strictness::LIBERAL))?;
    let Some(name) = table.get(tca::KIND) else {
        return Err(making.refuse("TC action kind must be specified"));
    };
    let name = name.c_str();
    if name.len() >= NAME {
        return Err(making.refuse("TC action name too long"));
    }
    Kind::of(name).ok_or_else(|| {
        making.refuse("Failed to load TC action module");
        Errno::ENOENT
    })
}

/// `tcf_action_init_1`.
fn read<P: Packet>(
    attr: &Attr<'_>,
    cls_flags: u32,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let kind = kind_of(attr, making)?;
    let table = making.parse::<{ tca::END }>(attr, (ActSet::POLICY, Strictness::LIBERAL))?;
    let bits = |kind| table.get(kind).and_then(|attr| attr.prefix::<[u32; 2]>());
    let mut flags = bits(tca::FLAGS).map_or(0, |[value, _]| value);
    let skips = |flags: u32| SKIP.map(|(ours, _)| flags & ours != 0);
    if skips(flags) == [true, true] {
        return Err(Errno::EINVAL);
    }
    let (index, config) = kind.read(table.get(tca::OPTIONS), making)?;
    for (ours, cls) in SKIP {
        if flags & ours != 0 && cls_flags & cls == 0 {
            return Err(making.refuse("Mismatch between action and filter offload flags"));
        }
        if cls_flags & cls != 0 {
            flags |= ours;
        }
    }
    let hw_stats = bits(tca::HW_STATS).map(|[value, _]| value as u8);
    let hw_stats = hw_stats.filter(|wanted| u32::from(*wanted) != HW_STATS_ANY);
    let cookie = table.get(tca::COOKIE).map(|cookie| cookie.value().to_vec());
    let label = Label { index, cookie, flags, hw_stats, old: false };
    Ok(Config::Labelled(Box::new((label, config))))
}

/// The policer of a filter that knows of no other actions (`TCA_*_POLICE`).
pub(super) fn read_old<P: Packet>(
    options: Attr<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let (index, config) = Kind::Police.read(Some(options), making)?;
    let label = Label { index, old: true, ..Label::default() };
    Ok(Config::Labelled(Box::new((label, config))))
}

/// The kinds that can be made by request.
#[derive(Clone, Copy)]
enum Kind {
    Gact,
    Mirred,
    Police,
    SkbEdit,
    Vlan,
    Pedit,
    Csum,
}

impl Kind {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"gact" => Self::Gact,
            b"mirred" => Self::Mirred,
            b"police" => Self::Police,
            b"skbedit" => Self::SkbEdit,
            b"vlan" => Self::Vlan,
            b"pedit" => Self::Pedit,
            b"csum" => Self::Csum,
            _ => return None,
        })
    }

    fn read<P: Packet>(self, options: Option<Attr<'_>>, making: &mut Making<'_, '_>) -> Read<P> {
        match self {
            Self::Gact => gact::read(options, making).map(wrap),
            Self::Mirred => mirred::read(options, making).map(wrap),
            Self::Police => police::read(options, making).map(wrap),
            Self::SkbEdit => skbedit::read(options, making).map(wrap),
            Self::Vlan => vlan::read(options, making).map(wrap),
            Self::Pedit => pedit::read(options, making).map(wrap),
            Self::Csum => csum::read(options, making).map(wrap),
        }
    }
}

fn wrap<P: Packet>((index, config): (u32, impl Into<Config<P>>)) -> (u32, Config<P>) {
    (index, config.into())
}

/// `tcf_action_dump`: actions as attributes 1, 2, 3 ….
pub(super) fn fill_all<P: Packet>(
    actions: &[Action<P>],
    (now, terse): (Instant, bool),
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    for (action, place) in actions.iter().zip(1..) {
        to.nest_as(place, |to: &mut Body<'_>| fill(action, (now, terse), to))?;
    }
    Ok(())
}

/// `tcf_action_dump_1`.
fn fill<P: Packet>(
    action: &Action<P>,
    (now, terse): (Instant, bool),
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let label = action.label();
    to.string(tca::KIND, action.kind().as_bytes())?;
    to.nest_as(tca::STATS, |to: &mut Body<'_>| fill_stats(action, now, to))?;
    if let Some(cookie) = &label.cookie {
        to.attr(tca::COOKIE, cookie)?;
    }
    if terse {
        return Ok(());
    }
    if let Some(wanted) = label.hw_stats {
        to.value(tca::HW_STATS, &Bitfield32 { value: wanted.into(), selector: HW_STATS_ANY })?;
    }
    if label.flags != 0 {
        to.value(tca::FLAGS, &Bitfield32 { value: label.flags, selector: label.flags })?;
    }
    to.value(tca::IN_HW_COUNT, &0_u32)?;
    to.nest_as(tca::OPTIONS, |to: &mut Body<'_>| fill_options(action, now, to))
}

/// `tc_action_ops::dump`.
pub(super) fn fill_options<P: Packet>(
    action: &Action<P>,
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let common = Common { index: action.label().index, times: times(action.times(), now) };
    match action.op() {
        Op::Gact(gact) => gact::fill(gact, &common, to),
        Op::Mirred(mirred) => mirred::fill(mirred, &common, to),
        Op::Police(police) => police::fill(police, &common, to),
        Op::SkbEdit(skbedit) => skbedit::fill(skbedit, &common, to),
        Op::Vlan(vlan) => vlan::fill(vlan, &common, to),
        Op::Pedit(pedit) => pedit::fill(pedit, &common, to),
        Op::Csum(csum) => csum::fill(csum, &common, to),
        Op::Other(_) => Ok(()),
    }
}

/// What the options of all kinds have.
struct Common {
    index: u32,
    times: TcfT,
}

impl Common {
    /// `tc_gen`. Nobody but its filter has it.
    fn head(&self, control: Control) -> TcGen {
        let (index, action) = (self.index, to_wire(control));
        TcGen { index, capab: 0, action, refcnt: 1, bindcnt: 1 }
    }

    /// `tcf_tm_dump`'s.
    fn fill_times(&self, kind: u16, pad: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value_64bit(kind, &self.times, pad)
    }
}

/// `tcf_tm_dump`: hundredths of a second since.
fn times(times: &Times, now: Instant) -> TcfT {
    const TICK: u64 = 10_000_000;
    let since = |at: Instant| now.as_nanos().saturating_sub(at.as_nanos()) / TICK;
    TcfT {
        install: since(times.installed),
        lastuse: since(times.last_used.unwrap_or(times.installed)),
        expires: 0,
        firstuse: times.first_used.map_or(0, since),
    }
}

/// `TCA_STATS_BASIC_HW` and `TCA_STATS_PAD`.
const BASIC_HW: u16 = 7;
const STATS_PAD: u16 = 6;

/// What an action counted.
fn told<P: Packet>(action: &Action<P>, now: Instant) -> Told {
    let Stats { bytes, packets, drops, overlimits } = *action.stats();
    let stats = crate::Stats { bytes, packets, drops, overlimits, ..crate::Stats::default() };
    let rate = match action.op() {
        Op::Police(police) => police.rate(action.stats(), now),
        _ => None,
    };
    Told { basic: Some(stats), rate, queue: Some(stats), ..Told::default() }
}

/// `tcf_action_copy_stats`. Nothing was counted by a card.
fn fill_stats<P: Packet>(
    action: &Action<P>,
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let told = told(action, now);
    told.basic(to)?;
    to.value_64bit(BASIC_HW, &GnetStatsBasic::default(), STATS_PAD)?;
    told.rate(to)?;
    told.queue(to)
}

/// `tcf_exts_dump_stats`: what old programs want to know of a filter's own policer.
pub(super) fn fill_old_stats<P: Packet>(
    actions: &[Action<P>],
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    match actions.first().filter(|action| action.label().old) {
        Some(action) => {
            to.value_64bit(filter_tca::STATS, &told(action, now).compat(), filter_tca::PAD)
        }
        None => Ok(()),
    }
}

/// The attributes of an action's options, which must be there.
fn need<'a>(options: Option<Attr<'a>>) -> Result<Attr<'a>, Errno> {
    options.ok_or(Errno::EINVAL)
}
