//! Netem's times: how long a packet is held, how long a link takes for it, when the next slot is.

use super::config::{Delay, Distribution, LinkRate, Slot, SlotDelay};
use super::loss::Die;
use super::tausworthe::Tausworthe;
use crate::rng::Rng;

/// Table entries are in units of a standard deviation over this (`NETEM_DIST_SCALE`).
const SCALE: i64 = 8192;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// `mean`, more or less `spread` (`tabledist`). `random` is a throw; without spread there is none.
fn spread(
    mean: u64,
    spread: u64,
    table: Option<&Distribution>,
    throw: impl FnOnce() -> u32,
) -> i64 {
    let mean = i64::try_from(mean).unwrap_or(i64::MAX);
    // Linux hands the spread over in 31 bits.
    let sigma = spread.min(i32::MAX as u64) as i64;
    if sigma == 0 {
        return mean;
    }
    let random = throw();
    let Some(table) = table.map(Distribution::table) else {
        return (i64::from(random) % (2 * sigma)).saturating_add(mean).saturating_sub(sigma);
    };
    let entry = random as usize % table.len().max(1);
    let t = i64::from(table.get(entry).copied().unwrap_or(0));
    let fine = sigma % SCALE * t;
    let rounded = if fine >= 0 { fine + SCALE / 2 } else { fine - SCALE / 2 };
    (rounded / SCALE + sigma / SCALE * t).saturating_add(mean)
}

impl Delay {
    /// How long to hold a packet; may be below 0, as Linux has it.
    pub(super) fn draw(&self, die: &mut Die, random: &mut Tausworthe) -> i64 {
        let throw = || die.throw(random);
        spread(self.latency, self.jitter, self.distribution.as_ref(), throw)
    }
}

impl LinkRate {
    /// How long the link takes for `len` bytes (`packet_time_ns`).
    pub(super) fn time(&self, len: u32) -> i64 {
        let len = i64::from(len) + i64::from(self.packet_overhead);
        let mut len = u64::try_from(len).unwrap_or(0);
        if self.cell_size != 0 {
            let cell = i64::from(self.cell_size) + i64::from(self.cell_overhead);
            let cells = len.div_ceil(self.cell_size.into());
            len = cells.saturating_mul(u64::try_from(cell).unwrap_or(0));
        }
        let nanos = u128::from(len) * u128::from(NANOS_PER_SECOND);
        let nanos = nanos.checked_div(self.bytes_per_second.into()).unwrap_or(0);
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }
}

/// The slot that is open, or the next one (`struct slotstate`).
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenSlot {
    pub(super) at: u64,
    packets: u32,
    bytes: u64,
}

const fn or_any(limit: u32) -> u32 {
    if limit == 0 { i32::MAX as u32 } else { limit }
}

impl OpenSlot {
    /// As far away as `slot` says from `now` (`get_slot_next`).
    fn after(slot: &Slot, now: u64, random: &mut Tausworthe, lots: &mut Rng) -> Self {
        let delay = match &slot.delay {
            &SlotDelay::Between(min, max) => {
                let more = u128::from(max.saturating_sub(min)) * u128::from(lots.next_u32());
                i64::try_from((more >> 32) + u128::from(min)).unwrap_or(i64::MAX)
            }
            SlotDelay::Distributed { delay, jitter, distribution } => {
                spread(*delay, *jitter, Some(distribution), || random.next_u32())
            }
        };
        Self::at(slot, now.saturating_add_signed(delay))
    }

    fn at(slot: &Slot, at: u64) -> Self {
        Self { at, packets: or_any(slot.max_packets), bytes: or_any(slot.max_bytes).into() }
    }

    /// In the past: the first packet that is due moves it on. There are none where Linux has none
    /// (`get_slot`), which is also where a distribution has no jitter.
    pub(super) fn first(slot: &Slot) -> Option<Self> {
        let any = match slot.delay {
            SlotDelay::Between(min, max) => min | max != 0,
            SlotDelay::Distributed { jitter, .. } => jitter != 0,
        };
        any.then(|| Self::at(slot, 0))
    }

    /// Moves on to the next slot if this one was over before the packet was due.
    pub(super) fn catch_up(
        &mut self,
        slot: &Slot,
        (due, now): (u64, u64),
        random: &mut Tausworthe,
        lots: &mut Rng,
    ) {
        if self.at < due {
            *self = Self::after(slot, now, random, lots);
        }
    }

    /// A packet leaves in this slot, and perhaps fills it.
    pub(super) fn took(
        &mut self,
        slot: &Slot,
        (len, now): (u32, u64),
        random: &mut Tausworthe,
        lots: &mut Rng,
    ) {
        self.packets = self.packets.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(len.into());
        if self.packets == 0 || self.bytes == 0 {
            *self = Self::after(slot, now, random, lots);
        }
    }
}
