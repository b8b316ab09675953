use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::super::eapol::{EapolKey, Kde, KeyData, KeyInfo, Message};
use super::super::group::pn;
use super::super::{GroupKey, GroupKeyKind, KeyError, NONCE_LEN, Ptk, Selection, tk_len};
use super::codec::{Codec, Draft};
use super::{Action, Association, Direction, Ignored, Stats, compare};
use crate::CipherSuite;
use crate::frame::ReasonCode;

/// Version of 802.1X in frames, as `wpa_supplicant` writes it.
const EAPOL_VERSION: u8 = 1;

/// The station's side (`wpa_sm` in hostap's `rsn_supp`).
///
/// It only answers, so it has no deadlines; that the AP falls silent is the caller's to notice.
///
/// Unlike hostap's, it understands message 3 even if a forged message 1 came behind the AP's: the nonce that
/// it hangs on stands in message 3, too.
#[derive(Debug)]
pub struct Supplicant {
    association: Association,
    codec: Codec,
    snonce: Option<[u8; NONCE_LEN]>,
    /// The key of a handshake that is not over. What a forged message 1 makes of it leaves `ptk` alone.
    tptk: Option<Agreed>,
    ptk: Option<Agreed>,
    /// That of the last frame with a right MIC.
    rx_replay_counter: Option<u64>,
    request_counter: u64,
    /// Installed, one a kind and index.
    groups: Vec<GroupKey>,
    authorized: bool,
    failed: bool,
    stats: Stats,
}

/// A PTK, and the nonce of message 1 that it came from.
#[derive(Clone, Debug)]
struct Agreed {
    ptk: Ptk,
    anonce: [u8; NONCE_LEN],
    key_id: u8,
    installed: bool,
}

/// What message 3 wants, all of it checked.
struct Third {
    key_id: u8,
    install: bool,
    secure: bool,
    groups: Vec<GroupKey>,
    transition_disable: Option<u8>,
}

impl Supplicant {
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
            snonce: None,
            tptk: None,
            ptk: None,
            rx_replay_counter: None,
            request_counter: 0,
            groups: Vec::new(),
            authorized: false,
            failed: false,
            stats: Stats::default(),
        })
    }

    /// With another version of 802.1X in its frames than `wpa_supplicant`'s 1.
    #[must_use]
    pub const fn with_eapol_version(mut self, version: u8) -> Self {
        self.codec.eapol_version = version;
        self
    }

    /// After a fast transition, which made this PTK and handed these group keys over: they are installed, the
    /// station is authorized, and the handshakes go on from there.
    #[must_use]
    pub fn with_ptk(mut self, ptk: Ptk, groups: Vec<GroupKey>) -> Self {
        // No message 3 made it, so none comes again.
        let anonce = [0; NONCE_LEN];
        self.ptk = Some(Agreed { ptk, anonce, key_id: 0, installed: true });
        (self.groups, self.authorized) = (groups, true);
        self
    }

    /// What came to nothing.
    #[must_use]
    pub const fn stats(&self) -> Stats {
        self.stats
    }

    /// The pairwise key that both have; `None` before message 3.
    #[must_use]
    pub fn ptk(&self) -> Option<&Ptk> {
        self.ptk.as_ref().map(|agreed| &agreed.ptk)
    }

    /// Takes an EAPOL frame from the AP (`wpa_sm_rx_eapol`). `protected`: it came encrypted. `nonce` is 32
    /// random bytes, which are used if this begins a handshake; never give the same ones twice.
    ///
    /// # Errors
    /// [`Ignored`] if the frame changed nothing, counted in [`stats`](Self::stats).
    pub fn eapol(
        &mut self,
        frame: &[u8],
        protected: bool,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<Action>, Ignored> {
        let done = self.dispatch(frame, protected, nonce);
        done.inspect_err(|&ignored| self.stats.count(ignored))
    }

    fn dispatch(
        &mut self,
        frame: &[u8],
        protected: bool,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<Action>, Ignored> {
        let key = self.codec.parse(frame, false)?;
        if self.failed {
            return Err(Ignored::Unexpected);
        }
        if self.rx_replay_counter.is_some_and(|last| key.replay_counter() <= last) {
            return Err(Ignored::Replay);
        }
        match key.message() {
            Message::Pairwise1 => {
                let has_tk = self.ptk.as_ref().is_some_and(|agreed| agreed.installed);
                let pmf = self.association.selection.group_mgmt.is_some();
                if has_tk && pmf && !protected {
                    return Err(Ignored::Unexpected);
                }
                self.first(&key, nonce)
            }
            Message::Pairwise3 => self.third(&key),
            Message::Group1 => self.group(&key),
            _ => Err(Ignored::Unexpected),
        }
    }

    /// Message 1 is not signed: it may be anybody's.
    fn first(
        &mut self,
        key: &EapolKey<'_>,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<Action>, Ignored> {
        if key.info().contains(KeyInfo::ENCRYPTED) {
            return Err(Ignored::Unexpected);
        }
        if let Some(malformed) = key.entries().find_map(Result::err) {
            return Err(malformed.into());
        }
        let snonce = *self.snonce.get_or_insert(nonce);
        let tptk = self.agreed(*key.nonce(), snonce)?;
        let mut info = KeyInfo::PAIRWISE;
        info.set(KeyInfo::SECURE, self.ptk.is_some() && !self.association.wpa);
        let elements = self.association.named(&self.association.station_elements)?;
        let draft = Draft {
            info,
            key_len: self.answered_key_len(key),
            replay_counter: key.replay_counter(),
            nonce: snonce,
            rsc: [0; 8],
            key_data: &elements,
            seal: None,
        };
        let second = self.codec.build(&draft, Some(&tptk.ptk))?;
        self.tptk = Some(tptk);
        Ok([Action::Send(second)].into())
    }

    fn third(&mut self, key: &EapolKey<'_>) -> Result<Vec<Action>, Ignored> {
        let rules = self.codec.rules;
        let proves = |agreed: &&Agreed| key.verify(&rules, &agreed.ptk.kck).is_ok();
        if self.tptk.iter().chain(&self.ptk).find(proves).is_none() {
            let snonce = self.snonce.ok_or(Ignored::Mic)?;
            let by_its_nonce = self.agreed(*key.nonce(), snonce)?;
            if !proves(&&by_its_nonce) {
                return Err(Ignored::Mic);
            }
            self.tptk = Some(by_its_nonce);
        }
        let by_tptk = self.tptk.as_ref().filter(proves);
        let is_new = by_tptk.is_some();
        let agreed = by_tptk.or(self.ptk.as_ref().filter(proves)).ok_or(Ignored::Mic)?;
        let third = match self.check_third(key, agreed)? {
            Ok(third) => third,
            Err(reason) => return Ok(self.fail(reason)),
        };
        let fourth = self.codec.build(&self.answer(key, KeyInfo::PAIRWISE), Some(&agreed.ptk))?;
        self.rx_replay_counter = Some(key.replay_counter());
        if is_new {
            let key_id = third.key_id;
            // Taken out of its place, the same TPTK can never become a new PTK again.
            self.ptk = self.tptk.take().map(|agreed| Agreed { key_id, ..agreed });
            self.snonce = None;
        }
        Ok(self.finish_third(third, fourth))
    }

    fn agreed(&self, anonce: [u8; NONCE_LEN], snonce: [u8; NONCE_LEN]) -> Result<Agreed, KeyError> {
        let ptk = self.association.ptk(anonce, snonce)?;
        Ok(Agreed { ptk, anonce, key_id: 0, installed: false })
    }

    /// What message 3 says; the inner error is a reason to leave, since the MIC proved the AP's word.
    fn check_third(
        &self,
        key: &EapolKey<'_>,
        agreed: &Agreed,
    ) -> Result<Result<Third, ReasonCode>, Ignored> {
        let info = key.info();
        let is_sealed = info.contains(KeyInfo::ENCRYPTED);
        let opened = match (self.association.wpa, is_sealed) {
            (false, true) => key.open_key_data(&agreed.ptk.kek)?,
            _ => Zeroizing::new(key.key_data().to_vec()),
        };
        if agreed.anonce != *key.nonce() || !self.right_key_len(key) {
            return Ok(Err(ReasonCode::UNSPECIFIED));
        }
        if !compare::third_matches(&self.association, &opened) {
            return Ok(Err(ReasonCode::IE_DIFFERENT));
        }
        let Ok(groups) = GroupKey::of_key_data(&opened, pn(*key.rsc())) else {
            return Ok(Err(ReasonCode::UNSPECIFIED));
        };
        if !groups.is_empty() && !is_sealed {
            return Ok(Err(ReasonCode::UNSPECIFIED));
        }
        let Some(groups) = self.right_groups(groups, !self.association.wpa) else {
            return Ok(Err(ReasonCode::UNSPECIFIED));
        };
        let (mut key_id, mut transition_disable) = (None, None);
        for kde in KeyData::new(&opened).kdes() {
            match kde {
                Kde::KeyId(id) => key_id = Some(id),
                Kde::TransitionDisable(bits) => transition_disable = Some(bits),
                _ => {}
            }
        }
        let key_id = match (self.association.ext_key_id, key_id) {
            (false, None | Some(0)) => 0,
            (true, Some(id @ 0..=1)) => id,
            _ => return Ok(Err(ReasonCode::UNSPECIFIED)),
        };
        let (install, secure) = (info.contains(KeyInfo::INSTALL), info.contains(KeyInfo::SECURE));
        Ok(Ok(Third { key_id, install, secure, groups, transition_disable }))
    }

    fn finish_third(&mut self, third: Third, fourth: Vec<u8>) -> Vec<Action> {
        let mut actions = Vec::new();
        let ext_key_id = self.association.ext_key_id;
        let fresh = self.ptk.as_mut().filter(|agreed| third.install && !agreed.installed);
        let install = fresh.map(|agreed| {
            agreed.installed = true;
            (agreed.key_id, agreed.ptk.tk.clone())
        });
        // Message 3 again says nothing new.
        let transition_disable = third.transition_disable.filter(|_| install.is_some());
        match install {
            // The AP may send with the new key as soon as it has message 4.
            Some((key_id, tk)) if ext_key_id => {
                actions.push(Action::InstallPairwise { key_id, tk, direction: Direction::Rx });
                actions.push(Action::Send(fourth));
                actions.push(Action::UsePairwise { key_id });
            }
            // Message 4 goes out under the old key, or none: the AP cannot know the new one to be in use.
            Some((key_id, tk)) => {
                actions.push(Action::Send(fourth));
                actions.push(Action::InstallPairwise { key_id, tk, direction: Direction::RxTx });
            }
            None => actions.push(Action::Send(fourth)),
        }
        actions.extend(self.new_groups(third.groups));
        self.authorize(third.secure, &mut actions);
        actions.extend(transition_disable.map(Action::TransitionDisable));
        actions
    }

    fn group(&mut self, key: &EapolKey<'_>) -> Result<Vec<Action>, Ignored> {
        let agreed = self.ptk.as_ref().filter(|agreed| agreed.installed);
        let agreed = agreed.ok_or(Ignored::Unexpected)?;
        if !key.info().contains(KeyInfo::MIC) {
            return Err(Ignored::Unexpected);
        }
        key.verify(&self.codec.rules, &agreed.ptk.kck)?;
        let groups = match GroupKey::all_of(key, &agreed.ptk.kek) {
            Err(KeyError::Mic) => return Err(Ignored::Mic),
            groups => groups.ok().and_then(|groups| self.right_groups(groups, true)),
        };
        let Some(groups) = groups else { return Ok(self.fail(ReasonCode::UNSPECIFIED)) };
        let index = KeyInfo::empty().with_key_index(key.info().key_index());
        let second = self.codec.build(&self.answer(key, index), Some(&agreed.ptk))?;
        self.rx_replay_counter = Some(key.replay_counter());
        let mut actions = self.new_groups(groups);
        actions.push(Action::Send(second));
        self.authorize(key.info().contains(KeyInfo::SECURE), &mut actions);
        Ok(actions)
    }

    /// Asks for a new key, or reports a wrong Michael code (`wpa_sm_key_request`). `None` before there are
    /// keys.
    pub fn request(&mut self, pairwise: bool, michael_failure: bool) -> Option<Vec<u8>> {
        let agreed = self.ptk.as_ref().filter(|agreed| agreed.installed)?;
        let mut info = KeyInfo::REQUEST | KeyInfo::SECURE;
        info.set(KeyInfo::PAIRWISE, pairwise);
        info.set(KeyInfo::ERROR, michael_failure);
        let draft = Draft {
            info,
            key_len: 0,
            replay_counter: self.request_counter,
            nonce: [0; NONCE_LEN],
            rsc: [0; 8],
            key_data: &[],
            seal: None,
        };
        let frame = self.codec.build(&draft, Some(&agreed.ptk)).ok()?;
        self.request_counter = self.request_counter.wrapping_add(1);
        Some(frame)
    }

    /// Message 4 and group message 2: what they answer, and nothing else.
    fn answer(&self, to: &EapolKey<'_>, info: KeyInfo) -> Draft<'static> {
        let secure = !info.contains(KeyInfo::PAIRWISE) || to.info().contains(KeyInfo::SECURE);
        Draft {
            info: info | if secure { KeyInfo::SECURE } else { KeyInfo::empty() },
            key_len: self.answered_key_len(to),
            replay_counter: to.replay_counter(),
            nonce: [0; NONCE_LEN],
            rsc: [0; 8],
            key_data: &[],
            seal: None,
        }
    }

    fn answered_key_len(&self, to: &EapolKey<'_>) -> u16 {
        if self.association.wpa { to.key_len() } else { 0 }
    }

    fn right_key_len(&self, key: &EapolKey<'_>) -> bool {
        tk_len(self.association.selection.pairwise) == Some(usize::from(key.key_len()))
    }

    /// Those that are of use; `None` if one has not its cipher's length, or there is no GTK where there must
    /// be one.
    fn right_groups(&self, groups: Vec<GroupKey>, gtk_must_be: bool) -> Option<Vec<GroupKey>> {
        let Selection { group, group_mgmt, .. } = self.association.selection;
        let len = |kind| match kind {
            GroupKeyKind::Gtk => tk_len(group),
            GroupKeyKind::Igtk | GroupKeyKind::Bigtk => group_mgmt.and_then(tk_len),
        };
        let of_use: Vec<_> = groups.into_iter().filter(|key| len(key.kind).is_some()).collect();
        let right = of_use.iter().all(|key| len(key.kind) == Some(key.key.len()));
        let has_gtk = of_use.iter().any(|key| key.kind == GroupKeyKind::Gtk);
        let gtk_is_there = has_gtk || !gtk_must_be || group == CipherSuite::NO_GROUP_ADDR;
        (right && gtk_is_there).then_some(of_use)
    }

    /// Installs those that are not installed already: counters must not start again.
    fn new_groups(&mut self, groups: Vec<GroupKey>) -> Vec<Action> {
        let mut actions = Vec::new();
        for new in groups {
            if self.groups.iter().any(|old| old.kind == new.kind && old.key == new.key) {
                continue;
            }
            self.groups.retain(|old| (old.kind, old.key_id) != (new.kind, new.key_id));
            self.groups.push(new.clone());
            actions.push(Action::InstallGroup(new));
        }
        actions
    }

    fn authorize(&mut self, secure: bool, actions: &mut Vec<Action>) {
        if secure && !self.authorized {
            self.authorized = true;
            actions.push(Action::Authorized);
        }
    }

    fn fail(&mut self, reason: ReasonCode) -> Vec<Action> {
        (self.failed, self.tptk) = (true, None);
        [Action::Failed(reason)].into()
    }
}
