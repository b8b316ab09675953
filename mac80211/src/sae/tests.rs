use alloc::collections::VecDeque;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::time::Duration;

use proptest::prelude::*;
use softnet_sk_buff::{Instant, MacAddr};

use super::*;
use crate::AkmSuite;
use crate::ecc::vectors::{NUMBERS, hex, j_10};
use crate::ecc::{DrawAgain, Group, Random};
use crate::element::BuildError;

mod adversary;

/// Addresses of the second part of annex J.10, the smaller one first.
const A: MacAddr = MacAddr([0, 0x09, 0x5b, 0x66, 0xec, 0x1e]);
const B: MacAddr = MacAddr([0, 0x0b, 0x6b, 0xd9, 0x02, 0x46]);

fn random(rand: &[u8], mask: &[u8]) -> Random {
    let mut bytes = [0; Random::LEN];
    bytes[..rand.len()].copy_from_slice(rand);
    bytes[66..66 + mask.len()].copy_from_slice(mask);
    Random(bytes)
}

fn terms(own: MacAddr, peer: MacAddr, akm: AkmSuite) -> Terms<'static> {
    Terms { own, peer, akm, own_rejected: &[], peer_rejected: &[] }
}

#[test]
fn annex_j_10_exchange() {
    let [own, peer] = j_10::ADDRESSES.map(MacAddr);
    let pwe = Pwe::hunting_and_pecking(Group::P256, [own, peer], j_10::PASSWORD).unwrap();
    let drawn = random(&hex(j_10::LOCAL_RAND), &hex(j_10::LOCAL_MASK));
    let exchange = Exchange::new(pwe, &drawn).unwrap();
    let mut body = Vec::new();
    exchange.commit().write(&mut body).unwrap();
    assert_eq!(body, hex(j_10::LOCAL_COMMIT));
    let theirs = hex(j_10::PEER_COMMIT);
    let theirs = Commit::parse(&theirs, Method::HuntingAndPecking).unwrap();
    let keys = exchange.agree(&theirs, &terms(own, peer, AkmSuite::SAE)).unwrap();
    assert_eq!(keys.kck(), hex(j_10::KCK));
    assert_eq!(keys.pmksa().pmk.as_bytes(), hex(j_10::PMK));
    assert_eq!(keys.pmksa().pmkid[..], hex(j_10::PMKID));
}

/// Keys of both sides, of which the first is at `A`, compared with `[kck, pmk, pmkid, confirm]`.
fn agree(pwe: &Pwe, akm: AkmSuite, rejected: [&[u8]; 2], expected: [&str; 4]) {
    let drawn = |rand, mask| random(&[rand; 66], &[mask; 66]);
    let first = Exchange::new(pwe.clone(), &drawn(0x11, 0x22)).unwrap();
    let second = Exchange::new(pwe.clone(), &drawn(0x33, 0x55)).unwrap();
    let [own_rejected, peer_rejected] = rejected;
    let at_first = Terms { own_rejected, peer_rejected, ..terms(A, B, akm) };
    let at_second =
        Terms { own_rejected: peer_rejected, peer_rejected: own_rejected, ..terms(B, A, akm) };
    let at_first = first.agree(&second.commit(), &at_first).unwrap();
    let at_second = second.agree(&first.commit(), &at_second).unwrap();
    let [kck, pmk, pmkid, confirm] = expected.map(hex);
    for keys in [&at_first, &at_second] {
        assert_eq!(keys.kck(), kck);
        assert_eq!(keys.pmksa().pmk.as_bytes(), pmk);
        assert_eq!(keys.pmksa().pmkid[..], pmkid);
    }
    let body = at_first.confirm(1);
    assert_eq!((&body[..2], &body[2..]), (&[1, 0][..], &confirm[..]));
    assert_eq!(at_second.verify(&body), Some(1));
    assert_eq!(at_first.verify(&body), None);
    assert_eq!(at_second.verify(&body[..body.len() - 1]), None);
}

#[test]
fn clause_12_4_5_4_keys_as_a_naive_model_computes_them() {
    for numbers in &NUMBERS {
        let pwe = Pt::new(numbers.group, b"byteme", j_10::PASSWORD, None).unwrap().pwe([A, B]);
        let pwe = pwe.unwrap();
        let [scalar_and_element, _] = numbers.commits;
        let first = Exchange::new(pwe.clone(), &random(&[0x11; 66], &[0x22; 66])).unwrap();
        let commit = first.commit();
        assert_eq!([commit.scalar, commit.element].concat(), hex(scalar_and_element));
        agree(&pwe, AkmSuite::SAE, [&[], &[]], numbers.keys);
        // The greater address, B, comes first: 19, then A's 20.
        agree(&pwe, AkmSuite::SAE_EXT_KEY, [&[20, 0], &[19, 0]], numbers.ext_keys);
        let pwe = Pwe::hunting_and_pecking(numbers.group, [A, B], j_10::PASSWORD).unwrap();
        agree(&pwe, AkmSuite::SAE, [&[], &[]], numbers.hunt_keys);
        // Which has no place for rejected groups.
        agree(&pwe, AkmSuite::SAE, [&[20, 0], &[19, 0]], numbers.hunt_keys);
    }
}

#[test]
fn clause_12_4_5_4_bad_commits() {
    let pwe = Pwe::hunting_and_pecking(Group::P256, [A, B], b"x").unwrap();
    let exchange = Exchange::new(pwe, &random(&[1; 32], &[2; 32])).unwrap();
    let other = Pwe::hunting_and_pecking(Group::P256, [A, B], b"y").unwrap();
    let other = Exchange::new(other, &random(&[3; 32], &[4; 32])).unwrap();
    let good = other.commit();
    let judge = |commit: &Commit<'_>| exchange.agree(commit, &terms(A, B, AkmSuite::SAE)).err();
    assert_eq!(judge(&good), None);
    assert_eq!(judge(&exchange.commit()), Some(BadCommit::Reflected));
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255";
    let zeros = "00".repeat(31);
    for (scalar, verdict) in [
        (format!("{zeros}00"), Some(BadCommit::Scalar)),
        (format!("{zeros}01"), Some(BadCommit::Scalar)),
        (format!("{zeros}02"), None),
        (format!("{order}0"), None),
        (format!("{order}1"), Some(BadCommit::Scalar)),
        ("ff".repeat(32), Some(BadCommit::Scalar)),
    ] {
        assert_eq!(judge(&Commit { scalar: &hex(&scalar), ..good }), verdict, "{scalar}");
    }
    let mut element = good.element.to_vec();
    element[63] ^= 1;
    assert_eq!(judge(&Commit { element: &element, ..good }), Some(BadCommit::Element));
    assert_eq!(judge(&Commit { element: &[0; 64], ..good }), Some(BadCommit::Element));
    // y + p would name the same point, but is no coordinate.
    assert_eq!(judge(&Commit { element: &[0xff; 64], ..good }), Some(BadCommit::Element));
    assert_eq!(judge(&Commit { group: 20, ..good }), Some(BadCommit::Group));
}

#[test]
fn random_bytes_out_of_range_are_asked_for_again() {
    let pwe = Pwe::hunting_and_pecking(Group::P256, [A, B], b"x").unwrap();
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut less = order.clone();
    less[31] -= 7;
    let seven = [vec![0; 31], vec![7]].concat();
    let eight = [vec![0; 31], vec![8]].concat();
    let nine = [vec![0; 31], vec![9]].concat();
    let judge = |rand: &[u8], mask: &[u8]| Exchange::new(pwe.clone(), &random(rand, mask)).err();
    assert_eq!(judge(&order, &seven), Some(DrawAgain));
    assert_eq!(judge(&seven, &order), Some(DrawAgain));
    // Sums of 0 and of 1 are no scalars to send.
    assert_eq!(judge(&less, &seven), Some(DrawAgain));
    assert_eq!(judge(&less, &eight), Some(DrawAgain));
    assert_eq!(judge(&less, &nine), None);
}

#[test]
fn commits_come_back_as_they_were_written() {
    let exchange = |method| {
        let password = Password::new(b"s", b"p", None, &Group::ALL);
        let pwe = password.pwe(Group::P384, method, [A, B]).unwrap();
        Exchange::new(pwe, &random(&[5; 48], &[6; 48])).unwrap()
    };
    let h2e = exchange(Method::HashToElement);
    let all = Commit {
        token: Some(&[7; 40]),
        identifier: Some(b"who"),
        rejected_groups: &[19, 0, 25, 0],
        akm: Some(AkmSuite::SAE_EXT_KEY),
        ..h2e.commit()
    };
    let hunt = exchange(Method::HuntingAndPecking);
    let token = Commit { token: Some(&[7; 40]), ..hunt.commit() };
    for commit in [all, h2e.commit(), token, hunt.commit()] {
        let mut body = Vec::new();
        commit.write(&mut body).unwrap();
        assert_eq!(Commit::parse(&body, commit.method), Ok(commit));
        for short in 0..2 + 3 * 48 {
            assert!(Commit::parse(&body[..short], commit.method).is_err());
        }
    }
    let mut body = Vec::new();
    let long = Commit { identifier: Some(&[0; 255]), ..all };
    assert_eq!(long.write(&mut body), Err(BuildError::Overlong("password identifier element")));
}

/// Two machines, and what they said last.
struct Talk {
    passwords: [Password; 2],
    machines: [Sae; 2],
    drawn: u8,
    now: Instant,
    events: Vec<(usize, Event)>,
}

impl Talk {
    fn new(configs: [Config; 2]) -> Self {
        Self::with_groups(configs, &[Group::P256])
    }

    fn with_groups(configs: [Config; 2], groups: &[Group]) -> Self {
        let password = || Password::new(b"oracle", b"oracle-passphrase", None, groups);
        let [a, b] = configs;
        Self {
            passwords: [password(), password()],
            machines: [Sae::new(a, A, B), Sae::new(b, B, A)],
            drawn: 0,
            now: Instant::ZERO,
            events: Vec::new(),
        }
    }

    fn infrastructure() -> Self {
        Self::new([Config::station(AkmSuite::SAE), Config::access_point(AkmSuite::SAE)])
    }

    fn mesh() -> Self {
        Self::new([Config::mesh(AkmSuite::SAE), Config::mesh(AkmSuite::SAE)])
    }

    fn call(
        &mut self,
        who: usize,
        what: impl FnOnce(&mut Sae, &Cx<'_>) -> Result<Outcome, DrawAgain>,
    ) -> Vec<Vec<u8>> {
        self.drawn = self.drawn % 100 + 1;
        let random = Random([self.drawn; Random::LEN]);
        let cx = Cx { password: &self.passwords[who], random, now: self.now };
        let outcome = what(&mut self.machines[who], &cx).unwrap();
        self.events.extend(outcome.event.map(|event| (who, event)));
        outcome.send
    }

    fn start(&mut self, who: usize) -> Vec<Vec<u8>> {
        self.call(who, |sae, cx| sae.start(Method::HashToElement, cx))
    }

    fn receive(&mut self, who: usize, body: &[u8]) -> Vec<Vec<u8>> {
        self.call(who, |sae, cx| sae.receive(body, cx))
    }

    /// Hands over what is sent until nobody says anything more.
    fn settle(&mut self, from: usize, frames: Vec<Vec<u8>>) {
        let mut air: Vec<_> = frames.into_iter().map(|frame| (from, frame)).collect();
        for _ in 0..32 {
            if air.is_empty() {
                return;
            }
            let (from, frame) = air.remove(0);
            let answers = self.receive(1 - from, &frame);
            air.extend(answers.into_iter().map(|frame| (1 - from, frame)));
        }
        panic!("they never stop");
    }

    fn accepted(&self, who: usize) -> Vec<&Pmksa> {
        let own = self.events.iter().filter(|(at, _)| *at == who);
        own.filter_map(|(_, event)| if let Event::Accepted(k) = event { Some(k) } else { None })
            .collect()
    }

    fn states(&self) -> [State; 2] {
        [self.machines[0].state(), self.machines[1].state()]
    }

    fn last(&self) -> &Event {
        &self.events.last().unwrap().1
    }
}

/// Transaction and status.
fn what(frame: &[u8]) -> (u16, u16) {
    let auth = Auth::parse(frame).unwrap();
    (auth.transaction, auth.status.0)
}

#[test]
fn clause_12_4_8_infrastructure_takes_turns() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0);
    let answer = talk.receive(1, &commit[0]);
    assert_eq!(answer.iter().map(|f| what(f)).collect::<Vec<_>>(), [(1, 126)]);
    // Heard twice, it is answered by the same commit.
    assert_eq!(talk.receive(1, &commit[0]), answer);
    let confirm = talk.receive(0, &answer[0]);
    assert_eq!(what(&confirm[0]), (2, 0));
    assert_eq!(talk.states(), [State::Confirmed, State::Committed]);
    let last = talk.receive(1, &confirm[0]);
    assert_eq!(talk.states(), [State::Confirmed, State::Accepted]);
    assert!(talk.receive(0, &last[0]).is_empty());
    assert_eq!(talk.states(), [State::Accepted; 2]);
    assert_eq!(talk.accepted(0), talk.accepted(1));
    assert_eq!(talk.accepted(0).len(), 1);
    // After the end, what was heard is not heard again.
    assert!(talk.receive(1, &confirm[0]).is_empty());
    assert_eq!(*talk.last(), Event::Ignored(Ignored::Replay));
    assert!(talk.receive(1, &commit[0]).is_empty());
    assert_eq!(*talk.last(), Event::Ignored(Ignored::Replay));
    assert_eq!(talk.machines.each_ref().map(Sae::poll_at), [None, None]);
}

#[test]
fn clause_12_4_8_mesh_peers_begin_at_once() {
    let mut talk = Talk::mesh();
    let (from_a, from_b) = (talk.start(0), talk.start(1));
    let confirm_a = talk.receive(0, &from_b[0]);
    let confirm_b = talk.receive(1, &from_a[0]);
    assert_eq!((what(&confirm_a[0]), confirm_a.len()), ((2, 0), 1));
    assert!(talk.receive(0, &confirm_b[0]).is_empty());
    assert!(talk.receive(1, &confirm_a[0]).is_empty());
    assert_eq!(talk.states(), [State::Accepted; 2]);
    assert_eq!(talk.accepted(0), talk.accepted(1));
}

#[test]
fn clause_12_4_8_mesh_answers_a_commit_with_two_frames() {
    let mut talk = Talk::mesh();
    let commit = talk.start(0);
    let answer = talk.receive(1, &commit[0]);
    assert_eq!(answer.iter().map(|f| what(f)).collect::<Vec<_>>(), [(1, 126), (2, 0)]);
    talk.settle(1, answer);
    assert_eq!(talk.states(), [State::Accepted; 2]);
}

#[test]
fn clause_12_4_8_lost_frames_are_sent_again_until_sync() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0);
    let period = Config::RETRANS_PERIOD;
    for _ in 0..=Config::SYNC {
        talk.now = talk.machines[0].poll_at().unwrap();
        assert_eq!(talk.machines[0].poll(talk.now - Duration::from_nanos(1)), Outcome::default());
        let now = talk.now;
        assert_eq!(talk.call(0, |sae, _| Ok(sae.poll(now))), commit);
    }
    assert_eq!(talk.now, Instant::ZERO + period * 4);
    talk.now += period;
    let now = talk.now;
    assert!(talk.call(0, |sae, _| Ok(sae.poll(now))).is_empty());
    assert_eq!(*talk.last(), Event::TimedOut);
    assert_eq!((talk.states()[0], talk.machines[0].poll_at()), (State::Nothing, None));
}

#[test]
fn a_lost_last_confirm_is_asked_for_by_the_next() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0);
    let answer = talk.receive(1, &commit[0]);
    let confirm = talk.receive(0, &answer[0]);
    let _lost = talk.receive(1, &confirm[0]);
    let now = talk.machines[0].poll_at().unwrap();
    let again = talk.call(0, |sae, _| Ok(sae.poll(now)));
    assert_ne!(again, confirm, "the counter is in it");
    let last = talk.receive(1, &again[0]);
    assert_eq!(last[0][6..8], [0xff, 0xff]);
    talk.receive(0, &last[0]);
    assert_eq!(talk.states(), [State::Accepted; 2]);
    assert_eq!((talk.accepted(0).len(), talk.accepted(1).len()), (1, 1));
}

#[test]
fn another_password_is_told_by_status_15() {
    let mut talk = Talk::infrastructure();
    talk.passwords[1] = Password::new(b"oracle", b"oracle-passphrasf", None, &[Group::P256]);
    let commit = talk.start(0);
    talk.settle(0, commit);
    assert_eq!(*talk.last(), Event::Failed(StatusCode::CHALLENGE_FAIL));
    assert_eq!(talk.states(), [State::Nothing, State::Committed]);
    assert!(talk.accepted(0).is_empty() && talk.accepted(1).is_empty());
}

#[test]
fn clause_12_4_7_4_rejected_groups_are_remembered() {
    let ap = Config { groups: vec![Group::P521], ..Config::access_point(AkmSuite::SAE) };
    let mut talk = Talk::with_groups([Config::station(AkmSuite::SAE), ap], &Group::ALL);
    let commit = talk.start(0);
    let refusal = talk.receive(1, &commit[0]);
    assert_eq!(refusal[0], [3, 0, 1, 0, 77, 0, 19, 0]);
    let commit = talk.receive(0, &refusal[0]);
    assert_eq!(commit[0][6..8], [20, 0]);
    // A refusal of another group than ours is not about us.
    assert!(talk.receive(0, &refusal[0]).is_empty());
    assert_eq!(*talk.last(), Event::Ignored(Ignored::Status(StatusCode::FCG_NOT_SUPP)));
    let refusal = talk.receive(1, &commit[0]);
    let commit = talk.receive(0, &refusal[0]);
    let parsed = Commit::parse(&commit[0][6..], Method::HashToElement).unwrap();
    assert_eq!((parsed.group, parsed.rejected_groups), (21, &[19, 0, 20, 0][..]));
    talk.settle(0, commit);
    assert_eq!(talk.states(), [State::Accepted; 2]);
    assert_eq!(talk.accepted(0), talk.accepted(1));
}

#[test]
fn clause_12_4_7_4_a_downgrade_is_refused() {
    let configs = [Config::station(AkmSuite::SAE), Config::access_point(AkmSuite::SAE)];
    let mut talk = Talk::with_groups(configs, &Group::ALL);
    let commit = talk.start(0);
    // Somebody in between said in the access point's name that it does not take 19.
    let commit_20 = talk.receive(0, &[3, 0, 1, 0, 77, 0, 19, 0]);
    assert_ne!(commit, commit_20);
    let refusal = talk.receive(1, &commit_20[0]);
    assert_eq!(what(&refusal[0]), (1, 1));
    assert_eq!(talk.states()[1], State::Nothing);
    // Having tried the last group, the station gives up.
    talk.receive(0, &[3, 0, 1, 0, 77, 0, 20, 0]);
    talk.receive(0, &[3, 0, 1, 0, 77, 0, 21, 0]);
    assert_eq!(*talk.last(), Event::Failed(StatusCode::FCG_NOT_SUPP));
}

#[test]
fn clause_12_4_6_anti_clogging_token() {
    for method in [Method::HashToElement, Method::HuntingAndPecking] {
        let mut talk = Talk::infrastructure();
        let mut guard = AntiClogging::new(2, [9; 32]);
        let commit = talk.call(0, |sae, cx| sae.start(method, cx));
        assert_eq!(guard.admit(A, &commit[0], 1), Admission::Admit);
        let Admission::AskForToken(ask) = guard.admit(A, &commit[0], 2) else { panic!() };
        assert_eq!(what(&ask), (1, 76));
        let with_token = talk.receive(0, &ask);
        assert!(with_token[0].len() > commit[0].len());
        assert_eq!(guard.admit(A, &with_token[0], 2), Admission::Admit);
        assert_eq!(guard.admit(B, &with_token[0], 2), Admission::Drop);
        guard.rekey([8; 32]);
        assert_eq!(guard.admit(A, &with_token[0], 2), Admission::Admit);
        guard.rekey([7; 32]);
        assert_eq!(guard.admit(A, &with_token[0], 2), Admission::Drop);
        talk.settle(0, with_token);
        assert_eq!(talk.states(), [State::Accepted; 2]);
    }
}

#[test]
fn password_identifiers_have_to_be_known() {
    let password = |id| Password::new(b"oracle", b"pass", id, &[Group::P256]);
    for (ids, failed) in [
        ([Some(&b"guest"[..]), Some(&b"guest"[..])], false),
        ([Some(b"guest"), None], true),
        ([None, Some(b"guest")], true),
    ] {
        let mut talk = Talk::infrastructure();
        talk.passwords = ids.map(password);
        let commit = talk.start(0);
        talk.settle(0, commit);
        if failed {
            assert_eq!(*talk.last(), Event::Failed(StatusCode::UNKNOWN_PASSWORD_IDENTIFIER));
        } else {
            assert_eq!(talk.states(), [State::Accepted; 2]);
        }
    }
}

#[test]
fn sae_ext_key_makes_keys_as_long_as_the_hash() {
    for (group, len) in [(Group::P256, 32), (Group::P384, 48), (Group::P521, 64)] {
        let akm = AkmSuite::SAE_EXT_KEY;
        let mut ap = Config::access_point(AkmSuite::SAE);
        ap.akms.push(akm);
        let station = Config { groups: vec![group], ..Config::station(akm) };
        let mut talk = Talk::with_groups([station, ap], &[group]);
        let commit = talk.start(0);
        talk.settle(0, commit);
        let [accepted] = talk.accepted(1)[..] else { panic!() };
        assert_eq!((accepted.pmk.len(), accepted.akm), (len, akm));
        assert_eq!(talk.accepted(0), [accepted]);
    }
    // Not to somebody who was not asked for it, and never by hunting-and-pecking.
    for method in [Method::HashToElement, Method::HuntingAndPecking] {
        let akm = AkmSuite::SAE_EXT_KEY;
        let mut talk = Talk::new([Config::station(akm), Config::access_point(AkmSuite::SAE)]);
        if method == Method::HuntingAndPecking {
            talk.machines[1] = Sae::new(Config::access_point(akm), B, A);
        }
        let commit = talk.call(0, |sae, cx| sae.start(method, cx));
        talk.settle(0, commit);
        assert_eq!(*talk.last(), Event::Failed(StatusCode::UNSPECIFIED_FAILURE));
    }
}

#[test]
fn nonsense_does_not_end_an_exchange() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0);
    let mut off_curve = talk.receive(1, &commit[0])[0].clone();
    let genuine = off_curve.clone();
    off_curve[100] ^= 1;
    for (frame, why) in [
        (off_curve, Ignored::Commit(BadCommit::Element)),
        (commit[0].clone(), Ignored::Commit(BadCommit::Reflected)),
        (vec![3, 0, 1, 0, 126], Ignored::NotSae),
        (vec![0, 0, 1, 0, 0, 0], Ignored::NotSae),
        (vec![3, 0, 3, 0, 0, 0], Ignored::NotSae),
        (
            vec![3, 0, 1, 0, 0, 0, 19, 0],
            Ignored::Malformed(crate::Malformed::Truncated("SAE commit")),
        ),
    ] {
        assert!(talk.receive(0, &frame).is_empty());
        assert_eq!(*talk.last(), Event::Ignored(why));
    }
    let confirm = talk.receive(0, &genuine);
    let mut forged = confirm[0].clone();
    forged[20] ^= 1;
    assert!(talk.receive(0, &forged).is_empty());
    talk.settle(0, confirm);
    assert_eq!(talk.states(), [State::Accepted; 2]);
}

#[test]
fn a_peer_may_begin_anew() {
    let mut talk = Talk::infrastructure();
    for round in 1..=3 {
        let commit = talk.start(0);
        talk.settle(0, commit);
        assert_eq!(talk.states(), [State::Accepted; 2]);
        assert_eq!(talk.accepted(1).len(), round);
    }
    let [first, .., last] = talk.accepted(1)[..] else { panic!() };
    assert_ne!(first.pmk, last.pmk);
}

#[test]
fn random_bytes_out_of_range_leave_the_machines_alone() {
    let mut talk = Talk::infrastructure();
    let password = Password::new(b"oracle", b"oracle-passphrase", None, &[Group::P256]);
    let random = Random([0xff; Random::LEN]);
    let bad = Cx { password: &password, random, now: Instant::ZERO };
    assert_eq!(talk.machines[0].start(Method::HashToElement, &bad), Err(DrawAgain));
    assert_eq!(talk.states(), [State::Nothing; 2]);
    let commit = talk.start(0);
    assert_eq!(talk.machines[1].receive(&commit[0], &bad), Err(DrawAgain));
    assert_eq!(talk.states(), [State::Committed, State::Nothing]);
    talk.settle(0, commit);
    assert_eq!(talk.states(), [State::Accepted; 2]);
}

/// What happens to the oldest frame in the air, or to time.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    IsLost,
    ArrivesTwice,
    IsOvertaken,
    TimePasses,
}

/// Two machines and the frames between them.
struct Medium {
    talk: Talk,
    roles: [Role; 2],
    idle: [u32; 2],
    air: VecDeque<(usize, Vec<u8>)>,
}

impl Medium {
    fn say(&mut self, from: usize, frames: Vec<Vec<u8>>) {
        self.air.extend(frames.into_iter().map(|frame| (from, frame)));
    }

    fn deliver(&mut self, times: usize) {
        let Some((from, frame)) = self.air.pop_front() else { return };
        for _ in 0..times {
            let answers = self.talk.receive(1 - from, &frame);
            self.say(1 - from, answers);
        }
    }

    /// A second; who gave up, tries again after a while.
    fn time_passes(&mut self) {
        self.talk.now += Config::RETRANS_PERIOD;
        let now = self.talk.now;
        for who in 0..2 {
            let sent = self.talk.call(who, |sae, _| Ok(sae.poll(now)));
            self.say(who, sent);
            let begins = self.roles[who] != Role::AccessPoint;
            let idle = begins && self.talk.states()[who] == State::Nothing;
            self.idle[who] = if idle { self.idle[who] + 1 } else { 0 };
            if self.idle[who] > 11 {
                let sent = self.talk.start(who);
                self.say(who, sent);
            }
        }
    }

    fn suffer(&mut self, fate: Fate) {
        match fate {
            Fate::TimePasses => self.time_passes(),
            Fate::IsOvertaken if !self.air.is_empty() => self.air.rotate_left(1),
            Fate::IsOvertaken => {}
            Fate::IsLost => self.deliver(0),
            Fate::Arrives => self.deliver(1),
            Fate::ArrivesTwice => self.deliver(2),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However frames are lost, doubled and delayed: once the medium is good, both end with one key.
    #[test]
    fn keys_agree_over_a_bad_medium(
        mesh in any::<bool>(),
        both in any::<bool>(),
        fates in proptest::collection::vec(prop_oneof![
            4 => Just(Fate::Arrives),
            1 => Just(Fate::IsLost),
            1 => Just(Fate::ArrivesTwice),
            1 => Just(Fate::IsOvertaken),
            1 => Just(Fate::TimePasses),
        ], 0..24),
    ) {
        let (talk, roles) = if mesh {
            (Talk::mesh(), [Role::Mesh; 2])
        } else {
            (Talk::infrastructure(), [Role::Station, Role::AccessPoint])
        };
        let mut medium = Medium { talk, roles, idle: [0; 2], air: VecDeque::new() };
        for who in 0..1 + usize::from(mesh && both) {
            let commit = medium.talk.start(who);
            medium.say(who, commit);
        }
        fates.into_iter().for_each(|fate| medium.suffer(fate));
        for _ in 0..60 {
            for _ in 0..200 {
                medium.deliver(1);
            }
            prop_assert!(medium.air.is_empty(), "they never stop");
            if medium.talk.states() == [State::Accepted; 2] {
                break;
            }
            medium.time_passes();
        }
        let talk = medium.talk;
        prop_assert_eq!(talk.states(), [State::Accepted; 2]);
        let [first, second] = [0, 1].map(|who| talk.accepted(who).last().copied().cloned());
        prop_assert_eq!(first, second);
    }

    /// Any bytes: no panic, and nobody is accepted who does not know the password.
    #[test]
    fn any_bytes_are_survived(
        ap in any::<bool>(),
        frames in proptest::collection::vec(
            (0_u16..4, prop_oneof![Just(0_u16), Just(76), Just(77), Just(126), any::<u16>()],
             any::<bool>(), proptest::collection::vec(any::<u8>(), 0..150)), 0..6),
    ) {
        let mut talk = Talk::infrastructure();
        let who = usize::from(ap);
        if !ap {
            talk.start(0);
        }
        for (transaction, code, group, rest) in frames {
            let rest = [if group { &[19, 0][..] } else { &[] }, &rest].concat();
            let body = auth(transaction, StatusCode(code), &rest);
            talk.receive(who, &body);
            let commit = Commit::parse(&body[6..], Method::HashToElement);
            if let Ok(commit) = commit && Group::of(commit.group).is_some() {
                let mut again = Vec::new();
                commit.write(&mut again).unwrap();
                prop_assert_eq!(Commit::parse(&again, Method::HashToElement), Ok(commit));
            }
        }
        prop_assert!(talk.accepted(who).is_empty());
    }
}
