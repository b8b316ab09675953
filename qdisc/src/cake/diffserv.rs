//! Tins by DSCP: how many there are, which is shown first, and what share each has.

use softnet_sk_buff::EtherType;
use softnet_sk_buff::checksum::csum_replace2;

use super::MAX_TINS;
use super::config::Diffserv;
use super::dscp::{BESTEFFORT, DIFFSERV3, DIFFSERV4, DIFFSERV8, PRECEDENCE, TinOfDscp};
use crate::{Cx, Packet};

/// A way to sort packets into tins (`tin_cnt`, `tin_index`, `tin_order`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) count: usize,
    by_dscp: &'static TinOfDscp,
    /// Tins from low to high priority, as they are shown and as marks and priorities name them.
    order: &'static [u8; MAX_TINS],
    shares: Shares,
}

#[derive(Clone, Copy, Debug)]
enum Shares {
    All,
    /// Each 7/8 of the one before.
    Falling,
    /// Each a power of two less.
    Shifts(&'static [u32]),
}

const NORMAL: [u8; MAX_TINS] = [0, 1, 2, 3, 4, 5, 6, 7];
/// Bulk before best effort.
const BULK: [u8; MAX_TINS] = [1, 0, 2, 3, 4, 5, 6, 7];

impl Plan {
    pub(super) const fn of(diffserv: Diffserv) -> Self {
        let (count, by_dscp, order, shares) = match diffserv {
            Diffserv::Besteffort => (1, &BESTEFFORT, &NORMAL, Shares::All),
            Diffserv::Precedence => (8, &PRECEDENCE, &NORMAL, Shares::Falling),
            Diffserv::Diffserv8 => (8, &DIFFSERV8, &NORMAL, Shares::Falling),
            Diffserv::Diffserv4 => (4, &DIFFSERV4, &BULK, Shares::Shifts(&[0, 4, 1, 2])),
            Diffserv::Diffserv3 => (3, &DIFFSERV3, &BULK, Shares::Shifts(&[0, 4, 2])),
        };
        Self { count, by_dscp, order, shares }
    }

    /// The threshold of a tin in bytes per second, and what it may send in its turn while there is no
    /// shaper.
    pub(super) fn share(&self, tin: usize, bandwidth: u64) -> (u64, u16) {
        match self.shares {
            Shares::All => (bandwidth, u16::MAX),
            Shares::Falling => (0..tin).fold((bandwidth, 256), |(rate, quantum), _| {
                let rate = (u128::from(rate) * 7) >> 3;
                (rate as u64, (quantum * 7) >> 3)
            }),
            Shares::Shifts(shifts) => {
                let shift = shifts.get(tin).copied().unwrap_or(0);
                (bandwidth >> shift, 1024 >> shift)
            }
        }
    }

    /// Tins in the order in which they are shown.
    pub(super) fn shown(&self) -> impl Iterator<Item = usize> {
        self.order.iter().take(self.count).map(|&tin| usize::from(tin))
    }

    /// The tin that a mark or a priority names, from 1 on.
    pub(super) fn named(&self, number: u32) -> Option<usize> {
        self.shown().nth(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    #[inline]
    pub(super) fn of_dscp(&self, dscp: u8) -> usize {
        usize::from(self.by_dscp[usize::from(dscp & 63)])
    }
}

/// What ARP counts as: network control.
const CS7: u8 = 0x38;

/// The DSCP of a packet (`cake_handle_diffserv`); best effort if it has none.
pub(super) fn dscp<P: Packet>(packet: &P) -> u8 {
    match packet.dsfield() {
        Some(dsfield) => dsfield >> 2,
        None if is_arp(packet) => CS7,
        None => 0,
    }
}

/// The same, and clears it in the packet; best effort if that can't be done.
pub(super) fn wash<P: Packet>(packet: &mut P, cx: &mut Cx<'_, P>) -> u8 {
    let dscp = dscp(packet);
    if dscp == 0 || packet.dsfield().is_none() {
        return dscp;
    }
    let network = packet.frame().map(|frame| frame.network);
    let Some(network) = network.filter(|_| cx.make_writable(packet)) else { return 0 };
    let header = packet.frame_mut().and_then(|bytes| bytes.get_mut(network..));
    if header.is_some_and(clear_dscp) { dscp } else { 0 }
}

/// Leaves nothing of the DS field but ECN's bits (`ipv4_change_dsfield`, `ipv6_change_dsfield`).
fn clear_dscp(header: &mut [u8]) -> bool {
    match header.first().map(|byte| byte >> 4) {
        Some(4) => {
            let Some(header) = header.first_chunk_mut::<20>() else { return false };
            let from = u16::from_be_bytes([header[0], header[1]]);
            header[1] &= 3;
            let to = u16::from_be_bytes([header[0], header[1]]);
            let check = u16::from_be_bytes([header[10], header[11]]);
            [header[10], header[11]] = csum_replace2(check, from, to).to_be_bytes();
            true
        }
        Some(6) => {
            let Some(header) = header.first_chunk_mut::<40>() else { return false };
            header[0] &= 0xf0;
            header[1] &= 0x3f;
            true
        }
        _ => false,
    }
}

fn is_arp<P: Packet>(packet: &P) -> bool {
    const TYPE_OF_ETHERNET: usize = 12;
    const TAG: usize = 4;
    let Some(frame) = packet.frame() else { return false };
    let mut protocol = frame.protocol;
    // A tag in the bytes stands where the type would be, with the type behind it; two at most.
    for tags in 1..=2 {
        if protocol != EtherType::VLAN && protocol != EtherType::QINQ {
            break;
        }
        let at = TYPE_OF_ETHERNET + tags * TAG;
        let Some(&[high, low]) = frame.bytes.get(at..).and_then(|bytes| bytes.first_chunk()) else {
            return false;
        };
        protocol = EtherType(u16::from_be_bytes([high, low]));
    }
    protocol == EtherType::ARP
}
