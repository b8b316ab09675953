//! skbedit: what is beside a packet's bytes (`act_skbedit.c`).

use super::{ActionError, Control, Stats};
use crate::{Packet, PacketType};

/// What to change (`tc_skbedit`). What is `None` stays. A packet that has no such property, as its
/// setter says, stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The priority (`skb->priority`), which may name a class.
    pub priority: Option<u32>,
    /// The priority shall be the DS field's upper six bits (`inheritdsfield`), where there is one.
    pub inherit_dsfield: bool,
    /// The mark.
    pub mark: Option<Mark>,
    /// The transmit queue.
    pub queue_mapping: Option<QueueMapping>,
    /// To whom it is addressed (`ptype`).
    pub ptype: Option<PacketType>,
    /// What becomes of the packet: [`Control::Pipe`], unless tc is told otherwise.
    pub control: Control,
}

/// A mark (`mark VALUE/MASK`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Its bits.
    pub value: u32,
    /// Those of them that are changed.
    pub mask: u32,
}

impl From<u32> for Mark {
    fn from(value: u32) -> Self {
        Self { value, mask: u32::MAX }
    }
}

/// A transmit queue, or several of which the flow's hash chooses one (`skbhash`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueueMapping {
    /// The first.
    pub from: u16,
    /// The last.
    pub to: u16,
    /// Seed of the hash, for packets that carry none.
    pub seed: [u64; 2],
}

impl From<u16> for QueueMapping {
    fn from(queue: u16) -> Self {
        Self { from: queue, to: queue, seed: [0; 2] }
    }
}

impl Config {
    /// Changes nothing yet.
    pub const NOTHING: Self = Self {
        priority: None,
        inherit_dsfield: false,
        mark: None,
        queue_mapping: None,
        ptype: None,
        control: Control::Pipe,
    };

    pub(super) fn checked(self) -> Result<Self, ActionError> {
        self.control.check()?;
        if (Self { control: Control::Pipe, ..self }) == Self::NOTHING {
            return Err(ActionError::Nothing);
        }
        if let Some(QueueMapping { from, to, .. }) = self.queue_mapping
            && (to < from || to - from == u16::MAX)
        {
            return Err(ActionError::Queues { from, to });
        }
        Ok(self)
    }

    pub(super) fn act<P: Packet>(&self, packet: &mut P, stats: &mut Stats) -> Control {
        if let Some(priority) = self.priority {
            packet.set_priority(priority);
        }
        if self.inherit_dsfield {
            match dsfield(packet) {
                Ok(Some(field)) => {
                    packet.set_priority(u32::from(field >> 2));
                }
                Ok(None) => {}
                Err(CutOff) => {
                    stats.dropped();
                    return Control::Shot;
                }
            }
        }
        if let Some(queues) = self.queue_mapping {
            let more = u32::from(queues.to - queues.from);
            let offset = if more == 0 { 0 } else { packet.flow_hash(queues.seed) % (more + 1) };
            packet.set_queue_mapping(queues.from.saturating_add(offset as u16));
        }
        if let Some(Mark { value, mask }) = self.mark {
            packet.set_mark((packet.mark() & !mask) | (value & mask));
        }
        if let Some(ptype) = self.ptype {
            packet.set_pkt_type(ptype);
        }
        self.control
    }
}

/// The IP header is not all there.
struct CutOff;

/// The DS field of a packet that calls itself IP. One without bytes may still know it.
fn dsfield<P: Packet>(packet: &P) -> Result<Option<u8>, CutOff> {
    use softnet_sk_buff::EtherType;

    const IPV4_HEADER: usize = 20;
    const IPV6_HEADER: usize = 40;

    let Some(frame) = packet.frame() else { return Ok(packet.dsfield()) };
    let (protocol, header) = match frame.behind_tags() {
        Some((EtherType::IPV4, _)) => (EtherType::IPV4, IPV4_HEADER),
        Some((EtherType::IPV6, _)) => (EtherType::IPV6, IPV6_HEADER),
        _ => return Ok(None),
    };
    match frame.bytes.get(frame.network..).and_then(|network| network.get(..header)) {
        Some([first, second, ..]) => Ok(Some(match protocol {
            EtherType::IPV4 => *second,
            // Linux looks at no version here, so neither does this.
            _ => (first << 4) | (second >> 4),
        })),
        _ => Err(CutOff),
    }
}
