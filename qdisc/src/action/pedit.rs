//! pedit: changes a packet's bytes (`act_pedit.c`).

use alloc::vec::Vec;

use softnet_sk_buff::EtherType;

use super::{ActionError, Control, Stats};
use crate::filter::headers;
use crate::{Cx, Frame, Packet};

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Which bytes to change (`tc_pedit`). Checksums are not made right: that is
/// [`csum`](super::csum)'s.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// What to change, in order; 1 to 255 of them.
    pub keys: Vec<Key>,
    /// What becomes of the packet: [`Control::Ok`], unless tc is told otherwise. Also of one that is
    /// too short for a key, which is left as the keys before made it, and counted as an overlimit.
    pub control: Control,
}

/// A word of four bytes to change (`tc_pedit_key`, `TCA_PEDIT_KEY_EX_*`).
///
/// Masks and values are in the order of the bytes: 0x0a000000 is 10 in the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// Where the offset counts from (`htype`).
    pub from: Header,
    /// Where the word is, a multiple of 4.
    pub offset: i32,
    /// An addition to the offset that the packet names.
    pub at: Option<At>,
    /// Bits that stay.
    pub mask: u32,
    /// The new value. Its bits must be outside of the mask, or they flip what is there.
    pub value: u32,
    /// What is done with it.
    pub command: Command,
}

/// An addition to an offset, as in the length of an IP header (tc's `at AT offmask MASK shift SHIFT`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At {
    /// Where the byte is.
    pub offset: i32,
    /// Which of its bits count; with 0 there is no addition.
    pub mask: u8,
    /// How far they are shifted right, at most 31.
    pub shift: u8,
}

/// What an offset counts from (`enum pedit_header_type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Header {
    /// The network header, whatever it is (also tc's `munge offset`).
    Network,
    /// The Ethernet header.
    Eth,
    /// The network header.
    Ip4,
    /// The network header.
    Ip6,
    /// What follows the IPv4 header, or the TCP header of IPv6.
    Tcp,
    /// What follows the IPv4 header, or the UDP header of IPv6.
    Udp,
}

/// What is done with a value (`enum pedit_cmd`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// It takes the place of the bits outside of the mask.
    Set,
    /// It is added. The sum is that of Linux on a little-endian machine: a carry goes to the next
    /// byte in the packet, so that only fields of one byte add up as one would think.
    Add,
}

/// There is no such place in the packet.
struct Outside;

impl Config {
    pub(super) fn checked(self) -> Result<Self, ActionError> {
        self.control.check()?;
        match self.keys.len() {
            0 => return Err(ActionError::Nothing),
            1..=255 => {}
            keys => return Err(ActionError::Keys(keys)),
        }
        let odd = |key: &&Key| key.at.is_none_or(|at| at.mask == 0) && key.offset % 4 != 0;
        match self.keys.iter().find(odd) {
            Some(key) => Err(ActionError::Offset(key.offset)),
            None => Ok(self),
        }
    }

    pub(super) fn act<P: Packet>(
        &self,
        packet: &mut P,
        stats: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Control {
        for key in &self.keys {
            if key.apply(packet, cx).is_err() {
                stats.overlimit();
                break;
            }
        }
        self.control
    }
}

impl Key {
    fn apply<P: Packet>(&self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(), Outside> {
        let place = self.place(&packet.frame().ok_or(Outside)?)?;
        if !cx.make_writable(packet) {
            return Err(Outside);
        }
        let bytes = packet.frame_mut().ok_or(Outside)?;
        let word = bytes.get_mut(place..).and_then(|rest| rest.first_chunk_mut::<4>());
        let word = word.ok_or(Outside)?;
        let current = u32::from_be_bytes(*word);
        let value = match self.command {
            Command::Set => self.value,
            Command::Add => {
                let sum = current.swap_bytes().wrapping_add(self.value.swap_bytes());
                sum.swap_bytes() & !self.mask
            }
        };
        *word = ((current & self.mask) ^ value).to_be_bytes();
        Ok(())
    }

    /// Where the word begins in the packet's bytes.
    fn place(&self, frame: &Frame<'_>) -> Result<usize, Outside> {
        let header = self.from.start(frame).ok_or(Outside)?;
        let mut offset = self.offset;
        if let Some(at) = self.at.filter(|at| at.mask != 0) {
            let byte = frame.bytes.get(add(header, at.offset)?).ok_or(Outside)?;
            let more = i32::from(byte & at.mask) >> at.shift.min(31);
            offset = offset.checked_add(more).ok_or(Outside)?;
            if offset % 4 != 0 {
                return Err(Outside);
            }
        }
        let place = add(header, offset)?;
        frame.bytes.get(place..).and_then(|rest| rest.get(..4)).map(|_| place).ok_or(Outside)
    }
}

fn add(start: usize, offset: i32) -> Result<usize, Outside> {
    let offset = isize::try_from(offset).map_err(|_| Outside)?;
    start.checked_add_signed(offset).ok_or(Outside)
}

impl Header {
    /// Where it begins in the packet's bytes (`pedit_skb_hdr_offset`).
    fn start(self, frame: &Frame<'_>) -> Option<usize> {
        let transport = match self {
            Self::Eth => return Some(0),
            Self::Network | Self::Ip4 | Self::Ip6 => return Some(frame.network),
            Self::Tcp => TCP,
            Self::Udp => UDP,
        };
        let network = frame.bytes.get(frame.network..)?;
        let offset = match frame.protocol {
            EtherType::IPV4 => headers::ipv4_payload(network),
            EtherType::IPV6 => headers::ipv6_find(network, transport),
            _ => None,
        };
        frame.network.checked_add(offset?)
    }
}
