//! Generic netlink: families by name, each with commands of its own, on one protocol.
//!
//! - [`View`] reads a message: `struct genlmsghdr`, the family's own header, attributes.
//! - [`ctrl`]: what `nlctrl` says, the family that tells of families.
//! - [`Definition`]: a family as data, as `struct genl_family` is.
//! - `Registry` (feature `alloc`): the families there are. It gives out ids and groups, holds requests to what
//!   their commands allow, and knows the answers of `nlctrl`. It has no socket: requests are bytes that came, answers
//!   are written to where the caller wants them.
//! - `Generic` (feature `alloc`): the registry as a protocol of the `kernel` module's table, each family with a
//!   `Handler`.
//! - [`ethtool`]: what there is to know of a card; [`nl80211`]: Wi-Fi. Messages, policies and families as data;
//!   what answers is the embedder's.
//!
//! A family of one's own:
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use softnet_netlink::errno::Errno;
//! use softnet_netlink::genl::*;
//! use softnet_netlink::kernel::*;
//! use softnet_netlink::set::{Set, Text};
//! use softnet_netlink::wire::{Flags, Header, Writer};
//!
//! softnet_netlink::attributes! {
//!     /// What an echo is made of.
//!     pub Echo: EchoAttr, EchoBuf {
//!         /// What comes back.
//!         Words = 1: Text;
//!     }
//! }
//!
//! static ECHO: Definition = Definition {
//!     split_ops: &[SplitOp::doit(1).policy(Echo::POLICY)],
//!     netns_ok: true,
//!     ..Definition::new("echo")
//! };
//!
//! struct Wall;
//!
//! impl Handler<Creds> for Wall {
//!     type Dump = ();
//!     fn doit(&mut self, ask: &Ask<'_, Creds>, cx: &mut Cx) -> Result<(), Errno> {
//!         let words = ask.info.attrs().find(1).ok_or(Errno::EINVAL)?;
//!         ask.reply(cx, 1, |body| body.string(1, words.c_str()))
//!     }
//!     fn start(&mut self, _: &Ask<'_, Creds>, _: &mut Cx) -> Result<(), Errno> {
//!         Err(Errno::EOPNOTSUPP) // No command of it is a dump.
//!     }
//!     fn dump(&mut self, _: &mut (), _: &mut Part<'_, '_>) -> Result<Progress, Errno> {
//!         Ok(Progress::Done)
//!     }
//! }
//!
//! let mut generic = Generic::new(NetId(0));
//! let mut table = Table::new(Config::default());
//! generic.attach(&mut table).unwrap();
//! let id = generic.register(&ECHO, Wall, &mut table).unwrap();
//!
//! // A program's request, and what it reads.
//! let socket = table.open(NetId(0), Protocol::GENERIC, Creds::root(42)).unwrap();
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.message(Header::new(id, Flags::REQUEST), |body| {
//!     body.fixed(&GenlHeader::new(1, 1))?;
//!     body.string(1, b"hello")
//! }).unwrap();
//! let sent = table.sendmsg(socket, Outgoing::new(writer.as_bytes()), &Creds::root(42)).unwrap();
//! if let Sent::Request(request) = sent {
//!     serve(&mut table, request, &mut generic, &mut Cx::new(65_536));
//! }
//! let mut buffer = [0; 64];
//! let got = receive(&mut table, socket, (&mut buffer[..], RecvFlags::empty()), &mut generic);
//! assert_eq!(buffer[..got.unwrap().copied][20..], *b"\x0a\0\x01\0hello\0\0\0");
//! # }
//! ```

pub mod ctrl;
mod definition;
#[cfg(feature = "alloc")]
mod dispatch;
pub mod ethtool;
#[cfg(feature = "alloc")]
mod generic;
#[cfg(feature = "alloc")]
mod get_family;
#[cfg(feature = "alloc")]
mod get_policy;
#[cfg(feature = "alloc")]
mod groups;
#[cfg(feature = "alloc")]
mod handler;
pub mod nl80211;
mod op;
#[cfg(feature = "alloc")]
mod registry;
mod view;

pub use definition::{Definition, Flawed, GroupFlags, McastGroup};
#[cfg(feature = "alloc")]
pub use dispatch::{Caller, Info};
#[cfg(feature = "alloc")]
pub use generic::{Dump, Generic};
#[cfg(feature = "alloc")]
pub use get_family::FamilyDump;
#[cfg(feature = "alloc")]
pub use get_policy::PolicyDump;
#[cfg(feature = "alloc")]
pub use handler::{Ask, Handler, Part};
pub use op::{Command, Op, OpFlags, SplitOp, Turn, Validate};
#[cfg(feature = "alloc")]
pub use registry::{Family, Identity, Notification, RegisterError, Registry, Unregistered};
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
