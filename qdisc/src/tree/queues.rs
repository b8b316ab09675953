//! dualpi2, the disciplines without options, and those of many queues, as [`Spec`]s.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::kinds::{Changed, Created, of, spec};
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

spec! {
    BlackholeSpec, "blackhole",
    create: |_, _, _| Ok(Blackhole::new()),
    change: |_, _, _| Err(ConfigError::Unchangeable)
}
spec! {
    NoQueueSpec, "noqueue",
    create: |_, _, _| Ok(NoQueue::new()),
    change: |_, _, _| Err(ConfigError::Unchangeable)
}
spec! {
    dualpi2::Config, "dualpi2",
    create: |config, handle, device| DualPi2::new(handle, *config, device.seed()),
    change: |config, dualpi2, cx| DualPi2::change(of(dualpi2)?, *config, cx)
}
spec! {
    mq::Config, "mq",
    create: |_, handle, device| Mq::new(handle, defaults(device)?),
    change: |_, _, _| Err(ConfigError::Unchangeable)
}
spec! {
    mqprio::Config, "mqprio",
    create: |config, handle, device| Mqprio::new(handle, *config, defaults(device)?),
    change: |_, _, _| Err(ConfigError::Unchangeable)
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
