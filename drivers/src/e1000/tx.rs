//! The transmit ring: descriptors point into packets.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr::NonNull;

use softnet_netdev::ethernet::{ETH_HLEN, ETH_ZLEN};
use softnet_netdev::{Cx, Port};
use softnet_sk_buff::checksum::Sum;
use softnet_sk_buff::{Checksum, CopyError, DropReason, Instant, SkBuff, SkPool};

use super::desc::{self, Context, DESCRIPTOR, DONE, FOURTH, Words};
use super::driver::E1000;
use super::regs::{TDT, TX_RING};
use crate::bus::{
    Coherent, CoherentRequest, Direction, Dma, DmaAddr, DmaError, PciDevice, dma_rmb, dma_wmb,
};

/// Rings start at multiples of this.
const ALIGN: usize = 128;
/// Descriptors that one packet may take: context and data.
const WORST_CASE: u32 = 2;
/// The queue stops when fewer are free: room for one more packet, and a gap.
const STOP_BELOW: u32 = WORST_CASE + 2;
/// And is woken when so many are (`TX_WAKE_THRESHOLD`).
const WAKE_AT: u32 = 32;

/// What a ring's memory must be like.
pub(super) fn ring_request(count: u16, boundary: Option<u64>, mask: u64) -> CoherentRequest {
    CoherentRequest { len: usize::from(count) * DESCRIPTOR, align: ALIGN, boundary, mask }
}

/// Writes a descriptor. Its place is inside the ring, so no write fails.
pub(super) fn put<D: Dma>(memory: &mut Coherent<D>, index: u32, words: Words) {
    let at = index as usize * DESCRIPTOR;
    for (offset, word) in (at..).step_by(4).zip(words) {
        memory.write32(offset, word);
    }
}

/// A packet that the hardware has.
struct Sending {
    skb: SkBuff,
    addr: DmaAddr,
    len: usize,
    /// When it was given.
    stamp: Instant,
}

pub(super) struct TxRing<D: Dma> {
    memory: Coherent<D>,
    dma: D,
    mask: u64,
    /// By data descriptor; a context's slot is empty.
    slots: Box<[Option<Sending>]>,
    next_to_use: u32,
    next_to_clean: u32,
    /// Tail as the hardware knows it.
    told: u32,
    /// What the card last got, and keeps until the next.
    context: Option<Context>,
}

/// What a cleaning found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sent {
    pub(super) packets: u32,
    pub(super) bytes: u64,
}

impl<D: Dma> TxRing<D> {
    pub(super) fn new(dma: D, request: CoherentRequest) -> Result<Self, DmaError>
    where
        D: Clone,
    {
        let memory = Coherent::new(dma.clone(), request)?;
        let slots: Vec<_> = (0..request.len / DESCRIPTOR).map(|_| None).collect();
        Ok(Self {
            memory,
            dma,
            mask: request.mask,
            slots: slots.into_boxed_slice(),
            next_to_use: 0,
            next_to_clean: 0,
            told: 0,
            context: None,
        })
    }

    /// Where it is and how many bytes it has.
    pub(super) fn place(&self) -> (DmaAddr, u32) {
        (self.memory.bus(), self.memory.len() as u32)
    }

    fn size(&self) -> u32 {
        self.slots.len() as u32
    }

    fn after(&self, index: u32) -> u32 {
        if index + 1 == self.size() { 0 } else { index + 1 }
    }

    /// Free descriptors (`E1000_DESC_UNUSED`); one always stays free, so that a full ring does not
    /// look empty.
    pub(super) fn free(&self) -> u32 {
        let used = self.next_to_use + self.size() - self.next_to_clean;
        let used = if used >= self.size() { used - self.size() } else { used };
        self.size() - 1 - used
    }

    pub(super) fn is_empty(&self) -> bool {
        self.next_to_use == self.next_to_clean
    }

    /// When the oldest packet in the ring was given to the hardware.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.packets().next().map(|sending| sending.stamp)
    }

    fn packets(&self) -> impl Iterator<Item = &Sending> {
        let (tail, head) = self.slots.split_at(self.next_to_clean as usize);
        head.iter().chain(tail).flatten()
    }

    /// Gives a packet to the hardware, which learns of it with the next doorbell, and answers its
    /// length. There is room for [`WORST_CASE`].
    fn push(
        &mut self,
        skb: SkBuff,
        context: Option<Context>,
        now: Instant,
    ) -> Result<usize, (SkBuff, DropReason)> {
        let len = skb.len();
        let bytes = NonNull::slice_from_raw_parts(skb.dma_range().cast::<u8>(), len);
        let Ok(addr) = self.dma.map(bytes, Direction::ToDevice) else {
            return Err((skb, DropReason::DMA_MAP));
        };
        if addr.0.saturating_add(len as u64 - 1) > self.mask {
            self.dma.unmap(addr, len, Direction::ToDevice);
            return Err((skb, DropReason::DMA_MAP));
        }
        if let Some(fresh) = context.filter(|_| context != self.context) {
            self.context = context;
            put(&mut self.memory, self.next_to_use, fresh.words());
            self.next_to_use = self.after(self.next_to_use);
        }
        let words = desc::data(addr, len, context.is_some(), skb.meta().vlan);
        put(&mut self.memory, self.next_to_use, words);
        if let Some(slot) = self.slots.get_mut(self.next_to_use as usize) {
            *slot = Some(Sending { skb, addr, len, stamp: now });
        }
        self.next_to_use = self.after(self.next_to_use);
        Ok(len)
    }

    /// The tail to write, if the hardware does not know of all packets yet.
    fn doorbell(&mut self) -> Option<u32> {
        if self.told == self.next_to_use {
            return None;
        }
        dma_wmb();
        self.told = self.next_to_use;
        Some(self.told)
    }

    /// Takes back packets that were sent (`e1000_clean_tx_irq`): done bits in memory tell, no
    /// register is read.
    fn clean(&mut self, mut sent: impl FnMut(SkBuff)) -> Sent {
        let mut total = Sent::default();
        while self.next_to_clean != self.next_to_use {
            let first = self.next_to_clean;
            let empty = self.slots.get(first as usize).is_none_or(Option::is_none);
            // An empty slot is a context's, and goes with the packet behind it.
            let last = if empty { self.after(first) } else { first };
            let status = self.memory.read32(last as usize * DESCRIPTOR + FOURTH);
            if status.is_none_or(|status| status & DONE == 0) {
                break;
            }
            dma_rmb();
            if let Some(sending) = self.take(last) {
                total.packets += 1;
                total.bytes += sending.len as u64;
                sent(sending.skb);
            }
            self.next_to_clean = self.after(last);
        }
        total
    }

    fn take(&mut self, index: u32) -> Option<Sending> {
        let sending = self.slots.get_mut(index as usize)?.take()?;
        self.dma.unmap(sending.addr, sending.len, Direction::ToDevice);
        Some(sending)
    }

    /// Takes everything back, sent or not, oldest first. The hardware has let go of it.
    pub(super) fn drain(&mut self, mut each: impl FnMut(SkBuff)) {
        while self.next_to_clean != self.next_to_use {
            if let Some(sending) = self.take(self.next_to_clean) {
                each(sending.skb);
            }
            self.next_to_clean = self.after(self.next_to_clean);
        }
        (self.next_to_use, self.next_to_clean, self.told) = (0, 0, 0);
        self.context = None;
    }
}

/// Makes a packet such as the card can send: whole, long enough, its checksum the card's to write or
/// written already. Answers the context for it.
fn prepare(skb: &mut SkBuff, pool: &mut SkPool) -> Result<Option<Context>, DropReason> {
    if skb.len() < ETH_HLEN || skb.is_nonlinear() {
        return Err(DropReason::PKT_TOO_SMALL);
    }
    if skb.len() > desc::MAX_FRAME {
        return Err(DropReason::PKT_TOO_BIG);
    }
    let context = match skb.meta().checksum {
        Checksum::Partial { start, offset } => {
            let start = usize::from(start).checked_sub(skb.headroom());
            let start = start.ok_or(DropReason::SKB_CSUM)?;
            let offset = usize::from(offset);
            if start + offset + 2 > skb.len() {
                return Err(DropReason::SKB_CSUM);
            }
            let context = Context::new(start, offset);
            if context.is_none() {
                checksum_help(skb, pool, start, offset)?;
            }
            context
        }
        _ => None,
    };
    // The card pads too, but some corrupt what they pad (`eth_skb_pad`).
    if skb.len() < ETH_ZLEN && skb.pad(ETH_ZLEN).is_err() {
        let missing = ETH_ZLEN - skb.len();
        skb.expand_head(pool, skb.headroom(), missing).map_err(copy_failed)?;
        skb.pad(ETH_ZLEN).map_err(|error| error.reason())?;
    }
    Ok(context)
}

fn copy_failed(why: CopyError) -> DropReason {
    match why {
        CopyError::NoMemory => DropReason::NOMEM,
        _ => DropReason::GEOMETRY,
    }
}

/// Sums in software where the checksum is out of the card's eight-bit reach: IPv6 behind many
/// extension headers (`skb_checksum_help`).
fn checksum_help(
    skb: &mut SkBuff,
    pool: &mut SkPool,
    start: usize,
    offset: usize,
) -> Result<(), DropReason> {
    skb.unshare(pool).map_err(copy_failed)?;
    let data = skb.data_mut().ok_or(DropReason::SKB_CSUM)?;
    let summed = data.get_mut(start..).ok_or(DropReason::SKB_CSUM)?;
    let sum = match Sum::of(summed).fold() {
        // UDP takes 0 for "not summed".
        0 => u16::MAX,
        sum => sum,
    };
    let place = summed.get_mut(offset..offset + 2).ok_or(DropReason::SKB_CSUM)?;
    place.copy_from_slice(&sum.to_be_bytes());
    skb.meta_mut().checksum = Checksum::None;
    Ok(())
}

impl<P: PciDevice> E1000<P> {
    /// Puts one packet into the ring, or drops it and counts why. Never busy: the queue was stopped
    /// in time.
    pub(super) fn xmit(&mut self, mut skb: SkBuff, cx: &mut Cx<'_>) {
        let Some(rings) = &mut self.rings else {
            return drop_unsent(cx, skb, DropReason::DEV_READY);
        };
        let now = cx.now();
        let given = match prepare(&mut skb, cx.pool()) {
            Ok(context) => rings.tx.push(skb, context, now),
            Err(why) => Err((skb, why)),
        };
        if let Ok(len) = &given {
            cx.netdev_tx_sent_queue(Port::ONLY, 0, *len as u32);
        }
        if rings.tx.free() < STOP_BELOW {
            cx.netif_tx_stop_queue(Port::ONLY, 0);
        }
        // One doorbell for a burst, also when its last packet is dropped.
        if (!cx.xmit_more() || cx.netif_tx_queue_stopped(Port::ONLY, 0))
            && let Some(tail) = rings.tx.doorbell()
        {
            self.hw.write(TDT, tail);
        }
        if let Err((skb, why)) = given {
            drop_unsent(cx, skb, why);
        }
    }

    /// Whether a packet finds room.
    pub(super) fn has_tx_room(&self) -> bool {
        self.rings.as_ref().is_none_or(|rings| rings.tx.free() >= WORST_CASE)
    }

    /// Frees what was sent, and wakes the queue once there is room.
    pub(super) fn clean_tx(&mut self, cx: &mut Cx<'_>) {
        let is_up = self.is_up();
        let Some(rings) = &mut self.rings else { return };
        let sent = rings.tx.clean(|skb| cx.consume(skb));
        if sent.packets == 0 {
            return;
        }
        let stats = cx.stats_mut(Port::ONLY);
        stats.tx_packets += u64::from(sent.packets);
        stats.tx_bytes += sent.bytes;
        self.itr.sent(sent.packets, sent.bytes);
        cx.netdev_tx_completed_queue(Port::ONLY, 0, sent.bytes as u32);
        let room = rings.tx.free() >= WAKE_AT.min(rings.tx.size() / 2);
        if is_up && room && self.link.is_up() && cx.netif_tx_queue_stopped(Port::ONLY, 0) {
            self.stats.restart_queue += 1;
            cx.netif_tx_wake_queue(Port::ONLY, 0);
        }
    }

    /// The ring's registers, from the start.
    pub(super) fn write_tx_ring(&self) {
        if let Some(rings) = &self.rings {
            self.hw.write_ring(TX_RING, rings.tx.place());
        }
    }
}

/// Drops a packet that could not be sent.
pub(super) fn drop_unsent(cx: &mut Cx<'_>, skb: SkBuff, why: DropReason) {
    cx.stats_mut(Port::ONLY).tx_dropped += 1;
    cx.kfree(skb, why);
}
