//! What every request says (`struct tcmsg` and `TCA_*`).

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::policy::{Parsed, Policy, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::{QdiscSet, Tcmsg};
use softnet_netlink::wire::{Attr, Flags, Message};
use softnet_sk_buff::IfIndex;

use crate::tree::{Parent, Verb};
use crate::{ClassId, EstimatorConfig, Handle};

/// `TCA_*`, by number.
pub(super) mod tca {
    pub(in super::super) const KIND: u16 = 1;
    pub(in super::super) const OPTIONS: u16 = 2;
    pub(in super::super) const STATS: u16 = 3;
    pub(in super::super) const XSTATS: u16 = 4;
    pub(in super::super) const RATE: u16 = 5;
    pub(in super::super) const STATS2: u16 = 7;
    pub(in super::super) const STAB: u16 = 8;
    pub(in super::super) const PAD: u16 = 9;
    pub(in super::super) const DUMP_INVISIBLE: u16 = 10;
    pub(in super::super) const HW_OFFLOAD: u16 = 12;
    pub(in super::super) const INGRESS_BLOCK: u16 = 13;
    pub(in super::super) const EGRESS_BLOCK: u16 = 14;
    pub(in super::super) const EXT_WARN_MSG: u16 = 16;
    pub(super) const END: usize = 17;
}

/// `TC_H_ROOT`.
pub(super) const ROOT: u32 = u32::MAX;
/// `TC_H_INGRESS`.
pub(super) const INGRESS: u32 = 0xffff_fff1;

/// A request about a discipline or a class.
#[derive(Debug, Clone, Copy)]
pub(super) struct TcRequest<'a> {
    pub(super) message: Message<'a>,
    pub(super) head: Tcmsg,
    table: Parsed<'a, { tca::END }>,
}

impl<'a> TcRequest<'a> {
    /// `nlmsg_parse_deprecated` with `rtm_tca_policy`.
    pub(super) fn parse(message: Message<'a>, extack: &mut ExtAck) -> Result<Self, Errno> {
        let fixed = size_of::<Tcmsg>();
        let strictness = Strictness::LIBERAL;
        let table = extack.parse(&message, fixed, QdiscSet::POLICY, strictness)?;
        Ok(Self { message, head: message.fixed(), table })
    }

    /// The same of a request that is about an interface.
    pub(super) fn with_dev(
        message: Message<'a>,
        extack: &mut ExtAck,
    ) -> Result<(Self, IfIndex), Errno> {
        let request = Self::parse(message, extack)?;
        let dev = u32::try_from(request.head.ifindex).ok().and_then(IfIndex::new);
        Ok((request, dev.ok_or(Errno::ENODEV)?))
    }

    pub(super) fn get(&self, kind: u16) -> Option<Attr<'a>> {
        self.table.get(kind)
    }

    pub(super) fn has(&self, kind: u16) -> bool {
        self.table.has(kind)
    }

    /// `TCA_KIND`.
    pub(super) fn kind(&self) -> Option<&'a [u8]> {
        self.get(tca::KIND).map(|kind| kind.c_str())
    }

    /// Whether it names another kind than this (`nla_strcmp`).
    pub(super) fn is_other_than(&self, kind: &str) -> bool {
        self.kind().is_some_and(|named| named != kind.as_bytes())
    }

    /// Where it is about.
    pub(super) fn parent(&self) -> Parent {
        match self.head.parent {
            0 => Parent::Unspecified,
            ROOT => Parent::Root,
            INGRESS => Parent::Ingress,
            class => Parent::Class(ClassId(class)),
        }
    }

    /// The discipline that it is about.
    pub(super) fn handle(&self) -> Handle {
        ClassId(self.head.handle).handle()
    }

    /// What the flags ask for.
    pub(super) fn verb(&self) -> Verb {
        let flags = self.message.flags();
        let [create, exclusive, replace] =
            [Flags::CREATE, Flags::EXCL, Flags::REPLACE].map(|flag| flags.contains(flag));
        match (create, exclusive, replace) {
            (true, true, _) => Verb::Add,
            (true, false, true) => Verb::Replace,
            (true, false, false) => Verb::Create,
            (false, _, true) => Verb::Link,
            (false, _, false) => Verb::Change,
        }
    }

    /// `TCA_RATE`.
    ///
    /// # Errors
    /// `EINVAL`: not such an estimator as there may be (`gen_new_estimator`).
    pub(super) fn estimator(&self) -> Result<Option<EstimatorConfig>, Errno> {
        let Some(rate) = self.get(tca::RATE) else { return Ok(None) };
        let [interval, ewma_log] = rate.prefix::<[u8; 2]>().ok_or(Errno::EINVAL)?;
        let interval_log = interval.cast_signed().checked_add(2).ok_or(Errno::EINVAL)?;
        let interval_log = u8::try_from(interval_log).map_err(|_| Errno::EINVAL)?;
        if interval_log > 5 || !(1..=30).contains(&ewma_log) {
            return Err(Errno::EINVAL);
        }
        Ok(Some(EstimatorConfig { interval_log, ewma_log }))
    }

    /// Checks and sorts the attributes in `nest`, saying what is wrong (`nla_parse_nested_deprecated`).
    pub(super) fn nested<const N: usize>(
        &self,
        nest: &Attr<'a>,
        policy: &Policy,
        extack: &mut ExtAck,
    ) -> Result<Parsed<'a, N>, Errno> {
        nested(&self.message, nest, (policy, Strictness::LIBERAL), extack)
    }
}

/// Checks and sorts the attributes in `nest`, saying what is wrong of a place in `request`.
pub(super) fn nested<'a, const N: usize>(
    request: &Message<'_>,
    nest: &Attr<'a>,
    (policy, strictness): (&Policy, Strictness),
    extack: &mut ExtAck,
) -> Result<Parsed<'a, N>, Errno> {
    match Parsed::new(nest.nested(), policy, strictness) {
        Ok((parsed, warnings)) => {
            extack.warn(warnings);
            Ok(parsed)
        }
        Err(invalid) => {
            let base = request.offset_of(nest).map_or(0, |at| at.saturating_add(Attr::HEADER));
            extack.refuse(&invalid, base);
            Err(invalid.errno())
        }
    }
}
