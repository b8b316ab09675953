//! Extended matches: small tests joined by and, or, not and parentheses (`ematch.c`).

use alloc::vec::Vec;

use softnet_sk_buff::FlowKeys;
use softnet_sk_buff::flow::DissectFlags;

use super::FilterError;
use crate::{Frame, Packet};

/// Parentheses within parentheses (`CONFIG_NET_EMATCH_STACK`).
const STACK: usize = 32;
/// Tests that a tree may take in all. One that tc makes needs no more than it has matches.
const MAX_STEPS: u32 = 1024;

/// Tests, joined (`struct tcf_ematch_tree`).
///
/// They are in the order in which they are asked. Parentheses are a [`What::Container`] that names
/// the first test inside; the tests inside stand behind all of the expression outside, and end with
/// one that is [`Then::End`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree(pub Vec<Match>);

/// One test (`struct tcf_ematch`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// The test.
    pub what: What,
    /// Whether it is turned round (`TCF_EM_INVERT`).
    pub not: bool,
    /// How it is joined to the next one.
    pub then: Then,
}

/// How a test is joined to the next one (`TCF_EM_REL_*`). There is no precedence: the first test that
/// settles it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// It is the last.
    End,
    /// Both.
    And,
    /// Either.
    Or,
}

/// A test.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum What {
    /// The tests from this one on, counted from 0, which must come later than this.
    Container(usize),
    /// A number in the packet compared (`em_cmp.c`).
    Cmp(Cmp),
    /// Bytes in the packet (`em_nbyte.c`).
    NByte(NByte),
    /// A word in the packet, counted from the network header (`em_u32.c`).
    U32 {
        /// Where.
        off: i32,
        /// Bits that count.
        mask: u32,
        /// What they are.
        val: u32,
    },
    /// What is beside the bytes, compared (`em_meta.c`).
    Meta(Meta),
}

/// What offsets count from (`TCF_LAYER_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layer {
    /// The link header.
    Link,
    /// The network header.
    Network,
    /// The transport header, if the flow dissector finds one (`skb_probe_transport_header`). Where it does
    /// not, a packet at the ingress has it where its network header is (`__netif_receive_skb_core`); Linux
    /// has it there as well unless the sender or GRO has dissected the packet.
    Transport,
}

/// A comparison (`TCF_EM_OPND_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opnd {
    /// Equal.
    Eq,
    /// Greater.
    Gt,
    /// Less.
    Lt,
}

impl Opnd {
    fn compare<T: Ord>(self, left: T, right: T) -> bool {
        match self {
            Self::Eq => left == right,
            Self::Gt => left > right,
            Self::Lt => left < right,
        }
    }
}

/// A number in the packet, compared (`tcf_em_cmp`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cmp {
    /// What the offset counts from.
    pub layer: Layer,
    /// Where the number is.
    pub off: u16,
    /// How long it is.
    pub align: Align,
    /// Bits that count; 0 for all.
    pub mask: u32,
    /// The comparison.
    pub opnd: Opnd,
    /// What it is compared to.
    pub val: u32,
    /// The packet has the number in little-endian order (`TCF_EM_CMP_TRANS`, on such a machine).
    pub trans: bool,
}

/// Length of a number (`TCF_EM_ALIGN_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// A byte.
    U8,
    /// Two bytes.
    U16,
    /// Four bytes.
    U32,
}

/// Bytes in the packet (`tcf_em_nbyte`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NByte {
    /// What the offset counts from.
    pub layer: Layer,
    /// Where they are.
    pub off: u16,
    /// What they are, 4095 at most.
    pub pattern: Vec<u8>,
}

/// Two numbers compared (`tcf_meta_hdr`). What the packet doesn't have compares to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meta {
    /// The one.
    pub left: MetaValue,
    /// The comparison.
    pub opnd: Opnd,
    /// The other.
    pub right: MetaValue,
}

/// A number beside the packet (`tcf_meta_val`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MetaValue {
    /// Which.
    pub id: MetaId,
    /// How far it is shifted right.
    pub shift: u8,
    /// Bits that count then; 0 for all. Neither concerns [`MetaId::Value`].
    pub mask: u64,
}

impl MetaValue {
    /// The number as it is.
    #[must_use]
    pub const fn new(id: MetaId) -> Self {
        Self { id, shift: 0, mask: 0 }
    }
}

/// Which number beside the packet (`TCF_META_ID_*`). Those of sockets, routes and of the system are
/// not here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MetaId {
    /// A constant.
    Value(u64),
    /// Priority.
    Priority,
    /// Protocol, as a number: 0x0800 for IPv4.
    Protocol,
    /// Protocol as Linux compares it on a little-endian machine, its bytes swapped: 0x0008 for IPv4.
    SwappedProtocol,
    /// Length in bytes (`skb->len`).
    PktLen,
    /// Mark.
    NfMark,
    /// The outermost VLAN tag.
    Vlan,
}

impl Tree {
    /// A single test.
    #[must_use]
    pub fn of(what: What) -> Self {
        Self(alloc::vec![Match { what, not: false, then: Then::End }])
    }

    pub(super) fn check(&self) -> Result<(), FilterError> {
        let count = self.0.len();
        if count > usize::from(u16::MAX) {
            return Err(FilterError::Matches(count));
        }
        for (index, one) in self.0.iter().enumerate() {
            match &one.what {
                What::Container(first) if *first <= index || *first >= count => {
                    return Err(FilterError::Container { index, first: *first });
                }
                What::NByte(nbyte) if nbyte.pattern.len() >= 1 << 12 => {
                    return Err(FilterError::Pattern(nbyte.pattern.len()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the packet passes (`__tcf_em_tree_match`). No tests are passed by all.
    ///
    /// Parentheses deeper than 32 pass nothing; Linux takes that error for a match. Of a packet
    /// `at_ingress` the link header does not count.
    pub(super) fn matches<P: Packet>(&self, packet: &P, at_ingress: bool) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let frame = packet.frame().unwrap_or(Frame::NOTHING);
        let look = Look { packet, frame, at_ingress };
        let mut stack = [0; STACK];
        let (mut depth, mut next, mut result) = (0, 0, false);
        for _ in 0..MAX_STEPS {
            let settled = match self.0.get(next) {
                Some(Match { what: What::Container(first), .. }) => {
                    let Some(place) = stack.get_mut(depth) else { return false };
                    (*place, next) = (next, *first);
                    depth += 1;
                    continue;
                }
                Some(one) => {
                    result = one.what.matches(&look) != one.not;
                    one.settles(result)
                }
                None => true,
            };
            next += 1;
            if !settled {
                continue;
            }
            // Out of as many parentheses as this settles.
            loop {
                let Some(outer) = depth.checked_sub(1) else { return result };
                depth = outer;
                let container = stack.get(depth).copied().unwrap_or(0);
                let Some(one) = self.0.get(container) else { return false };
                result = result != one.not;
                next = container + 1;
                if !one.settles(result) {
                    break;
                }
            }
        }
        false
    }
}

impl Match {
    /// `tcf_em_early_end`.
    fn settles(&self, result: bool) -> bool {
        match self.then {
            Then::End => true,
            Then::And => !result,
            Then::Or => result,
        }
    }
}

/// What is looked at.
struct Look<'a, P> {
    packet: &'a P,
    frame: Frame<'a>,
    at_ingress: bool,
}

impl<'a, P: Packet> Look<'a, P> {
    /// `skb->len`: at the ingress without the link header.
    fn len(&self) -> u64 {
        let link = if self.at_ingress { self.frame.network as u64 } else { 0 };
        u64::from(self.packet.frame_len()).saturating_sub(link)
    }

    /// The bytes from there on (`tcf_get_base_ptr`).
    fn bytes(&self, layer: Layer, off: u16) -> Option<&'a [u8]> {
        let base = match layer {
            Layer::Link => 0,
            Layer::Network => self.frame.network,
            Layer::Transport => {
                self.transport().or(self.at_ingress.then_some(self.frame.network))?
            }
        };
        self.frame.bytes.get(base.checked_add(usize::from(off))?..)
    }

    fn transport(&self) -> Option<usize> {
        let (protocol, start) = self.frame.behind_tags()?;
        let network = self.frame.bytes.get(start..)?;
        let keys = FlowKeys::dissect_with(DissectFlags::empty(), protocol, network);
        let thoff = keys.control.dissected.then_some(usize::from(keys.control.thoff))?;
        start.checked_add(thoff)
    }
}

impl What {
    fn matches<P: Packet>(&self, look: &Look<'_, P>) -> bool {
        match self {
            Self::Container(_) => None,
            Self::Cmp(cmp) => cmp.matches(look),
            Self::NByte(nbyte) => nbyte.matches(look),
            Self::U32 { off, mask, val } => {
                let word = isize::try_from(*off).ok().and_then(|off| {
                    let at = look.frame.network.checked_add_signed(off)?;
                    Some(u32::from_be_bytes(*look.frame.bytes.get(at..)?.first_chunk()?))
                });
                word.map(|word| (word ^ val) & mask == 0)
            }
            Self::Meta(meta) => meta.matches(look),
        }
        .unwrap_or(false)
    }
}

impl Cmp {
    fn matches<P: Packet>(&self, look: &Look<'_, P>) -> Option<bool> {
        let bytes = look.bytes(self.layer, self.off)?;
        let value = match self.align {
            Align::U8 => u32::from(*bytes.first()?),
            Align::U16 if self.trans => u16::from_le_bytes(*bytes.first_chunk()?).into(),
            Align::U16 => u16::from_be_bytes(*bytes.first_chunk()?).into(),
            Align::U32 if self.trans => u32::from_le_bytes(*bytes.first_chunk()?),
            Align::U32 => u32::from_be_bytes(*bytes.first_chunk()?),
        };
        let mask = if self.mask == 0 { u32::MAX } else { self.mask };
        Some(self.opnd.compare(value & mask, self.val))
    }
}

impl NByte {
    fn matches<P: Packet>(&self, look: &Look<'_, P>) -> Option<bool> {
        Some(look.bytes(self.layer, self.off)?.starts_with(&self.pattern))
    }
}

impl Meta {
    fn matches<P: Packet>(&self, look: &Look<'_, P>) -> Option<bool> {
        let left = self.left.get(look)?;
        let right = self.right.get(look)?;
        Some(self.opnd.compare(left, right))
    }
}

impl MetaValue {
    fn get<P: Packet>(&self, look: &Look<'_, P>) -> Option<u64> {
        let value: u64 = match self.id {
            MetaId::Value(value) => return Some(value),
            MetaId::Priority => look.packet.priority().into(),
            MetaId::Protocol => look.frame.outer_protocol().0.into(),
            MetaId::SwappedProtocol => look.frame.outer_protocol().0.swap_bytes().into(),
            MetaId::PktLen => look.len(),
            MetaId::NfMark => look.packet.mark().into(),
            MetaId::Vlan => outermost_tag(&look.frame)?.into(),
        };
        let shifted = value.checked_shr(self.shift.into()).unwrap_or(0);
        Some(if self.mask == 0 { shifted } else { shifted & self.mask })
    }
}

/// The tag beside the bytes, else that in the bytes (`__vlan_get_tag`).
fn outermost_tag(frame: &Frame<'_>) -> Option<u16> {
    const TPID: usize = 12;
    if let Some(tag) = frame.vlan {
        return Some(tag.tci);
    }
    let [a, b, c, d] = *frame.bytes.get(TPID..)?.first_chunk()?;
    let protocol = softnet_sk_buff::EtherType(u16::from_be_bytes([a, b]));
    crate::packet::is_vlan(protocol).then_some(u16::from_be_bytes([c, d]))
}

#[cfg(test)]
mod tests;
