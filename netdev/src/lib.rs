//! netdev
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;

mod addr_list;
mod config;
mod control;
mod cx;
mod device;
pub mod ethernet;
mod event;
mod features;
mod flags;
mod napi;
mod ops;
mod rx;
mod softirq;
mod softnet;
mod state;
mod stats;
mod tap;
mod trace;
mod tx;
mod validate;
mod work;

pub use addr_list::AddrList;
pub use config::Config;
pub use cx::{Cx, RxMode};
pub use device::{NetDevice, TxQueue, TxQueueStats};
pub use event::Event;
pub use features::Features;
pub use flags::{Flags, OperState};
pub use ops::{
    Busy, Change, Description, IrqReturn, NAPI_POLL_WEIGHT, NapiId, NetDeviceOps, Port, PortConfig,
    Progress, Refused,
};
pub use softirq::{Softirq, Softirqs};
pub use softnet::{DriverId, NotRegistered, Registered, Softnet};
pub use stats::{LinkStats, SoftnetStats};
pub use tap::{Tap, TapConfig, TapStats};
pub use trace::{Station, Trace};
pub use tx::NetXmit;
pub use work::Work;
