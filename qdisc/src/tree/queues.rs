//! dualpi2, the disciplines without options, and those of many queues, as [`Spec`]s.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::kinds::{Created, of};
use super::{Device, Spec};
use crate::{
    Blackhole, ConfigError, Cx, DualPi2, Handle, Mq, Mqprio, NoQueue, Packet, PfifoFast, Qdisc,
    dualpi2, mq, mqprio, pfifo_fast,
};

/// `blackhole`: nothing gets through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlackholeSpec;

/// `noqueue`: a device without a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoQueueSpec;

impl<P: Packet> Spec<P> for BlackholeSpec {
    fn kind(&self) -> &'static str {
        "blackhole"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(Blackhole::new()))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::Unchangeable)
    }
}

impl<P: Packet> Spec<P> for NoQueueSpec {
    fn kind(&self) -> &'static str {
        "noqueue"
    }

    fn create(&self, _: Handle, _: &mut Device) -> Created<P> {
        Ok(Box::new(NoQueue::new()))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::Unchangeable)
    }
}

impl<P: Packet> Spec<P> for dualpi2::Config {
    fn kind(&self) -> &'static str {
        "dualpi2"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(DualPi2::new(handle, *self, device.seed())?))
    }

    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        of::<P, DualPi2<P>>(qdisc)?.change(*self, cx)
    }
}

/// What stands before each queue of a device at first (`net.core.default_qdisc`).
fn defaults<P: Packet>(device: &Device) -> Result<Vec<Box<dyn Qdisc<P>>>, ConfigError> {
    // mq is for devices that have queues to choose from (`netif_is_multiqueue`).
    if device.queues < 2 {
        return Err(ConfigError::Queues(device.queues.into()));
    }
    let config = pfifo_fast::Config { tx_queue_len: device.tx_queue_len };
    let default = |_| -> Created<P> { Ok(Box::new(PfifoFast::new(config)?)) };
    (0..device.queues).map(default).collect()
}

impl<P: Packet> Spec<P> for mq::Config {
    fn kind(&self) -> &'static str {
        "mq"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Mq::new(handle, defaults(device)?)?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::Unchangeable)
    }
}

impl<P: Packet> Spec<P> for mqprio::Config {
    fn kind(&self) -> &'static str {
        "mqprio"
    }

    fn create(&self, handle: Handle, device: &mut Device) -> Created<P> {
        Ok(Box::new(Mqprio::new(handle, *self, defaults(device)?)?))
    }

    fn change(&self, _: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        Err(ConfigError::Unchangeable)
    }
}
