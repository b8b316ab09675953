//! Dumps of addresses (`inet_dump_ifaddr`, `inet6_dump_addr`, `rtnl_dump_all`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, DumpControl, DumpWriter, Progress};
use softnet_netlink::policy::Strictness;
use softnet_netlink::rtnl::addr::Ifaddrmsg;
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::{Flags as MessageFlags, Message};
use softnet_sk_buff::{IfIndex, Instant};

use super::request::{AF_INET, AF_INET6, FIXED, ifa, parse};
use super::{Addresses, Ifaddr};
use crate::softnet::Softnet;

/// How far a dump of addresses is.
#[derive(Debug, Clone)]
pub struct AddrDump {
    family: Family,
    /// With both families: IPv6 is next, or done.
    stage: Stage,
    /// The interface, and which of its addresses, that is next.
    dev: u32,
    at: usize,
    /// One interface's.
    only: Option<u32>,
    /// What the request is refused with. Linux says it in the end's message.
    refused: Option<(Errno, ExtAck)>,
}

/// Whose addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Inet,
    Inet6,
    /// `PF_UNSPEC`, and what nobody answers for.
    All,
}

impl Family {
    fn of(request: &Message<'_>) -> Self {
        match request.fixed::<Ifaddrmsg>().family {
            AF_INET => Self::Inet,
            AF_INET6 => Self::Inet6,
            _ => Self::All,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Inet,
    Inet6,
    Over,
}

impl AddrDump {
    /// IPv4's old readers expect the end in a datagram of its own.
    pub(in super::super) fn control(request: &Message<'_>) -> DumpControl {
        DumpControl { min_dump_alloc: 0, split_done: Family::of(request) == Family::Inet }
    }

    /// Begins a dump.
    pub(in super::super) fn start<C>(call: &Call<'_, C>) -> Self {
        let family = Family::of(&call.message);
        let stage = if family == Family::Inet6 { Stage::Inet6 } else { Stage::Inet };
        let mut extack = ExtAck::default();
        let checked =
            if call.strict { check(&call.message, family, &mut extack) } else { Ok(None) };
        let (only, refused) = match checked {
            Ok(only) => (only, None),
            Err(errno) => (None, Some((errno, extack))),
        };
        Self { family, stage, dev: 0, at: 0, only, refused }
    }
}

impl Addresses {
    /// Writes as much of a dump as fits.
    pub(in super::super) fn dump(
        &self,
        dump: &mut AddrDump,
        (softnet, now): (&Softnet, Instant),
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some((errno, extack)) = &dump.refused {
            *to.extack() = extack.clone();
            return Err(*errno);
        }
        if let Some(index) = dump.only {
            to.filtered();
            if IfIndex::new(index).and_then(|dev| softnet.dev(dev)).is_none() {
                return Err(Errno::ENODEV);
            }
        } else {
            // One for both families, so that a change of either interrupts a dump of both.
            to.set_seq(self.generation.wrapping_add(softnet.generation()).max(1));
        }
        let mut written = Ok(());
        while written.is_ok() && dump.stage != Stage::Over {
            written = self.dump_family(dump, now, to);
            if written.is_ok() {
                let both = dump.family == Family::All && dump.stage == Stage::Inet;
                dump.stage = if both { Stage::Inet6 } else { Stage::Over };
                (dump.dev, dump.at) = (0, 0);
            }
        }
        to.check_first();
        match written {
            // `rtnl_dump_all` comes to its end without a message.
            _ if dump.family == Family::All && !to.is_empty() => Ok(Progress::More),
            written => written.map(|()| Progress::Done),
        }
    }

    fn dump_family(
        &self,
        dump: &mut AddrDump,
        now: Instant,
        to: &mut DumpWriter<'_>,
    ) -> Result<(), Errno> {
        let from = IfIndex::new(dump.dev.max(1)).ok_or(Errno::EINVAL)?;
        for (&dev, device) in self.devices.range(from..) {
            if dump.only.is_some_and(|only| only != dev.get()) {
                continue;
            }
            let list = if dump.stage == Stage::Inet { &device.inet } else { &device.inet6 };
            if dev.get() != dump.dev {
                (dump.dev, dump.at) = (dev.get(), 0);
            }
            for ifa in list.iter().skip(dump.at) {
                to.message(kind::NEWADDR, MessageFlags::empty(), |body| {
                    Ifaddr::write(ifa, now, body)
                })?;
                dump.at = dump.at.saturating_add(1);
            }
        }
        Ok(())
    }
}

/// `inet_valid_dump_ifaddr_req`, `inet6_valid_dump_ifaddr_req`: the interface that is asked for, if one is.
fn check(request: &Message<'_>, family: Family, extack: &mut ExtAck) -> Result<Option<u32>, Errno> {
    let words = if family == Family::Inet6 { &INET6_WORDS } else { &INET_WORDS };
    if request.payload().len() < FIXED {
        extack.say(words.header);
        return Err(Errno::EINVAL);
    }
    let head: Ifaddrmsg = request.fixed();
    if head.prefixlen != 0 || head.flags != 0 || head.scope != 0 {
        extack.say(words.values);
        return Err(Errno::EINVAL);
    }
    let table = parse(request, extack, Strictness::DEPRECATED_STRICT)?;
    if let Some(at) = (1..ifa::END as u16).find(|&at| table.has(at)) {
        // No net has ids for others here.
        extack.say(if at == ifa::TARGET_NETNSID { words.net } else { words.attribute });
        return Err(Errno::EINVAL);
    }
    Ok((head.index != 0).then_some(head.index))
}

/// What Linux says of requests for dumps.
struct Words {
    header: &'static str,
    values: &'static str,
    net: &'static str,
    attribute: &'static str,
}

const INET_WORDS: Words = Words {
    header: "ipv4: Invalid header for address dump request",
    values: "ipv4: Invalid values in header for address dump request",
    net: "ipv4: Invalid target network namespace id",
    attribute: "ipv4: Unsupported attribute in dump request",
};

const INET6_WORDS: Words = Words {
    header: "ipv6: Invalid header for address dump request",
    values: "ipv6: Invalid values in header for address dump request",
    net: "ipv6: Invalid target network namespace id",
    attribute: "ipv6: Unsupported attribute in dump request",
};
