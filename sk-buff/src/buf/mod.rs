//! Packets, and where they come from and wait.

mod control_block;
mod cow;
mod drop_sink;
mod free;
mod home;
mod inbox;
#[cfg(feature = "bytes")]
mod interop;
mod memory;
mod meta;
mod payload;
mod pool;
mod queue;
mod raw;
mod shelves;
mod skb;
mod sync;

pub use control_block::ControlBlock;
pub use cow::CopyError;
pub use drop_sink::{DropSink, PoolDrops};
pub use inbox::{Inbox, Kick};
#[cfg(feature = "alloc")]
pub use memory::Region;
pub use memory::{BUFFER_ALIGN, PoolConfig, PoolError};
pub use meta::{Checksum, Gso, GsoType, Meta, PacketType, SkbHash, VlanTag};
pub use payload::Payload;
pub use pool::{PoolStats, SkPool};
pub use queue::{Iter as SkQueueIter, SkQueue};
pub use raw::{CB_LEN, MAX_FRAGS};
pub use skb::{Layer, SkBuff};
