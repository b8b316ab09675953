//! What disciplines and classes are made from, whatever their kind.

use alloc::boxed::Box;
use core::fmt;

use crate::rng::Rng;
use crate::{ClassError, ClassId, ConfigError, Cx, Handle, Packet, Qdisc};

/// What disciplines want to know of the device that they stand before.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its largest packet with link header, in bytes (`psched_mtu`): 1514.
    pub mtu: u32,
    /// Packets that its default queues take (`dev->tx_queue_len`): 1000.
    pub tx_queue_len: u32,
    /// Its transmit queues: 1.
    pub queues: u16,
    /// Without a discipline of its own choice, packets go straight to its driver (`IFF_NO_QUEUE`), as those of a
    /// veth or a bridge: no.
    pub no_queue: bool,
    seeds: Rng,
}

impl Device {
    /// An Ethernet device with one queue. What its disciplines draw by lot, and how they hash flows,
    /// comes from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { mtu: 1514, tx_queue_len: 1000, queues: 1, no_queue: false, seeds: Rng::new(seed) }
    }

    /// A seed that no other discipline of this device has.
    pub fn seed(&mut self) -> u64 {
        self.seeds.next_u64()
    }
}

/// A discipline in words: its kind, and what it is to do. Each kind's `Config` is one; an embedder's
/// own kind may be.
pub trait Spec<P: Packet>: fmt::Debug {
    /// Linux's name for the kind (`TCA_KIND`).
    fn kind(&self) -> &'static str;

    /// Makes a discipline (`Qdisc_ops::init`).
    ///
    /// # Errors
    /// It makes no sense.
    fn create(&self, handle: Handle, device: &mut Device)
    -> Result<Box<dyn Qdisc<P>>, ConfigError>;

    /// Makes a discipline of this kind do otherwise (`Qdisc_ops::change`).
    ///
    /// # Errors
    /// It makes no sense, or can't be changed: the discipline is as it was.
    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError>;
}

/// A class in words, for the kinds whose classes the user makes.
pub trait ClassSpec<P: Packet>: fmt::Debug {
    /// The kind of discipline that has such classes.
    fn kind(&self) -> &'static str;

    /// Makes a class with the number and below the class that `at` says, or below the discipline
    /// itself (`Qdisc_class_ops::change` with no class).
    ///
    /// # Errors
    /// It makes no sense: the discipline is as it was.
    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        at: (ClassId, Option<ClassId>),
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError>;

    /// Makes class `id` do otherwise.
    ///
    /// # Errors
    /// It makes no sense: the class is as it was.
    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError>;
}
