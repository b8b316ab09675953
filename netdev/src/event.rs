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
    /// Its name changed (`NETDEV_CHANGENAME`).
    ChangeName(IfIndex),
    /// Its address changed (`NETDEV_CHANGEADDR`).
    ChangeAddress(IfIndex),
    /// Its MTU changed (`NETDEV_CHANGEMTU`).
    ChangeMtu(IfIndex),
    /// Its offloads changed (`NETDEV_FEAT_CHANGE`).
    ChangeFeatures(IfIndex),
    /// How many packets its queueing discipline holds by default changed (`NETDEV_CHANGE_TX_QUEUE_LEN`).
    ChangeTxQueueLen(IfIndex),
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
            | Self::ChangeName(dev)
            | Self::ChangeAddress(dev)
            | Self::ChangeMtu(dev)
            | Self::ChangeFeatures(dev)
            | Self::ChangeTxQueueLen(dev) => dev,
        }
    }
}
