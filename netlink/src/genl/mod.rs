//! Generic netlink: families by name, each with commands of its own, on one protocol.
//!
//! - [`View`] reads a message: `struct genlmsghdr`, the family's own header, attributes.
//! - [`ctrl`]: what `nlctrl` says, the family that tells of families.
//! - [`Definition`]: a family as data, as `struct genl_family` is.
//! - [`Registry`] (feature `alloc`): the families there are. It gives out ids and groups, holds requests to what
//!   their commands allow, and knows the answers of `nlctrl`.
//!
//! Nothing here has a socket: requests are bytes that came, answers are written to where the caller wants them.

pub mod ctrl;
mod definition;
#[cfg(feature = "alloc")]
mod dispatch;
#[cfg(feature = "alloc")]
mod get_family;
#[cfg(feature = "alloc")]
mod get_policy;
#[cfg(feature = "alloc")]
mod groups;
mod op;
#[cfg(feature = "alloc")]
mod registry;
mod view;

pub use definition::{Definition, Flawed, GroupFlags, McastGroup};
#[cfg(feature = "alloc")]
pub use dispatch::{Caller, Info};
#[cfg(feature = "alloc")]
pub use get_family::FamilyDump;
#[cfg(feature = "alloc")]
pub use get_policy::PolicyDump;
pub use op::{Command, Op, OpFlags, SplitOp, Turn, Validate};
#[cfg(feature = "alloc")]
pub use registry::{Family, Notification, RegisterError, Registry, Unregistered};
pub use view::{GenlHeader, View};

#[cfg(feature = "alloc")]
use crate::wire::{Body, Flags, Header, WriteError, Writer};

/// `GENL_ID_CTRL`: the id of `nlctrl`, the same everywhere, and the number of its group.
pub const ID_CTRL: u16 = 0x10;
/// `GENL_ID_VFS_DQUOT`.
pub const ID_VFS_DQUOT: u16 = 0x11;
/// `GENL_ID_PMCRAID`.
pub const ID_PMCRAID: u16 = 0x12;
/// `GENL_START_ALLOC`: the first id that is given out.
pub const START_ALLOC: u16 = 0x13;
/// `GENL_MAX_ID`: the last one.
pub const MAX_ID: u16 = 1023;
/// `GENL_NAMSIZ`: a name's bytes, its NUL included.
pub const NAME_SIZE: usize = 16;

/// `NLMSG_DEFAULT_SIZE` and its header, where a page has 4096 bytes: what an answer or a notification of `nlctrl`
/// must fit into.
#[cfg(feature = "alloc")]
pub const MESSAGE_SIZE: usize = 3776;

/// Where answers of several messages are written.
#[cfg(feature = "alloc")]
pub trait Answers {
    /// Writes a message of type `kind`, whose payload `fill` writes.
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError`]; nothing was written then.
    fn message(
        &mut self,
        kind: u16,
        fill: &mut dyn FnMut(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError>;
}

/// Answers into a buffer.
#[cfg(feature = "alloc")]
#[derive(Debug)]
pub struct Reply<'w, 'b> {
    /// Where to.
    pub writer: &'w mut Writer<'b>,
    /// `nlmsg_flags` of each: [`Flags::MULTI`] in a dump.
    pub flags: Flags,
    /// The request's sequence number.
    pub seq: u32,
    /// The port id of who asked.
    pub port: u32,
}

#[cfg(feature = "alloc")]
impl Answers for Reply<'_, '_> {
    fn message(
        &mut self,
        kind: u16,
        fill: &mut dyn FnMut(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let header = Header::new(kind, self.flags).seq(self.seq).port(self.port);
        self.writer.message(header, |body| fill(body))
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
