use alloc::vec::Vec;

use super::super::{GroupKey, KeyError, Secret};
use crate::Malformed;
use crate::frame::ReasonCode;

/// What a handshake wants done. Actions come in the order in which they are to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Action {
    /// Send this EAPOL frame to the peer: under the pairwise key that is installed at this moment, if any.
    Send(Vec<u8>),
    /// Install the pairwise key. It never comes twice with the same key.
    InstallPairwise {
        /// Key index, 0 or 1.
        key_id: u8,
        /// The key; TKIP's is taken apart by [`TkipTk`](super::super::TkipTk).
        tk: Secret,
        /// For which direction already.
        direction: Direction,
    },
    /// Send with the pairwise key of this index, which so far only receives (extended key ID).
    UsePairwise {
        /// Key index, 0 or 1.
        key_id: u8,
    },
    /// Install a group key, received with from the number it says on. Not twice the same key, either.
    InstallGroup(GroupKey),
    /// Let data pass: the peer is authorized.
    Authorized,
    /// To a supplicant: ways of older kinds into this network that the AP wants not to be used any more, as
    /// bits of [`Kde::TransitionDisable`](crate::rsn::eapol::Kde::TransitionDisable).
    TransitionDisable(u8),
    /// To an authenticator: the peer has the group keys that were set last.
    GroupDone,
    /// To an authenticator: the peer asks for new keys; see [`Authenticator::start`](super::Authenticator::start)
    /// and [`rekey_group`](super::Authenticator::rekey_group).
    RekeyWanted {
        /// Pairwise, else group.
        pairwise: bool,
    },
    /// To an authenticator: the peer saw a wrong Michael code; TKIP's countermeasures count it.
    MichaelFailure {
        /// In a frame to it alone, else to the group.
        pairwise: bool,
    },
    /// It failed: deauthenticate the peer, for this reason. Keys that were not in use are forgotten, and a
    /// supplicant takes nothing more: the next association has another one.
    Failed(ReasonCode),
}

/// What an installed key is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To receive with: the other side may begin to use it.
    Rx,
    /// To receive and to send with.
    RxTx,
}

/// Why a frame changed nothing. It is to be dropped in silence; the peer repeats what counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Ignored {
    /// It is no EAPOL-Key frame of this association.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Its replay counter is an old one, or answers nothing.
    #[error("replay counter of the past")]
    Replay,
    /// Its MIC is wrong.
    #[error("wrong MIC")]
    Mic,
    /// A message that nobody waits for, or with bits that it must not have.
    #[error("a message that does not belong here")]
    Unexpected,
    /// Its key data could not be opened, or there is no such key.
    #[error(transparent)]
    Key(KeyError),
}

impl From<KeyError> for Ignored {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Mic => Self::Mic,
            KeyError::Malformed(malformed) => Self::Malformed(malformed),
            error => Self::Key(error),
        }
    }
}

/// How many frames came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// [`Ignored::Replay`].
    pub replays: u64,
    /// [`Ignored::Mic`]; with message 2 that is a wrong passphrase, mostly.
    pub wrong_mics: u64,
    /// All other reasons.
    pub others: u64,
}

impl Stats {
    pub(super) const fn count(&mut self, ignored: Ignored) {
        let counter = match ignored {
            Ignored::Replay => &mut self.replays,
            Ignored::Mic => &mut self.wrong_mics,
            Ignored::Malformed(_) | Ignored::Unexpected | Ignored::Key(_) => &mut self.others,
        };
        *counter = counter.saturating_add(1);
    }
}
