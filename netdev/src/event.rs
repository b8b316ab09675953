//! What happened to devices.

use softnet_sk_buff::IfIndex;

use crate::ops::Refused;

/// Something that others may want to know of a device (`NETDEV_*` notifications). Taken with
/// [`Softnet::poll_event`](crate::Softnet::poll_event).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// It exists now (`NETDEV_REGISTER`).
    Register(IfIndex),
    /// It exists no more (`NETDEV_UNREGISTER`).
    Unregister(IfIndex),
    /// It is up (`NETDEV_UP`).
    Up(IfIndex),
    /// It could not be brought up: opening went on in the background and failed.
    OpenFailed(IfIndex, Refused),
    /// It is about to go down (`NETDEV_GOING_DOWN`).
    GoingDown(IfIndex),
    /// It is down (`NETDEV_DOWN`).
    Down(IfIndex),
    /// Flags, carrier or operational state changed (`NETDEV_CHANGE`).
    Change(IfIndex),
    /// (`NETDEV_CHANGEADDR`)
    ChangeAddress(IfIndex),
    /// (`NETDEV_CHANGEMTU`)
    ChangeMtu(IfIndex),
    /// (`NETDEV_FEAT_CHANGE`)
    ChangeFeatures(IfIndex),
}

impl Event {
    /// The device in question.
    #[must_use]
    pub const fn device(self) -> IfIndex {
        match self {
            Self::Register(dev)
            | Self::Unregister(dev)
            | Self::Up(dev)
            | Self::OpenFailed(dev, _)
            | Self::GoingDown(dev)
            | Self::Down(dev)
            | Self::Change(dev)
            | Self::ChangeAddress(dev)
            | Self::ChangeMtu(dev)
            | Self::ChangeFeatures(dev) => dev,
        }
    }
}
