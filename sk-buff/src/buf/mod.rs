//! Packets, and where they come from and wait.

mod cow;
mod drop_sink;
mod home;
mod inbox;
#[cfg(feature = "bytes")]
mod interop;
mod meta;
mod payload;
mod pool;
mod queue;
mod raw;
mod skb;
mod sync;

pub use cow::CopyError;
pub use drop_sink::{DropSink, PoolDrops};
pub use inbox::{Inbox, Kick};
pub use meta::{Checksum, Gso, GsoType, Meta, PacketType, SkbHash, VlanTag};
pub use payload::Payload;
#[cfg(feature = "alloc")]
pub use pool::Region;
pub use pool::{BUFFER_ALIGN, PoolConfig, PoolError, PoolStats, SkPool};
pub use queue::{Iter as SkQueueIter, SkQueue};
pub use raw::{CB_LEN, MAX_FRAGS};
pub use skb::{ControlBlock, Layer, SkBuff};
