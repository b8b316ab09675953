use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::Instant;
use zeroize::Zeroizing;

use super::super::eapol::{EapolKey, IntegrityKey, Kde, KeyInfo, Message};
use super::super::{GroupKey, GroupKeyKind, KeyError, NONCE_LEN, Ptk, Selection, tk_len};
use super::codec::{Codec, Draft};
use super::replay::Outstanding;
use super::{Action, Association, Direction, Ignored, Stats, compare};
use crate::CipherSuite;
use crate::frame::ReasonCode;

/// Version of 802.1X in frames, as hostapd writes it.
const EAPOL_VERSION: u8 = 2;
/// Wait for an answer after a message of the 4-way handshake was sent for the first time.
const FIRST: Duration = Duration::from_millis(100);
/// After a message of the group key handshake: stations that sleep wake up for it.
const FIRST_GROUP: Duration = Duration::from_millis(500);
/// After it was repeated.
const SUBSEQUENT: Duration = Duration::from_secs(1);
/// How often a message is sent (`wpa_pairwise_update_count`, `wpa_group_update_count`).
const TRIES: u8 = 4;

/// The AP's side for one station (`wpa_state_machine` in hostapd's `wpa_auth.c`).
///
/// Unlike hostapd's, it lets a message with a wrong MIC leave the replay counters as they are, so that a
/// forged message 2 does not shut out the right one; and one that comes again with another nonce for a
/// message 1 of before is not followed.
#[derive(Debug)]
pub struct Authenticator {
    association: Association,
    codec: Codec,
    pmkid: Option<[u8; 16]>,
    state: State,
    group_state: GroupState,
    anonce: [u8; NONCE_LEN],
    /// The key of a handshake that is not over, with its index.
    pending: Option<(Ptk, u8)>,
    ptk: Option<(Ptk, u8)>,
    groups: Vec<GroupKey>,
    counters: Outstanding,
    request_counter: Option<u64>,
    iv: u128,
    tries: u8,
    deadline: Option<Instant>,
    stats: Stats,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Idle,
    /// `PTKSTART`: message 1 is out.
    Start,
    /// `PTKINITNEGOTIATING`: message 3 is out.
    Negotiating,
    /// `PTKINITDONE`.
    Done,
    Failed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum GroupState {
    Idle,
    /// To be begun once the 4-way handshake is over.
    Wanted,
    /// `REKEYNEGOTIATING`.
    Negotiating,
}

impl Authenticator {
    /// After association.
    ///
    /// # Errors
    /// [`KeyError::Akm`], [`KeyError::Cipher`] for what is not supported here; [`KeyError::Length`] without a
    /// PMK.
    pub fn new(association: Association) -> Result<Self, KeyError> {
        let codec = Codec::new(&association, EAPOL_VERSION)?;
        Ok(Self {
            association,
            codec,
            pmkid: None,
            state: State::Idle,
            group_state: GroupState::Idle,
            anonce: [0; NONCE_LEN],
            pending: None,
            ptk: None,
            groups: Vec::new(),
            counters: Outstanding::default(),
            request_counter: None,
            iv: 0,
            tries: 0,
            deadline: None,
            stats: Stats::default(),
        })
    }

    /// With another version of 802.1X in its frames than hostapd's 2: 1 is for old stations.
    #[must_use]
    pub const fn with_eapol_version(mut self, version: u8) -> Self {
        self.codec.eapol_version = version;
        self
    }

    /// After a fast transition, which made this PTK: it is in use, and the handshakes go on from there.
    #[must_use]
    pub fn with_ptk(mut self, ptk: Ptk) -> Self {
        (self.ptk, self.state) = (Some((ptk, 0)), State::Done);
        self
    }

    /// With the name of the PMK in message 1, as hostapd does for 802.1X, SAE, and OWE from its cache. With
    /// a PSK it would help who guesses passphrases.
    #[must_use]
    pub const fn with_pmkid(mut self, pmkid: [u8; 16]) -> Self {
        self.pmkid = Some(pmkid);
        self
    }

    /// What came to nothing.
    #[must_use]
    pub const fn stats(&self) -> Stats {
        self.stats
    }

    /// The pairwise key that both have; `None` before message 4.
    #[must_use]
    pub fn ptk(&self) -> Option<&Ptk> {
        self.ptk.as_ref().map(|(ptk, _)| ptk)
    }

    /// Sets the group keys, with the packet numbers sent last, which grow old: again before each handshake.
    /// They go out in the next message 3, or by [`rekey_group`](Self::rekey_group); those of management
    /// frames only to who protects these. WPA knows a GTK alone, and fails without one after message 4.
    pub fn set_group(&mut self, groups: Vec<GroupKey>) {
        self.groups = groups;
    }

    /// Begins a 4-way handshake, the first one or a rekey; `anonce` is 32 random bytes, never the same twice.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if the elements are too long for a frame.
    pub fn start(
        &mut self,
        anonce: [u8; NONCE_LEN],
        now: Instant,
    ) -> Result<Vec<Action>, KeyError> {
        // A group handshake under way ends here: message 3 has the keys, and with WPA another one follows.
        self.group_state = GroupState::Idle;
        (self.anonce, self.pending, self.state) = (anonce, None, State::Start);
        self.iv = anonce.last_chunk().copied().map_or(0, u128::from_be_bytes);
        self.counters.settle();
        self.tries = 0;
        self.send(now)
    }

    /// Begins a group key handshake with the keys [set](Self::set_group) last. While message 3 waits for its
    /// answer that is put off; before it nothing needs to be done, since it will have the keys.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if the keys are too long for a frame.
    pub fn rekey_group(&mut self, now: Instant) -> Result<Vec<Action>, KeyError> {
        match self.state {
            State::Done => {}
            State::Negotiating => {
                self.group_state = GroupState::Wanted;
                return Ok(Vec::new());
            }
            State::Idle | State::Start | State::Failed => return Ok(Vec::new()),
        }
        self.group_state = GroupState::Negotiating;
        self.counters.settle();
        self.tries = 0;
        self.send(now)
    }

    /// When [`poll`](Self::poll) has something to do.
    #[must_use]
    pub const fn poll_at(&self) -> Option<Instant> {
        self.deadline
    }

    /// Repeats what is not answered, or gives up.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn poll(&mut self, now: Instant) -> Result<Vec<Action>, KeyError> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Ok(Vec::new());
        }
        if self.tries >= TRIES {
            let reason = match self.state {
                State::Done => ReasonCode::GROUP_KEY_HANDSHAKE_TIMEOUT,
                _ => ReasonCode::FOURWAY_HANDSHAKE_TIMEOUT,
            };
            return Ok(self.fail(reason));
        }
        self.send(now)
    }

    /// Takes an EAPOL frame from the station (`wpa_receive`).
    ///
    /// # Errors
    /// [`Ignored`] if the frame changed nothing, counted in [`stats`](Self::stats).
    pub fn eapol(&mut self, frame: &[u8], now: Instant) -> Result<Vec<Action>, Ignored> {
        let done = self.dispatch(frame, now);
        done.inspect_err(|&ignored| self.stats.count(ignored))
    }

    fn dispatch(&mut self, frame: &[u8], now: Instant) -> Result<Vec<Action>, Ignored> {
        // Some stations of RSN write message 4 with WPA's descriptor type: hostapd lets them.
        let key = self.codec.parse(frame, !self.association.wpa)?;
        let info = key.info();
        if info.contains(KeyInfo::ACK) || !info.contains(KeyInfo::MIC) {
            return Err(Ignored::Unexpected);
        }
        let message = key.message();
        if message != Message::Request && !self.counters.answers(key.replay_counter()) {
            return Err(Ignored::Replay);
        }
        match (message, self.state, self.group_state) {
            (Message::Pairwise2, State::Start, _) => self.second(&key, now),
            (Message::Pairwise4, State::Negotiating, _) => self.fourth(&key, now),
            (Message::Group2, State::Done, GroupState::Negotiating) => self.group_second(&key),
            (Message::Request, State::Done, _) => self.request(&key),
            _ => Err(Ignored::Unexpected),
        }
    }

    fn second(&mut self, key: &EapolKey<'_>, now: Instant) -> Result<Vec<Action>, Ignored> {
        let ptk = self.association.ptk(self.anonce, *key.nonce())?;
        key.verify(&self.codec.rules, &ptk.kck)?;
        if !compare::second_matches(&self.association, key.key_data()) {
            return Ok(self.fail(ReasonCode::PREV_AUTH_NOT_VALID));
        }
        self.counters.settle();
        (self.state, self.tries) = (State::Negotiating, 0);
        let mut actions = Vec::new();
        let mut key_id = 0;
        if self.association.ext_key_id {
            key_id = self.ptk.as_ref().map_or(0, |(_, in_use)| in_use ^ 1);
            let tk = ptk.tk.clone();
            actions.push(Action::InstallPairwise { key_id, tk, direction: Direction::Rx });
        }
        self.pending = Some((ptk, key_id));
        let third = self.send(now);
        actions.extend(third.unwrap_or_else(|_| self.fail(ReasonCode::UNSPECIFIED)));
        Ok(actions)
    }

    fn fourth(&mut self, key: &EapolKey<'_>, now: Instant) -> Result<Vec<Action>, Ignored> {
        let (ptk, key_id) = self.pending.as_ref().ok_or(Ignored::Unexpected)?;
        key.verify(&self.codec.rules, &ptk.kck)?;
        let (key_id, tk) = (*key_id, ptk.tk.clone());
        self.counters.settle();
        (self.state, self.deadline) = (State::Done, None);
        let is_first = self.ptk.is_none();
        self.ptk = self.pending.take();
        self.request_counter = None;
        let mut actions = Vec::new();
        actions.push(match self.association.ext_key_id {
            true => Action::UsePairwise { key_id },
            false => Action::InstallPairwise { key_id, tk, direction: Direction::RxTx },
        });
        if is_first {
            actions.push(Action::Authorized);
        }
        if self.association.wpa || self.group_state == GroupState::Wanted {
            // The pairwise key is in use by now, whatever becomes of the group's.
            let begun = self.rekey_group(now);
            actions.extend(begun.unwrap_or_else(|_| self.fail(ReasonCode::UNSPECIFIED)));
        } else {
            actions.push(Action::GroupDone);
        }
        Ok(actions)
    }

    fn group_second(&mut self, key: &EapolKey<'_>) -> Result<Vec<Action>, Ignored> {
        let (ptk, _) = self.ptk.as_ref().ok_or(Ignored::Unexpected)?;
        key.verify(&self.codec.rules, &ptk.kck)?;
        self.counters.settle();
        (self.group_state, self.deadline) = (GroupState::Idle, None);
        Ok([Action::GroupDone].into())
    }

    fn request(&mut self, key: &EapolKey<'_>) -> Result<Vec<Action>, Ignored> {
        let (ptk, _) = self.ptk.as_ref().ok_or(Ignored::Unexpected)?;
        let info = key.info();
        if !info.contains(KeyInfo::SECURE) {
            return Err(Ignored::Unexpected);
        }
        if self.request_counter.is_some_and(|last| key.replay_counter() <= last) {
            return Err(Ignored::Replay);
        }
        key.verify(&self.codec.rules, &ptk.kck)?;
        self.request_counter = Some(key.replay_counter());
        let pairwise = info.contains(KeyInfo::PAIRWISE);
        if !info.contains(KeyInfo::ERROR) {
            return Ok([Action::RekeyWanted { pairwise }].into());
        }
        // Only TKIP has that code. The key is changed even so (`wpa_receive_error_report`).
        let Selection { pairwise: cipher, group, .. } = self.association.selection;
        let is_tkip = if pairwise { cipher } else { group } == CipherSuite::TKIP;
        let failure = is_tkip.then_some(Action::MichaelFailure { pairwise });
        Ok(failure.into_iter().chain([Action::RekeyWanted { pairwise: true }]).collect())
    }

    /// Sends the message of the current state, for the first time or again.
    fn send(&mut self, now: Instant) -> Result<Vec<Action>, KeyError> {
        let replay_counter = self.counters.next();
        let frame = match (self.state, self.group_state) {
            (State::Start, _) => self.build_first(replay_counter)?,
            (State::Negotiating, _) => self.build_third(replay_counter)?,
            (State::Done, GroupState::Negotiating) => self.build_group(replay_counter)?,
            _ => return Ok(Vec::new()),
        };
        self.tries = self.tries.saturating_add(1);
        let wait = match (self.tries, self.state) {
            (1, State::Done) => FIRST_GROUP,
            (1, _) => FIRST,
            _ => SUBSEQUENT,
        };
        self.deadline = Some(now + wait);
        Ok([Action::Send(frame)].into())
    }

    fn build_first(&self, replay_counter: u64) -> Result<Vec<u8>, KeyError> {
        let mut key_data = Vec::new();
        if let Some(pmkid) = self.pmkid {
            Kde::PmkId(pmkid).write(&mut key_data)?;
        }
        let mut info = KeyInfo::PAIRWISE | KeyInfo::ACK;
        info.set(KeyInfo::SECURE, self.ptk.is_some() && !self.association.wpa);
        let nonce = self.anonce;
        let (key_len, rsc) = (self.pairwise_len(), [0; 8]);
        let draft =
            Draft { info, key_len, replay_counter, nonce, rsc, key_data: &key_data, seal: None };
        self.codec.build(&draft, None)
    }

    fn build_third(&mut self, replay_counter: u64) -> Result<Vec<u8>, KeyError> {
        let mut info = KeyInfo::PAIRWISE | KeyInfo::ACK | KeyInfo::INSTALL;
        let elements = self.association.third_elements()?;
        let behind = &self.association.behind_keys;
        let room = elements.len() + KDES_LEN + behind.len();
        let mut key_data = Zeroizing::new(Vec::with_capacity(room));
        key_data.extend_from_slice(&elements);
        let (mut rsc, mut seal) = ([0; 8], None);
        if !self.association.wpa {
            info |= KeyInfo::SECURE;
            if let Some((_, key_id)) = self.pending.as_ref().filter(|_| self.association.ext_key_id)
            {
                Kde::KeyId(*key_id).write(&mut key_data)?;
            }
            self.write_groups(&mut key_data)?;
            key_data.extend_from_slice(behind);
            (rsc, seal) = (self.gtk_rsc(), Some(self.next_iv()));
        }
        let (key_len, nonce) = (self.pairwise_len(), self.anonce);
        let draft = Draft { info, key_len, replay_counter, nonce, rsc, key_data: &key_data, seal };
        self.codec.build(&draft, self.pending.as_ref().map(|(ptk, _)| ptk))
    }

    fn build_group(&mut self, replay_counter: u64) -> Result<Vec<u8>, KeyError> {
        let mut info = KeyInfo::SECURE | KeyInfo::ACK;
        let mut key_data = Zeroizing::new(Vec::with_capacity(KDES_LEN));
        let mut key_len = 0;
        if self.association.wpa {
            let gtk = self.gtk().ok_or(KeyError::Length("group key"))?;
            key_data.extend_from_slice(gtk.key.as_bytes());
            info = info.with_key_index(gtk.key_id);
            key_len = u16::try_from(gtk.key.len()).map_err(|_| KeyError::Length("group key"))?;
        } else {
            self.write_groups(&mut key_data)?;
        }
        let (rsc, seal) = (self.gtk_rsc(), Some(self.next_iv()));
        let nonce = [0; NONCE_LEN];
        let draft = Draft { info, key_len, replay_counter, nonce, rsc, key_data: &key_data, seal };
        self.codec.build(&draft, self.ptk())
    }

    fn write_groups(&self, out: &mut Vec<u8>) -> Result<(), KeyError> {
        // Who does not protect management frames is not told the keys that do.
        let pmf = self.association.selection.group_mgmt.is_some();
        for group in self.groups.iter().filter(|key| pmf || key.kind == GroupKeyKind::Gtk) {
            let key = group.key.as_bytes();
            let [a, b, c, d, e, f, ..] = group.pn.to_le_bytes();
            let (key_id, pn) = (group.key_id, [a, b, c, d, e, f]);
            let integrity = IntegrityKey { key_id: u16::from(key_id), pn, key };
            match group.kind {
                GroupKeyKind::Gtk => Kde::Gtk { key_id, tx: false, key },
                GroupKeyKind::Igtk => Kde::Igtk(integrity),
                GroupKeyKind::Bigtk => Kde::Bigtk(integrity),
            }
            .write(out)?;
        }
        Ok(())
    }

    fn gtk(&self) -> Option<&GroupKey> {
        self.groups.iter().find(|key| key.kind == GroupKeyKind::Gtk)
    }

    fn gtk_rsc(&self) -> [u8; 8] {
        self.gtk().map_or([0; 8], |gtk| gtk.pn.to_le_bytes())
    }

    fn pairwise_len(&self) -> u16 {
        let len = tk_len(self.association.selection.pairwise);
        len.and_then(|len| u16::try_from(len).ok()).unwrap_or_default()
    }

    /// RC4's IV must not come twice with the same KEK: it counts on from the nonce.
    const fn next_iv(&mut self) -> [u8; 16] {
        let iv = self.iv.to_be_bytes();
        self.iv = self.iv.wrapping_add(1);
        iv
    }

    fn fail(&mut self, reason: ReasonCode) -> Vec<Action> {
        (self.state, self.group_state) = (State::Failed, GroupState::Idle);
        (self.pending, self.deadline) = (None, None);
        self.counters.settle();
        [Action::Failed(reason)].into()
    }
}

/// Room for all group keys of a cell, so that key data need not move as they grow.
const KDES_LEN: usize = 256;
