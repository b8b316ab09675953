//! xfrm: IPsec's states and policies (`NETLINK_XFRM`).

pub mod kind;
mod layout;
mod table;

pub use layout::*;
pub use table::*;

use crate::set::messages;
use crate::wire::{Flags, Message};

/// The type, and whether it asks for a dump: that has no fixed header.
fn kind_and_dump(message: &Message<'_>) -> Option<(u16, bool)> {
    Some((message.kind(), message.flags().intersects(Flags::DUMP)))
}

messages! {
    /// A message of xfrm, by what it is about.
    pub XfrmMessage, XfrmMessageView, by kind_and_dump {
        /// A request for all states or policies.
        Dump = (18 | 21, true) => (), XfrmSet;
        /// A state.
        State = (16 | 26, _) => XfrmUsersaInfo, XfrmSet;
        /// Which state.
        StateId = (17 | 18, _) => XfrmUsersaId, XfrmSet;
        /// A policy.
        Policy = (19 | 25, _) => XfrmUserpolicyInfo, XfrmSet;
        /// Which policy.
        PolicyId = (20 | 21 | 33, _) => XfrmUserpolicyId, XfrmSet;
        /// A state that wants an SPI.
        AllocSpi = (22, _) => XfrmUserspiInfo, XfrmSet;
        /// A state is wanted.
        Acquire = (23, _) => XfrmUserAcquire, XfrmSet;
        /// A state expires.
        Expire = (24, _) => XfrmUserExpire, XfrmSet;
        /// A policy expires.
        PolicyExpire = (27, _) => XfrmUserPolexpire, XfrmSet;
        /// All states are to go.
        FlushStates = (28, _) => XfrmUsersaFlush, XfrmSet;
        /// All policies are to go.
        FlushPolicies = (29, _) => (), XfrmSet;
        /// News of a state.
        Event = (30 | 31, _) => XfrmAeventId, XfrmSet;
        /// Packets without a state.
        Report = (32, _) => XfrmUserReport, XfrmSet;
        /// The states as a whole.
        Sad = (34 | 35, _) => XfrmFlags, SadSet;
        /// The policies as a whole.
        Spd = (36 | 37, _) => XfrmFlags, SpdSet;
        /// A NAT changed.
        Mapping = (38, _) => XfrmUserMapping, XfrmSet;
        /// What happens without a policy.
        Default = (39 | 40, _) => XfrmUserpolicyDefault, XfrmSet;
    }
}
