//! How often the card may interrupt (manual, 13.4.18).
//!
//! Traffic is put into one of three classes after each poll, receive and transmit apart; the busier
//! class sets the rate. Thresholds are those that Linux's `e1000_update_itr` uses, as figures.

use super::config::InterruptRate;

/// What kind of traffic goes by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    /// A packet now and then: ask at once.
    Lowest,
    /// Few packets.
    Low,
    /// Many large ones: the fewer interrupts the better.
    Bulk,
}

impl Class {
    const fn rate(self) -> u32 {
        match self {
            Self::Lowest => 70_000,
            Self::Low => 20_000,
            Self::Bulk => 4_000,
        }
    }

    /// The class after a poll that saw `load`.
    fn next(self, load: Load) -> Self {
        let Some(mean) = load.bytes.checked_div(u64::from(load.packets)) else { return self };
        // A mean that no frame has: segments that the card cut, or that were merged.
        let huge = mean > 8_000;
        match self {
            Self::Lowest if huge => Self::Bulk,
            Self::Lowest if load.packets < 5 && load.bytes > 512 => Self::Low,
            Self::Low if load.bytes > 10_000 => match load.packets {
                _ if huge || mean > 1_200 => Self::Bulk,
                ..10 => Self::Bulk,
                36.. => Self::Lowest,
                _ => Self::Low,
            },
            Self::Low if mean > 2_000 => Self::Bulk,
            Self::Low if load.packets <= 2 && load.bytes < 512 => Self::Lowest,
            Self::Bulk if load.bytes > 25_000 && load.packets > 35 => Self::Low,
            Self::Bulk if load.bytes < 6_000 => Self::Low,
            same => same,
        }
    }
}

/// What one poll saw.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    packets: u32,
    bytes: u64,
}

/// The throttle.
#[derive(Debug)]
pub(super) struct Itr {
    wish: InterruptRate,
    rx: (Class, Load),
    tx: (Class, Load),
    /// Interrupts a second; 0 for unlimited.
    rate: u32,
}

impl Itr {
    pub(super) fn new(wish: InterruptRate) -> Self {
        let rate = match wish {
            InterruptRate::Adaptive => Class::Low.rate(),
            InterruptRate::Fixed(rate) => rate,
            InterruptRate::Unlimited => 0,
        };
        let fresh = (Class::Low, Load::default());
        Self { wish, rx: fresh, tx: fresh, rate }
    }

    /// The register's value: 256 ns each.
    pub(super) fn register(&self) -> u32 {
        let period = (1_000_000_000_u32 / 256).checked_div(self.rate);
        period.unwrap_or(0).min(0xffff)
    }

    pub(super) fn received(&mut self, packets: u32, bytes: u64) {
        add(&mut self.rx.1, packets, bytes);
    }

    pub(super) fn sent(&mut self, packets: u32, bytes: u64) {
        add(&mut self.tx.1, packets, bytes);
    }

    /// A poll found nothing more. Answers the register's new value if it changes
    /// (`e1000_set_itr`).
    pub(super) fn update(&mut self, gigabit: bool) -> Option<u32> {
        if self.wish != InterruptRate::Adaptive {
            return None;
        }
        let wanted = if gigabit {
            for (class, load) in [&mut self.rx, &mut self.tx] {
                // By default nobody gets the highest rate.
                *class = class.next(core::mem::take(load)).max(Class::Low);
            }
            self.rx.0.max(self.tx.0).rate()
        } else {
            Class::Bulk.rate()
        };
        // Up by quarters, so that one quiet moment does not undo the bulk; down at once.
        let rate = if wanted > self.rate { wanted.min(self.rate + wanted / 4) } else { wanted };
        if rate == self.rate {
            return None;
        }
        self.rate = rate;
        Some(self.register())
    }
}

fn add(load: &mut Load, packets: u32, bytes: u64) {
    load.packets = load.packets.saturating_add(packets);
    load.bytes = load.bytes.saturating_add(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_counts_256_nanoseconds() {
        // 20 000 a second: one each 50 us.
        assert_eq!(Itr::new(InterruptRate::Adaptive).register(), 195);
        assert_eq!(Itr::new(InterruptRate::Fixed(8_000)).register(), 488);
        assert_eq!(Itr::new(InterruptRate::Fixed(1)).register(), 0xffff);
        assert_eq!(Itr::new(InterruptRate::Unlimited).register(), 0);
    }

    #[test]
    fn bulk_lowers_the_rate_at_once_and_quiet_raises_it_by_quarters() {
        let mut itr = Itr::new(InterruptRate::Adaptive);
        itr.received(20, 20 * 1514);
        assert_eq!(itr.update(true), Some(976), "4000 a second");
        itr.received(1, 60);
        assert_eq!(itr.update(true), Some(434), "9000 a second");
        assert_eq!(itr.update(true), Some(279), "14 000 a second");
        assert_eq!(itr.update(true), Some(205), "19 000 a second");
        assert_eq!(itr.update(true), Some(195));
        assert_eq!(itr.update(true), None);
    }

    #[test]
    fn a_slow_link_gets_4000() {
        let mut itr = Itr::new(InterruptRate::Adaptive);
        assert_eq!(itr.update(false), Some(976));
        assert_eq!(itr.update(false), None);
    }

    #[test]
    fn a_fixed_rate_stays() {
        let mut itr = Itr::new(InterruptRate::Fixed(20_000));
        itr.sent(64, 64 * 1514);
        assert_eq!(itr.update(true), None);
    }
}
