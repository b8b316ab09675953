//! What filters and actions are made with, beside their attributes.

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::policy::{Parsed, Policy, Strictness};
use softnet_netlink::wire::{Attr, Message};
use softnet_sk_buff::IfIndex;

use super::request::nested;
use crate::EstimatorConfig;

/// What the machine tells those who make filters and actions.
pub(super) trait Machine {
    /// The interface with this number.
    fn device(&self, index: u32) -> Option<IfIndex>;
    /// The interface with this name.
    fn device_by_name(&self, name: &[u8]) -> Option<IfIndex>;
    /// The numbers of all actions of this kind.
    fn indices(&self, kind: &str) -> Vec<u32>;
    /// A seed that nobody else has.
    fn seed(&mut self) -> u64;
}

/// A request while filters and actions are made of it.
pub(super) struct Making<'m, 'r> {
    pub(super) machine: &'m mut dyn Machine,
    pub(super) request: Message<'r>,
    pub(super) extack: &'m mut ExtAck,
    /// It is for what comes in (`TCA_ACT_FLAGS_AT_INGRESS`).
    pub(super) ingress: bool,
    /// `TCA_RATE`: how policers measure.
    pub(super) estimator: Option<EstimatorConfig>,
    /// Numbers that the request's actions were given.
    given: Vec<(&'static str, u32)>,
}

impl<'m, 'r> Making<'m, 'r> {
    pub(super) fn new(
        machine: &'m mut dyn Machine,
        request: Message<'r>,
        extack: &'m mut ExtAck,
    ) -> Self {
        Self { machine, request, extack, ingress: false, estimator: None, given: Vec::new() }
    }

    /// Says `words`.
    pub(super) fn refuse(&mut self, words: &'static str) -> Errno {
        self.extack.say(words);
        Errno::EINVAL
    }

    /// Says `words` and points at an attribute.
    pub(super) fn refuse_at(&mut self, attr: &Attr<'_>, words: &'static str) -> Errno {
        self.extack.say(words);
        self.extack.point_at(&self.request, attr);
        Errno::EINVAL
    }

    /// `nla_parse_nested_deprecated` with somewhere to say what is wrong.
    pub(super) fn parse<'a, const N: usize>(
        &mut self,
        attr: &Attr<'a>,
        how: (&Policy, Strictness),
    ) -> Result<Parsed<'a, N>, Errno> {
        nested(&self.request, attr, how, self.extack)
    }

    /// `tcf_change_indev`.
    pub(super) fn indev(&mut self, attr: Option<Attr<'_>>) -> Result<Option<IfIndex>, Errno> {
        const IFNAMSIZ: usize = 16;
        let Some(attr) = attr else { return Ok(None) };
        let name = attr.c_str();
        if name.len() >= IFNAMSIZ {
            return Err(self.refuse_at(&attr, "Interface name too long"));
        }
        match self.machine.device_by_name(name) {
            Some(device) => Ok(Some(device)),
            None => {
                self.refuse_at(&attr, "Network device not found");
                Err(Errno::ENODEV)
            }
        }
    }

    /// `tcf_idr_check_alloc`: the number that an action asked for, or the least that is free if it asked for 0.
    pub(super) fn index(&mut self, kind: &'static str, wanted: u32) -> Result<u32, Errno> {
        let mut taken = self.machine.indices(kind);
        taken.extend(self.given.iter().filter(|(of, _)| *of == kind).map(|(_, index)| *index));
        taken.sort_unstable();
        taken.dedup();
        let index = match wanted {
            0 => {
                let run = taken.iter().skip_while(|&&index| index == 0).zip(1_u32..);
                run.take_while(|(taken, free)| **taken == *free).count() as u32 + 1
            }
            wanted if taken.binary_search(&wanted).is_ok() => {
                self.extack.say("Actions are not shared here");
                return Err(Errno::EOPNOTSUPP);
            }
            wanted => wanted,
        };
        self.given.push((kind, index));
        Ok(index)
    }
}

/// `nla_parse_nested_deprecated` with nobody to tell what is wrong.
pub(super) fn parse<'a, const N: usize>(
    attr: &Attr<'a>,
    policy: &Policy,
) -> Result<Parsed<'a, N>, Errno> {
    let parsed = Parsed::new(attr.nested(), policy, Strictness::LIBERAL);
    parsed.map(|(parsed, _)| parsed).map_err(|invalid| invalid.errno())
}
