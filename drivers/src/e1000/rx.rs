//! The receive ring: buffers of the pool that become packets where they are.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr::NonNull;

use softnet_netdev::ethernet::{ETH_FCS_LEN, ETH_HLEN, VLAN_HLEN};
use softnet_netdev::{Cx, Features, Port};
use softnet_sk_buff::{Checksum, DropReason, EtherType, SkBuff, SkPool, SkQueue, VlanTag};

use super::desc::{self, DESCRIPTOR, DONE, FOURTH, THIRD, WriteBack};
use super::driver::E1000;
use super::regs::{RCTL_BSIZE_SHIFT, RDT, RX_RING, Rctl};
use super::tx::put;
use crate::bus::{
    Coherent, CoherentRequest, Direction, Dma, DmaAddr, DmaError, PciDevice, dma_rmb, dma_wmb,
};

/// What of each buffer the hardware may write: a power of two that it knows, behind some headroom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Geometry {
    pub(super) headroom: u16,
    pub(super) size: usize,
}

/// Bytes of a frame with MTU `mtu` at the most: header, tag, and the check sequence that is stripped
/// but counts while it is on its way.
pub(super) fn longest_frame(mtu: u32) -> usize {
    mtu as usize + ETH_HLEN + VLAN_HLEN + ETH_FCS_LEN
}

/// The longest that the receiver takes without `RCTL.LPE`.
const MAX_SHORT: usize = 1522;

impl Geometry {
    /// The largest that fits into the pool's buffers.
    pub(super) fn of(pool: &SkPool, headroom: u16) -> Option<Self> {
        let room = pool.buffer_size() as usize;
        let sizes = [16384, 8192, 4096, 2048, 1024, 512, 256];
        let size = sizes.into_iter().find(|&size| size <= room)?;
        let headroom = usize::from(headroom).min(room - size);
        Some(Self { headroom: headroom as u16, size })
    }

    /// Whether frames of this MTU fit into one buffer each. They have to.
    pub(super) fn takes(self, mtu: u32) -> bool {
        longest_frame(mtu).max(MAX_SHORT) <= self.size
    }

    /// The size's code in `RCTL`.
    pub(super) fn rctl(self) -> Rctl {
        let (unit, large) = if self.size > 2048 { (16, Rctl::BSEX) } else { (1, Rctl::empty()) };
        // 2048, 1024, 512 and 256 bytes are 0 to 3; 16 times as much with BSEX, of which the first
        // is reserved.
        let code = (2048 * unit / self.size).trailing_zeros();
        large | Rctl::from_bits_retain(code << RCTL_BSIZE_SHIFT)
    }
}

/// Whether the receiver has to be told that frames may be long.
pub(super) fn needs_long(mtu: u32) -> bool {
    longest_frame(mtu) > MAX_SHORT
}

/// Buffers that are kept from the card at the most: those of a pool of 16 MiB.
const MAX_SHUNNED: u32 = 256;

/// A buffer that the hardware has.
struct Waiting {
    skb: SkBuff,
    addr: DmaAddr,
}

pub(super) struct RxRing<D: Dma> {
    memory: Coherent<D>,
    dma: D,
    request: CoherentRequest,
    geometry: Geometry,
    slots: Box<[Option<Waiting>]>,
    next_to_use: u32,
    next_to_clean: u32,
    /// Tail as the hardware knows it.
    told: u32,
    /// A frame too long for one buffer is going by; its end is not here yet.
    discarding: bool,
    /// Buffers that lie across a boundary (erratum 23), one in thirty at most. Given back to the
    /// pool they would be the first to come again.
    shunned: SkQueue,
}

/// Why a buffer could not be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotGiven {
    /// The pool is empty.
    NoBuffer,
    /// The bus refused to map it, or the card can't reach it.
    NotMapped,
}

impl<D: Dma + Clone> RxRing<D> {
    pub(super) fn new(
        dma: D,
        request: CoherentRequest,
        geometry: Geometry,
    ) -> Result<Self, DmaError> {
        let memory = Coherent::new(dma.clone(), request)?;
        let slots: Vec<_> = (0..request.len / DESCRIPTOR).map(|_| None).collect();
        Ok(Self {
            memory,
            dma,
            request,
            geometry,
            slots: slots.into_boxed_slice(),
            next_to_use: 0,
            next_to_clean: 0,
            told: 0,
            discarding: false,
            shunned: SkQueue::new(MAX_SHUNNED),
        })
    }
}

impl<D: Dma> RxRing<D> {
    /// Where it is and how many bytes it has.
    pub(super) fn place(&self) -> (DmaAddr, u32) {
        (self.memory.bus(), self.memory.len() as u32)
    }

    pub(super) fn geometry(&self) -> Geometry {
        self.geometry
    }

    fn after(&self, index: u32) -> u32 {
        if index as usize + 1 == self.slots.len() { 0 } else { index + 1 }
    }

    /// Whether one more buffer may be given. One descriptor always stays free: with tail at head
    /// the hardware would think it had none.
    fn has_room(&self) -> bool {
        self.after(self.next_to_use) != self.next_to_clean
    }

    /// Whether the hardware has nothing left to receive into.
    pub(super) fn is_starved(&self) -> bool {
        self.next_to_use == self.next_to_clean
    }

    /// A buffer, mapped, that the card can use.
    fn fresh(&mut self, pool: &mut SkPool) -> Result<Waiting, NotGiven> {
        loop {
            let Waiting { skb, addr } = self.fresh_anywhere(pool)?;
            let last = addr.0.saturating_add(self.geometry.size as u64 - 1);
            let crosses = |boundary: u64| addr.0 / boundary != last / boundary;
            if last <= self.request.mask && !self.request.boundary.is_some_and(crosses) {
                return Ok(Waiting { skb, addr });
            }
            self.unmap(addr);
            if last > self.request.mask {
                pool.consume(skb);
                return Err(NotGiven::NotMapped);
            }
            if let Err(full) = self.shunned.push_back(skb) {
                pool.consume(full.packet);
                return Err(NotGiven::NotMapped);
            }
        }
    }

    fn fresh_anywhere(&self, pool: &mut SkPool) -> Result<Waiting, NotGiven> {
        let skb = pool.alloc(self.geometry.headroom).ok_or(NotGiven::NoBuffer)?;
        let start = skb.dma_range().cast::<u8>();
        let bytes = NonNull::slice_from_raw_parts(start, self.geometry.size);
        match self.dma.map(bytes, Direction::FromDevice) {
            Ok(addr) => Ok(Waiting { skb, addr }),
            Err(_) => {
                pool.consume(skb);
                Err(NotGiven::NotMapped)
            }
        }
    }

    fn unmap(&self, addr: DmaAddr) {
        self.dma.unmap(addr, self.geometry.size, Direction::FromDevice);
    }

    /// Gives the hardware one buffer. There is room for it.
    fn give(&mut self, waiting: Waiting) {
        put(&mut self.memory, self.next_to_use, desc::receive(waiting.addr));
        if let Some(slot) = self.slots.get_mut(self.next_to_use as usize) {
            *slot = Some(waiting);
        }
        self.next_to_use = self.after(self.next_to_use);
    }

    /// Gives the hardware one buffer for one that it has filled.
    fn replenish(&mut self, pool: &mut SkPool) -> Result<(), NotGiven> {
        let waiting = self.fresh(pool)?;
        self.give(waiting);
        Ok(())
    }

    /// Gives the hardware as many buffers as it can take (`e1000_alloc_rx_buffers`).
    ///
    /// # Errors
    /// Why it was not all; what was given stays.
    pub(super) fn fill(&mut self, pool: &mut SkPool) -> Result<(), NotGiven> {
        while self.has_room() {
            self.replenish(pool)?;
        }
        Ok(())
    }

    /// The tail to write, if the hardware does not know of all buffers yet.
    pub(super) fn doorbell(&mut self) -> Option<u32> {
        if self.told == self.next_to_use {
            return None;
        }
        dma_wmb();
        self.told = self.next_to_use;
        Some(self.told)
    }

    /// The next buffer that the hardware has filled, and what it says of it.
    fn take(&mut self) -> Option<(SkBuff, WriteBack)> {
        if self.is_starved() {
            return None;
        }
        let at = self.next_to_clean as usize * DESCRIPTOR;
        let fourth = self.memory.read32(at + FOURTH).filter(|fourth| fourth & DONE != 0)?;
        // Its length, and its bytes, are read after its done bit.
        dma_rmb();
        let third = self.memory.read32(at + THIRD)?;
        let waiting = self.slots.get_mut(self.next_to_clean as usize)?.take()?;
        self.next_to_clean = self.after(self.next_to_clean);
        self.unmap(waiting.addr);
        Some((waiting.skb, WriteBack::parse(third, fourth)))
    }

    /// Takes all buffers back and starts over. The hardware has let go of them. `each` is told
    /// whether a frame was in it that nobody took.
    pub(super) fn drain(&mut self, mut each: impl FnMut(SkBuff, bool)) {
        while let Some((skb, _)) = self.take() {
            each(skb, true);
        }
        while !self.is_starved() {
            let slot = self.slots.get_mut(self.next_to_clean as usize);
            if let Some(waiting) = slot.and_then(Option::take) {
                self.unmap(waiting.addr);
                each(waiting.skb, false);
            }
            self.next_to_clean = self.after(self.next_to_clean);
        }
        while let Some(skb) = self.shunned.pop_front() {
            each(skb, false);
        }
        (self.next_to_use, self.next_to_clean, self.told) = (0, 0, 0);
        self.discarding = false;
    }

    /// Why a buffer's content is not a frame, if it is not.
    fn judge(&mut self, back: WriteBack, longest: usize) -> Result<(), Verdict> {
        let ends = back.ends_frame();
        if self.discarding {
            self.discarding = !ends;
            return Err(Verdict::RestOfFrame);
        }
        if !ends {
            self.discarding = true;
            return Err(Verdict::Drop(DropReason::RX_FRAGMENTED));
        }
        let why = if back.is_damaged() {
            DropReason::RX_HARDWARE_ERROR
        } else if back.len == 0 || back.len > self.geometry.size {
            DropReason::RX_DESCRIPTOR
        } else if back.len < ETH_HLEN {
            DropReason::PKT_TOO_SMALL
        } else if back.len > longest {
            DropReason::PKT_TOO_BIG
        } else {
            return Ok(());
        };
        Err(Verdict::Drop(why))
    }
}

/// What to do with a buffer that is not a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// Its frame is lost.
    Drop(DropReason),
    /// Its frame was counted with an earlier buffer.
    RestOfFrame,
}

/// What one poll received.
#[derive(Clone, Copy, Default)]
struct Received {
    packets: u32,
    bytes: u64,
    length_errors: u64,
    dropped: u64,
}

impl<P: PciDevice> E1000<P> {
    /// Receives up to `budget` frames (`e1000_clean_rx_irq`): done bits in memory tell, no register
    /// is read. Each descriptor counts, so that a card that fills the ring with nonsense is bounded
    /// too.
    pub(super) fn clean_rx(&mut self, budget: u32, cx: &mut Cx<'_>) -> u32 {
        let longest = longest_frame(self.mtu);
        let Some(rings) = &mut self.rings else { return 0 };
        let mut total = Received::default();
        let mut work = 0;
        while work < budget {
            let Some((skb, back)) = rings.rx.take() else { break };
            work += 1;
            match rings.rx.judge(back, longest) {
                Ok(()) if rings.rx.replenish(cx.pool()) == Err(NotGiven::NoBuffer) => {
                    self.stats.alloc_rx_buff_failed += 1;
                    total.dropped += 1;
                    cx.kfree(skb, DropReason::NOMEM);
                    // Better this frame than all later ones: its buffer is in the pool now, and
                    // goes back to the card. If not, `fill` below tries again.
                    let _: Result<(), NotGiven> = rings.rx.replenish(cx.pool());
                }
                Ok(()) => {
                    let sums = self.features.contains(Features::RXCSUM);
                    let sum = back.checksum_good().filter(|_| sums);
                    self.stats.csum_good += u64::from(sum == Some(true));
                    self.stats.csum_errors += u64::from(sum == Some(false));
                    deliver(skb, back, sum, &mut total, cx);
                }
                Err(Verdict::RestOfFrame) => cx.consume(skb),
                Err(Verdict::Drop(why)) => {
                    // What the hardware found wrong it has counted itself.
                    total.length_errors += u64::from(why != DropReason::RX_HARDWARE_ERROR);
                    self.stats.rx_bad += 1;
                    cx.kfree(skb, why);
                }
            }
        }
        if work != 0 {
            // Whatever came short above: the pool may be out of buffers, but not for ever.
            if rings.rx.fill(cx.pool()).is_err() {
                self.stats.alloc_rx_buff_failed += 1;
            }
            if let Some(tail) = rings.rx.doorbell() {
                self.hw.write(RDT, tail);
            }
            self.itr.received(total.packets, total.bytes);
            count(total, cx);
        }
        work
    }

    /// Gives the card buffers that were missing, for when no frame comes any more to do it.
    pub(super) fn refill_rx(&mut self, cx: &mut Cx<'_>) {
        let Some(rings) = &mut self.rings else { return };
        if rings.rx.fill(cx.pool()).is_err() {
            self.stats.alloc_rx_buff_failed += 1;
        }
        if let Some(tail) = rings.rx.doorbell() {
            self.hw.write(RDT, tail);
        }
    }

    /// The ring's registers, from the start.
    pub(super) fn write_rx_ring(&self) {
        if let Some(rings) = &self.rings {
            self.hw.write_ring(RX_RING, rings.rx.place());
        }
    }
}

/// Makes a frame of a buffer and hands it up.
fn deliver(
    mut skb: SkBuff,
    back: WriteBack,
    sum: Option<bool>,
    total: &mut Received,
    cx: &mut Cx<'_>,
) {
    if skb.put_received(back.len).is_err() {
        total.length_errors += 1;
        cx.kfree(skb, DropReason::RX_DESCRIPTOR);
        return;
    }
    let meta = skb.meta_mut();
    if sum == Some(true) {
        meta.checksum = Checksum::Unnecessary { level: 0 };
    }
    if back.has_tag() {
        meta.vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: back.tci });
    }
    if let Err(error) = cx.eth_type_trans(Port::ONLY, &mut skb) {
        total.length_errors += 1;
        cx.kfree(skb, error.reason());
        return;
    }
    total.packets += 1;
    total.bytes += back.len as u64;
    cx.netif_receive_skb(Port::ONLY, skb);
}

fn count(total: Received, cx: &mut Cx<'_>) {
    let stats = cx.stats_mut(Port::ONLY);
    stats.rx_packets += u64::from(total.packets);
    stats.rx_bytes += total.bytes;
    stats.rx_errors += total.length_errors;
    stats.rx_length_errors += total.length_errors;
    stats.rx_dropped += total.dropped;
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::PoolConfig;

    use super::*;

    fn geometry(buffer_size: u32) -> Option<Geometry> {
        let pool = SkPool::heap(PoolConfig { buffers: 1, clones: 0, buffer_size }).unwrap();
        Geometry::of(&pool, 64)
    }

    #[test]
    fn the_largest_size_that_fits_leaves_what_headroom_it_can() {
        assert_eq!(geometry(128), None);
        assert_eq!(geometry(2048), Some(Geometry { headroom: 0, size: 2048 }));
        assert_eq!(geometry(2112), Some(Geometry { headroom: 64, size: 2048 }));
        assert_eq!(geometry(9216), Some(Geometry { headroom: 64, size: 8192 }));
        assert_eq!(geometry(65472), Some(Geometry { headroom: 64, size: 16384 }));
    }

    /// Manual, table 13-67: BSIZE in bits 17:16, BSEX in bit 25.
    #[test]
    fn sizes_have_the_codes_of_the_manual() {
        let code = |size| Geometry { headroom: 0, size }.rctl().bits();
        assert_eq!([2048, 1024, 512, 256].map(code), [0, 1 << 16, 2 << 16, 3 << 16]);
        let large = 1 << 25;
        assert_eq!(
            [16384, 8192, 4096].map(code),
            [large | 1 << 16, large | 2 << 16, large | 3 << 16]
        );
    }

    #[test]
    fn a_frame_has_to_fit_into_one_buffer() {
        let small = Geometry { headroom: 0, size: 2048 };
        assert!(small.takes(68) && small.takes(1500) && small.takes(2026) && !small.takes(2027));
        assert!(!Geometry { headroom: 0, size: 1024 }.takes(68), "any peer may send 1522 bytes");
        assert!(!needs_long(1500) && needs_long(1501));
    }
}
