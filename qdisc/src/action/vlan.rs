//! vlan: VLAN tags and Ethernet headers, on and off (`act_vlan.c`).

use softnet_sk_buff::{EtherType, MacAddr};

use super::{ActionError, Control, Stats};
use crate::packet::is_vlan;
use crate::{Cx, Frame, Packet, Vlan};

const PRIO_SHIFT: u16 = 13;
const PRIO_MASK: u16 = 7 << PRIO_SHIFT;
const VID_MASK: u16 = 0xfff;
const ETH_HLEN: usize = 14;

/// What to do with the tags (`tc_vlan`).
///
/// Tags are kept beside the bytes where the packet has a place for one, in the bytes otherwise; on the
/// wire it is the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// What to do.
    pub what: What,
    /// What becomes of the packet: [`Control::Pipe`], unless tc is told otherwise.
    pub control: Control,
}

/// What to do with the tags (`TCA_VLAN_ACT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum What {
    /// Takes the outermost tag off, if there is one.
    Pop,
    /// Adds a tag, outside of those there.
    Push {
        /// Its VLAN, 0 to 4094.
        id: u16,
        /// Its priority, 0 to 7.
        priority: u8,
        /// What announces it: [`EtherType::VLAN`], unless tc is told otherwise, or
        /// [`EtherType::QINQ`].
        protocol: EtherType,
    },
    /// Changes the outermost tag, if there is one.
    Modify {
        /// Its VLAN, 0 to 4094.
        id: u16,
        /// Its priority, 0 to 7; `None` leaves it.
        priority: Option<u8>,
        /// What announces it, see [`Push`](Self::Push).
        protocol: EtherType,
    },
    /// Takes the Ethernet header off a packet without tags.
    PopEth,
    /// Puts an Ethernet header on a packet that begins with its network header and has no tags.
    PushEth {
        /// To whom.
        destination: MacAddr,
        /// From whom.
        source: MacAddr,
    },
}

/// It can't be done to this packet.
struct Failed;

impl Config {
    /// Does `what`, then the next action has its turn.
    #[must_use]
    pub const fn new(what: What) -> Self {
        Self { what, control: Control::Pipe }
    }

    pub(super) fn checked(self) -> Result<Self, ActionError> {
        self.control.check()?;
        let (id, priority, protocol) = match self.what {
            What::Push { id, priority, protocol } => (id, priority, protocol),
            What::Modify { id, priority, protocol } => (id, priority.unwrap_or(0), protocol),
            What::Pop | What::PopEth | What::PushEth { .. } => return Ok(self),
        };
        if id >= VID_MASK || priority > 7 {
            return Err(ActionError::Vlan { id, priority });
        }
        if !is_vlan(protocol) {
            return Err(ActionError::VlanProtocol(protocol.0));
        }
        Ok(self)
    }

    pub(super) fn act<P: Packet>(
        &self,
        packet: &mut P,
        stats: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Control {
        let done = match self.what {
            What::Pop => pop(packet, cx),
            What::Push { id, priority, protocol } => {
                push(packet, Vlan { protocol, tci: id | (u16::from(priority) << PRIO_SHIFT) }, cx)
            }
            What::Modify { id, priority, protocol } => {
                modify(packet, Vlan { protocol, tci: id }, priority, cx)
            }
            What::PopEth => pop_eth(packet, cx),
            What::PushEth { destination, source } => push_eth(packet, destination, source, cx),
        };
        match done {
            Ok(()) => self.control,
            Err(Failed) => {
                stats.dropped();
                Control::Shot
            }
        }
    }
}

fn done(succeeded: bool) -> Result<(), Failed> {
    if succeeded { Ok(()) } else { Err(Failed) }
}

fn frame<P: Packet>(packet: &P) -> Frame<'_> {
    packet.frame().unwrap_or(Frame::NOTHING)
}

/// Takes a tag out of the bytes and makes its content the packet's protocol.
fn remove<P: Packet>(packet: &mut P, cx: &mut Cx<'_, P>) -> Result<u16, Failed> {
    cx.make_writable(packet);
    packet.remove_vlan().ok_or(Failed)
}

/// Puts a tag beside the bytes, or into them if there is no place beside.
fn put<P: Packet>(packet: &mut P, tag: Vlan, cx: &mut Cx<'_, P>) -> Result<(), Failed> {
    if packet.set_vlan(Some(tag)) {
        return Ok(());
    }
    cx.make_writable(packet);
    done(packet.insert_vlan(tag))
}

fn pop<P: Packet>(packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(), Failed> {
    let Frame { vlan, protocol, .. } = frame(packet);
    if vlan.is_some() {
        done(packet.set_vlan(None))?;
    } else if is_vlan(protocol) {
        remove(packet, cx)?;
    } else {
        return Ok(());
    }
    // The next tag takes the place beside the bytes.
    let protocol = frame(packet).protocol;
    if !is_vlan(protocol) || !packet.set_vlan(None) {
        return Ok(());
    }
    let tci = remove(packet, cx)?;
    put(packet, Vlan { protocol, tci }, cx)
}

fn push<P: Packet>(packet: &mut P, tag: Vlan, cx: &mut Cx<'_, P>) -> Result<(), Failed> {
    if let Some(beside) = frame(packet).vlan {
        cx.make_writable(packet);
        done(packet.insert_vlan(beside))?;
    }
    put(packet, tag, cx)
}

fn modify<P: Packet>(
    packet: &mut P,
    new: Vlan,
    priority: Option<u8>,
    cx: &mut Cx<'_, P>,
) -> Result<(), Failed> {
    let Frame { vlan, protocol, .. } = frame(packet);
    let mut tci = match vlan {
        Some(tag) => tag.tci,
        None if is_vlan(protocol) => remove(packet, cx)?,
        None => return Ok(()),
    };
    tci = (tci & !VID_MASK) | new.tci;
    if let Some(priority) = priority {
        tci = (tci & !PRIO_MASK) | (u16::from(priority) << PRIO_SHIFT);
    }
    put(packet, Vlan { tci, ..new }, cx)
}

fn pop_eth<P: Packet>(packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(), Failed> {
    let Frame { bytes, network, protocol, vlan } = frame(packet);
    if bytes.len() < ETH_HLEN || network < ETH_HLEN || vlan.is_some() || is_vlan(protocol) {
        return Err(Failed);
    }
    cx.make_writable(packet);
    done(packet.pop_eth())
}

fn push_eth<P: Packet>(
    packet: &mut P,
    destination: MacAddr,
    source: MacAddr,
    cx: &mut Cx<'_, P>,
) -> Result<(), Failed> {
    let Frame { network, vlan, .. } = frame(packet);
    if network != 0 || vlan.is_some() {
        return Err(Failed);
    }
    cx.make_writable(packet);
    done(packet.push_eth(destination, source))
}
