//! Kinds without options: mq (`sch_mq.c`), noqueue and blackhole.

use softnet_netlink::errno::Errno;
use softnet_netlink::wire::{Body, WriteError};

use super::Options;
use crate::mq;
use crate::netlink::wanted::Ask;
use crate::tree::{BlackholeSpec, NoQueueSpec};

impl Options for NoQueueSpec {
    fn read(_: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        Ok(Self)
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Options for BlackholeSpec {
    fn read(_: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        Ok(Self)
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Options for mq::Config {
    /// `mq_init`: for the root of a device with several queues.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        if ask.is_root() && ask.device.queues > 1 { Ok(Self) } else { Err(Errno::EOPNOTSUPP) }
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}
