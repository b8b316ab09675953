//! How a machine is set up, what it is given, and what it gives.

use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::Instant;

use super::{BadCommit, Method, Password, Pmksa};
use crate::ecc::{Group, Random};
use crate::frame::StatusCode;
use crate::{AkmSuite, Malformed};

/// Who talks to whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The station of an infrastructure network: begins, and gives up when it is refused.
    Station,
    /// The access point: answers one frame with one frame, as hostapd does, and never sends of itself.
    AccessPoint,
    /// A mesh peer: either may begin, or both at once; a commit is answered by commit and confirm.
    Mesh,
}

/// How a machine is to behave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Its role.
    pub role: Role,
    /// Groups that are allowed, the preferred one first.
    pub groups: Vec<Group>,
    /// Ways to the password element that a peer may begin with.
    pub methods: Vec<Method>,
    /// AKMs that are allowed, the one to begin with first.
    pub akms: Vec<AkmSuite>,
    /// Time until a commit or confirm is sent again (dot11RSNASAERetransPeriod).
    pub retrans_period: Option<Duration>,
    /// Times that it is sent again, and once more, before the exchange is given up (dot11RSNASAESync: it
    /// ends when the counter is *above* this).
    pub sync: u16,
}

impl Config {
    /// 1 s: hostapd's own, where the standard has 40 ms.
    pub const RETRANS_PERIOD: Duration = Duration::from_secs(1);
    /// 3: hostapd's own, where the standard has 5.
    pub const SYNC: u16 = 3;
    /// Time for which no commit is taken after an exchange that timed out, unless this side begins: as
    /// hostapd does, lest two mesh peers that talk past each other flood the medium.
    pub const DISABLED: Duration = Duration::from_secs(10);

    fn new(role: Role, akm: AkmSuite) -> Self {
        Self {
            role,
            groups: Group::ALL.to_vec(),
            methods: alloc::vec![Method::HashToElement, Method::HuntingAndPecking],
            akms: alloc::vec![akm],
            retrans_period: Some(Self::RETRANS_PERIOD),
            sync: Self::SYNC,
        }
    }

    /// For a station, with all groups.
    #[must_use]
    pub fn station(akm: AkmSuite) -> Self {
        Self::new(Role::Station, akm)
    }

    /// For an access point, with all groups.
    #[must_use]
    pub fn access_point(akm: AkmSuite) -> Self {
        Self { retrans_period: None, ..Self::new(Role::AccessPoint, akm) }
    }

    /// For a mesh peer, with all groups.
    #[must_use]
    pub fn mesh(akm: AkmSuite) -> Self {
        Self::new(Role::Mesh, akm)
    }
}

/// What comes from outside with every call.
pub struct Cx<'a> {
    /// The password for this peer; the embedder may choose it by the identifier of a received
    /// [`Commit`](super::Commit).
    pub password: &'a Password,
    /// Fresh random bytes.
    pub random: Random,
    /// The time.
    pub now: Instant,
}

/// `enum sae_state`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum State {
    /// No exchange.
    #[default]
    Nothing,
    /// A commit was sent.
    Committed,
    /// A confirm was sent.
    Confirmed,
    /// The peer's confirm was right.
    Accepted,
}

/// What a call brings about.
#[derive(Clone, PartialEq, Debug, Default)]
#[must_use]
pub struct Outcome {
    /// Bodies of authentication frames to send to the peer, in this order; two at most.
    pub send: Vec<Vec<u8>>,
    /// What happened beside.
    pub event: Option<Event>,
}

/// What happened.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The peer knows the password: here is the PMK. An access point may see it more than once, as a
    /// peer may begin anew.
    Accepted(Pmksa),
    /// The exchange is over: the peer refused it, with this status.
    Failed(StatusCode),
    /// The exchange is over: no answer came.
    TimedOut,
    /// The exchange cannot begin: no password element for any allowed group.
    NoElement,
    /// A frame of the peer was answered with this status; the state is as before.
    Refused(StatusCode),
    /// A frame was dropped; the state is as before.
    Ignored(Ignored),
}

/// Why a frame was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Ignored {
    /// Cut short, or not about SAE.
    #[error("no SAE frame")]
    NotSae,
    /// A commit that cannot be read. Who does not begin answers it with status 1.
    #[error(transparent)]
    Malformed(Malformed),
    /// It does not belong into this state.
    #[error("out of turn")]
    OutOfTurn,
    /// A commit made another way than ours, or one that is not allowed.
    #[error("commit of another method")]
    Method,
    /// A commit that cannot be ours' counterpart.
    #[error(transparent)]
    Commit(BadCommit),
    /// A confirm that is not right.
    #[error("wrong confirm")]
    Confirm,
    /// A commit or confirm seen before.
    #[error("seen before")]
    Replay,
    /// A commit soon after an exchange that timed out.
    #[error("too soon")]
    Disabled,
    /// A status that says nothing here.
    #[error("status {0:?}")]
    Status(StatusCode),
}
