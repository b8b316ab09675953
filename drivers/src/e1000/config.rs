//! What the embedder chooses.

use alloc::string::String;

/// How often the card may interrupt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InterruptRate {
    /// Follows the traffic, as Linux's driver does by default: 4000 a second under bulk load, up to
    /// 20 000 for few small packets, 4000 below 1 Gbit/s.
    Adaptive,
    /// So many a second at the most.
    Fixed(u32),
    /// As often as it likes.
    Unlimited,
}

/// How the driver is to run the card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The interface's name; `%d` becomes a number.
    pub name: String,
    /// Descriptors in the transmit ring: 48 to 4096, a multiple of 8.
    pub tx_descriptors: u16,
    /// Descriptors in the receive ring: 48 to 4096, a multiple of 8. All but one hold a buffer of
    /// the pool.
    pub rx_descriptors: u16,
    /// Headroom in received packets (`NET_SKB_PAD`), for headers that the stack may push. The card
    /// writes buffers of a power of two, so the pool's should be that much larger: 2048 + 64. If
    /// they are not, there is less headroom.
    pub rx_headroom: u16,
    /// How often the card may interrupt.
    pub interrupt_rate: InterruptRate,
    /// Highest bus address that the card is given. `None` is Linux's rule: 64 bits on PCI-X, else
    /// 32, because some cards in 32-bit slots hang when they are given more.
    pub dma_mask: Option<u64>,
}

impl Default for Config {
    /// Linux's: 256 descriptors each, adaptive interrupts.
    fn default() -> Self {
        Self {
            name: "eth%d".into(),
            tx_descriptors: 256,
            rx_descriptors: 256,
            rx_headroom: 64,
            interrupt_rate: InterruptRate::Adaptive,
            dma_mask: None,
        }
    }
}

impl Config {
    /// Whether the card can be run so.
    pub(super) fn is_valid(&self) -> bool {
        let fits = |count: u16| (48..=4096).contains(&count) && count.is_multiple_of(8);
        fits(self.tx_descriptors) && fits(self.rx_descriptors)
    }
}
