//! The state machine of one peer (clause 12.4.8).

use alloc::vec::Vec;

use softnet_sk_buff::{Instant, MacAddr};

use super::commit::requested_token;
use super::{
    BadCommit, COMMIT, CONFIRM, Commit, Config, Cx, Event, Exchange, Ignored, Keys, Method,
    Outcome, Role, State, Terms, auth, method_of, status_of,
};
use crate::ecc::{DrawAgain, Group, Octets};
use crate::frame::StatusCode;
use crate::frame::management::{Auth, AuthAlgorithm, SaeRefusal};
use crate::{AkmSuite, Malformed};

/// The exchanges with one peer, one after another.
#[derive(Debug)]
pub struct Sae {
    config: Config,
    own: MacAddr,
    peer: MacAddr,
    /// The peer's scalar in the exchange that was accepted last.
    accepted: Option<Octets>,
    /// After too many repetitions, no commit is taken until then.
    disabled_until: Option<Instant>,
    run: Run,
}

/// One exchange: what the standard calls a protocol instance.
#[derive(Debug, Default)]
struct Run {
    state: State,
    exchange: Option<Exchange>,
    keys: Option<Keys>,
    akm: Option<AkmSuite>,
    identifier: Option<Vec<u8>>,
    token: Option<Vec<u8>>,
    /// Groups that the peer rejected, as they stand in the element.
    rejected: Vec<u8>,
    /// Times that something was sent again (Sync).
    sync: u16,
    /// Counter of own confirms (Sc).
    send_confirm: u16,
    /// Counter of the peer's last good confirm (Rc).
    peer_send_confirm: u16,
    deadline: Option<Instant>,
}

impl Sae {
    /// A machine at rest, for `peer`.
    #[must_use]
    pub fn new(config: Config, own: MacAddr, peer: MacAddr) -> Self {
        Self { config, own, peer, accepted: None, disabled_until: None, run: Run::default() }
    }

    /// Its state.
    #[must_use]
    pub const fn state(&self) -> State {
        self.run.state
    }

    /// When [`poll`](Self::poll) wants to be called.
    #[must_use]
    pub const fn poll_at(&self) -> Option<Instant> {
        self.run.deadline
    }

    /// Begins an exchange with the first group; one that was under way is forgotten.
    ///
    /// # Errors
    /// [`DrawAgain`]: nothing was done.
    pub fn start(&mut self, method: Method, cx: &Cx<'_>) -> Result<Outcome, DrawAgain> {
        self.disabled_until = None;
        self.begin(method, 0, Vec::new(), cx)
    }

    /// Begins with the first group from `index` on that there is a password element for.
    fn begin(
        &mut self,
        method: Method,
        index: usize,
        rejected: Vec<u8>,
        cx: &Cx<'_>,
    ) -> Result<Outcome, DrawAgain> {
        let groups = self.config.groups.get(index..).unwrap_or_default();
        let pwe = groups.iter().find_map(|&group| cx.password.pwe(group, method, self.pair()));
        let Some(pwe) = pwe else {
            self.reset();
            return Ok(Outcome { event: Some(Event::NoElement), ..Outcome::default() });
        };
        let exchange = Exchange::new(pwe, &cx.random)?;
        self.run = Run {
            state: State::Committed,
            exchange: Some(exchange),
            akm: self.config.akms.first().copied(),
            identifier: cx.password.identifier().map(<[u8]>::to_vec),
            rejected,
            ..Run::default()
        };
        self.arm(cx.now);
        Ok(self.sends([self.commit_frame()]))
    }

    /// Takes the body of an authentication frame of the peer.
    ///
    /// # Errors
    /// [`DrawAgain`]: nothing was done.
    pub fn receive(&mut self, body: &[u8], cx: &Cx<'_>) -> Result<Outcome, DrawAgain> {
        let auth = Auth::parse(body).ok().filter(|auth| auth.algorithm == AuthAlgorithm::SAE);
        let Some(Auth { transaction, status: code, body: rest, .. }) = auth else {
            return Ok(ignore(Ignored::NotSae));
        };
        if transaction == COMMIT && self.disabled_until.is_some_and(|until| cx.now < until) {
            return Ok(ignore(Ignored::Disabled));
        }
        match (transaction, method_of(code)) {
            (COMMIT, Some(method)) => match Commit::parse(rest, method) {
                Ok(commit) => self.receive_commit(&commit, cx),
                Err(error) => Ok(self.malformed(error)),
            },
            (COMMIT, None) => self.receive_refusal(code, rest, cx),
            (CONFIRM, _) if code == StatusCode::SUCCESS => Ok(self.receive_confirm(rest, cx.now)),
            (CONFIRM, _) => Ok(self.refused(code)),
            _ => Ok(ignore(Ignored::NotSae)),
        }
    }

    /// Lets time pass: sends again what was not answered, or gives up.
    pub fn poll(&mut self, now: Instant) -> Outcome {
        if self.run.deadline.is_none_or(|deadline| now < deadline) {
            return Outcome::default();
        }
        if let Some(over) = self.count_sync(now) {
            return over;
        }
        self.arm(now);
        match self.run.state {
            State::Committed => self.sends([self.commit_frame()]),
            State::Confirmed => {
                let confirm = self.confirm_frame();
                self.sends([confirm])
            }
            State::Nothing | State::Accepted => {
                self.run.deadline = None;
                Outcome::default()
            }
        }
    }

    fn receive_commit(&mut self, commit: &Commit<'_>, cx: &Cx<'_>) -> Result<Outcome, DrawAgain> {
        let repeated = self.run.keys.as_ref().is_some_and(|keys| keys.are_of(commit));
        match (self.run.state, self.config.role) {
            (State::Committed, Role::AccessPoint) if repeated => {
                Ok(self.sends([self.commit_frame()]))
            }
            (State::Committed, Role::Station | Role::Mesh) => Ok(self.match_commit(commit, cx)),
            (State::Confirmed, Role::Mesh) => Ok(self.answer_again(commit, cx)),
            (State::Nothing | State::Confirmed | State::Accepted, Role::Station) => {
                Ok(ignore(Ignored::OutOfTurn))
            }
            (State::Accepted, _)
                if self.accepted.as_ref().is_some_and(|scalar| **scalar == *commit.scalar) =>
            {
                Ok(ignore(Ignored::Replay))
            }
            _ => self.respond(commit, cx),
        }
    }

    /// A peer begins, or begins anew.
    fn respond(&mut self, commit: &Commit<'_>, cx: &Cx<'_>) -> Result<Outcome, DrawAgain> {
        if !self.config.methods.contains(&commit.method) {
            return Ok(ignore(Ignored::Method));
        }
        if let Some(code) = self.objection(commit, cx.password.identifier()) {
            return Ok(refuse(code, commit));
        }
        let group = Group::of(commit.group);
        let pwe = group.and_then(|group| cx.password.pwe(group, commit.method, self.pair()));
        let Some((pwe, akm)) = pwe.zip(self.akm_of(commit)) else {
            return Ok(refuse(StatusCode::UNSPECIFIED_FAILURE, commit));
        };
        let exchange = Exchange::new(pwe, &cx.random)?;
        let keys = match exchange.agree(commit, &self.terms(akm, commit, &[])) {
            Ok(keys) => keys,
            Err(_) => return Ok(refuse(StatusCode::UNSPECIFIED_FAILURE, commit)),
        };
        self.run = Run {
            state: State::Committed,
            exchange: Some(exchange),
            keys: Some(keys),
            akm: Some(akm),
            identifier: cx.password.identifier().map(<[u8]>::to_vec),
            ..Run::default()
        };
        self.arm(cx.now);
        let answer = self.commit_frame();
        if self.config.role != Role::Mesh {
            return Ok(self.sends([answer]));
        }
        self.run.state = State::Confirmed;
        let confirm = self.confirm_frame();
        Ok(self.sends([answer, confirm]))
    }

    /// The counterpart of our commit.
    fn match_commit(&mut self, commit: &Commit<'_>, cx: &Cx<'_>) -> Outcome {
        let Some((exchange, akm)) = self.run.exchange.as_ref().zip(self.run.akm) else {
            return ignore(Ignored::OutOfTurn);
        };
        if exchange.method() != commit.method {
            return ignore(Ignored::Method);
        }
        if Group::of(commit.group) != Some(exchange.group()) {
            return match self.config.role {
                Role::Mesh => refuse(StatusCode::FCG_NOT_SUPP, commit),
                _ => ignore(Ignored::Commit(BadCommit::Group)),
            };
        }
        if let Some(code) = self.objection(commit, cx.password.identifier()) {
            return self.object(code, commit);
        }
        if self.akm_of(commit) != Some(akm) {
            return self.object(StatusCode::UNSPECIFIED_FAILURE, commit);
        }
        match exchange.agree(commit, &self.terms(akm, commit, &self.run.rejected)) {
            Ok(keys) => self.run.keys = Some(keys),
            // Who sends nonsense in the peer's name shall not end the exchange.
            Err(why) => return ignore(Ignored::Commit(why)),
        }
        self.run.state = State::Confirmed;
        self.run.sync = 0;
        self.arm(cx.now);
        let confirm = self.confirm_frame();
        self.sends([confirm])
    }

    /// A mesh peer that sends its commit again has not seen ours.
    fn answer_again(&mut self, commit: &Commit<'_>, cx: &Cx<'_>) -> Outcome {
        let repeated = self.run.keys.as_ref().is_some_and(|keys| keys.are_of(commit));
        let mut other = None;
        if let (false, Some(exchange), Some(akm)) = (repeated, &self.run.exchange, self.run.akm) {
            if let Some(code) = self.objection(commit, cx.password.identifier()) {
                return refuse(code, commit);
            }
            if exchange.method() != commit.method || self.akm_of(commit) != Some(akm) {
                return ignore(Ignored::Method);
            }
            match exchange.agree(commit, &self.terms(akm, commit, &self.run.rejected)) {
                Ok(keys) => other = Some(keys),
                Err(why) => return ignore(Ignored::Commit(why)),
            }
        }
        // Only what could be the peer's counts: nonsense shall not use up the repetitions.
        if let Some(over) = self.count_sync(cx.now) {
            return over;
        }
        self.run.keys = other.or(self.run.keys.take());
        self.arm(cx.now);
        let confirm = self.confirm_frame();
        self.sends([self.commit_frame(), confirm])
    }

    /// A commit with a status that is none of success.
    fn receive_refusal(
        &mut self,
        code: StatusCode,
        rest: &[u8],
        cx: &Cx<'_>,
    ) -> Result<Outcome, DrawAgain> {
        let exchange = self.run.exchange.as_ref().filter(|_| self.run.state == State::Committed);
        let (Some(exchange), Role::Station | Role::Mesh) = (exchange, self.config.role) else {
            return Ok(self.refused(code));
        };
        let (method, group) = (exchange.method(), exchange.group());
        match code {
            StatusCode::ANTI_CLOG_REQUIRED => {
                let asked =
                    SaeRefusal::parse(rest).ok().filter(|asked| asked.group.0 == group.id());
                let token = asked.and_then(|asked| requested_token(asked.token, method));
                // An element has room for no longer one.
                let Some(token) = token.filter(|token| token.len() <= 254) else {
                    return Ok(ignore(Ignored::Status(code)));
                };
                self.run.token = Some(token.to_vec());
                self.run.sync = 0;
                self.arm(cx.now);
                Ok(self.sends([self.commit_frame()]))
            }
            StatusCode::FCG_NOT_SUPP => {
                let named = SaeRefusal::parse(rest);
                if named.is_ok_and(|named| named.group.0 != group.id()) {
                    return Ok(ignore(Ignored::Status(code)));
                }
                let at = self.config.groups.iter().position(|&known| known == group);
                let next = at.map_or(usize::MAX, |at| at.saturating_add(1));
                if next >= self.config.groups.len() {
                    return Ok(self.fail(code));
                }
                let rejected = [&self.run.rejected[..], &group.id().to_le_bytes()].concat();
                self.begin(method, next, rejected, cx)
            }
            _ => Ok(self.refused(code)),
        }
    }

    fn receive_confirm(&mut self, body: &[u8], now: Instant) -> Outcome {
        let good = self.run.keys.as_ref().and_then(|keys| keys.verify(body));
        match (self.run.state, self.config.role) {
            (State::Nothing, _) => ignore(Ignored::OutOfTurn),
            (State::Committed, Role::AccessPoint) => match good {
                Some(counter) => {
                    let confirm = self.confirm_frame();
                    let accepted = self.accept(counter);
                    Outcome { send: alloc::vec![confirm], ..accepted }
                }
                None => self.wrong_confirm(),
            },
            // The peer's commit was lost: it sends it again when it sees ours again.
            (State::Committed, _) => self.count_sync(now).unwrap_or_else(|| {
                self.arm(now);
                self.sends([self.commit_frame()])
            }),
            (State::Confirmed, _) => match good {
                Some(counter) => self.accept(counter),
                None => self.wrong_confirm(),
            },
            (State::Accepted, _) => self.confirm_again(body, good),
        }
    }

    /// A confirm after the end: the peer has not seen ours.
    fn confirm_again(&mut self, body: &[u8], good: Option<u16>) -> Outcome {
        let counter = body.first_chunk().map(|counter| u16::from_le_bytes(*counter));
        if counter.is_none_or(|counter| counter <= self.run.peer_send_confirm || counter == 0xffff)
        {
            return ignore(Ignored::Replay);
        }
        let Some(counter) = good else { return ignore(Ignored::Confirm) };
        if self.run.sync > self.config.sync {
            return ignore(Ignored::Replay);
        }
        self.run.sync = self.run.sync.saturating_add(1);
        self.run.peer_send_confirm = counter;
        let confirm = self.confirm_frame();
        self.sends([confirm])
    }

    fn accept(&mut self, counter: u16) -> Outcome {
        let Some(keys) = &self.run.keys else { return ignore(Ignored::OutOfTurn) };
        let pmksa = keys.pmksa().clone();
        self.accepted = Some(keys.peer_scalar().clone());
        self.run.peer_send_confirm = counter;
        self.run.send_confirm = 0xffff;
        self.run.sync = 0;
        self.run.state = State::Accepted;
        self.run.deadline = None;
        Outcome { event: Some(Event::Accepted(pmksa)), ..Outcome::default() }
    }

    /// hostapd answers a wrong confirm; a station waits for a better one.
    fn wrong_confirm(&self) -> Outcome {
        if self.config.role == Role::Station {
            return ignore(Ignored::Confirm);
        }
        Outcome {
            send: alloc::vec![auth(CONFIRM, StatusCode::CHALLENGE_FAIL, &[])],
            event: Some(Event::Refused(StatusCode::CHALLENGE_FAIL)),
        }
    }

    /// A refusal ends a station's exchange; elsewhere anybody could end it so.
    fn refused(&mut self, code: StatusCode) -> Outcome {
        let open = matches!(self.run.state, State::Committed | State::Confirmed);
        if open && self.config.role == Role::Station {
            self.fail(code)
        } else {
            ignore(Ignored::Status(code))
        }
    }

    fn fail(&mut self, code: StatusCode) -> Outcome {
        self.reset();
        Outcome { event: Some(Event::Failed(code)), ..Outcome::default() }
    }

    /// A commit that we cannot go on with: a station ends there, others say so.
    fn object(&mut self, code: StatusCode, commit: &Commit<'_>) -> Outcome {
        match self.config.role {
            Role::Station => self.fail(code),
            _ => refuse(code, commit),
        }
    }

    /// A commit that cannot be read: who does not begin says so.
    fn malformed(&self, error: Malformed) -> Outcome {
        let event = Some(Event::Ignored(Ignored::Malformed(error)));
        let send = match self.config.role {
            Role::Station => Vec::new(),
            _ => alloc::vec![auth(COMMIT, StatusCode::UNSPECIFIED_FAILURE, &[])],
        };
        Outcome { send, event }
    }

    /// The status that a commit of the peer is refused with, before any arithmetic.
    fn objection(&self, commit: &Commit<'_>, identifier: Option<&[u8]>) -> Option<StatusCode> {
        let allowed = |id: u16| self.config.groups.iter().any(|group| group.id() == id);
        // A group that we would have taken was not rejected by us: somebody pushes for a weaker one.
        let (rejected, _) = commit.rejected_groups.as_chunks();
        let downgraded = rejected.iter().any(|id| allowed(u16::from_le_bytes(*id)));
        let hunts = commit.method == Method::HuntingAndPecking;
        if !allowed(commit.group) {
            Some(StatusCode::FCG_NOT_SUPP)
        } else if commit.identifier != identifier || hunts && identifier.is_some() {
            Some(StatusCode::UNKNOWN_PASSWORD_IDENTIFIER)
        } else if downgraded && !hunts {
            Some(StatusCode::UNSPECIFIED_FAILURE)
        } else {
            None
        }
    }

    /// The AKM that a commit is for, if it is allowed.
    fn akm_of(&self, commit: &Commit<'_>) -> Option<AkmSuite> {
        let mut allowed = self.config.akms.iter().copied();
        match commit.akm {
            Some(akm) => {
                allowed.find(|&own| own == akm).filter(|_| commit.method == Method::HashToElement)
            }
            None => allowed.find(|&akm| !named_in_commit(akm)),
        }
    }

    #[cfg(test)]
    pub(super) const fn keys(&self) -> Option<&Keys> {
        self.run.keys.as_ref()
    }

    fn pair(&self) -> [MacAddr; 2] {
        [self.own, self.peer]
    }

    fn terms<'a>(&self, akm: AkmSuite, commit: &Commit<'a>, own_rejected: &'a [u8]) -> Terms<'a> {
        let (own, peer) = (self.own, self.peer);
        Terms { own, peer, akm, own_rejected, peer_rejected: commit.rejected_groups }
    }

    fn commit_frame(&self) -> Vec<u8> {
        let Some(exchange) = &self.run.exchange else { return Vec::new() };
        let commit = Commit {
            token: self.run.token.as_deref(),
            identifier: self.run.identifier.as_deref(),
            rejected_groups: &self.run.rejected,
            akm: self.run.akm.filter(|&akm| named_in_commit(akm)),
            ..exchange.commit()
        };
        let mut body = Vec::new();
        match commit.write(&mut body) {
            Ok(()) => auth(COMMIT, status_of(exchange.method()), &body),
            // Only an identifier of more than 254 bytes, which no frame can name.
            Err(_) => Vec::new(),
        }
    }

    fn confirm_frame(&mut self) -> Vec<u8> {
        self.run.send_confirm = self.run.send_confirm.saturating_add(1);
        let confirm = self.run.keys.as_ref().map(|keys| keys.confirm(self.run.send_confirm));
        auth(CONFIRM, StatusCode::SUCCESS, &confirm.unwrap_or_default())
    }

    fn sends<const N: usize>(&self, frames: [Vec<u8>; N]) -> Outcome {
        let send = frames.into_iter().filter(|frame| !frame.is_empty()).collect();
        Outcome { send, event: None }
    }

    /// Counts one more sending; ends the exchange where there were too many (`sae_check_big_sync`).
    fn count_sync(&mut self, now: Instant) -> Option<Outcome> {
        if self.run.sync > self.config.sync {
            self.reset();
            self.disabled_until = Some(now + Config::DISABLED);
            return Some(Outcome { event: Some(Event::TimedOut), ..Outcome::default() });
        }
        self.run.sync = self.run.sync.saturating_add(1);
        None
    }

    fn arm(&mut self, now: Instant) {
        self.run.deadline = self.config.retrans_period.map(|period| now + period);
    }

    /// Back to the beginning; only the scalar that was accepted last is remembered.
    fn reset(&mut self) {
        self.run = Run::default();
    }
}

/// Whether a commit has to name the AKM, as the length of the keys hangs on it.
const fn named_in_commit(akm: AkmSuite) -> bool {
    matches!(akm, AkmSuite::SAE_EXT_KEY | AkmSuite::FT_SAE_EXT_KEY)
}

const fn ignore(why: Ignored) -> Outcome {
    Outcome { send: Vec::new(), event: Some(Event::Ignored(why)) }
}

/// Answers with `code`; where the group is the matter, the answer names it.
fn refuse(code: StatusCode, commit: &Commit<'_>) -> Outcome {
    let group = commit.group.to_le_bytes();
    let named = if code == StatusCode::FCG_NOT_SUPP { &group[..] } else { &[] };
    let body = auth(COMMIT, code, named);
    Outcome { send: alloc::vec![body], event: Some(Event::Refused(code)) }
}
